/*
 * What the tables share: what they are about, and what was worked out for them.
 */
#ifndef QUERY_QUERY_P_H
#define QUERY_QUERY_P_H

#include "analysis/tolerance.h"
#include "base/table.h"
#include "query/query.h"

enum table_id {
	TABLE_LEVELS, TABLE_DOMAINS, TABLE_SHARED, TABLE_SHARED_MEMBERS, TABLE_SERVICES, TABLE_NEEDS, TABLE_GRPS,
	TABLE_REPLICAS, TABLE_OUTCOMES, TABLE_VERDICT, TABLE_TOLERANCES, TABLE_FINDINGS, TABLE_SCENARIOS, QUERY_TABLES
};

struct played_step { uint32_t scenario, step; };
struct membership_row { uint32_t shared, member; };
struct need_row { uint32_t service, need; };

struct query {
	struct state *state;
	const struct model *m;
	struct engine *engine;
	struct sql *db;
	struct arena arena;
	struct sql_relation tables[QUERY_TABLES];

	struct analysis *analysis;
	bool own_analysis;
	const char **paths;             /* by place; NULL: not asked for yet, or not kept */
	uint32_t trials;                /* under way */
	struct table group_names;       /* hash of the name: group */
	bool groups_named;
	struct tolerance **tolerances;  /* by service; NULL: not asked for yet */
	struct diag_list findings;
	bool checked;
	VEC(struct played_step) played;         /* rows of scenarios */
	VEC(struct membership_row) memberships; /* of shared_members */
	VEC(struct need_row) needs;
};

struct analysis *query_analysis(struct query *q);
/* The whole path. */
void give_path(struct query *q, place_id p, struct sql_out *out);
/* A group by name, of a service or of any (NO_SERVICE): the first. NO_GROUP. */
uint32_t query_group_named(struct query *q, uint32_t service, const char *name, size_t len);

/* Each fills in its rows of q->tables. */
void add_place_tables(struct query *q);
void add_service_tables(struct query *q);
void add_group_tables(struct query *q);
void add_replica_table(struct query *q);
void add_trial_tables(struct query *q);
void add_judged_tables(struct query *q);

/* A trial: the present state with some actions done to it. Kept in a cursor's `own`. */
struct trial;
const char *trial_call(struct sql_cursor *c, const char *const *arguments);
const struct state *trial_state(const struct sql_cursor *c);
void trial_close(struct sql_cursor *c);

/* The outcome's columns, the same of a group now and after a trial. */
enum outcome_column {
	OUTCOME_STATUS, OUTCOME_WRITES, OUTCOME_READS, OUTCOME_DATA, OUTCOME_RPO, OUTCOME_RTO, OUTCOME_LIVE, OUTCOME_LEADER,
	OUTCOME_FALLBACK, OUTCOME_SPLIT, OUTCOME_COLUMNS
};
#define OUTCOME_COLUMN_ROWS \
	{"status", SQL_TEXT, "ok, degraded, at-risk, write-only, read-only, stale, down or split", false}, \
	{"writes", SQL_TEXT, "yes, partial or no", false}, \
	{"reads", SQL_TEXT, "yes, partial, stale or no", false}, \
	{"data", SQL_TEXT, "safe, tail, stale, backup or lost", false}, \
	{"rpo", SQL_REAL, "seconds; infinite where nothing bounds it", false}, \
	{"rto", SQL_REAL, "seconds, of the last step; infinite where nothing bounds it", false}, \
	{"live", SQL_INT, "how many of its replicas are live", false}, \
	{"leader", SQL_INT, "the replica that leads; NULL where the system has no leader", false}, \
	{"fallback", SQL_INT, "1: the system's fallback is in force", false}, \
	{"split", SQL_INT, "1: two sides take writes", false}
void give_outcome(const struct state *s, uint32_t group, enum outcome_column column, struct sql_out *out);

/* Values of several tables: NULL for DURATION_NONE, or infinite. */
void give_time(struct sql_out *out, duration d);
void give_limit(struct sql_out *out, duration d);
void give_str(struct sql_out *out, const struct model *m, str_id s);

/* Paths to rows by their number, or by a column that never falls with it, or by looking for them. */
#define PATH_BY_ROW(column_) {.column = (column_), .order = SQL_BY_ROW, .ranges = true, .sorted = true, .unique = true, \
	.grouped = true, .distinct = UINT64_MAX}
#define PATH_SORTED(column_) {.column = (column_), .order = SQL_BY_ROW, .ranges = true, .sorted = true, \
	.grouped = true, .distinct = 10}
#define PATH_FOUND(column_, distinct_) {.column = (column_), .order = SQL_BY_FINDING, .distinct = (distinct_)}

/* Cuts what is wanted to [0, n]: *ret_first and *ret_end are numbers below and at most n. */
void clamp_wanted(const struct sql_wanted *w, uint64_t n, uint64_t *ret_first, uint64_t *ret_end);

#define COUNT_OF(array) (sizeof(array) / sizeof(*(array)))
#define TABLE_COLUMNS(list) .columns = (list), .ncolumns = COUNT_OF(list)
#define TABLE_PATHS(list) .paths = (list), .npaths = COUNT_OF(list)

#endif
