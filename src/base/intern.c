/*
 * A string is stored as its length, its text and a NUL. Lengths below LONG take one byte; LONG stands for
 * four more bytes that follow it. A string's number is its block's in the upper bits, its place there in the lower.
 */
#include "base/intern.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/table.h"
#include "base/vec.h"

enum { BLOCK_BITS = 20, BLOCK_BYTES = 1 << BLOCK_BITS, MAX_BLOCKS = 1 << (32 - BLOCK_BITS), LONG = 255 };

struct strings {
	VEC(unsigned char *) blocks;
	uint32_t filling; /* the block that short strings go into */
	size_t used;      /* bytes of it */
	size_t bytes;     /* of all blocks */
	struct table index;
};

static uint32_t add_block(struct strings *s, size_t size)
{
	assert(s->blocks.len < MAX_BLOCKS);
	vec_push(&s->blocks, xmalloc(size));
	s->bytes += size;
	return (uint32_t)(s->blocks.len - 1);
}

struct strings *strings_new(void)
{
	struct strings *s = xcalloc(1, sizeof(*s));

	s->filling = add_block(s, BLOCK_BYTES);
	memset(s->blocks.at[0], 0, 2); /* number 0: no length, and the NUL */
	s->used = 2;
	return s;
}

void strings_free(struct strings *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->blocks.len; i++)
		free(s->blocks.at[i]);
	vec_free(&s->blocks);
	table_release(&s->index);
	free(s);
}

static size_t stored_size(size_t len)
{
	return len + (len < LONG ? 2 : 6);
}

static void store(unsigned char *at, const char *text, size_t len)
{
	uint32_t len32 = (uint32_t)len;

	*at++ = (unsigned char)(len < LONG ? len : LONG);
	if (len >= LONG) {
		memcpy(at, &len32, sizeof(len32));
		at += sizeof(len32);
	}
	memcpy(at, text, len);
	at[len] = '\0';
}

str_id str_add(struct strings *s, const char *text, size_t len)
{
	size_t size = stored_size(len);
	uint32_t block = s->filling, offset;

	if (!len)
		return 0;
	assert(len < UINT32_MAX);
	if (size > BLOCK_BYTES) {
		block = add_block(s, size);
		offset = 0;
	} else {
		if (size > BLOCK_BYTES - s->used) {
			block = s->filling = add_block(s, BLOCK_BYTES);
			s->used = 0;
		}
		offset = (uint32_t)s->used;
		s->used += size;
	}
	store(s->blocks.at[block] + offset, text, len);
	return block << BLOCK_BITS | offset;
}

static const unsigned char *stored(const struct strings *s, str_id id)
{
	return s->blocks.at[id >> BLOCK_BITS] + (id & (BLOCK_BYTES - 1));
}

const char *str_text(const struct strings *s, str_id id)
{
	const unsigned char *at = stored(s, id);

	return (const char *)at + (*at < LONG ? 1 : 5);
}

size_t str_len(const struct strings *s, str_id id)
{
	const unsigned char *at = stored(s, id);
	uint32_t len = *at;

	if (len == LONG)
		memcpy(&len, at + 1, sizeof(len));
	return len;
}

static str_id find_hashed(const struct strings *s, uint64_t hash, const char *text, size_t len)
{
	for (uint32_t at = table_first(&s->index, hash); at != TABLE_END; at = table_next(&s->index, hash, at)) {
		str_id id = table_value(&s->index, at);

		if (str_len(s, id) == len && memcmp(str_text(s, id), text, len) == 0)
			return id;
	}
	return 0;
}

str_id str_find(const struct strings *s, const char *text, size_t len)
{
	return len ? find_hashed(s, hash_bytes(text, len), text, len) : 0;
}

str_id str_intern(struct strings *s, const char *text, size_t len)
{
	uint64_t hash = hash_bytes(text, len);
	str_id id = len ? find_hashed(s, hash, text, len) : 0;

	if (id || !len)
		return id;
	id = str_add(s, text, len);
	table_add(&s->index, hash, id);
	return id;
}

size_t strings_bytes(const struct strings *s)
{
	return s->bytes + s->blocks.cap * sizeof(*s->blocks.at) + table_bytes(&s->index);
}
