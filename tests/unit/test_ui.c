/* The explorer without a terminal: keys in, a grid of text out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/latency.h"
#include "analysis/odds.h"
#include "base/text.h"
#include "lib/given.h"
#include "model/names.h"
#include "ui/ui_p.h"

static const char yaml[] =
	"faultline: 1\n"
	"title: Test\n"
	"levels: [region, az, node]\n"
	"topology:\n"
	"  eu:\n"
	"    eu-1: [a, b]\n"
	"    eu-2: [c]\n"
	"  us:\n"
	"    us-1: [d, e]\n"
	"shared:\n"
	"  feed: {kind: power, members: [a, d]}\n"
	"services:\n"
	"  kv:\n"
	"    groups:\n"
	"      g1: [a, c, d]\n"
	"      g2: [a, b, e]\n"
	"      g3: [b, c, e]\n"
	"  solo:\n"
	"    groups: {only: [a]}\n";

struct fixture {
	struct model *m;
	struct engine *e;
	struct state *s;
	struct ui *ui;
	struct grid grid;
	struct strbuf text;
};

static struct fixture open_text(const char *text, int w, int h, bool ascii)
{
	struct fixture f = {.m = given_model(text)};

	f.e = engine_new(f.m);
	f.s = state_new(f.e);
	f.ui = ui_new(f.s, &(struct ui_options){.name = "test.yaml", .ascii = ascii, .w = w, .h = h});
	grid_init(&f.grid, ascii);
	ui_render(f.ui, w, h, &f.grid);
	return f;
}

static struct fixture given(void)
{
	return open_text(yaml, 80, 24, true);
}

static void release(struct fixture *f)
{
	ui_free(f->ui);
	state_free(f->s);
	engine_free(f->e);
	model_free(f->m);
	grid_release(&f->grid);
	sb_release(&f->text);
}

/* The screen after these keys. */
static const char *press(struct fixture *f, const char *keys)
{
	assert_true(ui_type(f->ui, keys));
	ui_render(f->ui, f->grid.w, f->grid.h, &f->grid);
	sb_clear(&f->text);
	grid_print(&f->text, &f->grid, GRID_TEXT);
	return sb_text(&f->text);
}

static const char *screen(struct fixture *f)
{
	return press(f, "");
}

static void assert_shows(const char *screen, const char *text)
{
	if (!strstr(screen, text))
		fail_msg("'%s' is not on the screen:\n%s", text, screen);
}

static void assert_hides(const char *screen, const char *text)
{
	if (strstr(screen, text))
		fail_msg("'%s' is on the screen:\n%s", text, screen);
}

/* A row, blanks run together: "> - eu-1 1/2 1 % DOWN". The one with the selection for NULL. */
static char *row(struct fixture *f, const char *with)
{
	static char out[512];
	size_t n = 0;

	for (int y = 0; y < f->grid.h; y++) {
		struct strbuf text = {0};
		bool wanted;

		sb_add_row(&text, &f->grid, y);
		wanted = with ? strstr(sb_text(&text), with) != NULL : y > 1 && sb_text(&text)[0] == '>';
		for (const char *c = sb_text(&text); wanted && *c && n + 1 < sizeof(out); c++)
			if (*c != ' ' || (n && out[n - 1] != ' '))
				out[n++] = *c;
		sb_release(&text);
		if (wanted)
			break;
	}
	out[n] = '\0';
	return out;
}

/* ---- looking ---- */

static void first_screen__answers_before_it_is_asked(void **state)
{
	(void)state;
	struct fixture f = given();
	const char *s = screen(&f);

	assert_shows(s, "Test > eu");
	assert_shows(s, "4 groups   4 . ok");
	assert_shows(s, "kill: stop unread  lost");
	assert_string_equal(row(&f, "- eu "), "> - eu 7/7 4 . ok 4 4 1");
	assert_shows(s, "killing it now: 1 group loses its data, 4 stop taking writes, 4 become");
	assert_shows(s, "shared domains");
	assert_shows(s, "feed  power");
	assert_shows(s, "Timeline  healthy <here>");
	assert_shows(s, "draining it now: 4 groups stop taking writes, 4 become unreadable");
	assert_shows(s, "K kill  D drain  X cut  R heal");
	assert_shows(s, "? help  q quit");
	release(&f);
}

static void moving__stays_within_the_list(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "kk<Up><PgUp><Home>g");
	assert_non_null(strstr(row(&f, NULL), "eu "));
	press(&f, "jj");
	assert_non_null(strstr(row(&f, NULL), "a "));
	press(&f, "G");
	assert_non_null(strstr(row(&f, NULL), "feed"));
	press(&f, "jj<Down><PgDn><End>");
	assert_non_null(strstr(row(&f, NULL), "feed"));
	release(&f);
}

static void moving__passes_over_the_heading_of_shared_domains(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "Gk");
	assert_non_null(strstr(row(&f, NULL), "e "));
	press(&f, "j");
	assert_non_null(strstr(row(&f, NULL), "feed"));
	release(&f);
}

static void cursor__stands_on_the_selected_row(void **state)
{
	(void)state;
	struct fixture f = given();

	for (int i = 0; i < 5; i++) {
		press(&f, "j");
		assert_int_equal(grid_at(&f.grid, 0, f.grid.cursor_y)->cp, '>');
		assert_true(grid_at(&f.grid, 40, f.grid.cursor_y)->selected);
		assert_int_equal(f.grid.cursor_x, 0);
	}
	release(&f);
}

static void folding__hides_what_is_beneath(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(screen(&f), "- eu-1");
	press(&f, "h");
	assert_hides(screen(&f), "eu-1 ");
	assert_non_null(strstr(row(&f, NULL), "+ eu "));
	assert_shows(press(&f, "l"), "eu-1 ");
	press(&f, "c");
	assert_hides(screen(&f), "us-1");
	assert_shows(press(&f, "e"), "us-1");
	release(&f);
}

static void left__goes_to_what_is_above(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "jj<Left>");
	assert_non_null(strstr(row(&f, NULL), "eu-1"));
	press(&f, "<Left><Left>");
	assert_non_null(strstr(row(&f, NULL), "- eu "));
	release(&f);
}

static void search__finds_also_what_is_folded(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "c/US-1<Enter>");
	assert_non_null(strstr(row(&f, NULL), "us-1"));
	press(&f, "/eu<Enter>");
	assert_non_null(strstr(row(&f, NULL), "eu "));
	press(&f, "n");
	assert_non_null(strstr(row(&f, NULL), "eu-1"));
	press(&f, "N");
	assert_non_null(strstr(row(&f, NULL), "eu "));
	assert_shows(press(&f, "/nowhere<Enter>"), "no domain has 'nowhere' in its name");
	release(&f);
}

/* ---- acting ---- */

static void kill__shows_its_effects_at_once(void **state)
{
	(void)state;
	struct fixture f = given();
	const char *s = press(&f, "jK");

	assert_shows(s, "kill eu-1: 1 group loses its data, 2 stop taking writes, 2 become unreadable");
	assert_shows(s, "4 groups   data 1 # LOST 1 tail   2 % DOWN   2 ! AT-RISK");
	assert_string_equal(row(&f, "eu-1"), "Test > eu > eu-1 step 1/1 x 1 killed");
	assert_string_equal(row(&f, "- eu-1"), "> - eu-1 0/5 1 # LOST tail x KILLED");
	assert_string_equal(row(&f, " a "), "a 0/3 1 # LOST tail x (above)");
	assert_shows(s, "healthy > 1 kill eu-1 <here>");
	release(&f);
}

static void kill__again_heals(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "jKK");

	assert_int_equal(state_position(f.s), 2);
	assert_int_equal(state_count_marks(f.s, MARK_KILLED), 0);
	assert_shows(screen(&f), "heal eu-1: 2 more groups take writes");
	release(&f);
}

static void shared_death__names_what_is_shared(void **state)
{
	(void)state;
	struct fixture f = given();
	const char *s = press(&f, "GK");

	assert_string_equal(row(&f, "feed  power"), "> feed power 0/4 1 # LOST tail x KILLED");
	assert_shows(s, "x via feed");
	assert_shows(press(&f, "ggjj"), "it is dead because it shares feed");
	release(&f);
}

static void drain__stands_beside_the_name(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "jD"), "v 1 drained");
	assert_non_null(strstr(row(&f, "- eu-1"), "eu-1 v DRAINED"));
	assert_non_null(strstr(row(&f, " b "), "v (above)"));
	press(&f, "D");
	assert_int_equal(state_count_marks(f.s, MARK_DRAINED), 0);
	release(&f);
}

static void action_without_effect__says_why_and_is_no_step(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "jR"), "heal eu-1: it has no mark of its own");
	assert_int_equal(state_length(f.s), 0);
	assert_shows(press(&f, "KD"), "drain eu-1: it is killed already");
	assert_int_equal(state_length(f.s), 1);
	assert_shows(press(&f, "4K"), "K");
	assert_int_equal(state_length(f.s), 1);
	assert_shows(press(&f, "2A"), "accept solo/only: too few copies are live");
	assert_shows(press(&f, "GA"), "writes go on without it");
	assert_int_equal(state_length(f.s), 1);
	assert_shows(press(&f, "uu"), "nothing to undo");
	release(&f);
}

static void marked_domains__are_killed_in_one_step(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "jj<Space><Space>"), "2 marked");
	press(&f, "GK");

	assert_int_equal(state_length(f.s), 1);
	assert_int_equal(state_step_at(f.s, 0)->nactions, 2);
	assert_int_equal(state_count_marks(f.s, MARK_KILLED), 2);
	assert_hides(screen(&f), "marked");
	assert_shows(screen(&f), "1 kill a b <here>");
	release(&f);
}

static void accept__lets_a_stopped_group_go_on(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "jK2/g2<Enter>A"), "accept kv/g2? it takes writes again; the newest writes are given up for");
	assert_shows(screen(&f), "(RPO unbounded). y/N");
	press(&f, "y");

	assert_true(state_outcome(f.s, group_named(f.m, 0, "g2", 2))->accepted);
	assert_shows(screen(&f), "accept kv/g2: it takes writes again; the newest writes are given up");
	release(&f);
}

static void accept__is_not_done_without_a_yes(void **state)
{
	(void)state;
	static const char *const other[] = {"n", "<Enter>", "<Esc>", "K", " ", "A", "q"};
	struct fixture f = given();

	press(&f, "jK2/g2<Enter>");
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++) {
		assert_shows(press(&f, "A"), "accept kv/g2?");
		assert_shows(press(&f, other[i]), "nothing was changed");
	}
	assert_int_equal(state_length(f.s), 1);
	press(&f, "A");
	ui_update(f.ui, &(struct event){.kind = EVENT_PASTE, .text = "y"});
	ui_update(f.ui, &(struct event){.kind = EVENT_CLICK, .x = 3, .y = 4});
	assert_int_equal(state_length(f.s), 1);
	assert_shows(screen(&f), "accept kv/g2?");
	release(&f);
}

static void accept_typed__asks_as_the_key_does(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, ":kill a b c<Enter>");
	assert_shows(press(&f, ":accept kv<Enter>"), "accept kv? 3 of 3 groups take writes again; 3 give up their newest writes");
	assert_shows(screen(&f), "y/N");
	assert_int_equal(state_length(f.s), 1);
	assert_shows(press(&f, "n"), "nothing was changed");
	assert_int_equal(state_length(f.s), 1);
	/* what else was typed waits for the answer, too */
	press(&f, ":heal then kill a b and accept kv/g2 then drain c<Enter>");
	assert_int_equal(state_length(f.s), 1);
	release(&f);

	f = given();
	press(&f, ":kill a b c<Enter>:accept kv<Enter>y");
	assert_int_equal(state_length(f.s), 2);
	assert_true(state_outcome(f.s, group_named(f.m, 0, "g2", 2))->accepted);
	assert_shows(screen(&f), "accept kv: 3 of 3 groups take writes again");
	press(&f, "u");
	assert_int_equal(state_position(f.s), 1);
	assert_false(state_outcome(f.s, group_named(f.m, 0, "g2", 2))->accepted);
	/* where nothing would be accepted there is nothing to ask */
	assert_shows(press(&f, "u:accept kv<Enter>"), "writes go on without it");
	release(&f);
}

/* ---- cuts ---- */

static void cut__isolates_what_is_selected_and_joins_it_again(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "jX"), "isolate eu-1: no group stops, nothing is lost, 3 are now at risk");
	assert_int_equal(state_length(f.s), 1);
	assert_shows(press(&f, "X"), "join eu-1: no group stops, nothing is lost");
	assert_int_equal(state_length(f.s), 2);
	release(&f);
}

static void two_marked_domains__are_cut_from_each_other(void **state)
{
	(void)state;
	struct fixture f = given();
	size_t n;

	press(&f, "j<Space>/us-1<Enter><Space>X");
	assert_int_equal(state_length(f.s), 1);
	assert_int_equal(state_step_at(f.s, 0)->actions[0].verb, VERB_CUT);
	assert_hides(screen(&f), "marked");
	assert_non_null(strstr(row(&f, "- eu-1"), "eu-1 : CUT OFF"));
	assert_non_null(strstr(row(&f, " b "), "b : (above)"));
	press(&f, "gj<Space>/us-1<Enter><Space>X");
	state_cuts(f.s, &n);
	assert_int_equal(n, 0);
	assert_int_equal(state_length(f.s), 2);
	release(&f);
}

static void a_domain_and_one_inside_it__are_not_cut(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "<Space><Space>X"), "lies inside");
	assert_int_equal(state_length(f.s), 0);
	assert_shows(screen(&f), "2 marked");
	release(&f);
}

static void several_marked_domains__are_isolated_in_one_step(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "j<Space>/eu-2<Enter><Space>/us-1<Enter><Space>X");
	assert_int_equal(state_length(f.s), 1);
	assert_int_equal(state_step_at(f.s, 0)->nactions, 3);
	assert_shows(screen(&f), ": 3 cut");
	release(&f);
}

static void why_of_a_domain__says_which_side_it_is_on(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "/eu-2<Enter>X");
	assert_shows(screen(&f), "isolated: alive, but hears nothing outside it");
	assert_shows(screen(&f), "kv/g1 and 1 more are judged from the other side");
	assert_shows(press(&f, "j3"), "with eu-2 isolated: alive, but hears nothing outside it");
	assert_shows(press(&f, "1g3"), "kv/g1 and 1 more are judged from the other side");
	assert_shows(press(&f, "1/us-1<Enter>3"), "kv/g1 and 1 more are judged from this side");
	release(&f);
}

static const char fenceless[] =
	"faultline: 1\n"
	"levels: [site, node]\n"
	"topology:\n"
	"  east: [e1, o1]\n"
	"  west: [w1, o2]\n"
	"  cloud: [o3, app]\n"
	"services:\n"
	"  orch: {replicas: [o1, o2, o3]}\n"
	"  db:\n"
	"    write: 1\n"
	"    read: 1\n"
	"    fencing: none\n"
	"    lag: 1s\n"
	"    detect: 10s\n"
	"    promote: 20s\n"
	"    reroute: 5s\n"
	"    failover: auto\n"
	"    replicas: [e1, {at: w1, role: standby}]\n"
	"  front: {needs: {db: read-only}, replicas: [app]}\n"
	"  web: {needs: [front], replicas: [app]}\n";

static void split_brain__names_its_sides_and_their_end(void **state)
{
	(void)state;
	struct fixture f = open_text(fenceless, 80, 24, true);

	assert_shows(press(&f, "X"), "isolate east: 1 group splits and writes on every side");
	assert_shows(screen(&f), "db is split: each side takes writes");
	assert_shows(screen(&f), "orch is judged from the other side");
	assert_shows(press(&f, "2"), "SPLIT      safe   2 sides");
	assert_shows(press(&f, "g3"), "split brain: sides e1 and w1 take writes apart");
	assert_shows(screen(&f), "only one side's writes stay");
	assert_shows(screen(&f), "writes on side 2");
	assert_shows(press(&f, "4"), "1 split");
	assert_shows(press(&f, "1X"), "1 split ends");
	release(&f);
}

static void rto__is_told_with_its_parts(void **state)
{
	(void)state;
	struct fixture f = open_text(fenceless, 80, 24, true);

	assert_shows(press(&f, "K2/db<Enter>3"), "RTO 35 s: detect 10 s + promote 20 s + reroute 5 s");
	release(&f);
}

static void needs__are_told_with_the_first_link_that_broke(void **state)
{
	(void)state;
	struct fixture f = open_text(fenceless, 80, 24, true);

	assert_shows(press(&f, "2/db<Enter>3"), "needed by  front, web");
	press(&f, ":kill east west<Enter>");
	assert_shows(press(&f, "2"), "no db");
	assert_shows(press(&f, "/front<Enter>3"), "service db, which it needs, takes no writes; reads go on");
	assert_shows(screen(&f), "first link that broke  db: the one vote needed to write or read is gone");
	assert_shows(screen(&f), "needs      db (read-only without it)");
	release(&f);
}

static void killing__is_told_with_what_needs_what_it_kills(void **state)
{
	(void)state;
	struct fixture f = open_text(fenceless, 80, 24, true);

	press(&f, ":kill west<Enter>");
	assert_shows(press(&f, "gg3"), "1 of them is elsewhere and needs what is here");
	assert_shows(press(&f, "1K2"), "front            % READ-ONLY  safe   no db");
	release(&f);
}

static void what_was_searched_for__stays_unfolded_at_another_size(void **state)
{
	(void)state;
	struct fixture f = open_text(yaml, 80, 12, true);

	press(&f, "/c<Enter>");
	assert_non_null(strstr(row(&f, NULL), "> c "));
	ui_render(f.ui, 80, 14, &f.grid);
	assert_non_null(strstr(row(&f, NULL), "> c "));
	release(&f);
}

static void fallback__says_what_is_given_up(void **state)
{
	(void)state;
	struct fixture f = open_text(
		"faultline: 1\nlevels: [dc, node]\ntopology: {a: [n1, n2], b: [n3]}\nservices:\n  s:\n"
		"    write: majority and 1 in each dc\n    fallback: {after: 60s, write: majority}\n    replicas: [n1, n2, n3]\n",
		80, 24, true);

	assert_shows(press(&f, ":kill b<Enter>2"), "fallback");
	assert_shows(press(&f, "3"), "runs on its fallback: write 'majority and 1 in each dc' gave way to");
	assert_shows(screen(&f), "RTO 60 s: wait before the fallback 60 s");
	release(&f);
}

static void timeline__steps_back_and_forward(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "jKjjK");
	assert_shows(press(&f, "["), "1 kill eu-1 <here> > 2 kill b");
	assert_shows(press(&f, "."), "2 kill b <here>");
	assert_shows(press(&f, "4g<Enter>"), "step 0/2");
	assert_shows(press(&f, "j<Enter>"), "1 kill eu-1 <here>  2 stopped  1 lost");
	release(&f);
}

/* The redone steps are the same ones, so the frame is, to the byte; undone, only the timeline tells of them. */
static void undo__gives_back_the_first_frame(void **state)
{
	(void)state;
	struct fixture f = given();
	char *first = strdup(screen(&f)), *last;
	static const char *const acts = "KjDjKGK";

	last = strdup(press(&f, acts));
	press(&f, "uuuug");

	for (int y = 1; y < 24; y++) {
		struct strbuf now = {0};
		char *was = first;

		for (int i = 0; i < y; i++)
			was = strchr(was, '\n') + 1;
		sb_add_row(&now, &f.grid, y);
		if (strncmp(was, " Timeline", 9) != 0)
			assert_memory_equal(was, sb_text(&now), now.len);
		sb_release(&now);
	}
	assert_int_equal(state_position(f.s), 0);
	press(&f, "<C-r><C-r><C-r>G<C-r>");
	ui_notice(f.ui, strstr(last, " kill feed: ") + 1);
	ui_view(f.ui, &f.grid);
	sb_clear(&f.text);
	grid_print(&f.text, &f.grid, GRID_TEXT);
	assert_memory_equal(sb_text(&f.text), last, strlen(last) - 80);
	free(first);
	free(last);
	release(&f);
}

/* ---- what a death would do ---- */

struct harm { unsigned stop, unread, lost; };

static struct harm harm_of(const struct fixture *f, enum verb verb, place_id p)
{
	struct state *then = state_clone(f->s);
	struct action a = {.verb = verb, .place = p, .other = NO_PLACE};
	struct harm h = {0};

	state_step(then, &(struct step){&a, 1}, NULL);
	for (uint32_t g = 0; g < f->m->ngroups; g++) {
		const struct outcome was = *state_outcome(f->s, g), is = *state_outcome(then, g);

		h.stop += goes_on(was.writes) && !goes_on(is.writes);
		h.unread += goes_on(was.reads) && !goes_on(is.reads);
		h.lost += was.data != DATA_LOST && is.data == DATA_LOST;
	}
	state_free(then);
	return h;
}

static unsigned number(const char *word)
{
	return strcmp(word, "-") ? (unsigned)atoi(word) : 0;
}

/* The last three words of the selected row. */
static struct harm harm_shown(struct fixture *f)
{
	char *words[3] = {0}, *text = row(f, NULL), *word;

	while ((word = strsep(&text, " "))) {
		words[0] = words[1];
		words[1] = words[2];
		words[2] = word;
	}
	assert_non_null(words[0]);
	return (struct harm){number(words[0]), number(words[1]), number(words[2])};
}

static void assert_harm_is_true(struct fixture *f, const char *ref)
{
	size_t candidates;
	place_id p;
	struct harm shown = harm_shown(f), real;

	assert_int_equal(resolve_place(f->m, ref, strlen(ref), &p, NULL, 0, &candidates), RESOLVE_OK);
	real = harm_of(f, VERB_KILL, p);
	assert_int_equal(shown.stop, real.stop);
	assert_int_equal(shown.unread, real.unread);
	assert_int_equal(shown.lost, real.lost);
}

static void predicted_harm__is_what_the_kill_does(void **state)
{
	(void)state;
	static const char *const refs[] = {"eu", "eu-1", "a", "b", "eu-2", "c", "us", "us-1", "d", "e", "feed"};
	struct fixture f = given();

	press(&f, ":kill c<Enter>");
	for (size_t i = 0; i < sizeof(refs) / sizeof(*refs); i++) {
		if (strcmp(refs[i], "c"))
			assert_harm_is_true(&f, refs[i]);
		press(&f, "j");
	}
	release(&f);
}

/* The engine's rehearsal of a drain, against the drain itself. */
static void predicted_drain__is_what_the_drain_does(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, ":kill c<Enter>");
	for (place_id p = 1; p < f.m->ndomains + f.m->nshared; p++) {
		struct harm real = harm_of(&f, VERB_DRAIN, p);
		struct impact impact;
		uint64_t cursor = 0;

		do
			state_impact_of(f.s, p, MARK_DRAINED, &impact, &cursor, 1);
		while (!impact.known);
		assert_int_equal(impact.writes, real.stop);
		assert_int_equal(impact.reads, real.unread);
		assert_int_equal(impact.lost, real.lost);
	}
	release(&f);
}

static void ranking__has_the_worst_first_and_follows_kills(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "jjw"), "What hurts next: the death of one more node");
	assert_string_equal(row(&f, NULL), "> a 1 lost 1 stop 1 unread");
	press(&f, "K");
	assert_int_equal(state_length(f.s), 1);
	assert_string_equal(row(&f, NULL), "> b 0 lost 1 stop 1 unread");
	assert_shows(press(&f, "<Left>"), "one more az");
	assert_shows(press(&f, "<Right><Right>"), "one more shared domain");
	press(&f, "<Enter>");
	assert_non_null(strstr(row(&f, NULL), "feed"));
	release(&f);
}

/* The groups that two deaths at once newly break, by doing it. */
static void break_pair(const struct state *s, const struct pair *pair, uint32_t ret[TARGETS], uint32_t *ret_lost)
{
	struct state *then = state_clone(s);
	struct action kills[2];

	memset(ret, 0, TARGETS * sizeof(*ret));
	*ret_lost = 0;
	for (int i = 0; i < 2; i++)
		kills[i] = (struct action){VERB_KILL, pair->places[i], NO_PLACE, NO_SERVICE, NO_GROUP};
	state_step(then, &(struct step){kills, 2}, NULL);
	for (uint32_t g = 0; g < engine_model(state_engine(s))->ngroups; g++) {
		const struct outcome *was = state_outcome(s, g), *is = state_outcome(then, g);

		ret[TARGET_WRITES] += was->writes != ANSWER_NO && is->writes == ANSWER_NO;
		ret[TARGET_READS] += goes_on(was->reads) && !goes_on(is->reads);
		ret[TARGET_DATA] += was->data == DATA_SAFE && is->data != DATA_SAFE;
		*ret_lost += was->data != DATA_LOST && is->data == DATA_LOST;
	}
	state_free(then);
}

/* Each level's pairs, by each target, in all: none is left out, none is counted wrongly, and the worst is first. */
static void assert_pairs_are_worst(struct fixture *f, unsigned *seen)
{
	for (unsigned slot = 0; slot <= f->m->nlevels; slot++) {
		uint32_t first = slot < f->m->nlevels ? 0 : f->m->ndomains;
		uint32_t end = slot < f->m->nlevels ? f->m->ndomains : f->m->ndomains + f->m->nshared;
		uint32_t found[TARGETS] = {0}, broken[TARGETS], lost;

		for (place_id a = first; a < end; a++)
			for (place_id b = a + 1; b < end; b++) {
				if (slot < f->m->nlevels &&
				    (f->m->domains[a].level != slot + 1 || f->m->domains[b].level != slot + 1 ||
				     (state_gone(f->s, a) | state_gone(f->s, b)) & GONE_LOST))
					continue;
				break_pair(f->s, &(struct pair){.places = {a, b}}, broken, &lost);
				for (enum target t = 0; t < TARGETS; t++)
					found[t] += broken[t] > 0;
			}
		for (enum target t = 0; t < TARGETS; t++, ui_type(f->ui, "t")) {
			const struct pairs_level *level = &f->ui->pairs.levels[slot];

			f->ui->ranking.level = slot == f->m->nlevels ? LEVEL_SHARED : slot + 1;
			screen(f);
			assert_true(level->known);
			assert_int_equal(f->ui->pairs.target, t);
			assert_int_equal(pairs_found(f->ui), found[t]);
			for (size_t i = 0; i < found[t]; i++, ++*seen) {
				const struct pair *pair = &level->best[t].at[i];

				break_pair(f->s, pair, broken, &lost);
				assert_true(pair->tried);
				assert_memory_equal(pair->broken, broken, sizeof(broken));
				assert_int_equal(pair->lost, lost);
				assert_true(!i || pair->broken[t] <= level->best[t].at[i - 1].broken[t]);
			}
		}
	}
}

static void pairs__are_the_worst_and_what_they_break_is_so(void **state)
{
	(void)state;
	static const char *const done[] = {"", ":kill a<Enter>", ":drain us<Enter>", ":isolate eu-2<Enter>"};
	unsigned seen = 0;

	for (size_t i = 0; i < sizeof(done) / sizeof(*done); i++) {
		struct fixture f = open_text(yaml, 120, 60, true);

		press(&f, done[i]);
		assert_shows(press(&f, "wp"), "at once, by writes");
		assert_pairs_are_worst(&f, &seen);
		release(&f);
	}
	assert_true(seen > 40);
}

static void pair__is_jumped_to_and_killed_in_one_step(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "jjwp"), "What hurts next: two of level node at once, by writes");
	assert_string_equal(row(&f, NULL), "> a + b 1 lost 2 unsafe 2 stop 2 unread");
	assert_shows(press(&f, "<Enter>"), "2 marked");
	assert_true(tree_is_marked(f.ui, tree_place(f.ui)));
	assert_non_null(strstr(row(&f, NULL), "a "));
	press(&f, "wK");
	assert_int_equal(state_length(f.s), 1);
	assert_int_equal(state_step_at(f.s, 0)->nactions, 2);
	assert_int_equal(state_count_marks(f.s, MARK_KILLED), 2);
	assert_shows(press(&f, "<Left><Left>"), "two of level region at once");
	assert_shows(press(&f, "<Left>"), "there are not two of them");
	assert_shows(press(&f, "p"), "the death of one more shared domain");
	release(&f);
}

static void ranking__of_nothing_at_all_has_no_other_level(void **state)
{
	(void)state;
	struct fixture f = open_text("faultline: 1\ntopology: {}\n", 80, 24, true);

	assert_shows(press(&f, "w<Right><Left>"), "What hurts next");
	assert_shows(press(&f, "p<Right>t"), "there are not two of them");
	press(&f, "<Esc>2vvv");
	release(&f);
}

static void ranking__is_by_what_is_asked_for(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_hides(press(&f, "jjw"), ", by ");
	assert_shows(press(&f, "t"), "one more node, by writes");
	assert_shows(press(&f, "t"), "one more node, by reads");
	assert_shows(press(&f, "t"), "one more node, by data");
	assert_hides(press(&f, "t"), ", by ");
	release(&f);
}

static void stop_after(struct fixture *f, const char *keys, int slices)
{
	for (; *keys; keys++)
		ui_update(f->ui, &(struct event){.kind = EVENT_KEY, .key = *keys});
	for (int i = 0; i < slices; i++)
		assert_true(ui_work(f->ui, 1));
	ui_update(f->ui, &(struct event){.kind = EVENT_KEY, .key = K_ESC});
}

static void work_on_what_hurts__can_be_stopped(void **state)
{
	(void)state;
	struct fixture f = given();

	stop_after(&f, "wp", 2);
	assert_shows(screen(&f), "stopped: this is what was found so far, and partial");
	assert_shows(screen(&f), "partial: 1 of 3 levels");
	assert_int_equal(f.ui->ranking.stopped, true);
	assert_shows(press(&f, "<Right>"), "two of level az at once, by writes (Left, Right");
	assert_hides(screen(&f), "partial");
	assert_hides(press(&f, "<Esc>"), "What hurts next:");
	press(&f, ":undo<Enter>:kill c<Enter>jj");
	press(&f, "wp<Esc>");
	stop_after(&f, "w", 3);
	assert_shows(screen(&f), "partial: ");
	assert_hides(press(&f, "<Esc>"), "What hurts next:");
	release(&f);
}

static duration write_time_of(struct rtts *rtts, const struct state *s, uint32_t group)
{
	struct group_latency latency;

	latency_judge(state_engine(s), rtts, group, judge_now(s, group), &latency);
	return latency.of[ASKED_WRITE].time;
}

/* How long the group's writes take after the death, by doing it. */
static duration time_after(struct rtts *rtts, const struct state *s, uint32_t group, place_id p)
{
	struct state *then = state_clone(s);
	struct action kill = {VERB_KILL, p, NO_PLACE, NO_SERVICE, NO_GROUP};
	duration time;

	state_step(then, &(struct step){&kill, 1}, NULL);
	time = write_time_of(rtts, then, group);
	state_free(then);
	return time;
}

static const char distances[] =
	"faultline: 1\n"
	"levels: [region, az, node]\n"
	"topology:\n"
	"  eu: {eu-1: [a, b], eu-2: [c]}\n"
	"  us: {us-1: [d, e]}\n"
	"  ap: {ap-1: [f, g]}\n"
	"domains: {root: {rtt: 70ms}}\n"
	"links: [{between: [eu, us], rtt: 12ms}]\n"
	"shared: {feed: {kind: power, members: [a, d]}}\n"
	"services:\n"
	"  kv:\n"
	"    groups:\n"
	"      g1: [a, c, d, e, f]\n"
	"      g2: [a, b, f]\n"
	"      g3: [c, d, g]\n";

/* Every delay that is told of is so, and what is not told of is implied by one that is. */
static void delays__are_those_that_deaths_make(void **state)
{
	(void)state;
	struct fixture f = open_text(distances, 120, 60, true);
	struct rtts *rtts = rtts_new(f.m);
	const delays *all = &f.ui->why.delays;

	press(&f, "2");
	for (uint32_t row = 0; row < f.m->ngroups; row++, press(&f, "<Down>")) {
		uint32_t group = f.ui->groups.selected;
		duration now = write_time_of(rtts, f.s, group);

		assert_true(all->len > 0);
		for (size_t i = 0; i < all->len; i++) {
			assert_true(all->at[i].before == now && all->at[i].after != now);
			assert_true(all->at[i].after == time_after(rtts, f.s, group, all->at[i].place));
			assert_true(!i || all->at[i].after <= all->at[i - 1].after);
		}
		for (place_id p = 1; p < f.m->ndomains + f.m->nshared; p++) {
			duration then = time_after(rtts, f.s, group, p);
			bool found = then == DURATION_NONE || then == now;

			for (size_t i = 0; i < all->len && !found; i++)
				found = all->at[i].after == then;
			assert_true(found);
		}
	}
	rtts_free(rtts);
	release(&f);
}

static void delays__are_told_of_groups_and_of_domains(void **state)
{
	(void)state;
	struct fixture f = open_text(distances, 120, 60, true);

	assert_shows(press(&f, "2/g1<Enter>"), "commit latency 12 ms > 70 ms if az us-1 dies");
	assert_shows(press(&f, "1/us<Enter>"), "commit latency 12 ms > 70 ms if it dies: kv/g1");
	assert_hides(press(&f, "K"), "if it dies");
	assert_hides(press(&f, "2/g1<Enter>"), "if az us-1 dies");
	release(&f);
}

static const char failing[] =
	"faultline: 1\n"
	"levels: [region, az, node]\n"
	"topology:\n"
	"  eu: {eu-1: [a, b], eu-2: [c]}\n"
	"  us: {us-1: [d, e]}\n"
	"domains: {az: {down: 0.001}, node: {down: 0.01}, root: {rtt: 70ms}}\n"
	"services:\n"
	"  kv:\n"
	"    groups: {g1: [a, c, d], g2: [a, b, e], g3: [d, e, c]}\n"
	"  solo:\n"
	"    groups: {only: [a]}\n";

/* The column's cells say what the analyses say of the state, killed domains and all. */
static void columns__are_latency_and_odds_from_here_on(void **state)
{
	(void)state;
	static const char *const done[] = {"", "1/b<Enter>K2", "1/c<Enter>D2"};
	struct fixture f = open_text(failing, 120, 40, true);
	struct rtts *rtts = rtts_new(f.m);

	press(&f, "2vvv");
	for (size_t i = 0; i < sizeof(done) / sizeof(*done); i++) {
		struct analysis *a;
		struct odds *o;

		press(&f, done[i]);
		a = analysis_after(f.s);
		o = odds_new(a);
		for (uint32_t g = 0; g < f.m->ngroups; g++) {
			const struct measure *m = measure_of(f.ui, g);
			struct group_odds odds;

			odds_group(o, g, &odds);
			assert_non_null(m);
			assert_true(m->exact && odds.exact && m->stopped == odds.broken[TARGET_WRITES]);
			assert_true(m->stopped > 0);
			assert_true(m->write_time == write_time_of(rtts, f.s, g));
		}
		odds_free(o);
		analysis_free(a);
	}
	rtts_free(rtts);
	release(&f);
}

static void columns__are_switched_by_key_and_by_name(void **state)
{
	(void)state;
	struct fixture f = open_text(failing, 80, 24, true);

	assert_hides(press(&f, "2"), "latency");
	assert_shows(press(&f, "v"), "latency: how long a write takes");
	assert_hides(screen(&f), "odds");
	assert_string_equal(row(&f, NULL), "> kv/g1 . ok safe 3/3 2 0 1.5 ms");
	assert_shows(press(&f, "v"), "odds: how likely writes are stopped");
	assert_string_equal(row(&f, "only"), "solo/only . ok safe 1/1 1 0 0.011");
	assert_hides(press(&f, "vv<Down>"), "odds");
	assert_shows(press(&f, ":columns odds latency<Enter>"), "latency      odds");
	assert_shows(press(&f, ":columns cost<Enter>"), "no column 'cost': latency, odds, or none");
	assert_shows(screen(&f), "latency      odds");
	assert_hides(press(&f, ":columns none<Enter><Down>"), "odds");
	press(&f, ":columns odds<Enter>:kill a<Enter>");
	assert_string_equal(row(&f, "solo"), "solo/only # LOST lost 0/1 1 unbounded -");
	release(&f);
	f = given();
	assert_shows(press(&f, ":columns odds<Enter>"), "nothing in the file says how likely it is down");
	release(&f);
}

static void columns__are_pending_until_they_are_known(void **state)
{
	(void)state;
	struct fixture f = open_text(failing, 80, 24, true);

	press(&f, "2");
	ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = 'v'});
	ui_view(f.ui, &f.grid);
	assert_int_equal(f.ui->measures.all.len, 0);
	assert_string_equal(row(&f, NULL), "> kv/g1 . ok safe 3/3 2 0 ..");
	assert_true(ui_work(f.ui, 1));
	assert_int_equal(f.ui->measures.all.len, 1);
	release(&f);
}

static void work_in_slices__comes_to_the_same_screen(void **state)
{
	(void)state;
	struct fixture f = given(), slow = given();
	int slices = 0;

	press(&f, "jK2");
	for (const char *key = "jK2"; *key; key++) {
		ui_update(slow.ui, &(struct event){.kind = EVENT_KEY, .key = *key});
		for (slices = 0; ui_work(slow.ui, 1); slices++)
			assert_true(slices < 10000);
	}
	ui_view(slow.ui, &slow.grid);
	grid_print(&slow.text, &slow.grid, GRID_TEXT);

	assert_string_equal(sb_text(&slow.text), screen(&f));
	release(&slow);
	release(&f);
}

static void unknown_harm__is_shown_as_pending(void **state)
{
	(void)state;
	struct fixture f = given();

	ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = 'K'});
	ui_view(f.ui, &f.grid);
	grid_print(&f.text, &f.grid, GRID_TEXT);

	assert_shows(sb_text(&f.text), "../7");
	assert_shows(sb_text(&f.text), "   ..     ..    ..");
	assert_shows(screen(&f), "0/7");
	release(&f);
}

/* ---- groups and reasons ---- */

static void groups__stand_worst_first(void **state)
{
	(void)state;
	struct fixture f = given();
	const char *s = press(&f, "jK2"), *lost = strstr(s, "# LOST       lost"), *down = strstr(s, "% DOWN       tail");

	assert_non_null(lost);
	assert_non_null(down);
	assert_true(lost < down);
	assert_string_equal(row(&f, "kv/g2"), "kv/g2 % DOWN tail 1/3 2 unbounded unbounded");
	release(&f);
}

static void filter__says_how_many_of_how_many(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, "jKfdown<Enter>"), "filtered: 2 of 4 (down)");
	assert_hides(screen(&f), "kv/g1");
	assert_shows(press(&f, "f<C-u>not ok<Enter>"), "filtered: 4 of 4 (not ok)");
	assert_shows(press(&f, "f<C-u>g3<Enter>"), "filtered: 1 of 4 (g3)");
	assert_shows(press(&f, "f<C-u>nothing<Enter>"), "filtered: 0 of 4 (nothing)");
	assert_hides(press(&f, "f<C-u><Enter>"), "filtered");
	release(&f);
}

static void selected_group__stays_selected_when_the_order_changes(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "2/g3<Enter>");
	assert_non_null(strstr(row(&f, NULL), "kv/g3"));
	press(&f, ":kill eu-1<Enter>");
	assert_non_null(strstr(row(&f, NULL), "kv/g3"));
	press(&f, "g:heal<Enter>:kill us<Enter>");
	assert_non_null(strstr(row(&f, NULL), "AT-RISK"));
	release(&f);
}

static void why__tells_votes_replicas_and_the_next_death(void **state)
{
	(void)state;
	struct fixture f = given();
	const char *s = press(&f, ":kill a<Enter>2/g1<Enter>3");

	assert_shows(s, "Why kv/g1");
	assert_shows(s, "! AT-RISK");
	assert_shows(s, "next death that hurts, worst first");
	assert_shows(s, "node c > % DOWN");
	assert_shows(s, "shared feed > % DOWN");
	assert_hides(s, "az eu-2 > % DOWN");
	assert_shows(s, "writes yes");
	assert_shows(s, "RPO    0");
	assert_shows(s, "left write set");
	assert_shows(s, "voter  in write set");
	release(&f);
}

static void reasons__can_be_acted_on(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, ":kill a<Enter>2/g1<Enter>3jj");
	assert_non_null(strstr(row(&f, NULL), "node c"));
	press(&f, "K");
	assert_int_equal(state_length(f.s), 2);
	assert_int_equal(state_outcome(f.s, 0)->status, STATUS_DOWN);
	release(&f);
}

/* ---- the prompt ---- */

static void prompt__takes_the_grammar_of_actions(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, ":kill a and drain us-1 then heal a<Enter>");
	assert_int_equal(state_length(f.s), 2);
	assert_int_equal(state_step_at(f.s, 0)->nactions, 2);
	assert_shows(press(&f, ":kill nowhere<Enter>"), "nowhere");
	assert_int_equal(state_length(f.s), 2);
	release(&f);
}

static void prompt__completes_verbs_names_and_tails(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, ":ki<Tab>"), "\n:kill");
	assert_shows(press(&f, "us<Tab>"), "us  us-1");
	assert_shows(press(&f, "-<Tab>"), "\n:kill us-1");
	assert_shows(press(&f, "and dr<Tab>fe<Tab>"), "\n:kill us-1 and drain feed");
	assert_shows(press(&f, "<C-u>kill eu-1/<Tab>"), "eu-1/a  eu-1/b");
	assert_shows(press(&f, "<C-u>accept kv/<Tab>"), "kv/g1  kv/g2  kv/g3");
	assert_shows(press(&f, "<C-u>kill zz<Tab>"), "nothing begins so");
	press(&f, "<Esc>");
	assert_int_equal(state_length(f.s), 0);
	release(&f);
}

static void prompt__edits_and_remembers(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, ":kll a<Home><Right>i<Enter>");
	assert_int_equal(state_length(f.s), 1);
	assert_shows(press(&f, ":<Up>"), "\n:kill a");
	assert_shows(press(&f, "<C-w>b"), "\n:kill b");
	assert_shows(press(&f, "<BS><BS><BS><BS><BS><BS>"), "\n:");
	assert_hides(press(&f, "<BS>"), "\n:");
	release(&f);
}

static void prompt__runs_commands_by_name(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, ":help<Enter>"), "what a group is");
	press(&f, "<Esc>:kill a<Enter>:undo<Enter>");
	assert_int_equal(state_position(f.s), 0);
	press(&f, ":");
	ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = 'q'});
	assert_int_equal(ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = K_ENTER}), UI_QUIT);
	release(&f);
}

static void paste__reaches_prompts_only(void **state)
{
	(void)state;
	struct fixture f = given();
	struct event paste = {.kind = EVENT_PASTE, .text = "KKq\nkill eu\n"};

	assert_int_equal(ui_update(f.ui, &paste), UI_GO_ON);
	assert_int_equal(state_length(f.s), 0);
	assert_shows(screen(&f), "goes to a prompt only");
	press(&f, ":");
	ui_update(f.ui, &paste);
	assert_shows(screen(&f), "\n:KKq kill eu");
	assert_int_equal(state_length(f.s), 0);
	release(&f);
}

/* ---- sizes ---- */

static void tiny_window__says_so_and_takes_no_action(void **state)
{
	(void)state;
	struct fixture f = given();

	ui_render(f.ui, 39, 11, &f.grid);
	ui_type(f.ui, "KDR:kill a<Enter>");
	assert_shows(screen(&f), "needs 40x12, is 39x11");
	assert_int_equal(state_length(f.s), 0);
	assert_int_equal(ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = 'q'}), UI_QUIT);
	ui_render(f.ui, 1, 1, &f.grid);
	ui_render(f.ui, 80, 24, &f.grid);
	assert_shows(screen(&f), "Domains");
	release(&f);
}

static void small_window__has_one_panel_at_a_time(void **state)
{
	(void)state;
	struct fixture f = open_text(yaml, 40, 12, true);

	assert_shows(screen(&f), "Domains");
	assert_hides(screen(&f), "Why");
	assert_shows(press(&f, "2"), "Groups");
	assert_shows(press(&f, "3"), "Why");
	assert_shows(press(&f, "4"), "Timeline");
	release(&f);
}

static void large_windows__have_all_panels(void **state)
{
	(void)state;
	static const int sizes[][2] = {{120, 40}, {200, 60}, {110, 30}};

	for (size_t i = 0; i < 3; i++) {
		struct fixture f = open_text(yaml, sizes[i][0], sizes[i][1], false);

		assert_shows(screen(&f), "Domains");
		assert_shows(screen(&f), "Groups");
		assert_shows(screen(&f), "Why");
		assert_shows(screen(&f), "Timeline");
		release(&f);
	}
}

/* ---- hostile and wide text ---- */

static void hostile_text__never_reaches_a_cell(void **state)
{
	(void)state;
	struct fixture f = open_text("faultline: 1\n"
	                             "title: \"a\\e[31mb\\u202Ec\\u200Bd\\x07\"\n"
	                             "topology: {r: [a]}\n"
	                             "shared: {f: {kind: \"p\\e]52;c;x\\u2066\", members: [a]}}\n"
	                             "services: {s: {replicas: [a]}}\n",
	                             80, 24, false);

	for (const char *keys = "K23412G?w"; *keys; keys++) {
		press(&f, (char[]){*keys, 0});
		for (int i = 0; i < f.grid.w * f.grid.h; i++)
			assert_false(f.grid.cells[i].cp && cp_is_hostile(f.grid.cells[i].cp));
	}
	assert_shows(press(&f, "<Esc>1"), "a\\x1b[31mb<U+202E>c<U+200B>d\\x07");
	release(&f);
}

static int column_of(const struct grid *g, int y, int32_t cp)
{
	for (int x = 0; x < g->w; x++)
		if (grid_at(g, x, y)->cp == cp)
			return x;
	return -1;
}

static void wide_names__do_not_move_the_columns(void **state)
{
	(void)state;
	struct fixture f = open_text("faultline: 1\n"
	                             "levels: [region, node]\n"
	                             "topology:\n"
	                             "  東京リージョン東京リージョン: [なまえ, \"e\\u0301\"]\n"
	                             "  plain: [x]\n"
	                             "services: {s: {replicas: [なまえ, x, \"e\\u0301\"]}}\n",
	                             80, 24, false);
	int column = column_of(&f.grid, 3, 0x25aa);

	assert_true(column > 20);
	for (int y = 3; y < 8; y++)
		assert_int_equal(column_of(&f.grid, y, 0x25aa), column);
	assert_int_equal(grid_at(&f.grid, 4, 3)->cp, 0x6771);
	assert_int_equal(grid_at(&f.grid, 5, 3)->cp, 0);
	release(&f);
}

static void ascii__has_nothing_else(void **state)
{
	(void)state;
	struct fixture f = open_text("faultline: 1\ntitle: é東\ntopology: {ü: [a]}\nservices: {ß: {replicas: [a]}}\n",
	                             80, 24, true);

	for (const char *keys = "K23412G?w"; *keys; keys++) {
		press(&f, (char[]){*keys, 0});
		for (int i = 0; i < f.grid.w * f.grid.h; i++)
			assert_in_range(f.grid.cells[i].cp, ' ', '~');
	}
	release(&f);
}

/* ---- help ---- */

static void help__and_documents_come_from_the_table_of_keys(void **state)
{
	(void)state;
	struct fixture f = open_text(yaml, 120, 200, true);
	struct strbuf keys = {0};
	const char *s = press(&f, "?");

	ui_keys_text(&keys);
	for (const char *line = sb_text(&keys); *line; line = strchr(line, '\n') + 1) {
		char *help = strndup(line + 32, strcspn(line + 32, "\n"));

		assert_shows(s, help);
		free(help);
	}
	sb_release(&keys);
	release(&f);
}

static void keys__do_one_thing_each(void **state)
{
	(void)state;

	for (const struct command *a = ui_commands; a->name; a++)
		for (const struct command *b = ui_commands; b != a; b++) {
			assert_string_not_equal(a->name, b->name);
			for (int i = 0; i < 16; i++)
				if ((a->modes & b->modes) && a->keys[i / 4])
					assert_int_not_equal(a->keys[i / 4], b->keys[i % 4]);
		}
}

/* Lower case looks: only capitals and the timeline's keys change the world. */
static void lower_case_keys__change_nothing(void **state)
{
	(void)state;
	struct fixture f = given();

	press(&f, "jK");
	for (char key = 'a'; key <= 'z'; key++)
		if (key != 'u') {
			ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = key});
			press(&f, "<Esc>");
		}
	assert_int_equal(state_length(f.s), 1);
	assert_int_equal(state_position(f.s), 1);
	release(&f);
}

static void cut__is_told_of(void **state)
{
	(void)state;
	struct fixture f = given();

	assert_shows(press(&f, ":isolate eu-1<Enter>j"), ": 1 cut");
	assert_non_null(strstr(row(&f, "- eu-1"), "eu-1 : ISOLATED"));
	assert_shows(screen(&f), "isolated: alive, but hears nothing outside it");
	assert_shows(press(&f, "2/g1<Enter>3"), "cut off voter");
	release(&f);
}

static void overlays__close_before_the_program_does(void **state)
{
	(void)state;
	struct fixture f = given();

	ui_type(f.ui, "?");
	assert_int_equal(ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = 'q'}), UI_GO_ON);
	ui_type(f.ui, "w");
	assert_int_equal(ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = K_ESC}), UI_GO_ON);
	assert_int_equal(ui_update(f.ui, &(struct event){.kind = EVENT_KEY, .key = 'q'}), UI_QUIT);
	release(&f);
}

/* ---- the mouse ---- */

static void click__selects_and_the_wheel_scrolls(void **state)
{
	(void)state;
	struct fixture f = open_text(yaml, 120, 40, true);

	ui_update(f.ui, &(struct event){.kind = EVENT_CLICK, .x = 10, .y = 5});
	screen(&f);
	assert_string_equal(row(&f, NULL), row(&f, " a "));
	ui_update(f.ui, &(struct event){.kind = EVENT_CLICK, .x = 100, .y = 4});
	assert_shows(screen(&f), "Why kv/g2");
	ui_update(f.ui, &(struct event){.kind = EVENT_WHEEL, .x = 10, .y = 5, .delta = 3});
	ui_update(f.ui, &(struct event){.kind = EVENT_CLICK, .x = 119, .y = 39});
	release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_screen__answers_before_it_is_asked),
		cmocka_unit_test(moving__stays_within_the_list),
		cmocka_unit_test(moving__passes_over_the_heading_of_shared_domains),
		cmocka_unit_test(cursor__stands_on_the_selected_row),
		cmocka_unit_test(folding__hides_what_is_beneath),
		cmocka_unit_test(left__goes_to_what_is_above),
		cmocka_unit_test(search__finds_also_what_is_folded),
		cmocka_unit_test(kill__shows_its_effects_at_once),
		cmocka_unit_test(kill__again_heals),
		cmocka_unit_test(shared_death__names_what_is_shared),
		cmocka_unit_test(drain__stands_beside_the_name),
		cmocka_unit_test(action_without_effect__says_why_and_is_no_step),
		cmocka_unit_test(marked_domains__are_killed_in_one_step),
		cmocka_unit_test(accept__lets_a_stopped_group_go_on),
		cmocka_unit_test(accept__is_not_done_without_a_yes),
		cmocka_unit_test(accept_typed__asks_as_the_key_does),
		cmocka_unit_test(cut__isolates_what_is_selected_and_joins_it_again),
		cmocka_unit_test(two_marked_domains__are_cut_from_each_other),
		cmocka_unit_test(a_domain_and_one_inside_it__are_not_cut),
		cmocka_unit_test(several_marked_domains__are_isolated_in_one_step),
		cmocka_unit_test(why_of_a_domain__says_which_side_it_is_on),
		cmocka_unit_test(split_brain__names_its_sides_and_their_end),
		cmocka_unit_test(rto__is_told_with_its_parts),
		cmocka_unit_test(needs__are_told_with_the_first_link_that_broke),
		cmocka_unit_test(killing__is_told_with_what_needs_what_it_kills),
		cmocka_unit_test(what_was_searched_for__stays_unfolded_at_another_size),
		cmocka_unit_test(fallback__says_what_is_given_up),
		cmocka_unit_test(predicted_drain__is_what_the_drain_does),
		cmocka_unit_test(timeline__steps_back_and_forward),
		cmocka_unit_test(undo__gives_back_the_first_frame),
		cmocka_unit_test(predicted_harm__is_what_the_kill_does),
		cmocka_unit_test(ranking__has_the_worst_first_and_follows_kills),
		cmocka_unit_test(delays__are_those_that_deaths_make),
		cmocka_unit_test(columns__are_latency_and_odds_from_here_on),
		cmocka_unit_test(columns__are_switched_by_key_and_by_name),
		cmocka_unit_test(columns__are_pending_until_they_are_known),
		cmocka_unit_test(delays__are_told_of_groups_and_of_domains),
		cmocka_unit_test(pairs__are_the_worst_and_what_they_break_is_so),
		cmocka_unit_test(pair__is_jumped_to_and_killed_in_one_step),
		cmocka_unit_test(ranking__of_nothing_at_all_has_no_other_level),
		cmocka_unit_test(ranking__is_by_what_is_asked_for),
		cmocka_unit_test(work_on_what_hurts__can_be_stopped),
		cmocka_unit_test(work_in_slices__comes_to_the_same_screen),
		cmocka_unit_test(unknown_harm__is_shown_as_pending),
		cmocka_unit_test(groups__stand_worst_first),
		cmocka_unit_test(filter__says_how_many_of_how_many),
		cmocka_unit_test(selected_group__stays_selected_when_the_order_changes),
		cmocka_unit_test(why__tells_votes_replicas_and_the_next_death),
		cmocka_unit_test(reasons__can_be_acted_on),
		cmocka_unit_test(prompt__takes_the_grammar_of_actions),
		cmocka_unit_test(prompt__completes_verbs_names_and_tails),
		cmocka_unit_test(prompt__edits_and_remembers),
		cmocka_unit_test(prompt__runs_commands_by_name),
		cmocka_unit_test(paste__reaches_prompts_only),
		cmocka_unit_test(tiny_window__says_so_and_takes_no_action),
		cmocka_unit_test(small_window__has_one_panel_at_a_time),
		cmocka_unit_test(large_windows__have_all_panels),
		cmocka_unit_test(hostile_text__never_reaches_a_cell),
		cmocka_unit_test(wide_names__do_not_move_the_columns),
		cmocka_unit_test(ascii__has_nothing_else),
		cmocka_unit_test(help__and_documents_come_from_the_table_of_keys),
		cmocka_unit_test(keys__do_one_thing_each),
		cmocka_unit_test(lower_case_keys__change_nothing),
		cmocka_unit_test(cut__is_told_of),
		cmocka_unit_test(overlays__close_before_the_program_does),
		cmocka_unit_test(click__selects_and_the_wheel_scrolls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
