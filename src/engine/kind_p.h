/*
 * kind - what a verdict on a group depends on, once for all groups that are alike in it.
 *
 * Two groups are of one kind when they belong to one service, list the same roles in the same order,
 * and their replicas share the domains of the levels that the service's expressions name in the same
 * way. Domains are then numbered as "cells", in the order in which the replicas meet them.
 */
#ifndef ENGINE_KIND_P_H
#define ENGINE_KIND_P_H

#include "base/table.h"
#include "base/vec.h"
#include "model/model.h"

#define NO_CELL UINT16_MAX
#define MAX_SCOPES 48    /* six expressions of at most eight terms */

struct kind {
	const struct semantics *sem;
	uint32_t service;
	uint32_t roleset;
	uint16_t n;                  /* replicas */
	const uint8_t *roles;        /* as configured */
	uint8_t nscopes;
	uint16_t ncells[MAX_SCOPES]; /* distinct domains of each scope's level */
	const uint16_t *cells;       /* [scope][replica]; NO_CELL: placed above the level */
	/* filled by situations.c */
	uint32_t first_condition;    /* everything alive */
	uint32_t healthy;            /* the situation of that */
	bool can_spare_one;          /* then, any one replica may die and writes and reads go on */
};

/* The distinct levels that a service's expressions name. */
struct scopes {
	uint8_t level[MAX_SCOPES];
	uint8_t n;
	uint8_t of_level[MAX_LEVELS + 1]; /* level to scope */
};

struct kinds {
	const struct model *model;
	struct scopes *scopes;      /* one a service */
	uint32_t *of_group;         /* kind of each group */
	VEC(struct kind) all;       /* service by service */
	uint32_t *first_of;         /* [nservices + 1]: the kinds of each service */
	struct arena arena;
};

void kinds_init(struct kinds *ks, const struct model *m);
void kinds_release(struct kinds *ks);

/* The cells of a term's level; NULL for the whole configuration. */
static inline const uint16_t *kind_cells(const struct kind *k, const struct scopes *sc, const struct term *t)
{
	return t->scope == SCOPE_WHOLE ? NULL : k->cells + (size_t)sc->of_level[t->level] * k->n;
}

#endif
