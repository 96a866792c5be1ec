/*
 * batches - which domains may go down together: a list for people, JSON for machines.
 */
#ifndef REPORT_BATCHES_H
#define REPORT_BATCHES_H

#include <stdio.h>

#include "analysis/batches.h"

struct batches_report {
	const char *file;
	struct engine *engine;
	const struct batches_question *question;
	const struct batches *batches;
};

void batches_text(FILE *out, const struct batches_report *r);
void batches_json(FILE *out, const struct batches_report *r);

#endif
