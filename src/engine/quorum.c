/* quorum - see quorum_p.h */
#include <stdlib.h>
#include <string.h>

#include "engine/quorum_p.h"

const struct role_info *seat_info(uint8_t seat)
{
	static const struct role_info struck = {"struck", false, false, false, false};
	unsigned role = seat_role(seat);

	return role < ROLES ? &role_info[role] : &struck;
}

/* ---- one term against what is there ---- */

/* Votes configured and votes there, by cell; the whole configuration is one cell. */
struct cell_votes {
	uint16_t configured[MAX_REPLICAS], there[MAX_REPLICAS];
	uint16_t ncells;
};

static void count_cells(const struct bench *b, const struct term *t, const uint8_t *have, struct cell_votes *v)
{
	const struct kind *k = b->kind;
	const uint16_t *cells = kind_cells(k, b->scopes, t);

	v->ncells = cells ? k->ncells[b->scopes->of_level[t->level]] : 1;
	memset(v->configured, 0, v->ncells * sizeof(*v->configured));
	memset(v->there, 0, v->ncells * sizeof(*v->there));
	for (uint16_t i = 0; i < k->n; i++) {
		uint16_t c = cells ? cells[i] : 0;

		if (c == NO_CELL)
			continue;
		v->configured[c] = (uint16_t)(v->configured[c] + seat_info(b->seats[i])->votes);
		v->there[c] = (uint16_t)(v->there[c] + (have[i] != 0));
	}
}

static void count_scoped(const struct term *t, const struct cell_votes *v, struct count *ret)
{
	for (uint16_t c = 0; c < v->ncells; c++) {
		uint32_t need = term_votes(t, v->configured[c]);

		if (!v->configured[c])
			continue;
		ret->of++;
		if (v->there[c] >= need) {
			ret->have++;
		} else if (ret->short_cell == NO_CELL) {
			ret->short_cell = c;
			ret->short_have = v->there[c];
			ret->short_need = need;
		}
	}
	ret->need = term_domains(t, ret->of);
}

void quorum_count(const struct bench *b, const struct term *t, const uint8_t *have, struct count *ret)
{
	struct cell_votes v;

	count_cells(b, t, have, &v);
	*ret = (struct count){.short_cell = NO_CELL};
	if (t->scope == SCOPE_WHOLE) {
		ret->have = v.there[0];
		ret->of = v.configured[0];
		ret->need = term_votes(t, v.configured[0]);
	} else {
		count_scoped(t, &v, ret);
	}
	ret->holds = ret->have >= ret->need;
	ret->partial = ret->holds && t->scope == SCOPE_LOCAL && ret->have < ret->of;
}

enum answer quorum_answer(const struct bench *b, const struct expr *e, const uint8_t *have)
{
	enum answer answer = ANSWER_YES;

	for (uint32_t i = 0; i < e->nterms; i++) {
		struct count c;

		quorum_count(b, &e->terms[i], have, &c);
		if (!c.holds)
			return ANSWER_NO;
		if (c.partial)
			answer = ANSWER_PARTIAL;
	}
	return answer;
}

/* ---- one after the other ---- */

/* Cells where no vote is enough have them from the start. */
static uint32_t cells_at_start(const struct term *t, const struct cell_votes *v, uint32_t *ret_cells)
{
	uint32_t reached = 0;

	*ret_cells = 0;
	for (uint16_t c = 0; c < v->ncells; c++) {
		if (!v->configured[c] && t->scope != SCOPE_WHOLE)
			continue;
		++*ret_cells;
		reached += term_votes(t, v->configured[c]) == 0;
	}
	return reached;
}

static uint32_t term_reached(const struct bench *b, const struct term *t, const uint16_t *order, uint32_t n)
{
	static const uint8_t nobody[MAX_REPLICAS];
	const uint16_t *cells = kind_cells(b->kind, b->scopes, t);
	struct cell_votes v;
	uint32_t domains, reached, need;

	count_cells(b, t, nobody, &v);
	reached = cells_at_start(t, &v, &domains);
	need = term_domains(t, domains);
	for (uint32_t i = 0; i < n && reached < need; i++) {
		uint16_t c = cells ? cells[order[i]] : 0;

		if (c != NO_CELL && ++v.there[c] == term_votes(t, v.configured[c]) && ++reached == need)
			return i + 1;
	}
	return reached >= need ? 0 : QUORUM_NEVER;
}

uint32_t quorum_reached(const struct bench *b, const struct expr *e, const uint16_t *order, uint32_t n)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < e->nterms; i++) {
		uint32_t reached = term_reached(b, &e->terms[i], order, n);

		last = reached > last ? reached : last;
	}
	return last;
}

/* ---- the subset of the write set that keeps least ---- */

static int by_size(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

/*
 * One term: in each of the m cells that keep least, of those where the write set reaches t, a subset
 * keeps what it needs beyond the members that are gone. The caller knows that the write set satisfies it.
 */
static uint32_t least_kept(const struct bench *b, const struct term *t, const uint8_t *set, const uint8_t *gone)
{
	struct cell_votes members, dead;
	uint16_t kept[MAX_REPLICAS];
	uint32_t reached = 0, cells = 0, sum = 0, m;

	count_cells(b, t, set, &members);
	count_cells(b, t, gone, &dead);
	for (uint16_t c = 0; c < members.ncells; c++) {
		uint32_t need = term_votes(t, members.configured[c]);

		if (!members.configured[c])
			continue;
		cells++;
		if (members.there[c] >= need)
			kept[reached++] = (uint16_t)(need > dead.there[c] ? need - dead.there[c] : 0);
	}
	qsort(kept, reached, sizeof(*kept), by_size);
	m = term_domains(t, cells);
	for (uint32_t i = 0; i < m && i < reached; i++)
		sum += kept[i];
	return sum;
}

/*
 * Several terms: a subset may hold every member that is gone for nothing; which few of the present ones
 * must join them? Present members that stand in the same cells everywhere are alike, so that the search
 * goes over how many of each sort are taken. More members never satisfy less, so exactly `spare` are.
 */
struct search {
	const struct bench *bench;
	const struct expr *expr;
	uint8_t taken[MAX_REPLICAS]; /* members gone, and those chosen */
	uint16_t sort[MAX_REPLICAS]; /* of each present member; members of a sort are chosen in listed order */
	uint16_t nsorts;
};

static bool alike(const struct bench *b, uint16_t i, uint16_t j)
{
	const struct kind *k = b->kind;

	for (uint8_t s = 0; s < k->nscopes; s++)
		if (k->cells[(size_t)s * k->n + i] != k->cells[(size_t)s * k->n + j])
			return false;
	return true;
}

static void sort_members(struct search *s, const uint8_t *set)
{
	const struct kind *k = s->bench->kind;
	uint16_t first[MAX_REPLICAS];

	for (uint16_t i = 0; i < k->n; i++) {
		uint16_t c = 0;

		s->sort[i] = NO_CELL;
		if (!set[i] || s->taken[i])
			continue;
		while (c < s->nsorts && !alike(s->bench, first[c], i))
			c++;
		if (c == s->nsorts)
			first[s->nsorts++] = i;
		s->sort[i] = c;
	}
}

/* Would it do to take every member of this sort and the later ones? If not, nothing below can. */
static bool hopeless(const struct search *s, uint16_t sort)
{
	uint8_t all[MAX_REPLICAS];
	const struct kind *k = s->bench->kind;

	for (uint16_t i = 0; i < k->n; i++)
		all[i] = s->taken[i] || (s->sort[i] != NO_CELL && s->sort[i] >= sort);
	return quorum_answer(s->bench, s->expr, all) == ANSWER_NO;
}

static void put_back(struct search *s, uint16_t sort)
{
	for (uint16_t i = 0; i < s->bench->kind->n; i++)
		if (s->sort[i] == sort)
			s->taken[i] = 0;
}

static bool some_subset_holds(struct search *s, uint16_t sort, uint32_t spare)
{
	const struct kind *k = s->bench->kind;
	bool found = quorum_answer(s->bench, s->expr, s->taken) != ANSWER_NO;

	if (found || !spare || sort == s->nsorts || hopeless(s, sort))
		return found;
	found = some_subset_holds(s, (uint16_t)(sort + 1), spare);
	for (uint16_t i = 0; i < k->n && !found && spare; i++) {
		if (s->sort[i] != sort)
			continue;
		s->taken[i] = 1;
		found = some_subset_holds(s, (uint16_t)(sort + 1), --spare);
	}
	put_back(s, sort);
	return found;
}

bool quorum_may_keep_fewer(const struct bench *b, const struct expr *e, const uint8_t *present, uint32_t enough)
{
	const struct kind *k = b->kind;
	struct search s;
	uint8_t set[MAX_REPLICAS];
	uint32_t kept = 0;

	if (!enough)
		return false;
	s.bench = b;
	s.expr = e;
	s.nsorts = 0;
	for (uint16_t i = 0; i < k->n; i++) {
		bool member = (b->seats[i] & SEAT_IN_SET) != 0;

		/* of sides that merged, one may have counted the vote of whom the other made a standby */
		set[i] = member && seat_info(b->seats[i])->votes;
		s.taken[i] = set[i] && !present[i];
		kept += member && present[i];
	}
	if (quorum_answer(b, e, set) == ANSWER_NO)
		return kept < enough;
	if (e->nterms == 1)
		return least_kept(b, &e->terms[0], set, s.taken) < enough;
	sort_members(&s, set);
	return some_subset_holds(&s, 0, enough - 1);
}
