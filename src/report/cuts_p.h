/* What the reports of cut sets share. */
#ifndef REPORT_CUTS_P_H
#define REPORT_CUTS_P_H

#include "report/cuts.h"

bool cuts_asked_for(const struct model *m, const struct cuts_report *r, uint32_t service, uint32_t group);
/* "can't be written": what is so of groups that are broken before anything dies. */
extern const char *const cuts_not_even[TARGETS];
/* The file, what this is, and the levels that are asked for. */
void cuts_heading(FILE *out, const struct model *m, const struct cuts_report *r, const char *what);

#endif
