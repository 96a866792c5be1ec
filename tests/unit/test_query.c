/*
 * The tables of a placement: against the slow twin and plain loops over random models, by every path and by none.
 *
 * FAULTLINE_SEED=n starts from another seed; a failure prints it with the model.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis/tolerance.h"
#include "base/text.h"
#include "lib/given.h"
#include "lib/randoms.h"
#include "lib/twin.h"
#include "model/names.h"
#include "query/query.h"
#include "rules/rules.h"

#define TRIALS 150
#define STEPS 3

struct trial {
	uint64_t seed;
	struct rng rng;
	struct plan plan;
	struct strbuf yaml, actions;
	struct model *m;
	struct engine *e;
	struct state *s;
	struct twin *twin;
	struct query *q;
};

static uint64_t first_seed(void)
{
	const char *text = getenv("FAULTLINE_SEED");

	return text ? strtoull(text, NULL, 10) : 1;
}

static void take_steps(struct trial *t, const char *actions)
{
	struct arena arena = {0};
	step_list steps = given_steps(t->m, actions, &arena);

	for (size_t i = 0; i < steps.len; i++) {
		state_step(t->s, &steps.at[i], NULL);
		twin_step(t->twin, &steps.at[i]);
	}
	vec_free(&steps);
	arena_release(&arena);
}

static void trial_start(struct trial *t, uint64_t seed)
{
	*t = (struct trial){.seed = seed, .rng = rng_seeded(seed)};
	plan_make(&t->plan, &t->rng);
	sb_add_plan(&t->yaml, &t->plan, IN_ORDER);
	sb_add_random_actions(&t->actions, &t->plan, &t->rng, rng_below(&t->rng, STEPS + 1));
	t->m = given_model(sb_text(&t->yaml));
	t->e = engine_new(t->m);
	t->s = state_new(t->e);
	t->twin = twin_new(t->m);
	take_steps(t, sb_text(&t->actions));
	t->q = query_new(t->s, NULL);
}

static void trial_end(struct trial *t)
{
	query_free(t->q);
	twin_free(t->twin);
	state_free(t->s);
	engine_free(t->e);
	model_free(t->m);
	sb_release(&t->yaml);
	sb_release(&t->actions);
}

static bool add_row(void *context, const struct sql_value *values, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		sb_add(context, i ? "|" : "");
		if (values[i].type == SQL_INT)
			sb_addf(context, "%lld", (long long)values[i].number);
		else if (values[i].type == SQL_REAL)
			sb_addf(context, "%.15g", values[i].real);
		else if (values[i].type == SQL_TEXT)
			sb_addn(context, values[i].text, values[i].len);
	}
	sb_addc(context, '\n');
	return true;
}

static char *ask(const struct trial *t, const char *text)
{
	struct strbuf rows = {0};
	struct sql_answer answer;
	struct sql_problem problem = {0};
	struct sql_query *q = sql_prepare(query_sql(t->q), text, &problem);

	if (!q || sql_run(q, &sql_limits_of_rules, add_row, &rows, &answer, &problem) != SQL_ANSWERED)
		fail_msg("%s: %s\n%s", text, sb_text(&problem.message), sb_text(&t->yaml));
	assert_false(answer.more);
	sql_query_free(q);
	sql_problem_release(&problem);
	return rows.text ? rows.text : xstrdup("");
}

/* Asks, and compares with what `expected` holds, which is released. */
static void must_be(const struct trial *t, const char *text, struct strbuf *expected)
{
	char *found = ask(t, text);

	if (strcmp(found, sb_text(expected)) != 0) {
		/* cmocka's own printing cuts long texts */
		fprintf(stderr, "FAULTLINE_SEED=%llu\n%s%s\n%s\ngives\n%s\nnot\n%s", (unsigned long long)t->seed,
		        sb_text(&t->yaml), sb_text(&t->actions), text, found, sb_text(expected));
		fail_msg("with FAULTLINE_SEED=%llu other rows than expected", (unsigned long long)t->seed);
	}
	free(found);
	sb_release(expected);
}

/* ---- outcomes, against the twin ---- */

static void sb_add_limit(struct strbuf *sb, duration d)
{
	if (d == DURATION_NONE)
		sb_add(sb, "inf");
	else
		sb_addf(sb, "%.15g", duration_seconds(d));
}

static void sb_add_twin_outcome(struct strbuf *sb, const struct model *m, const struct twin *twin, uint32_t g)
{
	struct outcome o = twin_outcome(twin, g);

	sb_addf(sb, "%u|%s|%s|%s|%s|", g, status_names[o.status], answer_names[o.writes], answer_names[o.reads],
	        data_names[o.data]);
	sb_add_limit(sb, o.rpo);
	sb_addc(sb, '|');
	sb_add_limit(sb, o.rto);
	sb_addf(sb, "|%u|", o.live);
	if (m->services[model_service_of(m, g)].sem.leader)
		sb_addf(sb, "%u", m->first_replica[g] + o.leader);
	sb_addf(sb, "|%d|%d\n", o.fallback, o.split);
}

#define OUTCOME "status, writes, reads, data, rpo, rto, live, leader, fallback, split"

static void groups__stand_as_the_twin_says(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed(); seed < first_seed() + TRIALS; seed++) {
		struct trial t;
		struct strbuf expected = {0};

		trial_start(&t, seed);
		for (uint32_t g = 0; g < t.m->ngroups; g++)
			sb_add_twin_outcome(&expected, t.m, t.twin, g);
		must_be(&t, "SELECT id, " OUTCOME " FROM grps", &expected);
		trial_end(&t);
	}
}

/* Again and again in one query, each time from the same state. */
static void trials__come_to_what_the_twin_says(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed(); seed < first_seed() + TRIALS; seed++) {
		struct trial t;
		struct strbuf expected = {0};

		trial_start(&t, seed);
		for (domain_id d = 1; d < t.m->ndomains; d++) {
			struct action kill = {VERB_KILL, d, NO_PLACE, NO_SERVICE, NO_GROUP};
			uint32_t lost = 0, stopped = 0;

			twin_step(t.twin, &(struct step){&kill, 1});
			for (uint32_t g = 0; g < t.m->ngroups; g++) {
				struct outcome o = twin_outcome(t.twin, g);

				lost += o.data == DATA_LOST;
				stopped += o.writes == ANSWER_NO;
			}
			twin_undo(t.twin);
			sb_addf(&expected, "%u|%u|%u|%u\n", d, t.m->ngroups, stopped, lost);
		}
		must_be(&t, "SELECT id, v.groups, v.no_writes, v.lost FROM domains, verdict('kill ' || word) v WHERE id > 0 "
		        "ORDER BY id", &expected);
		trial_end(&t);
	}
}

static void outcomes_of_actions__are_those_of_the_twin(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed(); seed < first_seed() + TRIALS; seed++) {
		struct trial t;
		struct strbuf expected = {0}, more = {0}, text = {0};

		trial_start(&t, seed);
		sb_add_random_actions(&more, &t.plan, &t.rng, 2);
		sb_addf(&text, "SELECT grp, " OUTCOME " FROM outcomes('%s') ORDER BY grp", sb_text(&more));
		free(ask(&t, sb_text(&text))); /* and it leaves no trace */
		{
			struct arena arena = {0};
			step_list steps = given_steps(t.m, sb_text(&more), &arena);

			for (size_t i = 0; i < steps.len; i++)
				twin_step(t.twin, &steps.at[i]);
			vec_free(&steps);
			arena_release(&arena);
		}
		for (uint32_t g = 0; g < t.m->ngroups; g++)
			sb_add_twin_outcome(&expected, t.m, t.twin, g);
		must_be(&t, sb_text(&text), &expected);
		sb_release(&more);
		sb_release(&text);
		trial_end(&t);
	}
}

static void tolerances__are_those_of_the_analysis(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed(); seed < first_seed() + 40; seed++) {
		struct trial t;
		struct strbuf expected = {0};
		struct analysis *a;

		trial_start(&t, seed);
		a = analysis_new(t.e);
		for (uint32_t s = 0; s < t.m->nservices; s++)
			for (uint32_t level = 1; level <= t.m->nlevels; level++)
				for (enum target target = 0; target < TARGETS; target++) {
					struct tolerance tolerance;

					analysis_tolerance(a, s, &tolerance);
					sb_addf(&expected, "%u|%s|%s|", s, t.m->levels[level - 1], target_names[target]);
					if (tolerance.at[target][level] == TOLERANCE_UNBREAKABLE)
						sb_add(&expected, "inf\n");
					else
						sb_addf(&expected, "%d\n", tolerance.at[target][level]);
				}
		must_be(&t, "SELECT service, level, target, tolerance FROM tolerances", &expected);
		analysis_free(a);
		trial_end(&t);
	}
}

/* ---- the model, against plain loops ---- */

static bool is_gone(const struct trial *t, domain_id d, bool drained_too)
{
	for (place_id p = 0; p < t->m->ndomains + t->m->nshared; p++)
		if (place_covers(t->m, p, d) && (state_mark(t->s, p) == MARK_KILLED ||
		    (drained_too && state_mark(t->s, p) == MARK_DRAINED)))
			return true;
	return false;
}

static void sb_add_text_path(struct strbuf *sb, const struct model *m, domain_id d)
{
	if (d != NO_DOMAIN)
		sb_add_path(sb, m, d);
}

static void domains__are_those_of_the_model(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed(); seed < first_seed() + TRIALS; seed++) {
		struct trial t;
		struct strbuf expected = {0};

		trial_start(&t, seed);
		for (domain_id d = 1; d < t.m->ndomains; d++) {
			sb_addf(&expected, "%u|%u|%u|%s|", d, t.m->domains[d].parent, t.m->domains[d].end - 1, place_name(t.m, d));
			sb_add_path(&expected, t.m, d);
			sb_addf(&expected, "|%s|%s|%u\n", place_level_name(t.m, d),
			        is_gone(&t, d, false) ? "killed" : is_gone(&t, d, true) ? "drained" : "up",
			        t.m->domains[d].place.line);
		}
		must_be(&t, "SELECT id, parent, last, name, path, level, state, line FROM domains WHERE id > 0", &expected);
		trial_end(&t);
	}
}

static void replicas__are_those_of_the_model(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed(); seed < first_seed() + TRIALS; seed++) {
		struct trial t;
		struct strbuf expected = {0}, text = {0};

		trial_start(&t, seed);
		for (uint32_t g = 0; g < t.m->ngroups; g++) {
			struct replica_why seats[PLAN_REPLICAS];
			struct group_why why = {.replicas = seats};

			state_why(t.s, g, &why);
			for (uint32_t i = 0; i < group_size(t.m, g); i++) {
				domain_id d = group_places(t.m, g)[i];

				sb_addf(&expected, "%u|%u|%u|%u|%u|%s|%s|%d|%d", t.m->first_replica[g] + i, g,
				        model_service_of(t.m, g), i + 1, d, role_info[group_roles(t.m, g)[i]].name,
				        seats[i].role < ROLES ? role_info[seats[i].role].name : "", seats[i].live, !is_gone(&t, d, false));
				for (uint32_t level = 1; level <= t.m->nlevels; level++) {
					sb_addc(&expected, '|');
					sb_add_text_path(&expected, t.m, domain_at_level(t.m, d, level));
				}
				sb_addc(&expected, '\n');
			}
		}
		sb_add(&text, "SELECT id, grp, service, n, domain, role, acting, live, present, ");
		for (uint32_t level = 0; level < t.m->nlevels; level++)
			sb_addf(&text, "%s\"%s\"", level ? ", " : "", t.m->levels[level]);
		sb_add(&text, " FROM replicas");
		must_be(&t, sb_text(&text), &expected);
		sb_release(&text);
		trial_end(&t);
	}
}

/* ---- by a path and by none ---- */

/* A table whose rows are all read before any is chosen: LIMIT keeps the planner from reaching into it. */
#define ALL_OF(table) "(SELECT * FROM " table " LIMIT -1)"

static const char *const questions[] = {
	/* the table, between the halves */
	"SELECT id FROM %s WHERE parent = (SELECT max(parent) FROM domains) ORDER BY 1", "domains", ALL_OF("domains"),
	"SELECT id, parent FROM %s WHERE parent IN (SELECT id FROM domains) ORDER BY 1", "domains", ALL_OF("domains"),
	"SELECT id FROM %s WHERE name = 'd3' OR name = 'd0' OR name = '' ORDER BY 1", "domains", ALL_OF("domains"),
	"SELECT id FROM %s WHERE path IN (SELECT path FROM domains) ORDER BY 1", "domains", ALL_OF("domains"),
	"SELECT id FROM %s WHERE path = '/' OR path = 'd1' OR path = '/d0/'", "domains", ALL_OF("domains"),
	"SELECT d.id, count(r.id), sum(r.id) FROM domains d LEFT JOIN %s r ON r.domain BETWEEN d.id AND d.last GROUP BY d.id",
	"replicas", ALL_OF("replicas"),
	"SELECT id FROM %s WHERE domain > 3 AND domain <= 9 ORDER BY id", "replicas", ALL_OF("replicas"),
	"SELECT domain, count(*) FROM %s GROUP BY domain", "replicas", ALL_OF("replicas"),
	"SELECT id FROM %s ORDER BY domain, id", "replicas", ALL_OF("replicas"),
	"SELECT s.name, r.id FROM services s JOIN %s r ON r.service = s.id ORDER BY 2", "replicas", ALL_OF("replicas"),
	"SELECT g.name, r.id FROM grps g JOIN %s r ON r.grp = g.id ORDER BY 2", "replicas", ALL_OF("replicas"),
	"SELECT service, sum(live) FROM %s GROUP BY service", "grps", ALL_OF("grps"),
	"SELECT s.id, g.id FROM services s JOIN %s g ON g.service = s.id ORDER BY 2", "grps", ALL_OF("grps"),
	"SELECT id FROM %s WHERE service >= 1 ORDER BY id", "grps", ALL_OF("grps"),
	"SELECT id FROM %s WHERE name = 's1'", "services", ALL_OF("services"),
	"SELECT service, domain FROM %s WHERE 0 OR service = 1", ALL_OF("replicas"), "replicas",
	"SELECT shared, domain FROM %s WHERE shared = 1 ORDER BY 2", "shared_members", ALL_OF("shared_members"),
	"SELECT s.name, m.domain FROM shared s JOIN %s m ON m.shared = s.id ORDER BY 1, 2", "shared_members",
	ALL_OF("shared_members"),
	"SELECT level, target, tolerance FROM %s WHERE service = 1", "tolerances", ALL_OF("tolerances"),
	"SELECT grp, writes FROM %s WHERE grp IN (SELECT id FROM grps WHERE id % 2)", "outcomes('kill d1')",
	ALL_OF("outcomes('kill d1')"),
	"SELECT id FROM %s WHERE id > 0 AND id < 2", "findings", ALL_OF("findings"),
	NULL
};

static char *with_table(const char *question, const char *table)
{
	struct strbuf sb = {0};
	const char *hole = strstr(question, "%s");

	sb_addn(&sb, question, (size_t)(hole - question));
	sb_add(&sb, table);
	sb_add(&sb, hole + 2);
	return sb.text;
}

static void must_agree(const struct trial *t, const char *question, const char *table, const char *all)
{
	char *by_path = with_table(question, table), *by_none = with_table(question, all), *rows = ask(t, by_none);
	struct strbuf expected = {0};

	sb_add(&expected, rows);
	must_be(t, by_path, &expected);
	free(rows);
	free(by_path);
	free(by_none);
}

/* By each level: its domains' replicas, counted and listed. */
static void must_agree_on_levels(const struct trial *t)
{
	for (uint32_t level = 0; level < t->m->nlevels; level++) {
		struct strbuf text = {0};
		const char *name = t->m->levels[level];

		sb_addf(&text, "SELECT coalesce(\"%s\", '-') AS x, count(*), sum(id) FROM %%s GROUP BY \"%s\" ORDER BY x", name, name);
		must_agree(t, sb_text(&text), "replicas", ALL_OF("replicas"));
		sb_clear(&text);
		sb_addf(&text, "SELECT d.path, r.id FROM domains d JOIN %%s r ON r.\"%s\" = d.path ORDER BY 1, 2", name);
		must_agree(t, sb_text(&text), "replicas", ALL_OF("replicas"));
		sb_release(&text);
	}
}

static void every_path__gives_the_rows_of_a_full_scan(void **state)
{
	(void)state;
	for (uint64_t seed = first_seed(); seed < first_seed() + TRIALS; seed++) {
		struct trial t;

		trial_start(&t, seed);
		for (size_t i = 0; questions[i]; i += 3)
			must_agree(&t, questions[i], questions[i + 1], questions[i + 2]);
		must_agree_on_levels(&t);
		trial_end(&t);
	}
}

static void joins__go_by_the_models_own_indexes(void **state)
{
	static const struct { const char *question, *plan; } plans[] = {
		{"SELECT 1 FROM grps g JOIN replicas r ON r.grp = g.id", "grp=?"},
		{"SELECT 1 FROM domains d JOIN replicas r ON r.domain BETWEEN d.id AND d.last", "domain>? AND domain<?"},
		{"SELECT 1 FROM replicas r CROSS JOIN domains d ON d.id = r.domain", "id=?"},
		{"SELECT 1 FROM domains WHERE parent = 1", "parent=?"},
		{"SELECT 1 FROM domains WHERE path = '/d0'", "path=?"},
		{"SELECT 1 FROM grps WHERE service = 0", "service=?"},
		{"SELECT 1 FROM shared_members WHERE shared = 0", "shared=?"},
	};
	struct trial t;

	(void)state;
	trial_start(&t, 1);
	for (size_t i = 0; i < sizeof(plans) / sizeof(*plans); i++) {
		struct strbuf text = {0};
		char *plan;

		sb_addf(&text, "EXPLAIN QUERY PLAN %s", plans[i].question);
		plan = ask(&t, sb_text(&text));
		if (!strstr(plan, plans[i].plan))
			fail_msg("%s is planned as %s", plans[i].question, plan);
		free(plan);
		sb_release(&text);
	}
	trial_end(&t);
}

/* ---- names that get in the way ---- */

static void levels_named_as_columns__get_another_name(void **state)
{
	static const char yaml[] =
		"faultline: 1\n"
		"levels: [LIVE, live_level, 'a\";DROP', select]\n"
		"topology: {x: {y: {z: [n1, n2, n3]}}}\n"
		"services: {s: {replicas: [n1, n2, {at: z, role: backup}, x]}}\n";
	struct trial t = {.seed = 0};
	struct strbuf expected = {0};

	(void)state;
	t.m = given_model(yaml);
	t.e = engine_new(t.m);
	t.s = state_new(t.e);
	t.q = query_new(t.s, NULL);
	sb_add(&expected, "/x|/x/y|/x/y/z|/x/y/z/n1\n/x|/x/y|/x/y/z|/x/y/z/n2\n/x|/x/y|/x/y/z|\n/x|||\n");
	must_be(&t, "SELECT live_level, live_level_level, \"a\"\";DROP\", \"select\" FROM replicas", &expected);
	sb_add(&expected, "|2\n/x/y/z/n1|1\n/x/y/z/n2|1\n");
	must_be(&t, "SELECT \"select\", count(*) FROM replicas GROUP BY \"select\"", &expected);
	query_free(t.q);
	state_free(t.s);
	engine_free(t.e);
	model_free(t.m);
}

/* ---- rules of the file ---- */

static void judge(const char *yaml, struct diag_list *diags)
{
	struct model *m = given_model(yaml);
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);

	query_judge_rules(a, &(struct sql_limits){5000000, 20, (size_t)64 << 20, 1000, 20000}, diags);
	analysis_free(a);
	engine_free(e);
	diags->cap = 0;
	for (size_t i = 0; i < diags->all.len; i++) { /* they outlive the model */
		struct diag *d = &diags->all.at[i];

		d->service = d->service ? arena_strdup(&diags->arena, d->service) : NULL;
		d->group = d->group ? arena_strdup(&diags->arena, d->group) : NULL;
		d->rule = arena_strdup(&diags->arena, d->rule);
	}
	model_free(m);
}

#define SOME_PLACE \
	"faultline: 1\nlevels: [az, node]\ntopology: {a: [a1, a2], b: [b1]}\n" \
	"services:\n  s:\n    groups:\n      g: [a1, b1]\n      h: [b1, a2]\n  t: {replicas: [a2]}\nrules:\n"

static void a_rule__has_a_finding_for_each_row_at_its_place(void **state)
{
	static const struct { const char *rule, *message, *service, *group; unsigned line, col; enum severity severity; } rows[] = {
		{"sql: \"SELECT id AS grp FROM grps WHERE id = 1\"", "r: grp 1", "s", "h", 8, 7, SEVERITY_ERROR},
		{"sql: \"SELECT 'h' AS GRP\", message: '{grp}!{{}}'", "r: h!{}", "s", "h", 8, 7, SEVERITY_ERROR},
		{"sql: \"SELECT 'g' AS grp, 's' AS service\"", "r: grp g, service s", "s", "g", 7, 7, SEVERITY_ERROR},
		{"sql: \"SELECT 'g' AS grp, 't' AS service\", severity: note", "r: grp g, service t", "t", NULL, 9, 3,
		 SEVERITY_NOTE},
		{"sql: \"SELECT 1 AS service, 2.5 x\", severity: warning, message: 'x {x} {', ", "r: x 2.5 {", "t", NULL, 9, 3,
		 SEVERITY_WARNING},
		{"sql: \"SELECT 9 AS service, NULL AS x\", message: '{x}'", "r: nothing", NULL, NULL, 11, 3, SEVERITY_ERROR},
		{"sql: \"SELECT char(27) || '[31m' AS x\", message: '{X}'", "r: \\x1b[31m", NULL, NULL, 11, 3, SEVERITY_ERROR},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag_list diags = {0};
		struct strbuf yaml = {0};
		const struct diag *d;

		sb_addf(&yaml, SOME_PLACE "  r: {%s}\n", rows[i].rule);
		judge(sb_text(&yaml), &diags);
		assert_int_equal(diags.all.len, 1);
		d = &diags.all.at[0];
		assert_string_equal(d->code, "FL501");
		assert_string_equal(d->rule, "r");
		assert_string_equal(d->message, rows[i].message);
		assert_int_equal(d->severity, rows[i].severity);
		assert_int_equal(d->place.line, rows[i].line);
		assert_int_equal(d->place.col, rows[i].col);
		assert_string_equal(d->service ? d->service : "-", rows[i].service ? rows[i].service : "-");
		assert_string_equal(d->group ? d->group : "-", rows[i].group ? rows[i].group : "-");
		diag_release(&diags);
		sb_release(&yaml);
	}
}

static void a_rule_that_is_wrong_or_has_no_end__is_told_at_its_line(void **state)
{
	static const struct { const char *rule, *code, *message; } rows[] = {
		{"sql: SELECT nam FROM grps", "FL075", "the rule 'r' can't be asked: no such column: nam"},
		{"sql: ''", "FL075", "the rule 'r' can't be asked: there is no query"},
		{"sql: \"ATTACH '/tmp/x' AS x\"", "FL075", "the rule 'r' can't be asked: ATTACH is not allowed: a query may only SELECT"},
		{"sql: SELECT 1 AS a, message: 'b {b}'", "FL075", "the rule 'r' has no column 'b' for its message"},
		{"sql: \"SELECT * FROM verdict('kill x')\"", "FL502", "the rule 'r' has no answer: no domain is named 'x'"},
		{"sql: \"SELECT 1 FROM verdict('') a, verdict('') b, verdict('') c, verdict('') d, verdict('') e, verdict('') f,"
		 " verdict('') g, verdict('') h, verdict('') i, verdict('') j, verdict('') k, verdict('') l, verdict('') m,"
		 " verdict('') n, verdict('') o, verdict('') p, verdict('') q\"", "FL502",
		 "the rule 'r' has no answer: too many verdicts and outcomes in one query"},
		{"sql: 'SELECT max(a.id + b.id) FROM domains a, domains b, domains c, domains d, domains e, domains f, domains g,"
		 " domains h, domains i, domains j, domains k, domains l, domains m, domains n, domains o, domains p'", "FL502",
		 "the rule 'r' was ended: it takes too many steps"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct diag_list diags = {0};
		struct strbuf yaml = {0};

		sb_addf(&yaml, SOME_PLACE "  r: {%s}\n", rows[i].rule);
		judge(sb_text(&yaml), &diags);
		assert_int_equal(diags.all.len, 1);
		assert_string_equal(diags.all.at[0].message, rows[i].message);
		assert_string_equal(diags.all.at[0].code, rows[i].code);
		assert_int_equal(diags.all.at[0].place.line, 11);
		assert_int_equal(diags.all.at[0].severity, SEVERITY_ERROR);
		diag_release(&diags);
		sb_release(&yaml);
	}
}

static void a_rule_with_too_many_rows__says_so(void **state)
{
	struct diag_list diags = {0};

	(void)state;
	judge(SOME_PLACE "  r: {severity: note, sql: WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t}\n",
	      &diags);
	assert_int_equal(diags.notes, 1001);
	assert_string_equal(diags.all.at[1000].code, "FL502");
	assert_string_equal(diags.all.at[1000].message, "the rule 'r' has more than 1000 rows: the others are left out");
	diag_release(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups__stand_as_the_twin_says),
		cmocka_unit_test(trials__come_to_what_the_twin_says),
		cmocka_unit_test(outcomes_of_actions__are_those_of_the_twin),
		cmocka_unit_test(tolerances__are_those_of_the_analysis),
		cmocka_unit_test(domains__are_those_of_the_model),
		cmocka_unit_test(replicas__are_those_of_the_model),
		cmocka_unit_test(every_path__gives_the_rows_of_a_full_scan),
		cmocka_unit_test(joins__go_by_the_models_own_indexes),
		cmocka_unit_test(levels_named_as_columns__get_another_name),
		cmocka_unit_test(a_rule__has_a_finding_for_each_row_at_its_place),
		cmocka_unit_test(a_rule_that_is_wrong_or_has_no_end__is_told_at_its_line),
		cmocka_unit_test(a_rule_with_too_many_rows__says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
