/* gitlab - a Code Quality report: one array of findings, each with a fingerprint of its own */
#include "report/formats_p.h"

static const char *const severities[] = {
	[SEVERITY_NOTE] = "info", [SEVERITY_WARNING] = "minor", [SEVERITY_ERROR] = "major",
};

static void gitlab_begin(struct report *r)
{
	json_open_array(&r->kept->json, NULL);
}

static void add_finding(struct report *r, const char *path, const struct diag *d)
{
	struct json *j = &r->kept->json;
	struct strbuf description = {0};
	char print[SHA256_HEX];

	sb_addf(&description, "%s: %s", d->code, d->message);
	fingerprint(r, path, d, print);
	json_open_object(j, NULL);
	json_text(j, "description", sb_text(&description));
	json_text(j, "check_name", d->code);
	json_text(j, "fingerprint", print);
	json_text(j, "severity", severities[d->severity]);
	json_open_object(j, "location");
	json_text(j, "path", path);
	json_open_object(j, "lines");
	json_int(j, "begin", anchored(d->place).line);
	json_close(j);
	json_close(j);
	json_close(j);
	sb_release(&description);
}

static void gitlab_file(struct report *r, const struct judged *file)
{
	struct strbuf path = {0};

	sb_add_repository_path(&path, file->source->name);
	for (size_t i = 0; i < file->diags->all.len; i++)
		add_finding(r, sb_text(&path), &file->diags->all.at[i]);
	sb_release(&path);
}

static void gitlab_end(struct report *r)
{
	json_close(&r->kept->json);
	json_end(&r->kept->json);
}

const struct findings_format gitlab_findings = {
	.name = "gitlab", .begin = gitlab_begin, .file = gitlab_file, .end = gitlab_end,
};
