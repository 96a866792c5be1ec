/*
 * ui - the explorer's parts, one struct a panel. Each panel's file says what it draws and what it works out.
 */
#ifndef UI_UI_P_H
#define UI_UI_P_H

#include "base/table.h"
#include "engine/judge.h"
#include "query/query.h"
#include "ui/list_p.h"
#include "ui/theme.h"
#include "ui/ui.h"

/* ---- layout: which panel stands where ---- */

enum panel_id { PANEL_TREE, PANEL_GROUPS, PANEL_WHY, PANEL_TIMELINE, PANELS };

enum shape {
	SHAPE_TINY,    /* nothing fits but to say so */
	SHAPE_SINGLE,  /* one panel, a status row and a key row */
	SHAPE_STACKED, /* one main panel, the reasons beneath it, the timeline in a row */
	SHAPE_SIDE,    /* tree left, groups and reasons right */
	SHAPE_WIDE,    /* tree, groups, reasons side by side */
};

struct layout {
	enum shape shape;
	struct rect panel[PANELS]; /* the title row included; h 0: not shown */
	bool strip[PANELS];        /* shown in passing, without the room of a main panel */
	struct rect body;          /* all panels together */
	int keys_y, keys_h;
};
void layout_make(struct layout *l, int w, int h, enum panel_id focus, enum panel_id subject);

/* ---- facts: numbers about places at one version of the state ---- */

/* What giving a place a mark would do. */
struct fact { place_id place; enum mark mark; struct impact impact; uint64_t cursor; };
struct span_of { domain_id first, end; };
struct membership { domain_id member; uint32_t shared; };

struct facts {
	uint64_t version;
	struct table index;              /* place: position in `all` */
	VEC(struct fact) all;
	uint32_t *beneath, *alive;       /* replicas on the domains before d, and the live ones: [ndomains + 1] */
	domain_id alive_upto;            /* `alive` is known below it */
	struct summary summary;
	uint32_t killed, drained;
	VEC(struct span_of) *shared;     /* members of each shared domain as ranges that don't overlap */
	VEC(struct membership) members;  /* by member */
};
void facts_init(struct ui *ui);
void facts_release(struct ui *ui);
/* Forgets what another version knew. */
void facts_renew(struct ui *ui);
/* Each work function takes from *budget what it used, and returns whether there is more to do. */
bool facts_work_alive(struct ui *ui, uint32_t *budget);
bool facts_work_place(struct ui *ui, place_id p, uint32_t *budget);
bool fact_work(struct ui *ui, struct fact *f, uint32_t *budget);
/* NULL: not known yet. */
const struct impact *facts_impact(const struct ui *ui, place_id p);
uint32_t facts_replicas(const struct ui *ui, place_id p);
/* False: not known yet. */
bool facts_live(const struct ui *ui, place_id p, uint32_t *ret);

/* What is wrong with a place, and where that comes from. */
enum blame { BLAME_NONE, BLAME_OWN, BLAME_SHARED, BLAME_ABOVE };
struct plight {
	enum mark mark;
	enum blame blame;
	uint32_t shared;       /* BLAME_SHARED */
	const struct cut *cut; /* MARK_NONE: the nearest cut that the place is on one side of; NULL: none */
};
struct plight place_plight(const struct ui *ui, place_id p);
/* "us-east > us-east-1a", or a shared domain's name. */
void sb_add_crumbs(struct strbuf *sb, const struct ui *ui, place_id p);

/* ---- panels ---- */

#define SECTION NO_PLACE /* the row between the tree and the shared domains */

struct tree {
	struct list list;
	VEC(place_id) rows;
	uint8_t *open;        /* of each domain: its children are shown */
	bool folded;          /* the user has folded or unfolded something */
	VEC(place_id) marked; /* to be acted on together, in the order they were marked */
};

enum order_phase { ORDER_COUNT, ORDER_PLACE, ORDER_FILTER, ORDER_DONE };
#define ORDER_KEYS (STANDINGS * DATA_VERDICTS)

struct filter {
	unsigned statuses, verdicts; /* bits; a group that has one of either passes */
	char *word;                   /* or this in its name; NULL: by bits */
	char *text;                   /* as typed; NULL: no filter */
};

struct groups {
	struct list list;
	uint32_t *order, *next;       /* all groups, worst first; the one being made */
	uint32_t *shown, *next_shown; /* those that pass the filter, in that order */
	uint32_t nshown, nnext;
	uint32_t selected;            /* group, NO_GROUP when none is shown */
	bool pinned;                  /* the cursor was left at the top, and stays there */
	enum order_phase phase;
	uint64_t version;             /* that `next` is made for */
	uint32_t at;
	uint32_t keys[ORDER_KEYS + 1];
	struct filter filter;
};

struct death { place_id place; struct outcome outcome; };
/* How long a group's writes take now, and if the place died; they go on, and the two differ. */
struct delay { place_id place; uint32_t group; duration before, after; };
typedef VEC(struct delay) delays;
struct why {
	struct list list;
	struct lines lines;
	/* The group's next death: candidates, and those found to hurt. */
	uint32_t group;
	uint64_t version;
	VEC(place_id) candidates;
	size_t tried;
	VEC(struct death) deaths;
	delays delays;        /* by those that leave it writing */
	/* The domain's groups, worst first. */
	place_id place;
	uint64_t place_version;
	uint32_t scanned;
	VEC(uint32_t) worst;
	bool complete;
	struct fact drain; /* of the domain */
	uint32_t timed;    /* so many of `worst` were looked at for delays */
	delays slowed;     /* these, by the domain's death */
};

struct after { bool known; uint32_t stopped, split, lost; };
struct timeline {
	struct list list;
	VEC(struct after) after; /* how many groups had stopped, were split or lost after each step, [0] at the start */
};

struct panel {
	const char *name;
	unsigned mode;
	/* Brings the list up to date: its length and rows, given the rectangle below the title. */
	void (*settle)(struct ui *ui, struct rect r);
	void (*title)(struct ui *ui, struct pen *p);
	void (*view)(struct ui *ui, struct grid *g, struct rect r, bool focused);
	struct list *(*list)(struct ui *ui);
	/* What actions work on; NO_PLACE: nothing. */
	place_id (*place)(const struct ui *ui);
	bool (*work)(struct ui *ui, uint32_t *budget);
};
extern const struct panel tree_panel, groups_panel, why_panel, timeline_panel;
extern const struct panel *const panels[PANELS];

void tree_init(struct ui *ui);
void tree_release(struct ui *ui);
place_id tree_place(const struct ui *ui);
void tree_rebuild(struct ui *ui);
/* Opens the levels that fit the screen, as long as the user has not folded anything. */
void tree_fit(struct ui *ui);
/* Unfolds what is above p, and selects it. */
void tree_reveal(struct ui *ui, place_id p);
bool tree_is_marked(const struct ui *ui, place_id p);

void groups_init(struct ui *ui);
void groups_release(struct ui *ui);
void groups_set_filter(struct ui *ui, const char *text);
void groups_select_row(struct ui *ui, size_t row);
void sb_add_group(struct strbuf *sb, const struct ui *ui, uint32_t group);

/* Columns of the groups that can be switched on. */
enum measure_kind { MEASURE_LATENCY, MEASURE_ODDS, MEASURES };
#define ALL_MEASURES ((1u << MEASURES) - 1)
struct measure {
	uint32_t group;
	duration write_time; /* DURATION_NONE: writes do not go on */
	double stopped;      /* how likely writes are stopped; not exact: the most that it can be */
	bool exact;
};
struct analysis;
struct odds;
struct measures {
	unsigned on; /* bits */
	uint64_t version;
	struct analysis *analysis;
	struct odds *odds;
	VEC(struct measure) all;
};
void measures_release(struct ui *ui);
void measures_switch(struct ui *ui, unsigned on);
/* By their names; "none", or none: all off. What is no name is said. */
void measures_switch_named(struct ui *ui, const char *text);
bool measures_work(struct ui *ui, uint32_t *budget);
/* NULL: not known yet. */
const struct measure *measure_of(const struct ui *ui, uint32_t group);
void measure_put(struct ui *ui, struct pen *p, enum measure_kind kind, uint32_t group, int cells);

void why_release(struct ui *ui);
/* How long a write takes in that situation of the group; DURATION_NONE: it does not go on. */
duration write_time(struct ui *ui, uint32_t group, situation_id s);
/* "3 groups stop writing, 1 is lost": what a death would do, or did. */
void sb_add_harm(struct strbuf *sb, uint32_t writes, uint32_t reads, uint32_t data, uint32_t lost);

void timeline_note(struct ui *ui);
void timeline_select_present(struct ui *ui);
void timeline_go(struct ui *ui, size_t position);
void timeline_strip(struct ui *ui, struct grid *g, struct rect r);

/* ---- acting on the world ---- */

void act_toggle(struct ui *ui, enum verb verb);
void act_heal(struct ui *ui);
/* Isolates, or with two marked cuts these from each other; where that is so already, joins. */
void act_cut(struct ui *ui);
/* Accepts the selected group. */
void act_accept(struct ui *ui);
/* The answer to what was asked. */
void act_answer(struct ui *ui, bool yes);
/* The grammar of README's actions. False with the reason said. */
bool act_text(struct ui *ui, const char *text);
bool act_undo(struct ui *ui);
bool act_redo(struct ui *ui);

/* ---- keys ---- */

enum {
	MODE_TREE = 1, MODE_GROUPS = 2, MODE_WHY = 4, MODE_TIMELINE = 8, MODE_PANELS = 15,
	MODE_HELP = 16, MODE_RANKING = 32, MODE_ANSWER = 64, MODE_LOG = 128, MODE_ALL = 255,
};
struct command {
	const char *name;  /* at the prompt */
	unsigned modes;
	int32_t keys[4];
	const char *bar;   /* its word in the key bar; NULL: not there */
	const char *help;
	enum ui_effect (*run)(struct ui *ui);
};
extern const struct command ui_commands[]; /* ends with a NULL name */
const struct command *ui_command_for(unsigned mode, int32_t key);
const struct command *ui_command_named(const char *name);
void sb_add_key(struct strbuf *sb, int32_t key);
/* Reads one key as ui_type writes it; returns its bytes, 0 if it is none. */
size_t key_read(const char *text, int32_t *ret);
void keys_bar(struct ui *ui, struct grid *g, struct rect r);
void help_settle(struct ui *ui);

/* ---- the prompt ---- */

enum prompt_kind { PROMPT_NONE, PROMPT_ACTION, PROMPT_SEARCH, PROMPT_FILTER, PROMPT_NAME, PROMPTS };
struct prompt {
	enum prompt_kind kind;
	struct strbuf text;
	size_t at; /* the cursor, in bytes */
	VEC(char *) history[PROMPTS];
	size_t recalled; /* entry shown; the history's length: what is being typed */
	struct strbuf choices; /* of the last completion; empty: none shown */
};
void prompt_open(struct ui *ui, enum prompt_kind kind, const char *text);
void prompt_release(struct ui *ui);
enum ui_effect prompt_key(struct ui *ui, int32_t key);
void prompt_paste(struct ui *ui, const char *text);
void prompt_view(const struct ui *ui, struct grid *g, struct rect r);
/* The keys that work there, for help. */
extern const struct prompt_key_row { int32_t keys[3]; const char *help; } prompt_keys[];

/* Completes the word before byte *at; what there is to choose from goes to `choices` (complete.c). */
void prompt_complete(const struct ui *ui, struct strbuf *text, size_t *at, struct strbuf *choices);

/* ---- search ---- */

struct search {
	char *word;
	bool active, backwards, in_groups;
	uint64_t at, left; /* the next candidate; how many are left to try */
};
void search_start(struct ui *ui, const char *word);
void search_again(struct ui *ui, bool backwards);
bool search_work(struct ui *ui, uint32_t *budget);

/* ---- overlays ---- */

enum overlay { OVERLAY_NONE, OVERLAY_HELP, OVERLAY_RANKING, OVERLAY_ANSWER, OVERLAY_LOG };

struct ranked { place_id place; struct impact impact; };
#define RANKED_MAX 200
struct ranking {
	struct list list;
	unsigned by;                 /* enum target; TARGETS: what is lost, then what stops */
	bool stopped;                /* by the user, before all was known */
	unsigned level;              /* LEVEL_SHARED: shared domains */
	uint64_t version;
	place_id at;                 /* the next place to look at */
	struct fact now;             /* the one being worked out */
	uint32_t total;              /* places of the level seen so far */
	VEC(struct ranked) best;
	bool complete;
};
void ranking_open(struct ui *ui);
void ranking_level(struct ui *ui, int by);
/* As many as there will be at most, once all is known. */
uint32_t ranking_rows(const struct ui *ui);
void ranking_view(struct ui *ui, struct grid *g, struct rect r);
void ranking_title(struct ui *ui, struct pen *p);
bool ranking_work(struct ui *ui, uint32_t *budget);
/* Single deaths, or two at once; what the worst are ranked by. */
void ranking_switch_size(struct ui *ui);
void ranking_next_target(struct ui *ui);
/* Ends the work; false where all is known. */
bool ranking_stop(struct ui *ui);
/* The places of the selected row, one or two; returns how many. */
size_t ranking_places(const struct ui *ui, place_id ret[2]);

struct pair {
	place_id places[2];
	uint32_t broken[TARGETS], lost; /* until it was tried, what it is ranked by alone */
	bool tried;
};
struct rtts;
struct pairs_level {
	bool known, undecided, proven[TARGETS];
	VEC(struct pair) best[TARGETS];
};
/* Shown in the ranking's list, of the ranking's level. */
struct pairs {
	bool shown;
	enum target target;
	uint64_t version;
	struct analysis *analysis;
	struct state *trial;         /* a copy, to try pairs on */
	struct pairs_level *levels;  /* from the top, shared domains last; NULL: not begun */
};
void pairs_release(struct ui *ui);
bool pairs_work(struct ui *ui, uint32_t *budget);
bool pairs_busy(struct ui *ui);
/* Of the level and the target that are shown. */
size_t pairs_found(const struct ui *ui);
const struct pair *pairs_selected(const struct ui *ui);
/* Levels with two domains at least, and how many of them are known. */
void pairs_progress(const struct ui *ui, unsigned *ret_known, unsigned *ret_of);
uint32_t pairs_rows(const struct ui *ui);
void pairs_title(struct ui *ui, struct pen *p);
void pairs_view(struct ui *ui, struct grid *g, struct rect r);

struct answered {
	struct query *query; /* made when it is first asked for */
	struct list list;
	VEC(char *) lines;   /* clean */
	int width, across;   /* cells of the widest; those hidden at the left */
	struct strbuf summary;
};
/* Asks in SQL, of the present state, and shows the answer; what is wrong is said. */
void answer_ask(struct ui *ui, const char *text);
void answer_release(struct ui *ui);
uint32_t answer_rows(const struct ui *ui);
void answer_settle(struct ui *ui, int rows);
void answer_move(struct ui *ui, int by);
void answer_title(struct ui *ui, struct pen *p);
void answer_view(struct ui *ui, struct grid *g, struct rect r);

/* Explorations that were kept, and keeping this one (log.c). */
struct kept { int64_t id; char *when, *name, *what; };
struct log {
	struct list list;
	VEC(struct kept) all;
	int64_t chosen;
	struct strbuf notice; /* stands beside the message until the next key */
};
void log_open(struct ui *ui);
void log_release(struct ui *ui);
void log_view(struct ui *ui, struct grid *g, struct rect r);
void log_title(struct ui *ui, struct pen *p);
void log_name(struct ui *ui, const char *name);
/* Tells who keeps it; what they say to that is added to the message. */
void log_moved(struct ui *ui, enum ui_moved moved);

/* ---- the whole ---- */

struct ui {
	struct state *state;
	const struct model *m;
	char *name;
	bool ascii;
	int w, h;
	enum panel_id focus, subject; /* subject: tree or groups, whose selection is explained */
	struct layout layout;
	struct facts facts;
	struct tree tree;
	struct groups groups;
	struct measures measures;
	struct why why;
	struct timeline timeline;
	struct prompt prompt;
	struct search search;
	enum overlay overlay;
	struct ranking ranking;
	struct pairs pairs;
	struct rtts *rtts;        /* made when they are first asked for */
	struct answered answer;
	struct log log;
	const struct ui_journal *journal;
	struct list help_list;
	struct lines help;
	struct strbuf message;
	struct strbuf question;   /* not empty: asked, and waiting for y or n */
	struct strbuf asked;      /* the actions that it is about */
};

void ui_settle(struct ui *ui);
unsigned ui_mode(const struct ui *ui);
void ui_focus(struct ui *ui, enum panel_id panel);
/* Of what is open over the panels; NULL: nothing is. */
struct list *ui_overlay_list(struct ui *ui);
__attribute__((format(printf, 2, 3)))
void ui_say(struct ui *ui, const char *fmt, ...);
/* The place that actions work on; NO_PLACE. */
place_id ui_place(const struct ui *ui);
/* A number in at most 5 cells: "12", "9999", "12k", "1.2M". Returns `out`. */
char *short_number(uint32_t n, char out[16]);
/* A status' glyph and word. */
void pen_standing(struct pen *p, unsigned standing, int cells);

#endif
