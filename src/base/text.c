#include "base/text.h"

#include <string.h>
#include <utf8proc.h>

size_t utf8_next(const char *text, size_t len, int32_t *ret_cp)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t bytes;

	if (*at < 0x80) {
		*ret_cp = *at;
		return 1;
	}
	bytes = utf8proc_iterate(at, len < 4 ? (utf8proc_ssize_t)len : 4, ret_cp);
	if (bytes > 0)
		return (size_t)bytes;
	*ret_cp = -1;
	return 1;
}

size_t utf8_put(int32_t cp, char out[4])
{
	return (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)out);
}

size_t utf8_count(const char *text, size_t len)
{
	size_t count = 0;
	int32_t cp;

	for (size_t at = 0; at < len; count++)
		at += utf8_next(text + at, len - at, &cp);
	return count;
}

/* ---- what is hostile ---- */

struct span {
	int32_t first, last;
};

static const struct span bidi_controls[] = {
	{ 0x061c, 0x061c }, { 0x200e, 0x200f }, { 0x202a, 0x202e }, { 0x2066, 0x2069 },
};

/* What no reader can see, beyond the categories for controls and formats: two names that differ by it look equal. */
static const struct span invisible[] = {
	{ 0x034f, 0x034f },   /* grapheme joiner */
	{ 0x115f, 0x1160 },   /* Hangul fillers */
	{ 0x17b4, 0x17b5 },   /* Khmer inherent vowels */
	{ 0x180b, 0x180f },   /* Mongolian variation selectors */
	{ 0x2060, 0x206f },   /* joiners, invisible operators, deprecated formats */
	{ 0x3164, 0x3164 },   /* Hangul filler */
	{ 0xfdd0, 0xfdef },   /* noncharacters */
	{ 0xfe00, 0xfe0f },   /* variation selectors */
	{ 0xffa0, 0xffa0 },   /* halfwidth Hangul filler */
	{ 0xfff0, 0xfffb },   /* interlinear annotations */
	{ 0xe0000, 0xe0fff }, /* tags, more variation selectors */
};

#define IN_SPANS(spans, cp) in_spans((spans), sizeof(spans) / sizeof(*(spans)), (cp))
static bool in_spans(const struct span *spans, size_t n, int32_t cp)
{
	for (size_t i = 0; i < n; i++)
		if (cp >= spans[i].first && cp <= spans[i].last)
			return true;
	return false;
}

static bool is_control(int32_t cp)
{
	return (cp >= 0 && cp < 0x20) || (cp >= 0x7f && cp < 0xa0);
}

static bool is_invisible(int32_t cp)
{
	static const bool hidden[] = {
		[UTF8PROC_CATEGORY_CC] = true, [UTF8PROC_CATEGORY_CF] = true, [UTF8PROC_CATEGORY_CS] = true,
		[UTF8PROC_CATEGORY_ZL] = true, [UTF8PROC_CATEGORY_ZP] = true, [UTF8PROC_CATEGORY_CO] = false,
	};

	return (cp & 0xfffe) == 0xfffe || cp > 0x10ffff || hidden[utf8proc_category(cp)] || IN_SPANS(invisible, cp);
}

bool cp_is_hostile(int32_t cp)
{
	if (cp >= 0x20 && cp < 0x7f)
		return false;
	return cp < 0 || is_control(cp) || is_invisible(cp);
}

int cp_cells(int32_t cp)
{
	int cells;

	if (cp >= 0x20 && cp < 0x7f)
		return 1;
	if (cp < 0)
		return 1;
	cells = utf8proc_charwidth(cp);
	if (cells == 0 && utf8proc_category(cp) == UTF8PROC_CATEGORY_CN)
		return 1; /* newer than the library: a terminal shows something */
	return cells;
}

int text_cells(const char *text)
{
	size_t len = strlen(text);
	int cells = 0;
	int32_t cp;

	for (size_t at = 0; at < len; cells += cp_cells(cp))
		at += utf8_next(text + at, len - at, &cp);
	return cells;
}

size_t text_fit(const char *text, int cells)
{
	size_t len = strlen(text), at = 0;
	int32_t cp;

	while (at < len) {
		size_t bytes = utf8_next(text + at, len - at, &cp);

		cells -= cp_cells(cp);
		if (cells < 0)
			break;
		at += bytes;
	}
	return at;
}

/* ---- cleaning ---- */

static void add_written_out(struct strbuf *sb, const char *text, int32_t cp)
{
	if (cp < 0)
		sb_addf(sb, "\\x%02x", (unsigned)(unsigned char)*text);
	else if (is_control(cp))
		sb_addf(sb, "\\x%02x", (unsigned)cp);
	else
		sb_addf(sb, "<U+%04X>", (unsigned)cp);
}

void sb_add_clean(struct strbuf *sb, const char *text, size_t len)
{
	size_t copied = 0;
	int32_t cp;

	for (size_t at = 0, bytes; at < len; at += bytes) {
		bytes = utf8_next(text + at, len - at, &cp);
		if (!cp_is_hostile(cp))
			continue;
		sb_addn(sb, text + copied, at - copied);
		add_written_out(sb, text + at, cp);
		copied = at + bytes;
	}
	sb_addn(sb, text + copied, len - copied);
}

void sb_add_quoted(struct strbuf *sb, const char *text, size_t len)
{
	sb_addc(sb, '\'');
	sb_add_clean(sb, text, len);
	sb_addc(sb, '\'');
}

char *arena_quoted(struct arena *a, const char *text, size_t len)
{
	struct strbuf sb = {0};

	sb_add_quoted(&sb, text, len);
	return sb_to_arena(&sb, a);
}

void sb_add_list(struct strbuf *sb, const char *const *words, size_t nwords, const char *last)
{
	for (size_t i = 0; i < nwords; i++) {
		if (i > 0 && i + 1 == nwords)
			sb_addf(sb, " %s ", last);
		else if (i > 0)
			sb_add(sb, ", ");
		sb_add_clean(sb, words[i], strlen(words[i]));
	}
}

static const char *cp_fault(int32_t cp)
{
	if (cp == '/')
		return "contains a slash";
	if (!cp_is_hostile(cp))
		return NULL;
	if (cp < 0)
		return "is not valid UTF-8";
	if (is_control(cp))
		return "contains a control character";
	if (IN_SPANS(bidi_controls, cp))
		return "contains a bidirectional control character";
	return "contains an invisible character";
}

const char *name_fault(const char *text, size_t len)
{
	const char *fault = len ? NULL : "is empty";
	int32_t cp;

	for (size_t at = 0; at < len && !fault;) {
		at += utf8_next(text + at, len - at, &cp);
		fault = cp_fault(cp);
	}
	return fault;
}

/* ---- did you mean ---- */

enum { COMPARED = 100 }; /* characters of each name */

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Decodes into `out`; returns the characters, or COMPARED + 1 when there are too many. */
static unsigned decode(const char *text, int32_t out[COMPARED])
{
	size_t len = strlen(text), at = 0;
	unsigned n = 0;

	for (; at < len && n < COMPARED; n++)
		at += utf8_next(text + at, len - at, &out[n]);
	return at < len ? COMPARED + 1 : n;
}

static bool is_inside_character(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Bytes of the characters that both begin with. */
static size_t common_start(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	while (n && (is_inside_character(a[n]) || is_inside_character(b[n])))
		n--;
	return n;
}

/* Three rows of the table of optimal string alignment: this one, the one before and the one before that. */
static unsigned align(const int32_t *a, unsigned na, const int32_t *b, unsigned nb, unsigned limit)
{
	unsigned rows[3][COMPARED + 1], *old = rows[0], *above = rows[1], *row = rows[2];

	for (unsigned j = 0; j <= nb; j++)
		above[j] = j;
	for (unsigned i = 1; i <= na; i++) {
		unsigned best = row[0] = i, *reused = old;

		for (unsigned j = 1; j <= nb; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], old[j - 2] + 1);
			best = least(best, row[j]);
		}
		if (best > limit)
			return limit + 1;
		old = above;
		above = row;
		row = reused;
	}
	return least(above[nb], limit + 1);
}

unsigned edit_distance(const char *a, const char *b, unsigned limit)
{
	int32_t as[COMPARED], bs[COMPARED];
	size_t same = common_start(a, b);
	unsigned na = decode(a + same, as), nb = decode(b + same, bs);

	if (na > COMPARED || nb > COMPARED || (na > nb ? na - nb : nb - na) > limit)
		return limit + 1;
	return align(as, na, bs, nb, limit);
}

struct suggestion suggest_for(const char *wanted)
{
	return (struct suggestion){ .wanted = wanted, .distance = UINT32_MAX };
}

void suggest_offer(struct suggestion *s, const char *candidate)
{
	size_t wanted = strlen(s->wanted), offered = strlen(candidate);
	size_t longer = wanted > offered ? wanted : offered, apart = longer - (longer == wanted ? offered : wanted);
	size_t third = longer / 3;
	unsigned distance, limit = third < COMPARED ? (unsigned)third : COMPARED;

	if (s->distance <= limit)
		limit = s->distance - 1;
	if (limit == 0 || apart > 4 * (size_t)limit)
		return;
	distance = edit_distance(s->wanted, candidate, limit);
	if (distance == 0 || distance > limit)
		return;
	s->best = candidate;
	s->distance = distance;
}

void sb_add_suggestion(struct strbuf *sb, const char *best)
{
	if (!best)
		return;
	sb_add(sb, "; did you mean ");
	sb_add_quoted(sb, best, strlen(best));
	sb_addc(sb, '?');
}
