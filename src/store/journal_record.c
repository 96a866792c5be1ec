/*
 * recording - an exploration on its way into the journal. It is held here as it should be there; what is not
 * there yet is marked, and each call writes all of that in one transaction.
 */
#include <stdlib.h>
#include <string.h>

#include "store/journal_p.h"

struct entry {
	char *actions;
	int64_t at;
	struct kept_outcome outcome;
	bool undone;
	bool dropped; /* undone, and another step was taken since: it can't be redone */
	bool there;   /* in the journal */
	bool changed; /* undone or redone since */
};

struct recording {
	struct journal *j;
	struct kept_file file;
	char *file_name, *path, *name;
	bool name_changed;
	int64_t began, id, token;
	VEC(struct entry) steps;
	size_t position; /* of those not dropped, entries below it are in force, those from it on can be redone */
};

struct recording *recording_new(struct journal *j, const struct kept_file *file, int64_t began)
{
	struct recording *r = xcalloc(1, sizeof(*r));

	r->j = j;
	r->file = *file;
	r->file.name = r->file_name = xstrdup(file->name);
	r->file.path = r->path = xstrdup(file->path);
	r->name = xstrdup("");
	r->began = began;
	sqlite3_randomness((int)sizeof(r->token), &r->token);
	return r;
}

void recording_free(struct recording *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->steps.len; i++)
		free(r->steps.at[i].actions);
	vec_free(&r->steps);
	free(r->file_name);
	free(r->path);
	free(r->name);
	free(r);
}

int64_t recording_id(const struct recording *r)
{
	return r->id;
}

static bool is_unwritten(const struct entry *e)
{
	return !e->there || e->changed;
}

size_t recording_unwritten(const struct recording *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->steps.len; i++)
		n += is_unwritten(&r->steps.at[i]);
	return n;
}

/* ---- writing ---- */

static bool bind_outcome(sqlite3_stmt *st, int at, const struct kept_outcome *o)
{
	int bad = 0;

	for (int i = 0; i < JOURNAL_STATUSES; i++)
		bad |= sqlite3_bind_int64(st, at++, o->status[i]);
	for (int i = 0; i < JOURNAL_VERDICTS; i++)
		bad |= sqlite3_bind_int64(st, at++, o->data[i]);
	bad |= o->rpo == DURATION_NONE ? sqlite3_bind_null(st, at) : sqlite3_bind_int64(st, at, o->rpo);
	bad |= o->rto == DURATION_NONE ? sqlite3_bind_null(st, at + 1) : sqlite3_bind_int64(st, at + 1, o->rto);
	bad |= sqlite3_bind_int64(st, at + 2, o->stopped);
	return !bad;
}

static bool insert_step(sqlite3_stmt *st, int64_t id, size_t i, const struct entry *e)
{
	return sqlite3_bind_int64(st, 1, id) == SQLITE_OK && sqlite3_bind_int64(st, 2, (int64_t)i + 1) == SQLITE_OK &&
	       sqlite3_bind_int64(st, 3, e->at) == SQLITE_OK && db_bind_text(st, 4, e->actions) &&
	       sqlite3_bind_int(st, 5, e->undone) == SQLITE_OK && bind_outcome(st, 6, &e->outcome) && db_run(st);
}

static bool update_step(sqlite3_stmt *st, int64_t id, size_t i, const struct entry *e)
{
	return sqlite3_bind_int64(st, 1, id) == SQLITE_OK && sqlite3_bind_int64(st, 2, (int64_t)i + 1) == SQLITE_OK &&
	       sqlite3_bind_int(st, 3, e->undone) == SQLITE_OK && db_run(st);
}

static bool write_steps(struct recording *r, int64_t id)
{
	DB_STATEMENT insert = db_prepare(r->j->db, "INSERT OR REPLACE INTO steps "
	                                 "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
	                                 "?19, ?20, ?21)");
	DB_STATEMENT update = db_prepare(r->j->db, "UPDATE steps SET undone = ?3 WHERE exploration = ?1 AND number = ?2");
	bool ok = insert && update;

	for (size_t i = 0; ok && i < r->steps.len; i++) {
		const struct entry *e = &r->steps.at[i];

		if (!e->there)
			ok = insert_step(insert, id, i, e);
		else if (e->changed)
			ok = update_step(update, id, i, e);
	}
	return ok;
}

static int64_t last_time(const struct recording *r)
{
	return r->steps.len ? r->steps.at[r->steps.len - 1].at : r->began;
}

static int64_t insert_exploration(struct recording *r)
{
	DB_STATEMENT st = db_prepare(r->j->db, "INSERT INTO explorations(file, path, content, began, last, name, token) "
	                             "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
	int64_t content = journal_content(r->j, &r->file);

	if (!content || !st || !db_bind_text(st, 1, r->file_name) || !db_bind_text(st, 2, r->path) ||
	    sqlite3_bind_int64(st, 3, content) != SQLITE_OK || sqlite3_bind_int64(st, 4, r->began) != SQLITE_OK ||
	    sqlite3_bind_int64(st, 5, last_time(r)) != SQLITE_OK || !db_bind_text(st, 6, r->name) ||
	    sqlite3_bind_int64(st, 7, r->token) != SQLITE_OK || !db_run(st))
		return 0;
	return sqlite3_last_insert_rowid(r->j->db);
}

static bool update_exploration(struct recording *r, int64_t id)
{
	DB_STATEMENT st = db_prepare(r->j->db, "UPDATE explorations SET last = ?2, name = ?3 WHERE id = ?1");

	return st && sqlite3_bind_int64(st, 1, id) == SQLITE_OK &&
	       sqlite3_bind_int64(st, 2, last_time(r)) == SQLITE_OK && db_bind_text(st, 3, r->name) && db_run(st);
}

/*
 * Its number, 0 where it is not there: nobody wrote it yet, or somebody deleted it meanwhile. It may be there though
 * writing it failed, so it is always looked for.
 */
static bool find_exploration(struct recording *r, int64_t *ret_id)
{
	DB_STATEMENT st = db_prepare(r->j->db, "SELECT id FROM explorations WHERE token = ?1 AND token <> 0");
	int code;

	if (!st || sqlite3_bind_int64(st, 1, r->token) != SQLITE_OK)
		return false;
	code = sqlite3_step(st);
	*ret_id = code == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

static bool write_all(struct recording *r, int64_t *ret_id)
{
	bool there;

	if (!find_exploration(r, ret_id))
		return false;
	there = *ret_id != 0;
	for (size_t i = 0; !there && i < r->steps.len; i++)
		r->steps.at[i].there = false;
	if (!there)
		*ret_id = insert_exploration(r);
	return *ret_id && (!there || update_exploration(r, *ret_id)) && write_steps(r, *ret_id);
}

bool recording_flush(struct recording *r)
{
	int64_t id = 0;

	if (!recording_unwritten(r) && !r->name_changed)
		return true;
	if (!journal_transaction(r->j) || !journal_end(r->j, write_all(r, &id)))
		return false;
	r->id = id;
	r->name_changed = false;
	for (size_t i = 0; i < r->steps.len; i++) {
		r->steps.at[i].there = true;
		r->steps.at[i].changed = false;
	}
	return true;
}

/* ---- what happens ---- */

bool recording_step(struct recording *r, const char *actions, int64_t at, const struct kept_outcome *outcome)
{
	for (size_t i = r->position; i < r->steps.len; i++)
		r->steps.at[i].dropped = true;
	vec_push(&r->steps, (struct entry){ .actions = xstrdup(actions), .at = at, .outcome = *outcome });
	r->position = r->steps.len;
	return recording_flush(r);
}

static void set_undone(struct entry *e, bool undone)
{
	e->undone = undone;
	e->changed = true;
}

bool recording_undo(struct recording *r)
{
	size_t i = r->position;

	while (i > 0 && r->steps.at[i - 1].dropped)
		i--;
	if (i > 0) {
		set_undone(&r->steps.at[i - 1], true);
		r->position = i - 1;
	}
	return recording_flush(r);
}

bool recording_redo(struct recording *r)
{
	size_t i = r->position;

	while (i < r->steps.len && r->steps.at[i].dropped)
		i++;
	if (i < r->steps.len) {
		set_undone(&r->steps.at[i], false);
		r->position = i + 1;
	}
	return recording_flush(r);
}

bool recording_name(struct recording *r, const char *name)
{
	free(r->name);
	r->name = xstrdup(name);
	r->name_changed = true;
	return recording_flush(r);
}
