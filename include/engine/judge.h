/*
 * judge - situations of single groups, without a state: what analyses are made of.
 *
 * A situation is a number: everything that is known of a group after a step. `fate` says for each of
 * its replicas, in listed order, what is gone: GONE_* bits (engine/state.h).
 */
#ifndef ENGINE_JUDGE_H
#define ENGINE_JUDGE_H

#include "engine/state.h"

typedef uint32_t situation_id;

/* The healthy situation of a group. */
situation_id judge_healthy(struct engine *e, uint32_t group);
/* The situation after a step that leaves the replicas so; `accept`: an accept of the group is part of the step. */
situation_id judge_step(struct engine *e, situation_id before, const uint8_t *fate, bool accept);
/* What a step would come to, all but the status; nothing of it is kept. For searches over many steps. */
struct outcome judge_once(struct engine *e, situation_id before, const uint8_t *fate);
/*
 * The same while the services that its service needs stand so: what is left of several is or-ed together.
 * With judge_once they stand as they did before the step.
 */
uint8_t judge_need_left(enum need_mode mode, bool some_group_writes, bool some_group_reads);
struct outcome judge_once_with(struct engine *e, situation_id before, const uint8_t *fate, uint8_t need_left);
const struct outcome *judge_outcome(const struct engine *e, situation_id s);
/* Whether those replicas (nonzero, one a replica in listed order) satisfy an expression of the group as configured.
 * Without an `ack` expression JUDGE_ACK is judged by `write`. */
enum judge_expr { JUDGE_WRITE, JUDGE_READ, JUDGE_ACK };
enum answer judge_expression(const struct engine *e, uint32_t group, enum judge_expr which, const uint8_t *there);
/* Why, for a group in that situation; as state_why. */
void judge_why(struct engine *e, uint32_t group, situation_id s, struct group_why *ret);

#endif
