/*
 * rtt - round trips between domains: what `rtt` and `links` say, and what holds where they say nothing.
 *
 * The round trip of two places is that of the narrowest domain which contains both; of two replicas on one domain,
 * that domain's own. A domain without an rtt of its own has its level's, or the level name's default (rack 0.1ms,
 * dc 0.5ms, az 1ms, region 1.5ms, the root 80ms), or else that of the domain it is in: no two places inside are
 * taken for farther apart than the farthest around them. A link counts for all places in its two domains; of several
 * the one whose ends lie deepest, both levels added up, and of equals the first in the file.
 */
#ifndef ANALYSIS_RTT_H
#define ANALYSIS_RTT_H

#include "model/model.h"

struct rtts;

struct rtts *rtts_new(const struct model *m); /* borrows the model */
void rtts_free(struct rtts *r);
/* Between two places; of one and the same domain, between two places inside it. */
duration rtt_between(const struct rtts *r, domain_id a, domain_id b);
/* It depends on the levels that two places share, alone: there are no links, and no domain has an rtt of its own. */
bool rtts_by_level(const struct rtts *r);

#endif
