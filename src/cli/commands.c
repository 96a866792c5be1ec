#include "cli/cli.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/command_p.h"
#include "cli/trouble_p.h"

const char *const format_words[] = { "text", "json", NULL };
const char *const colour_words[] = { "auto", "always", "never", NULL };
const char *const target_words[] = { "writes", "reads", "data", NULL };
const struct option_row no_options[] = { OPTIONS_END };

#define ABOUT_ACTIONS \
	"Actions: kill D..., drain D..., heal [D...], cut A B, isolate A, join A [B], accept SERVICE[/GROUP].\n" \
	"'and' adds an action to the same step, 'then' starts the next one.\n" \
	"A domain is named by its name, by the tail of its path (dc-b/rack-1), or by its whole path (/us/us-1),\n" \
	"as one must be whose name begins with '-', or is 'and' or 'then'.\n"

const struct command commands[] = {
	{ "explore", "[FILE]", "explore a file on the screen: kill, heal, undo; see what stops and what is lost",
	  "Opens the explorer, a full-screen map of the failure domains. Without a file it opens an example.\n"
	  "The name of this command may be left out: 'faultline cluster.yaml'.\n",
	  explore_options, run_explore },
	{ "check", "[FILE|DIR|-]...", "judge placements: findings with file:line:col, for people and for machines",
	  "Judges every service of the files against the goals set in them. Directories are searched for *.yaml\n"
	  "and *.yml, except in hidden ones; '-' is standard input. A file without a 'faultline' key is an error\n"
	  "when it is named by hand, and passed over with a note when it comes from a directory or from pre-commit.\n"
	  "For a single file, how many deaths its services survive is shown, too.\n"
	  "\n"
	  "Exit status: 0 nothing at or above --fail-on; 1 findings, or a broken file; 2 bad usage;\n"
	  "3 a file can't be read or output can't be written.\n",
	  check_options, run_check },
	{ "whatif", "FILE [ACTIONS...]", "say what actions would do: what stops, what is lost, why, and what goes on",
	  "Takes the steps of a scenario and then those of ACTIONS, and tells what each does. With neither, it\n"
	  "tells how things stand. FILE may be '-', standard input.\n"
	  "\n" ABOUT_ACTIONS
	  "\n"
	  "  faultline whatif cluster.yaml kill us-east-1a then drain dc-b/rack-1 and kill feed-7\n",
	  whatif_options, run_whatif },
	{ "worst", "FILE", "rank the sets of domains whose death at once breaks the most groups",
	  "For writes, reads and data, the sets of exactly --size domains of one level that break the most groups\n"
	  "when they die at once, with how many; ties in the order of their paths. Nothing is sampled: where the\n"
	  "search for large sets had to be ended, that is said. FILE may be '-', standard input.\n"
	  "\n"
	  "Taking the worst domain, then the worst one beside it, need not find the worst two: each may be harmless\n"
	  "alone.\n",
	  worst_options, run_worst },
	{ "cuts", "FILE", "list minimal cut sets: domains that break a group together, and no fewer of them",
	  "The sets of at most --max domains, of any levels, that break a group when they die at once while no\n"
	  "smaller set inside does. Text puts the groups of a service together, those that break most groups first;\n"
	  "JSON lists them group by group. --max 1 lists single points of failure. FILE may be '-', standard input.\n",
	  cuts_options, run_cuts },
	{ "odds", "FILE", "say how likely groups are to be stopped or lost, and which domains matter",
	  "For every group the probability that its writes stop, that its reads do, and that its data is not safe if\n"
	  "what is down never comes back, from what the file says of its domains: 'down', or 'mtbf' and 'mttr'. Each\n"
	  "domain is down by itself. Exact; where that would take too much, bounds, and said so. Then the domains by\n"
	  "importance: what share would go if one never failed, and how much more is stopped when it is down.\n"
	  "FILE may be '-', standard input.\n"
	  "\n"
	  "With --kill N and --level, instead: N random domains of the level die at once. How many groups' data is then\n"
	  "not safe, and how likely is it that any is?\n"
	  "\n"
	  "  faultline odds cluster.yaml --after \"kill us-east-1a\"\n"
	  "  faultline odds cluster.yaml --kill 3 --level node\n",
	  odds_options, run_odds },
	{ "sql", "FILE \"SELECT ...\"", "ask about a placement in SQL: joins, counts, what-ifs inside a query",
	  "Answers one SELECT about the file's domains, services, groups and replicas, how they stand, what check\n"
	  "finds, and what actions would do. --tables lists the tables; the manual has ten questions to begin with.\n"
	  "Nothing can be written, nor other files be read. FILE may be '-', standard input.\n"
	  "\n"
	  "  faultline sql cluster.yaml \"SELECT name, status FROM grps WHERE status <> 'ok'\" --after \"kill us-east-1a\"\n"
	  "  faultline sql cluster.yaml \"SELECT d.path, v.lost FROM domains d, verdict('kill ' || d.word) v\n"
	  "                              WHERE d.level = 'rack' AND v.lost > 0 ORDER BY v.lost DESC\"\n"
	  "\n"
	  "Exit status: 0 answered; 1 a broken file; 2 bad usage, or a question that is wrong, fails, or takes too much;\n"
	  "3 a file can't be read or output can't be written.\n",
	  sql_options, run_sql },
	{ "latency", "FILE", "say how long writes and reads take, by the round trips between replicas",
	  "A write takes, from the leader, until the live replicas that have answered satisfy 'ack'; a read likewise\n"
	  "with 'read'. Without a leader, that is told from where it is shortest, and from where it is longest.\n"
	  "Round trips are those of the narrowest domain around two replicas ('rtt'), or of 'links'. With --after,\n"
	  "before and after. Text has the median and the worst of each service, JSON every group; null where there\n"
	  "is no write or read, or no live leader. FILE may be '-', standard input.\n",
	  latency_options, run_latency },
	{ "batches", "FILE", "say which domains may go down together for maintenance",
	  "Puts the domains of a level into as few batches as it can find, such that any one of them can be drained\n"
	  "whole and every group keeps its writes (reads, data), with --headroom N through any N further failures:\n"
	  "deaths of domains of that level, at once. Each batch is taken down and every group looked at; the tightest\n"
	  "groups are told, and how few batches there must be. Domains that can't be drained, not even alone, are\n"
	  "listed with the reason. FILE may be '-', standard input.\n",
	  batches_options, run_batches },
	{ "render", "[FILE [ACTIONS...]]", "print the explorer's screen without a terminal",
	  "Prints what the explorer would show at a size, after actions and keys. FILE may be '-';\n"
	  "without one it is the example.\n"
	  "\n" ABOUT_ACTIONS,
	  render_options, run_render },
	{ "log", "[ID]", "list the explorations that were kept, or show one as a command line and step by step",
	  "Every exploration on the screen is kept from its first step on: its file as it was, and each step with what\n"
	  "it came to. Without ID they are listed, newest first; with it, one is shown as a single 'faultline whatif',\n"
	  "with a table of its steps and what has changed in its file on disk since.\n"
	  "\n"
	  "The journal is $XDG_STATE_HOME/faultline/journal.db (~/.local/state/faultline/journal.db), FAULTLINE_JOURNAL,\n"
	  "or what --journal names; /dev/null is none.\n",
	  log_options, run_log },
	{ "replay", "ID", "open an exploration that was kept at its first step, with its file as it was then",
	  "Opens the explorer at the first step; ] and [ walk the steps. What has changed in the file on disk since\n"
	  "is said. A step taken here begins an exploration of its own.\n",
	  replay_options, run_replay },
	{ "trend", "FILE", "show how what a file survives has moved over time, as 'check --record' kept it",
	  "Says since when the placement survives what it must, plots findings and the tolerances that changed, and\n"
	  "lists what changed when, with the commit. CSV and JSON have every tolerance of every check.\n",
	  trend_options, run_trend },
	{ "explain", "CODE...", "explain the codes of findings",
	  "Says what a code means, shows a file that has it, and how to fix it.\n",
	  no_options, run_explain },
	{ "rules", "", "list the codes of all findings", "Lists every code with its severity.\n", rules_options, run_rules },
	{ "systems", "[NAME]...", "list the built-in systems, or print one",
	  "Lists the replication systems that a file may name, or prints what one says of itself, ready to be\n"
	  "copied into a file's own 'systems'.\n",
	  no_options, run_systems },
	{ "schema", "", "print the file format as a JSON Schema, for editors",
	  "Prints a JSON Schema (draft-07). An editor with a YAML language server completes and marks keys by it, if a\n"
	  "file's first line says where it is:\n"
	  "\n"
	  "  # yaml-language-server: $schema=faultline.schema.json\n",
	  no_options, run_schema },
	{ "keys", "", "list the explorer's keys",
	  "Lists the keys of the explorer and what they do.\n", no_options, run_keys },
	{ "completion", "bash|zsh|fish", "write a shell's completion of commands, options and codes",
	  "Writes what the shell reads to complete faultline's words; 'make install' puts it where it is found.\n"
	  "\n"
	  "  . <(faultline completion bash)\n",
	  no_options, run_completion },
	{ "help", "[COMMAND]", "show help for a command",
	  "Shows the help of a command, or this list.\n", no_options, run_help },
	{ .name = NULL },
};

const struct command *command_named(const char *name)
{
	for (const struct command *c = commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

/* ---- help ---- */

static void print_overview(void)
{
	fputs("faultline: when these domains die, what still has quorum, and what data is gone?\n"
	      "\n"
	      "usage: faultline [FILE]              explore a file (or an example) on the screen\n"
	      "       faultline COMMAND [ARGUMENTS]\n"
	      "\n"
	      "commands:\n", stdout);
	for (const struct command *c = commands; c->name; c++)
		printf("  %-10s %s\n", c->name, c->summary);
	fputs("\n"
	      "'faultline help COMMAND' tells more; 'faultline --version' tells the version.\n", stdout);
}

void print_help(const struct command *command)
{
	struct strbuf options = {0};

	if (!command) {
		print_overview();
		return;
	}
	options_help(command->options, &options);
	printf("usage: faultline %s [OPTIONS]%s%s\n\n%s\noptions:\n%s", command->name, *command->arguments ? " " : "",
	       command->arguments, command->about, sb_text(&options));
	sb_release(&options);
}

/* `what` it is not: a "command", or a "command or file". */
static int unknown_command(const char *what, const char *name)
{
	struct suggestion s = suggest_for(name);

	for (const struct command *c = commands; c->name; c++)
		suggest_offer(&s, c->name);
	if (s.best)
		return usage_trouble(NULL, "there is no %s '%s'; did you mean '%s'?", what, name, s.best);
	return usage_trouble(NULL, "there is no %s '%s'", what, name);
}

int run_help(const struct invocation *in)
{
	const struct command *about;

	if (!in->nwords) {
		print_help(NULL);
		return EXIT_ANSWERED;
	}
	if (in->nwords > 1)
		return usage_trouble(in->command, "one command at a time");
	about = command_named(in->words[0]);
	if (!about)
		return unknown_command("command", in->words[0]);
	print_help(about);
	return EXIT_ANSWERED;
}

/* ---- which command ---- */

/* A word that can only have been meant as a command: no such file, and nothing about it like one's name. */
static bool looks_like_command(const char *word)
{
	return !strpbrk(word, "./") && access(word, F_OK) != 0;
}

/* argv[0] is passed over. Without a command's name, --help is about all of them. */
static int run_command(const struct command *command, bool named, int argc, char **argv)
{
	struct invocation in = { .command = command };
	struct strbuf why = {0};
	word_list words = {0};
	int status = EXIT_ANSWERED;

	switch (options_parse(command->options, argc, argv, &in.set, &words, &why)) {
	case OPTIONS_HELP:
		print_help(named ? command : NULL);
		break;
	case OPTIONS_WRONG:
		status = usage_trouble(command, "%s", sb_text(&why));
		break;
	case OPTIONS_OK:
		in.words = words.at;
		in.nwords = words.len;
		status = command->run(&in);
	}
	sb_release(&why);
	vec_free(&words);
	return status;
}

static int dispatch(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2)
		return run_command(commands, false, argc, argv);
	if (strcmp(argv[1], "--version") == 0) {
		puts("faultline " FAULTLINE_VERSION);
		return EXIT_ANSWERED;
	}
	command = command_named(argv[1]);
	if (command)
		return run_command(command, true, argc - 1, argv + 1);
	if (argv[1][0] != '-' && looks_like_command(argv[1]))
		return unknown_command("command or file", argv[1]);
	return run_command(commands, false, argc, argv);
}

int cli_main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_DFL); /* `faultline check | head` ends quietly, whatever was inherited */
	return finish_output(dispatch(argc, argv));
}
