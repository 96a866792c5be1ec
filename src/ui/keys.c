/* keys - their names, and where they are shown: the key bar, help, documents. */
#include <string.h>

#include "base/text.h"
#include "ui/ui_p.h"

/* ---- names ---- */

static const struct { int32_t key; const char *shown, *typed; } names[] = {
	{K_ENTER, "Enter", "Enter"}, {K_TAB, "Tab", "Tab"}, {K_BACK_TAB, "Shift-Tab", "S-Tab"}, {K_ESC, "Esc", "Esc"},
	{K_SPACE, "Space", "Space"}, {K_BACKSPACE, "Backspace", "BS"}, {K_DELETE, "Del", "Del"},
	{K_UP, "Up", "Up"}, {K_DOWN, "Down", "Down"}, {K_LEFT, "Left", "Left"}, {K_RIGHT, "Right", "Right"},
	{K_PAGE_UP, "PgUp", "PgUp"}, {K_PAGE_DOWN, "PgDn", "PgDn"}, {K_HOME, "Home", "Home"}, {K_END, "End", "End"},
	{'<', "<", "lt"},
};
#define NAMES (sizeof(names) / sizeof(*names))

void sb_add_key(struct strbuf *sb, int32_t key)
{
	char bytes[4];

	for (size_t i = 0; i < NAMES; i++)
		if (names[i].key == key) {
			sb_add(sb, names[i].shown);
			return;
		}
	if (key < ' ')
		sb_addf(sb, "^%c", (char)(key + '@'));
	else
		sb_addn(sb, bytes, utf8_put(key, bytes));
}

static int32_t key_named(const char *name, size_t len)
{
	if (len == 3 && !strncmp(name, "C-", 2))
		return K_CTRL(name[2]);
	for (size_t i = 0; i < NAMES; i++)
		if (strlen(names[i].typed) == len && !strncmp(name, names[i].typed, len))
			return names[i].key;
	return 0;
}

size_t key_read(const char *text, int32_t *ret)
{
	const char *end = *text == '<' ? strchr(text, '>') : NULL;

	if (*text != '<')
		return utf8_next(text, strlen(text), ret);
	if (!end)
		return 0;
	*ret = key_named(text + 1, (size_t)(end - text - 1));
	return *ret ? (size_t)(end - text) + 1 : 0;
}

static void add_keys(struct strbuf *sb, const int32_t *keys, size_t n)
{
	for (size_t i = 0; i < n && keys[i]; i++) {
		sb_add(sb, i ? " " : "");
		sb_add_key(sb, keys[i]);
	}
}

/* ---- the key bar ---- */

static int entry_cells(const struct command *c)
{
	struct strbuf key = {0};
	int cells;

	sb_add_key(&key, c->keys[0]);
	cells = text_cells(sb_text(&key)) + 1 + text_cells(c->bar);
	sb_release(&key);
	return cells;
}

static void put_entry(struct pen *p, const struct command *c)
{
	struct strbuf key = {0};

	sb_add_key(&key, c->keys[0]);
	pen_put(p, INK_KEY, sb_text(&key));
	pen_putf(p, INK_FAINT, " %s", c->bar);
	pen_skip(p, 2);
	sb_release(&key);
}

/* Whole entries only; help and quit always keep their room at the end. */
void keys_bar(struct ui *ui, struct grid *g, struct rect r)
{
	struct pen p = pen_at(g, r.x + 1, r.y, r.w - 1);
	const struct command *always[] = {ui_command_named("help"), ui_command_named("quit")};
	int kept = entry_cells(always[0]) + entry_cells(always[1]) + 4, row = 0;

	for (const struct command *c = ui_commands; c->name; c++) {
		bool last = row == r.h - 1;

		if (!c->bar || !(c->modes & ui_mode(ui)) || c == always[0] || c == always[1])
			continue;
		if (entry_cells(c) > pen_room(&p) - (last ? kept : 0)) {
			if (last)
				continue;
			p = pen_at(g, r.x + 1, r.y + ++row, r.w - 1);
		}
		put_entry(&p, c);
	}
	if (kept > pen_room(&p) + 2 && row < r.h - 1)
		p = pen_at(g, r.x + 1, r.y + row + 1, r.w - 1);
	put_entry(&p, always[0]);
	put_entry(&p, always[1]);
}

/* ---- help ---- */

static const struct { const char *heading; unsigned mode; } sections[] = {
	{"everywhere", MODE_PANELS},
	{"on domains", MODE_TREE},
	{"on groups", MODE_GROUPS},
	{"in what hurts next", MODE_RANKING},
};

/* Where a command is told of: the first section whose modes it all works in. */
static size_t section_of(const struct command *c)
{
	size_t i = 0;

	while (i + 1 < sizeof(sections) / sizeof(*sections) && (c->modes & sections[i].mode) != sections[i].mode)
		i++;
	return i;
}

static void add_section(struct lines *ls, size_t section)
{
	lines_begin(ls, NO_PLACE);
	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_FRAME, sections[section].heading);
	for (const struct command *c = ui_commands; c->name; c++) {
		struct strbuf keys = {0};

		if (section_of(c) != section)
			continue;
		add_keys(&keys, c->keys, sizeof(c->keys) / sizeof(*c->keys));
		lines_begin(ls, NO_PLACE);
		lines_addf(ls, INK_KEY, "  %s", sb_text(&keys));
		lines_tab(ls, 16, INK_PLAIN, c->help);
		sb_release(&keys);
	}
}

static void add_prompt(struct lines *ls)
{
	lines_begin(ls, NO_PLACE);
	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_FRAME, "while typing");
	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_KEY, "  sql SELECT");
	lines_tab(ls, 16, INK_PLAIN, "ask in SQL how things stand, instead of acting");
	for (size_t i = 0; prompt_keys[i].help; i++) {
		struct strbuf keys = {0};

		add_keys(&keys, prompt_keys[i].keys, 3);
		lines_begin(ls, NO_PLACE);
		lines_addf(ls, INK_KEY, "  %s", sb_text(&keys));
		lines_tab(ls, 16, INK_PLAIN, prompt_keys[i].help);
		sb_release(&keys);
	}
}

static const struct { unsigned standing; const char *meaning; } legend[] = {
	{STATUS_OK, "all replicas live"},
	{STATUS_DEGRADED, "some replica is not live; any one more death is survived"},
	{STATUS_AT_RISK, "goes on, but one more death would stop it"},
	{STATUS_WRITE_ONLY, "writes go on, reads do not"},
	{STATUS_READ_ONLY, "reads go on, writes do not"},
	{STATUS_STALE, "only reads from copies that may be old"},
	{STATUS_DOWN, "neither writes nor reads"},
	{STATUS_SPLIT, "several sides write, and do not know of each other"},
	{STANDING_LOST, "no copy of the data is left"},
};

/* What can be done to a domain, as help says it. */
static const struct {
	enum ink ink;
	enum glyph glyph;
	const char *word, *meaning;
} plights[] = {
	{INK_KILLED, GLYPH_KILLED, "KILLED", "gone at once, its copies with it"},
	{INK_DRAINED, GLYPH_DRAINED, "DRAINED", "taken down in order: serves nothing, loses nothing"},
	{INK_CUT, GLYPH_CUT, "ISOLATED", "alive, but out of hearing of everything outside it"},
	{INK_CUT, GLYPH_CUT, "CUT OFF", "alive, but out of hearing of another domain"},
};

/* What stands beside a group, and beside a replica. */
static const struct { const char *word, *meaning; } words[] = {
	{"tail", "data: the newest writes may be gone"},
	{"stale", "data: only copies that were behind are left"},
	{"backup", "data: only a backup is left"},
	{"N sides", "split: so many sides take writes apart"},
	{"N cut off", "replicas alive, out of hearing of those that are judged"},
	{"no db", "service db stops it: needed, and not going on"},
	{"part db", "only some groups of a needed service go on"},
	{"frozen", "goes on, but can't change its leader: who decides is gone"},
	{"fallback", "goes on with a guarantee given up; 3 says which"},
	{"took over", "a standby writes now, in place of what died"},
	{"accepted", "goes on because it was told to, whatever was lost"},
	{"write set", "replicas with every write that was acknowledged"},
	{"follows", "a copy that is behind by up to the service's lag"},
};

static void add_words(struct lines *ls)
{
	lines_begin(ls, NO_PLACE);
	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_FRAME, "what stands beside groups and replicas");
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		lines_begin(ls, NO_PLACE);
		lines_addf(ls, INK_STRONG, "  %s", words[i].word);
		lines_tab(ls, 16, INK_PLAIN, words[i].meaning);
	}
}

static void add_legend(struct ui *ui, struct lines *ls)
{
	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_FRAME, "what a group is");
	for (size_t i = 0; i < sizeof(legend) / sizeof(*legend); i++) {
		const struct look *look = &standing_looks[legend[i].standing];

		lines_begin(ls, NO_PLACE);
		lines_add(ls, INK_PLAIN, "  ");
		lines_addf(ls, look->ink, "%s %s", glyph(ui->ascii, look->glyph), look->word);
		lines_tab(ls, 16, INK_PLAIN, legend[i].meaning);
	}
	lines_begin(ls, NO_PLACE);
	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_FRAME, "what was done to a domain");
	for (size_t i = 0; i < sizeof(plights) / sizeof(*plights); i++) {
		lines_begin(ls, NO_PLACE);
		lines_addf(ls, plights[i].ink, "  %s %s", glyph(ui->ascii, plights[i].glyph), plights[i].word);
		lines_tab(ls, 16, INK_PLAIN, plights[i].meaning);
	}
	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_PLAIN, "  kill: ...");
	lines_tab(ls, 16, INK_PLAIN, "how many groups would stop writing, become unreadable, be");
	lines_begin(ls, NO_PLACE);
	lines_tab(ls, 16, INK_PLAIN, "lost for good, beyond what is so now, if it were killed now;");
	lines_begin(ls, NO_PLACE);
	lines_tab(ls, 16, INK_PLAIN, "groups elsewhere that need what is there are counted, too");
}

void help_settle(struct ui *ui)
{
	lines_clear(&ui->help);
	add_legend(ui, &ui->help);
	add_words(&ui->help);
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		add_section(&ui->help, i);
	add_prompt(&ui->help);
}

/* ---- documents ---- */

static void add_row(struct strbuf *sb, const int32_t *keys, size_t n, const char *name, const char *help)
{
	struct strbuf text = {0};

	add_keys(&text, keys, n);
	sb_addf(sb, "%-14s %-16s %s\n", sb_text(&text), name, help);
	sb_release(&text);
}

void ui_keys_text(struct strbuf *sb)
{
	for (const struct command *c = ui_commands; c->name; c++)
		add_row(sb, c->keys, sizeof(c->keys) / sizeof(*c->keys), c->name, c->help);
	for (size_t i = 0; prompt_keys[i].help; i++)
		add_row(sb, prompt_keys[i].keys, 3, "(while typing)", prompt_keys[i].help);
}
