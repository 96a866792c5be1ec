#include "cli/options_p.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define FIRST_CODE 256 /* getopt's codes of table rows: above any letter */
#define HELP_COLUMN 30

static size_t count_rows(const struct option_row *rows)
{
	size_t n = 0;

	while (rows[n].name)
		n++;
	return n;
}

/* ---- what getopt_long wants ---- */

/* "-": words come in order, also where POSIXLY_CORRECT is set. ":": a missing argument is told apart. */
static void add_letters(struct strbuf *letters, const struct option_row *rows)
{
	sb_add(letters, "-:h");
	for (; rows->name; rows++) {
		if (!rows->letter)
			continue;
		sb_addc(letters, rows->letter);
		if (rows->kind != OPTION_FLAG)
			sb_addc(letters, ':');
	}
}

static struct option *long_options(const struct option_row *rows, size_t n)
{
	struct option *longs = xcalloc(n + 2, sizeof *longs);

	for (size_t i = 0; i < n; i++) {
		longs[i].name = rows[i].name;
		longs[i].has_arg = rows[i].kind == OPTION_FLAG ? no_argument : required_argument;
		longs[i].val = FIRST_CODE + (int)i;
	}
	longs[n].name = "help";
	longs[n].val = 'h';
	return longs;
}

static const struct option_row *row_of(const struct option_row *rows, int code)
{
	if (code >= FIRST_CODE)
		return &rows[code - FIRST_CODE];
	for (; rows->name; rows++)
		if (rows->letter && rows->letter == code)
			return rows;
	return NULL;
}

/* ---- what can be wrong ---- */

static void add_quoted(struct strbuf *sb, const char *text, size_t len)
{
	sb_addc(sb, '\'');
	sb_add_clean(sb, text, len);
	sb_addc(sb, '\'');
}

static void explain_unknown(struct strbuf *why, const struct option_row *rows, const char *word)
{
	char *name = xstrndup(word + 2, strcspn(word + 2, "="));
	struct suggestion s = suggest_for(name);

	sb_add(why, "unknown option ");
	add_quoted(why, word, strlen(name) + 2);
	suggest_offer(&s, "help");
	for (; rows->name; rows++)
		suggest_offer(&s, rows->name);
	if (s.best)
		sb_addf(why, "; did you mean '--%s'?", s.best);
	free(name);
}

/* `code` is what getopt_long left in optopt: 0 for an unknown long option, a known one's code, or a letter. */
static void explain_bad_option(struct strbuf *why, const struct option_row *rows, const char *word, int code)
{
	if (code == 0) {
		explain_unknown(why, rows, word);
	} else if (code == 'h' || code >= FIRST_CODE) {
		sb_addf(why, "option '--%s' takes no argument", code == 'h' ? "help" : row_of(rows, code)->name);
	} else {
		sb_add(why, "unknown option ");
		add_quoted(why, (char[]){ '-', (char)code }, 2);
	}
}

static void add_choices(struct strbuf *sb, const struct option_row *row, const char *between, const char *last)
{
	for (size_t i = 0; row->choices[i]; i++)
		sb_addf(sb, "%s%s", i == 0 ? "" : row->choices[i + 1] ? between : last, row->choices[i]);
}

static void explain_missing(struct strbuf *why, const struct option_row *row)
{
	sb_addf(why, "option '--%s' needs ", row->name);
	if (row->choices)
		add_choices(why, row, ", ", " or ");
	else
		sb_add(why, row->argument);
	sb_add(why, " after it");
}

/* ---- settings ---- */

static bool choose(const struct option_row *row, const char *word, int *ret, struct strbuf *why)
{
	struct suggestion s = suggest_for(word);

	for (int i = 0; row->choices[i]; i++) {
		if (strcmp(row->choices[i], word) == 0) {
			*ret = i + row->first;
			return true;
		}
		suggest_offer(&s, row->choices[i]);
	}
	sb_addf(why, "option '--%s' is ", row->name);
	add_choices(why, row, ", ", " or ");
	sb_add(why, ", not ");
	add_quoted(why, word, strlen(word));
	if (s.best)
		sb_addf(why, "; did you mean '%s'?", s.best);
	return false;
}

static bool set_option(const struct option_row *row, const char *argument, void *settings, struct strbuf *why)
{
	char *field = (char *)settings + row->offset;
	int choice;

	switch (row->kind) {
	case OPTION_FLAG:
		memcpy(field, &(bool){ true }, sizeof(bool));
		return true;
	case OPTION_TEXT:
		memcpy(field, &argument, sizeof argument);
		return true;
	case OPTION_CHOICE:
		if (!choose(row, argument, &choice, why))
			return false;
		memcpy(field, &choice, sizeof choice);
		return true;
	}
	return false;
}

/* One answer of getopt_long. */
static enum options_result take(const struct option_row *rows, int code, char **argv, void *settings,
                                word_list *words, struct strbuf *why)
{
	switch (code) {
	case 1: /* a word that is no option */
		vec_push(words, optarg);
		return OPTIONS_OK;
	case 'h':
		return OPTIONS_HELP;
	case '?':
		explain_bad_option(why, rows, argv[optind - 1], optopt);
		return OPTIONS_WRONG;
	case ':':
		explain_missing(why, row_of(rows, optopt));
		return OPTIONS_WRONG;
	default:
		return set_option(row_of(rows, code), optarg, settings, why) ? OPTIONS_OK : OPTIONS_WRONG;
	}
}

enum options_result options_parse(const struct option_row *rows, int argc, char **argv, void *settings,
                                  word_list *words, struct strbuf *why)
{
	struct option *longs = long_options(rows, count_rows(rows));
	struct strbuf letters = {0};
	enum options_result result = OPTIONS_OK;
	int code;

	add_letters(&letters, rows);
	optind = 0; /* start anew */
	while (result == OPTIONS_OK && (code = getopt_long(argc, argv, sb_text(&letters), longs, NULL)) != -1)
		result = take(rows, code, argv, settings, words, why);
	while (result == OPTIONS_OK && optind < argc)
		vec_push(words, argv[optind++]);
	sb_release(&letters);
	free(longs);
	return result;
}

/* ---- help ---- */

static void add_help_row(struct strbuf *sb, const struct option_row *row)
{
	struct strbuf left = {0};

	if (row->letter)
		sb_addf(&left, "  -%c, --%s", row->letter, row->name);
	else
		sb_addf(&left, "      --%s", row->name);
	if (row->choices) {
		sb_addc(&left, ' ');
		add_choices(&left, row, "|", "|");
	} else if (row->argument) {
		sb_addf(&left, " %s", row->argument);
	}
	if (left.len + 2 > HELP_COLUMN)
		sb_addf(sb, "%s\n%*s%s\n", sb_text(&left), HELP_COLUMN, "", row->help);
	else
		sb_addf(sb, "%-*s%s\n", HELP_COLUMN, sb_text(&left), row->help);
	sb_release(&left);
}

void options_help(const struct option_row *rows, struct strbuf *sb)
{
	static const struct option_row help = { .name = "help", .letter = 'h', .help = "show this and do nothing else" };

	for (; rows->name; rows++)
		add_help_row(sb, rows);
	add_help_row(sb, &help);
}
