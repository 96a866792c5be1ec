/*
 * analysed - a model with its engine and an analysis of it, from the healthy state or from what some actions leave;
 * and what deaths then do, by taking the step.
 *
 *	struct analysed f;
 *	analysed_after(&f, yaml, "kill a then cut b c");
 *	struct state *s = analysed_deaths(&f, places, n);
 *	bool broken = analysed_breaks(&f, s, group, TARGET_WRITES);
 *	state_free(s);
 *	analysed_end(&f);
 */
#ifndef TESTS_ANALYSED_H
#define TESTS_ANALYSED_H

#include "analysis/cutsets.h"
#include "analysis/survive.h"
#include "lib/randoms.h"

struct analysed {
	struct model *model;
	struct engine *engine;
	struct state *start;       /* NULL: healthy */
	struct analysis *analysis;
	struct strbuf yaml, actions;
};

/* Both end the running test where the text can't be read. */
void analysed_healthy(struct analysed *f, const char *yaml);
void analysed_after(struct analysed *f, const char *yaml, const char *actions);
/* A random model, the same for the same seed; `after`: after up to three random steps; or without needs. */
void analysed_random(struct analysed *f, struct rng *r, bool after);
void analysed_random_alone(struct analysed *f, struct rng *r, bool after);
void analysed_end(struct analysed *f);

/* The state after these died at once; the caller's. */
struct state *analysed_deaths(const struct analysed *f, const place_id *dead, uint32_t n);
/* What holds at the start does not in that state. */
bool analysed_breaks(const struct analysed *f, const struct state *s, uint32_t group, enum target target);
bool analysed_holds(const struct analysed *f, uint32_t group, enum target target); /* at the start, and if nothing happens */
/* Not killed by itself, by what is above it or through a shared domain. */
bool analysed_can_die(const struct analysed *f, place_id p);

/* "shared" too. */
uint8_t analysed_level(const struct model *m, const char *name);
/* Ends the running test; says all that is needed to look at the case again. */
_Noreturn void analysed_fail(const struct analysed *f, uint64_t seed, const char *what);

#endif
