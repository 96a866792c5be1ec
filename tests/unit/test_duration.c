#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/duration.h"

#define SECOND 1000000ll
#define YEAR (31557600 * SECOND)

static void span__of_every_unit_is_read(void **state)
{
	static const struct {
		const char *text;
		duration us;
	} spans[] = {
		{ "0", 0 }, { "0s", 0 }, { "0.0", 0 }, { "7us", 7 }, { "72.5ms", 72500 }, { "1.5s", 1500000 },
		{ "30m", 1800 * SECOND }, { "4h", 14400 * SECOND }, { "1d", 86400 * SECOND },
		{ "2w", 1209600 * SECOND },
		{ "6mo", YEAR / 2 }, { "2y", 2 * YEAR }, { "0.1ms", 100 }, { "007s", 7 * SECOND }, { "0.5y", YEAR / 2 },
		{ "0.123456789s", 123457 }, { "0.0000004s", 0 }, { "0.0000005s", 1 }, { "200000y", 200000 * YEAR },
		{ "0.33333333333333333333333333333333333333h", 1200 * SECOND },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++) {
		duration d = -7;
		const char *why = NULL;

		if (!duration_parse(spans[i].text, &d, &why))
			fail_msg("'%s': %s", spans[i].text, why);
		if (d != spans[i].us)
			fail_msg("'%s' is %lld us", spans[i].text, (long long)d);
	}
}

static void what_is_no_span__is_refused_with_a_reason(void **state)
{
	static const char form[] = "a duration is a decimal without sign and one unit, such as 1.5s";
	static const char point[] = "a decimal has one point, with digits on both sides";
	static const char names[] = "the units are us, ms, s, m, h, d, w, mo and y";
	static const char missing[] = "a unit is missing: us, ms, s, m, h, d, w, mo or y";
	static const char long_one[] = "longer than 200,000 years";
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "", form }, { "-1s", form }, { "+1s", form }, { "s", form }, { ".5s", form }, { " 1s", form },
		{ "1.s", point }, { "1.5.2s", point }, { "5", missing }, { "1.5", missing }, { "1e3s", names },
		{ "1sec", names }, { "1S", names }, { "1s ", names }, { "1h30m", names },
		{ "1 s", "a duration has no blanks" },
		{ "200000.1y", long_one }, { "200001y", long_one }, { "99999999999999999999us", long_one },
		{ "9223372036854775808us", long_one }, { "999999999999999999999999999999y", long_one },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		duration d = -7;
		const char *why = "";

		if (duration_parse(wrong[i].text, &d, &why))
			fail_msg("'%s' was taken for %lld us", wrong[i].text, (long long)d);
		assert_string_equal(why, wrong[i].why);
		assert_int_equal(d, -7);
	}
}

static void span__is_said_for_people(void **state)
{
	static const struct {
		duration us;
		const char *text;
	} spans[] = {
		{ 0, "0" }, { DURATION_NONE, "unbounded" }, { 1, "1 us" }, { 999, "999 us" }, { 1000, "1 ms" },
		{ 72500, "72.5 ms" }, { 10549, "10.549 ms" }, { 999999, "999.999 ms" }, { SECOND, "1 s" },
		{ 1500000, "1.5 s" }, { 1999999, "2 s" }, { 71 * SECOND, "71 s" }, { 119999600, "2 min" },
		{ 120 * SECOND, "2 min" }, { 689 * SECOND, "11 min 29 s" }, { 3599600000, "1 h" },
		{ 4 * 3600 * SECOND, "4 h" }, { 11520 * SECOND, "3 h 12 min" }, { 86400 * SECOND, "24 h" },
		{ 26 * 3600 * SECOND, "1 d 2 h" }, { 48 * 3600 * SECOND, "2 d" }, { YEAR / 2, "182 d 15 h" },
		{ 2 * YEAR, "2 y" }, { YEAR + 86400 * SECOND, "1 y 1 d" }, { 200000 * YEAR, "200000 y" },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(*spans); i++)
		assert_string_equal(duration_text(spans[i].us, text), spans[i].text);
}

static void unbounded__is_the_longest_and_swallows_sums(void **state)
{
	(void)state;
	assert_int_equal(duration_add(2, 3), 5);
	assert_int_equal(duration_add(DURATION_NONE, 3), DURATION_NONE);
	assert_int_equal(duration_add(3, DURATION_NONE), DURATION_NONE);
	assert_int_equal(duration_max(2, 3), 3);
	assert_int_equal(duration_max(DURATION_NONE, 3), DURATION_NONE);
	assert_int_equal(duration_max(3, DURATION_NONE), DURATION_NONE);
}

static void sum__stops_at_the_longest_span(void **state)
{
	(void)state;
	assert_true(duration_add(200000 * YEAR, 200000 * YEAR) == 200000 * YEAR);
}

static void seconds__have_fractions(void **state)
{
	(void)state;
	assert_true(duration_seconds(1500000) == 1.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(span__of_every_unit_is_read),
		cmocka_unit_test(what_is_no_span__is_refused_with_a_reason),
		cmocka_unit_test(span__is_said_for_people),
		cmocka_unit_test(unbounded__is_the_longest_and_swallows_sums),
		cmocka_unit_test(sum__stops_at_the_longest_span),
		cmocka_unit_test(seconds__have_fractions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
