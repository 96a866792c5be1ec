#include "base/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void table_put(struct table *t, uint64_t key, uint32_t stored)
{
	size_t at = hash_mix(key) & t->mask;

	while (t->slots[at].value)
		at = (at + 1) & t->mask;
	t->slots[at].key = key;
	t->slots[at].value = stored;
}

static void table_grow(struct table *t)
{
	struct table old = *t;
	size_t slots = old.slots ? (old.mask + 1) * 2 : 16;

	t->slots = xcalloc(slots, sizeof(*t->slots));
	t->mask = slots - 1;
	for (size_t i = 0; old.slots && i <= old.mask; i++)
		if (old.slots[i].value)
			table_put(t, old.slots[i].key, old.slots[i].value);
	free(old.slots);
}

void table_add(struct table *t, uint64_t key, uint32_t value)
{
	if (!t->slots || t->len * 4 >= (t->mask + 1) * 3)
		table_grow(t);
	table_put(t, key, value + 1);
	t->len++;
}

/* The first slot from `at` on that holds the key. */
static uint32_t table_probe(const struct table *t, uint64_t key, size_t at)
{
	while (t->slots[at].value && t->slots[at].key != key)
		at = (at + 1) & t->mask;
	return t->slots[at].value ? (uint32_t)at : TABLE_END;
}

uint32_t table_first(const struct table *t, uint64_t key)
{
	return t->slots ? table_probe(t, key, hash_mix(key) & t->mask) : TABLE_END;
}

uint32_t table_next(const struct table *t, uint64_t key, uint32_t at)
{
	return table_probe(t, key, (at + 1) & t->mask);
}

void table_release(struct table *t)
{
	free(t->slots);
	*t = (struct table){0};
}

static uint64_t hash_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
	return hash ^ hash >> 32;
}

uint64_t hash_bytes(const void *data, size_t len)
{
	const unsigned char *at = data;
	uint64_t word, hash = hash_word(0x2545f4914f6cdd1du, len);

	for (; len >= sizeof(word); len -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		hash = hash_word(hash, word);
	}
	word = 0;
	for (size_t i = 0; i < len; i++)
		word = word << 8 | at[i];
	return hash_mix(hash_word(hash, word));
}
