/*
 * heaviest - the sets of a size that break the most groups, by branch and bound over weights (weights_p.h).
 */
#ifndef ANALYSIS_HEAVIEST_P_H
#define ANALYSIS_HEAVIEST_P_H

#include "analysis/weights_p.h"

struct heavy_set {
	int64_t total;
	uint32_t set[WORST_MAX_SIZE]; /* ascending */
};

/* Heaviest first, ties in ascending order, member by member; none of 0. */
struct heaviest {
	VEC(struct heavy_set) sets;
	bool proven; /* false: the search was ended before it was complete */
};

/* `size` at most w->most, `top` at least 1. No single domain may weigh less than 0. */
void heaviest_find(const struct weights *w, enum target t, uint32_t size, size_t top, struct heaviest *ret);
void heaviest_release(struct heaviest *h);

#endif
