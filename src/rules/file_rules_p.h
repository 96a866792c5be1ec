/*
 * The rows of rules[] for what can be wrong with a file, FL001 to FL099: titles as in load/codes.h, and what
 * `faultline explain` says of each.
 *
 * Included into that table by rules.c, so that it stays short enough to be read beside the judging rules; a
 * table can't be put together from two arrays. Every row is about the text of a file, never about a placement.
 */
	{"FL001", SEVERITY_ERROR, "the text is not YAML",
	 "The file can't be read as YAML: a bracket or a quote is not closed, the indentation does not fit, or there is a "
	 "tab where only blanks may stand. Reading stops at the first such place, so there may be more behind it.",
	 "topology:\n"
	 "  us-east-1: {us-east-1a: [n1, n2]     # the brace is not closed\n"
	 "services:",
	 "Look at the place that is named, and at the line before it: a missing bracket is often noticed only later."},
	{"FL002", SEVERITY_ERROR, "the format version is missing or unknown",
	 "A file says in 'faultline' which version of the format it is written in. The only version is 1.",
	 "faultline: one",
	 "Write 'faultline: 1'."},
	{"FL003", SEVERITY_ERROR, "the file needs a newer faultline",
	 "The file is written in a version of the format that this faultline does not know.",
	 "faultline: 2",
	 "Install a newer faultline."},
	{"FL004", SEVERITY_ERROR, "the file is not a faultline file",
	 "The file is YAML, but has no key 'faultline', so it is meant for some other program. It is an error when the file "
	 "was named by hand; files found in a directory, or handed over by pre-commit, are skipped with a note.",
	 "apiVersion: v1\n"
	 "kind: Service",
	 "If the file is meant for faultline, begin it with 'faultline: 1'; else name another one."},
	{"FL005", SEVERITY_ERROR, "the text is not UTF-8",
	 "Files are text in UTF-8. This one contains bytes that are not, or is UTF-16 or UTF-32.",
	 "title: Zürich       # saved as Latin-1",
	 "Save the file as UTF-8."},
	{"FL006", SEVERITY_ERROR, "a character that text must not contain",
	 "The file contains a control character, or one of the rare characters that end a line in YAML and not in editors.",
	 "title: \"a\\0b\"      # U+0000, written as an escape",
	 "Remove the character."},
	{"FL007", SEVERITY_ERROR, "more than one document in a file",
	 "A line '---' begins a second YAML document. A faultline file is a single one.",
	 "faultline: 1\n"
	 "---\n"
	 "faultline: 1",
	 "Put each document into a file of its own."},
	{"FL008", SEVERITY_ERROR, "a name, value or comment is too long",
	 "One piece of text is longer than 1 MiB. Mostly a quote was opened and not closed, so that the rest of the file "
	 "became one value.",
	 "title: \"Orders platform     # the closing quote is missing\n"
	 "topology: …",
	 "Close the quote, or shorten the text."},
	{"FL009", SEVERITY_ERROR, "the nesting is too deep",
	 "Mappings and lists are nested more than 110 deep, those that aliases stand for included. There can be 100 levels "
	 "of domains at most.",
	 "topology: {a: {b: {c: {d: …}}}}      # and so on",
	 "Nest less deeply."},
	{"FL010", SEVERITY_ERROR, "aliases, ranges and rules expand to too much",
	 "With all aliases followed, all ranges and all groups that rules place written out, the file would have more than "
	 "100,000,000 values, or 256 MiB more of names.",
	 "x-a: &a [1, 2, 3, 4]\n"
	 "x-b: &b [*a, *a, *a, *a]\n"
	 "x-c: &c [*b, *b, *b, *b]             # and so on, twelve times",
	 "Expand less: narrow the ranges, place fewer groups, or use fewer aliases of aliases."},
	{"FL011", SEVERITY_ERROR, "too many domains",
	 "The topology has more than 1,000,000 domains once its ranges are written out.",
	 "topology: {eu: {az-(1..9): {dc: {rack-(1..999): [n-(1..999)]}}}}",
	 "Narrow the ranges, or leave out the lowest level where no replica sits."},
	{"FL012", SEVERITY_ERROR, "an alias of an anchor that was not seen before it",
	 "'*name' stands for what '&name' marks, and that has to come first in the file. Text that begins with '*' is taken "
	 "for an alias unless it is quoted.",
	 "services:\n"
	 "  orders: {<<: *defaults, replicas: [n1]}\n"
	 "x-defaults: &defaults {detect: 5s}",
	 "Move the anchor before its first use, or put the text in quotes."},
	{"FL013", SEVERITY_ERROR, "an alias inside the very thing that it stands for",
	 "The alias would have to contain itself, without end.",
	 "topology: &all\n"
	 "  us-east-1: *all",
	 "Write out what is meant instead of the alias."},
	{"FL014", SEVERITY_ERROR, "a merge key without a mapping",
	 "'<<' merges the keys of other mappings into this one. Its value has to be a mapping, or a list of mappings, "
	 "usually by alias.",
	 "services:\n"
	 "  orders: {<<: fast, replicas: [n1]}     # *fast was meant",
	 "Write '<<: *name' with the anchor of a mapping."},
	{"FL015", SEVERITY_ERROR, "too much text has to be kept for later",
	 "What stands under an anchor, or before the sections that it depends on, is kept until it can be understood: "
	 "30,000,000 values at most.",
	 "services: {…}      # millions of groups, before the topology that they refer to\n"
	 "topology: {…}",
	 "Anchor less, and let 'services' be the last key."},
	{"FL020", SEVERITY_ERROR, "an unknown key",
	 "The mapping has a key that means nothing there: mostly a slip of the pen, or a key that belongs one level higher "
	 "or lower. Only top-level keys that begin with 'x-' are ignored.",
	 "services:\n"
	 "  orders: {survives: [az], replicas: [n1]}   # the key is 'survive'",
	 "Correct the key; the finding says which one is close to it."},
	{"FL021", SEVERITY_ERROR, "a key stands twice",
	 "The same key is given twice in one mapping, and it would be unclear which one counts. The finding shows both.",
	 "services:\n"
	 "  orders:\n"
	 "    rto: 30s\n"
	 "    rto: 60s",
	 "Remove one of the two."},
	{"FL022", SEVERITY_ERROR, "a value of the wrong kind",
	 "A list, a mapping or plain text stands where one of the others is needed, or a value is missing.",
	 "services:\n"
	 "  orders: {replicas: n1}      # a list is needed: [n1]",
	 "Write the kind of value that the finding asks for."},
	{"FL023", SEVERITY_ERROR, "a required key is missing",
	 "The mapping means nothing without this key: a replica written as a mapping needs 'at', a link needs 'between' "
	 "and 'rtt'.",
	 "replicas: [n1, {role: learner}]      # on which domain?",
	 "Add the key."},
	{"FL024", SEVERITY_ERROR, "a key that is not text",
	 "A list or a mapping stands where the key of a mapping should be: often '{name}' or '[name]' before a colon.",
	 "services:\n"
	 "  [orders, carts]: {replicas: [n1]}",
	 "Write one name for each key."},
	{"FL025", SEVERITY_ERROR, "a name that can't be one",
	 "A name may be any text except an empty one, '/' (it separates the parts of a path), control characters, "
	 "bidirectional overrides and zero-width characters, which would make it look like another.",
	 "topology: {us/east: [n1]}",
	 "Choose a name without the character."},
	{"FL026", SEVERITY_ERROR, "a name is given twice",
	 "Two domains under the same parent, two services, two groups of a service, or two members of something have the "
	 "same name, once ranges are written out. The finding shows both.",
	 "topology:\n"
	 "  us-east-1a: [rack-(1..4), rack-3]",
	 "Rename or remove one of the two."},
	{"FL027", SEVERITY_ERROR, "a range that can't be expanded",
	 "A range is two whole numbers in parentheses with two dots between them, the smaller one first: 'n-(1..4)'. A "
	 "leading zero keeps the width: '(01..40)'.",
	 "topology: {us-east-1a: [n-(4..1)]}",
	 "Write the range as '(1..4)'."},
	{"FL028", SEVERITY_ERROR, "two keys that exclude each other",
	 "The mapping says one thing in two ways: a service has either 'groups', or 'replicas' for its one group.",
	 "services:\n"
	 "  orders: {replicas: [n1], groups: {orders-0: [n2]}}",
	 "Keep one of the two keys."},
	{"FL030", SEVERITY_ERROR, "an unknown domain",
	 "A domain is named by its name, by the tail of its path ('dc-b/rack-1'), or by its whole path with a leading slash. "
	 "No domain of the topology has this one.",
	 "topology: {us-east-1a: [rack-1]}\n"
	 "services:\n"
	 "  orders: {replicas: [rack-2]}",
	 "Correct the name, or add the domain to the topology."},
	{"FL031", SEVERITY_ERROR, "a reference that fits several domains",
	 "Several domains have this name, and a reference must match exactly one. The finding lists them.",
	 "topology: {a: [rack-1], b: [rack-1]}\n"
	 "services:\n"
	 "  orders: {replicas: [rack-1]}",
	 "Write more of the path: 'a/rack-1'."},
	{"FL032", SEVERITY_ERROR, "a shared domain or the root where a domain of the tree is meant",
	 "Replicas, members of shared domains and ends of links are domains of the tree. A shared domain is a set of "
	 "these, and the root contains all of them, so neither can stand here. Attributes of a shared domain stand in its "
	 "own mapping.",
	 "shared: {feed-7: {members: [n1]}}\n"
	 "services:\n"
	 "  orders: {replicas: [feed-7]}",
	 "Name a domain of the topology."},
	{"FL033", SEVERITY_ERROR, "levels that can't be used",
	 "'levels' names the levels of the topology from the widest to the narrowest: 1 to 100 different names without "
	 "blanks, none of them 'shared' or 'root', which mean something else.",
	 "levels: [region, shared]",
	 "Choose other names for the levels."},
	{"FL034", SEVERITY_ERROR, "an unknown level",
	 "'spread' and 'survive' speak of levels by the names that 'levels' gives them ([region, az, dc, rack, node] "
	 "unless the file says otherwise), or of 'shared' for the shared domains.",
	 "survive: [zone]      # the level is called az",
	 "Write one of the names in 'levels', or name your own levels there."},
	{"FL035", SEVERITY_ERROR, "domains nested deeper than there are levels",
	 "Each step of the topology's nesting is a level, from the first name in 'levels' on. Here a domain is nested below "
	 "the last one.",
	 "levels: [az, node]\n"
	 "topology: {eu: {eu-a: [n1]}}      # three deep",
	 "Name all levels in 'levels', or nest less deeply."},
	{"FL036", SEVERITY_ERROR, "a shared domain without members",
	 "A shared domain is the set of its members, which fail together. Without any, its failure would mean nothing.",
	 "shared: {feed-7: {kind: power}}",
	 "Add 'members: […]', or remove the shared domain."},
	{"FL037", SEVERITY_ERROR, "a shared domain with the name of a domain of the tree",
	 "Shared domains and domains of the tree are named in the same way, so one name can't stand for both.",
	 "topology: {feed-7: [n1]}\n"
	 "shared: {feed-7: {members: [n1]}}",
	 "Rename the shared domain."},
	{"FL038", SEVERITY_ERROR, "a link that does not join two separate domains",
	 "A link gives the round trip between two domains: exactly two of them, neither inside the other.",
	 "topology: {us-east-1: {us-east-1a: [n1]}}\n"
	 "links: [{between: [us-east-1, us-east-1a], rtt: 5ms}]      # one is inside the other",
	 "Name two domains that lie beside each other; what is inside a domain has its 'rtt' under 'domains'."},
	{"FL040", SEVERITY_ERROR, "not a duration",
	 "A duration is a decimal number without sign and one unit, without a blank between them: us, ms, s, m, h, d, w, mo "
	 "or y. Only 0 needs no unit. A month is a twelfth of a year.",
	 "rto: 30 seconds",
	 "Write it like '30s', '1.5h' or '6mo'."},
	{"FL041", SEVERITY_ERROR, "not a number in range",
	 "A number is needed here, and this is none, or it is too small or too large. The finding says what is possible.",
	 "spread: {az: 0}",
	 "Write a number within the bounds."},
	{"FL042", SEVERITY_ERROR, "not a quorum expression",
	 "'write', 'read' and 'ack' are terms joined by 'and'. A term is a count (a whole number, any, majority or all), "
	 "for the whole group or in a scope: 'in', then each, most, any, local or a whole number, and a level.",
	 "write: majority of az      # majority in each az",
	 "Write it like '2', 'majority' or 'majority and 1 in each az'."},
	{"FL043", SEVERITY_ERROR, "a word that is none of those possible here",
	 "The field takes one of a few words, and this is none of them. The finding says which there are.",
	 "leader: many      # one or none",
	 "Write one of the words."},
	{"FL050", SEVERITY_ERROR, "an unknown system",
	 "A service's 'system', or what a system is 'like', names neither a built-in system nor one under 'systems' in the "
	 "same file.",
	 "services:\n"
	 "  orders: {system: kafak, replicas: [n1]}",
	 "Correct the name ('faultline systems' lists the built-in ones), or describe the system under 'systems'."},
	{"FL051", SEVERITY_ERROR, "an own system with the name of a built-in one",
	 "A system of the file can't take a built-in one's name: readers would take it for that one.",
	 "systems:\n"
	 "  raft: {write: 1}",
	 "Give it another name and begin it with 'like: raft'."},
	{"FL052", SEVERITY_ERROR, "systems that are like each other in a circle",
	 "'like' makes a system start from another one. Here that leads back to the system itself.",
	 "systems:\n"
	 "  a: {like: b}\n"
	 "  b: {like: a}",
	 "Let one of them stand without 'like'."},
	{"FL053", SEVERITY_ERROR, "a parameter that can't be declared so",
	 "A parameter is a word of letters, digits, '_' and '-', with a default. It can't have the name of a field of "
	 "systems or services, because services set both in the same way.",
	 "systems:\n"
	 "  my-kv: {params: {write: 2}}",
	 "Rename the parameter, or give it a default."},
	{"FL054", SEVERITY_ERROR, "an unknown parameter",
	 "'$name' stands for the value of a parameter of the service's system, and there is none of that name.",
	 "systems:\n"
	 "  my-kv: {params: {copies: 2}, write: $copy}",
	 "Correct the name, or declare it under the system's 'params'."},
	{"FL055", SEVERITY_ERROR, "a value that is none of a parameter's choices",
	 "The system offers a few words for this parameter, each standing for something, and this is none of them.",
	 "systems:\n"
	 "  my-kv: {params: {level: {default: one, choices: {one: 1, most: majority}}}, write: $level}\n"
	 "services:\n"
	 "  orders: {system: my-kv, level: all, replicas: [n1]}",
	 "Write one of the choices."},
	{"FL056", SEVERITY_ERROR, "parameters that stand for each other without end",
	 "A parameter's value may contain other parameters, but here it comes back to itself, or grows too long.",
	 "systems:\n"
	 "  my-kv: {params: {a: $b, b: $a}, write: $a}",
	 "Give one of them a plain value."},
	{"FL057", SEVERITY_ERROR, "an acknowledgement by a leader where there is none",
	 "'ack: leader' means that the leader alone acknowledges a write, and with 'leader: none' there is none.",
	 "leader: none\n"
	 "ack: leader",
	 "Let the system have a leader, or acknowledge by a number of replicas."},
	{"FL060", SEVERITY_ERROR, "a service without groups",
	 "A service is its groups of replicas: 'groups', or 'replicas' where there is just one. With none of them there is "
	 "nothing to judge.",
	 "services:\n"
	 "  orders: {system: raft}",
	 "Add 'replicas: […]' or 'groups: {…}'."},
	{"FL061", SEVERITY_ERROR, "a group without replicas",
	 "The group's list is empty.",
	 "groups: {orders-0: []}",
	 "Say where its replicas sit, or remove the group."},
	{"FL062", SEVERITY_ERROR, "a group without a voter",
	 "Every group needs at least one replica with the role 'voter' (the role of a replica that says none): only voters "
	 "hold data and can lead.",
	 "groups:\n"
	 "  orders-0: [{at: n1, role: learner}, {at: n2, role: witness}]",
	 "Make one of the replicas a voter."},
	{"FL063", SEVERITY_ERROR, "too many replicas in one group",
	 "A group can have at most 4,096 replicas, ranges written out: it is judged whole, replica by replica. Often a list "
	 "of machines was given where each machine holds only some of the groups.",
	 "topology: {us-east-1: [n-(1..5000)]}\n"
	 "services:\n"
	 "  orders: {replicas: [n-(1..5000)]}",
	 "List for each group only the replicas that hold its data."},
	{"FL064", SEVERITY_ERROR, "an unknown role",
	 "A replica is a voter, a witness, an arbiter, a learner, a standby or a backup.",
	 "replicas: [n1, {at: n2, role: follower}]",
	 "Write one of the roles; leave it out for a voter."},
	{"FL065", SEVERITY_ERROR, "a voting replica above the level that an expression counts",
	 "The service's 'write', 'read' or 'ack' counts votes in the domains of a level, and this replica votes but is "
	 "placed on a wider domain, so it is in none of them.",
	 "topology: {us: {us-a: {dc: [rack-1, rack-2]}, us-b: {}}}\n"
	 "services:\n"
	 "  orders: {write: majority in each rack, replicas: [rack-1, rack-2, us-b]}      # us-b is an az",
	 "Place the replica on a domain of that level or beneath, or count at a higher level."},
	{"FL066", SEVERITY_ERROR, "a rule that asks for more replicas than there is room for",
	 "The replicas of a group that 'generate' places sit on different domains, and no more of them in one domain of a "
	 "level than 'spread' says. Here the domains that there are can't take all replicas of even one group, or a domain "
	 "has fewer others than 'scatter' asks for. Counted are the domains inside 'in', of 'level' or, where it is not "
	 "said, without children; those that lie above a level of 'spread' are left out.",
	 "topology: {us: {us-a: [dc-(1..9)], us-b: [dc-(1..9)]}}\n"
	 "services:\n"
	 "  kv: {groups: {generate: {count: 100, replicas: 3, spread: [az]}}}      # three replicas, two AZs",
	 "Place fewer replicas, spread them less, or over more domains."},
	{"FL067", SEVERITY_ERROR, "a rule that takes too much work to follow",
	 "Copysets take ceil(scatter / (replicas - 1)) permutations of all domains that replicas may sit on: permutations "
	 "times domains can be at most 10,000,000. And 'round-robin' gives up where nearly all that follows in its ring is "
	 "ruled out by 'spread', again and again, because nearly all domains are in the same one of that level.",
	 "topology: {us: [n-(1..5000)]}\n"
	 "services:\n"
	 "  kv: {groups: {generate: {count: 100, replicas: 3, method: copyset, scatter: 4900}}}",
	 "Scatter less, or write 'method: random'."},
	{"FL070", SEVERITY_ERROR, "not a spread",
	 "For each level, 'spread' is the largest number of a group's replicas in one domain, or 'even', or 'at least N' "
	 "for the number of distinct domains.",
	 "spread: {az: one}",
	 "Write a whole number, 'even' or 'at least N'."},
	{"FL071", SEVERITY_ERROR, "not a failure to survive",
	 "A failure is a sum of levels, each with a number before it if there is more than one domain: 'az', '2 rack', "
	 "'az + node'. 'then' makes a sequence of steps.",
	 "survive: [az and node]      # az + node",
	 "Join what dies at once with '+', and what dies later with 'then'."},
	{"FL072", SEVERITY_ERROR, "a needed service that there is not",
	 "'needs' names services of the same file, and there is none of this name.",
	 "services:\n"
	 "  orders: {needs: [controller], replicas: [n1]}\n"
	 "  controllers: {replicas: [n2]}",
	 "Correct the name, or describe the service."},
	{"FL073", SEVERITY_ERROR, "services that need each other in a circle",
	 "None of the services in the circle could ever start after all had stopped, so no verdict on them would make sense.",
	 "services:\n"
	 "  a: {needs: [b], replicas: [n1]}\n"
	 "  b: {needs: [a], replicas: [n2]}",
	 "Remove one of the needs: often one service only prefers the other."},
	{"FL074", SEVERITY_ERROR, "a scenario that can't be played",
	 "A scenario is a list of steps, each made of actions as on the command line: 'kill us-east-1a and drain rack-1'. "
	 "This one has a step with an unknown action or domain, or without any.",
	 "scenarios:\n"
	 "  outage: [stop us-east-1a]      # kill us-east-1a",
	 "Correct the step; 'faultline whatif --help' shows the actions."},
	{"FL075", SEVERITY_ERROR, "a rule that can't be asked",
	 "A rule in 'rules' is a question in SQL about the placement. This one is not SQL, names a table or a column that "
	 "there is not, or would do something else than SELECT; or its message has a column in braces that the question "
	 "does not have.",
	 "rules:\n"
	 "  no-leader-in-b: {sql: \"SELECT name FROM groups\"}     # the table is 'grps'",
	 "Try it: 'faultline sql FILE \"SELECT …\"'; 'faultline sql FILE --tables' lists tables and columns."},
