/*
 * views - a group whose replicas don't all hear each other: which side is the one that is judged, and
 * does another side write as well?
 *
 * Connectivity is between pairs and need not be transitive: each candidate counts what it reaches itself.
 */
#include <string.h>

#include "engine/step_p.h"

static bool hears(const struct hearing *h, uint16_t i, uint16_t j)
{
	const struct rift *r = h->rift;

	return !r || !r->severed[(size_t)r->class_of[i] * r->nclasses + r->class_of[j]];
}

/* What replica i reaches is live, what it can't reach is not, and loses nothing. */
static void look_from(struct hearing *h, uint16_t i)
{
	if (!h->rift) {
		h->fate = h->raw_fate;
		return;
	}
	for (uint16_t j = 0; j < h->kind->n; j++)
		h->view[j] = h->raw_fate[j] || hears(h, i, j) ? h->raw_fate[j] : GONE_DEAF | GONE_CUT;
	h->fate = h->view;
	h->context = h->rift->contexts[h->rift->class_of[i]];
}

static struct law law_from(const struct hearing *h, const uint8_t *seats, uint16_t leader)
{
	bool stuck = (h->context & CONTEXT_FROZEN) && h->stuck;

	stuck |= loses_decision(h->kind, h->settled, seats, leader, h->fate, h->context);
	return (struct law){h->quorums, h->fate, h->context, stuck};
}

/* Can writes go on, as replica i sees things, and what does it take? */
enum means { BY_NO_MEANS, AS_THINGS_ARE, BY_PROMOTION };

/* A promotion is tried where `promoting`; it changes `seats`. */
static enum means can_write_from(struct hearing *h, uint16_t i, uint8_t *seats, uint16_t leader, bool promoting)
{
	struct bench b = {h->kind, h->scopes, seats};
	struct queue q;
	struct law law;

	look_from(h, i);
	law = law_from(h, seats, leader);
	if (judge_writes(&b, &law, false) != ANSWER_NO)
		return AS_THINGS_ARE;
	return promoting && promote(&b, &law, seats, &q) > 0 ? BY_PROMOTION : BY_NO_MEANS;
}

/* A live voter of the write set; where there is no data to hold, any live voter. */
static bool is_candidate(const struct hearing *h, const uint8_t *seats, uint16_t i)
{
	return is_live(h->raw_fate, i) && seat_role(seats[i]) == ROLE_VOTER &&
	       (!h->kind->sem->rebuild || (seats[i] & SEAT_IN_SET));
}

static bool is_live_copy(const struct hearing *h, const uint8_t *seats, uint16_t i)
{
	return is_live(h->raw_fate, i) && seat_info(seats[i])->copies;
}

static bool is_live_replica(const struct hearing *h, const uint8_t *seats, uint16_t i)
{
	(void)seats;
	return is_live(h->raw_fate, i);
}

typedef bool (*viewer_fn)(const struct hearing *h, const uint8_t *seats, uint16_t i);

#define NO_VIEWER UINT16_MAX

/* One side of a group: its configuration and write set, and who leads it. */
struct side { const uint8_t *seats; uint16_t leader; };

static bool writes_as_viewer(struct hearing *h, const struct side *side, uint16_t i, viewer_fn may, enum means means)
{
	uint8_t seats[MAX_REPLICAS];

	if (!may(h, side->seats, i))
		return false;
	memcpy(seats, side->seats, h->kind->n);
	return can_write_from(h, i, seats, side->leader, means == BY_PROMOTION) == means;
}

/* The leader if it can write, else the first listed that can; NO_VIEWER when none can. */
static uint16_t first_that_writes(struct hearing *h, const struct side *side, viewer_fn may, enum means means)
{
	if (h->kind->sem->leader && writes_as_viewer(h, side, side->leader, may, means))
		return side->leader;
	for (uint16_t i = 0; i < h->kind->n; i++)
		if (writes_as_viewer(h, side, i, may, means))
			return i;
	return NO_VIEWER;
}

/* Candidates as things are; then with standbys taking seats; then whoever holds a copy, with standbys taking seats. */
static uint16_t writing_viewer(struct hearing *h, const struct side *side)
{
	uint16_t i = first_that_writes(h, side, is_candidate, AS_THINGS_ARE);

	if (i == NO_VIEWER)
		i = first_that_writes(h, side, is_candidate, BY_PROMOTION);
	if (i == NO_VIEWER)
		i = first_that_writes(h, side, is_live_copy, BY_PROMOTION);
	return i;
}

/* Of those that read equally well the leader, then the first listed. */
static uint16_t best_reader(struct hearing *h, const struct side *side, viewer_fn may)
{
	struct bench b = {h->kind, h->scopes, side->seats};
	uint16_t best = NO_VIEWER;
	enum answer best_answer = ANSWER_NO;

	for (uint16_t k = h->kind->sem->leader ? 0 : 1; k <= h->kind->n; k++) {
		uint16_t i = k ? (uint16_t)(k - 1) : side->leader;
		struct law law;
		enum answer answer;

		if (!may(h, side->seats, i))
			continue;
		look_from(h, i);
		law = law_from(h, side->seats, side->leader);
		answer = judge_reads(&b, &law, false);
		if (best != NO_VIEWER && answer >= best_answer)
			continue;
		best = i;
		best_answer = answer;
	}
	return best;
}

static uint16_t choose_viewer(struct hearing *h)
{
	static const viewer_fn readers[] = {is_candidate, is_live_copy, is_live_replica};
	const struct side side = {h->base, h->base_leader};
	uint16_t i = writing_viewer(h, &side);

	if (i == NO_VIEWER && h->kind->sem->has_fallback && !h->fallback) {
		h->quorums = quorums_of(h->kind, true);
		i = writing_viewer(h, &side);
		h->quorums = quorums_of(h->kind, false);
	}
	for (size_t k = 0; k < sizeof(readers) / sizeof(readers[0]) && i == NO_VIEWER; k++)
		i = best_reader(h, &side, readers[k]);
	return i;
}

/* With nobody live, what the first would see: nothing. */
void views_look_from(struct hearing *h, uint16_t viewer)
{
	h->viewer = viewer;
	look_from(h, viewer == NO_VIEWER ? 0 : viewer);
}

void views_choose(struct hearing *h)
{
	views_look_from(h, h->rift ? choose_viewer(h) : NO_VIEWER);
}

/* ---- the other side ---- */

/* What one side can count: live replicas that a viewer hears, whose role may do something. */
static void reach_of(const struct hearing *h, uint16_t viewer, const uint8_t *seats, bool acks, uint8_t *ret)
{
	for (uint16_t j = 0; j < h->kind->n; j++) {
		const struct role_info *info = seat_info(seats[j]);

		ret[j] = is_live(h->raw_fate, j) && hears(h, viewer, j) && (acks ? info->acknowledges : info->votes);
	}
}

static bool satisfied(const struct hearing *h, const uint8_t *seats, const uint8_t *votes, const uint8_t *acks)
{
	struct bench b = {h->kind, h->scopes, seats};
	const struct quorums *q = h->quorums;

	return quorum_answer(&b, &q->write, votes) != ANSWER_NO &&
	       (q->ack_rule != ACK_EXPR || quorum_answer(&b, &q->ack, acks) != ANSWER_NO);
}

/* Beyond so many replicas that both sides see, all of them are given to each side in turn. */
#define MAX_SEEN_BY_BOTH 12

struct sides {
	uint8_t votes[2][MAX_REPLICAS], acks[2][MAX_REPLICAS];
	uint16_t both[MAX_REPLICAS]; /* seen by both */
	uint32_t nboth;
};

/* With those seen by both shared out as the bits of `first_gets` say, do both sides have a quorum? */
static bool both_satisfied(const struct hearing *h, const uint8_t *const seats[2], const struct sides *s,
                           uint32_t first_gets)
{
	uint8_t votes[MAX_REPLICAS], acks[MAX_REPLICAS];

	for (int side = 0; side < 2; side++) {
		memcpy(votes, s->votes[side], h->kind->n);
		memcpy(acks, s->acks[side], h->kind->n);
		for (uint32_t i = 0; i < s->nboth; i++)
			if ((first_gets >> (i % 32) & 1) == (uint32_t)side)
				votes[s->both[i]] = acks[s->both[i]] = 0;
		if (!satisfied(h, seats[side], votes, acks))
			return false;
	}
	return true;
}

/* Two AZs that both hear a third are not two halves: their quorums must not meet in it. */
static bool quorums_disjoint(const struct hearing *h, uint16_t one, const uint8_t *one_seats, uint16_t other,
                             const uint8_t *other_seats)
{
	const uint8_t *const seats[2] = {one_seats, other_seats};
	const uint16_t viewer[2] = {one, other};
	struct sides s = {.nboth = 0};

	for (int side = 0; side < 2; side++) {
		reach_of(h, viewer[side], seats[side], false, s.votes[side]);
		reach_of(h, viewer[side], seats[side], true, s.acks[side]);
	}
	for (uint16_t i = 0; i < h->kind->n; i++)
		if (is_live(h->raw_fate, i) && hears(h, one, i) && hears(h, other, i))
			s.both[s.nboth++] = i;
	if (s.nboth > MAX_SEEN_BY_BOTH)
		return both_satisfied(h, seats, &s, 0) || both_satisfied(h, seats, &s, UINT32_MAX);
	for (uint32_t gets = 0; gets < 1u << s.nboth; gets++)
		if (both_satisfied(h, seats, &s, gets))
			return true;
	return false;
}

/* How the side of replica i writes by itself: with a quorum of its own, or by a standby that takes over. */
static enum means writes_apart(struct hearing *h, uint16_t i, uint8_t *seats)
{
	bool cut_from_leader = is_live(h->raw_fate, h->base_leader) && !hears(h, i, h->base_leader);
	enum means means;

	memcpy(seats, h->base, h->kind->n);
	means = can_write_from(h, i, seats, h->base_leader, true);
	if (is_candidate(h, h->base, i))
		return means && quorums_disjoint(h, h->viewer, h->judged, i, seats) ? means : BY_NO_MEANS;
	if (!h->kind->sem->leader || !cut_from_leader || seat_role(h->base[i]) != ROLE_STANDBY)
		return BY_NO_MEANS;
	return seat_role(seats[i]) == ROLE_VOTER ? means : BY_NO_MEANS;
}

/* Keeps what a side that writes apart settles on. */
static void keep_rival(struct hearing *h, uint16_t viewer, const uint8_t *seats, enum means means)
{
	uint8_t set[MAX_REPLICAS];
	bool promoted = means == BY_PROMOTION;

	look_from(h, viewer);
	memcpy(set, seats, h->kind->n);
	h->rival_leader = next_leader(h->kind, seats, set, h->fate, viewer, true);
	memcpy(h->rival, seats, h->kind->n);
	if (sources_of_truth(h->kind, h->rival, h->fate, promoted) >= at_least_one(h->kind->sem->rebuild))
		renew_sets(h->kind, h->rival, h->fate);
	h->has_rival = h->split = true;
	h->other_side = viewer;
}

/* Who speaks for a side: its leader, or if there is none the first live member of its write set. */
static uint16_t speaker(const struct hearing *h, const struct side *side)
{
	if (h->kind->sem->leader && is_live(h->raw_fate, side->leader))
		return side->leader;
	for (uint16_t i = 0; i < h->kind->n; i++)
		if (is_live(h->raw_fate, i) && (side->seats[i] & SEAT_IN_SET))
			return i;
	return NO_VIEWER;
}

static void find_rival(struct hearing *h)
{
	uint8_t seats[MAX_REPLICAS];

	for (uint16_t i = 0; i < h->kind->n && !h->has_rival; i++) {
		enum means means = BY_NO_MEANS;

		if (is_live(h->raw_fate, i) && !hears(h, h->viewer, i))
			means = writes_apart(h, i, seats);
		if (means)
			keep_rival(h, i, seats, means);
	}
}

/* A rival that there is already goes on, or not, by its own configuration. */
static void follow_rival(struct hearing *h)
{
	uint16_t i = writing_viewer(h, &(struct side){h->rival, h->rival_leader});
	uint8_t seats[MAX_REPLICAS];

	if (i == NO_VIEWER || hears(h, h->viewer, i))
		return;
	memcpy(seats, h->rival, h->kind->n);
	keep_rival(h, i, seats, can_write_from(h, i, seats, h->rival_leader, true));
}

void views_find_split(struct hearing *h)
{
	if (!h->rift || h->kind->sem->fencing != FENCING_NONE || h->writes == ANSWER_NO || h->viewer == NO_VIEWER)
		return;
	if (h->has_rival)
		follow_rival(h);
	else
		find_rival(h);
	look_from(h, h->viewer);
}

/* ---- the end of a split ---- */

static uint32_t set_size(const uint8_t *seats, uint16_t n)
{
	uint32_t size = 0;

	for (uint16_t i = 0; i < n; i++)
		size += (seats[i] & SEAT_IN_SET) != 0;
	return size;
}

static void change_sides(struct hearing *h)
{
	uint8_t swap[MAX_REPLICAS];
	uint16_t leader = h->base_leader;

	memcpy(swap, h->base, h->kind->n);
	memcpy(h->base, h->rival, h->kind->n);
	memcpy(h->rival, swap, h->kind->n);
	h->base_leader = h->rival_leader;
	h->rival_leader = leader;
}

/* Without a leader both sides' writes are kept, and whoever has some of them is a member. */
static void merge_sides(struct hearing *h)
{
	for (uint16_t i = 0; i < h->kind->n; i++)
		h->base[i] |= h->rival[i] & (SEAT_IN_SET | SEAT_FOLLOWS);
}

/*
 * Where the two sides of a split hear each other again, the side with the larger write set stays; the other's
 * writes since the cut are gone for good. While they don't, the side that can write is the one that is judged.
 */
void views_end_split(struct hearing *h)
{
	const struct side judged = {h->base, h->base_leader}, rival = {h->rival, h->rival_leader};
	uint16_t one, other;

	if (!h->has_rival)
		return;
	one = speaker(h, &judged);
	other = speaker(h, &rival);
	if (one == NO_VIEWER || other == NO_VIEWER || !hears(h, one, other)) {
		if (writing_viewer(h, &judged) == NO_VIEWER && writing_viewer(h, &rival) != NO_VIEWER)
			change_sides(h);
		return;
	}
	h->has_rival = false;
	h->writes_rolled_back = h->kind->sem->leader;
	if (!h->kind->sem->leader)
		merge_sides(h);
	else if (set_size(h->rival, h->kind->n) > set_size(h->base, h->kind->n))
		change_sides(h);
}

/* ---- what others may reach ---- */

static bool reads_from(struct hearing *h, uint16_t i)
{
	struct bench b = {h->kind, h->scopes, h->seats};
	struct law law;

	look_from(h, i);
	law = law_from(h, h->seats, h->leader);
	return goes_on(judge_reads(&b, &law, false));
}

void views_who_goes_on(struct hearing *h, bool *ret_writer, bool *ret_reader)
{
	bool writes = h->writes != ANSWER_NO, reads = goes_on(h->reads);
	uint8_t seats[MAX_REPLICAS];

	for (uint16_t i = 0; i < h->kind->n; i++) {
		bool candidate = is_candidate(h, h->seats, i);

		if (!h->rift) {
			ret_writer[i] = candidate && writes;
			ret_reader[i] = candidate && reads;
			continue;
		}
		memcpy(seats, h->seats, h->kind->n);
		ret_writer[i] = candidate && can_write_from(h, i, seats, h->leader, false);
		ret_reader[i] = candidate && reads_from(h, i);
	}
}
