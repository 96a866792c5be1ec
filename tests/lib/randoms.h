/*
 * randoms - random models and actions, the same for the same seed.
 *
 * A plan is a model before it is YAML, so that one plan can be written in more than one way. Models are small:
 * few domains, groups of at most PLAN_REPLICAS, so that replicas share their fate often.
 */
#ifndef TESTS_RANDOMS_H
#define TESTS_RANDOMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

struct rng {
	uint64_t state;
};

struct rng rng_seeded(uint64_t seed);
uint32_t rng_below(struct rng *r, uint32_t n);        /* 0 .. n - 1 */
bool rng_percent(struct rng *r, uint32_t percent);

#define PLAN_LEVELS 4
#define PLAN_DOMAINS 16
#define PLAN_SHARED 2
#define PLAN_SERVICES 3
#define PLAN_GROUPS 3   /* of one service */
#define PLAN_REPLICAS 6 /* of one group */

struct plan {
	uint32_t nlevels, ndomains, nshared, nservices;
	/* pre-order; levels from 1; the parent is UINT32_MAX at the top */
	struct { uint32_t parent, level; } domains[PLAN_DOMAINS];
	struct { uint32_t members[3], nmembers; } shared[PLAN_SHARED];
	struct planned_service {
		char fields[1024]; /* YAML of what it means, a line each */
		char needs[64];    /* a line of YAML, or nothing */
		uint32_t ngroups;
		struct {
			uint32_t n, at[PLAN_REPLICAS];
			const char *roles[PLAN_REPLICAS];
		} groups[PLAN_GROUPS];
	} services[PLAN_SERVICES];
};

void plan_make(struct plan *p, struct rng *r);
void plan_forget_needs(struct plan *p);
/* The model as YAML: domains d0, d1, ..., shared ones f0, ..., services s0, ..., groups g0, .... */
enum plan_order { IN_ORDER, SERVICES_AND_GROUPS_REVERSED };
void sb_add_plan(struct strbuf *sb, const struct plan *p, enum plan_order order);
/* Steps on that model, in the words of the action grammar: kills, drains, heals, accepts, cuts and joins. */
void sb_add_random_actions(struct strbuf *sb, const struct plan *p, struct rng *r, uint32_t nsteps);

#endif
