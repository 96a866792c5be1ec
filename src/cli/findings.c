#include "cli/findings_p.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/record_p.h"
#include "cli/trouble_p.h"
#include "report/diagnostics.h"
#include "report/tolerances.h"
#include "base/words.h"
#include "rules/rules.h"

#define CODES_NAMED 4
#define SKIPPED_NAMED 3

void findings_begin(struct findings *f, const struct settings *set)
{
	*f = (struct findings){ .format = set->format, .quiet = set->quiet, .json = json_to(stdout) };
	f->colour = set->format == FORMAT_TEXT && colour_wanted(set->colour, stdout);
	if (f->format != FORMAT_JSON)
		return;
	json_open_object(&f->json, NULL);
	json_int(&f->json, "faultline", 1);
	json_open_array(&f->json, "files");
}

static void note_codes(struct findings *f, const struct diag_list *diags)
{
	for (size_t i = 0; i < diags->all.len; i++) {
		const struct rule *rule = rule_by_code(diags->all.at[i].code);
		bool seen = !rule;

		for (size_t k = 0; k < f->codes.len && !seen; k++)
			seen = f->codes.at[k] == rule->code;
		if (!seen)
			vec_push(&f->codes, rule->code);
	}
}

static void print_judged(struct findings *f, const struct judged *file)
{
	diagnostics_text(stdout, file->source, file->diags, f->colour);
	if (!file->analysis || !file->show_tolerance || !file->model->nservices)
		return;
	if (file->diags->all.len)
		putchar('\n');
	tolerances_text(stdout, file->source->name, file->model, file->analysis);
	putchar('\n');
}

static void json_judged(struct json *j, const struct judged *file)
{
	json_open_object(j, NULL);
	json_text(j, "file", file->source->name);
	diagnostics_json(j, "diagnostics", file->diags);
	tolerances_json(j, "services", file->model, file->analysis);
	json_close(j);
}

void findings_file(struct findings *f, const struct judged *file)
{
	f->files++;
	f->errors += file->diags->errors;
	f->warnings += file->diags->warnings;
	f->notes += file->diags->notes;
	note_codes(f, file->diags);
	if (f->format == FORMAT_JSON)
		json_judged(&f->json, file);
	else
		print_judged(f, file);
	if (f->journal)
		f->kept = worse(f->kept, record_check(f->journal, file));
}

/* A file without findings, and one member more that says why. */
static void json_unjudged(struct json *j, const char *name, const char *key, const char *why)
{
	json_open_object(j, NULL);
	json_text(j, "file", name);
	json_text(j, key, why);
	json_open_array(j, "diagnostics");
	json_close(j);
	json_open_array(j, "services");
	json_close(j);
	json_close(j);
}

void findings_skipped(struct findings *f, const char *name)
{
	if (f->format == FORMAT_JSON)
		json_unjudged(&f->json, name, "skipped", "it has no 'faultline' key");
	else
		vec_push(&f->skipped, name);
}

void findings_unread(struct findings *f, const char *name, const char *why)
{
	if (f->format == FORMAT_JSON)
		json_unjudged(&f->json, name, "unread", why);
}

/* ---- the end ---- */

static void add_part(struct strbuf *sb, size_t n, const char *one, const char *many)
{
	if (!n)
		return;
	if (sb->len)
		sb_add(sb, ", ");
	sb_add_count(sb, n, one, many);
}

static void print_skipped(const word_list *skipped)
{
	struct strbuf line = {0};
	size_t shown = skipped->len < SKIPPED_NAMED ? skipped->len : SKIPPED_NAMED;

	if (!skipped->len)
		return;
	sb_add_names(&line, skipped->at, shown, skipped->len);
	printf("note: passed over without a 'faultline' key: %s\n", sb_text(&line));
	sb_release(&line);
}

static void print_summary(const struct findings *f)
{
	struct strbuf line = {0};

	add_part(&line, f->errors, "error", "errors");
	add_part(&line, f->warnings, "warning", "warnings");
	add_part(&line, f->notes, "note", "notes");
	if (!line.len)
		sb_add(&line, "no findings");
	sb_add(&line, " in ");
	sb_add_count(&line, f->files, "file", "files");
	if (!f->files)
		sb_add(&line, ": nothing was judged");
	printf("%s\n", sb_text(&line));
	sb_release(&line);
}

static int compare_codes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_codes(word_list *codes)
{
	if (!codes->len)
		return;
	qsort(codes->at, codes->len, sizeof *codes->at, compare_codes);
	fputs("more about a code: faultline explain", stdout);
	for (size_t i = 0; i < codes->len && i < CODES_NAMED; i++)
		printf(" %s", codes->at[i]);
	putchar('\n');
}

static void json_summary(struct json *j, const struct findings *f)
{
	json_close(j);
	json_open_object(j, "summary");
	json_int(j, "errors", (int64_t)f->errors);
	json_int(j, "warnings", (int64_t)f->warnings);
	json_int(j, "notes", (int64_t)f->notes);
	json_close(j);
	json_close(j);
	json_end(j);
}

static bool reaches(const struct findings *f, int fail_on)
{
	switch (fail_on) {
	case FAIL_ON_NOTE:
		return f->errors + f->warnings + f->notes > 0;
	case FAIL_ON_WARNING:
		return f->errors + f->warnings > 0;
	case FAIL_ON_ERROR:
		return f->errors > 0;
	}
	return false;
}

int findings_end(struct findings *f, int fail_on)
{
	if (f->format == FORMAT_JSON) {
		json_summary(&f->json, f);
	} else if (!f->quiet) {
		print_skipped(&f->skipped);
		print_summary(f);
		print_codes(&f->codes);
	}
	vec_free(&f->skipped);
	vec_free(&f->codes);
	return worse(f->kept, reaches(f, fail_on) ? EXIT_FINDINGS : EXIT_ANSWERED);
}
