/* feed - see feed_p.h */
#include "load/feed_p.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"

#define MAX_COMMENT_RUN (16 * MAX_SCALAR_BYTES) /* many lines of comment in a row; each line is short */
#define AHEAD_ABOVE ((size_t)1 << 20)           /* bytes from which a second thread is worth its start */
#define BATCHES 64 /* while one thread looks through the whole text, the other goes on */
#define BATCH_EVENTS 4096

struct batch {
	struct fed *events; /* BATCH_EVENTS of them; NULL before it is used */
	size_t nevents;
	VEC(char) text;
	bool last; /* the problem follows */
};

/* The batches' numbers, those that wait in order. */
struct batch_list {
	uint8_t at[BATCHES];
	size_t first, n;
};

struct feed {
	const struct source *source;
	yaml_parser_t parser;
	const char *handed, *end;    /* what libyaml has not got yet */
	const char *since;           /* had been handed out at the last event */
	size_t allowed;              /* bytes from there until somebody looks */
	struct feed_problem problem;

	struct batch batches[BATCHES];
	const struct batch *reading; /* NULL before the first */
	size_t at;                   /* the next event in it */
	/* with a second thread; all of these belong to the mutex */
	bool ahead, stop;
	struct batch_list spare, filled; /* spare: the one read last comes first, as caches hold it */
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

	vec_reserve(&b->text, at + len + 1);
	memcpy(b->text.at + at, text, len + 1);
	b->text.len = at + len + 1;
	return (uint32_t)at;
}

static uint32_t copy_name(struct batch *b, const yaml_char_t *name)
{
	return name ? copy_text(b, name, strlen((const char *)name)) : NO_TEXT;
}

/* Most events are the ends and beginnings of lists: they own nothing that would have to be freed. */
static bool copy_event(struct batch *b, const yaml_event_t *raw)
{
	const yaml_mark_t *start = &raw->start_mark, *end = &raw->end_mark;
	struct fed *fed = &b->events[b->nevents++];

	*fed = (struct fed){ .type = (uint8_t)raw->type, .place = place_at(start), .anchor = NO_TEXT };
	fed->place.width = start->line == end->line ? (uint32_t)(end->column - start->column) : 1;
	switch (raw->type) {
	case YAML_SCALAR_EVENT:
		fed->text = copy_text(b, raw->data.scalar.value, raw->data.scalar.length);
		fed->len = (uint32_t)raw->data.scalar.length;
		fed->plain = raw->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
		fed->anchor = copy_name(b, raw->data.scalar.anchor);
		return true;
	case YAML_ALIAS_EVENT:
		fed->text = copy_name(b, raw->data.alias.anchor);
		return true;
	case YAML_SEQUENCE_START_EVENT:
		fed->anchor = copy_name(b, raw->data.sequence_start.anchor);
		return raw->data.sequence_start.anchor || raw->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		fed->anchor = copy_name(b, raw->data.mapping_start.anchor);
		fed->block = raw->data.mapping_start.style == YAML_BLOCK_MAPPING_STYLE;
		return raw->data.mapping_start.anchor || raw->data.mapping_start.tag;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return false;
	default:
		return true;
	}
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

	if (!b->events)
		b->events = xmalloc(BATCH_EVENTS * sizeof(*b->events));
	b->nevents = 0;
	vec_clear(&b->text);
	b->last = false;
	while (b->nevents < BATCH_EVENTS && b->text.len <= MAX_SCALAR_BYTES && !ended) {
		yaml_event_t raw;

		if (!yaml_parser_parse(&f->parser, &raw)) {
			note_problem(f);
			b->last = true;
			return;
		}
		f->since = f->handed;
		f->allowed = MAX_SCALAR_BYTES;
		ended = raw.type == YAML_STREAM_END_EVENT;
		if (copy_event(b, &raw))
			yaml_event_delete(&raw);
	}
	b->last = ended;
}

/* ---- the second thread ---- */

static void add_last(struct batch_list *list, size_t batch)
{
	list->at[(list->first + list->n++) % BATCHES] = (uint8_t)batch;
}

static void add_first(struct batch_list *list, size_t batch)
{
	list->first = (list->first + BATCHES - 1) % BATCHES;
	list->at[list->first] = (uint8_t)batch;
	list->n++;
}

static size_t take_first(struct batch_list *list)
{
	size_t batch = list->at[list->first];

	list->first = (list->first + 1) % BATCHES;
	list->n--;
	return batch;
}

/* A batch to fill; NULL when it is time to stop. */
static struct batch *wait_for_room(struct feed *f)
{
	struct batch *b;

	pthread_mutex_lock(&f->mutex);
	while (!f->spare.n && !f->stop)
		pthread_cond_wait(&f->changed, &f->mutex);
	b = f->stop ? NULL : &f->batches[take_first(&f->spare)];
	pthread_mutex_unlock(&f->mutex);
	return b;
}

static void hand_over(struct feed *f, const struct batch *b)
{
	pthread_mutex_lock(&f->mutex);
	add_last(&f->filled, (size_t)(b - f->batches));
	pthread_cond_signal(&f->changed);
	pthread_mutex_unlock(&f->mutex);
}

static void *fetch_ahead(void *data)
{
	struct feed *f = data;
	struct batch *b;
	bool last = false;

	while (!last && (b = wait_for_room(f))) {
		fill(f, b);
		last = b->last;
		hand_over(f, b);
	}
	return NULL;
}

static void start_thread(struct feed *f)
{
	for (size_t i = 0; i < BATCHES; i++)
		add_last(&f->spare, i);
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

/* ---- reading ---- */

/* The next batch, in place of the one that was read to its end. */
static const struct batch *wait_for_batch(struct feed *f)
{
	size_t batch;

	pthread_mutex_lock(&f->mutex);
	if (f->reading) {
		add_first(&f->spare, (size_t)(f->reading - f->batches));
		pthread_cond_signal(&f->changed);
	}
	while (!f->filled.n)
		pthread_cond_wait(&f->changed, &f->mutex);
	batch = take_first(&f->filled);
	pthread_mutex_unlock(&f->mutex);
	return &f->batches[batch];
}

static void turn_over(struct feed *f)
{
	f->at = 0;
	if (f->ahead) {
		f->reading = wait_for_batch(f);
	} else {
		fill(f, &f->batches[0]);
		f->reading = &f->batches[0];
	}
}

const struct fed *feed_next(struct feed *f)
{
	if (!f->reading || (f->at == f->reading->nevents && !f->reading->last))
		turn_over(f);
	return f->at < f->reading->nevents ? &f->reading->events[f->at++] : NULL;
}

const char *feed_text(const struct feed *f, uint32_t at)
{
	return f->reading->text.at + at;
}

const struct feed_problem *feed_problem(const struct feed *f)
{
	return &f->problem;
}

struct feed *feed_open(const struct source *source, enum feed_threads threads)
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
	if (threads == FEED_AHEAD && source->len > AHEAD_ABOVE)
		start_thread(f);
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
		free(f->batches[i].events);
		vec_free(&f->batches[i].text);
	}
	free(f);
}
