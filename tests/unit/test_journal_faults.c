/*
 * The journal where everything fails in turn: each open, read, write, sync and allocation of SQLite, once and from
 * then on; a disk that is full; a process killed at any moment.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/keeper_p.h"
#include "lib/given.h"
#include "lib/randoms.h"
#include "store/journal_p.h"

/* ---- what fails, and when ---- */

enum fault { FAULT_NONE, FAULT_IO, FAULT_FULL, FAULT_MEMORY };
static struct {
	enum fault kind;
	long left;     /* what can fail is counted down; at 0 it fails */
	bool for_good; /* and from then on */
	long seen;     /* what could have failed */
} plan;

static bool fails(enum fault kind)
{
	if (plan.kind != kind)
		return false;
	plan.seen++;
	if (plan.left > 0 && --plan.left > 0)
		return false;
	if (plan.left == 0 && !plan.for_good) {
		plan.left = -1;
		return true;
	}
	return plan.for_good;
}

static void plan_fault(enum fault kind, long at, bool for_good)
{
	plan.kind = kind;
	plan.left = at;
	plan.for_good = for_good;
	plan.seen = 0;
}

/* ---- a file system that can fail: SQLite's own, looked through ---- */

static sqlite3_vfs *real;
struct shim { sqlite3_file base; };
static sqlite3_file *under(sqlite3_file *f)
{
	return (sqlite3_file *)((char *)f + sizeof(struct shim));
}

static bool disk_is_full(void)
{
	bool full = fails(FAULT_FULL);

	if (full)
		errno = ENOSPC;
	return full;
}

#define PASS(name, ...) under(f)->pMethods->name(under(f), __VA_ARGS__)
#define FAILING(name, kinds, code, params, ...) \
	static int shim_##name params \
	{ \
		return (kinds) ? (code) : PASS(name, __VA_ARGS__); \
	}
#define PLAIN(name, params, ...) \
	static int shim_##name params \
	{ \
		return PASS(name, __VA_ARGS__); \
	}

FAILING(xRead, fails(FAULT_IO), SQLITE_IOERR_READ, (sqlite3_file *f, void *p, int n, sqlite3_int64 at), p, n, at)
FAILING(xTruncate, fails(FAULT_IO), SQLITE_IOERR_TRUNCATE, (sqlite3_file *f, sqlite3_int64 n), n)
FAILING(xSync, fails(FAULT_IO), SQLITE_IOERR_FSYNC, (sqlite3_file *f, int flags), flags)
FAILING(xShmMap, fails(FAULT_IO) || disk_is_full(), SQLITE_IOERR_SHMSIZE,
        (sqlite3_file *f, int page, int size, int extend, void volatile **ret), page, size, extend, ret)
PLAIN(xFileSize, (sqlite3_file *f, sqlite3_int64 *n), n)
PLAIN(xLock, (sqlite3_file *f, int lock), lock)
PLAIN(xUnlock, (sqlite3_file *f, int lock), lock)
PLAIN(xCheckReservedLock, (sqlite3_file *f, int *ret), ret)
PLAIN(xFileControl, (sqlite3_file *f, int op, void *arg), op, arg)
PLAIN(xShmLock, (sqlite3_file *f, int at, int n, int flags), at, n, flags)
PLAIN(xShmUnmap, (sqlite3_file *f, int delete), delete)

static int shim_xWrite(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	if (fails(FAULT_IO))
		return SQLITE_IOERR_WRITE;
	return disk_is_full() ? SQLITE_FULL : PASS(xWrite, p, n, at);
}

static int shim_xClose(sqlite3_file *f)
{
	return under(f)->pMethods ? under(f)->pMethods->xClose(under(f)) : SQLITE_OK;
}

static int shim_xSectorSize(sqlite3_file *f)
{
	return under(f)->pMethods->xSectorSize(under(f));
}

static int shim_xDeviceCharacteristics(sqlite3_file *f)
{
	return under(f)->pMethods->xDeviceCharacteristics(under(f));
}

static void shim_xShmBarrier(sqlite3_file *f)
{
	under(f)->pMethods->xShmBarrier(under(f));
}

static const sqlite3_io_methods shim_methods = {
	.iVersion = 2, .xClose = shim_xClose, .xRead = shim_xRead, .xWrite = shim_xWrite, .xTruncate = shim_xTruncate,
	.xSync = shim_xSync, .xFileSize = shim_xFileSize, .xLock = shim_xLock, .xUnlock = shim_xUnlock,
	.xCheckReservedLock = shim_xCheckReservedLock, .xFileControl = shim_xFileControl,
	.xSectorSize = shim_xSectorSize, .xDeviceCharacteristics = shim_xDeviceCharacteristics,
	.xShmMap = shim_xShmMap, .xShmLock = shim_xShmLock, .xShmBarrier = shim_xShmBarrier, .xShmUnmap = shim_xShmUnmap,
};

static int shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
	int code;

	(void)vfs;
	f->pMethods = NULL;
	if (fails(FAULT_IO))
		return SQLITE_CANTOPEN;
	code = real->xOpen(real, name, under(f), flags, ret_flags);
	if (under(f)->pMethods)
		f->pMethods = &shim_methods;
	return code;
}

/* ---- memory that can run out ---- */

static sqlite3_mem_methods real_memory;

static void *failing_malloc(int n)
{
	return fails(FAULT_MEMORY) ? NULL : real_memory.xMalloc(n);
}

static void *failing_realloc(void *p, int n)
{
	return fails(FAULT_MEMORY) ? NULL : real_memory.xRealloc(p, n);
}

static int install(void **state)
{
	static sqlite3_vfs vfs;
	sqlite3_mem_methods memory;

	(void)state;
	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory);
	memory = real_memory;
	memory.xMalloc = failing_malloc;
	memory.xRealloc = failing_realloc;
	assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &memory), SQLITE_OK);
	assert_int_equal(sqlite3_initialize(), SQLITE_OK);
	real = sqlite3_vfs_find(NULL);
	vfs = *real;
	vfs.zName = "failing";
	vfs.szOsFile = (int)sizeof(struct shim) + real->szOsFile;
	vfs.xOpen = shim_open;
	return sqlite3_vfs_register(&vfs, 1);
}

/* ---- a folder of its own for each test ---- */

struct fixture { char folder[64], path[128]; };

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	/* in memory where that can be: thousands of journals are made, and each waits for its disk */
	strcpy(f->folder, access("/dev/shm", W_OK) == 0 ? "/dev/shm/faultline-test-XXXXXX" : "/tmp/faultline-test-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	snprintf(f->path, sizeof(f->path), "%s/journal.db", f->folder);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	char command[128];

	plan_fault(FAULT_NONE, 0, false);
	snprintf(command, sizeof(command), "rm -rf %s", f->folder);
	assert_int_equal(system(command), 0);
	free(f);
	return 0;
}

static void wipe(const char *path)
{
	static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
	char name[160];

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		unlink(name);
	}
}

/* "a; b (undone)" of the only exploration; "" where there is none yet. Whole and sound it must be. */
static char *kept(const char *path)
{
	struct journal *j = journal_open(path, JOURNAL_READ);
	struct arena arena = {0};
	struct kept_exploration e = {0};
	struct strbuf text = {0};

	if (journal_trouble(j) != JOURNAL_MISSING) {
		assert_string_equal(journal_why(j), "");
		{
			DB_STATEMENT st = db_prepare(j->db, "PRAGMA integrity_check");

			assert_true(st && db_row(st));
			assert_string_equal(db_text(st, 0), "ok");
		}
		assert_true(journal_read(j, 1, &arena, &e) != JOURNAL_UNREAD);
	}
	for (size_t i = 0; i < e.nsteps; i++)
		sb_addf(&text, "%s%s%s", i ? "; " : "", e.steps[i].actions, e.steps[i].undone ? " (undone)" : "");
	arena_release(&arena);
	journal_close(j);
	sb_addc(&text, '\0');
	return text.text;
}

static const struct kept_outcome outcome = { .status = { 1 }, .data = { 1 } };

/* Whatever fails, the calls come back, and the recording knows all of it. */
static struct recording *script(struct journal *j)
{
	static const char text[] = "faultline: 1\n";
	struct kept_file file = { .name = "c.yaml", .path = "/c.yaml", .text = text, .len = sizeof(text) - 1 };
	struct recording *r;

	sha256_hex(text, file.len, file.hash);
	r = recording_new(j, &file, 1);
	recording_step(r, "a", 1, &outcome);
	recording_step(r, "b", 2, &outcome);
	recording_undo(r);
	recording_step(r, "c", 3, &outcome);
	recording_name(r, "named");
	return r;
}

#define ALL "a; b (undone); c"

/* What is there when it fails is one of the states there were. */
static void assert_a_state_there_was(const char *is, long at)
{
	static const char *const were[] = { "", "a", "a; b", "a; b (undone)", ALL };

	for (size_t i = 0; i < sizeof(were) / sizeof(*were); i++)
		if (strcmp(is, were[i]) == 0)
			return;
	fail_msg("after fault %ld the journal holds '%s'", at, is);
}

/* One round; returns whether the fault came. */
static bool round_with(const char *path, enum fault kind, long at, bool for_good)
{
	struct journal *j;
	struct recording *r;
	bool came;
	char *is;

	wipe(path);
	plan_fault(kind, at, for_good);
	j = journal_open(path, JOURNAL_WRITE);
	r = script(j);
	came = plan.seen >= at;
	if (came && for_good) {
		if (recording_unwritten(r))
			assert_true(*journal_why(j));
		plan_fault(FAULT_NONE, 0, false);
		is = kept(path);
		assert_a_state_there_was(is, at);
		free(is);
	}
	plan_fault(FAULT_NONE, 0, false);
	if (!recording_flush(r))
		fail_msg("fault %ld of kind %d: %s", at, (int)kind, journal_why(j));
	recording_free(r);
	journal_close(j);
	is = kept(path);
	if (strcmp(is, ALL) != 0)
		fail_msg("fault %ld of kind %d: the journal holds '%s'", at, (int)kind, is);
	free(is);
	return came;
}

static void each_in_turn(struct fixture *f, enum fault kind, bool for_good, long at_least, long stride)
{
	long at = 1 + (long)getpid() % stride; /* another one of them each time */

	while (round_with(f->path, kind, at, for_good))
		at += stride;
	assert_true(at > at_least);
}

static void each_open_read_write_and_sync__may_fail_once(void **state)
{
	each_in_turn(*state, FAULT_IO, false, 60, 1);
}

static void each_open_read_write_and_sync__may_be_the_last_for_a_while(void **state)
{
	each_in_turn(*state, FAULT_IO, true, 60, 1);
}

static void a_full_disk__loses_nothing_once_there_is_room(void **state)
{
	each_in_turn(*state, FAULT_FULL, true, 20, 1);
}

static void allocations__may_fail_once(void **state)
{
	each_in_turn(*state, FAULT_MEMORY, false, 300, 7);
}

static void allocations__may_fail_from_any_one_on(void **state)
{
	each_in_turn(*state, FAULT_MEMORY, true, 300, 11);
}

static void a_full_disk__is_told_as_one(void **state)
{
	struct fixture *f = *state;
	struct journal *j = journal_open(f->path, JOURNAL_WRITE);
	struct recording *r;

	plan_fault(FAULT_FULL, 1, true);
	r = script(j);
	assert_int_equal(journal_trouble(j), JOURNAL_FULL);
	assert_non_null(strstr(journal_why(j), "the disk is full"));
	assert_int_equal(recording_unwritten(r), 3);
	plan_fault(FAULT_NONE, 0, false);
	recording_free(r);
	journal_close(j);
}

/* A schema that is half there would be worse than none: the old one, or the new one. */
static void each_write_of_a_migration__may_fail(void **state)
{
	struct fixture *f = *state;
	bool came = true;

	for (long at = 1; came; at++) {
		struct journal *j;

		wipe(f->path);
		j = journal_open_with(f->path, JOURNAL_WRITE, journal_schema, 1);
		assert_true(db_exec(j->db, "INSERT INTO contents VALUES(1, 'x', 1, 'x');"
		                    "INSERT INTO explorations(id, file, path, content, began, last) VALUES(1, 'c', '', 1, 1, 1);"
		                    "INSERT INTO steps VALUES(1, 1, 1, 'old', 0, 1,0,0,0,0,0,0,0, 1,0,0,0,0, 0, NULL, 0);"));
		journal_close(j);
		plan_fault(FAULT_IO, at, true);
		j = journal_open(f->path, JOURNAL_WRITE);
		came = plan.seen >= at;
		plan_fault(FAULT_NONE, 0, false);
		journal_close(j);
		j = journal_open(f->path, JOURNAL_WRITE);
		assert_string_equal(journal_why(j), "");
		assert_int_equal(db_number(j->db, "SELECT count(*) FROM checks", -1), 0);
		journal_close(j);
		{
			char *is = kept(f->path);

			assert_string_equal(is, "old");
			free(is);
		}
	}
}

/* ---- killed ---- */

#define KILLS 200
#define MOMENT_US 200 /* a key or two */

static const char yaml[] =
	"faultline: 1\n"
	"levels: [az, node]\n"
	"topology: {a: [a-1, a-2], b: [b-1], c: [c-1]}\n"
	"services: {kv: {groups: {g: [a-1, b-1, c-1]}}}\n";

/* Keys that take steps back and forth, one by one. */
static const char *const keys[] = {
	"K", "j", "K", "u", "j", "D", "j", "K", "[", "]", "R", "u", "u", "K", "g", "K", ":heal<Enter>", "D", "u", "[", "[",
	"]", "j", "X", "u", "K", "s", "n", "a", "<Enter>", "K", "G", "D", "u", "K", "K", "D",
};
#define KEYS (sizeof(keys) / sizeof(*keys))

struct player {
	struct engine *e;
	struct state *s;
	struct journal *j;
	struct keeper *k;
	struct ui_journal interface;
	struct ui *ui;
};

static struct player begin(const struct model *m, const char *path)
{
	struct player p = { .e = engine_new(m), .j = journal_open(path, JOURNAL_WRITE) };
	static struct kept_file file;

	file = (struct kept_file){ .name = "c.yaml", .path = "/c.yaml", .text = yaml, .len = strlen(yaml) };
	sha256_hex(yaml, file.len, file.hash);
	p.s = state_new(p.e);
	p.k = keeper_new(p.j, &file);
	p.interface = keeper_interface(p.k);
	return p;
}

static void end(struct player *p)
{
	ui_free(p->ui);
	keeper_free(p->k);
	journal_close(p->j);
	state_free(p->s);
	engine_free(p->e);
}

static _Noreturn void play_in_child(const struct model *m, const char *path, int out)
{
	struct player p = begin(m, path);

	p.ui = ui_new(p.s, &(struct ui_options){ .journal = &p.interface });
	for (size_t i = 0; i < KEYS; i++) {
		ui_type(p.ui, keys[i]);
		if (write(out, "", 1) != 1)
			break;
	}
	_exit(0);
}

/* What the journal holds after each key, [0] at the start. */
static void learn(const struct model *m, const char *path, char *after[KEYS + 1])
{
	struct player p = begin(m, path);

	p.ui = ui_new(p.s, &(struct ui_options){ .journal = &p.interface });
	after[0] = kept(path);
	for (size_t i = 0; i < KEYS; i++) {
		ui_type(p.ui, keys[i]);
		after[i + 1] = kept(path);
	}
	end(&p);
	assert_true(strlen(after[KEYS]) > 100);
}

static size_t count_bytes(int in)
{
	char bytes[64];
	size_t all = 0;
	ssize_t n;

	while ((n = read(in, bytes, sizeof(bytes))) > 0)
		all += (size_t)n;
	return all;
}

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* Plays, is killed a while after a number of keys, and tells how many were done by then. */
static size_t play_and_kill(const struct model *m, const char *path, size_t after_keys, uint32_t after_us)
{
	int ends[2], status;
	pid_t pid;
	size_t done = 0;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (pid == 0)
		play_in_child(m, path, ends[1]);
	close(ends[1]);
	for (char byte; done < after_keys && read(ends[0], &byte, 1) == 1;)
		done++;
	usleep(after_us);
	kill(pid, SIGKILL);
	done += count_bytes(ends[0]);
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return done;
}

static void killed_at_any_moment__it_holds_all_but_the_last_step(void **state)
{
	struct fixture *f = *state;
	struct model *m = given_model(yaml);
	uint64_t seed = (uint64_t)now_us();
	struct rng random = rng_seeded(seed);
	char *after[KEYS + 1];
	size_t midway = 0;

	learn(m, f->path, after);
	for (int i = 0; i < KILLS; i++) {
		size_t done;
		char *is;

		wipe(f->path);
		done = play_and_kill(m, f->path, rng_below(&random, KEYS), rng_below(&random, MOMENT_US));
		is = kept(f->path);
		if (strcmp(is, after[done]) != 0 && (done == KEYS || strcmp(is, after[done + 1]) != 0))
			fail_msg("killed after %zu keys it holds '%s', not '%s'", done, is, after[done]);
		midway += done > 0 && done < KEYS;
		free(is);
	}
	print_message("%zu of %d were killed midway (seed %llu)\n", midway, KILLS, (unsigned long long)seed);
	assert_true(midway > KILLS / 10);
	for (size_t i = 0; i <= KEYS; i++)
		free(after[i]);
	model_free(m);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_open_read_write_and_sync__may_fail_once),
		TEST(each_open_read_write_and_sync__may_be_the_last_for_a_while),
		TEST(a_full_disk__loses_nothing_once_there_is_room),
		TEST(allocations__may_fail_once),
		TEST(allocations__may_fail_from_any_one_on),
		TEST(a_full_disk__is_told_as_one),
		TEST(each_write_of_a_migration__may_fail),
		TEST(killed_at_any_moment__it_holds_all_but_the_last_step),
	};

	return cmocka_run_group_tests(tests, install, NULL);
}
