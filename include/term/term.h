/*
 * term - the explorer on a real terminal: the only code that knows curses.
 */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include <stdbool.h>

#include "ui/theme.h"
#include "ui/ui.h"

enum colour_choice { COLOUR_AUTO, COLOUR_NEVER, COLOUR_ALWAYS };

struct term_options {
	bool mouse;
	bool ascii;                /* as the ui was told */
	enum colour_choice colour; /* COLOUR_AUTO: what the terminal can, unless NO_COLOR is set */
	enum theme theme;
	/* What ui_chosen says is opened: the ui to go on with, or NULL after a notice in this one. NULL: nothing is. */
	struct ui *(*open)(void *with, struct ui *ui);
	void *with;
};

/* Whether the locale's character set is UTF-8; the program has called setlocale. */
bool term_is_utf8(void);
/* The theme that the environment tells of (COLORFGBG): dark unless it says otherwise. */
enum theme term_guess_theme(void);

/*
 * Runs the explorer until it is quit, and restores the terminal whatever happens. Returns an exit status:
 * 0, or 2 with a message on standard error where the terminal can't show a screen.
 */
int term_run(struct ui *ui, const struct term_options *options);

#endif
