#include "report/batches.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "model/names.h"
#include "report/places_p.h"
#include "rules/why.h"

#define NAMES_SHOWN 8        /* of a batch */
#define UNDRAINABLE_SHOWN 10

static const struct model *model_of(const struct batches_report *r)
{
	return engine_model(r->engine);
}

static void sb_add_name(struct strbuf *sb, const struct model *m, str_id name)
{
	const char *text = str_text(m->strings, name);

	sb_add_clean(sb, text, strlen(text));
}

/* What is left of what is needed, for a group in a situation. */
static void sb_add_why(struct strbuf *sb, const struct batches_report *r, uint32_t group, situation_id s)
{
	static void (*const why_of[TARGETS])(struct strbuf *, const struct model *, uint32_t, const struct group_why *) = {
		[TARGET_WRITES] = why_write, [TARGET_READS] = why_read, [TARGET_DATA] = why_data,
	};
	struct group_why why = {.replicas = NULL};

	judge_why(r->engine, group, s, &why);
	why_of[r->question->keep](sb, model_of(r), group, &why);
}

static void sb_add_reason(struct strbuf *sb, const struct batches_report *r, const struct undrainable *u)
{
	static const char *const stops[TARGETS] = {
		"stop its writes", "stop its reads", "make its data unsafe",
	};

	if (!u->without_headroom) {
		sb_add_why(sb, r, u->group, u->situation);
		return;
	}
	sb_addf(sb, "%s more %s may %s", r->question->headroom == 1 ? "one" : "so many", r->question->headroom == 1 ?
	        "failure" : "failures", stops[r->question->keep]);
	if (u->never_had)
		sb_add(sb, ", even with nothing drained");
}

static const char *service_name(const struct model *m, uint32_t group)
{
	return str_text(m->strings, m->services[model_service_of(m, group)].name);
}

/* ---- for machines ---- */

static void json_group(struct json *j, const struct model *m, uint32_t group)
{
	json_text(j, "service", service_name(m, group));
	json_text(j, "name", str_text(m->strings, m->groups[group].name));
}

static void json_tightest(struct json *j, const struct batches_report *r, const struct batch *b)
{
	struct strbuf why = {0};

	json_open_array(j, "tightest");
	for (uint32_t i = 0; i < b->ntightest; i++) {
		const struct tight_group *t = &b->tightest[i];

		sb_clear(&why);
		sb_add_why(&why, r, t->group, t->situation);
		json_open_object(j, NULL);
		json_group(j, model_of(r), t->group);
		json_int(j, "left", t->left);
		json_int(j, "needed", t->needed);
		json_text(j, "why", sb_text(&why));
		json_close(j);
	}
	json_close(j);
	sb_release(&why);
}

static void json_batch(struct json *j, const struct batches_report *r, const struct batch *b)
{
	json_open_object(j, NULL);
	json_places(j, "domains", model_of(r), b->domains, b->n);
	json_int(j, "groups", b->groups);
	json_int(j, "as_tight", b->as_tight);
	json_tightest(j, r, b);
	json_close(j);
}

static void json_undrainable(struct json *j, const struct batches_report *r, const struct undrainable *u)
{
	struct strbuf text = {0};

	json_open_object(j, NULL);
	sb_add_path(&text, model_of(r), u->place);
	json_text(j, "domain", sb_text(&text));
	json_group(j, model_of(r), u->group);
	sb_clear(&text);
	sb_add_reason(&text, r, u);
	json_text(j, "why", sb_text(&text));
	json_close(j);
	sb_release(&text);
}

static bool is_proven(const struct batches *b)
{
	return b->at_least == b->nbatches && !b->undecided;
}

void batches_json(FILE *out, const struct batches_report *r)
{
	const struct batches *b = r->batches;
	struct json j = json_to(out);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_text(&j, "file", r->file);
	json_text(&j, "level", level_label(model_of(r), r->question->level));
	json_text(&j, "keep", target_names[r->question->keep]);
	json_int(&j, "headroom", r->question->headroom);
	json_int(&j, "domains", b->domains);
	json_int(&j, "gone_already", b->gone_already);
	json_int(&j, "broken_already", b->broken_already);
	json_int(&j, "at_least", b->at_least);
	json_bool(&j, "proven", is_proven(b));
	if (b->undecided)
		json_bool(&j, "undecided", true);
	if (b->nuntried)
		json_places(&j, "untried", model_of(r), b->untried, b->nuntried);
	if (b->needs_untried)
		json_bool(&j, "needs_undecided", true);
	json_open_array(&j, "batches");
	for (uint32_t i = 0; i < b->nbatches; i++)
		json_batch(&j, r, &b->batches[i]);
	json_close(&j);
	json_open_array(&j, "cannot");
	for (uint32_t i = 0; i < b->nundrainable; i++)
		json_undrainable(&j, r, &b->undrainable[i]);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

/* ---- for people ---- */

static void sb_add_of_level(struct strbuf *sb, const struct batches_report *r, uint32_t n)
{
	sb_addf(sb, "%" PRIu32 " ", n);
	sb_add_level(sb, model_of(r), r->question->level);
	sb_add(sb, r->question->level == LEVEL_SHARED ? " domain" : "");
	if (n != 1)
		sb_addc(sb, 's');
}

static void sb_add_place(struct strbuf *sb, const struct model *m, place_id p)
{
	struct strbuf raw = {0};

	sb_add_short(&raw, m, p);
	sb_add_clean(sb, sb_text(&raw), raw.len);
	sb_release(&raw);
}

/* How many domains of the level lie in each domain. */
static uint32_t *count_places(const struct batches_report *r)
{
	const struct model *m = model_of(r);
	uint32_t *n = xcalloc(m->ndomains + 1, sizeof(*n));

	for (domain_id d = m->ndomains; d-- > 1;) {
		n[d] += m->domains[d].level == r->question->level;
		n[m->domains[d].parent] += n[d];
	}
	return n;
}

/* The widest domain around a place all of whose places are in the batch: `taken` of `all`. */
static domain_id widest(const struct model *m, const uint32_t *all, const uint32_t *taken, domain_id d)
{
	while (d != ROOT && m->domains[d].parent != ROOT && taken[m->domains[d].parent] == all[m->domains[d].parent])
		d = m->domains[d].parent;
	return d;
}

/* "all of az-1a, rack-7/n1, rack-7/n2 and 3 more" */
static void sb_add_batch(struct strbuf *sb, const struct batches_report *r, const struct batch *b, const uint32_t *all)
{
	const struct model *m = model_of(r);
	uint32_t *taken = xcalloc(m->ndomains + 1, sizeof(*taken)), shown = 0, told = 0;

	for (uint32_t i = 0; i < b->n; i++)
		for (domain_id d = b->domains[i]; d < m->ndomains && d != ROOT; d = m->domains[d].parent)
			taken[d]++;
	while (told < b->n && shown < NAMES_SHOWN) {
		place_id p = b->domains[told], as = p < m->ndomains ? widest(m, all, taken, p) : p;

		sb_add(sb, shown++ ? ", " : "");
		sb_add(sb, as == p ? "" : "all of ");
		sb_add_place(sb, m, as);
		told += as == p ? 1 : all[as];
	}
	if (told < b->n)
		sb_addf(sb, " and %" PRIu32 " more", b->n - told);
	free(taken);
}

static void print_proof(FILE *out, const struct batches_report *r, const struct batch *b)
{
	struct strbuf sb = {0};

	if (!b->groups) {
		fputs("    nothing to keep is on them\n", out);
		return;
	}
	sb_add_count(&sb, b->groups, "group has", "groups have");
	sb_addf(&sb, " replicas there; tightest: ");
	sb_add_name(&sb, model_of(r), model_of(r)->groups[b->tightest[0].group].name);
	if (b->as_tight > 1)
		sb_addf(&sb, " and %" PRIu32 " more", b->as_tight - 1);
	sb_add(&sb, ": ");
	sb_add_why(&sb, r, b->tightest[0].group, b->tightest[0].situation);
	fprintf(out, "    %s\n", sb_text(&sb));
	sb_release(&sb);
}

static void print_batches(FILE *out, const struct batches_report *r)
{
	uint32_t *all = count_places(r);

	for (uint32_t i = 0; i < r->batches->nbatches; i++) {
		const struct batch *b = &r->batches->batches[i];
		struct strbuf sb = {0};

		sb_addf(&sb, "batch %" PRIu32 ", ", i + 1);
		sb_add_of_level(&sb, r, b->n);
		sb_add(&sb, ": ");
		sb_add_batch(&sb, r, b, all);
		fprintf(out, "  %s\n", sb_text(&sb));
		sb_release(&sb);
		print_proof(out, r, b);
	}
	free(all);
}

static void print_undrainable(FILE *out, const struct batches_report *r)
{
	const struct batches *b = r->batches;
	struct strbuf sb = {0};

	if (!b->nundrainable)
		return;
	sb_add_of_level(&sb, r, b->nundrainable);
	fprintf(out, "%s can't be drained, not even alone:\n", sb_text(&sb));
	for (uint32_t i = 0; i < b->nundrainable && i < UNDRAINABLE_SHOWN; i++) {
		const struct undrainable *u = &b->undrainable[i];

		sb_clear(&sb);
		sb_add_place(&sb, model_of(r), u->place);
		sb_add(&sb, ": ");
		sb_add_name(&sb, model_of(r), model_of(r)->groups[u->group].name);
		sb_add(&sb, ": ");
		sb_add_reason(&sb, r, u);
		fprintf(out, "  %s\n", sb_text(&sb));
	}
	if (b->nundrainable > UNDRAINABLE_SHOWN)
		fprintf(out, "  and %" PRIu32 " more; JSON lists them all\n", b->nundrainable - UNDRAINABLE_SHOWN);
	sb_release(&sb);
}

static void sb_add_bound(struct strbuf *sb, const struct batches_report *r)
{
	const struct batches *b = r->batches;
	const struct model *m = model_of(r);

	switch (b->bound) {
	case BOUND_GROUP:
		sb_add(sb, ": no more of ");
		sb_add_name(sb, m, m->groups[b->bound_group].name);
		sb_add(sb, " may go at once");
		break;
	case BOUND_CLIQUE:
		sb_add(sb, ": of ");
		sb_add_of_level(sb, r, b->at_least);
		sb_add(sb, " no two can go together");
		break;
	case BOUND_SEARCH:
		sb_add(sb, ": every other way was tried");
		break;
	case BOUND_TRIVIAL:
		break;
	}
}

static void print_count(FILE *out, const struct batches_report *r)
{
	const struct batches *b = r->batches;
	struct strbuf sb = {0};

	sb_add_count(&sb, b->nbatches, "batch", "batches");
	if (is_proven(b)) {
		sb_add(&sb, b->nbatches > 1 ? ", and no fewer do" : "");
	} else {
		sb_addf(&sb, ", the fewest that were found; at least %" PRIu32 " %s needed", b->at_least, is_or_are(b->at_least));
	}
	if (b->nbatches > 1)
		sb_add_bound(&sb, r);
	fprintf(out, "%s\n", sb_text(&sb));
	sb_release(&sb);
}

static void print_heading(FILE *out, const struct batches_report *r)
{
	static const char *const kept[TARGETS] = {"written", "read", "safe"};
	const struct batches_question *q = r->question;
	struct strbuf sb = {0};

	sb_add_file_name(&sb, r->file);
	sb_add(&sb, ": ");
	sb_add_of_level(&sb, r, r->batches->domains);
	sb_add(&sb, ", drained a batch at a time while every group");
	if (q->service != NO_SERVICE) {
		sb_add(&sb, " of ");
		sb_add_name(&sb, model_of(r), model_of(r)->services[q->service].name);
	}
	sb_addf(&sb, q->keep == TARGET_DATA ? " stays %s" : " can be %s", kept[q->keep]);
	if (q->headroom)
		sb_addf(&sb, ", through any %" PRIu32 " more %s", q->headroom, q->headroom == 1 ? "failure" : "failures");
	fprintf(out, "%s\n", sb_text(&sb));
	sb_release(&sb);
}

static void print_remarks(FILE *out, const struct batches_report *r)
{
	const struct batches *b = r->batches;

	if (b->gone_already)
		fprintf(out, "%" PRIu32 " of them %s down already\n", b->gone_already, is_or_are(b->gone_already));
	if (b->broken_already)
		fprintf(out, "%" PRIu32 " %s not so to begin with, and %s not counted\n", b->broken_already,
		        b->broken_already == 1 ? "group is" : "groups are", is_or_are(b->broken_already));
	if (b->undecided)
		fputs("there was too much to try: some that go alone could perhaps go together\n", out);
	if (b->nuntried)
		fprintf(out, "nothing is known of %" PRIu32 " of them; JSON lists them\n", b->nuntried);
	if (b->needs_untried)
		fputs("not every further failure of the services that others need was tried\n", out);
}

void batches_text(FILE *out, const struct batches_report *r)
{
	print_heading(out, r);
	print_remarks(out, r);
	print_count(out, r);
	print_batches(out, r);
	print_undrainable(out, r);
}
