/*
 * Any text as a question about a small model: it is answered or refused with a reason, ends soon, and leaves the model
 * and the state as they were.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "load/load.h"
#include "query/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char place[] =
	"faultline: 1\n"
	"levels: [region, 'LIVE', rack, node]\n"
	"topology: {a: {z1: {r: [n1, n2]}, z2: {r: [n3, kill]}}, and: {z3: {r3: [then, '-x', 'o c']}}}\n"
	"shared: {feed: {kind: power, members: [n1, n3]}}\n"
	"services:\n"
	"  s: {survive: [rack], groups: {g: [n1, n3, r3], 'h i': [n1, {at: n2, role: standby}]}}\n"
	"  t: {write: 2, ack: insync, needs: [s], groups: {'(1..4)': [n1, n2, n3]}}\n"
	"scenarios: {x: [kill n1, heal n1 and kill feed]}\n";

static const struct sql_limits limits = {200000, 2, (size_t)8 << 20, 100, 20000};

static struct query *shared_query(void)
{
	static struct query *query;

	if (!query) {
		struct diag_list diags = {0};
		struct source source;
		struct model *m;

		source_from_text(&source, "place", place, strlen(place));
		if (load_model(&source, &diags, &m) != LOAD_OK) {
			fprintf(stderr, "the place does not load: %s\n", diags.all.len ? diags.all.at[0].message : "");
			abort();
		}
		source_release(&source);
		diag_release(&diags);
		query = query_new(state_new(engine_new(m)), NULL);
	}
	return query;
}

static bool read_row(void *context, const struct sql_value *values, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		*(uint64_t *)context += values[i].type >= SQL_TEXT ? values[i].len + strlen(values[i].text ? values[i].text : "")
		                                                   : (uint64_t)values[i].number;
	return true;
}

static enum sql_end ask(const char *text, uint64_t *sum)
{
	struct sql_problem problem = {0};
	struct sql_query *q = sql_prepare(query_sql(shared_query()), text, &problem);
	struct sql_answer answer;
	enum sql_end end = q ? sql_run(q, &limits, read_row, sum, &answer, &problem) : SQL_WRONG;

	assert(end == SQL_ANSWERED || problem.message.len);
	assert(problem.at == SIZE_MAX || problem.at <= strlen(text) || end == SQL_ANSWERED);
	sql_query_free(q);
	sql_problem_release(&problem);
	return end;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint64_t at_first;
	static const char all[] = "SELECT sum(line) + count(*) * 1000 + sum(status = 'ok') FROM grps";
	char *text = xstrndup((const char *)data, size);
	uint64_t sum = 0, now = 0;

	if (!at_first)
		assert(ask(all, &at_first) == SQL_ANSWERED && at_first);
	ask(text, &sum);
	assert(ask(all, &now) == SQL_ANSWERED && now == at_first);
	free(text);
	return 0;
}
