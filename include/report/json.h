/*
 * json - a streaming writer: nothing is kept, so a report of a million groups takes no memory.
 *
 *	struct json j = json_to(out);
 *	json_open_object(&j, NULL);
 *	json_text(&j, "file", name);
 *	json_open_array(&j, "domains");
 *	json_text(&j, NULL, "/r/a");
 *	json_close(&j);
 *	json_close(&j);
 *	json_end(&j);
 *
 * Members of an object have a key; elements of an array have NULL. An object in an array starts a line
 * of its own, so that reports can be compared line by line. Output errors stay in `out` (ferror).
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/duration.h"

#define JSON_DEPTH 32

struct json {
	FILE *out;
	unsigned depth;
	char closer[JSON_DEPTH];
	bool filled[JSON_DEPTH]; /* something was written in the container at this depth */
};

struct json json_to(FILE *out);
void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
void json_close(struct json *j);
/* Ends the document with a newline. */
void json_end(struct json *j);

/*
 * Any bytes: control, bidirectional and invisible characters are written as escapes, which read back
 * as they were; what is not UTF-8 becomes U+FFFD.
 */
void json_text(struct json *j, const char *key, const char *text);
void json_int(struct json *j, const char *key, int64_t value);
/* The shortest digits that read back as the same number; null for what is no finite number. */
void json_double(struct json *j, const char *key, double value);
void json_bool(struct json *j, const char *key, bool value);
void json_null(struct json *j, const char *key);
/* Seconds, exact to the microsecond; null for DURATION_NONE. */
void json_seconds(struct json *j, const char *key, duration d);

#endif
