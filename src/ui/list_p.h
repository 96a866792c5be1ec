/*
 * list - what every list on the screen has in common: a cursor, a scroll position, and lines of text.
 */
#ifndef UI_LIST_P_H
#define UI_LIST_P_H

#include "base/strbuf.h"
#include "base/vec.h"
#include "model/model.h"
#include "ui/grid.h"

struct rect { int x, y, w, h; };

struct list {
	size_t n, cur, top;
	size_t rows; /* shown at once */
};

void list_resize(struct list *l, size_t n, int rows);
void list_go(struct list *l, size_t to);
void list_move(struct list *l, long by);
void list_scroll(struct list *l, long by);

/* Draws the marker of row `i`, and the selection when the list has the focus. */
void list_mark(const struct list *l, struct grid *g, struct rect r, size_t i, bool focused);

/*
 * Lines of text in several inks, for what is told rather than tabulated. A line may be about a place:
 * then actions and Enter work on it.
 */
struct span { enum ink ink; int column; size_t start, len; }; /* column -1: where the last one ended */
struct line { place_id place; size_t first_span, nspans; };
struct lines {
	struct strbuf text;
	VEC(struct span) spans;
	VEC(struct line) all;
};

void lines_clear(struct lines *ls);
void lines_release(struct lines *ls);
void lines_begin(struct lines *ls, place_id place);
void lines_add(struct lines *ls, enum ink ink, const char *text);
__attribute__((format(printf, 3, 4)))
void lines_addf(struct lines *ls, enum ink ink, const char *fmt, ...);
/* What is added next starts at this column. */
void lines_tab(struct lines *ls, int column, enum ink ink, const char *text);
/* New lines of at most `width` cells, broken at blanks; those after the first are indented. */
void lines_wrap(struct lines *ls, place_id place, enum ink ink, int indent, int width, const char *text);
/* Goes on with the line at hand, and breaks into further ones. */
void lines_wrap_on(struct lines *ls, enum ink ink, int from, int indent, int width, const char *text);

void lines_draw(const struct lines *ls, const struct list *l, struct grid *g, struct rect r, bool focused);

#endif
