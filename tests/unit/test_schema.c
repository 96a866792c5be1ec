/* The schema for editors says what the loader takes: the same keys, no more and no fewer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "load/keys.h"
#include "load/load.h"
#include "report/schema.h"

static json_t *schema(void)
{
	FILE *out = tmpfile();
	json_error_t error;
	json_t *root;

	schema_json(out);
	rewind(out);
	root = json_loadf(out, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		fail_msg("%d: %s", error.line, error.text);
	fclose(out);
	return root;
}

static void every_key_of_the_loader__is_described_and_no_other(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < nkeyed; i++)
		for (size_t key = 0; key < keyed_at(i).nkeys; key++, n++)
			if (!schema_about(keyed_at(i).name, keyed_key(i, key)))
				fail_msg("nothing is said of '%s' in '%s'", keyed_key(i, key), keyed_at(i).name);
	assert_true(n > 60);
	assert_int_equal(schema_nkeys(), n);
}

static void every_mapping__has_the_keys_of_the_loader_and_a_merge(void **state)
{
	json_t *root = schema(), *definitions = json_object_get(root, "definitions");

	(void)state;
	for (size_t i = 0; i < nkeyed; i++) {
		struct keyed k = keyed_at(i);
		json_t *mapping = json_object_get(definitions, k.name), *properties = json_object_get(mapping, "properties");

		assert_int_equal(json_object_size(properties), k.nkeys + 1);
		assert_non_null(json_object_get(properties, "<<"));
		for (size_t key = 0; key < k.nkeys; key++)
			assert_true(json_array_size(json_object_get(json_object_get(properties, keyed_key(i, key)), "anyOf")) > 1);
		assert_int_equal(json_is_false(json_object_get(mapping, "additionalProperties")),
		                 !k.open || !strcmp(k.name, "file"));
	}
	json_decref(root);
}

static void assert_refs_resolve(json_t *value, json_t *definitions, size_t *n)
{
	const char *ref = json_string_value(json_object_get(value, "$ref")), *key, *prefix = "#/definitions/";
	json_t *inner;
	size_t i;

	if (ref) {
		assert_memory_equal(ref, prefix, strlen(prefix));
		if (!json_object_get(definitions, ref + strlen(prefix)))
			fail_msg("there is no %s", ref);
		++*n;
	}
	json_object_foreach(value, key, inner)
		assert_refs_resolve(inner, definitions, n);
	json_array_foreach(value, i, inner)
		assert_refs_resolve(inner, definitions, n);
}

static void every_reference__leads_somewhere(void **state)
{
	json_t *root = schema();
	size_t n = 0;

	(void)state;
	assert_refs_resolve(root, json_object_get(root, "definitions"), &n);
	assert_true(n > 150);
	json_decref(root);
}

/* A word that the schema offers is one that the loader takes. */
static void every_word__is_one_of_the_loader(void **state)
{
	static const struct { const char *definition, *text; } places[] = {
		{ "leader", "faultline: 1\ntopology: [a]\nservices: {s: {leader: %s, replicas: [a]}}\n" },
		{ "stale", "faultline: 1\ntopology: [a]\nservices: {s: {stale: %s, replicas: [a]}}\n" },
		{ "failover", "faultline: 1\ntopology: [a]\nservices: {s: {failover: %s, replicas: [a]}}\n" },
		{ "fencing", "faultline: 1\ntopology: [a]\nservices: {s: {fencing: %s, replicas: [a]}}\n" },
		{ "quorum", "faultline: 1\ntopology: [a]\nservices: {s: {write: %s, replicas: [a]}}\n" },
		{ "ack", "faultline: 1\ntopology: [a]\nservices: {s: {ack: %s, replicas: [a]}}\n" },
		{ "role", "faultline: 1\ntopology: [a]\nservices: {s: {replicas: [a, {at: a, role: %s}]}}\n" },
		{ "need", "faultline: 1\ntopology: [a]\nservices: {s: {needs: {t: %s}, replicas: [a]}, t: {replicas: [a]}}\n" },
		{ "method", "faultline: 1\ntopology: [a]\nservices: {s: {groups: {generate: {count: 1, replicas: 1, method: %s}}}}\n" },
		{ "severity", "faultline: 1\ntopology: [a]\nrules: {r: {sql: SELECT 1, severity: %s}}\n" },
		{ "duration", "faultline: 1\ntopology: [a]\nservices: {s: {lag: %s, replicas: [a]}}\n" },
		{ "system-name", "faultline: 1\ntopology: {r: {a: {d: {k: [n]}}}}\nsystems: {own: {like: %s}}\n" },
		{ "version", "faultline: %s\ntopology: [a]\n" },
	};
	json_t *root = schema(), *definitions = json_object_get(root, "definitions"), *word;
	size_t words = 0, n;

	(void)state;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		json_t *definition = json_object_get(definitions, places[i].definition);
		json_t *list = json_object_get(definition, "enum");

		if (!list)
			list = json_object_get(json_array_get(json_object_get(definition, "anyOf"), 0), "enum");
		assert_true(json_array_size(list) > 0);
		json_array_foreach(list, n, word) {
			char text[256];
			struct diag_list diags = {0};
			struct source source;
			struct model *m = NULL;

			snprintf(text, sizeof text, places[i].text, json_is_string(word) ? json_string_value(word) : "1");
			source_from_text(&source, "a.yaml", text, strlen(text));
			/* systems may ask for levels that this file has not: they are known all the same, or it were FL050 */
			if (load_model(&source, &diags, &m) != LOAD_OK &&
			    (strcmp(places[i].definition, "system-name") || !strcmp(diags.all.at[0].code, "FL050")))
				fail_msg("%s: %s", text, diags.all.at[0].message);
			model_free(m);
			diag_release(&diags);
			source_release(&source);
			words++;
		}
	}
	assert_true(words > 40);
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_of_the_loader__is_described_and_no_other),
		cmocka_unit_test(every_mapping__has_the_keys_of_the_loader_and_a_merge),
		cmocka_unit_test(every_reference__leads_somewhere),
		cmocka_unit_test(every_word__is_one_of_the_loader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
