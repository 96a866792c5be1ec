/* pattern - see pattern_p.h */
#include <string.h>

#include "analysis/pattern_p.h"
#include "analysis/search_p.h"

#define MAX_SETS ((size_t)1 << 22)
#define MANY_UNITS 64 /* in how many ways a set can be chosen from them is a 64-bit number */

/*
 * Of sets that are alike, taking other units of the same classes, only the one that takes the first units of
 * each class is judged: its weight is theirs.
 */
struct making {
	struct pattern *p;
	struct analysis *a;
	const struct footprint *f;
	uint8_t need_left;
	bool open[TARGETS];         /* held before anything dies */
	struct arena arena;
	struct units units;
	uint16_t *class_of;         /* [unit] the first unit of its class */
	uint16_t *deaths;           /* [replica] how many of the units taken it is in */
	uint8_t *fate;
	struct weights known;       /* of the first of alike sets, units for domains */
	uint32_t taken[WORST_MAX_SIZE], ntaken;
	uint64_t work;
	bool gave_up;
};

static void take(struct making *k, uint16_t unit)
{
	const struct unit *u = &k->units.all[unit];

	k->taken[k->ntaken++] = unit;
	for (uint16_t i = 0; i < u->nmembers; i++)
		if (!k->deaths[u->members[i]]++)
			k->fate[u->members[i]] = GONE_DEAF | GONE_LOST;
}

static void put_back(struct making *k)
{
	const struct unit *u = &k->units.all[k->taken[--k->ntaken]];

	for (uint16_t i = 0; i < u->nmembers; i++)
		if (!--k->deaths[u->members[i]])
			k->fate[u->members[i]] = 0;
}

static struct weight breaks(struct making *k)
{
	struct outcome o = judge_once_with(k->a->engine, k->f->start, k->fate, k->need_left);
	struct weight w;

	for (enum target t = 0; t < TARGETS; t++)
		w.of[t] = k->open[t] && !target_holds(t, &o);
	k->work += k->f->n;
	return w;
}

/* The weight of a set: that of the first one alike. */
static struct weight weight_alike(const struct making *k, const uint32_t *set, uint32_t size)
{
	uint32_t first[WORST_MAX_SIZE];

	for (uint32_t i = 0; i < size; i++) {
		uint16_t class = k->class_of[set[i]];

		first[i] = i && k->class_of[set[i - 1]] == class ? first[i - 1] + 1 : class;
	}
	return weights_of(&k->known, first, size);
}

/* Takes the weights of all smaller sets inside the one taken, those with `part` in them, from `w`. */
static void take_off_parts(const struct making *k, uint32_t from, uint32_t *part, uint32_t nparts, struct weight *w)
{
	struct weight inside;

	if (nparts == k->ntaken)
		return;
	inside = weight_alike(k, part, nparts);
	for (enum target t = 0; t < TARGETS; t++)
		w->of[t] -= inside.of[t];
	for (uint32_t i = from; i < k->ntaken; i++) {
		part[nparts] = k->taken[i];
		take_off_parts(k, i + 1, part, nparts + 1, w);
	}
}

/* Adds the sets alike to the one taken, from its place `i` on. */
static void add_alike(struct making *k, struct pattern_set *set, uint32_t i, uint32_t previous)
{
	uint16_t class;
	uint32_t from;

	if (i == k->ntaken) {
		if (k->p->sets.len == MAX_SETS)
			k->gave_up = true;
		else
			vec_push(&k->p->sets, *set);
		k->p->pairs += set->size == 2;
		return;
	}
	class = k->class_of[k->taken[i]];
	from = i && k->class_of[k->taken[i - 1]] == class ? previous + 1 : class;
	for (uint32_t u = from; u < k->units.n && k->class_of[u] == class && !k->gave_up; u++) {
		set->at[i] = k->units.all[u].at;
		add_alike(k, set, i + 1, u);
	}
}

static void weigh_taken(struct making *k)
{
	struct pattern_set set = {.weight = breaks(k), .size = (uint8_t)k->ntaken};
	uint32_t part[WORST_MAX_SIZE];
	bool any = false;

	take_off_parts(k, 0, part, 0, &set.weight);
	for (enum target t = 0; t < TARGETS; t++)
		any |= set.weight.of[t] != 0;
	if (!any)
		return;
	weights_add(&k->known, k->taken, k->ntaken, &set.weight, 1);
	add_alike(k, &set, 0, 0);
}

/* All sets of `left` more units from index `from` on, of those alike the first. */
static void weigh_sets(struct making *k, uint32_t from, uint32_t left)
{
	k->gave_up |= k->work > MAX_WORK;
	if (!left && !k->gave_up)
		weigh_taken(k);
	for (uint32_t i = from; left && i + left <= k->units.n && !k->gave_up; i += k->units.all[i].alike) {
		take(k, (uint16_t)i);
		weigh_sets(k, i + 1, left - 1);
		put_back(k);
	}
}

static void sort_into_classes(struct making *k)
{
	k->class_of = arena_alloc(&k->arena, (k->units.n + 1u) * sizeof(*k->class_of));
	for (uint16_t i = 0; i < k->units.n; i++)
		k->class_of[i] = i && k->units.all[i - 1].alike == k->units.all[i].alike + 1 ? k->class_of[i - 1] : i;
}

static uint64_t choices(uint64_t n, uint32_t of)
{
	uint64_t ways = 1;

	for (uint32_t i = 0; i < of; i++)
		ways = ways * (n - i) / (i + 1); /* exact: among i + 1 in a row, one is a multiple of each up to it */
	return ways;
}

/* Whether of each size all sets weigh the same, also where their domains are no equals otherwise. */
static bool is_symmetric(struct pattern *p)
{
	uint64_t found[WORST_MAX_SIZE + 1] = {0};

	if (p->units.len > MANY_UNITS)
		return false;
	for (size_t i = 0; i < p->sets.len; i++) {
		const struct pattern_set *set = &p->sets.at[i];

		if (!found[set->size]++)
			p->of_size[set->size] = set->weight;
		else if (memcmp(&p->of_size[set->size], &set->weight, sizeof(set->weight)))
			return false;
	}
	for (uint32_t size = 0; size <= WORST_MAX_SIZE; size++)
		if (found[size] && found[size] != choices(p->units.len, size))
			return false;
	return true;
}

static void keep_units(struct making *k)
{
	for (uint16_t i = 0; i < k->units.n; i++)
		vec_push(&k->p->units, k->units.all[i].at);
	k->p->symmetric = is_symmetric(k->p);
}

bool pattern_make(struct pattern *p, struct analysis *a, uint32_t footprint, uint8_t level, uint32_t most,
                  uint8_t need_left)
{
	struct making k = {.p = p, .a = a, .f = analysis_footprint(a, footprint), .need_left = need_left};
	bool any = false;

	for (enum target t = 0; t < TARGETS; t++)
		any |= k.open[t] = footprint_holds(k.f, t);
	if (!any)
		return true;
	units_of(a, k.f, level, false, &k.arena, &k.units);
	sort_into_classes(&k);
	k.deaths = arena_alloc(&k.arena, k.f->n * sizeof(*k.deaths));
	k.fate = arena_alloc(&k.arena, k.f->n);
	weights_init(&k.known, k.units.n, most, 0, unlike_targets);
	for (uint32_t size = 0; size <= most && size <= k.units.n && !k.gave_up; size++)
		weigh_sets(&k, 0, size);
	keep_units(&k);
	weights_release(&k.known);
	arena_release(&k.arena);
	return !k.gave_up;
}

void pattern_release(struct pattern *p)
{
	vec_free(&p->sets);
	vec_free(&p->units);
}
