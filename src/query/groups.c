/* groups - the table grps, and what it shares with others that tell outcomes */
#include "model/names.h"
#include "query/query_p.h"
#include "rules/why.h"

static void give_answer(struct sql_out *out, unsigned answer)
{
	sql_give_word(out, answer_names[answer]);
}

static void give_leader(const struct model *m, uint32_t group, const struct outcome *o, struct sql_out *out)
{
	if (m->services[model_service_of(m, group)].sem.leader && o->leader < group_size(m, group))
		sql_give_int(out, (int64_t)m->first_replica[group] + o->leader);
}

void give_outcome(const struct state *s, uint32_t group, enum outcome_column column, struct sql_out *out)
{
	const struct outcome *o = state_outcome(s, group);

	switch (column) {
	case OUTCOME_STATUS: sql_give_word(out, status_names[o->status]); break;
	case OUTCOME_WRITES: give_answer(out, o->writes); break;
	case OUTCOME_READS: give_answer(out, o->reads); break;
	case OUTCOME_DATA: sql_give_word(out, data_names[o->data]); break;
	case OUTCOME_RPO: give_limit(out, o->rpo); break;
	case OUTCOME_RTO: give_limit(out, o->rto); break;
	case OUTCOME_LIVE: sql_give_int(out, o->live); break;
	case OUTCOME_LEADER: give_leader(engine_model(state_engine(s)), group, o, out); break;
	case OUTCOME_FALLBACK: sql_give_int(out, o->fallback); break;
	case OUTCOME_SPLIT: sql_give_int(out, o->split); break;
	case OUTCOME_COLUMNS: break;
	}
}

enum {
	GROUP_ID, GROUP_SERVICE, GROUP_NAME, GROUP_OUTCOME,
	GROUP_REPLICAS = GROUP_OUTCOME + OUTCOME_COLUMNS, GROUP_WHY, GROUP_LINE
};
static const struct sql_column group_columns[] = {
	{"id", SQL_INT, "from 0", false},
	{"service", SQL_INT, "the service that it belongs to", false},
	{"name", SQL_TEXT, "its name", false},
	OUTCOME_COLUMN_ROWS,
	{"replicas", SQL_INT, "how many it has", false},
	{"why", SQL_TEXT, "a sentence that says why it stands so", false},
	{"line", SQL_INT, "where it stands in the file", false},
};

static uint64_t group_rows(void *context)
{
	return ((struct query *)context)->m->ngroups;
}

/* Rows of one service mostly come one after the other: hint[0] is its number. */
static uint32_t service_of(struct sql_cursor *c, const struct model *m, uint32_t group)
{
	const struct service *sv = &m->services[c->hint[0]];

	if (group < sv->first_group || group >= sv->first_group + sv->ngroups)
		c->hint[0] = model_service_of(m, group);
	return (uint32_t)c->hint[0];
}

static void give_why(const struct query *q, uint32_t group, struct sql_out *out)
{
	struct strbuf sb = {0};
	struct group_why why = {0};

	state_why(q->state, group, &why);
	why_sentence(&sb, q->m, group, &why);
	sql_give_text(out, sb_text(&sb), sb.len);
	sb_release(&sb);
}

static void group_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	const struct query *q = c->context;
	uint32_t g = (uint32_t)c->row;

	switch (column) {
	case GROUP_ID: sql_give_int(out, g); break;
	case GROUP_SERVICE: sql_give_int(out, service_of(c, q->m, g)); break;
	case GROUP_NAME: give_str(out, q->m, q->m->groups[g].name); break;
	case GROUP_REPLICAS: sql_give_int(out, group_size(q->m, g)); break;
	case GROUP_WHY: give_why(q, g, out); break;
	case GROUP_LINE: sql_give_int(out, q->m->groups[g].line); break;
	default: give_outcome(q->state, g, (enum outcome_column)(column - GROUP_OUTCOME), out);
	}
}

static uint64_t first_group(const struct model *m, uint64_t service)
{
	return service < m->nservices ? m->services[service].first_group : m->ngroups;
}

static void span_groups(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w,
                        uint64_t *ret_first, uint64_t *ret_end)
{
	const struct model *m = ((struct query *)c->context)->m;
	uint64_t first, end;

	(void)path;
	clamp_wanted(w, m->nservices, &first, &end);
	*ret_first = first_group(m, first);
	*ret_end = first_group(m, end);
}

void add_group_tables(struct query *q)
{
	struct sql_path *paths = arena_alloc(&q->arena, 2 * sizeof(*paths));

	paths[0] = (struct sql_path)PATH_BY_ROW(GROUP_ID);
	paths[1] = (struct sql_path)PATH_SORTED(GROUP_SERVICE);
	paths[1].distinct = q->m->nservices;
	q->tables[TABLE_GRPS] = (struct sql_relation){
		"grps", "the groups, and how they stand", TABLE_COLUMNS(group_columns), .paths = paths, .npaths = 2,
		.rows = group_rows, .value = group_value, .span = span_groups};
}
