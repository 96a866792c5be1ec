#include "report/schema.h"

#include <string.h>

#include "load/keys.h"
#include "load/systems.h"
#include "report/json.h"

/* ---- shapes of values ---- */

/* An object that stands for a definition. */
static void add_ref(struct json *j, const char *key, const char *name)
{
	char ref[64];

	snprintf(ref, sizeof ref, "#/definitions/%s", name);
	json_open_object(j, key);
	json_text(j, "$ref", ref);
	json_close(j);
}

/*
 * A value is written as the name of a definition, "[x]" for a list of x, "{x}" for a mapping from names to x; several
 * with "|" between them. An empty value is always allowed, as it is to the loader.
 */
static void add_shape(struct json *j, const char *shape);

static void add_one_shape(struct json *j, const char *shape, size_t len)
{
	bool bracketed = *shape == '[' || *shape == '{';
	char inner[32];

	snprintf(inner, sizeof inner, "%.*s", (int)(bracketed ? len - 2 : len), shape + bracketed);
	if (!bracketed) {
		add_ref(j, NULL, inner);
		return;
	}
	json_open_object(j, NULL);
	json_text(j, "type", *shape == '[' ? "array" : "object");
	json_open_object(j, *shape == '[' ? "items" : "additionalProperties");
	add_shape(j, inner);
	json_close(j);
	json_close(j);
}

/* A "|" inside brackets is left to the list or mapping. */
static size_t shape_length(const char *shape)
{
	size_t len = 0, depth = 0;

	for (; shape[len] && (depth || shape[len] != '|'); len++) {
		depth += shape[len] == '[' || shape[len] == '{';
		depth -= shape[len] == ']' || shape[len] == '}';
	}
	return len;
}

static void add_shape(struct json *j, const char *shape)
{
	json_open_array(j, "anyOf");
	while (*shape) {
		size_t len = shape_length(shape);

		add_one_shape(j, shape, len);
		shape += len + (shape[len] == '|');
	}
	add_ref(j, NULL, "empty");
	json_close(j);
}

/* ---- keys ---- */

#define SEMANTICS(keyed) \
	{ keyed, "write", "quorum", "what a write needs of the live voting replicas" }, \
	{ keyed, "read", "quorum", "what a read needs of the live voting replicas" }, \
	{ keyed, "ack", "ack", "what acknowledges a write; without it, the same as 'write'" }, \
	{ keyed, "rebuild", "text", "copies needed to have the data: 1 for replicas, k for erasure coding, 0 if stateless" }, \
	{ keyed, "leader", "leader", "whether one replica leads" }, \
	{ keyed, "stale", "stale", "whether reads are served from copies that may be old" }, \
	{ keyed, "lag", "duration", "how far behind learners and standbys follow" }, \
	{ keyed, "every", "duration", "how often a backup is taken" }, \
	{ keyed, "restore", "duration", "how long it takes to bring a backup back" }, \
	{ keyed, "detect", "duration", "how long until a death is noticed" }, \
	{ keyed, "elect", "duration", "how long an election takes" }, \
	{ keyed, "promote", "duration", "how long the promotion of a standby takes" }, \
	{ keyed, "operator", "duration", "how long until a person acts" }, \
	{ keyed, "failover", "failover", "how a standby takes over" }, \
	{ keyed, "fencing", "fencing", "what keeps two sides from writing at once" }, \
	{ keyed, "reroute", "duration", "how long clients take to the new place (DNS, health checks)" }, \
	{ keyed, "fallback", "fallback", "a guarantee that is given up so that the service goes on" }

#define ATTRIBUTES(keyed) \
	{ keyed, "down", "text", "the probability that it is down" }, \
	{ keyed, "mtbf", "duration", "mean time between failures" }, \
	{ keyed, "mttr", "duration", "mean time to repair" }, \
	{ keyed, "rtt", "duration", "the round trip between two places in it that share nothing narrower" }

static const struct row { const char *keyed, *key, *shape, *about; } rows[] = {
	{ "file", "faultline", "version", "the version of the format" },
	{ "file", "title", "text", "what the file is about" },
	{ "file", "levels", "[text]", "the levels of domains, widest first; without it, region, az, dc, rack, node" },
	{ "file", "topology", "domains", "the tree of failure domains, nested as the levels are" },
	{ "file", "shared", "{shared}", "sets of domains that fail together although the tree keeps them apart" },
	{ "file", "systems", "{system}", "replication systems of the file's own" },
	{ "file", "domains", "{attribute}", "attributes of a level, or of one domain" },
	{ "file", "links", "[link]", "round trips between two domains" },
	{ "file", "services", "{service}", "what is deployed, and what it must live through" },
	{ "file", "scenarios", "{[text]}", "steps of actions that have a name" },
	{ "file", "rules", "{rule}", "questions in SQL, each row of whose answer is a finding" },
	ATTRIBUTES("attribute"),
	{ "link", "between", "[text]", "two domains" },
	{ "link", "rtt", "duration", "the round trip between them" },
	{ "shared", "kind", "text", "what they share: power, network, a release" },
	{ "shared", "members", "[text]|text", "the domains that fail together" },
	ATTRIBUTES("shared"),
	{ "system", "about", "text|[text]", "one line about it" },
	{ "system", "source", "text|[text]", "where the numbers come from" },
	{ "system", "notes", "text|[text]", "more about it" },
	{ "system", "like", "system-name", "another system to start from" },
	{ "system", "params", "{text|parameter}", "what services may set, used as $name in other fields" },
	SEMANTICS("system"),
	{ "parameter", "default", "text", "what it is unless a service sets it" },
	{ "parameter", "choices", "{text}", "the words it may be, and what each stands for" },
	{ "fallback", "after", "duration", "how long until it is entered" },
	{ "fallback", "write", "quorum", "what a write then needs" },
	{ "fallback", "read", "quorum", "what a read then needs" },
	{ "fallback", "ack", "ack", "what then acknowledges a write" },
	{ "service", "groups", "groups", "groups of replicas that hold the same data, or a rule that places them" },
	{ "service", "replicas", "[text|replica]", "the replicas of its only group; the first voter leads at the start" },
	{ "service", "system", "system-name", "a built-in system, or one of 'systems'; without it, raft" },
	{ "service", "spread", "[text]|{text}", "how many replicas of a group may be in one domain of a level" },
	{ "service", "survive", "text|[text]|target", "what it must live through: az, 2 rack, az + node, node then az" },
	{ "service", "needs", "[text]|{need}", "services that it can't work without" },
	{ "service", "rpo", "duration", "how much of the newest writes may be lost" },
	{ "service", "rto", "duration", "how soon it must be back" },
	SEMANTICS("service"),
	{ "generate", "count", "text", "how many groups" },
	{ "generate", "replicas", "text", "how many replicas each has" },
	{ "generate", "roles", "[role]", "their roles, instead of a number" },
	{ "generate", "spread", "[text]|{text}", "how many replicas of a group may be in one domain of a level" },
	{ "generate", "level", "text", "the level of the domains that replicas are on" },
	{ "generate", "in", "text|[text]", "the domains that they are in" },
	{ "generate", "method", "method", "how they are placed" },
	{ "generate", "scatter", "text", "copyset: how many others a domain shares groups with" },
	{ "generate", "seed", "text", "another number, another placement" },
	{ "replica", "at", "text", "the domain that it is on" },
	{ "replica", "role", "role", "its role; without it, voter" },
	{ "target", "writes", "text|[text]", "failures in which writes must go on" },
	{ "target", "reads", "text|[text]", "failures in which reads must go on" },
	{ "target", "data", "text|[text]", "failures in which acknowledged data must be safe" },
	{ "rule", "sql", "text", "a SELECT; each row is a finding" },
	{ "rule", "message", "text", "what is wrong, with {columns}" },
	{ "rule", "severity", "severity", "error, warning or note" },
};

static const struct row *row_of(const char *keyed, const char *key)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!strcmp(rows[i].keyed, keyed) && !strcmp(rows[i].key, key))
			return &rows[i];
	return NULL;
}

const char *schema_about(const char *keyed, const char *key)
{
	const struct row *row = row_of(keyed, key);

	return row ? row->about : NULL;
}

size_t schema_nkeys(void)
{
	return sizeof rows / sizeof *rows;
}

static void add_key(struct json *j, const char *keyed, const char *key)
{
	const struct row *row = row_of(keyed, key);

	json_open_object(j, key);
	if (row) {
		json_text(j, "description", row->about);
		add_shape(j, row->shape);
	}
	json_close(j);
}

/* Merge keys are the editor's to follow; those that don't are told that "<<" is no mistake. */
static void add_keyed(struct json *j, size_t i)
{
	struct keyed k = keyed_at(i);
	bool is_file = !strcmp(k.name, "file");

	json_open_object(j, k.name);
	json_text(j, "type", "object");
	json_open_object(j, "properties");
	for (size_t key = 0; key < k.nkeys; key++)
		add_key(j, k.name, keyed_key(i, key));
	json_open_object(j, "<<");
	json_close(j);
	json_close(j);
	if (is_file) {
		json_open_array(j, "required");
		json_text(j, NULL, "faultline");
		json_close(j);
		json_open_object(j, "patternProperties");
		json_open_object(j, "^x-");
		json_close(j);
		json_close(j);
	}
	if (k.open && !is_file)
		add_ref(j, "additionalProperties", "text");
	else
		json_bool(j, "additionalProperties", false);
	json_close(j);
}

/* ---- words ---- */

/* Words that an editor offers; a parameter, or an expression, may stand there, too. */
static const struct { const char *name, *words; } word_lists[] = {
	{ "leader", "one none" },
	{ "stale", "serve none" },
	{ "failover", "auto manual none" },
	{ "fencing", "quorum none" },
	{ "quorum", "majority any all" },
	{ "ack", "majority insync leader any all" },
	{ "role", "voter witness arbiter learner standby backup" },
	{ "need", "down read-only freeze" },
	{ "method", "random round-robin copyset" },
	{ "severity", "error warning note" },
	{ "duration", "0s" },
};

static void add_words(struct json *j, const char *words)
{
	char word[32];

	json_open_array(j, "anyOf");
	json_open_object(j, NULL);
	json_open_array(j, "enum");
	for (int n; sscanf(words, "%31s%n", word, &n) == 1; words += n)
		json_text(j, NULL, word);
	json_close(j);
	json_close(j);
	add_ref(j, NULL, "text");
	json_close(j);
}

static void add_system_names(struct json *j)
{
	json_open_object(j, "system-name");
	json_open_array(j, "anyOf");
	json_open_object(j, NULL);
	json_open_array(j, "enum");
	for (const struct embedded *e = builtin_systems; e->name; e++)
		json_text(j, NULL, e->name);
	json_close(j);
	json_close(j);
	add_ref(j, NULL, "text");
	json_close(j);
	json_close(j);
}

static void add_types(struct json *j, const char *name, const char *const *types)
{
	json_open_object(j, name);
	json_open_array(j, "type");
	for (; *types; types++)
		json_text(j, NULL, *types);
	json_close(j);
	json_close(j);
}

/* Domains nest; the rule for groups stands where a group's replicas would. */
static void add_nested(struct json *j)
{
	json_open_object(j, "domains");
	add_shape(j, "[text]|{domains}");
	json_close(j);
	json_open_object(j, "groups");
	json_text(j, "type", "object");
	json_open_object(j, "additionalProperties");
	add_shape(j, "[text|replica]|generate");
	json_close(j);
	json_close(j);
}

static void add_definitions(struct json *j)
{
	json_open_object(j, "definitions");
	add_types(j, "text", (const char *const[]){ "string", "number", "boolean", NULL });
	add_types(j, "empty", (const char *const[]){ "null", NULL });
	json_open_object(j, "version");
	json_open_array(j, "enum");
	json_int(j, NULL, 1);
	json_text(j, NULL, "1");
	json_close(j);
	json_close(j);
	for (size_t i = 0; i < sizeof word_lists / sizeof *word_lists; i++) {
		json_open_object(j, word_lists[i].name);
		add_words(j, word_lists[i].words);
		json_close(j);
	}
	add_system_names(j);
	add_nested(j);
	for (size_t i = 0; i < nkeyed; i++)
		add_keyed(j, i);
	json_close(j);
}

void schema_json(FILE *out)
{
	struct json j = json_to(out);

	json_open_object(&j, NULL);
	json_text(&j, "$schema", "http://json-schema.org/draft-07/schema#");
	json_text(&j, "title", "faultline, version 1");
	json_open_array(&j, "allOf"); /* beside a bare $ref, nothing else counts */
	add_ref(&j, NULL, "file");
	json_close(&j);
	add_definitions(&j);
	json_close(&j);
	json_end(&j);
}
