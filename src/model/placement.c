/*
 * Candidates are known by their numbers in pre-order, so that those inside a domain are a range.
 *
 * A group being placed has `used` counts on the domains where limits bind. Once a domain has taken all it can, the
 * range of its candidates is blocked; the ranges of a group are few, disjoint and sorted, so that drawing one of the
 * candidates that are left takes one random number.
 */
#include "model/placement.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/random.h"

#define MAX_RING_STEPS 1000000000u /* over all groups: some seconds */

struct blocked {
	uint32_t start, end;   /* candidates */
	uint64_t before, weight; /* of the pool's candidates: before `start`, and here */
};

struct placement {
	const struct model *m;
	struct placement_rule rule;
	struct random random;
	uint32_t *first;    /* [ndomains + 1]: the first candidate in or after a domain's subtree */
	uint32_t *capacity; /* by domain: how many replicas of a group it can take, up to `replicas` */
	domain_id *up;      /* by domain: the nearest one above it whose own limit binds; NO_DOMAIN */
	uint32_t *used;     /* by domain: replicas of the group being placed */
	domain_id chosen[MAX_PLACED];
	uint32_t nchosen;
	struct blocked blocked[MAX_PLACED];
	uint32_t nblocked;
	uint64_t blocked_weight;

	uint64_t next;         /* number of the next group */
	uint32_t *pool;        /* copysets: a Fenwick tree over the candidates left; NULL: each is there once */
	uint64_t pool_weight;
	VEC(domain_id) sets;   /* copysets, `replicas` each */
	uint32_t *ring;        /* candidates in the ring's order */
	uint64_t steps;        /* spent on the ring */
};

/* ---- what the tree allows ---- */

static void number_candidates(struct placement *p)
{
	uint32_t n = p->m->ndomains, c = 0;

	p->first = xmalloc((n + 1ul) * sizeof(*p->first));
	for (domain_id d = 0; d <= n; d++) {
		p->first[d] = c;
		if (c < p->rule.ncandidates && p->rule.candidates[c] == d)
			c++;
	}
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static bool is_candidate(const struct placement *p, domain_id d)
{
	uint32_t c = p->first[d];

	return c < p->rule.ncandidates && p->rule.candidates[c] == d;
}

/* From the leaves up; a domain binds where it takes less than its children together, or is a candidate itself. */
static void find_capacities(struct placement *p)
{
	uint32_t n = p->m->ndomains, most;
	bool *binds = xcalloc(n, sizeof(*binds));

	p->capacity = xcalloc(n, sizeof(*p->capacity)); /* at first: of its children together */
	p->used = xcalloc(n, sizeof(*p->used));
	p->up = xmalloc(n * sizeof(*p->up));
	for (domain_id d = n; d-- > 0;) {
		const struct domain *domain = &p->m->domains[d];

		most = p->rule.most[domain->level];
		if (is_candidate(p, d))
			p->capacity[d] = binds[d] = true;
		else if ((binds[d] = most && most < p->rule.replicas && most < p->capacity[d]))
			p->capacity[d] = most;
		if (d != ROOT)
			p->capacity[domain->parent] = least(p->capacity[domain->parent] + p->capacity[d], p->rule.replicas);
	}
	p->up[ROOT] = NO_DOMAIN;
	for (domain_id d = 1; d < n; d++) {
		domain_id parent = p->m->domains[d].parent;

		p->up[d] = binds[parent] ? parent : p->up[parent];
	}
	free(binds);
}

struct placement *placement_new(const struct model *m, const struct placement_rule *rule)
{
	struct placement *p = xcalloc(1, sizeof(*p));

	p->m = m;
	p->rule = *rule;
	p->random.state = rule->seed;
	number_candidates(p);
	find_capacities(p);
	return p;
}

uint32_t placement_room(const struct placement *p)
{
	return p->capacity[ROOT];
}

/* ---- the candidates that are left ---- */

static void change_pool(struct placement *p, uint32_t candidate, uint32_t by)
{
	for (uint32_t i = candidate + 1; i <= p->rule.ncandidates; i += i & -i)
		p->pool[i] += by; /* modulo 2^32: down as well */
	p->pool_weight += (uint64_t)(int32_t)by;
}

static uint64_t weight_before(const struct placement *p, uint32_t candidate)
{
	uint64_t weight = 0;

	if (!p->pool)
		return candidate;
	for (uint32_t i = candidate; i; i &= i - 1)
		weight += p->pool[i];
	return weight;
}

/* The candidate whose weight covers `at`. */
static uint32_t candidate_at(const struct placement *p, uint64_t at)
{
	uint32_t low = 0, bit = 1;

	if (!p->pool)
		return (uint32_t)at;
	while (bit <= p->rule.ncandidates / 2)
		bit *= 2;
	for (; bit; bit /= 2)
		if (low + bit <= p->rule.ncandidates && p->pool[low + bit] <= at)
			at -= p->pool[low += bit];
	return low;
}

/* ---- one group ---- */

static void begin_group(struct placement *p)
{
	for (uint32_t i = 0; i < p->nchosen; i++)
		for (domain_id d = p->chosen[i]; d != NO_DOMAIN; d = p->up[d])
			p->used[d] = 0;
	p->nchosen = p->nblocked = 0;
	p->blocked_weight = 0;
}

/* Blocks the candidates inside d, instead of ranges that it contains. */
static void block(struct placement *p, domain_id d)
{
	uint32_t start = p->first[d], end = p->first[p->m->domains[d].end], from = 0, to;

	while (from < p->nblocked && p->blocked[from].end <= start)
		from++;
	for (to = from; to < p->nblocked && p->blocked[to].start < end; to++)
		p->blocked_weight -= p->blocked[to].weight;
	memmove(&p->blocked[from + 1], &p->blocked[to], (p->nblocked - to) * sizeof(*p->blocked));
	p->nblocked = p->nblocked - to + from + 1;

	struct blocked *b = &p->blocked[from];
	*b = (struct blocked){ start, end, weight_before(p, start), 0 };
	b->weight = weight_before(p, end) - b->before;
	p->blocked_weight += b->weight;
}

/* Returns the widest domain that can't take any more now: at least the candidate itself. */
static domain_id use(struct placement *p, domain_id candidate)
{
	domain_id full = candidate;

	for (domain_id d = candidate; d != NO_DOMAIN; d = p->up[d])
		if (++p->used[d] == p->capacity[d])
			full = d;
	p->chosen[p->nchosen++] = candidate;
	return full;
}

/* One of the candidates that are allowed, weighed as in the pool; false where none is. */
static bool draw(struct placement *p)
{
	uint64_t left = (p->pool ? p->pool_weight : p->rule.ncandidates) - p->blocked_weight, at;

	if (!left)
		return false;
	at = random_below(&p->random, (uint32_t)left);
	for (uint32_t i = 0; i < p->nblocked && at >= p->blocked[i].before; i++)
		at += p->blocked[i].weight;
	domain_id full = use(p, p->rule.candidates[candidate_at(p, at)]);
	if (p->nchosen < p->rule.replicas)
		block(p, full);
	return true;
}

static bool draw_group(struct placement *p)
{
	begin_group(p);
	while (p->nchosen < p->rule.replicas)
		if (!draw(p))
			return false;
	return true;
}

/* ---- copysets ---- */

static void take_from_pool(struct placement *p)
{
	for (uint32_t i = 0; i < p->nchosen; i++) {
		change_pool(p, p->first[p->chosen[i]], -1u);
		vec_push(&p->sets, p->chosen[i]);
	}
}

static bool make_copysets(struct placement *p)
{
	uint32_t n = p->rule.ncandidates, others = p->rule.replicas - 1;
	uint64_t permutations = others ? (p->rule.scatter + others - 1) / others : 1;

	if (permutations * n > MAX_COPYSET_PLACES)
		return false;
	p->pool = xcalloc(n + 1ul, sizeof(*p->pool));
	for (uint64_t i = 0; i < permutations; i++) {
		for (uint32_t c = 0; c < n; c++)
			change_pool(p, c, 1);
		while (draw_group(p))
			take_from_pool(p);
	}
	vec_trim(&p->sets);
	return true;
}

static void next_copyset(struct placement *p, domain_id *places)
{
	uint32_t n = p->rule.replicas, sets = placement_sets(p);
	const domain_id *set = p->sets.at + p->next % sets * n;
	uint32_t turned = (uint32_t)(p->next / sets % n);

	for (uint32_t i = 0; i < n; i++)
		places[i] = set[(i + turned) % n];
}

uint32_t placement_sets(const struct placement *p)
{
	return (uint32_t)(p->sets.len / p->rule.replicas);
}

/* ---- round-robin ---- */

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/*
 * Shuffles the orders of d's children into each other, each child's candidates evenly apart: the j-th of k comes at
 * (j + 1/2) / k. `keys` and `old` have room for all candidates.
 */
static void interleave(struct placement *p, domain_id d, uint64_t *keys, uint32_t *old)
{
	uint32_t first = p->first[d], n = p->first[p->m->domains[d].end] - first, i = 0;

	for (domain_id child = d + 1; child < p->m->domains[d].end; child = p->m->domains[child].end) {
		uint64_t of = p->first[p->m->domains[child].end] - p->first[child];

		if (of == n)
			return;
		for (uint64_t j = 0; j < of; j++, i++)
			keys[i] = (((2 * j + 1) << 32) / (2 * of)) << 32 | i;
	}
	qsort(keys, n, sizeof(*keys), by_number);
	memcpy(old, p->ring + first, n * sizeof(*old));
	for (i = 0; i < n; i++)
		p->ring[first + i] = old[(uint32_t)keys[i]];
}

static void make_ring(struct placement *p)
{
	uint32_t n = p->rule.ncandidates;
	uint64_t *keys = xmalloc(n * sizeof(*keys));
	uint32_t *old = xmalloc(n * sizeof(*old));

	p->ring = xmalloc(n * sizeof(*p->ring));
	for (uint32_t c = 0; c < n; c++)
		p->ring[c] = c;
	for (domain_id d = p->m->ndomains; d-- > 0;)
		if (p->first[p->m->domains[d].end] - p->first[d] > 1 && !is_candidate(p, d))
			interleave(p, d, keys, old);
	free(keys);
	free(old);
}

static bool is_allowed(const struct placement *p, domain_id candidate)
{
	for (domain_id d = candidate; d != NO_DOMAIN; d = p->up[d])
		if (p->used[d] == p->capacity[d])
			return false;
	return true;
}

static bool next_of_ring(struct placement *p)
{
	uint32_t n = p->rule.ncandidates, at = (uint32_t)(p->next % n);

	begin_group(p);
	for (; p->nchosen < p->rule.replicas; at = at + 1 == n ? 0 : at + 1) {
		domain_id candidate = p->rule.candidates[p->ring[at]];

		if (is_allowed(p, candidate))
			use(p, candidate);
		else if (++p->steps > MAX_RING_STEPS)
			return false;
	}
	return true;
}

/* ---- all of them ---- */

bool placement_begin(struct placement *p)
{
	if (p->rule.method == PLACE_COPYSET)
		return make_copysets(p);
	if (p->rule.method == PLACE_ROUND_ROBIN)
		make_ring(p);
	return true;
}

bool placement_next(struct placement *p, domain_id *places)
{
	bool placed = true;

	if (p->rule.method == PLACE_COPYSET) {
		next_copyset(p, places);
	} else {
		placed = p->rule.method == PLACE_RANDOM ? draw_group(p) : next_of_ring(p);
		memcpy(places, p->chosen, p->rule.replicas * sizeof(*places));
	}
	p->next++;
	return placed;
}

void placement_free(struct placement *p)
{
	if (!p)
		return;
	free(p->first);
	free(p->capacity);
	free(p->up);
	free(p->used);
	free(p->pool);
	free(p->ring);
	vec_free(&p->sets);
	free(p);
}
