/* journal - see store/journal.h: opening the file, bringing it up to date, and what can be wrong with it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/journal_p.h"

#define BUSY_MS 2000       /* how long SQLite waits for another process */
#define OPEN_TRIES 100     /* where SQLite does not wait: recovery, the change to WAL */
#define OPEN_PAUSE_US 20000

/* ---- trouble ---- */

static bool trouble(struct journal *j, enum journal_trouble t, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool trouble(struct journal *j, enum journal_trouble t, const char *fmt, ...)
{
	va_list ap;

	j->trouble = t;
	sb_clear(&j->why);
	va_start(ap, fmt);
	sb_vaddf(&j->why, fmt, ap);
	va_end(ap);
	return false;
}

/* %s: the path, then what the system says. */
static const struct { enum journal_trouble trouble; const char *why; } sentences[] = {
	{ JOURNAL_UNREACHABLE, "the journal '%s' can't be opened (%s): use --journal FILE for another place" },
	{ JOURNAL_READ_ONLY, "the journal '%s' can't be written (%s): make it writable, or use --journal FILE" },
	{ JOURNAL_FULL, "the journal '%s' can't be written (%s): make room; each step tries again" },
	{ JOURNAL_BUSY, "the journal '%s' is held by another program (%s): each step tries again" },
	{ JOURNAL_FAILED, "the journal '%s' fails (%s): each step tries again" },
	{ JOURNAL_BROKEN, "the journal '%s' is damaged (%s): move it away and a new one is begun" },
	{ JOURNAL_FOREIGN, "'%s' is no journal of faultline (%s): use --journal FILE for another place" },
};

static bool explain(struct journal *j, enum journal_trouble t, const char *what)
{
	for (size_t i = 0; i < sizeof(sentences) / sizeof(*sentences); i++)
		if (sentences[i].trouble == t)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			return trouble(j, t, sentences[i].why, j->path, what);
#pragma GCC diagnostic pop
	return false;
}

static enum journal_trouble trouble_of(int code)
{
	static const struct { int code; enum journal_trouble trouble; } table[] = {
		{ SQLITE_CANTOPEN, JOURNAL_UNREACHABLE }, { SQLITE_PERM, JOURNAL_UNREACHABLE },
		{ SQLITE_AUTH, JOURNAL_UNREACHABLE },     { SQLITE_READONLY, JOURNAL_READ_ONLY },
		{ SQLITE_FULL, JOURNAL_FULL },            { SQLITE_BUSY, JOURNAL_BUSY },
		{ SQLITE_LOCKED, JOURNAL_BUSY },          { SQLITE_PROTOCOL, JOURNAL_BUSY },
		{ SQLITE_CORRUPT, JOURNAL_BROKEN },       { SQLITE_NOTADB, JOURNAL_FOREIGN },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (table[i].code == (code & 0xff))
			return table[i].trouble;
	return JOURNAL_FAILED;
}

/* What the system said, where SQLite's own words say less. */
static const char *cause_of(sqlite3 *db)
{
	int code = sqlite3_errcode(db), err = sqlite3_system_errno(db);

	if (((code & 0xff) == SQLITE_CANTOPEN || (code & 0xff) == SQLITE_IOERR) && err)
		return strerror(err);
	return sqlite3_errmsg(db);
}

bool journal_fault(struct journal *j)
{
	enum journal_trouble t = trouble_of(sqlite3_errcode(j->db));

	/* ENOSPC comes as an I/O error where it is no plain write that fails. */
	if (t == JOURNAL_FAILED && sqlite3_system_errno(j->db) == ENOSPC)
		t = JOURNAL_FULL;
	return explain(j, t, t == JOURNAL_FULL ? "the disk is full" : cause_of(j->db));
}

bool journal_well(struct journal *j)
{
	j->trouble = JOURNAL_FINE;
	sb_clear(&j->why);
	return true;
}

/* ---- the file, before SQLite sees it ---- */

static bool make_folders(const char *path)
{
	char *copy = xstrdup(path);
	bool ok = true;

	for (char *slash = strchr(copy + 1, '/'); ok && slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		ok = mkdir(copy, 0700) == 0 || errno == EEXIST || access(copy, F_OK) == 0;
		*slash = '/';
	}
	free(copy);
	return ok;
}

/* Only a regular file is opened: a FIFO or a device could hold us for ever. Made here, for its mode. */
static bool prepare_file(struct journal *j)
{
	int flags = (j->mode == JOURNAL_WRITE ? O_CREAT : 0) | O_RDONLY | O_NONBLOCK | O_CLOEXEC, fd;
	struct stat st;
	bool regular;

	if (j->mode == JOURNAL_WRITE && !make_folders(j->path))
		return explain(j, JOURNAL_UNREACHABLE, strerror(errno));
	fd = open(j->path, flags, 0600);
	if (fd < 0 && j->mode == JOURNAL_READ && (errno == ENOENT || errno == ENOTDIR))
		return trouble(j, JOURNAL_MISSING, "there is no journal yet: '%s' begins with the first exploration", j->path);
	if (fd < 0)
		return explain(j, errno == EROFS ? JOURNAL_READ_ONLY : errno == ENOSPC || errno == EDQUOT ? JOURNAL_FULL :
		               JOURNAL_UNREACHABLE, strerror(errno));
	regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	close(fd);
	return regular || explain(j, JOURNAL_FOREIGN, "it is no regular file");
}

/* ---- the schema ---- */

/* A copy of the journal as it is, complete before it gets its name: journal.db.v1 */
static bool keep_aside(struct journal *j, int64_t from)
{
	struct strbuf name = {0}, draft = {0};
	sqlite3 *reader = NULL, *copy = NULL;
	sqlite3_backup *backup = NULL;
	bool ok;
	int fd;

	sb_addf(&name, "%s.v%lld", j->path, (long long)from);
	sb_addf(&draft, "%s.%ld", sb_text(&name), (long)getpid());
	fd = open(sb_text(&draft), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
	ok = fd >= 0 && sqlite3_open_v2(j->path, &reader, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
	     sqlite3_open_v2(sb_text(&draft), &copy, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK;
	if (ok) {
		sqlite3_busy_timeout(reader, BUSY_MS);
		backup = sqlite3_backup_init(copy, "main", reader, "main");
	}
	ok = backup && sqlite3_backup_step(backup, -1) == SQLITE_DONE;
	ok = sqlite3_backup_finish(backup) == SQLITE_OK && ok;
	sqlite3_close(copy);
	sqlite3_close(reader);
	ok = ok && rename(sb_text(&draft), sb_text(&name)) == 0;
	if (!ok) {
		unlink(sb_text(&draft));
		trouble(j, JOURNAL_FAILED, "the journal '%s' is of an older version, and can't be copied to '%s' before it is "
		        "changed: make room there, or use --journal FILE", j->path, sb_text(&name));
	}
	sb_release(&name);
	sb_release(&draft);
	return ok;
}

static bool set_version(sqlite3 *db, int version)
{
	char sql[96];

	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d", JOURNAL_ID, version);
	return db_exec(db, sql);
}

/* Within a transaction, so that of two programs that come at once one finds it done. */
static bool take_steps(struct journal *j, const char *const *schema, int version)
{
	int64_t from = db_number(j->db, "PRAGMA user_version", -1);

	if (from < 0)
		return journal_fault(j);
	if (from >= version)
		return true;
	if (from > 0 && !keep_aside(j, from))
		return false;
	for (int64_t i = from; i < version; i++)
		if (!db_exec(j->db, schema[i]))
			return journal_fault(j);
	return set_version(j->db, version) || journal_fault(j);
}

static bool migrate(struct journal *j, const char *const *schema, int version)
{
	bool ok;

	if (!db_exec(j->db, "BEGIN IMMEDIATE"))
		return journal_fault(j);
	ok = take_steps(j, schema, version);
	if (ok && !db_exec(j->db, "COMMIT"))
		ok = journal_fault(j);
	if (!ok)
		db_exec(j->db, "ROLLBACK");
	return ok;
}

static bool refuse_newer(struct journal *j, int64_t is, int version)
{
	return trouble(j, JOURNAL_NEWER, "the journal '%s' is of version %lld, and this faultline knows up to %d: use a newer "
	               "faultline, or --journal FILE", j->path, (long long)is, version);
}

/* In one transaction, or a journal that another program just begins would look like neither. */
struct identity { int64_t id, version, tables; };

static bool identify(struct journal *j, struct identity *ret)
{
	bool ok = db_exec(j->db, "BEGIN");

	ret->id = ok ? db_number(j->db, "PRAGMA application_id", -1) : -1;
	ret->version = ret->id >= 0 ? db_number(j->db, "PRAGMA user_version", -1) : -1;
	ret->tables = ret->version >= 0 ? db_number(j->db, "SELECT count(*) FROM sqlite_schema", -1) : -1;
	if (ret->tables < 0)
		journal_fault(j);
	if (ok)
		db_exec(j->db, "COMMIT");
	return ret->tables >= 0;
}

static bool recognize(struct journal *j, const char *const *schema, int version)
{
	struct identity is;

	if (!identify(j, &is))
		return false;
	if (is.id == 0 && is.version == 0 && is.tables == 0)
		return migrate(j, schema, version);
	if (is.id != JOURNAL_ID)
		return explain(j, JOURNAL_FOREIGN, "it is a database of something else");
	if (is.version > version)
		return refuse_newer(j, is.version, version);
	return is.version == version || migrate(j, schema, version);
}

/* ---- opening ---- */

/*
 * Where nothing may be written beside a journal in WAL mode, SQLite reads it only when it is told that nobody else
 * writes: so it is where there is no log of what is not in it yet.
 */
static bool nobody_can_write(const struct journal *j)
{
	struct strbuf wal = {0};
	bool locked;

	sb_addf(&wal, "%s-wal", j->path);
	locked = j->mode == JOURNAL_READ && eaccess(j->path, W_OK) != 0 && access(sb_text(&wal), F_OK) != 0;
	sb_release(&wal);
	return locked;
}

static void sb_add_uri(struct strbuf *sb, const char *path)
{
	sb_add(sb, "file:");
	for (; *path; path++)
		if (strchr("?#%", *path))
			sb_addf(sb, "%%%02x", (unsigned char)*path);
		else
			sb_addc(sb, *path);
	sb_add(sb, "?immutable=1");
}

/* SQLite reads "file:" as a URI in some builds: a path never begins so here. */
static bool open_database(struct journal *j)
{
	struct strbuf path = {0};
	int code;

	sb_addf(&path, "%s%s", *j->path == '/' ? "" : "./", j->path);
	if (nobody_can_write(j)) {
		struct strbuf uri = {0};

		sb_add_uri(&uri, sb_text(&path));
		code = sqlite3_open_v2(sb_text(&uri), &j->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);
		sb_release(&uri);
	} else {
		code = sqlite3_open_v2(sb_text(&path), &j->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
	}
	sb_release(&path);
	if (!j->db)
		return explain(j, JOURNAL_FAILED, "no memory");
	if (code != SQLITE_OK)
		return journal_fault(j);
	sqlite3_extended_result_codes(j->db, 0);
	sqlite3_busy_timeout(j->db, BUSY_MS);
	return true;
}

/* Where it can't be in WAL mode (some network file systems), it stays in the mode it is in. */
static bool set_modes(struct journal *j)
{
	DB_STATEMENT st = db_prepare(j->db, "PRAGMA journal_mode = WAL");

	if (!st || !db_row(st))
		return journal_fault(j);
	return db_exec(j->db, "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF") ||
	       journal_fault(j);
}

static void shut(struct journal *j)
{
	sqlite3_close(j->db);
	j->db = NULL;
}

static bool open_once(struct journal *j, const char *const *schema, int version)
{
	bool ok = prepare_file(j) && open_database(j) && recognize(j, schema, version);

	/* A journal that can't be written can be read. */
	if (ok && sqlite3_db_readonly(j->db, "main") != 1)
		ok = set_modes(j);
	else if (ok && j->mode == JOURNAL_WRITE)
		ok = explain(j, JOURNAL_READ_ONLY, strerror(EACCES));
	if (!ok)
		shut(j);
	return ok && journal_well(j);
}

static bool open_patiently(struct journal *j, const char *const *schema, int version)
{
	bool ok = open_once(j, schema, version);

	for (int i = 0; !ok && j->trouble == JOURNAL_BUSY && i < OPEN_TRIES; i++) {
		usleep(OPEN_PAUSE_US);
		ok = open_once(j, schema, version);
	}
	return ok;
}

struct journal *journal_open_with(const char *path, enum journal_mode mode, const char *const *schema, int version)
{
	struct journal *j = xcalloc(1, sizeof(*j));

	j->path = xstrdup(path);
	j->mode = mode;
	open_patiently(j, schema, version);
	return j;
}

struct journal *journal_open(const char *path, enum journal_mode mode)
{
	return journal_open_with(path, mode, journal_schema, journal_version);
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	sqlite3_close(j->db);
	sb_release(&j->why);
	free(j->path);
	free(j);
}

const char *journal_path(const struct journal *j)
{
	return j->path;
}

enum journal_trouble journal_trouble(const struct journal *j)
{
	return j->trouble;
}

const char *journal_why(const struct journal *j)
{
	return sb_text(&j->why);
}

/* ---- transactions ---- */

static bool is_hopeless(enum journal_trouble t)
{
	return t == JOURNAL_BROKEN || t == JOURNAL_FOREIGN || t == JOURNAL_NEWER || t == JOURNAL_MISSING;
}

bool journal_ready(struct journal *j)
{
	if (j->db)
		return true;
	return !is_hopeless(j->trouble) && open_once(j, journal_schema, journal_version);
}

bool journal_transaction(struct journal *j)
{
	if (!journal_ready(j))
		return false;
	if (is_hopeless(j->trouble))
		return false;
	if (!sqlite3_get_autocommit(j->db)) /* rolling back failed, too */
		db_exec(j->db, "ROLLBACK");
	return db_exec(j->db, "BEGIN IMMEDIATE") || journal_fault(j);
}

bool journal_end(struct journal *j, bool ok)
{
	if (ok && db_exec(j->db, "COMMIT"))
		return journal_well(j);
	journal_fault(j);
	if (!sqlite3_get_autocommit(j->db))
		db_exec(j->db, "ROLLBACK");
	return false;
}

/* ---- file texts ---- */

static int64_t find_content(struct journal *j, const char *hash)
{
	DB_STATEMENT st = db_prepare(j->db, "SELECT id FROM contents WHERE hash = ?1");

	return st && db_bind_text(st, 1, hash) && db_row(st) ? sqlite3_column_int64(st, 0) : 0;
}

int64_t journal_content(struct journal *j, const struct kept_file *file)
{
	DB_STATEMENT st = NULL;
	int64_t id = find_content(j, file->hash);

	if (id)
		return id;
	st = db_prepare(j->db, "INSERT INTO contents(hash, bytes, text) VALUES(?1, ?2, ?3)");
	if (!st || !db_bind_text(st, 1, file->hash) || sqlite3_bind_int64(st, 2, (int64_t)file->len) != SQLITE_OK)
		return 0;
	if (file->text && file->len <= JOURNAL_MAX_TEXT &&
	    sqlite3_bind_blob64(st, 3, file->text, file->len, SQLITE_STATIC) != SQLITE_OK)
		return 0;
	return db_run(st) ? sqlite3_last_insert_rowid(j->db) : 0;
}

bool journal_sweep(struct journal *j)
{
	return db_exec(j->db, "DELETE FROM contents WHERE NOT EXISTS "
	                      "(SELECT 1 FROM explorations WHERE content = contents.id)");
}
