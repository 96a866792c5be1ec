/* why_latency - what a death does to the time that writes take, of the groups that it leaves writing. */
#include <stdlib.h>

#include "analysis/latency.h"
#include "model/names.h"
#include "ui/why_p.h"

duration write_time(struct ui *ui, uint32_t group, situation_id s)
{
	struct group_latency latency;

	if (!ui->rtts)
		ui->rtts = rtts_new(ui->m);
	latency_judge(state_engine(ui->state), ui->rtts, group, s, &latency);
	return latency.of[ASKED_WRITE].time;
}

bool why_find_delay(struct ui *ui, uint32_t group, place_id p, struct delay *ret)
{
	*ret = (struct delay){.place = p, .group = group};
	ret->before = write_time(ui, group, judge_now(ui->state, group));
	if (ret->before == DURATION_NONE)
		return false;
	ret->after = write_time(ui, group, judge_if_killed(ui->state, group, p));
	return ret->after != DURATION_NONE && ret->after != ret->before;
}

static int slowest_first(const void *a, const void *b)
{
	const struct delay *x = a, *y = b;

	if (x->after != y->after)
		return x->after > y->after ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

/* Something inside it delays as much by itself. */
static bool is_implied(const struct model *m, const delays *all, const struct delay *d)
{
	for (size_t i = 0; i < all->len; i++) {
		const struct delay *other = &all->at[i];

		if (other != d && d->place < m->ndomains && other->place < m->ndomains &&
		    domain_contains(m, d->place, other->place) && other->after == d->after)
			return true;
	}
	return false;
}

void why_sort_delays(const struct model *m, delays *all)
{
	size_t kept = 0;

	for (size_t i = 0; i < all->len; i++)
		if (!is_implied(m, all, &all->at[i]))
			all->at[kept++] = all->at[i];
	all->len = kept;
	if (all->len)
		qsort(all->at, all->len, sizeof(*all->at), slowest_first);
}

/* ---- telling ---- */

static void add_delay(struct lines *ls, bool ascii, const struct delay *d)
{
	char before[32], after[32];

	lines_add(ls, INK_FRAME, "commit latency ");
	lines_addf(ls, INK_PLAIN, "%s %s ", duration_text(d->before, before), glyph(ascii, GLYPH_THEN));
	lines_add(ls, d->after > d->before ? INK_AT_RISK : INK_PLAIN, duration_text(d->after, after));
}

#define DELAYS_TOLD 4

void why_tell_delays_of_group(struct ui *ui)
{
	struct lines *ls = &ui->why.lines;
	const delays *all = &ui->why.delays;

	for (size_t i = 0; i < all->len && i < DELAYS_TOLD; i++) {
		struct strbuf name = {0};

		sb_add_short(&name, ui->m, all->at[i].place);
		lines_begin(ls, all->at[i].place);
		add_delay(ls, ui->ascii, &all->at[i]);
		lines_addf(ls, INK_PLAIN, " if %s ", place_level_name(ui->m, all->at[i].place));
		lines_addf(ls, INK_PLAIN, "%s dies", sb_text(&name));
		sb_release(&name);
	}
	if (all->len > DELAYS_TOLD) {
		lines_begin(ls, NO_PLACE);
		lines_addf(ls, INK_FAINT, "  and %zu more deaths change it", all->len - DELAYS_TOLD);
	}
}

/* The slowest of its groups; the first of equals. */
static const struct delay *slowest(const delays *all)
{
	const struct delay *found = all->at;

	for (size_t i = 1; i < all->len; i++)
		if (all->at[i].after > found->after)
			found = &all->at[i];
	return found;
}

void why_tell_delays_of_place(struct ui *ui, int width)
{
	const delays *all = &ui->why.slowed;
	char before[32], after[32];
	struct strbuf text = {0};
	const struct delay *d;

	if (!all->len)
		return;
	d = slowest(all);
	sb_addf(&text, "commit latency %s %s %s if it dies: ", duration_text(d->before, before),
	        glyph(ui->ascii, GLYPH_THEN), duration_text(d->after, after));
	sb_add_group(&text, ui, d->group);
	if (all->len > 1)
		sb_addf(&text, "; and it changes for %zu more %s", all->len - 1, all->len == 2 ? "group" : "groups");
	lines_wrap(&ui->why.lines, NO_PLACE, d->after > d->before ? INK_AT_RISK : INK_PLAIN, 2, width, sb_text(&text));
	sb_release(&text);
}
