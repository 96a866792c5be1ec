#include "report/cuts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/text.h"
#include "base/words.h"
#include "report/cuts_p.h"
#include "report/places_p.h"

#define MAX_LISTED 10000          /* sets of one group in JSON */
#define SETS_SHOWN 20             /* in text, of one service */
#define MAX_MERGED ((size_t)4 << 20) /* sets that are kept to be merged over a service's groups */

bool cuts_asked_for(const struct model *m, const struct cuts_report *r, uint32_t service, uint32_t group)
{
	if (r->service != NO_SERVICE && r->service != service)
		return false;
	return !r->group || strcmp(str_text(m->strings, m->groups[group].name), r->group) == 0;
}

/* ---- for machines ---- */

static void json_levels(struct json *j, const struct model *m, const struct cut_count *count)
{
	json_open_array(j, "levels");
	for (uint32_t i = 0; i < count->size; i++)
		json_text(j, NULL, level_label(m, count->levels[i]));
	json_close(j);
}

static void json_counts(struct json *j, const struct model *m, const struct cut_sets *cuts)
{
	json_open_array(j, "counts");
	for (size_t i = 0; i < cuts->ncounts; i++) {
		json_open_object(j, NULL);
		json_levels(j, m, &cuts->counts[i]);
		json_int(j, "cuts", (int64_t)cuts->counts[i].cuts);
		json_close(j);
	}
	json_close(j);
}

static void json_listed(struct json *j, const struct model *m, const struct cut_sets *cuts)
{
	json_open_array(j, "cuts");
	for (size_t i = 0; i < cuts->nsets && i < MAX_LISTED; i++) {
		json_open_object(j, NULL);
		json_places(j, "domains", m, cuts->sets[i].domains, cuts->sets[i].size);
		json_close(j);
	}
	json_close(j);
}

static void json_group(struct json *j, const struct model *m, const struct cuts_report *r, uint32_t service,
                       uint32_t group, const struct cut_sets *cuts)
{
	json_open_object(j, NULL);
	json_text(j, "service", str_text(m->strings, m->services[service].name));
	json_text(j, "name", str_text(m->strings, m->groups[group].name));
	if (cuts->already)
		json_bool(j, "broken_already", true);
	if (cuts->complete < r->max)
		json_int(j, "complete_up_to", cuts->complete);
	if (!r->count_only && cuts->nsets > MAX_LISTED)
		json_int(j, "listed", MAX_LISTED);
	json_counts(j, m, cuts);
	if (!r->count_only)
		json_listed(j, m, cuts);
	json_close(j);
}

void cuts_json(FILE *out, struct analysis *a, const struct cuts_report *r)
{
	const struct model *m = engine_model(analysis_engine(a));
	struct cut_finder *finder = cut_finder_new(a, r->target, &r->levels, r->max);
	struct json j = json_to(out);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_text(&j, "file", r->file);
	json_text(&j, "target", target_names[r->target]);
	json_int(&j, "max", r->max);
	json_open_array(&j, "groups");
	for (uint32_t g = 0, s = 0; g < m->ngroups; g++) {
		struct cut_sets cuts;

		while (g >= m->services[s].first_group + m->services[s].ngroups)
			s++;
		if (!cuts_asked_for(m, r, s, g))
			continue;
		cut_finder_group(finder, g, &cuts);
		json_group(&j, m, r, s, g, &cuts);
	}
	json_close(&j);
	json_close(&j);
	json_end(&j);
	cut_finder_free(finder);
}

/* ---- for people: the groups of a service together ---- */

struct merged_set { struct cut_set set; uint32_t groups, order; };

struct merged {
	const struct analysis *a;
	const struct model *m;
	VEC(struct merged_set) sets;
	struct table index;
	VEC(struct cut_count) counts;
	uint32_t groups, already, complete;
	bool too_many;
};

static struct merged_set *merged_find(struct merged *all, const struct cut_set *set, uint64_t hash)
{
	for (uint32_t at = table_first(&all->index, hash); at != TABLE_END; at = table_next(&all->index, hash, at)) {
		struct merged_set *known = &all->sets.at[table_value(&all->index, at)];

		if (known->set.size == set->size &&
		    memcmp(known->set.domains, set->domains, set->size * sizeof(*set->domains)) == 0)
			return known;
	}
	return NULL;
}

static void merge_set(struct merged *all, const struct cut_set *set)
{
	uint64_t hash = hash_bytes(set->domains, set->size * sizeof(*set->domains));
	struct merged_set *known = merged_find(all, set, hash);

	if (known) {
		known->groups++;
		return;
	}
	all->too_many |= all->sets.len == MAX_MERGED;
	if (all->too_many)
		return;
	table_add(&all->index, hash, (uint32_t)all->sets.len);
	vec_push(&all->sets, (struct merged_set){*set, 1, (uint32_t)all->sets.len});
}

static void merge_count(struct merged *all, const struct cut_count *count)
{
	for (size_t i = 0; i < all->counts.len; i++)
		if (all->counts.at[i].size == count->size && !memcmp(all->counts.at[i].levels, count->levels, count->size)) {
			all->counts.at[i].cuts += count->cuts;
			return;
		}
	vec_push(&all->counts, *count);
}

static void merge_group(struct merged *all, const struct cut_sets *cuts)
{
	all->groups++;
	all->already += cuts->already;
	all->complete = cuts->complete < all->complete ? cuts->complete : all->complete;
	for (size_t i = 0; i < cuts->ncounts; i++)
		merge_count(all, &cuts->counts[i]);
	for (size_t i = 0; i < cuts->nsets; i++)
		merge_set(all, &cuts->sets[i]);
}

static void merged_release(struct merged *all)
{
	vec_free(&all->sets);
	vec_free(&all->counts);
	table_release(&all->index);
}

/* Those that break most groups first; then smaller ones; then as they came, which is in order. */
static int by_harm(const void *x, const void *y)
{
	const struct merged_set *a = x, *b = y;

	if (a->groups != b->groups)
		return a->groups > b->groups ? -1 : 1;
	if (a->set.size != b->set.size)
		return a->set.size < b->set.size ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

static int by_levels(const void *x, const void *y)
{
	const struct cut_count *a = x, *b = y;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	return memcmp(a->levels, b->levels, a->size);
}

/* Each set once, however many groups it breaks. */
static void count_once(struct merged *all)
{
	vec_clear(&all->counts);
	for (size_t i = 0; i < all->sets.len; i++) {
		const struct cut_set *set = &all->sets.at[i].set;
		struct cut_count count = {.size = set->size, .cuts = 1};

		for (uint32_t j = 0; j < set->size; j++)
			count.levels[j] = place_level(all->m, set->domains[j]);
		merge_count(all, &count);
	}
}

static void print_counts(FILE *out, struct merged *all)
{
	struct strbuf sb = {0};

	if (all->too_many)
		fputs("  counted once for each group that they break, there being so many:\n", out);
	else
		count_once(all);
	qsort(all->counts.at, all->counts.len, sizeof(*all->counts.at), by_levels);
	fprintf(out, "  %9s  of\n", "cut sets");
	for (size_t i = 0; i < all->counts.len; i++) {
		const struct cut_count *c = &all->counts.at[i];

		sb_clear(&sb);
		for (uint32_t j = 0; j < c->size; j++) {
			sb_add(&sb, j ? " + " : "");
			sb_add_level(&sb, all->m, c->levels[j]);
		}
		fprintf(out, "  %9" PRIu64 "  %s\n", c->cuts, sb_text(&sb));
	}
	sb_release(&sb);
}

static void print_sets(FILE *out, struct merged *all)
{
	size_t shown = all->sets.len < SETS_SHOWN ? all->sets.len : SETS_SHOWN;
	struct strbuf sb = {0};

	if (all->too_many) {
		fputs("  there are too many to say which break most groups: name a --group, or fewer --levels\n", out);
		return;
	}
	qsort(all->sets.at, all->sets.len, sizeof(*all->sets.at), by_harm);
	fprintf(out, "  %9s  domains\n", "groups");
	for (size_t i = 0; i < shown; i++) {
		sb_clear(&sb);
		sb_add_set(&sb, all->m, all->sets.at[i].set.domains, all->sets.at[i].set.size);
		fprintf(out, "  %9" PRIu32 "  %s\n", all->sets.at[i].groups, sb_text(&sb));
	}
	if (shown < all->sets.len)
		fprintf(out, "  and %zu more; JSON lists them group by group\n", all->sets.len - shown);
	sb_release(&sb);
}

static const char *const stops[TARGETS] = {"stops writes", "stops reads", "makes data unsafe"};
const char *const cuts_not_even[TARGETS] = {
	"can't be written", "can't be read", "have no safe data",
};

static void add_service(struct strbuf *sb, const struct model *m, uint32_t service, const struct merged *all)
{
	const char *name = str_text(m->strings, m->services[service].name);

	sb_add(sb, "service ");
	sb_add_clean(sb, name, strlen(name));
	sb_add(sb, ", ");
	sb_add_count(sb, all->groups, "group", "groups");
}

static void print_service(FILE *out, const struct cuts_report *r, uint32_t service, struct merged *all)
{
	struct strbuf sb = {0};

	add_service(&sb, all->m, service, all);
	fprintf(out, "%s:\n", sb_text(&sb));
	if (all->already)
		fprintf(out, "  %" PRIu32 " of them %s even %s\n", all->already, cuts_not_even[r->target],
		        start_words(all->a));
	if (all->complete < r->max)
		fprintf(out, "  only sets of up to %" PRIu32 " could be tried: larger ones are too many\n", all->complete);
	if (!all->counts.len && all->already < all->groups)
		fputs("  none\n", out);
	if (all->counts.len) {
		if (r->max > 1 || r->count_only)
			print_counts(out, all);
		if (!r->count_only)
			print_sets(out, all);
	}
	sb_release(&sb);
}

void cuts_heading(FILE *out, const struct model *m, const struct cuts_report *r, const char *what)
{
	struct strbuf sb = {0};
	bool first = true;

	sb_add_file_name(&sb, r->file);
	sb_addf(&sb, ": %s", what);
	for (uint32_t i = 1; i <= m->nlevels + 1; i++) {
		uint8_t level = i > m->nlevels ? LEVEL_SHARED : (uint8_t)i;

		if (!r->levels.has[level == LEVEL_SHARED ? 0 : level])
			continue;
		sb_add(&sb, first ? "" : ", ");
		sb_add_level(&sb, m, level);
		first = false;
	}
	fprintf(out, "%s\n", sb_text(&sb));
	sb_release(&sb);
}

static void print_heading(FILE *out, const struct model *m, const struct cuts_report *r)
{
	struct strbuf what = {0};

	if (r->max == 1)
		sb_addf(&what, "single points of failure, whose death alone %s, of ", stops[r->target]);
	else
		sb_addf(&what, "minimal sets of up to %" PRIu32 " domains whose death at once %s, of ", r->max,
		        stops[r->target]);
	cuts_heading(out, m, r, sb_text(&what));
	sb_release(&what);
}

void cuts_text(FILE *out, struct analysis *a, const struct cuts_report *r)
{
	const struct model *m = engine_model(analysis_engine(a));
	struct cut_finder *finder = cut_finder_new(a, r->target, &r->levels, r->max);

	print_heading(out, m, r);
	for (uint32_t s = 0; s < m->nservices; s++) {
		const struct service *sv = &m->services[s];
		struct merged all = {.a = a, .m = m, .complete = r->max};

		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
			struct cut_sets cuts;

			if (!cuts_asked_for(m, r, s, g))
				continue;
			cut_finder_group(finder, g, &cuts);
			merge_group(&all, &cuts);
		}
		if (all.groups)
			print_service(out, r, s, &all);
		merged_release(&all);
	}
	cut_finder_free(finder);
}
