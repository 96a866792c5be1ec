/*
 * built - models for tests of the layers below the loader, put together through model/build.h.
 *
 *	struct model *m = built_model(&(struct built){
 *		.levels = "az rack", .domains = "a/r1 a/r2 b", .shared = "feed=a/r1,b", .services = "kv=g1,g2" });
 *
 * Domains are paths from the top, depth first; what is above one is opened as needed. Every group has its
 * replicas, voters, on the domains in `groups`: "g1=a/r1,a/r2 g2=b"; one that is not in it sits on the root.
 */
#ifndef TESTS_BUILT_H
#define TESTS_BUILT_H

#include "model/build.h"

struct built {
	const char *levels, *domains, *shared, *services, *groups;
};

struct model *built_model(const struct built *what); /* the caller's, for model_free */
/* The place that a reference names; ends the test when it names none or several. */
place_id place_of(const struct model *m, const char *ref);

#endif
