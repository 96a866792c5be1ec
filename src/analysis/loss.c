/* loss - see analysis/loss.h */
#include "analysis/loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/loss_p.h"

#define MAX_CELLS ((uint64_t)1 << 22) /* of a table of how many are dead and what they add */

/* ---- one set ---- */

/*
 * Domains are met one after the other: with s of the i before it dead, the next one is with probability
 * (kill - s) / (n - i). Nothing is subtracted, and no binomial coefficient gets large.
 */
static double next_dies(uint32_t n, uint32_t kill, uint32_t met, uint32_t dead)
{
	return dead < kill ? (double)(kill - dead) / (n - met) : 0;
}

static double next_lives(uint32_t n, uint32_t kill, uint32_t met, uint32_t dead)
{
	uint32_t alive = n - kill, spared = met - dead;

	return spared < alive ? (double)(alive - spared) / (n - met) : 0;
}

/* By number of dead domains: how likely each is. */
static void spread_numbers(uint32_t n, uint32_t kill, uint32_t units, double *p)
{
	memset(p, 0, (units + 1) * sizeof(*p));
	p[0] = 1;
	for (uint32_t met = 0; met < units; met++)
		for (uint32_t dead = met + 1; dead-- > 0;) {
			p[dead + 1] += p[dead] * next_dies(n, kill, met, dead);
			p[dead] *= next_lives(n, kill, met, dead);
		}
}

static double likely_by_number(const struct loss_table *t, uint32_t n, uint32_t kill)
{
	double *p = xcalloc(t->n + 2u, sizeof(*p));
	struct sum sum = {0, 0};

	spread_numbers(n, kill, t->n, p);
	for (uint32_t dead = 0; dead <= t->n; dead++)
		if (t->unsafe[dead])
			sum_add(&sum, p[dead]);
	free(p);
	return sum_of(&sum);
}

/* By number and by what the dead ones add. Returns false where that is too much. */
static bool likely_by_index(const struct loss_table *t, uint32_t n, uint32_t kill, double *ret)
{
	const struct verdicts *v = &t->verdicts;
	uint64_t cells = (uint64_t)v->size * (t->n + 1u);
	struct sum sum = {0, 0};
	double *p;

	if (cells > MAX_CELLS)
		return false;
	p = xcalloc(cells + v->size, sizeof(*p)); /* [dead][index] */
	p[0] = 1;
	for (uint32_t met = 0; met < t->n; met++)
		for (uint32_t dead = met + 1; dead-- > 0;)
			for (uint32_t at = v->size; at-- > 0;) {
				double *here = p + (size_t)dead * v->size + at;

				if (*here <= 0)
					continue;
				here[v->size + v->adds[met]] += *here * next_dies(n, kill, met, dead);
				*here *= next_lives(n, kill, met, dead);
			}
	for (uint64_t cell = 0; cell < cells; cell++)
		if (t->unsafe[cell % v->size] >> TARGET_DATA & 1)
			sum_add(&sum, p[cell]);
	free(p);
	*ret = sum_of(&sum);
	return true;
}

static double some_unit_dies(uint32_t n, uint32_t kill, uint32_t units)
{
	struct sum sum = {0, 0};
	double none = 1;

	for (uint32_t met = 0; met < units; met++) {
		sum_add(&sum, none * next_dies(n, kill, met, 0));
		none *= next_lives(n, kill, met, 0);
	}
	return sum_of(&sum);
}

/* ---- all groups ---- */

static void expect(struct copysets *c, uint32_t kill, struct fleet_loss *ret)
{
	struct sum most = {0, 0}, least = {0, 0};
	bool *bounded = xcalloc(c->tables.len + 1, sizeof(*bounded));

	for (size_t i = 0; i < c->tables.len; i++) {
		struct loss_table *t = &c->tables.at[i];

		if (t->by_number)
			t->likely = likely_by_number(t, c->n, kill);
		else if (!likely_by_index(t, c->n, kill, &t->likely)) {
			bounded[i] = true;
			t->likely = some_unit_dies(c->n, kill, t->n);
		}
	}
	for (uint32_t i = c->first_footprint; i < c->end_footprint; i++) {
		const struct footprint *f = analysis_footprint(c->a, i);
		uint32_t table = c->table_of[i];
		bool bound = table == NO_TABLE || bounded[table];
		double likely = table == NO_TABLE ? some_unit_dies(c->n, kill, c->items_of[i].n) :
		                c->tables.at[table].likely;

		ret->bounds += bound ? f->ngroups : 0;
		sum_add(&most, likely * f->ngroups);
		sum_add(&least, bound ? 0 : likely * f->ngroups);
		if (!bound && likely > ret->some_at_least)
			ret->some_at_least = likely;
	}
	ret->expected = sum_of(&most);
	ret->expected_at_least = sum_of(&least);
	free(bounded);
}

/* Groups on the same domains that stand alike lose their data together: each risk counts once. */
static void bound_some(const struct copysets *c, struct fleet_loss *ret)
{
	struct sum once = {0, 0};

	for (size_t r = 0; r < c->risks.len; r++)
		sum_add(&once, c->tables.at[c->risks.at[r].table].likely);
	ret->some = ret->bounds ? ret->expected : sum_of(&once);
	if (ret->some > 1)
		ret->some = 1;
}

/* Wilson (1927): the interval that still makes sense when none of the samples, or all of them, are hits. */
static void wilson(struct fleet_loss *r)
{
	const double z = 1.959963984540054;
	double n = (double)r->samples, p = (double)r->hits / n, zz = z * z / n;
	double middle = (p + zz / 2) / (1 + zz), half = z / (1 + zz) * sqrt(p * (1 - p) / n + zz / (4 * n));

	r->estimate = p;
	r->low = r->hits ? middle - half : 0;
	r->high = r->hits < r->samples ? middle + half : 1;
}

void analysis_fleet_loss(struct analysis *a, uint32_t service, uint8_t level, uint32_t kill, uint64_t seed,
                         struct fleet_loss *ret)
{
	struct copysets c;

	*ret = (struct fleet_loss){.killed = kill, .seed = seed};
	copysets_init(&c, a, service, level);
	ret->domains = c.n;
	ret->groups = c.end_group - c.first_group;
	copysets_scatter(&c, ret);
	expect(&c, kill, ret);
	copysets_index(&c);
	if (!ret->bounds && some_loss_exactly(&c, kill, &ret->some)) {
		ret->exact = true;
		ret->some_at_least = ret->some;
	} else {
		bound_some(&c, ret);
	}
	if (!ret->exact && !ret->bounds) {
		ret->hits = some_loss_sampled(&c, kill, seed, &ret->samples);
		ret->estimated = true;
		wilson(ret);
	}
	copysets_release(&c);
}
