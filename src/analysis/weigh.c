/* weigh - see weigh_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/census_p.h"
#include "analysis/paths_p.h"
#include "analysis/pattern_p.h"
#include "analysis/reach_p.h"
#include "analysis/survive.h"
#include "analysis/weigh_p.h"

#define MAX_HELD ((size_t)24 << 20)          /* sets that are kept by hash */
#define MAX_ADDED ((uint64_t)1 << 32)        /* sets that are added, over all groups */
#define MAX_JUDGED ((uint64_t)1 << 28)       /* replicas judged to know what needed services leave */

/* ---- numbers by path ---- */

static uint32_t list_places(place_id *places, const struct analysis *a, uint8_t level)
{
	const struct model *m = a->model;
	bool shared = level == LEVEL_SHARED;
	place_id first = shared ? m->ndomains : 1, end = shared ? m->ndomains + m->nshared : m->ndomains;
	uint32_t n = 0;

	for (place_id p = first; p < end; p++)
		if ((shared || m->domains[p].level == level) && place_may_die(a, p))
			places[n++] = p;
	return n;
}

static void number_places(struct ranking *r, const struct model *m)
{
	uint32_t known = r->level == LEVEL_SHARED ? m->nshared : m->ndomains;

	r->of = xmalloc((known + 1) * sizeof(*r->of));
	memset(r->of, 0xff, (known + 1) * sizeof(*r->of));
	for (uint32_t i = 0; i < r->n; i++) {
		place_id p = r->places[i];

		if (r->level == LEVEL_SHARED)
			r->of[p - m->ndomains] = i;
		else
			for (domain_id d = p; d < m->domains[p].end; d++)
				r->of[d] = i;
	}
}

void ranking_init(struct ranking *r, const struct analysis *a, uint8_t level)
{
	const struct model *m = a->model;

	r->level = level;
	r->places = xcalloc((level == LEVEL_SHARED ? m->nshared : m->level_count[level]) + 1, sizeof(*r->places));
	r->n = list_places(r->places, a, level);
	sort_by_path(m, r->places, r->n);
	number_places(r, m);
}

void ranking_release(struct ranking *r)
{
	free(r->places);
	free(r->of);
}

/* ---- the groups of a service ---- */

struct weighing {
	struct analysis *a;
	const struct ranking *ranking;
	uint32_t most;
	struct weights *into;
	uint64_t added;
	bool gave_up;
};

/* The domain behind each `at` of a group's pattern. */
static void rank_units(const struct weighing *k, uint32_t group, uint32_t *ranks)
{
	const struct model *m = k->a->model;
	place_id shared[MAX_REPLICAS];

	if (k->ranking->level != LEVEL_SHARED) {
		for (uint32_t i = 0; i < group_size(m, group); i++)
			ranks[i] = k->ranking->of[group_places(m, group)[i]];
		return;
	}
	footprint_shared_places(k->a, group, shared);
	for (uint32_t i = 0; i < analysis_footprint(k->a, analysis_footprint_of(k->a, group))->nshared; i++)
		ranks[i] = k->ranking->of[shared[i] - m->ndomains];
}

static void put_in(uint32_t *set, uint32_t n, uint32_t member)
{
	while (n && set[n - 1] > member) {
		set[n] = set[n - 1];
		n--;
	}
	set[n] = member;
}

/* `ranks`: the domain behind each `at`. */
static void weigh_ranks(struct weighing *k, const struct pattern *p, const uint32_t *ranks, int32_t times)
{
	uint32_t set[WORST_MAX_SIZE];

	for (size_t i = 0; i < p->sets.len; i++) {
		const struct pattern_set *s = &p->sets.at[i];

		for (uint32_t j = 0; j < s->size; j++)
			put_in(set, j, ranks[s->at[j]]);
		weights_add(k->into, set, s->size, &s->weight, times);
	}
	k->added += p->sets.len;
	k->gave_up |= k->added > MAX_ADDED || weights_held(k->into) > MAX_HELD;
}

static void weigh_group(struct weighing *k, const struct pattern *p, uint32_t group, int32_t times)
{
	uint32_t ranks[MAX_REPLICAS];

	if (!p->sets.len)
		return;
	rank_units(k, group, ranks);
	weigh_ranks(k, p, ranks, times);
}

/* The patterns of a service's footprints, with that left by those that it needs. */
struct patterns {
	struct pattern *all;
	uint32_t first, n;
};

static void patterns_make(struct patterns *ps, struct weighing *k, uint32_t service, uint8_t need_left)
{
	uint32_t end;

	analysis_service_footprints(k->a, service, &ps->first, &end);
	ps->n = end - ps->first;
	ps->all = xcalloc(ps->n + 1, sizeof(*ps->all));
	for (uint32_t i = 0; i < ps->n && !k->gave_up; i++)
		k->gave_up = !pattern_make(&ps->all[i], k->a, ps->first + i, k->ranking->level, k->most, need_left);
}

static void patterns_release(struct patterns *ps)
{
	for (uint32_t i = 0; i < ps->n; i++)
		pattern_release(&ps->all[i]);
	free(ps->all);
}

#define PUT_OFF 16

/* Groups of one level's domains being counted: those whose patterns are alike are of a kind. */
struct counting {
	struct weighing *k;
	const struct patterns *patterns;
	int32_t times;
	uint32_t *kind_of, *example; /* [pattern] its kind; [kind] the first pattern of it */
	uint32_t nkinds;
	/* what was counted is weighed a little later: by then, caches hold the weights of its pairs */
	struct put_off { uint32_t kind, groups, ranks[MAX_COUNTED]; } put_off[PUT_OFF];
	size_t nput_off;
};

#define KINDS_COMPARED 16 /* more of them are rare, and taken for different */

static bool same_set(const struct pattern_set *a, const struct pattern_set *b)
{
	return a->size == b->size && !memcmp(a->at, b->at, a->size * sizeof(*a->at)) &&
	       !memcmp(&a->weight, &b->weight, sizeof(a->weight));
}

static bool alike(const struct pattern *a, const struct pattern *b)
{
	if (a->sets.len != b->sets.len || a->units.len != b->units.len || a->symmetric != b->symmetric)
		return false;
	if (a->symmetric)
		return !memcmp(a->of_size, b->of_size, sizeof(a->of_size));
	for (size_t i = 0; i < a->units.len; i++)
		if (a->units.at[i] != b->units.at[i])
			return false;
	for (size_t i = 0; i < a->sets.len; i++)
		if (!same_set(&a->sets.at[i], &b->sets.at[i]))
			return false;
	return true;
}

static void find_kinds(struct counting *t)
{
	const struct patterns *ps = t->patterns;

	t->kind_of = xcalloc(ps->n + 1, sizeof(*t->kind_of));
	t->example = xcalloc(ps->n + 1, sizeof(*t->example));
	for (uint32_t i = 0; i < ps->n; i++) {
		uint32_t kind = 0;

		while (kind < t->nkinds && kind < KINDS_COMPARED && !alike(&ps->all[t->example[kind]], &ps->all[i]))
			kind++;
		if (kind == t->nkinds || kind == KINDS_COMPARED)
			t->example[kind = t->nkinds++] = i;
		t->kind_of[i] = kind;
	}
}

static uint32_t most_units(const struct patterns *ps)
{
	size_t most = 0;

	for (uint32_t i = 0; i < ps->n; i++)
		if (ps->all[i].sets.len && ps->all[i].units.len > most)
			most = ps->all[i].units.len;
	return (uint32_t)most;
}

/* Without branches: which of three random numbers is the least can't be foreseen. */
static void order_two(uint32_t *a, uint32_t *b)
{
	uint32_t least = *a < *b ? *a : *b, most = *a < *b ? *b : *a;

	*a = least;
	*b = most;
}

static void put_in_order(uint32_t *ranks, uint32_t n)
{
	for (uint32_t end = n; end > 1; end--)
		for (uint32_t i = 1; i < end; i++)
			order_two(&ranks[i - 1], &ranks[i]);
}

static void count_group(const struct counting *t, struct census *census, uint32_t group)
{
	struct weighing *k = t->k;
	uint32_t footprint = analysis_footprint_of(k->a, group) - t->patterns->first, ranks[MAX_COUNTED];
	const struct pattern *p = &t->patterns->all[footprint];
	const domain_id *places = group_places(k->a->model, group);

	if (!p->sets.len)
		return;
	for (uint32_t i = 0; i < p->units.len; i++) {
		ranks[i] = k->ranking->of[places[p->units.at[i]]];
		if (ranks[i] == NO_RANK) { /* dead before */
			weigh_group(k, p, group, t->times);
			return;
		}
	}
	if (p->symmetric && !census->counts)
		put_in_order(ranks, (uint32_t)p->units.len);
	census_add(census, t->kind_of[footprint], ranks, (uint32_t)p->units.len);
}

static const struct pattern *pattern_of(const struct weighing *k, const struct patterns *ps, uint32_t group)
{
	return &ps->all[analysis_footprint_of(k->a, group) - ps->first];
}

static void weigh_one_by_one(struct weighing *k, const struct patterns *ps, const struct service *sv, int32_t times)
{
	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups && !k->gave_up; g++)
		weigh_group(k, pattern_of(k, ps, g), g, times);
}

/* Equal groups are weighed once, with their number. */
static void weigh_equal(const struct counting *c, const struct put_off *equal)
{
	const struct pattern *p = &c->patterns->all[c->example[equal->kind]];
	uint32_t by_unit[MAX_REPLICAS];

	if (c->k->gave_up)
		return;
	for (size_t i = 0; i < p->units.len; i++)
		by_unit[p->units.at[i]] = equal->ranks[i];
	weigh_ranks(c->k, p, by_unit, c->times * (int32_t)equal->groups);
}

static void put_off_counted(void *context, uint32_t kind, const uint32_t *ranks, uint32_t groups)
{
	struct counting *c = context;
	struct put_off *equal = &c->put_off[c->nput_off++ % PUT_OFF];
	size_t n = c->patterns->all[c->example[kind]].units.len;

	if (c->nput_off > PUT_OFF)
		weigh_equal(c, equal);
	equal->kind = kind;
	equal->groups = groups;
	memcpy(equal->ranks, ranks, n * sizeof(*ranks));
	for (size_t i = 1; i < n; i++)
		__builtin_prefetch(pair_place(c->k->into, ranks[i - 1], ranks[i]), 1);
}

static void weigh_put_off(struct counting *c)
{
	size_t first = c->nput_off > PUT_OFF ? c->nput_off - PUT_OFF : 0;

	for (size_t i = first; i < c->nput_off; i++)
		weigh_equal(c, &c->put_off[i % PUT_OFF]);
}

static void weigh_patterns(struct weighing *k, const struct patterns *ps, uint32_t service, int32_t times)
{
	const struct service *sv = &k->a->model->services[service];
	struct counting t = {.k = k, .patterns = ps, .times = times};
	struct census census;

	find_kinds(&t);
	if (k->ranking->level != LEVEL_SHARED && census_init(&census, k->ranking->n, most_units(ps), t.nkinds)) {
		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
			count_group(&t, &census, g);
		census_each(&census, put_off_counted, &t);
		weigh_put_off(&t);
		census_release(&census);
	} else {
		weigh_one_by_one(k, ps, sv, times);
	}
	free(t.kind_of);
	free(t.example);
}

static void weigh_service(struct weighing *k, uint32_t service, uint8_t need_left, int32_t times)
{
	struct patterns ps;

	patterns_make(&ps, k, service, need_left);
	weigh_patterns(k, &ps, service, times);
	patterns_release(&ps);
}

/* ---- needs ---- */

/*
 * Where the death of A leaves a service something else than when all lives, its groups weigh differently: on
 * every set with A inside, and none of what would change that again, the difference is added. The sets are
 * found as the leaves of a tree: each next death is one that can change what is left; those passed over are `spared`.
 */
struct deviant {
	uint8_t left, size;
	int32_t sign;
	uint32_t set[WORST_MAX_SIZE]; /* ascending */
};

struct deviation {
	struct weighing *k;
	struct deaths_tried tried;
	uint32_t service;
	uint8_t usual;               /* left with everything alive */
	place_list spared;
	VEC(struct deviant) found;
};

static uint32_t rank_of_place(const struct deviation *d, place_id p)
{
	const struct model *m = d->k->a->model;

	return d->k->ranking->of[p < m->ndomains ? p : p - m->ndomains];
}

/* Every set of what died so far and of some that were spared, with the sign that leaves those out. */
static void add_deviants(struct deviation *d, struct deviant *so_far, size_t from)
{
	vec_push(&d->found, *so_far);
	for (size_t i = from; i < d->spared.len && so_far->size < d->k->most; i++) {
		struct deviant more = *so_far;

		put_in(more.set, more.size++, rank_of_place(d, d->spared.at[i]));
		more.sign = -more.sign;
		add_deviants(d, &more, i + 1);
	}
}

static void add_leaf(struct deviation *d, uint8_t left)
{
	struct deviant leaf = {.left = left, .sign = 1};

	if (left == d->usual)
		return;
	for (size_t i = 0; i < d->tried.dead.len; i++)
		put_in(leaf.set, leaf.size++, rank_of_place(d, d->tried.dead.at[i]));
	add_deviants(d, &leaf, 0);
}

static bool is_spared(const struct deviation *d, place_id p)
{
	for (size_t i = 0; i < d->spared.len; i++)
		if (d->spared.at[i] == p)
			return true;
	return false;
}

static void find_deviants(struct deviation *d)
{
	place_list reach = {0};
	size_t spared = d->spared.len;
	uint8_t left = need_left_under(&d->tried, d->service);

	if (d->tried.dead.len < d->k->most)
		reach_of_needs(&d->tried, d->service, &reach);
	place_list_tidy(&reach);
	d->k->gave_up |= d->tried.judged > MAX_JUDGED || d->found.len > MAX_HELD;
	for (size_t i = 0; i < reach.len && !d->k->gave_up; i++) {
		if (is_spared(d, reach.at[i]))
			continue;
		vec_push(&d->tried.dead, reach.at[i]);
		find_deviants(d);
		d->tried.dead.len--;
		vec_push(&d->spared, reach.at[i]);
	}
	add_leaf(d, left);
	d->spared.len = spared;
	vec_free(&reach);
}

/* What a service weighs more, with something else left to it. */
struct correction {
	struct weighing *k;
	const struct deviation *deviation;
	uint8_t left;
};

static uint32_t unite(const uint32_t *a, uint32_t na, const uint32_t *b, uint32_t nb, uint32_t *ret)
{
	uint32_t n = 0;

	for (uint32_t i = 0, j = 0; i < na || j < nb; n++) {
		uint32_t next = j == nb || (i < na && a[i] < b[j]) ? a[i] : b[j];

		if (n == WORST_MAX_SIZE)
			return WORST_MAX_SIZE + 1;
		i += i < na && a[i] == next;
		j += j < nb && b[j] == next;
		ret[n] = next;
	}
	return n;
}

static void correct_by(void *context, const uint32_t *set, uint32_t size, const struct weight *weight)
{
	const struct correction *c = context;

	for (size_t i = 0; i < c->deviation->found.len && !c->k->gave_up; i++) {
		const struct deviant *d = &c->deviation->found.at[i];
		uint32_t both[WORST_MAX_SIZE], n;

		if (d->left != c->left)
			continue;
		n = unite(set, size, d->set, d->size, both);
		if (n > c->k->most)
			continue;
		weights_add(c->k->into, both, n, weight, d->sign);
		c->k->gave_up = ++c->k->added > MAX_ADDED || weights_held(c->k->into) > MAX_HELD;
	}
}

static void correct_for(struct deviation *d, uint8_t left)
{
	struct weights difference;
	struct weighing k = *d->k;
	struct correction c = {d->k, d, left};

	weights_init(&difference, k.ranking->n, k.most, d->k->a->model->services[d->service].ngroups, unlike_targets);
	k.into = &difference;
	weigh_service(&k, d->service, left, 1);
	weigh_service(&k, d->service, d->usual, -1);
	d->k->gave_up |= k.gave_up;
	weights_each(&difference, correct_by, &c);
	weights_release(&difference);
}

static void correct_for_needs(struct weighing *k, uint32_t service)
{
	struct level_set levels = {{false}};
	struct deviation d = {.k = k, .tried = {.a = k->a, .levels = &levels}, .service = service};
	bool done[UINT8_MAX + 1] = {false};

	levels.has[k->ranking->level == LEVEL_SHARED ? 0 : k->ranking->level] = true;
	d.usual = need_left_under(&d.tried, service);
	find_deviants(&d);
	for (size_t i = 0; i < d.found.len && !k->gave_up; i++)
		if (!done[d.found.at[i].left]) {
			done[d.found.at[i].left] = true;
			correct_for(&d, d.found.at[i].left);
		}
	vec_free(&d.spared);
	vec_free(&d.found);
	deaths_release(&d.tried);
}

/* ---- where domains are cut off ---- */

/* A set's weight is what it breaks, less the weights of all sets inside it, which are known by then. */
struct trial_weighing {
	struct weights *w;
	struct deaths_tried tried;
	const struct ranking *ranking;
	uint32_t most;
	uint32_t set[WORST_MAX_SIZE];
	bool gave_up;
};

static void weigh_by_trial(struct trial_weighing *k, uint32_t size)
{
	struct weight weight = {{0}};

	for (uint32_t g = 0; g < k->tried.a->model->ngroups; g++) {
		struct outcome o = outcome_under(&k->tried, g, 0);

		for (enum target t = 0; t < TARGETS; t++)
			weight.of[t] += holds_at_start(k->tried.a, g, t) && !target_holds(t, &o);
	}
	for (enum target t = 0; t < TARGETS; t++)
		weight.of[t] -= (int32_t)weights_total(k->w, t, k->set, size);
	weights_add(k->w, k->set, size, &weight, 1);
	k->gave_up |= k->tried.judged > MAX_JUDGED || weights_held(k->w) > MAX_HELD;
}

static void try_sets(struct trial_weighing *k, uint32_t from, uint32_t have, uint32_t size)
{
	if (have == size)
		weigh_by_trial(k, size);
	for (uint32_t i = from; have < size && i < k->ranking->n && !k->gave_up; i++) {
		k->set[have] = i;
		vec_push(&k->tried.dead, k->ranking->places[i]);
		try_sets(k, i + 1, have + 1, size);
		k->tried.dead.len--;
	}
}

static bool weigh_trials(struct weights *w, struct analysis *a, const struct ranking *r, uint32_t most)
{
	struct trial_weighing k = {.w = w, .tried = {.a = a}, .ranking = r, .most = most};

	weights_init(w, r->n, most, (uint64_t)r->n * (r->n ? r->n - 1 : 0) / 2, unlike_targets);
	for (uint32_t size = 0; size <= most && !k.gave_up; size++)
		try_sets(&k, 0, 0, size);
	deaths_release(&k.tried);
	return !k.gave_up;
}

/* ---- all ---- */

static uint8_t usually_left(struct analysis *a, uint32_t service)
{
	struct level_set none = {{false}};
	struct deaths_tried nothing = {.a = a, .levels = &none};

	return need_left_under(&nothing, service);
}

static uint64_t count_pairs(const struct weighing *k, const struct patterns *of_service)
{
	uint64_t pairs = 0;

	for (uint32_t s = 0; s < k->a->model->nservices; s++)
		for (uint32_t i = 0; i < of_service[s].n; i++)
			pairs += of_service[s].all[i].pairs * analysis_footprint(k->a, of_service[s].first + i)->ngroups;
	return pairs;
}

static bool weigh_alike(const struct patterns *ps, enum target t, enum target u)
{
	for (uint32_t i = 0; i < ps->n; i++)
		for (size_t j = 0; j < ps->all[i].sets.len; j++)
			if (ps->all[i].sets.at[j].weight.of[t] != ps->all[i].sets.at[j].weight.of[u])
				return false;
	return true;
}

/* With needs, other patterns may come. */
static struct like_targets find_like(const struct model *m, const struct patterns *of_service)
{
	struct like_targets like = unlike_targets;

	for (enum target t = 0; t < TARGETS; t++)
		for (enum target u = 0; u < t && like.as[t] == t; u++) {
			bool same = true;

			for (uint32_t s = 0; s < m->nservices && same; s++)
				same = !m->services[s].nneeds && weigh_alike(&of_service[s], t, u);
			if (same)
				like.as[t] = u;
		}
	return like;
}

bool weigh_groups(struct weights *w, struct analysis *a, const struct ranking *r, uint32_t most)
{
	const struct model *m = a->model;
	struct weighing k = {.a = a, .ranking = r, .most = most, .into = w};
	struct patterns *of_service;

	if (a->torn)
		return weigh_trials(w, a, r, most);
	of_service = xcalloc(m->nservices + 1, sizeof(*of_service));
	for (uint32_t s = 0; s < m->nservices; s++)
		patterns_make(&of_service[s], &k, s, usually_left(a, s));
	weights_init(w, r->n, most, count_pairs(&k, of_service), find_like(m, of_service));
	for (uint32_t s = 0; s < m->nservices; s++) {
		weigh_patterns(&k, &of_service[s], s, 1);
		if (m->services[s].nneeds && !k.gave_up)
			correct_for_needs(&k, s);
		patterns_release(&of_service[s]);
	}
	free(of_service);
	return !k.gave_up;
}
