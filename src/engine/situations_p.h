/*
 * situations - every distinct situation of a group is judged once and known by a number.
 *
 * A condition is what is known of a group between steps; a situation is a condition before, a step and
 * what came of it. Both are kept for the life of the engine. Groups of one kind meet few of them: the
 * million groups of a fleet with three replicas share some dozens.
 */
#ifndef ENGINE_SITUATIONS_P_H
#define ENGINE_SITUATIONS_P_H

#include "engine/judge.h"
#include "engine/step_p.h"

#define PACKED_REPLICAS 32 /* groups up to this size have their fate in one number, two bits a replica */

struct situation {
	uint32_t before, after;  /* conditions */
	uint64_t code;           /* the fate that the step left: packed, or hashed for large groups */
	bool accept, cut;        /* cut: the step left a rift, and `code` is a hash */
	uint8_t context;         /* CONTEXT_* bits of the step */
	uint8_t rest;            /* enum rest: found out when first asked */
	struct outcome outcome;
};

enum rest { REST_UNKNOWN, REST_SETTLED, REST_UNSETTLED };

struct engine {
	const struct model *model;
	struct kinds kinds;
	struct arena arena;
	VEC(struct condition) conditions;
	struct table condition_index;
	VEC(struct situation) situations;
	struct table situation_index;
	uint32_t *order;                /* services, those that others need first */
	uint8_t *healthy_context;       /* of each service */
	bool has_needs;
	struct strbuf scratch;          /* a condition being looked up */
	struct hearing hearing;         /* the step being judged */
	uint8_t may_answer[MAX_REPLICAS]; /* in the situation last asked about */
};

/* How many groups of a service take writes, and answer reads. */
struct going { uint32_t groups, writes, reads; };
/* What a needed service that goes on so far leaves: CONTEXT_* bits. */
uint8_t context_left_by(enum need_mode mode, const struct going *needed);

/* The number of a fate: two bits a replica, or a hash of it. */
uint64_t fate_code(const uint8_t *fate, uint16_t n);

static inline const struct kind *situation_kind(const struct engine *e, situation_id s)
{
	return e->conditions.at[e->situations.at[s].after].kind;
}

/* A step as seen by one group: the fate it leaves, packed; `fate` itself may be NULL for small groups. */
struct transition {
	uint64_t code;
	const uint8_t *fate;
	bool accept;
	uint8_t context;
	const struct rift *rift; /* NULL: all replicas hear each other */
};
situation_id situation_after(struct engine *e, situation_id before, struct transition t);

/* Whether a step that does nothing to the group would change nothing that is said of it. */
bool situation_find_rest(struct engine *e, situation_id s);
static inline bool situation_settled(struct engine *e, situation_id s)
{
	uint8_t rest = e->situations.at[s].rest;

	return rest == REST_UNKNOWN ? situation_find_rest(e, s) : rest == REST_SETTLED;
}

/* Judges the step that led to `s` again, for whoever wants to say why. The result is the engine's, until the next call. */
struct hearing *situation_hearing(struct engine *e, situation_id s);

#endif
