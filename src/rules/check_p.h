/*
 * What the files of this layer share: a check under way, and findings about many groups at once.
 */
#ifndef RULES_CHECK_P_H
#define RULES_CHECK_P_H

#include "base/strbuf.h"
#include "rules/rules.h"

struct check {
	struct analysis *a;
	struct engine *engine;
	const struct model *m;
	enum check_detail detail;
	struct diag_list *diags;
	/* the service at hand */
	uint32_t service;
	const struct service *sv;
	uint32_t first, end; /* its footprints */
};

/* What is said of one group. Clean text; paths are raw. */
struct wording {
	struct strbuf message, hint, detail;
	place_id *domains; /* in the list's arena */
	uint32_t ndomains;
};

/*
 * One cause that concerns some footprints of the service. `holds` says of which footprints it does not;
 * `describe` words it for one group of a footprint that it does concern.
 */
struct finding {
	const char *code;
	struct place place;
	bool (*concerns)(const struct check *c, const struct finding *f, uint32_t footprint);
	void (*describe)(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
	                 struct wording *ret);
	const void *context;
};

/* Reports the finding: once with a count and examples, or for each group, as the check's detail asks. */
void report_finding(const struct check *c, const struct finding *f);

/* Quoted and cleaned. */
void sb_add_group_name(struct strbuf *sb, const struct model *m, uint32_t group);
void sb_add_places(struct strbuf *sb, const struct model *m, const place_id *places, uint32_t n);

/* Some expression of the footprint's groups can't be satisfied even by all their replicas. */
bool never_satisfied(const struct check *c, uint32_t footprint);

void judge_spread(const struct check *c);
void judge_survival(const struct check *c);
void judge_advice(const struct check *c);
void judge_levels(const struct check *c);

#endif
