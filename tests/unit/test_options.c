#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/options_p.h"

struct choices { bool loud; const char *name; int format; };

static const char *const formats[] = { "text", "json", NULL };
static const struct option_row rows[] = {
	{ "loud", 'l', OPTION_FLAG, offsetof(struct choices, loud), NULL, NULL, 0, "say more" },
	{ "name", 'n', OPTION_TEXT, offsetof(struct choices, name), "NAME", NULL, 0, "a name" },
	{ "format", 0, OPTION_CHOICE, offsetof(struct choices, format), NULL, formats, 0, "how" },
	{ .name = NULL },
};

struct parsed {
	struct choices set;
	word_list words;
	struct strbuf why;
	enum options_result result;
};

#define PARSE(p, ...) parse((p), (char *[]){ "command", __VA_ARGS__, NULL })

static void parse(struct parsed *p, char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	*p = (struct parsed){0};
	p->result = options_parse(rows, argc, argv, &p->set, &p->words, &p->why);
}

static void release(struct parsed *p)
{
	vec_free(&p->words);
	sb_release(&p->why);
}

static void assert_wrong(struct parsed *p, const char *why)
{
	assert_int_equal(p->result, OPTIONS_WRONG);
	assert_string_equal(sb_text(&p->why), why);
	release(p);
}

static void options__are_taken_before_between_and_after_words(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "--loud", "one", "--name", "x", "two", "--format=json");

	assert_int_equal(p.result, OPTIONS_OK);
	assert_true(p.set.loud);
	assert_string_equal(p.set.name, "x");
	assert_int_equal(p.set.format, 1);
	assert_int_equal(p.words.len, 2);
	assert_string_equal(p.words.at[0], "one");
	assert_string_equal(p.words.at[1], "two");
	release(&p);
}

static void options__are_taken_after_words_under_posixly_correct_too(void **state)
{
	struct parsed p;

	(void)state;
	setenv("POSIXLY_CORRECT", "1", 1);
	PARSE(&p, "one", "--loud");
	unsetenv("POSIXLY_CORRECT");

	assert_true(p.set.loud);
	assert_int_equal(p.words.len, 1);
	release(&p);
}

static void words__after_two_dashes_are_no_options(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "one", "--", "--loud", "-x");

	assert_int_equal(p.result, OPTIONS_OK);
	assert_false(p.set.loud);
	assert_int_equal(p.words.len, 3);
	assert_string_equal(p.words.at[1], "--loud");
	assert_string_equal(p.words.at[2], "-x");
	release(&p);
}

static void a_single_dash__is_a_word(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "-", "-l");

	assert_int_equal(p.words.len, 1);
	assert_string_equal(p.words.at[0], "-");
	assert_true(p.set.loud);
	release(&p);
}

static void letters__may_be_joined(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "-lnx");

	assert_true(p.set.loud);
	assert_string_equal(p.set.name, "x");
	release(&p);
}

static void without_options__nothing_is_set(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "one");

	assert_int_equal(p.result, OPTIONS_OK);
	assert_false(p.set.loud);
	assert_null(p.set.name);
	assert_int_equal(p.set.format, 0);
	release(&p);
}

static void help__is_known_everywhere(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "one", "-h");
	assert_int_equal(p.result, OPTIONS_HELP);
	release(&p);
	PARSE(&p, "--help");
	assert_int_equal(p.result, OPTIONS_HELP);
	release(&p);
}

static void an_unknown_option__is_named_with_the_nearest(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "--formt=json");
	assert_wrong(&p, "unknown option '--formt'; did you mean '--format'?");
	PARSE(&p, "--completely-different");
	assert_wrong(&p, "unknown option '--completely-different'");
}

static void an_unknown_letter__is_named_wherever_it_stands(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "--loud", "-xl");
	assert_wrong(&p, "unknown option '-x'");
	PARSE(&p, "-lx");
	assert_wrong(&p, "unknown option '-x'");
}

static void a_missing_argument__says_what_is_needed(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "--name");
	assert_wrong(&p, "option '--name' needs NAME after it");
	PARSE(&p, "--format");
	assert_wrong(&p, "option '--format' needs text or json after it");
}

static void an_argument_too_many__is_refused(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "--loud=yes");
	assert_wrong(&p, "option '--loud' takes no argument");
	PARSE(&p, "--help=me");
	assert_wrong(&p, "option '--help' takes no argument");
}

static void a_wrong_choice__lists_the_right_ones(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "--format", "jsn");
	assert_wrong(&p, "option '--format' is text or json, not 'jsn'; did you mean 'json'?");
}

static void hostile_words__are_cleaned_in_messages(void **state)
{
	struct parsed p;

	(void)state;
	PARSE(&p, "--\x1b]52;c;x\x07");
	assert_wrong(&p, "unknown option '--\\x1b]52;c;x\\x07'");
}

static void help_text__has_a_line_for_every_row(void **state)
{
	struct strbuf sb = {0};

	(void)state;
	options_help(rows, &sb);

	assert_string_equal(sb_text(&sb), "  -l, --loud                  say more\n"
	                                  "  -n, --name NAME             a name\n"
	                                  "      --format text|json      how\n"
	                                  "  -h, --help                  show this and do nothing else\n");
	sb_release(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options__are_taken_before_between_and_after_words),
		cmocka_unit_test(options__are_taken_after_words_under_posixly_correct_too),
		cmocka_unit_test(words__after_two_dashes_are_no_options),
		cmocka_unit_test(a_single_dash__is_a_word),
		cmocka_unit_test(letters__may_be_joined),
		cmocka_unit_test(without_options__nothing_is_set),
		cmocka_unit_test(help__is_known_everywhere),
		cmocka_unit_test(an_unknown_option__is_named_with_the_nearest),
		cmocka_unit_test(an_unknown_letter__is_named_wherever_it_stands),
		cmocka_unit_test(a_missing_argument__says_what_is_needed),
		cmocka_unit_test(an_argument_too_many__is_refused),
		cmocka_unit_test(a_wrong_choice__lists_the_right_ones),
		cmocka_unit_test(hostile_words__are_cleaned_in_messages),
		cmocka_unit_test(help_text__has_a_line_for_every_row),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
