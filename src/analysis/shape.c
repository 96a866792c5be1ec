/* shape - see shape_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/shape_p.h"

#define ALWAYS_PATTERNS 8     /* so few items are never worth another way */
#define FEW_STATES (1u << 17) /* tried where nothing exact is within limits */

/* What was answered for such probabilities; one that falls into the same slot takes its place. */
#define MEMORIES 256u
struct memory {
	double *down;
	bool any, tried_pivotal, pivotal;
	struct mixed answer;
};

/* ---- items: places with replicas that can still die ---- */

static void list_items(struct shape *s, const struct analysis *a)
{
	const struct footprint *f = s->f;
	const domain_id *places = group_places(a->model, f->example);
	uint32_t *item = arena_alloc(&s->arena, (f->n + 1u) * sizeof(*item)), nmembers = 0;
	struct judged_items *items = &s->items;

	items->first = arena_alloc(&s->arena, (f->n + 2u) * sizeof(*items->first));
	items->members = arena_alloc(&s->arena, (f->n + 1u) * sizeof(*items->members));
	for (uint16_t i = 0; i < f->n; i++) {
		if (f->gone[i] & GONE_LOST || item[i])
			continue;
		items->n++;
		for (uint16_t j = i; j < f->n; j++)
			if (places[j] == places[i]) {
				item[j] = items->n;
				items->members[nmembers++] = j;
			}
		items->first[items->n] = nmembers;
	}
}

static domain_id item_place(const struct shape *s, const domain_id *places, uint32_t item)
{
	return places[s->items.members[s->items.first[item]]];
}

/* ---- causes ---- */

struct causing {
	struct shape *s;
	VEC(uint64_t) sets;
	struct table index;
	uint64_t *set;
};

/* The cause that takes the set in c->set; NO_CLASS where it is empty. */
static uint32_t cause_taking(struct causing *c)
{
	uint32_t words = c->s->mixture.nwords;
	uint64_t hash = hash_bytes(c->set, words * sizeof(*c->set));
	bool empty = true;

	for (uint32_t w = 0; w < words; w++)
		empty &= !c->set[w];
	if (empty)
		return NO_CLASS;
	for (uint32_t at = table_first(&c->index, hash); at != TABLE_END; at = table_next(&c->index, hash, at))
		if (!memcmp(c->sets.at + (size_t)table_value(&c->index, at) * words, c->set, words * sizeof(*c->set)))
			return table_value(&c->index, at);
	table_add(&c->index, hash, c->s->mixture.ncauses);
	for (uint32_t w = 0; w < words; w++)
		vec_push(&c->sets, c->set[w]);
	return c->s->mixture.ncauses++;
}

static uint32_t walked_before(const struct model *m, const struct shape *s, const domain_id *places, uint32_t item,
                              domain_id d)
{
	for (uint32_t i = 0; i < item; i++)
		if (domain_contains(m, d, item_place(s, places, i)))
			return true;
	return false;
}

/* Every domain above an item, each once, from the first item beneath it. */
static void walk(struct causing *c, const struct model *m, const domain_id *places)
{
	struct shape *s = c->s;

	for (uint32_t i = 0; i < s->items.n; i++)
		for (domain_id d = item_place(s, places, i); !walked_before(m, s, places, i, d);
		     d = m->domains[d].parent) {
			memset(c->set, 0, s->mixture.nwords * sizeof(*c->set));
			for (uint32_t j = i; j < s->items.n; j++)
				if (domain_contains(m, d, item_place(s, places, j)))
					set_put(c->set, j);
			s->cause_of[s->nsources++] = cause_taking(c);
			s->steps[i]++;
			if (d == ROOT)
				break;
		}
	s->nwalked = s->nsources;
	s->mixture.nnested = s->mixture.ncauses;
}

static void list_shared(struct causing *c)
{
	struct shape *s = c->s;

	for (uint16_t cover = 0; cover < s->f->nshared; cover++) {
		const uint8_t *touched = s->f->coverage + (size_t)cover * s->f->n;

		memset(c->set, 0, s->mixture.nwords * sizeof(*c->set));
		for (uint32_t i = 0; i < s->items.n; i++)
			if (touched[s->items.members[s->items.first[i]]])
				set_put(c->set, i);
		s->cause_of[s->nsources++] = cause_taking(c);
	}
}

static void list_causes(struct shape *s, const struct analysis *a)
{
	struct causing c = {.s = s};
	uint32_t most = s->items.n * (a->model->nlevels + 1) + s->f->nshared;
	uint64_t *takes;

	s->mixture.nitems = s->items.n;
	s->mixture.nwords = s->items.n / 64 + 1;
	s->steps = arena_alloc(&s->arena, (s->items.n + 1) * sizeof(*s->steps));
	s->cause_of = arena_alloc(&s->arena, (most + 1) * sizeof(*s->cause_of));
	c.set = arena_alloc(&s->arena, s->mixture.nwords * sizeof(*c.set));
	walk(&c, a->model, group_places(a->model, s->f->example));
	list_shared(&c);
	takes = arena_alloc(&s->arena, c.sets.len * sizeof(*takes) + 1);
	if (c.sets.len)
		memcpy(takes, c.sets.at, c.sets.len * sizeof(*takes));
	s->mixture.takes = takes;
	s->mixture.down = s->down = arena_alloc(&s->arena, (s->mixture.ncauses + 1) * sizeof(*s->down));
	s->mixture.up = s->up = arena_alloc(&s->arena, (s->mixture.ncauses + 1) * sizeof(*s->up));
	vec_free(&c.sets);
	table_release(&c.index);
}

/* ---- which way ---- */

static uint64_t pattern_work(const struct shape *s)
{
	return s->items.n > MIXTURE_MAX_PATTERN ? UINT64_MAX :
	       ((uint64_t)1 << s->items.n) * (2 * (uint64_t)s->mixture.ncauses + 1);
}

static struct known_verdicts *find_known(struct verdict_store *store, const struct known_verdicts *wanted, uint16_t n,
                                         uint64_t hash)
{
	for (uint32_t at = table_first(&store->index, hash); at != TABLE_END;
	     at = table_next(&store->index, hash, at)) {
		struct known_verdicts *k = &store->all.at[table_value(&store->index, at)];

		if (k->start == wanted->start && k->need_left == wanted->need_left && k->counts == wanted->counts &&
		    !memcmp(k->items, wanted->items, n * sizeof(*k->items)))
			return k;
	}
	return NULL;
}

static void judge_new(struct shape *s, const struct judging *j, struct verdict_store *store, struct budget *spent,
                      struct known_verdicts *ret)
{
	uint16_t class[MAX_REPLICAS], nclasses = 0;

	if (ret->counts)
		nclasses = replica_classes(j->a, s->f, class);
	if (ret->counts && nclasses >= s->items.n && s->items.n <= MIXTURE_MAX_PATTERN)
		return; /* no two are alike */
	if (ret->counts)
		judge_counts(j, &s->items, class, nclasses, &store->arena, spent, &ret->verdicts);
	else
		judge_patterns(j, &s->items, &store->arena, spent, &ret->verdicts);
}

/* Judges all sets, or all counts, of the items, if nobody did before. False: they are too many. */
static bool judge_items(struct shape *s, const struct judging *j, bool counts, struct verdict_store *store,
                        struct budget *spent)
{
	uint32_t *items = arena_alloc(&store->arena, (s->f->n + 1u) * sizeof(*items));
	struct known_verdicts *known, wanted = {.start = j->start, .need_left = j->need_left, .counts = counts,
	                                        .items = items};
	uint64_t hash;

	memset(items, 0xff, s->f->n * sizeof(*items));
	for (uint32_t i = 0; i < s->items.n; i++)
		for (uint32_t k = s->items.first[i]; k < s->items.first[i + 1]; k++)
			items[s->items.members[k]] = i;
	hash = hash_bytes(items, s->f->n * sizeof(*items)) ^
	       hash_mix(hash_pair(j->start, (uint32_t)j->need_left) * 2 + counts);
	known = find_known(store, &wanted, s->f->n, hash);
	if (!known) {
		judge_new(s, j, store, spent, &wanted);
		table_add(&store->index, hash, (uint32_t)store->all.len);
		vec_push(&store->all, wanted);
		known = &wanted;
	}
	s->verdicts = known->verdicts;
	return s->verdicts.size > 0;
}

void verdict_store_release(struct verdict_store *s)
{
	vec_free(&s->all);
	table_release(&s->index);
	arena_release(&s->arena);
}

static bool try_counts(struct shape *s, const struct judging *j, struct verdict_store *store, struct budget *spent)
{
	uint64_t work;

	if (!judge_items(s, j, true, store, spent))
		return false;
	s->nest = nest_new(&s->mixture, &s->verdicts);
	work = s->nest ? nest_work(s->nest) : UINT64_MAX;
	if (work < STEPS_MOST / 64 && work < pattern_work(s) / (2 * (uint64_t)s->mixture.ncauses + 1))
		return true;
	nest_free(s->nest);
	s->nest = NULL;
	return false;
}

struct judging_few {
	struct shape *s;
	const struct judging *j;
	uint8_t *broken;
};

static void judge_few(void *context, const uint32_t *causes, uint32_t n)
{
	struct judging_few *k = context;
	const struct judged_items *items = &k->s->items;
	uint8_t dead[MAX_REPLICAS] = {0};

	for (uint32_t c = 0; c < n; c++)
		for (uint32_t i = 0; i < items->n; i++)
			for (uint32_t r = items->first[i]; set_has(cause_takes(&k->s->mixture, causes[c]), i) &&
			     r < items->first[i + 1]; r++)
				dead[items->members[r]] = 1;
	*k->broken++ = judge_dead(k->j, dead);
}

static void by_few(struct shape *s, const struct judging *j, struct budget *spent)
{
	uint64_t left = spent->judged < JUDGE_MOST ? JUDGE_MOST - spent->judged : 0;
	uint64_t fair = JUDGE_MOST / 2 / (analysis_footprints(j->a) + 8);
	uint64_t states = (left < fair ? left : fair) / s->f->n;
	uint32_t limit = states < FEW_STATES ? (uint32_t)states : FEW_STATES;
	struct judging_few k = {.s = s, .j = j};

	s->method = BY_FEW;
	s->few = few_within(s->mixture.ncauses, limit);
	k.broken = arena_alloc(&s->arena, (limit > 1 ? limit : 1) + 1);
	s->verdicts = (struct verdicts){.broken = k.broken};
	few_each(s->mixture.ncauses, s->few, judge_few, &k);
	spent->judged += (uint64_t)(k.broken - s->verdicts.broken) * s->f->n;
}

static void choose_method(struct shape *s, const struct judging *j, struct verdict_store *store, struct budget *spent)
{
	if (s->items.n > ALWAYS_PATTERNS && try_counts(s, j, store, spent)) {
		s->method = BY_COUNTS;
		return;
	}
	s->method = BY_PATTERNS;
	if (pattern_work(s) > STEPS_MOST / 64 || !judge_items(s, j, false, store, spent))
		by_few(s, j, spent);
}

struct shape *shape_new(struct analysis *a, uint32_t footprint, int need_left, struct verdict_store *known,
                        struct budget *spent)
{
	struct shape *s = xcalloc(1, sizeof(*s));
	struct judging j = {.a = a, .need_left = need_left};

	s->f = analysis_footprint(a, footprint);
	j.start = s->f->start;
	j.n = s->f->n;
	list_items(s, a);
	list_causes(s, a);
	choose_method(s, &j, known, spent);
	return s;
}

void shape_free(struct shape *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; s->memories && i < s->nmemories; i++) {
		free(s->memories[i].down);
		free(s->memories[i].answer.pivotal);
	}
	free(s->memories);
	nest_free(s->nest);
	arena_release(&s->arena);
	free(s);
}

size_t shape_bytes(const struct shape *s)
{
	return sizeof(*s) + s->arena.used + (1 << 12) +
	       (size_t)s->nmemories * (sizeof(*s->memories) + 2 * s->mixture.ncauses * sizeof(double));
}

/* ---- one group ---- */

static inline void join(struct shape *s, uint32_t cause, const struct chance *c)
{
	s->down[cause] += c->down * s->up[cause];
	s->up[cause] *= c->up;
}

void shape_fill(struct shape *s, const struct analysis *a, const struct chances *c, uint32_t group,
                place_id *ret_sources)
{
	const domain_id *places = group_places(a->model, group);
	uint32_t at = 0;

	for (uint32_t i = 0; i < s->mixture.ncauses; i++) {
		s->down[i] = 0;
		s->up[i] = 1;
	}
	for (uint32_t i = 0; i < s->items.n; i++) {
		domain_id d = item_place(s, places, i);

		for (uint16_t step = 0; step < s->steps[i]; step++, at++) {
			ret_sources[at] = d;
			join(s, s->cause_of[at], &c->of[d]);
			d = c->of[d].parent;
		}
	}
	if (s->f->nshared)
		footprint_shared_places(a, group, ret_sources + at);
	for (; at < s->nsources; at++)
		if (s->cause_of[at] != NO_CLASS)
			join(s, s->cause_of[at], &c->of[ret_sources[at]]);
}

/* ---- the answer ---- */

static uint64_t work_of(const struct shape *s, bool pivotal)
{
	uint64_t causes = s->mixture.ncauses;

	switch (s->method) {
	case BY_PATTERNS:
		return ((uint64_t)1 << s->items.n) * (causes * (1 + pivotal) + 1);
	case BY_COUNTS:
		return nest_work(s->nest) * (1 + 2 * causes * pivotal);
	default:
		return few_states(s->mixture.ncauses, s->few) * s->few + causes;
	}
}

struct listing { struct shape *s; uint8_t *broken; };

static void look_up(void *context, const uint32_t *causes, uint32_t n)
{
	struct listing *k = context;
	uint32_t at = 0;

	for (uint32_t i = 0; i < k->s->items.n; i++) {
		bool taken = false;

		for (uint32_t c = 0; c < n; c++)
			taken |= set_has(cause_takes(&k->s->mixture, causes[c]), i);
		at += taken ? k->s->verdicts.adds[i] : 0;
	}
	*k->broken++ = k->s->verdicts.broken[at];
}

/* What is known exactly takes too long for so many groups: few states for all that come. */
static void settle_for_few(struct shape *s)
{
	struct listing k = {.s = s};

	s->few = few_within(s->mixture.ncauses, 1 + s->mixture.ncauses);
	k.broken = arena_alloc(&s->arena, s->mixture.ncauses + 2u);
	s->method = BY_FEW;
	const uint8_t *broken = k.broken;
	few_each(s->mixture.ncauses, s->few, look_up, &k);
	s->verdicts.broken = broken;
}

static void work_out(struct shape *s, bool pivotal, struct budget *spent, struct memory *memory)
{
	struct mixed *ret = &memory->answer;
	double *wanted = ret->pivotal;

	if (s->method != BY_FEW && spent->steps + work_of(s, false) > STEPS_MOST)
		settle_for_few(s);
	memory->tried_pivotal = pivotal;
	memory->pivotal = pivotal && s->method != BY_FEW && work_of(s, true) < STEPS_MOST / 16 &&
	                  spent->steps + work_of(s, true) < STEPS_MOST;
	spent->steps += work_of(s, memory->pivotal);
	ret->pivotal = memory->pivotal ? wanted : NULL;
	if (s->method == BY_PATTERNS)
		mixture_by_patterns(&s->mixture, &s->verdicts, ret);
	else if (s->method == BY_COUNTS)
		mixture_by_counts(&s->mixture, &s->verdicts, s->nest, ret);
	else
		mixture_by_few(&s->mixture, s->few, s->verdicts.broken, ret);
	ret->pivotal = wanted;
}

const struct mixed *shape_answer(struct shape *s, bool pivotal, enum target target, struct budget *spent)
{
	size_t size = s->mixture.ncauses * sizeof(*s->down);
	struct memory *memory;

	if (!s->memories) {
		s->nmemories = s->f->ngroups < MEMORIES ? s->f->ngroups : MEMORIES;
		if (s->mixture.ncauses > 512 || s->f->ngroups < 4)
			s->nmemories = 1;
		s->memories = xcalloc(s->nmemories, sizeof(*s->memories));
	}
	memory = &s->memories[s->nmemories > 1 ? hash_bytes(s->down, size) % s->nmemories : 0];
	if (!memory->down) {
		memory->down = xmalloc(size + sizeof(double));
		memory->answer.pivotal = xmalloc(size + sizeof(double));
	}
	if (!memory->any || memcmp(memory->down, s->down, size) != 0 ||
	    (pivotal && (!memory->tried_pivotal || memory->answer.target != target))) {
		memcpy(memory->down, s->down, size);
		memory->any = true;
		memory->answer.target = target;
		work_out(s, pivotal, spent, memory);
	}
	s->known = memory->answer;
	s->known.pivotal = pivotal && memory->pivotal ? memory->answer.pivotal : NULL;
	return &s->known;
}
