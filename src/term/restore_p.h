/*
 * restore - giving the terminal back, also from a signal handler: write(2) and tcsetattr only.
 */
#ifndef TERM_RESTORE_P_H
#define TERM_RESTORE_P_H

/* Remembers how the terminal is, and what undoes a screen on it: after terminfo, before curses. */
void restore_prepare(void);
/* From now on a crash gives the terminal back before the program dies of it. */
void restore_guard(void);
void restore_unguard(void);
/* Switches on what curses does not know of (pasting in brackets), and off. */
void restore_modes_on(void);
void restore_modes_off(void);

#endif
