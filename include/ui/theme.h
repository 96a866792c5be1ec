/*
 * theme - how states look: glyph, word and ink of each, and the colours of inks.
 *
 * A state is never shown by colour alone: glyph and word say the same, in UTF-8 and in ASCII.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/outcome.h"
#include "ui/grid.h"

enum glyph {
	GLYPH_OK, GLYPH_DEGRADED, GLYPH_AT_RISK, GLYPH_STOPPED, GLYPH_LOST,
	GLYPH_KILLED, GLYPH_DRAINED, GLYPH_CUT,
	GLYPH_FOLDED, GLYPH_UNFOLDED, GLYPH_MARKED, GLYPH_SELECTED,
	GLYPH_ACROSS, GLYPH_DOWN, GLYPH_THEN, GLYPH_HERE, GLYPH_PENDING, GLYPH_NOTHING,
	GLYPH_TOP_LEFT, GLYPH_TOP_RIGHT, GLYPH_BOTTOM_LEFT, GLYPH_BOTTOM_RIGHT,
	GLYPHS
};
const char *glyph(bool ascii, enum glyph g);

/* How a group stands: its status, but lost data outranks them all. From best to worst. */
enum standing { STANDING_LOST = STATUSES, STANDINGS };
static inline unsigned standing_of(const struct outcome *o)
{
	return o->data == DATA_LOST ? STANDING_LOST : o->status;
}
struct look { const char *word; enum glyph glyph; enum ink ink; };
extern const struct look standing_looks[STANDINGS];

enum theme { THEME_DARK, THEME_LIGHT };
enum depth { DEPTH_MONO, DEPTH_8, DEPTH_256 };
enum { ATTR_BOLD = 1, ATTR_DIM = 2, ATTR_UNDERLINE = 4, ATTR_REVERSE = 8 };
struct paint {
	int16_t colour; /* of the palette; -1: the terminal's own */
	uint8_t attrs;
};
struct paint theme_paint(enum theme theme, enum depth depth, enum ink ink, bool selected);

#endif
