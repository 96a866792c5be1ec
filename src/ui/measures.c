/*
 * measures - the columns of the groups that are switched on: how long a write takes, and how likely writes are stopped.
 *
 * Both are of the present state, and worked out for the rows on the screen alone.
 */
#include <stdio.h>
#include <string.h>

#include "analysis/odds.h"
#include "ui/ui_p.h"

static const char *const names[MEASURES] = {[MEASURE_LATENCY] = "latency", [MEASURE_ODDS] = "odds"};

/* ---- life ---- */

static void forget(struct measures *ms)
{
	odds_free(ms->odds);
	analysis_free(ms->analysis);
	ms->odds = NULL;
	ms->analysis = NULL;
	vec_clear(&ms->all);
}

void measures_release(struct ui *ui)
{
	forget(&ui->measures);
	vec_free(&ui->measures.all);
}

/* ---- switching them on ---- */

static bool something_fails(const struct model *m)
{
	for (place_id p = 0; p < m->ndomains + m->nshared; p++)
		if (place_down(m, p) > 0)
			return true;
	return false;
}

void measures_switch(struct ui *ui, unsigned on)
{
	struct measures *ms = &ui->measures;

	forget(ms);
	ms->on = on;
	if (!on)
		ui_say(ui, "no more columns: latency and odds are off");
	else if ((on & 1u << MEASURE_ODDS) && !something_fails(ui->m))
		ui_say(ui, "odds: nothing in the file says how likely it is down; see down, mtbf and mttr");
	else
		ui_say(ui, "%s%s%s", on & 1u << MEASURE_LATENCY ? "latency: how long a write takes" : "",
		       on == ALL_MEASURES ? "; " : "",
		       on & 1u << MEASURE_ODDS ? "odds: how likely writes are stopped, from here on" : "");
}

void measures_switch_named(struct ui *ui, const char *text)
{
	unsigned on = 0;
	size_t len;

	for (text += strspn(text, " ,"); *text; text += len + strspn(text + len, " ,")) {
		int i = 0;

		len = strcspn(text, " ,");
		while (i < MEASURES && (strlen(names[i]) != len || strncmp(text, names[i], len) != 0))
			i++;
		if (i == MEASURES && (len != 4 || strncmp(text, "none", 4) != 0)) {
			ui_say(ui, "no column '%.*s': latency, odds, or none", (int)len, text);
			return;
		}
		on |= i < MEASURES ? 1u << i : 0;
	}
	measures_switch(ui, on);
}

/* ---- working them out ---- */

const struct measure *measure_of(const struct ui *ui, uint32_t group)
{
	const struct measures *ms = &ui->measures;

	if (ms->version != state_version(ui->state))
		return NULL;
	for (size_t i = 0; i < ms->all.len; i++)
		if (ms->all.at[i].group == group)
			return &ms->all.at[i];
	return NULL;
}

static uint32_t next_unmeasured(const struct ui *ui)
{
	const struct groups *gs = &ui->groups;

	for (size_t i = gs->list.top; i < gs->nshown && i < gs->list.top + gs->list.rows; i++)
		if (!measure_of(ui, gs->shown[i]))
			return gs->shown[i];
	return NO_GROUP;
}

/* All groups are looked at once, for the first odds. */
static void prepare_odds(struct ui *ui, uint32_t *budget)
{
	struct measures *ms = &ui->measures;
	uint32_t cost = ui->m->ngroups;

	ms->analysis = analysis_after(ui->state);
	ms->odds = odds_new(ms->analysis);
	*budget -= cost < *budget ? cost : *budget;
}

#define MEASURES_KEPT 256 /* or some screens full of them */

static void measure(struct ui *ui, uint32_t group)
{
	struct measures *ms = &ui->measures;
	struct measure new = {.group = group, .write_time = write_time(ui, group, judge_now(ui->state, group))};
	struct group_odds odds;

	if (ms->odds) {
		odds_group(ms->odds, group, &odds);
		new.stopped = odds.broken[TARGET_WRITES];
		new.exact = odds.exact;
	}
	if (ms->all.len >= MEASURES_KEPT && ms->all.len >= 4 * ui->groups.list.rows)
		vec_clear(&ms->all);
	vec_push(&ms->all, new);
}

bool measures_work(struct ui *ui, uint32_t *budget)
{
	struct measures *ms = &ui->measures;
	uint32_t group, cost;

	if (!ms->on || !ui->layout.panel[PANEL_GROUPS].h || ui->layout.strip[PANEL_GROUPS])
		return false;
	if (ms->version != state_version(ui->state))
		forget(ms);
	ms->version = state_version(ui->state);
	while (*budget && (group = next_unmeasured(ui)) != NO_GROUP) {
		if ((ms->on & 1u << MEASURE_ODDS) && !ms->odds)
			prepare_odds(ui, budget);
		measure(ui, group);
		cost = 8 + group_size(ui->m, group);
		*budget -= cost < *budget ? cost : *budget;
	}
	return next_unmeasured(ui) != NO_GROUP;
}

/* ---- showing them ---- */

/* "0.000754", "<=1.2e-05" */
static void odds_text(const struct measure *m, char out[32])
{
	snprintf(out, 32, m->exact ? "%.3g" : "<=%.2g", m->stopped);
}

void measure_put(struct ui *ui, struct pen *p, enum measure_kind kind, uint32_t group, int cells)
{
	const struct measure *m = measure_of(ui, group);
	bool writes = goes_on(state_outcome(ui->state, group)->writes);
	char text[32];

	if (!m) {
		pen_right(p, cells, INK_FAINT, glyph(ui->ascii, GLYPH_PENDING));
		return;
	}
	if (!writes || (kind == MEASURE_LATENCY && m->write_time == DURATION_NONE))
		snprintf(text, sizeof(text), "-");
	else if (kind == MEASURE_LATENCY)
		duration_text(m->write_time, text);
	else
		odds_text(m, text);
	pen_right(p, cells, writes ? INK_PLAIN : INK_FAINT, text);
}
