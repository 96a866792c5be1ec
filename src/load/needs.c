/*
 * What a service needs: read with the service, resolved when all services are known.
 */
#include <stdlib.h>
#include <string.h>

#include "load/loader_p.h"

/* ---- reading ---- */

static const char *const mode_names[] = {
	[NEED_DOWN] = "down", [NEED_READ_ONLY] = "read-only", [NEED_FREEZE] = "freeze", NULL,
};

static void read_need_list(struct loader *l, uint32_t service)
{
	for (next(l); list_more(l);) {
		struct setting name = take_text(l, "the name of a service");
		if (name.text)
			vec_push(&l->needs, (struct raw_need){ service, NEED_DOWN, name });
	}
}

static void read_need_mapping(struct loader *l, uint32_t service)
{
	struct entries e;

	if (!entries_begin(l, &e, "a list of services, or a mapping from services to down, read-only or freeze"))
		return;
	while (entries_next(l, &e)) {
		struct setting mode = take_text(l, "down, read-only or freeze");
		int word = mode.text ? parse_word(l, UNKNOWN_WORD, "mode of a need", mode, mode_names) : -1;
		if (word >= 0)
			vec_push(&l->needs,
			         (struct raw_need){ service, (enum need_mode)word, { e.now.name, e.now.place } });
	}
}

void read_needs(struct loader *l, uint32_t service)
{
	if (at(l, EVENT_LIST))
		read_need_list(l, service);
	else
		read_need_mapping(l, service);
}

/* ---- resolving ---- */

static uint32_t find_service(const struct loader *l, const char *name)
{
	uint64_t key = hash_bytes(name, strlen(name));

	for (uint32_t i = table_first(&l->service_index, key); i != TABLE_END; i = table_next(&l->service_index, key,
	                                                                                      i)) {
		uint32_t s = table_value(&l->service_index, i);
		if (!strcmp(str_text(l->builder.model->strings, l->services.at[s].name), name))
			return s;
	}
	return NO_SERVICE;
}

static void report_unknown_need(struct loader *l, struct setting name)
{
	struct suggestion s = suggest_for(name.text);

	if (may_compare(&l->faults, l->services.len))
		for (size_t i = 0; i < l->services.len; i++)
			suggest_offer(&s, str_text(l->builder.model->strings, l->services.at[i].name));
	struct diag *d = fault(&l->faults, UNKNOWN_NEED, name.place, "there is no service '%s'",
	                       shown_text(&l->faults, name.text));
	fault_suggest(&l->faults, d, &s);
}

/* A service's needs lie in a row. */
static void resolve_row(struct loader *l, const struct raw_need *raw, uint32_t n)
{
	struct service *s = &l->services.at[raw->service];
	struct table seen = {0};

	s->needs = arena_alloc(&l->builder.model->arena, n * sizeof(*s->needs));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t needed = find_service(l, raw[i].name.text);
		uint32_t first = needed == NO_SERVICE ? TABLE_END : table_first(&seen, needed);
		if (needed == NO_SERVICE) {
			report_unknown_need(l, raw[i].name);
		} else if (first != TABLE_END) {
			report_duplicate(l, DUPLICATE_NAME, raw[i].name.text, strlen(raw[i].name.text),
			                 raw[i].name.place,
			                 s->needs[table_value(&seen, first)].place);
		} else {
			table_add(&seen, needed, s->nneeds);
			s->needs[s->nneeds++] = (struct need){ needed, raw[i].mode, raw[i].name.place };
		}
	}
	table_release(&seen);
}

/* ---- circles ---- */

struct visit {
	uint32_t service;
	uint32_t next; /* of its needs */
};

/* A walk along needs, without recursion: there may be very many services. */
struct walk {
	enum { WALK_NEW, WALK_OPEN, WALK_DONE } *states;
	VEC(struct visit) path;
};

static void report_circle(struct loader *l, const struct walk *w, const struct need *need)
{
	struct strbuf circle = {0};
	size_t i = w->path.len;

	while (i && w->path.at[i - 1].service != need->service)
		i--;
	for (i--; i < w->path.len && circle.len < 200; i++) {
		str_id name = l->services.at[w->path.at[i].service].name;
		sb_addf(&circle, "%s%s", circle.len ? " needs " : "",
		        shown(&l->faults, str_text(l->builder.model->strings, name),
		              str_len(l->builder.model->strings, name)));
	}
	str_id name = l->services.at[need->service].name;
	sb_addf(&circle, " needs %s%s", i < w->path.len ? "\xe2\x80\xa6 needs " : "",
	        shown(&l->faults, str_text(l->builder.model->strings, name), str_len(l->builder.model->strings, name)));
	fault(&l->faults, CIRCULAR_NEEDS, need->place, "a circle of needs: %s", sb_text(&circle));
	sb_release(&circle);
}

static void walk_from(struct loader *l, struct walk *w, uint32_t service)
{
	vec_push(&w->path, (struct visit){ service, 0 });
	w->states[service] = WALK_OPEN;
	while (w->path.len) {
		struct visit *v = &w->path.at[w->path.len - 1];
		const struct service *s = &l->services.at[v->service];
		if (v->next == s->nneeds) {
			w->states[v->service] = WALK_DONE;
			w->path.len--;
			continue;
		}
		const struct need *need = &s->needs[v->next++];
		if (w->states[need->service] == WALK_OPEN) {
			report_circle(l, w, need);
		} else if (w->states[need->service] == WALK_NEW) {
			w->states[need->service] = WALK_OPEN;
			vec_push(&w->path, (struct visit){ need->service, 0 });
		}
	}
}

static void check_circles(struct loader *l)
{
	struct walk w = { .states = xcalloc(l->services.len + 1, sizeof(*w.states)) };

	for (uint32_t s = 0; s < l->services.len; s++)
		if (w.states[s] == WALK_NEW)
			walk_from(l, &w, s);
	free(w.states);
	vec_free(&w.path);
}

void resolve_needs(struct loader *l)
{
	for (size_t i = 0, n; i < l->needs.len; i += n) {
		for (n = 1; i + n < l->needs.len && l->needs.at[i + n].service == l->needs.at[i].service;)
			n++;
		resolve_row(l, &l->needs.at[i], (uint32_t)n);
	}
	check_circles(l);
}
