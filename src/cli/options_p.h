/*
 * options - a command's options as a table: parsing, suggestions and help come from it.
 */
#ifndef CLI_OPTIONS_P_H
#define CLI_OPTIONS_P_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "base/vec.h"

enum option_kind {
	OPTION_FLAG,   /* a bool that becomes true */
	OPTION_TEXT,   /* a const char * */
	OPTION_CHOICE, /* an int: the index of the word chosen */
};

struct option_row {
	const char *name;
	char letter;                /* 0: none */
	enum option_kind kind;
	size_t offset;              /* of the field in the caller's struct */
	const char *argument;       /* what help calls it; choices are listed instead */
	const char *const *choices; /* NULL-terminated */
	int first;                  /* the number of the first choice: with 1, 0 says that none was made */
	const char *help;
};

typedef VEC(const char *) word_list;

enum options_result { OPTIONS_OK, OPTIONS_HELP, OPTIONS_WRONG };

/*
 * Sorts argv[1] and what follows into fields of `settings` and `words`. Options may stand anywhere
 * before "--". `rows` ends with a NULL name; --help and -h are known everywhere. Words are borrowed
 * from argv. With OPTIONS_WRONG a clean sentence is added to `why`.
 */
enum options_result options_parse(const struct option_row *rows, int argc, char **argv, void *settings,
                                  word_list *words, struct strbuf *why);

/* The lines of help for a table. */
void options_help(const struct option_row *rows, struct strbuf *sb);

#endif
