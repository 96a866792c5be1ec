/* commands - what keys do. One table drives dispatch, the key bar, help, the prompt's names and the documents. */
#include <string.h>

#include "ui/ui_p.h"

/* ---- moving ---- */

static struct list *current_list(struct ui *ui)
{
	return ui->overlay ? ui_overlay_list(ui) : panels[ui->focus]->list(ui);
}

/* The row between the tree and the shared domains is passed over. */
static enum ui_effect move(struct ui *ui, long by)
{
	struct list *l = current_list(ui);

	if (ui->overlay == OVERLAY_HELP) {
		list_scroll(l, by);
		return UI_GO_ON;
	}
	list_move(l, by);
	if (!ui->overlay && ui->focus == PANEL_TREE && tree_place(ui) == SECTION)
		list_move(l, by < 0 ? -1 : 1);
	return UI_GO_ON;
}

static long page(struct ui *ui)
{
	size_t rows = current_list(ui)->rows;

	return rows > 1 ? (long)rows - 1 : 1;
}

static enum ui_effect run_up(struct ui *ui)
{
	return move(ui, -1);
}

static enum ui_effect run_down(struct ui *ui)
{
	return move(ui, 1);
}

static enum ui_effect run_page_up(struct ui *ui)
{
	return move(ui, -page(ui));
}

static enum ui_effect run_page_down(struct ui *ui)
{
	return move(ui, page(ui));
}

static enum ui_effect run_first(struct ui *ui)
{
	return move(ui, -(long)current_list(ui)->n);
}

static enum ui_effect run_last(struct ui *ui)
{
	return move(ui, (long)current_list(ui)->n);
}

/* ---- folding, going in ---- */

static bool can_open(const struct ui *ui, place_id p)
{
	return p < ui->m->ndomains && ui->m->domains[p].end > p + 1;
}

static void set_open(struct ui *ui, place_id p, bool open)
{
	ui->tree.open[p] = open;
	ui->tree.folded = true;
	tree_rebuild(ui);
}

static enum ui_effect run_left(struct ui *ui)
{
	place_id p = tree_place(ui);

	if (ui->overlay == OVERLAY_RANKING) {
		ranking_level(ui, -1);
		return UI_GO_ON;
	}
	if (ui->overlay == OVERLAY_ANSWER) {
		answer_move(ui, -1);
		return UI_GO_ON;
	}
	if (can_open(ui, p) && ui->tree.open[p])
		set_open(ui, p, false);
	else if (p < ui->m->ndomains && ui->m->domains[p].parent != ROOT)
		tree_reveal(ui, ui->m->domains[p].parent);
	return UI_GO_ON;
}

static enum ui_effect run_right(struct ui *ui)
{
	place_id p = tree_place(ui);

	if (ui->overlay == OVERLAY_RANKING) {
		ranking_level(ui, 1);
		return UI_GO_ON;
	}
	if (ui->overlay == OVERLAY_ANSWER) {
		answer_move(ui, 1);
		return UI_GO_ON;
	}
	if (can_open(ui, p) && !ui->tree.open[p])
		set_open(ui, p, true);
	else if (can_open(ui, p))
		list_move(&ui->tree.list, 1);
	return UI_GO_ON;
}

static void go_to_place(struct ui *ui, place_id p)
{
	if (p == NO_PLACE)
		return;
	ui->overlay = OVERLAY_NONE;
	ui_focus(ui, PANEL_TREE);
	tree_reveal(ui, p);
}

/* A pair is marked, so that what is done next is done to both. */
static void go_to_ranked(struct ui *ui)
{
	place_id places[2];
	size_t n = ranking_places(ui, places);

	if (!n)
		return;
	if (n > 1)
		vec_clear(&ui->tree.marked);
	for (size_t i = 0; n > 1 && i < n; i++)
		vec_push(&ui->tree.marked, places[i]);
	go_to_place(ui, places[0]);
}

static enum ui_effect choose_exploration(struct ui *ui)
{
	struct log *log = &ui->log;

	if (log->list.cur >= log->all.len)
		return UI_GO_ON;
	log->chosen = log->all.at[log->list.cur].id;
	ui->overlay = OVERLAY_NONE;
	return UI_OPEN;
}

static enum ui_effect run_enter(struct ui *ui)
{
	place_id p = tree_place(ui);

	if (ui->overlay == OVERLAY_LOG)
		return choose_exploration(ui);
	if (ui->overlay == OVERLAY_RANKING)
		go_to_ranked(ui);
	else if (ui->focus == PANEL_WHY)
		go_to_place(ui, why_panel.place(ui));
	else if (ui->focus == PANEL_GROUPS)
		ui_focus(ui, PANEL_WHY);
	else if (ui->focus == PANEL_TIMELINE)
		timeline_go(ui, ui->timeline.list.cur);
	else if (can_open(ui, p))
		set_open(ui, p, !ui->tree.open[p]);
	return UI_GO_ON;
}

static enum ui_effect open_all(struct ui *ui, uint8_t open)
{
	memset(ui->tree.open, open, ui->m->ndomains);
	ui->tree.folded = true;
	tree_rebuild(ui);
	return UI_GO_ON;
}

static enum ui_effect run_expand(struct ui *ui)
{
	return open_all(ui, 1);
}

static enum ui_effect run_collapse(struct ui *ui)
{
	return open_all(ui, 0);
}

/* ---- panels and overlays ---- */

static enum ui_effect focus(struct ui *ui, enum panel_id panel)
{
	ui->overlay = OVERLAY_NONE;
	ui_focus(ui, panel);
	return UI_GO_ON;
}

static enum ui_effect run_next_panel(struct ui *ui)
{
	return focus(ui, (ui->focus + 1) % PANELS);
}

static enum ui_effect run_previous_panel(struct ui *ui)
{
	return focus(ui, (ui->focus + PANELS - 1) % PANELS);
}

static enum ui_effect run_tree(struct ui *ui)
{
	return focus(ui, PANEL_TREE);
}

static enum ui_effect run_groups(struct ui *ui)
{
	return focus(ui, PANEL_GROUPS);
}

static enum ui_effect run_why(struct ui *ui)
{
	return focus(ui, PANEL_WHY);
}

static enum ui_effect run_timeline(struct ui *ui)
{
	return focus(ui, PANEL_TIMELINE);
}

static enum ui_effect run_help(struct ui *ui)
{
	ui->overlay = ui->overlay == OVERLAY_HELP ? OVERLAY_NONE : OVERLAY_HELP;
	ui->help_list = (struct list){0};
	return UI_GO_ON;
}

static enum ui_effect run_ranking(struct ui *ui)
{
	if (ui->overlay == OVERLAY_RANKING)
		ui->overlay = OVERLAY_NONE;
	else
		ranking_open(ui);
	return UI_GO_ON;
}

static enum ui_effect run_pairs(struct ui *ui)
{
	ranking_switch_size(ui);
	return UI_GO_ON;
}

static enum ui_effect run_target(struct ui *ui)
{
	ranking_next_target(ui);
	return UI_GO_ON;
}

static enum ui_effect run_columns(struct ui *ui)
{
	measures_switch(ui, (ui->measures.on + 1) & ALL_MEASURES);
	return UI_GO_ON;
}

static enum ui_effect run_log(struct ui *ui)
{
	if (ui->overlay == OVERLAY_LOG)
		ui->overlay = OVERLAY_NONE;
	else
		log_open(ui);
	return UI_GO_ON;
}

/* Out of what is open, one thing at a time; false where nothing is. */
static bool back_out(struct ui *ui)
{
	if (ui->overlay == OVERLAY_RANKING && ranking_stop(ui))
		return true;
	if (ui->overlay)
		ui->overlay = OVERLAY_NONE;
	else if (ui->tree.marked.len)
		vec_clear(&ui->tree.marked);
	else if (ui->search.active)
		ui->search.active = false;
	else if (ui->focus != ui->subject)
		ui_focus(ui, ui->subject);
	else
		return false;
	return true;
}

static enum ui_effect run_back(struct ui *ui)
{
	back_out(ui);
	return UI_GO_ON;
}

static enum ui_effect run_quit(struct ui *ui)
{
	if (!ui->overlay)
		return UI_QUIT;
	ui->overlay = OVERLAY_NONE;
	return UI_GO_ON;
}

static enum ui_effect run_interrupt(struct ui *ui)
{
	(void)ui;
	return UI_QUIT;
}

static enum ui_effect run_redraw(struct ui *ui)
{
	(void)ui;
	return UI_REPAINT;
}

static enum ui_effect run_suspend(struct ui *ui)
{
	(void)ui;
	return UI_SUSPEND;
}

/* ---- the world ---- */

static enum ui_effect run_toggle_kill(struct ui *ui)
{
	act_toggle(ui, VERB_KILL);
	return UI_GO_ON;
}

static enum ui_effect run_toggle_drain(struct ui *ui)
{
	act_toggle(ui, VERB_DRAIN);
	return UI_GO_ON;
}

static enum ui_effect run_toggle_cut(struct ui *ui)
{
	act_cut(ui);
	return UI_GO_ON;
}

static enum ui_effect run_heal(struct ui *ui)
{
	act_heal(ui);
	return UI_GO_ON;
}

static enum ui_effect run_accept(struct ui *ui)
{
	act_accept(ui);
	return UI_GO_ON;
}

static enum ui_effect run_undo(struct ui *ui)
{
	act_undo(ui);
	return UI_GO_ON;
}

static enum ui_effect run_redo(struct ui *ui)
{
	act_redo(ui);
	return UI_GO_ON;
}

static enum ui_effect run_mark(struct ui *ui)
{
	struct tree *t = &ui->tree;
	place_id p = tree_place(ui);
	size_t kept = 0;

	if (p == NO_PLACE || p == SECTION)
		return UI_GO_ON;
	for (size_t i = 0; i < t->marked.len; i++)
		if (t->marked.at[i] != p)
			t->marked.at[kept++] = t->marked.at[i];
	if (kept == t->marked.len)
		vec_push(&t->marked, p);
	else
		t->marked.len = kept;
	return move(ui, 1);
}

/* ---- prompts ---- */

static enum ui_effect run_prompt(struct ui *ui)
{
	prompt_open(ui, PROMPT_ACTION, "");
	return UI_GO_ON;
}

static enum ui_effect run_search(struct ui *ui)
{
	prompt_open(ui, PROMPT_SEARCH, "");
	return UI_GO_ON;
}

static enum ui_effect run_filter(struct ui *ui)
{
	prompt_open(ui, PROMPT_FILTER, ui->groups.filter.text ? ui->groups.filter.text : "");
	return UI_GO_ON;
}

static enum ui_effect run_name(struct ui *ui)
{
	if (ui->journal)
		prompt_open(ui, PROMPT_NAME, "");
	else
		ui_say(ui, "this exploration is not kept, so it has no name");
	return UI_GO_ON;
}

static enum ui_effect run_search_next(struct ui *ui)
{
	search_again(ui, false);
	return UI_GO_ON;
}

static enum ui_effect run_search_previous(struct ui *ui)
{
	search_again(ui, true);
	return UI_GO_ON;
}

/* ---- the table ---- */

enum { ACTED_ON = MODE_TREE | MODE_WHY | MODE_RANKING };

/* Lower case looks, capitals change the simulated world. Rows with a word for the key bar are in its order. */
const struct command ui_commands[] = {
	{"toggle-kill", ACTED_ON, {'K'}, "kill",
	 "kill the domain, or all marked ones in one step; again: heal it", run_toggle_kill},
	{"toggle-drain", ACTED_ON, {'D'}, "drain", "drain it, or undo that", run_toggle_drain},
	{"toggle-cut", ACTED_ON, {'X'}, "cut",
	 "isolate it; two marked: cut them from each other; again: join", run_toggle_cut},
	{"restore", ACTED_ON, {'R'}, "heal", "heal it: remove its own mark", run_heal},
	{"accept-group", MODE_GROUPS, {'A'}, "accept",
	 "let the selected group go on with what is left; asks first", run_accept},
	{"undo", MODE_PANELS, {'u', '['}, "undo", "take the last step back", run_undo},
	{"redo", MODE_PANELS, {K_CTRL('r'), ']', '.'}, "redo", "take the next step of the timeline", run_redo},
	{"mark", MODE_TREE, {K_SPACE}, "mark", "mark several domains, to act on them in one step", run_mark},
	{"hurts", MODE_PANELS | MODE_RANKING, {'w'}, "what hurts next",
	 "rank the domains of a level by what their death would do", run_ranking},
	{"pairs", MODE_RANKING, {'p'}, "pairs", "two deaths at once, or single ones again", run_pairs},
	{"rank-by", MODE_RANKING, {'t'}, "rank by", "rank by writes, by reads, or by data", run_target},
	{"search", MODE_PANELS, {'/'}, "search", "search the names of domains, or of groups", run_search},
	{"search-next", MODE_PANELS, {'n'}, NULL, "the next one found", run_search_next},
	{"search-previous", MODE_PANELS, {'N'}, NULL, "the one found before", run_search_previous},
	{"filter", MODE_PANELS, {'f'}, "filter", "show only some groups", run_filter},
	{"prompt", MODE_PANELS, {':'}, "command", "type actions: kill a b and drain c then heal a", run_prompt},
	{"explorations", MODE_PANELS | MODE_LOG, {'o'}, NULL, "open an exploration that was kept, at its first step",
	 run_log},
	{"name", MODE_PANELS, {'s'}, NULL, "name this exploration", run_name},
	{"next-panel", MODE_PANELS, {K_TAB}, "panel", "the next panel", run_next_panel},
	{"previous-panel", MODE_PANELS, {K_BACK_TAB}, NULL, "the panel before", run_previous_panel},
	{"domains", MODE_PANELS, {'1'}, NULL, "the domains", run_tree},
	{"groups", MODE_PANELS, {'2'}, NULL, "the groups, worst first", run_groups},
	{"why", MODE_PANELS, {'3'}, NULL, "the reasons for what is selected", run_why},
	{"timeline", MODE_PANELS, {'4'}, NULL, "the steps taken", run_timeline},
	{"up", MODE_ALL, {K_UP, 'k'}, NULL, "up", run_up},
	{"down", MODE_ALL, {K_DOWN, 'j'}, NULL, "down", run_down},
	{"page-up", MODE_ALL, {K_PAGE_UP}, NULL, "a page up", run_page_up},
	{"page-down", MODE_ALL, {K_PAGE_DOWN}, NULL, "a page down", run_page_down},
	{"first", MODE_ALL, {K_HOME, 'g'}, NULL, "to the first", run_first},
	{"last", MODE_ALL, {K_END, 'G'}, NULL, "to the last", run_last},
	{"fold", MODE_TREE | MODE_RANKING | MODE_ANSWER, {K_LEFT, 'h'}, NULL, "fold, or go to what is above", run_left},
	{"unfold", MODE_TREE | MODE_RANKING | MODE_ANSWER, {K_RIGHT, 'l'}, NULL, "unfold, or go to what is beneath", run_right},
	{"enter", MODE_PANELS | MODE_RANKING | MODE_LOG, {K_ENTER}, NULL,
	 "fold or unfold; go into a group, to a domain, to a step", run_enter},
	{"columns", MODE_GROUPS, {'v'}, NULL, "more columns: latency, odds, both, or none", run_columns},
	{"expand", MODE_TREE, {'e'}, NULL, "unfold all", run_expand},
	{"collapse", MODE_TREE, {'c'}, NULL, "fold all", run_collapse},
	{"back", MODE_ALL, {K_ESC, K_BACKSPACE}, NULL, "back out of what is open", run_back},
	{"redraw", MODE_ALL, {K_CTRL('l')}, NULL, "draw the screen anew", run_redraw},
	{"suspend", MODE_ALL, {K_CTRL('z')}, NULL, "suspend the program", run_suspend},
	{"help", MODE_ALL, {'?'}, "help", "states and keys", run_help},
	{"quit", MODE_ALL, {'q'}, "quit", "close what is open; leave the program", run_quit},
	{"interrupt", MODE_ALL, {K_CTRL('c')}, NULL, "leave the program", run_interrupt},
	{NULL, 0, {0}, NULL, NULL, NULL},
};

static bool has_key(const struct command *c, int32_t key)
{
	for (size_t i = 0; i < sizeof(c->keys) / sizeof(*c->keys); i++)
		if (c->keys[i] && c->keys[i] == key)
			return true;
	return false;
}

const struct command *ui_command_for(unsigned mode, int32_t key)
{
	for (const struct command *c = ui_commands; c->name; c++)
		if ((c->modes & mode) && has_key(c, key))
			return c;
	return NULL;
}

/* By its name, or by the letter that is its key: ":q". */
const struct command *ui_command_named(const char *name)
{
	for (const struct command *c = ui_commands; c->name; c++)
		if (!strcmp(name, c->name) || (name[0] && !name[1] && has_key(c, name[0])))
			return c;
	return NULL;
}
