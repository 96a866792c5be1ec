/*
 * harness - a real program in a pseudo-terminal, and the screen that a person would see.
 *
 * The screen is libvterm's: UTF-8, with an alternate screen; what the terminal answers (cursor reports
 * and the like) goes back to the program. The environment is pinned: TERM=xterm-256color, LC_ALL=C.UTF-8,
 * nothing of the user's colours, locale or FAULTLINE_ settings, and no journal (FAULTLINE_JOURNAL=/dev/null). Wait for a text, never sleep:
 *
 *	struct harness *h = harness_start(24, 80, (const char *[]){program, "cluster.yaml", NULL});
 *	assert_true(harness_wait(h, "us-east-1", 5000));
 *	harness_send(h, "q");
 *	assert_int_equal(harness_stop(h), 0);
 *	assert_true(harness_modes_restored(h));
 *	harness_free(h);
 *
 * A program is alone in its session, so that the kernel ignores its Ctrl-Z. To suspend one, run it in an
 * interactive shell: harness_start(24, 80, {"sh", "-i", NULL}), send its command line, and later "fg\n".
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <stdbool.h>
#include <stddef.h>

struct harness;

/* Starts argv[0], looked up in PATH; argv ends with NULL. Aborts if there is no pseudo-terminal to be had. */
struct harness *harness_start(int rows, int cols, const char *const argv[]);
/* The same with NAME=value settings on top of the pinned ones; a NAME alone unsets it. Ends with NULL. */
struct harness *harness_start_with(int rows, int cols, const char *const env[], const char *const argv[]);

/* Types. Keys other than characters are what an xterm sends: "\x1b[A" is up. */
void harness_send(struct harness *h, const char *keys);
void harness_resize(struct harness *h, int rows, int cols); /* SIGWINCH comes by itself */
void harness_signal(struct harness *h, int signal);         /* to the program's process group */

/* Each waits until it is so. False: it was not within the time, or the program ended without it. */
bool harness_wait(struct harness *h, const char *text, int timeout_ms);       /* the text stands on the screen */
bool harness_wait_gone(struct harness *h, const char *text, int timeout_ms);  /* it does not */
bool harness_wait_bytes(struct harness *h, const char *bytes, int timeout_ms); /* written, ever */
bool harness_wait_exit(struct harness *h, int timeout_ms);
/* The terminal goes away. False if the program is still there after the time; only harness_free may follow. */
bool harness_hang_up(struct harness *h, int timeout_ms);

/* The screen as text: rows without trailing blanks, each ended by a newline. Valid until the next call. */
const char *harness_screen(struct harness *h);
bool harness_on_alternate_screen(const struct harness *h);
bool harness_cursor_visible(const struct harness *h);
void harness_cursor(const struct harness *h, int *ret_row, int *ret_col); /* from 0 */
/* All that the program wrote, as it came; NUL-terminated, valid until the next call. */
const char *harness_bytes(const struct harness *h, size_t *ret_len);
/* Whether the terminal's modes (echo, line mode, ...) are what they were before the program started. */
bool harness_modes_restored(const struct harness *h);

/*
 * Waits for the program to end (five seconds, then it is killed), takes in the rest of its output, and
 * returns its exit status: 128 + n after signal n, -1 if it had to be killed here. What the other
 * functions tell of stays valid until harness_free.
 */
int harness_stop(struct harness *h);
void harness_free(struct harness *h); /* kills what still runs */

#endif
