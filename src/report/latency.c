#include "report/latency.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "model/names.h"
#include "report/places_p.h"

static domain_id place_of_replica(const struct model *m, uint32_t group, uint16_t replica)
{
	return group_places(m, group)[replica];
}

/* ---- for machines ---- */

static void json_ms(struct json *j, const char *key, duration d)
{
	if (d == DURATION_NONE)
		json_null(j, key);
	else
		json_double(j, key, (double)d / 1000);
}

static void json_path(struct json *j, const char *key, const struct model *m, place_id p)
{
	struct strbuf path = {0};

	sb_add_path(&path, m, p);
	json_text(j, key, sb_text(&path));
	sb_release(&path);
}

struct asked_keys { const char *ms, *before, *by, *from, *farthest; };
static const struct asked_keys keys[ASKED] = {
	[ASKED_WRITE] = {"write_ms", "write_ms_before", "write_by", "write_from", "write_ms_farthest"},
	[ASKED_READ] = {"read_ms", "read_ms_before", "read_by", "read_from", "read_ms_farthest"},
};

static void json_asked(struct json *j, const struct latency_report *r, uint32_t group, bool has_leader, enum asked asked)
{
	const struct latency *l = &latency_of(r->now, group)->of[asked];
	const struct asked_keys *k = &keys[asked];

	json_ms(j, k->ms, l->time);
	if (r->before)
		json_ms(j, k->before, latency_of(r->before, group)->of[asked].time);
	if (l->time == DURATION_NONE)
		return;
	json_path(j, k->by, r->model, place_of_replica(r->model, group, l->by));
	if (has_leader)
		return;
	json_path(j, k->from, r->model, place_of_replica(r->model, group, l->from));
	json_ms(j, k->farthest, l->farthest);
}

/* Whose place the times are measured from, where there is a live leader that can be asked for anything. */
static uint16_t leader_of(const struct group_latency *l)
{
	return l->of[ASKED_WRITE].from != NO_PEER ? l->of[ASKED_WRITE].from : l->of[ASKED_READ].from;
}

static void json_group(struct json *j, const struct latency_report *r, const struct service *sv, uint32_t group)
{
	const struct model *m = r->model;
	uint16_t leader = leader_of(latency_of(r->now, group));

	json_open_object(j, NULL);
	json_text(j, "service", str_text(m->strings, sv->name));
	json_text(j, "name", str_text(m->strings, m->groups[group].name));
	if (sv->sem.leader && leader != NO_PEER)
		json_path(j, "leader", m, place_of_replica(m, group, leader));
	for (enum asked asked = 0; asked < ASKED; asked++)
		json_asked(j, r, group, sv->sem.leader, asked);
	json_close(j);
}

static void json_summary(struct json *j, const char *key, const struct model *m, const struct latencies *l,
                         uint32_t service, enum asked asked)
{
	struct latency_summary sum;

	latency_summarize(l, service, asked, &sum);
	json_open_object(j, key);
	json_ms(j, "median_ms", sum.median);
	json_ms(j, "worst_ms", sum.worst);
	if (sum.worst_group != NO_GROUP)
		json_text(j, "worst_group", str_text(m->strings, m->groups[sum.worst_group].name));
	json_int(j, "timed", sum.timed);
	json_close(j);
}

static void json_service(struct json *j, const struct latency_report *r, uint32_t service)
{
	static const char *const before[ASKED] = {"write_before", "read_before"};

	json_open_object(j, NULL);
	json_text(j, "name", str_text(r->model->strings, r->model->services[service].name));
	json_int(j, "groups", r->model->services[service].ngroups);
	for (enum asked asked = 0; asked < ASKED; asked++) {
		json_summary(j, asked_names[asked], r->model, r->now, service, asked);
		if (r->before)
			json_summary(j, before[asked], r->model, r->before, service, asked);
	}
	json_close(j);
}

void latency_json(FILE *out, const struct latency_report *r)
{
	const struct model *m = r->model;
	struct json j = json_to(out);

	json_open_object(&j, NULL);
	json_int(&j, "faultline", 1);
	json_text(&j, "file", r->file);
	if (r->after)
		json_text(&j, "after", r->after);
	json_open_array(&j, "services");
	for (uint32_t s = 0; s < m->nservices; s++)
		json_service(&j, r, s);
	json_close(&j);
	json_open_array(&j, "groups");
	for (uint32_t s = 0; s < m->nservices; s++)
		for (uint32_t i = 0; i < m->services[s].ngroups; i++)
			json_group(&j, r, &m->services[s], m->services[s].first_group + i);
	json_close(&j);
	json_close(&j);
	json_end(&j);
}

/* ---- for people ---- */

static void sb_add_name(struct strbuf *sb, const struct model *m, str_id name)
{
	const char *text = str_text(m->strings, name);

	sb_add_clean(sb, text, strlen(text));
}

static void sb_add_place(struct strbuf *sb, const struct model *m, place_id p)
{
	struct strbuf raw = {0};

	sb_add_short(&raw, m, p);
	sb_add_clean(sb, sb_text(&raw), raw.len);
	sb_release(&raw);
}

static void sb_add_time(struct strbuf *sb, duration d)
{
	char text[32];

	sb_add(sb, d == DURATION_NONE ? "-" : duration_text(d, text));
}

static void sb_add_change(struct strbuf *sb, duration before, duration now)
{
	sb_add_time(sb, before);
	sb_add(sb, " → ");
	sb_add_time(sb, now);
}

#define TIME_CELLS 9
#define CHANGE_CELLS 20

/* Right-aligned; a change is as wide again. */
static void print_times(FILE *out, const struct latency_report *r, duration before, duration now)
{
	struct strbuf sb = {0};
	int cells, width = r->before ? CHANGE_CELLS : TIME_CELLS;

	if (r->before)
		sb_add_change(&sb, before, now);
	else
		sb_add_time(&sb, now);
	cells = text_cells(sb_text(&sb));
	fprintf(out, "  %*s%s", width > cells ? width - cells : 0, "", sb_text(&sb));
	sb_release(&sb);
}

/* "range-1: at e1, until c4 has answered" */
static void print_path_of(FILE *out, const struct latency_report *r, const struct service *sv, uint32_t group,
                          enum asked asked)
{
	const struct model *m = r->model;
	const struct latency *l = &latency_of(r->now, group)->of[asked];
	struct strbuf sb = {0};

	sb_add_name(&sb, m, m->groups[group].name);
	sb_add(&sb, sv->sem.leader ? ": led from " : ": asked at ");
	sb_add_place(&sb, m, place_of_replica(m, group, l->from));
	if (l->by == l->from) {
		sb_add(&sb, ", which is enough");
	} else {
		sb_add(&sb, ", until ");
		sb_add_place(&sb, m, place_of_replica(m, group, l->by));
		sb_add(&sb, " answers");
	}
	if (l->farthest != l->time) {
		sb_add(&sb, "; at the farthest ");
		sb_add_time(&sb, l->farthest);
	}
	fprintf(out, "  %s", sb_text(&sb));
	sb_release(&sb);
}

static void print_row(FILE *out, const struct latency_report *r, uint32_t service, enum asked asked)
{
	const struct service *sv = &r->model->services[service];
	struct latency_summary now, before = {.median = DURATION_NONE, .worst = DURATION_NONE};

	latency_summarize(r->now, service, asked, &now);
	if (r->before)
		latency_summarize(r->before, service, asked, &before);
	fprintf(out, "  %-5s", asked_names[asked]);
	print_times(out, r, before.median, now.median);
	print_times(out, r, before.worst, now.worst);
	if (now.worst_group != NO_GROUP)
		print_path_of(out, r, sv, now.worst_group, asked);
	fputc('\n', out);
	if (now.timed < now.groups)
		fprintf(out, "         %" PRIu32 " of %" PRIu32 " %s\n", now.groups - now.timed, now.groups,
		        asked == ASKED_WRITE ? "can't be written" : sv->sem.leader ? "can't be read at a leader" : "can't be read");
}

/* How much longer it takes than before; negative where one of the two has no time, or it takes less. */
static duration growth(const struct latency_report *r, uint32_t group)
{
	duration now = latency_of(r->now, group)->of[ASKED_WRITE].time;
	duration before = latency_of(r->before, group)->of[ASKED_WRITE].time;

	return now == DURATION_NONE || before == DURATION_NONE ? -1 : now - before;
}

static void print_grown(FILE *out, const struct latency_report *r, const struct service *sv)
{
	uint32_t most = NO_GROUP, grown = 0;
	struct strbuf sb = {0};

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++) {
		if (growth(r, g) <= 0)
			continue;
		grown++;
		if (most == NO_GROUP || growth(r, g) > growth(r, most))
			most = g;
	}
	if (most == NO_GROUP)
		return;
	sb_add_count(&sb, grown, "group takes", "groups take");
	sb_add(&sb, " longer to write than with everything alive, most of all ");
	sb_add_name(&sb, r->model, r->model->groups[most].name);
	sb_add(&sb, ": ");
	sb_add_change(&sb, latency_of(r->before, most)->of[ASKED_WRITE].time, latency_of(r->now, most)->of[ASKED_WRITE].time);
	fprintf(out, "  %s\n", sb_text(&sb));
	sb_release(&sb);
}

static void print_service(FILE *out, const struct latency_report *r, uint32_t service)
{
	const struct service *sv = &r->model->services[service];
	struct strbuf sb = {0};

	sb_add(&sb, "service ");
	sb_add_name(&sb, r->model, sv->name);
	sb_add(&sb, ", ");
	sb_add_count(&sb, sv->ngroups, "group", "groups");
	fprintf(out, "%s:\n", sb_text(&sb));
	sb_release(&sb);
	fprintf(out, "         %*s  %*s  the worst group\n", r->before ? CHANGE_CELLS : TIME_CELLS, "median",
	        r->before ? CHANGE_CELLS : TIME_CELLS, "worst");
	for (enum asked asked = 0; asked < ASKED; asked++)
		print_row(out, r, service, asked);
	if (r->before)
		print_grown(out, r, sv);
}

void latency_text(FILE *out, const struct latency_report *r)
{
	struct strbuf sb = {0};

	sb_add_file_name(&sb, r->file);
	sb_add(&sb, ": how long writes and reads take, by the round trips between replicas");
	if (r->after) {
		sb_add(&sb, "; healthy → after ");
		sb_add_clean(&sb, r->after, strlen(r->after));
	}
	fprintf(out, "%s\n", sb_text(&sb));
	sb_release(&sb);
	for (uint32_t s = 0; s < r->model->nservices; s++)
		print_service(out, r, s);
}
