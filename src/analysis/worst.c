/* worst - see analysis/worst.h */
#include <string.h>

#include "analysis/heaviest_p.h"
#include "analysis/weigh_p.h"
#include "analysis/worst.h"

static void keep_sets(struct worst *w, struct worst_target *into, const struct heaviest *found, const struct ranking *r)
{
	into->proven = found->proven;
	into->nsets = found->sets.len;
	into->sets = arena_alloc(&w->arena, (found->sets.len + 1) * sizeof(*into->sets));
	for (size_t i = 0; i < found->sets.len; i++) {
		place_id *domains = arena_alloc(&w->arena, w->size * sizeof(*domains));

		for (uint32_t j = 0; j < w->size; j++)
			domains[j] = r->places[found->sets.at[i].set[j]];
		into->sets[i] = (struct worst_set){domains, (uint64_t)found->sets.at[i].total};
	}
}

void analysis_worst(struct analysis *a, uint8_t level, uint32_t size, size_t top, struct worst *ret)
{
	struct ranking r;
	struct weights w;

	memset(ret, 0, sizeof(*ret));
	ret->size = size;
	ranking_init(&r, a, level);
	ret->domains = r.n;
	ret->undecided = !weigh_groups(&w, a, &r, size);
	for (enum target t = 0; t < TARGETS && !ret->undecided; t++) {
		struct heaviest found;

		heaviest_find(&w, t, size, top, &found);
		keep_sets(ret, &ret->of[t], &found, &r);
		heaviest_release(&found);
	}
	weights_release(&w);
	ranking_release(&r);
}

void worst_release(struct worst *w)
{
	arena_release(&w->arena);
}
