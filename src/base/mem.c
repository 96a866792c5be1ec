#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/vec.h"

#define HUGE_PAGE ((uintptr_t)2 << 20)

static void die_of_memory(void)
{
	fputs("faultline: out of memory\n", stderr);
	abort();
}

void *xmalloc(size_t size)
{
	void *at = malloc(size ? size : 1);

	if (!at)
		die_of_memory();
	return at;
}

void *xcalloc(size_t count, size_t size)
{
	void *at = calloc(count ? count : 1, size ? size : 1);

	if (!at)
		die_of_memory();
	return at;
}

void *xcalloc_spread(size_t count, size_t size)
{
	char *at = xcalloc(count, size);

#ifdef MADV_HUGEPAGE
	uintptr_t mask = HUGE_PAGE - 1, start = ((uintptr_t)at + mask) & ~mask, end = ((uintptr_t)at + count * size) & ~mask;

	if (start < end)
		madvise((void *)start, end - start, MADV_HUGEPAGE); /* a wish: nothing depends on it */
#endif
	return at;
}

void *xrealloc(void *old, size_t size)
{
	void *at = realloc(old, size ? size : 1);

	if (!at)
		die_of_memory();
	return at;
}

char *xstrndup(const char *text, size_t len)
{
	char *copy = xmalloc(len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

void *vec_grown(void *at, size_t *cap, size_t want, size_t size)
{
	size_t bytes, grown = *cap + *cap / 2;

	if (grown < 8)
		grown = 8;
	if (grown < want)
		grown = want;
	if (__builtin_mul_overflow(grown, size, &bytes))
		die_of_memory();
	*cap = grown;
	return xrealloc(at, bytes);
}

/* ---- arena ---- */

enum { FIRST_BLOCK = 4 << 10, LARGEST_BLOCK = 1 << 20 };

struct arena_block {
	struct arena_block *next;
	size_t size, used;
	_Alignas(max_align_t) char data[];
};

static struct arena_block *block_new(size_t size)
{
	struct arena_block *b = xcalloc(1, sizeof(*b) + size);

	b->size = size;
	return b;
}

/* A block for `size` bytes. What is too large for a usual block gets its own, behind the one being filled. */
static struct arena_block *block_for(struct arena *a, size_t size)
{
	struct arena_block *newest = a->blocks, *b;
	size_t usual = newest ? newest->size * 2 : FIRST_BLOCK;

	if (usual > LARGEST_BLOCK)
		usual = LARGEST_BLOCK;
	if (newest && size > usual / 4) {
		b = block_new(size);
		b->next = newest->next;
		newest->next = b;
	} else {
		b = block_new(size > usual ? size : usual);
		b->next = newest;
		a->blocks = b;
	}
	return b;
}

static void *arena_take(struct arena *a, size_t size, size_t align)
{
	struct arena_block *b = a->blocks;
	size_t start = b ? (b->used + align - 1) & ~(align - 1) : 0;

	if (!b || start > b->size || size > b->size - start) {
		b = block_for(a, size);
		start = 0;
	}
	b->used = start + size;
	a->used += size;
	return b->data + start;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return arena_take(a, size, _Alignof(max_align_t));
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *copy = arena_take(a, len + 1, 1);

	memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		die_of_memory();
	text = arena_take(a, (size_t)len + 1, 1);
	va_start(ap, fmt);
	vsnprintf(text, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return text;
}

void arena_release(struct arena *a)
{
	struct arena_block *next;

	for (struct arena_block *b = a->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	*a = (struct arena){0};
}
