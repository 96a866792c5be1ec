/*
 * search - trying every set of domains that a failure can take from a group's footprint.
 */
#ifndef ANALYSIS_SEARCH_P_H
#define ANALYSIS_SEARCH_P_H

#include "analysis/footprint_p.h"
#include "analysis/survive.h"

/* The domains of one level whose death takes replicas of a footprint, each once, alike ones next to each other. */
struct units {
	uint8_t level;
	uint16_t n;
	struct unit {
		uint16_t at;             /* as in struct unit_ref */
		uint16_t alike;          /* how many from here on, this one included, are of its class */
		uint16_t nmembers;
		const uint16_t *members; /* the replicas in it */
	} *all;
	uint32_t elsewhere;              /* others of the level that can die */
};

/* `distinct`: take no two for alike. The arrays live in `arena`. */
void units_of(const struct analysis *a, const struct footprint *f, uint8_t level, bool distinct, struct arena *arena,
              struct units *ret);

/* Marks the replicas in a unit as dead. */
void unit_kill(const struct footprint *f, struct unit_ref u, uint8_t *fate);

/*
 * A search gives up after so many replicas judged, sets times members: some seconds. All searches of one
 * analysis together, after so many: no file keeps a hook busy for ever.
 */
#define MAX_WORK ((uint64_t)1 << 25)
#define MAX_WORK_IN_ALL ((uint64_t)1 << 30)
/* It does not begin where a sequence has more steps, or steps and deaths are more together: each is a recursion. */
#define MAX_SEQUENCE 200u
#define MAX_CHOICES (2 * MAX_REPLICAS)

struct search;
/* One set: what is dead, what came of it. Returns false to stop the search. */
typedef bool (*set_fn)(struct search *s, const struct outcome *o);

struct search {
	struct analysis *a;
	const struct footprint *f;
	set_fn visit;
	void *context;
	struct arena arena;         /* for the search's own arrays; released by search_end */
	VEC(struct unit_ref) dead;  /* the set at hand, over all steps */
	uint16_t *deaths;           /* [n] how many of its units each replica is in */
	uint8_t *fate;              /* [n] what comes of that */
	uint64_t work;
	bool gave_up;
	/* the failure: its steps, each with the terms of one level joined */
	struct search_step { struct search_term { struct units units; uint32_t least, most; } *terms; uint32_t nterms; } *steps;
	uint32_t nsteps;
};

void search_begin(struct search *s, struct analysis *a, uint32_t footprint, set_fn visit, void *context);
/* All sets of the goal's failure. False if the visitor stopped it. */
bool search_goal(struct search *s, const struct survive_goal *goal);
/* All sets of exactly `size` units of one level that hold replicas. */
bool search_level(struct search *s, uint8_t level, uint32_t size);
void search_end(struct search *s);

#endif
