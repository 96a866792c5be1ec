/*
 * subject - the one file that a command is about, loaded, and the steps to take from there.
 */
#ifndef CLI_SUBJECT_P_H
#define CLI_SUBJECT_P_H

#include "analysis/footprint.h"
#include "cli/command_p.h"
#include "load/load.h"
#include "model/model.h"

struct subject {
	struct source source;
	struct model *model;
	step_list steps;
	struct arena arena;
};

/*
 * Opens `path` ("-": standard input; NULL: the example). Returns EXIT_ANSWERED, or a status after
 * saying what is wrong: a broken file's findings as `check` prints them.
 */
int subject_open(struct subject *s, const struct settings *set, const char *path);
/*
 * The steps of --scenario, then those of `words` (one word with blanks in it is a string of actions).
 * Returns EXIT_ANSWERED, or EXIT_USAGE after saying what is wrong.
 */
int subject_plan(struct subject *s, const struct invocation *in, const char *const *words, size_t nwords);
/*
 * The state that --after leaves, or the healthy one; the caller's to free, before its engine. Returns EXIT_ANSWERED,
 * or EXIT_USAGE after saying what is wrong.
 */
int start_state(const struct invocation *in, const struct model *m, struct engine *e, struct state **ret);
/* The analysis of the state that --after leaves; `*ret_state` is NULL without one. As start_state. */
int start_analysis(const struct invocation *in, const struct model *m, struct engine *e, struct state **ret_state,
                   struct analysis **ret);
void subject_release(struct subject *s);
/*
 * Opens the one file that the words name, asks, and releases it: a whole command. Returns what `ask` does, or a status
 * after saying what is wrong.
 */
int subject_ask(const struct invocation *in, int (*ask)(const struct invocation *in, const struct subject *s));

#endif
