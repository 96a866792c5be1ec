#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/text.h"

static void code_points__are_decoded_and_counted(void **state)
{
	static const char text[] = "a\xc3\xa9\xe6\x97\xa5\xf0\x9f\x94\xa5";
	static const int32_t expected[] = { 'a', 0xe9, 0x65e5, 0x1f525 };
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		char again[4];
		int32_t cp;
		size_t bytes = utf8_next(text + at, strlen(text) - at, &cp);

		assert_int_equal(cp, expected[i]);
		assert_int_equal(utf8_put(cp, again), bytes);
		assert_memory_equal(again, text + at, bytes);
		at += bytes;
	}
	assert_int_equal(at, strlen(text));
	assert_int_equal(utf8_count(text, strlen(text)), 4);
}

static void invalid_sequence__takes_one_byte(void **state)
{
	static const char *const wrong[] = {
		"\x80", "\xff", "\xc0\xaf", "\xc3", "\xe6\x97", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3(",
		"\xe0\x80\xaf",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		int32_t cp = 0;

		assert_int_equal(utf8_next(wrong[i], strlen(wrong[i]), &cp), 1);
		assert_int_equal(cp, -1);
	}
}

static void sequence_cut_by_the_end__is_not_read_beyond(void **state)
{
	int32_t cp;

	(void)state;
	assert_int_equal(utf8_next("\xe6\x97\xa5", 2, &cp), 1);
	assert_int_equal(cp, -1);
}

static void hostile__is_what_controls_or_can_not_be_seen(void **state)
{
	static const int32_t hostile[] = {
		-1, 0, 0x1b, 0x1f, 0x7f, 0x80, 0x9b, 0x9f, 0xad, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b,
		0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2064, 0x2066, 0x2069,
		0x3164, 0xd800, 0xfdd0, 0xfe0f, 0xfeff, 0xfff9, 0xfffb, 0xfffe, 0xffff, 0x1fffe, 0xe0001, 0xe007f,
		0xe0100, 0x10ffff, 0x110000,
	};
	static const int32_t harmless[] = {
		' ', '~', '/', 0xa0, 0xe9, 0x301, 0x5d0, 0x627, 0x905, 0x93e, 0x2010, 0x2026, 0x2500, 0x3000, 0x65e5,
		0xac00, 0xe0b0, 0xfffd, 0x1f525, 0x20000,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++)
		if (!cp_is_hostile(hostile[i]))
			fail_msg("U+%04X is let through", (unsigned)hostile[i]);
	for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
		if (cp_is_hostile(harmless[i]))
			fail_msg("U+%04X is refused", (unsigned)harmless[i]);
}

static void cells__are_those_of_a_terminal(void **state)
{
	(void)state;
	assert_int_equal(text_cells(""), 0);
	assert_int_equal(text_cells("rack-1"), 6);
	assert_int_equal(text_cells("e\xcc\x81"), 1);                    /* e, combining acute */
	assert_int_equal(text_cells("\xe6\x97\xa5\xe6\x9c\xac"), 4);     /* 日本 */
	assert_int_equal(text_cells("\xe2\x94\x82\xc2\xb1\xce\xb1"), 3); /* │±α: ambiguous is narrow */
	assert_int_equal(text_cells("\xf0\x9f\x94\xa5"), 2);             /* fire */
	assert_int_equal(cp_cells(0xe0b0), 1);                           /* private use */
}

static void text__is_cut_at_whole_characters_with_their_marks(void **state)
{
	(void)state;
	assert_int_equal(text_fit("abc", 5), 3);
	assert_int_equal(text_fit("abc", 2), 2);
	assert_int_equal(text_fit("abc", 0), 0);
	assert_int_equal(text_fit("\xe6\x97\xa5\xe6\x9c\xac", 3), 3);
	assert_int_equal(text_fit("e\xcc\x81\xcc\x81x", 1), 5);
	assert_int_equal(text_fit("", 3), 0);
}

static void assert_cleaned(const char *text, const char *expected)
{
	struct strbuf sb = {0};

	sb_add_clean(&sb, text, strlen(text));
	assert_string_equal(sb_text(&sb), expected);
	sb_clear(&sb);
	sb_add_clean(&sb, expected, strlen(expected)); /* what is clean stays as it is */
	assert_string_equal(sb_text(&sb), expected);
	sb_release(&sb);
}

static void hostile_characters__are_written_out(void **state)
{
	(void)state;
	assert_cleaned("", "");
	assert_cleaned("rack-1", "rack-1");
	assert_cleaned("\x1b[31mred", "\\x1b[31mred");
	assert_cleaned("a\nb\tc\x7f", "a\\x0ab\\x09c\\x7f");
	assert_cleaned("\xc2\x9b", "\\x9b");
	assert_cleaned("\xff\xfe", "\\xff\\xfe");
	assert_cleaned("x\xe2\x80\xaey", "x<U+202E>y");
	assert_cleaned("\xf3\xa0\x80\x81", "<U+E0001>");
	assert_cleaned("caf\xc3\xa9 \xe6\x97\xa5", "caf\xc3\xa9 \xe6\x97\xa5");
}

static void quoted__is_clean_between_quotes(void **state)
{
	struct arena a = {0};

	(void)state;
	assert_string_equal(arena_quoted(&a, "a\x01" "bc", 3), "'a\\x01b'");
	arena_release(&a);
}

static void list__is_said_with_commas_and_a_last_word(void **state)
{
	static const char *const words[] = { "a", "b\x1b", "c" };
	static const char *const expected[] = { "", "a", "a or b\\x1b", "a, b\\x1b or c" };

	(void)state;
	for (size_t n = 0; n < 4; n++) {
		struct strbuf sb = {0};

		sb_add_list(&sb, words, n, "or");
		assert_string_equal(sb_text(&sb), expected[n]);
		sb_release(&sb);
	}
}

static const char *fault(const char *name)
{
	return name_fault(name, strlen(name));
}

static void name__is_any_harmless_text_without_slash(void **state)
{
	(void)state;
	assert_null(fault("us-east-1"));
	assert_null(fault("a b: c, \"d\" (1..2)"));
	assert_null(fault("\xe6\x97\xa5\xe6\x9c\xac"));
	assert_null(fault("e\xcc\x81"));
	assert_string_equal(fault(""), "is empty");
	assert_string_equal(fault("a/b"), "contains a slash");
	assert_string_equal(fault("a\tb"), "contains a control character");
	assert_string_equal(fault("a\xc2\x85"), "contains a control character");
	assert_string_equal(fault("a\xe2\x80\xae"), "contains a bidirectional control character");
	assert_string_equal(fault("a\xe2\x80\x8b"), "contains an invisible character");
	assert_string_equal(fault("a\xff"), "is not valid UTF-8");
	assert_string_equal(name_fault("a\0b", 3), "contains a control character");
}

static void distance__counts_edits(void **state)
{
	(void)state;
	assert_int_equal(edit_distance("", "", 3), 0);
	assert_int_equal(edit_distance("kill", "kill", 3), 0);
	assert_int_equal(edit_distance("kil", "kill", 3), 1);
	assert_int_equal(edit_distance("kill", "kil", 3), 1);
	assert_int_equal(edit_distance("klil", "kill", 3), 1);
	assert_int_equal(edit_distance("gill", "kill", 3), 1);
	assert_int_equal(edit_distance("kitten", "sitting", 9), 3);
	assert_int_equal(edit_distance("", "abc", 9), 3);
	assert_int_equal(edit_distance("caf\xc3\xa9", "cafe", 9), 1);
	assert_int_equal(edit_distance("\xc3\xa8", "\xc3\xa9", 9), 1);
}

static void distance__beyond_the_limit_is_one_more(void **state)
{
	char longer[400], other[400];

	(void)state;
	assert_int_equal(edit_distance("kitten", "sitting", 2), 3);
	assert_int_equal(edit_distance("a", "abcdef", 2), 3);
	memset(longer, 'a', sizeof(longer) - 1);
	memset(other, 'a', sizeof(other) - 1);
	longer[399] = other[399] = '\0';
	assert_int_equal(edit_distance(longer, other, 2), 0);
	other[0] = 'b';
	assert_int_equal(edit_distance(longer, other, 2), 3);
}

/* The textbook's recursion, the slow twin. */
static unsigned slow_distance(const char *a, const char *b)
{
	unsigned best, other;

	if (!*a || !*b)
		return (unsigned)(strlen(a) + strlen(b));
	best = slow_distance(a + 1, b + 1) + (*a != *b);
	other = slow_distance(a + 1, b) + 1;
	best = other < best ? other : best;
	other = slow_distance(a, b + 1) + 1;
	best = other < best ? other : best;
	if (a[1] && a[0] == b[1] && a[1] == b[0]) {
		other = slow_distance(a + 2, b + 2) + 1;
		best = other < best ? other : best;
	}
	return best;
}

static void distance__is_that_of_the_slow_way(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int round = 0; round < 400; round++) {
		char words[2][7] = { "", "" };

		for (int w = 0; w < 2; w++)
			for (uint32_t i = 0, n = (seed = seed * 1664525 + 1013904223) >> 24; i < n % 6; i++) {
				seed = seed * 1664525 + 1013904223;
				words[w][i] = (char)('a' + (seed >> 24) % 3);
			}
		if (edit_distance(words[0], words[1], 20) != slow_distance(words[0], words[1]))
			fail_msg("'%s' and '%s'", words[0], words[1]);
	}
}

static const char *suggest(const char *wanted)
{
	static const char *const verbs[] = { "kill", "drain", "heal", "cut", "isolate", "join", "accept" };
	struct suggestion s = suggest_for(wanted);

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		suggest_offer(&s, verbs[i]);
	return s.best;
}

static void suggestion__is_the_closest_within_a_third(void **state)
{
	(void)state;
	assert_string_equal(suggest("kil"), "kill");
	assert_string_equal(suggest("hael"), "heal");
	assert_string_equal(suggest("isloaet"), "isolate");
	assert_string_equal(suggest("ct"), "cut");
	assert_null(suggest("explode"));
	assert_null(suggest("k"));
	assert_null(suggest(""));
	assert_null(suggest("join")); /* what is wanted is no suggestion */
}

static void suggestion__is_the_first_of_equals(void **state)
{
	struct suggestion s = suggest_for("rack-3");

	(void)state;
	suggest_offer(&s, "rack-1");
	suggest_offer(&s, "rack-2");
	assert_string_equal(s.best, "rack-1");
	suggest_offer(&s, "rack-33");
	assert_string_equal(s.best, "rack-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_points__are_decoded_and_counted),
		cmocka_unit_test(invalid_sequence__takes_one_byte),
		cmocka_unit_test(sequence_cut_by_the_end__is_not_read_beyond),
		cmocka_unit_test(hostile__is_what_controls_or_can_not_be_seen),
		cmocka_unit_test(cells__are_those_of_a_terminal),
		cmocka_unit_test(text__is_cut_at_whole_characters_with_their_marks),
		cmocka_unit_test(hostile_characters__are_written_out),
		cmocka_unit_test(quoted__is_clean_between_quotes),
		cmocka_unit_test(list__is_said_with_commas_and_a_last_word),
		cmocka_unit_test(name__is_any_harmless_text_without_slash),
		cmocka_unit_test(distance__counts_edits),
		cmocka_unit_test(distance__beyond_the_limit_is_one_more),
		cmocka_unit_test(distance__is_that_of_the_slow_way),
		cmocka_unit_test(suggestion__is_the_closest_within_a_third),
		cmocka_unit_test(suggestion__is_the_first_of_equals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
