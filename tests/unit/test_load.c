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
	{ "faultline: 1\ntitle: [a, b\n", "FL001", 3, 1, "did not find expected ',' or ']'", NULL, 2 },
	{ "faultline: 1\n\ttitle: a\n", "FL001", 2, 1, "cannot start any token", "blanks", 1 },
	{ "faultline: 1\ntitle: @a\n", "FL001", 2, 8, "cannot start any token", "quotes", 2 },
	{ "faultline: 1\ntitle: 'a\n", "FL001", 3, 1, "unexpected end of stream", NULL, 2 },
	{ "a: b: c\nfaultline: 1\n", "FL001", 1, 5, "mapping values are not allowed", NULL, 0 },
	{ "faultline: 1\n---\nfaultline: 1\n", "FL007", 2, 1, "second document", NULL, 0 },
	{ "faultline: 1\nx-a: *b\n", "FL012", 2, 6, "no anchor '&b'", NULL, 0 },
	{ "faultline: 1\nx-a: &base [1]\nx-b: *bas\n", "FL012", 3, 6, "no anchor '&bas'", "did you mean 'base'?", 0 },
	{ "faultline: 1\nx-a: &a [1, *a]\n", "FL013", 2, 13, "inside what it stands for", NULL, 0 },
	{ "faultline: 1\nx-a: &a [1, 2]\n<<: *a\n", "FL014", 2, 10, "a mapping or a list of mappings", NULL, 0 },
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
	{ "faultline: 1\ntopology:\n  \"a\\u202eb\": {}\n", "FL025", 3, 3, "'a<U+202E>b' contains a bidirectional", NULL, 0 },
	{ "faultline: 1\ntopology:\n  \"a\\u200bb\": {}\n", "FL025", 3, 3, "invisible", NULL, 0 },
	{ "faultline: 1\ntopology:\n  \"a\\e[1m\": {}\n", "FL025", 3, 3, "control character", NULL, 0 },
	{ "faultline: 1\ntopology:\n  \"a\\0\": {}\n", "FL025", 3, 3, "control character", NULL, 0 },
	{ "faultline: 1\ntopology:\n  '': {}\n", "FL025", 3, 3, "is empty", NULL, 0 },
	{ "faultline: 1\nlevels: [dc]\ntopology:\n  a: [b]\n", "FL035", 4, 7, "below the last level, 'dc'", "levels", 0 },
	{ "faultline: 1\ntopology:\n  a: [b]\nlevels: [dc]\n", "FL035", 3, 7, "below the last level, 'dc'", NULL, 0 },

	/* ranges */
	{ "faultline: 1\ntopology:\n  a: ['n-(3..1)']\n", "FL027", 3, 7, "counts upwards", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(a..c): {}\n", "FL027", 3, 3, "two whole numbers", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(1..99999999999): {}\n", "FL027", 3, 3, "too large", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(1..99999)-(1..99999): {}\n", "FL027", 3, 3, "too many names", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(1..1000001): {}\n", "FL011", 3, 3, "more than 1000000 domains", NULL, 0 },
	{ "faultline: 1\ntopology:\n  n-(1..1000000000): {}\n", "FL011", 3, 3, "more than 1000000 domains", NULL, 0 },
	{ "faultline: 1\ntopology:\n  r-(1..1000): [n-(1..1000)]\n", "FL011", 3, 16, "more than 1000000 domains", NULL, 0 },

	/* shared domains, references */
	{ TREE "shared:\n  f: {members: [n1, n9]}\n", "FL030", 7, 21, "n9", NULL, 0 },
	{ TREE "shared:\n  f: {members: []}\n", "FL036", 7, 3, "'f' has no members", NULL, 0 },
	{ TREE "shared:\n  f: {members: }\n", "FL036", 7, 3, "'f' has no members", NULL, 0 },
	{ TREE "shared:\n  f: {kind: power}\n", "FL036", 7, 3, "'f' has no members", NULL, 0 },
	{ TREE "shared:\n  f: {members: [n1, n1]}\n", "FL026", 7, 21, "'n1' is a member twice", NULL, 0 },
	{ TREE "shared:\n  f: {members: [n1]}\n  g: {members: [f]}\n", "FL032", 8, 17, "'f' is a shared domain", NULL, 0 },
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
	{ TREE "shared: {f: {members: [a]}}\ndomains:\n  f: {rtt: 1ms}\n", "FL032", 8, 3, "shared domain", "under 'shared'", 0 },
	{ TREE "links:\n  - {between: [a], rtt: 1ms}\n", "FL038", 7, 15, "two domains, not 1", NULL, 0 },
	{ TREE "links:\n  - {between: [a, n1], rtt: 1ms}\n", "FL038", 7, 15, "contains the other", NULL, 0 },
	{ TREE "links:\n  - {between: [a, b]}\n", "FL023", 7, 5, "needs 'rtt'", NULL, 0 },
	{ TREE "links:\n  - {between: [a, b], rtt: 1ms}\n  - {between: [b, a], rtt: 2ms}\n", "FL026", 8, 15, "linked twice", NULL, 7 },

	/* groups */
	{ TREE "services:\n  s: {}\n", "FL060", 7, 3, "'s' has no groups", NULL, 0 },
	{ TREE "services:\n  s: {groups: {}}\n", "FL060", 7, 3, "'s' has no groups", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: []}}\n", "FL061", 7, 16, "'g' has no replicas", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: }}\n", "FL061", 7, 16, "'g' has no replicas", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: n1}}\n", "FL022", 7, 19, "expected a list of replicas, found text", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [[n1]]}}\n", "FL022", 7, 20, "found a list", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [{role: voter}]}}\n", "FL023", 7, 20, "needs 'at'", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [{at: n1, role: votre}]}}\n", "FL064", 7, 35, "'votre' is no role", "'voter'", 0 },
	{ TREE "services:\n  s: {groups: {g: [{at: n1, role: learner}]}}\n", "FL062", 7, 16, "'g' has no voter", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [n1, n8]}}\n", "FL030", 7, 24, "n8", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [n1, '/']}}\n", "FL032", 7, 24, "the root", NULL, 0 },
	{ TREE "services:\n  s: {groups: {g: [n1], h: [n2], g: [n3]}}\n", "FL026", 7, 34, "'g' is given twice", NULL, 7 },
	{ TREE "services:\n  s: {groups: {'g(1..3)': [n1], g2: [n2]}}\n", "FL026", 7, 33, "'g2' is given twice", NULL, 7 },
	{ TREE "services:\n  s: {replicas: [n1], groups: {g: [n1]}}\n", "FL028", 7, 23, "either 'groups' or 'replicas'", NULL, 7 },
	{ TREE "services:\n  s: {replicas: [n1]}\n  s: {replicas: [n2]}\n", "FL026", 8, 3, "'s' is given twice", NULL, 7 },
	{ TREE "services:\n  s: {groups: {'g-(1..1000000000)': [n1]}}\n", "FL010", 7, 16, "100000000 nodes", NULL, 0 },
	{ "faultline: 1\nlevels: [n]\ntopology: ['n(1..5000)']\nservices: {s: {replicas: ['n(1..4097)']}}\n",
	  "FL063", 4, 12, "more than 4096 replicas", NULL, 0 },

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
	{ SERVICE "    quux: 1\n    quux: 2\n", "FL021", 10, 5, "'quux' is given twice", NULL, 9 },
	{ SERVICE "    write: $n\n", "FL054", 9, 12, "no parameter '$n'", NULL, 0 },
	{ SERVICE "    system: rafd\n", "FL050", 9, 13, "no system 'rafd'", "'raft'", 0 },
	{ TREE "services:\n  s:\n    replicas: [a, n3]\n    write: 1 in each node\n", "FL065", 8, 16, "'a', above the level 'node'", NULL, 9 },
	{ TREE "services:\n  s:\n    write: 1 in each node\n    replicas: [n1, {at: b, role: arbiter}]\n", "FL065", 9, 20, "'b', above the level 'node'", NULL, 8 },

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
	{ TREE "systems:\n  k: {params: {q: {default: B, choices: {A: 1}}}, write: $q}\n", "FL055", 7, 58, "'B' is no choice for 'q'", NULL, 0 },
	{ TREE "systems:\n  k: {params: {a: $b, b: $a}, write: $a}\n", "FL056", 7, 38, "without end", NULL, 0 },
	{ TREE "systems: {k: {params: {q: {default: A, choices: {A: 1, BB: 2}}}, write: $q}}\nservices:\n  s:\n    system: k\n    replicas: [n1]\n    q: CC\n",
	  "FL055", 11, 8, "'CC' is no choice for 'q'", NULL, 0 },
	{ TREE "systems: {k: {params: {dc: dc}, write: 1 in each $dc}}\nservices:\n  s:\n    system: k\n    replicas: [n1]\n    dc: rack\n",
	  "FL042", 11, 9, "rack", NULL, 0 },
	{ TREE "systems: {k: {params: {quorum: 2}, write: $quorum}}\nservices:\n  s:\n    system: k\n    replicas: [n1]\n    quorun: 1\n",
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
	{ SERVICE "    needs: [t]\n  t: {replicas: [n1], needs: [s]}\n", "FL073", 10, 31, "s needs t needs s", NULL, 0 },
	{ SERVICE "    needs: [t, t]\n  t: {replicas: [n1]}\n", "FL026", 9, 16, "'t' is given twice", NULL, 9 },

	/* scenarios */
	{ SERVICE "scenarios:\n  x: [kill n7]\n", "FL074", 10, 7, "n7", NULL, 0 },
	{ SERVICE "scenarios:\n  x: [\"\"]\n", "FL074", 10, 7, "without actions", NULL, 0 },
	{ SERVICE "scenarios:\n  x: kill n1\n", "FL022", 10, 6, "a list of steps", NULL, 0 },

	/* places are in code points, also behind wide and combined characters */
	{ "faultline: 1\ntitle: {\xc3\xa4\xe6\xbc\xa2: x}\n", "FL022", 2, 8, "expected text", NULL, 0 },
	{ "faultline: 1\ntopology:\n  \xe6\xbc\xa2: [\xc3\xa4, b, \xc3\xa4]\n", "FL026", 3, 13, "'\xc3\xa4' is given twice", NULL, 3 },
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
		print_error("got %s at %u:%u: %s (hint: %s) also line %u\n", d->code, d->place.line, d->place.col, d->message,
		            d->hint ? d->hint : "none", d->also.line);
	else
		print_error("got nothing\n");
}

static bool is_as_expected(const struct wrong *w, const struct diag_list *dl)
{
	const struct diag *d = dl->all.at;

	return dl->all.len == 1 && !strcmp(d->code, w->code) && d->place.line == w->line && d->place.col == w->col &&
	       strstr(d->message, w->message) && (!w->hint || (d->hint && strstr(d->hint, w->hint))) && d->also.line == w->also;
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
				print_error("and %s at %u:%u: %s\n", dl.all.at[i].code, dl.all.at[i].place.line, dl.all.at[i].place.col, dl.all.at[i].message);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_files__are_refused_with_code_place_and_message),
		cmocka_unit_test(every_code__is_unique_and_titled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
