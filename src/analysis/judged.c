/* judged - what sets of dead items break: see shape_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/shape_p.h"
#include "analysis/standing_p.h"
#include "analysis/survive.h"

#define MAX_TABLE (1u << MIXTURE_MAX_PATTERN)

uint8_t judge_dead(const struct judging *j, const uint8_t *dead)
{
	uint8_t fate[MAX_REPLICAS], broken = 0;
	struct outcome o;

	for (uint16_t i = 0; i < j->n; i++)
		fate[i] = dead[i] ? GONE_DEAF | GONE_LOST : 0;
	o = j->need_left == NEED_AS_IT_STANDS ? judge_once(j->a->engine, j->start, fate) :
	    judge_once_with(j->a->engine, j->start, fate, (uint8_t)j->need_left);
	for (enum target t = 0; t < TARGETS; t++)
		if (!target_holds(t, &o))
			broken |= (uint8_t)(1u << t);
	return broken;
}

/* Whether there is enough left to judge so many sets; if so it is spent. */
static bool afford(struct budget *spent, uint64_t sets, uint16_t n)
{
	if (sets > MAX_TABLE || spent->judged + sets * n > JUDGE_MOST)
		return false;
	spent->judged += sets * n;
	return true;
}

bool judge_patterns(const struct judging *j, const struct judged_items *items, struct arena *arena,
                    struct budget *spent, struct verdicts *ret)
{
	uint8_t dead[MAX_REPLICAS], *broken;
	uint32_t *adds;

	if (items->n > MIXTURE_MAX_PATTERN || !afford(spent, (uint64_t)1 << items->n, j->n))
		return false;
	adds = arena_alloc(arena, (items->n + 1) * sizeof(*adds));
	broken = arena_alloc(arena, (size_t)1 << items->n);
	for (uint32_t i = 0; i < items->n; i++)
		adds[i] = 1u << i;
	for (uint32_t set = 0; set < 1u << items->n; set++) {
		memset(dead, 0, j->n);
		for (uint32_t i = 0; i < items->n; i++)
			for (uint32_t k = items->first[i]; k < items->first[i + 1]; k++)
				dead[items->members[k]] = set >> i & 1;
		broken[set] = judge_dead(j, dead);
	}
	*ret = (struct verdicts){items->n, adds, 1u << items->n, broken};
	return true;
}

/* ---- replicas that are alike ---- */

static bool same_named_domains(const struct footprint *f, const bool *named, uint16_t x, uint16_t y)
{
	for (unsigned level = 1; level <= MAX_LEVELS; level++)
		if (named[level] && footprint_part(f, level, x) != footprint_part(f, level, y))
			return false;
	return true;
}

uint16_t replica_classes(const struct analysis *a, const struct footprint *f, uint16_t *ret_class)
{
	struct standing *st = xmalloc(sizeof(*st));
	uint16_t example[MAX_REPLICAS], n = 0;
	bool named[MAX_LEVELS + 1];

	standing_find(st, a, f);
	semantics_levels(&a->model->services[f->service].sem, named);
	for (uint16_t i = 0; i < f->n; i++) {
		bool alone = stands_alone(st, i);
		uint16_t c = alone ? n : 0;

		while (c < n && (example[c] == UINT16_MAX || !stand_alike(st, example[c], i) ||
		                 !same_named_domains(f, named, example[c], i)))
			c++;
		if (c == n)
			example[n++] = alone ? UINT16_MAX : i;
		ret_class[i] = c;
	}
	free(st);
	return n;
}

bool judge_counts(const struct judging *j, const struct judged_items *items, const uint16_t *class, uint16_t nclasses,
                  struct arena *arena, struct budget *spent, struct verdicts *ret)
{
	uint32_t *stride = arena_alloc(arena, (nclasses + 1u) * sizeof(*stride)), *adds, members[MAX_REPLICAS] = {0};
	uint64_t size = 1;
	uint8_t dead[MAX_REPLICAS], *broken;

	for (uint32_t k = 0; k < items->first[items->n]; k++)
		members[class[items->members[k]]]++;
	for (uint16_t c = 0; c < nclasses; c++) {
		stride[c] = (uint32_t)size;
		size *= members[c] + 1;
		if (size > MAX_TABLE)
			return false;
	}
	if (!afford(spent, size, j->n))
		return false;
	adds = arena_alloc(arena, (items->n + 1) * sizeof(*adds));
	for (uint32_t i = 0; i < items->n; i++)
		for (uint32_t k = items->first[i]; k < items->first[i + 1]; k++)
			adds[i] += stride[class[items->members[k]]];
	broken = arena_alloc(arena, size);
	for (uint32_t at = 0; at < size; at++) {
		uint32_t left[MAX_REPLICAS];

		for (uint16_t c = 0; c < nclasses; c++)
			left[c] = at / stride[c] % (members[c] + 1);
		memset(dead, 0, j->n);
		for (uint32_t k = 0; k < items->first[items->n]; k++) {
			uint16_t i = items->members[k];

			dead[i] = left[class[i]] > 0;
			left[class[i]] -= dead[i];
		}
		broken[at] = judge_dead(j, dead);
	}
	*ret = (struct verdicts){items->n, adds, (uint32_t)size, broken};
	return true;
}
