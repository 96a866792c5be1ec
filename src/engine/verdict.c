/* verdict - see verdict_p.h */
#include <stddef.h>
#include <string.h>

#include "engine/verdict_p.h"

/* The expressions of the service, or of its fallback. */
const struct quorums *quorums_of(const struct kind *k, bool fallback)
{
	return fallback ? &k->sem->fallback : &k->sem->quorums;
}

/* The replicas whose role may do something and that are live, as the counting wants them. */
static void live_who(const struct kind *k, const uint8_t *seats, const uint8_t *fate, size_t may, uint8_t *ret)
{
	for (uint16_t i = 0; i < k->n; i++)
		ret[i] = is_live(fate, i) && *((const bool *)seat_info(seats[i]) + may);
}

#define WHO_VOTES offsetof(struct role_info, votes)
#define WHO_ACKNOWLEDGES offsetof(struct role_info, acknowledges)

uint32_t live_in_role(const struct kind *k, const uint8_t *seats, const uint8_t *fate, unsigned role)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < k->n; i++)
		n += seat_role(seats[i]) == role && is_live(fate, i);
	return n;
}

/* Data-holding members of the write set that are live. */
uint32_t live_holders(const struct kind *k, const uint8_t *seats, const uint8_t *fate)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < k->n; i++)
		n += (seats[i] & SEAT_IN_SET) && seat_info(seats[i])->holds_data && is_live(fate, i);
	return n;
}

uint32_t sources_of_truth(const struct kind *k, const uint8_t *seats, const uint8_t *fate, bool promoted)
{
	return promoted ? live_in_role(k, seats, fate, ROLE_VOTER) : live_holders(k, seats, fate);
}

/* ---- writes and reads ---- */

static enum answer worse(enum answer a, enum answer b)
{
	return a > b ? a : b;
}

/* `yes` becomes `partial` where a needed service answers only for some. */
static enum answer in_context(const struct law *law, enum answer answer, uint8_t none, uint8_t some)
{
	if (law->context & none)
		return ANSWER_NO;
	return answer == ANSWER_YES && (law->context & some) ? ANSWER_PARTIAL : answer;
}

/* The expressions alone: live voting replicas satisfy `write`, live acknowledging ones `ack`. */
static enum answer count_writes(const struct bench *b, const struct law *law)
{
	const struct quorums *q = law->quorums;
	uint8_t have[MAX_REPLICAS];
	enum answer answer;

	live_who(b->kind, b->seats, law->fate, WHO_VOTES, have);
	answer = quorum_answer(b, &q->write, have);
	if (answer == ANSWER_NO || q->ack_rule != ACK_EXPR)
		return answer;
	live_who(b->kind, b->seats, law->fate, WHO_ACKNOWLEDGES, have);
	return worse(answer, quorum_answer(b, &q->ack, have));
}

/* `moved`: after a promotion the last condition asks for live voters instead of members of the write set. */
enum answer judge_writes(const struct bench *b, const struct law *law, bool moved)
{
	const struct kind *k = b->kind;
	enum answer answer = law->stuck ? ANSWER_NO : count_writes(b, law);
	bool held;

	if (answer == ANSWER_NO)
		return ANSWER_NO;
	held = moved ? live_in_role(k, b->seats, law->fate, ROLE_VOTER) >= at_least_one(k->sem->rebuild)
	             : !k->sem->rebuild || live_holders(k, b->seats, law->fate);
	return in_context(law, held ? answer : ANSWER_NO, CONTEXT_NO_WRITES, CONTEXT_SOME_WRITES);
}

enum answer judge_reads(const struct bench *b, const struct law *law, bool moved)
{
	const struct kind *k = b->kind;
	const struct semantics *sem = k->sem;
	uint8_t have[MAX_REPLICAS];
	uint32_t holders = moved ? live_in_role(k, b->seats, law->fate, ROLE_VOTER) : live_holders(k, b->seats, law->fate);
	uint32_t copies = 0;
	enum answer answer;

	live_who(k, b->seats, law->fate, WHO_VOTES, have);
	answer = quorum_answer(b, &law->quorums->read, have);
	if (answer == ANSWER_NO || holders < sem->rebuild) {
		for (uint16_t i = 0; i < k->n; i++)
			copies += is_live(law->fate, i) && seat_info(b->seats[i])->copies;
		answer = sem->serves_stale && copies >= at_least_one(sem->rebuild) ? ANSWER_STALE : ANSWER_NO;
	}
	return in_context(law, answer, CONTEXT_NO_READS, CONTEXT_SOME_READS);
}

/*
 * While a needed service is frozen nothing can be decided: a group that then loses its leader, or with
 * `ack: insync` any member of its write set, takes no writes until that service is back.
 */
bool loses_decision(const struct kind *k, const struct quorums *q, const uint8_t *seats, uint16_t leader,
                           const uint8_t *fate, uint8_t context)
{
	if (!(context & CONTEXT_FROZEN) || !k->sem->leader)
		return false;
	if (!is_live(fate, leader))
		return true;
	for (uint16_t i = 0; q->ack_rule == ACK_INSYNC && i < k->n; i++)
		if ((seats[i] & SEAT_IN_SET) && !is_live(fate, i))
			return true;
	return false;
}

/* ---- seats: promotion and accept ---- */

/* The next replica from `*at` on that holds `role` and is live (or is not), in listed order. */
static bool next_in_role(const struct kind *k, const uint8_t *seats, const uint8_t *fate, unsigned role, bool live,
                         uint16_t *at)
{
	while (*at < k->n && (seat_role(seats[*at]) != role || is_live(fate, *at) != live))
		++*at;
	return *at < k->n;
}

static void set_role(uint8_t *seat, unsigned role)
{
	*seat = (uint8_t)((*seat & ~SEAT_ROLE) | role);
}

void queue_role(struct queue *q, const struct kind *k, const uint8_t *seats, const uint8_t *fate, unsigned role)
{
	for (uint16_t i = 0; next_in_role(k, seats, fate, role, true, &i); i++)
		q->taker[q->ntakers++] = i;
}

void queue_seats(struct queue *q, const struct kind *k, const uint8_t *seats, const uint8_t *fate)
{
	for (uint16_t i = 0; next_in_role(k, seats, fate, ROLE_VOTER, false, &i); i++)
		q->seat[q->nseats++] = i;
}

/* The taker becomes a voter; the voter, whose seat it was, takes the taker's role's place as a standby. */
void take_seat(uint8_t *seats, const struct queue *q, uint16_t i)
{
	set_role(&seats[q->taker[i]], ROLE_VOTER);
	set_role(&seats[q->seat[i]], ROLE_STANDBY);
}

uint16_t queue_length(const struct queue *q)
{
	return q->ntakers < q->nseats ? q->ntakers : q->nseats;
}

/*
 * As few takers as make writes go on, from `fewest` on. Leaves the seats so and returns how many, or -1
 * with the seats as they were.
 */
int fewest_that_help(const struct bench *b, const struct law *law, uint8_t *seats, const struct queue *q,
                            uint16_t fewest)
{
	uint8_t saved[MAX_REPLICAS];
	uint16_t most = queue_length(q);

	memcpy(saved, seats, b->kind->n);
	for (uint16_t taken = 0; taken <= most; taken++) {
		if (taken)
			take_seat(seats, q, (uint16_t)(taken - 1));
		if (taken >= fewest && judge_writes(b, law, true) != ANSWER_NO)
			return taken;
	}
	memcpy(seats, saved, b->kind->n);
	return -1;
}

/* Standbys take seats if writes would stop without. Returns how many did. */
int promote(const struct bench *b, const struct law *law, uint8_t *seats, struct queue *ret_queue)
{
	const struct kind *k = b->kind;
	int taken;

	ret_queue->ntakers = ret_queue->nseats = 0;
	if (k->sem->failover != FAILOVER_AUTO)
		return 0;
	queue_role(ret_queue, k, seats, law->fate, ROLE_STANDBY);
	queue_seats(ret_queue, k, seats, law->fate);
	taken = fewest_that_help(b, law, seats, ret_queue, 1);
	return taken < 0 ? 0 : taken;
}

/* Seats that are still empty go, so that n shrinks. */
void strike_empty_seats(const struct kind *k, uint8_t *seats, const uint8_t *fate)
{
	for (uint16_t i = 0; i < k->n; i++) {
		unsigned role = seat_role(seats[i]);

		if (is_live(fate, i) || role == SEAT_STRUCK || !role_info[role].votes)
			continue;
		set_role(&seats[i], role == ROLE_VOTER ? ROLE_STANDBY : SEAT_STRUCK);
	}
}

/* E becomes the live acknowledging replicas, F the live learners and standbys. */
void renew_sets(const struct kind *k, uint8_t *seats, const uint8_t *fate)
{
	for (uint16_t i = 0; i < k->n; i++) {
		unsigned role = seat_role(seats[i]);
		bool live = is_live(fate, i);

		seats[i] = (uint8_t)role;
		if (live && seat_info(seats[i])->acknowledges)
			seats[i] |= SEAT_IN_SET;
		if (live && (role == ROLE_LEARNER || role == ROLE_STANDBY))
			seats[i] |= SEAT_FOLLOWS;
	}
}

/* ---- leadership ---- */

static bool leads_on(const uint8_t *seats, const uint8_t *set, const uint8_t *fate, uint16_t i)
{
	return seat_role(seats[i]) == ROLE_VOTER && is_live(fate, i) && (set[i] & SEAT_IN_SET);
}

/*
 * Who has the title now: the old leader while it is a live voter of `set`; else the first live voter of
 * it (after a promotion: of the configuration); where there is none, of all; where no voter is live, it stays.
 */
uint16_t next_leader(const struct kind *k, const uint8_t *seats, const uint8_t *set, const uint8_t *fate,
                            uint16_t leader, bool promoted)
{
	uint16_t any = 0;

	if (leads_on(seats, set, fate, leader))
		return leader;
	for (uint16_t i = 0; i < k->n && !promoted; i++)
		if (leads_on(seats, set, fate, i))
			return i;
	return next_in_role(k, seats, fate, ROLE_VOTER, true, &any) ? any : leader;
}
