/*
 * survive - does a group live through a failure, whichever domains it takes? If not, which domains show it.
 */
#ifndef ANALYSIS_SURVIVE_H
#define ANALYSIS_SURVIVE_H

#include "analysis/footprint.h"

/* One dead domain of a witness, in terms of a footprint: the domain of a level that holds a replica, or a coverage. */
struct unit_ref {
	uint8_t step;   /* of the sequence, from 0 */
	uint8_t level;  /* or LEVEL_SHARED */
	uint16_t at;    /* a replica's index; with LEVEL_SHARED a coverage */
};

/* The domains that show something. Others, that hold no replica of the group, may have to die with them. */
struct witness {
	struct unit_ref *units; /* the analysis's memory */
	uint16_t nunits;
	bool found;
};

struct survival {
	bool holds[TARGETS];           /* whatever dies; true for targets that were not asked for */
	struct witness broken_by[TARGETS];
	duration rpo, rto;             /* the worst over all the failure's sets */
	struct witness rpo_by, rto_by;
	bool undecided;                /* too many sets to try them all: `holds` may be too good */
};

/* Judges one goal for one footprint. Exact unless `undecided`. */
void analysis_survive(struct analysis *a, uint32_t footprint, const struct survive_goal *goal, struct survival *ret);

/* The witness as domains of one group of the footprint, those of one step; in `arena`. */
place_id *witness_places(const struct analysis *a, uint32_t group, const struct witness *w, uint8_t step,
                         struct arena *arena, uint32_t *ret_n);
/* The group's situation after the witness's steps. */
situation_id witness_situation(struct analysis *a, uint32_t group, const struct witness *w);

#endif
