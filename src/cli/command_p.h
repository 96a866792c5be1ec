/*
 * command - what a command is: a row of one table, and what it gets when it runs.
 */
#ifndef CLI_COMMAND_P_H
#define CLI_COMMAND_P_H

#include "cli/options_p.h"

#define FAULTLINE_VERSION "0.1.0"

enum { EXIT_ANSWERED = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_IO = 3 };

enum format { FORMAT_TEXT, FORMAT_JSON };
enum when { WHEN_AUTO, WHEN_ALWAYS, WHEN_NEVER }; /* to colour */
enum fail_on { FAIL_ON_ERROR, FAIL_ON_WARNING, FAIL_ON_NOTE, FAIL_ON_NEVER };

/* What options set, of all commands; zeroed is what holds without any. */
struct settings {
	int format, colour, fail_on;
	bool steps, tolerance, quiet;
	bool ascii, no_mouse;
	int grid_format, panel, theme;
	const char *scenario, *after, *size, *keys;
	const char *level, *top;                     /* worst */
	const char *service, *group, *levels, *max;  /* cuts */
	int target;
	const char *headroom;                        /* batches */
	bool count;
	bool no_journal, record, source;             /* the journal */
	const char *journal, *since, *file, *grep, *prune, *remove, *export;
	int findings_format;                         /* check */
	const char *select, *ignore;
	int rows_format;                             /* sql */
	const char *rows;
	bool tables;
	const char *kill, *seed;                     /* odds */
};

struct invocation {
	const struct command *command;
	struct settings set;
	const char *const *words; /* what is no option */
	size_t nwords;
};

struct command {
	const char *name;
	const char *arguments; /* "FILE ACTIONS..." */
	const char *summary;   /* one line */
	const char *about;     /* paragraphs for its help */
	const struct option_row *options;
	int (*run)(const struct invocation *in);
};

extern const struct command commands[]; /* ends with a NULL name; the first is what runs without a name */
const struct command *command_named(const char *name);

/* Rows that several commands have. */
#define OPTION_ROW(letter_, name_, kind_, field_, ...) \
	{ .name = (name_), .letter = (letter_), .kind = (kind_), .offset = offsetof(struct settings, field_), __VA_ARGS__ }
#define FORMAT_ROW OPTION_ROW('f', "format", OPTION_CHOICE, format, .choices = format_words, \
	.help = "for people, or for machines")
#define COLOUR_ROW OPTION_ROW(0, "color", OPTION_CHOICE, colour, .choices = colour_words, \
	.help = "auto: on a terminal, unless NO_COLOR is set")
#define SCENARIO_ROW OPTION_ROW('s', "scenario", OPTION_TEXT, scenario, .argument = "NAME", \
	.help = "begin with a scenario of the file")
#define AFTER_ROW OPTION_ROW('a', "after", OPTION_TEXT, after, .argument = "ACTIONS", \
	.help = "start from the state that these leave: \"kill us-1 then heal us-1\"")
#define OPTIONS_END { .name = NULL }
extern const char *const format_words[], *const colour_words[];
extern const char *const target_words[]; /* as enum target */

int run_explore(const struct invocation *in);
int run_check(const struct invocation *in);
int run_whatif(const struct invocation *in);
int run_worst(const struct invocation *in);
int run_cuts(const struct invocation *in);
int run_odds(const struct invocation *in);
int run_sql(const struct invocation *in);
int run_latency(const struct invocation *in);
int run_batches(const struct invocation *in);
int run_explain(const struct invocation *in);
int run_rules(const struct invocation *in);
int run_systems(const struct invocation *in);
int run_render(const struct invocation *in);
int run_log(const struct invocation *in);
int run_replay(const struct invocation *in);
int run_trend(const struct invocation *in);
int run_completion(const struct invocation *in);
int run_schema(const struct invocation *in);
int run_keys(const struct invocation *in);
int run_help(const struct invocation *in);
extern const struct option_row latency_options[], batches_options[], odds_options[];
extern const struct option_row explore_options[], check_options[], whatif_options[], worst_options[], cuts_options[], sql_options[], rules_options[], render_options[],
	log_options[], replay_options[], trend_options[],
	no_options[];

/* The help of one command, or of all of them with NULL. */
void print_help(const struct command *command);

#endif
