/*
 * mapping - going through the pairs of a mapping: merge keys, keys given twice, unknown keys.
 *
 * Three ways, from the bottom up:
 * - struct mapping yields every pair, merged ones last; whoever uses it looks for duplicates.
 * - struct entries are names that the file chooses, each once.
 * - a record has keys that faultline chooses, in a table of fields.
 */
#ifndef LOAD_MAPPING_P_H
#define LOAD_MAPPING_P_H

#include "load/events_p.h"

struct loader;

struct mapping {
	bool merging;        /* this pair comes from a merge: an earlier one of the name beats it */
	bool begun, empty;
	struct place merge;  /* the first "<<", to find a second one */
	VEC(struct tape_range) merges; /* what remains to be merged, the next one last */
};

/* At a mapping, or at an empty value, which equals {}; else reports that it is not `expected`, passes it, false. */
bool mapping_begin(struct loader *l, struct mapping *map, const char *expected);
/* At the next key, a scalar: the caller must pass key and value. False past the end; `map` is released then. */
bool mapping_next(struct loader *l, struct mapping *map);

struct entry {
	const char *name; /* the loader's, NUL-terminated */
	size_t len;
	struct place place;
};

struct entries {
	struct mapping map;
	struct table seen;
	VEC(struct entry) names;
	struct entry now;
};

bool entries_begin(struct loader *l, struct entries *e, const char *expected);
/* At the value of the next entry, whose name is e->now. */
bool entries_next(struct loader *l, struct entries *e);

/*
 * One key of a record. `read` is called at its value, passes it, and knows where to put it: usually
 * at `offset` in the record's struct.
 */
struct field {
	const char *name;
	void (*read)(struct loader *l, void *target, const struct field *field);
	size_t offset;
};

/* Where a field's value goes; as it is `void *`, whatever stands there. */
#define FIELD_TARGET(target, field) ((void *)((char *)(target) + (field)->offset))

#define MAX_FIELDS 48

struct record {
	const char *expected; /* "a mapping of …": when something else stands there */
	const struct field *fields;
	size_t nfields;
	/* A key that is no field: reads the pair and returns true, or leaves it and returns false. May be NULL. */
	bool (*other)(struct loader *l, void *target, bool merging);
};

/* All the records of a file: what the schema for editors is made of, too. */
#define RECORDS(X) \
	X(file) X(attribute) X(link) X(shared) X(system) X(parameter) X(fallback) X(service) X(generate) X(replica) X(target) X(rule)
#define X(name) extern const struct record name##_record;
RECORDS(X)
#undef X

/* Reads a record into `target`. `seen` has a place for each field's key, line 0 when it was not there; may be NULL. */
void record_read(struct loader *l, const struct record *record, void *target, struct place *seen);
void report_unknown_key(struct loader *l, const struct field *fields, size_t nfields);
void report_duplicate(struct loader *l, enum load_code code, const char *name, size_t len, struct place again,
                      struct place first);

#endif
