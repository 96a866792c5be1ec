/*
 * needs - what breaks a service by way of the services that it needs.
 *
 * What needed services leave a service is changed only by deaths within their reach: those are tried first, then
 * those of the group itself that are outside it. So every set of deaths is met, with what it leaves.
 */
#ifndef ANALYSIS_NEEDS_H
#define ANALYSIS_NEEDS_H

#include "analysis/footprint.h"

/* So many more domains of each level, and shared ones, may die. */
struct deaths { uint32_t of_level[MAX_LEVELS + 1], shared; };

struct need_failure {
	uint32_t needed;     /* the service that stops; NO_SERVICE: none does */
	place_id *dead;      /* domains that show it, in the caller's arena */
	uint32_t *died_in;   /* [ndead] the step of each, ascending; NULL: all die at once */
	uint32_t ndead;
	bool undecided;      /* the search gave up before it found one */
};

/* Whether some deaths, no more than those, stop writes or reads of a group by way of its service's needs. */
void analysis_need_failure(struct analysis *a, uint32_t service, enum target target, const struct deaths *allowed,
                           struct arena *arena, struct need_failure *ret);
/* The same for the deaths of a goal, exactly so many in each step, as `survive` has it. */
void analysis_need_failure_of_goal(struct analysis *a, uint32_t service, enum target target,
                                   const struct survive_goal *goal, struct arena *arena, struct need_failure *ret);

/*
 * The fewest deaths of domains of a level that stop writes or reads of a group of the service by way of its needs, if
 * that is fewer than `below`; else `below`. `alone`: or without them. `*ret_undecided`: no fewer than said, maybe more.
 */
int32_t analysis_fewest_with_needs(struct analysis *a, uint32_t service, enum target target, uint8_t level, bool alone,
                                   int32_t below, bool *ret_undecided);
/*
 * Whether what stops a group can't be found as if its service's needs stood as they do at the start: deaths may bring
 * back what it needs, or what they take from it may keep its reads going.
 */
bool analysis_must_follow_needs(struct analysis *a, uint32_t service, enum target target);

#endif
