/* timeline - the steps that led here, those that were taken back, and how many groups had stopped after each. */
#include <stdlib.h>

#include "ui/ui_p.h"

/* Remembers what the state as it is comes to, for the row of the step that led to it. */
void timeline_note(struct ui *ui)
{
	struct timeline *t = &ui->timeline;
	size_t at = state_position(ui->state);
	const struct summary *sum = &ui->facts.summary;

	if (t->after.len > state_length(ui->state) + 1)
		t->after.len = state_length(ui->state) + 1;
	while (t->after.len <= at)
		vec_push(&t->after, (struct after){0});
	t->after.at[at] = (struct after){
		.known = true,
		.stopped = sum->groups - sum->writes[ANSWER_YES] - sum->writes[ANSWER_PARTIAL],
		.split = sum->status[STATUS_SPLIT],
		.lost = sum->data[DATA_LOST],
	};
}

void timeline_select_present(struct ui *ui)
{
	ui->timeline.list.n = state_length(ui->state) + 1;
	list_go(&ui->timeline.list, state_position(ui->state));
}

/* Steps forward and back one by one: each is a step of the world. */
void timeline_go(struct ui *ui, size_t position)
{
	while (state_position(ui->state) > position && act_undo(ui))
		continue;
	while (state_position(ui->state) < position && act_redo(ui))
		continue;
}

static void add_step(struct strbuf *sb, const struct ui *ui, size_t i)
{
	if (i == 0)
		sb_add(sb, "healthy");
	else
		sb_add_step(sb, ui->m, state_step_at(ui->state, i - 1));
}

/* ---- in one row ---- */

static void put_step(struct ui *ui, struct pen *p, size_t i)
{
	struct strbuf text = {0};
	bool here = i == state_position(ui->state);

	if (i)
		sb_addf(&text, "%zu ", i);
	add_step(&text, ui, i);
	pen_put(p, i > state_position(ui->state) ? INK_FAINT : here ? INK_STRONG : INK_PLAIN, sb_text(&text));
	if (here)
		pen_putf(p, INK_FOCUS, " %s", glyph(ui->ascii, GLYPH_HERE));
	sb_release(&text);
}

static int step_cells(struct ui *ui, size_t i)
{
	struct grid scratch;
	struct pen p;
	int cells;

	grid_init(&scratch, ui->ascii);
	grid_reset(&scratch, ui->w, 1);
	p = pen_at(&scratch, 0, 0, ui->w);
	put_step(ui, &p, i);
	cells = p.x + 3;
	grid_release(&scratch);
	return cells;
}

/* As many steps before the present one as leave it room to be seen whole. */
void timeline_strip(struct ui *ui, struct grid *g, struct rect r)
{
	struct pen p = pen_at(g, r.x, r.y, r.w);
	size_t here = state_position(ui->state), first = here;
	int room;

	pen_put(&p, INK_STRONG, " Timeline  ");
	room = pen_room(&p) - step_cells(ui, here) - 8;
	while (first > 0 && (room -= step_cells(ui, first - 1)) > 0)
		first--;
	if (first)
		pen_putf(&p, INK_FAINT, "%s %s ", glyph(ui->ascii, GLYPH_PENDING), glyph(ui->ascii, GLYPH_THEN));
	for (size_t i = first; i <= state_length(ui->state) && pen_room(&p) > 0; i++) {
		if (i > first)
			pen_putf(&p, INK_FAINT, " %s ", glyph(ui->ascii, GLYPH_THEN));
		put_step(ui, &p, i);
	}
}

/* ---- as a panel ---- */

static void settle(struct ui *ui, struct rect r)
{
	struct list *l = &ui->timeline.list;

	list_resize(l, state_length(ui->state) + 1, r.h);
	if (ui->focus != PANEL_TIMELINE)
		timeline_select_present(ui);
}

static void title(struct ui *ui, struct pen *p)
{
	pen_put(p, ui->focus == PANEL_TIMELINE ? INK_FOCUS : INK_STRONG, " Timeline ");
}

static void put_after(const struct ui *ui, struct pen *p, size_t i)
{
	const struct after *after = i < ui->timeline.after.len ? &ui->timeline.after.at[i] : NULL;

	if (!after || !after->known)
		return;
	if (after->stopped)
		pen_putf(p, INK_STOPS, "  %u stopped", after->stopped);
	if (after->split)
		pen_putf(p, INK_SPLIT, "  %u split", after->split);
	if (after->lost)
		pen_putf(p, INK_LOSES, "  %u lost", after->lost);
	if (!after->stopped && !after->split && !after->lost)
		pen_put(p, INK_OK, "  all go on");
}

static void view(struct ui *ui, struct grid *g, struct rect r, bool focused)
{
	const struct list *l = &ui->timeline.list;
	size_t here = state_position(ui->state);

	for (size_t i = l->top; i < l->n && i < l->top + l->rows; i++) {
		struct pen p = pen_at(g, r.x + 2, r.y + (int)(i - l->top), r.w - 2);
		struct strbuf text = {0};

		add_step(&text, ui, i);
		pen_putf(&p, INK_FAINT, "%zu ", i);
		pen_put(&p, i > here ? INK_FAINT : i == here ? INK_STRONG : INK_PLAIN, sb_text(&text));
		if (i == here)
			pen_putf(&p, INK_FOCUS, " %s", glyph(g->ascii, GLYPH_HERE));
		put_after(ui, &p, i);
		if (focused)
			list_mark(l, g, r, i, true);
		sb_release(&text);
	}
}

static struct list *list(struct ui *ui)
{
	return &ui->timeline.list;
}

static place_id no_place(const struct ui *ui)
{
	(void)ui;
	return NO_PLACE;
}

static bool no_work(struct ui *ui, uint32_t *budget)
{
	(void)ui, (void)budget;
	return false;
}

const struct panel timeline_panel = {"Timeline", MODE_TIMELINE, settle, title, view, list, no_place, no_work};
