/*
 * actions - what can be done to the simulated world, and the small grammar that says it.
 *
 * The grammar is the same on the command line, in a file's scenarios, at the explorer's prompt and in
 * a recorded session:
 *	kill us-east-1a then drain dc-b/rack-1 and kill feed-7 then heal us-east-1a
 */
#ifndef MODEL_ACTIONS_H
#define MODEL_ACTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/vec.h"

struct model;

typedef uint32_t domain_id;
typedef uint32_t place_id; /* a tree domain, or ndomains + the index of a shared one */

#define NO_PLACE UINT32_MAX

enum verb { VERB_KILL, VERB_DRAIN, VERB_HEAL, VERB_CUT, VERB_ISOLATE, VERB_JOIN, VERB_ACCEPT, VERBS };
extern const char *const verb_names[VERBS];

/*
 * One verb on one thing: `kill a b` is two actions. heal with NO_PLACE removes every mark.
 * accept names a service, and a group of it or NO_GROUP for all.
 */
struct action {
	enum verb verb;
	place_id place, other;   /* other: cut's and join's second, else NO_PLACE */
	uint32_t service, group; /* accept only */
};

struct step {
	struct action *actions;
	uint32_t nactions;
};

typedef VEC(struct step) step_list;

/*
 * Parses words into steps that live in `arena`, appended to *ret. On failure returns false with a
 * message (clean text, in `arena`) in *ret_why and, if it could tell, the offending word's index in *ret_word.
 */
bool actions_parse_words(const struct model *m, const char *const *words, size_t nwords, struct arena *arena,
                         step_list *ret, const char **ret_why, size_t *ret_word);
/* The same from one string: words split at blanks, quotes (' and ") keep them. An empty string is no step. */
bool actions_parse_text(const struct model *m, const char *text, struct arena *arena,
                        step_list *ret, const char **ret_why);

/* Says a step in the grammar's words, such that parsing it gives the same step: "kill /r/a and drain feed". */
void sb_add_step(struct strbuf *sb, const struct model *m, const struct step *step);
void sb_add_action(struct strbuf *sb, const struct model *m, const struct action *action);

#endif
