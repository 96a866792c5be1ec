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
	.levels = "region az dc rack node",
	.domains = "us/us-a/dc-a/rack-1/n-1 us/us-a/dc-a/rack-2/n-2 us/us-b/dc-b/rack-1/n-3 us/us-b/dc-b/rack-1/n-1 "
	           "eu/eu-a/dc-c/rack-7/n-9 eu/us dc-b",
	.shared = "feed-7=dc-a/rack-1,us-b carrier=eu-a",
	.services = "kv=g1,g2 dns",
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

/* The path of what a reference names, "unknown", or the number of candidates. */
static const char *resolved(const struct model *m, const char *ref)
{
	static char text[200];
	struct arena a = {0};
	place_id p = NO_PLACE;
	size_t n = 0;
	enum resolve_result r = resolve_place(m, ref, strlen(ref), &p, NULL, 0, &n);

	if (r == RESOLVE_OK)
		snprintf(text, sizeof(text), "%s", place_path(m, p, &a));
	else if (r == RESOLVE_AMBIGUOUS)
		snprintf(text, sizeof(text), "%zu candidates", n);
	else
		snprintf(text, sizeof(text), "unknown");
	arena_release(&a);
	return text;
}

static void reference__names_a_domain_by_name_tail_or_path(void **state)
{
	const struct model *m = *state;

	assert_string_equal(resolved(m, "us-a"), "/us/us-a");
	assert_string_equal(resolved(m, "rack-2"), "/us/us-a/dc-a/rack-2");
	assert_string_equal(resolved(m, "dc-a/rack-1"), "/us/us-a/dc-a/rack-1");
	assert_string_equal(resolved(m, "us-b/dc-b/rack-1"), "/us/us-b/dc-b/rack-1");
	assert_string_equal(resolved(m, "us/us-b/dc-b/rack-1/n-1"), "/us/us-b/dc-b/rack-1/n-1");
	assert_string_equal(resolved(m, "/us/us-b/dc-b/rack-1/n-1"), "/us/us-b/dc-b/rack-1/n-1");
	assert_string_equal(resolved(m, "/us"), "/us");
	assert_string_equal(resolved(m, "eu/us"), "/eu/us");
	assert_string_equal(resolved(m, "/"), "/");
}

static void reference__names_a_shared_domain_by_its_name_alone(void **state)
{
	const struct model *m = *state;

	assert_string_equal(resolved(m, "feed-7"), "feed-7");
	assert_string_equal(resolved(m, "/feed-7"), "unknown");
	assert_string_equal(resolved(m, "us/feed-7"), "unknown");
}

static void reference__to_nothing_is_unknown(void **state)
{
	static const char *const refs[] = {
		"", "x", "us-a/rack-1", "rack-1/n-9", "/us-a", "/us/", "us/", "//us", "us//us-a", "//", "kv", "US",
		"us ", "us/us/us/us/us/us/us/us/us/us",
	};

	for (size_t i = 0; i < sizeof(refs) / sizeof(*refs); i++)
		assert_string_equal(resolved(*state, refs[i]), "unknown");
}

static void reference__with_more_parts_than_levels_can_have_is_unknown(void **state)
{
	char ref[3 * 200 + 1] = "";

	for (int i = 0; i < 200; i++)
		strcat(ref, i ? "/us" : "us");
	assert_string_equal(resolved(*state, ref), "unknown");
}

static void reference__to_several_is_ambiguous(void **state)
{
	const struct model *m = *state;

	assert_string_equal(resolved(m, "us"), "2 candidates");
	assert_string_equal(resolved(m, "dc-b"), "2 candidates");
	assert_string_equal(resolved(m, "rack-1"), "2 candidates");
	assert_string_equal(resolved(m, "rack-1/n-1"), "2 candidates");
}

static void candidates__are_given_as_far_as_there_is_room(void **state)
{
	const struct model *m = *state;
	place_id unused, one[1] = { NO_PLACE }, all[3] = { NO_PLACE, NO_PLACE, NO_PLACE };
	size_t n = 0;

	assert_int_equal(resolve_place(m, "rack-1", 6, &unused, all, 3, &n), RESOLVE_AMBIGUOUS);
	assert_int_equal(n, 2);
	assert_int_equal(all[0], place_of(m, "dc-a/rack-1"));
	assert_int_equal(all[1], place_of(m, "us-b/dc-b/rack-1"));
	assert_int_equal(all[2], NO_PLACE);
	assert_int_equal(resolve_place(m, "rack-1/n-1", 10, &unused, one, 1, &n), RESOLVE_AMBIGUOUS);
	assert_int_equal(n, 2);
	assert_int_equal(one[0], place_of(m, "dc-a/rack-1/n-1"));
}

static void reason__suggests_or_lists(void **state)
{
	static const struct {
		const char *ref, *why;
	} reasons[] = {
		{ "us-c", "no domain is named 'us-c'; did you mean 'us-a'?" },
		{ "nothing-like-it", "no domain is named 'nothing-like-it'" },
		{ "fed-7", "no domain is named 'fed-7'; did you mean 'feed-7'?" },
		{ "dc-a/rakc-2", "no domain is named 'dc-a/rakc-2'; did you mean 'dc-a/rack-2'?" },
		{ "dca/rack-2", "no domain is named 'dca/rack-2'; did you mean 'dc-a/rack-2'?" },
		{ "/us/us-a/dc-b/rack-2",
		  "no domain is named '/us/us-a/dc-b/rack-2'; did you mean '/us/us-a/dc-a/rack-2'?" },
		{ "us-b/rack-1", "no domain is named 'us-b/rack-1'; did you mean '/us/us-b/dc-b/rack-1'?" },
		{ "/us-b", "no domain is named '/us-b'; did you mean '/us/us-b'?" },
		{ "us-a/", "no domain is named 'us-a/'" },
		{ "", "no domain is named ''" },
		{ "x\x1b", "no domain is named 'x\\x1b'" },
		{ "rack-1", "'rack-1' could be any of 2 domains: '/us/us-a/dc-a/rack-1' and '/us/us-b/dc-b/rack-1'" },
	};
	struct arena a = {0};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		assert_string_equal(resolve_why(*state, reasons[i].ref, strlen(reasons[i].ref), &a), reasons[i].why);
	arena_release(&a);
}

static void reason__lists_at_most_five(void **state)
{
	struct model *m = built_model(&(struct built){
		.levels = "az rack", .domains = "a1/r a2/r a3/r a4/r a5/r a6/r a7/r", .shared = "f=a1" });
	struct arena a = {0};

	(void)state;
	assert_string_equal(resolve_why(m, "r", 1, &a),
	                    "'r' could be any of 7 domains: '/a1/r', '/a2/r', '/a3/r', '/a4/r', '/a5/r' and 2 more");
	arena_release(&a);
	model_free(m);
}

static void place__has_a_path_a_name_and_a_level(void **state)
{
	const struct model *m = *state;
	place_id feed = place_of(m, "feed-7"), rack = place_of(m, "rack-2");
	struct arena a = {0};

	assert_string_equal(place_path(m, rack, &a), "/us/us-a/dc-a/rack-2");
	assert_string_equal(place_name(m, rack), "rack-2");
	assert_string_equal(place_level_name(m, rack), "rack");
	assert_string_equal(place_path(m, feed, &a), "feed-7");
	assert_string_equal(place_name(m, feed), "feed-7");
	assert_string_equal(place_level_name(m, feed), "shared");
	assert_string_equal(place_path(m, ROOT, &a), "/");
	assert_string_equal(place_name(m, ROOT), "");
	assert_string_equal(place_level_name(m, ROOT), "root");
	arena_release(&a);
}

static void assert_short(const struct model *m, const char *path, const char *expected)
{
	struct strbuf sb = {0};

	sb_add_short(&sb, m, place_of(m, path));
	assert_string_equal(sb_text(&sb), expected);
	sb_release(&sb);
}

static void short_name__is_the_shortest_tail_that_is_enough(void **state)
{
	const struct model *m = *state;

	assert_short(m, "/us/us-a", "us-a");
	assert_short(m, "/us/us-a/dc-a/rack-1", "dc-a/rack-1");
	assert_short(m, "/us/us-b/dc-b/rack-1/n-1", "dc-b/rack-1/n-1");
	assert_short(m, "/us/us-b/dc-b/rack-1/n-3", "n-3");
	assert_short(m, "/us", "/us"); /* every tail of it is one of /eu/us, too */
	assert_short(m, "/eu/us", "eu/us");
	assert_short(m, "/us/us-b/dc-b", "us-b/dc-b");
	assert_short(m, "feed-7", "feed-7");
	assert_short(m, "/", "/");
}

static void short_name__leads_back_to_its_place(void **state)
{
	const struct model *m = *state;
	struct strbuf sb = {0};

	for (place_id p = 0; p < m->ndomains + m->nshared; p++) {
		sb_clear(&sb);
		sb_add_short(&sb, m, p);
		assert_int_equal(place_of(m, sb_text(&sb)), p);
		sb_clear(&sb);
		sb_add_path(&sb, m, p);
		assert_int_equal(place_of(m, sb_text(&sb)), p);
	}
	sb_release(&sb);
}

static void child__is_found_below_its_parent_only(void **state)
{
	const struct model *m = *state;

	assert_int_equal(child_named(m, place_of(m, "eu"), "us", 2), place_of(m, "eu/us"));
	assert_int_equal(child_named(m, ROOT, "us", 2), place_of(m, "/us"));
	assert_int_equal(child_named(m, ROOT, "us-a", 4), NO_DOMAIN);
	assert_int_equal(child_named(m, ROOT, "feed-7", 6), NO_DOMAIN);
	assert_int_equal(child_named(m, ROOT, "", 0), NO_DOMAIN);
}

static void services_groups_and_levels__are_found_by_name(void **state)
{
	const struct model *m = *state;

	assert_int_equal(service_named(m, "kv", 2), 0);
	assert_int_equal(service_named(m, "dns", 3), 1);
	assert_int_equal(service_named(m, "k", 1), NO_SERVICE);
	assert_int_equal(group_named(m, 0, "g2", 2), 1);
	assert_int_equal(group_named(m, 0, "g3", 2), NO_GROUP);
	assert_int_equal(group_named(m, 1, "g1", 2), NO_GROUP);
	assert_int_equal(level_named(m, "region", 6), 1);
	assert_int_equal(level_named(m, "node", 4), 5);
	assert_int_equal(level_named(m, "root", 4), 0);
}

/* ---- the slow twin: every domain whose path ends so ---- */

static size_t slow_count(const struct model *m, const char *ref, place_id *ret_first)
{
	struct strbuf path = {0};
	size_t n = 0, len = strlen(ref);

	for (place_id p = 1; p < m->ndomains + m->nshared; p++) {
		bool meant;

		sb_clear(&path);
		if (p >= m->ndomains)
			sb_addc(&path, '/');
		sb_add_path(&path, m, p);
		if (ref[0] == '/')
			meant = p < m->ndomains && strcmp(sb_text(&path), ref) == 0;
		else
			meant = path.len > len && sb_text(&path)[path.len - len - 1] == '/' &&
			        strcmp(sb_text(&path) + path.len - len, ref) == 0;
		if (meant && n++ == 0)
			*ret_first = p;
	}
	sb_release(&path);
	return n;
}

static void add_random_domains(struct strbuf *sb, uint32_t *seed, unsigned depth, const char *above)
{
	bool taken[3] = { false };

	for (unsigned i = 0; i < 3; i++) {
		char path[64];
		unsigned name = (*seed = *seed * 1664525 + 1013904223) >> 24;

		if (taken[name % 3] || name % 5 == 0)
			continue;
		taken[name % 3] = true;
		snprintf(path, sizeof(path), "%s%s%c", above, *above ? "/" : "", 'a' + name % 3);
		sb_addf(sb, "%s ", path);
		if (depth > 1)
			add_random_domains(sb, seed, depth - 1, path);
	}
}

static void check_all_refs(const struct model *m, const char *ref, unsigned depth)
{
	for (const char *name = "abcf"; *name; name++) {
		char longer[64];
		place_id slow = NO_PLACE, fast = NO_PLACE;
		size_t n = 0, expected;
		enum resolve_result result;

		snprintf(longer, sizeof(longer), "%s%c", ref, *name);
		expected = slow_count(m, longer, &slow);
		result = resolve_place(m, longer, strlen(longer), &fast, NULL, 0, &n);
		if (result != (expected == 0 ? RESOLVE_UNKNOWN : expected == 1 ? RESOLVE_OK : RESOLVE_AMBIGUOUS))
			fail_msg("'%s' should name %zu domains", longer, expected);
		if (expected == 1)
			assert_int_equal(fast, slow);
		if (expected > 1)
			assert_int_equal(n, expected);
		assert_int_equal(resolve_place(m, longer, strlen(longer), &fast, NULL, 0, NULL), result);
		strcat(longer, "/");
		if (depth > 1)
			check_all_refs(m, longer, depth - 1);
	}
}

static void resolving__agrees_with_looking_at_every_path(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 12; seed++) {
		struct strbuf domains = {0};
		struct model *m;
		uint32_t random = seed;

		add_random_domains(&domains, &random, 4, "");
		m = built_model(&(struct built){ .levels = "1 2 3 4", .domains = sb_text(&domains), .shared = "f=/" });
		check_all_refs(m, "", 4);
		check_all_refs(m, "/", 4);
		sb_release(&domains);
		model_free(m);
	}
}

/* ---- large models ---- */

static void open_named(struct builder *b, const char *fmt, unsigned i)
{
	char name[32];
	int len = snprintf(name, sizeof(name), fmt, i);

	builder_open_domain(b, str_intern(b->model->strings, name, (size_t)len), (struct place){0});
}

/* 100 datacenters, two of each name, of 40 racks of 20 nodes. */
static struct model *large_model(void)
{
	static const char *levels[] = { "az", "dc", "rack", "node" };
	struct builder b;

	builder_init(&b);
	builder_levels(&b, levels, 4);
	for (unsigned dc = 0; dc < 100; dc++) {
		open_named(&b, "az-%u", dc);
		open_named(&b, "dc-%u", dc / 2);
		for (unsigned rack = 0; rack < 40; rack++) {
			open_named(&b, "rack-%u", rack);
			for (unsigned node = 0; node < 20; node++) {
				open_named(&b, "n-%u", node);
				builder_close_domain(&b);
			}
			builder_close_domain(&b);
		}
		builder_close_domain(&b);
		builder_close_domain(&b);
	}
	model_seal_domains(&b);
	return model_seal(&b);
}

/* Seconds for looking nodes up by their paths without the first `skipped` parts. */
static double time_of_references(const struct model *m, unsigned skipped, enum resolve_result expected)
{
	clock_t begin = clock();
	place_id p;

	for (unsigned i = 0; i < 50000; i++) {
		char ref[64];
		const char *at = ref;

		snprintf(ref, sizeof(ref), "az-%u/dc-%u/rack-%u/n-%u", i % 100, i % 100 / 2, i % 40, i % 20);
		for (unsigned skip = 0; skip < skipped; skip++)
			at = strchr(at, '/') + 1;
		assert_int_equal(resolve_place(m, at, strlen(at), &p, NULL, 0, NULL), expected);
	}
	return (double)(clock() - begin) / CLOCKS_PER_SEC;
}

/* Looking at all 4,000 bearers of a node's name would take many times as long as going down a path. */
static void common_names__do_not_slow_down_references(void **state)
{
	struct model *m = large_model();
	double by_path = time_of_references(m, 0, RESOLVE_OK);

	(void)state;
	assert_true(time_of_references(m, 1, RESOLVE_AMBIGUOUS) < 8 * by_path);
	assert_true(time_of_references(m, 2, RESOLVE_AMBIGUOUS) < 8 * by_path);
	assert_true(time_of_references(m, 3, RESOLVE_AMBIGUOUS) < 8 * by_path);
	model_free(m);
}

static void short_names__are_found_among_common_ones(void **state)
{
	struct model *m = large_model();
	struct strbuf sb = {0};

	(void)state;
	for (domain_id d = 1; d < m->ndomains; d++) {
		sb_clear(&sb);
		sb_add_short(&sb, m, d);
		assert_int_equal(place_of(m, sb_text(&sb)), d);
	}
	sb_release(&sb);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reference__names_a_domain_by_name_tail_or_path, start, end),
		cmocka_unit_test_setup_teardown(reference__names_a_shared_domain_by_its_name_alone, start, end),
		cmocka_unit_test_setup_teardown(reference__to_nothing_is_unknown, start, end),
		cmocka_unit_test_setup_teardown(reference__with_more_parts_than_levels_can_have_is_unknown, start, end),
		cmocka_unit_test_setup_teardown(reference__to_several_is_ambiguous, start, end),
		cmocka_unit_test_setup_teardown(candidates__are_given_as_far_as_there_is_room, start, end),
		cmocka_unit_test_setup_teardown(reason__suggests_or_lists, start, end),
		cmocka_unit_test(reason__lists_at_most_five),
		cmocka_unit_test_setup_teardown(place__has_a_path_a_name_and_a_level, start, end),
		cmocka_unit_test_setup_teardown(short_name__is_the_shortest_tail_that_is_enough, start, end),
		cmocka_unit_test_setup_teardown(short_name__leads_back_to_its_place, start, end),
		cmocka_unit_test_setup_teardown(child__is_found_below_its_parent_only, start, end),
		cmocka_unit_test_setup_teardown(services_groups_and_levels__are_found_by_name, start, end),
		cmocka_unit_test(resolving__agrees_with_looking_at_every_path),
		cmocka_unit_test(common_names__do_not_slow_down_references),
		cmocka_unit_test(short_names__are_found_among_common_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
