/*
 * The table of rules, and the findings of small placements.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/footprint.h"
#include "lib/given.h"
#include "load/codes.h"
#include "load/load.h"
#include "query/query.h"
#include "rules/rules.h"

/* ---- the table ---- */

static void load_codes__have_each_a_rule_with_their_title(void **state)
{
	(void)state;
	for (size_t i = 0; i < nload_codes; i++) {
		const struct rule *r = rule_by_code(load_codes[i].code);

		if (!r)
			fail_msg("no rule for %s", load_codes[i].code);
		assert_string_equal(r->title, load_codes[i].title);
		assert_int_equal(r->severity, SEVERITY_ERROR);
	}
}

static bool is_load_code(const char *code)
{
	for (size_t i = 0; i < nload_codes; i++)
		if (!strcmp(load_codes[i].code, code))
			return true;
	return false;
}

static void rules_of_files__are_those_of_the_loader(void **state)
{
	(void)state;
	for (const struct rule *r = rules; r->code; r++)
		assert_int_equal(is_load_code(r->code), !strncmp(r->code, "FL0", 3));
}

static void rules__stand_in_order_of_code_each_once(void **state)
{
	(void)state;
	for (const struct rule *r = rules; r->code; r++) {
		assert_int_equal(strlen(r->code), 5);
		if (r > rules && strcmp(r[-1].code, r->code) >= 0)
			fail_msg("%s stands behind %s", r->code, r[-1].code);
	}
}

/* Texts are prose: sentences with a full stop. A title is not. */
static void must_be_prose(const struct rule *r, const char *what, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (!len || !strchr(".:?'", text[len - 1]) || strstr(text, "  "))
		fail_msg("%s of %s: '%s'", what, r->code, text ? text : "");
}

static void rules__have_each_a_meaning_an_example_and_a_remedy(void **state)
{
	(void)state;
	for (const struct rule *r = rules; r->code; r++) {
		must_be_prose(r, "meaning", r->meaning);
		must_be_prose(r, "remedy", r->remedy);
		assert_true(r->title && *r->title && r->title[strlen(r->title) - 1] != '.');
		assert_true(r->example && *r->example && r->example[strlen(r->example) - 1] != '\n');
	}
}

static void a_rule__is_found_in_any_letter_case(void **state)
{
	(void)state;
	assert_string_equal(rule_by_code("fl201")->code, "FL201");
	assert_null(rule_by_code("FL999"));
	assert_null(rule_by_code("FL20"));
	assert_null(rule_by_code(""));
}

/* ---- the examples of what can be wrong with a file ---- */

static bool begins_with_section(const char *text)
{
	static const char *const sections[] = {
		"title:", "levels:", "topology:", "shared:", "links:", "systems:", "services:", "scenarios:", "rules:", "x-",
	};

	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		if (!strncmp(text, sections[i], strlen(sections[i])))
			return true;
	return false;
}

static void sb_add_indented(struct strbuf *sb, const char *text, const char *indent)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		sb_addf(sb, "%s%.*s\n", indent, (int)len, text);
		text += len + (text[len] == '\n');
	}
}

#define SOME_TOPOLOGY "topology: {us-east-1: {us-east-1a: [n1, n2]}}\n"

/* An example is a whole file, some of its sections, or the fields of a service. */
static void sb_add_example(struct strbuf *sb, const char *example)
{
	bool sections = begins_with_section(example), whole = !strncmp(example, "faultline", 9) || !strncmp(example, "api", 3);

	if (whole) {
		sb_add(sb, example);
		return;
	}
	sb_add(sb, "faultline: 1\n");
	if (!strstr(example, "topology:"))
		sb_add(sb, SOME_TOPOLOGY);
	if (sections) {
		sb_addf(sb, "%s\n", example);
		return;
	}
	sb_add(sb, "services:\n  s:\n");
	sb_add_indented(sb, example, "    ");
	if (!strstr(example, "replicas:") && !strstr(example, "groups:"))
		sb_add(sb, "    replicas: [n1]\n");
}

/* What the file asks of itself is judged, too. */
static void judge_own_rules(const struct model *m, struct diag_list *diags)
{
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);

	query_judge_rules(a, &sql_limits_of_rules, diags);
	analysis_free(a);
	engine_free(e);
}

static bool loads_with(const char *yaml, const char *code)
{
	struct diag_list diags = {0};
	struct source source;
	struct model *m = NULL;
	bool found = false;

	source_from_text(&source, "example.yaml", yaml, strlen(yaml));
	if (load_model(&source, &diags, &m) == LOAD_FOREIGN)
		load_explain_foreign(&diags);
	if (m)
		judge_own_rules(m, &diags);
	for (size_t i = 0; i < diags.all.len; i++)
		found |= !strcmp(diags.all.at[i].code, code);
	model_free(m);
	source_release(&source);
	diag_release(&diags);
	return found;
}

/* Those whose example can only hint at how large the file would be, or at bytes that are no text. */
static bool is_only_hinted_at(const char *code)
{
	static const char *const hinted[] = { "FL005", "FL008", "FL009", "FL010", "FL011", "FL015" };

	for (size_t i = 0; i < sizeof(hinted) / sizeof(*hinted); i++)
		if (!strcmp(hinted[i], code))
			return true;
	return false;
}

static void examples_of_files__show_what_they_are_for(void **state)
{
	(void)state;
	for (const struct rule *r = rules; r->code; r++) {
		struct strbuf yaml = {0};

		if (!is_load_code(r->code) || is_only_hinted_at(r->code))
			continue;
		sb_add_example(&yaml, r->example);
		if (!loads_with(sb_text(&yaml), r->code))
			fail_msg("the example does not show %s:\n%s", r->code, sb_text(&yaml));
		sb_release(&yaml);
	}
}

/* ---- placements ---- */

struct checked {
	struct strbuf yaml;
	struct model *model;
	struct engine *engine;
	struct analysis *analysis;
	struct diag_list diags;
};

static void check_yaml(struct checked *c, enum check_detail detail)
{
	c->model = given_model(sb_text(&c->yaml));
	c->engine = engine_new(c->model);
	c->analysis = analysis_new(c->engine);
	check_model(c->analysis, detail, &c->diags);
	diag_sort(&c->diags);
}

static void release(struct checked *c)
{
	analysis_free(c->analysis);
	engine_free(c->engine);
	model_free(c->model);
	diag_release(&c->diags);
	sb_release(&c->yaml);
}

#define THREE_AZS "{a: [a1, a2, a3], b: [b1, b2], c: [c1]}"

/* Services over three zones, with a power feed under a node of each of two. */
static void check_services(struct checked *c, const char *services, enum check_detail detail)
{
	*c = (struct checked){0};
	sb_addf(&c->yaml, "faultline: 1\nlevels: [az, node]\ntopology: " THREE_AZS "\nshared: {feed: {members: [a1, b1]}}\n"
	        "services: %s\n", services);
	check_yaml(c, detail);
}

static void check_service(struct checked *c, const char *service)
{
	struct strbuf services = {0};

	sb_addf(&services, "{s: {%s}}", service);
	check_services(c, sb_text(&services), CHECK_MERGED);
	sb_release(&services);
}

static void show(const struct checked *c)
{
	print_error("%s\n", sb_text(&c->yaml));
	for (size_t i = 0; i < c->diags.all.len; i++)
		print_error("%u:%u: [%s] %s\n", c->diags.all.at[i].place.line, c->diags.all.at[i].place.col,
		            c->diags.all.at[i].code, c->diags.all.at[i].message);
}

/* The one finding there is; its code must be `code`. */
static const struct diag *only_finding(const struct checked *c, const char *code)
{
	if (c->diags.all.len != 1 || strcmp(c->diags.all.at[0].code, code)) {
		show(c);
		fail_msg("expected %s alone", code);
	}
	return &c->diags.all.at[0];
}

static void must_be_clean(const struct checked *c)
{
	if (!c->diags.all.len)
		return;
	show(c);
	fail_msg("expected no finding");
}

static void assert_finds(const char *code, const char *topology, const char *service)
{
	struct checked c = {0};

	sb_addf(&c.yaml, "faultline: 1\nlevels: [az, node]\ntopology: %s\nservices: {s: {%s}}\n", topology, service);
	check_yaml(&c, CHECK_MERGED);
	if (code)
		assert_int_equal(only_finding(&c, code)->severity, rule_by_code(code)->severity);
	else
		must_be_clean(&c);
	release(&c);
}

/* What triggers each rule and nothing else; and a neighbour that triggers nothing. */
static const struct placement {
	const char *code, *wrong, *right;
} placements[] = {
	{ "FL101", "spread: {az: 1}, replicas: [a1, a2, b1, b2, c1]", "spread: {az: 2}, replicas: [a1, a2, b1, b2, c1]" },
	{ "FL102", "spread: {az: even}, replicas: [a1, a2, a3, b1, c1]", "spread: {az: even}, replicas: [a1, a2, b1, b2, c1]" },
	{ "FL103", "spread: {az: at least 3}, replicas: [a1, a2, a3]", "spread: {az: at least 3}, replicas: [a1, b1, c1]" },
	{ "FL201", "survive: {writes: az}, replicas: [a1, a2, a3, b1, c1]", "survive: {writes: az}, replicas: [a1, a2, b1, b2, c1]" },
	{ "FL202", "survive: {data: az}, replicas: [a1, a2, a3, b1, c1]", "survive: {data: az}, replicas: [a1, a2, b1, b2, c1]" },
	{ "FL203", "rebuild: 3, replicas: [a1, b1, c1]", "rebuild: 2, replicas: [a1, b1, c1]" },
	{ "FL301", "write: 1, lag: 1s, rpo: 0, survive: {writes: node}, replicas: [a1, {at: b1, role: standby}]",
	           "write: 1, lag: 1s, rpo: 1s, survive: {writes: node}, replicas: [a1, {at: b1, role: standby}]" },
	{ "FL302", "detect: 10s, elect: 5s, rto: 14s, survive: az, replicas: [a1, b1, c1]",
	           "detect: 10s, elect: 5s, rto: 15s, survive: az, replicas: [a1, b1, c1]" },
	{ "FL401", "replicas: [a1, a2, b1, c1]", "write: 3, replicas: [a1, a2, b1, c1]" },
	{ "FL401", "rebuild: 1, replicas: [a1, a2, b1, c1]", "rebuild: 2, replicas: [a1, a2, b1, c1]" },
	{ "FL402", "leader: none, write: 2, read: 1, replicas: [a1, b1, c1]",
	  "leader: none, write: 2, read: 2, replicas: [a1, b1, c1]" },
	{ "FL402", "leader: none, write: 2, read: 1, replicas: [a1, b1, c1]", "write: 2, read: 1, replicas: [a1, b1, c1]" },
	{ "FL402", "leader: none, write: 2, read: 1, replicas: [a1, b1, c1]",
	  "leader: none, rebuild: 2, write: 2, read: 1, replicas: [a1, b1, c1]" },
	{ "FL403", "leader: none, fencing: none, write: 1, read: all, replicas: [a1, b1, c1]",
	  "leader: none, fencing: none, write: 2, read: all, replicas: [a1, b1, c1]" },
	{ "FL403", "leader: none, fencing: none, write: 1, read: all, replicas: [a1, b1, c1]",
	  "leader: none, write: 1, read: all, replicas: [a1, b1, c1]" },
	{ "FL403", "leader: none, fencing: none, write: 1, read: all, replicas: [a1, b1, c1]",
	  "fencing: none, write: 1, read: all, replicas: [a1, b1, c1]" },
	{ "FL404", "write: 4, replicas: [a1, b1, c1]", "write: 3, replicas: [a1, b1, c1]" },
	{ "FL404", "fallback: {after: 60s, write: 4}, replicas: [a1, b1, c1]",
	  "fallback: {after: 60s, write: 1}, replicas: [a1, b1, c1]" },
	{ "FL405", "replicas: [a1, a1, b1, b2, c1]", "replicas: [a1, a2, b1, b2, c1]" },
	{ "FL407", "replicas: [a1, a2, b1]", "replicas: [a1, b1, c1]" },
	{ "FL407", "replicas: [a1, a2, b1]", "write: majority in each az, replicas: [a1, a2, b1]" },
	{ "FL408", "write: 2, read: 1, ack: insync, survive: {data: 2 az}, replicas: [a1, b1, c1]",
	           "write: 2, read: 1, ack: insync, survive: {data: az}, replicas: [a1, b1, c1]" },
	{ "FL409", "spread: {node: 1}, replicas: [a1, b1, c]", "spread: {az: 1}, replicas: [a1, b1, c]" },
	{ "FL410", "rto: 30s, replicas: [a1, b1, c1]", "rto: 30s, survive: az, replicas: [a1, b1, c1]" },
	{ "FL412", "survive: {writes: node}, replicas: [a1, a2, a3, b1, c1]",
	           "survive: {writes: node}, replicas: [a1, a2, b1, b2, c1]" },
};

static void each_rule__is_triggered_alone_and_not_by_a_neighbour(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(placements) / sizeof(*placements); i++) {
		assert_finds(placements[i].code, THREE_AZS, placements[i].wrong);
		assert_finds(NULL, THREE_AZS, placements[i].right);
	}
}

/* Groups that are alike but for how far apart their replicas are. */
static void far_quorums__are_told_group_by_group(void **state)
{
	struct checked c = {0};

	(void)state;
	sb_add(&c.yaml, "faultline: 1\nlevels: [az, node]\ntopology: {a: [a1, a2, a3], b: [b1], c: [c1], d: [d1], e: [e1]}\n"
	       "links: [{between: [a, b], rtt: 2ms}]\n"
	       "services: {s: {survive: {writes: node}, groups: {near: [a1, a2, a3, b1, c1], far: [a1, a2, a3, d1, e1]}}}\n");
	check_yaml(&c, CHECK_EACH_GROUP);
	assert_string_equal(only_finding(&c, "FL412")->group, "far");
	release(&c);
}

/* These have tests of their own. */
static bool is_tried_elsewhere(const char *code)
{
	return !strcmp(code, "FL204") || !strcmp(code, "FL406") || !strcmp(code, "FL411") ||
	       !strcmp(code, "FL413") || !strcmp(code, "FL414") ||
	       !strncmp(code, "FL5", 3);
}

static void every_rule_about_placements__has_one_that_triggers_it(void **state)
{
	(void)state;
	for (const struct rule *r = rules; r->code; r++) {
		bool tried = is_load_code(r->code) || is_tried_elsewhere(r->code);

		for (size_t i = 0; i < sizeof(placements) / sizeof(*placements); i++)
			tried |= !strcmp(placements[i].code, r->code);
		if (!tried)
			fail_msg("no placement triggers %s", r->code);
	}
}

static void a_level_with_one_domain__is_said_once(void **state)
{
	(void)state;
	assert_finds("FL406", "{a: [a1, a2, a3]}", "groups: {g-(1..9): [a1, a2, a3]}");
	assert_finds(NULL, "{a: [a1, a2, a3], b: {}}", "groups: {g-(1..9): [a1, a2, a3]}");
}

static void too_many_sets__are_not_passed_off_as_tried(void **state)
{
	(void)state;
	assert_finds("FL411", "{a: [n-(1..60)], b: [m1]}",
	             "write: all, survive: {data: node then 20 node}, replicas: [n-(1..60)]");
	assert_finds(NULL, "{a: [n-(1..60)], b: [m1]}", "write: all, survive: {data: 20 node}, replicas: [n-(1..60)]");
}

/* ---- what findings say ---- */

/* Line and column of the first `needle` in the text. */
static struct place place_of_text(const struct checked *c, const char *needle)
{
	const char *at = strstr(sb_text(&c->yaml), needle);
	struct place place = { 1, 1, 0 };

	assert_non_null(at);
	for (const char *p = sb_text(&c->yaml); p < at; p++) {
		place.col = *p == '\n' ? 1 : place.col + 1;
		place.line += *p == '\n';
	}
	return place;
}

static void must_equal(const struct checked *c, const char *what, const char *found, const char *expected)
{
	if (found == expected || (found && expected && !strcmp(found, expected)))
		return;
	show(c);
	fail_msg("%s: expected\n'%s', found\n'%s'", what, expected ? expected : "(none)", found ? found : "(none)");
}

/* The paths, joined by blanks. */
static void must_name(const struct checked *c, const struct diag *d, const char *expected)
{
	struct strbuf found = {0};

	for (size_t i = 0; d->domains && d->domains[i]; i++)
		sb_addf(&found, "%s%s", i ? " " : "", d->domains[i]);
	must_equal(c, "domains", sb_text(&found), expected ? expected : "");
	sb_release(&found);
}

static const struct saying {
	const char *code, *service;
	const char *at; /* what the finding points at */
	const char *message, *detail, *hint, *domains;
} sayings[] = {
	{ "FL101", "spread: {az: 1}, replicas: [a1, a2, b1, b2, c1]", "1}, replicas",
	  "'s' has 2 replicas in az a, at most 1 is allowed", "they are on node a1 and node a2",
	  "every az has a replica already: the topology needs one more", "/a" },
	{ "FL101", "spread: [az], replicas: [b1, {at: b2, role: learner}]", "az], replicas",
	  "'s' has 2 replicas in az b, at most 1 is allowed", "they are on node b1 and node b2",
	  "az a holds none of its replicas: one could move there", "/b" },
	{ "FL101", "spread: {shared: 1}, replicas: [a1, b1, c1]", "1}, replicas",
	  "'s' has 2 replicas in shared domain feed, at most 1 is allowed", "they are on node a1 and node b1", NULL, "feed" },
	{ "FL102", "spread: {az: even}, replicas: [a1, a2, a3, b1, c1]", "even",
	  "'s' has 3 replicas in az a, at most 2 are even", "they are on node a1, node a2 and node a3",
	  "every az has a replica already: the topology needs one more", "/a" },
	{ "FL103", "spread: {az: at least 3}, replicas: [a1, a2, a3]", "at least 3",
	  "'s' is in 1 domain of level az, at least 3 are asked for", NULL,
	  "az b holds none of its replicas: one could move there", NULL },
	{ "FL103", "spread: {shared: at least 1}, replicas: [a2, b2, c1]", "at least 1",
	  "'s' is in 0 shared domains, at least 1 is asked for", NULL, NULL, NULL },
	{ "FL201", "survive: {writes: [az]}, replicas: [a1, a2, a3, b1, c1]", "az]}, replicas",
	  "'s' does not survive 'az': when az a dies, writes and reads stop",
	  "2 of the 3 votes needed to write or read are left; the newest writes may be gone: 3 of the 5 replicas that "
	  "acknowledged writes are dead",
	  "every az has a replica already: more replicas, or one more az, would help", "/a" },
	{ "FL201", "survive: {reads: node then az}, replicas: [a2, b2, c1]", "node then az",
	  "'s' does not survive 'node then az': when node a2 dies and then az b dies, writes and reads stop",
	  "1 of the 2 votes needed to write or read is left",
	  "every az has a replica already: more replicas, or one more az, would help", "/a/a2 /b" },
	{ "FL201", "survive: {writes: shared}, replicas: [a1, b1, c1]", "shared}, replicas",
	  "'s' does not survive 'shared': when shared domain feed dies, writes and reads stop",
	  "1 of the 2 votes needed to write or read is left; the newest writes may be gone: 2 of the 3 replicas that "
	  "acknowledged writes are dead",
	  "move replicas so that no shared domain holds too many of them", "feed" },
	{ "FL201", "survive: {writes: 2 az}, replicas: [a1, b2, c1]", "2 az",
	  "'s' does not survive '2 az': when az a and az b die, writes and reads stop",
	  "1 of the 2 votes needed to write or read is left; the newest writes may be gone: 2 of the 3 replicas that "
	  "acknowledged writes are dead",
	  "every az has a replica already: more replicas, or one more az, would help", "/a /b" },
	{ "FL201", "survive: {writes: node}, replicas: [a1]", "node}, replicas",
	  "'s' does not survive 'node': when node a1 dies, writes and reads stop",
	  "the one vote needed to write or read is gone; no copy of the data is left, nor a backup",
	  "node a2 holds none of its replicas: one more could go there", "/a/a1" },
	{ "FL202", "survive: {data: az}, replicas: [a1, a2, a3, b1, c1]", "az}, replicas",
	  "'s' does not survive 'az': when az a dies, its newest writes may be gone",
	  "the newest writes may be gone: 3 of the 5 replicas that acknowledged writes are dead",
	  "every az has a replica already: more replicas, or one more az, would help", "/a" },
	{ "FL202", "ack: leader, survive: {data: node}, replicas: [a1, b1, c1]", "node}, replicas",
	  "'s' does not survive 'node': when node a1 dies, its newest writes may be gone",
	  "the newest writes may be gone: the leader, which alone was sure to have them, is dead; the group went on, so what "
	  "is missing is gone for good",
	  "let more replicas acknowledge a write: see 'ack' and 'write'", "/a/a1" },
	{ "FL202", "survive: {data: az}, replicas: [a1]", "az}, replicas",
	  "'s' does not survive 'az': when az a dies, its data is lost", "no copy of the data is left, nor a backup",
	  "az b holds none of its replicas: one more could go there", "/a" },
	{ "FL203", "rebuild: 3, ack: 2, replicas: [a1, b1, c1]", "s: {rebuild",
	  "'s' is broken with everything alive: a write may be acknowledged by fewer replicas than the 3 that its data is "
	  "rebuilt from", NULL, "compare 'write', 'read', 'ack' and 'rebuild' with the number of voting replicas", NULL },
	{ "FL203", "rebuild: 2, replicas: [a1, {at: b1, role: witness}, {at: c1, role: witness}]", "s: {rebuild",
	  "'s' is broken with everything alive: reads stop",
	  "1 of the 2 up-to-date copies needed to read is left; writes go on",
	  "compare 'write', 'read', 'ack' and 'rebuild' with the number of voting replicas", NULL },
	{ "FL301", "write: 1, lag: 1s, rpo: 0, survive: {writes: node}, replicas: [a1, {at: b1, role: standby}]", "0, survive",
	  "'s' may lose the newest 1 s of writes when node a1 dies: the target is 0", NULL, NULL, "/a/a1" },
	{ "FL301", "write: 1, rpo: 5m, survive: {writes: node}, replicas: [a1, {at: b1, role: standby}]", "5m, survive",
	  "'s' may lose writes without bound when node a1 dies: the target is 5 min", NULL,
	  "'lag' says how far behind a copy that is left may be, and the service does not say it", "/a/a1" },
	{ "FL302", "detect: 10s, elect: 5s, reroute: 60s, rto: 14s, survive: az, replicas: [a1, b1, c1]", "14s",
	  "'s' takes 75 s to write again when az a dies: the target is 14 s", "detect 10 s + elect 5 s + reroute 60 s", NULL,
	  "/a" },
	{ "FL302", "rto: 1h, survive: {data: 2 az}, write: all, replicas: [a1, b1, c1]", "1h",
	  "'s' does not come back by itself when az a and az b die: the target is 1 h", NULL, NULL, "/a /b" },
	{ "FL401", "replicas: [a1, a2, b1, c1]", "s: {repl",
	  "'s' has 4 voting replicas: a majority of 4 survives no more deaths than one of 3", NULL,
	  "3 voting replicas survive as much, 5 survive one more", NULL },
	{ "FL401", "replicas: [a1, {at: b1, role: witness}]", "s: {repl",
	  "'s' has 2 voting replicas: a majority of 2 survives no more deaths than one of 1", NULL,
	  "1 voting replica survives as much, 3 survive one more", NULL },
	{ "FL402", "leader: none, write: 2, read: 1, replicas: [a1, b1, c1]", "2, read",
	  "'s': a read by 'read: 1' need not meet a write acknowledged by 'ack: 2', and may miss the newest one", NULL,
	  "let the two add up to more than all the voting replicas, if reads must see every write", NULL },
	{ "FL403", "leader: none, fencing: none, write: 1, read: all, replicas: [a1, b1, c1]", "1, read",
	  "'s': two writes, each acknowledged by 'ack: 1', need not meet: replicas may come to differ", NULL,
	  "acknowledge by a majority, if writes must not conflict", NULL },
	{ "FL404", "read: 2 in 4 az, replicas: [a1, b1, c1]", "s: {read",
	  "'s' can never satisfy 'read: 2 in 4 az' with its 3 voting replicas", NULL,
	  "ask 'read' for no more than there are, or add voting replicas", NULL },
	{ "FL405", "replicas: [a1, b1, b1, b2, c1]", "s: {repl", "'s' has two replicas on node b1: they die together", NULL,
	  NULL, "/b/b1" },
	{ "FL407", "replicas: [a1, a2, b1]", "s: {repl",
	  "'s' is stretched over two domains of level az, and can't write without one of them", NULL,
	  "put a voting replica, or a witness, in a third az", NULL },
	{ "FL408", "write: 2, read: 1, ack: insync, survive: {data: 2 az}, replicas: [a1, b1, c1]", "2 az",
	  "'s' keeps its data through '2 az' only while every replica is in sync: with just enough in sync to write, when "
	  "az a and az b die, its newest writes may be gone", NULL, "ask for more in-sync replicas to write", "/a /b" },
	{ "FL409", "spread: {node: 1}, replicas: [a1, b1, c]", "1}, replicas",
	  "'s' has a replica on az c, above the level node: it is left out of this spread", NULL,
	  "name the node that it is in, if it is known", NULL },
	{ "FL410", "rto: 30s, replicas: [a1, b1, c1]", "30s",
	  "the target is not judged: the service has no 'survive'", NULL, NULL, NULL },
	{ "FL412", "survive: {writes: node}, replicas: [a1, a2, a3, b1, c1]", "node},",
	  "'s' falls back to a far quorum: when node a1 dies, a write takes 80 ms instead of 1 ms",
	  "now a write at a1 waits for a3, 1 ms; then a write at a2 waits for b1, 80 ms",
	  "one more voting replica near the others would keep the quorum near, if that matters", "/a/a1" },
};

static void each_finding__says_where_what_why_and_what_to_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sayings) / sizeof(*sayings); i++) {
		const struct saying *s = &sayings[i];
		struct checked c;
		const struct diag *d;
		struct place place;

		check_service(&c, s->service);
		d = only_finding(&c, s->code);
		place = place_of_text(&c, s->at);
		must_equal(&c, "message", d->message, s->message);
		must_equal(&c, "detail", d->details ? d->details[0] : NULL, s->detail);
		must_equal(&c, "hint", d->hint, s->hint);
		must_name(&c, d, s->domains);
		assert_int_equal(d->place.line, place.line);
		assert_int_equal(d->place.col, place.col);
		assert_string_equal(d->service, "s");
		release(&c);
	}
}

static void a_needed_service_that_stops__is_said_of_who_needs_it(void **state)
{
	struct checked c;
	const struct diag *d;
	struct place place;

	(void)state;
	check_services(&c, "{app: {needs: [db], survive: {writes: az}, replicas: [a1, b1, c1]}, "
	                   "db: {replicas: [a1, a2, a3, b1, c1]}}", CHECK_MERGED);
	d = only_finding(&c, "FL204");
	place = place_of_text(&c, "az}, replicas");
	must_equal(&c, "message", d->message,
	           "writes of 'app' do not survive 'az': when az a dies, the service 'db' that it needs stops");
	must_name(&c, d, "/a");
	assert_string_equal(d->service, "app");
	assert_int_equal(d->place.line, place.line);
	assert_int_equal(d->place.col, place.col);
	release(&c);
	check_services(&c, "{app: {needs: [db], survive: {writes: az}, replicas: [a1, b1, c1]}, "
	                   "db: {replicas: [a1, a2, b1, b2, c1]}}", CHECK_MERGED);
	must_be_clean(&c);
	release(&c);
}

static void a_needed_service_that_never_works__is_not_blamed_on_deaths(void **state)
{
	struct checked c;

	(void)state;
	check_services(&c, "{app: {needs: {db: read-only}, survive: {writes: az}, replicas: [a1, b1, c1]}, "
	                   "db: {write: 4, replicas: [a1, b1, c1]}}", CHECK_MERGED);
	assert_int_equal(c.diags.all.len, 2);
	must_equal(&c, "code", c.diags.all.at[0].code, "FL203");
	must_equal(&c, "message", c.diags.all.at[0].message, "'app' is broken with everything alive: writes stop");
	must_equal(&c, "code", c.diags.all.at[1].code, "FL404");
	release(&c);
}

static void very_many_domains__are_not_all_named_in_the_message(void **state)
{
	struct checked c = {0};
	const struct diag *d;

	(void)state;
	sb_add(&c.yaml, "faultline: 1\nlevels: [az, node]\ntopology: {a: [n-(1..20)], b: {}}\n"
	                "services: {s: {survive: {writes: 10 node}, replicas: [n-(1..19)]}}\n");
	check_yaml(&c, CHECK_MERGED);
	d = only_finding(&c, "FL201");
	must_equal(&c, "message", d->message,
	           "'s' does not survive '10 node': when node n-1, node n-2, node n-3, node n-4, node n-5, node n-6, node n-7, "
	           "node n-8 and 2 more die, writes and reads stop");
	must_name(&c, d, "/a/n-1 /a/n-2 /a/n-3 /a/n-4 /a/n-5 /a/n-6 /a/n-7 /a/n-8 /a/n-9 /a/n-10");
	release(&c);
}

static void a_level_with_one_domain__is_named_where_it_stands(void **state)
{
	struct checked c = {0};
	const struct diag *d;

	(void)state;
	sb_add(&c.yaml, "faultline: 1\nlevels: [region, node]\ntopology:\n  eu: [n1, n2, n3]\nservices: {s: {replicas: [n1, n2, n3]}}\n");
	check_yaml(&c, CHECK_MERGED);
	d = only_finding(&c, "FL406");
	must_equal(&c, "message", d->message,
	           "region eu is the only domain of its level: whatever is in it has nowhere else to live");
	assert_int_equal(d->place.line, 4);
	assert_int_equal(d->place.col, 3);
	release(&c);
}

/* ---- which targets are judged ---- */

static void a_target_that_never_holds__has_one_finding_of_its_own(void **state)
{
	(void)state;
	/* neither writes nor the time to write again are asked for once more */
	assert_finds("FL404", THREE_AZS, "write: 4, rto: 1s, survive: {writes: az}, replicas: [a1, b1, c1]");
	assert_finds("FL203", THREE_AZS, "rebuild: 3, ack: 2, rpo: 1s, survive: {data: az}, replicas: [a1, b1, c1]");
}

static void rpo_and_rto__are_the_worst_over_all_failures(void **state)
{
	struct checked c;

	(void)state;
	check_service(&c, "write: 1, lag: 1s, every: 1h, rpo: 2s, survive: {reads: [2 node then node, node]}, "
	                  "replicas: [a1, {at: b1, role: standby}, {at: c1, role: standby}]");
	for (size_t i = 0; i < c.diags.all.len; i++)
		if (!strcmp(c.diags.all.at[i].code, "FL301"))
			must_equal(&c, "message", c.diags.all.at[i].message,
			           "'s' may lose writes without bound when node a1 and node b1 die and then node c1 dies: the target is 2 s");
	assert_int_equal(c.diags.all.len, 2);
	release(&c);
}

static void assert_finds_in_racks(const char *replicas, const char *first, const char *second)
{
	const char *const expected[] = { first, second };
	struct checked c = {0};

	sb_addf(&c.yaml, "faultline: 1\nlevels: [az, rack, node]\ntopology: {a: {r1: [n1, n2], r2: [n3]}, b: {r3: [m1], r4: [m2]}}\n"
	        "services: {s: {spread: {rack: even}, replicas: %s}}\n", replicas);
	check_yaml(&c, CHECK_MERGED);
	for (size_t i = 0; i < 2; i++)
		must_equal(&c, "code", i < c.diags.all.len ? c.diags.all.at[i].code : NULL, expected[i]);
	release(&c);
}

static void an_even_spread__counts_no_backup_nor_what_is_above_the_level(void **state)
{
	(void)state;
	/* two racks for three replicas, as long as the backup in the other zone does not count */
	assert_finds_in_racks("[n1, {at: n2, role: learner}, {at: n3, role: learner}, {at: m1, role: backup}]", NULL, NULL);
	assert_finds_in_racks("[n1, {at: n2, role: learner}, {at: n3, role: learner}, {at: m1, role: learner}]", "FL102", NULL);
	/* and two racks for two replicas, as the third is in none */
	assert_finds_in_racks("[n1, {at: n2, role: learner}, {at: a, role: learner}]", "FL102", "FL409");
}

/* ---- many groups ---- */

static void a_thousand_groups_with_one_flaw__are_one_finding(void **state)
{
	struct checked c;
	const struct diag *d;
	size_t examples = 0;

	(void)state;
	check_services(&c, "{s: {spread: {az: 1}, groups: {fine-(1..10): [a1, b1, c1], g-(1..1000): [b1, {at: b2, role: learner}]}}}", CHECK_MERGED);
	d = only_finding(&c, "FL101");
	assert_int_equal(d->count, 1000);
	assert_string_equal(d->group, "g-1");
	while (d->examples[examples])
		examples++;
	assert_int_equal(examples, 5);
	assert_string_equal(d->examples[0], "g-1");
	assert_string_equal(d->examples[4], "g-5");
	release(&c);
}

static void for_machines__each_group_has_a_finding_of_its_own(void **state)
{
	struct checked c;
	struct strbuf name = {0};

	(void)state;
	check_services(&c, "{s: {spread: {az: 1}, groups: {fine-(1..10): [a1, b1, c1], g-(1..1000): [b1, {at: b2, role: learner}]}}}",
	               CHECK_EACH_GROUP);
	assert_int_equal(c.diags.all.len, 1000);
	assert_int_equal(c.diags.errors, 1000);
	for (unsigned i = 0; i < 1000; i++) {
		sb_clear(&name);
		sb_addf(&name, "g-%u", i + 1);
		assert_string_equal(c.diags.all.at[i].code, "FL101");
		assert_string_equal(c.diags.all.at[i].group, sb_text(&name));
		assert_true(c.diags.all.at[i].count <= 1);
		assert_null(c.diags.all.at[i].examples);
	}
	sb_release(&name);
	release(&c);
}

static void each_group__is_shown_with_its_own_domains(void **state)
{
	struct checked c;

	(void)state;
	check_services(&c, "{s: {survive: {writes: az}, groups: {g: [a1, a2, a3, b1, c1], h: [b1, b2, b1, a1, c1]}, "
	                   "spread: {az: 3}}, t: {survive: {writes: az}, replicas: [a1, a2, a3, b1, c1]}}", CHECK_EACH_GROUP);
	for (size_t i = 0; i < c.diags.all.len; i++) {
		const struct diag *d = &c.diags.all.at[i];

		if (!strcmp(d->code, "FL201"))
			must_name(&c, d, *d->group == 'h' ? "/b" : "/a");
	}
	assert_int_equal(c.diags.errors, 3);
	release(&c);
}

static void one_flaw_in_two_services__is_two_findings(void **state)
{
	struct checked c;

	(void)state;
	check_services(&c, "{s: {spread: [az], replicas: [b1, {at: b2, role: learner}]}, t: {spread: [az], replicas: [a1, {at: a2, role: learner}]}}", CHECK_MERGED);
	assert_int_equal(c.diags.all.len, 2);
	assert_string_equal(c.diags.all.at[0].service, "s");
	assert_string_equal(c.diags.all.at[1].service, "t");
	release(&c);
}

static void names__are_cleaned_in_what_is_said(void **state)
{
	struct checked c = {0};

	(void)state;
	sb_add(&c.yaml, "faultline: 1\nlevels: [az, node]\ntopology: {\"a%d\\\\\": [n1], b: [n2]}\n"
	                "services: {s: {survive: {data: az}, groups: {\"%s\\\\%n\": [n1]}}}\n");
	check_yaml(&c, CHECK_MERGED);
	must_equal(&c, "message", only_finding(&c, "FL202")->message,
	           "'%s\\%n' does not survive 'az': when az a%d\\ dies, its data is lost");
	release(&c);
}

static void sites_with_a_set_of_replicas_each__are_not_told_that_their_number_is_even(void **state)
{
	(void)state;
	assert_finds("FL407", "{a: [a1, a2, a3], b: [b1, b2, b3]}", "leader: none, replicas: [a1, a2, a3, b1, b2, b3]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(load_codes__have_each_a_rule_with_their_title),
		cmocka_unit_test(rules_of_files__are_those_of_the_loader),
		cmocka_unit_test(rules__stand_in_order_of_code_each_once),
		cmocka_unit_test(rules__have_each_a_meaning_an_example_and_a_remedy),
		cmocka_unit_test(a_rule__is_found_in_any_letter_case),
		cmocka_unit_test(examples_of_files__show_what_they_are_for),
		cmocka_unit_test(each_rule__is_triggered_alone_and_not_by_a_neighbour),
		cmocka_unit_test(far_quorums__are_told_group_by_group),
		cmocka_unit_test(every_rule_about_placements__has_one_that_triggers_it),
		cmocka_unit_test(a_level_with_one_domain__is_said_once),
		cmocka_unit_test(too_many_sets__are_not_passed_off_as_tried),
		cmocka_unit_test(each_finding__says_where_what_why_and_what_to_do),
		cmocka_unit_test(a_needed_service_that_stops__is_said_of_who_needs_it),
		cmocka_unit_test(a_needed_service_that_never_works__is_not_blamed_on_deaths),
		cmocka_unit_test(very_many_domains__are_not_all_named_in_the_message),
		cmocka_unit_test(a_level_with_one_domain__is_named_where_it_stands),
		cmocka_unit_test(a_target_that_never_holds__has_one_finding_of_its_own),
		cmocka_unit_test(rpo_and_rto__are_the_worst_over_all_failures),
		cmocka_unit_test(an_even_spread__counts_no_backup_nor_what_is_above_the_level),
		cmocka_unit_test(a_thousand_groups_with_one_flaw__are_one_finding),
		cmocka_unit_test(for_machines__each_group_has_a_finding_of_its_own),
		cmocka_unit_test(each_group__is_shown_with_its_own_domains),
		cmocka_unit_test(one_flaw_in_two_services__is_two_findings),
		cmocka_unit_test(sites_with_a_set_of_replicas_each__are_not_told_that_their_number_is_even),
		cmocka_unit_test(names__are_cleaned_in_what_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
