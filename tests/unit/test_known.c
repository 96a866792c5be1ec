/*
 * Answers that are known from the literature and from counting on one's fingers, asked of the engine and its twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/given.h"
#include "lib/player.h"
#include "model/names.h"

#define HEAD "faultline: 1\nlevels: [az, node]\n"

/* ---- tolerance ---- */

static int32_t tolerance(const struct player *p, const struct model *m, enum target target, const char *level)
{
	return p->tolerance(m, 0, target, level_named(m, level, strlen(level)));
}

static void majority__of_1_to_9_voters_survives_0_0_1_1_2_2_3_3_4_deaths(void **state)
{
	static const int32_t expected[] = {0, 0, 1, 1, 2, 2, 3, 3, 4};

	(void)state;
	for (int voters = 1; voters <= 9; voters++) {
		struct strbuf yaml = {0};
		struct model *m;

		sb_addf(&yaml, HEAD "topology: {a: ['n(1..%d)']}\nservices: {s: {replicas: ['n(1..%d)']}}\n", voters,
		        voters);
		m = given_model(sb_text(&yaml));
		for (size_t i = 0; i < PLAYERS; i++) {
			assert_int_equal(tolerance(&players[i], m, TARGET_WRITES, "node"), expected[voters - 1]);
			assert_int_equal(tolerance(&players[i], m, TARGET_READS, "node"), expected[voters - 1]);
		}
		model_free(m);
		sb_release(&yaml);
	}
}

#define THREE_AND_THREE "topology: {a: [1, 2, 3], b: [4, 5, 6]}\n"
#define THREE_AND_TWO "topology: {a: [1, 2, 3], b: [4, 5]}\n"
#define OF_SIX "replicas: [1, 2, 3, 4, 5, 6]"
#define OF_FIVE "replicas: [1, 2, 3, 4, 5]"

static const struct known {
	const char *name, *topology, *service;
	int32_t az[TARGETS], node[TARGETS]; /* writes, reads, data */
} known[] = {
	{"EACH_QUORUM over 3 + 3: a site stops it, two nodes of one site do", THREE_AND_THREE,
	 "leader: none, write: majority in each az, read: majority in each az, " OF_SIX, {0, 0, 1}, {1, 1, 3}},
	{"LOCAL_QUORUM over 3 + 3: two nodes of each site stop it, two of one lose the newest", THREE_AND_THREE,
	 "leader: none, write: majority in local az, read: majority in local az, " OF_SIX, {1, 1, 0}, {3, 3, 1}},
	{"QUORUM over 3 + 3: four of six are needed", THREE_AND_THREE,
	 "leader: none, " OF_SIX, {0, 0, 1}, {2, 2, 3}},
	{"EACH_QUORUM over 3 + 2: a majority of two is both", THREE_AND_TWO,
	 "leader: none, write: majority in each az, read: majority in each az, " OF_FIVE, {0, 0, 1}, {0, 0, 3}},
	{"LOCAL_QUORUM over 3 + 2: two nodes and one stop it", THREE_AND_TWO,
	 "leader: none, write: majority in local az, read: majority in local az, " OF_FIVE, {1, 1, 0}, {2, 2, 1}},
	{"QUORUM over 3 + 2: the larger site stops it", THREE_AND_TWO,
	 "leader: none, " OF_FIVE, {0, 0, 0}, {2, 2, 2}},
	{"six copies over three zones, write 4, read 3", "topology: {a: [1, 2], b: [3, 4], c: [5, 6]}\n",
	 "write: 4, read: 3, " OF_SIX, {1, 1, 1}, {2, 3, 3}},
	{"2 + 2 + 1 voters survive any site", "topology: {a: [1, 2], b: [3, 4], c: [5]}\n",
	 OF_FIVE, {1, 1, 1}, {2, 2, 2}},
	{"a witness in a third place decides between two", "topology: {a: [1], b: [2], c: [3]}\n",
	 "replicas: [1, 2, {at: 3, role: witness}]", {1, 1, 1}, {1, 1, 1}},
	{"hierarchical quorum, three groups of three", "topology: {a: [1, 2, 3], b: [4, 5, 6], c: [7, 8, 9]}\n",
	 "write: majority in most az, read: majority in most az, replicas: [1, 2, 3, 4, 5, 6, 7, 8, 9]",
	 {1, 1, 1}, {3, 3, 3}},
	{"stateless: one of three is enough, and there is nothing to lose", "topology: {a: [1], b: [2], c: [3]}\n",
	 "leader: none, rebuild: 0, write: any, read: any, replicas: [1, 2, 3]", {2, 2, INT32_MAX}, {2, 2, INT32_MAX}},
};

static void tolerance_is_known(void **state)
{
	const struct known *k = *state;
	struct strbuf yaml = {0};
	struct model *m;

	sb_addf(&yaml, HEAD "%sservices: {s: {%s}}\n", k->topology, k->service);
	m = given_model(sb_text(&yaml));
	for (size_t i = 0; i < PLAYERS; i++) {
		for (unsigned t = 0; t < TARGETS; t++) {
			int32_t az = tolerance(&players[i], m, t, "az"), node = tolerance(&players[i], m, t, "node");

			if (az != k->az[t] || node != k->node[t])
				fail_msg("%s: %s: az %d, node %d expected, %s says %d and %d", k->name, target_names[t],
				         k->az[t], k->node[t], players[i].name, az, node);
		}
	}
	model_free(m);
	sb_release(&yaml);
}

/* ---- stories ---- */

/* One group, and what was done to it. */
struct story {
	const struct player *player;
	struct model *m;
	void *game;
	struct arena arena;
};

static struct story story_of(const struct player *p, const char *yaml)
{
	struct story s = {.player = p, .m = given_model(yaml)};

	s.game = p->open(s.m);
	return s;
}

static struct outcome then(struct story *s, const char *actions)
{
	step_list steps = given_steps(s->m, actions, &s->arena);

	for (size_t i = 0; i < steps.len; i++)
		s->player->step(s->game, &steps.at[i]);
	vec_free(&steps);
	return s->player->outcome(s->game, 0);
}

static void story_ends(struct story *s)
{
	s->player->close(s->game);
	arena_release(&s->arena);
	model_free(s->m);
}

static void six_copies__lose_an_az_without_writes_and_one_node_more_without_reads_or_data(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLAYERS; i++) {
		struct story s = story_of(&players[i], HEAD "topology: {a: [1, 2], b: [3, 4], c: [5, 6]}\n"
			"services: {s: {write: 4, read: 3, " OF_SIX "}}\n");
		struct outcome o = then(&s, "kill a");

		assert_int_equal(o.writes, ANSWER_YES);
		assert_int_equal(o.reads, ANSWER_YES);
		assert_int_equal(o.data, DATA_SAFE);
		o = then(&s, "heal a then kill a 3");
		assert_int_equal(o.writes, ANSWER_NO);
		assert_int_equal(o.reads, ANSWER_YES);
		assert_int_equal(o.data, DATA_SAFE);
		assert_int_equal(o.status, STATUS_READ_ONLY);
		o = then(&s, "heal then kill a 3 5");
		assert_int_equal(o.reads, ANSWER_NO);
		assert_int_equal(o.data, DATA_TAIL);
		story_ends(&s);
	}
}

static void erasure_set__of_12_and_4_reads_until_five_are_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLAYERS; i++) {
		for (int down = 1; down <= 16; down++) {
			struct story s = story_of(&players[i], HEAD "topology: {a: ['n(1..16)']}\n"
				"services: {s: {write: 13, read: 12, ack: insync, rebuild: 12, leader: none, "
				"replicas: ['n(1..16)']}}\n");
			struct strbuf kill = {0};
			struct outcome o;

			sb_add(&kill, "kill");
			for (int n = 1; n <= down; n++)
				sb_addf(&kill, " n%d", n);
			o = then(&s, sb_text(&kill));
			assert_int_equal(o.writes, down <= 3 ? ANSWER_YES : ANSWER_NO);
			assert_int_equal(o.reads, down <= 4 ? ANSWER_YES : ANSWER_NO);
			assert_int_equal(o.data, down <= 4 ? DATA_SAFE : DATA_LOST);
			sb_release(&kill);
			story_ends(&s);
		}
	}
}

static void async_standby__takes_over_without_the_newest_second_which_never_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLAYERS; i++) {
		struct story s = story_of(&players[i], HEAD "topology: {a: [old], b: [new]}\n"
			"services: {s: {write: any, read: any, ack: leader, lag: 1s, detect: 10s, promote: 20s, "
			"replicas: [old, {at: new, role: standby}]}}\n");
		struct outcome o = then(&s, "kill old");

		assert_int_equal(o.writes, ANSWER_YES);
		assert_true(o.promoted);
		assert_int_equal(o.leader, 1);
		assert_int_equal(o.data, DATA_STALE);
		assert_int_equal(o.rpo, 1000000);
		assert_int_equal(o.rto, 30000000);
		o = then(&s, "heal old");
		assert_int_equal(o.status, STATUS_OK);
		assert_int_equal(o.leader, 1);
		assert_int_equal(o.data, DATA_STALE);
		assert_int_equal(o.rpo, 1000000);
		/* and back again, in order: nothing more is lost, and nothing found again */
		o = then(&s, "drain new");
		assert_int_equal(o.writes, ANSWER_YES);
		assert_int_equal(o.leader, 0);
		assert_int_equal(o.data, DATA_STALE);
		assert_int_equal(o.rpo, 1000000);
		story_ends(&s);
	}
}

static void must_stop_and_lose_nothing(const struct player *p, const char *how, int first, int second)
{
	struct story s = story_of(p, HEAD "topology: {a: [1], b: [2], c: [3]}\n"
		"services: {s: {write: 2, read: any, ack: insync, replicas: [1, 2, 3]}}\n");
	struct strbuf actions = {0};
	struct outcome o;

	sb_addf(&actions, "kill %d%s%d", first, how, second);
	o = then(&s, sb_text(&actions));
	assert_int_equal(o.writes, ANSWER_NO);
	assert_int_equal(o.reads, ANSWER_YES);
	assert_int_equal(o.data, DATA_SAFE);
	assert_int_equal(o.rpo, 0);
	sb_release(&actions);
	story_ends(&s);
}

static void insync_set__of_three_with_two_needed_stops_at_two_deaths_and_loses_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < PLAYERS; i++) {
		for (int first = 1; first <= 3; first++) {
			for (int second = 1; second <= 3; second++) {
				if (first == second)
					continue;
				must_stop_and_lose_nothing(&players[i], " ", first, second);
				must_stop_and_lose_nothing(&players[i], " then kill ", first, second);
			}
		}
	}
}

#define NKNOWN (sizeof(known) / sizeof(known[0]))

int main(void)
{
	static const struct CMUnitTest stories[] = {
		cmocka_unit_test(majority__of_1_to_9_voters_survives_0_0_1_1_2_2_3_3_4_deaths),
		cmocka_unit_test(six_copies__lose_an_az_without_writes_and_one_node_more_without_reads_or_data),
		cmocka_unit_test(erasure_set__of_12_and_4_reads_until_five_are_down),
		cmocka_unit_test(async_standby__takes_over_without_the_newest_second_which_never_comes_back),
		cmocka_unit_test(insync_set__of_three_with_two_needed_stops_at_two_deaths_and_loses_nothing),
	};
	static struct CMUnitTest tests[sizeof(stories) / sizeof(stories[0]) + NKNOWN];

	memcpy(tests, stories, sizeof(stories));
	for (size_t i = 0; i < NKNOWN; i++)
		tests[sizeof(stories) / sizeof(stories[0]) + i] = (struct CMUnitTest){.name = known[i].name,
			.test_func = tolerance_is_known, .initial_state = (void *)(uintptr_t)&known[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
