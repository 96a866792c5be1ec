/* timing - how long until writes are back: the RTO of one step */
#include "engine/step_p.h"

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

duration rto_part_length(const struct semantics *sem, enum rto_part part)
{
	const duration lengths[RTO_PARTS] = {
		[RTO_DETECT] = sem->detect, [RTO_FALLBACK] = sem->fallback_after, [RTO_OPERATOR] = sem->operator,
		[RTO_ELECT] = sem->elect, [RTO_PROMOTE] = sem->promote, [RTO_RESTORE] = sem->restore,
		[RTO_REROUTE] = sem->reroute,
	};

	return lengths[part];
}

#define PART(part) (1u << (part))
#define UNBOUNDED (1u << RTO_PARTS) /* nothing that is known brings writes back */

static unsigned parts_under_leader(const struct hearing *h, uint16_t old, uint16_t now)
{
	if (old == now)
		return h->quorums->ack_rule == ACK_INSYNC && killed_a_member(h) ? PART(RTO_DETECT) : 0;
	if (h->raw_fate[old] == GONE_DEAF) /* drained, and not also killed: it hands over first */
		return 0;
	return PART(RTO_DETECT) | PART(RTO_ELECT) | PART(RTO_REROUTE);
}

static unsigned parts_when_stopped(const struct hearing *h)
{
	const struct kind *k = h->kind;
	const struct semantics *sem = k->sem;
	bool takes_over = live_in_role(k, h->seats, h->fate, ROLE_STANDBY) ||
	                  live_holders(k, h->seats, h->fate) >= at_least_one(sem->rebuild);

	if (sem->failover == FAILOVER_MANUAL && takes_over)
		return PART(RTO_DETECT) | PART(RTO_OPERATOR) | PART(RTO_PROMOTE) | PART(RTO_REROUTE);
	if (h->data == DATA_BACKUP)
		return PART(RTO_DETECT) | PART(RTO_RESTORE) | PART(RTO_REROUTE);
	return UNBOUNDED;
}

static unsigned rto_parts(const struct hearing *h, uint16_t leader_then)
{
	if (h->writes == ANSWER_NO)
		return parts_when_stopped(h);
	if (h->entered_fallback)
		return PART(RTO_FALLBACK);
	if (h->promoted)
		return (h->seat_lost_by_kill ? PART(RTO_DETECT) : 0) | PART(RTO_PROMOTE) | PART(RTO_REROUTE);
	if (h->kind->sem->leader)
		return parts_under_leader(h, leader_then, h->leader);
	return killed_a_voter(h) ? PART(RTO_DETECT) | PART(RTO_REROUTE) : 0;
}

duration judge_rto(const struct hearing *h, uint16_t leader_then, uint8_t *ret_parts)
{
	unsigned parts = rto_parts(h, leader_then);
	duration rto = parts & UNBOUNDED ? DURATION_NONE : 0;

	for (enum rto_part p = 0; p < RTO_PARTS; p++)
		if (parts & PART(p))
			rto = duration_add(rto, rto_part_length(h->kind->sem, p));
	*ret_parts = (uint8_t)(parts & ~UNBOUNDED);
	return rto;
}
