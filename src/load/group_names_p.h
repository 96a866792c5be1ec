/*
 * group_names - are the names of a service's groups distinct?
 *
 * There may be a million: looking each up in a hash table as it comes is an access to memory that no
 * cache holds. So hashes are put in a row, and sorted when all are there; unless each name is above the one before it,
 * as numbered names mostly are.
 */
#ifndef LOAD_GROUP_NAMES_P_H
#define LOAD_GROUP_NAMES_P_H

#include "load/loader_p.h"

struct group_names {
	VEC(uint64_t) rows;   /* 32 bits of the name's hash, then the group */
	struct table by_hash; /* of the first `indexed` rows; made when it is asked for */
	size_t indexed;
	bool mixed;           /* some name is not above the one before it */
};

/* Before the group is added to the builder. */
void group_names_add(const struct loader *l, struct group_names *names, uint64_t hash, uint32_t group, const char *name,
                     size_t len);
/* Whether a group of that name was added. */
bool group_names_find(const struct loader *l, struct group_names *names, uint64_t hash, const char *name, size_t len);
/* Reports all names that were added twice, each at the later place. */
void group_names_check(struct loader *l, struct group_names *names);
void group_names_release(struct group_names *names);

#endif
