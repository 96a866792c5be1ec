/*
 * views - a group whose replicas don't all hear each other: what each of them sees, and which one's view is judged.
 *
 * Connectivity is between pairs and need not be transitive: each candidate counts what it reaches itself.
 */
#ifndef ENGINE_VIEWS_P_H
#define ENGINE_VIEWS_P_H

#include "engine/step_p.h"

#define NO_VIEWER UINT16_MAX

static inline bool hears(const struct hearing *h, uint16_t i, uint16_t j)
{
	const struct rift *r = h->rift;

	return !r || !r->severed[(size_t)r->class_of[i] * r->nclasses + r->class_of[j]];
}

/* What replica i reaches is live, what it can't reach is not, and loses nothing. */
void look_from(struct hearing *h, uint16_t i);

/* A basis, and the expressions that are tried with it. */
struct side {
	const uint8_t *seats;
	uint16_t leader;
	bool fallback;
	const struct quorums *quorums;
};
static inline struct side side_of(const struct hearing *h, const struct basis *b)
{
	return (struct side){b->seats, b->leader, b->fallback, quorums_of(h->kind, b->fallback)};
}
/* Tries the fallback's expressions next. False: there are none, or they were tried. */
bool falls_back(const struct hearing *h, struct side *side);

/* What the side is judged by, as the replica that is looked from sees things. */
struct law law_of_side(const struct hearing *h, const struct side *side);

/* Can writes go on, as replica i sees things, and what does it take? */
enum means { BY_NO_MEANS, AS_THINGS_ARE, BY_PROMOTION };
/* A promotion is tried where `promoting`; `seats` gets those of the side, after it. */
enum means can_write_from(struct hearing *h, uint16_t i, const struct side *side, uint8_t *seats, bool promoting);

/* A live voter of the write set; where there is no data to hold, any live voter. */
bool is_candidate(const struct hearing *h, const uint8_t *seats, uint16_t i);

/* Who writes for a side, its fallback's expressions tried last; NO_VIEWER: nobody can. */
uint16_t writer_of(struct hearing *h, struct side *side);

#endif
