/* restore - see restore_p.h */
#include <curses.h>
#include <signal.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "term/restore_p.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_OFF "\033[?1006l\033[?1003l\033[?1002l\033[?1000l"

static struct termios before;
static bool have_before;
static char farewell[256];
static size_t farewell_len;

static const int deadly[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};
#define NDEADLY (sizeof(deadly) / sizeof(*deadly))
static struct sigaction was[NDEADLY];

static void add(const char *text, size_t len)
{
	if (farewell_len + len > sizeof(farewell))
		return;
	memcpy(farewell + farewell_len, text, len);
	farewell_len += len;
}

/* A capability without its padding, "$<5>". */
static void add_capability(const char *name)
{
	char id[16];
	const char *text;

	strncpy(id, name, sizeof(id) - 1);
	id[sizeof(id) - 1] = '\0';
	text = tigetstr(id);
	if (!text || text == (char *)-1)
		return;
	while (*text) {
		size_t len = strcspn(text, "$");
		const char *end = text[len] ? strchr(text + len, '>') : NULL;

		add(text, len);
		text = end ? end + 1 : text + len + (text[len] != '\0');
	}
}

void restore_prepare(void)
{
	static const char *const capabilities[] = {"sgr0", "cnorm", "rmkx", "rmcup"};

	have_before = tcgetattr(STDIN_FILENO, &before) == 0;
	farewell_len = 0;
	add(PASTE_OFF, strlen(PASTE_OFF));
	add(MOUSE_OFF, strlen(MOUSE_OFF));
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(*capabilities); i++)
		add_capability(capabilities[i]);
}

static void say(const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, text, len);

		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

/* The signal is raised again once the handler is gone, so that the parent sees what it was. */
static void crashed(int sig)
{
	say(farewell, farewell_len);
	if (have_before)
		tcsetattr(STDIN_FILENO, TCSANOW, &before);
	for (size_t i = 0; i < NDEADLY; i++)
		if (deadly[i] == sig)
			sigaction(sig, &was[i], NULL);
	raise(sig);
}

/* On a stack of its own: the crash may be that there is none left. */
void restore_guard(void)
{
	static char stack[64 * 1024];
	stack_t ss = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction sa = {.sa_handler = crashed, .sa_flags = SA_ONSTACK | SA_NODEFER};

	sigaltstack(&ss, NULL);
	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < NDEADLY; i++)
		sigaction(deadly[i], &sa, &was[i]);
}

void restore_unguard(void)
{
	for (size_t i = 0; i < NDEADLY; i++)
		sigaction(deadly[i], &was[i], NULL);
}

void restore_modes_on(void)
{
	say(PASTE_ON, strlen(PASTE_ON));
}

void restore_modes_off(void)
{
	say(PASTE_OFF, strlen(PASTE_OFF));
}
