/* Grids and themes: cells, cutting, cleaning, and what each ink looks like. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/text.h"
#include "ui/theme.h"

static struct grid blank(int w, int h, bool ascii)
{
	struct grid g;

	grid_init(&g, ascii);
	grid_reset(&g, w, h);
	return g;
}

static void assert_row(struct grid *g, int y, const char *expected)
{
	struct strbuf row = {0};

	sb_add_row(&row, g, y);
	assert_string_equal(sb_text(&row), expected);
	sb_release(&row);
}

static void text__is_cut_with_an_ellipsis(void **state)
{
	(void)state;
	struct grid g = blank(20, 2, false);

	assert_int_equal(grid_put(&g, 0, 0, 8, INK_PLAIN, "us-east-1a"), 8);
	assert_row(&g, 0, "us-east…");
	assert_int_equal(grid_put(&g, 0, 1, 10, INK_PLAIN, "us-east-1a"), 10);
	assert_row(&g, 1, "us-east-1a");
	grid_release(&g);
}

static void text__outside_the_grid_is_left_out(void **state)
{
	(void)state;
	struct grid g = blank(4, 1, false);

	assert_int_equal(grid_put(&g, 0, 1, 4, INK_PLAIN, "x"), 0);
	assert_int_equal(grid_put(&g, 4, 0, 4, INK_PLAIN, "x"), 0);
	assert_int_equal(grid_put(&g, -1, 0, 4, INK_PLAIN, "x"), 0);
	assert_int_equal(grid_put(&g, 2, 0, 40, INK_PLAIN, "abc"), 2);
	assert_row(&g, 0, "  a…");
	grid_release(&g);
}

static void wide_characters__are_never_halved(void **state)
{
	(void)state;
	struct grid g = blank(10, 3, false);

	grid_put(&g, 0, 0, 4, INK_PLAIN, "東京都");
	assert_row(&g, 0, "東…");
	grid_put(&g, 0, 1, 10, INK_PLAIN, "東京");
	grid_put(&g, 1, 1, 1, INK_PLAIN, "x");
	assert_row(&g, 1, " x京");
	grid_put(&g, 0, 2, 10, INK_PLAIN, "東京");
	grid_put(&g, 2, 2, 1, INK_PLAIN, "x");
	assert_row(&g, 2, "東x");
	grid_release(&g);
}

static void marks__stay_on_their_character(void **state)
{
	(void)state;
	struct grid g = blank(10, 1, false);

	assert_int_equal(grid_put(&g, 0, 0, 10, INK_PLAIN, "e\xcc\x81x"), 2);
	assert_int_equal(grid_at(&g, 0, 0)->marks[0], 0x301);
	assert_int_equal(grid_at(&g, 1, 0)->cp, 'x');
	assert_row(&g, 0, "e\xcc\x81x");
	grid_put(&g, 0, 0, 10, INK_PLAIN, "a\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81");
	assert_row(&g, 0, "a\xcc\x81\xcc\x81\xcc\x81x");
	grid_release(&g);
}

static void hostile_text__is_written_out(void **state)
{
	(void)state;
	struct grid g = blank(40, 1, false);

	grid_put(&g, 0, 0, 40, INK_PLAIN, "a\x1b[2J\xe2\x80\xae" "b\xff");
	assert_row(&g, 0, "a\\x1b[2J<U+202E>b\\xff");
	grid_release(&g);
}

static void ascii_grid__keeps_the_columns(void **state)
{
	(void)state;
	struct grid g = blank(12, 1, true);

	assert_int_equal(grid_put(&g, 0, 0, 12, INK_PLAIN, "é東|"), 4);
	assert_row(&g, 0, "???|");
	grid_release(&g);
}

static void pen__aligns_in_columns(void **state)
{
	(void)state;
	struct grid g = blank(12, 1, false);
	struct pen p = pen_at(&g, 0, 0, 10);

	pen_left(&p, 4, INK_PLAIN, "ab");
	pen_right(&p, 3, INK_PLAIN, "7");
	pen_putf(&p, INK_PLAIN, "%s", "tail");
	assert_row(&g, 0, "ab    7ta…");
	assert_int_equal(pen_room(&p), 0);
	grid_release(&g);
}

static void cells_format__tells_inks_apart_from_text(void **state)
{
	(void)state;
	struct grid g = blank(8, 2, false);
	struct strbuf text = {0};

	grid_put(&g, 0, 0, 8, INK_PLAIN, "a b");
	grid_put(&g, 4, 0, 2, INK_LOST, "xy");
	grid_select(&g, 6, 0, 2);
	grid_print(&text, &g, GRID_CELLS);
	assert_string_equal(sb_text(&text), "|a b xy\n  4-5 lost, 6-7 plain selected\n|\n\n");
	sb_release(&text);
	grid_release(&g);
}

/* ---- themes ---- */

static void states__look_different_in_every_theme(void **state)
{
	(void)state;

	for (int a = 0; a < STANDINGS; a++)
		for (int b = 0; b < a; b++) {
			assert_string_not_equal(standing_looks[a].word, standing_looks[b].word);
			if (a > STATUS_AT_RISK && b > STATUS_AT_RISK && a != STANDING_LOST)
				continue; /* those that have stopped share a glyph */
			assert_string_not_equal(glyph(false, standing_looks[a].glyph), glyph(false, standing_looks[b].glyph));
			assert_string_not_equal(glyph(true, standing_looks[a].glyph), glyph(true, standing_looks[b].glyph));
		}
}

static void glyphs__take_one_cell_and_ascii_ones_are_ascii(void **state)
{
	(void)state;

	for (int i = GLYPH_OK; i <= GLYPH_DOWN; i++) {
		assert_int_equal(text_cells(glyph(false, (enum glyph)i)), 1);
		assert_int_equal(strlen(glyph(true, (enum glyph)i)), 1);
	}
	for (int i = 0; i < GLYPHS; i++)
		for (const char *c = glyph(true, (enum glyph)i); *c; c++)
			assert_in_range(*c, ' ', '~');
}

static void selection__reverses_and_mono_has_no_colour(void **state)
{
	(void)state;

	for (int ink = 0; ink < INKS; ink++) {
		for (int depth = DEPTH_MONO; depth <= DEPTH_256; depth++) {
			struct paint plain = theme_paint(THEME_DARK, (enum depth)depth, INK_PLAIN, true);

			assert_true(plain.attrs & ATTR_REVERSE);
		}
		assert_int_equal(theme_paint(THEME_LIGHT, DEPTH_MONO, (enum ink)ink, false).colour, -1);
		assert_true(theme_paint(THEME_DARK, DEPTH_8, (enum ink)ink, false).colour < 8);
	}
}

static void no_theme__uses_green_or_dark_blue(void **state)
{
	(void)state;

	for (int ink = 0; ink < INKS; ink++) {
		struct paint p = theme_paint(THEME_DARK, DEPTH_8, (enum ink)ink, false);

		assert_int_not_equal(p.colour, 2);
		assert_true(p.colour != 4 || p.attrs & ATTR_BOLD);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text__is_cut_with_an_ellipsis),
		cmocka_unit_test(text__outside_the_grid_is_left_out),
		cmocka_unit_test(wide_characters__are_never_halved),
		cmocka_unit_test(marks__stay_on_their_character),
		cmocka_unit_test(hostile_text__is_written_out),
		cmocka_unit_test(ascii_grid__keeps_the_columns),
		cmocka_unit_test(pen__aligns_in_columns),
		cmocka_unit_test(cells_format__tells_inks_apart_from_text),
		cmocka_unit_test(states__look_different_in_every_theme),
		cmocka_unit_test(glyphs__take_one_cell_and_ascii_ones_are_ascii),
		cmocka_unit_test(selection__reverses_and_mono_has_no_colour),
		cmocka_unit_test(no_theme__uses_green_or_dark_blue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
