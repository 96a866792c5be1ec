#include "load/loader_p.h"

#include <stdlib.h>
#include <string.h>

void report_duplicate(struct loader *l, enum load_code code, const char *name, size_t len, struct place again,
                      struct place first)
{
	struct diag *d = fault(&l->faults, code, again, "'%s' is given twice", shown(&l->faults, name, len));

	fault_also(d, first, "first given here");
}

/* ---- pairs ---- */

bool mapping_begin(struct loader *l, struct mapping *map, const char *expected)
{
	*map = (struct mapping){ .empty = at_empty(l) };
	if (map->empty || at(l, EVENT_MAPPING)) {
		next(l);
		return true;
	}
	wrong_type(l, expected);
	return false;
}

static bool is_merge_key(const struct event *ev)
{
	return ev->plain && ev->len == 2 && !memcmp(ev->text, "<<", 2);
}

static void add_merge(struct loader *l, struct mapping *map)
{
	if (at(l, EVENT_MAPPING)) {
		vec_push(&map->merges, events_capture(l->events));
	} else if (!at(l, EVENT_STOP)) {
		fault(&l->faults, BAD_MERGE, now(l)->place, "'<<' merges a mapping or a list of mappings");
		skip(l);
	}
}

static void reverse_merges(struct mapping *map, size_t from)
{
	for (size_t to = map->merges.len; from + 1 < to; from++, to--) {
		struct tape_range range = map->merges.at[from];
		map->merges.at[from] = map->merges.at[to - 1];
		map->merges.at[to - 1] = range;
	}
}

/* At "<<": keeps what is to be merged, such that the first in a list comes first. */
static void take_merge(struct loader *l, struct mapping *map)
{
	struct place place = now(l)->place;
	size_t before = map->merges.len;

	if (!map->merging && map->merge.line)
		report_duplicate(l, DUPLICATE_KEY, "<<", 2, place, map->merge);
	if (!map->merging)
		map->merge = place;
	next(l);
	if (!at(l, EVENT_LIST)) {
		add_merge(l, map);
		return;
	}
	for (next(l); list_more(l);)
		add_merge(l, map);
	reverse_merges(map, before);
}

/* At the mapping's end: goes on with the next merged one, if any. */
static bool begin_merged(struct loader *l, struct mapping *map)
{
	if (map->merging)
		next(l);
	if (!map->merges.len)
		return false;
	map->merging = true;
	events_replay(l->events, map->merges.at[--map->merges.len]);
	next(l);
	return true;
}

static void pass_bad_key(struct loader *l)
{
	fault(&l->faults, BAD_KEY, now(l)->place, "a key must be text");
	skip(l);
	skip(l);
}

bool mapping_next(struct loader *l, struct mapping *map)
{
	while (!map->empty && !at(l, EVENT_STOP)) {
		if (at(l, EVENT_MAPPING_END)) {
			if (begin_merged(l, map))
				continue;
			next(l);
			break;
		}
		if (!at(l, EVENT_SCALAR))
			pass_bad_key(l);
		else if (is_merge_key(now(l)))
			take_merge(l, map);
		else
			return true;
	}
	vec_free(&map->merges);
	return false;
}

/* ---- entries ---- */

bool entries_begin(struct loader *l, struct entries *e, const char *expected)
{
	*e = (struct entries){0};
	return mapping_begin(l, &e->map, expected);
}

static const struct entry *find_entry(const struct entries *e, uint64_t key, const struct event *ev)
{
	for (uint32_t i = table_first(&e->seen, key); i != TABLE_END; i = table_next(&e->seen, key, i)) {
		const struct entry *entry = &e->names.at[table_value(&e->seen, i)];
		if (entry->len == ev->len && !memcmp(entry->name, ev->text, ev->len))
			return entry;
	}
	return NULL;
}

bool entries_next(struct loader *l, struct entries *e)
{
	while (mapping_next(l, &e->map)) {
		const struct event *ev = now(l);
		uint64_t key = hash_bytes(ev->text, ev->len);
		const struct entry *first = find_entry(e, key, ev);
		if (!first) {
			e->now = (struct entry){ arena_strndup(&l->arena, ev->text, ev->len), ev->len, ev->place };
			table_add(&e->seen, key, (uint32_t)e->names.len);
			vec_push(&e->names, e->now);
			next(l);
			return true;
		}
		if (!e->map.merging)
			report_duplicate(l, DUPLICATE_NAME, first->name, first->len, ev->place, first->place);
		next(l);
		skip(l);
	}
	table_release(&e->seen);
	vec_free(&e->names);
	return false;
}

/* ---- records ---- */

static const struct field *find_field(const struct record *record, const struct event *ev)
{
	for (size_t i = 0; i < record->nfields; i++)
		if (strlen(record->fields[i].name) == ev->len && !memcmp(record->fields[i].name, ev->text, ev->len))
			return &record->fields[i];
	return NULL;
}

void report_unknown_key(struct loader *l, const struct field *fields, size_t nfields)
{
	const struct event *ev = now(l);
	struct suggestion s = suggest_for(ev->text);

	for (size_t i = 0; i < nfields && may_compare(&l->faults, 1); i++)
		suggest_offer(&s, fields[i].name);
	struct diag *d = fault(&l->faults, UNKNOWN_KEY, ev->place, "unknown key '%s'",
	                       shown(&l->faults, ev->text, ev->len));
	fault_suggest(&l->faults, d, &s);
}

static void read_pair(struct loader *l, const struct record *record, void *target, struct place *seen, bool merging)
{
	const struct field *field = find_field(record, now(l));
	struct place place = now(l)->place;

	if (!field) {
		if (record->other && record->other(l, target, merging))
			return;
		report_unknown_key(l, record->fields, record->nfields);
		next(l);
		skip(l);
		return;
	}
	struct place *first = &seen[field - record->fields];
	next(l);
	if (!first->line) {
		*first = place;
		field->read(l, target, field);
		return;
	}
	if (!merging)
		report_duplicate(l, DUPLICATE_KEY, field->name, strlen(field->name), place, *first);
	skip(l);
}

void record_read(struct loader *l, const struct record *record, void *target, struct place *seen)
{
	struct place places[MAX_FIELDS] = {0};
	struct mapping map;

	if (!mapping_begin(l, &map, record->expected))
		return;
	while (mapping_next(l, &map))
		read_pair(l, record, target, seen ? seen : places, map.merging);
}
