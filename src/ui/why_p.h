/*
 * why_p - the two halves of the reasons: those of a group (why_group.c), and those of a domain (why_place.c).
 */
#ifndef UI_WHY_P_H
#define UI_WHY_P_H

#include "ui/ui_p.h"

/* Looks for what would hurt next. Each returns whether there is more to do. */
bool why_work_group(struct ui *ui, uint32_t group, uint32_t *budget);
bool why_work_place(struct ui *ui, place_id p, uint32_t *budget);

/* Fills the panel's lines. */
void why_tell_group(struct ui *ui, uint32_t group, int width);
void why_tell_place(struct ui *ui, place_id p, struct rect room);

/* False where its writes do not go on, or take as long as they did. */
bool why_find_delay(struct ui *ui, uint32_t group, place_id p, struct delay *ret);
/* Slowest first; a death above another one that delays as much goes without saying. */
void why_sort_delays(const struct model *m, delays *all);
void why_tell_delays_of_group(struct ui *ui);
void why_tell_delays_of_place(struct ui *ui, int width);

/* The standing's glyph and word, at the end of the line at hand. */
void why_add_standing(struct ui *ui, unsigned standing);

#endif
