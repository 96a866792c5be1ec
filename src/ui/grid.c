/* grid - see ui/grid.h */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ui/grid.h"
#include "ui/theme.h"

const char *const ink_names[INKS] = {
	[INK_PLAIN] = "plain", [INK_FAINT] = "faint", [INK_STRONG] = "strong", [INK_FRAME] = "frame",
	[INK_FOCUS] = "focus", [INK_KEY] = "key", [INK_NOTICE] = "notice", [INK_OK] = "ok",
	[INK_DEGRADED] = "degraded", [INK_AT_RISK] = "at-risk", [INK_STOPPED] = "stopped", [INK_SPLIT] = "split",
	[INK_LOST] = "lost", [INK_ASIDE] = "aside", [INK_KILLED] = "killed", [INK_DRAINED] = "drained", [INK_CUT] = "cut",
	[INK_STOPS] = "stops", [INK_LOSES] = "loses",
};

void grid_init(struct grid *g, bool ascii)
{
	*g = (struct grid){.ascii = ascii};
}

void grid_release(struct grid *g)
{
	free(g->cells);
	sb_release(&g->scratch);
	*g = (struct grid){0};
}

void grid_reset(struct grid *g, int w, int h)
{
	size_t n = (size_t)w * (size_t)h;

	if (w != g->w || h != g->h)
		g->cells = xrealloc(g->cells, n * sizeof(*g->cells) + 1);
	g->w = w;
	g->h = h;
	g->cursor_x = g->cursor_y = 0;
	for (size_t i = 0; i < n; i++)
		g->cells[i] = (struct cell){.cp = ' '};
}

/* ---- putting text ---- */

static void add_mark(struct cell *c, int32_t cp)
{
	for (int i = 0; i < CELL_MARKS; i++)
		if (!c->marks[i]) {
			c->marks[i] = cp;
			return;
		}
}

/* A wide character that loses one of its cells leaves a blank in the other. */
static void take_cell(struct grid *g, int x, int y)
{
	if (!grid_at(g, x, y)->cp && x > 0)
		grid_at(g, x - 1, y)->cp = ' ';
	if (x + 1 < g->w && !grid_at(g, x + 1, y)->cp)
		grid_at(g, x + 1, y)->cp = ' ';
}

static void set_cell(struct grid *g, int x, int y, enum ink ink, int32_t cp)
{
	struct cell *c = grid_at(g, x, y);

	take_cell(g, x, y);
	*c = (struct cell){.cp = cp, .ink = (uint8_t)ink, .selected = c->selected};
}

static void set_wide(struct grid *g, int x, int y, enum ink ink, int32_t cp)
{
	set_cell(g, x, y, ink, cp);
	set_cell(g, x + 1, y, ink, ' ');
	grid_at(g, x + 1, y)->cp = 0;
}

static void set_character(struct grid *g, int x, int y, enum ink ink, int32_t cp, int cells)
{
	if (g->ascii && cp > '~')
		for (int i = 0; i < cells; i++)
			set_cell(g, x + i, y, ink, '?');
	else if (cells == 2)
		set_wide(g, x, y, ink, cp);
	else
		set_cell(g, x, y, ink, cp);
}

static int put_clean(struct grid *g, int x, int y, int cells, enum ink ink, const char *text, size_t len)
{
	int used = 0;

	for (size_t i = 0; i < len;) {
		int32_t cp;
		int wide;

		i += utf8_next(text + i, len - i, &cp);
		wide = cp_cells(cp);
		if (wide > cells - used)
			break;
		if (wide)
			set_character(g, x + used, y, ink, cp, wide);
		else if (used && !g->ascii)
			add_mark(grid_at(g, x + used - (grid_at(g, x + used - 1, y)->cp ? 1 : 2), y), cp);
		used += wide;
	}
	return used;
}

int grid_put(struct grid *g, int x, int y, int cells, enum ink ink, const char *text)
{
	const char *ellipsis = glyph(g->ascii, GLYPH_PENDING), *clean;
	int tail = text_cells(ellipsis), used;

	if (cells > g->w - x)
		cells = g->w - x;
	if (x < 0 || y < 0 || y >= g->h || cells <= 0)
		return 0;
	sb_clear(&g->scratch);
	sb_add_clean(&g->scratch, text, strlen(text));
	clean = sb_text(&g->scratch);
	if (text_cells(clean) <= cells)
		return put_clean(g, x, y, cells, ink, clean, strlen(clean));
	if (cells <= tail)
		return put_clean(g, x, y, cells, ink, clean, strlen(clean));
	used = put_clean(g, x, y, cells - tail, ink, clean, text_fit(clean, cells - tail));
	return used + put_clean(g, x + used, y, tail, ink, ellipsis, strlen(ellipsis));
}

void grid_fill(struct grid *g, int x, int y, int cells, enum ink ink, const char *one)
{
	for (int i = 0; i < cells; i++)
		grid_put(g, x + i, y, 1, ink, one);
}

void grid_select(struct grid *g, int x, int y, int cells)
{
	for (int i = x; i < x + cells && i < g->w && y >= 0 && y < g->h; i++)
		grid_at(g, i, y)->selected = true;
}

/* ---- the pen ---- */

struct pen pen_at(struct grid *g, int x, int y, int cells)
{
	return (struct pen){g, x, y, x + cells};
}

void pen_put(struct pen *p, enum ink ink, const char *text)
{
	p->x += grid_put(p->g, p->x, p->y, pen_room(p), ink, text);
}

void pen_putf(struct pen *p, enum ink ink, const char *fmt, ...)
{
	struct strbuf text = {0};
	va_list ap;

	va_start(ap, fmt);
	sb_vaddf(&text, fmt, ap);
	va_end(ap);
	pen_put(p, ink, sb_text(&text));
	sb_release(&text);
}

static int column(const struct pen *p, int cells)
{
	return cells < pen_room(p) ? cells : pen_room(p);
}

void pen_left(struct pen *p, int cells, enum ink ink, const char *text)
{
	cells = column(p, cells);
	grid_put(p->g, p->x, p->y, cells, ink, text);
	p->x += cells;
}

void pen_right(struct pen *p, int cells, enum ink ink, const char *text)
{
	int wide = text_cells(text);

	cells = column(p, cells);
	grid_put(p->g, p->x + (wide < cells ? cells - wide : 0), p->y, wide < cells ? wide : cells, ink, text);
	p->x += cells;
}

void pen_skip(struct pen *p, int cells)
{
	p->x += column(p, cells);
}

/* ---- printing ---- */

static void add_cell(struct strbuf *sb, const struct cell *c)
{
	char out[4];

	if (!c->cp)
		return;
	sb_addn(sb, out, utf8_put(c->cp, out));
	for (int i = 0; i < CELL_MARKS && c->marks[i]; i++)
		sb_addn(sb, out, utf8_put(c->marks[i], out));
}

void sb_add_row(struct strbuf *sb, const struct grid *g, int y)
{
	int end = g->w;

	while (end > 0 && grid_at(g, end - 1, y)->cp == ' ')
		end--;
	for (int x = 0; x < end; x++)
		add_cell(sb, grid_at(g, x, y));
}

static bool same_ink(const struct cell *a, const struct cell *b)
{
	return a->ink == b->ink && a->selected == b->selected;
}

static void add_inks(struct strbuf *sb, const struct grid *g, int y)
{
	const char *gap = "  ";

	for (int x = 0, end; x < g->w; x = end) {
		const struct cell *c = grid_at(g, x, y);

		for (end = x + 1; end < g->w && same_ink(c, grid_at(g, end, y));)
			end++;
		if (c->ink == INK_PLAIN && !c->selected)
			continue;
		sb_addf(sb, "%s%d-%d %s%s", gap, x, end - 1, ink_names[c->ink], c->selected ? " selected" : "");
		gap = ", ";
	}
}

void grid_print(struct strbuf *sb, const struct grid *g, enum grid_format format)
{
	for (int y = 0; y < g->h; y++) {
		if (format == GRID_CELLS)
			sb_addc(sb, '|');
		sb_add_row(sb, g, y);
		sb_addc(sb, '\n');
		if (format == GRID_CELLS) {
			add_inks(sb, g, y);
			sb_addc(sb, '\n');
		}
	}
}
