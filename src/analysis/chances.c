/* chances - see shape_p.h and analysis/odds.h */
#include <stdlib.h>

#include "analysis/odds.h"
#include "analysis/shape_p.h"

/* What is certain counts as all but certain, so that there is always something to divide by. */
#define LEAST_UP 1e-150

static struct attributes laid_over(struct attributes level, const struct attributes *own)
{
	if (own->down >= 0)
		level.down = own->down;
	if (own->mtbf != DURATION_NONE)
		level.mtbf = own->mtbf;
	if (own->mttr != DURATION_NONE)
		level.mttr = own->mttr;
	return level;
}

static struct chance chance_of(const struct attributes *a, domain_id parent)
{
	struct chance c = {0, 1, parent};

	if (a->down >= 0) {
		c.down = a->down;
		c.up = 1 - a->down;
	} else if (a->mtbf != DURATION_NONE && a->mttr != DURATION_NONE && a->mtbf + a->mttr > 0) {
		double all = (double)a->mtbf + (double)a->mttr;

		c.down = (double)a->mttr / all;
		c.up = (double)a->mtbf / all;
	}
	if (c.up < LEAST_UP)
		c.up = LEAST_UP;
	return c;
}

void chances_init(struct chances *c, const struct model *m)
{
	c->n = m->ndomains + m->nshared;
	c->of = xcalloc(c->n + 1, sizeof(*c->of));
	for (domain_id d = 0; d < m->ndomains; d++)
		c->of[d] = chance_of(&m->level_attributes[m->domains[d].level], m->domains[d].parent);
	for (uint32_t i = 0; i < m->nown_attributes; i++) {
		domain_id d = m->own_attributes[i].domain;
		struct attributes both = laid_over(m->level_attributes[m->domains[d].level],
		                                   &m->own_attributes[i].attributes);

		c->of[d] = chance_of(&both, m->domains[d].parent);
	}
	for (uint32_t s = 0; s < m->nshared; s++)
		c->of[m->ndomains + s] = chance_of(&m->shared[s].attributes, ROOT);
}

void chances_release(struct chances *c)
{
	free(c->of);
}

double place_down(const struct model *m, place_id p)
{
	struct attributes both;
	uint32_t low = 0, high = m->nown_attributes;

	if (p >= m->ndomains)
		return chance_of(&m->shared[p - m->ndomains].attributes, ROOT).down;
	both = m->level_attributes[m->domains[p].level];
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (m->own_attributes[middle].domain < p)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < m->nown_attributes && m->own_attributes[low].domain == p)
		both = laid_over(both, &m->own_attributes[low].attributes);
	return chance_of(&both, ROOT).down;
}
