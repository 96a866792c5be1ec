/* silence - see rules/silence.h */
#include "rules/silence.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/table.h"
#include "base/text.h"
#include "rules/rules.h"

#define BLANKS " \t"
#define MAX_SHOWN 40      /* bytes of a word that is no code */
#define MAX_COMPARED 1000 /* words that get a "did you mean" */

static bool is_of_file(const char *code)
{
	return !strncasecmp(code, "FL0", 3);
}

/* "'FL4O1'; did you mean 'FL401'?" */
static void add_unknown(struct strbuf *sb, const char *word, size_t len, bool compare)
{
	char *shown = xstrndup(word, len < MAX_SHOWN ? len : MAX_SHOWN);
	struct suggestion s = suggest_for(shown);

	for (const struct rule *r = rules; compare && r->code; r++)
		suggest_offer(&s, r->code);
	sb_add(sb, "there is no code ");
	sb_add_quoted(sb, shown, strlen(shown));
	sb_add_suggestion(sb, s.best);
	free(shown);
}

/* ---- selections ---- */

static bool begins_a_code(const char *word, size_t len)
{
	for (const struct rule *r = rules; r->code; r++)
		if (len > 2 && !strncasecmp(r->code, word, len))
			return true;
	return false;
}

static bool take_code(struct selection *s, const char *word, size_t len, bool ignore, struct strbuf *why)
{
	const char *kept = arena_strndup(&s->arena, word, len);

	if (!begins_a_code(word, len)) {
		add_unknown(why, word, len, true);
		sb_add(why, strchr(sb_text(why), ';') ? "" : "; 'faultline rules' lists them");
		return false;
	}
	if (ignore && is_of_file(kept)) {
		sb_addf(why, "%s can't be ignored: it is about the file itself, and nothing else is judged where it is found", kept);
		return false;
	}
	if (ignore)
		vec_push(&s->ignored, kept);
	else
		vec_push(&s->selected, kept);
	return true;
}

static bool take_codes(struct selection *s, const char *list, bool ignore, struct strbuf *why)
{
	static const char between[] = "," BLANKS;
	bool any = false;

	for (list += strspn(list, between); *list; list += strspn(list, between)) {
		size_t len = strcspn(list, between);

		if (!take_code(s, list, len, ignore, why))
			return false;
		list += len;
		any = true;
	}
	if (!any)
		sb_addf(why, "option '--%s' needs codes after it, such as FL4,FL201", ignore ? "ignore" : "select");
	return any;
}

bool selection_parse(struct selection *s, const char *select, const char *ignore, struct strbuf *why)
{
	*s = (struct selection){0};
	return (!select || take_codes(s, select, false, why)) && (!ignore || take_codes(s, ignore, true, why));
}

static bool begins_with_any(const char *code, const char *const *prefixes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strncasecmp(code, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

bool selection_has(const struct selection *s, const char *code)
{
	if (is_of_file(code))
		return true;
	return (!s->selected.len || begins_with_any(code, s->selected.at, s->selected.len)) &&
	       !begins_with_any(code, s->ignored.at, s->ignored.len);
}

bool selection_has_all(const struct selection *s)
{
	return !s->selected.len && !s->ignored.len;
}

void selection_release(struct selection *s)
{
	vec_free(&s->selected);
	vec_free(&s->ignored);
	arena_release(&s->arena);
}

/* ---- remarks ---- */

/* One code of one remark. */
struct order {
	const struct remark *remark;
	const struct rule *rule;
	bool used;
};

struct orders {
	VEC(struct order) all;
	struct table index; /* by line and code */
	struct diag_list *diags;
	size_t compared;
};

static uint64_t order_key(uint32_t line, const struct rule *rule)
{
	return hash_pair(line, (uint32_t)(rule - rules));
}

static struct order *order_for(const struct orders *o, uint32_t line, const struct rule *rule)
{
	uint32_t at = table_first(&o->index, order_key(line, rule));

	return at == TABLE_END ? NULL : &o->all.at[table_value(&o->index, at)];
}

static void say_useless(struct orders *o, const struct remark *r, const char *hint, const char *why)
{
	struct diag *d = diag_add(o->diags, "FL413", SEVERITY_NOTE, r->place, "this ignore does not apply: %s", why);

	diag_hint(o->diags, d, "%s", hint);
}

static bool take_word(struct orders *o, const struct remark *r, const char *word, size_t len)
{
	char *code = xstrndup(word, len < MAX_SHOWN ? len : MAX_SHOWN);
	const struct rule *rule = len < MAX_SHOWN ? rule_by_code(code) : NULL;
	struct strbuf why = {0};

	free(code);
	if (!rule) {
		add_unknown(&why, word, len, o->compared++ < MAX_COMPARED);
		say_useless(o, r, "whole codes stand between 'faultline:ignore' and '--', with commas between them", sb_text(&why));
	} else if (is_of_file(rule->code)) {
		sb_addf(&why, "%s is about the file itself", rule->code);
		say_useless(o, r, "put the file right", sb_text(&why));
	} else if (!order_for(o, r->line, rule)) {
		table_add(&o->index, order_key(r->line, rule), (uint32_t)o->all.len);
		vec_push(&o->all, (struct order){ r, rule, false });
	}
	sb_release(&why);
	return rule && !is_of_file(rule->code);
}

/* The first code that can't be one ends it. */
static void take_remark(struct orders *o, const struct remark *r)
{
	static const char between[] = "," BLANKS;
	const char *at = r->codes + strspn(r->codes, between);

	if (!*at) {
		say_useless(o, r, "write the code of a finding: '# faultline:ignore FL401 -- why'", "it names no code");
		return;
	}
	if (!*r->reason) {
		say_useless(o, r, "write after it why the finding is meant to be: '-- why'", "it gives no reason");
		return;
	}
	while (*at) {
		size_t len = strcspn(at, between);

		if (!take_word(o, r, at, len))
			return;
		at += len;
		at += strspn(at, between);
	}
}

static void discount(struct diag_list *diags, enum severity severity)
{
	diags->errors -= severity == SEVERITY_ERROR;
	diags->warnings -= severity == SEVERITY_WARNING;
	diags->notes -= severity == SEVERITY_NOTE;
}

/* Leaves in the list what is neither silenced nor deselected. */
static void sift(struct orders *o, const struct selection *selection, suppressed_list *ret)
{
	struct diag_list *diags = o->diags;
	size_t kept = 0;

	for (size_t i = 0; i < diags->all.len; i++) {
		struct diag d = diags->all.at[i];
		const struct rule *rule = rule_by_code(d.code);
		struct order *order = rule && !is_of_file(d.code) ? order_for(o, d.place.line, rule) : NULL;
		bool wanted = selection_has(selection, d.code);

		if (order)
			order->used = true;
		if (!order && wanted) {
			diags->all.at[kept++] = d;
			continue;
		}
		discount(diags, d.severity);
		if (order && wanted)
			vec_push(ret, (struct suppressed){ d, order->remark->reason });
	}
	diags->all.len = kept;
}

/* Not of what was not looked for. */
static void report_unused(struct orders *o, const struct selection *selection)
{
	for (size_t i = 0; i < o->all.len && selection_has(selection, "FL414"); i++) {
		const struct order *order = &o->all.at[i];
		struct diag *d;

		if (order->used || !selection_has(selection, order->rule->code))
			continue;
		d = diag_add(o->diags, "FL414", SEVERITY_NOTE, order->remark->place,
		             "this ignore silences nothing: there is no %s on line %u", order->rule->code, order->remark->line);
		diag_hint(o->diags, d, "take %s away from it", order->rule->code);
	}
}

void silence(struct diag_list *diags, const remark_list *remarks, const struct selection *selection,
             suppressed_list *ret)
{
	struct orders o = { .diags = diags };

	for (size_t i = 0; i < remarks->len; i++)
		take_remark(&o, &remarks->at[i]);
	sift(&o, selection, ret);
	report_unused(&o, selection);
	diag_sort(diags);
	vec_free(&o.all);
	table_release(&o.index);
}
