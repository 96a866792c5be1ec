/* why_place - what a domain's death or drain would do, which side of a cut it is on, and how its groups stand. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "model/names.h"
#include "rules/why.h"
#include "ui/why_p.h"

/* ---- its groups, worst first ---- */

#define WORST_SHOWN 100
#define NAMES_SHOWN 5
#define ROWS_FOR_SENTENCES 8 /* with fewer, each reason has one line */

static bool covers(const struct ui *ui, place_id p, domain_id d)
{
	const struct facts *f = &ui->facts;

	if (p < ui->m->ndomains)
		return domain_contains(ui->m, p, d);
	for (size_t i = 0; i < f->shared[p - ui->m->ndomains].len; i++)
		if (d >= f->shared[p - ui->m->ndomains].at[i].first && d < f->shared[p - ui->m->ndomains].at[i].end)
			return true;
	return false;
}

static bool touches(const struct ui *ui, uint32_t group, place_id p)
{
	for (uint32_t i = 0; i < group_size(ui->m, group); i++)
		if (covers(ui, p, group_places(ui->m, group)[i]))
			return true;
	return false;
}

/* Of the groups that are told of. */
static bool find_delays(struct ui *ui, uint32_t *budget)
{
	struct why *w = &ui->why;

	for (; w->timed < w->worst.len && *budget; w->timed++) {
		uint32_t group = w->worst.at[w->timed], cost = 1 + group_size(ui->m, group) / 8;
		struct delay delay;

		if (why_find_delay(ui, group, w->place, &delay))
			vec_push(&w->slowed, delay);
		*budget -= cost < *budget ? cost : *budget;
	}
	return w->timed < w->worst.len;
}

/* Goes through the groups in their order, worst first, so that the first ones found are the worst. */
bool why_work_place(struct ui *ui, place_id p, uint32_t *budget)
{
	struct why *w = &ui->why;
	const struct groups *gs = &ui->groups;

	if (gs->phase != ORDER_DONE || gs->version != state_version(ui->state))
		return true;
	if (w->place != p || w->place_version != gs->version) {
		w->place = p;
		w->place_version = gs->version;
		w->scanned = 0;
		w->complete = false;
		w->drain = (struct fact){.place = p, .mark = MARK_DRAINED};
		vec_clear(&w->worst);
		vec_clear(&w->slowed);
		w->timed = 0;
	}
	if (fact_work(ui, &w->drain, budget))
		return true;
	for (; w->scanned < ui->m->ngroups && w->worst.len < WORST_SHOWN && *budget; w->scanned++, --*budget)
		if (touches(ui, gs->order[w->scanned], p))
			vec_push(&w->worst, gs->order[w->scanned]);
	w->complete = w->scanned == ui->m->ngroups || w->worst.len == WORST_SHOWN;
	return !w->complete || find_delays(ui, budget);
}

/* ---- telling: the domain ---- */

static void tell_wrapped(struct ui *ui, enum ink ink, int width, const char *text)
{
	lines_wrap(&ui->why.lines, NO_PLACE, ink, 2, width, text);
}

static void add_cut(struct strbuf *sb, const struct ui *ui, place_id p, const struct cut *cut)
{
	if (cut->other == NO_PLACE) {
		sb_add(sb, "isolated: alive, but hears nothing outside it");
		return;
	}
	sb_add(sb, "cut off from ");
	sb_add_short(sb, ui->m, cut->place == p ? cut->other : cut->place);
}

static void add_cuts(struct strbuf *sb, const struct ui *ui, place_id p, bool itself)
{
	size_t n;
	const struct cut *cuts = state_cuts(ui->state, &n);

	for (size_t i = 0; i < n; i++) {
		if (cuts[i].place != p && cuts[i].other != p)
			continue;
		sb_add(sb, sb->len ? "; " : "");
		if (!itself)
			sb_addf(sb, "with %s ", place_name(ui->m, p));
		add_cut(sb, ui, p, &cuts[i]);
	}
}

/* Every cut that it is on one side of: its own, and those of what holds it. */
static void tell_cuts(struct ui *ui, place_id p, int width)
{
	const struct facts *f = &ui->facts;
	struct strbuf text = {0};

	add_cuts(&text, ui, p, true);
	for (domain_id d = p; p < ui->m->ndomains && d != ROOT; d = ui->m->domains[d].parent) {
		if (d != p)
			add_cuts(&text, ui, d, false);
		for (size_t i = 0; i < f->members.len; i++)
			if (f->members.at[i].member == d)
				add_cuts(&text, ui, ui->m->ndomains + f->members.at[i].shared, false);
	}
	if (text.len)
		tell_wrapped(ui, INK_CUT, width, sb_text(&text));
	sb_release(&text);
}

static void tell_plight(struct ui *ui, place_id p, int width)
{
	struct plight plight = place_plight(ui, p);
	const char *dead = plight.mark == MARK_KILLED ? "dead" : "drained";
	struct strbuf text = {0};

	if (plight.mark == MARK_NONE) {
		tell_cuts(ui, p, width);
		return;
	}
	if (plight.blame == BLAME_OWN)
		sb_addf(&text, "it is %s: R heals it", plight.mark == MARK_KILLED ? "killed" : "drained");
	else if (plight.blame == BLAME_SHARED)
		sb_addf(&text, "it is %s because it shares %s", dead, place_name(ui->m, ui->m->ndomains + plight.shared));
	else
		sb_addf(&text, "it is %s because what is above it is", dead);
	tell_wrapped(ui, INK_STRONG, width, sb_text(&text));
	sb_release(&text);
}

/* Groups that stop although they have no replica here. */
static void add_by_needs(struct strbuf *sb, const struct impact *i)
{
	uint32_t n = i->writes_by_needs > i->reads_by_needs ? i->writes_by_needs : i->reads_by_needs;

	if (n)
		sb_addf(sb, "; %u of them %s elsewhere and %s what is here", n, is_or_are(n), n == 1 ? "needs" : "need");
}

static void tell_harm(struct ui *ui, const char *what, const struct impact *i, int width)
{
	struct strbuf text = {0};

	sb_addf(&text, "%s it now: ", what);
	if (i)
		sb_add_harm(&text, i->writes, i->reads, i->data, i->lost);
	else
		sb_add(&text, glyph(ui->ascii, GLYPH_PENDING));
	if (i)
		add_by_needs(&text, i);
	tell_wrapped(ui, !i || !(i->writes | i->reads | i->data) ? INK_OK : i->lost ? INK_LOSES : INK_STOPS, width,
	             sb_text(&text));
	sb_release(&text);
}

/* Planned work beside an accident. */
static void tell_impacts(struct ui *ui, place_id p, int width)
{
	const struct fact *drain = &ui->why.drain;
	bool mine = ui->why.place == p && ui->why.place_version == state_version(ui->state);
	enum mark mark = place_plight(ui, p).mark;

	if (mark != MARK_KILLED)
		tell_harm(ui, "killing", facts_impact(ui, p), width);
	if (mark == MARK_NONE)
		tell_harm(ui, "draining", mine && drain->impact.known ? &drain->impact : NULL, width);
}

/* ---- telling: its groups ---- */

enum side { SIDE_WHOLE, SIDE_HERE, SIDE_OTHER, SIDE_BOTH, SIDES };

/* Which side the group is judged from, seen from a place. */
static enum side side_of(const struct ui *ui, const struct group_why *why, place_id p)
{
	bool cut = false;

	if (why->outcome.split)
		return SIDE_BOTH;
	for (uint32_t i = 0; i < why->nreplicas; i++) {
		if (why->replicas[i].cut_off && covers(ui, p, why->replicas[i].place))
			return SIDE_OTHER;
		cut |= why->replicas[i].cut_off;
	}
	return cut ? SIDE_HERE : SIDE_WHOLE;
}

/* What is said of one of the domain's groups; groups of which the same is said are told of together. */
struct reason {
	struct outcome outcome;
	enum side side;
	struct strbuf sentence;
	bool told;
};

static struct reason *reasons_of(struct ui *ui)
{
	const struct why *w = &ui->why;
	struct reason *reasons = xcalloc(w->worst.len + 1, sizeof(*reasons));
	struct replica_why *replicas = xcalloc(MAX_REPLICAS, sizeof(*replicas));

	for (size_t i = 0; i < w->worst.len; i++) {
		struct group_why why = {.replicas = replicas};

		state_why(ui->state, w->worst.at[i], &why);
		why_sentence(&reasons[i].sentence, ui->m, w->worst.at[i], &why);
		reasons[i].outcome = why.outcome;
		reasons[i].side = side_of(ui, &why, w->place);
	}
	free(replicas);
	return reasons;
}

static bool same_reason(const struct reason *a, const struct reason *b)
{
	return standing_of(&a->outcome) == standing_of(&b->outcome) && a->outcome.data == b->outcome.data &&
	       !strcmp(sb_text(&a->sentence), sb_text(&b->sentence));
}

/* "kv/g1, kv/g2 and 7 more", of the groups with the reason of the i-th. */
static void add_names(struct strbuf *sb, struct ui *ui, struct reason *reasons, size_t i, uint32_t shown)
{
	uint32_t n = 0;

	for (size_t k = i; k < ui->why.worst.len; k++) {
		if (reasons[k].told || !same_reason(&reasons[i], &reasons[k]))
			continue;
		if (n++ < shown) {
			sb_add(sb, n > 1 ? ", " : "");
			sb_add_group(sb, ui, ui->why.worst.at[k]);
		}
		reasons[k].told = k != i;
	}
	reasons[i].told = true;
	if (n > shown)
		sb_addf(sb, " and %u more", n - shown);
}

static void tell_reason(struct ui *ui, struct reason *reasons, size_t i, struct rect room)
{
	const struct outcome *o = &reasons[i].outcome;
	struct lines *ls = &ui->why.lines;
	bool brief = room.h < ROWS_FOR_SENTENCES;
	int from = text_cells(standing_looks[standing_of(o)].word) + 3;
	struct strbuf names = {0};

	lines_begin(ls, NO_PLACE);
	why_add_standing(ui, standing_of(o));
	if (o->data != DATA_SAFE && o->data != DATA_LOST) {
		lines_addf(ls, INK_ASIDE, " %s", data_names[o->data]);
		from += 1 + text_cells(data_names[o->data]);
	}
	add_names(&names, ui, reasons, i, brief ? 1 : NAMES_SHOWN);
	if (brief) {
		lines_addf(ls, INK_STRONG, " %s", sb_text(&names));
		lines_addf(ls, INK_FAINT, "  %s", sb_text(&reasons[i].sentence));
	} else {
		lines_wrap_on(ls, INK_STRONG, from, 2, room.w, sb_text(&names));
		lines_begin(ls, NO_PLACE);
		lines_wrap_on(ls, INK_FAINT, 2, 2, room.w, sb_text(&reasons[i].sentence));
	}
	sb_release(&names);
}

/* "mysql/cluster-1 and 3 more", of the groups on that side; returns how many. */
static uint32_t add_side(struct strbuf *sb, const struct ui *ui, const struct reason *reasons, enum side side)
{
	uint32_t n = 0;

	for (size_t i = 0; i < ui->why.worst.len; i++)
		if (reasons[i].side == side && !n++)
			sb_add_group(sb, ui, ui->why.worst.at[i]);
	if (n > 1)
		sb_addf(sb, " and %u more", n - 1);
	return n;
}

static void tell_sides(struct ui *ui, const struct reason *reasons, int width)
{
	static const struct { enum side side; enum ink ink; const char *one, *many; } told[] = {
		{SIDE_BOTH, INK_STOPS, "is split: each side takes writes of its own", "are split: each side takes writes of its own"},
		{SIDE_OTHER, INK_CUT, "is judged from the other side: its replicas here are out of hearing",
		 "are judged from the other side: their replicas here are out of hearing"},
		{SIDE_HERE, INK_CUT, "is judged from this side", "are judged from this side"},
	};

	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++) {
		struct strbuf text = {0};
		uint32_t n = add_side(&text, ui, reasons, told[i].side);

		sb_addf(&text, " %s", n == 1 ? told[i].one : told[i].many);
		if (n)
			tell_wrapped(ui, told[i].ink, width, sb_text(&text));
		sb_release(&text);
	}
}

static void tell_groups_of_place(struct ui *ui, place_id p, struct rect room)
{
	const struct why *w = &ui->why;
	const struct impact *impact = facts_impact(ui, p);
	bool mine = w->place == p && w->place_version == state_version(ui->state);
	struct reason *reasons = mine ? reasons_of(ui) : NULL;

	if (mine)
		tell_sides(ui, reasons, room.w);
	for (size_t i = 0; mine && i < w->worst.len; i++)
		if (!reasons[i].told)
			tell_reason(ui, reasons, i, room);
	for (size_t i = 0; mine && i < w->worst.len; i++)
		sb_release(&reasons[i].sentence);
	free(reasons);
	if (!mine || !w->complete) {
		lines_begin(&ui->why.lines, NO_PLACE);
		lines_add(&ui->why.lines, INK_FAINT, glyph(ui->ascii, GLYPH_PENDING));
	} else if (impact && impact->groups > w->worst.len) {
		lines_begin(&ui->why.lines, NO_PLACE);
		lines_addf(&ui->why.lines, INK_FAINT, "and %zu more groups", impact->groups - w->worst.len);
	}
}

static void tell_shared_with(struct ui *ui, place_id p, int width)
{
	const struct facts *f = &ui->facts;

	for (size_t i = 0; i < f->members.len; i++) {
		const struct shared *sh = &ui->m->shared[f->members.at[i].shared];
		struct strbuf text = {0};

		if (f->members.at[i].member != p)
			continue;
		sb_addf(&text, "dies with %s", str_text(ui->m->strings, sh->name));
		if (*str_text(ui->m->strings, sh->kind))
			sb_addf(&text, " (%s)", str_text(ui->m->strings, sh->kind));
		sb_addf(&text, ", which %u domains share", sh->nmembers);
		tell_wrapped(ui, INK_PLAIN, width, sb_text(&text));
		sb_release(&text);
	}
}

static void tell_members(struct ui *ui, place_id p, int width)
{
	const struct shared *sh = &ui->m->shared[p - ui->m->ndomains];
	struct strbuf text = {0};

	sb_add(&text, "shared by ");
	for (uint32_t i = 0; i < sh->nmembers && i < 16; i++) {
		sb_add(&text, i ? ", " : "");
		sb_add_short(&text, ui->m, sh->members[i]);
	}
	if (sh->nmembers > 16)
		sb_addf(&text, " and %u more", sh->nmembers - 16);
	tell_wrapped(ui, INK_PLAIN, width, sb_text(&text));
	sb_release(&text);
}

void why_tell_place(struct ui *ui, place_id p, struct rect room)
{
	int width = room.w;

	tell_plight(ui, p, width);
	tell_impacts(ui, p, width);
	if (ui->why.place == p && ui->why.place_version == state_version(ui->state))
		why_tell_delays_of_place(ui, width);
	if (p < ui->m->ndomains)
		tell_shared_with(ui, p, width);
	else
		tell_members(ui, p, width);
	tell_groups_of_place(ui, p, room);
}
