/* single - points of failure, all targets at once, over all services: see report/cuts.h */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "model/names.h"
#include "report/cuts.h"
#include "report/cuts_p.h"
#include "report/places_p.h"

#define POINTS_SHOWN 50
#define NAMES_SHOWN 3

/* What one place's death breaks. */
struct point {
	place_id place;
	char *path;
	uint32_t groups[TARGETS];
	uint32_t services, last, names[NAMES_SHOWN];
};

struct points {
	struct analysis *a;
	const struct model *m;
	const struct cuts_report *r;
	struct cut_finder *finders[TARGETS];
	struct point *of;            /* [place] */
	uint32_t groups, already[TARGETS], untried;
};

static void add_point(struct points *all, uint32_t service, enum target t, place_id p)
{
	struct point *point = &all->of[p];

	point->groups[t]++;
	if (point->services && point->last == service)
		return;
	if (point->services < NAMES_SHOWN)
		point->names[point->services] = service;
	point->services++;
	point->last = service;
}

static void add_group(struct points *all, uint32_t service, uint32_t group)
{
	all->groups++;
	for (enum target t = 0; t < TARGETS; t++) {
		struct cut_sets cuts;

		cut_finder_group(all->finders[t], group, &cuts);
		all->already[t] += cuts.already;
		all->untried += !cuts.already && !cuts.complete;
		for (size_t i = 0; i < cuts.nsets; i++)
			add_point(all, service, t, cuts.sets[i].domains[0]);
	}
}

static void add_groups(struct points *all)
{
	for (uint32_t s = 0; s < all->m->nservices; s++) {
		const struct service *sv = &all->m->services[s];

		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
			if (cuts_asked_for(all->m, all->r, s, g))
				add_group(all, s, g);
	}
}

static uint32_t most_groups(const struct point *p)
{
	uint32_t most = 0;

	for (enum target t = 0; t < TARGETS; t++)
		most = p->groups[t] > most ? p->groups[t] : most;
	return most;
}

/* What breaks most first; then by target; then by level and path. */
static int by_harm(const void *x, const void *y, void *model)
{
	const struct point *a = x, *b = y;
	uint32_t most_a = most_groups(a), most_b = most_groups(b);
	uint8_t level_a = place_level(model, a->place), level_b = place_level(model, b->place);

	if (most_a != most_b)
		return most_a > most_b ? -1 : 1;
	for (enum target t = 0; t < TARGETS; t++)
		if (a->groups[t] != b->groups[t])
			return a->groups[t] > b->groups[t] ? -1 : 1;
	return level_a != level_b ? (level_a < level_b ? -1 : 1) : strcmp(a->path, b->path);
}

static size_t sort_points(struct points *all, struct arena *arena)
{
	size_t n = 0;

	for (place_id p = 0; p < all->m->ndomains + all->m->nshared; p++) {
		if (!all->of[p].services)
			continue;
		all->of[n] = all->of[p];
		all->of[n].place = p;
		all->of[n++].path = place_path(all->m, p, arena);
	}
	qsort_r(all->of, n, sizeof(*all->of), by_harm, (void *)(uintptr_t)all->m);
	return n;
}

static int widest_name(const struct points *all, size_t shown)
{
	struct strbuf name = {0};
	int widest = (int)strlen("domain");

	for (size_t i = 0; i < shown; i++) {
		sb_clear(&name);
		sb_add_set(&name, all->m, &all->of[i].place, 1);
		widest = text_cells(sb_text(&name)) > widest ? text_cells(sb_text(&name)) : widest;
	}
	sb_release(&name);
	return widest;
}

static void print_point(FILE *out, const struct points *all, const struct point *p, int width)
{
	const char *names[NAMES_SHOWN];
	uint32_t shown = p->services < NAMES_SHOWN ? p->services : NAMES_SHOWN;
	struct strbuf sb = {0};

	for (uint32_t i = 0; i < shown; i++)
		names[i] = str_text(all->m->strings, all->m->services[p->names[i]].name);
	for (enum target t = 0; t < TARGETS; t++)
		if (p->groups[t])
			fprintf(out, "  %9" PRIu32, p->groups[t]);
		else
			fprintf(out, "  %9s", "-");
	sb_add_set(&sb, all->m, &p->place, 1);
	sb_repeat(&sb, " ", (size_t)(2 + width - text_cells(sb_text(&sb))));
	sb_add_names(&sb, names, shown, p->services);
	fprintf(out, "  %s\n", sb_text(&sb));
	sb_release(&sb);
}

static void print_points(FILE *out, struct points *all)
{
	struct arena arena = {0};
	size_t n = sort_points(all, &arena), shown = n < POINTS_SHOWN ? n : POINTS_SHOWN;
	int width = widest_name(all, shown);

	if (n) {
		fputs("  groups that the death of one stops writing, stops reading, whose data it makes unsafe:\n", out);
		for (enum target t = 0; t < TARGETS; t++)
			fprintf(out, "  %9s", target_names[t]);
		fprintf(out, "  %-*s  services\n", width, "domain");
	} else {
		fputs("  none\n", out);
	}
	for (size_t i = 0; i < shown; i++)
		print_point(out, all, &all->of[i], width);
	if (shown < n)
		fprintf(out, "  and %zu more; JSON lists them group by group\n", n - shown);
	arena_release(&arena);
}

static void print_exceptions(FILE *out, const struct points *all)
{
	for (enum target t = 0; t < TARGETS; t++)
		if (all->already[t])
			fprintf(out, "  %" PRIu32 " of %" PRIu32 " groups %s even %s\n", all->already[t], all->groups,
			        cuts_not_even[t], start_words(all->a));
	if (all->untried)
		fprintf(out, "  not all could be tried: the list may lack some\n");
}

void cuts_single_text(FILE *out, struct analysis *a, const struct cuts_report *r)
{
	struct points all = {.a = a, .m = engine_model(analysis_engine(a)), .r = r};

	all.of = xcalloc(all.m->ndomains + all.m->nshared + 1, sizeof(*all.of));
	for (enum target t = 0; t < TARGETS; t++)
		all.finders[t] = cut_finder_new(a, t, &r->levels, 1);
	cuts_heading(out, all.m, r, "single points of failure, of ");
	add_groups(&all);
	print_exceptions(out, &all);
	print_points(out, &all);
	for (enum target t = 0; t < TARGETS; t++)
		cut_finder_free(all.finders[t]);
	free(all.of);
}
