/*
 * batches - the domains of a level in as few maintenance batches as can be found: any one of them can be drained
 * whole, and every group with a replica in it keeps what is asked for, with so many further failures in hand.
 *
 * A further failure is the death of one domain of the same level, of several at once; drained ones may die, too.
 * Judged from the actual placement; groups that are broken before anything is drained, or would be after a step in
 * which nothing happens, don't count. Each batch is then taken down in a state of its own, and every group looked at.
 */
#ifndef ANALYSIS_BATCHES_H
#define ANALYSIS_BATCHES_H

#include "analysis/footprint.h"

#define BATCHES_MAX_HEADROOM 8
#define BATCH_TIGHTEST 3 /* groups told of each batch */

struct batches_question {
	uint8_t level;     /* or LEVEL_SHARED */
	enum target keep;
	uint32_t headroom; /* up to BATCHES_MAX_HEADROOM */
	uint32_t service;  /* this one alone, or NO_SERVICE */
};

/* A group and how it stands with the batch drained: of what it needs, that which is nearest to too little. */
struct tight_group {
	uint32_t group;
	situation_id situation;
	uint32_t left, needed; /* votes, domains with enough of them, or copies */
};

struct batch {
	const place_id *domains; /* in the order of the file */
	uint32_t n;
	uint32_t groups;         /* with a replica in it */
	uint32_t as_tight;       /* of these, as tight as the first of `tightest` */
	struct tight_group tightest[BATCH_TIGHTEST]; /* those with the least to spare, then as in the file */
	uint32_t ntightest;
};

/* A domain that can't be drained, not even alone. */
struct undrainable {
	place_id place;
	uint32_t group;          /* the first that would not be kept */
	situation_id situation;  /* how it stands with the domain drained */
	bool without_headroom;   /* it goes on then, and a further failure may stop it */
	bool never_had;          /* ... as with nothing drained */
};

/* Why fewer batches can't do. */
enum batches_bound {
	BOUND_TRIVIAL, /* one or none */
	BOUND_GROUP,   /* of one group, no batch can take more than so many domains */
	BOUND_CLIQUE,  /* so many domains of which no two can go together */
	BOUND_SEARCH,  /* every smaller partition was tried */
};

struct batches {
	struct arena arena;
	const struct batch *batches; /* by their first domains */
	uint32_t nbatches;
	const struct undrainable *undrainable; /* in the order of the file */
	uint32_t nundrainable;
	const place_id *untried; /* with `undecided`: nothing is known of these */
	uint32_t nuntried;
	uint32_t domains;      /* of the level, in all */
	uint32_t gone_already; /* of these, dead or drained before anything is */
	uint32_t broken_already; /* groups that don't count */
	uint32_t at_least;     /* no partition has fewer batches */
	enum batches_bound bound;
	uint32_t bound_group;  /* BOUND_GROUP */
	bool undecided;        /* too much to try: there may be better ones, and domains that could be drained */
	bool needs_untried;    /* with headroom: not every further failure was tried on what the services need */
};

void analysis_batches(struct analysis *a, const struct batches_question *q, struct batches *ret);
void batches_release(struct batches *b);

#endif
