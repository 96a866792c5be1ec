/* world - see world_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/world_p.h"
#include "engine/outcome.h"

#define MAX_JUDGED ((uint64_t)1 << 21) /* sets times groups */

/* A group, or several that stand on the same places in the same way. */
struct member {
	uint32_t footprint;
	uint32_t first_bit;      /* into bits: [replica] its place; NO_BIT: gone already */
};

#define NO_BIT UINT8_MAX

struct world {
	struct analysis *a;
	struct arena arena;
	uint32_t asked_for;      /* the service; NO_SERVICE: all */
	uint32_t most_places;
	VEC(uint32_t) services;  /* what is needed before what needs it */
	VEC(domain_id) places;
	VEC(struct member) members;
	VEC(uint8_t) bits;
	uint32_t *first_member;  /* [place in services + 1] */
	uint8_t *left, *broken, *all_broken;
	uint8_t *writes, *reads; /* [service] whether some group goes on in the set looked at */
};

/* ---- who is in it ---- */

static void add_service(struct world *w, uint32_t service)
{
	const struct service *sv = &w->a->model->services[service];

	for (size_t i = 0; i < w->services.len; i++)
		if (w->services.at[i] == service)
			return;
	for (uint32_t i = 0; i < sv->nneeds; i++)
		add_service(w, sv->needs[i].service);
	vec_push(&w->services, service);
}

static bool add_place(struct world *w, domain_id d, uint8_t *ret_bit)
{
	size_t i = 0;

	while (i < w->places.len && w->places.at[i] != d)
		i++;
	if (i == w->most_places)
		return false;
	if (i == w->places.len)
		vec_push(&w->places, d);
	*ret_bit = (uint8_t)i;
	return true;
}

static bool known_member(struct world *w, struct table *index, const struct member *m, uint16_t n)
{
	const uint8_t *bits = w->bits.at + m->first_bit;
	uint64_t hash = hash_mix(hash_bytes(bits, n) ^ m->footprint);

	for (uint32_t at = table_first(index, hash); at != TABLE_END; at = table_next(index, hash, at)) {
		const struct member *other = &w->members.at[table_value(index, at)];

		if (other->footprint == m->footprint && !memcmp(w->bits.at + other->first_bit, bits, n))
			return true;
	}
	table_add(index, hash, (uint32_t)w->members.len);
	return false;
}

static bool add_group(struct world *w, struct table *index, uint32_t group)
{
	const struct model *m = w->a->model;
	struct member member = {analysis_footprint_of(w->a, group), (uint32_t)w->bits.len};
	const struct footprint *f = analysis_footprint(w->a, member.footprint);

	for (uint16_t i = 0; i < f->n; i++) {
		uint8_t bit = NO_BIT;

		if (!(f->gone[i] & GONE_LOST) && !add_place(w, group_places(m, group)[i], &bit))
			return false;
		vec_push(&w->bits, bit);
	}
	if (known_member(w, index, &member, f->n))
		w->bits.len = member.first_bit;
	else
		vec_push(&w->members, member);
	return true;
}

static bool add_groups(struct world *w)
{
	const struct model *m = w->a->model;
	struct table index = {0};
	bool fits = true;

	w->first_member = arena_alloc(&w->arena, (w->services.len + 1) * sizeof(*w->first_member));
	for (size_t i = 0; i < w->services.len && fits; i++) {
		const struct service *sv = &m->services[w->services.at[i]];

		for (uint32_t g = sv->first_group; fits && g < sv->first_group + sv->ngroups; g++)
			fits = add_group(w, &index, g);
		w->first_member[i + 1] = (uint32_t)w->members.len;
	}
	table_release(&index);
	return fits;
}

/* ---- what each set does ---- */

static uint8_t left_to(const struct world *w, uint32_t service)
{
	const struct service *sv = &w->a->model->services[service];
	uint8_t left = 0;

	for (uint32_t i = 0; i < sv->nneeds; i++)
		left |= judge_need_left(sv->needs[i].mode, w->writes[sv->needs[i].service],
		                        w->reads[sv->needs[i].service]);
	return left;
}

static uint8_t judge_member(const struct world *w, const struct member *m, uint32_t set, uint8_t left)
{
	const struct footprint *f = analysis_footprint(w->a, m->footprint);
	const struct judging j = {w->a, f->start, f->n, left};
	const uint8_t *bits = w->bits.at + m->first_bit;
	uint8_t dead[MAX_REPLICAS];

	for (uint16_t i = 0; i < f->n; i++)
		dead[i] = bits[i] != NO_BIT && set >> bits[i] & 1;
	return judge_dead(&j, dead);
}

static void judge_set(struct world *w, uint32_t set)
{
	bool every = w->broken || w->all_broken;

	if (w->all_broken)
		w->all_broken[set] = UINT8_MAX;
	for (size_t i = 0; i < w->services.len; i++) {
		uint32_t service = w->services.at[i];
		uint8_t left = left_to(w, service), going = 0;

		for (uint32_t m = w->first_member[i]; m < w->first_member[i + 1]; m++) {
			uint8_t broken = judge_member(w, &w->members.at[m], set, left);

			going |= (uint8_t)~broken;
			if (w->broken)
				w->broken[set] |= broken;
			if (w->all_broken)
				w->all_broken[set] &= broken;
			if (!every && going & 1u << TARGET_WRITES && going & 1u << TARGET_READS)
				break;
		}
		w->writes[service] = going >> TARGET_WRITES & 1;
		w->reads[service] = going >> TARGET_READS & 1;
	}
	if (w->left)
		w->left[set] = left_to(w, w->asked_for);
}

static void judge_sets(struct world *w, struct budget *spent)
{
	uint32_t sets = 1u << w->places.len;

	w->writes = arena_alloc(&w->arena, w->a->model->nservices + 1);
	w->reads = arena_alloc(&w->arena, w->a->model->nservices + 1);
	for (uint32_t set = 0; set < sets; set++)
		judge_set(w, set);
	spent->judged += (uint64_t)sets * w->bits.len;
}

struct world *world_new(struct analysis *a, uint32_t service, bool and_itself, struct budget *spent)
{
	struct world *w = xcalloc(1, sizeof(*w));
	uint64_t sets;

	w->a = a;
	w->asked_for = service;
	w->most_places = WORLD_MAX_PLACES;
	for (uint32_t s = 0; service == NO_SERVICE && s < a->model->nservices; s++)
		add_service(w, s);
	if (service != NO_SERVICE)
		add_service(w, service);
	if (service != NO_SERVICE && !and_itself)
		w->services.len--; /* it came last */
	if (!add_groups(w)) {
		world_free(w);
		return NULL;
	}
	sets = (uint64_t)1 << w->places.len;
	if (sets * w->members.len > MAX_JUDGED || spent->judged + sets * w->bits.len > JUDGE_MOST) {
		world_free(w);
		return NULL;
	}
	*(and_itself || service == NO_SERVICE ? &w->broken : &w->left) = arena_alloc(&w->arena, sets);
	judge_sets(w, spent);
	return w;
}

#define SOME_PLACES 12   /* enough for several groups to stop by coincidence alone */
#define SOME_MEMBERS 32
#define SOME_TRIED 4096u

/* The first groups that add up to few places; what did not fit leaves no trace but its places. */
static void add_some(struct world *w, const struct service *sv)
{
	struct table index = {0};
	uint32_t tried = sv->ngroups < SOME_TRIED ? sv->ngroups : SOME_TRIED;

	w->first_member = arena_alloc(&w->arena, 2 * sizeof(*w->first_member));
	for (uint32_t i = 0; i < tried && w->members.len < SOME_MEMBERS; i++) {
		size_t places = w->places.len, bits = w->bits.len;

		if (!add_group(w, &index, sv->first_group + i)) {
			w->places.len = places;
			w->bits.len = bits;
		}
	}
	w->first_member[1] = (uint32_t)w->members.len;
	table_release(&index);
}

struct world *world_of_some(struct analysis *a, uint32_t service, struct budget *spent)
{
	struct world *w = xcalloc(1, sizeof(*w));

	w->a = a;
	w->asked_for = NO_SERVICE;
	w->most_places = SOME_PLACES;
	vec_push(&w->services, service);
	add_some(w, &a->model->services[service]);
	if (!w->members.len || spent->judged + ((uint64_t)1 << SOME_PLACES) * w->bits.len > JUDGE_MOST) {
		world_free(w);
		return NULL;
	}
	w->all_broken = arena_alloc(&w->arena, (size_t)1 << w->places.len);
	judge_sets(w, spent);
	return w;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	vec_free(&w->services);
	vec_free(&w->places);
	vec_free(&w->members);
	vec_free(&w->bits);
	arena_release(&w->arena);
	free(w);
}

uint32_t world_places(const struct world *w, const domain_id **ret_places)
{
	*ret_places = w->places.at;
	return (uint32_t)w->places.len;
}

const uint8_t *world_left(const struct world *w)
{
	return w->left;
}

const uint8_t *world_broken(const struct world *w)
{
	return w->broken;
}

const uint8_t *world_all_broken(const struct world *w)
{
	return w->all_broken;
}

/* ---- causes above places ---- */

static void cover(struct causes *c, place_id p, uint32_t item)
{
	if (c->seen[p] != c->now) {
		c->seen[p] = c->now;
		c->source[p] = (uint32_t)c->sources.len;
		vec_push(&c->sources, p);
		vec_push(&c->set_of, 0);
	}
	c->set_of.at[c->source[p]] |= (uint64_t)1 << item;
}

static void add_cause(struct causes *c, uint64_t set, const struct chance *chance)
{
	size_t i = 0;

	while (i < c->takes.len && c->takes.at[i] != set)
		i++;
	if (i == c->takes.len) {
		vec_push(&c->takes, set);
		vec_push(&c->down, 0);
		vec_push(&c->up, 1);
	}
	c->down.at[i] += chance->down * c->up.at[i];
	c->up.at[i] *= chance->up;
	vec_push(&c->cause_of, (uint32_t)i);
}

void causes_find(struct causes *c, const struct analysis *a, const struct chances *chances, const domain_id *places,
                 uint32_t nplaces)
{
	const struct model *m = a->model;

	if (!c->seen) {
		c->seen = xcalloc(chances->n + 1, sizeof(*c->seen));
		c->source = xcalloc(chances->n + 1, sizeof(*c->source));
	}
	c->now++;
	vec_clear(&c->sources);
	vec_clear(&c->set_of);
	vec_clear(&c->cause_of);
	vec_clear(&c->takes);
	vec_clear(&c->down);
	vec_clear(&c->up);
	for (uint32_t i = 0; i < nplaces; i++)
		for (domain_id d = places[i];; d = m->domains[d].parent) {
			cover(c, d, i);
			for (uint32_t t = a->shared_first[d]; t < a->shared_first[d + 1]; t++)
				cover(c, m->ndomains + a->shared_on[t], i);
			if (d == ROOT)
				break;
		}
	for (size_t i = 0; i < c->sources.len; i++)
		add_cause(c, c->set_of.at[i], &chances->of[c->sources.at[i]]);
	c->mixture = (struct mixture){nplaces, 1, (uint32_t)c->takes.len, 0, c->takes.at, c->down.at, c->up.at};
}

void causes_release(struct causes *c)
{
	vec_free(&c->sources);
	vec_free(&c->set_of);
	vec_free(&c->cause_of);
	vec_free(&c->takes);
	vec_free(&c->down);
	vec_free(&c->up);
	free(c->seen);
	free(c->source);
}
