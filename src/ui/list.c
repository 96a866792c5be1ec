/* list - see list_p.h */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/list_p.h"
#include "ui/theme.h"

/* ---- cursor and scroll position ---- */

static void follow(struct list *l)
{
	size_t last_top = l->n > l->rows ? l->n - l->rows : 0;

	if (l->cur >= l->n)
		l->cur = l->n ? l->n - 1 : 0;
	if (l->top > l->cur)
		l->top = l->cur;
	if (l->rows && l->cur >= l->top + l->rows)
		l->top = l->cur - l->rows + 1;
	if (l->top > last_top)
		l->top = last_top;
}

void list_resize(struct list *l, size_t n, int rows)
{
	l->n = n;
	l->rows = rows > 0 ? (size_t)rows : 0;
	follow(l);
}

void list_go(struct list *l, size_t to)
{
	l->cur = to;
	follow(l);
}

static size_t moved(size_t from, long by)
{
	if (by < 0)
		return from > (size_t)-by ? from - (size_t)-by : 0;
	return from + (size_t)by;
}

void list_move(struct list *l, long by)
{
	list_go(l, moved(l->cur, by));
}

void list_scroll(struct list *l, long by)
{
	size_t last_top = l->n > l->rows ? l->n - l->rows : 0;

	l->top = moved(l->top, by);
	if (l->top > last_top)
		l->top = last_top;
	if (l->cur < l->top)
		l->cur = l->top;
	if (l->rows && l->cur >= l->top + l->rows)
		l->cur = l->top + l->rows - 1;
}

void list_mark(const struct list *l, struct grid *g, struct rect r, size_t i, bool focused)
{
	int y = r.y + (int)(i - l->top);

	if (i != l->cur)
		return;
	grid_put(g, r.x, y, 1, INK_STRONG, glyph(g->ascii, GLYPH_SELECTED));
	if (!focused)
		return;
	grid_select(g, r.x, y, r.w);
	g->cursor_x = r.x;
	g->cursor_y = y;
}

/* ---- lines ---- */

void lines_clear(struct lines *ls)
{
	sb_clear(&ls->text);
	vec_clear(&ls->spans);
	vec_clear(&ls->all);
}

void lines_release(struct lines *ls)
{
	sb_release(&ls->text);
	vec_free(&ls->spans);
	vec_free(&ls->all);
}

void lines_begin(struct lines *ls, place_id place)
{
	vec_push(&ls->all, (struct line){place, ls->spans.len, 0});
}

static void add_span(struct lines *ls, enum ink ink, int column, const char *text, size_t len)
{
	vec_push(&ls->spans, (struct span){ink, column, ls->text.len, len});
	sb_addn(&ls->text, text, len);
	sb_addc(&ls->text, '\0');
	ls->all.at[ls->all.len - 1].nspans++;
}

void lines_add(struct lines *ls, enum ink ink, const char *text)
{
	add_span(ls, ink, -1, text, strlen(text));
}

void lines_addf(struct lines *ls, enum ink ink, const char *fmt, ...)
{
	struct strbuf text = {0};
	va_list ap;

	va_start(ap, fmt);
	sb_vaddf(&text, fmt, ap);
	va_end(ap);
	lines_add(ls, ink, sb_text(&text));
	sb_release(&text);
}

void lines_tab(struct lines *ls, int column, enum ink ink, const char *text)
{
	add_span(ls, ink, column, text, strlen(text));
}

/* Bytes of `text` for a line of `width` cells: up to the last blank that fits, or as much as fits. */
static size_t line_end(const char *text, int width)
{
	size_t fits = text_fit(text, width), at = fits;

	if (!text[fits])
		return fits;
	while (at > 0 && text[at] != ' ')
		at--;
	return at ? at : fits ? fits : strlen(text);
}

void lines_wrap_on(struct lines *ls, enum ink ink, int from, int indent, int width, const char *text)
{
	place_id place = ls->all.at[ls->all.len - 1].place;
	struct strbuf clean = {0};
	const char *rest;

	sb_add_clean(&clean, text, strlen(text));
	rest = sb_text(&clean);
	for (int column = from;; column = indent) {
		size_t len = line_end(rest, width - column > 8 ? width - column : 8);

		add_span(ls, ink, column, rest, len);
		rest += len;
		while (*rest == ' ')
			rest++;
		if (!*rest)
			break;
		lines_begin(ls, place);
	}
	sb_release(&clean);
}

void lines_wrap(struct lines *ls, place_id place, enum ink ink, int indent, int width, const char *text)
{
	lines_begin(ls, place);
	lines_wrap_on(ls, ink, 0, indent, width, text);
}

static void draw_line(const struct lines *ls, const struct line *line, struct pen p)
{
	int left = p.x;

	for (size_t i = line->first_span; i < line->first_span + line->nspans; i++) {
		const struct span *s = &ls->spans.at[i];

		if (s->column >= 0)
			p.x = left + s->column;
		pen_put(&p, s->ink, ls->text.text + s->start);
	}
}

void lines_draw(const struct lines *ls, const struct list *l, struct grid *g, struct rect r, bool focused)
{
	for (size_t i = l->top; i < l->n && i < l->top + l->rows; i++) {
		draw_line(ls, &ls->all.at[i], pen_at(g, r.x + 2, r.y + (int)(i - l->top), r.w - 2));
		if (focused)
			list_mark(l, g, r, i, true);
	}
}
