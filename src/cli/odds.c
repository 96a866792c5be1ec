#include "report/odds.h"

#include <inttypes.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "cli/command_p.h"
#include "cli/levels_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"

#define TOP_TEXT 10
#define TOP_MOST 100000000
#define SEED_MOST 999999999

const struct option_row odds_options[] = {
	FORMAT_ROW,
	OPTION_ROW('T', "target", OPTION_CHOICE, target, .choices = target_words,
	           .help = "what importance and worst groups are about; writes unless said"),
	OPTION_ROW('t', "top", OPTION_TEXT, top, .argument = "N",
	           .help = "how many domains to list by importance; 10 unless said, in JSON all"),
	AFTER_ROW,
	OPTION_ROW('k', "kill", OPTION_TEXT, kill, .argument = "N",
	           .help = "instead: so many random domains of --level die at once; whose data is safe?"),
	OPTION_ROW('l', "level", OPTION_TEXT, level, .argument = "LEVEL",
	           .help = "with --kill: of the domains that die"),
	OPTION_ROW('s', "seed", OPTION_TEXT, seed, .argument = "N",
	           .help = "with --kill: of the estimate; 1 unless said"),
	OPTIONS_END,
};

static int ask_odds(const struct invocation *in, const struct subject *subject, struct analysis *a)
{
	struct odds_report r = {.file = subject->source.name, .target = (enum target)in->set.target};
	bool json = in->set.format == FORMAT_JSON;
	uint64_t top;
	int status = number_option(in, "top", in->set.top, TOP_MOST, json ? TOP_MOST : TOP_TEXT, &top);

	if (status != EXIT_ANSWERED)
		return status;
	r.top = top;
	(json ? odds_json : odds_text)(stdout, a, &r);
	return EXIT_ANSWERED;
}

static int refuse_so_many(const struct invocation *in, const char *level, uint32_t there)
{
	struct strbuf name = {0};
	int status;

	sb_add_clean(&name, level, strlen(level));
	status = refuse(in->command, "--kill %s: level %s has only %" PRIu32 " domains that can die", in->set.kill,
	                sb_text(&name), there);
	sb_release(&name);
	return status;
}

static int ask_loss(const struct invocation *in, const struct subject *subject, struct analysis *a)
{
	struct loss_report r = {.file = subject->source.name};
	uint64_t kill = 0;
	int status = level_option(in, subject->model, in->set.level, strlen(in->set.level), &r.level);

	if (status == EXIT_ANSWERED && r.level == LEVEL_SHARED)
		status = refuse(in->command, "--kill takes domains of a level of the tree, not shared ones");
	if (status == EXIT_ANSWERED)
		status = number_option(in, "kill", in->set.kill, MAX_DOMAINS, 1, &kill);
	if (status == EXIT_ANSWERED)
		status = number_option(in, "seed", in->set.seed, SEED_MOST, LOSS_SEED, &r.seed);
	if (status == EXIT_ANSWERED && kill > loss_domains(a, r.level))
		status = refuse_so_many(in, in->set.level, loss_domains(a, r.level));
	if (status != EXIT_ANSWERED)
		return status;
	r.kill = (uint32_t)kill;
	(in->set.format == FORMAT_JSON ? loss_json : loss_text)(stdout, a, &r);
	return EXIT_ANSWERED;
}

static int ask(const struct invocation *in, const struct subject *subject)
{
	struct engine *e = engine_new(subject->model);
	struct state *start;
	struct analysis *a;
	int status = start_analysis(in, subject->model, e, &start, &a);

	if (status == EXIT_ANSWERED)
		status = (in->set.kill ? ask_loss : ask_odds)(in, subject, a);
	analysis_free(a);
	state_free(start);
	engine_free(e);
	return status;
}

int run_odds(const struct invocation *in)
{
	if (in->nwords != 1)
		return subject_ask(in, ask); /* which says so */
	if (in->set.kill && !in->set.level)
		return usage_trouble(in->command, "which level? name that of the domains that die with --level");
	if (!in->set.kill && (in->set.level || in->set.seed))
		return usage_trouble(in->command, "'--%s' goes with --kill N: how many domains die?",
		                     in->set.level ? "level" : "seed");
	if (in->set.kill && in->set.top)
		return usage_trouble(in->command, "'--top' has no meaning with --kill");
	return subject_ask(in, ask);
}
