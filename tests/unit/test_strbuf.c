/* mem, vec and strbuf: what everything else grows in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "base/vec.h"

static void empty_buffer__has_an_empty_text(void **state)
{
	(void)state;
	struct strbuf sb = {0};

	assert_string_equal(sb_text(&sb), "");
	sb_clear(&sb);
	assert_string_equal(sb_text(&sb), "");
	sb_release(&sb);
}

static void added_text__stands_in_order(void **state)
{
	(void)state;
	struct strbuf sb = {0};

	sb_add(&sb, "one");
	sb_addc(&sb, ' ');
	sb_addn(&sb, "two, three", 3);
	sb_addf(&sb, " %d%s", 3, "!");
	sb_repeat(&sb, "ab", 3);

	assert_string_equal(sb_text(&sb), "one two 3!ababab");
	assert_int_equal(sb.len, strlen("one two 3!ababab"));
	sb_release(&sb);
}

static void long_text__grows_by_one_as_by_many(void **state)
{
	(void)state;
	struct strbuf by_one = {0}, at_once = {0};

	for (int i = 0; i < 100000; i++)
		sb_addc(&by_one, (char)('a' + i % 26));
	sb_addf(&at_once, "%s", sb_text(&by_one));

	assert_int_equal(at_once.len, 100000);
	assert_string_equal(sb_text(&at_once), sb_text(&by_one));
	sb_release(&by_one);
	sb_release(&at_once);
}

static void cleared_buffer__can_be_used_again(void **state)
{
	(void)state;
	struct strbuf sb = {0};

	sb_add(&sb, "gone");
	sb_clear(&sb);
	assert_string_equal(sb_text(&sb), "");
	sb_add(&sb, "new");
	assert_string_equal(sb_text(&sb), "new");
	sb_release(&sb);
	assert_null(sb.text);
}

static void text_in_an_arena__outlives_its_buffer(void **state)
{
	(void)state;
	struct arena a = {0};
	struct strbuf sb = {0};
	char *kept;

	sb_add(&sb, "kept");
	kept = sb_to_arena(&sb, &a);

	assert_null(sb.text);
	assert_string_equal(kept, "kept");
	assert_string_equal(sb_to_arena(&sb, &a), "");
	arena_release(&a);
}

static void arena__hands_out_zeroed_aligned_memory_apart(void **state)
{
	(void)state;
	struct arena a = {0};
	unsigned char *blocks[200];
	size_t size[200];

	for (size_t i = 0; i < 200; i++) {
		size[i] = i % 50 == 49 ? 3000000 : i * 37 % 5000;
		arena_strdup(&a, "x"); /* upsets the alignment */
		blocks[i] = arena_alloc(&a, size[i]);
		assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < size[i]; j++)
			if (blocks[i][j])
				fail_msg("byte %zu of block %zu is not zero", j, i);
		memset(blocks[i], (int)i + 1, size[i]);
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t j = 0; j < size[i]; j += 7)
			if (blocks[i][j] != (unsigned char)(i + 1))
				fail_msg("block %zu was overwritten at %zu", i, j);
	arena_release(&a);
	assert_null(a.blocks);
}

static void arena__counts_what_it_handed_out(void **state)
{
	(void)state;
	struct arena a = {0};

	arena_alloc(&a, 100);
	assert_string_equal(arena_printf(&a, "%s-%d", "n", 12), "n-12");

	assert_int_equal(a.used, 105);
	arena_release(&a);
	assert_int_equal(a.used, 0);
}

static void vector__grows_trims_and_frees(void **state)
{
	(void)state;
	VEC(uint32_t) v = {0};

	for (uint32_t i = 0; i < 10000; i++)
		vec_push(&v, i * 3);
	assert_int_equal(v.len, 10000);
	for (uint32_t i = 0; i < 10000; i++)
		assert_int_equal(v.at[i], i * 3);
	vec_trim(&v);
	assert_int_equal(v.cap, 10000);
	vec_reserve(&v, 10001);
	assert_true(v.cap >= 10001);
	vec_free(&v);
	assert_null(v.at);
	assert_int_equal(v.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_buffer__has_an_empty_text),
		cmocka_unit_test(added_text__stands_in_order),
		cmocka_unit_test(long_text__grows_by_one_as_by_many),
		cmocka_unit_test(cleared_buffer__can_be_used_again),
		cmocka_unit_test(text_in_an_arena__outlives_its_buffer),
		cmocka_unit_test(arena__hands_out_zeroed_aligned_memory_apart),
		cmocka_unit_test(arena__counts_what_it_handed_out),
		cmocka_unit_test(vector__grows_trims_and_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
