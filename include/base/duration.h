/*
 * duration - spans of time as whole microseconds.
 *
 * Written as a decimal without sign and one unit, "1.5s"; units us ms s m h d w mo y, where
 * y = 365.25 d and mo = y/12. "0" needs no unit. DURATION_NONE stands for "unknown", and in an
 * outcome for "unbounded".
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t duration;

#define DURATION_NONE ((duration)-1)

/* False, with *ret_why set to a sentence, when the text is no duration or longer than 200,000 years. */
bool duration_parse(const char *text, duration *ret, const char **ret_why);
/* Sum, at most 200,000 years; DURATION_NONE if either is. */
duration duration_add(duration a, duration b);
/* The longer; DURATION_NONE (unbounded) is the longest. */
duration duration_max(duration a, duration b);
/* For people: "0", "72.5 ms", "71 s", "11 min 29 s", "24 h", "1 d 2 h", "unbounded". Returns `out`. */
char *duration_text(duration d, char out[32]);
/* Seconds. */
double duration_seconds(duration d);

#endif
