/* query - see query/query.h: life of the tables, and what several of them need */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/names.h"
#include "query/query_p.h"

#define MAX_KEPT ((size_t)128 << 20) /* bytes of paths */

/* ---- life ---- */

struct query *query_new(struct state *s, struct analysis *a)
{
	struct query *q = xcalloc(1, sizeof(*q));

	q->state = s;
	q->engine = state_engine(s);
	q->m = engine_model(q->engine);
	q->analysis = a;
	q->db = sql_new();
	add_place_tables(q);
	add_service_tables(q);
	add_group_tables(q);
	add_replica_table(q);
	add_trial_tables(q);
	add_judged_tables(q);
	for (size_t i = 0; i < QUERY_TABLES; i++)
		sql_relation(q->db, &q->tables[i], q);
	return q;
}

void query_free(struct query *q)
{
	if (!q)
		return;
	sql_free(q->db);
	if (q->own_analysis)
		analysis_free(q->analysis);
	for (uint32_t i = 0; q->tolerances && i < q->m->nservices; i++)
		free(q->tolerances[i]);
	free(q->tolerances);
	free(q->paths);
	table_release(&q->group_names);
	diag_release(&q->findings);
	vec_free(&q->played);
	vec_free(&q->memberships);
	vec_free(&q->needs);
	arena_release(&q->arena);
	free(q);
}

struct sql *query_sql(struct query *q)
{
	return q->db;
}

const struct sql_relation *query_relations(const struct query *q, size_t *ret_n)
{
	*ret_n = QUERY_TABLES;
	return q->tables;
}

struct analysis *query_analysis(struct query *q)
{
	if (!q->analysis) {
		q->analysis = analysis_new(q->engine);
		q->own_analysis = true;
	}
	return q->analysis;
}

/* ---- names ---- */

static bool keep_path(struct query *q, place_id p)
{
	if (!q->paths)
		q->paths = xcalloc((size_t)q->m->ndomains + q->m->nshared, sizeof(*q->paths));
	if (!q->paths[p] && q->arena.used < MAX_KEPT)
		q->paths[p] = place_path(q->m, p, &q->arena);
	return q->paths[p] != NULL;
}

/* Kept, as replicas share them; but a million domains may lie beneath one with a very long name. */
void give_path(struct query *q, place_id p, struct sql_out *out)
{
	struct strbuf sb = {0};

	if (keep_path(q, p)) {
		sql_give_word(out, q->paths[p]);
		return;
	}
	sb_add_path(&sb, q->m, p);
	sql_give_text(out, sb_text(&sb), sb.len);
	sb_release(&sb);
}

static void index_groups(struct query *q)
{
	const struct model *m = q->m;

	for (uint32_t g = m->ngroups; g-- > 0;)
		table_add(&q->group_names, hash_bytes(str_text(m->strings, m->groups[g].name),
		                                      str_len(m->strings, m->groups[g].name)), g);
	q->groups_named = true;
}

static bool is_named(const struct model *m, uint32_t group, const char *name, size_t len)
{
	str_id s = m->groups[group].name;

	return str_len(m->strings, s) == len && !memcmp(str_text(m->strings, s), name, len);
}

uint32_t query_group_named(struct query *q, uint32_t service, const char *name, size_t len)
{
	uint64_t key = hash_bytes(name, len);
	uint32_t best = NO_GROUP;

	if (!q->groups_named)
		index_groups(q);
	for (uint32_t at = table_first(&q->group_names, key); at != TABLE_END; at = table_next(&q->group_names, key, at)) {
		uint32_t g = table_value(&q->group_names, at);

		if (g < best && is_named(q->m, g, name, len) &&
		    (service == NO_SERVICE || model_service_of(q->m, g) == service))
			best = g;
	}
	return best;
}

/* ---- values ---- */

void give_time(struct sql_out *out, duration d)
{
	if (d != DURATION_NONE)
		sql_give_real(out, duration_seconds(d));
}

void give_limit(struct sql_out *out, duration d)
{
	sql_give_real(out, d == DURATION_NONE ? (double)INFINITY : duration_seconds(d));
}

void give_str(struct sql_out *out, const struct model *m, str_id s)
{
	sql_give_word(out, str_text(m->strings, s));
}

/* ---- spans ---- */

void clamp_wanted(const struct sql_wanted *w, uint64_t n, uint64_t *ret_first, uint64_t *ret_end)
{
	*ret_first = w->least < 0 ? 0 : (uint64_t)w->least < n ? (uint64_t)w->least : n;
	*ret_end = w->most < 0 ? 0 : (uint64_t)w->most < n ? (uint64_t)w->most + 1 : n;
	if (*ret_end < *ret_first)
		*ret_end = *ret_first;
}
