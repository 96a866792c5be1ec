/* latency - see analysis/latency.h */
#include "analysis/latency.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/vec.h"

const char *const asked_names[ASKED] = {"write", "read"};

/* ---- one group ---- */

/* A replica that answers, and when. */
struct reply { duration after; uint16_t replica; };

static int by_time(const void *x, const void *y)
{
	const struct reply *a = x, *b = y;

	if (a->after != b->after)
		return a->after < b->after ? -1 : 1;
	return a->replica - b->replica;
}

/* Groups are small, mostly. */
static void sort_replies(struct reply *replies, uint32_t n)
{
	if (n > 16) {
		qsort(replies, n, sizeof(*replies), by_time);
		return;
	}
	for (uint32_t i = 1; i < n; i++) {
		struct reply r = replies[i];
		uint32_t at = i;

		for (; at && by_time(&r, &replies[at - 1]) < 0; at--)
			replies[at] = replies[at - 1];
		replies[at] = r;
	}
}

static uint32_t collect_replies(const struct answering *a, const struct rtts *r, const domain_id *places, uint16_t from,
                                unsigned may, struct reply *ret)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < a->n; i++)
		if (a->may[i] & may)
			ret[n++] = (struct reply){i == from ? 0 : rtt_between(r, places[from], places[i]), i};
	sort_replies(ret, n);
	return n;
}

/* How many of the first replies it takes. */
static uint32_t replies_needed(const struct answering *a, enum asked asked, const struct reply *replies, uint32_t n)
{
	uint16_t order[MAX_REPLICAS];

	if (asked == ASKED_WRITE && a->ack_rule != ACK_EXPR)
		return a->ack_rule == ACK_INSYNC ? n : 0;
	for (uint32_t i = 0; i < n; i++)
		order[i] = replies[i].replica;
	return answers_needed(a, asked == ASKED_WRITE ? JUDGE_ACK : JUDGE_READ, order, n);
}

static const struct latency unknown_latency = {DURATION_NONE, DURATION_NONE, NO_PEER, NO_PEER};

static struct latency time_from(const struct answering *a, const struct rtts *r, const domain_id *places, uint16_t from,
                                enum asked asked)
{
	struct reply replies[MAX_REPLICAS];
	uint32_t n = collect_replies(a, r, places, from, asked == ASKED_WRITE ? ANSWERS_WRITES : ANSWERS_READS, replies);
	uint32_t needed = replies_needed(a, asked, replies, n);
	duration last;

	if (needed == ANSWERS_NEVER)
		return unknown_latency;
	last = needed ? replies[needed - 1].after : 0;
	return (struct latency){last, last, from, needed ? replies[needed - 1].replica : from};
}

/* Without a leader: from where it is shortest, and how long from where it is longest. */
static struct latency time_from_any(const struct answering *a, const struct rtts *r, const domain_id *places,
                                    enum asked asked)
{
	struct latency best = unknown_latency;
	uint32_t tried = 0;

	for (uint16_t i = 0; i < a->n && tried < LATENCY_COORDINATORS; i++) {
		struct latency l;
		duration farthest = best.farthest;

		if (!(a->may[i] & ANSWERS_COORDINATES))
			continue;
		l = time_from(a, r, places, i, asked);
		if (tried++ && best.time != DURATION_NONE && (l.time == DURATION_NONE || l.time >= best.time)) {
			best.farthest = duration_max(farthest, l.time);
			continue;
		}
		l.farthest = tried > 1 ? duration_max(farthest, l.time) : l.time;
		best = l;
	}
	return best;
}

void latency_judge(struct engine *e, const struct rtts *r, uint32_t group, situation_id s, struct group_latency *ret)
{
	const domain_id *places = group_places(engine_model(e), group);
	struct answering a;

	judge_answering(e, s, &a);
	for (enum asked asked = 0; asked < ASKED; asked++) {
		ret->of[asked] = unknown_latency;
		if (!(asked == ASKED_WRITE ? a.writes : a.reads))
			continue;
		if (!a.has_leader)
			ret->of[asked] = time_from_any(&a, r, places, asked);
		else if (a.leader != NO_PEER)
			ret->of[asked] = time_from(&a, r, places, a.leader, asked);
	}
}

/* ---- all groups ---- */

#define MEMO_TRIPS 128u /* groups with more round trips that matter are judged one by one */

/* A distinct situation with distinct round trips. */
struct timed {
	struct group_latency latency;
	situation_id situation;
	uint32_t first_trip, ntrips;
};

#define SHORTCUTS 1024u

struct latencies {
	struct engine *engine;
	const struct model *model;
	const struct state *state;
	struct rtts *rtts;
	VEC(struct timed) all;
	VEC(duration) trips;
	struct table index;
	uint32_t shortcut[SHORTCUTS]; /* the entry last found by a hash, plus one */
	uint32_t *of_group;
	uint32_t done;                /* groups before this one are judged */
};

struct latencies *latencies_new(struct engine *e, const struct state *s)
{
	struct latencies *l = xcalloc(1, sizeof(*l));

	l->engine = e;
	l->model = engine_model(e);
	l->state = s;
	l->rtts = rtts_new(l->model);
	l->of_group = xmalloc((l->model->ngroups + 1) * sizeof(*l->of_group));
	return l;
}

void latencies_free(struct latencies *l)
{
	if (!l)
		return;
	rtts_free(l->rtts);
	vec_free(&l->all);
	vec_free(&l->trips);
	table_release(&l->index);
	free(l->of_group);
	free(l);
}

const struct rtts *latencies_rtts(const struct latencies *l)
{
	return l->rtts;
}

/* The round trips that a group's times depend on; their number, or 0 when there are too many to compare. */
static uint32_t list_trips(const struct latencies *l, uint32_t group, situation_id s, bool has_leader, duration *ret)
{
	const domain_id *places = group_places(l->model, group);
	uint32_t n = group_size(l->model, group), trips = 0;

	if ((has_leader ? n : n * (n - 1) / 2) > MEMO_TRIPS)
		return 0;
	if (has_leader) {
		domain_id from = places[judge_outcome(l->engine, s)->leader];

		for (uint32_t i = 0; i < n; i++)
			ret[trips++] = rtt_between(l->rtts, from, places[i]);
		return trips;
	}
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < i; j++)
			ret[trips++] = rtt_between(l->rtts, places[i], places[j]);
	return trips;
}

static bool is_timed(const struct latencies *l, uint32_t at, situation_id s, const duration *trips, uint32_t n)
{
	const struct timed *t = &l->all.at[at];

	return t->situation == s && t->ntrips == n &&
	       (!n || !memcmp(l->trips.at + t->first_trip, trips, n * sizeof(*trips)));
}

static uint32_t add_timed(struct latencies *l, uint32_t group, situation_id s, const duration *trips, uint32_t n)
{
	struct timed t = {.situation = s, .first_trip = (uint32_t)l->trips.len, .ntrips = n};

	for (uint32_t i = 0; i < n; i++)
		vec_push(&l->trips, trips[i]);
	latency_judge(l->engine, l->rtts, group, s, &t.latency);
	vec_push(&l->all, t);
	return (uint32_t)l->all.len - 1;
}

static uint64_t trips_hash(situation_id s, const duration *trips, uint32_t n)
{
	uint64_t hash = s;

	for (uint32_t i = 0; i < n; i++)
		hash = hash_mix(hash * 0x9e3779b97f4a7c15u + (uint64_t)trips[i]);
	return hash;
}

static uint32_t find_timed(struct latencies *l, uint32_t group, situation_id s, const duration *trips, uint32_t n)
{
	uint64_t hash = trips_hash(s, trips, n);
	uint32_t *shortcut = &l->shortcut[hash % SHORTCUTS];

	if (*shortcut && is_timed(l, *shortcut - 1, s, trips, n))
		return *shortcut - 1;
	for (uint32_t at = table_first(&l->index, hash); at != TABLE_END; at = table_next(&l->index, hash, at))
		if (is_timed(l, table_value(&l->index, at), s, trips, n)) {
			*shortcut = table_value(&l->index, at) + 1;
			return *shortcut - 1;
		}
	*shortcut = add_timed(l, group, s, trips, n) + 1;
	table_add(&l->index, hash, *shortcut - 1);
	return *shortcut - 1;
}

static uint32_t time_group(struct latencies *l, uint32_t group, bool has_leader)
{
	situation_id s = l->state ? judge_now(l->state, group) : judge_healthy(l->engine, group);
	duration trips[MEMO_TRIPS];
	uint32_t n = list_trips(l, group, s, has_leader, trips);

	return n || group_size(l->model, group) == 1 ? find_timed(l, group, s, trips, n) : add_timed(l, group, s, trips, 0);
}

bool latencies_work(struct latencies *l, size_t groups)
{
	const struct model *m = l->model;
	uint32_t left = m->ngroups - l->done, end = groups < left ? l->done + (uint32_t)groups : m->ngroups;

	while (l->done < end) {
		const struct service *sv = &m->services[model_service_of(m, l->done)];
		uint32_t last = sv->first_group + sv->ngroups < end ? sv->first_group + sv->ngroups : end;

		for (; l->done < last; l->done++)
			l->of_group[l->done] = time_group(l, l->done, sv->sem.leader);
	}
	return l->done == m->ngroups;
}

const struct group_latency *latency_of(const struct latencies *l, uint32_t group)
{
	return group < l->done ? &l->all.at[l->of_group[group]].latency : NULL;
}

/* ---- a service ---- */

/* Groups that take as long. */
struct tally_of { duration time; uint32_t groups; };

static int by_length(const void *x, const void *y)
{
	const struct tally_of *a = x, *b = y;

	return (a->time > b->time) - (a->time < b->time);
}

static duration median_of(struct tally_of *tallies, size_t n, uint32_t timed)
{
	uint32_t sum = 0;

	if (n)
		qsort(tallies, n, sizeof(*tallies), by_length);
	for (size_t i = 0; i < n; i++) {
		sum += tallies[i].groups;
		if (tallies[i].time != DURATION_NONE && 2 * (uint64_t)sum >= timed)
			return tallies[i].time;
	}
	return DURATION_NONE;
}

/* What is known of a service's groups stands together: situations are of one service. */
static void entries_of(const struct latencies *l, const struct service *sv, uint32_t *ret_first, uint32_t *ret_end)
{
	uint32_t next = sv->first_group + sv->ngroups;

	*ret_end = next < l->model->ngroups ? l->of_group[next] : (uint32_t)l->all.len;
	*ret_first = sv->ngroups ? l->of_group[sv->first_group] : *ret_end;
}

void latency_summarize(const struct latencies *l, uint32_t service, enum asked asked, struct latency_summary *ret)
{
	const struct service *sv = &l->model->services[service];
	struct tally_of *tallies;
	uint32_t first, end;

	entries_of(l, sv, &first, &end);
	tallies = xcalloc(end - first + 1, sizeof(*tallies));
	*ret = (struct latency_summary){.groups = sv->ngroups, .median = DURATION_NONE, .worst = DURATION_NONE,
	                                .worst_group = NO_GROUP};
	for (uint32_t i = first; i < end; i++)
		tallies[i - first].time = l->all.at[i].latency.of[asked].time;
	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		struct tally_of *t = &tallies[l->of_group[g] - first];

		if (t->time == DURATION_NONE)
			continue;
		t->groups++;
		ret->timed++;
		if (ret->worst_group != NO_GROUP && t->time <= ret->worst)
			continue;
		ret->worst = t->time;
		ret->worst_group = g;
	}
	ret->median = median_of(tallies, end - first, ret->timed);
	free(tallies);
}
