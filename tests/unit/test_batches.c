/*
 * Maintenance batches: worked cases, and against every set of domains drained and every partition there is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/batches.h"
#include "base/mem.h"
#include "lib/given.h"
#include "lib/randoms.h"
#include "lib/twin.h"
#include "model/names.h"

struct fixture {
	struct model *model;
	struct engine *engine;
	struct state *start;
	struct analysis *analysis;
	struct arena arena;
	step_list steps;
	struct batches_question question;
	struct batches batches;
};

static void begin(struct fixture *f, const char *yaml, const char *actions)
{
	memset(f, 0, sizeof(*f));
	f->model = given_model(yaml);
	f->engine = engine_new(f->model);
	f->start = state_new(f->engine);
	f->steps = given_steps(f->model, actions, &f->arena);
	for (size_t i = 0; i < f->steps.len; i++)
		state_step(f->start, &f->steps.at[i], NULL);
	f->analysis = *actions ? analysis_after(f->start) : analysis_new(f->engine);
	f->question = (struct batches_question){.keep = TARGET_WRITES, .service = NO_SERVICE};
}

static void end(struct fixture *f)
{
	batches_release(&f->batches);
	vec_free(&f->steps);
	analysis_free(f->analysis);
	state_free(f->start);
	engine_free(f->engine);
	model_free(f->model);
	arena_release(&f->arena);
}

static uint8_t level_of(const struct model *m, const char *name)
{
	return !strcmp(name, "shared") ? LEVEL_SHARED : (uint8_t)level_named(m, name, strlen(name));
}

/* "a1 b2 | c1; not d1" and what is said of their number. */
static char *plan_text(const struct fixture *f)
{
	const struct batches *b = &f->batches;
	struct strbuf sb = {0};

	for (uint32_t i = 0; i < b->nbatches; i++)
		for (uint32_t j = 0; j < b->batches[i].n; j++)
			sb_addf(&sb, "%s%s", j ? " " : i ? " | " : "", place_name(f->model, b->batches[i].domains[j]));
	for (uint32_t i = 0; i < b->nundrainable; i++)
		sb_addf(&sb, "%s%s", i ? " " : "; not ", place_name(f->model, b->undrainable[i].place));
	sb_addf(&sb, ", %s%u", b->at_least == b->nbatches ? "no fewer than " : "at least ", b->at_least);
	return sb.text;
}

static void assert_batches(const char *yaml, const char *level, enum target keep, uint32_t headroom, const char *expected)
{
	struct fixture f;
	char *found;

	begin(&f, yaml, "");
	f.question.level = level_of(f.model, level);
	f.question.keep = keep;
	f.question.headroom = headroom;
	analysis_batches(f.analysis, &f.question, &f.batches);
	found = plan_text(&f);
	assert_string_equal(found, expected);
	free(found);
	end(&f);
}

/* ---- by hand ---- */

#define HEAD "faultline: 1\nlevels: [az, node]\ntopology: {a: [a1, a2], b: [b1, b2], c: [c1, c2], d: [d1]}\n"

static void a_majority_of_three__goes_one_by_one(void **state)
{
	(void)state;
	assert_batches(HEAD "services: {s: {replicas: [a1, b1, c1]}}\n", "node", TARGET_WRITES, 0,
	               "a1 a2 b2 c2 d1 | b1 | c1, no fewer than 3");
	assert_batches(HEAD "services: {s: {replicas: [a1, b1, c1]}}\n", "az", TARGET_WRITES, 0,
	               "a d | b | c, no fewer than 3");
}

static void a_majority_of_five__goes_two_by_two(void **state)
{
	(void)state;
	assert_batches(HEAD "services: {s: {replicas: [a1, a2, b1, b2, c1]}}\n", "node", TARGET_WRITES, 0,
	               "a1 a2 c2 d1 | b1 b2 | c1, no fewer than 3");
	assert_batches(HEAD "services: {s: {replicas: [a1, a2, b1, b2, c1]}}\n", "node", TARGET_WRITES, 1,
	               "a1 c2 d1 | a2 | b1 | b2 | c1, no fewer than 5");
}

static void what_can_not_be_drained_alone__is_listed(void **state)
{
	(void)state;
	assert_batches(HEAD "services: {s: {replicas: [a1, a2, b1]}, t: {write: all, replicas: [c1, c2]}}\n", "az",
	               TARGET_WRITES, 0, "b d; not a c, no fewer than 1");
	assert_batches(HEAD "services: {s: {replicas: [a1, b1, c1]}}\n", "node", TARGET_WRITES, 1,
	               "a2 b2 c2 d1; not a1 b1 c1, no fewer than 1");
}

static void each_target__is_kept_for_itself(void **state)
{
	(void)state;
	assert_batches(HEAD "services: {s: {write: 2, read: 1, replicas: [a1, b1]}}\n", "az", TARGET_WRITES, 0,
	               "c d; not a b, no fewer than 1");
	assert_batches(HEAD "services: {s: {write: 2, read: 1, replicas: [a1, b1]}}\n", "az", TARGET_READS, 0,
	               "a c d | b, no fewer than 2");
	assert_batches(HEAD "services: {s: {write: 2, read: 1, replicas: [a1, b1]}}\n", "az", TARGET_DATA, 0,
	               "a b c d, no fewer than 1");
	assert_batches(HEAD "services: {s: {write: 1, read: 1, replicas: [a1, b1]}}\n", "az", TARGET_DATA, 1,
	               "c d; not a b, no fewer than 1");
}

static void shared_domains__are_drained_with_their_members(void **state)
{
	(void)state;
	assert_batches(HEAD "shared: {f: {members: [a, b1]}, g: {members: [b2, c]}, h: {members: [c, d]}}\n"
	               "services: {s: {replicas: [a1, b2, c1]}}\n", "shared", TARGET_WRITES, 0, "f | h; not g, no fewer than 2");
}

/* A group on more domains than all sets of are tried: as many may go as the votes allow. */
static void wide_groups__are_counted(void **state)
{
	(void)state;
	assert_batches("faultline: 1\nlevels: [node]\ntopology: {n(01..16): {}}\n"
	               "services: {s: {write: 12, read: 12, rebuild: 12, ack: 12, leader: none, replicas: [n(01..16)]}}\n", "node",
	               TARGET_WRITES, 0, "n01 n02 n03 n04 | n05 n06 n07 n08 | n09 n10 n11 n12 | n13 n14 n15 n16, no fewer than 4");
}

/* First fit in the order of the file takes a batch too many: the crown of six. */
static void orders__are_tried_that_need_fewer(void **state)
{
	(void)state;
	assert_batches("faultline: 1\nlevels: [node]\ntopology: {a: {}, x: {}, b: {}, y: {}, c: {}, z: {}}\n"
	               "services: {s: {write: 1, groups: {g1: [a, y], g2: [a, z], g3: [b, x], g4: [b, z], g5: [c, x], g6: [c, y]}}}\n",
	               "node", TARGET_WRITES, 0, "a b c | x y z, no fewer than 2");
}

static void needs__keep_services_apart(void **state)
{
	(void)state;
	/* the directory reads as long as one of its two is up; writes of it need not go on */
	assert_batches(HEAD "services: {app: {needs: [dir], write: 1, read: 1, groups: {x: [c1, c2]}},\n"
	               "  dir: {leader: none, write: 1, read: 1, groups: {d: [a1, b1]}}}\n", "az", TARGET_WRITES, 0,
	               "a d | b; not c, no fewer than 2");
}

static void one_service__is_asked_for_alone(void **state)
{
	struct fixture f;
	char *found;

	(void)state;
	begin(&f, HEAD "services: {s: {replicas: [a1, b1, c1]}, t: {write: all, replicas: [a2, b2]}}\n", "");
	f.question.level = 1;
	f.question.service = 0;
	analysis_batches(f.analysis, &f.question, &f.batches);
	found = plan_text(&f);
	assert_string_equal(found, "a d | b | c, no fewer than 3");
	free(found);
	end(&f);
}

static void what_is_down_already__is_left_out(void **state)
{
	struct fixture f;
	char *found;

	(void)state;
	begin(&f, HEAD "services: {s: {replicas: [a1, a2, b1, b2, c1]}, t: {replicas: [c1]}}\n", "kill c1");
	f.question.level = 2;
	analysis_batches(f.analysis, &f.question, &f.batches);
	found = plan_text(&f);
	assert_string_equal(found, "a1 c2 d1 | a2 | b1 | b2, no fewer than 4");
	assert_int_equal(f.batches.gone_already, 1);
	assert_int_equal(f.batches.broken_already, 1);
	free(found);
	end(&f);
}

static void the_tightest_groups__come_first(void **state)
{
	struct fixture f;
	const struct batch *b;

	(void)state;
	begin(&f, HEAD "services: {s: {groups: {five: [a1, a2, b1, b2, c1], x: [a1, b1, c1], y: [a2, b1, c2]}}}\n", "");
	f.question.level = 2;
	analysis_batches(f.analysis, &f.question, &f.batches);
	b = &f.batches.batches[0];
	assert_int_equal(b->groups, 3);
	assert_int_equal(b->as_tight, 3);
	assert_int_equal(b->tightest[0].group, 0);
	assert_int_equal(b->tightest[0].left, 3);
	assert_int_equal(b->tightest[0].needed, 3);
	b = &f.batches.batches[2];
	assert_string_equal(place_name(f.model, b->domains[0]), "c1");
	assert_int_equal(b->tightest[0].group, 1);
	assert_int_equal(b->tightest[2].group, 0);
	assert_int_equal(b->as_tight, 2);
	end(&f);
}

/* ---- against every set and every partition ---- */

#define MOST_PLACES 7

struct look {
	struct fixture f;
	place_id places[MOST_PLACES];
	uint32_t n;
	bool kept[1 << MOST_PLACES]; /* by set of places */
	bool counts[PLAN_SERVICES * PLAN_GROUPS];
	uint64_t seed;
	const char *yaml, *actions;
};

static void fail_look(const struct look *k, const char *what)
{
	char *found = plan_text(&k->f);

	fprintf(stderr, "%s", k->yaml); /* too long for a message */
	fail_msg("seed %llu: %s\n%s\nlevel %u, keep %s, headroom %u, service %d, after '%s'", (unsigned long long)k->seed, what,
	         found, k->f.question.level, target_names[k->f.question.keep], k->f.question.headroom,
	         (int)k->f.question.service, k->actions);
}

static void step_twin(const struct look *k, struct twin *t, enum verb verb, uint32_t set)
{
	struct action actions[MOST_PLACES];
	uint32_t n = 0;

	for (uint32_t i = 0; i < k->n; i++)
		if (set >> i & 1)
			actions[n++] = (struct action){verb, k->places[i], NO_PLACE, NO_SERVICE, NO_GROUP};
	twin_step(t, &(struct step){actions, n});
}

static bool stands_in(const struct look *k, uint32_t group, uint32_t set)
{
	for (uint32_t r = 0; r < group_size(k->f.model, group); r++)
		for (uint32_t i = 0; i < k->n; i++)
			if ((set >> i & 1) && place_covers(k->f.model, k->places[i], group_places(k->f.model, group)[r]))
				return true;
	return false;
}

static bool all_kept(const struct look *k, const struct twin *t, uint32_t drained)
{
	for (uint32_t g = 0; g < k->f.model->ngroups; g++) {
		struct outcome o = twin_outcome(t, g);

		if (k->counts[g] && (!drained || stands_in(k, g, drained)) && twin_broken(&o, k->f.question.keep))
			return false;
	}
	return true;
}

static bool can_drain(const struct look *k, struct twin *t, uint32_t set)
{
	bool kept;

	if (!set)
		return true;
	step_twin(k, t, VERB_DRAIN, set);
	kept = all_kept(k, t, 0);
	for (uint32_t dead = 1; dead < 1u << k->n && kept && k->f.question.headroom; dead++) {
		if ((uint32_t)__builtin_popcount(dead) > k->f.question.headroom)
			continue;
		step_twin(k, t, VERB_KILL, dead);
		kept = all_kept(k, t, set);
		twin_undo(t);
	}
	twin_undo(t);
	return kept;
}

static void try_all_sets(struct look *k)
{
	struct twin *t = twin_new(k->f.model);

	for (size_t i = 0; i < k->f.steps.len; i++)
		twin_step(t, &k->f.steps.at[i]);
	for (uint32_t g = 0; g < k->f.model->ngroups; g++) {
		struct outcome o = twin_outcome(t, g);
		uint32_t service = model_service_of(k->f.model, g);

		k->counts[g] = !twin_broken(&o, k->f.question.keep) &&
		               (k->f.question.service == NO_SERVICE || k->f.question.service == service);
	}
	twin_step(t, &(struct step){NULL, 0}); /* what breaks whatever happens next is no drain's doing */
	for (uint32_t g = 0; g < k->f.model->ngroups; g++) {
		struct outcome o = twin_outcome(t, g);

		k->counts[g] &= !twin_broken(&o, k->f.question.keep);
	}
	twin_undo(t);
	for (uint32_t set = 0; set < 1u << k->n; set++)
		k->kept[set] = can_drain(k, t, set);
	twin_free(t);
}

/* The fewest sets that can be drained and make up `set`, each place once. */
static uint32_t fewest(const struct look *k, uint32_t set)
{
	uint32_t best[1 << MOST_PLACES];

	best[0] = 0;
	for (uint32_t s = 1; s <= set; s++) {
		best[s] = UINT32_MAX;
		for (uint32_t part = s; part; part = (part - 1) & s)
			if (k->kept[part] && best[s ^ part] != UINT32_MAX && best[s ^ part] + 1 < best[s])
				best[s] = best[s ^ part] + 1;
	}
	return best[set];
}

static uint32_t set_of(const struct look *k, const place_id *places, uint32_t n)
{
	uint32_t set = 0;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < k->n; j++)
			set |= (uint32_t)(places[i] == k->places[j]) << j;
	return set;
}

static bool is_down(const struct look *k, place_id p)
{
	return p < k->f.model->ndomains ? state_gone(k->f.start, p) != 0 : state_mark(k->f.start, p) != MARK_NONE;
}

/* Returns whether the batches are as few as can be. */
static bool compare(const struct look *k)
{
	const struct batches *b = &k->f.batches;
	uint32_t drainable = 0, told = 0, cannot = 0, least;

	for (uint32_t i = 0; i < k->n; i++)
		drainable |= (uint32_t)(k->kept[1u << i] && !is_down(k, k->places[i])) << i;
	for (uint32_t i = 0; i < b->nundrainable; i++)
		cannot |= set_of(k, &b->undrainable[i].place, 1);
	for (uint32_t i = 0; i < k->n; i++)
		if ((cannot >> i & 1) != (!is_down(k, k->places[i]) && !(drainable >> i & 1)))
			fail_look(k, "a domain is wrongly said to be, or not to be, one that can't be drained alone");
	for (uint32_t i = 0; i < b->nbatches; i++) {
		uint32_t set = set_of(k, b->batches[i].domains, b->batches[i].n);

		if (set & told)
			fail_look(k, "a domain is in two batches");
		if (!k->kept[set])
			fail_look(k, "a batch can't be drained whole");
		told |= set;
	}
	if (told != drainable)
		fail_look(k, "a domain that can be drained is in no batch");
	least = fewest(k, drainable);
	if (b->at_least > least)
		fail_look(k, "more batches are said to be needed than are");
	if (b->nbatches < least || b->undecided)
		fail_look(k, "fewer batches than there can be");
	return b->nbatches == least;
}

static void choose_level(struct look *k, struct rng *r)
{
	uint32_t levels = k->f.model->nlevels + (k->f.model->nshared > 0), level = 1 + rng_below(r, levels);

	k->f.question.level = level > k->f.model->nlevels ? LEVEL_SHARED : (uint8_t)level;
	for (place_id p = 1; p < k->f.model->ndomains + k->f.model->nshared; p++) {
		uint8_t of = p < k->f.model->ndomains ? k->f.model->domains[p].level : LEVEL_SHARED;

		if (of == k->f.question.level && k->n++ < MOST_PLACES)
			k->places[k->n - 1] = p;
	}
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void batches__are_what_all_sets_and_partitions_show(void **state)
{
	uint64_t seed = from_environment("FAULTLINE_SEED", 1), cases = from_environment("FAULTLINE_CASES", 1500);
	uint64_t compared = 0, as_few = 0;

	(void)state;
	for (uint64_t i = 0; i < cases; i++) {
		struct rng rng = rng_seeded(seed + i);
		struct strbuf yaml = {0}, actions = {0};
		struct look k = {.seed = seed + i};
		struct plan p;

		plan_make(&p, &rng);
		sb_add_plan(&yaml, &p, IN_ORDER);
		if (rng_percent(&rng, 20))
			sb_add_random_actions(&actions, &p, &rng, 1 + rng_below(&rng, 2));
		k.yaml = sb_text(&yaml);
		k.actions = sb_text(&actions);
		begin(&k.f, k.yaml, k.actions);
		choose_level(&k, &rng);
		k.f.question.keep = rng_below(&rng, TARGETS);
		k.f.question.headroom = rng_percent(&rng, 60) ? 0 : 1 + rng_below(&rng, 2);
		k.f.question.service = rng_percent(&rng, 20) ? rng_below(&rng, k.f.model->nservices) : NO_SERVICE;
		analysis_batches(k.f.analysis, &k.f.question, &k.f.batches);
		if (k.n <= MOST_PLACES) {
			try_all_sets(&k);
			as_few += compare(&k);
			compared++;
		}
		end(&k.f);
		sb_release(&yaml);
		sb_release(&actions);
	}
	assert_true(compared * 2 > cases);
	assert_true(as_few * 100 >= compared * 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_majority_of_three__goes_one_by_one),
		cmocka_unit_test(a_majority_of_five__goes_two_by_two),
		cmocka_unit_test(what_can_not_be_drained_alone__is_listed),
		cmocka_unit_test(each_target__is_kept_for_itself),
		cmocka_unit_test(shared_domains__are_drained_with_their_members),
		cmocka_unit_test(wide_groups__are_counted),
		cmocka_unit_test(orders__are_tried_that_need_fewer),
		cmocka_unit_test(needs__keep_services_apart),
		cmocka_unit_test(one_service__is_asked_for_alone),
		cmocka_unit_test(what_is_down_already__is_left_out),
		cmocka_unit_test(the_tightest_groups__come_first),
		cmocka_unit_test(batches__are_what_all_sets_and_partitions_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
