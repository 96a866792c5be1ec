/* An exploration is killed, listed, told, and opened again; the journal's trouble is said once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "lib/harness.h"

#define PATIENCE 5000 /* ms */

static const char yaml[] =
	"faultline: 1\n"
	"title: Kept\n"
	"levels: [az, node]\n"
	"topology: {a: [a-1], b: [b-1], c: [c-1]}\n"
	"services: {kv: {survive: [az], groups: {g: [a-1, b-1, c-1]}}}\n";

struct fixture { char folder[64], file[96], journal[128]; };

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs(text, out);
	fclose(out);
}

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	strcpy(f->folder, "/tmp/faultline-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->file, sizeof(f->file), "%s/kept.yaml", f->folder);
	snprintf(f->journal, sizeof(f->journal), "FAULTLINE_JOURNAL=%s/journal.db", f->folder);
	write_file(f->file, yaml);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", f->folder);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static struct harness *start(const struct fixture *f, const char *const argv[])
{
	const char *all[16] = { getenv("FAULTLINE") };

	assert_non_null(all[0]);
	for (size_t i = 0; argv[i]; i++)
		all[i + 1] = argv[i];
	return harness_start_with(24, 80, (const char *[]){ f->journal, "TZ=UTC", "SOURCE_DATE_EPOCH=1767225600", NULL }, all);
}

#define START(f, ...) start((f), (const char *[]){ __VA_ARGS__, NULL })

static void quit(struct harness *h)
{
	harness_send(h, "q");
	assert_int_equal(harness_stop(h), 0);
	assert_true(harness_modes_restored(h));
	harness_free(h);
}

/* What a command prints, at its end. */
static void assert_prints(const struct fixture *f, const char *text, const char *const argv[])
{
	struct harness *h = start(f, argv);
	size_t len;

	assert_true(harness_wait_exit(h, PATIENCE));
	assert_int_equal(harness_stop(h), 0);
	if (!strstr(harness_bytes(h, &len), text))
		fail_msg("it does not print '%s' but:\n%s", text, harness_bytes(h, &len));
	harness_free(h);
}

#define PRINTS(f, text, ...) assert_prints((f), (text), (const char *[]){ __VA_ARGS__, NULL })

/* Kills a, kills b, takes that back, drains b, names it; and is killed. */
static void explore_and_die(struct fixture *f)
{
	struct harness *h = START(f, f->file);

	assert_true(harness_wait(h, "step 0/0", PATIENCE));
	harness_send(h, "K");
	assert_true(harness_wait(h, "step 1/1", PATIENCE));
	harness_send(h, ":kill b\r");
	assert_true(harness_wait(h, "step 2/2", PATIENCE));
	harness_send(h, "u");
	assert_true(harness_wait(h, "step 1/2", PATIENCE));
	harness_send(h, ":drain b\r");
	assert_true(harness_wait(h, "2 drain b", PATIENCE));
	harness_send(h, "s");
	harness_send(h, "the drill\r");
	assert_true(harness_wait(h, "is called 'the drill'", PATIENCE));
	harness_signal(h, SIGKILL);
	assert_true(harness_wait_exit(h, PATIENCE));
	assert_int_equal(harness_stop(h), 128 + SIGKILL);
	harness_free(h);
}

static void a_killed_exploration__is_listed_and_told(void **state)
{
	struct fixture *f = *state;
	char whatif[160];

	explore_and_die(f);
	PRINTS(f, "    1  2026-01-01 00:00  3 steps, 1 undone", "log");
	PRINTS(f, "kept.yaml  'the drill'", "log", "--text", "DRILL");
	PRINTS(f, "no explorations", "log", "--text", "nothing like it");
	PRINTS(f, "kept.yaml  'the drill'", "log", "--file", f->file);
	PRINTS(f, "no explorations", "log", "--since", "2026-01-02");
	snprintf(whatif, sizeof(whatif), "faultline whatif %s kill a then drain b\r\n", f->file);
	PRINTS(f, whatif, "log", "1");
	PRINTS(f, "kept.yaml is as it was", "log", "1");
	PRINTS(f, "kill b  (undone)", "log", "1");
	PRINTS(f, "1 down; 1 service stopped; RPO 0, RTO unbounded", "log", "1");
	PRINTS(f, "\"actions\": \"kill a then drain b\"", "log", "1", "--format", "json");
	PRINTS(f, "title: Kept\r\n", "log", "1", "--source");
	PRINTS(f, "scenarios:\r\n  'the drill':\r\n    - 'kill a'\r\n    - 'drain b'\r\n", "log", "1", "--export", "-");
	PRINTS(f, "exploration 1 is forgotten", "log", "--delete", "1");
	PRINTS(f, "no explorations", "log");
}

static void an_export__is_a_scenario_when_it_is_pasted(void **state)
{
	struct fixture *f = *state;
	char path[128], command[512];

	explore_and_die(f);
	snprintf(path, sizeof(path), "%s/scenario.yaml", f->folder);
	PRINTS(f, "", "log", "1", "--export", path);
	snprintf(command, sizeof(command), "cat %s >> %s", path, f->file);
	assert_int_equal(system(command), 0);
	PRINTS(f, "Step 2: drain b", "whatif", f->file, "--scenario", "the drill");
}

static void replay__opens_at_the_first_step_and_walks(void **state)
{
	struct fixture *f = *state;
	struct harness *h;

	explore_and_die(f);
	h = START(f, "replay", "1");
	assert_true(harness_wait(h, "step 1/2", PATIENCE));
	assert_true(harness_wait(h, "is as it was", PATIENCE));
	harness_send(h, "]");
	assert_true(harness_wait(h, "step 2/2", PATIENCE));
	harness_send(h, "[[");
	assert_true(harness_wait(h, "step 0/2", PATIENCE));
	quit(h);
	PRINTS(f, "\"id\": 1", "log", "--format", "json");
	h = START(f, "log", "2"); /* walking is nothing new */
	assert_true(harness_wait(h, "there is no exploration 2", PATIENCE));
	harness_stop(h);
	harness_free(h);
}

static void a_step_in_a_replay__begins_another_exploration(void **state)
{
	struct fixture *f = *state;
	struct harness *h;

	explore_and_die(f);
	h = START(f, "replay", "1");
	assert_true(harness_wait(h, "step 1/2", PATIENCE));
	harness_send(h, ":heal\r");
	assert_true(harness_wait(h, "2 heal", PATIENCE));
	quit(h);
	PRINTS(f, "kill a then heal\r\n", "log", "2");
	PRINTS(f, "kill a then drain b\r\n", "log", "1");
}

static void replay__says_what_has_changed_and_shows_what_was(void **state)
{
	struct fixture *f = *state;
	struct harness *h;

	explore_and_die(f);
	write_file(f->file, "faultline: 1\ntitle: Changed\nlevels: [az, node]\n"
	                    "topology: {a: [a-1], b: [b-1], c: [c-1], d: [d-1]}\n"
	                    "services: {kv: {survive: [az], groups: {g: [a-1, b-1, d-1]}}}\n");
	h = START(f, "replay", "1");
	assert_true(harness_wait(h, "has changed since: domain /d and domain", PATIENCE));
	assert_true(harness_wait(h, "Kept", PATIENCE));
	quit(h);
	PRINTS(f, "group kv/g has other members", "log", "1");
	unlink(f->file);
	PRINTS(f, "can't be read now (No such file or directory)", "log", "1");
	h = START(f, "replay", "1");
	assert_true(harness_wait(h, "can't be read now", PATIENCE));
	quit(h);
}

static void the_list__opens_another_exploration(void **state)
{
	struct fixture *f = *state;
	struct harness *h;

	explore_and_die(f);
	h = START(f, f->file);
	assert_true(harness_wait(h, "step 0/0", PATIENCE));
	harness_send(h, "o");
	assert_true(harness_wait(h, "the drill", PATIENCE));
	harness_send(h, "\r");
	assert_true(harness_wait(h, "step 1/2", PATIENCE));
	assert_true(harness_wait(h, "exploration 1 'the drill'", PATIENCE));
	harness_resize(h, 36, 120);
	assert_true(harness_wait(h, "Groups", PATIENCE));
	quit(h);
}

static void a_journal_that_can_t_be_written__is_said_once(void **state)
{
	struct fixture *f = *state;
	struct harness *h;

	snprintf(f->journal, sizeof(f->journal), "FAULTLINE_JOURNAL=%s", f->file); /* no journal at all */
	h = START(f, f->file);
	assert_true(harness_wait(h, "is no journal of faultline", PATIENCE));
	harness_send(h, "K");
	assert_true(harness_wait(h, "step 1/1", PATIENCE));
	assert_true(harness_wait_gone(h, "is no journal", PATIENCE));
	harness_send(h, "q");
	assert_int_equal(harness_stop(h), 0);
	assert_true(harness_wait_bytes(h, "1 step was not kept", PATIENCE));
	harness_free(h);
}

static void without_a_journal__nothing_is_written(void **state)
{
	struct fixture *f = *state;
	char path[128];
	struct harness *h = START(f, f->file, "--no-journal");

	assert_true(harness_wait(h, "step 0/0", PATIENCE));
	harness_send(h, "K");
	assert_true(harness_wait(h, "step 1/1", PATIENCE));
	harness_send(h, "o");
	assert_true(harness_wait(h, "no explorations are kept here", PATIENCE));
	quit(h);
	snprintf(path, sizeof(path), "%s/journal.db", f->folder);
	assert_int_equal(access(path, F_OK), -1);
}

/* ---- checks over time ---- */

static void check_at(struct fixture *f, const char *when, const char *text)
{
	char command[512];

	write_file(f->file, text);
	snprintf(command, sizeof(command),
	         "env %s TZ=UTC SOURCE_DATE_EPOCH=%s GIT_DIR=/nonexistent %s check --record -q %s >/dev/null",
	         f->journal, when, getenv("FAULTLINE"), f->file);
	assert_int_not_equal(system(command), -1);
}

static void trend__tells_the_day_it_stopped_being_survivable(void **state)
{
	static const char worse[] =
		"faultline: 1\n"
		"levels: [az, node]\n"
		"topology: {a: [a-1, a-2], b: [b-1]}\n"
		"services: {kv: {survive: [az], groups: {g: [a-1, a-2, b-1]}}}\n";
	struct fixture *f = *state;

	check_at(f, "1767225600", yaml);
	check_at(f, "1767312000", yaml);
	check_at(f, "1767398400", worse);
	PRINTS(f, "3 checks from 2026-01-01 00:00 to 2026-01-03 00:00", "trend", f->file);
	PRINTS(f, "it did until 2026-01-02 00:00, and stopped by 2026-01-03 00:00", "trend", f->file);
	PRINTS(f, "writes, az       \xe2\x96\x88\xe2\x96\x88\xe2\x96\x81  1, 0", "trend", f->file);
	PRINTS(f, "2026-01-03 00:00  no longer survives what it must", "trend", f->file);
	PRINTS(f, "kv: deaths of az that writes survive: 1 before, 0 now", "trend", f->file);
	PRINTS(f, "2026-01-03T00:00:00Z,,0,", "trend", f->file, "--format", "csv");
	PRINTS(f, "\"survivable\": false", "trend", f->file, "--format", "json", "--since", "2026-01-03");
	check_at(f, "1767484800", "faultline: 1\nservices: [\n");
	PRINTS(f, "2026-01-04 00:00  can't be loaded", "trend", f->file);
	check_at(f, "1767571200", yaml);
	PRINTS(f, "it survives what it must, again since 2026-01-05 00:00", "trend", f->file);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_killed_exploration__is_listed_and_told),
		TEST(an_export__is_a_scenario_when_it_is_pasted),
		TEST(replay__opens_at_the_first_step_and_walks),
		TEST(a_step_in_a_replay__begins_another_exploration),
		TEST(replay__says_what_has_changed_and_shows_what_was),
		TEST(the_list__opens_another_exploration),
		TEST(a_journal_that_can_t_be_written__is_said_once),
		TEST(without_a_journal__nothing_is_written),
		TEST(trend__tells_the_day_it_stopped_being_survivable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
