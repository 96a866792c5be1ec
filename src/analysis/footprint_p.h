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
	struct arena arena;
	VEC(struct footprint) footprints;
	const struct analysis *lent_by; /* whose index arrays these are; NULL: its own */
	uint32_t *of_group;
	uint32_t *shared_first;      /* [ndomains + 1]: from a domain to the shared ones it is a member of */
	uint32_t *shared_on;
	uint64_t work;               /* replicas judged so far, over all searches */
};

#endif
