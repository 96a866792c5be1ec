#include <string.h>

#include "load/loader_p.h"
#include "model/names.h"

/* ---- domains ---- */

static place_id known_reference(const struct loader *l, uint64_t key, const char *text, size_t len)
{
	for (uint32_t i = table_first(&l->ref_index, key); i != TABLE_END; i = table_next(&l->ref_index, key, i)) {
		const struct known_ref *ref = &l->refs.at[table_value(&l->ref_index, i)];
		if (str_len(l->texts, ref->text) == len && !memcmp(str_text(l->texts, ref->text), text, len))
			return ref->place;
	}
	return NO_PLACE;
}

static void report_unresolved(struct loader *l, enum resolve_result result, const char *text, size_t len, struct place place)
{
	enum load_code code = result == RESOLVE_AMBIGUOUS ? AMBIGUOUS_DOMAIN : UNKNOWN_DOMAIN;
	const struct model *m = l->builder.model;

	if (may_compare(&l->faults, m->ndomains))
		fault(&l->faults, code, place, "%s", resolve_why(m, text, len, &l->arena));
	else
		fault(&l->faults, code, place, "'%s' names %s", shown(&l->faults, text, len),
		      result == RESOLVE_AMBIGUOUS ? "several domains" : "no domain");
}

place_id find_place(struct loader *l, const char *text, size_t len, struct place place)
{
	uint64_t key = hash_bytes(text, len);
	place_id found = known_reference(l, key, text, len);

	if (found != NO_PLACE)
		return found;
	enum resolve_result result = resolve_place(l->builder.model, text, len, &found, NULL, 0, NULL);
	if (result != RESOLVE_OK) {
		report_unresolved(l, result, text, len, place);
		return NO_PLACE;
	}
	table_add(&l->ref_index, key, (uint32_t)l->refs.len);
	vec_push(&l->refs, (struct known_ref){ str_add(l->texts, text, len), found });
	return found;
}

domain_id find_domain(struct loader *l, const char *text, size_t len, struct place place)
{
	place_id found = find_place(l, text, len, place);

	if (found == NO_PLACE || (found != ROOT && found < l->builder.model->ndomains))
		return found;
	fault(&l->faults, NOT_A_TREE_DOMAIN, place, "'%s' is %s: a domain of the tree is meant here", shown(&l->faults, text, len),
	      found == ROOT ? "the root" : "a shared domain");
	return NO_DOMAIN;
}

static void take_range(struct loader *l, domain_list *domains)
{
	struct place place = now(l)->place;
	struct range range;

	if (!expand(l, &range, now(l)->text, now(l)->len, place) || !events_count(l->events, range.count - 1, place))
		return;
	for (uint64_t i = 0; i < range.count; i++) {
		range_name(&range, i, &l->name);
		domain_id d = find_domain(l, sb_text(&l->name), l->name.len, place);
		if (d == NO_DOMAIN)
			return;
		vec_push(domains, d);
	}
}

void take_references(struct loader *l, domain_list *domains)
{
	const struct event *ev = now(l);

	if (ev->kind != EVENT_SCALAR || at_empty(l)) {
		wrong_type(l, "the name of a domain");
		return;
	}
	if (memchr(ev->text, '(', ev->len)) {
		take_range(l, domains);
	} else {
		domain_id d = find_domain(l, ev->text, ev->len, ev->place);
		if (d != NO_DOMAIN)
			vec_push(domains, d);
	}
	next(l);
}

/* ---- levels ---- */

uint8_t find_level(struct loader *l, const char *text, size_t len, struct place place)
{
	const struct model *m = l->builder.model;
	unsigned level = level_named(m, text, len);

	if (level)
		return (uint8_t)level;
	if (len == 6 && !memcmp(text, "shared", 6))
		return LEVEL_SHARED;
	struct strbuf all = {0};
	const char *name = shown(&l->faults, text, len);
	struct suggestion s = suggest_for(name);
	for (uint32_t i = 0; i < m->nlevels; i++)
		suggest_offer(&s, m->levels[i]);
	sb_add_list(&all, m->levels, m->nlevels, "and");
	struct diag *d = fault(&l->faults, UNKNOWN_LEVEL, place, "'%s' is not a level", name);
	if (s.best)
		fault_suggest(&l->faults, d, &s);
	else
		fault_hint(&l->faults, d, "the levels are %s", sb_text(&all));
	sb_release(&all);
	return 0;
}
