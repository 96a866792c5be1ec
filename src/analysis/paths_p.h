/* paths - places in byte order of their full paths, shared domains by their names. */
#ifndef ANALYSIS_PATHS_P_H
#define ANALYSIS_PATHS_P_H

#include "model/model.h"

void sort_by_path(const struct model *m, place_id *places, uint32_t n);

#endif
