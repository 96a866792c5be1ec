#include "report/cuts.h"

#include <string.h>

#include "cli/command_p.h"
#include "cli/levels_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"
#include "model/names.h"

#define MAX_DEFAULT 3

const struct option_row cuts_options[] = {
	FORMAT_ROW,
	OPTION_ROW('s', "service", OPTION_TEXT, service, .argument = "NAME", .help = "of this service alone"),
	OPTION_ROW('g', "group", OPTION_TEXT, group, .argument = "NAME", .help = "of groups of this name alone"),
	OPTION_ROW('t', "target", OPTION_CHOICE, target, .choices = target_words, .first = 1,
	           .help = "what breaks; writes unless said, but any of them in the list of --max 1"),
	OPTION_ROW('l', "levels", OPTION_TEXT, levels, .argument = "LEVELS",
	           .help = "of the domains that die: az,node; 'shared' too; all unless said"),
	OPTION_ROW('m', "max", OPTION_TEXT, max, .argument = "N",
	           .help = "how many may die at once, 1 to 8; 3 unless said"),
	AFTER_ROW,
	OPTION_ROW('c', "count", OPTION_FLAG, count, .help = "count them by levels, don't list them"),
	OPTIONS_END,
};

static int check_group(const struct invocation *in, const struct model *m, uint32_t service)
{
	const char *name = in->set.group;

	for (uint32_t s = 0; s < m->nservices; s++)
		if (!name || ((service == NO_SERVICE || service == s) && group_named(m, s, name, strlen(name)) != NO_GROUP))
			return EXIT_ANSWERED;
	if (!name)
		return EXIT_ANSWERED;
	return refuse(in->command, "%s has no group '%s'", service == NO_SERVICE ? "the file" : "the service", name);
}

typedef void report_fn(FILE *out, struct analysis *a, const struct cuts_report *r);

static report_fn *report_for(const struct settings *set, const struct cuts_report *r)
{
	if (set->format == FORMAT_JSON)
		return cuts_json;
	return r->max == 1 && !set->target && !r->count_only ? cuts_single_text : cuts_text;
}

static int ask(const struct invocation *in, const struct subject *subject)
{
	struct cuts_report r = {.file = subject->source.name, .target = (enum target)(in->set.target ? in->set.target - 1 : 0),
	                        .count_only = in->set.count, .group = in->set.group};
	struct engine *e;
	struct state *start;
	struct analysis *a;
	uint64_t max;
	int status = number_option(in, "max", in->set.max, CUTS_MAX_SIZE, MAX_DEFAULT, &max);

	if (status == EXIT_ANSWERED)
		status = levels_option(in, subject->model, in->set.levels, &r.levels);
	if (status == EXIT_ANSWERED)
		status = service_option(in, subject->model, &r.service);
	if (status == EXIT_ANSWERED)
		status = check_group(in, subject->model, r.service);
	if (status != EXIT_ANSWERED)
		return status;
	r.max = (uint32_t)max;
	e = engine_new(subject->model);
	status = start_analysis(in, subject->model, e, &start, &a);
	if (status == EXIT_ANSWERED)
		report_for(&in->set, &r)(stdout, a, &r);
	analysis_free(a);
	state_free(start);
	engine_free(e);
	return status;
}

int run_cuts(const struct invocation *in)
{
	return subject_ask(in, ask);
}
