/* signature - see signature_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/signature_p.h"

/* Four bits for each replica and for each two of them fit 64 up to here. */
#define SIGNED_REPLICAS 5
#define SIGNED_LEVELS 8

static void list_ancestors(struct signatures *s)
{
	const struct model *m = s->model;

	s->ancestors = xmalloc((size_t)m->ndomains * m->nlevels * sizeof(*s->ancestors) + 1);
	memset(s->ancestors, 0xff, (size_t)m->ndomains * m->nlevels * sizeof(*s->ancestors));
	for (domain_id d = 1; d < m->ndomains; d++) {
		domain_id *row = s->ancestors + (size_t)d * m->nlevels;

		if (m->domains[d].parent != ROOT)
			memcpy(row, s->ancestors + (size_t)m->domains[d].parent * m->nlevels, m->nlevels * sizeof(*row));
		row[m->domains[d].level - 1] = d;
	}
}

void signatures_init(struct signatures *s, const struct model *m)
{
	memset(s, 0, sizeof(*s));
	s->model = m;
	s->usable = m->nlevels <= SIGNED_LEVELS && !m->nshared;
	if (s->usable)
		list_ancestors(s);
}

void signatures_release(struct signatures *s)
{
	free(s->ancestors);
	vec_free(&s->known);
	table_release(&s->index);
}

static bool looks_beyond_groups(const struct service *sv)
{
	for (uint32_t i = 0; i < sv->nspread; i++)
		if (sv->spread[i].kind == SPREAD_EVEN)
			return true;
	return false;
}

/* Levels at which both are in the same domain: they agree from the top down to some level. */
static unsigned levels_shared(const struct signatures *s, domain_id a, domain_id b)
{
	const domain_id *x = s->ancestors + (size_t)a * s->model->nlevels;
	const domain_id *y = s->ancestors + (size_t)b * s->model->nlevels;
	unsigned n = 0;

	while (n < s->model->nlevels && x[n] == y[n] && x[n] != NO_DOMAIN)
		n++;
	return n;
}

uint64_t signature_of(const struct signatures *s, uint32_t service, uint32_t group)
{
	const struct model *m = s->model;
	const domain_id *places = group_places(m, group);
	uint32_t n = group_size(m, group);
	uint64_t signature = 0;

	if (!s->usable || n > SIGNED_REPLICAS || looks_beyond_groups(&m->services[service]))
		return NO_SIGNATURE;
	for (uint32_t i = 0; i < n; i++) {
		signature = signature << 4 | m->domains[places[i]].level;
		for (uint32_t j = 0; j < i; j++)
			signature = signature << 4 | levels_shared(s, places[i], places[j]);
	}
	return signature;
}

static uint64_t signature_hash(uint64_t signature, uint32_t service, uint32_t roles, uint32_t start)
{
	return hash_mix(signature * 0x9e3779b97f4a7c15u ^ hash_pair(service, roles) * 31 ^ start);
}

uint32_t signature_find(const struct signatures *s, uint64_t signature, uint32_t service, uint32_t roles,
                        uint32_t start)
{
	uint64_t hash = signature_hash(signature, service, roles, start);

	for (uint32_t at = table_first(&s->index, hash); at != TABLE_END; at = table_next(&s->index, hash, at)) {
		const struct signed_footprint *k = &s->known.at[table_value(&s->index, at)];

		if (k->signature == signature && k->service == service && k->roles == roles &&
		    k->start == start)
			return k->footprint;
	}
	return UINT32_MAX;
}

void signature_add(struct signatures *s, uint64_t signature, uint32_t service, uint32_t roles, uint32_t start,
                   uint32_t footprint)
{
	vec_push(&s->known, (struct signed_footprint){signature, service, roles, start, footprint});
	table_add(&s->index, signature_hash(signature, service, roles, start), (uint32_t)s->known.len - 1);
}
