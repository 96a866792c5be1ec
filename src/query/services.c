/* services - the tables services, needs and scenarios */
#include <string.h>

#include "model/names.h"
#include "query/query_p.h"

/* ---- services ---- */

enum {
	SERVICE_ID, SERVICE_NAME, SERVICE_SYSTEM, SERVICE_GROUPS, SERVICE_STATUS, SERVICE_NO_WRITES, SERVICE_NO_READS,
	SERVICE_UNSAFE, SERVICE_LOST, SERVICE_RPO, SERVICE_RTO, SERVICE_RPO_TARGET, SERVICE_RTO_TARGET, SERVICE_LINE
};
static const struct sql_column service_columns[] = {
	{"id", SQL_INT, "from 0", false},
	{"name", SQL_TEXT, "its name", false},
	{"system", SQL_TEXT, "the system that it is one of", false},
	{"groups", SQL_INT, "how many groups it has", false},
	{"status", SQL_TEXT, "that of its worst group", false},
	{"no_writes", SQL_INT, "groups that take no writes", false},
	{"no_reads", SQL_INT, "groups that serve no reads, or stale ones", false},
	{"unsafe", SQL_INT, "groups whose data is not safe", false},
	{"lost", SQL_INT, "groups whose data is lost", false},
	{"rpo", SQL_REAL, "seconds, the largest of its groups; infinite where nothing bounds it", false},
	{"rto", SQL_REAL, "seconds, with that of the services it waits for; infinite where nothing bounds it", false},
	{"rpo_target", SQL_REAL, "seconds; NULL where none is set", false},
	{"rto_target", SQL_REAL, "seconds; NULL where none is set", false},
	{"line", SQL_INT, "where it stands in the file", false},
};

static uint64_t service_rows(void *context)
{
	return ((struct query *)context)->m->nservices;
}

static void give_target(struct sql_out *out, const struct time_goal *goal)
{
	if (goal->set)
		give_time(out, goal->limit);
}

static void give_of_summary(const struct query *q, uint32_t service, uint32_t column, struct sql_out *out)
{
	struct summary s;

	state_service_summary(q->state, service, &s);
	switch (column) {
	case SERVICE_STATUS: sql_give_word(out, status_names[s.worst]); break;
	case SERVICE_NO_WRITES: sql_give_int(out, s.writes[ANSWER_NO]); break;
	case SERVICE_NO_READS: sql_give_int(out, s.reads[ANSWER_NO] + s.reads[ANSWER_STALE]); break;
	case SERVICE_UNSAFE: sql_give_int(out, s.groups - s.data[DATA_SAFE]); break;
	case SERVICE_LOST: sql_give_int(out, s.data[DATA_LOST]); break;
	case SERVICE_RPO: give_limit(out, s.rpo); break;
	case SERVICE_RTO: give_limit(out, s.rto); break;
	}
}

static void service_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	const struct query *q = c->context;
	const struct service *sv = &q->m->services[c->row];

	switch (column) {
	case SERVICE_ID: sql_give_int(out, (int64_t)c->row); break;
	case SERVICE_NAME: give_str(out, q->m, sv->name); break;
	case SERVICE_SYSTEM: sql_give_word(out, sv->sem.system ? sv->sem.system : "raft"); break;
	case SERVICE_GROUPS: sql_give_int(out, sv->ngroups); break;
	case SERVICE_RPO_TARGET: give_target(out, &sv->rpo); break;
	case SERVICE_RTO_TARGET: give_target(out, &sv->rto); break;
	case SERVICE_LINE: sql_give_int(out, sv->place.line); break;
	default: give_of_summary(q, (uint32_t)c->row, column, out);
	}
}

static void find_services(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w, sql_rows *ret)
{
	uint32_t service = service_named(((struct query *)c->context)->m, w->text, w->len);

	(void)path;
	if (service != NO_SERVICE)
		vec_push(ret, service);
}

static const struct sql_path service_paths[] = {
	PATH_BY_ROW(SERVICE_ID), PATH_FOUND(SERVICE_NAME, UINT64_MAX),
};

/* ---- needs ---- */

enum { NEED_SERVICE, NEED_NEEDED, NEED_MODE };
static const struct sql_column need_columns[] = {
	{"service", SQL_INT, "the service that needs another", false},
	{"needed", SQL_INT, "the other one", false},
	{"mode", SQL_TEXT, "what becomes of it without: down, read-only or freeze", false},
};
static const char *const need_words[] = {
	[NEED_DOWN] = "down", [NEED_READ_ONLY] = "read-only", [NEED_FREEZE] = "freeze",
};

static uint64_t need_rows(void *context)
{
	return ((struct query *)context)->needs.len;
}

static void need_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	const struct query *q = c->context;
	struct need_row row = q->needs.at[c->row];
	const struct need *need = &q->m->services[row.service].needs[row.need];

	switch (column) {
	case NEED_SERVICE: sql_give_int(out, row.service); break;
	case NEED_NEEDED: sql_give_int(out, need->service); break;
	case NEED_MODE: sql_give_word(out, need_words[need->mode]); break;
	}
}

/* ---- scenarios ---- */

enum { SCENARIO_NAME, SCENARIO_STEP, SCENARIO_ACTIONS, SCENARIO_LINE };
static const struct sql_column scenario_columns[] = {
	{"name", SQL_TEXT, "its name", false},
	{"step", SQL_INT, "from 1", false},
	{"actions", SQL_TEXT, "what is done in this step", false},
	{"line", SQL_INT, "where the scenario stands in the file", false},
};

static uint64_t scenario_rows(void *context)
{
	return ((struct query *)context)->played.len;
}

static void give_step(const struct model *m, const struct step *step, struct sql_out *out)
{
	struct strbuf sb = {0};

	sb_add_step(&sb, m, step);
	sql_give_text(out, sb_text(&sb), sb.len);
	sb_release(&sb);
}

static void scenario_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	const struct query *q = c->context;
	struct played_step row = q->played.at[c->row];
	const struct scenario *scenario = &q->m->scenarios[row.scenario];

	switch (column) {
	case SCENARIO_NAME: sql_give_word(out, scenario->name); break;
	case SCENARIO_STEP: sql_give_int(out, row.step + 1); break;
	case SCENARIO_ACTIONS: give_step(q->m, &scenario->steps[row.step], out); break;
	case SCENARIO_LINE: sql_give_int(out, scenario->place.line); break;
	}
}

/* ---- all ---- */

static void number_rows(struct query *q)
{
	for (uint32_t s = 0; s < q->m->nservices; s++)
		for (uint32_t i = 0; i < q->m->services[s].nneeds; i++)
			vec_push(&q->needs, (struct need_row){s, i});
	for (uint32_t s = 0; s < q->m->nscenarios; s++)
		for (uint32_t i = 0; i < q->m->scenarios[s].nsteps; i++)
			vec_push(&q->played, (struct played_step){s, i});
}

void add_service_tables(struct query *q)
{
	number_rows(q);
	q->tables[TABLE_SERVICES] = (struct sql_relation){
		"services", "the services, and how they stand", TABLE_COLUMNS(service_columns), TABLE_PATHS(service_paths),
		.rows = service_rows, .value = service_value, .find = find_services};
	q->tables[TABLE_NEEDS] = (struct sql_relation){
		"needs", "which service can't work without which", TABLE_COLUMNS(need_columns),
		.rows = need_rows, .value = need_value};
	q->tables[TABLE_SCENARIOS] = (struct sql_relation){
		"scenarios", "the file's scenarios, a row for each step", TABLE_COLUMNS(scenario_columns),
		.rows = scenario_rows, .value = scenario_value};
}
