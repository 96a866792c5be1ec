/* The JSON of `whatif`, read back: the worked cases of tests/conformance, and what holds for every report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "lib/cases.h"
#include "lib/given.h"
#include "report/whatif.h"

/* What whatif_json writes, parsed. */
static json_t *report_of(const char *yaml, const char *actions, bool each_step)
{
	struct model *m = given_model(yaml);
	struct engine *e = engine_new(m);
	struct state *s = state_new(e);
	struct arena arena = {0};
	step_list steps = given_steps(m, actions, &arena);
	FILE *out = tmpfile();
	json_error_t error;
	json_t *json;

	whatif_json(out, "a.yaml", s, steps.at, steps.len, each_step);
	rewind(out);
	json = json_loadf(out, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%d:%d: %s", error.line, error.column, error.text);
	fclose(out);
	vec_free(&steps);
	arena_release(&arena);
	state_free(s);
	engine_free(e);
	model_free(m);
	return json;
}

/* Equal, where a whole number may be written as a real one. */
static bool values_equal(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return json_equal(a, b);
}

/* Each member that the case has, the report has with the same value. */
static bool group_agrees(json_t *expected, const json_t *actual)
{
	bool agrees = true;
	const char *key;
	json_t *value;

	json_object_foreach(expected, key, value)
		if (!values_equal(value, json_object_get(actual, key))) {
			print_error("%s: expected %s, got %s\n", key, json_dumps(value, JSON_ENCODE_ANY),
			            json_dumps(json_object_get(actual, key), JSON_ENCODE_ANY));
			agrees = false;
		}
	return agrees;
}

static size_t count_groups(const json_t *report, const char *service, const char *member, const char *value)
{
	const json_t *groups = json_object_get(report, "groups"), *group;
	size_t n = 0, i;

	json_array_foreach(groups, i, group)
		n += !strcmp(json_string_value(json_object_get(group, "service")), service) &&
		     !strcmp(json_string_value(json_object_get(group, member)), value);
	return n;
}

/* The counts of a service are those of its groups. */
static void assert_service_sums_up(const json_t *report, const json_t *service)
{
	static const char *const members[] = { "writes", "reads", "data" };
	const char *name = json_string_value(json_object_get(service, "name")), *verdict;
	json_t *count;

	for (size_t i = 0; i < 3; i++) {
		json_int_t sum = 0;

		json_object_foreach(json_object_get(service, members[i]), verdict, count) {
			assert_int_equal(json_integer_value(count), count_groups(report, name, members[i], verdict));
			sum += json_integer_value(count);
		}
		assert_int_equal(sum, json_integer_value(json_object_get(service, "groups")));
	}
}

static void assert_well_formed(const json_t *report)
{
	const json_t *services = json_object_get(report, "services"), *groups = json_object_get(report, "groups"), *one;
	size_t i;

	assert_int_equal(json_integer_value(json_object_get(report, "faultline")), 1);
	assert_string_equal(json_string_value(json_object_get(report, "file")), "a.yaml");
	assert_true(json_is_array(json_object_get(report, "killed")));
	assert_true(json_is_array(json_object_get(report, "drained")));
	assert_true(json_is_array(json_object_get(report, "cuts")));
	json_array_foreach(services, i, one)
		assert_service_sums_up(report, one);
	json_array_foreach(groups, i, one)
		assert_true(strlen(json_string_value(json_object_get(one, "why"))) > 0);
}

static void assert_case_agrees(const struct cases *cases, const struct worked_case *c)
{
	json_t *report = report_of(case_text(c, "yaml"), case_text(c, "actions"), false);
	const json_t *expected = json_object_get(c->json, "groups"), *actual = json_object_get(report, "groups");
	json_t *group;
	size_t i;

	assert_well_formed(report);
	assert_int_equal(json_array_size(expected), json_array_size(actual));
	json_array_foreach(expected, i, group)
		if (!group_agrees(group, json_array_get(actual, i)))
			fail_msg("%s:%u: %s: group %zu", cases->path, c->line, case_text(c, "name"), i);
	json_decref(report);
}

static void assert_file_agrees(const char *path)
{
	struct cases cases;

	cases_load(&cases, path);
	for (size_t i = 0; i < cases.len; i++)
		assert_case_agrees(&cases, &cases.at[i]);
	cases_release(&cases);
}

static void the_report__says_what_the_cases_by_hand_say(void **state)
{
	(void)state;
	assert_file_agrees("tests/conformance/by-hand.jsonl");
}

static void the_report__says_what_the_random_cases_say(void **state)
{
	(void)state;
	assert_file_agrees("tests/conformance/whatif.jsonl");
}

#define THREE \
	"faultline: 1\nlevels: [dc, node]\ntopology: {a: [n1], b: [n2], c: [n3]}\n" \
	"shared: {zeta: {members: [a]}, alpha: {members: [b]}}\nservices: {s: {detect: 1500ms, replicas: [n1, n2, n3]}}\n"

#define ALONE "faultline: 1\nlevels: [node]\ntopology: [a]\nservices: {s: {leader: none, replicas: [a]}}\n"

static void assert_list(const json_t *report, const char *member, const char *expected)
{
	char *text = json_dumps(json_object_get(report, member), JSON_COMPACT);

	assert_string_equal(text, expected);
	free(text);
}

static void marks__stand_in_tree_order_and_shared_ones_in_file_order(void **state)
{
	json_t *report = report_of(THREE, "kill alpha and kill c and kill zeta and kill a and drain n2 and drain b", false);

	(void)state;
	assert_list(report, "killed", "[\"/a\",\"/c\",\"zeta\",\"alpha\"]");
	assert_list(report, "drained", "[\"/b\",\"/b/n2\"]");
	assert_list(report, "cuts", "[]");
	json_decref(report);
}

static void steps__are_told_one_by_one_when_asked_for(void **state)
{
	json_t *report = report_of(THREE, "kill a then kill a and heal b then heal", true);
	const json_t *steps = json_object_get(report, "steps"), *second = json_array_get(steps, 1);

	(void)state;
	assert_int_equal(json_array_size(steps), 3);
	assert_list(json_array_get(steps, 0), "killed", "[\"/a\"]");
	assert_list(json_array_get(steps, 0), "unchanged", "[]");
	assert_string_equal(json_string_value(json_object_get(second, "actions")), "kill a and heal b");
	assert_int_equal(json_array_size(json_object_get(second, "unchanged")), 2);
	assert_int_equal(json_array_size(json_object_get(second, "groups")), 1);
	assert_list(report, "killed", "[]");
	json_decref(report);
}

static void steps__are_left_out_otherwise(void **state)
{
	json_t *report = report_of(THREE, "kill a", false);

	(void)state;
	assert_null(json_object_get(report, "steps"));
	json_decref(report);
}

static void a_group_without_leader__names_none(void **state)
{
	json_t *with = report_of(THREE, "kill a", false);
	json_t *without = report_of(ALONE, "", false);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(with, "groups"), 0), "leader")),
	                    "/b/n2");
	assert_null(json_object_get(json_array_get(json_object_get(without, "groups"), 0), "leader"));
	json_decref(with);
	json_decref(without);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_report__says_what_the_cases_by_hand_say),
		cmocka_unit_test(the_report__says_what_the_random_cases_say),
		cmocka_unit_test(marks__stand_in_tree_order_and_shared_ones_in_file_order),
		cmocka_unit_test(steps__are_told_one_by_one_when_asked_for),
		cmocka_unit_test(steps__are_left_out_otherwise),
		cmocka_unit_test(a_group_without_leader__names_none),
	};

	return cmocka_run_group_tests_name("whatif", tests, NULL, NULL);
}
