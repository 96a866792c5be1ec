/*
 * worst - which domains of a level hurt most: the sets whose death at once breaks the most groups.
 *
 * One step from the state that the analysis starts from. A group counts as broken when its writes are `no`, its reads
 * are `no` or `stale`, or its data is anything but `safe`, and was not so in that state. Exact, not sampled.
 */
#ifndef ANALYSIS_WORST_H
#define ANALYSIS_WORST_H

#include "analysis/footprint.h"

#define WORST_MAX_SIZE 8 /* of a set */

struct worst_set {
	place_id *domains; /* `size` of them, in byte order of their paths */
	uint64_t groups;   /* that it breaks; not 0 */
};

struct worst_target {
	struct worst_set *sets; /* most groups first; ties in byte order, member by member */
	size_t nsets;
	bool proven;            /* false: the best that were found until the search was ended */
};

struct worst {
	struct arena arena;
	uint32_t size;
	uint32_t domains; /* of that level, those that can die */
	bool undecided;   /* there is too much to add up: no sets are known at all */
	struct worst_target of[TARGETS];
};

/* Sets of exactly `size` (1 to WORST_MAX_SIZE) domains of a level, or LEVEL_SHARED; at most `top` for each target. */
void analysis_worst(struct analysis *a, uint8_t level, uint32_t size, size_t top, struct worst *ret);
/* The same for all sizes from 1 to `most`, into ret[size - 1]: cheaper than one by one. */
void analysis_worst_up_to(struct analysis *a, uint8_t level, uint32_t most, size_t top, struct worst *ret);
void worst_release(struct worst *w);

#endif
