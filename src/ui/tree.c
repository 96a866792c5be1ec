/* tree - the domains, and beneath them the shared ones: how they are, and what their death would do now. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/names.h"
#include "ui/ui_p.h"

/* ---- rows ---- */

static bool has_children(const struct model *m, domain_id d)
{
	return m->domains[d].end > d + 1;
}

void tree_rebuild(struct ui *ui)
{
	struct tree *t = &ui->tree;
	const struct model *m = ui->m;
	place_id selected = tree_place(ui);
	size_t cur = t->list.cur;

	vec_clear(&t->rows);
	for (domain_id d = 1; d < m->ndomains; d = t->open[d] ? d + 1 : m->domains[d].end) {
		if (selected < m->ndomains && domain_contains(m, d, selected))
			cur = t->rows.len;
		vec_push(&t->rows, d);
	}
	if (m->nshared)
		vec_push(&t->rows, SECTION);
	for (uint32_t i = 0; i < m->nshared; i++) {
		if (selected == m->ndomains + i)
			cur = t->rows.len;
		vec_push(&t->rows, m->ndomains + i);
	}
	t->list.n = t->rows.len;
	list_go(&t->list, cur);
}

/* Opens as many whole levels as fit in `rows`, and always shows the first. */
static void open_what_fits(struct ui *ui, uint32_t rows)
{
	const struct model *m = ui->m;
	uint32_t shown = m->nshared ? m->nshared + 1 : 0;
	unsigned level = 1;

	shown += m->nlevels ? m->level_count[1] : 0;
	while (level < m->nlevels && shown + m->level_count[level + 1] <= rows)
		shown += m->level_count[++level];
	for (domain_id d = 1; d < m->ndomains; d++)
		ui->tree.open[d] = m->domains[d].level < level;
}

void tree_fit(struct ui *ui)
{
	struct layout l;
	int rows;

	if (ui->tree.folded)
		return;
	layout_make(&l, ui->w, ui->h, PANEL_TREE, PANEL_TREE);
	rows = l.panel[PANEL_TREE].h - 1;
	open_what_fits(ui, rows > 0 ? (uint32_t)rows : 0);
	tree_rebuild(ui);
}

void tree_init(struct ui *ui)
{
	ui->tree.open = xcalloc(ui->m->ndomains, 1);
	tree_fit(ui);
}

void tree_release(struct ui *ui)
{
	vec_free(&ui->tree.rows);
	vec_free(&ui->tree.marked);
	free(ui->tree.open);
}

place_id tree_place(const struct ui *ui)
{
	const struct tree *t = &ui->tree;

	return t->list.cur < t->rows.len ? t->rows.at[t->list.cur] : NO_PLACE;
}

void tree_reveal(struct ui *ui, place_id p)
{
	struct tree *t = &ui->tree;

	for (domain_id d = p; p < ui->m->ndomains && d != ROOT; d = ui->m->domains[d].parent) {
		if (d == p || t->open[d])
			continue;
		t->open[d] = 1;
		t->folded = true;
	}
	tree_rebuild(ui);
	for (size_t i = 0; i < t->rows.len; i++)
		if (t->rows.at[i] == p)
			list_go(&t->list, i);
}

bool tree_is_marked(const struct ui *ui, place_id p)
{
	for (size_t i = 0; i < ui->tree.marked.len; i++)
		if (ui->tree.marked.at[i] == p)
			return true;
	return false;
}

/* ---- columns ---- */

enum column { COL_PLIGHT, COL_LIVE, COL_GROUPS, COL_COUNT, COL_WORST, COL_DATA,
              COL_KILL, COL_STOP, COL_UNREAD, COL_LOST, COLUMNS };

static const struct tree_column {
	const char *title;
	int cells;
	int rank; /* columns of a higher one go first when the names need the room */
	bool left;
} columns[COLUMNS] = {
	[COL_PLIGHT] = {"",              10, 5, true},
	[COL_LIVE]   = {"live",          7,  1, false},
	[COL_GROUPS] = {"groups",        6,  6, false},
	[COL_COUNT]  = {"",              4,  2, false},
	[COL_WORST]  = {"worst beneath", 13, 0, true},
	[COL_DATA]   = {"data",          6,  2, true},
	[COL_KILL]   = {"kill:",         2,  1, false}, /* heads the three that follow; reaches left */
	[COL_STOP]   = {"stop",          5,  0, false},
	[COL_UNREAD] = {"unread",        6,  4, false},
	[COL_LOST]   = {"lost",          5,  0, false},
};

#define NAME_MIN 15
#define KILL_ALONE 4 /* its cells where what stands left of it leaves it no room */
#define WIDE_ENOUGH 60 /* for a plight before the harm of a death */
#define RANKS 7

struct columns { int name; bool shown[COLUMNS]; int cells[COLUMNS]; };

/* While there are cuts, the side that a domain is on is worth a column sooner. */
static bool is_shown(const struct ui *ui, int w, int column, int rank)
{
	size_t cuts;

	state_cuts(ui->state, &cuts);
	return columns[column].rank <= rank || (column == COL_PLIGHT && w >= WIDE_ENOUGH && cuts);
}

static struct columns columns_for(const struct ui *ui, int w)
{
	struct columns c = {.name = 0};

	for (int rank = RANKS - 1; rank >= 0; rank--) {
		c.name = w - 2;
		for (int i = 0; i < COLUMNS; i++) {
			c.shown[i] = is_shown(ui, w, i, rank);
			c.cells[i] = i == COL_KILL && !c.shown[COL_DATA] ? KILL_ALONE : columns[i].cells;
			c.name -= c.shown[i] ? c.cells[i] + 1 : 0;
		}
		if (c.name >= NAME_MIN)
			break;
	}
	return c;
}

static void put_heading(struct pen *p, const struct tree_column *c, int cells, int from)
{
	bool heads = c == &columns[COL_KILL];
	int wide = text_cells(c->title), x = p->x + 1 + (c->left ? 0 : cells - wide) + heads; /* as near as can be */

	if (x > from)
		grid_put(p->g, x, p->y, wide, heads ? INK_STRONG : INK_FRAME, c->title);
}

static void title(struct ui *ui, struct pen *p)
{
	struct columns c = columns_for(ui, pen_room(p));
	int left = p->x, from;

	pen_put(p, ui->focus == PANEL_TREE ? INK_FOCUS : INK_STRONG, " Domains ");
	if (ui->tree.marked.len)
		pen_putf(p, INK_NOTICE, "%zu marked ", ui->tree.marked.len);
	from = p->x;
	p->x = left + 2 + c.name;
	for (int i = 0; i < COLUMNS; i++) {
		if (!c.shown[i])
			continue;
		put_heading(p, &columns[i], c.cells[i], from);
		p->x += 1 + c.cells[i];
	}
}

/* ---- cells ---- */

struct plight_look { enum glyph glyph; enum ink ink; const char *word; };

static const struct plight_look *look_of(const struct plight *plight)
{
	static const struct plight_look marks[] = {
		[MARK_DRAINED] = {GLYPH_DRAINED, INK_DRAINED, "DRAINED"},
		[MARK_KILLED] = {GLYPH_KILLED, INK_KILLED, "KILLED"},
	}, isolated = {GLYPH_CUT, INK_CUT, "ISOLATED"}, cut_off = {GLYPH_CUT, INK_CUT, "CUT OFF"};

	if (plight->mark != MARK_NONE)
		return &marks[plight->mark];
	return plight->cut->other == NO_PLACE ? &isolated : &cut_off;
}

static void put_plight(const struct ui *ui, struct pen *p, place_id place, int cells)
{
	struct plight plight = place_plight(ui, place);
	const struct plight_look *look;
	struct strbuf word = {0};

	if (plight.blame == BLAME_NONE) {
		pen_left(p, cells, INK_FAINT, "up");
		return;
	}
	look = look_of(&plight);
	sb_addf(&word, "%s ", glyph(ui->ascii, look->glyph));
	if (plight.blame == BLAME_OWN)
		sb_add(&word, look->word);
	else if (plight.blame == BLAME_ABOVE)
		sb_add(&word, "(above)");
	else
		sb_addf(&word, "via %s", place_name(ui->m, ui->m->ndomains + plight.shared));
	pen_left(p, cells, look->ink, sb_text(&word));
	sb_release(&word);
}

/* Without a column of its own: beside the name of what is drained or cut, instead of the harm of what is dead. */
static int plight_cells(const struct ui *ui, place_id place)
{
	struct plight plight = place_plight(ui, place);

	return plight.mark == MARK_DRAINED || plight.cut ? 10 : 0;
}

static const char *fold_glyph(const struct ui *ui, place_id place)
{
	if (place >= ui->m->ndomains || !has_children(ui->m, place))
		return " ";
	return glyph(ui->ascii, ui->tree.open[place] ? GLYPH_UNFOLDED : GLYPH_FOLDED);
}

static void put_name(const struct ui *ui, struct pen *p, place_id place, int cells, bool with_plight)
{
	int end = p->x + cells, aside = with_plight ? plight_cells(ui, place) : 0;
	struct pen in = pen_at(p->g, p->x, p->y, cells - (aside ? aside + 1 : 0));
	enum ink ink = place_plight(ui, place).mark == MARK_KILLED ? INK_KILLED : INK_PLAIN;

	pen_skip(&in, place < ui->m->ndomains ? 2 * (ui->m->domains[place].level - 1) : 0);
	pen_put(&in, INK_FAINT, fold_glyph(ui, place));
	pen_skip(&in, 1);
	pen_put(&in, ink, place_name(ui->m, place));
	if (place >= ui->m->ndomains && *str_text(ui->m->strings, ui->m->shared[place - ui->m->ndomains].kind))
		pen_putf(&in, INK_FAINT, "  %s", str_text(ui->m->strings, ui->m->shared[place - ui->m->ndomains].kind));
	if (aside) {
		p->x = end - aside;
		put_plight(ui, p, place, aside);
	}
	p->x = end;
}

static void put_live(const struct ui *ui, struct pen *p, place_id place, int cells)
{
	uint32_t all = facts_replicas(ui, place), live;
	char have[16], of[16], text[40];
	bool known;

	if (!all) {
		pen_right(p, cells, INK_FAINT, glyph(ui->ascii, GLYPH_NOTHING));
		return;
	}
	known = facts_live(ui, place, &live);
	snprintf(text, sizeof(text), "%s/%s", known ? short_number(live, have) : glyph(ui->ascii, GLYPH_PENDING),
	         short_number(all, of));
	pen_right(p, cells, known && live == all ? INK_FAINT : INK_PLAIN, text);
}

static unsigned worst_standing(const struct impact *i, uint32_t *ret_groups)
{
	unsigned worst = i->verdict[DATA_LOST] ? STANDING_LOST : i->worst_status;

	*ret_groups = worst == STANDING_LOST ? i->verdict[DATA_LOST] : i->status[worst];
	return worst;
}

static void put_worst(const struct ui *ui, struct pen *p, const struct impact *i, int cells)
{
	uint32_t groups;
	int end = p->x + cells;

	if (i && i->groups)
		pen_standing(p, worst_standing(i, &groups), cells);
	else
		pen_put(p, INK_FAINT, glyph(ui->ascii, i ? GLYPH_NOTHING : GLYPH_PENDING));
	p->x = end;
}

static void put_count(struct pen *p, const struct impact *i, int cells)
{
	uint32_t groups = 0;
	char text[16];
	unsigned worst = i ? worst_standing(i, &groups) : STATUS_OK;

	pen_right(p, cells, worst == STATUS_OK ? INK_FAINT : INK_PLAIN, groups ? short_number(groups, text) : "");
}

/* The worst data that is not lost, which `worst beneath` tells of. */
static void put_data(const struct ui *ui, struct pen *p, const struct impact *i, int cells)
{
	unsigned verdict = DATA_BACKUP;

	(void)ui;
	while (i && verdict > DATA_SAFE && !i->verdict[verdict])
		verdict--;
	pen_left(p, cells, INK_ASIDE, i && verdict != DATA_SAFE ? data_names[verdict] : "");
}

static void put_number(const struct ui *ui, struct pen *p, const struct impact *i, uint32_t n, enum ink ink, int cells)
{
	char text[16];

	if (!i)
		pen_right(p, cells, INK_FAINT, glyph(ui->ascii, GLYPH_PENDING));
	else if (!n)
		pen_right(p, cells, INK_FAINT, glyph(ui->ascii, GLYPH_NOTHING));
	else
		pen_right(p, cells, ink, short_number(n, text));
}

static void put_column(const struct ui *ui, struct pen *p, enum column c, int cells, place_id place)
{
	const struct impact *i = facts_impact(ui, place);

	if (c == COL_PLIGHT)
		put_plight(ui, p, place, cells);
	else if (c == COL_LIVE)
		put_live(ui, p, place, cells);
	else if (c == COL_GROUPS)
		put_number(ui, p, i, i ? i->groups : 0, INK_FAINT, cells);
	else if (c == COL_COUNT)
		put_count(p, i, cells);
	else if (c == COL_WORST)
		put_worst(ui, p, i, cells);
	else if (c == COL_DATA)
		put_data(ui, p, i, cells);
	else if (c == COL_KILL)
		pen_skip(p, cells);
	else if (c == COL_STOP)
		put_number(ui, p, i, i ? i->writes : 0, INK_STOPS, cells);
	else if (c == COL_UNREAD)
		put_number(ui, p, i, i ? i->reads : 0, INK_STOPS, cells);
	else
		put_number(ui, p, i, i ? i->lost : 0, INK_LOSES, cells);
}

static void put_row(const struct ui *ui, struct grid *g, struct rect r, const struct columns *c, place_id place, int y)
{
	struct pen p = pen_at(g, r.x, y, r.w);
	bool dead;

	if (place == SECTION) {
		pen_skip(&p, 2);
		pen_put(&p, INK_FRAME, "shared domains");
		return;
	}
	dead = place_plight(ui, place).mark == MARK_KILLED;
	pen_skip(&p, 1);
	pen_left(&p, 1, INK_NOTICE, tree_is_marked(ui, place) ? glyph(g->ascii, GLYPH_MARKED) : "");
	put_name(ui, &p, place, c->name, !c->shown[COL_PLIGHT]);
	for (int i = 0; i < COLUMNS; i++) {
		if (!c->shown[i])
			continue;
		pen_skip(&p, 1);
		if (i == COL_STOP && dead) {
			if (!c->shown[COL_PLIGHT])
				put_plight(ui, &p, place, pen_room(&p));
			break;
		}
		put_column(ui, &p, (enum column)i, c->cells[i], place);
	}
}

static void view(struct ui *ui, struct grid *g, struct rect r, bool focused)
{
	const struct list *l = &ui->tree.list;
	struct columns c = columns_for(ui, r.w);

	for (size_t i = l->top; i < l->n && i < l->top + l->rows; i++) {
		put_row(ui, g, r, &c, ui->tree.rows.at[i], r.y + (int)(i - l->top));
		list_mark(l, g, r, i, focused);
	}
}

/* ---- the panel ---- */

static void settle(struct ui *ui, struct rect r)
{
	struct list *l = &ui->tree.list;

	list_resize(l, ui->tree.rows.len, r.h);
	if (tree_place(ui) == SECTION && l->cur + 1 < l->n)
		list_go(l, l->cur + 1);
}

static struct list *list(struct ui *ui)
{
	return &ui->tree.list;
}

/* The selected row first: it is what is being looked at. */
static bool work(struct ui *ui, uint32_t *budget)
{
	const struct list *l = &ui->tree.list;
	bool more = tree_place(ui) != NO_PLACE && facts_work_place(ui, tree_place(ui), budget);

	for (size_t i = l->top; !more && i < l->n && i < l->top + l->rows; i++)
		if (ui->tree.rows.at[i] != SECTION)
			more = facts_work_place(ui, ui->tree.rows.at[i], budget);
	return more;
}

const struct panel tree_panel = {"Domains", MODE_TREE, settle, title, view, list, tree_place, work};
