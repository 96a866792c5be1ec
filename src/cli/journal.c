#include "cli/journal_p.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "cli/trouble_p.h"

/* ---- where ---- */

static const char *setting(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static char *joined(const char *folder, const char *rest)
{
	struct strbuf path = {0};

	sb_add(&path, folder);
	sb_add(&path, rest);
	return path.text;
}

/* Relative names of folders are to be ignored, says the XDG base directory specification. */
static char *usual_place(void)
{
	const char *state = setting("XDG_STATE_HOME"), *home = setting("HOME");

	if (state && *state == '/')
		return joined(state, "/faultline/journal.db");
	return home && *home == '/' ? joined(home, "/.local/state/faultline/journal.db") : NULL;
}

char *journal_place(const struct settings *set, const char **ret_why)
{
	const char *named = set->journal ? set->journal : setting("FAULTLINE_JOURNAL");
	char *usual;

	*ret_why = NULL;
	if (set->no_journal || (named && strcmp(named, "/dev/null") == 0))
		return NULL;
	if (named && *named)
		return xstrdup(named);
	usual = usual_place();
	if (!usual)
		*ret_why = "no journal is kept: neither HOME nor XDG_STATE_HOME says where; --journal FILE does";
	return usual;
}

struct journal *journal_needed(const struct invocation *in, enum journal_mode mode, int *ret_status)
{
	const char *why;
	char *path = journal_place(&in->set, &why);
	struct journal *j = path ? journal_open(path, mode) : NULL;

	free(path);
	*ret_status = EXIT_ANSWERED;
	if (!j) {
		*ret_status = refuse(in->command, "%s", why ? why : "there is no journal: it was turned off");
		return NULL;
	}
	if (journal_trouble(j) == JOURNAL_FINE || journal_trouble(j) == JOURNAL_MISSING)
		return j;
	say_aside("%s", journal_why(j));
	*ret_status = EXIT_IO;
	journal_close(j);
	return NULL;
}

/* ---- when ---- */

int64_t now_ms(void)
{
	const char *fixed = setting("SOURCE_DATE_EPOCH");
	struct timespec ts;

	if (fixed)
		return strtoll(fixed, NULL, 10) * 1000;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void add_time(struct strbuf *sb, const struct tm *tm, const char *format)
{
	char text[64];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	sb_addn(sb, text, strftime(text, sizeof(text), format, tm));
#pragma GCC diagnostic pop
}

void sb_add_when(struct strbuf *sb, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	if (localtime_r(&t, &tm))
		add_time(sb, &tm, "%Y-%m-%d %H:%M");
}

void sb_add_utc(struct strbuf *sb, int64_t ms)
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	if (gmtime_r(&t, &tm))
		add_time(sb, &tm, "%Y-%m-%dT%H:%M:%SZ");
}

bool parse_since(const char *text, int64_t *ret)
{
	static const char *const formats[] = { "%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M" };
	const char *why;
	duration d;

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		struct tm tm = { .tm_isdst = -1 };
		const char *end = strptime(text, formats[i], &tm);

		if (end && !*end) {
			*ret = (int64_t)mktime(&tm) * 1000;
			return true;
		}
	}
	if (!duration_parse(text, &d, &why))
		return false;
	*ret = now_ms() - d / 1000;
	return true;
}

bool parse_id(const char *text, int64_t *ret)
{
	char *end;
	long long n;

	if (*text < '1' || *text > '9' || strlen(text) > 18)
		return false;
	n = strtoll(text, &end, 10);
	*ret = n;
	return !*end;
}

/* ---- files ---- */

struct kept_file file_to_keep(const struct source *source, struct arena *a)
{
	struct kept_file file = { .name = source->name, .path = "", .text = source->text, .len = source->len };
	char *path = *source->name == '<' ? NULL : realpath(source->name, NULL);

	if (path)
		file.path = arena_strdup(a, path);
	free(path);
	sha256_hex(source->text ? source->text : "", source->len, file.hash);
	return file;
}
