/*
 * zones - the domains sorted by the side of each cut that they are on.
 *
 * Two domains of one zone are told apart by no cut; whether two zones hear each other is one bit. Without
 * a cut there is one zone.
 */
#ifndef ENGINE_ZONES_P_H
#define ENGINE_ZONES_P_H

#include "engine/state.h"

#define MAX_ZONES 256u /* every site cut from every other takes one a site, and one for the rest */

struct zones {
	uint32_t n;
	uint16_t *of;      /* [ndomains]; NULL with one zone */
	uint8_t *severed;  /* [n][n]; NULL with one zone */
};

/* A set of zones. */
struct zone_set { uint64_t bits[MAX_ZONES / 64]; };

/* Sorts the domains by these cuts. False, with the zones as they were, when there would be too many. */
bool zones_make(struct zones *z, const struct model *m, const struct cut *cuts, size_t ncuts);
void zones_release(struct zones *z);

static inline uint16_t zone_of(const struct zones *z, domain_id d)
{
	return z->of ? z->of[d] : 0;
}
static inline bool zones_severed(const struct zones *z, uint16_t a, uint16_t b)
{
	return z->severed && z->severed[(size_t)a * z->n + b];
}
static inline void zone_set_add(struct zone_set *set, uint16_t zone)
{
	set->bits[zone / 64] |= (uint64_t)1 << zone % 64;
}
/* Whether some zone of the set hears `zone`. */
bool zones_heard_from(const struct zones *z, const struct zone_set *set, uint16_t zone);

/* Whether a cut stands between two domains. */
bool cut_severs(const struct model *m, const struct cut *c, domain_id a, domain_id b);

#endif
