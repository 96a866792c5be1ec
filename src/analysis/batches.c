/* batches - see analysis/batches.h */
#include "analysis/batches.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/parts_p.h"
#include "analysis/survive.h"

/* Replicas looked at, over all; some seconds. Beyond, what is not known to fit goes alone. */
#define MOST_WORK ((uint64_t)1 << 31)
/* Further failures tried on whole states, where services need others. */
#define MOST_FAILURES 20000u

/* Votes, domains or copies: what is left, and what is needed. */
struct spare { uint32_t left, needed; };

struct planning {
	struct keeper k;
	const struct batches_question *q;
	struct batches *ret;
	bool *drainable;
	bool has_needs;
	struct state *state;           /* where it all starts; taken down and back again */
	struct action *actions;        /* [nplaces] */
	uint32_t failures;             /* tried so far */
	bool *in_batch;                /* [nplaces]: of the batch at hand */
	bool taken_out;                /* some place came to be undrainable after all */
	uint32_t *over;                /* scratch for places_over */
	VEC(struct undrainable) undrainable;
	struct parts parts;
	struct table spares;           /* from a situation to what it can spare, below */
	VEC(struct spare) spare;
};

/* ---- in a state: the last word ---- */

static void step_on(struct planning *p, enum verb verb, const uint32_t *places, uint32_t n)
{
	struct action *actions = p->actions;

	for (uint32_t i = 0; i < n; i++)
		actions[i] = (struct action){verb, p->k.places[places[i]], NO_PLACE, NO_SERVICE, NO_GROUP};
	state_step(p->state, &(struct step){actions, n}, NULL);
}

static bool stands_in_batch(const struct planning *p, uint32_t group)
{
	for (uint32_t i = 0; i < group_size(p->k.m, group); i++) {
		uint32_t n = places_over(&p->k, group_places(p->k.m, group)[i], p->over);

		for (uint32_t j = 0; j < n; j++)
			if (p->in_batch[p->over[j]])
				return true;
	}
	return false;
}

/* The first of the groups that the last step touched that is not kept; NO_GROUP: all are. */
static uint32_t first_lost(const struct planning *p, bool in_batch_alone)
{
	size_t n;
	const uint32_t *touched = state_touched(p->state, &n);
	uint32_t first = NO_GROUP;

	for (size_t i = 0; i < n; i++)
		if (touched[i] < first && group_matters(&p->k, touched[i]) &&
		    !target_holds(p->q->keep, state_outcome(p->state, touched[i])) &&
		    (!in_batch_alone || stands_in_batch(p, touched[i])))
			first = touched[i];
	return first;
}

/* Further failures, for what services need: tried on whole states, on top of what is drained. */
static uint32_t first_lost_later(struct planning *p, uint32_t *dead, uint32_t ndead, uint32_t next)
{
	for (uint32_t i = next; i < p->k.nplaces && ndead < p->q->headroom; i++) {
		uint32_t lost;

		p->ret->needs_untried |= p->failures == MOST_FAILURES;
		if (p->failures == MOST_FAILURES)
			return NO_GROUP;
		p->failures++;
		dead[ndead] = i;
		step_on(p, VERB_KILL, dead, ndead + 1);
		lost = first_lost(p, true);
		state_undo(p->state);
		if (lost == NO_GROUP)
			lost = first_lost_later(p, dead, ndead + 1, i + 1);
		if (lost != NO_GROUP)
			return lost;
	}
	return NO_GROUP;
}

static void mark_batch(struct planning *p, const uint32_t *places, uint32_t n, bool in_batch)
{
	for (uint32_t i = 0; i < n; i++)
		p->in_batch[places[i]] = in_batch;
}

/* Drains these and nothing else, looks at every group, and takes it back. */
static uint32_t lost_by_draining(struct planning *p, const uint32_t *places, uint32_t n, bool *ret_later)
{
	uint32_t dead[BATCHES_MAX_HEADROOM], lost;

	*ret_later = false;
	step_on(p, VERB_DRAIN, places, n);
	lost = first_lost(p, false);
	if (lost == NO_GROUP && p->has_needs && p->q->headroom) {
		mark_batch(p, places, n, true);
		lost = first_lost_later(p, dead, 0, 0);
		mark_batch(p, places, n, false);
		*ret_later = lost != NO_GROUP;
	}
	state_undo(p->state);
	return lost;
}

/* ---- one domain alone ---- */

struct alone { struct planning *p; uint32_t place, lost; };

static bool find_lost(void *context, uint32_t group)
{
	struct alone *a = context;
	struct keeper *k = &a->p->k;

	if (!group_matters(k, group) || group >= a->lost)
		return true;
	if (!keeps(k, group, (struct chosen){a->p->parts.of, 0, a->place}))
		a->lost = group;
	return !k->gave_up;
}

static void add_undrainable(struct planning *p, uint32_t place, uint32_t group, bool later)
{
	const struct footprint *f = analysis_footprint(p->k.a, analysis_footprint_of(p->k.a, group));
	struct undrainable u = {.place = p->k.places[place], .group = group};

	step_on(p, VERB_DRAIN, &place, 1);
	u.situation = judge_now(p->state, group);
	u.without_headroom = later || target_holds(p->q->keep, state_outcome(p->state, group));
	state_undo(p->state);
	u.never_had = u.without_headroom && p->q->headroom && !has_headroom(&p->k, f, f->start);
	vec_push(&p->undrainable, u);
}

static bool is_gone(const struct planning *p, uint32_t place)
{
	place_id at = p->k.places[place];

	return at < p->k.m->ndomains ? state_gone(p->state, at) != 0 : state_mark(p->state, at) != MARK_NONE;
}

/*
 * A group that a needed service keeps from writing does not settle: by itself it would, and then count on fewer
 * replicas in what fails further. So it may do with more than it seems to when it is judged by itself.
 */
static bool can_do_better(const struct planning *p)
{
	return p->has_needs && p->q->headroom && p->q->keep != TARGET_WRITES && p->failures < MOST_FAILURES;
}

static void judge_alone(struct planning *p, uint32_t place)
{
	struct alone a = {p, place, NO_GROUP};
	bool later = false;

	if (is_gone(p, place)) {
		p->ret->gone_already++;
		return;
	}
	each_group_in(&p->k, place, find_lost, &a);
	if (p->has_needs && (a.lost == NO_GROUP || can_do_better(p)))
		a.lost = lost_by_draining(p, &place, 1, &later);
	p->drainable[place] = a.lost == NO_GROUP && !p->k.gave_up;
	if (a.lost != NO_GROUP && !p->k.gave_up)
		add_undrainable(p, place, a.lost, later);
}

/* ---- batches ---- */

static uint32_t list_batch(const struct planning *p, uint32_t batch, uint32_t *ret)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->k.nplaces; i++)
		if (p->parts.of[i] == batch)
			ret[n++] = i;
	return n;
}

/* The state has the last word on a domain, too. */
static void take_out(struct planning *p, uint32_t place, uint32_t group, bool later)
{
	p->parts.of[place] = NO_BATCH;
	p->drainable[place] = false;
	p->taken_out = true;
	add_undrainable(p, place, group, later);
}

/*
 * A batch that fails as a whole, by way of what a service needs: what can stay together stays, one by one; the rest
 * goes into a new batch, which is looked at after this one.
 */
static void split_batch(struct planning *p, const uint32_t *places, uint32_t n)
{
	uint32_t *kept = xcalloc(n + 1, sizeof(*kept)), nkept = 0, lost;
	bool later, moved = false;

	for (uint32_t i = 0; i < n; i++) {
		kept[nkept] = places[i];
		lost = lost_by_draining(p, kept, nkept + 1, &later);
		if (lost == NO_GROUP) {
			nkept++;
		} else if (nkept) {
			p->parts.of[places[i]] = p->parts.n;
			moved = true;
		} else {
			take_out(p, places[i], lost, later);
		}
	}
	p->parts.n += moved;
	free(kept);
}

static void verify(struct planning *p)
{
	uint32_t *places = xcalloc(p->k.nplaces + 1, sizeof(*places));

	for (uint32_t batch = 0; batch < p->parts.n; batch++) {
		uint32_t n = list_batch(p, batch, places);
		bool later;

		if (lost_by_draining(p, places, n, &later) != NO_GROUP)
			split_batch(p, places, n);
	}
	free(places);
}

/* ---- the tightest groups ---- */

static int64_t beyond(struct spare s)
{
	return (int64_t)s.left - s.needed;
}

static struct spare tighter(struct spare a, struct spare b)
{
	return beyond(b) < beyond(a) ? b : a;
}

static struct spare tightest_term(struct spare so_far, const struct verdict_why *w)
{
	for (uint32_t i = 0; i < w->ntallies; i++)
		so_far = tighter(so_far, (struct spare){w->tallies[i].have, w->tallies[i].need});
	return so_far;
}

static struct spare spare_of(const struct group_why *w, enum target keep)
{
	struct spare copies = {w->holders_live, keep == TARGET_WRITES ? w->holders_needed : w->rebuild};
	struct spare plenty = {UINT32_MAX, 0};

	if (keep == TARGET_DATA)
		return copies;
	if (keep == TARGET_READS)
		return tighter(tightest_term(plenty, &w->read), copies);
	return tighter(tightest_term(tightest_term(plenty, &w->write), &w->ack), copies);
}

static struct spare spare_in(struct planning *p, uint32_t group, situation_id s)
{
	struct group_why why = {.replicas = NULL};
	uint32_t at = table_first(&p->spares, s);

	if (at != TABLE_END)
		return p->spare.at[table_value(&p->spares, at)];
	judge_why(p->k.a->engine, group, s, &why);
	table_add(&p->spares, s, (uint32_t)p->spare.len);
	vec_push(&p->spare, spare_of(&why, p->q->keep));
	return p->spare.at[p->spare.len - 1];
}

struct ranking { struct { uint32_t group; int64_t spare; } at[BATCH_TIGHTEST]; };

static void rank_group(struct batch *b, struct ranking *r, uint32_t group, int64_t spare)
{
	uint32_t at = b->ntightest < BATCH_TIGHTEST ? b->ntightest++ : BATCH_TIGHTEST;

	for (; at && (spare < r->at[at - 1].spare || (spare == r->at[at - 1].spare && group < r->at[at - 1].group)); at--)
		if (at < BATCH_TIGHTEST)
			r->at[at] = r->at[at - 1];
	if (at < BATCH_TIGHTEST) {
		r->at[at].group = group;
		r->at[at].spare = spare;
	}
}

/* In the state with the batch drained. */
static void find_tightest(struct planning *p, struct batch *b)
{
	struct ranking ranking = {{{0, 0}}};
	size_t n;
	const uint32_t *touched = state_touched(p->state, &n);

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n; i++) {
			int64_t spare;

			if (!group_matters(&p->k, touched[i]) || !stands_in_batch(p, touched[i]))
				continue;
			spare = beyond(spare_in(p, touched[i], judge_now(p->state, touched[i])));
			if (!pass) {
				b->groups++;
				rank_group(b, &ranking, touched[i], spare);
			} else {
				b->as_tight += spare == ranking.at[0].spare;
			}
		}
	for (uint32_t i = 0; i < b->ntightest; i++) {
		uint32_t group = ranking.at[i].group;
		struct spare spare = spare_in(p, group, judge_now(p->state, group));

		b->tightest[i] = (struct tight_group){group, judge_now(p->state, group), spare.left, spare.needed};
	}
}

static void tell_batch(struct planning *p, uint32_t batch, struct batch *b)
{
	uint32_t *places = xcalloc(p->k.nplaces + 1, sizeof(*places));
	place_id *domains;

	b->n = list_batch(p, batch, places);
	domains = arena_alloc(&p->ret->arena, b->n * sizeof(*domains) + 1);
	for (uint32_t i = 0; i < b->n; i++)
		domains[i] = p->k.places[places[i]];
	b->domains = domains;
	mark_batch(p, places, b->n, true);
	step_on(p, VERB_DRAIN, places, b->n);
	find_tightest(p, b);
	state_undo(p->state);
	mark_batch(p, places, b->n, false);
	free(places);
}

/* Batches that came to be empty go. */
static void drop_empty(struct planning *p)
{
	uint32_t *number = xcalloc(p->parts.n + 1, sizeof(*number)), n = 0;

	for (uint32_t i = 0; i < p->k.nplaces; i++)
		if (p->parts.of[i] != NO_BATCH && !number[p->parts.of[i]])
			number[p->parts.of[i]] = ++n;
	for (uint32_t i = 0; i < p->k.nplaces; i++)
		if (p->parts.of[i] != NO_BATCH)
			p->parts.of[i] = number[p->parts.of[i]] - 1;
	p->parts.n = n;
	free(number);
}

static int by_place(const void *x, const void *y)
{
	const struct undrainable *a = x, *b = y;

	return (a->place > b->place) - (a->place < b->place);
}

static int by_first(const void *x, const void *y)
{
	const struct batch *a = x, *b = y;

	return (a->domains[0] > b->domains[0]) - (a->domains[0] < b->domains[0]);
}

/* Places that were not come to. */
static void tell_untried(struct planning *p)
{
	place_id *untried = arena_alloc(&p->ret->arena, p->k.nplaces * sizeof(*untried) + 1);

	for (uint32_t i = 0, next = 0; i < p->k.nplaces; i++) {
		bool cannot = next < p->undrainable.len && p->undrainable.at[next].place == p->k.places[i];

		next += cannot;
		if (!cannot && !p->drainable[i] && !is_gone(p, i))
			untried[p->ret->nuntried++] = p->k.places[i];
	}
	p->ret->untried = untried;
}

static void tell(struct planning *p)
{
	struct batches *ret = p->ret;
	struct batch *all = arena_alloc(&ret->arena, p->parts.n * sizeof(*all) + 1);
	struct undrainable *none = arena_alloc(&ret->arena, p->undrainable.len * sizeof(*none) + 1);

	if (p->undrainable.len)
		qsort(p->undrainable.at, p->undrainable.len, sizeof(*p->undrainable.at), by_place);
	for (uint32_t i = 0; i < p->parts.n; i++)
		tell_batch(p, i, &all[i]);
	if (p->parts.n)
		qsort(all, p->parts.n, sizeof(*all), by_first);
	if (p->undrainable.len)
		memcpy(none, p->undrainable.at, p->undrainable.len * sizeof(*none));
	ret->batches = all;
	ret->nbatches = p->parts.n;
	ret->undrainable = none;
	ret->nundrainable = (uint32_t)p->undrainable.len;
	ret->domains = p->k.nplaces;
	ret->undecided = p->k.gave_up;
	tell_untried(p);
}

/* ---- all of it ---- */

static void count_broken(struct planning *p)
{
	for (size_t i = 0; i < p->k.a->footprints.len; i++)
		if (!p->k.matters[i] && (p->q->service == NO_SERVICE || p->q->service == p->k.a->footprints.at[i].service))
			p->ret->broken_already += p->k.a->footprints.at[i].ngroups;
}

static void begin(struct planning *p, struct analysis *a)
{
	keeper_init(&p->k, a, p->q);
	p->k.most_work = MOST_WORK;
	p->drainable = xcalloc(p->k.nplaces + 1, sizeof(*p->drainable));
	p->in_batch = xcalloc(p->k.nplaces + 1, sizeof(*p->in_batch));
	p->over = xcalloc(a->model->nshared + 1, sizeof(*p->over));
	p->actions = xcalloc(p->k.nplaces + 1, sizeof(*p->actions));
	p->parts.of = xmalloc((p->k.nplaces + 1) * sizeof(*p->parts.of));
	memset(p->parts.of, 0xff, p->k.nplaces * sizeof(*p->parts.of));
	p->state = a->start ? state_clone(a->start) : state_new(a->engine);
	for (uint32_t s = 0; s < a->model->nservices; s++)
		p->has_needs |= a->model->services[s].nneeds > 0;
}

static void end(struct planning *p)
{
	state_free(p->state);
	keeper_release(&p->k);
	vec_free(&p->undrainable);
	vec_free(&p->spare);
	table_release(&p->spares);
	free(p->drainable);
	free(p->in_batch);
	free(p->over);
	free(p->actions);
	free(p->parts.of);
}

void analysis_batches(struct analysis *a, const struct batches_question *q, struct batches *ret)
{
	struct planning p = {.q = q, .ret = ret};
	struct parts_bound bound;

	*ret = (struct batches){.nbatches = 0};
	begin(&p, a);
	count_broken(&p);
	for (uint32_t i = 0; i < p.k.nplaces && !p.k.gave_up; i++)
		judge_alone(&p, i);
	parts_find(&p.k, p.drainable, &p.parts);
	if (can_do_better(&p))
		bound = (struct parts_bound){p.parts.n ? 1 : 0, BOUND_TRIVIAL, NO_GROUP};
	else
		parts_bound(&p.k, p.drainable, &p.parts, &bound);
	verify(&p);
	drop_empty(&p);
	if (p.taken_out)
		bound = (struct parts_bound){p.parts.n ? 1 : 0, BOUND_TRIVIAL, NO_GROUP};
	ret->at_least = bound.at_least;
	ret->bound = bound.why;
	ret->bound_group = bound.group;
	tell(&p);
	end(&p);
}

void batches_release(struct batches *b)
{
	arena_release(&b->arena);
	*b = (struct batches){.nbatches = 0};
}
