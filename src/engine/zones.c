/* zones - see zones_p.h */
#include <stdlib.h>
#include <string.h>

#include "engine/state_p.h"
#include "engine/zones_p.h"

bool cut_severs(const struct model *m, const struct cut *c, domain_id a, domain_id b)
{
	bool a_in = place_covers(m, c->place, a), b_in = place_covers(m, c->place, b);

	if (c->other == NO_PLACE)
		return a_in != b_in;
	/* what lies in both places hears its like */
	return (a_in && place_covers(m, c->other, b)) != (b_in && place_covers(m, c->other, a));
}

/* Splits each zone into what the place covers and what not. Returns the number of zones then. */
static uint32_t split_zones(const struct model *m, uint16_t *of, uint32_t n, place_id p)
{
	uint16_t covered[2 * MAX_ZONES];
	uint32_t next = 0;

	memset(covered, 0xff, sizeof(covered));
	for (domain_id d = 0; d < m->ndomains; d++) {
		uint16_t *to = &covered[2 * of[d] + (place_covers(m, p, d) ? 1 : 0)];

		if (*to == UINT16_MAX)
			*to = (uint16_t)next++;
		if (next > MAX_ZONES)
			return next;
		of[d] = *to;
	}
	return next > n ? next : n;
}

static uint32_t sort_domains(const struct model *m, uint16_t *of, const struct cut *cuts, size_t ncuts)
{
	uint32_t n = 1;

	for (size_t i = 0; i < ncuts && n <= MAX_ZONES; i++) {
		n = split_zones(m, of, n, cuts[i].place);
		if (cuts[i].other != NO_PLACE && n <= MAX_ZONES)
			n = split_zones(m, of, n, cuts[i].other);
	}
	return n;
}

static bool severed_by_some(const struct model *m, const struct cut *cuts, size_t ncuts, domain_id a, domain_id b)
{
	for (size_t i = 0; i < ncuts; i++)
		if (cut_severs(m, &cuts[i], a, b))
			return true;
	return false;
}

static uint8_t *sever(const struct model *m, const struct zones *z, const struct cut *cuts, size_t ncuts)
{
	uint8_t *severed = xcalloc((size_t)z->n * z->n, 1);
	domain_id one[MAX_ZONES] = {0};

	for (domain_id d = m->ndomains; d-- > 0;)
		one[z->of[d]] = d;
	for (uint32_t a = 0; a < z->n; a++)
		for (uint32_t b = 0; b < a; b++)
			severed[(size_t)a * z->n + b] = severed[(size_t)b * z->n + a] =
				severed_by_some(m, cuts, ncuts, one[a], one[b]);
	return severed;
}

bool zones_make(struct zones *z, const struct model *m, const struct cut *cuts, size_t ncuts)
{
	struct zones made = {.n = 1};

	if (ncuts) {
		made.of = xcalloc(m->ndomains, sizeof(*made.of));
		made.n = sort_domains(m, made.of, cuts, ncuts);
	}
	if (made.n > MAX_ZONES) {
		zones_release(&made);
		return false;
	}
	if (made.n > 1)
		made.severed = sever(m, &made, cuts, ncuts);
	zones_release(z);
	*z = made;
	return true;
}

void zones_release(struct zones *z)
{
	free(z->of);
	free(z->severed);
	*z = (struct zones){0};
}

bool zones_heard_from(const struct zones *z, const struct zone_set *set, uint16_t zone)
{
	for (uint32_t other = 0; other < z->n; other++)
		if ((set->bits[other / 64] >> other % 64 & 1) && !zones_severed(z, (uint16_t)other, zone))
			return true;
	return false;
}
