/* What `check --record` found: findings and tolerances by file and time. */
#include "store/journal_p.h"

/* ---- writing ---- */

static int64_t insert_check(struct journal *j, const struct kept_check *c)
{
	DB_STATEMENT st = db_prepare(j->db, "INSERT INTO checks(at, file, path, hash, revision, errors, warnings, notes) "
	                             "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");

	if (!st || sqlite3_bind_int64(st, 1, c->at) != SQLITE_OK || !db_bind_text(st, 2, c->file.name) ||
	    !db_bind_text(st, 3, c->file.path) || !db_bind_text(st, 4, c->file.hash) ||
	    !db_bind_text(st, 5, c->commit) || sqlite3_bind_int64(st, 6, (int64_t)c->errors) != SQLITE_OK ||
	    sqlite3_bind_int64(st, 7, (int64_t)c->warnings) != SQLITE_OK ||
	    sqlite3_bind_int64(st, 8, (int64_t)c->notes) != SQLITE_OK || !db_run(st))
		return 0;
	return sqlite3_last_insert_rowid(j->db);
}

static bool insert_findings(struct journal *j, int64_t id, const struct kept_check *c)
{
	DB_STATEMENT st = db_prepare(j->db, "INSERT INTO findings(checked, code, severity, service, groups, message) "
	                             "VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
	bool ok = st != NULL;

	for (size_t i = 0; ok && i < c->findings.len; i++) {
		const struct kept_finding *f = &c->findings.at[i];

		ok = sqlite3_bind_int64(st, 1, id) == SQLITE_OK && db_bind_text(st, 2, f->code) &&
		     db_bind_text(st, 3, f->severity) && db_bind_text(st, 4, f->service) &&
		     sqlite3_bind_int64(st, 5, (int64_t)f->groups) == SQLITE_OK && db_bind_text(st, 6, f->message) && db_run(st);
	}
	return ok;
}

static bool insert_tolerances(struct journal *j, int64_t id, const struct kept_check *c)
{
	DB_STATEMENT st = db_prepare(j->db, "INSERT INTO tolerances(checked, service, target, level, value) "
	                             "VALUES(?1, ?2, ?3, ?4, ?5)");
	bool ok = st != NULL;

	for (size_t i = 0; ok && i < c->tolerances.len; i++) {
		const struct kept_tolerance *t = &c->tolerances.at[i];
		int code = t->value == KEPT_UNBREAKABLE ? sqlite3_bind_null(st, 5) : sqlite3_bind_int(st, 5, t->value);

		ok = code == SQLITE_OK && sqlite3_bind_int64(st, 1, id) == SQLITE_OK && db_bind_text(st, 2, t->service) &&
		     db_bind_text(st, 3, t->target) && db_bind_text(st, 4, t->level) && db_run(st);
	}
	return ok;
}

bool journal_check(struct journal *j, const struct kept_check *c)
{
	int64_t id;

	if (!journal_transaction(j))
		return false;
	id = insert_check(j, c);
	return journal_end(j, id && insert_findings(j, id, c) && insert_tolerances(j, id, c));
}

/* ---- reading ---- */

static const char *kept_text(sqlite3_stmt *st, int column, struct arena *a)
{
	return arena_strdup(a, db_text(st, column));
}

static bool read_findings(struct journal *j, struct arena *a, struct kept_check *c)
{
	DB_STATEMENT st = db_prepare(j->db, "SELECT code, severity, service, groups, message FROM findings "
	                             "WHERE checked = ?1 ORDER BY id");

	if (!st || sqlite3_bind_int64(st, 1, c->id) != SQLITE_OK)
		return journal_fault(j);
	while (db_row(st))
		vec_push(&c->findings, (struct kept_finding){
			.code = kept_text(st, 0, a),
			.severity = kept_text(st, 1, a),
			.service = kept_text(st, 2, a),
			.groups = (uint64_t)sqlite3_column_int64(st, 3),
			.message = kept_text(st, 4, a),
		});
	return sqlite3_reset(st) == SQLITE_OK || journal_fault(j);
}

static bool read_tolerances(struct journal *j, struct arena *a, struct kept_check *c)
{
	DB_STATEMENT st = db_prepare(j->db, "SELECT service, target, level, value FROM tolerances "
	                             "WHERE checked = ?1 ORDER BY id");

	if (!st || sqlite3_bind_int64(st, 1, c->id) != SQLITE_OK)
		return journal_fault(j);
	while (db_row(st))
		vec_push(&c->tolerances, (struct kept_tolerance){
			.service = kept_text(st, 0, a),
			.target = kept_text(st, 1, a),
			.level = kept_text(st, 2, a),
			.value = sqlite3_column_type(st, 3) == SQLITE_NULL ? KEPT_UNBREAKABLE : sqlite3_column_int(st, 3),
		});
	return sqlite3_reset(st) == SQLITE_OK || journal_fault(j);
}

static void read_check(sqlite3_stmt *st, struct arena *a, check_list *ret)
{
	struct kept_check c = {
		.id = sqlite3_column_int64(st, 0),
		.at = sqlite3_column_int64(st, 1),
		.file = { .name = kept_text(st, 2, a), .path = kept_text(st, 3, a) },
		.commit = kept_text(st, 5, a),
		.errors = (uint64_t)sqlite3_column_int64(st, 6),
		.warnings = (uint64_t)sqlite3_column_int64(st, 7),
		.notes = (uint64_t)sqlite3_column_int64(st, 8),
	};
	const char *hash = db_text(st, 4);

	for (size_t i = 0; i < SHA256_HEX - 1 && hash[i]; i++)
		c.file.hash[i] = hash[i];
	vec_push(ret, c);
}

static bool read_checks(struct journal *j, const char *path, const char *name, int64_t since, struct arena *a,
                        check_list *ret)
{
	DB_STATEMENT st = db_prepare(j->db, "SELECT id, at, file, path, hash, revision, errors, warnings, notes FROM checks "
	                             "WHERE (?1 IS NOT NULL AND path = ?1 OR ?1 IS NULL AND file = ?2) AND at >= ?3 "
	                             "ORDER BY at, id");

	if (!st || !db_bind_text(st, 1, path) || !db_bind_text(st, 2, name) ||
	    sqlite3_bind_int64(st, 3, since) != SQLITE_OK)
		return journal_fault(j);
	while (db_row(st))
		read_check(st, a, ret);
	return sqlite3_reset(st) == SQLITE_OK || journal_fault(j);
}

bool journal_checks(struct journal *j, const char *path, const char *name, int64_t since, struct arena *a,
                    check_list *ret)
{
	bool ok;

	if (!journal_ready(j))
		return false;
	if (!db_exec(j->db, "BEGIN"))
		return journal_fault(j);
	ok = read_checks(j, path, name, since, a, ret);
	for (size_t i = 0; ok && i < ret->len; i++)
		ok = read_findings(j, a, &ret->at[i]) && read_tolerances(j, a, &ret->at[i]);
	db_exec(j->db, "COMMIT");
	return ok;
}

void check_list_release(check_list *checks)
{
	for (size_t i = 0; i < checks->len; i++) {
		vec_free(&checks->at[i].findings);
		vec_free(&checks->at[i].tolerances);
	}
	vec_free(checks);
}
