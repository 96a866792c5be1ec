/*
 * vec - growable arrays.
 *
 *	VEC(uint32_t) ids = {0};
 *	vec_push(&ids, 7);
 *	for (size_t i = 0; i < ids.len; i++) use(ids.at[i]);
 *	vec_free(&ids);
 *
 * Elements move when the vector grows: keep indexes, not pointers.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stdlib.h> /* vec_free */

#include "base/mem.h"

#define VEC(type) struct { type *at; size_t len, cap; }

/* Makes room for at least `want` elements in all. */
#define vec_reserve(v, want) \
	((v)->cap >= (want) ? (void)0 : (void)((v)->at = vec_grown((v)->at, &(v)->cap, (want), sizeof(*(v)->at))))

#define vec_push(v, ...) \
	(vec_reserve((v), (v)->len + 1), (v)->at[(v)->len] = (__VA_ARGS__), (v)->len++)

#define vec_clear(v) ((void)((v)->len = 0))
#define vec_free(v) (free((v)->at), (v)->at = NULL, (v)->len = (v)->cap = 0)

/* Gives back what growing left over, when a vector has its final size. */
#define vec_trim(v) \
	((v)->len == (v)->cap || !(v)->len ? (void)0 : \
	 (void)((v)->at = xrealloc((v)->at, (v)->len * sizeof(*(v)->at)), (v)->cap = (v)->len))

void *vec_grown(void *at, size_t *cap, size_t want, size_t size);

#endif
