/*
 * trouble - what goes wrong with a command itself: one message on standard error, and a status.
 */
#ifndef CLI_TROUBLE_P_H
#define CLI_TROUBLE_P_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/command_p.h"

/* "faultline check: MESSAGE", cleaned, and where help is. Returns EXIT_USAGE. */
__attribute__((format(printf, 2, 3)))
int usage_trouble(const struct command *command, const char *fmt, ...);
/* The same for words that help can't tell more about: an unknown domain, a code that there is not. */
__attribute__((format(printf, 2, 3)))
int refuse(const struct command *command, const char *fmt, ...);
/* "faultline: cannot read 'FILE': WHY". Returns EXIT_IO. */
int read_trouble(const char *path, const char *why);
/* "faultline: NOTE", for what is no failure. */
__attribute__((format(printf, 1, 2)))
void say_aside(const char *fmt, ...);
/* Ends standard output: `status`, or EXIT_IO and a message when something could not be written. */
int finish_output(int status);

/* Whether to colour what goes to `out`. */
bool colour_wanted(int choice, FILE *out);
/* Run by pre-commit. */
bool in_pre_commit(void);

static inline int worse(int a, int b)
{
	return a > b ? a : b;
}

#endif
