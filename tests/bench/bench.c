/*
 * bench - what a large file costs, beside the least that any program would have to do for it.
 *
 *	bench FILE [PROGRAM] [RUNS]
 *
 * Loading is set beside libyaml's bare events thrown away (T), a region's death beside one pass over all
 * replicas (P). Each measurement runs in a process of its own, RUNS times (3), so that none inherits the
 * memory of another; times are medians, memory is the largest resident set.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "analysis/odds.h"
#include "analysis/latency.h"
#include "analysis/tolerance.h"
#include "analysis/worst.h"
#include "engine/state.h"
#include "load/load.h"
#include "query/query.h"
#include "rules/rules.h"

enum { MAX_RUNS = 25, REPEATS = 9, MAX_FIGURES = 9 };

struct bench {
	const char *file, *program;
	size_t runs;
	double *figures; /* what a measurement found, in memory shared with its process */
};

/* ---- measuring ---- */

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof *values, by_value);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

_Noreturn static void give_up(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

typedef void measurement(const struct bench *b, double *figures);

/* Runs it in processes of their own; the medians of its figures, and the largest memory in MB. */
static double measure(const struct bench *b, measurement *run, double medians[MAX_FIGURES])
{
	double all[MAX_FIGURES][MAX_RUNS];
	long peak_kb = 0;

	for (size_t i = 0; i < b->runs; i++) {
		struct rusage usage;
		int status;
		pid_t pid = fork();

		if (pid < 0)
			give_up("no process to be had");
		if (pid == 0) {
			run(b, b->figures);
			_exit(0);
		}
		if (wait4(pid, &status, 0, &usage) != pid || status)
			give_up("a measurement failed");
		if (usage.ru_maxrss > peak_kb)
			peak_kb = usage.ru_maxrss;
		for (size_t f = 0; f < MAX_FIGURES; f++)
			all[f][i] = b->figures[f];
	}
	for (size_t f = 0; f < MAX_FIGURES; f++)
		medians[f] = median(all[f], b->runs);
	return (double)peak_kb / 1024;
}

/* ---- what is measured ---- */

static void read_source(const struct bench *b, struct source *source)
{
	const char *why;

	if (!source_read(source, b->file, &why)) {
		fprintf(stderr, "bench: %s: %s\n", b->file, why);
		_exit(1);
	}
}

static struct model *load(const struct bench *b, struct source *source)
{
	struct diag_list diags = {0};
	struct model *m;

	read_source(b, source);
	if (load_model(source, &diags, &m) != LOAD_OK) {
		fprintf(stderr, "bench: %s does not load: %s\n", b->file, diags.errors ? diags.all.at[0].message : "not ours");
		_exit(1);
	}
	diag_release(&diags);
	return m;
}

enum { BARE_SECONDS, BARE_EVENTS };

static void bare_parse(const struct bench *b, double *figures)
{
	struct source source;
	double start = now();

	read_source(b, &source);
	figures[BARE_EVENTS] = (double)load_bare_events(&source);
	figures[BARE_SECONDS] = now() - start;
}

enum { LOAD_SECONDS, LOAD_MODEL_MB, LOAD_GROUPS, LOAD_REPLICAS, LOAD_DOMAINS };

static void just_load(const struct bench *b, double *figures)
{
	struct source source;
	double start = now();
	const struct model *m = load(b, &source);

	figures[LOAD_SECONDS] = now() - start;
	figures[LOAD_MODEL_MB] = (double)model_bytes(m) / (1 << 20);
	figures[LOAD_GROUPS] = m->ngroups;
	figures[LOAD_REPLICAS] = m->nreplicas;
	figures[LOAD_DOMAINS] = m->ndomains;
}

enum { CHECK_SECONDS, CHECK_ENGINE_MB, CHECK_SITUATIONS, CHECK_FINDINGS };

static void load_and_check(const struct bench *b, double *figures)
{
	struct source source;
	struct diag_list diags = {0};
	double start = now();
	struct model *m = load(b, &source);
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);

	check_model(a, CHECK_MERGED, &diags);
	diag_sort(&diags);
	figures[CHECK_SECONDS] = now() - start;
	figures[CHECK_ENGINE_MB] = (double)engine_bytes(e) / (1 << 20);
	figures[CHECK_SITUATIONS] = (double)engine_situations(e);
	figures[CHECK_FINDINGS] = (double)(diags.errors + diags.warnings + diags.notes);
}

enum { ODDS_SECONDS, ODDS_EXPECTED };

static void odds_of_all(const struct bench *b, double *figures)
{
	struct source source;
	struct model *m = load(b, &source);
	struct fleet_odds f;
	double start = now();

	odds_fleet(odds_new(analysis_new(engine_new(m))), TARGET_WRITES, NULL, NULL, &f);
	figures[ODDS_SECONDS] = now() - start;
	figures[ODDS_EXPECTED] = f.expected[TARGET_WRITES];
}

/* The least that finding the broken groups takes: every replica looked at once, in order. */
static uint32_t pass_over_replicas(const struct model *m, domain_id dead)
{
	uint32_t broken = 0;

	for (uint32_t g = 0; g < m->ngroups; g++) {
		const domain_id *place = group_places(m, g);
		uint32_t n = group_size(m, g), gone = 0;

		for (uint32_t r = 0; r < n; r++)
			gone += domain_contains(m, dead, place[r]);
		broken += 2 * gone >= n;
	}
	return broken;
}

static double time_pass(const struct model *m, domain_id dead, double *ret_broken)
{
	double times[REPEATS];

	for (size_t i = 0; i < REPEATS; i++) {
		double start = now();

		*ret_broken = pass_over_replicas(m, dead);
		times[i] = now() - start;
	}
	return median(times, REPEATS);
}

static double time_impacts(const struct state *s)
{
	const struct model *m = engine_model(state_engine(s));
	double start = now();

	for (domain_id d = ROOT + 1; d < m->ndomains; d++) {
		struct impact impact = {0};
		uint64_t cursor = 0;

		while (!impact.known)
			state_impact(s, d, &impact, &cursor, UINT32_MAX);
	}
	return now() - start;
}

enum { STEP_PASS, STEP_START, STEP_FIRST_KILL, STEP_KILL, STEP_UNDO, STEP_REDO, STEP_IMPACTS, STEP_TOUCHED,
       STEP_BROKEN };

static void steps(const struct bench *b, double *figures)
{
	struct source source;
	struct model *m = load(b, &source);
	struct action kill = {.verb = VERB_KILL, .place = ROOT + 1, .other = NO_PLACE}; /* the first region */
	struct step step = {&kill, 1};
	double kills[REPEATS], undos[REPEATS], redos[REPEATS], start;
	struct state *s;
	size_t touched;

	figures[STEP_PASS] = time_pass(m, kill.place, &figures[STEP_BROKEN]);
	start = now();
	s = state_new(engine_new(m));
	figures[STEP_START] = now() - start;
	for (size_t i = 0; i < REPEATS; i++) {
		start = now();
		state_step(s, &step, NULL);
		kills[i] = now() - start;
		if (i == 0)
			figures[STEP_FIRST_KILL] = kills[0];
		start = now();
		state_undo(s);
		undos[i] = now() - start;
		start = now();
		state_redo(s);
		redos[i] = now() - start;
		state_touched(s, &touched);
		state_undo(s);
	}
	figures[STEP_KILL] = median(kills, REPEATS);
	figures[STEP_UNDO] = median(undos, REPEATS);
	figures[STEP_REDO] = median(redos, REPEATS);
	figures[STEP_TOUCHED] = (double)touched;
	figures[STEP_IMPACTS] = time_impacts(s);
}

enum { LATENCY_SECONDS, LATENCY_LATE_SECONDS, LATENCY_WORST };

static double time_latencies(struct engine *e, const struct state *s, double *ret_worst)
{
	double start = now();
	struct latencies *l = latencies_new(e, s);
	struct latency_summary sum;

	latencies_work(l, SIZE_MAX);
	latency_summarize(l, 0, ASKED_WRITE, &sum);
	latencies_free(l);
	*ret_worst = duration_seconds(sum.worst) * 1e3;
	return now() - start;
}

/* Of every group, with everything alive and with a region dead. */
static void latencies(const struct bench *b, double *figures)
{
	struct source source;
	struct action kill = {.verb = VERB_KILL, .place = ROOT + 1, .other = NO_PLACE};
	struct engine *e = engine_new(load(b, &source));
	struct state *s = state_new(e);

	figures[LATENCY_SECONDS] = time_latencies(e, NULL, &figures[LATENCY_WORST]);
	state_step(s, &(struct step){&kill, 1}, NULL);
	figures[LATENCY_LATE_SECONDS] = time_latencies(e, s, &figures[LATENCY_WORST]);
}

enum { WORST_SECONDS, WORST_GROUPS };

/* Of one, two and three domains, at every level. */
static void worst_sets(const struct bench *b, double *figures)
{
	enum { SIZES = 3, TOP = 10 };
	struct source source;
	struct model *m = load(b, &source);
	struct analysis *a = analysis_new(engine_new(m));
	double start = now();

	for (uint32_t level = 1; level <= m->nlevels; level++) {
		struct worst sizes[SIZES];

		analysis_worst_up_to(a, (uint8_t)level, SIZES, TOP, sizes);
		figures[WORST_GROUPS] = sizes[SIZES - 1].of[TARGET_WRITES].nsets ?
			(double)sizes[SIZES - 1].of[TARGET_WRITES].sets[0].groups : 0;
		for (size_t i = 0; i < SIZES; i++)
			worst_release(&sizes[i]);
	}
	figures[WORST_SECONDS] = now() - start;
}

/* ---- ten million groups, placed by a rule: no YAML to speak of ---- */

static const char placed_file[] =
	"faultline: 1\nlevels: [region, az, dc, rack, node]\n"
	"topology: {'region-(1..4)': {'az-(1..3)': {'dc-(1..2)': {'rack-(01..40)': ['n-(1..4)']}}}}\n"
	"services:\n"
	"  kv:\n"
	"    spread: [az, dc, rack, node]\n"
	"    survive: [region, az, dc, rack, node, 2 rack]\n"
	"    groups: {generate: {count: 10000000, replicas: 3, spread: [az], seed: 1}}\n";

enum { PLACED_LOAD, PLACED_CHECK, PLACED_KILL, PLACED_TOUCHED, PLACED_BYTES };

static void placed(const struct bench *b, double *figures)
{
	struct action kill = {.verb = VERB_KILL, .place = ROOT + 1, .other = NO_PLACE};
	struct diag_list diags = {0};
	struct source source;
	struct model *m;
	double start = now();

	(void)b;
	source_from_text(&source, "placed", placed_file, strlen(placed_file));
	if (load_model(&source, &diags, &m) != LOAD_OK)
		give_up("the placement does not load");
	figures[PLACED_LOAD] = now() - start;
	start = now();
	struct engine *e = engine_new(m);
	struct analysis *a = analysis_new(e);
	check_model(a, CHECK_MERGED, &diags);
	figures[PLACED_CHECK] = now() - start;
	analysis_free(a);
	struct state *s = state_new(e);
	size_t touched;
	start = now();
	state_step(s, &(struct step){&kill, 1}, NULL);
	figures[PLACED_KILL] = now() - start;
	state_touched(s, &touched);
	figures[PLACED_TOUCHED] = (double)touched;
	figures[PLACED_BYTES] = (double)m->nreplicas;
}

/* ---- questions in SQL ---- */

static const struct { const char *what, *text; } questions[] = {
	{"SQL: groups by status", "SELECT status, count(*) FROM grps GROUP BY status"},
	{"SQL: replicas and leaders by az", "SELECT az, count(*), sum(leader) FROM replicas GROUP BY az"},
	{"SQL: groups and their leaders, joined",
	 "SELECT g.status, count(*) FROM grps g JOIN replicas r ON r.grp = g.id WHERE r.leader GROUP BY g.status"},
};
enum { QUESTIONS = sizeof questions / sizeof *questions, SQL_PASS = QUESTIONS, SQL_ROWS };

static bool count_row(void *context, const struct sql_value *values, uint32_t n)
{
	(void)values, (void)n;
	++*(double *)context;
	return true;
}

static double time_question(struct sql *db, const char *text, double *rows)
{
	struct sql_problem problem = {0};
	struct sql_answer answer;
	double start = now();
	struct sql_query *q = sql_prepare(db, text, &problem);

	if (!q || sql_run(q, &sql_limits_by_hand, count_row, rows, &answer, &problem) != SQL_ANSWERED)
		give_up(sb_text(&problem.message));
	sql_query_free(q);
	return now() - start;
}

static void ask_questions(const struct bench *b, double *figures)
{
	struct source source;
	struct model *m = load(b, &source);
	struct query *query = query_new(state_new(engine_new(m)), NULL);
	double broken;

	figures[SQL_PASS] = time_pass(m, ROOT + 1, &broken);
	figures[SQL_ROWS] = 0;
	for (size_t i = 0; i < QUESTIONS; i++)
		figures[i] = time_question(query_sql(query), questions[i].text, &figures[SQL_ROWS]);
}

/* The program itself from start to end: findings are no failure here. */
static void run_program(const struct bench *b, const char *const argv[])
{
	int nothing = open("/dev/null", O_RDWR);

	dup2(nothing, STDIN_FILENO);
	dup2(nothing, STDOUT_FILENO);
	execv(b->program, (char *const *)(uintptr_t)argv); /* execv changes nothing in it */
	give_up("the program does not start");
}

static void run_and_time(const struct bench *b, double *figures, const char *const argv[])
{
	double start = now();
	int status;
	pid_t pid = fork();

	if (pid == 0)
		run_program(b, argv);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
		give_up("the program failed");
	figures[0] = now() - start;
}

static void program_check(const struct bench *b, double *figures)
{
	run_and_time(b, figures, (const char *[]){b->program, "check", b->file, NULL});
}

static void program_render(const struct bench *b, double *figures)
{
	run_and_time(b, figures, (const char *[]){b->program, "render", "--size", "120x40", b->file, NULL});
}

/* ---- the table ---- */

static void print_machine(void)
{
	char line[256] = "", *model = NULL;
	FILE *f = fopen("/proc/cpuinfo", "r");

	while (f && !model && fgets(line, sizeof line, f))
		if (!strncmp(line, "model name", strlen("model name")))
			model = strchr(line, ':');
	if (f)
		fclose(f);
	if (model)
		model[strcspn(model, "\n")] = '\0';
	printf("machine: %s, %ld cores; compiler %s\n", model ? model + 2 : "unknown", sysconf(_SC_NPROCESSORS_ONLN),
	       __VERSION__);
}

static void row(const char *what, double seconds, double yardstick, const char *unit)
{
	char ratio[32] = "", text[32];

	if (seconds >= 1)
		snprintf(text, sizeof text, "%.2f s ", seconds);
	else
		snprintf(text, sizeof text, "%.3f ms", seconds * 1e3);
	if (yardstick > 0)
		snprintf(ratio, sizeof ratio, "%.2f %s", seconds / yardstick, unit);
	printf("  %-44s %12s %10s", what, text, ratio);
}

static void memory(double megabytes)
{
	printf("  %7.0f MB", megabytes);
}

static double bench_loading(const struct bench *b)
{
	double f[MAX_FIGURES], peak = measure(b, bare_parse, f), bare = f[BARE_SECONDS];

	printf("  %-44s %12s %10s  %10s\n", "", "median", "beside", "peak");
	row("read, libyaml's events thrown away (T)", bare, 0, "");
	memory(peak);
	printf("  %.0f events\n", f[BARE_EVENTS]);

	peak = measure(b, just_load, f);
	row("read and load", f[LOAD_SECONDS], bare, "T");
	memory(peak);
	printf("  model %.0f MB\n", f[LOAD_MODEL_MB]);
	printf("    %.0f groups, %.0f replicas, %.0f domains\n", f[LOAD_GROUPS], f[LOAD_REPLICAS], f[LOAD_DOMAINS] - 1);

	peak = measure(b, load_and_check, f);
	row("read, load and check", f[CHECK_SECONDS], bare, "T");
	memory(peak);
	printf("  engine %.0f MB\n    %.0f findings, %.0f situations judged\n", f[CHECK_ENGINE_MB], f[CHECK_FINDINGS],
	       f[CHECK_SITUATIONS]);

	peak = measure(b, odds_of_all, f);
	row("odds of every group, with importance", f[ODDS_SECONDS], bare, "T");
	memory(peak);
	printf("  after loading\n    %.6g groups expected down\n", f[ODDS_EXPECTED]);
	return bare;
}

static void bench_analyses(const struct bench *b, double bare)
{
	double f[MAX_FIGURES];

	measure(b, worst_sets, f);
	row("worst 1, 2 and 3 domains at every level", f[WORST_SECONDS], bare, "T");
	printf("  %.0f groups by three nodes\n", f[WORST_GROUPS]);
	measure(b, latencies, f);
	row("latency of every group", f[LATENCY_SECONDS], bare, "T");
	puts("");
	row("latency of every group, a region dead", f[LATENCY_LATE_SECONDS], bare, "T");
	printf("  worst write %.1f ms\n", f[LATENCY_WORST]);
}

static void bench_steps(const struct bench *b)
{
	static const struct { const char *what; int figure; } rows[] = {
		{"kill a region, for the first time", STEP_FIRST_KILL}, {"kill a region", STEP_KILL}, {"undo", STEP_UNDO},
		{"redo", STEP_REDO}, {"engine and healthy state", STEP_START}, {"what killing each domain would do", STEP_IMPACTS},
	};
	double f[MAX_FIGURES];

	measure(b, steps, f);
	row("one pass over all replicas (P)", f[STEP_PASS], 0, "");
	puts("");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		row(rows[i].what, f[rows[i].figure], f[STEP_PASS], "P");
		puts("");
	}
	printf("    %.0f groups touched by the region's death, half or more of the replicas lost in %.0f\n", f[STEP_TOUCHED],
	       f[STEP_BROKEN]);
}

static void bench_sql(const struct bench *b)
{
	double f[MAX_FIGURES], peak = measure(b, ask_questions, f);

	for (size_t i = 0; i < QUESTIONS; i++) {
		row(questions[i].what, f[i], f[SQL_PASS], "P");
		if (i + 1 == QUESTIONS)
			memory(peak);
		puts("");
	}
}

static void bench_placed(const struct bench *b)
{
	double f[MAX_FIGURES], peak = measure(b, placed, f);

	row("ten million groups by a rule: load", f[PLACED_LOAD], 0, "");
	memory(peak);
	printf("  %.0f bytes a replica at most, in all\n", peak * (1 << 20) / f[PLACED_BYTES]);
	row("  check", f[PLACED_CHECK], 0, "");
	puts("");
	row("  kill a region", f[PLACED_KILL], 0, "");
	printf("  %.0f groups touched\n", f[PLACED_TOUCHED]);
}

static void bench_program(const struct bench *b, double bare)
{
	static const struct { const char *what; measurement *run; } rows[] = {
		{"faultline check, the whole program", program_check},
		{"faultline render, to the first frame", program_render},
	};
	double f[MAX_FIGURES];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		double peak = measure(b, rows[i].run, f);

		row(rows[i].what, f[0], bare, "T");
		memory(peak);
		puts("");
	}
}

int main(int argc, char **argv)
{
	struct bench b = {.runs = 3};
	double bare;

	if (argc < 2 || argc > 4) {
		fputs("usage: bench FILE [PROGRAM] [RUNS]\n", stderr);
		return 2;
	}
	b.file = argv[1];
	b.program = argc > 2 ? argv[2] : NULL;
	if (argc > 3)
		b.runs = strtoul(argv[3], NULL, 10);
	if (b.runs < 1 || b.runs > MAX_RUNS)
		give_up("1 to 25 runs, please");
	b.figures = mmap(NULL, MAX_FIGURES * sizeof *b.figures, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b.figures == MAP_FAILED)
		give_up("no memory");
	print_machine();
	printf("file: %s; medians of %zu runs\n", b.file, b.runs);
	setvbuf(stdout, NULL, _IONBF, 0);
	bare = bench_loading(&b);
	bench_analyses(&b, bare);
	bench_steps(&b);
	bench_sql(&b);
	bench_placed(&b);
	if (b.program)
		bench_program(&b, bare);
	return 0;
}
