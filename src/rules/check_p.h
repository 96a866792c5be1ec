/*
 * What the files of this layer share: a check under way, and findings about many groups at once.
 */
#ifndef RULES_CHECK_P_H
#define RULES_CHECK_P_H

#include "analysis/rtt.h"
#include "base/strbuf.h"
#include "rules/rules.h"

/*
 * The model as if no more replicas were in sync than a write needs: where every replica in sync acknowledges,
 * those do that `write` asks for. Made when it is first asked for.
 */
struct lax {
	struct model model;
	struct service *services;
	struct engine *engine;
	struct analysis *analysis;
};

struct check {
	struct analysis *a;
	struct engine *engine;
	const struct model *m;
	enum check_detail detail;
	struct diag_list *diags;
	struct lax *lax;
	const struct rtts *rtts;
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
 * One cause that concerns some footprints of the service; `describe` words it for one group of such a one.
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
/* The same of a cause that concerns some groups of a footprint and others not; f->concerns is not asked. */
typedef bool (*concerns_group_fn)(const struct check *c, const struct finding *f, uint32_t group);
void report_finding_by_group(const struct check *c, const struct finding *f, concerns_group_fn concerns);

/* A wording's parts, kept with the diagnostics; NULL for what is empty. */
const char *wording_text(const struct check *c, const struct strbuf *sb);
const char **wording_paths(const struct check *c, const struct wording *w);

/* Quoted and cleaned. */
void sb_add_group_name(struct strbuf *sb, const struct model *m, uint32_t group);
/* "az a, az b and node n1", cleaned; of very many only some. */
void sb_add_places(struct strbuf *sb, const struct model *m, const place_id *places, uint32_t n);

/*
 * "az c holds none of its replicas: one could move there": names a domain of the level and adds `what` can be
 * done with it. False where each holds one.
 */
bool hint_free_domain(const struct check *c, uint32_t group, uint8_t level, const char *what, struct strbuf *hint);
/* Does the target hold for the footprint's groups with everything alive? */
bool holds_when_healthy(const struct check *c, uint32_t footprint, enum target target);

/* Some expression of the footprint's groups can't be satisfied even by all their replicas. */
bool never_satisfied(const struct check *c, uint32_t footprint);

void judge_spread(const struct check *c);
void judge_survival(const struct check *c);
void lax_release(struct lax *lax);
void judge_advice(const struct check *c);
void judge_latency(const struct check *c);
void judge_levels(const struct check *c);

#endif
