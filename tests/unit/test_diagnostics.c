#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/diagnostics.h"

struct fixture {
	struct source source;
	struct diag_list diags;
};

static void begin(struct fixture *f, const char *name, const char *text)
{
	*f = (struct fixture){0};
	source_from_text(&f->source, name, text, strlen(text));
}

static struct diag *error_at(struct fixture *f, uint32_t line, uint32_t col, uint32_t width)
{
	return diag_error(&f->diags, "FL001", ((struct place){ .line = line, .col = col, .width = width }), "wrong");
}

/* What is printed, for free. */
static char *printed(struct fixture *f, bool colour)
{
	FILE *out = tmpfile();
	size_t len;
	char *text;

	diagnostics_text(out, &f->source, &f->diags, colour);
	len = (size_t)ftell(out);
	text = calloc(1, len + 1);
	rewind(out);
	assert_int_equal(fread(text, 1, len, out), len);
	fclose(out);
	return text;
}

static void assert_printed(struct fixture *f, const char *expected)
{
	char *text = printed(f, false);

	assert_string_equal(text, expected);
	free(text);
	source_release(&f->source);
	diag_release(&f->diags);
}

static void a_diagnostic__has_its_place_its_line_and_a_marker(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "one: 1\ntwo: [x, y]\n");
	error_at(&f, 2, 7, 1);

	assert_printed(&f, "a.yaml:2:7: error[FL001] wrong\n"
	                   "  |\n"
	                   "2 | two: [x, y]\n"
	                   "  |       ^\n");
}

static void a_marker__covers_the_width_that_it_is_given(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "key: value\n");
	error_at(&f, 1, 6, 5);

	assert_printed(&f, "a.yaml:1:6: error[FL001] wrong\n"
	                   "  |\n"
	                   "1 | key: value\n"
	                   "  |      ^~~~~\n");
}

static void wide_characters__move_and_widen_the_marker(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "\xe6\x9d\xb1\xe4\xba\xac: \xe6\x9d\xb1\xe4\xba\xac\n");
	error_at(&f, 1, 5, 2);

	assert_printed(&f, "a.yaml:1:5: error[FL001] wrong\n"
	                   "  |\n"
	                   "1 | \xe6\x9d\xb1\xe4\xba\xac: \xe6\x9d\xb1\xe4\xba\xac\n"
	                   "  |       ^~~~\n");
}

static void combining_marks__take_no_cells(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "e\xcc\x81: x\n"); /* e and a combining acute accent */
	error_at(&f, 1, 5, 1);

	assert_printed(&f, "a.yaml:1:5: error[FL001] wrong\n"
	                   "  |\n"
	                   "1 | e\xcc\x81: x\n"
	                   "  |    ^\n");
}

static void tabs__are_expanded_alike_in_both_rows(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "a\tb\tc\n");
	error_at(&f, 1, 5, 1);

	assert_printed(&f, "a.yaml:1:5: error[FL001] wrong\n"
	                   "  |\n"
	                   "1 | a   b   c\n"
	                   "  |         ^\n");
}

static void hostile_characters__are_written_out(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "\x1b[2J\xe2\x80\xae: x\n");
	error_at(&f, 1, 8, 1);

	assert_printed(&f, "a.yaml:1:8: error[FL001] wrong\n"
	                   "  |\n"
	                   "1 | \\x1b[2J<U+202E>: x\n"
	                   "  |                  ^\n");
}

static void a_long_line__is_cut_around_the_marker(void **state)
{
	struct fixture f;
	char line[1001], *text, *row, *marker;

	(void)state;
	memset(line, 'a', 1000);
	line[1000] = 0;
	line[499] = 'X';
	begin(&f, "a.yaml", line);
	error_at(&f, 1, 500, 1);
	text = printed(&f, false);

	row = strstr(text, "1 | ...aaa");
	assert_non_null(row);
	assert_true(strcspn(row, "\n") < 130);
	assert_int_equal(memcmp(row + strcspn(row, "\n") - 3, "...", 3), 0);
	marker = strstr(row, "\n  | ") + 1;
	assert_int_equal(row[strcspn(marker, "^")], 'X');
	free(text);
	source_release(&f.source);
	diag_release(&f.diags);
}

static void a_place_past_the_end_of_its_line__is_marked_after_it(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "a:\n");
	error_at(&f, 1, 4, 3);

	assert_printed(&f, "a.yaml:1:4: error[FL001] wrong\n"
	                   "  |\n"
	                   "1 | a:\n"
	                   "  |   ^\n");
}

static void a_second_place__has_its_own_line(void **state)
{
	struct fixture f;
	struct diag *d;

	(void)state;
	begin(&f, "a.yaml", "1\n2\n3\n4\n5\n6\n7\n8\nname: a\nname: b\n");
	d = error_at(&f, 10, 1, 4);
	d->also = (struct place){ .line = 9, .col = 1, .width = 4 };
	d->also_message = "first defined here";

	assert_printed(&f, "a.yaml:10:1: error[FL001] wrong\n"
	                   "   |\n"
	                   "10 | name: b\n"
	                   "   | ^~~~\n"
	                   "   |\n"
	                   " 9 | name: a\n"
	                   "   | ---- first defined here\n");
}

static void groups_details_and_a_hint__follow_as_remarks(void **state)
{
	const char *details[] = { "1 vote is left", NULL }, *examples[] = { "g-1", "g-2", NULL };
	struct fixture f;
	struct diag *d;

	(void)state;
	begin(&f, "a.yaml", "a: b\n");
	d = error_at(&f, 1, 1, 1);
	d->details = details;
	d->examples = examples;
	d->count = 10;
	diag_hint(&f.diags, d, "put it elsewhere");

	assert_printed(&f, "a.yaml:1:1: error[FL001] wrong\n"
	                   "  |\n"
	                   "1 | a: b\n"
	                   "  | ^\n"
	                   "  = 10 groups: g-1, g-2 and 8 more\n"
	                   "  = 1 vote is left\n"
	                   "  = help: put it elsewhere\n");
}

static void a_diagnostic_of_the_whole_file__has_no_line(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "a: b\n");
	error_at(&f, 0, 0, 0);

	assert_printed(&f, "a.yaml: error[FL001] wrong\n");
}

static void no_line__starts_with_what_a_file_says(void **state)
{
	struct fixture f;
	char *text;

	(void)state;
	begin(&f, "::error::.yaml", "::error::x\n");
	error_at(&f, 1, 1, 1);
	text = printed(&f, false);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		assert_true(line[strspn(line, " \t")] != ':');
		if (!*line)
			break;
	}
	free(text);
	source_release(&f.source);
	diag_release(&f.diags);
}

static void colour__is_the_only_use_of_escapes(void **state)
{
	struct fixture f;
	char *plain, *coloured;

	(void)state;
	begin(&f, "a.yaml", "a: b\n");
	error_at(&f, 1, 1, 1);
	plain = printed(&f, false);
	coloured = printed(&f, true);

	assert_null(strchr(plain, '\x1b'));
	assert_non_null(strstr(coloured, "\x1b[1;31merror[FL001]\x1b[0m"));
	free(plain);
	free(coloured);
	source_release(&f.source);
	diag_release(&f.diags);
}

static void findings_beyond_the_cap__are_counted(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, "a.yaml", "a: b\n");
	f.diags.cap = 1;
	error_at(&f, 0, 0, 0);
	error_at(&f, 0, 0, 0);
	error_at(&f, 0, 0, 0);

	assert_printed(&f, "a.yaml: error[FL001] wrong\n"
	                   "a.yaml: 2 more not shown\n");
}

static void json__has_what_is_known_and_leaves_out_the_rest(void **state)
{
	const char *domains[] = { "/r/a", NULL };
	struct fixture f;
	struct diag *d;
	struct json j;
	char *text;
	size_t len;

	(void)state;
	begin(&f, "a.yaml", "a: b\n");
	d = error_at(&f, 1, 4, 1);
	d->service = "s";
	d->group = "g";
	d->domains = domains;
	error_at(&f, 0, 0, 0);
	diag_sort(&f.diags);
	j = json_to(open_memstream(&text, &len));
	json_open_object(&j, NULL);
	diagnostics_json(&j, "diagnostics", &f.diags);
	json_close(&j);
	fclose(j.out);

	assert_string_equal(text,
		"{\"diagnostics\": [\n"
		"  {\"code\": \"FL001\", \"severity\": \"error\", \"message\": \"wrong\"},\n"
		"  {\"code\": \"FL001\", \"severity\": \"error\", \"line\": 1, \"column\": 4, \"service\": \"s\", \"group\": \"g\", "
		"\"domains\": [\"/r/a\"], \"message\": \"wrong\"}]}");
	free(text);
	source_release(&f.source);
	diag_release(&f.diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_diagnostic__has_its_place_its_line_and_a_marker),
		cmocka_unit_test(a_marker__covers_the_width_that_it_is_given),
		cmocka_unit_test(wide_characters__move_and_widen_the_marker),
		cmocka_unit_test(combining_marks__take_no_cells),
		cmocka_unit_test(tabs__are_expanded_alike_in_both_rows),
		cmocka_unit_test(hostile_characters__are_written_out),
		cmocka_unit_test(a_long_line__is_cut_around_the_marker),
		cmocka_unit_test(a_place_past_the_end_of_its_line__is_marked_after_it),
		cmocka_unit_test(a_second_place__has_its_own_line),
		cmocka_unit_test(groups_details_and_a_hint__follow_as_remarks),
		cmocka_unit_test(a_diagnostic_of_the_whole_file__has_no_line),
		cmocka_unit_test(no_line__starts_with_what_a_file_says),
		cmocka_unit_test(colour__is_the_only_use_of_escapes),
		cmocka_unit_test(findings_beyond_the_cap__are_counted),
		cmocka_unit_test(json__has_what_is_known_and_leaves_out_the_rest),
	};

	return cmocka_run_group_tests_name("diagnostics", tests, NULL, NULL);
}
