/*
 * Groups that are placed by rule: `groups: {generate: {count: 10000, replicas: 3, spread: [az]}}`.
 */
#include "load/generate_p.h"

#include <stdlib.h>
#include <string.h>

#include "model/placement.h"

#define MAX_GENERATED 100000000u /* groups; what they expand to is bounded before that */
#define MAX_SCATTER 1000000u
#define MAX_SEED 999999999u

struct generate {
	struct setting count, replicas, method, scatter, seed, level;
	struct service spread; /* only its spread */
	domain_list inside;
	struct place roles;    /* line 0: not given */
	struct place seen[MAX_FIELDS];
	uint32_t ngroups;
	domain_list candidates;
	struct placement_rule rule;
};

/* ---- fields ---- */

static void read_inside(struct loader *l, void *target, const struct field *field)
{
	domain_list *inside = FIELD_TARGET(target, field);

	if (!at(l, EVENT_LIST)) {
		take_references(l, inside);
		return;
	}
	for (next(l); list_more(l);)
		take_references(l, inside);
}

/* Into l->roles. */
static void read_roles(struct loader *l, void *target, const struct field *field)
{
	struct place *place = FIELD_TARGET(target, field);

	*place = now(l)->place;
	if (!list_begin(l, "a list of roles"))
		return;
	while (list_more(l)) {
		struct setting s = take_text(l, "a role");
		if (s.text)
			vec_push(&l->roles, (uint8_t)find_role(l, s));
	}
}

static const struct field generate_fields[] = {
	{ "count", read_setting, offsetof(struct generate, count) },
	{ "replicas", read_setting, offsetof(struct generate, replicas) },
	{ "roles", read_roles, offsetof(struct generate, roles) },
	{ "spread", read_spread, offsetof(struct generate, spread) },
	{ "level", read_setting, offsetof(struct generate, level) },
	{ "in", read_inside, offsetof(struct generate, inside) },
	{ "method", read_setting, offsetof(struct generate, method) },
	{ "scatter", read_setting, offsetof(struct generate, scatter) },
	{ "seed", read_setting, offsetof(struct generate, seed) },
};

const struct record generate_record = {
	"a list of replicas, or a rule that places groups", generate_fields,
	sizeof(generate_fields) / sizeof(*generate_fields), NULL,
};

/* Where a field's key stands, or the rule where it was not given. */
static struct place place_of_key(const struct generate *g, const char *key, struct place rule)
{
	for (size_t i = 0; i < generate_record.nfields; i++)
		if (!strcmp(generate_fields[i].name, key) && g->seen[i].line)
			return g->seen[i];
	return rule;
}

/* ---- what they mean ---- */

static void understand_size(struct loader *l, struct generate *g, struct place place)
{
	uint32_t nroles = (uint32_t)l->roles.len;

	if (g->count.text)
		parse_number(l, g->count, 1, MAX_GENERATED, &g->ngroups);
	else
		fault(&l->faults, MISSING_KEY, place, "a rule needs 'count', how many groups there are");
	if (g->replicas.text && !parse_number(l, g->replicas, 1, MAX_PLACED, &g->rule.replicas))
		return;
	if (!g->replicas.text && !g->roles.line) {
		fault(&l->faults, MISSING_KEY, place, "a rule needs 'replicas', how many a group has");
	} else if (!g->replicas.text) {
		g->rule.replicas = nroles;
		if (nroles < 1 || nroles > MAX_PLACED)
			fault(&l->faults, BAD_NUMBER, g->roles, "a rule places from 1 to %u replicas a group, not %u", MAX_PLACED,
			      nroles);
	} else if (g->roles.line && nroles != g->rule.replicas) {
		fault(&l->faults, CLASHING_KEYS, g->roles, "%u roles for %u replicas: name the role of each, in order",
		      nroles, g->rule.replicas);
	}
	while (!g->roles.line && l->roles.len < g->rule.replicas)
		vec_push(&l->roles, ROLE_VOTER);
	if (g->roles.line && nroles && !memchr(l->roles.at, ROLE_VOTER, nroles))
		fault(&l->faults, NO_VOTER, g->roles, "a group that is placed so has no voter");
}

static void understand_method(struct loader *l, struct generate *g)
{
	static const char *const methods[] = {
		[PLACE_RANDOM] = "random", [PLACE_COPYSET] = "copyset", [PLACE_ROUND_ROBIN] = "round-robin", NULL,
	};
	int method = g->method.text ? parse_word(l, UNKNOWN_WORD, "method", g->method, methods) : PLACE_RANDOM;
	uint32_t seed = 0;

	g->rule.method = method < 0 ? PLACE_RANDOM : (enum placement_method)method;
	g->rule.scatter = g->rule.replicas - 1;
	if (g->scatter.text && parse_number(l, g->scatter, 1, MAX_SCATTER, &g->rule.scatter) && method >= 0 &&
	    method != PLACE_COPYSET)
		fault(&l->faults, CLASHING_KEYS, g->scatter.place, "'scatter' says how 'method: copyset' places, not '%s'",
		      methods[method]);
	if (g->seed.text && parse_number(l, g->seed, 0, MAX_SEED, &seed))
		g->rule.seed = seed;
}

static void understand_spread(struct loader *l, struct generate *g)
{
	for (uint32_t i = 0; i < g->spread.nspread; i++) {
		const struct spread_goal *goal = &g->spread.spread[i];
		uint32_t *most = goal->level == LEVEL_SHARED ? NULL : &g->rule.most[goal->level];

		if (!most)
			fault(&l->faults, BAD_SPREAD, goal->place,
			      "a rule spreads over the levels of the tree, not over shared domains");
		else if (goal->kind != SPREAD_AT_MOST)
			fault(&l->faults, BAD_SPREAD, goal->place,
			      "a rule needs to know how many replicas a domain may have: a number");
		else if (!*most || goal->count < *most)
			*most = goal->count;
	}
}

/* ---- where replicas may sit ---- */

/* 0: on all domains without children. */
static unsigned candidate_level(struct loader *l, const struct generate *g)
{
	uint8_t level = g->level.text ? find_level(l, g->level.text, strlen(g->level.text), g->level.place) : 0;

	if (level != LEVEL_SHARED)
		return level;
	fault(&l->faults, UNKNOWN_LEVEL, g->level.place, "a rule places replicas on domains of the tree, not on shared ones");
	return 0;
}

/* Marks what lies in one of the domains named; all where none is. */
static bool *find_inside(const struct loader *l, const struct generate *g)
{
	const struct model *m = l->builder.model;
	bool *inside = xmalloc(m->ndomains);
	domain_id end = 0;

	memset(inside, !g->inside.len, m->ndomains);
	for (size_t i = 0; i < g->inside.len; i++)
		inside[g->inside.at[i]] = true;
	for (domain_id d = 0; d < m->ndomains; d++) {
		if (inside[d] && m->domains[d].end > end)
			end = m->domains[d].end;
		inside[d] = d < end;
	}
	return inside;
}

/* Domains above a level of spread are in none of its domains: they are left out. */
static void find_candidates(struct loader *l, struct generate *g, unsigned level)
{
	const struct model *m = l->builder.model;
	bool *inside = find_inside(l, g);
	unsigned deepest = 0;

	for (unsigned i = 1; i <= m->nlevels; i++)
		if (g->rule.most[i])
			deepest = i;
	for (domain_id d = 1; d < m->ndomains; d++) {
		const struct domain *domain = &m->domains[d];

		if (inside[d] && domain->level >= deepest && (level ? domain->level == level : domain->end == d + 1))
			vec_push(&g->candidates, d);
	}
	free(inside);
	g->rule.candidates = g->candidates.at;
	g->rule.ncandidates = (uint32_t)g->candidates.len;
}

static void report_no_room(struct loader *l, const struct generate *g, uint32_t room, struct place place)
{
	bool limited = room < g->rule.ncandidates;
	struct diag *d = fault(&l->faults, NO_ROOM, place_of_key(g, limited ? "spread" : "replicas", place),
	                       "%s%s%u replicas of a group can't be placed on %u domains: there is room for %u",
	                       limited ? "spread like this, " : "", g->inside.len ? "inside 'in', " : "",
	                       g->rule.replicas, g->rule.ncandidates, room);

	fault_hint(&l->faults, d, limited ? "place fewer replicas, or let more of them share a domain in 'spread'" :
	                                    "place fewer replicas, or on more domains");
}

static bool check_scatter(struct loader *l, const struct generate *g)
{
	uint32_t others = g->rule.ncandidates - 1;

	if (!g->scatter.text || g->rule.scatter <= others)
		return true;
	struct diag *d = fault(&l->faults, NO_ROOM, g->scatter.place,
	                       "a scatter width of %u on %u domains: each has %u others", g->rule.scatter,
	                       g->rule.ncandidates, others);
	fault_hint(&l->faults, d, "scatter less, or over more domains");
	return false;
}

/* ---- the groups ---- */

/* A voter above the last level is remembered as a listed one is: the highest, as all have the same place. */
static void remember_high_voter(struct loader *l, const domain_id *places, struct high_voter *high)
{
	const struct model *m = l->builder.model;

	for (size_t i = 0; i < l->roles.len; i++)
		if (l->is_high[places[i]] && role_info[l->roles.at[i]].votes &&
		    (high->domain == NO_DOMAIN || m->domains[places[i]].level < m->domains[high->domain].level))
			high->domain = places[i];
}

static bool add_groups(struct loader *l, const struct generate *g, struct placement *p, const char *service,
                       struct place place)
{
	struct strings *strings = l->builder.model->strings;
	struct high_voter high = { NO_DOMAIN, place };
	domain_id places[MAX_PLACED];
	bool placed = true;

	for (uint32_t i = 0; i < g->ngroups && (placed = placement_next(p, places)); i++) {
		sb_clear(&l->name);
		sb_addf(&l->name, "%s-%u", service, i);
		builder_add_group(&l->builder, str_add(strings, sb_text(&l->name), l->name.len), place);
		for (uint32_t r = 0; r < g->rule.replicas; r++)
			builder_add_replica(&l->builder, places[r]);
		builder_end_group(&l->builder, l->roles.at);
		remember_high_voter(l, places, &high);
	}
	if (high.domain != NO_DOMAIN)
		vec_push(&l->high, high);
	return placed;
}

static void report_too_much(struct loader *l, const struct generate *g, struct place place)
{
	bool sets = g->rule.method == PLACE_COPYSET;
	struct diag *d = fault(&l->faults, TOO_MUCH_PLACING, place_of_key(g, sets ? "scatter" : "method", place), "%s",
	                       sets ? "copysets of so wide a scatter over so many domains are too much" :
	                              "most domains of the ring are ruled out for most groups");

	fault_hint(&l->faults, d, sets ? "scatter less: permutations times domains can be at most 10,000,000" :
	                                 "write 'method: random'");
}

static void place_groups(struct loader *l, struct generate *g, const char *service, struct place place)
{
	struct amount group = { g->rule.replicas + 1, strlen(service) + strlen(g->count.text) + 1 };
	struct placement *p = placement_new(l->builder.model, &g->rule);
	uint32_t room = placement_room(p);

	if (room < g->rule.replicas) {
		report_no_room(l, g, room, place);
	} else if (check_scatter(l, g) && events_repeat(l->events, g->ngroups, group, place) &&
	           (!placement_begin(p) || !add_groups(l, g, p, service, place))) {
		report_too_much(l, g, place);
	}
	placement_free(p);
}

void read_generate(struct loader *l, const char *service, struct place place)
{
	struct generate g = {0};
	size_t before = l->faults.errors;

	vec_clear(&l->roles);
	record_read(l, &generate_record, &g, g.seen);
	if (!at(l, EVENT_STOP)) {
		understand_size(l, &g, place);
		understand_method(l, &g);
		understand_spread(l, &g);
		unsigned level = candidate_level(l, &g);
		if (l->faults.errors == before) {
			find_candidates(l, &g, level);
			place_groups(l, &g, service, place);
		}
	}
	vec_free(&g.inside);
	vec_free(&g.candidates);
}
