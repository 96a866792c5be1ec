#include "lib/twin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

#define NEVER INT32_MAX  /* tolerance: nothing breaks it */
#define STRUCK ROLES     /* "a struck witness or arbiter no longer counts" */
#define MAX_REMEMBERED 64u
#define MAX_CUTS 32u
#define NOBODY UINT32_MAX

/* ---- sets of a group's replicas, by their index in listed order ---- */

typedef uint32_t set; /* bit i: the replica listed at i */

static set only(uint32_t i)
{
	return (set)1 << i;
}

static bool has(set s, uint32_t i)
{
	return s >> i & 1;
}

static uint32_t size_of(set s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < TWIN_MAX_REPLICAS; i++)
		n += has(s, i);
	return n;
}

/* "Roles": the table of the README, column by column. */
enum ability { VOTES, ACKNOWLEDGES, HOLDS_DATA, IS_COPY /* "of any role but backup" */, ABILITIES };
static const bool able[ROLES + 1][ABILITIES] = {
	/*               votes  acks   holds  copy */
	[ROLE_VOTER]   = {true,  true,  true,  true},
	[ROLE_WITNESS] = {true,  true,  false, false},
	[ROLE_ARBITER] = {true,  false, false, false},
	[ROLE_LEARNER] = {false, false, true,  true},
	[ROLE_STANDBY] = {false, false, true,  true},
	[ROLE_BACKUP]  = {false, false, true,  false},
	[STRUCK]       = {false, false, false, false},
};

/* A configuration: the role of each replica, as promotions and accepts left it. */
struct config {
	uint32_t n;
	uint8_t roles[TWIN_MAX_REPLICAS];
};

static set those(const struct config *c, enum ability a)
{
	set s = 0;

	for (uint32_t i = 0; i < c->n; i++)
		if (able[c->roles[i]][a])
			s |= only(i);
	return s;
}

static set in_role(const struct config *c, unsigned role)
{
	set s = 0;

	for (uint32_t i = 0; i < c->n; i++)
		if (c->roles[i] == role)
			s |= only(i);
	return s;
}

static set following(const struct config *c)
{
	return in_role(c, ROLE_LEARNER) | in_role(c, ROLE_STANDBY);
}

static uint32_t at_least_one(uint32_t rebuild) /* "max(1, rebuild)" */
{
	return rebuild > 1 ? rebuild : 1;
}

/* What does not change: the group, where its replicas sit, what its service means. */
struct subject {
	const struct model *m;
	const struct service *service;
	const struct semantics *sem;
	const domain_id *places;
	const uint8_t *listed_roles;
	uint32_t n;
};

static struct subject subject_of(const struct model *m, uint32_t group)
{
	struct subject s = {.m = m, .places = group_places(m, group), .listed_roles = group_roles(m, group),
		.n = group_size(m, group)};

	for (uint32_t i = 0; i < m->nservices; i++)
		if (group >= m->services[i].first_group && group < m->services[i].first_group + m->services[i].ngroups)
			s.service = &m->services[i];
	assert(s.service && s.n <= TWIN_MAX_REPLICAS);
	s.sem = &s.service->sem;
	return s;
}

static struct config listed_config(const struct subject *s)
{
	struct config c = {.n = s->n};

	memcpy(c.roles, s->listed_roles, s->n);
	return c;
}

/* ---- 3.2 quorum expressions ---- */

/* "COUNT: a whole number, any (1), majority (floor(n/2)+1) or all (n)" */
static uint32_t votes_asked(const struct term *t, uint32_t n)
{
	if (t->count == COUNT_MAJORITY)
		return n / 2 + 1;
	return t->count == COUNT_ALL ? n : t->number;
}

/* "SCOPE: each (all D), most (floor(D/2)+1), any (1), a whole number, or local (1), of the D domains" */
static uint32_t domains_asked(const struct term *t, uint32_t d)
{
	if (t->scope == SCOPE_EACH)
		return d;
	if (t->scope == SCOPE_MOST)
		return d / 2 + 1;
	return t->scope == SCOPE_LOCAL ? 1 : t->scope_number;
}

/* "A voting replica placed above LEVEL is in none of them" */
static domain_id domain_of_level(const struct model *m, domain_id d, unsigned level)
{
	while (m->domains[d].level > level)
		d = m->domains[d].parent;
	return m->domains[d].level == level ? d : NO_DOMAIN;
}

static set inside(const struct subject *s, set members, domain_id domain, unsigned level)
{
	set in = 0;

	for (uint32_t i = 0; i < s->n; i++)
		if (has(members, i) && domain_of_level(s->m, s->places[i], level) == domain)
			in |= only(i);
	return in;
}

/* "at least m of D domains, each with at least t_d of its own" */
static enum answer term_satisfied(const struct subject *s, const struct term *t, set configured, set have)
{
	uint32_t d = 0, enough = 0;
	set counted = 0;

	if (t->scope == SCOPE_WHOLE)
		return size_of(configured & have) >= votes_asked(t, size_of(configured)) ? ANSWER_YES : ANSWER_NO;
	for (uint32_t i = 0; i < s->n; i++) {
		domain_id domain = domain_of_level(s->m, s->places[i], t->level);
		set own;

		/* "the D domains of LEVEL that hold at least one configured voting replica" */
		if (!has(configured, i) || has(counted, i) || domain == NO_DOMAIN)
			continue;
		own = inside(s, configured, domain, t->level);
		counted |= own;
		d++;
		enough += size_of(own & have) >= votes_asked(t, size_of(own));
	}
	if (enough < domains_asked(t, d))
		return ANSWER_NO;
	/* "With local the verdict is partial rather than yes while some of the D domains lack their t_d" */
	return t->scope == SCOPE_LOCAL && enough < d ? ANSWER_PARTIAL : ANSWER_YES;
}

/* "TERM and TERM … (all must hold)"; "n and D are counted over configured voting replicas, never over live ones" */
static enum answer satisfied(const struct subject *s, const struct expr *e, const struct config *c, set have)
{
	enum answer answer = ANSWER_YES;

	for (uint32_t i = 0; i < e->nterms; i++) {
		enum answer one = term_satisfied(s, &e->terms[i], those(c, VOTES), have);

		if (one == ANSWER_NO)
			return ANSWER_NO;
		if (one == ANSWER_PARTIAL)
			answer = ANSWER_PARTIAL;
	}
	return answer;
}

/* ---- 3.5 needs and cuts: what one replica sees ---- */

/* What the services that are needed leave, from where a replica stands. */
struct left {
	bool no_writes, no_reads, some_writes, some_reads, frozen;
};

struct sight {
	set live; /* whom it reaches, itself included: "what it reaches is live, what it can't reach is not" */
	struct left left;
};

/* A group as a step's actions leave it. */
struct scene {
	set live, present; /* by marks alone */
	struct sight from[TWIN_MAX_REPLICAS];
};

/* A configuration and what settled with it. */
struct basis {
	struct config config;
	set write_set, followers;
	uint32_t leader;
	bool fallback; /* its expressions are in force */
};

static const struct quorums *quorums_of(const struct subject *s, bool fallback)
{
	return fallback ? &s->sem->fallback : &s->sem->quorums;
}

/* What writes and reads are judged by. */
struct rules {
	const struct quorums *q;
	struct sight sight;
	bool stuck; /* frozen, and something would have to be decided */
};

/*
 * "freeze: all goes on, but nothing can be decided: a group whose leader is lost meanwhile (in the same step too), or
 * with ack: insync any member of E, takes no writes until the needed service is back; with leader: none nothing
 * changes"
 */
static bool is_stuck(const struct subject *s, const struct basis *b, const struct sight *sight, bool stuck_before)
{
	bool insync = quorums_of(s, b->fallback)->ack_rule == ACK_INSYNC;

	return sight->left.frozen && s->sem->leader
	       && (stuck_before || !has(sight->live, b->leader) || (insync && b->write_set & ~sight->live));
}

static struct rules rules_of(const struct subject *s, const struct basis *b, const struct quorums *q,
                             const struct sight *sight, bool stuck_before)
{
	return (struct rules){q, *sight, is_stuck(s, b, sight, stuck_before)};
}

/* "While only some groups of the needed service do, yes becomes partial." */
static enum answer limited(enum answer a, bool some)
{
	return a == ANSWER_YES && some ? ANSWER_PARTIAL : a;
}

/* ---- 3.3 writes, reads, promotion ---- */

/* "live voting replicas satisfy write, live acknowledging ones satisfy ack (nothing to ask for insync and leader)" */
static enum answer quorum_to_write(const struct subject *s, const struct quorums *q, const struct config *c, set live)
{
	enum answer write = satisfied(s, &q->write, c, live & those(c, VOTES)), ack = ANSWER_YES;

	if (q->ack_rule == ACK_EXPR)
		ack = satisfied(s, &q->ack, c, live & those(c, ACKNOWLEDGES));
	if (write == ANSWER_NO || ack == ANSWER_NO)
		return ANSWER_NO;
	return write == ANSWER_PARTIAL || ack == ANSWER_PARTIAL ? ANSWER_PARTIAL : ANSWER_YES;
}

/* "down: writes and reads are no. read-only: writes are no." */
static enum answer allowed_to_write(const struct subject *s, const struct rules *r, const struct config *c)
{
	if (r->stuck || r->sight.left.no_writes)
		return ANSWER_NO;
	return limited(quorum_to_write(s, r->q, c, r->sight.live), r->sight.left.some_writes);
}

/* "and, unless rebuild is 0, some data-holding member of E is live" */
static enum answer can_write(const struct subject *s, const struct rules *r, const struct config *c, set write_set)
{
	if (s->sem->rebuild > 0 && !(write_set & r->sight.live & those(c, HOLDS_DATA)))
		return ANSWER_NO;
	return allowed_to_write(s, r, c);
}

/* "the last condition of writes is then that at least max(1, rebuild) voters are live" */
static enum answer can_write_promoted(const struct subject *s, const struct rules *r, const struct config *c)
{
	if (size_of(r->sight.live & in_role(c, ROLE_VOTER)) < at_least_one(s->sem->rebuild))
		return ANSWER_NO;
	return allowed_to_write(s, r, c);
}

/*
 * "live voting replicas satisfy read, and at least rebuild data-holding members of E (after a promotion: voters)
 * are live. Otherwise stale where the system says stale: serve and at least max(1, rebuild) live voters, learners
 * and standbys are left; else no."
 */
static enum answer can_read(const struct subject *s, const struct rules *r, const struct config *c, set write_set,
                            bool promoted)
{
	set live = r->sight.live, readable = promoted ? in_role(c, ROLE_VOTER) : write_set & those(c, HOLDS_DATA);
	enum answer quorum = satisfied(s, &r->q->read, c, live & those(c, VOTES));

	if (r->sight.left.no_reads)
		return ANSWER_NO;
	if (quorum != ANSWER_NO && size_of(live & readable) >= s->sem->rebuild)
		return limited(quorum, r->sight.left.some_reads);
	if (s->sem->serves_stale && size_of(live & those(c, IS_COPY)) >= at_least_one(s->sem->rebuild))
		return ANSWER_STALE;
	return ANSWER_NO;
}

/* Candidates for a seat, in the order in which they take one. */
struct queue {
	uint32_t who[TWIN_MAX_REPLICAS], len;
};

static void join(struct queue *q, set members)
{
	for (uint32_t i = 0; i < TWIN_MAX_REPLICAS; i++)
		if (has(members, i))
			q->who[q->len++] = i;
}

/* "they take the seats of voters that aren't live, both in listed order" */
static struct config seated(const struct config *c, const struct queue *candidates, const struct queue *seats,
                            uint32_t k)
{
	struct config next = *c;

	for (uint32_t i = 0; i < k; i++) {
		/* "the standby becomes a voter, the other a standby; n stays" */
		next.roles[candidates->who[i]] = ROLE_VOTER;
		next.roles[seats->who[i]] = ROLE_STANDBY;
	}
	return next;
}

/* "as few as make writes go on": from `k` up. False: "where no number does". */
static bool seat_as_few(const struct subject *s, struct config *c, const struct rules *r,
                        const struct queue *candidates, const struct queue *seats, uint32_t k)
{
	for (; k <= candidates->len && k <= seats->len; k++) {
		struct config next = seated(c, candidates, seats, k);

		if (can_write_promoted(s, r, &next) != ANSWER_NO) {
			*c = next;
			return true;
		}
	}
	return false;
}

/* "promotion: where writes would be no, failover is auto and standbys are live" */
static bool promote(const struct subject *s, struct config *c, const struct rules *r)
{
	struct queue standbys = {0}, seats = {0};

	join(&standbys, r->sight.live & in_role(c, ROLE_STANDBY));
	join(&seats, ~r->sight.live & in_role(c, ROLE_VOTER));
	return s->sem->failover == FAILOVER_AUTO && seat_as_few(s, c, r, &standbys, &seats, 1);
}

struct answers {
	enum answer writes, reads;
	bool promoted, fallback;
};

/* Writes and reads by one set of expressions, a promotion included, which changes `c`. */
static struct answers answer_by(const struct subject *s, struct config *c, set write_set, const struct rules *r)
{
	struct answers a = {.writes = can_write(s, r, c, write_set)};

	if (a.writes == ANSWER_NO && promote(s, c, r)) {
		a.promoted = true;
		a.writes = can_write_promoted(s, r, c);
	}
	a.reads = can_read(s, r, c, write_set, a.promoted);
	return a;
}

/*
 * "Where writes would be no and the fallback's expressions let them go on, the same rules run with those". `r` are
 * those of before the step, and are left as those in force.
 */
static struct answers answer(const struct subject *s, struct basis *b, struct rules *r)
{
	struct answers a = answer_by(s, &b->config, b->write_set, r), with_fallback;
	struct rules fallen = *r;
	struct config c = b->config;

	a.fallback = b->fallback;
	if (a.writes != ANSWER_NO || !s->sem->has_fallback || b->fallback)
		return a;
	fallen.q = quorums_of(s, true);
	with_fallback = answer_by(s, &c, b->write_set, &fallen);
	if (with_fallback.writes == ANSWER_NO)
		return a;
	with_fallback.fallback = true;
	b->config = c;
	*r = fallen;
	return with_fallback;
}

/* ---- 3.5 cuts: whose view is judged ---- */

/* "A candidate is a live voter of E (with rebuild: 0, any live voter)" */
static set candidates(const struct subject *s, const struct basis *b, set live)
{
	return live & in_role(&b->config, ROLE_VOTER) & (s->sem->rebuild ? b->write_set : ~(set)0);
}

/* A group whose view is sought, by the expressions of before the step or by the fallback's. */
struct search {
	const struct subject *s;
	const struct scene *sc;
	const struct basis *b;
	const struct quorums *q;
	bool stuck;
};

static bool writes_from(const struct search *f, uint32_t i, bool promoting)
{
	struct rules r = rules_of(f->s, f->b, f->q, &f->sc->from[i], f->stuck);
	struct config c = f->b->config;
	bool writes = can_write(f->s, &r, &c, f->b->write_set) != ANSWER_NO;

	return promoting ? !writes && promote(f->s, &c, &r) : writes;
}

/* "the leader if it can write, else the first listed that can" */
static uint32_t first_writer(const struct search *f, set who, bool promoting)
{
	if (f->s->sem->leader && has(who, f->b->leader) && writes_from(f, f->b->leader, promoting))
		return f->b->leader;
	for (uint32_t i = 0; i < f->s->n; i++)
		if (has(who, i) && writes_from(f, i, promoting))
			return i;
	return NOBODY;
}

/* Candidates; then with standbys promoted; then the view of any copy, with standbys promoted. */
static uint32_t writer(const struct search *f)
{
	set may = candidates(f->s, f->b, f->sc->live);
	uint32_t i = first_writer(f, may, false);

	if (i == NOBODY)
		i = first_writer(f, may, true);
	if (i == NOBODY)
		i = first_writer(f, f->sc->live & those(&f->b->config, IS_COPY), true);
	return i;
}

/* "else the one that reads best": of equals the leader, then the first listed. */
static uint32_t best_reader(const struct search *f, set who)
{
	enum answer best = ANSWERS;
	uint32_t found = NOBODY;

	for (uint32_t k = f->s->sem->leader ? 0 : 1; k <= f->s->n; k++) {
		uint32_t i = k ? k - 1 : f->b->leader;
		struct rules r = rules_of(f->s, f->b, f->q, &f->sc->from[i], f->stuck);
		enum answer a = can_read(f->s, &r, &f->b->config, f->b->write_set, false);

		if (has(who, i) && a < best) {
			best = a;
			found = i;
		}
	}
	return found;
}

/* Where nobody is left, the first listed, which sees nothing. */
static uint32_t viewer_of(const struct subject *s, const struct scene *sc, const struct basis *b, bool stuck)
{
	struct search own = {s, sc, b, quorums_of(s, b->fallback), stuck}, fallen = own;
	const set levels[] = {candidates(s, b, sc->live), sc->live & those(&b->config, IS_COPY), sc->live};
	uint32_t i = writer(&own);

	fallen.q = quorums_of(s, true);
	if (i == NOBODY && s->sem->has_fallback && !b->fallback)
		i = writer(&fallen);
	for (size_t k = 0; k < 3 && i == NOBODY; k++)
		i = best_reader(&own, levels[k]);
	return i == NOBODY ? 0 : i;
}

/* ---- 3.5 accept ---- */

/* "seats still empty are struck, those of arbiters and witnesses that aren't live included" */
static void strike(struct config *c, set live)
{
	for (uint32_t i = 0; i < c->n; i++) {
		if (has(live, i) || !able[c->roles[i]][VOTES])
			continue;
		/* "a struck voter becomes a standby; a struck witness or arbiter no longer counts" */
		c->roles[i] = c->roles[i] == ROLE_VOTER ? ROLE_STANDBY : STRUCK;
	}
}

/*
 * "Where writes are no before any promotion, and at least max(1, rebuild) copies (voters, standbys, learners) are
 * live". False: "no change".
 */
static bool fill_seats(const struct subject *s, struct config *c, set write_set, const struct rules *r)
{
	set live = r->sight.live;
	uint32_t enough = at_least_one(s->sem->rebuild);
	struct queue takers = {0}, seats = {0};
	struct config next;

	if (can_write(s, r, c, write_set) != ANSWER_NO || size_of(live & those(c, IS_COPY)) < enough)
		return false;
	/* "live standbys, then learners, take the seats of voters that aren't live, as few (none, if none is needed) as
	 * make writes go on, on a promotion's condition" */
	join(&takers, live & in_role(c, ROLE_STANDBY));
	join(&takers, live & in_role(c, ROLE_LEARNER));
	join(&seats, ~live & in_role(c, ROLE_VOTER));
	if (seat_as_few(s, c, r, &takers, &seats, 0))
		return true;
	/* "where no number does, all of them do and seats still empty are struck" */
	next = seated(c, &takers, &seats, takers.len < seats.len ? takers.len : seats.len);
	strike(&next, live);
	/* "at least max(1, rebuild) live voters must result" */
	if (size_of(live & in_role(&next, ROLE_VOTER)) < enough)
		return false;
	*c = next;
	return true;
}

static bool accept_loss(const struct subject *s, struct basis *b, const struct rules *r)
{
	if (!fill_seats(s, &b->config, b->write_set, r))
		return false;
	/* "E becomes the live acknowledging replicas, F the live followers" */
	b->write_set = r->sight.live & those(&b->config, ACKNOWLEDGES);
	b->followers = r->sight.live & following(&b->config);
	return true;
}

/* ---- 3.3 data, 3.4 RPO ---- */

struct verdict {
	enum data_verdict data;
	duration rpo;
};

/*
 * "An acknowledged write is known to be on some subset of E that satisfies ack, and on no particular one; with
 * ack: insync (Kafka) on all of E; with ack: leader on the leader. Where E can't satisfy ack, the subset is all of E."
 */
static bool is_possible(const struct subject *s, const struct basis *b, set subset)
{
	const struct quorums *q = quorums_of(s, b->fallback);

	switch (q->ack_rule) {
	case ACK_INSYNC:
		return subset == b->write_set;
	case ACK_LEADER:
		return subset == only(b->leader);
	case ACK_EXPR:
		break;
	}
	if (satisfied(s, &q->ack, &b->config, b->write_set) == ANSWER_NO)
		return subset == b->write_set;
	return !(subset & ~b->write_set) && satisfied(s, &q->ack, &b->config, subset) != ANSWER_NO;
}

/* "each possible subset keeps at least rebuild present members (a witness counts)" */
static bool each_subset_keeps_enough(const struct subject *s, const struct basis *b, set present)
{
	for (set subset = 0; subset < only(s->n); subset++)
		if (size_of(subset & present) < s->sem->rebuild && is_possible(s, b, subset))
			return false;
	return true;
}

/* "0 if safe; for tail and stale, lag where a copy that is left is in that verdict's E or F, else unbounded;
 * every for backup; unbounded for lost" */
static duration rpo_of(const struct subject *s, const struct basis *b, set copies, enum data_verdict data)
{
	switch (data) {
	case DATA_SAFE:
		return 0;
	case DATA_TAIL:
	case DATA_STALE:
		return copies & (b->write_set | b->followers) ? s->sem->lag : DURATION_NONE;
	case DATA_BACKUP:
		return s->sem->every;
	default:
		return DURATION_NONE;
	}
}

static enum data_verdict data_of(const struct subject *s, const struct basis *b, set present)
{
	uint32_t rebuild = s->sem->rebuild;
	uint32_t copies = size_of(present & those(&b->config, IS_COPY));

	/* "and at least rebuild copies of any role but backup are present" */
	if (copies >= rebuild && each_subset_keeps_enough(s, b, present))
		return DATA_SAFE;
	/* "Otherwise tail: at least rebuild data-holding members of E are present" */
	if (size_of(present & b->write_set & those(&b->config, HOLDS_DATA)) >= rebuild)
		return DATA_TAIL;
	/* "Otherwise stale: at least rebuild copies of any role but backup" */
	if (copies >= rebuild)
		return DATA_STALE;
	/* "Otherwise backup: any one present backup. Otherwise lost." */
	return present & in_role(&b->config, ROLE_BACKUP) ? DATA_BACKUP : DATA_LOST;
}

static struct verdict judge_data(const struct subject *s, const struct basis *b, set present)
{
	enum data_verdict data = data_of(s, b, present);

	return (struct verdict){data, rpo_of(s, b, present & those(&b->config, IS_COPY), data)};
}

/* "Data is the worst over ..." and "RPO: the largest over ..." */
static struct verdict worst_of(struct verdict a, struct verdict b)
{
	return (struct verdict){a.data > b.data ? a.data : b.data, duration_max(a.rpo, b.rpo)};
}

/* ---- a group between steps ---- */

struct situation {
	struct basis now;    /* as settled */
	set present;         /* after the last step */
	bool could_spare_one; /* "with all live every single death would have left both going on" */
	bool stuck;          /* frozen, and waiting for a needed service */
	/* other sides of a split brain, in the order in which they came apart */
	struct basis rivals[TWIN_MAX_REPLICAS];
	uint32_t nrivals;
	set sides[TWIN_MAX_REPLICAS]; /* of the last step: who writes with each, the judged one first; outcome.sides of them */
	struct basis remembered[MAX_REMEMBERED];
	uint32_t nremembered;
	struct verdict final;
	struct outcome outcome; /* of the last step */
	set writers, readers;   /* candidates that others may write to, and read from */
};

static bool same_basis(const struct basis *a, const struct basis *b)
{
	return a->write_set == b->write_set && a->followers == b->followers && a->leader == b->leader
	       && a->fallback == b->fallback && !memcmp(a->config.roles, b->config.roles, a->config.n);
}

static void remember(struct situation *g, const struct basis *b)
{
	for (uint32_t i = 0; i < g->nremembered; i++)
		if (same_basis(&g->remembered[i], b))
			return;
	assert(g->nremembered < MAX_REMEMBERED);
	g->remembered[g->nremembered++] = *b;
}

/*
 * "A verdict that is not safe is remembered with its E, F and the subsets that the configuration of its time
 * allowed, and judged afresh in each step against what is present: forgotten as soon as it is safe; but where the
 * group has a leader and takes writes while it is remembered (in the step that caused it, too), it is final with
 * the verdict and RPO it then has". An accept makes it final as well: "The data verdict is still taken from the E
 * before it, and is final".
 */
static struct verdict judge_all_data(const struct subject *s, struct situation *g, const struct basis *before,
                                     bool becomes_final)
{
	struct verdict worst = g->final;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < g->nremembered; i++) {
		struct verdict afresh = judge_data(s, &g->remembered[i], g->present);

		worst = worst_of(worst, afresh);
		if (afresh.data != DATA_SAFE)
			g->remembered[kept++] = g->remembered[i];
	}
	g->nremembered = kept;
	/* while a split lasts each side's data is judged with its own write set */
	for (uint32_t i = 0; i <= g->nrivals; i++) {
		const struct basis *side = i ? &g->rivals[i - 1] : before;
		struct verdict own = judge_data(s, side, g->present);

		worst = worst_of(worst, own);
		if (own.data != DATA_SAFE)
			remember(g, side);
	}
	if (becomes_final) {
		g->final = worst;
		g->nremembered = 0;
	}
	return worst;
}

static uint32_t first_of(set s)
{
	uint32_t i = 0;

	while (!has(s, i))
		i++;
	return i;
}

/*
 * "It keeps it while it is a live voter in the E from before settling; the next is the first live voter of E (after a
 * promotion, of the new configuration; where no voter of E is live, of all; where no voter is live, it stays) in
 * listed order."
 */
static uint32_t next_leader(const struct config *c, uint32_t leader, set write_set, set live, bool promoted)
{
	set voters = live & in_role(c, ROLE_VOTER);

	if (has(voters & write_set, leader) || !voters)
		return leader;
	if (promoted || !(voters & write_set))
		return first_of(voters);
	return first_of(voters & write_set);
}

/* ---- 3.4 RTO ---- */

struct happened { /* in one step */
	const struct basis *before;
	const struct basis *after; /* E as an accept left it, not settled yet; the leader is the new one */
	set live; /* as the judged view sees it */
	const struct scene *sc;
	set killed;
	const struct quorums *q; /* in force at the verdict */
	struct answers answers;
	bool accepted;
	enum data_verdict data;
};

static duration sum(duration a, duration b, duration c)
{
	return duration_add(duration_add(a, b), c);
}

static duration rto_with_leader(const struct subject *s, const struct happened *h)
{
	const struct semantics *sem = s->sem;
	uint32_t old = h->before->leader;

	/* "under the same leader detect if ack is insync and a member of E was killed in this step, else 0";
	 * "For RTO an accept is no promotion, and its leader counts as the same." */
	if (h->accepted || h->after->leader == old)
		return h->q->ack_rule == ACK_INSYNC && h->killed & h->after->write_set ? sem->detect : 0;
	/* "0 if the leader was drained and not also killed (it hands over first); else detect + elect + reroute" */
	if (!has(h->sc->live, old) && has(h->sc->present, old))
		return 0;
	return sum(sem->detect, sem->elect, sem->reroute);
}

static duration rto_of(const struct subject *s, const struct happened *h)
{
	const struct semantics *sem = s->sem;
	const struct config *c = &h->after->config;

	/* "RTO is after in the step that enters it" */
	if (h->answers.fallback && !h->before->fallback)
		return sem->fallback_after;
	if (h->answers.promoted) {
		/* "promote + reroute, with detect before it unless no voter that lost its seat was killed" */
		set unseated = in_role(&h->before->config, ROLE_VOTER) & ~in_role(c, ROLE_VOTER);

		return sum(unseated & ~h->sc->present ? sem->detect : 0, sem->promote, sem->reroute);
	}
	if (h->answers.writes != ANSWER_NO) {
		if (sem->leader)
			return rto_with_leader(s, h);
		/* "leader: none: detect + reroute if a voter was killed in this step, else 0" */
		return h->killed & in_role(c, ROLE_VOTER) ? duration_add(sem->detect, sem->reroute) : 0;
	}
	/* "Writes stopped: with failover: manual, where a standby or at least max(1, rebuild) data-holding members of E
	 * are live: detect + operator + promote + reroute" */
	if (sem->failover == FAILOVER_MANUAL
	    && (h->live & in_role(c, ROLE_STANDBY)
	        || size_of(h->live & h->after->write_set & those(c, HOLDS_DATA)) >= at_least_one(sem->rebuild)))
		return duration_add(sum(sem->detect, sem->operator, sem->promote), sem->reroute);
	/* "else where data is backup: detect + restore + reroute; else unbounded" */
	return h->data == DATA_BACKUP ? sum(sem->detect, sem->restore, sem->reroute) : DURATION_NONE;
}

/* ---- 3.4 status ---- */

static bool both_go_on(struct answers a)
{
	return a.writes != ANSWER_NO && goes_on((uint8_t)a.reads);
}

/* "the death of some one more replica (promotions included) would stop writes or reads": of one that is in `seen` */
static bool some_death_stops_it(const struct subject *s, const struct basis *b, const struct scene *sc, set seen,
                                bool stuck)
{
	for (uint32_t i = 0; i < s->n; i++) {
		struct scene then = *sc;
		struct basis next = *b;
		struct rules r;

		if (!has(seen, i))
			continue;
		then.live &= ~only(i);
		for (uint32_t k = 0; k < s->n; k++)
			then.from[k].live &= ~only(i);
		r = rules_of(s, b, quorums_of(s, b->fallback), &then.from[viewer_of(s, &then, b, stuck)], stuck);
		if (!both_go_on(answer(s, &next, &r)))
			return true;
	}
	return false;
}

static enum status status_of(const struct subject *s, const struct situation *g, const struct scene *sc, set live,
                             struct answers a)
{
	if (g->outcome.split)
		return STATUS_SPLIT;
	if (a.writes == ANSWER_NO)
		return a.reads == ANSWER_NO ? STATUS_DOWN : a.reads == ANSWER_STALE ? STATUS_STALE : STATUS_READ_ONLY;
	if (!goes_on((uint8_t)a.reads))
		return STATUS_WRITE_ONLY;
	if (live == only(s->n) - 1)
		return STATUS_OK;
	/* "although with all live every single death would have left both going on" */
	if (g->could_spare_one && some_death_stops_it(s, &g->now, sc, live, g->stuck))
		return STATUS_AT_RISK;
	return STATUS_DEGRADED;
}

/* ---- 3.3 settling ---- */

/*
 * "If writes go on and at least max(1, rebuild) data-holding voters are live that are members of E or, after a
 * promotion, of the new configuration, every live replica is brought up to date; E becomes the live acknowledging
 * replicas, F the live learners and standbys. Otherwise both stay".
 */
static void settle(const struct subject *s, struct basis *b, set live, bool promoted)
{
	set voters = live & in_role(&b->config, ROLE_VOTER) & (promoted ? ~(set)0 : b->write_set);

	if (size_of(voters) < at_least_one(s->sem->rebuild))
		return;
	b->write_set = live & those(&b->config, ACKNOWLEDGES);
	b->followers = live & following(&b->config);
}

/* "and it lasts until the system's own hold again at a settled state" */
static void leave_fallback(const struct subject *s, struct basis *b, const struct rules *r)
{
	struct rules own = *r;

	own.q = quorums_of(s, false);
	if (b->fallback && can_write(s, &own, &b->config, b->write_set) != ANSWER_NO)
		b->fallback = false;
}

/* Candidates of one side that can write, and be read, as each sees things: for services that need this one. */
static void add_who_goes_on(const struct search *f, struct situation *g)
{
	set may = candidates(f->s, f->b, f->sc->live);

	for (uint32_t i = 0; i < f->s->n; i++) {
		struct rules r = rules_of(f->s, f->b, f->q, &f->sc->from[i], f->stuck);

		if (has(may, i) && can_write(f->s, &r, &f->b->config, f->b->write_set) != ANSWER_NO)
			g->writers |= only(i);
		if (has(may, i) && goes_on(can_read(f->s, &r, &f->b->config, f->b->write_set, false)))
			g->readers |= only(i);
	}
}

/* ---- 3.5 split brain ---- */

/* A side that takes writes: what it sees, counts by, and has settled on. */
struct party {
	uint32_t viewer;
	struct config config;
	const struct quorums *q;
	struct basis settled;
};

struct parties {
	struct party at[TWIN_MAX_REPLICAS + 1];
	uint32_t n;
};

static set hearing(const struct search *f, uint32_t i)
{
	return f->sc->from[i].live;
}

static bool hears_a_party(const struct search *f, const struct parties *ps, uint32_t i)
{
	for (uint32_t k = 0; k < ps->n; k++)
		if (has(hearing(f, ps->at[k].viewer), i))
			return true;
	return false;
}

/* "with disjoint quorums": can those that both sides see be shared out so that each side has one? */
static bool quorums_can_be_disjoint(const struct search *f, const struct party *one, const struct party *other)
{
	set one_sees = hearing(f, one->viewer), other_sees = hearing(f, other->viewer), both = one_sees & other_sees;

	for (set share = 0; share < only(f->s->n); share++)
		if (!(share & ~both)
		    && quorum_to_write(f->s, one->q, &one->config, (one_sees & ~both) | share) != ANSWER_NO
		    && quorum_to_write(f->s, other->q, &other->config, other_sees & ~share) != ANSWER_NO)
			return true;
	return false;
}

static bool disjoint_from_all(const struct search *f, const struct parties *ps, const struct party *p)
{
	for (uint32_t k = 0; k < ps->n; k++)
		if (!quorums_can_be_disjoint(f, &ps->at[k], p))
			return false;
	return true;
}

/*
 * Whether the side of `i` can write, a promotion included, by the expressions in force or, where these don't let it,
 * by the fallback's. `ret`: with what configuration and expressions, and what it settles on.
 */
static bool side_writes(const struct search *f, uint32_t i, struct party *ret)
{
	const struct quorums *own = quorums_of(f->s, f->b->fallback), *fallen = quorums_of(f->s, true);

	for (int k = 0; k < (f->s->sem->has_fallback && own != fallen ? 2 : 1); k++) {
		const struct quorums *q = k ? fallen : own;
		struct rules r = rules_of(f->s, f->b, q, &f->sc->from[i], f->stuck);
		struct basis b = *f->b;
		bool promoted = can_write(f->s, &r, &b.config, b.write_set) == ANSWER_NO;

		if (promoted && !promote(f->s, &b.config, &r))
			continue;
		*ret = (struct party){i, b.config, q, b};
		ret->settled.leader = next_leader(&b.config, i, b.write_set, hearing(f, i), true);
		settle(f->s, &ret->settled, hearing(f, i), promoted);
		/* "it lasts until the system's own hold again at a settled state" */
		r.q = quorums_of(f->s, false);
		ret->settled.fallback = q == fallen && q != r.q
			&& can_write(f->s, &r, &ret->settled.config, ret->settled.write_set) == ANSWER_NO;
		return true;
	}
	return false;
}

/*
 * "two candidates that can't reach each other, each able to write, with disjoint quorums; or a standby that is
 * promoted because it can't reach a leader that lives": those that come apart from the side of `f`, in listed order,
 * each out of hearing of all that write already. `others` are the write sets of the other sides from before.
 */
static void add_splinters(const struct search *f, struct parties *ps, set others)
{
	uint32_t leader = f->b->leader;

	for (uint32_t i = 0; i < f->s->n; i++) {
		bool candidate = has(candidates(f->s, f->b, f->sc->live), i);
		struct party p;

		if (!has(f->sc->live, i) || hears_a_party(f, ps, i) || !side_writes(f, i, &p))
			continue;
		if (candidate ? disjoint_from_all(f, ps, &p)
		              : f->s->sem->leader && f->b->config.roles[i] == ROLE_STANDBY && !has(others, i)
		                    && p.config.roles[i] == ROLE_VOTER && has(f->sc->live, leader)
		                    && !has(hearing(f, i), leader))
			ps->at[ps->n++] = p;
	}
}

static set write_sets(const struct basis *judged, const struct basis *rivals, uint32_t nrivals, uint32_t but)
{
	set s = but == NOBODY ? 0 : judged->write_set;

	for (uint32_t k = 0; k < nrivals; k++)
		s |= k == but ? 0 : rivals[k].write_set;
	return s;
}

/* Who goes on for a side of earlier, by its own configuration; NOBODY: it waits. */
static uint32_t writer_by_any_means(const struct search *f)
{
	struct search own = *f;
	uint32_t i;

	own.q = quorums_of(f->s, f->b->fallback);
	i = writer(&own);
	own.q = quorums_of(f->s, true);
	return i == NOBODY && f->s->sem->has_fallback && !f->b->fallback ? writer(&own) : i;
}

static void follow_rival(const struct search *f, struct parties *ps, struct basis *rival)
{
	struct search own = *f;
	uint32_t i;

	own.b = rival;
	i = writer_by_any_means(&own);
	if (i != NOBODY && !hears_a_party(f, ps, i) && side_writes(&own, i, &ps->at[ps->n]))
		*rival = ps->at[ps->n++].settled;
}

/* Who writes with which side: members of its write set that it hears, each with the first side that it is of. */
static void tell_sides(const struct search *f, struct situation *g, const struct parties *ps)
{
	set told = 0;

	for (uint32_t k = 0; k < ps->n; k++) {
		const struct party *p = &ps->at[k];

		g->sides[k] = ((p->settled.write_set & hearing(f, p->viewer)) | only(p->viewer)) & ~told;
		told |= g->sides[k];
	}
}

/* "Split brain, only with fencing: none." `judged` is as settled; `before` its basis of before the step. */
static void find_split(const struct search *f, struct situation *g, const struct basis *before, struct party judged)
{
	struct parties ps = {{judged}, 1};
	struct basis then[TWIN_MAX_REPLICAS];
	uint32_t nthen = g->nrivals;
	bool writes[TWIN_MAX_REPLICAS] = {false};
	uint32_t follows;

	if (f->s->sem->fencing != FENCING_NONE)
		return;
	memcpy(then, g->rivals, sizeof(then));
	for (uint32_t k = 0; k < nthen; k++) {
		uint32_t n = ps.n;

		follow_rival(f, &ps, &g->rivals[k]);
		writes[k] = ps.n > n;
	}
	follows = ps.n;
	for (uint32_t k = 0; k <= nthen; k++) {
		struct search side = *f;

		side.b = k ? &then[k - 1] : before;
		if (!k || writes[k - 1])
			add_splinters(&side, &ps, write_sets(before, then, nthen, k ? k - 1 : NOBODY));
	}
	assert(g->nrivals + ps.n - follows <= TWIN_MAX_REPLICAS);
	for (uint32_t k = follows; k < ps.n; k++)
		g->rivals[g->nrivals++] = ps.at[k].settled;
	for (uint32_t k = 1; k < ps.n; k++)
		add_who_goes_on(&(struct search){f->s, f->sc, &ps.at[k].settled, ps.at[k].q, f->stuck}, g);
	g->outcome.sides = ps.n > 1 ? (uint8_t)ps.n : 0;
	g->outcome.split = ps.n > 1;
	tell_sides(f, g, &ps);
}

/* Who speaks for a side: its leader, or the first live member of its write set. */
static uint32_t speaker(const struct subject *s, const struct scene *sc, const struct basis *b)
{
	if (s->sem->leader && has(sc->live, b->leader))
		return b->leader;
	return sc->live & b->write_set ? first_of(sc->live & b->write_set) : NOBODY;
}

static struct basis *stand_of(struct situation *g, uint32_t k)
{
	return k ? &g->rivals[k - 1] : &g->now;
}

static void change_sides(struct basis *a, struct basis *b)
{
	struct basis other = *a;

	*a = *b;
	*b = other;
}

/*
 * "merges on join. With a leader, the side with the larger write set stays on join, the other's writes since the cut
 * are a final tail with unbounded RPO."
 */
static void join_sides(const struct subject *s, struct situation *g, uint32_t a, uint32_t b)
{
	struct basis *one = stand_of(g, a), *other = stand_of(g, b);

	if (!s->sem->leader) {
		one->write_set |= other->write_set;
		one->followers |= other->followers;
	} else {
		if (size_of(other->write_set) > size_of(one->write_set))
			change_sides(one, other);
		g->final = worst_of(g->final, (struct verdict){DATA_TAIL, DURATION_NONE});
	}
	for (uint32_t k = b; k < g->nrivals; k++)
		g->rivals[k - 1] = g->rivals[k];
	g->nrivals--;
}

static bool join_first_pair(const struct subject *s, struct situation *g, const struct scene *sc)
{
	for (uint32_t a = 0; a <= g->nrivals; a++)
		for (uint32_t b = a + 1; b <= g->nrivals; b++) {
			uint32_t one = speaker(s, sc, stand_of(g, a)), other = speaker(s, sc, stand_of(g, b));

			if (one == NOBODY || other == NOBODY || !has(sc->from[one].live, other))
				continue;
			join_sides(s, g, a, b);
			return true;
		}
	return false;
}

/* Sides that hear each other become one. While others don't, the first that can write is the one judged. */
static void end_split(const struct subject *s, struct situation *g, const struct scene *sc)
{
	uint32_t first = 0;

	while (join_first_pair(s, g, sc))
		;
	for (uint32_t k = 0; k <= g->nrivals; k++) {
		struct search f = {s, sc, stand_of(g, k), NULL, g->stuck};

		if (writer_by_any_means(&f) != NOBODY) {
			first = k;
			break;
		}
	}
	if (first)
		change_sides(&g->now, &g->rivals[first - 1]);
}

/* ---- 3.3 a step ---- */

/* One group through one step: how its actions leave things, and whether one of them accepts. */
static void group_step(const struct subject *s, struct situation *g, const struct scene *sc, bool accept)
{
	struct basis before, *b = &g->now;
	struct happened h = {.before = &before, .after = b, .sc = sc};
	struct search f = {s, sc, &before, NULL, g->stuck};
	struct rules r;
	struct party judged;
	struct verdict data;
	uint32_t viewer;

	h.killed = g->present & ~sc->present; /* "Killed in this step: present before it, not after." */
	g->present = sc->present;
	if (g->nrivals)
		end_split(s, g, sc);
	before = *b;
	viewer = viewer_of(s, sc, b, g->stuck);
	r = rules_of(s, b, quorums_of(s, b->fallback), &sc->from[viewer], g->stuck);
	g->stuck = r.stuck;
	h.live = r.sight.live;

	/* "Carried out on the state that the other actions of its step leave, before the verdict and its promotions" */
	h.accepted = accept && accept_loss(s, b, &r);
	h.answers = answer(s, b, &r);
	b->fallback = h.answers.fallback;
	f.q = h.q = r.q;
	f.stuck = g->stuck;

	/* "judged with the E from before the step and as if every killed domain stays dead" */
	data = judge_all_data(s, g, &before, h.accepted || (s->sem->leader && h.answers.writes != ANSWER_NO));
	h.data = data.data;

	/* "Leadership passes only in a step after which writes go on; until then the last leader keeps the title" */
	if (h.answers.writes != ANSWER_NO)
		b->leader = next_leader(&b->config, b->leader, b->write_set, h.live, h.answers.promoted);
	g->outcome = (struct outcome){
		.writes = (uint8_t)h.answers.writes, .reads = (uint8_t)h.answers.reads, .data = (uint8_t)data.data,
		.promoted = h.answers.promoted, .accepted = h.accepted,
		.live = (uint16_t)size_of(h.live), .leader = (uint16_t)b->leader, .rpo = data.rpo, .rto = rto_of(s, &h),
	};
	judged.viewer = viewer;
	judged.config = b->config;
	judged.q = h.q;
	if (h.answers.writes != ANSWER_NO)
		settle(s, b, h.live, h.answers.promoted);
	judged.settled = *b;
	g->writers = g->readers = 0;
	if (h.answers.writes != ANSWER_NO)
		find_split(&f, g, &before, judged);
	leave_fallback(s, b, &r);
	g->outcome.fallback = b->fallback;
	g->outcome.status = (uint8_t)status_of(s, g, sc, h.live, h.answers);
	add_who_goes_on(&(struct search){s, sc, b, h.q, g->stuck}, g);
}

/* "at the start, all of them"; "the first voter in listed order leads at the start" */
static struct situation group_start(const struct subject *s, const struct scene *sc)
{
	struct situation g = {.present = sc->present, .now.config = listed_config(s)}, judged;

	g.now.write_set = those(&g.now.config, ACKNOWLEDGES);
	g.now.followers = following(&g.now.config);
	g.now.leader = first_of(in_role(&g.now.config, ROLE_VOTER));
	g.could_spare_one = !some_death_stops_it(s, &g.now, sc, sc->live, false);
	/* The start is no step: it is judged, but leaves nothing behind. */
	judged = g;
	group_step(s, &judged, sc, false);
	g.outcome = judged.outcome;
	g.writers = judged.writers;
	g.readers = judged.readers;
	return g;
}

/* ---- 3.1 state ---- */

enum own_mark { UNMARKED, DRAINED, KILLED };

struct cut_made { place_id place, other; };

struct snapshot {
	uint8_t *marks; /* enum own_mark, by place: tree domains, then shared ones */
	struct cut_made cuts[MAX_CUTS];
	uint32_t ncuts;
	struct situation *groups;
};

struct twin {
	const struct model *m;
	VEC(struct snapshot) history; /* [0] is the start */
	size_t now;
};

static size_t nplaces(const struct model *m)
{
	return (size_t)m->ndomains + m->nshared;
}

static struct snapshot snapshot_like(const struct model *m, const struct snapshot *other)
{
	struct snapshot s = {.marks = xcalloc(nplaces(m), sizeof(*s.marks)),
		.groups = xcalloc(m->ngroups + 1, sizeof(*s.groups))};

	if (other) {
		s.ncuts = other->ncuts;
		memcpy(s.cuts, other->cuts, sizeof(s.cuts));
		memcpy(s.marks, other->marks, nplaces(m) * sizeof(*s.marks));
		memcpy(s.groups, other->groups, m->ngroups * sizeof(*s.groups));
	}
	return s;
}

static void snapshot_release(struct snapshot *s)
{
	free(s->marks);
	free(s->groups);
}

/* "A kill replaces a drain; draining a killed domain, a second kill, a heal without a mark change nothing";
 * "heal D removes D's own mark only"; "heal alone removes every mark" */
static void mark(const struct model *m, uint8_t *marks, const struct action *a)
{
	if (a->verb == VERB_KILL)
		marks[a->place] = KILLED;
	else if (a->verb == VERB_DRAIN && marks[a->place] == UNMARKED)
		marks[a->place] = DRAINED;
	else if (a->verb == VERB_HEAL && a->place == NO_PLACE)
		memset(marks, UNMARKED, nplaces(m));
	else if (a->verb == VERB_HEAL)
		marks[a->place] = UNMARKED;
}

/*
 * "neither its domain, nor one above it, nor a shared domain with one of these as a member is killed or drained";
 * "present when none of them is killed": with `least` DRAINED whether it is live, with KILLED whether it is present.
 */
static bool spared(const struct model *m, const uint8_t *marks, domain_id place, enum own_mark least)
{
	for (domain_id d = place;; d = m->domains[d].parent) {
		if (marks[d] >= least)
			return false;
		for (uint32_t i = 0; i < m->nshared; i++)
			for (uint32_t j = 0; j < m->shared[i].nmembers; j++)
				if (m->shared[i].members[j] == d && marks[m->ndomains + i] >= least)
					return false;
		if (d == ROOT)
			return true;
	}
}

static set spared_of(const struct subject *s, const uint8_t *marks, enum own_mark least)
{
	set spared_ones = 0;

	for (uint32_t i = 0; i < s->n; i++)
		if (spared(s->m, marks, s->places[i], least))
			spared_ones |= only(i);
	return spared_ones;
}

/* ---- 3.5 cuts ---- */

static bool is_cut(const struct cut_made *c, const struct action *a)
{
	return (c->place == a->place && c->other == a->other) || (c->place == a->other && c->other == a->place);
}

/* "join A B and join A undo exactly these" */
static void change_cuts(struct snapshot *snap, const struct action *a)
{
	uint32_t i = 0;

	while (i < snap->ncuts && !is_cut(&snap->cuts[i], a))
		i++;
	if (a->verb == VERB_JOIN && i < snap->ncuts) {
		memmove(&snap->cuts[i], &snap->cuts[i + 1], (--snap->ncuts - i) * sizeof(snap->cuts[0]));
	} else if ((a->verb == VERB_CUT || a->verb == VERB_ISOLATE) && i == snap->ncuts) {
		assert(snap->ncuts < MAX_CUTS);
		snap->cuts[snap->ncuts++] = (struct cut_made){a->place, a->other};
	}
}

static bool lies_in(const struct model *m, domain_id d, place_id p)
{
	for (;; d = m->domains[d].parent) {
		if (d == p)
			return true;
		for (uint32_t j = 0; p >= m->ndomains && j < m->shared[p - m->ndomains].nmembers; j++)
			if (m->shared[p - m->ndomains].members[j] == d)
				return true;
		if (d == ROOT)
			return false;
	}
}

/* "cut A B stops all traffic between what is in A and what is in B, both ways; isolate A cuts A from everything
 * outside it"; what lies in both A and B hears its like */
static bool hear_each_other(const struct model *m, const struct snapshot *snap, domain_id x, domain_id y)
{
	for (uint32_t i = 0; i < snap->ncuts; i++) {
		const struct cut_made *c = &snap->cuts[i];
		bool x_in = lies_in(m, x, c->place), y_in = lies_in(m, y, c->place);

		if (c->other == NO_PLACE ? x_in != y_in
		    : (x_in && lies_in(m, y, c->other)) != (y_in && lies_in(m, x, c->other)))
			return false;
	}
	return true;
}

/* ---- 3.5 needs ---- */

/* Does a group of a needed service write (read), and is somebody who does so within hearing? */
static bool goes_on_for(const struct model *m, const struct snapshot *snap, uint32_t group, bool reads, domain_id from)
{
	const struct situation *g = &snap->groups[group];
	set who = reads ? g->readers : g->writers;

	if (!snap->ncuts)
		return goes_on(reads ? g->outcome.reads : g->outcome.writes);
	for (uint32_t i = 0; i < group_size(m, group); i++)
		if (has(who, i) && hear_each_other(m, snap, from, group_places(m, group)[i]))
			return true;
	return false;
}

static void add_need(const struct model *m, const struct snapshot *snap, const struct need *need, domain_id from,
                     struct left *left)
{
	const struct service *sv = &m->services[need->service];
	uint32_t going = 0;

	for (uint32_t i = 0; i < sv->ngroups; i++)
		going += goes_on_for(m, snap, sv->first_group + i, need->mode == NEED_DOWN, from);
	if (need->mode == NEED_FREEZE) {
		left->frozen |= !going;
		return;
	}
	left->no_writes |= !going;
	left->some_writes |= going < sv->ngroups;
	left->no_reads |= need->mode == NEED_DOWN && !going;
	left->some_reads |= need->mode == NEED_DOWN && going < sv->ngroups;
}

/* The services that are needed must have been judged before. */
static struct scene scene_of(const struct subject *s, const struct snapshot *snap)
{
	struct scene sc = {.live = spared_of(s, snap->marks, DRAINED), .present = spared_of(s, snap->marks, KILLED)};

	for (uint32_t i = 0; i < s->n; i++) {
		for (uint32_t j = 0; j < s->n; j++)
			if (has(sc.live, j) && (i == j || hear_each_other(s->m, snap, s->places[i], s->places[j])))
				sc.from[i].live |= only(j);
		for (uint32_t k = 0; k < s->service->nneeds; k++)
			add_need(s->m, snap, &s->service->needs[k], s->places[i], &sc.from[i].left);
	}
	return sc;
}

/* ---- all groups ---- */

static bool accepts(const struct model *m, const struct step *step, uint32_t group)
{
	for (uint32_t i = 0; i < step->nactions; i++) {
		const struct action *a = &step->actions[i];

		if (a->verb == VERB_ACCEPT && (a->group == group || (a->group == NO_GROUP
		    && group >= m->services[a->service].first_group
		    && group < m->services[a->service].first_group + m->services[a->service].ngroups)))
			return true;
	}
	return false;
}

/* A service's groups, after those of the services it needs: "a circle of needs is an error". No step: the start. */
static void judge_service(const struct model *m, struct snapshot *snap, const struct step *step, uint32_t service,
                          bool *done)
{
	const struct service *sv = &m->services[service];

	if (done[service])
		return;
	for (uint32_t i = 0; i < sv->nneeds; i++)
		judge_service(m, snap, step, sv->needs[i].service, done);
	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		struct subject s = subject_of(m, g);
		struct scene sc = scene_of(&s, snap);

		if (step)
			group_step(&s, &snap->groups[g], &sc, accepts(m, step, g));
		else
			snap->groups[g] = group_start(&s, &sc);
	}
	done[service] = true;
}

static void judge_all(const struct model *m, struct snapshot *snap, const struct step *step)
{
	bool *done = xcalloc(m->nservices + 1, sizeof(*done));

	for (uint32_t v = 0; v < m->nservices; v++)
		judge_service(m, snap, step, v, done);
	free(done);
}

struct twin *twin_new(const struct model *m)
{
	struct twin *t = xcalloc(1, sizeof(*t));
	struct snapshot start = snapshot_like(m, NULL);

	judge_all(m, &start, NULL);
	t->m = m;
	vec_push(&t->history, start);
	return t;
}

void twin_free(struct twin *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->history.len; i++)
		snapshot_release(&t->history.at[i]);
	vec_free(&t->history);
	free(t);
}

/* "Actions of a step apply in the order written; only the state after the last is judged." */
void twin_step(struct twin *t, const struct step *step)
{
	struct snapshot next = snapshot_like(t->m, &t->history.at[t->now]);

	while (t->history.len > t->now + 1)
		snapshot_release(&t->history.at[--t->history.len]);
	for (uint32_t i = 0; i < step->nactions; i++) {
		mark(t->m, next.marks, &step->actions[i]);
		change_cuts(&next, &step->actions[i]);
	}
	judge_all(t->m, &next, step);
	vec_push(&t->history, next);
	t->now++;
}

bool twin_undo(struct twin *t)
{
	return t->now > 0 && t->now--;
}

bool twin_redo(struct twin *t)
{
	return t->now + 1 < t->history.len && ++t->now;
}

uint32_t twin_side(const struct twin *t, uint32_t group, uint32_t replica)
{
	const struct situation *g = &t->history.at[t->now].groups[group];

	for (uint32_t k = 0; k < g->outcome.sides; k++)
		if (has(g->sides[k], replica))
			return k + 1;
	return 0;
}

struct outcome twin_outcome(const struct twin *t, uint32_t group)
{
	return t->history.at[t->now].groups[group].outcome;
}

/* ---- 5 tolerance ---- */

/* "A group counts as broken when its writes are no, its reads are no or stale, or its data is anything but safe" */
bool twin_broken(const struct outcome *o, enum target target)
{
	switch (target) {
	case TARGET_WRITES:
		return o->writes == ANSWER_NO;
	case TARGET_READS:
		return o->reads == ANSWER_NO || o->reads == ANSWER_STALE;
	default:
		return o->data != DATA_SAFE;
	}
}

/* The domains that hold a replica of a service, or of one that it needs: the deaths of others mean nothing to it. */
static void find_domains(const struct model *m, uint32_t service, unsigned level, bool *found)
{
	const struct service *sv = &m->services[service];

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
		for (uint32_t i = 0; i < group_size(m, g); i++) {
			domain_id d = domain_of_level(m, group_places(m, g)[i], level);

			if (d != NO_DOMAIN)
				found[d] = true;
		}
	for (uint32_t i = 0; i < sv->nneeds; i++)
		find_domains(m, sv->needs[i].service, level, found);
}

static bool service_broken(const struct twin *t, uint32_t service, enum target target)
{
	const struct service *sv = &t->m->services[service];

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		struct outcome o = twin_outcome(t, g);

		if (twin_broken(&o, target))
			return true;
	}
	return false;
}

/* Does some set of `size` of these domains break it, "dead at once", from the healthy state? */
static bool some_set_breaks(struct twin *t, uint32_t service, enum target target, const domain_id *domains, uint32_t n,
                            uint32_t size)
{
	for (set dying = 0; dying < only(n); dying++) {
		struct action actions[TWIN_MAX_REPLICAS];
		struct step step = {actions, 0};
		bool broken;

		if (size_of(dying) != size)
			continue;
		for (uint32_t i = 0; i < n; i++)
			if (has(dying, i))
				actions[step.nactions++] = (struct action){VERB_KILL, domains[i], NO_PLACE, NO_SERVICE, NO_GROUP};
		twin_step(t, &step);
		broken = service_broken(t, service, target);
		twin_undo(t);
		if (broken)
			return true;
	}
	return false;
}

/* "one less than the smallest number of deaths that can break it"; "It is the minimum over the service's groups" */
int32_t twin_tolerance(const struct model *m, uint32_t service, enum target target, unsigned level)
{
	bool *found = xcalloc(m->ndomains, sizeof(*found));
	domain_id domains[TWIN_MAX_REPLICAS];
	struct twin *t = twin_new(m);
	uint32_t n = 0, size = 1;
	bool holds = !service_broken(t, service, target);

	find_domains(m, service, level, found);
	for (domain_id d = 0; d < m->ndomains; d++)
		if (found[d]) {
			assert(n < TWIN_MAX_REPLICAS);
			domains[n++] = d;
		}
	while (holds && size <= n && !some_set_breaks(t, service, target, domains, n, size))
		size++;
	twin_free(t);
	free(found);
	if (!holds)
		return -1; /* "-1 where the target does not even hold with everything alive" */
	return size > n ? NEVER : (int32_t)size - 1;
}
