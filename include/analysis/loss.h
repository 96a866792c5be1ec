/*
 * loss - some random domains of a level die at once: how many groups' data is then not safe, and is any?
 *
 * Every set of so many distinct domains of the level is equally likely. The number of groups expected is exact.
 * Whether any group at all is hit is exact where few enough domains hang together through the groups on them, else it
 * is bounded and estimated. After Cidon et al., Copysets, USENIX ATC 2013.
 */
#ifndef ANALYSIS_LOSS_H
#define ANALYSIS_LOSS_H

#include "analysis/footprint.h"

#define LOSS_SEED 1 /* unless another is asked for */

struct fleet_loss {
	uint32_t groups;
	uint32_t domains;          /* of the level that are not dead already */
	uint32_t killed;           /* of these */

	/* Groups with data not safe, those that have none already included. */
	double expected, expected_at_least; /* equal where it is exact */
	uint32_t bounds;           /* groups that can only be bounded */

	uint64_t sets;             /* distinct sets of domains of the level that a group's replicas are on */
	uint32_t with_groups;      /* domains that hold a replica */
	uint32_t scatter_most;     /* other domains that a domain shares groups with: the most, */
	double scatter_mean;       /* and the mean over those that hold a replica */

	/* That some group's data is not safe. */
	bool exact;
	double some, some_at_least; /* the same where it is exact; else the most and the least that it can be */
	bool estimated;
	uint64_t seed, samples, hits;
	double estimate, low, high; /* Wilson's interval, 95 % */
};

/* Of one service, or NO_SERVICE: all. `level` is one of the tree's, `kill` at most loss_domains of it. */
void analysis_fleet_loss(struct analysis *a, uint32_t service, uint8_t level, uint32_t kill, uint64_t seed,
                         struct fleet_loss *ret);
/* Domains of a level that can still die. */
uint32_t loss_domains(const struct analysis *a, uint8_t level);

#endif
