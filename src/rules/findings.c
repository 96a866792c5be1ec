/* findings - one cause, many groups: see check_p.h */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/names.h"
#include "base/words.h"
#include "rules/check_p.h"

#define EXAMPLES 5
#define PLACES_SHOWN 8

void sb_add_group_name(struct strbuf *sb, const struct model *m, uint32_t group)
{
	str_id name = m->groups[group].name;

	sb_addc(sb, '\'');
	sb_add_clean(sb, str_text(m->strings, name), str_len(m->strings, name));
	sb_addc(sb, '\'');
}

static void add_place(struct strbuf *sb, const struct model *m, place_id p)
{
	struct strbuf raw = {0};

	sb_add_short(&raw, m, p);
	sb_add(sb, p < m->ndomains ? place_level_name(m, p) : "shared domain");
	sb_addc(sb, ' ');
	sb_add_clean(sb, sb_text(&raw), raw.len);
	sb_release(&raw);
}

void sb_add_places(struct strbuf *sb, const struct model *m, const place_id *places, uint32_t n)
{
	uint32_t shown = n > PLACES_SHOWN ? PLACES_SHOWN : n;

	for (uint32_t i = 0; i < shown; i++) {
		sb_add(sb, i == 0 ? "" : i + 1 < n ? ", " : " and ");
		add_place(sb, m, places[i]);
	}
	if (n > shown)
		sb_addf(sb, " and %u more", n - shown);
}

const char *wording_text(const struct check *c, const struct strbuf *sb)
{
	return sb->len ? arena_strndup(&c->diags->arena, sb->text, sb->len) : NULL;
}

static const char **keep_one(const struct check *c, const struct strbuf *sb)
{
	const char **list = arena_alloc(&c->diags->arena, 2 * sizeof(*list));

	list[0] = wording_text(c, sb);
	return list[0] ? list : NULL;
}

const char **wording_paths(const struct check *c, const struct wording *w)
{
	const char **paths = arena_alloc(&c->diags->arena, (w->ndomains + 1) * sizeof(*paths));

	for (uint32_t i = 0; i < w->ndomains; i++)
		paths[i] = place_path(c->m, w->domains[i], &c->diags->arena);
	return w->ndomains ? paths : NULL;
}

static struct diag *report_group(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group)
{
	struct wording w = {0};
	struct diag *d;

	f->describe(c, f, footprint, group, &w);
	d = diag_add(c->diags, f->code, rule_by_code(f->code)->severity, f->place, "%s", sb_text(&w.message));
	d->service = str_text(c->m->strings, c->sv->name);
	d->group = str_text(c->m->strings, c->m->groups[group].name);
	d->domains = wording_paths(c, &w);
	d->details = keep_one(c, &w.detail);
	d->hint = wording_text(c, &w.hint);
	sb_release(&w.message);
	sb_release(&w.hint);
	sb_release(&w.detail);
	return d;
}

/* The groups that a finding concerns: by footprint, or one by one. */
struct concerned {
	bool *footprint;  /* [footprint - first]; NULL: `group` counts */
	bool *group;      /* [group - the service's first] */
	uint32_t groups;  /* in all of them */
	uint32_t example; /* the first group */
};

static void find_footprints(const struct check *c, const struct finding *f, struct concerned *found)
{
	found->footprint = xcalloc(c->end - c->first + 1, sizeof(*found->footprint));
	for (uint32_t i = c->first; i < c->end; i++) {
		const struct footprint *fp = analysis_footprint(c->a, i);

		if (!f->concerns(c, f, i))
			continue;
		found->footprint[i - c->first] = true;
		found->groups += fp->ngroups;
		if (found->example == NO_GROUP)
			found->example = fp->example;
	}
}

static void find_groups(const struct check *c, const struct finding *f, concerns_group_fn concerns,
                        struct concerned *found)
{
	found->group = xcalloc(c->sv->ngroups + 1, sizeof(*found->group));
	for (uint32_t i = 0; i < c->sv->ngroups; i++) {
		if (!concerns(c, f, c->sv->first_group + i))
			continue;
		found->group[i] = true;
		found->groups++;
		if (found->example == NO_GROUP)
			found->example = c->sv->first_group + i;
	}
}

static bool is_concerned(const struct check *c, const struct concerned *found, uint32_t group)
{
	return found->group ? found->group[group - c->sv->first_group]
	                    : found->footprint[analysis_footprint_of(c->a, group) - c->first];
}

static void report_each(const struct check *c, const struct finding *f, const struct concerned *found)
{
	for (uint32_t g = c->sv->first_group; g < c->sv->first_group + c->sv->ngroups; g++)
		if (is_concerned(c, found, g))
			report_group(c, f, analysis_footprint_of(c->a, g), g);
}

static const char **list_examples(const struct check *c, const struct concerned *found)
{
	const char **names = arena_alloc(&c->diags->arena, (EXAMPLES + 1) * sizeof(*names));
	uint32_t n = 0;

	for (uint32_t g = c->sv->first_group; g < c->sv->first_group + c->sv->ngroups && n < EXAMPLES; g++)
		if (is_concerned(c, found, g))
			names[n++] = str_text(c->m->strings, c->m->groups[g].name);
	return names;
}

static void report_merged(const struct check *c, const struct finding *f, const struct concerned *found)
{
	struct diag *d = report_group(c, f, analysis_footprint_of(c->a, found->example), found->example);

	d->count = found->groups;
	if (d->count > 1)
		d->examples = list_examples(c, found);
}

static void report_concerned(const struct check *c, const struct finding *f, struct concerned *found)
{
	if (found->groups && c->detail == CHECK_MERGED)
		report_merged(c, f, found);
	else if (found->groups)
		report_each(c, f, found);
	free(found->footprint);
	free(found->group);
}

void report_finding(const struct check *c, const struct finding *f)
{
	struct concerned found = {.example = NO_GROUP};

	find_footprints(c, f, &found);
	report_concerned(c, f, &found);
}

void report_finding_by_group(const struct check *c, const struct finding *f, concerns_group_fn concerns)
{
	struct concerned found = {.example = NO_GROUP};

	find_groups(c, f, concerns, &found);
	report_concerned(c, f, &found);
}

/* ---- what several rules ask ---- */

static bool holds_replica(const struct model *m, uint32_t group, domain_id d)
{
	for (uint32_t i = 0; i < group_size(m, group); i++)
		if (domain_contains(m, d, group_places(m, group)[i]))
			return true;
	return false;
}

static domain_id free_domain(const struct check *c, uint32_t group, uint8_t level)
{
	const struct model *m = c->m;
	const struct state *start = analysis_start(c->a);

	for (domain_id d = 1; d < m->ndomains;) {
		bool there = m->domains[d].level == level;

		if (there && !holds_replica(m, group, d) && !(start && state_gone(start, d)))
			return d;
		d = there ? m->domains[d].end : d + 1;
	}
	return NO_DOMAIN;
}

bool hint_free_domain(const struct check *c, uint32_t group, uint8_t level, const char *what, struct strbuf *hint)
{
	domain_id d = free_domain(c, group, level);

	if (d == NO_DOMAIN)
		return false;
	sb_add_places(hint, c->m, &d, 1);
	sb_addf(hint, " holds none of its replicas: %s", what);
	return true;
}

bool holds_when_healthy(const struct check *c, uint32_t footprint, enum target target)
{
	return footprint_holds(analysis_footprint(c->a, footprint), target);
}

void check_model(struct analysis *a, enum check_detail detail, struct diag_list *diags)
{
	struct lax lax = {0};
	struct check c = {.a = a, .engine = analysis_engine(a), .detail = detail, .diags = diags, .lax = &lax};
	struct rtts *rtts;

	c.m = engine_model(c.engine);
	c.rtts = rtts = rtts_new(c.m);
	judge_levels(&c);
	for (c.service = 0; c.service < c.m->nservices; c.service++) {
		c.sv = &c.m->services[c.service];
		analysis_service_footprints(a, c.service, &c.first, &c.end);
		judge_spread(&c);
		judge_survival(&c);
		judge_advice(&c);
		judge_latency(&c);
	}
	rtts_free(rtts);
	lax_release(&lax);
}
