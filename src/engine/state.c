/* state - see engine/state.h */
#include <stdlib.h>
#include <string.h>

#include "engine/state_p.h"

/* What undoing may keep in memory; older steps are undone by replaying the newer ones from the start. */
#define MAX_LOG_BYTES ((size_t)512 << 20)

/* ---- marks, and what they mean for the domains beneath ---- */

static uint8_t gone_by(enum mark mark)
{
	static const uint8_t bits[] = {[MARK_NONE] = 0, [MARK_DRAINED] = GONE_DEAF, [MARK_KILLED] = GONE_DEAF | GONE_LOST};

	return bits[mark];
}

static uint8_t gone_via_shared(const struct state *s, domain_id d)
{
	uint8_t gone = 0;

	if (s->via_drained[d])
		gone |= gone_by(MARK_DRAINED);
	if (s->via_killed[d])
		gone |= gone_by(MARK_KILLED);
	return gone;
}

/* Works out anew what is gone in the subtree of d, and notes the domains where that changed. */
static void refresh(struct state *s, domain_id d)
{
	const struct domain *domains = s->model->domains;

	for (domain_id x = d; x < domains[d].end; x++) {
		uint8_t above = x == ROOT ? 0 : s->gone[domains[x].parent];
		uint8_t gone = (uint8_t)(above | gone_by(s->mark[x]) | gone_via_shared(s, x));

		if (gone == s->gone[x])
			continue;
		s->gone[x] = gone;
		vec_push(&s->changed, x);
	}
}

static void refresh_place(struct state *s, place_id p)
{
	const struct model *m = s->model;

	if (p < m->ndomains) {
		refresh(s, p);
		return;
	}
	for (uint32_t i = 0; i < m->shared[p - m->ndomains].nmembers; i++)
		refresh(s, m->shared[p - m->ndomains].members[i]);
}

static void count_via(struct state *s, place_id p, enum mark mark, uint32_t by)
{
	const struct model *m = s->model;
	const struct shared *sh = &m->shared[p - m->ndomains];
	uint32_t *via = mark == MARK_KILLED ? s->via_killed : s->via_drained;

	for (uint32_t i = 0; mark != MARK_NONE && i < sh->nmembers; i++)
		via[sh->members[i]] += by;
}

static void set_mark(struct state *s, place_id p, enum mark mark)
{
	if (p >= s->model->ndomains) {
		count_via(s, p, s->mark[p], (uint32_t)-1);
		count_via(s, p, mark, 1);
	}
	s->mark[p] = (uint8_t)mark;
}

static void change_mark(struct state *s, struct record *r, place_id p, enum mark mark)
{
	vec_push(&r->marks, (struct mark_change){p, s->mark[p]});
	set_mark(s, p, mark);
}

/* ---- actions ---- */

static enum effect do_kill(struct state *s, struct record *r, const struct action *a)
{
	if (s->mark[a->place] == MARK_KILLED)
		return EFFECT_ALREADY;
	change_mark(s, r, a->place, MARK_KILLED);
	return EFFECT_DONE;
}

static enum effect do_drain(struct state *s, struct record *r, const struct action *a)
{
	if (s->mark[a->place] != MARK_NONE)
		return s->mark[a->place] == MARK_KILLED ? EFFECT_KILLED : EFFECT_ALREADY;
	change_mark(s, r, a->place, MARK_DRAINED);
	return EFFECT_DONE;
}

static enum effect do_heal(struct state *s, struct record *r, const struct action *a)
{
	uint32_t nplaces = s->model->ndomains + s->model->nshared;
	place_id from = a->place == NO_PLACE ? 0 : a->place;
	place_id to = a->place == NO_PLACE ? nplaces : a->place + 1;
	enum effect effect = EFFECT_NO_MARK;

	for (place_id p = from; p < to; p++) {
		if (s->mark[p] == MARK_NONE)
			continue;
		change_mark(s, r, p, MARK_NONE);
		effect = EFFECT_DONE;
	}
	return effect;
}

/* Carried out on the state that the other actions leave: see groups_accept. Its effect is known after the step. */
static enum effect do_accept(struct state *s, struct record *r, const struct action *a)
{
	(void)s, (void)r, (void)a;
	return EFFECT_DONE;
}

/* ---- cuts ---- */

static bool same_cut(const struct cut *c, place_id a, place_id b)
{
	return (c->place == a && c->other == b) || (c->place == b && c->other == a);
}

static size_t find_cut(const struct state *s, place_id a, place_id b)
{
	size_t i = 0;

	while (i < s->cuts.len && !same_cut(&s->cuts.at[i], a, b))
		i++;
	return i;
}

static void keep_cuts(const struct state *s, struct record *r)
{
	if (r->cuts_changed)
		return;
	r->cuts_changed = true;
	for (size_t i = 0; i < s->cuts.len; i++)
		vec_push(&r->cuts, s->cuts.at[i]);
}

static enum effect do_cut(struct state *s, struct record *r, const struct action *a)
{
	if (find_cut(s, a->place, a->other) < s->cuts.len)
		return EFFECT_ALREADY;
	keep_cuts(s, r);
	vec_push(&s->cuts, (struct cut){a->place, a->other});
	if (zones_make(&s->zones, s->model, s->cuts.at, s->cuts.len))
		return EFFECT_DONE;
	s->cuts.len--;
	return EFFECT_TOO_MANY;
}

static enum effect do_join(struct state *s, struct record *r, const struct action *a)
{
	size_t at = find_cut(s, a->place, a->other);

	if (at == s->cuts.len)
		return EFFECT_NO_CUT;
	keep_cuts(s, r);
	memmove(&s->cuts.at[at], &s->cuts.at[at + 1], (s->cuts.len - at - 1) * sizeof(*s->cuts.at));
	s->cuts.len--;
	zones_make(&s->zones, s->model, s->cuts.at, s->cuts.len);
	return EFFECT_DONE;
}

static void put_cuts_back(struct state *s, const struct record *r)
{
	if (!r->cuts_changed)
		return;
	vec_clear(&s->cuts);
	for (size_t i = 0; i < r->cuts.len; i++)
		vec_push(&s->cuts, r->cuts.at[i]);
	zones_make(&s->zones, s->model, s->cuts.at, s->cuts.len);
}

/* ---- all verbs ---- */

typedef enum effect (*action_fn)(struct state *, struct record *, const struct action *);
static const action_fn action_fns[VERBS] = {
	[VERB_KILL] = do_kill,
	[VERB_DRAIN] = do_drain,
	[VERB_HEAL] = do_heal,
	[VERB_CUT] = do_cut,
	[VERB_ISOLATE] = do_cut,
	[VERB_JOIN] = do_join,
	[VERB_ACCEPT] = do_accept,
};

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

/* ---- moving groups from situation to situation ---- */

bool place_covers(const struct model *m, place_id p, domain_id d)
{
	const struct shared *sh;

	if (p < m->ndomains)
		return domain_contains(m, p, d);
	sh = &m->shared[p - m->ndomains];
	for (uint32_t i = 0; i < sh->nmembers; i++)
		if (domain_contains(m, sh->members[i], d))
			return true;
	return false;
}

void state_fate(const struct state *s, uint32_t group, place_id also, uint8_t *ret)
{
	const domain_id *places = group_places(s->model, group);
	uint32_t n = group_size(s->model, group);

	for (uint32_t i = 0; i < n; i++) {
		ret[i] = s->gone[places[i]];
		if (also != NO_PLACE && place_covers(s->model, also, places[i]))
			ret[i] = GONE_DEAF | GONE_LOST;
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
	t = state_passage(s, service, g, NO_PLACE, s->passage);
	t.accept = accept;
	return situation_after(s->engine, s->at[g], t);
}

static inline void populate(struct state *s, situation_id at, uint32_t by)
{
	while (s->population.len <= at)
		vec_push(&s->population, 0);
	s->population.at[at] += by;
}

static void place_group(struct state *s, uint32_t g, situation_id at)
{
	s->population.at[s->at[g]]--;
	populate(s, at, 1);
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
	place_group(s, g, next);
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
	const struct model *m = s->model;

	for (size_t i = 0; i < s->changed.len; i++)
		for (uint32_t j = m->on_first[s->changed.at[i]]; j < m->on_first[s->changed.at[i] + 1]; j++)
			visit(s, m->groups_on[j]);
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
	const struct model *m = s->model;
	uint64_t entries = 0;

	for (size_t i = 0; i < s->changed.len; i++)
		entries += m->on_first[s->changed.at[i] + 1] - m->on_first[s->changed.at[i]];
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
	populate(s, slot->to, slot->taken);
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

static void move_groups(struct state *s, struct record *r)
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

static void act(struct state *s, struct record *r, enum effect *effects)
{
	for (uint32_t i = 0; i < r->step.nactions; i++) {
		const struct action *a = &r->step.actions[i];
		enum effect effect = action_fns[a->verb](s, r, a);

		if (effects)
			effects[i] = effect;
	}
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
	act(s, r, effects);
	for (size_t i = 0; i < r->marks.len; i++)
		refresh_place(s, r->marks.at[i].place);
	move_groups(s, r);
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
		populate(s, s->at[g], 1);
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
		set_mark(s, r->marks.at[i].place, r->marks.at[i].was);
	vec_clear(&s->changed);
	for (size_t i = 0; i < r->marks.len; i++)
		refresh_place(s, r->marks.at[i].place);
	vec_clear(&s->touched);
	for (size_t i = r->changes.len; i-- > 0;) {
		place_group(s, r->changes.at[i].group, r->changes.at[i].was);
		vec_push(&s->touched, r->changes.at[i].group);
	}
	put_cuts_back(s, r);
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
		populate(s, s->at[g], 1);
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
