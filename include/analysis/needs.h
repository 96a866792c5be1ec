/*
 * needs - what breaks a service by way of the services that it needs.
 *
 * A needed service stops a dependent only when none of its groups goes on. The search looks at the first
 * group that still does, and tries each domain that could change that: complete wherever more deaths do not
 * bring a group back to life.
 */
#ifndef ANALYSIS_NEEDS_H
#define ANALYSIS_NEEDS_H

#include "analysis/footprint.h"

/* So many more domains of each level, and shared ones, may die. */
struct deaths { uint32_t of_level[MAX_LEVELS + 1], shared; };

struct need_failure {
	uint32_t needed;     /* the service that stops; NO_SERVICE: none does */
	place_id *dead;      /* domains that show it, in the caller's arena */
	uint32_t ndead;
	bool undecided;      /* the search gave up before it found one */
};

/* Whether some deaths stop writes or reads of the service by way of its needs. */
void analysis_need_failure(struct analysis *a, uint32_t service, enum target target, const struct deaths *allowed,
                           struct arena *arena, struct need_failure *ret);

#endif
