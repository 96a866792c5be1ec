/* The real program in a pseudo-terminal: that it starts, answers, and gives the terminal back whatever happens. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/harness.h"

#define ENOUGH_MS 10000
#define RMCUP "\x1b[?1049l"
#define CNORM "\x1b[?12l\x1b[?25h"
#define PASTE_ON "\x1b[?2004h"
#define PASTE_OFF "\x1b[?2004l"

static char file[] = "/tmp/faultline-terminal-XXXXXX";

static int write_file(void **state)
{
	static const char yaml[] = "faultline: 1\n"
	                           "title: Terminal\n"
	                           "levels: [region, node]\n"
	                           "topology: {eu: [a, b, \"é\"], us: [c]}\n"
	                           "services: {kv: {replicas: [a, b, c]}}\n";
	int fd = mkstemp(file);

	(void)state;
	if (fd < 0 || write(fd, yaml, sizeof(yaml) - 1) != (ssize_t)sizeof(yaml) - 1)
		return -1;
	return close(fd);
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(file);
}

static const char *program(void)
{
	const char *path = getenv("FAULTLINE");

	if (!path)
		fail_msg("set FAULTLINE to the program");
	return path;
}

static struct harness *start(const char *const env[])
{
	return harness_start_with(24, 80, env, (const char *[]){program(), file, NULL});
}

static struct harness *started(const char *const env[])
{
	struct harness *h = start(env);

	if (!harness_wait(h, "q quit", ENOUGH_MS))
		fail_msg("no first screen:\n%s", harness_screen(h));
	return h;
}

static const char *const nothing[] = {NULL};

static size_t times_written(const struct harness *h, const char *bytes)
{
	size_t n = 0, len;

	for (const char *at = harness_bytes(h, &len); (at = strstr(at, bytes)); at++)
		n++;
	return n;
}

static void assert_given_back(struct harness *h)
{
	assert_true(harness_modes_restored(h));
	assert_false(harness_on_alternate_screen(h));
	assert_true(harness_cursor_visible(h));
	assert_true(times_written(h, RMCUP) > 0);
	assert_true(times_written(h, PASTE_OFF) > 0);
}

static void stop_quietly(struct harness *h)
{
	harness_send(h, "q");
	assert_int_equal(harness_stop(h), 0);
	assert_given_back(h);
	harness_free(h);
}

/* ---- start and end ---- */

static void first_screen__comes_by_itself_with_the_cursor_on_the_selection(void **state)
{
	(void)state;
	struct harness *h = started(nothing);
	int row, col;

	assert_non_null(strstr(harness_screen(h), "Terminal › eu"));
	assert_true(harness_on_alternate_screen(h));
	harness_cursor(h, &row, &col);
	assert_int_equal(row, 3);
	assert_int_equal(col, 0);
	stop_quietly(h);
}

static void kill__is_answered(void **state)
{
	(void)state;
	struct harness *h = started(nothing);

	harness_send(h, "K");
	assert_true(harness_wait(h, "kill eu: 1 group stops taking writes", ENOUGH_MS));
	harness_send(h, "\x1b[B\x1bOB");
	harness_send(h, "u");
	assert_true(harness_wait(h, "step 0/1", ENOUGH_MS));
	stop_quietly(h);
}

static void arrows_and_escape__are_told_apart(void **state)
{
	(void)state;
	struct harness *h = started(nothing);

	harness_send(h, "?");
	assert_true(harness_wait(h, "what a group is", ENOUGH_MS));
	harness_send(h, "\x1b");
	assert_true(harness_wait_gone(h, "what a group is", ENOUGH_MS));
	stop_quietly(h);
}

static void idle_program__writes_nothing(void **state)
{
	(void)state;
	struct harness *h = started(nothing);
	size_t before, after;

	harness_wait(h, "never there", 200);
	harness_bytes(h, &before);
	harness_wait(h, "never there", 400);
	harness_bytes(h, &after);
	assert_int_equal(before, after);
	stop_quietly(h);
}

static void ended_by_a_signal(int signal)
{
	struct harness *h = started(nothing);

	harness_signal(h, signal);
	assert_int_equal(harness_stop(h), 128 + signal);
	assert_given_back(h);
	harness_free(h);
}

static void terminal_that_goes_away__ends_the_program(void **state)
{
	(void)state;
	char deaf[1024];
	struct harness *h = started(nothing);

	assert_true(harness_hang_up(h, ENOUGH_MS));
	harness_free(h);

	snprintf(deaf, sizeof(deaf), "trap '' HUP; exec %s %s", program(), file);
	h = harness_start(24, 80, (const char *[]){"sh", "-c", deaf, NULL});
	assert_true(harness_wait(h, "Timeline", ENOUGH_MS));
	assert_true(harness_hang_up(h, ENOUGH_MS));
	harness_free(h);
}

static void signals__give_the_terminal_back_and_are_passed_on(void **state)
{
	(void)state;

	ended_by_a_signal(SIGTERM);
	ended_by_a_signal(SIGHUP);
	ended_by_a_signal(SIGINT);
	ended_by_a_signal(SIGQUIT);
}

static void crash__gives_the_terminal_back(void **state)
{
	(void)state;
	struct harness *h = started(nothing);
	int status;

	harness_signal(h, SIGSEGV);
	status = harness_stop(h);
	/* the sanitizer reports it and exits with a status of its own */
	assert_true(status == 128 + SIGSEGV || getenv("ASAN_OPTIONS"));
	assert_given_back(h);
	harness_free(h);
}

/* ---- sizes ---- */

static void resize_storm__ends_in_the_real_size(void **state)
{
	(void)state;
	struct harness *h = started(nothing);

	for (int i = 0; i < 60; i++)
		harness_resize(h, 5 + i * 7 % 60, 20 + i * 13 % 150);
	harness_resize(h, 40, 120);
	assert_true(harness_wait(h, " Groups ", ENOUGH_MS));
	assert_true(harness_wait(h, "q quit", ENOUGH_MS));
	harness_resize(h, 10, 30);
	assert_true(harness_wait(h, "needs 40x12, is 30x10", ENOUGH_MS));
	harness_resize(h, 24, 80);
	assert_true(harness_wait(h, "kill:", ENOUGH_MS));
	stop_quietly(h);
}

static void tiny_terminal__takes_no_action_but_quit(void **state)
{
	(void)state;
	struct harness *h = harness_start(5, 20, (const char *[]){program(), file, NULL});

	assert_true(harness_wait(h, "needs 40x12, is 20x5", ENOUGH_MS));
	harness_send(h, "K");
	harness_resize(h, 24, 80);
	assert_true(harness_wait(h, "step 0/0", ENOUGH_MS));
	stop_quietly(h);
}

/* ---- suspending ---- */

static void suspend__leaves_and_comes_back(void **state)
{
	(void)state;
	struct harness *h = harness_start_with(24, 80, (const char *[]){"PS1=ready> ", NULL},
	                                       (const char *[]){"sh", "-i", NULL});
	char command[512];

	assert_true(harness_wait(h, "ready>", ENOUGH_MS));
	snprintf(command, sizeof(command), "'%s' '%s'\n", program(), file);
	harness_send(h, command);
	assert_true(harness_wait(h, "q quit", ENOUGH_MS));
	harness_send(h, "K");
	assert_true(harness_wait(h, "step 1/1", ENOUGH_MS));
	harness_send(h, "\x1a");
	assert_true(harness_wait(h, "ready>", ENOUGH_MS));
	assert_false(harness_on_alternate_screen(h));
	assert_int_equal(times_written(h, PASTE_OFF), times_written(h, PASTE_ON));
	harness_resize(h, 40, 120);
	harness_send(h, "fg\n");
	assert_true(harness_wait(h, " Groups ", ENOUGH_MS));
	assert_non_null(strstr(harness_screen(h), "step 1/1"));
	harness_send(h, "q");
	assert_true(harness_wait_gone(h, "step 1/1", ENOUGH_MS));
	harness_send(h, "exit\n");
	harness_stop(h);
	harness_free(h);
}

/* ---- terminals and their settings ---- */

static void unknown_modern_terminal__is_taken_for_xterm(void **state)
{
	(void)state;
	struct harness *h = started((const char *[]){"TERM=xterm-ghostty", "TERMINFO=/nonexistent-but-harmless", NULL});

	assert_true(harness_wait(h, "the terminal 'xterm-ghostty' is not known here", ENOUGH_MS));
	stop_quietly(h);
}

static void refuses(const char *const env[], const char *why)
{
	struct harness *h = start(env);
	size_t len;

	assert_int_equal(harness_stop(h), 2);
	assert_non_null(strstr(harness_bytes(h, &len), why));
	assert_null(strchr(harness_bytes(h, &len), '\x1b'));
	assert_true(harness_modes_restored(h));
	harness_free(h);
}

static void unusable_terminal__is_refused_without_garbage(void **state)
{
	(void)state;

	refuses((const char *[]){"TERM=dumb", NULL}, "this terminal can't move its cursor");
	refuses((const char *[]){"TERM=frobnicator", NULL}, "this terminal is not known here");
	refuses((const char *[]){"TERM=", NULL}, "TERM is not set");
	refuses((const char *[]){"TERM", NULL}, "TERM is not set");
}

static void assert_ascii_only(struct harness *h)
{
	size_t len;

	for (const char *c = harness_bytes(h, &len); *c; c++)
		assert_true((unsigned char)*c < 0x80);
}

static void c_locale__is_shown_in_ascii(void **state)
{
	(void)state;
	struct harness *h = started((const char *[]){"LC_ALL=C", NULL});

	assert_non_null(strstr(harness_screen(h), "Terminal > eu"));
	harness_send(h, "e?");
	assert_true(harness_wait(h, "# LOST", ENOUGH_MS));
	harness_send(h, "q");
	assert_true(harness_wait_gone(h, "# LOST", ENOUGH_MS));
	stop_quietly(h);
	h = started((const char *[]){"LC_ALL=C", NULL});
	assert_ascii_only(h);
	stop_quietly(h);
}

static void colours__are_left_out_when_asked(void **state)
{
	(void)state;
	struct harness *h = started((const char *[]){"NO_COLOR=1", NULL});

	assert_int_equal(times_written(h, "\x1b[38;5;"), 0);
	assert_int_equal(times_written(h, "\x1b[3" "1m"), 0);
	stop_quietly(h);
	h = started((const char *[]){"NO_COLOR=", NULL});
	assert_true(times_written(h, "38;5;") > 0);
	stop_quietly(h);
}

static void palette__is_never_edited(void **state)
{
	(void)state;
	struct harness *h = started(nothing);

	harness_send(h, "K?");
	assert_true(harness_wait(h, "what a group is", ENOUGH_MS));
	assert_int_equal(times_written(h, "\x1b]4;"), 0);
	harness_send(h, "q");
	stop_quietly(h);
}

/* Without the mouse: at a linux console curses loads gpm for it, which leaks. */
static void few_colours__are_enough(void **state)
{
	(void)state;
	static const char *const terms[] = {"xterm", "linux", "vt100", "tmux-256color", "screen"};

	for (size_t i = 0; i < sizeof(terms) / sizeof(*terms); i++) {
		char term[64];
		struct harness *h;

		snprintf(term, sizeof(term), "TERM=%s", terms[i]);
		h = harness_start_with(24, 80, (const char *[]){term, NULL},
		                       (const char *[]){program(), "--no-mouse", file, NULL});
		assert_true(harness_wait(h, "q quit", ENOUGH_MS));
		harness_send(h, "K");
		assert_true(harness_wait(h, "KILLED", ENOUGH_MS));
		harness_send(h, "q");
		assert_int_equal(harness_stop(h), 0);
		assert_true(harness_modes_restored(h));
		harness_free(h);
	}
}

/* ---- pasting ---- */

static void paste__reaches_prompts_only(void **state)
{
	(void)state;
	struct harness *h = started(nothing);

	harness_send(h, "\x1b[200~Kq\n\x1b[201~");
	assert_true(harness_wait(h, "goes to a prompt only", ENOUGH_MS));
	assert_non_null(strstr(harness_screen(h), "step 0/0"));
	harness_send(h, ":\x1b[200~kill a\n\x1b[201~");
	assert_true(harness_wait(h, "\n:kill a", ENOUGH_MS));
	assert_non_null(strstr(harness_screen(h), "step 0/0"));
	harness_send(h, "\r");
	assert_true(harness_wait(h, "step 1/1", ENOUGH_MS));
	stop_quietly(h);
}

/* The shell takes the first line; the rest waits in the terminal while the program starts. */
static void keys_before_the_first_screen__are_ignored(void **state)
{
	(void)state;
	char command[512];
	struct harness *h;

	snprintf(command, sizeof(command), "read line; exec '%s' '%s'", program(), file);
	h = harness_start(24, 80, (const char *[]){"sh", "-c", command, NULL});
	harness_send(h, "\nKKKKKKKKK");
	assert_true(harness_wait(h, "q quit", ENOUGH_MS));
	harness_send(h, "?");
	assert_true(harness_wait(h, "what a group is", ENOUGH_MS));
	assert_non_null(strstr(harness_screen(h), "step 0/0"));
	harness_send(h, "q");
	stop_quietly(h);
}

static void mouse__selects_and_can_be_left_to_the_terminal(void **state)
{
	(void)state;
	struct harness *h = started(nothing);

	assert_true(times_written(h, "\x1b[?1000h") + times_written(h, "\x1b[?1006;1000h") > 0);
	harness_send(h, "\x1b[<0;20;6M\x1b[<0;20;6m");
	assert_true(harness_wait(h, "Terminal › eu › b", ENOUGH_MS));
	stop_quietly(h);
	h = harness_start(24, 80, (const char *[]){program(), "--no-mouse", file, NULL});
	assert_true(harness_wait(h, "q quit", ENOUGH_MS));
	assert_int_equal(times_written(h, "\x1b[?1000h") + times_written(h, "\x1b[?1006;1000h"), 0);
	stop_quietly(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_screen__comes_by_itself_with_the_cursor_on_the_selection),
		cmocka_unit_test(kill__is_answered),
		cmocka_unit_test(arrows_and_escape__are_told_apart),
		cmocka_unit_test(idle_program__writes_nothing),
		cmocka_unit_test(signals__give_the_terminal_back_and_are_passed_on),
		cmocka_unit_test(crash__gives_the_terminal_back),
		cmocka_unit_test(resize_storm__ends_in_the_real_size),
		cmocka_unit_test(tiny_terminal__takes_no_action_but_quit),
		cmocka_unit_test(suspend__leaves_and_comes_back),
		cmocka_unit_test(unknown_modern_terminal__is_taken_for_xterm),
		cmocka_unit_test(unusable_terminal__is_refused_without_garbage),
		cmocka_unit_test(c_locale__is_shown_in_ascii),
		cmocka_unit_test(colours__are_left_out_when_asked),
		cmocka_unit_test(palette__is_never_edited),
		cmocka_unit_test(few_colours__are_enough),
		cmocka_unit_test(terminal_that_goes_away__ends_the_program),
		cmocka_unit_test(paste__reaches_prompts_only),
		cmocka_unit_test(keys_before_the_first_screen__are_ignored),
		cmocka_unit_test(mouse__selects_and_can_be_left_to_the_terminal),
	};

	return cmocka_run_group_tests(tests, write_file, remove_file);
}
