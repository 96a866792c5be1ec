/* actions - what an action does to marks and cuts, and what marks mean for the domains beneath */
#include <stdlib.h>
#include <string.h>

#include "engine/state_p.h"

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

void state_refresh_place(struct state *s, place_id p)
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

void state_set_mark(struct state *s, place_id p, enum mark mark)
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
	state_set_mark(s, p, mark);
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

/* A step may hold hundreds of joins: zones are sorted anew once somebody asks. */
static void sort_zones_if_stale(struct state *s)
{
	if (s->zones_stale)
		zones_make(&s->zones, s->model, s->cuts.at, s->cuts.len);
	s->zones_stale = false;
}

static enum effect do_cut(struct state *s, struct record *r, const struct action *a)
{
	if (find_cut(s, a->place, a->other) < s->cuts.len)
		return EFFECT_ALREADY;
	keep_cuts(s, r);
	sort_zones_if_stale(s);
	if (!zones_add(&s->zones, s->model, &(struct cut){a->place, a->other}))
		return EFFECT_TOO_MANY;
	vec_push(&s->cuts, (struct cut){a->place, a->other});
	return EFFECT_DONE;
}

static enum effect do_join(struct state *s, struct record *r, const struct action *a)
{
	size_t at = find_cut(s, a->place, a->other);

	if (at == s->cuts.len)
		return EFFECT_NO_CUT;
	keep_cuts(s, r);
	memmove(&s->cuts.at[at], &s->cuts.at[at + 1], (s->cuts.len - at - 1) * sizeof(*s->cuts.at));
	s->cuts.len--;
	s->zones_stale = true;
	return EFFECT_DONE;
}

void state_put_cuts_back(struct state *s, const struct record *r)
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

void state_act(struct state *s, struct record *r, enum effect *effects)
{
	for (uint32_t i = 0; i < r->step.nactions; i++) {
		const struct action *a = &r->step.actions[i];
		enum effect effect = action_fns[a->verb](s, r, a);

		if (effects)
			effects[i] = effect;
	}
	sort_zones_if_stale(s);
	if (r->cuts_changed)
		zones_sever(&s->zones, s->model, s->cuts.at, s->cuts.len);
}
