/*
 * Footprints and searches: by hand, and against every set of domains there is, killed one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/needs.h"
#include "analysis/tolerance.h"
#include "lib/analysed.h"
#include "lib/given.h"
#include "lib/randoms.h"
#include "model/names.h"

struct fixture {
	struct model *model;
	struct engine *engine;
	struct analysis *analysis;
};

#define HEAD "faultline: 1\nlevels: [az, rack, node]\n" \
	"topology: {a: {ra1: [a1, a2], ra2: [a3]}, b: {rb1: [b1, b2], rb2: [b3]}, c: {rc1: [c1, c2, c3]}}\n"

static void begin(struct fixture *f, const char *rest)
{
	struct strbuf yaml = {0};

	sb_addf(&yaml, HEAD "%s\n", rest);
	f->model = given_model(sb_text(&yaml));
	f->engine = engine_new(f->model);
	f->analysis = analysis_new(f->engine);
	sb_release(&yaml);
}

static void end(struct fixture *f)
{
	analysis_free(f->analysis);
	engine_free(f->engine);
	model_free(f->model);
}

/* ---- footprints ---- */

/* Which footprint each group has, in the groups' order: "0 0 1". */
static void assert_footprints(const char *rest, const char *expected)
{
	struct fixture f;
	struct strbuf found = {0};
	uint32_t groups = 0;

	begin(&f, rest);
	for (uint32_t g = 0; g < f.model->ngroups; g++)
		sb_addf(&found, "%s%u", g ? " " : "", analysis_footprint_of(f.analysis, g));
	assert_string_equal(sb_text(&found), expected);
	for (uint32_t i = 0; i < analysis_footprints(f.analysis); i++)
		groups += analysis_footprint(f.analysis, i)->ngroups;
	assert_int_equal(groups, f.model->ngroups);
	sb_release(&found);
	end(&f);
}

static void groups_alike__share_one_footprint(void **state)
{
	(void)state;
	assert_footprints("services: {s: {groups: {g: [a1, b1, c1], h: [c2, a3, b2], i: [a1, b1, c3]}}}", "0 0 0");
}

static void groups_that_share_domains_differently__do_not(void **state)
{
	(void)state;
	/* two in a rack; two in a zone; two elsewhere in the list */
	assert_footprints("services: {s: {groups: {g: [a1, b1, c1], h: [a1, a2, c1], i: [a1, a3, c1], j: [c1, a1, a2]}}}", "0 1 2 3");
}

static void replicas_placed_higher__make_another_footprint(void **state)
{
	(void)state;
	assert_footprints("services: {s: {groups: {g: [a1, b1, c1], h: [a1, b1, c], i: [b1, a3, rc1]}}}", "0 1 2");
}

static void other_roles__make_another_footprint(void **state)
{
	(void)state;
	assert_footprints("services: {s: {groups: {g: [a1, b1], h: [a1, {at: b1, role: witness}], i: [c1, {at: b1, role: witness}]}}}",
	                  "0 1 1");
}

static void other_services__have_footprints_of_their_own(void **state)
{
	struct fixture f;
	uint32_t first, end_;

	(void)state;
	assert_footprints("services: {s: {groups: {g: [a1], h: [b1]}}, t: {groups: {g: [a1], h: [b1, c1]}}}", "0 0 1 2");
	begin(&f, "services: {s: {groups: {g: [a1], h: [b1]}}, t: {groups: {g: [a1], h: [b1, c1]}}}");
	analysis_service_footprints(f.analysis, 0, &first, &end_);
	assert_int_equal(first, 0);
	assert_int_equal(end_, 1);
	analysis_service_footprints(f.analysis, 1, &first, &end_);
	assert_int_equal(first, 1);
	assert_int_equal(end_, 3);
	end(&f);
}

static void shared_domains__set_groups_apart_that_they_touch(void **state)
{
	(void)state;
	assert_footprints("shared: {f: {members: [a1]}}\n"
	                  "services: {s: {groups: {g: [a1, b1], h: [a2, b1], i: [b1, a1], j: [c1, b1]}}}", "0 1 2 1");
	/* what is above a replica touches it, too; two that touch the same one make a difference from one */
	assert_footprints("shared: {f: {members: [a]}, e: {members: [ra1]}}\n"
	                  "services: {s: {groups: {g: [a1, b1], h: [a3, b1], i: [a2, b2]}}}", "0 1 0");
}

static void shared_domains_that_touch_alike__are_told_apart_by_group(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "shared: {f: {members: [a1]}, e: {members: [a2]}}\nservices: {s: {groups: {g: [a1, b1], h: [a2, b1]}}}");
	assert_int_equal(analysis_footprints(f.analysis), 1);
	assert_int_equal(analysis_footprint(f.analysis, 0)->nshared, 1);
	assert_string_equal(place_name(f.model, footprint_shared_place(f.analysis, 0, 0)), "f");
	assert_string_equal(place_name(f.model, footprint_shared_place(f.analysis, 1, 0)), "e");
	end(&f);
}

static void limits_of_an_even_spread__set_groups_apart(void **state)
{
	struct fixture f;

	(void)state;
	/* the same but for the racks in their zone: two in a, one in c */
	begin(&f, "services: {s: {spread: {rack: even, az: 3}, groups: {g: [a, a, a], h: [c, c, c]}}}");
	assert_int_equal(analysis_footprints(f.analysis), 1); /* in no rack at all */
	end(&f);
	begin(&f, "services: {s: {spread: {az: 3, node: even}, groups: {g: [a1, a1, a2], h: [c1, c1, c2], i: [b2, b2, b1]}}}");
	assert_int_equal(analysis_footprints(f.analysis), 2);
	assert_int_equal(analysis_footprint(f.analysis, 0)->even[0], 0);
	assert_int_equal(analysis_footprint(f.analysis, 0)->even[1], 2); /* three on two nodes of ra1 */
	assert_int_equal(analysis_footprint(f.analysis, 1)->even[1], 1); /* three on three nodes of rc1 */
	end(&f);
}

/* ---- survival ---- */

/* The goals of service s, each as "writes reads data" that hold, in letters. */
static void assert_survives(const char *service, const char *expected)
{
	struct fixture f;
	struct strbuf rest = {0}, found = {0};

	sb_addf(&rest, "shared: {f: {members: [a1, b1]}, e: {members: [c1]}}\nservices: {s: {%s}}", service);
	begin(&f, sb_text(&rest));
	for (uint32_t i = 0; i < f.model->services[0].nsurvive; i++) {
		struct survival s;

		analysis_survive(f.analysis, 0, &f.model->services[0].survive[i], &s);
		assert_false(s.undecided);
		sb_addf(&found, "%s%s%s%s", i ? " " : "", s.holds[TARGET_WRITES] ? "w" : "-", s.holds[TARGET_READS] ? "r" : "-",
		        s.holds[TARGET_DATA] ? "d" : "-");
	}
	assert_string_equal(sb_text(&found), expected);
	sb_release(&rest);
	sb_release(&found);
	end(&f);
}

static void sums__take_any_domains_of_each_level_at_once(void **state)
{
	(void)state;
	/* two, two and one: a zone takes two of five, and a node elsewhere a third */
	assert_survives("survive: [az, rack, az + node, node + node, 2 node, 3 node], replicas: [a1, a3, b1, b3, c1]",
	                "wrd wrd --- wrd wrd ---");
	/* a term may fall on what another one took already */
	assert_survives("survive: [az + node], write: 1, read: 1, ack: 3, replicas: [a1, a2, a3]", "---");
	assert_survives("survive: [az + rack + node], write: 1, read: 1, ack: insync, replicas: [a1, a3, b1, b3, c1]", "wrd");
}

static void counts_beyond_what_there_is__take_all_there_are(void **state)
{
	(void)state;
	assert_survives("survive: [3 az, 4 az, 1000000 az, 2 az], write: 1, read: 1, ack: insync, replicas: [a1, b1, c1]",
	                "--- --- --- wrd");
	/* where only some of the domains hold replicas, the others may be those that die */
	assert_survives("survive: [7 node, 9 node], write: 1, read: 1, ack: insync, replicas: [a1, b1, c1]", "--- ---");
	assert_survives("survive: [2 shared, 5 shared], write: 1, read: 1, ack: insync, replicas: [a1, b1, c1]", "--- ---");
	assert_survives("survive: [2 shared, 5 shared], write: 1, read: 1, ack: insync, replicas: [a1, b1, c2]", "wrd wrd");
}

static void a_level_without_domains__takes_nothing(void **state)
{
	struct fixture f;
	struct survival s;

	(void)state;
	f.model = given_model("faultline: 1\nlevels: [az, rack]\ntopology: [a, b]\nservices: {s: {survive: rack, replicas: [a, a, b]}}\n");
	f.engine = engine_new(f.model);
	f.analysis = analysis_new(f.engine);
	analysis_survive(f.analysis, 0, &f.model->services[0].survive[0], &s);
	assert_true(s.holds[TARGET_WRITES] && s.holds[TARGET_READS] && s.holds[TARGET_DATA]);
	end(&f);
}

static void shared_domains__take_all_their_members(void **state)
{
	(void)state;
	assert_survives("survive: [shared, node], replicas: [a1, b1, c1]", "--- wrd");
	assert_survives("survive: [shared, shared + az], replicas: [a2, b2, c1]", "wrd ---");
}

static void sequences__settle_in_between(void **state)
{
	(void)state;
	/* at once two of three may hold all there is of a write; one after the other, the one that is left has it */
	assert_survives("survive: [2 node, node then node], write: 1, read: 1, ack: 2, replicas: [a1, b1, c1]", "-r- -rd");
	assert_survives("survive: [node then az, az then node, node then node then node], write: 1, read: 1, ack: insync, "
	                "replicas: [a1, a2, b1, c1]", "wrd wrd wrd");
}

static void a_mapping__asks_for_each_target_alone(void **state)
{
	(void)state;
	/* what is not asked for holds */
	assert_survives("survive: {writes: [az, node], reads: 2 node, data: [2 node, 3 node]}, replicas: [a1, a2, b1]",
	                "-rd wrd w-d wr- wr-");
}

static void the_leader__is_like_no_other(void **state)
{
	(void)state;
	/* both zones hold a learner and a voter, in this order; only b holds the leader, which alone acknowledges */
	assert_survives("survive: {data: az}, ack: leader, replicas: [{at: a1, role: learner}, {at: b1, role: learner}, b3, a3]",
	                "wr-");
}

static void a_promotion__lets_writes_go_on(void **state)
{
	(void)state;
	assert_survives("survive: [az, 2 az, az then az], write: 1, replicas: [a1, {at: b1, role: standby}, {at: c1, role: standby}]",
	                "wr- wr- wr-");
}

static void assert_witness(const struct fixture *f, const struct witness *w, uint32_t group, const char *expected)
{
	struct arena arena = {0};
	struct strbuf found = {0};

	for (uint8_t step = 0; step < 2; step++) {
		uint32_t n;
		place_id *places = witness_places(f->analysis, group, w, step, &arena, &n);

		sb_add(&found, step ? " then" : "");
		for (uint32_t i = 0; i < n; i++)
			sb_addf(&found, "%s%s", sb_text(&found)[0] ? " " : "", place_name(f->model, places[i]));
	}
	assert_string_equal(sb_text(&found), expected);
	sb_release(&found);
	arena_release(&arena);
}

static void a_witness__names_each_groups_own_domains(void **state)
{
	struct fixture f;
	struct survival s;

	(void)state;
	begin(&f, "services: {s: {survive: {writes: node then az}, groups: {g: [a1, b1, c1], h: [c2, a2, b2]}}}");
	assert_int_equal(analysis_footprints(f.analysis), 1);
	analysis_survive(f.analysis, 0, &f.model->services[0].survive[0], &s);
	assert_false(s.holds[TARGET_WRITES]);
	assert_true(s.broken_by[TARGET_WRITES].found);
	assert_witness(&f, &s.broken_by[TARGET_WRITES], 0, "a1 then b");
	assert_witness(&f, &s.broken_by[TARGET_WRITES], 1, "c2 then a");
	assert_int_equal(judge_outcome(f.engine, witness_situation(f.analysis, 1, &s.broken_by[TARGET_WRITES]))->writes, ANSWER_NO);
	end(&f);
}

static void times__are_the_worst_over_all_sets(void **state)
{
	struct fixture f;
	struct survival s;

	(void)state;
	begin(&f, "services: {s: {write: 1, lag: 2s, every: 1h, detect: 5s, promote: 10s, survive: {reads: az},"
	          " replicas: [a1, {at: b1, role: standby}, {at: c1, role: backup}]}}");
	analysis_survive(f.analysis, 0, &f.model->services[0].survive[0], &s);
	assert_int_equal(s.rpo, 2000000);
	assert_int_equal(s.rto, 15000000);
	assert_witness(&f, &s.rpo_by, 0, "a then");
	assert_witness(&f, &s.rto_by, 0, "a then");
	end(&f);
}

/* ---- tolerance ---- */

static void a_fallback__may_read_with_more_dead_what_stops_with_fewer(void **state)
{
	struct fixture f;
	struct tolerance t;

	(void)state;
	begin(&f, "services: {s: {write: 2, read: 3, fallback: {write: any, read: any}, replicas: [a1, b1, c]}}");
	analysis_tolerance(f.analysis, 0, &t);
	assert_int_equal(t.at[TARGET_WRITES][3], TOLERANCE_UNBREAKABLE); /* c is no node */
	assert_int_equal(t.at[TARGET_READS][3], 0);
	assert_int_equal(t.at[TARGET_WRITES][1], 2);
	end(&f);
}

static void a_group_as_large_as_can_be__is_judged(void **state)
{
	struct fixture f;
	struct tolerance t;

	(void)state;
	f.model = given_model("faultline: 1\nlevels: [az, node]\ntopology: {a: [n-(1..4095)], b: [m]}\n"
	                      "services: {s: {replicas: [n-(1..4095), m]}}\n");
	f.engine = engine_new(f.model);
	f.analysis = analysis_new(f.engine);
	analysis_tolerance(f.analysis, 0, &t);
	assert_false(t.undecided);
	assert_int_equal(t.at[TARGET_WRITES][1], 0);
	assert_int_equal(t.at[TARGET_WRITES][2], 2047); /* a majority is 2049 */
	assert_int_equal(t.at[TARGET_DATA][2], 2048);   /* one of 2049 that acknowledged is left */
	end(&f);
}

static void a_search_that_gives_up__says_so_and_promises_no_more_than_it_tried(void **state)
{
	struct strbuf yaml = {0};
	struct fixture f;
	struct tolerance t;

	(void)state;
	sb_add(&yaml, "faultline: 1\nlevels: [az, node]\ntopology: {a: [n-(1..64)]}\nservices: {s: {write: all, replicas: [n-1");
	for (unsigned i = 2; i <= 64; i++) /* with standbys no two are alike */
		sb_addf(&yaml, ", {at: n-%u, role: %s}", i, i == 2 ? "standby" : "voter");
	sb_add(&yaml, "]}}\n");
	f.model = given_model(sb_text(&yaml));
	f.engine = engine_new(f.model);
	f.analysis = analysis_new(f.engine);
	analysis_tolerance(f.analysis, 0, &t);
	assert_true(t.undecided);
	assert_int_equal(t.at[TARGET_WRITES][2], 1); /* the standby takes one seat */
	assert_in_range(t.at[TARGET_DATA][2], 2, 62);
	end(&f);
	sb_release(&yaml);
}

static void a_sequence_too_long_to_follow__is_undecided(void **state)
{
	struct strbuf rest = {0};
	struct fixture f;
	struct survival s;

	(void)state;
	sb_add(&rest, "services: {s: {replicas: [a1, b1, c1], survive: node");
	for (unsigned i = 0; i < 100000; i++)
		sb_add(&rest, " then node");
	sb_add(&rest, "}}");
	begin(&f, sb_text(&rest));
	analysis_survive(f.analysis, 0, &f.model->services[0].survive[0], &s);
	assert_true(s.undecided);
	end(&f);
	sb_release(&rest);
}

/* ---- against every set there is ---- */

#define MOST_SETS 4000 /* of one failure; random ones with more are passed over */

/* A random model, and a goal for all of its services. */
struct trial {
	uint64_t seed;
	struct rng rng;
	struct analysed f;
	struct strbuf text;
	struct model *m;
	struct engine *e;
	struct analysis *a;
	struct survive_term terms[2][2];
	struct survive_step steps[2];
	struct survive_goal goal;
};

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void random_step(struct trial *t, uint32_t step)
{
	struct survive_step *s = &t->steps[step];

	s->terms = t->terms[step];
	s->nterms = 1 + rng_below(&t->rng, 2);
	for (uint32_t i = 0; i < s->nterms; i++) {
		uint8_t level = (uint8_t)(1 + rng_below(&t->rng, t->m->nlevels + (t->m->nshared > 0)));

		s->terms[i].level = level > t->m->nlevels ? LEVEL_SHARED : level;
		s->terms[i].count = 1 + rng_below(&t->rng, rng_percent(&t->rng, 20) ? 9 : 2);
		sb_addf(&t->text, "%s%u %s", i ? " + " : step ? " then " : "", s->terms[i].count,
		        s->terms[i].level == LEVEL_SHARED ? "shared" : t->m->levels[level - 1]);
	}
}

static void trial_start(struct trial *t, uint64_t seed, bool needs, bool after)
{
	*t = (struct trial){ .seed = seed, .rng = rng_seeded(seed) };
	(needs ? analysed_random : analysed_random_alone)(&t->f, &t->rng, after);
	t->m = t->f.model;
	t->e = t->f.engine;
	t->a = t->f.analysis;
	t->goal.nsteps = rng_percent(&t->rng, 30) ? 2 : 1;
	t->goal.steps = t->steps;
	for (uint32_t i = 0; i < t->goal.nsteps; i++)
		random_step(t, i);
	for (enum target g = 0; g < TARGETS; g++)
		t->goal.targets[g] = true;
}

static void trial_end(struct trial *t)
{
	analysed_end(&t->f);
	sb_release(&t->text);
}

static struct state *trial_state(const struct trial *t)
{
	return t->f.start ? state_clone(t->f.start) : state_new(t->e);
}

/* Every set of places that a step can take, as the actions that kill it. */
struct sets {
	const struct trial *t;
	const struct survive_goal *goal;
	struct action actions[2][PLAN_DOMAINS + PLAN_SHARED];
	uint32_t nactions[2];
	void (*visit)(void *context, const struct state *s);
	void *context;
	uint64_t left; /* sets that may still be tried */
};

static bool take_term(struct sets *s, uint32_t step, uint32_t term);

static bool is_of_level(const struct model *m, place_id p, uint8_t level)
{
	return p < m->ndomains ? m->domains[p].level == level : level == LEVEL_SHARED;
}

/* The terms of one level ask for distinct domains together, and the first of them takes them all. */
static uint32_t wanted(const struct survive_step *step, uint32_t term)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < step->nterms; i++) {
		if (step->terms[i].level != step->terms[term].level)
			continue;
		if (i < term)
			return 0;
		n += step->terms[i].count;
	}
	return n;
}

static bool play(struct sets *s)
{
	struct state *state = trial_state(s->t);

	for (uint32_t i = 0; i < s->goal->nsteps; i++)
		state_step(state, &(struct step){ s->actions[i], s->nactions[i] }, NULL);
	s->visit(s->context, state);
	state_free(state);
	return s->left-- > 1;
}

static bool take_places(struct sets *s, uint32_t step, uint32_t term, place_id from, uint32_t left)
{
	const struct model *m = s->t->m;

	if (!left)
		return take_term(s, step, term + 1);
	for (place_id p = from; p < m->ndomains + m->nshared; p++) {
		if (!is_of_level(m, p, s->goal->steps[step].terms[term].level) || !analysed_can_die(&s->t->f, p))
			continue;
		s->actions[step][s->nactions[step]++] = (struct action){ VERB_KILL, p, NO_PLACE, NO_SERVICE, NO_GROUP };
		if (!take_places(s, step, term, p + 1, left - 1))
			return false;
		s->nactions[step]--;
	}
	return true;
}

static bool take_term(struct sets *s, uint32_t step, uint32_t term)
{
	const struct model *m = s->t->m;
	const struct survive_step *at;
	uint32_t want, there = 0;

	if (step == s->goal->nsteps)
		return play(s);
	at = &s->goal->steps[step];
	if (term == at->nterms)
		return take_term(s, step + 1, 0);
	want = wanted(at, term);
	for (place_id p = 1; p < m->ndomains + m->nshared; p++)
		there += is_of_level(m, p, at->terms[term].level) && analysed_can_die(&s->t->f, p);
	return take_places(s, step, term, 1, want < there ? want : there);
}

/* Kills every set that the goal names, each on a fresh state. False where there are too many. */
static bool try_all(const struct trial *t, const struct survive_goal *goal, uint64_t most,
                    void (*visit)(void *context, const struct state *s), void *context)
{
	struct sets s = { .t = t, .goal = goal, .visit = visit, .context = context, .left = most };

	return take_term(&s, 0, 0);
}

/* What all sets came to, for each group. */
struct all_sets {
	uint32_t ngroups;
	struct worst { bool broken[TARGETS]; duration rpo, rto; } of[PLAN_SERVICES * PLAN_GROUPS];
};

static void keep_worst(void *context, const struct state *s)
{
	struct all_sets *all = context;

	for (uint32_t g = 0; g < all->ngroups; g++) {
		const struct outcome *o = state_outcome(s, g);
		struct worst *w = &all->of[g];

		w->broken[TARGET_WRITES] |= o->writes == ANSWER_NO;
		w->broken[TARGET_READS] |= o->reads == ANSWER_NO || o->reads == ANSWER_STALE;
		w->broken[TARGET_DATA] |= o->data != DATA_SAFE;
		w->rpo = duration_max(w->rpo, o->rpo);
		w->rto = duration_max(w->rto, o->rto);
	}
}

static void fail_trial(const struct trial *t, uint32_t group, const char *what)
{
	fprintf(stderr, "FAULTLINE_SEED=%llu FAULTLINE_CASES=1: '%s', group %u\n", (unsigned long long)t->seed,
	        sb_text(&t->text), group);
	analysed_fail(&t->f, t->seed, what);
}

/* The outcome of a group on a fresh state after the deaths that a witness names. */
static struct outcome outcome_of_witness(const struct trial *t, uint32_t group, const struct witness *w)
{
	struct state *s = trial_state(t);
	struct arena arena = {0};
	struct outcome o;

	for (uint8_t step = 0; step < t->goal.nsteps; step++) {
		uint32_t n;
		place_id *places = witness_places(t->a, group, w, step, &arena, &n);
		struct action *actions = arena_alloc(&arena, (n + 1) * sizeof(*actions));

		for (uint32_t i = 0; i < n; i++)
			actions[i] = (struct action){ VERB_KILL, places[i], NO_PLACE, NO_SERVICE, NO_GROUP };
		state_step(s, &(struct step){ actions, n }, NULL);
	}
	o = *state_outcome(s, group);
	state_free(s);
	arena_release(&arena);
	return o;
}

static void compare_group(const struct trial *t, uint32_t group, const struct worst *w)
{
	struct survival s;

	analysis_survive(t->a, analysis_footprint_of(t->a, group), &t->goal, &s);
	if (s.undecided)
		fail_trial(t, group, "a search of few sets gave up");
	for (enum target g = 0; g < TARGETS; g++) {
		struct outcome o;

		if (s.holds[g] == w->broken[g])
			fail_trial(t, group, target_names[g]);
		o = outcome_of_witness(t, group, &s.broken_by[g]);
		if (!s.holds[g] && target_holds(g, &o))
			fail_trial(t, group, "a witness does not show what it is for");
	}
	if (s.rpo != w->rpo || s.rto != w->rto)
		fail_trial(t, group, "the worst times differ");
	if (s.rpo && outcome_of_witness(t, group, &s.rpo_by).rpo != s.rpo)
		fail_trial(t, group, "the witness does not show this rpo");
	if (s.rto && outcome_of_witness(t, group, &s.rto_by).rto != s.rto)
		fail_trial(t, group, "the witness does not show this rto");
}

static void compare_survival(bool after)
{
	uint64_t seed = from_environment("FAULTLINE_SEED", 1), cases = from_environment("FAULTLINE_CASES", 3000), compared = 0;

	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint64_t i = 0; i < cases; i++) {
		struct trial t;
		struct all_sets all = {0};

		trial_start(&t, seed + i, false, after);
		all.ngroups = t.m->ngroups;
		if (try_all(&t, &t.goal, MOST_SETS, keep_worst, &all)) {
			for (uint32_t g = 0; g < all.ngroups; g++)
				compare_group(&t, g, &all.of[g]);
			compared++;
		}
		trial_end(&t);
	}
	assert_true(compared * 2 > cases);
}

static void survival__is_what_all_sets_of_domains_show(void **state)
{
	(void)state;
	compare_survival(false);
}

static void survival_from_a_damaged_state__is_what_all_sets_of_domains_show(void **state)
{
	(void)state;
	compare_survival(true);
}

/* ---- survival with needs: by itself, or by way of what it needs ---- */

static bool found_to_break(const struct trial *t, uint32_t service, enum target target)
{
	struct arena arena = {0};
	struct need_failure failure;
	uint32_t first, end;
	bool broken = false;

	analysis_service_footprints(t->a, service, &first, &end);
	for (uint32_t i = first; i < end; i++) {
		struct survival s;

		analysis_survive(t->a, i, &t->goal, &s);
		broken |= footprint_holds(analysis_footprint(t->a, i), target) && !s.holds[target];
	}
	analysis_need_failure_of_goal(t->a, service, target, &t->goal, &arena, &failure);
	if (failure.undecided)
		fail_trial(t, service, "few ways to stop what is needed are undecided");
	arena_release(&arena);
	return broken || failure.needed != NO_SERVICE;
}

static void compare_service(const struct trial *t, uint32_t service, const struct all_sets *all)
{
	const struct service *sv = &t->m->services[service];

	for (enum target target = 0; target < TARGET_DATA; target++) {
		bool breaks = false, found = found_to_break(t, service, target);

		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
			breaks |= all->of[g].broken[target] && analysed_holds(&t->f, g, target);
		if (breaks != found)
			fail_trial(t, service, breaks ? "a set breaks a group, and is not found" :
			                                "nothing breaks what is said to break");
	}
}

static void compare_survival_with_needs(bool after)
{
	uint64_t seed = from_environment("FAULTLINE_SEED", 1), cases = from_environment("FAULTLINE_CASES", 3000);

	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint64_t i = 0; i < cases; i++) {
		struct trial t;
		struct all_sets all = {0};

		trial_start(&t, seed + i, true, after);
		all.ngroups = t.m->ngroups;
		if (try_all(&t, &t.goal, MOST_SETS, keep_worst, &all))
			for (uint32_t s = 0; s < t.m->nservices; s++)
				if (t.m->services[s].nneeds)
					compare_service(&t, s, &all);
		trial_end(&t);
	}
}

static void survival_with_needs__is_what_all_sets_of_domains_show(void **state)
{
	(void)state;
	compare_survival_with_needs(false);
}

static void survival_with_needs_from_a_damaged_state__is_what_all_sets_show(void **state)
{
	(void)state;
	compare_survival_with_needs(true);
}

/* The smallest number of deaths at a level that breaks a group, less one. */
static void compare_tolerance(const struct trial *t, uint8_t level, uint32_t group)
{
	struct survive_term term = { .level = level };
	struct survive_step step = { &term, 1 };
	struct survive_goal goal = { .steps = &step, .nsteps = 1 };
	int32_t expected[TARGETS] = { TOLERANCE_UNBREAKABLE, TOLERANCE_UNBREAKABLE, TOLERANCE_UNBREAKABLE };
	struct tolerance found;

	for (term.count = t->m->level_count[level] + 1; term.count--;) {
		struct all_sets all = { .ngroups = t->m->ngroups };

		try_all(t, &goal, UINT64_MAX, keep_worst, &all);
		for (enum target g = 0; g < TARGETS; g++)
			if (all.of[group].broken[g])
				expected[g] = (int32_t)term.count - 1;
	}
	for (enum target g = 0; g < TARGETS; g++)
		if (!analysed_holds(&t->f, group, g))
			expected[g] = TOLERANCE_NOT_EVEN_HEALTHY;
	footprint_tolerance(t->a, analysis_footprint_of(t->a, group), &found);
	assert_false(found.undecided);
	for (enum target g = 0; g < TARGETS; g++)
		if (found.at[g][level] != expected[g])
			fail_trial(t, group, t->m->levels[level - 1]);
}

static void tolerance__is_what_all_sets_of_domains_show(void **state)
{
	uint64_t seed = from_environment("FAULTLINE_SEED", 1), cases = from_environment("FAULTLINE_CASES", 3000) / 20 + 1;

	(void)state;
	for (uint64_t i = 0; i < cases; i++) {
		struct trial t;

		trial_start(&t, seed + i, false, i % 2);
		for (uint8_t level = 1; level <= t.m->nlevels; level++)
			if (t.m->level_count[level] <= 10)
				compare_tolerance(&t, level, rng_below(&t.rng, t.m->ngroups));
		trial_end(&t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_alike__share_one_footprint),
		cmocka_unit_test(groups_that_share_domains_differently__do_not),
		cmocka_unit_test(replicas_placed_higher__make_another_footprint),
		cmocka_unit_test(other_roles__make_another_footprint),
		cmocka_unit_test(other_services__have_footprints_of_their_own),
		cmocka_unit_test(shared_domains__set_groups_apart_that_they_touch),
		cmocka_unit_test(shared_domains_that_touch_alike__are_told_apart_by_group),
		cmocka_unit_test(limits_of_an_even_spread__set_groups_apart),
		cmocka_unit_test(sums__take_any_domains_of_each_level_at_once),
		cmocka_unit_test(counts_beyond_what_there_is__take_all_there_are),
		cmocka_unit_test(a_level_without_domains__takes_nothing),
		cmocka_unit_test(shared_domains__take_all_their_members),
		cmocka_unit_test(sequences__settle_in_between),
		cmocka_unit_test(a_mapping__asks_for_each_target_alone),
		cmocka_unit_test(the_leader__is_like_no_other),
		cmocka_unit_test(a_promotion__lets_writes_go_on),
		cmocka_unit_test(a_witness__names_each_groups_own_domains),
		cmocka_unit_test(times__are_the_worst_over_all_sets),
		cmocka_unit_test(a_fallback__may_read_with_more_dead_what_stops_with_fewer),
		cmocka_unit_test(a_group_as_large_as_can_be__is_judged),
		cmocka_unit_test(a_search_that_gives_up__says_so_and_promises_no_more_than_it_tried),
		cmocka_unit_test(a_sequence_too_long_to_follow__is_undecided),
		cmocka_unit_test(survival__is_what_all_sets_of_domains_show),
		cmocka_unit_test(survival_from_a_damaged_state__is_what_all_sets_of_domains_show),
		cmocka_unit_test(survival_with_needs__is_what_all_sets_of_domains_show),
		cmocka_unit_test(survival_with_needs_from_a_damaged_state__is_what_all_sets_show),
		cmocka_unit_test(tolerance__is_what_all_sets_of_domains_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
