/*
 * faults - errors in the user's file, on their way into the list of diagnostics.
 *
 * Nothing is said twice: what an alias or a range repeats is reported once for its place.
 */
#ifndef LOAD_FAULTS_P_H
#define LOAD_FAULTS_P_H

#include "base/diag.h"
#include "base/table.h"
#include "base/text.h"
#include "load/codes.h"

enum load_code {
#define X(name, code, title) name,
	LOAD_CODES(X)
#undef X
};

struct faults {
	struct diag_list *diags;
	struct table reported;   /* code and place of each */
	struct arena arena;      /* cleaned names, until the loading ends */
	uint64_t comparisons;    /* spent on looking for similar names */
	size_t errors;           /* all, also repeated ones */
	struct diag repeated;    /* what a repeated fault returns: changes to it are lost */
};

/* Never NULL. Names in the text must have gone through shown(). */
__attribute__((format(printf, 4, 5)))
struct diag *fault(struct faults *f, enum load_code code, struct place place, const char *fmt, ...);
void fault_also(struct diag *d, struct place also, const char *message);
/* Ends a search for similar names: "did you mean 'x'?", unless there is a better hint already. */
void fault_suggest(struct faults *f, struct diag *d, const struct suggestion *s);
__attribute__((format(printf, 3, 4)))
void fault_hint(struct faults *f, struct diag *d, const char *fmt, ...);

/* A name from the file as it may stand in a message: clean, and cut when it is very long. */
const char *shown(struct faults *f, const char *text, size_t len);
const char *shown_text(struct faults *f, const char *text);
/* False when so many names were compared already that a hostile file could stall us. */
bool may_compare(struct faults *f, size_t candidates);

void faults_release(struct faults *f);

#endif
