#include "report/whatif.h"

#include "cli/command_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"

const struct option_row whatif_options[] = {
	FORMAT_ROW,
	SCENARIO_ROW,
	OPTION_ROW(0, "steps", OPTION_FLAG, steps, .help = "with JSON: the state after each step, too"),
	COLOUR_ROW,
	OPTIONS_END,
};

static void report(const struct settings *set, const struct subject *subject)
{
	struct engine *e = engine_new(subject->model);
	struct state *s = state_new(e);
	const step_list *steps = &subject->steps;

	if (set->format == FORMAT_JSON)
		whatif_json(stdout, subject->source.name, s, steps->at, steps->len, set->steps);
	else
		whatif_text(stdout, subject->source.name, s, steps->at, steps->len, colour_wanted(set->colour, stdout));
	state_free(s);
	engine_free(e);
}

int run_whatif(const struct invocation *in)
{
	struct subject subject = {0};
	int status;

	if (!in->nwords)
		return usage_trouble(in->command, "which file? name one, or '-' for standard input");
	status = subject_open(&subject, &in->set, in->words[0]);
	if (status == EXIT_ANSWERED)
		status = subject_plan(&subject, in, in->words + 1, in->nwords - 1);
	if (status == EXIT_ANSWERED)
		report(&in->set, &subject);
	subject_release(&subject);
	return status;
}
