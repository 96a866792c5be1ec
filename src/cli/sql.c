#include <string.h>

#include "base/text.h"
#include "cli/command_p.h"
#include "cli/levels_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"
#include "query/query.h"
#include "report/rows.h"

#define MOST_ROWS 1000000000u

static const char *const rows_words[] = {"table", "csv", "json", NULL}; /* as enum rows_format */

const struct option_row sql_options[] = {
	OPTION_ROW('f', "format", OPTION_CHOICE, rows_format, .choices = rows_words,
	           .help = "for people, for spreadsheets, or for machines"),
	AFTER_ROW,
	OPTION_ROW('r', "rows", OPTION_TEXT, rows, .argument = "N", .help = "rows at most; a million unless said"),
	OPTION_ROW('t', "tables", OPTION_FLAG, tables, .help = "list the tables and their columns"),
	OPTIONS_END,
};

/* ---- asking ---- */

static int query_trouble(const struct invocation *in, const char *text, const struct sql_problem *p, enum sql_end end)
{
	static const char *const advice[] = {
		[SQL_ANSWERED] = "", [SQL_WRONG] = "\n'--tables' lists the tables and their columns", [SQL_FAILED] = "",
		[SQL_STOPPED] = ": it was ended",
	};
	struct strbuf sb = {0};

	sb_add_sql_problem(&sb, text, p);
	fflush(stdout);
	fprintf(stderr, "faultline %s: %s%s\n", in->command->name, sb_text(&sb), advice[end]);
	sb_release(&sb);
	return EXIT_USAGE;
}

static int answer(const struct invocation *in, const char *file, struct sql_query *q, const char *text)
{
	struct sql_limits limits = sql_limits_by_hand;
	struct sql_problem problem = {0};
	struct sql_answer found;
	struct rows *r;
	enum sql_end end;
	int status = number_option(in, "rows", in->set.rows, MOST_ROWS, limits.rows, &limits.rows);

	if (status != EXIT_ANSWERED)
		return status;
	r = rows_begin(stdout, (enum rows_format)in->set.rows_format, file, q);
	end = sql_run(q, &limits, rows_add, r, &found, &problem);
	rows_end(r, end == SQL_ANSWERED ? &found : NULL);
	if (end != SQL_ANSWERED)
		status = query_trouble(in, text, &problem, end);
	else if (found.more)
		say_aside("only the first %llu rows are shown; '--rows N' shows more", (unsigned long long)found.rows);
	sql_problem_release(&problem);
	return status;
}

static int ask(const struct invocation *in, const char *file, struct query *query)
{
	struct sql_problem problem = {0};
	const char *text = in->words[1];
	struct sql_query *q = sql_prepare(query_sql(query), text, &problem);
	int status = q ? answer(in, file, q, text) : query_trouble(in, text, &problem, SQL_WRONG);

	sql_query_free(q);
	sql_problem_release(&problem);
	return status;
}

static int list_tables(const struct invocation *in, const struct query *query)
{
	size_t n;
	const struct sql_relation *relations = query_relations(query, &n);

	(in->set.rows_format == ROWS_JSON ? tables_json : tables_text)(stdout, relations, n);
	return EXIT_ANSWERED;
}

/* ---- the file, and the state to ask about ---- */

static int ask_subject(const struct invocation *in, struct subject *subject)
{
	struct engine *e = engine_new(subject->model);
	struct query *query;
	struct state *s;
	int status = start_state(in, subject->model, e, &s);

	if (status == EXIT_ANSWERED) {
		query = query_new(s, NULL);
		status = in->set.tables ? list_tables(in, query) : ask(in, subject->source.name, query);
		query_free(query);
	}
	state_free(s);
	engine_free(e);
	return status;
}

static int check_words(const struct invocation *in)
{
	if (in->set.tables && in->nwords <= 1)
		return EXIT_ANSWERED;
	if (!in->nwords)
		return usage_trouble(in->command, "which file? name one, or '-' for standard input");
	if (in->nwords == 1)
		return usage_trouble(in->command, "what is the question? a SELECT, as one word: quote it for the shell");
	if (in->nwords > 2 || in->set.tables)
		return usage_trouble(in->command, "%s", in->set.tables ? "--tables lists the tables, and takes no question" :
		                     "one question, as one word: quote it for the shell");
	return EXIT_ANSWERED;
}

int run_sql(const struct invocation *in)
{
	struct subject subject = {0};
	struct settings set = in->set;
	int status = check_words(in);

	if (status != EXIT_ANSWERED)
		return status;
	set.format = set.rows_format == ROWS_JSON ? FORMAT_JSON : FORMAT_TEXT;
	status = subject_open(&subject, &set, in->nwords ? in->words[0] : NULL);
	if (status == EXIT_ANSWERED)
		status = ask_subject(in, &subject);
	subject_release(&subject);
	return status;
}
