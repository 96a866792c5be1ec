/*
 * colours - what text reports use of a terminal's: bright ones of the basic eight, so that any theme reads well.
 *
 * A colour never says anything alone: the word that it stands on says the same.
 */
#ifndef REPORT_COLOURS_P_H
#define REPORT_COLOURS_P_H

#include <stdbool.h>

enum ink { INK_PLAIN, INK_FAINT, INK_STRONG, INK_NOTE, INK_WARNING, INK_ERROR, INK_LOST, INKS };

/* The escape that turns an ink on, INK_PLAIN turning all off; "" without colour. */
static inline const char *ink_code(bool colour, enum ink ink)
{
	static const char *const codes[INKS] = {
		[INK_PLAIN] = "\x1b[0m",   [INK_FAINT] = "\x1b[2m",      [INK_STRONG] = "\x1b[1m",  [INK_NOTE] = "\x1b[1;36m",
		[INK_WARNING] = "\x1b[1;33m", [INK_ERROR] = "\x1b[1;31m", [INK_LOST] = "\x1b[1;35m",
	};

	return colour ? codes[ink] : "";
}

#endif
