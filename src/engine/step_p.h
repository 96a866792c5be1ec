/*
 * step - what one step does to one group: the definitions of the README's "What a verdict means",
 * as a pure function of the group's condition before it and of who is there after it.
 */
#ifndef ENGINE_STEP_P_H
#define ENGINE_STEP_P_H

#include "engine/verdict_p.h"

/* What a group, or one side of a split brain, has settled on: its configuration, write set and followers. */
struct basis {
	uint16_t leader;      /* the title: index in listed order */
	bool fallback;        /* the fallback's expressions are in force */
	const uint8_t *seats; /* [n] */
};

/*
 * Which of a group's replicas hear each other, where not all do. Replicas that stand on the same side of every
 * cut are of one class.
 */
struct rift {
	uint16_t nclasses;
	const uint16_t *class_of;  /* [n] */
	const uint8_t *severed;    /* [nclasses][nclasses] */
	const uint8_t *contexts;   /* [nclasses]: CONTEXT_* bits that needed services leave this side */
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
	const struct basis *memories; /* losses that are remembered, with what they were judged by */
	uint32_t nmemories;
	const struct basis *rivals;   /* the other sides of a split brain */
	uint16_t nrivals;
	const struct rift *rift;  /* NULL: all hear each other */
};

/* The most distinct losses of one group that are remembered at a time; older ones become final. */
#define MAX_MEMORIES 64
#define MAX_RIVALS (MAX_SIDES - 1)

/* Another side of a split brain than the one that is judged. */
struct rival {
	struct basis basis;            /* when the step began; its seats are `then` */
	struct basis settled;          /* after the step; its seats are `seats` */
	bool writes;
	uint16_t viewer;               /* where it writes: through whose eyes */
	const struct quorums *quorums; /* where it writes: the expressions in force */
	uint8_t then[MAX_REPLICAS], seats[MAX_REPLICAS];
};

/* One step being judged: filled by step_judge, read by whoever wants to say why. */
struct hearing {
	const struct kind *kind;
	const struct scopes *scopes;
	const struct quorums *quorums;   /* in force */
	const struct quorums *settled;   /* in force at the last settled state */
	const struct condition *before;
	const uint8_t *raw_fate;         /* after the step's actions */
	const struct rift *rift;
	uint16_t viewer;                 /* with a rift: whose view is judged */
	const uint8_t *fate;             /* as that one sees it: what it does not hear is not live */
	uint8_t view[MAX_REPLICAS];
	uint8_t context;                 /* CONTEXT_* bits */
	uint8_t base[MAX_REPLICAS];      /* the seats from before the step, of the side that stays */
	uint16_t base_leader;
	bool base_fallback;

	uint8_t seats[MAX_REPLICAS];     /* after accept and promotion; after settling at the end */
	uint8_t judged[MAX_REPLICAS];    /* the seats that writes and reads were judged with */
	uint16_t leader;
	bool accepted, promoted;
	bool stuck;
	bool fallback, entered_fallback; /* in force after the step; since this one */
	bool split;                      /* some rival writes now as well */
	bool more_sides;                 /* than can be followed */
	bool writes_rolled_back;         /* a side of a split gave way in this step */
	uint16_t nrivals;                /* sides that have a configuration of their own */
	struct rival rivals[MAX_RIVALS];
	bool seat_lost_by_kill;          /* some voter that lost its seat to a standby was killed */
	enum answer writes, reads;
	enum data_verdict step_data, remembered_data, data;
	duration rpo;

	enum data_verdict final_data;    /* after the step */
	duration final_rpo;
	struct basis memories[MAX_MEMORIES]; /* after the step; seats borrowed */
	uint32_t nmemories;
	struct outcome outcome;
};

/* The condition of a group of this kind with everything alive; arrays of kind->n are the caller's. */
void step_healthy(const struct kind *k, uint8_t *seats, uint8_t *fate, struct condition *ret);

/* What a step brings a group. */
struct circumstances {
	const uint8_t *fate; /* GONE_* bits of each replica after the step's actions */
	bool accept;         /* an accept of the group is part of the step */
	uint8_t context;     /* CONTEXT_* bits; with a rift its contexts count */
	const struct rift *rift; /* NULL: all replicas hear each other */
};

/* Everything but the status, which asks what one more death would do and so costs as much again for each replica. */
void step_judge(struct hearing *h, const struct condition *before, const struct scopes *scopes,
                const struct circumstances *now);
/* Whether every single death would leave writes and reads going on. */
bool step_can_spare_one(const struct condition *c, const struct scopes *scopes, uint8_t context);
enum status step_status(struct hearing *h);

/* Parts of a step, each in its own file. */
void sides_end_split(struct hearing *h);                       /* sides.c; before views_choose */
void views_choose(struct hearing *h);
void views_look_from(struct hearing *h, uint16_t viewer);      /* `viewer`: as views_choose left it */
void sides_find_split(struct hearing *h);                      /* once writes and data are judged */
/* After a step: which replicas can be written through, and read through, as they see things. Spoils the hearing. */
void sides_who_goes_on(struct hearing *h, bool *ret_writer, bool *ret_reader);
void judge_losses(struct hearing *h);                          /* losses.c */
/* timing.c; `leader_then`: the title once accepts were carried out */
duration judge_rto(const struct hearing *h, uint16_t leader_then, uint8_t *ret_parts);

#endif
