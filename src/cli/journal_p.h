/*
 * journal - where it is, what time it is, and how times are written: for every command that has to do with it.
 */
#ifndef CLI_JOURNAL_P_H
#define CLI_JOURNAL_P_H

#include "base/strbuf.h"
#include "cli/command_p.h"
#include "load/load.h"
#include "store/journal.h"

#define JOURNAL_ROWS \
	OPTION_ROW(0, "journal", OPTION_TEXT, journal, .argument = "FILE", \
	           .help = "the journal, instead of FAULTLINE_JOURNAL or the usual one")

/*
 * The journal's path, the caller's to free: --journal, FAULTLINE_JOURNAL, $XDG_STATE_HOME/faultline/journal.db or
 * ~/.local/state/faultline/journal.db. NULL where none is wanted (--no-journal, or /dev/null as its name), and
 * where no place is known: then *ret_why says so.
 */
char *journal_place(const struct settings *set, const char **ret_why);
/*
 * Opens it for a command that can't do without. NULL, and *ret_status, after saying what is wrong. To be read it
 * may be JOURNAL_MISSING, and then is empty.
 */
struct journal *journal_needed(const struct invocation *in, enum journal_mode mode, int *ret_status);

/* Milliseconds since 1970; SOURCE_DATE_EPOCH, where it is set, is the time it is. */
int64_t now_ms(void);
/* "2026-11-24 15:30", in local time; "2026-11-24T15:30:00Z" for machines. */
void sb_add_when(struct strbuf *sb, int64_t ms);
void sb_add_utc(struct strbuf *sb, int64_t ms);
/* "7d", "2026-11-24", "2026-11-24 15:30" as the time it means; false when it means none. */
bool parse_since(const char *text, int64_t *ret);

/* A number from 1. */
bool parse_id(const char *text, int64_t *ret);

/* What is kept of a file; its text is borrowed, its path is the arena's. */
struct kept_file file_to_keep(const struct source *source, struct arena *a);

/*
 * What has changed between a file as it was kept and as it is on disk now, as a sentence: "cluster.yaml is as it
 * was", "cluster.yaml has changed since: group orders/orders-1 was added". Clean.
 */
void sb_add_changes(struct strbuf *sb, const char *name, const char *path, const char *hash, const char *text,
                    size_t len);

#endif
