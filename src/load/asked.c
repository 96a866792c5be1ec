/*
 * The section `rules`: questions in SQL for `check`. What they ask is looked at by those who can answer it.
 */
#include "load/loader_p.h"

struct rule_text {
	struct setting sql, message, severity;
};

static const struct field rule_fields[] = {
	{ "sql", read_setting, offsetof(struct rule_text, sql) },
	{ "message", read_setting, offsetof(struct rule_text, message) },
	{ "severity", read_setting, offsetof(struct rule_text, severity) },
};

const struct record rule_record = {
	"a mapping with 'sql'", rule_fields, sizeof(rule_fields) / sizeof(*rule_fields), NULL,
};

static enum severity read_severity(struct loader *l, struct setting s)
{
	static const char *const words[] = {
		[SEVERITY_NOTE] = "note", [SEVERITY_WARNING] = "warning", [SEVERITY_ERROR] = "error", NULL,
	};
	int word = s.text ? parse_word(l, UNKNOWN_WORD, "severity", s, words) : -1;

	return word < 0 ? SEVERITY_ERROR : (enum severity)word;
}

static struct asked_rule read_rule(struct loader *l, const struct entry *entry)
{
	struct arena *arena = &l->builder.model->arena;
	struct asked_rule rule = { .name = arena_strndup(arena, entry->name, entry->len), .place = entry->place };
	struct rule_text text = {0};
	struct place seen[MAX_FIELDS] = {{0}};

	check_name(l, "rule", entry->name, entry->len, entry->place);
	record_read(l, &rule_record, &text, seen);
	if (!seen[0].line && !at(l, EVENT_STOP))
		fault(&l->faults, MISSING_KEY, entry->place, "a rule needs 'sql', the question whose rows are its findings");
	rule.sql = arena_strdup(arena, text.sql.text ? text.sql.text : "");
	rule.sql_place = text.sql.place;
	rule.message = text.message.text ? arena_strdup(arena, text.message.text) : NULL;
	rule.message_place = text.message.place;
	rule.severity = read_severity(l, text.severity);
	return rule;
}

void read_rules(struct loader *l)
{
	struct model *m = l->builder.model;
	VEC(struct asked_rule) all = {0};
	struct entries e;

	if (!entries_begin(l, &e, "a mapping from rules to what they ask"))
		return;
	while (entries_next(l, &e)) {
		struct asked_rule rule = read_rule(l, &e.now);

		vec_push(&all, rule);
	}
	m->nrules = (uint32_t)all.len;
	m->rules = ARENA_COPY(&m->arena, &all);
	vec_free(&all);
}
