#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/given.h"
#include "rules/why.h"

struct fixture {
	struct model *model;
	struct engine *engine;
	struct state *state;
	struct arena arena;
};

static void begin(struct fixture *f, const char *topology, const char *service)
{
	struct strbuf yaml = {0};

	sb_addf(&yaml, "faultline: 1\nlevels: [dc, node]\ntopology: %s\nservices: {s: %s}\n", topology, service);
	*f = (struct fixture){ .model = given_model(sb_text(&yaml)) };
	f->engine = engine_new(f->model);
	f->state = state_new(f->engine);
	sb_release(&yaml);
}

static void end(struct fixture *f)
{
	state_free(f->state);
	engine_free(f->engine);
	model_free(f->model);
	arena_release(&f->arena);
}

static void act(struct fixture *f, const char *actions)
{
	step_list steps = given_steps(f->model, actions, &f->arena);

	for (size_t i = 0; i < steps.len; i++)
		state_step(f->state, &steps.at[i], NULL);
	vec_free(&steps);
}

typedef void piece(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w);

static void assert_piece(struct fixture *f, piece *say, const char *expected)
{
	struct replica_why replicas[8];
	struct strbuf sb = {0};
	struct group_why w = { .replicas = replicas };

	state_why(f->state, 0, &w);
	say(&sb, f->model, 0, &w);
	assert_string_equal(sb_text(&sb), expected);
	sb_release(&sb);
}

static void assert_why(const char *topology, const char *service, const char *actions, const char *expected)
{
	struct fixture f;

	begin(&f, topology, service);
	act(&f, actions);
	assert_piece(&f, why_sentence, expected);
	end(&f);
}

#define THREE "{a: [n1], b: [n2], c: [n3]}"
#define SIX "{a: [a1, a2, a3], b: [b1, b2, b3]}"

/* ---- all goes on ---- */

static void with_all_alive__it_says_so(void **state)
{
	(void)state;
	assert_why(THREE, "{replicas: [n1, n2, n3]}", "", "all 3 replicas are live");
	assert_why(THREE, "{replicas: [n1, n2]}", "", "both replicas are live");
	assert_why(THREE, "{replicas: [n1]}", "", "its one replica is live");
}

static void a_group_at_risk__says_that_one_more_death_can_stop_it(void **state)
{
	(void)state;
	assert_why(THREE, "{replicas: [n1, n2, n3]}", "kill a",
	           "2 of 3 replicas are live, and the death of one more can stop it");
}

static void a_degraded_group__counts_what_is_live(void **state)
{
	(void)state;
	assert_why(SIX, "{replicas: [a1, a2, a3, b1, b2]}", "kill a1", "4 of 5 replicas are live");
}

/* ---- writes and reads ---- */

static void a_shortage_that_stops_writes_and_reads__is_said_once(void **state)
{
	(void)state;
	assert_why(THREE, "{replicas: [n1, n2, n3]}", "drain a b", "1 of the 2 votes needed to write or read is left");
	assert_why(THREE, "{replicas: [n1, n2, n3]}", "drain a b c", "none of the 2 votes needed to write or read is left");
}

static void a_read_only_group__says_that_reads_go_on(void **state)
{
	(void)state;
	assert_why(THREE, "{read: 1, replicas: [n1, n2, n3]}", "drain a b",
	           "1 of the 2 votes needed to write is left; reads go on");
}

static void a_write_only_group__says_that_writes_go_on(void **state)
{
	(void)state;
	assert_why(THREE, "{write: 1, ack: 1, read: 3, replicas: [n1, n2, n3]}", "drain a",
	           "2 of the 3 votes needed to read are left; writes go on");
}

static void reads_that_may_be_old__are_told(void **state)
{
	(void)state;
	assert_why(THREE, "{stale: serve, replicas: [n1, n2, n3]}", "drain a b",
	           "1 of the 2 votes needed to write or read is left; what is left serves reads that may be old");
	assert_why(THREE, "{stale: serve, read: 3, write: 1, ack: 1, replicas: [n1, n2, n3]}", "drain a",
	           "2 of the 3 votes needed to read are left; what is left serves reads that may be old; writes go on");
}

static void where_replicas_in_sync_acknowledge__these_are_counted(void **state)
{
	(void)state;
	assert_why(THREE, "{write: 2, read: 1, ack: insync, replicas: [n1, n2, n3]}", "drain a b",
	           "1 of the 2 in-sync replicas needed to write is left; reads go on");
}

static void a_single_vote__is_spoken_of_in_the_singular(void **state)
{
	(void)state;
	assert_why(THREE, "{replicas: [n1]}", "drain a", "the one vote needed to write or read is gone");
}

static void an_expression_beyond_what_is_configured__says_so(void **state)
{
	(void)state;
	assert_why(THREE, "{write: 4, read: 1, replicas: [n1, n2, n3]}", "",
	           "4 votes are needed to write and only 3 are configured; reads go on");
}

static void an_acknowledgement_of_its_own__is_named(void **state)
{
	(void)state;
	assert_why(THREE, "{write: 1, ack: 2, read: 1, replicas: [n1, n2, n3]}", "drain a b",
	           "1 of the 2 votes needed to acknowledge a write is left; reads go on");
}

static void each_domain__names_the_one_that_falls_short(void **state)
{
	(void)state;
	assert_why(SIX, "{write: majority in each dc, read: 1, replicas: [a1, a2, a3, b1, b2, b3]}", "drain b1 b2",
	           "b has 1 of the 2 votes that each dc needs to write; reads go on");
}

static void a_local_quorum__tells_part_from_none(void **state)
{
	static const char service[] =
		"{leader: none, write: majority in local dc, read: 1, replicas: [a1, a2, a3, b1, b2, b3]}";

	(void)state;
	assert_why(SIX, service, "drain b", "only 1 dc has enough votes to write: b has 0 of 2");
	assert_why(SIX, service, "drain b a1 a2", "no dc has enough votes to write, 1 is needed: a has 1 of 2; reads go on");
}

static void some_domains_of_many__are_counted(void **state)
{
	(void)state;
	assert_why(SIX, "{write: majority in 2 dc, read: 1, replicas: [a1, a2, a3, b1, b2, b3]}", "drain b1 b2",
	           "1 dc has enough votes to write, 2 are needed: b has 1 of 2; reads go on");
}

/* ---- data ---- */

static void lost_newest_writes__count_who_had_them(void **state)
{
	(void)state;
	assert_why(THREE, "{replicas: [n1, n2, n3]}", "kill a b",
	           "1 of the 2 votes needed to write or read is left; the newest writes may be gone: "
	           "2 of the 3 replicas that acknowledged writes are dead");
}

static void a_dead_leader__took_what_it_alone_acknowledged(void **state)
{
	(void)state;
	assert_why(THREE, "{write: 1, read: 1, ack: leader, replicas: [n1, n2, n3]}", "kill a",
	           "2 of 3 replicas are live; the newest writes may be gone: "
	           "the leader, which alone was sure to have them, is dead; "
	           "the group went on, so what is missing is gone for good");
}

static void only_followers_left__says_how_far_behind(void **state)
{
	(void)state;
	assert_why(THREE, "{lag: 5s, failover: none, replicas: [n1, {at: n2, role: standby}]}", "kill a",
	           "the one vote needed to write or read is gone; no copy that acknowledged writes is left, only copies that "
	           "follow, behind by up to 5 s");
	assert_why(THREE, "{failover: none, replicas: [n1, {at: n2, role: standby}]}", "kill a",
	           "the one vote needed to write or read is gone; no copy that acknowledged writes is left, only copies that "
	           "follow, behind by nobody knows how much");
}

static void a_backup_left__says_how_old(void **state)
{
	(void)state;
	assert_why(THREE, "{every: 24h, restore: 4h, replicas: [n1, {at: n2, role: backup}]}", "kill a",
	           "the one vote needed to write or read is gone; only a backup is left, up to 24 h old; "
	           "it waits for a restore");
}

static void nothing_left__says_so(void **state)
{
	(void)state;
	assert_why(THREE, "{replicas: [n1]}", "kill a",
	           "the one vote needed to write or read is gone; no copy of the data is left, nor a backup");
}

static void too_few_pieces_of_coded_data__are_counted(void **state)
{
	(void)state;
	assert_why(SIX, "{rebuild: 3, write: 3, read: 3, leader: none, replicas: [a1, a2, a3, b1]}", "kill a1 a2",
	           "2 of the 3 votes needed to write or read are left; 2 of the 3 copies needed to rebuild the data are left, "
	           "and no backup");
}

static void an_earlier_loss__is_told_from_one_of_this_step(void **state)
{
	(void)state;
	assert_why(THREE, "{leader: none, write: 1, read: 1, replicas: [n1, n2, n3]}", "kill a then drain b",
	           "1 of 3 replicas is live, and the death of one more can stop it; "
	           "the newest writes have been missing since an earlier step");
	assert_why(THREE, "{write: 1, read: 1, replicas: [n1, n2, n3]}", "kill a then heal",
	           "all 3 replicas are live; the group went on without its newest writes: they are gone for good");
}

static void data_of_a_stateless_group__can_not_be_lost(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, THREE, "{rebuild: 0, write: 1, read: 1, leader: none, replicas: [n1, n2]}");
	act(&f, "kill a b");
	assert_piece(&f, why_data, "there is no data to lose");
	end(&f);
}

/* ---- what came to pass ---- */

static void a_promotion__is_told(void **state)
{
	(void)state;
	assert_why(THREE, "{lag: 0, replicas: [n1, {at: n2, role: standby}]}", "drain a",
	           "1 of 2 replicas is live, and the death of one more can stop it; a standby took over");
}

static void a_group_that_an_operator_can_help__waits_for_one(void **state)
{
	(void)state;
	assert_why(THREE, "{failover: manual, operator: 30m, replicas: [n1, {at: n2, role: standby}]}", "drain a",
	           "the one vote needed to write or read is gone; it waits for an operator");
}

static void a_fallback__is_told(void **state)
{
	(void)state;
	assert_why(THREE, "{write: all, read: 1, fallback: {after: 60s, write: any, read: any, ack: any}, replicas: [n1, n2]}",
	           "kill b", "1 of 2 replicas is live, and the death of one more can stop it; "
	           "it runs on its fallback: write 'all' gave way to 'any'");
	assert_why(THREE, "{write: 2, read: 2, ack: insync, fallback: {after: 60s, write: 1, read: 1}, replicas: [n1, n2, n3]}",
	           "kill b c", "1 of 3 replicas is live, and the death of one more can stop it; "
	           "it runs on its fallback: write '2' gave way to '1', read '2' gave way to '1'");
}

/* ---- cuts ---- */

static void replicas_that_are_cut_off__are_counted(void **state)
{
	(void)state;
	assert_why(THREE, "{replicas: [n1, n2, n3]}", "isolate c",
	           "2 of 3 replicas are live, 1 is cut off, and the death of one more can stop it");
	assert_why(THREE, "{replicas: [n1, n2, n3]}", "isolate b and isolate c",
	           "1 of the 2 votes needed to write or read is left; 2 replicas are cut off");
}

static void a_split_brain__names_its_sides(void **state)
{
	(void)state;
	assert_why(THREE, "{fencing: none, lag: 0, replicas: [n1, {at: n2, role: standby}]}", "cut a b",
	           "split brain: sides n1 and n2 take writes apart, and when they hear each other again only one side's writes "
	           "stay; seen from n1, 1 of 2 replicas is live, 1 is cut off");
	assert_why(THREE, "{fencing: none, leader: none, write: 1, read: 1, replicas: [n1, n2]}", "cut a b",
	           "diverged: sides n1 and n2 take writes apart, which merge when they hear each other again; "
	           "seen from n1, 1 of 2 replicas is live, 1 is cut off");
	assert_why(THREE, "{fencing: none, leader: none, write: 1, read: 1, replicas: [n1, n2, n3]}",
	           "isolate a and isolate b",
	           "diverged: sides n1, n2 and n3 take writes apart, which merge when they hear each other again; "
	           "seen from n1, 1 of 3 replicas is live, 2 are cut off");
}

static void the_end_of_a_split__costs_one_side_its_writes(void **state)
{
	(void)state;
	assert_why(THREE, "{fencing: none, lag: 0, replicas: [n1, {at: n2, role: standby}]}", "cut a b then join a b",
	           "both replicas are live; the group went on without its newest writes: they are gone for good; "
	           "sides of a split met again, and only one side's writes stay");
}

/* ---- needs ---- */

/* A group of c that needs another service, of which a and b together have the majority. */
static void assert_why_needing(const char *needs, const char *actions, const char *expected)
{
	struct strbuf service = {0};

	sb_addf(&service, "{needs: %s, replicas: [c1, c2, c3]}, pd: {replicas: [a1, b1, c1]}", needs);
	assert_why("{a: [a1], b: [b1], c: [c1, c2, c3]}", sb_text(&service), actions, expected);
	sb_release(&service);
}

static void a_needed_service_that_is_down__is_named(void **state)
{
	(void)state;
	assert_why_needing("[pd]", "drain a b", "service pd, which it needs, can't be read");
	assert_why_needing("{pd: read-only}", "drain a b", "service pd, which it needs, takes no writes; reads go on");
}

static void a_shortage_of_its_own__is_named_beside_it(void **state)
{
	(void)state;
	assert_why_needing("[pd]", "drain a b c2 c3",
	                   "service pd, which it needs, can't be read; 1 of the 2 votes needed to write or read is left");
}

static void a_frozen_group__says_what_can_not_be_decided(void **state)
{
	(void)state;
	assert_why_needing("{pd: freeze}", "drain a b",
	                   "all 3 replicas are live; nothing can be decided now: service pd, which it needs, takes no writes");
	assert_why_needing("{pd: freeze}", "drain a b then kill c1",
	                   "it lost its leader, and nothing can be decided: service pd, which it needs, takes no writes; "
	                   "reads go on");
}

static void a_need_that_is_out_of_hearing__is_told_from_one_that_is_down(void **state)
{
	(void)state;
	assert_why_needing("{pd: read-only}", "isolate c",
	                   "service pd, which it needs, takes no writes from here; reads go on");
}

static void one_need_of_several__is_the_one_that_is_named(void **state)
{
	(void)state;
	assert_why("{a: [a1], b: [b1], c: [c1]}",
	           "{needs: [pd, dns], replicas: [c1]}, pd: {replicas: [a1]}, dns: {replicas: [b1]}", "drain b",
	           "service dns, which it needs, can't be read");
}

static void a_need_that_is_met_in_part__is_counted(void **state)
{
	(void)state;
	assert_why("{a: [a1], b: [b1], c: [c1]}",
	           "{needs: [pd], replicas: [c1]}, pd: {groups: {one: [a1], two: [b1]}}", "drain b",
	           "only 1 of 2 groups of service pd, which it needs, can be read; "
	           "only 1 of 2 groups of service pd, which it needs, can be read");
}

static void assert_first_link(const char *actions, const char *expected)
{
	struct fixture f;
	struct strbuf sb = {0};

	begin(&f, "{a: [a1], b: [b1], c: [c1, c2, c3]}",
	      "{needs: [app], replicas: [c1]}, app: {needs: {db: read-only}, replicas: [c2]}, "
	      "db: {needs: {etcd: read-only}, replicas: [c3]}, etcd: {replicas: [a1, b1, c1]}");
	act(&f, actions);
	assert_int_equal(why_first_link(&sb, f.state, 1), expected != NULL);
	assert_string_equal(sb_text(&sb), expected ? expected : "");
	sb_release(&sb);
	end(&f);
}

static void a_chain_of_needs__is_followed_to_the_first_link_that_broke(void **state)
{
	(void)state;
	assert_first_link("", NULL);
	assert_first_link("drain a b", "etcd: 1 of the 2 votes needed to write or read is left");
	assert_first_link("drain c3", "db: the one vote needed to write or read is gone");
	assert_first_link("isolate c2", "db: it goes on, but out of hearing");
}

/* ---- an accept, before it is done ---- */

static void assert_accept(const char *service, const char *actions, const char *expected)
{
	struct fixture f;
	struct strbuf sb = {0};
	struct outcome then;

	begin(&f, THREE, service);
	act(&f, actions);
	then = state_outcome_if_accepted(f.state, 0);
	assert_int_equal(then.accepted, expected != NULL);
	if (then.accepted)
		why_accept(&sb, &then);
	assert_string_equal(sb_text(&sb), expected ? expected : "");
	act(&f, "accept s");
	assert_int_equal(state_outcome(f.state, 0)->writes, then.writes);
	assert_int_equal(state_outcome(f.state, 0)->data, then.data);
	assert_int_equal(state_outcome(f.state, 0)->rpo, then.rpo);
	sb_release(&sb);
	end(&f);
}

static void an_accept__says_before_what_it_costs(void **state)
{
	(void)state;
	assert_accept("{replicas: [n1, n2, n3]}", "", NULL);
	assert_accept("{replicas: [n1, n2, n3]}", "kill a b c", NULL);
	assert_accept("{replicas: [n1, n2, n3]}", "drain a b", "it takes writes again; no acknowledged write is given up");
	assert_accept("{replicas: [n1, n2, n3]}", "kill a b",
	              "it takes writes again; the newest writes are given up for good (RPO unbounded)");
	assert_accept("{lag: 30s, failover: manual, replicas: [n1, {at: n2, role: standby}]}", "kill a",
	              "it takes writes again; what the copies left have not got is given up for good (RPO 30 s)");
}

/* ---- pieces by themselves ---- */

static void pieces__say_how_things_stand_when_nothing_is_wrong(void **state)
{
	struct fixture f;

	(void)state;
	begin(&f, THREE, "{replicas: [n1, n2, n3]}");
	assert_piece(&f, why_write, "3 of 3 votes are left, 2 are needed to write");
	assert_piece(&f, why_read, "3 of 3 votes are left, 2 are needed to read");
	assert_piece(&f, why_data, "every acknowledged write is on a replica that is left");
	act(&f, "kill a");
	assert_piece(&f, why_data, "every acknowledged write is on a replica that is left, though 1 of 3 is dead");
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_all_alive__it_says_so),
		cmocka_unit_test(a_group_at_risk__says_that_one_more_death_can_stop_it),
		cmocka_unit_test(a_degraded_group__counts_what_is_live),
		cmocka_unit_test(a_shortage_that_stops_writes_and_reads__is_said_once),
		cmocka_unit_test(a_read_only_group__says_that_reads_go_on),
		cmocka_unit_test(a_write_only_group__says_that_writes_go_on),
		cmocka_unit_test(reads_that_may_be_old__are_told),
		cmocka_unit_test(where_replicas_in_sync_acknowledge__these_are_counted),
		cmocka_unit_test(a_single_vote__is_spoken_of_in_the_singular),
		cmocka_unit_test(an_expression_beyond_what_is_configured__says_so),
		cmocka_unit_test(an_acknowledgement_of_its_own__is_named),
		cmocka_unit_test(each_domain__names_the_one_that_falls_short),
		cmocka_unit_test(a_local_quorum__tells_part_from_none),
		cmocka_unit_test(some_domains_of_many__are_counted),
		cmocka_unit_test(lost_newest_writes__count_who_had_them),
		cmocka_unit_test(a_dead_leader__took_what_it_alone_acknowledged),
		cmocka_unit_test(only_followers_left__says_how_far_behind),
		cmocka_unit_test(a_backup_left__says_how_old),
		cmocka_unit_test(nothing_left__says_so),
		cmocka_unit_test(too_few_pieces_of_coded_data__are_counted),
		cmocka_unit_test(an_earlier_loss__is_told_from_one_of_this_step),
		cmocka_unit_test(data_of_a_stateless_group__can_not_be_lost),
		cmocka_unit_test(a_promotion__is_told),
		cmocka_unit_test(a_group_that_an_operator_can_help__waits_for_one),
		cmocka_unit_test(a_fallback__is_told),
		cmocka_unit_test(replicas_that_are_cut_off__are_counted),
		cmocka_unit_test(a_split_brain__names_its_sides),
		cmocka_unit_test(the_end_of_a_split__costs_one_side_its_writes),
		cmocka_unit_test(a_needed_service_that_is_down__is_named),
		cmocka_unit_test(a_shortage_of_its_own__is_named_beside_it),
		cmocka_unit_test(a_frozen_group__says_what_can_not_be_decided),
		cmocka_unit_test(a_need_that_is_out_of_hearing__is_told_from_one_that_is_down),
		cmocka_unit_test(one_need_of_several__is_the_one_that_is_named),
		cmocka_unit_test(a_need_that_is_met_in_part__is_counted),
		cmocka_unit_test(a_chain_of_needs__is_followed_to_the_first_link_that_broke),
		cmocka_unit_test(an_accept__says_before_what_it_costs),
		cmocka_unit_test(pieces__say_how_things_stand_when_nothing_is_wrong),
	};

	return cmocka_run_group_tests_name("why", tests, NULL, NULL);
}
