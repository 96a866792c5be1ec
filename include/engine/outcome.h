/*
 * outcome - what a state means for one group, and for a service.
 */
#ifndef ENGINE_OUTCOME_H
#define ENGINE_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/duration.h"

enum answer { ANSWER_YES, ANSWER_PARTIAL, ANSWER_STALE, ANSWER_NO, ANSWERS }; /* writes are never stale */
enum data_verdict { DATA_SAFE, DATA_TAIL, DATA_STALE, DATA_BACKUP, DATA_LOST, DATA_VERDICTS };
/* From best to worst. */
enum status {
	STATUS_OK, STATUS_DEGRADED, STATUS_AT_RISK, STATUS_WRITE_ONLY, STATUS_READ_ONLY,
	STATUS_STALE, STATUS_DOWN, STATUS_SPLIT, STATUSES
};

extern const char *const answer_names[ANSWERS];
extern const char *const data_names[DATA_VERDICTS];
extern const char *const status_names[STATUSES];

/* What an RTO is made of, in the order in which it happens: bits of outcome.rto_parts. */
enum rto_part {
	RTO_DETECT, RTO_FALLBACK, RTO_OPERATOR, RTO_ELECT, RTO_PROMOTE, RTO_RESTORE, RTO_REROUTE, RTO_PARTS
};
extern const char *const rto_part_names[RTO_PARTS];

#define NO_REPLICA UINT32_MAX
/* Of a split brain, so many sides are followed; what is cut off beyond them waits. */
#define MAX_SIDES 64u

struct outcome {
	uint8_t writes, reads; /* enum answer */
	uint8_t data;          /* enum data_verdict */
	uint8_t status;        /* enum status */
	bool promoted;         /* a standby took a seat in this step */
	bool accepted;         /* an accept was carried out in this step */
	bool fallback;         /* the fallback's expressions are in force */
	uint8_t rto_parts;     /* 1 << enum rto_part; none when rto is 0 or unbounded by itself */
	bool split;            /* several sides write: split brain, or diverged with leader: none */
	uint8_t sides;         /* how many do; 0 where there is no split */
	uint16_t live;         /* replicas live, whatever their role */
	uint16_t leader;       /* who has the title: its index in listed order; meaningful with leader: one */
	duration rpo, rto;     /* DURATION_NONE: unbounded */
};

static inline bool goes_on(unsigned answer)
{
	return answer == ANSWER_YES || answer == ANSWER_PARTIAL;
}

/* What a service, or all of them, come to. */
struct summary {
	uint32_t groups;
	uint32_t writes[ANSWERS], reads[ANSWERS], data[DATA_VERDICTS], status[STATUSES];
	uint8_t worst;       /* enum status */
	duration rpo, rto;   /* the largest; DURATION_NONE: unbounded */
};

#endif
