#include <unistd.h>

#include "cli/command_p.h"
#include "cli/subject_p.h"
#include "cli/trouble_p.h"
#ifndef NOTUI
#include "term/term.h"
#endif

static const char *const theme_words[] = { "auto", "dark", "light", NULL };
enum { THEME_BY_GUESS }; /* the words after it are enum theme, one up */

const struct option_row explore_options[] = {
	SCENARIO_ROW,
	OPTION_ROW('a', "after", OPTION_TEXT, after, .argument = "ACTIONS",
	           .help = "begin after these actions: \"kill us-1 then heal us-1\""),
	OPTION_ROW(0, "ascii", OPTION_FLAG, ascii, .help = "ASCII only; the default where the locale has no UTF-8"),
	OPTION_ROW(0, "theme", OPTION_CHOICE, theme, .choices = theme_words, .help = "colours for the terminal's background"),
	OPTION_ROW(0, "no-mouse", OPTION_FLAG, no_mouse, .help = "leave the mouse to the terminal"),
	COLOUR_ROW,
	OPTIONS_END,
};

#ifdef NOTUI

static int explore(const struct invocation *in, const struct subject *subject)
{
	(void)subject;
	return refuse(in->command, "this build has no explorer; 'faultline whatif' and 'faultline render' answer without it");
}

#else

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

static int explore(const struct invocation *in, const struct subject *subject)
{
	bool ascii = in->set.ascii || !term_is_utf8();
	struct engine *e = engine_new(subject->model);
	struct state *s = state_new(e);
	struct ui *ui;
	int status;

	for (size_t i = 0; i < subject->steps.len; i++)
		state_step(s, &subject->steps.at[i], NULL);
	ui = ui_new(s, &(struct ui_options){ .name = subject->source.name, .ascii = ascii });
	status = term_run(ui, &(struct term_options){
		.mouse = !in->set.no_mouse,
		.ascii = ascii,
		.colour = terminal_colours(in->set.colour),
		.theme = terminal_theme(in->set.theme),
	});
	ui_free(ui);
	state_free(s);
	engine_free(e);
	return status;
}

#endif

/* EXIT_ANSWERED where a person sits before a screen. */
static int ask_for_screen(const struct invocation *in)
{
	const char *file = in->nwords ? in->words[0] : "FILE";

	if (in->nwords > 1)
		return refuse(in->command, "the explorer opens one file; to judge several: faultline check %s ...", file);
	if (in_pre_commit())
		return refuse(in->command, "a hook can't explore; it can: faultline check %s", file);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse(in->command, "the explorer needs a terminal; without one: faultline check %s", file);
	return EXIT_ANSWERED;
}

int run_explore(const struct invocation *in)
{
	struct subject subject = {0};
	int status = ask_for_screen(in);

	if (status == EXIT_ANSWERED)
		status = subject_open(&subject, &in->set, in->nwords ? in->words[0] : NULL);
	if (status == EXIT_ANSWERED)
		status = subject_plan(&subject, in, &in->set.after, in->set.after ? 1 : 0);
	if (status == EXIT_ANSWERED)
		status = explore(in, &subject);
	subject_release(&subject);
	return status;
}
