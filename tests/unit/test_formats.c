/* The formats of findings, each read back the way its readers do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/text.h"
#include "report/findings.h"
#include "rules/rules.h"

/* Names that mean something in one format or another, and goals that hold and don't. */
static const char hostile[] =
	"faultline: 1\n"
	"levels: [region, az, node]\n"
	"topology: {\"r%0A::error::]]><&'\": {z1: [a, b], z2: [c]}}\n"
	"services:\n"
	"  \"s,:%0D %<![CDATA[\": {spread: {az: even}, survive: [az, node], replicas: [a, b, c]}\n"
	"  pair: {survive: [node], replicas: [a, c]}\n"
	"  never: {write: 4, survive: [node], replicas: [a, b, c]}\n";

static const char hostile_name[] = "./d//x\n::error::y,50%:\xff\x1b[2J\xe2\x80\xae<&\">.yaml";

static const char *const broken = "faultline: 1\ntopology: {a: {}}\nx: 1\nx: 2\n\"y\\nz\\uFFFE\": 3\n";

/* ---- reports ---- */

static void add_judged(struct report *r, const char *name, const char *text)
{
	struct diag_list diags = {0};
	struct judged file = { .diags = &diags };
	struct source source;
	struct model *m = NULL;
	struct engine *e = NULL;

	source_from_text(&source, name, text, strlen(text));
	file.source = &source;
	if (load_model(&source, &diags, &m) == LOAD_OK) {
		file.model = m;
		e = engine_new(m);
		file.analysis = analysis_new(e);
		check_model(file.analysis, r->format->each_group ? CHECK_EACH_GROUP : CHECK_MERGED, &diags);
	}
	diag_sort(&diags);
	report_file(r, &file);
	analysis_free(file.analysis);
	engine_free(e);
	model_free(m);
	diag_release(&diags);
	source_release(&source);
}

/* What is printed of `texts` under the hostile name, of a file that is not ours and of one that can't be read. */
static char *reported(int format, const char *const *texts)
{
	FILE *out = tmpfile();
	struct report r;
	size_t len;
	char *text;

	report_begin(&r, format, out);
	for (; *texts; texts++)
		add_judged(&r, hostile_name, *texts);
	report_skipped(&r, "foreign\n::error::.yaml");
	report_unread(&r, "no<such>.yaml", "No such \"file\"");
	report_end(&r);
	len = (size_t)ftell(out);
	text = calloc(1, len + 1);
	rewind(out);
	assert_int_equal(fread(text, 1, len, out), len);
	fclose(out);
	return text;
}

#define REPORTED(format, ...) reported((format), (const char *const[]){ __VA_ARGS__, NULL })

static json_t *reported_json(int format)
{
	char *text = REPORTED(format, hostile, broken);
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("%d: %s", error.line, error.text);
	free(text);
	return root;
}

/* ---- lines ---- */

static void no_line__has_a_character_that_a_terminal_obeys(void **state)
{
	(void)state;
	for (int format = 0; findings_format_names[format]; format++) {
		char *text = REPORTED(format, hostile, broken);
		size_t len = strlen(text);
		int32_t cp;

		for (size_t i = 0; i < len; i += utf8_next(text + i, len - i, &cp)) {
			utf8_next(text + i, len - i, &cp);
			if (cp != '\n' && cp_is_hostile(cp))
				fail_msg("%s: U+%04X", findings_format_names[format], (unsigned)cp);
		}
		free(text);
	}
}

/* Calls `check` for each line; how many. */
static size_t each_line(char *text, void (*check)(char *line))
{
	size_t n = 0;

	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), n++)
		check(line);
	return n;
}

static void check_gcc_line(char *line)
{
	unsigned at, col;
	char severity[16], *place = strstr(line, ".yaml:");

	assert_memory_equal(line, "./d//x\\x0a::error::y", 20);
	assert_non_null(place);
	assert_int_equal(sscanf(place, ".yaml:%u:%u: %15[a-z]: ", &at, &col, severity), 3);
	assert_true(at >= 1 && col >= 1);
	assert_true(strstr("error warning note", severity) != NULL);
}

static void gcc__is_a_place_a_severity_and_a_message_in_each_line(void **state)
{
	char *text = REPORTED(FINDINGS_gcc, hostile, broken);

	(void)state;
	assert_true(each_line(text, check_gcc_line) > 8);
	free(text);
}

/* ---- github: actions/runner, ActionCommand.cs ---- */

static void unescape(char *text, const char *const pairs[][2])
{
	char *to = text;

	while (*text) {
		size_t i = 0;

		while (pairs[i][0] && strncmp(text, pairs[i][0], 3))
			i++;
		*to++ = pairs[i][0] ? *pairs[i][1] : *text;
		text += pairs[i][0] ? 3 : 1;
	}
	*to = '\0';
}

static const char *const in_message[][2] = { { "%25", "%" }, { "%0D", "\r" }, { "%0A", "\n" }, { NULL, NULL } };
static const char *const in_property[][2] = {
	{ "%25", "%" }, { "%0D", "\r" }, { "%0A", "\n" }, { "%3A", ":" }, { "%2C", "," }, { NULL, NULL },
};

struct command { char name[16], *file, *title, *message; unsigned line, end_line, col, end_col; };

static struct command parse_command(char *line)
{
	struct command c = {0};
	char *properties, *end, *property;

	assert_int_equal(sscanf(line, "::%15[a-z] ", c.name), 1);
	properties = line + 3 + strlen(c.name);
	end = strstr(properties, "::");
	assert_non_null(end);
	*end = '\0';
	c.message = end + 2;
	unescape(c.message, in_message);
	for (property = strsep(&properties, ","); property; property = strsep(&properties, ",")) {
		char *value = strchr(property, '=');

		assert_non_null(value);
		*value++ = '\0';
		assert_true(*value);
		unescape(value, in_property);
		if (!strcmp(property, "file"))
			c.file = value;
		else if (!strcmp(property, "title"))
			c.title = value;
		else
			*(!strcmp(property, "line") ? &c.line : !strcmp(property, "endLine") ? &c.end_line
			  : !strcmp(property, "col") ? &c.col : &c.end_col) = (unsigned)strtoul(value, NULL, 10);
	}
	return c;
}

static void github__reads_back_as_it_was_meant_worst_first(void **state)
{
	static const char file[] = "d/x\\x0a::error::y,50%:\\xff\\x1b[2J<U+202E><&\">.yaml";
	char *text = REPORTED(FINDINGS_github, broken, hostile, broken), *save = text, *line;
	const char *const order[] = { "error", "warning", "notice" };
	size_t at = 0, commands = 0, notices = 0;
	bool summary = false, forged_name = false;

	(void)state;
	while ((line = strsep(&save, "\n"))) {
		struct command c;

		if (*line != ':') {
			summary |= strstr(line, " in 3 files") != NULL;
			continue;
		}
		c = parse_command(line);
		while (at < 3 && strcmp(order[at], c.name))
			at++;
		assert_true(at < 3);
		assert_string_equal(c.file, file);
		assert_true(c.line >= 1 && c.end_line == c.line && c.col >= 1 && c.end_col > c.col);
		assert_memory_equal(c.title, "FL", 2);
		assert_memory_equal(c.message, file, strlen(file));
		forged_name |= strstr(c.message, "'s,:%0D %<![CDATA['") != NULL;
		notices += at == 2;
		commands++;
	}
	assert_true(commands > 8 && notices > 0);
	assert_true(summary);
	assert_true(forged_name);
	free(text);
}

/* ---- gitlab ---- */

static void gitlab__has_what_it_asks_for_and_no_two_fingerprints_alike(void **state)
{
	json_t *root = reported_json(FINDINGS_gitlab), *seen = json_object(), *finding;
	size_t i;

	(void)state;
	assert_true(json_array_size(root) > 8);
	json_array_foreach(root, i, finding) {
		const char *print = json_string_value(json_object_get(finding, "fingerprint"));
		json_t *location = json_object_get(finding, "location");

		assert_true(json_string_length(json_object_get(finding, "description")) > 0);
		assert_non_null(rule_by_code(json_string_value(json_object_get(finding, "check_name"))));
		assert_non_null(strstr("info minor major", json_string_value(json_object_get(finding, "severity"))));
		assert_memory_equal(json_string_value(json_object_get(location, "path")), "d/x\n", 4);
		assert_true(json_integer_value(json_object_get(json_object_get(location, "lines"), "begin")) >= 1);
		assert_int_equal(strlen(print), 64);
		assert_null(json_object_get(seen, print));
		json_object_set_new(seen, print, json_true());
	}
	json_decref(seen);
	json_decref(root);
}

static json_t *fingerprints(const char *text)
{
	char *printed = REPORTED(FINDINGS_gitlab, text);
	json_t *root = json_loads(printed, 0, NULL), *all = json_array(), *finding;
	size_t i;

	json_array_foreach(root, i, finding)
		json_array_append(all, json_object_get(finding, "fingerprint"));
	json_decref(root);
	free(printed);
	return all;
}

static void a_fingerprint__stays_where_lines_move(void **state)
{
	const char *text = "faultline: 1\ntopology: {a: {}}\nservices:\n  s: {replicas: [a, a]}\n  t: {replicas: [a, a]}\n";
	const char *moved = "# more\n\nfaultline: 1\ntopology:\n  a: {}\nservices:\n\n  s: {replicas: [a, a]}\n  t: {replicas: [a, a]}\n";
	json_t *one = fingerprints(text), *other = fingerprints(moved);

	(void)state;
	assert_true(json_array_size(one) > 2);
	assert_true(json_equal(one, other));
	json_decref(one);
	json_decref(other);
}

/* ---- sarif: what GitHub refuses an upload for ---- */

static void assert_no_empty_text(const json_t *value)
{
	const char *key;
	json_t *inner;
	size_t i;

	if (json_is_string(value))
		assert_true(json_string_length(value) > 0);
	json_object_foreach((json_t *)value, key, inner)
		assert_no_empty_text(inner);
	json_array_foreach(value, i, inner)
		assert_no_empty_text(inner);
}

static json_int_t number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	assert_true(json_is_integer(value));
	return json_integer_value(value);
}

static void assert_location(const json_t *location)
{
	const json_t *physical = json_object_get(location, "physicalLocation");
	const json_t *region = json_object_get(physical, "region");
	const char *uri = json_string_value(json_object_get(json_object_get(physical, "artifactLocation"), "uri"));

	assert_string_equal(uri, "d/x%0A%3A%3Aerror%3A%3Ay%2C50%25%3A%FF%1B%5B2J%E2%80%AE%3C%26%22%3E.yaml");
	assert_true(number(region, "startLine") >= 1 && number(region, "startColumn") >= 1);
	assert_true(number(region, "endLine") == number(region, "startLine"));
	assert_true(number(region, "endColumn") > number(region, "startColumn"));
}

static void assert_result(const json_t *result, const json_t *all_rules)
{
	const json_t *rule = json_array_get(all_rules, (size_t)number(result, "ruleIndex")), *locations, *location;
	const char *level = json_string_value(json_object_get(result, "level"));
	size_t i;

	assert_string_equal(json_string_value(json_object_get(rule, "id")),
	                    json_string_value(json_object_get(result, "ruleId")));
	assert_true(!strcmp(level, "note") || !strcmp(level, "warning") || !strcmp(level, "error"));
	assert_non_null(json_object_get(json_object_get(result, "message"), "text"));
	assert_int_equal(json_object_size(json_object_get(result, "partialFingerprints")), 1);
	locations = json_object_get(result, "locations");
	assert_int_equal(json_array_size(locations), 1);
	assert_location(json_array_get(locations, 0));
	json_array_foreach(json_object_get(result, "relatedLocations"), i, location)
		assert_location(location);
}

static void assert_sarif_rule(const json_t *rule)
{
	const struct rule *row = rule_by_code(json_string_value(json_object_get(rule, "id")));

	assert_non_null(row);
	assert_string_equal(json_string_value(json_object_get(json_object_get(rule, "shortDescription"), "text")), row->title);
	assert_string_equal(json_string_value(json_object_get(json_object_get(rule, "fullDescription"), "text")),
	                    row->meaning);
	for (int i = 0; i < 2; i++) {
		const char *help = json_string_value(json_object_get(json_object_get(rule, "help"), i ? "markdown" : "text"));

		assert_non_null(strstr(help, row->meaning));
		assert_non_null(strstr(help, row->example));
		assert_non_null(strstr(help, row->remedy));
	}
}

static void sarif__is_what_code_scanning_takes(void **state)
{
	json_t *root = reported_json(FINDINGS_sarif), *run, *rows, *result, *invocation;
	size_t i;

	(void)state;
	assert_no_empty_text(root);
	assert_string_equal(json_string_value(json_object_get(root, "version")), "2.1.0");
	assert_non_null(json_object_get(root, "$schema"));
	assert_int_equal(json_array_size(json_object_get(root, "runs")), 1);
	run = json_array_get(json_object_get(root, "runs"), 0);
	assert_string_equal(json_string_value(json_object_get(run, "columnKind")), "unicodeCodePoints");
	rows = json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
	assert_true(json_array_size(rows) > 4);
	json_array_foreach(rows, i, result)
		assert_sarif_rule(result);
	assert_true(json_array_size(json_object_get(run, "results")) > 8);
	json_array_foreach(json_object_get(run, "results"), i, result)
		assert_result(result, rows);
	invocation = json_array_get(json_object_get(run, "invocations"), 0);
	assert_true(json_is_false(json_object_get(invocation, "executionSuccessful")));
	assert_int_equal(json_array_size(json_object_get(invocation, "toolExecutionNotifications")), 2);
	json_decref(root);
}

/* Every code could be in a report one day. */
static void sarif__has_a_full_text_for_every_rule(void **state)
{
	struct diag_list diags = {0};
	struct source source;
	FILE *out = tmpfile();
	struct report r;
	json_t *root, *rows, *row;
	size_t i;

	(void)state;
	source_from_text(&source, "a.yaml", "", 0);
	for (const struct rule *rule = rules; rule->code; rule++)
		diag_add(&diags, rule->code, rule->severity, (struct place){0}, "m");
	report_begin(&r, FINDINGS_sarif, out);
	report_file(&r, &(struct judged){ .source = &source, .diags = &diags });
	report_end(&r);
	rewind(out);
	root = json_loadf(out, JSON_REJECT_DUPLICATES, NULL);
	fclose(out);
	assert_no_empty_text(root);
	rows = json_object_get(json_object_get(json_object_get(json_array_get(json_object_get(root, "runs"), 0), "tool"),
	                                       "driver"), "rules");
	for (i = 0; rules[i].code; i++)
		continue;
	assert_int_equal(json_array_size(rows), i);
	json_array_foreach(rows, i, row)
		assert_sarif_rule(row);
	json_decref(root);
	diag_release(&diags);
	source_release(&source);
}

/* ---- junit: XML 1.0, as strictly as what it uses asks for ---- */

struct xml { const char *at; char open[16][32]; size_t depth, elements; size_t tests, failures, errors, skipped; };

static void want(struct xml *x, const char *text)
{
	if (strncmp(x->at, text, strlen(text)))
		fail_msg("'%s' expected at: %.60s", text, x->at);
	x->at += strlen(text);
}

static void read_name(struct xml *x, char out[32])
{
	size_t len = strspn(x->at, "abcdefghijklmnopqrstuvwxyz-");

	assert_true(len > 0 && len < 32);
	memcpy(out, x->at, len);
	out[len] = '\0';
	x->at += len;
}

/* Character data up to one of `ends`: no markup, only known entities, no character that XML has not. */
static void read_data(struct xml *x, const char *ends)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&apos;" };
	const char *end = x->at + strcspn(x->at, ends);

	assert_true(*end);
	while (x->at < end) {
		int32_t cp;
		size_t i = 0, len = utf8_next(x->at, (size_t)(end - x->at), &cp);

		assert_true(cp == '\n' || (cp >= 0x20 && cp != 0xfffe && cp != 0xffff));
		assert_true(cp != '<' && cp != '>');
		if (cp == '&') {
			for (len = 0; i < 5 && !len; i++)
				len = strncmp(x->at, entities[i], strlen(entities[i])) ? 0 : strlen(entities[i]);
			assert_true(len);
		}
		x->at += len;
	}
}

static void read_attributes(struct xml *x)
{
	char names[8][32];
	size_t n = 0;

	while (*x->at == ' ') {
		x->at++;
		assert_true(n < 8);
		read_name(x, names[n]);
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(names[i], names[n]);
		n++;
		want(x, "=\"");
		read_data(x, "\"");
		want(x, "\"");
	}
}

static void read_element(struct xml *x)
{
	char *name = x->open[x->depth];

	want(x, "<");
	read_name(x, name);
	x->tests += !strcmp(name, "testcase");
	x->failures += !strcmp(name, "failure");
	x->errors += !strcmp(name, "error");
	x->skipped += !strcmp(name, "skipped");
	read_attributes(x);
	if (*x->at == '/') {
		want(x, "/>");
		return;
	}
	want(x, ">");
	assert_true(++x->depth < 16);
	for (;;) {
		read_data(x, "<");
		if (x->at[1] == '/')
			break;
		read_element(x);
	}
	want(x, "</");
	want(x, x->open[--x->depth]);
	want(x, ">");
}

static void junit__is_well_formed_and_counts_right(void **state)
{
	char *text = REPORTED(FINDINGS_junit, hostile, broken), head[160];
	struct xml x = { .at = text };

	(void)state;
	want(&x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	read_element(&x);
	assert_string_equal(x.at, "\n");
	snprintf(head, sizeof head, "<testsuites name=\"faultline check\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">",
	         x.tests, x.failures, x.errors, x.skipped);
	assert_non_null(strstr(text, head));
	assert_true(x.failures > 4 && x.errors == 1 && x.skipped == 1);
	free(text);
}

static void junit__is_taken_by_another_reader(void **state)
{
	char *text, name[] = "/tmp/faultline-junit-XXXXXX", command[128];
	int fd;

	(void)state;
	if (system("command -v xmllint >/dev/null 2>&1"))
		skip();
	text = REPORTED(FINDINGS_junit, hostile, broken);
	fd = mkstemp(name);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	snprintf(command, sizeof command, "xmllint --noout %s", name);
	assert_int_equal(system(command), 0);
	unlink(name);
	free(text);
}

static void junit__passes_goals_that_hold_and_no_others(void **state)
{
	char *text = REPORTED(FINDINGS_junit, hostile);

	(void)state;
	assert_non_null(strstr(text, "name=\"s,:%0D %&lt;![CDATA[: survive node\""));
	assert_non_null(strstr(text, "name=\"s,:%0D %&lt;![CDATA[: spread az even\""));
	assert_null(strstr(text, "name=\"s,:%0D %&lt;![CDATA[: survive az\""));
	assert_non_null(strstr(text, "name=\"FL201 s,:%0D %&lt;![CDATA[: survive az\""));
	assert_null(strstr(text, "name=\"never: ")); /* broken with everything alive */
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_line__has_a_character_that_a_terminal_obeys),
		cmocka_unit_test(gcc__is_a_place_a_severity_and_a_message_in_each_line),
		cmocka_unit_test(github__reads_back_as_it_was_meant_worst_first),
		cmocka_unit_test(gitlab__has_what_it_asks_for_and_no_two_fingerprints_alike),
		cmocka_unit_test(a_fingerprint__stays_where_lines_move),
		cmocka_unit_test(sarif__is_what_code_scanning_takes),
		cmocka_unit_test(sarif__has_a_full_text_for_every_rule),
		cmocka_unit_test(junit__is_well_formed_and_counts_right),
		cmocka_unit_test(junit__is_taken_by_another_reader),
		cmocka_unit_test(junit__passes_goals_that_hold_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
