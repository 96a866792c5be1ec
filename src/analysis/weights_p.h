/*
 * weights - how many groups a set of domains breaks, as a sum over its subsets.
 *
 * Domains of the level at hand are numbered from 0. A set S breaks the sum of the weights of all T inside S:
 * a group that breaks when two of its three domains die puts 1 on each two of them and -2 on all three, so
 * that two dead count once, and three dead, 1 + 1 + 1 - 2, once as well. Any function of sets can be written
 * so; here those of up to `most` domains.
 */
#ifndef ANALYSIS_WEIGHTS_P_H
#define ANALYSIS_WEIGHTS_P_H

#include "analysis/worst.h"
#include "base/table.h"
#include "base/vec.h"

struct weight { int32_t of[TARGETS]; };

/* The weights of sets of one size: found by bisection as long as they come in order, then by hash. */
struct tuples {
	VEC(uint32_t) members; /* [i * size]: in ascending order */
	VEC(struct weight) weight;
	bool hashed;
	struct table index;    /* when hashed */
};

/* For each target, the first one that weighs every set as it does: mostly all three are broken by the same. */
struct like_targets { enum target as[TARGETS]; };
extern const struct like_targets unlike_targets;

struct weights {
	uint32_t n, most;
	struct like_targets like;
	struct weight none;       /* of the empty set */
	struct weight *singles;   /* [n] */
	int32_t *pairs[TARGETS];  /* [pair_at(a, b)], the same array for like targets; NULL: they are in of_size[2] */
	struct tuples of_size[WORST_MAX_SIZE + 1];
};

/* `pairs`: how many are about to be added, equal ones counted each. */
void weights_init(struct weights *w, uint32_t n, uint32_t most, uint64_t pairs, struct like_targets like);
void weights_release(struct weights *w);

/* Row by row: sets that come in order add to the same row. */
static inline size_t pair_at(const struct weights *w, uint32_t a, uint32_t b) /* a < b */
{
	return (size_t)a * (2 * (size_t)w->n - a - 1) / 2 + (b - a - 1);
}

/* Where a pair's first weight stands, to be asked from memory before it is added to; NULL where pairs are sought. */
static inline const int32_t *pair_place(const struct weights *w, uint32_t a, uint32_t b)
{
	return w->pairs[0] && a != b ? w->pairs[0] + (a < b ? pair_at(w, a, b) : pair_at(w, b, a)) : NULL;
}
/* `set`: `size` domains in ascending order, at most `most` of them. */
void weights_add(struct weights *w, const uint32_t *set, uint32_t size, const struct weight *by, int32_t times);
/* Zeros where it has none. */
struct weight weights_of(const struct weights *w, const uint32_t *set, uint32_t size);
/* Sets that are held by hash. */
size_t weights_held(const struct weights *w);
/* The groups that the set breaks. */
int64_t weights_total(const struct weights *w, enum target t, const uint32_t *set, uint32_t size);

/* Calls `visit` with every set that has a weight, the empty one included; with those of one size. */
typedef void (*weight_fn)(void *context, const uint32_t *set, uint32_t size, const struct weight *weight);
void weights_each(const struct weights *w, weight_fn visit, void *context);
void weights_each_of(const struct weights *w, uint32_t size, weight_fn visit, void *context);

#endif
