/* latency - FL412: a death that leaves a group writing, to a far quorum */
#include <string.h>

#include "analysis/slowdown.h"
#include "base/text.h"
#include "model/names.h"
#include "rules/check_p.h"

#define FAR 10 /* times as long */

static const struct slowdown *slowdown_here(const struct finding *f, uint32_t group)
{
	return slowdown_of(*(struct slowdowns *const *)f->context, group);
}

static bool falls_back_far(const struct check *c, const struct finding *f, uint32_t group)
{
	(void)c;
	return slowdown_here(f, group)->found;
}

static bool all_fall_back_far(const struct check *c, const struct finding *f, uint32_t footprint)
{
	return falls_back_far(c, f, analysis_footprint(c->a, footprint)->example);
}

static void add_replica(struct strbuf *sb, const struct check *c, uint32_t group, uint16_t replica)
{
	struct strbuf raw = {0};

	sb_add_short(&raw, c->m, group_places(c->m, group)[replica]);
	sb_add_clean(sb, sb_text(&raw), raw.len);
	sb_release(&raw);
}

/* "a write on e1 waits for e3, 1.5 ms" */
static void add_wait(struct strbuf *sb, const struct check *c, uint32_t group, const struct latency *l)
{
	char text[32];

	sb_add(sb, "a write at ");
	add_replica(sb, c, group, l->from);
	sb_add(sb, " waits for ");
	if (l->by == l->from)
		sb_add(sb, "nobody else");
	else
		add_replica(sb, c, group, l->by);
	sb_addf(sb, ", %s", duration_text(l->time, text));
}

static void describe_slowdown(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                              struct wording *ret)
{
	const struct slowdown s = *slowdown_here(f, group);
	char before[32], after[32];

	(void)footprint;
	ret->domains = arena_alloc(&c->diags->arena, sizeof(*ret->domains));
	ret->domains[ret->ndomains++] = slowdown_place(c->a, group, &s);
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " falls back to a far quorum: when ");
	sb_add_places(&ret->message, c->m, ret->domains, 1);
	sb_addf(&ret->message, " dies, a write takes %s instead of %s", duration_text(s.after.time, after),
	        duration_text(s.before.time, before));
	sb_add(&ret->detail, "now ");
	add_wait(&ret->detail, c, group, &s.before);
	sb_add(&ret->detail, "; then ");
	add_wait(&ret->detail, c, group, &s.after);
	sb_add(&ret->hint, "one more voting replica near the others would keep the quorum near, if that matters");
}

/* Single deaths of the levels that the service must live through. */
static struct level_set levels_named(const struct service *sv)
{
	struct level_set levels = {{false}};

	for (uint32_t i = 0; i < sv->nsurvive; i++)
		for (uint32_t j = 0; j < sv->survive[i].nsteps; j++)
			for (uint32_t k = 0; k < sv->survive[i].steps[j].nterms; k++) {
				uint8_t level = sv->survive[i].steps[j].terms[k].level;

				levels.has[level == LEVEL_SHARED ? 0 : level] = true;
			}
	return levels;
}

void judge_latency(const struct check *c)
{
	struct level_set levels = levels_named(c->sv);
	struct slowdowns *slowdowns;
	struct finding f = {"FL412", c->sv->place, all_fall_back_far, describe_slowdown, NULL};

	if (!c->sv->nsurvive)
		return;
	f.place = c->sv->survive[0].place;
	slowdowns = slowdowns_new(c->a, c->rtts, &levels, FAR);
	f.context = &slowdowns;
	if (rtts_by_level(c->rtts))
		report_finding(c, &f);
	else
		report_finding_by_group(c, &f, falls_back_far);
	slowdowns_free(slowdowns);
}
