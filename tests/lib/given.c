#include "lib/given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "load/load.h"

struct model *given_model(const char *yaml)
{
	struct diag_list diags = {0};
	struct source source;
	struct model *m = NULL;
	enum load_result result;

	source_from_text(&source, "given.yaml", yaml, strlen(yaml));
	result = load_model(&source, &diags, &m);
	source_release(&source);
	if (result != LOAD_OK) {
		for (size_t i = 0; i < diags.all.len; i++)
			print_error("given.yaml:%u:%u: %s\n", diags.all.at[i].place.line, diags.all.at[i].place.col,
			            diags.all.at[i].message);
		fputs(yaml, stderr); /* cmocka's own printing cuts long texts */
		fail_msg("the given model can't be loaded");
	}
	diag_release(&diags);
	return m;
}

step_list given_steps(const struct model *m, const char *actions, struct arena *arena)
{
	step_list steps = {0};
	const char *why = NULL;

	if (!actions_parse_text(m, actions, arena, &steps, &why))
		fail_msg("'%s': %s", actions, why);
	return steps;
}

void sb_add_outcome(struct strbuf *sb, const struct outcome *o)
{
	char rpo[32], rto[32];

	sb_addf(sb, "writes %s, reads %s, data %s, status %s, rpo %s, rto %s, live %u, leader %u%s%s%s%s",
	        answer_names[o->writes], answer_names[o->reads], data_names[o->data], status_names[o->status],
	        duration_text(o->rpo, rpo), duration_text(o->rto, rto), o->live, o->leader,
	        o->promoted ? ", promoted" : "", o->accepted ? ", accepted" : "",
	        o->fallback ? ", fallback" : "", o->split ? ", split" : "");
	if (o->split)
		sb_addf(sb, " into %u", o->sides);
}

bool outcomes_equal(const struct outcome *a, const struct outcome *b, bool has_leader)
{
	return a->writes == b->writes && a->reads == b->reads && a->data == b->data && a->status == b->status
	       && a->promoted == b->promoted && a->accepted == b->accepted && a->fallback == b->fallback
	       && a->split == b->split && a->sides == b->sides && a->live == b->live
	       && (!has_leader || a->leader == b->leader)
	       && a->rpo == b->rpo && a->rto == b->rto;
}
