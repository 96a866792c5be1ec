#include "cli/inputs_p.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/trouble_p.h"

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Reading a FIFO or a device that just lies about may never end: only who names one means it. */
static bool may_hang(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool has_yaml_name(const char *name)
{
	return fnmatch("*.yaml", name, 0) == 0 || fnmatch("*.yml", name, 0) == 0;
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int search(struct inputs *in, const char *dir);

static int add_entry(struct inputs *in, const char *dir, const char *name)
{
	const char *slash = dir[strlen(dir) - 1] == '/' ? "" : "/";
	char *path = arena_printf(&in->arena, "%s%s%s", dir, slash, name);

	if (is_directory(path))
		return is_link(path) ? EXIT_ANSWERED : search(in, path);
	if (has_yaml_name(name) && !may_hang(path))
		vec_push(&in->all, (struct input){ .path = path });
	return EXIT_ANSWERED;
}

static int search(struct inputs *in, const char *dir)
{
	struct dirent **entries;
	int n = scandir(dir, &entries, not_hidden, by_bytes), status = EXIT_ANSWERED;

	if (n < 0)
		return read_trouble(dir, strerror(errno));
	for (int i = 0; i < n; i++) {
		status = worse(status, add_entry(in, dir, entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	return status;
}

int inputs_add(struct inputs *in, const char *word)
{
	size_t before = in->all.len;
	int status;

	if (strcmp(word, "-") == 0 || !is_directory(word)) {
		vec_push(&in->all, (struct input){ .path = word, .by_hand = true });
		return EXIT_ANSWERED;
	}
	status = search(in, word);
	if (status == EXIT_ANSWERED && in->all.len == before)
		say_aside("there is no *.yaml or *.yml in '%s'", word);
	return status;
}

void inputs_release(struct inputs *in)
{
	vec_free(&in->all);
	arena_release(&in->arena);
}
