/*
 * judge - situations of single groups, without a state: what analyses are made of.
 *
 * A situation is a number: everything that is known of a group after a step. `dies` says for each of its
 * replicas, in listed order, what a step takes: GONE_* bits (engine/state.h). What is gone before the step stays
 * gone, and cuts stay cut.
 */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

#include "engine/state.h"

typedef uint32_t situation_id;

/* The healthy situation of a group. */
situation_id judge_healthy(struct engine *e, uint32_t group);
/* The situation that a group is in. Kept for the life of the engine, as all are. */
situation_id judge_now(const struct state *s, uint32_t group);
/* What is gone of its replicas in a situation: GONE_* bits, in listed order. Valid until the engine judges again. */
const uint8_t *judge_gone(const struct engine *e, situation_id s);
/* Whether some of its replicas don't hear each other there. */
bool judge_torn(const struct engine *e, situation_id s);
/* The situation after a step that takes so much; `accept`: an accept of the group is part of the step. */
situation_id judge_step(struct engine *e, situation_id before, const uint8_t *dies, bool accept);
/* What a step would come to, all but the status; nothing of it is kept. For searches over many steps. */
struct outcome judge_once(struct engine *e, situation_id before, const uint8_t *dies);
/*
 * The same while the services that its service needs stand so: what is left of several is or-ed together.
 * With judge_once they stand as they did before the step.
 */
uint8_t judge_need_left(enum need_mode mode, bool some_group_writes, bool some_group_reads);
struct outcome judge_once_with(struct engine *e, situation_id before, const uint8_t *dies, uint8_t need_left);
const struct outcome *judge_outcome(const struct engine *e, situation_id s);
/* Whether those replicas (nonzero, one a replica in listed order) satisfy an expression of the group as configured.
 * Without an `ack` expression JUDGE_ACK is judged by `write`. */
enum judge_expr {
	JUDGE_WRITE, JUDGE_READ, JUDGE_ACK,
	JUDGE_FALLBACK_WRITE, JUDGE_FALLBACK_READ, JUDGE_FALLBACK_ACK, /* of a service that has a fallback */
	JUDGE_EXPRS
};
enum answer judge_expression(const struct engine *e, uint32_t group, enum judge_expr which, const uint8_t *there);
/*
 * Who answers whom in a situation, as the side that is judged sees it. Valid until the engine judges again.
 */
struct answering {
	bool writes, reads;     /* they go on */
	bool has_leader;        /* leader: one */
	uint16_t leader;        /* NO_PEER: none is live */
	enum ack_rule ack_rule; /* in force; with ACK_INSYNC a write waits for all with ANSWERS_WRITES */
	uint16_t n;
	const uint8_t *may;     /* [n] ANSWERS_* bits */
	const struct hearing *hearing;
};
#define ANSWERS_WRITES 1u      /* live, and acknowledges; with ACK_INSYNC a member of the write set, too */
#define ANSWERS_READS 2u       /* live, and votes */
#define ANSWERS_COORDINATES 4u /* a live voter: where there is no leader, a request may come to it */
void judge_answering(struct engine *e, situation_id s, struct answering *ret);
/* How many of the first in this order have to answer until the expression in force (JUDGE_READ or JUDGE_ACK) is
 * satisfied; ANSWERS_NEVER when all `n` are not enough. */
#define ANSWERS_NEVER UINT32_MAX
uint32_t answers_needed(const struct answering *a, enum judge_expr which, const uint16_t *order, uint32_t n);
/* The situation that a group would be in if `p` were killed too, now. */
situation_id judge_if_killed(const struct state *s, uint32_t group, place_id p);

/* Why, for a group in that situation; as state_why. */
void judge_why(struct engine *e, uint32_t group, situation_id s, struct group_why *ret);

#endif
