/*
 * whatif - what steps mean, told step by step to people, or as a state with its outcomes to machines.
 */
#ifndef REPORT_WHATIF_H
#define REPORT_WHATIF_H

#include <stdbool.h>
#include <stdio.h>

#include "engine/state.h"

/*
 * Take the steps from the state as it is and report them; without steps, the state itself.
 * `file` is the name to report. With `each_step` the JSON has the state after every step too.
 */
void whatif_text(FILE *out, const char *file, struct state *s, const struct step *steps, size_t nsteps, bool colour);
void whatif_json(FILE *out, const char *file, struct state *s, const struct step *steps, size_t nsteps, bool each_step);

#endif
