/* views - see views_p.h */
#include <string.h>

#include "engine/views_p.h"

void look_from(struct hearing *h, uint16_t i)
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

struct law law_of_side(const struct hearing *h, const struct side *side)
{
	bool stuck = (h->context & CONTEXT_FROZEN) && h->stuck;

	stuck |= loses_decision(h->kind, quorums_of(h->kind, side->fallback), side->seats, side->leader, h->fate,
	                        h->context);
	return (struct law){side->quorums, h->fate, h->context, stuck};
}

enum means can_write_from(struct hearing *h, uint16_t i, const struct side *side, uint8_t *seats, bool promoting)
{
	struct bench b = {h->kind, h->scopes, seats};
	struct queue q;
	struct law law;

	memcpy(seats, side->seats, h->kind->n);
	look_from(h, i);
	law = law_of_side(h, side);
	if (judge_writes(&b, &law, false) != ANSWER_NO)
		return AS_THINGS_ARE;
	return promoting && promote(&b, &law, seats, &q) > 0 ? BY_PROMOTION : BY_NO_MEANS;
}

bool falls_back(const struct hearing *h, struct side *side)
{
	if (!h->kind->sem->has_fallback || side->quorums == quorums_of(h->kind, true))
		return false;
	side->quorums = quorums_of(h->kind, true);
	return true;
}

bool is_candidate(const struct hearing *h, const uint8_t *seats, uint16_t i)
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

static bool writes_as_viewer(struct hearing *h, const struct side *side, uint16_t i, viewer_fn may, enum means means)
{
	uint8_t seats[MAX_REPLICAS];

	return may(h, side->seats, i) && can_write_from(h, i, side, seats, means == BY_PROMOTION) == means;
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
static uint16_t writer_by(struct hearing *h, const struct side *side)
{
	uint16_t i = first_that_writes(h, side, is_candidate, AS_THINGS_ARE);

	if (i == NO_VIEWER)
		i = first_that_writes(h, side, is_candidate, BY_PROMOTION);
	if (i == NO_VIEWER)
		i = first_that_writes(h, side, is_live_copy, BY_PROMOTION);
	return i;
}

uint16_t writer_of(struct hearing *h, struct side *side)
{
	uint16_t i = writer_by(h, side);

	return i == NO_VIEWER && falls_back(h, side) ? writer_by(h, side) : i;
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
		law = law_of_side(h, side);
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
	const struct side own = {h->base, h->base_leader, h->fallback, quorums_of(h->kind, h->fallback)};
	struct side side = own;
	uint16_t i = writer_of(h, &side);

	for (size_t k = 0; k < sizeof(readers) / sizeof(readers[0]) && i == NO_VIEWER; k++)
		i = best_reader(h, &own, readers[k]);
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
