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

/* The weights of sets of one size, found by hash. */
struct tuples {
	VEC(uint32_t) members; /* [i * size]: in ascending order */
	VEC(struct weight) weight;
	struct table index;
};

struct weights {
	uint32_t n, most;
	struct weight none;     /* of the empty set */
	struct weight *singles; /* [n] */
	struct weight *pairs;   /* [pair_at(a, b)]; NULL: they are in of_size[2] */
	struct tuples of_size[WORST_MAX_SIZE + 1];
};

/* `pairs`: how many are about to be added, equal ones counted each. */
void weights_init(struct weights *w, uint32_t n, uint32_t most, uint64_t pairs);
void weights_release(struct weights *w);

static inline size_t pair_at(uint32_t a, uint32_t b) /* a < b */
{
	return (size_t)b * (b - 1) / 2 + a;
}

/* `set`: `size` domains in ascending order, at most `most` of them. */
void weights_add(struct weights *w, const uint32_t *set, uint32_t size, const struct weight *by, int32_t times);
/* Zeros where it has none. */
struct weight weights_of(const struct weights *w, const uint32_t *set, uint32_t size);
/* Sets that are held by hash. */
size_t weights_held(const struct weights *w);
/* The groups that the set breaks. */
int64_t weights_total(const struct weights *w, enum target t, const uint32_t *set, uint32_t size);

/* Calls `visit` with every set that has a weight, the empty one included. */
typedef void (*weight_fn)(void *context, const uint32_t *set, uint32_t size, const struct weight *weight);
void weights_each(const struct weights *w, weight_fn visit, void *context);

#endif
