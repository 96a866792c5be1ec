#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "report/odds.h"
#include "report/places_p.h"

#define SERVICES_SHOWN 16 /* each is worked out by itself */

static bool each_service(const struct model *m)
{
	return m->nservices > 1 && m->nservices <= SERVICES_SHOWN;
}

/* ---- for people ---- */

static void print_heading(FILE *out, const struct model *m, const struct loss_report *r)
{
	struct strbuf sb = {0};

	sb_add_file_name(&sb, r->file);
	sb_add(&sb, ", ");
	sb_add_count(&sb, m->ngroups, "group", "groups");
	sb_add(&sb, ": any ");
	sb_add_count(&sb, r->kill, "domain", "domains");
	sb_add(&sb, " of level ");
	sb_add_level(&sb, m, r->level);
	sb_add(&sb, r->kill > 1 ? " die at once" : " dies");
	fprintf(out, "%s\n", sb_text(&sb));
	sb_release(&sb);
}

static void print_some(FILE *out, const struct fleet_loss *l)
{
	if (l->exact)
		fprintf(out, "  some group at all: %.3g %%, exactly\n", 100 * l->some);
	if (l->estimated)
		fprintf(out,
		        "  some group at all: about %.4g %%, in %" PRIu64 " of %" PRIu64 " random losses (seed %" PRIu64
		        ");\n"
		        "    95 %% interval %.4g %% to %.4g %% (Wilson)\n",
		        100 * l->estimate, l->hits, l->samples, l->seed, 100 * l->low, 100 * l->high);
	if (!l->exact)
		fprintf(out, "  %s: at least %.3g %%, at most %.3g %% (bounds)\n",
		        l->estimated ? "  and surely" : "some group at all", 100 * l->some_at_least, 100 * l->some);
}

static void print_loss(FILE *out, struct analysis *a, const struct loss_report *r, uint32_t service)
{
	const struct model *m = engine_model(analysis_engine(a));
	struct strbuf sb = {0};
	struct fleet_loss l;

	analysis_fleet_loss(a, service, r->level, r->kill, r->seed, &l);
	if (service == NO_SERVICE) {
		sb_addf(&sb, "all %" PRIu32 " groups", l.groups);
	} else {
		const char *name = str_text(m->strings, m->services[service].name);

		sb_add(&sb, "service ");
		sb_add_clean(&sb, name, strlen(name));
		sb_add(&sb, ", ");
		sb_add_count(&sb, l.groups, "group", "groups");
	}
	sb_addf(&sb, " on %" PRIu32 " of %" PRIu32 " domains, ", l.with_groups, l.domains);
	sb_add_count(&sb, l.sets, "distinct set of replicas", "distinct sets of replicas");
	fprintf(out, "\n%s:\n", sb_text(&sb));
	fprintf(out, "  scatter width: %.4g on average, %" PRIu32 " at most\n", l.scatter_mean, l.scatter_most);
	fprintf(out, "  groups whose data is not safe: %s%.4g expected%s\n", l.bounds ? "at most " : "", l.expected,
	        l.bounds ? "" : ", exactly");
	if (l.bounds)
		fprintf(out, "  %" PRIu32 " groups can only be bounded: what it would take to know is too much\n",
		        l.bounds);
	print_some(out, &l);
	sb_release(&sb);
}

void loss_text(FILE *out, struct analysis *a, const struct loss_report *r)
{
	const struct model *m = engine_model(analysis_engine(a));

	print_heading(out, m, r);
	for (uint32_t s = 0; each_service(m) && s < m->nservices; s++)
		print_loss(out, a, r, s);
	print_loss(out, a, r, NO_SERVICE);
	fputs("\nscatter width: with so many others a domain shares groups\n", out);
}

/* ---- for machines ---- */

static void json_some(struct json *j, const struct fleet_loss *l)
{
	json_open_object(j, "some_group");
	json_bool(j, "exact", l->exact);
	if (l->exact)
		json_double(j, "probability", l->some);
	json_double(j, "at_least", l->some_at_least);
	json_double(j, "at_most", l->some);
	if (l->estimated) {
		json_open_object(j, "estimate");
		json_double(j, "probability", l->estimate);
		json_double(j, "low", l->low);
		json_double(j, "high", l->high);
		json_double(j, "confidence", 0.95);
		json_text(j, "interval", "Wilson");
		json_int(j, "samples", (int64_t)l->samples);
		json_int(j, "hits", (int64_t)l->hits);
		json_int(j, "seed", (int64_t)l->seed);
		json_close(j);
	}
	json_close(j);
}

static void json_loss(struct json *j, struct analysis *a, const struct loss_report *r, uint32_t service)
{
	struct fleet_loss l;

	analysis_fleet_loss(a, service, r->level, r->kill, r->seed, &l);
	json_int(j, "groups", l.groups);
	json_int(j, "domains", l.domains);
	json_int(j, "replica_sets", (int64_t)l.sets);
	json_open_object(j, "scatter_width");
	json_double(j, "mean", l.scatter_mean);
	json_int(j, "most", l.scatter_most);
	json_close(j);
	json_double(j, "expected_unsafe", l.expected);
	if (l.bounds) {
		json_bool(j, "exact", false);
		json_double(j, "expected_at_least", l.expected_at_least);
	}
	json_some(j, &l);
}

void loss_json(FILE *out, struct analysis *a, const struct loss_report *r)
{
	const struct model *m = engine_model(analysis_engine(a));
	struct json j = json_to(out);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_text(&j, "file", r->file);
	json_text(&j, "level", level_label(m, r->level));
	json_int(&j, "kill", r->kill);
	json_loss(&j, a, r, NO_SERVICE);
	if (each_service(m)) {
		json_open_array(&j, "services");
		for (uint32_t s = 0; s < m->nservices; s++) {
			json_open_object(&j, NULL);
			json_text(&j, "name", str_text(m->strings, m->services[s].name));
			json_loss(&j, a, r, s);
			json_close(&j);
		}
		json_close(&j);
	}
	json_close(&j);
	json_end(&j);
}
