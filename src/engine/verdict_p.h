/*
 * verdict - writes, reads, promotion and leadership of one group, by its seats and by who is there.
 *
 * Nothing here remembers anything: step.c puts these together into a step.
 */
#ifndef ENGINE_VERDICT_P_H
#define ENGINE_VERDICT_P_H

#include "engine/quorum_p.h"
#include "engine/state.h"

/* What writes and reads are judged by, beside the seats. */
struct law {
	const struct quorums *quorums;
	const uint8_t *fate;   /* GONE_* bits: live is none of them */
	uint8_t context;       /* CONTEXT_* bits */
	bool stuck;            /* nothing can be decided, and something would have to be */
};

static inline uint32_t at_least_one(uint32_t rebuild)
{
	return rebuild > 1 ? rebuild : 1;
}

static inline bool is_live(const uint8_t *fate, uint16_t i)
{
	return !fate[i];
}

static inline bool is_present(const uint8_t *fate, uint16_t i)
{
	return !(fate[i] & GONE_LOST);
}

/* The expressions of the service, or of its fallback. */
const struct quorums *quorums_of(const struct kind *k, bool fallback);

uint32_t live_in_role(const struct kind *k, const uint8_t *seats, const uint8_t *fate, unsigned role);
/* Data-holding members of the write set that are live. */
uint32_t live_holders(const struct kind *k, const uint8_t *seats, const uint8_t *fate);
/* Live voters to bring a group up to date from: of the write set, or after a promotion of the configuration. */
uint32_t sources_of_truth(const struct kind *k, const uint8_t *seats, const uint8_t *fate, bool promoted);

/* `moved`: after a promotion the last condition asks for live voters instead of members of the write set. */
enum answer judge_writes(const struct bench *b, const struct law *law, bool moved);
enum answer judge_reads(const struct bench *b, const struct law *law, bool moved);
/*
 * While a needed service is frozen nothing can be decided: a group that then loses its leader, or with
 * `ack: insync` any member of its write set, takes no writes until that service is back.
 */
bool loses_decision(const struct kind *k, const struct quorums *q, const uint8_t *seats, uint16_t leader,
                    const uint8_t *fate, uint8_t context);

/* Replicas waiting to take seats: those of a role that are live, then those of the next, in listed order. */
struct queue {
	uint16_t taker[MAX_REPLICAS], seat[MAX_REPLICAS];
	uint16_t ntakers, nseats;
};
void queue_role(struct queue *q, const struct kind *k, const uint8_t *seats, const uint8_t *fate, unsigned role);
void queue_seats(struct queue *q, const struct kind *k, const uint8_t *seats, const uint8_t *fate);
uint16_t queue_length(const struct queue *q);
/* The taker becomes a voter; the voter, whose seat it was, a standby. */
void take_seat(uint8_t *seats, const struct queue *q, uint16_t i);
/*
 * As few takers as make writes go on, from `fewest` on. Leaves the seats (those of `b`) so and returns how
 * many, or -1 with the seats as they were.
 */
int fewest_that_help(const struct bench *b, const struct law *law, uint8_t *seats, const struct queue *q, uint16_t fewest);
/* Standbys take seats if writes would stop without. Returns how many did; `q` says who. */
int promote(const struct bench *b, const struct law *law, uint8_t *seats, struct queue *ret_queue);

/* Seats that are still empty go, so that n shrinks. */
void strike_empty_seats(const struct kind *k, uint8_t *seats, const uint8_t *fate);
/* E becomes the live acknowledging replicas, F the live learners and standbys. */
void renew_sets(const struct kind *k, uint8_t *seats, const uint8_t *fate);
/*
 * Who has the title now: the old leader while it is a live voter of `set`; else the first live voter of
 * it (after a promotion: of the configuration); where there is none, of all; where no voter is live, it stays.
 */
uint16_t next_leader(const struct kind *k, const uint8_t *seats, const uint8_t *set, const uint8_t *fate,
                     uint16_t leader, bool promoted);

#endif
