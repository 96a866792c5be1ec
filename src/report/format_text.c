/* text - for people: like a compiler's, and then how many deaths each service survives */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "report/diagnostics.h"
#include "report/formats_p.h"
#include "report/tolerances.h"

#define CODES_NAMED 4
#define SKIPPED_NAMED 3

static void print_after(struct report *r, const struct judged *file)
{
	struct strbuf line = {0};

	if (!file->after || !file->model)
		return;
	sb_add_file_name(&line, file->source->name);
	sb_add(&line, ": judged from the state that '");
	sb_add_clean(&line, file->after, strlen(file->after));
	sb_add(&line, "' leaves");
	fprintf(r->out, "%s\n", sb_text(&line));
	sb_release(&line);
}

static void text_file(struct report *r, const struct judged *file)
{
	print_after(r, file);
	diagnostics_text(r->out, file->source, file->diags, r->colour);
	if (!file->analysis || !file->show_tolerance || !file->model->nservices)
		return;
	if (file->diags->all.len || file->after)
		fputc('\n', r->out);
	tolerances_text(r->out, file->source->name, file->model, file->analysis);
	fputc('\n', r->out);
}

static void print_skipped(const struct report *r)
{
	const char *names[SKIPPED_NAMED];
	struct strbuf line = {0};
	size_t shown = 0;

	if (!r->skipped.len)
		return;
	for (; shown < r->skipped.len && shown < SKIPPED_NAMED; shown++)
		names[shown] = r->skipped.at[shown].name;
	sb_add_names(&line, names, shown, r->skipped.len);
	fprintf(r->out, "note: passed over without a 'faultline' key: %s\n", sb_text(&line));
	sb_release(&line);
}

static int compare_codes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void print_codes(struct report *r)
{
	if (!r->codes.len)
		return;
	qsort(r->codes.at, r->codes.len, sizeof *r->codes.at, compare_codes);
	fputs("more about a code: faultline explain", r->out);
	for (size_t i = 0; i < r->codes.len && i < CODES_NAMED; i++)
		fprintf(r->out, " %s", r->codes.at[i]);
	fputc('\n', r->out);
}

static void text_end(struct report *r)
{
	struct strbuf line = {0};

	if (r->quiet)
		return;
	print_skipped(r);
	sb_add_summary(&line, r);
	fprintf(r->out, "%s\n", sb_text(&line));
	print_codes(r);
	sb_release(&line);
}

const struct findings_format text_findings = {
	.name = "text", .for_people = true, .file = text_file, .end = text_end,
};
