/*
 * keeper - does a group keep what is asked for, with some of its domains drained?
 *
 * The places of the level are numbered 0 .. nplaces - 1 in the order of the file.
 */
#ifndef ANALYSIS_KEEPER_P_H
#define ANALYSIS_KEEPER_P_H

#include "analysis/batches.h"
#include "analysis/footprint_p.h"

#define NO_INDEX UINT32_MAX
#define TABLE_UNITS 10 /* groups in more domains of the level have no table of all their sets */

/* A set of drained replicas of a footprint, as bits from `first` of the masks on. */
struct judged_set { uint32_t footprint, first; bool kept; };

struct keeper {
	struct analysis *a;
	const struct model *m;
	const struct batches_question *q;
	place_id *places;
	uint32_t nplaces;
	uint32_t *index_of;      /* [ndomains]: the place that a domain is in; NULL for shared ones */
	uint8_t *matters;        /* [footprints]: it is judged */

	/* what was judged before: for small groups by footprint, for others in a table */
	struct { uint64_t known, kept; } *small;
	struct table index;
	VEC(struct judged_set) judged;
	VEC(uint64_t) masks;
	struct sets { uint64_t *hope; uint16_t units, biggest; bool made, all; } *sets; /* [footprints]; all: each set is kept */
	struct arena arena;

	uint64_t work, most_work;
	bool gave_up;
};

void keeper_init(struct keeper *k, struct analysis *a, const struct batches_question *q);
void keeper_release(struct keeper *k);

/* The places of the level that a domain is in: at most nshared of them, for the tree one. */
uint32_t places_over(const struct keeper *k, domain_id d, uint32_t *ret);
/* Some places: those in a batch, and one more. */
struct chosen { const uint32_t *batch_of; uint32_t batch, extra; };
/* Whether the group keeps it with these drained. False, with gave_up set, when that is too much to find out. */
bool keeps(struct keeper *k, uint32_t group, struct chosen c);

/* Calls back for every group with a replica in the place, perhaps more than once, until told to stop. */
typedef bool (*group_fn)(void *context, uint32_t group);
bool each_group_in(const struct keeper *k, uint32_t place, group_fn fn, void *context);
static inline bool group_matters(const struct keeper *k, uint32_t group)
{
	return k->matters[k->a->of_group[group]];
}

/*
 * Every set of a group's domains of the level that could be drained together, for a bound that holds whatever else
 * is drained: whether some set that contains `mask` keeps what is asked for. Bits number the group's places, as
 * listed by units_in. NULL where there are too many.
 */
const struct sets *sets_of(struct keeper *k, uint32_t group);
uint32_t units_in(const struct keeper *k, uint32_t group, uint32_t ret[TABLE_UNITS + 1]); /* more than TABLE_UNITS: not all are listed */
static inline bool has_hope(const struct sets *s, uint32_t mask)
{
	return s->hope[mask / 64] >> mask % 64 & 1;
}

/* Whether it still holds after any deaths of up to `left` of the footprint's domains of the level, at once. */
bool has_headroom(struct keeper *k, const struct footprint *f, situation_id s);

#endif
