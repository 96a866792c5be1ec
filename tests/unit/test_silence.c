/* Which findings are told: by remarks in the file, and by their codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rules/silence.h"

struct told {
	struct diag_list diags;
	remark_list remarks;
	suppressed_list suppressed;
	struct strbuf text;
};

static void found(struct told *t, const char *code, enum severity severity, uint32_t line)
{
	diag_add(&t->diags, code, severity, (struct place){ line, 1, 1 }, "found");
}

static void remark(struct told *t, uint32_t line, const char *codes, const char *reason)
{
	vec_push(&t->remarks, (struct remark){ { line, 9, 1 }, line, codes, reason });
}

/* Findings as "FL201@8", then those that remarks suppressed with "!" before them and the reason after. */
static void assert_told(struct told *t, const char *select, const char *ignore, const char *expected)
{
	struct strbuf why = {0};
	struct selection s;

	assert_true(selection_parse(&s, select, ignore, &why));
	silence(&t->diags, &t->remarks, &s, &t->suppressed);
	for (size_t i = 0; i < t->diags.all.len; i++)
		sb_addf(&t->text, "%s@%u ", t->diags.all.at[i].code, t->diags.all.at[i].place.line);
	for (size_t i = 0; i < t->suppressed.len; i++)
		sb_addf(&t->text, "!%s@%u %s ", t->suppressed.at[i].diag.code, t->suppressed.at[i].diag.place.line,
		        t->suppressed.at[i].reason);
	assert_string_equal(sb_text(&t->text), expected);
	assert_int_equal(t->diags.errors + t->diags.warnings + t->diags.notes, t->diags.all.len);
	selection_release(&s);
	diag_release(&t->diags);
	vec_free(&t->remarks);
	vec_free(&t->suppressed);
	sb_release(&t->text);
}

static void a_remark__silences_its_codes_on_its_line_alone(void **state)
{
	struct told t = {0};

	(void)state;
	found(&t, "FL201", SEVERITY_ERROR, 8);
	found(&t, "FL202", SEVERITY_ERROR, 8);
	found(&t, "FL401", SEVERITY_NOTE, 8);
	found(&t, "FL201", SEVERITY_ERROR, 9);
	remark(&t, 8, "FL201, fl202", "why");
	assert_told(&t, NULL, NULL, "FL401@8 FL201@9 !FL201@8 why !FL202@8 why ");
}

static void one_remark__silences_all_findings_of_a_code(void **state)
{
	struct told t = {0};

	(void)state;
	found(&t, "FL201", SEVERITY_ERROR, 8);
	found(&t, "FL201", SEVERITY_ERROR, 8);
	remark(&t, 8, "FL201", "one");
	remark(&t, 8, "FL201", "other");
	assert_told(&t, NULL, NULL, "!FL201@8 one !FL201@8 one ");
}

static void a_remark__needs_a_reason_and_codes_that_there_are(void **state)
{
	struct told t = {0};

	(void)state;
	found(&t, "FL201", SEVERITY_ERROR, 8);
	remark(&t, 8, "FL201", "");
	remark(&t, 9, "", "why");
	remark(&t, 10, "FL2", "not a whole code");
	assert_told(&t, NULL, NULL, "FL201@8 FL413@8 FL413@9 FL413@10 ");
}

static void errors_of_the_file__are_always_told(void **state)
{
	struct told t = {0};

	(void)state;
	found(&t, "FL020", SEVERITY_ERROR, 8);
	found(&t, "FL301", SEVERITY_ERROR, 8);
	remark(&t, 8, "FL020", "why");
	assert_told(&t, "FL2", NULL, "FL020@8 ");
}

static void a_remark_without_a_finding__is_told_where_it_was_looked_for(void **state)
{
	static const char *const tries[][2] = { { NULL, "FL414@8 FL414@8 " }, { "FL2", "FL414@8 " }, { "FL414", "" } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct told t = {0};

		remark(&t, 8, "FL201,FL401", "why");
		assert_told(&t, NULL, tries[i][0], tries[i][1]);
	}
}

static void codes__are_selected_by_how_they_begin(void **state)
{
	static const char *const tries[][3] = {
		{ NULL, NULL, "FL101@1 FL201@2 FL202@3 FL401@4 " }, { "FL2", NULL, "FL201@2 FL202@3 " },
		{ "FL2,FL401", "fl202", "FL201@2 FL401@4 " }, { NULL, "FL2 FL1", "FL401@4 " }, { "FL3", NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct told t = {0};

		found(&t, "FL401", SEVERITY_NOTE, 4);
		found(&t, "FL202", SEVERITY_ERROR, 3);
		found(&t, "FL201", SEVERITY_ERROR, 2);
		found(&t, "FL101", SEVERITY_ERROR, 1);
		assert_told(&t, tries[i][0], tries[i][1], tries[i][2]);
	}
}

static void what_is_no_code__is_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "FL210", NULL }, { "FL", NULL }, { "FL2011", NULL }, { "", NULL }, { " , ", NULL }, { "FL201;FL202", NULL },
		{ NULL, "FL0" }, { NULL, "FL020" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct strbuf why = {0};
		struct selection s;

		assert_false(selection_parse(&s, bad[i][0], bad[i][1], &why));
		assert_true(why.len > 0);
		selection_release(&s);
		sb_release(&why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_remark__silences_its_codes_on_its_line_alone),
		cmocka_unit_test(one_remark__silences_all_findings_of_a_code),
		cmocka_unit_test(a_remark__needs_a_reason_and_codes_that_there_are),
		cmocka_unit_test(errors_of_the_file__are_always_told),
		cmocka_unit_test(a_remark_without_a_finding__is_told_where_it_was_looked_for),
		cmocka_unit_test(codes__are_selected_by_how_they_begin),
		cmocka_unit_test(what_is_no_code__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
