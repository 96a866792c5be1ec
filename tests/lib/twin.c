#include "lib/twin.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"

#define NEVER INT32_MAX  /* tolerance: nothing breaks it */
#define STRUCK ROLES     /* "a struck witness or arbiter no longer counts" */
#define MAX_REMEMBERED 64u

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
			s.sem = &m->services[i].sem;
	assert(s.sem && s.n <= TWIN_MAX_REPLICAS);
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

/* ---- 3.3 writes, reads, promotion ---- */

/* "live voting replicas satisfy write, live acknowledging ones satisfy ack (nothing to ask for insync and leader)" */
static enum answer quorum_to_write(const struct subject *s, const struct config *c, set live)
{
	const struct quorums *q = &s->sem->quorums;
	enum answer write = satisfied(s, &q->write, c, live & those(c, VOTES)), ack = ANSWER_YES;

	if (q->ack_rule == ACK_EXPR)
		ack = satisfied(s, &q->ack, c, live & those(c, ACKNOWLEDGES));
	if (write == ANSWER_NO || ack == ANSWER_NO)
		return ANSWER_NO;
	return write == ANSWER_PARTIAL || ack == ANSWER_PARTIAL ? ANSWER_PARTIAL : ANSWER_YES;
}

/* "and, unless rebuild is 0, some data-holding member of E is live" */
static enum answer can_write(const struct subject *s, const struct config *c, set write_set, set live)
{
	if (s->sem->rebuild > 0 && !(write_set & live & those(c, HOLDS_DATA)))
		return ANSWER_NO;
	return quorum_to_write(s, c, live);
}

/* "the last condition of writes is then that at least max(1, rebuild) voters are live" */
static enum answer can_write_promoted(const struct subject *s, const struct config *c, set live)
{
	if (size_of(live & in_role(c, ROLE_VOTER)) < at_least_one(s->sem->rebuild))
		return ANSWER_NO;
	return quorum_to_write(s, c, live);
}

/*
 * "live voting replicas satisfy read, and at least rebuild data-holding members of E (after a promotion: voters)
 * are live. Otherwise stale where the system says stale: serve and at least max(1, rebuild) live voters, learners
 * and standbys are left; else no."
 */
static enum answer can_read(const struct subject *s, const struct config *c, set write_set, set live, bool promoted)
{
	enum answer quorum = satisfied(s, &s->sem->quorums.read, c, live & those(c, VOTES));
	set readable = promoted ? in_role(c, ROLE_VOTER) : write_set & those(c, HOLDS_DATA);

	if (quorum != ANSWER_NO && size_of(live & readable) >= s->sem->rebuild)
		return quorum;
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
static bool seat_as_few(const struct subject *s, struct config *c, set live, const struct queue *candidates,
                        const struct queue *seats, uint32_t k)
{
	for (; k <= candidates->len && k <= seats->len; k++) {
		struct config next = seated(c, candidates, seats, k);

		if (can_write_promoted(s, &next, live) != ANSWER_NO) {
			*c = next;
			return true;
		}
	}
	return false;
}

/* "promotion: where writes would be no, failover is auto and standbys are live" */
static bool promote(const struct subject *s, struct config *c, set live)
{
	struct queue standbys = {0}, seats = {0};

	join(&standbys, live & in_role(c, ROLE_STANDBY));
	join(&seats, ~live & in_role(c, ROLE_VOTER));
	return s->sem->failover == FAILOVER_AUTO && seat_as_few(s, c, live, &standbys, &seats, 1);
}

struct answers {
	enum answer writes, reads;
	bool promoted;
};

/* Writes and reads, a promotion included, which changes `c`. */
static struct answers answer(const struct subject *s, struct config *c, set write_set, set live)
{
	struct answers a = {.writes = can_write(s, c, write_set, live)};

	if (a.writes == ANSWER_NO && promote(s, c, live)) {
		a.promoted = true;
		a.writes = can_write_promoted(s, c, live);
	}
	a.reads = can_read(s, c, write_set, live, a.promoted);
	return a;
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
static bool accept_loss(const struct subject *s, struct config *c, set write_set, set live)
{
	uint32_t enough = at_least_one(s->sem->rebuild);
	struct queue candidates = {0}, seats = {0};
	struct config next;

	if (can_write(s, c, write_set, live) != ANSWER_NO || size_of(live & those(c, IS_COPY)) < enough)
		return false;
	/* "live standbys, then learners, take the seats of voters that aren't live, as few (none, if none is needed) as
	 * make writes go on, on a promotion's condition" */
	join(&candidates, live & in_role(c, ROLE_STANDBY));
	join(&candidates, live & in_role(c, ROLE_LEARNER));
	join(&seats, ~live & in_role(c, ROLE_VOTER));
	if (seat_as_few(s, c, live, &candidates, &seats, 0))
		return true;
	/* "where no number does, all of them do and seats still empty are struck" */
	next = seated(c, &candidates, &seats, candidates.len < seats.len ? candidates.len : seats.len);
	strike(&next, live);
	/* "at least max(1, rebuild) live voters must result" */
	if (size_of(live & in_role(&next, ROLE_VOTER)) < enough)
		return false;
	*c = next;
	return true;
}

/* ---- 3.3 data, 3.4 RPO ---- */

/* What a verdict on data is taken from: E, F, and the subsets that the configuration of its time allowed. */
struct basis {
	struct config config;
	set write_set, followers;
	uint32_t leader;
};

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
	switch (s->sem->quorums.ack_rule) {
	case ACK_INSYNC:
		return subset == b->write_set;
	case ACK_LEADER:
		return subset == only(b->leader);
	case ACK_EXPR:
		break;
	}
	if (satisfied(s, &s->sem->quorums.ack, &b->config, b->write_set) == ANSWER_NO)
		return subset == b->write_set;
	return !(subset & ~b->write_set) && satisfied(s, &s->sem->quorums.ack, &b->config, subset) != ANSWER_NO;
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
	set live, present;   /* after the last step */
	struct basis remembered[MAX_REMEMBERED];
	uint32_t nremembered;
	struct verdict final;
	struct outcome outcome; /* of the last step */
};

static bool same_basis(const struct basis *a, const struct basis *b)
{
	return a->write_set == b->write_set && a->followers == b->followers && a->leader == b->leader
	       && !memcmp(a->config.roles, b->config.roles, a->config.n);
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
	struct verdict own = judge_data(s, before, g->present), worst = worst_of(own, g->final);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < g->nremembered; i++) {
		struct verdict afresh = judge_data(s, &g->remembered[i], g->present);

		worst = worst_of(worst, afresh);
		if (afresh.data != DATA_SAFE)
			g->remembered[kept++] = g->remembered[i];
	}
	g->nremembered = kept;
	if (becomes_final) {
		g->final = worst;
		g->nremembered = 0;
	} else if (own.data != DATA_SAFE) {
		remember(g, before);
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
	set live, present, killed;
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
		return sem->quorums.ack_rule == ACK_INSYNC && h->killed & h->after->write_set ? sem->detect : 0;
	/* "0 if the leader was drained and not also killed (it hands over first); else detect + elect + reroute" */
	if (!has(h->live, old) && has(h->present, old))
		return 0;
	return sum(sem->detect, sem->elect, sem->reroute);
}

static duration rto_of(const struct subject *s, const struct happened *h)
{
	const struct semantics *sem = s->sem;
	const struct config *c = &h->after->config;

	if (h->answers.promoted) {
		/* "promote + reroute, with detect before it unless no voter that lost its seat was killed" */
		set unseated = in_role(&h->before->config, ROLE_VOTER) & ~in_role(c, ROLE_VOTER);

		return sum(unseated & ~h->present ? sem->detect : 0, sem->promote, sem->reroute);
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

/* "the death of some one more replica (promotions included) would stop writes or reads" */
static bool some_death_stops_it(const struct subject *s, const struct config *c, set write_set, set live)
{
	for (uint32_t i = 0; i < s->n; i++) {
		struct config next = *c;

		if (has(live, i) && !both_go_on(answer(s, &next, write_set, live & ~only(i))))
			return true;
	}
	return false;
}

static enum status status_of(const struct subject *s, const struct basis *settled, set live, struct answers a)
{
	struct config listed = listed_config(s);
	set all = only(s->n) - 1;

	if (a.writes == ANSWER_NO)
		return a.reads == ANSWER_NO ? STATUS_DOWN : a.reads == ANSWER_STALE ? STATUS_STALE : STATUS_READ_ONLY;
	if (!goes_on((uint8_t)a.reads))
		return STATUS_WRITE_ONLY;
	if (live == all)
		return STATUS_OK;
	/* "although with all live every single death would have left both going on" */
	if (some_death_stops_it(s, &settled->config, settled->write_set, live)
	    && !some_death_stops_it(s, &listed, those(&listed, ACKNOWLEDGES), all))
		return STATUS_AT_RISK;
	return STATUS_DEGRADED;
}

/* ---- 3.3 a step ---- */

/*
 * "If writes go on and at least max(1, rebuild) data-holding voters are live that are members of E or, after a
 * promotion, of the new configuration, every live replica is brought up to date; E becomes the live acknowledging
 * replicas, F the live learners and standbys. Otherwise both stay".
 */
static void settle(const struct subject *s, struct basis *b, set live, struct answers a)
{
	set voters = live & in_role(&b->config, ROLE_VOTER) & (a.promoted ? ~(set)0 : b->write_set);

	if (a.writes == ANSWER_NO || size_of(voters) < at_least_one(s->sem->rebuild))
		return;
	b->write_set = live & those(&b->config, ACKNOWLEDGES);
	b->followers = live & following(&b->config);
}

/* One group through one step: who is live and present after its actions, and whether one of them accepts. */
static void group_step(const struct subject *s, struct situation *g, set live, set present, bool accept)
{
	const struct basis before = g->now;
	struct basis *b = &g->now;
	struct happened h = {.before = &before, .after = b, .live = live, .present = present};
	struct verdict data;

	h.killed = g->present & ~present; /* "Killed in this step: present before it, not after." */
	g->live = live;
	g->present = present;

	/* "Carried out on the state that the other actions of its step leave, before the verdict and its promotions" */
	h.accepted = accept && accept_loss(s, &b->config, b->write_set, live);
	if (h.accepted) {
		/* "E becomes the live acknowledging replicas, F the live followers" */
		b->write_set = live & those(&b->config, ACKNOWLEDGES);
		b->followers = live & following(&b->config);
	}
	h.answers = answer(s, &b->config, b->write_set, live);

	/* "judged with the E from before the step and as if every killed domain stays dead" */
	data = judge_all_data(s, g, &before, h.accepted || (s->sem->leader && h.answers.writes != ANSWER_NO));
	h.data = data.data;

	/* "Leadership passes only in a step after which writes go on; until then the last leader keeps the title" */
	if (h.answers.writes != ANSWER_NO)
		b->leader = next_leader(&b->config, b->leader, b->write_set, live, h.answers.promoted);
	g->outcome = (struct outcome){
		.writes = (uint8_t)h.answers.writes, .reads = (uint8_t)h.answers.reads, .data = (uint8_t)data.data,
		.promoted = h.answers.promoted, .accepted = h.accepted, .live = (uint16_t)size_of(live),
		.leader = (uint16_t)b->leader, .rpo = data.rpo, .rto = rto_of(s, &h),
	};
	settle(s, b, live, h.answers);
	g->outcome.status = (uint8_t)status_of(s, b, live, h.answers);
}

/* "at the start, all of them"; "the first voter in listed order leads at the start" */
static struct situation group_start(const struct subject *s)
{
	set all = only(s->n) - 1;
	struct situation g = {.live = all, .present = all, .now.config = listed_config(s)}, judged;

	g.now.write_set = those(&g.now.config, ACKNOWLEDGES);
	g.now.followers = following(&g.now.config);
	g.now.leader = first_of(in_role(&g.now.config, ROLE_VOTER));
	/* The start is no step: it is judged, but leaves nothing behind. */
	judged = g;
	group_step(s, &judged, all, all, false);
	g.outcome = judged.outcome;
	return g;
}

/* ---- 3.1 state ---- */

enum own_mark { UNMARKED, DRAINED, KILLED };

struct snapshot {
	uint8_t *marks; /* enum own_mark, by place: tree domains, then shared ones */
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
	struct snapshot s = {xcalloc(nplaces(m), sizeof(*s.marks)), xcalloc(m->ngroups + 1, sizeof(*s.groups))};

	if (other) {
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

struct twin *twin_new(const struct model *m)
{
	struct twin *t = xcalloc(1, sizeof(*t));
	struct snapshot start = snapshot_like(m, NULL);

	for (uint32_t g = 0; g < m->ngroups; g++) {
		struct subject s = subject_of(m, g);

		start.groups[g] = group_start(&s);
	}
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
	for (uint32_t i = 0; i < step->nactions; i++)
		mark(t->m, next.marks, &step->actions[i]);
	for (uint32_t g = 0; g < t->m->ngroups; g++) {
		struct subject s = subject_of(t->m, g);

		group_step(&s, &next.groups[g], spared_of(&s, next.marks, DRAINED), spared_of(&s, next.marks, KILLED),
		           accepts(t->m, step, g));
	}
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

/* The deaths of domains that hold no replica of a group mean nothing to it: those that do, each once. */
static uint32_t domains_with_replicas(const struct subject *s, unsigned level, domain_id found[TWIN_MAX_REPLICAS])
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		domain_id d = domain_of_level(s->m, s->places[i], level);
		bool known = d == NO_DOMAIN;

		for (uint32_t j = 0; j < n; j++)
			known = known || found[j] == d;
		if (!known)
			found[n++] = d;
	}
	return n;
}

/* "one less than the smallest number of deaths that can break it"; "dead at once", from the healthy state */
static int32_t group_tolerance(const struct subject *s, enum target target, unsigned level)
{
	domain_id domains[TWIN_MAX_REPLICAS];
	uint32_t n = domains_with_replicas(s, level, domains), fewest = UINT32_MAX;
	struct situation healthy = group_start(s);

	/* "-1 where the target does not even hold with everything alive" */
	if (twin_broken(&healthy.outcome, target))
		return -1;
	for (set dying = 1; dying < only(n); dying++) {
		struct situation g = healthy;
		set live = healthy.live;

		for (uint32_t i = 0; i < n; i++)
			if (has(dying, i))
				live &= ~inside(s, live, domains[i], level);
		group_step(s, &g, live, live, false);
		if (twin_broken(&g.outcome, target) && size_of(dying) < fewest)
			fewest = size_of(dying);
	}
	return fewest == UINT32_MAX ? NEVER : (int32_t)fewest - 1;
}

/* "It is the minimum over the service's groups" */
int32_t twin_tolerance(const struct model *m, uint32_t service, enum target target, unsigned level)
{
	int32_t least = NEVER;

	for (uint32_t i = 0; i < m->services[service].ngroups; i++) {
		struct subject s = subject_of(m, m->services[service].first_group + i);
		int32_t one = group_tolerance(&s, target, level);

		if (one < least)
			least = one;
	}
	return least;
}
