/* theme - see ui/theme.h. Glyphs of states are of East Asian width N, and stand in the common monospace fonts. */
#include <stddef.h>

#include "ui/theme.h"

/* In ASCII, ink grows with severity, so that a column of them reads as a heat map. */
static const struct { const char *ascii, *utf8; } glyphs[GLYPHS] = {
	[GLYPH_OK]           = {".", "▪"},
	[GLYPH_DEGRADED]     = {"~", "▫"},
	[GLYPH_AT_RISK]      = {"!", "▴"},
	[GLYPH_STOPPED]      = {"%", "⊘"},
	[GLYPH_LOST]         = {"#", "∅"},
	[GLYPH_KILLED]       = {"x", "⊗"},
	[GLYPH_DRAINED]      = {"v", "▿"},
	[GLYPH_CUT]          = {":", "╎"},
	[GLYPH_FOLDED]       = {"+", "▸"},
	[GLYPH_UNFOLDED]     = {"-", "▾"},
	[GLYPH_MARKED]       = {"*", "*"},
	[GLYPH_SELECTED]     = {">", ">"},
	[GLYPH_ACROSS]       = {"-", "─"},
	[GLYPH_DOWN]         = {"|", "│"},
	[GLYPH_THEN]         = {">", "›"},
	[GLYPH_HERE]         = {"<here>", "◂ here"},
	[GLYPH_PENDING]      = {"..", "…"},
	[GLYPH_NOTHING]      = {"-", "-"},
	[GLYPH_TOP_LEFT]     = {"+", "┌"},
	[GLYPH_TOP_RIGHT]    = {"+", "┐"},
	[GLYPH_BOTTOM_LEFT]  = {"+", "└"},
	[GLYPH_BOTTOM_RIGHT] = {"+", "┘"},
};

const char *glyph(bool ascii, enum glyph g)
{
	return ascii ? glyphs[g].ascii : glyphs[g].utf8;
}

const struct look standing_looks[STANDINGS] = {
	[STATUS_OK]         = {"ok",         GLYPH_OK,       INK_OK},
	[STATUS_DEGRADED]   = {"degraded",   GLYPH_DEGRADED, INK_DEGRADED},
	[STATUS_AT_RISK]    = {"AT-RISK",    GLYPH_AT_RISK,  INK_AT_RISK},
	[STATUS_WRITE_ONLY] = {"WRITE-ONLY", GLYPH_STOPPED,  INK_STOPPED},
	[STATUS_READ_ONLY]  = {"READ-ONLY",  GLYPH_STOPPED,  INK_STOPPED},
	[STATUS_STALE]      = {"STALE",      GLYPH_STOPPED,  INK_STOPPED},
	[STATUS_DOWN]       = {"DOWN",       GLYPH_STOPPED,  INK_STOPPED},
	[STATUS_SPLIT]      = {"SPLIT",      GLYPH_STOPPED,  INK_SPLIT},
	[STANDING_LOST]     = {"LOST",       GLYPH_LOST,     INK_LOST},
};

enum { B = ATTR_BOLD, D = ATTR_DIM, U = ATTR_UNDERLINE, R = ATTR_REVERSE };
enum { OWN = -1, RED = 1, YELLOW = 3, BLUE = 4, MAGENTA = 5, CYAN = 6 };

struct recipe {
	uint8_t mono;
	struct paint eight, dark, light;
};

/* No green, so no pair of red and green; blue only where bold makes it light; the background stays the terminal's. */
static const struct recipe recipes[INKS] = {
	[INK_PLAIN]    = {0,     {OWN, 0},         {OWN, 0},     {OWN, 0}},
	[INK_FAINT]    = {0,     {OWN, D},         {245, 0},     {242, 0}},
	[INK_STRONG]   = {B,     {OWN, B},         {OWN, B},     {OWN, B}},
	[INK_FRAME]    = {0,     {OWN, D},         {244, 0},     {242, 0}},
	[INK_FOCUS]    = {B,     {CYAN, B},        {74, B},      {25, B}},
	[INK_KEY]      = {B,     {OWN, B},         {OWN, B},     {OWN, B}},
	[INK_NOTICE]   = {B,     {OWN, B},         {OWN, B},     {OWN, B}},
	[INK_OK]       = {0,     {CYAN, 0},        {74, 0},      {25, 0}},
	[INK_DEGRADED] = {U,     {OWN, 0},         {OWN, 0},     {OWN, 0}},
	[INK_AT_RISK]  = {B,     {YELLOW, B},      {214, 0},     {130, 0}},
	[INK_STOPPED]  = {R,     {RED, R},         {203, R},     {124, R}},
	[INK_SPLIT]    = {R,     {RED, R},         {203, R},     {124, R}},
	[INK_LOST]     = {R | B, {MAGENTA, R | B}, {213, R | B}, {90, R | B}},
	[INK_ASIDE]    = {U,     {MAGENTA, 0},     {213, 0},     {90, 0}},
	[INK_KILLED]   = {D,     {OWN, D},         {244, 0},     {240, 0}},
	[INK_DRAINED]  = {0,     {OWN, 0},         {250, 0},     {240, 0}},
	[INK_CUT]      = {U,     {BLUE, B},        {117, 0},     {24, 0}},
	[INK_STOPS]    = {B,     {RED, B},         {203, 0},     {124, 0}},
	[INK_LOSES]    = {B | U, {MAGENTA, B},     {213, B},     {90, B}},
};

/* Shades and frames would make a patchwork of the selected row: there they are plain. */
static bool quiet(enum ink ink)
{
	return ink == INK_FAINT || ink == INK_FRAME || ink == INK_KILLED || ink == INK_DRAINED;
}

struct paint theme_paint(enum theme theme, enum depth depth, enum ink ink, bool selected)
{
	const struct recipe *r = &recipes[selected && quiet(ink) ? INK_PLAIN : ink];
	struct paint mono = {OWN, r->mono};
	struct paint p = depth == DEPTH_MONO ? mono : depth == DEPTH_8 ? r->eight : theme == THEME_LIGHT ? r->light : r->dark;

	if (selected)
		p.attrs ^= ATTR_REVERSE;
	return p;
}
