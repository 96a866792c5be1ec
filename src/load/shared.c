/*
 * The section `shared`, and the end of what makes up the tree: sealing the domains.
 */
#include <string.h>

#include "load/attributes_p.h"
#include "load/loader_p.h"
#include "model/names.h"

/* ---- the section ---- */

struct shared_text {
	struct setting kind;
	struct tape_range members;
	struct attributes attributes;
};

static const struct field shared_fields[] = {
	{ "kind", read_setting, offsetof(struct shared_text, kind) },
	{ "members", read_kept, offsetof(struct shared_text, members) },
	ATTRIBUTE_FIELDS(struct shared_text, attributes),
};

const struct record shared_record = {
	"a mapping with 'members'", shared_fields, sizeof(shared_fields) / sizeof(*shared_fields), NULL,
};

static str_id intern(struct loader *l, const char *text, size_t len)
{
	return str_intern(l->builder.model->strings, text, len);
}

static void add_shared(struct loader *l, struct table *seen, const struct shared_text *text, const struct entry *entry)
{
	const char *name = sb_text(&l->name);
	size_t len = l->name.len;

	if (!check_name(l, "shared domain", name, len, entry->place))
		return;
	str_id id = intern(l, name, len), kind = text->kind.text ? intern(l, text->kind.text,
	                                                                  strlen(text->kind.text)) : 0;
	uint32_t first = table_first(seen, id);
	if (first != TABLE_END) {
		report_duplicate(l, DUPLICATE_NAME, name, len, entry->place,
		                 l->shared.at[table_value(seen, first)].shared.place);
		return;
	}
	table_add(seen, id, (uint32_t)l->shared.len);
	vec_push(&l->shared, (struct shared_draft){
		{ .name = id, .kind = kind, .attributes = text->attributes, .place = entry->place }, text->members,
	});
}

static void read_one_shared(struct loader *l, struct table *seen, const struct entry *entry)
{
	struct shared_text text = { .attributes = attributes_not_said };
	struct range range;

	record_read(l, &shared_record, &text, NULL);
	if (!expand(l, &range, entry->name, entry->len, entry->place) ||
	    !events_repeat(l->events, range.count - 1, with_name(text.members.amount, entry->len), entry->place))
		return;
	for (uint64_t i = 0; i < range.count; i++) {
		range_name(&range, i, &l->name);
		add_shared(l, seen, &text, entry);
	}
}

void read_shared(struct loader *l)
{
	struct table seen = {0};
	struct entries e;

	if (!entries_begin(l, &e, "a mapping of shared domains"))
		return;
	while (entries_next(l, &e))
		read_one_shared(l, &seen, &e.now);
	table_release(&seen);
}

/* ---- sealing ---- */

/* Names for levels that a topology uses although the file has no names for them: loading goes on to find more. */
static void invent_levels(struct loader *l, uint32_t used)
{
	struct model *m = l->builder.model;
	const char **names = arena_alloc(&m->arena, used * sizeof(*names));

	for (uint32_t i = 0; i < used; i++)
		names[i] = i < m->nlevels ? m->levels[i] : "";
	builder_levels(&l->builder, names, used);
}

static void check_depth(struct loader *l)
{
	const struct model *m = l->builder.model;
	uint32_t used = 0;

	while (used < MAX_LEVELS && l->first_at_level[used + 1].line)
		used++;
	if (used <= m->nlevels)
		return;
	struct diag *d = fault(&l->faults, BELOW_LEVELS, l->first_at_level[m->nlevels + 1],
	                       "a domain below the last level, '%s'", shown_text(&l->faults,
	                                                                         m->levels[m->nlevels - 1]));
	fault_hint(&l->faults, d, "name all levels from the top: 'levels: [...]'");
	invent_levels(l, used);
}

static void place_shared(struct loader *l)
{
	struct model *m = l->builder.model;

	m->nshared = (uint32_t)l->shared.len;
	m->shared = arena_alloc(&m->arena, m->nshared * sizeof(*m->shared));
	for (uint32_t i = 0; i < m->nshared; i++)
		m->shared[i] = l->shared.at[i].shared;
}

static void check_shared_name(struct loader *l, const struct shared *s)
{
	struct model *m = l->builder.model;
	const char *name = str_text(m->strings, s->name);
	place_id candidates[2], found;
	size_t n;

	if (resolve_place(m, name, str_len(m->strings, s->name), &found, candidates, 2, &n) != RESOLVE_AMBIGUOUS)
		return;
	struct diag *d = fault(&l->faults, SHARED_NAME_TAKEN, s->place, "'%s' is also a domain of the tree",
	                       shown_text(&l->faults, name));
	fault_also(d, m->domains[candidates[0]].place, "this one");
}

static void check_member(struct loader *l, struct table *seen, domain_id member, struct place place)
{
	const char *name = place_name(l->builder.model, member);

	if (table_first(seen, member) == TABLE_END)
		table_add(seen, member, 0);
	else
		fault(&l->faults, DUPLICATE_NAME, place, "'%s' is a member twice", shown_text(&l->faults, name));
}

static void read_members(struct loader *l, struct shared *s)
{
	domain_list members = {0};
	struct table seen = {0};

	if (at_empty(l))
		next(l);
	else if (list_begin(l, "a list of domains"))
		while (list_more(l)) {
			size_t before = members.len;
			struct place place = now(l)->place;
			take_references(l, &members);
			for (size_t i = before; i < members.len; i++)
				check_member(l, &seen, members.at[i], place);
		}
	s->nmembers = (uint32_t)members.len;
	s->members = ARENA_COPY(&l->builder.model->arena, &members);
	vec_free(&members);
	table_release(&seen);
}

static void read_kept_members(struct loader *l, struct shared *s, struct tape_range range)
{
	const char *name = str_text(l->builder.model->strings, s->name);
	size_t before = l->faults.errors;

	if (range.start != range.end) {
		events_replay(l->events, range);
		read_members(l, s);
	}
	if (!s->nmembers && l->faults.errors == before)
		fault(&l->faults, NO_MEMBERS, s->place, "the shared domain '%s' has no members",
		      shown_text(&l->faults, name));
}

static void mark_high(struct loader *l)
{
	const struct model *m = l->builder.model;

	l->is_high = arena_alloc(&l->arena, m->ndomains * sizeof(*l->is_high));
	for (domain_id d = 0; d < m->ndomains; d++)
		l->is_high[d] = m->domains[d].level < m->nlevels;
}

void seal_domains(struct loader *l)
{
	struct model *m = l->builder.model;

	check_depth(l);
	place_shared(l);
	model_seal_domains(&l->builder);
	mark_high(l);
	for (uint32_t i = 0; i < m->nshared && !at(l, EVENT_STOP); i++) {
		check_shared_name(l, &m->shared[i]);
		read_kept_members(l, &m->shared[i], l->shared.at[i].members);
	}
}
