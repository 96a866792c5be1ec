#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/words.h"

static void assert_count(uint64_t n, const char *expected)
{
	struct strbuf sb = {0};

	sb_add_count(&sb, n, "copy", "copies");
	assert_string_equal(sb_text(&sb), expected);
	sb_release(&sb);
}

static void assert_names(const char *const *names, size_t shown, uint64_t total, const char *expected)
{
	struct strbuf sb = {0};

	sb_add_names(&sb, names, shown, total);
	assert_string_equal(sb_text(&sb), expected);
	sb_release(&sb);
}

static void assert_file_name(const char *name, const char *expected)
{
	struct strbuf sb = {0};

	sb_add_file_name(&sb, name);
	assert_string_equal(sb_text(&sb), expected);
	sb_release(&sb);
}

static void counts__agree_in_number(void **state)
{
	(void)state;
	assert_count(0, "no copies");
	assert_count(1, "1 copy");
	assert_count(2, "2 copies");
}

static void names__are_joined_and_the_rest_counted(void **state)
{
	const char *const names[] = { "a", "b", "c" };

	(void)state;
	assert_names(names, 1, 1, "a");
	assert_names(names, 2, 2, "a and b");
	assert_names(names, 3, 3, "a, b and c");
	assert_names(names, 3, 1000, "a, b, c and 997 more");
	assert_names(names, 1, 2, "a and 1 more");
}

static void names__are_cleaned(void **state)
{
	const char *const names[] = { "a\x1b[2J" };

	(void)state;
	assert_names(names, 1, 1, "a\\x1b[2J");
}

static void file_names__stay_as_they_are_when_plain(void **state)
{
	(void)state;
	assert_file_name("cluster.yaml", "cluster.yaml");
	assert_file_name("/a/b.yaml", "/a/b.yaml");
	assert_file_name("../b.yaml", "../b.yaml");
	assert_file_name("<stdin>", "<stdin>");
}

static void file_names__that_could_be_commands_get_a_directory(void **state)
{
	(void)state;
	assert_file_name("::error::x.yaml", "./::error::x.yaml");
	assert_file_name("##[error].yaml", "./##[error].yaml");
	assert_file_name(" ::error::x.yaml", "./ ::error::x.yaml");
	assert_file_name("\n::error::x", "./\\x0a::error::x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts__agree_in_number),
		cmocka_unit_test(names__are_joined_and_the_rest_counted),
		cmocka_unit_test(names__are_cleaned),
		cmocka_unit_test(file_names__stay_as_they_are_when_plain),
		cmocka_unit_test(file_names__that_could_be_commands_get_a_directory),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
