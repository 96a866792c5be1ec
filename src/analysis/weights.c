/* weights - see weights_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/weights_p.h"

/* All pairs stand in one array where they are no more than this, and not many times those that have a weight. */
#define DENSE_PAIRS ((uint64_t)1 << 24)
#define DENSE_ANYWAY ((uint64_t)1 << 16)
#define DENSE_TIMES 32

void weights_init(struct weights *w, uint32_t n, uint32_t most, uint64_t pairs)
{
	uint64_t all = n ? (uint64_t)n * (n - 1) / 2 : 0;

	memset(w, 0, sizeof(*w));
	w->n = n;
	w->most = most;
	w->singles = xcalloc(n + 1, sizeof(*w->singles));
	if (most >= 2 && all <= DENSE_PAIRS && (all <= DENSE_ANYWAY || all / DENSE_TIMES <= pairs))
		w->pairs = xcalloc(all + 1, sizeof(*w->pairs));
}

void weights_release(struct weights *w)
{
	free(w->singles);
	free(w->pairs);
	for (uint32_t size = 0; size <= WORST_MAX_SIZE; size++) {
		vec_free(&w->of_size[size].members);
		vec_free(&w->of_size[size].weight);
		table_release(&w->of_size[size].index);
	}
}

/* ---- sets by hash ---- */

static uint64_t set_hash(const uint32_t *set, uint32_t size)
{
	uint64_t hash = size;

	for (uint32_t i = 0; i < size; i++)
		hash = hash * 0x9e3779b97f4a7c15u + set[i] + 1;
	return hash;
}

static const struct weight *find_tuple(const struct tuples *t, const uint32_t *set, uint32_t size)
{
	uint64_t hash = set_hash(set, size);

	for (uint32_t at = table_first(&t->index, hash); at != TABLE_END; at = table_next(&t->index, hash, at)) {
		uint32_t i = table_value(&t->index, at);

		if (!memcmp(t->members.at + (size_t)i * size, set, size * sizeof(*set)))
			return &t->weight.at[i];
	}
	return NULL;
}

static struct weight *need_tuple(struct tuples *t, const uint32_t *set, uint32_t size)
{
	const struct weight *known = find_tuple(t, set, size);

	if (known)
		return &t->weight.at[known - t->weight.at];
	for (uint32_t i = 0; i < size; i++)
		vec_push(&t->members, set[i]);
	vec_push(&t->weight, (struct weight){{0}});
	table_add(&t->index, set_hash(set, size), (uint32_t)t->weight.len - 1);
	return &t->weight.at[t->weight.len - 1];
}

/* ---- all sets ---- */

static struct weight *need_weight(struct weights *w, const uint32_t *set, uint32_t size)
{
	if (size == 0)
		return &w->none;
	if (size == 1)
		return &w->singles[set[0]];
	if (size == 2 && w->pairs)
		return &w->pairs[pair_at(set[0], set[1])];
	return need_tuple(&w->of_size[size], set, size);
}

static const struct weight *find_weight(const struct weights *w, const uint32_t *set, uint32_t size)
{
	if (size == 0)
		return &w->none;
	if (size == 1)
		return &w->singles[set[0]];
	if (size == 2 && w->pairs)
		return &w->pairs[pair_at(set[0], set[1])];
	return find_tuple(&w->of_size[size], set, size);
}

struct weight weights_of(const struct weights *w, const uint32_t *set, uint32_t size)
{
	const struct weight *found = find_weight(w, set, size);

	return found ? *found : (struct weight){{0}};
}

void weights_add(struct weights *w, const uint32_t *set, uint32_t size, const struct weight *by, int32_t times)
{
	struct weight *weight = need_weight(w, set, size);

	for (enum target t = 0; t < TARGETS; t++)
		weight->of[t] += times * by->of[t];
}

size_t weights_held(const struct weights *w)
{
	size_t held = 0;

	for (uint32_t size = 2; size <= w->most; size++)
		held += w->of_size[size].weight.len;
	return held;
}

/* Over the subsets of set[from...] with what is in `part` already. */
static int64_t total_from(const struct weights *w, enum target t, const uint32_t *set, uint32_t size, uint32_t from,
                          uint32_t *part, uint32_t nparts)
{
	const struct weight *weight = nparts <= w->most ? find_weight(w, part, nparts) : NULL;
	int64_t total = weight ? weight->of[t] : 0;

	for (uint32_t i = from; i < size && nparts < w->most; i++) {
		part[nparts] = set[i];
		total += total_from(w, t, set, size, i + 1, part, nparts + 1);
	}
	return total;
}

int64_t weights_total(const struct weights *w, enum target t, const uint32_t *set, uint32_t size)
{
	uint32_t part[WORST_MAX_SIZE];

	return total_from(w, t, set, size, 0, part, 0);
}

static bool has_weight(const struct weight *weight)
{
	for (enum target t = 0; t < TARGETS; t++)
		if (weight->of[t])
			return true;
	return false;
}

void weights_each(const struct weights *w, weight_fn visit, void *context)
{
	uint32_t set[2] = {0};

	if (has_weight(&w->none))
		visit(context, set, 0, &w->none);
	for (set[0] = 0; set[0] < w->n; set[0]++)
		if (has_weight(&w->singles[set[0]]))
			visit(context, set, 1, &w->singles[set[0]]);
	for (set[1] = 1; w->pairs && set[1] < w->n; set[1]++)
		for (set[0] = 0; set[0] < set[1]; set[0]++)
			if (has_weight(&w->pairs[pair_at(set[0], set[1])]))
				visit(context, set, 2, &w->pairs[pair_at(set[0], set[1])]);
	for (uint32_t size = 2; size <= w->most; size++)
		for (size_t i = 0; i < w->of_size[size].weight.len; i++)
			if (has_weight(&w->of_size[size].weight.at[i]))
				visit(context, w->of_size[size].members.at + i * size, size, &w->of_size[size].weight.at[i]);
}
