#include "base/duration.h"

#include <stdio.h>
#include <string.h>

#define SECOND 1000000ll
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define YEAR (1461 * DAY / 4)
#define LONGEST (200000 * YEAR)

static const struct unit {
	const char *name;
	duration length;
} units[] = {
	{ "us", 1 },      { "ms", 1000 },      { "s", SECOND },       { "m", MINUTE },   { "h", HOUR },
	{ "d", DAY },     { "w", 7 * DAY },    { "mo", YEAR / 12 },   { "y", YEAR },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t digits(const char *text)
{
	size_t n = 0;

	while (is_digit(text[n]))
		n++;
	return n;
}

static const struct unit *unit_named(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

static bool all_zero(const char *text)
{
	return text[strspn(text, "0.")] == '\0';
}

/* What the digits behind the point are of a unit, to the nearest microsecond; floor(floor(x)/10) loses nothing. */
static duration fraction(const char *first, size_t n, duration unit)
{
	duration tenths = 0;

	while (n--)
		tenths = ((first[n] - '0') * unit * 10 + tenths) / 10;
	return (tenths + 5) / 10;
}

/* A count of units; false when they are longer than the longest duration. */
static bool whole(const char *first, size_t n, duration unit, duration *ret)
{
	duration count = 0, most = LONGEST / unit;

	for (size_t i = 0; i < n; i++) {
		duration digit = first[i] - '0';

		if (count > (most - digit) / 10)
			return false;
		count = count * 10 + digit;
	}
	*ret = count * unit;
	return true;
}

static const char *unit_fault(const char *unit)
{
	if (!*unit)
		return "a unit is missing: us, ms, s, m, h, d, w, mo or y";
	if (*unit == '.')
		return "a decimal has one point, with digits on both sides";
	if (*unit == ' ' || *unit == '\t')
		return "a duration has no blanks";
	return "the units are us, ms, s, m, h, d, w, mo and y";
}

static const char *parse(const char *text, duration *ret)
{
	size_t before = digits(text), point = text[before] == '.';
	size_t after = point ? digits(text + before + 1) : 0;
	const char *rest = text + before + point + after;
	const struct unit *unit = *rest || !all_zero(text) ? unit_named(rest) : &units[0];

	if (!before)
		return "a duration is a decimal without sign and one unit, such as 1.5s";
	if (point && !after)
		return unit_fault(".");
	if (!unit)
		return unit_fault(rest);
	if (!whole(text, before, unit->length, ret))
		return "longer than 200,000 years";
	*ret += fraction(text + before + 1, after, unit->length);
	return *ret > LONGEST ? "longer than 200,000 years" : NULL;
}

bool duration_parse(const char *text, duration *ret, const char **ret_why)
{
	duration d = 0;
	const char *fault = parse(text, &d);

	if (fault)
		*ret_why = fault;
	else
		*ret = d;
	return !fault;
}

duration duration_add(duration a, duration b)
{
	duration sum;

	if (a == DURATION_NONE || b == DURATION_NONE)
		return DURATION_NONE;
	return __builtin_add_overflow(a, b, &sum) || sum > LONGEST ? LONGEST : sum;
}

duration duration_max(duration a, duration b)
{
	if (a == DURATION_NONE || b == DURATION_NONE)
		return DURATION_NONE;
	return a > b ? a : b;
}

/* "72.5 ms": a decimal in one unit, to a thousandth of it. */
static void decimal_text(duration d, duration unit, const char *name, char out[32])
{
	duration thousandths = unit >= 1000 ? d % unit / (unit / 1000) : 0;
	int len = snprintf(out, 32, "%lld.%03d", (long long)(d / unit), (int)thousandths);

	while (out[len - 1] == '0')
		len--;
	len -= out[len - 1] == '.';
	snprintf(out + len, 32 - (size_t)len, " %s", name);
}

/* "11 min 29 s": whole numbers of two units. */
static void mixed_text(duration d, duration large, const char *large_name, duration small, const char *small_name,
                       char out[32])
{
	int len = snprintf(out, 32, "%lld %s", (long long)(d / large), large_name);

	if (d % large >= small)
		snprintf(out + len, 32 - (size_t)len, " %lld %s", (long long)(d % large / small), small_name);
}

/* How spans are said, each up to `below`, rounded to `small`. Two minutes are still better said in seconds. */
static const struct saying {
	duration below, small;
	const char *small_name;
	duration large;
	const char *large_name;
} sayings[] = {
	{ 1000,            1,      NULL,  1,      "us" },
	{ SECOND,          1,      NULL,  1000,   "ms" },
	{ 2 * MINUTE,      1000,   NULL,  SECOND, "s" },
	{ HOUR,            SECOND, "s",   MINUTE, "min" },
	{ DAY + MINUTE,    MINUTE, "min", HOUR,   "h" },
	{ YEAR,            HOUR,   "h",   DAY,    "d" },
	{ INT64_MAX,       DAY,    "d",   YEAR,   "y" },
};

/* Rounds what is beyond whole `large`s: a year is no whole number of days. */
static duration rounded_for(duration d, const struct saying *s)
{
	duration rest = d % s->large;

	return d - rest + (rest / s->small + (rest % s->small * 2 >= s->small)) * s->small;
}

char *duration_text(duration d, char out[32])
{
	const struct saying *s = sayings;
	duration rounded;

	if (d == DURATION_NONE)
		return strcpy(out, "unbounded");
	if (d == 0)
		return strcpy(out, "0");
	while ((rounded = rounded_for(d, s)) >= s->below)
		s++;
	if (s->small_name)
		mixed_text(rounded, s->large, s->large_name, s->small, s->small_name, out);
	else
		decimal_text(rounded, s->large, s->large_name, out);
	return out;
}

double duration_seconds(duration d)
{
	return (double)d / (double)SECOND;
}
