/* term - see term/term.h: curses' keys become events, the ui's effects are carried out, its grid is shown. */
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "term/restore_p.h"
#include "term/screen_p.h"
#include "term/terminal_p.h"

#define STATUS_UNUSABLE 2

/* ---- what the environment says ---- */

bool term_is_utf8(void)
{
	return !strcmp(nl_langinfo(CODESET), "UTF-8");
}

/* "15;0": the colours of text and background; 7 and the bright ones are light. */
enum theme term_guess_theme(void)
{
	const char *set = getenv("COLORFGBG"), *last = set ? strrchr(set, ';') : NULL;
	int background = last ? atoi(last + 1) : 0;

	return background == 7 || background > 8 ? THEME_LIGHT : THEME_DARK;
}

/* ---- signals ---- */

static volatile sig_atomic_t ended_by, stop_asked, continued;

static void on_end(int sig)
{
	ended_by = sig;
}

static void on_stop(int sig)
{
	(void)sig;
	stop_asked = 1;
}

static void on_continue(int sig)
{
	(void)sig;
	continued = 1;
}

static const int endings[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};
#define NENDINGS (sizeof(endings) / sizeof(*endings))

/* They are let in only while waiting, so that none comes between a look at the flag and the wait. */
static void catch_signals(sigset_t *ret_waiting)
{
	struct sigaction end = {.sa_handler = on_end}, stop = {.sa_handler = on_stop}, go_on = {.sa_handler = on_continue};
	sigset_t blocked;

	sigemptyset(&end.sa_mask);
	sigemptyset(&stop.sa_mask);
	sigemptyset(&go_on.sa_mask);
	sigemptyset(&blocked);
	for (size_t i = 0; i < NENDINGS; i++) {
		sigaction(endings[i], &end, NULL);
		sigaddset(&blocked, endings[i]);
	}
	sigaddset(&blocked, SIGWINCH);
	sigaddset(&blocked, SIGTSTP);
	sigaction(SIGTSTP, &stop, NULL);
	sigaction(SIGCONT, &go_on, NULL);
	sigprocmask(SIG_BLOCK, &blocked, ret_waiting);
}

/* ---- the terminal, on and off ---- */

enum { PASTE_BEGIN = KEY_MAX + 1, PASTE_END };

static void modes(const struct term_options *options)
{
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(1);
	define_key("\033[200~", PASTE_BEGIN);
	define_key("\033[201~", PASTE_END);
	if (options->mouse) {
		mouseinterval(0);
		mousemask(BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	}
	restore_modes_on();
}

static void leave(void)
{
	restore_modes_off();
	endwin();
}

/* The whole job stops, as the terminal's own Ctrl-Z would have it. */
static void suspend(void)
{
	struct sigaction stop = {.sa_handler = SIG_DFL}, was;
	sigset_t tstp;

	leave();
	sigemptyset(&stop.sa_mask);
	sigemptyset(&tstp);
	sigaddset(&tstp, SIGTSTP);
	sigaction(SIGTSTP, &stop, &was);
	kill(0, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &tstp, NULL); /* stops here */
	sigprocmask(SIG_BLOCK, &tstp, NULL);
	sigaction(SIGTSTP, &was, NULL);
	stop_asked = 0;
	continued = 1;
}

/* ---- keys ---- */

static const struct { int curses; int32_t key; } key_map[] = {
	{KEY_UP, K_UP}, {KEY_DOWN, K_DOWN}, {KEY_LEFT, K_LEFT}, {KEY_RIGHT, K_RIGHT},
	{KEY_PPAGE, K_PAGE_UP}, {KEY_NPAGE, K_PAGE_DOWN}, {KEY_HOME, K_HOME}, {KEY_END, K_END},
	{KEY_BTAB, K_BACK_TAB}, {KEY_DC, K_DELETE}, {KEY_BACKSPACE, K_BACKSPACE}, {KEY_ENTER, K_ENTER},
};

#define MAX_PASTE 65536
#define PASTE_PATIENCE_MS 500

struct session {
	struct ui *ui;
	const struct term_options *options;
	struct grid grid;
	sigset_t waiting;
	bool over;
};

/* The other ui learns the size before it is drawn. */
static void open_other(struct session *s)
{
	struct ui *other = s->options->open ? s->options->open(s->options->with, s->ui) : NULL;

	if (!other)
		return;
	s->ui = other;
	ui_update(other, &(struct event){.kind = EVENT_RESIZE, .x = COLS, .y = LINES});
}

static void carry_out(struct session *s, enum ui_effect effect)
{
	if (effect == UI_QUIT)
		s->over = true;
	else if (effect == UI_SUSPEND)
		suspend();
	else if (effect == UI_REPAINT)
		screen_repaint();
	else if (effect == UI_OPEN)
		open_other(s);
}

static void send(struct session *s, struct event ev)
{
	carry_out(s, ui_update(s->ui, &ev));
}

/* Everything up to the closing bracket; what never closes is taken as it is once nothing more comes. */
static void read_paste(struct session *s)
{
	struct strbuf text = {0};
	wint_t c;
	char bytes[4];

	timeout(PASTE_PATIENCE_MS);
	for (;;) {
		int got = get_wch(&c);

		if (got == ERR || (got == KEY_CODE_YES && c == PASTE_END))
			break;
		if (got == OK && text.len < MAX_PASTE)
			sb_addn(&text, bytes, utf8_put((int32_t)c, bytes));
	}
	timeout(0);
	send(s, (struct event){.kind = EVENT_PASTE, .text = sb_text(&text)});
	sb_release(&text);
}

static void read_mouse(struct session *s)
{
	MEVENT m;

	if (getmouse(&m) != OK)
		return;
	if (m.bstate & BUTTON1_PRESSED)
		send(s, (struct event){.kind = EVENT_CLICK, .x = m.x, .y = m.y});
	else if (m.bstate & (BUTTON4_PRESSED | BUTTON5_PRESSED))
		send(s, (struct event){.kind = EVENT_WHEEL, .x = m.x, .y = m.y, .delta = m.bstate & BUTTON4_PRESSED ? -3 : 3});
}

static void function_key(struct session *s, wint_t c)
{
	if (c == PASTE_BEGIN)
		read_paste(s);
	else if (c == KEY_MOUSE)
		read_mouse(s);
	for (size_t i = 0; i < sizeof(key_map) / sizeof(*key_map); i++)
		if ((wint_t)key_map[i].curses == c)
			send(s, (struct event){.kind = EVENT_KEY, .key = key_map[i].key});
}

/* All that was typed by now. Resizes are taken from the terminal's real size, once before drawing. */
static bool read_keys(struct session *s)
{
	bool any = false;
	wint_t c;
	int got;

	while (!s->over && (got = get_wch(&c)) != ERR) {
		any = true;
		if (got == KEY_CODE_YES)
			function_key(s, c);
		else if (c <= 0x10ffff)
			send(s, (struct event){.kind = EVENT_KEY, .key = (int32_t)c});
	}
	return any;
}

/* ---- the loop ---- */

static void follow_size(struct session *s)
{
	struct winsize ws;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row && ws.ws_col &&
	    (ws.ws_row != LINES || ws.ws_col != COLS))
		resizeterm(ws.ws_row, ws.ws_col);
	if (COLS != s->grid.w || LINES != s->grid.h)
		send(s, (struct event){.kind = EVENT_RESIZE, .x = COLS, .y = LINES});
}

static void show(struct session *s)
{
	ui_view(s->ui, &s->grid);
	screen_show(&s->grid);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

#define SLICE 1024        /* visits of groups, a millisecond or two */
#define BEFORE_A_FRAME 6  /* ms: what is known by then is in the frame that answers a key */

static bool work_for(struct session *s, int64_t ms)
{
	int64_t until = now_ms() + ms;
	bool more;

	do
		more = ui_work(s->ui, SLICE);
	while (more && now_ms() < until);
	return more;
}

/* A wait that has an answer at once lets no signal in: they get their chance here, before anybody looks at what came. */
static void let_signals_in(const struct session *s)
{
	sigset_t blocked;

	sigprocmask(SIG_SETMASK, &s->waiting, &blocked);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
}

/*
 * Waits for keys, or just looks for them while there is work to do. False when the terminal has gone; what it
 * said last can still be read.
 */
static bool wait_for_keys(struct session *s, bool more)
{
	struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};
	struct timespec at_once = {0};
	int ready = ppoll(&in, 1, more ? &at_once : NULL, &s->waiting);

	if (ready < 0)
		return errno == EINTR;
	let_signals_in(s);
	return !(in.revents & (POLLHUP | POLLERR | POLLNVAL));
}

#define FRAME_MS 50 /* between frames that only show progress */

static void run(struct session *s)
{
	int64_t shown;
	bool more = work_for(s, BEFORE_A_FRAME);

	flushinp(); /* before the frame: whoever has seen it may type */
	show(s);
	shown = now_ms();
	while (!s->over && !ended_by) {
		bool there = wait_for_keys(s, more), any = read_keys(s);

		if (!there && !any)
			break;
		if (stop_asked)
			suspend();
		if (continued) {
			continued = 0;
			restore_modes_on();
			screen_repaint();
			any = true;
		}
		follow_size(s);
		more = work_for(s, BEFORE_A_FRAME);
		if (any || !more || now_ms() - shown >= FRAME_MS) {
			show(s);
			shown = now_ms();
		}
	}
}

static void say_fallback(struct ui *ui, const char *was)
{
	struct strbuf text = {0};

	sb_addf(&text, "the terminal '%s' is not known here: taken for xterm-256color", was);
	ui_notice(ui, sb_text(&text));
	sb_release(&text);
}

static void finish(struct session *s, SCREEN *screen)
{
	leave();
	restore_unguard();
	delscreen(screen);
	grid_release(&s->grid);
	sigprocmask(SIG_SETMASK, &s->waiting, NULL);
	if (!ended_by)
		return;
	signal(ended_by, SIG_DFL);
	raise(ended_by);
}

int term_run(struct ui *ui, const struct term_options *options)
{
	struct session s = {.ui = ui, .options = options};
	char *was = xstrdup(getenv("TERM") ? getenv("TERM") : "");
	bool instead = false;
	const char *why = terminal_find(&instead);
	SCREEN *screen = NULL;

	if (!why)
		restore_prepare();
	terminal_forget();
	if (!why)
		screen = newterm(NULL, stdout, stdin);
	if (!screen) {
		fprintf(stderr, "faultline: %s; `faultline render` and `faultline whatif` need no screen\n",
		        why ? why : "the terminal can't be opened");
		free(was);
		return STATUS_UNUSABLE;
	}
	if (instead)
		say_fallback(ui, was);
	free(was);
	grid_init(&s.grid, options->ascii);
	restore_guard();
	catch_signals(&s.waiting);
	modes(options);
	screen_init(options);
	follow_size(&s);
	run(&s);
	finish(&s, screen);
	return 0;
}
