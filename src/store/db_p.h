/*
 * db - the little that all SQLite code here has in common.
 *
 *	DB_STATEMENT st = db_prepare(db, "SELECT id FROM t WHERE name = ?1");
 *	if (!st || !db_bind_text(st, 1, name) || !db_row(st)) ...
 */
#ifndef STORE_DB_P_H
#define STORE_DB_P_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

/* Finalized where its scope ends. */
#define DB_STATEMENT __attribute__((cleanup(db_finalize))) sqlite3_stmt *
void db_finalize(sqlite3_stmt **st);

/* NULL when it can't be compiled: sqlite3_errmsg tells why. */
sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql);
/* Runs statements that return nothing. */
bool db_exec(sqlite3 *db, const char *sql);
/* Steps to a row; false at the end and on failure. */
bool db_row(sqlite3_stmt *st);
/* Steps a statement that has no rows to its end, and makes it ready for other values; false on failure. */
bool db_run(sqlite3_stmt *st);
/* The first column of the first row; `missing` without one, or on failure. */
int64_t db_number(sqlite3 *db, const char *sql, int64_t missing);

/* NULL binds NULL; the text must live until the statement is reset. */
bool db_bind_text(sqlite3_stmt *st, int at, const char *text);
/* A column's text, "" where it is NULL. Valid until the next step. */
const char *db_text(sqlite3_stmt *st, int column);

#endif
