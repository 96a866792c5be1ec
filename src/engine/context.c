/* context - what the services that a service needs leave it, from where it stands: see state_p.h */
#include <stdlib.h>
#include <string.h>

#include "engine/state_p.h"

/* ---- without cuts: how many groups go on ---- */

static struct going going_on(const struct state *s, uint32_t service)
{
	struct going n = {.groups = s->model->services[service].ngroups};

	for (size_t i = 0; i < s->population.len; i++) {
		const struct outcome *o = &s->engine->situations.at[i].outcome;

		if (!s->population.at[i] || situation_kind(s->engine, (situation_id)i)->service != service)
			continue;
		n.writes += goes_on(o->writes) ? s->population.at[i] : 0;
		n.reads += goes_on(o->reads) ? s->population.at[i] : 0;
	}
	return n;
}

/* ---- with cuts: how many go on within hearing of a zone ---- */

/* The zones from which a group can be written, and read, in a situation. */
static void zones_going_on(const struct state *s, uint32_t g, situation_id at, struct zone_set *writes,
                           struct zone_set *reads)
{
	const struct outcome *o = judge_outcome(s->engine, at);
	const domain_id *places = group_places(s->model, g);
	bool writer[MAX_REPLICAS], reader[MAX_REPLICAS];

	memset(writes, 0, sizeof(*writes));
	memset(reads, 0, sizeof(*reads));
	if (!goes_on(o->writes) && !goes_on(o->reads))
		return;
	sides_who_goes_on(situation_hearing(s->engine, at), writer, reader);
	for (uint32_t i = 0; i < group_size(s->model, g); i++) {
		if (writer[i])
			zone_set_add(writes, zone_of(&s->zones, places[i]));
		if (reader[i])
			zone_set_add(reads, zone_of(&s->zones, places[i]));
	}
}

void state_count_going(const struct state *s, uint32_t g, situation_id at, uint32_t by, struct going *ret)
{
	const struct outcome *o = judge_outcome(s->engine, at);
	struct zone_set writes, reads;

	if (s->zones.n == 1) {
		ret->writes += goes_on(o->writes) ? by : 0;
		ret->reads += goes_on(o->reads) ? by : 0;
		return;
	}
	zones_going_on(s, g, at, &writes, &reads);
	for (uint32_t z = 0; z < s->zones.n; z++) {
		ret[z].writes += zones_heard_from(&s->zones, &writes, (uint16_t)z) ? by : 0;
		ret[z].reads += zones_heard_from(&s->zones, &reads, (uint16_t)z) ? by : 0;
	}
}

/* For each zone, what it hears of the service. */
static void going_on_by_zone(const struct state *s, uint32_t service, struct going *ret)
{
	const struct service *sv = &s->model->services[service];

	for (uint32_t z = 0; z < s->zones.n; z++)
		ret[z] = (struct going){.groups = sv->ngroups};
	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
		state_count_going(s, g, s->at[g], 1, ret);
}

void state_going(const struct state *s, uint32_t service, struct going *ret)
{
	if (s->zones.n > 1)
		going_on_by_zone(s, service, ret);
	else
		*ret = going_on(s, service);
}

/* ---- both ---- */

bool state_refresh_context(struct state *s, uint32_t service)
{
	const struct service *sv = &s->model->services[service];
	uint8_t *contexts, was[MAX_ZONES];
	struct going going[MAX_ZONES];

	if (!sv->nneeds)
		return false;
	contexts = s->contexts + (size_t)service * MAX_ZONES;
	memcpy(was, contexts, s->zones.n);
	memset(contexts, 0, s->zones.n);
	for (uint32_t i = 0; i < sv->nneeds; i++) {
		state_going(s, sv->needs[i].service, going);
		for (uint32_t z = 0; z < s->zones.n; z++)
			contexts[z] |= context_left_by(sv->needs[i].mode, &going[z]);
	}
	return memcmp(was, contexts, s->zones.n) != 0;
}

/* ---- which need it is ---- */

/* Greater is graver: what stops a group before what limits it, and reads before writes before decisions. */
static int gravity(const struct unmet_need *u)
{
	return u->going ? 0 : 3 - (int)u->mode;
}

static uint32_t that_help(const struct need *need, const struct going *going)
{
	return need->mode == NEED_DOWN ? going->reads : going->writes;
}

void state_unmet_need(const struct state *s, uint32_t group, uint16_t judged_by, struct unmet_need *ret)
{
	const struct service *sv = &s->model->services[state_service_of(s, group)];
	domain_id from = group_places(s->model, group)[judged_by == NO_PEER ? 0 : judged_by];
	struct going going[MAX_ZONES];

	for (uint32_t i = 0; i < sv->nneeds; i++) {
		const struct need *need = &sv->needs[i];
		struct going all = going_on(s, need->service), *seen = &all;
		struct unmet_need unmet;

		if (s->zones.n > 1) {
			going_on_by_zone(s, need->service, going);
			seen = &going[zone_of(&s->zones, from)];
		}
		unmet = (struct unmet_need){need->service, (uint8_t)need->mode, seen->groups, that_help(need, seen),
		                            that_help(need, &all) > that_help(need, seen)};
		if (need->mode == NEED_FREEZE && unmet.going)
			continue;
		if (unmet.going < unmet.groups && (ret->service == NO_SERVICE || gravity(&unmet) > gravity(ret)))
			*ret = unmet;
	}
}

/* ---- a group's step, as its replicas hear each other ---- */

static void sort_by_zone(const struct state *s, uint32_t g, struct passage *p)
{
	const domain_id *places = group_places(s->model, g);
	uint32_t n = group_size(s->model, g);

	p->rift.nclasses = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint16_t zone = zone_of(&s->zones, places[i]), c = 0;

		while (c < p->rift.nclasses && p->zone[c] != zone)
			c++;
		if (c == p->rift.nclasses)
			p->zone[p->rift.nclasses++] = zone;
		p->class_of[i] = c;
	}
}

static uint8_t context_then(const struct state *s, uint32_t service, struct supposition also, uint16_t zone)
{
	return also.contexts ? also.contexts[zone] : state_context(s, service, zone);
}

/* Returns whether some two classes don't hear each other, or are left different things by needed services. */
static bool compare_classes(const struct state *s, uint32_t service, struct supposition also, struct passage *p)
{
	uint16_t n = p->rift.nclasses;
	bool torn = false;

	for (uint16_t a = 0; a < n; a++) {
		p->contexts[a] = context_then(s, service, also, p->zone[a]);
		torn |= p->contexts[a] != p->contexts[0];
		for (uint16_t b = 0; b < n; b++) {
			p->severed[(size_t)a * n + b] = zones_severed(&s->zones, p->zone[a], p->zone[b]);
			torn |= p->severed[(size_t)a * n + b];
		}
	}
	return torn;
}

static uint64_t torn_code(const struct passage *p, uint16_t n)
{
	uint64_t code = hash_bytes(p->fate, n) * 31 + hash_bytes(p->class_of, n * sizeof(*p->class_of));

	code = code * 31 + hash_bytes(p->severed, (size_t)p->rift.nclasses * p->rift.nclasses);
	return code * 31 + hash_bytes(p->contexts, p->rift.nclasses);
}

struct transition state_passage(const struct state *s, uint32_t service, uint32_t g, struct supposition also,
                                struct passage *p)
{
	uint16_t n = (uint16_t)group_size(s->model, g);
	struct transition t = {.fate = p->fate};

	state_fate(s, g, also, p->fate);
	sort_by_zone(s, g, p);
	if (s->zones.n > 1 && compare_classes(s, service, also, p)) {
		p->rift.class_of = p->class_of;
		p->rift.severed = p->severed;
		p->rift.contexts = p->contexts;
		t.rift = &p->rift;
		t.code = torn_code(p, n);
	} else {
		t.context = context_then(s, service, also, p->zone[0]);
		t.code = fate_code(p->fate, n);
	}
	return t;
}
