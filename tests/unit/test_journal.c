/* The journal: what is written is read back, whatever becomes of the file, the disk and the process. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "store/journal_p.h"

/* ---- a folder of its own for each test ---- */

struct fixture { char folder[64], path[128]; };

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	strcpy(f->folder, "/tmp/faultline-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/state/journal.db", f->folder);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[256];

	snprintf(command, sizeof(command), "chmod -R u+w %s && rm -rf %s", f->folder, f->folder);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static struct kept_file given_file(const char *name, const char *text)
{
	struct kept_file file = { .name = name, .path = "/here/cluster.yaml", .text = text, .len = strlen(text) };

	sha256_hex(text, file.len, file.hash);
	return file;
}

static const struct kept_outcome outcome = {
	.status = { 1, 2, 3, 4, 5, 6, 7, 8 }, .data = { 9, 10, 11, 12, 13 }, .rpo = 1500000, .rto = DURATION_NONE,
	.stopped = 3,
};

static struct journal *opened(const char *path)
{
	struct journal *j = journal_open(path, JOURNAL_WRITE);

	assert_string_equal(journal_why(j), "");
	assert_int_equal(journal_trouble(j), JOURNAL_FINE);
	return j;
}

/* "1 kill a; 2 kill b (undone)": the steps of an exploration. */
static char *steps_of(struct journal *j, int64_t id)
{
	struct arena arena = {0};
	struct kept_exploration e;
	struct strbuf text = {0};
	char *ret;

	assert_int_equal(journal_read(j, id, &arena, &e), JOURNAL_FOUND);
	for (size_t i = 0; i < e.nsteps; i++)
		sb_addf(&text, "%s%s%s", i ? "; " : "", e.steps[i].actions, e.steps[i].undone ? " (undone)" : "");
	ret = xstrdup(sb_text(&text));
	sb_release(&text);
	arena_release(&arena);
	return ret;
}

#define assert_steps(j, id, text) do { \
	char *is_ = steps_of((j), (id)); \
	assert_string_equal(is_, (text)); \
	free(is_); \
} while (0)

static void one_step(const char *path, const char *actions)
{
	struct journal *j = opened(path);
	struct kept_file file = given_file("cluster.yaml", "faultline: 1\n");
	struct recording *r = recording_new(j, &file, 1000);

	assert_true(recording_step(r, actions, 2000, &outcome));
	recording_free(r);
	journal_close(j);
}

static size_t count(struct journal *j, const struct log_filter *filter)
{
	struct arena arena = {0};
	exploration_list list = {0};
	size_t n;

	assert_true(journal_list(j, filter, &arena, &list));
	n = list.len;
	vec_free(&list);
	arena_release(&arena);
	return n;
}

/* ---- what is written is read ---- */

static void a_step__is_read_back_whole(void **state)
{
	struct fixture *f = *state;
	struct arena arena = {0};
	struct kept_exploration e;
	struct journal *j;

	one_step(f->path, "kill /eu/eu-1");
	j = opened(f->path);
	assert_int_equal(journal_read(j, 1, &arena, &e), JOURNAL_FOUND);
	assert_string_equal(e.about.file, "cluster.yaml");
	assert_string_equal(e.about.path, "/here/cluster.yaml");
	assert_int_equal(e.about.began, 1000);
	assert_int_equal(e.about.last, 2000);
	assert_int_equal(e.len, 13);
	assert_string_equal(e.text, "faultline: 1\n");
	assert_int_equal(e.nsteps, 1);
	assert_string_equal(e.steps[0].actions, "kill /eu/eu-1");
	assert_int_equal(e.steps[0].at, 2000);
	assert_memory_equal(&e.steps[0].outcome, &outcome, sizeof(outcome));
	assert_int_equal(journal_read(j, 2, &arena, &e), JOURNAL_NO_SUCH);
	arena_release(&arena);
	journal_close(j);
}

static void undone_steps__are_kept_as_undone(void **state)
{
	struct fixture *f = *state;
	struct journal *j = opened(f->path);
	struct kept_file file = given_file("cluster.yaml", "x");
	struct recording *r = recording_new(j, &file, 1);

	recording_step(r, "a", 1, &outcome);
	recording_step(r, "b", 2, &outcome);
	assert_steps(j, 1, "a; b");
	recording_undo(r);
	assert_steps(j, 1, "a; b (undone)");
	recording_step(r, "c", 3, &outcome);
	recording_undo(r);
	recording_undo(r);
	assert_steps(j, 1, "a (undone); b (undone); c (undone)");
	recording_undo(r);
	recording_redo(r);
	recording_redo(r); /* c: b can't be redone once c was taken */
	assert_steps(j, 1, "a; b (undone); c");
	recording_redo(r);
	assert_steps(j, 1, "a; b (undone); c");
	recording_free(r);
	journal_close(j);
}

static void nothing_done__leaves_nothing_and_a_name_does(void **state)
{
	struct fixture *f = *state;
	struct journal *j = opened(f->path);
	struct kept_file file = given_file("cluster.yaml", "x");
	struct recording *r = recording_new(j, &file, 1);

	assert_true(recording_flush(r));
	assert_true(recording_undo(r));
	assert_int_equal(count(j, &(struct log_filter){0}), 0);
	assert_true(recording_name(r, "the day it rained"));
	assert_int_equal(count(j, &(struct log_filter){ .text = "RAINED" }), 1);
	assert_int_equal(count(j, &(struct log_filter){ .text = "snowed" }), 0);
	recording_free(r);
	journal_close(j);
}

static void a_text__is_stored_once_and_goes_with_its_last_exploration(void **state)
{
	struct fixture *f = *state;
	struct journal *j;
	struct pruned pruned;
	bool found;

	one_step(f->path, "kill a");
	one_step(f->path, "kill b");
	j = opened(f->path);
	assert_int_equal(db_number(j->db, "SELECT count(*) FROM contents", -1), 1);
	assert_true(journal_delete(j, 1, &found));
	assert_true(found);
	assert_int_equal(db_number(j->db, "SELECT count(*) FROM contents", -1), 1);
	assert_int_equal(db_number(j->db, "SELECT count(*) FROM steps", -1), 1);
	assert_true(journal_delete(j, 1, &found));
	assert_false(found);
	assert_true(journal_prune(j, 2000, &pruned));
	assert_int_equal(pruned.explorations, 0);
	assert_true(journal_prune(j, 2001, &pruned));
	assert_int_equal(pruned.explorations, 1);
	assert_int_equal(db_number(j->db, "SELECT (SELECT count(*) FROM contents) + (SELECT count(*) FROM steps)", -1), 0);
	journal_close(j);
}

static void the_list__is_newest_first_and_filtered(void **state)
{
	struct fixture *f = *state;
	struct arena arena = {0};
	exploration_list list = {0};
	struct journal *j;

	one_step(f->path, "kill /r/a");
	one_step(f->path, "kill /r/b");
	j = opened(f->path);
	assert_true(journal_list(j, &(struct log_filter){0}, &arena, &list));
	assert_int_equal(list.len, 2);
	assert_int_equal(list.at[0].id, 2);
	assert_int_equal(count(j, &(struct log_filter){ .text = "/r/A" }), 1);
	assert_int_equal(count(j, &(struct log_filter){ .since = 2000 }), 2);
	assert_int_equal(count(j, &(struct log_filter){ .since = 2001 }), 0);
	assert_int_equal(count(j, &(struct log_filter){ .path = "/elsewhere" }), 0);
	assert_int_equal(count(j, &(struct log_filter){ .path = "/elsewhere", .file = "cluster.yaml" }), 2);
	assert_int_equal(count(j, &(struct log_filter){ .limit = 1 }), 1);
	vec_free(&list);
	arena_release(&arena);
	journal_close(j);
}

static void checks__are_read_back_in_order(void **state)
{
	struct fixture *f = *state;
	struct journal *j = opened(f->path);
	struct kept_check c = { .at = 5, .commit = "abc", .file = given_file("cluster.yaml", "x"), .errors = 1, .notes = 2 };
	struct arena arena = {0};
	check_list list = {0};

	vec_push(&c.findings, (struct kept_finding){ "FL201", "error", "kv", 7, "it does not survive" });
	vec_push(&c.tolerances, (struct kept_tolerance){ "kv", "writes", "az", -1 });
	vec_push(&c.tolerances, (struct kept_tolerance){ "kv", "writes", "node", KEPT_UNBREAKABLE });
	assert_true(journal_check(j, &c));
	c.at = 4;
	assert_true(journal_check(j, &c));
	assert_true(journal_checks(j, "/here/cluster.yaml", NULL, 0, &arena, &list));
	assert_int_equal(list.len, 2);
	assert_int_equal(list.at[0].at, 4);
	assert_int_equal(list.at[1].findings.len, 1);
	assert_int_equal(list.at[1].findings.at[0].groups, 7);
	assert_int_equal(list.at[1].tolerances.at[0].value, -1);
	assert_int_equal(list.at[1].tolerances.at[1].value, KEPT_UNBREAKABLE);
	assert_string_equal(list.at[1].file.hash, c.file.hash);
	check_list_release(&list);
	assert_true(journal_checks(j, NULL, "other.yaml", 0, &arena, &list));
	assert_int_equal(list.len, 0);
	check_list_release(&list);
	vec_free(&c.findings);
	vec_free(&c.tolerances);
	arena_release(&arena);
	journal_close(j);
}

static void the_file__is_the_owner_s_alone(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	char folder[160], wal[160];
	mode_t was = umask(0);
	struct kept_file file = given_file("cluster.yaml", "x");
	struct journal *j = opened(f->path);
	struct recording *r = recording_new(j, &file, 1);

	assert_true(recording_step(r, "kill a", 1, &outcome));
	snprintf(folder, sizeof(folder), "%s/state", f->folder);
	snprintf(wal, sizeof(wal), "%s-wal", f->path);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(f->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	umask(was);
	recording_free(r);
	journal_close(j);
}

/* ---- files that are no journal of ours ---- */

static void put_file(const char *path, const void *bytes, size_t len)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, len, out), len);
	fclose(out);
}

static void assert_refused(const char *path, enum journal_trouble trouble, const char *says)
{
	struct journal *j = journal_open(path, JOURNAL_WRITE);
	struct kept_file file = given_file("cluster.yaml", "x");
	struct recording *r = recording_new(j, &file, 1);

	assert_int_equal(journal_trouble(j), trouble);
	assert_non_null(strstr(journal_why(j), says));
	assert_non_null(strstr(journal_why(j), path));
	assert_false(recording_step(r, "kill a", 1, &outcome));
	assert_int_equal(recording_unwritten(r), 1);
	recording_free(r);
	journal_close(j);
}

static void a_foreign_file__is_left_as_it_is(void **state)
{
	static const char text[] = "This is a letter to my aunt, and no database at all, though it is rather long.";
	struct fixture *f = *state;
	char back[sizeof(text)] = {0};
	FILE *in;

	snprintf(f->path, sizeof(f->path), "%s/letter", f->folder);
	put_file(f->path, text, sizeof(text));
	assert_refused(f->path, JOURNAL_FOREIGN, "no journal of faultline");
	in = fopen(f->path, "r");
	assert_int_equal(fread(back, 1, sizeof(back), in), sizeof(back));
	fclose(in);
	assert_memory_equal(back, text, sizeof(text));
}

static void a_foreign_database__is_left_as_it_is(void **state)
{
	struct fixture *f = *state;
	sqlite3 *db;

	snprintf(f->path, sizeof(f->path), "%s/other.db", f->folder);
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_true(db_exec(db, "CREATE TABLE mine(x); INSERT INTO mine VALUES(1)"));
	sqlite3_close(db);
	assert_refused(f->path, JOURNAL_FOREIGN, "something else");
	assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
	assert_int_equal(db_number(db, "SELECT count(*) FROM sqlite_schema", -1), 1);
	sqlite3_close(db);
}

static void folders_devices_and_pipes__are_refused_at_once(void **state)
{
	struct fixture *f = *state;
	char fifo[128];

	snprintf(fifo, sizeof(fifo), "%s/fifo", f->folder);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_refused(fifo, JOURNAL_FOREIGN, "no regular file");
	assert_refused("/dev/zero", JOURNAL_FOREIGN, "no regular file");
	assert_refused(f->folder, JOURNAL_UNREACHABLE, "Is a directory");
	assert_refused("/proc/no/such/place", JOURNAL_UNREACHABLE, "--journal FILE");
}

static void a_damaged_journal__is_told(void **state)
{
	struct fixture *f = *state;
	unsigned char junk[4096];
	int fd;

	for (int i = 0; i < 50; i++)
		one_step(f->path, "kill somewhere");
	memset(junk, 0x5a, sizeof(junk));
	fd = open(f->path, O_WRONLY);
	for (int page = 1; page < 12; page++)
		assert_int_equal(pwrite(fd, junk, sizeof(junk), page * 4096), sizeof(junk));
	close(fd);
	{
		struct journal *j = journal_open(f->path, JOURNAL_WRITE);
		struct kept_file file = given_file("cluster.yaml", "x");
		struct recording *r = recording_new(j, &file, 1);

		assert_false(recording_step(r, "kill a", 1, &outcome));
		assert_int_equal(journal_trouble(j), JOURNAL_BROKEN);
		assert_non_null(strstr(journal_why(j), "move it away"));
		recording_free(r);
		journal_close(j);
	}
}

/* root may write whatever a mode says: then it is tried as somebody else. */
static void a_read_only_journal__is_read_and_not_written(void **state)
{
	struct fixture *f = *state;
	bool was_root = geteuid() == 0;
	struct journal *j;

	one_step(f->path, "kill a");
	chmod(f->path, 0444);
	chmod(f->folder, 0755);
	*strrchr(f->path, '/') = '\0';
	chmod(f->path, 0555);
	f->path[strlen(f->path)] = '/';
	if (was_root)
		assert_int_equal(seteuid(65534), 0);
	assert_refused(f->path, JOURNAL_READ_ONLY, "make it writable");
	j = journal_open(f->path, JOURNAL_READ);
	assert_string_equal(journal_why(j), "");
	assert_steps(j, 1, "kill a");
	journal_close(j);
	if (was_root)
		assert_int_equal(seteuid(0), 0);
}

static void reading__makes_nothing(void **state)
{
	struct fixture *f = *state;
	struct journal *j = journal_open(f->path, JOURNAL_READ);

	assert_int_equal(journal_trouble(j), JOURNAL_MISSING);
	assert_int_equal(access(f->path, F_OK), -1);
	journal_close(j);
}

/* ---- schemas of other times ---- */

/* The first schema as it was released, word for word: it never changes again. */
static const char *const first_schema[] = {
	"CREATE TABLE contents("
	"  id INTEGER PRIMARY KEY,"
	"  hash TEXT NOT NULL UNIQUE,"
	"  bytes INTEGER NOT NULL,"
	"  text BLOB);"
	"CREATE TABLE explorations("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  file TEXT NOT NULL,"
	"  path TEXT NOT NULL,"
	"  content INTEGER NOT NULL REFERENCES contents(id),"
	"  began INTEGER NOT NULL,"
	"  last INTEGER NOT NULL,"
	"  name TEXT NOT NULL DEFAULT '');"
	"CREATE INDEX explorations_by_last ON explorations(last);"
	"CREATE INDEX explorations_by_content ON explorations(content);"
	"CREATE TABLE steps("
	"  exploration INTEGER NOT NULL REFERENCES explorations(id) ON DELETE CASCADE,"
	"  number INTEGER NOT NULL,"
	"  at INTEGER NOT NULL,"
	"  actions TEXT NOT NULL,"
	"  undone INTEGER NOT NULL,"
	"  ok INTEGER NOT NULL, degraded INTEGER NOT NULL, at_risk INTEGER NOT NULL, write_only INTEGER NOT NULL,"
	"  read_only INTEGER NOT NULL, stale INTEGER NOT NULL, down INTEGER NOT NULL, split INTEGER NOT NULL,"
	"  data_safe INTEGER NOT NULL, data_tail INTEGER NOT NULL, data_stale INTEGER NOT NULL,"
	"  data_backup INTEGER NOT NULL, data_lost INTEGER NOT NULL,"
	"  rpo INTEGER, rto INTEGER,"
	"  stopped INTEGER NOT NULL,"
	"  PRIMARY KEY(exploration, number)) WITHOUT ROWID;",
};

/* In SQL that every version understands. */
static void write_with(const char *path, const char *const *schema, int version)
{
	struct journal *j = journal_open_with(path, JOURNAL_WRITE, schema, version);

	assert_int_equal(journal_trouble(j), JOURNAL_FINE);
	assert_true(db_exec(j->db, "INSERT INTO contents VALUES(1, 'x', 13, 'faultline: 1');"
	                    "INSERT INTO explorations(id, file, path, content, began, last) "
	                    "VALUES(1, 'old.yaml', '', 1, 1, 1);"
	                    "INSERT INTO steps VALUES(1, 1, 1, '/old', 0, 1,0,0,0,0,0,0,0, 1,0,0,0,0, 0, NULL, 0);"));
	journal_close(j);
}

static void every_schema_ever_released__is_migrated_and_kept_aside(void **state)
{
	struct fixture *f = *state;

	for (int version = 1; version < journal_version; version++) {
		char path[160], aside[192];
		struct journal *j;

		snprintf(path, sizeof(path), "%s/from-%d.db", f->folder, version);
		snprintf(aside, sizeof(aside), "%s.v%d", path, version);
		write_with(path, version == 1 ? first_schema : journal_schema, version);
		j = opened(path);
		assert_int_equal(db_number(j->db, "PRAGMA user_version", -1), journal_version);
		assert_steps(j, 1, "/old");
		journal_close(j);
		j = journal_open_with(aside, JOURNAL_WRITE, journal_schema, version);
		assert_int_equal(journal_trouble(j), JOURNAL_FINE);
		assert_steps(j, 1, "/old");
		journal_close(j);
	}
}

/* What is made step by step is what a new journal is made of, so no step may be changed once released. */
static void a_migrated_journal__has_the_schema_of_a_new_one(void **state)
{
	struct fixture *f = *state;
	char old[160];
	struct journal *a, *b;

	snprintf(old, sizeof(old), "%s/old.db", f->folder);
	write_with(old, first_schema, 1);
	a = opened(old);
	b = opened(f->path);
	{
		DB_STATEMENT sa = db_prepare(a->db, "SELECT name, sql FROM main.sqlite_schema ORDER BY name");
		DB_STATEMENT sb = db_prepare(b->db, "SELECT name, sql FROM main.sqlite_schema ORDER BY name");
		int rows = 0;

		for (; db_row(sa); rows++) {
			assert_true(db_row(sb));
			assert_string_equal(db_text(sa, 0), db_text(sb, 0));
			assert_string_equal(db_text(sa, 1), db_text(sb, 1)); /* ALTER TABLE edits it alike */
		}
		assert_false(db_row(sb));
		assert_true(rows > 5);
	}
	journal_close(a);
	journal_close(b);
}

static void a_migration_that_fails__changes_nothing(void **state)
{
	struct fixture *f = *state;
	const char *const bad[] = { first_schema[0], "CREATE TABLE half(x); CREATE TABLE half(x)" };
	struct journal *j;

	write_with(f->path, first_schema, 1);
	j = journal_open_with(f->path, JOURNAL_WRITE, bad, 2);
	assert_int_not_equal(journal_trouble(j), JOURNAL_FINE);
	journal_close(j);
	j = journal_open_with(f->path, JOURNAL_WRITE, first_schema, 1);
	assert_int_equal(journal_trouble(j), JOURNAL_FINE);
	assert_int_equal(db_number(j->db, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'", -1), 0);
	assert_steps(j, 1, "/old");
	journal_close(j);
}

static void a_newer_journal__is_refused_with_its_version(void **state)
{
	struct fixture *f = *state;
	char says[32];
	struct journal *j;

	one_step(f->path, "kill a");
	j = opened(f->path);
	assert_true(db_exec(j->db, "PRAGMA user_version = 97"));
	journal_close(j);
	snprintf(says, sizeof(says), "version 97");
	assert_refused(f->path, JOURNAL_NEWER, says);
}

/* ---- two at once ---- */

#define STEPS_EACH 1000

static void writer(const char *path, int who)
{
	struct journal *j = journal_open(path, JOURNAL_WRITE);
	struct kept_file file = given_file(who ? "one.yaml" : "two.yaml", who ? "1" : "2");
	struct recording *r = recording_new(j, &file, 1);

	for (int i = 0; i < STEPS_EACH; i++) {
		char actions[32];

		snprintf(actions, sizeof(actions), "kill n-%d", i);
		recording_step(r, actions, i, &outcome);
	}
	if (recording_flush(r))
		_exit(0);
	fprintf(stderr, "%s\n", journal_why(j));
	_exit(1);
}

static void two_writers__lose_no_step(void **state)
{
	struct fixture *f = *state;
	pid_t pids[2];
	struct journal *j;

	for (int who = 0; who < 2; who++)
		if ((pids[who] = fork()) == 0)
			writer(f->path, who);
	for (int who = 0; who < 2; who++) {
		int status;

		assert_int_equal(waitpid(pids[who], &status, 0), pids[who]);
		assert_int_equal(status, 0);
	}
	j = opened(f->path);
	assert_int_equal(db_number(j->db, "SELECT count(*) FROM steps", -1), 2 * STEPS_EACH);
	assert_int_equal(db_number(j->db, "SELECT count(DISTINCT actions) FROM steps WHERE exploration = 1", -1), STEPS_EACH);
	assert_int_equal(db_number(j->db, "SELECT max(number) FROM steps WHERE exploration = 2", -1), STEPS_EACH);
	journal_close(j);
}

/* Somebody else holds the journal for longer than is waited: the step is not lost, it comes with the next. */
static void a_held_journal__is_tried_again(void **state)
{
	struct fixture *f = *state;
	struct journal *j = opened(f->path);
	struct kept_file file = given_file("cluster.yaml", "x");
	struct recording *r = recording_new(j, &file, 1);
	sqlite3 *other;

	assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
	assert_true(db_exec(other, "BEGIN IMMEDIATE"));
	sqlite3_busy_timeout(j->db, 10);
	assert_false(recording_step(r, "a", 1, &outcome));
	assert_int_equal(journal_trouble(j), JOURNAL_BUSY);
	assert_true(db_exec(other, "COMMIT"));
	assert_true(recording_step(r, "b", 2, &outcome));
	assert_int_equal(journal_trouble(j), JOURNAL_FINE);
	assert_steps(j, 1, "a; b");
	sqlite3_close(other);
	recording_free(r);
	journal_close(j);
}

static void an_exploration_deleted_while_it_goes_on__is_written_anew(void **state)
{
	struct fixture *f = *state;
	struct journal *j = opened(f->path);
	struct kept_file file = given_file("cluster.yaml", "x");
	struct recording *r = recording_new(j, &file, 1);
	bool found;

	assert_true(recording_step(r, "a", 1, &outcome));
	assert_true(journal_delete(j, recording_id(r), &found));
	assert_true(recording_step(r, "b", 1, &outcome));
	assert_steps(j, recording_id(r), "a; b");
	recording_free(r);
	journal_close(j);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_step__is_read_back_whole),
		TEST(undone_steps__are_kept_as_undone),
		TEST(nothing_done__leaves_nothing_and_a_name_does),
		TEST(a_text__is_stored_once_and_goes_with_its_last_exploration),
		TEST(the_list__is_newest_first_and_filtered),
		TEST(checks__are_read_back_in_order),
		TEST(the_file__is_the_owner_s_alone),
		TEST(a_foreign_file__is_left_as_it_is),
		TEST(a_foreign_database__is_left_as_it_is),
		TEST(folders_devices_and_pipes__are_refused_at_once),
		TEST(a_damaged_journal__is_told),
		TEST(a_read_only_journal__is_read_and_not_written),
		TEST(reading__makes_nothing),
		TEST(every_schema_ever_released__is_migrated_and_kept_aside),
		TEST(a_migrated_journal__has_the_schema_of_a_new_one),
		TEST(a_migration_that_fails__changes_nothing),
		TEST(a_newer_journal__is_refused_with_its_version),
		TEST(two_writers__lose_no_step),
		TEST(a_held_journal__is_tried_again),
		TEST(an_exploration_deleted_while_it_goes_on__is_written_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
