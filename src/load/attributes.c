/*
 * The sections `domains` (attributes of levels and of single domains) and `links`.
 */
#include "load/attributes_p.h"

#include <stdlib.h>
#include <string.h>

#include "model/names.h"

/* ---- values ---- */

static bool is_decimal(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	size_t rest = text[whole] == '.' ? 1 + strspn(text + whole + 1, "0123456789") : 0;
	size_t end = whole + rest;

	if (whole && (text[end] == 'e' || text[end] == 'E')) {
		size_t sign = text[end + 1] == '-' || text[end + 1] == '+';
		size_t digits = strspn(text + end + 1 + sign, "0123456789");
		end += digits ? 1 + sign + digits : 0;
	}
	return whole && rest != 1 && !text[end];
}

void read_probability(struct loader *l, void *target, const struct field *field)
{
	double *p = FIELD_TARGET(target, field);
	struct setting s = take_text(l, "a probability");

	if (!s.text)
		return;
	double value = is_decimal(s.text) ? strtod(s.text, NULL) : -1;
	if (value >= 0 && value <= 1)
		*p = value;
	else
		fault(&l->faults, BAD_NUMBER, s.place, "'%s' is not a probability from 0 to 1",
		      shown_text(&l->faults, s.text));
}

void read_positive_duration(struct loader *l, void *target, const struct field *field)
{
	duration *d = FIELD_TARGET(target, field);
	struct place place = now(l)->place;

	read_duration(l, target, field);
	if (!*d)
		fault(&l->faults, BAD_DURATION, place, "'%s' can't be 0", field->name);
}

static const struct field attribute_fields[] = {
	ATTRIBUTE_FIELDS(struct domain_attributes, attributes),
};

const struct record attribute_record = {
	"a mapping of attributes: down, mtbf, mttr, rtt", attribute_fields,
	sizeof(attribute_fields) / sizeof(*attribute_fields), NULL,
};

/* ---- domains ---- */

struct own_attributes {
	VEC(struct domain_attributes) all;
	VEC(struct place) places;
	struct table seen; /* from the domain to where it is in both */
};

static void add_own(struct loader *l, struct own_attributes *own, domain_id d, const struct attributes *a,
                    const struct entry *entry)
{
	uint32_t first = table_first(&own->seen, d);

	if (first != TABLE_END) {
		report_duplicate(l, DUPLICATE_NAME, entry->name, entry->len, entry->place,
		                 own->places.at[table_value(&own->seen, first)]);
		return;
	}
	table_add(&own->seen, d, (uint32_t)own->all.len);
	vec_push(&own->all, (struct domain_attributes){ d, *a });
	vec_push(&own->places, entry->place);
}

static domain_id attributed_domain(struct loader *l, const struct entry *entry)
{
	place_id p = find_place(l, sb_text(&l->name), l->name.len, entry->place);

	if (p == NO_PLACE || p < l->builder.model->ndomains)
		return p;
	struct diag *d = fault(&l->faults, NOT_A_TREE_DOMAIN, entry->place, "'%s' is a shared domain",
	                       shown(&l->faults, entry->name, entry->len));
	fault_hint(&l->faults, d, "its attributes stand beside its members, under 'shared'");
	return NO_DOMAIN;
}

static void read_own(struct loader *l, struct own_attributes *own, const struct entry *entry,
                     const struct attributes *a)
{
	struct range range;

	if (!expand(l, &range, entry->name, entry->len, entry->place) ||
	    !events_repeat(l->events, range.count - 1, (struct amount){ 1, entry->len }, entry->place))
		return;
	for (uint64_t i = 0; i < range.count; i++) {
		range_name(&range, i, &l->name);
		domain_id d = attributed_domain(l, entry);
		if (d == NO_DOMAIN)
			return;
		if (d == ROOT)
			l->builder.model->level_attributes[0] = *a;
		else
			add_own(l, own, d, a, entry);
	}
}

static void read_attributes(struct loader *l, struct own_attributes *own, const struct entry *entry)
{
	struct model *m = l->builder.model;
	struct domain_attributes read = { .attributes = attributes_not_said };
	bool root = !strcmp(entry->name, "root");
	unsigned level = level_named(m, entry->name, entry->len);

	record_read(l, &attribute_record, &read, NULL);
	if (root || level)
		m->level_attributes[level] = read.attributes;
	else
		read_own(l, own, entry, &read.attributes);
}

static int compare_own(const void *left, const void *right)
{
	const struct domain_attributes *a = left, *b = right;

	return (a->domain > b->domain) - (a->domain < b->domain);
}

void read_domains(struct loader *l)
{
	struct model *m = l->builder.model;
	struct own_attributes own = {0};
	struct entries e;

	if (!entries_begin(l, &e, "a mapping from levels or domains to their attributes"))
		return;
	while (entries_next(l, &e))
		read_attributes(l, &own, &e.now);
	m->nown_attributes = (uint32_t)own.all.len;
	if (own.all.len)
		qsort(own.all.at, own.all.len, sizeof(*own.all.at), compare_own);
	m->own_attributes = ARENA_COPY(&m->arena, &own.all);
	vec_free(&own.all);
	vec_free(&own.places);
	table_release(&own.seen);
}

/* ---- links ---- */

struct link_text {
	domain_list between;
	size_t faults; /* what was wrong with them */
	struct place place;
	duration rtt;
};

static void read_between(struct loader *l, void *target, const struct field *field)
{
	struct link_text *text = target;
	size_t before = l->faults.errors;

	(void)field;
	text->place = now(l)->place;
	if (list_begin(l, "a list of two domains"))
		while (list_more(l))
			take_references(l, &text->between);
	text->faults = l->faults.errors - before;
}

static const struct field link_fields[] = {
	{ "between", read_between, 0 },
	{ "rtt", read_duration, offsetof(struct link_text, rtt) },
};
enum { LINK_BETWEEN, LINK_RTT, LINK_FIELDS };

const struct record link_record = { "a mapping of 'between' and 'rtt'", link_fields, LINK_FIELDS, NULL };

struct links {
	VEC(struct link) all;
	VEC(struct place) places;
	struct table seen;
};

static bool check_ends(struct loader *l, const struct link_text *text)
{
	const struct model *m = l->builder.model;

	if (text->between.len != 2) {
		fault(&l->faults, BAD_LINK, text->place, "a link joins two domains, not %zu", text->between.len);
		return false;
	}
	domain_id a = text->between.at[0], b = text->between.at[1];
	if (domain_contains(m, a, b) || domain_contains(m, b, a)) {
		fault(&l->faults, BAD_LINK, text->place, "one end of the link contains the other");
		return false;
	}
	return true;
}

static void add_link(struct loader *l, struct links *links, const struct link_text *text)
{
	domain_id a = text->between.at[0], b = text->between.at[1];
	uint64_t key = a < b ? hash_pair(a, b) : hash_pair(b, a);
	uint32_t first = table_first(&links->seen, key);

	if (first != TABLE_END) {
		struct diag *d = fault(&l->faults, DUPLICATE_NAME, text->place, "these two domains are linked twice");
		fault_also(d, links->places.at[table_value(&links->seen, first)], "first linked here");
		return;
	}
	table_add(&links->seen, key, (uint32_t)links->all.len);
	vec_push(&links->all, (struct link){ a, b, text->rtt });
	vec_push(&links->places, text->place);
}

static void read_link(struct loader *l, struct links *links)
{
	struct link_text text = { .rtt = DURATION_NONE };
	struct place place = now(l)->place, seen[LINK_FIELDS] = {{0}};
	bool mapping = at(l, EVENT_MAPPING);

	record_read(l, &link_record, &text, seen);
	for (int i = 0; mapping && i < LINK_FIELDS && !at(l, EVENT_STOP); i++)
		if (!seen[i].line)
			fault(&l->faults, MISSING_KEY, place, "a link needs '%s'", link_fields[i].name);
	if (seen[LINK_BETWEEN].line && !text.faults && !at(l, EVENT_STOP) && check_ends(l, &text))
		add_link(l, links, &text);
	vec_free(&text.between);
}

void read_links(struct loader *l)
{
	struct model *m = l->builder.model;
	struct links links = {0};

	if (at_empty(l)) {
		next(l);
		return;
	}
	if (!list_begin(l, "a list of links"))
		return;
	while (list_more(l))
		read_link(l, &links);
	m->nlinks = (uint32_t)links.all.len;
	m->links = ARENA_COPY(&m->arena, &links.all);
	vec_free(&links.all);
	vec_free(&links.places);
	table_release(&links.seen);
}
