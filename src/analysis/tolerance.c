/* tolerance - see analysis/tolerance.h */
#include <string.h>

#include "analysis/needs.h"
#include "analysis/search_p.h"
#include "analysis/tolerance.h"

struct levels_search {
	int32_t *found[TARGETS]; /* where the answer goes, NULL once it is known */
	int32_t size;            /* of the sets being tried */
};

static bool is_open(const struct levels_search *ls)
{
	return ls->found[TARGET_WRITES] || ls->found[TARGET_READS] || ls->found[TARGET_DATA];
}

static bool try_set(struct search *s, const struct outcome *o)
{
	struct levels_search *ls = s->context;

	for (enum target t = 0; t < TARGETS; t++)
		if (ls->found[t] && !target_holds(t, o)) {
			*ls->found[t] = ls->size - 1;
			ls->found[t] = NULL;
		}
	return is_open(ls);
}

static bool has_standby(const struct footprint *f)
{
	for (uint16_t i = 0; i < f->n; i++)
		if (f->roles[i] == ROLE_STANDBY)
			return true;
	return false;
}

/* More deaths may stop less: a standby may take over then, or a fallback make do with less. */
static bool may_recover(const struct analysis *a, const struct footprint *f)
{
	return has_standby(f) || a->model->services[f->service].sem.has_fallback;
}

/*
 * More deaths never lose less data, and hardly ever stop less: what then holds with every domain of the level
 * dead need not be searched for.
 */
static void drop_unbreakable(struct analysis *a, const struct footprint *f, uint8_t level, struct levels_search *ls)
{
	uint8_t fate[MAX_REPLICAS] = {0};
	struct outcome o;

	for (uint16_t i = 0; i < f->n; i++)
		if (footprint_part(f, level, i) != NO_PART)
			fate[i] = GONE_DEAF | GONE_LOST;
	o = judge_once(a->engine, f->start, fate);
	for (enum target t = 0; t < TARGETS; t++)
		if (target_holds(t, &o) && (t == TARGET_DATA || !may_recover(a, f)))
			ls->found[t] = NULL;
}

/* Returns false if it gave up; what was not found is then known to be no smaller than what was tried. */
static bool search_sizes(struct analysis *a, uint32_t footprint, uint8_t level, struct levels_search *ls)
{
	const struct footprint *f = analysis_footprint(a, footprint);
	struct search s;

	drop_unbreakable(a, f, level, ls);
	search_begin(&s, a, footprint, try_set, ls);
	for (ls->size = 1; ls->size <= f->n && is_open(ls); ls->size++)
		if (!search_level(&s, level, (uint32_t)ls->size))
			break;
	for (enum target t = 0; t < TARGETS; t++)
		if (s.gave_up && ls->found[t])
			*ls->found[t] = ls->size - 1; /* smaller sets were all tried */
	search_end(&s);
	return !s.gave_up;
}

void footprint_tolerance(struct analysis *a, uint32_t footprint, struct tolerance *ret)
{
	const struct footprint *f = analysis_footprint(a, footprint);

	ret->undecided = false;
	for (uint8_t level = 1; level <= a->model->nlevels; level++) {
		struct levels_search ls = {0};

		for (enum target t = 0; t < TARGETS; t++) {
			bool holds = footprint_holds(f, t);

			ret->at[t][level] = holds ? TOLERANCE_UNBREAKABLE : TOLERANCE_NOT_EVEN_HEALTHY;
			ls.found[t] = holds ? &ret->at[t][level] : NULL;
		}
		ret->undecided |= !search_sizes(a, footprint, level, &ls);
	}
}

static void count_needs(struct analysis *a, uint32_t service, struct tolerance *ret)
{
	for (enum target t = TARGET_WRITES; t <= TARGET_READS; t++) {
		bool alone = analysis_must_follow_needs(a, service, t);

		for (uint8_t level = 1; level <= a->model->nlevels; level++) {
			int32_t *at = &ret->at[t][level];
			int32_t below = alone || *at == TOLERANCE_UNBREAKABLE ? INT32_MAX : *at + 1;
			int32_t found;

			if (*at == TOLERANCE_NOT_EVEN_HEALTHY)
				continue;
			found = analysis_fewest_with_needs(a, service, t, level, alone, below, &ret->undecided);

			if (alone || found < below)
				*at = found == INT32_MAX ? TOLERANCE_UNBREAKABLE : found - 1;
		}
	}
}

void analysis_tolerance(struct analysis *a, uint32_t service, struct tolerance *ret)
{
	uint32_t first, end;

	for (enum target t = 0; t < TARGETS; t++)
		for (uint8_t level = 1; level <= a->model->nlevels; level++)
			ret->at[t][level] = TOLERANCE_UNBREAKABLE;
	ret->undecided = false;
	analysis_service_footprints(a, service, &first, &end);
	for (uint32_t i = first; i < end; i++) {
		struct tolerance one;

		footprint_tolerance(a, i, &one);
		ret->undecided |= one.undecided;
		for (enum target t = 0; t < TARGETS; t++)
			for (uint8_t level = 1; level <= a->model->nlevels; level++)
				if (one.at[t][level] < ret->at[t][level])
					ret->at[t][level] = one.at[t][level];
	}
	if (a->model->services[service].nneeds)
		count_needs(a, service, ret);
}
