/*
 * Minimal cut sets: known answers, and against every set there is, killed one by one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/tolerance.h"
#include "lib/analysed.h"
#include "model/names.h"

static struct level_set every_level(const struct model *m)
{
	struct level_set levels = {{true}};

	memset(levels.has, true, m->nlevels + 1);
	return levels;
}

/* Of "az,node"; "" for all. */
static struct level_set levels_named(const struct model *m, const char *names)
{
	struct level_set levels = {{false}};

	if (!*names)
		return every_level(m);
	for (const char *at = names; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		levels.has[strncmp(at, "shared", 6) ? level_named(m, at, strcspn(at, ",")) : 0] = true;
	return levels;
}

static void sb_add_cuts(struct strbuf *sb, const struct model *m, const struct cut_sets *cuts)
{
	for (size_t i = 0; i < cuts->ncounts; i++) {
		sb_addf(sb, "%u", (unsigned)cuts->counts[i].cuts);
		for (uint32_t j = 0; j < cuts->counts[i].size; j++) {
			uint8_t level = cuts->counts[i].levels[j];

			sb_addf(sb, " %s", level == LEVEL_SHARED ? "shared" : m->levels[level - 1]);
		}
		sb_addc(sb, '\n');
	}
}

static void sb_add_listed(struct strbuf *sb, const struct model *m, const struct cut_sets *cuts)
{
	for (size_t i = 0; i < cuts->nsets; i++) {
		for (uint32_t j = 0; j < cuts->sets[i].size; j++) {
			sb_add(sb, j ? " " : "");
			sb_add_short(sb, m, cuts->sets[i].domains[j]);
		}
		sb_addc(sb, '\n');
	}
}

/* Of the last group of the model. */
static void assert_cuts(const char *yaml, enum target target, const char *levels, uint32_t max, bool listed,
                        const char *expected)
{
	struct analysed f;
	struct level_set set;
	struct cut_finder *finder;
	struct cut_sets cuts;
	struct strbuf found = {0};

	analysed_healthy(&f, yaml);
	set = levels_named(f.model, levels);
	finder = cut_finder_new(f.analysis, target, &set, max);
	cut_finder_group(finder, f.model->ngroups - 1, &cuts);
	assert_int_equal(cuts.complete, max);
	(listed ? sb_add_listed : sb_add_cuts)(&found, f.model, &cuts);
	assert_string_equal(sb_text(&found), expected);
	sb_release(&found);
	cut_finder_free(finder);
	analysed_end(&f);
}

/* ---- known answers ---- */

#define SIX_COPIES "faultline: 1\nlevels: [az, node]\ntopology: {a: [a1, a2], b: [b1, b2], c: [c1, c2]}\n" \
	"services: {volume: {write: 4, read: 3, leader: none, replicas: [a1, a2, b1, b2, c1, c2]}}\n"

static void six_copies_in_three_zones__have_the_known_cut_sets(void **state)
{
	(void)state;
	assert_cuts(SIX_COPIES, TARGET_WRITES, "az,node", 3, false, "3 az az\n12 az node\n20 node node node\n");
	assert_cuts(SIX_COPIES, TARGET_WRITES, "az", 3, false, "3 az az\n");
	assert_cuts(SIX_COPIES, TARGET_WRITES, "node", 6, false, "20 node node node\n");
	assert_cuts(SIX_COPIES, TARGET_READS, "az,node", 3, false, "3 az az\n18 az node node\n");
	assert_cuts(SIX_COPIES, TARGET_READS, "az,node", 4, false, "3 az az\n18 az node node\n15 node node node node\n");
}

#define HEAD "faultline: 1\nlevels: [az, node]\ntopology: {a: [a1, a2], b: [b1, b2], c: [c1, c2]}\n"

static void single_points_of_failure__are_sets_of_one(void **state)
{
	(void)state;
	assert_cuts(HEAD "shared: {feed: {members: [a1, b1]}, spare: {members: [c2]}}\n"
	            "services: {s: {replicas: [a1, b1, c1]}}\n", TARGET_WRITES, "", 1, true, "feed\n");
	assert_cuts(HEAD "services: {s: {replicas: [a1, a2, c1]}}\n", TARGET_WRITES, "", 1, true, "a\n");
	assert_cuts(HEAD "services: {s: {write: all, replicas: [a1, b1]}}\n", TARGET_WRITES, "", 1, true, "a\nb\na1\nb1\n");
}

static void domains_inside_one_another__are_in_no_set_together(void **state)
{
	(void)state;
	assert_cuts(HEAD "shared: {feed: {members: [a]}}\nservices: {s: {replicas: [a1, b1, c1]}}\n", TARGET_WRITES, "",
	            2, true, "a b\na c\nb c\na b1\na c1\nb a1\nb c1\nc a1\nc b1\nb feed\nc feed\n"
	            "a1 b1\na1 c1\nb1 c1\nb1 feed\nc1 feed\n");
}

static void groups_broken_already__have_none(void **state)
{
	(void)state;
	assert_cuts(HEAD "services: {s: {write: 3, replicas: [a1, b1]}}\n", TARGET_WRITES, "", 3, true, "");
}

static void needed_services__give_their_cut_sets_too(void **state)
{
	(void)state;
	assert_cuts(HEAD "services: {pd: {replicas: [c2]}, kv: {needs: [pd], replicas: [a1, b1, c1]}}\n", TARGET_WRITES,
	            "node", 2, true, "c2\na1 b1\na1 c1\nb1 c1\n");
	assert_cuts(HEAD "services: {pd: {replicas: [a2, b2, c2]}, kv: {needs: {pd: freeze}, replicas: [a1, b1, c1]}}\n",
	            TARGET_WRITES, "node", 3, true, "a1 b1\na1 c1\nb1 c1\na1 a2 b2\na1 a2 c2\na1 b2 c2\n");
}

static void groups_of_one_footprint__have_their_own_domains(void **state)
{
	(void)state;
	assert_cuts(HEAD "shared: {z: {members: [a1, b1]}, y: {members: [b2, c2]}}\n"
	            "services: {s: {groups: {g: [a1, b1, c1], h: [b2, c2, a2]}}}\n", TARGET_WRITES, "", 1, true, "y\n");
}

static void what_takes_too_long__is_cut_off_by_size(void **state)
{
	struct analysed f;
	struct level_set levels;
	struct cut_finder *finder;
	struct cut_sets cuts;

	(void)state;
	analysed_healthy(&f, "faultline: 1\nlevels: [node]\ntopology: [n(1..300)]\n"
	      "services: {s: {write: all, read: 290, replicas: [n(1..300)]}}\n");
	levels = every_level(f.model);
	finder = cut_finder_new(f.analysis, TARGET_READS, &levels, 8);
	cut_finder_group(finder, 0, &cuts);
	assert_in_range(cuts.complete, 1, 7);
	assert_int_equal(cuts.nsets, 0);
	cut_finder_free(finder);
	finder = cut_finder_new(f.analysis, TARGET_WRITES, &levels, 8);
	cut_finder_group(finder, 0, &cuts);
	assert_int_equal(cuts.complete, 8);
	assert_int_equal(cuts.nsets, 300);
	cut_finder_free(finder);
	analysed_end(&f);
}

/* ---- every set there is ---- */

#define MAX_BRUTE 3

struct brute {
	const struct analysed *f;
	struct level_set levels;
	uint32_t group, max;
	enum target target;
};

static bool breaks(const struct brute *b, const place_id *set, uint32_t size)
{
	struct state *s = analysed_deaths(b->f, set, size);
	bool holds = target_holds(b->target, state_outcome(s, b->group));

	state_free(s);
	return !holds;
}

/* By trying every proper subset. */
static bool is_minimal(const struct brute *b, const place_id *set, uint32_t size)
{
	if (!breaks(b, set, size))
		return false;
	for (uint32_t bits = 0; bits + 1 < 1u << size; bits++) {
		place_id part[MAX_BRUTE];
		uint32_t n = 0;

		for (uint32_t i = 0; i < size; i++)
			if (bits >> i & 1)
				part[n++] = set[i];
		if (breaks(b, part, n))
			return false;
	}
	return true;
}

static bool is_listed(const struct cut_sets *cuts, const place_id *set, uint32_t size)
{
	for (size_t i = 0; i < cuts->nsets; i++) {
		uint32_t shared = 0;

		for (uint32_t j = 0; j < cuts->sets[i].size; j++)
			for (uint32_t k = 0; k < size; k++)
				shared += cuts->sets[i].domains[j] == set[k];
		if (cuts->sets[i].size == size && shared == size)
			return true;
	}
	return false;
}

/* Every set of up to `max` places is listed exactly where it is minimal. Returns how many are. */
static size_t compare_all(const struct brute *b, const struct cut_sets *cuts, place_id *set, uint32_t size,
                          place_id from)
{
	const struct model *m = b->f->model;
	size_t minimal = 0;

	if (size) {
		bool expected = is_minimal(b, set, size);

		if (expected != is_listed(cuts, set, size)) {
			print_error("%s of %u:", expected ? "a minimal set is missing," : "a set is not minimal,", b->group);
			for (uint32_t i = 0; i < size; i++)
				print_error(" %s", place_name(m, set[i]));
			print_error("\n");
			return SIZE_MAX;
		}
		minimal += expected;
	}
	for (place_id p = from; size < b->max && p < m->ndomains + m->nshared; p++) {
		size_t more;

		if (!b->levels.has[p < m->ndomains ? m->domains[p].level : 0] || !analysed_can_die(b->f, p))
			continue;
		set[size] = p;
		more = compare_all(b, cuts, set, size + 1, p + 1);
		if (more == SIZE_MAX)
			return more;
		minimal += more;
	}
	return minimal;
}

static void compare_group(struct brute *b, struct cut_finder *finder, uint64_t seed)
{
	struct cut_sets cuts;
	place_id set[MAX_BRUTE];
	bool already = !analysed_holds(b->f, b->group, b->target);

	cut_finder_group(finder, b->group, &cuts);
	if (cuts.already != already)
		analysed_fail(b->f, seed, "what is broken already");
	if (already ? cuts.nsets != 0 : compare_all(b, &cuts, set, 0, 1) != cuts.nsets)
		analysed_fail(b->f, seed, "the cut sets are not those of brute force");
}

static void cut_random_models(uint64_t seed, uint32_t models, bool after)
{
	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint32_t i = 0; i < models; i++) {
		struct rng r = rng_seeded(seed + i);
		struct analysed f;
		struct brute b = {.f = &f, .target = (enum target)rng_below(&r, TARGETS)};
		struct cut_finder *finder;

		analysed_random(&f, &r, after);
		b.max = 1 + rng_below(&r, f.model->ndomains > 12 ? 2 : MAX_BRUTE);
		for (uint32_t level = 0; level <= f.model->nlevels; level++)
			b.levels.has[level] = rng_percent(&r, 70);
		finder = cut_finder_new(f.analysis, b.target, &b.levels, b.max);
		for (b.group = 0; b.group < f.model->ngroups; b.group++)
			compare_group(&b, finder, seed + i);
		cut_finder_free(finder);
		analysed_end(&f);
	}
}

static void random_models__have_the_cut_sets_of_brute_force(void **state)
{
	(void)state;
	cut_random_models(31000, 1500, false);
}

static void damaged_models__have_the_cut_sets_of_brute_force(void **state)
{
	(void)state;
	cut_random_models(83000, 1500, true);
}

/* ---- properties ---- */

static bool may_recover(const struct model *m, const struct service *sv)
{
	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
		for (uint32_t i = 0; i < group_size(m, g); i++)
			if (group_roles(m, g)[i] == ROLE_STANDBY)
				return true;
	return sv->sem.has_fallback;
}

/* The smallest cut of one level over the service's groups; 0 where one of them is broken already. */
static uint32_t smallest_cut(const struct analysed *f, const struct service *sv, enum target target, unsigned level)
{
	struct level_set levels = {{false}};
	struct cut_finder *finder;
	uint32_t smallest = UINT32_MAX;

	levels.has[level] = true;
	finder = cut_finder_new(f->analysis, target, &levels, PLAN_REPLICAS);
	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		struct cut_sets cuts;

		cut_finder_group(finder, g, &cuts);
		assert_int_equal(cuts.complete, PLAN_REPLICAS);
		if (cuts.already)
			smallest = 0;
		else if (cuts.nsets && cuts.sets[0].size < smallest)
			smallest = cuts.sets[0].size;
	}
	cut_finder_free(finder);
	return smallest;
}

static void assert_tolerance_is_one_less(const struct analysed *f, uint32_t service, uint64_t seed)
{
	struct tolerance t;

	analysis_tolerance(f->analysis, service, &t);
	for (enum target target = 0; target < TARGETS; target++)
		for (unsigned level = 1; level <= f->model->nlevels; level++) {
			uint32_t smallest = smallest_cut(f, &f->model->services[service], target, level);
			int32_t expected = smallest == UINT32_MAX ? TOLERANCE_UNBREAKABLE : (int32_t)smallest - 1;

			if (t.at[target][level] == expected)
				continue;
			fprintf(stderr, "service %u, %s, level %u: tolerance %d, smallest cut %u\n", service,
			        target_names[target], level, t.at[target][level], smallest);
			analysed_fail(f, seed, "the tolerance is not one less than the smallest cut");
		}
}

/* Adds any one domain to each cut set: it still breaks. */
static void assert_supersets_break(const struct analysed *f, uint32_t group, uint64_t seed)
{
	struct brute b = {.f = f, .levels = every_level(f->model), .group = group, .target = TARGET_DATA};
	struct cut_finder *finder = cut_finder_new(f->analysis, b.target, &b.levels, 2);
	struct cut_sets cuts;

	cut_finder_group(finder, group, &cuts);
	for (size_t i = 0; i < cuts.nsets; i++)
		for (place_id p = 1; p < f->model->ndomains + f->model->nshared; p++) {
			place_id set[3];

			memcpy(set, cuts.sets[i].domains, cuts.sets[i].size * sizeof(*set));
			set[cuts.sets[i].size] = p;
			if (!breaks(&b, set, cuts.sets[i].size + 1u))
				analysed_fail(f, seed, "a superset of a cut set holds");
		}
	cut_finder_free(finder);
}

static void follow_cut_sets(uint64_t seed, uint32_t models, bool after)
{
	print_message("seed %llu\n", (unsigned long long)seed);
	for (uint32_t i = 0; i < models; i++) {
		struct rng r = rng_seeded(seed + i);
		struct analysed f;

		analysed_random(&f, &r, after);
		for (uint32_t s = 0; s < f.model->nservices; s++)
			assert_tolerance_is_one_less(&f, s, seed + i);
		for (uint32_t g = 0; g < f.model->ngroups; g++)
			if (!may_recover(f.model, &f.model->services[model_service_of(f.model, g)]))
				assert_supersets_break(&f, g, seed + i);
		analysed_end(&f);
	}
}

static void tolerances_and_supersets__follow_from_the_cut_sets(void **state)
{
	(void)state;
	follow_cut_sets(52000, 500, false);
}

static void damaged_models__have_tolerances_that_follow_from_the_cut_sets(void **state)
{
	(void)state;
	follow_cut_sets(97000, 500, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(six_copies_in_three_zones__have_the_known_cut_sets),
		cmocka_unit_test(single_points_of_failure__are_sets_of_one),
		cmocka_unit_test(domains_inside_one_another__are_in_no_set_together),
		cmocka_unit_test(groups_broken_already__have_none),
		cmocka_unit_test(needed_services__give_their_cut_sets_too),
		cmocka_unit_test(groups_of_one_footprint__have_their_own_domains),
		cmocka_unit_test(what_takes_too_long__is_cut_off_by_size),
		cmocka_unit_test(random_models__have_the_cut_sets_of_brute_force),
		cmocka_unit_test(damaged_models__have_the_cut_sets_of_brute_force),
		cmocka_unit_test(tolerances_and_supersets__follow_from_the_cut_sets),
		cmocka_unit_test(damaged_models__have_tolerances_that_follow_from_the_cut_sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
