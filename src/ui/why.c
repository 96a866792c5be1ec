/* why - the reasons: of a group, its verdicts, replicas and next deaths; of a domain, what its death does. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/names.h"
#include "rules/why.h"
#include "base/words.h"
#include "ui/ui_p.h"

/* ---- what a death does, in words ---- */

static void add_harm(struct strbuf *sb, uint32_t n, const char *one, const char *many, bool *first)
{
	if (!n)
		return;
	if (*first)
		sb_add_count(sb, n, "group", "groups");
	else
		sb_addf(sb, ", %u", n);
	sb_addf(sb, " %s", n == 1 ? one : many);
	*first = false;
}

void sb_add_harm(struct strbuf *sb, uint32_t writes, uint32_t reads, uint32_t data, uint32_t lost)
{
	bool first = true;

	add_harm(sb, lost, "loses its data", "lose their data", &first);
	add_harm(sb, writes, "stops taking writes", "stop taking writes", &first);
	add_harm(sb, reads, "becomes unreadable", "become unreadable", &first);
	add_harm(sb, data > lost ? data - lost : 0, "may lose its newest writes", "may lose their newest writes", &first);
	if (first)
		sb_add(sb, "no group stops, nothing is lost");
}

/* ---- a group: which single next death would hurt ---- */

static void add_candidate(struct why *w, place_id p)
{
	vec_push(&w->candidates, p);
}

static int by_id(const void *a, const void *b)
{
	place_id x = *(const place_id *)a, y = *(const place_id *)b;

	return x < y ? -1 : x > y;
}

static void sort_unique(struct why *w)
{
	size_t kept = 0;

	if (w->candidates.len)
		qsort(w->candidates.at, w->candidates.len, sizeof(*w->candidates.at), by_id);
	for (size_t i = 0; i < w->candidates.len; i++)
		if (!kept || w->candidates.at[kept - 1] != w->candidates.at[i])
			w->candidates.at[kept++] = w->candidates.at[i];
	w->candidates.len = kept;
}

/* The group's own domains, all that are above them, and the shared ones that hold any of these. */
static void find_candidates(struct ui *ui, uint32_t group)
{
	const struct model *m = ui->m;
	struct why *w = &ui->why;

	vec_clear(&w->candidates);
	for (uint32_t i = 0; i < group_size(m, group); i++)
		for (domain_id d = group_places(m, group)[i]; d != ROOT; d = m->domains[d].parent)
			if (!(state_gone(ui->state, d) & GONE_LOST))
				add_candidate(w, d);
	sort_unique(w);
	for (size_t i = 0, n = w->candidates.len; i < n; i++)
		for (size_t j = 0; j < ui->facts.members.len; j++)
			if (ui->facts.members.at[j].member == w->candidates.at[i])
				add_candidate(w, m->ndomains + ui->facts.members.at[j].shared);
	sort_unique(w);
}

static unsigned harm_of(const struct outcome *o)
{
	return standing_of(o) * DATA_VERDICTS + o->data;
}

static bool hurts(const struct outcome *now, const struct outcome *then)
{
	return (goes_on(now->writes) && !goes_on(then->writes)) || (goes_on(now->reads) && !goes_on(then->reads)) ||
	       then->data > now->data;
}

static int worst_death_first(const void *a, const void *b)
{
	const struct death *x = a, *y = b;
	unsigned hx = harm_of(&x->outcome), hy = harm_of(&y->outcome);

	if (hx != hy)
		return hx > hy ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static bool is_implied(const struct model *m, const struct why *w, const struct death *d)
{
	for (size_t i = 0; i < w->deaths.len; i++) {
		const struct death *other = &w->deaths.at[i];

		if (other != d && d->place < m->ndomains && other->place < m->ndomains &&
		    domain_contains(m, d->place, other->place) && harm_of(&other->outcome) >= harm_of(&d->outcome))
			return true;
	}
	return false;
}

/* A death above another one that does the same harm goes without saying. Those above come first: by number. */
static void drop_implied(const struct model *m, struct why *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->deaths.len; i++)
		if (!is_implied(m, w, &w->deaths.at[i]))
			w->deaths.at[kept++] = w->deaths.at[i];
	w->deaths.len = kept;
}

static bool work_group(struct ui *ui, uint32_t group, uint32_t *budget)
{
	struct why *w = &ui->why;
	struct outcome now = *state_outcome(ui->state, group);
	uint32_t cost = 1 + group_size(ui->m, group) / 8;

	if (w->group != group || w->version != state_version(ui->state)) {
		w->group = group;
		w->version = state_version(ui->state);
		w->tried = 0;
		vec_clear(&w->deaths);
		find_candidates(ui, group);
	}
	if (w->tried == w->candidates.len)
		return false;
	for (; w->tried < w->candidates.len && *budget; w->tried++) {
		place_id p = w->candidates.at[w->tried];
		struct outcome then = state_outcome_if_killed(ui->state, group, p);

		if (hurts(&now, &then))
			vec_push(&w->deaths, (struct death){p, then});
		*budget -= cost < *budget ? cost : *budget;
	}
	if (w->tried < w->candidates.len)
		return true;
	drop_implied(ui->m, w);
	if (w->deaths.len)
		qsort(w->deaths.at, w->deaths.len, sizeof(*w->deaths.at), worst_death_first);
	return false;
}

/* ---- a domain: its groups, worst first ---- */

#define WORST_SHOWN 100
#define NAMES_SHOWN 5
#define ROWS_FOR_SENTENCES 8 /* with fewer, each reason has one line */

static bool touches(const struct ui *ui, uint32_t group, place_id p)
{
	const struct facts *f = &ui->facts;

	for (uint32_t i = 0; i < group_size(ui->m, group); i++) {
		domain_id d = group_places(ui->m, group)[i];

		if (p < ui->m->ndomains && domain_contains(ui->m, p, d))
			return true;
		for (size_t j = 0; p >= ui->m->ndomains && j < f->shared[p - ui->m->ndomains].len; j++)
			if (d >= f->shared[p - ui->m->ndomains].at[j].first && d < f->shared[p - ui->m->ndomains].at[j].end)
				return true;
	}
	return false;
}

/* Goes through the groups in their order, worst first, so that the first ones found are the worst. */
static bool work_place(struct ui *ui, place_id p, uint32_t *budget)
{
	struct why *w = &ui->why;
	const struct groups *gs = &ui->groups;

	if (gs->phase != ORDER_DONE || gs->version != state_version(ui->state))
		return true;
	if (w->place != p || w->place_version != gs->version) {
		w->place = p;
		w->place_version = gs->version;
		w->scanned = 0;
		vec_clear(&w->worst);
	}
	for (; w->scanned < ui->m->ngroups && w->worst.len < WORST_SHOWN && *budget; w->scanned++, --*budget)
		if (touches(ui, gs->order[w->scanned], p))
			vec_push(&w->worst, gs->order[w->scanned]);
	w->complete = w->scanned == ui->m->ngroups || w->worst.len == WORST_SHOWN;
	return !w->complete;
}

static bool work(struct ui *ui, uint32_t *budget)
{
	if (ui->subject == PANEL_GROUPS && ui->groups.selected != NO_GROUP)
		return work_group(ui, ui->groups.selected, budget);
	if (ui->subject == PANEL_TREE && tree_place(ui) != NO_PLACE)
		return work_place(ui, tree_place(ui), budget);
	return false;
}

/* ---- telling: pieces ---- */

static void tell_standing(struct ui *ui, unsigned standing)
{
	const struct look *look = &standing_looks[standing];

	lines_addf(&ui->why.lines, look->ink, "%s %s", glyph(ui->ascii, look->glyph), look->word);
}

static void tell_section(struct ui *ui, const char *heading)
{
	lines_begin(&ui->why.lines, NO_PLACE);
	lines_add(&ui->why.lines, INK_FRAME, heading);
}

static void tell_wrapped(struct ui *ui, enum ink ink, int width, const char *text)
{
	lines_wrap(&ui->why.lines, NO_PLACE, ink, 2, width, text);
}

/* ---- telling: a group ---- */

static void tell_verdicts(struct ui *ui, uint32_t group, const struct group_why *why, int width)
{
	static const struct {
		const char *name;
		void (*say)(struct strbuf *, const struct model *, uint32_t, const struct group_why *);
	} verdicts[TARGETS] = {{"writes", why_write}, {"reads", why_read}, {"data", why_data}};
	const char *answers[TARGETS] = {answer_names[why->outcome.writes], answer_names[why->outcome.reads],
	                                data_names[why->outcome.data]};
	bool fine[TARGETS] = {why->outcome.writes == ANSWER_YES, why->outcome.reads == ANSWER_YES,
	                      why->outcome.data == DATA_SAFE};

	for (int i = 0; i < TARGETS; i++) {
		struct strbuf text = {0};

		verdicts[i].say(&text, ui->m, group, why);
		lines_begin(&ui->why.lines, NO_PLACE);
		lines_add(&ui->why.lines, INK_FRAME, verdicts[i].name);
		lines_tab(&ui->why.lines, 7, fine[i] ? INK_OK : INK_STOPS, answers[i]);
		lines_wrap_on(&ui->why.lines, INK_PLAIN, 15, 15, width, sb_text(&text));
		sb_release(&text);
	}
}

static void tell_times(struct ui *ui, uint32_t group, const struct outcome *o)
{
	char rpo[32], rto[32];
	struct strbuf parts = {0};
	struct lines *ls = &ui->why.lines;

	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_FRAME, "RPO");
	lines_tab(ls, 7, o->rpo ? INK_STOPS : INK_PLAIN, duration_text(o->rpo, rpo));
	lines_tab(ls, 22, INK_FRAME, "RTO");
	lines_tab(ls, 26, o->rto == DURATION_NONE ? INK_STOPS : INK_PLAIN, duration_text(o->rto, rto));
	why_rto(&parts, ui->m, group, o);
	if (parts.len)
		lines_tab(ls, 40, INK_FRAME, sb_text(&parts));
	sb_release(&parts);
}

static bool still_goes_on(const struct ui *ui, uint32_t group)
{
	const struct outcome *o = state_outcome(ui->state, group);

	return goes_on(o->writes) && goes_on(o->reads) && o->data != DATA_LOST;
}

static void tell_deaths(struct ui *ui, uint32_t group)
{
	struct why *w = &ui->why;
	struct lines *ls = &w->lines;

	if (w->group != group || w->version != state_version(ui->state) || w->tried < w->candidates.len) {
		tell_section(ui, "next death that hurts");
		lines_addf(ls, INK_FAINT, " %s", glyph(ui->ascii, GLYPH_PENDING));
		return;
	}
	if (!w->deaths.len) {
		lines_begin(ls, NO_PLACE);
		lines_add(ls, INK_FRAME, "next death that hurts: ");
		lines_add(ls, INK_OK, still_goes_on(ui, group) ? "none, any one is survived" : "none, one more changes nothing");
		return;
	}
	tell_section(ui, "next death that hurts, worst first");
	for (size_t i = 0; i < w->deaths.len; i++) {
		const struct death *d = &w->deaths.at[i];
		struct strbuf name = {0};

		sb_add_short(&name, ui->m, d->place);
		lines_begin(ls, d->place);
		lines_addf(ls, INK_FAINT, "  %s ", place_level_name(ui->m, d->place));
		lines_addf(ls, INK_PLAIN, "%s %s ", sb_text(&name), glyph(ui->ascii, GLYPH_THEN));
		tell_standing(ui, standing_of(&d->outcome));
		if (d->outcome.data != DATA_SAFE && d->outcome.data != DATA_LOST)
			lines_addf(ls, INK_ASIDE, "  data %s", data_names[d->outcome.data]);
		sb_release(&name);
	}
}

static const char *role_name(uint8_t role)
{
	return role < ROLES ? role_info[role].name : "struck";
}

struct seen { const char *word; enum ink ink; };

static struct seen seen_state(const struct replica_why *r)
{
	if (r->live)
		return (struct seen){"live", INK_PLAIN};
	if (r->cut_off)
		return (struct seen){"cut off", INK_CUT};
	return (struct seen){r->present ? "drained" : "dead", r->present ? INK_DRAINED : INK_KILLED};
}

static void tell_replica(struct ui *ui, const struct group_why *why, uint32_t i, int width)
{
	const struct replica_why *r = &why->replicas[i];
	struct lines *ls = &ui->why.lines;
	int place = width > 52 ? width - 36 : 16;
	struct seen state = seen_state(r);
	struct strbuf name = {0};

	sb_add_short(&name, ui->m, r->place);
	if (text_cells(sb_text(&name)) > place - 3)
		place = text_cells(sb_text(&name)) + 3;
	lines_begin(ls, r->place);
	lines_addf(ls, state.ink, "  %s", sb_text(&name));
	lines_tab(ls, place, state.ink, state.word);
	lines_tab(ls, place + 8, INK_PLAIN, role_name(r->role));
	if (r->role != r->configured_role)
		lines_addf(ls, INK_FAINT, " (was %s)", role_name(r->configured_role));
	if (r->other_side)
		lines_add(ls, INK_STOPS, "  writes on the other side");
	else if (r->in_write_set)
		lines_add(ls, INK_FAINT, "  in write set");
	else if (r->was_in_write_set)
		lines_add(ls, INK_FAINT, "  left write set");
	else if (r->follower)
		lines_add(ls, INK_FAINT, "  follows");
	sb_release(&name);
}

static void tell_group(struct ui *ui, uint32_t group, int width)
{
	struct replica_why *replicas = xcalloc(group_size(ui->m, group) + 1, sizeof(*replicas));
	struct group_why why = {.replicas = replicas};
	struct strbuf text = {0};

	state_why(ui->state, group, &why);
	why_sentence(&text, ui->m, group, &why);
	lines_begin(&ui->why.lines, NO_PLACE);
	tell_standing(ui, standing_of(&why.outcome));
	lines_add(&ui->why.lines, INK_PLAIN, "  ");
	lines_wrap_on(&ui->why.lines, INK_PLAIN, text_cells(standing_looks[standing_of(&why.outcome)].word) + 4, 2, width,
	              sb_text(&text));
	tell_deaths(ui, group);
	tell_verdicts(ui, group, &why, width);
	tell_times(ui, group, &why.outcome);
	tell_section(ui, "replicas");
	for (uint32_t i = 0; i < why.nreplicas; i++)
		tell_replica(ui, &why, i, width);
	sb_release(&text);
	free(replicas);
}

/* ---- telling: a domain ---- */

static void tell_cuts(struct ui *ui, place_id p, int width)
{
	size_t n;
	const struct cut *cuts = state_cuts(ui->state, &n);

	for (size_t i = 0; i < n; i++) {
		struct strbuf text = {0};

		if (cuts[i].place != p && cuts[i].other != p)
			continue;
		sb_add(&text, "it is cut off from ");
		if (cuts[i].other == NO_PLACE)
			sb_add(&text, "everything outside it");
		else
			sb_add_short(&text, ui->m, cuts[i].place == p ? cuts[i].other : cuts[i].place);
		tell_wrapped(ui, INK_CUT, width, sb_text(&text));
		sb_release(&text);
	}
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

static void tell_impact(struct ui *ui, place_id p, int width)
{
	const struct impact *i = facts_impact(ui, p);
	struct strbuf text = {0};

	if (place_plight(ui, p).mark == MARK_KILLED)
		return;
	sb_add(&text, "killing it now: ");
	if (i)
		sb_add_harm(&text, i->writes, i->reads, i->data, i->lost);
	else
		sb_add(&text, glyph(ui->ascii, GLYPH_PENDING));
	tell_wrapped(ui, !i || !(i->writes | i->reads | i->data) ? INK_OK : i->lost ? INK_LOSES : INK_STOPS, width,
	             sb_text(&text));
	sb_release(&text);
}

/* What is said of one of the domain's groups; groups of which the same is said are told of together. */
struct reason {
	struct outcome outcome;
	struct strbuf sentence;
	bool told;
};

static struct reason *reasons_of(struct ui *ui)
{
	const struct why *w = &ui->why;
	struct reason *reasons = xcalloc(w->worst.len + 1, sizeof(*reasons));

	for (size_t i = 0; i < w->worst.len; i++) {
		struct group_why why = {.replicas = NULL};

		state_why(ui->state, w->worst.at[i], &why);
		why_sentence(&reasons[i].sentence, ui->m, w->worst.at[i], &why);
		reasons[i].outcome = why.outcome;
	}
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
	tell_standing(ui, standing_of(o));
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

static void tell_groups_of_place(struct ui *ui, place_id p, struct rect room)
{
	const struct why *w = &ui->why;
	const struct impact *impact = facts_impact(ui, p);
	bool mine = w->place == p && w->place_version == state_version(ui->state);
	struct reason *reasons = mine ? reasons_of(ui) : NULL;

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

static void tell_place(struct ui *ui, place_id p, struct rect room)
{
	int width = room.w;

	tell_plight(ui, p, width);
	tell_impact(ui, p, width);
	if (p < ui->m->ndomains)
		tell_shared_with(ui, p, width);
	else
		tell_members(ui, p, width);
	tell_groups_of_place(ui, p, room);
}

/* ---- the panel ---- */

static void settle(struct ui *ui, struct rect r)
{
	struct rect room = {0, 0, r.w - 2, r.h};

	lines_clear(&ui->why.lines);
	if (ui->subject == PANEL_GROUPS && ui->groups.selected != NO_GROUP)
		tell_group(ui, ui->groups.selected, room.w);
	else if (ui->subject == PANEL_TREE && tree_place(ui) < ui->m->ndomains + ui->m->nshared)
		tell_place(ui, tree_place(ui), room);
	list_resize(&ui->why.list, ui->why.lines.all.len, r.h);
}

static void title(struct ui *ui, struct pen *p)
{
	struct strbuf name = {0};

	pen_put(p, ui->focus == PANEL_WHY ? INK_FOCUS : INK_STRONG, " Why ");
	if (ui->subject == PANEL_GROUPS && ui->groups.selected != NO_GROUP) {
		sb_add_group(&name, ui, ui->groups.selected);
		pen_putf(p, INK_PLAIN, "%s ", sb_text(&name));
	} else if (ui->subject == PANEL_TREE && tree_place(ui) < ui->m->ndomains + ui->m->nshared) {
		sb_add_short(&name, ui->m, tree_place(ui));
		pen_putf(p, INK_FRAME, "%s ", place_level_name(ui->m, tree_place(ui)));
		pen_putf(p, INK_PLAIN, "%s ", sb_text(&name));
	}
	sb_release(&name);
}

static void view(struct ui *ui, struct grid *g, struct rect r, bool focused)
{
	lines_draw(&ui->why.lines, &ui->why.list, g, r, focused);
}

static struct list *list(struct ui *ui)
{
	return &ui->why.list;
}

static place_id place(const struct ui *ui)
{
	const struct why *w = &ui->why;

	return w->list.cur < w->lines.all.len ? w->lines.all.at[w->list.cur].place : NO_PLACE;
}

void why_release(struct ui *ui)
{
	struct why *w = &ui->why;

	lines_release(&w->lines);
	vec_free(&w->candidates);
	vec_free(&w->deaths);
	vec_free(&w->worst);
}

const struct panel why_panel = {"Why", MODE_WHY, settle, title, view, list, place, work};
