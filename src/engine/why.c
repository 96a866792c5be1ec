/* why - what a group's verdict rests on: see engine/state.h */
#include <string.h>

#include "engine/state_p.h"
#include "engine/views_p.h"

static domain_id domain_of_cell(const struct model *m, uint32_t group, const struct hearing *h, const struct term *t,
                                uint16_t cell)
{
	const uint16_t *cells = kind_cells(h->kind, h->scopes, t);

	for (uint16_t i = 0; cells && i < h->kind->n; i++)
		if (cells[i] == cell)
			return domain_at_level(m, group_places(m, group)[i], t->level);
	return NO_DOMAIN;
}

static void tally(const struct model *m, uint32_t group, const struct hearing *h, const struct expr *e,
                  const uint8_t *have, struct verdict_why *ret)
{
	struct bench b = {h->kind, h->scopes, h->judged};

	for (uint32_t i = 0; i < e->nterms && ret->ntallies < MAX_TALLIES; i++) {
		struct count c;

		quorum_count(&b, &e->terms[i], have, &c);
		ret->tallies[ret->ntallies++] = (struct tally){
			.term = &e->terms[i],
			.have = c.have,
			.need = c.need,
			.of = c.of,
			.holds = c.holds,
			.partial = c.partial,
			.short_domain = c.short_cell == NO_CELL ? NO_DOMAIN
			                                        : domain_of_cell(m, group, h, &e->terms[i], c.short_cell),
			.short_have = c.short_have,
			.short_need = c.short_need,
		};
	}
}

static void tally_all(const struct model *m, uint32_t group, const struct hearing *h, struct group_why *ret)
{
	uint8_t votes[MAX_REPLICAS], acks[MAX_REPLICAS];

	for (uint16_t i = 0; i < h->kind->n; i++) {
		votes[i] = !h->fate[i] && seat_info(h->judged[i])->votes;
		acks[i] = !h->fate[i] && seat_info(h->judged[i])->acknowledges;
	}
	tally(m, group, h, &h->quorums->write, votes, &ret->write);
	tally(m, group, h, &h->quorums->read, votes, &ret->read);
	if (h->quorums->ack_rule == ACK_EXPR)
		tally(m, group, h, &h->quorums->ack, acks, &ret->ack);
}

static void count_members(const struct hearing *h, struct group_why *ret)
{
	for (uint16_t i = 0; i < h->kind->n; i++) {
		bool live = !h->fate[i], present = !(h->fate[i] & GONE_LOST);
		bool holder = h->promoted || (h->judged[i] & SEAT_IN_SET);

		ret->holders_live += live && holder && seat_role(h->judged[i]) == ROLE_VOTER;
		ret->copies_present += present && seat_info(h->judged[i])->copies;
		if (!(h->base[i] & SEAT_IN_SET))
			continue;
		ret->set_before++;
		ret->set_lost += !present;
	}
}

/* Of a split brain, the side that a replica writes with; one that two sides see is told of with the first. */
static uint8_t side_of_replica(const struct hearing *h, uint16_t i)
{
	uint8_t side = 1;

	if (!h->split || h->raw_fate[i])
		return 0;
	if (i == h->viewer || (is_live(h->fate, i) && (h->seats[i] & SEAT_IN_SET)))
		return side;
	for (uint16_t k = 0; k < h->nrivals; k++) {
		const struct rival *r = &h->rivals[k];

		side = (uint8_t)(side + r->writes);
		if (r->writes && (i == r->viewer || ((r->seats[i] & SEAT_IN_SET) && hears(h, r->viewer, i))))
			return side;
	}
	return 0;
}

static uint8_t side_followed(const struct hearing *h, uint16_t i)
{
	uint8_t side = 1;

	for (uint16_t k = 0; h->split && !h->raw_fate[i] && k < h->nrivals; k++) {
		const struct rival *r = &h->rivals[k];

		side = (uint8_t)(side + r->writes);
		if (r->writes && (r->seats[i] & SEAT_FOLLOWS) && hears(h, r->viewer, i))
			return side;
	}
	return 0;
}

static const uint8_t *seats_of_side(const struct hearing *h, uint8_t side)
{
	uint8_t at = 1;

	for (uint16_t k = 0; side > 1 && k < h->nrivals; k++) {
		at = (uint8_t)(at + h->rivals[k].writes);
		if (at == side)
			return h->rivals[k].seats;
	}
	return h->seats;
}

static void name_sides(const struct hearing *h, struct group_why *ret)
{
	uint8_t nsides = 0;

	ret->more_sides = h->more_sides;
	if (!h->split)
		return;
	for (uint16_t i = h->kind->n; !h->kind->sem->leader && i-- > 0;)
		if (side_of_replica(h, i))
			ret->speakers[side_of_replica(h, i) - 1] = i;
	if (!h->kind->sem->leader)
		return;
	ret->speakers[nsides++] = h->leader;
	for (uint16_t k = 0; k < h->nrivals; k++)
		if (h->rivals[k].writes)
			ret->speakers[nsides++] = h->rivals[k].settled.leader;
}

static void say_needs(const struct hearing *h, struct group_why *ret)
{
	ret->need_stops_writes = (h->context & CONTEXT_NO_WRITES) != 0;
	ret->need_stops_reads = (h->context & CONTEXT_NO_READS) != 0;
	ret->need_limits = (h->context & (CONTEXT_SOME_WRITES | CONTEXT_SOME_READS)) != 0;
	ret->need_freezes = (h->context & CONTEXT_FROZEN) != 0;
	ret->frozen_stop = h->stuck;
}

static void say_replicas(const struct model *m, uint32_t group, const struct hearing *h, struct replica_why *ret)
{
	for (uint16_t i = 0; i < h->kind->n; i++) {
		uint8_t side = side_of_replica(h, i), followed = side ? 0 : side_followed(h, i);

		ret[i] = (struct replica_why){
			.place = group_places(m, group)[i],
			.role = (uint8_t)seat_role(h->seats[i]),
			.configured_role = h->kind->roles[i],
			.live = !h->fate[i],
			.present = !(h->fate[i] & GONE_LOST),
			.cut_off = (h->fate[i] & GONE_CUT) != 0,
			.side = side,
			.follows_side = followed,
			.role_there = (uint8_t)seat_role(seats_of_side(h, side ? side : followed)[i]),
			.in_write_set = (h->seats[i] & SEAT_IN_SET) != 0,
			.follower = (h->seats[i] & SEAT_FOLLOWS) != 0,
			.was_in_write_set = (h->base[i] & SEAT_IN_SET) != 0,
		};
	}
}

static uint32_t holders_needed(const struct hearing *h)
{
	uint32_t rebuild = h->kind->sem->rebuild;

	if (h->promoted)
		return rebuild > 1 ? rebuild : 1;
	return rebuild != 0;
}

void judge_why(struct engine *e, uint32_t group, situation_id s, struct group_why *ret)
{
	const struct hearing *h = situation_hearing(e, s);
	struct replica_why *replicas = ret->replicas;

	memset(ret, 0, sizeof(*ret));
	ret->replicas = replicas;
	ret->outcome = *judge_outcome(e, s);
	ret->holders_needed = holders_needed(h);
	ret->rebuild = h->kind->sem->rebuild;
	ret->step_data = (uint8_t)h->step_data;
	ret->remembered_data = (uint8_t)h->remembered_data;
	ret->final_data = (uint8_t)h->final_data;
	ret->rolled_back = h->writes_rolled_back;
	ret->judged_by = h->rift ? h->viewer : NO_PEER;
	name_sides(h, ret);
	ret->nreplicas = h->kind->n;
	ret->unmet.service = NO_SERVICE;
	say_needs(h, ret);
	tally_all(e->model, group, h, ret);
	count_members(h, ret);
	if (replicas)
		say_replicas(e->model, group, h, replicas);
}

void state_why(const struct state *s, uint32_t group, struct group_why *ret)
{
	judge_why(s->engine, group, s->at[group], ret);
	if (ret->need_stops_writes || ret->need_stops_reads || ret->need_limits || ret->need_freezes)
		state_unmet_need(s, group, ret->judged_by, &ret->unmet);
}
