#include "lib/randoms.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define TOP UINT32_MAX

#define PICK(r, array) ((array)[rng_below((r), (uint32_t)(sizeof(array) / sizeof((array)[0])))])

struct rng rng_seeded(uint64_t seed)
{
	return (struct rng){seed};
}

/* splitmix64 */
static uint64_t rng_next(struct rng *r)
{
	uint64_t x = r->state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)(rng_next(r) % n);
}

bool rng_percent(struct rng *r, uint32_t percent)
{
	return rng_below(r, 100) < percent;
}

/* ---- domains ---- */

static const char *const level_names[PLAN_LEVELS] = {"region", "az", "rack", "node"};

static void add_domains(struct plan *p, struct rng *r, uint32_t parent, uint32_t level)
{
	uint32_t children = 1 + rng_below(r, level == 1 ? 4 : 3);

	for (uint32_t i = 0; i < children && p->ndomains < PLAN_DOMAINS; i++) {
		uint32_t d = p->ndomains++;

		p->domains[d].parent = parent;
		p->domains[d].level = level;
		/* the first branch goes all the way down; others may stop early */
		if (level < p->nlevels && (d + 1 == level || rng_percent(r, 80)))
			add_domains(p, r, d, level + 1);
	}
}

static void add_shared(struct plan *p, struct rng *r)
{
	p->nshared = rng_below(r, PLAN_SHARED + 1);
	for (uint32_t i = 0; i < p->nshared; i++) {
		uint32_t want = 1 + rng_below(r, 3);

		for (uint32_t k = 0; k < want; k++) {
			uint32_t d = rng_below(r, p->ndomains);
			bool known = false;

			for (uint32_t j = 0; j < p->shared[i].nmembers; j++)
				known = known || p->shared[i].members[j] == d;
			if (!known)
				p->shared[i].members[p->shared[i].nmembers++] = d;
		}
	}
}

/* ---- services ---- */

/* Raises *deepest to the level that the expression's scopes name: voting replicas can't sit above it. */
static void add_expression(struct strbuf *sb, const struct plan *p, struct rng *r, uint32_t *deepest)
{
	static const char *const counts[] = {"1", "any", "2", "majority", "majority", "majority", "all", "3"};
	static const char *const scopes[] = {"each", "most", "any", "2", "local", "local"};
	uint32_t nterms = rng_percent(r, 75) ? 1 : rng_percent(r, 80) ? 2 : 3;

	for (uint32_t i = 0; i < nterms; i++) {
		sb_addf(sb, "%s%s", i ? " and " : "", PICK(r, counts));
		if (rng_percent(r, 40)) {
			uint32_t level = 1 + rng_below(r, p->nlevels);

			sb_addf(sb, " in %s %s", PICK(r, scopes), level_names[level - 1]);
			*deepest = level > *deepest ? level : *deepest;
		}
	}
}

static void add_ack(struct strbuf *sb, const struct plan *p, struct rng *r, bool leader, uint32_t *deepest)
{
	uint32_t dice = rng_below(r, 100);

	if (dice < 30)
		return; /* the same as write */
	sb_add(sb, "    ack: ");
	if (dice < 50)
		sb_add(sb, "insync");
	else if (dice < 65 && leader)
		sb_add(sb, "leader");
	else
		add_expression(sb, p, r, deepest);
	sb_add(sb, "\n");
}

/* A system that gives up a guarantee to go on. */
static void add_fallback(struct strbuf *sb, const struct plan *p, struct rng *r, uint32_t *deepest)
{
	static const char *const expressions[] = {"write", "read", "ack"};

	sb_add(sb, "    fallback: {after: 45s");
	for (size_t i = 0; i < 3; i++) {
		if (rng_percent(r, 20))
			continue; /* the default */
		sb_addf(sb, ", %s: ", expressions[i]);
		if (rng_percent(r, 40))
			sb_add(sb, i == 2 && rng_percent(r, 50) ? "insync" : "any");
		else
			add_expression(sb, p, r, deepest);
	}
	sb_add(sb, "}\n");
}

/* Of services planned before: never a circle. */
static void add_needs(struct planned_service *s, struct rng *r, uint32_t service)
{
	static const char *const modes[] = {"down", "read-only", "freeze", "freeze"};
	const char *between = "    needs: {";
	struct strbuf sb = {0};

	for (uint32_t i = 0; i < service; i++) {
		if (!rng_percent(r, 45))
			continue;
		sb_addf(&sb, "%ss%u: %s", between, i, PICK(r, modes));
		between = ", ";
	}
	sb_add(&sb, sb.len ? "}\n" : "");
	assert(sb.len < sizeof(s->needs));
	memcpy(s->needs, sb_text(&sb), sb.len + 1);
	sb_release(&sb);
}

static void add_times(struct strbuf *sb, struct rng *r)
{
	static const char *const times[] = {
		"lag: 1500ms", "every: 6h", "restore: 45m", "detect: 9s", "elect: 2s", "promote: 20s", "operator: 10m",
		"reroute: 60s",
	};
	bool all = rng_percent(r, 70);

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (all || rng_percent(r, 50))
			sb_addf(sb, "    %s\n", times[i]);
}

static uint32_t add_fields(struct planned_service *s, const struct plan *p, struct rng *r, uint32_t service)
{
	static const char *const failovers[] = {"auto", "auto", "manual", "none"};
	static const unsigned rebuilds[] = {0, 1, 1, 1, 1, 1, 2, 2, 3};
	static const char *const expressions[] = {"write", "read"};
	bool leader = rng_percent(r, 70), splits = rng_percent(r, 20); /* one voter is enough, and nobody is fenced off */
	struct strbuf sb = {0};
	uint32_t deepest = 0;

	for (size_t i = 0; i < 2; i++) {
		if (!splits && rng_percent(r, 10))
			continue; /* the default */
		sb_addf(&sb, "    %s: ", expressions[i]);
		if (splits)
			sb_add(&sb, "any");
		else
			add_expression(&sb, p, r, &deepest);
		sb_add(&sb, "\n");
	}
	if (!splits || rng_percent(r, 30))
		add_ack(&sb, p, r, leader, &deepest);
	sb_addf(&sb, "    rebuild: %u\n    leader: %s\n    failover: %s\n", PICK(r, rebuilds), leader ? "one" : "none",
	        PICK(r, failovers));
	if (rng_percent(r, 40))
		sb_add(&sb, "    stale: serve\n");
	if (splits || rng_percent(r, 25))
		sb_add(&sb, "    fencing: none\n");
	if (rng_percent(r, 30))
		add_fallback(&sb, p, r, &deepest);
	add_needs(s, r, service);
	add_times(&sb, r);
	assert(sb.len < sizeof(s->fields));
	memcpy(s->fields, sb.text, sb.len + 1);
	sb_release(&sb);
	return deepest;
}

static bool votes(const char *role)
{
	return !strcmp(role, "voter") || !strcmp(role, "witness") || !strcmp(role, "arbiter");
}

static uint32_t place_below(const struct plan *p, struct rng *r, uint32_t level)
{
	uint32_t d;

	/* leaves more often: the deepest level has most domains, and a second throw prefers it */
	do
		d = rng_below(r, p->ndomains);
	while (p->domains[d].level < level || (p->domains[d].level < p->nlevels && rng_percent(r, 60)));
	return d;
}

static void add_groups(struct planned_service *s, const struct plan *p, struct rng *r, uint32_t deepest)
{
	static const char *const roles[] = {
		"voter", "voter", "voter", "voter", "voter", "witness", "arbiter", "learner", "standby", "standby",
		"backup",
	};

	s->ngroups = 1 + rng_below(r, PLAN_GROUPS);
	for (uint32_t g = 0; g < s->ngroups; g++) {
		uint32_t n = s->groups[g].n = 1 + rng_below(r, PLAN_REPLICAS), sure = rng_below(r, n);

		for (uint32_t i = 0; i < n; i++) {
			const char *role = i == sure ? "voter" : PICK(r, roles); /* "at least one voter" */

			s->groups[g].roles[i] = role;
			s->groups[g].at[i] = place_below(p, r, votes(role) ? deepest : 1);
		}
	}
}

void plan_make(struct plan *p, struct rng *r)
{
	*p = (struct plan){.nlevels = 2 + rng_below(r, PLAN_LEVELS - 1)};
	add_domains(p, r, TOP, 1);
	add_shared(p, r);
	p->nservices = 1 + rng_below(r, PLAN_SERVICES);
	for (uint32_t i = 0; i < p->nservices; i++)
		add_groups(&p->services[i], p, r, add_fields(&p->services[i], p, r, i));
}

void plan_forget_needs(struct plan *p)
{
	for (uint32_t i = 0; i < p->nservices; i++)
		p->services[i].needs[0] = '\0';
}

/* ---- as YAML ---- */

static void sb_add_topology(struct strbuf *sb, const struct plan *p)
{
	for (uint32_t d = 0; d < p->ndomains; d++) {
		bool leaf = d + 1 == p->ndomains || p->domains[d + 1].parent != d;

		sb_repeat(sb, "  ", p->domains[d].level);
		sb_addf(sb, "d%u:%s\n", d, leaf ? " {}" : "");
	}
	for (uint32_t i = 0; i < p->nshared; i++) {
		sb_addf(sb, "%s  f%u: {members: [", i ? "" : "shared:\n", i);
		for (uint32_t k = 0; k < p->shared[i].nmembers; k++)
			sb_addf(sb, "%sd%u", k ? ", " : "", p->shared[i].members[k]);
		sb_add(sb, "]}\n");
	}
}

static void sb_add_service(struct strbuf *sb, const struct planned_service *s, uint32_t number, enum plan_order order)
{
	sb_addf(sb, "  s%u:\n%s%s    groups:\n", number, s->fields, s->needs);
	for (uint32_t i = 0; i < s->ngroups; i++) {
		uint32_t g = order == IN_ORDER ? i : s->ngroups - 1 - i;

		sb_addf(sb, "      g%u:\n", g);
		for (uint32_t k = 0; k < s->groups[g].n; k++)
			sb_addf(sb, "        - {at: d%u, role: %s}\n", s->groups[g].at[k], s->groups[g].roles[k]);
	}
}

void sb_add_plan(struct strbuf *sb, const struct plan *p, enum plan_order order)
{
	sb_add(sb, "faultline: 1\nlevels: [");
	for (uint32_t i = 0; i < p->nlevels; i++)
		sb_addf(sb, "%s%s", i ? ", " : "", level_names[i]);
	sb_add(sb, "]\ntopology:\n");
	sb_add_topology(sb, p);
	sb_add(sb, "services:\n");
	for (uint32_t i = 0; i < p->nservices; i++) {
		uint32_t s = order == IN_ORDER ? i : p->nservices - 1 - i;

		sb_add_service(sb, &p->services[s], s, order);
	}
}

/* ---- actions ---- */

/* A place: a domain, or PLAN_DOMAINS + a shared one. */
static void sb_add_place(struct strbuf *sb, uint32_t place)
{
	sb_addf(sb, place < PLAN_DOMAINS ? " d%u" : " f%u", place % PLAN_DOMAINS);
}

/* One that some replica depends on, most of the time. */
static uint32_t random_place(const struct plan *p, struct rng *r)
{
	const struct planned_service *s = &p->services[rng_below(r, p->nservices)];
	uint32_t g = rng_below(r, s->ngroups), d = s->groups[g].at[rng_below(r, s->groups[g].n)];

	if (p->nshared && rng_percent(r, 12))
		return PLAN_DOMAINS + rng_below(r, p->nshared);
	if (rng_percent(r, 10))
		d = rng_below(r, p->ndomains);
	while (p->domains[d].parent != TOP && rng_percent(r, 20))
		d = p->domains[d].parent;
	return d;
}

static uint32_t members_of(const struct plan *p, const uint32_t *place, const uint32_t **ret)
{
	bool shared = *place >= PLAN_DOMAINS;

	*ret = shared ? p->shared[*place % PLAN_DOMAINS].members : place;
	return shared ? p->shared[*place % PLAN_DOMAINS].nmembers : 1;
}

static bool domain_inside(const struct plan *p, uint32_t d, const uint32_t *outers, uint32_t n)
{
	for (; d != TOP; d = p->domains[d].parent)
		for (uint32_t i = 0; i < n; i++)
			if (d == outers[i])
				return true;
	return false;
}

static bool place_inside(const struct plan *p, uint32_t inner, uint32_t outer)
{
	const uint32_t *inners, *outers;
	uint32_t n = members_of(p, &inner, &inners), m = members_of(p, &outer, &outers);

	while (n && domain_inside(p, inners[n - 1], outers, m))
		n--;
	return n == 0;
}

/* Cuts that were made, most of which come to be joined again. */
struct cuts { struct { uint32_t a, b; } made[16]; uint32_t n; };

static void sb_add_cut(struct strbuf *sb, const struct plan *p, struct rng *r, struct cuts *cuts)
{
	uint32_t a = random_place(p, r), b = random_place(p, r);
	bool pair = rng_percent(r, 65) && !place_inside(p, a, b) && !place_inside(p, b, a);

	sb_add(sb, pair ? "cut" : "isolate");
	sb_add_place(sb, a);
	if (pair)
		sb_add_place(sb, b);
	if (cuts->n < sizeof(cuts->made) / sizeof(cuts->made[0])) {
		cuts->made[cuts->n].a = a;
		cuts->made[cuts->n++].b = pair ? b : TOP;
	}
}

static void sb_add_join(struct strbuf *sb, struct rng *r, struct cuts *cuts)
{
	uint32_t i = rng_below(r, cuts->n), a = cuts->made[i].a, b = cuts->made[i].b;
	bool swap = b != TOP && rng_percent(r, 30);

	sb_add(sb, "join");
	sb_add_place(sb, swap ? b : a);
	if (b != TOP)
		sb_add_place(sb, swap ? a : b);
	cuts->made[i] = cuts->made[--cuts->n];
}

static void sb_add_accept(struct strbuf *sb, const struct plan *p, struct rng *r)
{
	uint32_t s = rng_below(r, p->nservices);

	sb_addf(sb, "accept s%u", s);
	if (rng_percent(r, 40))
		sb_addf(sb, "/g%u", rng_below(r, p->services[s].ngroups));
}

static void sb_add_random_action(struct strbuf *sb, const struct plan *p, struct rng *r, uint32_t cuts_percent,
                                 struct cuts *cuts)
{
	static const char *const verbs[] = {"kill", "kill", "kill", "kill", "drain", "drain", "heal", "heal"};
	uint32_t places = 1 + rng_below(r, 2);

	if (rng_percent(r, cuts_percent)) {
		if (cuts->n && rng_percent(r, 40))
			sb_add_join(sb, r, cuts);
		else
			sb_add_cut(sb, p, r, cuts);
		return;
	}
	if (rng_percent(r, 4)) {
		sb_add(sb, "heal");
		return;
	}
	if (rng_percent(r, 18)) {
		sb_add_accept(sb, p, r);
		return;
	}
	sb_add(sb, PICK(r, verbs));
	while (places--)
		sb_add_place(sb, random_place(p, r));
}

void sb_add_random_actions(struct strbuf *sb, const struct plan *p, struct rng *r, uint32_t nsteps)
{
	uint32_t cuts_percent = rng_percent(r, 40) ? 0 : 20 + rng_below(r, 50);
	struct cuts cuts = {.n = 0};

	for (uint32_t i = 0; i < nsteps; i++) {
		uint32_t nactions = 1 + rng_below(r, 3);

		for (uint32_t k = 0; k < nactions; k++) {
			sb_add(sb, k ? " and " : i ? " then " : "");
			sb_add_random_action(sb, p, r, cuts_percent, &cuts);
		}
	}
}
