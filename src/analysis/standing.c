/* standing - see standing_p.h */
#include "analysis/standing_p.h"

static bool has_standby(const struct standing *s)
{
	for (uint16_t i = 0; i < s->f->n; i++)
		if (s->f->roles[i] == ROLE_STANDBY || s->replicas[i].role == ROLE_STANDBY)
			return true;
	return false;
}

void standing_find(struct standing *s, const struct analysis *a, const struct footprint *f)
{
	const struct semantics *sem = &a->model->services[f->service].sem;
	struct group_why why = {.replicas = s->replicas};

	s->f = f;
	judge_why(a->engine, f->example, f->start, &why);
	s->has_leader = sem->leader;
	s->leader = why.outcome.leader;
	s->first_voter = 0;
	while (s->first_voter < f->n && f->roles[s->first_voter] != ROLE_VOTER)
		s->first_voter++;
	/* a standby that takes a seat brings its own place with it; what is remembered is of single write sets */
	s->apart = judge_torn(a->engine, f->start) || why.remembered_data != DATA_SAFE || why.final_data != DATA_SAFE ||
	           (sem->failover == FAILOVER_AUTO && has_standby(s));
}

bool stands_alone(const struct standing *s, uint16_t replica)
{
	return s->apart || (s->has_leader && (replica == s->first_voter || replica == s->leader));
}

bool stand_alike(const struct standing *s, uint16_t x, uint16_t y)
{
	const struct footprint *f = s->f;
	const struct replica_why *a = &s->replicas[x], *b = &s->replicas[y];

	return f->roles[x] == f->roles[y] && f->gone[x] == f->gone[y] && a->role == b->role && a->live == b->live &&
	       a->present == b->present && a->in_write_set == b->in_write_set && a->follower == b->follower &&
	       a->was_in_write_set == b->was_in_write_set;
}
