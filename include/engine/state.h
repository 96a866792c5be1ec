/*
 * engine - steps, states and outcomes of a const model. No globals: an engine may have any number of
 * states, side by side; states of one engine share what was worked out (and so belong to one thread).
 *
 * Each distinct situation of a group (its roles, its write set, what is remembered of its data, who of
 * it is alive) is judged once and kept by number; a state is then a number per group. A step visits
 * only the groups beneath what it changes, and those that the step before left unsettled (an RTO is
 * that of the last step alone).
 */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "engine/outcome.h"
#include "model/model.h"

struct engine;
struct state;

struct engine *engine_new(const struct model *m); /* borrows the model */
void engine_free(struct engine *e);               /* after its states */
const struct model *engine_model(const struct engine *e);
size_t engine_situations(const struct engine *e); /* judged so far */
size_t engine_bytes(const struct engine *e);

struct state *state_new(struct engine *e);        /* everything alive */
struct state *state_clone(const struct state *s); /* with its history */
void state_free(struct state *s);
struct engine *state_engine(const struct state *s);

/* What became of each action of a step. */
enum effect {
	EFFECT_DONE,
	EFFECT_ALREADY,     /* it was killed (or drained) already */
	EFFECT_KILLED,      /* drain of a killed domain changes nothing */
	EFFECT_NO_MARK,     /* heal of a domain that has no mark of its own */
	EFFECT_NOT_NEEDED,  /* accept where writes go on */
	EFFECT_NOT_ENOUGH,  /* accept where too few copies are live */
	EFFECT_NO_CUT,      /* join of what is not cut so */
	EFFECT_TOO_MANY,    /* more cuts than are kept track of */
};
/* Why, as words: "it is killed already". NULL for EFFECT_DONE. */
const char *effect_why(enum effect e);

/*
 * Takes a step: its actions at one instant, one verdict, then settling. Steps that were undone are
 * forgotten. `effects` (may be NULL) gets one entry an action. The actions are copied.
 */
void state_step(struct state *s, const struct step *step, enum effect *effects);

bool state_undo(struct state *s); /* false: at the start */
bool state_redo(struct state *s); /* false: at the end */
size_t state_position(const struct state *s); /* steps in force */
size_t state_length(const struct state *s);   /* steps known, undone ones included */
const struct step *state_step_at(const struct state *s, size_t i);

/* The groups that the last step, undo or redo visited. */
const uint32_t *state_touched(const struct state *s, size_t *ret_n);
/* Changes with every step, undo and redo: for caches. */
uint64_t state_version(const struct state *s);

enum mark { MARK_NONE, MARK_DRAINED, MARK_KILLED };
enum mark state_mark(const struct state *s, place_id p); /* its own */
/* GONE_* bits of a tree domain, marks above and shared ones included. */
#define GONE_DEAF 1u /* not live: killed or drained */
#define GONE_LOST 2u /* not present: killed. Comes with GONE_DEAF */
#define GONE_CUT 4u  /* alive, and out of hearing of the side that is judged. Comes with GONE_DEAF; of replicas only */
uint8_t state_gone(const struct state *s, domain_id d);
uint32_t state_count_marks(const struct state *s, enum mark mark);

/* The cuts in force, in the order in which they were made; other is NO_PLACE for an isolated place. */
struct cut { place_id place, other; };
const struct cut *state_cuts(const struct state *s, size_t *ret_n);
/* Whether two tree domains hear each other. */
bool state_connected(const struct state *s, domain_id a, domain_id b);

const struct outcome *state_outcome(const struct state *s, uint32_t group);
/* How long one part of an RTO takes in a system; DURATION_NONE: unknown. */
duration rto_part_length(const struct semantics *sem, enum rto_part part);
void state_service_summary(const struct state *s, uint32_t service, struct summary *ret);
void state_summary(const struct state *s, struct summary *ret);

/* ---- why ---- */

/* One term of an expression against what is live. */
struct tally {
	const struct term *term;
	uint32_t have, need;        /* whole: votes. scoped: domains that have enough, of those needed */
	uint32_t of;                /* votes or domains configured */
	bool holds, partial;
	/* scoped: the first domain that lacks votes (NO_DOMAIN: none), with its votes */
	domain_id short_domain;
	uint32_t short_have, short_need;
};
#define MAX_TALLIES 8
struct verdict_why {
	struct tally tallies[MAX_TALLIES];
	uint32_t ntallies;          /* the first MAX_TALLIES terms */
};
struct replica_why {
	domain_id place;
	uint8_t role;               /* now; ROLES: struck, it no longer counts */
	uint8_t configured_role;
	bool live, present;          /* live: as the side that is judged sees it */
	bool cut_off;                /* alive, and out of its hearing */
	/* Of a split brain, the side that it writes with: 1 is the one that is judged; 0: none. Or that it follows. */
	uint8_t side, follows_side;
	uint8_t role_there;          /* its role for that side; where there is none, `role` */
	bool in_write_set, follower; /* now, after settling */
	bool was_in_write_set;       /* before the last step */
};
#define NO_PEER UINT16_MAX
struct group_why {
	struct outcome outcome;
	struct verdict_why write, ack, read; /* ack.ntallies 0: not an expression, or the same as write */
	uint32_t holders_live, holders_needed; /* data-holding members of the write set that are live */
	uint32_t copies_present, rebuild;      /* copies of any role but backup */
	uint32_t set_before, set_lost;         /* members of the write set before the step; of these, not present now */
	uint8_t step_data, remembered_data, final_data; /* the three verdicts that `data` is the worst of */
	/* What the services that it needs keep from it (struct service.needs says which). */
	bool need_stops_writes, need_stops_reads, need_limits, need_freezes;
	bool frozen_stop;                      /* frozen, and lost what would have to be decided on */
	/* The gravest of its needs that is not met in full where it is judged. service NO_SERVICE: none, or not asked of
	 * a state. `going` of the needed service's `groups` do what the need asks for, within its hearing; `elsewhere`:
	 * more do. */
	struct unmet_need { uint32_t service; uint8_t mode; uint32_t groups, going; bool elsewhere; } unmet;
	bool rolled_back;                      /* a split brain ended in this step, and one side's writes with it */
	uint16_t judged_by;                    /* a replica: whose view is judged; NO_PEER: all see the same */
	/* Who speaks for each side of a split brain (outcome.sides of them): the leader it follows or, without leaders, the
	 * first listed of its members. The side that is judged is the first. */
	uint16_t speakers[MAX_SIDES];
	bool more_sides;                       /* than MAX_SIDES */
	uint32_t nreplicas;
	struct replica_why *replicas;          /* the caller's array, of group_size, or NULL */
};
void state_why(const struct state *s, uint32_t group, struct group_why *ret);

/* ---- what next ---- */

/*
 * What killing a place now would do, in numbers of groups, beyond what is so already: to those with a replica beneath
 * it, and by way of these to those of services that need theirs.
 */
struct impact {
	uint32_t groups;             /* with a replica beneath it */
	uint8_t worst_status;        /* of these groups, now */
	uint8_t worst_data;
	uint32_t status[STATUSES], verdict[DATA_VERDICTS]; /* how many of these groups have each, now */
	uint32_t writes, reads, data; /* groups that would newly stop writing, stop reading, have data not safe */
	uint32_t lost;                /* groups whose data would newly be lost, nothing of it being left */
	uint32_t writes_by_needs, reads_by_needs; /* of those that stop, the ones without a replica beneath it */
	bool known;                   /* false: still being worked out */
};
/*
 * Works on `p`'s impact for at most `budget` visits of groups; call again until ret->known. `cursor`
 * starts at 0 and is the caller's to keep; a new step means starting again.
 */
void state_impact(const struct state *s, place_id p, struct impact *ret, uint64_t *cursor, uint32_t budget);
/* The same of a mark that is not MARK_NONE: draining, too. */
void state_impact_of(const struct state *s, place_id p, enum mark mark, struct impact *ret, uint64_t *cursor,
                     uint32_t budget);

/* The outcome of one group if `p` were killed too, now; services that it needs stay as they are. */
struct outcome state_outcome_if_killed(const struct state *s, uint32_t group, place_id p);
/* The outcome of one group if it were accepted now; its `accepted` is false where that would change nothing. */
struct outcome state_outcome_if_accepted(const struct state *s, uint32_t group);

#endif
