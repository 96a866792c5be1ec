/* complete - the word at the prompt's cursor: commands, verbs, domains, services and groups. */
#include <stdlib.h>
#include <string.h>

#include "model/names.h"
#include "ui/ui_p.h"

#define MAX_CHOICES 200 /* enough to see that there are too many */

struct finder {
	const struct ui *ui;
	const char *prefix;
	size_t len;
	VEC(char *) found; /* whole words that could stand there */
	bool more;
};

static void offer(struct finder *f, const char *word)
{
	for (size_t i = 0; i < f->found.len; i++)
		if (!strcmp(f->found.at[i], word))
			return;
	if (f->found.len == MAX_CHOICES)
		f->more = true;
	else
		vec_push(&f->found, xstrdup(word));
}

static bool begins(const struct finder *f, const char *word)
{
	return !strncmp(word, f->prefix, f->len);
}

static void offer_if(struct finder *f, const char *word)
{
	if (begins(f, word))
		offer(f, word);
}

/* ---- what can stand where ---- */

static void find_verbs(struct finder *f, bool first_word)
{
	for (int v = 0; v < VERBS; v++)
		offer_if(f, verb_names[v]);
	if (first_word)
		offer_if(f, "sql");
	for (const struct command *c = ui_commands; first_word && c->name; c++)
		offer_if(f, c->name);
}

/* A name with blanks or quotes is written in quotes. */
static void offer_place(struct finder *f, const char *word)
{
	struct strbuf quoted = {0};
	const char *quote = strpbrk(word, " \t'") ? "\"" : strchr(word, '"') ? "'" : "";

	sb_addf(&quoted, "%s%s%s", quote, word, quote);
	offer(f, sb_text(&quoted));
	sb_release(&quoted);
}

/* "dc-b/ra": the children of what stands before the last slash. */
static void find_children(struct finder *f, const char *slash)
{
	const struct model *m = f->ui->m;
	size_t head = (size_t)(slash - f->prefix), ncandidates;
	place_id parent = ROOT;

	if (head && resolve_place(m, f->prefix, head, &parent, NULL, 0, &ncandidates) != RESOLVE_OK)
		return;
	if (parent >= m->ndomains)
		return;
	for (domain_id d = parent + 1; d < m->domains[parent].end && !f->more; d = m->domains[d].end) {
		struct strbuf word = {0};

		sb_addn(&word, f->prefix, head + 1);
		sb_add(&word, place_name(m, d));
		if (begins(f, sb_text(&word)))
			offer_place(f, sb_text(&word));
		sb_release(&word);
	}
}

static void find_places(struct finder *f)
{
	const struct model *m = f->ui->m;
	const char *slash = memrchr(f->prefix, '/', f->len);

	if (slash) {
		find_children(f, slash);
		return;
	}
	for (place_id p = 1; p < m->ndomains + m->nshared && !f->more; p++) {
		struct strbuf word = {0};

		if (!begins(f, place_name(m, p)))
			continue;
		sb_add_short(&word, m, p);
		offer_place(f, sb_text(&word));
		sb_release(&word);
	}
}

static void find_groups(struct finder *f)
{
	const struct model *m = f->ui->m;
	const char *slash = memchr(f->prefix, '/', f->len);
	uint32_t s = slash ? service_named(m, f->prefix, (size_t)(slash - f->prefix)) : NO_SERVICE;

	for (uint32_t i = 0; !slash && i < m->nservices; i++)
		offer_if(f, str_text(m->strings, m->services[i].name));
	if (s == NO_SERVICE)
		return;
	for (uint32_t g = m->services[s].first_group; g < m->services[s].first_group + m->services[s].ngroups; g++) {
		struct strbuf word = {0};

		if (f->more)
			break;
		sb_addf(&word, "%s/%s", str_text(m->strings, m->services[s].name), str_text(m->strings, m->groups[g].name));
		offer_if(f, sb_text(&word));
		sb_release(&word);
	}
}

/* ---- the word, and what is before it ---- */

/* The verb that governs the word at `at`; -1: an action begins there. */
static int verb_before(const char *text, size_t at)
{
	char *head = xstrndup(text, at), *rest = head, *word;
	int verb = -1;

	while ((word = strsep(&rest, " "))) {
		if (!strcmp(word, "and") || !strcmp(word, "then"))
			verb = -1;
		for (int v = 0; verb < 0 && v < VERBS; v++)
			if (!strcmp(word, verb_names[v]))
				verb = v;
	}
	free(head);
	return verb;
}

static size_t common(const struct finder *f)
{
	size_t len = strlen(f->found.at[0]);

	for (size_t i = 1; i < f->found.len; i++) {
		size_t same = 0;

		while (same < len && f->found.at[i][same] == f->found.at[0][same])
			same++;
		len = same;
	}
	while (len > 0 && ((unsigned char)f->found.at[0][len] & 0xc0) == 0x80)
		len--;
	return len;
}

static void apply(const struct finder *f, struct strbuf *text, size_t from, size_t *at)
{
	struct strbuf now = {0};
	size_t len = common(f);

	if (len < f->len && f->found.len > 1)
		return;
	sb_addn(&now, sb_text(text), from);
	sb_addn(&now, f->found.at[0], len);
	if (f->found.len == 1)
		sb_addc(&now, ' ');
	len = now.len;
	sb_add(&now, sb_text(text) + *at);
	sb_release(text);
	*text = now;
	*at = len;
}

static void list_choices(const struct finder *f, struct strbuf *choices)
{
	for (size_t i = 0; f->found.len > 1 && i < f->found.len; i++)
		sb_addf(choices, "%s%s", i ? "  " : "", f->found.at[i]);
	if (!f->found.len)
		sb_add(choices, "nothing begins so");
}

void prompt_complete(const struct ui *ui, struct strbuf *text, size_t *at, struct strbuf *choices)
{
	struct finder f = {.ui = ui};
	size_t from = *at;
	char *prefix;
	int verb;

	while (from > 0 && text->text[from - 1] != ' ')
		from--;
	prefix = xstrndup(sb_text(text) + from, *at - from);
	f.prefix = prefix + (*prefix == '"' || *prefix == '\'');
	f.len = strlen(f.prefix);
	verb = verb_before(sb_text(text), from);
	if (verb < 0)
		find_verbs(&f, !from);
	else if (verb == VERB_ACCEPT)
		find_groups(&f);
	else
		find_places(&f);
	sb_clear(choices);
	list_choices(&f, choices);
	if (f.found.len)
		apply(&f, text, from, at);
	for (size_t i = 0; i < f.found.len; i++)
		free(f.found.at[i]);
	vec_free(&f.found);
	free(prefix);
}
