/*
 * encoding - the text is UTF-8 without characters that YAML forbids, before libyaml is believed.
 */
#ifndef LOAD_ENCODING_P_H
#define LOAD_ENCODING_P_H

#include "load/faults_p.h"
#include "load/load.h"

/* False when the text can't be read at all; reported with its place. What libyaml must never see, and is soon found: */
bool encoding_check_start(struct faults *f, const struct source *source);
/* The rest: libyaml may have begun, but nothing that it said may be believed before. */
bool encoding_check(struct faults *f, const struct source *source);

#endif
