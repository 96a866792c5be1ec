/*
 * findings - the report of `check`, and what else becomes of it: the journal, the exit status; also how other
 * commands say that a file is broken.
 */
#ifndef CLI_FINDINGS_P_H
#define CLI_FINDINGS_P_H

#include "cli/command_p.h"
#include "report/findings.h"
#include "store/journal.h"

#define TEXT_CAP 200 /* findings printed of one file for people */

struct findings {
	struct report report;
	struct selection selection;
	struct journal *journal; /* what is found is kept there, too; NULL: it is not. The caller's, like all it says */
	int kept;                /* EXIT_IO once something could not be */
};

/* `format` is a number of findings_formats. */
void findings_begin(struct findings *f, const struct settings *set, int format);
void findings_file(struct findings *f, const struct judged *file);
/* Ends the report with its summary. Returns the status that --fail-on gives it. */
int findings_end(struct findings *f);

#endif
