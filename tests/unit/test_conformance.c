/*
 * The worked cases of tests/conformance, asked of the engine and of its twin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "lib/cases.h"
#include "lib/given.h"
#include "lib/player.h"
#include "lib/twin.h"
#include "model/names.h"

static void show_case(const struct cases *cases, const struct worked_case *c)
{
	/* cmocka's own printing cuts long texts */
	fprintf(stderr, "%s:%u: %s\n\"%s\"\n%s\n%s\n", cases->path, c->line, case_text(c, "name"),
	        case_text(c, "quotes"), case_text(c, "yaml"), case_text(c, "actions"));
}

/* ---- outcomes ---- */

/* What a case says of a group, in an outcome's terms; what it does not say comes from `o`. */
static struct outcome expected_outcome(const json_t *group, struct outcome o)
{
	const char *writes = json_string_value(json_object_get(group, "writes"));
	const char *reads = json_string_value(json_object_get(group, "reads"));
	const char *data = json_string_value(json_object_get(group, "data"));
	const char *status = json_string_value(json_object_get(group, "status"));

	o.writes = o.reads = ANSWERS;
	o.data = DATA_VERDICTS;
	o.status = STATUSES;
	for (uint8_t i = 0; i < ANSWERS; i++) {
		if (!strcmp(writes, answer_names[i]))
			o.writes = i;
		if (!strcmp(reads, answer_names[i]))
			o.reads = i;
	}
	for (uint8_t i = 0; i < DATA_VERDICTS; i++)
		if (!strcmp(data, data_names[i]))
			o.data = i;
	for (uint8_t i = 0; i < STATUSES; i++)
		if (!strcmp(status, status_names[i]))
			o.status = i;
	o.live = (uint16_t)json_integer_value(json_object_get(group, "live"));
	o.rpo = case_duration(json_object_get(group, "rpo_s"));
	o.rto = case_duration(json_object_get(group, "rto_s"));
	return o;
}

static bool group_is_as_expected(const struct player *p, const json_t *group, const struct model *m, uint32_t g,
                                 const struct outcome *actual)
{
	struct outcome expected = expected_outcome(group, *actual);
	const char *service = json_string_value(json_object_get(group, "service"));
	const char *name = json_string_value(json_object_get(group, "name"));
	struct strbuf text = {0};
	bool same;

	assert_string_equal(str_text(m->strings, m->services[model_service_of(m, g)].name), service);
	assert_string_equal(str_text(m->strings, m->groups[g].name), name);
	assert_int_equal(group_size(m, g), json_integer_value(json_object_get(group, "replicas")));
	same = outcomes_equal(&expected, actual, true);
	if (!same) {
		sb_addf(&text, "%s/%s\nexpected: ", service, name);
		sb_add_outcome(&text, &expected);
		sb_addf(&text, "\n%8s: ", p->name);
		sb_add_outcome(&text, actual);
		print_error("%s\n", sb_text(&text));
		sb_release(&text);
	}
	return same;
}

static bool case_holds(const struct player *p, const struct worked_case *c)
{
	const json_t *groups = json_object_get(c->json, "groups");
	struct model *m = given_model(case_text(c, "yaml"));
	struct arena arena = {0};
	step_list steps = given_steps(m, case_text(c, "actions"), &arena);
	void *game = p->open(m);
	bool holds = true;

	for (size_t i = 0; i < steps.len; i++)
		p->step(game, &steps.at[i]);
	assert_int_equal(m->ngroups, json_array_size(groups));
	for (uint32_t g = 0; g < m->ngroups; g++) {
		struct outcome o = p->outcome(game, g);

		holds = group_is_as_expected(p, json_array_get(groups, g), m, g, &o) && holds;
	}
	p->close(game);
	vec_free(&steps);
	arena_release(&arena);
	model_free(m);
	return holds;
}

static void all_cases_hold(const struct player *p, const char *path)
{
	struct cases cases;
	size_t wrong = 0;

	cases_load(&cases, path);
	for (size_t i = 0; i < cases.len; i++) {
		if (case_holds(p, &cases.at[i]))
			continue;
		show_case(&cases, &cases.at[i]);
		wrong++;
	}
	assert_int_equal(wrong, 0);
	cases_release(&cases);
}

static void engine__gives_the_outcomes_worked_by_hand(void **state)
{
	(void)state;
	all_cases_hold(&players[ENGINE], "tests/conformance/by-hand.jsonl");
}

static void twin__gives_the_outcomes_worked_by_hand(void **state)
{
	(void)state;
	all_cases_hold(&players[TWIN], "tests/conformance/by-hand.jsonl");
}

static void engine__gives_the_outcomes_of_random_what_ifs(void **state)
{
	(void)state;
	all_cases_hold(&players[ENGINE], "tests/conformance/whatif.jsonl");
}

static void twin__gives_the_outcomes_of_random_what_ifs(void **state)
{
	(void)state;
	all_cases_hold(&players[TWIN], "tests/conformance/whatif.jsonl");
}

/* ---- tolerance ---- */

/* null is larger than any number */
static int32_t expected_tolerance(const json_t *service, enum target target, const char *level)
{
	const json_t *number = json_object_get(json_object_get(service, target_names[target]), level);

	assert_non_null(number);
	return json_is_null(number) ? INT32_MAX : (int32_t)json_integer_value(number);
}

static size_t wrong_tolerances(const struct player *p, const struct worked_case *c)
{
	const json_t *services = json_object_get(c->json, "tolerance");
	struct model *m = given_model(case_text(c, "yaml"));
	size_t wrong = 0;

	assert_int_equal(m->nservices, json_object_size(services));
	for (uint32_t s = 0; s < m->nservices; s++) {
		const char *name = str_text(m->strings, m->services[s].name);

		for (unsigned t = 0; t < TARGETS; t++) {
			for (unsigned level = 1; level <= m->nlevels; level++) {
				const char *level_name = m->levels[level - 1];
				int32_t expected = expected_tolerance(json_object_get(services, name), t, level_name);
				int32_t actual = p->tolerance(m, s, t, level);

				if (actual == expected)
					continue;
				print_error("%s, %s, %s: expected %d, %s says %d\n", name, target_names[t], level_name,
				            expected, p->name, actual);
				wrong++;
			}
		}
	}
	model_free(m);
	return wrong;
}

static void all_tolerances_hold(const struct player *p)
{
	struct cases cases;
	size_t wrong = 0;

	cases_load(&cases, "tests/conformance/tolerance.jsonl");
	for (size_t i = 0; i < cases.len; i++) {
		size_t here = wrong_tolerances(p, &cases.at[i]);

		if (here)
			show_case(&cases, &cases.at[i]);
		wrong += here;
	}
	assert_int_equal(wrong, 0);
	cases_release(&cases);
}

static void engine__gives_the_tolerances(void **state)
{
	(void)state;
	all_tolerances_hold(&players[ENGINE]);
}

static void twin__gives_the_tolerances(void **state)
{
	(void)state;
	all_tolerances_hold(&players[TWIN]);
}

/* ---- worst ---- */

#define LARGEST_SET 2

/* The domains of one level, and one set of them at a time. */
struct sets {
	const struct model *m;
	unsigned level;
	size_t size;
	domain_id members[LARGEST_SET];
};

static bool first_from(struct sets *s, size_t i, domain_id d)
{
	for (; i < s->size; i++, d++) {
		while (d < s->m->ndomains && s->m->domains[d].level != s->level)
			d++;
		if (d >= s->m->ndomains)
			return false;
		s->members[i] = d;
	}
	return true;
}

static bool next_set(struct sets *s)
{
	for (size_t i = s->size; i-- > 0;)
		if (first_from(s, i, s->members[i] + 1))
			return true;
	return false;
}

/* How many groups the listed answer gives for this set; 0: it is not listed. */
static json_int_t listed_groups(const json_t *listed, const struct sets *s)
{
	size_t i;
	json_t *entry;

	json_array_foreach(listed, i, entry) {
		const json_t *domains = json_object_get(entry, "domains");
		size_t found = 0, candidates;

		assert_int_equal(json_array_size(domains), s->size);
		for (size_t k = 0; k < s->size; k++) {
			const char *path = json_string_value(json_array_get(domains, k));
			place_id place = NO_PLACE;

			assert_int_equal(resolve_place(s->m, path, strlen(path), &place, NULL, 0, &candidates),
			                 RESOLVE_OK);
			for (size_t j = 0; j < s->size; j++)
				found += s->members[j] == place;
		}
		if (found == s->size)
			return json_integer_value(json_object_get(entry, "groups"));
	}
	return 0;
}

static void count_broken(const struct state *healthy, struct state *world, const struct sets *s,
                         json_int_t ret[TARGETS])
{
	struct action kills[LARGEST_SET];

	for (size_t i = 0; i < s->size; i++)
		kills[i] = (struct action){VERB_KILL, s->members[i], NO_PLACE, NO_SERVICE, NO_GROUP};
	state_step(world, &(struct step){kills, (uint32_t)s->size}, NULL);
	memset(ret, 0, TARGETS * sizeof(*ret));
	for (uint32_t g = 0; g < s->m->ngroups; g++)
		for (unsigned t = 0; t < TARGETS; t++)
			ret[t] += twin_broken(state_outcome(world, g), t) && !twin_broken(state_outcome(healthy, g), t);
	assert_true(state_undo(world));
}

static size_t wrong_sets(const struct worked_case *c)
{
	const json_t *worst = json_object_get(c->json, "worst");
	const char *level = case_text(c, "level");
	struct model *m = given_model(case_text(c, "yaml"));
	struct engine *e = engine_new(m);
	struct state *healthy = state_new(e), *world = state_new(e);
	struct sets s = {.m = m, .level = level_named(m, level, strlen(level)),
		.size = (size_t)json_integer_value(json_object_get(c->json, "size"))};
	size_t wrong = 0, seen[TARGETS] = {0};

	assert_true(s.level > 0 && s.size >= 1 && s.size <= LARGEST_SET);
	for (bool more = first_from(&s, 0, ROOT); more; more = next_set(&s)) {
		json_int_t broken[TARGETS];

		count_broken(healthy, world, &s, broken);
		for (unsigned t = 0; t < TARGETS; t++) {
			wrong += broken[t] != listed_groups(json_object_get(worst, target_names[t]), &s);
			seen[t] += broken[t] > 0;
		}
	}
	for (unsigned t = 0; t < TARGETS; t++)
		wrong += seen[t] != json_array_size(json_object_get(worst, target_names[t]));
	state_free(world);
	state_free(healthy);
	engine_free(e);
	model_free(m);
	return wrong;
}

static void engine__breaks_as_many_groups_as_listed_for_each_set(void **state)
{
	struct cases cases;
	size_t wrong = 0;

	(void)state;
	cases_load(&cases, "tests/conformance/worst.jsonl");
	for (size_t i = 0; i < cases.len; i++) {
		size_t here = wrong_sets(&cases.at[i]);

		if (here)
			show_case(&cases, &cases.at[i]);
		wrong += here;
	}
	assert_int_equal(wrong, 0);
	cases_release(&cases);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(twin__gives_the_outcomes_worked_by_hand),
		cmocka_unit_test(twin__gives_the_outcomes_of_random_what_ifs),
		cmocka_unit_test(twin__gives_the_tolerances),
		cmocka_unit_test(engine__gives_the_outcomes_worked_by_hand),
		cmocka_unit_test(engine__gives_the_outcomes_of_random_what_ifs),
		cmocka_unit_test(engine__gives_the_tolerances),
		cmocka_unit_test(engine__breaks_as_many_groups_as_listed_for_each_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
