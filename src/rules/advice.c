/* advice - FL4xx: what is allowed, and seldom meant */
#include <string.h>

#include "base/text.h"
#include "model/names.h"
#include "rules/check_p.h"

/* ---- small questions about a footprint ---- */

static uint32_t voting(const struct footprint *f)
{
	uint32_t n = 0;

	for (uint16_t i = 0; i < f->n; i++)
		n += role_info[f->roles[i]].votes;
	return n;
}

/* An expression that is one count over the whole configuration; its votes, or 0 for any other. */
static uint32_t plain_votes(const struct expr *e, uint32_t n)
{
	return e->nterms == 1 && e->terms[0].scope == SCOPE_WHOLE ? term_votes(&e->terms[0], n) : 0;
}

/* ---- expressions that nothing satisfies ---- */

static const char *const expr_names[JUDGE_EXPRS] = {
	[JUDGE_WRITE] = "write", [JUDGE_READ] = "read", [JUDGE_ACK] = "ack", [JUDGE_FALLBACK_WRITE] = "write",
	[JUDGE_FALLBACK_READ] = "read", [JUDGE_FALLBACK_ACK] = "ack",
};

static bool is_of_fallback(int e)
{
	return e >= JUDGE_FALLBACK_WRITE;
}

static bool is_ack(int e)
{
	return e == JUDGE_ACK || e == JUDGE_FALLBACK_ACK;
}

static const struct quorums *quorums_that_hold(const struct check *c, int e)
{
	return is_of_fallback(e) ? &c->sv->sem.fallback : &c->sv->sem.quorums;
}

/* The first of these expressions that even all of them can't satisfy, or -1. */
static int impossible_expression(const struct check *c, const struct footprint *f, int from, int to)
{
	uint8_t votes[MAX_REPLICAS], acks[MAX_REPLICAS];

	for (uint16_t i = 0; i < f->n; i++) {
		votes[i] = role_info[f->roles[i]].votes;
		acks[i] = role_info[f->roles[i]].acknowledges;
	}
	for (int e = from; e < to; e++) {
		if (is_ack(e) && quorums_that_hold(c, e)->ack_rule != ACK_EXPR)
			continue;
		if (judge_expression(c->engine, f->example, (enum judge_expr)e, is_ack(e) ? acks : votes) == ANSWER_NO)
			return e;
	}
	return -1;
}

/* Of the fallback's, too. */
static int any_impossible_expression(const struct check *c, const struct footprint *f)
{
	return impossible_expression(c, f, JUDGE_WRITE, c->sv->sem.has_fallback ? JUDGE_EXPRS : JUDGE_FALLBACK_WRITE);
}

bool never_satisfied(const struct check *c, uint32_t footprint)
{
	return impossible_expression(c, analysis_footprint(c->a, footprint), JUDGE_WRITE, JUDGE_FALLBACK_WRITE) >= 0;
}

static bool impossible(const struct check *c, const struct finding *f, uint32_t footprint)
{
	(void)f;
	return any_impossible_expression(c, analysis_footprint(c->a, footprint)) >= 0;
}

static void describe_impossible(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                                struct wording *ret)
{
	const struct footprint *fp = analysis_footprint(c->a, footprint);
	int e = any_impossible_expression(c, fp);
	const struct quorums *q = quorums_that_hold(c, e);
	const struct expr *exprs[] = {&q->write, &q->read, &q->ack}, *expr = exprs[e % JUDGE_FALLBACK_WRITE];

	(void)f;
	sb_add_group_name(&ret->message, c->m, group);
	sb_addf(&ret->message, " can never satisfy %s'%s: ", is_of_fallback(e) ? "its fallback's " : "", expr_names[e]);
	sb_add_clean(&ret->message, expr->text, strlen(expr->text));
	sb_addf(&ret->message, "' with its %u voting replica%s", voting(fp), voting(fp) == 1 ? "" : "s");
	sb_addf(&ret->hint, "ask '%s' for no more than there are, or add voting replicas", expr_names[e]);
}

/* ---- an even number of voters ---- */

/* The same number of voting replicas, more than one, in each of several domains of a level: each site has its set. */
static bool same_set_in_each(const struct footprint *f, uint8_t level)
{
	uint32_t parts = 0, most = 0, least = UINT32_MAX;

	for (uint16_t i = 0; i < f->n; i++) {
		uint32_t n = 0;

		for (uint16_t j = 0; j < f->n; j++)
			n += role_info[f->roles[j]].votes && footprint_part(f, level, j) == i;
		if (!n)
			continue;
		parts++;
		most = n > most ? n : most;
		least = n < least ? n : least;
	}
	return parts > 1 && most == least && most > 1;
}

/* Where nobody leads, sites with a set of replicas each are what local reads and writes ask for. */
static bool serves_sites(const struct check *c, const struct footprint *f)
{
	for (uint8_t level = 1; level < c->m->nlevels && !c->sv->sem.leader; level++)
		if (same_set_in_each(f, level))
			return true;
	return false;
}

/* With erasure coding the parity, not the vote, says how many there are. */
static bool even_voters(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct expr *write = &c->sv->sem.quorums.write;
	const struct footprint *fp = analysis_footprint(c->a, footprint);
	uint32_t n = voting(fp);

	(void)f;
	return n > 0 && n % 2 == 0 && write->nterms == 1 && write->terms[0].scope == SCOPE_WHOLE &&
	       write->terms[0].count == COUNT_MAJORITY && c->sv->sem.rebuild <= 1 && !serves_sites(c, fp);
}

static void describe_even(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                          struct wording *ret)
{
	uint32_t n = voting(analysis_footprint(c->a, footprint));

	(void)f;
	sb_add_group_name(&ret->message, c->m, group);
	sb_addf(&ret->message, " has %u voting replicas: a majority of %u survives no more deaths than one of %u", n, n,
	        n - 1);
	sb_addf(&ret->hint, "%u voting replica%s as much, %u survive one more", n - 1, n == 2 ? " survives" : "s survive",
	        n + 1);
}

/* ---- quorums that don't meet ---- */

/* Beyond so many voting replicas, only plain counts are compared, not sets. */
#define SETS_OF_AT_MOST 14

/*
 * Some replicas satisfy one expression while the others satisfy the other. Reading each set once is enough:
 * more never satisfies less.
 */
static bool disjoint_sets(const struct check *c, const struct footprint *f, enum judge_expr one, enum judge_expr other)
{
	uint8_t in[MAX_REPLICAS], out[MAX_REPLICAS];
	uint16_t voter[SETS_OF_AT_MOST];
	uint32_t n = 0;

	for (uint16_t i = 0; i < f->n; i++)
		if (role_info[f->roles[i]].votes)
			voter[n++] = i;
	for (uint32_t set = 0; set < 1u << n; set++) {
		memset(in, 0, f->n);
		memset(out, 0, f->n);
		for (uint32_t i = 0; i < n; i++)
			(set >> i & 1 ? in : out)[voter[i]] = 1;
		if (judge_expression(c->engine, f->example, one, in) != ANSWER_NO &&
		    judge_expression(c->engine, f->example, other, out) != ANSWER_NO)
			return true;
	}
	return false;
}

static const struct expr *expr_of(const struct check *c, enum judge_expr e)
{
	const struct quorums *q = &c->sv->sem.quorums;

	return e == JUDGE_READ ? &q->read : e == JUDGE_ACK && q->ack_rule == ACK_EXPR ? &q->ack : &q->write;
}

/*
 * Whoever leads has every write, and orders them: only where nobody does must quorums meet. Of erasure-coded data
 * it takes several replicas to read any, which is another question.
 */
static bool may_miss(const struct check *c, uint32_t footprint, enum judge_expr one, enum judge_expr other)
{
	const struct semantics *sem = &c->sv->sem;
	const struct footprint *f = analysis_footprint(c->a, footprint);
	uint32_t n = voting(f), a = plain_votes(expr_of(c, one), n), b = plain_votes(expr_of(c, other), n);

	if (sem->leader || sem->quorums.ack_rule != ACK_EXPR || sem->rebuild != 1 || never_satisfied(c, footprint))
		return false;
	if (a && b)
		return a + b <= n;
	return n <= SETS_OF_AT_MOST && disjoint_sets(c, f, one, other);
}

static bool reads_miss_writes(const struct check *c, const struct finding *f, uint32_t footprint)
{
	(void)f;
	return may_miss(c, footprint, JUDGE_READ, JUDGE_ACK);
}

static bool writes_miss_writes(const struct check *c, const struct finding *f, uint32_t footprint)
{
	(void)f;
	/* fencing says that one side writes: a ledger's own writer, say, or whoever the storage lets in */
	return c->sv->sem.fencing == FENCING_NONE && may_miss(c, footprint, JUDGE_ACK, JUDGE_ACK);
}

static void add_expr(const struct check *c, struct strbuf *sb, const char *key, enum judge_expr e)
{
	const struct expr *x = expr_of(c, e);

	sb_addf(sb, "'%s: ", key);
	sb_add_clean(sb, x->text, strlen(x->text));
	sb_addc(sb, '\'');
}

static void describe_missed_reads(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                                  struct wording *ret)
{
	(void)f, (void)footprint;
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, ": a read by ");
	add_expr(c, &ret->message, "read", JUDGE_READ);
	sb_add(&ret->message, " need not meet a write acknowledged by ");
	add_expr(c, &ret->message, "ack", JUDGE_ACK);
	sb_add(&ret->message, ", and may miss the newest one");
	sb_add(&ret->hint, "let the two add up to more than all the voting replicas, if reads must see every write");
}

static void describe_missed_writes(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                                   struct wording *ret)
{
	(void)f, (void)footprint;
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, ": two writes, each acknowledged by ");
	add_expr(c, &ret->message, "ack", JUDGE_ACK);
	sb_add(&ret->message, ", need not meet: replicas may come to differ");
	sb_add(&ret->hint, "acknowledge by a majority, if writes must not conflict");
}

/* ---- two replicas on one domain ---- */

static bool one_place(const struct footprint *f, const struct model *m, uint16_t *ret_i, uint16_t *ret_j)
{
	const domain_id *places = group_places(m, f->example);

	for (uint16_t i = 0; i < f->n; i++)
		for (uint16_t j = 0; j < i; j++) {
			if (places[i] != places[j] || m->domains[places[i]].level != m->nlevels)
				continue;
			*ret_i = j;
			*ret_j = i;
			return true;
		}
	return false;
}

static bool spread_says_so(const struct check *c)
{
	for (uint32_t i = 0; i < c->sv->nspread; i++)
		if (c->sv->spread[i].kind == SPREAD_AT_MOST && c->sv->spread[i].count == 1)
			return true;
	return false;
}

static bool crowded(const struct check *c, const struct finding *f, uint32_t footprint)
{
	uint16_t i, j;

	(void)f;
	return !spread_says_so(c) && one_place(analysis_footprint(c->a, footprint), c->m, &i, &j);
}

static void describe_crowded(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                             struct wording *ret)
{
	uint16_t i = 0, j = 0;

	(void)f;
	one_place(analysis_footprint(c->a, footprint), c->m, &i, &j);
	ret->domains = arena_alloc(&c->diags->arena, sizeof(*ret->domains));
	ret->domains[0] = group_places(c->m, group)[i];
	ret->ndomains = 1;
	sb_add_group_name(&ret->message, c->m, group);
	sb_add(&ret->message, " has two replicas on ");
	sb_add_places(&ret->message, c->m, ret->domains, 1);
	sb_add(&ret->message, ": they die together");
}

/* ---- a stretch over two domains ---- */

/* The topmost level at which the voting replicas sit in exactly two domains; 0 if at none above the last. */
static uint8_t stretched_over_two(const struct check *c, const struct footprint *f)
{
	for (uint8_t level = 1; level < c->m->nlevels; level++) {
		uint32_t parts = 0;

		for (uint16_t i = 0; i < f->n; i++)
			parts += role_info[f->roles[i]].votes && footprint_part(f, level, i) == i;
		if (parts == 2)
			return level;
		if (parts > 2)
			return 0;
	}
	return 0;
}

static bool asked_to_survive(const struct check *c, uint8_t level)
{
	for (uint32_t i = 0; i < c->sv->nsurvive; i++) {
		const struct survive_goal *g = &c->sv->survive[i];
		const struct survive_step *step = &g->steps[0];

		if (g->targets[TARGET_WRITES] && g->nsteps == 1 && step->nterms == 1 && step->terms[0].level == level)
			return true;
	}
	return false;
}

/* Writes that need every domain, or every replica, need a third one's as well. */
static bool asks_for_each(const struct expr *e, uint32_t voters)
{
	for (uint32_t i = 0; i < e->nterms; i++)
		if (e->terms[i].scope == SCOPE_EACH || (e->terms[i].scope == SCOPE_WHOLE && term_votes(&e->terms[i], voters) == voters))
			return true;
	return false;
}

static bool stretch_in_vain(const struct check *c, const struct finding *f, uint32_t footprint)
{
	const struct footprint *fp = analysis_footprint(c->a, footprint);
	struct survive_term one = {1, stretched_over_two(c, fp)};
	struct survive_step step = {&one, 1};
	struct survive_goal goal = {.targets = {[TARGET_WRITES] = true}, .steps = &step, .nsteps = 1};
	struct survival s;

	(void)f;
	if (asks_for_each(&c->sv->sem.quorums.write, voting(fp)) ||
	    (c->sv->sem.quorums.ack_rule == ACK_EXPR && asks_for_each(&c->sv->sem.quorums.ack, voting(fp))))
		return false;
	if (!one.level || voting(fp) < 3 || asked_to_survive(c, one.level) || !holds_when_healthy(c, footprint, TARGET_WRITES))
		return false;
	analysis_survive(c->a, footprint, &goal, &s);
	return !s.holds[TARGET_WRITES];
}

static void describe_stretch(const struct check *c, const struct finding *f, uint32_t footprint, uint32_t group,
                             struct wording *ret)
{
	const struct footprint *fp = analysis_footprint(c->a, footprint);
	uint8_t level = stretched_over_two(c, fp);

	(void)f;
	sb_add_group_name(&ret->message, c->m, group);
	sb_addf(&ret->message, " is stretched over two domains of level %s, and can't write without one of them",
	        c->m->levels[level - 1]);
	if (c->sv->sem.rebuild > 1)
		sb_addf(&ret->hint, "share the replicas out over a third %s, so that none holds more than may be lost",
		        c->m->levels[level - 1]);
	else
		sb_addf(&ret->hint, "put a voting replica, or a witness, in a third %s", c->m->levels[level - 1]);
}

void judge_advice(const struct check *c)
{
	static const struct {
		const char *code;
		bool (*concerns)(const struct check *, const struct finding *, uint32_t);
		void (*describe)(const struct check *, const struct finding *, uint32_t, uint32_t, struct wording *);
	} advice[] = {
		{"FL401", even_voters, describe_even},
		{"FL402", reads_miss_writes, describe_missed_reads},
		{"FL403", writes_miss_writes, describe_missed_writes},
		{"FL404", impossible, describe_impossible},
		{"FL405", crowded, describe_crowded},
		{"FL407", stretch_in_vain, describe_stretch},
	};

	for (size_t i = 0; i < sizeof(advice) / sizeof(*advice); i++)
		report_finding(c, &(struct finding){
			advice[i].code, c->sv->quorum_place, advice[i].concerns, advice[i].describe, NULL,
		});
}

/* A level with a single domain is said once, at the domain, and is not a risk of every group. */
void judge_levels(const struct check *c)
{
	for (uint8_t level = 1; level <= c->m->nlevels; level++) {
		struct strbuf name = {0};
		domain_id d = 1;

		if (c->m->level_count[level] != 1 || !c->m->ngroups)
			continue;
		while (c->m->domains[d].level != level)
			d++;
		sb_add_places(&name, c->m, &d, 1);
		diag_add(c->diags, "FL406", SEVERITY_NOTE, c->m->domains[d].place,
		         "%s is the only domain of its level: whatever is in it has nowhere else to live", sb_text(&name));
		sb_release(&name);
	}
}
