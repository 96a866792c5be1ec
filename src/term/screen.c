/* screen - see screen_p.h */
#include <curses.h>
#include <stdlib.h>

#include "term/screen_p.h"

static enum depth depth;
static enum theme theme;
static short pairs[INKS][2]; /* of each ink, plain and selected */

static bool wants_colour(const struct term_options *options)
{
	const char *no = getenv("NO_COLOR");

	if (options->colour == COLOUR_AUTO)
		return !no || !*no;
	return options->colour == COLOUR_ALWAYS;
}

static enum depth find_depth(const struct term_options *options)
{
	if (!wants_colour(options) || !has_colors() || start_color() == ERR || use_default_colors() == ERR)
		return DEPTH_MONO;
	return COLORS >= 256 ? DEPTH_256 : COLORS >= 8 ? DEPTH_8 : DEPTH_MONO;
}

/* One pair for each colour, over the terminal's own background. */
static short pair_for(int16_t colour)
{
	static int16_t colours[2 * INKS];
	static short n;

	if (colour < 0)
		return 0;
	for (short i = 0; i < n; i++)
		if (colours[i] == colour)
			return (short)(i + 1);
	colours[n++] = colour;
	init_pair(n, colour, -1);
	return n;
}

void screen_init(const struct term_options *options)
{
	depth = find_depth(options);
	theme = options->theme;
	for (int ink = 0; ink < INKS; ink++)
		for (int selected = 0; selected < 2; selected++)
			pairs[ink][selected] = pair_for(theme_paint(theme, depth, (enum ink)ink, selected).colour);
}

static attr_t attributes(uint8_t attrs)
{
	return (attrs & ATTR_BOLD ? A_BOLD : 0) | (attrs & ATTR_DIM ? A_DIM : 0) |
	       (attrs & ATTR_UNDERLINE ? A_UNDERLINE : 0) | (attrs & ATTR_REVERSE ? A_REVERSE : 0);
}

static void show_cell(const struct cell *c, int x, int y)
{
	struct paint p = theme_paint(theme, depth, (enum ink)c->ink, c->selected);
	wchar_t text[2 + CELL_MARKS] = {(wchar_t)c->cp};
	cchar_t out;

	for (int i = 0; i < CELL_MARKS; i++)
		text[1 + i] = (wchar_t)c->marks[i];
	if (setcchar(&out, text, attributes(p.attrs), pairs[c->ink][c->selected], NULL) == OK)
		mvadd_wch(y, x, &out);
}

void screen_show(const struct grid *g)
{
	int h, w;

	getmaxyx(stdscr, h, w);
	erase();
	for (int y = 0; y < h && y < g->h; y++)
		for (int x = 0; x < w && x < g->w; x++)
			if (grid_at(g, x, y)->cp)
				show_cell(grid_at(g, x, y), x, y);
	move(g->cursor_y < h ? g->cursor_y : h - 1, g->cursor_x < w ? g->cursor_x : w - 1);
	refresh();
}

void screen_repaint(void)
{
	clearok(curscr, TRUE);
}
