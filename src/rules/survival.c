/* survival - FL2xx and FL3xx: what a service must live through, and how soon and how whole it must be back */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/names.h"
#include "report/why.h"
#include "report/words.h"
#include "rules/check_p.h"

/* What the goals of a service came to, by footprint. */
struct verdicts {
	struct survival *of;             /* [footprint - first], of the goal at hand */
	struct survival *times;          /* the worst rpo and rto over all goals */
	const struct survive_goal *goal;
};

static const struct survival *survival_of(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct verdicts *v = f->context;

	return &v->of[footprint - c->first];
}

/* ---- saying which deaths ---- */

static void add_deaths(const struct check *c, uint32_t group, const struct witness *w, struct wording *ret,
                       struct strbuf *sb)
{
	uint8_t steps = w->nunits ? w->units[w->nunits - 1].step : 0;

	ret->domains = arena_alloc(&c->diags->arena, (w->nunits + 1u) * sizeof(*ret->domains));
	ret->ndomains = 0;
	for (uint8_t step = 0; step <= steps; step++) {
		uint32_t n;
		place_id *places = witness_places(c->a, group, w, step, &c->diags->arena, &n);

		sb_add(sb, step ? " and then " : "");
		sb_add_places(sb, c->m, places, n);
		sb_add(sb, n == 1 ? " dies" : n ? " die" : "nothing of it dies");
		for (uint32_t i = 0; i < n; i++)
			ret->domains[ret->ndomains++] = places[i];
	}
}

static const struct witness *first_broken(const struct survival *s)
{
	for (enum target t = 0; t < TARGETS; t++)
		if (!s->holds[t])
			return &s->broken_by[t];
	return NULL;
}

static void add_effects(const struct outcome *o, struct strbuf *sb)
{
	static const char *const data_words[DATA_VERDICTS] = {
		"", "its newest writes may be gone", "only older copies of its data are left",
		"only a backup of its data is left", "its data is lost",
	};
	bool writes = !goes_on(o->writes), reads = !goes_on(o->reads);
	const char *stops = writes && reads ? "writes and reads stop" : writes ? "writes stop" : reads ? "reads stop" : "";

	sb_add(sb, stops);
	if (o->data == DATA_SAFE)
		return;
	sb_add(sb, *stops ? ", " : "");
	sb_add(sb, data_words[o->data]);
}

/* Where one more replica, or one moved there, would help: a domain of a level that failed and holds none. */
static void hint_elsewhere(const struct check *c, uint32_t group, const struct survive_goal *goal, struct strbuf *hint)
{
	const struct model *m = c->m;
	uint8_t level = goal->steps[0].terms[0].level;
	uint32_t n = group_size(m, group);

	if (level == LEVEL_SHARED) {
		sb_add(hint, "move replicas so that no shared domain holds too many of them");
		return;
	}
	for (domain_id d = 1; d < m->ndomains; d++) {
		bool used = m->domains[d].level != level;

		for (uint32_t i = 0; i < n && !used; i++)
			used = domain_contains(m, d, group_places(m, group)[i]);
		if (used)
			continue;
		sb_add(hint, "no replica is in ");
		sb_add_places(hint, m, &d, 1);
		return;
	}
	sb_addf(hint, "every %s has a replica already: more replicas, or one more %s, would help", m->levels[level - 1],
	        m->levels[level - 1]);
}

static void describe_failure(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                             const struct witness *w, struct wording *ret)
{
	const struct verdicts *v = f->context;
	struct group_why why = {0};

	(void)footprint;
	judge_why(c->engine, group, witness_situation(c->a, group, w), &why);
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " does not survive '");
	sb_add_clean(&ret->message, v->goal->text, strlen(v->goal->text));
	sb_add(&ret->message, "': when ");
	add_deaths(c, group, w, ret, &ret->message);
	sb_add(&ret->message, ", ");
	add_effects(&why.outcome, &ret->message);
	why_sentence(&ret->detail, c->m, group, &why);
	hint_elsewhere(c, group, v->goal, &ret->hint);
}

static bool stops(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct survival *s = survival_of(c, f, footprint);

	return !s->holds[TARGET_WRITES] || !s->holds[TARGET_READS];
}

static void describe_stop(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	describe_failure(c, f, footprint, group, first_broken(survival_of(c, f, footprint)), ret);
}

static bool loses(const struct check *c, const struct finding *f, uint32_t footprint)
{
	return !survival_of(c, f, footprint)->holds[TARGET_DATA];
}

static void describe_loss(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	describe_failure(c, f, footprint, group, &survival_of(c, f, footprint)->broken_by[TARGET_DATA], ret);
}

static bool was_undecided(const struct check *c, const struct finding *f, uint32_t footprint)
{
	return survival_of(c, f, footprint)->undecided;
}

static void describe_undecided(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                               struct wording *ret)
{
	(void)f, (void)footprint;
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, ": there are too many sets of domains to try them all, and none of those tried breaks it");
	sb_add(&ret->hint, "ask for fewer deaths at once");
}

/* ---- data that rests on every replica being in sync ---- */

static bool rests_on_sync(const struct check *c, const struct finding *f, uint32_t footprint)
{
	return !survival_of(c, f, footprint)->holds[TARGET_DATA];
}

static void describe_sync(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	const struct verdicts *v = f->context;

	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " keeps its data through '");
	sb_add_clean(&ret->message, v->goal->text, strlen(v->goal->text));
	sb_add(&ret->message, "' only while every replica is in sync: with just enough in sync to write, when ");
	add_deaths(c, group, &survival_of(c, f, footprint)->broken_by[TARGET_DATA], ret, &ret->message);
	sb_add(&ret->message, ", its newest writes may be gone");
	sb_add(&ret->hint, "ask for more in-sync replicas to write");
}

/* Judges a goal again as if only as many replicas as a write needs were in sync: ack = write. */
static void advise_on_sync(const struct check *c, const struct verdicts *asked)
{
	struct model lax = *c->m;
	struct service *services = xcalloc(lax.nservices, sizeof(*services));
	struct verdicts v = {.of = xcalloc(c->end - c->first + 1, sizeof(*v.of)), .goal = asked->goal};
	struct survive_goal data_only = *asked->goal;
	struct engine *engine;
	struct analysis *a;

	memcpy(services, lax.services, lax.nservices * sizeof(*services));
	services[c->service].sem.quorums.ack_rule = ACK_EXPR;
	services[c->service].sem.quorums.ack = services[c->service].sem.quorums.write;
	lax.services = services;
	data_only.targets[TARGET_WRITES] = data_only.targets[TARGET_READS] = false;
	engine = engine_new(&lax);
	a = analysis_under(c->a, engine);
	for (uint32_t i = c->first; i < c->end; i++) {
		analysis_survive(a, i, &data_only, &v.of[i - c->first]);
		if (!asked->of[i - c->first].holds[TARGET_DATA]) /* lost anyway: said already */
			v.of[i - c->first].holds[TARGET_DATA] = true;
	}
	report_finding(c, &(struct finding){"FL408", asked->goal->place, rests_on_sync, describe_sync, &v});
	analysis_free(a);
	engine_free(engine);
	free(services);
	free(v.of);
}

/* ---- how whole, how soon ---- */

struct time_finding {
	struct verdicts verdicts;  /* first: what survival_of reads */
	const struct time_goal *goal;
	bool rpo;
};

static duration time_of(const struct survival *s, bool rpo)
{
	return rpo ? s->rpo : s->rto;
}

static bool too_long(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct time_finding *t = f->context;
	duration seen = time_of(survival_of(c, f, footprint), t->rpo);

	return seen == DURATION_NONE || seen > t->goal->limit;
}

static void describe_time(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	const struct time_finding *t = f->context;
	const struct survival *s = survival_of(c, f, footprint);
	duration seen = time_of(s, t->rpo);
	char span[32], limit[32];

	duration_text(seen, span);
	sb_add_group_name(&ret->message, c->m, group);
	if (seen == DURATION_NONE)
		sb_add(&ret->message, t->rpo ? " may lose writes without bound when " : " does not come back by itself when ");
	else
		sb_addf(&ret->message, t->rpo ? " may lose the newest %s of writes when " : " takes %s to write again when ", span);
	add_deaths(c, group, t->rpo ? &s->rpo_by : &s->rto_by, ret, &ret->message);
	sb_addf(&ret->message, ": the target is %s", duration_text(t->goal->limit, limit));
}

static void judge_time(const struct check *c, const struct verdicts *v, bool rpo)
{
	const struct time_goal *goal = rpo ? &c->sv->rpo : &c->sv->rto;
	struct time_finding t = {{v->times, NULL, NULL}, goal, rpo};

	if (!goal->set)
		return;
	if (!c->sv->nsurvive)
		diag_add(c->diags, "FL410", SEVERITY_NOTE, goal->place, "the target is not judged: the service has no 'survive'")
			->service = str_text(c->m->strings, c->sv->name);
	else
		report_finding(c, &(struct finding){rpo ? "FL301" : "FL302", goal->place, too_long, describe_time, &t});
}

static void keep_worst_times(struct survival *worst, const struct survival *s)
{
	if (duration_max(worst->rpo, s->rpo) != worst->rpo) {
		worst->rpo = s->rpo;
		worst->rpo_by = s->rpo_by;
	}
	if (duration_max(worst->rto, s->rto) != worst->rto) {
		worst->rto = s->rto;
		worst->rto_by = s->rto_by;
	}
}

/* ---- what does not even hold with everything alive ---- */

static bool broken_when_healthy(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct outcome *o = judge_outcome(c->engine, analysis_footprint(c->a, footprint)->healthy);

	(void)f;
	return (!goes_on(o->writes) || !goes_on(o->reads) || o->data != DATA_SAFE) && !never_satisfied(c, footprint);
}

static void describe_healthy(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                             struct wording *ret)
{
	struct group_why why = {0};

	(void)f;
	judge_why(c->engine, group, analysis_footprint(c->a, footprint)->healthy, &why);
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " is broken with everything alive: ");
	add_effects(&why.outcome, &ret->message);
	why_sentence(&ret->detail, c->m, group, &why);
	sb_add(&ret->hint, "compare 'write', 'read', 'ack' and 'rebuild' with the number of voting replicas");
}

static void judge_goal(const struct check *c, struct verdicts *v)
{
	for (uint32_t i = c->first; i < c->end; i++) {
		analysis_survive(c->a, i, v->goal, &v->of[i - c->first]);
		keep_worst_times(&v->times[i - c->first], &v->of[i - c->first]);
	}
	report_finding(c, &(struct finding){"FL201", v->goal->place, stops, describe_stop, v});
	report_finding(c, &(struct finding){"FL202", v->goal->place, loses, describe_loss, v});
	report_finding(c, &(struct finding){"FL411", v->goal->place, was_undecided, describe_undecided, v});
	if (v->goal->targets[TARGET_DATA] && c->sv->sem.quorums.ack_rule == ACK_INSYNC)
		advise_on_sync(c, v);
}

void judge_survival(const struct check *c)
{
	uint32_t n = c->end - c->first;
	struct verdicts v = {xcalloc(n + 1, sizeof(*v.of)), xcalloc(n + 1, sizeof(*v.times)), NULL};

	report_finding(c, &(struct finding){"FL203", c->sv->quorum_place, broken_when_healthy, describe_healthy, NULL});
	for (uint32_t i = 0; i < c->sv->nsurvive; i++) {
		v.goal = &c->sv->survive[i];
		judge_goal(c, &v);
	}
	judge_time(c, &v, true);
	judge_time(c, &v, false);
	free(v.of);
	free(v.times);
}
