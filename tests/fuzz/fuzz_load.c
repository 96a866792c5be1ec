/* Any bytes as a file: loaded, and if there is a model, judged and checked. */
#include <stdint.h>

#include "analysis/tolerance.h"
#include "engine/state.h"
#include "load/load.h"
#include "rules/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Larger ones are slow, not different. */
enum { MAX_JUDGED_GROUPS = 64, MAX_JUDGED_DOMAINS = 256 };

static void judge(const struct model *m, struct diag_list *diags)
{
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);
	struct state *s = state_new(e);

	check_model(a, CHECK_MERGED, diags);
	for (uint32_t i = 0; i < m->nscenarios; i++)
		for (uint32_t j = 0; j < m->scenarios[i].nsteps; j++)
			state_step(s, &m->scenarios[i].steps[j], NULL);
	while (state_undo(s))
		;
	state_free(s);
	analysis_free(a);
	engine_free(e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diag_list diags = {.cap = 100};
	struct source source;
	struct model *m;

	source_from_text(&source, "fuzzed", (const char *)data, size);
	if (load_model(&source, &diags, &m) == LOAD_OK) {
		if (m->ngroups <= MAX_JUDGED_GROUPS && m->ndomains <= MAX_JUDGED_DOMAINS)
			judge(m, &diags);
		model_free(m);
	}
	diag_sort(&diags);
	diag_release(&diags);
	source_release(&source);
	return 0;
}
