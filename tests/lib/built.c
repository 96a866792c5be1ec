#include "lib/built.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "model/names.h"

/* The next piece of a list, in *at and its length returned; 0 at the end. */
static size_t next_piece(const char **at, const char *separators)
{
	*at += strspn(*at, separators);
	return strcspn(*at, separators);
}

static void set_levels(struct builder *b, const char *levels)
{
	const char **names = arena_alloc(&b->model->arena, MAX_LEVELS * sizeof(*names));
	uint32_t n = 0;

	for (size_t len; (len = next_piece(&levels, " ")); levels += len)
		names[n++] = arena_strndup(&b->model->arena, levels, len);
	builder_levels(b, names, n);
}

static str_id interned(struct builder *b, const char *text, size_t len)
{
	return str_intern(b->model->strings, text, len);
}

/* Opens what of the path is not open yet, having closed what it is not below. */
static void open_path(struct builder *b, const char *path, size_t len)
{
	const char *end = path + len;
	domain_id open[MAX_LEVELS + 1];
	unsigned depth = b->domains.at[b->open].level, same = 0;

	for (domain_id d = b->open; d != ROOT; d = b->domains.at[d].parent)
		open[b->domains.at[d].level - 1] = d;
	for (bool shared_so_far = true; path < end; path++) {
		size_t part = strcspn(path, "/ ");
		str_id name = interned(b, path, part);

		shared_so_far &= same < depth && b->domains.at[open[same]].name == name;
		if (shared_so_far) {
			same++;
		} else {
			for (; depth > same; depth--)
				builder_close_domain(b);
			builder_open_domain(b, name, (struct place){0});
			depth = ++same;
		}
		path += part;
	}
}

static void open_domains(struct builder *b, const char *paths)
{
	for (size_t len; (len = next_piece(&paths, " ")); paths += len)
		open_path(b, paths, len);
	while (b->open != ROOT)
		builder_close_domain(b);
}

/* Shared domains get their members once there are domains to be named. */
static void name_shared(struct builder *b, const char *shared)
{
	struct model *m = b->model;

	m->shared = arena_alloc(&m->arena, (strlen(shared) + 1) * sizeof(*m->shared));
	for (size_t len; (len = next_piece(&shared, " ")); shared += len) {
		struct shared *s = &m->shared[m->nshared++];

		s->name = interned(b, shared, strcspn(shared, "="));
		s->attributes = attributes_not_said;
	}
}

static domain_id domain_of(const struct model *m, const char *ref, size_t len)
{
	place_id p;

	if (resolve_place(m, ref, len, &p, NULL, 0, NULL) != RESOLVE_OK)
		fail_msg("'%.*s' does not name one domain", (int)len, ref);
	return p;
}

place_id place_of(const struct model *m, const char *ref)
{
	return domain_of(m, ref, strlen(ref));
}

static void fill_shared(struct model *m, const char *shared)
{
	for (size_t len, i = 0; (len = next_piece(&shared, " ")); i++) {
		const char *end = shared + len;
		struct shared *s = &m->shared[i];

		s->members = arena_alloc(&m->arena, len * sizeof(*s->members));
		for (shared += strcspn(shared, "=") + 1; shared < end; shared += len + 1) {
			len = strcspn(shared, ", ");
			s->members[s->nmembers++] = domain_of(m, shared, len);
		}
		shared = end;
	}
}

static void add_group(struct builder *b, const char *name, size_t len, const char *groups)
{
	static const uint8_t voters[MAX_REPLICAS];
	const struct model *m = b->model;
	const char *at = groups;

	builder_add_group(b, str_add(m->strings, name, len), (struct place){0});
	while (next_piece(&at, " ") && (strncmp(at, name, len) != 0 || at[len] != '='))
		at += strcspn(at, " ");
	if (!*at)
		builder_add_replica(b, ROOT);
	else
		for (const char *end = at + strcspn(at, " "), *ref = at + len + 1; ref < end; ref += len + 1) {
			len = strcspn(ref, ", ");
			builder_add_replica(b, domain_of(m, ref, len));
		}
	builder_end_group(b, voters);
}

static void add_services(struct builder *b, const char *services, const char *groups)
{
	struct model *m = b->model;

	m->services = arena_alloc(&m->arena, (strlen(services) + 1) * sizeof(*m->services));
	for (size_t len; (len = next_piece(&services, " "));) {
		const char *end = services + len;
		struct service *s = &m->services[m->nservices++];

		s->name = interned(b, services, strcspn(services, "= "));
		s->first_group = (uint32_t)b->groups.len;
		for (services += strcspn(services, "= "); services++ < end; services += len) {
			len = strcspn(services, ", ");
			if (len)
				add_group(b, services, len, groups);
		}
		s->ngroups = (uint32_t)b->groups.len - s->first_group;
		services = end;
	}
}

static const char *or_none(const char *text)
{
	return text ? text : "";
}

struct model *built_model(const struct built *what)
{
	struct builder b;

	builder_init(&b);
	set_levels(&b, what->levels);
	open_domains(&b, or_none(what->domains));
	name_shared(&b, or_none(what->shared));
	model_seal_domains(&b);
	fill_shared(b.model, or_none(what->shared));
	add_services(&b, or_none(what->services), or_none(what->groups));
	return model_seal(&b);
}
