/*
 * codes - what can be wrong with a file, FL001 to FL099: one table for the messages' codes and their titles.
 *
 * Codes are stable: users silence and look up messages by them. A code that goes out of use stays unused.
 */
#ifndef LOAD_CODES_H
#define LOAD_CODES_H

#include <stddef.h>

#define LOAD_CODES(X) /* name, code, title */ \
	X(YAML_SYNTAX,        "FL001", "the text is not YAML") \
	X(BAD_VERSION,        "FL002", "the format version is missing or unknown") \
	X(NEWER_VERSION,      "FL003", "the file needs a newer faultline") \
	X(FOREIGN_FILE,       "FL004", "the file is not a faultline file") \
	X(BAD_ENCODING,       "FL005", "the text is not UTF-8") \
	X(BAD_CHARACTER,      "FL006", "a character that text must not contain") \
	X(SEVERAL_DOCUMENTS,  "FL007", "more than one document in a file") \
	X(TOO_LONG,           "FL008", "a name, value or comment is too long") \
	X(TOO_DEEP,           "FL009", "the nesting is too deep") \
	X(TOO_MANY_NODES,     "FL010", "aliases, ranges and rules expand to too much") \
	X(TOO_MANY_DOMAINS,   "FL011", "too many domains") \
	X(UNKNOWN_ANCHOR,     "FL012", "an alias of an anchor that was not seen before it") \
	X(RECURSIVE_ALIAS,    "FL013", "an alias inside the very thing that it stands for") \
	X(BAD_MERGE,          "FL014", "a merge key without a mapping") \
	X(TOO_MUCH_KEPT,      "FL015", "too much text has to be kept for later") \
	X(UNKNOWN_KEY,        "FL020", "an unknown key") \
	X(DUPLICATE_KEY,      "FL021", "a key stands twice") \
	X(WRONG_TYPE,         "FL022", "a value of the wrong kind") \
	X(MISSING_KEY,        "FL023", "a required key is missing") \
	X(BAD_KEY,            "FL024", "a key that is not text") \
	X(BAD_NAME,           "FL025", "a name that can't be one") \
	X(DUPLICATE_NAME,     "FL026", "a name is given twice") \
	X(BAD_RANGE,          "FL027", "a range that can't be expanded") \
	X(CLASHING_KEYS,      "FL028", "two keys that exclude each other") \
	X(UNKNOWN_DOMAIN,     "FL030", "an unknown domain") \
	X(AMBIGUOUS_DOMAIN,   "FL031", "a reference that fits several domains") \
	X(NOT_A_TREE_DOMAIN,  "FL032", "a shared domain or the root where a domain of the tree is meant") \
	X(BAD_LEVELS,         "FL033", "levels that can't be used") \
	X(UNKNOWN_LEVEL,      "FL034", "an unknown level") \
	X(BELOW_LEVELS,       "FL035", "domains nested deeper than there are levels") \
	X(NO_MEMBERS,         "FL036", "a shared domain without members") \
	X(SHARED_NAME_TAKEN,  "FL037", "a shared domain with the name of a domain of the tree") \
	X(BAD_LINK,           "FL038", "a link that does not join two separate domains") \
	X(BAD_DURATION,       "FL040", "not a duration") \
	X(BAD_NUMBER,         "FL041", "not a number in range") \
	X(BAD_EXPRESSION,     "FL042", "not a quorum expression") \
	X(UNKNOWN_WORD,       "FL043", "a word that is none of those possible here") \
	X(UNKNOWN_SYSTEM,     "FL050", "an unknown system") \
	X(BUILTIN_SYSTEM,     "FL051", "an own system with the name of a built-in one") \
	X(CIRCULAR_LIKE,      "FL052", "systems that are like each other in a circle") \
	X(BAD_PARAMETER,      "FL053", "a parameter that can't be declared so") \
	X(UNKNOWN_PARAMETER,  "FL054", "an unknown parameter") \
	X(BAD_CHOICE,         "FL055", "a value that is none of a parameter's choices") \
	X(ENDLESS_PARAMETER,  "FL056", "parameters that stand for each other without end") \
	X(LEADERLESS_ACK,     "FL057", "an acknowledgement by a leader where there is none") \
	X(NO_GROUPS,          "FL060", "a service without groups") \
	X(EMPTY_GROUP,        "FL061", "a group without replicas") \
	X(NO_VOTER,           "FL062", "a group without a voter") \
	X(TOO_MANY_REPLICAS,  "FL063", "too many replicas in one group") \
	X(UNKNOWN_ROLE,       "FL064", "an unknown role") \
	X(VOTER_ABOVE_LEVEL,  "FL065", "a voting replica above the level that an expression counts") \
	X(NO_ROOM,            "FL066", "a rule that asks for more replicas than there is room for") \
	X(TOO_MUCH_PLACING,   "FL067", "a rule that takes too much work to follow") \
	X(BAD_SPREAD,         "FL070", "not a spread") \
	X(BAD_SURVIVE,        "FL071", "not a failure to survive") \
	X(UNKNOWN_NEED,       "FL072", "a needed service that there is not") \
	X(CIRCULAR_NEEDS,     "FL073", "services that need each other in a circle") \
	X(BAD_SCENARIO,       "FL074", "a scenario that can't be played") \
	X(BAD_RULE,           "FL075", "a rule that can't be asked")

struct load_code_info { const char *code, *title; };
extern const struct load_code_info load_codes[]; /* in the table's order */
extern const size_t nload_codes;

#endif
