#include "cli/keeper_p.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "cli/journal_p.h"

#define LISTED 1000 /* explorations on the screen */

_Static_assert(STATUSES == JOURNAL_STATUSES && DATA_VERDICTS == JOURNAL_VERDICTS, "the journal keeps all of them");

struct keeper {
	struct journal *j;
	struct kept_file file;
	struct recording *r; /* NULL until there is something to keep */
	enum journal_trouble told;
	struct strbuf said;
};

struct keeper *keeper_new(struct journal *j, const struct kept_file *file)
{
	struct keeper *k = xcalloc(1, sizeof(*k));

	k->j = j;
	k->file = *file;
	k->told = journal_trouble(j);
	return k;
}

void keeper_free(struct keeper *k)
{
	if (!k)
		return;
	recording_free(k->r);
	sb_release(&k->said);
	free(k);
}

size_t keeper_end(struct keeper *k)
{
	if (!k->r || recording_flush(k->r))
		return 0;
	return recording_unwritten(k->r);
}

/* ---- what a state comes to ---- */

struct kept_outcome outcome_to_keep(const struct state *s)
{
	const struct model *m = engine_model(state_engine(s));
	struct kept_outcome o = {0};
	struct summary sum;

	state_summary(s, &sum);
	memcpy(o.status, sum.status, sizeof(o.status));
	memcpy(o.data, sum.data, sizeof(o.data));
	o.rpo = sum.rpo;
	o.rto = sum.rto;
	for (uint32_t i = 0; i < m->nservices; i++) {
		state_service_summary(s, i, &sum);
		o.stopped += sum.writes[ANSWER_NO] > 0;
	}
	return o;
}

/* ---- keeping ---- */

/* Said once for each kind of trouble, and once when it is over. */
static const char *answer(struct keeper *k, bool ok)
{
	enum journal_trouble now = ok ? JOURNAL_FINE : journal_trouble(k->j), before = k->told;

	k->told = now;
	if (now == before)
		return NULL;
	sb_clear(&k->said);
	if (ok)
		sb_add(&k->said, "the journal is written again");
	else
		sb_add_clean(&k->said, journal_why(k->j), strlen(journal_why(k->j)));
	return sb_text(&k->said);
}

static bool keep_step(struct keeper *k, const struct state *s, size_t i)
{
	struct kept_outcome outcome = outcome_to_keep(s);
	struct strbuf actions = {0};
	bool ok;

	sb_add_step(&actions, engine_model(state_engine(s)), state_step_at(s, i));
	ok = recording_step(k->r, sb_text(&actions), now_ms(), &outcome);
	sb_release(&actions);
	return ok;
}

static bool begin(struct keeper *k, const struct state *s)
{
	struct state *again = state_clone(s);
	bool ok = true;

	k->r = recording_new(k->j, &k->file, now_ms());
	while (state_undo(again))
		continue;
	while (state_position(again) < state_position(s) && state_redo(again))
		ok = keep_step(k, again, state_position(again) - 1);
	state_free(again);
	return ok;
}

void keeper_begin(struct keeper *k, const struct state *s)
{
	begin(k, s);
	k->told = journal_trouble(k->j);
}

/* Walking back and forth in what was kept before is nothing new. */
static const char *moved(void *with, const struct state *s, enum ui_moved how)
{
	struct keeper *k = with;

	if (!k->r && how != UI_STEPPED)
		return NULL;
	if (!k->r)
		return answer(k, begin(k, s));
	if (how == UI_STEPPED)
		return answer(k, keep_step(k, s, state_position(s) - 1));
	return answer(k, how == UI_UNDID ? recording_undo(k->r) : recording_redo(k->r));
}

/* Whoever names it wants it kept: what is wrong is said again. */
static const char *name(void *with, const char *text)
{
	struct keeper *k = with;

	if (!k->r)
		k->r = recording_new(k->j, &k->file, now_ms());
	if (recording_name(k->r, text))
		return NULL;
	k->told = JOURNAL_FINE;
	return answer(k, false);
}

/* ---- the list ---- */

void sb_add_steps(struct strbuf *sb, const struct exploration *e)
{
	sb_add_count(sb, e->nsteps, "step", "steps");
	if (e->nundone)
		sb_addf(sb, ", %u undone", e->nundone);
}

static void offer(struct ui *ui, const struct exploration *e)
{
	struct strbuf when = {0}, about = {0}, what = {0};

	sb_add_when(&when, e->last);
	sb_add_clean(&about, *e->name ? e->name : e->file, strlen(*e->name ? e->name : e->file));
	if (*e->name) {
		sb_add_clean(&what, e->file, strlen(e->file));
		sb_add(&what, "  ");
	}
	sb_add_steps(&what, e);
	ui_kept(ui, e->id, sb_text(&when), sb_text(&about), sb_text(&what));
	sb_release(&when);
	sb_release(&about);
	sb_release(&what);
}

static const char *list(void *with, struct ui *ui)
{
	struct keeper *k = with;
	struct arena arena = {0};
	exploration_list all = {0};
	bool ok = journal_list(k->j, &(struct log_filter){ .limit = LISTED }, &arena, &all);

	for (size_t i = 0; i < all.len; i++)
		offer(ui, &all.at[i]);
	vec_free(&all);
	arena_release(&arena);
	if (ok)
		return NULL;
	sb_clear(&k->said);
	sb_add_clean(&k->said, journal_why(k->j), strlen(journal_why(k->j)));
	return sb_text(&k->said);
}

struct ui_journal keeper_interface(struct keeper *k)
{
	return (struct ui_journal){ .with = k, .moved = moved, .name = name, .list = list };
}
