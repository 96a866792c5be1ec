/*
 * rows - answers in SQL for people, spreadsheets and machines; what tables there are to ask.
 *
 *	struct rows *r = rows_begin(stdout, ROWS_TABLE, "cluster.yaml", query);
 *	sql_run(query, &limits, rows_add, r, &answer, &problem);
 *	rows_end(r, &answer);
 *
 * A table for people is aligned by its first rows; the others follow as they come. Text is cleaned in all formats but
 * JSON, which escapes it.
 */
#ifndef REPORT_ROWS_H
#define REPORT_ROWS_H

#include <stdio.h>

#include "store/sql.h"

enum rows_format { ROWS_TABLE, ROWS_CSV, ROWS_JSON };

struct rows;
struct rows *rows_begin(FILE *out, enum rows_format format, const char *file, const struct sql_query *query);
bool rows_add(void *rows, const struct sql_value *values, uint32_t n); /* a sql_row */
/* Frees it. `answer` is NULL where the query did not get to its end. */
void rows_end(struct rows *r, const struct sql_answer *answer);

/* A value as tables show it: cleaned, "-" for NULL, "inf". */
void sb_add_sql_value(struct strbuf *sb, const struct sql_value *v);
/* "no such column: nam", the line of the query that it is about, and a caret beneath. Clean. */
void sb_add_sql_problem(struct strbuf *sb, const char *text, const struct sql_problem *p);

/* The tables with their columns, types and what these are. */
void tables_text(FILE *out, const struct sql_relation *relations, size_t n);
void tables_json(FILE *out, const struct sql_relation *relations, size_t n);

#endif
