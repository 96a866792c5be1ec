#include "report/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define REPLACEMENT 0xfffd
#define MICROSECONDS 1000000

struct json json_to(FILE *out)
{
	return (struct json){ .out = out };
}

static void put_escaped(FILE *out, int32_t cp)
{
	if (cp > 0xffff) {
		cp -= 0x10000;
		fprintf(out, "\\u%04x\\u%04x", 0xd800 + (unsigned)(cp >> 10), 0xdc00 + (unsigned)(cp & 0x3ff));
	} else {
		fprintf(out, "\\u%04x", (unsigned)cp);
	}
}

static bool needs_escape(int32_t cp)
{
	return cp < 0x20 || cp == 0x2028 || cp == 0x2029 || cp_is_hostile(cp);
}

/* Bytes from the start that stand for themselves: nearly all there are. */
static size_t plain_run(const char *text)
{
	size_t n = 0;

	while (text[n] >= ' ' && text[n] <= '~' && text[n] != '"' && text[n] != '\\')
		n++;
	return n;
}

static void put_character(FILE *out, const char *text, size_t bytes, int32_t cp)
{
	if (cp == '"' || cp == '\\')
		fprintf(out, "\\%c", (char)cp);
	else if (cp == '\n')
		fputs("\\n", out);
	else if (cp == '\t')
		fputs("\\t", out);
	else if (cp < 0)
		put_escaped(out, REPLACEMENT);
	else if (needs_escape(cp))
		put_escaped(out, cp);
	else
		fwrite(text, 1, bytes, out);
}

static void put_string(FILE *out, const char *text)
{
	size_t left = strlen(text);

	fputc('"', out);
	while (left) {
		size_t bytes = plain_run(text);
		int32_t cp;

		if (bytes) {
			fwrite(text, 1, bytes, out);
		} else {
			bytes = utf8_next(text, left, &cp);
			put_character(out, text, bytes, cp);
		}
		text += bytes;
		left -= bytes;
	}
	fputc('"', out);
}

/* What stands before a value: the comma after the one before it, and its key. */
static void begin_value(struct json *j, const char *key, bool opens_object)
{
	bool in_array = j->depth && j->closer[j->depth - 1] == ']';

	assert(!j->depth || in_array == !key);
	if (j->depth) {
		if (j->filled[j->depth - 1])
			fputs(in_array && opens_object ? "," : ", ", j->out);
		if (in_array && opens_object)
			fprintf(j->out, "\n%*s", (int)j->depth, "");
		j->filled[j->depth - 1] = true;
	}
	if (key) {
		put_string(j->out, key);
		fputs(": ", j->out);
	}
}

static void open_container(struct json *j, const char *key, char opener, char closer)
{
	begin_value(j, key, opener == '{');
	assert(j->depth < JSON_DEPTH);
	fputc(opener, j->out);
	j->closer[j->depth] = closer;
	j->filled[j->depth] = false;
	j->depth++;
}

void json_open_object(struct json *j, const char *key)
{
	open_container(j, key, '{', '}');
}

void json_open_array(struct json *j, const char *key)
{
	open_container(j, key, '[', ']');
}

void json_close(struct json *j)
{
	assert(j->depth);
	j->depth--;
	fputc(j->closer[j->depth], j->out);
}

void json_end(struct json *j)
{
	assert(!j->depth);
	fputc('\n', j->out);
}

void json_text(struct json *j, const char *key, const char *text)
{
	begin_value(j, key, false);
	put_string(j->out, text);
}

void json_int(struct json *j, const char *key, int64_t value)
{
	begin_value(j, key, false);
	fprintf(j->out, "%" PRId64, value);
}

void json_double(struct json *j, const char *key, double value)
{
	char digits[40];

	if (!isfinite(value)) {
		json_null(j, key);
		return;
	}
	begin_value(j, key, false);
	for (int precision = 15; precision <= 17; precision++) {
		snprintf(digits, sizeof digits, "%.*g", precision, value);
		if (strtod(digits, NULL) == value)
			break;
	}
	fputs(digits, j->out);
}

void json_bool(struct json *j, const char *key, bool value)
{
	begin_value(j, key, false);
	fputs(value ? "true" : "false", j->out);
}

void json_null(struct json *j, const char *key)
{
	begin_value(j, key, false);
	fputs("null", j->out);
}

void json_seconds(struct json *j, const char *key, duration d)
{
	char digits[40];
	size_t len;

	if (d == DURATION_NONE) {
		json_null(j, key);
		return;
	}
	if (d % MICROSECONDS == 0) {
		json_int(j, key, d / MICROSECONDS);
		return;
	}
	begin_value(j, key, false);
	len = (size_t)snprintf(digits, sizeof digits, "%" PRId64 ".%06" PRId64, d / MICROSECONDS, d % MICROSECONDS);
	while (digits[len - 1] == '0')
		len--;
	fwrite(digits, 1, len, j->out);
}
