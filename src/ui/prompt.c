/* prompt - one line to type in: an action, a search, a filter. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/ui_p.h"

static const struct { const char *sign, *hint; } looks[PROMPTS] = {
	[PROMPT_ACTION] = {":", "kill drain heal cut isolate join accept, and, then;  sql SELECT ...;  Tab completes;  help"},
	[PROMPT_SEARCH] = {"/", "a part of a name"},
	[PROMPT_NAME] = {"name: ", "of this exploration, to find it by"},
	[PROMPT_FILTER] = {"filter: ", "not ok, a status, a data verdict, or a part of a name; nothing shows all"},
};

static void set_text(struct prompt *p, const char *text)
{
	sb_clear(&p->text);
	sb_add(&p->text, text);
	p->at = p->text.len;
}

void prompt_open(struct ui *ui, enum prompt_kind kind, const char *text)
{
	struct prompt *p = &ui->prompt;

	p->kind = kind;
	p->recalled = p->history[kind].len;
	sb_clear(&p->choices);
	set_text(p, text);
}

static void prompt_close(struct ui *ui)
{
	ui->prompt.kind = PROMPT_NONE;
	sb_clear(&ui->prompt.choices);
}

void prompt_release(struct ui *ui)
{
	struct prompt *p = &ui->prompt;

	sb_release(&p->text);
	sb_release(&p->choices);
	for (int k = 0; k < PROMPTS; k++) {
		for (size_t i = 0; i < p->history[k].len; i++)
			free(p->history[k].at[i]);
		vec_free(&p->history[k]);
	}
}

/* ---- editing ---- */

static void replace(struct prompt *p, size_t from, size_t to, const char *by, size_t len)
{
	struct strbuf text = {0};

	sb_addn(&text, sb_text(&p->text), from);
	sb_addn(&text, by, len);
	sb_add(&text, sb_text(&p->text) + to);
	sb_release(&p->text);
	p->text = text;
	p->at = from + len;
}

static bool inside_character(const struct prompt *p, size_t at)
{
	return ((unsigned char)sb_text(&p->text)[at] & 0xc0) == 0x80;
}

static size_t before(const struct prompt *p, size_t at)
{
	do
		at -= at > 0;
	while (at > 0 && inside_character(p, at));
	return at;
}

static size_t after(const struct prompt *p, size_t at)
{
	do
		at += at < p->text.len;
	while (at < p->text.len && inside_character(p, at));
	return at;
}

static enum ui_effect key_left(struct ui *ui)
{
	ui->prompt.at = before(&ui->prompt, ui->prompt.at);
	return UI_GO_ON;
}

static enum ui_effect key_right(struct ui *ui)
{
	ui->prompt.at = after(&ui->prompt, ui->prompt.at);
	return UI_GO_ON;
}

static enum ui_effect key_home(struct ui *ui)
{
	ui->prompt.at = 0;
	return UI_GO_ON;
}

static enum ui_effect key_end(struct ui *ui)
{
	ui->prompt.at = ui->prompt.text.len;
	return UI_GO_ON;
}

static enum ui_effect key_backspace(struct ui *ui)
{
	struct prompt *p = &ui->prompt;

	if (!p->text.len)
		prompt_close(ui);
	else
		replace(p, before(p, p->at), p->at, "", 0);
	return UI_GO_ON;
}

static enum ui_effect key_delete(struct ui *ui)
{
	struct prompt *p = &ui->prompt;
	size_t at = p->at;

	replace(p, at, after(p, at), "", 0);
	return UI_GO_ON;
}

static enum ui_effect key_cut_word(struct ui *ui)
{
	struct prompt *p = &ui->prompt;
	size_t from = p->at;

	while (from > 0 && p->text.text[from - 1] == ' ')
		from--;
	while (from > 0 && p->text.text[from - 1] != ' ')
		from--;
	replace(p, from, p->at, "", 0);
	return UI_GO_ON;
}

static enum ui_effect key_cut_all(struct ui *ui)
{
	replace(&ui->prompt, 0, ui->prompt.at, "", 0);
	return UI_GO_ON;
}

static enum ui_effect key_close(struct ui *ui)
{
	prompt_close(ui);
	return UI_GO_ON;
}

static enum ui_effect key_complete(struct ui *ui)
{
	struct prompt *p = &ui->prompt;

	if (p->kind == PROMPT_ACTION)
		prompt_complete(ui, &p->text, &p->at, &p->choices);
	return UI_GO_ON;
}

/* ---- history ---- */

static void recall(struct ui *ui, size_t to)
{
	struct prompt *p = &ui->prompt;

	if (to > p->history[p->kind].len)
		return;
	p->recalled = to;
	set_text(p, to < p->history[p->kind].len ? p->history[p->kind].at[to] : "");
}

static enum ui_effect key_older(struct ui *ui)
{
	if (ui->prompt.recalled)
		recall(ui, ui->prompt.recalled - 1);
	return UI_GO_ON;
}

static enum ui_effect key_newer(struct ui *ui)
{
	recall(ui, ui->prompt.recalled + 1);
	return UI_GO_ON;
}

static void remember(struct prompt *p, enum prompt_kind kind, const char *text)
{
	size_t n = p->history[kind].len;

	if (*text && (!n || strcmp(p->history[kind].at[n - 1], text) != 0))
		vec_push(&p->history[kind], xstrdup(text));
}

/* ---- what was typed is done ---- */

static enum ui_effect run_action(struct ui *ui, const char *text)
{
	const struct command *c = ui_command_named(text);

	if (!*text)
		return UI_GO_ON;
	if (c)
		return c->run(ui);
	if (!strncmp(text, "columns ", 8))
		measures_switch_named(ui, text + 8);
	else if (!strncmp(text, "sql ", 4))
		answer_ask(ui, text + 4);
	else
		act_text(ui, text);
	return UI_GO_ON;
}

static enum ui_effect run_search(struct ui *ui, const char *text)
{
	search_start(ui, text);
	return UI_GO_ON;
}

static enum ui_effect run_filter(struct ui *ui, const char *text)
{
	groups_set_filter(ui, text);
	ui_focus(ui, PANEL_GROUPS);
	return UI_GO_ON;
}

static enum ui_effect run_name(struct ui *ui, const char *text)
{
	log_name(ui, text);
	return UI_GO_ON;
}

static enum ui_effect key_enter(struct ui *ui)
{
	static enum ui_effect (*const run[PROMPTS])(struct ui *, const char *) = {
		[PROMPT_ACTION] = run_action, [PROMPT_SEARCH] = run_search, [PROMPT_FILTER] = run_filter,
		[PROMPT_NAME] = run_name,
	};
	enum prompt_kind kind = ui->prompt.kind;
	char *text = xstrdup(sb_text(&ui->prompt.text));
	size_t blanks = strspn(text, " ");
	enum ui_effect effect;

	remember(&ui->prompt, kind, text + blanks);
	prompt_close(ui);
	effect = run[kind](ui, text + blanks);
	free(text);
	return effect;
}

/* ---- keys ---- */

const struct prompt_key_row prompt_keys[] = {
	{{K_ENTER},              "do it"},
	{{K_ESC, K_CTRL('c')},     "leave it"},
	{{K_TAB},                "complete a verb, a domain, a service"},
	{{K_UP, K_CTRL('p')},      "what was typed before"},
	{{K_DOWN, K_CTRL('n')},    "what was typed after that"},
	{{K_LEFT, K_CTRL('b')},    "back by a character"},
	{{K_RIGHT, K_CTRL('f')},   "on by a character"},
	{{K_HOME, K_CTRL('a')},    "to the start"},
	{{K_END, K_CTRL('e')},     "to the end"},
	{{K_BACKSPACE, K_CTRL('h')}, "delete backwards; in an empty prompt, leave it"},
	{{K_DELETE, K_CTRL('d')},  "delete"},
	{{K_CTRL('w')},            "delete a word"},
	{{K_CTRL('u')},            "delete to the start"},
	{{0},                    NULL},
};

static enum ui_effect (*const prompt_runs[])(struct ui *) = {
	key_enter, key_close, key_complete, key_older, key_newer, key_left, key_right,
	key_home, key_end, key_backspace, key_delete, key_cut_word, key_cut_all,
};
_Static_assert(sizeof(prompt_runs) / sizeof(*prompt_runs) + 1 == sizeof(prompt_keys) / sizeof(*prompt_keys),
               "each row of keys has what it runs");

static void type(struct ui *ui, int32_t cp)
{
	char bytes[4];

	if (cp >= ' ' && !cp_is_hostile(cp))
		replace(&ui->prompt, ui->prompt.at, ui->prompt.at, bytes, utf8_put(cp, bytes));
}

enum ui_effect prompt_key(struct ui *ui, int32_t key)
{
	sb_clear(&ui->prompt.choices);
	for (size_t i = 0; prompt_keys[i].help; i++)
		for (int k = 0; k < 3; k++)
			if (prompt_keys[i].keys[k] && prompt_keys[i].keys[k] == key)
				return prompt_runs[i](ui);
	if (key < K_UP)
		type(ui, key);
	return UI_GO_ON;
}

/* Line ends become blanks, so that nothing pasted is carried out by itself. */
void prompt_paste(struct ui *ui, const char *text)
{
	size_t len = strlen(text);

	for (size_t i = 0; i < len;) {
		int32_t cp;

		i += utf8_next(text + i, len - i, &cp);
		type(ui, cp == '\n' || cp == '\r' || cp == '\t' ? ' ' : cp);
	}
}

/* ---- drawing ---- */

/* The end of a long text is what is being typed. */
static size_t first_shown(const struct prompt *p, int cells)
{
	size_t from = 0;

	for (;;) {
		char *head = xstrndup(sb_text(&p->text) + from, p->at - from);
		bool fits = text_cells(head) < cells;

		free(head);
		if (fits || from >= p->at)
			return from;
		from = after(p, from);
	}
}

void prompt_view(const struct ui *ui, struct grid *g, struct rect r)
{
	const struct prompt *p = &ui->prompt;
	struct pen pen = pen_at(g, r.x, r.y + r.h - 1, r.w);
	size_t from;
	char *head;

	if (p->choices.len && r.h > 1)
		grid_put(g, r.x + 1, r.y, r.w - 1, INK_FAINT, sb_text(&p->choices));
	pen_put(&pen, INK_KEY, looks[p->kind].sign);
	from = first_shown(p, pen_room(&pen) - 1);
	head = xstrndup(sb_text(&p->text) + from, p->at - from);
	pen_put(&pen, INK_PLAIN, head);
	free(head);
	g->cursor_x = pen.x < g->w ? pen.x : g->w - 1;
	g->cursor_y = pen.y;
	pen_put(&pen, INK_PLAIN, sb_text(&p->text) + p->at);
	if (!p->text.len)
		pen_put(&pen, INK_FAINT, looks[p->kind].hint);
	else if (p->choices.len && r.h == 1)
		pen_putf(&pen, INK_FAINT, "   %s", sb_text(&p->choices));
}
