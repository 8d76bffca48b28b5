/*
 * The console's store as SQL. STRICT tables; documents, edits, receipts and
 * audit records are append-only by trigger; a released version's content and
 * any version's existence cannot be taken back.
 */
#include "store/console_schema.h"

#include "store/console_kept.h"
#include "store/console_sql.h"

#define REFUSE(table, verb, words)                                             \
    "CREATE TRIGGER " table "_no_" verb " BEFORE " verb " ON " table           \
    " BEGIN SELECT RAISE(ABORT, '" words "'); END;\n"
#define APPEND_ONLY(table, words)                                              \
    REFUSE(table, "UPDATE", words) REFUSE(table, "DELETE", words)

#define CATALOGUE                                                              \
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL)"             \
    " STRICT, WITHOUT ROWID;\n"                                                \
    "CREATE TABLE actor(n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"     \
    " role INTEGER NOT NULL CHECK(role BETWEEN 1 AND 4), key TEXT,"            \
    " no_payloads INTEGER NOT NULL DEFAULT 0, added_at INTEGER NOT NULL,"      \
    " added_by TEXT NOT NULL) STRICT;\n"                                       \
    "CREATE TABLE setting(actor TEXT NOT NULL, key TEXT NOT NULL,"             \
    " value TEXT NOT NULL, PRIMARY KEY(actor, key)) STRICT, WITHOUT ROWID;\n"  \
    "CREATE TABLE integration(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE," \
    " key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, app TEXT NOT NULL,"        \
    " icon TEXT, active INTEGER NOT NULL DEFAULT 1,"                           \
    " four_eyes INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL)"      \
    " STRICT;\n"                                                               \
    "CREATE TABLE workflow(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"    \
    " integration INTEGER NOT NULL REFERENCES integration,"                    \
    " key TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL,"       \
    " created_at INTEGER NOT NULL, UNIQUE(integration, key)) STRICT;\n"        \
    "CREATE INDEX workflow_by_key ON workflow(key);\n"                         \
    "CREATE TABLE document(n INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"  \
    " kind TEXT NOT NULL CHECK(kind IN ('workflow', 'connector')),"            \
    " body TEXT NOT NULL) STRICT;\n" APPEND_ONLY(                              \
        "document",                                                            \
        "a stored document never changes") "CREATE INDEX document_connector "  \
                                           "ON document(n)"                    \
                                           " WHERE kind = 'connector';\n"      \
                                           "CREATE TABLE connector(n INTEGER " \
                                           "PRIMARY KEY, app TEXT NOT NULL "   \
                                           "UNIQUE,"                           \
                                           " hash TEXT NOT NULL REFERENCES "   \
                                           "document(hash),"                   \
                                           " verified INTEGER NOT NULL "       \
                                           "DEFAULT 0, added_at INTEGER NOT "  \
                                           "NULL,"                             \
                                           " added_by TEXT NOT NULL) "         \
                                           "STRICT;\n"

/* base_no of an open base draft is the number it will get. */
#define VERSIONS                                                               \
    "CREATE TABLE version(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"     \
    " workflow INTEGER NOT NULL REFERENCES workflow,"                          \
    " installation INTEGER REFERENCES installation,"                           \
    " base_no INTEGER NOT NULL, fork_no INTEGER NOT NULL DEFAULT 0,"           \
    " parent INTEGER REFERENCES version,"                                      \
    " live_when_made INTEGER REFERENCES version, author TEXT NOT NULL,"        \
    " hash TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',"                      \
    " state INTEGER NOT NULL CHECK(state BETWEEN 0 AND 3),"                    \
    " revision INTEGER NOT NULL DEFAULT 0,"                                    \
    " undo_top INTEGER NOT NULL DEFAULT 0,"                                    \
    " redo_top INTEGER NOT NULL DEFAULT 0,"                                    \
    " created_at INTEGER NOT NULL, created_by TEXT NOT NULL,"                  \
    " changed_at INTEGER NOT NULL,"                                            \
    " released_at INTEGER, released_by TEXT) STRICT;\n"                        \
    "CREATE UNIQUE INDEX version_base ON version(workflow, base_no)"           \
    " WHERE installation IS NULL AND state = 2;\n"                             \
    "CREATE UNIQUE INDEX version_fork ON"                                      \
    " version(installation, workflow, base_no, fork_no)"                       \
    " WHERE installation IS NOT NULL;\n"                                       \
    "CREATE INDEX version_of_workflow ON"                                      \
    " version(workflow, installation, base_no, fork_no);\n"                    \
    "CREATE INDEX version_by_number ON version(base_no, fork_no);\n"           \
    "CREATE INDEX version_open ON version(state, changed_at)"                  \
    " WHERE state IN (0, 1);\n"                                                \
    "CREATE INDEX version_discarded ON version(changed_at) WHERE state = 3;\n" \
    "CREATE TRIGGER version_no_DELETE BEFORE DELETE ON version BEGIN"          \
    " SELECT RAISE(ABORT, 'a version is never deleted'); END;\n"               \
    "CREATE TRIGGER version_released BEFORE UPDATE OF n, id, workflow,"        \
    " installation, base_no, fork_no, parent, live_when_made, author, hash,"   \
    " state, revision, released_at, released_by ON version"                    \
    " WHEN OLD.state = 2 BEGIN"                                                \
    " SELECT RAISE(ABORT, 'a released version never changes'); END;\n"         \
    "CREATE TABLE draft(version INTEGER PRIMARY KEY REFERENCES version,"       \
    " body TEXT NOT NULL) STRICT;\n"                                           \
    "CREATE TABLE draft_edit(version INTEGER NOT NULL REFERENCES version,"     \
    " seq INTEGER NOT NULL, kind INTEGER NOT NULL, of_seq INTEGER NOT NULL,"   \
    " back INTEGER NOT NULL, patch TEXT NOT NULL, inverse TEXT NOT NULL,"      \
    " author TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(version, seq))"   \
    " STRICT, WITHOUT ROWID;\n" APPEND_ONLY(                                   \
        "draft_edit",                                                          \
        "an edit is never rewritten; undo appends") "CREATE TABLE sample(n "   \
                                                    "INTEGER PRIMARY KEY, id " \
                                                    "TEXT NOT NULL UNIQUE,"    \
                                                    " workflow INTEGER NOT "   \
                                                    "NULL REFERENCES "         \
                                                    "workflow,"                \
                                                    " installation INTEGER "   \
                                                    "REFERENCES "              \
                                                    "installation, label "     \
                                                    "TEXT NOT NULL,"           \
                                                    " body TEXT NOT NULL, at " \
                                                    "INTEGER NOT NULL, "       \
                                                    "expires_at INTEGER)"      \
                                                    " STRICT;\n"               \
                                                    "CREATE INDEX sample_of "  \
                                                    "ON sample(workflow, "     \
                                                    "installation, at);\n"

/* The copy of the runtimes' facts. feed_sequence is the newest fact that
 * live and awaiting have taken in: older ones change nothing. connected is
 * {"app":["scope"]}, answered {"block id":{"field":true}}; ca and the token
 * files are absolute paths. The console's list filters and sorts
 * installations by index: name, integration, condition (all but ok, which most
 * are, and renumbered by console_schema_history), last change; substrings of
 * names by trigrams, and the first two letters of each word in
 * installation_word. */
#define FACTS                                                                  \
    "CREATE TABLE runtime(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"     \
    " name TEXT NOT NULL UNIQUE, environment TEXT NOT NULL,"                   \
    " url TEXT NOT NULL, ca TEXT, pin TEXT, token_file TEXT,"                  \
    " read_token_file TEXT, remote_id TEXT, protocol INTEGER,"                 \
    " last_contact INTEGER, last_error TEXT, clock_skew_ms INTEGER,"           \
    " held INTEGER NOT NULL DEFAULT 0, feed_cursor INTEGER NOT NULL"           \
    " DEFAULT 0, feed_head INTEGER NOT NULL DEFAULT 0,"                        \
    " receipt_sequence INTEGER NOT NULL DEFAULT 0, receipt_head TEXT,"         \
    " added_at INTEGER NOT NULL, removed_at INTEGER) STRICT;\n"                \
    "CREATE TABLE runtime_integration(runtime INTEGER NOT NULL"                \
    " REFERENCES runtime, integration INTEGER NOT NULL REFERENCES"             \
    " integration, published_at INTEGER, PRIMARY KEY(runtime, integration))"   \
    " STRICT, WITHOUT ROWID;\n"                                                \
    "CREATE INDEX runtime_of_integration ON"                                   \
    " runtime_integration(integration);\n"                                     \
    "CREATE TABLE end_user(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"    \
    " runtime INTEGER NOT NULL REFERENCES runtime, username TEXT NOT NULL,"    \
    " full_name TEXT NOT NULL) STRICT;\n"                                      \
    "CREATE INDEX end_user_name ON end_user(username);\n"                      \
    "CREATE TABLE installation(n INTEGER PRIMARY KEY,"                         \
    " id TEXT NOT NULL UNIQUE, end_user INTEGER NOT NULL REFERENCES"           \
    " end_user, integration INTEGER NOT NULL REFERENCES integration,"          \
    " runtime INTEGER NOT NULL REFERENCES runtime,"                            \
    " state INTEGER NOT NULL DEFAULT 0, condition INTEGER NOT NULL"            \
    " DEFAULT 5, customer TEXT NOT NULL COLLATE NOCASE, connected TEXT,"       \
    " answered TEXT,"                                                          \
    " created_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,"               \
    " as_of INTEGER NOT NULL) STRICT;\n"                                       \
    "CREATE INDEX installation_user ON installation(end_user);\n"              \
    "CREATE INDEX installation_customer ON"                                    \
    " installation(customer);\n"                                               \
    "CREATE INDEX installation_integration ON"                                 \
    " installation(integration, customer);\n"                                  \
    "CREATE INDEX installation_condition ON installation(condition, customer)" \
    " WHERE condition <> 5;\n"                                                 \
    "CREATE INDEX installation_changed ON installation(changed_at);\n"         \
    "CREATE TABLE installed_workflow(installation INTEGER NOT NULL"            \
    " REFERENCES installation, workflow INTEGER NOT NULL REFERENCES"           \
    " workflow, live INTEGER REFERENCES version, releasing INTEGER"            \
    " REFERENCES version, awaiting INTEGER REFERENCES version,"                \
    " previous INTEGER REFERENCES version,"                                    \
    " feed_sequence INTEGER NOT NULL DEFAULT 0,"                               \
    " active INTEGER NOT NULL DEFAULT 1, todo INTEGER NOT NULL DEFAULT 0,"     \
    " failed INTEGER NOT NULL DEFAULT 0, parked INTEGER NOT NULL DEFAULT 0,"   \
    " set_aside INTEGER NOT NULL DEFAULT 0, needs TEXT,"                       \
    " live_since INTEGER, as_of INTEGER NOT NULL,"                             \
    " PRIMARY KEY(installation, workflow)) STRICT, WITHOUT ROWID;\n"           \
    "CREATE INDEX installed_live ON installed_workflow(workflow, live);\n"     \
    "CREATE INDEX installed_releasing ON installed_workflow(releasing)"        \
    " WHERE releasing IS NOT NULL;\n"                                          \
    "CREATE VIRTUAL TABLE installation_text USING fts5(customer,"              \
    " content='installation', content_rowid='n', tokenize='trigram',"          \
    " detail='none', columnsize=0);\n"                                         \
    "CREATE TRIGGER installation_no_DELETE BEFORE DELETE ON installation"      \
    " BEGIN SELECT RAISE(ABORT, 'an installation is never deleted'); END;\n"   \
    "CREATE VIRTUAL TABLE installation_word USING fts5(letters, content='',"   \
    " tokenize='ascii', prefix='1', detail='none', columnsize=0);\n"

/* An outbox row is one ITEM of a request (body), a catalogue entry (body) or a
 * document (hash). Rows of one request, all or none, have the first of them
 * as their lead and its key. Each row gets its own receipt. */
#define EXCHANGE                                                               \
    "CREATE TABLE outbox(n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"     \
    " runtime INTEGER NOT NULL REFERENCES runtime, kind TEXT NOT NULL,"        \
    " installation INTEGER REFERENCES installation,"                           \
    " workflow INTEGER REFERENCES workflow,"                                   \
    " version INTEGER REFERENCES version, hash TEXT, body TEXT NOT NULL,"      \
    " lead INTEGER REFERENCES outbox,"                                         \
    " state INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0,"  \
    " next_attempt INTEGER NOT NULL DEFAULT 0, last_error TEXT,"               \
    " actor TEXT NOT NULL, created_at INTEGER NOT NULL, done_at INTEGER)"      \
    " STRICT;\n"                                                               \
    "CREATE INDEX outbox_due ON outbox(runtime, n) WHERE state IN (0, 1);\n"   \
    "CREATE INDEX outbox_installation ON outbox(installation, n)"              \
    " WHERE installation IS NOT NULL;\n"                                       \
    "CREATE INDEX outbox_lead ON outbox(lead) WHERE lead IS NOT NULL;\n"       \
    "CREATE INDEX outbox_document ON outbox(runtime, hash)"                    \
    " WHERE kind = 'document';\n"                                              \
    "CREATE INDEX outbox_publish ON outbox(runtime, workflow, version)"        \
    " WHERE kind = 'publish';\n"                                               \
    "CREATE INDEX outbox_version ON outbox(version)"                           \
    " WHERE version IS NOT NULL;\n"                                            \
    "CREATE TABLE release_receipt(n INTEGER PRIMARY KEY,"                      \
    " outbox INTEGER NOT NULL UNIQUE REFERENCES outbox,"                       \
    " runtime INTEGER NOT NULL REFERENCES runtime,"                            \
    " sequence INTEGER NOT NULL, outcome TEXT NOT NULL,"                       \
    " at INTEGER NOT NULL, body TEXT NOT NULL, head TEXT NOT NULL)"            \
    " STRICT;\n" APPEND_ONLY("release_receipt",                                \
                             "a runtime''s receipt never changes")

#define AUDIT                                                                  \
    "CREATE TABLE audit(sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL,"    \
    " origin TEXT NOT NULL, actor TEXT NOT NULL, session TEXT NOT NULL,"       \
    " action TEXT NOT NULL, subject_kind TEXT NOT NULL,"                       \
    " subject_id TEXT NOT NULL, installation TEXT, before TEXT, after TEXT,"   \
    " previous_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT;\n"              \
    "CREATE INDEX audit_subject ON audit(subject_id, sequence);\n"             \
    "CREATE INDEX audit_installation ON audit(installation, sequence)"         \
    " WHERE installation IS NOT NULL;\n"                                       \
    "CREATE INDEX audit_actor ON audit(actor, sequence);\n"                    \
    "CREATE INDEX audit_action ON audit(action, sequence);\n"                  \
    "CREATE INDEX audit_at ON audit(at);\n" APPEND_ONLY(                       \
        "audit", "the audit never changes")

const char console_schema_1[] = CATALOGUE FACTS VERSIONS EXCHANGE AUDIT;

#define SEARCH_INDEXES                                                         \
    "CREATE VIRTUAL TABLE installation_text USING fts5(search,"                \
    " content='installation', content_rowid='n', tokenize='trigram',"          \
    " detail='none', columnsize=0);\n"                                         \
    "CREATE VIRTUAL TABLE installation_word USING fts5(letters, content='',"   \
    " tokenize='ascii', prefix='1', detail='none', columnsize=0);\n"           \
    "INSERT INTO installation_text(search, rowid)"                             \
    " SELECT search, n FROM installation;\n"                                   \
    "INSERT INTO installation_word(letters, rowid)"                            \
    " SELECT word_starts(search), n FROM installation;\n"

/* search is what filters look at: customer and username, folded, on a line
 * each. The indexes hold it: substrings by trigrams, and the first two letters
 * of each word. */
#define SEARCH                                                                 \
    "ALTER TABLE installation ADD COLUMN search TEXT NOT NULL DEFAULT '';\n"   \
    "DROP TABLE installation_text;\n"                                          \
    "DROP TABLE installation_word;\n"                                          \
    "UPDATE installation SET search = fold(customer) || char(10) ||"           \
    " (SELECT fold(u.username) FROM end_user u"                                \
    " WHERE u.n = installation.end_user);\n" SEARCH_INDEXES

const char console_schema_2[] = SEARCH;

/* An index that lacks its parts cannot even be dropped: it gets those of an
 * empty one before. Where the index itself is missing, its parts stay. */
#define EMPTY_INDEX(name)                                                      \
    "CREATE TABLE IF NOT EXISTS " name "_data(id INTEGER PRIMARY KEY, block"   \
    " BLOB);\n"                                                                \
    "CREATE TABLE IF NOT EXISTS " name "_idx(segid, term, pgno,"               \
    " PRIMARY KEY(segid, term)) WITHOUT ROWID;\n"                              \
    "CREATE TABLE IF NOT EXISTS " name "_config(k PRIMARY KEY, v)"             \
    " WITHOUT ROWID;\n"                                                        \
    "DELETE FROM " name "_data;\n"                                             \
    "INSERT INTO " name "_data VALUES(1, x''), (10, x'00000000000000');\n"     \
    "DELETE FROM " name "_idx;\n"                                              \
    "REPLACE INTO " name "_config VALUES('version', 4);\n"                     \
    "DROP TABLE IF EXISTS " name ";\n"                                         \
    "DROP TABLE IF EXISTS " name "_data;\n"                                    \
    "DROP TABLE IF EXISTS " name "_idx;\n"                                     \
    "DROP TABLE IF EXISTS " name "_config;\n"

const char console_search_again[] = EMPTY_INDEX("installation_text")
    EMPTY_INDEX("installation_word") SEARCH_INDEXES;

/* Seals of the rows that a record is about, and nothing at all of a released
 * version changes, its note neither. */
const char console_schema_3[] =
    "ALTER TABLE audit ADD COLUMN seals TEXT;\n"
    "DROP TRIGGER version_released;\n"
    "CREATE TRIGGER version_released BEFORE UPDATE ON version"
    " WHEN OLD.state = 2 BEGIN"
    " SELECT RAISE(ABORT, 'a released version never changes'); END;\n";

/* What customers and vendors do at the runtime: an app that refuses its
 * credential ({"app":{"state","message","at"}}), a workflow turned off, a user
 * deleted. */
const char console_schema_4[] =
    "ALTER TABLE installation ADD COLUMN credentials TEXT;\n"
    "ALTER TABLE installed_workflow ADD COLUMN off INTEGER NOT NULL"
    " DEFAULT 0;\n"
    "ALTER TABLE end_user ADD COLUMN deleted_at INTEGER;\n";

/*
 * A runtime's history: the running hash of its feed at feed_cursor, how far
 * its list of versions was read, whether a held one was compared, what it is
 * charged with (bytes that it made this store grow by), when it was last met
 * or tried to be, the last notice. A
 * version that a runtime names and this store lacks has a row of its own;
 * its number counts as taken. Where such a version is live or awaits, the
 * pointer is NULL and its id stands beside it. The condition "unknown
 * version" goes before all others.
 */
const char console_schema_history[] =
    "ALTER TABLE runtime ADD COLUMN feed_hash TEXT;\n"
    "ALTER TABLE runtime ADD COLUMN versions_after TEXT;\n"
    "ALTER TABLE runtime ADD COLUMN compared INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE runtime ADD COLUMN charged INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE runtime ADD COLUMN tried_at INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE runtime ADD COLUMN notice TEXT;\n"
    "ALTER TABLE runtime ADD COLUMN notice_at INTEGER;\n"
    "ALTER TABLE installed_workflow ADD COLUMN live_unknown TEXT;\n"
    "ALTER TABLE installed_workflow ADD COLUMN awaiting_unknown TEXT;\n"
    "CREATE TABLE unknown_version(n INTEGER PRIMARY KEY,"
    " runtime INTEGER NOT NULL REFERENCES runtime, id TEXT NOT NULL,"
    " workflow INTEGER NOT NULL REFERENCES workflow,"
    " installation INTEGER REFERENCES installation,"
    " base_no INTEGER NOT NULL DEFAULT 0, fork_no INTEGER NOT NULL DEFAULT 0,"
    " hash TEXT, released_at INTEGER, released_by TEXT,"
    " wanted INTEGER NOT NULL DEFAULT 0, why TEXT, UNIQUE(runtime, id))"
    " STRICT;\n"
    "CREATE INDEX unknown_version_number ON"
    " unknown_version(installation, workflow, base_no, fork_no);\n"
    "CREATE INDEX unknown_version_wanted ON unknown_version(runtime, n)"
    " WHERE wanted = 1;\n"
    "CREATE INDEX unknown_version_unlisted ON unknown_version(runtime)"
    " WHERE hash IS NULL;\n"
    "DROP INDEX installation_condition;\n"
    "UPDATE installation SET condition = condition + 1;\n"
    "CREATE INDEX installation_condition ON installation(condition, customer)"
    " WHERE condition <> 6;\n"
    "CREATE INDEX installation_runtime ON installation(runtime, state);\n";

/* The catalogue entries that a runtime was sent. */
const char console_schema_entries[] =
    "CREATE INDEX outbox_entry ON outbox(runtime, n)"
    " WHERE kind = 'integration';\n";

/* A base version that every runtime refused leaves its number to another:
 * in place of the index that held a number once, a trigger judges. One for
 * INSERT would make SQLite look through every table that refers to versions:
 * what inserts a released version asks IMPORT_NUMBER_BASE. */
const char console_schema_numbers[] =
    "DROP INDEX version_base;\n"
    "CREATE INDEX version_base ON version(workflow, base_no)"
    " WHERE installation IS NULL AND state = 2;\n"
    "CREATE TRIGGER version_number BEFORE UPDATE ON version"
    " WHEN NEW.state = 2 AND NEW.installation IS NULL AND EXISTS (SELECT 1"
    " FROM version v WHERE v.workflow = NEW.workflow"
    " AND v.base_no = NEW.base_no AND v.installation IS NULL AND v.state = 2"
    " AND v.n <> NEW.n AND (EXISTS (SELECT 1 FROM outbox o"
    " WHERE o.version = v.n AND o.kind = 'publish' AND o.state <> 3)"
    " OR NOT EXISTS (SELECT 1 FROM outbox o WHERE o.version = v.n"
    " AND o.kind = 'publish' AND o.state = 3))) BEGIN"
    " SELECT RAISE(ABORT, 'another base version has this number'); END;\n";

/* Requests to pause or resume that wait for a runtime. */
const char console_schema_pausing[] =
    "CREATE INDEX outbox_pausing ON outbox(installation, n)"
    " WHERE kind IN ('pause', 'resume') AND state IN (0, 1);\n";

/* The word (base/error.def) of what last_error says. */
const char console_schema_trouble[] =
    "ALTER TABLE runtime ADD COLUMN trouble TEXT;\n";

/* What is paused and has a condition before "paused", 0 to 4, has the same
 * among the paused ones, 11 to 15. */
const char console_schema_paused[] =
    "UPDATE installation SET condition = condition + 11 WHERE condition <= 4"
    " AND (state = 1 OR EXISTS (SELECT 1 FROM installed_workflow iw"
    " WHERE iw.installation = installation.n AND NOT iw.active));\n";

/* When a runtime answered last, whatever the answer was, and until when its
 * certificate is valid: what "status" says. An installation with a credential
 * that its app refused is found without the others. */
const char console_schema_status[] =
    "ALTER TABLE runtime ADD COLUMN heard_at INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE runtime ADD COLUMN certificate_ends INTEGER NOT NULL"
    " DEFAULT 0;\n"
    "CREATE INDEX installation_refused ON installation(n)"
    " WHERE instr(credentials, '\"state\":\"refused\"') > 0;\n";

/* The restore that a held runtime told of at the last contact; "compared" is
 * about it. */
const char console_schema_restore[] =
    "ALTER TABLE runtime ADD COLUMN restore TEXT;\n";

/* What restores of a runtime have undone since one was accepted, in JSON. */
const char console_schema_undone[] =
    "ALTER TABLE runtime ADD COLUMN undone TEXT;\n";

/* Full copies of a runtime are numbered. Its users and installations keep the
 * number of the newest that named them, so that those which the last one did
 * not name are found; they are missing at the runtime since that copy. The
 * condition "missing" goes before those that are paused and something else. */
const char console_schema_missing[] =
    "ALTER TABLE runtime ADD COLUMN copies INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE end_user ADD COLUMN copy INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE end_user ADD COLUMN missing_since INTEGER;\n"
    "ALTER TABLE installation ADD COLUMN copy INTEGER NOT NULL DEFAULT 0;\n"
    "ALTER TABLE installation ADD COLUMN missing_since INTEGER;\n"
    "CREATE INDEX end_user_copy ON end_user(runtime, copy);\n"
    "CREATE INDEX installation_copy ON installation(runtime, copy);\n"
    "UPDATE installation SET condition = condition + 1"
    " WHERE condition >= 11 AND condition <> 6;\n";

/* What restores of a runtime have undone, one row for each thing: what people
 * wanted of it, and what it is. A row goes when both are the same, or when a
 * person accepts the restore; until then runtime.restored_why says why the
 * runtime was compared. Counts of an older program have no rows. */
const char console_schema_restores[] =
    "ALTER TABLE runtime ADD COLUMN restored_why TEXT;\n"
    "ALTER TABLE runtime ADD COLUMN undone_before TEXT;\n"
    "ALTER TABLE installation ADD COLUMN connected_by TEXT;\n"
    "CREATE TABLE undone(runtime INTEGER NOT NULL REFERENCES runtime,"
    " subject TEXT NOT NULL, workflow TEXT NOT NULL, app TEXT NOT NULL,"
    " aspect TEXT NOT NULL, wanted TEXT NOT NULL, got TEXT NOT NULL,"
    " PRIMARY KEY(runtime, subject, workflow, app, aspect))"
    " STRICT, WITHOUT ROWID;\n"
    "UPDATE runtime SET undone_before = undone,"
    " restored_why = 'it was restored from a backup and is held'"
    " WHERE held AND compared;\n";

/* What was agreed of samples: expected is {BLOCK:VALUE}, hash names it with
 * the sample's body and the time it was agreed (src/manager/release/checked.h).
 * Both go with the sample. */
const char console_schema_expected[] =
    "CREATE TABLE expectation(n INTEGER PRIMARY KEY,"
    " sample INTEGER NOT NULL UNIQUE REFERENCES sample, hash TEXT NOT NULL,"
    " expected TEXT NOT NULL, blocking INTEGER NOT NULL,"
    " agreed_with TEXT NOT NULL, note TEXT NOT NULL, set_by TEXT NOT NULL,"
    " at INTEGER NOT NULL) STRICT;\n"
    "CREATE INDEX expectation_hash ON expectation(hash);\n";

/* What is missing at a runtime is named by the notices of its restores until a
 * person has accepted one of them. */
const char console_schema_accepted[] =
    "ALTER TABLE end_user ADD COLUMN missing_accepted INTEGER NOT NULL"
    " DEFAULT 0;\n"
    "ALTER TABLE installation ADD COLUMN missing_accepted INTEGER NOT NULL"
    " DEFAULT 0;\n"
    "CREATE INDEX end_user_missing ON end_user(runtime)"
    " WHERE missing_since IS NOT NULL;\n"
    "CREATE INDEX installation_missing ON installation(runtime)"
    " WHERE missing_since IS NOT NULL;\n"
    "UPDATE end_user SET missing_accepted = 1 WHERE missing_since IS NOT NULL"
    " AND runtime IN (SELECT n FROM runtime WHERE restored_why IS NULL);\n"
    "UPDATE installation SET missing_accepted = 1"
    " WHERE missing_since IS NOT NULL"
    " AND runtime IN (SELECT n FROM runtime WHERE restored_why IS NULL);\n";

/* Nothing of a version is changed but its id. */
#define SAME_BUT_ID                                                            \
    "NEW.n = OLD.n"                                                            \
    " AND NEW.workflow = OLD.workflow"                                         \
    " AND NEW.installation IS OLD.installation AND NEW.base_no = OLD.base_no"  \
    " AND NEW.fork_no = OLD.fork_no AND NEW.parent IS OLD.parent"              \
    " AND NEW.live_when_made IS OLD.live_when_made AND NEW.author = OLD.author"\
    " AND NEW.hash = OLD.hash AND NEW.note = OLD.note AND NEW.state = 2"       \
    " AND NEW.revision = OLD.revision AND NEW.undo_top = OLD.undo_top"         \
    " AND NEW.redo_top = OLD.redo_top AND NEW.created_at = OLD.created_at"     \
    " AND NEW.created_by = OLD.created_by AND NEW.changed_at = OLD.changed_at" \
    " AND NEW.released_at IS OLD.released_at"                                  \
    " AND NEW.released_by IS OLD.released_by"

/* Every runtime that it was sent to refused it. */
#define WAS_REFUSED                                                            \
    "EXISTS (SELECT 1 FROM outbox o WHERE o.version = OLD.n"                   \
    " AND o.kind IN ('publish', 'release')) AND NOT EXISTS (SELECT 1"          \
    " FROM outbox o WHERE o.version = OLD.n"                                   \
    " AND o.kind IN ('publish', 'release') AND o.state <> 3)"

/* A released version never changes, with one exception: another content runs
 * at a runtime under the id of what every runtime refused, as after a restore
 * of this store. The id is that of what runs; what was refused gets another. */
const char console_schema_ids[] =
    "DROP TRIGGER version_released;\n"
    "CREATE TRIGGER version_released BEFORE UPDATE ON version"
    " WHEN OLD.state = 2 AND NOT (" SAME_BUT_ID " AND " WAS_REFUSED ") BEGIN"
    " SELECT RAISE(ABORT, 'a released version never changes'); END;\n";

/* Of a workflow that was paused, what a restore has undone was one with its
 * being turned off; a pause that "off" hid is not known. */
const char console_schema_switches[] =
    "INSERT OR IGNORE INTO undone(runtime, subject, workflow, app, aspect,"
    " wanted, got) SELECT runtime, subject, workflow, app, 'paused',"
    " iif(wanted = 'paused', 'yes', 'no'), iif(got = 'paused', 'yes', 'no')"
    " FROM undone WHERE aspect = 'switch'"
    " AND (wanted = 'paused' OR (wanted = 'on' AND got = 'paused'));\n"
    "UPDATE undone SET wanted = iif(wanted = 'paused', 'on', wanted),"
    " got = iif(got = 'paused', 'on', got) WHERE aspect = 'switch';\n"
    "DELETE FROM undone WHERE aspect = 'switch' AND wanted = got;\n";

/* Sheets that people keep for a time; their content is last, so that the rest
 * of a row is read without it. */
const char console_schema_sheets[] =
    "CREATE TABLE sheet(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " actor TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,"
    " hash TEXT NOT NULL, at INTEGER NOT NULL, expires_at INTEGER NOT NULL,"
    " body BLOB NOT NULL, UNIQUE(actor, name)) STRICT;\n"
    "CREATE INDEX sheet_expires ON sheet(expires_at, bytes);\n";

/* What a person typed into PLACE of a draft, which is called LABEL, and that
 * could not be stored there. It stands in text, or in blind where the person
 * could not see what customers sent; hash is of it. */
const char console_schema_kept[] =
    "CREATE TABLE kept_text(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,"
    " draft INTEGER NOT NULL REFERENCES version, actor TEXT NOT NULL,"
    " place TEXT NOT NULL, label TEXT NOT NULL, text TEXT, blind TEXT,"
    " hash TEXT NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL,"
    " CHECK((text IS NULL) <> (blind IS NULL))) STRICT;\n"
    "CREATE INDEX kept_text_draft ON kept_text(draft, actor, n);\n"
    "CREATE INDEX kept_text_actor ON kept_text(actor);\n"
    "CREATE INDEX kept_text_at ON kept_text(at);\n";

const char console_schema_expires[] =
    "CREATE INDEX sample_expires ON sample(expires_at)"
    " WHERE expires_at IS NOT NULL;\n";

/* The same exception for an own version of a customer that a runtime has lost
 * with a restore, where it has another content under the id since. */
const char console_schema_lost[] =
    "DROP TRIGGER version_released;\n"
    "CREATE TRIGGER version_released BEFORE UPDATE ON version"
    " WHEN OLD.state = 2 AND NOT (" SAME_BUT_ID " AND (" WAS_REFUSED
    " OR (OLD.installation IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox o"
    " WHERE o.version = OLD.n AND o.kind = 'release' AND o.state IN (0, 1))"
    " AND NOT EXISTS (SELECT 1 FROM installed_workflow p"
    " WHERE p.installation = OLD.installation AND p.workflow = OLD.workflow"
    " AND OLD.n IN (p.live, p.awaiting, p.releasing))"
    " AND EXISTS (SELECT 1 FROM unknown_version x WHERE x.id = OLD.id"
    " AND x.installation = OLD.installation AND x.hash <> ''"
    " AND x.hash <> OLD.hash)))) BEGIN"
    " SELECT RAISE(ABORT, 'a released version never changes'); END;\n";

/* The content that a runtime reported of what is live, or waits, and is
 * unknown. */
const char console_schema_reported[] =
    "ALTER TABLE installed_workflow ADD COLUMN live_reported TEXT;\n"
    "ALTER TABLE installed_workflow ADD COLUMN awaiting_reported TEXT;\n";

/* The hash of what deliveries write to a request, which no audit record has. */
const char console_schema_deliveries[] =
    "ALTER TABLE outbox ADD COLUMN delivery_hash TEXT NOT NULL DEFAULT '';\n"
    "UPDATE outbox SET delivery_hash = delivery_hash(key, state, attempts,"
    " next_attempt, last_error, done_at);\n";

const char console_schema_contact[] =
    "ALTER TABLE runtime ADD COLUMN contact_hash TEXT NOT NULL DEFAULT '';\n"
    "UPDATE runtime SET contact_hash = " RUNTIME_HASH("") ";\n";

const char console_schema_copy[] =
    "ALTER TABLE runtime ADD COLUMN copy_asked INTEGER NOT NULL DEFAULT 0;\n";

/* The last time that the clock of the host was right: so far the newest record
 * tells it best. See host_clock.h. */
const char console_schema_clock[] =
    "INSERT OR IGNORE INTO meta(key, value) SELECT 'clock',"
    " format('%d 0 %d 0', max(at), max(at)) FROM audit HAVING count(*) > 0;\n";

/* Requests that ended and still have what was sent with them: most often none,
 * so the purge looks at no other. */
const char console_schema_inputs[] =
    "CREATE INDEX outbox_input ON outbox(done_at) WHERE " ENDED_INPUT ";\n";

/* clang-format off */
const char console_session[] =
    "CREATE TEMP TRIGGER runtime_changed AFTER UPDATE OF " RUNTIME_KEPT
    " ON main.runtime WHEN " RUNTIME_OWN("OLD.")
    " BEGIN UPDATE runtime SET contact_hash ="
    " iif(OLD.contact_hash LIKE '*%', '*', '') || " RUNTIME_HASH("NEW.")
    " WHERE n = NEW.n; END;\n";
/* clang-format on */
