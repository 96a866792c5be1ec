/*
 * ranking - what hurts next: the domains of one level, those first whose death would do the most harm now. Two at once
 * are in pairs.c.
 */
#include <string.h>

#include "model/names.h"
#include "ui/ui_p.h"

static unsigned level_of(const struct ui *ui, place_id p)
{
	return p < ui->m->ndomains ? ui->m->domains[p].level : LEVEL_SHARED;
}

static void restart(struct ui *ui)
{
	struct ranking *r = &ui->ranking;

	r->version = state_version(ui->state);
	r->at = r->level == LEVEL_SHARED ? ui->m->ndomains : 1;
	r->now = (struct fact){.place = NO_PLACE};
	r->total = 0;
	r->complete = r->stopped = false;
	vec_clear(&r->best);
}

void ranking_open(struct ui *ui)
{
	place_id p = ui_place(ui);

	if (p == NO_PLACE)
		p = tree_place(ui);
	ui->overlay = OVERLAY_RANKING;
	ui->ranking.level = p == NO_PLACE ? 1 : level_of(ui, p);
	ui->ranking.list = (struct list){0};
	restart(ui);
}

/* Levels from the top, then shared domains, then from the top again; empty ones are passed over. */
void ranking_level(struct ui *ui, int by)
{
	unsigned n = ui->m->nlevels + (ui->m->nshared ? 1 : 0);
	struct ranking *r = &ui->ranking;
	unsigned at = r->level == LEVEL_SHARED ? ui->m->nlevels : r->level - 1;

	if (!n)
		return;
	for (unsigned tried = 0; tried < n; tried++) {
		at = (at + n + (unsigned)by) % n;
		if (at == ui->m->nlevels || ui->m->level_count[at + 1])
			break;
	}
	r->level = at == ui->m->nlevels ? LEVEL_SHARED : at + 1;
	r->list = (struct list){0};
	restart(ui);
}

static void show_anew(struct ui *ui)
{
	ui->ranking.list = (struct list){0};
	ui->ranking.stopped = false;
}

void ranking_switch_size(struct ui *ui)
{
	ui->pairs.shown = !ui->pairs.shown;
	show_anew(ui);
}

/* Single deaths have an order of their own beside: by what is lost, then by what stops. */
void ranking_next_target(struct ui *ui)
{
	struct ranking *r = &ui->ranking;

	if (ui->pairs.shown) {
		ui->pairs.target = (ui->pairs.target + 1) % TARGETS;
		show_anew(ui);
		return;
	}
	r->by = (r->by + 1) % (TARGETS + 1);
	show_anew(ui);
	restart(ui);
}

bool ranking_stop(struct ui *ui)
{
	struct ranking *r = &ui->ranking;

	if (r->stopped || (ui->pairs.shown ? !pairs_busy(ui) : r->complete))
		return false;
	r->stopped = true;
	ui_say(ui, "stopped: this is what was found so far, and partial; Left and Right go on with a level");
	return true;
}

size_t ranking_places(const struct ui *ui, place_id ret[2])
{
	const struct ranking *r = &ui->ranking;
	const struct pair *pair = ui->pairs.shown ? pairs_selected(ui) : NULL;

	if (pair) {
		ret[0] = pair->places[0];
		ret[1] = pair->places[1];
		return 2;
	}
	if (ui->pairs.shown || r->list.cur >= r->best.len)
		return 0;
	ret[0] = r->best.at[r->list.cur].place;
	return 1;
}

/* ---- working it out ---- */

static uint32_t harm_by(const struct ranked *r, unsigned by)
{
	const uint32_t harms[TARGETS + 1] = {
		[TARGET_WRITES] = r->impact.writes, [TARGET_READS] = r->impact.reads, [TARGET_DATA] = r->impact.data,
	};

	return harms[by];
}

static int harm(const struct ranked *a, const struct ranked *b, unsigned by)
{
	const uint32_t as[] = {harm_by(a, by), a->impact.lost, a->impact.writes, a->impact.reads, a->impact.data};
	const uint32_t bs[] = {harm_by(b, by), b->impact.lost, b->impact.writes, b->impact.reads, b->impact.data};

	for (int i = 0; i < 5; i++)
		if (as[i] != bs[i])
			return as[i] > bs[i] ? -1 : 1;
	return a->place < b->place ? -1 : 1;
}

/* Into its place among the best; the last one falls out when there are too many. */
static void insert(struct ranking *r, struct ranked new)
{
	size_t at = r->best.len;

	if (at == RANKED_MAX && harm(&r->best.at[at - 1], &new, r->by) < 0)
		return;
	if (at < RANKED_MAX)
		vec_push(&r->best, new);
	else
		at--;
	for (; at > 0 && harm(&new, &r->best.at[at - 1], r->by) < 0; at--)
		r->best.at[at] = r->best.at[at - 1];
	r->best.at[at] = new;
}

static bool is_candidate(const struct ui *ui, place_id p)
{
	return level_of(ui, p) == ui->ranking.level && place_plight(ui, p).mark != MARK_KILLED;
}

static bool next_candidate(struct ui *ui, uint32_t *budget)
{
	struct ranking *r = &ui->ranking;
	place_id end = r->level == LEVEL_SHARED ? ui->m->ndomains + ui->m->nshared : ui->m->ndomains;

	for (uint32_t seen = 1; r->at < end && *budget; r->at++, seen++) {
		if (is_candidate(ui, r->at)) {
			r->now = (struct fact){.place = r->at++, .mark = MARK_KILLED};
			r->total++;
			return true;
		}
		*budget -= seen % 16 == 0;
	}
	r->complete = r->at == end;
	return false;
}

bool ranking_work(struct ui *ui, uint32_t *budget)
{
	struct ranking *r = &ui->ranking;

	if (ui->overlay != OVERLAY_RANKING)
		return false;
	if (r->version != state_version(ui->state))
		restart(ui);
	if (r->stopped)
		return false;
	if (ui->pairs.shown)
		return pairs_work(ui, budget);
	while (!r->complete && *budget) {
		if (r->now.place == NO_PLACE && !next_candidate(ui, budget))
			continue;
		if (fact_work(ui, &r->now, budget))
			continue;
		insert(r, (struct ranked){r->now.place, r->now.impact});
		r->now = (struct fact){.place = NO_PLACE};
	}
	return !r->complete;
}

/* ---- showing it ---- */

static uint32_t level_places(const struct ui *ui)
{
	return ui->ranking.level == LEVEL_SHARED ? ui->m->nshared : ui->m->level_count[ui->ranking.level];
}

uint32_t ranking_rows(const struct ui *ui)
{
	if (ui->pairs.shown)
		return pairs_rows(ui);
	return level_places(ui) < RANKED_MAX ? level_places(ui) : RANKED_MAX;
}

void ranking_title(struct ui *ui, struct pen *p)
{
	const struct ranking *r = &ui->ranking;
	const char *level = r->level == LEVEL_SHARED ? "shared domain" : ui->m->levels[r->level - 1];
	const char *by = r->by < TARGETS ? target_names[r->by] : NULL;

	pen_put(p, INK_FOCUS, " What hurts next: ");
	if (ui->pairs.shown) {
		pairs_title(ui, p);
		return;
	}
	pen_putf(p, INK_PLAIN, "the death of one more %s%s%s ", level, by ? ", by " : "", by ? by : "");
	if (r->stopped)
		pen_putf(p, INK_NOTICE, "partial: %u of %u ", r->total, level_places(ui));
	else if (!r->complete)
		pen_putf(p, INK_FAINT, "%s %u of %u ", glyph(ui->ascii, GLYPH_PENDING), r->total, level_places(ui));
	pen_put(p, INK_FAINT, "(Left, Right: other levels) ");
}

static void put_harm(struct pen *p, uint32_t n, const char *what, enum ink ink)
{
	char text[16];

	pen_right(p, 6, n ? ink : INK_FAINT, short_number(n, text));
	pen_skip(p, 1);
	pen_left(p, 7, n ? ink : INK_FAINT, what);
}

void ranking_view(struct ui *ui, struct grid *g, struct rect r)
{
	const struct list *l = &ui->ranking.list;

	if (ui->pairs.shown) {
		pairs_view(ui, g, r);
		return;
	}
	for (size_t i = l->top; i < l->n && i < l->top + l->rows; i++) {
		const struct ranked *k = &ui->ranking.best.at[i];
		struct pen p = pen_at(g, r.x + 2, r.y + (int)(i - l->top), r.w - 2);
		struct strbuf name = {0};

		sb_add_short(&name, ui->m, k->place);
		pen_left(&p, r.w - 2 - 3 * 14, INK_PLAIN, sb_text(&name));
		put_harm(&p, k->impact.lost, "lost", INK_LOSES);
		put_harm(&p, k->impact.writes, "stop", INK_STOPS);
		put_harm(&p, k->impact.reads, "unread", INK_STOPS);
		list_mark(l, g, r, i, true);
		sb_release(&name);
	}
	if (!l->n && ui->ranking.complete)
		grid_put(g, r.x + 2, r.y, r.w - 2, INK_FAINT, "none of them is alive");
}
