/* needs - see analysis/needs.h */
#include <string.h>

#include "analysis/footprint_p.h"
#include "analysis/needs.h"
#include "analysis/reach_p.h"
#include "analysis/survive.h"

/* A search gives up after so many groups judged. */
#define MAX_JUDGED ((uint64_t)1 << 22)

struct hunt {
	struct analysis *a;
	struct deaths left;
	VEC(place_id) dead;
	uint64_t judged;
	bool gave_up;
};

static bool is_dead(const struct hunt *h, domain_id d)
{
	for (size_t i = 0; i < h->dead.len; i++)
		if (place_covers(h->a->model, h->dead.at[i], d))
			return true;
	return false;
}

/* Does a group still go on, by itself, with these dead? */
static bool still_goes_on(struct hunt *h, uint32_t group, enum target target)
{
	const struct footprint *f = analysis_footprint(h->a, analysis_footprint_of(h->a, group));
	uint8_t fate[MAX_REPLICAS];
	struct outcome o;

	for (uint16_t i = 0; i < f->n; i++)
		fate[i] = is_dead(h, group_places(h->a->model, group)[i]) ? GONE_DEAF | GONE_LOST : 0;
	h->gave_up |= ++h->judged > MAX_JUDGED;
	o = judge_once(h->a->engine, f->start, fate);
	return target_holds(target, &o);
}

static bool stop_service(struct hunt *h, uint32_t service, enum target target, uint32_t from);
static bool stop_by_needs(struct hunt *h, uint32_t service, enum target target, uint32_t *ret_needed);

typedef bool (*then_fn)(struct hunt *h, uint32_t service, enum target target, uint32_t from);

/* Kills one more place, goes on, and takes it back if that came to nothing. */
static bool kill_and(struct hunt *h, place_id p, uint32_t *left, then_fn then, uint32_t service, enum target target,
                     uint32_t from)
{
	if (!*left)
		return false;
	--*left;
	vec_push(&h->dead, p);
	if (then(h, service, target, from))
		return true;
	h->dead.len--;
	++*left;
	return false;
}

static bool kill_above(struct hunt *h, domain_id place, then_fn then, uint32_t service, enum target target, uint32_t from)
{
	const struct model *m = h->a->model;

	for (domain_id d = place; d != ROOT; d = m->domains[d].parent)
		if (kill_and(h, d, &h->left.of_level[m->domains[d].level], then, service, target, from))
			return true;
	for (uint32_t s = 0; h->left.shared && s < m->nshared; s++)
		if (place_covers(m, m->ndomains + s, place) &&
		    kill_and(h, m->ndomains + s, &h->left.shared, then, service, target, from))
			return true;
	return false;
}

/* Kills something of the group, whichever helps. */
static bool strike_group(struct hunt *h, uint32_t group, then_fn then, uint32_t service, enum target target, uint32_t from)
{
	const domain_id *places = group_places(h->a->model, group);

	for (uint32_t i = 0; i < group_size(h->a->model, group); i++)
		if (!is_dead(h, places[i]) && kill_above(h, places[i], then, service, target, from))
			return true;
	return false;
}

/* All groups of the service from `from` on. */
static bool stop_groups(struct hunt *h, uint32_t service, enum target target, uint32_t from)
{
	const struct service *sv = &h->a->model->services[service];
	uint32_t end = sv->first_group + sv->ngroups;

	while (from < end && !h->gave_up && !still_goes_on(h, from, target))
		from++;
	if (from == end)
		return true;
	return !h->gave_up && strike_group(h, from, stop_groups, service, target, from);
}

static bool stop_service(struct hunt *h, uint32_t service, enum target target, uint32_t from)
{
	uint32_t needed;

	return stop_by_needs(h, service, target, &needed) ||
	       stop_groups(h, service, target, from ? from : h->a->model->services[service].first_group);
}

static bool stop_needed_writes(struct hunt *h, uint32_t needed, enum target target, uint32_t from)
{
	(void)target, (void)from;
	return stop_service(h, needed, TARGET_WRITES, 0);
}

static bool must_be_decided(const struct service *sv, const uint8_t *roles, uint32_t i, bool first_voter)
{
	if (sv->sem.quorums.ack_rule == ACK_INSYNC)
		return role_info[roles[i]].acknowledges;
	return roles[i] == ROLE_VOTER && first_voter;
}

/* Frozen, a group stops when its leader dies too, or with `ack: insync` any member of its write set. */
static bool stop_frozen(struct hunt *h, uint32_t service, uint32_t needed)
{
	const struct model *m = h->a->model;
	const struct service *sv = &m->services[service];

	for (uint32_t g = sv->first_group; sv->sem.leader && g < sv->first_group + sv->ngroups && !h->gave_up; g++) {
		bool first = true;

		for (uint32_t i = 0; i < group_size(m, g); i++) {
			bool voter = group_roles(m, g)[i] == ROLE_VOTER;

			if (must_be_decided(sv, group_roles(m, g), i, first) &&
			    kill_above(h, group_places(m, g)[i], stop_needed_writes, needed, TARGET_WRITES, 0))
				return true;
			first &= !voter;
		}
	}
	return false;
}

static bool stop_by_need(struct hunt *h, uint32_t service, const struct need *need, enum target target)
{
	if (need->mode == NEED_DOWN)
		return stop_service(h, need->service, TARGET_READS, 0);
	if (target != TARGET_WRITES)
		return false;
	if (need->mode == NEED_READ_ONLY)
		return stop_service(h, need->service, TARGET_WRITES, 0);
	return stop_frozen(h, service, need->service);
}

static bool stop_by_needs(struct hunt *h, uint32_t service, enum target target, uint32_t *ret_needed)
{
	const struct service *sv = &h->a->model->services[service];

	for (uint32_t i = 0; target != TARGET_DATA && i < sv->nneeds; i++) {
		if (!stop_by_need(h, service, &sv->needs[i], target))
			continue;
		*ret_needed = sv->needs[i].service;
		return true;
	}
	return false;
}

void analysis_need_failure(struct analysis *a, uint32_t service, enum target target, const struct deaths *allowed,
                           struct arena *arena, struct need_failure *ret)
{
	struct hunt h = {.a = a, .left = *allowed};

	*ret = (struct need_failure){.needed = NO_SERVICE};
	if (stop_by_needs(&h, service, target, &ret->needed)) {
		ret->ndead = (uint32_t)h.dead.len;
		ret->dead = arena_alloc(arena, h.dead.len * sizeof(*ret->dead) + 1);
		if (h.dead.len)
			memcpy(ret->dead, h.dead.at, h.dead.len * sizeof(*ret->dead));
	}
	ret->undecided = ret->needed == NO_SERVICE && h.gave_up;
	vec_free(&h.dead);
}
