/*
 * The worst sets of domains: worked cases, and against every set there is, killed one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/heaviest_p.h"
#include "analysis/worst.h"
#include "lib/analysed.h"
#include "lib/cases.h"
#include "model/names.h"

/* "writes:\n 12 /r/a /r/b\n..." */
static void sb_add_worst(struct strbuf *sb, const struct model *m, const struct worst *w)
{
	for (enum target t = 0; t < TARGETS; t++) {
		sb_addf(sb, "%s:%s\n", target_names[t], w->of[t].proven ? "" : " not proven");
		for (size_t i = 0; i < w->of[t].nsets; i++) {
			sb_addf(sb, "%u", (unsigned)w->of[t].sets[i].groups);
			for (uint32_t j = 0; j < w->size; j++) {
				sb_addc(sb, ' ');
				sb_add_path(sb, m, w->of[t].sets[i].domains[j]);
			}
			sb_addc(sb, '\n');
		}
	}
}

static char *worst_text(const struct analysed *f, uint8_t level, uint32_t size, size_t top)
{
	struct strbuf sb = {0}, again = {0};
	struct worst w, up_to[WORST_MAX_SIZE];

	analysis_worst(f->analysis, level, size, top, &w);
	assert_false(w.undecided);
	sb_add_worst(&sb, f->model, &w);
	worst_release(&w);
	analysis_worst_up_to(f->analysis, level, size, top, up_to);
	sb_add_worst(&again, f->model, &up_to[size - 1]);
	assert_string_equal(sb_text(&again), sb_text(&sb));
	for (uint32_t i = 0; i < size; i++)
		worst_release(&up_to[i]);
	sb_release(&again);
	return sb.text;
}

static void assert_worst(const char *yaml, const char *level, uint32_t size, const char *expected)
{
	struct analysed f;
	char *found;

	analysed_healthy(&f, yaml);
	found = worst_text(&f, analysed_level(f.model, level), size, SIZE_MAX);
	assert_string_equal(found, expected);
	free(found);
	analysed_end(&f);
}

/* ---- by hand ---- */

#define HEAD "faultline: 1\nlevels: [az, node]\ntopology: {a: [a1, a2], b: [b1, b2], c: [c1, c2], d: {}}\n"

static void majorities__break_with_any_two_of_three(void **state)
{
	(void)state;
	assert_worst(HEAD "services: {s: {groups: {g: [a1, b1, c1], h: [a1, b2, c2]}}}\n", "az", 2,
	             "writes:\n2 /a /b\n2 /a /c\n2 /b /c\nreads:\n2 /a /b\n2 /a /c\n2 /b /c\n"
	             "data:\n2 /a /b\n2 /a /c\n2 /b /c\n");
}

static void supersets_of_smaller_cuts__are_included(void **state)
{
	(void)state;
	assert_worst(HEAD "services: {s: {write: all, read: 1, groups: {g: [a1, b1]}}}\n", "az", 2,
	             "writes:\n1 /a /b\n1 /a /c\n1 /a /d\n1 /b /c\n1 /b /d\nreads:\n1 /a /b\ndata:\n1 /a /b\n");
}

static void groups_broken_with_all_alive__do_not_count(void **state)
{
	(void)state;
	assert_worst(HEAD "services: {s: {write: 3, groups: {g: [a1, b1]}}}\n", "az", 1,
	             "writes:\nreads:\n1 /a\n1 /b\ndata:\n");
}

static void shared_domains__go_by_their_names(void **state)
{
	(void)state;
	assert_worst(HEAD "shared: {z: {members: [a1, b1]}, feed: {members: [c]}, y: {members: [b, a2]}}\n"
	             "services: {s: {groups: {g: [a1, b1, c1], h: [a2, b2, c2]}}}\n", "shared", 1,
	             "writes:\n1 y\n1 z\nreads:\n1 y\n1 z\ndata:\n1 y\n1 z\n");
}

static void needed_services__take_their_dependents_with_them(void **state)
{
	(void)state;
	assert_worst(HEAD "services: {pd: {replicas: [a1, a2, d]}, "
	             "kv: {needs: [pd], groups: {g: [b1, b2, c1], h: [c1, c2, b1]}}}\n",
	             "az", 1, "writes:\n3 /a\n1 /b\n1 /c\nreads:\n3 /a\n1 /b\n1 /c\ndata:\n1 /a\n1 /b\n1 /c\n");
}

static void needed_services_that_recover__do_so_here(void **state)
{
	(void)state;
	/* without one of three, pd reads no more; without two it gives up its guarantees, and reads again */
	assert_worst("faultline: 1\nlevels: [node]\ntopology: [c1, c2, c3, k]\n"
	             "services: {pd: {write: 2, read: all, ack: 1, "
	             "fallback: {after: 1s, write: any, read: any, ack: any}, replicas: [c1, c2, c3]}, "
	             "kv: {needs: [pd], groups: {g: [k], h: [k]}}}\n", "node", 2,
	             "writes:\n2 /c1 /k\n2 /c2 /k\n2 /c3 /k\nreads:\n3 /c1 /k\n3 /c2 /k\n3 /c3 /k\n"
	             "data:\n3 /c1 /k\n3 /c2 /k\n3 /c3 /k\n1 /c1 /c2\n1 /c1 /c3\n1 /c2 /c3\n");
}

static void more_domains_than_there_are__break_nothing(void **state)
{
	(void)state;
	assert_worst(HEAD "services: {s: {groups: {g: [a1, b1, c1]}}}\n", "az", 5, "writes:\nreads:\ndata:\n");
	assert_worst(HEAD "services: {s: {groups: {g: [a1, b1, c1]}}}\n", "shared", 1, "writes:\nreads:\ndata:\n");
}

/* ---- worked cases ---- */

static void sb_add_expected(struct strbuf *sb, const json_t *worst)
{
	for (enum target t = 0; t < TARGETS; t++) {
		size_t i, j;
		json_t *set, *domain;

		sb_addf(sb, "%s:\n", target_names[t]);
		json_array_foreach(json_object_get(worst, target_names[t]), i, set) {
			sb_addf(sb, "%u", (unsigned)json_integer_value(json_object_get(set, "groups")));
			json_array_foreach(json_object_get(set, "domains"), j, domain)
				sb_addf(sb, " %s", json_string_value(domain));
			sb_addc(sb, '\n');
		}
	}
}

static void worked_cases__are_answered_exactly(void **state)
{
	struct cases cases;

	(void)state;
	cases_load(&cases, "tests/conformance/worst.jsonl");
	for (size_t i = 0; i < cases.len; i++) {
		const json_t *c = cases.at[i].json;
		struct strbuf expected = {0};
		struct analysed f;
		char *found;

		analysed_healthy(&f, case_text(&cases.at[i], "yaml"));
		found = worst_text(&f, analysed_level(f.model, case_text(&cases.at[i], "level")),
		                   (uint32_t)json_integer_value(json_object_get(c, "size")), SIZE_MAX);
		sb_add_expected(&expected, json_object_get(c, "worst"));
		if (strcmp(found, sb_text(&expected)))
			fail_msg("%s:%u\n%s\nexpected:\n%sfound:\n%s", cases.path, cases.at[i].line,
			         case_text(&cases.at[i], "yaml"), sb_text(&expected), found);
		free(found);
		sb_release(&expected);
		analysed_end(&f);
	}
	cases_release(&cases);
}

/* ---- every set there is ---- */

struct brute {
	const struct analysed *f;
	char *paths[64];
	place_id places[64];
	uint32_t n, size, chosen[WORST_MAX_SIZE];
	size_t len;
	struct tried { uint64_t groups[TARGETS]; uint32_t set[WORST_MAX_SIZE]; } *sets;
};

static void list_places(struct brute *b, uint8_t level, struct arena *arena)
{
	const struct model *m = b->f->model;

	for (place_id p = 1; p < m->ndomains + m->nshared; p++) {
		uint8_t at = p < m->ndomains ? m->domains[p].level : LEVEL_SHARED;
		uint32_t i = b->n;

		if (at != level || !analysed_can_die(b->f, p))
			continue;
		for (char *path = place_path(m, p, arena); ; i--) {
			if (i && strcmp(b->paths[i - 1], path) > 0) {
				b->paths[i] = b->paths[i - 1];
				b->places[i] = b->places[i - 1];
				continue;
			}
			b->paths[i] = path;
			b->places[i] = p;
			break;
		}
		b->n++;
	}
}

/* How many groups the chosen places newly break, by taking the step. */
static void take_step(const struct brute *b, uint64_t ret[TARGETS])
{
	const struct model *m = b->f->model;
	place_id dead[WORST_MAX_SIZE];
	struct state *s;

	for (uint32_t i = 0; i < b->size; i++)
		dead[i] = b->places[b->chosen[i]];
	s = analysed_deaths(b->f, dead, b->size);
	for (uint32_t g = 0; g < m->ngroups; g++)
		for (enum target t = 0; t < TARGETS; t++)
			ret[t] += analysed_breaks(b->f, s, g, t);
	state_free(s);
}

static void try_all(struct brute *b, uint32_t n, uint32_t from)
{
	if (n == b->size) {
		struct tried *t;

		b->sets = xrealloc(b->sets, (b->len + 1) * sizeof(*b->sets));
		t = &b->sets[b->len++];
		memset(t, 0, sizeof(*t));
		memcpy(t->set, b->chosen, sizeof(t->set));
		take_step(b, t->groups);
		return;
	}
	for (uint32_t i = from; i < b->n; i++) {
		b->chosen[n] = i;
		try_all(b, n + 1, i + 1);
	}
}

/* They stand in order, so that among equals the first is the next. */
static void sb_add_tried(struct strbuf *sb, struct brute *b, size_t top)
{
	for (enum target t = 0; t < TARGETS; t++) {
		sb_addf(sb, "%s:\n", target_names[t]);
		for (size_t k = 0; k < top; k++) {
			struct tried *worst = NULL;

			for (size_t i = 0; i < b->len; i++)
				if (b->sets[i].groups[t] && (!worst || b->sets[i].groups[t] > worst->groups[t]))
					worst = &b->sets[i];
			if (!worst)
				break;
			sb_addf(sb, "%u", (unsigned)worst->groups[t]);
			for (uint32_t j = 0; j < b->size; j++)
				sb_addf(sb, " %s", b->paths[worst->set[j]]);
			sb_addc(sb, '\n');
			worst->groups[t] = 0;
		}
	}
}

static void assert_like_brute_force(const struct analysed *f, uint8_t level, uint32_t size, size_t top, uint64_t seed)
{
	struct brute b = {.f = f, .size = size};
	struct arena arena = {0};
	struct strbuf expected = {0};
	char *found = worst_text(f, level, size, top);

	list_places(&b, level, &arena);
	try_all(&b, 0, 0);
	sb_add_tried(&expected, &b, top);
	if (strcmp(found, sb_text(&expected))) {
		fprintf(stderr, "level %u, size %u, top %zu\nexpected:\n%sfound:\n%s", level, size, top, sb_text(&expected),
		        found);
		analysed_fail(f, seed, "the worst sets are not those of brute force");
	}
	free(found);
	free(b.sets);
	sb_release(&expected);
	arena_release(&arena);
}

static void rank_random_models(uint64_t seed, uint32_t models, bool after)
{
	static const size_t tops[] = {1, 3, 10, SIZE_MAX};

	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint32_t i = 0; i < models; i++) {
		struct rng r = rng_seeded(seed + i);
		struct analysed f;
		uint32_t level;

		analysed_random(&f, &r, after);
		level = rng_below(&r, f.model->nlevels + 1);
		for (uint32_t size = 1; size <= 4; size++)
			assert_like_brute_force(&f, level ? (uint8_t)level : LEVEL_SHARED, size, tops[rng_below(&r, 4)], seed + i);
		analysed_end(&f);
	}
}

static void random_models__are_ranked_as_by_brute_force(void **state)
{
	(void)state;
	rank_random_models(20251, 2500, false);
}

static void damaged_models__are_ranked_as_by_brute_force(void **state)
{
	(void)state;
	rank_random_models(64000, 2500, true);
}

/* Many groups on few nodes: sets overlap, and weights add up and cancel out. */
static void sb_add_crowd(struct strbuf *sb, struct rng *r, uint32_t nodes, uint32_t groups)
{
	static const char *const kinds[] = {
		"{write: majority, read: 1", "{write: all, read: majority", "{write: 1, read: all, ack: 2",
		"{write: 2, rebuild: 2",
		"{write: majority, ack: insync",
	};

	sb_add(sb, "faultline: 1\nlevels: [node]\ntopology: [");
	for (uint32_t i = 0; i < nodes; i++)
		sb_addf(sb, "%sn%u", i ? ", " : "", i);
	sb_add(sb, "]\nservices:\n");
	for (uint32_t s = 0; s < 2; s++) {
		sb_addf(sb, "  s%u: %s, groups: {", s, kinds[rng_below(r, 5)]);
		for (uint32_t g = 0; g < groups; g++) {
			sb_addf(sb, "%sg%u: [", g ? ", " : "", g);
			for (uint32_t n = 2 + rng_below(r, 4), i = 0; i < n; i++)
				sb_addf(sb, "%sn%u", i ? ", " : "", rng_below(r, nodes));
			sb_add(sb, "]");
		}
		sb_add(sb, "}}\n");
	}
}

static void crowds_of_groups__are_ranked_as_by_brute_force(void **state)
{
	const uint64_t seed = 7100;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint32_t i = 0; i < 60; i++) {
		struct rng r = rng_seeded(seed + i);
		struct strbuf yaml = {0};
		struct analysed f;

		sb_add_crowd(&yaml, &r, 6 + rng_below(&r, 7), 1 + rng_below(&r, 30));
		analysed_healthy(&f, sb_text(&yaml));
		for (uint32_t size = 1; size <= 5; size++)
			assert_like_brute_force(&f, 1, size, 1 + rng_below(&r, 12), seed + i);
		analysed_end(&f);
		sb_release(&yaml);
	}
}

/* ---- the search alone, over weights that no groups need have ---- */

static void add_random_weights(struct weights *w, struct rng *r, uint32_t size)
{
	for (uint32_t i = 0; i < 40; i++) {
		uint32_t set[WORST_MAX_SIZE], n = 0, want = 1 + rng_below(r, size);
		struct weight weight = {{(int32_t)rng_below(r, want == 1 ? 4 : 9) - (want == 1 ? 0 : 4)}};

		for (uint32_t d = 0; d < w->n && n < want; d++)
			if (rng_below(r, w->n - d) < want - n)
				set[n++] = d;
		weights_add(w, set, want, &weight, 1);
	}
}

static void list_totals(const struct weights *w, uint32_t size, struct heavy_set *so_far, uint32_t n, uint32_t from,
                        struct heaviest *ret)
{
	if (n == size) {
		so_far->total = weights_total(w, TARGET_WRITES, so_far->set, size);
		if (so_far->total > 0)
			vec_push(&ret->sets, *so_far);
		return;
	}
	for (uint32_t d = from; d < w->n; d++) {
		so_far->set[n] = d;
		list_totals(w, size, so_far, n + 1, d + 1, ret);
	}
}

static void check_search(uint64_t seed, uint32_t n, uint32_t size, size_t top, struct rng *r)
{
	struct heaviest found = {.proven = false}, all = {.proven = true};
	struct heavy_set scratch = {.total = 0};
	struct weights w;

	weights_init(&w, n, size, 0, unlike_targets);
	add_random_weights(&w, r, size);
	heaviest_find(&w, TARGET_WRITES, size, top, &found);
	list_totals(&w, size, &scratch, 0, 0, &all);
	assert_true(found.proven);
	assert_int_equal(found.sets.len, all.sets.len < top ? all.sets.len : top);
	for (size_t k = 0; k < found.sets.len; k++) {
		size_t best = 0; /* the first of the heaviest left */

		for (size_t j = 1; j < all.sets.len; j++)
			best = all.sets.at[j].total > all.sets.at[best].total ? j : best;
		if (found.sets.at[k].total != all.sets.at[best].total ||
		    memcmp(found.sets.at[k].set, all.sets.at[best].set, size * sizeof(uint32_t)) != 0)
			fail_msg("seed %llu, %u of %u: place %zu", (unsigned long long)seed, size, n, k);
		all.sets.at[best].total = 0;
	}
	heaviest_release(&found);
	heaviest_release(&all);
	weights_release(&w);
}

static void searches_over_any_weights__find_the_heaviest(void **state)
{
	const uint64_t seed = 880;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint32_t i = 0; i < 1500; i++) {
		struct rng r = rng_seeded(seed + i);
		uint32_t n = 6 + rng_below(&r, 6), size = 1 + rng_below(&r, 6);

		check_search(seed + i, n, size, 1 + rng_below(&r, 8), &r);
	}
}

/* So many domains that light pairs are not listed. */
static void searches_for_three_of_many__find_the_heaviest(void **state)
{
	const uint64_t seed = 3300;

	(void)state;
	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint32_t i = 0; i < 300; i++) {
		struct rng r = rng_seeded(seed + i);
		uint32_t n = 10 + rng_below(&r, 25);

		check_search(seed + i, n, 2 + rng_below(&r, 2), 1 + rng_below(&r, 20), &r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(majorities__break_with_any_two_of_three),
		cmocka_unit_test(supersets_of_smaller_cuts__are_included),
		cmocka_unit_test(groups_broken_with_all_alive__do_not_count),
		cmocka_unit_test(shared_domains__go_by_their_names),
		cmocka_unit_test(needed_services__take_their_dependents_with_them),
		cmocka_unit_test(needed_services_that_recover__do_so_here),
		cmocka_unit_test(more_domains_than_there_are__break_nothing),
		cmocka_unit_test(worked_cases__are_answered_exactly),
		cmocka_unit_test(random_models__are_ranked_as_by_brute_force),
		cmocka_unit_test(damaged_models__are_ranked_as_by_brute_force),
		cmocka_unit_test(searches_over_any_weights__find_the_heaviest),
		cmocka_unit_test(searches_for_three_of_many__find_the_heaviest),
		cmocka_unit_test(crowds_of_groups__are_ranked_as_by_brute_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
