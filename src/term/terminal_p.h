/*
 * terminal - finding out whether there is one that a screen can be shown on, before curses touches it.
 */
#ifndef TERM_TERMINAL_P_H
#define TERM_TERMINAL_P_H

#include <stdbool.h>

/*
 * Sets terminfo up. NULL, or why there can be no screen. Where xterm-256color serves instead of a name
 * that terminfo does not know, TERM is set so and *ret_instead is true.
 */
const char *terminal_find(bool *ret_instead);
/* Lets go of terminfo: curses sets up its own. */
void terminal_forget(void);

#endif
