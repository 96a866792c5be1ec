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

static void find_sets(const struct weights *w, const struct ranking *r, size_t top, struct worst *ret)
{
	struct heaviest found[TARGETS];

	for (enum target t = 0; t < TARGETS; t++) {
		enum target like = w->like.as[t];

		if (like == t)
			heaviest_find(w, t, ret->size, top, &found[t]);
		keep_sets(ret, &ret->of[t], &found[like], r);
	}
	for (enum target t = 0; t < TARGETS; t++)
		if (w->like.as[t] == t)
			heaviest_release(&found[t]);
}

/* The worst of each size from `least` to `most`; all of them undecided where there is too much to add up. */
static void find_sizes(struct analysis *a, uint8_t level, uint32_t least, uint32_t most, size_t top, struct worst *ret)
{
	struct ranking r;
	struct weights w;
	bool weighed;

	ranking_init(&r, a, level);
	weighed = weigh_groups(&w, a, &r, most);
	for (uint32_t size = least; size <= most; size++, ret++) {
		*ret = (struct worst){.size = size, .domains = r.n, .undecided = !weighed};
		if (weighed)
			find_sets(&w, &r, top, ret);
	}
	weights_release(&w);
	ranking_release(&r);
}

void analysis_worst(struct analysis *a, uint8_t level, uint32_t size, size_t top, struct worst *ret)
{
	find_sizes(a, level, size, size, top, ret);
}

void analysis_worst_up_to(struct analysis *a, uint8_t level, uint32_t most, size_t top, struct worst *ret)
{
	find_sizes(a, level, 1, most, top, ret);
	for (uint32_t size = 1; size < most && ret[0].undecided; size++)
		analysis_worst(a, level, size, top, &ret[size - 1]);
}

void worst_release(struct worst *w)
{
	arena_release(&w->arena);
}
