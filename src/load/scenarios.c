/*
 * The section `scenarios`: read last, as its actions may name anything.
 */
#include <stdlib.h>
#include <string.h>

#include "load/loader_p.h"

#define MAX_BAD_STEPS 100 /* each may cost a search through all names */

struct scenario_list {
	VEC(struct scenario) all;
	unsigned bad;
};

static void read_step(struct loader *l, struct model *m, struct scenario_list *list, step_list *steps)
{
	struct setting s = take_text(l, "a step like 'kill us-east-1a and drain rack-1'");
	size_t before = steps->len;
	const char *why;

	if (!s.text || list->bad >= MAX_BAD_STEPS)
		return;
	if (!actions_parse_text(m, s.text, &m->arena, steps, &why))
		fault(&l->faults, BAD_SCENARIO, s.place, "%s", why);
	else if (steps->len == before)
		fault(&l->faults, BAD_SCENARIO, s.place, "a step without actions");
	else
		return;
	list->bad++;
}

static void read_scenario(struct loader *l, struct model *m, struct scenario_list *list, const struct entry *entry)
{
	struct scenario scenario = { .name = arena_strndup(&m->arena, entry->name, entry->len), .place = entry->place };
	step_list steps = {0};

	check_name(l, "scenario", entry->name, entry->len, entry->place);
	if (at_empty(l))
		next(l);
	else if (list_begin(l, "a list of steps"))
		while (list_more(l))
			read_step(l, m, list, &steps);
	scenario.nsteps = (uint32_t)steps.len;
	scenario.steps = ARENA_COPY(&m->arena, &steps);
	vec_free(&steps);
	vec_push(&list->all, scenario);
}

void read_scenarios(struct loader *l, struct model *m)
{
	struct scenario_list list = {0};
	struct entries e;

	if (!entries_begin(l, &e, "a mapping from scenarios to lists of steps"))
		return;
	while (entries_next(l, &e))
		read_scenario(l, m, &list, &e.now);
	m->nscenarios = (uint32_t)list.all.len;
	m->scenarios = ARENA_COPY(&m->arena, &list.all);
	vec_free(&list.all);
}
