/*
 * tolerances - how many deaths at each level the services of a file survive: a small table, and JSON.
 */
#ifndef REPORT_TOLERANCES_H
#define REPORT_TOLERANCES_H

#include <stdio.h>

#include "analysis/tolerance.h"
#include "report/json.h"

/* A table for each service, under a heading that names the file; services with the same numbers share one. */
void tolerances_text(FILE *out, const char *file, const struct model *m, struct analysis *a);
/* The `services` array of `check`'s JSON. Without an analysis: empty. */
void tolerances_json(struct json *j, const char *key, const struct model *m, struct analysis *a);

#endif
