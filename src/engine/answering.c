/* answering - whose answers a write or a read waits for: see engine/judge.h */
#include "engine/situations_p.h"

/* What each replica may do for those who ask, once the step has settled. */
static uint8_t may_answer(const struct hearing *h, uint16_t i)
{
	const struct role_info *info = seat_info(h->seats[i]);
	bool in_sync = h->settled->ack_rule != ACK_INSYNC || (h->seats[i] & SEAT_IN_SET);

	if (!is_live(h->fate, i))
		return 0;
	return (uint8_t)((info->acknowledges && in_sync ? ANSWERS_WRITES : 0) | (info->votes ? ANSWERS_READS : 0) |
	                 (seat_role(h->seats[i]) == ROLE_VOTER ? ANSWERS_COORDINATES : 0));
}

void judge_answering(struct engine *e, situation_id s, struct answering *ret)
{
	struct hearing *h = situation_hearing(e, s);
	const struct outcome *o = judge_outcome(e, s);

	for (uint16_t i = 0; i < h->kind->n; i++)
		e->may_answer[i] = may_answer(h, i);
	*ret = (struct answering){
		.writes = goes_on(o->writes),
		.reads = goes_on(o->reads),
		.has_leader = h->kind->sem->leader,
		.leader = NO_PEER,
		.ack_rule = h->settled->ack_rule,
		.n = h->kind->n,
		.may = e->may_answer,
		.hearing = h,
	};
	if (ret->has_leader && (e->may_answer[h->leader] & ANSWERS_COORDINATES))
		ret->leader = h->leader;
}

uint32_t answers_needed(const struct answering *a, enum judge_expr which, const uint16_t *order, uint32_t n)
{
	const struct hearing *h = a->hearing;
	struct bench b = {h->kind, h->scopes, h->seats};

	return quorum_reached(&b, which == JUDGE_READ ? &h->settled->read : &h->settled->ack, order, n);
}
