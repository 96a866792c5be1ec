/*
 * encoding - the text is UTF-8 without characters that YAML forbids, before libyaml sees it.
 */
#ifndef LOAD_ENCODING_P_H
#define LOAD_ENCODING_P_H

#include "load/faults_p.h"
#include "load/load.h"

/* False when the text can't be read at all; reported with its place. */
bool encoding_check(struct faults *f, const struct source *source);

#endif
