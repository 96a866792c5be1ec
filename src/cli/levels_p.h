/*
 * levels - levels and numbers that options name.
 */
#ifndef CLI_LEVELS_P_H
#define CLI_LEVELS_P_H

#include "analysis/cutsets.h"
#include "cli/command_p.h"
#include "model/model.h"

/* Each returns EXIT_ANSWERED, or EXIT_USAGE after saying what is wrong. */

/* A level's name, or "shared". */
int level_option(const struct invocation *in, const struct model *m, const char *name, size_t len, uint8_t *ret);
/* Several, with commas between them; NULL means all, shared domains too where the file has some. */
int levels_option(const struct invocation *in, const struct model *m, const char *names, struct level_set *ret);
/* A whole number from 1 to `most`; NULL means `otherwise`. */
int number_option(const struct invocation *in, const char *option, const char *text, uint64_t most, uint64_t otherwise,
                  uint64_t *ret);

/* The service that --service names, or NO_SERVICE without one. */
int service_option(const struct invocation *in, const struct model *m, uint32_t *ret);

#endif
