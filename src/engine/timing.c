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

static duration sum3(duration a, duration b, duration c)
{
	return duration_add(a, duration_add(b, c));
}

static duration rto_under_leader(const struct hearing *h, uint16_t old, uint16_t now)
{
	const struct semantics *sem = h->kind->sem;

	if (old == now)
		return h->quorums->ack_rule == ACK_INSYNC && killed_a_member(h) ? sem->detect : 0;
	if (h->raw_fate[old] == GONE_DEAF) /* drained, and not also killed: it hands over first */
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
duration judge_rto(const struct hearing *h, uint16_t leader_then)
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
