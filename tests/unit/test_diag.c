#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/diag.h"

static int start(void **state)
{
	static struct diag_list list;

	list = (struct diag_list){0};
	*state = &list;
	return 0;
}

static int end(void **state)
{
	diag_release(*state);
	return 0;
}

static struct place at(uint32_t line, uint32_t col)
{
	return (struct place){ .line = line, .col = col };
}

static void message__keeps_its_place_and_is_counted(void **state)
{
	struct diag_list *dl = *state;
	struct diag *d = diag_error(dl, "FL001", at(3, 7), "no domain is named '%s'", "x");

	diag_hint(dl, d, "did you mean '%s'?", "y");
	diag_add(dl, "FL002", SEVERITY_WARNING, at(4, 1), "w");
	diag_add(dl, "FL003", SEVERITY_NOTE, at(5, 1), "n");

	assert_int_equal(dl->all.len, 3);
	assert_int_equal(dl->errors, 1);
	assert_int_equal(dl->warnings, 1);
	assert_int_equal(dl->notes, 1);
	assert_string_equal(dl->all.at[0].message, "no domain is named 'x'");
	assert_string_equal(dl->all.at[0].hint, "did you mean 'y'?");
	assert_int_equal(dl->all.at[0].place.col, 7);
	assert_null(dl->all.at[1].hint);
}

static void message__is_cleaned(void **state)
{
	struct diag_list *dl = *state;
	struct diag *d = diag_error(dl, "FL001", at(1, 1), "'%s'", "a\x1b[2J\xe2\x80\xae");

	diag_hint(dl, d, "%s", "\n::error::");

	assert_string_equal(dl->all.at[0].message, "'a\\x1b[2J<U+202E>'");
	assert_string_equal(dl->all.at[0].hint, "\\x0a::error::");
}

static void sorting__goes_by_place_then_code_then_order(void **state)
{
	static const char *const expected[] = { "whole", "early", "left", "code", "first", "second", "third" };
	struct diag_list *dl = *state;

	diag_error(dl, "FL005", at(9, 2), "first");
	diag_error(dl, "FL005", at(9, 2), "second");
	diag_error(dl, "FL005", at(9, 2), "third");
	diag_error(dl, "FL004", at(9, 2), "code");
	diag_error(dl, "FL009", at(9, 1), "left");
	diag_error(dl, "FL009", at(2, 80), "early");
	diag_error(dl, "FL009", at(0, 0), "whole");
	diag_sort(dl);

	for (size_t i = 0; i < 7; i++)
		assert_string_equal(dl->all.at[i].message, expected[i]);
}

static void sorting__of_nothing_is_fine(void **state)
{
	struct diag_list *dl = *state;

	diag_sort(dl);
	assert_int_equal(dl->all.len, 0);
}

static void cap__counts_but_does_not_keep(void **state)
{
	struct diag_list *dl = *state;
	size_t used;

	dl->cap = 2;
	diag_error(dl, "FL001", at(1, 1), "a");
	diag_error(dl, "FL001", at(2, 1), "b");
	used = dl->arena.used;
	for (int i = 0; i < 1000; i++) {
		struct diag *d = diag_error(dl, "FL001", at(3, 1), "c %d", i);

		diag_hint(dl, d, "hint");
		d->also = at(1, 1);
	}

	assert_int_equal(dl->all.len, 2);
	assert_int_equal(dl->errors, 1002);
	assert_int_equal(dl->dropped, 1000);
	assert_int_equal(dl->arena.used, used);
	assert_string_equal(dl->all.at[1].message, "b");
	assert_int_equal(dl->all.at[1].also.line, 0);
}

static void severity__has_a_name(void **state)
{
	(void)state;
	assert_string_equal(severity_name(SEVERITY_NOTE), "note");
	assert_string_equal(severity_name(SEVERITY_WARNING), "warning");
	assert_string_equal(severity_name(SEVERITY_ERROR), "error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(message__keeps_its_place_and_is_counted, start, end),
		cmocka_unit_test_setup_teardown(message__is_cleaned, start, end),
		cmocka_unit_test_setup_teardown(sorting__goes_by_place_then_code_then_order, start, end),
		cmocka_unit_test_setup_teardown(sorting__of_nothing_is_fine, start, end),
		cmocka_unit_test_setup_teardown(cap__counts_but_does_not_keep, start, end),
		cmocka_unit_test(severity__has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
