/* survive - see analysis/survive.h */
#include <string.h>

#include "analysis/search_p.h"
#include "analysis/survive.h"

static void testify(struct search *s, struct witness *w)
{
	size_t size = s->dead.len * sizeof(*w->units);

	if (w->nunits < s->dead.len || !w->units)
		w->units = arena_alloc(&s->a->arena, size + 1);
	if (size)
		memcpy(w->units, s->dead.at, size);
	w->nunits = (uint16_t)s->dead.len;
	w->found = true;
}

/* Keeps the worst time over all sets, and the first set that shows it. */
static void testify_time(struct search *s, duration seen, duration *worst, struct witness *by)
{
	if (duration_max(*worst, seen) == *worst)
		return;
	*worst = seen;
	testify(s, by);
}

struct trial {
	const struct survive_goal *goal;
	struct survival *ret;
};

static bool try_set(struct search *s, const struct outcome *o)
{
	struct trial *t = s->context;

	for (enum target g = 0; g < TARGETS; g++) {
		if (!t->goal->targets[g] || !t->ret->holds[g] || target_holds(g, o))
			continue;
		t->ret->holds[g] = false;
		testify(s, &t->ret->broken_by[g]);
	}
	testify_time(s, o->rpo, &t->ret->rpo, &t->ret->rpo_by);
	testify_time(s, o->rto, &t->ret->rto, &t->ret->rto_by);
	return true;
}

void analysis_survive(struct analysis *a, uint32_t footprint, const struct survive_goal *goal, struct survival *ret)
{
	struct trial trial = {goal, ret};
	struct search s;

	memset(ret, 0, sizeof(*ret));
	for (enum target t = 0; t < TARGETS; t++)
		ret->holds[t] = true;
	search_begin(&s, a, footprint, try_set, &trial);
	search_goal(&s, goal);
	ret->undecided = s.gave_up;
	search_end(&s);
}

static place_id unit_place(const struct analysis *a, uint32_t group, struct unit_ref u)
{
	if (u.level == LEVEL_SHARED)
		return footprint_shared_place(a, group, u.at);
	return domain_at_level(a->model, group_places(a->model, group)[u.at], u.level);
}

place_id *witness_places(const struct analysis *a, uint32_t group, const struct witness *w, uint8_t step,
                         struct arena *arena, uint32_t *ret_n)
{
	place_id *places = arena_alloc(arena, (w->nunits + 1u) * sizeof(*places));

	*ret_n = 0;
	for (uint16_t i = 0; i < w->nunits; i++)
		if (w->units[i].step == step)
			places[(*ret_n)++] = unit_place(a, group, w->units[i]);
	return places;
}

situation_id witness_situation(struct analysis *a, uint32_t group, const struct witness *w)
{
	const struct footprint *f = analysis_footprint(a, analysis_footprint_of(a, group));
	uint8_t fate[MAX_REPLICAS] = {0};
	situation_id s = f->start;

	for (uint16_t i = 0; i < w->nunits; i++) {
		unit_kill(f, w->units[i], fate);
		if (i + 1 == w->nunits || w->units[i + 1].step != w->units[i].step)
			s = judge_step(a->engine, s, fate, false);
	}
	return s;
}
