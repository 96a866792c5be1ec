/*
 * keys - the keys that mappings of a file may have, as the loader itself knows them.
 */
#ifndef LOAD_KEYS_H
#define LOAD_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* A kind of mapping with keys of its own: "file", "service", "system", "replica", ... */
struct keyed {
	const char *name;
	size_t nkeys;
	bool open; /* other keys are taken, too: parameters in a service, x-... in a file */
};
extern const size_t nkeyed;
struct keyed keyed_at(size_t i);
/* A key of the i-th; in the loader's order. */
const char *keyed_key(size_t i, size_t key);

#endif
