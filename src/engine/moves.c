/* moves - a step of the groups: which of them it must visit, and where they go */
#include <stdlib.h>
#include <string.h>

#include "engine/state_p.h"

/* ---- moving groups from situation to situation ---- */

void state_fate(const struct state *s, uint32_t group, struct supposition also, uint8_t *ret)
{
	const domain_id *places = group_places(s->model, group);
	uint32_t n = group_size(s->model, group);

	for (uint32_t i = 0; i < n; i++) {
		ret[i] = s->gone[places[i]];
		if (also.place != NO_PLACE && place_covers(s->model, also.place, places[i]))
			ret[i] |= also.gone;
	}
}

void shortcuts_init(struct shortcuts *sc)
{
	memset(sc, 0, sizeof(*sc));
	for (int i = 0; i < SHORTCUTS; i++)
		sc->at[i].from = UINT32_MAX;
}

void shortcut_find(struct engine *e, struct shortcut *slot, situation_id from, uint64_t code, uint8_t context)
{
	const struct situation *now = &e->situations.at[from];
	bool stays = now->code == code && now->context == context && !now->cut && situation_settled(e, from);
	situation_id to = stays ? from : situation_after(e, from, (struct transition){.code = code, .context = context});

	*slot = (struct shortcut){
		.code = code, .from = from, .to = to, .context = context, .unsettled = !situation_settled(e, to)};
}

static situation_id next_situation(struct state *s, struct shortcuts *sc, uint32_t service, uint32_t g, bool accept)
{
	struct transition t;

	if (s->zones.n == 1 && !accept && group_size(s->model, g) <= PACKED_REPLICAS)
		return shortcut_to(s->engine, sc, s->at[g], state_packed_fate(s, g), state_context(s, service, 0))->to;
	t = state_passage(s, service, g, nothing_supposed, s->passage);
	t.accept = accept;
	return situation_after(s->engine, s->at[g], t);
}

void state_populate(struct state *s, situation_id at, uint32_t by)
{
	while (s->population.len <= at)
		vec_push(&s->population, 0);
	s->population.at[at] += by;
}

void state_place_group(struct state *s, uint32_t g, situation_id at)
{
	s->population.at[s->at[g]]--;
	state_populate(s, at, 1);
	s->at[g] = at;
}

static inline void move_to(struct state *s, struct record *r, uint32_t g, situation_id next)
{
	vec_push(&s->touched, g);
	if (!situation_settled(s->engine, next))
		vec_push(&r->unsettled, g);
	if (next == s->at[g])
		return;
	vec_push(&r->changes, (struct change){g, s->at[g]});
	state_place_group(s, g, next);
}

static bool accepts(const struct model *m, const struct step *step, uint32_t group)
{
	for (uint32_t i = 0; i < step->nactions; i++) {
		const struct action *a = &step->actions[i];
		const struct service *sv;

		if (a->verb != VERB_ACCEPT)
			continue;
		sv = &m->services[a->service];
		if (a->group == group || (a->group == NO_GROUP && group - sv->first_group < sv->ngroups))
			return true;
	}
	return false;
}

static bool has_accept(const struct step *step)
{
	for (uint32_t i = 0; i < step->nactions; i++)
		if (step->actions[i].verb == VERB_ACCEPT)
			return true;
	return false;
}

/* ---- which groups a step must visit ---- */

static void visit(struct state *s, uint32_t g)
{
	uint64_t bit = (uint64_t)1 << g % 64;

	if (s->visited[g / 64] & bit)
		return;
	s->visited[g / 64] |= bit;
	vec_push(&s->visits, g);
}

static void visit_accepting(struct state *s, const struct step *step)
{
	for (uint32_t i = 0; i < step->nactions; i++) {
		const struct action *a = &step->actions[i];
		const struct service *sv = &s->model->services[a->verb == VERB_ACCEPT ? a->service : 0];

		if (a->verb != VERB_ACCEPT)
			continue;
		if (a->group != NO_GROUP)
			visit(s, a->group);
		else
			for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
				visit(s, g);
	}
}

/* The groups on the domains that changed, found one by one. */
static void visit_beneath(struct state *s)
{
	const struct groups_on *on = s->on;

	for (size_t i = 0; i < s->changed.len; i++)
		for (uint32_t j = on->first[s->changed.at[i]]; j < on->first[s->changed.at[i] + 1]; j++)
			visit(s, on->groups[j]);
}

/* The groups that the step before left unsettled. */
static void visit_unsettled(struct state *s)
{
	const struct record *last = s->position ? &s->history.at[s->position - 1] : NULL;
	const uint32_t *unsettled = last ? last->unsettled.at : s->unsettled_at_start.at;
	size_t n = last ? last->unsettled.len : s->unsettled_at_start.len;

	for (size_t i = 0; i < n; i++)
		visit(s, unsettled[i]);
}

static void forget_visits(struct state *s)
{
	for (size_t i = 0; i < s->visits.len; i++)
		s->visited[s->visits.at[i] / 64] = 0;
	vec_clear(&s->visits);
}

/* Sorts the visits by service; those of service v end up in [first[v], first[v + 1]). */
static void sort_visits(struct state *s, uint32_t *first)
{
	uint32_t nservices = s->model->nservices;
	uint32_t *sorted;

	memset(first, 0, (nservices + 1) * sizeof(*first));
	if (!s->visits.len)
		return;
	sorted = xmalloc(s->visits.len * sizeof(*sorted));
	for (size_t i = 0; i < s->visits.len; i++)
		first[state_service_of(s, s->visits.at[i]) + 1]++;
	for (uint32_t v = 0; v < nservices; v++)
		first[v + 1] += first[v];
	for (size_t i = s->visits.len; i-- > 0;)
		sorted[--first[state_service_of(s, s->visits.at[i]) + 1]] = s->visits.at[i];
	memmove(first, first + 1, nservices * sizeof(*first));
	first[nservices] = (uint32_t)s->visits.len;
	memcpy(s->visits.at, sorted, s->visits.len * sizeof(*sorted));
	free(sorted);
}

/* A group found by way of a domain costs some tens of times what it costs in a pass. */
#define SWEEP_ABOVE 64

bool state_better_swept(const struct state *s, uint64_t entries)
{
	return entries > s->model->nreplicas / SWEEP_ABOVE;
}

static uint64_t changed_entries(const struct state *s)
{
	uint64_t entries = 0;

	for (size_t i = 0; i < s->changed.len; i++)
		entries += s->on->first[s->changed.at[i] + 1] - s->on->first[s->changed.at[i]];
	return entries;
}

/* ---- a step of the groups ---- */

struct movement {
	struct state *s;
	struct record *r;
	bool accepting;             /* the step has an accept */
	struct shortcuts shortcuts;
};

static void move_group(struct movement *mv, uint32_t service, uint32_t g)
{
	bool accept = mv->accepting && accepts(mv->s->model, &mv->r->step, g);

	move_to(mv->s, mv->r, g, next_situation(mv->s, &mv->shortcuts, service, g, accept));
}

static void count_taken(struct state *s, struct shortcut *slot)
{
	if (!slot->taken)
		return;
	state_populate(s, slot->to, slot->taken);
	s->population.at[slot->from] -= slot->taken;
	slot->taken = 0;
}

/*
 * Where much has changed, one pass in the order of memory is faster than finding the groups one by one. What
 * happens to a group is looked up and written down without a branch that could be mispredicted: the lists
 * have room, and their length moves on or does not.
 */
static void sweep_plain(struct movement *mv, uint32_t service)
{
	struct state *s = mv->s;
	struct record *r = mv->r;
	const struct service *sv = &s->model->services[service];
	uint8_t context = state_context(s, service, 0);

	vec_reserve(&s->touched, s->touched.len + sv->ngroups);
	vec_reserve(&r->changes, r->changes.len + sv->ngroups);
	vec_reserve(&r->unsettled, r->unsettled.len + sv->ngroups);
	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		situation_id from = s->at[g];
		uint64_t code = state_packed_fate(s, g);
		struct shortcut *slot = shortcut_slot(&mv->shortcuts, from, code);
		bool moves;

		if (!shortcut_fits(slot, from, code, context)) {
			count_taken(s, slot);
			shortcut_find(s->engine, slot, from, code, context);
		}
		moves = slot->to != from;
		slot->taken += moves;
		s->at[g] = slot->to;
		s->touched.at[s->touched.len] = g;
		s->touched.len += moves;
		r->changes.at[r->changes.len] = (struct change){g, from};
		r->changes.len += moves;
		r->unsettled.at[r->unsettled.len] = g;
		r->unsettled.len += slot->unsettled;
	}
	for (int i = 0; i < SHORTCUTS; i++)
		count_taken(s, &mv->shortcuts.at[i]);
}

static void sweep(struct movement *mv, uint32_t service)
{
	const struct service *sv = &mv->s->model->services[service];
	bool plain = !mv->accepting && mv->s->zones.n == 1;

	for (uint32_t g = sv->first_group; plain && g < sv->first_group + sv->ngroups; g++)
		plain = group_size(mv->s->model, g) <= PACKED_REPLICAS;
	if (plain)
		sweep_plain(mv, service);
	else
		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
			move_group(mv, service, g);
}

/* Where services need each other, those that are needed come first: what they come to is the others' context. */
static void move_by_service(struct movement *mv, bool swept)
{
	struct state *s = mv->s;
	uint32_t *first = xcalloc(s->model->nservices + 2, sizeof(*first));

	sort_visits(s, first);
	for (uint32_t i = 0; i < s->model->nservices; i++) {
		uint32_t v = s->engine->order[i];

		if (state_refresh_context(s, v) || swept)
			sweep(mv, v);
		else
			for (uint32_t j = first[v]; j < first[v + 1]; j++)
				move_group(mv, v, s->visits.at[j]);
	}
	free(first);
}

void state_move_groups(struct state *s, struct record *r)
{
	struct movement mv = {.s = s, .r = r, .accepting = has_accept(&r->step)};
	bool swept = r->cuts_changed || state_better_swept(s, changed_entries(s));

	shortcuts_init(&mv.shortcuts);
	vec_clear(&s->touched);
	if (!swept) {
		visit_beneath(s);
		visit_unsettled(s);
		visit_accepting(s, &r->step);
	}
	if (s->engine->has_needs || swept)
		move_by_service(&mv, swept);
	else
		for (size_t i = 0; i < s->visits.len; i++)
			move_group(&mv, 0, s->visits.at[i]); /* without needs, every service's context is empty */
	forget_visits(s);
}
