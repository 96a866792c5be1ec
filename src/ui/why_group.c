/* why_group - why a group stands as it does: its verdicts, its times, its needs, its replicas, its next deaths. */
#include <stdlib.h>

#include "base/text.h"
#include "model/names.h"
#include "rules/why.h"
#include "ui/why_p.h"

/* ---- which single next death would hurt ---- */

static void add_candidate(struct why *w, place_id p)
{
	vec_push(&w->candidates, p);
}

static int by_id(const void *a, const void *b)
{
	place_id x = *(const place_id *)a, y = *(const place_id *)b;

	return x < y ? -1 : x > y;
}

static void sort_unique(struct why *w)
{
	size_t kept = 0;

	if (w->candidates.len)
		qsort(w->candidates.at, w->candidates.len, sizeof(*w->candidates.at), by_id);
	for (size_t i = 0; i < w->candidates.len; i++)
		if (!kept || w->candidates.at[kept - 1] != w->candidates.at[i])
			w->candidates.at[kept++] = w->candidates.at[i];
	w->candidates.len = kept;
}

/* The group's own domains, all that are above them, and the shared ones that hold any of these. */
static void find_candidates(struct ui *ui, uint32_t group)
{
	const struct model *m = ui->m;
	struct why *w = &ui->why;

	vec_clear(&w->candidates);
	for (uint32_t i = 0; i < group_size(m, group); i++)
		for (domain_id d = group_places(m, group)[i]; d != ROOT; d = m->domains[d].parent)
			if (!(state_gone(ui->state, d) & GONE_LOST))
				add_candidate(w, d);
	sort_unique(w);
	for (size_t i = 0, n = w->candidates.len; i < n; i++)
		for (size_t j = 0; j < ui->facts.members.len; j++)
			if (ui->facts.members.at[j].member == w->candidates.at[i])
				add_candidate(w, m->ndomains + ui->facts.members.at[j].shared);
	sort_unique(w);
}

static unsigned harm_of(const struct outcome *o)
{
	return standing_of(o) * DATA_VERDICTS + o->data;
}

static bool hurts(const struct outcome *now, const struct outcome *then)
{
	return (goes_on(now->writes) && !goes_on(then->writes)) || (goes_on(now->reads) && !goes_on(then->reads)) ||
	       then->data > now->data;
}

static int worst_death_first(const void *a, const void *b)
{
	const struct death *x = a, *y = b;
	unsigned hx = harm_of(&x->outcome), hy = harm_of(&y->outcome);

	if (hx != hy)
		return hx > hy ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static bool is_implied(const struct model *m, const struct why *w, const struct death *d)
{
	for (size_t i = 0; i < w->deaths.len; i++) {
		const struct death *other = &w->deaths.at[i];

		if (other != d && d->place < m->ndomains && other->place < m->ndomains &&
		    domain_contains(m, d->place, other->place) && harm_of(&other->outcome) >= harm_of(&d->outcome))
			return true;
	}
	return false;
}

/* A death above another one that does the same harm goes without saying. Those above come first: by number. */
static void drop_implied(const struct model *m, struct why *w)
{
	size_t kept = 0;

	for (size_t i = 0; i < w->deaths.len; i++)
		if (!is_implied(m, w, &w->deaths.at[i]))
			w->deaths.at[kept++] = w->deaths.at[i];
	w->deaths.len = kept;
}

bool why_work_group(struct ui *ui, uint32_t group, uint32_t *budget)
{
	struct why *w = &ui->why;
	struct outcome now = *state_outcome(ui->state, group);
	uint32_t cost = 1 + group_size(ui->m, group) / 8;

	if (w->group != group || w->version != state_version(ui->state)) {
		w->group = group;
		w->version = state_version(ui->state);
		w->tried = 0;
		vec_clear(&w->deaths);
		vec_clear(&w->delays);
		find_candidates(ui, group);
	}
	if (w->tried == w->candidates.len)
		return false;
	for (; w->tried < w->candidates.len && *budget; w->tried++) {
		place_id p = w->candidates.at[w->tried];
		struct outcome then = state_outcome_if_killed(ui->state, group, p);
		struct delay delay;

		if (hurts(&now, &then))
			vec_push(&w->deaths, (struct death){p, then});
		if (why_find_delay(ui, group, p, &delay))
			vec_push(&w->delays, delay);
		*budget -= cost < *budget ? cost : *budget;
	}
	if (w->tried < w->candidates.len)
		return true;
	drop_implied(ui->m, w);
	why_sort_delays(ui->m, &w->delays);
	if (w->deaths.len)
		qsort(w->deaths.at, w->deaths.len, sizeof(*w->deaths.at), worst_death_first);
	return false;
}

/* ---- telling: its verdicts ---- */

static void tell_section(struct ui *ui, const char *heading)
{
	lines_begin(&ui->why.lines, NO_PLACE);
	lines_add(&ui->why.lines, INK_FRAME, heading);
}

static void tell_verdicts(struct ui *ui, uint32_t group, const struct group_why *why, int width)
{
	static const struct {
		const char *name;
		void (*say)(struct strbuf *, const struct model *, uint32_t, const struct group_why *);
	} verdicts[TARGETS] = {{"writes", why_write}, {"reads", why_read}, {"data", why_data}};
	const char *answers[TARGETS] = {answer_names[why->outcome.writes], answer_names[why->outcome.reads],
	                                data_names[why->outcome.data]};
	bool fine[TARGETS] = {why->outcome.writes == ANSWER_YES, why->outcome.reads == ANSWER_YES,
	                      why->outcome.data == DATA_SAFE};

	for (int i = 0; i < TARGETS; i++) {
		struct strbuf text = {0};

		verdicts[i].say(&text, ui->m, group, why);
		lines_begin(&ui->why.lines, NO_PLACE);
		lines_add(&ui->why.lines, INK_FRAME, verdicts[i].name);
		lines_tab(&ui->why.lines, 7, fine[i] ? INK_OK : INK_STOPS, answers[i]);
		lines_wrap_on(&ui->why.lines, INK_PLAIN, 15, 15, width, sb_text(&text));
		sb_release(&text);
	}
}

static void tell_times(struct ui *ui, uint32_t group, const struct outcome *o, int width)
{
	char rpo[32], rto[32];
	struct strbuf parts = {0};
	struct lines *ls = &ui->why.lines;

	lines_begin(ls, NO_PLACE);
	lines_add(ls, INK_FRAME, "RPO");
	lines_tab(ls, 7, o->rpo ? INK_STOPS : INK_PLAIN, duration_text(o->rpo, rpo));
	lines_tab(ls, 22, INK_FRAME, "RTO");
	lines_tab(ls, 26, o->rto == DURATION_NONE ? INK_STOPS : INK_PLAIN, duration_text(o->rto, rto));
	sb_add(&parts, ": ");
	why_rto(&parts, ui->m, group, o);
	if (parts.len > 2)
		lines_wrap_on(ls, INK_PLAIN, 26 + text_cells(rto), 7, width, sb_text(&parts));
	sb_release(&parts);
}

static bool still_goes_on(const struct ui *ui, uint32_t group)
{
	const struct outcome *o = state_outcome(ui->state, group);

	return goes_on(o->writes) && goes_on(o->reads) && o->data != DATA_LOST;
}

static bool deaths_known(const struct ui *ui, uint32_t group)
{
	const struct why *w = &ui->why;

	return w->group == group && w->version == state_version(ui->state) && w->tried == w->candidates.len;
}

static void tell_deaths(struct ui *ui, uint32_t group)
{
	struct why *w = &ui->why;
	struct lines *ls = &w->lines;

	if (!deaths_known(ui, group)) {
		tell_section(ui, "next death that hurts");
		lines_addf(ls, INK_FAINT, " %s", glyph(ui->ascii, GLYPH_PENDING));
		return;
	}
	if (!w->deaths.len) {
		lines_begin(ls, NO_PLACE);
		lines_add(ls, INK_FRAME, "next death that hurts: ");
		lines_add(ls, INK_OK, still_goes_on(ui, group) ? "none, any one is survived" : "none, one more changes nothing");
		return;
	}
	tell_section(ui, "next death that hurts, worst first");
	for (size_t i = 0; i < w->deaths.len; i++) {
		const struct death *d = &w->deaths.at[i];
		struct strbuf name = {0};

		sb_add_short(&name, ui->m, d->place);
		lines_begin(ls, d->place);
		lines_addf(ls, INK_FAINT, "  %s ", place_level_name(ui->m, d->place));
		lines_addf(ls, INK_PLAIN, "%s %s ", sb_text(&name), glyph(ui->ascii, GLYPH_THEN));
		why_add_standing(ui, standing_of(&d->outcome));
		if (d->outcome.data != DATA_SAFE && d->outcome.data != DATA_LOST)
			lines_addf(ls, INK_ASIDE, "  data %s", data_names[d->outcome.data]);
		sb_release(&name);
	}
}

/* ---- telling: what it needs, and what needs it ---- */

static void tell_labelled(struct ui *ui, const char *label, enum ink ink, int from, int width, const char *text)
{
	lines_begin(&ui->why.lines, NO_PLACE);
	lines_add(&ui->why.lines, INK_FRAME, label);
	lines_wrap_on(&ui->why.lines, ink, from, from <= 11 ? from : 4, width, text);
}

/* Where the group stops for something that it needs: how that began, links away. */
static void tell_first_link(struct ui *ui, uint32_t group, int width)
{
	static const char label[] = "first link that broke  ";
	struct strbuf text = {0};

	if (why_first_link(&text, ui->state, group))
		tell_labelled(ui, label, INK_STOPS, (int)sizeof(label) - 1, width, sb_text(&text));
	sb_release(&text);
}

static bool has_need(const struct service *sv, uint32_t service)
{
	for (uint32_t i = 0; i < sv->nneeds; i++)
		if (sv->needs[i].service == service)
			return true;
	return false;
}

/* The services that need this one, those that need these, and so on, nearest first. */
static void add_dependents(struct strbuf *sb, const struct model *m, uint32_t service)
{
	bool *seen = xcalloc(m->nservices, sizeof(*seen));
	VEC(uint32_t) queue = {0};

	vec_push(&queue, service);
	seen[service] = true;
	for (size_t i = 0; i < queue.len; i++)
		for (uint32_t k = 0; k < m->nservices; k++) {
			if (seen[k] || !has_need(&m->services[k], queue.at[i]))
				continue;
			seen[k] = true;
			vec_push(&queue, k);
			sb_addf(sb, "%s%s", sb->len ? ", " : "", str_text(m->strings, m->services[k].name));
		}
	vec_free(&queue);
	free(seen);
}

static void tell_needs(struct ui *ui, uint32_t group, int width)
{
	static const char *const without[] = {
		[NEED_DOWN] = "down", [NEED_READ_ONLY] = "read-only", [NEED_FREEZE] = "can't decide",
	};
	uint32_t service = model_service_of(ui->m, group);
	const struct service *sv = &ui->m->services[service];
	struct strbuf needs = {0}, needed = {0};

	for (uint32_t i = 0; i < sv->nneeds; i++)
		sb_addf(&needs, "%s%s (%s without it)", i ? ", " : "",
		        str_text(ui->m->strings, ui->m->services[sv->needs[i].service].name), without[sv->needs[i].mode]);
	add_dependents(&needed, ui->m, service);
	if (needs.len)
		tell_labelled(ui, "needs", INK_PLAIN, 11, width, sb_text(&needs));
	if (needed.len)
		tell_labelled(ui, "needed by", INK_PLAIN, 11, width, sb_text(&needed));
	sb_release(&needs);
	sb_release(&needed);
}

/* ---- telling: its replicas ---- */

static const char *role_name(uint8_t role)
{
	return role < ROLES ? role_info[role].name : "struck";
}

struct seen { const char *word; enum ink ink; };

static struct seen seen_state(const struct replica_why *r)
{
	if (r->live)
		return (struct seen){"live", INK_PLAIN};
	if (r->cut_off)
		return (struct seen){"cut off", INK_CUT};
	return (struct seen){r->present ? "drained" : "dead", r->present ? INK_DRAINED : INK_KILLED};
}

static void tell_replica(struct ui *ui, const struct group_why *why, uint32_t i, int place)
{
	const struct replica_why *r = &why->replicas[i];
	struct lines *ls = &ui->why.lines;
	struct seen state = seen_state(r);
	struct strbuf name = {0};

	sb_add_short(&name, ui->m, r->place);
	if (text_cells(sb_text(&name)) > place - 3)
		place = text_cells(sb_text(&name)) + 3;
	lines_begin(ls, r->place);
	lines_addf(ls, state.ink, "  %s", sb_text(&name));
	lines_tab(ls, place, state.ink, state.word);
	lines_tab(ls, place + 8, INK_PLAIN, role_name(r->role_there));
	if (r->role_there != r->configured_role)
		lines_addf(ls, INK_FAINT, " (was %s)", role_name(r->configured_role));
	if (r->side > 1)
		lines_addf(ls, INK_STOPS, "  writes on side %u", r->side);
	else if (r->side == 1)
		lines_add(ls, INK_STOPS, "  writes on side 1, judged here");
	else if (r->follows_side)
		lines_addf(ls, INK_FAINT, "  follows side %u", r->follows_side);
	else if (r->in_write_set)
		lines_add(ls, INK_FAINT, "  in write set");
	else if (r->was_in_write_set)
		lines_add(ls, INK_FAINT, "  left write set");
	else if (r->follower)
		lines_add(ls, INK_FAINT, "  follows");
	sb_release(&name);
}

static void tell_replicas(struct ui *ui, const struct group_why *why, int width)
{
	int place = 12, most = width > 52 ? width - 36 : 16;

	for (uint32_t i = 0; i < why->nreplicas && place < most; i++) {
		struct strbuf name = {0};

		sb_add_short(&name, ui->m, why->replicas[i].place);
		place = text_cells(sb_text(&name)) + 5 > place ? text_cells(sb_text(&name)) + 5 : place;
		sb_release(&name);
	}
	tell_section(ui, "replicas");
	for (uint32_t i = 0; i < why->nreplicas; i++)
		tell_replica(ui, why, i, place < most ? place : most);
}

void why_tell_group(struct ui *ui, uint32_t group, int width)
{
	struct replica_why *replicas = xcalloc(group_size(ui->m, group) + 1, sizeof(*replicas));
	struct group_why why = {.replicas = replicas};
	struct strbuf text = {0};

	state_why(ui->state, group, &why);
	why_sentence(&text, ui->m, group, &why);
	lines_begin(&ui->why.lines, NO_PLACE);
	why_add_standing(ui, standing_of(&why.outcome));
	lines_add(&ui->why.lines, INK_PLAIN, "  ");
	lines_wrap_on(&ui->why.lines, INK_PLAIN, text_cells(standing_looks[standing_of(&why.outcome)].word) + 4, 2, width,
	              sb_text(&text));
	tell_first_link(ui, group, width);
	tell_deaths(ui, group);
	tell_verdicts(ui, group, &why, width);
	tell_times(ui, group, &why.outcome, width);
	if (deaths_known(ui, group))
		why_tell_delays_of_group(ui);
	tell_needs(ui, group, width);
	tell_replicas(ui, &why, width);
	sb_release(&text);
	free(replicas);
}
