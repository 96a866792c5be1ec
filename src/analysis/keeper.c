/* keeper - see keeper_p.h */
#include "analysis/keeper_p.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/survive.h"

#define SMALL 6 /* replicas: all sets of them fit a word */

/* ---- the places of the level ---- */

static void index_tree(struct keeper *k)
{
	k->index_of = xmalloc((k->m->ndomains + 1) * sizeof(*k->index_of));
	memset(k->index_of, 0xff, k->m->ndomains * sizeof(*k->index_of));
	for (domain_id d = 1; d < k->m->ndomains; d++) {
		if (k->m->domains[d].level > k->q->level)
			k->index_of[d] = k->index_of[k->m->domains[d].parent];
		if (k->m->domains[d].level != k->q->level)
			continue;
		k->index_of[d] = k->nplaces;
		k->places[k->nplaces++] = d;
	}
}

static void index_shared(struct keeper *k)
{
	for (uint32_t s = 0; s < k->m->nshared; s++)
		k->places[k->nplaces++] = k->m->ndomains + s;
}

void keeper_init(struct keeper *k, struct analysis *a, const struct batches_question *q)
{
	bool shared = q->level == LEVEL_SHARED;

	*k = (struct keeper){.a = a, .m = a->model, .q = q};
	k->places = xcalloc((shared ? k->m->nshared : k->m->level_count[q->level]) + 1, sizeof(*k->places));
	if (shared)
		index_shared(k);
	else
		index_tree(k);
	k->matters = xcalloc(a->footprints.len + 1, sizeof(*k->matters));
	k->small = xcalloc(a->footprints.len + 1, sizeof(*k->small));
	k->sets = xcalloc(a->footprints.len + 1, sizeof(*k->sets));
	for (size_t i = 0; i < a->footprints.len; i++) {
		const struct footprint *f = &a->footprints.at[i];

		k->matters[i] = (q->service == NO_SERVICE || q->service == f->service) &&
		                footprint_holds(f, q->keep);
	}
}

void keeper_release(struct keeper *k)
{
	free(k->places);
	free(k->index_of);
	free(k->matters);
	free(k->small);
	free(k->sets);
	table_release(&k->index);
	vec_free(&k->judged);
	vec_free(&k->masks);
	arena_release(&k->arena);
}

uint32_t places_over(const struct keeper *k, domain_id d, uint32_t *ret)
{
	uint32_t n = 0;

	if (k->index_of) {
		ret[0] = k->index_of[d];
		return ret[0] != NO_INDEX;
	}
	for (domain_id x = d;; x = k->m->domains[x].parent) {
		for (uint32_t t = k->a->shared_first[x]; t < k->a->shared_first[x + 1]; t++) {
			uint32_t i = 0;

			while (i < n && ret[i] != k->a->shared_on[t])
				i++;
			if (i == n)
				ret[n++] = k->a->shared_on[t];
		}
		if (x == ROOT)
			return n;
	}
}

static bool each_group_beneath(const struct keeper *k, domain_id d, group_fn fn, void *context)
{
	const struct groups_on *on = model_groups_on(k->m);

	for (uint32_t at = on->first[d]; at < on->first[k->m->domains[d].end]; at++)
		if (!fn(context, on->groups[at]))
			return false;
	return true;
}

bool each_group_in(const struct keeper *k, uint32_t place, group_fn fn, void *context)
{
	const struct shared *s;

	if (k->places[place] < k->m->ndomains)
		return each_group_beneath(k, k->places[place], fn, context);
	s = &k->m->shared[k->places[place] - k->m->ndomains];
	for (uint32_t i = 0; i < s->nmembers; i++)
		if (!each_group_beneath(k, s->members[i], fn, context))
			return false;
	return true;
}

/* ---- one set of drained replicas ---- */

/* What one of the footprint's own domains of the level takes; false where none begins at `u`. */
static bool takes(const struct keeper *k, const struct footprint *f, uint16_t u, uint8_t gone, uint8_t *dies)
{
	if (k->q->level == LEVEL_SHARED) {
		for (uint16_t i = 0; i < f->n; i++)
			if (f->coverage[(size_t)u * f->n + i])
				dies[i] |= gone;
		return true;
	}
	if (footprint_part(f, k->q->level, u) != u)
		return false;
	for (uint16_t i = u; i < f->n; i++)
		if (footprint_part(f, k->q->level, i) == u)
			dies[i] |= gone;
	return true;
}

static uint16_t units_at_most(const struct keeper *k, const struct footprint *f)
{
	return k->q->level == LEVEL_SHARED ? f->nshared : f->n;
}

static bool spend(struct keeper *k, uint64_t work)
{
	k->work += work;
	k->gave_up |= k->work > k->most_work;
	return !k->gave_up;
}

static bool spares(struct keeper *k, const struct footprint *f, situation_id s, uint16_t from, uint32_t left,
                   const uint8_t *dead)
{
	uint8_t dies[MAX_REPLICAS];

	for (uint16_t u = from; left && u < units_at_most(k, f); u++) {
		struct outcome o;

		memcpy(dies, dead, f->n);
		if (!takes(k, f, u, GONE_DEAF | GONE_LOST, dies))
			continue;
		if (!spend(k, f->n))
			return false;
		o = judge_once(k->a->engine, s, dies);
		if (!target_holds(k->q->keep, &o) || !spares(k, f, s, (uint16_t)(u + 1), left - 1, dies))
			return false;
	}
	return true;
}

bool has_headroom(struct keeper *k, const struct footprint *f, situation_id s)
{
	static const uint8_t nobody[MAX_REPLICAS];

	return spares(k, f, s, 0, k->q->headroom, nobody);
}

static bool judge_drained(struct keeper *k, const struct footprint *f, const uint8_t *dies)
{
	struct engine *e = k->a->engine;
	struct outcome o;
	situation_id s;

	if (!spend(k, f->n))
		return false;
	if (k->q->headroom) {
		s = judge_step(e, f->start, dies, false);
		return target_holds(k->q->keep, judge_outcome(e, s)) && has_headroom(k, f, s);
	}
	o = judge_once(e, f->start, dies);
	return target_holds(k->q->keep, &o);
}

static bool keeps_small(struct keeper *k, uint32_t footprint, const uint8_t *dies)
{
	const struct footprint *f = &k->a->footprints.at[footprint];
	unsigned set = 0;

	for (uint16_t i = 0; i < f->n; i++)
		set |= (unsigned)(dies[i] != 0) << i;
	if (!(k->small[footprint].known >> set & 1)) {
		if (judge_drained(k, f, dies))
			k->small[footprint].kept |= (uint64_t)1 << set;
		if (k->gave_up)
			return false;
		k->small[footprint].known |= (uint64_t)1 << set;
	}
	return k->small[footprint].kept >> set & 1;
}

static uint32_t pack(const uint8_t *dies, uint16_t n, uint64_t *ret)
{
	uint32_t words = (n + 63u) / 64;

	memset(ret, 0, words * sizeof(*ret));
	for (uint16_t i = 0; i < n; i++)
		ret[i / 64] |= (uint64_t)(dies[i] != 0) << i % 64;
	return words;
}

static bool keeps_large(struct keeper *k, uint32_t footprint, const uint8_t *dies)
{
	const struct footprint *f = &k->a->footprints.at[footprint];
	uint64_t mask[MAX_REPLICAS / 64], hash;
	uint32_t words = pack(dies, f->n, mask);
	bool kept;

	hash = hash_mix(hash_bytes(mask, words * sizeof(*mask)) + footprint);
	for (uint32_t at = table_first(&k->index, hash); at != TABLE_END; at = table_next(&k->index, hash, at)) {
		const struct judged_set *j = &k->judged.at[table_value(&k->index, at)];

		if (j->footprint == footprint && !memcmp(k->masks.at + j->first, mask, words * sizeof(*mask)))
			return j->kept;
	}
	kept = judge_drained(k, f, dies);
	if (k->gave_up)
		return false;
	table_add(&k->index, hash, (uint32_t)k->judged.len);
	vec_push(&k->judged, (struct judged_set){footprint, (uint32_t)k->masks.len, kept});
	for (uint32_t i = 0; i < words; i++)
		vec_push(&k->masks, mask[i]);
	return kept;
}

static bool keeps_drained(struct keeper *k, uint32_t footprint, const uint8_t *dies)
{
	return k->a->footprints.at[footprint].n <= SMALL ? keeps_small(k, footprint, dies) : keeps_large(k, footprint, dies);
}

static bool is_chosen(struct chosen c, uint32_t place)
{
	return place == c.extra || c.batch_of[place] == c.batch;
}

static bool is_drained(const struct keeper *k, domain_id d, struct chosen c)
{
	if (k->index_of)
		return k->index_of[d] != NO_INDEX && is_chosen(c, k->index_of[d]);
	for (domain_id x = d;; x = k->m->domains[x].parent) {
		for (uint32_t t = k->a->shared_first[x]; t < k->a->shared_first[x + 1]; t++)
			if (is_chosen(c, k->a->shared_on[t]))
				return true;
		if (x == ROOT)
			return false;
	}
}

bool keeps(struct keeper *k, uint32_t group, struct chosen c)
{
	const domain_id *places = group_places(k->m, group);
	uint32_t n = group_size(k->m, group);
	uint8_t dies[MAX_REPLICAS];

	if (!spend(k, n))
		return false;
	for (uint32_t i = 0; i < n; i++)
		dies[i] = is_drained(k, places[i], c) ? GONE_DEAF : 0;
	return keeps_drained(k, k->a->of_group[group], dies);
}

/* ---- all sets of a group's domains ---- */

uint32_t units_in(const struct keeper *k, uint32_t group, uint32_t ret[TABLE_UNITS + 1])
{
	const struct footprint *f = &k->a->footprints.at[k->a->of_group[group]];
	place_id shared[TABLE_UNITS];
	uint32_t n = 0;

	if (k->q->level == LEVEL_SHARED) {
		if (f->nshared > TABLE_UNITS)
			return f->nshared;
		footprint_shared_places(k->a, group, shared);
		for (uint16_t c = 0; c < f->nshared; c++)
			ret[c] = shared[c] - k->m->ndomains;
		return f->nshared;
	}
	for (uint16_t i = 0; i < f->n && n <= TABLE_UNITS; i++)
		if (footprint_part(f, k->q->level, i) == i)
			ret[n++] = k->index_of[group_places(k->m, group)[i]];
	return n;
}

/* Sets of units, by the places where they begin. */
static uint16_t list_units(const struct keeper *k, const struct footprint *f, uint16_t ret[TABLE_UNITS + 1])
{
	uint16_t n = 0;

	for (uint16_t u = 0; u < units_at_most(k, f) && n <= TABLE_UNITS; u++)
		if (k->q->level == LEVEL_SHARED || footprint_part(f, k->q->level, u) == u)
			ret[n++] = u;
	return n;
}

static void spread_hope(struct sets *s)
{
	uint32_t nsets = 1u << s->units;

	for (uint16_t u = 0; u < s->units; u++)
		for (uint32_t set = 0; set < nsets; set++)
			if (!(set >> u & 1) && has_hope(s, set | 1u << u))
				s->hope[set / 64] |= (uint64_t)1 << set % 64;
}

static bool make_sets(struct keeper *k, uint32_t footprint, struct sets *s)
{
	const struct footprint *f = &k->a->footprints.at[footprint];
	uint16_t units[TABLE_UNITS + 1];

	s->units = list_units(k, f, units);
	if (s->units > TABLE_UNITS)
		return false;
	s->hope = arena_alloc(&k->arena, ((1u << s->units) / 64 + 1) * sizeof(*s->hope));
	s->all = true;
	for (uint32_t set = 0; set < 1u << s->units; set++) {
		uint8_t dies[MAX_REPLICAS] = {0};

		for (uint16_t u = 0; u < s->units; u++)
			if (set >> u & 1)
				takes(k, f, units[u], GONE_DEAF, dies);
		if (keeps_drained(k, footprint, dies)) {
			s->hope[set / 64] |= (uint64_t)1 << set % 64;
			s->biggest = (uint16_t)__builtin_popcount(set) > s->biggest ? (uint16_t)__builtin_popcount(set) : s->biggest;
		} else {
			s->all = false;
		}
		if (k->gave_up)
			return false;
	}
	spread_hope(s);
	return true;
}

const struct sets *sets_of(struct keeper *k, uint32_t group)
{
	struct sets *s = &k->sets[k->a->of_group[group]];

	if (!s->made) {
		s->made = true;
		if (!make_sets(k, k->a->of_group[group], s))
			s->hope = NULL;
	}
	return s->hope ? s : NULL;
}
