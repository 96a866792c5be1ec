#include "load/loader_p.h"

#include <string.h>

void *arena_copy(struct arena *a, const void *data, size_t size)
{
	void *copy = arena_alloc(a, size);

	if (size)
		memcpy(copy, data, size);
	return copy;
}

static const char *found_kind(const struct loader *l)
{
	return at(l, EVENT_MAPPING) ? "a mapping" : at(l, EVENT_LIST) ? "a list" : at_empty(l) ? "nothing" : "text";
}

void wrong_type(struct loader *l, const char *expected)
{
	if (at(l, EVENT_STOP))
		return;
	fault(&l->faults, WRONG_TYPE, now(l)->place, "expected %s, found %s", expected, found_kind(l));
	skip(l);
}

bool expect_text(struct loader *l, const char *expected)
{
	if (!at(l, EVENT_SCALAR) || at_empty(l)) {
		wrong_type(l, expected);
		return false;
	}
	if (!memchr(now(l)->text, '\0', now(l)->len))
		return true;
	fault(&l->faults, BAD_CHARACTER, now(l)->place, "text can't contain the character U+0000");
	skip(l);
	return false;
}

bool list_begin(struct loader *l, const char *expected)
{
	if (!at(l, EVENT_LIST)) {
		wrong_type(l, expected);
		return false;
	}
	next(l);
	return true;
}

bool list_more(struct loader *l)
{
	if (at(l, EVENT_STOP))
		return false;
	if (!at(l, EVENT_LIST_END))
		return true;
	next(l);
	return false;
}

struct setting take_text(struct loader *l, const char *expected)
{
	if (!expect_text(l, expected))
		return (struct setting){0};
	struct setting s = { arena_strndup(&l->arena, now(l)->text, now(l)->len), now(l)->place };
	next(l);
	return s;
}

bool check_name(struct loader *l, const char *what, const char *name, size_t len, struct place place)
{
	const char *why = name_fault(name, len);

	if (why)
		fault(&l->faults, BAD_NAME, place, "the %s's name '%s' %s", what, shown(&l->faults, name, len), why);
	return !why;
}

bool expand(struct loader *l, struct range *range, const char *text, size_t len, struct place place)
{
	const char *why;

	if (range_parse(range, text, len, &why))
		return true;
	fault(&l->faults, BAD_RANGE, place, "'%s': %s", shown(&l->faults, text, len), why);
	return false;
}

bool parse_duration(struct loader *l, struct setting s, duration *ret)
{
	const char *why;

	if (!s.text)
		return false;
	if (duration_parse(s.text, ret, &why))
		return true;
	fault(&l->faults, BAD_DURATION, s.place, "'%s' is not a duration: %s", shown_text(&l->faults, s.text), why);
	return false;
}

bool parse_number(struct loader *l, struct setting s, uint32_t least, uint32_t most, uint32_t *ret)
{
	size_t len = strlen(s.text);
	uint64_t number = 0;

	if (len && len <= 9 && strspn(s.text, "0123456789") == len)
		for (const char *c = s.text; *c; c++)
			number = number * 10 + (uint64_t)(*c - '0');
	else
		number = UINT64_MAX;
	if (number >= least && number <= most) {
		*ret = (uint32_t)number;
		return true;
	}
	fault(&l->faults, BAD_NUMBER, s.place, "'%s' is not a whole number from %u to %u",
	      shown(&l->faults, s.text, len), least, most);
	return false;
}

static void offer_words(struct loader *l, enum load_code code, const char *what, struct setting s,
                        const char *const *words)
{
	struct suggestion close = suggest_for(s.text);
	struct strbuf all = {0};

	for (const char *const *w = words; *w; w++) {
		suggest_offer(&close, *w);
		sb_addf(&all, "%s%s", w == words ? "" : ", ", *w);
	}
	struct diag *d = fault(&l->faults, code, s.place, "'%s' is no %s", shown_text(&l->faults, s.text), what);
	if (close.best)
		fault_suggest(&l->faults, d, &close);
	else
		fault_hint(&l->faults, d, "possible are: %s", sb_text(&all));
	sb_release(&all);
}

int parse_word(struct loader *l, enum load_code code, const char *what, struct setting s, const char *const *words)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], s.text))
			return i;
	offer_words(l, code, what, s, words);
	return -1;
}

void read_setting(struct loader *l, void *target, const struct field *field)
{
	struct setting *s = FIELD_TARGET(target, field);

	*s = take_text(l, "text");
}

void read_remark(struct loader *l, void *target, const struct field *field)
{
	(void)target, (void)field;
	if (at_empty(l)) {
		next(l);
	} else if (at(l, EVENT_LIST)) {
		for (next(l); list_more(l);)
			take_text(l, "text");
	} else {
		take_text(l, "text or a list of texts");
	}
}

void read_kept(struct loader *l, void *target, const struct field *field)
{
	struct tape_range *range = FIELD_TARGET(target, field);

	*range = events_capture(l->events);
}

void read_duration(struct loader *l, void *target, const struct field *field)
{
	duration *d = FIELD_TARGET(target, field);

	parse_duration(l, take_text(l, "a duration"), d);
}
