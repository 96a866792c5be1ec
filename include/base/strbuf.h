/*
 * strbuf - text that grows. Always NUL-terminated once anything was added; a zeroed one is empty.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"

struct strbuf {
	char *text;
	size_t len, cap;
};

void sb_add(struct strbuf *sb, const char *text);
void sb_addn(struct strbuf *sb, const char *text, size_t len);
void sb_addc(struct strbuf *sb, char c);
__attribute__((format(printf, 2, 3)))
void sb_addf(struct strbuf *sb, const char *fmt, ...);
void sb_vaddf(struct strbuf *sb, const char *fmt, va_list ap);
void sb_repeat(struct strbuf *sb, const char *text, size_t times);
void sb_clear(struct strbuf *sb);
/* The text, "" when empty: never NULL. Valid until the next change. */
const char *sb_text(const struct strbuf *sb);
/* The text as the arena's; the buffer is released. */
char *sb_to_arena(struct strbuf *sb, struct arena *a);
void sb_release(struct strbuf *sb);

#endif
