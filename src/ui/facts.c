/* facts - numbers about places at one version of the state, worked out in slices. */
#include <stdlib.h>
#include <string.h>

#include "model/names.h"
#include "ui/ui_p.h"

/* ---- what the model alone says ---- */

static void count_replicas(struct facts *f, const struct model *m)
{
	f->beneath = xcalloc((size_t)m->ndomains + 1, sizeof(*f->beneath));
	f->alive = xcalloc((size_t)m->ndomains + 1, sizeof(*f->alive));
	for (uint32_t i = 0; i < m->nreplicas; i++)
		f->beneath[m->replicas[i] + 1]++;
	for (domain_id d = 0; d < m->ndomains; d++)
		f->beneath[d + 1] += f->beneath[d];
}

static int by_first(const void *a, const void *b)
{
	const struct span_of *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int by_member(const void *a, const void *b)
{
	const struct membership *x = a, *y = b;

	return x->member != y->member ? (x->member < y->member ? -1 : 1) : (x->shared > y->shared) - (x->shared < y->shared);
}

/* Members in order, without those inside another. */
static void note_members(struct facts *f, const struct model *m, uint32_t shared)
{
	const struct shared *sh = &m->shared[shared];
	struct span_of *spans = xcalloc(sh->nmembers + 1, sizeof(*spans));
	domain_id end = 0;

	for (uint32_t i = 0; i < sh->nmembers; i++) {
		spans[i] = (struct span_of){sh->members[i], m->domains[sh->members[i]].end};
		vec_push(&f->members, (struct membership){sh->members[i], shared});
	}
	qsort(spans, sh->nmembers, sizeof(*spans), by_first);
	for (uint32_t i = 0; i < sh->nmembers; i++) {
		if (spans[i].first < end)
			continue;
		vec_push(&f->shared[shared], spans[i]);
		end = spans[i].end;
	}
	free(spans);
}

/* ---- replicas beneath a place ---- */

#define DOMAINS_A_VISIT 16 /* a domain costs that much less than a group */

bool facts_work_alive(struct ui *ui, uint32_t *budget)
{
	struct facts *f = &ui->facts;
	domain_id end = ui->m->ndomains;

	if (end - f->alive_upto > (uint64_t)*budget * DOMAINS_A_VISIT)
		end = f->alive_upto + *budget * DOMAINS_A_VISIT;
	*budget -= (end - f->alive_upto) / DOMAINS_A_VISIT;
	for (domain_id d = f->alive_upto; d < end; d++)
		f->alive[d + 1] = f->alive[d] + (state_gone(ui->state, d) ? 0 : f->beneath[d + 1] - f->beneath[d]);
	f->alive_upto = end;
	return end < ui->m->ndomains;
}

static uint32_t sum_over(const struct ui *ui, const uint32_t *before, place_id p)
{
	const struct facts *f = &ui->facts;
	uint32_t sum = 0;

	if (p < ui->m->ndomains)
		return before[ui->m->domains[p].end] - before[p];
	for (size_t i = 0; i < f->shared[p - ui->m->ndomains].len; i++) {
		const struct span_of *s = &f->shared[p - ui->m->ndomains].at[i];

		sum += before[s->end] - before[s->first];
	}
	return sum;
}

uint32_t facts_replicas(const struct ui *ui, place_id p)
{
	return sum_over(ui, ui->facts.beneath, p);
}

bool facts_live(const struct ui *ui, place_id p, uint32_t *ret)
{
	if (ui->facts.alive_upto < ui->m->ndomains)
		return false;
	*ret = sum_over(ui, ui->facts.alive, p);
	return true;
}

/* ---- what a death would do ---- */

static struct fact *find(const struct ui *ui, place_id p)
{
	uint32_t at = table_first(&ui->facts.index, p);

	return at == TABLE_END ? NULL : &ui->facts.all.at[table_value(&ui->facts.index, at)];
}

/* More than any screen shows at once. */
#define FACTS_KEPT 8192

static void forget_facts(struct facts *f)
{
	vec_clear(&f->all);
	table_release(&f->index);
	f->index = (struct table){0};
}

static struct fact *find_or_add(struct ui *ui, place_id p)
{
	struct facts *f = &ui->facts;
	struct fact *found = find(ui, p);

	if (found)
		return found;
	if (f->all.len >= FACTS_KEPT)
		forget_facts(f);
	table_add(&f->index, p, (uint32_t)f->all.len);
	vec_push(&f->all, (struct fact){.place = p, .mark = MARK_KILLED});
	return &f->all.at[f->all.len - 1];
}

void facts_renew(struct ui *ui)
{
	struct facts *f = &ui->facts;

	if (f->version == state_version(ui->state))
		return;
	f->version = state_version(ui->state);
	forget_facts(f);
	f->alive_upto = 0;
	state_summary(ui->state, &f->summary);
	f->killed = state_count_marks(ui->state, MARK_KILLED);
	f->drained = state_count_marks(ui->state, MARK_DRAINED);
}

/* At most so much is asked of the engine at once: a pass over all groups counts less than what it takes. */
#define BITE 256

bool fact_work(struct ui *ui, struct fact *f, uint32_t *budget)
{
	while (!f->impact.known && *budget) {
		uint32_t bite = *budget < BITE ? *budget : BITE, seen = f->impact.groups;

		state_impact_of(ui->state, f->place, f->mark, &f->impact, &f->cursor, bite);
		if (f->impact.known && f->impact.groups - seen < bite)
			bite = f->impact.groups - seen + 1;
		*budget -= bite < *budget ? bite : *budget;
	}
	return !f->impact.known;
}

bool facts_work_place(struct ui *ui, place_id p, uint32_t *budget)
{
	return fact_work(ui, find_or_add(ui, p), budget);
}

const struct impact *facts_impact(const struct ui *ui, place_id p)
{
	const struct fact *f = find(ui, p);

	return f && f->impact.known ? &f->impact : NULL;
}

/* ---- where a place's plight comes from ---- */

static enum mark mark_of_gone(uint8_t gone)
{
	return gone & GONE_LOST ? MARK_KILLED : gone & GONE_DEAF ? MARK_DRAINED : MARK_NONE;
}

static size_t first_membership(const struct facts *f, domain_id d)
{
	size_t from = 0, to = f->members.len;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (f->members.at[mid].member < d)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static bool via_shared(const struct ui *ui, domain_id d, enum mark mark, uint32_t *ret)
{
	const struct facts *f = &ui->facts;

	for (size_t i = first_membership(f, d); i < f->members.len && f->members.at[i].member == d; i++) {
		*ret = f->members.at[i].shared;
		if (state_mark(ui->state, ui->m->ndomains + *ret) == mark)
			return true;
	}
	return false;
}

static bool names_place(const struct cut *cut, place_id p)
{
	return cut->place == p || cut->other == p;
}

/* The cut that names the place; being isolated says more than being cut off from one other. */
static const struct cut *cut_of(const struct ui *ui, place_id p)
{
	size_t n;
	const struct cut *cuts = state_cuts(ui->state, &n), *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (names_place(&cuts[i], p) && (!found || (found->other != NO_PLACE && cuts[i].other == NO_PLACE)))
			found = &cuts[i];
	return found;
}

static const struct cut *cut_of_shared(const struct ui *ui, domain_id d, uint32_t *ret_shared)
{
	const struct facts *f = &ui->facts;
	const struct cut *cut = NULL;

	for (size_t i = first_membership(f, d); !cut && i < f->members.len && f->members.at[i].member == d; i++) {
		*ret_shared = f->members.at[i].shared;
		cut = cut_of(ui, ui->m->ndomains + *ret_shared);
	}
	return cut;
}

/* The nearest cut: its own, that of something that it shares, that of what is above it. */
static struct plight cut_plight(const struct ui *ui, place_id p)
{
	struct plight plight = {.cut = cut_of(ui, p), .blame = BLAME_OWN};

	if (!plight.cut && p < ui->m->ndomains) {
		plight.cut = cut_of_shared(ui, p, &plight.shared);
		plight.blame = BLAME_SHARED;
	}
	if (!plight.cut && p < ui->m->ndomains && ui->m->domains[p].parent != ROOT) {
		plight = cut_plight(ui, ui->m->domains[p].parent);
		plight.blame = BLAME_ABOVE;
	}
	if (!plight.cut)
		plight.blame = BLAME_NONE;
	return plight;
}

struct plight place_plight(const struct ui *ui, place_id p)
{
	enum mark own = state_mark(ui->state, p), all = own;
	struct plight plight = {.mark = own, .blame = own == MARK_NONE ? BLAME_NONE : BLAME_OWN};

	if (p < ui->m->ndomains)
		all = mark_of_gone(state_gone(ui->state, p));
	if (all == MARK_NONE)
		return cut_plight(ui, p);
	if (all <= own)
		return plight;
	plight.mark = all;
	plight.blame = via_shared(ui, p, all, &plight.shared) ? BLAME_SHARED : BLAME_ABOVE;
	return plight;
}

void sb_add_crumbs(struct strbuf *sb, const struct ui *ui, place_id p)
{
	if (p < ui->m->ndomains && ui->m->domains[p].parent != ROOT) {
		sb_add_crumbs(sb, ui, ui->m->domains[p].parent);
		sb_addf(sb, " %s ", glyph(ui->ascii, GLYPH_THEN));
	}
	sb_add(sb, place_name(ui->m, p));
}

/* ---- life ---- */

void facts_init(struct ui *ui)
{
	struct facts *f = &ui->facts;

	count_replicas(f, ui->m);
	f->shared = xcalloc(ui->m->nshared + 1, sizeof(*f->shared));
	for (uint32_t i = 0; i < ui->m->nshared; i++)
		note_members(f, ui->m, i);
	if (f->members.len)
		qsort(f->members.at, f->members.len, sizeof(*f->members.at), by_member);
	facts_renew(ui);
}

void facts_release(struct ui *ui)
{
	struct facts *f = &ui->facts;

	for (uint32_t i = 0; i < ui->m->nshared; i++)
		vec_free(&f->shared[i]);
	free(f->shared);
	vec_free(&f->members);
	vec_free(&f->all);
	table_release(&f->index);
	free(f->beneath);
	free(f->alive);
}
