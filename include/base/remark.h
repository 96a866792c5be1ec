/*
 * remark - a comment in a file that says which findings are meant to be as they are:
 *
 *	survive: [az]     # faultline:ignore FL201 -- the second zone comes in May
 *
 * Whoever reads the file finds them; what they mean is for whoever knows the codes.
 */
#ifndef BASE_REMARK_H
#define BASE_REMARK_H

#include "base/diag.h"

struct remark {
	struct place place; /* all of the comment */
	uint32_t line;      /* the line whose findings it is about */
	const char *codes;  /* what stands before "--", without blanks around it. As written: not clean */
	const char *reason; /* what stands after it; "" where there is none. Likewise */
};
typedef VEC(struct remark) remark_list;

#endif
