#include "model/actions.h"

#include <string.h>

#include "base/table.h"
#include "base/text.h"
#include "model/names.h"

const char *const verb_names[VERBS] = {
	[VERB_KILL] = "kill", [VERB_DRAIN] = "drain",   [VERB_HEAL] = "heal", [VERB_CUT] = "cut",
	[VERB_JOIN] = "join", [VERB_ISOLATE] = "isolate", [VERB_ACCEPT] = "accept",
};

static const char and_word[] = "and", then_word[] = "then";

/* What a verb takes, and whether each of several operands makes an action of its own. */
static const struct verb_form {
	size_t least, most;
	bool each;
	const char *takes;
} verb_forms[VERBS] = {
	[VERB_KILL]    = { 1, SIZE_MAX, true,  "one domain or more" },
	[VERB_DRAIN]   = { 1, SIZE_MAX, true,  "one domain or more" },
	[VERB_HEAL]    = { 0, SIZE_MAX, true,  "any number of domains" },
	[VERB_CUT]     = { 2, 2,        false, "two domains" },
	[VERB_ISOLATE] = { 1, 1,        true,  "one domain" },
	[VERB_JOIN]    = { 1, 2,        false, "one domain or two" },
	[VERB_ACCEPT]  = { 1, SIZE_MAX, true,  "a service, or a service, a slash and a group" },
};

struct parser {
	const struct model *m;
	const char *const *words;
	size_t nwords, at;
	VEC(struct action) actions; /* of the step being read */
	struct arena *arena;
	const char *why;
};

/* ---- complaints ---- */

/* Keeps what is said as the reason; returns false, so that a parser may end with it. */
static bool complain(struct parser *p, struct strbuf *sb)
{
	p->why = sb_to_arena(sb, p->arena);
	return false;
}

__attribute__((format(printf, 3, 4)))
static bool complain_of(struct parser *p, const char *word, const char *fmt, ...)
{
	struct strbuf sb = {0};
	va_list ap;

	sb_add_quoted(&sb, word, strlen(word));
	va_start(ap, fmt);
	sb_vaddf(&sb, fmt, ap);
	va_end(ap);
	return complain(p, &sb);
}

static bool verb_named(const char *word, enum verb *ret)
{
	for (unsigned v = 0; v < VERBS; v++)
		if (strcmp(verb_names[v], word) == 0) {
			*ret = (enum verb)v;
			return true;
		}
	return false;
}

static bool is_verb(const char *word)
{
	enum verb unused;

	return verb_named(word, &unused);
}

static bool is_joint(const char *word)
{
	return strcmp(word, and_word) == 0 || strcmp(word, then_word) == 0;
}

static bool complain_of_verb(struct parser *p, const char *word)
{
	struct suggestion s = suggest_for(word);
	struct strbuf sb = {0};

	sb_add_quoted(&sb, word, strlen(word));
	for (unsigned v = 0; v < VERBS; v++)
		suggest_offer(&s, verb_names[v]);
	sb_add(&sb, s.best ? " is not an action" : " is not an action: ");
	sb_add_suggestion(&sb, s.best);
	if (!s.best)
		sb_add_list(&sb, verb_names, VERBS, "or");
	return complain(p, &sb);
}

static bool complain_of_missing_action(struct parser *p)
{
	bool after = p->at > 0;

	p->why = arena_printf(p->arena, "an action is missing %s '%s'", after ? "after" : "before",
	                      p->words[after ? p->at - 1 : 0]);
	p->at -= after;
	return false;
}

/* ---- operands ---- */

static bool parse_place(struct parser *p, const char *word, place_id *ret)
{
	size_t len = strlen(word);
	enum resolve_result found = resolve_place(p->m, word, len, ret, NULL, 0, NULL);

	if (found == RESOLVE_OK)
		return true;
	if (found == RESOLVE_UNKNOWN && is_verb(word))
		p->why = arena_printf(p->arena, "no domain is named '%s'; did you forget 'and' before it?", word);
	else
		p->why = resolve_why(p->m, word, len, p->arena);
	return false;
}

static bool complain_of_service(struct parser *p, const char *word, size_t len)
{
	char *wanted = arena_strndup(p->arena, word, len);
	struct suggestion s = suggest_for(wanted);
	struct strbuf sb = {0};

	for (uint32_t i = 0; i < p->m->nservices; i++)
		suggest_offer(&s, str_text(p->m->strings, p->m->services[i].name));
	sb_add(&sb, "no service is named ");
	sb_add_quoted(&sb, word, len);
	sb_add_suggestion(&sb, s.best);
	if (!s.best && is_verb(wanted))
		sb_add(&sb, "; did you forget 'and' before it?");
	return complain(p, &sb);
}

static bool complain_of_group(struct parser *p, uint32_t service, const char *name)
{
	const struct service *s = &p->m->services[service];
	const char *service_name = str_text(p->m->strings, s->name);
	struct suggestion close = suggest_for(name);
	struct strbuf sb = {0};

	for (uint32_t g = s->first_group; g < s->first_group + s->ngroups; g++)
		suggest_offer(&close, str_text(p->m->strings, p->m->groups[g].name));
	sb_add(&sb, "service ");
	sb_add_quoted(&sb, service_name, strlen(service_name));
	sb_add(&sb, " has no group named ");
	sb_add_quoted(&sb, name, strlen(name));
	sb_add_suggestion(&sb, close.best);
	return complain(p, &sb);
}

/* SERVICE, SERVICE/GROUP, or SERVICE/ where the service has the name of a word of the grammar. */
static bool parse_service(struct parser *p, const char *word, struct action *ret)
{
	size_t len = strcspn(word, "/");
	const char *group = word[len] ? word + len + 1 : "";

	ret->service = service_named(p->m, word, len);
	if (ret->service == NO_SERVICE)
		return complain_of_service(p, word, len);
	if (!*group)
		return true;
	ret->group = group_named(p->m, ret->service, group, strlen(group));
	return ret->group != NO_GROUP || complain_of_group(p, ret->service, group);
}

static const domain_id *members_of(const struct model *m, const place_id *p, uint32_t *ret_n)
{
	const struct shared *s = *p < m->ndomains ? NULL : &m->shared[*p - m->ndomains];

	*ret_n = s ? s->nmembers : 1;
	return s ? s->members : p;
}

static bool is_or_lies_in(const struct model *m, domain_id d, const struct table *outer)
{
	while (table_first(outer, d) == TABLE_END) {
		if (d == ROOT)
			return false;
		d = m->domains[d].parent;
	}
	return true;
}

/* Whether all of `inner` lies in `outer`, member by member. */
static bool place_inside(const struct model *m, place_id inner, place_id outer)
{
	uint32_t ninner, nouter, i = 0;
	const domain_id *inners = members_of(m, &inner, &ninner), *outers = members_of(m, &outer, &nouter);
	struct table outer_set = {0};

	for (uint32_t j = 0; j < nouter; j++)
		if (table_first(&outer_set, outers[j]) == TABLE_END)
			table_add(&outer_set, outers[j], 0);
	while (i < ninner && is_or_lies_in(m, inners[i], &outer_set))
		i++;
	table_release(&outer_set);
	return i == ninner;
}

static bool complain_of_pair(struct parser *p, enum verb verb, place_id inner, place_id outer)
{
	struct strbuf sb = {0}, path = {0};

	sb_addf(&sb, "'%s' takes two domains apart, and ", verb_names[verb]);
	sb_add_path(&path, p->m, inner);
	sb_add_quoted(&sb, sb_text(&path), path.len);
	sb_clear(&path);
	sb_add_path(&path, p->m, outer);
	sb_add(&sb, inner == outer ? " is one with " : " lies inside ");
	sb_add_quoted(&sb, sb_text(&path), path.len);
	sb_release(&path);
	return complain(p, &sb);
}

/* ---- actions ---- */

static const struct action no_action = {
	.place = NO_PLACE, .other = NO_PLACE, .service = NO_SERVICE, .group = NO_GROUP,
};

static bool parse_each(struct parser *p, enum verb verb, size_t noperands)
{
	for (size_t i = 0; i < noperands; i++, p->at++) {
		struct action a = no_action;
		const char *word = p->words[p->at];

		a.verb = verb;
		if (!(verb == VERB_ACCEPT ? parse_service(p, word, &a) : parse_place(p, word, &a.place)))
			return false;
		vec_push(&p->actions, a);
	}
	return true;
}

/* The second of a pair: neither may be a part of the other. */
static bool parse_other(struct parser *p, enum verb verb, place_id first, place_id *ret)
{
	if (!parse_place(p, p->words[p->at], ret))
		return false;
	if (place_inside(p->m, first, *ret))
		return complain_of_pair(p, verb, first, *ret);
	if (place_inside(p->m, *ret, first))
		return complain_of_pair(p, verb, *ret, first);
	p->at++;
	return true;
}

static bool parse_pair(struct parser *p, enum verb verb, size_t noperands)
{
	struct action a = no_action;

	a.verb = verb;
	if (!parse_place(p, p->words[p->at], &a.place))
		return false;
	p->at++;
	if (noperands == 2 && !parse_other(p, verb, a.place, &a.other))
		return false;
	vec_push(&p->actions, a);
	return true;
}

static bool complain_of_extra(struct parser *p, enum verb verb)
{
	const char *word = p->words[p->at];

	if (is_verb(word))
		return complain_of(p, word, " is one too many for '%s'; did you forget 'and' before it?",
		                   verb_names[verb]);
	return complain_of(p, word, " is one too many: '%s' takes %s", verb_names[verb], verb_forms[verb].takes);
}

static bool parse_action(struct parser *p)
{
	const struct verb_form *form;
	enum verb verb;
	size_t noperands = 0;

	if (p->at == p->nwords || is_joint(p->words[p->at]))
		return complain_of_missing_action(p);
	if (!verb_named(p->words[p->at], &verb))
		return complain_of_verb(p, p->words[p->at]);
	form = &verb_forms[verb];
	p->at++;
	while (p->at + noperands < p->nwords && !is_joint(p->words[p->at + noperands]))
		noperands++;
	if (noperands < form->least)
		return complain_of(p, p->words[--p->at], " takes %s", form->takes);
	if (noperands > form->most) {
		p->at += form->most;
		return complain_of_extra(p, verb);
	}
	if (noperands == 0) {
		vec_push(&p->actions, no_action);
		p->actions.at[p->actions.len - 1].verb = verb;
		return true;
	}
	return form->each ? parse_each(p, verb, noperands) : parse_pair(p, verb, noperands);
}

static bool parse_step(struct parser *p, struct step *ret)
{
	vec_clear(&p->actions);
	while (parse_action(p)) {
		if (p->at < p->nwords && strcmp(p->words[p->at], and_word) == 0) {
			p->at++;
			continue;
		}
		ret->nactions = (uint32_t)p->actions.len;
		ret->actions = arena_alloc(p->arena, p->actions.len * sizeof(*ret->actions));
		memcpy(ret->actions, p->actions.at, p->actions.len * sizeof(*ret->actions));
		return true;
	}
	return false;
}

static bool parse_steps(struct parser *p, step_list *ret)
{
	struct step step;

	if (p->nwords == 0)
		return true;
	while (parse_step(p, &step)) {
		vec_push(ret, step);
		if (p->at == p->nwords)
			return true;
		p->at++; /* nothing but `then` ends a step */
	}
	return false;
}

bool actions_parse_words(const struct model *m, const char *const *words, size_t nwords, struct arena *arena,
                         step_list *ret, const char **ret_why, size_t *ret_word)
{
	struct parser p = { .m = m, .words = words, .nwords = nwords, .arena = arena };
	size_t before = ret->len;
	bool ok = parse_steps(&p, ret);

	vec_free(&p.actions);
	if (ok)
		return true;
	ret->len = before;
	*ret_why = p.why;
	if (ret_word)
		*ret_word = p.at;
	return false;
}

/* ---- words in a string ---- */

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Reads one word at *text, past its end; quotes may begin and end anywhere in it. False when one stays open. */
static bool read_word(const char **text, struct strbuf *word)
{
	char quote = '\0';

	sb_clear(word);
	for (; **text && (quote || !is_blank(**text)); ++*text) {
		char c = **text;

		if (quote ? c == quote : c == '\'' || c == '"')
			quote = quote ? '\0' : c;
		else
			sb_addc(word, c);
	}
	return !quote;
}

bool actions_parse_text(const struct model *m, const char *text, struct arena *arena,
                        step_list *ret, const char **ret_why)
{
	VEC(const char *) words = {0};
	struct strbuf word = {0};
	bool ok = true;

	while (ok) {
		while (is_blank(*text))
			text++;
		if (!*text)
			break;
		ok = read_word(&text, &word);
		vec_push(&words, arena_strndup(arena, sb_text(&word), word.len));
	}
	if (ok)
		ok = actions_parse_words(m, words.at, words.len, arena, ret, ret_why, NULL);
	else
		*ret_why = "a quote is not closed";
	sb_release(&word);
	vec_free(&words);
	return ok;
}

/* ---- saying actions ---- */

/* Runs without ' in ', runs of it in ". */
static void add_word(struct strbuf *sb, const char *word)
{
	if (*word && !word[strcspn(word, " '\"")]) {
		sb_add(sb, word);
		return;
	}
	while (*word) {
		size_t run = *word == '\'' ? strspn(word, "'") : strcspn(word, "'");
		char quote = *word == '\'' ? '"' : '\'';

		sb_addc(sb, quote);
		sb_addn(sb, word, run);
		sb_addc(sb, quote);
		word += run;
	}
}

/* Words that could be taken for something else than a name. */
static bool is_delicate(const char *word)
{
	return is_joint(word) || is_verb(word) || *word == '-';
}

static void add_place(struct strbuf *sb, const struct model *m, place_id p)
{
	struct strbuf word = {0};

	sb_add_short(&word, m, p);
	if (is_delicate(sb_text(&word))) {
		sb_clear(&word);
		sb_add_path(&word, m, p);
	}
	sb_addc(sb, ' ');
	add_word(sb, sb_text(&word));
	sb_release(&word);
}

static void add_service(struct strbuf *sb, const struct model *m, const struct action *a)
{
	struct strbuf word = {0};

	sb_add(&word, str_text(m->strings, m->services[a->service].name));
	if (a->group != NO_GROUP)
		sb_addf(&word, "/%s", str_text(m->strings, m->groups[a->group].name));
	else if (is_delicate(sb_text(&word)))
		sb_addc(&word, '/');
	sb_addc(sb, ' ');
	add_word(sb, sb_text(&word));
	sb_release(&word);
}

static void add_operands(struct strbuf *sb, const struct model *m, const struct action *a)
{
	if (a->verb == VERB_ACCEPT)
		add_service(sb, m, a);
	if (a->place != NO_PLACE)
		add_place(sb, m, a->place);
	if (a->other != NO_PLACE)
		add_place(sb, m, a->other);
}

void sb_add_action(struct strbuf *sb, const struct model *m, const struct action *action)
{
	sb_add(sb, verb_names[action->verb]);
	add_operands(sb, m, action);
}

/* Whether `b` may follow `a` without saying the verb again: "kill a b". */
static bool is_more_of(const struct action *a, const struct action *b)
{
	bool heals_all = b->verb == VERB_HEAL && (a->place == NO_PLACE || b->place == NO_PLACE);

	return a->verb == b->verb && verb_forms[a->verb].most == SIZE_MAX && !heals_all;
}

void sb_add_step(struct strbuf *sb, const struct model *m, const struct step *step)
{
	for (uint32_t i = 0; i < step->nactions; i++) {
		const struct action *a = &step->actions[i];

		if (i > 0 && is_more_of(a - 1, a)) {
			add_operands(sb, m, a);
			continue;
		}
		if (i > 0)
			sb_addf(sb, " %s ", and_word);
		sb_add_action(sb, m, a);
	}
}
