/*
 * How long writes and reads take: worked cases, and against every set of answers that would do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/latency.h"
#include "base/mem.h"
#include "lib/given.h"
#include "lib/randoms.h"
#include "model/names.h"

struct fixture {
	struct model *model;
	struct engine *engine;
	struct state *state;
	struct latencies *times;
	struct arena arena;
};

static void begin(struct fixture *f, const char *yaml, const char *actions)
{
	step_list steps;

	memset(f, 0, sizeof(*f));
	f->model = given_model(yaml);
	f->engine = engine_new(f->model);
	f->state = state_new(f->engine);
	steps = given_steps(f->model, actions, &f->arena);
	for (size_t i = 0; i < steps.len; i++)
		state_step(f->state, &steps.at[i], NULL);
	vec_free(&steps);
	f->times = latencies_new(f->engine, f->state);
	assert_true(latencies_work(f->times, SIZE_MAX));
}

static void end(struct fixture *f)
{
	latencies_free(f->times);
	state_free(f->state);
	engine_free(f->engine);
	model_free(f->model);
	arena_release(&f->arena);
}

/* "write 1 ms from n1 by n2, read 0 from n1 by n1" */
static char *times_text(const char *yaml, const char *actions, uint32_t group)
{
	struct strbuf sb = {0};
	struct fixture f;
	char text[32];

	begin(&f, yaml, actions);
	for (enum asked asked = 0; asked < ASKED; asked++) {
		const struct latency *l = &latency_of(f.times, group)->of[asked];

		sb_addf(&sb, "%s%s ", asked ? ", " : "", asked_names[asked]);
		if (l->time == DURATION_NONE) {
			sb_add(&sb, "-");
			continue;
		}
		sb_addf(&sb, "%s from %s", duration_text(l->time, text),
		        place_name(f.model, group_places(f.model, group)[l->from]));
		sb_addf(&sb, " by %s", place_name(f.model, group_places(f.model, group)[l->by]));
		if (l->farthest != l->time)
			sb_addf(&sb, " farthest %s", duration_text(l->farthest, text));
	}
	end(&f);
	return sb.text;
}

static void assert_times(const char *yaml, const char *actions, const char *expected)
{
	char *found = times_text(yaml, actions, 0);

	assert_string_equal(found, expected);
	free(found);
}

/* ---- by hand ---- */

#define TWO_COASTS "faultline: 1\nlevels: [region, az, node]\n" \
	"topology: {east: {ea: [e1, e2], eb: [e3]}, west: {wa: [w1, w2], wb: [w3]}}\n" \
	"links: [{between: [east, west], rtt: 72.5ms}]\n"

static void a_far_vote__costs_the_link(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {read: 1, replicas: [e1, w1, w2]}}\n", "",
	             "write 72.5 ms from e1 by w1, read 0 from e1 by e1");
}

static void links__hold_both_ways(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {replicas: [w1, e1, e2]}}\n", "",
	             "write 72.5 ms from w1 by e1, read 72.5 ms from w1 by e1");
}

static void near_votes__are_enough_for_a_majority(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {replicas: [e1, w1, e3, w2, e2]}}\n", "",
	             "write 1.5 ms from e1 by e3, read 1.5 ms from e1 by e3");
}

static void microseconds__are_kept(void **state)
{
	(void)state;
	assert_times("faultline: 1\nlevels: [az, node]\ntopology: {ea: [e1], eb: [e3]}\n"
	             "links: [{between: [ea, eb], rtt: 10.549ms}]\nservices: {s: {read: 1, replicas: [e1, e3]}}\n", "",
	             "write 10.549 ms from e1 by e3, read 0 from e1 by e1");
}

static void a_death__sends_a_group_to_its_far_quorum(void **state)
{
	static const char yaml[] = TWO_COASTS "services: {s: {replicas: [e1, e2, e3, w1, w3]}}\n";

	(void)state;
	assert_times(yaml, "", "write 1.5 ms from e1 by e3, read 1.5 ms from e1 by e3");
	assert_times(yaml, "kill ea", "write 72.5 ms from e3 by w3, read 72.5 ms from e3 by w3");
	assert_times(yaml, "drain ea", "write 72.5 ms from e3 by w3, read 72.5 ms from e3 by w3");
	assert_times(yaml, "kill east", "write -, read -");
	assert_times(yaml, "cut e1 ea/e2 and kill eb", "write 72.5 ms from e1 by w3, read 72.5 ms from e1 by w3");
}

static void a_dead_leader__leaves_no_place_to_read_at(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {read: 1, replicas: [e1, w1]}}\n", "kill e1", "write -, read -");
}

static void in_sync_sets__wait_for_their_slowest(void **state)
{
	static const char yaml[] = TWO_COASTS "services: {s: {ack: insync, write: 2, read: 1, replicas: [e1, e2, w1]}}\n";

	(void)state;
	assert_times(yaml, "", "write 72.5 ms from e1 by w1, read 0 from e1 by e1");
	assert_times(yaml, "kill w1", "write 1 ms from e1 by e2, read 0 from e1 by e1");
}

static void a_leader_that_acknowledges_alone__waits_for_nobody(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {ack: leader, replicas: [e1, w1, w2]}}\n", "",
	             "write 0 from e1 by e1, read 72.5 ms from e1 by w1");
}

static void scopes__are_waited_for_by_the_letter(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {write: majority in each region, read: majority in local region,\n"
	             "  replicas: [e1, e2, e3, w1, w2, w3]}}\n", "",
	             "write 72.5 ms from e1 by w2, read 1 ms from e1 by e2");
}

static void arbiters__answer_reads_and_no_writes(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {write: 2, read: 2, replicas: [e1, {at: e2, role: arbiter}, w1]}}\n", "",
	             "write 72.5 ms from e1 by w1, read 1 ms from e1 by e2");
	assert_times(TWO_COASTS "services: {s: {write: 2, read: 2, replicas: [e1, {at: e2, role: witness}, w1]}}\n", "",
	             "write 1 ms from e1 by e2, read 1 ms from e1 by e2");
}

static void without_a_leader__the_best_place_and_the_worst_are_told(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {leader: none, read: 1, replicas: [e1, w1, w3]}}\n", "",
	             "write 1.5 ms from w1 by w3 farthest 72.5 ms, read 0 from e1 by e1");
}

static void promoted_standbys__answer_at_their_own_place(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {write: 1, read: 1, ack: 1, failover: auto,\n"
	             "  replicas: [e1, {at: w1, role: standby}]}}\n", "kill e1",
	             "write 0 from w1 by w1, read 0 from w1 by w1");
}

static void a_fallback__is_timed_by_its_own_expressions(void **state)
{
	static const char yaml[] = TWO_COASTS "services: {s: {write: majority and 1 in each region, read: 1,\n"
		"  fallback: {after: 60s, write: any, read: any, ack: any}, replicas: [e1, e2, w1]}}\n";

	(void)state;
	assert_times(yaml, "", "write 72.5 ms from e1 by w1, read 0 from e1 by e1");
	assert_times(yaml, "kill west", "write 0 from e1 by e1, read 0 from e1 by e1");
}

static void frozen_and_stopped_services__have_no_write(void **state)
{
	(void)state;
	assert_times(TWO_COASTS "services: {s: {needs: {d: read-only}, read: 1, replicas: [e1, e2]}, d: {replicas: [w1]}}\n",
	             "kill w1", "write -, read 0 from e1 by e1");
}

/* ---- round trips ---- */

static void assert_rtt(const char *yaml, const char *a, const char *b, duration expected)
{
	struct model *m = given_model(yaml);
	struct rtts *r = rtts_new(m);
	place_id x, y;

	assert_int_equal(resolve_place(m, a, strlen(a), &x, NULL, 0, NULL), RESOLVE_OK);
	assert_int_equal(resolve_place(m, b, strlen(b), &y, NULL, 0, NULL), RESOLVE_OK);
	assert_int_equal(rtt_between(r, x, y), expected);
	assert_int_equal(rtt_between(r, y, x), expected);
	rtts_free(r);
	model_free(m);
}

#define DEEP "faultline: 1\ntopology: {r: {a: {d: {k: [n, o], l: [p]}, e: {m: [q]}}, b: {f: {u: [v]}}}, s: {}}\n" \
	"services: {x: {replicas: [n]}}\n"

static void levels_by_default__are_as_far_apart_as_documented(void **state)
{
	(void)state;
	assert_rtt(DEEP, "n", "o", 100);
	assert_rtt(DEEP, "n", "p", 500);
	assert_rtt(DEEP, "n", "q", 1000);
	assert_rtt(DEEP, "n", "v", 1500);
	assert_rtt(DEEP, "n", "s", 80000);
	assert_rtt(DEEP, "b", "b", 1000);
	assert_rtt(DEEP, "n", "a", 1000);
}

static void a_level_without_a_default__has_what_is_around_it(void **state)
{
	(void)state;
	assert_rtt(DEEP, "n", "n", 100);
	assert_rtt("faultline: 1\nlevels: [site, room, host]\ntopology: {a: {r: [h, i], s: [j]}, b: {}}\n"
	           "domains: {site: {rtt: 2ms}, a/s: {rtt: 3ms}}\nservices: {x: {replicas: [h]}}\n", "h", "i", 2000);
	assert_rtt("faultline: 1\nlevels: [site, room, host]\ntopology: {a: {r: [h, i], s: [j]}, b: {}}\n"
	           "services: {x: {replicas: [h]}}\n", "h", "i", 80000);
}

static void what_is_said__goes_before_defaults(void **state)
{
	static const char yaml[] = DEEP "domains: {az: {rtt: 2ms}, root: {rtt: 90ms}, k: {rtt: 7us}, b: {rtt: 5ms}}\n";

	(void)state;
	assert_rtt(yaml, "n", "q", 2000);
	assert_rtt(yaml, "n", "o", 7);
	assert_rtt(yaml, "n", "n", 7);
	assert_rtt(yaml, "b", "b", 5000);
	assert_rtt(yaml, "s", "q", 90000);
}

static void the_deepest_link__wins(void **state)
{
	static const char yaml[] = DEEP "links:\n  - {between: [a, b], rtt: 9ms}\n  - {between: [d, b], rtt: 8ms}\n"
		"  - {between: [a, v], rtt: 7ms}\n  - {between: [k, l], rtt: 6ms}\n  - {between: [e, f], rtt: 5ms}\n"
		"  - {between: [s, r], rtt: 4ms}\n";

	(void)state;
	assert_rtt(yaml, "a", "b", 9000);
	assert_rtt(yaml, "d", "u", 8000);  /* az + dc */
	assert_rtt(yaml, "n", "v", 7000);  /* az + node lie deeper than dc + az */
	assert_rtt(yaml, "n", "p", 6000);
	assert_rtt(yaml, "q", "v", 7000);  /* az + node, and dc + dc: as deep; the first in the file */
	assert_rtt(yaml, "q", "u", 5000);
	assert_rtt(yaml, "v", "s", 4000);
	assert_rtt(yaml, "n", "o", 100);   /* a link of what contains both says nothing */
}

/* ---- in slices; together ---- */

static void slices__end_with_the_same(void **state)
{
	static const char yaml[] = TWO_COASTS "services: {s: {groups: {a: [e1, w1, w2], b: [e1, e2, w1], c: [e1, e3, w1]}},\n"
		"  t: {leader: none, groups: {d: [e1, w1]}}}\n";
	struct fixture f;
	struct latencies *slowly;

	(void)state;
	begin(&f, yaml, "");
	slowly = latencies_new(f.engine, NULL);
	for (uint32_t g = 0; g < 4; g++) {
		assert_null(latency_of(slowly, g));
		assert_int_equal(latencies_work(slowly, 1), g == 3);
		for (enum asked asked = 0; asked < ASKED; asked++) {
			const struct latency *x = &latency_of(slowly, g)->of[asked], *y = &latency_of(f.times, g)->of[asked];

			assert_true(x->time == y->time && x->farthest == y->farthest && x->from == y->from && x->by == y->by);
		}
	}
	latencies_free(slowly);
	end(&f);
}

static void a_service__has_a_median_and_a_worst_group(void **state)
{
	static const char yaml[] = TWO_COASTS "services: {s: {groups: {a: [e1, e2, w2], b: [e1, w1, w2], c: [e1, e3, w1],\n"
		"  d: [w3, e1, e2], x: [w1, e1, w2]}}, t: {replicas: [e1]}}\n";
	struct latency_summary sum;
	struct fixture f;

	(void)state;
	begin(&f, yaml, "kill w1 w2");
	latency_summarize(f.times, 0, ASKED_WRITE, &sum);
	assert_int_equal(sum.groups, 5);
	assert_int_equal(sum.timed, 3);
	assert_int_equal(sum.median, 1500);
	assert_int_equal(sum.worst, 72500);
	assert_int_equal(sum.worst_group, 3);
	latency_summarize(f.times, 1, ASKED_READ, &sum);
	assert_int_equal(sum.median, 0);
	assert_int_equal(sum.worst_group, 5);
	end(&f);
}

/* ---- against every set of answers there is ---- */

static duration slow_rtt_of(const struct model *m, domain_id d)
{
	static const struct { const char *name; duration rtt; } defaults[] = {
		{"rack", 100}, {"dc", 500}, {"az", 1000}, {"region", 1500}};
	uint8_t level = m->domains[d].level;

	for (uint32_t i = 0; i < m->nown_attributes; i++)
		if (m->own_attributes[i].domain == d && m->own_attributes[i].attributes.rtt != DURATION_NONE)
			return m->own_attributes[i].attributes.rtt;
	if (m->level_attributes[level].rtt != DURATION_NONE)
		return m->level_attributes[level].rtt;
	if (!level)
		return 80000;
	for (size_t i = 0; i < 4; i++)
		if (!strcmp(m->levels[level - 1], defaults[i].name))
			return defaults[i].rtt;
	return slow_rtt_of(m, m->domains[d].parent);
}

static duration slow_rtt(const struct model *m, domain_id a, domain_id b)
{
	domain_id narrowest = ROOT;
	int depth = -1;
	duration rtt = 0;

	for (uint32_t i = 0; i < m->nlinks; i++) {
		const struct link *l = &m->links[i];
		int d = m->domains[l->a].level + m->domains[l->b].level;

		if (d > depth && ((domain_contains(m, l->a, a) && domain_contains(m, l->b, b)) ||
		                  (domain_contains(m, l->a, b) && domain_contains(m, l->b, a)))) {
			depth = d;
			rtt = l->rtt;
		}
	}
	if (depth >= 0)
		return rtt;
	for (domain_id d = 0; d < m->ndomains; d++)
		if (domain_contains(m, d, a) && domain_contains(m, d, b))
			narrowest = d;
	return slow_rtt_of(m, narrowest);
}

struct look {
	const struct model *m;
	uint32_t group;
	struct group_why why;
	struct replica_why replicas[MAX_REPLICAS];
};

static bool counts_as_vote(const struct replica_why *r)
{
	return r->role < ROLES && role_info[r->role].votes;
}

static bool slow_term(const struct look *k, const struct term *t, uint32_t answered)
{
	uint32_t domains = 0, enough = 0;

	for (domain_id d = 0; d < k->m->ndomains; d++) {
		uint32_t votes = 0, have = 0;

		if (k->m->domains[d].level != t->level)
			continue;
		for (uint32_t i = 0; i < k->why.nreplicas; i++) {
			if (!domain_contains(k->m, d, k->replicas[i].place))
				continue;
			votes += counts_as_vote(&k->replicas[i]);
			have += answered >> i & 1;
		}
		if (!votes && t->scope != SCOPE_WHOLE)
			continue;
		domains++;
		enough += have >= term_votes(t, votes);
	}
	return enough >= term_domains(t, domains);
}

static bool slow_expr(const struct look *k, const struct expr *e, uint32_t answered)
{
	for (uint32_t i = 0; i < e->nterms; i++)
		if (!slow_term(k, &e->terms[i], answered))
			return false;
	return true;
}

/* The least over all sets of answers that do, of the latest answer in the set. */
static duration slow_time_from(const struct look *k, const struct quorums *q, enum asked asked, uint32_t from)
{
	uint32_t may = 0;
	duration best = DURATION_NONE;

	for (uint32_t i = 0; i < k->why.nreplicas; i++) {
		const struct replica_why *r = &k->replicas[i];
		bool acks = r->role < ROLES && role_info[r->role].acknowledges;

		if (r->live && (asked == ASKED_READ ? counts_as_vote(r) : acks && (q->ack_rule != ACK_INSYNC || r->in_write_set)))
			may |= 1u << i;
	}
	for (uint32_t set = 0; set < 1u << k->why.nreplicas; set++) {
		duration latest = 0;
		bool does = asked == ASKED_READ ? slow_expr(k, &q->read, set) :
		            q->ack_rule == ACK_INSYNC ? set == may : q->ack_rule == ACK_LEADER || slow_expr(k, &q->ack, set);

		if ((set & ~may) || !does)
			continue;
		for (uint32_t i = 0; i < k->why.nreplicas; i++)
			if ((set >> i & 1) && i != from)
				latest = duration_max(latest, slow_rtt(k->m, k->replicas[from].place, k->replicas[i].place));
		if (best == DURATION_NONE || latest < best)
			best = latest;
	}
	return best;
}

static void slow_time(const struct look *k, const struct semantics *sem, enum asked asked, duration *ret_best,
                      duration *ret_farthest)
{
	const struct outcome *o = &k->why.outcome;
	const struct quorums *q = o->fallback ? &sem->fallback : &sem->quorums;
	bool any = false;

	*ret_best = *ret_farthest = DURATION_NONE;
	if (!goes_on(asked == ASKED_READ ? o->reads : o->writes))
		return;
	for (uint32_t i = 0; i < k->why.nreplicas; i++) {
		duration time;

		if (!k->replicas[i].live || k->replicas[i].role != ROLE_VOTER || (sem->leader && i != o->leader))
			continue;
		time = slow_time_from(k, q, asked, i);
		*ret_best = !any || (time != DURATION_NONE && time < *ret_best) ? time : *ret_best;
		*ret_farthest = !any ? time : duration_max(*ret_farthest, time);
		any = true;
	}
}

static void compare(const struct fixture *f, uint32_t group, uint64_t seed, const char *yaml, const char *actions)
{
	struct look k = {.m = f->model, .group = group};
	const struct group_latency *fast = latency_of(f->times, group);
	const struct semantics *sem = &f->model->services[model_service_of(f->model, group)].sem;

	k.why.replicas = k.replicas;
	state_why(f->state, group, &k.why);
	for (enum asked asked = 0; asked < ASKED; asked++) {
		duration best, farthest;

		slow_time(&k, sem, asked, &best, &farthest);
		if (fast->of[asked].time == best && fast->of[asked].farthest == farthest)
			continue;
		fail_msg("seed %llu, group %u, %s: %lld (%lld) us, and by all sets %lld (%lld)\n%s\n%s", (unsigned long long)seed,
		         group, asked_names[asked], (long long)fast->of[asked].time, (long long)fast->of[asked].farthest,
		         (long long)best, (long long)farthest, actions, yaml);
	}
}

static bool lies_in(const struct plan *p, uint32_t inner, uint32_t outer)
{
	while (inner != outer && p->domains[inner].parent != UINT32_MAX)
		inner = p->domains[inner].parent;
	return inner == outer;
}

/* No two domains are linked twice. */
static void sb_add_links(struct strbuf *sb, const struct plan *p, struct rng *r)
{
	sb_add(sb, "links:\n");
	for (uint32_t d = 0; d < p->ndomains; d++)
		for (uint32_t e = 0; e < d; e++)
			if (rng_percent(r, 15) && !lies_in(p, d, e) && !lies_in(p, e, d))
				sb_addf(sb, "  - {between: [d%u, d%u], rtt: %ums}\n", d, e, rng_below(r, 40));
}

static void sb_add_distances(struct strbuf *sb, const struct plan *p, struct rng *r)
{
	sb_addf(sb, "domains:\n  root: {rtt: %ums}\n", 10 + rng_below(r, 90));
	for (uint32_t i = 0; i < p->ndomains; i++)
		if (rng_percent(r, 25))
			sb_addf(sb, "  d%u: {rtt: %uus}\n", i, rng_below(r, 5000) + 1);
	if (rng_percent(r, 50))
		sb_add_links(sb, p, r);
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : otherwise;
}

static void times__are_those_of_the_quickest_set_of_answers(void **state)
{
	uint64_t seed = from_environment("FAULTLINE_SEED", 1), cases = from_environment("FAULTLINE_CASES", 3000);
	uint64_t timed = 0, groups = 0;

	(void)state;
	for (uint64_t i = 0; i < cases; i++) {
		struct rng rng = rng_seeded(seed + i);
		struct strbuf yaml = {0}, actions = {0};
		struct fixture f;
		struct plan p;

		plan_make(&p, &rng);
		sb_add_plan(&yaml, &p, IN_ORDER);
		sb_add_distances(&yaml, &p, &rng);
		if (!rng_percent(&rng, 15))
			sb_add_random_actions(&actions, &p, &rng, 1 + rng_below(&rng, 4));
		begin(&f, sb_text(&yaml), sb_text(&actions));
		for (uint32_t g = 0; g < f.model->ngroups; g++, groups++) {
			compare(&f, g, seed + i, sb_text(&yaml), sb_text(&actions));
			timed += latency_of(f.times, g)->of[ASKED_WRITE].time != DURATION_NONE;
		}
		end(&f);
		sb_release(&yaml);
		sb_release(&actions);
	}
	assert_true(timed * 4 > groups);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_far_vote__costs_the_link),
		cmocka_unit_test(links__hold_both_ways),
		cmocka_unit_test(near_votes__are_enough_for_a_majority),
		cmocka_unit_test(microseconds__are_kept),
		cmocka_unit_test(a_death__sends_a_group_to_its_far_quorum),
		cmocka_unit_test(a_dead_leader__leaves_no_place_to_read_at),
		cmocka_unit_test(in_sync_sets__wait_for_their_slowest),
		cmocka_unit_test(a_leader_that_acknowledges_alone__waits_for_nobody),
		cmocka_unit_test(scopes__are_waited_for_by_the_letter),
		cmocka_unit_test(arbiters__answer_reads_and_no_writes),
		cmocka_unit_test(without_a_leader__the_best_place_and_the_worst_are_told),
		cmocka_unit_test(promoted_standbys__answer_at_their_own_place),
		cmocka_unit_test(a_fallback__is_timed_by_its_own_expressions),
		cmocka_unit_test(frozen_and_stopped_services__have_no_write),
		cmocka_unit_test(levels_by_default__are_as_far_apart_as_documented),
		cmocka_unit_test(a_level_without_a_default__has_what_is_around_it),
		cmocka_unit_test(what_is_said__goes_before_defaults),
		cmocka_unit_test(the_deepest_link__wins),
		cmocka_unit_test(slices__end_with_the_same),
		cmocka_unit_test(a_service__has_a_median_and_a_worst_group),
		cmocka_unit_test(times__are_those_of_the_quickest_set_of_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
