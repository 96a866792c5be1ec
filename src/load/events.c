#include "load/events_p.h"

#include <stdlib.h>
#include <string.h>

#define NO_ANCHOR UINT32_MAX

/* ---- what libyaml says is wrong ---- */

void events_stop(struct events *es)
{
	es->now.kind = EVENT_STOP;
}

static void report_too_long(struct events *es, struct place place)
{
	struct diag *d = fault(es->faults, TOO_LONG, place,
	                       "a name, value or comment of more than %zu bytes begins here or right after",
	                       MAX_SCALAR_BYTES);
	fault_hint(es->faults, d, "is a quote or a bracket not closed?");
}

static void hint_at_syntax(struct events *es, struct diag *d, struct place place)
{
	static const struct { char c; const char *hint; } hints[] = {
		{ '\t', "indent with blanks: YAML allows no tabs there" },
		{ '@', "put quotes around text that begins with '@'" },
		{ '`', "put quotes around text that begins with '`'" },
		{ '%', "put quotes around text that begins with '%'" },
	};
	size_t len;
	const char *line = source_line(es->source, place.line, &len);

	for (size_t i = 0; i < sizeof(hints) / sizeof(*hints); i++)
		if (place.col <= len && utf8_count(line, place.col) == place.col && line[place.col - 1] == hints[i].c)
			fault_hint(es->faults, d, "%s", hints[i].hint);
}

static void report_problem(struct events *es)
{
	const struct feed_problem *p = feed_problem(es->feed);

	if (p->endless) {
		report_too_long(es, es->now.place.line ? es->now.place : p->reached);
		return;
	}
	struct diag *d = fault(es->faults, YAML_SYNTAX, p->place, "%s", p->what);
	if (p->context) {
		fault_also(d, p->context_place, p->context);
		if (p->place.line == d->also.line && p->place.col == d->also.col)
			d->also.line = 0;
	}
	hint_at_syntax(es, d, p->place);
}

/* ---- counting and keeping ---- */

static bool check_total(struct events *es, struct place place)
{
	if (es->total.nodes <= MAX_NODES && es->total.bytes <= es->source->len * 2 + MAX_MORE_BYTES)
		return true;
	if (es->total.nodes > MAX_NODES)
		fault(es->faults, TOO_MANY_NODES, place, "more than %u nodes after expanding aliases, ranges and rules",
		      MAX_NODES);
	else
		fault(es->faults, TOO_MANY_NODES, place, "more than %zu bytes of text by expanding aliases, ranges and rules",
		      MAX_MORE_BYTES);
	events_stop(es);
	return false;
}

bool events_repeat(struct events *es, uint64_t times, struct amount amount, struct place place)
{
	es->total.nodes += times * amount.nodes;
	es->total.bytes += times * amount.bytes;
	return check_total(es, place);
}

static struct amount amount_since(const struct events *es, struct amount before)
{
	return (struct amount){ es->total.nodes - before.nodes, es->total.bytes - before.bytes };
}

static bool check_depth(struct events *es, uint32_t depth)
{
	if (depth <= MAX_DEPTH)
		return true;
	fault(es->faults, TOO_DEEP, es->now.place, "nested more than %d deep", MAX_DEPTH);
	events_stop(es);
	return false;
}

static void keep(struct events *es, uint32_t text)
{
	const struct event *ev = &es->now;

	if (es->tape.len >= MAX_TAPE) {
		struct diag *d = fault(es->faults, TOO_MUCH_KEPT, ev->place,
		                       "more than %u values have to be kept for later", MAX_TAPE);
		fault_hint(es->faults, d, "anchor less, and let 'services' be the last key");
		events_stop(es);
		return;
	}
	es->now.tape = (uint32_t)es->tape.len;
	vec_push(&es->tape, (struct taped){
		.kind = (uint8_t)ev->kind, .plain = ev->plain, .line = ev->place.line, .col = ev->place.col,
		.width = ev->place.width < UINT16_MAX ? (uint16_t)ev->place.width : UINT16_MAX,
		.text = text, .len = ev->len,
	});
}

/* The current event's text goes behind the other texts, with a NUL. */
static uint32_t keep_text(struct events *es)
{
	size_t at = es->tape_text.len, len = es->now.len + 1u;

	if (es->now.kind != EVENT_SCALAR)
		return 0;
	vec_reserve(&es->tape_text, at + len);
	memcpy(es->tape_text.at + at, es->now.text, len);
	es->tape_text.len = at + len;
	return (uint32_t)at;
}

static void begin_recording(struct events *es, uint32_t anchor, uint32_t outer, struct amount before)
{
	vec_push(&es->recordings, (struct recording){
		.anchor = anchor, .start = es->now.tape, .outer = outer, .deepest = es->depth, .before = before,
	});
}

static void end_recording(struct events *es)
{
	struct recording r = es->recordings.at[--es->recordings.len];
	struct tape_range range = { r.start, (uint32_t)es->tape.len, amount_since(es, r.before) };

	if (es->recordings.len && es->recordings.at[es->recordings.len - 1].deepest < r.deepest)
		es->recordings.at[es->recordings.len - 1].deepest = r.deepest;
	if (r.anchor == NO_ANCHOR)
		es->captured = range;
	else
		es->anchors.at[r.anchor] = (struct anchor){ range, r.deepest - r.outer, true };
}

static void end_recordings_of_node(struct events *es)
{
	while (es->recordings.len && es->recordings.at[es->recordings.len - 1].outer == es->depth)
		end_recording(es);
}

/* ---- anchors ---- */

static uint32_t new_anchor(struct events *es, const char *name)
{
	str_id id = str_intern(es->anchor_names, name, strlen(name));
	uint32_t number = (uint32_t)es->anchors.len;

	vec_push(&es->anchors, (struct anchor){0});
	while (es->latest.len <= id)
		vec_push(&es->latest, NO_ANCHOR);
	es->latest.at[id] = number;
	return number;
}

static uint32_t find_anchor(struct events *es, const char *name)
{
	str_id id = str_find(es->anchor_names, name, strlen(name));

	return id && id < es->latest.len ? es->latest.at[id] : NO_ANCHOR;
}

static void report_unknown_anchor(struct events *es, const char *name)
{
	struct suggestion s = suggest_for(name);

	for (str_id id = 1; id < es->latest.len && may_compare(es->faults, 1); id++)
		if (es->latest.at[id] != NO_ANCHOR)
			suggest_offer(&s, str_text(es->anchor_names, id));
	struct diag *d = fault(es->faults, UNKNOWN_ANCHOR, es->now.place, "no anchor '&%s' before this alias",
	                       shown_text(es->faults, name));
	if (s.best)
		fault_suggest(es->faults, d, &s);
	else
		fault_hint(es->faults, d, "put quotes around text that begins with '*'");
}

/* An alias counts for all that it stands for. */
static void take_alias(struct events *es)
{
	const char *name = feed_text(es->feed, es->raw.text);
	uint32_t number = find_anchor(es, name);

	if (number == NO_ANCHOR) {
		report_unknown_anchor(es, name);
		events_stop(es);
		return;
	}
	const struct anchor *a = &es->anchors.at[number];
	if (!a->complete) {
		fault(es->faults, RECURSIVE_ALIAS, es->now.place, "'*%s' stands inside what it stands for",
		      shown_text(es->faults, name));
		events_stop(es);
		return;
	}
	if (!check_depth(es, es->depth + a->depth) || !events_repeat(es, 1, a->range.amount, es->now.place))
		return;
	if (es->recordings.len) {
		struct recording *r = &es->recordings.at[es->recordings.len - 1];
		if (r->deepest < es->depth + a->depth)
			r->deepest = es->depth + a->depth;
		keep(es, number);
	}
	es->now.tape = number;
	end_recordings_of_node(es);
}

/* ---- reading from libyaml ---- */

/* The first event of a node, or a whole one when it is a scalar. */
static void take_node(struct events *es)
{
	bool scalar = es->now.kind == EVENT_SCALAR, anchored = es->raw.anchor != NO_TEXT;
	uint32_t outer = es->depth;
	struct amount before = es->total;

	es->total.nodes++;
	es->total.bytes += es->now.len;
	if (es->total.nodes > MAX_NODES && !check_total(es, es->now.place))
		return;
	es->depth += !scalar;
	if (!check_depth(es, es->depth))
		return;
	if (!anchored && !es->recordings.len)
		return;
	keep(es, keep_text(es));
	if (anchored)
		begin_recording(es, new_anchor(es, feed_text(es->feed, es->raw.anchor)), outer, before);
	else if (es->recordings.at[es->recordings.len - 1].deepest < es->depth)
		es->recordings.at[es->recordings.len - 1].deepest = es->depth;
	if (scalar)
		end_recordings_of_node(es);
}

static void take_scalar(struct events *es)
{
	if (es->raw.len > MAX_SCALAR_BYTES) {
		report_too_long(es, es->now.place);
		events_stop(es);
		return;
	}
	es->now.text = feed_text(es->feed, es->raw.text);
	es->now.len = es->raw.len;
	es->now.plain = es->raw.plain;
	take_node(es);
}

static void take_end(struct events *es)
{
	es->depth--;
	if (!es->recordings.len)
		return;
	keep(es, 0);
	end_recordings_of_node(es);
}

static void take_document(struct events *es)
{
	if (!es->documents++)
		return;
	fault(es->faults, SEVERAL_DOCUMENTS, es->now.place, "a second document begins here: a file is one document");
	events_stop(es);
}

static const struct taking {
	enum event_kind kind;
	bool passed_over; /* no event for readers */
	void (*take)(struct events *es);
} takings[] = {
	[YAML_STREAM_START_EVENT]   = { EVENT_END, true, NULL },
	[YAML_STREAM_END_EVENT]     = { EVENT_END, false, NULL },
	[YAML_DOCUMENT_START_EVENT] = { EVENT_END, true, take_document },
	[YAML_DOCUMENT_END_EVENT]   = { EVENT_END, true, NULL },
	[YAML_ALIAS_EVENT]          = { EVENT_ALIAS, false, take_alias },
	[YAML_SCALAR_EVENT]         = { EVENT_SCALAR, false, take_scalar },
	[YAML_SEQUENCE_START_EVENT] = { EVENT_LIST, false, take_node },
	[YAML_SEQUENCE_END_EVENT]   = { EVENT_LIST_END, false, take_end },
	[YAML_MAPPING_START_EVENT]  = { EVENT_MAPPING, false, take_node },
	[YAML_MAPPING_END_EVENT]    = { EVENT_MAPPING_END, false, take_end },
};

static void take_raw(struct events *es, const struct taking *taking)
{
	es->now = (struct event){ .kind = taking->kind, .tape = NO_TAPE, .place = es->raw.place };
	if (taking->take)
		taking->take(es);
}

static void read_raw(struct events *es)
{
	const struct taking *taking;

	do {
		const struct fed *fed = feed_next(es->feed);

		if (!fed) {
			report_problem(es);
			events_stop(es);
			return;
		}
		es->raw = *fed;
		taking = &takings[fed->type];
		take_raw(es, taking);
	} while (taking->passed_over && es->now.kind != EVENT_STOP);
}

/* ---- replaying ---- */

static void play(struct events *es, struct tape_range range, bool resumes)
{
	vec_push(&es->replays, (struct replay){ .at = range.start, .end = range.end, .resumes = resumes,
	                                        .saved = es->now });
}

/* The event at the head of the innermost replay. */
static void take_taped(struct events *es, struct replay *r)
{
	const struct taped *t = &es->tape.at[r->at];

	es->now = (struct event){
		.kind = (enum event_kind)t->kind, .plain = t->plain, .replayed = true,
		.text = t->kind == EVENT_SCALAR ? es->tape_text.at + t->text : NULL, .len = t->len,
		.tape = t->kind == EVENT_ALIAS ? t->text : r->at, .place = { t->line, t->col, t->width },
	};
	r->at++;
}

void events_next(struct events *es)
{
	while (es->now.kind != EVENT_STOP) {
		struct replay *r = es->replays.len ? &es->replays.at[es->replays.len - 1] : NULL;
		if (!r) {
			read_raw(es);
		} else if (r->at < r->end) {
			take_taped(es, r);
		} else {
			es->replays.len--;
			if (!r->resumes)
				continue;
			es->now = r->saved;
			return;
		}
		if (es->now.kind != EVENT_ALIAS)
			return;
		play(es, es->anchors.at[es->now.tape].range, false);
	}
}

void events_replay(struct events *es, struct tape_range range)
{
	if (es->now.kind == EVENT_STOP)
		return;
	play(es, range, true);
	events_next(es);
}

/* The end of the node that begins at `at` on the tape, and its amount. */
static struct tape_range node_on_tape(const struct events *es, uint32_t at)
{
	struct tape_range range = { at, at, { 0, 0 } };
	uint32_t depth = 0;

	do {
		const struct taped *t = &es->tape.at[range.end++];
		bool opens = t->kind == EVENT_LIST || t->kind == EVENT_MAPPING;
		bool closes = t->kind == EVENT_LIST_END || t->kind == EVENT_MAPPING_END;
		depth += opens;
		depth -= closes;
		struct amount own = { !closes, t->len };
		const struct amount *amount = t->kind == EVENT_ALIAS ? &es->anchors.at[t->text].range.amount : &own;
		range.amount.nodes += amount->nodes;
		range.amount.bytes += amount->bytes;
	} while (depth);
	return range;
}

static struct tape_range pass_replayed(struct events *es)
{
	struct tape_range range = node_on_tape(es, es->now.tape);

	es->replays.at[es->replays.len - 1].at = range.end;
	events_next(es);
	return range;
}

static bool opens_node(enum event_kind kind)
{
	return kind == EVENT_LIST || kind == EVENT_MAPPING;
}

void events_skip(struct events *es)
{
	if (es->now.kind == EVENT_STOP)
		return;
	if (es->now.replayed) {
		pass_replayed(es);
		return;
	}
	uint32_t outer = es->depth - opens_node(es->now.kind);
	while (es->depth > outer && es->now.kind != EVENT_STOP)
		read_raw(es);
	events_next(es);
}

struct tape_range events_capture(struct events *es)
{
	if (es->now.kind == EVENT_STOP)
		return (struct tape_range){0};
	if (es->now.replayed)
		return pass_replayed(es);
	if (es->now.tape == NO_TAPE)
		keep(es, keep_text(es));
	if (!opens_node(es->now.kind)) {
		struct tape_range range = { es->now.tape, es->now.tape + 1, { 1, es->now.len } };
		events_next(es);
		return range;
	}
	size_t others = es->recordings.len;
	begin_recording(es, NO_ANCHOR, es->depth - 1, (struct amount){ es->total.nodes - 1, es->total.bytes });
	while (es->recordings.len > others && es->now.kind != EVENT_STOP)
		read_raw(es);
	struct tape_range range = es->captured;
	events_next(es);
	return es->now.kind == EVENT_STOP ? (struct tape_range){0} : range;
}

bool events_in_block(const struct events *es)
{
	return es->raw.type == YAML_MAPPING_START_EVENT && es->raw.block;
}

/* ---- life ---- */

void events_init(struct events *es, struct faults *faults, const struct source *source, struct feed *feed)
{
	*es = (struct events){ .faults = faults, .source = source, .feed = feed, .anchor_names = strings_new() };
	es->now.kind = EVENT_END;
	events_next(es);
}

void events_release(struct events *es)
{
	feed_close(es->feed);
	strings_free(es->anchor_names);
	vec_free(&es->tape);
	vec_free(&es->tape_text);
	vec_free(&es->anchors);
	vec_free(&es->recordings);
	vec_free(&es->replays);
	vec_free(&es->latest);
}
