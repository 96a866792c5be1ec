/*
 * What a service asks for: `spread` and `survive`.
 */
#include <stdlib.h>
#include <string.h>

#include "load/loader_p.h"

#define BLANKS " \t\r\n"
#define MAX_COUNT 1000000

/* ---- spread ---- */

/* "3", "even", "at least 3". */
static bool parse_spread(struct loader *l, struct setting s, struct spread_goal *goal)
{
	static const char at_least[] = "at least ";
	size_t prefix = sizeof(at_least) - 1;

	if (!strcmp(s.text, "even")) {
		goal->kind = SPREAD_EVEN;
		return true;
	}
	if (!strncmp(s.text, at_least, prefix)) {
		goal->kind = SPREAD_AT_LEAST;
		s.text += prefix + strspn(s.text + prefix, BLANKS);
	}
	if (*s.text >= '0' && *s.text <= '9')
		return parse_number(l, s, 1, MAX_COUNT, &goal->count);
	struct diag *d = fault(&l->faults, BAD_SPREAD, s.place, "'%s' is not a spread", shown_text(&l->faults, s.text));
	fault_hint(&l->faults, d, "a whole number, 'even' or 'at least N'");
	return false;
}

typedef VEC(struct spread_goal) spread_list;

static void read_spread_list(struct loader *l, spread_list *goals)
{
	for (next(l); list_more(l);) {
		struct setting s = take_text(l, "the name of a level");
		uint8_t level = s.text ? find_level(l, s.text, strlen(s.text), s.place) : 0;
		if (level)
			vec_push(goals, (struct spread_goal){ level, SPREAD_AT_MOST, 1, s.place });
	}
}

static void read_spread_mapping(struct loader *l, spread_list *goals)
{
	struct entries e;

	if (!entries_begin(l, &e, "a mapping from levels to numbers, or a list of levels"))
		return;
	while (entries_next(l, &e)) {
		struct spread_goal goal = { .level = find_level(l, e.now.name, e.now.len, e.now.place) };
		struct setting s = take_text(l, "a whole number, 'even' or 'at least N'");
		goal.place = s.place;
		if (s.text && parse_spread(l, s, &goal) && goal.level)
			vec_push(goals, goal);
	}
}

void read_spread(struct loader *l, void *target, const struct field *field)
{
	struct service *s = FIELD_TARGET(target, field);
	spread_list goals = {0};

	if (at(l, EVENT_LIST))
		read_spread_list(l, &goals);
	else
		read_spread_mapping(l, &goals);
	s->nspread = (uint32_t)goals.len;
	s->spread = ARENA_COPY(&l->builder.model->arena, &goals);
	vec_free(&goals);
}

/* ---- survive: "2 rack + node then az" ---- */

/* The words of a failure: '+' is one even without blanks around it. */
struct words {
	const char *rest;
	const char *word;
	size_t len; /* 0 at the end */
};

static void next_word(struct words *w)
{
	w->rest += strspn(w->rest, BLANKS);
	w->word = w->rest;
	w->len = *w->rest == '+' ? 1 : strcspn(w->rest, BLANKS "+");
	w->rest += w->len;
}

static bool is_word(const struct words *w, const char *word)
{
	return w->len == strlen(word) && !memcmp(w->word, word, w->len);
}

struct failure {
	struct loader *l;
	struct setting text;
	struct words words;
	VEC(struct survive_term) terms; /* of the step being read */
	VEC(struct survive_step) steps;
};

static bool report_failure(struct failure *f, const char *why)
{
	struct diag *d = fault(&f->l->faults, BAD_SURVIVE, f->text.place, "in '%s': %s",
	                       shown_text(&f->l->faults, f->text.text), why);

	fault_hint(&f->l->faults, d, "a failure is written like 'az', '2 rack', 'az + node' or 'node then az'");
	return false;
}

static bool parse_term(struct failure *f)
{
	struct survive_term term = { .count = 1 };
	struct words *w = &f->words;

	if (w->len && strspn(w->word, "0123456789") >= w->len) {
		struct setting number = { arena_strndup(&f->l->arena, w->word, w->len), f->text.place };
		if (!parse_number(f->l, number, 1, MAX_COUNT, &term.count))
			return false;
		next_word(w);
	}
	if (!w->len || is_word(w, "+") || is_word(w, "then"))
		return report_failure(f, "a level is missing");
	term.level = find_level(f->l, w->word, w->len, f->text.place);
	next_word(w);
	vec_push(&f->terms, term);
	return term.level != 0;
}

static void end_step(struct failure *f)
{
	struct survive_term *terms = ARENA_COPY(&f->l->builder.model->arena, &f->terms);

	vec_push(&f->steps, (struct survive_step){ terms, (uint32_t)f->terms.len });
	vec_clear(&f->terms);
}

static bool parse_steps(struct failure *f)
{
	for (next_word(&f->words);; next_word(&f->words)) {
		if (!parse_term(f))
			return false;
		if (is_word(&f->words, "+"))
			continue;
		end_step(f);
		if (!f->words.len)
			return true;
		if (!is_word(&f->words, "then"))
			return report_failure(f, "levels are joined by '+' or 'then'");
	}
}

typedef VEC(struct survive_goal) survive_list;

static void add_failure(struct loader *l, survive_list *goals, const bool targets[TARGETS])
{
	struct setting s = take_text(l, "a failure like 'az' or '2 rack + node'");
	struct failure f = { .l = l, .text = s, .words = { .rest = s.text } };

	if (s.text && parse_steps(&f)) {
		struct arena *arena = &l->builder.model->arena;
		struct survive_goal goal = { .text = arena_strdup(arena, s.text), .nsteps = (uint32_t)f.steps.len,
		                             .place = s.place };
		goal.steps = ARENA_COPY(arena, &f.steps);
		memcpy(goal.targets, targets, sizeof(goal.targets));
		vec_push(goals, goal);
	}
	vec_free(&f.terms);
	vec_free(&f.steps);
}

/* A list of failures, or one without the list. */
static void read_failures(struct loader *l, survive_list *goals, const bool targets[TARGETS])
{
	if (!at(l, EVENT_LIST)) {
		add_failure(l, goals, targets);
		return;
	}
	for (next(l); list_more(l);)
		add_failure(l, goals, targets);
}

static void read_target(struct loader *l, void *target, const struct field *field)
{
	bool targets[TARGETS] = {0};

	targets[field->offset] = true;
	read_failures(l, target, targets);
}

static const struct field target_fields[] = {
	{ "writes", read_target, TARGET_WRITES },
	{ "reads", read_target, TARGET_READS },
	{ "data", read_target, TARGET_DATA },
};

const struct record target_record = {
	"a list of failures, or a mapping of writes, reads and data", target_fields, TARGETS, NULL,
};

void read_survive(struct loader *l, void *target, const struct field *field)
{
	static const bool all[TARGETS] = { true, true, true };
	struct service *s = FIELD_TARGET(target, field);
	survive_list goals = {0};

	if (at(l, EVENT_MAPPING) || at_empty(l))
		record_read(l, &target_record, &goals, NULL);
	else
		read_failures(l, &goals, all);
	s->nsurvive = (uint32_t)goals.len;
	s->survive = ARENA_COPY(&l->builder.model->arena, &goals);
	vec_free(&goals);
}
