/*
 * index - from a domain to the groups on it: model_groups_on of model/model.h.
 */
#ifndef MODEL_INDEX_P_H
#define MODEL_INDEX_P_H

#include "model/model.h"

void model_index_new(struct model *m); /* not made yet */
void model_index_free(struct model *m);
size_t model_index_bytes(const struct model *m);

#endif
