#include <string.h>

#include "load/loader_p.h"
#include "model/names.h"

/* ---- domains ---- */

/*
 * References that were resolved before, by hash, two neighbours for each: a newer one takes the place of an older
 * one. They share a cache line, so looking up one of the few domains that a million groups name is one access.
 */
struct known_ref {
	place_id place;
	uint8_t len; /* 0: free */
	char text[27];
};

#define CACHE_LINE 64
#define KNOWN_REFS 65536 /* only those that are used cost memory */

static bool is_known_as(const struct known_ref *known, const char *text, size_t len)
{
	return known->len == len && !memcmp(known->text, text, len);
}

/* Aligned to a cache line. */
static struct known_ref *new_known_refs(struct loader *l)
{
	l->refs_memory = xcalloc(KNOWN_REFS * sizeof(struct known_ref) + CACHE_LINE, 1);
	return (struct known_ref *)(((uintptr_t)l->refs_memory + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE);
}

static struct known_ref *known_slot(const struct loader *l, uint64_t hash)
{
	return &l->refs[hash % KNOWN_REFS];
}

/* Where the reference is, or should be put; NULL for one that is too long. */
static struct known_ref *known_ref(struct loader *l, const char *text, size_t len, uint64_t hash)
{
	if (len > sizeof(l->refs->text))
		return NULL;
	if (!l->refs)
		l->refs = new_known_refs(l);
	struct known_ref *known = known_slot(l, hash), *neighbour = known_slot(l, hash ^ 1);
	return !is_known_as(known, text, len) && (known->len || is_known_as(neighbour, text, len)) ? neighbour : known;
}

static void report_unresolved(struct loader *l, enum resolve_result result, const char *text, size_t len,
                              struct place place)
{
	enum load_code code = result == RESOLVE_AMBIGUOUS ? AMBIGUOUS_DOMAIN : UNKNOWN_DOMAIN;
	const struct model *m = l->builder.model;

	if (may_compare(&l->faults, m->ndomains))
		fault(&l->faults, code, place, "%s", resolve_why(m, text, len, &l->arena));
	else
		fault(&l->faults, code, place, "'%s' names %s", shown(&l->faults, text, len),
		      result == RESOLVE_AMBIGUOUS ? "several domains" : "no domain");
}

static place_id find_hashed_place(struct loader *l, const char *text, size_t len, uint64_t hash, struct place place)
{
	struct known_ref *known = known_ref(l, text, len, hash);
	place_id found;

	if (known && is_known_as(known, text, len))
		return known->place;
	enum resolve_result result = resolve_place(l->builder.model, text, len, &found, NULL, 0, NULL);
	if (result != RESOLVE_OK) {
		report_unresolved(l, result, text, len, place);
		return NO_PLACE;
	}
	if (known) {
		known->place = found;
		known->len = (uint8_t)len;
		memcpy(known->text, text, len);
	}
	return found;
}

place_id find_place(struct loader *l, const char *text, size_t len, struct place place)
{
	return find_hashed_place(l, text, len, hash_bytes(text, len), place);
}

static domain_id find_hashed_domain(struct loader *l, const char *text, size_t len, uint64_t hash, struct place place)
{
	place_id found = find_hashed_place(l, text, len, hash, place);

	if (found == NO_PLACE || (found != ROOT && found < l->builder.model->ndomains))
		return found;
	fault(&l->faults, NOT_A_TREE_DOMAIN, place, "'%s' is %s: a domain of the tree is meant here",
	      shown(&l->faults, text, len),
	      found == ROOT ? "the root" : "a shared domain");
	return NO_DOMAIN;
}

domain_id find_domain(struct loader *l, const char *text, size_t len, struct place place)
{
	return find_hashed_domain(l, text, len, hash_bytes(text, len), place);
}

/* ---- looking up while reading on ---- */

bool put_off_reference(struct loader *l)
{
	const struct event *ev = now(l);
	struct put_off *p = &l->put_off;

	if (!ev->len || p->n == MAX_PUT_OFF || p->used + ev->len > sizeof(p->text) || memchr(ev->text, '(', ev->len))
		return false;
	struct put_off_ref *ref = &p->refs[p->n++];
	*ref = (struct put_off_ref){ hash_bytes(ev->text, ev->len), ev->place, p->used, ev->len };
	memcpy(p->text + p->used, ev->text, ev->len);
	p->used += ev->len;
	if (l->refs)
		__builtin_prefetch(known_slot(l, ref->hash));
	next(l);
	return true;
}

domain_id find_put_off(struct loader *l, size_t i)
{
	const struct put_off_ref *ref = &l->put_off.refs[i];

	return find_hashed_domain(l, l->put_off.text + ref->text, ref->len, ref->hash, ref->place);
}

static void take_range(struct loader *l, domain_list *domains)
{
	struct place place = now(l)->place;
	struct range range;

	if (!expand(l, &range, now(l)->text, now(l)->len, place) ||
	    !events_repeat(l->events, range.count - 1, (struct amount){ 1, range.len }, place))
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
