/*
 * cases - the worked cases of tests/conformance: one JSON object a line, each with the model's text in "yaml".
 *
 *	struct cases cases;
 *	cases_load(&cases, "tests/conformance/by-hand.jsonl");
 *	for (size_t i = 0; i < cases.len; i++)
 *		puts(case_text(&cases.at[i], "actions"));
 *	cases_release(&cases);
 */
#ifndef TESTS_CASES_H
#define TESTS_CASES_H

#include <stddef.h>

#include <jansson.h>

#include "base/duration.h"

struct worked_case {
	unsigned line; /* in its file */
	json_t *json;
};

struct cases {
	const char *path; /* borrowed */
	struct worked_case *at;
	size_t len;
};

/* Ends the running test with a message when the file can't be read, is empty or a line isn't JSON. */
void cases_load(struct cases *c, const char *path);
void cases_release(struct cases *c);

/* A member that is text; "" where there is none. Borrowed. */
const char *case_text(const struct worked_case *c, const char *member);
/* Seconds, as a duration; null is DURATION_NONE. */
duration case_duration(const json_t *seconds);

#endif
