/* places - the tables levels, domains, shared and shared_members */
#include <stdlib.h>
#include <string.h>

#include "model/names.h"
#include "query/query_p.h"

/* ---- attributes ---- */

enum attribute { ATTRIBUTE_DOWN, ATTRIBUTE_MTBF, ATTRIBUTE_MTTR, ATTRIBUTE_RTT };

#define ATTRIBUTE_COLUMN_ROWS \
	{"down", SQL_REAL, "the probability of being down, where it is said", false}, \
	{"mtbf", SQL_REAL, "seconds between failures, where it is said", false}, \
	{"mttr", SQL_REAL, "seconds to repair, where it is said", false}, \
	{"rtt", SQL_REAL, "seconds of a round trip inside, where it is said", false}

static void give_attribute(const struct attributes *a, enum attribute which, struct sql_out *out)
{
	const duration times[] = {[ATTRIBUTE_MTBF] = a->mtbf, [ATTRIBUTE_MTTR] = a->mttr, [ATTRIBUTE_RTT] = a->rtt};

	if (which != ATTRIBUTE_DOWN)
		give_time(out, times[which]);
	else if (a->down >= 0)
		sql_give_real(out, a->down);
}

static bool is_said(const struct attributes *a, enum attribute which)
{
	const duration times[] = {[ATTRIBUTE_MTBF] = a->mtbf, [ATTRIBUTE_MTTR] = a->mttr, [ATTRIBUTE_RTT] = a->rtt};

	return which == ATTRIBUTE_DOWN ? a->down >= 0 : times[which] != DURATION_NONE;
}

static int by_domain(const void *key, const void *row)
{
	domain_id a = *(const domain_id *)key, b = ((const struct domain_attributes *)row)->domain;

	return (a > b) - (a < b);
}

/* A domain's own, else its level's. */
static void give_domain_attribute(const struct model *m, domain_id d, enum attribute which, struct sql_out *out)
{
	const struct domain_attributes *own = m->nown_attributes
		? bsearch(&d, m->own_attributes, m->nown_attributes, sizeof(*own), by_domain) : NULL;
	const struct attributes *a = &m->level_attributes[m->domains[d].level];

	give_attribute(own && is_said(&own->attributes, which) ? &own->attributes : a, which, out);
}

static void give_mark(struct sql_out *out, enum mark mark)
{
	if (mark != MARK_NONE)
		sql_give_word(out, mark == MARK_KILLED ? "killed" : "drained");
}

/* A place as the words of actions name it, quoted where that is needed. */
static void give_word(const struct model *m, place_id p, struct sql_out *out)
{
	struct strbuf sb = {0};
	struct action kill = {.verb = VERB_KILL, .place = p, .other = NO_PLACE};
	size_t verb = strlen(verb_names[VERB_KILL]) + 1;

	sb_add_action(&sb, m, &kill);
	sql_give_text(out, sb_text(&sb) + verb, sb.len - verb);
	sb_release(&sb);
}

/* ---- levels ---- */

enum { LEVEL_ID, LEVEL_NAME, LEVEL_DOMAINS, LEVEL_ATTRIBUTES };
static const struct sql_column level_columns[] = {
	{"id", SQL_INT, "0 is the root, 1 the widest level", false},
	{"name", SQL_TEXT, "region, az, ...; root", false},
	{"domains", SQL_INT, "how many domains it has", false},
	ATTRIBUTE_COLUMN_ROWS,
};
static const struct sql_path level_paths[] = {PATH_BY_ROW(LEVEL_ID)};

static uint64_t level_rows(void *context)
{
	return ((struct query *)context)->m->nlevels + 1;
}

static void level_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	const struct model *m = ((struct query *)c->context)->m;

	switch (column) {
	case LEVEL_ID: sql_give_int(out, (int64_t)c->row); break;
	case LEVEL_NAME: sql_give_word(out, c->row ? m->levels[c->row - 1] : "root"); break;
	case LEVEL_DOMAINS: sql_give_int(out, m->level_count[c->row]); break;
	default: give_attribute(&m->level_attributes[c->row], (enum attribute)(column - LEVEL_ATTRIBUTES), out);
	}
}

/* ---- domains ---- */

enum {
	DOMAIN_ID, DOMAIN_PARENT, DOMAIN_LAST, DOMAIN_NAME, DOMAIN_PATH, DOMAIN_LEVEL, DOMAIN_STATE, DOMAIN_MARK, DOMAIN_WORD,
	DOMAIN_LINE, DOMAIN_ATTRIBUTES
};
static const struct sql_column domain_columns[] = {
	{"id", SQL_INT, "0 is the root, which contains all", false},
	{"parent", SQL_INT, "the domain above; NULL for the root", false},
	{"last", SQL_INT, "the last domain inside: what is in d is BETWEEN d.id AND d.last", false},
	{"name", SQL_TEXT, "its own name; NULL for the root", false},
	{"path", SQL_TEXT, "its whole path, with a leading slash", false},
	{"level", SQL_TEXT, "the name of its level; root", false},
	{"state", SQL_TEXT, "up, drained or killed, by marks above it and shared ones too", false},
	{"mark", SQL_TEXT, "its own mark: drained or killed", false},
	{"word", SQL_TEXT, "as actions name it: verdict('kill ' || word)", false},
	{"line", SQL_INT, "where it stands in the file", false},
	ATTRIBUTE_COLUMN_ROWS,
};

static uint64_t domain_rows(void *context)
{
	return ((struct query *)context)->m->ndomains;
}

static const char *state_word(const struct state *s, domain_id d)
{
	uint8_t gone = state_gone(s, d);

	return gone & GONE_LOST ? "killed" : gone & GONE_DEAF ? "drained" : "up";
}

static void domain_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	struct query *q = c->context;
	domain_id id = (domain_id)c->row;
	const struct domain *d = &q->m->domains[id];

	switch (column) {
	case DOMAIN_ID: sql_give_int(out, id); break;
	case DOMAIN_PARENT:
		if (id != ROOT)
			sql_give_int(out, d->parent);
		break;
	case DOMAIN_LAST: sql_give_int(out, (int64_t)d->end - 1); break;
	case DOMAIN_NAME:
		if (id != ROOT)
			give_str(out, q->m, d->name);
		break;
	case DOMAIN_PATH: give_path(q, id, out); break;
	case DOMAIN_LEVEL: sql_give_word(out, place_level_name(q->m, id)); break;
	case DOMAIN_STATE: sql_give_word(out, state_word(q->state, id)); break;
	case DOMAIN_MARK: give_mark(out, state_mark(q->state, id)); break;
	case DOMAIN_WORD: give_word(q->m, id, out); break;
	case DOMAIN_LINE: sql_give_int(out, d->place.line); break;
	default: give_domain_attribute(q->m, id, (enum attribute)(column - DOMAIN_ATTRIBUTES), out);
	}
}

static void find_children(const struct model *m, const struct sql_wanted *w, sql_rows *ret)
{
	domain_id parent = (domain_id)w->least;

	if (w->least != w->most || w->least < 0 || w->least >= m->ndomains)
		return;
	for (domain_id d = parent + 1; d < m->domains[parent].end; d = m->domains[d].end)
		vec_push(ret, d);
}

/* By name or path, as references are; shared domains of the name are left out. */
static void find_named(const struct model *m, const struct sql_wanted *w, sql_rows *ret)
{
	place_id one, *all;
	size_t n = 0;

	if (resolve_place(m, w->text, w->len, &one, NULL, 0, &n) == RESOLVE_OK) {
		if (one < m->ndomains)
			vec_push(ret, one);
		return;
	}
	all = xcalloc(n + 1, sizeof(*all));
	if (n)
		resolve_place(m, w->text, w->len, &one, all, n, &n);
	for (size_t i = 0; i < n; i++)
		if (all[i] < m->ndomains)
			vec_push(ret, all[i]);
	free(all);
}

static void find_domains(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w, sql_rows *ret)
{
	const struct model *m = ((struct query *)c->context)->m;

	if (path->column == DOMAIN_PARENT)
		find_children(m, w, ret);
	else
		find_named(m, w, ret);
}

static const struct sql_path *domain_paths(struct query *q, uint32_t *ret_n)
{
	struct sql_path *paths = arena_alloc(&q->arena, 4 * sizeof(*paths));
	uint32_t n = q->m->ndomains, inner = 1;

	for (domain_id d = 1; d < n; d++)
		inner += q->m->domains[d].end > d + 1;
	paths[0] = (struct sql_path)PATH_BY_ROW(DOMAIN_ID);
	paths[1] = (struct sql_path)PATH_FOUND(DOMAIN_PARENT, inner);
	paths[2] = (struct sql_path)PATH_FOUND(DOMAIN_NAME, n);
	paths[3] = (struct sql_path)PATH_FOUND(DOMAIN_PATH, n);
	*ret_n = 4;
	return paths;
}

/* ---- shared domains ---- */

enum { SHARED_ID, SHARED_NAME, SHARED_KIND, SHARED_MEMBERS, SHARED_MARK, SHARED_WORD, SHARED_LINE, SHARED_ATTRIBUTES };
static const struct sql_column shared_columns[] = {
	{"id", SQL_INT, "from 0", false},
	{"name", SQL_TEXT, "its name", false},
	{"kind", SQL_TEXT, "as the file says, or empty", false},
	{"members", SQL_INT, "how many domains are its members", false},
	{"mark", SQL_TEXT, "its mark: drained or killed", false},
	{"word", SQL_TEXT, "as actions name it", false},
	{"line", SQL_INT, "where it stands in the file", false},
	ATTRIBUTE_COLUMN_ROWS,
};
static const struct sql_path shared_paths[] = {PATH_BY_ROW(SHARED_ID)};

static uint64_t shared_rows(void *context)
{
	return ((struct query *)context)->m->nshared;
}

static void shared_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	struct query *q = c->context;
	const struct shared *s = &q->m->shared[c->row];
	place_id p = q->m->ndomains + (place_id)c->row;

	switch (column) {
	case SHARED_ID: sql_give_int(out, (int64_t)c->row); break;
	case SHARED_NAME: give_str(out, q->m, s->name); break;
	case SHARED_KIND: give_str(out, q->m, s->kind); break;
	case SHARED_MEMBERS: sql_give_int(out, s->nmembers); break;
	case SHARED_MARK: give_mark(out, state_mark(q->state, p)); break;
	case SHARED_WORD: give_word(q->m, p, out); break;
	case SHARED_LINE: sql_give_int(out, s->place.line); break;
	default: give_attribute(&s->attributes, (enum attribute)(column - SHARED_ATTRIBUTES), out);
	}
}

enum { MEMBER_SHARED, MEMBER_DOMAIN };
static const struct sql_column member_columns[] = {
	{"shared", SQL_INT, "the shared domain", false},
	{"domain", SQL_INT, "a domain of the tree that fails with it", false},
};
static const struct sql_path member_paths[] = {PATH_SORTED(MEMBER_SHARED)};

static uint64_t member_rows(void *context)
{
	return ((struct query *)context)->memberships.len;
}

static void member_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	struct query *q = c->context;
	struct membership_row row = q->memberships.at[c->row];

	sql_give_int(out, column == MEMBER_SHARED ? row.shared : q->m->shared[row.shared].members[row.member]);
}

static void span_members(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w,
                         uint64_t *ret_first, uint64_t *ret_end)
{
	const struct query *q = c->context;
	uint64_t least, end, at = 0;

	(void)path;
	clamp_wanted(w, q->m->nshared, &least, &end);
	while (at < q->memberships.len && q->memberships.at[at].shared < least)
		at++;
	*ret_first = at;
	while (at < q->memberships.len && q->memberships.at[at].shared < end)
		at++;
	*ret_end = at;
}

void add_place_tables(struct query *q)
{
	struct sql_relation *domains = &q->tables[TABLE_DOMAINS];

	for (uint32_t s = 0; s < q->m->nshared; s++)
		for (uint32_t i = 0; i < q->m->shared[s].nmembers; i++)
			vec_push(&q->memberships, (struct membership_row){s, i});
	q->tables[TABLE_LEVELS] = (struct sql_relation){
		"levels", "the levels of the topology, widest first", TABLE_COLUMNS(level_columns), TABLE_PATHS(level_paths),
		.rows = level_rows, .value = level_value};
	*domains = (struct sql_relation){
		"domains", "the domains of the tree, each before those inside it", TABLE_COLUMNS(domain_columns),
		.rows = domain_rows, .value = domain_value, .find = find_domains};
	domains->paths = domain_paths(q, &domains->npaths);
	q->tables[TABLE_SHARED] = (struct sql_relation){
		"shared", "sets of domains that fail together", TABLE_COLUMNS(shared_columns), TABLE_PATHS(shared_paths),
		.rows = shared_rows, .value = shared_value};
	q->tables[TABLE_SHARED_MEMBERS] = (struct sql_relation){
		"shared_members", "which domains those are", TABLE_COLUMNS(member_columns), TABLE_PATHS(member_paths),
		.rows = member_rows, .value = member_value, .span = span_members};
}
