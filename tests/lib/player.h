/*
 * player - the engine and its twin behind one interface, so that one test can ask both.
 *
 *	for (size_t i = 0; i < PLAYERS; i++) {
 *		void *game = players[i]->open(model);
 *		players[i]->step(game, &step);
 *		struct outcome o = players[i]->outcome(game, group);
 *		players[i]->close(game);
 *	}
 */
#ifndef TESTS_PLAYER_H
#define TESTS_PLAYER_H

#include "engine/outcome.h"
#include "model/model.h"

struct player {
	const char *name;
	void *(*open)(const struct model *m); /* everything alive; borrows the model */
	void (*step)(void *game, const struct step *step);
	bool (*undo)(void *game);
	bool (*redo)(void *game);
	struct outcome (*outcome)(const void *game, uint32_t group);
	uint32_t (*side)(const void *game, uint32_t group, uint32_t replica); /* of a split brain: twin_side */
	/* By analyses of its own, without a game. */
	int32_t (*tolerance)(const struct model *m, uint32_t service, enum target target, unsigned level);
	void (*close)(void *game);
};

enum { ENGINE, TWIN, PLAYERS };
extern const struct player players[PLAYERS];

#endif
