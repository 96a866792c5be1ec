/* footprint - see analysis/footprint.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/footprint_p.h"
#include "analysis/signature_p.h"
#include "base/strbuf.h"

bool target_holds(enum target t, const struct outcome *o)
{
	switch (t) {
	case TARGET_WRITES:
		return goes_on(o->writes);
	case TARGET_READS:
		return goes_on(o->reads);
	default:
		return o->data == DATA_SAFE;
	}
}

/* ---- shared domains by their members ---- */

static void index_shared(struct analysis *a)
{
	const struct model *m = a->model;
	uint32_t *first = xcalloc(m->ndomains + 2, sizeof(*first));
	uint32_t total = 0;

	for (uint32_t s = 0; s < m->nshared; s++)
		for (uint32_t i = 0; i < m->shared[s].nmembers; i++, total++)
			first[m->shared[s].members[i] + 2]++;
	for (domain_id d = 0; d < m->ndomains; d++)
		first[d + 2] += first[d + 1];
	a->shared_on = xcalloc(total + 1, sizeof(*a->shared_on));
	for (uint32_t s = 0; s < m->nshared; s++)
		for (uint32_t i = 0; i < m->shared[s].nmembers; i++)
			a->shared_on[first[m->shared[s].members[i] + 1]++] = s;
	a->shared_first = first;
}

/* ---- one group's footprint, drafted in scratch before it is known whether it is new ---- */

struct covered { uint32_t shared; const uint8_t *set; };

struct draft {
	uint32_t service, roles;
	situation_id start;
	uint8_t broken;
	uint16_t n;
	VEC(domain_id) ancestors;    /* [level - 1][replica] */
	VEC(uint16_t) parts;
	VEC(struct covered) covered; /* sets in `sets` */
	VEC(uint8_t) sets;
	VEC(uint32_t) even;
	uint32_t *before[MAX_LEVELS + 1]; /* by level: how many domains of it come before each domain; NULL: not asked yet */
	struct strbuf key;
};

static void draft_release(struct draft *d)
{
	vec_free(&d->ancestors);
	vec_free(&d->parts);
	vec_free(&d->covered);
	vec_free(&d->sets);
	vec_free(&d->even);
	for (unsigned level = 0; level <= MAX_LEVELS; level++)
		free(d->before[level]);
	sb_release(&d->key);
}

static void draft_ancestors(struct draft *d, const struct model *m, uint32_t g)
{
	const domain_id *places = group_places(m, g);
	size_t cells = (size_t)m->nlevels * d->n;

	vec_reserve(&d->ancestors, cells + 1);
	for (size_t i = 0; i < cells; i++)
		d->ancestors.at[i] = NO_DOMAIN;
	for (uint16_t i = 0; i < d->n; i++)
		for (domain_id x = places[i]; x != ROOT; x = m->domains[x].parent)
			d->ancestors.at[(size_t)(m->domains[x].level - 1) * d->n + i] = x;
}

static uint16_t first_alike(const domain_id *row, uint16_t i)
{
	uint16_t j = 0;

	if (row[i] == NO_DOMAIN)
		return NO_PART;
	while (row[j] != row[i])
		j++;
	return j;
}

static void draft_parts(struct draft *d, const struct model *m)
{
	vec_reserve(&d->parts, (size_t)m->nlevels * d->n + 1);
	d->parts.len = (size_t)m->nlevels * d->n;
	for (uint32_t l = 0; l < m->nlevels; l++)
		for (uint16_t i = 0; i < d->n; i++)
			d->parts.at[(size_t)l * d->n + i] = first_alike(d->ancestors.at + (size_t)l * d->n, i);
}

static size_t cover(struct draft *d, uint32_t shared)
{
	size_t at = 0;

	while (at < d->covered.len && d->covered.at[at].shared != shared)
		at++;
	if (at < d->covered.len)
		return at;
	vec_push(&d->covered, (struct covered){shared, NULL});
	for (uint16_t i = 0; i < d->n; i++)
		vec_push(&d->sets, 0);
	return at;
}

static int by_set(const void *x, const void *y, void *width)
{
	const struct covered *a = x, *b = y;
	int order = memcmp(a->set, b->set, *(const uint16_t *)width);

	return order ? order : (a->shared > b->shared) - (a->shared < b->shared);
}

static void cover_replica(struct draft *d, const struct analysis *a, uint16_t replica, domain_id place)
{
	for (domain_id x = place;; x = a->model->domains[x].parent) {
		for (uint32_t t = a->shared_first[x]; t < a->shared_first[x + 1]; t++) {
			size_t set = cover(d, a->shared_on[t]); /* may move the sets */

			d->sets.at[set * d->n + replica] = 1;
		}
		if (x == ROOT)
			return;
	}
}

static void draft_coverage(struct draft *d, const struct analysis *a, uint32_t g)
{
	const domain_id *places = group_places(a->model, g);

	vec_clear(&d->covered);
	vec_clear(&d->sets);
	for (uint16_t i = 0; a->model->nshared && i < d->n; i++)
		cover_replica(d, a, i, places[i]);
	for (size_t c = 0; c < d->covered.len; c++)
		d->covered.at[c].set = d->sets.at + c * d->n;
	if (d->covered.len > 1)
		qsort_r(d->covered.at, d->covered.len, sizeof(*d->covered.at), by_set, &d->n);
}

/* The smallest domain around `d` that also holds `other`. */
static domain_id widened(const struct model *m, domain_id d, domain_id other)
{
	while (!domain_contains(m, d, other))
		d = m->domains[d].parent;
	return d;
}

/* Adds up the domains of a level in pre-order, once for all groups. */
static const uint32_t *domains_before(struct draft *d, const struct model *m, uint8_t level)
{
	uint32_t *before = d->before[level];

	if (before)
		return before;
	before = d->before[level] = xcalloc(m->ndomains + 1, sizeof(*before));
	for (domain_id x = 0; x < m->ndomains; x++)
		before[x + 1] = before[x] + (m->domains[x].level == level);
	return before;
}

static uint32_t domains_of_level_in(struct draft *d, const struct model *m, domain_id outer, uint8_t level)
{
	const uint32_t *before = domains_before(d, m, level);

	return before[m->domains[outer].end] - before[outer];
}

/* Backups don't count for a spread; what is placed above its level is in none of its domains. */
static uint32_t even_limit(struct draft *d, const struct model *m, uint32_t g, const struct spread_goal *goal)
{
	const domain_id *places = group_places(m, g);
	domain_id common = NO_DOMAIN;
	uint32_t replicas = 0, domains;

	for (uint16_t i = 0; i < d->n; i++) {
		if (group_roles(m, g)[i] == ROLE_BACKUP)
			continue;
		replicas += goal->level == LEVEL_SHARED || m->domains[places[i]].level >= goal->level;
		common = common == NO_DOMAIN ? places[i] : widened(m, common, places[i]);
	}
	domains = goal->level == LEVEL_SHARED ? m->nshared : domains_of_level_in(d, m, common, goal->level);
	return domains ? (replicas + domains - 1) / domains : replicas;
}

static void draft_even(struct draft *d, const struct model *m, uint32_t g)
{
	const struct service *sv = &m->services[d->service];

	vec_clear(&d->even);
	for (uint32_t i = 0; i < sv->nspread; i++)
		vec_push(&d->even, sv->spread[i].kind == SPREAD_EVEN ? even_limit(d, m, g, &sv->spread[i]) : 0);
}

static void draft_key(struct draft *d)
{
	sb_clear(&d->key);
	sb_addn(&d->key, (const char *)&d->service, sizeof(d->service));
	sb_addn(&d->key, (const char *)&d->roles, sizeof(d->roles));
	sb_addn(&d->key, (const char *)&d->start, sizeof(d->start));
	sb_addc(&d->key, (char)d->broken);
	sb_addn(&d->key, (const char *)d->parts.at, d->parts.len * sizeof(*d->parts.at));
	sb_addn(&d->key, (const char *)d->even.at, d->even.len * sizeof(*d->even.at));
	for (size_t i = 0; i < d->covered.len; i++)
		sb_addn(&d->key, (const char *)d->covered.at[i].set, d->n);
}

static situation_id start_of(const struct analysis *a, uint32_t group)
{
	return a->start ? judge_now(a->start, group) : judge_healthy(a->engine, group);
}

static uint8_t broken_in(const struct outcome *o)
{
	uint8_t broken = 0;

	for (enum target t = 0; t < TARGETS; t++)
		broken |= (uint8_t)(!target_holds(t, o) << t);
	return broken;
}

static uint8_t broken_before(const struct analysis *a, uint32_t group)
{
	return broken_in(judge_outcome(a->engine, start_of(a, group))) |
	       (a->start ? broken_in(state_outcome(a->rested, group)) : 0);
}

static void draft_group(struct draft *d, const struct analysis *a, uint32_t service, uint32_t g)
{
	d->service = service;
	d->roles = a->model->groups[g].roles;
	d->start = start_of(a, g);
	d->broken = broken_before(a, g);
	d->n = (uint16_t)group_size(a->model, g);
	draft_ancestors(d, a->model, g);
	draft_parts(d, a->model);
	draft_coverage(d, a, g);
	draft_even(d, a->model, g);
	draft_key(d);
}

/* ---- finding it again ---- */

static bool same_footprint(const struct analysis *a, const struct footprint *f, const struct draft *d)
{
	if (f->service != d->service || a->model->groups[f->example].roles != d->roles || f->start != d->start ||
	    f->broken != d->broken || f->nshared != d->covered.len)
		return false;
	for (uint16_t c = 0; c < f->nshared; c++)
		if (memcmp(f->coverage + (size_t)c * f->n, d->covered.at[c].set, f->n))
			return false;
	return !memcmp(f->parts, d->parts.at, d->parts.len * sizeof(*d->parts.at)) &&
	       (!d->even.len || !memcmp(f->even, d->even.at, d->even.len * sizeof(*d->even.at)));
}

static uint8_t *keep_coverage(struct analysis *a, const struct draft *d)
{
	uint8_t *coverage = arena_alloc(&a->arena, d->covered.len * d->n + 1);

	for (size_t c = 0; c < d->covered.len; c++)
		memcpy(coverage + c * d->n, d->covered.at[c].set, d->n);
	return coverage;
}

static void *keep(struct analysis *a, const void *data, size_t size)
{
	void *kept = arena_alloc(&a->arena, size + 1);

	if (size)
		memcpy(kept, data, size);
	return kept;
}

static uint32_t add_footprint(struct analysis *a, const struct draft *d, uint32_t g)
{
	struct footprint f = {
		.service = d->service,
		.example = g,
		.n = d->n,
		.start = d->start,
		.broken = d->broken,
		.gone = keep(a, judge_gone(a->engine, d->start), d->n),
		.roles = group_roles(a->model, g),
		.parts = keep(a, d->parts.at, d->parts.len * sizeof(*d->parts.at)),
		.coverage = keep_coverage(a, d),
		.nshared = (uint16_t)d->covered.len,
		.even = keep(a, d->even.at, d->even.len * sizeof(*d->even.at)),
	};

	vec_push(&a->footprints, f);
	return (uint32_t)a->footprints.len - 1;
}

static uint32_t find_footprint(struct analysis *a, struct table *index, const struct draft *d, uint32_t g)
{
	uint64_t hash = hash_bytes(d->key.text, d->key.len);
	uint32_t found;

	for (uint32_t at = table_first(index, hash); at != TABLE_END; at = table_next(index, hash, at))
		if (same_footprint(a, &a->footprints.at[table_value(index, at)], d))
			return table_value(index, at);
	found = add_footprint(a, d, g);
	table_add(index, hash, found);
	return found;
}

/* Footprints being found for all groups. */
struct sorting {
	struct analysis *a;
	struct table index;
	struct draft draft;
	struct signatures signatures;
};

static uint32_t sort_group(struct sorting *st, uint32_t service, uint32_t g)
{
	uint64_t signature = signature_of(&st->signatures, service, g);
	situation_id start = start_of(st->a, g);
	uint32_t roles = st->a->model->groups[g].roles, found = UINT32_MAX;
	bool signed_already;

	if (signature != NO_SIGNATURE)
		found = signature_find(&st->signatures, signature, service, roles, start);
	if (found != UINT32_MAX && (!st->a->start || st->a->footprints.at[found].broken == broken_before(st->a, g)))
		return found;
	draft_group(&st->draft, st->a, service, g);
	signed_already = found != UINT32_MAX;
	found = find_footprint(st->a, &st->index, &st->draft, g);
	if (signature != NO_SIGNATURE && !signed_already)
		signature_add(&st->signatures, signature, service, roles, start, found);
	return found;
}

/* ---- what can still die ---- */

bool place_may_die(const struct analysis *a, place_id p)
{
	const struct shared *shared;
	bool alive = false;

	if (p < a->model->ndomains)
		return !a->start || !(state_gone(a->start, p) & GONE_LOST);
	shared = &a->model->shared[p - a->model->ndomains];
	for (uint32_t i = 0; i < shared->nmembers; i++)
		alive |= !a->start || !(state_gone(a->start, shared->members[i]) & GONE_LOST);
	return alive;
}

static void count_mortal(struct analysis *a)
{
	const struct model *m = a->model;

	a->mortal[0] = m->nshared;
	memcpy(a->mortal + 1, m->level_count + 1, m->nlevels * sizeof(*a->mortal));
	for (place_id p = 1; a->start && p < m->ndomains + m->nshared; p++)
		a->mortal[p < m->ndomains ? m->domains[p].level : 0] -= !place_may_die(a, p);
}

/* ---- all of it ---- */

static bool has_needs(const struct model *m)
{
	for (uint32_t s = 0; s < m->nservices; s++)
		if (m->services[s].nneeds)
			return true;
	return false;
}

static bool has_cuts(const struct state *s)
{
	size_t n = 0;

	if (s)
		state_cuts(s, &n);
	return n > 0;
}

static struct analysis *make_analysis(struct engine *e, const struct state *start)
{
	struct analysis *a = xcalloc(1, sizeof(*a));
	const struct model *m = engine_model(e);
	struct sorting st = {.a = a};

	a->engine = e;
	a->model = m;
	a->start = start;
	a->torn = has_cuts(start) && has_needs(m);
	a->of_group = xcalloc(m->ngroups + 1, sizeof(*a->of_group));
	index_shared(a);
	count_mortal(a);
	a->rested = start ? state_clone(start) : NULL;
	if (start)
		state_step(a->rested, &(struct step){NULL, 0}, NULL);
	signatures_init(&st.signatures, m);
	for (uint32_t s = 0; s < m->nservices; s++)
		for (uint32_t g = m->services[s].first_group; g < m->services[s].first_group + m->services[s].ngroups; g++) {
			a->of_group[g] = sort_group(&st, s, g);
			a->footprints.at[a->of_group[g]].ngroups++;
		}
	draft_release(&st.draft);
	table_release(&st.index);
	signatures_release(&st.signatures);
	state_free(a->rested);
	a->rested = NULL;
	return a;
}

struct analysis *analysis_new(struct engine *e)
{
	return make_analysis(e, NULL);
}

struct analysis *analysis_after(const struct state *s)
{
	return make_analysis(state_engine(s), s);
}

/* The same steps, as another engine judges them. */
static struct state *replayed(const struct state *start, struct engine *e)
{
	struct state *s = state_new(e);

	for (size_t i = 0; i < state_position(start); i++)
		state_step(s, state_step_at(start, i), NULL);
	return s;
}

static struct analysis *analysis_lent(const struct analysis *a, struct engine *other)
{
	struct analysis *b = xcalloc(1, sizeof(*b));

	b->engine = other;
	b->model = engine_model(other);
	b->lent_by = a;
	b->of_group = a->of_group;
	b->shared_first = a->shared_first;
	b->shared_on = a->shared_on;
	count_mortal(b);
	vec_reserve(&b->footprints, a->footprints.len);
	for (size_t i = 0; i < a->footprints.len; i++) {
		vec_push(&b->footprints, a->footprints.at[i]);
		b->footprints.at[i].start = judge_healthy(other, b->footprints.at[i].example);
		b->footprints.at[i].broken = broken_in(judge_outcome(other, b->footprints.at[i].start));
	}
	return b;
}

struct analysis *analysis_under(const struct analysis *a, struct engine *other)
{
	struct analysis *b;
	struct state *start;

	if (!a->start)
		return analysis_lent(a, other);
	start = replayed(a->start, other);
	b = make_analysis(other, start);
	b->own_start = start;
	return b;
}

static void free_own(struct analysis *a)
{
	free(a->shared_first);
	free(a->shared_on);
	free(a->of_group);
}

void analysis_free(struct analysis *a)
{
	if (!a)
		return;
	if (!a->lent_by)
		free_own(a);
	state_free(a->own_start);
	arena_release(&a->arena);
	vec_free(&a->footprints);
	free(a);
}

struct engine *analysis_engine(const struct analysis *a)
{
	return a->engine;
}

const struct state *analysis_start(const struct analysis *a)
{
	return a->start;
}

uint32_t analysis_footprints(const struct analysis *a)
{
	return (uint32_t)a->footprints.len;
}

const struct footprint *analysis_footprint(const struct analysis *a, uint32_t i)
{
	return &a->footprints.at[i];
}

uint32_t analysis_footprint_of(const struct analysis *a, uint32_t group)
{
	return a->of_group[group];
}

void analysis_service_footprints(const struct analysis *a, uint32_t service, uint32_t *ret_first, uint32_t *ret_end)
{
	const struct service *sv = &a->model->services[service];
	uint32_t end = (uint32_t)a->footprints.len;

	*ret_first = *ret_end = sv->ngroups ? a->of_group[sv->first_group] : end;
	while (*ret_end < end && a->footprints.at[*ret_end].service == service)
		++*ret_end;
}

void footprint_shared_places(const struct analysis *a, uint32_t group, place_id *ret)
{
	struct draft d = {.n = (uint16_t)group_size(a->model, group)};

	draft_coverage(&d, a, group);
	for (size_t c = 0; c < d.covered.len; c++)
		ret[c] = a->model->ndomains + d.covered.at[c].shared;
	draft_release(&d);
}

place_id footprint_shared_place(const struct analysis *a, uint32_t group, uint16_t coverage)
{
	struct draft d = {.n = (uint16_t)group_size(a->model, group)};
	place_id p;

	draft_coverage(&d, a, group);
	p = a->model->ndomains + d.covered.at[coverage].shared;
	draft_release(&d);
	return p;
}
