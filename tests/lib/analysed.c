#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/analysed.h"
#include "lib/given.h"
#include "model/names.h"

void analysed_healthy(struct analysed *f, const char *yaml)
{
	*f = (struct analysed){.model = given_model(yaml)};
	sb_add(&f->yaml, yaml);
	f->engine = engine_new(f->model);
	f->analysis = analysis_new(f->engine);
}

void analysed_after(struct analysed *f, const char *yaml, const char *actions)
{
	struct arena arena = {0};
	step_list steps;

	*f = (struct analysed){.model = given_model(yaml)};
	sb_add(&f->yaml, yaml);
	sb_add(&f->actions, actions);
	f->engine = engine_new(f->model);
	f->start = state_new(f->engine);
	steps = given_steps(f->model, actions, &arena);
	for (size_t i = 0; i < steps.len; i++)
		state_step(f->start, &steps.at[i], NULL);
	f->analysis = analysis_after(f->start);
	vec_free(&steps);
	arena_release(&arena);
}

static void random_model(struct analysed *f, struct rng *r, bool after, bool alone)
{
	struct plan plan = {0};
	struct strbuf yaml = {0}, actions = {0};

	plan_make(&plan, r);
	if (alone)
		plan_forget_needs(&plan);
	sb_add_plan(&yaml, &plan, IN_ORDER);
	if (after)
		sb_add_random_actions(&actions, &plan, r, 1 + rng_below(r, 3));
	if (after)
		analysed_after(f, sb_text(&yaml), sb_text(&actions));
	else
		analysed_healthy(f, sb_text(&yaml));
	sb_release(&yaml);
	sb_release(&actions);
}

void analysed_random(struct analysed *f, struct rng *r, bool after)
{
	random_model(f, r, after, false);
}

void analysed_random_alone(struct analysed *f, struct rng *r, bool after)
{
	random_model(f, r, after, true);
}

void analysed_end(struct analysed *f)
{
	analysis_free(f->analysis);
	state_free(f->start);
	engine_free(f->engine);
	model_free(f->model);
	sb_release(&f->yaml);
	sb_release(&f->actions);
}

struct state *analysed_deaths(const struct analysed *f, const place_id *dead, uint32_t n)
{
	struct action *kills = xcalloc(n + 1, sizeof(*kills));
	struct state *s = f->start ? state_clone(f->start) : state_new(f->engine);

	for (uint32_t i = 0; i < n; i++)
		kills[i] = (struct action){VERB_KILL, dead[i], NO_PLACE, NO_SERVICE, NO_GROUP};
	state_step(s, &(struct step){kills, n}, NULL);
	free(kills);
	return s;
}

bool analysed_holds(const struct analysed *f, uint32_t group, enum target target)
{
	struct state *nothing_died = analysed_deaths(f, NULL, 0);
	bool holds = target_holds(target, state_outcome(nothing_died, group));

	state_free(nothing_died);
	return holds && target_holds(target, f->start ? state_outcome(f->start, group) :
	                                     judge_outcome(f->engine, judge_healthy(f->engine, group)));
}

bool analysed_breaks(const struct analysed *f, const struct state *s, uint32_t group, enum target target)
{
	return analysed_holds(f, group, target) && !target_holds(target, state_outcome(s, group));
}

bool analysed_can_die(const struct analysed *f, place_id p)
{
	const struct model *m = f->model;
	bool something = false;

	if (!f->start)
		return true;
	if (state_mark(f->start, p) == MARK_KILLED)
		return false;
	for (domain_id d = 0; d < m->ndomains; d++)
		something |= (d == p || (p >= m->ndomains && place_covers(m, p, d))) && !(state_gone(f->start, d) & GONE_LOST);
	return something;
}

uint8_t analysed_level(const struct model *m, const char *name)
{
	return !strcmp(name, "shared") ? LEVEL_SHARED : (uint8_t)level_named(m, name, strlen(name));
}

_Noreturn void analysed_fail(const struct analysed *f, uint64_t seed, const char *what)
{
	fprintf(stderr, "seed %llu\n%s\nafter: %s\n%s\n", (unsigned long long)seed, sb_text(&f->yaml),
	        f->start ? sb_text(&f->actions) : "nothing", what);
	fail_msg("%s", what);
	abort();
}
