#include "cli/subject_p.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/findings_p.h"
#include "cli/trouble_p.h"
#include "load/systems.h"
#include "report/diagnostics.h"

/* ---- the file ---- */

static int report_broken(const struct settings *set, const struct source *source, struct diag_list *diags)
{
	struct findings findings;

	diag_sort(diags);
	findings_begin(&findings, set, set->format);
	findings_file(&findings, &(struct judged){ .source = source, .diags = diags });
	findings_end(&findings);
	return EXIT_FINDINGS;
}

/* A loaded file's warnings go where they don't mix with the answer. */
static void print_warnings(const struct settings *set, const struct source *source, struct diag_list *diags)
{
	diag_sort(diags);
	diagnostics_text(stderr, source, diags, colour_wanted(set->colour, stderr));
}

static int load_subject(struct subject *s, const struct settings *set)
{
	struct diag_list diags = { .cap = set->format == FORMAT_TEXT ? TEXT_CAP : 0 };
	enum load_result result = load_model(&s->source, &diags, &s->model);
	int status = EXIT_ANSWERED;

	if (result == LOAD_OK) {
		print_warnings(set, &s->source, &diags);
	} else {
		if (result == LOAD_FOREIGN)
			load_explain_foreign(&diags);
		status = report_broken(set, &s->source, &diags);
	}
	diag_release(&diags);
	return status;
}

int subject_open(struct subject *s, const struct settings *set, const char *path)
{
	const char *why;

	if (!path)
		source_from_text(&s->source, "<example>", embedded_example.text, embedded_example.len);
	else if (!source_read(&s->source, path, &why))
		return read_trouble(path, why);
	return load_subject(s, set);
}

/* ---- the steps ---- */

static const struct scenario *scenario_named(const struct model *m, const char *name)
{
	for (uint32_t i = 0; i < m->nscenarios; i++)
		if (strcmp(m->scenarios[i].name, name) == 0)
			return &m->scenarios[i];
	return NULL;
}

static int unknown_scenario(const struct invocation *in, const struct model *m)
{
	struct suggestion s = suggest_for(in->set.scenario);

	for (uint32_t i = 0; i < m->nscenarios; i++)
		suggest_offer(&s, m->scenarios[i].name);
	if (s.best)
		return refuse(in->command, "the file has no scenario '%s'; did you mean '%s'?", in->set.scenario, s.best);
	if (!m->nscenarios)
		return refuse(in->command, "the file has no scenario '%s', nor any other", in->set.scenario);
	return refuse(in->command, "the file has no scenario '%s'; its first is '%s'", in->set.scenario,
	                     m->scenarios[0].name);
}

static bool parse_actions(struct subject *s, const char *const *words, size_t nwords, const char **ret_why)
{
	size_t wrong;

	if (nwords == 1 && (!*words[0] || strpbrk(words[0], " \t\n")))
		return actions_parse_text(s->model, words[0], &s->arena, &s->steps, ret_why);
	return nwords == 0 || actions_parse_words(s->model, words, nwords, &s->arena, &s->steps, ret_why, &wrong);
}

int subject_plan(struct subject *s, const struct invocation *in, const char *const *words, size_t nwords)
{
	const char *why;

	if (in->set.scenario) {
		const struct scenario *scenario = scenario_named(s->model, in->set.scenario);

		if (!scenario)
			return unknown_scenario(in, s->model);
		for (uint32_t i = 0; i < scenario->nsteps; i++)
			vec_push(&s->steps, scenario->steps[i]);
	}
	if (!parse_actions(s, words, nwords, &why))
		return refuse(in->command, "%s", why);
	return EXIT_ANSWERED;
}

/* ---- where to start ---- */

int start_state(const struct invocation *in, const struct model *m, struct engine *e, struct state **ret)
{
	struct arena arena = {0};
	step_list steps = {0};
	const char *why;
	int status = EXIT_ANSWERED;

	*ret = NULL;
	if (in->set.after && !actions_parse_text(m, in->set.after, &arena, &steps, &why)) {
		status = refuse(in->command, "--after: %s", why);
	} else {
		*ret = state_new(e);
		for (size_t i = 0; i < steps.len; i++)
			state_step(*ret, &steps.at[i], NULL);
	}
	vec_free(&steps);
	arena_release(&arena);
	return status;
}

int start_analysis(const struct invocation *in, const struct model *m, struct engine *e, struct state **ret_state,
                   struct analysis **ret)
{
	int status = EXIT_ANSWERED;

	*ret_state = NULL;
	*ret = NULL;
	if (in->set.after)
		status = start_state(in, m, e, ret_state);
	if (status == EXIT_ANSWERED)
		*ret = *ret_state ? analysis_after(*ret_state) : analysis_new(e);
	return status;
}

void subject_release(struct subject *s)
{
	vec_free(&s->steps);
	arena_release(&s->arena);
	model_free(s->model);
	source_release(&s->source);
}

/* ---- a whole command ---- */

int subject_ask(const struct invocation *in, int (*ask)(const struct invocation *in, const struct subject *s))
{
	struct subject subject = {0};
	int status;

	if (in->nwords != 1)
		return usage_trouble(in->command, "%s", in->nwords ? "one file at a time" :
		                     "which file? name one, or '-' for standard input");
	status = subject_open(&subject, &in->set, in->words[0]);
	if (status == EXIT_ANSWERED)
		status = ask(in, &subject);
	subject_release(&subject);
	return status;
}
