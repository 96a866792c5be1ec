/*
 * What the formats of findings share: places that every reader takes, paths as a repository has them, fingerprints.
 */
#ifndef REPORT_FORMATS_P_H
#define REPORT_FORMATS_P_H

#include "base/sha256.h"
#include "base/strbuf.h"
#include "base/table.h"
#include "report/findings.h"
#include "report/json.h"

#define WHY_SKIPPED "it has no 'faultline' key"

struct report_kept {
	struct json json;
	struct strbuf lines[SEVERITY_ERROR + 1]; /* by severity, or all in the first */
	struct table repeats;
	struct report_counts { size_t tests, failures, errors, skipped; } counts;
};

/* The report will have to know this code at its end. */
void note_code(struct report *r, const char *code);
/* The place, or the file's first character for a finding about the whole file: line, col and width from 1. */
struct place anchored(struct place place);
/*
 * The path from the working directory, where that is above the file: "./a//b.yaml" and "/repo/a/b.yaml" are "a/b.yaml".
 * Raw: the caller escapes it.
 */
void sb_add_repository_path(struct strbuf *sb, const char *name);
/* The message, and line by line why, which groups and what would help. Clean. */
void sb_add_whole_message(struct strbuf *sb, const struct diag *d);
/* "2 errors, 1 note in 3 files (1 suppressed)". */
void sb_add_summary(struct strbuf *sb, const struct report *r);
/* How often the report has seen this text, this time included. */
unsigned nth_time(struct report *r, const char *text);
/*
 * What a finding is known by from one run to the next: no line number is in it, so that lines may move, and yet no two
 * findings of a report have the same.
 */
void fingerprint(struct report *r, const char *path, const struct diag *d, char out[SHA256_HEX]);

#endif
