/*
 * build - putting a model together, in the order a loader meets things.
 *
 *	builder_init, then title, levels, domains, shared
 *	model_seal_domains
 *	services, each with its groups; links, attributes, scenarios
 *	model_seal
 *
 * Domains come depth first: each is opened under the last opened one and closed after its children.
 * model_seal_domains then makes them findable (model/names.h); groups and replicas come after that,
 * service by service; model_seal builds the reverse index and ends the building.
 * What has no function here (title, shared, services, ...) is set in builder.model, from the model's arena.
 * Nothing here checks the user's file: callers do, with places. Limits are asserted.
 */
#ifndef MODEL_BUILD_H
#define MODEL_BUILD_H

#include "base/table.h"
#include "model/model.h"

struct builder {
	struct model *model;
	domain_id open;           /* the domain that children go into */
	VEC(struct domain) domains;
	VEC(struct group) groups;
	VEC(uint32_t) first_replica;
	VEC(domain_id) replicas;
	VEC(struct roleset) rolesets;
	struct table roleset_index;
};

void builder_init(struct builder *b);                    /* a new model, with its root */
void builder_levels(struct builder *b, const char **names, uint32_t n); /* names in the model's arena */
/* `name` must be interned (str_intern), not merely added: equal names are known by equal numbers. */
domain_id builder_open_domain(struct builder *b, str_id name, struct place place);
void builder_close_domain(struct builder *b);
/*
 * Needs levels and shared domains (with interned names) set. Closes the root, counts the levels and makes
 * names findable; level_attributes that are NULL become "not said".
 */
void model_seal_domains(struct builder *b);
extern const struct attributes attributes_not_said;

/* A group of the service being built; its replicas follow with builder_add_replica, then builder_end_group. */
void builder_add_group(struct builder *b, str_id name, struct place place);
void builder_add_replica(struct builder *b, domain_id place);
void builder_end_group(struct builder *b, const uint8_t *roles); /* one a replica added, in order */

/* Ends it: the model is the caller's, const from now on. The builder is empty. */
struct model *model_seal(struct builder *b);
void builder_abandon(struct builder *b);

#endif
