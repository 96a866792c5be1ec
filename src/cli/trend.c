#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "cli/journal_p.h"
#include "cli/trouble_p.h"
#include "report/json.h"

static const char *const trend_words[] = { "text", "json", "csv", NULL };
enum { TREND_TEXT, TREND_JSON, TREND_CSV };

const struct option_row trend_options[] = {
	OPTION_ROW('f', "format", OPTION_CHOICE, format, .choices = trend_words, .help = "for people, or for machines"),
	OPTION_ROW(0, "since", OPTION_TEXT, since, .argument = "WHEN",
	           .help = "only from a day on (2026-11-24), or of the last 90d"),
	JOURNAL_ROWS,
	OPTIONS_END,
};

#define ABSENT INT32_MIN /* a check has no such tolerance */
#define COLUMNS 48       /* of a plot */
#define RUNS 6           /* values of a series that are told */
#define CHANGES_TOLD 8   /* of one check */
#define SHORT_COMMIT 10

/* One tolerance, or one count of findings, in every check. */
struct series {
	const char *service, *target, *level;
	int32_t *values; /* one a check, or ABSENT */
};
struct trend {
	const char *name;
	struct arena arena;
	check_list checks;
	VEC(struct series) all;
};

/* ---- from checks to series ---- */

/* Checks of one file name their tolerances in nearly the same order: the search begins where the last one ended. */
static struct series *series_for(struct trend *t, const struct kept_tolerance *k, size_t *at)
{
	for (size_t i = 0; i < t->all.len; i++) {
		struct series *s = &t->all.at[(*at + i) % t->all.len];

		if (!strcmp(s->service, k->service) && !strcmp(s->target, k->target) && !strcmp(s->level, k->level)) {
			*at = (size_t)(s - t->all.at) + 1;
			return s;
		}
	}
	vec_push(&t->all, (struct series){ k->service, k->target, k->level,
	                                   arena_alloc(&t->arena, t->checks.len * sizeof(int32_t)) });
	*at = t->all.len;
	for (size_t i = 0; i < t->checks.len; i++)
		t->all.at[t->all.len - 1].values[i] = ABSENT;
	return &t->all.at[t->all.len - 1];
}

static void gather(struct trend *t)
{
	for (size_t c = 0; c < t->checks.len; c++) {
		size_t at = 0;

		for (size_t i = 0; i < t->checks.at[c].tolerances.len; i++) {
			const struct kept_tolerance *k = &t->checks.at[c].tolerances.at[i];

			series_for(t, k, &at)->values[c] = k->value;
		}
	}
}

static bool has_error(const struct kept_check *c, const char *family)
{
	for (size_t i = 0; i < c->findings.len; i++) {
		const struct kept_finding *f = &c->findings.at[i];

		if (!strcmp(f->severity, "error") && !strncmp(f->code, family, strlen(family)))
			return true;
	}
	return false;
}

/* Whether it survives what it must: no error among the findings on survivability, and the file can be loaded. */
enum fitness { SURVIVES, FAILS, BROKEN };
static const struct { const char *is, *became; } fitness_words[] = {
	[SURVIVES] = { "it survives what it must", "survives what it must again" },
	[FAILS] = { "it does not survive what it must", "no longer survives what it must" },
	[BROKEN] = { "it can't be loaded", "can't be loaded" },
};

static enum fitness fitness_of(const struct kept_check *c)
{
	return has_error(c, "FL0") ? BROKEN : has_error(c, "FL2") ? FAILS : SURVIVES;
}

static bool is_survivable(const struct kept_check *c)
{
	return fitness_of(c) == SURVIVES;
}

/* A file that could not be loaded has no tolerances at all: that is told by its errors. */
static bool is_loaded(const struct trend *t, size_t i)
{
	return t->checks.at[i].tolerances.len > 0;
}

static bool has_changed(const struct trend *t, const struct series *s)
{
	size_t first = 0;

	while (first < t->checks.len && !is_loaded(t, first))
		first++;
	for (size_t i = first; i < t->checks.len; i++)
		if (is_loaded(t, i) && s->values[i] != s->values[first])
			return true;
	return false;
}

/* ---- for people: plots ---- */

static bool in_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* The least of several for a tolerance, the most for findings: what is worse. */
static int32_t worst_of(const int32_t *values, size_t from, size_t to, bool more_is_worse)
{
	int32_t worst = ABSENT;

	for (size_t i = from; i < to; i++)
		if (values[i] != ABSENT && (worst == ABSENT || (values[i] > worst) == more_is_worse))
			worst = values[i];
	return worst;
}

static int32_t height_of_all(const int32_t *values, size_t n)
{
	int32_t top = 1;

	for (size_t i = 0; i < n; i++)
		if (values[i] != ABSENT && values[i] != KEPT_UNBREAKABLE && values[i] > top)
			top = values[i];
	return top;
}

/* Eight heights: none of it the lowest, the most there was the highest. */
static const char *bar(int32_t value, int32_t top)
{
	static const char *const blocks[] = { "\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83", "\xe2\x96\x84", "\xe2\x96\x85",
	                                      "\xe2\x96\x86", "\xe2\x96\x87", "\xe2\x96\x88" };
	static const char *const plain[] = { "_", ".", ":", "-", "=", "+", "*", "#" };
	int64_t height = value == KEPT_UNBREAKABLE ? 7 : value <= 0 ? 0 : 1 + (int64_t)(value - 1) * 6 / top;

	if (value == ABSENT)
		return " ";
	if (value < 0)
		return "x";
	if (value == top)
		height = 7;
	return (in_utf8() ? blocks : plain)[height];
}

static void add_plot(struct strbuf *sb, const int32_t *values, size_t n, bool more_is_worse)
{
	size_t columns = n < COLUMNS ? n : COLUMNS;
	int32_t top = height_of_all(values, n);

	for (size_t i = 0; i < columns; i++)
		sb_add(sb, bar(worst_of(values, i * n / columns, (i + 1) * n / columns, more_is_worse), top));
}

static void add_value(struct strbuf *sb, int32_t value)
{
	if (value == ABSENT)
		sb_add(sb, "none");
	else if (value == KEPT_UNBREAKABLE)
		sb_add(sb, "all");
	else if (value < 0)
		sb_add(sb, "broken");
	else
		sb_addf(sb, "%d", value);
}

/* "1, 0, 1": each value that it changed to, the last few. */
static void add_runs(struct strbuf *sb, const int32_t *values, size_t n)
{
	size_t runs = 1, seen = 0;

	for (size_t i = 1; i < n; i++)
		runs += values[i] != values[i - 1];
	if (runs > RUNS)
		sb_add(sb, "..., ");
	for (size_t i = 0; i < n; i++) {
		if (i && values[i] == values[i - 1])
			continue;
		if (runs - seen++ > RUNS)
			continue;
		if (seen > 1 && runs - seen + 1 < RUNS)
			sb_add(sb, ", ");
		add_value(sb, values[i]);
	}
}

/* The journal may be somebody else's: nothing in it is printed as it stands. */
static void put_line(const char *before, const struct strbuf *raw)
{
	struct strbuf line = {0};

	sb_add_clean(&line, sb_text(raw), raw->len);
	printf("%s%s\n", before, sb_text(&line));
	sb_release(&line);
}

static void print_row(const char *name, const int32_t *values, size_t n, bool more_is_worse)
{
	struct strbuf line = {0};

	sb_addf(&line, "%-16s ", name);
	add_plot(&line, values, n, more_is_worse);
	sb_add(&line, "  ");
	add_runs(&line, values, n);
	put_line("  ", &line);
	sb_release(&line);
}

static void print_counts(struct trend *t)
{
	static const char *const names[] = { "errors", "warnings", "notes" };
	size_t n = t->checks.len;
	int32_t *values = arena_alloc(&t->arena, n * sizeof(*values));

	puts("findings:");
	for (int k = 0; k < 3; k++) {
		for (size_t i = 0; i < n; i++) {
			const struct kept_check *c = &t->checks.at[i];
			uint64_t count = k == 0 ? c->errors : k == 1 ? c->warnings : c->notes;

			values[i] = count < INT32_MAX ? (int32_t)count : INT32_MAX - 1;
		}
		print_row(names[k], values, n, true);
	}
}

static void print_service(const char *service)
{
	struct strbuf line = {0};

	sb_addf(&line, "%s, deaths survived:", service);
	put_line("service ", &line);
	sb_release(&line);
}

static void print_series(struct trend *t)
{
	const char *service = NULL;
	size_t unchanged = 0;

	for (size_t i = 0; i < t->all.len; i++) {
		const struct series *s = &t->all.at[i];
		struct strbuf name = {0};

		if (!has_changed(t, s)) {
			unchanged++;
			continue;
		}
		if (!service || strcmp(service, s->service) != 0)
			print_service(service = s->service);
		sb_addf(&name, "%s, %s", s->target, s->level);
		print_row(sb_text(&name), s->values, t->checks.len, false);
		sb_release(&name);
	}
	if (unchanged)
		printf("%zu %s not changed\n", unchanged, unchanged == 1 ? "tolerance has" : "tolerances have");
}

/* ---- for people: what changed when ---- */

static void add_moment(struct strbuf *sb, const struct kept_check *c)
{
	sb_add_when(sb, c->at);
	if (*c->commit)
		sb_addf(sb, "  %.*s", SHORT_COMMIT, c->commit);
}

static bool has_finding(const struct kept_check *c, const struct kept_finding *f)
{
	for (size_t i = 0; i < c->findings.len; i++)
		if (!strcmp(c->findings.at[i].code, f->code) && !strcmp(c->findings.at[i].service, f->service))
			return true;
	return false;
}

struct told { size_t n; }; /* lines of one check */

static void tell(struct told *told, const struct strbuf *line)
{
	if (told->n++ < CHANGES_TOLD)
		put_line("    ", line);
}

static void tell_finding(struct told *told, const struct kept_finding *f, const char *what)
{
	struct strbuf line = {0};

	sb_addf(&line, "%s %s[%s] %s", what, f->severity, f->code, f->message);
	tell(told, &line);
	sb_release(&line);
}

static void tell_findings(struct told *told, const struct kept_check *was, const struct kept_check *is)
{
	for (size_t i = 0; i < is->findings.len; i++)
		if (!was || !has_finding(was, &is->findings.at[i]))
			tell_finding(told, &is->findings.at[i], "new:");
	for (size_t i = 0; was && i < was->findings.len; i++)
		if (!has_finding(is, &was->findings.at[i]))
			tell_finding(told, &was->findings.at[i], "gone:");
}

/* The last check before one that the file could be loaded in; the check itself where there is none. */
static size_t loaded_before(const struct trend *t, size_t i)
{
	for (size_t k = i; k > 0; k--)
		if (is_loaded(t, k - 1))
			return k - 1;
	return i;
}

static void tell_tolerances(struct told *told, const struct trend *t, size_t i)
{
	size_t before = loaded_before(t, i);

	if (!is_loaded(t, i))
		return;
	for (size_t k = 0; k < t->all.len; k++) {
		const struct series *s = &t->all.at[k];
		struct strbuf line = {0};

		if (s->values[i] == s->values[before])
			continue;
		sb_addf(&line, "%s: deaths of %s that %s survive: ", s->service, s->level, s->target);
		add_value(&line, s->values[before]);
		sb_add(&line, " before, ");
		add_value(&line, s->values[i]);
		sb_add(&line, " now");
		tell(told, &line);
		sb_release(&line);
	}
}

static bool differs(const struct trend *t, size_t i)
{
	const struct kept_check *was = &t->checks.at[i - 1], *is = &t->checks.at[i];

	for (size_t k = 0; is_loaded(t, i) && k < t->all.len; k++)
		if (t->all.at[k].values[i] != t->all.at[k].values[loaded_before(t, i)])
			return true;
	for (size_t k = 0; k < is->findings.len; k++)
		if (!has_finding(was, &is->findings.at[k]))
			return true;
	for (size_t k = 0; k < was->findings.len; k++)
		if (!has_finding(is, &was->findings.at[k]))
			return true;
	return false;
}

static const char *turn(const struct trend *t, size_t i)
{
	enum fitness is = fitness_of(&t->checks.at[i]);

	if (!i)
		return fitness_words[is].is;
	return is == fitness_of(&t->checks.at[i - 1]) ? NULL : fitness_words[is].became;
}

static void print_change(const struct trend *t, size_t i)
{
	struct strbuf line = {0};
	struct told told = {0};
	const char *turned = turn(t, i);

	add_moment(&line, &t->checks.at[i]);
	if (turned)
		sb_addf(&line, "  %s", turned);
	put_line("  ", &line);
	tell_findings(&told, i ? &t->checks.at[i - 1] : NULL, &t->checks.at[i]);
	if (i)
		tell_tolerances(&told, t, i);
	if (told.n > CHANGES_TOLD)
		printf("    and %zu more\n", told.n - CHANGES_TOLD);
	sb_release(&line);
}

/* Since when it is as it is. */
static size_t last_turn(const struct trend *t)
{
	size_t i = t->checks.len - 1;

	while (i && is_survivable(&t->checks.at[i - 1]) == is_survivable(&t->checks.at[i]))
		i--;
	return i;
}

static void print_verdict(const struct trend *t)
{
	size_t i = last_turn(t);
	struct strbuf line = {0};
	bool survives = is_survivable(&t->checks.at[i]);

	sb_add(&line, fitness_words[fitness_of(&t->checks.at[t->checks.len - 1])].is);
	if (i) {
		sb_add(&line, survives ? ", again since " : ": it did until ");
		add_moment(&line, &t->checks.at[survives ? i : i - 1]);
		if (!survives) {
			sb_add(&line, ", and stopped by ");
			add_moment(&line, &t->checks.at[i]);
		}
	} else {
		sb_add(&line, t->checks.len > 1 ? ", in all of them" : "");
	}
	put_line("", &line);
	sb_release(&line);
}

static void print_text(struct trend *t)
{
	struct strbuf line = {0};

	sb_add_file_name(&line, t->name);
	sb_add(&line, ": ");
	sb_add_count(&line, t->checks.len, "check", "checks");
	sb_add(&line, " from ");
	sb_add_when(&line, t->checks.at[0].at);
	if (t->checks.len > 1) {
		sb_add(&line, " to ");
		sb_add_when(&line, t->checks.at[t->checks.len - 1].at);
	}
	puts(sb_text(&line));
	sb_release(&line);
	print_verdict(t);
	putchar('\n');
	print_counts(t);
	print_series(t);
	puts("\nwhat changed when:");
	for (size_t i = 0; i < t->checks.len; i++)
		if (!i || differs(t, i))
			print_change(t, i);
}

/* ---- for machines ---- */

static void json_findings(struct json *j, const struct kept_check *c)
{
	json_open_array(j, "findings");
	for (size_t i = 0; i < c->findings.len; i++) {
		const struct kept_finding *f = &c->findings.at[i];

		json_open_object(j, NULL);
		json_text(j, "code", f->code);
		json_text(j, "severity", f->severity);
		if (*f->service)
			json_text(j, "service", f->service);
		json_int(j, "groups", (int64_t)f->groups);
		json_text(j, "message", f->message);
		json_close(j);
	}
	json_close(j);
}

static bool same_at(const struct kept_check *c, size_t i, size_t k, bool target_too)
{
	const struct kept_tolerance *a = &c->tolerances.at[i], *b = &c->tolerances.at[k];

	return !strcmp(a->service, b->service) && (!target_too || !strcmp(a->target, b->target));
}

/* They come by service, target and level: a change of one closes what is open and begins the next. */
static void json_tolerances(struct json *j, const struct kept_check *c)
{
	json_open_array(j, "services");
	for (size_t i = 0; i < c->tolerances.len; i++) {
		const struct kept_tolerance *k = &c->tolerances.at[i];
		bool last = i + 1 == c->tolerances.len;

		if (!i || !same_at(c, i - 1, i, false)) {
			json_open_object(j, NULL);
			json_text(j, "name", k->service);
			json_open_object(j, "tolerance");
		}
		if (!i || !same_at(c, i - 1, i, true))
			json_open_object(j, k->target);
		if (k->value == KEPT_UNBREAKABLE)
			json_null(j, k->level);
		else
			json_int(j, k->level, k->value);
		if (last || !same_at(c, i, i + 1, true))
			json_close(j);
		if (last || !same_at(c, i, i + 1, false)) {
			json_close(j);
			json_close(j);
		}
	}
	json_close(j);
}

static void print_json(const struct trend *t)
{
	struct json j = json_to(stdout);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_text(&j, "file", t->name);
	json_open_array(&j, "checks");
	for (size_t i = 0; i < t->checks.len; i++) {
		const struct kept_check *c = &t->checks.at[i];
		struct strbuf at = {0};

		sb_add_utc(&at, c->at);
		json_open_object(&j, NULL);
		json_text(&j, "at", sb_text(&at));
		if (*c->commit)
			json_text(&j, "commit", c->commit);
		json_text(&j, "sha256", c->file.hash);
		json_bool(&j, "survivable", is_survivable(c));
		json_int(&j, "errors", (int64_t)c->errors);
		json_int(&j, "warnings", (int64_t)c->warnings);
		json_int(&j, "notes", (int64_t)c->notes);
		json_findings(&j, c);
		json_tolerances(&j, c);
		json_close(&j);
		sb_release(&at);
	}
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

/* As RFC 4180 has it; a spreadsheet takes what begins with one of =+-@ for a formula, so that gets a quote. */
static void put_field(const char *text)
{
	struct strbuf clean = {0};

	sb_add_clean(&clean, text, strlen(text));
	putchar('"');
	if (*text && strchr("=+-@", *text))
		putchar('\'');
	for (const char *p = sb_text(&clean); *p; p++) {
		if (*p == '"')
			putchar('"');
		putchar(*p);
	}
	putchar('"');
	sb_release(&clean);
}

static void print_csv(const struct trend *t)
{
	puts("at,commit,survivable,errors,warnings,notes,service,target,level,tolerance");
	for (size_t i = 0; i < t->checks.len; i++) {
		const struct kept_check *c = &t->checks.at[i];
		struct strbuf head = {0};

		sb_add_utc(&head, c->at);
		sb_addf(&head, ",%.*s,%d,%llu,%llu,%llu,", (int)strspn(c->commit, "0123456789abcdef"), c->commit,
		        is_survivable(c), (unsigned long long)c->errors, (unsigned long long)c->warnings,
		        (unsigned long long)c->notes);
		for (size_t k = 0; k < c->tolerances.len; k++) {
			const struct kept_tolerance *v = &c->tolerances.at[k];

			fputs(sb_text(&head), stdout);
			put_field(v->service);
			putchar(',');
			put_field(v->target);
			putchar(',');
			put_field(v->level);
			if (v->value == KEPT_UNBREAKABLE)
				puts(",");
			else
				printf(",%d\n", v->value);
		}
		if (!c->tolerances.len)
			printf("%s,,,\n", sb_text(&head));
		sb_release(&head);
	}
}

/* ---- what is asked ---- */

static int print(const struct invocation *in, struct trend *t)
{
	if (in->set.format == TREND_JSON) {
		print_json(t);
	} else if (in->set.format == TREND_CSV) {
		print_csv(t);
	} else if (!t->checks.len) {
		struct strbuf name = {0};

		sb_add_file_name(&name, t->name);
		printf("%s: no check of it is kept; 'faultline check --record' keeps one\n", sb_text(&name));
		sb_release(&name);
	} else {
		gather(t);
		print_text(t);
	}
	return EXIT_ANSWERED;
}

static int read_and_print(const struct invocation *in, struct journal *j, int64_t since)
{
	struct trend t = { .name = in->words[0] };
	char *path = realpath(t.name, NULL);
	int status = EXIT_ANSWERED;

	if (journal_trouble(j) != JOURNAL_MISSING && !journal_checks(j, path, t.name, since, &t.arena, &t.checks)) {
		say_aside("%s", journal_why(j));
		status = EXIT_IO;
	} else {
		status = print(in, &t);
	}
	free(path);
	vec_free(&t.all);
	check_list_release(&t.checks);
	arena_release(&t.arena);
	return status;
}

int run_trend(const struct invocation *in)
{
	struct journal *j;
	int64_t since = 0;
	int status;

	if (in->nwords != 1)
		return usage_trouble(in->command, "which file? name one that was checked with 'faultline check --record'");
	if (in->set.since && !parse_since(in->set.since, &since))
		return usage_trouble(in->command, "--since is a day (2026-11-24) or an age (90d), not '%s'", in->set.since);
	j = journal_needed(in, JOURNAL_READ, &status);
	if (j)
		status = read_and_print(in, j, since);
	journal_close(j);
	return status;
}
