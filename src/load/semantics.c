/*
 * From a system's and a service's fields to semantics: parameters put in, words and expressions read.
 */
#include <string.h>

#include "load/system_p.h"

#define MAX_PARAMETER_DEPTH 10  /* parameters in parameters */
#define MAX_PUT_IN 1000     /* put in one value */
#define MAX_VALUE_BYTES 4096    /* with parameters put in */
#define MAX_REBUILD 1000000

struct meaning {
	struct loader *l;
	const struct layer *layer;
	const parameter_list *params;
	struct place place;      /* stands in for what has none in this file */
	struct semantics *sem;
};

/* ---- parameters ---- */

static size_t word_length(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
}

static void report_choice(struct loader *l, const struct parameter *p, struct place place)
{
	struct suggestion s = suggest_for(p->value.text);

	for (uint32_t i = 0; i < p->nchoices; i++)
		suggest_offer(&s, p->choices[i].name);
	struct diag *d = fault(&l->faults, BAD_CHOICE, place, "'%s' is no choice for '%s'",
	                       shown_text(&l->faults, p->value.text), p->name);
	fault_suggest(&l->faults, d, &s);
}

/* What a parameter stands for; NULL, reported, when it is none of its choices. */
static const char *chosen_text(struct loader *l, const struct parameter *p, struct place place)
{
	if (!p->nchoices)
		return p->value.text;
	for (uint32_t i = 0; i < p->nchoices; i++)
		if (!strcmp(p->choices[i].name, p->value.text))
			return p->choices[i].text;
	report_choice(l, p, p->own ? p->value.place : place);
	return NULL;
}

static bool report_unknown_parameter(const struct meaning *m, const char *name, struct place place)
{
	struct suggestion s = suggest_for(name);

	for (size_t i = 0; i < m->params->len; i++)
		suggest_offer(&s, m->params->at[i].name);
	struct diag *d = fault(&m->l->faults, UNKNOWN_PARAMETER, place, "there is no parameter '$%s'",
	                       shown_text(&m->l->faults, name));
	fault_suggest(&m->l->faults, d, &s);
	return false;
}

/* A text being made, with parameters put in. */
struct putting {
	const struct meaning *m;
	struct strbuf out;
	struct place place; /* of the last parameter that the service sets itself, else of the text */
	unsigned depth, count;
};

static bool put_in(struct putting *p, const char *text);

static bool put_in_parameter(struct putting *p, const char *name)
{
	const struct parameter *param = find_parameter(p->m->params, name);

	if (!param)
		return report_unknown_parameter(p->m, name, p->place);
	if (param->own)
		p->place = param->value.place;
	const char *value = chosen_text(p->m->l, param, p->place);
	p->depth++;
	bool ok = value && put_in(p, value);
	p->depth--;
	return ok;
}

static bool put_in(struct putting *p, const char *text)
{
	struct loader *l = p->m->l;

	if (p->depth > MAX_PARAMETER_DEPTH || ++p->count > MAX_PUT_IN || p->out.len > MAX_VALUE_BYTES) {
		fault(&l->faults, ENDLESS_PARAMETER, p->place, "parameters stand for each other without end");
		return false;
	}
	while (*text) {
		size_t len = *text == '$' ? word_length(text + 1) : 0;
		size_t plain = len ? 0 : 1 + strcspn(text + 1, "$");
		sb_addn(&p->out, text, plain);
		text += plain;
		if (len && !put_in_parameter(p, arena_strndup(&l->arena, text + 1, len)))
			return false;
		text += len ? 1 + len : 0;
	}
	return true;
}

/* A setting with its parameters put in. Text NULL when it is not set or, reported, can't be read. */
static struct setting value_of(const struct meaning *m, struct setting s)
{
	if (!s.place.line)
		s.place = m->place;
	if (!s.text || !strchr(s.text, '$'))
		return s;
	struct putting p = { .m = m, .place = s.place };
	s.text = put_in(&p, s.text) ? arena_strndup(&m->l->arena, sb_text(&p.out), p.out.len) : NULL;
	s.place = p.place;
	sb_release(&p.out);
	return s;
}

/* ---- expressions ---- */

static bool read_expr(const struct meaning *m, struct setting s, struct expr *ret)
{
	const struct model *model = m->l->builder.model;
	struct expr expr;
	const char *why;

	if (!s.text)
		return false;
	if (!expr_parse(s.text, model->levels, model->nlevels, &m->l->builder.model->arena, &expr, &why)) {
		fault(&m->l->faults, BAD_EXPRESSION, s.place, "in '%s': %s", shown_text(&m->l->faults, s.text), why);
		return false;
	}
	*ret = expr;
	return true;
}

static void read_ack(const struct meaning *m, struct setting s, struct quorums *q)
{
	s = value_of(m, s);
	if (!s.text)
		return;
	q->ack_rule = !strcmp(s.text, "insync") ? ACK_INSYNC : !strcmp(s.text, "leader") ? ACK_LEADER : ACK_EXPR;
	if (q->ack_rule == ACK_EXPR)
		read_expr(m, s, &q->ack);
	if (q->ack_rule != ACK_LEADER || m->sem->leader)
		return;
	struct diag *d = fault(&m->l->faults, LEADERLESS_ACK, s.place, "'ack: leader' where there is no leader");
	struct setting leader = m->layer->fields[SYSTEM_LEADER];
	if (leader.place.line)
		fault_also(d, leader.place, "no leader, because of this");
}

static struct place read_quorums(const struct meaning *m)
{
	static const struct setting majority = { .text = "majority" };
	const struct setting *fields = m->layer->fields;
	struct quorums *q = &m->sem->quorums;
	struct setting write = value_of(m, fields[SYSTEM_WRITE].text ? fields[SYSTEM_WRITE] : majority);
	struct setting read = value_of(m, fields[SYSTEM_READ].text ? fields[SYSTEM_READ] : majority);

	read_expr(m, write, &q->write);
	read_expr(m, read, &q->read);
	q->ack = q->write;
	read_ack(m, fields[SYSTEM_ACK], q);
	bool placed = fields[SYSTEM_WRITE].place.line || memcmp(&write.place, &m->place, sizeof(write.place));
	return placed ? write.place : (struct place){0};
}

/* What a fallback does not say stays as it is; where the ack is whatever the write is, that holds here, too. */
static void read_fallback_quorums(const struct meaning *m)
{
	const struct setting *fields = m->layer->fallback;
	struct semantics *sem = m->sem;
	struct setting after = value_of(m, fields[FALLBACK_AFTER]);

	for (int i = 0; i < NFALLBACK_FIELDS; i++)
		sem->has_fallback |= fields[i].text != NULL;
	if (!sem->has_fallback)
		return;
	if (after.text)
		parse_duration(m->l, after, &sem->fallback_after);
	sem->fallback = sem->quorums;
	if (fields[FALLBACK_WRITE].text)
		read_expr(m, value_of(m, fields[FALLBACK_WRITE]), &sem->fallback.write);
	if (fields[FALLBACK_READ].text)
		read_expr(m, value_of(m, fields[FALLBACK_READ]), &sem->fallback.read);
	if (!m->layer->fields[SYSTEM_ACK].text)
		sem->fallback.ack = sem->fallback.write;
	read_ack(m, fields[FALLBACK_ACK], &sem->fallback);
}

/* ---- the rest ---- */

static const struct duration_field {
	enum system_field field;
	duration unset;
	size_t offset;
} duration_fields[] = {
	{ SYSTEM_LAG, DURATION_NONE, offsetof(struct semantics, lag) },
	{ SYSTEM_EVERY, DURATION_NONE, offsetof(struct semantics, every) },
	{ SYSTEM_RESTORE, DURATION_NONE, offsetof(struct semantics, restore) },
	{ SYSTEM_DETECT, 0, offsetof(struct semantics, detect) },
	{ SYSTEM_ELECT, 0, offsetof(struct semantics, elect) },
	{ SYSTEM_PROMOTE, 0, offsetof(struct semantics, promote) },
	{ SYSTEM_OPERATOR, 0, offsetof(struct semantics, operator) },
	{ SYSTEM_REROUTE, 0, offsetof(struct semantics, reroute) },
};

static void read_durations(const struct meaning *m)
{
	for (size_t i = 0; i < sizeof(duration_fields) / sizeof(*duration_fields); i++) {
		const struct duration_field *f = &duration_fields[i];
		duration *d = (duration *)(void *)((char *)m->sem + f->offset);
		*d = f->unset;
		parse_duration(m->l, value_of(m, m->layer->fields[f->field]), d);
	}
}

/* The number of the word that a field has; 0, the first, when it has none. */
static int read_word(const struct meaning *m, enum system_field field, const char *what, const char *const *words)
{
	struct setting s = value_of(m, m->layer->fields[field]);
	int word = s.text ? parse_word(m->l, UNKNOWN_WORD, what, s, words) : 0;

	return word < 0 ? 0 : word;
}

static void read_words(const struct meaning *m)
{
	static const char *const leaders[] = { "one", "none", NULL };
	static const char *const stales[] = { "none", "serve", NULL };
	static const char *const failovers[] = {
		[FAILOVER_AUTO] = "auto", [FAILOVER_MANUAL] = "manual", [FAILOVER_NONE] = "none", NULL,
	};
	static const char *const fencings[] = { [FENCING_QUORUM] = "quorum", [FENCING_NONE] = "none", NULL };

	m->sem->leader = read_word(m, SYSTEM_LEADER, "value for 'leader'", leaders) == 0;
	m->sem->serves_stale = read_word(m, SYSTEM_STALE, "value for 'stale'", stales) == 1;
	m->sem->failover = (enum failover)read_word(m, SYSTEM_FAILOVER, "value for 'failover'", failovers);
	m->sem->fencing = (enum fencing)read_word(m, SYSTEM_FENCING, "value for 'fencing'", fencings);
}

void understand(struct loader *l, const struct layer *layer, const parameter_list *params, struct place place,
                struct semantics *ret, struct place *ret_quorum)
{
	struct meaning m = { l, layer, params, place, ret };

	*ret = (struct semantics){ .rebuild = 1 };
	for (size_t i = 0; i < params->len; i++)
		if (params->at[i].own)
			chosen_text(l, &params->at[i], place);
	read_words(&m);
	read_durations(&m);
	struct setting rebuild = value_of(&m, layer->fields[SYSTEM_REBUILD]);
	if (rebuild.text)
		parse_number(l, rebuild, 0, MAX_REBUILD, &ret->rebuild);
	*ret_quorum = read_quorums(&m);
	if (layer->has_fallback)
		read_fallback_quorums(&m);
}
