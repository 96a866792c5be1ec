/*
 * state - what is marked, the situation of every group, and the steps that led here.
 */
#ifndef ENGINE_STATE_P_H
#define ENGINE_STATE_P_H

#include "engine/situations_p.h"
#include "engine/zones_p.h"

struct change { uint32_t group; situation_id was; };
struct mark_change { place_id place; uint8_t was; };

/* A step that was taken, with what it takes to undo it. */
struct record {
	struct step step;
	VEC(struct mark_change) marks;
	VEC(struct change) changes;
	VEC(struct cut) cuts;        /* those in force before, if the step changed them */
	bool cuts_changed;
	VEC(uint32_t) unsettled;     /* groups that the next step must visit although it may not touch them */
	bool forgotten;              /* marks and changes were dropped to save memory: undo replays instead */
};

struct passage;

struct state {
	struct engine *engine;
	const struct model *model;
	const struct groups_on *on;
	uint8_t *mark;               /* enum mark of each place */
	uint8_t *gone;               /* GONE_* of each tree domain */
	uint32_t *via_killed, *via_drained; /* shared domains with this member that are killed, drained */
	situation_id *at;            /* of each group */
	VEC(struct cut) cuts;
	struct zones zones;
	bool zones_stale;            /* within a step: a cut was undone since they were made */
	uint8_t *contexts;           /* [service][MAX_ZONES]: CONTEXT_* that needed services leave there; NULL without needs */
	struct passage *passage;     /* scratch */
	VEC(uint32_t) population;    /* groups in each situation */

	VEC(struct record) history;
	size_t position;
	size_t log_bytes;
	VEC(uint32_t) unsettled_at_start;

	VEC(domain_id) changed;      /* domains whose `gone` the step at hand changed */
	VEC(uint32_t) touched;
	VEC(uint32_t) visits;        /* groups that the step at hand must visit; empty between steps */
	uint64_t *visited;           /* one bit a group, set for these */
	uint64_t version;

	struct books *books;         /* impact.c's; NULL until asked */

	struct summary *summaries;   /* of each service, then of all; worked out when asked for */
	uint64_t summary_version;
};

/* Scratch for one group's transition. */
struct passage {
	uint8_t fate[MAX_REPLICAS];
	uint16_t class_of[MAX_REPLICAS], zone[MAX_ZONES];
	uint8_t severed[MAX_ZONES * MAX_ZONES], contexts[MAX_ZONES];
	struct rift rift;
};

/* What a step that is only thought of does to a place: the GONE_* bits that everything beneath it gets. */
struct supposition {
	place_id place;
	uint8_t gone;
	const uint8_t *contexts; /* by zone, CONTEXT_* left to the service at hand; NULL: as now */
};
static const struct supposition nothing_supposed = {NO_PLACE, 0, NULL};

/* A group's transition to how things are now, and with `also` too; in `p`. */
struct transition state_passage(const struct state *s, uint32_t service, uint32_t g, struct supposition also,
                                struct passage *p);
/* Works out anew what the needed services leave this one. Returns whether that changed. */
bool state_refresh_context(struct state *s, uint32_t service);
/* How many groups of a service go on now, as each zone hears it: [zones.n]. */
void state_going(const struct state *s, uint32_t service, struct going *ret);
/* Adds `by` for a group in that situation to what each zone hears go on. */
void state_count_going(const struct state *s, uint32_t g, situation_id at, uint32_t by, struct going *ret);
/* As group_why.unmet, for a group that is judged by one of its replicas (NO_PEER: all of them see the same). */
void state_unmet_need(const struct state *s, uint32_t group, uint16_t judged_by, struct unmet_need *ret);

/* Whether that many entries of model_groups_on are better met in a pass over all groups. */
bool state_better_swept(const struct state *s, uint64_t entries);

/* The fate of a group of at most PACKED_REPLICAS now, as one number. */
static inline uint64_t state_packed_fate(const struct state *s, uint32_t group)
{
	const domain_id *places = group_places(s->model, group);
	uint32_t n = group_size(s->model, group);
	uint64_t code = 0;

	for (uint32_t i = 0; i < n; i++)
		code |= (uint64_t)s->gone[places[i]] << 2 * i;
	return code;
}

/*
 * The last transitions taken, so that a pass over a million groups rarely asks the engine. Only for groups of
 * at most PACKED_REPLICAS, without accepts and cuts.
 */
#define SHORTCUTS 256
struct shortcut {
	uint64_t code;
	situation_id from, to; /* a settled situation to which nothing happens stays itself */
	uint32_t taken;        /* by a sweep: how often, not yet counted in the population */
	uint8_t context;
	bool unsettled;        /* the next step must visit the group again */
};
struct shortcuts { struct shortcut at[SHORTCUTS]; };
void shortcuts_init(struct shortcuts *sc);

static inline struct shortcut *shortcut_slot(struct shortcuts *sc, situation_id from, uint64_t code)
{
	return &sc->at[(code ^ code >> 7 ^ (uint64_t)from * 31) % SHORTCUTS];
}
static inline bool shortcut_fits(const struct shortcut *slot, situation_id from, uint64_t code, uint8_t context)
{
	return slot->from == from && slot->code == code && slot->context == context;
}
void shortcut_find(struct engine *e, struct shortcut *slot, situation_id from, uint64_t code, uint8_t context);

static inline const struct shortcut *shortcut_to(struct engine *e, struct shortcuts *sc, situation_id from,
                                                 uint64_t code, uint8_t context)
{
	struct shortcut *slot = shortcut_slot(sc, from, code);

	if (!shortcut_fits(slot, from, code, context))
		shortcut_find(e, slot, from, code, context);
	return slot;
}

/* The fate of a group's replicas now, and with `also` too. */
void state_fate(const struct state *s, uint32_t group, struct supposition also, uint8_t *ret);
/* What the services that a service needs leave it in a zone. */
static inline uint8_t state_context(const struct state *s, uint32_t service, uint16_t zone)
{
	return s->contexts ? s->contexts[(size_t)service * MAX_ZONES + zone] : 0;
}
static inline uint32_t state_service_of(const struct state *s, uint32_t group)
{
	return s->engine->kinds.all.at[s->engine->kinds.of_group[group]].service;
}

/* actions.c: carries out a step's actions, all but accepts, and notes in the record what it takes to undo them. */
void state_act(struct state *s, struct record *r, enum effect *effects);
void state_set_mark(struct state *s, place_id p, enum mark mark);
/* Works out anew what is gone beneath a place, and notes the domains where that changed. */
void state_refresh_place(struct state *s, place_id p);
void state_put_cuts_back(struct state *s, const struct record *r);

/* impact.c */
void state_close_books(struct state *s);

/* moves.c: takes every group that the step concerns to its next situation. */
void state_move_groups(struct state *s, struct record *r);
void state_place_group(struct state *s, uint32_t g, situation_id at);
/* Counts groups in and out of a situation. */
void state_populate(struct state *s, situation_id at, uint32_t by);

#endif
