/* What the files of this layer share: see analysis/footprint.h */
#ifndef ANALYSIS_FOOTPRINT_P_H
#define ANALYSIS_FOOTPRINT_P_H

#include "analysis/footprint.h"
#include "base/table.h"
#include "base/vec.h"

struct analysis {
	struct engine *engine;
	const struct model *model;
	const struct state *start;   /* NULL: healthy */
	bool torn;                   /* domains are cut off there, and services need each other: see reach_p.h */
	struct state *own_start;     /* the same, where it is this analysis's to free */
	uint32_t mortal[MAX_LEVELS + 1]; /* by level: the places that can still die; [0]: shared ones */
	struct arena arena;
	VEC(struct footprint) footprints;
	const struct analysis *lent_by; /* whose index arrays these are; NULL: its own */
	uint32_t *of_group;
	uint32_t *shared_first;      /* [ndomains + 1]: from a domain to the shared ones it is a member of */
	uint32_t *shared_on;
	struct state *rested;        /* the same after a step in which nothing happens, while footprints are sought */
	uint64_t work;               /* replicas judged so far, over all searches */
};

/* Of a group, before anything dies. */
static inline bool holds_at_start(const struct analysis *a, uint32_t group, enum target t)
{
	return footprint_holds(&a->footprints.at[a->of_group[group]], t);
}

/* Whether a place can die: it is not killed already, nor all that is in it. */
bool place_may_die(const struct analysis *a, place_id p);
static inline uint32_t mortal_places(const struct analysis *a, uint8_t level)
{
	return a->mortal[level == LEVEL_SHARED ? 0 : level];
}

#endif
