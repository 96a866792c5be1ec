/*
 * footprint - groups of one service whose replicas share domains, at every level and through shared
 * domains, in the same way, and stand alike. Whatever kills domains finds the same answer for all of them, so that a
 * million groups are analysed as a few dozen.
 */
#ifndef ANALYSIS_FOOTPRINT_H
#define ANALYSIS_FOOTPRINT_H

#include "engine/judge.h"

#define NO_PART UINT16_MAX

struct footprint {
	uint32_t service;
	uint32_t example;            /* its first group */
	uint32_t ngroups;
	uint16_t n;                  /* replicas */
	situation_id start;          /* before the step that is judged: healthy, or as the state to start from has it */
	const uint8_t *gone;         /* [n] GONE_* bits there already */
	uint8_t broken;              /* bits of enum target: there already, or with a step in which nothing happens */
	const uint8_t *roles;
	/* [level - 1][replica]: the first replica with the same domain at that level; NO_PART: placed above it */
	const uint16_t *parts;
	/* [shared][replica]: nonzero where a shared domain touches the replica; the sets in byte order */
	const uint8_t *coverage;
	uint16_t nshared;
	const uint32_t *even;        /* [spread goal]: the most that `even` allows, 0 for other goals */
};

struct analysis;

/* From the healthy state. */
struct analysis *analysis_new(struct engine *e);
/*
 * From this state, which is borrowed and must not change. Groups of a footprint are then alike in what has become
 * of them, too. What is killed already, itself, with what is above it or through a shared domain, can't die again; what
 * is drained can.
 */
struct analysis *analysis_after(const struct state *s);
/* NULL: everything is alive. */
const struct state *analysis_start(const struct analysis *a);
/*
 * The same judged by another engine, whose model differs in its services' semantics alone. From the healthy state
 * its footprints are the same; from another one, the steps that led there may have set groups apart that are alike here.
 */
struct analysis *analysis_under(const struct analysis *a, struct engine *other);
void analysis_free(struct analysis *a);
struct engine *analysis_engine(const struct analysis *a);

/* Footprints stand in the order of their first groups, so those of a service are contiguous. */
uint32_t analysis_footprints(const struct analysis *a);
const struct footprint *analysis_footprint(const struct analysis *a, uint32_t i);
uint32_t analysis_footprint_of(const struct analysis *a, uint32_t group);
/* The footprints of a service: [*ret_first, *ret_end). */
void analysis_service_footprints(const struct analysis *a, uint32_t service, uint32_t *ret_first, uint32_t *ret_end);

static inline uint16_t footprint_part(const struct footprint *f, unsigned level, uint16_t replica)
{
	return f->parts[(size_t)(level - 1) * f->n + replica];
}

/* The target holds before anything dies. */
static inline bool footprint_holds(const struct footprint *f, enum target t)
{
	return !(f->broken >> t & 1);
}

/* Does the target hold for an outcome? */
bool target_holds(enum target t, const struct outcome *o);

/* The shared domains behind all coverages of one group of the footprint: nshared of them. */
void footprint_shared_places(const struct analysis *a, uint32_t group, place_id *ret);
/* The shared domain behind a coverage of one group of the footprint. */
place_id footprint_shared_place(const struct analysis *a, uint32_t group, uint16_t coverage);

#endif
