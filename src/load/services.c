/*
 * The section `services`.
 */
#include <stdlib.h>
#include <string.h>

#include "load/system_p.h"

/* A service while it is being read. */
struct draft {
	struct entry entry;
	struct service service;
	struct layer layer;
	struct setting system;
	parameter_list params; /* keys that are no fields: parameters of its system, one hopes */
};

/* ---- fields ---- */

static void read_time_goal(struct loader *l, void *target, const struct field *field)
{
	struct time_goal *goal = FIELD_TARGET(target, field);
	struct setting s = take_text(l, "a duration");

	goal->place = s.place;
	goal->set = parse_duration(l, s, &goal->limit);
}

static void read_draft_needs(struct loader *l, void *target, const struct field *field)
{
	(void)target, (void)field;
	read_needs(l, (uint32_t)l->services.len);
}

static void read_draft_groups(struct loader *l, void *target, const struct field *field)
{
	const struct draft *draft = target;

	(void)field;
	read_groups(l, draft->entry.name);
}

static void read_draft_replicas(struct loader *l, void *target, const struct field *field)
{
	const struct draft *draft = target;

	(void)field;
	read_replicas(l, draft->entry.name, draft->entry.place);
}

static const struct field service_fields[] = {
	{ "groups", read_draft_groups, 0 },
	{ "replicas", read_draft_replicas, 0 },
	{ "system", read_setting, offsetof(struct draft, system) },
	{ "spread", read_spread, offsetof(struct draft, service) },
	{ "survive", read_survive, offsetof(struct draft, service) },
	{ "needs", read_draft_needs, 0 },
	{ "rpo", read_time_goal, offsetof(struct draft, service.rpo) },
	{ "rto", read_time_goal, offsetof(struct draft, service.rto) },
	LAYER_FIELDS(struct draft, layer),
};
enum { SERVICE_GROUPS, SERVICE_REPLICAS, NSERVICE_FIELDS = sizeof(service_fields) / sizeof(*service_fields) };

/* Any other key may be a parameter, up to a number: which ones there are is known when the system is. */
static bool read_parameter(struct loader *l, void *target, bool merging)
{
	struct draft *draft = target;
	if (draft->params.len == MAX_PARAMETERS)
		return false;
	struct parameter p = { .name = arena_strndup(&l->arena, now(l)->text, now(l)->len), .key = now(l)->place,
	                       .own = true };
	const struct parameter *first = find_parameter(&draft->params, p.name);

	next(l);
	p.value.place = now(l)->place;
	if (!first && at(l, EVENT_SCALAR) && !at_empty(l)) {
		p.value = take_text(l, "text");
	} else {
		if (first && !merging)
			report_duplicate(l, DUPLICATE_KEY, p.name, strlen(p.name), p.key, first->key);
		skip(l);
	}
	if (!first)
		vec_push(&draft->params, p);
	return true;
}

const struct record service_record = {
	"a mapping of a service's fields", service_fields, NSERVICE_FIELDS, read_parameter,
};

/* ---- its system ---- */

static void report_no_parameter(struct loader *l, const struct parameter *p, const struct system *system)
{
	struct suggestion s = suggest_for(p->name);

	for (size_t i = 0; i < NSERVICE_FIELDS && may_compare(&l->faults, 1); i++)
		suggest_offer(&s, service_fields[i].name);
	for (size_t i = 0; i < system->params.len && may_compare(&l->faults, 1); i++)
		suggest_offer(&s, system->params.at[i].name);
	struct diag *d = fault(&l->faults, UNKNOWN_KEY, p->key,
	                       "unknown key '%s': neither a field of services nor a parameter of '%s'",
	                       shown_text(&l->faults, p->name), shown_text(&l->faults, system->name));
	fault_suggest(&l->faults, d, &s);
}

/* The system's parameters with the service's values. */
static parameter_list set_parameters(struct loader *l, const struct draft *draft, const struct system *system)
{
	parameter_list params = {0};

	for (size_t i = 0; i < system->params.len; i++)
		vec_push(&params, system->params.at[i]);
	for (size_t i = 0; i < draft->params.len; i++) {
		const struct parameter *own = &draft->params.at[i];
		struct parameter *p = find_parameter(&params, own->name);
		if (!p) {
			report_no_parameter(l, own, system);
		} else if (!own->value.text) {
			fault(&l->faults, WRONG_TYPE, own->value.place, "the parameter '%s' is set to text", own->name);
		} else {
			p->value = own->value;
			p->own = true;
		}
	}
	return params;
}

static void apply_system(struct loader *l, struct draft *draft)
{
	struct service *s = &draft->service;
	const char *name = draft->system.text ? draft->system.text : "raft";
	struct place place = draft->system.text ? draft->system.place : draft->entry.place;
	struct system *system = find_system(l, name, place);

	s->quorum_place = draft->entry.place;
	if (!system)
		return;
	struct layer layer = system->layer;
	struct place quorum;
	parameter_list params = set_parameters(l, draft, system);
	layer_over(&layer, &draft->layer);
	understand(l, &layer, &params, place, &s->sem, &quorum);
	s->sem.system = arena_strdup(&l->builder.model->arena, name);
	if (quorum.line)
		s->quorum_place = quorum;
	system->used = true;
	vec_free(&params);
}

/* ---- its voters ---- */

/* The first level that an expression counts below the given one; 0 when there is none. */
static unsigned counted_below(const bool used[MAX_LEVELS + 1], unsigned level)
{
	for (unsigned i = level + 1; i <= MAX_LEVELS; i++)
		if (used[i])
			return i;
	return 0;
}

static void check_voters(struct loader *l, const struct service *s)
{
	const struct model *m = l->builder.model;
	bool used[MAX_LEVELS + 1];

	semantics_levels(&s->sem, used);
	for (size_t i = 0; i < l->high.len; i++) {
		const struct high_voter *v = &l->high.at[i];
		unsigned level = counted_below(used, m->domains[v->domain].level);
		if (!level)
			continue;
		const char *name = place_name(m, v->domain), *counted = m->levels[level - 1];
		struct diag *d = fault(&l->faults, VOTER_ABOVE_LEVEL, v->place,
		                       "a voting replica on '%s', above the level '%s' that an expression counts",
		                       shown_text(&l->faults, name), shown_text(&l->faults, counted));
		fault_also(d, s->quorum_place, "the expressions of this service");
	}
	vec_clear(&l->high);
}

/* ---- all of it ---- */

static void check_groups(struct loader *l, const struct draft *draft, const struct place *seen, size_t faults_before)
{
	const struct place *groups = &seen[SERVICE_GROUPS], *replicas = &seen[SERVICE_REPLICAS];
	const char *name = shown(&l->faults, draft->entry.name, draft->entry.len);

	if (groups->line && replicas->line) {
		bool in_order = groups->line < replicas->line || (groups->line == replicas->line &&
		                                                  groups->col < replicas->col);
		struct diag *d = fault(&l->faults, CLASHING_KEYS, in_order ? *replicas : *groups,
		                       "a service has either 'groups' or 'replicas'");
		fault_also(d, in_order ? *groups : *replicas, "the other one");
	} else if (!draft->service.ngroups && l->faults.errors == faults_before && !at(l, EVENT_STOP)) {
		fault(&l->faults, NO_GROUPS, draft->entry.place, "the service '%s' has no groups", name);
	}
}

static void read_service(struct loader *l, const struct entry *entry)
{
	struct draft draft = { .entry = *entry };
	struct service *s = &draft.service;
	struct place seen[NSERVICE_FIELDS] = {{0}};
	size_t faults_before = l->faults.errors;

	check_name(l, "service", entry->name, entry->len, entry->place);
	s->name = str_intern(l->builder.model->strings, entry->name, entry->len);
	s->place = entry->place;
	s->first_group = (uint32_t)l->builder.groups.len;
	record_read(l, &service_record, &draft, seen);
	s->ngroups = (uint32_t)l->builder.groups.len - s->first_group;
	check_groups(l, &draft, seen, faults_before);
	if (!at(l, EVENT_STOP)) {
		apply_system(l, &draft);
		check_voters(l, s);
	}
	vec_free(&draft.params);
	table_add(&l->service_index, hash_bytes(entry->name, entry->len), (uint32_t)l->services.len);
	vec_push(&l->services, *s);
}

void read_services(struct loader *l)
{
	struct entries e;

	if (!entries_begin(l, &e, "a mapping of services"))
		return;
	while (entries_next(l, &e))
		read_service(l, &e.now);
}

void finish_services(struct loader *l)
{
	struct model *m = l->builder.model;

	resolve_needs(l);
	check_unused_systems(l);
	m->nservices = (uint32_t)l->services.len;
	m->services = ARENA_COPY(&m->arena, &l->services);
}
