#include "load/group_names_p.h"

#include <stdlib.h>
#include <string.h>

#define DIGIT_BITS 11 /* three digits sort 32 bits and a little of what is below them */
#define DIGITS (1u << DIGIT_BITS)

static uint32_t hash_of(uint64_t row)
{
	return (uint32_t)(row >> 32);
}

static const struct group *group_of(const struct loader *l, uint64_t row)
{
	return &l->builder.groups.at[(uint32_t)row];
}

/* Whether names go on upwards: shorter ones first, so that g-9 comes before g-10. */
static bool goes_on(const struct loader *l, uint32_t last, const char *name, size_t len)
{
	const struct strings *strings = l->builder.model->strings;
	str_id other = l->builder.groups.at[last].name;
	size_t other_len = str_len(strings, other);

	return len > other_len || (len == other_len && memcmp(name, str_text(strings, other), len) > 0);
}

void group_names_add(const struct loader *l, struct group_names *names, uint64_t hash, uint32_t group, const char *name,
                     size_t len)
{
	if (names->rows.len && !names->mixed)
		names->mixed = !goes_on(l, (uint32_t)names->rows.at[names->rows.len - 1], name, len);
	vec_push(&names->rows, (hash & ~(uint64_t)UINT32_MAX) | group);
}

bool group_names_find(const struct loader *l, struct group_names *names, uint64_t hash, const char *name, size_t len)
{
	const struct strings *strings = l->builder.model->strings;
	uint32_t key = hash_of(hash);

	for (; names->indexed < names->rows.len; names->indexed++) {
		uint64_t row = names->rows.at[names->indexed];
		table_add(&names->by_hash, hash_of(row), (uint32_t)row);
	}
	for (uint32_t i = table_first(&names->by_hash, key); i != TABLE_END; i = table_next(&names->by_hash, key, i)) {
		str_id other = l->builder.groups.at[table_value(&names->by_hash, i)].name;
		if (str_len(strings, other) == len && !memcmp(str_text(strings, other), name, len))
			return true;
	}
	return false;
}

/* One pass of a radix sort, from `in` to `out`. */
static void sort_by_digit(const uint64_t *in, uint64_t *out, size_t n, unsigned shift)
{
	size_t starts[DIGITS + 1] = {0};

	for (size_t i = 0; i < n; i++)
		starts[(in[i] >> shift) % DIGITS + 1]++;
	for (size_t d = 0; d < DIGITS; d++)
		starts[d + 1] += starts[d];
	for (size_t i = 0; i < n; i++)
		out[starts[(in[i] >> shift) % DIGITS]++] = in[i];
}

static void sort_rows(struct group_names *names)
{
	size_t n = names->rows.len;
	uint64_t *other = xmalloc(n * sizeof(*other)), *rows = names->rows.at;

	for (unsigned shift = 64 - 3 * DIGIT_BITS; shift < 64; shift += DIGIT_BITS) {
		sort_by_digit(rows, other, n, shift);
		uint64_t *swapped = rows;
		rows = other;
		other = swapped;
	}
	free(other);
	names->rows.at = rows;
	names->rows.cap = n;
}

static int compare_names(const void *left, const void *right, void *loader)
{
	const struct loader *l = loader;
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	const struct strings *strings = l->builder.model->strings;
	int order = strcmp(str_text(strings, group_of(l, a)->name), str_text(strings, group_of(l, b)->name));

	return order ? order : ((uint32_t)a > (uint32_t)b) - ((uint32_t)a < (uint32_t)b);
}

/* Rows whose hashes are equal: are the names? */
static void check_run(struct loader *l, uint64_t *run, size_t n)
{
	const struct strings *strings = l->builder.model->strings;
	size_t first = 0;

	qsort_r(run, n, sizeof(*run), compare_names, l);
	for (size_t i = 1; i < n; i++) {
		const struct group *a = group_of(l, run[first]), *b = group_of(l, run[i]);
		if (strcmp(str_text(strings, a->name), str_text(strings, b->name))) {
			first = i;
			continue;
		}
		report_duplicate(l, DUPLICATE_NAME, str_text(strings, b->name), str_len(strings, b->name),
		                 (struct place){ b->line, b->col, 1 }, (struct place){ a->line, a->col, 1 });
	}
}

void group_names_check(struct loader *l, struct group_names *names)
{
	if (!names->mixed)
		return;
	sort_rows(names);
	for (size_t i = 0, end; i < names->rows.len; i = end) {
		for (end = i + 1; end < names->rows.len && hash_of(names->rows.at[end]) == hash_of(names->rows.at[i]);)
			end++;
		if (end - i > 1)
			check_run(l, names->rows.at + i, end - i);
	}
}

void group_names_release(struct group_names *names)
{
	vec_free(&names->rows);
	table_release(&names->by_hash);
}
