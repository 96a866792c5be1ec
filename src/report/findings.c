#include "report/findings.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/words.h"
#include "report/formats_p.h"
#include "rules/rules.h"

#define X(name) extern const struct findings_format name##_findings;
FINDINGS_FORMATS(X)
#undef X

const struct findings_format *const findings_formats[] = {
#define X(name) &name##_findings,
	FINDINGS_FORMATS(X)
#undef X
};

const char *const findings_format_names[] = {
#define X(name) #name,
	FINDINGS_FORMATS(X)
#undef X
	NULL
};

/* ---- a report ---- */

void report_begin(struct report *r, int format, FILE *out)
{
	*r = (struct report){ .format = findings_formats[format], .out = out, .least = SEVERITY_ERROR, .version = "0",
	                      .kept = xcalloc(1, sizeof(*r->kept)) };
	r->kept->json = json_to(out);
}

/* The beginning is written once there is something to say, so that the caller may set what it likes before. */
static void begin_once(struct report *r)
{
	if (!r->files && !r->skipped.len && !r->unread.len && r->format->begin)
		r->format->begin(r);
}

void note_code(struct report *r, const char *code)
{
	const struct rule *rule = rule_by_code(code);
	bool seen = !rule;

	for (size_t i = 0; i < r->codes.len && !seen; i++)
		seen = r->codes.at[i] == rule->code;
	if (!seen)
		vec_push(&r->codes, rule->code);
}

void report_file(struct report *r, const struct judged *file)
{
	begin_once(r);
	r->files++;
	r->errors += file->diags->errors;
	r->warnings += file->diags->warnings;
	r->notes += file->diags->notes;
	r->suppressed += file->suppressed ? file->suppressed->len : 0;
	for (size_t i = 0; i < file->diags->all.len; i++)
		note_code(r, file->diags->all.at[i].code);
	r->format->file(r, file);
}

static void add_unjudged(struct report *r, struct unjudged u)
{
	begin_once(r);
	if (u.why)
		vec_push(&r->unread, u);
	else
		vec_push(&r->skipped, u);
	if (r->format->unjudged)
		r->format->unjudged(r, &u);
}

void report_skipped(struct report *r, const char *name)
{
	add_unjudged(r, (struct unjudged){ name, NULL });
}

void report_unread(struct report *r, const char *name, const char *why)
{
	add_unjudged(r, (struct unjudged){ name, why });
}

void report_end(struct report *r)
{
	begin_once(r);
	if (r->format->end)
		r->format->end(r);
	vec_free(&r->skipped);
	vec_free(&r->unread);
	vec_free(&r->codes);
	for (int i = 0; i <= SEVERITY_ERROR; i++)
		sb_release(&r->kept->lines[i]);
	table_release(&r->kept->repeats);
	free(r->kept);
	r->kept = NULL;
}

/* ---- what formats share ---- */

struct place anchored(struct place place)
{
	return (struct place){
		.line = place.line ? place.line : 1,
		.col = place.line && place.col ? place.col : 1,
		.width = place.line && place.width ? place.width : 1,
	};
}

/* What follows the working directory in an absolute path; NULL where it is not beneath it. */
static const char *beneath_working_directory(const char *name)
{
	char here[4096];
	size_t len;

	if (!getcwd(here, sizeof here))
		return NULL;
	len = strlen(here);
	return strncmp(name, here, len) == 0 && name[len] == '/' ? name + len + 1 : NULL;
}

void sb_add_repository_path(struct strbuf *sb, const char *name)
{
	const char *beneath = *name == '/' ? beneath_working_directory(name) : name;
	bool first = true;

	if (!beneath) {
		sb_add(sb, name);
		return;
	}
	for (const char *at = beneath; *at;) {
		size_t len = strcspn(at, "/");

		if (len && !(len == 1 && *at == '.')) {
			if (!first)
				sb_addc(sb, '/');
			sb_addn(sb, at, len);
			first = false;
		}
		at += len + (at[len] == '/');
	}
}

void sb_add_whole_message(struct strbuf *sb, const struct diag *d)
{
	size_t shown = 0;

	sb_add_clean(sb, d->message, strlen(d->message));
	while (d->examples && d->examples[shown])
		shown++;
	if (d->count > 1 && shown) {
		sb_addf(sb, "\n%u groups: ", d->count);
		sb_add_names(sb, d->examples, shown, d->count);
	}
	for (const char **detail = d->details; detail && *detail; detail++) {
		sb_addc(sb, '\n');
		sb_add_clean(sb, *detail, strlen(*detail));
	}
	if (d->hint) {
		sb_add(sb, "\nhelp: ");
		sb_add_clean(sb, d->hint, strlen(d->hint));
	}
}

static void add_part(struct strbuf *sb, size_t start, size_t n, const char *one, const char *many)
{
	if (!n)
		return;
	if (sb->len > start)
		sb_add(sb, ", ");
	sb_add_count(sb, n, one, many);
}

void sb_add_summary(struct strbuf *sb, const struct report *r)
{
	size_t start = sb->len;

	add_part(sb, start, r->errors, "error", "errors");
	add_part(sb, start, r->warnings, "warning", "warnings");
	add_part(sb, start, r->notes, "note", "notes");
	if (sb->len == start)
		sb_add(sb, "no findings");
	sb_add(sb, " in ");
	sb_add_count(sb, r->files, "file", "files");
	if (!r->files)
		sb_add(sb, ": nothing was judged");
	if (r->suppressed)
		sb_addf(sb, " (%zu suppressed)", r->suppressed);
}

/* Known by its hash alone: two texts with the same 64 bits would merely be numbered as one. */
unsigned nth_time(struct report *r, const char *text)
{
	uint64_t key = hash_bytes(text, strlen(text));
	uint32_t at = table_first(&r->kept->repeats, key);

	if (at != TABLE_END)
		return r->kept->repeats.slots[at].value++ - 1;
	table_add(&r->kept->repeats, key, 2);
	return 1;
}

/* With its length before it, so that no two lists of parts are written alike. */
static void add_counted(struct strbuf *sb, const char *text)
{
	sb_addf(sb, "%zu:%s", text ? strlen(text) : 0, text ? text : "");
}

void fingerprint(struct report *r, const char *path, const struct diag *d, char out[SHA256_HEX])
{
	const char *parts[] = { path, d->code, d->service, d->group, d->rule, d->message };
	struct strbuf text = {0};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		add_counted(&text, parts[i]);
	sb_addf(&text, "%u", nth_time(r, sb_text(&text)));
	sha256_hex(sb_text(&text), text.len, out);
	sb_release(&text);
}
