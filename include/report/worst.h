/*
 * worst - which domains of a level hurt most: a table for people, JSON for machines.
 */
#ifndef REPORT_WORST_H
#define REPORT_WORST_H

#include <stdio.h>

#include "analysis/worst.h"

/* Under a heading that names the level and the size. Targets that the same sets break share a table. */
void worst_text(FILE *out, const struct model *m, uint8_t level, const struct worst *w);
void worst_json(FILE *out, const char *file, const struct model *m, uint8_t level, const struct worst *w);

#endif
