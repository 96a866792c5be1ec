/*
 * words - small pieces of English that every report is made of.
 */
#ifndef BASE_WORDS_H
#define BASE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* "1 group", "12 groups", "no groups". */
void sb_add_count(struct strbuf *sb, uint64_t n, const char *one, const char *many);
/* "is" for one, "are" for any other number. */
const char *is_or_are(uint64_t n);
/*
 * "a, b, c and 997 more": the `shown` names of `total`, cleaned. With total equal to shown:
 * "a, b and c".
 */
void sb_add_names(struct strbuf *sb, const char *const *names, size_t shown, uint64_t total);
/*
 * A file's name, cleaned, so that it can begin a line: "./" goes before a name that a reader of logs
 * could take for something else ("::error::").
 */
void sb_add_file_name(struct strbuf *sb, const char *name);

#endif
