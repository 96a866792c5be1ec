#include "rules/why.h"

#include <string.h>

#include "base/text.h"
#include "model/names.h"
#include "base/words.h"

static const struct semantics *semantics_of(const struct model *m, uint32_t group)
{
	return &m->services[model_service_of(m, group)].sem;
}

static void add_short_place(struct strbuf *sb, const struct model *m, place_id p)
{
	struct strbuf raw = {0};

	sb_add_short(&raw, m, p);
	sb_add_clean(sb, sb_text(&raw), raw.len);
	sb_release(&raw);
}

/* Between two pieces of a sentence, the first of which may be missing. */
static void separate(struct strbuf *sb, size_t start)
{
	if (sb->len > start)
		sb_add(sb, "; ");
}

/* ---- one term of a quorum ---- */

struct noun { const char *one, *many; };

/* What a system counts: where every in-sync replica acknowledges, these; else votes. */
static struct noun voter_noun(const struct semantics *sem)
{
	static const struct noun votes = { "vote", "votes" }, insync = { "in-sync replica", "in-sync replicas" };

	return sem->quorums.ack_rule == ACK_INSYNC ? insync : votes;
}

static const char *noun_for(struct noun noun, uint32_t n)
{
	return n == 1 ? noun.one : noun.many;
}

static void add_whole_tally(struct strbuf *sb, const struct tally *t, struct noun noun, const char *purpose)
{
	if (t->need > t->of)
		sb_addf(sb, "%u %s are needed %s and only %u %s configured", t->need, noun.many, purpose, t->of, is_or_are(t->of));
	else if (t->have >= t->need)
		sb_addf(sb, "%u of %u %s %s left, %u %s needed %s", t->have, t->of, noun_for(noun, t->of), is_or_are(t->have),
		        t->need, is_or_are(t->need), purpose);
	else if (t->need == 1)
		sb_addf(sb, "the one %s needed %s is gone", noun.one, purpose);
	else if (!t->have)
		sb_addf(sb, "none of the %u %s needed %s is left", t->need, noun.many, purpose);
	else
		sb_addf(sb, "%u of the %u %s needed %s %s left", t->have, t->need, noun.many, purpose, is_or_are(t->have));
}

/* "dc-b has 1 of 2" */
static void add_shortage(struct strbuf *sb, const struct model *m, const struct tally *t, const char *before)
{
	if (t->short_domain == NO_DOMAIN)
		return;
	sb_add(sb, before);
	add_short_place(sb, m, t->short_domain);
	sb_addf(sb, " has %u of %u", t->short_have, t->short_need);
}

/* "1 az has", "2 domains at level az have": level names are the user's, and not put in the plural. */
static void add_domains_have(struct strbuf *sb, uint32_t n, const char *level)
{
	if (n == 0)
		sb_addf(sb, "no %s has", level);
	else if (n == 1)
		sb_addf(sb, "1 %s has", level);
	else
		sb_addf(sb, "%u domains at level %s have", n, level);
}

static void add_scoped_tally(struct strbuf *sb, const struct model *m, const struct tally *t, struct noun noun,
                             const char *purpose)
{
	const char *name = m->levels[t->term->level - 1];
	struct strbuf level = {0};

	sb_add_clean(&level, name, strlen(name));
	if (t->need > t->of) {
		sb_addf(sb, "votes in %u domains at level %s are needed %s and only %u %s configured", t->need, sb_text(&level),
		        purpose, t->of, is_or_are(t->of));
	} else if (!t->holds && t->term->scope == SCOPE_EACH && t->short_domain != NO_DOMAIN) {
		add_short_place(sb, m, t->short_domain);
		sb_addf(sb, " has %u of the %u %s that each %s needs %s", t->short_have, t->short_need,
		        noun_for(noun, t->short_need), sb_text(&level), purpose);
	} else if (t->holds && t->partial) {
		sb_add(sb, "only ");
		add_domains_have(sb, t->have, sb_text(&level));
		sb_addf(sb, " enough %s %s", noun.many, purpose);
		add_shortage(sb, m, t, ": ");
	} else {
		add_domains_have(sb, t->have, sb_text(&level));
		sb_addf(sb, " enough %s %s, %u %s needed", noun.many, purpose, t->need, is_or_are(t->need));
		if (!t->holds)
			add_shortage(sb, m, t, ": ");
	}
	sb_release(&level);
}

void why_tally(struct strbuf *sb, const struct model *m, uint32_t group, const struct tally *t, const char *purpose)
{
	struct noun noun = voter_noun(semantics_of(m, group));

	if (t->term->scope == SCOPE_WHOLE)
		add_whole_tally(sb, t, noun, purpose);
	else
		add_scoped_tally(sb, m, t, noun, purpose);
}

/* ---- expressions ---- */

static bool matters(const struct tally *t, uint8_t answer)
{
	return answer == ANSWER_YES || (answer == ANSWER_PARTIAL ? t->partial : !t->holds);
}

static bool tallies_alike(const struct tally *a, const struct tally *b)
{
	return a->have == b->have && a->need == b->need && a->of == b->of && a->term->scope == b->term->scope &&
	       a->term->level == b->term->level && a->short_domain == b->short_domain;
}

static bool has_alike(const struct verdict_why *v, const struct tally *t)
{
	for (uint32_t i = 0; i < v->ntallies; i++)
		if (tallies_alike(&v->tallies[i], t))
			return true;
	return false;
}

/* The terms that make the answer what it is: all of them for yes, else those that fail or hold in part. */
static void add_terms(struct strbuf *sb, const struct model *m, uint32_t group, const struct verdict_why *v,
                      uint8_t answer, const struct verdict_why *said, const char *purpose)
{
	size_t start = sb->len;

	for (uint32_t i = 0; i < v->ntallies; i++) {
		const struct tally *t = &v->tallies[i];

		if (!matters(t, answer) || (said && has_alike(said, t)))
			continue;
		separate(sb, start);
		why_tally(sb, m, group, t, purpose);
	}
}

static const struct tally *first_failing(const struct verdict_why *v)
{
	for (uint32_t i = 0; i < v->ntallies; i++)
		if (!v->tallies[i].holds)
			return &v->tallies[i];
	return NULL;
}

/* One shortage that stops both writes and reads is said once. */
static bool fail_alike(const struct verdict_why *a, const struct verdict_why *b)
{
	const struct tally *s = first_failing(a), *t = first_failing(b);

	return s && t && tallies_alike(s, t);
}

/* What acknowledging asks for is said only where it is not what writing asks for. */
static void add_ack(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w, size_t start)
{
	struct strbuf ack = {0};

	add_terms(&ack, m, group, &w->ack, w->outcome.writes, &w->write, "to acknowledge a write");
	if (ack.len) {
		separate(sb, start);
		sb_add(sb, sb_text(&ack));
	}
	sb_release(&ack);
}

/* ---- what needed services keep from a group ---- */

static void add_service(struct strbuf *sb, const struct model *m, uint32_t service)
{
	const char *name = str_text(m->strings, m->services[service].name);

	sb_add_clean(sb, name, strlen(name));
}

/* "service pd, which it needs, can't be read": the one that is known, or the needs that have the mode. */
static void add_need(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w,
                     enum need_mode mode, const char *what)
{
	const struct service *sv = &m->services[model_service_of(m, group)];
	struct strbuf names = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; i < sv->nneeds; i++) {
		bool known = w->unmet.service != NO_SERVICE && w->unmet.mode == mode;

		if (sv->needs[i].mode != mode || (known && sv->needs[i].service != w->unmet.service))
			continue;
		if (n++)
			sb_add(&names, " or ");
		add_service(&names, m, sv->needs[i].service);
	}
	if (n == 1)
		sb_addf(sb, "service %s, which it needs, %s", sb_text(&names), what);
	else
		sb_addf(sb, "a service that it needs (%s) %s", sb_text(&names), what);
	if (w->unmet.service != NO_SERVICE && w->unmet.elsewhere)
		sb_add(sb, " from here");
	sb_release(&names);
}

static const char unread[] = "can't be read", unwritten[] = "takes no writes";

static void add_need_stop(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	if (w->need_stops_reads)
		add_need(sb, m, group, w, NEED_DOWN, unread);
	else if (w->need_stops_writes)
		add_need(sb, m, group, w, NEED_READ_ONLY, unwritten);
}

static void add_frozen(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	if (w->frozen_stop)
		sb_addf(sb, "it lost its leader%s, and nothing can be decided: ",
		        semantics_of(m, group)->quorums.ack_rule == ACK_INSYNC ? " or an in-sync replica" : "");
	else
		sb_add(sb, "nothing can be decided now: ");
	add_need(sb, m, group, w, NEED_FREEZE, unwritten);
}

/* A needed service that goes on in part. */
static void add_limit(struct strbuf *sb, const struct model *m, const struct group_why *w)
{
	const struct unmet_need *u = &w->unmet;

	if (u->service == NO_SERVICE) {
		sb_add(sb, "only some groups of a service that it needs go on");
		return;
	}
	sb_addf(sb, "only %u of %u groups of service ", u->going, u->groups);
	add_service(sb, m, u->service);
	sb_add(sb, ", which it needs, ");
	sb_add(sb, u->mode == NEED_DOWN ? "can be read" : u->going == 1 ? "takes writes" : "take writes");
}

/* ---- writes and reads ---- */

/* What no term of an expression tells. */
static void add_other_stop(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	if (w->frozen_stop)
		add_frozen(sb, m, group, w);
	else if (w->need_limits)
		add_limit(sb, m, w);
	else if (w->holders_live < w->holders_needed)
		sb_add(sb, "no live replica is known to hold the newest data");
	else
		sb_add(sb, "something that it needs keeps it from writing");
}

static void add_write(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w,
                      const char *purpose)
{
	size_t start = sb->len;
	struct strbuf terms = {0};

	if (w->outcome.writes == ANSWER_NO && w->need_stops_writes)
		add_need_stop(sb, m, group, w);
	add_terms(&terms, m, group, &w->write, w->outcome.writes, NULL, purpose);
	if (terms.len) {
		separate(sb, start);
		sb_add(sb, sb_text(&terms));
	}
	add_ack(sb, m, group, w, start);
	if (sb->len == start)
		add_other_stop(sb, m, group, w);
	sb_release(&terms);
}

void why_write(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	add_write(sb, m, group, w, "to write");
}

static void add_copies(struct strbuf *sb, const struct group_why *w)
{
	sb_addf(sb, "%u of the %u up-to-date %s needed to read %s left", w->holders_live, w->rebuild,
	        w->rebuild == 1 ? "copy" : "copies", is_or_are(w->holders_live));
}

/* What stops reads beside needed services; nothing where it is these alone. */
static void add_read(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	uint8_t answer = w->outcome.reads;
	size_t start = sb->len;

	add_terms(sb, m, group, &w->read, answer == ANSWER_STALE ? ANSWER_NO : answer, NULL, "to read");
	if (sb->len > start || w->need_stops_reads)
		return;
	if (w->need_limits)
		add_limit(sb, m, w);
	else if (w->holders_live < w->rebuild)
		add_copies(sb, w);
	else
		sb_add(sb, "something that it needs keeps it from reading");
}

static const char old_reads[] = "; what is left serves reads that may be old";

void why_read(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	struct strbuf rest = {0};
	size_t start = sb->len;

	if (w->need_stops_reads)
		add_need_stop(sb, m, group, w);
	add_read(&rest, m, group, w);
	if (rest.len) {
		separate(sb, start);
		sb_add(sb, sb_text(&rest));
	}
	if (w->outcome.reads == ANSWER_STALE)
		sb_add(sb, old_reads);
	sb_release(&rest);
}

/* ---- data ---- */

static void add_tail(struct strbuf *sb, const struct semantics *sem, const struct group_why *w)
{
	sb_add(sb, "the newest writes may be gone: ");
	if (!w->set_lost)
		sb_add(sb, "they were taken by a side that is dead, out of hearing of this one");
	else if (sem->quorums.ack_rule == ACK_LEADER && !w->outcome.fallback)
		sb_add(sb, "the leader, which alone was sure to have them, is dead");
	else if (w->set_before == 1)
		sb_add(sb, "the one replica that acknowledged writes is dead");
	else if (w->set_lost == w->set_before)
		sb_addf(sb, "all %u replicas that acknowledged writes are dead", w->set_before);
	else
		sb_addf(sb, "%u of the %u replicas that acknowledged writes %s dead", w->set_lost, w->set_before,
		        is_or_are(w->set_lost));
}

static void add_stale(struct strbuf *sb, const struct semantics *sem, const struct group_why *w)
{
	char span[32];

	if (w->rebuild > 1)
		sb_add(sb, "too few of the copies that acknowledged writes are left to rebuild the newest data");
	else
		sb_add(sb, "no copy that acknowledged writes is left, only copies that follow");
	if (sem->lag == DURATION_NONE)
		sb_add(sb, ", behind by nobody knows how much");
	else
		sb_addf(sb, ", behind by up to %s", duration_text(sem->lag, span));
}

static void add_backup(struct strbuf *sb, const struct semantics *sem, const struct group_why *w)
{
	char span[32];

	(void)w;
	if (sem->every == DURATION_NONE)
		sb_add(sb, "only a backup is left, and nobody knows how old");
	else
		sb_addf(sb, "only a backup is left, up to %s old", duration_text(sem->every, span));
}

static void add_lost(struct strbuf *sb, const struct semantics *sem, const struct group_why *w)
{
	(void)sem;
	if (!w->copies_present)
		sb_add(sb, "no copy of the data is left, nor a backup");
	else
		sb_addf(sb, "%u of the %u copies needed to rebuild the data %s left, and no backup", w->copies_present, w->rebuild,
		        is_or_are(w->copies_present));
}

/* What is said of a verdict, by where it comes from: this step, an earlier one, or for good. */
static const struct {
	void (*add_now)(struct strbuf *sb, const struct semantics *sem, const struct group_why *w);
	const char *remembered, *final;
} data_words[DATA_VERDICTS] = {
	[DATA_TAIL] = { add_tail, "the newest writes have been missing since an earlier step",
	                "the group went on without its newest writes: they are gone for good" },
	[DATA_STALE] = { add_stale, "only copies that were behind have been left since an earlier step",
	                 "the group went on from copies that were behind: what they lacked is gone for good" },
	[DATA_BACKUP] = { add_backup, "only a backup has been left since an earlier step",
	                  "the group went on without its data: only a backup has it" },
	[DATA_LOST] = { add_lost, "too few copies have been left since an earlier step, and no backup",
	                "the group went on without its data: it is gone for good" },
};

static void add_safe(struct strbuf *sb, const struct group_why *w)
{
	if (!w->rebuild)
		sb_add(sb, "there is no data to lose");
	else if (w->set_lost)
		sb_addf(sb, "every acknowledged write is on a replica that is left, though %u of %u %s dead", w->set_lost,
		        w->set_before, is_or_are(w->set_lost));
	else
		sb_add(sb, "every acknowledged write is on a replica that is left");
}

void why_data(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	uint8_t data = w->outcome.data;

	if (data == DATA_SAFE) {
		add_safe(sb, w);
		return;
	}
	if (w->step_data != data) {
		sb_add(sb, w->final_data == data ? data_words[data].final : data_words[data].remembered);
		return;
	}
	data_words[data].add_now(sb, semantics_of(m, group), w);
	if (w->final_data == data)
		sb_add(sb, "; the group went on, so what is missing is gone for good");
}

/* ---- the sentence ---- */

static uint32_t count_cut_off(const struct group_why *w)
{
	uint32_t n = 0;

	for (uint32_t i = 0; w->replicas && i < w->nreplicas; i++)
		n += w->replicas[i].cut_off;
	return n;
}

static void add_liveness(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	uint32_t size = group_size(m, group), live = w->outcome.live, cut_off = count_cut_off(w);

	if (w->outcome.split) {
		sb_add(sb, "seen from ");
		add_short_place(sb, m, group_places(m, group)[w->speakers[0]]);
		sb_add(sb, ", ");
	}
	if (live == size)
		sb_addf(sb, size == 1 ? "its one replica is live" : size == 2 ? "both replicas are live"
		                                                          : "all %u replicas are live", size);
	else
		sb_addf(sb, "%u of %u replicas %s live", live, size, is_or_are(live));
	if (cut_off)
		sb_addf(sb, ", %u %s cut off", cut_off, is_or_are(cut_off));
	if (w->outcome.status == STATUS_AT_RISK)
		sb_add(sb, ", and the death of one more can stop it");
}

#define SIDES_NAMED 8u

/* "sides n1, n2 and n3": each by who speaks for it. */
static void add_sides(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	uint32_t n = w->outcome.sides, named = n > SIDES_NAMED ? SIDES_NAMED - 1 : n;

	sb_add(sb, "sides ");
	for (uint32_t i = 0; i < named; i++) {
		sb_add(sb, i == 0 ? "" : i + 1 < n ? ", " : " and ");
		add_short_place(sb, m, group_places(m, group)[w->speakers[i]]);
	}
	if (named < n)
		sb_addf(sb, " and %u more%s", n - named, w->more_sides ? " (and those beyond, which are not followed)" : "");
}

static void add_split(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	bool leader = semantics_of(m, group)->leader;

	sb_add(sb, leader ? "split brain: " : "diverged: ");
	add_sides(sb, m, group, w);
	sb_add(sb, leader ? " take writes apart, and when they hear each other again only one side's writes stay; "
	                  : " take writes apart, which merge when they hear each other again; ");
}

static bool same_term(const struct term *a, const struct term *b)
{
	return a->count == b->count && a->number == b->number && a->scope == b->scope &&
	       a->scope_number == b->scope_number && a->level == b->level;
}

static bool same_expr(const struct expr *a, const struct expr *b)
{
	if (a->nterms != b->nterms)
		return false;
	for (uint32_t i = 0; i < a->nterms; i++)
		if (!same_term(&a->terms[i], &b->terms[i]))
			return false;
	return true;
}

/* "write 'all' gave way to 'any'": what the fallback asks less of. */
static void add_given_up(struct strbuf *sb, size_t start, const char *name, const char *own, const char *fallback)
{
	sb_addf(sb, "%s%s ", sb->len > start ? ", " : ": ", name);
	sb_add_quoted(sb, own, strlen(own));
	sb_add(sb, " gave way to ");
	sb_add_quoted(sb, fallback, strlen(fallback));
}

static const char *ack_text(const struct quorums *q)
{
	static const char *const rules[] = {[ACK_INSYNC] = "insync", [ACK_LEADER] = "leader"};

	return q->ack_rule == ACK_EXPR ? q->ack.text : rules[q->ack_rule];
}

/* What acknowledges a write is told where it is not what a write asks for. */
static bool ack_differs(const struct quorums *own, const struct quorums *fallback)
{
	if (own->ack_rule != fallback->ack_rule)
		return true;
	if (own->ack_rule != ACK_EXPR || same_expr(&own->ack, &fallback->ack))
		return false;
	return !same_expr(&own->ack, &own->write) || !same_expr(&fallback->ack, &fallback->write);
}

static void add_fallback(struct strbuf *sb, const struct semantics *sem)
{
	const struct quorums *own = &sem->quorums, *fallback = &sem->fallback;
	size_t start;

	sb_add(sb, "it runs on its fallback");
	start = sb->len;
	if (!same_expr(&own->write, &fallback->write))
		add_given_up(sb, start, "write", own->write.text, fallback->write.text);
	if (!same_expr(&own->read, &fallback->read))
		add_given_up(sb, start, "read", own->read.text, fallback->read.text);
	if (ack_differs(own, fallback))
		add_given_up(sb, start, "ack", ack_text(own), ack_text(fallback));
}

/* What came to pass in this step beside the verdict, and what can bring a group back. */
static void add_events(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	const struct outcome *o = &w->outcome;

	if (w->rolled_back)
		sb_add(sb, "; sides of a split met again, and only one side's writes stay");
	if (o->promoted)
		sb_add(sb, "; a standby took over");
	if (o->accepted)
		sb_add(sb, "; it goes on because that was accepted");
	if (o->fallback) {
		sb_add(sb, "; ");
		add_fallback(sb, semantics_of(m, group));
	}
	if (w->need_freezes && !w->frozen_stop) {
		sb_add(sb, "; ");
		add_frozen(sb, m, group, w);
	}
	if (o->writes == ANSWER_NO && o->rto != DURATION_NONE)
		sb_add(sb, o->data == DATA_BACKUP ? "; it waits for a restore" : "; it waits for an operator");
}

/* Why reads stop, where the reason is not the one that was given for writes. */
static void add_stopped_reads(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w,
                              size_t start)
{
	struct strbuf reads = {0};

	add_read(&reads, m, group, w);
	if (reads.len) {
		separate(sb, start);
		sb_add(sb, sb_text(&reads));
	}
	sb_release(&reads);
}

static void add_stopped(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	const struct outcome *o = &w->outcome;
	bool both = o->writes == ANSWER_NO && !goes_on(o->reads) && fail_alike(&w->write, &w->read);
	uint32_t cut_off = count_cut_off(w);
	size_t start = sb->len;

	if (o->writes != ANSWER_YES)
		add_write(sb, m, group, w, both ? "to write or read" : "to write");
	if (o->reads != ANSWER_YES && !both)
		add_stopped_reads(sb, m, group, w, start);
	if (o->reads == ANSWER_STALE)
		sb_add(sb, old_reads);
	if (cut_off)
		sb_addf(sb, "; %u %s cut off", cut_off, cut_off == 1 ? "replica is" : "replicas are");
	if (goes_on(o->writes) != goes_on(o->reads))
		sb_add(sb, goes_on(o->reads) ? "; reads go on" : "; writes go on");
}

void why_sentence(struct strbuf *sb, const struct model *m, uint32_t group, const struct group_why *w)
{
	const struct outcome *o = &w->outcome;

	if (o->split)
		add_split(sb, m, group, w);
	if (o->writes == ANSWER_YES && o->reads == ANSWER_YES)
		add_liveness(sb, m, group, w);
	else
		add_stopped(sb, m, group, w);
	if (o->data != DATA_SAFE) {
		sb_add(sb, "; ");
		why_data(sb, m, group, w);
	}
	add_events(sb, m, group, w);
}

void why_rto(struct strbuf *sb, const struct model *m, uint32_t group, const struct outcome *o)
{
	const struct semantics *sem = semantics_of(m, group);
	bool first = true;
	char span[32];

	for (enum rto_part p = 0; p < RTO_PARTS; p++) {
		duration length = rto_part_length(sem, p);

		if (!(o->rto_parts >> p & 1) || !length)
			continue;
		sb_addf(sb, "%s%s %s", first ? "" : " + ", rto_part_names[p],
		        length == DURATION_NONE ? "unknown" : duration_text(length, span));
		first = false;
	}
}

/* ---- a chain of needs ---- */

static bool falls_short(const struct outcome *o, const struct unmet_need *need)
{
	return !goes_on(need->mode == NEED_DOWN ? o->reads : o->writes);
}

/* The needed service's first group that does not do what is needed of it; NO_GROUP: each does, but out of hearing. */
static uint32_t group_that_falls_short(const struct state *s, const struct unmet_need *need)
{
	const struct service *sv = &engine_model(state_engine(s))->services[need->service];

	for (uint32_t g = sv->first_group; g < sv->first_group + sv->ngroups; g++)
		if (falls_short(state_outcome(s, g), need))
			return g;
	return NO_GROUP;
}

bool why_first_link(struct strbuf *sb, const struct state *s, uint32_t group)
{
	const struct model *m = engine_model(state_engine(s));
	struct group_why w = {.replicas = NULL};
	uint32_t at = group, service = NO_SERVICE;

	for (state_why(s, at, &w); w.unmet.service != NO_SERVICE; state_why(s, at, &w)) {
		service = w.unmet.service;
		at = group_that_falls_short(s, &w.unmet);
		if (at == NO_GROUP)
			break;
	}
	if (service == NO_SERVICE)
		return false;
	add_service(sb, m, service);
	sb_add(sb, ": ");
	if (at == NO_GROUP)
		sb_add(sb, "it goes on, but out of hearing");
	else
		why_sentence(sb, m, at, &w);
	return true;
}

/* ---- an accept, before it is done ---- */

static const char *const cost_words[DATA_VERDICTS] = {
	[DATA_SAFE] = "no acknowledged write is given up",
	[DATA_TAIL] = "the newest writes are given up for good",
	[DATA_STALE] = "what the copies left have not got is given up for good",
	[DATA_BACKUP] = "all that the backup has not got is given up for good",
	[DATA_LOST] = "its data is given up for good",
};

void why_accept(struct strbuf *sb, const struct outcome *then)
{
	char span[32];

	if (goes_on(then->writes))
		sb_add(sb, "it takes writes again");
	else
		sb_add(sb, goes_on(then->reads) ? "it can be read, but takes no writes" : "it stays stopped");
	sb_addf(sb, "; %s", cost_words[then->data]);
	if (then->data != DATA_SAFE)
		sb_addf(sb, " (RPO %s)", duration_text(then->rpo, span));
}
