/* Comments that silence findings: which '#' begins one, what it is about, and nothing that only looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/strbuf.h"
#include "load/load.h"

#define I "# faultline:ignore "

/* A key and its value, "%u" being a number of its own; what is found in it, lines counted from its first, 0. */
static const struct piece { const char *text, *expected; } pieces[] = {
	{ "k%u: 1\n", "" },
	{ "k%u: 1 " I "A -- b\n", "0:A:b\n" },
	{ "k%u: 1 #faultline:ignore  A,B  --  c d \n", "0:A,B:c d\n" },
	{ "k%u: 1 # faultline:ignore: A -- b\n", "0:A:b\n" },
	{ "k%u: 1 " I "A\n", "0:A:\n" },
	{ "k%u: 1 " I "A --\n", "0:A:\n" },
	{ "k%u: 1 " I "A--b\n", "0:A--b:\n" },
	{ "k%u: 1 # faultline:ignore\n", "0::\n" },
	{ "k%u: 1 # faultline:ignored A -- b\n", "" },
	{ "k%u: 1 # not " I "A -- b\n", "" },
	{ "k%u: 1 " I "A -- b " I "C -- d\n", "0:A:b " I "C -- d\n" },
	{ "k%u: a#faultline:ignore A -- b\n", "" },
	{ "k%u: \"a " I "A -- b\"\n", "" },
	{ "k%u: 'a\n  " I "A -- b'\n", "" },
	{ "k%u: \"\xc3\xa9\xe6\x9d\xb1\" " I "A -- b\n", "0:A:b\n" },
	{ "k%u: [a, \"" I "no\", b] " I "A -- b\n", "0:A:b\n" },
	{ "k%u: [a,\n  " I "A -- b\n  c, d]" I "E -- f\n", "2:A:b\n2:E:f\n" },
	{ "k%u: |\n  " I "A -- b\n  text\n", "" },
	{ "k%u: |2- " I "A -- b\n    text\n", "0:A:b\n" },
	{ "k%u: > # no " I "A -- b\n  text\n", "" },
	{ "k%u: |\n  text\n" I "A -- b\nm%u: 1\n", "3:A:b\n" },
	{ I "A -- b\n# more\n" I "C -- d\nk%u: 1 " I "E -- f\n", "3:A:b\n3:C:d\n3:E:f\n" },
	{ "  " I "A -- b\n\nk%u: 1\n", "1:A:b\n" },
	{ "k%u:   " I "A -- b\n  - 1\n", "0:A:b\n" },
	{ "k%u: a\n  b " I "A -- b\n", "1:A:b\n" },
	{ "? k%u " I "A -- b\n: 1\n", "0:A:b\n" },
	{ "k%u: &a%u 1\t" I "A -- b\n", "0:A:b\n" },
};
#define PIECES (sizeof pieces / sizeof *pieces)

static void add_piece(struct strbuf *text, const char *form, unsigned number)
{
	for (; *form; form++)
		if (form[0] == '%' && form[1] == 'u') {
			sb_addf(text, "%u", number);
			form++;
		} else {
			sb_addc(text, *form);
		}
}

/* What is expected, with lines as they are in the whole. */
static void add_expected(struct strbuf *sb, const char *expected, unsigned first)
{
	while (*expected) {
		char *rest;
		unsigned line = first + (unsigned)strtoul(expected, &rest, 10);
		size_t len = strcspn(rest, "\n") + 1;

		sb_addf(sb, "%u", line);
		sb_addn(sb, rest, len);
		expected = rest + len;
	}
}

static unsigned lines_of(const char *text)
{
	unsigned n = 1;

	while ((text = strchr(text, '\n'))) {
		n++;
		text++;
	}
	return n;
}

static void assert_remarks(const char *text, size_t len, const char *expected)
{
	struct strbuf found = {0};
	struct arena arena = {0};
	remark_list remarks = {0};
	struct source source;

	source_from_text(&source, "a.yaml", text, len);
	load_remarks(&source, &arena, &remarks);
	for (size_t i = 0; i < remarks.len; i++)
		sb_addf(&found, "%u:%s:%s\n", remarks.at[i].line, remarks.at[i].codes, remarks.at[i].reason);
	if (strcmp(sb_text(&found), expected))
		print_error("in this text:\n%s", text);
	assert_string_equal(sb_text(&found), expected);
	sb_release(&found);
	vec_free(&remarks);
	arena_release(&arena);
	source_release(&source);
}

static void remarks__are_found_where_a_comment_begins_and_nowhere_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		struct strbuf text = {0}, expected = {0};

		add_piece(&text, pieces[i].text, 1);
		sb_add(&text, "last: 1\n");
		add_expected(&expected, pieces[i].expected, 1);
		assert_remarks(sb_text(&text), text.len, sb_text(&expected));
		sb_release(&text);
		sb_release(&expected);
	}
}

/* With line ends of both kinds, and a byte order mark or none. */
static void remarks__are_the_same_whatever_stands_around_them(void **state)
{
	struct random rng = { .state = 20261124 };

	(void)state;
	for (int round = 0; round < 500; round++) {
		struct strbuf text = {0}, expected = {0}, whole = {0};
		bool returns = random_below(&rng, 2);

		for (unsigned i = 0; i < 12; i++) {
			const struct piece *p = &pieces[random_below(&rng, PIECES)];

			add_expected(&expected, p->expected, lines_of(sb_text(&text)));
			add_piece(&text, p->text, i);
			sb_addf(&text, "end%u: 1\n", i); /* a comment at the end is about what follows */
		}
		if (random_below(&rng, 2))
			sb_add(&whole, "\xef\xbb\xbf");
		for (size_t i = 0; i < text.len; i++) {
			if (returns && text.text[i] == '\n')
				sb_addc(&whole, '\r');
			sb_addc(&whole, text.text[i]);
		}
		assert_remarks(sb_text(&whole), whole.len, sb_text(&expected));
		sb_release(&text);
		sb_release(&expected);
		sb_release(&whole);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(remarks__are_found_where_a_comment_begins_and_nowhere_else),
		cmocka_unit_test(remarks__are_the_same_whatever_stands_around_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
