/*
 * Where systems come from: the section `systems`, the built-in files, `like`.
 */
#include "load/systems.h"

#include <stdlib.h>
#include <string.h>

#include "load/system_p.h"

/* ---- reading one ---- */

static const struct field fallback_fields[] = {
	{ "after", read_setting, FALLBACK_AFTER * sizeof(struct setting) },
	{ "write", read_setting, FALLBACK_WRITE * sizeof(struct setting) },
	{ "read", read_setting, FALLBACK_READ * sizeof(struct setting) },
	{ "ack", read_setting, FALLBACK_ACK * sizeof(struct setting) },
};

const struct record fallback_record = {
	"a mapping of after, write, read and ack", fallback_fields, NFALLBACK_FIELDS, NULL,
};

void read_fallback(struct loader *l, void *target, const struct field *field)
{
	struct layer *layer = FIELD_TARGET(target, field);

	layer->has_fallback = true;
	record_read(l, &fallback_record, layer->fallback, NULL);
}

static void read_params(struct loader *l, void *target, const struct field *field);

static const struct field system_fields[] = {
	{ "about", read_remark, 0 },
	{ "source", read_remark, 0 },
	{ "notes", read_remark, 0 },
	{ "like", read_setting, offsetof(struct system, like) },
	{ "params", read_params, offsetof(struct system, params) },
	LAYER_FIELDS(struct system, layer),
};

const struct record system_record = {
	"a mapping of a system's fields", system_fields, sizeof(system_fields) / sizeof(*system_fields), NULL,
};

/* ---- parameters ---- */

struct parameter *find_parameter(const parameter_list *params, const char *name)
{
	for (size_t i = 0; i < params->len; i++)
		if (!strcmp(params->at[i].name, name))
			return &params->at[i];
	return NULL;
}

static void read_choices(struct loader *l, void *target, const struct field *field)
{
	struct parameter *p = target;
	VEC(struct choice) choices = {0};
	struct entries e;

	(void)field;
	if (entries_begin(l, &e, "a mapping from each choice to what it stands for"))
		while (entries_next(l, &e)) {
			struct setting s = take_text(l, "text");
			if (s.text)
				vec_push(&choices, (struct choice){ e.now.name, s.text });
		}
	p->choices = ARENA_COPY(&l->arena, &choices);
	p->nchoices = (uint32_t)choices.len;
	vec_free(&choices);
}

static const struct field parameter_fields[] = {
	{ "default", read_setting, offsetof(struct parameter, value) },
	{ "choices", read_choices, 0 },
};
enum { NPARAMETER_FIELDS = 2 };

const struct record parameter_record = {
	"a default, or a mapping of 'default' and 'choices'", parameter_fields, NPARAMETER_FIELDS, NULL,
};

/* Keys of a service besides those of systems. */
static bool is_taken(const char *name)
{
	static const char *const others[] = { "system", "groups", "replicas", "spread", "survive", "needs", "rpo",
	                                      "rto" };

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (!strcmp(name, others[i]))
			return true;
	for (size_t i = 0; i < system_record.nfields; i++)
		if (!strcmp(name, system_fields[i].name))
			return true;
	return false;
}

static bool is_word(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	return *name && !name[strspn(name, letters)];
}

static bool check_parameter(struct loader *l, const parameter_list *params, const struct entry *entry,
                            const struct parameter *p)
{
	const char *name = shown(&l->faults, entry->name, entry->len);

	if (is_taken(entry->name))
		fault(&l->faults, BAD_PARAMETER, entry->place, "the parameter '%s' has the name of a field", name);
	else if (!is_word(entry->name) || strlen(entry->name) != entry->len)
		fault(&l->faults, BAD_PARAMETER, entry->place,
		      "the parameter '%s' is not a word of letters, digits, '_' and '-'", name);
	else if (!p->value.text)
		fault(&l->faults, BAD_PARAMETER, entry->place, "the parameter '%s' has no default", name);
	else if (params->len == MAX_PARAMETERS)
		fault(&l->faults, BAD_PARAMETER, entry->place, "more than %d parameters", MAX_PARAMETERS);
	else
		return true;
	return false;
}

static void read_params(struct loader *l, void *target, const struct field *field)
{
	parameter_list *params = FIELD_TARGET(target, field);
	struct entries e;

	if (!entries_begin(l, &e, "a mapping from parameters to their defaults"))
		return;
	while (entries_next(l, &e)) {
		struct parameter p = { .name = e.now.name };
		size_t before = l->faults.errors;
		if (at(l, EVENT_MAPPING))
			record_read(l, &parameter_record, &p, NULL);
		else
			p.value = take_text(l, parameter_record.expected);
		if (l->faults.errors == before && check_parameter(l, params, &e.now, &p))
			vec_push(params, p);
	}
}

/* ---- the section ---- */

static const struct embedded *find_builtin(const char *name)
{
	for (const struct embedded *b = builtin_systems; b->name; b++)
		if (!strcmp(b->name, name))
			return b;
	return NULL;
}

static struct system *add_system(struct loader *l, const char *name, struct place place)
{
	struct system *s = arena_alloc(&l->arena, sizeof(*s));

	s->name = name;
	s->place = place;
	table_add(&l->system_index, hash_bytes(name, strlen(name)), (uint32_t)l->systems.len);
	vec_push(&l->systems, s);
	return s;
}

void read_systems(struct loader *l)
{
	struct entries e;

	if (!entries_begin(l, &e, "a mapping of systems"))
		return;
	while (entries_next(l, &e)) {
		const char *name = shown(&l->faults, e.now.name, e.now.len);
		check_name(l, "system", e.now.name, e.now.len, e.now.place);
		if (find_builtin(e.now.name)) {
			struct diag *d = fault(&l->faults, BUILTIN_SYSTEM, e.now.place,
			                       "there is a built-in system '%s'", name);
			fault_hint(&l->faults, d, "give yours another name and begin it with 'like: %s'", name);
			skip(l);
			continue;
		}
		record_read(l, &system_record, add_system(l, e.now.name, e.now.place), NULL);
	}
}

/* ---- built-in ones ---- */

static void forget_places(struct layer *layer)
{
	for (int i = 0; i < NSYSTEM_FIELDS; i++)
		layer->fields[i].place = (struct place){0};
	for (int i = 0; i < NFALLBACK_FIELDS; i++)
		layer->fallback[i].place = (struct place){0};
}

/* Reads an embedded file like any other; its places mean nothing in the user's file. */
static struct system *read_builtin(struct loader *l, const struct embedded *embedded)
{
	struct source source;
	struct events events, *outer = l->events;
	struct system *s = add_system(l, embedded->name, (struct place){0});

	source_from_text(&source, embedded->name, embedded->text, embedded->len);
	events_init(&events, &l->faults, &source, feed_open(&source, FEED_ALONE));
	l->events = &events;
	record_read(l, &system_record, s, NULL);
	l->events = outer;
	events_release(&events);
	source_release(&source);
	forget_places(&s->layer);
	s->like.place = (struct place){0};
	return s;
}

/* ---- what a system is like ---- */

#define MAX_LIKE 100 /* systems, each like the next */

static void lay_setting(struct setting *under, const struct setting *over)
{
	if (over->text)
		*under = *over;
}

void layer_over(struct layer *under, const struct layer *over)
{
	for (int i = 0; i < NSYSTEM_FIELDS; i++)
		lay_setting(&under->fields[i], &over->fields[i]);
	if (!over->has_fallback)
		return;
	under->has_fallback = true;
	memcpy(under->fallback, over->fallback, sizeof(under->fallback));
}

/* A new default keeps the choices that there were. */
static void inherit_parameters(struct loader *l, struct system *s, const struct system *base)
{
	for (size_t i = 0; i < base->params.len; i++) {
		const struct parameter *p = &base->params.at[i];
		struct parameter *own = find_parameter(&s->params, p->name);
		if (!own && s->params.len == MAX_PARAMETERS) {
			fault(&l->faults, BAD_PARAMETER, s->place, "more than %d parameters", MAX_PARAMETERS);
		} else if (!own) {
			vec_push(&s->params, *p);
		} else if (!own->nchoices) {
			own->choices = p->choices;
			own->nchoices = p->nchoices;
		}
	}
}

static void begin_with(struct loader *l, struct system *s, struct system *base)
{
	struct layer layer = base->layer;

	base->used = true;
	layer_over(&layer, &s->layer);
	s->layer = layer;
	inherit_parameters(l, s, base);
}

static void complete(struct loader *l, struct system *s)
{
	struct system *base = NULL;

	s->state = SYSTEM_COMPLETING;
	if (s->like.text && l->completing == MAX_LIKE)
		fault(&l->faults, CIRCULAR_LIKE, s->like.place, "more than %d systems, each like the next", MAX_LIKE);
	else if (s->like.text) {
		l->completing++;
		base = find_system(l, s->like.text, s->like.place.line ? s->like.place : s->place);
		l->completing--;
	}
	if (base)
		begin_with(l, s, base);
	s->state = base || !s->like.text ? SYSTEM_COMPLETE : SYSTEM_BROKEN;
}

static void report_unknown_system(struct loader *l, const char *name, struct place place)
{
	struct suggestion s = suggest_for(name);

	for (size_t i = 0; i < l->systems.len && may_compare(&l->faults, 1); i++)
		suggest_offer(&s, l->systems.at[i]->name);
	for (const struct embedded *b = builtin_systems; b->name && may_compare(&l->faults, 1); b++)
		suggest_offer(&s, b->name);
	struct diag *d = fault(&l->faults, UNKNOWN_SYSTEM, place, "there is no system '%s'",
	                       shown_text(&l->faults, name));
	fault_suggest(&l->faults, d, &s);
}

static struct system *system_named(struct loader *l, const char *name)
{
	uint64_t key = hash_bytes(name, strlen(name));

	for (uint32_t i = table_first(&l->system_index, key); i != TABLE_END; i = table_next(&l->system_index, key,
	                                                                                     i)) {
		struct system *s = l->systems.at[table_value(&l->system_index, i)];
		if (!strcmp(s->name, name))
			return s;
	}
	const struct embedded *embedded = find_builtin(name);
	return embedded ? read_builtin(l, embedded) : NULL;
}

struct system *find_system(struct loader *l, const char *name, struct place place)
{
	struct system *s = system_named(l, name);

	if (!s) {
		report_unknown_system(l, name, place);
		return NULL;
	}
	if (s->state == SYSTEM_COMPLETING) {
		fault(&l->faults, CIRCULAR_LIKE, place, "'%s' is like itself, in a circle",
		      shown_text(&l->faults, name));
		return NULL;
	}
	if (s->state == SYSTEM_WRITTEN)
		complete(l, s);
	return s->state == SYSTEM_COMPLETE ? s : NULL;
}

void check_unused_systems(struct loader *l)
{
	for (size_t i = 0; i < l->systems.len && !at(l, EVENT_STOP); i++) {
		struct system *s = l->systems.at[i];
		struct semantics unused;
		struct place quorum;
		if (s->place.line && !s->used && find_system(l, s->name, s->place))
			understand(l, &s->layer, &s->params, s->place, &unused, &quorum);
	}
}

void release_systems(struct loader *l)
{
	for (size_t i = 0; i < l->systems.len; i++)
		vec_free(&l->systems.at[i]->params);
	vec_free(&l->systems);
	table_release(&l->system_index);
}
