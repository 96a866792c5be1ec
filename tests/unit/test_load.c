/* Loading: what is wrong with a file is said at its place, with a code of its own; what is right is in the model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "load/codes.h"
#include "load/load.h"
#include "load/systems.h"
#include "model/names.h"

/* ---- wrong files ---- */

#define TREE "faultline: 1\nlevels: [dc, node]\ntopology:\n  a: [n1, n2]\n  b: [n3]\n" /* five lines */
#define SERVICE TREE "services:\n  s:\n    replicas: [n1, n2, n3]\n"                      /* eight */
#define RULE TREE "services:\n  s: {groups: {generate: "                                    /* column 26 */

struct wrong {
	const char *text;
	const char *code;
	unsigned line, col;
	const char *message; /* a part of it */
	const char *hint;    /* the same; NULL: any */
	unsigned also;       /* the line of the other place; 0: none */
};

static const struct wrong wrongs[] = {
	/* YAML itself */
	{ "faultline: 1\nx-a: [a, b\n", "FL001", 3, 1, "did not find expected ',' or ']'", NULL, 2 },
	{ "faultline: 1\n\ttitle: a\n", "FL001", 2, 1, "a tab character", "blanks", 1 },
	{ "faultline: 1\ntitle: @a\n", "FL001", 2, 8, "cannot start any token", "quotes", 0 },
	{ "faultline: 1\ntitle: 'a\n", "FL001", 3, 1, "unexpected end of stream", NULL, 2 },
	{ "a: b: c\nfaultline: 1\n", "FL001", 1, 5, "mapping values are not allowed", NULL, 0 },
	{ "faultline: 1\n---\nfaultline: 1\n", "FL007", 2, 1, "second document", NULL, 0 },
	{ "faultline: 1\nx-a: *b\n", "FL012", 2, 6, "no anchor '&b'", NULL, 0 },
	{ "faultline: 1\nx-a: &base [1]\nx-b: *bas\n", "FL012", 3, 6, "no anchor '&bas'", "did you mean 'base'?", 0 },
	{ "faultline: 1\nx-a: &a [1, *a]\n", "FL013", 2, 13, "inside what it stands for", NULL, 0 },
	{ "faultline: 1\nx-a: &a [1]\n<<: *a\n", "FL014", 2, 10, "a mapping or a list of mappings", NULL, 0 },
	{ "faultline: 1\n? [a, b]\n: c\n", "FL024", 2, 3, "a key must be text", NULL, 0 },

	/* the version */
	{ "faultline: 2\n", "FL003", 1, 12, "'faultline: 2' needs a newer faultline", NULL, 0 },
	{ "title: a\nfaultline: 17\nnonsense: 1\n", "FL003", 2, 12, "needs a newer faultline", NULL, 0 },
	{ "faultline: one\n", "FL002", 1, 12, "'one' is not a format version", "faultline: 1", 0 },
	{ "faultline: 0\n", "FL002", 1, 12, "not a format version", NULL, 0 },
	{ "faultline:\n", "FL002", 1, 11, "not a format version", NULL, 0 },
	{ "faultline: [1]\n", "FL002", 1, 12, "not a format version", NULL, 0 },

	/* keys */
	{ "faultline: 1\ntopologie: {}\n", "FL020", 2, 1, "unknown key 'topologie'", "did you mean 'topology'?", 0 },
	{ "faultline: 1\ntitle: a\ntitle: b\n", "FL021", 3, 1, "'title' is given twice", NULL, 2 },
	{ "faultline: 1\n<<: {title: a}\n<<: {title: b}\n", "FL021", 3, 1, "'<<' is given twice", NULL, 2 },
	{ "faultline: 1\ntitle: {a: b}\n", "FL022", 2, 8, "expected text, found a mapping", NULL, 0 },
	{ "faultline: 1\nservices: [a]\n", "FL022", 2, 11, "expected a mapping of services, found a list", NULL, 0 },
	{ "faultline: 1\nservices: a\n", "FL022", 2, 11, "found text", NULL, 0 },
	{ "faultline: 1\nservices: ''\n", "FL022", 2, 11, "found text", NULL, 0 },

	/* levels */
	{ "faultline: 1\nlevels: []\n", "FL033", 2, 9, "at least one level", NULL, 0 },
	{ "faultline: 1\nlevels:\n", "FL022", 2, 8, "found nothing", NULL, 0 },
	{ "faultline: 1\nlevels: [dc, shared]\n", "FL033", 2, 14, "'shared' is reserved", NULL, 0 },
	{ "faultline: 1\nlevels: [dc, root]\n", "FL033", 2, 14, "'root' is reserved", NULL, 0 },
	{ "faultline: 1\nlevels: [dc, the rack]\n", "FL033", 2, 14, "contains a blank", NULL, 0 },
	{ "faultline: 1\nlevels: [dc, rack, dc]\n", "FL026", 2, 20, "'dc' is given twice", NULL, 2 },

	/* topology */
	{ "faultline: 1\ntopology:\n  a:\n    b: {}\n    b: {}\n", "FL026", 5, 5, "'b' is given twice", NULL, 4 },
	{ "faultline: 1\ntopology:\n  a: [b, c, b]\n", "FL026", 3, 13, "'b' is given twice", NULL, 3 },
	{ "faultline: 1\ntopology:\n  a: ['n-(1..3)', n-2]\n", "FL026", 3, 19, "'n-2' is given twice", NULL, 3 },
	{ "faultline: 1\ntopology:\n  n-(1..3): {}\n  n-2: {}\n", "FL026", 4, 3, "'n-2' is given twice", NULL, 3 },
	{ "faultline: 1\ntopology:\n  a: b\n", "FL022", 3, 6, "a mapping, or a list of names, found text", NULL, 0 },
	{ "faultline: 1\ntopology:\n  a: [[b]]\n", "FL022", 3, 7, "found a list", NULL, 0 },
	{ "faultline: 1\ntopology:\n  a/b: {}\n", "FL025", 3, 3, "contains a slash", NULL, 0 },
	{ "faultline: 1\ntopology:\n  \"a\\u202eb\": {}\n", "FL025", 3, 3, "'a<U+202E>b' contains a bidirectional",
	  NULL, 0 },
	{ "faultline: 1\ntopology:\n  \"a\\u200bb\": {}\n", "FL025", 3, 3, "invisible", NULL, 0 },
	{ "faultline: 1\ntopology:\n  \"a\\e[1m\": {}\n", "FL025", 3, 3, "control character", NULL, 0 },
	{ "faultline: 1\ntopology:\n  \"a\\0\": {}\n", "FL025", 3, 3, "control character", NULL, 0 },
	{ "faultline: 1\ntopology:\n  '': {}\n", "FL025", 3, 3, "is empty", NULL, 0 },
	{ "faultline: 1\nlevels: [dc]\ntopology:\n  a: [b]\n", "FL035", 4, 7, "below the last level, 'dc'", "levels",
	  0 },
	{ "faultline: 1\ntopology:\n  a: [b]\nlevels: [dc]\n", "FL035", 3, 7, "below the last level, 'dc'", NULL, 0 },

	/* ranges */
	{ "faultline: 1\ntopology:\n  a: ['n-(3..1)']\n", "FL027", 3, 7, "counts upwards", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(a..c): {}\n", "FL027", 3, 3, "two whole numbers", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(1..99999999999): {}\n", "FL027", 3, 3, "too large", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(1..99999)-(1..99999): {}\n", "FL027", 3, 3, "too many names", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(1..1000001): {}\n", "FL011", 3, 3, "more than 1000000 domains", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(1..1000000000): {}\n", "FL011", 3, 3, "more than 1000000 domains", NULL, 0 },
	{ "faultline: 1\ntopology:\n  r-(1..1000): [n-(1..1000)]\n", "FL011", 3, 17, "more than 1000000 domains", NULL,
	  0 },

	/* shared domains, references */
	{ TREE "shared:\n  f: {members: [n1, n9]}\n", "FL030", 7, 21, "n9", NULL, 0 },
	{ TREE "shared:\n  f: {members: []}\n", "FL036", 7, 3, "'f' has no members", NULL, 0 },
	{ TREE "shared:\n  f: {members: }\n", "FL036", 7, 3, "'f' has no members", NULL, 0 },
	{ TREE "shared:\n  f: {kind: power}\n", "FL036", 7, 3, "'f' has no members", NULL, 0 },
	{ TREE "shared:\n  f: {members: [n1, n1]}\n", "FL026", 7, 21, "'n1' is a member twice", NULL, 0 },
	{ TREE "shared:\n  f: {members: [n1]}\n  g: {members: [f]}\n", "FL032", 8, 17, "'f' is a shared domain", NULL,
	  0 },
	{ TREE "shared:\n  n1: {members: [n2]}\n", "FL037", 7, 3, "'n1' is also a domain of the tree", NULL, 4 },
	{ TREE "shared:\n  f: {members: [n1], colour: red}\n", "FL020", 7, 22, "unknown key 'colour'", NULL, 0 },
	{ "faultline: 1\nlevels: [dc, n]\ntopology: {a: [n1], b: [n1]}\nshared: {f: {members: [n1]}}\n",
	  "FL031", 4, 24, "'/a/n1' and '/b/n1'", NULL, 0 },

	/* attributes and links */
	{ TREE "domains:\n  rack: {rtt: 1ms}\n", "FL030", 7, 3, "rack", NULL, 0 },
	{ TREE "domains:\n  dc: {rtt: 1 ms}\n", "FL040", 7, 13, "'1 ms' is not a duration", NULL, 0 },
	{ TREE "domains:\n  dc: {mtbf: 0}\n", "FL040", 7, 14, "can't be 0", NULL, 0 },
	{ TREE "domains:\n  dc: {down: 1.5}\n", "FL041", 7, 14, "not a probability", NULL, 0 },
	{ TREE "domains:\n  dc: {down: nan}\n", "FL041", 7, 14, "not a probability", NULL, 0 },
	{ TREE "domains:\n  n1: {rtt: 1ms}\n  a/n1: {rtt: 1ms}\n", "FL026", 8, 3, "given twice", NULL, 7 },
	{ TREE "shared: {f: {members: [a]}}\ndomains:\n  f: {rtt: 1ms}\n", "FL032", 8, 3, "shared domain",
	  "under 'shared'", 0 },
	{ TREE "links:\n  - {between: [a], rtt: 1ms}\n", "FL038", 7, 15, "two domains, not 1", NULL, 0 },
	{ TREE "links:\n  - {between: [a, n1], rtt: 1ms}\n", "FL038", 7, 15, "contains the other", NULL, 0 },
	{ TREE "links:\n  - {between: [a, b]}\n", "FL023", 7, 5, "needs 'rtt'", NULL, 0 },
	{ TREE "links:\n  - {between: [a, b], rtt: 1ms}\n  - {between: [b, a], rtt: 2ms}\n", "FL026", 8, 15,
	  "linked twice", NULL, 7 },

	/* groups */
	{ TREE "services:\n  s: {}\n", "FL060", 7, 3, "'s' has no groups", NULL, 0 },
	{ TREE "services:\n  s: {groups: {}}\n", "FL060", 7, 3, "'s' has no groups", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: []}}\n", "FL061", 7, 16, "'g' has no replicas", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: }}\n", "FL061", 7, 16, "'g' has no replicas", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: n1}}\n", "FL022", 7, 19, "expected a list of replicas, found text", NULL,
	  0 },
	{ TREE "services:\n  s: {groups: {g: [[n1]]}}\n", "FL022", 7, 20, "found a list", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [{role: voter}]}}\n", "FL023", 7, 20, "needs 'at'", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [{at: n1, role: votre}]}}\n", "FL064", 7, 35, "'votre' is no role",
	  "'voter'", 0 },
	{ TREE "services:\n  s: {groups: {g: [{at: n1, role: learner}]}}\n", "FL062", 7, 16, "'g' has no voter", NULL,
	  0 },
	{ TREE "services:\n  s: {groups: {g: [n1, n8]}}\n", "FL030", 7, 24, "n8", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [n1, '/']}}\n", "FL032", 7, 24, "the root", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [n1], h: [n2], g: [n3]}}\n", "FL026", 7, 34, "'g' is given twice", NULL,
	  7 },
	{ TREE "services:\n  s: {groups: {'g(1..3)': [n1], g2: [n2]}}\n", "FL026", 7, 33, "'g2' is given twice", NULL,
	  7 },
	{ TREE "services:\n  s: {replicas: [n1], groups: {g: [n1]}}\n", "FL028", 7, 23, "either 'groups' or 'replicas'",
	  NULL, 7 },
	{ TREE "services:\n  s: {replicas: [n1]}\n  s: {replicas: [n2]}\n", "FL026", 8, 3, "'s' is given twice", NULL,
	  7 },
	{ TREE "services:\n  s: {groups: {'g-(1..1000000000)': [n1]}}\n", "FL010", 7, 16, "100000000 nodes", NULL, 0 },
	{ "faultline: 1\nlevels: [n]\ntopology: ['n(1..5000)']\nservices: {s: {replicas: ['n(1..4097)']}}\n",
	  "FL063", 4, 12, "more than 4096 replicas", NULL, 0 },

	/* groups by rule */
	{ RULE "{count: 9, replicas: 2, sprd: [dc]}}}\n", "FL020", 7, 50, "unknown key 'sprd'", "'spread'", 0 },
	{ RULE "{}}}\n", "FL023", 7, 16, "needs 'count'", NULL, 0 },
	{ RULE "{count: 9}}}\n", "FL023", 7, 16, "needs 'replicas'", NULL, 0 },
	{ RULE "{count: 0, replicas: 2}}}\n", "FL041", 7, 34, "from 1 to 100000000", NULL, 0 },
	{ RULE "{count: 9, replicas: 257}}}\n", "FL041", 7, 47, "from 1 to 256", NULL, 0 },
	{ RULE "{count: 9, replicas: 4}}}\n", "FL066", 7, 37, "4 replicas of a group can't be placed on 3 domains",
	  "fewer replicas", 0 },
	{ RULE "{count: 9, replicas: 3, spread: [dc]}}}\n", "FL066", 7, 50, "spread like this, 3 replicas", "'spread'", 0 },
	{ RULE "{count: 9, replicas: 3, spread: {dc: 1, node: 1}}}}\n", "FL066", 7, 50, "there is room for 2", NULL, 0 },
	{ RULE "{count: 9, replicas: 2, in: a, spread: [dc]}}}\n", "FL066", 7, 57, "inside 'in', 2 replicas", NULL, 0 },
	{ RULE "{count: 9, replicas: 1, level: dc, spread: [node]}}}\n", "FL066", 7, 37, "on 0 domains", NULL, 0 },
	{ RULE "{count: 9, replicas: 2, in: [c]}}}\n", "FL030", 7, 55, "'c'", NULL, 0 },
	{ RULE "{count: 9, replicas: 2, level: rack}}}\n", "FL034", 7, 57, "'rack' is not a level", NULL, 0 },
	{ RULE "{count: 9, replicas: 2, level: shared}}}\n", "FL034", 7, 57, "not on shared ones", NULL, 0 },
	{ RULE "{count: 9, replicas: 2, spread: [shared]}}}\n", "FL070", 7, 59, "not over shared domains", NULL, 0 },
	{ RULE "{count: 9, replicas: 2, spread: {dc: even}}}}\n", "FL070", 7, 63, "a number", NULL, 0 },
	{ RULE "{count: 9, replicas: 2, method: copysets}}}\n", "FL043", 7, 58, "'copysets' is no method", "'copyset'", 0 },
	{ RULE "{count: 9, replicas: 2, scatter: 4}}}\n", "FL028", 7, 59, "'method: copyset'", NULL, 0 },
	{ RULE "{count: 9, replicas: 2, roles: [voter]}}}\n", "FL028", 7, 57, "1 roles for 2 replicas", NULL, 0 },
	{ RULE "{count: 9, roles: [witness, learner]}}}\n", "FL062", 7, 44, "no voter", NULL, 0 },
	{ RULE "{count: 9, roles: [voter, votre]}}}\n", "FL064", 7, 52, "'votre' is no role", "'voter'", 0 },
	{ RULE "{count: 9, replicas: 2}, g: [n1]}}\n", "FL028", 7, 16, "listed or placed by a rule", "two services", 0 },
	{ RULE "{count: 9, replicas: 2}, generate: {count: 9, replicas: 2}}}\n", "FL021", 7, 51, "'generate' is given twice",
	  NULL, 7 },
	{ RULE "{count: 50000000, replicas: 2}}}\n", "FL010", 7, 16, "100000000 nodes", NULL, 0 },
	{ RULE "{count: 1, replicas: 2, method: copyset, scatter: 3}}}\n", "FL066", 7, 76, "each has 2 others", NULL, 0 },
	{ "faultline: 1\nlevels: [n]\ntopology: {'n(1..5000)': }\nservices:\n  s: {groups: {generate: "
	  "{count: 1, replicas: 2, method: copyset, scatter: 4000}}}\n", "FL067", 5, 67, "too much", "10,000,000", 0 },
	{ RULE "{count: 9, replicas: 2, level: dc}}, write: 1 in each node}\n", "FL065", 7, 16, "above the level 'node'", NULL,
	  7 },

	/* fields of systems, on a service */
	{ SERVICE "    write: majorit\n", "FL042", 9, 12, "majorit", NULL, 0 },
	{ SERVICE "    read: 1 in each rack\n", "FL042", 9, 11, "rack", NULL, 0 },
	{ SERVICE "    ack: insink\n", "FL042", 9, 10, "insink", NULL, 0 },
	{ SERVICE "    ack: leader\n    leader: none\n", "FL057", 9, 10, "no leader", NULL, 10 },
	{ SERVICE "    rebuild: -1\n", "FL041", 9, 14, "whole number", NULL, 0 },
	{ SERVICE "    leader: two\n", "FL043", 9, 13, "'two' is no value for 'leader'", "one, none", 0 },
	{ SERVICE "    failover: autom\n", "FL043", 9, 15, "failover", "'auto'", 0 },
	{ SERVICE "    lag: soon\n", "FL040", 9, 10, "'soon' is not a duration", NULL, 0 },
	{ SERVICE "    fallback: {after: 1s, wirte: any}\n", "FL020", 9, 27, "'wirte'", "'write'", 0 },
	{ SERVICE "    fallback: {write: most}\n", "FL042", 9, 23, "most", NULL, 0 },
	{ SERVICE "    rpo: nothing\n", "FL040", 9, 10, "'nothing' is not a duration", NULL, 0 },
	{ SERVICE "    sytem: raft\n", "FL020", 9, 5, "unknown key 'sytem'", "'system'", 0 },
	{ SERVICE "    lag: 1s\n    lag: 2s\n", "FL021", 10, 5, "'lag' is given twice", NULL, 9 },
	{ SERVICE "    q: 1\n    q: 2\n    system: k\nsystems: {k: {params: {q: 1}}}\n", "FL021", 10, 5,
	  "'q' is given twice", NULL, 9 },
	{ SERVICE "    write: $n\n", "FL054", 9, 12, "no parameter '$n'", NULL, 0 },
	{ SERVICE "    system: rafd\n", "FL050", 9, 13, "no system 'rafd'", "'raft'", 0 },
	{ TREE "services:\n  s:\n    replicas: [a, n3]\n    write: 1 in each node\n", "FL065", 8, 16,
	  "'a', above the level 'node'", NULL, 9 },
	{ TREE "services:\n  s:\n    write: 1 in each node\n    replicas: [n1, {at: b, role: arbiter}]\n", "FL065", 9,
	  20, "'b', above the level 'node'", NULL, 8 },

	/* systems */
	{ TREE "systems:\n  raft: {write: all}\n", "FL051", 7, 3, "built-in system 'raft'", "like: raft", 0 },
	{ TREE "systems:\n  k: {like: l}\n  l: {like: k}\n", "FL052", 8, 13, "in a circle", NULL, 0 },
	{ TREE "systems:\n  k: {like: k}\n", "FL052", 7, 13, "in a circle", NULL, 0 },
	{ TREE "systems:\n  k: {like: paxis}\n", "FL050", 7, 13, "no system 'paxis'", NULL, 0 },
	{ TREE "systems:\n  k: {write: $q}\n", "FL054", 7, 14, "no parameter '$q'", NULL, 0 },
	{ TREE "systems:\n  k: {params: {write: 1}}\n", "FL053", 7, 16, "the name of a field", NULL, 0 },
	{ TREE "systems:\n  k: {params: {groups: 1}}\n", "FL053", 7, 16, "the name of a field", NULL, 0 },
	{ TREE "systems:\n  k: {params: {'a b': 1}}\n", "FL053", 7, 16, "not a word", NULL, 0 },
	{ TREE "systems:\n  k: {params: {q: {choices: {A: 1}}}}\n", "FL053", 7, 16, "no default", NULL, 0 },
	{ TREE "systems:\n  k: {params: {q: {default: B, choices: {A: 1}}}, write: $q}\n", "FL055", 7, 58,
	  "'B' is no choice for 'q'", NULL, 0 },
	{ TREE "systems:\n  k: {params: {a: $b, b: $a}, write: $a}\n", "FL056", 7, 38, "without end", NULL, 0 },
	{ TREE "systems: {k: {params: {q: {default: A, choices: {A: 1, BB: 2}}}, write: $q}}\nservices:\n  s:\n"
	  "    system: k\n    replicas: [n1]\n    q: CC\n",
	  "FL055", 11, 8, "'CC' is no choice for 'q'", NULL, 0 },
	{ TREE "systems: {k: {params: {dc: dc}, write: 1 in each $dc}}\nservices:\n  s:\n    system: k\n"
	  "    replicas: [n1]\n    dc: rack\n",
	  "FL042", 11, 9, "rack", NULL, 0 },
	{ TREE "systems: {k: {params: {quorum: 2}, write: $quorum}}\nservices:\n  s:\n    system: k\n"
	  "    replicas: [n1]\n    quorun: 1\n",
	  "FL020", 11, 5, "'quorun'", "'quorum'", 0 },
	{ TREE "systems: {k: {params: {q: 2}, write: $q}}\nservices:\n  s: {system: k, replicas: [n1], q: [1]}\n",
	  "FL022", 8, 37, "set to text", NULL, 0 },

	/* goals */
	{ SERVICE "    spread: {rack: 1}\n", "FL034", 9, 14, "'rack' is not a level", NULL, 0 },
	{ SERVICE "    spread: [dcc]\n", "FL034", 9, 14, "'dcc' is not a level", "'dc'", 0 },
	{ SERVICE "    spread: {dc: few}\n", "FL070", 9, 18, "'few' is not a spread", "at least N", 0 },
	{ SERVICE "    spread: {dc: 0}\n", "FL041", 9, 18, "'0' is not a whole number", NULL, 0 },
	{ SERVICE "    spread: dc\n", "FL022", 9, 13, "a list of levels, found text", NULL, 0 },
	{ SERVICE "    survive: [dc, 2 racks]\n", "FL034", 9, 19, "'racks' is not a level", NULL, 0 },
	{ SERVICE "    survive: 2\n", "FL071", 9, 14, "a level is missing", NULL, 0 },
	{ SERVICE "    survive: dc +\n", "FL071", 9, 14, "a level is missing", NULL, 0 },
	{ SERVICE "    survive: dc node\n", "FL071", 9, 14, "joined by '+' or 'then'", NULL, 0 },
	{ SERVICE "    survive: 0 dc\n", "FL041", 9, 14, "'0' is not a whole number", NULL, 0 },
	{ SERVICE "    survive: {write: dc}\n", "FL020", 9, 15, "'write'", "'writes'", 0 },
	{ SERVICE "    needs: [t]\n", "FL072", 9, 13, "no service 't'", NULL, 0 },
	{ SERVICE "    needs: {t: up}\n", "FL043", 9, 16, "mode of a need", "read-only", 0 },
	{ SERVICE "    needs: [s]\n", "FL073", 9, 13, "s needs s", NULL, 0 },
	{ SERVICE "    needs: [t]\n  t: {replicas: [n1], needs: [s]}\n", "FL073", 10, 31, "s needs t needs s", NULL,
	  0 },
	{ SERVICE "    needs: [t, t]\n  t: {replicas: [n1]}\n", "FL026", 9, 16, "'t' is given twice", NULL, 9 },

	/* scenarios */
	{ SERVICE "scenarios:\n  x: [kill n7]\n", "FL074", 10, 7, "n7", NULL, 0 },
	{ SERVICE "scenarios:\n  x: [\"\"]\n", "FL074", 10, 7, "without actions", NULL, 0 },
	{ SERVICE "scenarios:\n  x: kill n1\n", "FL022", 10, 6, "a list of steps", NULL, 0 },

	/* places are in code points, also behind wide and combined characters */
	{ "faultline: 1\ntitle: {\xc3\xa4\xe6\xbc\xa2: x}\n", "FL022", 2, 8, "expected text", NULL, 0 },
	{ "faultline: 1\ntopology:\n  \xe6\xbc\xa2: [\xc3\xa4, b, \xc3\xa4]\n", "FL026", 3, 13,
	  "'\xc3\xa4' is given twice", NULL, 3 },
	{ "\xef\xbb\xbf" "nonsense: 1\nfaultline: 1\n", "FL020", 1, 1, "'nonsense'", NULL, 0 },
	{ "faultline: 1\r\nnonsense: 1\r\n", "FL020", 2, 1, "'nonsense'", NULL, 0 },

	/* encodings */
	{ "faultline: 1\ntitle: a\x80" "b\n", "FL005", 2, 9, "byte 0x80 is not UTF-8", NULL, 0 },
	{ "faultline: 1\ntitle: \xc3\xa4\x01\n", "FL006", 2, 9, "U+0001", NULL, 0 },
	{ "faultline: 1\ntitle: a\xe2\x80\xa8\n", "FL006", 2, 9, "U+2028", NULL, 0 },
	{ "faultline: 1\ntitle: \"a\\0b\"\n", "FL006", 2, 8, "U+0000", NULL, 0 },
};

static void load_text(const char *text, size_t len, struct diag_list *dl, enum load_result expected, struct model **ret)
{
	struct source source;

	source_from_text(&source, "test", text, len);
	assert_int_equal(load_model(&source, dl, ret), expected);
	source_release(&source);
}

static void explain(const struct wrong *w, const struct diag *d)
{
	print_error("in:\n%s\nexpected %s at %u:%u with \"%s\"\n", w->text, w->code, w->line, w->col, w->message);
	if (d)
		print_error("got %s at %u:%u: %s (hint: %s) also line %u\n", d->code, d->place.line, d->place.col,
		            d->message,
		            d->hint ? d->hint : "none", d->also.line);
	else
		print_error("got nothing\n");
}

static bool is_as_expected(const struct wrong *w, const struct diag_list *dl)
{
	const struct diag *d = dl->all.at;

	return dl->all.len == 1 && !strcmp(d->code, w->code) && d->place.line == w->line && d->place.col == w->col &&
	       strstr(d->message, w->message) && (!w->hint ||
	                                          (d->hint && strstr(d->hint, w->hint))) && d->also.line == w->also;
}

static void wrong_files__are_refused_with_code_place_and_message(void **state)
{
	(void)state;
	size_t bad = 0;

	for (const struct wrong *w = wrongs; w < wrongs + sizeof(wrongs) / sizeof(*wrongs); w++) {
		struct diag_list dl = {0};
		struct model *m = NULL;
		load_text(w->text, strlen(w->text), &dl, LOAD_FAILED, &m);
		assert_null(m);
		if (!is_as_expected(w, &dl)) {
			explain(w, dl.all.len ? &dl.all.at[0] : NULL);
			for (size_t i = 1; i < dl.all.len; i++)
				print_error("and %s at %u:%u: %s\n", dl.all.at[i].code, dl.all.at[i].place.line,
				            dl.all.at[i].place.col, dl.all.at[i].message);
			bad++;
		}
		diag_release(&dl);
	}
	assert_int_equal(bad, 0);
}

static void every_code__is_unique_and_titled(void **state)
{
	(void)state;
	for (size_t i = 0; i < nload_codes; i++) {
		assert_int_equal(strlen(load_codes[i].code), 5);
		assert_memory_equal(load_codes[i].code, "FL0", 3);
		assert_true(*load_codes[i].title);
		if (i)
			assert_true(strcmp(load_codes[i - 1].code, load_codes[i].code) < 0);
	}
}

/* ---- many mistakes in one file ---- */

static void several_mistakes__are_all_reported_in_one_run(void **state)
{
	static const char text[] = "faultline: 1\nlevel: [dc]\ntopology: {a: [n, n]}\nservices:\n"
	                           "  s: {replicas: [n, m], write: most}\n  t: {replicas: [], needs: [u]}\n"
	  "scenarios: {x: [kill z]}\n";
	static const char *const codes[] = { "FL020", "FL026", "FL030", "FL042", "FL061", "FL072", "FL074" };
	struct diag_list dl = {0};
	struct model *m = NULL;

	(void)state;
	load_text(text, sizeof(text) - 1, &dl, LOAD_FAILED, &m);
	diag_sort(&dl);
	assert_int_equal(dl.all.len, sizeof(codes) / sizeof(*codes));
	for (size_t i = 0; i < dl.all.len; i++)
		assert_string_equal(dl.all.at[i].code, codes[i]);
	diag_release(&dl);
}

static void a_mistake_under_an_anchor__is_reported_once(void **state)
{
	static const char text[] = "faultline: 1\ntopology:\n  r-(1..50): [a, a]\n  x: &x {b: {}, b: {}}\n  y: *x\n"
	  "  z: *x\n";
	struct diag_list dl = {0};
	struct model *m = NULL;

	(void)state;
	load_text(text, sizeof(text) - 1, &dl, LOAD_FAILED, &m);
	assert_int_equal(dl.all.len, 2);
	diag_release(&dl);
}

static void mistakes_beyond_the_cap__are_counted(void **state)
{
	struct strbuf text = {0};
	struct diag_list dl = { .cap = 10 };
	struct model *m = NULL;

	(void)state;
	sb_add(&text, SERVICE "  t:\n    groups:\n");
	for (int i = 0; i < 5000; i++)
		sb_addf(&text, "      g%d: [x%d]\n", i, i);
	load_text(sb_text(&text), text.len, &dl, LOAD_FAILED, &m);
	assert_int_equal(dl.all.len, 10);
	assert_int_equal(dl.errors, 5000);
	assert_int_equal(dl.dropped, 4990);
	sb_release(&text);
	diag_release(&dl);
}

/* ---- not ours ---- */

static void files_without_the_key__are_foreign_and_say_nothing(void **state)
{
	static const char *const texts[] = {
		"", "\n# only a comment\n", "---\n", "a\n", "[a, b]\n", "{}\n", "services:\n  web: {image: nginx}\n",
		"services: {web: {faultline: 1}}\n", "a: !Ref b\n---\nfaultline: 1\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct diag_list dl = {0};
		struct model *m = NULL;
		load_text(texts[i], strlen(texts[i]), &dl, LOAD_FOREIGN, &m);
		assert_int_equal(dl.all.len, 0);
		assert_null(m);
	}
}

static void a_foreign_file_named_by_hand__is_explained(void **state)
{
	struct diag_list dl = {0};

	(void)state;
	load_explain_foreign(&dl);
	assert_int_equal(dl.errors, 1);
	assert_string_equal(dl.all.at[0].code, "FL004");
	assert_non_null(strstr(dl.all.at[0].hint, "faultline: 1"));
	diag_release(&dl);
}

/* ---- hostile files ---- */

/* `text` is freed. */
static void refuse(struct strbuf *text, const char *code)
{
	struct diag_list dl = { .cap = 100 };
	struct model *m = NULL;

	load_text(sb_text(text), text->len, &dl, LOAD_FAILED, &m);
	assert_null(m);
	if (strcmp(dl.all.at[0].code, code))
		print_error("expected %s, got %s: %s\n", code, dl.all.at[0].code, dl.all.at[0].message);
	assert_string_equal(dl.all.at[0].code, code);
	assert_true(dl.all.at[0].place.line > 0);
	diag_release(&dl);
	sb_release(text);
}

static void a_billion_laughs__are_counted_not_laughed(void **state)
{
	struct strbuf text = {0};

	(void)state;
	sb_add(&text, "faultline: 1\nx-0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
	for (int i = 1; i < 30; i++) {
		sb_addf(&text, "x-%d: &a%d [", i, i);
		for (int k = 0; k < 9; k++)
			sb_addf(&text, "%s*a%d", k ? ", " : "", i - 1);
		sb_add(&text, "]\n");
	}
	refuse(&text, "FL010");
}

static void laughs_in_a_topology__are_refused(void **state)
{
	struct strbuf text = {0};

	(void)state;
	sb_add(&text, "faultline: 1\ntopology:\n  a0: &a0 {n-(1..99): {}}\n");
	for (int i = 1; i < 4; i++)
		sb_addf(&text, "  a%d: &a%d {n-(1..99): *a%d}\n", i, i, i - 1);
	refuse(&text, "FL011");
}

static void laughs_through_merges__are_refused(void **state)
{
	struct strbuf text = {0};

	(void)state;
	sb_add(&text, "faultline: 1\nx-0: &a0 {a: 1}\n");
	for (int i = 1; i < 60; i++)
		sb_addf(&text, "x-%d: &a%d {<<: [*a%d, *a%d, *a%d]}\n", i, i, i - 1, i - 1, i - 1);
	refuse(&text, "FL010");
}

static void long_names_in_large_ranges__are_refused(void **state)
{
	static const char *const keys[] = { "topology: {", "topology: [n]\nservices: {s: {groups: {" };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct strbuf text = {0};
		sb_addf(&text, "faultline: 1\n%s? '", keys[i]);
		sb_repeat(&text, "abcdefgh", 100000);
		sb_addf(&text, "(1..10000)' : [n]%s\n", i ? "}}}" : "}");
		refuse(&text, "FL010");
	}
}

static void long_names_laughing__are_refused(void **state)
{
	struct strbuf text = {0};

	(void)state;
	sb_add(&text, "faultline: 1\nx-a: &a [");
	sb_repeat(&text, "abcdefgh", 100000);
	sb_add(&text, "]\nx-b: [");
	sb_repeat(&text, "*a, ", 5000);
	sb_add(&text, "]\n");
	refuse(&text, "FL010");
}

static void deep_nesting__is_refused(void **state)
{
	static const char *const opens[] = { "[", "{a: ", "- " };

	(void)state;
	for (size_t k = 0; k < sizeof(opens) / sizeof(*opens); k++) {
		struct strbuf text = {0};
		sb_add(&text, "faultline: 1\nx-a:\n  ");
		sb_repeat(&text, opens[k], 20000);
		refuse(&text, "FL009");
	}
}

static void deep_nesting_through_aliases__is_refused(void **state)
{
	struct strbuf text = {0};

	(void)state;
	sb_add(&text, "faultline: 1\nx-0: &a0 [1]\n");
	for (int i = 1; i < 500; i++)
		sb_addf(&text, "x-%d: &a%d [*a%d]\n", i, i, i - 1);
	refuse(&text, "FL009");
}

static void a_deep_topology__is_refused_at_the_first_domain_too_deep(void **state)
{
	struct strbuf text = {0};

	(void)state;
	sb_add(&text, "faultline: 1\ntopology:\n");
	for (int i = 1; i <= 102; i++) {
		sb_repeat(&text, " ", (size_t)i);
		sb_add(&text, "a:\n");
	}
	refuse(&text, "FL035");
}

static void endless_scalars__are_refused_before_they_are_buffered(void **state)
{
	static const char *const starts[] = { "title: ", "title: \"", "title: '", "title: |\n  ", "x-a: &", "x-b: !",
	                                      "# " };

	(void)state;
	for (size_t k = 0; k < sizeof(starts) / sizeof(*starts); k++) {
		struct strbuf text = {0};
		sb_addf(&text, "faultline: 1\n%s", starts[k]);
		sb_repeat(&text, "abcdefgh", (MAX_SCALAR_BYTES / 8) * 3);
		sb_add(&text, "\n");
		refuse(&text, "FL008");
	}
}

static void much_comment_in_short_lines__is_welcome(void **state)
{
	struct strbuf text = {0};
	struct diag_list dl = {0};
	struct model *m = NULL;

	(void)state;
	sb_add(&text, "faultline: 1\n");
	sb_repeat(&text, "#     g-1000: [node-1, node-2, node-3]\n", 50000);
	sb_add(&text, "title: after all\n");
	load_text(sb_text(&text), text.len, &dl, LOAD_OK, &m);
	assert_string_equal(m->title, "after all");
	model_free(m);
	sb_release(&text);
}

static void other_encodings__are_named(void **state)
{
	static const struct { const char *text; size_t len; } texts[] = {
		{ "\xff\xfe" "f\0a\0", 6 }, { "\xfe\xff\0f\0a", 6 }, { "f\0a\0u\0l\0", 8 }, { "\0f\0a\0u\0l", 8 },
		{ "\0\0\xfe\xff\0\0\0f", 8 }, { "\xff\xfe\0\0f\0\0\0", 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct strbuf text = {0};
		sb_addn(&text, texts[i].text, texts[i].len);
		refuse(&text, "FL005");
	}
}

static void a_nul_byte__is_refused(void **state)
{
	struct strbuf text = {0};

	(void)state;
	sb_addn(&text, "faultline: 1\ntitle: a\0b\n", 24);
	refuse(&text, "FL006");
}

static void too_many_directives__are_refused(void **state)
{
	static const char *const before[] = { "", "\n", " # comment\n", "\r\n\t\r", "faultline: 1\n...\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(before) / sizeof(*before); i++) {
		struct strbuf text = {0};
		sb_add(&text, before[i]);
		for (int k = 0; k < 1000; k++)
			sb_addf(&text, "%%TAG !a%d! tag:example.org,2000:\n", k);
		sb_add(&text, "---\nfaultline: 1\n");
		refuse(&text, "FL001");
	}
}

static void a_long_chain_of_systems__is_refused(void **state)
{
	struct strbuf text = {0};

	(void)state;
	sb_add(&text, "faultline: 1\nsystems:\n");
	for (int i = 0; i < 20000; i++)
		sb_addf(&text, "  k%d: {like: k%d}\n", i, i + 1);
	sb_add(&text, "  k20000: {}\n");
	refuse(&text, "FL052");
}

static void every_cut_of_a_file__is_refused_or_loaded_without_a_crash(void **state)
{
	static const char text[] = "faultline: 1\nx-a: &a {rtt: 1ms}\ntopology: {a: &t {n-(1..3): [m, \"k\"]}, b: *t}\n"
	                           "domains: {node: {<<: *a}}\nservices:\n  s:\n    groups:\n"
	  "      g-(1..2): [a/n-1/m, {at: b/n-1/m, role: learner}]\n"
	                           "scenarios: {x: [kill a then heal]}\n";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct diag_list dl = {0};
		struct model *m = NULL;
		struct source source;
		source_from_text(&source, "test", text, len);
		enum load_result result = load_model(&source, &dl, &m);
		assert_int_equal(result == LOAD_OK, m != NULL);
		assert_int_equal(result == LOAD_FAILED, dl.errors > 0);
		model_free(m);
		diag_release(&dl);
		source_release(&source);
	}
}

/* ---- right files ---- */

static struct model *load_right(const char *text)
{
	struct diag_list dl = {0};
	struct model *m = NULL;
	struct source source;

	source_from_text(&source, "test", text, strlen(text));
	load_model(&source, &dl, &m);
	for (size_t i = 0; i < dl.all.len; i++)
		print_error("%u:%u: %s\n", dl.all.at[i].place.line, dl.all.at[i].place.col, dl.all.at[i].message);
	assert_int_equal(dl.all.len, 0);
	assert_non_null(m);
	diag_release(&dl);
	source_release(&source);
	return m;
}

static domain_id domain(const struct model *m, const char *ref)
{
	place_id p = NO_PLACE;

	assert_int_equal(resolve_place(m, ref, strlen(ref), &p, NULL, 0, NULL), RESOLVE_OK);
	return p;
}

static const struct service *service(const struct model *m, const char *name)
{
	uint32_t s = service_named(m, name, strlen(name));

	assert_int_not_equal(s, NO_SERVICE);
	return &m->services[s];
}

static uint32_t group(const struct model *m, const char *of, const char *name)
{
	uint32_t g = group_named(m, service_named(m, of, strlen(of)), name, strlen(name));

	assert_int_not_equal(g, NO_GROUP);
	return g;
}

static const char complete[] =
	"faultline: 1\ntitle: Orders platform\nlevels: [region, az, rack, node]\n"
	"topology:\n"
	"  us:\n"
	"    us-a: {rack-1: [k-1, k-2], 'rack-(2..3)': ['n-(08..10)']}\n"
	"    us-b: {rack-1: [k-4]}\n"
	"  eu: {}\n"
	"shared:\n"
	"  feed: {kind: power, members: [us-a/rack-1, us-b/rack-1], down: 0.001}\n"
	"domains:\n"
	"  az: {mtbf: 2y, mttr: 4h, rtt: 1ms}\n"
	"  us-b: {mtbf: 6mo}\n"
	"  root: {rtt: 80ms}\n"
	"links: [{between: [us, eu], rtt: 72.5ms}]\n"
	"systems:\n"
	"  k:\n"
	"    about: for a test\n"
	"    notes: [one, two]\n"
	"    params: {min: 1, level: {default: Q, choices: {Q: majority, L: majority in local $az}}, az: az}\n"
	"    write: $min\n"
	"    read: $level\n"
	"    ack: insync\n"
	"    lag: 1s\n"
	"  kk: {like: k, params: {level: L}, stale: serve, lag: 2s}\n"
	"services:\n"
	"  orders:\n"
	"    system: kk\n"
	"    min: 2\n"
	"    detect: 10s\n"
	"    spread: {az: 1, rack: even, shared: at least 2}\n"
	"    survive: {writes: [az, 2 rack + node then region], data: shared}\n"
	"    needs: {meta: freeze}\n"
	"    rpo: 0\n"
	"    rto: 30s\n"
	"    groups:\n"
	"      o-(0..2): [k-1, {at: k-4, role: witness}, 'us-a/rack-2/n-(08..09)', {at: us-b, role: learner}]\n"
	"      p: [k-2]\n"
	"  meta: {replicas: [k-1, k-2, k-4], fallback: {after: 1m, write: 1}, spread: [az]}\n"
	"scenarios: {outage: [kill us-a and drain feed, heal us-a]}\n";

static void a_whole_file__becomes_domains(void **state)
{
	struct model *m = load_right(complete);

	(void)state;
	assert_string_equal(m->title, "Orders platform");
	assert_int_equal(m->nlevels, 4);
	assert_string_equal(m->levels[2], "rack");
	assert_int_equal(m->ndomains, 1 + 2 + 2 + 4 + 3 + 2 * 3);
	assert_int_equal(m->level_count[3], 4);
	assert_int_equal(m->domains[domain(m, "eu")].level, 1);
	assert_int_equal(m->domains[domain(m, "us-a/rack-3/n-10")].level, 4);
	assert_int_equal(m->domains[domain(m, "k-4")].place.line, 7);
	assert_int_equal(m->domains[domain(m, "k-4")].place.col, 21);
	assert_int_equal(m->domains[domain(m, "k-4")].place.width, 3);
	model_free(m);
}

static void a_whole_file__has_shared_domains_attributes_and_links(void **state)
{
	struct model *m = load_right(complete);

	(void)state;
	assert_int_equal(m->nshared, 1);
	assert_string_equal(str_text(m->strings, m->shared[0].kind), "power");
	assert_int_equal(m->shared[0].nmembers, 2);
	assert_int_equal(m->shared[0].members[1], domain(m, "us-b/rack-1"));
	assert_true(m->shared[0].attributes.down > 0.0009 && m->shared[0].attributes.down < 0.0011);
	assert_true(m->shared[0].attributes.mtbf == DURATION_NONE);
	assert_true(m->level_attributes[2].rtt == 1000);
	assert_true(m->level_attributes[0].rtt == 80000);
	assert_true(m->level_attributes[1].rtt == DURATION_NONE);
	assert_int_equal(m->nown_attributes, 1);
	assert_int_equal(m->own_attributes[0].domain, domain(m, "us-b"));
	assert_true(m->own_attributes[0].attributes.mttr == DURATION_NONE);
	assert_int_equal(m->nlinks, 1);
	assert_true(m->links[0].rtt == 72500);
	model_free(m);
}

static void a_service__lays_its_fields_over_its_system_and_that_over_what_it_is_like(void **state)
{
	struct model *m = load_right(complete);
	const struct service *s = service(m, "orders");

	(void)state;
	assert_string_equal(s->sem.system, "kk");
	assert_string_equal(s->sem.quorums.write.text, "2");
	assert_string_equal(s->sem.quorums.read.text, "majority in local az");
	assert_int_equal(s->sem.quorums.read.terms[0].level, 2);
	assert_int_equal(s->sem.quorums.ack_rule, ACK_INSYNC);
	assert_true(s->sem.lag == 2000000);
	assert_true(s->sem.detect == 10000000);
	assert_true(s->sem.every == DURATION_NONE);
	assert_true(s->sem.serves_stale && s->sem.leader && !s->sem.has_fallback);
	assert_int_equal(s->sem.rebuild, 1);
	assert_int_equal(s->quorum_place.line, 29);
	assert_int_equal(s->quorum_place.col, 10);
	assert_int_equal(s->place.line, 27);
	model_free(m);
}

static void a_service_without_a_system__is_raft(void **state)
{
	struct model *m = load_right(complete);
	const struct service *s = service(m, "meta");

	(void)state;
	assert_string_equal(s->sem.system, "raft");
	assert_string_equal(s->sem.quorums.write.text, "majority");
	assert_string_equal(s->sem.quorums.ack.text, "majority");
	assert_int_equal(s->quorum_place.line, s->place.line);
	assert_true(s->sem.has_fallback);
	assert_true(s->sem.fallback_after == 60000000);
	assert_string_equal(s->sem.fallback.write.text, "1");
	assert_string_equal(s->sem.fallback.read.text, "majority");
	assert_string_equal(s->sem.fallback.ack.text, "1");
	model_free(m);
}

static void goals__keep_their_kinds_and_places(void **state)
{
	struct model *m = load_right(complete);
	const struct service *s = service(m, "orders");

	(void)state;
	assert_int_equal(s->nspread, 3);
	assert_int_equal(s->spread[0].kind, SPREAD_AT_MOST);
	assert_int_equal(s->spread[1].kind, SPREAD_EVEN);
	assert_int_equal(s->spread[2].kind, SPREAD_AT_LEAST);
	assert_int_equal(s->spread[2].level, LEVEL_SHARED);
	assert_int_equal(s->spread[2].count, 2);
	assert_int_equal(s->spread[1].place.col, 27);
	assert_int_equal(s->nsurvive, 3);
	assert_string_equal(s->survive[1].text, "2 rack + node then region");
	assert_true(s->survive[1].targets[TARGET_WRITES] && !s->survive[1].targets[TARGET_DATA]);
	assert_int_equal(s->survive[1].nsteps, 2);
	assert_int_equal(s->survive[1].steps[0].nterms, 2);
	assert_int_equal(s->survive[1].steps[0].terms[0].count, 2);
	assert_int_equal(s->survive[1].steps[1].terms[0].level, 1);
	assert_true(s->survive[2].targets[TARGET_DATA] && !s->survive[2].targets[TARGET_READS]);
	assert_true(s->rpo.set && s->rpo.limit == 0 && s->rto.limit == 30000000);
	assert_int_equal(s->rto.place.line, 35);
	assert_int_equal(s->nneeds, 1);
	assert_int_equal(s->needs[0].mode, NEED_FREEZE);
	assert_string_equal(str_text(m->strings, m->services[s->needs[0].service].name), "meta");
	model_free(m);
}

static void groups__have_their_replicas_in_listed_order_with_ranges_expanded(void **state)
{
	struct model *m = load_right(complete);
	uint32_t g = group(m, "orders", "o-1");

	(void)state;
	assert_int_equal(service(m, "orders")->ngroups, 4);
	assert_int_equal(group_size(m, g), 5);
	assert_int_equal(group_places(m, g)[1], domain(m, "k-4"));
	assert_int_equal(group_places(m, g)[3], domain(m, "us-a/rack-2/n-09"));
	assert_int_equal(group_roles(m, g)[1], ROLE_WITNESS);
	assert_int_equal(group_roles(m, g)[3], ROLE_VOTER);
	assert_int_equal(group_roles(m, g)[4], ROLE_LEARNER);
	assert_int_equal(m->groups[g].line, 37);
	assert_int_equal(m->groups[g].col, 7);
	assert_int_equal(group_size(m, group(m, "meta", "meta")), 3);
	model_free(m);
}

static void groups_by_rule__are_numbered_and_stand_where_the_rule_does(void **state)
{
	static const char text[] =
		"faultline: 1\nlevels: [az, rack, node]\ntopology: {'az-(1..3)': {'r-(1..2)': ['n-(1..3)']}}\n"
		"services:\n"
		"  kv:\n"
		"    groups:\n"
		"      generate: &rule {count: 30, roles: [voter, voter, witness], spread: {az: 2, rack: 1}, in: [az-1, az-3]}\n"
		"  racks: {groups: {generate: {<<: *rule, level: rack, count: 5, in: [az-1, az-2], spread: []}}}\n"
		"  again: {groups: {<<: {generate: {count: 2, replicas: 1}}, generate: *rule}}\n"
		"  list: {groups: {generate: [az-1/r-1/n-1]}}\n";
	struct model *m;

	(void)state;
	m = load_right("faultline: 1\nlevels: [az, rack]\ntopology: {'az-(1..3)': ['r-(1..2)']}\n"
	               "services: {racks: {groups: {generate: {count: 5, replicas: 2, level: rack, in: az-2}}}}\n");
	for (uint32_t g = 0; g < 5; g++)
		for (uint32_t i = 0; i < 2; i++)
			assert_true(domain_contains(m, domain(m, "az-2"), group_places(m, g)[i]));
	model_free(m);

	m = load_right(text);
	const struct service *kv = service(m, "kv");
	assert_int_equal(kv->ngroups, 30);
	assert_int_equal(group(m, "kv", "kv-0"), kv->first_group);
	assert_int_equal(group(m, "kv", "kv-29"), kv->first_group + 29);
	for (uint32_t g = kv->first_group; g < kv->first_group + kv->ngroups; g++) {
		const domain_id *at = group_places(m, g);

		assert_int_equal(group_size(m, g), 3);
		assert_int_equal(group_roles(m, g)[2], ROLE_WITNESS);
		assert_int_equal(m->groups[g].line, 7);
		assert_int_equal(m->groups[g].col, 7);
		for (int i = 0; i < 3; i++) {
			assert_false(domain_contains(m, domain(m, "az-2"), at[i]));
			assert_int_equal(m->domains[at[i]].level, 3);
			assert_int_not_equal(m->domains[at[i]].parent, m->domains[at[(i + 1) % 3]].parent);
		}
	}
	assert_int_equal(service(m, "racks")->ngroups, 5);
	assert_int_equal(service(m, "again")->ngroups, 30);
	assert_memory_equal(group_places(m, group(m, "again", "again-7")), group_places(m, group(m, "kv", "kv-7")),
	                    3 * sizeof(domain_id));
	assert_int_equal(service(m, "list")->ngroups, 1);
	model_free(m);
}

static void scenarios__are_steps(void **state)
{
	struct model *m = load_right(complete);

	(void)state;
	assert_int_equal(m->nscenarios, 1);
	assert_int_equal(m->scenarios[0].nsteps, 2);
	assert_int_equal(m->scenarios[0].steps[0].nactions, 2);
	assert_int_equal(m->scenarios[0].steps[0].actions[1].verb, VERB_DRAIN);
	model_free(m);
}

/* The lines of a text that begin with a key and what belongs to it, last first. */
static void add_reversed_sections(struct strbuf *out, const char *text)
{
	const char *end = text + strlen(text);

	for (const char *line = end; line > text;) {
		for (line--; line > text && line[-1] != '\n';)
			line--;
		if (*line == ' ')
			continue;
		sb_addn(out, line, (size_t)(end - line));
		end = line;
	}
}

static void keys_of_the_top_level__may_stand_in_any_order(void **state)
{
	struct strbuf reversed = {0};

	(void)state;
	add_reversed_sections(&reversed, complete);
	assert_int_equal(reversed.len, strlen(complete));
	struct model *m = load_right(complete), *r = load_right(sb_text(&reversed));
	assert_int_equal(m->ndomains, r->ndomains);
	assert_int_equal(m->ngroups, r->ngroups);
	assert_memory_equal(m->replicas, r->replicas, m->nreplicas * sizeof(*m->replicas));
	assert_string_equal(service(r, "orders")->sem.quorums.read.text, "majority in local az");
	assert_int_equal(r->nscenarios, 1);
	model_free(m);
	model_free(r);
	sb_release(&reversed);
}

static void services__may_come_before_other_sections_in_flow_style_and_with_odd_keys(void **state)
{
	static const char *const texts[] = {
		"{faultline: 1, services: {s: {replicas: [n], spread: [b]}}, levels: [a, b], topology: {x: [n]}}\n",
		"{faultline: 1, topology: {x: [n]},\nservices: {s: {replicas: [n], spread: [b]}}, levels: [a, b]}\n",
		"faultline: 1\ntopology: {x: [n]}\nservices: {s: {replicas: [n], spread: [b]}}\n"
		  "\"le\\x76els\": [a, b]\n",
		"faultline: 1\ntopology: {x: [n]}\nservices: {s: {replicas: [n], spread: [b]}}\n? levels\n: [a, b]\n",
		"faultline: 1\ntopology: {x: [n]}\nservices: {s: {replicas: [n], spread: [b]}}\n<<: {levels: [a, b]}\n",
		"faultline: 1\ntopology: {x: [n]}\nservices: {s: {replicas: [n], spread: [b]}}\n&l levels: [a, b]\n",
		"faultline: 1\ntopology: {x: [n]}\nservices:\n\n  s: {replicas: [n], spread: [b]}\nlevels: [a, b]\n",
		"faultline: 1\r\ntopology: {x: [n]}\r\nservices:\r\n\r\n  s: {replicas: [n], spread: [b]}\r\n"
		  "levels: [a, b]\r\n",
		"  faultline: 1\n  topology: {x: [n]}\n  services: {s: {replicas: [n], spread: [b]}}\n"
		  "  levels: [a, b]\n",
		"faultline: 1\rtopology: {x: [n]}\rservices: {s: {replicas: [n], spread: [b]}}\rlevels: [a, b]\r",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct model *m = load_right(texts[i]);
		assert_int_equal(service(m, "s")->spread[0].level, 2);
		model_free(m);
	}
}

static void aliases_and_merges__give_what_they_stand_for(void **state)
{
	struct model *m = load_right(
		"faultline: 1\n"
		"x-defaults: &defaults {lag: 1s, every: 1h}\n"
		"x-more: &more {every: 2h, restore: 3h, <<: {detect: 4s, every: 9h}}\n"
		"levels: [az, n]\n"
		"topology: {a: &nodes {'n(1..2)': {}}, b: *nodes, c: {<<: *nodes, n1: {}, x: }}\n"
		"services:\n"
		"  s: &s\n"
		"    <<: [*defaults, *more]\n"
		"    lag: 7s\n"
		"    replicas: &r [a/n1, b/n1]\n"
		"  t: {<<: *s, replicas: *r, lag: 8s}\n"
		"  u: {groups: {<<: {g: [a/n2], h: [a/n1]}, g: [b/n2]}}\n");

	(void)state;
	assert_int_equal(m->ndomains, 1 + 3 + 2 + 2 + 3);
	assert_true(service(m, "s")->sem.lag == 7000000);
	assert_true(service(m, "s")->sem.every == (duration)3600 * 1000000);
	assert_true(service(m, "s")->sem.restore == (duration)3 * 3600 * 1000000);
	assert_true(service(m, "s")->sem.detect == 4000000);
	assert_true(service(m, "t")->sem.lag == 8000000);
	assert_int_equal(group_size(m, group(m, "t", "t")), 2);
	assert_int_equal(service(m, "u")->ngroups, 2);
	assert_int_equal(group_places(m, group(m, "u", "g"))[0], domain(m, "b/n2"));
	model_free(m);
}

static void scalars__are_text_as_written(void **state)
{
	struct model *m = load_right(
		"faultline: 1\ntitle: ~\nlevels: [az, n]\n"
		  "topology: {null: [yes, 010, 1e3], ~: ['1.0', \"x y\"], 0x1F: }\n"
		"services: {on: {replicas: ['010', yes]}}\n");

	(void)state;
	assert_string_equal(m->title, "~");
	assert_int_equal(m->domains[domain(m, "null/010")].level, 2);
	assert_int_equal(m->domains[domain(m, "~/x y")].level, 2);
	assert_int_equal(m->domains[domain(m, "0x1F")].level, 1);
	assert_int_equal(service(m, "on")->ngroups, 1);
	model_free(m);
}

static void ranges__multiply_with_the_leftmost_slowest(void **state)
{
	struct model *m = load_right("faultline: 1\nlevels: [n]\ntopology: ['a(1..2)b(08..10)']\n");
	static const char *const names[] = { "a1b08", "a1b09", "a1b10", "a2b08", "a2b09", "a2b10" };

	(void)state;
	for (domain_id d = 1; d < m->ndomains; d++)
		assert_string_equal(str_text(m->strings, m->domains[d].name), names[d - 1]);
	assert_int_equal(m->ndomains, 7);
	model_free(m);
}

static void a_file_without_sections__is_an_empty_model(void **state)
{
	struct model *m = load_right("faultline: 1\n");

	(void)state;
	assert_int_equal(m->ndomains, 1);
	assert_int_equal(m->nservices, 0);
	assert_int_equal(m->nlevels, 5);
	model_free(m);
}

static void a_million_domains__fit_and_one_more_does_not(void **state)
{
	struct model *m = load_right("faultline: 1\nlevels: [a, b]\ntopology: {'a(1..1000)': ['b(1..999)']}\n");
	struct strbuf text = {0};

	(void)state;
	assert_int_equal(m->ndomains, MAX_DOMAINS + 1);
	model_free(m);
	sb_add(&text, "faultline: 1\nlevels: [a, b]\ntopology: {'a(1..1000)': ['b(1..999)'], c: {}}\n");
	refuse(&text, "FL011");
}

static void an_empty_fallback__takes_the_systems_away(void **state)
{
	struct model *m = load_right(
		"faultline: 1\nlevels: [n]\ntopology: [n]\nsystems: {k: {fallback: {write: any}}}\n"
		"services: {s: {system: k, replicas: [n]}, t: {system: k, fallback: , replicas: [n]}}\n");

	(void)state;
	assert_true(service(m, "s")->sem.has_fallback);
	assert_false(service(m, "t")->sem.has_fallback);
	model_free(m);
}

/* ---- what is built in ---- */

static void every_builtin_system__loads_with_its_defaults(void **state)
{
	(void)state;
	for (const struct embedded *b = builtin_systems; b->name; b++) {
		struct strbuf text = {0};
		sb_addf(&text, "faultline: 1\nlevels: [region, az, dc, hall, rack, node]\n"
		               "topology: {r: {a: {d: {h: {k: [n]}}}}}\n"
		  "services: {s: {system: %s, replicas: [n]}}\n", b->name);
		struct model *m = load_right(sb_text(&text));
		assert_string_equal(m->services[0].sem.system, b->name);
		model_free(m);
		sb_release(&text);
	}
}

static void the_embedded_example__loads(void **state)
{
	(void)state;
	model_free(load_right(embedded_example.text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_files__are_refused_with_code_place_and_message),
		cmocka_unit_test(every_code__is_unique_and_titled),
		cmocka_unit_test(several_mistakes__are_all_reported_in_one_run),
		cmocka_unit_test(a_mistake_under_an_anchor__is_reported_once),
		cmocka_unit_test(mistakes_beyond_the_cap__are_counted),
		cmocka_unit_test(files_without_the_key__are_foreign_and_say_nothing),
		cmocka_unit_test(a_foreign_file_named_by_hand__is_explained),
		cmocka_unit_test(a_billion_laughs__are_counted_not_laughed),
		cmocka_unit_test(laughs_in_a_topology__are_refused),
		cmocka_unit_test(laughs_through_merges__are_refused),
		cmocka_unit_test(long_names_in_large_ranges__are_refused),
		cmocka_unit_test(long_names_laughing__are_refused),
		cmocka_unit_test(deep_nesting__is_refused),
		cmocka_unit_test(deep_nesting_through_aliases__is_refused),
		cmocka_unit_test(a_deep_topology__is_refused_at_the_first_domain_too_deep),
		cmocka_unit_test(endless_scalars__are_refused_before_they_are_buffered),
		cmocka_unit_test(much_comment_in_short_lines__is_welcome),
		cmocka_unit_test(other_encodings__are_named),
		cmocka_unit_test(a_nul_byte__is_refused),
		cmocka_unit_test(too_many_directives__are_refused),
		cmocka_unit_test(a_long_chain_of_systems__is_refused),
		cmocka_unit_test(every_cut_of_a_file__is_refused_or_loaded_without_a_crash),
		cmocka_unit_test(a_whole_file__becomes_domains),
		cmocka_unit_test(a_whole_file__has_shared_domains_attributes_and_links),
		cmocka_unit_test(a_service__lays_its_fields_over_its_system_and_that_over_what_it_is_like),
		cmocka_unit_test(a_service_without_a_system__is_raft),
		cmocka_unit_test(goals__keep_their_kinds_and_places),
		cmocka_unit_test(groups__have_their_replicas_in_listed_order_with_ranges_expanded),
		cmocka_unit_test(groups_by_rule__are_numbered_and_stand_where_the_rule_does),
		cmocka_unit_test(scenarios__are_steps),
		cmocka_unit_test(keys_of_the_top_level__may_stand_in_any_order),
		cmocka_unit_test(services__may_come_before_other_sections_in_flow_style_and_with_odd_keys),
		cmocka_unit_test(aliases_and_merges__give_what_they_stand_for),
		cmocka_unit_test(scalars__are_text_as_written),
		cmocka_unit_test(ranges__multiply_with_the_leftmost_slowest),
		cmocka_unit_test(a_file_without_sections__is_an_empty_model),
		cmocka_unit_test(a_million_domains__fit_and_one_more_does_not),
		cmocka_unit_test(an_empty_fallback__takes_the_systems_away),
		cmocka_unit_test(every_builtin_system__loads_with_its_defaults),
		cmocka_unit_test(the_embedded_example__loads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
