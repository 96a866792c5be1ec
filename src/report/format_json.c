/* json - everything, group by group */
#include "report/diagnostics.h"
#include "report/formats_p.h"
#include "report/tolerances.h"

static void json_begin(struct report *r)
{
	json_open_object(&r->kept->json, NULL);
	json_int(&r->kept->json, "faultline", 1);
	json_open_array(&r->kept->json, "files");
}

static void json_file(struct report *r, const struct judged *file)
{
	struct json *j = &r->kept->json;

	json_open_object(j, NULL);
	json_text(j, "file", file->source->name);
	if (file->after)
		json_text(j, "after", file->after);
	diagnostics_json(j, "diagnostics", file->diags);
	if (file->suppressed && file->suppressed->len)
		suppressed_json(j, "suppressed", file->suppressed);
	tolerances_json(j, "services", file->model, file->analysis);
	json_close(j);
}

/* A file without findings, and one member more that says why. */
static void json_unjudged(struct report *r, const struct unjudged *u)
{
	struct json *j = &r->kept->json;

	json_open_object(j, NULL);
	json_text(j, "file", u->name);
	json_text(j, u->why ? "unread" : "skipped", u->why ? u->why : WHY_SKIPPED);
	json_open_array(j, "diagnostics");
	json_close(j);
	json_open_array(j, "services");
	json_close(j);
	json_close(j);
}

static void json_finish(struct report *r)
{
	struct json *j = &r->kept->json;

	json_close(j);
	json_open_object(j, "summary");
	json_int(j, "errors", (int64_t)r->errors);
	json_int(j, "warnings", (int64_t)r->warnings);
	json_int(j, "notes", (int64_t)r->notes);
	if (r->suppressed)
		json_int(j, "suppressed", (int64_t)r->suppressed);
	json_close(j);
	json_close(j);
	json_end(j);
}

const struct findings_format json_findings = {
	.name = "json", .each_group = true, .begin = json_begin, .file = json_file, .unjudged = json_unjudged,
	.end = json_finish,
};
