/*
 * sarif - the OASIS standard, version 2.1.0, with what GitHub's code scanning asks for beyond it: every result has a
 * location, lines and columns from 1, no text is empty. A region is one line long: alerts show in a pull request only
 * where all their lines were changed.
 */
#include <ctype.h>
#include <string.h>

#include "report/formats_p.h"
#include "rules/rules.h"

/* ---- texts and places ---- */

static void add_message(struct json *j, const char *key, const char *text)
{
	json_open_object(j, key);
	json_text(j, "text", text);
	json_close(j);
}

/* A path as a URI: relative wherever the file lies beneath the working directory. */
static void add_uri(struct strbuf *sb, const char *path)
{
	if (*path == '/')
		sb_add(sb, "file://");
	for (; *path; path++)
		if (isascii((unsigned char)*path) && (isalnum((unsigned char)*path) || strchr("/-._~", *path)))
			sb_addc(sb, *path);
		else
			sb_addf(sb, "%%%02X", (unsigned)(unsigned char)*path);
}

static void add_location(struct json *j, const char *uri, struct place place, const char *message)
{
	place = anchored(place);
	json_open_object(j, NULL);
	json_open_object(j, "physicalLocation");
	json_open_object(j, "artifactLocation");
	json_text(j, "uri", uri);
	json_close(j);
	json_open_object(j, "region");
	json_int(j, "startLine", place.line);
	json_int(j, "startColumn", place.col);
	json_int(j, "endLine", place.line);
	json_int(j, "endColumn", (int64_t)place.col + place.width);
	json_close(j);
	json_close(j);
	if (message)
		add_message(j, "message", message);
	json_close(j);
}

/* ---- the rules ---- */

static const char *tag_of(const char *code)
{
	static const char *const tags[] = { "file", "anti-affinity", "survivability", "targets", "advice", "own-rules" };
	size_t hundreds = (size_t)(code[2] - '0');

	return hundreds < sizeof tags / sizeof *tags ? tags[hundreds] : "faultline";
}

/* What a code means, an example between `open` and `close`, and what to do. */
static void add_help(struct json *j, const char *key, const struct rule *rule, const char *open, const char *close)
{
	struct strbuf text = {0};

	sb_add(&text, rule->meaning ? rule->meaning : rule->title);
	if (rule->example)
		sb_addf(&text, "\n\nFor example:\n\n%s%s%s", open, rule->example, close);
	if (rule->remedy)
		sb_addf(&text, "\n\nWhat to do: %s", rule->remedy);
	json_text(j, key, sb_text(&text));
	sb_release(&text);
}

static void add_rule(struct json *j, const struct rule *rule)
{
	json_open_object(j, NULL);
	json_text(j, "id", rule->code);
	add_message(j, "shortDescription", rule->title);
	add_message(j, "fullDescription", rule->meaning ? rule->meaning : rule->title);
	json_open_object(j, "help");
	add_help(j, "text", rule, "", "");
	add_help(j, "markdown", rule, "```yaml\n", "\n```");
	json_close(j);
	json_open_object(j, "defaultConfiguration");
	json_text(j, "level", severity_name(rule->severity));
	json_close(j);
	json_open_object(j, "properties");
	json_open_array(j, "tags");
	json_text(j, NULL, tag_of(rule->code));
	json_close(j);
	json_close(j);
	json_close(j);
}

/* The rules that found something, in the order in which they did first: results know theirs by number. */
static void add_tool(const struct report *r, struct json *j)
{
	json_open_object(j, "tool");
	json_open_object(j, "driver");
	json_text(j, "name", "faultline");
	json_text(j, "version", r->version);
	json_open_array(j, "rules");
	for (size_t i = 0; i < r->codes.len; i++)
		add_rule(j, rule_by_code(r->codes.at[i]));
	json_close(j);
	json_close(j);
	json_close(j);
}

static int64_t rule_index(const struct report *r, const char *code)
{
	size_t i = 0;

	while (i < r->codes.len && strcmp(r->codes.at[i], code))
		i++;
	return i < r->codes.len ? (int64_t)i : -1;
}

/* ---- the results ---- */

static void sarif_begin(struct report *r)
{
	struct json *j = &r->kept->json;

	json_open_object(j, NULL);
	json_text(j, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
	json_text(j, "version", "2.1.0");
	json_open_array(j, "runs");
	json_open_object(j, NULL);
	json_text(j, "columnKind", "unicodeCodePoints");
	json_open_array(j, "results");
}

static void add_properties(struct json *j, const struct diag *d)
{
	if (!d->service && !d->group && !d->domains)
		return;
	json_open_object(j, "properties");
	if (d->service)
		json_text(j, "service", d->service);
	if (d->group)
		json_text(j, "group", d->group);
	if (d->domains) {
		json_open_array(j, "domains");
		for (const char **domain = d->domains; *domain; domain++)
			json_text(j, NULL, *domain);
		json_close(j);
	}
	json_close(j);
}

/* `reason` is why it was suppressed; NULL where it was not. */
static void add_result(struct report *r, const char *path, const char *uri, const struct diag *d, const char *reason)
{
	struct json *j = &r->kept->json;
	struct strbuf message = {0};
	char print[SHA256_HEX];

	sb_add_whole_message(&message, d);
	fingerprint(r, path, d, print);
	json_open_object(j, NULL);
	json_text(j, "ruleId", d->code);
	json_int(j, "ruleIndex", rule_index(r, d->code));
	json_text(j, "level", severity_name(d->severity));
	add_message(j, "message", message.len ? sb_text(&message) : d->code);
	json_open_array(j, "locations");
	add_location(j, uri, d->place, NULL);
	json_close(j);
	if (d->also.line && d->also_message) {
		json_open_array(j, "relatedLocations");
		add_location(j, uri, d->also, d->also_message);
		json_close(j);
	}
	json_open_object(j, "partialFingerprints");
	json_text(j, "faultlineFinding/v1", print);
	json_close(j);
	if (reason) {
		json_open_array(j, "suppressions");
		json_open_object(j, NULL);
		json_text(j, "kind", "inSource");
		json_text(j, "justification", reason);
		json_close(j);
		json_close(j);
	}
	add_properties(j, d);
	json_close(j);
	sb_release(&message);
}

static void sarif_file(struct report *r, const struct judged *file)
{
	struct strbuf path = {0}, uri = {0};

	sb_add_repository_path(&path, file->source->name);
	add_uri(&uri, sb_text(&path));
	for (size_t i = 0; i < file->diags->all.len; i++)
		add_result(r, sb_text(&path), sb_text(&uri), &file->diags->all.at[i], NULL);
	for (size_t i = 0; file->suppressed && i < file->suppressed->len; i++) {
		const struct suppressed *s = &file->suppressed->at[i];

		note_code(r, s->diag.code);
		add_result(r, sb_text(&path), sb_text(&uri), &s->diag, s->reason);
	}
	sb_release(&path);
	sb_release(&uri);
}

/* ---- what was not judged ---- */

static void add_notification(struct json *j, const struct unjudged *u)
{
	struct strbuf text = {0};

	sb_addf(&text, u->why ? "cannot read '%s': %s" : "passed over '%s': %s", u->name, u->why ? u->why : WHY_SKIPPED);
	json_open_object(j, NULL);
	json_text(j, "level", u->why ? "error" : "note");
	add_message(j, "message", sb_text(&text));
	json_close(j);
	sb_release(&text);
}

static void sarif_end(struct report *r)
{
	struct json *j = &r->kept->json;

	json_close(j);
	add_tool(r, j);
	json_open_array(j, "invocations");
	json_open_object(j, NULL);
	json_bool(j, "executionSuccessful", !r->unread.len);
	json_open_array(j, "toolExecutionNotifications");
	for (size_t i = 0; i < r->unread.len; i++)
		add_notification(j, &r->unread.at[i]);
	for (size_t i = 0; i < r->skipped.len; i++)
		add_notification(j, &r->skipped.at[i]);
	json_close(j);
	json_close(j);
	json_close(j);
	json_close(j);
	json_close(j);
	json_close(j);
	json_end(j);
}

const struct findings_format sarif_findings = {
	.name = "sarif", .begin = sarif_begin, .file = sarif_file, .end = sarif_end,
};
