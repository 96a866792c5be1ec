/*
 * tolerance - how many simultaneous deaths of domains of a level a service survives, whichever they are.
 *
 * One step from the healthy state, at least over the service's groups. Exact: sets of the domains that hold
 * a group's replicas are tried by size, sets that are alike once.
 */
#ifndef ANALYSIS_TOLERANCE_H
#define ANALYSIS_TOLERANCE_H

#include "analysis/survive.h"

#define TOLERANCE_NOT_EVEN_HEALTHY (-1)    /* broken with everything alive */
#define TOLERANCE_UNBREAKABLE INT32_MAX    /* every domain of the level dead, and it still holds: JSON's null */

struct tolerance {
	int32_t at[TARGETS][MAX_LEVELS + 1]; /* [target][level], levels from 1 */
	bool undecided;                      /* a search gave up: what it looked for is at least as large as said */
};

void analysis_tolerance(struct analysis *a, uint32_t service, struct tolerance *ret);
void footprint_tolerance(struct analysis *a, uint32_t footprint, struct tolerance *ret);

#endif
