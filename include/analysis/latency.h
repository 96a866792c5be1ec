/*
 * latency - how long a write and a read take, from the round trips between a group's replicas.
 *
 * A write takes, from the leader, until the live replicas that have answered satisfy `ack` (insync: until all of the
 * in-sync set have; leader: no time); a read likewise with `read`. The leader answers itself in no time. Without a
 * leader a request may come to any live voter and is timed from there: the group's time is that of the voter from
 * where it is shortest, the first listed of equals; `farthest` is that from where it is longest. Where a service
 * acts on its fallback or on promoted standbys, so do these times.
 *
 *	struct latencies *l = latencies_new(engine, state);
 *	latencies_work(l, SIZE_MAX);
 *	use(latency_of(l, group)->write.time);
 *	latencies_free(l);
 */
#ifndef ANALYSIS_LATENCY_H
#define ANALYSIS_LATENCY_H

#include "analysis/rtt.h"
#include "engine/judge.h"

enum asked { ASKED_WRITE, ASKED_READ, ASKED };
extern const char *const asked_names[ASKED]; /* "write", "read" */

struct latency {
	duration time;     /* DURATION_NONE: it does not go on, or there is no live leader to ask */
	duration farthest; /* without a leader; else the same as `time` */
	uint16_t from;     /* the replica at whose place it begins */
	uint16_t by;       /* the replica whose answer is the last that it takes; `from` where that is enough */
};
struct group_latency { struct latency of[ASKED]; };

/* Without a leader so many voters, as listed, are tried as places to begin. */
#define LATENCY_COORDINATORS 64

/* One group in one situation; for many groups, see below. */
void latency_judge(struct engine *e, const struct rtts *r, uint32_t group, situation_id s, struct group_latency *ret);

/* Those of all groups; groups that are alike in their situation and their round trips are judged once. */
struct latencies;

/* In this state, which is borrowed and must not change until the work is done; NULL: with everything alive. */
struct latencies *latencies_new(struct engine *e, const struct state *s);
void latencies_free(struct latencies *l);
/* Judges up to so many more groups. True once all are. */
bool latencies_work(struct latencies *l, size_t groups);
/* Of a group that is judged; NULL of one that is not yet. */
const struct group_latency *latency_of(const struct latencies *l, uint32_t group);
const struct rtts *latencies_rtts(const struct latencies *l);

/* A service's groups together, once all are judged. */
struct latency_summary {
	uint32_t groups, timed;  /* timed: those with a time */
	duration median, worst;  /* of the timed ones; at least half of them take no longer than the median */
	uint32_t worst_group;    /* the first of them; NO_GROUP: there is none */
};
void latency_summarize(const struct latencies *l, uint32_t service, enum asked asked, struct latency_summary *ret);

#endif
