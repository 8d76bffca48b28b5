/*
 * tailord's store as SQL. STRICT tables; documents, versions, receipts and
 * the feed are append-only by trigger.
 */
#include "store/runtime_schema.h"

#define REFUSE(table, verb, words)                                             \
    "CREATE TRIGGER " table "_no_" verb " BEFORE " verb " ON " table           \
    " BEGIN SELECT RAISE(ABORT, '" words "'); END;\n"
#define APPEND_ONLY(table, words)                                              \
    REFUSE(table, "UPDATE", words) REFUSE(table, "DELETE", words)

/* clang-format off */
#define WHO                                                                    \
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL)"             \
    " STRICT, WITHOUT ROWID;\n"                                                \
    "CREATE TABLE token(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"       \
    " kind INTEGER NOT NULL CHECK(kind BETWEEN 0 AND 2),"                      \
    " name TEXT NOT NULL, environment INTEGER NOT NULL,"                       \
    " hash BLOB NOT NULL UNIQUE, created_at INTEGER NOT NULL,"                 \
    " revoked_at INTEGER) STRICT;\n"                                           \
    "CREATE UNIQUE INDEX token_by_name ON token(kind, name)"                   \
    " WHERE revoked_at IS NULL;\n"                                             \
    "CREATE TABLE origin(url TEXT PRIMARY KEY, added_at INTEGER NOT NULL)"     \
    " STRICT, WITHOUT ROWID;\n"                                                \
    "CREATE TABLE user(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"        \
    " environment INTEGER NOT NULL, username TEXT NOT NULL, full_name TEXT,"   \
    " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"               \
    " deleted_at INTEGER) STRICT;\n"                                           \
    "CREATE UNIQUE INDEX user_by_name ON user(environment, username)"          \
    " WHERE deleted_at IS NULL;\n"                                             \
    "CREATE INDEX user_by_age ON user(environment, n)"                         \
    " WHERE deleted_at IS NULL;\n"                                             \
    "CREATE TABLE link(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"        \
    " hash BLOB NOT NULL UNIQUE, user INTEGER NOT NULL REFERENCES user,"       \
    " integration INTEGER NOT NULL REFERENCES integration,"                    \
    " purpose INTEGER NOT NULL, created_at INTEGER NOT NULL,"                  \
    " expires_at INTEGER NOT NULL, used_at INTEGER) STRICT;\n"

#define CATALOGUE                                                              \
    "CREATE TABLE integration(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE," \
    " key TEXT NOT NULL, name TEXT NOT NULL, app TEXT NOT NULL, icon TEXT,"    \
    " active INTEGER NOT NULL DEFAULT 1, connectors TEXT NOT NULL,"            \
    " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;\n"     \
    "CREATE INDEX integration_by_key ON integration(key);\n"                   \
    "CREATE TABLE workflow(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"    \
    " integration INTEGER NOT NULL REFERENCES integration, key TEXT NOT NULL," \
    " name TEXT NOT NULL, position INTEGER NOT NULL,"                          \
    " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;\n"     \
    "CREATE INDEX workflow_of_integration ON workflow(integration, position);" \
    "\nCREATE INDEX workflow_by_name ON workflow(name);\n"                     \
    "CREATE TABLE document(n INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"  \
    " kind TEXT NOT NULL CHECK(kind IN ('workflow', 'connector')),"            \
    " body TEXT NOT NULL) STRICT;\n"                                           \
    APPEND_ONLY("document", "a stored document never changes")                 \
    "CREATE INDEX document_connector ON document(n)"                           \
    " WHERE kind = 'connector';\n"                                             \
    "CREATE TABLE trigger_of(hash TEXT PRIMARY KEY REFERENCES document(hash)," \
    " kind TEXT NOT NULL, event TEXT, sample TEXT) STRICT, WITHOUT ROWID;\n"   \
    "CREATE TABLE version(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"     \
    " workflow INTEGER NOT NULL REFERENCES workflow,"                          \
    " installation INTEGER REFERENCES installation,"                           \
    " base_no INTEGER NOT NULL, fork_no INTEGER NOT NULL DEFAULT 0,"           \
    " hash TEXT NOT NULL REFERENCES document(hash),"                           \
    " released_at INTEGER NOT NULL, released_by TEXT NOT NULL) STRICT;\n"      \
    "CREATE UNIQUE INDEX version_base ON version(workflow, base_no)"           \
    " WHERE installation IS NULL;\n"                                           \
    "CREATE UNIQUE INDEX version_fork ON"                                      \
    " version(installation, workflow, base_no, fork_no)"                       \
    " WHERE installation IS NOT NULL;\n"                                       \
    APPEND_ONLY("version", "a released version never changes")

/* Nothing may point at a version of another installation or workflow. */
#define OWN_VERSION(verb)                                                      \
    "CREATE TRIGGER installed_own_" verb " BEFORE " verb " ON installed"       \
    " WHEN EXISTS(SELECT 1 FROM version v WHERE v.n IN (NEW.live,"             \
    " NEW.awaiting) AND (v.workflow <> NEW.workflow"                           \
    " OR v.installation <> NEW.installation))"                                 \
    " BEGIN SELECT RAISE(ABORT, 'the version belongs to another installation"  \
    " or workflow'); END;\n"

/* withdrawn: a row a version that was withdrawn by an installation. */
#define INSTALLED                                                              \
    "CREATE TABLE installation(n INTEGER PRIMARY KEY, id TEXT NOT NULL"        \
    " UNIQUE, user INTEGER NOT NULL REFERENCES user,"                          \
    " integration INTEGER NOT NULL REFERENCES integration,"                    \
    " state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 3),"                    \
    " created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"               \
    " UNIQUE(user, integration)) STRICT;\n"                                    \
    "CREATE INDEX installation_of_integration ON installation(integration);\n" \
    "CREATE TABLE installed(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"   \
    " installation INTEGER NOT NULL REFERENCES installation,"                  \
    " workflow INTEGER NOT NULL REFERENCES workflow,"                          \
    " live INTEGER REFERENCES version, awaiting INTEGER REFERENCES version,"   \
    " needs TEXT, active INTEGER NOT NULL DEFAULT 1,"                          \
    " paused INTEGER NOT NULL DEFAULT 0, todo INTEGER NOT NULL DEFAULT 0,"     \
    " installed_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,"             \
    " UNIQUE(installation, workflow),"                                         \
    " CHECK(live IS NOT NULL OR active = 0)) STRICT;\n"                        \
    OWN_VERSION("INSERT") OWN_VERSION("UPDATE")                                \
    "CREATE INDEX installed_of_workflow ON installed(workflow);\n"             \
    "CREATE TABLE was_live(installed INTEGER NOT NULL REFERENCES installed,"   \
    " version INTEGER NOT NULL REFERENCES version, since INTEGER NOT NULL,"    \
    " PRIMARY KEY(installed, version)) STRICT, WITHOUT ROWID;\n"               \
    "CREATE TABLE withdrawn(installed INTEGER NOT NULL REFERENCES installed,"  \
    " version INTEGER NOT NULL REFERENCES version, at INTEGER NOT NULL,"       \
    " PRIMARY KEY(installed, version)) STRICT, WITHOUT ROWID;\n"               \
    "CREATE TABLE answer(installation INTEGER NOT NULL"                        \
    " REFERENCES installation, workflow INTEGER NOT NULL REFERENCES workflow," \
    " block TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,"          \
    " updated_at INTEGER NOT NULL,"                                            \
    " PRIMARY KEY(installation, workflow, block, field))"                      \
    " STRICT, WITHOUT ROWID;\n"                                                \
    "CREATE TABLE credential(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"  \
    " user INTEGER NOT NULL REFERENCES user, app TEXT NOT NULL,"               \
    " name TEXT NOT NULL, kind TEXT NOT NULL, scopes TEXT NOT NULL,"           \
    " sealed BLOB, key_no INTEGER NOT NULL DEFAULT 0,"                         \
    " state INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL,"          \
    " updated_at INTEGER NOT NULL, deleted_at INTEGER) STRICT;\n"              \
    "CREATE INDEX credential_of_user ON credential(user, app, n)"              \
    " WHERE deleted_at IS NULL;\n"                                             \
    "CREATE TABLE connected(installation INTEGER NOT NULL"                     \
    " REFERENCES installation, app TEXT NOT NULL,"                             \
    " credential INTEGER NOT NULL REFERENCES credential,"                      \
    " PRIMARY KEY(installation, app)) STRICT, WITHOUT ROWID;\n"                \
    "CREATE INDEX connected_by_credential ON connected(credential);\n"

/* The feed and the receipts count for each environment by itself, so that its
 * console sees every number; the newest row is never deleted. */
#define TOLD                                                                   \
    "CREATE TABLE feed(environment INTEGER NOT NULL,"                          \
    " sequence INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,"     \
    " body TEXT NOT NULL, PRIMARY KEY(environment, sequence))"                 \
    " STRICT, WITHOUT ROWID;\n"                                                \
    REFUSE("feed", "UPDATE", "a feed record never changes")                    \
    "CREATE TABLE receipt(environment INTEGER NOT NULL,"                       \
    " sequence INTEGER NOT NULL, key TEXT NOT NULL, request TEXT NOT NULL,"    \
    " body TEXT NOT NULL, head TEXT NOT NULL, at INTEGER NOT NULL,"            \
    " PRIMARY KEY(environment, sequence), UNIQUE(environment, key))"           \
    " STRICT, WITHOUT ROWID;\n"                                                \
    APPEND_ONLY("receipt", "a receipt never changes")                          \
    "CREATE TABLE run_count(installed INTEGER PRIMARY KEY"                     \
    " REFERENCES installed, done INTEGER NOT NULL, failed INTEGER NOT NULL,"   \
    " parked INTEGER NOT NULL, set_aside INTEGER NOT NULL) STRICT;\n"          \
    "CREATE TABLE look(n INTEGER PRIMARY KEY, at INTEGER NOT NULL,"            \
    " actor TEXT NOT NULL, token TEXT NOT NULL, run INTEGER NOT NULL"          \
    " REFERENCES run) STRICT;\n"                                               \
    "CREATE INDEX look_of_run ON look(run);\n"                                 \
    APPEND_ONLY("look", "a look at a payload stays on record")

/* run.state: enum rt_run_state; park: enum rt_park where it is parked.
 * step.state: enum rt_step_state; place: positions of the elements around it
 * ("3.1"), page: of a search. */
#define JOURNAL                                                                \
    "CREATE TABLE run(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"         \
    " execution TEXT NOT NULL UNIQUE,"                                         \
    " installed INTEGER NOT NULL REFERENCES installed,"                        \
    " version INTEGER REFERENCES version,"                                     \
    " state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 5),"                    \
    " park INTEGER NOT NULL DEFAULT 0, park_app TEXT, cause TEXT,"             \
    " event TEXT, label TEXT, input TEXT NOT NULL,"                            \
    " accepted_at INTEGER NOT NULL, started_at INTEGER,"                       \
    " stopped_at INTEGER, message TEXT, block TEXT,"                           \
    " set_aside INTEGER NOT NULL DEFAULT 0, expires_at INTEGER NOT NULL)"      \
    " STRICT;\n"                                                               \
    "CREATE INDEX run_of_installed ON run(installed, n);\n"                    \
    "CREATE INDEX run_by_state ON run(state, n);\n"                            \
    "CREATE INDEX run_open ON run(n) WHERE state IN (0, 1);\n"                 \
    "CREATE INDEX run_parked ON run(park, n) WHERE state = 4;\n"               \
    "CREATE INDEX run_parked_of ON run(installed) WHERE state = 4;\n"          \
    "CREATE INDEX run_by_age ON run(accepted_at);\n"                           \
    "CREATE INDEX run_expiring ON run(expires_at) WHERE input <> 'null';\n"    \
    "CREATE TABLE step(n INTEGER PRIMARY KEY,"                                 \
    " run INTEGER NOT NULL REFERENCES run, block TEXT NOT NULL,"               \
    " place TEXT NOT NULL, page INTEGER NOT NULL DEFAULT 0,"                   \
    " state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 4),"                    \
    " key TEXT, request TEXT, output TEXT, status INTEGER, message TEXT,"      \
    " attempts INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL DEFAULT 0," \
    " label TEXT, started_at INTEGER NOT NULL, stopped_at INTEGER,"            \
    " UNIQUE(run, block, place, page)) STRICT;\n"                              \
    "CREATE TABLE run_label(label TEXT NOT NULL, run INTEGER NOT NULL"         \
    " REFERENCES run, place TEXT NOT NULL, PRIMARY KEY(label, run, place))"    \
    " STRICT, WITHOUT ROWID;\n"                                                \
    "CREATE INDEX run_label_of_run ON run_label(run);\n"
/* clang-format on */

/* A run that is open may go on at due_at; where it waits for its turn at a
 * limit, turn names that limit and due_at is RUN_DUE_NEVER. Its lane is the
 * installation that it shares the runtime's places with. */
#define LANES                                                                  \
    "ALTER TABLE run ADD COLUMN lane INTEGER NOT NULL DEFAULT 0;\n"            \
    "ALTER TABLE run ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;\n"          \
    "ALTER TABLE run ADD COLUMN turn TEXT;\n"                                  \
    "UPDATE run SET lane = (SELECT d.installation FROM installed d"            \
    " WHERE d.n = run.installed), due_at = accepted_at;\n"                     \
    "DROP INDEX run_open;\n"                                                   \
    "CREATE INDEX run_of_lane ON run(lane, due_at, n)"                         \
    " WHERE state IN (0, 1);\n"                                                \
    "CREATE INDEX run_due ON run(due_at, lane) WHERE state IN (0, 1);\n"       \
    "CREATE INDEX run_of_turn ON run(turn, n)"                                 \
    " WHERE turn IS NOT NULL AND state IN (0, 1);\n"

const char runtime_schema_1[] = WHO CATALOGUE INSTALLED JOURNAL TOLD;

/* What a credential's refusals say of it, which credential was chosen, and
 * which workflows an installation was begun with. A credential that one
 * refusal had ended is tried again. credential.probe: the run that may try
 * it. */
const char runtime_schema_2[] =
    "ALTER TABLE credential ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE credential ADD COLUMN refused_at INTEGER;\n"
    "ALTER TABLE credential ADD COLUMN try_at INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE credential ADD COLUMN probe INTEGER;\n"
    "ALTER TABLE credential ADD COLUMN message TEXT;\n"
    "UPDATE credential SET state = 2 WHERE state = 1;\n"
    "CREATE INDEX credential_by_state ON credential(state, n)"
    " WHERE deleted_at IS NULL;\n"
    "ALTER TABLE connected ADD COLUMN chosen INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE installation ADD COLUMN wanted TEXT;\n";

const char runtime_schema_3[] = LANES;

/* Requests with an idempotency key, and what they were answered. */
const char runtime_schema_4[] =
    "CREATE TABLE once(n INTEGER PRIMARY KEY,"
    " user INTEGER NOT NULL REFERENCES user, key TEXT NOT NULL,"
    " hash TEXT NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL,"
    " UNIQUE(user, key)) STRICT;\n"
    "CREATE INDEX once_by_age ON once(at);\n";

/* The running hash of the feed; records of an older program have none. */
const char runtime_schema_feed_hash[] =
    "ALTER TABLE feed ADD COLUMN hash TEXT;\n";

/* The credentials that an installation which runs gets when it is completed:
 * a list of ids. */
const char runtime_schema_chosen[] =
    "ALTER TABLE installation ADD COLUMN chosen TEXT;\n";

/* The environment of a run's user, so that a list of one environment reads no
 * run of the other. */
const char runtime_schema_run_environment[] =
    "ALTER TABLE run ADD COLUMN environment INTEGER NOT NULL DEFAULT 0;\n"
    "UPDATE run SET environment = (SELECT u.environment FROM installed d"
    " JOIN installation i ON i.n = d.installation JOIN user u ON u.n = i.user"
    " WHERE d.n = run.installed);\n"
    "CREATE INDEX run_of_environment ON run(environment, n);\n";

/* The workflow of a run, so that a page of its runs reads no others, and the
 * counts of a workflow's runs, so that asking for them reads one row. */
#define TOTAL_OF(row) " WHERE workflow = " row ".workflow"                     \
                      " AND environment = " row ".environment"
const char runtime_schema_run_workflow[] =
    "ALTER TABLE run ADD COLUMN workflow INTEGER NOT NULL DEFAULT 0;\n"
    "UPDATE run SET workflow ="
    " (SELECT d.workflow FROM installed d WHERE d.n = run.installed);\n"
    "CREATE INDEX run_of_workflow ON run(workflow, environment, n);\n"
    "CREATE INDEX run_failed_of_workflow ON run(workflow, environment, n)"
    " WHERE state = 3;\n"
    "CREATE INDEX run_failed_of ON run(installed, n) WHERE state = 3;\n"
    "CREATE TABLE run_total(workflow INTEGER NOT NULL,"
    " environment INTEGER NOT NULL, runs INTEGER NOT NULL,"
    " failed INTEGER NOT NULL, done INTEGER NOT NULL,"
    " PRIMARY KEY(workflow, environment)) STRICT;\n"
    "INSERT INTO run_total SELECT workflow, environment, count(*),"
    " sum(state = 3), sum(state = 2) FROM run GROUP BY 1, 2;\n"
    "CREATE TRIGGER run_total_insert AFTER INSERT ON run BEGIN"
    " INSERT INTO run_total VALUES (new.workflow, new.environment, 1,"
    " new.state = 3, new.state = 2) ON CONFLICT(workflow, environment)"
    " DO UPDATE SET runs = runs + 1, failed = failed + excluded.failed,"
    " done = done + excluded.done; END;\n"
    "CREATE TRIGGER run_total_update AFTER UPDATE OF state ON run"
    " WHEN old.state IS NOT new.state BEGIN UPDATE run_total SET"
    " failed = failed + (new.state = 3) - (old.state = 3),"
    " done = done + (new.state = 2) - (old.state = 2)" TOTAL_OF("new")
    "; END;\n"
    "CREATE TRIGGER run_total_delete AFTER DELETE ON run BEGIN"
    " UPDATE run_total SET runs = runs - 1, failed = failed - (old.state = 3),"
    " done = done - (old.state = 2)" TOTAL_OF("old") "; END;\n";

/* The input of a run, where it is long (run.input is '' then): SQLite writes
 * the whole of a row again whenever its length changes. */
const char runtime_schema_run_input[] =
    "CREATE TABLE run_input(run INTEGER PRIMARY KEY REFERENCES run,"
    " text TEXT NOT NULL) STRICT;\n";

/* The runs that set elements aside, so that they are counted without reading
 * the others. */
const char runtime_schema_set_aside[] =
    "CREATE INDEX run_set_aside ON run(installed, expires_at, set_aside)"
    " WHERE set_aside > 0;\n";

/* The environment of what is installed, so that a page of a workflow's users
 * reads no others. */
const char runtime_schema_installed_environment[] =
    "ALTER TABLE installed ADD COLUMN environment INTEGER NOT NULL DEFAULT 0;\n"
    "UPDATE installed SET environment = (SELECT u.environment"
    " FROM installation i JOIN user u ON u.n = i.user"
    " WHERE i.n = installed.installation);\n"
    "CREATE INDEX installed_of_environment"
    " ON installed(workflow, environment, n);\n"
    "DROP INDEX installed_of_workflow;\n";

/* Which runs tailord works on, where it was killed before; how often in a row
 * it was killed with each, when last, and the newest step of it then. */
const char runtime_schema_crashes[] =
    "ALTER TABLE run ADD COLUMN worked_on INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE run ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE run ADD COLUMN crash_step INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE run ADD COLUMN crash_at INTEGER NOT NULL DEFAULT 0;\n"
    "CREATE INDEX run_worked_on ON run(n) WHERE worked_on = 1;\n"
    "CREATE INDEX run_crashed ON run(crashes, n) WHERE crashes > 0;\n";

/* Whether an attempt of the step's call may have taken effect though no answer
 * says so. What an older program left open is not known. */
const char runtime_schema_doubt[] =
    "ALTER TABLE step ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;\n"
    "UPDATE step SET doubt = 1 WHERE state = 0;\n";

/* What is done with the runs of an installed workflow after a decision, some in
 * each tick: those up to row `upto` are dealt with, those up to row `after`
 * have been. kind: enum rt_sweep; at: when it was decided; app: whose
 * credential they wait for, NULL: any. The index finds the runs that are open,
 * as run_parked_of finds the parked. */
const char runtime_schema_sweeps[] =
    "CREATE TABLE run_sweep(kind INTEGER NOT NULL, installed INTEGER NOT NULL,"
    " after INTEGER NOT NULL, upto INTEGER NOT NULL, at INTEGER NOT NULL,"
    " app TEXT, PRIMARY KEY(kind, installed)) STRICT, WITHOUT ROWID;\n"
    "CREATE INDEX run_open_of ON run(installed) WHERE state IN (0, 1);\n";

/* What restores have brought back or lost since one was accepted, so that the
 * next one names it, too. kind: enum rt_taken; at: when it was taken away. */
const char runtime_schema_taken[] =
    "CREATE TABLE taken_away(kind INTEGER NOT NULL, id TEXT NOT NULL,"
    " name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(kind, id))"
    " STRICT, WITHOUT ROWID;\n";

/* How often a run that was there was parked: what a person saw of a parked run
 * is still so where this has not changed. A trigger counts, so that whatever
 * parks a run does. */
const char runtime_schema_parked_times[] =
    "ALTER TABLE run ADD COLUMN parked_times INTEGER NOT NULL DEFAULT 0;\n"
    "CREATE TRIGGER run_parked_times AFTER UPDATE OF state ON run"
    " WHEN new.state = 4 AND old.state IS NOT 4 BEGIN UPDATE run SET"
    " parked_times = parked_times + 1 WHERE n = new.n; END;\n";

/* Of each lane the runs that wait for a turn, so that the lanes take turns. */
const char runtime_schema_lane_in_turn[] =
    "CREATE INDEX run_of_lane_in_turn ON run(turn, lane, n)"
    " WHERE turn IS NOT NULL AND state IN (0, 1);\n";

/* With which credential the call of a step went out, and for which account of
 * the app: a digest that says nothing without the vault. 0 and NULL for what
 * asks none, and for what an older program left. */
const char runtime_schema_step_account[] =
    "ALTER TABLE step ADD COLUMN credential INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE step ADD COLUMN account TEXT;\n";

/* Which run an event began, where a person had it run again: root is that one's
 * id, NULL where it is the run itself. key_form says how the keys of its calls
 * are made (0: as an older program did, from the root on). hash: of method,
 * address and body of a call, 16 bytes; NULL for what asks nothing. */
const char runtime_schema_roots[] =
    "ALTER TABLE run ADD COLUMN root TEXT;\n"
    "ALTER TABLE run ADD COLUMN key_form INTEGER NOT NULL DEFAULT 0;\n"
    "CREATE INDEX run_of_root ON run(root) WHERE root IS NOT NULL;\n"
    "ALTER TABLE step ADD COLUMN hash BLOB;\n";
