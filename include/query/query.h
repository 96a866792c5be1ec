/*
 * query - a placement as tables for SQL, and the rules that files write in SQL.
 *
 * The tables are the model's own arrays, a state's outcomes and what analyses find out; nothing is copied, a value is
 * worked out when a query reads it. Domains, services, groups and replicas are known by the numbers they have in the
 * model, so that joins go by these, and a subtree is a range: `r.domain BETWEEN d.id AND d.last`.
 * A time without bound is infinite, which is more than any other.
 */
#ifndef QUERY_QUERY_H
#define QUERY_QUERY_H

#include "analysis/footprint.h"
#include "base/diag.h"
#include "engine/state.h"
#include "store/sql.h"

struct query;

/* About the state as it is whenever a query runs; borrows it, and the analysis of its engine (NULL: made if needed). */
struct query *query_new(struct state *s, struct analysis *a);
void query_free(struct query *q);
struct sql *query_sql(struct query *q);
const struct sql_relation *query_relations(const struct query *q, size_t *ret_n);

/*
 * Judges the file's rules from the healthy state, and adds a finding (FL501) for each row of each; FL502 for a rule
 * that could not be answered to its end, FL075 for one that can't be asked. They share steps and seconds of the limits.
 * Nothing where there are no rules.
 */
void query_judge_rules(struct analysis *a, const struct sql_limits *limits, struct diag_list *diags);

#endif
