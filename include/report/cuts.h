/*
 * cuts - minimal cut sets: merged over the groups of each service for people, group by group for machines.
 */
#ifndef REPORT_CUTS_H
#define REPORT_CUTS_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/cutsets.h"

struct cuts_report {
	const char *file;
	enum target target;
	struct level_set levels;
	uint32_t max;
	bool count_only;      /* counted by levels, not listed */
	uint32_t service;     /* this one alone, or NO_SERVICE */
	const char *group;    /* groups of this name alone, or NULL */
};

void cuts_text(FILE *out, struct analysis *a, const struct cuts_report *r);
/* Single points of failure, each with what it breaks: all targets at once, over all services. */
void cuts_single_text(FILE *out, struct analysis *a, const struct cuts_report *r);
void cuts_json(FILE *out, struct analysis *a, const struct cuts_report *r);

#endif
