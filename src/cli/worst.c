#include "report/worst.h"

#include <string.h>

#include "cli/command_p.h"
#include "cli/levels_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"
#include "base/words.h"

#define TOP_DEFAULT 10
#define TOP_MOST 1000000

const struct option_row worst_options[] = {
	FORMAT_ROW,
	OPTION_ROW('l', "level", OPTION_TEXT, level, .argument = "LEVEL",
	           .help = "of the domains that die, or 'shared'; text shows all levels without it"),
	OPTION_ROW('n', "size", OPTION_TEXT, size, .argument = "N", .help = "how many die at once, 1 to 8; 1 unless said"),
	OPTION_ROW('t', "top", OPTION_TEXT, top, .argument = "N",
	           .help = "how many sets to list for each target; 10 unless said"),
	AFTER_ROW,
	OPTIONS_END,
};

struct question {
	const struct invocation *in;
	const struct subject *subject;
	struct analysis *analysis;
	uint8_t level; /* 0: all */
	uint64_t size, top;
};

static void answer(const struct question *q, uint8_t level)
{
	const struct model *m = q->subject->model;
	struct worst w;

	analysis_worst(q->analysis, level, (uint32_t)q->size, q->top, &w);
	if (q->in->set.format == FORMAT_JSON)
		worst_json(stdout, q->subject->source.name, m, level, &w);
	else
		worst_text(stdout, m, level, &w);
	worst_release(&w);
}

static void print_heading(const struct question *q)
{
	struct strbuf sb = {0};

	sb_add_file_name(&sb, q->subject->source.name);
	sb_add(&sb, ", ");
	sb_add_count(&sb, q->subject->model->ngroups, "group", "groups");
	sb_add(&sb, ": the domains whose death breaks most of them");
	printf("%s\n", sb_text(&sb));
	sb_release(&sb);
}

static void answer_all(const struct question *q)
{
	const struct model *m = q->subject->model;

	if (q->in->set.format == FORMAT_TEXT)
		print_heading(q);
	if (q->level) {
		answer(q, q->level);
		return;
	}
	for (uint8_t level = 1; level <= m->nlevels; level++)
		if (m->level_count[level] >= q->size)
			answer(q, level);
	if (m->nshared >= q->size)
		answer(q, LEVEL_SHARED);
}

static int ask(const struct invocation *in, const struct subject *subject)
{
	struct question q = {.in = in, .subject = subject};
	const char *level = in->set.level;
	struct engine *e;
	struct state *start;
	int status = number_option(in, "size", in->set.size, WORST_MAX_SIZE, 1, &q.size);

	if (status == EXIT_ANSWERED)
		status = number_option(in, "top", in->set.top, TOP_MOST, TOP_DEFAULT, &q.top);
	if (status == EXIT_ANSWERED && level)
		status = level_option(in, subject->model, level, strlen(level), &q.level);
	if (status != EXIT_ANSWERED)
		return status;
	e = engine_new(subject->model);
	status = start_analysis(in, subject->model, e, &start, &q.analysis);
	if (status == EXIT_ANSWERED)
		answer_all(&q);
	analysis_free(q.analysis);
	state_free(start);
	engine_free(e);
	return status;
}

int run_worst(const struct invocation *in)
{
	if (in->nwords == 1 && in->set.format == FORMAT_JSON && !in->set.level)
		return usage_trouble(in->command, "which level? JSON is about one: name it with --level");
	return subject_ask(in, ask);
}
