#include "report/rows.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/json.h"

#define MEASURED_ROWS 1000 /* of a table, before the first is printed */
#define WIDEST 60          /* cells that a column is aligned to */

struct rows {
	FILE *out;
	enum rows_format format;
	uint32_t n;
	char **names;
	struct json json;
	/* a table */
	VEC(char *) cells;       /* of the rows that are measured; cleaned */
	int *width;
	bool *number;            /* all values of the column are */
	bool measured;
	struct strbuf line;
};

/* ---- values ---- */

static void sb_add_real(struct strbuf *sb, double real)
{
	char text[64];

	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, real);
		if (strtod(text, NULL) == real)
			break;
	}
	sb_add(sb, text);
}

static void sb_add_blob(struct strbuf *sb, const struct sql_value *v)
{
	sb_add(sb, "X'");
	for (size_t i = 0; i < v->len; i++)
		sb_addf(sb, "%02X", (unsigned char)v->text[i]);
	sb_addc(sb, '\'');
}

void sb_add_sql_value(struct strbuf *sb, const struct sql_value *v)
{
	switch (v->type) {
	case SQL_NULL: sb_addc(sb, '-'); break;
	case SQL_INT: sb_addf(sb, "%" PRId64, v->number); break;
	case SQL_REAL: sb_add_real(sb, v->real); break;
	case SQL_TEXT: sb_add_clean(sb, v->text, v->len); break;
	case SQL_BLOB: sb_add_blob(sb, v); break;
	}
}

/* ---- begin ---- */

/* JSON's members and a rule's {column} need names that differ. */
static char *distinct_name(char *const *names, uint32_t n, const char *name)
{
	struct strbuf sb = {0};
	bool taken = true;

	for (unsigned k = 0; taken; k++) {
		sb_clear(&sb);
		sb_add(&sb, name);
		if (k)
			sb_addf(&sb, ":%u", k);
		taken = false;
		for (uint32_t i = 0; i < n; i++)
			taken |= !strcmp(names[i], sb_text(&sb));
	}
	return sb.text ? sb.text : xstrdup("");
}

static void csv_field(struct strbuf *line, const char *text, size_t len)
{
	if (len && !strpbrk(text, ",\"\n\r")) {
		sb_addn(line, text, len);
		return;
	}
	sb_addc(line, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			sb_addc(line, '"');
		sb_addc(line, text[i]);
	}
	sb_addc(line, '"');
}

static void csv_head(struct rows *r)
{
	for (uint32_t i = 0; i < r->n; i++) {
		struct strbuf name = {0};

		sb_add_clean(&name, r->names[i], strlen(r->names[i]));
		fputs(i ? "," : "", r->out);
		csv_field(&r->line, sb_text(&name), name.len);
		fputs(sb_text(&r->line), r->out);
		sb_clear(&r->line);
		sb_release(&name);
	}
	fputs("\n", r->out);
}

static void json_head(struct rows *r, const char *file)
{
	r->json = json_to(r->out);
	json_open_object(&r->json, NULL);
	json_int(&r->json, "faultline", 1);
	json_text(&r->json, "file", file);
	json_open_array(&r->json, "columns");
	for (uint32_t i = 0; i < r->n; i++)
		json_text(&r->json, NULL, r->names[i]);
	json_close(&r->json);
	json_open_array(&r->json, "rows");
}

static void table_cell(struct rows *r, uint32_t column, const char *text)
{
	int cells = text_cells(text);

	if (cells > r->width[column])
		r->width[column] = cells < WIDEST ? cells : WIDEST;
}

static void table_head(struct rows *r)
{
	r->width = xcalloc(r->n, sizeof(*r->width));
	r->number = xcalloc(r->n, sizeof(*r->number));
	for (uint32_t i = 0; i < r->n; i++) {
		struct strbuf name = {0};

		sb_add_clean(&name, r->names[i], strlen(r->names[i]));
		vec_push(&r->cells, name.text ? name.text : xstrdup(""));
		table_cell(r, i, r->cells.at[i]);
		r->number[i] = true;
	}
}

struct rows *rows_begin(FILE *out, enum rows_format format, const char *file, const struct sql_query *query)
{
	struct rows *r = xcalloc(1, sizeof(*r));

	r->out = out;
	r->format = format;
	r->n = sql_columns(query);
	r->names = xcalloc(r->n, sizeof(*r->names));
	for (uint32_t i = 0; i < r->n; i++)
		r->names[i] = distinct_name(r->names, i, sql_column_name(query, i));
	if (format == ROWS_TABLE)
		table_head(r);
	else if (format == ROWS_CSV)
		csv_head(r);
	else
		json_head(r, file);
	return r;
}

/* ---- rows ---- */

static void json_value(struct json *j, const char *key, const struct sql_value *v)
{
	struct strbuf sb = {0};

	switch (v->type) {
	case SQL_NULL: json_null(j, key); break;
	case SQL_INT: json_int(j, key, v->number); break;
	case SQL_REAL: json_double(j, key, v->real); break;
	case SQL_TEXT: json_text(j, key, v->text); break;
	case SQL_BLOB:
		sb_add_blob(&sb, v);
		json_text(j, key, sb_text(&sb));
	}
	sb_release(&sb);
}

static void json_row(struct rows *r, const struct sql_value *values)
{
	json_open_object(&r->json, NULL);
	for (uint32_t i = 0; i < r->n; i++)
		json_value(&r->json, r->names[i], &values[i]);
	json_close(&r->json);
}

static void csv_row(struct rows *r, const struct sql_value *values)
{
	struct strbuf text = {0};

	sb_clear(&r->line);
	for (uint32_t i = 0; i < r->n; i++) {
		if (i)
			sb_addc(&r->line, ',');
		if (values[i].type == SQL_NULL)
			continue;
		sb_clear(&text);
		sb_add_sql_value(&text, &values[i]);
		csv_field(&r->line, sb_text(&text), text.len);
	}
	fprintf(r->out, "%s\n", sb_text(&r->line));
	sb_release(&text);
}

static void print_line(struct rows *r, char *const *cells)
{
	sb_clear(&r->line);
	for (uint32_t i = 0; i < r->n; i++) {
		int pad = r->width[i] - text_cells(cells[i]);

		sb_add(&r->line, i ? "  " : "");
		if (r->number[i])
			sb_repeat(&r->line, " ", pad > 0 ? (size_t)pad : 0);
		sb_add(&r->line, cells[i]);
		if (!r->number[i] && i + 1 < r->n)
			sb_repeat(&r->line, " ", pad > 0 ? (size_t)pad : 0);
	}
	fprintf(r->out, "%s\n", sb_text(&r->line));
}

static void print_rule(struct rows *r)
{
	sb_clear(&r->line);
	for (uint32_t i = 0; i < r->n; i++) {
		sb_add(&r->line, i ? "  " : "");
		sb_repeat(&r->line, "-", (size_t)(r->width[i] ? r->width[i] : 1));
	}
	fprintf(r->out, "%s\n", sb_text(&r->line));
}

static void forget_cells(struct rows *r)
{
	for (size_t i = 0; i < r->cells.len; i++)
		free(r->cells.at[i]);
	vec_clear(&r->cells);
}

/* Prints what was measured, names first. */
static void print_measured(struct rows *r)
{
	if (r->cells.len == r->n) /* no rows: names stand at the left */
		memset(r->number, 0, r->n * sizeof(*r->number));
	for (size_t i = 0; i < r->cells.len; i += r->n) {
		print_line(r, r->cells.at + i);
		if (i == 0)
			print_rule(r);
	}
	forget_cells(r);
	r->measured = true;
}

static void table_row(struct rows *r, const struct sql_value *values)
{
	size_t first = r->cells.len;

	for (uint32_t i = 0; i < r->n; i++) {
		struct strbuf cell = {0};

		sb_add_sql_value(&cell, &values[i]);
		vec_push(&r->cells, cell.text ? cell.text : xstrdup(""));
		if (r->measured)
			continue;
		table_cell(r, i, r->cells.at[first + i]);
		r->number[i] &= values[i].type <= SQL_REAL;
	}
	if (r->measured) {
		print_line(r, r->cells.at + first);
		forget_cells(r);
	} else if (r->cells.len / r->n > MEASURED_ROWS) {
		print_measured(r);
	}
}

bool rows_add(void *rows, const struct sql_value *values, uint32_t n)
{
	struct rows *r = rows;

	(void)n;
	if (r->format == ROWS_TABLE)
		table_row(r, values);
	else if (r->format == ROWS_CSV)
		csv_row(r, values);
	else
		json_row(r, values);
	return !ferror(r->out);
}

/* ---- end ---- */

static void json_foot(struct rows *r, const struct sql_answer *answer)
{
	json_close(&r->json);
	json_bool(&r->json, "complete", answer && !answer->more);
	json_close(&r->json);
	json_end(&r->json);
}

void rows_end(struct rows *r, const struct sql_answer *answer)
{
	bool nothing = !answer && r->cells.len == r->n;

	if (r->format == ROWS_TABLE && !r->measured && !nothing)
		print_measured(r);
	else if (r->format == ROWS_JSON)
		json_foot(r, answer);
	for (uint32_t i = 0; i < r->n; i++)
		free(r->names[i]);
	free(r->names);
	forget_cells(r);
	vec_free(&r->cells);
	free(r->width);
	free(r->number);
	sb_release(&r->line);
	free(r);
}

/* ---- problems ---- */

void sb_add_sql_problem(struct strbuf *sb, const char *text, const struct sql_problem *p)
{
	size_t len = strlen(text), from, to;
	struct strbuf before = {0};

	sb_add_clean(sb, sb_text(&p->message), p->message.len);
	if (p->at > len)
		return;
	from = to = p->at;
	while (from > 0 && text[from - 1] != '\n')
		from--;
	to += strcspn(text + to, "\n");
	sb_add_clean(&before, text + from, p->at - from);
	sb_add(sb, "\n  ");
	sb_addn(sb, sb_text(&before), before.len);
	sb_add_clean(sb, text + p->at, to - p->at);
	sb_add(sb, "\n  ");
	sb_repeat(sb, " ", (size_t)text_cells(sb_text(&before)));
	sb_addc(sb, '^');
	sb_release(&before);
}

/* ---- what there is to ask ---- */

static void print_table(FILE *out, const struct sql_relation *r)
{
	struct strbuf line = {0};
	int widest = 0;

	for (uint32_t i = 0; i < r->ncolumns; i++) {
		int cells = text_cells(r->columns[i].name);

		widest = cells > widest ? cells : widest;
	}
	fprintf(out, "%s: %s\n", r->name, r->about);
	for (uint32_t i = 0; i < r->ncolumns; i++) {
		const struct sql_column *c = &r->columns[i];

		sb_clear(&line);
		sb_add(&line, "  ");
		sb_add_clean(&line, c->name, strlen(c->name));
		sb_repeat(&line, " ", (size_t)(widest - text_cells(c->name)));
		sb_addf(&line, "  %-7s  ", sql_type_names[c->type]);
		sb_add_clean(&line, c->about, strlen(c->about));
		fprintf(out, "%s\n", sb_text(&line));
	}
	sb_release(&line);
}

void tables_text(FILE *out, const struct sql_relation *relations, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fputs(i ? "\n" : "", out);
		print_table(out, &relations[i]);
	}
}

void tables_json(FILE *out, const struct sql_relation *relations, size_t n)
{
	struct json j = json_to(out);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_open_array(&j, "tables");
	for (size_t i = 0; i < n; i++) {
		json_open_object(&j, NULL);
		json_text(&j, "name", relations[i].name);
		json_text(&j, "about", relations[i].about);
		json_open_array(&j, "columns");
		for (uint32_t k = 0; k < relations[i].ncolumns; k++) {
			const struct sql_column *c = &relations[i].columns[k];

			json_open_object(&j, NULL);
			json_text(&j, "name", c->name);
			json_text(&j, "type", sql_type_names[c->type]);
			json_text(&j, "about", c->about);
			json_bool(&j, "argument", c->argument);
			json_close(&j);
		}
		json_close(&j);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_end(&j);
}
