/* survival - FL2xx and FL3xx: what a service must live through, and how soon and how whole it must be back */
#include <stdlib.h>
#include <string.h>

#include "analysis/needs.h"
#include "base/text.h"
#include "model/names.h"
#include "rules/why.h"
#include "base/words.h"
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

static const struct survive_goal *goal_of(const struct finding *f)
{
	const struct verdicts *v = f->context;

	return v->goal;
}

/* ---- saying which deaths ---- */

/* "az a and node n1 die and then az b dies" */
static void add_deaths(const struct check *c, uint32_t group, const struct witness *w, struct wording *ret,
                       struct strbuf *sb)
{
	uint8_t steps = w->nunits ? w->units[w->nunits - 1].step : 0;

	ret->domains = arena_alloc(&c->diags->arena, (w->nunits + 1u) * sizeof(*ret->domains));
	ret->ndomains = 0;
	for (uint8_t step = 0; step <= steps; step++) {
		uint32_t n;
		place_id *places = witness_places(c->a, group, w, step, &c->diags->arena, &n);

		if (!n)
			continue;
		sb_add(sb, ret->ndomains ? " and then " : "");
		sb_add_places(sb, c->m, places, n);
		sb_add(sb, n == 1 ? " dies" : " die");
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

static const char *what_stops(const struct outcome *o)
{
	bool writes = !goes_on(o->writes), reads = !goes_on(o->reads);

	return writes && reads ? "writes and reads stop" : writes ? "writes stop" : "reads stop";
}

static const char *const what_is_lost[DATA_VERDICTS] = {
	[DATA_SAFE] = "its data is safe", [DATA_TAIL] = "its newest writes may be gone",
	[DATA_STALE] = "only older copies of its data are left", [DATA_BACKUP] = "only a backup of its data is left",
	[DATA_LOST] = "its data is lost",
};

/* The widest level that failed; LEVEL_SHARED where none of the tree did. */
static uint8_t widest_level(const struct survive_goal *goal)
{
	uint8_t level = LEVEL_SHARED;

	for (uint32_t s = 0; s < goal->nsteps; s++)
		for (uint32_t t = 0; t < goal->steps[s].nterms; t++)
			if (goal->steps[s].terms[t].level < level)
				level = goal->steps[s].terms[t].level;
	return level;
}

/* Do domains that died hold several of the group's replicas, so that moving one would part them? */
static bool died_together(const struct check *c, uint32_t group, const struct wording *w)
{
	uint32_t dead = 0;

	for (uint32_t i = 0; i < group_size(c->m, group); i++)
		for (uint32_t d = 0; d < w->ndomains; d++)
			dead += w->domains[d] < c->m->ndomains && domain_contains(c->m, w->domains[d], group_places(c->m, group)[i]);
	return dead > w->ndomains;
}

static void hint_elsewhere(const struct check *c, uint32_t group, const struct survive_goal *goal, struct wording *ret)
{
	const char *what = died_together(c, group, ret) ? "one could move there" : "one more could go there";
	uint8_t level = widest_level(goal);

	if (level == LEVEL_SHARED)
		sb_add(&ret->hint, "move replicas so that no shared domain holds too many of them");
	else if (!hint_free_domain(c, group, level, what, &ret->hint))
		sb_addf(&ret->hint, "every %s has a replica already: more replicas, or one more %s, would help",
		        c->m->levels[level - 1], c->m->levels[level - 1]);
}

/* "'g' does not survive 'az': when az a dies, "; what came of it is left to say. */
static void describe_failure(const struct check *c, const struct finding *f, uint32_t group, const struct witness *w,
                             struct wording *ret, struct group_why *why)
{
	const char *text = goal_of(f)->text;

	judge_why(c->engine, group, witness_situation(c->a, group, w), why);
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " does not survive '");
	sb_add_clean(&ret->message, text, strlen(text));
	sb_add(&ret->message, "': when ");
	add_deaths(c, group, w, ret, &ret->message);
	sb_add(&ret->message, ", ");
}

static bool stops(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct survival *s = survival_of(c, f, footprint);

	return !s->holds[TARGET_WRITES] || !s->holds[TARGET_READS];
}

static void describe_stop(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	struct group_why why = {0};

	describe_failure(c, f, group, first_broken(survival_of(c, f, footprint)), ret, &why);
	sb_add(&ret->message, what_stops(&why.outcome));
	why_sentence(&ret->detail, c->m, group, &why);
	hint_elsewhere(c, group, goal_of(f), ret);
}

static bool loses(const struct check *c, const struct finding *f, uint32_t footprint)
{
	return !survival_of(c, f, footprint)->holds[TARGET_DATA];
}

static void describe_loss(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	struct group_why why = {0};

	describe_failure(c, f, group, &survival_of(c, f, footprint)->broken_by[TARGET_DATA], ret, &why);
	sb_add(&ret->message, what_is_lost[why.outcome.data]);
	why_data(&ret->detail, c->m, group, &why);
	if (why.outcome.data == DATA_TAIL && !died_together(c, group, ret))
		sb_add(&ret->hint, "let more replicas acknowledge a write: see 'ack' and 'write'");
	else
		hint_elsewhere(c, group, goal_of(f), ret);
}

/* What some set is known to break is decided. */
static bool was_undecided(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct survival *s = survival_of(c, f, footprint);
	bool open = false;

	for (enum target t = 0; t < TARGETS; t++)
		open |= goal_of(f)->targets[t] && s->holds[t];
	return s->undecided && open;
}

static void describe_undecided(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                               struct wording *ret)
{
	const char *text = goal_of(f)->text;

	(void)footprint;
	sb_add(&ret->message, "whether ");
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " survives '");
	sb_add_clean(&ret->message, text, strlen(text));
	sb_add(&ret->message, "' is not decided: there are too many sets of domains to try them all");
	sb_add(&ret->hint, "ask for fewer deaths at once");
}

/* ---- data that rests on every replica being in sync ---- */

/* The same goal with just enough replicas in sync, by the footprints of that analysis. */
struct lax_verdicts {
	struct verdicts verdicts;  /* first: what goal_of reads */
	const struct verdicts *asked;
	const struct analysis *analysis;
	uint32_t first;
};

static const struct survival *lax_survival(const struct finding *f, uint32_t group)
{
	const struct lax_verdicts *v = f->context;

	return &v->verdicts.of[analysis_footprint_of(v->analysis, group) - v->first];
}

/* What is lost even with all in sync was said already. */
static bool rests_on_sync(const struct check *c, const struct finding *f, uint32_t group)
{
	const struct lax_verdicts *v = f->context;
	uint32_t footprint = analysis_footprint_of(c->a, group);

	return v->asked->of[footprint - c->first].holds[TARGET_DATA] && holds_when_healthy(c, footprint, TARGET_DATA) &&
	       !lax_survival(f, group)->holds[TARGET_DATA];
}

static void describe_sync(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	const char *text = goal_of(f)->text;

	(void)footprint;
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " keeps its data through '");
	sb_add_clean(&ret->message, text, strlen(text));
	sb_add(&ret->message, "' only while every replica is in sync: with just enough in sync to write, when ");
	add_deaths(c, group, &lax_survival(f, group)->broken_by[TARGET_DATA], ret, &ret->message);
	sb_add(&ret->message, ", its newest writes may be gone");
	sb_add(&ret->hint, "ask for more in-sync replicas to write");
}

static struct analysis *lax_analysis(const struct check *c)
{
	struct lax *lax = c->lax;

	if (lax->analysis)
		return lax->analysis;
	lax->model = *c->m;
	lax->services = lax->model.services = xcalloc(c->m->nservices, sizeof(*lax->services));
	memcpy(lax->services, c->m->services, c->m->nservices * sizeof(*lax->services));
	for (uint32_t i = 0; i < c->m->nservices; i++) {
		struct quorums *q = &lax->services[i].sem.quorums;

		if (q->ack_rule != ACK_INSYNC)
			continue;
		q->ack_rule = ACK_EXPR;
		q->ack = q->write;
	}
	lax->engine = engine_new(&lax->model);
	return lax->analysis = analysis_under(c->a, lax->engine);
}

void lax_release(struct lax *lax)
{
	analysis_free(lax->analysis);
	engine_free(lax->engine);
	free(lax->services);
}

static void advise_on_sync(const struct check *c, const struct verdicts *asked)
{
	struct lax_verdicts v = {.verdicts.goal = asked->goal, .asked = asked, .analysis = lax_analysis(c)};
	struct survive_goal data_only = *asked->goal;
	uint32_t end;

	analysis_service_footprints(v.analysis, c->service, &v.first, &end);
	v.verdicts.of = xcalloc(end - v.first + 1, sizeof(*v.verdicts.of));
	data_only.targets[TARGET_WRITES] = data_only.targets[TARGET_READS] = false;
	for (uint32_t i = v.first; i < end; i++)
		analysis_survive(c->lax->analysis, i, &data_only, &v.verdicts.of[i - v.first]);
	report_finding_by_group(c, &(struct finding){"FL408", asked->goal->place, NULL, describe_sync, &v}, rests_on_sync);
	free(v.verdicts.of);
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

/* What the file could say, so that a time without bound becomes one that is known. */
static const char *unsaid_time(const struct semantics *sem, const struct outcome *o, bool rpo)
{
	if (!rpo && o->data == DATA_BACKUP && sem->restore == DURATION_NONE)
		return "'restore' says how long it takes to bring a backup back";
	if (rpo && (o->data == DATA_TAIL || o->data == DATA_STALE) && sem->lag == DURATION_NONE)
		return "'lag' says how far behind a copy that is left may be";
	if (rpo && o->data == DATA_BACKUP && sem->every == DURATION_NONE)
		return "'every' says how often a backup is taken";
	return NULL;
}

static void hint_unsaid(const struct check *c, uint32_t group, const struct witness *w, bool rpo, struct strbuf *hint)
{
	const struct outcome *o = judge_outcome(c->engine, witness_situation(c->a, group, w));
	const char *unsaid = unsaid_time(&c->sv->sem, o, rpo);

	if (unsaid)
		sb_addf(hint, "%s, and the service does not say it", unsaid);
}

static void describe_time(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	const struct time_finding *t = f->context;
	const struct survival *s = survival_of(c, f, footprint);
	const struct witness *w = t->rpo ? &s->rpo_by : &s->rto_by;
	duration seen = time_of(s, t->rpo);
	char span[32], limit[32];

	duration_text(seen, span);
	sb_add_group_name(&ret->message, c->m, group);
	if (seen == DURATION_NONE)
		sb_add(&ret->message, t->rpo ? " may lose writes without bound when " : " does not come back by itself when ");
	else
		sb_addf(&ret->message, t->rpo ? " may lose the newest %s of writes when " : " takes %s to write again when ", span);
	add_deaths(c, group, w, ret, &ret->message);
	sb_addf(&ret->message, ": the target is %s", duration_text(t->goal->limit, limit));
	if (seen == DURATION_NONE)
		hint_unsaid(c, group, w, t->rpo, &ret->hint);
	if (!t->rpo)
		why_rto(&ret->detail, c->m, group, judge_outcome(c->engine, witness_situation(c->a, group, w)));
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

static void keep_worst_rpo(struct survival *worst, const struct survival *s)
{
	if (duration_max(worst->rpo, s->rpo) == worst->rpo)
		return;
	worst->rpo = s->rpo;
	worst->rpo_by = s->rpo_by;
}

static void keep_worst_rto(struct survival *worst, const struct survival *s)
{
	if (duration_max(worst->rto, s->rto) == worst->rto)
		return;
	worst->rto = s->rto;
	worst->rto_by = s->rto_by;
}

/* ---- what does not even hold with everything alive ---- */

static bool broken_when_healthy(const struct check *c, const struct finding *f, uint32_t footprint)
{
	bool holds = true;

	(void)f;
	for (enum target t = 0; t < TARGETS; t++)
		holds &= holds_when_healthy(c, footprint, t);
	return !holds && !never_satisfied(c, footprint);
}

static void describe_healthy(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                             struct wording *ret)
{
	struct group_why why = {0};

	(void)f;
	judge_why(c->engine, group, analysis_footprint(c->a, footprint)->start, &why);
	sb_add_group_name(&ret->message, c->m, group);
	sb_addf(&ret->message, " is broken %s: ",
	        analysis_start(c->a) ? "before anything more dies" : "with everything alive");
	if (goes_on(why.outcome.writes) && goes_on(why.outcome.reads) && analysis_start(c->a)) {
		sb_add(&ret->message, why.outcome.data == DATA_SAFE ? "it stops once what is under way has settled" :
		                      what_is_lost[why.outcome.data]);
	} else if (goes_on(why.outcome.writes) && goes_on(why.outcome.reads)) {
		sb_addf(&ret->message, "a write may be acknowledged by fewer replicas than the %u that its data is rebuilt from",
		        why.rebuild);
	} else {
		sb_add(&ret->message, what_stops(&why.outcome));
		why.outcome.data = DATA_SAFE; /* no more is said than what stops */
		why_sentence(&ret->detail, c->m, group, &why);
	}
	if (!analysis_start(c->a))
		sb_add(&ret->hint, "compare 'write', 'read', 'ack' and 'rebuild' with the number of voting replicas");
}

/* A target that does not even hold with everything alive has a finding of its own, and is not asked for again. */
static void judge_footprint(const struct check *c, const struct verdicts *v, uint32_t footprint)
{
	struct survival *ret = &v->of[footprint - c->first], *times = &v->times[footprint - c->first];
	struct survive_goal asked = *v->goal;

	for (enum target t = 0; t < TARGETS; t++)
		asked.targets[t] &= holds_when_healthy(c, footprint, t);
	analysis_survive(c->a, footprint, &asked, ret);
	if (holds_when_healthy(c, footprint, TARGET_DATA))
		keep_worst_rpo(times, ret);
	if (holds_when_healthy(c, footprint, TARGET_WRITES))
		keep_worst_rto(times, ret);
}

/* ---- what stops by way of a needed service ---- */

/* "az a and node n1 die and then az b dies" */
static void add_dead(const struct check *c, const struct need_failure *f, struct strbuf *sb)
{
	for (uint32_t i = 0, n; i < f->ndead; i += n) {
		for (n = 1; i + n < f->ndead && (!f->died_in || f->died_in[i + n] == f->died_in[i]); n++)
			;
		sb_add(sb, i ? " and then " : "");
		sb_add_places(sb, c->m, f->dead + i, n);
		sb_add(sb, n == 1 ? " dies" : " die");
	}
}

/* What was not found, and might be there. */
static void report_undecided_need(const struct check *c, const struct survive_goal *goal, enum target target)
{
	struct strbuf message = {0};
	struct diag *d;

	sb_addf(&message, "whether %s of '", target == TARGET_WRITES ? "writes" : "reads");
	sb_add_clean(&message, str_text(c->m->strings, c->sv->name), str_len(c->m->strings, c->sv->name));
	sb_add(&message, "' survive '");
	sb_add_clean(&message, goal->text, strlen(goal->text));
	sb_add(&message, "' is not decided: there are too many ways to stop the services that it needs");
	d = diag_add(c->diags, "FL411", SEVERITY_WARNING, goal->place, "%s", sb_text(&message));
	d->service = str_text(c->m->strings, c->sv->name);
	sb_release(&message);
}

static void report_need(const struct check *c, const struct survive_goal *goal, enum target target,
                        const struct need_failure *f)
{
	struct wording w = {.domains = f->dead, .ndomains = f->ndead};
	struct diag *d;

	sb_addf(&w.message, "%s of '", target == TARGET_WRITES ? "writes" : "reads");
	sb_add_clean(&w.message, str_text(c->m->strings, c->sv->name), str_len(c->m->strings, c->sv->name));
	sb_add(&w.message, "' do not survive '");
	sb_add_clean(&w.message, goal->text, strlen(goal->text));
	sb_add(&w.message, "': when ");
	add_dead(c, f, &w.message);
	sb_add(&w.message, ", the service '");
	sb_add_clean(&w.message, str_text(c->m->strings, c->m->services[f->needed].name),
	             str_len(c->m->strings, c->m->services[f->needed].name));
	sb_add(&w.message, "' that it needs stops");
	sb_add(&w.hint, "make the needed service survive as much, or need less of it ('read-only', 'freeze')");
	d = diag_add(c->diags, "FL204", SEVERITY_ERROR, goal->place, "%s", sb_text(&w.message));
	d->service = str_text(c->m->strings, c->sv->name);
	d->domains = wording_paths(c, &w);
	d->hint = wording_text(c, &w.hint);
	sb_release(&w.message);
	sb_release(&w.hint);
}

static void judge_needs(const struct check *c, const struct survive_goal *goal)
{
	for (enum target t = TARGET_WRITES; c->sv->nneeds && t <= TARGET_READS; t++) {
		struct need_failure f;

		if (!goal->targets[t])
			continue;
		analysis_need_failure_of_goal(c->a, c->service, t, goal, &c->diags->arena, &f);
		if (f.undecided)
			report_undecided_need(c, goal, t);
		if (f.needed == NO_SERVICE || !f.ndead) /* stopped with everything alive: said of that service */
			continue;
		report_need(c, goal, t, &f);
		return; /* one cause is said once */
	}
}

static void judge_goal(const struct check *c, const struct verdicts *v)
{
	for (uint32_t i = c->first; i < c->end; i++)
		judge_footprint(c, v, i);
	report_finding(c, &(struct finding){"FL201", v->goal->place, stops, describe_stop, v});
	report_finding(c, &(struct finding){"FL202", v->goal->place, loses, describe_loss, v});
	report_finding(c, &(struct finding){"FL411", v->goal->place, was_undecided, describe_undecided, v});
	judge_needs(c, v->goal);
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
