/*
 * The sections `levels` and `topology`. Levels may come after the topology: until they are known, domains may
 * nest as deep as the format allows, and seal_domains looks whether that was too deep.
 */
#include <string.h>

#include "load/loader_p.h"

/* ---- levels ---- */

static const char *const usual_levels[] = { "region", "az", "dc", "rack", "node" };

#define NUSUAL_LEVELS (sizeof(usual_levels) / sizeof(*usual_levels))

void default_levels(struct loader *l)
{
	const char **names = arena_alloc(&l->builder.model->arena, sizeof(usual_levels));

	memcpy(names, usual_levels, sizeof(usual_levels));
	builder_levels(&l->builder, names, NUSUAL_LEVELS);
}

static const char *level_name_fault(const char *name, size_t len)
{
	if (!strcmp(name, "shared") || !strcmp(name, "root"))
		return "is reserved";
	if (strpbrk(name, " \t\n"))
		return "contains a blank";
	return name_fault(name, len);
}

struct levels {
	const char *names[MAX_LEVELS];
	struct place places[MAX_LEVELS];
	uint32_t n;
};

static void add_level(struct loader *l, struct levels *levels)
{
	struct setting name = take_text(l, "the name of a level");
	size_t len = name.text ? strlen(name.text) : 0;

	if (!name.text)
		return;
	const char *why = level_name_fault(name.text, len);
	if (why) {
		fault(&l->faults, BAD_LEVELS, name.place, "the level's name '%s' %s", shown(&l->faults, name.text, len),
		      why);
		return;
	}
	for (uint32_t i = 0; i < levels->n; i++)
		if (!strcmp(levels->names[i], name.text)) {
			report_duplicate(l, DUPLICATE_NAME, name.text, len, name.place, levels->places[i]);
			return;
		}
	if (levels->n == MAX_LEVELS) {
		fault(&l->faults, BAD_LEVELS, name.place, "more than %d levels", MAX_LEVELS);
		events_stop(l->events);
		return;
	}
	levels->places[levels->n] = name.place;
	levels->names[levels->n++] = arena_strndup(&l->builder.model->arena, name.text, len);
}

void read_levels(struct loader *l)
{
	struct levels levels = {0};
	struct place place = now(l)->place;

	if (!list_begin(l, "a list of levels, the widest first"))
		return;
	while (list_more(l))
		add_level(l, &levels);
	if (!levels.n) {
		fault(&l->faults, BAD_LEVELS, place, "at least one level is needed");
		return;
	}
	const char **names = arena_alloc(&l->builder.model->arena, levels.n * sizeof(*names));
	memcpy(names, levels.names, levels.n * sizeof(*names));
	builder_levels(&l->builder, names, levels.n);
}

/* ---- topology ---- */

struct topology {
	struct loader *l;
	struct table siblings; /* from parent and name to the domain */
};

static void read_children(struct topology *t, unsigned level);

/* A child of the open domain, found among its siblings; NO_DOMAIN. */
static domain_id find_sibling(const struct topology *t, str_id name)
{
	uint32_t i = table_first(&t->siblings, hash_pair(t->l->builder.open, name));

	return i == TABLE_END ? NO_DOMAIN : table_value(&t->siblings, i);
}

static bool check_bounds(struct loader *l, unsigned level, uint64_t more, struct place place)
{
	if (level > MAX_LEVELS) {
		fault(&l->faults, BELOW_LEVELS, place, "domains nest deeper than %d levels", MAX_LEVELS);
	} else if (l->builder.domains.len - 1 + more > MAX_DOMAINS) {
		fault(&l->faults, TOO_MANY_DOMAINS, place, "more than %u domains", MAX_DOMAINS);
		events_stop(l->events);
	} else {
		return true;
	}
	return false;
}

/* Opens a domain below the open one. False, reported, when it can't be; a merged one just gives way. */
static bool open_domain(struct topology *t, const char *name, size_t len, struct place place, unsigned level,
                        bool merging)
{
	struct loader *l = t->l;

	if (!check_bounds(l, level, 1, place) || !check_name(l, "domain", name, len, place))
		return false;
	str_id id = str_intern(l->builder.model->strings, name, len);
	domain_id first = find_sibling(t, id);
	if (first != NO_DOMAIN) {
		if (!merging)
			report_duplicate(l, DUPLICATE_NAME, name, len, place, l->builder.domains.at[first].place);
		return false;
	}
	if (!l->first_at_level[level].line)
		l->first_at_level[level] = place;
	table_add(&t->siblings, hash_pair(l->builder.open, id), (uint32_t)l->builder.domains.len);
	builder_open_domain(&l->builder, id, place);
	return true;
}

static bool has_range(const struct event *ev)
{
	return memchr(ev->text, '(', ev->len) != NULL;
}

/* A range that fits into what domains are left. The text is copied. */
static bool begin_range(struct topology *t, struct range *range, unsigned level)
{
	struct loader *l = t->l;
	const struct event *ev = now(l);
	const char *text = arena_strndup(&l->arena, ev->text, ev->len);

	return expand(l, range, text, ev->len, ev->place) && check_bounds(l, level, range->count, ev->place);
}

/* At a key with a range: each domain that it stands for gets the same children. */
static void read_range_of_domains(struct topology *t, unsigned level, bool merging)
{
	struct loader *l = t->l;
	struct place place = now(l)->place;
	struct range range;
	bool fits = begin_range(t, &range, level);

	next(l);
	struct tape_range children = events_capture(l->events);
	if (!fits || !events_repeat(l->events, range.count - 1, with_name(children.amount, range.len), place))
		return;
	for (uint64_t i = 0; i < range.count && !at(l, EVENT_STOP); i++) {
		range_name(&range, i, &l->name);
		if (!open_domain(t, sb_text(&l->name), l->name.len, place, level, merging))
			continue;
		events_replay(l->events, children);
		read_children(t, level + 1);
		builder_close_domain(&l->builder);
	}
}

/* At a key. */
static void read_domain(struct topology *t, unsigned level, bool merging)
{
	struct loader *l = t->l;
	const struct event *ev = now(l);

	if (has_range(ev)) {
		read_range_of_domains(t, level, merging);
		return;
	}
	bool open = open_domain(t, ev->text, ev->len, ev->place, level, merging);
	next(l);
	if (!open) {
		skip(l);
		return;
	}
	read_children(t, level + 1);
	builder_close_domain(&l->builder);
}

static void add_leaf(struct topology *t, const char *name, size_t len, struct place place, unsigned level)
{
	if (open_domain(t, name, len, place, level, false))
		builder_close_domain(&t->l->builder);
}

static void add_range_of_leaves(struct topology *t, unsigned level)
{
	struct loader *l = t->l;
	struct place place = now(l)->place;
	struct range range;

	if (!begin_range(t, &range, level) ||
	    !events_repeat(l->events, range.count - 1, (struct amount){ 1, range.len }, place))
		return;
	for (uint64_t i = 0; i < range.count && !at(l, EVENT_STOP); i++) {
		range_name(&range, i, &l->name);
		add_leaf(t, sb_text(&l->name), l->name.len, place, level);
	}
}

static void read_list_of_leaves(struct topology *t, unsigned level)
{
	struct loader *l = t->l;

	for (next(l); list_more(l);) {
		const struct event *ev = now(l);
		if (ev->kind != EVENT_SCALAR) {
			wrong_type(l, "the name of a domain without children");
			continue;
		}
		if (has_range(ev))
			add_range_of_leaves(t, level);
		else
			add_leaf(t, ev->text, ev->len, ev->place, level);
		next(l);
	}
}

static void read_children(struct topology *t, unsigned level)
{
	struct mapping map;

	if (at(t->l, EVENT_LIST)) {
		read_list_of_leaves(t, level);
	} else if (mapping_begin(t->l, &map, "the domains inside: a mapping, or a list of names")) {
		while (mapping_next(t->l, &map))
			read_domain(t, level, map.merging);
	}
}

void read_topology(struct loader *l)
{
	struct topology t = { .l = l };
	struct model *m = l->builder.model;
	uint32_t known = m->nlevels;

	m->nlevels = MAX_LEVELS;
	read_children(&t, 1);
	m->nlevels = known;
	table_release(&t.siblings);
}
