/* outcome - the words for verdicts, and what a state comes to: see engine/outcome.h, engine/state.h */
#include <string.h>

#include "engine/state_p.h"

const char *const answer_names[ANSWERS] = {"yes", "partial", "stale", "no"};
const char *const data_names[DATA_VERDICTS] = {"safe", "tail", "stale", "backup", "lost"};
const char *const status_names[STATUSES] = {
	"ok", "degraded", "at-risk", "write-only", "read-only", "stale", "down", "split",
};

const char *const rto_part_names[RTO_PARTS] = {
	"detect", "wait before the fallback", "operator", "elect", "promote", "restore", "reroute",
};

const char *effect_why(enum effect e)
{
	static const char *const why[] = {
		[EFFECT_ALREADY] = "it is so already",
		[EFFECT_KILLED] = "it is killed already, and a drain does not change that",
		[EFFECT_NO_MARK] = "it has no mark of its own to remove",
		[EFFECT_NOT_NEEDED] = "writes go on without it",
		[EFFECT_NOT_ENOUGH] = "too few copies are live to go on with",
		[EFFECT_NO_CUT] = "there is no such cut to undo",
		[EFFECT_TOO_MANY] = "there are more cuts already than can be kept track of",
	};

	return e == EFFECT_DONE ? NULL : why[e];
}

enum mark state_mark(const struct state *s, place_id p)
{
	return s->mark[p];
}

uint8_t state_gone(const struct state *s, domain_id d)
{
	return s->gone[d];
}

uint32_t state_count_marks(const struct state *s, enum mark mark)
{
	uint32_t n = 0;

	for (place_id p = 0; p < s->model->ndomains + s->model->nshared; p++)
		n += s->mark[p] == mark;
	return n;
}

const struct outcome *state_outcome(const struct state *s, uint32_t group)
{
	return &s->engine->situations.at[s->at[group]].outcome;
}

static void summary_add(struct summary *sum, const struct outcome *o, uint32_t groups)
{
	sum->groups += groups;
	sum->writes[o->writes] += groups;
	sum->reads[o->reads] += groups;
	sum->data[o->data] += groups;
	sum->status[o->status] += groups;
	if (o->status > sum->worst)
		sum->worst = o->status;
	sum->rpo = duration_max(sum->rpo, o->rpo);
	sum->rto = duration_max(sum->rto, o->rto);
}

/* A service that the loss of others stops waits for the slowest of these too. */
static void wait_for_needs(const struct state *s, struct summary *summaries, uint32_t service)
{
	const struct service *sv = &s->model->services[service];
	duration wait = 0;

	for (uint32_t i = 0; i < sv->nneeds; i++) {
		const struct summary *n = &summaries[sv->needs[i].service];
		struct going going = {n->groups, n->writes[ANSWER_YES] + n->writes[ANSWER_PARTIAL],
		                      n->reads[ANSWER_YES] + n->reads[ANSWER_PARTIAL]};

		if (context_left_by(sv->needs[i].mode, &going) & CONTEXT_NO_WRITES)
			wait = duration_max(wait, n->rto);
	}
	summaries[service].rto = duration_add(summaries[service].rto, wait);
}

/* One pass over the situations that groups are in serves every service. */
static void summarize(const struct state *s)
{
	struct state *cache = (struct state *)s; /* only what was worked out for this version changes */
	const struct engine *e = s->engine;
	uint32_t all = s->model->nservices;

	if (s->summary_version == s->version)
		return;
	memset(cache->summaries, 0, (all + 1) * sizeof(*cache->summaries));
	for (size_t i = 0; i < s->population.len; i++) {
		if (!s->population.at[i])
			continue;
		summary_add(&cache->summaries[situation_kind(e, (situation_id)i)->service], &e->situations.at[i].outcome,
		            s->population.at[i]);
		summary_add(&cache->summaries[all], &e->situations.at[i].outcome, s->population.at[i]);
	}
	for (uint32_t i = 0; i < all; i++)
		wait_for_needs(s, cache->summaries, e->order[i]);
	cache->summary_version = s->version;
}

void state_service_summary(const struct state *s, uint32_t service, struct summary *ret)
{
	summarize(s);
	*ret = s->summaries[service];
}

void state_summary(const struct state *s, struct summary *ret)
{
	summarize(s);
	*ret = s->summaries[s->model->nservices];
}
