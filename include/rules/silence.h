/*
 * silence - which findings are wanted: by their codes, from the command line, and by remarks in the file.
 *
 * Errors in the file itself, FL0xx, are always told: nothing else can be judged where there are some.
 */
#ifndef RULES_SILENCE_H
#define RULES_SILENCE_H

#include "base/remark.h"
#include "base/strbuf.h"

/* Codes that are asked for. A zeroed one has all. */
struct selection {
	VEC(const char *) selected, ignored; /* beginnings of codes; selected: none means all */
	struct arena arena;
};

/*
 * Takes lists of codes and their beginnings, "FL4,FL201"; either may be NULL. False, with a clean sentence in `why`,
 * where one is no code, or nothing that can be ignored. Release it in any case.
 */
bool selection_parse(struct selection *s, const char *select, const char *ignore, struct strbuf *why);
bool selection_has(const struct selection *s, const char *code);
bool selection_has_all(const struct selection *s);
void selection_release(struct selection *s);

struct suppressed {
	struct diag diag;
	const char *reason; /* as written: not clean */
};
typedef VEC(struct suppressed) suppressed_list;

/*
 * Moves the findings that remarks are about from `diags` to `ret`, drops those that are not selected from both, and
 * adds one for each remark that can't apply (FL413) or has nothing to silence (FL414). Sorts `diags`. Texts stay where
 * they are: the list's arena and the remarks' must live.
 */
void silence(struct diag_list *diags, const remark_list *remarks, const struct selection *selection,
             suppressed_list *ret);

#endif
