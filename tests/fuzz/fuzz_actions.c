/*
 * Any text as actions on a small model: what parses is said again in words, which must parse to the same
 * words; carried out and undone, it must leave everything as it was.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "engine/state.h"
#include "load/load.h"
#include "model/actions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char place[] =
	"faultline: 1\n"
	"topology: {a: {z1: {d: {r: [n1, n2]}}, z2: {d: {r: [n3, kill]}}}, and: {z3: [then, '-x', 'o c']}}\n"
	"shared: {feed: {members: [n1, n3]}}\n"
	"services:\n"
	"  s: {groups: {g: [n1, n3, z3], 'h i': [n1, {at: n2, role: standby}]}}\n"
	"  t: {write: 2, ack: insync, groups: {'(1..4)': [n1, n2, n3]}}\n";

static struct engine *shared_engine(void)
{
	static struct engine *engine;

	if (!engine) {
		struct diag_list diags = {0};
		struct source source;
		struct model *m;

		source_from_text(&source, "place", place, strlen(place));
		if (load_model(&source, &diags, &m) != LOAD_OK) {
			fprintf(stderr, "the place does not load: %s\n", diags.all.len ? diags.all.at[0].message : "");
			abort();
		}
		source_release(&source);
		diag_release(&diags);
		engine = engine_new(m);
	}
	return engine;
}

static char *say(const struct model *m, const step_list *steps)
{
	struct strbuf sb = {0};

	for (size_t i = 0; i < steps->len; i++) {
		sb_add(&sb, i ? " then " : "");
		sb_add_step(&sb, m, &steps->at[i]);
	}
	sb_add(&sb, "");
	return sb.text ? sb.text : xstrdup("");
}

static void must_say_the_same(const struct model *m, const step_list *steps, struct arena *arena)
{
	step_list again = {0};
	const char *why = NULL;
	char *said = say(m, steps), *said_again;
	bool parsed = actions_parse_text(m, said, arena, &again, &why);

	assert(parsed);
	said_again = say(m, &again);
	assert(!strcmp(said, said_again));
	free(said);
	free(said_again);
	vec_free(&again);
}

static void must_undo(struct engine *e, const step_list *steps)
{
	struct state *s = state_new(e);
	struct summary before, after;

	state_summary(s, &before);
	for (size_t i = 0; i < steps->len; i++)
		state_step(s, &steps->at[i], NULL);
	while (state_undo(s))
		;
	state_summary(s, &after);
	assert(!memcmp(before.status, after.status, sizeof before.status));
	assert(!memcmp(before.data, after.data, sizeof before.data));
	state_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct engine *e = shared_engine();
	const struct model *m = engine_model(e);
	struct arena arena = {0};
	step_list steps = {0};
	const char *why = NULL;

	if (actions_parse_text(m, arena_strndup(&arena, (const char *)data, size), &arena, &steps, &why)) {
		must_say_the_same(m, &steps, &arena);
		must_undo(e, &steps);
	} else {
		assert(why && *why);
	}
	vec_free(&steps);
	arena_release(&arena);
	return 0;
}
