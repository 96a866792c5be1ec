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

/* A set of zones. */
#define ZONE_WORDS (MAX_ZONES / 64)
struct zone_set { uint64_t bits[ZONE_WORDS]; };
static inline void zone_set_add(struct zone_set *set, uint16_t zone)
{
	set->bits[zone / 64] |= (uint64_t)1 << zone % 64;
}
static inline void zone_set_drop(struct zone_set *set, uint16_t zone)
{
	set->bits[zone / 64] &= ~((uint64_t)1 << zone % 64);
}
static inline bool zone_set_has(const struct zone_set *set, uint16_t zone)
{
	return set->bits[zone / 64] >> zone % 64 & 1;
}

struct zones {
	uint32_t n;
	uint16_t *of;      /* [ndomains]; NULL where nothing was ever cut */
	uint32_t *size;    /* [MAX_ZONES] domains of each; NULL like `of` */
	struct zone_set *hears; /* [n]; NULL with one zone */
};

/* Sorts the domains by one more cut. False, with the zones as they were, when there would be too many. */
bool zones_add(struct zones *z, const struct model *m, const struct cut *c);
/* Works out anew which zones hear each other, once all cuts are there. */
void zones_sever(struct zones *z, const struct model *m, const struct cut *cuts, size_t ncuts);
/* Both, from the start; of cuts that were not too many. */
void zones_make(struct zones *z, const struct model *m, const struct cut *cuts, size_t ncuts);
void zones_release(struct zones *z);

static inline uint16_t zone_of(const struct zones *z, domain_id d)
{
	return z->of ? z->of[d] : 0;
}
static inline bool zones_severed(const struct zones *z, uint16_t a, uint16_t b)
{
	return z->hears && !zone_set_has(&z->hears[a], b);
}
/* Whether some zone of the set hears `zone`. */
bool zones_heard_from(const struct zones *z, const struct zone_set *set, uint16_t zone);

#endif
