/*
 * feed - libyaml's events, copied into light ones. For a large file a second thread fetches them ahead, so that
 * parsing and building the model go on side by side; what is fed does not depend on it.
 *
 * libyaml buffers a scalar whole before it says anything about it: the feed hands it no more text once what was
 * handed out since the last event can't be a reasonable one.
 */
#ifndef LOAD_FEED_P_H
#define LOAD_FEED_P_H

#include <yaml.h>

#include "base/diag.h"
#include "load/load.h"

#define NO_TEXT UINT32_MAX

/* One of libyaml's events. Texts are offsets for feed_text. */
struct fed {
	uint8_t type;       /* yaml_event_type_t */
	bool plain;         /* a scalar without quotes */
	bool block;         /* a mapping in block style */
	struct place place;
	uint32_t text, len; /* of a scalar, or the name of an alias */
	uint32_t anchor;    /* the name of its anchor, or NO_TEXT */
};

/* Why there are no more events. */
struct feed_problem {
	bool endless;       /* a name, value or comment is too long */
	const char *what, *context; /* libyaml's words; context may be NULL */
	struct place place, context_place;
	struct place reached;       /* how far libyaml had come */
};

struct feed;

/* Whether a second thread begins at once to fetch events ahead, if the file is large. */
enum feed_threads { FEED_ALONE, FEED_AHEAD };

struct feed *feed_open(const struct source *source, enum feed_threads threads); /* borrows the source */
void feed_close(struct feed *f);

/* The next event, valid like its texts until the next call; NULL when something is wrong. */
const struct fed *feed_next(struct feed *f);
const char *feed_text(const struct feed *f, uint32_t at);
const struct feed_problem *feed_problem(const struct feed *f);

#endif
