/* The pseudo-terminal harness, driven with small shell scripts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <string.h>

#include "lib/harness.h"

#define ENOUGH_MS 10000

static struct harness *run_shell(const char *script)
{
	return harness_start(6, 30, (const char *[]){"sh", "-c", script, NULL});
}

static void program__gets_what_is_typed_and_its_exit_status_comes_back(void **state)
{
	(void)state;
	struct harness *h = run_shell("read x; echo got $x; exit 3");

	harness_send(h, "seven\n");

	assert_true(harness_wait(h, "got seven", ENOUGH_MS));
	assert_int_equal(harness_stop(h), 3);
	assert_string_equal(harness_screen(h), "seven\ngot seven\n\n\n\n\n");
	assert_true(harness_modes_restored(h));
	harness_free(h);
}

static void program__output_just_before_its_end_is_kept(void **state)
{
	(void)state;
	struct harness *h = run_shell("seq 1 20000");

	assert_int_equal(harness_stop(h), 0);
	assert_string_equal(harness_screen(h), "19996\n19997\n19998\n19999\n20000\n\n");
	harness_free(h);
}

static void wait__fails_when_the_text_does_not_come(void **state)
{
	(void)state;
	struct harness *h = run_shell("echo this; read x");

	assert_true(harness_wait(h, "this", ENOUGH_MS));
	assert_false(harness_wait(h, "that", 50));
	assert_false(harness_wait_exit(h, 50));
	harness_send(h, "\n");
	assert_false(harness_wait(h, "that", ENOUGH_MS));
	assert_int_equal(harness_stop(h), 0);
	harness_free(h);
}

static void size__is_the_one_asked_for_and_changes(void **state)
{
	(void)state;
	struct harness *h = run_shell("trap 'stty size' WINCH; stty size; while :; do read x && exit; done");

	assert_true(harness_wait(h, "6 30", ENOUGH_MS));
	harness_resize(h, 9, 44);
	assert_true(harness_wait(h, "9 44", ENOUGH_MS));
	harness_send(h, "\n");
	assert_int_equal(harness_stop(h), 0);
	harness_free(h);
}

static void environment__is_pinned_and_can_be_set(void **state)
{
	(void)state;
	const char *const argv[] = {"sh", "-c", "echo $TERM $LC_ALL ${NO_COLOR-none} ${HOME-none}", NULL};
	struct harness *h = harness_start(3, 60, argv);

	assert_int_equal(harness_stop(h), 0);
	assert_string_equal(harness_screen(h), "xterm-256color C.UTF-8 none /nonexistent\n\n\n");
	harness_free(h);

	h = harness_start_with(3, 60, (const char *[]){"TERM=vt100", "LC_ALL=C", "NO_COLOR=1", "HOME", NULL}, argv);
	assert_int_equal(harness_stop(h), 0);
	assert_string_equal(harness_screen(h), "vt100 C 1 none\n\n\n");
	harness_free(h);
}

static void signal__ends_the_program_with_its_number(void **state)
{
	(void)state;
	struct harness *h = run_shell("echo ready; read x");

	assert_true(harness_wait(h, "ready", ENOUGH_MS));
	harness_signal(h, SIGTERM);
	assert_int_equal(harness_stop(h), 128 + SIGTERM);
	harness_free(h);
}

static void screen__shows_the_alternate_one_and_wide_characters(void **state)
{
	(void)state;
	struct harness *h = run_shell("printf 'before'; tput smcup; tput civis; tput cup 1 2; printf '東京 ▪'; read x;"
	                              "tput cnorm; tput rmcup; read x");
	int row, col;

	assert_true(harness_wait(h, "東京 ▪", ENOUGH_MS));
	harness_cursor(h, &row, &col);
	assert_int_equal(row, 1);
	assert_int_equal(col, 8);
	assert_true(harness_on_alternate_screen(h));
	assert_false(harness_cursor_visible(h));
	assert_null(strstr(harness_screen(h), "before"));
	harness_send(h, "\n");
	assert_true(harness_wait(h, "before", ENOUGH_MS));
	assert_true(harness_wait_gone(h, "東京", ENOUGH_MS));
	assert_false(harness_on_alternate_screen(h));
	assert_true(harness_cursor_visible(h));
	assert_true(harness_wait_bytes(h, "\x1b[?1049l", ENOUGH_MS));
	harness_send(h, "\n");
	assert_int_equal(harness_stop(h), 0);
	harness_free(h);
}

static void questions__of_the_program_are_answered(void **state)
{
	(void)state;
	struct harness *h = run_shell("stty raw -echo; printf 'ab\\033[6n'; x=$(dd bs=1 count=6 2>/dev/null | od -An -c);"
	                              "stty sane; echo; echo $x");

	assert_true(harness_wait(h, "033 [ 1 ; 3 R", ENOUGH_MS));
	harness_stop(h);
	harness_free(h);
}

static void modes__that_a_program_leaves_behind_are_noticed(void **state)
{
	(void)state;
	struct harness *h = run_shell("stty -echo");

	assert_int_equal(harness_stop(h), 0);
	assert_false(harness_modes_restored(h));
	harness_free(h);
}

static void shell__suspends_a_program_and_brings_it_back(void **state)
{
	(void)state;
	struct harness *h = harness_start(12, 60, (const char *[]){"sh", "-i", NULL});

	assert_true(harness_wait(h, "$", ENOUGH_MS));
	harness_send(h, "sh -c 'echo in''side; read x; echo got $x'\n");
	assert_true(harness_wait(h, "inside", ENOUGH_MS));
	harness_send(h, "\x1a");
	assert_true(harness_wait(h, "Stopped", ENOUGH_MS));
	harness_send(h, "fg\nmore\n");
	assert_true(harness_wait(h, "got more", ENOUGH_MS));
	harness_send(h, "exit\n");
	assert_int_equal(harness_stop(h), 0);
	harness_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(program__gets_what_is_typed_and_its_exit_status_comes_back),
		cmocka_unit_test(program__output_just_before_its_end_is_kept),
		cmocka_unit_test(wait__fails_when_the_text_does_not_come),
		cmocka_unit_test(size__is_the_one_asked_for_and_changes),
		cmocka_unit_test(environment__is_pinned_and_can_be_set),
		cmocka_unit_test(signal__ends_the_program_with_its_number),
		cmocka_unit_test(screen__shows_the_alternate_one_and_wide_characters),
		cmocka_unit_test(questions__of_the_program_are_answered),
		cmocka_unit_test(modes__that_a_program_leaves_behind_are_noticed),
		cmocka_unit_test(shell__suspends_a_program_and_brings_it_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
