#include "model/build.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/index_p.h"
#include "model/names.h"

const struct attributes attributes_not_said = {
	.down = -1, .mtbf = DURATION_NONE, .mttr = DURATION_NONE, .rtt = DURATION_NONE,
};

void builder_init(struct builder *b)
{
	*b = (struct builder){ .model = xcalloc(1, sizeof(*b->model)), .open = ROOT };
	b->model->strings = strings_new();
	b->model->title = "";
	vec_push(&b->domains, (struct domain){ .parent = ROOT });
}

void builder_levels(struct builder *b, const char **names, uint32_t n)
{
	assert(n >= 1 && n <= MAX_LEVELS);
	b->model->levels = names;
	b->model->nlevels = n;
}

domain_id builder_open_domain(struct builder *b, str_id name, struct place place)
{
	unsigned level = b->domains.at[b->open].level + 1u;
	domain_id parent = b->open;

	assert(level <= b->model->nlevels && b->domains.len <= MAX_DOMAINS);
	b->open = (domain_id)b->domains.len;
	vec_push(&b->domains, (struct domain){
		.name = name, .parent = parent, .level = (uint8_t)level, .place = place,
	});
	return b->open;
}

void builder_close_domain(struct builder *b)
{
	struct domain *d = &b->domains.at[b->open];

	assert(b->open != ROOT);
	d->end = (domain_id)b->domains.len;
	b->open = d->parent;
}

static void count_levels(struct model *m)
{
	m->level_count = arena_alloc(&m->arena, (m->nlevels + 1) * sizeof(*m->level_count));
	for (domain_id d = 0; d < m->ndomains; d++)
		m->level_count[m->domains[d].level]++;
}

static void default_level_attributes(struct model *m)
{
	if (m->level_attributes)
		return;
	m->level_attributes = arena_alloc(&m->arena, (m->nlevels + 1) * sizeof(*m->level_attributes));
	for (uint32_t level = 0; level <= m->nlevels; level++)
		m->level_attributes[level] = attributes_not_said;
}

void model_seal_domains(struct builder *b)
{
	struct model *m = b->model;

	assert(b->open == ROOT && m->nlevels);
	b->domains.at[ROOT].end = (domain_id)b->domains.len;
	vec_trim(&b->domains);
	m->domains = b->domains.at;
	m->ndomains = (uint32_t)b->domains.len;
	memset(&b->domains, 0, sizeof(b->domains));
	count_levels(m);
	default_level_attributes(m);
	model_index_names(m);
}

void builder_add_group(struct builder *b, str_id name, struct place place)
{
	assert(b->groups.len < UINT32_MAX - 1);
	vec_push(&b->first_replica, (uint32_t)b->replicas.len);
	vec_push(&b->groups, (struct group){ .name = name, .line = place.line, .col = place.col });
}

void builder_add_replica(struct builder *b, domain_id place)
{
	assert(place < b->model->ndomains && b->replicas.len < UINT32_MAX - 1);
	vec_push(&b->replicas, place);
}

static uint32_t intern_roleset(struct builder *b, const uint8_t *roles, uint32_t len)
{
	uint64_t hash = hash_bytes(roles, len);
	struct roleset *rs;

	for (uint32_t at = table_first(&b->roleset_index, hash); at != TABLE_END;
	     at = table_next(&b->roleset_index, hash, at)) {
		rs = &b->rolesets.at[table_value(&b->roleset_index, at)];
		if (rs->len == len && memcmp(rs->roles, roles, len) == 0)
			return table_value(&b->roleset_index, at);
	}
	vec_push(&b->rolesets, (struct roleset){ .roles = arena_alloc(&b->model->arena, len), .len = len });
	rs = &b->rolesets.at[b->rolesets.len - 1];
	memcpy(rs->roles, roles, len);
	table_add(&b->roleset_index, hash, (uint32_t)(b->rolesets.len - 1));
	return (uint32_t)(b->rolesets.len - 1);
}

void builder_end_group(struct builder *b, const uint8_t *roles)
{
	struct group *g = &b->groups.at[b->groups.len - 1];
	size_t size = b->replicas.len - b->first_replica.at[b->first_replica.len - 1];

	assert(size >= 1 && size <= MAX_REPLICAS);
	g->roles = intern_roleset(b, roles, (uint32_t)size);
}

struct model *model_seal(struct builder *b)
{
	struct model *m = b->model;

	m->ngroups = (uint32_t)b->groups.len;
	vec_push(&b->first_replica, (uint32_t)b->replicas.len);
	vec_trim(&b->groups);
	vec_trim(&b->first_replica);
	vec_trim(&b->replicas);
	vec_trim(&b->rolesets);
	m->groups = b->groups.at;
	m->first_replica = b->first_replica.at;
	m->replicas = b->replicas.at;
	m->nreplicas = (uint32_t)b->replicas.len;
	m->rolesets = b->rolesets.at;
	m->nrolesets = (uint32_t)b->rolesets.len;
	table_release(&b->roleset_index);
	*b = (struct builder){0};
	model_index_new(m);
	return m;
}

void builder_abandon(struct builder *b)
{
	vec_free(&b->domains);
	vec_free(&b->groups);
	vec_free(&b->first_replica);
	vec_free(&b->replicas);
	vec_free(&b->rolesets);
	table_release(&b->roleset_index);
	model_free(b->model);
	*b = (struct builder){0};
}
