/* losses - what is left of a group's data: this step's verdict, what is remembered, what is final */
#include <string.h>

#include "engine/step_p.h"

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

static bool remembered_already(const struct hearing *h, const struct basis *m)
{
	for (uint32_t i = 0; i < h->nmemories; i++)
		if (h->memories[i].leader == m->leader && h->memories[i].fallback == m->fallback &&
		    !memcmp(h->memories[i].seats, m->seats, h->kind->n))
			return true;
	return false;
}

static void remember(struct hearing *h, struct basis m)
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

/* The verdict of this step with the write set of one side, remembered if it is not safe. */
static struct loss judge_side(struct hearing *h, struct basis side)
{
	struct bench b = {h->kind, h->scopes, side.seats};
	struct loss loss = judge_data(&b, quorums_of(h->kind, side.fallback), side.leader, h->fate);

	if (loss.verdict != DATA_SAFE)
		remember(h, side);
	return loss;
}

/*
 * The verdict of this step, with the write set from before it, joined with what is remembered and what is
 * final. What is remembered becomes final once the group takes writes under a leader, or an operator accepts
 * it: what comes back later is rolled back.
 */
void judge_losses(struct hearing *h)
{
	const struct condition *before = h->before;
	struct loss step = judge_side(h, (struct basis){h->base_leader, h->base_fallback, h->base});
	struct loss remembered = {DATA_SAFE, 0};
	bool settles_it = h->kind->sem->leader && h->writes != ANSWER_NO;

	for (uint16_t i = 0; i < h->nrivals; i++)
		worsen(&step.verdict, &step.rpo, judge_side(h, h->rivals[i].basis));
	recall(h, &remembered);
	h->step_data = step.verdict;
	h->remembered_data = remembered.verdict;
	h->final_data = before->final_data;
	h->final_rpo = before->final_rpo;
	if (h->writes_rolled_back) /* by the side of a split that gave way */
		worsen(&h->final_data, &h->final_rpo, (struct loss){DATA_TAIL, DURATION_NONE});
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
