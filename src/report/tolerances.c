#include "report/tolerances.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/words.h"
#include "report/places_p.h"

#define NAMES_SHOWN 6

/* ---- for people ---- */

static bool tables_equal(const struct model *m, const struct tolerance *a, const struct tolerance *b)
{
	if (a->undecided != b->undecided)
		return false;
	for (int t = 0; t < TARGETS; t++)
		if (memcmp(&a->at[t][1], &b->at[t][1], m->nlevels * sizeof a->at[t][1]) != 0)
			return false;
	return true;
}

static const char *cell_text(int32_t tolerance, char out[16])
{
	if (tolerance == TOLERANCE_UNBREAKABLE)
		return "all";
	if (tolerance == TOLERANCE_NOT_EVEN_HEALTHY)
		return "broken";
	snprintf(out, 16, "%d", tolerance);
	return out;
}

#define CELL_MIN 6 /* as wide as "broken" */

static void add_cell(struct strbuf *sb, const char *text, int width)
{
	int cells = text_cells(text);

	sb_repeat(sb, " ", (size_t)(2 + (width > cells ? width - cells : 0)));
	sb_add(sb, text);
}

static char *clean_level(const struct model *m, uint32_t level)
{
	struct strbuf sb = {0};

	sb_add_clean(&sb, m->levels[level], strlen(m->levels[level]));
	return sb.text;
}

static void print_table(FILE *out, const struct model *m, const struct tolerance *t)
{
	struct strbuf rows[1 + TARGETS] = {0};

	sb_add(&rows[0], "  level ");
	for (int i = 0; i < TARGETS; i++)
		sb_addf(&rows[1 + i], "  %-6s", target_names[i]);
	for (uint32_t level = 0; level < m->nlevels; level++) {
		char *name = clean_level(m, level), digits[16];
		int width = text_cells(name) > CELL_MIN ? text_cells(name) : CELL_MIN;

		add_cell(&rows[0], name, width);
		for (int i = 0; i < TARGETS; i++)
			add_cell(&rows[1 + i], cell_text(t->at[i][level + 1], digits), width);
		free(name);
	}
	for (int i = 0; i < 1 + TARGETS; i++) {
		fprintf(out, "%s\n", sb_text(&rows[i]));
		sb_release(&rows[i]);
	}
	if (t->undecided)
		fputs("  some of these may be higher: there are too many sets of domains to try them all\n", out);
}

/* Prints the services from `first` on that have its numbers, and marks them as told. */
static void print_alike(FILE *out, const struct model *m, const struct tolerance *tables, bool *told, uint32_t first)
{
	const char *names[NAMES_SHOWN];
	size_t shown = 0;
	uint64_t alike = 0;
	struct strbuf line = {0};

	for (uint32_t i = first; i < m->nservices; i++) {
		if (told[i] || !tables_equal(m, &tables[first], &tables[i]))
			continue;
		told[i] = true;
		if (shown < NAMES_SHOWN)
			names[shown++] = str_text(m->strings, m->services[i].name);
		alike++;
	}
	sb_add_names(&line, names, shown, alike);
	fprintf(out, "%s %s:\n", alike == 1 ? "service" : "services", sb_text(&line));
	print_table(out, m, &tables[first]);
	sb_release(&line);
}

static bool any_is(const struct model *m, const struct tolerance *tables, int32_t value)
{
	for (uint32_t i = 0; i < m->nservices; i++)
		for (int t = 0; t < TARGETS; t++)
			for (uint32_t level = 1; level <= m->nlevels; level++)
				if (tables[i].at[t][level] == value)
					return true;
	return false;
}

static void print_heading(FILE *out, const char *file)
{
	struct strbuf name = {0};

	sb_add_file_name(&name, file);
	fprintf(out, "%s: how many domains of a level may die at once, whichever they are\n", sb_text(&name));
	sb_release(&name);
}

void tolerances_text(FILE *out, const char *file, const struct model *m, struct analysis *a)
{
	struct tolerance *tables = xcalloc(m->nservices ? m->nservices : 1, sizeof *tables);
	bool *told = xcalloc(m->nservices ? m->nservices : 1, sizeof *told);

	for (uint32_t i = 0; i < m->nservices; i++)
		analysis_tolerance(a, i, &tables[i]);
	print_heading(out, file);
	for (uint32_t i = 0; i < m->nservices; i++)
		if (!told[i])
			print_alike(out, m, tables, told, i);
	if (any_is(m, tables, TOLERANCE_UNBREAKABLE))
		fputs("  (all: it lives even when every domain of that level dies)\n", out);
	if (any_is(m, tables, TOLERANCE_NOT_EVEN_HEALTHY))
		fprintf(out, "  (broken: it does not hold even %s)\n", start_words(a));
	free(told);
	free(tables);
}

/* ---- for machines ---- */

static void json_target(struct json *j, const struct model *m, enum target target, const struct tolerance *t)
{
	json_open_object(j, target_names[target]);
	for (uint32_t level = 1; level <= m->nlevels; level++) {
		int32_t tolerance = t->at[target][level];

		if (tolerance == TOLERANCE_UNBREAKABLE)
			json_null(j, m->levels[level - 1]);
		else
			json_int(j, m->levels[level - 1], tolerance);
	}
	json_close(j);
}

void tolerances_json(struct json *j, const char *key, const struct model *m, struct analysis *a)
{
	json_open_array(j, key);
	for (uint32_t i = 0; a && i < m->nservices; i++) {
		struct tolerance t;

		analysis_tolerance(a, i, &t);
		json_open_object(j, NULL);
		json_text(j, "name", str_text(m->strings, m->services[i].name));
		json_int(j, "groups", m->services[i].ngroups);
		if (t.undecided)
			json_bool(j, "undecided", true);
		json_open_object(j, "tolerance");
		for (int target = 0; target < TARGETS; target++)
			json_target(j, m, (enum target)target, &t);
		json_close(j);
		json_close(j);
	}
	json_close(j);
}
