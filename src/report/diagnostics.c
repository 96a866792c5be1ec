#include "report/diagnostics.h"

#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "report/colours_p.h"

#define TAB_STOP 4
#define EXCERPT_BEFORE 48 /* code points shown before the marker when a line is cut */
#define EXCERPT_TOTAL 112 /* a longer line is cut */
#define CUT_MARK "..."

static const enum ink severity_ink[] = {
	[SEVERITY_NOTE] = INK_NOTE, [SEVERITY_WARNING] = INK_WARNING, [SEVERITY_ERROR] = INK_ERROR,
};

struct printer {
	struct strbuf text;
	const struct source *source;
	bool colour;
	int gutter; /* cells of the line numbers */
};

static void ink(struct printer *p, enum ink which)
{
	sb_add(&p->text, ink_code(p->colour, which));
}

/* Texts should come clean; cleaning them again changes nothing, and lets nobody forget it. */
static void add_clean(struct printer *p, const char *text)
{
	sb_add_clean(&p->text, text, strlen(text));
}

/* ---- excerpts ---- */

/* A line made ready to be shown, and where the marker goes beneath it. */
struct excerpt {
	struct strbuf shown;
	int before, under; /* cells before the marker, and cells it covers */
};

struct window {
	size_t from, to; /* code points from 0; `to` is one past the last */
	bool cut_before, cut_after;
};

/* The part of a long line that is shown: around the code point `at`. */
static struct window window_around(size_t at, size_t total)
{
	struct window w = { .from = 0, .to = total };

	if (total <= EXCERPT_TOTAL)
		return w;
	if (at > EXCERPT_BEFORE)
		w.from = at - EXCERPT_BEFORE;
	if (total - w.from > EXCERPT_TOTAL)
		w.to = w.from + EXCERPT_TOTAL;
	w.cut_before = w.from > 0;
	w.cut_after = w.to < total;
	return w;
}

/* Appends one character as it may be shown; returns the cells it takes at `column`. */
static int add_shown(struct strbuf *sb, const char *text, size_t len, int32_t cp, int column)
{
	size_t start = sb->len;
	int cells;

	if (cp == '\t') {
		cells = TAB_STOP - column % TAB_STOP;
		sb_repeat(sb, " ", (size_t)cells);
		return cells;
	}
	sb_add_clean(sb, text, len);
	return cp_is_hostile(cp) ? (int)(sb->len - start) : cp_cells(cp);
}

static struct excerpt excerpt_of(const char *line, size_t len, struct place place)
{
	struct excerpt e = {0};
	size_t first = place.col ? place.col - 1 : 0, last = first + (place.width > 1 ? place.width : 1);
	struct window w = window_around(first, utf8_count(line, len));
	int column = 0;
	size_t at = 0;

	if (w.cut_before) {
		sb_add(&e.shown, CUT_MARK);
		column = (int)strlen(CUT_MARK);
	}
	e.before = column;
	for (size_t i = 0; i < len && at < w.to; at++) {
		int32_t cp;
		size_t bytes = utf8_next(line + i, len - i, &cp);

		if (at >= w.from) {
			int cells = add_shown(&e.shown, line + i, bytes, cp, column);

			if (at < first)
				e.before += cells;
			else if (at < last)
				e.under += cells;
			column += cells;
		}
		i += bytes;
	}
	if (w.cut_after)
		sb_add(&e.shown, CUT_MARK);
	if (e.under < 1)
		e.under = 1;
	return e;
}

static int digits_of(uint32_t n)
{
	int digits = 1;

	while (n >= 10) {
		n /= 10;
		digits++;
	}
	return digits;
}

static void gutter(struct printer *p, const char *mark)
{
	ink(p, INK_FAINT);
	sb_addf(&p->text, "%*s %s", p->gutter, "", mark);
	ink(p, INK_PLAIN);
}

/* A line of the source with a marker beneath: "^~~~" or, for a second place, "----" and what it is. */
static void add_excerpt(struct printer *p, struct place place, bool second, enum ink colour, const char *label)
{
	size_t len;
	const char *line = source_line(p->source, place.line, &len);
	struct excerpt e = excerpt_of(line, len, place);

	gutter(p, "|\n");
	ink(p, INK_FAINT);
	sb_addf(&p->text, "%*u |", p->gutter, place.line);
	ink(p, INK_PLAIN);
	sb_addf(&p->text, " %s\n", sb_text(&e.shown));
	gutter(p, "|");
	sb_addf(&p->text, " %*s", e.before, "");
	ink(p, colour);
	sb_add(&p->text, second ? "-" : "^");
	sb_repeat(&p->text, second ? "-" : "~", (size_t)e.under - 1);
	if (label) {
		sb_addc(&p->text, ' ');
		add_clean(p, label);
	}
	ink(p, INK_PLAIN);
	sb_addc(&p->text, '\n');
	sb_release(&e.shown);
}

/* ---- one diagnostic ---- */

static void add_head(struct printer *p, const struct diag *d)
{
	ink(p, INK_STRONG);
	sb_add_file_name(&p->text, p->source->name);
	if (d->place.line)
		sb_addf(&p->text, ":%u:%u", d->place.line, d->place.col);
	sb_add(&p->text, ": ");
	ink(p, severity_ink[d->severity]);
	sb_addf(&p->text, "%s[%s]", severity_name(d->severity), d->code);
	ink(p, INK_PLAIN);
	sb_addc(&p->text, ' ');
	ink(p, INK_STRONG);
	add_clean(p, d->message);
	ink(p, INK_PLAIN);
	sb_addc(&p->text, '\n');
}

static void add_remark(struct printer *p, const char *label, const char *text)
{
	gutter(p, "= ");
	if (label) {
		ink(p, INK_STRONG);
		sb_addf(&p->text, "%s: ", label);
		ink(p, INK_PLAIN);
	}
	add_clean(p, text);
	sb_addc(&p->text, '\n');
}

static size_t count_of(const char **list)
{
	size_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static void add_examples(struct printer *p, const struct diag *d)
{
	struct strbuf names = {0};
	size_t shown = count_of(d->examples);

	if (d->count < 2 || !shown)
		return;
	sb_add_names(&names, d->examples, shown, d->count);
	gutter(p, "= ");
	sb_addf(&p->text, "%u groups: %s\n", d->count, sb_text(&names));
	sb_release(&names);
}

static int gutter_for(const struct diag *d)
{
	int own = digits_of(d->place.line), other = digits_of(d->also.line);

	return own > other ? own : other;
}

static void add_diagnostic(struct printer *p, const struct diag *d)
{
	bool has_text = p->source->text != NULL;

	p->gutter = gutter_for(d);
	add_head(p, d);
	if (d->place.line && has_text)
		add_excerpt(p, d->place, false, severity_ink[d->severity], NULL);
	if (d->also.line && has_text)
		add_excerpt(p, d->also, true, INK_FAINT, d->also_message);
	add_examples(p, d);
	for (size_t i = 0; i < count_of(d->details); i++)
		add_remark(p, NULL, d->details[i]);
	if (d->hint)
		add_remark(p, "help", d->hint);
}

void diagnostics_text(FILE *out, const struct source *source, const struct diag_list *diags, bool colour)
{
	struct printer p = { .source = source, .colour = colour };

	for (size_t i = 0; i < diags->all.len; i++) {
		add_diagnostic(&p, &diags->all.at[i]);
		fwrite(sb_text(&p.text), 1, p.text.len, out);
		sb_clear(&p.text);
	}
	if (diags->dropped) {
		sb_add_file_name(&p.text, source->name);
		fprintf(out, "%s: %zu more not shown\n", sb_text(&p.text), diags->dropped);
	}
	sb_release(&p.text);
}

/* ---- for machines ---- */

static void json_list(struct json *j, const char *key, const char **list)
{
	if (!list)
		return;
	json_open_array(j, key);
	for (; *list; list++)
		json_text(j, NULL, *list);
	json_close(j);
}

static void json_optional(struct json *j, const char *key, const char *text)
{
	if (text)
		json_text(j, key, text);
}

static void json_place(struct json *j, struct place place)
{
	if (!place.line)
		return;
	json_int(j, "line", place.line);
	json_int(j, "column", place.col);
}

static void json_diagnostic(struct json *j, const struct diag *d, const char *reason)
{
	json_open_object(j, NULL);
	json_text(j, "code", d->code);
	json_text(j, "severity", severity_name(d->severity));
	json_place(j, d->place);
	json_optional(j, "rule", d->rule);
	json_optional(j, "service", d->service);
	json_optional(j, "group", d->group);
	json_list(j, "domains", d->domains);
	json_text(j, "message", d->message);
	json_list(j, "details", d->details);
	json_optional(j, "hint", d->hint);
	json_optional(j, "reason", reason);
	if (d->also.line) {
		json_open_object(j, "also");
		json_place(j, d->also);
		json_optional(j, "message", d->also_message);
		json_close(j);
	}
	json_close(j);
}

void diagnostics_json(struct json *j, const char *key, const struct diag_list *diags)
{
	json_open_array(j, key);
	for (size_t i = 0; i < diags->all.len; i++)
		json_diagnostic(j, &diags->all.at[i], NULL);
	json_close(j);
}

void suppressed_json(struct json *j, const char *key, const suppressed_list *suppressed)
{
	json_open_array(j, key);
	for (size_t i = 0; i < suppressed->len; i++)
		json_diagnostic(j, &suppressed->at[i].diag, suppressed->at[i].reason);
	json_close(j);
}
