#include "load/encoding_p.h"

#include <string.h>

#define MAX_DIRECTIVES 16 /* libyaml compares each with all before it */

static struct place place_of(const struct source *s, size_t at)
{
	struct place place = { 1, 1, 1 };
	size_t line = source_has_mark(s) ? 3 : 0;

	for (size_t i = line; i < at; i++) {
		bool crlf = s->text[i] == '\r' && i + 1 < at && s->text[i + 1] == '\n';
		if (crlf || (s->text[i] != '\n' && s->text[i] != '\r'))
			continue;
		line = i + 1;
		place.line++;
	}
	place.col = (uint32_t)utf8_count(s->text + line, at - line) + 1;
	return place;
}

static bool is_wide(const struct source *s)
{
	const unsigned char *t = (const unsigned char *)s->text;

	if (s->len < 2)
		return false;
	bool marked = (t[0] == 0xff && t[1] == 0xfe) || (t[0] == 0xfe && t[1] == 0xff);
	return marked || (!t[0] != !t[1]) || (s->len >= 4 && !t[0] && !t[1] && t[2] == 0xfe && t[3] == 0xff);
}

static bool is_plain(unsigned char c)
{
	return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\t' || c == '\r';
}

/* NEL, LS and PS break lines in YAML but not in editors: places would differ. */
static bool is_allowed(int32_t cp)
{
	return cp >= 0xa0 && cp != 0x2028 && cp != 0x2029 && cp != 0xfffe && cp != 0xffff;
}

#define BLOCK 64 /* bytes looked at together: the compiler makes a few instructions of it */

static bool is_plain_block(const char *text)
{
	unsigned char odd = 0;

	for (size_t i = 0; i < BLOCK; i++) {
		unsigned char c = (unsigned char)text[i];

		odd |= (unsigned char)(((c < ' ') & (c != '\n') & (c != '\t') & (c != '\r')) | (c >= 0x7f));
	}
	return !odd;
}

/* Where plain text ends: the first byte that needs a look, or the end. */
static size_t plain_end(const struct source *s, size_t at)
{
	while (at + BLOCK <= s->len && is_plain_block(s->text + at))
		at += BLOCK;
	while (at < s->len && is_plain((unsigned char)s->text[at]))
		at++;
	return at;
}

/* Whether a line has nothing but blanks or a comment. */
static bool is_idle_line(const char *line, size_t len)
{
	size_t at = 0;

	while (at < len && (line[at] == ' ' || line[at] == '\t'))
		at++;
	return at == len || line[at] == '#';
}

/* Directives of one document have only idle lines between them. */
static bool check_directives(struct faults *f, const struct source *s)
{
	size_t len, at = 0, directives = 0;
	const char *text;

	if (!memchr(s->text, '%', s->len))
		return true;
	for (uint32_t line = 1; (text = source_next_line(s, &at, &len)); line++) {
		if (len && *text == '%')
			directives++;
		else if (!is_idle_line(text, len))
			directives = 0;
		if (directives > MAX_DIRECTIVES) {
			fault(f, YAML_SYNTAX, (struct place){ line, 1, 1 }, "more than %d directives", MAX_DIRECTIVES);
			return false;
		}
	}
	return true;
}

bool encoding_check_start(struct faults *f, const struct source *source)
{
	if (!is_wide(source))
		return check_directives(f, source);
	struct diag *d = fault(f, BAD_ENCODING, (struct place){ 1, 1, 1 },
	                       "the file is UTF-16 or UTF-32, or no text");
	fault_hint(f, d, "save it as UTF-8");
	return false;
}

bool encoding_check(struct faults *f, const struct source *source)
{
	for (size_t at = plain_end(source, 0); at < source->len; at = plain_end(source, at)) {
		int32_t cp;
		size_t len = utf8_next(source->text + at, source->len - at, &cp);
		if (cp < 0) {
			fault(f, BAD_ENCODING, place_of(source, at), "byte 0x%02x is not UTF-8",
			      (unsigned char)source->text[at]);
			return false;
		}
		if (!is_allowed(cp)) {
			struct diag *d = fault(f, BAD_CHARACTER, place_of(source, at),
			                       "a file can't contain the character U+%04X", (unsigned)cp);
			fault_hint(f, d, "if it is meant, write it as an escape in double quotes");
			return false;
		}
		at += len;
	}
	return true;
}
