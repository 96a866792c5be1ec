#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"

static void empty_table__has_nothing(void **state)
{
	(void)state;
	struct table t = {0};

	assert_int_equal(table_first(&t, 0), TABLE_END);
	assert_int_equal(table_bytes(&t), 0);
	table_release(&t);
}

static void key__finds_its_value(void **state)
{
	(void)state;
	struct table t = {0};

	for (uint32_t i = 0; i < 100000; i++)
		table_add(&t, (uint64_t)i * 4096, i);

	assert_int_equal(t.len, 100000);
	for (uint32_t i = 0; i < 100000; i++) {
		uint32_t at = table_first(&t, (uint64_t)i * 4096);

		assert_int_not_equal(at, TABLE_END);
		assert_int_equal(table_value(&t, at), i);
		assert_int_equal(table_next(&t, (uint64_t)i * 4096, at), TABLE_END);
	}
	assert_int_equal(table_first(&t, 1), TABLE_END);
	table_release(&t);
}

static void zero__is_a_key_and_a_value_like_others(void **state)
{
	(void)state;
	struct table t = {0};

	table_add(&t, 0, 0);
	assert_int_equal(table_value(&t, table_first(&t, 0)), 0);
	table_release(&t);
}

static void key_with_several_values__yields_each_once(void **state)
{
	(void)state;
	struct table t = {0};
	bool seen[100] = { false };
	unsigned n = 0;

	for (uint32_t i = 0; i < 100; i++) {
		table_add(&t, 7, i);
		table_add(&t, 1000 + i, i);
	}
	for (uint32_t at = table_first(&t, 7); at != TABLE_END; at = table_next(&t, 7, at)) {
		assert_false(seen[table_value(&t, at)]);
		seen[table_value(&t, at)] = true;
		n++;
	}
	assert_int_equal(n, 100);
	table_release(&t);
}

static void table__stays_at_most_three_quarters_full(void **state)
{
	(void)state;
	struct table t = {0};

	for (uint32_t i = 0; i < 5000; i++) {
		table_add(&t, i, i);
		assert_true(t.len * 4 <= (t.mask + 1) * 3);
	}
	table_release(&t);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void hashes__of_similar_names_differ(void **state)
{
	(void)state;
	enum { N = 200000 };
	uint64_t *hashes = malloc(N * sizeof(*hashes));

	for (int i = 0; i < N; i++) {
		char name[40];
		int len = snprintf(name, sizeof(name), i % 2 ? "n-%d" : "/region/az/datacenter/rack-%d", i);

		hashes[i] = hash_bytes(name, (size_t)len);
	}
	qsort(hashes, N, sizeof(*hashes), compare);
	for (int i = 1; i < N; i++)
		assert_true(hashes[i] != hashes[i - 1]);
	free(hashes);
}

static void hash__depends_on_length_and_on_every_byte(void **state)
{
	(void)state;
	char bytes[40] = { 0 };
	uint64_t zeros = hash_bytes(bytes, sizeof(bytes));

	for (size_t i = 0; i < sizeof(bytes); i++) {
		assert_true(hash_bytes(bytes, i) != zeros);
		bytes[i] = 1;
		assert_true(hash_bytes(bytes, sizeof(bytes)) != zeros);
		bytes[i] = 0;
	}
	assert_true(hash_bytes(bytes, sizeof(bytes)) == zeros);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_table__has_nothing),
		cmocka_unit_test(key__finds_its_value),
		cmocka_unit_test(zero__is_a_key_and_a_value_like_others),
		cmocka_unit_test(key_with_several_values__yields_each_once),
		cmocka_unit_test(table__stays_at_most_three_quarters_full),
		cmocka_unit_test(hashes__of_similar_names_differ),
		cmocka_unit_test(hash__depends_on_length_and_on_every_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
