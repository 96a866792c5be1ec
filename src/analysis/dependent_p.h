/*
 * dependent - groups of a service that needs others: judged together with these, place by place, where they are few.
 */
#ifndef ANALYSIS_DEPENDENT_P_H
#define ANALYSIS_DEPENDENT_P_H

#include "analysis/world_p.h"

struct dependent; /* one service */

/* NULL: what it needs has too many places, or cuts tell its places apart. */
struct dependent *dependent_new(struct analysis *a, uint32_t service, struct budget *spent);
void dependent_free(struct dependent *d);

/*
 * The answer for one group, valid until the next call; NULL: it and what it needs have too many places, or too much
 * has been spent. *ret_causes says where the causes came from.
 */
const struct mixed *dependent_answer(struct dependent *d, const struct chances *c, uint32_t group, bool pivotal,
                                     enum target target, struct budget *spent, const struct causes **ret_causes);

#endif
