/*
 * quorum - counting votes against quorum expressions.
 *
 * A seat is what one replica is at the moment: its role, and whether it belongs to the write set or
 * the followers. Whether a replica is there is a separate question, asked with `have`.
 */
#ifndef ENGINE_QUORUM_P_H
#define ENGINE_QUORUM_P_H

#include "engine/kind_p.h"
#include "engine/outcome.h"

#define SEAT_ROLE 7u      /* enum role, or SEAT_STRUCK */
#define SEAT_STRUCK ROLES /* struck by an accept: no longer counts */
#define SEAT_IN_SET 8u    /* a member of the write set E */
#define SEAT_FOLLOWS 16u  /* one of the followers F */

static inline unsigned seat_role(uint8_t seat)
{
	return seat & SEAT_ROLE;
}
/* What the role may do; for a struck seat, nothing. */
const struct role_info *seat_info(uint8_t seat);

/* A group's configuration at a moment. */
struct bench {
	const struct kind *kind;
	const struct scopes *scopes;
	const uint8_t *seats;
};

/* What the services that this one needs leave it; no bit: all they can. */
#define CONTEXT_NO_WRITES 1u
#define CONTEXT_NO_READS 2u
#define CONTEXT_SOME_WRITES 4u /* for some requests: yes becomes partial */
#define CONTEXT_SOME_READS 8u
#define CONTEXT_FROZEN 16u     /* all goes on, but nothing can be decided */

/* Whether the replicas that `have` says are there (nonzero, one a replica) satisfy the expression. */
enum answer quorum_answer(const struct bench *b, const struct expr *e, const uint8_t *have);

/* The votes of one term: what is there, what is needed, in which cell it falls short. */
struct count {
	uint32_t have, need, of;
	uint16_t short_cell;
	uint32_t short_have, short_need;
	bool holds, partial;
};
void quorum_count(const struct bench *b, const struct term *t, const uint8_t *have, struct count *ret);

/*
 * How many of the first replicas in this order it takes to satisfy the expression; QUORUM_NEVER when all `n` of
 * them don't.
 */
#define QUORUM_NEVER UINT32_MAX
uint32_t quorum_reached(const struct bench *b, const struct expr *e, const uint16_t *order, uint32_t n);

/*
 * Whether some subset of the write set that satisfies the expression keeps fewer than `enough` members
 * that are present (`present` nonzero). Where the write set can't satisfy it, the subset is all of it.
 */
bool quorum_may_keep_fewer(const struct bench *b, const struct expr *e, const uint8_t *present, uint32_t enough);

#endif
