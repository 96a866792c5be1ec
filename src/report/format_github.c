/*
 * github - workflow commands, one a line: "::error file=F,line=L,endLine=L,col=C,endColumn=C,title=T::MESSAGE".
 *
 * GitHub shows ten of each kind for a step, so the worst come first, over all files. Escapes are those of
 * actions/toolkit, packages/core/src/command.ts; control characters are written out before that.
 */
#include <string.h>

#include "base/text.h"
#include "report/formats_p.h"
#include "rules/rules.h"

static const char *const commands[] = {
	[SEVERITY_NOTE] = "notice", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error",
};

/* Clean text of which the characters in `special` and % are written as %XX. */
static void add_escaped(struct strbuf *sb, const char *text, const char *special)
{
	for (; *text; text++)
		if (*text == '%' || strchr(special, *text))
			sb_addf(sb, "%%%02X", (unsigned)*text);
		else
			sb_addc(sb, *text);
}

static void add_property(struct strbuf *sb, const char *text)
{
	add_escaped(sb, text, "\r\n:,");
}

static void add_command(struct strbuf *sb, const char *path, const struct diag *d)
{
	const struct rule *rule = rule_by_code(d->code);
	struct place place = anchored(d->place);
	struct strbuf message = {0};

	sb_addf(sb, "::%s file=", commands[d->severity]);
	add_property(sb, path);
	sb_addf(sb, ",line=%u,endLine=%u,col=%u,endColumn=%u,title=%s", place.line, place.line, place.col,
	        place.col + place.width, d->code);
	if (rule) {
		sb_addc(sb, ' ');
		add_property(sb, rule->title);
	}
	sb_addf(&message, "%s:%u:%u: %s ", path, place.line, place.col, d->code); /* logs show the message alone */
	sb_add_whole_message(&message, d);
	sb_add(sb, "::");
	add_escaped(sb, sb_text(&message), "\r\n");
	sb_addc(sb, '\n');
	sb_release(&message);
}

static void github_file(struct report *r, const struct judged *file)
{
	struct strbuf raw = {0}, path = {0};

	sb_add_repository_path(&raw, file->source->name);
	sb_add_clean(&path, sb_text(&raw), raw.len);
	for (size_t i = 0; i < file->diags->all.len; i++) {
		const struct diag *d = &file->diags->all.at[i];

		add_command(&r->kept->lines[d->severity], sb_text(&path), d);
	}
	sb_release(&raw);
	sb_release(&path);
}

static void github_end(struct report *r)
{
	struct strbuf line = {0};

	for (int severity = SEVERITY_ERROR; severity >= SEVERITY_NOTE; severity--)
		fwrite(sb_text(&r->kept->lines[severity]), 1, r->kept->lines[severity].len, r->out);
	if (r->quiet)
		return;
	sb_add_summary(&line, r);
	fprintf(r->out, "%s\n", sb_text(&line));
	sb_release(&line);
}

const struct findings_format github_findings = { .name = "github", .file = github_file, .end = github_end };
