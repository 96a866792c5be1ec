/*
 * What a verdict means, sentence by sentence: each row quotes what it tests, and is asked of the engine and of its
 * twin. The outcomes are reasoned by hand from the quoted text.
 *
 * All rows share one tree. A service's fields and replicas come from the row; TIMES gives detect 10s + elect 2s +
 * reroute 60s = 72s for a new leader, detect + reroute = 70s, promote 30s + reroute = 90s (100s with detect),
 * operator 30m (1900s with the others), restore 4h (14470s with detect and reroute).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/given.h"
#include "lib/player.h"
#include "model/names.h"

#define TREE \
	"faultline: 1\n" \
	"levels: [dc, node]\n" \
	"topology: {d1: [a, b, c], d2: [x, y, z], d3: [p, q]}\n" \
	"shared: {feed: {members: [a, x]}, trunk: {members: [d2, p]}}\n" \
	"x-times: &times {lag: 1s, every: 24h, restore: 4h, detect: 10s, elect: 2s, promote: 30s, operator: 30m, " \
	"reroute: 60s}\n" \
	"services:\n"
#define TIMES "<<: *times, "
#define THREE "replicas: [a, b, x]"
#define SIX "replicas: [a, b, c, x, y, z]"

/* Another service, after the fields of s. */
#define AND_SERVICE(name, fields) "}\n  " name ": {" fields

/* Replicas that are no voters. */
#define WITNESS(at) "{at: " at ", role: witness}"
#define ARBITER(at) "{at: " at ", role: arbiter}"
#define LEARNER(at) "{at: " at ", role: learner}"
#define STANDBY(at) "{at: " at ", role: standby}"
#define BACKUP(at) "{at: " at ", role: backup}"

struct row {
	const char *quote;
	const char *service;  /* a flow mapping without its braces */
	const char *actions;
	const char *expected; /* "field value, ..."; what is not named may be anything. "of NAME": of that group */
};

static const struct row rows[] = {
	/* ---- 3.1 state ---- */
	{"A kill or a drain is a mark on the domain named: a kill",
	 TIMES THREE, "kill d1", "live 1"},
	{"A kill or a drain is a mark on the domain named: a drain",
	 TIMES THREE, "drain d1", "live 1"},
	{"heal D removes D's own mark only: what is marked above it stays",
	 TIMES THREE, "kill d1 then heal a", "live 1"},
	{"heal D removes D's own mark only: what is marked inside it stays",
	 TIMES THREE, "kill a and kill d1 then heal d1", "live 2"},
	{"heal D removes D's own mark only: what is marked through a shared domain stays",
	 TIMES THREE, "kill feed then heal a", "live 1"},
	{"heal alone removes every mark",
	 TIMES THREE, "kill d1 and drain x and kill feed then heal", "live 3, status ok"},
	{"A kill replaces a drain",
	 TIMES "replicas: [a]", "drain a then kill a", "data lost, rpo unbounded"},
	{"draining a killed domain changes nothing",
	 TIMES "replicas: [a]", "kill a then drain a", "data lost, rpo unbounded"},
	{"a second kill changes nothing: one heal removes both",
	 TIMES THREE, "kill a then kill a then heal a", "live 3, status ok"},
	{"a heal without a mark changes nothing",
	 TIMES THREE, "heal a", "live 3, status ok, data safe, rto 0"},
	{"Actions of a step apply in the order written",
	 TIMES THREE, "heal a and kill a", "live 2"},
	{"only the state after the last is judged",
	 TIMES THREE, "kill a b x and heal", "live 3, status ok, writes yes, data safe, rpo 0, rto 0, leader a"},
	{"nor a shared domain with one of these as a member: its own domain",
	 TIMES THREE, "drain feed", "live 1"},
	{"nor a shared domain with one of these as a member: one above it",
	 TIMES SIX, "drain trunk", "live 3"},
	{"present when none of them is killed: a drained replica serves nothing but keeps its data",
	 TIMES "replicas: [a]", "drain a", "live 0, writes no, reads no, data safe, rpo 0, rto unbounded, status down"},
	{"present when none of them is killed: a shared domain is one of them",
	 TIMES "replicas: [a]", "kill feed", "live 0, data lost"},

	/* ---- 3.2 quorum expressions ---- */
	{"COUNT: a whole number: enough",
	 TIMES "write: 2, " THREE, "kill a", "writes yes"},
	{"COUNT: a whole number: too few",
	 TIMES "write: 2, " THREE, "kill a b", "writes no"},
	{"COUNT: any (1)",
	 TIMES "write: any, " THREE, "kill a b", "writes yes"},
	{"COUNT: majority (floor(n/2)+1): three of four",
	 TIMES "replicas: [a, b, x, y]", "kill a", "writes yes"},
	{"COUNT: majority (floor(n/2)+1): two of four are too few",
	 TIMES "replicas: [a, b, x, y]", "kill a b", "writes no"},
	{"COUNT: all (n)",
	 TIMES "write: all, " THREE, "kill b", "writes no, reads yes, status read-only"},
	{"SCOPE: each (all D): one lost in each is borne",
	 TIMES "write: majority in each dc, " SIX, "kill a x", "writes yes"},
	{"SCOPE: each (all D): two lost in one are not",
	 TIMES "write: majority in each dc, " SIX, "kill a b", "writes no, reads yes"},
	{"SCOPE: each (all D): all of none, where a promotion leaves no voter below the level",
	 TIMES "write: majority in each node, read: any, replicas: [a, " STANDBY("d2") "]", "kill a",
	 "promoted yes, writes yes"},
	{"SCOPE: most (floor(D/2)+1): two of three",
	 TIMES "write: majority in most dc, replicas: [a, b, c, x, y, z, p, q]", "kill d1", "writes yes"},
	{"SCOPE: most (floor(D/2)+1): one of three is too few",
	 TIMES "write: majority in most dc, replicas: [a, b, c, x, y, z, p, q]", "kill a b p", "writes no"},
	{"SCOPE: most (floor(D/2)+1): of two it is both",
	 TIMES "write: majority in most dc, read: any, " SIX, "kill a b", "writes no"},
	{"SCOPE: any (1): one domain of two suffices, and is no less than yes",
	 TIMES "write: majority in any dc, " SIX, "kill a b", "writes yes"},
	{"SCOPE: any (1): no domain has enough, though four replicas live",
	 TIMES "write: all in any dc, read: any, " SIX, "kill a x", "writes no, live 4"},
	{"SCOPE: a whole number: enough",
	 TIMES "write: majority in 2 dc, replicas: [a, b, c, x, y, z, p, q]", "kill d1", "writes yes"},
	{"SCOPE: a whole number: too few",
	 TIMES "write: majority in 2 dc, replicas: [a, b, c, x, y, z, p, q]", "kill d1 p", "writes no"},
	{"SCOPE: local (1)",
	 TIMES "write: majority in local dc, read: any, " SIX, "kill a b x y", "writes no"},
	{"With local the verdict is partial rather than yes while some of the D domains lack their t_d: writes",
	 TIMES "write: majority in local dc, read: any, " SIX, "kill a b", "writes partial, reads yes"},
	{"With local the verdict is partial rather than yes while some of the D domains lack their t_d: reads",
	 TIMES "write: any, read: majority in local dc, " SIX, "kill a b", "writes yes, reads partial"},
	{"With local the verdict is partial rather than yes while some of the D domains lack their t_d: ack",
	 TIMES "write: any, read: any, ack: majority in local dc, " SIX, "kill a b", "writes partial"},
	{"satisfies includes partial everywhere: a and b may be all that has a write",
	 TIMES "write: any, read: any, ack: majority in local dc, " SIX, "kill a b", "data tail"},
	{"TERM and TERM (all must hold): the first doesn't",
	 TIMES "write: majority and 1 in each dc, replicas: [a, b, c, x]", "kill a b", "writes no"},
	{"TERM and TERM (all must hold): the second doesn't",
	 TIMES "write: majority and 1 in each dc, replicas: [a, b, c, x]", "kill x", "writes no"},
	{"TERM and TERM (all must hold): both do",
	 TIMES "write: majority and 1 in each dc, replicas: [a, b, c, x]", "kill a", "writes yes"},
	{"n is counted over configured voting replicas, never over live ones",
	 TIMES THREE, "kill a then kill b", "writes no"},
	{"D is counted over configured voting replicas, never over live ones",
	 TIMES "write: 1 in each dc, " SIX, "kill d1 then kill x", "writes no"},
	{"of LEVEL that hold at least one configured voting replica: a learner makes no domain count",
	 TIMES "write: 1 in each dc, replicas: [a, " LEARNER("x") "]", "kill x", "writes yes"},
	{"An expression that even all of them can't satisfy: such a group simply never takes writes",
	 TIMES "write: 4, read: any, " THREE, "", "writes no, reads yes, data safe, status read-only"},

	/* ---- 3.3 steps and the write set ---- */
	{"two domains killed at once can lose what the same two killed one after the other do not: at once",
	 TIMES THREE, "kill a b", "data tail, rpo 1s, writes no, reads no, status down, rto unbounded"},
	{"two domains killed at once can lose what the same two killed one after the other do not: one after the other",
	 TIMES THREE, "kill a then kill b", "data safe, rpo 0, writes no, reads no, status down, rto unbounded"},
	{"write set: live at the last settled state in which it took writes: it shrinks with a death",
	 TIMES THREE, "kill x then kill a b", "data lost, rpo unbounded"},
	{"write set: live at the last settled state in which it took writes: it grows with a heal",
	 TIMES THREE, "kill x then heal x then kill a b", "data tail, rpo 1s"},
	{"write set: live at the last settled state in which it took writes: it stays when writes stop",
	 TIMES THREE, "kill a then kill b then heal a", "writes yes, data safe, leader x, rto 72s"},
	{"followers: the learners and standbys live in that state: one of them",
	 TIMES "write: any, failover: none, replicas: [a, " STANDBY("b") "]", "kill a", "data stale, rpo 1s"},
	{"followers: the learners and standbys live in that state: none of them any more",
	 TIMES "write: any, failover: none, replicas: [a, " STANDBY("b") "]", "kill b then kill a and heal b",
	 "data stale, rpo unbounded"},
	{"with ack: insync (Kafka) on all of E",
	 TIMES "write: 1, read: any, ack: insync, " THREE, "kill a b", "data safe, writes yes, rpo 0"},
	{"with ack: leader on the leader: it dies",
	 TIMES "write: any, read: any, ack: leader, " THREE, "kill a", "data tail, writes yes, rpo 1s, leader b"},
	{"with ack: leader on the leader: all others die",
	 TIMES "write: any, read: any, ack: leader, " THREE, "kill b x", "data safe, writes yes, rpo 0, leader a"},
	{"with ack: leader on the leader: on who still has the title, though not of E any more",
	 TIMES "write: 3, read: any, ack: leader, " THREE, "drain a b and accept s then kill a",
	 "data tail, rpo 1s, leader a"},
	{"Where E can't satisfy ack, the subset is all of E",
	 TIMES "write: any, ack: 3, replicas: [a, b, " ARBITER("x") "]", "kill a", "data safe, writes no"},
	{"Where E can't satisfy ack, the subset is all of E: and it dies",
	 TIMES "write: any, ack: 3, replicas: [a, b, " ARBITER("x") ", " LEARNER("y") "]", "kill a b",
	 "data stale, rpo 1s"},

	{"writes: live voting replicas satisfy write, live acknowledging ones satisfy ack: an arbiter does "
	 "the first only",
	 TIMES "replicas: [a, b, " ARBITER("x") "]", "kill b",
	 "writes no, reads yes, data safe, status read-only, rto unbounded"},
	{"writes: live voting replicas satisfy write, live acknowledging ones satisfy ack: a witness does both",
	 TIMES "replicas: [a, b, " WITNESS("x") "]", "kill a", "writes yes, reads yes, data safe, leader b, rto 72s"},
	{"writes: nothing to ask for insync and leader",
	 TIMES "ack: insync, replicas: [a, b, " ARBITER("x") "]", "kill b",
	 "writes yes, reads yes, data safe, rto 10s"},
	{"writes: unless rebuild is 0, some data-holding member of E is live: none is",
	 TIMES "write: 1, read: any, ack: insync, " THREE, "kill a then kill b then kill x then heal a",
	 "writes no, reads no, data stale, rpo unbounded"},
	{"writes: unless rebuild is 0, some data-holding member of E is live: rebuild is 0",
	 TIMES "write: 1, read: any, ack: insync, rebuild: 0, " THREE, "kill a then kill b then kill x then heal a",
	 "writes yes, reads yes, data safe, rpo 0"},
	{"writes: unless rebuild is 0, some data-holding member of E is live: a witness holds none",
	 TIMES "write: any, read: any, replicas: [a, " WITNESS("b") "]", "kill a",
	 "writes no, reads no, data lost, status down"},

	{"reads: at least rebuild data-holding members of E are live: just enough",
	 TIMES "write: 3, read: 2, ack: insync, rebuild: 2, replicas: [a, b, x, y]", "kill a b",
	 "writes no, reads yes, data safe"},
	{"reads: at least rebuild data-holding members of E are live: too few",
	 TIMES "write: 3, read: any, ack: insync, rebuild: 2, replicas: [a, b, x, y]", "kill a b x",
	 "writes no, reads no, data lost"},
	{"reads: at least rebuild data-holding members of E are live: a live copy that is not of E",
	 TIMES "write: any, read: any, failover: none, " THREE, "kill a then kill b x and heal a",
	 "reads no, writes no"},
	{"reads: live voting replicas satisfy read",
	 TIMES "write: any, read: all, " THREE, "kill b", "writes yes, reads no, status write-only"},
	{"Otherwise stale where the system says stale: serve",
	 TIMES "stale: serve, " THREE, "kill a b", "writes no, reads stale, status stale"},
	{"at least max(1, rebuild) live voters, learners and standbys are left: a learner",
	 TIMES "stale: serve, replicas: [a, " LEARNER("b") "]", "kill a", "reads stale, writes no"},
	{"at least max(1, rebuild) live voters, learners and standbys are left: a backup is none of them",
	 TIMES "stale: serve, replicas: [a, " BACKUP("b") "]", "kill a", "reads no, writes no"},
	{"at least max(1, rebuild) live voters, learners and standbys are left: none, with rebuild 0",
	 TIMES "stale: serve, rebuild: 0, " THREE, "kill a b x", "reads no, data safe, status down"},
	{"at least max(1, rebuild) live voters, learners and standbys are left: fewer than rebuild",
	 TIMES "stale: serve, rebuild: 2, ack: insync, " THREE, "kill a b", "reads no"},

	{"promotion: standbys take the seats of voters that aren't live",
	 TIMES "write: any, read: any, replicas: [a, " STANDBY("b") "]", "kill a",
	 "promoted yes, writes yes, reads yes, data stale, rpo 1s, rto 100s, leader b, status at-risk"},
	{"promotion: where writes would be no: they would not",
	 TIMES "write: any, read: any, replicas: [a, b, " STANDBY("x") "]", "kill a",
	 "promoted no, writes yes, leader b"},
	{"promotion: failover is auto: it is manual",
	 TIMES "write: any, failover: manual, replicas: [a, " STANDBY("b") "]", "kill a", "promoted no, writes no"},
	{"promotion: failover is auto: it is none",
	 TIMES "write: any, failover: none, replicas: [a, " STANDBY("b") "]", "kill a", "promoted no, writes no"},
	{"promotion: standbys are live: it is drained",
	 TIMES "write: any, replicas: [a, " STANDBY("b") "]", "kill a and drain b",
	 "promoted no, writes no, data stale"},
	{"promotion: a learner leads only by accept",
	 TIMES "write: any, replicas: [a, " LEARNER("b") "]", "kill a", "promoted no, writes no"},
	{"promotion: as few as make writes go on: the second standby is kept for the next death",
	 TIMES "replicas: [a, b, c, " STANDBY("x") ", " STANDBY("y") "]", "kill a b then kill c",
	 "promoted yes, writes yes, leader x"},
	{"promotion: both in listed order: x takes the seat of a, so that a comes back as a standby and b as a voter",
	 TIMES "replicas: [a, b, c, " STANDBY("x") "]", "kill a b then heal a b then kill a",
	 "promoted no, rto 0, writes yes"},
	{"promotion: the standby becomes a voter, the other a standby",
	 TIMES "write: any, read: any, replicas: [a, " STANDBY("b") "]", "kill a then heal a then kill b",
	 "promoted yes, writes yes, leader a, rto 100s"},
	{"promotion: n stays",
	 TIMES "replicas: [a, b, c, " STANDBY("x") "]", "kill a b then kill c", "promoted no, writes no"},
	{"promotion: n_d and D are counted over the new configuration",
	 TIMES "write: majority in each dc, read: majority in each dc, replicas: [a, " STANDBY("x") "]", "kill d1",
	 "promoted yes, writes yes, reads yes"},
	{"promotion: a voter placed above a scope's LEVEL is in none of its domains",
	 TIMES "write: 1 in any node, read: any, replicas: [a, " STANDBY("d2") "]", "kill a", "promoted no, writes no"},
	{"promotion: at least max(1, rebuild) voters are live: too few",
	 TIMES "write: any, read: any, rebuild: 2, replicas: [a, b, " STANDBY("x") "]", "kill a b",
	 "promoted no"},
	{"promotion: Where no number does, none is promoted",
	 TIMES "replicas: [a, b, c, " STANDBY("x") "]", "kill a b c", "promoted no, writes no, live 1, leader a"},
	{"reads: after a promotion: voters",
	 TIMES "write: 2, read: any, ack: insync, rebuild: 2, replicas: [a, b, " STANDBY("x") ", " STANDBY("y") "]",
	 "kill a b", "promoted yes, reads yes, writes yes, data stale"},

	{"data: safe: a witness counts",
	 TIMES "write: all, replicas: [a, b, " WITNESS("x") ", " LEARNER("y") "]", "kill a b",
	 "data safe, rpo 0, writes no"},
	{"data: safe: and at least rebuild copies of any role but backup are present: none is",
	 TIMES "write: all, replicas: [a, b, " WITNESS("x") "]", "kill a b", "data lost, rpo unbounded"},
	{"data: as if every killed domain stays dead: a drained one does not count as lost",
	 TIMES THREE, "drain a b", "data safe, rpo 0, writes no"},
	{"data: each possible subset keeps at least rebuild present members: with any, a single one may be all",
	 TIMES "write: any, read: any, ack: any, " THREE, "kill x", "data tail, rpo 1s, writes yes"},
	{"data: each possible subset keeps at least rebuild present members: two scoped terms, no subset is lost",
	 TIMES "write: majority and 1 in each dc, " SIX, "kill d1", "data safe, writes no"},
	{"data: Otherwise tail: at least rebuild data-holding members of E are present",
	 TIMES "write: any, read: any, ack: any, rebuild: 2, " THREE, "kill a", "data tail"},
	{"data: Otherwise stale: at least rebuild copies of any role but backup",
	 TIMES "replicas: [a, " LEARNER("b") "]", "kill a", "data stale, rpo 1s"},
	{"data: Otherwise backup: any one present backup",
	 TIMES "replicas: [a, " BACKUP("b") "]", "kill a", "data backup, rpo 24h, rto 14470s"},
	{"data: Otherwise backup: a whole copy, whatever rebuild is",
	 TIMES "rebuild: 2, ack: insync, replicas: [a, b, " BACKUP("x") "]", "kill d1", "data backup"},
	{"data: Otherwise lost",
	 TIMES "replicas: [a, " BACKUP("b") "]", "kill d1", "data lost, rpo unbounded, rto unbounded"},

	/* ---- 3.3 settling ---- */
	{"settling: at least max(1, rebuild) data-holding voters are live that are members of E: too few, and E stays",
	 TIMES "write: any, read: any, ack: insync, rebuild: 2, " THREE, "drain a b then kill x", "data safe"},
	{"settling: every live replica is brought up to date: what came back replaces what dies later",
	 TIMES THREE, "kill a then heal a then kill b", "data safe, writes yes, leader a, rto 72s"},
	{"settling: after a promotion, of the new configuration",
	 TIMES "write: any, read: any, replicas: [a, " STANDBY("b") "]", "kill a then heal a and kill b",
	 "data stale, rpo unbounded"},
	{"A verdict that is not safe is judged afresh in each step: forgotten as soon as it is safe",
	 TIMES "write: 1, read: 1, leader: none, " THREE, "kill a then heal a", "data safe, rpo 0, status ok"},
	{"A verdict that is not safe is remembered: also while others die",
	 TIMES "write: 1, read: 1, leader: none, " THREE, "kill a then drain b", "data tail, rpo 1s"},
	{"A verdict that is not safe is judged afresh in each step against what is present: it gets worse",
	 TIMES "write: 1, read: 1, leader: none, replicas: [a, b, x, " LEARNER("y") "]", "kill a then kill b x",
	 "data stale"},
	{"A verdict that is not safe is remembered: each one",
	 TIMES "write: 1, read: 1, leader: none, " THREE, "kill a then kill b then heal b", "data tail, live 2"},
	{"where the group has a leader and takes writes while it is remembered, it is final",
	 TIMES "write: 1, read: 1, " THREE, "kill a then heal a", "data tail, rpo 1s, status ok"},
	{"where the group has a leader and takes writes: it does not yet, and nothing is final",
	 TIMES THREE, "kill a b then heal a", "data safe, rpo 0, writes yes, leader a, rto 0"},
	{"it is final: what comes back later is rolled back",
	 TIMES "write: any, read: any, ack: leader, replicas: [a, " STANDBY("b") "]", "kill a then heal a",
	 "data stale, rpo 1s, rto 0, status ok, leader b"},
	{"it is final with the verdict it then has: later deaths of those that had it mean nothing to it",
	 TIMES "write: any, read: any, ack: leader, " THREE, "kill a then heal a and drain b",
	 "data tail, rpo 1s, leader x"},
	{"it is final with the verdict it then has: it gets no worse when the rest of those that had it die",
	 TIMES "write: any, read: any, ack: leader, replicas: [a, b, " STANDBY("y") "]",
	 "kill a then drain b then kill b",
	 "data tail, rpo 1s, leader y"},
	{"Data is the worst over this step's, the remembered and the final verdict",
	 TIMES "write: any, read: any, ack: leader, replicas: [a, " STANDBY("b") ", " BACKUP("x") "]",
	 "kill a then kill b",
	 "data backup, rpo 24h"},

	{"Leadership passes only in a step after which writes go on; until then the last leader keeps the title",
	 TIMES THREE, "kill a b", "leader a"},
	{"It keeps it while it is a live voter in the E from before settling",
	 TIMES THREE, "kill a then heal a", "leader b, rto 0"},
	{"the next is the first live voter of E in listed order",
	 TIMES "replicas: [a, b, c, x, y]", "kill b then heal b and kill a", "leader c"},
	{"the next is the first live voter: after a promotion, of the new configuration",
	 TIMES "replicas: [" STANDBY("y") ", a, b]", "kill a", "promoted yes, leader y"},
	{"where no voter of E is live, of all",
	 TIMES "write: any, read: any, rebuild: 0, " THREE, "kill a then kill b x and heal a",
	 "leader a, writes yes, rto 72s"},
	{"It keeps it while it is a live voter in the E from before settling: it lives, but is none of E",
	 TIMES "write: any, read: any, rebuild: 0, " THREE, "kill a then kill b x and heal a then heal b",
	 "leader b, rto 72s"},
	{"where no voter is live, it stays",
	 TIMES "write: any, read: any, rebuild: 0, replicas: [a, " WITNESS("b") "]", "kill a",
	 "leader a, writes yes, rto 0"},
	{"the first voter in listed order leads at the start",
	 TIMES "replicas: [" STANDBY("y") ", " WITNESS("x") ", a, b]", "", "leader a"},

	/* ---- 3.4 status ---- */
	{"status: else ok",
	 TIMES THREE, "",
	 "status ok, live 3, writes yes, reads yes, data safe, rpo 0, rto 0, promoted no, accepted no"},
	{"status: at-risk: the death of some one more replica would stop writes or reads",
	 TIMES THREE, "kill b", "status at-risk"},
	{"status: at-risk: reads alone would stop",
	 TIMES "write: any, ack: majority, read: majority, rebuild: 0, " THREE, "kill b", "status at-risk"},
	{"status: at-risk: although with all live every single death would have left both going on: it would not",
	 TIMES "replicas: [a, " LEARNER("b") "]", "kill b", "status degraded"},
	{"status: at-risk: promotions included: the standby would save it",
	 TIMES "write: any, read: any, replicas: [a, b, " STANDBY("x") "]", "kill b", "status degraded"},
	{"status: at-risk: once settled: who came back serves as well as those that stayed",
	 TIMES "write: any, read: any, replicas: [a, b, x]", "kill x then kill a and heal x", "status degraded"},
	{"status: degraded if some replica is not live: whatever its role",
	 TIMES "write: any, read: any, replicas: [a, b, " BACKUP("x") "]", "drain x", "status degraded"},
	{"status: writes go on but reads are no or stale: write-only: no",
	 TIMES "write: any, read: all, " THREE, "drain b", "status write-only, reads no"},
	{"status: writes go on but reads are no or stale: write-only: stale",
	 TIMES "write: any, read: all, stale: serve, " THREE, "drain b", "status write-only, reads stale"},
	{"status: writes no: down if reads are no",
	 TIMES THREE, "drain a b", "status down"},
	{"status: writes no: stale if stale",
	 TIMES "stale: serve, " THREE, "drain a b", "status stale"},
	{"status: writes no: else read-only",
	 TIMES "read: any, " THREE, "drain a b", "status read-only"},

	/* ---- 3.4 RPO and RTO ---- */
	{"RPO: 0 if safe",
	 TIMES THREE, "kill a", "rpo 0"},
	{"RPO: lag where a copy that is left is in that verdict's E or F: none is",
	 TIMES THREE, "kill x then kill a b and heal x", "data stale, rpo unbounded"},
	{"RPO: the largest over this step's, the remembered and the final verdict",
	 TIMES "write: any, failover: none, replicas: [a, " LEARNER("b") ", " BACKUP("x") "]",
	 "kill b then kill a and heal b and accept s then kill b", "data backup, rpo unbounded"},
	{"lag unknown, and an RPO that needs one is unbounded",
	 THREE, "kill a b", "data tail, rpo unbounded"},
	{"every and restore unknown, and an RPO or RTO that needs one is unbounded",
	 "replicas: [a, " BACKUP("b") "]", "kill a", "data backup, rpo unbounded, rto unbounded"},
	{"detect, elect, promote, operator, reroute 0",
	 THREE, "kill a", "rto 0, leader b"},
	{"RTO of the last step alone",
	 TIMES THREE, "kill a then kill p", "rto 0"},
	{"RTO: under the same leader 0",
	 TIMES THREE, "kill b", "rto 0, leader a"},
	{"RTO: under the same leader detect if ack is insync and a member of E was killed in this step",
	 TIMES "ack: insync, " THREE, "kill b", "rto 10s, leader a"},
	{"RTO: a member of E was killed: a learner is none",
	 TIMES "ack: insync, replicas: [a, b, x, " LEARNER("y") "]", "kill y", "rto 0"},
	{"RTO: a member of E was killed in this step: it was drained",
	 TIMES "ack: insync, " THREE, "drain b", "rto 0"},
	{"RTO: a member of E was killed in this step: it was killed before",
	 TIMES "ack: insync, " THREE, "kill b then kill p", "rto 0"},
	{"RTO: killed in this step: present before it, not after: one that was drained before",
	 TIMES "write: any, read: any, ack: insync, rebuild: 2, " THREE, "drain b x then kill b", "rto 10s"},
	{"RTO: 0 if the leader was drained and not also killed (it hands over first)",
	 TIMES THREE, "drain a", "rto 0, leader b"},
	{"RTO: 0 if the leader was drained and not also killed: it was",
	 TIMES "replicas: [a, x, y]", "drain d1 and kill a", "rto 72s, leader x"},
	{"RTO: else detect + elect + reroute",
	 TIMES THREE, "kill a", "rto 72s, leader b"},
	{"RTO: leader: none: detect + reroute if a voter was killed in this step",
	 TIMES "leader: none, " THREE, "kill b", "rto 70s"},
	{"RTO: leader: none: detect + reroute if a voter was killed: a witness is none",
	 TIMES "leader: none, replicas: [a, b, " WITNESS("x") "]", "kill x", "rto 0, writes yes"},
	{"RTO: leader: none: else 0",
	 TIMES "leader: none, " THREE, "drain b", "rto 0"},
	{"RTO: after a promotion: promote + reroute, with detect before it",
	 TIMES "write: any, replicas: [a, " STANDBY("b") "]", "kill a", "rto 100s"},
	{"RTO: after a promotion: unless no voter that lost its seat was killed",
	 TIMES "write: any, replicas: [a, " STANDBY("b") "]", "drain a", "rto 90s, data safe, leader b"},
	{"RTO: after a promotion: a voter that lost its seat was killed earlier",
	 TIMES "write: any, replicas: [a, " STANDBY("b") "]", "drain b then kill a then heal b",
	 "promoted yes, rto 100s"},
	{"RTO: writes stopped: with failover: manual, where a standby is live",
	 TIMES "write: any, failover: manual, replicas: [a, " STANDBY("b") "]", "kill a", "rto 1900s, writes no"},
	{"RTO: writes stopped: with failover: manual, where at least max(1, rebuild) data-holding members "
	 "of E are live",
	 TIMES "failover: manual, " THREE, "kill a b", "rto 1900s"},
	{"RTO: writes stopped: with failover: manual, where fewer than rebuild are live",
	 TIMES "failover: manual, rebuild: 2, ack: insync, " THREE, "kill a b", "rto unbounded"},
	{"RTO: writes stopped: with failover: manual, none of them is live",
	 TIMES "failover: manual, replicas: [a, " LEARNER("b") "]", "kill a", "rto unbounded"},
	{"RTO: writes stopped: else where data is backup: detect + restore + reroute",
	 TIMES "failover: manual, replicas: [a, " BACKUP("b") "]", "kill a", "rto 14470s"},
	{"RTO: writes stopped: else unbounded",
	 TIMES THREE, "kill a b", "rto unbounded"},
	{"RTO: For RTO an accept is no promotion, and its leader counts as the same",
	 TIMES "write: any, failover: manual, replicas: [a, " STANDBY("b") "]", "kill a and accept s",
	 "rto 0, promoted no, accepted yes, leader b"},
	{"RTO: For RTO an accept is no promotion: with insync, who was killed is none of the new E",
	 TIMES "ack: insync, " THREE, "kill a b and accept s", "writes yes, rto 0"},
	{"RTO: For RTO an accept is no promotion: leader: none, the killed voters were struck",
	 TIMES "leader: none, " THREE, "kill a b and accept s", "writes yes, rto 0"},
	{"RTO: For RTO an accept is no promotion: leader: none, the killed voters keep their seats",
	 TIMES "write: 1, read: any, ack: insync, leader: none, " THREE, "kill a then kill b x and heal a and accept s",
	 "accepted yes, writes yes, rto 70s"},

	/* ---- 3.5 accept ---- */
	{"accept: a manual promotion",
	 TIMES "write: any, read: any, failover: manual, replicas: [a, " STANDBY("b") "]", "kill a then accept s",
	 "accepted yes, promoted no, writes yes, reads yes, data stale, rpo 1s, rto 0, leader b, status degraded"},
	{"accept: an unclean election: none takes a seat, if none is needed",
	 TIMES "write: 1, read: any, ack: insync, " THREE, "kill a then kill b then kill x then heal a and accept s",
	 "accepted yes, writes yes, reads yes, data stale, rpo unbounded, leader a"},
	{"accept: none, if none is needed: a standby stays one",
	 TIMES "write: 1, read: any, ack: insync, failover: manual, replicas: [a, b, " STANDBY("x") "]",
	 "kill a then kill b and heal a and accept s then kill a", "writes no, live 1"},
	{"accept: a forced recovery: seats still empty are struck, so that n shrinks",
	 TIMES THREE, "kill a b then accept s",
	 "accepted yes, writes yes, reads yes, data tail, rpo 1s, rto 0, leader x, status at-risk"},
	{"accept: Where writes are no: they go on, and nothing changes",
	 TIMES THREE, "kill a and accept s", "accepted no, writes yes, leader b, rto 72s"},
	{"accept: before any promotion",
	 TIMES "write: any, read: any, replicas: [a, " STANDBY("b") "]", "kill a and accept s",
	 "accepted yes, promoted no, rto 0, leader b"},
	{"accept: at least max(1, rebuild) copies (voters, standbys, learners) are live: none is",
	 TIMES "replicas: [a, " WITNESS("b") ", " BACKUP("x") "]", "kill a and accept s", "accepted no, writes no"},
	{"accept: at least max(1, rebuild) copies (voters, standbys, learners) are live: too few",
	 TIMES "rebuild: 2, ack: insync, " THREE, "drain a b and accept s", "accepted no, writes no"},
	{"accept: live standbys, then learners: a standby listed after a learner comes first",
	 TIMES "write: any, failover: manual, replicas: [a, " LEARNER("b") ", " STANDBY("x") "]", "kill a and accept s",
	 "accepted yes, leader x"},
	{"accept: live standbys, then learners: a learner",
	 TIMES "write: any, read: any, replicas: [a, " LEARNER("b") "]", "kill a and accept s",
	 "accepted yes, writes yes, reads yes, data stale, leader b"},
	{"accept: as few as make writes go on: the others stay what they were",
	 TIMES "write: any, read: any, failover: manual, replicas: [a, " STANDBY("b") ", " STANDBY("x") "]",
	 "kill a and accept s then kill b", "writes no, reads no"},
	{"accept: those of arbiters and witnesses that aren't live included",
	 TIMES "replicas: [a, " ARBITER("b") ", " WITNESS("x") "]", "kill b x and accept s",
	 "accepted yes, writes yes, data safe, leader a"},
	{"accept: a struck witness or arbiter no longer counts",
	 TIMES "replicas: [a, " ARBITER("b") ", " WITNESS("x") "]", "kill b x and accept s then heal then kill b x",
	 "writes yes, reads yes"},
	{"accept: a struck voter becomes a standby",
	 TIMES "write: majority, read: any, replicas: [a, b]", "drain b and accept s then heal b then kill a",
	 "promoted yes, writes yes, leader b, data stale, rpo 1s, rto 100s, status degraded"},
	{"accept: at least max(1, rebuild) live voters must result",
	 TIMES "rebuild: 2, ack: insync, failover: manual, replicas: [a, " STANDBY("x") ", " STANDBY("y") "]",
	 "drain a and accept s", "accepted no, writes no"},
	{"accept: reads may go on even where writes can't",
	 TIMES "write: 3, read: 1, " THREE, "kill a b and accept s",
	 "accepted yes, writes no, reads yes, data safe, status read-only, rto unbounded, leader a"},
	{"accept: Carried out on the state that the other actions of its step leave",
	 TIMES THREE, "accept s and kill a b", "accepted yes, writes yes, data tail, leader x"},
	{"accept: The data verdict is still taken from the E before it",
	 TIMES THREE, "kill x then kill a b and heal x and accept s",
	 "accepted yes, writes yes, data stale, rpo unbounded"},
	{"accept: and is final",
	 TIMES THREE, "kill a b and accept s then heal", "data tail, rpo 1s, live 3"},
	{"accept: and is final: where writes can't go on, too",
	 TIMES "write: 3, read: 1, ack: any, " THREE, "kill a b and accept s then heal",
	 "writes no, data tail, rpo 1s, live 3"},
	{"accept: and is final: what was remembered, too",
	 TIMES "write: 2, read: 1, ack: 1, leader: none, " THREE, "kill a then drain b and accept s then heal",
	 "data tail, rpo 1s, live 3"},
	{"accept: and is final: with leader none too",
	 TIMES "leader: none, " THREE, "kill a b and accept s then heal", "data tail, rpo 1s, live 3"},
	{"accept: E becomes the live acknowledging replicas",
	 TIMES "write: 3, read: any, ack: any, " THREE, "drain a and accept s then kill b x",
	 "data stale, rpo unbounded"},
	{"accept: the leader, by the rule of 3.3, has the title at once",
	 TIMES "write: 1 in each dc, read: any, " THREE, "kill a then heal a then kill x and accept s then kill a",
	 "writes yes, rto 0, leader b, data tail"},
	{"accept SERVICE/GROUP: that group",
	 TIMES "groups: {g: [a, b, x], h: [a, b, y]}", "kill a b and accept s/h", "of h, accepted yes, writes yes"},
	{"accept SERVICE/GROUP: no other group",
	 TIMES "groups: {g: [a, b, x], h: [a, b, y]}", "kill a b and accept s/h", "of g, accepted no, writes no"},
	{"accept SERVICE: every group",
	 TIMES "groups: {g: [a, b, x], h: [a, b, y]}", "kill a b and accept s", "of h, accepted yes, writes yes"},

	/* ---- 3.5 cuts ---- */
	{"cut A B stops all traffic between what is in A and what is in B, both ways: what the leader "
	 "can't reach is not live",
	 TIMES THREE, "cut d1 d2", "writes yes, live 2, leader a, data safe, rpo 0, rto 0, status at-risk, split no"},
	{"cut A B stops all traffic, both ways: the leader is on the smaller side, and was not drained",
	 TIMES "replicas: [x, a, b]", "cut d1 d2", "writes yes, live 2, leader a, data safe, rto 72s"},
	{"isolate A cuts A from everything outside it",
	 TIMES "replicas: [a, x, p]", "isolate d1", "writes yes, live 2, leader x"},
	{"isolate A cuts A from everything outside it: not from what is inside",
	 TIMES THREE, "isolate d1", "writes yes, live 2, leader a"},
	{"join A B undoes exactly these: whichever is named first",
	 TIMES THREE, "cut d1 d2 then join d2 d1", "live 3, status ok, data safe, rpo 0"},
	{"join A undoes exactly these",
	 TIMES THREE, "isolate d2 then join d2", "live 3, status ok"},
	{"join A undoes exactly these: not cut A B",
	 TIMES THREE, "cut d1 d2 and isolate d2 then join d2", "live 2"},
	{"join A B undoes exactly these: not isolate A",
	 TIMES THREE, "cut d1 d2 and isolate d2 then join d1 d2", "live 2"},
	{"heal alone removes every mark: a cut is none",
	 TIMES THREE, "cut d1 d2 then heal", "live 2"},
	{"A and B may be shared domains",
	 TIMES "replicas: [a, x, p]", "cut feed d3", "live 2, leader a"},
	{"A and B may be shared domains: isolated",
	 TIMES "replicas: [a, b, x, p]", "isolate trunk", "live 2, writes no"},
	{"A and B may be shared domains: what lies in both hears its like",
	 TIMES "replicas: [x, x, y]", "cut feed trunk", "live 2, leader x, writes yes"},
	{"Connectivity is between pairs and need not be transitive",
	 TIMES "replicas: [a, x, p]", "cut d1 d2", "writes yes, live 2, leader a"},
	{"it counts the live replicas it can reach, itself included: only p reaches all",
	 TIMES "write: all, replicas: [a, x, p]", "cut d1 d2", "writes yes, live 3, rto 0"},
	{"it counts the live replicas it can reach: what is killed it can't",
	 TIMES "write: all, replicas: [a, x, p]", "cut d1 d2 and kill p", "writes no, live 1"},
	{"A candidate is a live voter of E: one that is not counts for nothing",
	 TIMES "write: any, replicas: [a, x]", "drain x then heal x and drain a and isolate d2", "writes no, live 1"},
	{"A candidate is a live voter of E (with rebuild: 0, any live voter)",
	 TIMES "write: any, rebuild: 0, replicas: [a, x]", "drain x then heal x and drain a and isolate d2",
	 "writes yes, live 1, leader x"},
	{"A candidate counts what it reaches: a learner that hears two sides makes them no quorum",
	 TIMES "replicas: [a, x, q, " LEARNER("p") "]", "kill q and cut d1 d2", "writes no"},
	{"the leader if it can write",
	 TIMES "write: any, replicas: [a, x]", "kill a then heal a then cut d1 d2", "leader x, live 1"},
	{"else the first listed that can",
	 TIMES "replicas: [a, x, y, p, q]", "isolate d1 and cut d2 d3 and join d2 d3", "leader x, live 4"},
	{"else the one that reads best",
	 TIMES "write: all, read: 2, replicas: [x, a, b]", "isolate d2", "writes no, reads yes, live 2, leader x"},
	{"what it can't reach is not [live], and loses nothing",
	 TIMES "replicas: [a, x, y]", "isolate d1", "data safe, rpo 0, live 2, leader x"},
	{"what it can't reach is not live: it falls behind",
	 TIMES "replicas: [a, x, y]", "isolate d1 then kill d2", "writes no, data stale, rpo unbounded"},
	{"Everything in 3.3 is judged from the writing candidate: a promotion too",
	 TIMES "write: all, read: all, replicas: [a, x, " STANDBY("p") "]", "isolate d2",
	 "promoted yes, writes yes, leader a, live 2, rto 90s"},
	{"it must reach, for each service that this one needs, a candidate of that one that can write: x does",
	 TIMES "needs: {t: read-only}, " THREE AND_SERVICE("t", "replicas: [p]"), "cut d1 d3", "writes yes, live 3"},
	{"it must reach, for each service that this one needs, a candidate of that one that can write: none does",
	 TIMES "needs: {t: read-only}, " THREE AND_SERVICE("t", "replicas: [p]"), "isolate d3",
	 "writes no, reads yes, live 3, status read-only"},
	{"it must reach a candidate of that one that can write: one that can't does not help",
	 TIMES "needs: {t: read-only}, " THREE AND_SERVICE("t", "replicas: [c, p, q]"), "isolate d1",
	 "writes no, reads yes"},
	{"it must reach a candidate of that one: with down, one that can be read",
	 TIMES "needs: {t: down}, " THREE AND_SERVICE("t", "read: any, replicas: [c, p, q]"), "kill p and isolate d1",
	 "writes yes, reads yes, live 2"},
	{"it must reach a candidate of that one: once others write, one that was left behind is none",
	 TIMES "needs: {t: down}, " THREE AND_SERVICE("t", "read: any, replicas: [c, p, q]"), "isolate d1",
	 "writes no, reads no, live 2"},

	/* ---- 3.5 split brain ---- */
	{"With fencing: quorum (the default) one side writes and the other waits",
	 TIMES "write: any, read: any, replicas: [a, x]", "cut d1 d2",
	 "writes yes, split no, leader a, live 1, status at-risk"},
	{"Split brain, only with fencing: none: two candidates that can't reach each other, each able to write",
	 TIMES "write: any, read: any, fencing: none, replicas: [a, x]", "cut d1 d2",
	 "writes yes, split yes, leader a, live 1, status split, data safe, rpo 0, rto 0"},
	{"each able to write: one is not",
	 TIMES "fencing: none, " THREE, "cut d1 d2", "split no, writes yes"},
	{"that can't reach each other: they do",
	 TIMES "write: any, fencing: none, replicas: [a, x]", "cut d1 d3", "split no, live 2"},
	{"with disjoint quorums: both hear p, which can vote once",
	 TIMES "fencing: none, replicas: [a, x, p]", "cut d1 d2", "split no, writes yes, live 2"},
	{"with disjoint quorums: one voter is enough for each",
	 TIMES "write: any, fencing: none, replicas: [a, x, p]", "cut d1 d2", "split yes"},
	{"or a standby that is promoted because it can't reach a leader that lives",
	 TIMES "write: any, fencing: none, replicas: [a, " STANDBY("x") "]", "cut d1 d2",
	 "split yes, leader a, promoted no"},
	{"or a standby that is promoted because it can't reach a leader that lives: only with fencing: none",
	 TIMES "write: any, replicas: [a, " STANDBY("x") "]", "cut d1 d2", "split no, writes yes, leader a"},
	{"or a standby that is promoted because it can't reach a leader that lives: it is dead",
	 TIMES "write: any, fencing: none, replicas: [a, " STANDBY("x") "]", "kill a and cut d1 d2",
	 "split no, promoted yes"},
	{"or a standby that is promoted: not with failover: manual",
	 TIMES "write: any, fencing: none, failover: manual, replicas: [a, " STANDBY("x") "]", "cut d1 d2", "split no"},
	{"with leader: none it is called diverged, status split too",
	 TIMES "write: any, leader: none, fencing: none, replicas: [a, x]", "cut d1 d2", "split yes, status split"},
	{"with leader: none it merges on join",
	 TIMES "write: any, leader: none, fencing: none, replicas: [a, x]", "cut d1 d2 then join d1 d2",
	 "split no, status ok, data safe, rpo 0, live 2"},
	{"With a leader, the other's writes since the cut are a final tail with unbounded RPO",
	 TIMES "write: any, fencing: none, replicas: [a, x]", "cut d1 d2 then join d1 d2 then heal",
	 "split no, data tail, rpo unbounded, live 2, leader a"},
	{"the side with the larger write set stays on join: the leader's",
	 TIMES "write: any, fencing: none, " THREE, "cut d1 d2 then join d1 d2", "leader a, data tail, live 3"},
	{"the side with the larger write set stays on join: the other",
	 TIMES "write: any, fencing: none, replicas: [x, a, b]", "cut d1 d2 then join d1 d2",
	 "leader a, data tail, rpo unbounded, live 3"},
	{"while the split lasts each side's data is judged with its own write set",
	 TIMES "write: any, fencing: none, replicas: [a, x]", "cut d1 d2 then kill x",
	 "writes yes, data stale, rpo unbounded"},
	{"while the split lasts nothing is lost yet",
	 TIMES "write: any, fencing: none, replicas: [a, x]", "cut d1 d2 then heal", "split yes, data safe"},

	/* ---- 3.5 needs ---- */
	{"needs: what happens while no group of that one reads (down, and what a list means): a list",
	 TIMES "needs: [t], " THREE AND_SERVICE("t", "replicas: [p]"), "kill p",
	 "writes no, reads no, data safe, status down, rto unbounded, live 3"},
	{"down: writes and reads are no: stale reads too",
	 TIMES "needs: {t: down}, stale: serve, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p", "writes no, reads no"},
	{"while no group of that one reads (down): it does, and takes no writes",
	 TIMES "needs: {t: down}, " THREE AND_SERVICE("t", "read: any, replicas: [p, q, z]"), "kill p q",
	 "writes yes, reads yes"},
	{"while no group of that one reads (down): stale is not reading",
	 TIMES "needs: {t: down}, " THREE AND_SERVICE("t", "stale: serve, replicas: [p, q, z]"), "kill p q",
	 "writes no, reads no"},
	{"or writes (read-only, freeze): read-only: writes are no",
	 TIMES "needs: {t: read-only}, " THREE AND_SERVICE("t", "read: any, replicas: [p, q, z]"), "kill p q",
	 "writes no, reads yes, status read-only"},
	{"read-only: writes are no: no standby helps",
	 TIMES "needs: {t: read-only}, write: any, replicas: [a, " STANDBY("b") "]" AND_SERVICE("t", "replicas: [p]"),
	 "kill a p", "writes no, promoted no, reads no"},
	{"freeze: all goes on",
	 TIMES "needs: {t: freeze}, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p",
	 "writes yes, reads yes, status ok"},
	{"freeze: all goes on: without a voter that is not the leader, too",
	 TIMES "needs: {t: freeze}, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p then kill b",
	 "writes yes, leader a"},
	{"freeze: a group whose leader is lost meanwhile takes no writes",
	 TIMES "needs: {t: freeze}, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p then kill a",
	 "writes no, reads yes, leader a, rto unbounded"},
	{"freeze: a group whose leader is lost (in the same step too) takes no writes",
	 TIMES "needs: {t: freeze}, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p a", "writes no, leader a"},
	{"freeze: a group whose leader is lost meanwhile: it was lost before",
	 TIMES "needs: {t: freeze}, " THREE AND_SERVICE("t", "replicas: [p]"), "kill a then kill p",
	 "writes yes, leader b"},
	{"freeze: takes no writes until the needed service is back: not when its leader is",
	 TIMES "needs: {t: freeze}, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p a then heal a", "writes no, live 3"},
	{"freeze: takes no writes until the needed service is back",
	 TIMES "needs: {t: freeze}, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p a then heal p",
	 "writes yes, leader b, rto 72s"},
	{"freeze: or with ack: insync any member of E",
	 TIMES "needs: {t: freeze}, ack: insync, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p then drain b",
	 "writes no, leader a"},
	{"freeze: with leader: none nothing changes",
	 TIMES "needs: {t: freeze}, leader: none, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p a",
	 "writes yes, rto 70s"},
	{"While only some groups of the needed service do, yes becomes partial: down",
	 TIMES "needs: {t: down}, " THREE AND_SERVICE("t", "groups: {g: [p], h: [q]}"), "kill p",
	 "writes partial, reads partial"},
	{"While only some groups of the needed service do, yes becomes partial: read-only",
	 TIMES "needs: {t: read-only}, " THREE AND_SERVICE("t", "groups: {g: [p], h: [q]}"), "kill p",
	 "writes partial, reads yes"},
	{"While only some groups of the needed service do: with freeze all goes on",
	 TIMES "needs: {t: freeze}, " THREE AND_SERVICE("t", "groups: {g: [p], h: [q]}"), "kill p a",
	 "writes yes, leader b"},
	{"services it can't work without: what they need in turn",
	 TIMES "needs: [t], " THREE AND_SERVICE("t", "needs: [u], replicas: [p]") AND_SERVICE("u", "replicas: [q]"),
	 "kill q",
	 "writes no, reads no"},
	{"Needs count in every verdict: with failover: manual somebody may still take over",
	 TIMES "needs: {t: read-only}, failover: manual, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p",
	 "writes no, rto 1900s"},
	{"Needs count in every verdict: an accept does not help",
	 TIMES "needs: {t: read-only}, " THREE AND_SERVICE("t", "replicas: [p]"), "kill p and accept s",
	 "writes no, reads yes"},

	/* ---- 3.5 fallback ---- */
#define FALLBACK "fallback: {after: 45s, write: any, read: any, ack: any}, "
	{"Where writes would be no and the fallback's expressions let them go on, the same rules run with those",
	 TIMES FALLBACK THREE, "kill a b",
	 "fallback yes, writes yes, reads yes, leader x, rto 45s, data tail, rpo 1s, status at-risk"},
	{"Where writes would be no: they are not",
	 TIMES FALLBACK THREE, "kill a", "fallback no, writes yes, rto 72s"},
	{"Where writes would be no: reads alone don't count",
	 TIMES "write: any, read: all, " FALLBACK THREE, "kill a", "fallback no, writes yes, reads no"},
	{"Where writes would be no: a promotion comes first",
	 TIMES "write: all, " FALLBACK "replicas: [a, b, " STANDBY("x") "]", "kill a",
	 "fallback no, promoted yes, rto 100s"},
	{"and the fallback's expressions let them go on: they don't",
	 TIMES FALLBACK THREE, "kill a b x", "fallback no, writes no, rto unbounded"},
	{"and the fallback's expressions let them go on: a needed service doesn't",
	 TIMES "needs: {t: read-only}, " FALLBACK THREE AND_SERVICE("t", "replicas: [p]"), "kill p",
	 "fallback no, writes no"},
	{"the same rules run with those: a promotion too",
	 TIMES "write: 2, read: any, failover: auto, " FALLBACK "replicas: [a, " STANDBY("b") "]", "kill a",
	 "fallback yes, promoted yes, writes yes, leader b, rto 45s"},
	{"RTO is after in the step that enters it: not in the next",
	 TIMES FALLBACK THREE, "kill a b then kill p", "fallback yes, rto 0"},
	{"it lasts until the system's own hold again at a settled state: not before",
	 TIMES "write: all, read: any, " FALLBACK THREE, "kill a b then heal a", "fallback yes, writes yes"},
	{"it lasts until the system's own hold again at a settled state",
	 TIMES FALLBACK THREE, "drain a b then heal a", "fallback no, writes yes, rto 0, live 2"},
	{"it lasts until the system's own hold again at a settled state: even where the fallback's don't",
	 TIMES "write: 2 in any dc, read: any, fallback: {write: 1 in each dc, read: any}, " THREE,
	 "drain a then heal a and drain x then drain q", "fallback no, writes yes"},
	{"it lasts until the system's own hold again: what was acknowledged meanwhile is judged by its own ack",
	 TIMES "write: all, read: any, " FALLBACK THREE, "drain x then kill a", "fallback yes, data tail, rpo 1s"},
	{"it lasts until the system's own hold again: then by the system's",
	 TIMES "write: all, read: any, " FALLBACK THREE, "drain x then heal x then kill a",
	 "fallback yes, data safe, rto 45s"},
};
#define NROWS (sizeof(rows) / sizeof(rows[0]))

/* ---- comparing an outcome with "field value, ..." ---- */

static const char *const flag_names[] = {"no", "yes"};

static void sb_add_field(struct strbuf *sb, const struct model *m, uint32_t group, const struct outcome *o,
                         const char *field)
{
	const struct { const char *name, *text; } words[] = {
		{"writes", answer_names[o->writes]}, {"reads", answer_names[o->reads]}, {"data", data_names[o->data]},
		{"status", status_names[o->status]}, {"promoted", flag_names[o->promoted]},
		{"accepted", flag_names[o->accepted]}, {"fallback", flag_names[o->fallback]},
		{"split", flag_names[o->split]},
		{"leader", place_name(m, group_places(m, group)[o->leader])},
	};

	if (!strcmp(field, "live")) {
		sb_addf(sb, "%u", o->live);
		return;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(field, words[i].name)) {
			sb_add(sb, words[i].text);
			return;
		}
	fail_msg("no field '%s'", field);
}

static duration duration_of(const char *text)
{
	const char *why;
	duration d = 0;

	if (!strcmp(text, "unbounded"))
		return DURATION_NONE;
	if (!duration_parse(text, &d, &why))
		fail_msg("'%s': %s", text, why);
	return d;
}

static bool field_is(const struct model *m, uint32_t group, const struct outcome *o, const char *field,
                     const char *value)
{
	struct strbuf actual = {0};
	bool same;

	if (!strcmp(field, "rpo") || !strcmp(field, "rto"))
		return duration_of(value) == (field[1] == 'p' ? o->rpo : o->rto);
	sb_add_field(&actual, m, group, o, field);
	same = !strcmp(sb_text(&actual), value);
	sb_release(&actual);
	return same;
}

/* Plays the steps; says which of the expected fields are something else, and returns how many. */
static size_t wrong_fields(const struct player *p, const struct model *m, const step_list *steps,
                           const char *expected)
{
	char *pairs = xstrdup(expected), *rest = NULL, field[16], value[32];
	void *game = p->open(m);
	size_t wrong = 0, compared = 0;
	uint32_t group = 0;

	for (size_t i = 0; i < steps->len; i++)
		p->step(game, &steps->at[i]);
	for (char *pair = strtok_r(pairs, ",", &rest); pair; pair = strtok_r(NULL, ",", &rest)) {
		struct outcome o;

		assert_int_equal(sscanf(pair, " %15s %31s", field, value), 2);
		if (!strcmp(field, "of")) {
			group = group_named(m, 0, value, strlen(value));
			continue;
		}
		o = p->outcome(game, group);
		compared++;
		if (!field_is(m, group, &o, field, value)) {
			struct strbuf actual = {0};

			sb_add_outcome(&actual, &o);
			print_error("%s: expected %s %s, but: %s\n", p->name, field, value, sb_text(&actual));
			sb_release(&actual);
			wrong++;
		}
	}
	assert_true(compared > 0);
	p->close(game);
	free(pairs);
	return wrong;
}

static void sentence(void **state)
{
	const struct row *row = *state;
	struct strbuf yaml = {0};
	struct arena arena = {0};
	struct model *m;
	step_list steps;
	size_t wrong = 0;

	sb_addf(&yaml, TREE "  s: {%s}\n", row->service);
	m = given_model(sb_text(&yaml));
	steps = given_steps(m, row->actions, &arena);
	for (size_t i = 0; i < PLAYERS; i++)
		wrong += wrong_fields(&players[i], m, &steps, row->expected);
	if (wrong)
		fail_msg("\"%s\"\n{%s}\n%s", row->quote, row->service, row->actions);
	vec_free(&steps);
	arena_release(&arena);
	model_free(m);
	sb_release(&yaml);
}

int main(void)
{
	static struct CMUnitTest tests[NROWS];

	for (size_t i = 0; i < NROWS; i++)
		tests[i] = (struct CMUnitTest){.name = rows[i].quote, .test_func = sentence,
			.initial_state = (void *)(uintptr_t)&rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
