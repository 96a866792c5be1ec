/*
 * record - `check --record`: what a check found goes into the journal.
 */
#ifndef CLI_RECORD_P_H
#define CLI_RECORD_P_H

#include "cli/findings_p.h"
#include "store/journal.h"

/* EXIT_IO after saying why it could not be kept. */
int record_check(struct journal *j, const struct judged *file);
/* The commit that the repository around a file is at, as git has it on disk; "" where there is none. The arena's. */
const char *revision_of(const char *path, struct arena *a);

#endif
