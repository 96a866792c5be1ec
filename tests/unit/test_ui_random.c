/* The explorer under random keys, sizes and models: it never crashes, and what it shows stays true. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "lib/given.h"
#include "lib/randoms.h"
#include "ui/ui.h"

static uint64_t seed(void)
{
	const char *set = getenv("SEED");

	return set ? strtoull(set, NULL, 10) : 20240611;
}

struct world {
	struct model *m;
	struct engine *e;
	struct state *s;
	struct ui *ui;
	struct grid grid;
};

static struct world open_random(struct rng *r, int w, int h)
{
	struct world world;
	struct plan plan;
	struct strbuf text = {0};

	plan_make(&plan, r);
	sb_add_plan(&text, &plan, IN_ORDER);
	world.m = given_model(sb_text(&text));
	world.e = engine_new(world.m);
	world.s = state_new(world.e);
	world.ui = ui_new(world.s, &(struct ui_options){.name = "random.yaml", .w = w, .h = h});
	grid_init(&world.grid, false);
	ui_render(world.ui, w, h, &world.grid);
	sb_release(&text);
	return world;
}

static void release(struct world *w)
{
	ui_free(w->ui);
	state_free(w->s);
	engine_free(w->e);
	model_free(w->m);
	grid_release(&w->grid);
}

static struct event random_event(struct rng *r)
{
	static const int32_t keys[] = {
		K_UP, K_DOWN, K_LEFT, K_RIGHT, K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END, K_TAB, K_BACK_TAB, K_ENTER, K_ENTER,
		K_ESC, K_SPACE, K_BACKSPACE, K_DELETE, K_CTRL('r'), K_CTRL('u'), K_CTRL('w'), K_CTRL('l'),
	};
	static const char letters[] = "KDRAuuu[].wwpptvv/nNf:1234kjgGhlecK?qkill heal and d1d2s0/g1tailok";
	uint32_t kind = rng_below(r, 100);

	if (kind < 2)
		return (struct event){.kind = EVENT_RESIZE, .x = (int)rng_below(r, 130), .y = (int)rng_below(r, 50)};
	if (kind < 4)
		return (struct event){.kind = EVENT_PASTE, .text = "kill d1\nK\xff\x1b[A"};
	if (kind < 8)
		return (struct event){.kind = kind < 6 ? EVENT_CLICK : EVENT_WHEEL, .x = (int)rng_below(r, 130),
		                      .y = (int)rng_below(r, 50), .delta = rng_percent(r, 50) ? 3 : -3};
	if (kind < 40)
		return (struct event){.kind = EVENT_KEY, .key = keys[rng_below(r, sizeof(keys) / sizeof(*keys))]};
	return (struct event){.kind = EVENT_KEY, .key = letters[rng_below(r, sizeof(letters) - 1)]};
}

static void assert_sane(const struct grid *g)
{
	assert_in_range(g->cursor_x, 0, g->w - 1);
	assert_in_range(g->cursor_y, 0, g->h - 1);
	for (int i = 0; i < g->w * g->h; i++) {
		assert_in_range(g->cells[i].ink, 0, INKS - 1);
		assert_false(g->cells[i].cp && cp_is_hostile(g->cells[i].cp));
	}
}

static void random_keys__never_lose_the_cursor(void **state)
{
	(void)state;
	struct rng r = rng_seeded(seed());

	print_message("seed %llu\n", (unsigned long long)seed());
	for (int round = 0; round < 20; round++) {
		struct world w = open_random(&r, 40 + (int)rng_below(&r, 90), 12 + (int)rng_below(&r, 40));

		for (int i = 0; i < 500; i++) {
			struct event ev = random_event(&r);

			ui_update(w.ui, &ev);
			for (uint32_t slices = rng_below(&r, 4); slices; slices--)
				ui_work(w.ui, 1 + rng_below(&r, 30));
			ui_view(w.ui, &w.grid);
			assert_sane(&w.grid);
		}
		release(&w);
	}
}

/* All rows but those that tell of steps undone: the first (how many there are) and the timeline. */
static char *frame(struct world *w)
{
	struct strbuf text = {0};
	char *out;

	ui_render(w->ui, 80, 24, &w->grid);
	for (int y = 1; y < 24; y++) {
		struct strbuf row = {0};

		sb_add_row(&row, &w->grid, y);
		if (strncmp(sb_text(&row), " Timeline", 9) != 0)
			sb_addf(&text, "%s\n", sb_text(&row));
		sb_release(&row);
	}
	out = xstrdup(sb_text(&text));
	sb_release(&text);
	return out;
}

static void all_undone__is_the_first_frame_and_all_redone_the_last(void **state)
{
	(void)state;
	struct rng r = rng_seeded(seed() + 1);

	for (int round = 0; round < 100; round++) {
		struct world w = open_random(&r, 80, 24);
		char *first = frame(&w), *last, *again;

		for (int i = 0; i < 12; i++)
			ui_type(w.ui, (const char *const[]){"K", "D", "R", "j", "k", "jjK", "kkD"}[rng_below(&r, 7)]);
		ui_type(w.ui, "g");
		last = frame(&w);
		while (state_position(w.s))
			ui_type(w.ui, "u");
		ui_type(w.ui, "g");
		again = frame(&w);
		assert_string_equal(again, first);
		free(again);
		while (state_position(w.s) < state_length(w.s))
			ui_type(w.ui, "]");
		ui_type(w.ui, "g");
		again = frame(&w);
		assert_string_equal(again, last);
		free(again);
		free(first);
		free(last);
		release(&w);
	}
}

static void same_keys__give_the_same_screen(void **state)
{
	(void)state;

	for (uint64_t i = 0; i < 20; i++) {
		struct strbuf text[2] = {{0}, {0}};

		for (int twin = 0; twin < 2; twin++) {
			struct rng r = rng_seeded(seed() + 2 + i);
			struct world w = open_random(&r, 100, 30);

			for (int k = 0; k < 60; k++) {
				struct event ev = random_event(&r);

				ui_update(w.ui, &ev);
			}
			ui_render(w.ui, 120, 40, &w.grid);
			grid_print(&text[twin], &w.grid, GRID_CELLS);
			release(&w);
		}
		assert_string_equal(sb_text(&text[0]), sb_text(&text[1]));
		sb_release(&text[0]);
		sb_release(&text[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_keys__never_lose_the_cursor),
		cmocka_unit_test(all_undone__is_the_first_frame_and_all_redone_the_last),
		cmocka_unit_test(same_keys__give_the_same_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
