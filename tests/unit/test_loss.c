/*
 * The loss of random domains of a level: known answers, and against every set of so many domains.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/loss_p.h"
#include "lib/given.h"
#include "lib/player.h"
#include "lib/randoms.h"
#include "lib/twin.h"

static void ask(const char *yaml, unsigned level, uint32_t kill, uint64_t seed, struct fleet_loss *ret)
{
	struct model *m = given_model(yaml);
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);

	analysis_fleet_loss(a, NO_SERVICE, (uint8_t)level, kill, seed, ret);
	analysis_free(a);
	engine_free(e);
	model_free(m);
}

/* ---- known answers ---- */

static void assert_about(double found, double expected, double relative)
{
	if (fabs(found - expected) > relative * expected)
		fail_msg("%.17g is not about %.17g", found, expected);
}

#define FLEET "faultline: 1\nlevels: [node]\ntopology: {'n(1..5000)': {}}\n" \
	"services: {s: {ack: all, groups: {generate: {count: %u, replicas: 3, %s}}}}\n"

/* That all three of a set die, when 50 of 5,000 do. */
#define ALL_THREE (50.0 * 49 * 48 / (5000.0 * 4999 * 4998))

static void fifty_of_five_thousand_nodes__lose_data_as_the_copysets_paper_says(void **state)
{
	static const struct { uint32_t groups; const char *rule; double paper; } known[] = {
		{100000, "method: copyset, scatter: 10, seed: 1", 0.0078}, {275000, "method: random, seed: 1", 0.228},
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct strbuf yaml = {0};
		struct fleet_loss l;

		sb_addf(&yaml, FLEET, (unsigned)known[i].groups, known[i].rule);
		ask(sb_text(&yaml), 1, 50, LOSS_SEED, &l);
		print_message("%u groups on %llu sets, scatter %.2f: data lost in %.3g%%; sampled: %.3g%% of %llu\n",
		              (unsigned)known[i].groups, (unsigned long long)l.sets, l.scatter_mean,
		              -100 * expm1(-(double)l.sets * ALL_THREE), 100 * l.estimate,
		              (unsigned long long)l.samples);
		assert_about(l.expected, known[i].groups * ALL_THREE, 1e-12);
		assert_about(-expm1(-(double)l.sets * ALL_THREE), known[i].paper, 0.01);
		assert_false(l.exact);
		assert_true(l.estimated && l.low <= known[i].paper * 1.005 && known[i].paper * 0.995 <= l.high);
		assert_true(l.some_at_least <= l.low && l.low <= l.high && l.high <= l.some * 1.1);
		sb_release(&yaml);
	}
}

/* 1,666 sets of three that share no node: exact, by counting. */
static void sets_that_share_nothing__are_counted_exactly(void **state)
{
	struct strbuf yaml = {0};
	struct fleet_loss l;
	double none = 0, all;

	(void)state;
	sb_addf(&yaml, FLEET, 5000u, "method: copyset, scatter: 2, seed: 1");
	ask(sb_text(&yaml), 1, 50, LOSS_SEED, &l);
	assert_true(l.exact);
	assert_int_equal(l.sets, 1666);
	assert_int_equal(l.scatter_most, 2);
	/* inclusion and exclusion: (-1)^(k + 1) C(1666, k) C(5000 - 3k, 50 - 3k) / C(5000, 50), k sets all dead */
	for (int k = 1; 3 * k <= 50; k++) {
		all = lgamma(1667.0) - lgamma(k + 1.0) - lgamma(1667.0 - k);
		all += lgamma(5001.0 - 3 * k) - lgamma(51.0 - 3 * k) -
		      lgamma(4951.0) - (lgamma(5001.0) - lgamma(51.0) - lgamma(4951.0));
		none += (k % 2 ? 1 : -1) * exp(all);
	}
	assert_about(l.some, none, 1e-7);
	sb_release(&yaml);
}

/* ---- every set ---- */

struct brute { double expected, some; uint32_t domains; };

/* All sets of `kill` of the domains: each as likely as any other. */
static void try_all(const struct player *who, void *game, const struct model *m, const place_id *domains, uint32_t n,
                    uint32_t kill, struct brute *ret)
{
	uint32_t sets = 0;

	*ret = (struct brute){.domains = n};
	for (uint32_t set = 0; set < 1u << n; set++) {
		struct action kills[PLAN_DOMAINS];
		struct step step = {kills, 0};
		uint32_t lost = 0;

		if ((uint32_t)__builtin_popcount(set) != kill)
			continue;
		for (uint32_t i = 0; i < n; i++)
			if (set >> i & 1)
				kills[step.nactions++] = (struct action){.verb = VERB_KILL, .place = domains[i],
				                                         .other = NO_PLACE};
		who->step(game, &step);
		for (uint32_t g = 0; g < m->ngroups; g++) {
			struct outcome o = who->outcome(game, g);

			lost += twin_broken(&o, TARGET_DATA);
		}
		who->undo(game);
		ret->expected += lost;
		ret->some += lost > 0;
		sets++;
	}
	ret->expected /= sets;
	ret->some /= sets;
}

static bool agree(double found, double brute)
{
	return fabs(found - brute) <= 1e-10 && fabs(found - brute) <= 1e-9 * fabs(brute);
}

/* Models are small enough for every answer to be exact. */
static void try_model(uint64_t seed, bool after, uint32_t *asked)
{
	const struct player *who = &players[seed % 8 ? ENGINE : TWIN];
	struct rng r = rng_seeded(seed);
	struct plan plan;
	struct strbuf yaml = {0}, actions = {0};
	struct arena arena = {0};
	step_list before = {0};
	place_id domains[PLAN_DOMAINS];
	uint32_t n = 0, kill;
	struct fleet_loss found;
	struct model *m;
	struct engine *e;
	struct state *start;
	struct analysis *a;
	struct brute brute;
	unsigned level;
	void *game;

	plan_make(&plan, &r);
	sb_add_plan(&yaml, &plan, IN_ORDER);
	m = given_model(sb_text(&yaml));
	e = engine_new(m);
	start = state_new(e);
	game = who->open(m);
	if (after) {
		sb_add_random_actions(&actions, &plan, &r, 1 + rng_below(&r, 3));
		before = given_steps(m, sb_text(&actions), &arena);
	}
	for (size_t i = 0; i < before.len; i++) {
		state_step(start, &before.at[i], NULL);
		who->step(game, &before.at[i]);
	}
	a = after ? analysis_after(start) : analysis_new(e);
	level = 1 + rng_below(&r, m->nlevels);
	for (domain_id d = 1; d < m->ndomains; d++)
		if (m->domains[d].level == level && !(state_gone(start, d) & GONE_LOST))
			domains[n++] = d;
	assert_int_equal(loss_domains(a, (uint8_t)level), n);
	if (n) {
		kill = 1 + rng_below(&r, n);
		try_all(who, game, m, domains, n, kill, &brute);
		analysis_fleet_loss(a, NO_SERVICE, (uint8_t)level, kill, seed, &found);
		if (found.domains != n || found.bounds || !agree(found.expected, brute.expected) ||
		    !found.exact || !agree(found.some, brute.some))
			fail_msg("seed %llu: %u of %u of level %u: expected %.17g, some %.17g; known %.17g, %.17g\n"
			         "%safter: %s", (unsigned long long)seed, kill, n, level, found.expected, found.some,
			         brute.expected, brute.some, sb_text(&yaml), sb_text(&actions));
		++*asked;
	}
	vec_free(&before);
	arena_release(&arena);
	who->close(game);
	analysis_free(a);
	state_free(start);
	engine_free(e);
	model_free(m);
	sb_release(&yaml);
	sb_release(&actions);
}

static void random_models__agree_with_all_sets(void **state)
{
	const char *given = getenv("SEED");
	uint64_t seed = given ? strtoull(given, NULL, 10) : 1;
	uint32_t asked = 0;

	(void)state;
	for (uint32_t i = 0; i < 2000; i++)
		try_model(seed + i, i % 2, &asked);
	print_message("2000 models, seeds from %llu: %u had domains left to kill\n", (unsigned long long)seed, asked);
	assert_true(asked > 1500);
}

/* ---- samples ---- */

static void samples__are_those_of_the_seed(void **state)
{
	struct strbuf yaml = {0};
	struct fleet_loss a, b, other;

	(void)state;
	sb_addf(&yaml, FLEET, 2000u, "method: random, seed: 1");
	ask(sb_text(&yaml), 1, 200, 7, &a);
	ask(sb_text(&yaml), 1, 200, 7, &b);
	ask(sb_text(&yaml), 1, 200, 8, &other);
	assert_int_equal(a.hits, b.hits);
	assert_int_equal(a.samples, b.samples);
	assert_int_not_equal(a.hits, other.hits);
	sb_release(&yaml);
}

/* Exact and sampled answers to one question: three standard deviations apart at most, and not always on one side. */
static void samples__surround_what_is_known(void **state)
{
	struct strbuf yaml = {0};
	struct model *m;
	struct engine *e;
	struct analysis *a;
	struct copysets c;
	double exact;
	int above = 0;

	(void)state;
	sb_addf(&yaml, FLEET, 5000u, "method: copyset, scatter: 2, seed: 1");
	m = given_model(sb_text(&yaml));
	e = engine_new(m);
	a = analysis_new(e);
	copysets_init(&c, a, NO_SERVICE, 1);
	copysets_index(&c);
	assert_true(some_loss_exactly(&c, 400, &exact));
	for (uint64_t seed = 1; seed <= 20; seed++) {
		uint64_t samples = 20000, hits = some_loss_sampled(&c, 400, seed, &samples);
		double found = (double)hits / (double)samples, deviation = sqrt(exact * (1 - exact) / (double)samples);

		assert_true(fabs(found - exact) < 3.5 * deviation);
		above += found > exact;
	}
	assert_in_range(above, 4, 16);
	copysets_release(&c);
	analysis_free(a);
	engine_free(e);
	model_free(m);
	sb_release(&yaml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fifty_of_five_thousand_nodes__lose_data_as_the_copysets_paper_says),
		cmocka_unit_test(sets_that_share_nothing__are_counted_exactly),
		cmocka_unit_test(random_models__agree_with_all_sets),
		cmocka_unit_test(samples__are_those_of_the_seed),
		cmocka_unit_test(samples__surround_what_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
