/* copysets - see loss_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/loss_p.h"

/* ---- domains of the level ---- */

static bool is_dead(const struct analysis *a, domain_id d)
{
	return a->start && state_gone(a->start, d) & GONE_LOST;
}

uint32_t loss_domains(const struct analysis *a, uint8_t level)
{
	uint32_t n = 0;

	for (domain_id d = 0; d < a->model->ndomains; d++)
		n += a->model->domains[d].level == level && !is_dead(a, d);
	return n;
}

static void rank_domains(struct copysets *c)
{
	const struct model *m = c->a->model;

	c->rank = xmalloc((m->ndomains + 1) * sizeof(*c->rank));
	memset(c->rank, 0xff, (m->ndomains + 1) * sizeof(*c->rank));
	for (domain_id d = 0; d < m->ndomains; d++) {
		if (m->domains[d].level != c->level || is_dead(c->a, d))
			continue;
		for (domain_id x = d; x < m->domains[d].end; x++)
			c->rank[x] = c->n;
		c->n++;
	}
}

/* ---- what a footprint's domains of the level do ---- */

/* The domains that hold replicas that can still die, each with these. */
static void list_units(struct copysets *c, const struct footprint *f, struct judged_items *items)
{
	struct arena *arena = &c->arena;
	uint32_t nmembers = 0;

	items->first = arena_alloc(arena, (f->n + 2u) * sizeof(*items->first));
	items->members = arena_alloc(arena, (f->n + 1u) * sizeof(*items->members));
	for (uint16_t u = 0; u < f->n; u++) {
		uint32_t before = nmembers;

		if (footprint_part(f, c->level, u) != u)
			continue;
		for (uint16_t i = u; i < f->n; i++)
			if (footprint_part(f, c->level, i) == u && !(f->gone[i] & GONE_LOST))
				items->members[nmembers++] = i;
		if (nmembers > before)
			items->first[++items->n] = nmembers;
	}
}

static uint32_t count_bits(uint32_t set)
{
	return (uint32_t)__builtin_popcount(set);
}

enum { UNKNOWN = 2 };

/* Whether the number of dead domains is all that matters; then what so many do. */
static bool only_number(const struct verdicts *v, uint8_t *by_number)
{
	bool patterns = v->size == 1u << v->nitems;

	memset(by_number, UNKNOWN, v->nitems + 1);
	for (uint32_t i = 1; !patterns && i < v->nitems; i++)
		if (v->adds[i] != v->adds[0])
			return false;
	for (uint32_t at = 0; at < v->size; at++) {
		uint32_t number = patterns ? count_bits(at) : v->adds[0] ? at / v->adds[0] : 0;
		uint8_t unsafe = v->broken[at] >> TARGET_DATA & 1;

		if (!patterns && at % v->adds[0])
			continue;
		if (by_number[number] != UNKNOWN && by_number[number] != unsafe)
			return false;
		by_number[number] = unsafe;
	}
	return true;
}

static uint32_t keep_table(struct copysets *c, const struct loss_table *t)
{
	for (size_t i = 0; t->by_number && i < c->tables.len; i++)
		if (c->tables.at[i].by_number && c->tables.at[i].n == t->n &&
		    !memcmp(c->tables.at[i].unsafe, t->unsafe, t->n + 1u))
			return (uint32_t)i;
	vec_push(&c->tables, *t);
	return (uint32_t)c->tables.len - 1;
}

#define FEW_UNITS 8 /* never worth counting alike ones */

static uint32_t table_for(struct copysets *c, uint32_t footprint)
{
	const struct footprint *f = analysis_footprint(c->a, footprint);
	const struct judging j = {c->a, f->start, f->n, NEED_AS_IT_STANDS};
	struct judged_items items = {0};
	struct loss_table t = {.n = 0};
	uint16_t class[MAX_REPLICAS], nclasses;
	uint8_t *by_number;
	bool judged = false;

	list_units(c, f, &items);
	c->items_of[footprint] = items;
	t.n = (uint16_t)items.n;
	if (items.n > FEW_UNITS) {
		nclasses = replica_classes(c->a, f, class);
		judged = judge_counts(&j, &items, class, nclasses, &c->arena, &c->spent, &t.verdicts);
	}
	if (!judged && !judge_patterns(&j, &items, &c->arena, &c->spent, &t.verdicts))
		return NO_TABLE;
	by_number = arena_alloc(&c->arena, items.n + 1u);
	t.by_number = only_number(&t.verdicts, by_number);
	t.unsafe = t.by_number ? by_number : t.verdicts.broken;
	return keep_table(c, &t);
}

/* ---- the sets ---- */

struct collecting {
	struct copysets *c;
	struct table sets, risks;
	VEC(uint32_t) seen_in;   /* [set] bits: tables by number that it has been a risk of */
	uint32_t units[MAX_REPLICAS], adds[MAX_REPLICAS], n;
};

/* In ascending order, with what each adds. */
static void group_units(struct collecting *k, uint32_t group)
{
	const struct copysets *c = k->c;
	uint32_t footprint = analysis_footprint_of(c->a, group), table = c->table_of[footprint];
	const uint32_t *adds = table == NO_TABLE ? NULL : c->tables.at[table].verdicts.adds;
	const struct judged_items *items = &c->items_of[footprint];
	const domain_id *places = group_places(c->a->model, group);

	for (k->n = 0; k->n < items->n; k->n++) {
		uint32_t rank = c->rank[places[items->members[items->first[k->n]]]], at = k->n;

		for (; at && k->units[at - 1] > rank; at--) {
			k->units[at] = k->units[at - 1];
			k->adds[at] = k->adds[at - 1];
		}
		k->units[at] = rank;
		k->adds[at] = adds ? adds[k->n] : 0;
	}
}

static uint32_t find_set(struct collecting *k)
{
	struct copysets *c = k->c;
	uint64_t hash = hash_bytes(k->units, k->n * sizeof(*k->units));

	for (uint32_t at = table_first(&k->sets, hash); at != TABLE_END; at = table_next(&k->sets, hash, at)) {
		const uint32_t *units;

		if (set_units(c, table_value(&k->sets, at), &units) == k->n &&
		    (!k->n || !memcmp(units, k->units, k->n * sizeof(*units))))
			return table_value(&k->sets, at);
	}
	table_add(&k->sets, hash, (uint32_t)c->first.len - 1);
	for (uint32_t i = 0; i < k->n; i++)
		vec_push(&c->units, k->units[i]);
	vec_push(&c->first, (uint32_t)c->units.len);
	vec_push(&k->seen_in, 0);
	return (uint32_t)c->first.len - 2;
}

static void add_risk(struct collecting *k, uint32_t set, uint32_t table)
{
	struct copysets *c = k->c;
	bool by_number = c->tables.at[table].by_number;
	uint64_t hash;

	if (by_number && table < 32) {
		if (!(k->seen_in.at[set] >> table & 1))
			vec_push(&c->risks, (struct risk){set, table, 0});
		k->seen_in.at[set] |= 1u << table;
		return;
	}
	hash = hash_mix(hash_pair(set, table)) ^ (by_number ? 0 : hash_bytes(k->adds, k->n * sizeof(*k->adds)));
	for (uint32_t at = table_first(&k->risks, hash); at != TABLE_END; at = table_next(&k->risks, hash, at)) {
		const struct risk *r = &c->risks.at[table_value(&k->risks, at)];

		if (r->set == set && r->table == table &&
		    (by_number || !k->n || !memcmp(c->adds.at + r->first_add, k->adds, k->n * sizeof(*k->adds))))
			return;
	}
	table_add(&k->risks, hash, (uint32_t)c->risks.len);
	vec_push(&c->risks, (struct risk){set, table, (uint32_t)c->adds.len});
	for (uint32_t i = 0; !by_number && i < k->n; i++)
		vec_push(&c->adds, k->adds[i]);
}

void copysets_init(struct copysets *c, struct analysis *a, uint32_t service, uint8_t level)
{
	struct collecting k = {.c = c};

	const struct model *m = a->model;

	*c = (struct copysets){.a = a, .level = level, .end_group = m->ngroups,
	                       .end_footprint = analysis_footprints(a)};
	if (service != NO_SERVICE) {
		c->first_group = m->services[service].first_group;
		c->end_group = c->first_group + m->services[service].ngroups;
		analysis_service_footprints(a, service, &c->first_footprint, &c->end_footprint);
	}
	rank_domains(c);
	c->table_of = xcalloc(analysis_footprints(a) + 1, sizeof(*c->table_of));
	c->items_of = xcalloc(analysis_footprints(a) + 1, sizeof(*c->items_of));
	for (uint32_t i = c->first_footprint; i < c->end_footprint; i++)
		c->table_of[i] = table_for(c, i);
	vec_push(&c->first, 0);
	for (uint32_t g = c->first_group; g < c->end_group; g++) {
		uint32_t table = c->table_of[analysis_footprint_of(a, g)], set;

		group_units(&k, g);
		set = find_set(&k);
		if (table != NO_TABLE)
			add_risk(&k, set, table);
	}
	table_release(&k.sets);
	table_release(&k.risks);
	vec_free(&k.seen_in);
}

void copysets_index(struct copysets *c)
{
	const uint32_t *units;

	c->on_first = xcalloc(c->n + 2, sizeof(*c->on_first));
	for (size_t r = 0; r < c->risks.len; r++)
		for (uint32_t i = set_units(c, c->risks.at[r].set, &units); i-- > 0;)
			c->on_first[units[i] + 2]++;
	for (uint32_t u = 0; u < c->n; u++)
		c->on_first[u + 2] += c->on_first[u + 1];
	c->on = xcalloc((size_t)c->on_first[c->n + 1] + 1, sizeof(*c->on));
	for (size_t r = 0; r < c->risks.len; r++)
		for (uint32_t i = set_units(c, c->risks.at[r].set, &units); i-- > 0;)
			c->on[c->on_first[units[i] + 1]++] = (uint32_t)r;
}

void copysets_release(struct copysets *c)
{
	free(c->rank);
	free(c->table_of);
	free(c->items_of);
	vec_free(&c->tables);
	vec_free(&c->units);
	vec_free(&c->first);
	vec_free(&c->risks);
	vec_free(&c->adds);
	free(c->on_first);
	free(c->on);
	arena_release(&c->arena);
}

/* ---- scatter width ---- */

void copysets_scatter(const struct copysets *c, struct fleet_loss *ret)
{
	uint32_t *first = xcalloc(c->n + 2, sizeof(*first)), *on = xcalloc(c->units.len + 1, sizeof(*on));
	uint32_t *seen = xcalloc(c->n + 1, sizeof(*seen));
	uint64_t total = 0;

	for (size_t i = 0; i < c->units.len; i++)
		first[c->units.at[i] + 2]++;
	for (uint32_t u = 0; u < c->n; u++)
		first[u + 2] += first[u + 1];
	for (uint32_t s = 0; s + 1 < c->first.len; s++)
		for (uint32_t i = c->first.at[s]; i < c->first.at[s + 1]; i++)
			on[first[c->units.at[i] + 1]++] = s;
	for (uint32_t u = 0; u < c->n; u++) {
		uint32_t others = 0;

		for (uint32_t i = first[u]; i < first[u + 1]; i++)
			for (uint32_t k = c->first.at[on[i]]; k < c->first.at[on[i] + 1]; k++) {
				uint32_t other = c->units.at[k];

				others += other != u && seen[other] != u + 1;
				seen[other] = u + 1;
			}
		ret->with_groups += first[u + 1] > first[u];
		ret->scatter_most = others > ret->scatter_most ? others : ret->scatter_most;
		total += others;
	}
	ret->scatter_mean = ret->with_groups ? (double)total / ret->with_groups : 0;
	ret->sets = c->first.len - 1;
	free(first);
	free(on);
	free(seen);
}
