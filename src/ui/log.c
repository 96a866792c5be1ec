/* log - the explorations that were kept, as a list to open one from; and keeping this one. */
#include <stdlib.h>
#include <string.h>

#include "ui/ui_p.h"

/* ---- keeping ---- */

void log_moved(struct ui *ui, enum ui_moved moved)
{
	const char *why = ui->journal ? ui->journal->moved(ui->journal->with, ui->state, moved) : NULL;

	if (!why)
		return;
	sb_clear(&ui->log.notice);
	sb_add(&ui->log.notice, why);
}

void log_name(struct ui *ui, const char *name)
{
	const char *why = ui->journal ? ui->journal->name(ui->journal->with, name) : NULL;

	if (why)
		ui_say(ui, "%s", why);
	else if (*name)
		ui_say(ui, "this exploration is called '%s'", name);
	else
		ui_say(ui, "this exploration has no name");
}

/* ---- the list ---- */

static void forget(struct log *log)
{
	for (size_t i = 0; i < log->all.len; i++) {
		free(log->all.at[i].when);
		free(log->all.at[i].name);
		free(log->all.at[i].what);
	}
	vec_clear(&log->all);
}

void log_release(struct ui *ui)
{
	forget(&ui->log);
	vec_free(&ui->log.all);
	sb_release(&ui->log.notice);
}

void ui_kept(struct ui *ui, int64_t id, const char *when, const char *name, const char *what)
{
	vec_push(&ui->log.all, (struct kept){id, xstrdup(when), xstrdup(name), xstrdup(what)});
}

int64_t ui_chosen(const struct ui *ui)
{
	return ui->log.chosen;
}

void log_open(struct ui *ui)
{
	const char *why;

	if (!ui->journal) {
		ui_say(ui, "no explorations are kept here: the journal was turned off");
		return;
	}
	forget(&ui->log);
	why = ui->journal->list(ui->journal->with, ui);
	if (why) {
		ui_say(ui, "%s", why);
		return;
	}
	ui->overlay = OVERLAY_LOG;
	ui->log.list = (struct list){0};
}

void log_title(struct ui *ui, struct pen *p)
{
	pen_put(p, INK_FOCUS, " Explorations: ");
	pen_putf(p, INK_PLAIN, "%zu, newest first ", ui->log.all.len);
	pen_put(p, INK_FAINT, "(Enter: open at its first step) ");
}

void log_view(struct ui *ui, struct grid *g, struct rect r)
{
	const struct list *l = &ui->log.list;

	for (size_t i = l->top; i < l->n && i < l->top + l->rows; i++) {
		const struct kept *k = &ui->log.all.at[i];
		struct pen p = pen_at(g, r.x + 2, r.y + (int)(i - l->top), r.w - 2);

		pen_putf(&p, INK_FAINT, "%lld ", (long long)k->id);
		pen_putf(&p, INK_PLAIN, "%s  ", k->when);
		pen_putf(&p, INK_STRONG, "%s  ", k->name);
		pen_put(&p, INK_PLAIN, k->what);
		list_mark(l, g, r, i, true);
	}
	if (!l->n)
		grid_put(g, r.x + 2, r.y, r.w - 2, INK_FAINT, "none yet: an exploration is kept from its first step on");
}
