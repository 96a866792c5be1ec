#include "report/latency.h"

#include "cli/command_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"

const struct option_row latency_options[] = {
	FORMAT_ROW,
	AFTER_ROW,
	OPTIONS_END,
};

static struct latencies *time_all(struct engine *e, const struct state *s)
{
	struct latencies *l = latencies_new(e, s);

	latencies_work(l, SIZE_MAX);
	return l;
}

static void answer(const struct invocation *in, const struct subject *subject, struct engine *e, const struct state *s)
{
	struct latencies *now = time_all(e, s), *before = in->set.after ? time_all(e, NULL) : NULL;
	struct latency_report r = {subject->source.name, subject->model, now, before, in->set.after};

	if (in->set.format == FORMAT_JSON)
		latency_json(stdout, &r);
	else
		latency_text(stdout, &r);
	latencies_free(before);
	latencies_free(now);
}

static int ask(const struct invocation *in, const struct subject *subject)
{
	struct engine *e = engine_new(subject->model);
	struct state *start;
	int status = start_state(in, subject->model, e, &start);

	if (status == EXIT_ANSWERED)
		answer(in, subject, e, start);
	state_free(start);
	engine_free(e);
	return status;
}

int run_latency(const struct invocation *in)
{
	return subject_ask(in, ask);
}
