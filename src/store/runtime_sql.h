/* Parts that several statements of the runtime's tables share: what rows of
 * one kind are read from. */
#ifndef TAILOR_STORE_RUNTIME_SQL_H
#define TAILOR_STORE_RUNTIME_SQL_H

#define INTEGRATIONS                                                           \
    "SELECT n, id, key, name, app, icon, active, connectors FROM integration"

/* A workflow as everybody sees it, with its newest base version. */
#define WORKFLOWS                                                              \
    "SELECT w.n, w.id, w.key, w.name, w.created_at, w.updated_at,"             \
    " w.integration, i.id AS integration_id, v.n AS base, v.base_no,"          \
    " v.id AS base_id, v.hash AS base_hash FROM workflow w"                    \
    " JOIN integration i ON i.n = w.integration"                               \
    " LEFT JOIN version v ON v.workflow = w.n AND v.installation IS NULL"      \
    " AND v.base_no = (SELECT max(base_no) FROM version"                       \
    " WHERE workflow = w.n AND installation IS NULL)"

#define VERSIONS                                                               \
    "SELECT n, id, workflow, installation, base_no, fork_no, hash FROM version"

#define INSTALLATIONS                                                          \
    "SELECT i.n, i.id, i.user, u.id AS user_id, u.username, u.full_name,"      \
    " u.deleted_at AS user_deleted_at, u.environment, i.integration,"          \
    " g.id AS integration_id, i.state, i.created_at FROM installation i"       \
    " JOIN user u ON u.n = i.user JOIN integration g ON g.n = i.integration"

/* A workflow in an installation, with its live and its awaiting version. */
#define INSTALLED                                                              \
    "SELECT d.n, d.workflow, w.id AS workflow_id, d.live, l.id AS live_id,"    \
    " l.installation AS live_installation, l.base_no, l.fork_no,"              \
    " l.hash AS live_hash, d.awaiting, a.id AS awaiting_id,"                   \
    " a.hash AS awaiting_hash, d.needs, d.active, d.paused, d.todo"            \
    " FROM installed d JOIN workflow w ON w.n = d.workflow"                    \
    " LEFT JOIN version l ON l.n = d.live"                                     \
    " LEFT JOIN version a ON a.n = d.awaiting"

/* Whose an installed workflow is, and whether it may run. */
#define INSTALLED_OWNERS                                                       \
    "SELECT d.live, d.active, d.paused, i.state, u.environment, u.n AS user,"  \
    " u.id AS user_id, u.username, u.full_name, w.id AS workflow_id,"          \
    " i.n AS installation, i.id AS installation_id FROM installed d"           \
    " JOIN installation i ON i.n = d.installation JOIN user u ON u.n = i.user" \
    " JOIN workflow w ON w.n = d.workflow"

#define CREDENTIALS                                                            \
    "SELECT n, id, app, name, state, created_at, updated_at, refused_at,"      \
    " try_at, message FROM credential"

#define SEALED_CREDENTIALS                                                     \
    "SELECT c.n, c.id, c.app, c.kind, c.sealed, c.key_no, u.id AS user_id,"    \
    " c.state, c.message FROM credential c JOIN user u ON u.n = c.user"

/* The decision that cancelled RUN (SWEEP_CANCEL), whose row does not say so
 * yet. */
#define CANCELLING(run)                                                        \
    " FROM run_sweep z WHERE z.kind = 0 AND z.installed = " run ".installed"   \
    " AND z.upto >= " run ".n"

/* All those runs of a state. */
#define CANCELLING_OF(state)                                                   \
    " FROM run_sweep z CROSS JOIN run r ON r.installed = z.installed AND "     \
    state " AND r.n <= z.upto WHERE z.kind = 0"

/* What everybody sees of the state of RUN, and of the time when it stopped. */
#define STATE_OF(run)                                                          \
    " CASE WHEN " run ".state IN (0, 1, 4)"                                    \
    " AND EXISTS(SELECT 1" CANCELLING(run) ") THEN 5 ELSE " run ".state END"
#define STOPPED_AT(run)                                                        \
    " coalesce(" run ".stopped_at, (SELECT z.at" CANCELLING(run) "))"
/* What RUN says: one that was cancelled waits for nothing any more. */
#define MESSAGE_OF(run)                                                        \
    " CASE" STATE_OF(run) " WHEN 5 THEN NULL ELSE " run ".message END"

/* What RUN is parked for; 0: it is not parked, or not any more. */
#define PARK_OF(run)                                                           \
    " CASE" STATE_OF(run) " WHEN 4 THEN " run ".park ELSE 0 END"

/* The next ?3 runs after row ?1 up to row ?2 that INDEX finds by WHERE. */
#define NEXT_RUNS(index, where)                                                \
    "SELECT n FROM (SELECT n FROM run INDEXED BY " index " WHERE " where       \
    " AND n > ?1 AND n <= ?2 ORDER BY n LIMIT ?3)"

/* Runs as the embedded API tells them of a workflow. */
#define EXECUTIONS                                                             \
    "SELECT n, id, execution," STATE_OF("run") " AS state, accepted_at,"       \
    " started_at," STOPPED_AT("run") " AS stopped_at,"                         \
    MESSAGE_OF("run") " AS message, block FROM run"

/* Runs over all workflows, as the embedded API tells them. */
#define LOGGED_RUNS                                                            \
    "SELECT r.n, r.id, r.execution," STATE_OF("r") " AS state, r.accepted_at," \
    " r.started_at," STOPPED_AT("r") " AS stopped_at,"                         \
    MESSAGE_OF("r") " AS message, v.base_no,"                                  \
    " v.fork_no, w.id AS workflow_id,"                                         \
    " w.name AS workflow, d.id AS installed_id, u.id AS user_id, u.username,"  \
    " u.full_name, g.id AS integration_id, g.name AS integration, g.icon"      \
    " FROM run r JOIN installed d ON d.n = r.installed"                        \
    " JOIN installation i ON i.n = d.installation JOIN user u ON u.n = i.user" \
    " JOIN workflow w ON w.n = d.workflow"                                     \
    " JOIN integration g ON g.n = i.integration"                               \
    " LEFT JOIN version v ON v.n = r.version"

/* Runs as the management API tells them. */
#define RUNS                                                                   \
    "SELECT r.n, r.id, r.execution, i.id AS installation_id,"                  \
    " w.id AS workflow_id, v.id AS version_id," STATE_OF("r") " AS state,"     \
    PARK_OF("r") " AS park, r.event, r.label, r.accepted_at, r.started_at,"    \
    STOPPED_AT("r") " AS stopped_at,"                                          \
    MESSAGE_OF("r") " AS message, r.block,"                                    \
    " r.set_aside, v.base_no, v.fork_no, v.hash, r.due_at, r.expires_at,"      \
    " r.parked_times"                                                          \
    " FROM run r JOIN installed d ON d.n = r.installed"                        \
    " JOIN installation i ON i.n = d.installation"                             \
    " JOIN user u ON u.n = i.user JOIN workflow w ON w.n = d.workflow"         \
    " LEFT JOIN version v ON v.n = r.version"

/* Whether a run fits the filters of a list of runs. */
#define LOOKED_AT_RUNS                                                         \
    "SELECT r.n, r.environment = ?1 AND (?4 < 0 OR" STATE_OF("r") " = ?4)"     \
    " AND r.accepted_at >= ?5 AND r.accepted_at < ?6"                          \
    " AND (?3 IS NULL OR EXISTS(SELECT 1 FROM installed d"                     \
    " JOIN installation i ON i.n = d.installation WHERE d.n = r.installed"     \
    " AND i.id = ?3)) AND (?7 IS NULL OR EXISTS(SELECT 1 FROM run_label l"     \
    " WHERE l.run = r.n AND l.label >= ?7"                                     \
    " AND l.label < ?7 || char(1114111)))"                                     \
    " AND (?9 = 0 OR" PARK_OF("r") " = ?9) AS fits"

#define LISTED_STEPS                                                           \
    "SELECT s.n, s.block, s.place, s.page, s.state, s.key, s.status,"          \
    " s.message, s.attempts, s.started_at, s.stopped_at FROM step s"

#endif
