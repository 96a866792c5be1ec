#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "lib/built.h"
#include "model/names.h"

static const struct built regions = {
	.levels = "region az rack",
	.domains = "us/us-a/rack-1 us/us-a/rack-2 us/us-b/rack-1 eu/eu-a/rack-7 x/then x/and x/heal x/-n",
	.shared = "feed=us-a/rack-1,us-b whole=us-a/rack-1,us-b,rack-7 kill=rack-2",
	.services = "kv=g1,g2,then cut dns",
};

static int start(void **state)
{
	*state = built_model(&regions);
	return 0;
}

static int end(void **state)
{
	model_free(*state);
	return 0;
}

static void add_path_of(struct strbuf *sb, const struct model *m, place_id p)
{
	if (p == NO_PLACE)
		return;
	sb_addc(sb, ' ');
	sb_add_path(sb, m, p);
}

/* "[kill /us][heal]; [cut /us /eu]": actions in brackets, steps apart. */
static void add_steps(struct strbuf *sb, const struct model *m, const step_list *steps)
{
	for (size_t i = 0; i < steps->len; i++) {
		if (i)
			sb_add(sb, "; ");
		for (uint32_t j = 0; j < steps->at[i].nactions; j++) {
			const struct action *a = &steps->at[i].actions[j];

			sb_addf(sb, "[%s", verb_names[a->verb]);
			add_path_of(sb, m, a->place);
			add_path_of(sb, m, a->other);
			if (a->service != NO_SERVICE)
				sb_addf(sb, " %u", a->service);
			if (a->group != NO_GROUP)
				sb_addf(sb, "/%u", a->group);
			sb_addc(sb, ']');
		}
	}
}

static void assert_read(const struct model *m, const char *text, const char *expected)
{
	struct arena a = {0};
	struct strbuf sb = {0};
	step_list steps = {0};
	const char *why = "";

	if (actions_parse_text(m, text, &a, &steps, &why))
		add_steps(&sb, m, &steps);
	else
		sb_add(&sb, why);
	assert_string_equal(sb_text(&sb), expected);
	sb_release(&sb);
	vec_free(&steps);
	arena_release(&a);
}

static void verbs__take_what_they_take(void **state)
{
	const struct model *m = *state;

	assert_read(m, "kill us", "[kill /us]");
	assert_read(m, "kill us eu feed", "[kill /us][kill /eu][kill feed]");
	assert_read(m, "drain us-a/rack-1 eu", "[drain /us/us-a/rack-1][drain /eu]");
	assert_read(m, "heal", "[heal]");
	assert_read(m, "heal us rack-7", "[heal /us][heal /eu/eu-a/rack-7]");
	assert_read(m, "cut us eu", "[cut /us /eu]");
	assert_read(m, "isolate feed", "[isolate feed]");
	assert_read(m, "join us", "[join /us]");
	assert_read(m, "join us eu", "[join /us /eu]");
	assert_read(m, "accept kv", "[accept 0]");
	assert_read(m, "accept kv/g2", "[accept 0/1]");
	assert_read(m, "accept kv/g1 dns", "[accept 0/0][accept 2]");
}

static void steps__are_joined_by_and_and_parted_by_then(void **state)
{
	const struct model *m = *state;

	assert_read(m, "", "");
	assert_read(m, " \t ", "");
	assert_read(m, "kill us-a then drain us-b/rack-1 and kill feed then heal us-a",
	            "[kill /us/us-a]; [drain /us/us-b/rack-1][kill feed]; [heal /us/us-a]");
	assert_read(m, "heal and kill us then heal", "[heal][kill /us]; [heal]");
}

static void verb__is_a_word_only_where_an_action_begins(void **state)
{
	const struct model *m = *state;

	assert_read(m, "kill kill", "[kill kill]");
	assert_read(m, "heal heal", "[heal /x/heal]");
	assert_read(m, "kill /x/then /x/and then heal", "[kill /x/then][kill /x/and]; [heal]");
	assert_read(m, "accept kv/then cut", "[accept 0/2][accept 1]");
}

static void forgotten_and__is_guessed(void **state)
{
	const struct model *m = *state;

	assert_read(m, "kill us drain eu", "no domain is named 'drain'; did you forget 'and' before it?");
	assert_read(m, "isolate us heal", "'heal' is one too many for 'isolate'; did you forget 'and' before it?");
	assert_read(m, "accept kv kill us", "no service is named 'kill'; did you forget 'and' before it?");
}

static void missing_or_extra_words__are_errors(void **state)
{
	const struct model *m = *state;

	assert_read(m, "kill", "'kill' takes one domain or more");
	assert_read(m, "kill then heal", "'kill' takes one domain or more");
	assert_read(m, "drain and heal", "'drain' takes one domain or more");
	assert_read(m, "cut us", "'cut' takes two domains");
	assert_read(m, "cut us eu x", "'x' is one too many: 'cut' takes two domains");
	assert_read(m, "isolate", "'isolate' takes one domain");
	assert_read(m, "isolate us eu", "'eu' is one too many: 'isolate' takes one domain");
	assert_read(m, "join", "'join' takes one domain or two");
	assert_read(m, "accept", "'accept' takes a service, or a service, a slash and a group");
}

static void empty_actions__are_errors(void **state)
{
	const struct model *m = *state;

	assert_read(m, "then", "an action is missing before 'then'");
	assert_read(m, "and kill us", "an action is missing before 'and'");
	assert_read(m, "kill us then", "an action is missing after 'then'");
	assert_read(m, "kill us and", "an action is missing after 'and'");
	assert_read(m, "kill us then then heal", "an action is missing after 'then'");
	assert_read(m, "kill us then and heal", "an action is missing after 'then'");
}

static void unknown_words__get_a_suggestion(void **state)
{
	const struct model *m = *state;

	assert_read(m, "kil us", "'kil' is not an action; did you mean 'kill'?");
	assert_read(m, "explode us",
	            "'explode' is not an action: kill, drain, heal, cut, isolate, join or accept");
	assert_read(m, "us", "'us' is not an action: kill, drain, heal, cut, isolate, join or accept");
	assert_read(m, "kill us-q", "no domain is named 'us-q'; did you mean 'us-a'?");
	assert_read(m, "kill rack-1",
	            "'rack-1' could be any of 2 domains: '/us/us-a/rack-1' and '/us/us-b/rack-1'");
	assert_read(m, "accept dms", "no service is named 'dms'; did you mean 'dns'?");
	assert_read(m, "accept kv/g9", "service 'kv' has no group named 'g9'");
	assert_read(m, "accept kv/g22", "service 'kv' has no group named 'g22'; did you mean 'g2'?");
	assert_read(m, "k\x1b us", "'k\\x1b' is not an action: kill, drain, heal, cut, isolate, join or accept");
}

static void pair__with_one_inside_the_other_is_an_error(void **state)
{
	const struct model *m = *state;

	assert_read(m, "cut us us", "'cut' takes two domains apart, and '/us' is one with '/us'");
	assert_read(m, "cut us us-a", "'cut' takes two domains apart, and '/us/us-a' lies inside '/us'");
	assert_read(m, "cut us-a us", "'cut' takes two domains apart, and '/us/us-a' lies inside '/us'");
	assert_read(m, "join us-a us", "'join' takes two domains apart, and '/us/us-a' lies inside '/us'");
	assert_read(m, "cut feed us", "'cut' takes two domains apart, and 'feed' lies inside '/us'");
	assert_read(m, "cut feed us-b/rack-1",
	            "'cut' takes two domains apart, and '/us/us-b/rack-1' lies inside 'feed'");
	assert_read(m, "cut whole feed", "'cut' takes two domains apart, and 'feed' lies inside 'whole'");
	assert_read(m, "cut feed us-a", "[cut feed /us/us-a]"); /* they overlap, neither holds the other */
	assert_read(m, "cut whole us", "[cut whole /us]");
}

static void quotes__keep_blanks_together(void **state)
{
	const struct model *m = *state;

	assert_read(m, "kill 'us'", "[kill /us]");
	assert_read(m, "kill \"us\" u's'", "[kill /us][kill /us]");
	assert_read(m, "kill 'a  b'", "no domain is named 'a  b'");
	assert_read(m, "kill \"o'neil the 3rd\"", "no domain is named 'o'neil the 3rd'");
	assert_read(m, "kill ''", "no domain is named ''");
	assert_read(m, "kill 'us", "a quote is not closed");
}

static void failure__leaves_no_steps(void **state)
{
	struct arena a = {0};
	step_list steps = {0};
	const char *why = NULL;

	assert_false(actions_parse_text(*state, "kill us then kill zzzz", &a, &steps, &why));
	assert_int_equal(steps.len, 0);
	vec_free(&steps);
	arena_release(&a);
}

static void fault__has_the_index_of_its_word(void **state)
{
	static const struct {
		const char *words[6];
		size_t n, fault;
	} cases[] = {
		{ { "kil", "us" }, 2, 0 },
		{ { "kill" }, 1, 0 },
		{ { "kill", "us", "zzzz", "eu" }, 4, 2 },
		{ { "heal", "then", "cut", "us", "zzzz" }, 5, 4 },
		{ { "cut", "zzzz", "us" }, 3, 1 },
		{ { "cut", "us", "us-a" }, 3, 2 },
		{ { "isolate", "us", "eu", "x" }, 4, 2 },
		{ { "heal", "then", "then" }, 3, 1 },
		{ { "heal", "and" }, 2, 1 },
		{ { "then", "heal" }, 2, 0 },
	};
	struct arena a = {0};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		step_list steps = {0};
		const char *why;
		size_t word = 99;

		assert_false(actions_parse_words(*state, cases[i].words, cases[i].n, &a, &steps, &why, &word));
		assert_int_equal(word, cases[i].fault);
		vec_free(&steps);
	}
	arena_release(&a);
}

static void assert_said(const struct model *m, const char *text, const char *expected)
{
	struct arena a = {0};
	struct strbuf said = {0};
	step_list steps = {0};
	const char *why = "";

	if (!actions_parse_text(m, text, &a, &steps, &why))
		fail_msg("'%s': %s", text, why);
	sb_add_step(&said, m, &steps.at[0]);
	assert_string_equal(sb_text(&said), expected);
	sb_release(&said);
	vec_free(&steps);
	arena_release(&a);
}

static void step__is_said_in_the_grammar(void **state)
{
	const struct model *m = *state;

	assert_said(m, "kill /us/us-a", "kill us-a");
	assert_said(m, "kill us and kill eu and drain rack-7", "kill us eu and drain rack-7");
	assert_said(m, "heal and heal us", "heal and heal us");
	assert_said(m, "heal us and heal", "heal us and heal");
	assert_said(m, "cut us eu and cut us x", "cut us eu and cut us x");
	assert_said(m, "isolate us and isolate eu", "isolate us and isolate eu");
	assert_said(m, "kill /x/then /x/and /x/heal /x/-n", "kill /x/then /x/and /x/heal /x/-n");
	assert_said(m, "kill kill", "kill kill");
	assert_said(m, "accept kv/g1 kv dns", "accept kv/g1 kv dns");
	assert_said(m, "accept cut/ kv/then", "accept cut/ kv/then");
}

/* A model whose names are as awkward as names can be. */
static struct model *awkward_model(void)
{
	static const char *const names[] = {
		"two words", "bob's", "\"quoted\"", "both'and\"", "'", "and", "then", "kill", "--json", " ",
		"\xe6\x97\xa5",
	};
	static const char *levels[] = { "rack" };
	struct builder b;

	builder_init(&b);
	builder_levels(&b, levels, 1);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		builder_open_domain(&b, str_intern(b.model->strings, names[i], strlen(names[i])), (struct place){0});
		builder_close_domain(&b);
	}
	model_seal_domains(&b);
	return model_seal(&b);
}

static void what_is_said__is_read_as_the_same(void **state)
{
	struct model *m = awkward_model();
	struct arena a = {0};

	(void)state;
	for (domain_id d = 1; d < m->ndomains; d++) {
		domain_id other = d % (m->ndomains - 1) + 1;
		struct action actions[] = {
			{ VERB_KILL, d, NO_PLACE, NO_SERVICE, NO_GROUP },
			{ VERB_KILL, other, NO_PLACE, NO_SERVICE, NO_GROUP },
			{ VERB_HEAL, NO_PLACE, NO_PLACE, NO_SERVICE, NO_GROUP },
			{ VERB_CUT, d, other, NO_SERVICE, NO_GROUP },
		};
		step_list before = {0}, after = {0};
		struct strbuf said = {0}, expected = {0}, found = {0};
		const char *why = "";

		vec_push(&before, (struct step){ actions, 4 });
		sb_add_step(&said, m, before.at);
		if (!actions_parse_text(m, sb_text(&said), &a, &after, &why))
			fail_msg("%s: %s", sb_text(&said), why);
		add_steps(&expected, m, &before);
		add_steps(&found, m, &after);
		assert_string_equal(sb_text(&found), sb_text(&expected));
		sb_release(&said);
		sb_release(&expected);
		sb_release(&found);
		vec_free(&before);
		vec_free(&after);
	}
	arena_release(&a);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(verbs__take_what_they_take, start, end),
		cmocka_unit_test_setup_teardown(steps__are_joined_by_and_and_parted_by_then, start, end),
		cmocka_unit_test_setup_teardown(verb__is_a_word_only_where_an_action_begins, start, end),
		cmocka_unit_test_setup_teardown(forgotten_and__is_guessed, start, end),
		cmocka_unit_test_setup_teardown(missing_or_extra_words__are_errors, start, end),
		cmocka_unit_test_setup_teardown(empty_actions__are_errors, start, end),
		cmocka_unit_test_setup_teardown(unknown_words__get_a_suggestion, start, end),
		cmocka_unit_test_setup_teardown(pair__with_one_inside_the_other_is_an_error, start, end),
		cmocka_unit_test_setup_teardown(quotes__keep_blanks_together, start, end),
		cmocka_unit_test_setup_teardown(failure__leaves_no_steps, start, end),
		cmocka_unit_test_setup_teardown(fault__has_the_index_of_its_word, start, end),
		cmocka_unit_test_setup_teardown(step__is_said_in_the_grammar, start, end),
		cmocka_unit_test(what_is_said__is_read_as_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
