/*
 * systems - the built-in systems, YAML files of src/systems embedded at build time.
 */
#ifndef LOAD_SYSTEMS_H
#define LOAD_SYSTEMS_H

#include <stddef.h>

struct embedded { const char *name; const char *text; size_t len; };

extern const struct embedded builtin_systems[];  /* ends with a NULL name; generated */
extern const struct embedded embedded_example;   /* what opens without a file; generated */

#endif
