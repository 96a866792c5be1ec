/* odds - see analysis/odds.h */
#include "analysis/odds.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/dependent_p.h"
#include "analysis/paths_p.h"
#include "analysis/shape_p.h"

#define MAX_KEPT ((size_t)256 << 20) /* bytes of what was judged; then it is begun anew */
#define GROUPS_ASKED 64 /* of a needed service, for a bound */

/* What is known of the services with needs. */
struct needing {
	bool tried;
	struct dependent *together;       /* NULL: bounds only */
	bool bounded;
	double stop;                      /* at most so likely is it that what it needs makes a difference */
};

struct odds {
	struct analysis *a;
	const struct model *model;
	struct chances chances;
	struct budget spent;
	struct verdict_store known;
	struct shape **shapes;            /* [footprint] as they are asked for */
	size_t kept;                      /* bytes of these */
	struct needing *needing;          /* [service] */
	place_id *sources;                /* of the group looked at */
};

struct odds *odds_new(struct analysis *a)
{
	return odds_new_having_spent(a, (struct budget){0, 0});
}

struct odds *odds_new_having_spent(struct analysis *a, struct budget spent)
{
	struct odds *o = xcalloc(1, sizeof(*o));
	uint32_t most = 0;

	o->a = a;
	o->spent = spent;
	o->model = a->model;
	chances_init(&o->chances, a->model);
	o->shapes = xcalloc(analysis_footprints(a) + 1, sizeof(*o->shapes));
	o->needing = xcalloc(a->model->nservices + 1, sizeof(*o->needing));
	for (uint32_t i = 0; i < analysis_footprints(a); i++) {
		const struct footprint *f = analysis_footprint(a, i);
		uint32_t sources = f->n * (a->model->nlevels + 1) + f->nshared;

		most = sources > most ? sources : most;
	}
	o->sources = xcalloc(most + 1, sizeof(*o->sources));
	return o;
}

static void forget_shapes(struct odds *o)
{
	for (uint32_t i = 0; i < analysis_footprints(o->a); i++) {
		shape_free(o->shapes[i]);
		o->shapes[i] = NULL;
	}
	verdict_store_release(&o->known);
	o->known = (struct verdict_store){.arena = {0}};
	o->kept = 0;
}

void odds_free(struct odds *o)
{
	if (!o)
		return;
	forget_shapes(o);
	for (uint32_t s = 0; s < o->model->nservices; s++)
		dependent_free(o->needing[s].together);
	verdict_store_release(&o->known);
	chances_release(&o->chances);
	free(o->shapes);
	free(o->needing);
	free(o->sources);
	free(o);
}

/* ---- one group ---- */

/* The answer, and the places that its causes come from. */
struct found {
	struct group_odds odds;
	const double *pivotal;            /* by cause; NULL: not asked for, or not known */
	const place_id *sources;
	const uint32_t *cause_of;
	uint32_t nsources;
};

static void answer_group(struct odds *o, uint32_t service, uint32_t group, bool pivotal, enum target target,
                         struct found *ret);

static bool same(const double *a, const double *b)
{
	return memcmp(a, b, TARGETS * sizeof(*a)) == 0;
}

static double at_most_one(double p)
{
	return p < 1 ? p : 1;
}

static void take_mixed(struct found *ret, const struct mixed *m)
{
	for (enum target t = 0; t < TARGETS; t++) {
		ret->odds.broken[t] = at_most_one(m->most[t]);
		ret->odds.at_least[t] = at_most_one(m->least[t]);
	}
	ret->odds.exact = same(m->most, m->least);
	ret->pivotal = ret->odds.exact ? m->pivotal : NULL;
}

static int left_by_needs(const struct odds *o, uint32_t service)
{
	size_t ncuts = 0;

	if (o->a->start)
		state_cuts(o->a->start, &ncuts);
	return o->model->services[service].nneeds && !ncuts ? 0 : NEED_AS_IT_STANDS;
}

static void answer_alone(struct odds *o, uint32_t service, uint32_t group, bool pivotal, enum target target,
                         struct found *ret)
{
	uint32_t footprint = analysis_footprint_of(o->a, group);
	struct shape *s = o->shapes[footprint];

	if (!s) {
		if (o->kept + o->known.arena.used > MAX_KEPT)
			forget_shapes(o);
		s = o->shapes[footprint] = shape_new(o->a, footprint, left_by_needs(o, service), &o->known, &o->spent);
		o->kept += shape_bytes(s);
	}
	shape_fill(s, o->a, &o->chances, group, o->sources);
	take_mixed(ret, shape_answer(s, pivotal, target, &o->spent));
	ret->sources = o->sources;
	ret->cause_of = s->cause_of;
	ret->nsources = s->nsources;
}

/* ---- needs, where they can be told together with the group or not ---- */

/* What sets of its places break in a world, as probabilities. */
static void world_odds(struct odds *o, const struct world *w, const uint8_t *broken, struct mixed *ret)
{
	uint32_t adds[WORLD_MAX_PLACES], n;
	struct causes causes = {.now = 0};
	const domain_id *places;
	struct verdicts v;

	n = world_places(w, &places);
	for (uint32_t i = 0; i < n; i++)
		adds[i] = 1u << i;
	v = (struct verdicts){n, adds, 1u << n, broken};
	causes_find(&causes, o->a, &o->chances, places, n);
	ret->pivotal = NULL;
	mixture_by_patterns(&causes.mixture, &v, ret);
	causes_release(&causes);
}

/* All of its groups stop at most as often as some of them all do. */
static double some_stop(struct odds *o, uint32_t service, enum target target)
{
	struct world *w = o->model->services[service].nneeds ? NULL : world_of_some(o->a, service, &o->spent);
	struct mixed m;

	if (!w)
		return 1;
	world_odds(o, w, world_all_broken(w), &m);
	world_free(w);
	return m.most[target];
}

/* At most so likely is it that no group of the service goes on. */
static double stops(struct odds *o, uint32_t service, enum target target)
{
	const struct service *sv = &o->model->services[service];
	double least = some_stop(o, service, target);

	for (uint32_t i = 0; i < sv->ngroups && i < GROUPS_ASKED; i++) {
		struct found answer;

		answer_group(o, service, sv->first_group + i, false, target, &answer);
		least = answer.odds.broken[target] < least ? answer.odds.broken[target] : least;
	}
	return least;
}

/* Adds up how likely it is that anything at all happens to what the service needs. */
static void mark_above(const struct odds *o, uint32_t service, bool *marked)
{
	const struct model *m = o->model;
	const struct service *sv = &m->services[service];

	for (uint32_t i = 0; i < sv->nneeds; i++) {
		const struct service *needed = &m->services[sv->needs[i].service];

		for (uint32_t g = needed->first_group; g < needed->first_group + needed->ngroups; g++)
			for (uint32_t r = 0; r < group_size(m, g); r++)
				for (domain_id d = group_places(m, g)[r]; !marked[d]; d = m->domains[d].parent) {
					marked[d] = true;
					for (uint32_t t = o->a->shared_first[d]; t < o->a->shared_first[d + 1]; t++)
						marked[m->ndomains + o->a->shared_on[t]] = true;
				}
		mark_above(o, sv->needs[i].service, marked);
	}
}

static double anything_happens(const struct odds *o, uint32_t service)
{
	bool *marked = xcalloc(o->chances.n + 1, sizeof(*marked));
	double down = 0, up = 1;

	mark_above(o, service, marked);
	for (place_id p = 0; p < o->chances.n; p++)
		if (marked[p]) {
			down += o->chances.of[p].down * up;
			up *= o->chances.of[p].up;
		}
	free(marked);
	return down;
}

static double needs_matter(struct odds *o, uint32_t service)
{
	const struct service *sv = &o->model->services[service];
	double sum = 0;

	if (left_by_needs(o, service) == NEED_AS_IT_STANDS)
		return anything_happens(o, service);
	for (uint32_t i = 0; i < sv->nneeds; i++)
		sum += stops(o, sv->needs[i].service, sv->needs[i].mode == NEED_DOWN ? TARGET_READS : TARGET_WRITES);
	return at_most_one(sum);
}

static bool needs_may_help(const struct odds *o, uint32_t service)
{
	return left_by_needs(o, service) == NEED_AS_IT_STANDS; /* what stands now may be worse than what comes */
}

static void answer_bounded(struct odds *o, uint32_t service, uint32_t group, struct found *ret)
{
	struct needing *n = &o->needing[service];

	if (!n->bounded) {
		n->stop = needs_matter(o, service);
		n->bounded = true;
	}
	answer_alone(o, service, group, false, TARGET_WRITES, ret);
	ret->pivotal = NULL;
	for (enum target t = TARGET_WRITES; t <= TARGET_READS; t++) {
		double least = ret->odds.at_least[t];

		ret->odds.broken[t] = at_most_one(ret->odds.broken[t] + n->stop);
		if (needs_may_help(o, service))
			ret->odds.at_least[t] = least > n->stop ? least - n->stop : 0;
	}
	ret->odds.exact = same(ret->odds.broken, ret->odds.at_least);
}

static void answer_group(struct odds *o, uint32_t service, uint32_t group, bool pivotal, enum target target,
                         struct found *ret)
{
	struct needing *n = &o->needing[service];
	const struct causes *causes;
	const struct mixed *m = NULL;

	if (!o->model->services[service].nneeds) {
		answer_alone(o, service, group, pivotal, target, ret);
		return;
	}
	if (!n->tried)
		n->together = dependent_new(o->a, service, &o->spent);
	n->tried = true;
	if (n->together)
		m = dependent_answer(n->together, &o->chances, group, pivotal, target, &o->spent, &causes);
	if (!m) {
		answer_bounded(o, service, group, ret);
		return;
	}
	take_mixed(ret, m);
	ret->sources = causes->sources.at;
	ret->cause_of = causes->cause_of.at;
	ret->nsources = (uint32_t)causes->sources.len;
}

void odds_group(struct odds *o, uint32_t group, struct group_odds *ret)
{
	struct found answer;

	answer_group(o, model_service_of(o->model, group), group, false, TARGET_WRITES, &answer);
	*ret = answer.odds;
}

/* ---- importance ---- */

/* By place: the sum of `pivotal`, its derivatives times its `up`. */
struct blame { double *of; };

static void blame_sources(struct blame *b, const struct found *answer)
{
	for (uint32_t i = 0; i < answer->nsources; i++)
		if (answer->cause_of[i] != NO_CLASS)
			b->of[answer->sources[i]] += answer->pivotal[answer->cause_of[i]];
}

static int by_share(const void *x, const void *y)
{
	const struct importance *a = x, *b = y;
	double p = a->share - b->share, q = a->birnbaum - b->birnbaum;

	if (p > 0 || p < 0)
		return p > 0 ? -1 : 1;
	return q > 0 ? -1 : q < 0;
}

/* Sums in another order may differ in their last digits. */
static bool tie(const struct importance *a, const struct importance *b)
{
	double share = a->share - b->share, birnbaum = a->birnbaum - b->birnbaum;
	double most = a->share > b->share ? a->share : b->share;

	return (share < 0 ? -share : share) <= 1e-9 * most &&
	       (birnbaum < 0 ? -birnbaum : birnbaum) <= 1e-9 * (a->birnbaum < 0 ? -a->birnbaum : a->birnbaum);
}

static void order_ties(const struct odds *o, struct importance *all, size_t n)
{
	place_id *places = xmalloc((o->chances.n + 1) * sizeof(*places));
	uint32_t *at = xmalloc((o->chances.n + 1) * sizeof(*at));
	struct importance *copy = xmalloc((n + 1) * sizeof(*copy));

	if (n)
		memcpy(copy, all, n * sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		at[all[i].place] = (uint32_t)i;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && tie(&copy[i], &copy[end]); end++)
			;
		for (size_t k = i; k < end; k++)
			places[k - i] = copy[k].place;
		if (end - i > 1)
			sort_by_path(o->model, places, (uint32_t)(end - i));
		for (size_t k = i; k < end; k++)
			all[k] = copy[at[places[k - i]]];
	}
	free(places);
	free(at);
	free(copy);
}

static struct importance *importance_of(const struct odds *o, const struct blame *b, double of_all, size_t *ret_n)
{
	struct importance *all = xcalloc(o->chances.n + 1, sizeof(*all));
	size_t n = 0;

	for (place_id p = 0; p < o->chances.n; p++) {
		struct importance i = {.place = p, .down = o->chances.of[p].down};

		if (!(b->of[p] > 0 || b->of[p] < 0) || (p == ROOT && i.down <= 0))
			continue; /* the virtual root is no domain, unless it is made one */
		i.birnbaum = b->of[p] / o->chances.of[p].up;
		i.share = of_all > 0 ? i.down * i.birnbaum / of_all : 0;
		all[n++] = i;
	}
	if (n > 1)
		qsort(all, n, sizeof(*all), by_share);
	order_ties(o, all, n);
	*ret_n = n;
	return all;
}

struct importance *odds_causes(struct odds *o, uint32_t group, enum target target, size_t *ret_n)
{
	struct blame b = {xcalloc(o->chances.n + 1, sizeof(double))};
	struct importance *all;
	struct found answer;

	answer_group(o, model_service_of(o->model, group), group, true, target, &answer);
	if (answer.pivotal)
		blame_sources(&b, &answer);
	all = importance_of(o, &b, answer.odds.broken[target], ret_n);
	free(b.of);
	return all;
}

/* ---- many groups ---- */

/* Sums over groups, and the worst one so far. */
struct tallying {
	struct service_odds *ret;
	struct sum expected[TARGETS], at_least[TARGETS];
	enum target target;
};

/* By the target asked for, then the others; what differs in the last digits alone is equal. */
static bool is_worse(const struct group_odds *a, const struct group_odds *b, enum target target)
{
	for (uint32_t i = 0; i < TARGETS; i++) {
		enum target t = i ? (target + i) % TARGETS : target;

		if (a->broken[t] > b->broken[t] * (1 + 1e-9))
			return true;
		if (b->broken[t] > a->broken[t] * (1 + 1e-9))
			return false;
	}
	return false;
}

static void tally(struct tallying *k, uint32_t group, const struct group_odds *g)
{
	k->ret->groups++;
	k->ret->bounds += !g->exact;
	for (enum target t = 0; t < TARGETS; t++) {
		sum_add(&k->expected[t], g->broken[t]);
		sum_add(&k->at_least[t], g->at_least[t]);
	}
	if (k->ret->worst_group == NO_GROUP || is_worse(g, &k->ret->worst, k->target)) {
		k->ret->worst_group = group;
		k->ret->worst = *g;
	}
}

static void tally_end(struct tallying *k)
{
	for (enum target t = 0; t < TARGETS; t++) {
		k->ret->expected[t] = sum_of(&k->expected[t]);
		k->ret->expected_at_least[t] = sum_of(&k->at_least[t]);
	}
}

/* A pass over all groups. */
struct fleet_pass {
	struct fleet_odds *ret;
	struct blame blame;
	struct sum of_the_others;
	group_odds_fn *visit;
	void *context;
};

static void pass_group(struct fleet_pass *p, uint32_t service, uint32_t group, const struct found *answer)
{
	if (answer->pivotal) {
		blame_sources(&p->blame, answer);
		sum_add(&p->of_the_others, answer->odds.broken[p->ret->target]);
	}
	p->ret->left_out += !answer->pivotal;
	for (enum target t = 0; t < TARGETS; t++)
		if (answer->odds.at_least[t] > p->ret->some[t].at_least)
			p->ret->some[t].at_least = answer->odds.at_least[t];
	if (p->visit)
		p->visit(p->context, service, group, &answer->odds);
}

/* `pass`: NULL for this service alone. */
static void tally_service(struct odds *o, uint32_t service, enum target target, struct fleet_pass *pass,
                          struct service_odds *ret)
{
	const struct service *sv = &o->model->services[service];
	struct tallying k = {.ret = ret, .target = target};

	*ret = (struct service_odds){.worst_group = NO_GROUP};
	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		struct found answer;

		answer_group(o, service, g, pass != NULL, target, &answer);
		tally(&k, g, &answer.odds);
		if (pass)
			pass_group(pass, service, g, &answer);
	}
	tally_end(&k);
}

void odds_service(struct odds *o, uint32_t service, enum target target, struct service_odds *ret)
{
	tally_service(o, service, target, NULL, ret);
}

/* ---- some group of all ---- */

static bool some_exactly(struct odds *o, struct some_group some[TARGETS])
{
	struct world *w = NULL;
	struct mixed m;
	size_t ncuts = 0;

	if (o->a->start)
		state_cuts(o->a->start, &ncuts);
	if (!ncuts)
		w = world_new(o->a, NO_SERVICE, true, &o->spent);
	if (!w)
		return false;
	world_odds(o, w, world_broken(w), &m);
	for (enum target t = 0; t < TARGETS; t++)
		some[t] = (struct some_group){m.least[t], m.most[t], true};
	world_free(w);
	return true;
}

/* With at_least the largest of any group. */
static void some_within(const struct odds *o, struct fleet_odds *f)
{
	for (enum target t = 0; t < TARGETS; t++) {
		f->some[t].most = at_most_one(f->expected[t]);
		f->some[t].exact = f->some[t].most <= f->some[t].at_least || (o->model->ngroups < 2 && !f->bounds);
	}
}

void odds_fleet(struct odds *o, enum target target, group_odds_fn *visit, void *context, struct fleet_odds *ret)
{
	const struct model *m = o->model;
	struct fleet_pass pass = {.ret = ret, .visit = visit, .context = context};

	*ret = (struct fleet_odds){.target = target};
	ret->services = xcalloc(m->nservices + 1, sizeof(*ret->services));
	pass.blame.of = xcalloc(o->chances.n + 1, sizeof(double));
	for (uint32_t s = 0; s < m->nservices; s++) {
		tally_service(o, s, target, &pass, &ret->services[s]);
		ret->bounds += ret->services[s].bounds;
		for (enum target t = 0; t < TARGETS; t++) {
			ret->expected[t] += ret->services[s].expected[t];
			ret->expected_at_least[t] += ret->services[s].expected_at_least[t];
		}
	}
	ret->of_the_others = sum_of(&pass.of_the_others);
	ret->importance = importance_of(o, &pass.blame, ret->of_the_others, &ret->nimportance);
	if (!some_exactly(o, ret->some))
		some_within(o, ret);
	free(pass.blame.of);
}

void fleet_odds_release(struct fleet_odds *f)
{
	free(f->services);
	free(f->importance);
}
