#include "report/odds.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "model/names.h"
#include "report/places_p.h"

#define YEAR_DAYS 365.25
#define CAUSES_SHOWN 4   /* of a worst group */

static const char *const down_names[TARGETS] = {"writes_down", "reads_down", "data_unsafe"};

/* ---- numbers for people ---- */

/* 0.00072, 1.2e-09; what is no exact number is the most that it can be. */
static void sb_add_odds(struct strbuf *sb, double p, bool exact)
{
	sb_addf(sb, "%s%.3g", exact ? "" : "<= ", p);
}

/* "3.9": so many nines has what goes on. Cut off, not rounded: 99.96 % has three. */
static void sb_add_nines(struct strbuf *sb, double p)
{
	if (p <= 0)
		sb_add(sb, "-");
	else
		sb_addf(sb, "%.1f", fabs(floor(-log10(p) * 10 + 1e-9) / 10));
}

static void sb_add_year(struct strbuf *sb, double p)
{
	double microseconds = p * YEAR_DAYS * 86400e6;
	duration unit = microseconds < 1e3 ? 1 : microseconds < 1e6 ? 1000 : 1000000; /* no finer than is of use */
	char text[32];

	if (p > 0 && microseconds < 1)
		sb_add(sb, "under 1 us");
	else
		sb_add(sb, duration_text((duration)microseconds / unit * unit, text));
}

static void sb_add_percent(struct strbuf *sb, double share)
{
	sb_addf(sb, share >= 0.0995 ? "%.0f %%" : share >= 0.001 ? "%.1f %%" : "%.2g %%", share * 100);
}

static void sb_add_name(struct strbuf *sb, const struct model *m, str_id name)
{
	const char *text = str_text(m->strings, name);

	sb_add_clean(sb, text, strlen(text));
}

static void sb_add_place(struct strbuf *sb, const struct model *m, place_id p)
{
	if (p == ROOT)
		sb_add(sb, "all of it (root)");
	else
		sb_add_set(sb, m, &p, 1);
}

/* ---- for people ---- */

static bool nothing_fails(const struct model *m)
{
	for (place_id p = 0; p < m->ndomains + m->nshared; p++)
		if (place_down(m, p) > 0)
			return false;
	return true;
}

static void print_heading(FILE *out, const char *file, const struct model *m, const char *what)
{
	struct strbuf sb = {0};

	sb_add_file_name(&sb, file);
	sb_add(&sb, ", ");
	sb_add_count(&sb, m->ngroups, "group", "groups");
	sb_addf(&sb, ": %s", what);
	fprintf(out, "%s\n", sb_text(&sb));
	sb_release(&sb);
}

static bool same_number(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(a);
}

/* The targets, from `t` on, that were not told of yet and have the same odds. */
static void sb_add_alike(struct strbuf *sb, const struct service_odds *s, enum target t, bool told[TARGETS])
{
	const char *names[TARGETS];
	size_t n = 0;

	for (enum target other = t; other < TARGETS; other++)
		if (!told[other] && same_number(s->expected[t], s->expected[other]) &&
		    same_number(s->worst.broken[t], s->worst.broken[other]) &&
		    same_number(s->worst.at_least[t], s->worst.at_least[other])) {
			told[other] = true;
			names[n++] = target_names[other];
		}
	sb_add_names(sb, names, n, n);
}

/* What is at least as much as it is at most is exact. */
static void print_target(FILE *out, enum target t, const struct service_odds *s, bool told[TARGETS])
{
	const struct group_odds *worst = &s->worst;
	struct strbuf cells[5] = {{0}};

	sb_add_alike(&cells[0], s, t, told);
	sb_add_odds(&cells[1], s->expected[t], s->expected[t] <= s->expected_at_least[t]);
	sb_add_odds(&cells[2], worst->broken[t], worst->broken[t] <= worst->at_least[t]);
	sb_add_nines(&cells[3], worst->broken[t]);
	if (t == TARGET_DATA)
		sb_add(&cells[4], "-");
	else
		sb_add_year(&cells[4], worst->broken[t]);
	fprintf(out, "  %-22s %15s %13s  %6s  %s\n", sb_text(&cells[0]), sb_text(&cells[1]), sb_text(&cells[2]),
	        sb_text(&cells[3]), sb_text(&cells[4]));
	for (int i = 0; i < 5; i++)
		sb_release(&cells[i]);
}

static void print_causes(FILE *out, struct odds *o, const struct model *m, uint32_t group, enum target target)
{
	struct strbuf sb = {0};
	size_t n, shown = 0;
	struct importance *causes = odds_causes(o, group, target, &n);

	sb_add(&sb, "  worst group: ");
	sb_add_name(&sb, m, m->groups[group].name);
	for (; shown < n && shown < CAUSES_SHOWN && causes[shown].share > 0; shown++) {
		sb_add(&sb, shown ? ", " : "; share that would go if it never failed: ");
		sb_add_place(&sb, m, causes[shown].place);
		sb_add(&sb, " ");
		sb_add_percent(&sb, causes[shown].share);
	}
	fprintf(out, "%s\n", sb_text(&sb));
	free(causes);
	sb_release(&sb);
}

static void print_service(FILE *out, struct odds *o, const struct model *m, uint32_t service,
                          const struct service_odds *s, enum target target)
{
	struct strbuf sb = {0};
	bool told[TARGETS] = {false};

	sb_add(&sb, "service ");
	sb_add_name(&sb, m, m->services[service].name);
	sb_add(&sb, ", ");
	sb_add_count(&sb, s->groups, "group", "groups");
	fprintf(out, "%s:\n", sb_text(&sb));
	sb_release(&sb);
	if (s->worst_group == NO_GROUP)
		return;
	for (enum target t = 0; t < TARGETS; t++)
		if (!told[t])
			print_target(out, t, s, told);
	if (s->worst.broken[target] > 0)
		print_causes(out, o, m, s->worst_group, target);
	if (s->bounds)
		fprintf(out, "  %" PRIu32 " of them can only be bounded: what it would take to know is too much\n",
		        s->bounds);
}

static void print_fleet(FILE *out, const struct model *m, const struct fleet_odds *f)
{
	fprintf(out, "all %" PRIu32 " groups:\n  %-22s %15s  %s\n", m->ngroups, "", "groups expected",
	        "some group at all");
	for (enum target t = 0; t < TARGETS; t++) {
		struct strbuf sb = {0};

		sb_add_odds(&sb, f->expected[t], f->expected[t] <= f->expected_at_least[t]);
		fprintf(out, "  %-22s %15s  ", target_names[t], sb_text(&sb));
		if (f->some[t].exact)
			fprintf(out, "%.3g (exact)\n", f->some[t].most);
		else
			fprintf(out, "from %.3g to %.3g (bounds)\n", f->some[t].at_least, f->some[t].most);
		sb_release(&sb);
	}
}

static const char *const of_target[TARGETS] = {
	"groups whose writes are stopped", "groups whose reads are stopped", "groups whose data is not safe",
};

static void print_importance(FILE *out, const struct model *m, const struct fleet_odds *f, size_t top)
{
	size_t shown = f->nimportance < top ? f->nimportance : top;
	struct strbuf share = {0}, name = {0};

	fprintf(out, "\nwhich domains matter, to the number of %s:\n", of_target[f->target]);
	if (f->left_out)
		fprintf(out, "  (without %" PRIu32 " of the groups: bounds, or too much work)\n", f->left_out);
	if (!shown) {
		fputs("  none\n", out);
		return;
	}
	fprintf(out, "  %8s %10s %10s  %s\n", "share", "if down", "down", "domain");
	for (size_t i = 0; i < shown; i++) {
		const struct importance *d = &f->importance[i];

		sb_clear(&share);
		sb_clear(&name);
		sb_add_percent(&share, d->share);
		sb_add_place(&name, m, d->place);
		fprintf(out, "  %8s %10.3g %10.3g  %s\n", sb_text(&share), d->birnbaum, d->down, sb_text(&name));
	}
	if (shown < f->nimportance)
		fprintf(out, "  and %zu more; --top %zu lists them\n", f->nimportance - shown, f->nimportance);
	fputs("share: of what is expected, this would go if the domain never failed\n"
	      "if down: so many groups more when it is down than when it is not (Birnbaum's importance)\n", out);
	sb_release(&share);
	sb_release(&name);
}

static bool anything_stops(const struct fleet_odds *f)
{
	return f->expected[TARGET_WRITES] > 0 || f->expected[TARGET_READS] > 0 || f->expected[TARGET_DATA] > 0;
}

void odds_text(FILE *out, struct analysis *a, const struct odds_report *r)
{
	const struct model *m = engine_model(analysis_engine(a));
	struct odds *o = odds_new(a);
	struct fleet_odds f;

	odds_fleet(o, r->target, NULL, NULL, &f);
	print_heading(out, r->file, m, "how likely they are stopped, or their data not safe");
	if (nothing_fails(m))
		fputs("no domain says how likely it is to be down: give some 'down', or 'mtbf' and 'mttr', under "
		      "'domains'\n", out);
	if (anything_stops(&f))
		fprintf(out, "  %-22s %15s %13s  %6s  %s\n", "", "groups expected", "worst group", "nines",
		        "down a year of 365.25 days");
	for (uint32_t s = 0; anything_stops(&f) && s < m->nservices; s++)
		print_service(out, o, m, s, &f.services[s], r->target);
	if (m->ngroups > 1 && anything_stops(&f))
		print_fleet(out, m, &f);
	if (f.expected[r->target] > 0)
		print_importance(out, m, &f, r->top);
	fleet_odds_release(&f);
	odds_free(o);
}

/* ---- for machines ---- */

struct json_groups { struct json *j; const struct model *m; };

static void json_targets(struct json *j, const char *key, const double values[TARGETS])
{
	json_open_object(j, key);
	for (enum target t = 0; t < TARGETS; t++)
		json_double(j, target_names[t], values[t]);
	json_close(j);
}

static void json_down(struct json *j, const double values[TARGETS])
{
	for (enum target t = 0; t < TARGETS; t++)
		json_double(j, down_names[t], values[t]);
}

static void json_group(void *context, uint32_t service, uint32_t group, const struct group_odds *odds)
{
	const struct json_groups *k = context;

	json_open_object(k->j, NULL);
	json_text(k->j, "service", str_text(k->m->strings, k->m->services[service].name));
	json_text(k->j, "name", str_text(k->m->strings, k->m->groups[group].name));
	json_down(k->j, odds->broken);
	if (!odds->exact) {
		json_bool(k->j, "exact", false);
		json_open_object(k->j, "at_least");
		json_down(k->j, odds->at_least);
		json_close(k->j);
	}
	json_close(k->j);
}

static void json_services(struct json *j, const struct model *m, const struct fleet_odds *f)
{
	json_open_array(j, "services");
	for (uint32_t s = 0; s < m->nservices; s++) {
		const struct service_odds *odds = &f->services[s];

		json_open_object(j, NULL);
		json_text(j, "name", str_text(m->strings, m->services[s].name));
		json_int(j, "groups", odds->groups);
		json_targets(j, "expected_down", odds->expected);
		if (odds->bounds) {
			json_bool(j, "exact", false);
			json_targets(j, "expected_at_least", odds->expected_at_least);
		}
		if (odds->worst_group != NO_GROUP)
			json_text(j, "worst_group", str_text(m->strings, m->groups[odds->worst_group].name));
		json_close(j);
	}
	json_close(j);
}

static void json_fleet(struct json *j, const struct model *m, const struct fleet_odds *f)
{
	json_open_object(j, "fleet");
	json_int(j, "groups", m->ngroups);
	json_targets(j, "expected_down", f->expected);
	if (f->bounds)
		json_targets(j, "expected_at_least", f->expected_at_least);
	json_open_object(j, "some_group");
	for (enum target t = 0; t < TARGETS; t++) {
		json_open_object(j, target_names[t]);
		json_bool(j, "exact", f->some[t].exact);
		if (f->some[t].exact)
			json_double(j, "probability", f->some[t].most);
		json_double(j, "at_least", f->some[t].at_least);
		json_double(j, "at_most", f->some[t].most);
		json_close(j);
	}
	json_close(j);
	json_close(j);
}

static void json_importance(struct json *j, const struct model *m, const struct fleet_odds *f, size_t top)
{
	struct strbuf path = {0};

	json_text(j, "target", target_names[f->target]);
	json_open_array(j, "importance");
	for (size_t i = 0; i < f->nimportance && i < top; i++) {
		sb_clear(&path);
		sb_add_path(&path, m, f->importance[i].place);
		json_open_object(j, NULL);
		json_text(j, "domain", sb_text(&path));
		json_double(j, "down", f->importance[i].down);
		json_double(j, "birnbaum", f->importance[i].birnbaum);
		json_double(j, "share", f->importance[i].share);
		json_close(j);
	}
	json_close(j);
	if (f->left_out)
		json_int(j, "importance_leaves_out", f->left_out);
	sb_release(&path);
}

void odds_json(FILE *out, struct analysis *a, const struct odds_report *r)
{
	const struct model *m = engine_model(analysis_engine(a));
	struct odds *o = odds_new(a);
	struct json j = json_to(out);
	struct json_groups groups = {&j, m};
	struct fleet_odds f;

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_text(&j, "file", r->file);
	json_open_array(&j, "groups");
	odds_fleet(o, r->target, json_group, &groups, &f);
	json_close(&j);
	json_services(&j, m, &f);
	json_fleet(&j, m, &f);
	json_importance(&j, m, &f, r->top);
	json_close(&j);
	json_end(&j);
	fleet_odds_release(&f);
	odds_free(o);
}
