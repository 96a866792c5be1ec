/*
 * signature - a number that small groups of one footprint share: how deep each replica sits, and the deepest
 * level at which each two of them are still in one domain. It saves drafting a footprint for most groups.
 */
#ifndef ANALYSIS_SIGNATURE_P_H
#define ANALYSIS_SIGNATURE_P_H

#include "base/table.h"
#include "base/vec.h"
#include "model/model.h"

#define NO_SIGNATURE UINT64_MAX

struct signed_footprint {
	uint64_t signature;
	uint32_t service, roles, start, footprint; /* start: a situation */
};

struct signatures {
	const struct model *model;
	bool usable;             /* few levels, no shared domains */
	domain_id *ancestors;    /* [domain][level - 1]; itself at its level, NO_DOMAIN beneath it */
	struct table index;
	VEC(struct signed_footprint) known;
};

void signatures_init(struct signatures *s, const struct model *m);
void signatures_release(struct signatures *s);

/* NO_SIGNATURE for groups too large for it, and of services whose `even` goals look beyond the group. */
uint64_t signature_of(const struct signatures *s, uint32_t service, uint32_t group);

/* The footprint found for that signature before, or UINT32_MAX. */
uint32_t signature_find(const struct signatures *s, uint64_t signature, uint32_t service, uint32_t roles,
                        uint32_t start);
void signature_add(struct signatures *s, uint64_t signature, uint32_t service, uint32_t roles, uint32_t start,
                   uint32_t footprint);

#endif
