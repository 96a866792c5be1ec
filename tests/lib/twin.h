/*
 * twin - a slow, obvious reading of what a verdict means: what the engine is compared with.
 *
 * Every definition is carried out as it is written: all of a group's replicas are looked at in every step,
 * the subsets of a write set are enumerated one by one, nothing is kept that could be worked out again. It
 * shares no code with the engine, and is for groups of at most TWIN_MAX_REPLICAS replicas.
 *
 *	struct twin *t = twin_new(model);
 *	twin_step(t, &steps.at[0]);
 *	struct outcome o = twin_outcome(t, 0);
 *	twin_undo(t);
 *	twin_free(t);
 */
#ifndef TESTS_TWIN_H
#define TESTS_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/outcome.h"
#include "model/model.h"

#define TWIN_MAX_REPLICAS 20u

struct twin;

struct twin *twin_new(const struct model *m); /* everything alive; borrows the model */
void twin_free(struct twin *t);

/* Steps that were undone are forgotten. */
void twin_step(struct twin *t, const struct step *step);
bool twin_undo(struct twin *t); /* false: at the start */
bool twin_redo(struct twin *t); /* false: at the end */
struct outcome twin_outcome(const struct twin *t, uint32_t group);
/* Of a split brain, the side that a replica writes with: 1 is the one that is judged; 0: none. */
uint32_t twin_side(const struct twin *t, uint32_t group, uint32_t replica);

/* A target is broken: writes are `no`, reads are `no` or `stale`, data is anything but `safe`. */
bool twin_broken(const struct outcome *o, enum target target);
/* In the terms of analysis/tolerance.h; by trying every set of domains of `level` that hold a replica. */
int32_t twin_tolerance(const struct model *m, uint32_t service, enum target target, unsigned level);

#endif
