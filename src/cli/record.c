#include "cli/record_p.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/journal_p.h"
#include "cli/trouble_p.h"

/* ---- the commit ---- */

#define HASH_MIN 40
#define LINE_MAX_BYTES 4096

static bool is_hash(const char *text)
{
	size_t len = strspn(text, "0123456789abcdef");

	return len >= HASH_MIN && text[len] == '\0';
}

/* The first line of a file that begins with `prefix` and ends with `suffix`, without both; NULL. */
static const char *line_in(const char *path, const char *prefix, const char *suffix, struct arena *a)
{
	char line[LINE_MAX_BYTES];
	const char *found = NULL;
	FILE *in = fopen(path, "r");

	while (in && !found && fgets(line, sizeof(line), in)) {
		size_t len = strcspn(line, "\r\n"), before = strlen(prefix), after = strlen(suffix);

		if (len >= before + after && !strncmp(line, prefix, before) && !strncmp(line + len - after, suffix, after))
			found = arena_strndup(a, line + before, len - before - after);
	}
	if (in)
		fclose(in);
	return found;
}

static bool is_there(const char *path, mode_t type)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & S_IFMT) == type;
}

static const char *git_folder_above(const char *path, struct arena *a)
{
	char *folder = arena_strdup(a, path), *slash;

	while ((slash = strrchr(folder, '/'))) {
		*slash = '\0';
		const char *git = arena_printf(a, "%s/.git", folder), *named;

		if (is_there(git, S_IFDIR))
			return git;
		named = is_there(git, S_IFREG) ? line_in(git, "gitdir: ", "", a) : NULL;
		if (named)
			return *named == '/' ? named : arena_printf(a, "%s/%s", folder, named);
	}
	return NULL;
}

/*
 * GIT_DIR, or the folder that .git is or names (in a worktree, a file that says "gitdir: ..."), of `path` or above it.
 */
static const char *git_folder(const char *path, struct arena *a)
{
	const char *set = getenv("GIT_DIR");

	if (set && *set)
		return set;
	return git_folder_above(path, a);
}

/* A branch's commit: in a file of its own, or among the packed ones; of a worktree, where the others are, too. */
static const char *commit_of(const char *git, const char *ref, struct arena *a)
{
	const char *hash = line_in(arena_printf(a, "%s/%s", git, ref), "", "", a);

	if (!hash)
		hash = line_in(arena_printf(a, "%s/packed-refs", git), "", arena_printf(a, " %s", ref), a);
	return hash;
}

const char *revision_of(const char *path, struct arena *a)
{
	const char *git = git_folder(path, a), *head = git ? line_in(arena_printf(a, "%s/HEAD", git), "", "", a) : NULL;
	const char *common, *hash = head;

	if (head && !strncmp(head, "ref: ", 5)) {
		hash = commit_of(git, head + 5, a);
		common = hash ? NULL : line_in(arena_printf(a, "%s/commondir", git), "", "", a);
		if (common)
			hash = commit_of(*common == '/' ? common : arena_printf(a, "%s/%s", git, common), head + 5, a);
	}
	return hash && is_hash(hash) ? hash : "";
}

/* ---- what was found ---- */

static uint64_t stands_for(const struct diag *d)
{
	return d->count > 1 ? d->count : 1;
}

static struct kept_finding *alike(struct kept_check *c, const struct diag *d, const char *service)
{
	for (size_t i = 0; i < c->findings.len; i++) {
		struct kept_finding *f = &c->findings.at[i];

		if (!strcmp(f->code, d->code) && !strcmp(f->service, service) && !strcmp(f->severity, severity_name(d->severity)))
			return f;
	}
	return NULL;
}

/* Findings of one code and service are one, however they were told: group by group, or together. */
static void add_findings(struct kept_check *c, const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->all.len; i++) {
		const struct diag *d = &diags->all.at[i];
		const char *service = d->service ? d->service : "";
		struct kept_finding *f = alike(c, d, service);

		if (f)
			f->groups += stands_for(d);
		else
			vec_push(&c->findings, (struct kept_finding){ d->code, severity_name(d->severity), service, stands_for(d),
			                                              d->message });
	}
}

static void add_tolerances(struct kept_check *c, const struct judged *file)
{
	const struct model *m = file->model;

	for (uint32_t i = 0; file->analysis && i < m->nservices; i++) {
		struct tolerance t;

		analysis_tolerance(file->analysis, i, &t);
		for (int target = 0; target < TARGETS; target++)
			for (uint32_t level = 1; level <= m->nlevels; level++)
				vec_push(&c->tolerances, (struct kept_tolerance){
					.service = str_text(m->strings, m->services[i].name),
					.target = target_names[target],
					.level = m->levels[level - 1],
					.value = t.at[target][level],
				});
	}
}

int record_check(struct journal *j, const struct judged *file)
{
	struct arena arena = {0};
	struct kept_check c = {
		.at = now_ms(),
		.file = file_to_keep(file->source, &arena),
		.errors = file->diags->errors,
		.warnings = file->diags->warnings,
		.notes = file->diags->notes,
	};
	bool ok;

	c.commit = *c.file.path ? revision_of(c.file.path, &arena) : "";
	add_findings(&c, file->diags);
	add_tolerances(&c, file);
	ok = journal_check(j, &c);
	if (!ok)
		say_aside("this check is not kept: %s", journal_why(j));
	vec_free(&c.findings);
	vec_free(&c.tolerances);
	arena_release(&arena);
	return ok ? EXIT_ANSWERED : EXIT_IO;
}
