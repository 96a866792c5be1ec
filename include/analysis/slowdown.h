/*
 * slowdown - a death that leaves a group writing, and makes it wait for far more distant replicas than before.
 *
 * Single deaths of domains of some levels, or of shared ones, each from the analysis's state. Groups of one
 * footprint with the same round trips share the answer.
 */
#ifndef ANALYSIS_SLOWDOWN_H
#define ANALYSIS_SLOWDOWN_H

#include "analysis/cutsets.h"
#include "analysis/latency.h"
#include "analysis/survive.h"

struct slowdown {
	struct unit_ref death;        /* the one after which a write takes longest, as analysis/survive.h has it */
	struct latency before, after; /* of a write */
	bool found;
};

#define SLOWDOWN_REPLICAS 32 /* larger groups are not looked at */

struct slowdowns;

/* Deaths after which a write takes `factor` times as long or longer. Borrows the analysis and the round trips. */
struct slowdowns *slowdowns_new(struct analysis *a, const struct rtts *r, const struct level_set *levels, uint32_t factor);
void slowdowns_free(struct slowdowns *s);
/* Valid until the next call. */
const struct slowdown *slowdown_of(struct slowdowns *s, uint32_t group);
/* What dies, for one group. */
place_id slowdown_place(const struct analysis *a, uint32_t group, const struct slowdown *s);

#endif
