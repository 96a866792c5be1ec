/*
 * keeper - keeps what is done in the explorer in a journal: what ui/ui.h's struct ui_journal asks for.
 */
#ifndef CLI_KEEPER_P_H
#define CLI_KEEPER_P_H

#include "engine/state.h"
#include "store/journal.h"
#include "ui/ui.h"

struct keeper;

/*
 * Borrows the journal and the file, whose texts must stay. What is wrong with the journal by now is the caller's to
 * say; what becomes of it is told through the interface, once. The first step that is taken brings along those
 * that the state has before it.
 */
struct keeper *keeper_new(struct journal *j, const struct kept_file *file);
/* Keeps the steps that the state has at once. */
void keeper_begin(struct keeper *k, const struct state *s);
struct ui_journal keeper_interface(struct keeper *k);
/* Steps that could not be written. */
size_t keeper_end(struct keeper *k);
void keeper_free(struct keeper *k);

/* What a state comes to, as the journal keeps it. */
struct kept_outcome outcome_to_keep(const struct state *s);
/* "2 steps, 1 undone" */
void sb_add_steps(struct strbuf *sb, const struct exploration *e);

#endif
