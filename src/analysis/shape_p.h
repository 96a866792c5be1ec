/*
 * shape - a footprint as a mixture (mixture_p.h): its places are items, the domains above them causes.
 *
 * Domains that take the same items are one cause. Replicas that are gone already are left out.
 */
#ifndef ANALYSIS_SHAPE_P_H
#define ANALYSIS_SHAPE_P_H

#include "analysis/footprint_p.h"
#include "analysis/mixture_p.h"

/* How likely each place is down; a tree domain's with what is above it, to be walked fast. */
struct chance { double down, up; domain_id parent; };
struct chances {
	struct chance *of;  /* [ndomains + nshared]; up is never 0, so that nothing has to be divided by it */
	uint32_t n;
};

void chances_init(struct chances *c, const struct model *m);
void chances_release(struct chances *c);

enum method { BY_PATTERNS, BY_COUNTS, BY_FEW };

#define NO_CLASS UINT32_MAX

/* A list of items, each with its replicas, and what each set of them breaks. */
struct judged_items {
	uint32_t n;
	uint32_t *first;       /* [n + 1] into members */
	uint16_t *members;     /* replicas */
};

struct shape {
	const struct footprint *f;
	struct arena arena;
	struct judged_items items;
	uint16_t *steps;       /* [item] from its place upwards, so many domains that no earlier item is in */
	uint32_t *cause_of;    /* [source]: domains as that walk meets them, then shared ones; NO_CLASS: none */
	uint32_t nwalked, nsources;
	struct mixture mixture; /* its `down` and `up` are those of the group looked at */
	double *down, *up;
	enum method method;
	struct verdicts verdicts;
	struct nest *nest;     /* BY_COUNTS */
	uint32_t few;          /* BY_FEW */
	struct memory *memories; /* answers given, by what they were for */
	uint32_t nmemories;
	struct mixed known;      /* the last one */
};

/* What was spent of the limits on all that one struct odds is asked for. */
struct budget {
	uint64_t judged;       /* replicas looked at in judging */
	uint64_t steps;        /* of arithmetic */
};

/*
 * Verdicts that were judged, for all footprints whose replicas stand alike and share places in the same way, whatever
 * is above these.
 */
struct known_verdicts {
	situation_id start;
	int need_left;
	bool counts;
	const uint32_t *items; /* [replicas]: its item; NO_CLASS: gone already */
	struct verdicts verdicts; /* size 0: there were too many */
};
struct verdict_store {
	struct arena arena;
	VEC(struct known_verdicts) all;
	struct table index;
};
void verdict_store_release(struct verdict_store *s);

/* As odds_new, with so much of the limits used up: for tests of what is said then. */
struct odds;
struct odds *odds_new_having_spent(struct analysis *a, struct budget spent);

/* What the services that its service needs leave it: judged as they stand with NEED_AS_IT_STANDS. */
#define NEED_AS_IT_STANDS (-1)
struct shape *shape_new(struct analysis *a, uint32_t footprint, int need_left, struct verdict_store *known,
                        struct budget *spent);
void shape_free(struct shape *s);
size_t shape_bytes(const struct shape *s); /* about */

/* Puts the group's probabilities into the mixture and says where they came from: [nsources] places. */
void shape_fill(struct shape *s, const struct analysis *a, const struct chances *c, uint32_t group,
                place_id *ret_sources);
/*
 * The answer for what was filled in; valid until the next call. Its `pivotal` is NULL where it was not asked for or
 * takes too long. Where too much has been spent already the answer is a bound.
 */
const struct mixed *shape_answer(struct shape *s, bool pivotal, enum target target, struct budget *spent);

/* What each set of items breaks, by judging every one of them. `adds` and `broken` in `arena`. False: too many. */
struct judging {
	struct analysis *a;
	situation_id start;
	uint16_t n;            /* replicas */
	int need_left;
};
uint8_t judge_dead(const struct judging *j, const uint8_t *dead);
bool judge_patterns(const struct judging *j, const struct judged_items *items, struct arena *arena,
                    struct budget *spent, struct verdicts *ret);

/*
 * Which replicas it makes no difference to swap: classes of them, or each for itself where order or hearing decide.
 * Returns how many classes there are.
 */
uint16_t replica_classes(const struct analysis *a, const struct footprint *f, uint16_t *ret_class);
bool judge_counts(const struct judging *j, const struct judged_items *items, const uint16_t *class, uint16_t nclasses,
                  struct arena *arena, struct budget *spent, struct verdicts *ret);

#define JUDGE_MOST ((uint64_t)1 << 27) /* replicas judged, in all */
#define STEPS_MOST ((uint64_t)1 << 35)

#endif
