/*
 * replay - gives a fuzzer every file of its corpus, once: what `make check` does where there is no libFuzzer.
 *
 *	fuzz_NAME FOLDER...
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, n;

	if (!f) {
		perror(path);
		exit(1);
	}
	do {
		data = xrealloc(data, size + BUFSIZ);
		n = fread(data + size, 1, BUFSIZ, f);
		size += n;
	} while (n);
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	int files = 0;

	for (int i = 1; i < argc; i++) {
		struct dirent **entries;
		int n = scandir(argv[i], &entries, visible, alphasort);

		for (int e = 0; e < n; e++) {
			struct arena arena = {0};

			replay(arena_printf(&arena, "%s/%s", argv[i], entries[e]->d_name));
			arena_release(&arena);
			free(entries[e]);
		}
		if (n > 0)
			free(entries);
		files += n > 0 ? n : 0;
	}
	printf("%s: %d inputs\n", argv[0], files);
	return files ? 0 : 1;
}
