/* semantics - see model/model.h */
#include <string.h>

#include "model/model.h"

static void mark_levels(const struct expr *e, bool *used)
{
	for (uint32_t i = 0; i < e->nterms; i++)
		if (e->terms[i].scope != SCOPE_WHOLE)
			used[e->terms[i].level] = true;
}

static void mark_quorums(const struct quorums *q, bool *used)
{
	mark_levels(&q->write, used);
	mark_levels(&q->read, used);
	if (q->ack_rule == ACK_EXPR)
		mark_levels(&q->ack, used);
}

void semantics_levels(const struct semantics *sem, bool ret_used[MAX_LEVELS + 1])
{
	memset(ret_used, 0, (MAX_LEVELS + 1) * sizeof(*ret_used));
	mark_quorums(&sem->quorums, ret_used);
	if (sem->has_fallback)
		mark_quorums(&sem->fallback, ret_used);
}
