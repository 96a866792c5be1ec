/*
 * SQL over rows in memory: what a query may do, what ends it, and that every way to the rows gives the same rows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "lib/randoms.h"
#include "store/sql.h"

/* ---- a relation of known rows: n, its tenth, a word for it, and an index that goes the other way ---- */

#define ROWS 1000u

enum { COLUMN_ID, COLUMN_TENTH, COLUMN_WORD, COLUMN_BACK, COLUMN_QUOTED };
static const struct sql_column columns[] = {
	{"id", SQL_INT, "", false}, {"tenth", SQL_INT, "", false}, {"word", SQL_TEXT, "", false},
	{"back", SQL_INT, "", false}, {"a \"b", SQL_INT, "", false},
};
static const struct sql_path paths[] = {
	{COLUMN_ID, SQL_BY_ROW, true, true, true, true, ROWS},
	{COLUMN_TENTH, SQL_BY_ROW, true, true, false, true, ROWS / 10},
	{COLUMN_WORD, SQL_BY_FINDING, false, false, false, false, ROWS},
	{COLUMN_BACK, SQL_BY_INDEX, true, true, true, true, ROWS},
};

static uint64_t count_rows(void *context)
{
	(void)context;
	return ROWS;
}

static void give_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	char text[32];

	switch (column) {
	case COLUMN_ID: sql_give_int(out, (int64_t)c->row); break;
	case COLUMN_TENTH: sql_give_int(out, (int64_t)c->row / 10); break;
	case COLUMN_WORD:
		if (c->row % 7)
			sql_give_text(out, text, (size_t)snprintf(text, sizeof(text), "w%u", (unsigned)c->row % 100));
		break;
	case COLUMN_BACK: sql_give_int(out, ROWS - 1 - (int64_t)c->row); break;
	}
}

static uint64_t clamp(int64_t x)
{
	return x < 0 ? 0 : x > ROWS ? ROWS : (uint64_t)x;
}

static void span(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w, uint64_t *first,
                 uint64_t *end)
{
	(void)c;
	*first = clamp(w->least);
	*end = w->most == INT64_MAX ? ROWS : clamp(w->most + 1);
	if (path->column == COLUMN_TENTH) {
		*first = clamp((int64_t)*first * 10);
		*end = clamp((int64_t)*end * 10);
	}
}

static bool row_at(struct sql_cursor *c, uint64_t position, uint32_t n, uint64_t *ret)
{
	(void)c;
	*ret = ROWS - 1 - position;
	return n == 0;
}

static void find(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w, sql_rows *ret)
{
	(void)c, (void)path;
	for (uint64_t i = w->len > 1 ? strtoul(w->text + 1, NULL, 10) % 100 : 0; i < ROWS; i += 100)
		vec_push(ret, i);
}

static const struct sql_relation numbers = {
	"numbers", "", columns, sizeof(columns) / sizeof(*columns), paths, sizeof(paths) / sizeof(*paths),
	.rows = count_rows, .value = give_value, .span = span, .positions = count_rows, .row_at = row_at, .find = find,
};

/* The same rows without any path to them. */
static const struct sql_relation scanned = {
	"scanned", "", columns, sizeof(columns) / sizeof(*columns), .rows = count_rows, .value = give_value,
};

/* ---- asking ---- */

static int start(void **state)
{
	struct sql *db = sql_new();

	sql_relation(db, &numbers, NULL);
	sql_relation(db, &scanned, NULL);
	*state = db;
	return 0;
}

static int stop(void **state)
{
	sql_free(*state);
	return 0;
}

static bool add_row(void *context, const struct sql_value *values, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		sb_add(context, i ? "|" : "");
		if (values[i].type == SQL_INT)
			sb_addf(context, "%lld", (long long)values[i].number);
		else if (values[i].type == SQL_REAL)
			sb_addf(context, "%g", values[i].real);
		else if (values[i].type != SQL_NULL)
			sb_addn(context, values[i].text, values[i].len);
	}
	sb_addc(context, '\n');
	return true;
}

static const struct sql_limits some = {10000000, 20, (size_t)16 << 20, 100000, 0};

static enum sql_end ask(struct sql *db, const char *text, const struct sql_limits *limits, struct strbuf *rows,
                        struct sql_answer *answer, struct sql_problem *problem)
{
	struct sql_query *q = sql_prepare(db, text, problem);
	enum sql_end end = SQL_WRONG;

	if (q)
		end = sql_run(q, limits, add_row, rows, answer, problem);
	sql_query_free(q);
	return end;
}

static void must_answer(struct sql *db, const char *text, const char *expected)
{
	struct strbuf rows = {0};
	struct sql_answer answer = {0};
	struct sql_problem problem = {0};

	if (ask(db, text, &some, &rows, &answer, &problem) != SQL_ANSWERED)
		fail_msg("%s: %s", text, sb_text(&problem.message));
	if (strcmp(sb_text(&rows), expected) != 0)
		fail_msg("%s\ngives\n%s\nnot\n%s", text, sb_text(&rows), expected);
	sb_release(&rows);
	sql_problem_release(&problem);
}

static void must_end(struct sql *db, const char *text, const struct sql_limits *limits, enum sql_end end,
                     const char *message, size_t at)
{
	struct strbuf rows = {0};
	struct sql_answer answer = {0};
	struct sql_problem problem = {0};
	enum sql_end found = ask(db, text, limits, &rows, &answer, &problem);

	if (found != end || strcmp(sb_text(&problem.message), message) != 0 || problem.at != at)
		fail_msg("%s\nends %d at %zu: %s", text, found, problem.at, sb_text(&problem.message));
	sb_release(&rows);
	sql_problem_release(&problem);
}

/* ---- what may be asked ---- */

static void queries__are_answered(void **state)
{
	must_answer(*state, "SELECT count(*), sum(id), min(back) FROM numbers", "1000|499500|0\n");
	must_answer(*state, "SELECT id, tenth, word FROM numbers WHERE id IN (7, 8)", "7|0|\n8|0|w8\n");
	must_answer(*state, "WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) "
	            "SELECT count(*), sum(n) FROM t", "5|15\n");
	must_answer(*state, "SELECT value FROM json_each('[1, 2]')", "1\n2\n");
	must_answer(*state, "SELECT \"a \"\"b\" IS NULL FROM numbers LIMIT 1; -- and no more\n ;", "1\n");
	must_answer(*state, "VALUES (1), ('two')", "1\ntwo\n");
	must_answer(*state, "SELECT row_number() OVER (ORDER BY back) FROM numbers WHERE tenth = 99 LIMIT 1", "1\n");
}

/* Whatever it is, it must not get as far as being run. */
static void hostile_statements__are_refused(void **state)
{
	static const char *const hostile[] = {
		"ATTACH '/tmp/faultline-hostile.db' AS x", "ATTACH ':memory:' AS x", "DETACH main",
		"VACUUM", "VACUUM INTO '/tmp/faultline-hostile.db'", "PRAGMA user_version", "PRAGMA temp_store_directory = '/tmp'",
		"PRAGMA query_only = 0", "PRAGMA trusted_schema = 1", "PRAGMA writable_schema = 1", "PRAGMA hard_heap_limit = 0",
		"CREATE TABLE t (a)", "CREATE TEMP TABLE t (a)", "CREATE TABLE t AS SELECT * FROM numbers",
		"CREATE VIEW v AS SELECT 1", "CREATE INDEX i ON numbers (id)",
		"CREATE TRIGGER t AFTER INSERT ON numbers BEGIN SELECT 1; END", "CREATE VIRTUAL TABLE v USING fts5(a)", "CREATE VIRTUAL TABLE v USING rtree(a, b, c)",
		"CREATE VIRTUAL TABLE v USING numbers", "DROP TABLE numbers", "ALTER TABLE numbers RENAME TO n",
		"INSERT INTO numbers VALUES (1, 2, 3, 4, 5)", "UPDATE numbers SET id = 1", "DELETE FROM numbers",
		"REPLACE INTO numbers VALUES (1, 2, 3, 4, 5)", "INSERT INTO sqlite_master VALUES (1, 2, 3, 4, 5)",
		"WITH t AS (SELECT 1) DELETE FROM numbers", "INSERT INTO numbers SELECT * FROM numbers RETURNING id",
		"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "RELEASE s", "ANALYZE", "REINDEX",
		"SELECT load_extension('/tmp/x.so')", "SELECT load_extension('x', 'y')", "SELECT readfile('/etc/passwd')",
		"SELECT writefile('/tmp/x', 'y')", "SELECT edit('x')", "SELECT fts3_tokenizer('simple')",
		"SELECT random()", "SELECT trim(' x ')", "SELECT randomblob(9)", "SELECT zeroblob(1000000000)", "SELECT datetime('now')",
		"SELECT current_timestamp", "SELECT sqlite_compileoption_get(1)", "SELECT sqlite_log(1, 'x')",
		"SELECT last_insert_rowid()", "SELECT changes()", "SELECT sqlite_source_id()",
		"SELECT * FROM sqlite_master", "SELECT count(*) FROM sqlite_schema", "SELECT sql FROM sqlite_temp_master",
		"SELECT * FROM pragma_function_list", "SELECT 1 FROM pragma_user_version", "SELECT * FROM pragma_database_list",
		"SELECT * FROM sqlite_dbpage", "SELECT * FROM dbstat", "SELECT * FROM bytecode('SELECT 1')",
		"SELECT * FROM fsdir('/')", "SELECT * FROM sqlite_stmt", "SELECT * FROM generate_series(1, 10)",
		"SELECT * FROM numbers WHERE id IN (SELECT rootpage FROM sqlite_master)",
		"SELECT (SELECT load_extension('x')) FROM numbers", "EXPLAIN DELETE FROM numbers", "EXPLAIN ATTACH 'x' AS y",
		"EXPLAIN QUERY PLAN CREATE TABLE t (a)", "SELECT 1; DROP TABLE numbers", "SELECT 1; SELECT 2", "SELECT 1; x",
		"SELECT ?", "SELECT :name", "SELECT @x", "SELECT $y", "", " ; ", "-- nothing", "/* open", "SELECT",
		"SELECT id FROM numbers WHERE", "SELECT \"no such thing\"", "SELECT * FROM nowhere", "\x01", "SELECT 'open",
	};

	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		struct sql_problem problem = {0};
		struct sql_query *q = sql_prepare(*state, hostile[i], &problem);

		if (q)
			fail_msg("it is let through: %s", hostile[i]);
		if (!problem.message.len || strstr(sb_text(&problem.message), "not authorized"))
			fail_msg("%s is refused without a good word: %s", hostile[i], sb_text(&problem.message));
		sql_problem_release(&problem);
	}
	assert_int_equal(access("/tmp/faultline-hostile.db", F_OK), -1);
	must_answer(*state, "SELECT count(*) FROM numbers", "1000\n");
}

static void a_wrong_query__is_told_with_its_place(void **state)
{
	must_end(*state, "SELECT nam FROM numbers", &some, SQL_WRONG, "no such column: nam", 7);
	must_end(*state, "SELECT id FRM numbers", &some, SQL_WRONG, "near \"numbers\": syntax error", 14);
	must_end(*state, "SELECT x'a'", &some, SQL_WRONG, "unrecognized token: \"x'a'\"", 7);
	must_end(*state, "SELECT 1; SELECT 2", &some, SQL_WRONG, "one query at a time: something follows it", 9);
	must_end(*state, "PRAGMA user_version", &some, SQL_WRONG, "PRAGMA is not allowed: a query may only SELECT", SIZE_MAX);
	must_end(*state, "SELECT * FROM sqlite_master", &some, SQL_WRONG,
	         "the table 'sqlite_master' is not one of the placement's", SIZE_MAX);
}

/* ---- what ends a query ---- */

static void endless_queries__are_ended(void **state)
{
	static const char *const endless[] = {
		"SELECT count(*) FROM numbers a, numbers b, numbers c, numbers d WHERE a.id + b.id = c.id + d.id",
		"WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(n) FROM t",
		"WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT 1 FROM t) SELECT count(*) FROM t WHERE n = 2",
	};

	for (size_t i = 0; i < sizeof(endless) / sizeof(*endless); i++)
		must_end(*state, endless[i], &some, SQL_STOPPED, "it takes too many steps", SIZE_MAX);
}

/* Each instruction takes long here; the clock ends it before the steps do. */
static void slow_queries__are_ended_by_the_clock(void **state)
{
	struct sql_limits limits = {UINT64_MAX / 2, 0.2, (size_t)256 << 20, 10, 0};

	must_end(*state, "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT max(length(replace("
	         "printf('%100000d', n), ' ', '....'))) FROM t", &limits, SQL_STOPPED, "it takes too long", SIZE_MAX);
	limits.length = sql_limits_of_rules.length;
	must_end(*state, "WITH RECURSIVE t(n, s) AS (SELECT 1, replace(printf('%19000d', 1), ' ', 'a') UNION ALL SELECT n + 1, s "
	         "FROM t) SELECT sum(instr(s, substr(s, 1, 9500) || 'b')) FROM t", &limits, SQL_STOPPED, "it takes too long",
	         SIZE_MAX);
}

static void hungry_queries__are_ended(void **state)
{
	must_end(*state, "WITH RECURSIVE t(n, s) AS (SELECT 1, printf('%100000d', 1) UNION ALL SELECT n + 1, s || n FROM t) "
	         "SELECT count(*) FROM (SELECT s FROM t ORDER BY s)", &some, SQL_STOPPED, "it takes too much memory", SIZE_MAX);
	must_end(*state, "SELECT printf('%900000d', 1) || printf('%900000d', 1)", &some, SQL_STOPPED, "a value in it becomes too long", SIZE_MAX);
	must_answer(*state, "SELECT count(*) FROM numbers", "1000\n"); /* and the next one has all of it again */
}

static void deep_queries__are_refused(void **state)
{
	struct strbuf text = {0};
	struct sql_problem problem = {0};

	sb_add(&text, "SELECT ");
	sb_repeat(&text, "(1+", 200);
	sb_add(&text, "1");
	sb_repeat(&text, ")", 200);
	assert_null(sql_prepare(*state, sb_text(&text), &problem));
	sb_clear(&text);
	sb_add(&text, "SELECT '");
	sb_repeat(&text, "x", 200000);
	sb_add(&text, "'");
	assert_null(sql_prepare(*state, sb_text(&text), &problem));
	sb_clear(&text);
	sb_add(&text, "SELECT 1");
	sb_repeat(&text, " UNION ALL SELECT 1", 100);
	assert_null(sql_prepare(*state, sb_text(&text), &problem));
	sb_release(&text);
	sql_problem_release(&problem);
}

static void rows__are_limited_and_that_is_told(void **state)
{
	struct sql_limits limits = {10000000, 20, (size_t)16 << 20, 1000, 0};
	struct strbuf rows = {0};
	struct sql_answer answer;
	struct sql_problem problem = {0};

	assert_int_equal(ask(*state, "SELECT id FROM numbers", &limits, &rows, &answer, &problem), SQL_ANSWERED);
	assert_int_equal(answer.rows, 1000);
	assert_false(answer.more);
	limits.rows = 999;
	assert_int_equal(ask(*state, "SELECT id FROM numbers", &limits, &rows, &answer, &problem), SQL_ANSWERED);
	assert_int_equal(answer.rows, 999);
	assert_true(answer.more);
	sb_release(&rows);
}

/* ---- every way to the rows gives the same rows ---- */

static void add_bound(struct strbuf *sb, struct rng *r)
{
	static const char *const odd[] = {
		"NULL", "'12'", "'x'", "12.5", "12.0", "-1", "1e300", "-1e300", "x'31'", "9223372036854775807",
		"-9223372036854775808", "(SELECT max(tenth) FROM numbers)", "''", "'w12'", "'w7'", "'W12'",
	};

	if (rng_percent(r, 40))
		sb_add(sb, odd[rng_below(r, sizeof(odd) / sizeof(*odd))]);
	else
		sb_addf(sb, "%u", rng_below(r, 1100));
}

static void add_comparison(struct strbuf *sb, struct rng *r)
{
	static const char *const names[] = {"id", "tenth", "word", "back"};
	static const char *const comparisons[] = {" = ", " < ", " <= ", " > ", " >= ", " = ", " IS "};

	sb_add(sb, names[rng_below(r, 4)]);
	sb_add(sb, comparisons[rng_below(r, 7)]);
	add_bound(sb, r);
}

static char *rows_of(struct sql *db, const char *text)
{
	struct strbuf rows = {0};
	struct sql_answer answer;
	struct sql_problem problem = {0};

	if (ask(db, text, &some, &rows, &answer, &problem) != SQL_ANSWERED)
		fail_msg("%s: %s", text, sb_text(&problem.message));
	sql_problem_release(&problem);
	return rows.text ? rows.text : xstrdup("");
}

static void paths__give_the_rows_of_a_full_scan(void **state)
{
	static const char *const orders[] = {"id", "tenth, id", "back", "back DESC, id", "word, id", "tenth DESC, back"};

	for (uint64_t seed = 1; seed <= 2000; seed++) {
		struct rng r = rng_seeded(seed);
		struct strbuf where = {0}, text = {0};
		const char *order = orders[rng_below(&r, 6)];
		char *a, *b;

		for (uint32_t i = 0, n = 1 + rng_below(&r, 3); i < n; i++) {
			sb_add(&where, i ? " AND " : " WHERE ");
			add_comparison(&where, &r);
		}
		sb_addf(&text, "SELECT id, back, word FROM numbers%s ORDER BY %s", sb_text(&where), order);
		a = rows_of(*state, sb_text(&text));
		sb_clear(&text);
		sb_addf(&text, "SELECT id, back, word FROM scanned%s ORDER BY %s", sb_text(&where), order);
		b = rows_of(*state, sb_text(&text));
		if (strcmp(a, b) != 0)
			fail_msg("seed %llu: %s\n%s\nbut by a path\n%s", (unsigned long long)seed, sb_text(&text), b, a);
		free(a);
		free(b);
		sb_release(&where);
		sb_release(&text);
	}
}

static void plans__name_the_path(void **state)
{
	static const struct { const char *where, *plan; } rows[] = {
		{"id = 5", "id=?"}, {"id > 5 AND id < 9", "id>? AND id<?"}, {"tenth = 5", "tenth=?"}, {"word = 'w1'", "word=?"},
		{"back BETWEEN 1 AND 2", "back>? AND back<?"}, {"+id = 5", ":all"}, {"word = 'w1' COLLATE NOCASE", ":all"},
		{"word > 'w1'", ":all"}, {"tenth = 5 AND id = 3", "id=?"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct strbuf text = {0};
		char *plan;

		sb_addf(&text, "EXPLAIN QUERY PLAN SELECT 1 FROM numbers WHERE %s", rows[i].where);
		plan = rows_of(*state, sb_text(&text));
		if (!strstr(plan, rows[i].plan))
			fail_msg("%s is planned as %s", rows[i].where, plan);
		free(plan);
		sb_release(&text);
	}
}

static void orders_that_a_path_gives__are_not_sorted(void **state)
{
	static const struct { const char *rest; bool sorted; } rows[] = {
		{"ORDER BY id", false}, {"ORDER BY tenth, id", false}, {"ORDER BY id, word", false}, {"ORDER BY back", false},
		{"GROUP BY tenth", false}, {"ORDER BY id DESC", true}, {"ORDER BY word", true}, {"ORDER BY tenth, back", true},
		{"GROUP BY word", true},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct strbuf text = {0};
		char *plan;

		sb_addf(&text, "EXPLAIN QUERY PLAN SELECT id, tenth FROM numbers %s", rows[i].rest);
		plan = rows_of(*state, sb_text(&text));
		assert_int_equal(strstr(plan, "TEMP B-TREE") != NULL, rows[i].sorted);
		free(plan);
		sb_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(queries__are_answered, start, stop),
		cmocka_unit_test_setup_teardown(hostile_statements__are_refused, start, stop),
		cmocka_unit_test_setup_teardown(a_wrong_query__is_told_with_its_place, start, stop),
		cmocka_unit_test_setup_teardown(endless_queries__are_ended, start, stop),
		cmocka_unit_test_setup_teardown(slow_queries__are_ended_by_the_clock, start, stop),
		cmocka_unit_test_setup_teardown(hungry_queries__are_ended, start, stop),
		cmocka_unit_test_setup_teardown(deep_queries__are_refused, start, stop),
		cmocka_unit_test_setup_teardown(rows__are_limited_and_that_is_told, start, stop),
		cmocka_unit_test_setup_teardown(paths__give_the_rows_of_a_full_scan, start, stop),
		cmocka_unit_test_setup_teardown(plans__name_the_path, start, stop),
		cmocka_unit_test_setup_teardown(orders_that_a_path_gives__are_not_sorted, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
