#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/words.h"
#include "cli/journal_p.h"
#include "cli/keeper_p.h"
#include "cli/trouble_p.h"
#include "engine/outcome.h"
#include "report/json.h"

const struct option_row log_options[] = {
	FORMAT_ROW,
	OPTION_ROW(0, "file", OPTION_TEXT, file, .argument = "FILE", .help = "only explorations of this file"),
	OPTION_ROW(0, "since", OPTION_TEXT, since, .argument = "WHEN",
	           .help = "only from a day on (2026-11-24), or of the last 7d"),
	OPTION_ROW('t', "text", OPTION_TEXT, grep, .argument = "TEXT",
	           .help = "only with this in a name, the file's name or an action"),
	OPTION_ROW(0, "source", OPTION_FLAG, source, .help = "print an exploration's file as it was"),
	OPTION_ROW(0, "export", OPTION_TEXT, export, .argument = "FILE.yaml",
	           .help = "write it as a scenario, ready to be pasted; '-': to standard output"),
	OPTION_ROW(0, "delete", OPTION_TEXT, remove, .argument = "ID", .help = "forget an exploration"),
	OPTION_ROW(0, "prune", OPTION_TEXT, prune, .argument = "AGE",
	           .help = "forget what is older, say 90d: explorations and checks"),
	JOURNAL_ROWS,
	OPTIONS_END,
};

static int unreadable(const struct journal *j)
{
	say_aside("%s", journal_why(j));
	return EXIT_IO;
}

/* ---- the list ---- */

static void json_time(struct json *j, const char *key, int64_t ms)
{
	struct strbuf text = {0};

	sb_add_utc(&text, ms);
	json_text(j, key, sb_text(&text));
	sb_release(&text);
}

static void json_about(struct json *j, const struct exploration *e)
{
	json_int(j, "id", e->id);
	if (*e->name)
		json_text(j, "name", e->name);
	json_text(j, "file", e->file);
	if (*e->path)
		json_text(j, "path", e->path);
	json_text(j, "sha256", e->hash);
	json_time(j, "began", e->began);
	json_time(j, "last", e->last);
}

static void list_json(const exploration_list *all)
{
	struct json j = json_to(stdout);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_open_array(&j, "explorations");
	for (size_t i = 0; i < all->len; i++) {
		json_open_object(&j, NULL);
		json_about(&j, &all->at[i]);
		json_int(&j, "steps", all->at[i].nsteps);
		json_int(&j, "undone", all->at[i].nundone);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

static void list_text(const exploration_list *all)
{
	if (!all->len) {
		puts("no explorations");
		return;
	}
	for (size_t i = 0; i < all->len; i++) {
		const struct exploration *e = &all->at[i];
		struct strbuf line = {0}, steps = {0};

		sb_add_steps(&steps, e);
		sb_addf(&line, "%5lld  ", (long long)e->id);
		sb_add_when(&line, e->last);
		sb_addf(&line, "  %-18s ", sb_text(&steps));
		sb_add_clean(&line, e->file, strlen(e->file));
		if (*e->name) {
			sb_add(&line, "  ");
			sb_add_quoted(&line, e->name, strlen(e->name));
		}
		puts(sb_text(&line));
		sb_release(&line);
		sb_release(&steps);
	}
}

static int list(const struct invocation *in, struct journal *j)
{
	bool missing = journal_trouble(j) == JOURNAL_MISSING;
	struct log_filter filter = { .file = in->set.file, .text = in->set.grep };
	char *path = in->set.file ? realpath(in->set.file, NULL) : NULL;
	struct arena arena = {0};
	exploration_list all = {0};
	int status = EXIT_ANSWERED;

	filter.path = path;
	if (in->set.since && !parse_since(in->set.since, &filter.since))
		status = usage_trouble(in->command, "--since is a day (2026-11-24) or an age (7d), not '%s'", in->set.since);
	else if (!missing && !journal_list(j, &filter, &arena, &all))
		status = unreadable(j);
	else if (in->set.format == FORMAT_JSON)
		list_json(&all);
	else
		list_text(&all);
	free(path);
	vec_free(&all);
	arena_release(&arena);
	return status;
}

/* ---- one ---- */

static bool is_plain(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _/.:@%+,-")] == '\0';
}

/* As a shell would have to be given it; blanks are fine where each word may be one of its own. */
static void add_for_shell(struct strbuf *sb, const char *text, bool words)
{
	if (*text && is_plain(text) && (words || !strchr(text, ' '))) {
		sb_add(sb, text);
		return;
	}
	sb_addc(sb, '\'');
	for (; *text; text++)
		if (*text == '\'')
			sb_add(sb, "'\\''");
		else
			sb_addc(sb, *text);
	sb_addc(sb, '\'');
}

static void add_actions(struct strbuf *sb, const struct kept_exploration *e)
{
	size_t n = 0;

	for (size_t i = 0; i < e->nsteps; i++)
		if (!e->steps[i].undone)
			sb_addf(sb, "%s%s", n++ ? " then " : "", e->steps[i].actions);
}

/* The name that was given, where it still names the same file from here. */
static const char *name_from_here(const struct exploration *e)
{
	char *path = realpath(e->file, NULL);
	bool same = path && strcmp(path, e->path) == 0;

	free(path);
	return same || !*e->path ? e->file : e->path;
}

static void add_whatif(struct strbuf *sb, const struct kept_exploration *e)
{
	struct strbuf actions = {0}, line = {0};
	const char *name = name_from_here(&e->about);

	add_actions(&actions, e);
	if (*e->about.path) {
		sb_addf(&line, "faultline whatif %s", *name == '-' ? "./" : "");
		add_for_shell(&line, name, false);
	} else {
		sb_addf(&line, "faultline log %lld --source | faultline whatif -", (long long)e->about.id);
	}
	if (actions.len) {
		sb_addc(&line, ' ');
		add_for_shell(&line, sb_text(&actions), true);
	}
	sb_add_clean(sb, sb_text(&line), line.len);
	sb_release(&actions);
	sb_release(&line);
}

static void add_some(struct strbuf *sb, uint32_t n, const char *what)
{
	if (n)
		sb_addf(sb, "%s%u %s", sb->len ? ", " : "", n, what);
}

/* "1 down, 3 ok; data 1 lost; 1 service stopped; RPO 0, RTO unbounded" */
static void add_outcome(struct strbuf *sb, const struct kept_outcome *o)
{
	struct strbuf groups = {0}, data = {0};
	char rpo[32], rto[32];

	for (int s = STATUSES - 1; s >= 0; s--)
		add_some(&groups, o->status[s], status_names[s]);
	for (int d = DATA_VERDICTS - 1; d > DATA_SAFE; d--)
		add_some(&data, o->data[d], data_names[d]);
	sb_addf(sb, "%s", sb_text(&groups));
	if (data.len)
		sb_addf(sb, "; data %s", sb_text(&data));
	if (o->stopped)
		sb_addf(sb, "; %u %s", o->stopped, o->stopped == 1 ? "service stopped" : "services stopped");
	sb_addf(sb, "; RPO %s, RTO %s", duration_text(o->rpo, rpo), duration_text(o->rto, rto));
	sb_release(&groups);
	sb_release(&data);
}

static void show_text(const struct kept_exploration *e)
{
	const struct exploration *about = &e->about;
	struct strbuf text = {0};

	sb_addf(&text, "exploration %lld", (long long)about->id);
	if (*about->name) {
		sb_addc(&text, ' ');
		sb_add_quoted(&text, about->name, strlen(about->name));
	}
	sb_add(&text, " of ");
	sb_add_when(&text, about->began);
	sb_add(&text, ": ");
	sb_add_steps(&text, about);
	sb_addc(&text, '\n');
	sb_add_changes(&text, about->file, about->path, about->hash, e->text, e->len);
	sb_add(&text, "\n\n");
	add_whatif(&text, e);
	sb_add(&text, "\n\n");
	for (size_t i = 0; i < e->nsteps; i++) {
		sb_addf(&text, "%3zu  ", i + 1);
		sb_add_when(&text, e->steps[i].at);
		sb_add(&text, "  ");
		sb_add_clean(&text, e->steps[i].actions, strlen(e->steps[i].actions));
		sb_add(&text, e->steps[i].undone ? "  (undone)\n       " : "\n       ");
		add_outcome(&text, &e->steps[i].outcome);
		sb_addc(&text, '\n');
	}
	fputs(sb_text(&text), stdout);
	sb_release(&text);
}

static void json_step(struct json *j, const struct kept_step *s)
{
	json_open_object(j, NULL);
	json_text(j, "actions", s->actions);
	json_time(j, "at", s->at);
	json_bool(j, "undone", s->undone);
	json_open_object(j, "status");
	for (int i = 0; i < STATUSES; i++)
		json_int(j, status_names[i], s->outcome.status[i]);
	json_close(j);
	json_open_object(j, "data");
	for (int i = 0; i < DATA_VERDICTS; i++)
		json_int(j, data_names[i], s->outcome.data[i]);
	json_close(j);
	json_int(j, "services_stopped", s->outcome.stopped);
	json_seconds(j, "rpo_s", s->outcome.rpo);
	json_seconds(j, "rto_s", s->outcome.rto);
	json_close(j);
}

static void show_json(const struct kept_exploration *e)
{
	struct json j = json_to(stdout);
	struct strbuf actions = {0};

	add_actions(&actions, e);
	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_about(&j, &e->about);
	json_text(&j, "actions", sb_text(&actions));
	json_open_array(&j, "steps");
	for (size_t i = 0; i < e->nsteps; i++)
		json_step(&j, &e->steps[i]);
	json_close(&j);
	json_close(&j);
	json_end(&j);
	sb_release(&actions);
}

static int show_source(const struct invocation *in, const struct kept_exploration *e)
{
	if (!e->text)
		return refuse(in->command, "the file of exploration %lld was too large to be kept", (long long)e->about.id);
	fwrite(e->text, 1, e->len, stdout);
	return EXIT_ANSWERED;
}

/* ---- as a scenario ---- */

/* A YAML scalar between single quotes is what stands there, but for the quote itself. */
static void add_yaml(struct strbuf *sb, const char *text)
{
	sb_addc(sb, '\'');
	for (; *text; text++)
		if (*text == '\'')
			sb_add(sb, "''");
		else
			sb_addc(sb, *text == '\n' ? ' ' : *text);
	sb_addc(sb, '\'');
}

static void add_scenario(struct strbuf *sb, const struct kept_exploration *e)
{
	struct strbuf name = {0};

	if (*e->about.name)
		sb_add_clean(&name, e->about.name, strlen(e->about.name));
	else
		sb_addf(&name, "exploration-%lld", (long long)e->about.id);
	sb_add(sb, "scenarios:\n  ");
	add_yaml(sb, sb_text(&name));
	sb_add(sb, ":\n");
	for (size_t i = 0; i < e->nsteps; i++) {
		if (e->steps[i].undone)
			continue;
		sb_add(sb, "    - ");
		add_yaml(sb, e->steps[i].actions);
		sb_addc(sb, '\n');
	}
	sb_release(&name);
}

/* What is there already is not written over. */
static int write_new(const char *path, const struct strbuf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool ok = out && fwrite(sb_text(text), 1, text->len, out) == text->len;

	if (out)
		ok = fclose(out) == 0 && ok;
	if (ok)
		return EXIT_ANSWERED;
	say_aside("cannot write '%s': %s", path, strerror(errno));
	return EXIT_IO;
}

static int export(const struct invocation *in, const struct kept_exploration *e)
{
	struct strbuf text = {0};
	int status = EXIT_ANSWERED;

	if (e->about.nsteps == e->about.nundone)
		return refuse(in->command, "exploration %lld has no step to make a scenario of", (long long)e->about.id);
	add_scenario(&text, e);
	if (strcmp(in->set.export, "-") == 0)
		fwrite(sb_text(&text), 1, text.len, stdout);
	else
		status = write_new(in->set.export, &text);
	sb_release(&text);
	return status;
}

static int show_found(const struct invocation *in, const struct kept_exploration *e)
{
	if (in->set.source)
		return show_source(in, e);
	if (in->set.export)
		return export(in, e);
	if (in->set.format == FORMAT_JSON)
		show_json(e);
	else
		show_text(e);
	return EXIT_ANSWERED;
}

static int no_such(const struct invocation *in, int64_t id)
{
	return refuse(in->command, "there is no exploration %lld; 'faultline log' lists them", (long long)id);
}

static int show(const struct invocation *in, struct journal *j, int64_t id)
{
	struct arena arena = {0};
	struct kept_exploration e;
	int status;

	if (journal_trouble(j) == JOURNAL_MISSING)
		return no_such(in, id);
	switch (journal_read(j, id, &arena, &e)) {
	case JOURNAL_FOUND:
		status = show_found(in, &e);
		break;
	case JOURNAL_NO_SUCH:
		status = no_such(in, id);
		break;
	default:
		status = unreadable(j);
	}
	arena_release(&arena);
	return status;
}

/* ---- forgetting ---- */

static int forget_one(const struct invocation *in, struct journal *j)
{
	int64_t id;
	bool found;

	if (!parse_id(in->set.remove, &id))
		return usage_trouble(in->command, "--delete takes an exploration's number, not '%s'", in->set.remove);
	if (!journal_delete(j, id, &found))
		return unreadable(j);
	if (!found)
		return no_such(in, id);
	printf("exploration %lld is forgotten\n", (long long)id);
	return EXIT_ANSWERED;
}

static int forget_old(const struct invocation *in, struct journal *j)
{
	struct strbuf text = {0};
	struct pruned pruned;
	const char *why;
	duration age;

	if (!duration_parse(in->set.prune, &age, &why))
		return usage_trouble(in->command, "--prune takes an age, like 90d: %s", why);
	if (!journal_prune(j, now_ms() - age / 1000, &pruned))
		return unreadable(j);
	sb_add_count(&text, pruned.explorations, "exploration", "explorations");
	sb_add(&text, " and ");
	sb_add_count(&text, pruned.checks, "check", "checks");
	printf("%s %s forgotten\n", sb_text(&text), pruned.explorations + pruned.checks == 1 ? "is" : "are");
	sb_release(&text);
	return EXIT_ANSWERED;
}

/* ---- what is asked ---- */

static int wrong_words(const struct invocation *in, int64_t *ret_id)
{
	bool about_one = in->set.source || in->set.export, forgets = in->set.remove || in->set.prune;

	*ret_id = 0;
	if (in->nwords > 1 || (in->nwords && !parse_id(in->words[0], ret_id)))
		return usage_trouble(in->command, "it takes the number of one exploration, or none to list them");
	if (about_one && !in->nwords)
		return usage_trouble(in->command, "--source and --export are about one exploration: give its number");
	if (forgets && (in->nwords || about_one || (in->set.remove && in->set.prune)))
		return usage_trouble(in->command, "--delete and --prune stand alone");
	return EXIT_ANSWERED;
}

static int answer(const struct invocation *in, struct journal *j, int64_t id)
{
	if (in->set.remove)
		return forget_one(in, j);
	if (in->set.prune)
		return forget_old(in, j);
	return id ? show(in, j, id) : list(in, j);
}

int run_log(const struct invocation *in)
{
	int64_t id;
	int status = wrong_words(in, &id);
	struct journal *j;

	if (status != EXIT_ANSWERED)
		return status;
	j = journal_needed(in, in->set.remove || in->set.prune ? JOURNAL_WRITE : JOURNAL_READ, &status);
	if (j)
		status = answer(in, j, id);
	journal_close(j);
	return status;
}
