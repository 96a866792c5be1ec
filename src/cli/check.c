#include <stdlib.h>
#include <string.h>

#include "cli/command_p.h"
#include "cli/findings_p.h"
#include "cli/inputs_p.h"
#include "cli/journal_p.h"
#include "cli/subject_p.h"
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
	AFTER_ROW,
	OPTION_ROW('q', "quiet", OPTION_FLAG, quiet, .help = "only the findings: no tolerance, no summary"),
	COLOUR_ROW,
	OPTIONS_END,
};

/* What is being done to the files. */
struct checking {
	const struct invocation *in;
	struct findings findings;
	bool show_tolerance;
};

/* All findings, less what remarks in the file silence. */
static void find_what_counts(struct checking *c, const struct judged *file, struct diag_list *diags,
                             suppressed_list *suppressed)
{
	remark_list remarks = {0};
	size_t cap = diags->cap;

	load_remarks(file->source, &diags->arena, &remarks);
	if (remarks.len || !selection_has_all(&c->findings.selection))
		diags->cap = 0; /* what was dropped could not be silenced */
	check_model(file->analysis, c->findings.report.format->each_group ? CHECK_EACH_GROUP : CHECK_MERGED, diags);
	query_judge_rules(file->analysis, &sql_limits_of_rules, diags);
	silence(diags, &remarks, &c->findings.selection, suppressed);
	diag_limit(diags, cap);
	vec_free(&remarks);
}

static int judge_model(struct checking *c, struct judged *file, struct diag_list *diags, suppressed_list *suppressed)
{
	struct engine *e = engine_new(file->model);
	struct state *start;
	int status = start_analysis(c->in, file->model, e, &start, &file->analysis);

	if (status == EXIT_ANSWERED) {
		find_what_counts(c, file, diags, suppressed);
		findings_file(&c->findings, file);
	}
	analysis_free(file->analysis);
	state_free(start);
	engine_free(e);
	return status;
}

/* Whether it could be ours at all, so that templates and the like, which are no YAML, are nobody's error. */
static bool may_have_key(const struct source *source)
{
	static const char key[] = "faultline";

	return memmem(source->text, source->len, key, strlen(key)) != NULL;
}

static int judge_source(struct checking *c, const struct source *source, bool by_hand)
{
	struct findings *f = &c->findings;
	struct diag_list diags = { .cap = f->report.format->for_people ? TEXT_CAP : 0 };
	suppressed_list suppressed = {0};
	struct judged file = { .source = source, .diags = &diags, .after = c->in->set.after, .suppressed = &suppressed,
	                       .show_tolerance = c->show_tolerance };
	struct model *model = NULL;
	enum load_result result = load_model(source, &diags, &model);
	int status = EXIT_ANSWERED;

	file.model = model;
	if (result == LOAD_OK) {
		status = judge_model(c, &file, &diags, &suppressed);
	} else if (result == LOAD_FOREIGN && !by_hand) {
		report_skipped(&f->report, source->name);
	} else {
		if (result == LOAD_FOREIGN)
			load_explain_foreign(&diags);
		diag_sort(&diags);
		findings_file(f, &file);
	}
	model_free(model);
	vec_free(&suppressed);
	diag_release(&diags);
	return status;
}

static int judge_input(struct checking *c, const struct input *input)
{
	struct source source = {0};
	const char *why;
	bool by_hand;
	int status = EXIT_ANSWERED;

	if (!source_read(&source, input->path, &why)) {
		report_unread(&c->findings.report, input->path, why);
		return read_trouble(input->path, why);
	}
	by_hand = input->by_hand && !in_pre_commit();
	if (by_hand || may_have_key(&source))
		status = judge_source(c, &source, by_hand);
	else
		report_skipped(&c->findings.report, source.name);
	source_release(&source);
	return status;
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
	struct checking c = { .in = in };
	int status, recording = EXIT_ANSWERED;

	if (!in->nwords)
		return usage_trouble(in->command, "which files? name some, or a directory, or '-' for standard input");
	if (in->set.record && in->set.after)
		return usage_trouble(in->command, "--record keeps how files stand by themselves: leave out --after");
	if (!select_codes(in, &selection))
		return EXIT_USAGE;
	status = gather(in, &inputs);
	c.show_tolerance = tolerance_wanted(&in->set, &inputs);
	findings_begin(&c.findings, &in->set, in->set.findings_format);
	c.findings.selection = selection;
	if (in->set.record) {
		c.findings.journal = journal_needed(in, JOURNAL_WRITE, &recording);
		status = worse(status, recording);
	}
	for (size_t i = 0; i < inputs.all.len; i++)
		status = worse(status, judge_input(&c, &inputs.all.at[i]));
	status = worse(status, findings_end(&c.findings));
	journal_close(c.findings.journal);
	inputs_release(&inputs);
	return status;
}
