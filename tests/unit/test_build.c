/* model/build.h and what model/model.h says of the result. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/built.h"
#include "model/names.h"

static const struct built regions = {
	.levels = "region az node",
	.domains = "us/us-a/n1 us/us-a/n2 us/us-b/n3 eu/eu-a",
	.shared = "feed=n1,us-b",
	.services = "kv=g1,g2,g3 none dns=g4 last",
	.groups = "g1=n1,n2,n3 g2=n1,n1,us-b g3=n3 g4=n2,n1",
};

static int start(void **state)
{
	*state = built_model(&regions);
	return 0;
}

static int end(void **state)
{
	model_free(*state);
	return 0;
}

static void domains__stand_in_pre_order_with_ranges(void **state)
{
	static const struct {
		const char *path;
		domain_id parent, end;
		unsigned level;
	} expected[] = {
		{ "/", 0, 9, 0 },          { "/us", 0, 7, 1 },        { "/us/us-a", 1, 5, 2 },
		{ "/us/us-a/n1", 2, 4, 3 }, { "/us/us-a/n2", 2, 5, 3 }, { "/us/us-b", 1, 7, 2 },
		{ "/us/us-b/n3", 5, 7, 3 }, { "/eu", 0, 9, 1 },        { "/eu/eu-a", 7, 9, 2 },
	};
	const struct model *m = *state;
	struct arena a = {0};

	assert_int_equal(m->ndomains, 9);
	for (domain_id d = 0; d < 9; d++) {
		assert_string_equal(place_path(m, d, &a), expected[d].path);
		assert_int_equal(m->domains[d].parent, expected[d].parent);
		assert_int_equal(m->domains[d].end, expected[d].end);
		assert_int_equal(m->domains[d].level, expected[d].level);
	}
	arena_release(&a);
}

static void levels__are_counted_and_start_without_attributes(void **state)
{
	static const uint32_t expected[] = { 1, 2, 3, 3 };
	const struct model *m = *state;

	for (unsigned level = 0; level <= 3; level++) {
		assert_int_equal(m->level_count[level], expected[level]);
		assert_true(m->level_attributes[level].down < 0);
		assert_int_equal(m->level_attributes[level].rtt, DURATION_NONE);
	}
}

static void ancestor__is_found_by_level(void **state)
{
	const struct model *m = *state;
	domain_id n3 = place_of(m, "n3"), us = place_of(m, "us");

	assert_int_equal(domain_at_level(m, n3, 3), n3);
	assert_int_equal(domain_at_level(m, n3, 1), us);
	assert_int_equal(domain_at_level(m, n3, 0), ROOT);
	assert_int_equal(domain_at_level(m, us, 2), NO_DOMAIN);
	assert_true(domain_contains(m, us, n3));
	assert_true(domain_contains(m, us, us));
	assert_false(domain_contains(m, n3, us));
	assert_false(domain_contains(m, place_of(m, "eu"), n3));
}

static void group__has_its_replicas_in_listed_order(void **state)
{
	const struct model *m = *state;

	assert_int_equal(m->ngroups, 4);
	assert_int_equal(m->nreplicas, 9);
	assert_int_equal(group_size(m, 0), 3);
	assert_int_equal(group_size(m, 3), 2);
	assert_int_equal(group_places(m, 3)[0], place_of(m, "n2"));
	assert_int_equal(group_places(m, 3)[1], place_of(m, "n1"));
	assert_string_equal(str_text(m->strings, m->groups[3].name), "g4");
}

static void service__of_a_group_is_the_one_that_holds_it(void **state)
{
	const struct model *m = *state;

	assert_int_equal(m->nservices, 4);
	for (uint32_t g = 0; g < 3; g++)
		assert_int_equal(model_service_of(m, g), 0);
	assert_int_equal(model_service_of(m, 3), 2);
}

static void assert_groups_on(const struct model *m, const char *ref, const char *expected)
{
	const struct groups_on *on = model_groups_on(m);
	domain_id d = place_of(m, ref);
	struct strbuf sb = {0};

	for (uint32_t i = on->first[d]; i < on->first[d + 1]; i++)
		sb_addf(&sb, "%s ", str_text(m->strings, m->groups[on->groups[i]].name));
	assert_string_equal(sb_text(&sb), expected);
	sb_release(&sb);
}

static void domain__leads_to_each_of_its_groups_once(void **state)
{
	const struct model *m = *state;

	assert_groups_on(m, "n1", "g1 g2 g4 ");
	assert_groups_on(m, "n2", "g1 g4 ");
	assert_groups_on(m, "n3", "g1 g3 ");
	assert_groups_on(m, "us-b", "g2 ");
	assert_groups_on(m, "us", "");
	assert_groups_on(m, "eu-a", "");
	assert_int_equal(model_groups_on(m)->first[m->ndomains], 8);
}

static void equal_roles__are_kept_once(void **state)
{
	static const char *levels[] = { "node" };
	static const uint8_t roles[3][2] = {
		{ ROLE_VOTER, ROLE_LEARNER }, { ROLE_LEARNER, ROLE_VOTER }, { ROLE_VOTER, ROLE_LEARNER },
	};
	struct builder b;
	struct model *m;

	(void)state;
	builder_init(&b);
	builder_levels(&b, levels, 1);
	builder_open_domain(&b, str_intern(b.model->strings, "n", 1), (struct place){ .line = 3 });
	builder_close_domain(&b);
	model_seal_domains(&b);
	for (int g = 0; g < 3; g++) {
		builder_add_group(&b, 0, (struct place){ .line = 7, .col = 9 });
		builder_add_replica(&b, 1);
		builder_add_replica(&b, 1);
		builder_end_group(&b, roles[g]);
	}
	m = model_seal(&b);

	assert_null(b.model);
	assert_int_equal(m->nrolesets, 2);
	assert_int_equal(m->groups[0].roles, m->groups[2].roles);
	assert_int_equal(group_roles(m, 0)[1], ROLE_LEARNER);
	assert_int_equal(group_roles(m, 1)[0], ROLE_LEARNER);
	assert_int_equal(m->domains[1].place.line, 3);
	assert_int_equal(m->groups[0].col, 9);
	model_free(m);
}

static void abandoned_builder__leaves_nothing_behind(void **state)
{
	static const char *levels[] = { "node" };
	struct builder b;

	(void)state;
	builder_init(&b);
	builder_levels(&b, levels, 1);
	builder_open_domain(&b, str_intern(b.model->strings, "n", 1), (struct place){0});
	builder_abandon(&b); /* the leak checker looks on */
	assert_null(b.model);

	builder_init(&b);
	builder_levels(&b, levels, 1);
	model_seal_domains(&b);
	builder_add_group(&b, 0, (struct place){0});
	builder_add_replica(&b, ROOT);
	builder_abandon(&b);
	assert_null(b.model);
	model_free(NULL);
}

static void roles__are_those_of_the_table(void **state)
{
	static const char *const expected[] = {
		"voter votes acknowledges data copy", "witness votes acknowledges", "arbiter votes",
		"learner data copy", "standby data copy", "backup data",
	};

	(void)state;
	for (unsigned r = 0; r < ROLES; r++) {
		struct strbuf sb = {0};

		sb_addf(&sb, "%s%s%s%s%s", role_info[r].name, role_info[r].votes ? " votes" : "",
		        role_info[r].acknowledges ? " acknowledges" : "", role_info[r].holds_data ? " data" : "",
		        role_info[r].copies ? " copy" : "");
		assert_string_equal(sb_text(&sb), expected[r]);
		sb_release(&sb);
	}
}

static void million_groups__are_sealed_quickly(void **state)
{
	enum { NODES = 10000, GROUPS = 1000000 };
	static const char *levels[] = { "node" };
	static const uint8_t voters[3];
	struct builder b;
	struct model *m;
	clock_t sealing;

	(void)state;
	builder_init(&b);
	builder_levels(&b, levels, 1);
	for (unsigned i = 0; i < NODES; i++) {
		char name[16];
		int len = snprintf(name, sizeof(name), "n-%u", i);

		builder_open_domain(&b, str_intern(b.model->strings, name, (size_t)len), (struct place){0});
		builder_close_domain(&b);
	}
	model_seal_domains(&b);
	for (uint32_t g = 0; g < GROUPS; g++) {
		builder_add_group(&b, str_add(b.model->strings, "group", 5), (struct place){0});
		for (uint32_t r = 0; r < 3; r++)
			builder_add_replica(&b, 1 + (g * 7919 + r * 3001) % NODES);
		builder_end_group(&b, voters);
	}
	sealing = clock();
	m = model_seal(&b);
	model_groups_on(m);
	sealing = clock() - sealing;

	assert_int_equal(m->nrolesets, 1);
	assert_int_equal(model_groups_on(m)->first[m->ndomains], 3 * GROUPS);
	assert_true((double)sealing / CLOCKS_PER_SEC < 2);
	assert_true(model_bytes(m) < 60u * GROUPS);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(domains__stand_in_pre_order_with_ranges, start, end),
		cmocka_unit_test_setup_teardown(levels__are_counted_and_start_without_attributes, start, end),
		cmocka_unit_test_setup_teardown(ancestor__is_found_by_level, start, end),
		cmocka_unit_test_setup_teardown(group__has_its_replicas_in_listed_order, start, end),
		cmocka_unit_test_setup_teardown(service__of_a_group_is_the_one_that_holds_it, start, end),
		cmocka_unit_test_setup_teardown(domain__leads_to_each_of_its_groups_once, start, end),
		cmocka_unit_test(equal_roles__are_kept_once),
		cmocka_unit_test(abandoned_builder__leaves_nothing_behind),
		cmocka_unit_test(roles__are_those_of_the_table),
		cmocka_unit_test(million_groups__are_sealed_quickly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
