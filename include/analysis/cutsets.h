/*
 * cutsets - the minimal sets of domains whose death at once, from the state that an analysis starts from, breaks a group.
 *
 * Domains of several levels, and shared ones, may be mixed. No proper subset of a set breaks the group; so none
 * of its domains is inside another one. Groups of one footprint share the work, unless their service needs others.
 *
 *	struct cut_finder *f = cut_finder_new(a, TARGET_WRITES, &levels, 3);
 *	cut_finder_group(f, group, &cuts);	// again and again; each call ends what the last one returned
 *	cut_finder_free(f);
 */
#ifndef ANALYSIS_CUTSETS_H
#define ANALYSIS_CUTSETS_H

#include "analysis/footprint.h"

#define CUTS_MAX_SIZE 8 /* of a set */

/* Levels from which domains are taken; [0] stands for shared ones. */
struct level_set { bool has[MAX_LEVELS + 1]; };

struct cut_set {
	place_id domains[CUTS_MAX_SIZE]; /* by level from the top, shared ones last; then in byte order of their paths */
	uint8_t size;
};

/* How many sets have members of these levels. */
struct cut_count {
	uint8_t levels[CUTS_MAX_SIZE]; /* or LEVEL_SHARED, which is last */
	uint8_t size;
	uint64_t cuts;
};

struct cut_sets {
	const struct cut_set *sets; /* smaller ones first, then by levels, then in byte order, member by member */
	size_t nsets;
	const struct cut_count *counts; /* in the same order */
	size_t ncounts;
	uint32_t complete;     /* all sets of so many domains or fewer are there, and no others */
	bool already;          /* it is broken before anything dies: there is nothing to cut */
};

struct cut_finder;

/* Sets of up to `max` (1 to CUTS_MAX_SIZE) domains. */
struct cut_finder *cut_finder_new(struct analysis *a, enum target target, const struct level_set *levels, uint32_t max);
void cut_finder_free(struct cut_finder *f);
/* Valid until the next call. */
void cut_finder_group(struct cut_finder *f, uint32_t group, struct cut_sets *ret);

/* The level of a place, or LEVEL_SHARED. */
static inline uint8_t place_level(const struct model *m, place_id p)
{
	return p < m->ndomains ? m->domains[p].level : LEVEL_SHARED;
}

#endif
