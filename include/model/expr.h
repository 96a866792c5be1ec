/*
 * expr - quorum expressions: "majority and 1 in each az".
 *
 * Every term is two levels of thresholds: at least m of D domains, each with at least t of its own.
 */
#ifndef MODEL_EXPR_H
#define MODEL_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/strbuf.h"

enum count_kind { COUNT_NUMBER, COUNT_MAJORITY, COUNT_ALL };
enum scope_kind { SCOPE_WHOLE, SCOPE_EACH, SCOPE_MOST, SCOPE_NUMBER, SCOPE_LOCAL };

struct term {
	enum count_kind count;
	uint32_t number;       /* COUNT_NUMBER; `any` is 1 */
	enum scope_kind scope; /* SCOPE_WHOLE: the configuration as one domain */
	uint32_t scope_number; /* SCOPE_NUMBER; `any` is 1 */
	uint8_t level;         /* of the scope's domains, from 1; 0 with SCOPE_WHOLE */
};

struct expr {
	const struct term *terms;
	uint32_t nterms;
	const char *text;      /* as written */
};

/*
 * Parses an expression into `arena`. `levels` names the levels from the top. On failure returns
 * false with a clean sentence in *ret_why (with "did you mean").
 */
bool expr_parse(const char *text, const char *const *levels, uint32_t nlevels, struct arena *arena,
                struct expr *ret, const char **ret_why);

/* The votes that COUNT asks of `n` configured ones. */
static inline uint32_t term_votes(const struct term *t, uint32_t n)
{
	return t->count == COUNT_NUMBER ? t->number : t->count == COUNT_ALL ? n : n / 2 + 1;
}
/* The domains that SCOPE asks of D; 1 of 1 for SCOPE_WHOLE. */
static inline uint32_t term_domains(const struct term *t, uint32_t d)
{
	return t->scope == SCOPE_EACH ? d : t->scope == SCOPE_MOST ? d / 2 + 1 :
	       t->scope == SCOPE_NUMBER ? t->scope_number : 1;
}

#endif
