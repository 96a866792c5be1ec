/*
 * journal - the parts: opening and migrating (journal.c), writing an exploration (journal_record.c), reading and
 * forgetting (journal_read.c), checks (journal_checks.c).
 */
#ifndef STORE_JOURNAL_P_H
#define STORE_JOURNAL_P_H

#include "base/strbuf.h"
#include "store/db_p.h"
#include "store/journal.h"

#define JOURNAL_ID 0x464c4a6e /* application_id: "FLJn" */

struct journal {
	char *path;
	enum journal_mode mode;
	sqlite3 *db; /* NULL: not open */
	enum journal_trouble trouble;
	struct strbuf why;
};

/*
 * The schema as numbered steps: step i takes a journal from version i to i + 1. A step that was ever released is
 * never changed: a new one is added.
 */
extern const char *const journal_schema[];
extern const int journal_version; /* the number of steps */

/* As journal_open, with a schema of the caller's: for tests of the migration. */
struct journal *journal_open_with(const char *path, enum journal_mode mode, const char *const *schema, int version);

/* Opens it anew where it is not open and that could help. */
bool journal_ready(struct journal *j);
/* Notes what SQLite says went wrong. Returns false. */
bool journal_fault(struct journal *j);
/* Nothing went wrong. Returns true. */
bool journal_well(struct journal *j);
/* A transaction that writes; with JOURNAL_READ it fails. journal_end commits, or rolls back where `ok` is false. */
bool journal_transaction(struct journal *j);
bool journal_end(struct journal *j, bool ok);

/* The number of a file text; 0 on failure. It is stored unless it is there. */
int64_t journal_content(struct journal *j, const struct kept_file *file);
/* Forgets file texts that nothing needs. */
bool journal_sweep(struct journal *j);

#endif
