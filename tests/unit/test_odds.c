/*
 * Odds: known answers, and against every set of domains that may be down, killed at once, on random models.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/odds.h"
#include "analysis/shape_p.h"
#include "analysis/survive.h"
#include "lib/given.h"
#include "lib/player.h"
#include "lib/randoms.h"
#include "lib/twin.h"
#include "model/names.h"

/* ---- brute force ---- */

#define MAX_MAY_FAIL 14

/* The places that may be down at all, and what every set of them does to every group. */
struct brute {
	const struct model *m;
	place_id places[MAX_MAY_FAIL];
	uint32_t n;
	double (*broken)[TARGETS]; /* [group] */
	double some[TARGETS];
};

static void list_places(struct brute *b)
{
	for (place_id p = 0; p < b->m->ndomains + b->m->nshared; p++)
		if (place_down(b->m, p) > 0) {
			assert_true(b->n < MAX_MAY_FAIL);
			b->places[b->n++] = p;
		}
}

static void kill_set(const struct brute *b, const struct player *who, void *game, uint32_t set)
{
	struct action kills[MAX_MAY_FAIL];
	struct step step = {kills, 0};

	for (uint32_t i = 0; i < b->n; i++)
		if (set >> i & 1)
			kills[step.nactions++] = (struct action){.verb = VERB_KILL, .place = b->places[i],
			                                         .other = NO_PLACE};
	who->step(game, &step);
}

static double likelihood(const struct brute *b, uint32_t set, const double *down)
{
	double p = 1;

	for (uint32_t i = 0; i < b->n; i++)
		p *= set >> i & 1 ? down[i] : 1 - down[i];
	return p;
}

/* Adds up all 2^n states, each taken as a step of its own after `before`. */
static void brute_force(struct brute *b, const struct player *who, const step_list *before, const double *down)
{
	void *game = who->open(b->m);

	memset(b->broken, 0, b->m->ngroups * sizeof(*b->broken));
	memset(b->some, 0, sizeof(b->some));
	for (size_t i = 0; i < before->len; i++)
		who->step(game, &before->at[i]);
	for (uint32_t set = 0; set < 1u << b->n; set++) {
		double p = likelihood(b, set, down);
		bool some[TARGETS] = {false};

		kill_set(b, who, game, set);
		for (uint32_t g = 0; g < b->m->ngroups; g++) {
			struct outcome o = who->outcome(game, g);

			for (enum target t = 0; t < TARGETS; t++)
				if (twin_broken(&o, t)) {
					b->broken[g][t] += p;
					some[t] = true;
				}
		}
		for (enum target t = 0; t < TARGETS; t++)
			b->some[t] += some[t] ? p : 0;
		who->undo(game);
	}
	who->close(game);
}

static void brute_begin(struct brute *b, const struct model *m, double *down)
{
	*b = (struct brute){.m = m};
	list_places(b);
	b->broken = calloc(m->ngroups + 1, sizeof(*b->broken));
	for (uint32_t i = 0; i < b->n; i++)
		down[i] = place_down(m, b->places[i]);
}

/* ---- known answers ---- */

/* Kept apart, so that an error in one does not hide in the other. */
static double odds_of(const char *yaml, const char *group, enum target t)
{
	struct model *m = given_model(yaml);
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);
	struct odds *o = odds_new(a);
	struct group_odds found;
	double p = -1;

	for (uint32_t g = 0; g < m->ngroups; g++)
		if (!strcmp(str_text(m->strings, m->groups[g].name), group)) {
			odds_group(o, g, &found);
			assert_true(found.exact);
			p = found.broken[t];
		}
	odds_free(o);
	analysis_free(a);
	engine_free(e);
	model_free(m);
	return p;
}

static void assert_near(double found, double expected)
{
	if (fabs(found - expected) > 1e-12 || fabs(found - expected) > 1e-9 * fabs(expected))
		fail_msg("%.17g is not %.17g", found, expected);
}

#define THREE "faultline: 1\nlevels: [node]\ntopology: {a: {}, b: {}, c: {}, d: {}}\n"

static void majorities_of_independent_nodes__are_binomial(void **state)
{
	double p = 0.01, q = 1 - p;

	(void)state;
	assert_near(odds_of(THREE "domains: {node: {down: 0.01}}\nservices: {s: {replicas: [a, b, c]}}\n", "s",
	                    TARGET_WRITES),
	            3 * p * p * q + p * p * p);
	assert_near(odds_of(THREE "domains: {node: {down: 0.01}}\nservices: {s: {write: all, replicas: [a, b]}}\n",
	                    "s",
	                    TARGET_WRITES), 1 - q * q);
	assert_near(odds_of(THREE "domains: {node: {down: 1e-9}}\nservices: {s: {write: any, replicas: [a, b]}}\n",
	                    "s",
	                    TARGET_WRITES), 1e-18);
}

static void attributes__are_laid_over_those_of_the_level_one_by_one(void **state)
{
	const char *head = THREE "domains:\n  node: {mtbf: 99h, mttr: 1h}\n";
	struct strbuf sb = {0};
	struct model *m;

	(void)state;
	sb_addf(&sb, "%s  b: {mtbf: 9h}\n  c: {down: 0.5}\n  d: {down: 0}\n  root: {down: 0.25}\n", head);
	sb_add(&sb,
	       "shared: {f: {down: 0.125, members: [a]}, g: {mtbf: 3h, mttr: 1h, members: [b]}, h: {members: [c]}}\n"
	       "services: {s: {replicas: [a]}}\n");
	m = given_model(sb_text(&sb));
	assert_near(place_down(m, ROOT), 0.25);
	assert_near(place_down(m, 1), 0.01);
	assert_near(place_down(m, 2), 0.1);
	assert_near(place_down(m, 3), 0.5);
	assert_near(place_down(m, 4), 0);
	assert_near(place_down(m, 5), 0.125);
	assert_near(place_down(m, 6), 0.25);
	assert_near(place_down(m, 7), 0);
	model_free(m);
	sb_release(&sb);
}

static void what_is_certain__is_certain(void **state)
{
	(void)state;
	assert_near(odds_of(THREE "domains: {a: {down: 1}, b: {down: 1}, c: {down: 0.5}}\n"
	                    "services: {s: {replicas: [a, b, c]}}\n", "s", TARGET_WRITES), 1);
	assert_near(odds_of(THREE "domains: {a: {down: 1}, node: {down: 0.25}}\n"
	                    "services: {s: {replicas: [a, b, c]}}\n", "s", TARGET_WRITES), 1 - 0.75 * 0.75);
}

#define FIVE "faultline: 1\nlevels: [az, rack, node]\ntopology:\n" \
	"  a: {ra1: [n1], ra2: [n2]}\n  b: {rb1: [n3], rb2: [n4]}\n  c: {rc1: [n5]}\n" \
	"domains: {az: {down: 0.001}, rack: {down: 0.005}, node: {down: 0.01}}\n" \
	"services: {s: {replicas: [n1, n2, n3, n4, n5]}}\n"

/* The 2^13 states of three zones, five racks and five nodes, written out without the model. */
static double five_voters_by_hand(void)
{
	static const uint32_t zone[5] = {0, 0, 1, 1, 2};
	double sum = 0, lost = 0;

	for (uint32_t s = 0; s < 1u << 13; s++) {
		double p = 1, y, t;
		uint32_t live = 0;

		for (uint32_t i = 0; i < 13; i++) {
			double down = i < 3 ? 0.001 : i < 8 ? 0.005 : 0.01;

			p *= s >> i & 1 ? down : 1 - down;
		}
		for (uint32_t i = 0; i < 5; i++)
			live += !(s >> zone[i] & 1) && !(s >> (3 + i) & 1) && !(s >> (8 + i) & 1);
		if (live >= 3)
			continue;
		y = p - lost;
		t = sum + y;
		lost = (t - sum) - y;
		sum = t;
	}
	return sum;
}

static void five_voters_over_three_zones__agree_with_all_8192_states(void **state)
{
	double by_hand = five_voters_by_hand(), found = odds_of(FIVE, "s", TARGET_WRITES);

	(void)state;
	print_message("five voters 2+2+1, all 2^13 states: %.15e, convolution: %.15e\n", by_hand, found);
	assert_near(found, by_hand);
}

/* ---- the ways to the answer, against each other ---- */

/* Erasure sets and counting quorums, more replicas than are judged pattern by pattern unless they must be. */
static const char *const counted[] = {
	"levels: [az, node]\ntopology: {a: [a(1..4)], b: [b(1..4)], c: [c(1..4)]}\n"
	"shared: {f: {down: 0.03, members: [a1, b1, b2]}, g: {down: 0.02, members: [b2, c1]}}\n"
	"domains: {az: {down: 0.01}, node: {down: 0.1}, a3: {down: 0.3}}\n"
	"services: {s: {write: 9, read: 8, rebuild: 8, leader: none, replicas: [a(1..4), b(1..4), c(1..4)]}}\n",
	"levels: [az, node]\ntopology: {a: [a(1..4)], b: [b(1..4)], c: [c(1..4)]}\n"
	"shared: {f: {down: 0.03, members: [a, b1]}}\n"
	"domains: {root: {down: 0.001}, az: {down: 0.01}, node: {down: 0.2}, b4: {down: 1}}\n"
	"services: {s: {write: majority in most az, read: 2 in each az, ack: 1 in each az and 5, replicas:\n"
	"  [a(1..4), b(1..4), c(1..3), {at: c4, role: witness}]}}\n",
	"levels: [az, node]\ntopology: {a: [a(1..6)], b: [b(1..6)]}\n"
	"domains: {az: {down: 0.01}, node: {down: 0.1}}\n"
	"services: {s: {write: majority in local az, read: any, ack: leader, fallback: {write: 3}, replicas:\n"
	"  [a(1..4), b(1..4), {at: a5, role: learner}, {at: a6, role: backup}, {at: b5, role: arbiter}]}}\n",
};

static struct shape *one_way(struct analysis *a, const struct chances *c, enum method method,
                             struct verdict_store *known,
                             bool *ret_counts)
{
	struct budget spent = {0, 0};
	struct shape *s = shape_new(a, 0, NEED_AS_IT_STANDS, known, &spent);
	struct judging j = {a, s->f->start, s->f->n, NEED_AS_IT_STANDS};
	place_id sources[256];

	*ret_counts = s->method == BY_COUNTS;
	if (method == BY_PATTERNS) {
		s->method = BY_PATTERNS;
		assert_true(judge_patterns(&j, &s->items, &s->arena, &spent, &s->verdicts));
	}
	shape_fill(s, a, c, 0, sources);
	return s;
}

static void counting_and_patterns__agree(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++) {
		struct strbuf sb = {0};
		struct budget spent = {0, 0};
		struct model *m;
		struct engine *e;
		struct analysis *a;
		struct chances c;
		struct shape *x, *y;
		struct verdict_store known = {.arena = {0}};
		const struct mixed *p, *q;
		bool counts;

		sb_addf(&sb, "faultline: 1\n%s", counted[i]);
		m = given_model(sb_text(&sb));
		e = engine_new(m);
		a = analysis_new(e);
		chances_init(&c, m);
		x = one_way(a, &c, BY_COUNTS, &known, &counts);
		assert_true(counts);
		y = one_way(a, &c, BY_PATTERNS, &known, &counts);
		for (enum target t = 0; t < TARGETS; t++) {
			p = shape_answer(x, true, t, &spent);
			q = shape_answer(y, true, t, &spent);
			assert_near(p->most[t], q->most[t]);
			assert_true(p->most[t] > 0);
			assert_non_null(p->pivotal);
			for (uint32_t k = 0; k < x->mixture.ncauses; k++)
				assert_true(fabs(p->pivotal[k] - q->pivotal[k]) <= 1e-9 * q->pivotal[k] + 1e-15);
		}
		shape_free(x);
		shape_free(y);
		verdict_store_release(&known);
		chances_release(&c);
		analysis_free(a);
		engine_free(e);
		model_free(m);
		sb_release(&sb);
	}
}

/* ---- random models ---- */

/* Some places may be down, few enough to try every set of them. */
static void give_attributes(struct model *m, struct rng *r, uint32_t most)
{
	static const double chances[] = {0.5, 0.1, 0.01, 0.001, 0.3, 1e-6};
	uint32_t places = m->ndomains + m->nshared, n = 0;

	m->own_attributes = arena_alloc(&m->arena, (m->ndomains + 1) * sizeof(*m->own_attributes));
	for (place_id p = 1; p < places && n < most; p++) {
		struct attributes a = {chances[rng_below(r, 6)], DURATION_NONE, DURATION_NONE, DURATION_NONE};

		if (rng_below(r, places) >= most + 2 && p < m->ndomains)
			continue;
		n++;
		if (p < m->ndomains)
			m->own_attributes[m->nown_attributes++] = (struct domain_attributes){p, a};
		else
			m->shared[p - m->ndomains].attributes = a;
	}
	if (rng_percent(r, 20) && n < most)
		m->level_attributes[0].down = 0.05;
}

struct trial {
	uint64_t seed;
	struct rng r;
	struct plan plan;
	struct strbuf yaml, actions;
	struct arena arena;
	struct model *m;
	step_list before;
};

static void trial_begin(struct trial *t, uint64_t seed, bool after, uint32_t most)
{
	*t = (struct trial){.seed = seed, .r = rng_seeded(seed)};
	plan_make(&t->plan, &t->r);
	sb_add_plan(&t->yaml, &t->plan, IN_ORDER);
	t->m = given_model(sb_text(&t->yaml));
	give_attributes(t->m, &t->r, most);
	if (after) {
		sb_add_random_actions(&t->actions, &t->plan, &t->r, 1 + rng_below(&t->r, 3));
		t->before = given_steps(t->m, sb_text(&t->actions), &t->arena);
	}
}

static void trial_end(struct trial *t)
{
	vec_free(&t->before);
	arena_release(&t->arena);
	model_free(t->m);
	sb_release(&t->yaml);
	sb_release(&t->actions);
}

static void disagree(const struct trial *t, const char *what, uint32_t group, enum target target, double found,
                     double brute)
{
	fail_msg("seed %llu, %s, group %u, %s: %.17g, all states say %.17g\n%safter: %s\n",
	         (unsigned long long)t->seed, what,
	         (unsigned)group, target_names[target], found, brute, sb_text(&t->yaml), sb_text(&t->actions));
}

static bool agree(double found, double brute)
{
	return fabs(found - brute) <= 1e-12 && fabs(found - brute) <= 1e-9 * fabs(brute) + 1e-300;
}

static void compare_groups(const struct trial *t, struct odds *o, const struct brute *b, uint32_t *bounds)
{
	for (uint32_t g = 0; g < t->m->ngroups; g++) {
		struct group_odds found;

		odds_group(o, g, &found);
		*bounds += !found.exact;
		for (enum target target = 0; target < TARGETS; target++) {
			double p = b->broken[g][target];

			if (found.exact && !agree(found.broken[target], p))
				disagree(t, "exact", g, target, found.broken[target], p);
			if (!found.exact && found.broken[target] < p - 1e-12)
				disagree(t, "at most", g, target, found.broken[target], p);
			if (!found.exact && found.at_least[target] > p + 1e-12)
				disagree(t, "at least", g, target, found.at_least[target], p);
		}
	}
}

/* Each place certain, then impossible: the difference is its importance. */
static void compare_importance(const struct trial *t, struct odds *o, struct brute *b, const double *down,
                               enum target target)
{
	const struct player *who = &players[ENGINE];
	struct fleet_odds f;
	double all = 0;

	odds_fleet(o, target, NULL, NULL, &f);
	for (uint32_t g = 0; g < t->m->ngroups; g++)
		all += b->broken[g][target];
	for (enum target any = 0; any < TARGETS; any++) {
		if (f.some[any].exact && !agree(f.some[any].most, b->some[any]))
			disagree(t, "some group", NO_GROUP, any, f.some[any].most, b->some[any]);
		if (f.some[any].most < b->some[any] - 1e-12 || f.some[any].at_least > b->some[any] + 1e-12)
			disagree(t, "some group within", NO_GROUP, any, f.some[any].most, b->some[any]);
	}
	if (!f.bounds && !agree(f.expected[target], all))
		disagree(t, "expected", NO_GROUP, target, f.expected[target], all);
	for (uint32_t i = 0; i < b->n && !f.left_out; i++) {
		double held[MAX_MAY_FAIL], with = 0, without = 0, found = 0, share = 0;

		memcpy(held, down, sizeof(held));
		held[i] = 1;
		brute_force(b, who, &t->before, held);
		for (uint32_t g = 0; g < t->m->ngroups; g++)
			with += b->broken[g][target];
		held[i] = 0;
		brute_force(b, who, &t->before, held);
		for (uint32_t g = 0; g < t->m->ngroups; g++)
			without += b->broken[g][target];
		for (size_t k = 0; k < f.nimportance; k++)
			if (f.importance[k].place == b->places[i]) {
				found = f.importance[k].birnbaum;
				share = f.importance[k].share;
			}
		if (fabs(found - (with - without)) > 1e-9)
			disagree(t, "importance of a place", b->places[i], target, found, with - without);
		if (all > 0 && fabs(share - (all - without) / all) > 1e-9)
			disagree(t, "share of a place", b->places[i], target, share, (all - without) / all);
	}
	for (size_t k = 1; k < f.nimportance; k++)
		assert_true(f.importance[k - 1].share >= f.importance[k].share * (1 - 1e-9));
	fleet_odds_release(&f);
}

/* What one trial is about: a seed, who judges all states, and what else. */
struct kind_of_trial {
	const struct player *who;
	bool after, importance;
	uint32_t most;          /* places that may be down */
	struct budget spent;
};

static void try_model(uint64_t seed, const struct kind_of_trial *kind, uint32_t *groups, uint32_t *bounds)
{
	bool after = kind->after;
	uint32_t bounds_before = *bounds;
	size_t ncuts = 0;
	struct trial t;
	struct brute b;
	double down[MAX_MAY_FAIL];
	struct engine *e;
	struct state *start;
	struct analysis *a;
	struct odds *o;

	trial_begin(&t, seed, after, kind->most);
	brute_begin(&b, t.m, down);
	e = engine_new(t.m);
	start = after ? state_new(e) : NULL;
	for (size_t i = 0; i < t.before.len; i++)
		state_step(start, &t.before.at[i], NULL);
	a = after ? analysis_after(start) : analysis_new(e);
	o = odds_new_having_spent(a, kind->spent);
	brute_force(&b, kind->who, &t.before, down);
	compare_groups(&t, o, &b, bounds);
	if (after)
		state_cuts(start, &ncuts);
	if (!ncuts && !kind->spent.judged && !kind->spent.steps)
		assert_int_equal(*bounds, bounds_before);
	if (kind->importance)
		compare_importance(&t, o, &b, down, (enum target)(seed % TARGETS));
	*groups += t.m->ngroups;
	odds_free(o);
	analysis_free(a);
	state_free(start);
	engine_free(e);
	free(b.broken);
	trial_end(&t);
}

static uint32_t many(uint32_t n)
{
	const char *more = getenv("MORE");

	return n * (more ? (uint32_t)atoi(more) : 1);
}

static uint64_t first_seed(uint64_t otherwise)
{
	const char *seed = getenv("SEED");

	return seed ? strtoull(seed, NULL, 10) : otherwise;
}

static void try_models(const char *what, uint64_t seed, uint32_t n, struct kind_of_trial kind, uint32_t *groups,
                       uint32_t *bounds)
{
	seed = first_seed(seed);
	*groups = *bounds = 0;
	for (uint32_t i = 0; i < n; i++) {
		kind.importance = i % 4 == 0;
		try_model(seed + i, &kind, groups, bounds);
	}
	print_message("%s: %u models, seeds from %llu: %u groups, %u of them bounds\n", what, n,
	              (unsigned long long)seed, *groups,
	              *bounds);
}

static void random_models__agree_with_all_states(void **state)
{
	uint32_t groups, bounds;

	(void)state;
	try_models("healthy", 1, many(1500), (struct kind_of_trial){.who = &players[ENGINE], .most = 7}, &groups,
	           &bounds);
	assert_int_equal(bounds, 0);
}

static void random_models__agree_with_the_twin(void **state)
{
	uint32_t groups, bounds;

	(void)state;
	try_models("twin", 100001, many(200), (struct kind_of_trial){.who = &players[TWIN], .most = 5}, &groups,
	           &bounds);
	try_models("twin, damaged", 150001, many(200), (struct kind_of_trial){.who = &players[TWIN], .most = 5,
	                                                                      .after = true},
	           &groups, &bounds);
}

/* Where services that need others are cut off from some of them, bounds are all there is. */
static void random_states__agree_with_all_steps_from_there(void **state)
{
	uint32_t groups, bounds;

	(void)state;
	try_models("damaged", 200001, many(1000), (struct kind_of_trial){.who = &players[ENGINE], .most = 6,
	                                                                 .after = true},
	           &groups, &bounds);
	assert_true(bounds < groups / 8);
}

static void bounds__hold(void **state)
{
	static const struct budget spent[] = {{JUDGE_MOST, 0}, {JUDGE_MOST - 3000, 0}, {0, STEPS_MOST},
	                                      {0, STEPS_MOST - 2000}};
	uint32_t groups, bounds;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		try_models("nothing left", 300001 + 1000 * i, many(200),
		           (struct kind_of_trial){.who = &players[ENGINE], .most = 6, .after = i % 2,
		                                  .spent = spent[i]}, &groups,
		           &bounds);
		assert_true(bounds > groups / 20);
	}
}

/* n of them, each down with p: that at least k are. */
static double at_least_of(int k, int n, double p)
{
	double sum = 0;

	for (int i = k; i <= n; i++)
		sum += exp(lgamma(n + 1.0) - lgamma(i + 1.0) - lgamma(n - i + 1.0)) * pow(p, i) * pow(1 - p, n - i);
	return sum;
}

/* The needed service is on too many places to be judged set by set together with what needs it. */
static void needs_on_many_places__are_bounded(void **state)
{
	struct model *m = given_model("faultline: 1\nlevels: [node]\ntopology: {'n(1..20)': {}, m: {}}\n"
	                              "domains: {node: {down: 0.2}}\nservices:\n  store: {replicas: ['n(1..20)']}\n"
	                              "  front: {write: any, read: any, needs: [store], replicas: [m, n1]}\n");
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);
	struct odds *o = odds_new(a);
	struct group_odds found;
	double known;

	(void)state;
	odds_group(o, 0, &found);
	assert_true(found.exact);
	assert_near(found.broken[TARGET_WRITES], at_least_of(10, 20, 0.2));
	odds_group(o, 1, &found);
	assert_false(found.exact);
	/* both of its own down, or the store without it: n1 is one of the twenty */
	known = 0.2 * 0.2 + 0.2 * 0.8 * at_least_of(9, 19, 0.2) + 0.8 * at_least_of(10, 19, 0.2);
	assert_true(found.at_least[TARGET_WRITES] <= known && known <= found.broken[TARGET_WRITES]);
	assert_true(found.broken[TARGET_WRITES] < known * 1.02);
	assert_near(found.broken[TARGET_DATA], found.at_least[TARGET_DATA]);
	odds_free(o);
	analysis_free(a);
	engine_free(e);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(majorities_of_independent_nodes__are_binomial),
		cmocka_unit_test(attributes__are_laid_over_those_of_the_level_one_by_one),
		cmocka_unit_test(what_is_certain__is_certain),
		cmocka_unit_test(five_voters_over_three_zones__agree_with_all_8192_states),
		cmocka_unit_test(counting_and_patterns__agree),
		cmocka_unit_test(random_models__agree_with_all_states),
		cmocka_unit_test(random_models__agree_with_the_twin),
		cmocka_unit_test(random_states__agree_with_all_steps_from_there),
		cmocka_unit_test(bounds__hold),
		cmocka_unit_test(needs_on_many_places__are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
