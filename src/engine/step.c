/* step - see step_p.h. The order of the functions is that of a step: accept, verdict, promotion, data, settling. */
#include <string.h>

#include "engine/step_p.h"

static uint32_t at_least_one(uint32_t rebuild)
{
	return rebuild > 1 ? rebuild : 1;
}

static bool is_live(const uint8_t *fate, uint16_t i)
{
	return !fate[i];
}

static bool is_present(const uint8_t *fate, uint16_t i)
{
	return !(fate[i] & GONE_LOST);
}

/* The replicas whose role may do something and that are live, as the counting wants them. */
static void live_who(const struct kind *k, const uint8_t *seats, const uint8_t *fate, size_t may, uint8_t *ret)
{
	for (uint16_t i = 0; i < k->n; i++)
		ret[i] = is_live(fate, i) && *((const bool *)seat_info(seats[i]) + may);
}

#define WHO_VOTES offsetof(struct role_info, votes)
#define WHO_ACKNOWLEDGES offsetof(struct role_info, acknowledges)

static uint32_t live_in_role(const struct kind *k, const uint8_t *seats, const uint8_t *fate, unsigned role)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < k->n; i++)
		n += seat_role(seats[i]) == role && is_live(fate, i);
	return n;
}

/* Data-holding members of the write set that are live. */
static uint32_t live_holders(const struct kind *k, const uint8_t *seats, const uint8_t *fate)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < k->n; i++)
		n += (seats[i] & SEAT_IN_SET) && seat_info(seats[i])->holds_data && is_live(fate, i);
	return n;
}

/* ---- writes and reads ---- */

/* What writes and reads are judged by, beside the seats. */
struct law {
	const struct quorums *quorums;
	const uint8_t *fate;
	uint8_t context;
	bool stuck;
};

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
static enum answer judge_writes(const struct bench *b, const struct law *law, bool moved)
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

static enum answer judge_reads(const struct bench *b, const struct law *law, bool moved)
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
static bool loses_decision(const struct kind *k, const struct quorums *q, const uint8_t *seats, uint16_t leader,
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

/* Replicas waiting to take seats: those of a role that are live, then those of the next, in listed order. */
struct queue {
	uint16_t taker[MAX_REPLICAS], seat[MAX_REPLICAS];
	uint16_t ntakers, nseats;
};

static void queue_role(struct queue *q, const struct kind *k, const uint8_t *seats, const uint8_t *fate, unsigned role)
{
	for (uint16_t i = 0; next_in_role(k, seats, fate, role, true, &i); i++)
		q->taker[q->ntakers++] = i;
}

static void queue_seats(struct queue *q, const struct kind *k, const uint8_t *seats, const uint8_t *fate)
{
	for (uint16_t i = 0; next_in_role(k, seats, fate, ROLE_VOTER, false, &i); i++)
		q->seat[q->nseats++] = i;
}

/* The taker becomes a voter; the voter, whose seat it was, takes the taker's role's place as a standby. */
static void take_seat(uint8_t *seats, const struct queue *q, uint16_t i)
{
	set_role(&seats[q->taker[i]], ROLE_VOTER);
	set_role(&seats[q->seat[i]], ROLE_STANDBY);
}

static uint16_t queue_length(const struct queue *q)
{
	return q->ntakers < q->nseats ? q->ntakers : q->nseats;
}

/*
 * As few takers as make writes go on, from `fewest` on. Leaves the seats so and returns how many, or -1
 * with the seats as they were.
 */
static int fewest_that_help(const struct bench *b, const struct law *law, uint8_t *seats, const struct queue *q,
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
static int promote(const struct bench *b, const struct law *law, uint8_t *seats, struct queue *ret_queue)
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
static void strike_empty_seats(const struct kind *k, uint8_t *seats, const uint8_t *fate)
{
	for (uint16_t i = 0; i < k->n; i++) {
		unsigned role = seat_role(seats[i]);

		if (is_live(fate, i) || role == SEAT_STRUCK || !role_info[role].votes)
			continue;
		set_role(&seats[i], role == ROLE_VOTER ? ROLE_STANDBY : SEAT_STRUCK);
	}
}

/* E becomes the live acknowledging replicas, F the live learners and standbys. */
static void renew_sets(const struct kind *k, uint8_t *seats, const uint8_t *fate)
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
static uint16_t next_leader(const struct kind *k, const uint8_t *seats, const uint8_t *set, const uint8_t *fate,
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

/* ---- accept ---- */

static struct law law_of(const struct hearing *h)
{
	return (struct law){h->quorums, h->fate, h->context, h->stuck};
}

static bool accept_helps(const struct hearing *h)
{
	const struct kind *k = h->kind;
	struct bench b = {k, h->scopes, h->seats};
	struct law law = law_of(h);
	uint32_t copies = 0;

	for (uint16_t i = 0; i < k->n; i++)
		copies += is_live(h->fate, i) && seat_info(h->seats[i])->copies;
	return judge_writes(&b, &law, false) == ANSWER_NO && copies >= at_least_one(k->sem->rebuild);
}

static void fill_seats(struct hearing *h)
{
	const struct kind *k = h->kind;
	struct bench b = {k, h->scopes, h->seats};
	struct law law = law_of(h);
	struct queue q;

	q.ntakers = q.nseats = 0;
	queue_role(&q, k, h->seats, h->fate, ROLE_STANDBY);
	queue_role(&q, k, h->seats, h->fate, ROLE_LEARNER);
	queue_seats(&q, k, h->seats, h->fate);
	if (fewest_that_help(&b, &law, h->seats, &q, 0) >= 0)
		return;
	for (uint16_t i = 0; i < queue_length(&q); i++)
		take_seat(h->seats, &q, i);
	strike_empty_seats(k, h->seats, h->fate);
}

static void accept(struct hearing *h)
{
	const struct kind *k = h->kind;
	uint8_t saved[MAX_REPLICAS];

	if (!accept_helps(h))
		return;
	memcpy(saved, h->seats, k->n);
	fill_seats(h);
	if (live_in_role(k, h->seats, h->fate, ROLE_VOTER) < at_least_one(k->sem->rebuild)) {
		memcpy(h->seats, saved, k->n);
		return;
	}
	renew_sets(k, h->seats, h->fate);
	h->leader = next_leader(k, h->seats, h->seats, h->fate, h->leader, false);
	h->accepted = true;
}

/* ---- data ---- */

/* What is left of a configuration's data, and how much of the newest would be missing. */
struct loss {
	enum data_verdict verdict;
	duration rpo;
};

static bool newest_writes_kept(const struct bench *b, const struct quorums *q, uint16_t leader, const uint8_t *present)
{
	const struct kind *k = b->kind;
	uint32_t enough = k->sem->rebuild, kept = 0;

	if (q->ack_rule == ACK_EXPR)
		return !quorum_may_keep_fewer(b, &q->ack, present, enough);
	if (q->ack_rule == ACK_LEADER)
		return present[leader] >= enough;
	for (uint16_t i = 0; i < k->n; i++)
		kept += (b->seats[i] & SEAT_IN_SET) && present[i];
	return kept >= enough;
}

static duration loss_rpo(const struct kind *k, const uint8_t *seats, const uint8_t *present, enum data_verdict verdict)
{
	if (verdict == DATA_SAFE)
		return 0;
	if (verdict == DATA_BACKUP)
		return k->sem->every;
	if (verdict == DATA_LOST)
		return DURATION_NONE;
	for (uint16_t i = 0; i < k->n; i++)
		if (present[i] && seat_info(seats[i])->copies && (seats[i] & (SEAT_IN_SET | SEAT_FOLLOWS)))
			return k->sem->lag;
	return DURATION_NONE;
}

static struct loss judge_data(const struct bench *b, const struct quorums *q, uint16_t leader, const uint8_t *fate)
{
	const struct kind *k = b->kind;
	uint32_t rebuild = k->sem->rebuild, copies = 0, holders = 0, backups = 0;
	uint8_t present[MAX_REPLICAS];
	struct loss loss;

	for (uint16_t i = 0; i < k->n; i++) {
		present[i] = is_present(fate, i);
		copies += present[i] && seat_info(b->seats[i])->copies;
		backups += present[i] && seat_role(b->seats[i]) == ROLE_BACKUP;
		holders += present[i] && (b->seats[i] & SEAT_IN_SET) && seat_info(b->seats[i])->holds_data;
	}
	loss.verdict = copies >= rebuild && newest_writes_kept(b, q, leader, present) ? DATA_SAFE
	             : holders >= rebuild ? DATA_TAIL
	             : copies >= rebuild ? DATA_STALE
	             : backups ? DATA_BACKUP : DATA_LOST;
	loss.rpo = loss_rpo(k, b->seats, present, loss.verdict);
	return loss;
}

static void worsen(enum data_verdict *verdict, duration *rpo, struct loss loss)
{
	if (loss.verdict == DATA_SAFE)
		return;
	if (loss.verdict > *verdict)
		*verdict = loss.verdict;
	*rpo = duration_max(*rpo, loss.rpo);
}

static bool remembered_already(const struct hearing *h, const struct memory *m)
{
	for (uint32_t i = 0; i < h->nmemories; i++)
		if (h->memories[i].leader == m->leader && h->memories[i].fallback == m->fallback &&
		    !memcmp(h->memories[i].seats, m->seats, h->kind->n))
			return true;
	return false;
}

/* The expressions of the service, or of its fallback. */
static const struct quorums *quorums_of(const struct kind *k, bool fallback)
{
	return fallback ? &k->sem->fallback : &k->sem->quorums;
}

static void remember(struct hearing *h, struct memory m)
{
	if (h->nmemories < MAX_MEMORIES && !remembered_already(h, &m))
		h->memories[h->nmemories++] = m;
}

/* Judges what is remembered afresh; what is safe again is forgotten. */
static void recall(struct hearing *h, struct loss *ret_worst)
{
	const struct condition *before = h->before;

	for (uint32_t i = 0; i < before->nmemories; i++) {
		struct bench b = {h->kind, h->scopes, before->memories[i].seats};
		const struct quorums *q = quorums_of(h->kind, before->memories[i].fallback);
		struct loss loss = judge_data(&b, q, before->memories[i].leader, h->fate);

		if (loss.verdict != DATA_SAFE)
			remember(h, before->memories[i]);
		worsen(&ret_worst->verdict, &ret_worst->rpo, loss);
	}
}

/*
 * The verdict of this step, with the write set from before it, joined with what is remembered and what is
 * final. What is remembered becomes final once the group takes writes under a leader, or an operator accepts
 * it: what comes back later is rolled back.
 */
static void judge_losses(struct hearing *h)
{
	const struct condition *before = h->before;
	struct bench b = {h->kind, h->scopes, before->seats};
	struct loss step = judge_data(&b, quorums_of(h->kind, before->fallback), before->leader, h->fate);
	struct loss remembered = {DATA_SAFE, 0};
	bool settles_it = h->kind->sem->leader && h->writes != ANSWER_NO;

	recall(h, &remembered);
	h->step_data = step.verdict;
	h->remembered_data = remembered.verdict;
	h->final_data = before->final_data;
	h->final_rpo = before->final_rpo;
	if (step.verdict != DATA_SAFE)
		remember(h, (struct memory){before->leader, before->fallback, before->seats});
	h->data = h->final_data;
	h->rpo = h->final_rpo;
	worsen(&h->data, &h->rpo, step);
	worsen(&h->data, &h->rpo, remembered);
	if (!settles_it && !h->accepted)
		return;
	worsen(&h->final_data, &h->final_rpo, step);
	worsen(&h->final_data, &h->final_rpo, remembered);
	h->nmemories = 0;
}

/* ---- status ---- */

/* Would writes and reads both go on under one set of expressions, promotions included? */
static bool both_go_on_by(const struct bench *b, const struct law *law)
{
	uint8_t seats[MAX_REPLICAS];
	struct bench moved = {b->kind, b->scopes, seats};
	struct queue queue;
	bool promoted = false;

	if (judge_writes(b, law, false) == ANSWER_NO) {
		memcpy(seats, b->seats, b->kind->n);
		promoted = promote(&moved, law, seats, &queue) > 0;
		if (!promoted)
			return false;
	}
	return goes_on(judge_reads(promoted ? &moved : b, law, promoted));
}

static bool both_go_on(const struct bench *b, uint16_t leader, bool fallback, struct law law)
{
	const struct kind *k = b->kind;

	law.quorums = quorums_of(k, fallback);
	law.stuck |= loses_decision(k, law.quorums, b->seats, leader, law.fate, law.context);
	if (both_go_on_by(b, &law))
		return true;
	if (!k->sem->has_fallback || fallback)
		return false;
	law.quorums = &k->sem->fallback;
	return both_go_on_by(b, &law);
}

/* Would every death of one more replica leave both going on? */
static bool any_one_may_die(const struct bench *b, uint16_t leader, bool fallback, struct law law)
{
	uint8_t then[MAX_REPLICAS];
	const uint8_t *now = law.fate;

	law.fate = then;
	memcpy(then, now, b->kind->n);
	for (uint16_t i = 0; i < b->kind->n; i++) {
		if (!is_live(now, i))
			continue;
		then[i] = GONE_DEAF | GONE_LOST;
		if (!both_go_on(b, leader, fallback, law))
			return false;
		then[i] = 0;
	}
	return true;
}

bool step_can_spare_one(const struct condition *c, const struct scopes *scopes, uint8_t context)
{
	struct bench b = {c->kind, scopes, c->seats};

	return any_one_may_die(&b, c->leader, false, (struct law){.fate = c->fate, .context = context});
}

enum status step_status(const struct hearing *h)
{
	struct bench settled = {h->kind, h->scopes, h->seats};

	if (h->writes == ANSWER_NO)
		return h->reads == ANSWER_NO ? STATUS_DOWN : h->reads == ANSWER_STALE ? STATUS_STALE : STATUS_READ_ONLY;
	if (!goes_on(h->reads))
		return STATUS_WRITE_ONLY;
	if (h->outcome.live == h->kind->n)
		return STATUS_OK;
	if (h->kind->can_spare_one && !any_one_may_die(&settled, h->leader, h->fallback, law_of(h)))
		return STATUS_AT_RISK;
	return STATUS_DEGRADED;
}

/* ---- time ---- */

static bool killed_in_step(const struct hearing *h, uint16_t i)
{
	return is_present(h->before->fate, i) && !is_present(h->fate, i);
}

/* By the seats of the verdict: those from before the step, or those that an accept left. */
static bool killed_a_member(const struct hearing *h)
{
	for (uint16_t i = 0; i < h->kind->n; i++)
		if ((h->judged[i] & SEAT_IN_SET) && killed_in_step(h, i))
			return true;
	return false;
}

static bool killed_a_voter(const struct hearing *h)
{
	for (uint16_t i = 0; i < h->kind->n; i++)
		if (seat_role(h->judged[i]) == ROLE_VOTER && killed_in_step(h, i))
			return true;
	return false;
}

static duration sum3(duration a, duration b, duration c)
{
	return duration_add(a, duration_add(b, c));
}

static duration rto_under_leader(const struct hearing *h, uint16_t old, uint16_t now)
{
	const struct semantics *sem = h->kind->sem;

	if (old == now)
		return h->quorums->ack_rule == ACK_INSYNC && killed_a_member(h) ? sem->detect : 0;
	if (!is_live(h->fate, old) && is_present(h->fate, old))
		return 0;
	return sum3(sem->detect, sem->elect, sem->reroute);
}

static duration rto_when_stopped(const struct hearing *h)
{
	const struct kind *k = h->kind;
	const struct semantics *sem = k->sem;
	bool takes_over = live_in_role(k, h->seats, h->fate, ROLE_STANDBY) ||
	                  live_holders(k, h->seats, h->fate) >= at_least_one(sem->rebuild);

	if (sem->failover == FAILOVER_MANUAL && takes_over)
		return duration_add(sem->operator, sum3(sem->detect, sem->promote, sem->reroute));
	if (h->data == DATA_BACKUP)
		return sum3(sem->detect, sem->restore, sem->reroute);
	return DURATION_NONE;
}

/* `leader_then`: who had the title once accepts were carried out. */
static duration judge_rto(const struct hearing *h, uint16_t leader_then)
{
	const struct semantics *sem = h->kind->sem;

	if (h->writes == ANSWER_NO)
		return rto_when_stopped(h);
	if (h->entered_fallback)
		return sem->fallback_after;
	if (h->promoted)
		return sum3(h->seat_lost_by_kill ? sem->detect : 0, sem->promote, sem->reroute);
	if (sem->leader)
		return rto_under_leader(h, leader_then, h->leader);
	return killed_a_voter(h) ? duration_add(sem->detect, sem->reroute) : 0;
}

/* ---- the step ---- */

/* Writes by the expressions in force, standbys taking seats if need be. */
static void judge_and_promote(struct hearing *h)
{
	struct bench b = {h->kind, h->scopes, h->seats};
	struct law law = law_of(h);
	struct queue q;
	int taken;

	h->writes = judge_writes(&b, &law, false);
	if (h->writes != ANSWER_NO)
		return;
	taken = promote(&b, &law, h->seats, &q);
	h->promoted = taken > 0;
	for (int i = 0; i < taken; i++)
		h->seat_lost_by_kill |= !is_present(h->fate, q.seat[i]);
	if (h->promoted)
		h->writes = judge_writes(&b, &law, true);
}

static void judge_service(struct hearing *h)
{
	struct bench b = {h->kind, h->scopes, h->seats};
	struct law law;

	judge_and_promote(h);
	if (h->writes == ANSWER_NO && h->kind->sem->has_fallback && !h->fallback) {
		h->quorums = quorums_of(h->kind, true);
		judge_and_promote(h);
		h->fallback = h->entered_fallback = h->writes != ANSWER_NO;
		h->quorums = quorums_of(h->kind, h->fallback);
	}
	law = law_of(h);
	h->reads = judge_reads(&b, &law, h->promoted);
	memcpy(h->judged, h->seats, h->kind->n);
}

/* A fallback lasts until the system's own expressions hold again at a settled state. */
static void leave_fallback(struct hearing *h)
{
	struct bench b = {h->kind, h->scopes, h->seats};
	struct law law = law_of(h);

	law.quorums = quorums_of(h->kind, false);
	if (h->fallback && judge_writes(&b, &law, false) != ANSWER_NO)
		h->fallback = false;
}

/* Every live replica is brought up to date, if writes go on and there is somebody to bring it up to date from. */
static void settle(struct hearing *h)
{
	const struct kind *k = h->kind;
	uint32_t sources = h->promoted ? live_in_role(k, h->seats, h->fate, ROLE_VOTER) : live_holders(k, h->seats, h->fate);

	if (h->writes == ANSWER_NO) {
		h->leader = h->before->leader;
		return;
	}
	h->leader = next_leader(k, h->seats, h->accepted ? h->judged : h->before->seats, h->fate, h->leader, h->promoted);
	if (sources >= at_least_one(k->sem->rebuild)) {
		renew_sets(k, h->seats, h->fate);
		leave_fallback(h);
	}
}

static void conclude(struct hearing *h, uint16_t leader_then)
{
	uint16_t live = 0;

	for (uint16_t i = 0; i < h->kind->n; i++)
		live = (uint16_t)(live + is_live(h->fate, i));
	h->outcome = (struct outcome){
		.writes = (uint8_t)h->writes,
		.reads = (uint8_t)h->reads,
		.data = (uint8_t)h->data,
		.promoted = h->promoted,
		.accepted = h->accepted,
		.fallback = h->fallback,
		.live = live,
		.leader = h->leader,
		.rpo = h->rpo,
		.rto = judge_rto(h, leader_then),
	};
}

void step_judge(struct hearing *h, const struct condition *before, const struct scopes *scopes,
                const struct circumstances *now)
{
	uint16_t leader_then;

	h->kind = before->kind;
	h->scopes = scopes;
	h->fallback = before->fallback;
	h->quorums = quorums_of(h->kind, h->fallback);
	h->before = before;
	h->fate = now->fate;
	h->context = now->context;
	h->leader = before->leader;
	h->accepted = h->promoted = h->seat_lost_by_kill = h->entered_fallback = false;
	h->stuck = (now->context & CONTEXT_FROZEN) && before->stuck;
	h->stuck |= loses_decision(h->kind, h->quorums, before->seats, before->leader, now->fate, now->context);
	h->nmemories = 0;
	memcpy(h->seats, before->seats, h->kind->n);
	if (now->accept)
		accept(h);
	leader_then = h->leader;
	judge_service(h);
	judge_losses(h);
	settle(h);
	conclude(h, leader_then);
}

void step_healthy(const struct kind *k, uint8_t *seats, uint8_t *fate, struct condition *ret)
{
	uint16_t leader = 0;

	memset(fate, 0, k->n);
	memcpy(seats, k->roles, k->n);
	renew_sets(k, seats, fate);
	next_in_role(k, seats, fate, ROLE_VOTER, true, &leader);
	*ret = (struct condition){.kind = k, .leader = leader, .final_data = DATA_SAFE, .fate = fate, .seats = seats};
}
