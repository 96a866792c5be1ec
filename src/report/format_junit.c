/*
 * junit - a suite for each file, with a test for each finding and one that passes for each goal that held, so that an
 * empty report is not taken for success. A finding below what fails the run passes, and says so in its output.
 * Some readers show nothing but the names, so what it is about is in the name.
 */
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "report/formats_p.h"

struct suite {
	struct report *r;
	struct strbuf cases;
	const char *path;
	char *stem; /* the path without its ending */
	struct report_counts counts;
};

/* ---- XML ---- */

/* Any text: XML has no way to say control characters, U+FFFE or U+FFFF, so they are written out. */
static void add_xml(struct strbuf *sb, const char *text)
{
	static const struct { char c; const char *entity; } entities[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&apos;" },
	};
	struct strbuf clean = {0};

	sb_add_clean(&clean, text, strlen(text));
	for (const char *at = sb_text(&clean); *at; at++) {
		size_t i = 0;

		while (i < sizeof entities / sizeof *entities && entities[i].c != *at)
			i++;
		if (i < sizeof entities / sizeof *entities)
			sb_add(sb, entities[i].entity);
		else
			sb_addc(sb, *at);
	}
	sb_release(&clean);
}

static void add_attribute(struct strbuf *sb, const char *name, const char *text)
{
	sb_addf(sb, " %s=\"", name);
	add_xml(sb, text);
	sb_addc(sb, '"');
}

/* A text of several lines, in an element. */
static void add_lines(struct strbuf *sb, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = xstrndup(text, len);

		add_xml(sb, line);
		free(line);
		text += len;
		if (*text) {
			sb_addc(sb, '\n');
			text++;
		}
	}
}

/* ---- goals ---- */

static const char *level_word(const struct model *m, uint8_t level)
{
	return level == LEVEL_SHARED ? "shared" : m->levels[level - 1];
}

static void add_spread(struct strbuf *sb, const struct model *m, const struct spread_goal *g)
{
	sb_addf(sb, "spread %s", level_word(m, g->level));
	if (g->kind == SPREAD_EVEN)
		sb_add(sb, " even");
	else
		sb_addf(sb, " at %s %u", g->kind == SPREAD_AT_LEAST ? "least" : "most", g->count);
}

static void add_survive(struct strbuf *sb, const struct survive_goal *g)
{
	bool all = true;

	sb_addf(sb, "survive %s", g->text);
	for (enum target t = 0; t < TARGETS; t++)
		all &= g->targets[t];
	for (enum target t = 0; t < TARGETS && !all; t++)
		if (g->targets[t])
			sb_addf(sb, " (%s)", target_names[t]);
}

static void add_time(struct strbuf *sb, const char *word, const struct time_goal *g)
{
	char text[32];

	sb_addf(sb, "%s %s", word, duration_text(g->limit, text));
}

/* Calls `each` for every goal of the service that is judged, in the order of the file's keys. */
typedef void (*goal_fn)(void *context, const struct service *sv, const char *name, struct place place);

static void call_goal(goal_fn each, void *context, const struct service *sv, struct strbuf *name, struct place place)
{
	each(context, sv, sb_text(name), place);
	sb_clear(name);
}

static void each_goal(const struct model *m, const struct service *sv, goal_fn each, void *context)
{
	const struct { const char *word; const struct time_goal *goal; } times[] = { { "rpo", &sv->rpo }, { "rto", &sv->rto } };
	struct strbuf name = {0};

	for (uint32_t i = 0; i < sv->nspread; i++) {
		add_spread(&name, m, &sv->spread[i]);
		call_goal(each, context, sv, &name, sv->spread[i].place);
	}
	for (uint32_t i = 0; i < sv->nsurvive; i++) {
		add_survive(&name, &sv->survive[i]);
		call_goal(each, context, sv, &name, sv->survive[i].place);
	}
	for (int i = 0; i < 2; i++) {
		if (!times[i].goal->set || !sv->nsurvive)
			continue;
		add_time(&name, times[i].word, times[i].goal);
		call_goal(each, context, sv, &name, times[i].goal->place);
	}
	sb_release(&name);
}

/* ---- which finding is about which goal ---- */

/* Findings by service and place, so that each goal meets its own. */
struct goals {
	const struct judged *file;
	struct table findings;
	struct table excused; /* what is suppressed does not hold either */
	struct table broken; /* services with a finding that says more than that a goal does not hold */
	const char **names;  /* by finding: the goal's, in `arena`; NULL */
	struct arena arena;
};

static uint64_t key_of(const char *service, struct place place)
{
	return hash_mix(hash_bytes(service, strlen(service)) ^ hash_pair(place.line, place.col));
}

/* Advice on a goal is no verdict on it: only what says that it does not hold, or is not decided, counts. */
static bool doubts_goal(const struct diag *d)
{
	return strchr("123", d->code[2]) || !strcmp(d->code, "FL411");
}

static struct goals goals_of(const struct judged *file)
{
	const struct diag_list *diags = file->diags;
	struct goals g = { .file = file, .names = xcalloc(diags->all.len + 1, sizeof(*g.names)) };

	for (size_t i = 0; file->suppressed && i < file->suppressed->len; i++)
		if (file->suppressed->at[i].diag.service && doubts_goal(&file->suppressed->at[i].diag))
			table_add(&g.excused, key_of(file->suppressed->at[i].diag.service, file->suppressed->at[i].diag.place), 1);
	for (size_t i = 0; i < diags->all.len; i++) {
		const struct diag *d = &diags->all.at[i];

		if (d->service)
			table_add(&g.findings, key_of(d->service, d->place), (uint32_t)i);
		if (d->service && (!strcmp(d->code, "FL203") || !strcmp(d->code, "FL404")))
			table_add(&g.broken, key_of(d->service, (struct place){0}), 1);
	}
	return g;
}

static void goals_release(struct goals *g)
{
	table_release(&g->findings);
	table_release(&g->excused);
	table_release(&g->broken);
	free(g->names);
	arena_release(&g->arena);
}

static bool is_about(const struct diag *d, const char *service, struct place place)
{
	return d->place.line == place.line && d->place.col == place.col && !strcmp(d->service, service);
}

/* Gives the goal's name to its findings. Whether it held. */
static bool meet_findings(struct goals *g, const char *service, const char *goal, struct place place)
{
	uint64_t key = key_of(service, place);
	bool held = table_first(&g->broken, key_of(service, (struct place){0})) == TABLE_END &&
	            table_first(&g->excused, key) == TABLE_END;

	for (uint32_t at = table_first(&g->findings, key); at != TABLE_END; at = table_next(&g->findings, key, at)) {
		uint32_t i = table_value(&g->findings, at);
		const struct diag *d = &g->file->diags->all.at[i];

		if (!is_about(d, service, place))
			continue;
		held &= !doubts_goal(d);
		if (!g->names[i])
			g->names[i] = arena_strdup(&g->arena, goal);
	}
	return held;
}

/* "FL201 orders: survive az"; "FL401 orders", "FL406" where it is about no goal. */
static void add_case_name(struct strbuf *sb, const struct diag *d, const char *goal)
{
	sb_add(sb, d->code);
	if (d->service)
		sb_addf(sb, " %s", d->service);
	if (goal)
		sb_addf(sb, ": %s", goal);
}

/* ---- tests ---- */

/* Leaves the element open. Names are told apart by number where they are alike. */
static void open_case(struct suite *s, const char *name, uint32_t line)
{
	struct strbuf key = {0};
	unsigned n;

	sb_addf(&key, "%s\n%s", s->path, name);
	n = nth_time(s->r, sb_text(&key));
	sb_clear(&key);
	sb_add(&key, name);
	if (n > 1)
		sb_addf(&key, " (%u)", n);
	sb_add(&s->cases, "    <testcase");
	add_attribute(&s->cases, "classname", s->stem);
	add_attribute(&s->cases, "name", sb_text(&key));
	add_attribute(&s->cases, "file", s->path);
	if (line)
		sb_addf(&s->cases, " line=\"%u\"", line);
	s->counts.tests++;
	sb_release(&key);
}

static void add_passed(struct suite *s, const char *name, uint32_t line)
{
	open_case(s, name, line);
	sb_add(&s->cases, "/>\n");
}

/* An element in the test that says why it did not just pass. */
static void add_remark(struct suite *s, const char *element, const char *message)
{
	sb_addf(&s->cases, ">\n      <%s", element);
	add_attribute(&s->cases, "message", message);
	sb_add(&s->cases, "/>\n    </testcase>\n");
}

static void add_finding(struct suite *s, const struct diag *d, const char *goal)
{
	bool fails = (int)d->severity >= s->r->least;
	struct strbuf name = {0}, text = {0};
	struct place place = anchored(d->place);

	add_case_name(&name, d, goal);
	sb_add_whole_message(&text, d);
	open_case(s, sb_text(&name), place.line);
	sb_addf(&s->cases, ">\n      <%s", fails ? "failure" : "system-out");
	if (fails) {
		add_attribute(&s->cases, "message", d->message);
		add_attribute(&s->cases, "type", d->code);
	}
	sb_addc(&s->cases, '>');
	add_xml(&s->cases, s->path);
	sb_addf(&s->cases, ":%u:%u: %s: ", place.line, place.col, severity_name(d->severity));
	add_lines(&s->cases, sb_text(&text));
	sb_addf(&s->cases, "</%s>\n    </testcase>\n", fails ? "failure" : "system-out");
	s->counts.failures += fails;
	sb_release(&name);
	sb_release(&text);
}

static void add_suppressed(struct suite *s, const struct suppressed *finding)
{
	struct strbuf name = {0};

	add_case_name(&name, &finding->diag, NULL);
	open_case(s, sb_text(&name), anchored(finding->diag.place).line);
	add_remark(s, "skipped", finding->reason);
	s->counts.skipped++;
	sb_release(&name);
}

struct met_goals {
	struct suite *s;
	struct goals *goals;
};

static void add_if_held(void *context, const struct service *sv, const char *goal, struct place place)
{
	const struct met_goals *met = context;
	const char *service = str_text(met->goals->file->model->strings, sv->name);
	struct strbuf name = {0};

	if (!meet_findings(met->goals, service, goal, place))
		return;
	sb_addf(&name, "%s: %s", service, goal);
	add_passed(met->s, sb_text(&name), place.line);
	sb_release(&name);
}

/* ---- suites ---- */

static struct suite begin_suite(struct report *r, struct strbuf *path, const char *name)
{
	struct suite s = { .r = r };
	const char *slash, *dot;

	sb_add_repository_path(path, name);
	s.path = sb_text(path);
	slash = strrchr(s.path, '/');
	dot = strrchr(s.path, '.');
	s.stem = xstrndup(s.path, dot && dot > (slash ? slash + 1 : s.path) ? (size_t)(dot - s.path) : path->len);
	return s;
}

static void add_counts(struct strbuf *sb, const struct report_counts *c)
{
	sb_addf(sb, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", c->tests, c->failures, c->errors,
	        c->skipped);
}

static void end_suite(struct suite *s)
{
	struct strbuf *out = &s->r->kept->lines[0];
	struct report_counts *sum = &s->r->kept->counts;

	sb_add(out, "  <testsuite");
	add_attribute(out, "name", s->path);
	add_counts(out, &s->counts);
	add_attribute(out, "file", s->path);
	sb_add(out, ">\n");
	sb_addn(out, sb_text(&s->cases), s->cases.len);
	sb_add(out, "  </testsuite>\n");
	sum->tests += s->counts.tests;
	sum->failures += s->counts.failures;
	sum->errors += s->counts.errors;
	sum->skipped += s->counts.skipped;
	sb_release(&s->cases);
	free(s->stem);
}

static void junit_file(struct report *r, const struct judged *file)
{
	struct strbuf path = {0};
	struct suite s = begin_suite(r, &path, file->source->name);
	struct goals goals = goals_of(file);
	struct met_goals met = { &s, &goals };
	const struct model *m = file->model;

	if (m)
		add_passed(&s, "the file can be loaded", 1);
	for (uint32_t i = 0; m && i < m->nservices; i++)
		each_goal(m, &m->services[i], add_if_held, &met);
	for (size_t i = 0; i < file->diags->all.len; i++)
		add_finding(&s, &file->diags->all.at[i], goals.names[i]);
	for (size_t i = 0; file->suppressed && i < file->suppressed->len; i++)
		add_suppressed(&s, &file->suppressed->at[i]);
	end_suite(&s);
	goals_release(&goals);
	sb_release(&path);
}

static void junit_unjudged(struct report *r, const struct unjudged *u)
{
	struct strbuf path = {0};
	struct suite s = begin_suite(r, &path, u->name);

	open_case(&s, "the file can be read", 0);
	add_remark(&s, u->why ? "error" : "skipped", u->why ? u->why : WHY_SKIPPED);
	s.counts.errors += u->why != NULL;
	s.counts.skipped += !u->why;
	end_suite(&s);
	sb_release(&path);
}

static void junit_end(struct report *r)
{
	struct strbuf head = {0};

	sb_add(&head, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"faultline check\"");
	add_counts(&head, &r->kept->counts);
	fprintf(r->out, "%s>\n", sb_text(&head));
	fwrite(sb_text(&r->kept->lines[0]), 1, r->kept->lines[0].len, r->out);
	fputs("</testsuites>\n", r->out);
	sb_release(&head);
}

const struct findings_format junit_findings = {
	.name = "junit", .file = junit_file, .unjudged = junit_unjudged, .end = junit_end,
};
