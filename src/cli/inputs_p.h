/*
 * inputs - the files that a command line means: files, directories, standard input.
 */
#ifndef CLI_INPUTS_P_H
#define CLI_INPUTS_P_H

#include <stdbool.h>

#include "base/mem.h"
#include "base/vec.h"

struct input {
	const char *path; /* "-": standard input */
	bool by_hand;     /* named as it is, not found in a directory */
};

struct inputs {
	struct arena arena;
	VEC(struct input) all;
};

/*
 * Adds what one word means: itself, or for a directory every *.yaml and *.yml beneath it, sorted, hidden
 * ones, links to directories, FIFOs and devices passed over. Returns an exit status; trouble is said.
 */
int inputs_add(struct inputs *in, const char *word);
void inputs_release(struct inputs *in);

#endif
