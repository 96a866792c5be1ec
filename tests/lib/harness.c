#include "lib/harness.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"

#define STOP_MS 5000
#define SLICE_MS 20 /* how often a wait looks whether the program has ended */
#define NO_PID ((pid_t)0)

struct harness {
	pid_t pid;      /* NO_PID once reaped */
	int status;     /* of waitpid, when reaped */
	int master;     /* our end */
	int slave;      /* the program's end, held open so that its modes can be read afterwards; -1 when closed */
	struct termios modes_before, modes_after;
	VTerm *vterm;
	VTermScreen *vscreen;
	int rows, cols;
	bool alternate, cursor_visible;
	VTermPos cursor;
	struct strbuf bytes;  /* all output */
	struct strbuf screen; /* made by harness_screen */
};

_Noreturn static void give_up(const char *what)
{
	perror(what);
	abort();
}

/* ---- the screen ---- */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct harness *h = user;

	if (property == VTERM_PROP_ALTSCREEN)
		h->alternate = value->boolean;
	else if (property == VTERM_PROP_CURSORVISIBLE)
		h->cursor_visible = value->boolean;
	return 1;
}

static int on_cursor(VTermPos now, VTermPos before, int visible, void *user)
{
	(void)before, (void)visible;
	((struct harness *)user)->cursor = now;
	return 1;
}

static void open_screen(struct harness *h)
{
	static const VTermScreenCallbacks callbacks = {.settermprop = on_property, .movecursor = on_cursor};

	h->vterm = vterm_new(h->rows, h->cols);
	vterm_set_utf8(h->vterm, 1);
	h->vscreen = vterm_obtain_screen(h->vterm);
	vterm_screen_set_callbacks(h->vscreen, &callbacks, h);
	vterm_screen_enable_altscreen(h->vscreen, 1);
	vterm_screen_reset(h->vscreen, 1);
	h->cursor_visible = true;
}

static void add_cell(struct strbuf *sb, const VTermScreenCell *cell)
{
	char utf8[4];

	if (!cell->chars[0])
		sb_addc(sb, ' ');
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		if (cell->chars[i] != (uint32_t)-1) /* the right half of a wide one */
			sb_addn(sb, utf8, utf8_put((int32_t)cell->chars[i], utf8));
}

const char *harness_screen(struct harness *h)
{
	struct strbuf row = {0};

	sb_clear(&h->screen);
	for (VTermPos at = {0, 0}; at.row < h->rows; at.row++) {
		size_t len;

		sb_clear(&row);
		for (at.col = 0; at.col < h->cols; at.col++) {
			VTermScreenCell cell;

			if (vterm_screen_get_cell(h->vscreen, at, &cell))
				add_cell(&row, &cell);
		}
		for (len = row.len; len && row.text[len - 1] == ' '; len--)
			;
		sb_addn(&h->screen, sb_text(&row), len);
		sb_addc(&h->screen, '\n');
	}
	sb_release(&row);
	return sb_text(&h->screen);
}

bool harness_on_alternate_screen(const struct harness *h)
{
	return h->alternate;
}

bool harness_cursor_visible(const struct harness *h)
{
	return h->cursor_visible;
}

void harness_cursor(const struct harness *h, int *ret_row, int *ret_col)
{
	*ret_row = h->cursor.row;
	*ret_col = h->cursor.col;
}

const char *harness_bytes(const struct harness *h, size_t *ret_len)
{
	*ret_len = h->bytes.len;
	return sb_text(&h->bytes);
}

/* ---- the program ---- */

static void drop_settings(void)
{
	for (char **at = environ; *at;)
		if (!strncmp(*at, "FAULTLINE_", strlen("FAULTLINE_"))) {
			char *name = xstrndup(*at, strcspn(*at, "="));

			unsetenv(name); /* what follows moves up */
			free(name);
		} else {
			at++;
		}
}

static void pin_environment(const char *const env[])
{
	static const char *const dropped[] = {
		"LANG", "LANGUAGE", "LC_CTYPE", "LC_MESSAGES", "COLORTERM", "COLUMNS", "LINES", "NO_COLOR", "CLICOLOR",
		"CLICOLOR_FORCE", "TERM_PROGRAM", "TMUX", "STY", "PRE_COMMIT", "CI", "ENV", "TERMINFO",
	};

	for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++)
		unsetenv(dropped[i]);
	drop_settings();
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("HOME", "/nonexistent", 1);
	setenv("PS1", "$ ", 1);
	setenv("FAULTLINE_JOURNAL", "/dev/null", 1);
	for (; env && *env; env++) {
		const char *equals = strchr(*env, '=');
		char *name = equals ? xstrndup(*env, (size_t)(equals - *env)) : xstrdup(*env);

		if (equals)
			setenv(name, equals + 1, 1);
		else
			unsetenv(name);
		free(name);
	}
}

_Noreturn static void become(const struct harness *h, const char *const env[], const char *const argv[])
{
	close(h->master);
	if (login_tty(h->slave) < 0)
		_exit(127);
	pin_environment(env);
	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	execvp(argv[0], (char *const *)(uintptr_t)argv); /* execvp changes nothing in it */
	perror(argv[0]);
	_exit(127);
}

struct harness *harness_start_with(int rows, int cols, const char *const env[], const char *const argv[])
{
	struct harness *h = xcalloc(1, sizeof *h);
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	h->rows = rows;
	h->cols = cols;
	if (openpty(&h->master, &h->slave, NULL, NULL, &size) < 0)
		give_up("openpty");
	if (tcgetattr(h->slave, &h->modes_before) < 0 || fcntl(h->master, F_SETFL, O_NONBLOCK) < 0)
		give_up("pseudo-terminal");
	fcntl(h->master, F_SETFD, FD_CLOEXEC);
	open_screen(h);
	fflush(NULL);
	h->pid = fork();
	if (h->pid < 0)
		give_up("fork");
	if (h->pid == 0)
		become(h, env, argv);
	return h;
}

struct harness *harness_start(int rows, int cols, const char *const argv[])
{
	return harness_start_with(rows, cols, NULL, argv);
}

static bool ended(struct harness *h)
{
	if (h->pid != NO_PID && waitpid(h->pid, &h->status, WNOHANG) == h->pid)
		h->pid = NO_PID;
	return h->pid == NO_PID;
}

static void write_all(struct harness *h, const char *bytes, size_t len)
{
	while (len && h->slave >= 0) {
		ssize_t n = write(h->master, bytes, len);

		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN && !ended(h)) {
			poll(&(struct pollfd){.fd = h->master, .events = POLLOUT}, 1, SLICE_MS);
		} else if (errno != EINTR) {
			return; /* nobody is left to read it */
		}
	}
}

/* What the terminal has to say to the program: reports that were asked for. */
static void answer(struct harness *h)
{
	char reply[256];
	size_t n;

	while ((n = vterm_output_read(h->vterm, reply, sizeof reply)))
		write_all(h, reply, n);
}

/* Takes in what was written within the time. False: the end, nothing more will come. */
static bool take(struct harness *h, int timeout_ms)
{
	char chunk[4096];
	ssize_t n;

	if (poll(&(struct pollfd){.fd = h->master, .events = POLLIN}, 1, timeout_ms) <= 0)
		return true;
	n = read(h->master, chunk, sizeof chunk);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (n == 0)
		return false;
	sb_addn(&h->bytes, chunk, (size_t)n);
	vterm_input_write(h->vterm, chunk, (size_t)n);
	vterm_screen_flush_damage(h->vscreen);
	answer(h);
	return true;
}

/* The program has ended: keeps the modes that it left, lets go of its end, and takes in the rest. */
static void close_slave(struct harness *h)
{
	if (h->slave < 0)
		return;
	if (tcgetattr(h->slave, &h->modes_after) < 0)
		give_up("tcgetattr");
	close(h->slave);
	h->slave = -1;
	while (take(h, STOP_MS))
		;
}

/* ---- waiting ---- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

typedef bool wait_test(struct harness *h, const char *what);

static bool shows(struct harness *h, const char *text)
{
	return strstr(harness_screen(h), text) != NULL;
}

static bool shows_not(struct harness *h, const char *text)
{
	return !shows(h, text);
}

static bool wrote(struct harness *h, const char *bytes)
{
	return h->bytes.len && memmem(h->bytes.text, h->bytes.len, bytes, strlen(bytes));
}

static bool has_ended(struct harness *h, const char *unused)
{
	(void)unused;
	return h->slave < 0;
}

static bool wait_until(struct harness *h, wait_test *test, const char *what, int timeout_ms)
{
	int64_t deadline = now_ms() + timeout_ms;

	while (!test(h, what)) {
		if (h->slave < 0 || now_ms() >= deadline)
			return false;
		take(h, SLICE_MS);
		if (ended(h))
			close_slave(h);
	}
	return true;
}

bool harness_wait(struct harness *h, const char *text, int timeout_ms)
{
	return wait_until(h, shows, text, timeout_ms);
}

bool harness_wait_gone(struct harness *h, const char *text, int timeout_ms)
{
	return wait_until(h, shows_not, text, timeout_ms);
}

bool harness_wait_bytes(struct harness *h, const char *bytes, int timeout_ms)
{
	return wait_until(h, wrote, bytes, timeout_ms);
}

bool harness_wait_exit(struct harness *h, int timeout_ms)
{
	return wait_until(h, has_ended, NULL, timeout_ms);
}

bool harness_hang_up(struct harness *h, int timeout_ms)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000000};

	close(h->slave);
	close(h->master);
	h->slave = h->master = -1;
	for (; timeout_ms > 0; timeout_ms -= 10) {
		if (waitpid(h->pid, &h->status, WNOHANG) == h->pid) {
			h->pid = NO_PID;
			return true;
		}
		nanosleep(&pause, NULL);
	}
	return false;
}

/* ---- what a person does ---- */

void harness_send(struct harness *h, const char *keys)
{
	write_all(h, keys, strlen(keys));
}

void harness_resize(struct harness *h, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	h->rows = rows;
	h->cols = cols;
	vterm_set_size(h->vterm, rows, cols);
	ioctl(h->master, TIOCSWINSZ, &size);
}

void harness_signal(struct harness *h, int signal)
{
	if (!ended(h))
		kill(-h->pid, signal);
}

bool harness_modes_restored(const struct harness *h)
{
	struct termios now = h->modes_after;
	const struct termios *before = &h->modes_before;

	if (h->slave >= 0 && tcgetattr(h->slave, &now) < 0)
		give_up("tcgetattr");
	return now.c_iflag == before->c_iflag && now.c_oflag == before->c_oflag && now.c_cflag == before->c_cflag &&
	       now.c_lflag == before->c_lflag && !memcmp(now.c_cc, before->c_cc, sizeof now.c_cc);
}

int harness_stop(struct harness *h)
{
	if (!harness_wait_exit(h, STOP_MS)) {
		kill(-h->pid, SIGKILL);
		waitpid(h->pid, &h->status, 0);
		h->pid = NO_PID;
		close_slave(h);
		return -1;
	}
	return WIFSIGNALED(h->status) ? 128 + WTERMSIG(h->status) : WEXITSTATUS(h->status);
}

void harness_free(struct harness *h)
{
	if (!h)
		return;
	if (!ended(h)) {
		kill(-h->pid, SIGKILL);
		waitpid(h->pid, &h->status, 0);
	}
	if (h->slave >= 0)
		close(h->slave);
	close(h->master);
	vterm_free(h->vterm);
	sb_release(&h->bytes);
	sb_release(&h->screen);
	free(h);
}
