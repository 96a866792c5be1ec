/*
 * loader - what all readers of sections share: the stream of events, the faults, the model being built.
 *
 * A reader is called at the first event of its value and passes the whole value, whatever is wrong with it.
 */
#ifndef LOAD_LOADER_P_H
#define LOAD_LOADER_P_H

#include "base/table.h"
#include "load/mapping_p.h"
#include "load/ranges_p.h"
#include "model/build.h"
#include "model/names.h"

struct system;
struct known_ref;

/* Text with its place; `text` NULL when it was not given. */
struct setting {
	const char *text; /* the loader's */
	struct place place;
};

typedef VEC(domain_id) domain_list;

struct shared_draft {
	struct shared shared;
	struct tape_range members;
};

struct raw_need {
	uint32_t service;
	enum need_mode mode;
	struct setting name;
};

/* A voting replica that is not at the last level: an expression may count below it. */
struct high_voter {
	domain_id domain;
	struct place place;
};

#define MAX_PUT_OFF 64

/* References to be looked up a little later: by then, memory has what is known of them. */
struct put_off {
	struct put_off_ref {
		uint64_t hash;
		struct place place;
		uint32_t text, len;
	} refs[MAX_PUT_OFF];
	size_t n;
	char text[4096];
	uint32_t used;
};

struct loader {
	const struct source *source;
	struct faults faults;
	struct events *events;
	struct builder builder;
	struct arena arena;              /* what lives until the loading ends */

	struct place first_at_level[MAX_LEVELS + 2]; /* the first domain of each level; line 0: none */
	VEC(struct shared_draft) shared;
	bool *is_high;                   /* by domain: above the last level */
	struct put_off put_off;
	struct known_ref *refs;          /* references that were resolved before, in refs_memory */
	void *refs_memory;
	VEC(struct system *) systems;    /* the file's own, and built-in ones that were asked for */
	struct table system_index;       /* by hash of the name */
	unsigned completing;             /* systems whose `like` is being followed */
	VEC(struct service) services;
	struct table service_index;      /* by hash of the name */
	VEC(struct raw_need) needs;

	struct strbuf key, name;         /* the name being expanded, and one that it stands for */
	domain_list places;              /* the group being read */
	VEC(uint8_t) roles;
	VEC(struct high_voter) high;     /* of the service being read */
};

static inline const struct event *now(const struct loader *l)
{
	return &l->events->now;
}
static inline void next(struct loader *l)
{
	events_next(l->events);
}
static inline void skip(struct loader *l)
{
	events_skip(l->events);
}
static inline bool at(const struct loader *l, enum event_kind kind)
{
	return l->events->now.kind == kind;
}
/* No value at all, which equals {}. */
static inline bool at_empty(const struct loader *l)
{
	return at(l, EVENT_SCALAR) && now(l)->plain && !now(l)->len;
}

/* An arena's copy of a vector's elements. */
#define ARENA_COPY(arena, v) arena_copy((arena), (v)->at, (v)->len * sizeof(*(v)->at))
void *arena_copy(struct arena *a, const void *data, size_t size);

/* ---- reading values (values.c) ---- */

/* Reports that `expected` ("a list of names") should stand here, and passes what does. */
void wrong_type(struct loader *l, const char *expected);
/* At a scalar with text? Else reports it and passes the value. */
bool expect_text(struct loader *l, const char *expected);
/* At a list: passes its start and returns true; then until list_more is false, each item must be passed. */
bool list_begin(struct loader *l, const char *expected);
bool list_more(struct loader *l);
/* The text of the current scalar, kept by the loader; passes it. Text NULL, reported, when it is none. */
struct setting take_text(struct loader *l, const char *expected);
/* Reports a name that can't be one. `what` is "domain", "group". */
bool check_name(struct loader *l, const char *what, const char *name, size_t len, struct place place);
/* A range in a name; reported when it is none. The text must live as long as the range. */
bool expand(struct loader *l, struct range *range, const char *text, size_t len, struct place place);

/* Durations, and whole numbers between two bounds; reported at `s.place` when they are none. */
bool parse_duration(struct loader *l, struct setting s, duration *ret);
bool parse_number(struct loader *l, struct setting s, uint32_t least, uint32_t most, uint32_t *ret);
/* The index of a word in a list that ends with NULL; -1, reported, when it is none of them. */
int parse_word(struct loader *l, enum load_code code, const char *what, struct setting s, const char *const *words);

/* Field readers: text as struct setting; what can only be text but does not matter (text or a list of it). */
void read_setting(struct loader *l, void *target, const struct field *field);
void read_remark(struct loader *l, void *target, const struct field *field);
/* struct tape_range: to be read later. */
void read_kept(struct loader *l, void *target, const struct field *field);
void read_duration(struct loader *l, void *target, const struct field *field);

/* ---- references and levels (references.c) ---- */

/* The place that a text names; NO_PLACE, reported, when there is none. */
place_id find_place(struct loader *l, const char *text, size_t len, struct place place);
/* The same for a domain of the tree other than the root, or NO_DOMAIN. */
domain_id find_domain(struct loader *l, const char *text, size_t len, struct place place);
/* Adds all domains that the current scalar names, ranges expanded; passes it. */
void take_references(struct loader *l, domain_list *domains);
/*
 * Puts off the current scalar, a reference without a range, and passes it; false when that can't be. Those put off
 * are found by number, from 0; whoever has found all of them empties l->put_off.
 */
bool put_off_reference(struct loader *l);
domain_id find_put_off(struct loader *l, size_t i);
/* A level's number; LEVEL_SHARED for "shared"; 0, reported, when it is none. */
uint8_t find_level(struct loader *l, const char *text, size_t len, struct place place);

/* ---- sections, about one file each ---- */

void read_levels(struct loader *l);
void default_levels(struct loader *l);
void read_topology(struct loader *l);
void read_rules(struct loader *l);
void read_shared(struct loader *l);
/* Once levels, topology and shared domains are read: from here on domains can be found. */
void seal_domains(struct loader *l);
void read_domains(struct loader *l); /* attributes by level and domain */
void read_links(struct loader *l);
void read_systems(struct loader *l);
void read_services(struct loader *l);
/* Resolves needs and looks at systems that nobody uses, once all services are read. */
void finish_services(struct loader *l);
/* A service's `groups` and `replicas`; both add to the builder. */
void read_groups(struct loader *l, const char *service);
void read_replicas(struct loader *l, const char *group, struct place place);
/* The role that a text names, which may be missing; a voter, reported, where it is none. */
enum role find_role(struct loader *l, struct setting s);
void read_spread(struct loader *l, void *service, const struct field *field);
void read_survive(struct loader *l, void *service, const struct field *field);
void read_needs(struct loader *l, uint32_t service);
void resolve_needs(struct loader *l);
/* Once the model is sealed. */
void read_scenarios(struct loader *l, struct model *m);

#endif
