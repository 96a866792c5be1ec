/*
 * step - what one step does to one group: the definitions of the README's "What a verdict means",
 * as a pure function of the group's condition before it and of who is there after it.
 */
#ifndef ENGINE_STEP_P_H
#define ENGINE_STEP_P_H

#include "engine/verdict_p.h"

/* A loss that is remembered: the configuration, write set and followers it was judged with. */
struct memory {
	uint16_t leader;
	bool fallback;        /* the fallback's expressions were in force */
	const uint8_t *seats; /* [n] */
};

/* All that is known of a group between steps. */
struct condition {
	const struct kind *kind;
	uint16_t leader;          /* the title: index in listed order */
	uint8_t final_data;       /* enum data_verdict: what is gone for good */
	bool fallback;            /* the fallback's expressions are in force */
	bool stuck;               /* frozen, and lost a leader since: no writes until the needed service is back */
	duration final_rpo;
	const uint8_t *fate;      /* [n] GONE_* bits */
	const uint8_t *seats;     /* [n] */
	const struct memory *memories;
	uint32_t nmemories;
};

/* The most distinct losses of one group that are remembered at a time; older ones become final. */
#define MAX_MEMORIES 64

/* One step being judged: filled by step_judge, read by whoever wants to say why. */
struct hearing {
	const struct kind *kind;
	const struct scopes *scopes;
	const struct quorums *quorums;   /* in force */
	const struct condition *before;
	const uint8_t *fate;             /* after the step's actions */
	uint8_t context;                 /* CONTEXT_* bits */

	uint8_t seats[MAX_REPLICAS];     /* after accept and promotion; after settling at the end */
	uint8_t judged[MAX_REPLICAS];    /* the seats that writes and reads were judged with */
	uint16_t leader;
	bool accepted, promoted;
	bool stuck;
	bool fallback, entered_fallback; /* in force after the step; since this one */
	bool seat_lost_by_kill;          /* some voter that lost its seat to a standby was killed */
	enum answer writes, reads;
	enum data_verdict step_data, remembered_data, data;
	duration rpo;

	enum data_verdict final_data;    /* after the step */
	duration final_rpo;
	struct memory memories[MAX_MEMORIES]; /* after the step; seats borrowed from `before` */
	uint32_t nmemories;
	struct outcome outcome;
};

/* The condition of a group of this kind with everything alive; arrays of kind->n are the caller's. */
void step_healthy(const struct kind *k, uint8_t *seats, uint8_t *fate, struct condition *ret);

/* What a step brings a group. */
struct circumstances {
	const uint8_t *fate; /* GONE_* bits of each replica after the step's actions */
	bool accept;         /* an accept of the group is part of the step */
	uint8_t context;     /* CONTEXT_* bits */
};

/* Everything but the status, which asks what one more death would do and so costs as much again for each replica. */
void step_judge(struct hearing *h, const struct condition *before, const struct scopes *scopes,
                const struct circumstances *now);
/* Whether every single death would leave writes and reads going on. */
bool step_can_spare_one(const struct condition *c, const struct scopes *scopes, uint8_t context);
enum status step_status(const struct hearing *h);

/* Parts of a step, each in its own file. */
void judge_losses(struct hearing *h);                          /* losses.c */
duration judge_rto(const struct hearing *h, uint16_t leader_then); /* timing.c; `leader_then`: the title once accepts were carried out */

#endif
