/* reach - see reach_p.h */
#include <stdlib.h>

#include "analysis/reach_p.h"
#include "analysis/survive.h"

static bool is_dead(const struct deaths_tried *t, domain_id d)
{
	for (uint32_t i = 0; i < t->ndead; i++)
		if (place_covers(t->a->model, t->dead[i], d))
			return true;
	return false;
}

struct outcome outcome_under(struct deaths_tried *t, uint32_t group, uint8_t need_left)
{
	const struct model *m = t->a->model;
	const domain_id *places = group_places(m, group);
	uint32_t n = group_size(m, group);
	uint8_t fate[MAX_REPLICAS];

	for (uint32_t i = 0; i < n; i++)
		fate[i] = is_dead(t, places[i]) ? GONE_DEAF | GONE_LOST : 0;
	t->judged += n;
	return judge_once_with(t->a->engine, analysis_footprint(t->a, analysis_footprint_of(t->a, group))->start, fate, need_left);
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

uint8_t need_left_under(struct deaths_tried *t, uint32_t service)
{
	const struct service *sv = &t->a->model->services[service];
	uint8_t left = 0;

	for (uint32_t i = 0; i < sv->nneeds; i++) {
		bool going = first_going_on(t, sv->needs[i].service, asked_of_needed(sv->needs[i].mode)) != NO_GROUP;

		left |= judge_need_left(sv->needs[i].mode, going, going);
	}
	return left;
}

/* ---- which further deaths matter ---- */

void reach_of_group(const struct deaths_tried *t, uint32_t group, place_list *ret)
{
	const struct model *m = t->a->model;
	const domain_id *places = group_places(m, group);

	for (uint32_t i = 0; i < group_size(m, group); i++) {
		if (is_dead(t, places[i]))
			continue;
		for (domain_id d = places[i]; d != ROOT; d = m->domains[d].parent)
			if (t->levels->has[m->domains[d].level])
				vec_push(ret, d);
		for (uint32_t s = 0; t->levels->has[0] && s < m->nshared; s++)
			if (place_covers(m, m->ndomains + s, places[i]))
				vec_push(ret, m->ndomains + s);
	}
}

bool service_may_recover(const struct model *m, uint32_t service)
{
	const struct service *sv = &m->services[service];
	bool standbys = false;

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
	else if (service_may_recover(t->a->model, service))
		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
			reach_of_group(t, g, ret);
}

void reach_of_needs(struct deaths_tried *t, uint32_t service, place_list *ret)
{
	const struct service *sv = &t->a->model->services[service];

	for (uint32_t i = 0; i < sv->nneeds; i++)
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
