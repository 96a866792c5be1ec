/*
 * Systems of the families NoSQL, object storage, coordination and front doors: each loads and works; what is
 * published about them comes out; the files in topologies/ that show them keep what they promise.
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

/* ---- every file ---- */

static const char *const systems[] = {
	"cassandra", "scylladb", "dynamodb-mrec", "dynamodb-mrsc", "mongodb", "foundationdb-three-data-hall",
	"foundationdb-three-datacenter", "redis-sentinel", "elasticsearch", "opensearch", "hdfs", "hbase",
	"minio", "minio-site-replication", "s3", "s3-crr", "ceph", "ceph-ec", "ceph-stretch", "garage",
	"etcd", "zookeeper", "zookeeper-hierarchical", "consul", "consul-wan", "hcp-consul",
	"powerdns", "powerdns-zones", "route53", "kong", "anycast", "load-balancer",
};

static const struct embedded *builtin(const char *name)
{
	for (const struct embedded *b = builtin_systems; b->name; b++)
		if (!strcmp(b->name, name))
			return b;
	fail_msg("there is no built-in system '%s'", name);
	return NULL;
}

/* How often a line of the text begins so. */
static size_t lines_beginning(const struct embedded *system, const char *start)
{
	size_t n = 0, len = strlen(start);

	for (const char *line = system->text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		n += !strncmp(line, start, len);
	return n;
}

static void systems__say_what_they_are_where_their_numbers_are_from_and_what_to_watch(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++) {
		const struct embedded *b = builtin(systems[i]);

		if (lines_beginning(b, "about: ") != 1 || lines_beginning(b, "source: ") != 1
		    || lines_beginning(b, "notes:") != 1 || lines_beginning(b, "  - ") < 3)
			fail_msg("'%s' lacks about, source or three notes", systems[i]);
	}
}

/* Sixteen voters: two regions of two datacenters of two halls of two nodes each, in order. */
#define SIXTEEN "faultline: 1\nlevels: [region, dc, hall, node]\n" \
	"topology: {'r(1..2)': {'d(1..2)': {'h(1..2)': ['n(1..2)']}}}\n"

static void systems__take_writes_and_reads_while_everything_lives(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(systems) / sizeof(*systems); i++) {
		struct strbuf yaml = {0};

		sb_addf(&yaml, SIXTEEN "services: {s: {system: %s, replicas: ['r(1..2)/d(1..2)/h(1..2)/n(1..2)']}}\n", systems[i]);
		struct model *m = given_model(sb_text(&yaml));
		struct engine *e = engine_new(m);
		struct state *s = state_new(e);
		const struct outcome *o = state_outcome(s, 0);

		if (o->writes != ANSWER_YES || o->reads != ANSWER_YES || o->status != STATUS_OK)
			fail_msg("'%s' does not work with everything alive", systems[i]);
		state_free(s);
		engine_free(e);
		model_free(m);
		sb_release(&yaml);
	}
}

/* ---- known answers ---- */

enum { ANY = 0xff };      /* not judged */
#define RTO_ANY ((duration)-2)
#define SECONDS(n) ((duration)(n) * 1000000)

/* What the first service's only group comes to. */
struct known {
	const char *name;      /* with its source */
	const char *yaml, *actions;
	uint8_t writes, reads, data;
	duration rto;
};

#define YES ANSWER_YES
#define PARTIAL ANSWER_PARTIAL
#define STALE ANSWER_STALE
#define NO ANSWER_NO
#define SAFE DATA_SAFE
#define TAIL DATA_TAIL
#define OLD DATA_STALE
#define LOST DATA_LOST

#define HEAD "faultline: 1\nlevels: [dc, rack, node]\n"
#define THREE_THREE HEAD "topology: {a: {'a(1..3)': [n]}, b: {'b(1..3)': [n]}}\nservices: {s: {system: cassandra, " \
	"replicas: ['a(1..3)/n', 'b(1..3)/n'], "
#define THREE_TWO HEAD "topology: {a: {'a(1..3)': [n]}, b: {'b(1..2)': [n]}}\nservices: {s: {system: cassandra, " \
	"replicas: ['a(1..3)/n', 'b(1..2)/n'], "
#define LEVEL(level) "write_consistency: " level ", read_consistency: " level "}}\n"
#define BLOCK_FOR " (Apache Cassandra, ConsistencyLevel.java, blockFor)"

#define DRIVES HEAD "topology: {d: {'m(1..4)': ['d(1..4)']}}\n" \
	"services: {s: {system: minio, data: 12, replicas: ['m(1..4)/d(1..4)']}}\n"
#define ERASURE " (MinIO, cmd/erasure-object.go)"

#define RACKS HEAD "topology: {d: {'r(1..3)': ['n(1..2)']}}\n"
#define POOL RACKS "services: {s: {system: ceph, min_size: 2, replicas: [r1/n1, r2/n1, r3/n1]}}\n"
#define CODED RACKS "services: {s: {system: ceph-ec, k: 4, min_size: 5, replicas: ['r(1..3)/n(1..2)']}}\n"
#define STRETCH HEAD "topology: {a: {ra: [a1, a2, ma1, ma2]}, b: {rb: [b1, b2, mb1, mb2]}, c: {rc: [mc]}}\n" \
	"services: {s: {system: ceph-stretch, needs: {mons: freeze}, replicas: [a1, a2, b1, b2]}, " \
	"mons: {replicas: [ma1, ma2, mb1, mb2, mc]}}\n"

#define SITES "faultline: 1\nlevels: [region, node]\ntopology: {a: [a1], b: [b1], c: [c1]}\n"
#define ARBITER(w) SITES "services: {s: {system: mongodb, w: " w ", replicas: [a1, b1, {at: c1, role: arbiter}]}}\n"
#define WITNESS SITES "services: {s: {system: dynamodb-mrsc, replicas: [a, b, {at: c, role: witness}]}}\n"
#define EVENTUAL SITES "services: {s: {system: dynamodb-mrec, replicas: [a, b, c]}}\n"
#define THREE_OF(system) SITES "services: {s: {system: " system ", replicas: [a1, b1, c1]}}\n"
#define GROUPS "faultline: 1\nlevels: [region, node]\ntopology: {a: ['a(1..3)'], b: ['b(1..3)'], c: ['c(1..3)']}\n" \
	"services: {s: {system: zookeeper-hierarchical, replicas: ['a(1..3)', 'b(1..3)', 'c(1..3)']}}\n"
#define HALLS "faultline: 1\nlevels: [hall, node]\ntopology: {a: ['a(1..3)'], b: ['b(1..3)'], c: ['c(1..3)']}\n" \
	"services: {s: {system: foundationdb-three-data-hall, replicas: ['a(1..3)', 'b(1..3)', 'c(1..3)']}}\n"

#define NEEDING(system, mode) "faultline: 1\nlevels: [site, node]\n" \
	"topology: {a: [a1, ca], b: [b1, cb], c: [cc]}\nservices: {s: {system: " system ", needs: {c: " mode "}, " \
	"replicas: [a1, b1]}, c: {replicas: [ca, cb, cc]}}\n"
#define SENTINEL "faultline: 1\nlevels: [site, node]\n" \
	"topology: {a: [a1, ca], b: [b1, cb], c: [cc]}\nservices: {s: {system: redis-sentinel, needs: {c: freeze}, " \
	"replicas: [a1, {at: b1, role: standby}]}, c: {replicas: [ca, cb, cc]}}\n"

static const struct known answers[] = {
	/* Cassandra, 3 + 3 */
	{"cassandra 3+3: QUORUM stops with either datacenter, the first" BLOCK_FOR, THREE_THREE LEVEL("QUORUM"),
	 "kill a", NO, NO, SAFE, DURATION_NONE},
	{"cassandra 3+3: QUORUM stops with either datacenter, the second" BLOCK_FOR, THREE_THREE LEVEL("QUORUM"),
	 "kill b", NO, NO, SAFE, DURATION_NONE},
	{"cassandra 3+3: LOCAL_QUORUM goes on in the other datacenter, without what it had not got" BLOCK_FOR,
	 THREE_THREE LEVEL("LOCAL_QUORUM"), "kill a", PARTIAL, PARTIAL, TAIL, SECONDS(2)},
	{"cassandra 3+3: EACH_QUORUM stops and loses nothing" BLOCK_FOR, THREE_THREE LEVEL("EACH_QUORUM"),
	 "kill b", NO, NO, SAFE, DURATION_NONE},
	{"cassandra 3+3: EACH_QUORUM to write, LOCAL_QUORUM to read: reads go on" BLOCK_FOR,
	 THREE_THREE "write_consistency: EACH_QUORUM, read_consistency: LOCAL_QUORUM}}\n",
	 "kill b", NO, PARTIAL, SAFE, DURATION_NONE},
	{"cassandra 3+3: LOCAL_QUORUM with two nodes of each datacenter dead stops" BLOCK_FOR,
	 THREE_THREE LEVEL("LOCAL_QUORUM"), "kill a1 a2 b1 b2", NO, NO, TAIL, DURATION_NONE},
	{"cassandra 3+3: ONE needs one" BLOCK_FOR, THREE_THREE LEVEL("ONE"), "kill a b1 b2", YES, YES, TAIL, SECONDS(2)},
	{"cassandra 3+3: TWO needs two" BLOCK_FOR, THREE_THREE LEVEL("TWO"), "kill a b1", YES, YES, TAIL, SECONDS(2)},
	{"cassandra 3+3: THREE needs three" BLOCK_FOR, THREE_THREE LEVEL("THREE"), "kill a b1", NO, NO, TAIL, DURATION_NONE},
	{"cassandra 3+3: ALL needs everyone" BLOCK_FOR, THREE_THREE LEVEL("ALL"), "kill a1", NO, NO, SAFE, DURATION_NONE},
	{"cassandra 3+3: LOCAL_ONE needs one in some datacenter" BLOCK_FOR, THREE_THREE LEVEL("LOCAL_ONE"),
	 "kill a b1 b2", PARTIAL, PARTIAL, TAIL, SECONDS(2)},

	/* Cassandra, 3 + 2 */
	{"cassandra 3+2: QUORUM survives the smaller datacenter" BLOCK_FOR, THREE_TWO LEVEL("QUORUM"),
	 "kill b", YES, YES, SAFE, SECONDS(2)},
	{"cassandra 3+2: QUORUM does not survive the larger datacenter" BLOCK_FOR, THREE_TWO LEVEL("QUORUM"),
	 "kill a", NO, NO, TAIL, DURATION_NONE},

	/* MinIO, 16 drives, EC:4 */
	{"minio 16 drives EC:4: 4 down, writes and reads" ERASURE, DRIVES, "kill m1", YES, YES, SAFE, 0},
	{"minio 16 drives EC:4: 5 down, new objects are written, old ones can't be read" ERASURE, DRIVES,
	 "kill m1 m2/d1", YES, NO, LOST, 0},
	{"minio 16 drives EC:4: 7 down, new objects are written" ERASURE, DRIVES,
	 "kill m1 m2/d1 m2/d2 m2/d3", YES, NO, LOST, 0},
	{"minio 16 drives EC:4: 8 down, neither" ERASURE, DRIVES, "kill m1 m2", NO, NO, LOST, DURATION_NONE},
	{"minio 16 drives EC:4: 5 drained lose nothing" ERASURE, DRIVES, "drain m1 m2/d1", YES, NO, SAFE, RTO_ANY},
	{"minio 16 drives EC:4: 8 drained lose nothing" ERASURE, DRIVES, "drain m1 m2", NO, NO, SAFE, RTO_ANY},
	{"minio 16 drives EC:4: dead drives that come back bring everything back" ERASURE, DRIVES,
	 "kill m1 m2 then heal", YES, YES, SAFE, 0},

	/* Ceph */
	{"ceph size 3 min_size 2 over three racks: one rack costs nothing (doc/rados/operations)", POOL,
	 "kill r1", YES, YES, SAFE, SECONDS(22)},
	{"ceph size 3 min_size 2 over three racks: two racks stop both (doc/rados/operations)", POOL,
	 "kill r1 r2", NO, NO, SAFE, DURATION_NONE},
	{"ceph size 3 min_size 2: two racks, one after the other, stop both and lose nothing", POOL,
	 "kill r1 then kill r2", NO, NO, SAFE, DURATION_NONE},
	{"ceph size 3 min_size 1: the second rack lost has writes that the first lacks ('unfound', PR 54052)",
	 RACKS "services: {s: {system: ceph, min_size: 1, replicas: [r1/n1, r2/n1, r3/n1]}}\n",
	 "kill r1 r2 then kill r3 then heal r1", NO, NO, OLD, DURATION_NONE},
	{"ceph k 4 m 2, two shards a rack: a rack leaves k, less than min_size, and the data", CODED,
	 "kill r1", NO, NO, SAFE, DURATION_NONE},
	{"ceph k 4 m 2: more than m destroyed is everything lost", CODED, "kill r1 r2/n1", NO, NO, LOST, DURATION_NONE},
	{"ceph stretch: a site lost, the other goes on with min_size 1 (stretch-mode.rst)", STRETCH,
	 "kill a", YES, YES, SAFE, SECONDS(30)},
	{"ceph stretch: a site and then a disk of the other, still going on", STRETCH,
	 "kill a then kill b1", YES, YES, SAFE, RTO_ANY},
	{"ceph stretch: the tiebreaker lost costs nothing", STRETCH, "kill c", YES, YES, SAFE, 0},

	/* MongoDB, primary-secondary-arbiter */
	{"mongodb PSA, w majority: the secondary dead stops majority writes, reads go on (DOCS-9790)", ARBITER("majority"),
	 "kill b", NO, YES, SAFE, DURATION_NONE},
	{"mongodb PSA, w majority: the primary dead, the same (DOCS-9790)", ARBITER("majority"),
	 "kill a", NO, YES, SAFE, DURATION_NONE},
	{"mongodb PSA, w majority: the arbiter dead costs nothing (DOCS-9790)", ARBITER("majority"),
	 "kill c", YES, YES, SAFE, 0},
	{"mongodb PSA, w 1: the secondary dead, writes go on (manual, write concern)", ARBITER("1"),
	 "kill b", YES, YES, SAFE, 0},
	{"mongodb PSA, w 1: a dead primary takes the newest writes with it (manual, rollbacks)", ARBITER("1"),
	 "kill a", YES, YES, TAIL, SECONDS(12)},
	{"mongodb PSA, w 1: they are rolled back when it returns (manual, rollbacks)", ARBITER("1"),
	 "kill a then heal a", YES, YES, TAIL, 0},

	/* Two replicas and a witness that keeps the log */
	{"two replicas and a witness: the first site goes without loss (DynamoDB, MRSC)", WITNESS,
	 "kill a", YES, YES, SAFE, RTO_ANY},
	{"two replicas and a witness: the second site goes without loss (DynamoDB, MRSC)", WITNESS,
	 "kill b", YES, YES, SAFE, RTO_ANY},
	{"two replicas and a witness: the witness goes without loss (DynamoDB, MRSC)", WITNESS,
	 "kill c", YES, YES, SAFE, RTO_ANY},
	{"two replicas and a witness: two sites gone leave eventually consistent reads (DynamoDB, MRSC)", WITNESS,
	 "kill a c", NO, STALE, TAIL, DURATION_NONE},
	{"eventual regions: each goes on alone, without the last second of the others (DynamoDB, MREC)", EVENTUAL,
	 "kill a b", PARTIAL, PARTIAL, TAIL, RTO_ANY},

	/* Coordination */
	{"etcd: one of three (FAQ, failure tolerance)", THREE_OF("etcd"), "kill a", YES, YES, SAFE, SECONDS(2)},
	{"etcd: not two of three (FAQ, failure tolerance)", THREE_OF("etcd"), "kill a b", NO, NO, TAIL, DURATION_NONE},
	{"zookeeper groups: five of nine, well placed (QuorumHierarchical.java)", GROUPS,
	 "kill a b1 c1", YES, YES, SAFE, RTO_ANY},
	{"zookeeper groups: not four of nine, badly placed (QuorumHierarchical.java)", GROUPS,
	 "kill a1 a2 b1 b2", NO, NO, ANY, DURATION_NONE},
	{"consul: without a majority DNS goes on with what was known (dns_config.allow_stale)", THREE_OF("consul"),
	 "kill a b", NO, STALE, TAIL, DURATION_NONE},
	{"foundationdb: a hall and a machine of another (configuration.rst, three_data_hall)", HALLS,
	 "kill a b1", YES, YES, SAFE, SECONDS(5)},
	{"foundationdb: not a hall and two machines of another (configuration.rst, three_data_hall)", HALLS,
	 "kill a b1 b2", NO, NO, TAIL, DURATION_NONE},
	{"garage: one of three copies (configuration.md)", THREE_OF("garage"), "kill a", YES, YES, SAFE, SECONDS(75)},
	{"s3: an availability zone", THREE_OF("s3"), "kill a", YES, YES, SAFE, 0},

	/* What is needed, and is gone */
	{"kong: the control plane lost, nothing stops (Kong, control plane outage)", NEEDING("kong", "freeze"),
	 "kill ca cb", YES, YES, SAFE, 0},
	{"kong: the control plane and a data plane lost, nothing stops (Kong, control plane outage)",
	 NEEDING("kong", "freeze"), "kill ca cb a1", YES, YES, SAFE, SECONDS(10)},
	{"elasticsearch: without a master no writes (cluster.no_master_block: write)", NEEDING("elasticsearch", "read-only"),
	 "kill ca cb", NO, YES, SAFE, DURATION_NONE},
	{"opensearch: without a cluster manager writes go on (no_master_block: metadata_write)",
	 NEEDING("opensearch", "freeze"), "kill ca cb", YES, YES, SAFE, 0},
	{"opensearch: until a copy is lost, which nobody takes out of the in-sync set", NEEDING("opensearch", "freeze"),
	 "kill ca cb then kill b1", NO, YES, SAFE, DURATION_NONE},
	{"hbase: without zookeeper every region stops", NEEDING("hbase", "down"), "kill ca cb", NO, NO, SAFE, DURATION_NONE},
	{"hbase: a dead server's region is away for its session and its log", NEEDING("hbase", "down"),
	 "kill a1", YES, YES, SAFE, SECONDS(120)},
	{"redis: a replica is promoted, without the newest writes", SENTINEL, "kill a1", YES, YES, OLD, SECONDS(32)},
	{"redis: without sentinels nothing stops", SENTINEL, "kill ca cb", YES, YES, SAFE, 0},
	{"redis: without sentinels nothing is promoted, either", SENTINEL,
	 "kill ca cb then kill a1", NO, ANY, ANY, DURATION_NONE},

	/* Detection and time to live */
	{"route53: 90 s of health checks and a TTL of 60 s (developer guide)", THREE_OF("route53"),
	 "kill a", YES, YES, SAFE, SECONDS(150)},
	{"load balancer: inter 2 s, fall 3 (HAProxy configuration manual)", THREE_OF("load-balancer"),
	 "kill a", YES, YES, SAFE, SECONDS(6)},
};

static bool agrees(uint8_t expected, uint8_t got)
{
	return expected == ANY || expected == got;
}

static void play(struct state *s, const char *actions)
{
	struct arena arena = {0};
	step_list steps = given_steps(engine_model(state_engine(s)), actions, &arena);

	for (size_t i = 0; i < steps.len; i++)
		state_step(s, &steps.at[i], NULL);
	vec_free(&steps);
	arena_release(&arena);
}

static void answer_is_known(void **state)
{
	const struct known *a = *state;
	struct model *m = given_model(a->yaml);
	struct engine *e = engine_new(m);
	struct state *s = state_new(e);
	play(s, a->actions);
	const struct outcome *o = state_outcome(s, 0);
	if (!agrees(a->writes, o->writes) || !agrees(a->reads, o->reads) || !agrees(a->data, o->data)
	    || (a->rto != RTO_ANY && a->rto != o->rto)) {
		struct strbuf sb = {0};
		sb_add_outcome(&sb, o);
		fail_msg("%s: after '%s': %s", a->name, a->actions, sb_text(&sb));
	}
	state_free(s);
	engine_free(e);
	model_free(m);
}

/* ---- the files in topologies/ ---- */

static const char *const topologies[] = {
	"cassandra-two-datacenters", "scylladb-rack-list", "dynamodb-global-tables", "mongodb-arbiter", "foundationdb",
	"redis-sentinel", "elasticsearch-two-zones", "hadoop", "minio-16-drives", "minio-two-sites", "s3-two-regions",
	"ceph-three-racks", "ceph-stretch", "garage-three-zones", "kubernetes-etcd", "zookeeper-three-regions",
	"consul-three-datacenters", "kong-postgres-powerdns", "route53-two-regions", "anycast-edge", "request-chain",
	"cloudflare-2023", "facebook-2021", "roblox-2021", "copysets",
};

static struct model *topology(const char *name)
{
	struct strbuf path = {0};
	struct source source;
	struct diag_list diags = {0};
	struct model *m = NULL;
	const char *why;

	sb_addf(&path, "topologies/%s.yaml", name);
	if (!source_read(&source, sb_text(&path), &why))
		fail_msg("%s: %s", sb_text(&path), why);
	if (load_model(&source, &diags, &m) != LOAD_OK)
		fail_msg("%s: %s", sb_text(&path), diags.all.len ? diags.all.at[0].message : "not loaded");
	source_release(&source);
	diag_release(&diags);
	sb_release(&path);
	return m;
}

static void topologies__keep_what_they_promise(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(topologies) / sizeof(*topologies); i++) {
		struct model *m = topology(topologies[i]);
		struct engine *e = engine_new(m);
		struct analysis *a = analysis_new(e);
		struct diag_list diags = {0};

		check_model(a, CHECK_MERGED, &diags);
		for (size_t d = 0; d < diags.all.len; d++)
			if (diags.all.at[d].severity == SEVERITY_ERROR)
				fail_msg("%s:%u: %s", topologies[i], diags.all.at[d].place.line, diags.all.at[d].message);
		diag_release(&diags);
		analysis_free(a);
		engine_free(e);
		model_free(m);
	}
}

/* What a service, by its name, comes to after the first step of a file's scenario. */
struct incident {
	const char *name, *file, *scenario, *service;
	uint8_t writes, reads, data;
};

#define STEP(file, scenario, service) file ", " scenario ": " service, file, scenario, service

static const struct incident incidents[] = {
	{STEP("cloudflare-2023", "november-2", "cluster"), YES, YES, SAFE},
	{STEP("cloudflare-2023", "november-2", "dashboard"), YES, YES, SAFE},
	{STEP("cloudflare-2023", "november-2", "analytics"), NO, NO, SAFE},
	{STEP("cloudflare-2023", "november-2", "traffic"), YES, YES, SAFE},
	{STEP("facebook-2021", "october-4", "database"), NO, NO, SAFE},
	{STEP("facebook-2021", "october-4", "web"), NO, NO, SAFE},
	{STEP("facebook-2021", "october-4", "name-servers"), NO, NO, SAFE},
	{STEP("roblox-2021", "october-28", "consul"), NO, NO, SAFE},
	{STEP("roblox-2021", "october-28", "games"), NO, NO, SAFE},
	{STEP("roblox-2021", "october-28", "monitoring"), NO, NO, SAFE},
	{STEP("roblox-2021", "october-28", "separate-monitoring"), YES, YES, SAFE},
	{STEP("roblox-2021", "as-planned-for", "games"), YES, YES, SAFE},
	{STEP("request-chain", "weakest-link", "database"), NO, YES, SAFE},
	{STEP("request-chain", "weakest-link", "application"), NO, YES, SAFE},
	{STEP("request-chain", "zone", "dns"), YES, YES, SAFE},
	{STEP("kong-postgres-powerdns", "control-plane-lost", "gateway"), YES, YES, SAFE},
	{STEP("kong-postgres-powerdns", "lyon", "dns"), YES, YES, SAFE},
	{STEP("anycast-edge", "both-origins", "edge"), NO, NO, SAFE},
	{STEP("anycast-edge", "core-lost", "edge"), YES, YES, SAFE},
};

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
		if (!strcmp(str_text(m->strings, m->services[i].name), service))
			return m->services[i].first_group;
	fail_msg("there is no service '%s'", service);
	return 0;
}

static void incident_goes_as_published(void **state)
{
	const struct incident *i = *state;
	struct model *m = topology(i->file);
	struct engine *e = engine_new(m);
	struct state *s = state_new(e);
	state_step(s, &scenario_named(m, i->scenario)->steps[0], NULL);
	const struct outcome *o = state_outcome(s, first_group_of(m, i->service));
	if (o->writes != i->writes || o->reads != i->reads || o->data != i->data) {
		struct strbuf sb = {0};
		sb_add_outcome(&sb, o);
		fail_msg("%s, %s: %s: %s", i->file, i->scenario, i->service, sb_text(&sb));
	}
	state_free(s);
	engine_free(e);
	model_free(m);
}

/* Whatever is done in a scenario, healing everything and joining what was cut ends in a working system. */
static void scenarios__can_be_played_to_their_end(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(topologies) / sizeof(*topologies); i++) {
		struct model *m = topology(topologies[i]);
		struct engine *e = engine_new(m);

		for (uint32_t c = 0; c < m->nscenarios; c++) {
			struct state *s = state_new(e);
			struct summary sum;

			for (uint32_t n = 0; n < m->scenarios[c].nsteps; n++)
				state_step(s, &m->scenarios[c].steps[n], NULL);
			state_summary(s, &sum);
			if (sum.worst != STATUS_OK)
				fail_msg("%s: after '%s' something is still %s", topologies[i], m->scenarios[c].name, status_names[sum.worst]);
			state_free(s);
		}
		engine_free(e);
		model_free(m);
	}
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

int main(void)
{
	static const struct CMUnitTest whole[] = {
		cmocka_unit_test(systems__say_what_they_are_where_their_numbers_are_from_and_what_to_watch),
		cmocka_unit_test(systems__take_writes_and_reads_while_everything_lives),
		cmocka_unit_test(topologies__keep_what_they_promise),
		cmocka_unit_test(scenarios__can_be_played_to_their_end),
	};
	static struct CMUnitTest tests[COUNT(whole) + COUNT(answers) + COUNT(incidents)];
	size_t n = COUNT(whole);

	memcpy(tests, whole, sizeof(whole));
	for (size_t i = 0; i < COUNT(answers); i++)
		tests[n++] = (struct CMUnitTest){.name = answers[i].name, .test_func = answer_is_known,
			.initial_state = (void *)(uintptr_t)&answers[i]};
	for (size_t i = 0; i < COUNT(incidents); i++)
		tests[n++] = (struct CMUnitTest){.name = incidents[i].name, .test_func = incident_goes_as_published,
			.initial_state = (void *)(uintptr_t)&incidents[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
