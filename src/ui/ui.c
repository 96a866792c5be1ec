/* ui - see ui/ui.h: events to panels, work in slices, and the frame around the panels. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/rtt.h"
#include "base/text.h"
#include "model/names.h"
#include "ui/ui_p.h"

const struct panel *const panels[PANELS] = {
	[PANEL_TREE] = &tree_panel, [PANEL_GROUPS] = &groups_panel,
	[PANEL_WHY] = &why_panel, [PANEL_TIMELINE] = &timeline_panel,
};

/* ---- what opens over the panels ---- */

static void help_title(struct ui *ui, struct pen *p)
{
	const struct list *l = &ui->help_list;

	pen_put(p, INK_FOCUS, " Help ");
	if (l->n > l->rows)
		pen_putf(p, INK_FAINT, "lines %zu to %zu of %zu ", l->top + 1, l->top + l->rows, l->n);
}

static void help_view(struct ui *ui, struct grid *g, struct rect r)
{
	lines_draw(&ui->help, &ui->help_list, g, r, false);
}

static void settle_help(struct ui *ui, int rows)
{
	list_resize(&ui->help_list, ui->help.all.len, rows);
}

static void settle_ranking(struct ui *ui, int rows)
{
	list_resize(&ui->ranking.list, ui->pairs.shown ? pairs_found(ui) : ui->ranking.best.len, rows);
}

static void settle_log(struct ui *ui, int rows)
{
	list_resize(&ui->log.list, ui->log.all.len, rows);
}

static uint32_t help_rows(const struct ui *ui)
{
	return (uint32_t)ui->help.all.len;
}

static uint32_t log_rows(const struct ui *ui)
{
	return ui->log.all.len ? (uint32_t)ui->log.all.len : 1;
}

static uint32_t all_answer_rows(const struct ui *ui)
{
	return answer_rows(ui) + 3;
}

static const struct {
	unsigned mode;
	size_t list;                          /* where in struct ui */
	uint32_t (*rows)(const struct ui *ui);     /* that it would like to have */
	void (*settle)(struct ui *ui, int rows);
	void (*title)(struct ui *ui, struct pen *p);
	void (*view)(struct ui *ui, struct grid *g, struct rect r);
	bool wide;                            /* all of a wide screen */
} overlays[] = {
	[OVERLAY_HELP] = {MODE_HELP, offsetof(struct ui, help_list), help_rows, settle_help, help_title, help_view, false},
	[OVERLAY_RANKING] = {MODE_RANKING, offsetof(struct ui, ranking.list), ranking_rows, settle_ranking,
	                     ranking_title, ranking_view, false},
	[OVERLAY_ANSWER] = {MODE_ANSWER, offsetof(struct ui, answer.list), all_answer_rows, answer_settle,
	                    answer_title, answer_view, true},
	[OVERLAY_LOG] = {MODE_LOG, offsetof(struct ui, log.list), log_rows, settle_log, log_title, log_view, false},
};

struct list *ui_overlay_list(struct ui *ui)
{
	return ui->overlay ? (struct list *)(void *)((char *)ui + overlays[ui->overlay].list) : NULL;
}

/* ---- life ---- */

struct ui *ui_new(struct state *s, const struct ui_options *options)
{
	struct ui *ui = xcalloc(1, sizeof(*ui));

	ui->state = s;
	ui->m = engine_model(state_engine(s));
	ui->name = xstrdup(options->name ? options->name : "");
	ui->ascii = options->ascii;
	ui->journal = options->journal;
	ui->w = options->w ? options->w : 80;
	ui->h = options->h ? options->h : 24;
	ui->why.group = NO_GROUP;
	ui->why.place = NO_PLACE;
	ui->ranking.by = TARGETS;
	facts_init(ui);
	groups_init(ui);
	tree_init(ui);
	timeline_note(ui);
	ui_settle(ui);
	return ui;
}

void ui_free(struct ui *ui)
{
	if (!ui)
		return;
	tree_release(ui);
	groups_release(ui);
	why_release(ui);
	facts_release(ui);
	prompt_release(ui);
	lines_release(&ui->help);
	vec_free(&ui->timeline.after);
	vec_free(&ui->ranking.best);
	pairs_release(ui);
	measures_release(ui);
	rtts_free(ui->rtts);
	answer_release(ui);
	log_release(ui);
	free(ui->search.word);
	sb_release(&ui->message);
	sb_release(&ui->question);
	sb_release(&ui->asked);
	free(ui->name);
	free(ui);
}

/* ---- small things that every part needs ---- */

void ui_say(struct ui *ui, const char *fmt, ...)
{
	va_list ap;

	sb_clear(&ui->message);
	va_start(ap, fmt);
	sb_vaddf(&ui->message, fmt, ap);
	va_end(ap);
}

void ui_notice(struct ui *ui, const char *text)
{
	ui_say(ui, "%s", text);
}

unsigned ui_mode(const struct ui *ui)
{
	return ui->overlay ? overlays[ui->overlay].mode : panels[ui->focus]->mode;
}

void ui_focus(struct ui *ui, enum panel_id panel)
{
	ui->focus = panel;
	if (panel == PANEL_TREE || panel == PANEL_GROUPS) {
		ui->subject = panel;
		ui->why.list = (struct list){0};
	}
	if (panel == PANEL_TIMELINE)
		timeline_select_present(ui);
}

place_id ui_place(const struct ui *ui)
{
	place_id p, ranked[2];

	if (ui->overlay == OVERLAY_RANKING)
		return ranking_places(ui, ranked) ? ranked[0] : NO_PLACE;
	p = panels[ui->focus]->place(ui);
	if (p == NO_PLACE && ui->focus == PANEL_WHY && ui->subject == PANEL_TREE)
		p = tree_place(ui);
	return p;
}

char *short_number(uint32_t n, char out[16])
{
	if (n < 10000)
		snprintf(out, 16, "%u", n);
	else if (n < 1000000)
		snprintf(out, 16, "%uk", n / 1000);
	else
		snprintf(out, 16, "%u.%uM", n / 1000000, n / 100000 % 10);
	return out;
}

void pen_standing(struct pen *p, unsigned standing, int cells)
{
	const struct look *look = &standing_looks[standing];
	struct pen in = pen_at(p->g, p->x, p->y, cells < pen_room(p) ? cells : pen_room(p));

	pen_putf(&in, look->ink, "%s %s", glyph(p->g->ascii, look->glyph), look->word);
	p->x = in.x;
}

/* ---- where things stand, before they are acted on or shown ---- */

static struct rect below_title(struct rect r)
{
	return (struct rect){r.x, r.y + 1, r.w, r.h > 0 ? r.h - 1 : 0};
}

/* The whole body where it is narrow; beside panels, as much as there is to show. */
static struct rect overlay_rect(const struct ui *ui)
{
	struct rect r = ui->layout.body;
	int w = r.w > 100 && !overlays[ui->overlay].wide ? 90 : r.w, h = (int)overlays[ui->overlay].rows(ui) + 2;

	if ((w == r.w && r.w <= 100) || h > r.h)
		h = r.h;
	return (struct rect){r.x + (r.w - w) / 2, r.y, w, h};
}

void ui_settle(struct ui *ui)
{
	layout_make(&ui->layout, ui->w, ui->h, ui->focus, ui->subject);
	facts_renew(ui);
	for (int i = 0; i < PANELS; i++)
		if (ui->layout.panel[i].h && !ui->layout.strip[i])
			panels[i]->settle(ui, below_title(ui->layout.panel[i]));
	if (ui->overlay == OVERLAY_HELP)
		help_settle(ui);
	if (ui->overlay)
		overlays[ui->overlay].settle(ui, overlay_rect(ui).h - 2);
}

/* ---- events ---- */

static enum ui_effect key_event(struct ui *ui, int32_t key)
{
	const struct command *c;

	if (ui->layout.shape == SHAPE_TINY)
		return key == 'q' || key == K_CTRL('c') ? UI_QUIT : key == K_CTRL('z') ? UI_SUSPEND : UI_GO_ON;
	sb_clear(&ui->message);
	sb_clear(&ui->log.notice);
	ui->search.active = false;
	if (ui->question.len) {
		act_answer(ui, key == 'y' || key == 'Y');
		return key == K_CTRL('c') ? UI_QUIT : UI_GO_ON;
	}
	if (ui->prompt.kind != PROMPT_NONE)
		return prompt_key(ui, key);
	c = ui_command_for(ui_mode(ui), key == '\n' ? K_ENTER : key);
	return c ? c->run(ui) : UI_GO_ON;
}

static void paste_event(struct ui *ui, const char *text)
{
	if (ui->prompt.kind != PROMPT_NONE)
		prompt_paste(ui, text);
	else
		ui_say(ui, "what is pasted goes to a prompt only: : opens one");
}

static bool inside(struct rect r, int x, int y)
{
	return x >= r.x && x < r.x + r.w && y >= r.y && y < r.y + r.h;
}

static enum panel_id panel_at(const struct ui *ui, int x, int y)
{
	int i = 0;

	while (i < PANELS && !inside(ui->layout.panel[i], x, y))
		i++;
	return (enum panel_id)i;
}

static void click_event(struct ui *ui, int x, int y)
{
	enum panel_id i = panel_at(ui, x, y);
	struct list *l;
	int row;

	if (i == PANELS || ui->overlay || ui->prompt.kind != PROMPT_NONE || ui->question.len)
		return;
	ui_focus(ui, i);
	l = panels[i]->list(ui);
	row = y - ui->layout.panel[i].y - 1;
	if (!ui->layout.strip[i] && row >= 0 && l->top + (size_t)row < l->n)
		list_go(l, l->top + (size_t)row);
}

static void wheel_event(struct ui *ui, const struct event *ev)
{
	enum panel_id i = panel_at(ui, ev->x, ev->y);

	if (ui->overlay)
		list_scroll(ui_overlay_list(ui), ev->delta);
	else if (i != PANELS && !ui->layout.strip[i])
		list_scroll(panels[i]->list(ui), ev->delta);
}

enum ui_effect ui_update(struct ui *ui, const struct event *ev)
{
	enum ui_effect effect = UI_GO_ON;
	bool tiny = ui->layout.shape == SHAPE_TINY;

	ui_settle(ui);
	if (ev->kind == EVENT_KEY)
		effect = key_event(ui, ev->key);
	else if (ev->kind == EVENT_PASTE && !tiny)
		paste_event(ui, ev->text);
	else if (ev->kind == EVENT_CLICK && !tiny)
		click_event(ui, ev->x, ev->y);
	else if (ev->kind == EVENT_WHEEL && !tiny)
		wheel_event(ui, ev);
	if (ev->kind == EVENT_RESIZE) {
		ui->w = ev->x > 0 ? ev->x : 1;
		ui->h = ev->y > 0 ? ev->y : 1;
		tree_fit(ui);
	}
	ui_settle(ui);
	return effect;
}

/* ---- work ---- */

/* What is looked at comes first, then what is beside it. */
bool ui_work(struct ui *ui, uint32_t budget)
{
	bool more = search_work(ui, &budget) || facts_work_alive(ui, &budget) || ranking_work(ui, &budget);

	for (int i = 0; !more && i < PANELS; i++)
		more = (i == PANEL_WHY || ui->layout.panel[i].h || i == PANEL_GROUPS) && panels[i]->work(ui, &budget);
	return more;
}

/* ---- the frame ---- */

static void put_crumbs(const struct ui *ui, struct pen *p)
{
	struct strbuf text = {0};
	place_id at = tree_place(ui);

	if (ui->subject == PANEL_GROUPS && ui->groups.selected != NO_GROUP)
		sb_add_group(&text, ui, ui->groups.selected);
	else if (at < ui->m->ndomains + ui->m->nshared)
		sb_add_crumbs(&text, ui, at);
	pen_putf(p, INK_FAINT, " %s ", glyph(ui->ascii, GLYPH_THEN));
	pen_put(p, INK_PLAIN, sb_text(&text));
	sb_release(&text);
}

static void add_done(struct strbuf *sb, const struct ui *ui)
{
	size_t cuts;

	sb_addf(sb, "step %zu/%zu", state_position(ui->state), state_length(ui->state));
	if (ui->facts.killed)
		sb_addf(sb, "  %s %u killed", glyph(ui->ascii, GLYPH_KILLED), ui->facts.killed);
	if (ui->facts.drained)
		sb_addf(sb, "  %s %u drained", glyph(ui->ascii, GLYPH_DRAINED), ui->facts.drained);
	state_cuts(ui->state, &cuts);
	if (cuts)
		sb_addf(sb, "  %s %zu cut", glyph(ui->ascii, GLYPH_CUT), cuts);
}

static void put_top(const struct ui *ui, struct grid *g)
{
	struct strbuf done = {0};
	const char *title = *ui->m->title ? ui->m->title : ui->name;
	struct pen p;
	int cells;

	add_done(&done, ui);
	cells = text_cells(sb_text(&done)) + 1;
	p = pen_at(g, 1, 0, g->w - cells - 2);
	pen_put(&p, INK_STRONG, title);
	put_crumbs(ui, &p);
	grid_put(g, g->w - cells, 0, cells, INK_PLAIN, sb_text(&done));
	sb_release(&done);
}

static void put_data(const struct summary *sum, struct pen *p)
{
	char n[16];

	if (sum->data[DATA_SAFE] == sum->groups)
		return;
	pen_skip(p, 3);
	pen_put(p, INK_PLAIN, "data");
	for (int d = DATA_LOST; d > DATA_SAFE; d--) {
		if (!sum->data[d])
			continue;
		pen_putf(p, INK_PLAIN, " %s ", short_number(sum->data[d], n));
		if (d == DATA_LOST)
			pen_standing(p, STANDING_LOST, 12);
		else
			pen_put(p, INK_ASIDE, data_names[d]);
	}
}

/* The worst first, so that a narrow screen loses the least. */
static void put_totals(const struct ui *ui, struct pen *p)
{
	const struct summary *sum = &ui->facts.summary;
	char n[16];

	pen_putf(p, INK_STRONG, "%s %s", short_number(sum->groups, n), sum->groups == 1 ? "group" : "groups");
	put_data(sum, p);
	for (int s = STATUSES - 1; s >= 0; s--) {
		if (!sum->status[s])
			continue;
		pen_skip(p, 3);
		pen_putf(p, INK_PLAIN, "%s ", short_number(sum->status[s], n));
		pen_standing(p, (unsigned)s, 12);
	}
}

/* Lines are drawn first; a blank keeps them from the words on them. */
static void space_out(struct grid *g, struct rect r)
{
	int32_t across;

	utf8_next(glyph(g->ascii, GLYPH_ACROSS), 4, &across);
	for (int x = r.x; x < r.x + r.w; x++) {
		struct cell *c = grid_at(g, x, r.y);
		bool beside = (x > r.x && grid_at(g, x - 1, r.y)->cp != across && grid_at(g, x - 1, r.y)->cp != ' ') ||
		              (x + 1 < r.x + r.w && grid_at(g, x + 1, r.y)->cp != across && grid_at(g, x + 1, r.y)->cp != ' ');

		if (c->cp == across && c->ink == INK_FRAME && beside)
			c->cp = '\1';
	}
	for (int x = r.x; x < r.x + r.w; x++)
		if (grid_at(g, x, r.y)->cp == '\1')
			grid_at(g, x, r.y)->cp = ' ';
}

static void put_title(struct ui *ui, struct grid *g, struct rect r, void (*title)(struct ui *, struct pen *))
{
	struct pen p = pen_at(g, r.x, r.y, r.w);

	grid_fill(g, r.x, r.y, r.w, INK_FRAME, glyph(g->ascii, GLYPH_ACROSS));
	title(ui, &p);
	space_out(g, (struct rect){r.x, r.y, r.w, 1});
}

static void put_panel(struct ui *ui, struct grid *g, enum panel_id i)
{
	struct rect r = ui->layout.panel[i];

	if (!r.h)
		return;
	if (ui->layout.strip[i]) {
		timeline_strip(ui, g, r);
		return;
	}
	put_title(ui, g, r, panels[i]->title);
	panels[i]->view(ui, g, below_title(r), ui->focus == i && !ui->overlay);
	if (r.x > 0)
		for (int y = r.y; y < r.y + r.h; y++)
			grid_put(g, r.x - 1, y, 1, INK_FRAME, glyph(g->ascii, GLYPH_DOWN));
}

/* Lines at its sides where there are panels beside it. */
static void put_box(struct grid *g, struct rect r)
{
	for (int y = r.y; y < r.y + r.h; y++) {
		grid_fill(g, r.x, y, r.w, INK_PLAIN, " ");
		if (r.w == g->w)
			continue;
		grid_put(g, r.x, y, 1, INK_FRAME, glyph(g->ascii, GLYPH_DOWN));
		grid_put(g, r.x + r.w - 1, y, 1, INK_FRAME, glyph(g->ascii, GLYPH_DOWN));
	}
	grid_fill(g, r.x, r.y + r.h - 1, r.w, INK_FRAME, glyph(g->ascii, GLYPH_ACROSS));
	if (r.w == g->w)
		return;
	grid_put(g, r.x, r.y, 1, INK_FRAME, glyph(g->ascii, GLYPH_TOP_LEFT));
	grid_put(g, r.x + r.w - 1, r.y, 1, INK_FRAME, glyph(g->ascii, GLYPH_TOP_RIGHT));
	grid_put(g, r.x, r.y + r.h - 1, 1, INK_FRAME, glyph(g->ascii, GLYPH_BOTTOM_LEFT));
	grid_put(g, r.x + r.w - 1, r.y + r.h - 1, 1, INK_FRAME, glyph(g->ascii, GLYPH_BOTTOM_RIGHT));
}

static void put_overlay(struct ui *ui, struct grid *g)
{
	struct rect r = overlay_rect(ui);
	int side = r.w < g->w;
	struct rect in = {r.x + side, r.y + 1, r.w - 2 * side, r.h - 2};

	put_box(g, r);
	put_title(ui, g, (struct rect){in.x, r.y, in.w, 1}, overlays[ui->overlay].title);
	g->cursor_x = in.x;
	g->cursor_y = in.y;
	overlays[ui->overlay].view(ui, g, in);
}

/* At the foot of the screen, in as many rows as it takes. */
static void put_notice(struct grid *g, const char *text)
{
	struct lines ls = {0};
	struct list all = {0};
	struct rect r = {-1, 0, g->w + 1, 0};

	lines_wrap(&ls, NO_PLACE, INK_NOTICE, 0, g->w - 2, text);
	all.n = all.rows = ls.all.len;
	r.h = (int)all.n < g->h ? (int)all.n : g->h;
	r.y = g->h - r.h;
	for (int y = r.y; y < g->h; y++)
		grid_fill(g, 0, y, g->w, INK_PLAIN, " ");
	lines_draw(&ls, &all, g, r, false);
	lines_release(&ls);
}

static void add_said(struct strbuf *sb, const struct ui *ui)
{
	if (ui->question.len)
		sb_add(sb, sb_text(&ui->question));
	else if (ui->search.active)
		sb_add(sb, "searching");
	else
		sb_add(sb, sb_text(&ui->message));
	if (sb->len && ui->log.notice.len)
		sb_add(sb, "; ");
	sb_add(sb, sb_text(&ui->log.notice));
}

static void put_bottom(struct ui *ui, struct grid *g)
{
	struct strbuf said = {0};
	struct rect r = {0, ui->layout.keys_y, g->w, ui->layout.keys_h};
	struct rect first = {0, r.y, g->w, r.h > 1 ? 1 : r.h};

	if (ui->prompt.kind != PROMPT_NONE) {
		if (!ui->prompt.choices.len && r.h > 1)
			keys_bar(ui, g, first);
		prompt_view(ui, g, r);
		return;
	}
	add_said(&said, ui);
	if (!said.len || r.h > 1)
		keys_bar(ui, g, said.len ? first : r);
	if (said.len)
		put_notice(g, sb_text(&said));
	sb_release(&said);
}

static void view_tiny(const struct ui *ui, struct grid *g)
{
	char text[64];

	snprintf(text, sizeof(text), "needs %dx%d, is %dx%d", UI_MIN_W, UI_MIN_H, ui->w, ui->h);
	grid_put(g, 0, 0, g->w, INK_STRONG, text);
	grid_put(g, 0, 1, g->w, INK_PLAIN, "q quits");
}

static void put_head(struct ui *ui, struct grid *g)
{
	struct pen p = pen_at(g, 1, ui->layout.shape == SHAPE_SINGLE ? 0 : 1, g->w - 2);

	if (ui->layout.shape != SHAPE_SINGLE)
		put_top(ui, g);
	put_totals(ui, &p);
}

void ui_view(struct ui *ui, struct grid *g)
{
	ui_settle(ui);
	grid_reset(g, ui->w, ui->h);
	if (ui->layout.shape == SHAPE_TINY) {
		view_tiny(ui, g);
		return;
	}
	put_head(ui, g);
	for (int i = 0; i < PANELS; i++)
		put_panel(ui, g, (enum panel_id)i);
	if (ui->overlay)
		put_overlay(ui, g);
	put_bottom(ui, g);
}

/* ---- without a terminal ---- */

#define ALL_AT_ONCE (UINT32_MAX / 64)

void ui_render(struct ui *ui, int w, int h, struct grid *g)
{
	ui_update(ui, &(struct event){.kind = EVENT_RESIZE, .x = w, .y = h});
	while (ui_work(ui, ALL_AT_ONCE))
		continue;
	ui_view(ui, g);
}

bool ui_type(struct ui *ui, const char *keys)
{
	while (*keys) {
		struct event ev = {.kind = EVENT_KEY};
		size_t len = key_read(keys, &ev.key);

		if (!len)
			return false;
		keys += len;
		if (ui_update(ui, &ev) == UI_QUIT)
			return true;
		while (ui_work(ui, ALL_AT_ONCE))
			continue;
	}
	return true;
}
