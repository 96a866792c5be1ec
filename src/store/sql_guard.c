/* sql_guard - what a query may do: SELECT, from the relations, with functions that only compute */
#include <string.h>

#include "store/sql_p.h"

/*
 * Everything is refused that is not here. Left out on purpose: what reaches outside (load_extension, readfile and the
 * like, where somebody built them in), what would not give the same answer twice (random, the time), and what takes far
 * too long in one instruction (trim).
 */
static const char *const functions[] = {
	/* core */
	"abs", "char", "coalesce", "format", "glob", "hex", "ifnull", "iif", "instr", "length", "like", "likelihood",
	"likely", "lower", "max", "min", "nullif", "printf", "quote", "replace", "round", "sign", "substr", "substring",
	"typeof", "unhex", "unicode", "unlikely", "upper",
	/* aggregates and windows */
	"avg", "count", "group_concat", "string_agg", "sum", "total", "row_number", "rank", "dense_rank", "percent_rank",
	"cume_dist", "ntile", "lag", "lead", "first_value", "last_value", "nth_value",
	/* mathematics */
	"acos", "asin", "atan", "atan2", "ceil", "ceiling", "cos", "degrees", "exp", "floor", "ln", "log", "log10",
	"log2", "mod", "pi", "pow", "power", "radians", "sin", "sqrt", "tan", "trunc",
	/* JSON */
	"json", "json_array", "json_array_length", "json_error_position", "json_extract", "->", "->>", "json_group_array",
	"json_group_object", "json_object", "json_quote", "json_type", "json_valid",
	NULL
};
/* Tables that come with SQLite and only take their argument apart. */
static const char *const tables[] = {"json_each", "json_tree", NULL};

/* How what is refused is called; the rest, all about schemas, is "this statement". */
static const struct { int action; const char *name; } statements[] = {
	{SQLITE_ATTACH, "ATTACH"}, {SQLITE_DETACH, "DETACH"}, {SQLITE_PRAGMA, "PRAGMA"}, {SQLITE_INSERT, "INSERT"},
	{SQLITE_UPDATE, "UPDATE"}, {SQLITE_DELETE, "DELETE"}, {SQLITE_TRANSACTION, "a transaction"},
	{SQLITE_SAVEPOINT, "SAVEPOINT"}, {SQLITE_ANALYZE, "ANALYZE"}, {SQLITE_REINDEX, "REINDEX"},
	{SQLITE_CREATE_TABLE, "CREATE TABLE"}, {SQLITE_CREATE_TEMP_TABLE, "CREATE TABLE"},
	{SQLITE_CREATE_VIEW, "CREATE VIEW"}, {SQLITE_CREATE_TEMP_VIEW, "CREATE VIEW"},
	{SQLITE_CREATE_VTABLE, "CREATE VIRTUAL TABLE"}, {SQLITE_CREATE_TRIGGER, "CREATE TRIGGER"},
	{SQLITE_CREATE_TEMP_TRIGGER, "CREATE TRIGGER"}, {SQLITE_CREATE_INDEX, "CREATE INDEX"},
	{SQLITE_CREATE_TEMP_INDEX, "CREATE INDEX"}, {SQLITE_DROP_TABLE, "DROP TABLE"}, {SQLITE_DROP_VTABLE, "DROP TABLE"},
	{SQLITE_ALTER_TABLE, "ALTER TABLE"},
};

static bool among(const char *const *words, const char *word)
{
	for (; *words; words++)
		if (!sqlite3_stricmp(*words, word))
			return true;
	return false;
}

static bool is_relation(const struct sql *db, const char *name)
{
	for (size_t i = 0; i < db->tables.len; i++)
		if (!sqlite3_stricmp(db->tables.at[i]->relation->name, name))
			return true;
	return false;
}

/*
 * A table of which no column is read: it may be a WITH of the query itself, which SQLite does not tell from others
 * here. What is its own begins so; other modules can't even be declared.
 */
static bool may_count(const char *name)
{
	return sqlite3_strnicmp(name, "sqlite_", 7) != 0 && sqlite3_strnicmp(name, "pragma_", 7) != 0;
}

/* The first refusal is what the message is about. */
static int deny(struct sql *db, const char *what, const char *name, const char *rest)
{
	if (!db->denied.len)
		sb_addf(&db->denied, "%s%s%s", what, name, rest);
	return SQLITE_DENY;
}

static int deny_statement(struct sql *db, int action, const char *table)
{
	static const char only[] = " is not allowed: a query may only SELECT";

	/* SQLite writes a table of its own into its schema: one that comes with it and was not declared. */
	if (action == SQLITE_UPDATE && table && !sqlite3_strnicmp(table, "sqlite_", 7))
		return deny(db, "", "only the tables of the placement", " can be read");
	for (size_t i = 0; i < sizeof(statements) / sizeof(*statements); i++)
		if (statements[i].action == action)
			return deny(db, "", statements[i].name, only);
	return deny(db, "", "this statement", only);
}

int sql_authorize(void *context, int action, const char *a, const char *b, const char *database, const char *trigger)
{
	struct sql *db = context;

	(void)database, (void)trigger;
	if (db->declaring)
		return SQLITE_OK;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		if (a && (among(tables, a) || is_relation(db, a) || (b && !*b && may_count(a))))
			return SQLITE_OK;
		return deny(db, "the table '", a ? a : "", "' is not one of the placement's");
	case SQLITE_FUNCTION:
		if (b && among(functions, b))
			return SQLITE_OK;
		return deny(db, "the function '", b ? b : "", "' is not allowed");
	}
	return deny_statement(db, action, a);
}

void sql_set_limits(sqlite3 *db)
{
	static const struct { int what, most; } limits[] = {
		{SQLITE_LIMIT_LENGTH, MAX_LENGTH},
		{SQLITE_LIMIT_SQL_LENGTH, 100000},
		{SQLITE_LIMIT_COLUMN, 500},           /* a hundred levels, and more */
		{SQLITE_LIMIT_EXPR_DEPTH, 100},
		{SQLITE_LIMIT_COMPOUND_SELECT, 50},
		{SQLITE_LIMIT_VDBE_OP, 100000},
		{SQLITE_LIMIT_FUNCTION_ARG, 50},
		{SQLITE_LIMIT_ATTACHED, 0},
		{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 100}, /* its time grows with the pattern's length */
		{SQLITE_LIMIT_VARIABLE_NUMBER, 0},
		{SQLITE_LIMIT_TRIGGER_DEPTH, 1},
		{SQLITE_LIMIT_WORKER_THREADS, 0},
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++)
		sqlite3_limit(db, limits[i].what, limits[i].most);
}
