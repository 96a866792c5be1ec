/*
 * model - what a file says: domains, services, groups, replicas, and the goals set for them.
 *
 * Plain data in flat arrays indexed by 32-bit numbers, built once (by load, through model/build.h)
 * and const from then on. Words are those of the README: a domain fails as one, a group is a set of
 * replicas holding the same data, a replica is one member of a group, on one domain, with a role.
 *
 * Domains are numbered in pre-order, so that the subtree of d is the range [d, m->domains[d].end).
 * Domain 0 is the virtual root, which contains all of them and lies above every level.
 * A `place_id` names a tree domain (below m->ndomains) or a shared domain (m->ndomains + its index).
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/duration.h"
#include "base/intern.h"
#include "base/vec.h"
#include "model/actions.h"
#include "model/expr.h"

#define ROOT ((domain_id)0)
#define NO_DOMAIN UINT32_MAX
#define NO_GROUP UINT32_MAX
#define NO_SERVICE UINT32_MAX

#define MAX_LEVELS 100          /* the format's bound on depth */
#define MAX_DOMAINS 1000000u    /* the format's bound after expansion */
#define MAX_REPLICAS 4096u      /* of one group: a set is judged whole, member by member */

/* How a domain fails and how far apart its parts are; each field "not said" unless set. */
struct attributes {
	double down;          /* probability; negative: not said */
	duration mtbf, mttr;  /* DURATION_NONE: not said */
	duration rtt;
};

struct domain {
	str_id name;
	domain_id parent; /* of the root: itself */
	domain_id end;    /* one past its last descendant */
	uint8_t level;    /* 0 is the root; n is m->levels[n - 1] */
	struct place place;
};

struct shared {
	str_id name, kind; /* kind: free text, may be empty */
	domain_id *members;
	uint32_t nmembers;
	struct attributes attributes;
	struct place place;
};

struct link {
	domain_id a, b;
	duration rtt;
};

enum role { ROLE_VOTER, ROLE_WITNESS, ROLE_ARBITER, ROLE_LEARNER, ROLE_STANDBY, ROLE_BACKUP, ROLES };

/* What each role may do, as the README's table of roles says. */
struct role_info {
	const char *name;
	bool votes, acknowledges, holds_data, copies /* holds data and is not a backup */;
};
extern const struct role_info role_info[ROLES];

enum ack_rule { ACK_EXPR, ACK_INSYNC, ACK_LEADER };
enum failover { FAILOVER_AUTO, FAILOVER_MANUAL, FAILOVER_NONE };
enum fencing { FENCING_QUORUM, FENCING_NONE };

/* The expressions in force: when a write and a read may go on, and what acknowledges a write. */
struct quorums {
	struct expr write, read, ack; /* ack is meaningful with ACK_EXPR */
	enum ack_rule ack_rule;
};

/* The replication semantics of one service: its system with the service's own fields laid over it. */
struct semantics {
	const char *system;     /* its name, for people */
	struct quorums quorums;
	bool has_fallback;
	duration fallback_after;
	struct quorums fallback;
	uint32_t rebuild;       /* copies needed to have the data; 0: stateless */
	bool leader;            /* leader: one */
	bool serves_stale;      /* stale: serve */
	enum failover failover;
	enum fencing fencing;
	duration lag, every, restore;                       /* DURATION_NONE: unknown */
	duration detect, elect, promote, operator, reroute; /* 0 unless said */
};

/* Marks the levels that the expressions name, fallback included: [0, MAX_LEVELS]. */
void semantics_levels(const struct semantics *sem, bool ret_used[MAX_LEVELS + 1]);

#define LEVEL_SHARED 255 /* stands for shared domains where a level is meant */

enum spread_kind { SPREAD_AT_MOST, SPREAD_EVEN, SPREAD_AT_LEAST };
struct spread_goal {
	uint8_t level; /* or LEVEL_SHARED */
	enum spread_kind kind;
	uint32_t count;
	struct place place;
};

enum target { TARGET_WRITES, TARGET_READS, TARGET_DATA, TARGETS };
extern const char *const target_names[TARGETS];

/* One failure that a service must live through: a sequence of steps, each a sum of terms. */
struct survive_term { uint32_t count; uint8_t level; /* or LEVEL_SHARED */ };
struct survive_step { struct survive_term *terms; uint32_t nterms; };
struct survive_goal {
	const char *text;              /* as written: "2 rack + node" */
	bool targets[TARGETS];
	struct survive_step *steps;
	uint32_t nsteps;
	struct place place;
};

struct time_goal { bool set; duration limit; struct place place; };

enum need_mode { NEED_DOWN, NEED_READ_ONLY, NEED_FREEZE };
struct need { uint32_t service; enum need_mode mode; struct place place; };

struct service {
	str_id name;
	struct semantics sem;
	uint32_t first_group, ngroups; /* its groups are contiguous */
	struct spread_goal *spread;
	uint32_t nspread;
	struct survive_goal *survive;
	uint32_t nsurvive;
	struct time_goal rpo, rto;
	struct need *needs;
	uint32_t nneeds;
	struct place place;        /* its name in the file */
	struct place quorum_place; /* where its write expression was said; else its name */
};

struct group {
	str_id name;
	uint32_t roles;         /* index into m->rolesets: the roles of its replicas in listed order */
	uint32_t line, col;
};

struct roleset { uint8_t *roles; uint32_t len; };

struct scenario {
	const char *name;
	struct step *steps;
	uint32_t nsteps;
	struct place place;
};

/* A rule in SQL, for `check`: each row of its answer is a finding. */
struct asked_rule {
	const char *name, *sql;
	const char *message;       /* with {column} where a value goes; NULL: not said */
	enum severity severity;
	struct place place, sql_place, message_place;
};

struct model {
	struct arena arena;        /* everything small hangs here */
	struct strings *strings;
	const char *title;         /* "" when there is none */

	const char **levels;       /* names from the top, without the root */
	uint32_t nlevels;
	uint32_t *level_count;     /* domains at each level; [0] is 1, the root */

	struct domain *domains;
	uint32_t ndomains;         /* the root included */
	struct shared *shared;
	uint32_t nshared;

	struct attributes *level_attributes; /* [nlevels + 1], [0] the root's */
	struct domain_attributes { domain_id domain; struct attributes attributes; } *own_attributes; /* by domain */
	uint32_t nown_attributes;
	struct link *links;
	uint32_t nlinks;

	struct service *services;
	uint32_t nservices;
	struct group *groups;
	uint32_t ngroups;
	uint32_t *first_replica;   /* [ngroups + 1]: a group's replicas go up to the next one's first, in listed order */
	domain_id *replicas;       /* where each replica sits */
	uint32_t nreplicas;
	struct roleset *rolesets;
	uint32_t nrolesets;

	struct scenario *scenarios;
	uint32_t nscenarios;
	struct asked_rule *rules;
	uint32_t nrules;

	struct model_names *names; /* private to model/names.c */
	struct model_index *index; /* private to model/index.c */
};

/*
 * From a domain to the groups that have a replica on it: groups[first[d] .. first[d + 1]), each group once.
 * Because domains are in pre-order, a subtree's entries are contiguous too.
 */
struct groups_on {
	uint32_t *first; /* [ndomains + 1] */
	uint32_t *groups;
};

void model_free(struct model *m);

/* The service that group g belongs to: binary search. */
uint32_t model_service_of(const struct model *m, uint32_t group);
static inline uint32_t group_size(const struct model *m, uint32_t g)
{
	return m->first_replica[g + 1] - m->first_replica[g];
}
static inline const domain_id *group_places(const struct model *m, uint32_t g)
{
	return m->replicas + m->first_replica[g];
}
static inline const uint8_t *group_roles(const struct model *m, uint32_t g)
{
	return m->rolesets[m->groups[g].roles].roles;
}
/* The ancestor of d (or d itself) at `level`; NO_DOMAIN when d lies above that level. */
domain_id domain_at_level(const struct model *m, domain_id d, unsigned level);
static inline bool domain_contains(const struct model *m, domain_id outer, domain_id inner)
{
	return inner >= outer && inner < m->domains[outer].end;
}
/*
 * The reverse index, as old as the model. It is made when it is first asked for, by whichever thread: loading and
 * checking do without it. Not before the model is sealed.
 */
const struct groups_on *model_groups_on(const struct model *m);
/* Whether p is d, above it, or a shared domain with such a member. */
bool place_covers(const struct model *m, place_id p, domain_id d);
/* Bytes the model holds, for the bench. */
size_t model_bytes(const struct model *m);

#endif
