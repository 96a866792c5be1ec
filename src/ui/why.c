/* why - the reasons for what is selected: a panel of told lines, about a group or about a domain. */
#include "base/words.h"
#include "model/names.h"
#include "ui/why_p.h"

/* ---- what a death does, in words ---- */

static void add_harm(struct strbuf *sb, uint32_t n, const char *one, const char *many, bool *first)
{
	if (!n)
		return;
	if (*first)
		sb_add_count(sb, n, "group", "groups");
	else
		sb_addf(sb, ", %u", n);
	sb_addf(sb, " %s", n == 1 ? one : many);
	*first = false;
}

void sb_add_harm(struct strbuf *sb, uint32_t writes, uint32_t reads, uint32_t data, uint32_t lost)
{
	bool first = true;

	add_harm(sb, lost, "loses its data", "lose their data", &first);
	add_harm(sb, writes, "stops taking writes", "stop taking writes", &first);
	add_harm(sb, reads, "becomes unreadable", "become unreadable", &first);
	add_harm(sb, data > lost ? data - lost : 0, "may lose its newest writes", "may lose their newest writes", &first);
	if (first)
		sb_add(sb, "no group stops, nothing is lost");
}

/* ---- what both halves tell ---- */

void why_add_standing(struct ui *ui, unsigned standing)
{
	const struct look *look = &standing_looks[standing];

	lines_addf(&ui->why.lines, look->ink, "%s %s", glyph(ui->ascii, look->glyph), look->word);
}

/* ---- the panel ---- */

static void settle(struct ui *ui, struct rect r)
{
	struct rect room = {0, 0, r.w - 2, r.h};

	lines_clear(&ui->why.lines);
	if (ui->subject == PANEL_GROUPS && ui->groups.selected != NO_GROUP)
		why_tell_group(ui, ui->groups.selected, room.w);
	else if (ui->subject == PANEL_TREE && tree_place(ui) < ui->m->ndomains + ui->m->nshared)
		why_tell_place(ui, tree_place(ui), room);
	list_resize(&ui->why.list, ui->why.lines.all.len, r.h);
}

static bool work(struct ui *ui, uint32_t *budget)
{
	if (ui->subject == PANEL_GROUPS && ui->groups.selected != NO_GROUP)
		return why_work_group(ui, ui->groups.selected, budget);
	if (ui->subject == PANEL_TREE && tree_place(ui) != NO_PLACE)
		return why_work_place(ui, tree_place(ui), budget);
	return false;
}

static void title(struct ui *ui, struct pen *p)
{
	struct strbuf name = {0};

	pen_put(p, ui->focus == PANEL_WHY ? INK_FOCUS : INK_STRONG, " Why ");
	if (ui->subject == PANEL_GROUPS && ui->groups.selected != NO_GROUP) {
		sb_add_group(&name, ui, ui->groups.selected);
		pen_putf(p, INK_PLAIN, "%s ", sb_text(&name));
	} else if (ui->subject == PANEL_TREE && tree_place(ui) < ui->m->ndomains + ui->m->nshared) {
		sb_add_short(&name, ui->m, tree_place(ui));
		pen_putf(p, INK_FRAME, "%s ", place_level_name(ui->m, tree_place(ui)));
		pen_putf(p, INK_PLAIN, "%s ", sb_text(&name));
	}
	sb_release(&name);
}

static void view(struct ui *ui, struct grid *g, struct rect r, bool focused)
{
	lines_draw(&ui->why.lines, &ui->why.list, g, r, focused);
}

static struct list *list(struct ui *ui)
{
	return &ui->why.list;
}

static place_id place(const struct ui *ui)
{
	const struct why *w = &ui->why;

	return w->list.cur < w->lines.all.len ? w->lines.all.at[w->list.cur].place : NO_PLACE;
}

void why_release(struct ui *ui)
{
	struct why *w = &ui->why;

	lines_release(&w->lines);
	vec_free(&w->candidates);
	vec_free(&w->deaths);
	vec_free(&w->delays);
	vec_free(&w->slowed);
	vec_free(&w->worst);
}

const struct panel why_panel = {"Why", MODE_WHY, settle, title, view, list, place, work};
