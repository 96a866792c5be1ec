/* places - domains and their levels as reports write them. */
#ifndef REPORT_PLACES_P_H
#define REPORT_PLACES_P_H

#include "analysis/footprint.h"
#include "model/model.h"
#include "report/json.h"

/* The name of a level, or "shared". Raw text. */
const char *level_label(const struct model *m, uint8_t level);
void sb_add_level(struct strbuf *sb, const struct model *m, uint8_t level);
/* Short names with " + " between them, cleaned. */
void sb_add_set(struct strbuf *sb, const struct model *m, const place_id *places, uint32_t n);
/* What an analysis starts from, as in "it does not hold even ...". */
const char *start_words(const struct analysis *a);
/* An array of whole paths. */
void json_places(struct json *j, const char *key, const struct model *m, const place_id *places, uint32_t n);

#endif
