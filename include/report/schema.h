/*
 * schema - the file format as a JSON Schema (draft-07), so that editors complete keys and mark what is wrong.
 *
 * Keys come from the loader. The schema is never stricter than the loader: what is text to it may be a number or a
 * boolean to an editor. What only a model can tell, such as whether a domain exists, is left to `check`.
 */
#ifndef REPORT_SCHEMA_H
#define REPORT_SCHEMA_H

#include <stdio.h>

void schema_json(FILE *out);

/* What is said of a key of a kind of mapping (load/keys.h); NULL when nothing is. For a test that all are. */
const char *schema_about(const char *keyed, const char *key);
/* How many keys something is said of. */
size_t schema_nkeys(void);

#endif
