/* layout - which panel stands where, at every size. */
#include "ui/ui_p.h"

enum {
	STACKED_W = 80, STACKED_H = 20,
	SIDE_W = 110, SIDE_H = 30,
	WIDE_W = 170, WIDE_H = 40,
};

static enum shape shape_for(int w, int h)
{
	if (w < UI_MIN_W || h < UI_MIN_H)
		return SHAPE_TINY;
	if (w < STACKED_W || h < STACKED_H)
		return SHAPE_SINGLE;
	if (w < SIDE_W || h < SIDE_H)
		return SHAPE_STACKED;
	return w < WIDE_W || h < WIDE_H ? SHAPE_SIDE : SHAPE_WIDE;
}

static void single(struct layout *l, enum panel_id focus)
{
	l->panel[focus] = l->body;
}

/* The reasons are shown in passing, unless they are what is looked at. */
static void stacked(struct layout *l, enum panel_id focus, enum panel_id subject)
{
	enum panel_id main = focus == PANEL_TIMELINE ? PANEL_TIMELINE : focus == PANEL_WHY ? PANEL_WHY : subject;
	struct rect r = l->body;
	int why = r.h >= 24 ? 8 : r.h >= 20 ? 6 : 5;

	if (main != PANEL_TIMELINE) {
		r.h--;
		l->panel[PANEL_TIMELINE] = (struct rect){r.x, r.y + r.h, r.w, 1};
		l->strip[PANEL_TIMELINE] = true;
	}
	if (main != PANEL_WHY) {
		r.h -= why;
		l->panel[PANEL_WHY] = (struct rect){r.x, r.y + r.h, r.w, why};
	}
	l->panel[main] = r;
}

static void side(struct layout *l)
{
	struct rect r = l->body;
	int left = r.w * 56 / 100, timeline = r.h >= 32 ? 5 : 3, groups;

	r.h -= timeline;
	groups = r.h * 55 / 100;
	l->panel[PANEL_TIMELINE] = (struct rect){r.x, r.y + r.h, r.w, timeline};
	l->panel[PANEL_TREE] = (struct rect){r.x, r.y, left - 1, r.h};
	l->panel[PANEL_GROUPS] = (struct rect){left + 1, r.y, r.w - left - 1, groups};
	l->panel[PANEL_WHY] = (struct rect){left + 1, r.y + groups, r.w - left - 1, r.h - groups};
}

static void wide(struct layout *l)
{
	struct rect r = l->body;
	int tree = r.w * 44 / 100, groups = r.w * 33 / 100, rest = r.w - tree - groups - 2, timeline = r.h / 4;

	l->panel[PANEL_TREE] = (struct rect){0, r.y, tree - 1, r.h};
	l->panel[PANEL_GROUPS] = (struct rect){tree + 1, r.y, groups - 1, r.h};
	l->panel[PANEL_WHY] = (struct rect){tree + groups + 2, r.y, rest, r.h - timeline};
	l->panel[PANEL_TIMELINE] = (struct rect){tree + groups + 2, r.y + r.h - timeline, rest, timeline};
}

void layout_make(struct layout *l, int w, int h, enum panel_id focus, enum panel_id subject)
{
	int head;

	*l = (struct layout){.shape = shape_for(w, h)};
	head = l->shape == SHAPE_SINGLE ? 1 : 2;
	l->keys_h = l->shape == SHAPE_SINGLE ? 1 : 2;
	l->keys_y = h - l->keys_h;
	l->body = (struct rect){0, head, w, h - head - l->keys_h};
	if (l->shape == SHAPE_SINGLE)
		single(l, focus);
	else if (l->shape == SHAPE_STACKED)
		stacked(l, focus, subject);
	else if (l->shape == SHAPE_SIDE)
		side(l);
	else if (l->shape == SHAPE_WIDE)
		wide(l);
}
