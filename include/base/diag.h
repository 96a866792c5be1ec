/*
 * diag - messages about the user's files, each tied to a place in one.
 *
 * A load or check collects any number of these and goes on; nothing here prints or exits.
 * Texts live in the list's arena. Codes are stable, "FL" and three digits: users silence rules by them.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/vec.h"

enum severity { SEVERITY_NOTE, SEVERITY_WARNING, SEVERITY_ERROR };

struct place {            /* lines and columns count from 1, columns in code points */
	uint32_t line, col; /* line 0: the file as a whole */
	uint32_t width;   /* code points to underline; 0 or 1: just the caret */
};

struct diag {
	const char *code;         /* "FL012" */
	enum severity severity;
	struct place place;
	const char *message;      /* lower case, no full stop, names in single quotes; already clean */
	const char *hint;         /* what to do next, or NULL */
	struct place also;        /* the other place where two clash; line 0: none */
	const char *also_message; /* "first defined here", or NULL */
	const char *service, *group; /* what it is about, or NULL */
	const char *rule;         /* of the file's own, which found it, or NULL */
	const char **domains;     /* full paths of the domains that show it; NULL-terminated, or NULL */
	const char **details;     /* lines that say why; NULL-terminated, or NULL */
	const char **examples;    /* names of the groups it stands for; NULL-terminated, or NULL */
	uint32_t count;           /* how many groups share this finding; 0 and 1: just the one named */
};

struct diag_list {
	struct arena arena;
	VEC(struct diag) all;
	size_t errors, warnings, notes; /* all that were reported, also beyond the cap */
	size_t cap;                     /* kept at most; 0: no cap */
	size_t dropped;                 /* reported beyond the cap */
	struct diag scratch;            /* what diag_add returns beyond the cap */
};

/*
 * Adds a message and returns it, to be given a hint or a second place; valid until the next is added.
 * Never NULL: beyond the cap it is counted and the returned one is a scratch that is not kept. The text
 * is cleaned here, once formatted, so that names may be given as they stand.
 */
__attribute__((format(printf, 5, 6)))
struct diag *diag_add(struct diag_list *dl, const char *code, enum severity severity, struct place place,
                      const char *fmt, ...);

/* The same for an error, the usual case. */
#define diag_error(dl, code, place, ...) diag_add((dl), (code), SEVERITY_ERROR, (place), __VA_ARGS__)

/* Gives it a hint, cleaned likewise. */
__attribute__((format(printf, 3, 4)))
void diag_hint(struct diag_list *dl, struct diag *d, const char *fmt, ...);

/* Orders by line, column, code; equals keep the order in which they were added. */
void diag_sort(struct diag_list *dl);
/* Sets the cap, and counts what is kept beyond it as dropped. */
void diag_limit(struct diag_list *dl, size_t cap);
void diag_release(struct diag_list *dl);

const char *severity_name(enum severity s);

#endif
