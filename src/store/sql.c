/* sql - see store/sql.h: databases of relations, their queries, and what ends these */
#include "store/sql.h"

#include <string.h>
#include <time.h>

#include "store/sql_p.h"

#define WATCH_EVERY 100    /* instructions: one may take milliseconds, where texts are long */
#define LOOK_EVERY 0.004   /* seconds between looks at the processor's time, which cost more than the clock's */
#define MB ((size_t)1 << 20)

const struct sql_limits sql_limits_by_hand = {5000000000u, 0, 2048 * MB, 1000000, 0};
const struct sql_limits sql_limits_of_rules = {500000000u, 20, 256 * MB, 10000, 20000};
const struct sql_limits sql_limits_on_screen = {100000000u, 5, 256 * MB, 10000, 20000};

/* ---- the database ---- */

static void configure(sqlite3 *db)
{
	static const int off[] = {
		SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, SQLITE_DBCONFIG_ENABLE_TRIGGER, SQLITE_DBCONFIG_ENABLE_VIEW,
		SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_DQS_DML,
		SQLITE_DBCONFIG_WRITABLE_SCHEMA, SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER,
	};

	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++)
		sqlite3_db_config(db, off[i], 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* What is sorted stays in memory, under its limit, and off the disk. */
	sqlite3_exec(db, "PRAGMA temp_store = MEMORY; PRAGMA query_only = ON", NULL, NULL, NULL);
	/* SQLite's own tables that are allowed are declared now: nothing may be, once queries are watched. */
	sqlite3_exec(db, "SELECT 1 FROM json_each('[]'), json_tree('[]')", NULL, NULL, NULL);
	sql_set_limits(db);
}

struct sql *sql_new(void)
{
	struct sql *db = xcalloc(1, sizeof(*db));

	if (sqlite3_open_v2(":memory:", &db->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
		abort(); /* only memory could be wanting */
	configure(db->db);
	sqlite3_set_authorizer(db->db, sql_authorize, db);
	return db;
}

void sql_free(struct sql *db)
{
	if (!db)
		return;
	sqlite3_close(db->db);
	for (size_t i = 0; i < db->tables.len; i++)
		free(db->tables.at[i]);
	vec_free(&db->tables);
	sb_release(&db->denied);
	free(db);
}

void sql_relation(struct sql *db, const struct sql_relation *relation, void *context)
{
	struct sql_table *table = xmalloc(sizeof(*table));

	*table = (struct sql_table){relation, context, db};
	vec_push(&db->tables, table);
	sql_table_add(db, table);
}

/* ---- what ends a query ---- */

static double seconds_of(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The process's own time: a busy machine ends no query sooner. */
static double cpu_seconds(void)
{
	return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

static bool is_late(struct sql *db)
{
	double now = seconds_of(CLOCK_MONOTONIC_COARSE);

	if (db->deadline <= 0 || now - db->looked < LOOK_EVERY)
		return false;
	db->looked = now;
	return cpu_seconds() > db->deadline;
}

static int watch(void *context)
{
	struct sql *db = context;

	db->steps += WATCH_EVERY;
	if (db->limits && db->steps > db->limits->steps)
		db->stopped = "it takes too many steps";
	else if (is_late(db))
		db->stopped = "it takes too long";
	return db->stopped != NULL;
}

void sql_spend(struct sql *db, uint64_t steps)
{
	db->steps += steps;
	if (steps >= WATCH_EVERY && db->limits && watch(db))
		sqlite3_interrupt(db->db);
}

static void watch_begin(struct sql *db, const struct sql_limits *limits)
{
	db->limits = limits;
	db->steps = 0;
	db->stopped = NULL;
	db->looked = 0;
	sqlite3_limit(db->db, SQLITE_LIMIT_LENGTH, limits->length ? limits->length : MAX_LENGTH);
	db->deadline = limits->seconds > 0 ? cpu_seconds() + limits->seconds : 0;
	sqlite3_progress_handler(db->db, WATCH_EVERY, watch, db);
}

static void watch_end(struct sql *db)
{
	sqlite3_progress_handler(db->db, 0, NULL, NULL);
	sqlite3_limit(db->db, SQLITE_LIMIT_LENGTH, MAX_LENGTH);
	db->limits = NULL;
}

/* ---- problems ---- */

void sql_problem_release(struct sql_problem *p)
{
	sb_release(&p->message);
}

static size_t error_offset(sqlite3 *db)
{
#if SQLITE_VERSION_NUMBER >= 3038000
	int at = sqlite3_error_offset(db);

	return at < 0 ? SIZE_MAX : (size_t)at;
#else
	(void)db;
	return SIZE_MAX;
#endif
}

static void tell(struct sql_problem *p, size_t at, const char *message)
{
	sb_clear(&p->message);
	sb_add(&p->message, message);
	p->at = at;
}

static void tell_wrong(struct sql *db, struct sql_problem *p)
{
	size_t at = error_offset(db->db);
	const char *message = sqlite3_errmsg(db->db);

	if (!strcmp(message, "no query solution"))
		message = "a table-valued function is asked without its argument";
	tell(p, at, db->denied.len ? sb_text(&db->denied) : message);
}

/* ---- queries ---- */

struct sql_query {
	struct sql *db;
	sqlite3_stmt *statement;
	char *text; /* kept for as long as the statement, which may point into it */
	struct sql_value *row;
};

/* The limit is the process's: what others hold at the same time counts, and theirs is put back. */
struct heap { sqlite3_int64 hard, soft; };

static struct heap heap_limit(size_t bytes)
{
	struct heap before = {.soft = sqlite3_soft_heap_limit64(-1)};

	before.hard = sqlite3_hard_heap_limit64((sqlite3_int64)bytes);
	return before;
}

static void heap_restore(struct heap before)
{
	sqlite3_hard_heap_limit64(before.hard);
	sqlite3_soft_heap_limit64(before.soft);
}

/* Preparing needs memory and time, too. */
static int prepare(struct sql *db, const char *text, sqlite3_stmt **ret, const char **ret_rest)
{
	struct heap before = heap_limit(sql_limits_of_rules.bytes);
	int status;

	sb_clear(&db->denied);
	status = sqlite3_prepare_v2(db->db, text, -1, ret, ret_rest);
	heap_restore(before);
	return status;
}

/* Behind the query there may be blanks, comments and semicolons, and nothing else. */
static bool is_all(struct sql *db, const char *text, const char *rest, struct sql_problem *ret)
{
	while (*rest) {
		sqlite3_stmt *more = NULL;
		const char *from = rest;
		int status = prepare(db, from, &more, &rest);
		bool something = more != NULL;

		sqlite3_finalize(more);
		if (status != SQLITE_OK || something) {
			tell(ret, (size_t)(from - text), "one query at a time: something follows it");
			return false;
		}
		if (rest == from)
			break;
	}
	return true;
}

static sqlite3_stmt *prepare_one(struct sql *db, const char *text, struct sql_problem *ret)
{
	sqlite3_stmt *statement = NULL;
	const char *rest = text;

	if (prepare(db, text, &statement, &rest) != SQLITE_OK) {
		tell_wrong(db, ret);
	} else if (!statement) {
		tell(ret, SIZE_MAX, "there is no query");
	} else if (!sqlite3_column_count(statement) || !sqlite3_stmt_readonly(statement)) {
		tell(ret, SIZE_MAX, "a query may only SELECT");
	} else if (sqlite3_bind_parameter_count(statement)) {
		tell(ret, SIZE_MAX, "a query can't have parameters");
	} else if (is_all(db, text, rest, ret)) {
		return statement;
	}
	sqlite3_finalize(statement);
	return NULL;
}

struct sql_query *sql_prepare(struct sql *db, const char *text, struct sql_problem *ret)
{
	char *copy = xstrdup(text);
	sqlite3_stmt *statement = prepare_one(db, copy, ret);
	struct sql_query *q;

	if (!statement) {
		free(copy);
		return NULL;
	}
	q = xcalloc(1, sizeof(*q));
	q->db = db;
	q->statement = statement;
	q->text = copy;
	q->row = xcalloc((size_t)sqlite3_column_count(statement), sizeof(*q->row));
	return q;
}

void sql_query_free(struct sql_query *q)
{
	if (!q)
		return;
	sqlite3_finalize(q->statement);
	free(q->text);
	free(q->row);
	free(q);
}

uint32_t sql_columns(const struct sql_query *q)
{
	return (uint32_t)sqlite3_column_count(q->statement);
}

const char *sql_column_name(const struct sql_query *q, uint32_t column)
{
	const char *name = sqlite3_column_name(q->statement, (int)column);

	return name ? name : "";
}

static struct sql_value read_value(sqlite3_stmt *s, int i)
{
	switch (sqlite3_column_type(s, i)) {
	case SQLITE_INTEGER:
		return (struct sql_value){.type = SQL_INT, .number = sqlite3_column_int64(s, i)};
	case SQLITE_FLOAT:
		return (struct sql_value){.type = SQL_REAL, .real = sqlite3_column_double(s, i)};
	case SQLITE_TEXT: {
		const char *text = (const char *)sqlite3_column_text(s, i);

		return (struct sql_value){.type = SQL_TEXT, .text = text ? text : "", .len = (size_t)sqlite3_column_bytes(s, i)};
	}
	case SQLITE_BLOB: {
		const char *bytes = sqlite3_column_blob(s, i);

		return (struct sql_value){.type = SQL_BLOB, .text = bytes ? bytes : "", .len = (size_t)sqlite3_column_bytes(s, i)};
	}
	}
	return (struct sql_value){.type = SQL_NULL};
}

/* SQLITE_DONE also where the rows are enough. */
static int step_all(struct sql_query *q, const struct sql_limits *limits, sql_row *row, void *context,
                    struct sql_answer *answer)
{
	uint32_t n = sql_columns(q);
	int status;

	while ((status = sqlite3_step(q->statement)) == SQLITE_ROW) {
		if (answer->rows >= limits->rows) {
			answer->more = true;
			return SQLITE_DONE;
		}
		for (uint32_t i = 0; i < n; i++)
			q->row[i] = read_value(q->statement, (int)i);
		answer->rows++;
		if (!row(context, q->row, n))
			return SQLITE_DONE;
	}
	return status;
}

static enum sql_end judge(struct sql *db, int status, struct sql_problem *p)
{
	p->at = SIZE_MAX;
	switch (status) {
	case SQLITE_DONE:
		return SQL_ANSWERED;
	case SQLITE_INTERRUPT:
		tell(p, SIZE_MAX, db->stopped ? db->stopped : "it was interrupted");
		return SQL_STOPPED;
	case SQLITE_NOMEM:
		tell(p, SIZE_MAX, "it takes too much memory");
		return SQL_STOPPED;
	case SQLITE_TOOBIG:
		tell(p, SIZE_MAX, "a value in it becomes too long");
		return SQL_STOPPED;
	}
	tell(p, SIZE_MAX, sqlite3_errmsg(db->db));
	return SQL_FAILED;
}

enum sql_end sql_run(struct sql_query *q, const struct sql_limits *limits, sql_row *row, void *context,
                     struct sql_answer *ret, struct sql_problem *ret_problem)
{
	struct heap before = heap_limit(limits->bytes);
	struct sql_answer answer = {0};
	double begin = cpu_seconds();
	enum sql_end end;

	watch_begin(q->db, limits);
	end = judge(q->db, step_all(q, limits, row, context, &answer), ret_problem);
	sqlite3_reset(q->statement);
	answer.steps = q->db->steps;
	answer.seconds = cpu_seconds() - begin;
	watch_end(q->db);
	heap_restore(before);
	*ret = answer;
	return end;
}
