/* sql_table - a relation as a virtual table of SQLite's: its declaration, its plans, its cursors */
#include <math.h>
#include <string.h>

#include "store/sql_p.h"

_Static_assert(SQLITE_VERSION_NUMBER >= 3031000, "SQLite 3.31 or newer is needed");

struct vtab { sqlite3_vtab base; struct sql_table *table; };

struct vcursor {
	sqlite3_vtab_cursor base;
	struct sql_cursor at;
	const struct sql_table *table;
	enum sql_order order;
	uint64_t position, end;
	uint32_t nth;        /* SQL_BY_INDEX: which row at the position */
	sql_rows found;      /* SQL_BY_FINDING */
	char **arguments;    /* of a table-valued function; NULL: not called, or with NULL */
};

const char *const sql_type_names[] = {
	[SQL_NULL] = "", [SQL_INT] = "INTEGER", [SQL_REAL] = "REAL", [SQL_TEXT] = "TEXT", [SQL_BLOB] = "BLOB",
};

/* ---- values ---- */

void sql_give_int(struct sql_out *out, int64_t value)
{
	sqlite3_result_int64((sqlite3_context *)out, value);
}

void sql_give_real(struct sql_out *out, double value)
{
	sqlite3_result_double((sqlite3_context *)out, value);
}

void sql_give_text(struct sql_out *out, const char *text, size_t len)
{
	sqlite3_result_text64((sqlite3_context *)out, text, len, SQLITE_TRANSIENT, SQLITE_UTF8);
}

void sql_give_word(struct sql_out *out, const char *text)
{
	sqlite3_result_text((sqlite3_context *)out, text, -1, SQLITE_STATIC);
}

/* ---- declaration ---- */

static void sb_add_identifier(struct strbuf *sb, const char *name)
{
	sb_addc(sb, '"');
	for (; *name; name++) {
		if (*name == '"')
			sb_addc(sb, '"');
		sb_addc(sb, *name);
	}
	sb_addc(sb, '"');
}

void sb_add_declaration(struct strbuf *sb, const struct sql_relation *r)
{
	sb_add(sb, "CREATE TABLE x(");
	for (uint32_t i = 0; i < r->ncolumns; i++) {
		const struct sql_column *c = &r->columns[i];

		sb_add(sb, i ? ", " : "");
		sb_add_identifier(sb, c->name);
		sb_addf(sb, " %s%s", sql_type_names[c->type], c->argument ? " HIDDEN" : "");
	}
	sb_add(sb, ")");
}

static int connect_table(sqlite3 *db, void *aux, int argc, const char *const *argv, sqlite3_vtab **ret, char **ret_error)
{
	struct sql_table *table = aux;
	struct strbuf text = {0};
	struct vtab *v;
	int status;

	(void)argc, (void)argv, (void)ret_error;
	sb_add_declaration(&text, table->relation);
	table->db->declaring = true;
	status = sqlite3_declare_vtab(db, sb_text(&text));
	table->db->declaring = false;
	sb_release(&text);
	if (status != SQLITE_OK)
		return status;
	v = sqlite3_malloc(sizeof(*v));
	if (!v)
		return SQLITE_NOMEM;
	*v = (struct vtab){.table = table};
	*ret = &v->base;
	return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *v)
{
	sqlite3_free(v);
	return SQLITE_OK;
}

/* ---- plans ---- */

/* A plan in SQLite's idxNum: which path (its number plus one), the order, and which of its constraints are given. */
enum { PLAN_EQUAL = 1, PLAN_LEAST = 2, PLAN_MOST = 4, PLAN_ORDER_SHIFT = 3, PLAN_PATH_SHIFT = 5 };

struct plan {
	const struct sql_path *path; /* NULL: all rows */
	enum sql_order order;
	int equal, least, most;      /* constraints; -1: none */
	double rows, cost;
	bool ordered;
};

static uint32_t arguments_of(const struct sql_relation *r)
{
	uint32_t n = 0;

	while (n < r->ncolumns && r->columns[r->ncolumns - 1 - n].argument)
		n++;
	return n;
}

static bool is_binary(sqlite3_index_info *info, int i)
{
	return !sqlite3_stricmp(sqlite3_vtab_collation(info, i), "BINARY");
}

/* What a path can do with the constraints; the rest is SQLite's, which looks at all of them again anyway. */
static struct plan plan_path(const struct sql_relation *r, const struct sql_path *path, sqlite3_index_info *info,
                             double all)
{
	struct plan p = {path, path->order, -1, -1, -1, all, 0, false};

	for (int i = 0; i < info->nConstraint; i++) {
		const struct sqlite3_index_constraint *c = &info->aConstraint[i];

		if (!c->usable || c->iColumn != (int)path->column)
			continue;
		if (c->op == SQLITE_INDEX_CONSTRAINT_EQ && p.equal < 0 &&
		    (r->columns[path->column].type == SQL_INT || is_binary(info, i)))
			p.equal = i;
		if (!path->ranges)
			continue;
		if ((c->op == SQLITE_INDEX_CONSTRAINT_GT || c->op == SQLITE_INDEX_CONSTRAINT_GE) && p.least < 0)
			p.least = i;
		if ((c->op == SQLITE_INDEX_CONSTRAINT_LT || c->op == SQLITE_INDEX_CONSTRAINT_LE) && p.most < 0)
			p.most = i;
	}
	if (p.equal >= 0)
		p.least = p.most = -1;
	p.rows = p.equal >= 0 ? all / (double)(path->distinct ? path->distinct : 1) :
	         p.least >= 0 && p.most >= 0 ? all / 50 : p.least >= 0 || p.most >= 0 ? all / 4 : all;
	if (p.rows < 1)
		p.rows = 1;
	return p;
}

static bool has_constraint(const struct plan *p)
{
	return p->equal >= 0 || p->least >= 0 || p->most >= 0;
}

static const struct sql_path *path_of(const struct sql_relation *r, int column, enum sql_order order)
{
	for (uint32_t i = 0; i < r->npaths; i++)
		if ((int)r->paths[i].column == column && r->paths[i].order == order)
			return &r->paths[i];
	return NULL;
}

/* GROUP BY needs equal rows side by side, and no more. */
static bool only_groups(sqlite3_index_info *info)
{
#if SQLITE_VERSION_NUMBER >= 3038000
	return sqlite3_vtab_distinct(info) == 1;
#else
	(void)info;
	return false;
#endif
}

static bool gives_order(const struct sql_relation *r, enum sql_order order, sqlite3_index_info *info)
{
	bool groups = only_groups(info);

	if (!info->nOrderBy || order == SQL_BY_FINDING)
		return false;
	for (int i = 0; i < info->nOrderBy; i++) {
		const struct sql_path *path = path_of(r, info->aOrderBy[i].iColumn, order);

		if (!path || (groups ? !path->grouped : !path->sorted || info->aOrderBy[i].desc))
			return false;
		if (path->unique)
			return true;
	}
	return true;
}

/* A row by way of an index costs a little more than the next one; sorting costs most. */
static void weigh(struct plan *p, const struct sql_relation *r, sqlite3_index_info *info)
{
	p->ordered = gives_order(r, p->order, info);
	p->cost = p->rows * (p->order == SQL_BY_ROW ? 1 : 1.2) + 5;
	if (info->nOrderBy && !p->ordered)
		p->cost += p->rows * (1 + log2(p->rows + 1)) / 4;
}

static struct plan choose(const struct sql_relation *r, double all, sqlite3_index_info *info)
{
	struct plan best = {NULL, SQL_BY_ROW, -1, -1, -1, all < 1 ? 1 : all, 0, false};

	weigh(&best, r, info);
	for (uint32_t i = 0; i < r->npaths; i++) {
		struct plan p = plan_path(r, &r->paths[i], info, all);

		weigh(&p, r, info);
		if (has_constraint(&p) ? p.cost <= best.cost : p.ordered && p.order == SQL_BY_INDEX && p.cost < best.cost)
			best = p;
	}
	return best;
}

/* Every argument must be known; NULL is not one that a function is called with. */
static bool take_arguments(const struct sql_relation *r, sqlite3_index_info *info)
{
	uint32_t n = arguments_of(r);

	for (uint32_t a = 0; a < n; a++) {
		bool given = false;

		for (int i = 0; i < info->nConstraint && !given; i++) {
			const struct sqlite3_index_constraint *c = &info->aConstraint[i];

			if (c->iColumn != (int)(r->ncolumns - n + a) || c->op != SQLITE_INDEX_CONSTRAINT_EQ || !c->usable)
				continue;
			info->aConstraintUsage[i].argvIndex = (int)a + 1;
			info->aConstraintUsage[i].omit = 1;
			given = true;
		}
		if (!given)
			return false;
	}
	return true;
}

static void use(sqlite3_index_info *info, int constraint, uint32_t *argument, int bit)
{
	if (constraint < 0)
		return;
	info->aConstraintUsage[constraint].argvIndex = (int)++*argument;
	info->idxNum |= bit;
}

/* What EXPLAIN QUERY PLAN shows. */
static char *plan_text(const struct sql_relation *r, const struct plan *p)
{
	const char *name = p->path ? r->columns[p->path->column].name : "";
	struct strbuf text = {0};
	char *kept;

	if (!p->path)
		sb_add(&text, "all");
	else if (!has_constraint(p))
		sb_addf(&text, "all by %s", name);
	if (p->equal >= 0)
		sb_addf(&text, "%s=?", name);
	if (p->least >= 0)
		sb_addf(&text, "%s>?", name);
	if (p->most >= 0)
		sb_addf(&text, "%s%s<?", p->least >= 0 ? " AND " : "", name);
	kept = sqlite3_mprintf("%s", sb_text(&text));
	sb_release(&text);
	return kept;
}

static int best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
	const struct sql_table *table = ((struct vtab *)v)->table;
	const struct sql_relation *r = table->relation;
	struct plan p = choose(r, (double)r->rows(table->context), info);
	uint32_t argument = arguments_of(r);

	if (!take_arguments(r, info))
		return SQLITE_CONSTRAINT;
	info->idxNum = (p.path ? (int)(p.path - r->paths) + 1 : 0) << PLAN_PATH_SHIFT | (int)p.order << PLAN_ORDER_SHIFT;
	use(info, p.equal, &argument, PLAN_EQUAL);
	use(info, p.least, &argument, PLAN_LEAST);
	use(info, p.most, &argument, PLAN_MOST);
	info->idxStr = plan_text(r, &p);
	if (!info->idxStr)
		return SQLITE_NOMEM;
	info->needToFreeIdxStr = 1;
	info->orderByConsumed = p.ordered;
	info->estimatedCost = p.cost;
	info->estimatedRows = (sqlite3_int64)p.rows;
	if (p.equal >= 0 && p.path->unique)
		info->idxFlags |= SQLITE_INDEX_SCAN_UNIQUE;
	return SQLITE_OK;
}

/* ---- cursors ---- */

static int open_cursor(sqlite3_vtab *v, sqlite3_vtab_cursor **ret)
{
	struct sql_table *table = ((struct vtab *)v)->table;
	struct vcursor *c = xcalloc(1, sizeof(*c));

	c->table = table;
	c->at = (struct sql_cursor){.context = table->context, .db = table->db};
	*ret = &c->base;
	return SQLITE_OK;
}

static void forget_arguments(struct vcursor *c)
{
	for (uint32_t i = 0; c->arguments && i < arguments_of(c->table->relation); i++)
		free(c->arguments[i]);
	free(c->arguments);
	c->arguments = NULL;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
	struct vcursor *c = (struct vcursor *)base;

	if (c->table->relation->close)
		c->table->relation->close(&c->at);
	vec_free(&c->found);
	forget_arguments(c);
	free(c);
	return SQLITE_OK;
}

/* A number as a bound, never too tight: SQLite compares exactly afterwards. */
static void bound_by(struct sql_wanted *w, sqlite3_value *v, bool least, bool most, bool *ret_none)
{
	double real;

	switch (sqlite3_value_numeric_type(v)) {
	case SQLITE_NULL:
		*ret_none = true;
		break;
	case SQLITE_INTEGER:
		if (least)
			w->least = sqlite3_value_int64(v);
		if (most)
			w->most = sqlite3_value_int64(v);
		break;
	case SQLITE_FLOAT:
		real = sqlite3_value_double(v);
		if (least)
			w->least = real <= -9e18 ? INT64_MIN : real >= 9e18 ? INT64_MAX : (int64_t)floor(real);
		if (most)
			w->most = real <= -9e18 ? INT64_MIN : real >= 9e18 ? INT64_MAX : (int64_t)ceil(real);
		break;
	}
}

/* False where nothing can be wanted so, or where a path is no help with such a value: *ret_all. */
static bool read_wanted(const struct sql_relation *r, const struct sql_path *path, int plan, sqlite3_value **values,
                        struct sql_wanted *w, bool *ret_all)
{
	bool none = false;

	*ret_all = false;
	*w = (struct sql_wanted){.least = INT64_MIN, .most = INT64_MAX};
	if (r->columns[path->column].type == SQL_INT) {
		if (plan & PLAN_EQUAL)
			bound_by(w, *values++, true, true, &none);
		if (plan & PLAN_LEAST)
			bound_by(w, *values++, true, false, &none);
		if (plan & PLAN_MOST)
			bound_by(w, *values, false, true, &none);
		*ret_all = w->least == INT64_MIN && w->most == INT64_MAX;
		return !none && w->least <= w->most;
	}
	if (sqlite3_value_type(*values) == SQLITE_NULL || sqlite3_value_type(*values) == SQLITE_BLOB)
		return false;
	w->text = (const char *)sqlite3_value_text(*values);
	w->len = (size_t)sqlite3_value_bytes(*values);
	return w->text != NULL;
}

/* Reaches a row at or behind the position, if there is one. */
static void settle(struct vcursor *c)
{
	const struct sql_relation *r = c->table->relation;

	if (c->order == SQL_BY_ROW)
		c->at.row = c->position;
	else if (c->order == SQL_BY_FINDING)
		c->at.row = c->position < c->end ? c->found.at[c->position] : 0;
	else
		for (; c->position < c->end && !r->row_at(&c->at, c->position, c->nth, &c->at.row); c->nth = 0)
			c->position++;
}

/* Rows whose number is wanted. */
static void span_numbers(struct vcursor *c, const struct sql_wanted *w)
{
	uint64_t n = c->table->relation->rows(c->table->context);

	c->position = w->least < 0 ? 0 : (uint64_t)w->least < n ? (uint64_t)w->least : n;
	c->end = w->most < 0 ? 0 : (uint64_t)w->most < n ? (uint64_t)w->most + 1 : n;
}

static void seek(struct vcursor *c, int plan, sqlite3_value **values)
{
	const struct sql_relation *r = c->table->relation;
	const struct sql_path *path = plan >> PLAN_PATH_SHIFT ? &r->paths[(plan >> PLAN_PATH_SHIFT) - 1] : NULL;
	struct sql_wanted w;
	bool all = true, some = true;

	c->order = (enum sql_order)(plan >> PLAN_ORDER_SHIFT & 3);
	if (path && (plan & (PLAN_EQUAL | PLAN_LEAST | PLAN_MOST)))
		some = read_wanted(r, path, plan, values, &w, &all);
	c->position = c->end = 0;
	vec_clear(&c->found);
	if (!some)
		return;
	if (all) {
		c->order = c->order == SQL_BY_FINDING ? SQL_BY_ROW : c->order;
		c->end = c->order == SQL_BY_ROW ? r->rows(c->table->context) : r->positions(c->table->context);
	} else if (c->order == SQL_BY_FINDING) {
		r->find(&c->at, path, &w, &c->found);
		c->end = c->found.len;
		sql_spend(c->table->db, c->end);
	} else if (c->order == SQL_BY_ROW && path->unique) {
		span_numbers(c, &w);
	} else {
		r->span(&c->at, path, &w, &c->position, &c->end);
	}
}

/* False, with the reason in the table's message, when it can't be called so. *ret_none: an argument is NULL. */
static bool call(struct vcursor *c, sqlite3_value **values, bool *ret_none)
{
	const struct sql_relation *r = c->table->relation;
	uint32_t n = arguments_of(r);
	const char *why;

	forget_arguments(c);
	c->arguments = xcalloc(n, sizeof(*c->arguments));
	for (uint32_t i = 0; i < n; i++) {
		const char *text = (const char *)sqlite3_value_text(values[i]);

		if (!text) {
			*ret_none = true;
			return true;
		}
		c->arguments[i] = xstrdup(text);
	}
	why = r->call(&c->at, (const char *const *)c->arguments);
	if (!why)
		return true;
	sqlite3_free(c->base.pVtab->zErrMsg);
	c->base.pVtab->zErrMsg = sqlite3_mprintf("%s", why);
	return false;
}

static int filter(sqlite3_vtab_cursor *base, int plan, const char *text, int argc, sqlite3_value **argv)
{
	struct vcursor *c = (struct vcursor *)base;
	uint32_t n = arguments_of(c->table->relation);
	bool none = false;

	(void)text, (void)argc;
	c->nth = 0;
	if (n && !call(c, argv, &none))
		return SQLITE_ERROR;
	seek(c, plan, argv + n);
	if (none)
		c->position = c->end = 0;
	settle(c);
	return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base)
{
	struct vcursor *c = (struct vcursor *)base;

	if (c->order == SQL_BY_INDEX)
		c->nth++;
	else
		c->position++;
	settle(c);
	return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base)
{
	const struct vcursor *c = (const struct vcursor *)base;

	return c->position >= c->end;
}

static int read_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int column)
{
	struct vcursor *c = (struct vcursor *)base;
	const struct sql_relation *r = c->table->relation;

	if (!r->columns[column].argument)
		r->value(&c->at, (uint32_t)column, (struct sql_out *)out);
	else if (c->arguments)
		sqlite3_result_text(out, c->arguments[(uint32_t)column - (r->ncolumns - arguments_of(r))], -1, SQLITE_TRANSIENT);
	return SQLITE_OK;
}

static int read_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
	*ret = (sqlite3_int64)((struct vcursor *)base)->at.row;
	return SQLITE_OK;
}

/* Without xCreate it is there by itself, and only once. */
static const sqlite3_module module = {
	.xConnect = connect_table, .xDisconnect = disconnect_table, .xBestIndex = best_index, .xOpen = open_cursor,
	.xClose = close_cursor, .xFilter = filter, .xNext = next_row, .xEof = at_end, .xColumn = read_column,
	.xRowid = read_rowid,
};

void sql_table_add(struct sql *db, struct sql_table *table)
{
	if (sqlite3_create_module(db->db, table->relation->name, &module, table) != SQLITE_OK)
		abort();
}
