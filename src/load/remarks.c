/*
 * remarks - the comments that silence findings. libyaml drops comments: what may be one is found in the text, and
 * its tokens tell whether it lies between two of them.
 */
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "base/text.h"
#include "load/load.h"

static const char marker[] = "faultline:ignore";

/* A '#' that a remark may begin with: places count from 0 here, as libyaml's do. */
struct candidate {
	size_t line, col;
	const char *text, *at, *end; /* its line, the '#' and the line's end */
};
typedef VEC(struct candidate) candidate_list;

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool all_blank(const char *from, const char *to)
{
	while (from < to && is_blank(*from))
		from++;
	return from == to;
}

/* ---- what may be a remark ---- */

/* What follows "# faultline:ignore"; NULL where `at` does not begin one. */
static const char *after_marker(const char *at, const char *end)
{
	size_t len = strlen(marker);

	at++;
	while (at < end && is_blank(*at))
		at++;
	if ((size_t)(end - at) < len || memcmp(at, marker, len))
		return NULL;
	at += len;
	if (at < end && !strchr(" \t:\r\n", *at))
		return NULL;
	return at + (at < end && *at == ':');
}

static void look_through_line(const char *text, size_t len, size_t line, candidate_list *found)
{
	const char *end = text + len, *counted = text;
	size_t col = 0;

	for (const char *at = text; (at = memchr(at, '#', (size_t)(end - at))); at++) {
		if (!after_marker(at, end))
			continue;
		col += utf8_count(counted, (size_t)(at - counted));
		counted = at;
		vec_push(found, (struct candidate){ line, col, text, at, end });
	}
}

/* Most files have none: from '#' to '#' is faster than a search for the marker. */
static bool may_have_any(const struct source *source)
{
	const char *end = source->text + source->len;

	for (const char *at = source->text; (at = memchr(at, '#', (size_t)(end - at))); at++)
		if (after_marker(at, end))
			return true;
	return false;
}

static void find_candidates(const struct source *source, candidate_list *found)
{
	size_t at = 0, len;
	const char *text;

	if (!may_have_any(source))
		return;
	for (size_t line = 0; (text = source_next_line(source, &at, &len)); line++)
		look_through_line(text, len, line, found);
}

/* ---- whether it lies between tokens ---- */

static bool is_before(const struct candidate *c, const yaml_mark_t *mark)
{
	return c->line < mark->line || (c->line == mark->line && c->col < mark->column);
}

static const char *skip_columns(const char *text, const char *end, size_t columns)
{
	int32_t cp;

	while (columns-- && text < end)
		text += utf8_next(text, (size_t)(end - text), &cp);
	return text;
}

/* What lies between tokens is blank, or a comment: the candidate begins it, or lies inside. */
static bool begins_comment(const struct candidate *c, const yaml_mark_t *previous_end)
{
	const char *from = c->text;

	if (previous_end->line == c->line)
		from = skip_columns(from, c->at, previous_end->column);
	return all_blank(from, c->at);
}

/* The line of a block scalar's "|" or ">" has room for a comment, which is a part of the token. */
static bool has_block_header(const struct candidate *c, const yaml_token_t *token)
{
	return token->type == YAML_SCALAR_TOKEN && token->start_mark.line == c->line &&
	       (token->data.scalar.style == YAML_LITERAL_SCALAR_STYLE ||
	        token->data.scalar.style == YAML_FOLDED_SCALAR_STYLE);
}

static bool begins_header_comment(const struct candidate *c, const yaml_token_t *token)
{
	const char *from = skip_columns(c->text, c->at, token->start_mark.column);

	from += strspn(from, "|>+-0123456789");
	return from < c->at && all_blank(from, c->at);
}

/* The candidates in order, sifted while the tokens go by. */
struct sieve {
	candidate_list *found;
	size_t next, kept;
};

static const struct candidate *next_before(const struct sieve *s, const yaml_mark_t *mark)
{
	const struct candidate *c = s->next < s->found->len ? &s->found->at[s->next] : NULL;

	return c && (!mark || is_before(c, mark)) ? c : NULL;
}

/* Keeps the next one or not. Either way a comment has begun, and takes the rest of its line. */
static void take_line(struct sieve *s, bool keep)
{
	struct candidate c = s->found->at[s->next];

	if (keep)
		s->found->at[s->kept++] = c;
	while (s->next < s->found->len && s->found->at[s->next].line == c.line)
		s->next++;
}

static void sift(struct sieve *s, const yaml_mark_t *previous_end, const yaml_token_t *token)
{
	const yaml_mark_t *start = token->type == YAML_STREAM_END_TOKEN ? NULL : &token->start_mark;
	const struct candidate *c;

	while ((c = next_before(s, start)))
		take_line(s, begins_comment(c, previous_end));
	while ((c = next_before(s, &token->end_mark)))
		if (has_block_header(c, token))
			take_line(s, begins_header_comment(c, token));
		else
			s->next++;
}

static void keep_comments(const struct source *source, candidate_list *found)
{
	struct sieve sieve = { .found = found };
	yaml_mark_t previous_end = {0};
	yaml_parser_t parser;
	yaml_token_t token;
	bool more = true;

	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)source->text, source->len);
	while (more && sieve.next < found->len && yaml_parser_scan(&parser, &token)) {
		more = token.type != YAML_STREAM_END_TOKEN;
		sift(&sieve, &previous_end, &token);
		previous_end = token.end_mark;
		yaml_token_delete(&token);
	}
	yaml_parser_delete(&parser);
	found->len = sieve.kept;
}

/* ---- what it says ---- */

static char *trimmed(struct arena *a, const char *from, const char *to)
{
	while (from < to && is_blank(*from))
		from++;
	while (to > from && is_blank(to[-1]))
		to--;
	return arena_strndup(a, from, (size_t)(to - from));
}

/* The "--" before the reason, which begins a word. */
static const char *find_dashes(const char *from, const char *end)
{
	for (const char *at = from; (at = memmem(at, (size_t)(end - at), "--", 2)); at++)
		if (at == from || is_blank(at[-1]))
			return at;
	return end;
}

static bool is_comment_line(const struct source *source, size_t line)
{
	size_t len;
	const char *text = source_line(source, (uint32_t)line + 1, &len), *end = text + len;

	while (text < end && is_blank(*text))
		text++;
	return text < end && *text == '#';
}

/* The line that a remark is about: its own, or where it stands alone, the next that is more than a comment. */
static size_t line_meant(const struct source *source, const struct candidate *c, const struct remark *after)
{
	size_t line = c->line;

	if (!all_blank(c->text, c->at))
		return line;
	do
		line++;
	while ((!after || line + 1 < after->place.line) && is_comment_line(source, line));
	return after && line + 1 == after->place.line ? after->line - 1 : line;
}

/* `after` is the remark that follows, or NULL: in a row of them, each line is looked at once. */
static struct remark remark_of(const struct source *source, const struct candidate *c, const struct remark *after,
                               struct arena *arena)
{
	const char *text = after_marker(c->at, c->end), *dashes = find_dashes(text, c->end);

	return (struct remark){
		.place = { (uint32_t)c->line + 1, (uint32_t)c->col + 1, (uint32_t)utf8_count(c->at, (size_t)(c->end - c->at)) },
		.line = (uint32_t)line_meant(source, c, after) + 1,
		.codes = trimmed(arena, text, dashes),
		.reason = dashes < c->end ? trimmed(arena, dashes + 2, c->end) : "",
	};
}

void load_remarks(const struct source *source, struct arena *arena, remark_list *ret)
{
	candidate_list found = {0};

	find_candidates(source, &found);
	if (found.len)
		keep_comments(source, &found);
	vec_reserve(ret, found.len);
	ret->len = found.len;
	for (size_t i = found.len; i--;)
		ret->at[i] = remark_of(source, &found.at[i], i + 1 < found.len ? &ret->at[i + 1] : NULL, arena);
	vec_free(&found);
}
