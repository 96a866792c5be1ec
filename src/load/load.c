/*
 * A whole file: is it ours, in which order can its sections be read.
 *
 * The keys of the top level may stand in any order, and one pass has to do: a million groups are not kept, and
 * not read twice. Levels, title and topology depend on nothing and are read where they stand. The small
 * sections are kept and read when all of them are there. Services are read where they stand if nothing
 * that they depend on can follow; else they are kept, too.
 */
#include "load/load.h"

#include <stdlib.h>
#include <string.h>

#include "load/encoding_p.h"
#include "load/system_p.h"

/* ---- is it ours? ---- */

static void check_version(struct faults *f, const struct event *ev)
{
	const char *text = ev->kind == EVENT_SCALAR ? ev->text : "";

	if (!strcmp(text, "1"))
		return;
	if (*text && !text[strspn(text, "0123456789")] && strtoul(text, NULL, 10) > 1) {
		fault(f, NEWER_VERSION, ev->place, "'faultline: %s' needs a newer faultline: this one reads version 1",
		      shown_text(f, text));
		return;
	}
	struct diag *d = fault(f, BAD_VERSION, ev->place, "'%s' is not a format version", shown_text(f, text));
	fault_hint(f, d, "write 'faultline: 1'");
}

/* Goes through the keys of the top level, up to `faultline`. */
static enum load_result find_version(struct faults *f, struct events *es)
{
	if (es->now.kind == EVENT_STOP)
		return LOAD_FAILED;
	if (es->now.kind != EVENT_MAPPING)
		return LOAD_FOREIGN;
	for (events_next(es); es->now.kind != EVENT_MAPPING_END;) {
		bool found = es->now.kind == EVENT_SCALAR && !strcmp(es->now.text, "faultline");
		events_skip(es);
		if (es->now.kind == EVENT_STOP)
			return LOAD_FAILED;
		if (found) {
			check_version(f, &es->now);
			return f->errors ? LOAD_FAILED : LOAD_OK;
		}
		events_skip(es);
		if (es->now.kind == EVENT_STOP)
			return LOAD_FAILED;
	}
	return LOAD_FOREIGN;
}

static enum load_result check_ours(struct faults *f, const struct source *source)
{
	struct events es;

	events_init(&es, f, source, feed_open(source, FEED_ALONE));
	enum load_result result = find_version(f, &es);
	events_release(&es);
	return result;
}

/* ---- sections ---- */

struct file {
	struct tape_range shared, domains, links, systems, services, scenarios;
	struct place seen[MAX_FIELDS];
	bool block;  /* the top level is in block style: each key begins a line */
	bool sealed; /* domains can be found: shared, domains, links and systems are read */
};

static void read_version(struct loader *l, void *target, const struct field *field)
{
	(void)target, (void)field;
	skip(l);
}

static void read_title(struct loader *l, void *target, const struct field *field)
{
	(void)target, (void)field;
	if (at_empty(l)) {
		next(l);
		return;
	}
	struct setting s = take_text(l, "text");
	if (s.text)
		l->builder.model->title = arena_strdup(&l->builder.model->arena, s.text);
}

static void read_file_levels(struct loader *l, void *target, const struct field *field)
{
	(void)target, (void)field;
	read_levels(l);
}

static void read_file_topology(struct loader *l, void *target, const struct field *field)
{
	(void)target, (void)field;
	read_topology(l);
}

static void read_file_rules(struct loader *l, void *target, const struct field *field)
{
	(void)target, (void)field;
	read_rules(l);
}

static void read_file_services(struct loader *l, void *target, const struct field *field);

static const struct field file_fields[] = {
	{ "faultline", read_version, 0 },
	{ "title", read_title, 0 },
	{ "levels", read_file_levels, 0 },
	{ "topology", read_file_topology, 0 },
	{ "shared", read_kept, offsetof(struct file, shared) },
	{ "systems", read_kept, offsetof(struct file, systems) },
	{ "domains", read_kept, offsetof(struct file, domains) },
	{ "links", read_kept, offsetof(struct file, links) },
	{ "services", read_file_services, offsetof(struct file, services) },
	{ "scenarios", read_kept, offsetof(struct file, scenarios) },
	{ "rules", read_file_rules, 0 },
};

static bool read_ignored(struct loader *l, void *target, bool merging)
{
	(void)target, (void)merging;
	if (strncmp(now(l)->text, "x-", 2))
		return false;
	next(l);
	skip(l);
	return true;
}

const struct record file_record = {
	"a mapping", file_fields, sizeof(file_fields) / sizeof(*file_fields), read_ignored,
};

/* ---- may services be read now? ---- */

/* May this line, of a mapping in block style, begin a key that services depend on? */
static bool may_begin_needed_key(const char *line, size_t len)
{
	static const char *const needed[] = { "levels", "topology", "shared", "systems" };

	if (!len || *line == ' ')
		return false;
	if (strchr("\"'?&*!<", *line))
		return true;
	for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
		if (len >= strlen(needed[i]) && !memcmp(line, needed[i], strlen(needed[i])))
			return true;
	return false;
}

/* May such a key come after the one that stands at `place`? Errs on the side of yes. */
static bool may_follow(const struct source *source, struct place place)
{
	size_t len;
	const char *end = source->text + source->len, *line = source_line(source, place.line, &len);
	bool returns = memchr(line, '\r', (size_t)(end - line));

	if (place.col != 1)
		return true;
	for (const char *eol; line < end; line = eol + 1) {
		eol = memchr(line, '\n', (size_t)(end - line));
		if (!eol)
			eol = end;
		const char *cr = returns ? memchr(line, '\r', (size_t)(eol - line)) : NULL;
		if ((cr && cr + 1 != eol) || may_begin_needed_key(line, (size_t)(eol - line)))
			return true;
	}
	return false;
}

static void read_section(struct loader *l, struct tape_range range, void (*read)(struct loader *l))
{
	if (range.start == range.end || at(l, EVENT_STOP))
		return;
	events_replay(l->events, range);
	read(l);
}

static void seal(struct loader *l, struct file *file)
{
	if (!l->builder.model->nlevels)
		default_levels(l);
	read_section(l, file->shared, read_shared);
	seal_domains(l);
	read_section(l, file->systems, read_systems);
	file->sealed = true;
}

static void read_file_services(struct loader *l, void *target, const struct field *field)
{
	struct file *file = target;

	if (!file->block || may_follow(l->source, file->seen[field - file_fields])) {
		read_kept(l, target, field);
		return;
	}
	seal(l, file);
	read_services(l);
}

/* ---- all of it ---- */

static void read_file(struct loader *l, struct file *file)
{
	record_read(l, &file_record, file, file->seen);
	if (at(l, EVENT_STOP))
		return;
	if (!file->sealed)
		seal(l, file);
	read_section(l, file->services, read_services);
	finish_services(l);
	read_section(l, file->domains, read_domains);
	read_section(l, file->links, read_links);
}

static struct model *build(struct loader *l)
{
	struct file file = {0};

	builder_init(&l->builder);
	file.block = events_in_block(l->events);
	read_file(l, &file);
	if (at(l, EVENT_STOP)) {
		builder_abandon(&l->builder);
		return NULL;
	}
	struct model *m = model_seal(&l->builder);
	if (file.scenarios.start != file.scenarios.end) {
		events_replay(l->events, file.scenarios);
		read_scenarios(l, m);
	}
	if (!l->faults.errors)
		return m;
	model_free(m);
	return NULL;
}

static void release(struct loader *l)
{
	events_release(l->events);
	release_systems(l);
	arena_release(&l->arena);
	free(l->refs_memory);
	table_release(&l->service_index);
	sb_release(&l->key);
	sb_release(&l->name);
	vec_free(&l->shared);
	vec_free(&l->services);
	vec_free(&l->needs);
	vec_free(&l->places);
	vec_free(&l->roles);
	vec_free(&l->high);
	faults_release(&l->faults);
}

/* The feed is fetched ahead meanwhile; it is taken over. */
static enum load_result load_fed(struct loader *l, struct feed *feed, struct model **ret_model)
{
	enum load_result result = encoding_check(&l->faults, l->source) ? check_ours(&l->faults, l->source) : LOAD_FAILED;

	if (result != LOAD_OK) {
		feed_close(feed);
		faults_release(&l->faults);
		return result;
	}
	events_init(l->events, &l->faults, l->source, feed);
	struct model *m = build(l);
	release(l);
	if (m)
		*ret_model = m;
	return m ? LOAD_OK : LOAD_FAILED;
}

enum load_result load_model(const struct source *source, struct diag_list *diags, struct model **ret_model)
{
	struct events events;
	struct loader l = { .source = source, .faults = { .diags = diags }, .events = &events };

	if (encoding_check_start(&l.faults, source))
		return load_fed(&l, feed_open(source, FEED_AHEAD), ret_model);
	faults_release(&l.faults);
	return LOAD_FAILED;
}

void load_explain_foreign(struct diag_list *diags)
{
	struct faults f = { .diags = diags };
	struct diag *d = fault(&f, FOREIGN_FILE, (struct place){0}, "the file has no key 'faultline' at its top level");

	fault_hint(&f, d, "a faultline file says 'faultline: 1', the version of its format");
	faults_release(&f);
}

size_t load_bare_events(const struct source *source)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool more = true;
	size_t n = 0;

	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)source->text, source->len);
	for (; more && yaml_parser_parse(&parser, &event); n++) {
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return n;
}
