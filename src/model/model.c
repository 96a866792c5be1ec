#include "model/model.h"

#include <stdlib.h>

#include "model/index_p.h"
#include "model/names.h"

const struct role_info role_info[ROLES] = {
	/*                 name       votes  acknowledges holds_data copies */
	[ROLE_VOTER]   = { "voter",   true,  true,        true,      true },
	[ROLE_WITNESS] = { "witness", true,  true,        false,     false },
	[ROLE_ARBITER] = { "arbiter", true,  false,       false,     false },
	[ROLE_LEARNER] = { "learner", false, false,       true,      true },
	[ROLE_STANDBY] = { "standby", false, false,       true,      true },
	[ROLE_BACKUP]  = { "backup",  false, false,       true,      false },
};

const char *const target_names[TARGETS] = {
	[TARGET_WRITES] = "writes", [TARGET_READS] = "reads", [TARGET_DATA] = "data",
};

void model_free(struct model *m)
{
	if (!m)
		return;
	model_free_names(m);
	model_index_free(m);
	strings_free(m->strings);
	free(m->domains);
	free(m->groups);
	free(m->first_replica);
	free(m->replicas);
	free(m->rolesets);
	arena_release(&m->arena);
	free(m);
}

uint32_t model_service_of(const struct model *m, uint32_t group)
{
	uint32_t low = 0, high = m->nservices; /* the last that begins at or before the group lies in [low, high) */

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (m->services[middle].first_group <= group)
			low = middle;
		else
			high = middle;
	}
	return low;
}

bool place_covers(const struct model *m, place_id p, domain_id d)
{
	const struct shared *sh;

	if (p < m->ndomains)
		return domain_contains(m, p, d);
	sh = &m->shared[p - m->ndomains];
	for (uint32_t i = 0; i < sh->nmembers; i++)
		if (domain_contains(m, sh->members[i], d))
			return true;
	return false;
}

domain_id domain_at_level(const struct model *m, domain_id d, unsigned level)
{
	if (m->domains[d].level < level)
		return NO_DOMAIN;
	while (m->domains[d].level > level)
		d = m->domains[d].parent;
	return d;
}

size_t model_bytes(const struct model *m)
{
	return sizeof(*m) + m->arena.used + strings_bytes(m->strings) + model_names_bytes(m) +
	       m->ndomains * sizeof(*m->domains) + m->ngroups * sizeof(*m->groups) + (m->ngroups + 1ul) * sizeof(*m->first_replica) +
	       m->nreplicas * sizeof(*m->replicas) + m->nrolesets * sizeof(*m->rolesets) + model_index_bytes(m);
}
