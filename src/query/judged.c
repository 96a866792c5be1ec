/* judged - the tables tolerances and findings: what `check` finds out, of the healthy state whatever the present one */
#include <math.h>
#include <string.h>

#include "model/names.h"
#include "query/query_p.h"
#include "rules/rules.h"

/* ---- tolerances ---- */

enum { TOLERANCE_SERVICE, TOLERANCE_LEVEL, TOLERANCE_TARGET, TOLERANCE_TOLERANCE, TOLERANCE_UNDECIDED };
static const struct sql_column tolerance_columns[] = {
	{"service", SQL_INT, "the service", false},
	{"level", SQL_TEXT, "the level of the domains that die", false},
	{"target", SQL_TEXT, "writes, reads or data", false},
	{"tolerance", SQL_INT, "how many of them may die at once, whichever they are; -1: it fails with all alive;"
	 " infinite: nothing of the level breaks it", false},
	{"undecided", SQL_INT, "1: the search was ended; it may be more", false},
};

static uint64_t rows_each(const struct model *m)
{
	return (uint64_t)m->nlevels * TARGETS;
}

static uint64_t tolerance_rows(void *context)
{
	const struct model *m = ((struct query *)context)->m;

	return m->nservices * rows_each(m);
}

static const struct tolerance *tolerance_of(struct query *q, uint32_t service)
{
	if (!q->tolerances)
		q->tolerances = xcalloc(q->m->nservices, sizeof(*q->tolerances));
	if (!q->tolerances[service]) {
		q->tolerances[service] = xcalloc(1, sizeof(**q->tolerances));
		analysis_tolerance(query_analysis(q), service, q->tolerances[service]);
	}
	return q->tolerances[service];
}

static void give_tolerance(struct sql_out *out, int32_t tolerance)
{
	if (tolerance == TOLERANCE_UNBREAKABLE)
		sql_give_real(out, (double)INFINITY);
	else
		sql_give_int(out, tolerance);
}

static void tolerance_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	struct query *q = c->context;
	uint32_t service = (uint32_t)(c->row / rows_each(q->m)), rest = (uint32_t)(c->row % rows_each(q->m));
	uint32_t level = rest / TARGETS + 1, target = rest % TARGETS;

	switch (column) {
	case TOLERANCE_SERVICE: sql_give_int(out, service); break;
	case TOLERANCE_LEVEL: sql_give_word(out, q->m->levels[level - 1]); break;
	case TOLERANCE_TARGET: sql_give_word(out, target_names[target]); break;
	case TOLERANCE_TOLERANCE: give_tolerance(out, tolerance_of(q, service)->at[target][level]); break;
	case TOLERANCE_UNDECIDED: sql_give_int(out, tolerance_of(q, service)->undecided); break;
	}
}

static void span_tolerances(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w,
                            uint64_t *ret_first, uint64_t *ret_end)
{
	const struct model *m = ((struct query *)c->context)->m;

	(void)path;
	clamp_wanted(w, m->nservices, ret_first, ret_end);
	*ret_first *= rows_each(m);
	*ret_end *= rows_each(m);
}
static const struct sql_path tolerance_paths[] = {PATH_SORTED(TOLERANCE_SERVICE)};

/* ---- findings ---- */

#define MAX_FINDINGS 1000000u

enum {
	FINDING_ID, FINDING_CODE, FINDING_SEVERITY, FINDING_LINE, FINDING_COL, FINDING_SERVICE, FINDING_GROUP,
	FINDING_MESSAGE, FINDING_HINT
};
static const struct sql_column finding_columns[] = {
	{"id", SQL_INT, "from 0, in the order of `check`", false},
	{"code", SQL_TEXT, "FL and three digits", false},
	{"severity", SQL_TEXT, "error, warning or note", false},
	{"line", SQL_INT, "what it is about in the file", false},
	{"col", SQL_INT, "in code points, from 1", false},
	{"service", SQL_INT, "the service that it is about, or NULL", false},
	{"grp", SQL_INT, "the group that it is about, or NULL", false},
	{"message", SQL_TEXT, "what is wrong", false},
	{"hint", SQL_TEXT, "what to do about it, or NULL", false},
};
static const struct sql_path finding_paths[] = {PATH_BY_ROW(FINDING_ID)};

static uint64_t finding_rows(void *context)
{
	struct query *q = context;

	if (!q->checked) {
		q->findings.cap = MAX_FINDINGS;
		check_model(query_analysis(q), CHECK_EACH_GROUP, &q->findings);
		diag_sort(&q->findings);
		q->checked = true;
	}
	return q->findings.all.len;
}

static uint32_t finding_service(const struct query *q, const struct diag *d)
{
	return d->service ? service_named(q->m, d->service, strlen(d->service)) : NO_SERVICE;
}

static uint32_t finding_group(struct query *q, const struct diag *d)
{
	return d->group ? query_group_named(q, finding_service(q, d), d->group, strlen(d->group)) : NO_GROUP;
}

static void give_number(struct sql_out *out, uint32_t number, uint32_t none)
{
	if (number != none)
		sql_give_int(out, number);
}

static void finding_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	struct query *q = c->context;
	const struct diag *d = &q->findings.all.at[c->row];

	switch (column) {
	case FINDING_ID: sql_give_int(out, (int64_t)c->row); break;
	case FINDING_CODE: sql_give_word(out, d->code); break;
	case FINDING_SEVERITY: sql_give_word(out, severity_name(d->severity)); break;
	case FINDING_LINE: sql_give_int(out, d->place.line); break;
	case FINDING_COL: sql_give_int(out, d->place.col); break;
	case FINDING_SERVICE: give_number(out, finding_service(q, d), NO_SERVICE); break;
	case FINDING_GROUP: give_number(out, finding_group(q, d), NO_GROUP); break;
	case FINDING_MESSAGE: sql_give_word(out, d->message); break;
	case FINDING_HINT:
		if (d->hint)
			sql_give_word(out, d->hint);
		break;
	}
}

void add_judged_tables(struct query *q)
{
	q->tables[TABLE_TOLERANCES] = (struct sql_relation){
		"tolerances", "how many deaths services survive, from the healthy state", TABLE_COLUMNS(tolerance_columns),
		TABLE_PATHS(tolerance_paths), .rows = tolerance_rows, .value = tolerance_value, .span = span_tolerances};
	q->tables[TABLE_FINDINGS] = (struct sql_relation){
		"findings", "what `check` finds, a row for each group; without the file's own rules",
		TABLE_COLUMNS(finding_columns), TABLE_PATHS(finding_paths), .rows = finding_rows, .value = finding_value};
}
