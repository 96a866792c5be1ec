/*
 * mixture - items that independent causes take: with what probability do those taken break something?
 *
 * A cause is a domain, or several that take the same items; an item is a place where replicas are. Knows nothing of
 * either. Nothing is subtracted on the way to a probability, so that tiny ones are as good as large ones.
 *
 * Three ways to the answer. By patterns: every set of items, 2^items of them; exact whatever breaks. By counts: where
 * only the number taken of each kind of item matters, a convolution up the tree that nested causes make, once for each
 * state of those causes that cross it; exact. By few: the states with few causes at work are tried, the others' share
 * is added to the upper bound.
 */
#ifndef ANALYSIS_MIXTURE_P_H
#define ANALYSIS_MIXTURE_P_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "model/model.h"

struct mixture {
	uint32_t nitems, nwords; /* words of a set of items */
	uint32_t ncauses;
	uint32_t nnested;        /* the first so many causes' sets are nested or disjoint, as those of a tree are */
	const uint64_t *takes;   /* [cause][word] */
	const double *down, *up; /* [cause] how likely it is at work, and that it is not; up is never 0 */
};

/* What is broken, by what was taken: the sum of what each item taken adds is an index. */
struct verdicts {
	uint32_t nitems;
	const uint32_t *adds;    /* [item]; 1 << item for patterns */
	uint32_t size;           /* of the index */
	const uint8_t *broken;   /* [index] bits, 1 << enum target */
};

#define MIXTURE_MAX_PATTERN 20 /* items */

/* Sums of many terms of any size: Neumaier's. */
struct sum { double total, rest; };
static inline void sum_add(struct sum *s, double x)
{
	double t = s->total + x;

	s->rest += (s->total < 0 ? -s->total : s->total) >= (x < 0 ? -x : x) ? (s->total - t) + x : (x - t) + s->total;
	s->total = t;
}
static inline double sum_of(const struct sum *s)
{
	return s->total + s->rest;
}

/*
 * What is found. `pivotal` is NULL or gets, for each cause, the probability that it is not at work and its work would
 * break `target` (less that it would mend it): its `up` times the derivative by its `down`.
 */
struct mixed {
	double most[TARGETS], least[TARGETS]; /* equal where the answer is exact */
	enum target target;
	double *pivotal;
};

/* `verdicts` by pattern. */
void mixture_by_patterns(const struct mixture *x, const struct verdicts *v, struct mixed *ret);

/* The tree of nested causes, and those that cross it: the same for all mixtures with the same sets. */
struct nest;
struct nest *nest_new(const struct mixture *x, const struct verdicts *v); /* NULL: too many causes cross it */
void nest_free(struct nest *n);
/* Steps that one answer takes, without `pivotal`, which takes twice as many for every cause. */
uint64_t nest_work(const struct nest *n);
void mixture_by_counts(const struct mixture *x, const struct verdicts *v, struct nest *n, struct mixed *ret);

/*
 * How many states have at most `few` causes at work, up to a limit; and each of them in one fixed order: calls
 * `visit` with the causes.
 */
typedef void few_fn(void *context, const uint32_t *causes, uint32_t n);
uint32_t few_within(uint32_t ncauses, uint32_t limit);
uint64_t few_states(uint32_t ncauses, uint32_t few);
void few_each(uint32_t ncauses, uint32_t few, few_fn *visit, void *context);
/* `broken` has an entry for each of these states in that order. No `pivotal`. */
void mixture_by_few(const struct mixture *x, uint32_t few, const uint8_t *broken, struct mixed *ret);

static inline const uint64_t *cause_takes(const struct mixture *x, uint32_t cause)
{
	return x->takes + (size_t)cause * x->nwords;
}
static inline bool set_has(const uint64_t *set, uint32_t item)
{
	return set[item / 64] >> item % 64 & 1;
}
static inline void set_put(uint64_t *set, uint32_t item)
{
	set[item / 64] |= (uint64_t)1 << item % 64;
}

#endif
