/* some_loss - whether any risk comes true: see loss_p.h */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/loss_p.h"
#include "base/random.h"

#define MAX_STEPS ((uint64_t)1 << 27)  /* of either way */
#define MAX_SAMPLES 100000u
#define MIN_SAMPLES 1000u

/* ---- exactly: parts that have nothing to do with each other ---- */

/*
 * Every domain is thought to die by itself with probability kill / n; given that kill of them do, all sets are
 * equally likely, as they should be. Parts are then independent: [dead] how likely so many are dead in what was put
 * together so far, with nothing lost and with something lost. All terms are positive.
 */
struct parts {
	const struct copysets *c;
	uint32_t kill;
	double dies;
	uint32_t *part;              /* [domain] one domain of the part it is in */
	uint32_t *members;           /* domains by part */
	uint32_t *dead;              /* [risk] 0 between parts */
	double *safe, *lost, *next_safe, *next_lost; /* [kill + 1] */
	uint64_t steps;
};

static uint32_t part_of(uint32_t *part, uint32_t u)
{
	while (part[u] != u) {
		part[u] = part[part[u]];
		u = part[u];
	}
	return u;
}

/* Can it come true with so many dead? */
static bool matters(const struct copysets *c, const struct risk *r, uint32_t kill)
{
	const struct loss_table *t = &c->tables.at[r->table];

	for (uint32_t dead = 0; t->by_number && dead <= t->n && dead <= kill; dead++)
		if (t->unsafe[dead])
			return true;
	return !t->by_number;
}

static void join_parts(struct parts *p)
{
	const struct copysets *c = p->c;

	for (uint32_t u = 0; u < c->n; u++)
		p->part[u] = u;
	for (size_t r = 0; r < c->risks.len; r++) {
		const uint32_t *units;
		uint32_t n = set_units(c, c->risks.at[r].set, &units);

		for (uint32_t i = 1; i < n && matters(c, &c->risks.at[r], p->kill); i++)
			p->part[part_of(p->part, units[i])] = part_of(p->part, units[0]);
	}
}

static double pow_int(double x, uint32_t n)
{
	double y = 1;

	for (; n; n /= 2, x *= x)
		if (n & 1)
			y *= x;
	return y;
}

/* A part, all sets of whose domains are tried: those that died so far, and what these did. */
struct trying {
	const struct copysets *c;
	const uint32_t *members;
	uint32_t n, most;            /* domains; so many of them die at most */
	uint32_t *dead;              /* [risk] what its dead domains add up to */
	double *safe, *lost;         /* [dead] number of sets */
};

static uint32_t adds_of(const struct copysets *c, const struct risk *r, uint32_t unit)
{
	const uint32_t *units;
	uint32_t i = 0;

	if (c->tables.at[r->table].by_number)
		return 1;
	set_units(c, r->set, &units);
	while (units[i] != unit)
		i++;
	return c->adds.at[r->first_add + i];
}

/* Data that is not safe does not become so by more deaths: all sets with these in them, and others from `from` on. */
static void lose_all(struct trying *k, uint32_t from, uint32_t size)
{
	double sets = 1;

	for (uint32_t more = 0; size + more <= k->most && more <= k->n - from; more++) {
		k->lost[size + more] += sets;
		sets = sets * (k->n - from - more) / (more + 1);
	}
}

static void try_sets(struct trying *k, uint32_t from, uint32_t size)
{
	const struct copysets *c = k->c;

	k->safe[size]++;
	for (uint32_t i = from; size < k->most && i < k->n; i++) {
		uint32_t unit = k->members[i];
		bool hit = false;

		for (uint32_t on = c->on_first[unit]; on < c->on_first[unit + 1]; on++) {
			const struct risk *r = &c->risks.at[c->on[on]];

			k->dead[c->on[on]] += adds_of(c, r, unit);
			hit |= risk_true(c, r, k->dead[c->on[on]]);
		}
		if (hit)
			lose_all(k, i + 1, size + 1);
		else
			try_sets(k, i + 1, size + 1);
		for (uint32_t on = c->on_first[unit]; on < c->on_first[unit + 1]; on++)
			k->dead[c->on[on]] -= adds_of(c, &c->risks.at[c->on[on]], unit);
	}
}

/* How many sets may have to be tried, times what one takes. */
static double work_of(const struct copysets *c, const uint32_t *members, uint32_t n, uint32_t most)
{
	double sets = 1, of_size = 1, risks = 0;

	for (uint32_t i = 1; i <= n && i <= most && sets < 1e18; i++) {
		of_size = of_size * (n - i + 1) / i;
		sets += of_size;
	}
	for (uint32_t i = 0; i < n; i++)
		risks += c->on_first[members[i] + 1] - c->on_first[members[i]];
	return sets * (1 + risks / n);
}

/* Puts a part to those before it. */
static void put_together(struct parts *p, const struct trying *k)
{
	memset(p->next_safe, 0, (p->kill + 1) * sizeof(double));
	memset(p->next_lost, 0, (p->kill + 1) * sizeof(double));
	for (uint32_t dead = 0; dead <= k->most; dead++) {
		double each = pow_int(p->dies, dead) * pow_int(1 - p->dies, k->n - dead);
		double safe = k->safe[dead] * each, lost = k->lost[dead] * each;

		for (uint32_t i = 0; i + dead <= p->kill; i++) {
			p->next_safe[i + dead] += p->safe[i] * safe;
			p->next_lost[i + dead] += p->lost[i] * (safe + lost) + p->safe[i] * lost;
		}
	}
	double *safe = p->safe, *lost = p->lost;
	p->safe = p->next_safe;
	p->lost = p->next_lost;
	p->next_safe = safe;
	p->next_lost = lost;
}

static bool try_part(struct parts *p, const uint32_t *members, uint32_t n)
{
	uint32_t most = n < p->kill ? n : p->kill;
	double work = work_of(p->c, members, n, most) + (double)p->kill * most;
	struct trying k = {.c = p->c, .members = members, .n = n, .most = most, .dead = p->dead};

	if ((double)p->steps + work > (double)MAX_STEPS)
		return false;
	p->steps += (uint64_t)work;
	k.safe = xcalloc(most + 1, sizeof(*k.safe));
	k.lost = xcalloc(most + 1, sizeof(*k.lost));
	try_sets(&k, 0, 0);
	put_together(p, &k);
	free(k.safe);
	free(k.lost);
	return true;
}

/* The domains that have nothing at stake: how many of them are dead is binomial. */
static bool add_free(struct parts *p, uint32_t n)
{
	struct sum safe = {0, 0}, lost = {0, 0};
	double log_dies = log(p->dies), log_lives = log1p(-p->dies);

	for (uint32_t dead = 0; dead <= p->kill; dead++) {
		uint32_t rest = p->kill - dead;
		double likely;

		if (rest > n)
			continue;
		likely = exp(lgamma(n + 1.0) - lgamma(rest + 1.0) - lgamma(n - rest + 1.0) + rest * log_dies +
		             (n - rest ? (n - rest) * log_lives : 0));
		sum_add(&safe, p->safe[dead] * likely);
		sum_add(&lost, p->lost[dead] * likely);
	}
	p->safe[p->kill] = sum_of(&safe);
	p->lost[p->kill] = sum_of(&lost);
	return p->safe[p->kill] + p->lost[p->kill] > 0;
}

/* Sorts the domains by part, ascending in each. */
static void gather(struct parts *p)
{
	uint32_t n = p->c->n, *first = xcalloc(n + 2, sizeof(*first));

	for (uint32_t u = 0; u < n; u++)
		first[part_of(p->part, u) + 2]++;
	for (uint32_t u = 0; u < n; u++)
		first[u + 2] += first[u + 1];
	for (uint32_t u = 0; u < n; u++)
		p->members[first[part_of(p->part, u) + 1]++] = u;
	free(first);
}

static bool has_risk(const struct copysets *c, uint32_t u, uint32_t kill)
{
	for (uint32_t on = c->on_first[u]; on < c->on_first[u + 1]; on++)
		if (matters(c, &c->risks.at[c->on[on]], kill))
			return true;
	return false;
}

static bool try_parts(struct parts *p)
{
	uint32_t nfree = 0;

	join_parts(p);
	gather(p);
	for (uint32_t i = 0, end; i < p->c->n; i = end) {
		uint32_t part = part_of(p->part, p->members[i]);

		for (end = i + 1; end < p->c->n && part_of(p->part, p->members[end]) == part; end++)
			;
		if (end - i == 1 && !has_risk(p->c, p->members[i], p->kill))
			nfree++;
		else if (!try_part(p, p->members + i, end - i))
			return false;
	}
	return add_free(p, nfree);
}

/* Risks of no domain at all: already true, or never. */
static bool already_true(const struct copysets *c)
{
	for (size_t r = 0; r < c->risks.len; r++)
		if (risk_true(c, &c->risks.at[r], 0))
			return true;
	return false;
}

bool some_loss_exactly(const struct copysets *c, uint32_t kill, double *ret)
{
	struct parts p = {.c = c, .kill = kill};
	size_t size = (kill + 1) * sizeof(double);
	double *rows[4];
	bool known;

	if (already_true(c)) {
		*ret = 1;
		return true;
	}
	if (kill == c->n) { /* all of them: one set */
		uint64_t samples = 1;

		*ret = some_loss_sampled(c, kill, 0, &samples) > 0;
		return true;
	}
	p.dies = (double)kill / c->n;
	p.dead = xcalloc(c->risks.len + 1, sizeof(*p.dead));
	p.part = xcalloc(c->n + 1, sizeof(*p.part));
	p.members = xcalloc(c->n + 1, sizeof(*p.members));
	for (int i = 0; i < 4; i++)
		rows[i] = xcalloc(1, size);
	p.safe = rows[0];
	p.lost = rows[1];
	p.next_safe = rows[2];
	p.next_lost = rows[3];
	p.safe[0] = 1;
	known = try_parts(&p);
	if (known)
		*ret = p.lost[kill] / (p.safe[kill] + p.lost[kill]);
	for (int i = 0; i < 4; i++)
		free(rows[i]);
	free(p.dead);
	free(p.part);
	free(p.members);
	return known;
}

/* ---- by samples ---- */

struct sampling {
	const struct copysets *c;
	uint32_t *domains;   /* shuffled from the front */
	uint32_t *dead;      /* [risk] what its dead domains add up to */
	uint32_t *touched, ntouched;
};

/* Data that is not safe does not become so by more deaths: the first risk that comes true decides. */
static bool strike(struct sampling *s, uint32_t unit)
{
	const struct copysets *c = s->c;

	for (uint32_t on = c->on_first[unit]; on < c->on_first[unit + 1]; on++) {
		uint32_t r = c->on[on];

		if (!s->dead[r])
			s->touched[s->ntouched++] = r;
		s->dead[r] += adds_of(c, &c->risks.at[r], unit);
		if (risk_true(c, &c->risks.at[r], s->dead[r]))
			return true;
	}
	return false;
}

static bool sample(struct sampling *s, uint32_t kill, struct random *random)
{
	bool hit = false;

	for (uint32_t i = 0; i < kill && !hit; i++) {
		uint32_t j = i + random_below(random, s->c->n - i), unit = s->domains[j];

		s->domains[j] = s->domains[i];
		s->domains[i] = unit;
		hit = strike(s, unit);
	}
	while (s->ntouched)
		s->dead[s->touched[--s->ntouched]] = 0;
	return hit;
}

static uint64_t samples_within(const struct copysets *c, uint32_t kill)
{
	double each = kill * (1.0 + (double)c->on_first[c->n] / c->n), within = (double)MAX_STEPS / each;

	return within > MAX_SAMPLES ? MAX_SAMPLES : within < MIN_SAMPLES ? MIN_SAMPLES : (uint64_t)within;
}

/* Each sample goes on from where the one before left off. */
uint64_t some_loss_sampled(const struct copysets *c, uint32_t kill, uint64_t seed, uint64_t *ret_samples)
{
	struct random random = {seed};
	struct sampling s = {.c = c};
	uint64_t hits = 0, n = *ret_samples ? *ret_samples : samples_within(c, kill);

	s.domains = xcalloc(c->n + 1, sizeof(*s.domains));
	s.dead = xcalloc(c->risks.len + 1, sizeof(*s.dead));
	s.touched = xcalloc(c->risks.len + 1, sizeof(*s.touched));
	for (uint32_t u = 0; u < c->n; u++)
		s.domains[u] = u;
	for (uint64_t i = 0; i < n; i++)
		hits += sample(&s, kill, &random);
	free(s.domains);
	free(s.dead);
	free(s.touched);
	*ret_samples = n;
	return hits;
}
