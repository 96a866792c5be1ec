/* rules - the table: see rules/rules.h */
#include <string.h>
#include <strings.h>

#include "rules/rules.h"

const struct rule rules[] = {
#include "rules/file_rules_p.h"
	{"FL101", SEVERITY_ERROR, "too many replicas of a group in one domain",
	 "The service's 'spread' allows at most so many replicas of one group in one domain of a level, and a group has "
	 "more. They die together when that domain does. All roles but backup count; with the level 'shared', the "
	 "domains are the shared ones, such as power feeds.",
	 "spread: {az: 1}\n"
	 "groups:\n"
	 "  orders-0: [us-east-1a/n1, us-east-1a/n2, us-east-1b/n1]   # two in us-east-1a",
	 "Move one of the replicas to a domain that holds none of the group (the finding names one), or allow more."},
	{"FL102", SEVERITY_ERROR, "replicas of a group unevenly spread",
	 "The service's 'spread' says 'even' for a level: at most ceil(replicas / domains) of a group in one domain, where "
	 "the domains are those of the level inside the smallest domain that holds the whole group.",
	 "spread: {rack: even}",
	 "Move replicas from the fullest domain to the emptiest."},
	{"FL103", SEVERITY_ERROR, "a group in too few domains",
	 "The service's 'spread' asks for a group to be in at least so many distinct domains of a level.",
	 "spread: {az: at least 3}",
	 "Move a replica to a domain that holds none of the group, or ask for fewer."},
	{"FL201", SEVERITY_ERROR, "a service stops in a failure that it must live through",
	 "The service's 'survive' names a failure, and some domains of that kind, dead at once, leave a group without "
	 "writes or reads (whichever was asked for; both, unless 'survive' says otherwise). The finding names the domains, "
	 "the votes left and the votes needed. Judged from the healthy state, every set of domains is tried.",
	 "survive: [az]\n"
	 "groups:\n"
	 "  orders-0: [a/n1, a/n2, b/n1]   # az a holds two of three votes",
	 "Move replicas out of the domain that is named, into one that holds none; or add voting replicas, or a witness, "
	 "elsewhere."},
	{"FL202", SEVERITY_ERROR, "acknowledged data does not survive a failure that it must",
	 "The service's 'survive' names a failure, and some domains of that kind, dead at once and never back, may hold "
	 "the only copies of writes that were acknowledged: the data is not 'safe'.",
	 "write: 1\nsurvive: {data: [node]}   # a write acknowledged by one node dies with it",
	 "Acknowledge on more replicas ('ack', 'write', 'min_insync'), or spread them over more domains."},
	{"FL203", SEVERITY_ERROR, "a group is broken with everything alive",
	 "Writes or reads do not go on, or acknowledged data is not safe, although every domain is alive. The tolerance "
	 "of such a service is -1 at every level.",
	 "rebuild: 3\nack: 2   # a write acknowledged by two replicas can't be rebuilt from three",
	 "Compare 'write', 'read', 'ack' and 'rebuild' with the number of voting replicas."},
	{"FL204", SEVERITY_ERROR, "a needed service stops in a failure that must be lived through",
	 "The service itself would go on, but a service in its 'needs' stops altogether, and takes this one with it: with "
	 "'down' when nothing of it reads, with 'read-only' when nothing of it writes, with 'freeze' when besides a leader "
	 "is lost that nobody can replace.",
	 "app:\n  needs: [db]\n  survive: [az]\ndb:\n  replicas: [a/n1, a/n2, b/n1]   # az a stops it",
	 "Make the needed service survive as much, or need less of it."},
	{"FL301", SEVERITY_ERROR, "more writes may be lost than the target allows",
	 "In some failure that 'survive' names, the newest writes of a group may be lost, and they are more than 'rpo' allows.",
	 "rpo: 0s\nlag: 1s\nsurvive: {writes: [node]}   # an asynchronous standby takes over",
	 "Acknowledge on a copy that survives, or allow a larger 'rpo'."},
	{"FL302", SEVERITY_ERROR, "writes come back later than the target allows",
	 "In some failure that 'survive' names, a group takes writes again only after more than 'rto' allows, or does not "
	 "by itself.",
	 "rto: 30s\ndetect: 10s\nelect: 5s\nreroute: 60s",
	 "Detect sooner, reroute faster (a shorter TTL), or let failover be automatic."},
	{"FL401", SEVERITY_NOTE, "an even number of voters",
	 "A majority of an even number of voters survives no more deaths than a majority of one voter fewer.",
	 "orders-0: [n1, n2, n3, n4]   # survives one death, as three do",
	 "Take one voter away, or add one."},
	{"FL402", SEVERITY_NOTE, "reads that need not meet writes",
	 "The replicas that answer a read and those that acknowledged a write may have none in common, so that a read may "
	 "miss the newest write. Said where nobody leads: a leader has every write.",
	 "leader: none\nwrite: 1\nread: 1",
	 "Let the two add up to more than all the voting replicas, if reads must see every write."},
	{"FL403", SEVERITY_NOTE, "writes that need not meet each other",
	 "Two writes may be acknowledged by replicas that have none in common, so that replicas may come to differ. Said "
	 "where nobody leads and nothing fences writers off: a leader, or a single writer, puts writes in order.",
	 "leader: none\nfencing: none\nwrite: 1",
	 "Acknowledge by a majority, if writes must not conflict."},
	{"FL404", SEVERITY_ERROR, "an expression that can never be satisfied",
	 "Even all of a group's replicas don't satisfy one of its expressions: the group simply never takes writes, or never "
	 "serves reads; of its fallback's, that it never comes into force.",
	 "write: 4\ngroups:\n  g: [n1, n2, n3]",
	 "Ask for no more than there are, or add voting replicas."},
	{"FL405", SEVERITY_NOTE, "two replicas of a group on one node",
	 "Two replicas of one group sit on the same domain of the last level: they die together, and count as two votes "
	 "that are only one failure apart from none.",
	 "g: [n1, n1, n2]",
	 "Move one of them, or say 'spread: [node]' to have this judged as an error."},
	{"FL406", SEVERITY_NOTE, "a level with a single domain",
	 "All of the topology is inside one domain of that level: no placement can survive its death. This is said once, "
	 "and not of every group.",
	 "topology:\n  us-east-1: …   # the only region",
	 "Nothing, if that is meant; else add another domain of the level."},
	{"FL407", SEVERITY_NOTE, "a stretch over two domains",
	 "A group's voters sit in two domains of a level, and writes stop without one of them. Two sites can't both be "
	 "spared by a majority: a third is needed to decide.",
	 "g: [a/n1, a/n2, b/n1]",
	 "Put a voting replica, or a witness, in a third domain."},
	{"FL408", SEVERITY_NOTE, "data that is safe only while every replica is in sync",
	 "With 'ack: insync' a write is on every replica that is in sync. The service survives the failure with its data "
	 "while all of them are; with only as many in sync as a write needs, it does not.",
	 "ack: insync\nwrite: 2   # of three: two deaths are safe only while all three are in sync",
	 "Ask for more in-sync replicas to write, or watch for replicas that fall behind."},
	{"FL409", SEVERITY_NOTE, "a replica above the level of a spread",
	 "A replica is placed on a domain above the level that 'spread' counts, so that it is in none of them and left out.",
	 "spread: {rack: 1}\ngroups:\n  g: [rack-1, rack-2, us-east-1b]   # the last is an az",
	 "Name the rack, if it is known."},
	{"FL410", SEVERITY_NOTE, "a time target without a failure to judge it under",
	 "'rpo' and 'rto' are judged under each failure that 'survive' names; without one they are not judged.",
	 "rto: 30s",
	 "Add 'survive: [node]', or the failure that the target is meant for."},
	{"FL411", SEVERITY_WARNING, "too many sets of domains to try",
	 "The failure can take so many different sets of domains that not all of them were tried. None of those tried breaks "
	 "the service, and some other may.",
	 "survive: [20 node]",
	 "Ask for fewer deaths at once."},
	{"FL412", SEVERITY_NOTE, "a death that leaves a far quorum",
	 "A death that the service lives through leaves a group writing, but its writes then take ten times as long or "
	 "longer: they wait for a replica that is far away, where a near one used to be enough. Single deaths of each level "
	 "that 'survive' names are tried, from the leader that there is then; round trips are those that 'faultline latency' "
	 "goes by ('rtt' and 'links', or defaults by the levels' names). Groups of more than 32 replicas are not looked at.",
	 "survive: [az]\n"
	 "groups:\n"
	 "  orders-0: [us-1a/n1, us-1b/n1, eu-1a/n1]   # without us-1b, every write crosses the ocean",
	 "Place one more voting replica near the others, or ask 'faultline latency FILE --after \"kill …\"' whether that is "
	 "fast enough."},
	{"FL413", SEVERITY_NOTE, "an ignore that does not apply",
	 "A comment in the file would silence a finding, but gives no reason, names no code or one that there is not, or one of "
	 "the file itself (FL0xx), which can't be ignored. A comment beside a value is about the findings on its line, one alone "
	 "on a line about those on the next.",
	 "survive: [az]   # faultline:ignore FL201      (no reason)",
	 "Write it so: '# faultline:ignore FL201 -- the third zone comes in May'; several codes have commas between them."},
	{"FL414", SEVERITY_NOTE, "an ignore that silences nothing",
	 "A comment in the file silences a finding that there is not, or not on that line: it was put right, or has moved.",
	 "# faultline:ignore FL401 -- the fourth is for maintenance\norders-0: [n1, n2, n3]",
	 "Take the code away, or move the comment to the line of the finding, or above it."},
	{"FL501", SEVERITY_ERROR, "a row that a rule of the file finds",
	 "The file has rules of its own: questions in SQL, each row of whose answer is a finding, with the severity that the "
	 "rule says. The finding begins with the rule's name, and stands at the group or the service that the row names in "
	 "a column 'grp' or 'service', or else at the rule.",
	 "rules:\n  no-leader-in-b:\n    sql: \"SELECT grp, az FROM replicas WHERE leader AND az = '/us/b'\"\n"
	 "    message: \"it leads from {az}\"",
	 "What the rule asks for: whoever wrote it says in its message what is wrong."},
	{"FL502", SEVERITY_ERROR, "a rule of the file that was not answered to its end",
	 "All rules of a file together may take 500 million steps, 20 seconds and 256 MB, and each may find 10,000 rows, so that "
	 "no file can keep a hook from ending. Or a value in the question could not be worked out, such as a verdict of "
	 "actions that name no domain. What the rule would have found beyond that is not known.",
	 "rules:\n  all-pairs: {sql: \"SELECT 1 FROM grps a, grps b WHERE a.line > b.line\"}",
	 "Ask for less, join by ids, or count instead of listing."},
	{0},
};

const struct rule *rule_by_code(const char *code)
{
	for (const struct rule *r = rules; r->code; r++)
		if (!strcasecmp(r->code, code))
			return r;
	return NULL;
}
