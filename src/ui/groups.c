/* groups - every group, worst first, in an order that is made in slices whenever the state changes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/names.h"
#include "ui/ui_p.h"

/* ---- the filter ---- */

#define ALL_STATUSES ((1u << STATUSES) - 1)
#define ALL_VERDICTS ((1u << DATA_VERDICTS) - 1)

static void filter_release(struct filter *f)
{
	free(f->word);
	free(f->text);
	*f = (struct filter){0};
}

static void filter_parse(struct filter *f, const char *text)
{
	filter_release(f);
	if (!*text)
		return;
	f->text = xstrdup(text);
	for (unsigned i = 0; i < STATUSES; i++)
		f->statuses |= strcasecmp(text, status_names[i]) ? 0 : 1u << i;
	for (unsigned i = 0; i < DATA_VERDICTS; i++)
		f->verdicts |= strcasecmp(text, data_names[i]) ? 0 : 1u << i;
	if (!strcasecmp(text, "not ok") || !strcasecmp(text, "not-ok")) {
		f->statuses = ALL_STATUSES & ~(1u << STATUS_OK);
		f->verdicts = ALL_VERDICTS & ~(1u << DATA_SAFE);
	}
	if (!f->statuses && !f->verdicts)
		f->word = xstrdup(text);
}

void sb_add_group(struct strbuf *sb, const struct ui *ui, uint32_t group)
{
	const struct service *sv = &ui->m->services[model_service_of(ui->m, group)];
	const char *name = str_text(ui->m->strings, ui->m->groups[group].name);

	sb_add(sb, str_text(ui->m->strings, sv->name));
	if (sv->ngroups > 1 || strcmp(name, str_text(ui->m->strings, sv->name)) != 0)
		sb_addf(sb, "/%s", name);
}

static bool name_contains(const struct ui *ui, uint32_t group, const char *word)
{
	struct strbuf *name = &(struct strbuf){0};
	bool found = strcasestr(str_text(ui->m->strings, ui->m->groups[group].name), word) != NULL;

	if (found)
		return true;
	sb_add_group(name, ui, group);
	found = strcasestr(sb_text(name), word) != NULL;
	sb_release(name);
	return found;
}

static bool passes(const struct ui *ui, const struct filter *f, uint32_t group)
{
	const struct outcome *o = state_outcome(ui->state, group);

	if (!f->text)
		return true;
	if (f->word)
		return name_contains(ui, group, f->word);
	return (f->statuses >> o->status & 1) || (f->verdicts >> o->data & 1);
}

/* ---- the order: counted, placed, filtered ---- */

static void start(struct ui *ui)
{
	struct groups *gs = &ui->groups;

	gs->version = state_version(ui->state);
	gs->phase = ORDER_COUNT;
	gs->at = 0;
	gs->nnext = 0;
	memset(gs->keys, 0, sizeof(gs->keys));
}

void groups_set_filter(struct ui *ui, const char *text)
{
	filter_parse(&ui->groups.filter, text);
	start(ui);
}

static unsigned key_of(const struct ui *ui, uint32_t group)
{
	const struct outcome *o = state_outcome(ui->state, group);

	return (STANDINGS - 1 - standing_of(o)) * DATA_VERDICTS + (DATA_VERDICTS - 1u - o->data);
}

static void count_one(struct ui *ui, uint32_t i)
{
	ui->groups.keys[key_of(ui, i) + 1]++;
}

static void place_one(struct ui *ui, uint32_t i)
{
	ui->groups.next[ui->groups.keys[key_of(ui, i)]++] = i;
}

static void filter_one(struct ui *ui, uint32_t i)
{
	struct groups *gs = &ui->groups;

	if (passes(ui, &gs->filter, gs->next[i]))
		gs->next_shown[gs->nnext++] = gs->next[i];
}

static void swap(uint32_t **a, uint32_t **b)
{
	uint32_t *was = *a;

	*a = *b;
	*b = was;
}

static size_t row_of(const struct groups *gs, uint32_t group)
{
	for (uint32_t i = 0; i < gs->nshown; i++)
		if (gs->shown[i] == group)
			return i;
	return gs->list.cur;
}

static void adopt(struct ui *ui)
{
	struct groups *gs = &ui->groups;

	swap(&gs->order, &gs->next);
	swap(&gs->shown, &gs->next_shown);
	gs->nshown = gs->nnext;
	gs->list.n = gs->nshown;
	list_go(&gs->list, gs->pinned ? 0 : row_of(gs, gs->selected));
	gs->selected = gs->nshown ? gs->shown[gs->list.cur] : NO_GROUP;
}

static void end_phase(struct ui *ui)
{
	struct groups *gs = &ui->groups;

	if (gs->phase == ORDER_COUNT)
		for (unsigned k = 0; k < ORDER_KEYS; k++)
			gs->keys[k + 1] += gs->keys[k];
	if (gs->phase == ORDER_FILTER)
		adopt(ui);
	gs->at = 0;
	gs->phase++;
}

static bool work(struct ui *ui, uint32_t *budget)
{
	static void (*const step[])(struct ui *, uint32_t) = {count_one, place_one, filter_one};
	struct groups *gs = &ui->groups;

	if (gs->version != state_version(ui->state))
		start(ui);
	while (gs->phase != ORDER_DONE && *budget) {
		uint32_t n = ui->m->ngroups - gs->at, end = gs->at + (n < *budget ? n : *budget);

		*budget -= end - gs->at;
		while (gs->at < end)
			step[gs->phase](ui, gs->at++);
		if (gs->at == ui->m->ngroups)
			end_phase(ui);
	}
	return gs->phase != ORDER_DONE || measures_work(ui, budget);
}

void groups_select_row(struct ui *ui, size_t row)
{
	list_go(&ui->groups.list, row);
}

void groups_init(struct ui *ui)
{
	struct groups *gs = &ui->groups;
	size_t n = (size_t)ui->m->ngroups + 1;

	gs->order = xcalloc(n, sizeof(uint32_t));
	gs->next = xcalloc(n, sizeof(uint32_t));
	gs->shown = xcalloc(n, sizeof(uint32_t));
	gs->next_shown = xcalloc(n, sizeof(uint32_t));
	for (uint32_t g = 0; g < ui->m->ngroups; g++)
		gs->order[g] = gs->shown[g] = g;
	gs->nshown = ui->m->ngroups;
	gs->list.n = gs->nshown;
	gs->selected = gs->nshown ? 0 : NO_GROUP;
	gs->pinned = true;
	start(ui);
}

void groups_release(struct ui *ui)
{
	struct groups *gs = &ui->groups;

	free(gs->order);
	free(gs->next);
	free(gs->shown);
	free(gs->next_shown);
	filter_release(&gs->filter);
}

/* ---- columns ---- */

enum column { COL_STATUS, COL_DATA, COL_NOTE, COL_VOTES, COL_NEED, COL_LIVE, COL_RPO, COL_RTO, COL_LEADER,
              COL_LATENCY, COL_ODDS, COLUMNS };

#define SWITCHED (-1) /* the rank of what is shown however narrow it gets, if it is on */

static const struct group_column { const char *title; int cells, rank; bool right; } columns[COLUMNS] = {
	[COL_STATUS] = {"status", 12, SWITCHED, false},
	[COL_DATA]   = {"data",   6,  0, false},
	[COL_NOTE]   = {"note",   10, 3, false},
	[COL_VOTES]  = {"votes",  5,  1, true},
	[COL_NEED]   = {"need",   4,  2, true},
	[COL_LIVE]   = {"live",   5,  6, true},
	[COL_RPO]    = {"RPO",    9,  5, true},
	[COL_RTO]    = {"RTO",    9,  4, true},
	[COL_LEADER] = {"leader", 14, 7, false},
	[COL_LATENCY] = {"latency", 8, SWITCHED, true},
	[COL_ODDS]   = {"odds",   9,  SWITCHED, true},
};

#define NAME_MIN 16
#define RANKS 8

struct columns { int name; bool shown[COLUMNS]; };

static bool is_on(const struct ui *ui, int column)
{
	return column < COL_LATENCY || (ui->measures.on >> (column - COL_LATENCY) & 1);
}

static struct columns columns_for(const struct ui *ui, int w)
{
	struct columns c = {.name = 0};

	for (int rank = RANKS - 1, least = ui->measures.on ? SWITCHED : 0; rank >= least; rank--) {
		c.name = w - 2;
		for (int i = 0; i < COLUMNS; i++) {
			c.shown[i] = columns[i].rank <= rank && is_on(ui, i);
			c.name -= c.shown[i] ? columns[i].cells + 1 : 0;
		}
		if (c.name >= NAME_MIN)
			break;
	}
	return c;
}

static void title(struct ui *ui, struct pen *p)
{
	const struct groups *gs = &ui->groups;
	struct columns c = columns_for(ui, pen_room(p));
	int left = p->x;

	pen_put(p, ui->focus == PANEL_GROUPS ? INK_FOCUS : INK_STRONG, " Groups ");
	if (gs->filter.text)
		pen_putf(p, INK_NOTICE, "filtered: %u of %u (%s) ", gs->nshown, ui->m->ngroups, gs->filter.text);
	if (gs->phase != ORDER_DONE)
		pen_putf(p, INK_FAINT, "%s ", glyph(ui->ascii, GLYPH_PENDING));
	if (p->x > left + 2 + c.name)
		pen_skip(p, 1);
	for (int i = 0, x = left + 2 + c.name; i < COLUMNS; i++) {
		int wide = text_cells(columns[i].title), at = x + 1 + (columns[i].right ? columns[i].cells - wide : 0);

		if (c.shown[i] && at > p->x)
			grid_put(p->g, at, p->y, wide, INK_FRAME, columns[i].title);
		x += c.shown[i] ? columns[i].cells + 1 : 0;
	}
}

/* ---- cells ---- */

struct row {
	uint32_t group;
	struct group_why why;
};

/* What a glance should catch beside the status: the weightiest of what sets the group apart. */
static void put_note(struct pen *p, const struct model *m, const struct row *row, int cells)
{
	const struct group_why *w = &row->why;
	const struct outcome *o = &w->outcome;
	const struct service *needed = w->unmet.service == NO_SERVICE ? NULL : &m->services[w->unmet.service];
	struct strbuf note = {0};
	uint32_t cut_off = 0;

	for (uint32_t i = 0; i < w->nreplicas; i++)
		cut_off += w->replicas[i].cut_off;
	if (o->split)
		sb_addf(&note, "%u sides", o->sides);
	else if (w->need_freezes)
		sb_add(&note, "frozen");
	else if (needed)
		sb_addf(&note, "%s %s", w->unmet.going ? "part" : "no", str_text(m->strings, needed->name));
	else if (o->fallback)
		sb_add(&note, "fallback");
	else if (cut_off)
		sb_addf(&note, "%u cut off", cut_off);
	else if (o->accepted || o->promoted)
		sb_add(&note, o->accepted ? "accepted" : "took over");
	pen_left(p, cells, INK_ASIDE, sb_text(&note));
	sb_release(&note);
}

static void put_votes(struct pen *p, const struct row *row, int cells)
{
	uint32_t votes = 0, of = 0;
	char text[32];

	for (uint32_t i = 0; i < row->why.nreplicas; i++) {
		const struct replica_why *r = &row->why.replicas[i];
		bool counts = r->role < ROLES && role_info[r->role].votes;

		of += counts;
		votes += counts && r->live;
	}
	snprintf(text, sizeof(text), "%u/%u", votes, of);
	pen_right(p, cells, votes < of ? INK_STRONG : INK_FAINT, text);
}

/* Whole: the votes needed. Scoped: the domains needed, "2az"; several terms: the one that fails, or the first. */
static void put_need(struct pen *p, const struct model *m, const struct row *row, int cells)
{
	const struct verdict_why *w = &row->why.write;
	const struct tally *t = w->tallies;
	char text[32];

	for (uint32_t i = 0; i < w->ntallies && t->holds; i++)
		if (!w->tallies[i].holds)
			t = &w->tallies[i];
	if (!w->ntallies)
		snprintf(text, sizeof(text), "-");
	else if (t->term->scope == SCOPE_WHOLE)
		snprintf(text, sizeof(text), "%u", t->need);
	else
		snprintf(text, sizeof(text), "%u%s", t->need, m->levels[t->term->level - 1]);
	pen_right(p, cells, w->ntallies && !t->holds ? INK_STRONG : INK_FAINT, text);
}

static void put_live(struct pen *p, const struct row *row, int cells)
{
	char text[32];

	snprintf(text, sizeof(text), "%u/%u", row->why.outcome.live, row->why.nreplicas);
	pen_right(p, cells, row->why.outcome.live < row->why.nreplicas ? INK_PLAIN : INK_FAINT, text);
}

static void drop_blanks(char *text)
{
	char *to = text;

	for (; *text; text++)
		if (*text != ' ')
			*to++ = *text;
	*to = '\0';
}

static void put_duration(struct pen *p, duration d, int cells)
{
	char text[32];

	duration_text(d, text);
	if (text_cells(text) > cells)
		drop_blanks(text);
	pen_right(p, cells, d == 0 ? INK_FAINT : INK_PLAIN, text);
}

static void put_leader(struct pen *p, const struct model *m, const struct row *row, int cells)
{
	const struct service *sv = &m->services[model_service_of(m, row->group)];
	uint16_t leader = row->why.outcome.leader;
	struct strbuf name = {0};
	bool live = leader < row->why.nreplicas && row->why.replicas[leader].live;

	if (sv->sem.leader && leader < row->why.nreplicas)
		sb_add_short(&name, m, row->why.replicas[leader].place);
	else
		sb_add(&name, "-");
	pen_left(p, cells, live ? INK_PLAIN : INK_FAINT, sb_text(&name));
	sb_release(&name);
}

static void put_column(struct ui *ui, struct pen *p, enum column c, const struct row *row)
{
	const struct outcome *o = &row->why.outcome;
	int cells = columns[c].cells;

	pen_skip(p, 1);
	if (c == COL_STATUS)
		pen_standing(p, standing_of(o), cells);
	else if (c == COL_DATA)
		pen_left(p, cells, o->data == DATA_SAFE ? INK_FAINT : INK_ASIDE, data_names[o->data]);
	else if (c == COL_NOTE)
		put_note(p, ui->m, row, cells);
	else if (c == COL_VOTES)
		put_votes(p, row, cells);
	else if (c == COL_NEED)
		put_need(p, ui->m, row, cells);
	else if (c == COL_LIVE)
		put_live(p, row, cells);
	else if (c >= COL_LATENCY)
		measure_put(ui, p, (enum measure_kind)(c - COL_LATENCY), row->group, cells);
	else if (c == COL_LEADER)
		put_leader(p, ui->m, row, cells);
	else
		put_duration(p, c == COL_RPO ? o->rpo : o->rto, cells);
}

/* The group alone where its name begins with the service's, or where both do not fit. */
static void put_name(struct ui *ui, struct pen *p, uint32_t group, int cells)
{
	const struct service *sv = &ui->m->services[model_service_of(ui->m, group)];
	const char *own = str_text(ui->m->strings, ui->m->groups[group].name), *service = str_text(ui->m->strings, sv->name);
	struct strbuf whole = {0};
	bool alone;

	sb_add_group(&whole, ui, group);
	alone = !strncmp(own, service, strlen(service)) || text_cells(sb_text(&whole)) > cells;
	pen_left(p, cells, INK_PLAIN, alone ? own : sb_text(&whole));
	sb_release(&whole);
}

static void put_row(struct ui *ui, struct pen p, const struct columns *c, const struct row *row)
{
	pen_skip(&p, 2);
	put_name(ui, &p, row->group, c->name);
	for (int i = 0; i < COLUMNS; i++) {
		int next = p.x + 1 + columns[i].cells;

		if (!c->shown[i])
			continue;
		put_column(ui, &p, (enum column)i, row);
		p.x = next;
	}
}

static void view(struct ui *ui, struct grid *g, struct rect r, bool focused)
{
	const struct list *l = &ui->groups.list;
	struct replica_why *replicas = xcalloc(MAX_REPLICAS, sizeof(*replicas));
	struct columns c = columns_for(ui, r.w);

	for (size_t i = l->top; i < l->n && i < l->top + l->rows; i++) {
		struct row row = {.group = ui->groups.shown[i], .why.replicas = replicas};

		state_why(ui->state, row.group, &row.why);
		put_row(ui, pen_at(g, r.x, r.y + (int)(i - l->top), r.w), &c, &row);
		list_mark(l, g, r, i, focused);
	}
	if (!l->n)
		grid_put(g, r.x + 2, r.y, r.w - 2, INK_FAINT, ui->m->ngroups ? "no group passes the filter: f and Enter ends it"
		                                                             : "the file has no groups");
	free(replicas);
}

/* ---- the panel ---- */

/* A cursor that was moved here becomes the selection; see adopt for the other way round. */
static void settle(struct ui *ui, struct rect r)
{
	struct groups *gs = &ui->groups;

	list_resize(&gs->list, gs->nshown, r.h);
	if (!gs->nshown || gs->shown[gs->list.cur] == gs->selected)
		return;
	gs->selected = gs->shown[gs->list.cur];
	gs->pinned = gs->list.cur == 0;
}

static struct list *list(struct ui *ui)
{
	return &ui->groups.list;
}

static place_id no_place(const struct ui *ui)
{
	(void)ui;
	return NO_PLACE;
}

const struct panel groups_panel = {"Groups", MODE_GROUPS, settle, title, view, list, no_place, work};
