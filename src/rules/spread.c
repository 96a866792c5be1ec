/* spread - FL1xx: how many replicas of a group share a domain */
#include "base/text.h"
#include "model/names.h"
#include "base/words.h"
#include "rules/check_p.h"

struct tight { uint32_t most, distinct; uint16_t at; /* unit_ref.at of the fullest domain */ };

static bool counts(const struct footprint *f, uint16_t i)
{
	return f->roles[i] != ROLE_BACKUP;
}

static bool shares(const struct footprint *f, uint8_t level, uint16_t unit, uint16_t i)
{
	if (level == LEVEL_SHARED)
		return f->coverage[(size_t)unit * f->n + i];
	return footprint_part(f, level, i) == unit;
}

static uint16_t units(const struct footprint *f, uint8_t level)
{
	return level == LEVEL_SHARED ? f->nshared : f->n;
}

/* The fullest domain of the level, and how many hold a replica. */
static struct tight tightest(const struct footprint *f, uint8_t level)
{
	struct tight t = {0};

	for (uint16_t u = 0; u < units(f, level); u++) {
		uint32_t n = 0;

		for (uint16_t i = 0; i < f->n; i++)
			n += counts(f, i) && shares(f, level, u, i);
		t.distinct += n > 0;
		if (n <= t.most)
			continue;
		t.most = n;
		t.at = u;
	}
	return t;
}

static uint32_t allowed(const struct check *c, const struct footprint *f, const struct spread_goal *goal)
{
	return goal->kind == SPREAD_EVEN ? f->even[goal - c->sv->spread] : goal->count;
}

static bool violates(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct footprint *fp = analysis_footprint(c->a, footprint);
	const struct spread_goal *goal = f->context;
	struct tight t = tightest(fp, goal->level);

	return goal->kind == SPREAD_AT_LEAST ? t.distinct < goal->count : t.most > allowed(c, fp, goal);
}

static const char *level_name(const struct model *m, uint8_t level)
{
	return level == LEVEL_SHARED ? "shared domain" : m->levels[level - 1];
}

static void hint_move(const struct check *c, uint32_t group, uint8_t level, struct strbuf *hint)
{
	if (level == LEVEL_SHARED || hint_free_domain(c, group, level, "one could move there", hint))
		return;
	if (c->m->level_count[level])
		sb_addf(hint, "every %s has a replica already: the topology needs one more", level_name(c->m, level));
	else
		sb_addf(hint, "the topology has no domain of level %s", level_name(c->m, level));
}

/* The replicas that share the domain at hand. */
static void add_sharers(const struct check *c, const struct footprint *fp, uint32_t group, uint8_t level, uint16_t unit,
                        struct strbuf *sb)
{
	place_id *places = arena_alloc(&c->diags->arena, fp->n * sizeof(*places));
	uint32_t n = 0;

	for (uint16_t i = 0; i < fp->n; i++)
		if (counts(fp, i) && shares(fp, level, unit, i))
			places[n++] = group_places(c->m, group)[i];
	sb_add(sb, "they are on ");
	sb_add_places(sb, c->m, places, n);
}

static void describe_crowd(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                           struct wording *ret)
{
	const struct footprint *fp = analysis_footprint(c->a, footprint);
	const struct spread_goal *goal = f->context;
	struct tight t = tightest(fp, goal->level);
	place_id *p = arena_alloc(&c->diags->arena, sizeof(*p));

	*p = goal->level == LEVEL_SHARED ? footprint_shared_place(c->a, group, t.at)
	                                 : domain_at_level(c->m, group_places(c->m, group)[t.at], goal->level);
	ret->domains = p;
	ret->ndomains = 1;
	sb_add_group_name(&ret->message, c->m, group);
	sb_addf(&ret->message, " has %u replicas in ", t.most);
	sb_add_places(&ret->message, c->m, p, 1);
	sb_addf(&ret->message, goal->kind == SPREAD_EVEN ? ", at most %u %s even" : ", at most %u %s allowed",
	        allowed(c, fp, goal), is_or_are(allowed(c, fp, goal)));
	add_sharers(c, fp, group, goal->level, t.at, &ret->detail);
	hint_move(c, group, goal->level, &ret->hint);
}

static void describe_too_few(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                             struct wording *ret)
{
	const struct spread_goal *goal = f->context;
	struct tight t = tightest(analysis_footprint(c->a, footprint), goal->level);

	sb_add_group_name(&ret->message, c->m, group);
	sb_addf(&ret->message, " is in %u ", t.distinct);
	if (goal->level == LEVEL_SHARED)
		sb_addf(&ret->message, "shared domain%s", t.distinct == 1 ? "" : "s");
	else
		sb_addf(&ret->message, "domain%s of level %s", t.distinct == 1 ? "" : "s", level_name(c->m, goal->level));
	sb_addf(&ret->message, ", at least %u %s asked for", goal->count, is_or_are(goal->count));
	hint_move(c, group, goal->level, &ret->hint);
}

static bool above(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct footprint *fp = analysis_footprint(c->a, footprint);
	const struct spread_goal *goal = f->context;

	for (uint16_t i = 0; goal->level != LEVEL_SHARED && i < fp->n; i++)
		if (counts(fp, i) && footprint_part(fp, goal->level, i) == NO_PART)
			return true;
	return false;
}

static void describe_above(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                           struct wording *ret)
{
	const struct footprint *fp = analysis_footprint(c->a, footprint);
	const struct spread_goal *goal = f->context;
	uint16_t i = 0;
	place_id p;

	while (footprint_part(fp, goal->level, i) != NO_PART || !counts(fp, i))
		i++;
	p = group_places(c->m, group)[i];
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " has a replica on ");
	sb_add_places(&ret->message, c->m, &p, 1);
	sb_addf(&ret->message, ", above the level %s: it is left out of this spread", level_name(c->m, goal->level));
	sb_addf(&ret->hint, "name the %s that it is in, if it is known", level_name(c->m, goal->level));
}

void judge_spread(const struct check *c)
{
	static const char *const codes[] = {
		[SPREAD_AT_MOST] = "FL101", [SPREAD_EVEN] = "FL102", [SPREAD_AT_LEAST] = "FL103",
	};

	for (uint32_t i = 0; i < c->sv->nspread; i++) {
		const struct spread_goal *goal = &c->sv->spread[i];

		report_finding(c, &(struct finding){
			codes[goal->kind], goal->place, violates,
			goal->kind == SPREAD_AT_LEAST ? describe_too_few : describe_crowd, goal,
		});
		report_finding(c, &(struct finding){"FL409", goal->place, above, describe_above, goal});
	}
}
