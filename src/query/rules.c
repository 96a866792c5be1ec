/* rules - FL501: the rows that a file's own questions find */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/names.h"
#include "query/query_p.h"

#define CODE_ROW "FL501"
#define CODE_STOPPED "FL502"
#define CODE_WRONG "FL075"
#define NO_COLUMN UINT32_MAX

struct asking {
	struct query *q;
	const struct asked_rule *rule;
	struct diag_list *diags;
	struct sql_query *query;
	uint32_t group, service; /* columns that name what a row is about; NO_COLUMN */
	struct sql_limits limits; /* what is left of them for this rule and those behind it */
};

/* ---- messages: text with {column} in it; {{ and }} are braces ---- */

static uint32_t column_named(const struct sql_query *q, const char *name, size_t len)
{
	for (uint32_t i = 0; i < sql_columns(q); i++)
		if (strlen(sql_column_name(q, i)) == len && !strncasecmp(sql_column_name(q, i), name, len))
			return i;
	return NO_COLUMN;
}

/*
 * One piece of a message: returns its length and, where it is a {column}, its name; 0 at the end. A brace that is
 * not closed stands for itself.
 */
static size_t next_piece(const char *text, const char **ret_name, size_t *ret_len)
{
	const char *close = strchr(text, '}');

	*ret_name = NULL;
	*ret_len = 0;
	if (!*text)
		return 0;
	if ((*text == '{' && text[1] == '{') || (*text == '}' && text[1] == '}'))
		return 2;
	if (*text != '{' || !close)
		return 1 + strcspn(text + 1, "{}");
	*ret_name = text + 1;
	*ret_len = (size_t)(close - text - 1);
	return (size_t)(close - text) + 1;
}

static bool check_message(const struct asking *a)
{
	const char *text = a->rule->message, *name;
	size_t len, n;

	for (; text && (n = next_piece(text, &name, &len)); text += n) {
		struct strbuf quoted = {0};
		struct diag *d;

		if (!name || column_named(a->query, name, len) != NO_COLUMN)
			continue;
		sb_add_quoted(&quoted, name, len);
		d = diag_error(a->diags, CODE_WRONG, a->rule->message_place,
		               "the rule '%s' has no column %s for its message", a->rule->name, sb_text(&quoted));
		diag_hint(a->diags, d, "name a column of its SELECT in the braces, or write '{{' for a brace");
		d->rule = a->rule->name;
		sb_release(&quoted);
		return false;
	}
	return true;
}

static void sb_add_value(struct strbuf *sb, const struct sql_value *v)
{
	switch (v->type) {
	case SQL_NULL: sb_add(sb, "nothing"); break;
	case SQL_INT: sb_addf(sb, "%" PRId64, v->number); break;
	case SQL_REAL: sb_addf(sb, "%.15g", v->real); break;
	case SQL_TEXT: sb_addn(sb, v->text, v->len); break;
	case SQL_BLOB: sb_add(sb, "a blob"); break;
	}
}

static void sb_add_message(struct strbuf *sb, const struct asking *a, const struct sql_value *values, uint32_t n)
{
	const char *text = a->rule->message, *name;
	size_t len, size;

	for (uint32_t i = 0; !text && i < n; i++) {
		sb_addf(sb, "%s%s ", i ? ", " : "", sql_column_name(a->query, i));
		sb_add_value(sb, &values[i]);
	}
	for (; text && (size = next_piece(text, &name, &len)); text += size) {
		if (name)
			sb_add_value(sb, &values[column_named(a->query, name, len)]);
		else if (size == 2 && text[0] == text[1] && strchr("{}", *text))
			sb_addc(sb, *text);
		else
			sb_addn(sb, text, size);
	}
}

/* ---- what a row is about: by number, or by name ---- */

static uint32_t service_of_row(const struct asking *a, const struct sql_value *values)
{
	const struct sql_value *v = a->service == NO_COLUMN ? NULL : &values[a->service];

	if (v && v->type == SQL_INT && v->number >= 0 && v->number < a->q->m->nservices)
		return (uint32_t)v->number;
	return v && v->type == SQL_TEXT ? service_named(a->q->m, v->text, v->len) : NO_SERVICE;
}

static uint32_t group_of_row(const struct asking *a, const struct sql_value *values, uint32_t service)
{
	const struct sql_value *v = a->group == NO_COLUMN ? NULL : &values[a->group];

	if (v && v->type == SQL_INT && v->number >= 0 && v->number < a->q->m->ngroups)
		return (uint32_t)v->number;
	return v && v->type == SQL_TEXT ? query_group_named(a->q, service, v->text, v->len) : NO_GROUP;
}

static struct place place_of(const struct asking *a, uint32_t service, uint32_t group)
{
	const struct model *m = a->q->m;

	if (group != NO_GROUP)
		return (struct place){.line = m->groups[group].line, .col = m->groups[group].col};
	return service != NO_SERVICE ? m->services[service].place : a->rule->place;
}

static bool report_row(void *context, const struct sql_value *values, uint32_t n)
{
	struct asking *a = context;
	const struct model *m = a->q->m;
	uint32_t service = service_of_row(a, values), group = group_of_row(a, values, service);
	struct strbuf message = {0};
	struct diag *d;

	sb_add_message(&message, a, values, n);
	if (group != NO_GROUP)
		service = model_service_of(m, group);
	d = diag_add(a->diags, CODE_ROW, a->rule->severity, place_of(a, service, group), "%s: %s", a->rule->name,
	             sb_text(&message));
	d->rule = a->rule->name;
	d->service = service == NO_SERVICE ? NULL : str_text(m->strings, m->services[service].name);
	d->group = group == NO_GROUP ? NULL : str_text(m->strings, m->groups[group].name);
	sb_release(&message);
	return true;
}

/* ---- one rule ---- */

static void report_wrong(const struct asking *a, const struct sql_problem *p)
{
	struct diag *d = diag_error(a->diags, CODE_WRONG, a->rule->sql_place, "the rule '%s' can't be asked: %s",
	                            a->rule->name, sb_text(&p->message));

	diag_hint(a->diags, d, "`faultline sql FILE --tables` lists the tables and their columns");
	d->rule = a->rule->name;
}

static void report_end(const struct asking *a, enum sql_end end, const struct sql_answer *answer,
                       const struct sql_problem *p)
{
	struct diag *d;

	if (end != SQL_ANSWERED)
		d = diag_error(a->diags, CODE_STOPPED, a->rule->sql_place,
		               end == SQL_STOPPED ? "the rule '%s' was ended: %s" : "the rule '%s' has no answer: %s",
		               a->rule->name, sb_text(&p->message));
	else if (answer->more)
		d = diag_add(a->diags, CODE_STOPPED, a->rule->severity, a->rule->sql_place,
		             "the rule '%s' has more than %" PRIu64 " rows: the others are left out", a->rule->name, answer->rows);
	else
		return;
	d->rule = a->rule->name;
}

/* Rules of a file share its limits. */
static void spend(struct asking *a, const struct sql_answer *answer)
{
	a->limits.steps -= answer->steps < a->limits.steps ? answer->steps : a->limits.steps;
	a->limits.seconds -= answer->seconds;
	if (a->limits.seconds < 0.01)
		a->limits.seconds = 0.01;
}

static void ask(struct asking *a)
{
	struct sql_problem problem = {0};
	struct sql_answer answer;
	enum sql_end end;

	a->query = sql_prepare(a->q->db, a->rule->sql, &problem);
	if (!a->query) {
		report_wrong(a, &problem);
	} else if (check_message(a)) {
		a->service = column_named(a->query, "service", strlen("service"));
		a->group = column_named(a->query, "grp", strlen("grp"));
		if (a->group == NO_COLUMN)
			a->group = column_named(a->query, "group", strlen("group"));
		end = sql_run(a->query, &a->limits, report_row, a, &answer, &problem);
		report_end(a, end, &answer, &problem);
		spend(a, &answer);
	}
	sql_query_free(a->query);
	sql_problem_release(&problem);
}

void query_judge_rules(struct analysis *analysis, const struct sql_limits *limits, struct diag_list *diags)
{
	struct engine *e = analysis_engine(analysis);
	const struct model *m = engine_model(e);
	struct asking a = {.diags = diags, .limits = *limits};
	struct state *s;

	if (!m->nrules)
		return;
	s = state_new(e);
	a.q = query_new(s, analysis);
	for (uint32_t i = 0; i < m->nrules; i++) {
		a.rule = &m->rules[i];
		ask(&a);
	}
	query_free(a.q);
	state_free(s);
}
