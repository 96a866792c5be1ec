/*
 * given - what a test starts from: a model from YAML text, steps from the words of the action grammar.
 *
 * Both end the running test with the text and what is wrong with it when it can't be read.
 */
#ifndef TESTS_GIVEN_H
#define TESTS_GIVEN_H

#include "base/mem.h"
#include "engine/outcome.h"
#include "model/actions.h"
#include "model/model.h"

struct model *given_model(const char *yaml);                     /* the caller's, for model_free */
/* The steps live in `arena`; vec_free the list. */
step_list given_steps(const struct model *m, const char *actions, struct arena *arena);

/* "writes yes, reads stale, data tail, status stale, rpo 1.5 s, rto unbounded, live 2, leader 0, promoted" */
void sb_add_outcome(struct strbuf *sb, const struct outcome *o);
/* Every field; the leader only where there is one. */
bool outcomes_equal(const struct outcome *a, const struct outcome *b, bool has_leader);

#endif
