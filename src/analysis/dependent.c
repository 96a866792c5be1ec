/* dependent - see dependent_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/dependent_p.h"

#define NO_ITEM UINT8_MAX

/* What breaks groups of one footprint that stand in one way on the places of those they need. */
struct placing {
	uint32_t footprint, first_item; /* into items: [replica] */
	uint32_t nitems;
	uint8_t *broken;                /* [set of items] */
};

struct dependent {
	struct analysis *a;
	struct world *needed;
	struct arena arena;
	VEC(struct placing) placings;
	VEC(uint8_t) items;
	struct table index;
	uint32_t adds[WORLD_MAX_PLACES];
	struct causes causes;
	struct mixed answer;
	VEC(double) pivotal;
};

struct dependent *dependent_new(struct analysis *a, uint32_t service, struct budget *spent)
{
	struct dependent *d;
	struct world *needed;
	size_t ncuts = 0;

	if (a->start)
		state_cuts(a->start, &ncuts);
	needed = ncuts ? NULL : world_new(a, service, false, spent);
	if (!needed)
		return NULL;
	d = xcalloc(1, sizeof(*d));
	d->a = a;
	d->needed = needed;
	for (uint32_t i = 0; i < WORLD_MAX_PLACES; i++)
		d->adds[i] = 1u << i;
	return d;
}

void dependent_free(struct dependent *d)
{
	if (!d)
		return;
	world_free(d->needed);
	vec_free(&d->placings);
	vec_free(&d->items);
	vec_free(&d->pivotal);
	table_release(&d->index);
	causes_release(&d->causes);
	arena_release(&d->arena);
	free(d);
}

/* Lists the places of the needed services, then those of the group; and which of them each replica is on. */
static bool list_items(const struct dependent *d, uint32_t group, const struct footprint *f, domain_id *places,
                       uint32_t *ret_n, uint8_t *item)
{
	const domain_id *needed, *own = group_places(d->a->model, group);
	uint32_t n = world_places(d->needed, &needed);

	for (uint32_t i = 0; i < n; i++)
		places[i] = needed[i];
	for (uint16_t i = 0; i < f->n; i++) {
		uint32_t at = 0;

		item[i] = NO_ITEM;
		if (f->gone[i] & GONE_LOST)
			continue;
		while (at < n && places[at] != own[i])
			at++;
		if (at == WORLD_MAX_PLACES)
			return false;
		if (at == n)
			places[n++] = own[i];
		item[i] = (uint8_t)at;
	}
	*ret_n = n;
	return true;
}

static bool judge_placing(struct dependent *d, const struct footprint *f, const uint8_t *item, uint32_t nitems,
                          struct budget *spent, struct placing *ret)
{
	const domain_id *needed;
	uint32_t sets = 1u << nitems, of_needed = (1u << world_places(d->needed, &needed)) - 1;
	const uint8_t *left = world_left(d->needed);
	uint8_t dead[MAX_REPLICAS];

	if (spent->judged + (uint64_t)sets * f->n > JUDGE_MOST)
		return false;
	spent->judged += (uint64_t)sets * f->n;
	ret->broken = arena_alloc(&d->arena, sets);
	for (uint32_t set = 0; set < sets; set++) {
		const struct judging j = {d->a, f->start, f->n, left[set & of_needed]};

		for (uint16_t i = 0; i < f->n; i++)
			dead[i] = item[i] != NO_ITEM && set >> item[i] & 1;
		ret->broken[set] = judge_dead(&j, dead);
	}
	return true;
}

static const struct placing *find_placing(struct dependent *d, uint32_t footprint, const uint8_t *item,
                                          uint32_t nitems, struct budget *spent)
{
	const struct footprint *f = analysis_footprint(d->a, footprint);
	uint64_t hash = hash_mix(hash_bytes(item, f->n) ^ footprint);
	struct placing new = {footprint, (uint32_t)d->items.len, nitems, NULL};

	for (uint32_t at = table_first(&d->index, hash); at != TABLE_END; at = table_next(&d->index, hash, at)) {
		const struct placing *p = &d->placings.at[table_value(&d->index, at)];

		if (p->footprint == footprint && !memcmp(d->items.at + p->first_item, item, f->n))
			return p;
	}
	if (!judge_placing(d, f, item, nitems, spent, &new))
		return NULL;
	for (uint16_t i = 0; i < f->n; i++)
		vec_push(&d->items, item[i]);
	table_add(&d->index, hash, (uint32_t)d->placings.len);
	vec_push(&d->placings, new);
	return &d->placings.at[d->placings.len - 1];
}

const struct mixed *dependent_answer(struct dependent *d, const struct chances *c, uint32_t group, bool pivotal,
                                     enum target target, struct budget *spent, const struct causes **ret_causes)
{
	uint32_t footprint = analysis_footprint_of(d->a, group), nitems;
	const struct footprint *f = analysis_footprint(d->a, footprint);
	domain_id places[WORLD_MAX_PLACES];
	uint8_t item[MAX_REPLICAS];
	const struct placing *p;
	struct verdicts v;
	uint64_t steps;

	if (!list_items(d, group, f, places, &nitems, item))
		return NULL;
	p = find_placing(d, footprint, item, nitems, spent);
	if (!p)
		return NULL;
	causes_find(&d->causes, d->a, c, places, nitems);
	steps = ((uint64_t)1 << nitems) * (2 * (uint64_t)d->causes.mixture.ncauses + 1);
	if (spent->steps + steps > STEPS_MOST)
		return NULL;
	spent->steps += steps;
	vec_reserve(&d->pivotal, d->causes.mixture.ncauses + 1);
	v = (struct verdicts){nitems, d->adds, 1u << nitems, p->broken};
	d->answer.target = target;
	d->answer.pivotal = pivotal ? d->pivotal.at : NULL;
	mixture_by_patterns(&d->causes.mixture, &v, &d->answer);
	*ret_causes = &d->causes;
	return &d->answer;
}
