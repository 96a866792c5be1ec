/*
 * intern - strings kept once, known by 32-bit numbers, in blocks that never move.
 *
 * Number 0 is the empty string. str_add keeps a string without looking for an equal one: for names
 * that are known to be distinct, such as a million group names.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t str_id;

struct strings; /* owns all its text */

struct strings *strings_new(void);
void strings_free(struct strings *s);
str_id str_intern(struct strings *s, const char *text, size_t len);
str_id str_add(struct strings *s, const char *text, size_t len);
/* The number of a string that was interned; 0 when it was not (or is empty). */
str_id str_find(const struct strings *s, const char *text, size_t len);
const char *str_text(const struct strings *s, str_id id);
size_t str_len(const struct strings *s, str_id id);
/* Bytes held, for the bench. */
size_t strings_bytes(const struct strings *s);

#endif
