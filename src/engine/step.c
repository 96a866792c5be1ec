/* step - see step_p.h. The order of the functions is that of a step: accept, verdict, promotion, data, settling. */
#include <string.h>

#include "engine/step_p.h"

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

/* ---- status ---- */

/* Would writes go on under one set of expressions, promotions included? If so, *ret_reads says whether reads do. */
static bool writes_go_on_by(const struct bench *b, const struct law *law, bool *ret_reads)
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
	*ret_reads = goes_on(judge_reads(promoted ? &moved : b, law, promoted));
	return true;
}

static bool both_go_on(const struct bench *b, uint16_t leader, bool fallback, struct law law)
{
	const struct kind *k = b->kind;
	bool reads = false;

	law.quorums = quorums_of(k, fallback);
	law.stuck &= (law.context & CONTEXT_FROZEN) != 0;
	law.stuck |= loses_decision(k, law.quorums, b->seats, leader, law.fate, law.context);
	if (writes_go_on_by(b, &law, &reads) || !k->sem->has_fallback || fallback)
		return reads;
	law.quorums = &k->sem->fallback;
	return writes_go_on_by(b, &law, &reads) && reads;
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

/* The same where not all hear each other: who is left may be judged from another side. */
static bool any_one_may_die_apart(struct hearing *h)
{
	struct bench settled = {h->kind, h->scopes, h->seats};
	uint8_t now[MAX_REPLICAS], then[MAX_REPLICAS], base[MAX_REPLICAS];
	const uint8_t *raw_fate = h->raw_fate;
	const struct quorums *quorums = h->quorums;
	uint16_t viewer = h->viewer, base_leader = h->base_leader;
	bool spared = true;

	memcpy(now, h->fate, h->kind->n);
	memcpy(then, raw_fate, h->kind->n);
	memcpy(base, h->base, h->kind->n);
	memcpy(h->base, h->seats, h->kind->n);
	h->base_leader = h->leader;
	h->quorums = h->settled = quorums_of(h->kind, h->fallback);
	h->raw_fate = then;
	for (uint16_t i = 0; i < h->kind->n && spared; i++) {
		if (!is_live(now, i))
			continue;
		then[i] = GONE_DEAF | GONE_LOST;
		views_choose(h);
		spared = both_go_on(&settled, h->leader, h->fallback, law_of(h));
		then[i] = 0;
	}
	memcpy(h->base, base, h->kind->n);
	h->base_leader = base_leader;
	h->quorums = quorums;
	h->raw_fate = raw_fate;
	views_look_from(h, viewer);
	return spared;
}

enum status step_status(struct hearing *h)
{
	struct bench settled = {h->kind, h->scopes, h->seats};
	bool spared;

	if (h->split)
		return STATUS_SPLIT;
	if (h->writes == ANSWER_NO)
		return h->reads == ANSWER_NO ? STATUS_DOWN : h->reads == ANSWER_STALE ? STATUS_STALE : STATUS_READ_ONLY;
	if (!goes_on(h->reads))
		return STATUS_WRITE_ONLY;
	if (h->outcome.live == h->kind->n)
		return STATUS_OK;
	if (!h->kind->can_spare_one)
		return STATUS_DEGRADED;
	spared = h->rift ? any_one_may_die_apart(h) : any_one_may_die(&settled, h->leader, h->fallback, law_of(h));
	return spared ? STATUS_DEGRADED : STATUS_AT_RISK;
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
	h->settled = quorums_of(h->kind, h->fallback);
}

/* Every live replica is brought up to date, if writes go on and there is somebody to bring it up to date from. */
static void settle(struct hearing *h)
{
	const struct kind *k = h->kind;
	uint32_t sources = sources_of_truth(k, h->seats, h->fate, h->promoted);

	if (h->writes == ANSWER_NO) {
		h->leader = h->base_leader;
		return;
	}
	h->leader = next_leader(k, h->seats, h->accepted ? h->judged : h->base, h->fate, h->leader, h->promoted);
	if (sources >= at_least_one(k->sem->rebuild))
		renew_sets(k, h->seats, h->fate);
}

static uint8_t count_sides(const struct hearing *h)
{
	uint8_t n = h->split ? 1 : 0;

	for (uint16_t i = 0; i < h->nrivals; i++)
		n = (uint8_t)(n + h->rivals[i].writes);
	return n;
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
		.split = h->split,
		.sides = count_sides(h),
		.live = live,
		.leader = h->leader,
		.rpo = h->rpo,
	};
	h->outcome.rto = judge_rto(h, leader_then, &h->outcome.rto_parts);
}

static void open_hearing(struct hearing *h, const struct condition *before, const struct scopes *scopes,
                         const struct circumstances *now)
{
	uint16_t n = before->kind->n;

	h->kind = before->kind;
	h->scopes = scopes;
	h->before = before;
	h->fallback = before->fallback;
	h->stuck = before->stuck;
	h->quorums = h->settled = quorums_of(h->kind, h->fallback);
	h->raw_fate = now->fate;
	h->rift = now->rift;
	h->context = now->context;
	h->base_leader = before->leader;
	h->base_fallback = before->fallback;
	h->nrivals = before->nrivals;
	h->accepted = h->promoted = h->seat_lost_by_kill = h->entered_fallback = false;
	h->split = h->more_sides = h->writes_rolled_back = false;
	h->nmemories = 0;
	memcpy(h->base, before->seats, n);
	for (uint16_t i = 0; i < h->nrivals; i++) {
		memcpy(h->rivals[i].then, before->rivals[i].seats, n);
		h->rivals[i].basis = (struct basis){before->rivals[i].leader, before->rivals[i].fallback, h->rivals[i].then};
	}
}

void step_judge(struct hearing *h, const struct condition *before, const struct scopes *scopes,
                const struct circumstances *now)
{
	uint16_t leader_then;

	open_hearing(h, before, scopes, now);
	sides_end_split(h);
	h->leader = h->base_leader;
	views_choose(h);
	h->stuck = (h->context & CONTEXT_FROZEN) && h->stuck;
	h->stuck |= loses_decision(h->kind, h->settled, h->base, h->base_leader, h->fate, h->context);
	memcpy(h->seats, h->base, h->kind->n);
	if (now->accept)
		accept(h);
	leader_then = h->leader;
	judge_service(h);
	judge_losses(h);
	sides_find_split(h);
	settle(h);
	leave_fallback(h);
	conclude(h, leader_then);
}

void step_healthy(const struct kind *k, uint8_t *seats, uint8_t *fate, struct condition *ret)
{
	memset(fate, 0, k->n);
	memcpy(seats, k->roles, k->n);
	renew_sets(k, seats, fate);
	*ret = (struct condition){
		.kind = k,
		.leader = next_leader(k, seats, seats, fate, 0, false),
		.final_data = DATA_SAFE,
		.fate = fate,
		.seats = seats,
	};
}
