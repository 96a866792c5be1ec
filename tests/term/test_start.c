/* How the explorer starts, and what it does instead when it can't. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/harness.h"

#define PATIENCE 5000 /* ms */
#define SHOP "tests/cases/shop/input.yaml"
#define BROKEN "tests/cases/check-broken-text/input.yaml"

#define START(...) harness_start(24, 80, (const char *[]){ program(), __VA_ARGS__, NULL })

static const char *program(void)
{
	const char *path = getenv("FAULTLINE");

	assert_non_null(path);
	return path;
}

static bool wrote(const struct harness *h, const char *bytes)
{
	size_t len;

	return strstr(harness_bytes(h, &len), bytes) != NULL;
}

/* Ends it with q, and asks that it went well. */
static void quit(struct harness *h)
{
	harness_send(h, "q");
	assert_int_equal(harness_stop(h), 0);
	assert_true(harness_modes_restored(h));
	assert_false(harness_on_alternate_screen(h));
	harness_free(h);
}

/* It says `text`, ends with `status`, and never touched the screen. */
static void assert_refused(struct harness *h, int status, const char *text)
{
	assert_true(harness_wait_exit(h, PATIENCE));
	assert_int_equal(harness_stop(h), status);
	assert_true(wrote(h, text));
	assert_false(wrote(h, "\x1b[?1049h"));
	assert_true(harness_modes_restored(h));
	harness_free(h);
}

static void a_file__opens_by_its_name_alone(void **state)
{
	struct harness *h = START(SHOP);

	(void)state;
	assert_true(harness_wait(h, "feed-7", PATIENCE));
	assert_true(harness_on_alternate_screen(h));
	quit(h);
}

static void without_a_file__the_example_opens(void **state)
{
	struct harness *h = harness_start(24, 80, (const char *[]){ program(), NULL });

	(void)state;
	assert_true(harness_wait(h, "Timeline", PATIENCE));
	quit(h);
}

static void a_scenario_and_actions__are_where_it_begins(void **state)
{
	struct harness *h = START(SHOP, "--scenario", "double", "--after", "heal eu-2");

	(void)state;
	assert_true(harness_wait(h, "step 2/2", PATIENCE));
	assert_true(harness_wait(h, "KILLED", PATIENCE));
	harness_send(h, "uu");
	assert_true(harness_wait(h, "step 0/2", PATIENCE));
	quit(h);
}

static void ascii__keeps_every_other_character_away(void **state)
{
	struct harness *h = START(SHOP, "--ascii", "kill");

	(void)state;
	assert_refused(h, 2, "opens one file");
	h = START(SHOP, "--ascii");
	assert_true(harness_wait(h, "feed-7", PATIENCE));
	for (const char *c = harness_screen(h); *c; c++)
		assert_true(*c == '\n' || (*c >= ' ' && *c <= '~'));
	quit(h);
}

static void a_broken_file__is_reported_and_the_screen_left_alone(void **state)
{
	(void)state;
	assert_refused(START(BROKEN), 1, "error[FL026]");
}

static void a_missing_file__is_status_three(void **state)
{
	(void)state;
	assert_refused(START("nowhere.yaml"), 3, "cannot read 'nowhere.yaml': No such file or directory");
}

static void unknown_actions__are_status_two(void **state)
{
	(void)state;
	assert_refused(START(SHOP, "--after", "kill eu-11"), 2, "did you mean 'eu-1'?");
}

static void in_a_hook__it_refuses_although_there_is_a_terminal(void **state)
{
	const char *const env[] = { "PRE_COMMIT=1", NULL };

	(void)state;
	assert_refused(harness_start_with(24, 80, env, (const char *[]){ program(), SHOP, NULL }), 2, "faultline check");
}

static void findings__are_coloured_on_a_terminal_unless_told_not_to(void **state)
{
	const char *const no_color[] = { "NO_COLOR=1", NULL };
	struct harness *h = START("check", BROKEN);

	(void)state;
	assert_true(harness_wait_exit(h, PATIENCE));
	assert_true(wrote(h, "\x1b[1;31merror"));
	harness_free(h);
	h = harness_start_with(24, 80, no_color, (const char *[]){ program(), "check", BROKEN, NULL });
	assert_true(harness_wait_exit(h, PATIENCE));
	assert_true(wrote(h, "error[FL026]"));
	assert_false(wrote(h, "\x1b["));
	harness_free(h);
	h = START("check", "--color", "never", BROKEN);
	assert_true(harness_wait_exit(h, PATIENCE));
	assert_false(wrote(h, "\x1b["));
	harness_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file__opens_by_its_name_alone),
		cmocka_unit_test(without_a_file__the_example_opens),
		cmocka_unit_test(a_scenario_and_actions__are_where_it_begins),
		cmocka_unit_test(ascii__keeps_every_other_character_away),
		cmocka_unit_test(a_broken_file__is_reported_and_the_screen_left_alone),
		cmocka_unit_test(a_missing_file__is_status_three),
		cmocka_unit_test(unknown_actions__are_status_two),
		cmocka_unit_test(in_a_hook__it_refuses_although_there_is_a_terminal),
		cmocka_unit_test(findings__are_coloured_on_a_terminal_unless_told_not_to),
	};

	return cmocka_run_group_tests_name("start", tests, NULL, NULL);
}
