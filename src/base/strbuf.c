#include "base/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Makes room for `more` bytes and the NUL behind them. */
static void sb_room(struct strbuf *sb, size_t more)
{
	size_t want = sb->len + more + 1;

	if (want <= sb->cap)
		return;
	sb->cap = want > 2 * sb->cap ? want : 2 * sb->cap;
	if (sb->cap < 32)
		sb->cap = 32;
	sb->text = xrealloc(sb->text, sb->cap);
}

void sb_addn(struct strbuf *sb, const char *text, size_t len)
{
	sb_room(sb, len);
	if (len) /* text may be NULL then */
		memcpy(sb->text + sb->len, text, len);
	sb->len += len;
	sb->text[sb->len] = '\0';
}

void sb_add(struct strbuf *sb, const char *text)
{
	sb_addn(sb, text, strlen(text));
}

void sb_addc(struct strbuf *sb, char c)
{
	sb_addn(sb, &c, 1);
}

void sb_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len <= 0)
		return;
	sb_room(sb, (size_t)len);
	vsnprintf(sb->text + sb->len, (size_t)len + 1, fmt, ap);
	sb->len += (size_t)len;
}

void sb_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	sb_vaddf(sb, fmt, ap);
	va_end(ap);
}

void sb_repeat(struct strbuf *sb, const char *text, size_t times)
{
	size_t len = strlen(text);

	while (times--)
		sb_addn(sb, text, len);
}

void sb_clear(struct strbuf *sb)
{
	sb->len = 0;
	if (sb->text)
		sb->text[0] = '\0';
}

const char *sb_text(const struct strbuf *sb)
{
	return sb->text ? sb->text : "";
}

char *sb_to_arena(struct strbuf *sb, struct arena *a)
{
	char *text = arena_strndup(a, sb_text(sb), sb->len);

	sb_release(sb);
	return text;
}

void sb_release(struct strbuf *sb)
{
	free(sb->text);
	*sb = (struct strbuf){0};
}
