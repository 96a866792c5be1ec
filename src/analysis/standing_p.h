/*
 * standing - which replicas of a footprint nothing but their places tells apart, in the situation it starts from.
 */
#ifndef ANALYSIS_STANDING_P_H
#define ANALYSIS_STANDING_P_H

#include "analysis/footprint_p.h"

struct standing {
	const struct footprint *f;
	bool apart;       /* order decides who takes a seat, who leads a side or whose loss counts: no two are alike */
	bool has_leader;
	uint16_t first_voter, leader;
	struct replica_why replicas[MAX_REPLICAS];
};

void standing_find(struct standing *s, const struct analysis *a, const struct footprint *f);
/* Nobody else is like it: it leads, or would be the next to, or each is like no other. */
bool stands_alone(const struct standing *s, uint16_t replica);
/* Two that don't stand alone. */
bool stand_alike(const struct standing *s, uint16_t x, uint16_t y);

#endif
