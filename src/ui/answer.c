/* answer - what `:sql SELECT ...` found in the present state, as a table that scrolls both ways */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/rows.h"
#include "ui/ui_p.h"

#define ACROSS 8 /* cells that one key moves it */

static void forget(struct answered *a)
{
	for (size_t i = 0; i < a->lines.len; i++)
		free(a->lines.at[i]);
	vec_clear(&a->lines);
	a->width = 0;
	a->across = 0;
	a->list = (struct list){0};
}

void answer_release(struct ui *ui)
{
	forget(&ui->answer);
	vec_free(&ui->answer.lines);
	sb_release(&ui->answer.summary);
	query_free(ui->answer.query);
}

static void keep_lines(struct answered *a, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = xstrndup(text, len);
		int cells = text_cells(line);

		vec_push(&a->lines, line);
		a->width = cells > a->width ? cells : a->width;
		text += len + (text[len] == '\n');
	}
}

static void summarize(struct answered *a, const struct sql_answer *found)
{
	sb_clear(&a->summary);
	sb_addf(&a->summary, found->more ? "the first %llu rows" : found->rows == 1 ? "%llu row" : "%llu rows",
	        (unsigned long long)found->rows);
}

/* False, with the problem, when it has no answer. */
static bool run(struct answered *a, struct sql_query *q, struct sql_problem *problem)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct rows *rows = rows_begin(out, ROWS_TABLE, "", q);
	struct sql_answer found;
	bool answered = sql_run(q, &sql_limits_on_screen, rows_add, rows, &found, problem) == SQL_ANSWERED;

	rows_end(rows, answered ? &found : NULL);
	fclose(out);
	if (answered) {
		forget(a);
		keep_lines(a, text);
		summarize(a, &found);
	}
	free(text);
	return answered;
}

void answer_ask(struct ui *ui, const char *text)
{
	struct answered *a = &ui->answer;
	struct sql_problem problem = {0};
	struct strbuf clean = {0};
	struct sql_query *q;

	if (!a->query)
		a->query = query_new(ui->state, NULL);
	q = sql_prepare(query_sql(a->query), text, &problem);
	if (q && run(a, q, &problem)) {
		ui->overlay = OVERLAY_ANSWER;
	} else {
		sb_add_clean(&clean, sb_text(&problem.message), problem.message.len);
		ui_say(ui, "sql: %s", sb_text(&clean));
	}
	sql_query_free(q);
	sql_problem_release(&problem);
	sb_release(&clean);
}

/* The names and the line beneath them stay where they are. */
#define HEAD_LINES 2u

uint32_t answer_rows(const struct ui *ui)
{
	return ui->answer.lines.len > HEAD_LINES ? (uint32_t)ui->answer.lines.len - HEAD_LINES : 0;
}

/* It has the whole width, but for two cells before a row. */
void answer_settle(struct ui *ui, int rows)
{
	struct answered *a = &ui->answer;

	list_resize(&a->list, answer_rows(ui), rows - (int)HEAD_LINES);
	if (a->across > a->width - (ui->w - 2))
		a->across = a->width - (ui->w - 2);
	if (a->across < 0)
		a->across = 0;
}

void answer_move(struct ui *ui, int by)
{
	ui->answer.across += by * ACROSS; /* answer_settle keeps it where there is something to see */
}

void answer_title(struct ui *ui, struct pen *p)
{
	const struct answered *a = &ui->answer;

	pen_put(p, INK_FOCUS, " SQL ");
	pen_putf(p, INK_PLAIN, "%s ", sb_text(&a->summary));
	if (a->list.n > a->list.rows)
		pen_putf(p, INK_FAINT, "%zu to %zu ", a->list.top + 1,
		         a->list.top + a->list.rows < a->list.n ? a->list.top + a->list.rows : a->list.n);
	if (a->across || a->width > p->g->w - 2)
		pen_putf(p, INK_FAINT, "from column %d of %d (Left, Right) ", a->across + 1, a->width);
}

static void put_line(const struct answered *a, struct grid *g, struct rect r, int y, enum ink ink, size_t line)
{
	const char *text = a->lines.at[line];
	size_t hidden = text_fit(text, a->across);

	grid_put(g, r.x + 2, y, r.w - 2, ink, text + hidden);
}

void answer_view(struct ui *ui, struct grid *g, struct rect r)
{
	const struct answered *a = &ui->answer;
	const struct list *l = &a->list;
	struct rect below = {r.x, r.y + (int)HEAD_LINES, r.w, r.h - (int)HEAD_LINES};

	for (size_t i = 0; i < HEAD_LINES && i < a->lines.len; i++)
		put_line(a, g, r, r.y + (int)i, i ? INK_FRAME : INK_STRONG, i);
	for (size_t i = l->top; i < l->n && i < l->top + l->rows; i++) {
		put_line(a, g, r, below.y + (int)(i - l->top), INK_PLAIN, i + HEAD_LINES);
		list_mark(l, g, below, i, true);
	}
	if (!l->n)
		grid_put(g, r.x + 2, below.y, r.w - 2, INK_FAINT, "no rows");
}
