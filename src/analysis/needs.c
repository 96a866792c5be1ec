/* needs - see analysis/needs.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/footprint_p.h"
#include "analysis/needs.h"
#include "analysis/reach_p.h"
#include "analysis/survive.h"
#include "base/intern.h"

#define MAX_JUDGED ((uint64_t)1 << 22) /* replicas judged in one search: about a second */
#define MAX_DEAD 2048u                 /* each is a recursion */

struct hunt {
	struct deaths_tried tried;
	uint32_t service;
	enum target target;
	struct deaths left;
	bool alone;              /* what breaks a group while its needs leave what they usually do counts too */
	uint8_t usual;           /* left by its needs at the start */
	place_list spared;       /* tried already with what is dead, for what it changes of the needs */
	place_list spared_of_group; /* the same, for one group's own sake */
	struct strings *safe;    /* groups, by how they stand, that no deaths that are left can break */
	struct strbuf key;
	bool short_of_deaths;    /* with more of them there would have been more to try */
	bool gave_up;
};

/* ---- deaths ---- */

static uint32_t *deaths_left(struct hunt *h, place_id p)
{
	const struct model *m = h->tried.a->model;

	return p < m->ndomains ? &h->left.of_level[m->domains[p].level] : &h->left.shared;
}

static bool take(struct hunt *h, place_id p)
{
	uint32_t *left = deaths_left(h, p);

	if (!*left) {
		h->short_of_deaths = true;
		return false;
	}
	--*left;
	vec_push(&h->tried.dead, p);
	return true;
}

static void put_back(struct hunt *h)
{
	++*deaths_left(h, h->tried.dead.at[--h->tried.dead.len]);
}

static bool is_in(const place_list *list, place_id p)
{
	for (size_t i = 0; i < list->len; i++)
		if (list->at[i] == p)
			return true;
	return false;
}

static bool has_enough(struct hunt *h)
{
	h->gave_up |= h->tried.judged > MAX_JUDGED || h->tried.dead.len > MAX_DEAD;
	return h->gave_up;
}

/* ---- one group, its needs left alone ---- */

/* `kept` may not die: that could change what is left to the service. */
static bool break_group(struct hunt *h, uint32_t group, uint8_t need_left, const place_list *kept)
{
	struct outcome o = outcome_under(&h->tried, group, need_left);
	size_t spared = h->spared_of_group.len;
	place_list reach = {0};
	bool broken = !target_holds(h->target, &o);

	if (!broken)
		reach_of_group(&h->tried, group, &reach);
	place_list_tidy(&reach);
	for (size_t i = 0; i < reach.len && !broken && !has_enough(h); i++) {
		if (is_in(kept, reach.at[i]) || is_in(&h->spared_of_group, reach.at[i]) || !take(h, reach.at[i]))
			continue;
		broken = break_group(h, group, need_left, kept);
		if (!broken)
			put_back(h);
		vec_push(&h->spared_of_group, reach.at[i]);
	}
	h->spared_of_group.len = spared;
	vec_free(&reach);
	return broken;
}

static void describe_place(struct hunt *h, const place_list *kept, place_id p)
{
	if (h->tried.levels->has[p < h->tried.a->model->ndomains ? h->tried.a->model->domains[p].level : 0])
		sb_addc(&h->key, is_in(kept, p) ? 'k' : 'f');
}

/* All that break_group looks at: groups of a footprint that are described alike are alike. */
static void describe_group(struct hunt *h, uint32_t group, uint8_t need_left, const place_list *kept)
{
	const struct model *m = h->tried.a->model;
	uint32_t footprint = analysis_footprint_of(h->tried.a, group);
	place_id shared[MAX_REPLICAS];

	sb_clear(&h->key);
	sb_addn(&h->key, (const char *)&footprint, sizeof(footprint));
	sb_addc(&h->key, (char)need_left);
	sb_addn(&h->key, (const char *)&h->left, sizeof(h->left));
	for (uint32_t i = 0; i < group_size(m, group); i++) {
		domain_id at = group_places(m, group)[i];

		sb_addc(&h->key, deaths_cover(&h->tried, at) ? 'd' : 'a');
		for (domain_id d = at; d != ROOT; d = m->domains[d].parent)
			describe_place(h, kept, d);
	}
	footprint_shared_places(h->tried.a, group, shared);
	for (uint16_t i = 0; i < analysis_footprint(h->tried.a, footprint)->nshared; i++)
		describe_place(h, kept, shared[i]);
}

static bool break_some_group(struct hunt *h, uint8_t need_left, const place_list *kept)
{
	const struct service *sv = &h->tried.a->model->services[h->service];
	bool broken = false;

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups && !broken && !has_enough(h); g++) {
		h->tried.judged++;
		if (!holds_at_start(h->tried.a, g, h->target))
			continue;
		describe_group(h, g, need_left, kept);
		if (str_find(h->safe, h->key.text, h->key.len))
			continue;
		broken = break_group(h, g, need_left, kept);
		if (!broken && !h->tried.a->torn && !h->gave_up)
			str_intern(h->safe, h->key.text, h->key.len);
	}
	return broken;
}

/* ---- what needs leave ---- */

static bool hunt_on(struct hunt *h)
{
	uint8_t need_left = need_left_under(&h->tried, h->service);
	size_t spared = h->spared.len;
	place_list reach = {0};
	bool broken = false;

	reach_of_needs(&h->tried, h->service, &reach);
	place_list_tidy(&reach);
	if (h->alone || need_left != h->usual)
		broken = break_some_group(h, need_left, &reach);
	for (size_t i = 0; i < reach.len && !broken && !has_enough(h); i++) {
		if (is_in(&h->spared, reach.at[i]) || !take(h, reach.at[i]))
			continue;
		broken = hunt_on(h);
		if (!broken)
			put_back(h);
		vec_push(&h->spared, reach.at[i]);
	}
	h->spared.len = spared;
	vec_free(&reach);
	return broken;
}

static bool hunt(struct hunt *h)
{
	bool broken;

	h->tried.dead.len = 0;
	h->short_of_deaths = false;
	h->usual = need_left_under(&h->tried, h->service);
	h->safe = strings_new();
	broken = hunt_on(h);
	strings_free(h->safe);
	return broken;
}

static void hunt_release(struct hunt *h)
{
	deaths_release(&h->tried);
	vec_free(&h->spared);
	vec_free(&h->spared_of_group);
	sb_release(&h->key);
}

static struct level_set levels_of(const struct deaths *allowed)
{
	struct level_set levels = {{false}};

	levels.has[0] = allowed->shared;
	for (uint32_t level = 1; level <= MAX_LEVELS; level++)
		levels.has[level] = allowed->of_level[level];
	return levels;
}

/* ---- which need it is ---- */

/* The first need that leaves the service something that it does not leave at the start; else the first. */
static uint32_t first_changed(struct deaths_tried *t, uint32_t service)
{
	const struct service *sv = &t->a->model->services[service];
	struct deaths_tried nothing = {.a = t->a, .levels = t->levels};
	uint32_t found = sv->nneeds;

	for (uint32_t i = 0; i < sv->nneeds && found == sv->nneeds; i++)
		if (need_left_by(t, &sv->needs[i]) != need_left_by(&nothing, &sv->needs[i]))
			found = i;
	deaths_release(&nothing);
	return sv->needs[found < sv->nneeds ? found : 0].service;
}

static void keep_dead(const place_list *dead, struct arena *arena, struct need_failure *ret)
{
	ret->ndead = (uint32_t)dead->len;
	ret->dead = arena_alloc(arena, dead->len * sizeof(*ret->dead) + 1);
	if (dead->len)
		memcpy(ret->dead, dead->at, dead->len * sizeof(*ret->dead));
}

void analysis_need_failure(struct analysis *a, uint32_t service, enum target target, const struct deaths *allowed,
                           struct arena *arena, struct need_failure *ret)
{
	struct level_set levels = levels_of(allowed);
	struct hunt h = {.tried = {.a = a, .levels = &levels}, .service = service, .target = target, .left = *allowed,
	                 .alone = a->torn};

	*ret = (struct need_failure){.needed = NO_SERVICE};
	if (hunt(&h)) {
		ret->needed = first_changed(&h.tried, service);
		keep_dead(&h.tried.dead, arena, ret);
	}
	ret->undecided = ret->needed == NO_SERVICE && h.gave_up;
	hunt_release(&h);
}

/* ---- the fewest ---- */

int32_t analysis_fewest_with_needs(struct analysis *a, uint32_t service, enum target target, uint8_t level, bool alone,
                                   int32_t below, bool *ret_undecided)
{
	struct level_set levels = {{false}};
	struct hunt h = {.tried = {.a = a, .levels = &levels}, .service = service, .target = target, .alone = alone};
	int32_t most = (int32_t)a->model->level_count[level], found = below;

	levels.has[level] = true;
	h.short_of_deaths = true;
	for (int32_t n = 0; n <= most && n < found && h.short_of_deaths; n++) {
		h.left.of_level[level] = (uint32_t)n;
		if (hunt(&h) || h.gave_up)
			found = n;
	}
	*ret_undecided |= h.gave_up;
	hunt_release(&h);
	return found;
}

static bool some_need_may_recover(const struct analysis *a, uint32_t service)
{
	const struct service *sv = &a->model->services[service];

	for (uint32_t i = 0; i < sv->nneeds; i++)
		if (service_may_recover(a, sv->needs[i].service) || some_need_may_recover(a, sv->needs[i].service))
			return true;
	return false;
}

bool analysis_must_follow_needs(struct analysis *a, uint32_t service, enum target target)
{
	struct level_set none = {{false}};
	struct deaths_tried nothing = {.a = a, .levels = &none};

	if (a->torn || (target == TARGET_READS && service_may_recover(a, service)))
		return true;
	return need_left_under(&nothing, service) && some_need_may_recover(a, service);
}

/* ---- sequences ---- */

/* The steps of a sequence being put together, on a state of its own. */
struct sequence {
	struct analysis *a;
	const struct survive_goal *goal;
	uint32_t service;
	enum target target;
	struct state *state;
	VEC(uint32_t) died_in;          /* the step of each of the dead */
	place_list candidates;          /* of all services involved */
	VEC(struct action) step;
	place_list dead;
	uint64_t judged;
	uint32_t needed;
	bool gave_up;
};

static void add_candidates(struct sequence *q, uint32_t service)
{
	const struct model *m = q->a->model;
	const struct service *sv = &m->services[service];

	for (uint32_t i = m->first_replica[sv->first_group]; i < m->first_replica[sv->first_group + sv->ngroups]; i++) {
		for (domain_id d = m->replicas[i]; d != ROOT; d = m->domains[d].parent)
			if (place_may_die(q->a, d))
				vec_push(&q->candidates, d);
		for (uint32_t s = 0; s < m->nshared; s++)
			if (place_covers(m, m->ndomains + s, m->replicas[i]) && place_may_die(q->a, m->ndomains + s))
				vec_push(&q->candidates, m->ndomains + s);
	}
	place_list_tidy(&q->candidates);
	for (uint32_t i = 0; i < sv->nneeds; i++)
		add_candidates(q, sv->needs[i].service);
}

/* A group that is broken, and was not at the start, while something that it needs has stopped. */
static bool shows_failure(struct sequence *q)
{
	const struct service *sv = &q->a->model->services[q->service];

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		const struct footprint *f = analysis_footprint(q->a, analysis_footprint_of(q->a, g));
		struct group_why why = {.unmet = {.service = NO_SERVICE}};

		q->judged += f->n;
		if (target_holds(q->target, state_outcome(q->state, g)) || !footprint_holds(f, q->target))
			continue;
		state_why(q->state, g, &why);
		if (why.unmet.service != NO_SERVICE && !why.unmet.going) {
			q->needed = why.unmet.service;
			return true;
		}
	}
	return false;
}

static bool take_step(struct sequence *q, uint32_t step);

/* Chooses `left` more of a term's domains from candidate `from` on. */
static bool choose(struct sequence *q, uint32_t step, uint32_t term, size_t from, uint32_t left)
{
	const struct survive_step *s = &q->goal->steps[step];
	bool enough = false, found = false;

	q->gave_up |= q->step.len > MAX_DEAD;
	for (size_t i = from; term < s->nterms && left && i < q->candidates.len && !found && !q->gave_up; i++) {
		place_id p = q->candidates.at[i];

		if (place_level(q->a->model, p) != s->terms[term].level)
			continue;
		enough = true;
		vec_push(&q->step, (struct action){VERB_KILL, p, NO_PLACE, NO_SERVICE, NO_GROUP});
		found = choose(q, step, term, i + 1, left - 1);
		q->step.len -= 1;
	}
	if (enough || found)
		return found;
	if (term + 1 < s->nterms)
		return choose(q, step, term + 1, 0, s->terms[term + 1].count);
	return take_step(q, step);
}

static bool take_step(struct sequence *q, uint32_t step)
{
	VEC(struct action) chosen = {0};
	size_t dead = q->dead.len;
	bool found;

	q->gave_up |= q->dead.len + q->step.len > MAX_DEAD || (q->judged += q->a->model->nreplicas / 16 + 64) > MAX_JUDGED;
	for (size_t i = 0; i < q->step.len; i++) {
		vec_push(&chosen, q->step.at[i]);
		vec_push(&q->dead, q->step.at[i].place);
		vec_push(&q->died_in, step);
	}
	state_step(q->state, &(struct step){chosen.at, (uint32_t)chosen.len}, NULL);
	vec_clear(&q->step);
	if (step + 1 < q->goal->nsteps)
		found = choose(q, step + 1, 0, 0, q->goal->steps[step + 1].terms[0].count);
	else
		found = shows_failure(q);
	state_undo(q->state);
	vec_clear(&q->step);
	for (size_t i = 0; i < chosen.len; i++)
		vec_push(&q->step, chosen.at[i]);
	if (!found)
		q->dead.len = q->died_in.len = dead;
	vec_free(&chosen);
	return found;
}

/* What died in an earlier step can't die again, and needs no mention. */
static void drop_dead_already(struct sequence *q)
{
	const struct model *m = q->a->model;
	size_t kept = 0;

	for (size_t i = 0; i < q->dead.len; i++) {
		place_id p = q->dead.at[i];
		bool already = false;

		for (size_t k = 0; k < kept; k++)
			already |= q->dead.at[k] == p || (p < m->ndomains && place_covers(m, q->dead.at[k], p));
		if (already)
			continue;
		q->dead.at[kept] = p;
		q->died_in.at[kept++] = q->died_in.at[i];
	}
	q->dead.len = q->died_in.len = kept;
}

/* Nothing comes back by more deaths: what steps can break, all their deaths at once break too. */
static bool only_harmed(struct analysis *a, uint32_t service)
{
	struct level_set none = {{false}};
	struct deaths_tried nothing = {.a = a, .levels = &none};
	bool harmed = !a->torn && !service_may_recover(a, service) && !some_need_may_recover(a, service) &&
	              !need_left_under(&nothing, service);

	deaths_release(&nothing);
	return harmed;
}

/* Of all steps. */
static struct deaths deaths_of(const struct survive_goal *goal)
{
	struct deaths all = {{0}, 0};

	for (uint32_t i = 0; i < goal->nsteps; i++)
		for (uint32_t j = 0; j < goal->steps[i].nterms; j++) {
			const struct survive_term *t = &goal->steps[i].terms[j];

			*(t->level == LEVEL_SHARED ? &all.shared : &all.of_level[t->level]) += t->count;
		}
	return all;
}

void analysis_need_failure_of_goal(struct analysis *a, uint32_t service, enum target target,
                                   const struct survive_goal *goal, struct arena *arena, struct need_failure *ret)
{
	struct deaths all = deaths_of(goal);
	struct sequence q = {.a = a, .goal = goal, .service = service, .target = target};

	if (only_harmed(a, service)) {
		analysis_need_failure(a, service, target, &all, arena, ret);
		if (goal->nsteps == 1 || (ret->needed == NO_SERVICE && !ret->undecided))
			return;
	}
	*ret = (struct need_failure){.needed = NO_SERVICE};
	q.state = a->start ? state_clone(a->start) : state_new(a->engine);
	add_candidates(&q, service);
	if (choose(&q, 0, 0, 0, goal->steps[0].terms[0].count)) {
		ret->needed = q.needed;
		drop_dead_already(&q);
		keep_dead(&q.dead, arena, ret);
		ret->died_in = arena_alloc(arena, q.died_in.len * sizeof(*ret->died_in) + 1);
		memcpy(ret->died_in, q.died_in.at, q.died_in.len * sizeof(*ret->died_in));
	}
	ret->undecided = ret->needed == NO_SERVICE && q.gave_up;
	if (ret->undecided && goal->nsteps == 1)
		analysis_need_failure(a, service, target, &all, arena, ret);
	vec_free(&q.died_in);
	state_free(q.state);
	vec_free(&q.candidates);
	vec_free(&q.step);
	vec_free(&q.dead);
}
