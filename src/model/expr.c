#include "model/expr.h"

#include <string.h>

#include "base/text.h"

enum { MAX_TERMS = 8, MAX_NUMBER = 1000000 };

/* What is being read: words split at blanks, and where a complaint goes. */
struct reader {
	const char *next;            /* what is left of the text */
	const char *word;            /* the current word, in the arena; NULL at the end */
	const char *const *levels;
	uint32_t nlevels;
	struct arena *arena;
	const char *why;
};

struct number_word {
	const char *word;
	unsigned kind;
	uint32_t number;
};

static const struct number_word count_words[] = {
	{ "any", COUNT_NUMBER, 1 }, { "majority", COUNT_MAJORITY, 0 }, { "all", COUNT_ALL, 0 }, { 0 },
};

static const struct number_word scope_words[] = {
	{ "each", SCOPE_EACH, 0 }, { "most", SCOPE_MOST, 0 }, { "any", SCOPE_NUMBER, 1 }, { "local", SCOPE_LOCAL, 0 },
	{ 0 },
};

static const char *const joints[] = { "and", "in" };

static void next_word(struct reader *r)
{
	static const char blanks[] = " \t\r\n";
	size_t len;

	r->next += strspn(r->next, blanks);
	len = strcspn(r->next, blanks);
	r->word = len ? arena_strndup(r->arena, r->next, len) : NULL;
	r->next += len;
}

/* Keeps what is said as the reason; returns false, so that a reader may end with it. */
static bool complain(struct reader *r, struct strbuf *sb)
{
	r->why = sb_to_arena(sb, r->arena);
	return false;
}

static bool complain_of(struct reader *r, const char *word, const char *what, const char *suggested)
{
	struct strbuf sb = {0};

	sb_add_quoted(&sb, word, strlen(word));
	sb_addf(&sb, " %s", what);
	sb_add_suggestion(&sb, suggested);
	return complain(r, &sb);
}

static bool complain_plainly(struct reader *r, const char *text)
{
	r->why = text;
	return false;
}

static const char *closest_word(const char *wanted, const struct number_word *words)
{
	struct suggestion s = suggest_for(wanted);

	for (; words->word; words++)
		suggest_offer(&s, words->word);
	return s.best;
}

static const char *closest_of(const char *wanted, const char *const *words, size_t nwords)
{
	struct suggestion s = suggest_for(wanted);

	for (size_t i = 0; i < nwords; i++)
		suggest_offer(&s, words[i]);
	return s.best;
}

static bool read_whole_number(struct reader *r, uint32_t *ret)
{
	uint32_t n = 0;

	for (const char *c = r->word; *c; c++) {
		n = n * 10 + (uint32_t)(*c - '0');
		if (n > MAX_NUMBER)
			return complain_of(r, r->word, "is too large: at most 1000000", NULL);
	}
	if (n == 0)
		return complain_of(r, r->word, "asks for nothing: the least is 1", NULL);
	*ret = n;
	return true;
}

/* Reads a number or one of `words`; `number_kind` is the kind that a number has. */
static bool read_number_word(struct reader *r, const struct number_word *words, unsigned number_kind,
                             const char *form, unsigned *ret_kind, uint32_t *ret_number)
{
	if (!r->word[strspn(r->word, "0123456789")]) {
		*ret_kind = number_kind;
		return read_whole_number(r, ret_number);
	}
	for (const struct number_word *w = words; w->word; w++)
		if (strcmp(w->word, r->word) == 0) {
			*ret_kind = w->kind;
			*ret_number = w->number;
			return true;
		}
	return complain_of(r, r->word, form, closest_word(r->word, words));
}

/* The number of the level that the word names, or 0. */
static uint8_t level_here(const struct reader *r)
{
	for (uint32_t i = 0; i < r->nlevels && r->word; i++)
		if (strcmp(r->levels[i], r->word) == 0)
			return (uint8_t)(i + 1);
	return 0;
}

static bool read_level(struct reader *r, uint8_t *ret)
{
	struct strbuf sb = {0};
	const char *suggested;

	*ret = level_here(r);
	if (*ret)
		return true;
	suggested = r->word ? closest_of(r->word, r->levels, r->nlevels) : NULL;
	if (suggested)
		return complain_of(r, r->word, "is not a level", suggested);
	if (r->word)
		sb_add_quoted(&sb, r->word, strlen(r->word));
	sb_add(&sb, r->word ? " is not a level; the levels are " : "a level is missing at the end: ");
	sb_add_list(&sb, r->levels, r->nlevels, r->word ? "and" : "or");
	return complain(r, &sb);
}

static bool complain_of_bare_level(struct reader *r)
{
	return complain_of(r, r->word, "is a level: a scope goes before it",
	                   arena_printf(r->arena, "each %s", r->word));
}

static bool read_scope(struct reader *r, struct term *t)
{
	unsigned kind;

	next_word(r);
	if (!r->word)
		return complain_plainly(r, "a scope is missing after 'in': each, most, any, local or a whole number");
	if (!read_number_word(r, scope_words, SCOPE_NUMBER,
	                      "is not a scope: each, most, any, local or a whole number", &kind, &t->scope_number))
		return level_here(r) ? complain_of_bare_level(r) : false;
	t->scope = (enum scope_kind)kind;
	next_word(r);
	if (!read_level(r, &t->level))
		return false;
	next_word(r);
	return true;
}

static bool read_term(struct reader *r, struct term *t)
{
	unsigned kind;

	if (!r->word)
		return complain_plainly(r, "a count is missing: a whole number, any, majority or all");
	if (!read_number_word(r, count_words, COUNT_NUMBER,
	                      "is not a count: a whole number, any, majority or all", &kind, &t->number))
		return false;
	t->count = (enum count_kind)kind;
	next_word(r);
	return !r->word || strcmp(r->word, "in") != 0 || read_scope(r, t);
}

static bool read_terms(struct reader *r, struct term terms[MAX_TERMS], uint32_t *ret_n)
{
	for (uint32_t n = 0; n < MAX_TERMS; n++) {
		next_word(r);
		if (!read_term(r, &terms[n]))
			return false;
		*ret_n = n + 1;
		if (!r->word)
			return true;
		if (strcmp(r->word, "and") != 0)
			return complain_of(r, r->word, "is out of place: terms are joined by 'and'",
			                   closest_of(r->word, joints, 2));
	}
	return complain_plainly(r, "more than 8 terms");
}

bool expr_parse(const char *text, const char *const *levels, uint32_t nlevels, struct arena *arena,
                struct expr *ret, const char **ret_why)
{
	struct reader r = { .next = text, .levels = levels, .nlevels = nlevels, .arena = arena };
	struct term terms[MAX_TERMS] = {0}, *kept;
	uint32_t n = 0;

	if (!read_terms(&r, terms, &n)) {
		*ret_why = r.why;
		return false;
	}
	kept = arena_alloc(arena, n * sizeof(*kept));
	memcpy(kept, terms, n * sizeof(*kept));
	*ret = (struct expr){ .terms = kept, .nterms = n, .text = arena_strdup(arena, text) };
	return true;
}
