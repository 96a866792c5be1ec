/*
 * random - reproducible random numbers: the same seed gives the same ones on every machine and in every version.
 *
 * SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014). Placements by rule
 * and seeded estimates depend on it, so it must not change.
 *
 *	struct random r = { seed };
 *	uint32_t die = random_below(&r, 6);
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

struct random {
	uint64_t state; /* any number is a seed */
};

static inline uint64_t random_bits(struct random *r)
{
	uint64_t x = r->state += 0x9e3779b97f4a7c15u;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/*
 * From 0 up to, not including, `bound` (at least 1), each equally likely. The product's upper half is the number;
 * what would come out once too often is drawn again (Lemire: Fast Random Integer Generation in an Interval, 2019).
 */
static inline uint32_t random_below(struct random *r, uint32_t bound)
{
	uint64_t product = (random_bits(r) >> 32) * bound;

	if ((uint32_t)product < bound)
		for (uint32_t unfair = -bound % bound; (uint32_t)product < unfair;)
			product = (random_bits(r) >> 32) * bound;
	return (uint32_t)(product >> 32);
}

#endif
