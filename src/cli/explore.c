#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command_p.h"
#include "cli/journal_p.h"
#include "cli/keeper_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"
#include "base/text.h"
#ifndef NOTUI
#include "term/term.h"
#endif

static const char *const theme_words[] = { "auto", "dark", "light", NULL };
enum { THEME_BY_GUESS }; /* the words after it are enum theme, one up */

#define SCREEN_ROWS \
	OPTION_ROW(0, "ascii", OPTION_FLAG, ascii, .help = "ASCII only; the default where the locale has no UTF-8"), \
	OPTION_ROW(0, "theme", OPTION_CHOICE, theme, .choices = theme_words, \
	           .help = "colours for the terminal's background"), \
	OPTION_ROW(0, "no-mouse", OPTION_FLAG, no_mouse, .help = "leave the mouse to the terminal"), \
	COLOUR_ROW

const struct option_row explore_options[] = {
	SCENARIO_ROW,
	OPTION_ROW('a', "after", OPTION_TEXT, after, .argument = "ACTIONS",
	           .help = "begin after these actions: \"kill us-1 then heal us-1\""),
	SCREEN_ROWS,
	JOURNAL_ROWS,
	OPTION_ROW(0, "no-journal", OPTION_FLAG, no_journal, .help = "keep nothing of what is done"),
	OPTIONS_END,
};

const struct option_row replay_options[] = {
	SCREEN_ROWS,
	JOURNAL_ROWS,
	OPTIONS_END,
};

#ifdef NOTUI

static int no_explorer(const struct invocation *in)
{
	return refuse(in->command, "this build has no explorer; 'faultline whatif' and 'faultline render' answer without it");
}

static int run_explorer(const struct invocation *in)
{
	return no_explorer(in);
}

static int run_replayer(const struct invocation *in, int64_t id)
{
	(void)id;
	return no_explorer(in);
}

#else

/* ---- a world: a file, its state and its screen, one at a time ---- */

struct world {
	struct subject subject;
	struct kept_file file;   /* texts are the subject's and its arena's */
	struct engine *engine;
	struct state *state;
	struct keeper *keeper;   /* NULL: nothing is kept */
	struct ui_journal journal;
	struct ui *ui;
};

struct session {
	const struct invocation *in;
	struct journal *journal; /* NULL: none is wanted */
	struct world *world;
	bool ascii;
};

static void world_free(struct world *w)
{
	if (!w)
		return;
	ui_free(w->ui);
	keeper_free(w->keeper);
	state_free(w->state);
	if (w->engine)
		engine_free(w->engine);
	subject_release(&w->subject);
	free(w);
}

/* Of a subject that is loaded. The steps are taken, and `undo` of them taken back. */
static void world_begin(struct session *s, struct world *w, size_t undo)
{
	w->engine = engine_new(w->subject.model);
	w->state = state_new(w->engine);
	for (size_t i = 0; i < w->subject.steps.len; i++)
		state_step(w->state, &w->subject.steps.at[i], NULL);
	while (undo-- > 0)
		state_undo(w->state);
	if (s->journal) {
		w->keeper = keeper_new(s->journal, &w->file);
		w->journal = keeper_interface(w->keeper);
	}
	w->ui = ui_new(w->state, &(struct ui_options){
		.name = w->subject.source.name, .ascii = s->ascii, .journal = w->keeper ? &w->journal : NULL });
}

/* ---- an exploration that was kept ---- */

static bool plan_again(struct world *w, const struct kept_exploration *e, struct strbuf *why)
{
	for (size_t i = 0; i < e->nsteps; i++) {
		const char *problem;

		if (e->steps[i].undone ||
		    actions_parse_text(w->subject.model, e->steps[i].actions, &w->subject.arena, &w->subject.steps, &problem))
			continue;
		sb_addf(why, "exploration %lld: step %zu can't be taken: %s", (long long)e->about.id, i + 1, problem);
		return false;
	}
	return true;
}

/* Its file as it was; where that was not kept, the one on disk if it still is the same. */
static bool load_again(struct world *w, const struct kept_exploration *e, struct strbuf *why)
{
	struct source *source = &w->subject.source;
	const char *name = arena_strdup(&w->subject.arena, e->about.file), *problem = "it was too large to be kept";
	struct diag_list diags = { .cap = 1 };
	char hash[SHA256_HEX];
	bool ok = e->text != NULL;

	if (ok)
		source_from_text(source, name, e->text, e->len);
	else if (*e->about.path && source_read(source, arena_strdup(&w->subject.arena, e->about.path), &problem))
		ok = strcmp(sha256_hex(source->text, source->len, hash), e->about.hash) == 0;
	if (!ok) {
		sb_addf(why, "exploration %lld: its file is not there as it was: %s", (long long)e->about.id, problem);
	} else if (load_model(source, &diags, &w->subject.model) != LOAD_OK) {
		ok = false;
		sb_addf(why, "exploration %lld: its file can't be loaded any more: %s", (long long)e->about.id,
		        diags.all.len ? diags.all.at[0].message : "it is none of faultline");
	}
	diag_release(&diags);
	return ok;
}

static void say_replay(struct world *w, const struct kept_exploration *e)
{
	struct strbuf text = {0};

	sb_addf(&text, "exploration %lld", (long long)e->about.id);
	if (*e->about.name) {
		sb_addc(&text, ' ');
		sb_add_quoted(&text, e->about.name, strlen(e->about.name));
	}
	sb_add(&text, " of ");
	sb_add_when(&text, e->about.began);
	sb_add(&text, ": ] and [ walk it; ");
	sb_add_changes(&text, e->about.file, e->about.path, e->about.hash, e->text, e->len);
	ui_notice(w->ui, sb_text(&text));
	sb_release(&text);
}

/* At its first step. NULL, and why. */
static struct world *world_again(struct session *s, int64_t id, struct strbuf *why)
{
	struct world *w = xcalloc(1, sizeof(*w));
	struct kept_exploration e;
	bool ok = false;

	switch (journal_read(s->journal, id, &w->subject.arena, &e)) {
	case JOURNAL_NO_SUCH:
		sb_addf(why, "there is no exploration %lld; 'faultline log' lists them", (long long)id);
		break;
	case JOURNAL_UNREAD:
		sb_add(why, journal_why(s->journal));
		break;
	case JOURNAL_FOUND:
		ok = load_again(w, &e, why) && plan_again(w, &e, why);
	}
	if (!ok) {
		world_free(w);
		return NULL;
	}
	w->file = (struct kept_file){ .name = e.about.file, .path = e.about.path,
	                              .text = w->subject.source.text, .len = w->subject.source.len };
	memcpy(w->file.hash, e.about.hash, strnlen(e.about.hash, SHA256_HEX - 1));
	world_begin(s, w, w->subject.steps.len ? w->subject.steps.len - 1 : 0);
	say_replay(w, &e);
	return w;
}

/* ---- on the screen ---- */

static void say_unwritten(const struct session *s)
{
	size_t n = s->world->keeper ? keeper_end(s->world->keeper) : 0;

	if (n)
		say_aside("%zu %s not kept: %s", n, n == 1 ? "step was" : "steps were", journal_why(s->journal));
}

static struct ui *open_other(void *with, struct ui *ui)
{
	struct session *s = with;
	struct strbuf why = {0};
	struct world *other = world_again(s, ui_chosen(ui), &why);

	if (other) {
		keeper_end(s->world->keeper);
		world_free(s->world);
		s->world = other;
	} else {
		ui_notice(ui, sb_text(&why));
	}
	sb_release(&why);
	return other ? other->ui : NULL;
}

static enum colour_choice terminal_colours(int when)
{
	static const enum colour_choice choices[] = {
		[WHEN_AUTO] = COLOUR_AUTO, [WHEN_ALWAYS] = COLOUR_ALWAYS, [WHEN_NEVER] = COLOUR_NEVER,
	};

	return choices[when];
}

static enum theme terminal_theme(int choice)
{
	return choice == THEME_BY_GUESS ? term_guess_theme() : (enum theme)(choice - 1);
}

static int run_screen(struct session *s)
{
	const struct settings *set = &s->in->set;
	int status = term_run(s->world->ui, &(struct term_options){
		.mouse = !set->no_mouse,
		.ascii = s->ascii,
		.colour = terminal_colours(set->colour),
		.theme = terminal_theme(set->theme),
		.open = open_other,
		.with = s,
	});

	say_unwritten(s);
	world_free(s->world);
	journal_close(s->journal);
	return status;
}

/* ---- explore ---- */

static void open_journal(struct session *s, const char **ret_why)
{
	char *path = journal_place(&s->in->set, ret_why);

	s->journal = path ? journal_open(path, JOURNAL_WRITE) : NULL;
	free(path);
}

static int explore(const struct invocation *in, struct world *w)
{
	struct session s = { .in = in, .world = w, .ascii = in->set.ascii || !term_is_utf8() };
	const char *why;

	open_journal(&s, &why);
	w->file = file_to_keep(&w->subject.source, &w->subject.arena);
	world_begin(&s, w, 0);
	if (s.journal && w->subject.steps.len)
		keeper_begin(w->keeper, w->state);
	if (s.journal && journal_trouble(s.journal) != JOURNAL_FINE)
		why = journal_why(s.journal);
	if (why)
		ui_notice(w->ui, why);
	return run_screen(&s);
}

static int run_explorer(const struct invocation *in)
{
	struct world *w = xcalloc(1, sizeof(*w));
	int status = subject_open(&w->subject, &in->set, in->nwords ? in->words[0] : NULL);

	if (status == EXIT_ANSWERED)
		status = subject_plan(&w->subject, in, &in->set.after, in->set.after ? 1 : 0);
	if (status == EXIT_ANSWERED)
		return explore(in, w);
	world_free(w);
	return status;
}

/* ---- replay ---- */

static int run_replayer(const struct invocation *in, int64_t id)
{
	struct session s = { .in = in, .ascii = in->set.ascii || !term_is_utf8() };
	struct strbuf why = {0};
	int status;

	s.journal = journal_needed(in, JOURNAL_WRITE, &status);
	if (!s.journal)
		return status;
	s.world = world_again(&s, id, &why);
	if (s.world)
		return run_screen(&s);
	status = refuse(in->command, "%s", sb_text(&why));
	sb_release(&why);
	journal_close(s.journal);
	return status;
}

#endif

/* ---- what is asked ---- */

/* EXIT_ANSWERED where a person sits before a screen. */
static int ask_for_screen(const struct invocation *in, const char *instead, const char *file)
{
	if (in_pre_commit())
		return refuse(in->command, "a hook can't explore; it can: faultline %s %s", instead, file);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse(in->command, "the explorer needs a terminal; without one: faultline %s %s", instead, file);
	return EXIT_ANSWERED;
}

int run_explore(const struct invocation *in)
{
	int status;

	if (in->nwords > 1)
		return refuse(in->command, "the explorer opens one file; to judge several: faultline check %s ...", in->words[0]);
	status = ask_for_screen(in, "check", in->nwords ? in->words[0] : "FILE");
	return status == EXIT_ANSWERED ? run_explorer(in) : status;
}

int run_replay(const struct invocation *in)
{
	int64_t id;
	int status;

	if (in->nwords != 1 || !parse_id(in->words[0], &id))
		return usage_trouble(in->command, "which exploration? give its number; 'faultline log' lists them");
	status = ask_for_screen(in, "log", in->words[0]);
	return status == EXIT_ANSWERED ? run_replayer(in, id) : status;
}
