/* gcc - "file:line:col: severity: message [CODE]", which editors and problem matchers read as they are */
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "report/formats_p.h"

static void add_line(struct strbuf *sb, const char *name, struct place place, const char *severity, const char *message)
{
	place = anchored(place);
	sb_add_file_name(sb, name);
	sb_addf(sb, ":%u:%u: %s: ", place.line, place.col, severity);
	sb_add_clean(sb, message, strlen(message));
}

static void gcc_file(struct report *r, const struct judged *file)
{
	struct strbuf line = {0};

	for (size_t i = 0; i < file->diags->all.len; i++) {
		const struct diag *d = &file->diags->all.at[i];

		add_line(&line, file->source->name, d->place, severity_name(d->severity), d->message);
		sb_addf(&line, " [%s]\n", d->code);
		if (d->also.line && d->also_message) {
			add_line(&line, file->source->name, d->also, "note", d->also_message);
			sb_addc(&line, '\n');
		}
		fwrite(sb_text(&line), 1, line.len, r->out);
		sb_clear(&line);
	}
	sb_release(&line);
}

const struct findings_format gcc_findings = { .name = "gcc", .file = gcc_file };
