#include <stdlib.h>
#include <string.h>

#include "cli/command_p.h"
#include "cli/findings_p.h"
#include "cli/inputs_p.h"
#include "cli/journal_p.h"
#include "cli/trouble_p.h"
#include "query/query.h"
#include "rules/rules.h"

static const char *const fail_words[] = { "error", "warning", "note", "never", NULL };

const struct option_row check_options[] = {
	OPTION_ROW('f', "format", OPTION_CHOICE, findings_format, .choices = findings_format_names,
	           .help = "for people, editors (gcc), CI (github, gitlab, sarif, junit), or all that is known (json)"),
	OPTION_ROW(0, "fail-on", OPTION_CHOICE, fail_on, .choices = fail_words,
	           .help = "the least that makes the exit status 1"),
	OPTION_ROW(0, "select", OPTION_TEXT, select, .argument = "CODES",
	           .help = "only findings with these codes, or that begin so: FL2,FL301; and errors in the file"),
	OPTION_ROW(0, "ignore", OPTION_TEXT, ignore, .argument = "CODES", .help = "no findings with these codes"),
	OPTION_ROW('t', "tolerance", OPTION_FLAG, tolerance, .help = "show how many deaths each service survives"),
	OPTION_ROW(0, "record", OPTION_FLAG, record, .help = "keep what is found in the journal, for 'faultline trend'"),
	JOURNAL_ROWS,
	OPTION_ROW('q', "quiet", OPTION_FLAG, quiet, .help = "only the findings: no tolerance, no summary"),
	COLOUR_ROW,
	OPTIONS_END,
};

static void judge_model(struct findings *f, struct judged *file, struct diag_list *diags)
{
	struct engine *e = engine_new(file->model);
	suppressed_list suppressed = {0};
	remark_list remarks = {0};
	size_t cap = diags->cap;

	load_remarks(file->source, &diags->arena, &remarks);
	if (remarks.len || !selection_has_all(&f->selection))
		diags->cap = 0; /* what was dropped could not be silenced */
	file->suppressed = &suppressed;
	file->analysis = analysis_new(e);
	check_model(file->analysis, f->report.format->each_group ? CHECK_EACH_GROUP : CHECK_MERGED, diags);
	query_judge_rules(file->analysis, &sql_limits_of_rules, diags);
	silence(diags, &remarks, &f->selection, &suppressed);
	diag_limit(diags, cap);
	findings_file(f, file);
	analysis_free(file->analysis);
	vec_free(&remarks);
	vec_free(&suppressed);
	engine_free(e);
}

/* Whether it could be ours at all, so that templates and the like, which are no YAML, are nobody's error. */
static bool may_have_key(const struct source *source)
{
	static const char key[] = "faultline";

	return memmem(source->text, source->len, key, strlen(key)) != NULL;
}

static void judge_source(struct findings *f, const struct source *source, bool by_hand, bool show_tolerance)
{
	struct diag_list diags = { .cap = f->report.format->for_people ? TEXT_CAP : 0 };
	struct judged file = { .source = source, .diags = &diags, .show_tolerance = show_tolerance };
	struct model *model = NULL;
	enum load_result result = load_model(source, &diags, &model);

	file.model = model;
	if (result == LOAD_OK) {
		judge_model(f, &file, &diags);
	} else if (result == LOAD_FOREIGN && !by_hand) {
		report_skipped(&f->report, source->name);
	} else {
		if (result == LOAD_FOREIGN)
			load_explain_foreign(&diags);
		diag_sort(&diags);
		findings_file(f, &file);
	}
	model_free(model);
	diag_release(&diags);
}

static int judge_input(struct findings *f, const struct input *input, bool show_tolerance)
{
	struct source source = {0};
	const char *why;
	bool by_hand;

	if (!source_read(&source, input->path, &why)) {
		report_unread(&f->report, input->path, why);
		return read_trouble(input->path, why);
	}
	by_hand = input->by_hand && !in_pre_commit();
	if (by_hand || may_have_key(&source))
		judge_source(f, &source, by_hand, show_tolerance);
	else
		report_skipped(&f->report, source.name);
	source_release(&source);
	return EXIT_ANSWERED;
}

static int gather(const struct invocation *in, struct inputs *inputs)
{
	int status = EXIT_ANSWERED;
	bool stdin_named = false;

	for (size_t i = 0; i < in->nwords; i++) {
		bool is_stdin = strcmp(in->words[i], "-") == 0;

		if (!is_stdin || !stdin_named)
			status = worse(status, inputs_add(inputs, in->words[i]));
		stdin_named |= is_stdin;
	}
	return status;
}

/* For a person who looks at one file, how much it survives belongs to the answer. */
static bool tolerance_wanted(const struct settings *set, const struct inputs *inputs)
{
	if (set->quiet || !findings_formats[set->findings_format]->for_people)
		return false;
	return set->tolerance || (inputs->all.len == 1 && inputs->all.at[0].by_hand && !in_pre_commit());
}

static bool select_codes(const struct invocation *in, struct selection *ret)
{
	struct strbuf why = {0};
	bool ok = selection_parse(ret, in->set.select, in->set.ignore, &why);

	if (!ok) {
		usage_trouble(in->command, "%s", sb_text(&why));
		selection_release(ret);
	}
	sb_release(&why);
	return ok;
}

int run_check(const struct invocation *in)
{
	struct inputs inputs = {0};
	struct selection selection;
	struct findings findings;
	bool show_tolerance;
	int status, recording = EXIT_ANSWERED;

	if (!in->nwords)
		return usage_trouble(in->command, "which files? name some, or a directory, or '-' for standard input");
	if (!select_codes(in, &selection))
		return EXIT_USAGE;
	status = gather(in, &inputs);
	show_tolerance = tolerance_wanted(&in->set, &inputs);
	findings_begin(&findings, &in->set, in->set.findings_format);
	findings.selection = selection;
	if (in->set.record) {
		findings.journal = journal_needed(in, JOURNAL_WRITE, &recording);
		status = worse(status, recording);
	}
	for (size_t i = 0; i < inputs.all.len; i++)
		status = worse(status, judge_input(&findings, &inputs.all.at[i], show_tolerance));
	status = worse(status, findings_end(&findings));
	journal_close(findings.journal);
	inputs_release(&inputs);
	return status;
}
