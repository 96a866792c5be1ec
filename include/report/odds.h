/*
 * odds - how likely groups are to be broken, and what the loss of random domains does: for people and for machines.
 */
#ifndef REPORT_ODDS_H
#define REPORT_ODDS_H

#include <stdio.h>

#include "analysis/loss.h"
#include "analysis/odds.h"

struct odds_report {
	const char *file;
	enum target target;   /* that importance and worst groups are about */
	size_t top;           /* so many lines of importance */
};

void odds_text(FILE *out, struct analysis *a, const struct odds_report *r);
void odds_json(FILE *out, struct analysis *a, const struct odds_report *r);

struct loss_report {
	const char *file;
	uint8_t level;
	uint32_t kill;
	uint64_t seed;
};

void loss_text(FILE *out, struct analysis *a, const struct loss_report *r);
void loss_json(FILE *out, struct analysis *a, const struct loss_report *r);

#endif
