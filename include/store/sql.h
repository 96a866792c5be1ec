/*
 * sql - questions in SQL about what is in memory: read-only virtual tables over rows that are computed when asked for.
 *
 * Knows nothing of placements: whoever has rows describes them as a relation, a table of columns and a few callbacks.
 * A query may SELECT from the relations, with the functions in store/sql_guard.c, and nothing else: it can't write,
 * attach, read files or load code, and is ended when it takes more steps, time, memory or rows than it may.
 *
 *	struct sql *db = sql_new();
 *	sql_relation(db, &groups, model);
 *	struct sql_query *q = sql_prepare(db, "SELECT name FROM grps", &problem);
 *	if (q && sql_run(q, &limits, show_row, out, &answer, &problem) == SQL_ANSWERED) ...
 *	sql_query_free(q);
 *	sql_free(db);
 */
#ifndef STORE_SQL_H
#define STORE_SQL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "base/vec.h"

/* ---- relations ---- */

enum sql_type { SQL_NULL, SQL_INT, SQL_REAL, SQL_TEXT, SQL_BLOB };
extern const char *const sql_type_names[]; /* "INTEGER", ... */

struct sql_column {
	const char *name;
	enum sql_type type;
	const char *about; /* what it is, for people */
	bool argument;     /* of a table-valued function: hidden, must be given; after all others */
};

/* The row that a cursor is at, and what a relation wants to remember between calls. */
struct sql_cursor {
	void *context;  /* as given to sql_relation */
	uint64_t row;
	uint64_t hint[2]; /* 0 at first; the relation's to use */
	void *own;      /* NULL at first; the relation's, given to `close` at the end */
	struct sql *db;
};

/* Takes a value; each call of a relation's `value` gives one, or none for NULL. */
struct sql_out;
void sql_give_int(struct sql_out *out, int64_t value);
void sql_give_real(struct sql_out *out, double value);
void sql_give_text(struct sql_out *out, const char *text, size_t len); /* copied */
void sql_give_word(struct sql_out *out, const char *text);             /* which lives as long as the database */

/* The orders in which rows can be walked: by number; by the relation's one index; those found, in any order. */
enum sql_order { SQL_BY_ROW, SQL_BY_INDEX, SQL_BY_FINDING };

/* A way to the rows where a column has a value, or is in a range. */
struct sql_path {
	uint32_t column;
	enum sql_order order;
	bool ranges;       /* <, >, between too, and not = alone; of whole numbers */
	bool sorted;       /* the column never falls in this order */
	bool unique;       /* and is another in each row; in SQL_BY_ROW it is the row's number */
	bool grouped;      /* equal values stand together, those of other grouped columns of the order too */
	uint64_t distinct; /* values, about: for planning */
};

/* What a path is asked for: a whole number in [least, most], or a text. */
struct sql_wanted {
	int64_t least, most;
	const char *text; /* NULL where the column is not of text */
	size_t len;
};

typedef VEC(uint64_t) sql_rows;
struct sql_value { enum sql_type type; int64_t number; double real; const char *text; size_t len; };

struct sql_relation {
	const char *name, *about;
	const struct sql_column *columns;
	uint32_t ncolumns;
	const struct sql_path *paths;
	uint32_t npaths;
	uint64_t (*rows)(void *context);
	/* The value of a column at c->row. */
	void (*value)(struct sql_cursor *c, uint32_t column, struct sql_out *out);
	/* Positions [*ret_first, *ret_end) of the path's order, those of all rows that are wanted among them. Not asked
	 * where the column is the row's number. May be NULL, as may be what is not used below. */
	void (*span)(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w, uint64_t *ret_first,
	             uint64_t *ret_end);
	uint64_t (*positions)(void *context);
	/* The n-th row, from 0, at a position of the index; false where there are no more at it. */
	bool (*row_at)(struct sql_cursor *c, uint64_t position, uint32_t n, uint64_t *ret);
	/* SQL_BY_FINDING: adds all rows that are wanted, perhaps others. */
	void (*find)(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w, sql_rows *ret);
	/* A table-valued function is called with a text for each of its arguments. NULL, or why not: a clean sentence that
	 * lives until the cursor's next call. */
	const char *(*call)(struct sql_cursor *c, const char *const *arguments);
	void (*close)(struct sql_cursor *c);
};

/* ---- queries ---- */

struct sql;
struct sql_query;

struct sql *sql_new(void);
void sql_free(struct sql *db); /* after its queries */
/* Makes it a table. Both are borrowed. Column names are quoted here and may be any text, each once whatever its case. */
void sql_relation(struct sql *db, const struct sql_relation *relation, void *context);
/* Counts work that a relation does beside the steps of the query itself. */
void sql_spend(struct sql *db, uint64_t steps);

struct sql_limits {
	uint64_t steps;  /* instructions of SQLite's machine, and what was spent */
	double seconds;  /* of the processor, the backstop for what steps don't count; 0: none */
	size_t bytes;    /* held by SQLite at once */
	uint64_t rows;
	int length;      /* bytes of one value; 0: a million. One instruction may take this squared */
};
extern const struct sql_limits sql_limits_by_hand, sql_limits_of_rules, sql_limits_on_screen;

enum sql_end {
	SQL_ANSWERED,
	SQL_WRONG,   /* it can't be: syntax, an unknown column, something that is not allowed */
	SQL_FAILED,  /* something in it can't be worked out for these rows */
	SQL_STOPPED, /* it took more steps, time or memory than it may */
};

struct sql_problem {
	struct strbuf message; /* not cleaned; no full stop */
	size_t at;             /* byte of the query's text that it is about; SIZE_MAX: not known */
};
void sql_problem_release(struct sql_problem *p);

/* One SELECT (or EXPLAIN, or VALUES). NULL, with the problem, when it is wrong. The text is copied. */
struct sql_query *sql_prepare(struct sql *db, const char *text, struct sql_problem *ret);
void sql_query_free(struct sql_query *q);
uint32_t sql_columns(const struct sql_query *q);
const char *sql_column_name(const struct sql_query *q, uint32_t column);

struct sql_answer {
	uint64_t rows;
	bool more;      /* there were more rows than the limit */
	uint64_t steps; /* taken, about */
	double seconds; /* of the processor */
};
/* Is given each row; values live until it returns. False ends the query. */
typedef bool sql_row(void *context, const struct sql_value *values, uint32_t n);
/* May be run again. What was answered before it failed stands. */
enum sql_end sql_run(struct sql_query *q, const struct sql_limits *limits, sql_row *row, void *context,
                     struct sql_answer *ret, struct sql_problem *ret_problem);

#endif
