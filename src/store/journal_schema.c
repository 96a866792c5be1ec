/* The journal's schema: see journal_schema in journal_p.h. */
#include "store/journal_p.h"

/* Explorations. steps.number counts from 1 in the order in which they were taken. rpo and rto: microseconds, NULL
 * where there is no bound. */
static const char explorations[] =
	"CREATE TABLE contents("
	"  id INTEGER PRIMARY KEY,"
	"  hash TEXT NOT NULL UNIQUE,"
	"  bytes INTEGER NOT NULL,"
	"  text BLOB);"
	"CREATE TABLE explorations("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  file TEXT NOT NULL,"
	"  path TEXT NOT NULL,"
	"  content INTEGER NOT NULL REFERENCES contents(id),"
	"  began INTEGER NOT NULL,"
	"  last INTEGER NOT NULL,"
	"  name TEXT NOT NULL DEFAULT '');"
	"CREATE INDEX explorations_by_last ON explorations(last);"
	"CREATE INDEX explorations_by_content ON explorations(content);"
	"CREATE TABLE steps("
	"  exploration INTEGER NOT NULL REFERENCES explorations(id) ON DELETE CASCADE,"
	"  number INTEGER NOT NULL,"
	"  at INTEGER NOT NULL,"
	"  actions TEXT NOT NULL,"
	"  undone INTEGER NOT NULL,"
	"  ok INTEGER NOT NULL, degraded INTEGER NOT NULL, at_risk INTEGER NOT NULL, write_only INTEGER NOT NULL,"
	"  read_only INTEGER NOT NULL, stale INTEGER NOT NULL, down INTEGER NOT NULL, split INTEGER NOT NULL,"
	"  data_safe INTEGER NOT NULL, data_tail INTEGER NOT NULL, data_stale INTEGER NOT NULL,"
	"  data_backup INTEGER NOT NULL, data_lost INTEGER NOT NULL,"
	"  rpo INTEGER, rto INTEGER,"
	"  stopped INTEGER NOT NULL,"
	"  PRIMARY KEY(exploration, number)) WITHOUT ROWID;";

/* Checks. tolerances.value: NULL where no number of deaths breaks it. */
static const char checks[] =
	"CREATE TABLE checks("
	"  id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  at INTEGER NOT NULL,"
	"  file TEXT NOT NULL,"
	"  path TEXT NOT NULL,"
	"  hash TEXT NOT NULL,"
	"  revision TEXT NOT NULL,"
	"  errors INTEGER NOT NULL, warnings INTEGER NOT NULL, notes INTEGER NOT NULL);"
	"CREATE INDEX checks_by_path ON checks(path, at);"
	"CREATE TABLE findings("
	"  id INTEGER PRIMARY KEY,"
	"  checked INTEGER NOT NULL REFERENCES checks(id) ON DELETE CASCADE,"
	"  code TEXT NOT NULL, severity TEXT NOT NULL, service TEXT NOT NULL,"
	"  groups INTEGER NOT NULL,"
	"  message TEXT NOT NULL);"
	"CREATE INDEX findings_by_check ON findings(checked);"
	"CREATE TABLE tolerances("
	"  id INTEGER PRIMARY KEY,"
	"  checked INTEGER NOT NULL REFERENCES checks(id) ON DELETE CASCADE,"
	"  service TEXT NOT NULL, target TEXT NOT NULL, level TEXT NOT NULL,"
	"  value INTEGER);"
	"CREATE INDEX tolerances_by_check ON tolerances(checked);";

/*
 * What an exploration is known by to who writes it: a COMMIT that fails may have been carried out all the same, and
 * is tried again. 0: written before there were tokens.
 */
static const char tokens[] =
	"ALTER TABLE explorations ADD COLUMN token INTEGER NOT NULL DEFAULT 0;"
	"CREATE UNIQUE INDEX explorations_by_token ON explorations(token) WHERE token <> 0;";

const char *const journal_schema[] = { explorations, checks, tokens };
const int journal_version = sizeof(journal_schema) / sizeof(*journal_schema);
