/* completion - what a shell offers after `faultline`: written from the tables of commands and their options */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli/command_p.h"
#include "cli/trouble_p.h"
#include "load/systems.h"
#include "rules/rules.h"

/* ---- the words that may follow ---- */

static void add_word(struct strbuf *sb, const char *word)
{
	sb_addf(sb, "%s%s", sb->len ? " " : "", word);
}

static void add_commands(struct strbuf *sb)
{
	for (const struct command *c = commands; c->name; c++)
		add_word(sb, c->name);
}

static void add_codes(struct strbuf *sb)
{
	for (const struct rule *r = rules; r->code; r++)
		add_word(sb, r->code);
}

static void add_systems(struct strbuf *sb)
{
	for (const struct embedded *e = builtin_systems; e->name; e++)
		add_word(sb, e->name);
}

static void add_shells(struct strbuf *sb);

/* By how a command's arguments are called in its help. */
static const struct {
	const char *called;
	void (*add)(struct strbuf *sb); /* NULL: files */
} kinds[] = {
	{ "FILE", NULL }, { "COMMAND", add_commands }, { "CODE", add_codes }, { "NAME", add_systems }, { "bash|", add_shells },
};

enum words { WORDS_NONE, WORDS_LISTED, WORDS_FILES };

/* What follows something that is called so in help. */
static enum words words_called(const char *called, struct strbuf *ret)
{
	sb_clear(ret);
	for (size_t i = 0; called && i < sizeof kinds / sizeof *kinds; i++) {
		if (!strstr(called, kinds[i].called))
			continue;
		if (!kinds[i].add)
			return WORDS_FILES;
		kinds[i].add(ret);
		return WORDS_LISTED;
	}
	return WORDS_NONE;
}

/* A scenario's or a service's NAME is none of the built-in ones. */
static enum words words_of_option(const struct option_row *row, struct strbuf *ret)
{
	sb_clear(ret);
	if (!row->choices)
		return row->argument && !strcmp(row->argument, "FILE") ? WORDS_FILES : WORDS_NONE;
	for (const char *const *choice = row->choices; *choice; choice++)
		add_word(ret, *choice);
	return WORDS_LISTED;
}

static bool takes_argument(const struct option_row *row)
{
	return row->kind != OPTION_FLAG;
}

/* ---- bash ---- */

static const char bash_head[] =
	"# bash completion for faultline, written by 'faultline completion bash'\n"
	"_faultline() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]-} words=\n"
	"\tCOMPREPLY=()\n"
	"\t# bash parts words at '='\n"
	"\tif [[ $cur == = ]]; then cur=\n"
	"\telif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n";

static const char bash_tail[] =
	"\t[[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	"}\n"
	"complete -o bashdefault -o default -F _faultline faultline\n";

static void bash_option_words(const struct command *c)
{
	struct strbuf words = {0};

	for (const struct option_row *row = c->options; row->name; row++) {
		enum words kind = words_of_option(row, &words);

		if (!takes_argument(row))
			continue;
		printf("\t%s:--%s", c->name, row->name);
		if (row->letter)
			printf("|%s:-%c", c->name, row->letter);
		if (kind == WORDS_LISTED)
			printf(") words='%s' ;;\n", sb_text(&words));
		else /* bash completes files by itself, and should not where they make no sense */
			printf(") %s ;;\n", kind == WORDS_FILES ? ":" : "compopt +o bashdefault +o default 2>/dev/null || :");
	}
	sb_release(&words);
}

static void bash_options(const struct command *c)
{
	printf("\t\t%s) words='", c->name);
	for (const struct option_row *row = c->options; row->name; row++)
		printf("--%s ", row->name);
	fputs("--help' ;;\n", stdout);
}

static void bash_arguments(const struct command *c)
{
	struct strbuf words = {0};

	if (words_called(c->arguments, &words) == WORDS_LISTED)
		printf("\t\t%s) words='%s' ;;\n", c->name, sb_text(&words));
	sb_release(&words);
}

static void write_bash(void)
{
	struct strbuf names = {0};

	add_commands(&names);
	fputs(bash_head, stdout);
	printf("\tif ((COMP_CWORD == 1)) && [[ $cur != -* ]]; then\n"
	       "\t\tmapfile -t COMPREPLY < <(compgen -W '%s' -- \"$cur\")\n\t\treturn\n\tfi\n", sb_text(&names));
	printf("\t[[ \" %s \" == *\" $command \"* ]] || command=", sb_text(&names));
	fputs(commands[0].name, stdout); /* the one that need not be named */
	fputs("\n\tcase $command:$prev in\n", stdout);
	for (const struct command *c = commands; c->name; c++)
		bash_option_words(c);
	fputs("\t*) if [[ $cur == -* ]]; then case $command in\n", stdout);
	for (const struct command *c = commands; c->name; c++)
		bash_options(c);
	fputs("\t\tesac; else case $command in\n", stdout);
	for (const struct command *c = commands; c->name; c++)
		bash_arguments(c);
	fputs("\t\tesac; fi ;;\n\tesac\n", stdout);
	fputs(bash_tail, stdout);
	sb_release(&names);
}

/* ---- zsh ---- */

/* In single quotes; what _arguments and _describe read as marks gets a backslash. */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (strchr("[]:\\", *text))
			putchar('\\');
		if (*text == '\'')
			fputs("'\\''", stdout);
		else
			putchar(*text);
	}
}

static void zsh_words(enum words kind, const struct strbuf *words)
{
	if (kind == WORDS_LISTED)
		printf("(%s)", sb_text(words));
	else if (kind == WORDS_FILES)
		fputs("_files", stdout);
	else
		putchar(' ');
}

static void zsh_option(const struct option_row *row, const char *dashes, const char *name)
{
	struct strbuf words = {0};
	enum words kind = words_of_option(row, &words);

	printf(" \\\n\t\t\t'%s%s%s[", dashes, name, !takes_argument(row) ? "" : dashes[1] ? "=" : "+");
	zsh_text(row->help);
	putchar(']');
	if (takes_argument(row)) {
		printf(":%s:", row->name);
		zsh_words(kind, &words);
	}
	putchar('\'');
	sb_release(&words);
}

static void zsh_command(const struct command *c)
{
	struct strbuf words = {0};
	enum words kind = words_called(c->arguments, &words);

	printf("\t%s) _arguments", c->name);
	for (const struct option_row *row = c->options; row->name; row++) {
		zsh_option(row, "--", row->name);
		if (row->letter)
			zsh_option(row, "-", (char[]){ row->letter, '\0' });
	}
	fputs(" \\\n\t\t\t'--help[show this and do nothing else]'", stdout);
	if (kind != WORDS_NONE) {
		printf(" \\\n\t\t\t'*:%s:", kind == WORDS_FILES ? "file" : "word");
		zsh_words(kind, &words);
		putchar('\'');
	}
	fputs(" ;;\n", stdout);
	sb_release(&words);
}

static void write_zsh(void)
{
	fputs("#compdef faultline\n"
	      "# zsh completion for faultline, written by 'faultline completion zsh'\n"
	      "_faultline() {\n"
	      "\tlocal -a names\n"
	      "\tlocal command=$words[2]\n"
	      "\tnames=(\n", stdout);
	for (const struct command *c = commands; c->name; c++) {
		printf("\t\t'%s:", c->name);
		zsh_text(c->summary);
		fputs("'\n", stdout);
	}
	fputs("\t)\n"
	       "\tif (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then\n"
	       "\t\t_describe -t commands command names\n\t\t_files\n\t\treturn\n\tfi\n"
	       "\tif (( ${names[(I)$command:*]} )); then\n\t\tshift words\n\t\t(( CURRENT-- ))\n"
	       "\telse\n\t\tcommand=", stdout);
	fputs(commands[0].name, stdout);
	fputs("\n\tfi\n\tcase $command in\n", stdout);
	for (const struct command *c = commands; c->name; c++)
		zsh_command(c);
	fputs("\tesac\n}\n"
	      "if [ \"$funcstack[1]\" = _faultline ]; then _faultline \"$@\"; else compdef _faultline faultline; fi\n", stdout);
}

/* ---- fish ---- */

static void fish_text(const char *text)
{
	putchar('\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	putchar('\'');
}

/* The first command is meant where none is named. */
static void fish_begin(const struct command *c)
{
	fputs("complete -c faultline -n '", stdout);
	if (c == commands) {
		fputs("not __fish_seen_subcommand_from", stdout);
		for (const struct command *other = commands + 1; other->name; other++)
			printf(" %s", other->name);
	} else {
		printf("__fish_seen_subcommand_from %s", c->name);
	}
	putchar('\'');
}

static void fish_option(const struct command *c, const struct option_row *row)
{
	struct strbuf words = {0};
	enum words kind = words_of_option(row, &words);

	fish_begin(c);
	printf(" -l %s", row->name);
	if (row->letter)
		printf(" -s %c", row->letter);
	if (takes_argument(row))
		fputs(kind == WORDS_FILES ? " -r" : " -x", stdout);
	if (kind == WORDS_LISTED)
		printf(" -a '%s'", sb_text(&words));
	fputs(" -d ", stdout);
	fish_text(row->help);
	putchar('\n');
	sb_release(&words);
}

static void fish_command(const struct command *c)
{
	struct strbuf words = {0};
	enum words kind = words_called(c->arguments, &words);

	printf("complete -c faultline -n __fish_use_subcommand -a %s -d ", c->name);
	fish_text(c->summary);
	putchar('\n');
	for (const struct option_row *row = c->options; row->name; row++)
		fish_option(c, row);
	if (kind != WORDS_FILES) {
		fish_begin(c);
		fputs(" -f", stdout);
		if (kind == WORDS_LISTED)
			printf(" -a '%s'", sb_text(&words));
		putchar('\n');
	}
	sb_release(&words);
}

static void write_fish(void)
{
	fputs("# fish completion for faultline, written by 'faultline completion fish'\n"
	      "complete -c faultline -l help -s h -d 'show this and do nothing else'\n", stdout);
	for (const struct command *c = commands; c->name; c++)
		fish_command(c);
}

/* ---- which shell ---- */

static const struct shell {
	const char *name;
	void (*write)(void);
} shells[] = { { "bash", write_bash }, { "zsh", write_zsh }, { "fish", write_fish } };

static void add_shells(struct strbuf *sb)
{
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		add_word(sb, shells[i].name);
}

int run_completion(const struct invocation *in)
{
	if (in->nwords != 1)
		return usage_trouble(in->command, "for which shell? bash, zsh or fish");
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		if (strcmp(shells[i].name, in->words[0]))
			continue;
		shells[i].write();
		return EXIT_ANSWERED;
	}
	return usage_trouble(in->command, "there is no completion for '%s': it is for bash, zsh or fish", in->words[0]);
}
