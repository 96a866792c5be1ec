#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/json.h"

struct sink { struct json json; char *text; size_t len; };

static void sink_open(struct sink *s)
{
	s->json = json_to(open_memstream(&s->text, &s->len));
}

static void assert_written(struct sink *s, const char *expected)
{
	fclose(s->json.out);
	assert_string_equal(s->text, expected);
	free(s->text);
}

static void assert_text(const char *text, const char *expected)
{
	struct sink s;

	sink_open(&s);
	json_text(&s.json, NULL, text);
	assert_written(&s, expected);
}

static void assert_double(double value, const char *expected)
{
	struct sink s;

	sink_open(&s);
	json_double(&s.json, NULL, value);
	assert_written(&s, expected);
}

static void assert_seconds(duration d, const char *expected)
{
	struct sink s;

	sink_open(&s);
	json_seconds(&s.json, NULL, d);
	assert_written(&s, expected);
}

static void containers__nest_with_commas_and_keys(void **state)
{
	struct sink s;

	(void)state;
	sink_open(&s);
	json_open_object(&s.json, NULL);
	json_int(&s.json, "a", 1);
	json_open_array(&s.json, "b");
	json_int(&s.json, NULL, 2);
	json_null(&s.json, NULL);
	json_close(&s.json);
	json_open_object(&s.json, "c");
	json_close(&s.json);
	json_bool(&s.json, "d", true);
	json_close(&s.json);
	json_end(&s.json);

	assert_written(&s, "{\"a\": 1, \"b\": [2, null], \"c\": {}, \"d\": true}\n");
}

static void objects_in_an_array__start_lines_of_their_own(void **state)
{
	struct sink s;

	(void)state;
	sink_open(&s);
	json_open_array(&s.json, NULL);
	for (int i = 0; i < 2; i++) {
		json_open_object(&s.json, NULL);
		json_int(&s.json, "i", i);
		json_close(&s.json);
	}
	json_close(&s.json);

	assert_written(&s, "[\n {\"i\": 0},\n {\"i\": 1}]");
}

static void text__escapes_quotes_and_control_characters(void **state)
{
	(void)state;
	assert_text("a\"b\\c", "\"a\\\"b\\\\c\"");
	assert_text("line\nnext\ttab\rback\x1b[31m\x7f", "\"line\\nnext\\ttab\\u000dback\\u001b[31m\\u007f\"");
}

static void text__escapes_what_hides_or_breaks_lines(void **state)
{
	(void)state;
	assert_text("\xe2\x80\xa8\xe2\x80\xa9", "\"\\u2028\\u2029\"");      /* line and paragraph separators */
	assert_text("a\xe2\x80\xae" "b", "\"a\\u202eb\"");                  /* right-to-left override */
	assert_text("a\xe2\x80\x8b" "b", "\"a\\u200bb\"");                  /* zero width space */
	assert_text("\xc2\x9b" "31m", "\"\\u009b31m\"");                    /* C1's own escape */
	assert_text("\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"");              /* a tag character, beyond 16 bits */
}

static void text__keeps_other_characters_as_they_are(void **state)
{
	(void)state;
	assert_text("z\xc3\xbcrich \xe6\x9d\xb1\xe4\xba\xac", "\"z\xc3\xbcrich \xe6\x9d\xb1\xe4\xba\xac\"");
}

static void text__replaces_what_is_not_utf8(void **state)
{
	(void)state;
	assert_text("a\xff" "b", "\"a\\ufffdb\"");
	assert_text("\xc3", "\"\\ufffd\"");
	assert_text("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""); /* a surrogate, encoded */
}

static void integers__are_exact(void **state)
{
	struct sink s;

	(void)state;
	sink_open(&s);
	json_open_array(&s.json, NULL);
	json_int(&s.json, NULL, INT64_MAX);
	json_int(&s.json, NULL, INT64_MIN);
	json_close(&s.json);

	assert_written(&s, "[9223372036854775807, -9223372036854775808]");
}

static void doubles__are_the_shortest_that_read_back(void **state)
{
	(void)state;
	assert_double(0.1, "0.1");
	assert_double(0.1 + 0.2, "0.30000000000000004");
	assert_double(1.2e-4, "0.00012");
	assert_double(1.0, "1");
	assert_double(1e300, "1e+300");
}

static void doubles__that_are_no_numbers_are_null(void **state)
{
	(void)state;
	assert_double(NAN, "null");
	assert_double(INFINITY, "null");
}

static void seconds__are_exact_to_the_microsecond(void **state)
{
	(void)state;
	assert_seconds(0, "0");
	assert_seconds(1500000, "1.5");
	assert_seconds(1, "0.000001");
	assert_seconds(71000000, "71");
	assert_seconds((duration)4102444800123456, "4102444800.123456");
}

static void seconds__are_null_when_unbounded(void **state)
{
	(void)state;
	assert_seconds(DURATION_NONE, "null");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(containers__nest_with_commas_and_keys),
		cmocka_unit_test(objects_in_an_array__start_lines_of_their_own),
		cmocka_unit_test(text__escapes_quotes_and_control_characters),
		cmocka_unit_test(text__escapes_what_hides_or_breaks_lines),
		cmocka_unit_test(text__keeps_other_characters_as_they_are),
		cmocka_unit_test(text__replaces_what_is_not_utf8),
		cmocka_unit_test(integers__are_exact),
		cmocka_unit_test(doubles__are_the_shortest_that_read_back),
		cmocka_unit_test(doubles__that_are_no_numbers_are_null),
		cmocka_unit_test(seconds__are_exact_to_the_microsecond),
		cmocka_unit_test(seconds__are_null_when_unbounded),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
