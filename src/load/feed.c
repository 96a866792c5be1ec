/* feed - see feed_p.h */
#include "load/feed_p.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

#define MAX_COMMENT_RUN (16 * MAX_SCALAR_BYTES) /* many lines of comment in a row; each line is short */
#define AHEAD_ABOVE ((size_t)1 << 20)           /* bytes from which a second thread is worth its start */
#define BATCHES 4
#define BATCH_EVENTS 4096

struct batch {
	VEC(struct fed) events;
	VEC(char) text;
	bool last; /* the problem follows */
};

struct feed {
	const struct source *source;
	yaml_parser_t parser;
	const char *handed, *end;    /* what libyaml has not got yet */
	const char *since;           /* had been handed out at the last event */
	size_t allowed;              /* bytes from there until somebody looks */
	struct feed_problem problem;

	struct batch batches[BATCHES];
	size_t reading, at;          /* the batch being read, and the next event in it */
	/* with a second thread; `filled` and `stop` belong to the mutex */
	bool ahead, stop;
	size_t filling, filled;      /* filled: batches that wait to be read, the one being read included */
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
};

/* ---- feeding libyaml ---- */

static bool is_comment_line(const char *line, const char *end)
{
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	return line < end && *line == '#';
}

/* Bytes that can belong to one scalar or one comment: lines of comment don't add up. */
static size_t scalar_bytes(const char *text, const char *end)
{
	size_t total = 0, longest = 0;

	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		const char *next = eol ? eol + 1 : end;
		size_t len = (size_t)(next - text);

		if (!is_comment_line(text, next))
			total += len;
		else if (len > longest)
			longest = len;
		text = next;
	}
	return total > longest ? total : longest;
}

static bool may_go_on(struct feed *f)
{
	size_t handed = (size_t)(f->handed - f->since);

	if (handed <= f->allowed)
		return true;
	if (handed > MAX_COMMENT_RUN || scalar_bytes(f->since, f->handed) > MAX_SCALAR_BYTES) {
		f->problem.endless = true;
		return false;
	}
	f->allowed = 2 * handed;
	return true;
}

static int hand_out(void *data, unsigned char *buffer, size_t size, size_t *ret_size)
{
	struct feed *f = data;
	size_t left = (size_t)(f->end - f->handed);
	size_t n = size < left ? size : left;

	memcpy(buffer, f->handed, n);
	f->handed += n;
	*ret_size = n;
	return may_go_on(f);
}

/* ---- copying events ---- */

static struct place place_at(const yaml_mark_t *mark)
{
	return (struct place){ (uint32_t)mark->line + 1, (uint32_t)mark->column + 1, 1 };
}

static uint32_t copy_text(struct batch *b, const yaml_char_t *text, size_t len)
{
	size_t at = b->text.len;

	if (!text)
		return NO_TEXT;
	vec_reserve(&b->text, at + len + 1);
	memcpy(b->text.at + at, text, len + 1);
	b->text.len = at + len + 1;
	return (uint32_t)at;
}

static uint32_t copy_name(struct batch *b, const yaml_char_t *name)
{
	return copy_text(b, name, name ? strlen((const char *)name) : 0);
}

static void copy_event(struct batch *b, const yaml_event_t *raw)
{
	const yaml_mark_t *start = &raw->start_mark, *end = &raw->end_mark;
	struct fed fed = { .type = (uint8_t)raw->type, .place = place_at(start), .anchor = NO_TEXT };

	fed.place.width = start->line == end->line ? (uint32_t)(end->column - start->column) : 1;
	if (raw->type == YAML_SCALAR_EVENT) {
		fed.text = copy_text(b, raw->data.scalar.value, raw->data.scalar.length);
		fed.len = (uint32_t)raw->data.scalar.length;
		fed.plain = raw->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
		fed.anchor = copy_name(b, raw->data.scalar.anchor);
	} else if (raw->type == YAML_ALIAS_EVENT) {
		fed.text = copy_name(b, raw->data.alias.anchor);
	} else if (raw->type == YAML_SEQUENCE_START_EVENT) {
		fed.anchor = copy_name(b, raw->data.sequence_start.anchor);
	} else if (raw->type == YAML_MAPPING_START_EVENT) {
		fed.anchor = copy_name(b, raw->data.mapping_start.anchor);
		fed.block = raw->data.mapping_start.style == YAML_BLOCK_MAPPING_STYLE;
	}
	vec_push(&b->events, fed);
}

static void note_problem(struct feed *f)
{
	const yaml_parser_t *p = &f->parser;

	if (p->error == YAML_MEMORY_ERROR)
		abort();
	f->problem.what = p->problem ? p->problem : "not YAML";
	f->problem.context = p->context;
	f->problem.place = place_at(p->problem_mark.index ? &p->problem_mark : &p->mark);
	f->problem.context_place = place_at(&p->context_mark);
	f->problem.reached = place_at(&p->mark);
}

static void fill(struct feed *f, struct batch *b)
{
	bool ended = false;

	vec_clear(&b->events);
	vec_clear(&b->text);
	b->last = false;
	while (b->events.len < BATCH_EVENTS && b->text.len <= MAX_SCALAR_BYTES && !ended) {
		yaml_event_t raw;

		if (!yaml_parser_parse(&f->parser, &raw)) {
			note_problem(f);
			b->last = true;
			return;
		}
		f->since = f->handed;
		f->allowed = MAX_SCALAR_BYTES;
		copy_event(b, &raw);
		ended = raw.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&raw);
	}
	b->last = ended;
}

/* ---- the second thread ---- */

static bool wait_for_room(struct feed *f)
{
	bool go_on;

	pthread_mutex_lock(&f->mutex);
	while (f->filled == BATCHES && !f->stop)
		pthread_cond_wait(&f->changed, &f->mutex);
	go_on = !f->stop;
	pthread_mutex_unlock(&f->mutex);
	return go_on;
}

static void change_filled(struct feed *f, int by)
{
	pthread_mutex_lock(&f->mutex);
	f->filled += by;
	pthread_cond_signal(&f->changed);
	pthread_mutex_unlock(&f->mutex);
}

static void *fetch_ahead(void *data)
{
	struct feed *f = data;
	bool last = false;

	while (!last && wait_for_room(f)) {
		struct batch *b = &f->batches[f->filling];

		fill(f, b);
		last = b->last;
		f->filling = (f->filling + 1) % BATCHES;
		change_filled(f, 1);
	}
	return NULL;
}

static void start_thread(struct feed *f)
{
	pthread_mutex_init(&f->mutex, NULL);
	pthread_cond_init(&f->changed, NULL);
	f->ahead = pthread_create(&f->thread, NULL, fetch_ahead, f) == 0;
}

static void stop_thread(struct feed *f)
{
	pthread_mutex_lock(&f->mutex);
	f->stop = true;
	pthread_cond_signal(&f->changed);
	pthread_mutex_unlock(&f->mutex);
	pthread_join(f->thread, NULL);
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->mutex);
}

static void wait_for_batch(struct feed *f)
{
	pthread_mutex_lock(&f->mutex);
	while (!f->filled)
		pthread_cond_wait(&f->changed, &f->mutex);
	pthread_mutex_unlock(&f->mutex);
}

/* ---- reading ---- */

/* The next batch, in place of the one that was read to its end. */
static void turn_over(struct feed *f)
{
	f->at = 0;
	if (!f->ahead) {
		fill(f, &f->batches[f->reading]);
		return;
	}
	change_filled(f, -1);
	f->reading = (f->reading + 1) % BATCHES;
	wait_for_batch(f);
}

const struct fed *feed_next(struct feed *f)
{
	const struct batch *b = &f->batches[f->reading];

	if (f->at == b->events.len && !b->last)
		turn_over(f);
	b = &f->batches[f->reading];
	return f->at < b->events.len ? &b->events.at[f->at++] : NULL;
}

const char *feed_text(const struct feed *f, uint32_t at)
{
	return f->batches[f->reading].text.at + at;
}

const struct feed_problem *feed_problem(const struct feed *f)
{
	return &f->problem;
}

struct feed *feed_open(const struct source *source)
{
	struct feed *f = xcalloc(1, sizeof(*f));

	f->source = source;
	f->handed = source->text + (source_has_mark(source) ? 3 : 0);
	f->end = source->text + source->len;
	f->since = f->handed;
	f->allowed = MAX_SCALAR_BYTES;
	if (!yaml_parser_initialize(&f->parser))
		abort();
	yaml_parser_set_encoding(&f->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input(&f->parser, hand_out, f);
	if (source->len > AHEAD_ABOVE)
		start_thread(f);
	if (f->ahead)
		wait_for_batch(f);
	return f;
}

void feed_close(struct feed *f)
{
	if (!f)
		return;
	if (f->ahead)
		stop_thread(f);
	yaml_parser_delete(&f->parser);
	for (int i = 0; i < BATCHES; i++) {
		vec_free(&f->batches[i].events);
		vec_free(&f->batches[i].text);
	}
	free(f);
}
