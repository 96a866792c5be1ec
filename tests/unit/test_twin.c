/*
 * Random models and actions: the engine must say what its slow twin says, in every field of every group's outcome,
 * after every step, undo and redo; and what must be true of any model is true of the engine alone.
 *
 * FAULTLINE_SEED=n starts from another seed, FAULTLINE_CASES=n changes the number of cases; a failure prints both,
 * the model and the actions, to play it again.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/worst.h"
#include "engine/state.h"
#include "lib/given.h"
#include "lib/player.h"
#include "lib/randoms.h"
#include "lib/twin.h"
#include "model/names.h"

#define CASES 20000u
#define LISTS_A_MODEL 4u /* a case is a model and a list of actions */
#define MAX_STEPS 6u

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);
	char *end;
	uint64_t value;

	if (!text)
		return otherwise;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || end == text || *end)
		fail_msg("%s is not a number: '%s'", name, text);
	return value;
}

static uint64_t first_seed(void)
{
	return from_environment("FAULTLINE_SEED", 20240229);
}

/* ---- a random model, and what is done to it ---- */

struct trial {
	uint64_t seed;
	struct rng rng;
	struct plan plan;
	struct strbuf yaml, actions;
	struct model *m;
	struct arena arena;
	step_list steps;
	size_t taken; /* of `steps`, by both */
};

static void trial_start(struct trial *t, uint64_t seed)
{
	*t = (struct trial){.seed = seed, .rng = rng_seeded(seed)};
	plan_make(&t->plan, &t->rng);
	sb_add_plan(&t->yaml, &t->plan, IN_ORDER);
	t->m = given_model(sb_text(&t->yaml));
}

static void trial_actions(struct trial *t, uint32_t nsteps)
{
	sb_clear(&t->actions);
	sb_add_random_actions(&t->actions, &t->plan, &t->rng, nsteps);
	vec_free(&t->steps);
	arena_release(&t->arena);
	t->steps = given_steps(t->m, sb_text(&t->actions), &t->arena);
	t->taken = 0;
}

static void trial_end(struct trial *t)
{
	sb_release(&t->yaml);
	sb_release(&t->actions);
	vec_free(&t->steps);
	arena_release(&t->arena);
	model_free(t->m);
}

static bool has_leader(const struct model *m, uint32_t group)
{
	return m->services[model_service_of(m, group)].sem.leader;
}

/* All that is needed to play it again. */
static void sb_add_trial(struct strbuf *sb, const struct trial *t)
{
	sb_addf(sb, "FAULTLINE_SEED=%llu FAULTLINE_CASES=%u\n%s\n%s\n", (unsigned long long)t->seed, LISTS_A_MODEL,
	        sb_text(&t->yaml), sb_text(&t->actions));
}

/* Ends the test: the two outcomes of a group differ. */
static void show_and_fail(const struct trial *t, const char *when, uint32_t group, const char *name_a,
                          const struct outcome *a, const char *name_b, const struct outcome *b)
{
	const struct model *m = t->m;
	struct strbuf sb = {0};

	sb_add_trial(&sb, t);
	sb_addf(&sb, "%s, step %zu: %s/%s\n%10s: ", when, t->taken,
	        str_text(m->strings, m->services[model_service_of(m, group)].name),
	        str_text(m->strings, m->groups[group].name), name_a);
	sb_add_outcome(&sb, a);
	sb_addf(&sb, "\n%10s: ", name_b);
	sb_add_outcome(&sb, b);
	sb_add(&sb, "\n");
	fputs(sb_text(&sb), stderr); /* cmocka's own printing cuts long texts */
	sb_release(&sb);
	fail_msg("%s: '%s' and '%s' differ", when, name_a, name_b);
}

static void must_equal(const struct trial *t, const char *when, uint32_t group, const char *name_a, struct outcome a,
                       const char *name_b, struct outcome b)
{
	if (!outcomes_equal(&a, &b, has_leader(t->m, group)))
		show_and_fail(t, when, group, name_a, &a, name_b, &b);
}

/* ---- engine and twin ---- */

struct pair {
	void *games[PLAYERS];
};

/* Of a split brain, who writes with which side. */
static void sides_must_agree(const struct trial *t, const struct pair *p, const char *when, uint32_t group)
{
	struct strbuf sb = {0};

	for (uint32_t i = 0; i < group_size(t->m, group); i++) {
		uint32_t engine = players[ENGINE].side(p->games[ENGINE], group, i);
		uint32_t twin = players[TWIN].side(p->games[TWIN], group, i);

		if (engine == twin)
			continue;
		sb_add_trial(&sb, t);
		fputs(sb_text(&sb), stderr);
		sb_release(&sb);
		fail_msg("%s, step %zu, group %u: replica %u is on side %u for the engine, %u for the twin", when, t->taken,
		         group, i, engine, twin);
	}
}

static uint32_t many_sided; /* outcomes of more than two sides that were compared */

static void must_agree(const struct trial *t, const struct pair *p, const char *when)
{
	for (uint32_t g = 0; g < t->m->ngroups; g++) {
		struct outcome twin = players[TWIN].outcome(p->games[TWIN], g);

		must_equal(t, when, g, "engine", players[ENGINE].outcome(p->games[ENGINE], g), "twin", twin);
		if (twin.split)
			sides_must_agree(t, p, when, g);
		many_sided += twin.sides > 2;
	}
}

static void both_step(struct trial *t, struct pair *p, const char *when)
{
	for (size_t i = 0; i < PLAYERS; i++)
		players[i].step(p->games[i], &t->steps.at[t->taken]);
	t->taken++;
	must_agree(t, p, when);
}

static void both_undo(struct trial *t, struct pair *p)
{
	for (size_t i = 0; i < PLAYERS; i++)
		assert_int_equal(players[i].undo(p->games[i]), t->taken > 0);
	t->taken -= t->taken > 0;
	must_agree(t, p, "undo");
}

static void both_redo(struct trial *t, struct pair *p)
{
	for (size_t i = 0; i < PLAYERS; i++)
		assert_int_equal(players[i].redo(p->games[i]), t->taken < t->steps.len);
	t->taken += t->taken < t->steps.len;
	must_agree(t, p, "redo");
}

/* Steps to the end, now and then going back a little; then back to the start, and forward; then from the middle on. */
static void play_both(struct trial *t)
{
	struct pair p;

	for (size_t i = 0; i < PLAYERS; i++)
		p.games[i] = players[i].open(t->m);
	must_agree(t, &p, "at the start");
	while (t->taken < t->steps.len)
		both_step(t, &p, "step");
	both_redo(t, &p);
	while (t->taken)
		both_undo(t, &p);
	both_undo(t, &p);
	while (t->taken < t->steps.len)
		both_redo(t, &p);
	for (uint32_t back = rng_below(&t->rng, (uint32_t)t->steps.len + 1); back; back--)
		both_undo(t, &p);
	if (t->taken < t->steps.len) {
		/* another way on from here: the steps that were undone are forgotten */
		t->steps.len = t->taken + 1;
		both_step(t, &p, "step after undo");
		both_redo(t, &p);
	}
	for (size_t i = 0; i < PLAYERS; i++)
		players[i].close(p.games[i]);
}

static void engine__says_what_its_slow_twin_says(void **state)
{
	uint64_t cases = from_environment("FAULTLINE_CASES", CASES);

	(void)state;
	for (uint64_t done = 0; done < cases;) {
		struct trial t;

		trial_start(&t, first_seed() + done / LISTS_A_MODEL);
		for (uint32_t i = 0; i < LISTS_A_MODEL && done < cases; i++, done++) {
			trial_actions(&t, 1 + rng_below(&t.rng, MAX_STEPS));
			play_both(&t);
		}
		trial_end(&t);
	}
	/* what is never met is never compared */
	if (cases >= CASES)
		assert_true(many_sided > 0);
}

static void tolerances_must_agree(const struct trial *t, uint32_t service, enum target target, unsigned level)
{
	int32_t engine = players[ENGINE].tolerance(t->m, service, target, level);
	int32_t twin = players[TWIN].tolerance(t->m, service, target, level);
	struct strbuf sb = {0};

	if (engine == twin)
		return;
	sb_add_trial(&sb, t);
	fputs(sb_text(&sb), stderr);
	sb_release(&sb);
	fail_msg("s%u, %s, %s: analysis says %d, twin %d", service, target_names[target], t->m->levels[level - 1],
	         engine, twin);
}

static void tolerance__is_what_the_slow_twin_says(void **state)
{
	uint64_t cases = from_environment("FAULTLINE_CASES", CASES) / 20 + 1;

	(void)state;
	for (uint64_t i = 0; i < cases; i++) {
		struct trial t;

		trial_start(&t, first_seed() + i);
		for (uint32_t s = 0; s < t.m->nservices; s++)
			for (unsigned target = 0; target < TARGETS; target++)
				for (unsigned level = 1; level <= t.m->nlevels; level++)
					tolerances_must_agree(&t, s, target, level);
		trial_end(&t);
	}
}

/* ---- what must be true of any model ---- */

/* A trial with an engine and a state some steps into it. */
struct world {
	struct trial t;
	struct engine *e;
	struct state *s;
};

static void world_start(struct world *w, uint64_t seed)
{
	trial_start(&w->t, seed);
	w->e = engine_new(w->t.m);
	w->s = state_new(w->e);
	trial_actions(&w->t, rng_below(&w->t.rng, MAX_STEPS));
	for (; w->t.taken < w->t.steps.len; w->t.taken++)
		state_step(w->s, &w->t.steps.at[w->t.taken], NULL);
}

static void world_end(struct world *w)
{
	state_free(w->s);
	engine_free(w->e);
	trial_end(&w->t);
}

static void in_random_worlds(void (*check)(struct world *w))
{
	uint64_t cases = from_environment("FAULTLINE_CASES", CASES) / 20 + 1;

	for (uint64_t i = 0; i < cases; i++) {
		struct world w;

		world_start(&w, first_seed() + i);
		check(&w);
		world_end(&w);
	}
}

static void act(struct state *s, enum verb verb, place_id p)
{
	struct action a = {verb, p, NO_PLACE, NO_SERVICE, NO_GROUP};

	state_step(s, &(struct step){&a, 1}, NULL);
}

static place_id nplaces(const struct model *m)
{
	return m->ndomains + m->nshared;
}

static bool beneath(const struct model *m, place_id p, domain_id d)
{
	if (p < m->ndomains)
		return domain_contains(m, p, d);
	for (uint32_t i = 0; i < m->shared[p - m->ndomains].nmembers; i++)
		if (domain_contains(m, m->shared[p - m->ndomains].members[i], d))
			return true;
	return false;
}

static void states_must_equal(struct world *w, const char *when, const char *name_a, const struct state *a,
                              const char *name_b, const struct state *b)
{
	for (uint32_t g = 0; g < w->t.m->ngroups; g++)
		must_equal(&w->t, when, g, name_a, *state_outcome(a, g), name_b, *state_outcome(b, g));
}

static size_t ncuts(const struct state *s)
{
	size_t n;

	(void)state_cuts(s, &n);
	return n;
}

/* Who is live, each group by its own judged view: without cuts that is everybody who is not marked. */
static void lives_must_equal(struct world *w, place_id p, const struct state *after)
{
	if (ncuts(w->s))
		return;
	for (uint32_t g = 0; g < w->t.m->ngroups; g++)
		if (state_outcome(after, g)->live != state_outcome(w->s, g)->live)
			show_and_fail(&w->t, place_name(w->t.m, p), g, "before", state_outcome(w->s, g), "after",
			              state_outcome(after, g));
}

static void check_heal(struct world *w)
{
	for (place_id p = 1; p < nplaces(w->t.m); p++) {
		struct state *s;

		if (state_mark(w->s, p) != MARK_NONE)
			continue;
		s = state_clone(w->s);
		act(s, VERB_KILL, p);
		act(s, VERB_HEAL, p);
		lives_must_equal(w, p, s);
		for (domain_id d = 0; d < w->t.m->ndomains; d++)
			assert_int_equal(state_gone(s, d), state_gone(w->s, d));
		state_free(s);
	}
}

static void heal__gives_back_what_a_kill_took_of_liveness(void **state)
{
	(void)state;
	in_random_worlds(check_heal);
}

/* Cuts the place from everything, or from another place if one is given; and back. */
static void cut_and_join(struct world *w, place_id p, place_id other)
{
	struct action cut = {other == NO_PLACE ? VERB_ISOLATE : VERB_CUT, p, other, NO_SERVICE, NO_GROUP};
	struct action rejoin = {VERB_JOIN, p, other, NO_SERVICE, NO_GROUP};
	struct state *s = state_clone(w->s);
	enum effect effect;

	state_step(s, &(struct step){&cut, 1}, &effect);
	if (effect == EFFECT_DONE) {
		assert_int_equal(ncuts(s), ncuts(w->s) + 1);
		state_step(s, &(struct step){&rejoin, 1}, &effect);
		assert_int_equal(effect, EFFECT_DONE);
		assert_int_equal(ncuts(s), ncuts(w->s));
		lives_must_equal(w, p, s);
		for (domain_id a = 0; a < w->t.m->ndomains; a++)
			for (domain_id b = 0; b < w->t.m->ndomains; b++)
				assert_int_equal(state_connected(s, a, b), state_connected(w->s, a, b));
	}
	state_free(s);
}

static void check_join(struct world *w)
{
	for (place_id p = 1; p < nplaces(w->t.m); p++) {
		place_id other = 1 + rng_below(&w->t.rng, nplaces(w->t.m) - 1);

		cut_and_join(w, p, NO_PLACE);
		if (other != p)
			cut_and_join(w, p, other);
	}
}

static void join__gives_back_what_a_cut_took_of_hearing_and_liveness(void **state)
{
	(void)state;
	in_random_worlds(check_join);
}

/* Plays the actions on a service in three AZs of one node each, without fencing; its one group's outcome. */
static struct outcome in_three_azs(const char *fields, const char *actions)
{
	struct strbuf yaml = {0};
	struct arena arena = {0};
	struct outcome o[PLAYERS];
	struct model *m;
	step_list steps;

	sb_addf(&yaml, "faultline: 1\nlevels: [az, node]\ntopology: {z1: [a], z2: [b], z3: [c]}\nservices:\n"
	        "  s: {fencing: none, replicas: [a, b, c], %s}\n", fields);
	m = given_model(sb_text(&yaml));
	steps = given_steps(m, actions, &arena);
	for (size_t i = 0; i < PLAYERS; i++) {
		void *game = players[i].open(m);

		for (size_t k = 0; k < steps.len; k++)
			players[i].step(game, &steps.at[k]);
		o[i] = players[i].outcome(game, 0);
		players[i].close(game);
	}
	assert_true(outcomes_equal(&o[ENGINE], &o[TWIN], true));
	vec_free(&steps);
	arena_release(&arena);
	model_free(m);
	sb_release(&yaml);
	return o[ENGINE];
}

static void two_azs_that_hear_a_third__are_not_two_halves(void **state)
{
	struct outcome o = in_three_azs("write: majority", "cut z1 z2");

	(void)state;
	/* each counts two of three, but the third votes only once */
	assert_false(o.split);
	assert_int_equal(o.writes, ANSWER_YES);
	assert_int_equal(o.leader, 0);
	assert_int_equal(o.live, 2);
	/* the third hears both: nobody else can write */
	o = in_three_azs("write: all", "cut z1 z2");
	assert_int_equal(o.writes, ANSWER_YES);
	assert_int_equal(o.live, 3);
	/* and once it is gone, there are two parts of one each */
	o = in_three_azs("write: majority", "cut z1 z2 and kill z3");
	assert_int_equal(o.writes, ANSWER_NO);
	assert_int_equal(o.live, 1);
	o = in_three_azs("write: any", "cut z1 z2 and kill z3");
	assert_true(o.split);
}

/* The side that each of three replicas writes with, as digits, for both players; "000": no split. */
static void sides_must_be(const char *fields, const char *actions, const char *expected)
{
	struct strbuf yaml = {0};
	struct arena arena = {0};
	struct model *m;
	step_list steps;

	sb_addf(&yaml, "faultline: 1\nlevels: [az, node]\ntopology: {z1: [a], z2: [b], z3: [c]}\nservices:\n"
	        "  s: {fencing: none, replicas: [a, b, c], %s}\n", fields);
	m = given_model(sb_text(&yaml));
	steps = given_steps(m, actions, &arena);
	for (size_t p = 0; p < PLAYERS; p++) {
		void *game = players[p].open(m);
		char sides[4] = "";

		for (size_t k = 0; k < steps.len; k++)
			players[p].step(game, &steps.at[k]);
		for (uint32_t i = 0; i < 3; i++)
			sides[i] = (char)('0' + players[p].side(game, 0, i));
		if (strcmp(sides, expected) != 0)
			fail_msg("%s, '%s': sides %s, expected %s", players[p].name, actions, sides, expected);
		players[p].close(game);
	}
	vec_free(&steps);
	arena_release(&arena);
	model_free(m);
	sb_release(&yaml);
}

static void a_split__has_as_many_sides_as_write_apart(void **state)
{
	(void)state;
	sides_must_be("write: any", "isolate z1 and isolate z2", "123");
	sides_must_be("write: any", "isolate z1", "122");
	sides_must_be("write: any", "isolate z1 then isolate z2", "123");
	sides_must_be("write: any, leader: none", "isolate z1 and isolate z2", "123");
	sides_must_be("write: majority", "isolate z1 and isolate z2", "000");
	/* one side comes back, the others stay apart */
	sides_must_be("write: any", "isolate z1 and isolate z2 then join z1", "121");
	assert_int_equal(in_three_azs("write: any", "isolate z1 and isolate z2").sides, 3);
	assert_int_equal(in_three_azs("write: any", "isolate z1 and isolate z2").data, DATA_SAFE);
	/* of those that meet with a leader the larger stays, and every other's newest writes are gone for good */
	assert_int_equal(in_three_azs("write: any", "isolate z1 and isolate z2 then join z1").data, DATA_TAIL);
	assert_int_equal(in_three_azs("write: any", "isolate z1 and isolate z2 then join z1 and join z2").rpo, DURATION_NONE);
	assert_int_equal(in_three_azs("write: any", "isolate z1 then join z1").leader, 1);
	/* and without one nothing is */
	assert_int_equal(in_three_azs("write: any, leader: none", "isolate z1 and isolate z2 then join z1 and join z2").data,
	                 DATA_SAFE);
}

static void a_fallback__makes_a_side_of_what_is_cut_off(void **state)
{
	const char *fallback = "write: majority, fallback: {after: 60s, write: any, read: any, ack: any}";

	(void)state;
	sides_must_be(fallback, "isolate z1", "211");
	assert_int_equal(in_three_azs(fallback, "isolate z1").sides, 2);
	/* the side that is judged still has its majority */
	assert_false(in_three_azs(fallback, "isolate z1").fallback);
	sides_must_be(fallback, "isolate z1 and isolate z2", "123");
	assert_true(in_three_azs(fallback, "isolate z1 and isolate z2").fallback);
}

static void check_undo(struct world *w)
{
	struct state *replayed = state_new(w->e);
	size_t n = w->t.steps.len;

	/* state k of a replay must be what n - k undos leave */
	for (size_t k = 0; k <= n; k++) {
		struct state *undone = state_clone(w->s);

		for (size_t i = k; i < n; i++)
			assert_true(state_undo(undone));
		assert_int_equal(state_position(undone), k);
		assert_int_equal(state_length(undone), n);
		states_must_equal(w, "undo", "undone", undone, "replayed", replayed);
		for (size_t i = k; i < n; i++)
			assert_true(state_redo(undone));
		assert_false(state_redo(undone));
		states_must_equal(w, "redo", "redone", undone, "never left", w->s);
		state_free(undone);
		if (k < n)
			state_step(replayed, &w->t.steps.at[k], NULL);
	}
	state_free(replayed);
}

static void undo__gives_back_each_earlier_outcome_and_redo_each_later_one(void **state)
{
	(void)state;
	in_random_worlds(check_undo);
}

static uint32_t same_group(const struct model *from, uint32_t group, const struct model *to)
{
	const char *service = str_text(from->strings, from->services[model_service_of(from, group)].name);
	const char *name = str_text(from->strings, from->groups[group].name);

	return group_named(to, service_named(to, service, strlen(service)), name, strlen(name));
}

static void check_order(struct world *w)
{
	struct strbuf yaml = {0};
	struct arena arena = {0};
	struct model *m;
	struct engine *e;
	struct state *s;
	step_list steps;

	sb_add_plan(&yaml, &w->t.plan, SERVICES_AND_GROUPS_REVERSED);
	m = given_model(sb_text(&yaml));
	steps = given_steps(m, sb_text(&w->t.actions), &arena);
	e = engine_new(m);
	s = state_new(e);
	for (size_t i = 0; i < steps.len; i++)
		state_step(s, &steps.at[i], NULL);
	for (uint32_t g = 0; g < m->ngroups; g++)
		must_equal(&w->t, "order", same_group(m, g, w->t.m), "as written",
		           *state_outcome(w->s, same_group(m, g, w->t.m)), "reversed", *state_outcome(s, g));
	state_free(s);
	engine_free(e);
	vec_free(&steps);
	arena_release(&arena);
	model_free(m);
	sb_release(&yaml);
}

static void order_of_services_and_groups__does_not_matter(void **state)
{
	(void)state;
	in_random_worlds(check_order);
}

/* A kill of every domain beneath `p` that holds a replica, in one step. */
static struct step kill_of_the_parts(const struct model *m, place_id p, struct action *actions)
{
	struct step step = {actions, 0};

	for (domain_id d = 0; d < m->ndomains; d++)
		if (beneath(m, p, d) && model_groups_on(m)->first[d + 1] > model_groups_on(m)->first[d])
			actions[step.nactions++] = (struct action){VERB_KILL, d, NO_PLACE, NO_SERVICE, NO_GROUP};
	return step;
}

static void check_parts(struct world *w)
{
	for (place_id p = 1; p < nplaces(w->t.m); p++) {
		struct action actions[PLAN_DOMAINS + 1];
		struct step parts = kill_of_the_parts(w->t.m, p, actions);
		struct state *whole = state_clone(w->s), *piecewise = state_clone(w->s);

		act(whole, VERB_KILL, p);
		state_step(piecewise, &parts, NULL);
		states_must_equal(w, place_name(w->t.m, p), "whole", whole, "parts", piecewise);
		state_free(whole);
		state_free(piecewise);
	}
}

static void kill__equals_killing_every_domain_beneath_that_holds_a_replica(void **state)
{
	(void)state;
	in_random_worlds(check_parts);
}

static void check_side_by_side(struct world *w)
{
	struct state *other = state_new(w->e), *copy = state_clone(w->s);
	struct engine *own_engine = engine_new(w->t.m);
	struct state *alone = state_new(own_engine);
	struct rng rng = w->t.rng;
	struct strbuf sb = {0};
	struct arena arena = {0};
	step_list steps;

	sb_add_random_actions(&sb, &w->t.plan, &rng, MAX_STEPS);
	steps = given_steps(w->t.m, sb_text(&sb), &arena);
	for (size_t i = 0; i < steps.len; i++) {
		state_step(other, &steps.at[i], NULL);
		state_step(alone, &steps.at[i], NULL);
		states_must_equal(w, sb_text(&sb), "beside", other, "alone", alone);
	}
	states_must_equal(w, sb_text(&sb), "left alone", w->s, "its copy", copy);
	vec_free(&steps);
	arena_release(&arena);
	sb_release(&sb);
	state_free(alone);
	engine_free(own_engine);
	state_free(copy);
	state_free(other);
}

static void states__of_one_engine_do_not_disturb_each_other(void **state)
{
	(void)state;
	in_random_worlds(check_side_by_side);
}

static bool has_replica_beneath(const struct model *m, uint32_t group, place_id p)
{
	for (uint32_t i = 0; i < group_size(m, group); i++)
		if (beneath(m, p, group_places(m, group)[i]))
			return true;
	return false;
}

/* By taking the step. */
static struct impact true_impact(const struct model *m, const struct state *now, const struct state *after, place_id p)
{
	struct impact n = {.known = true};

	for (uint32_t g = 0; g < m->ngroups; g++) {
		const struct outcome *a = state_outcome(now, g), *b = state_outcome(after, g);

		bool inside = has_replica_beneath(m, g, p);
		bool stops_writing = goes_on(a->writes) && !goes_on(b->writes);
		bool stops_reading = goes_on(a->reads) && !goes_on(b->reads);

		if (inside) {
			n.groups++;
			n.worst_status = a->status > n.worst_status ? a->status : n.worst_status;
			n.worst_data = a->data > n.worst_data ? a->data : n.worst_data;
		}
		n.writes += stops_writing;
		n.reads += stops_reading;
		n.writes_by_needs += stops_writing && !inside;
		n.reads_by_needs += stops_reading && !inside;
		n.data += a->data == DATA_SAFE && b->data != DATA_SAFE;
		n.lost += a->data != DATA_LOST && b->data == DATA_LOST;
	}
	return n;
}

static void sb_add_impact(struct strbuf *sb, const char *name, const struct impact *n)
{
	sb_addf(sb, "%s: %u groups, worst now %s and %s; stops %u writing, %u reading (%u, %u by needs), endangers %u, "
	        "loses %u\n", name, n->groups, status_names[n->worst_status], data_names[n->worst_data], n->writes,
	        n->reads, n->writes_by_needs, n->reads_by_needs, n->data, n->lost);
}

static void impact_must_be(struct world *w, place_id p, const struct impact *expected)
{
	struct impact found = {0};
	struct strbuf sb = {0};
	uint64_t cursor = 0;

	while (!found.known)
		state_impact(w->s, p, &found, &cursor, 1 + rng_below(&w->t.rng, 3));
	if (found.groups == expected->groups && found.worst_status == expected->worst_status
	    && found.worst_data == expected->worst_data && found.writes == expected->writes
	    && found.writes_by_needs == expected->writes_by_needs && found.reads_by_needs == expected->reads_by_needs
	    && found.reads == expected->reads && found.data == expected->data && found.lost == expected->lost)
		return;
	sb_add_trial(&sb, &w->t);
	sb_add_impact(&sb, "foretold", &found);
	sb_add_impact(&sb, "happened", expected);
	fputs(sb_text(&sb), stderr);
	sb_release(&sb);
	fail_msg("the impact of killing %s is not what was foretold", place_name(w->t.m, p));
}

/* Whether a step that does nothing would change what goes on or is safe: what the last step left settles then. */
static bool is_unsettled(const struct world *w)
{
	struct state *later = state_clone(w->s);
	bool changes = false;

	state_step(later, &(struct step){NULL, 0}, NULL);
	for (uint32_t g = 0; g < w->t.m->ngroups; g++) {
		const struct outcome *a = state_outcome(w->s, g), *b = state_outcome(later, g);

		changes |= goes_on(a->writes) != goes_on(b->writes) || goes_on(a->reads) != goes_on(b->reads)
			|| a->data != b->data;
	}
	state_free(later);
	return changes;
}

static void check_impact(struct world *w)
{
	bool unsettled = is_unsettled(w);

	for (place_id p = 1; p < nplaces(w->t.m); p++) {
		struct state *after = state_clone(w->s);
		struct impact expected;

		act(after, VERB_KILL, p);
		expected = true_impact(w->t.m, w->s, after, p);
		if (!unsettled)
			impact_must_be(w, p, &expected);
		for (uint32_t g = 0; g < w->t.m->ngroups; g++)
			/* what is foretold of one group takes what it needs as it is now */
			if (!w->t.m->services[model_service_of(w->t.m, g)].nneeds)
				must_equal(&w->t, place_name(w->t.m, p), g, "foretold", state_outcome_if_killed(w->s, g, p),
			           "happened", *state_outcome(after, g));
		state_free(after);
	}
}

static void impact__is_what_the_kill_then_does(void **state)
{
	(void)state;
	in_random_worlds(check_impact);
}

/* ---- worst cases of one domain, what is foretold of its death, and what the death does ---- */

static uint64_t groups_broken_by(const struct worst_target *t, place_id p)
{
	for (size_t i = 0; i < t->nsets; i++)
		if (t->sets[i].domains[0] == p)
			return t->sets[i].groups;
	return 0;
}

static void worst_must_be(struct world *w, place_id p, const char *who, enum target target, uint64_t worst, uint64_t n)
{
	struct strbuf sb = {0};

	if (worst == n)
		return;
	sb_add_trial(&sb, &w->t);
	fputs(sb_text(&sb), stderr);
	sb_release(&sb);
	fail_msg("the death of %s breaks %s of %llu groups by worst, of %llu by %s", place_name(w->t.m, p),
	         target_names[target], (unsigned long long)worst, (unsigned long long)n, who);
}

static void compare_worst(struct world *w, const struct worst *worst, place_id p)
{
	struct state *after = state_clone(w->s);
	struct impact happened, foretold = {0};
	uint64_t cursor = 0;

	act(after, VERB_KILL, p);
	happened = true_impact(w->t.m, w->s, after, p);
	while (!foretold.known)
		state_impact(w->s, p, &foretold, &cursor, UINT32_MAX);
	for (enum target t = 0; t < TARGETS; t++) {
		uint64_t found = groups_broken_by(&worst->of[t], p);

		assert_true(worst->of[t].proven);
		worst_must_be(w, p, "impact", t, found,
		              t == TARGET_WRITES ? foretold.writes : t == TARGET_READS ? foretold.reads : foretold.data);
		worst_must_be(w, p, "whatif", t, found,
		              t == TARGET_WRITES ? happened.writes : t == TARGET_READS ? happened.reads : happened.data);
	}
	state_free(after);
}

/* The world as it is before anything is done. */
static void check_worst(struct world *w)
{
	struct analysis *a = analysis_new(w->e);

	while (state_undo(w->s))
		;
	for (unsigned level = 1; level <= w->t.m->nlevels + (w->t.m->nshared ? 1 : 0) && !is_unsettled(w); level++) {
		bool shared = level > w->t.m->nlevels;
		struct worst worst;

		analysis_worst(a, shared ? LEVEL_SHARED : (uint8_t)level, 1, SIZE_MAX, &worst);
		assert_false(worst.undecided);
		for (place_id p = 1; p < nplaces(w->t.m); p++)
			if (shared ? p >= w->t.m->ndomains : p < w->t.m->ndomains && w->t.m->domains[p].level == level)
				compare_worst(w, &worst, p);
		worst_release(&worst);
	}
	analysis_free(a);
}

static void worst__of_one_domain_is_what_its_death_does(void **state)
{
	(void)state;
	in_random_worlds(check_worst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(engine__says_what_its_slow_twin_says),
		cmocka_unit_test(tolerance__is_what_the_slow_twin_says),
		cmocka_unit_test(heal__gives_back_what_a_kill_took_of_liveness),
		cmocka_unit_test(join__gives_back_what_a_cut_took_of_hearing_and_liveness),
		cmocka_unit_test(two_azs_that_hear_a_third__are_not_two_halves),
		cmocka_unit_test(a_split__has_as_many_sides_as_write_apart),
		cmocka_unit_test(a_fallback__makes_a_side_of_what_is_cut_off),
		cmocka_unit_test(undo__gives_back_each_earlier_outcome_and_redo_each_later_one),
		cmocka_unit_test(order_of_services_and_groups__does_not_matter),
		cmocka_unit_test(kill__equals_killing_every_domain_beneath_that_holds_a_replica),
		cmocka_unit_test(states__of_one_engine_do_not_disturb_each_other),
		cmocka_unit_test(impact__is_what_the_kill_then_does),
		cmocka_unit_test(worst__of_one_domain_is_what_its_death_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
