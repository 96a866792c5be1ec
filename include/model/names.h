/*
 * names - finding domains by name, by the tail of a path, or by a whole path with a leading slash.
 */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include "model/model.h"

enum resolve_result { RESOLVE_OK, RESOLVE_UNKNOWN, RESOLVE_AMBIGUOUS };

/*
 * The one place that `ref` names; "/" is the root. With RESOLVE_AMBIGUOUS the candidates are `ret_candidates`
 * (may be NULL), up to `max`; *ret_ncandidates (may be NULL, which is faster) counts them all.
 */
enum resolve_result resolve_place(const struct model *m, const char *ref, size_t len, place_id *ret,
                                  place_id *ret_candidates, size_t max, size_t *ret_ncandidates);

/* A sentence why `ref` names nothing or too much, with "did you mean" or the candidates; in `arena`, clean. */
const char *resolve_why(const struct model *m, const char *ref, size_t len, struct arena *arena);

/* The whole path, "/us-east-1/us-east-1b"; a shared domain's name; "/" for the root. Raw text, not cleaned. */
void sb_add_path(struct strbuf *sb, const struct model *m, place_id p);
char *place_path(const struct model *m, place_id p, struct arena *arena);
/* The shortest tail of the path that names only this place: "rack-1" or "dc-b/rack-1". */
void sb_add_short(struct strbuf *sb, const struct model *m, place_id p);
/* The place's own name: the last part of its path. */
const char *place_name(const struct model *m, place_id p);
/* "az", "rack", ... or "shared", "root". */
const char *place_level_name(const struct model *m, place_id p);

/* The child of `parent` with that name, or NO_DOMAIN. */
domain_id child_named(const struct model *m, domain_id parent, const char *name, size_t len);
uint32_t service_named(const struct model *m, const char *name, size_t len); /* NO_SERVICE */
/* By name within a service; linear in its groups. NO_GROUP when there is none. */
uint32_t group_named(const struct model *m, uint32_t service, const char *name, size_t len);
/* Level number (from 1) of a name; 0 when there is none. "shared" and "root" are not levels. */
unsigned level_named(const struct model *m, const char *name, size_t len);

/* Called once by the builder when domains and shared domains are complete. */
void model_index_names(struct model *m);
void model_free_names(struct model *m);
size_t model_names_bytes(const struct model *m);

#endif
