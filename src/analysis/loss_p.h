/*
 * loss - the sets of domains of a level that groups are on, and what their deaths do: see analysis/loss.h
 */
#ifndef ANALYSIS_LOSS_P_H
#define ANALYSIS_LOSS_P_H

#include "analysis/loss.h"
#include "analysis/shape_p.h"

#define NO_RANK UINT32_MAX
#define NO_TABLE UINT32_MAX

/* When a group on n domains is not safe: by how many of them are dead, where that is all that matters. */
struct loss_table {
	uint16_t n;
	bool by_number;
	const uint8_t *unsafe;       /* [n + 1], or [index] of verdicts, bits as there */
	struct verdicts verdicts;
	double likely;               /* that it is not safe */
};

/* A set of domains and a table that says when it matters; several groups may share it. */
struct risk {
	uint32_t set, table;
	uint32_t first_add;          /* into adds: what each domain of the set adds; without by_number */
};

struct copysets {
	struct analysis *a;
	struct arena arena;
	struct budget spent;
	uint8_t level;
	uint32_t first_group, end_group, first_footprint, end_footprint;
	uint32_t n;                  /* domains of the level that are not dead */
	uint32_t *rank;              /* [domain] its place among these; NO_RANK: above the level, or dead */
	VEC(struct loss_table) tables;
	uint32_t *table_of;          /* [footprint] */
	struct judged_items *items_of; /* [footprint] domains of the level, with replicas that can still die */
	VEC(uint32_t) units;         /* the sets, each ascending */
	VEC(uint32_t) first;         /* [set] into units; one more at the end */
	VEC(struct risk) risks;
	VEC(uint32_t) adds;
	uint32_t *on_first, *on;     /* [domain] from a domain to its risks */
};

/* NO_SERVICE: of all services. */
void copysets_init(struct copysets *c, struct analysis *a, uint32_t service, uint8_t level);
void copysets_release(struct copysets *c);
static inline uint32_t set_units(const struct copysets *c, uint32_t set, const uint32_t **ret_units)
{
	*ret_units = c->units.at ? c->units.at + c->first.at[set] : NULL;
	return c->first.at[set + 1] - c->first.at[set];
}
void copysets_scatter(const struct copysets *c, struct fleet_loss *ret);
/* From each domain to its risks. */
void copysets_index(struct copysets *c);

/* That some risk comes true: exactly, if few enough domains hang together. */
bool some_loss_exactly(const struct copysets *c, uint32_t kill, double *ret);
/*
 * By *ret_samples random sets of dead domains (0: as many as fit, and says how many); returns in how many of them some
 * risk came true.
 */
uint64_t some_loss_sampled(const struct copysets *c, uint32_t kill, uint64_t seed, uint64_t *ret_samples);

/* Whether a risk has come true; `dead` tells how many of its domains are dead, or the sum of what these add. */
static inline bool risk_true(const struct copysets *c, const struct risk *r, uint32_t dead)
{
	const struct loss_table *t = &c->tables.at[r->table];

	return t->by_number ? t->unsafe[dead] : t->unsafe[dead] >> TARGET_DATA & 1;
}

#endif
