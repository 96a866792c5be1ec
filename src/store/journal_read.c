/* Reading explorations back, and forgetting them. */
#include <string.h>

#include "store/journal_p.h"

static const char *kept_text(sqlite3_stmt *st, int column, struct arena *a)
{
	return arena_strdup(a, db_text(st, column));
}

/* Ends a loop over rows: whether it came to the end. */
static bool at_end(struct journal *j, sqlite3_stmt *st)
{
	return (st && sqlite3_reset(st) == SQLITE_OK) || journal_fault(j);
}

static bool readable(struct journal *j)
{
	return journal_ready(j) && !(j->trouble == JOURNAL_BROKEN);
}

/* ---- the list ---- */

#define ABOUT "e.id, e.began, e.last, e.name, e.file, e.path, c.hash, " \
	"(SELECT count(*) FROM steps s WHERE s.exploration = e.id), " \
	"(SELECT count(*) FROM steps s WHERE s.exploration = e.id AND s.undone) "
#define ABOUT_COLUMNS 9

static struct exploration read_about(sqlite3_stmt *st, struct arena *a)
{
	return (struct exploration){
		.id = sqlite3_column_int64(st, 0),
		.began = sqlite3_column_int64(st, 1),
		.last = sqlite3_column_int64(st, 2),
		.name = kept_text(st, 3, a),
		.file = kept_text(st, 4, a),
		.path = kept_text(st, 5, a),
		.hash = kept_text(st, 6, a),
		.nsteps = (uint32_t)sqlite3_column_int64(st, 7),
		.nundone = (uint32_t)sqlite3_column_int64(st, 8),
	};
}

static const char list_sql[] =
	"SELECT " ABOUT "FROM explorations e JOIN contents c ON c.id = e.content "
	"WHERE e.last >= ?1 "
	"AND (?2 IS NULL AND ?3 IS NULL OR e.path = ?2 OR e.file = ?3) "
	"AND (?4 IS NULL OR instr(lower(e.name), lower(?4)) OR instr(lower(e.file), lower(?4)) OR EXISTS "
	"(SELECT 1 FROM steps s WHERE s.exploration = e.id AND instr(lower(s.actions), lower(?4)))) "
	"ORDER BY e.last DESC, e.id DESC LIMIT ?5";

bool journal_list(struct journal *j, const struct log_filter *f, struct arena *a, exploration_list *ret)
{
	DB_STATEMENT st = NULL;

	if (!readable(j))
		return false;
	st = db_prepare(j->db, list_sql);
	if (!st || sqlite3_bind_int64(st, 1, f->since) != SQLITE_OK || !db_bind_text(st, 2, f->path) ||
	    !db_bind_text(st, 3, f->file) || !db_bind_text(st, 4, f->text) ||
	    sqlite3_bind_int64(st, 5, f->limit ? (int64_t)f->limit : -1) != SQLITE_OK)
		return journal_fault(j);
	while (db_row(st))
		vec_push(ret, read_about(st, a));
	return at_end(j, st);
}

/* ---- one ---- */

static duration read_duration(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL ? DURATION_NONE : sqlite3_column_int64(st, column);
}

static struct kept_outcome read_outcome(sqlite3_stmt *st, int at)
{
	struct kept_outcome o;

	for (int i = 0; i < JOURNAL_STATUSES; i++)
		o.status[i] = (uint32_t)sqlite3_column_int64(st, at++);
	for (int i = 0; i < JOURNAL_VERDICTS; i++)
		o.data[i] = (uint32_t)sqlite3_column_int64(st, at++);
	o.rpo = read_duration(st, at);
	o.rto = read_duration(st, at + 1);
	o.stopped = (uint32_t)sqlite3_column_int64(st, at + 2);
	return o;
}

static bool read_steps(struct journal *j, struct arena *a, struct kept_exploration *ret)
{
	DB_STATEMENT st = db_prepare(j->db, "SELECT actions, at, undone, ok, degraded, at_risk, write_only, read_only, "
	                             "stale, down, split, data_safe, data_tail, data_stale, data_backup, data_lost, rpo, rto, "
	                             "stopped FROM steps WHERE exploration = ?1 ORDER BY number");

	if (!st || sqlite3_bind_int64(st, 1, ret->about.id) != SQLITE_OK)
		return journal_fault(j);
	ret->steps = arena_alloc(a, (ret->about.nsteps + 1) * sizeof(*ret->steps));
	while (ret->nsteps < ret->about.nsteps && db_row(st))
		ret->steps[ret->nsteps++] = (struct kept_step){
			.actions = kept_text(st, 0, a),
			.at = sqlite3_column_int64(st, 1),
			.undone = sqlite3_column_int64(st, 2) != 0,
			.outcome = read_outcome(st, 3),
		};
	return at_end(j, st);
}

static void read_content(sqlite3_stmt *st, struct arena *a, struct kept_exploration *ret)
{
	const void *text = sqlite3_column_blob(st, ABOUT_COLUMNS);

	ret->text = NULL;
	if (sqlite3_column_type(st, ABOUT_COLUMNS) == SQLITE_NULL)
		return;
	ret->len = (size_t)sqlite3_column_bytes(st, ABOUT_COLUMNS);
	ret->text = arena_strndup(a, text ? text : "", ret->len);
}

/* In one transaction, so that steps are not written between the two questions. */
static enum journal_found read_whole(struct journal *j, int64_t id, struct arena *a, struct kept_exploration *ret)
{
	DB_STATEMENT st = db_prepare(j->db, "SELECT " ABOUT ", c.text "
	                             "FROM explorations e JOIN contents c ON c.id = e.content WHERE e.id = ?1");
	int code;

	*ret = (struct kept_exploration){0};
	if (!st || sqlite3_bind_int64(st, 1, id) != SQLITE_OK) {
		journal_fault(j);
		return JOURNAL_UNREAD;
	}
	code = sqlite3_step(st);
	if (code == SQLITE_DONE)
		return JOURNAL_NO_SUCH;
	if (code != SQLITE_ROW) {
		journal_fault(j);
		return JOURNAL_UNREAD;
	}
	ret->about = read_about(st, a);
	read_content(st, a, ret);
	return read_steps(j, a, ret) ? JOURNAL_FOUND : JOURNAL_UNREAD;
}

enum journal_found journal_read(struct journal *j, int64_t id, struct arena *a, struct kept_exploration *ret)
{
	enum journal_found found;

	if (!readable(j))
		return JOURNAL_UNREAD;
	if (!db_exec(j->db, "BEGIN")) {
		journal_fault(j);
		return JOURNAL_UNREAD;
	}
	found = read_whole(j, id, a, ret);
	db_exec(j->db, "COMMIT");
	return found;
}

/* ---- forgetting ---- */

static bool run_with(struct journal *j, const char *sql, int64_t value, uint32_t *ret_changes)
{
	DB_STATEMENT st = db_prepare(j->db, sql);

	if (!st || sqlite3_bind_int64(st, 1, value) != SQLITE_OK || !db_run(st))
		return false;
	*ret_changes = (uint32_t)sqlite3_changes(j->db);
	return true;
}

bool journal_delete(struct journal *j, int64_t id, bool *ret_found)
{
	uint32_t deleted = 0;
	bool ok;

	if (!journal_transaction(j))
		return false;
	ok = run_with(j, "DELETE FROM explorations WHERE id = ?1", id, &deleted) && journal_sweep(j);
	*ret_found = deleted > 0;
	return journal_end(j, ok);
}

/* What was freed is given back where no other program looks at the journal. */
bool journal_prune(struct journal *j, int64_t before, struct pruned *ret)
{
	bool ok;

	*ret = (struct pruned){0};
	if (!journal_transaction(j))
		return false;
	ok = run_with(j, "DELETE FROM explorations WHERE last < ?1", before, &ret->explorations) &&
	     run_with(j, "DELETE FROM checks WHERE at < ?1", before, &ret->checks) && journal_sweep(j);
	if (!journal_end(j, ok))
		return false;
	if (ret->explorations || ret->checks)
		db_exec(j->db, "VACUUM");
	return true;
}
