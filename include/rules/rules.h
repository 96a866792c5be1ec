/*
 * rules - the findings of `faultline check`: one table of rules, and the judging of a model by them.
 */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "analysis/tolerance.h"
#include "base/diag.h"

struct rule {
	const char *code;       /* "FL201" */
	enum severity severity;
	const char *title;      /* "a service does not survive a failure that it must live through" */
	const char *meaning;    /* paragraphs for `faultline explain` */
	const char *example;    /* a piece of a file that triggers it */
	const char *remedy;     /* how to fix it */
};
extern const struct rule rules[]; /* in order of code, ends with a NULL code; FL0xx, the file's own, included */
const struct rule *rule_by_code(const char *code); /* any letter case; NULL */

/*
 * One finding per cause (a thousand groups with one flaw are one finding with a count and examples), or
 * one for each group it concerns, for machines.
 */
enum check_detail { CHECK_MERGED, CHECK_EACH_GROUP };

/* Judges every service against its goals; adds the findings, unsorted. `a` belongs to the engine's model. */
void check_model(struct analysis *a, enum check_detail detail, struct diag_list *diags);

#endif
