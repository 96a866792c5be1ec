/*
 * pattern - which of its own domains break a group, as weights (weights_p.h): worked out once for all groups
 * of a footprint.
 */
#ifndef ANALYSIS_PATTERN_P_H
#define ANALYSIS_PATTERN_P_H

#include "analysis/footprint_p.h"
#include "analysis/weights_p.h"

struct pattern_set {
	struct weight weight;
	uint8_t size;
	uint16_t at[WORST_MAX_SIZE]; /* as in struct unit_ref */
};

struct pattern {
	VEC(struct pattern_set) sets;
	uint64_t pairs; /* how many of them have two domains */
	VEC(uint16_t) units; /* the `at` of each domain that holds replicas */
	bool symmetric;      /* whichever of them change places, the sets stay the same: of each size all or none, */
	struct weight of_size[WORST_MAX_SIZE + 1]; /* of this weight */
};

/*
 * Sets of up to `most` domains of the level that hold replicas of the footprint, with that left to its service by
 * those that it needs. False: there are too many.
 */
bool pattern_make(struct pattern *p, struct analysis *a, uint32_t footprint, uint8_t level, uint32_t most,
                  uint8_t need_left);
void pattern_release(struct pattern *p);

#endif
