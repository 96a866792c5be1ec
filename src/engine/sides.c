/*
 * sides - split brain: which sides of a group write apart, and what is left of them when they hear each other again.
 *
 * The side that is judged comes first; the others, its rivals, in the order in which they came apart. Each has a
 * configuration, a write set and a leader of its own, and may split again.
 */
#include <string.h>

#include "engine/views_p.h"

/* ---- quorums that don't meet ---- */

/* What one side can count: live replicas that a viewer hears, whose role may do something. */
static void reach_of(const struct hearing *h, uint16_t viewer, const uint8_t *seats, bool acks, uint8_t *ret)
{
	for (uint16_t j = 0; j < h->kind->n; j++) {
		const struct role_info *info = seat_info(seats[j]);

		ret[j] = is_live(h->raw_fate, j) && hears(h, viewer, j) && (acks ? info->acknowledges : info->votes);
	}
}

/* One of two sides that may meet: its configuration, the expressions in force, and through whose eyes it writes. */
struct writing { const uint8_t *seats; const struct quorums *quorums; uint16_t viewer; };

static bool satisfied(const struct hearing *h, const struct writing *w, const uint8_t *votes, const uint8_t *acks)
{
	struct bench b = {h->kind, h->scopes, w->seats};

	return quorum_answer(&b, &w->quorums->write, votes) != ANSWER_NO &&
	       (w->quorums->ack_rule != ACK_EXPR || quorum_answer(&b, &w->quorums->ack, acks) != ANSWER_NO);
}

/* Beyond so many replicas that both sides see, all of them are given to each side in turn. */
#define MAX_SEEN_BY_BOTH 12

struct meeting {
	struct writing side[2];
	uint8_t votes[2][MAX_REPLICAS], acks[2][MAX_REPLICAS];
	uint16_t both[MAX_REPLICAS]; /* seen by both */
	uint32_t nboth;
};

/* With those seen by both shared out as the bits of `first_gets` say, do both sides have a quorum? */
static bool both_satisfied(const struct hearing *h, const struct meeting *m, uint32_t first_gets)
{
	uint8_t votes[MAX_REPLICAS], acks[MAX_REPLICAS];

	for (int side = 0; side < 2; side++) {
		memcpy(votes, m->votes[side], h->kind->n);
		memcpy(acks, m->acks[side], h->kind->n);
		for (uint32_t i = 0; i < m->nboth; i++)
			if ((first_gets >> (i % 32) & 1) == (uint32_t)side)
				votes[m->both[i]] = acks[m->both[i]] = 0;
		if (!satisfied(h, &m->side[side], votes, acks))
			return false;
	}
	return true;
}

/* Two AZs that both hear a third are not two halves: their quorums must not meet in it. */
static bool quorums_disjoint(const struct hearing *h, struct writing one, struct writing other)
{
	struct meeting m;

	m.side[0] = one;
	m.side[1] = other;
	m.nboth = 0;
	for (int side = 0; side < 2; side++) {
		reach_of(h, m.side[side].viewer, m.side[side].seats, false, m.votes[side]);
		reach_of(h, m.side[side].viewer, m.side[side].seats, true, m.acks[side]);
	}
	for (uint16_t i = 0; i < h->kind->n; i++)
		if (is_live(h->raw_fate, i) && hears(h, one.viewer, i) && hears(h, other.viewer, i))
			m.both[m.nboth++] = i;
	if (m.nboth > MAX_SEEN_BY_BOTH)
		return both_satisfied(h, &m, 0) || both_satisfied(h, &m, UINT32_MAX);
	for (uint32_t gets = 0; gets < 1u << m.nboth; gets++)
		if (both_satisfied(h, &m, gets))
			return true;
	return false;
}

/* ---- sides that write ---- */

static struct writing writing_judged(const struct hearing *h)
{
	return (struct writing){h->judged, h->quorums, h->viewer};
}

static struct writing writing_rival(const struct rival *r)
{
	return (struct writing){r->seats, r->quorums, r->viewer};
}

static bool heard_by_a_side(const struct hearing *h, uint16_t i)
{
	if (hears(h, h->viewer, i))
		return true;
	for (uint16_t k = 0; k < h->nrivals; k++)
		if (h->rivals[k].writes && hears(h, h->rivals[k].viewer, i))
			return true;
	return false;
}

static bool meets_no_side(const struct hearing *h, struct writing w)
{
	if (!quorums_disjoint(h, writing_judged(h), w))
		return false;
	for (uint16_t k = 0; k < h->nrivals; k++)
		if (h->rivals[k].writes && !quorums_disjoint(h, writing_rival(&h->rivals[k]), w))
			return false;
	return true;
}

/* A member of the write set that the judged side, or a rival, had before the step. */
static bool belongs_to_other(const struct hearing *h, const struct side *side, uint16_t i)
{
	if (side->seats != h->base && (h->base[i] & SEAT_IN_SET))
		return true;
	for (uint16_t k = 0; k < h->nrivals; k++)
		if (side->seats != h->rivals[k].then && (h->rivals[k].then[i] & SEAT_IN_SET))
			return true;
	return false;
}

/* A standby takes over that can't reach a leader which lives. */
static bool may_take_over(const struct hearing *h, const struct side *side, uint16_t i)
{
	return h->kind->sem->leader && seat_role(side->seats[i]) == ROLE_STANDBY && is_live(h->raw_fate, side->leader) &&
	       !hears(h, i, side->leader) && !belongs_to_other(h, side, i);
}

/* How replica i of a side writes by itself: with a quorum of its own, or as a standby that takes over. */
static enum means writes_apart(struct hearing *h, uint16_t i, struct side *side, uint8_t *seats)
{
	bool candidate = is_candidate(h, side->seats, i);
	enum means means;

	if (!candidate && !may_take_over(h, side, i))
		return BY_NO_MEANS;
	means = can_write_from(h, i, side, seats, true);
	if (!means && falls_back(h, side))
		means = can_write_from(h, i, side, seats, true);
	if (candidate)
		return means && meets_no_side(h, (struct writing){seats, side->quorums, i}) ? means : BY_NO_MEANS;
	return seat_role(seats[i]) == ROLE_VOTER ? means : BY_NO_MEANS;
}

/* The guarantee is back that the fallback gave up, as the replica that is looked from sees it. */
static bool fallback_lasts(const struct hearing *h, const struct side *side, const uint8_t *seats)
{
	struct bench b = {h->kind, h->scopes, seats};
	struct side own = *side;
	struct law law;

	own.quorums = quorums_of(h->kind, false);
	law = law_of_side(h, &own);
	return side->quorums != own.quorums && judge_writes(&b, &law, false) == ANSWER_NO;
}

/* Keeps what a side settles on that writes apart, with the seats that this takes. */
static void settle_rival(struct hearing *h, struct rival *r, const struct side *side, uint16_t viewer,
                         const uint8_t *seats, enum means means)
{
	look_from(h, viewer);
	memcpy(r->seats, seats, h->kind->n);
	r->settled.leader = next_leader(h->kind, seats, seats, h->fate, viewer, true);
	if (sources_of_truth(h->kind, seats, h->fate, means == BY_PROMOTION) >= at_least_one(h->kind->sem->rebuild))
		renew_sets(h->kind, r->seats, h->fate);
	r->settled.fallback = fallback_lasts(h, side, r->seats);
	r->settled.seats = r->seats;
	r->quorums = side->quorums;
	r->viewer = viewer;
	r->writes = h->split = true;
}

/* Whoever comes apart from a side in this step. */
static void find_rivals(struct hearing *h, struct basis of)
{
	uint8_t seats[MAX_REPLICAS];

	for (uint16_t i = 0; i < h->kind->n; i++) {
		struct side side = side_of(h, &of);
		enum means means;

		if (!is_live(h->raw_fate, i) || heard_by_a_side(h, i))
			continue;
		means = writes_apart(h, i, &side, seats);
		if (!means)
			continue;
		if (h->nrivals == MAX_RIVALS) {
			h->more_sides = true;
			return;
		}
		memset(h->rivals[h->nrivals].then, 0, h->kind->n);
		settle_rival(h, &h->rivals[h->nrivals++], &side, i, seats, means);
	}
}

/* A rival that there is already goes on, or not, by its own configuration. */
static void follow_rival(struct hearing *h, struct rival *r)
{
	struct side side = side_of(h, &r->basis);
	uint16_t i = writer_of(h, &side);
	uint8_t seats[MAX_REPLICAS];
	enum means means;

	if (i == NO_VIEWER || heard_by_a_side(h, i))
		return;
	means = can_write_from(h, i, &side, seats, true);
	settle_rival(h, r, &side, i, seats, means);
}

void sides_find_split(struct hearing *h)
{
	uint16_t nrivals = h->nrivals;

	for (uint16_t k = 0; k < nrivals; k++) {
		struct rival *r = &h->rivals[k];

		memcpy(r->seats, r->then, h->kind->n);
		r->settled = (struct basis){r->basis.leader, r->basis.fallback, r->seats};
		r->writes = false;
	}
	if (!h->rift || h->kind->sem->fencing != FENCING_NONE || h->writes == ANSWER_NO || h->viewer == NO_VIEWER)
		return;
	for (uint16_t k = 0; k < nrivals; k++)
		follow_rival(h, &h->rivals[k]);
	find_rivals(h, (struct basis){h->base_leader, h->base_fallback, h->base});
	for (uint16_t k = 0; k < nrivals; k++)
		if (h->rivals[k].writes)
			find_rivals(h, h->rivals[k].basis);
	look_from(h, h->viewer);
}

/* ---- the end of a split ---- */

/* A side when the step begins, to be changed: 0 is the one that is judged. */
struct stand { uint8_t *seats; uint16_t *leader; bool *fallback; };

static struct stand stand_of(struct hearing *h, uint16_t side)
{
	struct rival *r = &h->rivals[side ? side - 1 : 0];

	if (!side)
		return (struct stand){h->base, &h->base_leader, &h->base_fallback};
	return (struct stand){r->then, &r->basis.leader, &r->basis.fallback};
}

static struct basis basis_of(struct stand s)
{
	return (struct basis){*s.leader, *s.fallback, s.seats};
}

static void change_sides(const struct hearing *h, struct stand a, struct stand b)
{
	const struct basis was = basis_of(a);
	uint8_t seats[MAX_REPLICAS];

	memcpy(seats, a.seats, h->kind->n);
	memcpy(a.seats, b.seats, h->kind->n);
	memcpy(b.seats, seats, h->kind->n);
	*a.leader = *b.leader;
	*a.fallback = *b.fallback;
	*b.leader = was.leader;
	*b.fallback = was.fallback;
}

/* Who speaks for a side: its leader, or if there is none the first live member of its write set. */
static uint16_t speaker(const struct hearing *h, struct stand side)
{
	if (h->kind->sem->leader && is_live(h->raw_fate, *side.leader))
		return *side.leader;
	for (uint16_t i = 0; i < h->kind->n; i++)
		if (is_live(h->raw_fate, i) && (side.seats[i] & SEAT_IN_SET))
			return i;
	return NO_VIEWER;
}

static bool on_speaking_terms(const struct hearing *h, struct stand a, struct stand b)
{
	uint16_t one = speaker(h, a), other = speaker(h, b);

	return one != NO_VIEWER && other != NO_VIEWER && hears(h, one, other);
}

static uint32_t set_size(const uint8_t *seats, uint16_t n)
{
	uint32_t size = 0;

	for (uint16_t i = 0; i < n; i++)
		size += (seats[i] & SEAT_IN_SET) != 0;
	return size;
}

static void forget_rival(struct hearing *h, uint16_t k)
{
	for (h->nrivals--; k < h->nrivals; k++) {
		struct rival *r = &h->rivals[k], *next = r + 1;

		memcpy(r->then, next->then, h->kind->n);
		r->basis = (struct basis){next->basis.leader, next->basis.fallback, r->then};
	}
}

/*
 * Without a leader both sides' writes are kept, and whoever has some of them is a member. With one, the side with the
 * larger write set stays; the other's writes since the cut are gone for good.
 */
static void join_sides(struct hearing *h, struct stand a, struct stand b)
{
	if (!h->kind->sem->leader)
		for (uint16_t i = 0; i < h->kind->n; i++)
			a.seats[i] |= b.seats[i] & (SEAT_IN_SET | SEAT_FOLLOWS);
	else if (set_size(b.seats, h->kind->n) > set_size(a.seats, h->kind->n))
		change_sides(h, a, b);
	h->writes_rolled_back |= h->kind->sem->leader;
}

/* The first two sides that hear each other again become one, in the place of the first. */
static bool join_some_two(struct hearing *h)
{
	for (uint16_t a = 0; a < h->nrivals; a++)
		for (uint16_t b = (uint16_t)(a + 1); b <= h->nrivals; b++) {
			if (!on_speaking_terms(h, stand_of(h, a), stand_of(h, b)))
				continue;
			join_sides(h, stand_of(h, a), stand_of(h, b));
			forget_rival(h, (uint16_t)(b - 1));
			return true;
		}
	return false;
}

static bool can_write(struct hearing *h, uint16_t k)
{
	struct basis b = basis_of(stand_of(h, k));
	struct side side = side_of(h, &b);

	return writer_of(h, &side) != NO_VIEWER;
}

/* Sides that hear each other again become one. While others don't, a side that can write is the one that is judged. */
void sides_end_split(struct hearing *h)
{
	uint16_t judged = 0;

	if (!h->nrivals)
		return;
	while (join_some_two(h))
		;
	while (judged < h->nrivals && !can_write(h, judged))
		judged++;
	if (judged && can_write(h, judged))
		change_sides(h, stand_of(h, 0), stand_of(h, judged));
	h->fallback = h->base_fallback;
	h->quorums = h->settled = quorums_of(h->kind, h->fallback);
}

/* ---- what others may reach ---- */

static bool reads_from(struct hearing *h, uint16_t i, const struct side *side)
{
	struct bench b = {h->kind, h->scopes, side->seats};
	struct law law;

	look_from(h, i);
	law = law_of_side(h, side);
	return goes_on(judge_reads(&b, &law, false));
}

static void add_who_goes_on(struct hearing *h, const struct side *side, bool *writer, bool *reader)
{
	uint8_t seats[MAX_REPLICAS];

	for (uint16_t i = 0; i < h->kind->n; i++) {
		if (!is_candidate(h, side->seats, i))
			continue;
		writer[i] |= can_write_from(h, i, side, seats, false) != BY_NO_MEANS;
		reader[i] |= reads_from(h, i, side);
	}
}

void sides_who_goes_on(struct hearing *h, bool *ret_writer, bool *ret_reader)
{
	const struct side judged = {h->seats, h->leader, h->fallback, h->quorums};

	for (uint16_t i = 0; i < h->kind->n; i++) {
		bool candidate = !h->rift && is_candidate(h, h->seats, i);

		ret_writer[i] = candidate && h->writes != ANSWER_NO;
		ret_reader[i] = candidate && goes_on(h->reads);
	}
	if (!h->rift)
		return;
	add_who_goes_on(h, &judged, ret_writer, ret_reader);
	for (uint16_t k = 0; k < h->nrivals; k++) {
		struct side side = side_of(h, &h->rivals[k].settled);

		side.quorums = h->rivals[k].quorums;
		if (h->rivals[k].writes)
			add_who_goes_on(h, &side, ret_writer, ret_reader);
	}
}
