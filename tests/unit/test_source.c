/* Sources: reading what can be read, and finding lines for excerpts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "load/load.h"

static void expect_line(const struct source *s, uint32_t line, const char *expected)
{
	size_t len;
	const char *text = source_line(s, line, &len);

	assert_int_equal(len, strlen(expected));
	assert_memory_equal(text, expected, len);
}

static void lines__end_with_any_line_break(void **state)
{
	static const char text[] = "one\ntwo\r\nthree\rfour\n\nsix";
	struct source s;

	(void)state;
	source_from_text(&s, "test", text, sizeof(text) - 1);
	expect_line(&s, 1, "one");
	expect_line(&s, 2, "two");
	expect_line(&s, 3, "three");
	expect_line(&s, 4, "four");
	expect_line(&s, 5, "");
	expect_line(&s, 6, "six");
	expect_line(&s, 7, "");
	expect_line(&s, 0, "");
	expect_line(&s, UINT32_MAX, "");
	source_release(&s);
}

static void the_first_line__is_without_byte_order_mark(void **state)
{
	struct source s;

	(void)state;
	source_from_text(&s, "test", "\xef\xbb\xbf" "a\nb\n", 7);
	expect_line(&s, 1, "a");
	expect_line(&s, 2, "b");
	source_release(&s);
}

static void lines_of_a_long_text__are_found(void **state)
{
	struct strbuf text = {0};
	struct source s;
	char expected[32];

	(void)state;
	for (int i = 1; i <= 5000; i++)
		sb_addf(&text, "line %d\n", i);
	source_from_text(&s, "test", sb_text(&text), text.len);
	for (uint32_t i = 1; i <= 5000; i++) {
		snprintf(expected, sizeof(expected), "line %u", i);
		expect_line(&s, i, expected);
	}
	expect_line(&s, 5001, "");
	sb_release(&text);
	source_release(&s);
}

static void lines_that_end_in_returns__are_found_one_by_one(void **state)
{
	struct strbuf text = {0};
	struct source s;
	const char *line;
	char expected[32];
	size_t at = 0, len;
	uint32_t n = 0;

	(void)state;
	for (int i = 1; i <= 200000; i++)
		sb_addf(&text, "line %d\r", i);
	source_from_text(&s, "test", sb_text(&text), text.len);
	while ((line = source_next_line(&s, &at, &len))) {
		snprintf(expected, sizeof(expected), "line %u", ++n);
		assert_int_equal(len, strlen(expected));
		assert_memory_equal(line, expected, len);
	}
	assert_int_equal(n, 200000);
	expect_line(&s, 200000, "line 200000");
	expect_line(&s, 200001, "");
	sb_release(&text);
	source_release(&s);
}

static void an_empty_text__has_empty_lines(void **state)
{
	struct source s;

	(void)state;
	source_from_text(&s, "test", "", 0);
	expect_line(&s, 1, "");
	source_release(&s);
}

static void a_file__is_read_whole_and_ends_with_nul(void **state)
{
	char path[] = "/tmp/test_source-XXXXXX";
	struct source s;
	const char *why = NULL;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "faultline: 1\n", 13), 13);
	close(fd);
	assert_true(source_read(&s, path, &why));
	assert_string_equal(s.name, path);
	assert_string_equal(s.text, "faultline: 1\n");
	assert_int_equal(s.len, 13);
	source_release(&s);
	unlink(path);
}

static void a_missing_file__is_not_read(void **state)
{
	struct source s;
	const char *why = NULL;

	(void)state;
	assert_false(source_read(&s, "/nonexistent/file.yaml", &why));
	assert_string_equal(why, "No such file or directory");
	assert_null(s.text);
	source_release(&s);
}

static void a_directory__is_not_read(void **state)
{
	struct source s;
	const char *why = NULL;

	(void)state;
	assert_false(source_read(&s, "/", &why));
	assert_string_equal(why, "Is a directory");
	assert_null(s.text);
}

static void a_file_larger_than_the_bound__is_not_read(void **state)
{
	char path[] = "/tmp/test_source-XXXXXX";
	struct source s;
	const char *why = NULL;
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)MAX_FILE_BYTES + 1), 0);
	close(fd);
	assert_false(source_read(&s, path, &why));
	assert_non_null(strstr(why, "larger than 1 GiB"));
	assert_null(s.text);
	unlink(path);
}

static void a_pipe__is_read_to_its_end(void **state)
{
	struct strbuf text = {0};
	struct source s;
	const char *why = NULL;
	char path[64];
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	sb_repeat(&text, "0123456789", 3000);
	assert_int_equal(write(fds[1], sb_text(&text), text.len), text.len);
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	assert_true(source_read(&s, path, &why));
	assert_int_equal(s.len, text.len);
	assert_memory_equal(s.text, text.text, text.len);
	close(fds[0]);
	sb_release(&text);
	source_release(&s);
}

static void an_endless_file_of_nuls__is_not_read_for_long(void **state)
{
	struct source s;
	const char *why = NULL;

	(void)state;
	assert_true(source_read(&s, "/dev/zero", &why));
	assert_in_range(s.len, 1, 1 << 20);
	source_release(&s);
}

static void bare_events__are_counted(void **state)
{
	struct source s;

	(void)state;
	source_from_text(&s, "test", "a: [b, c]\n", 10);
	assert_int_equal(load_bare_events(&s), 11); /* 2 * (stream, document, mapping, list) and 3 scalars */
	source_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines__end_with_any_line_break),
		cmocka_unit_test(the_first_line__is_without_byte_order_mark),
		cmocka_unit_test(lines_of_a_long_text__are_found),
		cmocka_unit_test(lines_that_end_in_returns__are_found_one_by_one),
		cmocka_unit_test(an_empty_text__has_empty_lines),
		cmocka_unit_test(a_file__is_read_whole_and_ends_with_nul),
		cmocka_unit_test(a_missing_file__is_not_read),
		cmocka_unit_test(a_directory__is_not_read),
		cmocka_unit_test(a_file_larger_than_the_bound__is_not_read),
		cmocka_unit_test(a_pipe__is_read_to_its_end),
		cmocka_unit_test(an_endless_file_of_nuls__is_not_read_for_long),
		cmocka_unit_test(bare_events__are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
