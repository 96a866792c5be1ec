/*
 * grid - a screen as cells, before any terminal: characters, and what each of them means.
 *
 * A cell's meaning is its ink; a theme (ui/theme.h) turns inks into colours and attributes. All text is
 * cleaned on its way in, so nothing hostile is ever in a cell, and cut at whole characters. In a grid
 * for ASCII every other character shows as '?', one for each cell it would take.
 */
#ifndef UI_GRID_H
#define UI_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

enum ink {
	INK_PLAIN,
	INK_FAINT,   /* beside the point: zeros, what is above, what is not known yet */
	INK_STRONG,  /* headings, counts that matter */
	INK_FRAME,   /* lines between panels and their column headings */
	INK_FOCUS,   /* the title of the panel that keys go to */
	INK_KEY,     /* a key in the key bar and in help */
	INK_NOTICE,  /* what an action came to, or why it changed nothing */
	INK_OK, INK_DEGRADED, INK_AT_RISK, INK_STOPPED, INK_SPLIT, INK_LOST, /* of groups */
	INK_ASIDE,   /* data that is tail, stale or backup */
	INK_KILLED, INK_DRAINED, INK_CUT,                                   /* of domains */
	INK_STOPS, INK_LOSES, /* what a death would do */
	INKS
};
extern const char *const ink_names[INKS];

#define CELL_MARKS 3

struct cell {
	int32_t cp;                /* 0: the second cell of the wide character before it */
	int32_t marks[CELL_MARKS]; /* combining characters on it, 0 ends them; more are left out */
	uint8_t ink;
	bool selected;             /* on the selected row */
};

struct grid {
	int w, h;
	bool ascii;
	struct cell *cells;         /* w * h, row by row */
	int cursor_x, cursor_y;     /* where the terminal's cursor stands */
	struct strbuf scratch;
};

void grid_init(struct grid *g, bool ascii);
void grid_release(struct grid *g);
/* Blanks it, at a new size. */
void grid_reset(struct grid *g, int w, int h);

static inline struct cell *grid_at(const struct grid *g, int x, int y)
{
	return &g->cells[(size_t)y * (size_t)g->w + (size_t)x];
}

/* Draws text from (x, y) in at most `cells` cells, with an ellipsis where it was cut; returns the cells used. */
int grid_put(struct grid *g, int x, int y, int cells, enum ink ink, const char *text);
/* Repeats one character of one cell. */
void grid_fill(struct grid *g, int x, int y, int cells, enum ink ink, const char *glyph);
/* Marks a stretch of a row as selected. */
void grid_select(struct grid *g, int x, int y, int cells);
/* What stands in a row, without blanks at its end. */
void sb_add_row(struct strbuf *sb, const struct grid *g, int y);

/*
 * The whole grid as text. GRID_TEXT: its rows. GRID_CELLS: each row behind a bar, then a line that says
 * which columns (from 0, the second one included) have which ink, so that characters and meanings can
 * be compared apart.
 */
enum grid_format { GRID_TEXT, GRID_CELLS };
void grid_print(struct strbuf *sb, const struct grid *g, enum grid_format format);

/* A place in a row to write at, up to `end`. Each call moves it on. */
struct pen {
	struct grid *g;
	int x, y, end;
};
struct pen pen_at(struct grid *g, int x, int y, int cells);
void pen_put(struct pen *p, enum ink ink, const char *text);
__attribute__((format(printf, 3, 4)))
void pen_putf(struct pen *p, enum ink ink, const char *fmt, ...);
/* In a column of `cells`, from its left or from its right edge; the pen ends up behind the column. */
void pen_left(struct pen *p, int cells, enum ink ink, const char *text);
void pen_right(struct pen *p, int cells, enum ink ink, const char *text);
void pen_skip(struct pen *p, int cells);
static inline int pen_room(const struct pen *p)
{
	return p->end > p->x ? p->end - p->x : 0;
}

#endif
