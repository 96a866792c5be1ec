/*
 * odds - how likely a group is to be broken: its writes are `no`, its reads are `no` or `stale`, its data is not
 * `safe` if what is down never comes back.
 *
 * Each domain, shared ones and the root too, is down by itself with probability `down`, or mttr / (mtbf + mttr), or 0;
 * its own attributes replace its level's, one by one. A replica is live if nothing above it is down. What is down is
 * judged as a step of its own, killed at once, from the state that the analysis starts from.
 *
 * Exact for whatever a system asks for, as long as what has to be tried is within limits; where it is not, bounds, and
 * said so. Groups of one footprint are judged once; only their probabilities differ.
 *
 *	struct odds *o = odds_new(a);
 *	odds_group(o, group, &odds);
 *	odds_free(o);
 */
#ifndef ANALYSIS_ODDS_H
#define ANALYSIS_ODDS_H

#include "analysis/footprint.h"

/* How likely a place is down by itself: what its attributes say, 0 where they say nothing. */
double place_down(const struct model *m, place_id p);

struct odds; /* of one analysis, which is borrowed; remembers what it has judged */

struct odds *odds_new(struct analysis *a);
void odds_free(struct odds *o);

struct group_odds {
	double broken[TARGETS];   /* where it is not exact, the most that it can be */
	double at_least[TARGETS]; /* the same where it is exact */
	bool exact;
};
void odds_group(struct odds *o, uint32_t group, struct group_odds *ret);

/* What a place has to do with something being broken. */
struct importance {
	place_id place;
	double down;     /* its own probability */
	double birnbaum; /* how much more of it there is with the place down than up: the derivative by `down` */
	double share;    /* of it, what would go if the place never failed: down * birnbaum / all of it */
};

/* Why a group is broken: places by share, then by birnbaum, then by path (byte order). The caller's, to free. */
struct importance *odds_causes(struct odds *o, uint32_t group, enum target target, size_t *ret_n);

struct service_odds {
	uint32_t groups, bounds;   /* so many of them are bounds */
	double expected[TARGETS];  /* groups broken; with bounds, the most there can be */
	double expected_at_least[TARGETS];
	uint32_t worst_group;      /* by the target asked for, then the others; the first of equals */
	struct group_odds worst;
};

/* The probability that some group at all is broken. */
struct some_group { double at_least, most; bool exact; };

struct fleet_odds {
	struct service_odds *services;
	uint32_t bounds;           /* so many groups are bounds */
	double expected[TARGETS], expected_at_least[TARGETS];
	struct some_group some[TARGETS];
	enum target target;
	uint32_t left_out;         /* groups that importance leaves out: bounds, or too much work */
	double of_the_others;      /* expected groups broken in this target, those left out */
	struct importance *importance; /* of the groups broken in this target; only places that matter */
	size_t nimportance;
};

/* All groups. `target`: of importance and worst groups; `visit` (may be NULL) sees each group in turn. */
typedef void group_odds_fn(void *context, uint32_t service, uint32_t group, const struct group_odds *odds);
void odds_fleet(struct odds *o, enum target target, group_odds_fn *visit, void *context, struct fleet_odds *ret);
void fleet_odds_release(struct fleet_odds *f);
/* One service. */
void odds_service(struct odds *o, uint32_t service, enum target target, struct service_odds *ret);

#endif
