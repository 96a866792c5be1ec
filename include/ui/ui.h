/*
 * ui - the explorer without a terminal: events go in, a grid of cells comes out.
 *
 * It reads no clock and does no I/O: the same events give the same grid. What takes long (the impact of
 * a death among a million groups, their order) is worked out by ui_work in slices between events; until
 * it is known the screen shows that it is pending.
 *
 *	struct ui *ui = ui_new(state, &(struct ui_options){.name = "cluster.yaml"});
 *	ui_type(ui, "jjK:drain eu-1<Enter>");
 *	ui_render(ui, 80, 24, &grid);
 */
#ifndef UI_UI_H
#define UI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/state.h"
#include "ui/grid.h"

struct ui;

/* A key is a code point, a control character (K_CTRL('r')), or one of these. */
#define K_CTRL(letter) ((letter) & 0x1f)
enum key {
	K_TAB = '\t', K_ENTER = '\r', K_ESC = 27, K_SPACE = ' ', K_BACKSPACE = 127,
	K_UP = 0x110000, K_DOWN, K_LEFT, K_RIGHT, K_PAGE_UP, K_PAGE_DOWN, K_HOME, K_END, K_BACK_TAB, K_DELETE
};

enum event_kind { EVENT_KEY, EVENT_PASTE, EVENT_RESIZE, EVENT_CLICK, EVENT_WHEEL };
struct event {
	enum event_kind kind;
	int32_t key;      /* EVENT_KEY */
	const char *text; /* EVENT_PASTE */
	int x, y;         /* EVENT_RESIZE: the size; EVENT_CLICK, EVENT_WHEEL: where */
	int delta;        /* EVENT_WHEEL: rows, downwards */
};

/* What the event asks of the terminal, or of whoever keeps explorations: to open ui_chosen instead of this one. */
enum ui_effect { UI_GO_ON, UI_REPAINT, UI_SUSPEND, UI_QUIT, UI_OPEN };

/*
 * Who keeps what is done here, for later. Each may return a sentence, which is shown: why it could not be kept, and
 * what to do. NULL: nothing to say.
 */
enum ui_moved { UI_STEPPED, UI_UNDID, UI_REDID };
struct ui_journal {
	void *with;
	/* Once for each step, undo and redo, when it is done. */
	const char *(*moved)(void *with, const struct state *s, enum ui_moved moved);
	const char *(*name)(void *with, const char *name);
	/* Gives the explorations there are to ui_kept, newest first. */
	const char *(*list)(void *with, struct ui *ui);
};

struct ui_options {
	const char *name; /* of the file, for the top line; copied */
	bool ascii;
	int w, h;         /* the size to begin with; 0: 80 x 24 */
	const struct ui_journal *journal; /* NULL: nothing is kept */
};

#define UI_MIN_W 40
#define UI_MIN_H 12

/* Borrows the state, which only the ui may change from now on. */
struct ui *ui_new(struct state *s, const struct ui_options *options);
void ui_free(struct ui *ui);

enum ui_effect ui_update(struct ui *ui, const struct event *ev);
/* Says something in the row of the keys, until the next key. */
void ui_notice(struct ui *ui, const char *text);
/* A row of the list of explorations; texts are copied. */
void ui_kept(struct ui *ui, int64_t id, const char *when, const char *name, const char *what);
/* The exploration that UI_OPEN is about. */
int64_t ui_chosen(const struct ui *ui);
/* Works for about `budget` visits of groups; returns whether there is more to do. */
bool ui_work(struct ui *ui, uint32_t budget);
/* Draws what is known into the grid, which gets the ui's size. */
void ui_view(struct ui *ui, struct grid *g);

/* Takes a size, finishes all work, and draws: a screen without a terminal. */
void ui_render(struct ui *ui, int w, int h, struct grid *g);
/*
 * Presses keys, finishing all work after each: characters as they are, others as "<Down>", "<C-r>",
 * "<Enter>", "<lt>". Ends early at a key that quits. False at a name that is no key.
 */
bool ui_type(struct ui *ui, const char *keys);

/* The table of keys, as text for documents: one line a key. */
void ui_keys_text(struct strbuf *sb);

#endif
