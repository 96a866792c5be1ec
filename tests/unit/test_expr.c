#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "model/expr.h"

static const char *const levels[] = { "region", "az", "dc", "rack", "node" };

static const char *const count_names[] = { "number", "majority", "all" };
static const char *const scope_names[] = { "whole", "each", "most", "number", "local" };

/* "number 1 in each 0 level 2 + majority 0 in whole 0 level 0", or the complaint. */
static const char *read_as(struct arena *a, const char *text)
{
	struct strbuf sb = {0};
	struct expr e;
	const char *why = NULL;

	if (!expr_parse(text, levels, 5, a, &e, &why))
		return why;
	assert_string_equal(e.text, text);
	for (uint32_t i = 0; i < e.nterms; i++) {
		const struct term *t = &e.terms[i];

		sb_addf(&sb, "%s%s %u in %s %u level %u", i ? " + " : "", count_names[t->count], t->number,
		        scope_names[t->scope], t->scope_number, t->level);
	}
	return sb_to_arena(&sb, a);
}

struct reading {
	const char *text, *expected;
};

static void check_readings(const struct reading *readings, size_t n)
{
	struct arena a = {0};

	for (size_t i = 0; i < n; i++)
		assert_string_equal(read_as(&a, readings[i].text), readings[i].expected);
	arena_release(&a);
}

static void term__is_a_count_of_the_whole(void **state)
{
	static const struct reading readings[] = {
		{ "2", "number 2 in whole 0 level 0" },
		{ "any", "number 1 in whole 0 level 0" },
		{ "majority", "majority 0 in whole 0 level 0" },
		{ "  all\t", "all 0 in whole 0 level 0" },
		{ "1000000", "number 1000000 in whole 0 level 0" },
		{ "007", "number 7 in whole 0 level 0" },
	};

	(void)state;
	check_readings(readings, sizeof(readings) / sizeof(*readings));
}

static void term__may_have_a_scope(void **state)
{
	static const struct reading readings[] = {
		{ "majority in each dc", "majority 0 in each 0 level 3" },
		{ "majority in local dc", "majority 0 in local 0 level 3" },
		{ "majority in most region", "majority 0 in most 0 level 1" },
		{ "all in any node", "all 0 in number 1 level 5" },
		{ "2 in 3 az", "number 2 in number 3 level 2" },
		{ "majority and 1 in each az", "majority 0 in whole 0 level 0 + number 1 in each 0 level 2" },
		{ "1 and 1 and 1 and 1 and 1 and 1 and 1 and 2 in 2 az",
		  "number 1 in whole 0 level 0 + number 1 in whole 0 level 0 + number 1 in whole 0 level 0 + "
		  "number 1 in whole 0 level 0 + number 1 in whole 0 level 0 + number 1 in whole 0 level 0 + "
		  "number 1 in whole 0 level 0 + number 2 in number 2 level 2" },
	};

	(void)state;
	check_readings(readings, sizeof(readings) / sizeof(*readings));
}

static void nonsense__is_refused_with_a_sentence(void **state)
{
	static const struct reading readings[] = {
		{ "", "a count is missing: a whole number, any, majority or all" },
		{ " ", "a count is missing: a whole number, any, majority or all" },
		{ "majority and", "a count is missing: a whole number, any, majority or all" },
		{ "mojority",
		  "'mojority' is not a count: a whole number, any, majority or all; did you mean 'majority'?" },
		{ "and", "'and' is not a count: a whole number, any, majority or all; did you mean 'any'?" },
		{ "quorum", "'quorum' is not a count: a whole number, any, majority or all" },
		{ "-1", "'-1' is not a count: a whole number, any, majority or all" },
		{ "1.5", "'1.5' is not a count: a whole number, any, majority or all" },
		{ "0", "'0' asks for nothing: the least is 1" },
		{ "1000001", "'1000001' is too large: at most 1000000" },
		{ "99999999999999999999", "'99999999999999999999' is too large: at most 1000000" },
		{ "1 in", "a scope is missing after 'in': each, most, any, local or a whole number" },
		{ "1 in eahc az",
		  "'eahc' is not a scope: each, most, any, local or a whole number; did you mean 'each'?" },
		{ "1 in majority az", "'majority' is not a scope: each, most, any, local or a whole number" },
		{ "1 in 0 az", "'0' asks for nothing: the least is 1" },
		{ "1 in each", "a level is missing at the end: region, az, dc, rack or node" },
		{ "1 in az", "'az' is a level: a scope goes before it; did you mean 'each az'?" },
		{ "1 in each rakc", "'rakc' is not a level; did you mean 'rack'?" },
		{ "1 in each zone-group", "'zone-group' is not a level; the levels are region, az, dc, rack and node" },
		{ "1 adn 2", "'adn' is out of place: terms are joined by 'and'; did you mean 'and'?" },
		{ "1 2", "'2' is out of place: terms are joined by 'and'" },
		{ "1 in each az 2", "'2' is out of place: terms are joined by 'and'" },
		{ "1 and 1 and 1 and 1 and 1 and 1 and 1 and 1 and 1", "more than 8 terms" },
		{ "a\x1b", "'a\\x1b' is not a count: a whole number, any, majority or all" },
	};

	(void)state;
	check_readings(readings, sizeof(readings) / sizeof(*readings));
}

static void level__may_have_a_name_of_the_grammar(void **state)
{
	static const char *const odd[] = { "and", "in" };
	struct arena a = {0};
	struct expr e;
	const char *why;

	(void)state;
	assert_true(expr_parse("1 in each and and 2 in any in", odd, 2, &a, &e, &why));
	assert_int_equal(e.nterms, 2);
	assert_int_equal(e.terms[0].level, 1);
	assert_int_equal(e.terms[1].level, 2);
	arena_release(&a);
}

static void thresholds__are_those_of_the_definition(void **state)
{
	const struct term majority_in_most = { .count = COUNT_MAJORITY, .scope = SCOPE_MOST };
	const struct term all_in_each = { .count = COUNT_ALL, .scope = SCOPE_EACH };
	const struct term two_in_three = { .number = 2, .scope = SCOPE_NUMBER, .scope_number = 3 };
	const struct term local = { .number = 2, .scope = SCOPE_LOCAL };

	(void)state;
	assert_int_equal(term_votes(&majority_in_most, 5), 3);
	assert_int_equal(term_votes(&majority_in_most, 4), 3);
	assert_int_equal(term_domains(&majority_in_most, 4), 3);
	assert_int_equal(term_votes(&all_in_each, 5), 5);
	assert_int_equal(term_domains(&all_in_each, 4), 4);
	assert_int_equal(term_votes(&two_in_three, 9), 2);
	assert_int_equal(term_domains(&two_in_three, 9), 3);
	assert_int_equal(term_domains(&local, 9), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(term__is_a_count_of_the_whole),
		cmocka_unit_test(term__may_have_a_scope),
		cmocka_unit_test(nonsense__is_refused_with_a_sentence),
		cmocka_unit_test(level__may_have_a_name_of_the_grammar),
		cmocka_unit_test(thresholds__are_those_of_the_definition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
