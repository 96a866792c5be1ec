/* kind - see kind_p.h */
#include <stdlib.h>
#include <string.h>

#include "engine/kind_p.h"

static void scopes_of(struct scopes *sc, const struct semantics *sem)
{
	bool used[MAX_LEVELS + 1];

	semantics_levels(sem, used);
	for (uint8_t level = 1; level <= MAX_LEVELS; level++) {
		if (!used[level])
			continue;
		sc->of_level[level] = sc->n;
		sc->level[sc->n++] = level;
	}
}

/* Numbers the domains of one level as a group's replicas meet them; returns how many there are. */
static uint16_t number_cells(const struct model *m, uint32_t g, unsigned level, uint16_t *cells)
{
	const domain_id *places = group_places(m, g);
	uint32_t n = group_size(m, g);
	domain_id seen[MAX_REPLICAS];
	uint16_t nseen = 0;

	for (uint32_t i = 0; i < n; i++) {
		domain_id d = domain_at_level(m, places[i], level);
		uint16_t c = 0;

		cells[i] = NO_CELL;
		if (d == NO_DOMAIN)
			continue;
		while (c < nseen && seen[c] != d)
			c++;
		if (c == nseen)
			seen[nseen++] = d;
		cells[i] = c;
	}
	return nseen;
}

/* The scratch that a group's cells are worked out in, before it is known whether its kind is new. */
struct draft {
	struct kind kind;
	VEC(uint16_t) cells;
};

static void draft_kind(struct draft *d, const struct kinds *ks, uint32_t service, uint32_t g)
{
	const struct model *m = ks->model;
	const struct scopes *sc = &ks->scopes[service];
	uint32_t n = group_size(m, g);

	memset(&d->kind, 0, sizeof(d->kind));
	d->kind.sem = &m->services[service].sem;
	d->kind.service = service;
	d->kind.roleset = m->groups[g].roles;
	d->kind.roles = group_roles(m, g);
	d->kind.n = (uint16_t)n;
	d->kind.nscopes = sc->n;
	vec_reserve(&d->cells, (size_t)sc->n * n + 1);
	for (uint8_t s = 0; s < sc->n; s++)
		d->kind.ncells[s] = number_cells(m, g, sc->level[s], d->cells.at + (size_t)s * n);
}

static bool same_kind(const struct kind *a, const struct kind *b, const uint16_t *cells)
{
	return a->service == b->service && a->roleset == b->roleset &&
	       !memcmp(a->cells, cells, sizeof(*cells) * a->nscopes * a->n);
}

static uint32_t keep_kind(struct kinds *ks, struct table *index, uint64_t hash, const struct draft *d)
{
	size_t size = sizeof(uint16_t) * d->kind.nscopes * d->kind.n;
	struct kind kind = d->kind;
	uint16_t *cells = arena_alloc(&ks->arena, size + 1);

	memcpy(cells, d->cells.at, size);
	kind.cells = cells;
	vec_push(&ks->all, kind);
	table_add(index, hash, (uint32_t)ks->all.len - 1);
	return (uint32_t)ks->all.len - 1;
}

static uint32_t find_kind(struct kinds *ks, struct table *index, const struct draft *d)
{
	size_t size = sizeof(uint16_t) * d->kind.nscopes * d->kind.n;
	uint64_t hash = hash_mix(hash_bytes(d->cells.at, size) ^ hash_mix(hash_pair(d->kind.service, d->kind.roleset)));

	for (uint32_t at = table_first(index, hash); at != TABLE_END; at = table_next(index, hash, at))
		if (same_kind(&ks->all.at[table_value(index, at)], &d->kind, d->cells.at))
			return table_value(index, at);
	return keep_kind(ks, index, hash, d);
}

static void find_service_kinds(struct kinds *ks, struct table *index, struct draft *d, uint32_t service)
{
	const struct model *m = ks->model;
	const struct service *sv = &m->services[service];
	bool plain = ks->scopes[service].n == 0;

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		bool like_last = plain && g > sv->first_group && m->groups[g].roles == m->groups[g - 1].roles;

		if (like_last) {
			ks->of_group[g] = ks->of_group[g - 1];
			continue;
		}
		draft_kind(d, ks, service, g);
		ks->of_group[g] = find_kind(ks, index, d);
	}
}

void kinds_init(struct kinds *ks, const struct model *m)
{
	struct table index = {0};
	struct draft draft = {0};

	memset(ks, 0, sizeof(*ks));
	ks->model = m;
	ks->scopes = xcalloc(m->nservices + 1, sizeof(*ks->scopes));
	ks->first_of = xcalloc(m->nservices + 2, sizeof(*ks->first_of));
	ks->of_group = xcalloc(m->ngroups + 1, sizeof(*ks->of_group));
	for (uint32_t s = 0; s < m->nservices; s++) {
		scopes_of(&ks->scopes[s], &m->services[s].sem);
		find_service_kinds(ks, &index, &draft, s);
		ks->first_of[s + 1] = (uint32_t)ks->all.len;
	}
	vec_free(&draft.cells);
	table_release(&index);
}

void kinds_release(struct kinds *ks)
{
	free(ks->scopes);
	free(ks->of_group);
	free(ks->first_of);
	vec_free(&ks->all);
	arena_release(&ks->arena);
}
