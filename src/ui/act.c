/* act - what the user does to the simulated world, and what is said of it. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/words.h"
#include "model/names.h"
#include "rules/why.h"
#include "ui/ui_p.h"

/* ---- saying what a step came to ---- */

static uint32_t gone_up(uint32_t before, uint32_t after)
{
	return after > before ? after - before : 0;
}

static uint32_t that_write(const struct summary *s)
{
	return s->writes[ANSWER_YES] + s->writes[ANSWER_PARTIAL];
}

static uint32_t that_read(const struct summary *s)
{
	return s->reads[ANSWER_YES] + s->reads[ANSWER_PARTIAL];
}

static uint32_t not_safe(const struct summary *s)
{
	return s->groups - s->data[DATA_SAFE];
}

static void add_splits(struct strbuf *sb, const struct summary *was, const struct summary *is)
{
	uint32_t began = gone_up(was->status[STATUS_SPLIT], is->status[STATUS_SPLIT]);
	uint32_t ended = gone_up(is->status[STATUS_SPLIT], was->status[STATUS_SPLIT]);

	if (began)
		sb_addf(sb, "%u %s on every side", began, began == 1 ? "group splits and writes" : "groups split and write");
	if (ended)
		sb_addf(sb, "%u %s", ended, ended == 1 ? "split ends" : "splits end");
}

static void add_change(struct strbuf *sb, const struct summary *was, const struct summary *is)
{
	uint32_t writing = gone_up(that_write(was), that_write(is)), writes = gone_up(that_write(is), that_write(was));
	uint32_t reads = gone_up(that_read(is), that_read(was)), data = gone_up(not_safe(was), not_safe(is));
	uint32_t lost = gone_up(was->data[DATA_LOST], is->data[DATA_LOST]);
	uint32_t at_risk = gone_up(was->status[STATUS_AT_RISK], is->status[STATUS_AT_RISK]);
	size_t start = sb->len;

	add_splits(sb, was, is);
	if (sb->len > start && (writing | writes | reads | data))
		sb_add(sb, "; ");
	if (writing)
		sb_addf(sb, "%u more %s writes", writing, writing == 1 ? "group takes" : "groups take");
	else if (sb->len == start || (writes | reads | data))
		sb_add_harm(sb, writes, reads, data, lost);
	if (at_risk)
		sb_addf(sb, ", %u %s now at risk", at_risk, is_or_are(at_risk));
}

static void say_change(struct ui *ui, const struct step *step, const struct summary *was, const struct summary *is)
{
	struct strbuf text = {0};

	sb_add_step(&text, ui->m, step);
	sb_add(&text, ": ");
	add_change(&text, was, is);
	ui_say(ui, "%s", sb_text(&text));
	sb_release(&text);
}

static void say_refused(struct ui *ui, const struct action *a, enum effect e)
{
	struct strbuf text = {0};

	sb_add_action(&text, ui->m, a);
	ui_say(ui, "%s: %s", sb_text(&text), effect_why(e));
	sb_release(&text);
}

/* ---- taking steps ---- */

static void take(struct ui *ui, const struct step *step)
{
	enum effect *effects = xcalloc(step->nactions + 1, sizeof(*effects));
	struct summary was, is;
	uint32_t refused = 0, last = 0;

	state_summary(ui->state, &was);
	state_step(ui->state, step, effects);
	state_summary(ui->state, &is);
	for (uint32_t i = 0; i < step->nactions; i++)
		if (effects[i] != EFFECT_DONE) {
			refused++;
			last = i;
		}
	if (refused)
		say_refused(ui, &step->actions[last], effects[last]);
	else
		say_change(ui, step, &was, &is);
	facts_renew(ui);
	timeline_note(ui);
	log_moved(ui, UI_STEPPED);
	free(effects);
}

static struct action on_place(enum verb verb, place_id p)
{
	return (struct action){.verb = verb, .place = p, .other = NO_PLACE, .service = NO_SERVICE, .group = NO_GROUP};
}

typedef VEC(place_id) places;

/* The two of a selected pair, the marked domains, or the selected one. */
static places targets(const struct ui *ui)
{
	places ps = {0};
	place_id pair[2];

	if (ui->overlay == OVERLAY_RANKING && ranking_places(ui, pair) == 2) {
		vec_push(&ps, pair[0]);
		vec_push(&ps, pair[1]);
		return ps;
	}
	for (size_t i = 0; i < ui->tree.marked.len; i++)
		vec_push(&ps, ui->tree.marked.at[i]);
	if (!ps.len && ui_place(ui) != NO_PLACE)
		vec_push(&ps, ui_place(ui));
	return ps;
}

static enum mark mark_made_by(enum verb verb)
{
	return verb == VERB_KILL ? MARK_KILLED : MARK_DRAINED;
}

static bool all_have(const struct ui *ui, const places *ps, enum mark mark)
{
	for (size_t i = 0; i < ps->len; i++)
		if (state_mark(ui->state, ps->at[i]) != mark)
			return false;
	return true;
}

static bool is_cut(const struct ui *ui, place_id a, place_id b)
{
	size_t n;
	const struct cut *cuts = state_cuts(ui->state, &n);

	for (size_t i = 0; i < n; i++)
		if ((cuts[i].place == a && cuts[i].other == b) || (cuts[i].place == b && cuts[i].other == a))
			return true;
	return false;
}

/* What the verb would change of this place: with a reason when nothing. */
static enum effect would_change(const struct ui *ui, enum verb verb, place_id p)
{
	enum mark mark = state_mark(ui->state, p);

	if (verb == VERB_ISOLATE || verb == VERB_JOIN)
		return is_cut(ui, p, NO_PLACE) == (verb == VERB_JOIN) ? EFFECT_DONE : EFFECT_ALREADY;
	if (verb == VERB_HEAL)
		return mark == MARK_NONE ? EFFECT_NO_MARK : EFFECT_DONE;
	if (mark == mark_made_by(verb))
		return EFFECT_ALREADY;
	return verb == VERB_DRAIN && mark == MARK_KILLED ? EFFECT_KILLED : EFFECT_DONE;
}

/* One step on all places that it changes; none, with the reason, where it changes nothing. */
static void act_on(struct ui *ui, enum verb verb, const places *ps)
{
	struct action *actions = xcalloc(ps->len + 1, sizeof(*actions));
	struct step step = {actions, 0};

	for (size_t i = 0; i < ps->len; i++) {
		enum effect e = would_change(ui, verb, ps->at[i]);
		struct action a = on_place(verb, ps->at[i]);

		if (e == EFFECT_DONE)
			actions[step.nactions++] = a;
		else
			say_refused(ui, &a, e);
	}
	if (step.nactions) {
		take(ui, &step);
		vec_clear(&ui->tree.marked);
	}
	free(actions);
}

static bool has_targets(struct ui *ui, const places *ps)
{
	if (!ps->len)
		ui_say(ui, "no domain is selected here: 1 goes to the domains");
	return ps->len > 0;
}

void act_toggle(struct ui *ui, enum verb verb)
{
	places ps = targets(ui);

	if (has_targets(ui, &ps))
		act_on(ui, all_have(ui, &ps, mark_made_by(verb)) ? VERB_HEAL : verb, &ps);
	vec_free(&ps);
}

void act_heal(struct ui *ui)
{
	places ps = targets(ui);

	if (has_targets(ui, &ps))
		act_on(ui, VERB_HEAL, &ps);
	vec_free(&ps);
}

/* ---- cuts ---- */

/* By way of the grammar, which refuses domains that lie inside each other. */
static void cut_pair(struct ui *ui, place_id a, place_id b)
{
	struct action cut = on_place(is_cut(ui, a, b) ? VERB_JOIN : VERB_CUT, a);
	struct strbuf text = {0};

	cut.other = b;
	sb_add_action(&text, ui->m, &cut);
	if (act_text(ui, sb_text(&text)))
		vec_clear(&ui->tree.marked);
	sb_release(&text);
}

static bool all_isolated(const struct ui *ui, const places *ps)
{
	for (size_t i = 0; i < ps->len; i++)
		if (!is_cut(ui, ps->at[i], NO_PLACE))
			return false;
	return true;
}

void act_cut(struct ui *ui)
{
	places ps = targets(ui);

	if (has_targets(ui, &ps) && ps.len == 2)
		cut_pair(ui, ps.at[0], ps.at[1]);
	else if (ps.len)
		act_on(ui, all_isolated(ui, &ps) ? VERB_JOIN : VERB_ISOLATE, &ps);
	vec_free(&ps);
}

/* ---- accept: asked about before it is done ---- */

/* What the accepts of some steps come to, worked out in a copy of the world. */
struct price {
	uint32_t groups, writing, data[DATA_VERDICTS];
	duration rpo;
	struct outcome one; /* of the last group */
};

static void add_accepted(const struct state *s, struct price *ret)
{
	size_t n;
	const uint32_t *touched = state_touched(s, &n);

	for (size_t i = 0; i < n; i++) {
		const struct outcome *o = state_outcome(s, touched[i]);

		if (!o->accepted)
			continue;
		ret->groups++;
		ret->writing += goes_on(o->writes);
		ret->data[o->data]++;
		ret->rpo = duration_max(ret->rpo, o->rpo);
		ret->one = *o;
	}
}

static bool accepts(const step_list *steps)
{
	for (size_t i = 0; i < steps->len; i++)
		for (uint32_t k = 0; k < steps->at[i].nactions; k++)
			if (steps->at[i].actions[k].verb == VERB_ACCEPT)
				return true;
	return false;
}

static struct price price_of(const struct ui *ui, const step_list *steps)
{
	struct price price = {0};
	struct state *then;

	if (!accepts(steps))
		return price;
	then = state_clone(ui->state);
	for (size_t i = 0; i < steps->len; i++) {
		state_step(then, &steps->at[i], NULL);
		add_accepted(then, &price);
	}
	state_free(then);
	return price;
}

/* "3 groups take writes again; 2 give up their newest writes for good, 1 loses its data (RPO unbounded)" */
static void sb_add_price(struct strbuf *sb, const struct price *price)
{
	static const struct { enum data_verdict data; const char *one, *many; } costs[] = {
		{DATA_LOST, "loses its data for good", "lose their data for good"},
		{DATA_BACKUP, "goes on from a backup", "go on from a backup"},
		{DATA_STALE, "goes on from an old copy", "go on from an old copy"},
		{DATA_TAIL, "gives up its newest writes for good", "give up their newest writes for good"},
	};
	char span[32];

	if (price->groups == 1) {
		why_accept(sb, &price->one);
		return;
	}
	sb_addf(sb, "%u of %u groups %s writes again", price->writing, price->groups,
	        price->writing == 1 ? "takes" : "take");
	if (price->data[DATA_SAFE] == price->groups)
		sb_add(sb, "; nothing is lost");
	for (size_t i = 0, told = 0; i < sizeof(costs) / sizeof(*costs); i++) {
		uint32_t n = price->data[costs[i].data];

		if (n)
			sb_addf(sb, "%s%u %s", told++ ? ", " : "; ", n, n == 1 ? costs[i].one : costs[i].many);
	}
	if (price->data[DATA_SAFE] < price->groups)
		sb_addf(sb, " (RPO %s)", duration_text(price->rpo, span));
}

static void take_all(struct ui *ui, const step_list *steps)
{
	for (size_t i = 0; i < steps->len; i++)
		take(ui, &steps->at[i]);
}

/* Where something would be accepted, says what it costs and waits for a yes. */
static bool act_or_ask(struct ui *ui, const char *text, bool said_yes)
{
	struct arena arena = {0};
	step_list steps = {0};
	const char *why = NULL;
	bool ok = actions_parse_text(ui->m, text, &arena, &steps, &why);
	struct strbuf cost = {0};
	struct price price = {0};

	if (ok)
		price = price_of(ui, &steps);
	else
		ui_say(ui, "%s", why);
	if (price.groups)
		sb_add_price(&cost, &price);
	if (price.groups && !said_yes) {
		sb_clear(&ui->asked);
		sb_add(&ui->asked, text);
		sb_clear(&ui->question);
		sb_addf(&ui->question, "%s? %s. y/N", text, sb_text(&cost));
	} else if (ok) {
		take_all(ui, &steps);
		if (price.groups)
			ui_say(ui, "%s: %s", text, sb_text(&cost));
	}
	sb_release(&cost);
	vec_free(&steps);
	arena_release(&arena);
	return ok;
}

void act_answer(struct ui *ui, bool yes)
{
	sb_clear(&ui->question);
	if (yes)
		act_or_ask(ui, sb_text(&ui->asked), true);
	else
		ui_say(ui, "nothing was changed");
}

void act_accept(struct ui *ui)
{
	struct action a = on_place(VERB_ACCEPT, NO_PLACE);
	uint32_t group = ui->groups.selected;
	struct strbuf text = {0};

	if (ui->subject != PANEL_GROUPS || group == NO_GROUP) {
		ui_say(ui, "no group is selected: 2 goes to the groups");
		return;
	}
	a.service = model_service_of(ui->m, group);
	a.group = group;
	if (state_outcome_if_accepted(ui->state, group).accepted) {
		sb_add_action(&text, ui->m, &a);
		act_or_ask(ui, sb_text(&text), false);
		sb_release(&text);
	} else {
		say_refused(ui, &a, goes_on(state_outcome(ui->state, group)->writes) ? EFFECT_NOT_NEEDED : EFFECT_NOT_ENOUGH);
	}
}

bool act_text(struct ui *ui, const char *text)
{
	return act_or_ask(ui, text, false);
}

/* ---- back and forth ---- */

static bool moved(struct ui *ui, bool done, enum ui_moved how, const char *why_not)
{
	if (!done) {
		ui_say(ui, "%s", why_not);
		return false;
	}
	facts_renew(ui);
	timeline_note(ui);
	log_moved(ui, how);
	return true;
}

bool act_undo(struct ui *ui)
{
	return moved(ui, state_undo(ui->state), UI_UNDID, "this is the start: there is nothing to undo");
}

bool act_redo(struct ui *ui)
{
	return moved(ui, state_redo(ui->state), UI_REDID, "this is the last step: there is nothing to redo");
}
