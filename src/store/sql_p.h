/*
 * What the files of SQL share: the database of virtual tables, and what watches over its queries.
 */
#ifndef STORE_SQL_P_H
#define STORE_SQL_P_H

#include <sqlite3.h>

#include "store/sql.h"

#define MAX_LENGTH 1000000 /* bytes of a value, where no less is asked for */

struct sql_table {
	const struct sql_relation *relation;
	void *context;
	struct sql *db;
};

struct sql {
	sqlite3 *db;
	VEC(struct sql_table *) tables;
	struct strbuf denied;  /* what the authorizer refused of the query being prepared, as a sentence */
	bool declaring;        /* SQLite is told of a table: what it does to its own schema for that is no query's doing */
	/* of the query under way */
	const struct sql_limits *limits;
	uint64_t steps;
	double looked;         /* at the clock, last */
	double deadline;       /* of the process's time; 0: none */
	const char *stopped;   /* why it was ended; NULL: it was not */
};

/* Registers the relation as a module whose only table has its name. */
void sql_table_add(struct sql *db, struct sql_table *table);
/* Whether it declares itself so: SQLite's text of a table. */
void sb_add_declaration(struct strbuf *sb, const struct sql_relation *r);

/* SQLite asks for leave for each thing that a query would do. */
int sql_authorize(void *db, int action, const char *a, const char *b, const char *database, const char *trigger);
/* Length, depth, arguments and so on, once a connection. */
void sql_set_limits(sqlite3 *db);

#endif
