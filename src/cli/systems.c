#include "load/systems.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/command_p.h"
#include "cli/trouble_p.h"

/* The value of a system's `about`, which stands on a line of its own. */
static const char *about_line(const struct embedded *system, size_t *ret_len)
{
	static const char key[] = "about: ";
	const char *line = system->text, *end = system->text + system->len;

	while (line < end) {
		size_t len = strcspn(line, "\n");

		if (len > strlen(key) && memcmp(line, key, strlen(key)) == 0) {
			*ret_len = len - strlen(key);
			return line + strlen(key);
		}
		line += len + 1;
	}
	*ret_len = 0;
	return "";
}

static const struct embedded *system_named(const char *name)
{
	for (const struct embedded *s = builtin_systems; s->name; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

static int unknown_system(const struct invocation *in, const char *name)
{
	struct suggestion s = suggest_for(name);

	for (const struct embedded *e = builtin_systems; e->name; e++)
		suggest_offer(&s, e->name);
	if (s.best)
		return refuse(in->command, "there is no built-in system '%s'; did you mean '%s'?", name, s.best);
	return refuse(in->command, "there is no built-in system '%s'; 'faultline systems' lists them", name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct embedded *const *)a)->name, (*(const struct embedded *const *)b)->name);
}

static void list_systems(void)
{
	VEC(const struct embedded *) systems = {0};
	int width = 0;

	for (const struct embedded *s = builtin_systems; s->name; s++) {
		vec_push(&systems, s);
		if ((int)strlen(s->name) > width)
			width = (int)strlen(s->name);
	}
	qsort(systems.at, systems.len, sizeof *systems.at, by_name);
	for (size_t i = 0; i < systems.len; i++) {
		size_t len;
		const char *about = about_line(systems.at[i], &len);

		printf("%-*s  %.*s\n", width, systems.at[i]->name, (int)len, about);
	}
	vec_free(&systems);
}

int run_systems(const struct invocation *in)
{
	for (size_t i = 0; i < in->nwords; i++)
		if (!system_named(in->words[i]))
			return unknown_system(in, in->words[i]);
	if (!in->nwords)
		list_systems();
	for (size_t i = 0; i < in->nwords; i++) {
		const struct embedded *s = system_named(in->words[i]);

		if (in->nwords > 1)
			printf("%s# %s\n", i ? "\n" : "", s->name);
		fwrite(s->text, 1, s->len, stdout);
	}
	return EXIT_ANSWERED;
}
