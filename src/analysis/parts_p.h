/*
 * parts - partitions of the places of a level into batches, and how few batches there must be.
 */
#ifndef ANALYSIS_PARTS_P_H
#define ANALYSIS_PARTS_P_H

#include "analysis/keeper_p.h"

#define NO_BATCH UINT32_MAX

struct parts {
	uint32_t *of; /* [nplaces]: the batch of each, or NO_BATCH */
	uint32_t n;
};

/*
 * Puts the places that `drainable` marks into as few batches as it can find: first fit in the order of the file, then
 * again and again in orders that never need more. Same model, same batches.
 */
void parts_find(struct keeper *k, const bool *drainable, struct parts *ret);
/* Lowers what a search can lower, and says what no partition can do without. */
struct parts_bound { uint32_t at_least; enum batches_bound why; uint32_t group; };
void parts_bound(struct keeper *k, const bool *drainable, struct parts *p, struct parts_bound *ret);

#endif
