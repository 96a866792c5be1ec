#include "cli/findings_p.h"

#include "cli/record_p.h"
#include "cli/trouble_p.h"

_Static_assert((int)FINDINGS_text == FORMAT_TEXT && (int)FINDINGS_json == FORMAT_JSON, "the formats of all commands");

static const int least_that_fails[] = {
	[FAIL_ON_ERROR] = SEVERITY_ERROR, [FAIL_ON_WARNING] = SEVERITY_WARNING, [FAIL_ON_NOTE] = SEVERITY_NOTE,
	[FAIL_ON_NEVER] = SEVERITY_ERROR + 1,
};

void findings_begin(struct findings *f, const struct settings *set, int format)
{
	*f = (struct findings){0};
	report_begin(&f->report, format, stdout);
	f->report.colour = f->report.format->for_people && colour_wanted(set->colour, stdout);
	f->report.quiet = set->quiet;
	f->report.least = least_that_fails[set->fail_on];
	f->report.version = FAULTLINE_VERSION;
}

void findings_file(struct findings *f, const struct judged *file)
{
	report_file(&f->report, file);
	if (f->journal)
		f->kept = worse(f->kept, record_check(f->journal, file));
}

static bool fails(const struct report *r)
{
	return (r->least <= SEVERITY_ERROR && r->errors) || (r->least <= SEVERITY_WARNING && r->warnings) ||
	       (r->least <= SEVERITY_NOTE && r->notes);
}

int findings_end(struct findings *f)
{
	report_end(&f->report);
	selection_release(&f->selection);
	return worse(f->kept, fails(&f->report) ? EXIT_FINDINGS : EXIT_ANSWERED);
}
