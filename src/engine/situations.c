/* situations - see situations_p.h */
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "engine/situations_p.h"
#include "engine/state_p.h"

/* ---- conditions ---- */

static void sb_add_raw(struct strbuf *sb, const void *data, size_t len)
{
	sb_addn(sb, data, len);
}

/* A condition as bytes: equal bytes, equal conditions. Fixed part first, then fate, seats and memories. */
struct fixed_part {
	duration final_rpo;
	uint32_t kind, nmemories;
	uint16_t leader, nrivals, nclasses;
	uint8_t final_data, fallback, stuck;
};

static void sb_add_rift(struct strbuf *sb, const struct rift *r, uint16_t n)
{
	sb_add_raw(sb, r->class_of, n * sizeof(*r->class_of));
	sb_add_raw(sb, r->severed, (size_t)r->nclasses * r->nclasses);
	sb_add_raw(sb, r->contexts, r->nclasses);
}

static void sb_add_bases(struct strbuf *sb, const struct basis *bases, uint32_t nbases, uint16_t n)
{
	for (uint32_t i = 0; i < nbases; i++) {
		sb_add_raw(sb, &bases[i].leader, sizeof(bases[i].leader));
		sb_addc(sb, (char)bases[i].fallback);
		sb_add_raw(sb, bases[i].seats, n);
	}
}

static void serialize(struct strbuf *sb, const struct engine *e, const struct condition *c)
{
	struct fixed_part fixed;

	memset(&fixed, 0, sizeof(fixed)); /* padding too: the bytes are compared */
	fixed.final_rpo = c->final_rpo;
	fixed.kind = (uint32_t)(c->kind - e->kinds.all.at);
	fixed.nmemories = c->nmemories;
	fixed.leader = c->leader;
	fixed.final_data = c->final_data;
	fixed.fallback = c->fallback;
	fixed.stuck = c->stuck;
	fixed.nrivals = c->nrivals;
	fixed.nclasses = c->rift ? c->rift->nclasses : 0;
	sb_clear(sb);
	sb_add_raw(sb, &fixed, sizeof(fixed));
	sb_add_raw(sb, c->fate, c->kind->n);
	sb_add_raw(sb, c->seats, c->kind->n);
	sb_add_bases(sb, c->rivals, c->nrivals, c->kind->n);
	if (c->rift)
		sb_add_rift(sb, c->rift, c->kind->n);
	sb_add_bases(sb, c->memories, c->nmemories, c->kind->n);
}

static bool same_rift(const struct rift *a, const struct rift *b, uint16_t n)
{
	if (!a || !b)
		return a == b;
	return a->nclasses == b->nclasses && !memcmp(a->class_of, b->class_of, n * sizeof(*a->class_of)) &&
	       !memcmp(a->severed, b->severed, (size_t)a->nclasses * a->nclasses) &&
	       !memcmp(a->contexts, b->contexts, a->nclasses);
}

/* Seats or fates. */
static bool same_bytes(const uint8_t *a, const uint8_t *b, uint16_t n)
{
	return !memcmp(a, b, n);
}

static bool same_bases(const struct basis *a, const struct basis *b, uint32_t nbases, uint16_t n)
{
	for (uint32_t i = 0; i < nbases; i++)
		if (a[i].leader != b[i].leader || a[i].fallback != b[i].fallback || !same_bytes(a[i].seats, b[i].seats, n))
			return false;
	return true;
}

static bool same_condition(const struct condition *a, const struct condition *b)
{
	uint16_t n = a->kind->n;

	return a->kind == b->kind && a->leader == b->leader && a->final_data == b->final_data &&
	       a->fallback == b->fallback && a->stuck == b->stuck && a->final_rpo == b->final_rpo &&
	       a->nmemories == b->nmemories && a->nrivals == b->nrivals &&
	       same_bytes(a->fate, b->fate, n) && same_bytes(a->seats, b->seats, n) &&
	       same_rift(a->rift, b->rift, n) && same_bases(a->rivals, b->rivals, a->nrivals, n) &&
	       same_bases(a->memories, b->memories, a->nmemories, n);
}

static const uint8_t *keep_bytes(struct engine *e, const uint8_t *bytes, uint16_t n)
{
	uint8_t *kept = arena_alloc(&e->arena, n);

	memcpy(kept, bytes, n);
	return kept;
}

static const struct rift *keep_rift(struct engine *e, const struct rift *r, uint16_t n)
{
	struct rift *kept = arena_alloc(&e->arena, sizeof(*kept));
	uint16_t *class_of = arena_alloc(&e->arena, n * sizeof(*class_of));
	uint8_t *severed = arena_alloc(&e->arena, (size_t)r->nclasses * r->nclasses);

	memcpy(class_of, r->class_of, n * sizeof(*class_of));
	memcpy(severed, r->severed, (size_t)r->nclasses * r->nclasses);
	*kept = (struct rift){r->nclasses, class_of, severed, keep_bytes(e, r->contexts, r->nclasses)};
	return kept;
}

static const struct basis *keep_bases(struct engine *e, const struct basis *bases, uint32_t nbases, uint16_t n)
{
	struct basis *kept = arena_alloc(&e->arena, nbases * sizeof(*kept) + 1);

	for (uint32_t i = 0; i < nbases; i++)
		kept[i] = (struct basis){bases[i].leader, bases[i].fallback, keep_bytes(e, bases[i].seats, n)};
	return kept;
}

static uint32_t keep_condition(struct engine *e, uint64_t hash, const struct condition *c)
{
	struct condition kept = *c;

	kept.fate = keep_bytes(e, c->fate, c->kind->n);
	kept.seats = keep_bytes(e, c->seats, c->kind->n);
	kept.rivals = keep_bases(e, c->rivals, c->nrivals, c->kind->n);
	kept.rift = c->rift ? keep_rift(e, c->rift, c->kind->n) : NULL;
	kept.memories = keep_bases(e, c->memories, c->nmemories, c->kind->n);
	vec_push(&e->conditions, kept);
	table_add(&e->condition_index, hash, (uint32_t)e->conditions.len - 1);
	return (uint32_t)e->conditions.len - 1;
}

static uint32_t find_condition(struct engine *e, const struct condition *c)
{
	uint64_t hash;

	serialize(&e->scratch, e, c);
	hash = hash_bytes(e->scratch.text, e->scratch.len);
	for (uint32_t at = table_first(&e->condition_index, hash); at != TABLE_END;
	     at = table_next(&e->condition_index, hash, at))
		if (same_condition(&e->conditions.at[table_value(&e->condition_index, at)], c))
			return table_value(&e->condition_index, at);
	return keep_condition(e, hash, c);
}

/* ---- situations ---- */

uint64_t fate_code(const uint8_t *fate, uint16_t n)
{
	uint64_t code = 0;

	if (n > PACKED_REPLICAS)
		return hash_bytes(fate, n);
	for (uint16_t i = 0; i < n; i++)
		code |= (uint64_t)fate[i] << 2 * i;
	return code;
}

static void unpack_fate(uint64_t code, uint16_t n, uint8_t *fate)
{
	for (uint16_t i = 0; i < n; i++)
		fate[i] = code >> 2 * i & 3;
}

static uint64_t transition_hash(uint32_t before, const struct transition *t)
{
	return hash_mix((t->code + 1) * 0x9e3779b97f4a7c15u ^ ((uint64_t)before << 9 | (uint64_t)t->context << 1 | t->accept));
}

static bool leads_to(const struct engine *e, const struct situation *s, uint32_t before, const struct transition *t)
{
	const struct condition *after = &e->conditions.at[s->after];

	if (s->before != before || s->code != t->code || s->accept != t->accept || s->context != t->context ||
	    s->cut != (t->rift != NULL))
		return false;
	if (!s->cut && after->kind->n <= PACKED_REPLICAS)
		return true;
	return same_bytes(after->fate, t->fate, after->kind->n) && same_rift(after->rift, t->rift, after->kind->n);
}

static uint32_t condition_after(struct engine *e, const struct hearing *h)
{
	struct basis rivals[MAX_RIVALS];
	struct condition after = {
		.kind = h->kind,
		.leader = h->leader,
		.final_data = (uint8_t)h->final_data,
		.fallback = h->fallback,
		.stuck = h->stuck,
		.final_rpo = h->final_rpo,
		.fate = h->raw_fate,
		.rift = h->rift,
		.rivals = rivals,
		.nrivals = h->nrivals,
		.seats = h->seats,
		.memories = h->memories,
		.nmemories = h->nmemories,
	};

	for (uint16_t i = 0; i < h->nrivals; i++)
		rivals[i] = h->rivals[i].settled;
	return find_condition(e, &after);
}

static const struct scopes *scopes_of_kind(const struct engine *e, const struct kind *k)
{
	return &e->kinds.scopes[k->service];
}

static situation_id judge_new(struct engine *e, uint32_t before, const struct transition *t)
{
	struct hearing *h = &e->hearing;
	const struct condition *c = &e->conditions.at[before];
	uint8_t unpacked[PACKED_REPLICAS];
	struct circumstances now = {t->fate, t->accept, t->context, t->rift};
	struct situation s = {
		.before = before, .code = t->code, .accept = t->accept, .cut = t->rift != NULL, .context = t->context};

	if (!now.fate) {
		unpack_fate(t->code, c->kind->n, unpacked);
		now.fate = unpacked;
	}
	step_judge(h, c, scopes_of_kind(e, c->kind), &now);
	h->outcome.status = (uint8_t)step_status(h);
	s.outcome = h->outcome;
	s.after = condition_after(e, h);
	vec_push(&e->situations, s);
	table_add(&e->situation_index, transition_hash(before, t), (uint32_t)e->situations.len - 1);
	return (situation_id)e->situations.len - 1;
}

static situation_id step_from(struct engine *e, uint32_t before, const struct transition *t)
{
	uint64_t hash = transition_hash(before, t);

	for (uint32_t at = table_first(&e->situation_index, hash); at != TABLE_END;
	     at = table_next(&e->situation_index, hash, at)) {
		situation_id s = table_value(&e->situation_index, at);

		if (leads_to(e, &e->situations.at[s], before, t))
			return s;
	}
	return judge_new(e, before, t);
}

situation_id situation_after(struct engine *e, situation_id before, struct transition t)
{
	return step_from(e, e->situations.at[before].after, &t);
}

static bool same_outcome(const struct outcome *a, const struct outcome *b)
{
	return a->writes == b->writes && a->reads == b->reads && a->data == b->data && a->status == b->status &&
	       a->promoted == b->promoted && a->accepted == b->accepted && a->fallback == b->fallback &&
	       a->split == b->split && a->sides == b->sides && a->rto_parts == b->rto_parts && a->live == b->live &&
	       a->leader == b->leader && a->rpo == b->rpo && a->rto == b->rto;
}

bool situation_find_rest(struct engine *e, situation_id s)
{
	const struct situation now = e->situations.at[s];
	const struct condition *after = &e->conditions.at[now.after];
	struct transition nothing = {now.code, after->fate, false, now.context, after->rift};
	situation_id next = situation_after(e, s, nothing);
	bool settled = e->situations.at[next].after == now.after &&
	               same_outcome(&e->situations.at[next].outcome, &now.outcome);

	e->situations.at[s].rest = settled ? REST_SETTLED : REST_UNSETTLED;
	return settled;
}

struct hearing *situation_hearing(struct engine *e, situation_id s)
{
	const struct situation *at = &e->situations.at[s];
	const struct condition *before = &e->conditions.at[at->before];
	const struct condition *after = &e->conditions.at[at->after];
	struct circumstances now = {after->fate, at->accept, at->context, after->rift};

	step_judge(&e->hearing, before, scopes_of_kind(e, before->kind), &now);
	return &e->hearing;
}

/* ---- the engine ---- */

/*
 * The healthy situation: judged like a step in which nothing happens, but what follows starts from the
 * condition before it, as the first step of an exploration does.
 */
static void add_healthy(struct engine *e, struct kind *k, uint8_t context)
{
	uint8_t seats[MAX_REPLICAS], fate[MAX_REPLICAS];
	struct condition c;
	struct transition nothing = {.context = context};
	situation_id judged;
	struct situation s;

	step_healthy(k, seats, fate, &c);
	k->can_spare_one = step_can_spare_one(&c, scopes_of_kind(e, k), context);
	k->first_condition = find_condition(e, &c);
	nothing.fate = e->conditions.at[k->first_condition].fate;
	nothing.code = fate_code(fate, k->n);
	judged = step_from(e, k->first_condition, &nothing);
	s = e->situations.at[judged];
	s.after = k->first_condition;
	s.rest = REST_UNKNOWN;
	vec_push(&e->situations, s);
	k->healthy = (situation_id)e->situations.len - 1;
}

/* Everything that is needed goes before what needs it; the file has no circles. */
static void put_in_order(struct engine *e, bool *placed, uint32_t *n, uint32_t service)
{
	const struct service *sv = &e->model->services[service];

	if (placed[service])
		return;
	placed[service] = true;
	for (uint32_t i = 0; i < sv->nneeds; i++)
		put_in_order(e, placed, n, sv->needs[i].service);
	e->order[(*n)++] = service;
	e->has_needs |= sv->nneeds > 0;
}

static void order_services(struct engine *e)
{
	bool *placed = xcalloc(e->model->nservices + 1, sizeof(*placed));
	uint32_t n = 0;

	e->order = xcalloc(e->model->nservices + 1, sizeof(*e->order));
	for (uint32_t s = 0; s < e->model->nservices; s++)
		put_in_order(e, placed, &n, s);
	free(placed);
}

uint8_t context_left_by(enum need_mode mode, const struct going *needed)
{
	static const struct { bool reads; uint8_t none, some; } left[] = {
		[NEED_DOWN] = {true, CONTEXT_NO_WRITES | CONTEXT_NO_READS, CONTEXT_SOME_WRITES | CONTEXT_SOME_READS},
		[NEED_READ_ONLY] = {false, CONTEXT_NO_WRITES, CONTEXT_SOME_WRITES},
		[NEED_FREEZE] = {false, CONTEXT_FROZEN, 0},
	};
	uint32_t going = left[mode].reads ? needed->reads : needed->writes;

	return !going ? left[mode].none : going < needed->groups ? left[mode].some : 0;
}

static struct going going_when_healthy(const struct engine *e, uint32_t service)
{
	const struct service *sv = &e->model->services[service];
	struct going n = {.groups = sv->ngroups};

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		const struct outcome *o = judge_outcome(e, e->kinds.all.at[e->kinds.of_group[g]].healthy);

		n.writes += goes_on(o->writes);
		n.reads += goes_on(o->reads);
	}
	return n;
}

static void judge_healthy_service(struct engine *e, uint32_t service)
{
	const struct service *sv = &e->model->services[service];
	uint8_t *context = &e->healthy_context[service];

	for (uint32_t i = 0; i < sv->nneeds; i++) {
		struct going n = going_when_healthy(e, sv->needs[i].service);

		*context |= context_left_by(sv->needs[i].mode, &n);
	}
	for (uint32_t i = e->kinds.first_of[service]; i < e->kinds.first_of[service + 1]; i++)
		add_healthy(e, &e->kinds.all.at[i], *context);
}

struct engine *engine_new(const struct model *m)
{
	struct engine *e = xcalloc(1, sizeof(*e));

	e->model = m;
	kinds_init(&e->kinds, m);
	order_services(e);
	e->healthy_context = xcalloc(m->nservices + 1, sizeof(*e->healthy_context));
	for (uint32_t i = 0; i < m->nservices; i++)
		judge_healthy_service(e, e->order[i]);
	return e;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	kinds_release(&e->kinds);
	arena_release(&e->arena);
	vec_free(&e->conditions);
	vec_free(&e->situations);
	table_release(&e->condition_index);
	table_release(&e->situation_index);
	sb_release(&e->scratch);
	free(e->order);
	free(e->healthy_context);
	free(e);
}

const struct model *engine_model(const struct engine *e)
{
	return e->model;
}

size_t engine_situations(const struct engine *e)
{
	return e->situations.len;
}

size_t engine_bytes(const struct engine *e)
{
	return e->arena.used + e->kinds.arena.used + e->conditions.cap * sizeof(*e->conditions.at) +
	       e->situations.cap * sizeof(*e->situations.at) + e->model->ngroups * sizeof(*e->kinds.of_group);
}

situation_id judge_healthy(struct engine *e, uint32_t group)
{
	return e->kinds.all.at[e->kinds.of_group[group]].healthy;
}

/* What is gone after a step: what was gone before it, and what dies in it. */
static void add_deaths(const struct condition *before, const uint8_t *dies, uint8_t *ret)
{
	for (uint16_t i = 0; i < before->kind->n; i++)
		ret[i] = before->fate[i] | dies[i];
}

situation_id judge_now(const struct state *s, uint32_t group)
{
	return s->at[group];
}

const uint8_t *judge_gone(const struct engine *e, situation_id s)
{
	return e->conditions.at[e->situations.at[s].after].fate;
}

bool judge_torn(const struct engine *e, situation_id s)
{
	return e->conditions.at[e->situations.at[s].after].rift != NULL;
}

situation_id judge_step(struct engine *e, situation_id before, const uint8_t *dies, bool accept)
{
	const struct condition *c = &e->conditions.at[e->situations.at[before].after];
	uint8_t fate[MAX_REPLICAS];

	add_deaths(c, dies, fate);
	return situation_after(e, before, (struct transition){
		fate_code(fate, c->kind->n), fate, accept, e->situations.at[before].context, c->rift});
}

struct outcome judge_once_with(struct engine *e, situation_id before, const uint8_t *dies, uint8_t need_left)
{
	const struct condition *c = &e->conditions.at[e->situations.at[before].after];
	uint8_t fate[MAX_REPLICAS];
	struct circumstances now = {fate, false, need_left, c->rift};

	add_deaths(c, dies, fate);
	step_judge(&e->hearing, c, scopes_of_kind(e, c->kind), &now);
	return e->hearing.outcome;
}

struct outcome judge_once(struct engine *e, situation_id before, const uint8_t *dies)
{
	return judge_once_with(e, before, dies, e->situations.at[before].context);
}

uint8_t judge_need_left(enum need_mode mode, bool some_group_writes, bool some_group_reads)
{
	struct going needed = {1, some_group_writes, some_group_reads};

	return context_left_by(mode, &needed);
}

const struct outcome *judge_outcome(const struct engine *e, situation_id s)
{
	return &e->situations.at[s].outcome;
}

enum answer judge_expression(const struct engine *e, uint32_t group, enum judge_expr which, const uint8_t *there)
{
	const struct kind *k = &e->kinds.all.at[e->kinds.of_group[group]];
	const struct quorums *q = which >= JUDGE_FALLBACK_WRITE ? &k->sem->fallback : &k->sem->quorums;
	const struct expr *exprs[] = {&q->write, &q->read, q->ack_rule == ACK_EXPR ? &q->ack : &q->write};
	struct bench b = {k, scopes_of_kind(e, k), k->roles};

	return quorum_answer(&b, exprs[which % JUDGE_FALLBACK_WRITE], there);
}
