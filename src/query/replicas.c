/*
 * replicas - the table of that name: each replica's place, and one column for each level above it.
 *
 * The model's index from domains to the groups on them serves as an index by domain; as domains are numbered in
 * pre-order, it is one by every level, too.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model/names.h"
#include "query/query_p.h"

enum {
	REPLICA_ID, REPLICA_GROUP, REPLICA_SERVICE, REPLICA_N, REPLICA_DOMAIN, REPLICA_ROLE, REPLICA_ACTING, REPLICA_LIVE,
	REPLICA_PRESENT, REPLICA_LEADER, REPLICA_LEVELS
};
static const struct sql_column replica_columns[REPLICA_LEVELS] = {
	{"id", SQL_INT, "from 0", false},
	{"grp", SQL_INT, "the group that it is a member of", false},
	{"service", SQL_INT, "that group's service", false},
	{"n", SQL_INT, "its place in the group's list, from 1", false},
	{"domain", SQL_INT, "where it sits", false},
	{"role", SQL_TEXT, "as the file says: voter, witness, arbiter, learner, standby or backup", false},
	{"acting", SQL_TEXT, "the role that it has now; NULL: struck by an accept, it no longer counts", false},
	{"live", SQL_INT, "1: not killed, drained or cut off", false},
	{"present", SQL_INT, "1: not killed: it still has what it had", false},
	{"leader", SQL_INT, "1: it leads the group", false},
};

/* ---- which group a replica is of ---- */

/* Rows mostly come one after the other: hint[0] is the last one's group. */
static uint32_t group_of(struct sql_cursor *c, const struct model *m)
{
	uint32_t g = (uint32_t)c->hint[0], low = 0, high = m->ngroups;
	uint64_t row = c->row;

	if (g + 1 < m->ngroups && row >= m->first_replica[g + 1])
		g++;
	if (row >= m->first_replica[g] && row < m->first_replica[g + 1]) {
		c->hint[0] = g;
		return g;
	}
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;

		if (m->first_replica[middle] <= row)
			low = middle;
		else
			high = middle;
	}
	c->hint[0] = low;
	return low;
}

/* ---- what is known of a group's replicas now, for the group at hand ---- */

struct seats {
	uint32_t group;
	uint64_t version;
	bool known;
	struct group_why why;
	struct replica_why replicas[]; /* of the largest group */
};

static uint32_t largest_group(const struct model *m)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < m->nrolesets; i++)
		if (m->rolesets[i].len > most)
			most = m->rolesets[i].len;
	return most;
}

static const struct replica_why *seat_of(struct sql_cursor *c, const struct query *q, uint32_t group)
{
	struct seats *s = c->own;

	if (!s)
		s = c->own = xcalloc(1, sizeof(*s) + largest_group(q->m) * sizeof(*s->replicas));
	if (!s->known || s->group != group || s->version != state_version(q->state)) {
		s->why = (struct group_why){.replicas = s->replicas};
		state_why(q->state, group, &s->why);
		s->group = group;
		s->version = state_version(q->state);
		s->known = true;
		sql_spend(c->db, 100);
	}
	return &s->replicas[c->row - q->m->first_replica[group]];
}

static void close_seats(struct sql_cursor *c)
{
	free(c->own);
}

static bool is_live(struct sql_cursor *c, const struct query *q, uint32_t group)
{
	size_t cuts;

	state_cuts(q->state, &cuts);
	if (cuts)
		return seat_of(c, q, group)->live;
	return !state_gone(q->state, q->m->replicas[c->row]);
}

/* ---- values ---- */

static uint64_t replica_rows(void *context)
{
	return ((struct query *)context)->m->nreplicas;
}

static void give_ancestor(struct query *q, domain_id d, unsigned level, struct sql_out *out)
{
	domain_id above = domain_at_level(q->m, d, level);

	if (above != NO_DOMAIN)
		give_path(q, above, out);
}

static void give_acting(const struct replica_why *seat, struct sql_out *out)
{
	if (seat->role < ROLES)
		sql_give_word(out, role_info[seat->role].name);
}

static bool leads(const struct query *q, uint32_t group, uint32_t n)
{
	const struct model *m = q->m;

	return m->services[model_service_of(m, group)].sem.leader && state_outcome(q->state, group)->leader == n;
}

static void replica_value(struct sql_cursor *c, uint32_t column, struct sql_out *out)
{
	struct query *q = c->context;
	const struct model *m = q->m;
	domain_id at = m->replicas[c->row];
	uint32_t g = column == REPLICA_ID || column == REPLICA_DOMAIN || column >= REPLICA_LEVELS ? 0 : group_of(c, m);
	uint32_t n = (uint32_t)c->row - m->first_replica[g];

	switch (column) {
	case REPLICA_ID: sql_give_int(out, (int64_t)c->row); break;
	case REPLICA_GROUP: sql_give_int(out, g); break;
	case REPLICA_SERVICE: sql_give_int(out, model_service_of(m, g)); break;
	case REPLICA_N: sql_give_int(out, n + 1); break;
	case REPLICA_DOMAIN: sql_give_int(out, at); break;
	case REPLICA_ROLE: sql_give_word(out, role_info[group_roles(m, g)[n]].name); break;
	case REPLICA_ACTING: give_acting(seat_of(c, q, g), out); break;
	case REPLICA_LIVE: sql_give_int(out, is_live(c, q, g)); break;
	case REPLICA_PRESENT: sql_give_int(out, !(state_gone(q->state, at) & GONE_LOST)); break;
	case REPLICA_LEADER: sql_give_int(out, leads(q, g, n)); break;
	default: give_ancestor(q, at, column - REPLICA_LEVELS + 1, out);
	}
}

/* ---- the index by domain ---- */

static uint64_t replica_positions(void *context)
{
	const struct model *m = ((struct query *)context)->m;

	return model_groups_on(m)->first[m->ndomains];
}

/* The domain at a position of the index: hint[1] is the last one's. */
static domain_id domain_at(struct sql_cursor *c, const struct model *m, uint64_t position)
{
	const uint32_t *on_first = model_groups_on(m)->first;
	domain_id low = (domain_id)c->hint[1], high = m->ndomains;

	if (position < on_first[low])
		low = 0;
	for (int i = 0; i < 8 && low < high && position >= on_first[low + 1]; i++)
		low++;
	while (position >= on_first[low + 1]) {
		domain_id middle = low + (high - low) / 2;

		if (on_first[middle] <= position)
			low = middle;
		else
			high = middle;
	}
	c->hint[1] = low;
	return low;
}

/* A group stands once at each of its domains, and may have several replicas there. */
static bool replica_at(struct sql_cursor *c, uint64_t position, uint32_t n, uint64_t *ret)
{
	const struct model *m = ((struct query *)c->context)->m;
	domain_id d = domain_at(c, m, position);
	uint32_t g = model_groups_on(m)->groups[position];

	for (uint32_t r = m->first_replica[g]; r < m->first_replica[g + 1]; r++)
		if (m->replicas[r] == d && n-- == 0) {
			c->hint[0] = g;
			*ret = r;
			return true;
		}
	return false;
}

/* A domain by its whole path, if it is of the level. */
static domain_id domain_of_level(const struct model *m, const struct sql_wanted *w, unsigned level)
{
	place_id p;

	if (!w->len || *w->text != '/' || resolve_place(m, w->text, w->len, &p, NULL, 0, NULL) != RESOLVE_OK)
		return NO_DOMAIN;
	return p < m->ndomains && m->domains[p].level == level ? p : NO_DOMAIN;
}

static uint32_t first_of_service(const struct model *m, uint64_t service)
{
	return m->first_replica[service < m->nservices ? m->services[service].first_group : m->ngroups];
}

static void span_level(const struct model *m, const struct sql_path *path, const struct sql_wanted *w,
                       uint64_t *ret_first, uint64_t *ret_end)
{
	domain_id d = domain_of_level(m, w, path->column - REPLICA_LEVELS + 1);

	*ret_first = d == NO_DOMAIN ? 0 : model_groups_on(m)->first[d];
	*ret_end = d == NO_DOMAIN ? 0 : model_groups_on(m)->first[m->domains[d].end];
}

static void span_replicas(struct sql_cursor *c, const struct sql_path *path, const struct sql_wanted *w,
                          uint64_t *ret_first, uint64_t *ret_end)
{
	const struct model *m = ((struct query *)c->context)->m;
	uint64_t first, end;

	switch (path->column) {
	case REPLICA_GROUP:
		clamp_wanted(w, m->ngroups, &first, &end);
		*ret_first = m->first_replica[first];
		*ret_end = m->first_replica[end];
		break;
	case REPLICA_SERVICE:
		clamp_wanted(w, m->nservices, &first, &end);
		*ret_first = first_of_service(m, first);
		*ret_end = first_of_service(m, end);
		break;
	case REPLICA_DOMAIN:
		clamp_wanted(w, m->ndomains, &first, &end);
		*ret_first = model_groups_on(m)->first[first];
		*ret_end = model_groups_on(m)->first[end];
		break;
	default:
		span_level(m, path, w, ret_first, ret_end);
	}
}

/* ---- the columns of levels ---- */

static bool is_taken(const struct sql_column *columns, uint32_t n, const char *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (!strcasecmp(columns[i].name, name))
			return true;
	return false;
}

/* A level's name, with something behind it where it is another column's: SQL knows no case. */
static const char *level_column(struct query *q, const struct sql_column *columns, uint32_t n, const char *level)
{
	const char *name = level;

	for (unsigned i = 1; is_taken(columns, n, name); i++)
		name = i == 1 ? arena_printf(&q->arena, "%s_level", level) : arena_printf(&q->arena, "%s_level_%u", level, i);
	return name;
}

static const struct sql_column *make_columns(struct query *q, uint32_t n)
{
	struct sql_column *columns = arena_alloc(&q->arena, n * sizeof(*columns));

	memcpy(columns, replica_columns, sizeof(replica_columns));
	for (uint32_t i = REPLICA_LEVELS; i < n; i++) {
		const char *level = q->m->levels[i - REPLICA_LEVELS];

		columns[i] = (struct sql_column){level_column(q, columns, i, level), SQL_TEXT,
			arena_printf(&q->arena, "the path of the %s that it is in; NULL where it sits above one", level), false};
	}
	return columns;
}

/* The highest level that a replica sits on: there and above, what is in one domain stands together in the index. */
static unsigned highest_seat(const struct model *m)
{
	const uint32_t *on_first = model_groups_on(m)->first;
	unsigned level = m->nlevels;

	for (domain_id d = 0; d < m->ndomains; d++)
		if (on_first[d + 1] > on_first[d] && m->domains[d].level < level)
			level = m->domains[d].level;
	return level;
}

static const struct sql_path *make_paths(struct query *q, uint32_t *ret_n)
{
	const struct model *m = q->m;
	unsigned highest = highest_seat(m);
	struct sql_path *paths = arena_alloc(&q->arena, (4 + m->nlevels) * sizeof(*paths));

	paths[0] = (struct sql_path)PATH_BY_ROW(REPLICA_ID);
	paths[1] = (struct sql_path)PATH_SORTED(REPLICA_GROUP);
	paths[1].distinct = m->ngroups;
	paths[2] = (struct sql_path)PATH_SORTED(REPLICA_SERVICE);
	paths[2].distinct = m->nservices;
	paths[3] = (struct sql_path){.column = REPLICA_DOMAIN, .order = SQL_BY_INDEX, .ranges = true, .sorted = true,
	                             .grouped = true, .distinct = m->ndomains};
	for (uint32_t i = 0; i < m->nlevels; i++)
		paths[4 + i] = (struct sql_path){.column = REPLICA_LEVELS + i, .order = SQL_BY_INDEX,
		                                 .grouped = i + 1 <= highest, .distinct = m->level_count[i + 1]};
	*ret_n = 4 + m->nlevels;
	return paths;
}

void add_replica_table(struct query *q)
{
	struct sql_relation *r = &q->tables[TABLE_REPLICAS];

	*r = (struct sql_relation){
		"replicas", "the members of groups, with a column for each level",
		.rows = replica_rows, .value = replica_value, .span = span_replicas, .positions = replica_positions,
		.row_at = replica_at, .close = close_seats};
	r->ncolumns = REPLICA_LEVELS + q->m->nlevels;
	r->columns = make_columns(q, r->ncolumns);
	r->paths = make_paths(q, &r->npaths);
}
