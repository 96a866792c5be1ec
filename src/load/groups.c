/*
 * The groups of a service, straight into the builder: there may be millions.
 */
#include <string.h>

#include "load/generate_p.h"
#include "load/group_names_p.h"

#define MAX_HIGH_VOTERS 1000 /* remembered of one service, to say where they are */

/* ---- replicas ---- */

struct replica {
	domain_list *places;
	struct setting at, role;
};

/* `at` may be a range. */
static void read_at(struct loader *l, void *target, const struct field *field)
{
	(void)field;
	take_references(l, ((struct replica *)target)->places);
}

static const struct field replica_fields[] = {
	{ "at", read_at, 0 },
	{ "role", read_setting, offsetof(struct replica, role) },
};
enum { REPLICA_AT, REPLICA_ROLE, REPLICA_FIELDS };

const struct record replica_record = {
	"the name of a domain, or a mapping of 'at' and 'role'", replica_fields, REPLICA_FIELDS, NULL,
};

enum role find_role(struct loader *l, struct setting s)
{
	const char *names[ROLES + 1] = {0};

	for (int i = 0; i < ROLES; i++)
		names[i] = role_info[i].name;
	int role = s.text ? parse_word(l, UNKNOWN_ROLE, "role", s, names) : ROLE_VOTER;
	return role < 0 ? ROLE_VOTER : (enum role)role;
}

/* Gives a role to all places that have none yet. */
static void give_role(struct loader *l, enum role role, struct place place)
{
	while (l->roles.len < l->places.len) {
		domain_id d = l->places.at[l->roles.len];
		if (l->is_high[d] && role_info[role].votes && l->high.len < MAX_HIGH_VOTERS)
			vec_push(&l->high, (struct high_voter){ d, place });
		vec_push(&l->roles, (uint8_t)role);
	}
}

/* The replicas whose references were put off, all of them voters. */
static void take_put_off(struct loader *l)
{
	for (size_t i = 0; i < l->put_off.n; i++) {
		domain_id d = find_put_off(l, i);
		if (d != NO_DOMAIN)
			vec_push(&l->places, d);
		give_role(l, ROLE_VOTER, l->put_off.refs[i].place);
	}
	l->put_off.n = l->put_off.used = 0;
}

static void read_replica_mapping(struct loader *l)
{
	struct replica replica = { .places = &l->places };
	struct place place = now(l)->place, seen[REPLICA_FIELDS] = {{0}};

	record_read(l, &replica_record, &replica, seen);
	if (!seen[REPLICA_AT].line && !at(l, EVENT_STOP))
		fault(&l->faults, MISSING_KEY, place, "a replica needs 'at', the domain that it is on");
	give_role(l, find_role(l, replica.role), place);
}

static void read_replica(struct loader *l)
{
	struct place place = now(l)->place;

	if (at(l, EVENT_SCALAR) && put_off_reference(l))
		return;
	take_put_off(l);
	if (at(l, EVENT_MAPPING)) {
		read_replica_mapping(l);
	} else if (at(l, EVENT_SCALAR)) {
		take_references(l, &l->places);
		give_role(l, ROLE_VOTER, place);
	} else {
		wrong_type(l, replica_record.expected);
	}
}

static void check_group(struct loader *l, const char *name, size_t len, struct place place)
{
	const char *clean;

	if (l->places.len && l->places.len <= MAX_REPLICAS && memchr(l->roles.at, ROLE_VOTER, l->roles.len))
		return;
	clean = shown(&l->faults, name, len);
	if (!l->places.len)
		fault(&l->faults, EMPTY_GROUP, place, "the group '%s' has no replicas", clean);
	else if (l->places.len > MAX_REPLICAS)
		fault(&l->faults, TOO_MANY_REPLICAS, place, "the group '%s' has more than %u replicas", clean,
		      MAX_REPLICAS);
	else
		fault(&l->faults, NO_VOTER, place, "the group '%s' has no voter", clean);
}

/* Reads a list of replicas into l->places and l->roles. */
static void read_replica_list(struct loader *l, const char *name, size_t len, struct place place)
{
	size_t before = l->faults.errors;

	vec_clear(&l->places);
	vec_clear(&l->roles);
	if (at_empty(l))
		next(l);
	else if (list_begin(l, "a list of replicas"))
		while (list_more(l))
			read_replica(l);
	take_put_off(l);
	if (l->faults.errors == before && !at(l, EVENT_STOP))
		check_group(l, name, len, place);
}

/* ---- groups ---- */

/* A group that is wrong somewhere is added, too, on the root: others may name it. */
static void add_group(struct loader *l, str_id name, struct place place)
{
	static const uint8_t voter[] = { ROLE_VOTER };
	bool whole = l->places.len && l->places.len <= MAX_REPLICAS;

	builder_add_group(&l->builder, name, place);
	for (size_t i = 0; whole && i < l->places.len; i++)
		builder_add_replica(&l->builder, l->places.at[i]);
	if (!whole)
		builder_add_replica(&l->builder, ROOT);
	builder_end_group(&l->builder, whole ? l->roles.at : voter);
}

static void add_named_group(struct loader *l, struct group_names *names, const struct strbuf *name, struct place place,
                            bool merging)
{
	const char *text = sb_text(name);
	uint64_t hash = hash_bytes(text, name->len);

	if (merging && group_names_find(l, names, hash, text, name->len))
		return;
	if (!check_name(l, "group", text, name->len, place))
		return;
	group_names_add(l, names, hash, (uint32_t)l->builder.groups.len, text, name->len);
	add_group(l, str_add(l->builder.model->strings, text, name->len), place);
}

/* Takes the name, and leaves the value. */
static struct place take_name(struct loader *l)
{
	struct place place = now(l)->place;

	sb_clear(&l->key);
	sb_addn(&l->key, now(l)->text, now(l)->len);
	next(l);
	return place;
}

/* At the value of the group named in l->key. */
static void read_group(struct loader *l, struct group_names *names, struct place place, bool merging)
{
	struct range range;

	read_replica_list(l, sb_text(&l->key), l->key.len, place);
	if (!memchr(sb_text(&l->key), '(', l->key.len)) {
		add_named_group(l, names, &l->key, place, merging);
		return;
	}
	if (!expand(l, &range, sb_text(&l->key), l->key.len, place) ||
	    !events_repeat(l->events, range.count - 1, (struct amount){ l->places.len + 1, l->key.len }, place))
		return;
	for (uint64_t i = 0; i < range.count; i++) {
		range_name(&range, i, &l->name);
		add_named_group(l, names, &l->name, place, merging);
	}
}

/* At the value of `generate`. `first` is the place of a rule that was read. */
static void read_rule(struct loader *l, const char *service, struct place place, struct place *first, bool merging)
{
	if (!first->line) {
		*first = place;
		read_generate(l, service, place);
		return;
	}
	if (!merging)
		report_duplicate(l, DUPLICATE_KEY, "generate", strlen("generate"), place, *first);
	skip(l);
}

void read_groups(struct loader *l, const char *service)
{
	struct group_names names = {0};
	struct mapping map;
	struct place rule = {0};

	if (!mapping_begin(l, &map, "a mapping from groups to lists of replicas"))
		return;
	while (mapping_next(l, &map)) {
		struct place place = take_name(l);

		if (at(l, EVENT_MAPPING) && !strcmp(sb_text(&l->key), "generate"))
			read_rule(l, service, place, &rule, map.merging);
		else
			read_group(l, &names, place, map.merging);
	}
	group_names_check(l, &names);
	if (rule.line && names.rows.len) {
		struct diag *d = fault(&l->faults, CLASHING_KEYS, rule, "groups are listed or placed by a rule, not both");
		fault_hint(&l->faults, d, "make them two services");
	}
	group_names_release(&names);
}

void read_replicas(struct loader *l, const char *group, struct place place)
{
	read_replica_list(l, group, strlen(group), place);
	if (!at(l, EVENT_STOP))
		add_group(l, str_add(l->builder.model->strings, group, strlen(group)), place);
}
