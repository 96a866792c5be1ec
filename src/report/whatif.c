#include "report/whatif.h"

#include <stdlib.h>
#include <string.h>

#include "base/table.h"
#include "base/text.h"
#include "model/names.h"
#include "report/colours_p.h"
#include "report/json.h"
#include "rules/why.h"
#include "base/words.h"

#define EXAMPLES 3        /* groups named where many share a fate */
#define FATES_SHOWN 24    /* of one step; where there are more, the worst of all */
#define SERVICES_SHOWN 40 /* in the closing table; where there are more, the worst */

/* What became of the actions of a step; NULL-safe to free. */
static enum effect *take_step(struct state *s, const struct step *step)
{
	enum effect *effects = xcalloc(step->nactions ? step->nactions : 1, sizeof *effects);

	state_step(s, step, effects);
	return effects;
}

static void add_why(struct strbuf *sb, const struct state *s, uint32_t group)
{
	const struct model *m = engine_model(state_engine(s));
	struct group_why w = { .replicas = xcalloc(group_size(m, group), sizeof *w.replicas) };

	state_why(s, group, &w);
	why_sentence(sb, m, group, &w);
	free(w.replicas);
}

/* ---- for machines ---- */

static void json_path(struct json *j, const char *key, const struct model *m, place_id p)
{
	struct strbuf path = {0};

	sb_add_path(&path, m, p);
	json_text(j, key, sb_text(&path));
	sb_release(&path);
}

static void json_marked(struct json *j, const char *key, const struct state *s, enum mark mark)
{
	const struct model *m = engine_model(state_engine(s));

	json_open_array(j, key);
	for (place_id p = 0; p < m->ndomains + m->nshared; p++)
		if (state_mark(s, p) == mark)
			json_path(j, NULL, m, p);
	json_close(j);
}

static void json_cut(struct json *j, const struct model *m, const struct cut *cut)
{
	json_open_object(j, NULL);
	if (cut->other == NO_PLACE) {
		json_path(j, "isolated", m, cut->place);
	} else {
		json_open_array(j, "between");
		json_path(j, NULL, m, cut->place);
		json_path(j, NULL, m, cut->other);
		json_close(j);
	}
	json_close(j);
}

static void json_cuts(struct json *j, const char *key, const struct state *s)
{
	size_t n;
	const struct cut *cuts = state_cuts(s, &n);

	json_open_array(j, key);
	for (size_t i = 0; i < n; i++)
		json_cut(j, engine_model(state_engine(s)), &cuts[i]);
	json_close(j);
}

static void json_answers(struct json *j, const char *key, const uint32_t counts[ANSWERS], bool with_stale)
{
	json_open_object(j, key);
	for (int a = 0; a < ANSWERS; a++)
		if (a != ANSWER_STALE || with_stale)
			json_int(j, answer_names[a], counts[a]);
	json_close(j);
}

static void json_service(struct json *j, const struct state *s, uint32_t service)
{
	const struct model *m = engine_model(state_engine(s));
	struct summary sum;

	state_service_summary(s, service, &sum);
	json_open_object(j, NULL);
	json_text(j, "name", str_text(m->strings, m->services[service].name));
	json_text(j, "status", status_names[sum.worst]);
	json_int(j, "groups", sum.groups);
	json_answers(j, "writes", sum.writes, false);
	json_answers(j, "reads", sum.reads, true);
	json_open_object(j, "data");
	for (int d = 0; d < DATA_VERDICTS; d++)
		json_int(j, data_names[d], sum.data[d]);
	json_close(j);
	json_seconds(j, "rpo_s", sum.rpo);
	json_seconds(j, "rto_s", sum.rto);
	json_close(j);
}

/* The sides of a split brain: the members of each write set, the side that is judged first. */
static void json_sides(struct json *j, const struct state *s, uint32_t group)
{
	const struct model *m = engine_model(state_engine(s));
	struct group_why w = { .replicas = xcalloc(group_size(m, group), sizeof *w.replicas) };

	state_why(s, group, &w);
	json_open_array(j, "sides");
	for (uint8_t side = 1; side <= w.outcome.sides; side++) {
		json_open_array(j, NULL);
		for (uint32_t i = 0; i < w.nreplicas; i++)
			if (w.replicas[i].side == side)
				json_path(j, NULL, m, w.replicas[i].place);
		json_close(j);
	}
	json_close(j);
	free(w.replicas);
}

static void json_group(struct json *j, const struct state *s, const struct service *service, uint32_t group)
{
	const struct model *m = engine_model(state_engine(s));
	const struct outcome *o = state_outcome(s, group);
	struct strbuf why = {0};

	json_open_object(j, NULL);
	json_text(j, "service", str_text(m->strings, service->name));
	json_text(j, "name", str_text(m->strings, m->groups[group].name));
	json_int(j, "replicas", group_size(m, group));
	json_int(j, "live", o->live);
	if (service->sem.leader)
		json_path(j, "leader", m, group_places(m, group)[o->leader]);
	json_text(j, "status", status_names[o->status]);
	json_text(j, "writes", answer_names[o->writes]);
	json_text(j, "reads", answer_names[o->reads]);
	json_text(j, "data", data_names[o->data]);
	json_bool(j, "fallback", o->fallback);
	json_bool(j, "split_brain", o->split);
	if (o->split)
		json_sides(j, s, group);
	json_seconds(j, "rpo_s", o->rpo);
	json_seconds(j, "rto_s", o->rto);
	add_why(&why, s, group);
	json_text(j, "why", sb_text(&why));
	json_close(j);
	sb_release(&why);
}

/* The members that say how things stand, in an object that the caller opened. */
static void json_state(struct json *j, const struct state *s)
{
	const struct model *m = engine_model(state_engine(s));

	json_marked(j, "killed", s, MARK_KILLED);
	json_marked(j, "drained", s, MARK_DRAINED);
	json_cuts(j, "cuts", s);
	json_open_array(j, "services");
	for (uint32_t i = 0; i < m->nservices; i++)
		json_service(j, s, i);
	json_close(j);
	json_open_array(j, "groups");
	for (uint32_t i = 0; i < m->nservices; i++) {
		const struct service *sv = &m->services[i];

		for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
			json_group(j, s, sv, g);
	}
	json_close(j);
}

/* The actions of a step that changed nothing, and why. */
static void json_unchanged(struct json *j, const struct model *m, const struct step *step, const enum effect *effects)
{
	struct strbuf action = {0};

	json_open_array(j, "unchanged");
	for (uint32_t i = 0; i < step->nactions; i++) {
		if (effects[i] == EFFECT_DONE)
			continue;
		sb_clear(&action);
		sb_add_action(&action, m, &step->actions[i]);
		json_open_object(j, NULL);
		json_text(j, "action", sb_text(&action));
		json_text(j, "why", effect_why(effects[i]));
		json_close(j);
	}
	json_close(j);
	sb_release(&action);
}

static void json_step(struct json *j, struct state *s, const struct step *step)
{
	const struct model *m = engine_model(state_engine(s));
	struct strbuf actions = {0};
	enum effect *effects = take_step(s, step);

	sb_add_step(&actions, m, step);
	json_open_object(j, NULL);
	json_text(j, "actions", sb_text(&actions));
	json_unchanged(j, m, step, effects);
	json_state(j, s);
	json_close(j);
	free(effects);
	sb_release(&actions);
}

void whatif_json(FILE *out, const char *file, struct state *s, const struct step *steps, size_t nsteps,
                 bool each_step)
{
	struct json j = json_to(out);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_text(&j, "file", file);
	if (each_step) {
		json_open_array(&j, "steps");
		for (size_t i = 0; i < nsteps; i++)
			json_step(&j, s, &steps[i]);
		json_close(&j);
	} else {
		for (size_t i = 0; i < nsteps; i++)
			state_step(s, &steps[i], NULL);
	}
	json_state(&j, s);
	json_close(&j);
	json_end(&j);
}

/* ---- for people: groups that share a fate ---- */

/* What a step does to groups of one service that it does the same to. */
struct fate {
	uint32_t service;
	struct outcome before, after;
	bool moved; /* the leader is another */
	const char *why;
	uint32_t groups;
	uint32_t examples[EXAMPLES];
};

struct fates {
	const struct model *model;
	VEC(struct fate) all;
	struct table index;
	struct arena arena;
};

static void fates_release(struct fates *fs)
{
	vec_free(&fs->all);
	table_release(&fs->index);
	arena_release(&fs->arena);
}

static bool all_is_well(const struct outcome *o)
{
	return o->status == STATUS_OK && o->data == DATA_SAFE;
}

static bool outcomes_read_alike(const struct outcome *a, const struct outcome *b)
{
	return a->writes == b->writes && a->reads == b->reads && a->data == b->data && a->status == b->status &&
	       a->promoted == b->promoted && a->accepted == b->accepted && a->fallback == b->fallback &&
	       a->split == b->split && a->sides == b->sides && a->rpo == b->rpo && a->rto == b->rto;
}

static bool fates_alike(const struct fate *a, const struct fate *b)
{
	return a->service == b->service && a->moved == b->moved && goes_on(a->before.writes) == goes_on(b->before.writes) &&
	       goes_on(a->before.reads) == goes_on(b->before.reads) && a->before.data == b->before.data &&
	       outcomes_read_alike(&a->after, &b->after) && strcmp(a->why, b->why) == 0;
}

static void fates_add(struct fates *fs, struct fate fate, uint32_t group)
{
	uint64_t key = hash_mix(hash_bytes(fate.why, strlen(fate.why)) + fate.service);

	for (uint32_t at = table_first(&fs->index, key); at != TABLE_END; at = table_next(&fs->index, key, at)) {
		struct fate *known = &fs->all.at[table_value(&fs->index, at)];

		if (!fates_alike(known, &fate))
			continue;
		if (known->groups < EXAMPLES)
			known->examples[known->groups] = group;
		known->groups++;
		return;
	}
	fate.why = arena_strdup(&fs->arena, fate.why);
	fate.groups = 1;
	fate.examples[0] = group;
	table_add(&fs->index, key, (uint32_t)fs->all.len);
	vec_push(&fs->all, fate);
}

static void fates_add_group(struct fates *fs, const struct state *s, uint32_t group, struct outcome before)
{
	struct outcome after = *state_outcome(s, group);
	uint32_t service = model_service_of(fs->model, group);
	bool moved = fs->model->services[service].sem.leader && before.leader != after.leader;
	struct strbuf why = {0};

	add_why(&why, s, group);
	fates_add(fs, (struct fate){ .service = service, .before = before, .after = after, .moved = moved,
	                             .why = sb_text(&why) }, group);
	sb_release(&why);
}

/* Lost data is the worst there is; then the status. */
static unsigned severity_of(const struct outcome *o)
{
	return o->data == DATA_LOST ? STATUSES : o->status;
}

/* The worst first, then what concerns most groups. */
static int compare_severity(const void *pa, const void *pb)
{
	const struct fate *a = pa, *b = pb;
	unsigned x = severity_of(&a->after), y = severity_of(&b->after);

	if (x != y)
		return x > y ? -1 : 1;
	if (a->after.data != b->after.data)
		return a->after.data > b->after.data ? -1 : 1;
	if (a->groups != b->groups)
		return a->groups > b->groups ? -1 : 1;
	return a->examples[0] < b->examples[0] ? -1 : 1;
}

/* Services in file order, of each the worst first. */
static int compare_service(const void *pa, const void *pb)
{
	const struct fate *a = pa, *b = pb;

	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	return compare_severity(pa, pb);
}

/* ---- for people: one fate ---- */

static enum ink ink_of(unsigned severity)
{
	if (severity == STATUSES)
		return INK_LOST;
	return severity > STATUS_AT_RISK ? INK_ERROR : severity == STATUS_AT_RISK ? INK_WARNING : INK_STRONG;
}

enum flow { FLOW_GOES_ON, FLOW_BACK, FLOW_PART, FLOW_STALE, FLOW_STOPS, FLOW_STOPPED };

static const char *const flow_words[] = {
	[FLOW_GOES_ON] = "go on",     [FLOW_BACK] = "go on again", [FLOW_PART] = "go on in part",
	[FLOW_STALE] = "may be old",  [FLOW_STOPS] = "stop",       [FLOW_STOPPED] = "are still stopped",
};
static const char *const data_words[DATA_VERDICTS] = {
	[DATA_SAFE] = "no data is lost",
	[DATA_TAIL] = "the newest writes may be lost",
	[DATA_STALE] = "only copies that were behind are left",
	[DATA_BACKUP] = "only a backup is left",
	[DATA_LOST] = "all data is lost",
};

static enum flow flow_of(uint8_t before, uint8_t after)
{
	if (after == ANSWER_NO)
		return goes_on(before) || before == ANSWER_STALE ? FLOW_STOPS : FLOW_STOPPED;
	if (after == ANSWER_STALE)
		return FLOW_STALE;
	if (after == ANSWER_PARTIAL)
		return FLOW_PART;
	return goes_on(before) ? FLOW_GOES_ON : FLOW_BACK;
}

static void add_consequences(struct strbuf *sb, const struct fate *f)
{
	enum flow writes = flow_of(f->before.writes, f->after.writes), reads = flow_of(f->before.reads, f->after.reads);

	if (writes == reads)
		sb_addf(sb, "Writes and reads %s", flow_words[writes]);
	else
		sb_addf(sb, "Writes %s, reads %s", flow_words[writes], flow_words[reads]);
	if (f->moved)
		sb_add(sb, " under a new leader");
	if (f->after.data == DATA_SAFE && f->before.data != DATA_SAFE)
		sb_add(sb, "; all data is there again");
	else
		sb_addf(sb, "; %s", data_words[f->after.data]);
}

static void add_name(struct strbuf *sb, const struct model *m, str_id name)
{
	sb_add_clean(sb, str_text(m->strings, name), str_len(m->strings, name));
}

/* ", 12 of 24 groups": nothing for a service of one group. */
static void add_share(struct strbuf *sb, uint32_t n, uint32_t of)
{
	if (n < of)
		sb_addf(sb, ", %u of %u groups", n, of);
	else if (of == 2)
		sb_add(sb, ", both groups");
	else if (of > 2)
		sb_addf(sb, ", all %u groups", of);
}

static void print_examples(FILE *out, const struct model *m, const struct fate *f)
{
	const char *names[EXAMPLES];
	size_t shown = f->groups < EXAMPLES ? f->groups : EXAMPLES;
	struct strbuf line = {0};

	for (size_t i = 0; i < shown; i++)
		names[i] = str_text(m->strings, m->groups[f->examples[i]].name);
	sb_add_names(&line, names, shown, f->groups);
	fprintf(out, "      %s: %s\n", f->groups == 1 ? "group" : "groups", sb_text(&line));
	sb_release(&line);
}

static void print_fate(FILE *out, const struct model *m, const struct fate *f, bool colour)
{
	const struct service *sv = &m->services[f->service];
	struct strbuf line = {0}, parts = {0};
	char rpo[32], rto[32];

	sb_add(&line, "  - service ");
	add_name(&line, m, sv->name);
	add_share(&line, f->groups, sv->ngroups);
	sb_addf(&line, ": %s%s%s%s. ", ink_code(colour, ink_of(severity_of(&f->after))), status_names[f->after.status],
	        ink_code(colour, INK_PLAIN), all_is_well(&f->after) ? " again" : "");
	add_consequences(&line, f);
	fprintf(out, "%s.\n", sb_text(&line));
	if (f->groups < sv->ngroups)
		print_examples(out, m, f);
	if (!all_is_well(&f->after))
		fprintf(out, "      why: %s\n", f->why);
	why_rto(&parts, m, f->examples[0], &f->after);
	if (f->after.rpo != 0 || f->after.rto != 0)
		fprintf(out, "      RPO %s, RTO %s%s%s\n", duration_text(f->after.rpo, rpo),
		        duration_text(f->after.rto, rto), parts.len ? ": " : "", sb_text(&parts));
	sb_release(&parts);
	sb_release(&line);
}

/* Prints the fates; returns the groups that they are about. */
static uint32_t print_fates(FILE *out, struct fates *fs, bool colour)
{
	size_t n = fs->all.len, shown = n < FATES_SHOWN ? n : FATES_SHOWN;
	uint32_t told = 0, left = 0;

	if (n)
		qsort(fs->all.at, n, sizeof *fs->all.at, n > shown ? compare_severity : compare_service);
	for (size_t i = 0; i < shown; i++) {
		print_fate(out, fs->model, &fs->all.at[i], colour);
		told += fs->all.at[i].groups;
	}
	for (size_t i = shown; i < n; i++)
		left += fs->all.at[i].groups;
	if (left)
		fprintf(out, "  - and %u more groups, none of them worse off than these\n", left);
	return told + left;
}

/* ---- for people: steps ---- */

/* What belonged to the step before alone (its RTO, its promotions) is no news when it is over. */
static bool is_news(const struct outcome *before, const struct outcome *after)
{
	struct outcome was = *before;

	was.promoted = was.accepted = false;
	if (after->rto == 0)
		was.rto = 0;
	return !outcomes_read_alike(&was, after) || was.live != after->live || was.leader != after->leader;
}

static void print_unchanged(FILE *out, const struct model *m, const struct step *step, const enum effect *effects)
{
	struct strbuf action = {0};

	for (uint32_t i = 0; i < step->nactions; i++) {
		if (effects[i] == EFFECT_DONE)
			continue;
		sb_clear(&action);
		sb_add_action(&action, m, &step->actions[i]);
		fprintf(out, "  - '%s' changes nothing: %s\n", sb_text(&action), effect_why(effects[i]));
	}
	sb_release(&action);
}

static void print_rest(FILE *out, uint32_t told, uint32_t all)
{
	struct strbuf line = {0};

	if (!told)
		sb_add(&line, "Nothing changes for any group.");
	else if (all - told == 1)
		sb_add(&line, "The other group is as it was.");
	else if (told < all)
		sb_addf(&line, "The other %u groups are as they were.", all - told);
	if (line.len)
		fprintf(out, "  %s\n", sb_text(&line));
	sb_release(&line);
}

/* `before` is a step behind, and follows. */
static void print_step(FILE *out, struct state *s, struct state *before, size_t number, const struct step *step,
                       bool colour)
{
	struct fates fates = { .model = engine_model(state_engine(s)) };
	enum effect *effects = take_step(s, step);
	struct strbuf actions = {0};
	size_t ntouched;
	const uint32_t *touched = state_touched(s, &ntouched);

	sb_add_step(&actions, fates.model, step);
	fprintf(out, "\n%sStep %zu: %s%s\n", ink_code(colour, INK_STRONG), number, sb_text(&actions),
	        ink_code(colour, INK_PLAIN));
	print_unchanged(out, fates.model, step, effects);
	for (size_t i = 0; i < ntouched; i++) {
		const struct outcome *was = state_outcome(before, touched[i]);

		if (is_news(was, state_outcome(s, touched[i])))
			fates_add_group(&fates, s, touched[i], *was);
	}
	print_rest(out, print_fates(out, &fates, colour), fates.model->ngroups);
	sb_release(&actions);
	free(effects);
	fates_release(&fates);
	state_step(before, step, NULL);
}

/* What does not go on although nothing was done to it. */
static void print_troubled(FILE *out, const struct state *s, bool colour)
{
	struct fates fates = { .model = engine_model(state_engine(s)) };

	for (uint32_t g = 0; g < fates.model->ngroups; g++) {
		const struct outcome *o = state_outcome(s, g);

		if (!all_is_well(o))
			fates_add_group(&fates, s, g, *o);
	}
	print_fates(out, &fates, colour);
	fates_release(&fates);
}

/* ---- for people: where it ends ---- */

struct row {
	uint32_t service;
	struct summary sum;
};

/* As severity_of, of a service. */
static unsigned row_severity(const struct row *r)
{
	return r->sum.data[DATA_LOST] ? STATUSES : r->sum.worst;
}

static int compare_rows(const void *pa, const void *pb)
{
	const struct row *a = pa, *b = pb;
	unsigned x = row_severity(a), y = row_severity(b);

	if (x != y)
		return x > y ? -1 : 1;
	return a->service < b->service ? -1 : 1;
}

static void print_row(FILE *out, const struct model *m, const struct row *r, bool colour)
{
	const struct summary *sum = &r->sum;
	struct strbuf name = {0};
	char rpo[32], rto[32];

	add_name(&name, m, m->services[r->service].name);
	fprintf(out, "  %s%-10s%s %7u %12u %11u %13u %10s %10s  %s\n", ink_code(colour, ink_of(row_severity(r))),
	        status_names[sum->worst], ink_code(colour, INK_PLAIN), sum->groups,
	        sum->writes[ANSWER_NO], sum->reads[ANSWER_NO] + sum->reads[ANSWER_STALE], sum->groups - sum->data[DATA_SAFE],
	        duration_text(sum->rpo, rpo), duration_text(sum->rto, rto), sb_text(&name));
	sb_release(&name);
}

/*
 * In file order; where there are too many services, the worst of them. Names stand last: they are of any
 * length, and a line must not start with one.
 */
static void print_summary(FILE *out, const struct state *s, bool colour)
{
	const struct model *m = engine_model(state_engine(s));
	uint32_t shown = m->nservices < SERVICES_SHOWN ? m->nservices : SERVICES_SHOWN;
	struct row *rows = xcalloc(m->nservices + 1, sizeof *rows);

	for (uint32_t i = 0; i < m->nservices; i++) {
		rows[i].service = i;
		state_service_summary(s, i, &rows[i].sum);
	}
	if (shown < m->nservices)
		qsort(rows, m->nservices, sizeof *rows, compare_rows);
	if (shown)
		fprintf(out, "  %-10s %7s %12s %11s %13s %10s %10s  %s\n", "status", "groups", "can't write", "can't read",
		        "data not safe", "RPO", "RTO", "service");
	for (uint32_t i = 0; i < shown; i++)
		print_row(out, m, &rows[i], colour);
	if (shown < m->nservices)
		fprintf(out, "  and %u more services, none of them worse off than these\n", m->nservices - shown);
	free(rows);
}

static void print_head(FILE *out, const char *file, const struct model *m)
{
	struct strbuf line = {0};

	sb_add_file_name(&line, file);
	if (*m->title) {
		sb_add(&line, ": ");
		sb_add_clean(&line, m->title, strlen(m->title));
	}
	sb_add(&line, "\n");
	sb_add_count(&line, m->nservices, "service", "services");
	sb_add(&line, ", ");
	sb_add_count(&line, m->ngroups, "group", "groups");
	sb_add(&line, ", ");
	sb_add_count(&line, m->nreplicas, "replica", "replicas");
	sb_add(&line, ", ");
	sb_add_count(&line, m->ndomains - 1, "domain", "domains");
	fprintf(out, "%s\n", sb_text(&line));
	sb_release(&line);
}

void whatif_text(FILE *out, const char *file, struct state *s, const struct step *steps, size_t nsteps, bool colour)
{
	struct state *before = nsteps ? state_clone(s) : NULL;

	print_head(out, file, engine_model(state_engine(s)));
	for (size_t i = 0; i < nsteps; i++)
		print_step(out, s, before, i + 1, &steps[i], colour);
	state_free(before);
	if (!nsteps) {
		fputs("\nEverything is alive:\n", out);
		print_troubled(out, s, colour);
	} else {
		fprintf(out, nsteps == 1 ? "\nAfter this step:\n" : "\nAfter these %zu steps:\n", nsteps);
	}
	print_summary(out, s, colour);
}
