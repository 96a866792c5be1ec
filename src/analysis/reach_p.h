/*
 * reach - single groups under deaths that are being tried, what needed services then leave them included;
 * and which further deaths could change that.
 */
#ifndef ANALYSIS_REACH_P_H
#define ANALYSIS_REACH_P_H

#include "analysis/cutsets.h"
#include "analysis/footprint_p.h"

#define MAX_DEATHS CUTS_MAX_SIZE /* in one set being tried */

struct deaths_tried {
	struct analysis *a;
	const struct level_set *levels;
	place_id dead[MAX_DEATHS];
	uint32_t ndead;
	uint64_t judged;               /* replicas judged so far, for limits */
};

typedef VEC(place_id) place_list;

/* What the services that it needs leave a service (engine/judge.h). */
uint8_t need_left_under(struct deaths_tried *t, uint32_t service);
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
bool service_may_recover(const struct model *m, uint32_t service);

#endif
