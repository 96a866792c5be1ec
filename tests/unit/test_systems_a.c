/*
 * Systems of the families logs, distributed SQL, relational, and the patterns by name: each loads and works;
 * what is published about them comes out, step by step; the files in topologies/ that show them keep their word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/state.h"
#include "lib/given.h"
#include "load/load.h"
#include "load/systems.h"
#include "rules/rules.h"

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* ---- every file ---- */

static const char *const systems[] = {
	"kafka", "kafka-acks1", "kafka-observers", "kraft", "mirrormaker", "bookkeeper", "pulsar",
	"raft", "tikv", "pd", "tidb-dr-auto-sync", "cockroachdb", "aurora", "aurora-instances", "aurora-global", "spanner",
	"postgres-patroni", "postgres-patroni-sync", "postgres-patroni-strict", "mysql-semisync", "mysql-group-replication",
	"primary-standby", "primary-backup", "multi-master", "backup", "master-slave", "consensus", "stretch-cluster",
	"active-passive", "active-active",
};

static const char *text_of(const char *name)
{
	for (const struct embedded *b = builtin_systems; b->name; b++)
		if (!strcmp(b->name, name))
			return b->text;
	fail_msg("there is no built-in system '%s'", name);
	return NULL;
}

static void system__begins_with_its_line_its_source_and_its_traps(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(systems); i++) {
		const char *text = text_of(systems[i]), *second = strchr(text, '\n') + 1;

		if (strncmp(text, "about: ", 7) || strchr("\"'>|", text[7]))
			fail_msg("'%s' does not begin with a plain line of what it is about", systems[i]);
		if (strncmp(second, "source: \"", 9))
			fail_msg("'%s' does not say where its numbers come from", systems[i]);
		if (!strstr(second, "\nnotes:\n  - "))
			fail_msg("'%s' names no trap", systems[i]);
	}
}

static void system__takes_writes_and_reads_while_everything_lives(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(systems); i++) {
		struct strbuf yaml = {0};

		sb_addf(&yaml, "faultline: 1\ntopology: {r: {'az-(1..3)': {d: {k: [n1, n2]}}}}\n"
		        "services: {s: {system: %s, replicas: ['az-(1..3)/d/k/n(1..2)']}}\n", systems[i]);
		struct model *m = given_model(sb_text(&yaml));
		struct engine *e = engine_new(m);
		struct state *s = state_new(e);
		const struct outcome *o = state_outcome(s, 0);
		if (o->writes != ANSWER_YES || o->reads != ANSWER_YES || o->status != STATUS_OK)
			fail_msg("'%s' is %s with everything alive", systems[i], status_names[o->status]);
		state_free(s);
		engine_free(e);
		model_free(m);
		sb_release(&yaml);
	}
}

/* ---- stories ---- */

#define MAX_CHAPTERS 6

/* Steps, and what the group comes to after them: "WRITES READS DATA, RPO, RTO", ", fallback", ", split". */
struct chapter {
	const char *actions; /* NULL: the scenario's next step */
	const char *end;
};

struct story {
	const char *name; /* ends with its source */
	const char *yaml; /* or a file of topologies/ and a scenario of it */
	const char *file, *scenario, *service; /* no service: the first */
	struct chapter chapters[MAX_CHAPTERS];
	bool needs_engine_support; /* waits for the engine: printed as skipped */
};

#define THREE_AZS "faultline: 1\nlevels: [az, node]\ntopology: {a: [a1, a2, a3], b: [b1, b2, b3], c: [c1, c2, c3]}\n"
#define SERVICE(fields) THREE_AZS "services: {s: {" fields "}}\n"
#define KAFKA(fields) SERVICE("system: kafka, " fields ", replicas: [a1, b1, c1]")

#define TWO_AND_A_HALF "faultline: 1\nlevels: [dc, node]\n" \
	"topology: {one: [b1, b2, b3, k1, k2], two: [b4, b5, b6, k3, k4], half: [k5]}\n" \
	"services: {s: {system: kafka-observers, needs: {controllers: freeze}, replicas: " \
	"[b1, b2, b4, b5, {at: b3, role: standby}, {at: b6, role: standby}]}, " \
	"controllers: {system: kraft, replicas: [k1, k2, k3, k4, k5]}}\n"
#define OBSERVERS " (Confluent Platform, Multi-Region Clusters)"

#define DR_AUTO_SYNC "faultline: 1\nlevels: [az, node]\ntopology: {primary: [p1, p2, p3], dr: [d1, d2, d3]}\n" \
	"services: {s: {system: tidb-dr-auto-sync, replicas: [p1, p2, p3, d1, d2, {at: d3, role: learner}]}}\n"
#define PINGCAP " (PingCAP, Two Availability Zones in One Region Deployment)"

#define PATRONI(system, replicas) THREE_AZS "services: {s: {system: " system ", needs: {dcs: read-only}, " \
	"replicas: [" replicas "]}, dcs: {system: consensus, replicas: [a2, b2, c2]}}\n"
#define PATRONI_DOC " (Patroni, replication modes)"

#define VOLUME SERVICE("system: aurora, replicas: [a1, a2, b1, b2, c1, c2]")
#define SIGMOD " (Verbitski et al., SIGMOD 2017)"

#define STRETCHED "faultline: 1\nlevels: [az, node]\ntopology: {a: [1, 2], b: [3, 4], c: [vote]}\n" \
	"services: {s: {system: stretch-cluster, replicas: [1, 2, 3, 4, {at: vote, role: arbiter}]}}\n"

static const struct story stories[] = {
	/* Kafka */
	{.name = "kafka, RF 3, min_insync 2: one broker costs nothing, two stop writes, no loss (min.insync.replicas)",
	 .yaml = KAFKA("min_insync: 2"),
	 .chapters = {{"kill a1", "yes yes safe, 0, 9 s"}, {"kill b1", "no yes safe, 0, unbounded"},
	              {"heal then kill b1 c1", "no yes safe, 0, unbounded"}, {"heal", "yes yes safe, 0, 0"}}},
	{.name = "kafka, min_insync 1: the last in-sync broker is waited for (Kafka, unclean.leader.election.enable)",
	 .yaml = KAFKA("min_insync: 1"),
	 .chapters = {{"kill a1", "yes yes safe, 0, 9 s"}, {"kill b1", "yes yes safe, 0, 9 s"},
	              {"kill c1", "no no lost, unbounded, unbounded"}, {"heal a1", "no no stale, unbounded, unbounded"},
	              {"heal c1", "yes yes safe, 0, 0"}}},
	{.name = "kafka, min_insync 1: accept goes on without its writes (unclean.leader.election.enable)",
	 .yaml = KAFKA("min_insync: 1"),
	 .chapters = {{"kill a1 then kill b1 then kill c1 then heal a1", "no no stale, unbounded, unbounded"},
	              {"accept s", "yes yes stale, unbounded, 0"}, {"heal", "yes yes stale, unbounded, 0"}}},
	{.name = "kafka, a broker that is drained hands over and costs nothing (Kafka, controlled.shutdown.enable)",
	 .yaml = KAFKA("min_insync: 2"), .chapters = {{"drain a1", "yes yes safe, 0, 0"}}},
	{.name = "kafka without its controllers goes on, until a leader dies (Kafka, KRaft)",
	 .yaml = THREE_AZS "services: {s: {system: kafka, min_insync: 2, needs: {k: freeze}, "
	         "replicas: [a1, b1, c1]}, k: {system: kraft, replicas: [a2, b2, c2]}}\n",
	 .chapters = {{"kill a2 b2", "yes yes safe, 0, 0"}, {"kill a1", "no yes safe, 0, unbounded"},
	              {"heal a2", "yes yes safe, 0, 9 s"}}},
	{.name = "kafka-acks1: a dead leader takes its newest with it, for good (Kafka, acks=1)",
	 .yaml = SERVICE("system: kafka-acks1, min_insync: 2, replicas: [a1, b1, c1]"),
	 .chapters = {{"kill b1 c1", "yes yes safe, 0, 0"}, {"heal", "yes yes safe, 0, 0"},
	              {"kill a1", "yes yes tail, 30 s, 9 s"}, {"heal", "yes yes tail, 30 s, 0"}}},

	/* two and a half datacenters */
	{.name = "kafka-observers: a datacenter lost, an observer is promoted, nothing is lost" OBSERVERS,
	 .yaml = TWO_AND_A_HALF,
	 .chapters = {{"kill one", "yes yes safe, 0, 10 s"}, {"heal", "yes yes safe, 0, 0"}}},
	{.name = "kafka-observers: nor with the other one" OBSERVERS,
	 .yaml = TWO_AND_A_HALF, .chapters = {{"kill two", "yes yes safe, 0, 10 s"}}},
	{.name = "kafka-observers: the half datacenter costs nothing" OBSERVERS,
	 .yaml = TWO_AND_A_HALF, .chapters = {{"kill half", "yes yes safe, 0, 0"}}},
	{.name = "kafka-observers: a half and a whole one leave no controllers to promote by" OBSERVERS,
	 .yaml = TWO_AND_A_HALF,
	 .chapters = {{"kill half one", "no yes safe, 0, unbounded"}, {"heal half", "yes yes safe, 0, 10 s"}}},
	{.name = "kafka-observers: without the observer it would be one too few" OBSERVERS,
	 .yaml = TWO_AND_A_HALF, .chapters = {{"kill b6 one", "no yes safe, 0, unbounded"}}},

	/* the rest of the logs */
	{.name = "mirrormaker: nobody moves by himself; accept loses the lag (Kafka, geo-replication)",
	 .yaml = "faultline: 1\nlevels: [region, broker]\ntopology: {dub: [d1, d2, d3], lon: [l1, l2]}\nservices: {s: {"
	         "system: mirrormaker, min_insync: 2, "
	         "replicas: [d1, d2, d3, {at: l1, role: standby}, {at: l2, role: standby}]}}\n",
	 .chapters = {{"kill d1", "yes yes safe, 0, 9 s"}, {"kill dub", "no no stale, 1 s, 35 min 9 s"},
	              {"accept s", "yes yes stale, 1 s, 0"}, {"heal", "yes yes stale, 1 s, 0"}}},
	{.name = "bookkeeper, ensemble 3 of 4, ack quorum 2: one bookie is replaced, two are not (BookKeeper protocol)",
	 .yaml = SERVICE("system: bookkeeper, read_quorum: 3, replicas: [a1, a2, b1, c1]"),
	 .chapters = {{"kill a1", "yes yes safe, 0, 5 s"}, {"heal then kill a1 b1", "no no tail, unbounded, unbounded"}}},
	{.name = "bookkeeper, an ensemble without a spare: one bookie stops writes (BookKeeper, NotEnoughBookies)",
	 .yaml = SERVICE("system: bookkeeper, replicas: [a1, b1, c1]"),
	 .chapters = {{"kill a1", "no yes safe, 0, unbounded"}}},
	{.name = "pulsar, 2/2/2: one of three bookies costs nothing, two hold the newest alone (Pulsar, broker.conf)",
	 .yaml = SERVICE("system: pulsar, replicas: [a1, b1, c1]"),
	 .chapters = {{"kill a1", "yes yes safe, 0, 5 s"}, {"heal then kill a1 b1", "no no tail, unbounded, unbounded"}}},

	/* distributed SQL */
	{.name = "tikv: a follower's death costs nothing, a leader's an election (TiKV, raft-election-timeout-ticks)",
	 .yaml = SERVICE("system: tikv, replicas: [a1, b1, c1]"),
	 .chapters = {{"kill b1", "yes yes safe, 0, 0"}, {"heal then kill a1", "yes yes safe, 0, 20 s"},
	              {"kill b1", "no no safe, 0, unbounded"}}},
	{.name = "DR Auto-Sync: the second zone lost, writes are on again after 60 s and nothing is lost" PINGCAP,
	 .yaml = DR_AUTO_SYNC,
	 .chapters = {{"kill dr", "yes yes safe, 0, 60 s, fallback"}, {"heal dr", "yes yes safe, 0, 0"}}},
	{.name = "DR Auto-Sync: the primary lost in the state sync, nothing is lost, writes need an operator" PINGCAP,
	 .yaml = DR_AUTO_SYNC,
	 .chapters = {{"kill primary", "no no safe, 0, 40 min 10 s"}, {"accept s", "yes yes safe, 0, 0"}}},
	{.name = "DR Auto-Sync: the primary lost after the second zone takes what it wrote alone" PINGCAP,
	 .yaml = DR_AUTO_SYNC,
	 .chapters = {{"kill dr then kill primary then heal dr", "no no stale, unbounded, unbounded, fallback"},
	              {"accept s", "yes yes stale, unbounded, 0, fallback"}}},
	{.name = "cockroachdb: 2 + 2 + 1 survives the home region (CockroachDB, Multi-Region Survival Goals)",
	 .yaml = SERVICE("system: cockroachdb, replicas: [a1, a2, b1, b2, c1]"),
	 .chapters = {{"kill a", "yes yes safe, 0, 9 s"}, {"kill b1", "no stale safe, 0, unbounded"}}},
	{.name = "cockroachdb: non-voters serve old reads and can't vote (CockroachDB, follower reads)",
	 .yaml = SERVICE("system: cockroachdb, replicas: [a1, a2, a3, {at: b1, role: learner}]"),
	 .chapters = {{"kill a", "no stale stale, unbounded, unbounded"}, {"heal", "yes yes safe, 0, 0"}}},
	{.name = "aurora: a zone costs no writes, a zone and one more no reads, two more no data" SIGMOD,
	 .yaml = VOLUME,
	 .chapters = {{"kill a", "yes yes safe, 0, 0"}, {"heal then kill a b1", "no yes safe, 0, unbounded"},
	              {"heal then kill a b", "no no tail, unbounded, unbounded"}}},
	{.name = "aurora-instances: a replica becomes the writer within a minute, and holds nothing (Aurora User Guide)",
	 .yaml = THREE_AZS "services: {s: {system: aurora-instances, needs: {v: down}, replicas: [a3, b3]}, "
	         "v: {system: aurora, replicas: [a1, a2, b1, b2, c1, c2]}}\n",
	 .chapters = {{"kill a", "yes yes safe, 0, 60 s"}, {"kill b1 c1", "no no safe, 0, unbounded"}}},
	{.name = "aurora-global: the region lost waits for an operator, and costs a second (Aurora Global Database)",
	 .yaml = "faultline: 1\nlevels: [region, node]\ntopology: {east: ['e(1..6)'], west: ['w(1..6)']}\nservices: {s: {"
	         "system: aurora-global, replicas: ['e(1..6)', {at: w1, role: standby}, {at: w2, role: standby}, "
	         "{at: w3, role: standby}, {at: w4, role: standby}]}}\n",
	 .chapters = {{"kill east", "no no stale, 1 s, 31 min"}, {"accept s", "yes yes stale, 1 s, 0"}}},
	{.name = "spanner: two regions of two and a witness, any one may go (Spanner, region types)",
	 .yaml = SERVICE("system: spanner, replicas: [a1, a2, b1, b2, {at: c1, role: witness}]"),
	 .chapters = {{"kill a", "yes yes safe, 0, 11 s"}, {"heal then kill b", "yes yes safe, 0, 11 s"},
	              {"heal then kill c", "yes yes safe, 0, 0"}, {"kill a", "no stale safe, 0, unbounded"}}},

	/* relational */
	{.name = "patroni with its DCS lost is read-only, every database in good health" PATRONI_DOC,
	 .yaml = PATRONI("postgres-patroni", "a1, {at: b1, role: standby}"),
	 .chapters = {{"kill a2 b2", "no yes safe, 0, unbounded"}, {"heal a2", "yes yes safe, 0, 0"}}},
	{.name = "patroni, asynchronous: failover after ttl and loop_wait, and what was not replicated is gone" PATRONI_DOC,
	 .yaml = PATRONI("postgres-patroni", "a1, {at: b1, role: standby}"),
	 .chapters = {{"kill a1", "yes yes stale, 30 s, 40 s"}, {"heal a1", "yes yes stale, 30 s, 0"}}},
	{.name = "patroni, asynchronous: a switchover loses nothing" PATRONI_DOC,
	 .yaml = PATRONI("postgres-patroni", "a1, {at: b1, role: standby}"),
	 .chapters = {{"drain a1", "yes yes safe, 0, 10 s"}}},
	{.name = "patroni, synchronous: the standby takes over with everything" PATRONI_DOC,
	 .yaml = PATRONI("postgres-patroni-sync", "a1, b1"),
	 .chapters = {{"kill a1", "yes yes safe, 0, 40 s"}, {"heal", "yes yes safe, 0, 0"}}},
	{.name = "patroni, synchronous: a standby that was given up may not take over" PATRONI_DOC,
	 .yaml = PATRONI("postgres-patroni-sync", "a1, b1"),
	 .chapters = {{"kill b1", "yes yes safe, 0, 30 s"}, {"kill a1", "no no lost, unbounded, unbounded"},
	              {"heal b1", "no no stale, unbounded, unbounded"}, {"heal a1", "yes yes safe, 0, 0"}}},
	{.name = "patroni, strict: two members stop at one death, three do not" PATRONI_DOC,
	 .yaml = PATRONI("postgres-patroni-strict", "a1, b1, c1"),
	 .chapters = {{"kill a1", "yes yes safe, 0, 40 s"}, {"kill b1", "no yes safe, 0, 30 min 40 s"}}},
	{.name = "mysql-semisync: the source's death loses nothing (MySQL, semisynchronous replication)",
	 .yaml = SERVICE("system: mysql-semisync, replicas: [a1, b1, c1]"),
	 .chapters = {{"kill a1", "yes yes safe, 0, 13 s"}}},
	{.name = "mysql-semisync: without replicas asynchronous after 10 s, then the source's death loses (MySQL, timeout)",
	 .yaml = SERVICE("system: mysql-semisync, replicas: [a1, b1, c1]"),
	 .chapters = {{"kill b1 then kill c1", "yes yes safe, 0, 10 s, fallback"},
	              {"kill a1 then heal b1 c1", "no no stale, unbounded, unbounded, fallback"},
	              {"accept s", "yes yes stale, unbounded, 0"}}},
	{.name = "mysql-group-replication: a minority stops and serves old reads (MySQL, Group Replication)",
	 .yaml = SERVICE("system: mysql-group-replication, replicas: [a1, b1, c1]"),
	 .chapters = {{"kill a1", "yes yes safe, 0, 11 s"}, {"kill b1", "no stale safe, 0, unbounded"}}},

	/* patterns: what they promise is arithmetic */
	{.name = "primary-standby waits for an operator; master-slave is another name of it",
	 .yaml = SERVICE("system: master-slave, replicas: [a1, {at: b1, role: standby}]"),
	 .chapters = {{"kill a1", "no no stale, 1 s, 31 min 30 s"}, {"accept s", "yes yes stale, 1 s, 0"}}},
	{.name = "primary-backup waits for a restore of yesterday; backup is another name of it",
	 .yaml = SERVICE("system: backup, replicas: [a1, {at: b1, role: backup}]"),
	 .chapters = {{"kill a1", "no no backup, 24 h, 4 h 5 min"}, {"kill b1", "no no lost, unbounded, unbounded"}}},
	{.name = "active-passive with automatic failover adds the way of the clients",
	 .yaml = SERVICE("system: active-passive, failover: auto, replicas: [a1, {at: b1, role: standby}]"),
	 .chapters = {{"kill a1", "yes yes stale, 1 s, 2 min 30 s"}, {"heal", "yes yes stale, 1 s, 0"}}},
	{.name = "active-active never stops, and forgets what a dead site had not told",
	 .yaml = SERVICE("system: active-active, replicas: [a1, b1, c1]"),
	 .chapters = {{"kill a1 b1", "yes yes tail, 1 s, 70 s"}, {"heal", "yes yes safe, 0, 0"}}},
	{.name = "stretch-cluster: a site lost costs half a minute, and nothing that was written on both sides",
	 .yaml = STRETCHED,
	 .chapters = {{"kill a", "yes yes safe, 0, 30 s, fallback"}, {"heal a", "yes yes safe, 0, 0"},
	              {"kill c", "yes yes safe, 0, 0"}, {"kill b", "no no safe, 0, unbounded"}}},
	{.name = "stretch-cluster: cut in two, the side that leads and sees the third vote goes on alone",
	 .yaml = STRETCHED,
	 .chapters = {{"cut a b", "yes yes safe, 0, 30 s, fallback"}, {"join a b", "yes yes safe, 0, 0"}}},
	{.name = "active-passive without a third opinion is split brain, and one side's writes are lost when it ends",
	 .yaml = SERVICE("system: active-passive, failover: auto, replicas: [a1, {at: b1, role: standby}]"),
	 .chapters = {{"cut a b", "yes yes safe, 0, 0, split"}, {"join a b", "yes yes tail, unbounded, 0"}}},
	{.name = "active-active cut apart diverges, and merges when it is joined",
	 .yaml = SERVICE("system: active-active, replicas: [a1, b1]"),
	 .chapters = {{"cut a b", "yes yes safe, 0, 0, split"}, {"join a b", "yes yes safe, 0, 0"}}},

	/* incidents */
	{.name = "OVH Strasbourg 2021: a backup in the next building burns with the server (OVHcloud status, 2021-03-10)",
	 .file = "ovh-strasbourg-2021", .scenario = "march-2021", .service = "intranet",
	 .chapters = {{NULL, "no no lost, unbounded, unbounded"}, {NULL, "no no lost, unbounded, unbounded"}}},
	{.name = "OVH Strasbourg 2021: a backup in Roubaix brings back yesterday (OVHcloud status, 2021-03-10)",
	 .file = "ovh-strasbourg-2021", .scenario = "march-2021", .service = "forum",
	 .chapters = {{NULL, "no no backup, 24 h, 4 h 5 min"}}},
	{.name = "OVH Strasbourg 2021: a standby in Gravelines goes on without a second (OVHcloud status, 2021-03-10)",
	 .file = "ovh-strasbourg-2021", .scenario = "march-2021", .service = "shop",
	 .chapters = {{NULL, "yes yes stale, 1 s, 90 s"}}},
	{.name = "OVH Strasbourg 2021: power cut on the site stops what did not burn (OVHcloud status, 2021-03-10)",
	 .file = "ovh-strasbourg-2021", .scenario = "march-2021", .service = "webs",
	 .chapters = {{NULL, "yes yes safe, 0, 0"}, {NULL, "no no safe, 0, unbounded"}, {NULL, "yes yes safe, 0, 0"}}},
	{.name = "Azure South Central 2018: recovered late, nothing is lost (Hodges, Postmortem: VSTS 4 September 2018)",
	 .file = "azure-south-central-2018", .scenario = "recover-late", .service = "vsts",
	 .chapters = {{NULL, "no no stale, 60 s, 1 d 14 h"}, {NULL, "yes yes safe, 0, 0"}}},
	{.name = "Azure South Central 2018: failed over, the newest is lost (Hodges, Postmortem: VSTS 4 September 2018)",
	 .file = "azure-south-central-2018", .scenario = "lose-data", .service = "vsts",
	 .chapters = {{NULL, "no no stale, 60 s, 1 d 14 h"}, {NULL, "yes yes stale, 60 s, 0"},
	              {NULL, "yes yes stale, 60 s, 0"}}},
	{.name = "Azure South Central 2018: zones in step go on (Hodges, Postmortem: VSTS 4 September 2018)",
	 .file = "azure-south-central-2018", .scenario = "recover-late", .service = "pipelines",
	 .chapters = {{NULL, "yes yes safe, 0, 15 s"}}},
};

static struct model *topology(const char *name)
{
	struct strbuf path = {0};
	struct source source;
	const char *why;

	sb_addf(&path, "topologies/%s.yaml", name);
	if (!source_read(&source, sb_text(&path), &why))
		fail_msg("%s: %s", sb_text(&path), why);
	struct model *m = given_model(source.text);
	source_release(&source);
	sb_release(&path);
	return m;
}

static const struct scenario *scenario_named(const struct model *m, const char *name)
{
	for (uint32_t i = 0; i < m->nscenarios; i++)
		if (!strcmp(m->scenarios[i].name, name))
			return &m->scenarios[i];
	fail_msg("there is no scenario '%s'", name);
	return NULL;
}

static uint32_t first_group_of(const struct model *m, const char *service)
{
	for (uint32_t i = 0; i < m->nservices; i++)
		if (!service || !strcmp(str_text(m->strings, m->services[i].name), service))
			return m->services[i].first_group;
	fail_msg("there is no service '%s'", service);
	return NO_GROUP;
}

static void act(struct state *s, const char *actions)
{
	struct arena arena = {0};
	step_list steps = given_steps(engine_model(state_engine(s)), actions, &arena);

	for (size_t i = 0; i < steps.len; i++)
		state_step(s, &steps.at[i], NULL);
	vec_free(&steps);
	arena_release(&arena);
}

static void play_scenario_step(struct state *s, const char *scenario, size_t i)
{
	const struct scenario *played = scenario_named(engine_model(state_engine(s)), scenario);

	if (i >= played->nsteps)
		fail_msg("'%s' has only %u steps", scenario, played->nsteps);
	state_step(s, &played->steps[i], NULL);
}

static void chapter_ends(const struct story *story, const struct chapter *c, const struct outcome *o)
{
	struct strbuf end = {0};
	char rpo[32], rto[32];

	sb_addf(&end, "%s %s %s, %s, %s%s%s", answer_names[o->writes], answer_names[o->reads], data_names[o->data],
	        duration_text(o->rpo, rpo), duration_text(o->rto, rto), o->fallback ? ", fallback" : "",
	        o->split ? ", split" : "");
	if (strcmp(sb_text(&end), c->end))
		fail_msg("%s: after %s it is '%s', not '%s'", story->name, c->actions ? c->actions : story->scenario,
		         sb_text(&end), c->end);
	sb_release(&end);
}

static void story_goes_as_told(void **state)
{
	const struct story *story = *state;

	if (story->needs_engine_support) {
		print_message("skipped until the engine supports it: %s\n", story->name);
		skip();
	}
	struct model *m = story->yaml ? given_model(story->yaml) : topology(story->file);
	struct engine *e = engine_new(m);
	struct state *s = state_new(e);
	uint32_t group = first_group_of(m, story->service);
	for (size_t i = 0; i < MAX_CHAPTERS && story->chapters[i].end; i++) {
		const struct chapter *c = &story->chapters[i];
		if (c->actions)
			act(s, c->actions);
		else
			play_scenario_step(s, story->scenario, i);
		chapter_ends(story, c, state_outcome(s, group));
	}
	state_free(s);
	engine_free(e);
	model_free(m);
}

/* ---- the files in topologies/ ---- */

static const char *const topologies[] = {
	"kafka-three-azs", "kafka-two-and-a-half-dcs", "kafka-mirrored", "pulsar-three-azs", "tidb-three-azs",
	"tidb-dr-auto-sync", "cockroachdb-three-regions", "aurora-global", "spanner-multi-region", "postgres-patroni",
	"mysql-ha", "plain-replication", "two-sites-three-patterns", "ovh-strasbourg-2021", "azure-south-central-2018",
};

static void topology__keeps_what_it_promises(void **state)
{
	const char *name = *state;
	struct model *m = topology(name);
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);
	struct diag_list diags = {0};
	uint32_t goals = 0;

	for (uint32_t i = 0; i < m->nservices; i++)
		goals += m->services[i].nsurvive;
	assert_true(goals > 0);
	check_model(a, CHECK_MERGED, &diags);
	for (size_t i = 0; i < diags.all.len; i++)
		if (diags.all.at[i].severity == SEVERITY_ERROR)
			fail_msg("%s:%u: %s", name, diags.all.at[i].place.line, diags.all.at[i].message);
	diag_release(&diags);
	analysis_free(a);
	engine_free(e);
	model_free(m);
}

/* No step of a scenario is without effect: one that is was written by mistake. */
static void topology__has_scenarios_whose_every_action_does_something(void **state)
{
	const char *name = *state;
	struct model *m = topology(name);
	struct engine *e = engine_new(m);

	assert_true(m->nscenarios > 0);
	for (uint32_t i = 0; i < m->nscenarios; i++) {
		struct state *s = state_new(e);

		for (uint32_t n = 0; n < m->scenarios[i].nsteps; n++) {
			const struct step *step = &m->scenarios[i].steps[n];
			enum effect *effects = xcalloc(step->nactions, sizeof(*effects));

			state_step(s, step, effects);
			for (uint32_t k = 0; k < step->nactions; k++)
				if (effects[k] != EFFECT_DONE)
					fail_msg("%s: '%s', step %u: %s", name, m->scenarios[i].name, n + 1, effect_why(effects[k]));
			free(effects);
		}
		state_free(s);
	}
	engine_free(e);
	model_free(m);
}

int main(void)
{
	static const struct CMUnitTest whole[] = {
		cmocka_unit_test(system__begins_with_its_line_its_source_and_its_traps),
		cmocka_unit_test(system__takes_writes_and_reads_while_everything_lives),
	};
	static struct CMUnitTest tests[COUNT(whole) + COUNT(stories) + 2 * COUNT(topologies)];
	size_t n = COUNT(whole);

	memcpy(tests, whole, sizeof(whole));
	for (size_t i = 0; i < COUNT(stories); i++)
		tests[n++] = (struct CMUnitTest){.name = stories[i].name, .test_func = story_goes_as_told,
			.initial_state = (void *)(uintptr_t)&stories[i]};
	for (size_t i = 0; i < COUNT(topologies); i++) {
		void *name = (void *)(uintptr_t)topologies[i];
		tests[n++] = (struct CMUnitTest){.name = topologies[i], .test_func = topology__keeps_what_it_promises,
			.initial_state = name};
		tests[n++] = (struct CMUnitTest){.name = topologies[i],
			.test_func = topology__has_scenarios_whose_every_action_does_something, .initial_state = name};
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
