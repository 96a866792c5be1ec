/*
 * ranges - names with "(a..b)" in them, which stand for several.
 *
 *	struct range r;
 *	if (range_parse(&r, text, len, &why))
 *		for (uint64_t i = 0; i < r.count; i++)
 *			range_name(&r, i, &name);
 */
#ifndef LOAD_RANGES_P_H
#define LOAD_RANGES_P_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

#define MAX_RANGE_PARTS 8 /* in one name */

struct range {
	const char *text; /* borrowed */
	size_t len;
	uint64_t count;   /* names in all; 1 without a range. At most UINT32_MAX: more is an error */
	struct range_part {
		size_t start, end; /* of "(a..b)" in the text */
		uint64_t from, count;
		int width;         /* digits, with leading zeros; 0: as many as it takes */
	} parts[MAX_RANGE_PARTS];
	size_t nparts;
};

/* False with a sentence in *ret_why when the text means a range but can't be one. */
bool range_parse(struct range *r, const char *text, size_t len, const char **ret_why);
/* Sets `name` to the name with number `i`; the leftmost range counts slowest. */
void range_name(const struct range *r, uint64_t i, struct strbuf *name);

#endif
