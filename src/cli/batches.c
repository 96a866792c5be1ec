#include "report/batches.h"

#include <string.h>

#include "cli/command_p.h"
#include "cli/levels_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"

const struct option_row batches_options[] = {
	FORMAT_ROW,
	OPTION_ROW('l', "level", OPTION_TEXT, level, .argument = "LEVEL",
	           .help = "of the domains to drain, or 'shared'; the last level unless said"),
	OPTION_ROW('k', "keep", OPTION_CHOICE, target, .choices = target_words,
	           .help = "what every group must keep; writes unless said"),
	OPTION_ROW('n', "headroom", OPTION_TEXT, headroom, .argument = "N",
	           .help = "how many failures it must live through besides, 0 to 8; 0 unless said"),
	OPTION_ROW('s', "service", OPTION_TEXT, service, .argument = "NAME", .help = "groups of this service alone"),
	AFTER_ROW,
	OPTIONS_END,
};

static void answer(const struct invocation *in, const struct subject *subject, struct analysis *a,
                   const struct batches_question *q)
{
	struct batches b;
	struct batches_report r = {subject->source.name, analysis_engine(a), q, &b};

	analysis_batches(a, q, &b);
	(in->set.format == FORMAT_JSON ? batches_json : batches_text)(stdout, &r);
	batches_release(&b);
}

static int read_question(const struct invocation *in, const struct model *m, struct batches_question *ret)
{
	const char *level = in->set.level, *headroom = in->set.headroom;
	uint64_t n = 0;
	int status = EXIT_ANSWERED;

	*ret = (struct batches_question){.level = (uint8_t)m->nlevels, .keep = (enum target)in->set.target};
	if (level)
		status = level_option(in, m, level, strlen(level), &ret->level);
	if (status == EXIT_ANSWERED && headroom && strcmp(headroom, "0") != 0)
		status = number_option(in, "headroom", headroom, BATCHES_MAX_HEADROOM, 0, &n);
	ret->headroom = (uint32_t)n;
	return status == EXIT_ANSWERED ? service_option(in, m, &ret->service) : status;
}

static int ask(const struct invocation *in, const struct subject *subject)
{
	struct batches_question q;
	struct engine *e;
	struct state *start;
	struct analysis *a;
	int status = read_question(in, subject->model, &q);

	if (status != EXIT_ANSWERED)
		return status;
	e = engine_new(subject->model);
	status = start_analysis(in, subject->model, e, &start, &a);
	if (status == EXIT_ANSWERED)
		answer(in, subject, a, &q);
	analysis_free(a);
	state_free(start);
	engine_free(e);
	return status;
}

int run_batches(const struct invocation *in)
{
	return subject_ask(in, ask);
}
