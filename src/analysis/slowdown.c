/* slowdown - see analysis/slowdown.h */
#include "analysis/slowdown.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/footprint_p.h"
#include "base/table.h"

#define MAX_TRIPS (SLOWDOWN_REPLICAS * (SLOWDOWN_REPLICAS - 1) / 2)

/* A footprint, and round trips between its replicas where those don't follow from it. */
struct known {
	struct slowdown slowdown;
	uint32_t footprint, first_trip, ntrips;
};

struct slowdowns {
	struct analysis *a;
	const struct rtts *rtts;
	struct level_set levels;
	uint32_t factor;
	VEC(struct known) all;
	VEC(duration) trips;
	struct table index;
};

struct slowdowns *slowdowns_new(struct analysis *a, const struct rtts *r, const struct level_set *levels, uint32_t factor)
{
	struct slowdowns *s = xcalloc(1, sizeof(*s));

	s->a = a;
	s->rtts = r;
	s->levels = *levels;
	s->factor = factor;
	return s;
}

void slowdowns_free(struct slowdowns *s)
{
	if (!s)
		return;
	vec_free(&s->all);
	vec_free(&s->trips);
	table_release(&s->index);
	free(s);
}

/* ---- one group ---- */

/* What a domain's death takes: false where no replica of the group begins a domain at `at`. */
static bool deaths_of(const struct footprint *f, struct unit_ref u, uint8_t *ret)
{
	for (uint16_t i = 0; i < f->n; i++) {
		bool dies = u.level == LEVEL_SHARED ? f->coverage[(size_t)u.at * f->n + i]
		                                    : footprint_part(f, u.level, i) == u.at;

		ret[i] = dies ? GONE_DEAF | GONE_LOST : 0;
	}
	return u.level == LEVEL_SHARED || footprint_part(f, u.level, u.at) == u.at;
}

static void try_death(struct slowdowns *s, uint32_t group, const struct footprint *f, struct unit_ref u,
                      struct slowdown *ret)
{
	struct engine *e = s->a->engine;
	struct group_latency then;
	uint8_t dies[SLOWDOWN_REPLICAS];
	duration time;

	if (!deaths_of(f, u, dies))
		return;
	latency_judge(e, s->rtts, group, judge_step(e, f->start, dies, false), &then);
	time = then.of[ASKED_WRITE].time;
	if (time == DURATION_NONE || time <= ret->before.time || time / s->factor < ret->before.time)
		return;
	if (ret->found && time <= ret->after.time)
		return;
	ret->death = u;
	ret->after = then.of[ASKED_WRITE];
	ret->found = true;
}

static struct slowdown judge_group(struct slowdowns *s, uint32_t group, const struct footprint *f)
{
	struct slowdown found = {.found = false};
	struct group_latency now;

	latency_judge(s->a->engine, s->rtts, group, f->start, &now);
	found.before = now.of[ASKED_WRITE];
	if (found.before.time == DURATION_NONE)
		return found;
	for (uint32_t level = 1; level <= s->a->model->nlevels; level++)
		for (uint16_t i = 0; s->levels.has[level] && i < f->n; i++)
			try_death(s, group, f, (struct unit_ref){0, (uint8_t)level, i}, &found);
	for (uint16_t c = 0; s->levels.has[0] && c < f->nshared; c++)
		try_death(s, group, f, (struct unit_ref){0, LEVEL_SHARED, c}, &found);
	return found;
}

/* ---- groups alike ---- */

static uint32_t list_trips(const struct slowdowns *s, uint32_t group, uint16_t n, duration *ret)
{
	const domain_id *places = group_places(s->a->model, group);
	uint32_t trips = 0;

	if (rtts_by_level(s->rtts))
		return 0;
	for (uint16_t i = 0; i < n; i++)
		for (uint16_t j = 0; j < i; j++)
			ret[trips++] = rtt_between(s->rtts, places[i], places[j]);
	return trips;
}

static uint64_t known_hash(uint32_t footprint, const duration *trips, uint32_t n)
{
	return hash_mix(footprint + hash_bytes(trips, n * sizeof(*trips)) * 31);
}

const struct slowdown *slowdown_of(struct slowdowns *s, uint32_t group)
{
	static const struct slowdown none = {.found = false};
	uint32_t footprint = analysis_footprint_of(s->a, group), n;
	const struct footprint *f = analysis_footprint(s->a, footprint);
	duration trips[MAX_TRIPS];
	struct known new;
	uint64_t hash;

	if (f->n > SLOWDOWN_REPLICAS)
		return &none;
	n = list_trips(s, group, f->n, trips);
	hash = known_hash(footprint, trips, n);
	for (uint32_t at = table_first(&s->index, hash); at != TABLE_END; at = table_next(&s->index, hash, at)) {
		const struct known *k = &s->all.at[table_value(&s->index, at)];

		if (k->footprint == footprint && k->ntrips == n &&
		    (!n || !memcmp(s->trips.at + k->first_trip, trips, n * sizeof(*trips))))
			return &k->slowdown;
	}
	new = (struct known){judge_group(s, group, f), footprint, (uint32_t)s->trips.len, n};
	for (uint32_t i = 0; i < n; i++)
		vec_push(&s->trips, trips[i]);
	vec_push(&s->all, new);
	table_add(&s->index, hash, (uint32_t)s->all.len - 1);
	return &s->all.at[s->all.len - 1].slowdown;
}

place_id slowdown_place(const struct analysis *a, uint32_t group, const struct slowdown *s)
{
	if (s->death.level == LEVEL_SHARED)
		return footprint_shared_place(a, group, s->death.at);
	return domain_at_level(a->model, group_places(a->model, group)[s->death.at], s->death.level);
}
