/* census - see census_p.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/census_p.h"

#define COUNTED_BITS 16 /* keys of no more bits are counted in an array that caches hold */
#define DIGIT_BITS 12   /* of a radix sort */

static unsigned bits_for(uint32_t n)
{
	unsigned bits = 0;

	while (n > 1 && bits < 32 && (n - 1) >> bits)
		bits++;
	return bits;
}

static unsigned key_bits(const struct census *t)
{
	return t->width * t->number_bits + t->kind_bits;
}

bool census_init(struct census *t, uint32_t n, uint32_t width, uint32_t kinds)
{
	*t = (struct census){ .width = width, .number_bits = bits_for(n), .kind_bits = bits_for(kinds) };
	if (!width || width > MAX_COUNTED || key_bits(t) > 64)
		return false;
	if (key_bits(t) <= COUNTED_BITS)
		t->counts = xcalloc((size_t)1 << key_bits(t), sizeof(*t->counts));
	return true;
}

void census_release(struct census *t)
{
	free(t->counts);
	vec_free(&t->keys);
}

void census_add(struct census *t, uint32_t kind, const uint32_t *numbers, uint32_t len)
{
	uint64_t key = 0;

	for (uint32_t i = 0; i < t->width; i++)
		key = key << t->number_bits | (i < len ? numbers[i] : 0);
	key = key << t->kind_bits | kind;
	if (t->counts)
		t->counts[key]++;
	else
		vec_push(&t->keys, key);
}

/* One pass of a radix sort, from `in` to `out`. */
static void sort_by_digit(const uint64_t *in, uint64_t *out, size_t n, unsigned shift)
{
	static const uint64_t mask = (1u << DIGIT_BITS) - 1;
	size_t starts[(1u << DIGIT_BITS) + 1] = {0};

	for (size_t i = 0; i < n; i++)
		starts[(in[i] >> shift & mask) + 1]++;
	for (size_t d = 0; d < mask; d++)
		starts[d + 1] += starts[d];
	for (size_t i = 0; i < n; i++)
		out[starts[in[i] >> shift & mask]++] = in[i];
}

static void sort_keys(struct census *t)
{
	size_t n = t->keys.len;
	uint64_t *other = xmalloc((n + 1) * sizeof(*other)), *keys = t->keys.at;

	for (unsigned shift = 0; shift < key_bits(t); shift += DIGIT_BITS) {
		sort_by_digit(keys, other, n, shift);
		uint64_t *swapped = keys;
		keys = other;
		other = swapped;
	}
	free(other);
	t->keys.at = keys;
	t->keys.cap = n + 1;
}

static void visit_key(const struct census *t, uint64_t key, uint32_t times, census_fn visit, void *context)
{
	uint64_t kind = key & (((uint64_t)1 << t->kind_bits) - 1), mask = ((uint64_t)1 << t->number_bits) - 1;
	uint32_t numbers[MAX_COUNTED];

	key >>= t->kind_bits;
	for (uint32_t i = t->width; i-- > 0; key >>= t->number_bits)
		numbers[i] = (uint32_t)(key & mask);
	visit(context, (uint32_t)kind, numbers, times);
}

void census_each(struct census *t, census_fn visit, void *context)
{
	for (uint64_t key = 0; t->counts && key >> key_bits(t) == 0; key++)
		if (t->counts[key])
			visit_key(t, key, t->counts[key], visit, context);
	if (t->keys.len > 1)
		sort_keys(t);
	for (size_t i = 0, end; i < t->keys.len; i = end) {
		for (end = i + 1; end < t->keys.len && t->keys.at[end] == t->keys.at[i];)
			end++;
		visit_key(t, t->keys.at[i], (uint32_t)(end - i), visit, context);
	}
}
