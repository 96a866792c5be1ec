/* impact - what a step would do now, without taking it: see engine/state.h */
#include "engine/state_p.h"

static const uint8_t gone_by_mark[] = {[MARK_DRAINED] = GONE_DEAF, [MARK_KILLED] = GONE_DEAF | GONE_LOST};

struct outcome state_outcome_if_killed(const struct state *s, uint32_t group, place_id p)
{
	struct supposition death = {p, gone_by_mark[MARK_KILLED]};
	struct transition t = state_passage(s, state_service_of(s, group), group, death, s->passage);

	return *judge_outcome(s->engine, situation_after(s->engine, s->at[group], t));
}

struct outcome state_outcome_if_accepted(const struct state *s, uint32_t group)
{
	struct transition t = state_passage(s, state_service_of(s, group), group, nothing_supposed, s->passage);

	t.accept = true;
	return *judge_outcome(s->engine, situation_after(s->engine, s->at[group], t));
}

/* The place as ranges of domains that don't overlap: the domain itself, or the members not inside another. */
static domain_id range_of(const struct model *m, place_id p, uint32_t i)
{
	return p < m->ndomains ? p : m->shared[p - m->ndomains].members[i];
}

static uint32_t ranges_of(const struct model *m, place_id p)
{
	return p < m->ndomains ? 1 : m->shared[p - m->ndomains].nmembers;
}

static bool inside_another(const struct model *m, place_id p, uint32_t i)
{
	domain_id d = range_of(m, p, i);

	for (uint32_t j = 0; j < ranges_of(m, p); j++)
		if (j != i && domain_contains(m, range_of(m, p, j), d) && (range_of(m, p, j) != d || j < i))
			return true;
	return false;
}

/* A place that is given a mark in thought, over many groups. */
struct rehearsal {
	const struct state *s;
	place_id place;
	uint8_t gone;         /* GONE_* bits of the mark */
	domain_id first, end; /* of a tree domain's subtree; empty for a shared one */
	struct shortcuts shortcuts;
};

static bool covers(const struct rehearsal *r, domain_id d)
{
	if (r->place < r->s->model->ndomains)
		return d - r->first < r->end - r->first;
	return place_covers(r->s->model, r->place, d);
}

/* A group with several replicas beneath the place is counted where its lowest-numbered one is. */
static bool counted_at(const struct rehearsal *r, uint32_t g, domain_id d)
{
	const domain_id *places = group_places(r->s->model, g);
	uint32_t n = group_size(r->s->model, g);

	for (uint32_t i = 0; i < n; i++)
		if (places[i] < d && covers(r, places[i]))
			return false;
	return true;
}

/* What the needed services leave the group now; a death that takes them too is told by the services themselves. */
static uint8_t situation_context(const struct state *s, uint32_t g)
{
	return s->engine->situations.at[s->at[g]].context;
}

static const struct outcome *outcome_then(struct rehearsal *r, uint32_t g)
{
	const struct state *s = r->s;
	const domain_id *places = group_places(s->model, g);
	uint32_t n = group_size(s->model, g);
	uint64_t code = 0;

	if (n > PACKED_REPLICAS || s->zones.n > 1)
		return judge_outcome(s->engine, situation_after(s->engine, s->at[g],
			state_passage(s, state_service_of(s, g), g, (struct supposition){r->place, r->gone}, s->passage)));
	for (uint32_t i = 0; i < n; i++)
		code |= (uint64_t)(s->gone[places[i]] | (covers(r, places[i]) ? r->gone : 0)) << 2 * i;
	return judge_outcome(s->engine, shortcut_to(s->engine, &r->shortcuts, s->at[g], code, situation_context(s, g))->to);
}

static void add_group(struct rehearsal *r, uint32_t g, struct impact *ret)
{
	const struct outcome then = *outcome_then(r, g), *now = state_outcome(r->s, g);

	ret->groups++;
	ret->status[now->status]++;
	ret->verdict[now->data]++;
	if (now->status > ret->worst_status)
		ret->worst_status = now->status;
	if (now->data > ret->worst_data)
		ret->worst_data = now->data;
	ret->writes += goes_on(now->writes) && !goes_on(then.writes);
	ret->reads += goes_on(now->reads) && !goes_on(then.reads);
	ret->data += now->data == DATA_SAFE && then.data != DATA_SAFE;
	ret->lost += now->data != DATA_LOST && then.data == DATA_LOST;
}

/* The domain whose entries hold `entry`: the last one that starts at or before it. */
static domain_id domain_of_entry(const struct groups_on *groups, domain_id from, domain_id end, uint32_t entry)
{
	while (end - from > 1) {
		domain_id mid = from + (end - from) / 2;

		if (groups->first[mid] <= entry)
			from = mid;
		else
			end = mid;
	}
	return from;
}

static bool touches(const struct rehearsal *r, uint32_t g)
{
	const domain_id *places = group_places(r->s->model, g);
	uint32_t n = group_size(r->s->model, g);

	for (uint32_t i = 0; i < n; i++)
		if (covers(r, places[i]))
			return true;
	return false;
}

/* A pass over all groups, for a place that holds many: groups in the order of memory are cheaper by far. */
#define SWEPT_PER_VISIT 16

static void add_swept(struct rehearsal *r, uint32_t budget, struct impact *ret, uint64_t *cursor)
{
	uint64_t end = *cursor + (uint64_t)budget * SWEPT_PER_VISIT, ngroups = r->s->model->ngroups;

	for (; *cursor < end && *cursor < ngroups; ++*cursor)
		if (touches(r, (uint32_t)*cursor))
			add_group(r, (uint32_t)*cursor, ret);
	ret->known = *cursor == ngroups;
}

static uint32_t add_range(struct rehearsal *r, domain_id d, uint32_t entry, uint32_t budget, struct impact *ret)
{
	const struct groups_on *groups = r->s->on;
	domain_id after = r->s->model->domains[d].end, on;
	uint32_t end = groups->first[after];

	if (entry >= end)
		return entry;
	on = domain_of_entry(groups, d, after, entry);
	for (; entry < end && budget; entry++, budget--) {
		while (groups->first[on + 1] <= entry)
			on++;
		if (counted_at(r, groups->groups[entry], on))
			add_group(r, groups->groups[entry], ret);
	}
	return entry;
}

/* The cursor: the range in its upper half, the next entry, counted from the range's first, in its lower one. */
static void add_listed(struct rehearsal *r, uint32_t budget, struct impact *ret, uint64_t *cursor)
{
	const struct model *m = r->s->model;
	const uint32_t *entries = r->s->on->first;
	uint32_t range = (uint32_t)(*cursor >> 32), done = (uint32_t)*cursor;

	for (; range < ranges_of(m, r->place); range++, done = 0) {
		domain_id d = range_of(m, r->place, range);
		uint32_t first = entries[d], end = entries[m->domains[d].end], at = first + done;

		if (inside_another(m, r->place, range))
			continue;
		at = add_range(r, d, at, budget, ret);
		budget -= at - first - done;
		*cursor = (uint64_t)range << 32 | (at - first);
		if (at < end)
			return;
	}
	*cursor = (uint64_t)range << 32;
	ret->known = true;
}

static uint64_t entries_beneath(const struct state *s, place_id p)
{
	const struct model *m = s->model;
	uint64_t entries = 0;

	for (uint32_t i = 0; i < ranges_of(m, p); i++)
		entries += s->on->first[m->domains[range_of(m, p, i)].end] - s->on->first[range_of(m, p, i)];
	return entries;
}

void state_impact_of(const struct state *s, place_id p, enum mark mark, struct impact *ret, uint64_t *cursor,
                     uint32_t budget)
{
	const struct model *m = s->model;
	struct rehearsal r = {.s = s, .place = p, .gone = gone_by_mark[mark]};

	shortcuts_init(&r.shortcuts);
	if (p < m->ndomains) {
		r.first = p;
		r.end = m->domains[p].end;
	}
	if (!*cursor)
		*ret = (struct impact){0};
	if (state_better_swept(s, entries_beneath(s, p)))
		add_swept(&r, budget, ret, cursor);
	else
		add_listed(&r, budget, ret, cursor);
}

void state_impact(const struct state *s, place_id p, struct impact *ret, uint64_t *cursor, uint32_t budget)
{
	state_impact_of(s, p, MARK_KILLED, ret, cursor, budget);
}
