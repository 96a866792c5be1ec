/* paths - see paths_p.h */
#include "analysis/paths_p.h"

#include <stdlib.h>
#include <string.h>

#include "model/names.h"

struct named { char *path; place_id place; };

static int by_path(const void *x, const void *y)
{
	return strcmp(((const struct named *)x)->path, ((const struct named *)y)->path);
}

void sort_by_path(const struct model *m, place_id *places, uint32_t n)
{
	struct named *all = xcalloc(n + 1, sizeof(*all));
	struct arena arena = {0};

	for (uint32_t i = 0; i < n; i++)
		all[i] = (struct named){place_path(m, places[i], &arena), places[i]};
	if (n > 1)
		qsort(all, n, sizeof(*all), by_path);
	for (uint32_t i = 0; i < n; i++)
		places[i] = all[i].place;
	arena_release(&arena);
	free(all);
}
