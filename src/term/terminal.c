/* terminal - see terminal_p.h. Apart from the rest, because terminfo's header takes names such as `struct term`. */
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <unistd.h>

#include "term/terminal_p.h"

/* Terminals of our day that an older terminfo does not know; each of them understands what xterm does. */
static bool is_modern(const char *name)
{
	static const char *const modern[] = {
		"xterm", "alacritty", "foot", "ghostty", "kitty", "wezterm", "contour", "rio", "konsole", "gnome", "vte",
		"tmux", "screen", "iterm", "mlterm", "mintty", "st-", "rxvt",
	};

	for (size_t i = 0; i < sizeof(modern) / sizeof(*modern); i++)
		if (!strncmp(name, modern[i], strlen(modern[i])))
			return true;
	return false;
}

static bool known_terminal(void)
{
	int err;

	return setupterm(NULL, STDOUT_FILENO, &err) == OK;
}

static bool can_move_cursor(void)
{
	char cup[] = "cup";
	const char *text = tigetstr(cup);

	return text && text != (char *)-1;
}

const char *terminal_find(bool *ret_instead)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return "standard input and output are not a terminal";
	if (!name || !*name)
		return "TERM is not set";
	*ret_instead = false;
	if (!known_terminal()) {
		if (!is_modern(name))
			return "this terminal is not known here (see TERM)";
		setenv("TERM", "xterm-256color", 1);
		*ret_instead = true;
		if (!known_terminal())
			return "this terminal is not known here, and neither is xterm-256color";
	}
	return can_move_cursor() ? NULL : "this terminal can't move its cursor (see TERM)";
}

void terminal_forget(void)
{
	if (cur_term)
		del_curterm(cur_term);
}
