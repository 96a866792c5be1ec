/* weights - see weights_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/weights_p.h"

/* All pairs stand in one array where they are no more than this, and not many times those that have a weight. */
#define DENSE_PAIRS ((uint64_t)1 << 24)
#define DENSE_ANYWAY ((uint64_t)1 << 16)
#define DENSE_TIMES 32

const struct like_targets unlike_targets = {{TARGET_WRITES, TARGET_READS, TARGET_DATA}};

void weights_init(struct weights *w, uint32_t n, uint32_t most, uint64_t pairs, struct like_targets like)
{
	uint64_t all = n ? (uint64_t)n * (n - 1) / 2 : 0;

	memset(w, 0, sizeof(*w));
	w->n = n;
	w->most = most;
	w->like = like;
	w->singles = xcalloc(n + 1, sizeof(*w->singles));
	if (most < 2 || all > DENSE_PAIRS || (all > DENSE_ANYWAY && all / DENSE_TIMES > pairs))
		return;
	for (enum target t = 0; t < TARGETS; t++)
		w->pairs[t] = like.as[t] == t ? xcalloc_spread(all + 1, sizeof(**w->pairs)) : w->pairs[like.as[t]];
}

void weights_release(struct weights *w)
{
	free(w->singles);
	for (enum target t = 0; t < TARGETS; t++)
		if (w->like.as[t] == t)
			free(w->pairs[t]);
	for (uint32_t size = 0; size <= WORST_MAX_SIZE; size++) {
		vec_free(&w->of_size[size].members);
		vec_free(&w->of_size[size].weight);
		table_release(&w->of_size[size].index);
	}
}

/* ---- larger sets ---- */

static uint64_t set_hash(const uint32_t *set, uint32_t size)
{
	uint64_t hash = size;

	for (uint32_t i = 0; i < size; i++)
		hash = hash * 0x9e3779b97f4a7c15u + set[i] + 1;
	return hash;
}

static int compare_tuples(const uint32_t *a, const uint32_t *b, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static const uint32_t *tuple_at(const struct tuples *t, size_t i, uint32_t size)
{
	return t->members.at + i * size;
}

static const struct weight *find_hashed(const struct tuples *t, const uint32_t *set, uint32_t size)
{
	uint64_t hash = set_hash(set, size);

	for (uint32_t at = table_first(&t->index, hash); at != TABLE_END; at = table_next(&t->index, hash, at)) {
		uint32_t i = table_value(&t->index, at);

		if (!compare_tuples(tuple_at(t, i, size), set, size))
			return &t->weight.at[i];
	}
	return NULL;
}

static const struct weight *find_tuple(const struct tuples *t, const uint32_t *set, uint32_t size)
{
	size_t low = 0, high = t->weight.len;

	if (t->hashed)
		return find_hashed(t, set, size);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_tuples(tuple_at(t, middle, size), set, size);

		if (!order)
			return &t->weight.at[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void begin_to_hash(struct tuples *t, uint32_t size)
{
	t->hashed = true;
	for (size_t i = 0; i < t->weight.len; i++)
		table_add(&t->index, set_hash(tuple_at(t, i, size), size), (uint32_t)i);
}

static struct weight *need_tuple(struct tuples *t, const uint32_t *set, uint32_t size)
{
	size_t n = t->weight.len;
	bool goes_on = !t->hashed && (!n || compare_tuples(tuple_at(t, n - 1, size), set, size) < 0);
	const struct weight *known = goes_on ? NULL : find_tuple(t, set, size);

	if (known)
		return &t->weight.at[known - t->weight.at];
	if (!goes_on && !t->hashed)
		begin_to_hash(t, size);
	for (uint32_t i = 0; i < size; i++)
		vec_push(&t->members, set[i]);
	vec_push(&t->weight, (struct weight){{0}});
	if (t->hashed)
		table_add(&t->index, set_hash(set, size), (uint32_t)n);
	return &t->weight.at[n];
}

/* ---- all sets ---- */

static bool is_paired(const struct weights *w, uint32_t size)
{
	return size == 2 && w->pairs[0];
}

static struct weight pair_weight(const struct weights *w, size_t at)
{
	struct weight weight;

	for (enum target t = 0; t < TARGETS; t++)
		weight.of[t] = w->pairs[t][at];
	return weight;
}

struct weight weights_of(const struct weights *w, const uint32_t *set, uint32_t size)
{
	const struct weight *found;

	if (size == 0)
		return w->none;
	if (size == 1)
		return w->singles[set[0]];
	if (is_paired(w, size))
		return pair_weight(w, pair_at(w, set[0], set[1]));
	found = find_tuple(&w->of_size[size], set, size);
	return found ? *found : (struct weight){{0}};
}

static void add_pair(struct weights *w, size_t at, const struct weight *by, int32_t times)
{
	for (enum target t = 0; t < TARGETS; t++)
		if (w->like.as[t] == t)
			w->pairs[t][at] += times * by->of[t];
}

void weights_add(struct weights *w, const uint32_t *set, uint32_t size, const struct weight *by, int32_t times)
{
	struct weight *weight;

	if (is_paired(w, size)) {
		add_pair(w, pair_at(w, set[0], set[1]), by, times);
		return;
	}
	weight = size == 0 ? &w->none : size == 1 ? &w->singles[set[0]] : need_tuple(&w->of_size[size], set, size);
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
	int64_t total = weights_of(w, part, nparts).of[t];

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

static void each_pair(const struct weights *w, weight_fn visit, void *context)
{
	uint32_t set[2] = {0};
	size_t at = 0;

	for (set[0] = 0; set[0] < w->n; set[0]++)
		for (set[1] = set[0] + 1; set[1] < w->n; set[1]++, at++) {
			struct weight weight = pair_weight(w, at);

			if (has_weight(&weight))
				visit(context, set, 2, &weight);
		}
}

void weights_each_of(const struct weights *w, uint32_t size, weight_fn visit, void *context)
{
	const struct tuples *t = &w->of_size[size];

	if (size == 0 && has_weight(&w->none))
		visit(context, NULL, 0, &w->none);
	for (uint32_t i = 0; size == 1 && i < w->n; i++)
		if (has_weight(&w->singles[i]))
			visit(context, &i, 1, &w->singles[i]);
	if (is_paired(w, size))
		each_pair(w, visit, context);
	for (size_t i = 0; i < t->weight.len; i++)
		if (has_weight(&t->weight.at[i]))
			visit(context, tuple_at(t, i, size), size, &t->weight.at[i]);
}

void weights_each(const struct weights *w, weight_fn visit, void *context)
{
	for (uint32_t size = 0; size <= w->most; size++)
		weights_each_of(w, size, visit, context);
}
