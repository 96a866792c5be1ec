/*
 * findings - what `check` finds, file by file, in one of several formats for people, editors and CI.
 *
 *	struct report r;
 *	report_begin(&r, FINDINGS_SARIF, stdout);
 *	report_file(&r, &(struct judged){ .source = &source, .diags = &diags, .model = model, .analysis = a });
 *	report_end(&r);
 *
 * One table of formats: a row says how a report begins, what a file adds and how it ends. Whatever a file or its name
 * says, a report stays one of its format: no name forges a line, a command or an element.
 */
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "analysis/tolerance.h"
#include "base/diag.h"
#include "load/load.h"
#include "rules/silence.h"

#define FINDINGS_FORMATS(X) X(text) X(json) X(gcc) X(github) X(gitlab) X(sarif) X(junit)

enum findings_format_number {
#define X(name) FINDINGS_##name,
	FINDINGS_FORMATS(X)
#undef X
};

/* One file: what was found in it, and if it could be judged, what was found out. */
struct judged {
	const struct source *source;
	const struct diag_list *diags; /* sorted */
	const struct model *model;     /* NULL: it could not be loaded */
	struct analysis *analysis;     /* NULL likewise */
	const suppressed_list *suppressed; /* by remarks in the file; NULL: none */
	const char *after;             /* it was judged from the state that these actions leave; NULL: the healthy one */
	bool show_tolerance;           /* text only; JSON has it always */
};

struct unjudged { const char *name, *why; }; /* borrowed */

struct report {
	const struct findings_format *format;
	FILE *out;
	bool colour, quiet;   /* the caller's to set after report_begin; false */
	int least;            /* likewise: the least severity that fails, SEVERITY_ERROR; more: none does */
	const char *version;  /* likewise: faultline's own, "0" */

	size_t files, errors, warnings, notes, suppressed;
	VEC(struct unjudged) skipped, unread; /* why: NULL for those skipped */
	VEC(const char *) codes;              /* seen, each once */
	struct report_kept *kept;             /* private: what formats keep until the end */
};

struct findings_format {
	const char *name;
	bool for_people;  /* capped, coloured, with tolerances */
	bool each_group;  /* a finding for each group instead of one with a count */
	void (*begin)(struct report *r);
	void (*file)(struct report *r, const struct judged *file);
	void (*unjudged)(struct report *r, const struct unjudged *u); /* as it comes; NULL: nothing */
	void (*end)(struct report *r);
};
extern const struct findings_format *const findings_formats[]; /* by number */
extern const char *const findings_format_names[];              /* ends with NULL */

void report_begin(struct report *r, int format, FILE *out);
void report_file(struct report *r, const struct judged *file);
/* A file that is not ours and was not meant; one that could not be read. Names and reasons are borrowed until the end. */
void report_skipped(struct report *r, const char *name);
void report_unread(struct report *r, const char *name, const char *why);
/* Ends it and releases what it holds; the numbers stay. */
void report_end(struct report *r);

#endif
