/*
 * Placements by rule: what the random numbers are, against a slow twin that looks at every candidate each time, and
 * what is published about copysets.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/table.h"
#include "lib/randoms.h"
#include "model/build.h"
#include "model/placement.h"

enum { CASES = 3000, LEVELS = 4, MOST_CANDIDATES = 14, GROUPS = 25, MOST_REPLICAS = 5 };

/* ---- random numbers ---- */

static void random_bits__are_those_of_splitmix64(void **state)
{
	struct random r = {0};

	(void)state;
	assert_true(random_bits(&r) == 0xe220a8397b1dcdafu); /* the published sequence of seed 0 */
	assert_true(random_bits(&r) == 0x6e789e6aa1b965f4u);
	assert_true(random_bits(&r) == 0x06c45d188009454fu);
}

static void numbers_below_a_bound__are_equally_likely(void **state)
{
	struct random r = {7};
	uint32_t counts[7] = {0};

	(void)state;
	for (int i = 0; i < 70000; i++)
		counts[random_below(&r, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(counts[i], 9600, 10400); /* 4 standard deviations are 370 */
	for (uint32_t i = 0; i < 1000; i++) {
		assert_true(random_below(&r, 0xc0000001u) < 0xc0000001u);
		assert_int_equal(random_below(&r, 1), 0);
	}
}

/* ---- trees ---- */

static const char *level_names[LEVELS] = { "region", "az", "rack", "node" };

/* Children of the open domain, at most `left` of them without children. Returns how many there are now. */
static uint32_t grow(struct builder *b, struct rng *r, unsigned level, uint32_t left)
{
	uint32_t leaves = 0, children = level == LEVELS ? 0 : 1 + rng_below(r, 4);
	char name[16];

	for (uint32_t i = 0; i < children && leaves < left; i++) {
		int len = snprintf(name, sizeof name, "d%u", i);

		builder_open_domain(b, str_intern(b->model->strings, name, (size_t)len), (struct place){0});
		leaves += grow(b, r, level + 1, left - leaves);
		builder_close_domain(b);
	}
	return leaves ? leaves : 1;
}

static struct model *random_tree(struct rng *r)
{
	struct builder b;

	builder_init(&b);
	builder_levels(&b, level_names, LEVELS);
	grow(&b, r, 0, MOST_CANDIDATES);
	model_seal_domains(&b);
	return model_seal(&b);
}

/* azs x racks x nodes */
static struct model *regular_tree(const uint32_t counts[LEVELS])
{
	struct builder b;
	uint32_t at[LEVELS] = {0};
	char name[16];

	builder_init(&b);
	builder_levels(&b, level_names, LEVELS);
	for (unsigned depth = 0;;) {
		if (depth < LEVELS && at[depth] < counts[depth]) {
			int len = snprintf(name, sizeof name, "d%u", at[depth]++);

			builder_open_domain(&b, str_intern(b.model->strings, name, (size_t)len), (struct place){0});
			if (++depth < LEVELS)
				at[depth] = 0;
			continue;
		}
		if (!depth)
			break;
		builder_close_domain(&b);
		depth--;
	}
	model_seal_domains(&b);
	return model_seal(&b);
}

static uint32_t all_childless(const struct model *m, domain_id *candidates)
{
	uint32_t n = 0;

	for (domain_id d = 1; d < m->ndomains; d++)
		if (m->domains[d].end == d + 1)
			candidates[n++] = d;
	return n;
}

/* ---- the slow twin ---- */

struct twin {
	const struct model *m;
	const struct placement_rule *rule;
	struct random random;
	uint32_t pool[MOST_CANDIDATES];
	domain_id chosen[MOST_REPLICAS];
	uint32_t nchosen;
	domain_id sets[1000][MOST_REPLICAS];
	uint32_t nsets;
	domain_id ring[MOST_CANDIDATES];
	uint32_t nring;
};

static bool twin_allows(const struct twin *t, domain_id d)
{
	for (uint32_t i = 0; i < t->nchosen; i++)
		if (t->chosen[i] == d)
			return false;
	for (unsigned level = 1; level <= LEVELS; level++) {
		uint32_t there = 0;

		if (!t->rule->most[level])
			continue;
		for (uint32_t i = 0; i < t->nchosen; i++)
			there += domain_at_level(t->m, t->chosen[i], level) == domain_at_level(t->m, d, level);
		if (there >= t->rule->most[level])
			return false;
	}
	return true;
}

static bool twin_draw(struct twin *t)
{
	uint32_t left = 0, at;

	for (uint32_t c = 0; c < t->rule->ncandidates; c++)
		left += twin_allows(t, t->rule->candidates[c]) ? t->pool[c] : 0;
	if (!left)
		return false;
	at = random_below(&t->random, left);
	for (uint32_t c = 0;; c++) {
		uint32_t weight = twin_allows(t, t->rule->candidates[c]) ? t->pool[c] : 0;

		if (at < weight) {
			t->chosen[t->nchosen++] = t->rule->candidates[c];
			return true;
		}
		at -= weight;
	}
}

static bool twin_draw_group(struct twin *t)
{
	for (t->nchosen = 0; t->nchosen < t->rule->replicas;)
		if (!twin_draw(t))
			return false;
	return true;
}

static void twin_make_sets(struct twin *t)
{
	uint32_t others = t->rule->replicas - 1, permutations = others ? (t->rule->scatter + others - 1) / others : 1;

	memset(t->pool, 0, sizeof t->pool);
	for (uint32_t i = 0; i < permutations; i++) {
		for (uint32_t c = 0; c < t->rule->ncandidates; c++)
			t->pool[c]++;
		while (twin_draw_group(t)) {
			memcpy(t->sets[t->nsets++], t->chosen, sizeof t->chosen);
			for (uint32_t c = 0; c < t->rule->ncandidates; c++)
				for (uint32_t k = 0; k < t->nchosen; k++)
					t->pool[c] -= t->chosen[k] == t->rule->candidates[c];
		}
	}
}

/* The candidates inside d in the order of the ring, to `out`; returns how many. */
static uint32_t twin_order(const struct twin *t, domain_id d, domain_id *out)
{
	domain_id lists[4][MOST_CANDIDATES];
	uint32_t lens[4] = {0}, taken[4] = {0}, n = 0, total = 0;

	for (uint32_t c = 0; c < t->rule->ncandidates; c++)
		if (t->rule->candidates[c] == d) {
			*out = d;
			return 1;
		}
	for (domain_id child = d + 1; child < t->m->domains[d].end; child = t->m->domains[child].end, n++)
		total += lens[n] = twin_order(t, child, lists[n]);
	for (uint32_t i = 0; i < total; i++) {
		uint32_t best = 0;

		while (taken[best] == lens[best])
			best++;
		for (uint32_t k = best + 1; k < n; k++)
			if (taken[k] < lens[k] && (2 * taken[k] + 1) * lens[best] < (2 * taken[best] + 1) * lens[k])
				best = k;
		out[i] = lists[best][taken[best]++];
	}
	return total;
}

static void twin_group(struct twin *t, uint32_t number, domain_id *places)
{
	uint32_t n = t->rule->replicas;

	switch (t->rule->method) {
	case PLACE_RANDOM:
		for (uint32_t c = 0; c < t->rule->ncandidates; c++)
			t->pool[c] = 1;
		assert_true(twin_draw_group(t));
		memcpy(places, t->chosen, n * sizeof *places);
		return;
	case PLACE_COPYSET:
		if (!t->nsets)
			twin_make_sets(t);
		for (uint32_t i = 0; i < n; i++)
			places[i] = t->sets[number % t->nsets][(i + number / t->nsets) % n];
		return;
	case PLACE_ROUND_ROBIN:
		t->nring = twin_order(t, ROOT, t->ring);
		t->nchosen = 0;
		for (uint32_t at = number; t->nchosen < n; at++)
			if (twin_allows(t, t->ring[at % t->nring]))
				t->chosen[t->nchosen++] = t->ring[at % t->nring];
		memcpy(places, t->chosen, n * sizeof *places);
	}
}

/* The largest set of candidates that is allowed, by looking at all sets. */
static uint32_t twin_room(const struct model *m, const struct placement_rule *rule)
{
	uint32_t most = 0;

	for (uint32_t set = 0; set < 1u << rule->ncandidates; set++) {
		struct twin t = { .m = m, .rule = rule };
		bool allowed = (uint32_t)__builtin_popcount(set) <= rule->replicas;

		for (uint32_t c = 0; allowed && c < rule->ncandidates; c++)
			if (set >> c & 1) {
				allowed = twin_allows(&t, rule->candidates[c]);
				t.chosen[t.nchosen++] = rule->candidates[c];
			}
		if (allowed && t.nchosen > most)
			most = t.nchosen;
	}
	return most;
}

/* ---- the twin and the real one ---- */

static void random_rule(struct rng *r, const struct model *m, struct placement_rule *rule, domain_id *candidates)
{
	unsigned deepest = 0;
	uint32_t n = 0;

	*rule = (struct placement_rule){ .method = (enum placement_method)rng_below(r, 3), .seed = rng_below(r, 1000),
	                                 .replicas = 1 + rng_below(r, MOST_REPLICAS), .scatter = 1 + rng_below(r, 20) };
	for (unsigned level = 1; level <= LEVELS; level++)
		if (rng_percent(r, 30)) {
			rule->most[level] = 1 + rng_below(r, 3);
			deepest = level;
		}
	for (domain_id d = 1; d < m->ndomains; d++)
		if (m->domains[d].end == d + 1 && m->domains[d].level >= deepest && rng_percent(r, 90))
			candidates[n++] = d;
	rule->candidates = candidates;
	rule->ncandidates = n;
}

static void compare(const struct model *m, const struct placement_rule *rule, uint32_t number)
{
	struct placement *p = placement_new(m, rule);
	struct twin *t = calloc(1, sizeof *t);
	uint32_t room = twin_room(m, rule);

	if (placement_room(p) != room)
		fail_msg("case %u: room for %u, the twin says %u", number, placement_room(p), room);
	*t = (struct twin){ .m = m, .rule = rule, .random = { rule->seed } };
	if (room == rule->replicas) {
		assert_true(placement_begin(p));
		for (uint32_t g = 0; g < GROUPS; g++) {
			domain_id fast[MAX_PLACED], slow[MOST_REPLICAS];

			assert_true(placement_next(p, fast));
			twin_group(t, g, slow);
			if (memcmp(fast, slow, rule->replicas * sizeof *fast))
				fail_msg("case %u, group %u: places differ", number, g);
		}
		assert_int_equal(placement_sets(p), t->nsets);
	}
	placement_free(p);
	free(t);
}

static void placements__are_those_of_the_twin(void **state)
{
	struct rng r = rng_seeded(20);
	uint32_t placed[3] = {0};

	(void)state;
	for (uint32_t i = 0; i < CASES; i++) {
		struct model *m = random_tree(&r);
		domain_id candidates[MOST_CANDIDATES];
		struct placement_rule rule;

		random_rule(&r, m, &rule, candidates);
		compare(m, &rule, i);
		placed[rule.method]++;
		model_free(m);
	}
	for (int i = 0; i < 3; i++)
		assert_true(placed[i] > CASES / 4);
}

/* ---- copysets, as published ---- */

static int by_domain(const void *a, const void *b)
{
	domain_id x = *(const domain_id *)a, y = *(const domain_id *)b;

	return (x > y) - (x < y);
}

enum { NODES = 5000, COPIES = 3, SCATTER = 10, SETS = 8333 };

/* Which nodes share a group: a set of pairs. */
struct pairs {
	struct table seen;
	uint32_t others[NODES + 1]; /* by domain */
};

static void add_pair(struct pairs *p, domain_id a, domain_id b)
{
	uint64_t key = hash_pair(a, b);

	if (table_first(&p->seen, key) != TABLE_END)
		return;
	table_add(&p->seen, key, 0);
	p->others[a]++;
}

/* Cidon et al., section 2: 5,000 nodes, 3 copies, scatter width 10 are 8,333 copysets. */
static void copysets_of_5000_nodes__are_8333_of_scatter_width_10(void **state)
{
	static const uint32_t shape[LEVELS] = { 1, 1, 1, NODES };
	static struct pairs pairs;
	static domain_id candidates[NODES];
	struct model *m = regular_tree(shape);
	struct placement_rule rule = { .method = PLACE_COPYSET, .replicas = COPIES, .scatter = SCATTER, .seed = 1,
	                               .candidates = candidates };
	struct table distinct = {0};
	uint32_t ndistinct = 0, full = 0, *leads = calloc(m->ndomains, sizeof *leads);

	(void)state;
	rule.ncandidates = all_childless(m, candidates);
	struct placement *p = placement_new(m, &rule);
	assert_int_equal(rule.ncandidates, NODES);
	assert_true(placement_begin(p));
	assert_int_equal(placement_sets(p), SETS);
	for (uint32_t g = 0; g < COPIES * SETS; g++) {
		domain_id places[COPIES];

		assert_true(placement_next(p, places));
		leads[places[0]]++;
		qsort(places, COPIES, sizeof *places, by_domain);
		for (int i = 0; i < COPIES; i++)
			for (int k = 0; k < COPIES; k++)
				if (i != k)
					add_pair(&pairs, places[i] - 3, places[k] - 3);
		uint64_t key = hash_mix(hash_pair(places[0], places[1])) ^ places[2];
		if (table_first(&distinct, key) == TABLE_END) {
			table_add(&distinct, key, 0);
			ndistinct++;
		}
	}
	assert_int_equal(ndistinct, SETS);
	for (uint32_t c = 0; c < NODES; c++) {
		assert_in_range(pairs.others[candidates[c] - 3], SCATTER - 4, SCATTER);
		assert_in_range(leads[candidates[c]], SCATTER / 2 - 1, SCATTER / 2); /* once for each set that it is in */
		full += pairs.others[candidates[c] - 3] == SCATTER;
	}
	assert_true(full > NODES * 9 / 10);
	table_release(&distinct);
	table_release(&pairs.seen);
	free(leads);
	placement_free(p);
	model_free(m);
}

/* What is left over, because it is all in two zones, goes on into the next permutation. */
static void spread_copysets__use_every_node(void **state)
{
	static const uint32_t shape[LEVELS] = { 1, 5, 2, 20 };
	static domain_id candidates[200];
	struct model *m = regular_tree(shape);
	struct placement_rule rule = { .method = PLACE_COPYSET, .replicas = 3, .scatter = 8, .most = { [2] = 1 },
	                               .candidates = candidates };
	uint32_t *used = calloc(m->ndomains, sizeof *used);

	(void)state;
	rule.ncandidates = all_childless(m, candidates);
	struct placement *p = placement_new(m, &rule);
	assert_true(placement_begin(p));
	assert_in_range(placement_sets(p), 200 * 4 / 3 - 6, 200 * 4 / 3);
	for (uint32_t g = 0; g < placement_sets(p); g++) {
		domain_id places[3];

		placement_next(p, places);
		for (int i = 0; i < 3; i++)
			used[places[i]]++;
	}
	for (uint32_t c = 0; c < 200; c++)
		assert_in_range(used[candidates[c]], 1, 4);
	free(used);
	placement_free(p);
	model_free(m);
}

/* ---- the same everywhere ---- */

static void groups__are_the_same_in_every_version(void **state)
{
	static const struct { enum placement_method method; domain_id places[4][3]; } expected[] = {
		{ PLACE_RANDOM, { {17, 4, 36}, {23, 15, 6}, {19, 10, 23}, {17, 5, 37} } },
		{ PLACE_COPYSET, { {17, 4, 36}, {24, 14, 8}, {22, 13, 6}, {23, 9, 37} } },
		{ PLACE_ROUND_ROBIN, { {4, 13, 22}, {13, 22, 31}, {22, 31, 8}, {31, 8, 17} } },
	};
	static const uint32_t shape[LEVELS] = { 1, 4, 2, 3 };
	struct model *m = regular_tree(shape);
	domain_id candidates[24];

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct placement_rule rule = { .method = expected[i].method, .replicas = 3, .scatter = 4, .seed = 7,
		                               .most = { [2] = 1 }, .candidates = candidates };
		rule.ncandidates = all_childless(m, candidates);
		struct placement *p = placement_new(m, &rule);

		placement_begin(p);
		for (int g = 0; g < 4; g++) {
			domain_id places[3];

			placement_next(p, places);
			assert_memory_equal(places, expected[i].places[g], sizeof places);
		}
		placement_free(p);
	}
	model_free(m);
}

static void too_many_copysets__are_refused(void **state)
{
	static const uint32_t shape[LEVELS] = { 1, 1, 1, 1000 };
	struct model *m = regular_tree(shape);
	domain_id candidates[1000];
	struct placement_rule rule = { .method = PLACE_COPYSET, .replicas = 3, .scatter = 20000, .candidates = candidates };

	(void)state;
	rule.ncandidates = all_childless(m, candidates);
	struct placement *p = placement_new(m, &rule);
	assert_true(placement_begin(p));
	placement_free(p);
	rule.scatter++;
	p = placement_new(m, &rule);
	assert_false(placement_begin(p));
	placement_free(p);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_bits__are_those_of_splitmix64),
		cmocka_unit_test(numbers_below_a_bound__are_equally_likely),
		cmocka_unit_test(placements__are_those_of_the_twin),
		cmocka_unit_test(copysets_of_5000_nodes__are_8333_of_scatter_width_10),
		cmocka_unit_test(spread_copysets__use_every_node),
		cmocka_unit_test(groups__are_the_same_in_every_version),
		cmocka_unit_test(too_many_copysets__are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
