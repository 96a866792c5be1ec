/* search - see search_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/search_p.h"
#include "analysis/standing_p.h"

/* ---- units ---- */

static bool unit_has(const struct footprint *f, struct unit_ref u, uint16_t replica)
{
	if (u.level == LEVEL_SHARED)
		return f->coverage[(size_t)u.at * f->n + replica];
	return footprint_part(f, u.level, replica) == u.at;
}

void unit_kill(const struct footprint *f, struct unit_ref u, uint8_t *fate)
{
	for (uint16_t i = 0; i < f->n; i++)
		if (unit_has(f, u, i))
			fate[i] = GONE_DEAF | GONE_LOST;
}

/* Both units' x-th and y-th members share a domain of the level, or neither's do. */
static bool pairs_alike(const struct footprint *f, unsigned level, const uint16_t *a, const uint16_t *b, uint16_t x,
                        uint16_t y)
{
	uint16_t ax = footprint_part(f, level, a[x]), ay = footprint_part(f, level, a[y]);
	uint16_t bx = footprint_part(f, level, b[x]), by = footprint_part(f, level, b[y]);

	return (ax == NO_PART) == (bx == NO_PART) && (ax == ay) == (bx == by);
}

static bool level_alike(const struct footprint *f, uint8_t unit_level, unsigned level, const uint16_t *a,
                        const uint16_t *b, uint16_t n)
{
	if (level < unit_level)
		return footprint_part(f, level, a[0]) == footprint_part(f, level, b[0]);
	for (uint16_t x = 0; x < n; x++)
		for (uint16_t y = 0; y <= x; y++)
			if (!pairs_alike(f, level, a, b, x, y))
				return false;
	return true;
}

/*
 * Two units of one level are alike when they hold replicas that stand alike, in the same order, and share domains
 * in the same way at the levels that the service's expressions name: the same ones above, ones of their own beneath.
 */
static bool units_alike(const struct standing *st, uint8_t unit_level, const bool *named, const struct unit *u,
                        const struct unit *v)
{
	const uint16_t *a = u->members, *b = v->members;
	uint16_t n = u->nmembers;

	if (v->nmembers != n)
		return false;
	for (uint16_t i = 0; i < n; i++)
		if (stands_alone(st, a[i]) || stands_alone(st, b[i]) || !stand_alike(st, a[i], b[i]))
			return false;
	for (unsigned level = 1; level <= MAX_LEVELS; level++)
		if (named[level] && !level_alike(st->f, unit_level, level, a, b, n))
			return false;
	return true;
}

static struct unit unit_of(const struct footprint *f, struct unit_ref u, struct arena *arena)
{
	uint16_t members[MAX_REPLICAS], *kept;
	struct unit unit = {.at = u.at, .alike = 1};

	for (uint16_t i = 0; i < f->n; i++)
		if (unit_has(f, u, i))
			members[unit.nmembers++] = i;
	kept = arena_alloc(arena, (unit.nmembers + 1u) * sizeof(*kept));
	memcpy(kept, members, unit.nmembers * sizeof(*kept));
	unit.members = kept;
	return unit;
}

/* Its death would take something: not all of it is gone already. */
static bool takes_something(const struct footprint *f, const struct unit *u)
{
	for (uint16_t i = 0; i < u->nmembers; i++)
		if (!(f->gone[u->members[i]] & GONE_LOST))
			return true;
	return false;
}

static void list_units(const struct footprint *f, struct units *u, struct arena *arena)
{
	uint16_t candidates = u->level == LEVEL_SHARED ? f->nshared : f->n;

	u->all = arena_alloc(arena, (candidates + 1u) * sizeof(*u->all));
	for (uint16_t i = 0; i < candidates; i++) {
		if (u->level != LEVEL_SHARED && footprint_part(f, u->level, i) != i)
			continue;
		u->all[u->n] = unit_of(f, (struct unit_ref){0, u->level, i}, arena);
		u->n += takes_something(f, &u->all[u->n]);
	}
}

/* Puts units that are alike next to each other, in the order in which their first ones stand. */
static void gather_alike(const struct standing *st, const bool *named, struct units *u, struct arena *arena)
{
	struct unit *sorted = arena_alloc(arena, (u->n + 1u) * sizeof(*sorted));
	bool *taken = arena_alloc(arena, u->n + 1u);
	uint16_t n = 0;

	for (uint16_t i = 0; i < u->n; i++) {
		uint16_t start = n;

		for (uint16_t j = i; j < u->n && !taken[i]; j++) {
			if (taken[j] || (j != i && !units_alike(st, u->level, named, &u->all[i], &u->all[j])))
				continue;
			sorted[n++] = u->all[j];
			taken[j] = j != i;
		}
		for (uint16_t j = start; j < n; j++)
			sorted[j].alike = (uint16_t)(n - j);
	}
	u->all = sorted;
}

void units_of(const struct analysis *a, const struct footprint *f, uint8_t level, bool distinct, struct arena *arena,
              struct units *ret)
{
	const struct model *m = a->model;
	bool named[MAX_LEVELS + 1];
	struct standing *st;

	*ret = (struct units){.level = level};
	list_units(f, ret, arena);
	ret->elsewhere = mortal_places(a, level) - ret->n;
	if (distinct || level == LEVEL_SHARED || ret->n < 2)
		return;
	st = arena_alloc(arena, sizeof(*st));
	standing_find(st, a, f);
	semantics_levels(&m->services[f->service].sem, named);
	if (!st->apart)
		gather_alike(st, named, ret, arena);
}

/* ---- sets ---- */

/* Where a set is being put together: the situation before this step. */
struct stage {
	situation_id situation;
	uint32_t step, term;
};

static bool complete_step(struct search *s, struct stage st);
static bool choose_term(struct search *s, struct stage st);

static void kill(struct search *s, uint32_t step, uint8_t level, const struct unit *u)
{
	vec_push(&s->dead, (struct unit_ref){(uint8_t)step, level, u->at});
	for (uint16_t i = 0; i < u->nmembers; i++)
		if (!s->deaths[u->members[i]]++)
			s->fate[u->members[i]] = GONE_DEAF | GONE_LOST;
}

static void revive(struct search *s, const struct unit *u)
{
	s->dead.len--;
	for (uint16_t i = 0; i < u->nmembers; i++)
		if (!--s->deaths[u->members[i]])
			s->fate[u->members[i]] = 0;
}

/*
 * Chooses `left` more units of a term from index `from` on. Of units that are alike only the first so many
 * are taken: passing one over passes over the rest of its class.
 */
static bool choose_units(struct search *s, struct stage st, uint32_t from, uint32_t left)
{
	const struct units *units = &s->steps[st.step].terms[st.term].units;

	if (!left) {
		st.term++;
		return choose_term(s, st);
	}
	for (uint32_t i = from; i + left <= units->n; i += units->all[i].alike) {
		bool go_on;

		kill(s, st.step, units->level, &units->all[i]);
		go_on = choose_units(s, st, i + 1, left - 1);
		revive(s, &units->all[i]);
		if (!go_on)
			return false;
	}
	return true;
}

static bool choose_term(struct search *s, struct stage st)
{
	const struct search_step *step = &s->steps[st.step];

	if (st.term == step->nterms)
		return complete_step(s, st);
	for (uint32_t n = step->terms[st.term].least; n <= step->terms[st.term].most; n++)
		if (!choose_units(s, st, 0, n))
			return false;
	return true;
}

static bool complete_step(struct search *s, struct stage st)
{
	struct outcome o;

	s->work += s->f->n;
	s->a->work += s->f->n;
	if (s->work > MAX_WORK || s->a->work > MAX_WORK_IN_ALL) {
		s->gave_up = true;
		return false;
	}
	if (st.step + 1 == s->nsteps) {
		o = judge_once(s->a->engine, st.situation, s->fate);
		return s->visit(s, &o);
	}
	st.situation = judge_step(s->a->engine, st.situation, s->fate, false);
	st.step++;
	st.term = 0;
	return choose_term(s, st);
}

/* How deep the choosing may get. */
static uint64_t choices(const struct search *s)
{
	uint64_t n = s->nsteps;

	for (uint32_t i = 0; i < s->nsteps; i++)
		for (uint32_t t = 0; t < s->steps[i].nterms; t++)
			n += s->steps[i].terms[t].most;
	return n;
}

static bool run(struct search *s)
{
	struct stage st = {s->f->start, 0, 0};

	s->gave_up |= choices(s) > MAX_CHOICES;
	return !s->gave_up && choose_term(s, st);
}

void search_begin(struct search *s, struct analysis *a, uint32_t footprint, set_fn visit, void *context)
{
	memset(s, 0, sizeof(*s));
	s->a = a;
	s->f = analysis_footprint(a, footprint);
	s->visit = visit;
	s->context = context;
	s->deaths = arena_alloc(&s->arena, s->f->n * sizeof(*s->deaths));
	s->fate = arena_alloc(&s->arena, s->f->n);
}

void search_end(struct search *s)
{
	arena_release(&s->arena);
	vec_free(&s->dead);
}

/* Any `count` distinct domains of the level (all, where there are fewer): so many of these hold replicas. */
static void bound_term(struct search_term *t, uint32_t count)
{
	uint32_t there = t->units.n + t->units.elsewhere;

	if (count > there)
		count = there;
	t->least = count > t->units.elsewhere ? count - t->units.elsewhere : 0;
	t->most = count < t->units.n ? count : t->units.n;
}

static uint32_t count_at(const struct survive_step *step, uint8_t level)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < step->nterms; i++)
		if (step->terms[i].level == level)
			n += step->terms[i].count < MAX_DOMAINS ? step->terms[i].count : MAX_DOMAINS;
	return n;
}

static bool joined_already(const struct search_step *to, uint8_t level)
{
	for (uint32_t i = 0; i < to->nterms; i++)
		if (to->terms[i].units.level == level)
			return true;
	return false;
}

static void prepare_step(struct search *s, const struct survive_step *from, bool distinct, struct search_step *to)
{
	to->terms = arena_alloc(&s->arena, (from->nterms + 1) * sizeof(*to->terms));
	for (uint32_t i = 0; i < from->nterms; i++) {
		struct search_term *t = &to->terms[to->nterms];

		if (joined_already(to, from->terms[i].level))
			continue;
		units_of(s->a, s->f, from->terms[i].level, distinct, &s->arena, &t->units);
		bound_term(t, count_at(from, from->terms[i].level));
		to->nterms++;
	}
}

bool search_goal(struct search *s, const struct survive_goal *goal)
{
	bool distinct = goal->nsteps > 1 || goal->steps[0].nterms > 1;

	if (goal->nsteps > MAX_SEQUENCE) {
		s->gave_up = true;
		return false;
	}
	s->nsteps = goal->nsteps;
	s->steps = arena_alloc(&s->arena, goal->nsteps * sizeof(*s->steps));
	for (uint32_t i = 0; i < goal->nsteps; i++)
		prepare_step(s, &goal->steps[i], distinct, &s->steps[i]);
	return run(s);
}

bool search_level(struct search *s, uint8_t level, uint32_t size)
{
	if (!s->nsteps) {
		s->nsteps = 1;
		s->steps = arena_alloc(&s->arena, sizeof(*s->steps));
		s->steps->terms = arena_alloc(&s->arena, sizeof(*s->steps->terms));
		s->steps->nterms = 1;
		units_of(s->a, s->f, level, false, &s->arena, &s->steps->terms->units);
	}
	s->steps->terms->least = s->steps->terms->most = size;
	return run(s);
}
