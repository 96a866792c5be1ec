/*
 * placement - where the replicas of many groups sit, by rule instead of a list.
 *
 * A rule has candidates: domains none of which contains another. A group's replicas sit on different ones, and at
 * most `most[level]` of them inside any one domain of a level. Such limits on nested domains form a laminar matroid,
 * so a group that was begun can always be completed if any group can be placed at all; `placement_room` says whether.
 *
 *	struct placement *p = placement_new(m, &rule);
 *	if (placement_room(p) >= rule.replicas && placement_begin(p))
 *		for (...)
 *			placement_next(p, places);
 *	placement_free(p);
 *
 * The same rule on the same domains gives the same groups, on every machine.
 */
#ifndef MODEL_PLACEMENT_H
#define MODEL_PLACEMENT_H

#include "model/model.h"

#define MAX_PLACED 256              /* replicas of one group */
#define MAX_COPYSET_PLACES 10000000u /* permutations times candidates */

enum placement_method {
	/* Each group for itself: replica after replica, each of the candidates still allowed equally likely. */
	PLACE_RANDOM,
	/*
	 * ceil(scatter / (replicas - 1)) random permutations of the candidates, each cut into sets of `replicas`; what
	 * can't be part of a set goes into the next permutation. Groups take the sets in turn, and in each round begin
	 * with another member. (Cidon et al.: Copysets, USENIX ATC 2013.)
	 */
	PLACE_COPYSET,
	/*
	 * The candidates in a ring, neighbours as far apart in the tree as can be: each group begins one further than the
	 * one before it, and takes from there on what is allowed.
	 */
	PLACE_ROUND_ROBIN,
};

struct placement_rule {
	enum placement_method method;
	uint32_t replicas;              /* of each group: 1 to MAX_PLACED */
	uint32_t most[MAX_LEVELS + 1];  /* by level; 0: no limit */
	uint32_t scatter;               /* of copysets: how many others each candidate shall share groups with */
	uint64_t seed;
	const domain_id *candidates;    /* in pre-order; borrowed until the placement is freed */
	uint32_t ncandidates;
};

struct placement;

/* The model's domains must be sealed. */
struct placement *placement_new(const struct model *m, const struct placement_rule *rule);
/* How many replicas of one group the candidates can take, counted up to `replicas`. */
uint32_t placement_room(const struct placement *p);
/*
 * Prepares the first group; there must be room. False where that is too much work: more than MAX_COPYSET_PLACES for
 * copysets; a ring in which the allowed candidates are too rare.
 */
bool placement_begin(struct placement *p);
/* The next group's places, the first replica's first. False, a ring only, as above. */
bool placement_next(struct placement *p, domain_id *places);
/* How many sets the groups take in turn: for copysets; 0 for other methods. */
uint32_t placement_sets(const struct placement *p);
void placement_free(struct placement *p);

#endif
