/*
 * reach - single groups under deaths that are being tried, what needed services then leave them included;
 * and which further deaths could change that.
 */
#ifndef ANALYSIS_REACH_P_H
#define ANALYSIS_REACH_P_H

#include "analysis/cutsets.h"
#include "analysis/footprint_p.h"

typedef VEC(place_id) place_list;

struct deaths_tried {
	struct analysis *a;
	const struct level_set *levels;
	place_list dead;
	uint64_t judged;               /* replicas judged so far, for limits */
	/*
	 * Where domains are cut off, what a needed service leaves differs from place to place: groups of services that
	 * need others are then judged by taking the whole step, on a state of its own.
	 */
	struct state *trial;
	place_list played;             /* what died there */
};

void deaths_release(struct deaths_tried *t);
/* Whether a domain is dead, from the start or by now. */
bool deaths_cover(const struct deaths_tried *t, domain_id d);

/* What the services that it needs leave a service (engine/judge.h). */
uint8_t need_left_under(struct deaths_tried *t, uint32_t service);
uint8_t need_left_by(struct deaths_tried *t, const struct need *need);
/* The group's outcome, with that left to its service. */
struct outcome outcome_under(struct deaths_tried *t, uint32_t group, uint8_t need_left);

/*
 * Adds places, some maybe more than once, without one of which what is left to the service stays as it is,
 * whatever else dies.
 */
void reach_of_needs(struct deaths_tried *t, uint32_t service, place_list *ret);
/* Adds places that would kill a replica of the group that is alive so far. */
void reach_of_group(const struct deaths_tried *t, uint32_t group, place_list *ret);
/* Orders them by number, each once. */
void place_list_tidy(place_list *list);

/* More deaths may bring a group of the service back: a standby takes over then, or a fallback makes do with less. */
bool service_may_recover(const struct analysis *a, uint32_t service);

#endif
