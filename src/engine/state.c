/* state - see engine/state.h */
#include <stdlib.h>
#include <string.h>

#include "engine/state_p.h"

/* What undoing may keep in memory; older steps are undone by replaying the newer ones from the start. */
#define MAX_LOG_BYTES ((size_t)512 << 20)

/* ---- steps ---- */

static enum effect effect_of_accept(const struct state *s, const struct action *a)
{
	const struct service *sv = &s->model->services[a->service];
	uint32_t from = a->group == NO_GROUP ? sv->first_group : a->group;
	uint32_t to = a->group == NO_GROUP ? sv->first_group + sv->ngroups : a->group + 1;
	enum effect effect = EFFECT_NOT_NEEDED;

	for (uint32_t g = from; g < to; g++) {
		const struct outcome *o = state_outcome(s, g);

		if (o->accepted)
			return EFFECT_DONE;
		if (!goes_on(o->writes) || o->promoted)
			effect = EFFECT_NOT_ENOUGH;
	}
	return effect;
}

static void log_forget(struct state *s, struct record *r)
{
	s->log_bytes -= r->changes.cap * sizeof(*r->changes.at);
	vec_free(&r->changes);
	vec_free(&r->marks);
	vec_free(&r->cuts);
	r->forgotten = true;
}

static void log_keep(struct state *s, struct record *r)
{
	vec_trim(&r->changes);
	vec_trim(&r->unsettled);
	s->log_bytes += r->changes.cap * sizeof(*r->changes.at);
	for (size_t i = 0; s->log_bytes > MAX_LOG_BYTES && i < s->position; i++)
		if (!s->history.at[i].forgotten)
			log_forget(s, &s->history.at[i]);
}

/* Takes the step recorded at the present position. */
static void take(struct state *s, enum effect *effects)
{
	struct record *r = &s->history.at[s->position];

	vec_clear(&r->marks);
	vec_clear(&r->changes);
	vec_clear(&r->cuts);
	r->cuts_changed = false;
	vec_clear(&r->unsettled);
	vec_clear(&s->changed);
	r->forgotten = false;
	state_act(s, r, effects);
	for (size_t i = 0; i < r->marks.len; i++)
		state_refresh_place(s, r->marks.at[i].place);
	state_move_groups(s, r);
	log_keep(s, r);
	s->position++;
	s->version++;
	for (uint32_t i = 0; effects && i < r->step.nactions; i++)
		if (r->step.actions[i].verb == VERB_ACCEPT)
			effects[i] = effect_of_accept(s, &r->step.actions[i]);
}

static struct step step_copy(const struct step *step)
{
	struct step copy = {.actions = xmalloc(step->nactions * sizeof(*copy.actions) + 1), .nactions = step->nactions};

	if (step->nactions)
		memcpy(copy.actions, step->actions, step->nactions * sizeof(*copy.actions));
	return copy;
}

static void record_release(struct state *s, struct record *r)
{
	log_forget(s, r);
	vec_free(&r->unsettled);
	free(r->step.actions);
}

void state_step(struct state *s, const struct step *step, enum effect *effects)
{
	while (s->history.len > s->position)
		record_release(s, &s->history.at[--s->history.len]);
	vec_push(&s->history, (struct record){.step = step_copy(step)});
	take(s, effects);
}

static void start_over(struct state *s)
{
	const struct model *m = s->model;

	memset(s->mark, 0, m->ndomains + m->nshared);
	memset(s->gone, 0, m->ndomains);
	memset(s->via_killed, 0, m->ndomains * sizeof(*s->via_killed));
	memset(s->via_drained, 0, m->ndomains * sizeof(*s->via_drained));
	vec_clear(&s->cuts);
	zones_make(&s->zones, m, NULL, 0);
	for (uint32_t v = 0; s->contexts && v < m->nservices; v++)
		s->contexts[(size_t)v * MAX_ZONES] = s->engine->healthy_context[v];
	for (size_t i = 0; i < s->population.len; i++)
		s->population.at[i] = 0;
	for (uint32_t g = 0; g < m->ngroups; g++) {
		s->at[g] = judge_healthy(s->engine, g);
		state_populate(s, s->at[g], 1);
	}
	s->position = 0;
}

/* Contexts follow from what the needed services come to. */
static void refresh_contexts(struct state *s)
{
	for (uint32_t i = 0; s->engine->has_needs && i < s->model->nservices; i++)
		state_refresh_context(s, s->engine->order[i]);
}

static void take_back(struct state *s, struct record *r)
{
	for (size_t i = r->marks.len; i-- > 0;)
		state_set_mark(s, r->marks.at[i].place, r->marks.at[i].was);
	vec_clear(&s->changed);
	for (size_t i = 0; i < r->marks.len; i++)
		state_refresh_place(s, r->marks.at[i].place);
	vec_clear(&s->touched);
	for (size_t i = r->changes.len; i-- > 0;) {
		state_place_group(s, r->changes.at[i].group, r->changes.at[i].was);
		vec_push(&s->touched, r->changes.at[i].group);
	}
	state_put_cuts_back(s, r);
	refresh_contexts(s);
	s->position--;
}

bool state_undo(struct state *s)
{
	size_t target = s->position - 1;
	struct record *r;

	if (!s->position)
		return false;
	r = &s->history.at[target];
	if (!r->forgotten) {
		s->log_bytes -= r->changes.cap * sizeof(*r->changes.at);
		take_back(s, r);
		vec_free(&r->changes);
	} else {
		start_over(s);
		while (s->position < target)
			take(s, NULL);
	}
	s->version++;
	return true;
}

bool state_redo(struct state *s)
{
	if (s->position == s->history.len)
		return false;
	take(s, NULL);
	return true;
}

size_t state_position(const struct state *s)
{
	return s->position;
}

size_t state_length(const struct state *s)
{
	return s->history.len;
}

const struct step *state_step_at(const struct state *s, size_t i)
{
	return &s->history.at[i].step;
}

const uint32_t *state_touched(const struct state *s, size_t *ret_n)
{
	*ret_n = s->touched.len;
	return s->touched.at;
}

uint64_t state_version(const struct state *s)
{
	return s->version;
}

/* ---- life ---- */

static struct state *state_alloc(struct engine *e)
{
	const struct model *m = e->model;
	struct state *s = xcalloc(1, sizeof(*s));

	s->engine = e;
	s->model = m;
	s->on = model_groups_on(m);
	s->mark = xcalloc(m->ndomains + m->nshared, sizeof(*s->mark));
	s->gone = xcalloc(m->ndomains, sizeof(*s->gone));
	s->via_killed = xcalloc(m->ndomains, sizeof(*s->via_killed));
	s->via_drained = xcalloc(m->ndomains, sizeof(*s->via_drained));
	s->at = xcalloc(m->ngroups + 1, sizeof(*s->at));
	if (e->has_needs)
		s->contexts = xcalloc((size_t)m->nservices * MAX_ZONES, sizeof(*s->contexts));
	s->passage = xcalloc(1, sizeof(*s->passage));
	s->visited = xcalloc(m->ngroups / 64 + 1, sizeof(*s->visited));
	s->summaries = xcalloc(m->nservices + 1, sizeof(*s->summaries));
	s->version = 1;
	return s;
}

struct state *state_new(struct engine *e)
{
	struct state *s = state_alloc(e);

	start_over(s);
	for (uint32_t g = 0; g < s->model->ngroups; g++)
		if (!situation_settled(e, s->at[g]))
			vec_push(&s->unsettled_at_start, g);
	return s;
}

/* A clone undoes by replaying: logs are not copied. */
static struct record record_clone(const struct record *from)
{
	struct record r = {.step = step_copy(&from->step), .forgotten = true};

	vec_reserve(&r.unsettled, from->unsettled.len);
	for (size_t i = 0; i < from->unsettled.len; i++)
		vec_push(&r.unsettled, from->unsettled.at[i]);
	return r;
}

struct state *state_clone(const struct state *from)
{
	const struct model *m = from->model;
	struct state *s = state_alloc(from->engine);

	memcpy(s->mark, from->mark, m->ndomains + m->nshared);
	memcpy(s->gone, from->gone, m->ndomains);
	memcpy(s->via_killed, from->via_killed, m->ndomains * sizeof(*s->via_killed));
	memcpy(s->via_drained, from->via_drained, m->ndomains * sizeof(*s->via_drained));
	if (s->contexts)
		memcpy(s->contexts, from->contexts, (size_t)m->nservices * MAX_ZONES);
	for (size_t i = 0; i < from->cuts.len; i++)
		vec_push(&s->cuts, from->cuts.at[i]);
	zones_make(&s->zones, m, s->cuts.at, s->cuts.len);
	for (uint32_t g = 0; g < m->ngroups; g++) {
		s->at[g] = from->at[g];
		state_populate(s, s->at[g], 1);
	}
	for (size_t i = 0; i < from->history.len; i++)
		vec_push(&s->history, record_clone(&from->history.at[i]));
	for (size_t i = 0; i < from->unsettled_at_start.len; i++)
		vec_push(&s->unsettled_at_start, from->unsettled_at_start.at[i]);
	s->position = from->position;
	return s;
}

void state_free(struct state *s)
{
	if (!s)
		return;
	while (s->history.len)
		record_release(s, &s->history.at[--s->history.len]);
	vec_free(&s->history);
	vec_free(&s->population);
	vec_free(&s->unsettled_at_start);
	vec_free(&s->changed);
	vec_free(&s->touched);
	vec_free(&s->visits);
	free(s->mark);
	free(s->gone);
	free(s->via_killed);
	free(s->via_drained);
	free(s->at);
	vec_free(&s->cuts);
	zones_release(&s->zones);
	free(s->contexts);
	free(s->passage);
	free(s->visited);
	free(s->summaries);
	state_close_books(s);
	free(s);
}

const struct cut *state_cuts(const struct state *s, size_t *ret_n)
{
	*ret_n = s->cuts.len;
	return s->cuts.at;
}

bool state_connected(const struct state *s, domain_id a, domain_id b)
{
	return !zones_severed(&s->zones, zone_of(&s->zones, a), zone_of(&s->zones, b));
}

struct engine *state_engine(const struct state *s)
{
	return s->engine;
}
