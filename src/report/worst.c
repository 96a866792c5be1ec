#include "report/worst.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "report/places_p.h"

/* ---- for people ---- */

static bool same_sets(const struct worst *w, enum target a, enum target b)
{
	const struct worst_target *x = &w->of[a], *y = &w->of[b];

	if (x->nsets != y->nsets || x->proven != y->proven)
		return false;
	for (size_t i = 0; i < x->nsets; i++)
		if (x->sets[i].groups != y->sets[i].groups ||
		    memcmp(x->sets[i].domains, y->sets[i].domains, w->size * sizeof(*x->sets[i].domains)) != 0)
			return false;
	return true;
}

/* What a table is about: the targets, from the first on, that the same sets break. */
static void print_title(FILE *out, const struct worst *w, enum target first, bool told[TARGETS])
{
	const char *names[TARGETS];
	size_t n = 0;
	struct strbuf sb = {0};

	for (enum target t = first; t < TARGETS; t++)
		if (!told[t] && same_sets(w, first, t)) {
			told[t] = true;
			names[n++] = target_names[t];
		}
	sb_add_names(&sb, names, n, n);
	if (!w->of[first].proven)
		sb_add(&sb, ": the worst found, perhaps not the worst there are");
	fprintf(out, "  %s\n", sb_text(&sb));
	sb_release(&sb);
}

static void print_sets(FILE *out, const struct model *m, const struct worst *w, const struct worst_target *t)
{
	struct strbuf sb = {0};

	if (!t->nsets)
		fputs("    nothing breaks\n", out);
	else
		fprintf(out, "    %7s  domains\n", "groups");
	for (size_t i = 0; i < t->nsets; i++) {
		sb_clear(&sb);
		sb_add_set(&sb, m, t->sets[i].domains, w->size);
		fprintf(out, "    %7" PRIu64 "  %s\n", t->sets[i].groups, sb_text(&sb));
	}
	sb_release(&sb);
}

static void print_heading(FILE *out, const struct model *m, uint8_t level, const struct worst *w)
{
	struct strbuf sb = {0};

	sb_add_level(&sb, m, level);
	sb_addf(&sb, ", any %" PRIu32 " of %" PRIu32 "%s", w->size, w->domains, w->size > 1 ? " at once" : "");
	fprintf(out, "%s:\n", sb_text(&sb));
	sb_release(&sb);
}

void worst_text(FILE *out, const struct model *m, uint8_t level, const struct worst *w)
{
	bool told[TARGETS] = {false};

	print_heading(out, m, level, w);
	if (w->undecided) {
		fputs("  there are too many sets to add up: ask for a smaller size, or another level\n", out);
		return;
	}
	if (w->domains < w->size) {
		fputs("  there are not so many\n", out);
		return;
	}
	for (enum target t = 0; t < TARGETS; t++)
		if (!told[t]) {
			print_title(out, w, t, told);
			print_sets(out, m, w, &w->of[t]);
		}
}

/* ---- for machines ---- */

static void json_target(struct json *j, const struct model *m, const struct worst *w, enum target t)
{
	json_open_array(j, target_names[t]);
	for (size_t i = 0; i < w->of[t].nsets; i++) {
		json_open_object(j, NULL);
		json_places(j, "domains", m, w->of[t].sets[i].domains, w->size);
		json_int(j, "groups", (int64_t)w->of[t].sets[i].groups);
		json_close(j);
	}
	json_close(j);
}

static bool is_proven(const struct worst *w)
{
	for (enum target t = 0; t < TARGETS; t++)
		if (w->undecided || !w->of[t].proven)
			return false;
	return true;
}

void worst_json(FILE *out, const char *file, const struct model *m, uint8_t level, const struct worst *w)
{
	struct json j = json_to(out);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_text(&j, "file", file);
	json_text(&j, "level", level_label(m, level));
	json_int(&j, "size", w->size);
	json_bool(&j, "proven", is_proven(w));
	json_open_object(&j, "worst");
	for (enum target t = 0; t < TARGETS; t++)
		json_target(&j, m, w, t);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}
