/*
 * load - YAML to model: the only code that knows libyaml. Every error has its place.
 */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/remark.h"
#include "model/model.h"

/* A file's text, kept for excerpts. */
struct source {
	const char *name; /* as the user gave it; "<stdin>", "<example>" */
	char *text;       /* owned; NULL when it could not be read */
	size_t len;
	bool returns;     /* private: it has carriage returns, which end lines, too */
	size_t *marks;    /* private: where some of the lines begin */
	size_t nmarks;
};

#define MAX_FILE_BYTES ((size_t)1 << 30)   /* a million groups take 40 MB */
#define MAX_SCALAR_BYTES ((size_t)1 << 20) /* one name, one value, one comment */

/* Reads a file, or standard input for "-". False with a sentence in *ret_why (static or from strerror). */
bool source_read(struct source *s, const char *path, const char **ret_why);
/* Borrows nothing: copies the text. */
void source_from_text(struct source *s, const char *name, const char *text, size_t len);
void source_release(struct source *s);
/* The text of a line (from 1), without its end or a byte order mark; "" past the end. Not cleaned. */
const char *source_line(const struct source *s, uint32_t line, size_t *ret_len);
/* The same of the line that begins at byte *at, which moves on to the next; NULL at the end. */
const char *source_next_line(const struct source *s, size_t *at, size_t *ret_len);
/* Whether it begins with the byte order mark of UTF-8, which is no part of the text. */
bool source_has_mark(const struct source *s);

enum load_result {
	LOAD_OK,      /* a model; there may be warnings */
	LOAD_FAILED,  /* errors were added to the list; no model */
	LOAD_FOREIGN, /* a YAML file without a `faultline` key and so not ours; no diagnostics, no model */
};

/*
 * Loads one source. With LOAD_OK *ret_model is the caller's. Each diagnostic has a place in `source`.
 * A file without a `faultline` key is LOAD_FOREIGN: the caller decides whether that is an error.
 */
enum load_result load_model(const struct source *source, struct diag_list *diags, struct model **ret_model);

/* The diagnostic for a file that is not ours but was named by hand (FL0xx, with what to do). */
void load_explain_foreign(struct diag_list *diags);

/*
 * The comments "# faultline:ignore CODES -- REASON" of a source that could be loaded, in order. One beside a value is
 * about its line, one alone on a line about the next line that is more than a comment. A '#' inside a scalar begins
 * none. Texts are the arena's. Where there is none, that is found out without parsing.
 */
void load_remarks(const struct source *source, struct arena *arena, remark_list *ret);

/* Just libyaml's events, thrown away: what loading is measured against. Returns the number of events. */
size_t load_bare_events(const struct source *source);

#endif
