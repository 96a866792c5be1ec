/* What the program does when its output can't go where it should. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct ended {
	int status;         /* as of waitpid */
	char errors[4096];  /* standard error */
};

static void collect(int fd, char *text, size_t size)
{
	size_t len = 0;
	ssize_t got;

	while ((got = read(fd, text + len, size - 1 - len)) > 0)
		len += (size_t)got;
	text[len] = 0;
}

/* Runs the program with `out` as standard output; -1: closed. */
static struct ended run(int out, const char *const *arguments)
{
	char *argv[8] = { getenv("FAULTLINE") };
	struct ended ended;
	int errors[2];
	pid_t child;

	assert_non_null(argv[0]);
	for (size_t i = 0; arguments[i]; i++)
		argv[i + 1] = (char *)arguments[i];
	assert_int_equal(pipe(errors), 0);
	child = fork();
	if (child == 0) {
		dup2(errors[1], STDERR_FILENO);
		if (out < 0)
			close(STDOUT_FILENO);
		else
			dup2(out, STDOUT_FILENO);
		close(errors[0]);
		close(errors[1]);
		execv(argv[0], argv);
		_exit(127);
	}
	close(errors[1]);
	collect(errors[0], ended.errors, sizeof ended.errors);
	close(errors[0]);
	assert_int_equal(waitpid(child, &ended.status, 0), child);
	return ended;
}

#define RUN(out, ...) run((out), (const char *const[]){ __VA_ARGS__, NULL })

static void assert_cannot_write(struct ended ended, const char *why)
{
	assert_true(WIFEXITED(ended.status));
	assert_int_equal(WEXITSTATUS(ended.status), 3);
	assert_non_null(strstr(ended.errors, "faultline: cannot write to standard output"));
	assert_non_null(strstr(ended.errors, why));
}

static void a_full_device__is_status_three(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(full >= 0);
	assert_cannot_write(RUN(full, "help"), "No space left on device");
	assert_cannot_write(RUN(full, "--version"), "No space left on device");
	assert_cannot_write(RUN(full, "rules", "--format", "json"), "No space left on device");
	assert_cannot_write(RUN(full, "systems"), "No space left on device");
	assert_cannot_write(RUN(full, "render", "--size", "80x24"), "No space left on device");
	close(full);
}

/* More than one buffer: the error comes long before the end, and must not be forgotten. */
static void a_full_device__is_noticed_for_long_output_too(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	assert_true(full >= 0);
	assert_cannot_write(RUN(full, "render", "--size", "500x500", "--format", "cells"), "");
	close(full);
}

static void a_closed_output__is_status_three(void **state)
{
	(void)state;
	assert_cannot_write(RUN(-1, "rules"), "Bad file descriptor");
}

static void a_closed_pipe__ends_it_quietly(void **state)
{
	struct ended ended;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN); /* inherited, as some runners of hooks do */
	ended = RUN(ends[1], "rules");
	signal(SIGPIPE, SIG_DFL);
	close(ends[1]);

	assert_true(WIFSIGNALED(ended.status));
	assert_int_equal(WTERMSIG(ended.status), SIGPIPE);
	assert_string_equal(ended.errors, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_device__is_status_three),
		cmocka_unit_test(a_full_device__is_noticed_for_long_output_too),
		cmocka_unit_test(a_closed_output__is_status_three),
		cmocka_unit_test(a_closed_pipe__ends_it_quietly),
	};

	return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
