/*
 * census - how often the same few numbers come together.
 *
 * A million groups whose domains are few are counted, those whose domains are many sorted: either way each
 * combination is looked at once, and in ascending order, so that what is made of them is in order, too.
 */
#ifndef ANALYSIS_CENSUS_P_H
#define ANALYSIS_CENSUS_P_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"

#define MAX_COUNTED 64 /* numbers in a combination */

struct census {
	uint32_t width;                  /* numbers in a combination */
	unsigned number_bits, kind_bits;
	uint32_t *counts;                /* by key; NULL: keys are kept and sorted */
	VEC(uint64_t) keys;
};

/* Combinations of `width` numbers below `n` and a kind below `kinds`. False where they don't fit into 64 bits. */
bool census_init(struct census *t, uint32_t n, uint32_t width, uint32_t kinds);
void census_release(struct census *t);
/* `len` numbers, at most `width`; the others are 0. */
void census_add(struct census *t, uint32_t kind, const uint32_t *numbers, uint32_t len);

/* Calls `visit` with each combination, in ascending order of their numbers. Ends the adding. */
typedef void (*census_fn)(void *context, uint32_t kind, const uint32_t *numbers, uint32_t times);
void census_each(struct census *t, census_fn visit, void *context);

#endif
