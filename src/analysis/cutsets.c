/* cutsets - see analysis/cutsets.h */
#include <stdlib.h>
#include <string.h>

#include "analysis/cutsets.h"
#include "analysis/paths_p.h"
#include "analysis/reach_p.h"
#include "analysis/survive.h"

#define MAX_WORK_A_GROUP ((uint64_t)1 << 25) /* replicas judged, domains tried: some seconds */
#define MAX_WORK_IN_ALL ((uint64_t)1 << 31)
#define MAX_FOUND ((size_t)1 << 20)          /* sets of one group */

typedef VEC(struct cut_set) set_list;

/* What was found for a footprint, in terms of its first group. */
struct finding {
	set_list sets;
	uint32_t complete, group;
	bool known, already;
};

struct cut_finder {
	struct analysis *a;
	enum target target;
	struct level_set levels;
	uint32_t max;
	struct finding *of_footprint; /* those of services that need no others */
	set_list sets;                /* of the group asked for */
	VEC(struct cut_count) counts;
	uint32_t *number;             /* [place] in byte order of the paths */
	uint64_t work;
};

/* ---- the search ---- */

/*
 * Sets are tried by size, so that of a set tried all subsets are known. A set that does not break the group can
 * come to break it only with a domain within its reach: those are added one by one, each spared from then on, so
 * that no set is tried twice.
 */
struct hunt {
	struct cut_finder *f;
	uint32_t group;
	uint32_t size;             /* of the sets being tried */
	struct deaths_tried tried;
	place_list spared;
	set_list *found;
	struct table index;        /* of them, by members in ascending order */
	uint64_t work;
	bool gave_up;
};

static void put_in(place_id *set, uint32_t n, place_id member)
{
	while (n && set[n - 1] > member) {
		set[n] = set[n - 1];
		n--;
	}
	set[n] = member;
}

static bool is_found(const struct hunt *h, const place_id *set, uint32_t size)
{
	uint64_t hash = hash_bytes(set, size * sizeof(*set));

	for (uint32_t at = table_first(&h->index, hash); at != TABLE_END; at = table_next(&h->index, hash, at)) {
		const struct cut_set *known = &h->found->at[table_value(&h->index, at)];

		if (known->size == size && !memcmp(known->domains, set, size * sizeof(*set)))
			return true;
	}
	return false;
}

/* Whether some of the dead, from `from` on, make a known set together with `part`. */
static bool has_found_inside(const struct hunt *h, const place_id *part, uint32_t nparts, uint32_t from)
{
	place_id more[CUTS_MAX_SIZE];

	if (is_found(h, part, nparts))
		return true;
	for (uint32_t i = from; i < h->tried.dead.len; i++) {
		memcpy(more, part, nparts * sizeof(*part));
		put_in(more, nparts, h->tried.dead.at[i]);
		if (has_found_inside(h, more, nparts + 1, i + 1))
			return true;
	}
	return false;
}

static bool is_broken(struct hunt *h)
{
	uint32_t service = model_service_of(h->f->a->model, h->group);
	struct outcome o = outcome_under(&h->tried, h->group, need_left_under(&h->tried, service));

	return !target_holds(h->f->target, &o);
}

static void record(struct hunt *h)
{
	struct cut_set set = {.size = 0};

	for (uint32_t i = 0; i < h->tried.dead.len; i++)
		put_in(set.domains, set.size++, h->tried.dead.at[i]);
	table_add(&h->index, hash_bytes(set.domains, set.size * sizeof(*set.domains)), (uint32_t)h->found->len);
	vec_push(h->found, set);
}

static bool is_spared(const struct hunt *h, place_id p)
{
	for (size_t i = 0; i < h->spared.len; i++)
		if (h->spared.at[i] == p)
			return true;
	return false;
}

static void try_more(struct hunt *h);

static void try_with(struct hunt *h, place_id p)
{
	if (!has_found_inside(h, &p, 1, 0)) {
		vec_push(&h->tried.dead, p);
		if (h->tried.dead.len < h->size)
			try_more(h);
		else if (is_broken(h))
			record(h);
		h->tried.dead.len--;
	}
	h->work++;
	h->gave_up |= h->work + h->tried.judged > MAX_WORK_A_GROUP || h->found->len > MAX_FOUND ||
	              h->f->work > MAX_WORK_IN_ALL;
}

static void try_more(struct hunt *h)
{
	place_list reach = {0};
	size_t spared = h->spared.len;

	reach_of_group(&h->tried, h->group, &reach);
	reach_of_needs(&h->tried, model_service_of(h->f->a->model, h->group), &reach);
	place_list_tidy(&reach);
	for (size_t i = 0; i < reach.len && !h->gave_up; i++) {
		if (is_spared(h, reach.at[i]))
			continue;
		try_with(h, reach.at[i]);
		vec_push(&h->spared, reach.at[i]);
	}
	h->spared.len = spared;
	vec_free(&reach);
}

/* Drops what was found of a size that could not be searched through. */
static void drop_incomplete(struct finding *found)
{
	while (found->sets.len && found->sets.at[found->sets.len - 1].size > found->complete)
		found->sets.len--;
}

static void find_sets(struct cut_finder *f, uint32_t group, struct finding *ret)
{
	struct hunt h = {.f = f, .group = group, .tried = {.a = f->a, .levels = &f->levels}, .found = &ret->sets};

	vec_clear(&ret->sets);
	ret->known = true;
	ret->group = group;
	ret->complete = f->max;
	ret->already = !holds_at_start(f->a, group, f->target);
	for (h.size = 1; h.size <= f->max && !ret->already && !h.gave_up; h.size++) {
		try_more(&h);
		if (h.gave_up)
			ret->complete = h.size - 1;
	}
	drop_incomplete(ret);
	f->work += h.work + h.tried.judged;
	vec_free(&h.spared);
	deaths_release(&h.tried);
	table_release(&h.index);
}

/* ---- from one group of a footprint to another ---- */

static place_id place_alike(const struct cut_finder *f, place_id p, uint32_t from, uint32_t to)
{
	const struct model *m = f->a->model;
	place_id shared_from[MAX_REPLICAS], shared_to[MAX_REPLICAS];
	uint32_t i = 0;

	if (p < m->ndomains) {
		while (!domain_contains(m, p, group_places(m, from)[i]))
			i++;
		return domain_at_level(m, group_places(m, to)[i], m->domains[p].level);
	}
	footprint_shared_places(f->a, from, shared_from);
	footprint_shared_places(f->a, to, shared_to);
	while (shared_from[i] != p)
		i++;
	return shared_to[i];
}

static void translate(struct cut_finder *f, const struct finding *found, uint32_t group)
{
	for (size_t i = 0; i < found->sets.len; i++) {
		struct cut_set set = found->sets.at[i];

		for (uint32_t j = 0; j < set.size && group != found->group; j++)
			set.domains[j] = place_alike(f, set.domains[j], found->group, group);
		vec_push(&f->sets, set);
	}
}

/* ---- order ---- */

static void number_by_path(struct cut_finder *f)
{
	uint32_t n = f->a->model->ndomains + f->a->model->nshared;
	place_id *sorted = xcalloc(n, sizeof(*sorted));

	for (place_id p = 0; p < n; p++)
		sorted[p] = p;
	sort_by_path(f->a->model, sorted, n);
	f->number = xcalloc(n, sizeof(*f->number));
	for (uint32_t i = 0; i < n; i++)
		f->number[sorted[i]] = i;
	free(sorted);
}

static int compare_levels(const struct model *m, const struct cut_set *a, const struct cut_set *b)
{
	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	for (uint32_t i = 0; i < a->size; i++) {
		uint8_t x = place_level(m, a->domains[i]), y = place_level(m, b->domains[i]);

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

static int compare_members(const void *x, const void *y, void *finder)
{
	const struct cut_finder *f = finder;
	place_id a = *(const place_id *)x, b = *(const place_id *)y;
	uint8_t level_a = place_level(f->a->model, a), level_b = place_level(f->a->model, b);

	if (level_a != level_b)
		return level_a < level_b ? -1 : 1;
	return (f->number[a] > f->number[b]) - (f->number[a] < f->number[b]);
}

static int compare_sets(const void *x, const void *y, void *finder)
{
	const struct cut_finder *f = finder;
	const struct cut_set *a = x, *b = y;
	int order = compare_levels(f->a->model, a, b);

	for (uint32_t i = 0; !order && i < a->size; i++)
		order = compare_members(&a->domains[i], &b->domains[i], finder);
	return order;
}

static void put_in_order(struct cut_finder *f)
{
	for (size_t i = 0; i < f->sets.len; i++)
		qsort_r(f->sets.at[i].domains, f->sets.at[i].size, sizeof(*f->sets.at[i].domains), compare_members, f);
	if (f->sets.len > 1)
		qsort_r(f->sets.at, f->sets.len, sizeof(*f->sets.at), compare_sets, f);
}

static void count_levels(struct cut_finder *f)
{
	const struct model *m = f->a->model;

	vec_clear(&f->counts);
	for (size_t i = 0; i < f->sets.len; i++) {
		const struct cut_set *set = &f->sets.at[i];

		if (!i || compare_levels(m, &f->sets.at[i - 1], set) != 0) {
			struct cut_count count = {.size = set->size};

			for (uint32_t j = 0; j < set->size; j++)
				count.levels[j] = place_level(m, set->domains[j]);
			vec_push(&f->counts, count);
		}
		f->counts.at[f->counts.len - 1].cuts++;
	}
}

struct cut_finder *cut_finder_new(struct analysis *a, enum target target, const struct level_set *levels, uint32_t max)
{
	struct cut_finder *f = xcalloc(1, sizeof(*f));

	f->a = a;
	f->target = target;
	f->levels = *levels;
	f->max = max;
	f->of_footprint = xcalloc(analysis_footprints(a) + 1, sizeof(*f->of_footprint));
	number_by_path(f);
	return f;
}

void cut_finder_free(struct cut_finder *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < analysis_footprints(f->a); i++)
		vec_free(&f->of_footprint[i].sets);
	free(f->of_footprint);
	free(f->number);
	vec_free(&f->sets);
	vec_free(&f->counts);
	free(f);
}

void cut_finder_group(struct cut_finder *f, uint32_t group, struct cut_sets *ret)
{
	struct finding own = {.known = false}, *found = &own;

	if (!f->a->model->services[model_service_of(f->a->model, group)].nneeds)
		found = &f->of_footprint[analysis_footprint_of(f->a, group)];
	if (!found->known)
		find_sets(f, group, found);
	vec_clear(&f->sets);
	translate(f, found, group);
	put_in_order(f);
	count_levels(f);
	*ret = (struct cut_sets){f->sets.at, f->sets.len, f->counts.at, f->counts.len, found->complete, found->already};
	vec_free(&own.sets);
}
