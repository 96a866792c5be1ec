/* findings - one cause, many groups: see check_p.h */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/names.h"
#include "report/words.h"
#include "rules/check_p.h"

#define EXAMPLES 5

void sb_add_group_name(struct strbuf *sb, const struct model *m, uint32_t group)
{
	str_id name = m->groups[group].name;

	sb_addc(sb, '\'');
	sb_add_clean(sb, str_text(m->strings, name), str_len(m->strings, name));
	sb_addc(sb, '\'');
}

void sb_add_places(struct strbuf *sb, const struct model *m, const place_id *places, uint32_t n)
{
	struct strbuf raw = {0};

	for (uint32_t i = 0; i < n; i++) {
		sb_add(sb, i == 0 ? "" : i + 1 < n ? ", " : " and ");
		sb_add(sb, place_level_name(m, places[i]));
		sb_addc(sb, ' ');
		sb_clear(&raw);
		sb_add_short(&raw, m, places[i]);
		sb_add_clean(sb, raw.text, raw.len);
	}
	sb_release(&raw);
}

static const char *keep_text(struct diag_list *dl, const struct strbuf *sb)
{
	return sb->len ? arena_strndup(&dl->arena, sb->text, sb->len) : NULL;
}

static const char **keep_one(struct diag_list *dl, const struct strbuf *sb)
{
	const char **list = arena_alloc(&dl->arena, 2 * sizeof(*list));

	list[0] = keep_text(dl, sb);
	return list[0] ? list : NULL;
}

static const char **keep_paths(const struct check *c, const struct wording *w)
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
	d->domains = keep_paths(c, &w);
	d->details = keep_one(c->diags, &w.detail);
	d->hint = keep_text(c->diags, &w.hint);
	sb_release(&w.message);
	sb_release(&w.hint);
	sb_release(&w.detail);
	return d;
}

static void report_each(const struct check *c, const struct finding *f)
{
	for (uint32_t g = c->sv->first_group; g < c->sv->first_group + c->sv->ngroups; g++) {
		uint32_t footprint = analysis_footprint_of(c->a, g);

		if (f->concerns(c, f, footprint))
			report_group(c, f, footprint, g);
	}
}

static const char **list_examples(const struct check *c, const struct finding *f)
{
	const char **names = arena_alloc(&c->diags->arena, (EXAMPLES + 1) * sizeof(*names));
	uint32_t n = 0;

	for (uint32_t g = c->sv->first_group; g < c->sv->first_group + c->sv->ngroups && n < EXAMPLES; g++)
		if (f->concerns(c, f, analysis_footprint_of(c->a, g)))
			names[n++] = str_text(c->m->strings, c->m->groups[g].name);
	return names;
}

static void report_merged(const struct check *c, const struct finding *f)
{
	uint32_t first = NO_GROUP, count = 0;
	struct diag *d;

	for (uint32_t i = c->first; i < c->end; i++) {
		const struct footprint *fp = analysis_footprint(c->a, i);

		if (!f->concerns(c, f, i))
			continue;
		count += fp->ngroups;
		if (first == NO_GROUP)
			first = fp->example;
	}
	if (!count)
		return;
	d = report_group(c, f, analysis_footprint_of(c->a, first), first);
	d->count = count;
	if (count > 1)
		d->examples = list_examples(c, f);
}

void report_finding(const struct check *c, const struct finding *f)
{
	if (c->detail == CHECK_MERGED)
		report_merged(c, f);
	else
		report_each(c, f);
}

void check_model(struct analysis *a, enum check_detail detail, struct diag_list *diags)
{
	struct check c = {.a = a, .engine = analysis_engine(a), .m = engine_model(analysis_engine(a)), .detail = detail, .diags = diags};

	judge_levels(&c);
	for (c.service = 0; c.service < c.m->nservices; c.service++) {
		c.sv = &c.m->services[c.service];
		analysis_service_footprints(a, c.service, &c.first, &c.end);
		judge_spread(&c);
		judge_survival(&c);
		judge_advice(&c);
	}
}
