/* search - the next name that contains a word, among all domains or all groups, in slices. */
#include <stdlib.h>
#include <string.h>

#include "model/names.h"
#include "ui/ui_p.h"

static uint64_t candidates(const struct ui *ui)
{
	return ui->search.in_groups ? ui->groups.nshown : (uint64_t)ui->m->ndomains + ui->m->nshared;
}

static uint64_t selected(const struct ui *ui)
{
	if (ui->search.in_groups)
		return ui->groups.list.cur;
	return tree_place(ui) < candidates(ui) ? tree_place(ui) : 0;
}

static uint64_t step_on(const struct ui *ui, uint64_t at)
{
	uint64_t n = candidates(ui);

	return ui->search.backwards ? (at ? at : n) - 1 : (at + 1) % n;
}

static void begin(struct ui *ui, bool backwards)
{
	struct search *s = &ui->search;

	s->in_groups = ui->focus == PANEL_GROUPS;
	s->backwards = backwards;
	s->left = candidates(ui);
	s->active = s->word && s->left;
	if (s->active)
		s->at = step_on(ui, selected(ui));
}

void search_start(struct ui *ui, const char *word)
{
	if (!*word)
		return;
	free(ui->search.word);
	ui->search.word = xstrdup(word);
	begin(ui, false);
}

void search_again(struct ui *ui, bool backwards)
{
	if (ui->search.word)
		begin(ui, backwards);
	else
		ui_say(ui, "nothing was searched for yet: / searches");
}

static bool matches(const struct ui *ui, uint64_t at)
{
	struct strbuf name = {0};
	bool found;

	if (!ui->search.in_groups)
		return at != ROOT && strcasestr(place_name(ui->m, (place_id)at), ui->search.word);
	sb_add_group(&name, ui, ui->groups.shown[at]);
	found = strcasestr(sb_text(&name), ui->search.word) != NULL;
	sb_release(&name);
	return found;
}

static void found(struct ui *ui)
{
	struct search *s = &ui->search;

	s->active = false;
	if (s->in_groups) {
		list_go(&ui->groups.list, s->at);
		return;
	}
	ui_focus(ui, PANEL_TREE);
	tree_reveal(ui, (place_id)s->at);
}

bool search_work(struct ui *ui, uint32_t *budget)
{
	struct search *s = &ui->search;

	if (s->active && s->at >= candidates(ui))
		s->active = false;
	for (; s->active && s->left && *budget; s->left--, --*budget) {
		if (matches(ui, s->at)) {
			found(ui);
			return false;
		}
		s->at = step_on(ui, s->at);
	}
	if (s->active && !s->left) {
		s->active = false;
		ui_say(ui, "no %s has '%s' in its name", s->in_groups ? "group" : "domain", s->word);
	}
	return s->active;
}
