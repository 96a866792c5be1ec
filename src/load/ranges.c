#include "load/ranges_p.h"

#include <string.h>

#define MAX_DIGITS 10

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at `text` up to `end`; how many there were comes back. */
static size_t read_number(const char *text, const char *end, uint64_t *ret)
{
	size_t n = 0;

	*ret = 0;
	for (; text + n < end && is_digit(text[n]); n++)
		*ret = n < MAX_DIGITS ? *ret * 10 + (uint64_t)(text[n] - '0') : UINT32_MAX + UINT64_C(1);
	return n;
}

static int padded_width(const char *digits, size_t n)
{
	return n > 1 && digits[0] == '0' ? (int)n : 0;
}

/* The bounds between two parentheses: "a..b". */
static const char *read_bounds(struct range_part *part, const char *text, const char *dots, const char *end)
{
	uint64_t to;
	size_t nfrom = read_number(text, dots, &part->from), nto = read_number(dots + 2, end, &to);

	if (!nfrom || !nto || text + nfrom != dots || dots + 2 + nto != end)
		return "a range is written '(a..b)' with two whole numbers";
	if (part->from > UINT32_MAX || to > UINT32_MAX || nfrom > MAX_DIGITS || nto > MAX_DIGITS)
		return "a number in this range is too large";
	if (part->from > to)
		return "a range counts upwards: its first number is larger than its last";
	part->count = to - part->from + 1;
	int left = padded_width(text, nfrom), right = padded_width(dots + 2, nto);
	part->width = left > right ? left : right;
	return NULL;
}

/* The next "(...)" with two dots in it, from `at` on. */
static bool find_part(const char *text, size_t len, size_t at, size_t *ret_open, size_t *ret_dots, size_t *ret_close)
{
	const char *close;

	while ((close = memchr(text + at, ')', len - at))) {
		size_t end = (size_t)(close - text);
		const char *open = memrchr(text + at, '(', end - at);
		const char *dots = open ? memmem(open, (size_t)(close - open), "..", 2) : NULL;
		if (dots) {
			*ret_open = (size_t)(open - text);
			*ret_dots = (size_t)(dots - text);
			*ret_close = end;
			return true;
		}
		at = end + 1;
	}
	return false;
}

bool range_parse(struct range *r, const char *text, size_t len, const char **ret_why)
{
	size_t open, dots, close, at = 0;

	r->text = text;
	r->len = len;
	r->count = 1;
	r->nparts = 0;
	while (find_part(text, len, at, &open, &dots, &close)) {
		if (r->nparts == MAX_RANGE_PARTS) {
			*ret_why = "too many ranges in one name";
			return false;
		}
		struct range_part *part = &r->parts[r->nparts++];
		*part = (struct range_part){ .start = open, .end = close + 1 };
		*ret_why = read_bounds(part, text + open + 1, text + dots, text + close);
		if (*ret_why)
			return false;
		r->count *= part->count;
		if (r->count > UINT32_MAX) {
			*ret_why = "this range stands for too many names";
			return false;
		}
		at = close + 1;
	}
	return true;
}

void range_name(const struct range *r, uint64_t i, struct strbuf *name)
{
	uint64_t left = r->count;
	size_t at = 0;

	sb_clear(name);
	for (const struct range_part *p = r->parts; p < r->parts + r->nparts; p++) {
		left /= p->count;
		sb_addn(name, r->text + at, p->start - at);
		sb_addf(name, "%0*llu", p->width, (unsigned long long)(p->from + i / left));
		i %= left;
		at = p->end;
	}
	sb_addn(name, r->text + at, r->len - at);
}
