/* impact - what a step would do now, without taking it: see engine/state.h */
#include <stdlib.h>
#include <string.h>

#include "engine/state_p.h"

static const uint8_t gone_by_mark[] = {[MARK_DRAINED] = GONE_DEAF, [MARK_KILLED] = GONE_DEAF | GONE_LOST};

situation_id judge_if_killed(const struct state *s, uint32_t group, place_id p)
{
	struct supposition death = {p, gone_by_mark[MARK_KILLED], NULL};
	struct transition t = state_passage(s, state_service_of(s, group), group, death, s->passage);

	return situation_after(s->engine, s->at[group], t);
}

struct outcome state_outcome_if_killed(const struct state *s, uint32_t group, place_id p)
{
	return *judge_outcome(s->engine, judge_if_killed(s, group, p));
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

/* What was counted of a service's groups. */
struct harm { uint32_t writes, reads, data, lost, writes_by_needs, reads_by_needs; };

/*
 * Where services need each other, a place's impact is worked out in two passes: over the groups beneath it, as if
 * the needed services stayed as they are; then, service by service, those that are needed first, over all groups of
 * each service to which what it needs would leave something else. A book is the account of that.
 */
struct book {
	uint64_t serial, version, used;
	uint64_t cursor;          /* of the first pass */
	bool first_pass_done;
	struct harm *harm;        /* [nservices] of the first pass */
	struct going *change;     /* [nservices][zones] in how many groups go on; only of services that are needed */
	uint8_t contexts[MAX_ZONES]; /* left to the service at hand */
	uint32_t service;         /* the one at hand, its place in the engine's order */
	bool sweeping;            /* its groups, from `group` on */
	uint32_t group;
};

/* More than are ever worked on side by side; the one that was left alone longest makes room, and starts over. */
#define BOOKS 8
struct books {
	struct book at[BOOKS];
	uint64_t serials, uses;
	bool *needed;             /* [nservices] */
	uint64_t version;         /* of `going` */
	struct going *going;      /* [nservices][zones], now; only of services that are needed */
};

/* A place that is given a mark in thought, over many groups. */
struct rehearsal {
	const struct state *s;
	place_id place;
	uint8_t gone;         /* GONE_* bits of the mark */
	domain_id first, end; /* of a tree domain's subtree; empty for a shared one */
	struct books *books;  /* NULL where no service needs another */
	struct book *book;
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

/* The group's situation then; `contexts`: what needed services leave each zone, NULL for what they do now. */
static inline situation_id situation_then(struct rehearsal *r, uint32_t service, uint32_t g, const uint8_t *contexts)
{
	const struct state *s = r->s;
	const domain_id *places = group_places(s->model, g);
	uint32_t n = group_size(s->model, g);
	uint8_t context = contexts ? contexts[0] : state_context(s, service, 0);
	uint64_t code = 0;

	if (n > PACKED_REPLICAS || s->zones.n > 1)
		return situation_after(s->engine, s->at[g],
			state_passage(s, service, g, (struct supposition){r->place, r->gone, contexts}, s->passage));
	for (uint32_t i = 0; i < n; i++)
		code |= (uint64_t)(s->gone[places[i]] | (covers(r, places[i]) ? r->gone : 0)) << 2 * i;
	return shortcut_to(s->engine, &r->shortcuts, s->at[g], code, context)->to;
}

/* Most deaths do most groups no harm, and there are millions to be asked about. */
static inline bool harms(const struct outcome *now, const struct outcome *then)
{
	unsigned writes = goes_on(now->writes) && !goes_on(then->writes);
	unsigned reads = goes_on(now->reads) && !goes_on(then->reads);
	unsigned unsafe = now->data == DATA_SAFE && then->data != DATA_SAFE;
	unsigned lost = now->data != DATA_LOST && then->data == DATA_LOST;

	return writes | reads | unsafe | lost;
}

static struct harm harm_between(const struct outcome *now, const struct outcome *then)
{
	return (struct harm){
		.writes = goes_on(now->writes) && !goes_on(then->writes),
		.reads = goes_on(now->reads) && !goes_on(then->reads),
		.data = now->data == DATA_SAFE && then->data != DATA_SAFE,
		.lost = now->data != DATA_LOST && then->data == DATA_LOST,
	};
}

static void add_harm(struct harm *to, const struct harm *more)
{
	to->writes += more->writes;
	to->reads += more->reads;
	to->data += more->data;
	to->lost += more->lost;
	to->writes_by_needs += more->writes_by_needs;
	to->reads_by_needs += more->reads_by_needs;
}

static void count_harm(struct impact *ret, const struct harm *more)
{
	ret->writes += more->writes;
	ret->reads += more->reads;
	ret->data += more->data;
	ret->lost += more->lost;
	ret->writes_by_needs += more->writes_by_needs;
	ret->reads_by_needs += more->reads_by_needs;
}

static void uncount_harm(struct impact *ret, const struct harm *less)
{
	ret->writes -= less->writes;
	ret->reads -= less->reads;
	ret->data -= less->data;
	ret->lost -= less->lost;
}

/* A service that is needed: what changes in how it goes on. */
static void note_change(struct rehearsal *r, uint32_t service, uint32_t g, situation_id then)
{
	struct going *change = r->book->change + (size_t)service * r->s->zones.n;

	if (then == r->s->at[g])
		return;
	state_count_going(r->s, g, r->s->at[g], (uint32_t)-1, change);
	state_count_going(r->s, g, then, 1, change);
}

/* A group beneath the place, while what is needed stays as it is. */
static void add_group(struct rehearsal *r, uint32_t g, struct impact *ret)
{
	uint32_t service = r->book ? state_service_of(r->s, g) : 0; /* without needs it makes no difference */
	situation_id at = situation_then(r, service, g, NULL);
	const struct outcome *now = state_outcome(r->s, g), *then = &r->s->engine->situations.at[at].outcome;

	ret->groups++;
	ret->status[now->status]++;
	ret->verdict[now->data]++;
	if (now->status > ret->worst_status)
		ret->worst_status = now->status;
	if (now->data > ret->worst_data)
		ret->worst_data = now->data;
	if (harms(now, then)) {
		struct harm harm = harm_between(now, then);

		count_harm(ret, &harm);
		if (r->book)
			add_harm(&r->book->harm[service], &harm);
	}
	if (r->book && r->books->needed[service])
		note_change(r, service, g, at);
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

static void add_beneath(struct rehearsal *r, uint32_t budget, struct impact *ret, uint64_t *cursor)
{
	if (state_better_swept(r->s, entries_beneath(r->s, r->place)))
		add_swept(r, budget, ret, cursor);
	else
		add_listed(r, budget, ret, cursor);
}

/* ---- the second pass: services that need others ---- */

/* What the services that a service needs would leave each zone. Returns whether that is something else than now. */
static bool find_contexts(struct rehearsal *r, uint32_t service)
{
	const struct service *sv = &r->s->model->services[service];
	uint32_t nzones = r->s->zones.n;
	bool changes = false;

	memset(r->book->contexts, 0, nzones);
	for (uint32_t i = 0; i < sv->nneeds; i++) {
		size_t first = (size_t)sv->needs[i].service * nzones;

		for (uint32_t z = 0; z < nzones; z++) {
			struct going then = r->books->going[first + z];

			then.writes += r->book->change[first + z].writes;
			then.reads += r->book->change[first + z].reads;
			r->book->contexts[z] |= context_left_by(sv->needs[i].mode, &then);
		}
	}
	for (uint32_t z = 0; z < nzones; z++)
		changes |= r->book->contexts[z] != state_context(r->s, service, (uint16_t)z);
	return changes;
}

/* What the first pass counted of a service is counted anew. */
static void start_sweep(struct rehearsal *r, uint32_t service, struct impact *ret)
{
	uncount_harm(ret, &r->book->harm[service]);
	memset(r->book->change + (size_t)service * r->s->zones.n, 0, r->s->zones.n * sizeof(*r->book->change));
	r->book->group = r->s->model->services[service].first_group;
	r->book->sweeping = true;
}

static void add_needing_group(struct rehearsal *r, uint32_t service, uint32_t g, struct impact *ret)
{
	situation_id then = situation_then(r, service, g, r->book->contexts);
	struct harm harm = harm_between(state_outcome(r->s, g), judge_outcome(r->s->engine, then));

	if ((harm.writes || harm.reads) && !touches(r, g)) {
		harm.writes_by_needs = harm.writes;
		harm.reads_by_needs = harm.reads;
	}
	count_harm(ret, &harm);
	if (r->books->needed[service])
		note_change(r, service, g, then);
}

/* Without cuts a group in a pass costs less than one that is found by way of a domain. */
#define NEEDING_PER_VISIT 4

/* Returns what is left of the budget. */
static uint64_t sweep_service(struct rehearsal *r, uint32_t service, uint64_t budget, struct impact *ret)
{
	const struct service *sv = &r->s->model->services[service];
	uint32_t end = sv->first_group + sv->ngroups;

	for (; r->book->group < end && budget; r->book->group++, budget--)
		add_needing_group(r, service, r->book->group, ret);
	r->book->sweeping = r->book->group < end;
	return budget;
}

static void add_needing(struct rehearsal *r, uint32_t visits, struct impact *ret)
{
	const struct state *s = r->s;
	uint64_t budget = (uint64_t)visits * (s->zones.n > 1 ? 1 : NEEDING_PER_VISIT);
	struct book *b = r->book;

	while (b->service < s->model->nservices && budget) {
		uint32_t service = s->engine->order[b->service];

		if (!b->sweeping && find_contexts(r, service))
			start_sweep(r, service, ret);
		if (b->sweeping)
			budget = sweep_service(r, service, budget, ret);
		b->service += !b->sweeping;
	}
	ret->known = b->service == s->model->nservices;
}

/* ---- books ---- */

static void open_books(struct state *s)
{
	const struct model *m = s->model;

	s->books = xcalloc(1, sizeof(*s->books));
	s->books->needed = xcalloc(m->nservices + 1, sizeof(*s->books->needed));
	for (uint32_t v = 0; v < m->nservices; v++)
		for (uint32_t i = 0; i < m->services[v].nneeds; i++)
			s->books->needed[m->services[v].needs[i].service] = true;
}

void state_close_books(struct state *s)
{
	for (size_t i = 0; s->books && i < BOOKS; i++) {
		free(s->books->at[i].harm);
		free(s->books->at[i].change);
	}
	if (s->books) {
		free(s->books->needed);
		free(s->books->going);
	}
	free(s->books);
}

static void count_going_now(const struct state *s, struct books *books)
{
	uint32_t nservices = s->model->nservices;

	if (books->version == s->version)
		return;
	free(books->going);
	books->going = xcalloc((size_t)nservices * s->zones.n + 1, sizeof(*books->going));
	for (uint32_t v = 0; v < nservices; v++)
		if (books->needed[v])
			state_going(s, v, books->going + (size_t)v * s->zones.n);
	books->version = s->version;
}

static struct book *new_book(const struct state *s, struct books *books)
{
	struct book *b = &books->at[0];

	for (size_t i = 1; i < BOOKS; i++)
		if (books->at[i].used < b->used)
			b = &books->at[i];
	free(b->harm);
	free(b->change);
	*b = (struct book){.serial = ++books->serials, .version = s->version};
	b->harm = xcalloc(s->model->nservices + 1, sizeof(*b->harm));
	b->change = xcalloc((size_t)s->model->nservices * s->zones.n + 1, sizeof(*b->change));
	return b;
}

/* The one that `cursor` is the serial number of; a new one, with *cursor 0, where that is no longer kept. */
static struct book *book_of(const struct state *s, struct books *books, uint64_t *cursor)
{
	struct book *found = NULL;

	for (size_t i = 0; *cursor && i < BOOKS; i++)
		if (books->at[i].serial == *cursor && books->at[i].version == s->version)
			found = &books->at[i];
	if (!found) {
		*cursor = 0;
		found = new_book(s, books);
	}
	found->used = ++books->uses;
	return found;
}

static void add_with_needs(struct rehearsal *r, uint32_t budget, struct impact *ret, uint64_t *cursor)
{
	struct state *keeper = (struct state *)r->s; /* only what is being worked out changes */

	if (!keeper->books)
		open_books(keeper);
	r->books = keeper->books;
	count_going_now(r->s, r->books);
	r->book = book_of(r->s, r->books, cursor);
	if (!*cursor)
		*ret = (struct impact){0};
	*cursor = r->book->serial;
	if (r->book->first_pass_done) {
		add_needing(r, budget, ret);
		return;
	}
	add_beneath(r, budget, ret, &r->book->cursor);
	r->book->first_pass_done = ret->known;
	ret->known = false;
	if (r->book->first_pass_done && budget > 1)
		add_needing(r, 1, ret);
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
	if (s->engine->has_needs)
		add_with_needs(&r, budget, ret, cursor);
	else
		add_beneath(&r, budget, ret, cursor);
}

void state_impact(const struct state *s, place_id p, struct impact *ret, uint64_t *cursor, uint32_t budget)
{
	state_impact_of(s, p, MARK_KILLED, ret, cursor, budget);
}
