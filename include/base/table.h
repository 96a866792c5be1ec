/*
 * table - a hash table from 64-bit keys to 32-bit values, open addressing, no removal.
 *
 * Several values may be kept under one key: table_next walks them. Whoever hashes something larger
 * into the key compares the thing itself.
 *
 *	for (uint32_t at = table_first(&t, key); at != TABLE_END; at = table_next(&t, key, at))
 *		use(t.slots[at].value);
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#define TABLE_END UINT32_MAX

struct table {
	struct table_slot {
		uint64_t key;
		uint32_t value; /* stored plus one: 0 is a free slot. Read it with table_value */
	} *slots;
	size_t len, mask; /* mask + 1 slots, a power of two; 0 when nothing was added */
};

void table_add(struct table *t, uint64_t key, uint32_t value);
uint32_t table_first(const struct table *t, uint64_t key);
uint32_t table_next(const struct table *t, uint64_t key, uint32_t at);
static inline uint32_t table_value(const struct table *t, uint32_t at)
{
	return t->slots[at].value - 1;
}
/* Bytes held, for the bench. */
static inline size_t table_bytes(const struct table *t)
{
	return t->slots ? (t->mask + 1) * sizeof(*t->slots) : 0;
}
void table_release(struct table *t);

/* A good 64-bit hash of bytes, and of one or two numbers. */
uint64_t hash_bytes(const void *data, size_t len);
static inline uint64_t hash_mix(uint64_t x)
{
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	x ^= x >> 32;
	x *= 0xd6e8feb86659fd93u;
	x ^= x >> 32;
	return x;
}
static inline uint64_t hash_pair(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

#endif
