#include "lib/player.h"

#include <stdlib.h>

#include "analysis/tolerance.h"
#include "base/mem.h"
#include "engine/state.h"
#include "lib/twin.h"

/* ---- the engine ---- */

struct game {
	struct engine *engine;
	struct state *state;
};

static void *engine_open(const struct model *m)
{
	struct game *g = xcalloc(1, sizeof(*g));

	g->engine = engine_new(m);
	g->state = state_new(g->engine);
	return g;
}

static void engine_close(void *game)
{
	struct game *g = game;

	state_free(g->state);
	engine_free(g->engine);
	free(g);
}

static void engine_step(void *game, const struct step *step)
{
	state_step(((struct game *)game)->state, step, NULL);
}

static bool engine_undo(void *game)
{
	return state_undo(((struct game *)game)->state);
}

static bool engine_redo(void *game)
{
	return state_redo(((struct game *)game)->state);
}

static struct outcome engine_outcome(const void *game, uint32_t group)
{
	return *state_outcome(((const struct game *)game)->state, group);
}

static uint32_t engine_side(const void *game, uint32_t group, uint32_t replica)
{
	const struct game *g = game;
	struct group_why why = {.replicas = xcalloc(group_size(engine_model(g->engine), group), sizeof(*why.replicas))};
	uint32_t side;

	state_why(g->state, group, &why);
	side = why.replicas[replica].side;
	free(why.replicas);
	return side;
}

static int32_t engine_tolerance(const struct model *m, uint32_t service, enum target target, unsigned level)
{
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);
	struct tolerance t;

	analysis_tolerance(a, service, &t);
	analysis_free(a);
	engine_free(e);
	return t.at[target][level];
}

/* ---- the twin ---- */

static void *start_twin(const struct model *m)
{
	return twin_new(m);
}

static void stop_twin(void *game)
{
	twin_free(game);
}

static void step_twin(void *game, const struct step *step)
{
	twin_step(game, step);
}

static bool undo_twin(void *game)
{
	return twin_undo(game);
}

static bool redo_twin(void *game)
{
	return twin_redo(game);
}

static struct outcome outcome_of_twin(const void *game, uint32_t group)
{
	return twin_outcome(game, group);
}

static uint32_t side_by_twin(const void *game, uint32_t group, uint32_t replica)
{
	return twin_side(game, group, replica);
}

const struct player players[PLAYERS] = {
	[ENGINE] = {
		"engine", engine_open, engine_step, engine_undo, engine_redo, engine_outcome, engine_side,
		engine_tolerance, engine_close,
	},
	[TWIN] = {
		"twin", start_twin, step_twin, undo_twin, redo_twin, outcome_of_twin, side_by_twin, twin_tolerance,
		stop_twin,
	},
};
