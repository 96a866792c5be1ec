/*
 * pairs - what hurts next, two at once: the pairs of one level whose death together breaks the most groups now.
 *
 * The pairs of a level are found in one piece, level by level, the one that is looked at first. What a pair breaks
 * beside what it is ranked by is tried out on a copy of the state, of the pairs on the screen alone.
 */
#include <stdlib.h>

#include "analysis/worst.h"
#include "base/text.h"
#include "model/names.h"
#include "ui/ui_p.h"

#define PAIR 2
#define PAIRS_KEPT 100 /* of a level, for each target */

/* ---- levels: from the top, the shared domains last ---- */

static unsigned slots(const struct ui *ui)
{
	return ui->m->nlevels + 1;
}

static uint8_t level_of_slot(const struct ui *ui, unsigned slot)
{
	return slot == ui->m->nlevels ? LEVEL_SHARED : (uint8_t)(slot + 1);
}

static uint32_t places_of_slot(const struct ui *ui, unsigned slot)
{
	return slot == ui->m->nlevels ? ui->m->nshared : ui->m->level_count[slot + 1];
}

static unsigned shown_slot(const struct ui *ui)
{
	return ui->ranking.level == LEVEL_SHARED ? ui->m->nlevels : ui->ranking.level - 1;
}

static struct pairs_level *shown_level(const struct ui *ui)
{
	return &ui->pairs.levels[shown_slot(ui)];
}

/* ---- life ---- */

static void forget_levels(struct ui *ui)
{
	struct pairs *p = &ui->pairs;

	for (unsigned i = 0; p->levels && i < slots(ui); i++)
		for (enum target t = 0; t < TARGETS; t++)
			vec_free(&p->levels[i].best[t]);
	free(p->levels);
	p->levels = NULL;
}

void pairs_release(struct ui *ui)
{
	struct pairs *p = &ui->pairs;

	forget_levels(ui);
	analysis_free(p->analysis);
	state_free(p->trial);
	p->analysis = NULL;
	p->trial = NULL;
}

static void restart(struct ui *ui)
{
	struct pairs *p = &ui->pairs;

	pairs_release(ui);
	p->version = state_version(ui->state);
	p->levels = xcalloc(slots(ui), sizeof(*p->levels));
	for (unsigned i = 0; i < slots(ui); i++)
		p->levels[i].known = places_of_slot(ui, i) < PAIR;
}

/* ---- working it out ---- */

static void spend(uint32_t *budget, size_t cost)
{
	*budget -= cost < *budget ? (uint32_t)cost : *budget;
}

static void keep(struct pairs_level *into, const struct worst *w)
{
	into->known = true;
	into->undecided = w->undecided;
	for (enum target t = 0; t < TARGETS; t++) {
		into->proven[t] = w->of[t].proven;
		for (size_t i = 0; i < w->of[t].nsets; i++) {
			const struct worst_set *set = &w->of[t].sets[i];
			struct pair pair = {.places = {set->domains[0], set->domains[1]}};

			pair.broken[t] = (uint32_t)set->groups;
			vec_push(&into->best[t], pair);
		}
	}
}

static void find_level(struct ui *ui, unsigned slot)
{
	struct worst w;

	analysis_worst(ui->pairs.analysis, level_of_slot(ui, slot), PAIR, PAIRS_KEPT, &w);
	keep(&ui->pairs.levels[slot], &w);
	worst_release(&w);
}

static bool is_broken(const struct outcome *o, enum target t)
{
	return t == TARGET_DATA ? o->data != DATA_SAFE : !goes_on(t == TARGET_WRITES ? o->writes : o->reads);
}

static void count_broken(struct pair *pair, const struct outcome *was, const struct outcome *is)
{
	for (enum target t = 0; t < TARGETS; t++)
		pair->broken[t] += is_broken(is, t) && !is_broken(was, t);
	pair->lost += is->data == DATA_LOST && was->data != DATA_LOST;
}

/* What it breaks, by doing it; returns how many groups that visits. */
static size_t try_out(struct ui *ui, struct pair *pair)
{
	struct state *trial = ui->pairs.trial;
	struct action kills[PAIR];
	const uint32_t *touched;
	size_t n;

	for (int i = 0; i < PAIR; i++)
		kills[i] = (struct action){VERB_KILL, pair->places[i], NO_PLACE, NO_SERVICE, NO_GROUP};
	state_step(trial, &(struct step){kills, PAIR}, NULL);
	touched = state_touched(trial, &n);
	*pair = (struct pair){.places = {pair->places[0], pair->places[1]}, .tried = true};
	for (size_t i = 0; i < n; i++)
		count_broken(pair, state_outcome(ui->state, touched[i]), state_outcome(trial, touched[i]));
	state_undo(trial);
	return n;
}

/* A pair on the screen that was not tried yet. */
static struct pair *next_untried(struct ui *ui)
{
	struct pairs_level *level = shown_level(ui);
	const struct list *l = &ui->ranking.list;

	for (size_t i = l->top; i < pairs_found(ui) && i < l->top + l->rows; i++)
		if (!level->best[ui->pairs.target].at[i].tried)
			return &level->best[ui->pairs.target].at[i];
	return NULL;
}

static unsigned next_level(const struct ui *ui)
{
	unsigned slot = shown_slot(ui);

	for (unsigned i = 0; ui->pairs.levels[slot].known && i < slots(ui); i++)
		slot = i;
	return ui->pairs.levels[slot].known ? slots(ui) : slot;
}

/* One piece of it; false where there is none left. */
static bool work_on(struct ui *ui, uint32_t *budget)
{
	struct pairs *p = &ui->pairs;
	struct pair *pair = next_untried(ui);
	unsigned slot = next_level(ui);

	if (!pair && slot == slots(ui))
		return false;
	if (!p->analysis) {
		p->analysis = analysis_after(ui->state);
		p->trial = state_clone(ui->state);
		spend(budget, ui->m->ngroups + 1u);
	} else if (pair) {
		spend(budget, try_out(ui, pair) + 1);
	} else {
		find_level(ui, slot);
		spend(budget, ui->m->ngroups + 1u);
	}
	return true;
}

bool pairs_work(struct ui *ui, uint32_t *budget)
{
	if (!ui->pairs.levels || ui->pairs.version != state_version(ui->state))
		restart(ui);
	while (*budget)
		if (!work_on(ui, budget))
			return false;
	return pairs_busy(ui);
}

/* ---- what is known ---- */

bool pairs_busy(struct ui *ui)
{
	return !ui->pairs.levels || ui->pairs.version != state_version(ui->state) || next_level(ui) < slots(ui) ||
	       next_untried(ui);
}

size_t pairs_found(const struct ui *ui)
{
	return ui->pairs.levels ? shown_level(ui)->best[ui->pairs.target].len : 0;
}

const struct pair *pairs_selected(const struct ui *ui)
{
	size_t at = ui->ranking.list.cur;

	return at < pairs_found(ui) ? &shown_level(ui)->best[ui->pairs.target].at[at] : NULL;
}

void pairs_progress(const struct ui *ui, unsigned *ret_known, unsigned *ret_of)
{
	*ret_known = *ret_of = 0;
	for (unsigned i = 0; i < slots(ui); i++)
		if (places_of_slot(ui, i) >= PAIR) {
			*ret_known += ui->pairs.levels && ui->pairs.levels[i].known;
			++*ret_of;
		}
}

/* ---- showing it ---- */

/* Most levels have the most pairs; the box does not change its height from one to the next. */
uint32_t pairs_rows(const struct ui *ui)
{
	uint32_t n = places_of_slot(ui, shown_slot(ui));

	return n > PAIRS_KEPT || n * (n - 1) / 2 > PAIRS_KEPT ? PAIRS_KEPT : n < PAIR ? 1 : n * (n - 1) / 2;
}

void pairs_title(struct ui *ui, struct pen *p)
{
	const struct pairs_level *level = ui->pairs.levels ? shown_level(ui) : NULL;
	unsigned known, of;

	pairs_progress(ui, &known, &of);
	if (ui->ranking.level == LEVEL_SHARED)
		pen_put(p, INK_PLAIN, "two shared domains at once, ");
	else
		pen_putf(p, INK_PLAIN, "two of level %s at once, ", ui->m->levels[ui->ranking.level - 1]);
	pen_putf(p, INK_PLAIN, "by %s ", target_names[ui->pairs.target]);
	if (level && level->known && !level->undecided && !level->proven[ui->pairs.target] && pairs_found(ui))
		pen_put(p, INK_NOTICE, "best found ");
	if (ui->ranking.stopped)
		pen_putf(p, INK_NOTICE, "partial: %u of %u levels ", known, of);
	else if (known < of)
		pen_putf(p, INK_FAINT, "working%s %u of %u levels ", glyph(ui->ascii, GLYPH_PENDING), known, of);
	else
		pen_put(p, INK_FAINT, "(Left, Right: other levels) ");
}

#define COLUMN 13
#define HARMS 4

/* In equal parts where they do not fit. */
static void put_names(struct ui *ui, struct pen *p, const struct pair *pair, int cells)
{
	struct strbuf names[PAIR] = {{0}, {0}};
	int wide[PAIR], room = cells - 3;

	for (int i = 0; i < PAIR; i++) {
		sb_add_short(&names[i], ui->m, pair->places[i]);
		wide[i] = text_cells(sb_text(&names[i]));
	}
	if (wide[0] + wide[1] > room && wide[0] > room / 2)
		wide[0] = wide[1] < room / 2 ? room - wide[1] : room / 2;
	pen_left(p, wide[0], INK_PLAIN, sb_text(&names[0]));
	pen_put(p, INK_FAINT, " + ");
	pen_left(p, room - wide[0], INK_PLAIN, sb_text(&names[1]));
	for (int i = 0; i < PAIR; i++)
		sb_release(&names[i]);
}

static void put_harms(struct ui *ui, struct pen *p, const struct pair *pair)
{
	const struct { uint32_t n; const char *what; enum ink ink; bool known; } harms[HARMS] = {
		{pair->lost, "lost", INK_LOSES, pair->tried},
		{pair->broken[TARGET_DATA], "unsafe", INK_ASIDE, pair->tried || ui->pairs.target == TARGET_DATA},
		{pair->broken[TARGET_WRITES], "stop", INK_STOPS, pair->tried || ui->pairs.target == TARGET_WRITES},
		{pair->broken[TARGET_READS], "unread", INK_STOPS, pair->tried || ui->pairs.target == TARGET_READS},
	};

	for (int i = 0; i < HARMS; i++) {
		enum ink ink = harms[i].known && harms[i].n ? harms[i].ink : INK_FAINT;
		char text[16];

		pen_right(p, 5, ink, harms[i].known ? short_number(harms[i].n, text) : glyph(ui->ascii, GLYPH_PENDING));
		pen_skip(p, 1);
		pen_left(p, COLUMN - 6, ink, harms[i].what);
	}
}

static void put_nothing(struct ui *ui, struct grid *g, struct rect r)
{
	static const char *const breaks[TARGETS] = {
		"stop the writes of any more group", "stop the reads of any more group", "make the data of any more group unsafe",
	};
	const struct pairs_level *level = ui->pairs.levels ? shown_level(ui) : NULL;
	struct pen p = pen_at(g, r.x + 2, r.y, r.w - 2);

	if (!level || !level->known)
		pen_put(&p, INK_FAINT, ui->ranking.stopped ? "not known: Esc stopped it; w twice begins again"
		                                           : glyph(ui->ascii, GLYPH_PENDING));
	else if (level->undecided)
		pen_put(&p, INK_NOTICE, "undecided: there is too much to add up at this level");
	else if (places_of_slot(ui, shown_slot(ui)) < PAIR)
		pen_put(&p, INK_FAINT, "there are not two of them");
	else
		pen_putf(&p, INK_OK, "no two of them %s", breaks[ui->pairs.target]);
}

void pairs_view(struct ui *ui, struct grid *g, struct rect r)
{
	const struct list *l = &ui->ranking.list;

	for (size_t i = l->top; i < pairs_found(ui) && i < l->top + l->rows; i++) {
		const struct pair *pair = &shown_level(ui)->best[ui->pairs.target].at[i];
		struct pen p = pen_at(g, r.x + 2, r.y + (int)(i - l->top), r.w - 2);

		put_names(ui, &p, pair, r.w - 2 - HARMS * COLUMN);
		p.x = r.x + r.w - HARMS * COLUMN;
		put_harms(ui, &p, pair);
		list_mark(l, g, r, i, true);
	}
	if (!pairs_found(ui))
		put_nothing(ui, g, r);
}
