/*
 * findings - the report of `check`, file by file, as text or JSON; also how other commands say that a
 * file is broken.
 */
#ifndef CLI_FINDINGS_P_H
#define CLI_FINDINGS_P_H

#include <stdbool.h>

#include "analysis/tolerance.h"
#include "base/diag.h"
#include "cli/command_p.h"
#include "load/load.h"
#include "report/json.h"
#include "store/journal.h"

#define TEXT_CAP 200 /* findings printed of one file for people */

struct findings {
	int format;
	bool colour, quiet;
	struct json json;
	size_t files, errors, warnings, notes;
	word_list skipped; /* names, borrowed */
	word_list codes;   /* seen, each once; borrowed */
	struct journal *journal; /* what is found is kept there, too; NULL: it is not. The caller's, like all it says */
	int kept;          /* EXIT_IO once something could not be */
};

/* One file: what was found in it, and if it could be judged, what was found out. */
struct judged {
	const struct source *source;
	const struct diag_list *diags; /* sorted */
	const struct model *model;     /* NULL: it could not be loaded */
	struct analysis *analysis;     /* NULL likewise */
	bool show_tolerance;           /* text only; JSON has it always */
};

void findings_begin(struct findings *f, const struct settings *set);
void findings_file(struct findings *f, const struct judged *file);
/* A file that is not ours and was not meant. The name is borrowed. */
void findings_skipped(struct findings *f, const char *name);
/* A file that could not be read. */
void findings_unread(struct findings *f, const char *name, const char *why);
/* Ends the report with its summary. Returns the status that --fail-on gives it. */
int findings_end(struct findings *f, int fail_on);

#endif
