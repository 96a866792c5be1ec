/* db - see db_p.h */
#include <stddef.h>

#include "store/db_p.h"

void db_finalize(sqlite3_stmt **st)
{
	sqlite3_finalize(*st);
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st = NULL;

	return sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK ? st : NULL;
}

bool db_exec(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

bool db_row(sqlite3_stmt *st)
{
	return sqlite3_step(st) == SQLITE_ROW;
}

bool db_run(sqlite3_stmt *st)
{
	bool done = sqlite3_step(st) == SQLITE_DONE;

	return sqlite3_reset(st) == SQLITE_OK && done;
}

int64_t db_number(sqlite3 *db, const char *sql, int64_t missing)
{
	DB_STATEMENT st = db_prepare(db, sql);

	return st && db_row(st) ? sqlite3_column_int64(st, 0) : missing;
}

bool db_bind_text(sqlite3_stmt *st, int at, const char *text)
{
	if (!text)
		return sqlite3_bind_null(st, at) == SQLITE_OK;
	return sqlite3_bind_text(st, at, text, -1, SQLITE_STATIC) == SQLITE_OK;
}

const char *db_text(sqlite3_stmt *st, int column)
{
	const unsigned char *text = sqlite3_column_text(st, column);

	return text ? (const char *)text : "";
}
