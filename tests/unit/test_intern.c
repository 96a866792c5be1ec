#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/intern.h"
#include "base/mem.h"

static int start(void **state)
{
	*state = strings_new();
	return 0;
}

static int end(void **state)
{
	strings_free(*state);
	return 0;
}

static void equal_strings__have_one_number(void **state)
{
	struct strings *s = *state;
	str_id a = str_intern(s, "rack-1", 6), b = str_intern(s, "rack-2", 6);

	assert_int_not_equal(a, b);
	assert_int_equal(str_intern(s, "rack-1, rack-2", 6), a);
	assert_int_equal(str_find(s, "rack-2", 6), b);
	assert_string_equal(str_text(s, a), "rack-1");
	assert_int_equal(str_len(s, a), 6);
}

static void empty_string__is_number_0(void **state)
{
	struct strings *s = *state;

	assert_int_equal(str_intern(s, "", 0), 0);
	assert_int_equal(str_add(s, "", 0), 0);
	assert_int_equal(str_find(s, "", 0), 0);
	assert_string_equal(str_text(s, 0), "");
	assert_int_equal(str_len(s, 0), 0);
}

static void unknown_string__is_not_found(void **state)
{
	struct strings *s = *state;

	assert_int_equal(str_find(s, "x", 1), 0);
	str_intern(s, "xy", 2);
	assert_int_equal(str_find(s, "x", 1), 0);
}

static void added_string__is_kept_but_not_looked_for(void **state)
{
	struct strings *s = *state;
	str_id a = str_add(s, "g", 1), b = str_add(s, "g", 1);

	assert_int_not_equal(a, b);
	assert_int_equal(str_find(s, "g", 1), 0);
	assert_string_equal(str_text(s, b), "g");
}

/* Lengths around those at which the stored form changes: a longer length field, a block of its own. */
static void length__is_kept_whatever_it_is(void **state)
{
	enum { N = 10 };
	static const size_t lengths[N] = { 1, 254, 255, 256, 65535, 1048570, 1048574, 1048576, 3000000, 1 };
	struct strings *s = *state;
	char *texts[N];
	str_id ids[N];

	for (size_t i = 0; i < N; i++) {
		texts[i] = xmalloc(lengths[i]);
		memset(texts[i], 'a' + (int)i, lengths[i]);
		ids[i] = str_intern(s, texts[i], lengths[i]);
	}
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(str_len(s, ids[i]), lengths[i]);
		assert_int_equal(strlen(str_text(s, ids[i])), lengths[i]);
		assert_memory_equal(str_text(s, ids[i]), texts[i], lengths[i]);
		assert_int_equal(str_find(s, texts[i], lengths[i]), ids[i]);
		free(texts[i]);
	}
}

static void text__never_moves(void **state)
{
	struct strings *s = *state;
	const char *first = str_text(s, str_intern(s, "first", 5));

	for (int i = 0; i < 300000; i++) {
		char name[32];
		int len = snprintf(name, sizeof(name), "group-%d", i);

		str_intern(s, name, (size_t)len);
	}

	assert_ptr_equal(str_text(s, str_find(s, "first", 5)), first);
	assert_string_equal(str_text(s, str_find(s, "group-299999", 12)), "group-299999");
}

static void million_names__cost_two_bytes_each_beyond_their_text(void **state)
{
	struct strings *s = *state;
	size_t text = 0, before = strings_bytes(s);

	for (int i = 0; i < 1000000; i++) {
		char name[32];
		int len = snprintf(name, sizeof(name), "g%d", i);

		str_add(s, name, (size_t)len);
		text += (size_t)len;
	}
	assert_true(strings_bytes(s) - before <= text + 2 * 1000000 + (2 << 20));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(equal_strings__have_one_number, start, end),
		cmocka_unit_test_setup_teardown(empty_string__is_number_0, start, end),
		cmocka_unit_test_setup_teardown(unknown_string__is_not_found, start, end),
		cmocka_unit_test_setup_teardown(added_string__is_kept_but_not_looked_for, start, end),
		cmocka_unit_test_setup_teardown(length__is_kept_whatever_it_is, start, end),
		cmocka_unit_test_setup_teardown(text__never_moves, start, end),
		cmocka_unit_test_setup_teardown(million_names__cost_two_bytes_each_beyond_their_text, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
