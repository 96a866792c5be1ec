/* Counting combinations: whichever way they are counted, each comes once, in order, with its number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/census_p.h"
#include "lib/randoms.h"

enum { CASES = 400, ADDED = 300, MOST = 6 };

struct combination { uint32_t kind, numbers[MOST], times; };

struct visits {
	uint32_t width;
	const struct combination *added; /* with how often each was added, 0 for those met before */
	uint32_t last[MOST];
	uint32_t n;
	uint64_t times;
};

static void visit(void *context, uint32_t kind, const uint32_t *numbers, uint32_t times)
{
	struct visits *v = context;
	bool known = false;

	for (uint32_t i = 0, order = 0; i < v->width && !order && v->n; i++) {
		assert_true(numbers[i] >= v->last[i]);
		order = numbers[i] > v->last[i];
	}
	for (uint32_t i = 0; i < ADDED; i++) {
		const struct combination *c = &v->added[i];

		if (c->times && c->kind == kind && !memcmp(c->numbers, numbers, v->width * sizeof *numbers)) {
			assert_int_equal(times, c->times);
			known = true;
		}
	}
	assert_true(known);
	memcpy(v->last, numbers, v->width * sizeof *numbers);
	v->n++;
	v->times += times;
}

/* Numbers below `n`; the last ones of a combination may be left out. */
static void check(struct rng *r, uint32_t n, uint32_t width, uint32_t kinds, bool counted)
{
	struct combination added[ADDED] = {{0}};
	struct visits v = {.width = width, .added = added};
	uint32_t distinct = 0;
	struct census c;

	assert_true(census_init(&c, n, width, kinds));
	assert_int_equal(c.counts != NULL, counted);
	for (uint32_t i = 0; i < ADDED; i++) {
		uint32_t len = 1 + rng_below(r, width), first = 0;

		added[i].kind = rng_below(r, kinds);
		for (uint32_t j = 0; j < len; j++)
			added[i].numbers[j] = rng_percent(r, 50) ? n - 1 - rng_below(r, n < 3 ? n : 3) : rng_below(r, n);
		census_add(&c, added[i].kind, added[i].numbers, len);
		while (added[first].kind != added[i].kind || memcmp(added[first].numbers, added[i].numbers, sizeof added->numbers))
			first++;
		distinct += first == i;
		added[first].times++;
	}
	census_each(&c, visit, &v);
	assert_int_equal(v.n, distinct);
	assert_int_equal(v.times, ADDED);
	census_release(&c);
}

static void combinations__come_once_in_order(void **state)
{
	struct rng r = rng_seeded(5);

	(void)state;
	for (uint32_t i = 0; i < CASES; i++) {
		check(&r, 1 + rng_below(&r, 8), 1 + rng_below(&r, 4), 1 + rng_below(&r, 4), true);
		check(&r, 2000 + rng_below(&r, 100), 2 + rng_below(&r, 3), 1 + rng_below(&r, 300), false);
	}
	check(&r, 1024, MOST, 16, false); /* 64 bits */
}

static void what_does_not_fit__is_refused(void **state)
{
	struct census c;

	(void)state;
	assert_false(census_init(&c, 1024, 6, 17));
	assert_false(census_init(&c, 1025, 6, 16));
	assert_false(census_init(&c, 4, 0, 1));
	assert_false(census_init(&c, 1, MAX_COUNTED + 1, 1));
	assert_false(census_init(&c, UINT32_MAX, 3, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(combinations__come_once_in_order),
		cmocka_unit_test(what_does_not_fit__is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
