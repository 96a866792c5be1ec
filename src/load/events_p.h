/*
 * events - the file as a stream of light events, aliases already followed.
 *
 * There is always a current event; events_next goes on to the one after it. Its text is valid until then.
 * A node under an anchor, or one that a reader wants to see again, is kept on a tape, from which aliases
 * and ranges are replayed. Any failure is reported, and from then on the current event is EVENT_STOP: readers
 * just leave their loops.
 *
 * Bounds: nesting MAX_DEPTH, MAX_NODES after expansion, MAX_MORE_BYTES of text by expansion, MAX_TAPE events kept,
 * MAX_SCALAR_BYTES in one scalar. An alias is counted when it is read, not when it is followed, so that a bomb
 * never goes off.
 */
#ifndef LOAD_EVENTS_P_H
#define LOAD_EVENTS_P_H

#include "base/intern.h"
#include "load/faults_p.h"
#include "load/feed_p.h"
#include "load/load.h"

#define MAX_DEPTH (MAX_LEVELS + 10) /* all levels, and what stands around them */
#define MAX_NODES 100000000u
#define MAX_MORE_BYTES ((size_t)256 << 20) /* of text, by expansion */
#define MAX_TAPE 30000000u          /* events; 20 bytes each */

enum event_kind {
	EVENT_STOP, EVENT_SCALAR, EVENT_ALIAS /* never seen by readers */, EVENT_LIST, EVENT_LIST_END,
	EVENT_MAPPING, EVENT_MAPPING_END, EVENT_END /* of the document */,
};

struct event {
	enum event_kind kind;
	bool plain;       /* a scalar without quotes */
	bool replayed;    /* comes from the tape */
	const char *text; /* of a scalar; NUL-terminated */
	uint32_t len;
	uint32_t tape;    /* where on the tape it is, or NO_TAPE */
	struct place place;
};

#define NO_TAPE UINT32_MAX

/* Of YAML, after expansion. */
struct amount {
	uint64_t nodes, bytes; /* bytes: of text */
};

static inline struct amount with_name(struct amount a, size_t len)
{
	return (struct amount){ a.nodes + 1, a.bytes + len };
}

/* A node on the tape. */
struct tape_range {
	uint32_t start, end;
	struct amount amount;
};

struct taped {
	uint8_t kind, plain;
	uint16_t width;
	uint32_t line, col;
	uint32_t text, len; /* of an alias: text is its anchor */
};

struct anchor {
	struct tape_range range;
	uint32_t depth; /* of the nesting inside */
	bool complete;
};

struct recording {
	uint32_t anchor; /* or NO_ANCHOR */
	uint32_t start;
	uint32_t outer;  /* depth of the node itself */
	uint32_t deepest;
	struct amount before; /* counted before it */
};

struct replay {
	uint32_t at, end;
	bool resumes;       /* afterwards `saved` is the current event again */
	struct event saved;
};

struct events {
	struct faults *faults;
	const struct source *source;
	struct feed *feed;
	struct fed raw;              /* the last one that was fed */
	struct event now;
	uint32_t documents, depth;
	struct amount total;
	VEC(struct taped) tape;
	VEC(char) tape_text;
	struct tape_range captured;
	VEC(struct anchor) anchors;
	VEC(struct recording) recordings;
	VEC(struct replay) replays;
	struct strings *anchor_names;
	VEC(uint32_t) latest;        /* by str_id: the anchor that has this name now */
};

/* Begins; the current event is the root node's first. Takes over the feed, which has not been read from. */
void events_init(struct events *es, struct faults *faults, const struct source *source, struct feed *feed);
void events_release(struct events *es);

void events_next(struct events *es);
/* Passes over the node that the current event begins. */
void events_skip(struct events *es);
/* The same, but keeps it. */
struct tape_range events_capture(struct events *es);
/* Puts a kept node before the current event. */
void events_replay(struct events *es, struct tape_range range);
/*
 * Counts what is there `times` (below 2^32) times more than was read. False, reported at `place`, when that is
 * too much.
 */
bool events_repeat(struct events *es, uint64_t times, struct amount amount, struct place place);
/* Whether the current event, not a replayed one, begins a mapping in block style. */
bool events_in_block(const struct events *es);
/* The current event becomes EVENT_STOP. */
void events_stop(struct events *es);

#endif
