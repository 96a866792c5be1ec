/*
 * text - UTF-8, cell widths, and making hostile text harmless.
 *
 * Text from a file is hostile until cleaned: control characters, bidirectional overrides and
 * zero-width characters never reach a terminal, a log line or a CI command as they stand.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/*
 * Decodes the code point at `text` (`len` bytes are left, at least 1) and returns its bytes.
 * An invalid sequence yields -1 in *ret_cp and takes one byte.
 */
size_t utf8_next(const char *text, size_t len, int32_t *ret_cp);
/* Writes `cp` as UTF-8; returns its bytes, at most 4. */
size_t utf8_put(int32_t cp, char out[4]);
/* Code points in `text`. */
size_t utf8_count(const char *text, size_t len);

/* Control characters, bidirectional controls, zero-width and other invisible format characters, and -1. */
bool cp_is_hostile(int32_t cp);
/* Cells that a code point takes: 0 (combining), 1 or 2. Does not depend on the locale. */
int cp_cells(int32_t cp);

/* Cells of clean text. */
int text_cells(const char *text);
/* Bytes of the longest start of `text` that fits `cells` cells, whole characters and their marks only. */
size_t text_fit(const char *text, int cells);

/* Appends `text` with every hostile character written out: \x1b, <U+202E>. */
void sb_add_clean(struct strbuf *sb, const char *text, size_t len);
/* The same in single quotes, as names stand in messages. */
void sb_add_quoted(struct strbuf *sb, const char *text, size_t len);
/* The same from the arena: 'text'. */
char *arena_quoted(struct arena *a, const char *text, size_t len);
/* "a", "a or b", "a, b or c", each cleaned, with `last` between the last two: "or", "and". */
void sb_add_list(struct strbuf *sb, const char *const *words, size_t nwords, const char *last);

/*
 * What is wrong with a name: NULL, or why it can't be one ("contains a control character").
 * Names are any text without '/', control characters, bidirectional controls and zero-width characters.
 */
const char *name_fault(const char *text, size_t len);

/*
 * Edits between two names (insert, delete, replace, swap neighbours), or `limit` + 1 when more than that.
 * What differs in names of more than 100 characters is too much to be compared: they count as far apart.
 */
unsigned edit_distance(const char *a, const char *b, unsigned limit);

/*
 * "did you mean": feed candidates, read the best, the first of equals. Close enough means at most a
 * third of the letters of the longer one.
 *	struct suggestion s = suggest_for("kil");
 *	suggest_offer(&s, "kill");
 *	if (s.best) ...
 */
struct suggestion {
	const char *wanted, *best; /* best: borrowed from the caller, NULL if none is close */
	unsigned distance;
};
struct suggestion suggest_for(const char *wanted);
void suggest_offer(struct suggestion *s, const char *candidate);
/* Appends "; did you mean 'kill'?"; nothing when `best` is NULL. */
void sb_add_suggestion(struct strbuf *sb, const char *best);

#endif
