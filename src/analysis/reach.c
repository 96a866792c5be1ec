/* reach - see reach_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/reach_p.h"
#include "analysis/survive.h"

static bool is_lost(const struct analysis *a, domain_id d)
{
	return a->start && state_gone(a->start, d) & GONE_LOST;
}

bool deaths_cover(const struct deaths_tried *t, domain_id d)
{
	if (is_lost(t->a, d))
		return true;
	for (size_t i = 0; i < t->dead.len; i++)
		if (place_covers(t->a->model, t->dead.at[i], d))
			return true;
	return false;
}

void deaths_release(struct deaths_tried *t)
{
	state_free(t->trial);
	vec_free(&t->dead);
	vec_free(&t->played);
}

/* ---- single groups ---- */

static bool must_be_played(const struct analysis *a, uint32_t service)
{
	return a->torn && a->model->services[service].nneeds;
}

static bool is_played(const struct deaths_tried *t)
{
	return t->trial && t->played.len == t->dead.len &&
	       (!t->dead.len || !memcmp(t->played.at, t->dead.at, t->dead.len * sizeof(*t->dead.at)));
}

static const struct state *played(struct deaths_tried *t)
{
	VEC(struct action) actions = {0};

	if (is_played(t))
		return t->trial;
	if (!t->trial)
		t->trial = state_clone(t->a->start);
	while (state_position(t->trial) > state_position(t->a->start))
		state_undo(t->trial);
	vec_clear(&t->played);
	for (size_t i = 0; i < t->dead.len; i++) {
		vec_push(&actions, (struct action){VERB_KILL, t->dead.at[i], NO_PLACE, NO_SERVICE, NO_GROUP});
		vec_push(&t->played, t->dead.at[i]);
	}
	if (actions.len)
		state_step(t->trial, &(struct step){actions.at, (uint32_t)actions.len}, NULL);
	t->judged += t->a->model->nreplicas / 16 + 1;
	vec_free(&actions);
	return t->trial;
}

struct outcome outcome_under(struct deaths_tried *t, uint32_t group, uint8_t need_left)
{
	const struct footprint *f = analysis_footprint(t->a, analysis_footprint_of(t->a, group));
	const domain_id *places = group_places(t->a->model, group);
	uint8_t dies[MAX_REPLICAS];

	t->judged += f->n;
	if (must_be_played(t->a, f->service))
		return *state_outcome(played(t), group);
	for (uint32_t i = 0; i < f->n; i++)
		dies[i] = deaths_cover(t, places[i]) ? GONE_DEAF | GONE_LOST : 0;
	return judge_once_with(t->a->engine, f->start, dies, need_left);
}

/* ---- needed services ---- */

/* The first group that goes on; NO_GROUP: the service has stopped. */
static uint32_t first_going_on(struct deaths_tried *t, uint32_t service, enum target target)
{
	const struct service *sv = &t->a->model->services[service];
	uint8_t left = need_left_under(t, service);

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		struct outcome o = outcome_under(t, g, left);

		if (goes_on(target == TARGET_WRITES ? o.writes : o.reads))
			return g;
	}
	return NO_GROUP;
}

static enum target asked_of_needed(enum need_mode mode)
{
	return mode == NEED_DOWN ? TARGET_READS : TARGET_WRITES;
}

uint8_t need_left_by(struct deaths_tried *t, const struct need *need)
{
	bool going = first_going_on(t, need->service, asked_of_needed(need->mode)) != NO_GROUP;

	return judge_need_left(need->mode, going, going);
}

uint8_t need_left_under(struct deaths_tried *t, uint32_t service)
{
	const struct service *sv = &t->a->model->services[service];
	uint8_t left = 0;

	for (uint32_t i = 0; i < sv->nneeds && !t->a->torn; i++)
		left |= need_left_by(t, &sv->needs[i]);
	return left;
}

/* ---- which further deaths matter ---- */

static void reach_everything(const struct deaths_tried *t, place_list *ret)
{
	const struct model *m = t->a->model;

	for (place_id p = 1; p < m->ndomains + m->nshared; p++)
		if (t->levels->has[p < m->ndomains ? m->domains[p].level : 0] && place_may_die(t->a, p))
			vec_push(ret, p);
}

void reach_of_group(const struct deaths_tried *t, uint32_t group, place_list *ret)
{
	const struct model *m = t->a->model;
	const domain_id *places = group_places(m, group);

	if (must_be_played(t->a, model_service_of(m, group))) {
		reach_everything(t, ret);
		return;
	}
	for (uint32_t i = 0; i < group_size(m, group); i++) {
		if (deaths_cover(t, places[i]))
			continue;
		for (domain_id d = places[i]; d != ROOT; d = m->domains[d].parent)
			if (t->levels->has[m->domains[d].level])
				vec_push(ret, d);
		for (uint32_t s = 0; t->levels->has[0] && s < m->nshared; s++)
			if (place_covers(m, m->ndomains + s, places[i]))
				vec_push(ret, m->ndomains + s);
	}
}

bool service_may_recover(const struct analysis *a, uint32_t service)
{
	const struct model *m = a->model;
	const struct service *sv = &m->services[service];
	bool standbys = a->start != NULL; /* an accept may have made some */

	for (uint32_t g = sv->first_group; !standbys && g < sv->first_group + sv->ngroups; g++)
		for (uint32_t i = 0; i < group_size(m, g); i++)
			standbys |= group_roles(m, g)[i] == ROLE_STANDBY;
	return sv->sem.has_fallback || (standbys && sv->sem.failover == FAILOVER_AUTO);
}

/* A needed service that goes on stops only with the first group that does; one that has stopped may recover. */
static void reach_of_needed(struct deaths_tried *t, uint32_t service, enum target target, place_list *ret)
{
	const struct service *sv = &t->a->model->services[service];
	uint32_t going = first_going_on(t, service, target);

	reach_of_needs(t, service, ret);
	if (going != NO_GROUP)
		reach_of_group(t, going, ret);
	else if (service_may_recover(t->a, service))
		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
			reach_of_group(t, g, ret);
}

void reach_of_needs(struct deaths_tried *t, uint32_t service, place_list *ret)
{
	const struct service *sv = &t->a->model->services[service];

	for (uint32_t i = 0; i < sv->nneeds && !t->a->torn; i++)
		reach_of_needed(t, sv->needs[i].service, asked_of_needed(sv->needs[i].mode), ret);
}

static int by_number(const void *x, const void *y)
{
	place_id a = *(const place_id *)x, b = *(const place_id *)y;

	return (a > b) - (a < b);
}

void place_list_tidy(place_list *list)
{
	size_t kept = 0;

	if (list->len > 1)
		qsort(list->at, list->len, sizeof(*list->at), by_number);
	for (size_t i = 0; i < list->len; i++)
		if (!kept || list->at[kept - 1] != list->at[i])
			list->at[kept++] = list->at[i];
	list->len = kept;
}
