/*
 * latency - how long writes and reads take: a table for each service for people, group by group for machines.
 */
#ifndef REPORT_LATENCY_H
#define REPORT_LATENCY_H

#include <stdio.h>

#include "analysis/latency.h"

struct latency_report {
	const char *file;
	const struct model *model;
	const struct latencies *now;
	const struct latencies *before; /* with everything alive; NULL: `now` is that */
	const char *after;              /* the actions that lie between the two, or NULL */
};

void latency_text(FILE *out, const struct latency_report *r);
void latency_json(FILE *out, const struct latency_report *r);

#endif
