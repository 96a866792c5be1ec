/* What has changed in a file since it was kept: domains, shared domains, services and groups by their names. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "cli/journal_p.h"
#include "model/names.h"

#define MAX_THINGS 400000 /* of a model; beyond that only the lines are compared */
#define NAMED 2           /* of each kind of change */

/* A thing that has a name, and what is said of it. */
struct thing { const char *name, *value; };
struct things {
	struct arena arena;
	VEC(struct thing) all; /* by name */
};

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct thing *)a)->name, ((const struct thing *)b)->name);
}

static void add(struct things *t, const char *kind, const char *name, const char *value)
{
	vec_push(&t->all, (struct thing){ arena_printf(&t->arena, "%s %s", kind, name), value });
}

static void add_domains(struct things *t, const struct model *m)
{
	for (place_id p = 1; p < m->ndomains; p++)
		add(t, "domain", place_path(m, p, &t->arena), "");
	for (uint32_t i = 0; i < m->nshared; i++) {
		struct strbuf members = {0};

		for (uint32_t k = 0; k < m->shared[i].nmembers; k++)
			sb_addf(&members, "%u ", m->shared[i].members[k]);
		add(t, "shared domain", place_name(m, m->ndomains + i), "");
		t->all.at[t->all.len - 1].value = sb_to_arena(&members, &t->arena);
	}
}

static char *seats(struct things *t, const struct model *m, uint32_t g)
{
	struct strbuf text = {0};

	for (uint32_t i = 0; i < group_size(m, g); i++) {
		sb_add_path(&text, m, group_places(m, g)[i]);
		sb_addf(&text, " %u ", group_roles(m, g)[i]);
	}
	return sb_to_arena(&text, &t->arena);
}

static void add_services(struct things *t, const struct model *m)
{
	for (uint32_t i = 0; i < m->nservices; i++) {
		const struct service *sv = &m->services[i];
		const char *name = str_text(m->strings, sv->name);

		add(t, "service", name, "");
		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
			add(t, "group", arena_printf(&t->arena, "%s/%s", name, str_text(m->strings, m->groups[g].name)), seats(t, m, g));
	}
}

static bool gather(struct things *t, const struct model *m)
{
	if ((size_t)m->ndomains + m->ngroups > MAX_THINGS)
		return false;
	add_domains(t, m);
	add_services(t, m);
	qsort(t->all.at, t->all.len, sizeof(*t->all.at), by_name);
	return true;
}

static void release(struct things *t)
{
	vec_free(&t->all);
	arena_release(&t->arena);
}

/* ---- comparing ---- */

enum change { ADDED, REMOVED, CHANGED, CHANGES };
struct changes {
	VEC(const char *) names[CHANGES];
};

static void compare(const struct things *was, const struct things *is, struct changes *ret)
{
	size_t i = 0, k = 0;

	while (i < was->all.len || k < is->all.len) {
		int order = i == was->all.len ? 1 : k == is->all.len ? -1 : by_name(&was->all.at[i], &is->all.at[k]);

		if (order < 0)
			vec_push(&ret->names[REMOVED], was->all.at[i].name);
		else if (order > 0)
			vec_push(&ret->names[ADDED], is->all.at[k].name);
		else if (strcmp(was->all.at[i].value, is->all.at[k].value) != 0)
			vec_push(&ret->names[CHANGED], is->all.at[k].name);
		i += order <= 0;
		k += order >= 0;
	}
}

static void add_changes(struct strbuf *sb, const struct changes *c)
{
	static const char *const words[CHANGES][2] = {
		[ADDED] = { "was added", "were added" },
		[REMOVED] = { "was removed", "were removed" },
		[CHANGED] = { "has other members", "have other members" },
	};

	for (int i = 0; i < CHANGES; i++) {
		size_t n = c->names[i].len;

		if (!n)
			continue;
		sb_add(sb, sb->len ? "; " : "");
		sb_add_names(sb, c->names[i].at, n < NAMED + 1 ? n : NAMED, n);
		sb_addf(sb, " %s", words[i][n > 1]);
	}
}

static void sb_add_things(struct strbuf *sb, const struct model *was, const struct model *is)
{
	struct things a = {0}, b = {0};
	struct changes changes = {0};

	if (gather(&a, was) && gather(&b, is))
		compare(&a, &b, &changes);
	add_changes(sb, &changes);
	for (int i = 0; i < CHANGES; i++)
		vec_free(&changes.names[i]);
	release(&a);
	release(&b);
}

static uint32_t first_line_that_differs(const struct source *a, const struct source *b)
{
	size_t at = 0, bt = 0;

	for (uint32_t line = 1;; line++) {
		size_t alen, blen;
		const char *x = source_next_line(a, &at, &alen), *y = source_next_line(b, &bt, &blen);

		if (!x || !y || alen != blen || memcmp(x, y, alen) != 0)
			return line;
	}
}

static struct model *load_quietly(const struct source *source)
{
	struct diag_list diags = { .cap = 1 };
	struct model *m = NULL;

	load_model(source, &diags, &m);
	diag_release(&diags);
	return m;
}

static void add_differences(struct strbuf *sb, const struct source *was, const struct source *is)
{
	struct model *a = load_quietly(was), *b = load_quietly(is);
	struct strbuf things = {0};

	if (!b)
		sb_add(&things, "it can't be loaded now");
	else if (a)
		sb_add_things(&things, a, b);
	sb_addf(sb, "%s%sline %u is the first that differs", sb_text(&things), things.len ? "; " : "",
	        first_line_that_differs(was, is));
	sb_release(&things);
	model_free(a);
	model_free(b);
}

static void add_compared(struct strbuf *sb, const struct source *is, const char *hash, const char *text, size_t len)
{
	char now[SHA256_HEX];
	struct source was = {0};

	if (strcmp(sha256_hex(is->text, is->len, now), hash) == 0) {
		sb_add(sb, " is as it was");
		return;
	}
	sb_add(sb, " has changed since");
	if (!text)
		return;
	sb_add(sb, ": ");
	source_from_text(&was, "", text, len);
	add_differences(sb, &was, is);
	source_release(&was);
}

void sb_add_changes(struct strbuf *sb, const char *name, const char *path, const char *hash, const char *text,
                    size_t len)
{
	struct source is = {0};
	const char *why;

	sb_add_file_name(sb, name);
	if (!*path)
		sb_add(sb, " is built in");
	else if (source_read(&is, path, &why))
		add_compared(sb, &is, hash, text, len);
	else
		sb_addf(sb, " can't be read now (%s)", why);
	source_release(&is);
}
