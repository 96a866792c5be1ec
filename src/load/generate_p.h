/*
 * generate - groups that a rule places instead of a list.
 */
#ifndef LOAD_GENERATE_P_H
#define LOAD_GENERATE_P_H

#include "load/loader_p.h"

/* At the rule, a mapping. Adds its groups, named after the service and by number, to the builder. */
void read_generate(struct loader *l, const char *service, struct place place);

#endif
