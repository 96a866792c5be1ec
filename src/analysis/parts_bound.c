/* parts_bound - how few batches there must be: see parts_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/parts_p.h"

/*
 * Bounds rest on the sets of one group's own domains that could go together at all, whatever else goes: so they hold
 * although a group may do with more of its domains drained what it can't with fewer.
 */

/* ---- one group ---- */

static int by_votes(const void *x, const void *y)
{
	return *(const uint16_t *)x - *(const uint16_t *)y;
}

/* How many of the group's domains of the level can go until a count over all its votes is not reached. */
static uint32_t most_by_term(const struct keeper *k, const struct footprint *f, const struct term *t, bool acks)
{
	uint16_t votes[MAX_REPLICAS] = {0};
	uint32_t n = 0, all = 0, left = 0, need, gone = 0;

	for (uint16_t u = 0; u < f->n; u++) {
		const struct role_info *role = &role_info[f->roles[u]];
		uint16_t first = footprint_part(f, k->q->level, u);

		all += role->votes;
		left += acks ? role->acknowledges : role->votes;
		if (first != NO_PART)
			votes[first] = (uint16_t)(votes[first] + (acks ? role->acknowledges : role->votes));
	}
	for (uint16_t u = 0; u < f->n; u++)
		if (footprint_part(f, k->q->level, u) == u)
			votes[n++] = votes[u]; /* n is never beyond u */
	need = term_votes(t, all);
	qsort(votes, n, sizeof(*votes), by_votes);
	while (gone < n && left >= need + votes[gone])
		left -= votes[gone++];
	return gone;
}

static uint32_t most_by_expr(const struct keeper *k, const struct footprint *f, const struct expr *e, bool acks,
                             uint32_t most)
{
	for (uint32_t i = 0; i < e->nterms; i++) {
		uint32_t n = e->terms[i].scope == SCOPE_WHOLE ? most_by_term(k, f, &e->terms[i], acks) : most;

		most = n < most ? n : most;
	}
	return most;
}

/* For groups in many domains: where nobody takes another's seat, each count over all votes must be reached. */
static uint32_t most_by_votes(const struct keeper *k, uint32_t group)
{
	const struct footprint *f = analysis_footprint(k->a, analysis_footprint_of(k->a, group));
	const struct semantics *sem = &k->m->services[f->service].sem;
	bool standbys = false;
	uint32_t most;

	for (uint16_t i = 0; i < f->n; i++)
		standbys |= f->roles[i] == ROLE_STANDBY;
	if (standbys || sem->has_fallback || k->a->start || k->q->keep == TARGET_DATA || k->q->level == LEVEL_SHARED)
		return UINT32_MAX;
	if (k->q->keep == TARGET_READS)
		return most_by_expr(k, f, &sem->quorums.read, false, UINT32_MAX);
	most = most_by_expr(k, f, &sem->quorums.write, false, UINT32_MAX);
	return sem->quorums.ack_rule == ACK_EXPR ? most_by_expr(k, f, &sem->quorums.ack, true, most) : most;
}

static uint32_t drainable_of(const struct keeper *k, const bool *drainable, uint32_t group)
{
	const domain_id *places = group_places(k->m, group);
	const struct footprint *f = analysis_footprint(k->a, analysis_footprint_of(k->a, group));
	uint32_t n = 0;

	for (uint16_t i = 0; i < f->n; i++)
		n += footprint_part(f, k->q->level, i) == i && drainable[k->index_of[places[i]]];
	return n;
}

static void bound_by_group(struct keeper *k, const bool *drainable, uint32_t group, struct parts_bound *ret)
{
	uint32_t places[TABLE_UNITS + 1], n = units_in(k, group, places), there = 0, most = UINT32_MAX, needed;
	const struct sets *s = n <= TABLE_UNITS ? sets_of(k, group) : NULL;

	if (s) {
		most = s->biggest;
		for (uint32_t i = 0; i < n; i++)
			there += drainable[places[i]];
	} else {
		most = most_by_votes(k, group);
		there = most < UINT32_MAX ? drainable_of(k, drainable, group) : 0;
	}
	if (!most || most == UINT32_MAX)
		return;
	needed = (there + most - 1) / most;
	if (needed > ret->at_least && needed > 1)
		*ret = (struct parts_bound){needed, BOUND_GROUP, group};
}

/* ---- pairs that can't go together ---- */

#define MOST_PAIRED 16384u /* places; the pairs of more take too much memory */
#define CLIQUES 64         /* places from which one is grown */

struct pairs {
	uint32_t n;
	size_t words;    /* of a row */
	uint64_t *apart; /* [n][words]: can't go together */
	uint32_t *degree;
};

static bool are_apart(const struct pairs *p, uint32_t a, uint32_t b)
{
	return p->apart[a * p->words + b / 64] >> b % 64 & 1;
}

static void set_apart(struct pairs *p, uint32_t a, uint32_t b)
{
	if (a == b || are_apart(p, a, b))
		return;
	p->apart[a * p->words + b / 64] |= (uint64_t)1 << b % 64;
	p->apart[b * p->words + a / 64] |= (uint64_t)1 << a % 64;
	p->degree[a]++;
	p->degree[b]++;
}

static void pair_group(struct keeper *k, const bool *drainable, uint32_t group, struct pairs *p)
{
	uint32_t places[TABLE_UNITS + 1], n = units_in(k, group, places);
	const struct sets *s = n <= TABLE_UNITS ? sets_of(k, group) : NULL;

	for (uint32_t i = 0; s && i < n; i++)
		for (uint32_t j = 0; j < i; j++)
			if (drainable[places[i]] && drainable[places[j]] && !has_hope(s, 1u << i | 1u << j))
				set_apart(p, places[i], places[j]);
}

/* Grown greedily: of the candidates, always the one that is apart from most. */
static uint32_t grow_clique(const struct pairs *p, uint32_t from, uint64_t *left, uint32_t *members)
{
	uint32_t n = 0, next = from;

	memcpy(left, p->apart + from * p->words, p->words * sizeof(*left));
	while (next != NO_INDEX) {
		uint32_t best = 0;

		members[n++] = next;
		for (size_t w = 0; w < p->words; w++)
			left[w] &= p->apart[next * p->words + w];
		next = NO_INDEX;
		for (uint32_t i = 0; i < p->n; i++) {
			if (!(left[i / 64] >> i % 64 & 1) || p->degree[i] <= best)
				continue;
			best = p->degree[i];
			next = i;
		}
	}
	return n;
}

struct ranked { uint32_t place, degree; };

static int by_degree(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	if (a->degree != b->degree)
		return a->degree > b->degree ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static void bound_by_cliques(const struct pairs *p, struct parts_bound *ret)
{
	struct ranked *all = xcalloc(p->n + 1, sizeof(*all));
	uint64_t *left = xcalloc(p->words + 1, sizeof(*left));
	uint32_t *members = xcalloc(p->n + 1, sizeof(*members));

	for (uint32_t i = 0; i < p->n; i++)
		all[i] = (struct ranked){i, p->degree[i]};
	if (p->n)
		qsort(all, p->n, sizeof(*all), by_degree);
	for (uint32_t i = 0; i < p->n && i < CLIQUES && all[i].degree; i++) {
		uint32_t n = grow_clique(p, all[i].place, left, members);

		if (n > ret->at_least)
			*ret = (struct parts_bound){n, BOUND_CLIQUE, NO_GROUP};
	}
	free(all);
	free(left);
	free(members);
}

/* ---- every partition ---- */

#define MOST_SEARCHED 64u                    /* places that are bound by something */
#define WORK_ON_SEARCH ((uint64_t)1 << 24)

/*
 * Places that some group keeps apart from others, hardest first, each tried in every batch so far and in a new one.
 * A batch with no hope for some group is left at once; the partition is judged when it is complete.
 */
struct hunt {
	struct keeper *k;
	const bool *drainable;
	struct parts *best;
	uint32_t order[MOST_SEARCHED], n;
	uint32_t at_least;
	uint32_t *of;         /* [nplaces] */
	VEC(uint32_t) groups; /* that bind some place, each once */
	uint64_t until;
	bool ended;           /* too much to try */
};

/* Whether some set of the group's domains that contains these can be drained. */
static bool group_has_hope(struct hunt *h, uint32_t group, struct chosen c)
{
	uint32_t places[TABLE_UNITS + 1], n = units_in(h->k, group, places), mask = 0;
	const struct sets *s = sets_of(h->k, group);

	h->k->work += n;
	for (uint32_t i = 0; i < n; i++)
		mask |= (uint32_t)(places[i] == c.extra || c.batch_of[places[i]] == c.batch) << i;
	return has_hope(s, mask);
}

static bool place_has_hope(struct hunt *h, uint32_t place, uint32_t batch)
{
	struct chosen c = {h->of, batch, place};

	for (size_t i = 0; i < h->groups.len; i++)
		if (!group_has_hope(h, h->groups.at[i], c))
			return false;
	return true;
}

static bool partition_keeps(struct hunt *h, uint32_t n)
{
	for (size_t i = 0; i < h->groups.len; i++)
		for (uint32_t batch = 0; batch < n; batch++)
			if (!keeps(h->k, h->groups.at[i], (struct chosen){h->of, batch, NO_INDEX}))
				return false;
	return true;
}

static void keep_partition(struct hunt *h, uint32_t n)
{
	for (uint32_t i = 0; i < h->k->nplaces; i++)
		h->best->of[i] = !h->drainable[i] ? NO_BATCH : h->of[i] == NO_BATCH ? 0 : h->of[i];
	h->best->n = n ? n : 1;
}

static void hunt_on(struct hunt *h, uint32_t at, uint32_t n)
{
	h->ended |= h->k->work > h->until || h->k->gave_up;
	if (h->ended || n >= h->best->n || h->best->n <= h->at_least)
		return;
	if (at == h->n) {
		if (partition_keeps(h, n))
			keep_partition(h, n);
		return;
	}
	for (uint32_t batch = 0; batch <= n && batch + 1 < h->best->n; batch++) {
		if (!place_has_hope(h, h->order[at], batch))
			continue;
		h->of[h->order[at]] = batch;
		hunt_on(h, at + 1, batch == n ? n + 1 : n);
		h->of[h->order[at]] = NO_BATCH;
	}
}

/* The places that a group may keep out of some batch. False where a group has too many to know. */
static bool find_bound_places(struct hunt *h, bool *bound)
{
	for (uint32_t g = 0; g < h->k->m->ngroups; g++) {
		uint32_t places[TABLE_UNITS + 1], n;

		if (!group_matters(h->k, g))
			continue;
		n = units_in(h->k, g, places);
		if (n > TABLE_UNITS || !sets_of(h->k, g))
			return false;
		if (sets_of(h->k, g)->all)
			continue;
		for (uint32_t i = 0; i < n; i++)
			bound[places[i]] |= h->drainable[places[i]];
		vec_push(&h->groups, g);
	}
	return true;
}

static bool list_bound_places(struct hunt *h, const bool *bound, const struct pairs *p)
{
	struct ranked all[MOST_SEARCHED];

	for (uint32_t i = 0; i < h->k->nplaces; i++) {
		if (!bound[i])
			continue;
		if (h->n == MOST_SEARCHED)
			return false;
		all[h->n++] = (struct ranked){i, p->degree[i]};
	}
	if (h->n)
		qsort(all, h->n, sizeof(*all), by_degree);
	for (uint32_t i = 0; i < h->n; i++)
		h->order[i] = all[i].place;
	return true;
}

#define MOST_GROUPS_SEARCHED 4096u

static void bound_by_search(struct keeper *k, const bool *drainable, struct parts *best, const struct pairs *pairs,
                            struct parts_bound *ret)
{
	struct hunt h = {.k = k, .drainable = drainable, .best = best, .at_least = ret->at_least};
	bool *bound = xcalloc(k->nplaces + 1, sizeof(*bound));

	h.of = xmalloc((k->nplaces + 1) * sizeof(*h.of));
	memset(h.of, 0xff, k->nplaces * sizeof(*h.of));
	if (k->m->ngroups <= MOST_GROUPS_SEARCHED && find_bound_places(&h, bound) && list_bound_places(&h, bound, pairs)) {
		h.until = k->work + WORK_ON_SEARCH;
		hunt_on(&h, 0, 0);
		if (!h.ended && !k->gave_up && best->n > ret->at_least)
			*ret = (struct parts_bound){best->n, BOUND_SEARCH, NO_GROUP};
	}
	vec_free(&h.groups);
	free(h.of);
	free(bound);
}

void parts_bound(struct keeper *k, const bool *drainable, struct parts *p, struct parts_bound *ret)
{
	struct pairs pairs = {.n = k->nplaces, .words = (k->nplaces + 63) / 64};
	bool paired = k->nplaces <= MOST_PAIRED;

	*ret = (struct parts_bound){p->n ? 1 : 0, BOUND_TRIVIAL, NO_GROUP};
	pairs.apart = paired ? xcalloc(pairs.n * pairs.words + 1, sizeof(*pairs.apart)) : NULL;
	pairs.degree = xcalloc(pairs.n + 1, sizeof(*pairs.degree));
	for (uint32_t g = 0; g < k->m->ngroups && p->n > 1; g++) {
		if (!group_matters(k, g))
			continue;
		bound_by_group(k, drainable, g, ret);
		if (paired)
			pair_group(k, drainable, g, &pairs);
	}
	if (paired && ret->at_least < p->n)
		bound_by_cliques(&pairs, ret);
	if (ret->at_least < p->n)
		bound_by_search(k, drainable, p, &pairs, ret);
	free(pairs.apart);
	free(pairs.degree);
}
