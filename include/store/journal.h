/*
 * journal - what was done in the explorer and what `check --record` found, kept in one SQLite file.
 *
 *	struct journal *j = journal_open("/home/me/.local/state/faultline/journal.db", JOURNAL_WRITE);
 *	struct recording *r = recording_new(j, &file, began);
 *	if (!recording_step(r, "kill /eu/eu-1", now, &outcome))
 *		say(journal_why(j));      // and go on: it is tried again with the next step
 *	recording_free(r);
 *	journal_close(j);
 *
 * Texts are kept as they are given, and hostile when they are read back. Times are milliseconds since
 * 1970-01-01 UTC. The file is in WAL mode: a process killed at any moment loses at most what it was writing.
 */
#ifndef STORE_JOURNAL_H
#define STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/duration.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/vec.h"

struct journal;

/* What keeps a journal from being read or written. */
enum journal_trouble {
	JOURNAL_FINE,
	JOURNAL_MISSING,     /* JOURNAL_READ: there is none yet */
	JOURNAL_UNREACHABLE, /* its folder or file can't be opened */
	JOURNAL_READ_ONLY,
	JOURNAL_FULL,        /* the disk is */
	JOURNAL_BUSY,        /* another process held it for longer than was waited */
	JOURNAL_FAILED,      /* reading or writing failed */
	JOURNAL_BROKEN,      /* a damaged journal */
	JOURNAL_FOREIGN,     /* something else than a journal */
	JOURNAL_NEWER,       /* made by a later version of this program */
};

enum journal_mode {
	JOURNAL_READ,  /* nothing is made, and an older schema is migrated all the same */
	JOURNAL_WRITE, /* made if there is none: the file 0600, missing folders 0700 */
};

/*
 * Never NULL: journal_trouble tells whether it is of use, and writing tries to open it again where that could
 * help. `path` is copied.
 */
struct journal *journal_open(const char *path, enum journal_mode mode);
void journal_close(struct journal *j); /* NULL is fine */
const char *journal_path(const struct journal *j);
/* Of the last thing that was tried. */
enum journal_trouble journal_trouble(const struct journal *j);
/* A sentence that says what is wrong and what to do; "" when nothing is. Not cleaned. Valid until the next call. */
const char *journal_why(const struct journal *j);

/* ---- writing explorations ---- */

#define JOURNAL_STATUSES 8 /* as many as there are, in their order */
#define JOURNAL_VERDICTS 5

/* What a step came to. */
struct kept_outcome {
	uint32_t status[JOURNAL_STATUSES]; /* groups of each status, from best to worst */
	uint32_t data[JOURNAL_VERDICTS];   /* groups of each data verdict, likewise */
	duration rpo, rto;                 /* the largest; DURATION_NONE: unbounded */
	uint32_t stopped;                  /* services of which some group takes no writes */
};

#define JOURNAL_MAX_TEXT ((size_t)64 << 20) /* of a larger file only the hash is kept */

struct kept_file {
	const char *name; /* as it was given */
	const char *path; /* absolute, "" where there is none: the example */
	const char *text; /* NULL: not kept */
	size_t len;
	char hash[SHA256_HEX];
};

/*
 * One exploration being kept; it appears in the journal with its first step or its name. Each call below is one
 * transaction. False when it could not be written: journal_why says why, nothing is forgotten, and the next call
 * tries it again.
 */
struct recording;
/* Copies what it is given, but borrows the journal and the file's text. */
struct recording *recording_new(struct journal *j, const struct kept_file *file, int64_t began);
/* A step; steps that were undone by now stay so. `actions`: in the words of the grammar. */
bool recording_step(struct recording *r, const char *actions, int64_t at, const struct kept_outcome *outcome);
bool recording_undo(struct recording *r); /* the last step that is not undone */
bool recording_redo(struct recording *r); /* the first that is, of those since the last step was taken */
bool recording_name(struct recording *r, const char *name);
/* Whatever could not be written yet; true when there is nothing. */
bool recording_flush(struct recording *r);
size_t recording_unwritten(const struct recording *r); /* steps */
int64_t recording_id(const struct recording *r);       /* 0: not in the journal yet */
void recording_free(struct recording *r);              /* NULL is fine; writes nothing */

/* ---- reading explorations; texts are the arena's ---- */

struct kept_step {
	const char *actions;
	int64_t at;
	bool undone;
	struct kept_outcome outcome;
};

struct exploration {
	int64_t id, began, last; /* last: the time of its last step; began where there is none */
	const char *name;        /* "" when it has none */
	const char *file, *path, *hash;
	uint32_t nsteps, nundone;
};
typedef VEC(struct exploration) exploration_list;

struct log_filter {
	const char *path;  /* absolute; NULL: any */
	const char *file;  /* or kept under this name */
	int64_t since;     /* last at or after */
	const char *text;  /* in the name, the file's name or an action; NULL: any. ASCII letters match either case */
	uint32_t limit;    /* 0: none */
};
/* Newest first. False with journal_why. */
bool journal_list(struct journal *j, const struct log_filter *filter, struct arena *a, exploration_list *ret);

struct kept_exploration {
	struct exploration about;
	const char *text; /* of its file; NULL: not kept */
	size_t len;
	struct kept_step *steps;
	size_t nsteps;
};
enum journal_found { JOURNAL_FOUND, JOURNAL_NO_SUCH, JOURNAL_UNREAD };
enum journal_found journal_read(struct journal *j, int64_t id, struct arena *a, struct kept_exploration *ret);

/* ---- forgetting ---- */

/* An exploration, or all that ended and all that was checked before a time; file texts that nothing needs go, too. */
bool journal_delete(struct journal *j, int64_t id, bool *ret_found);
struct pruned { uint32_t explorations, checks; };
bool journal_prune(struct journal *j, int64_t before, struct pruned *ret);

/* ---- checks ---- */

#define KEPT_UNBREAKABLE INT32_MAX

struct kept_finding {
	const char *code, *severity, *service; /* service: "" where it is about none */
	uint64_t groups;                       /* or findings that are about no group */
	const char *message;                   /* of the first */
};

struct kept_tolerance {
	const char *service, *target, *level;
	int32_t value; /* -1: not even healthy; KEPT_UNBREAKABLE */
};

struct kept_check {
	int64_t id, at;
	const char *commit; /* "": not known */
	struct kept_file file;
	uint64_t errors, warnings, notes;
	VEC(struct kept_finding) findings;
	VEC(struct kept_tolerance) tolerances; /* by service, target, level; levels from the widest */
};
typedef VEC(struct kept_check) check_list;

/* One transaction; false with journal_why. */
bool journal_check(struct journal *j, const struct kept_check *c);
/* The checks of a file by its absolute path, or where that is NULL by the name it was given, oldest first. */
bool journal_checks(struct journal *j, const char *path, const char *name, int64_t since, struct arena *a,
                    check_list *ret);
void check_list_release(check_list *checks);

#endif
