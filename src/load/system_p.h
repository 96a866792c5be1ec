/*
 * system - replication semantics as they are written: fields, parameters, what a system is like.
 *
 * A system's fields are laid over those of the one it is like, and a service's own over its system's. They stay
 * text until then, because a parameter may stand in any of them.
 */
#ifndef LOAD_SYSTEM_P_H
#define LOAD_SYSTEM_P_H

#include "load/loader_p.h"

#define SYSTEM_FIELDS(X, ...) \
	X(WRITE, "write", __VA_ARGS__) X(READ, "read", __VA_ARGS__) X(ACK, "ack", __VA_ARGS__) \
	X(REBUILD, "rebuild", __VA_ARGS__) X(LEADER, "leader", __VA_ARGS__) X(STALE, "stale", __VA_ARGS__) \
	X(LAG, "lag", __VA_ARGS__) X(EVERY, "every", __VA_ARGS__) X(RESTORE, "restore", __VA_ARGS__) \
	X(DETECT, "detect", __VA_ARGS__) X(ELECT, "elect", __VA_ARGS__) X(PROMOTE, "promote", __VA_ARGS__) \
	X(OPERATOR, "operator", __VA_ARGS__) X(FAILOVER, "failover", __VA_ARGS__) X(FENCING, "fencing", __VA_ARGS__) \
	X(REROUTE, "reroute", __VA_ARGS__)

enum system_field {
#define X(id, ...) SYSTEM_##id,
	SYSTEM_FIELDS(X, -)
#undef X
	NSYSTEM_FIELDS
};

enum fallback_field { FALLBACK_AFTER, FALLBACK_WRITE, FALLBACK_READ, FALLBACK_ACK, NFALLBACK_FIELDS };

struct layer {
	struct setting fields[NSYSTEM_FIELDS];
	bool has_fallback; /* it is said here, maybe as {}: none */
	struct setting fallback[NFALLBACK_FIELDS];
};

/* Rows for a table of fields, whose target is a `type` with a layer called `member`. */
#define LAYER_FIELDS(type, member) \
	SYSTEM_FIELDS(LAYER_FIELD, type, member) { "fallback", read_fallback, offsetof(type, member) }
#define LAYER_FIELD(id, name, type, member) { name, read_setting, offsetof(type, member.fields[SYSTEM_##id]) },
void read_fallback(struct loader *l, void *target, const struct field *field);

struct choice { const char *name, *text; };

struct parameter {
	const char *name;
	struct place key;     /* where the service sets it */
	struct setting value; /* the default, or what the service says */
	bool own;             /* the service says it */
	struct choice *choices;
	uint32_t nchoices;    /* 0: anything goes */
};

#define MAX_PARAMETERS 200 /* of a system, all that it is like included: they are looked up one by one */

typedef VEC(struct parameter) parameter_list;

struct system {
	const char *name;
	struct place place; /* line 0: built in */
	struct setting like;
	struct layer layer;
	parameter_list params;
	enum { SYSTEM_WRITTEN, SYSTEM_COMPLETING, SYSTEM_COMPLETE, SYSTEM_BROKEN } state; /* `like` laid under it? */
	bool used;
};

/*
 * The system of a name, with what it is like laid under it; NULL, reported at `place`, when there is none or
 * it can't be used.
 */
struct system *find_system(struct loader *l, const char *name, struct place place);
struct parameter *find_parameter(const parameter_list *params, const char *name);
/* Lays `over` over `under`. */
void layer_over(struct layer *under, const struct layer *over);

/*
 * Reads the semantics that fields and parameters amount to; *ret_quorum is where the write expression was
 * said, line 0 when that is nowhere in the file. What is wrong in a field without a place is reported at `place`.
 */
void understand(struct loader *l, const struct layer *layer, const parameter_list *params, struct place place,
                struct semantics *ret, struct place *ret_quorum);
/* Looks at the file's own systems that no service uses. */
void check_unused_systems(struct loader *l);
void release_systems(struct loader *l);

#endif
