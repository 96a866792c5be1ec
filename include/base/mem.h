/*
 * mem - allocation that never returns NULL, and an arena.
 *
 * Running out of memory is not something a user's file can be blamed for: the xalloc family says
 * so on standard error and aborts. What a hostile file could inflate is bounded where it is read.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
/* The same for a large array that is used all over, in no order: in large pages, where there are such. */
void *xcalloc_spread(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrndup(const char *text, size_t len);
char *xstrdup(const char *text);

/* An arena hands out memory that is freed all at once. A zeroed arena is an empty one. */
struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* bytes handed out, for limits and for the bench */
};

/* Zeroed memory, aligned for any type, the arena's until arena_release. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strndup(struct arena *a, const char *text, size_t len);
char *arena_strdup(struct arena *a, const char *text);
__attribute__((format(printf, 2, 3)))
char *arena_printf(struct arena *a, const char *fmt, ...);
void arena_release(struct arena *a);

#endif
