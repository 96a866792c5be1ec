/* trials - the table-valued functions verdict and outcomes: a what-if inside a query, on a state of its own */
#include <stdlib.h>

#include "query/query_p.h"

#define MAX_TRIALS 16 /* at once: each has a state of all groups */

struct trial {
	struct state *state;
	size_t start;         /* steps that the present state has taken */
	uint64_t version;     /* of the present state, when it was copied */
	struct arena arena;   /* of the last call */
};

/* Each call begins where the present state is. */
static void begin_again(struct trial *t, struct query *q)
{
	arena_release(&t->arena);
	t->arena = (struct arena){0};
	if (t->state && t->version != state_version(q->state)) {
		state_free(t->state);
		t->state = NULL;
	}
	if (!t->state) {
		t->state = state_clone(q->state);
		t->start = state_position(t->state);
		t->version = state_version(q->state);
	}
	while (state_position(t->state) > t->start)
		state_undo(t->state);
}

/* What a step visits counts as work of the query. */
static void take(struct sql_cursor *c, struct trial *t, const step_list *steps)
{
	for (size_t i = 0; i < steps->len; i++) {
		size_t touched;

		state_step(t->state, &steps->at[i], NULL);
		state_touched(t->state, &touched);
		sql_spend(c->db, 1000 + 4 * touched);
	}
}

const char *trial_call(struct sql_cursor *c, const char *const *arguments)
{
	struct query *q = c->context;
	struct trial *t = c->own;
	step_list steps = {0};
	const char *why = NULL;

	if (!t && q->trials == MAX_TRIALS)
		return "too many verdicts and outcomes in one query";
	if (!t) {
		t = c->own = xcalloc(1, sizeof(*t));
		q->trials++;
	}
	begin_again(t, q);
	if (actions_parse_text(q->m, arguments[0], &t->arena, &steps, &why)) {
		take(c, t, &steps);
		why = NULL;
	}
	vec_free(&steps);
	return why;
}

const struct state *trial_state(const struct sql_cursor *c)
{
	return ((const struct trial *)c->own)->state;
}

void trial_close(struct sql_cursor *c)
{
	struct trial *t = c->own;

	if (!t)
		return;
	((struct query *)c->context)->trials--;
	state_free(t->state);
	arena_release(&t->arena);
	free(t);
}

/* ---- verdict: one row, of all groups together ---- */

enum {
	VERDICT_GROUPS, VERDICT_STATUS, VERDICT_NO_WRITES, VERDICT_NO_READS, VERDICT_UNSAFE, VERDICT_LOST, VERDICT_SPLIT,
	VERDICT_AT_RISK, VERDICT_RPO, VERDICT_RTO, VERDICT_ACTIONS
};
static const struct sql_column verdict_columns[] = {
	{"groups", SQL_INT, "how many there are", false},
	{"status", SQL_TEXT, "that of the worst group", false},
	{"no_writes", SQL_INT, "groups that take no writes", false},
	{"no_reads", SQL_INT, "groups that serve no reads, or stale ones", false},
	{"unsafe", SQL_INT, "groups whose data is not safe", false},
	{"lost", SQL_INT, "groups whose data is lost", false},
	{"split", SQL_INT, "groups of which two sides take writes", false},
	{"at_risk", SQL_INT, "groups that one more death can stop", false},
	{"rpo", SQL_REAL, "seconds, the largest; infinite where nothing bounds it", false},
	{"rto", SQL_REAL, "seconds, the largest; infinite where nothing bounds it", false},
	{"actions", SQL_TEXT, "the argument: 'kill a then heal a', from the present state", true},
};

static uint64_t one_row(void *context)
{
	(void)context;
	return 1;
}

static void verdict_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	struct summary s;

	state_summary(trial_state(c), &s);
	switch (column) {
	case VERDICT_GROUPS: sql_give_int(out, s.groups); break;
	case VERDICT_STATUS: sql_give_word(out, status_names[s.worst]); break;
	case VERDICT_NO_WRITES: sql_give_int(out, s.writes[ANSWER_NO]); break;
	case VERDICT_NO_READS: sql_give_int(out, s.reads[ANSWER_NO] + s.reads[ANSWER_STALE]); break;
	case VERDICT_UNSAFE: sql_give_int(out, s.groups - s.data[DATA_SAFE]); break;
	case VERDICT_LOST: sql_give_int(out, s.data[DATA_LOST]); break;
	case VERDICT_SPLIT: sql_give_int(out, s.status[STATUS_SPLIT]); break;
	case VERDICT_AT_RISK: sql_give_int(out, s.status[STATUS_AT_RISK]); break;
	case VERDICT_RPO: give_limit(out, s.rpo); break;
	case VERDICT_RTO: give_limit(out, s.rto); break;
	}
}

/* ---- outcomes: a row for each group ---- */

enum { OF_GROUP, OF_OUTCOME };
static const struct sql_column outcome_columns[] = {
	{"grp", SQL_INT, "the group", false},
	OUTCOME_COLUMN_ROWS,
	{"actions", SQL_TEXT, "the argument: 'kill a then heal a', from the present state", true},
};
static const struct sql_path outcome_paths[] = {PATH_BY_ROW(OF_GROUP)};

static uint64_t outcome_rows(void *context)
{
	return ((struct query *)context)->m->ngroups;
}

static void outcome_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	if (column == OF_GROUP)
		sql_give_int(out, (int64_t)c->row);
	else
		give_outcome(trial_state(c), (uint32_t)c->row, (enum outcome_column)(column - OF_OUTCOME), out);
}

void add_trial_tables(struct query *q)
{
	q->tables[TABLE_OUTCOMES] = (struct sql_relation){
		"outcomes", "outcomes(actions): how each group would stand after them", TABLE_COLUMNS(outcome_columns),
		TABLE_PATHS(outcome_paths), .rows = outcome_rows, .value = outcome_value, .call = trial_call,
		.close = trial_close};
	q->tables[TABLE_VERDICT] = (struct sql_relation){
		"verdict", "verdict(actions): how all of them would, in one row", TABLE_COLUMNS(verdict_columns),
		.rows = one_row, .value = verdict_value, .call = trial_call, .close = trial_close};
}
