/*
 * screen - a grid's cells as curses cells: inks become attributes, nothing else is decided here.
 */
#ifndef TERM_SCREEN_P_H
#define TERM_SCREEN_P_H

#include "term/term.h"

/* After curses has started: finds out what colours there are. */
void screen_init(const struct term_options *options);
/* Copies the grid, and puts the cursor; only what differs is sent. */
void screen_show(const struct grid *g);
/* The next screen_show sends everything. */
void screen_repaint(void);

#endif
