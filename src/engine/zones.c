/* zones - see zones_p.h */
#include <stdlib.h>
#include <string.h>

#include "engine/state_p.h"
#include "engine/zones_p.h"
#include "base/vec.h"

/* ---- which domains a cut tells apart ---- */

/* What a cut names: it tells apart what lies in its place, in its other one, in both and in neither. */
#define IN_PLACE 1u
#define IN_OTHER 2u
#define PARTS 4u

struct named { domain_id d; uint8_t in; };
struct naming { VEC(struct named) at; };

static void name_domains(struct naming *n, const struct model *m, domain_id from, domain_id end, const struct cut *c)
{
	for (domain_id d = from; d < end; d++) {
		bool in_place = place_covers(m, c->place, d);
		bool in_other = c->other != NO_PLACE && place_covers(m, c->other, d);

		vec_push(&n->at, (struct named){d, (uint8_t)((in_place ? IN_PLACE : 0) | (in_other ? IN_OTHER : 0))});
	}
}

static int by_domain(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return (x->d > y->d) - (x->d < y->d);
}

/* Each domain in either place, once. */
static void name_all(struct naming *n, const struct model *m, const struct cut *c)
{
	const place_id places[] = {c->place, c->other};
	size_t kept = 0;

	for (size_t p = 0; p < 2 && places[p] != NO_PLACE; p++) {
		const struct shared *sh = places[p] < m->ndomains ? NULL : &m->shared[places[p] - m->ndomains];

		for (uint32_t i = 0; i < (sh ? sh->nmembers : 1); i++) {
			domain_id d = sh ? sh->members[i] : places[p];

			name_domains(n, m, d, m->domains[d].end, c);
		}
	}
	if (c->place < m->ndomains && c->other == NO_PLACE)
		return;
	qsort(n->at.at, n->at.len, sizeof(*n->at.at), by_domain); /* members may lie in one another */
	for (size_t i = 0; i < n->at.len; i++)
		if (!kept || n->at.at[kept - 1].d != n->at.at[i].d)
			n->at.at[kept++] = n->at.at[i];
	n->at.len = kept;
}

/* ---- zones ---- */

/* How many domains of each zone lie in each part; those in neither are what is left of its size. */
struct parts { uint32_t sizes[MAX_ZONES][PARTS]; };

static void count_parts(struct parts *parts, const struct zones *z, const struct naming *n)
{
	for (uint32_t zone = 0; zone < z->n; zone++) {
		memset(parts->sizes[zone], 0, sizeof(parts->sizes[zone]));
		parts->sizes[zone][0] = z->size[zone];
	}
	for (size_t i = 0; i < n->at.len; i++) {
		uint32_t *sizes = parts->sizes[z->of[n->at.at[i].d]];

		sizes[0]--;
		sizes[n->at.at[i].in]++;
	}
}

/* The zone that each part becomes: the first that is not empty stays, the others are new. Returns how many there are. */
static uint32_t number_parts(const struct parts *parts, const struct zones *z, uint16_t becomes[][PARTS])
{
	uint32_t next = z->n;

	for (uint32_t zone = 0; zone < z->n; zone++) {
		bool stays = true;

		for (uint32_t part = 0; part < PARTS; part++) {
			if (!parts->sizes[zone][part])
				continue;
			becomes[zone][part] = (uint16_t)(stays ? zone : next++);
			stays = false;
		}
	}
	return next;
}

static void start(struct zones *z, const struct model *m)
{
	z->of = xcalloc(m->ndomains, sizeof(*z->of));
	z->size = xcalloc(MAX_ZONES, sizeof(*z->size));
	z->size[0] = m->ndomains;
	z->n = 1;
}

bool zones_add(struct zones *z, const struct model *m, const struct cut *c)
{
	uint16_t becomes[MAX_ZONES][PARTS];
	struct naming named = {{0}};
	struct parts parts;
	uint32_t n, was;

	if (!z->of)
		start(z, m);
	was = z->n;
	name_all(&named, m, c);
	count_parts(&parts, z, &named);
	n = number_parts(&parts, z, becomes);
	if (n <= MAX_ZONES) {
		for (size_t i = 0; i < named.at.len; i++)
			z->of[named.at.at[i].d] = becomes[z->of[named.at.at[i].d]][named.at.at[i].in];
		for (uint32_t zone = 0; zone < was; zone++)
			for (uint32_t part = 0; part < PARTS; part++)
				if (parts.sizes[zone][part])
					z->size[becomes[zone][part]] = parts.sizes[zone][part];
		z->n = n;
	}
	vec_free(&named.at);
	return n <= MAX_ZONES;
}

/* The parts of a cut that don't hear each other; what lies in both places hears its like. */
static bool parts_severed(const struct cut *c, uint8_t a, uint8_t b)
{
	bool a_in = a & IN_PLACE, b_in = b & IN_PLACE;

	if (c->other == NO_PLACE)
		return a_in != b_in;
	return (a_in && (b & IN_OTHER)) != (b_in && (a & IN_OTHER));
}

static void sever_by(struct zones *z, const struct model *m, const struct cut *c, const domain_id *one)
{
	uint8_t in[MAX_ZONES];

	for (uint32_t a = 0; a < z->n; a++)
		in[a] = (uint8_t)((place_covers(m, c->place, one[a]) ? IN_PLACE : 0) |
		                  (c->other != NO_PLACE && place_covers(m, c->other, one[a]) ? IN_OTHER : 0));
	for (uint32_t a = 0; a < z->n; a++)
		for (uint32_t b = 0; in[a] && b < z->n; b++)
			if (parts_severed(c, in[a], in[b])) {
				zone_set_drop(&z->hears[a], (uint16_t)b);
				zone_set_drop(&z->hears[b], (uint16_t)a);
			}
}

void zones_sever(struct zones *z, const struct model *m, const struct cut *cuts, size_t ncuts)
{
	domain_id one[MAX_ZONES] = {0};

	free(z->hears);
	z->hears = NULL;
	if (z->n == 1)
		return;
	z->hears = xcalloc(z->n, sizeof(*z->hears));
	memset(z->hears, 0xff, z->n * sizeof(*z->hears));
	for (domain_id d = m->ndomains; d-- > 0;)
		one[z->of[d]] = d;
	for (size_t i = 0; i < ncuts; i++)
		sever_by(z, m, &cuts[i], one);
}

void zones_make(struct zones *z, const struct model *m, const struct cut *cuts, size_t ncuts)
{
	zones_release(z);
	z->n = 1;
	for (size_t i = 0; i < ncuts; i++)
		zones_add(z, m, &cuts[i]);
	zones_sever(z, m, cuts, ncuts);
}

void zones_release(struct zones *z)
{
	free(z->of);
	free(z->size);
	free(z->hears);
	*z = (struct zones){0};
}

bool zones_heard_from(const struct zones *z, const struct zone_set *set, uint16_t zone)
{
	uint64_t heard = 0;

	for (uint32_t i = 0; i < ZONE_WORDS; i++)
		heard |= set->bits[i] & (z->hears ? z->hears[zone].bits[i] : UINT64_MAX);
	return heard != 0;
}
