#include "cli/trouble_p.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static void say(const char *who, const char *fmt, va_list ap)
{
	struct strbuf raw = {0}, line = {0};

	sb_vaddf(&raw, fmt, ap);
	sb_add(&line, "faultline");
	if (who)
		sb_addf(&line, " %s", who);
	sb_add(&line, ": ");
	sb_add_clean(&line, sb_text(&raw), raw.len);
	fflush(stdout); /* so that both come in order where they go to one place */
	fprintf(stderr, "%s\n", sb_text(&line));
	sb_release(&raw);
	sb_release(&line);
}

/* The explorer runs without being named. */
static const char *spoken_name(const struct command *command)
{
	return command && command != commands ? command->name : NULL;
}

int refuse(const struct command *command, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(spoken_name(command), fmt, ap);
	va_end(ap);
	return EXIT_USAGE;
}

int usage_trouble(const struct command *command, const char *fmt, ...)
{
	const char *name = spoken_name(command);
	va_list ap;

	va_start(ap, fmt);
	say(name, fmt, ap);
	va_end(ap);
	fprintf(stderr, "try 'faultline %s%s--help'\n", name ? name : "", name ? " " : "");
	return EXIT_USAGE;
}

void say_aside(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(NULL, fmt, ap);
	va_end(ap);
}

int read_trouble(const char *path, const char *why)
{
	say_aside("cannot read '%s': %s", path, why);
	return EXIT_IO;
}

int finish_output(int status)
{
	bool failed = ferror(stdout) != 0;

	errno = 0;
	failed |= fclose(stdout) != 0;
	if (!failed)
		return status;
	fprintf(stderr, "faultline: cannot write to standard output%s%s\n", errno ? ": " : "", errno ? strerror(errno) : "");
	return worse(status, EXIT_IO);
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && *value;
}

bool colour_wanted(int choice, FILE *out)
{
	const char *term = getenv("TERM");

	if (choice != WHEN_AUTO)
		return choice == WHEN_ALWAYS;
	return !is_set("NO_COLOR") && isatty(fileno(out)) && term && strcmp(term, "dumb") != 0;
}

bool in_pre_commit(void)
{
	return is_set("PRE_COMMIT");
}
