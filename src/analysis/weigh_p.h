/*
 * weigh - the weights (weights_p.h) of all groups of a model over the domains of a level, needs included.
 */
#ifndef ANALYSIS_WEIGH_P_H
#define ANALYSIS_WEIGH_P_H

#include "analysis/footprint_p.h"
#include "analysis/weights_p.h"

/* The domains of a level that can die, numbered in byte order of their paths. */
struct ranking {
	uint8_t level;
	uint32_t n;
	place_id *places;   /* [n] */
	uint32_t *of;       /* [tree domain] the number of the one it is in, NO_RANK where none is; [shared domain] its own */
};
#define NO_RANK UINT32_MAX

void ranking_init(struct ranking *r, const struct analysis *a, uint8_t level);
void ranking_release(struct ranking *r);

/* Sets of up to `most` domains. False: there are too many to add up. `w` is the caller's to release in any case. */
bool weigh_groups(struct weights *w, struct analysis *a, const struct ranking *r, uint32_t most);

#endif
