/*
 * why - why a group's outcome is what it is, in one plain sentence.
 *
 * Clean text, without a full stop, so that it can stand in a line, a cell or a JSON member.
 * `group` is the group that `w` was asked of (state_why); w->replicas may be NULL.
 */
#ifndef RULES_WHY_H
#define RULES_WHY_H

#include <stdint.h>

#include "base/strbuf.h"
#include "engine/state.h"

/* Everything that matters: "1 of the 2 votes needed to write is left; reads go on". Never empty. */
void why_sentence(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w);

/* The pieces it is made of. Each says how things stand also when nothing is wrong. */
void why_write(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w);
void why_read(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w);
void why_data(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w);

/* One term of a quorum against what is live: "1 of the 2 votes needed to write is left". `purpose`: "to write". */
void why_tally(struct strbuf *sb, const struct model *m, uint32_t group, const struct tally *t, const char *purpose);

/* What the RTO is made of: "detect 9 s + elect 2 s + reroute 60 s". Nothing when it has no parts. */
void why_rto(struct strbuf *sb, const struct model *m, uint32_t group, const struct outcome *o);

/*
 * The first link that broke in the chain of what a group needs, and why it did: "etcd: 1 of the 2 votes needed to
 * write is left". False, and nothing, where no need of the group's is unmet.
 */
bool why_first_link(struct strbuf *sb, const struct state *s, uint32_t group);

/* What an accept would bring and cost, by the outcome that it would have: "it takes writes again; the newest ...". */
void why_accept(struct strbuf *sb, const struct outcome *then);

#endif
