/*
 * attributes - how a domain fails, as fields for whichever record has them.
 */
#ifndef LOAD_ATTRIBUTES_P_H
#define LOAD_ATTRIBUTES_P_H

#include "load/loader_p.h"

void read_probability(struct loader *l, void *target, const struct field *field);
void read_positive_duration(struct loader *l, void *target, const struct field *field);

#define ATTRIBUTE_FIELDS(type, member) \
	{ "down", read_probability, offsetof(type, member.down) }, \
	{ "mtbf", read_positive_duration, offsetof(type, member.mtbf) }, \
	{ "mttr", read_duration, offsetof(type, member.mttr) }, \
	{ "rtt", read_duration, offsetof(type, member.rtt) }

#endif
