/* parts - see parts_p.h */
#include "analysis/parts_p.h"

#include <stdlib.h>
#include <string.h>

#define ROUNDS 60                          /* of improving without success */
#define WORK_ON_ROUNDS ((uint64_t)1 << 25) /* replicas looked at; beyond, no further round begins */

/* ---- the first batch that a place fits ---- */

struct fitting {
	struct keeper *k;
	const struct parts *parts;
	uint32_t place;
	uint32_t *taboo;       /* [batch]: the place that it can't take, plus one */
	uint32_t *tried;       /* [batch]: the visit in which it was last tried */
	uint32_t visit;        /* of a group, from 1 */
	uint32_t open;         /* batches that are not taboo yet */
	uint32_t *over;        /* scratch: places over a domain */
};

static void try_batch(struct fitting *f, uint32_t group, uint32_t batch)
{
	if (batch == NO_BATCH || f->taboo[batch] == f->place + 1 || f->tried[batch] == f->visit)
		return;
	f->tried[batch] = f->visit;
	if (keeps(f->k, group, (struct chosen){f->parts->of, batch, f->place}))
		return;
	f->taboo[batch] = f->place + 1;
	f->open--;
}

static bool exclude_batches(void *context, uint32_t group)
{
	struct fitting *f = context;
	const domain_id *places = group_places(f->k->m, group);

	if (!group_matters(f->k, group))
		return true;
	f->visit++;
	f->k->work += group_size(f->k->m, group);
	for (uint32_t i = 0; i < group_size(f->k->m, group); i++) {
		uint32_t n = places_over(f->k, places[i], f->over);

		for (uint32_t j = 0; j < n; j++)
			try_batch(f, group, f->parts->of[f->over[j]]);
	}
	return f->open && !f->k->gave_up;
}

static uint32_t first_fit(struct fitting *f, uint32_t place)
{
	uint32_t batch = 0;

	f->place = place;
	f->open = f->parts->n;
	if (f->open)
		each_group_in(f->k, place, exclude_batches, f);
	if (f->k->gave_up)
		return f->parts->n; /* not known to fit anywhere */
	while (batch < f->parts->n && f->taboo[batch] == place + 1)
		batch++;
	return batch;
}

/* Places in this order, each into the first batch that it fits. */
static void fill_in_order(struct keeper *k, const uint32_t *order, uint32_t n, struct parts *ret)
{
	struct fitting f = {.k = k, .parts = ret};

	f.taboo = xcalloc(n + 1, sizeof(*f.taboo));
	f.tried = xcalloc(n + 1, sizeof(*f.tried));
	f.over = xcalloc(k->m->nshared + 1, sizeof(*f.over));
	ret->n = 0;
	memset(ret->of, 0xff, k->nplaces * sizeof(*ret->of));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t batch = first_fit(&f, order[i]);

		ret->of[order[i]] = batch;
		ret->n += batch == ret->n;
	}
	free(f.taboo);
	free(f.tried);
	free(f.over);
}

/* ---- orders ---- */

/* Batch by batch, in an order of batches: with first fit, a batch's places all fit again. */
struct by_batch { uint32_t place, rank; };

static int by_rank(const void *x, const void *y)
{
	const struct by_batch *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return (a->place > b->place) - (a->place < b->place);
}

static uint64_t next_random(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15u;
	return hash_mix(*state);
}

static void shuffle(uint32_t *ranks, uint32_t n, uint64_t *random)
{
	for (uint32_t i = n; i > 1; i--) {
		uint32_t j = (uint32_t)(next_random(random) % i), swap = ranks[i - 1];

		ranks[i - 1] = ranks[j];
		ranks[j] = swap;
	}
}

/* Backwards, and shuffled, in turn. */
static void rank_batches(uint32_t *ranks, uint32_t n, uint32_t round, uint64_t *random)
{
	for (uint32_t i = 0; i < n; i++)
		ranks[i] = n - 1 - i;
	if (round % 2)
		shuffle(ranks, n, random);
}

static void order_again(const struct keeper *k, const struct parts *p, uint32_t round, uint64_t *random, uint32_t *ret)
{
	struct by_batch *all = xcalloc(k->nplaces + 1, sizeof(*all));
	uint32_t *ranks = xcalloc(p->n + 1, sizeof(*ranks)), n = 0;

	rank_batches(ranks, p->n, round, random);
	for (uint32_t i = 0; i < k->nplaces; i++)
		if (p->of[i] != NO_BATCH)
			all[n++] = (struct by_batch){i, ranks[p->of[i]]};
	if (n)
		qsort(all, n, sizeof(*all), by_rank);
	for (uint32_t i = 0; i < n; i++)
		ret[i] = all[i].place;
	free(all);
	free(ranks);
}

static void copy_parts(const struct keeper *k, const struct parts *from, struct parts *to)
{
	to->n = from->n;
	memcpy(to->of, from->of, k->nplaces * sizeof(*from->of));
}

/* What is as good is gone on from, and only what is better is kept: the batches stay as the file has them. */
void parts_find(struct keeper *k, const bool *drainable, struct parts *ret)
{
	uint32_t *order = xcalloc(k->nplaces + 1, sizeof(*order)), n = 0;
	struct parts now = {.of = xcalloc(k->nplaces + 1, sizeof(*now.of))};
	struct parts next = {.of = xcalloc(k->nplaces + 1, sizeof(*next.of))};
	uint64_t random = 1, until;

	for (uint32_t i = 0; i < k->nplaces; i++)
		if (drainable[i])
			order[n++] = i;
	fill_in_order(k, order, n, ret);
	copy_parts(k, ret, &now);
	until = k->work + WORK_ON_ROUNDS;
	for (uint32_t round = 0; round < ROUNDS && now.n > 2 && k->work < until && !k->gave_up; round++) {
		order_again(k, &now, round, &random, order);
		fill_in_order(k, order, n, &next);
		if (k->gave_up || next.n > now.n)
			continue;
		copy_parts(k, &next, &now);
		if (now.n >= ret->n)
			continue;
		copy_parts(k, &now, ret);
		round = 0;
	}
	free(now.of);
	free(next.of);
	free(order);
}
