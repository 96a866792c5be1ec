/*
 * world - several services looked at together: what each set of their places, dead at once, does to them.
 *
 * For few places only: every set of them is judged. Places are items, the domains above them causes, as in shape_p.h.
 */
#ifndef ANALYSIS_WORLD_P_H
#define ANALYSIS_WORLD_P_H

#include "analysis/shape_p.h"

#define WORLD_MAX_PLACES 16

struct world;

/*
 * The services that `service` needs, and those that they need; `and_itself`: that one, too. NO_SERVICE: all services.
 * NULL: they have too many places, or too many groups that stand on them differently.
 */
struct world *world_new(struct analysis *a, uint32_t service, bool and_itself, struct budget *spent);
/* Some groups of a service that needs no other, as many as fit; NULL: none does. */
struct world *world_of_some(struct analysis *a, uint32_t service, struct budget *spent);
void world_free(struct world *w);
uint32_t world_places(const struct world *w, const domain_id **ret_places);

/* [set of places] what they leave the service that they were chosen for (engine/judge.h). */
const uint8_t *world_left(const struct world *w);
/* [set of places] whether some group of the services is broken: bits, 1 << enum target. */
const uint8_t *world_broken(const struct world *w);
/* The same of all groups of world_of_some. */
const uint8_t *world_all_broken(const struct world *w);

/* Causes above any places, at most WORLD_MAX_PLACES of them; the arrays are its own. */
struct causes {
	struct mixture mixture;
	VEC(place_id) sources;
	VEC(uint32_t) cause_of;  /* [source] */
	VEC(uint64_t) takes;
	VEC(double) down, up;
	VEC(uint64_t) set_of;    /* [source] */
	uint32_t *seen;          /* [place] when it was last looked at, and as which source */
	uint32_t *source;
	uint32_t now;
};
void causes_find(struct causes *c, const struct analysis *a, const struct chances *chances, const domain_id *places,
                 uint32_t nplaces);
void causes_release(struct causes *c);

#endif
