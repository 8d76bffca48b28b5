/* Parts that several statements of console_statements.def share. */
#ifndef TAILOR_STORE_CONSOLE_SQL_H
#define TAILOR_STORE_CONSOLE_SQL_H

#define AUDIT_COLUMNS                                                          \
    "sequence, at, origin, actor, session, action, subject_kind,"              \
    " subject_id, installation, before, after, previous_hash, hash,"           \
    " seals"

/* Walks along the audit: from a sequence on, between two times, of an actor,
 * of an action (NULL: any), at most so many; KEYED ones by an index first. */
#define AUDIT_WALK(compare, order)                                             \
    "SELECT " AUDIT_COLUMNS " FROM audit WHERE sequence " compare " ?1"        \
    " AND at >= ?2 AND at < ?3 AND (?4 IS NULL OR actor = ?4)"                 \
    " AND (?5 IS NULL OR action = ?5) ORDER BY sequence " order " LIMIT ?6"
#define AUDIT_WALK_KEYED(key, compare, order)                                  \
    "SELECT " AUDIT_COLUMNS " FROM audit WHERE " key " = ?1"                   \
    " AND sequence " compare " ?2 AND at >= ?3 AND at < ?4"                    \
    " AND (?5 IS NULL OR +actor = ?5) AND (?6 IS NULL OR +action = ?6)"        \
    " ORDER BY sequence " order " LIMIT ?7"

/* The numbers A and B of the parameter "A/B". */
#define SEAL_FIRST "CAST(substr(?1, 1, instr(?1, '/') - 1) AS INTEGER)"
#define SEAL_SECOND "CAST(substr(?1, instr(?1, '/') + 1) AS INTEGER)"

/* Whether every runtime that version V was sent to refused it. One that came
 * from a runtime, or is live, was accepted. */
#define REFUSED(v)                                                             \
    "(" v ".state = 2 AND EXISTS (SELECT 1 FROM outbox o"                      \
    " WHERE o.version = " v ".n AND o.kind IN ('publish', 'release'))"         \
    " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.version = " v ".n"        \
    " AND o.kind IN ('publish', 'release') AND o.state <> 3)"                  \
    " AND NOT EXISTS (SELECT 1 FROM audit a WHERE a.subject_id = " v ".id"     \
    " AND a.action = 'import') AND NOT EXISTS (SELECT 1"                       \
    " FROM installed_workflow p WHERE p.workflow = " v ".workflow"             \
    " AND p.live = " v ".n))"

/* Whether V is an own version of a customer of RUNTIME that runs nowhere and
 * waits for no answer: where RUNTIME has another content under its id, it was
 * lost with a restore, for no other runtime has it. */
#define OWN_LOST(v, runtime)                                                   \
    "(" v ".state = 2 AND EXISTS (SELECT 1 FROM installation t"                \
    " WHERE t.n = " v ".installation AND t.runtime = " runtime ")"             \
    " AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.version = " v ".n"        \
    " AND o.kind = 'release' AND o.state IN (0, 1))"                           \
    " AND NOT EXISTS (SELECT 1 FROM installed_workflow p"                      \
    " WHERE p.installation = " v ".installation"                               \
    " AND p.workflow = " v ".workflow"                                         \
    " AND " v ".n IN (p.live, p.awaiting, p.releasing)))"

/* Whether what was sent with an event, or to start a run, may still be kept
 * though its request has ended. Every request is written with such a key; one
 * that another program changed does not have the body of its seal. An index is
 * made of it, which may call no JSON function. */
#define ENDED_INPUT                                                            \
    "kind IN ('event', 'start') AND state IN (2, 3)"                           \
    " AND (instr(body, '\"data\":') > 0 OR instr(body, '\"input\":') > 0)"

/* Whether the version P was released after the record F of what was made of it:
 * it was not when that was made. */
#define RELEASED_SINCE                                                         \
    "EXISTS (SELECT 1 FROM audit r WHERE r.subject_id = p.id"                  \
    " AND r.sequence > f.sequence AND r.action IN ('release', 'release.base'))"

/* Such a base version has no number of its own: another may take it. */
#define BASE_REFUSED(v) "(" v ".installation IS NULL AND " REFUSED(v) ")"

/* The number of the newest base version of WORKFLOW, 0 for none. */
#define NEWEST_BASE(workflow)                                                  \
    "coalesce((SELECT b.base_no FROM version b WHERE b.workflow = " workflow   \
    " AND b.installation IS NULL AND b.state = 2 AND NOT " BASE_REFUSED("b")   \
    " ORDER BY b.base_no DESC LIMIT 1), 0)"

/* "pause" or "resume" where the newest such request about installation T,
 * narrowed by AND, waits for the runtime's answer; else NULL. */
#define PENDING_PAUSE(t, and)                                                  \
    "(SELECT o.kind FROM outbox o WHERE o.installation = " t                   \
    " AND o.kind IN ('pause', 'resume') AND o.state IN (0, 1) " and            \
    " ORDER BY o.n DESC LIMIT 1)"
#define OF_WORKFLOW(w) "AND (o.workflow IS NULL OR o.workflow = " w ")"

/* TEXT of the installation of the version v, which is damage where it is NULL;
 * "" for a base version, which has none. */
#define OF_FORK(text) "iif(v.installation IS NULL, '', " text ")"

/* How many edits of draft V are in effect. */
#define EDITS_OF(v)                                                            \
    "(SELECT coalesce(sum(CASE kind WHEN 1 THEN -1 ELSE 1 END), 0)"            \
    " FROM draft_edit d WHERE d.version = " v ")"

/* Whether version V waited for its customer and the runtime no longer has it,
 * as after a restore: the last that it said of it is that a full copy does not
 * show it, and nobody here took it back. */
#define LOST_BY_RUNTIME(v)                                                     \
    "(" v ".state = 2 AND " v ".installation IS NOT NULL AND coalesce("        \
    "(SELECT a.action = 'withdrawn' AND json_extract(a.after, '$.cause') ="    \
    " 'copy' FROM audit a WHERE a.subject_id = " v ".id"                       \
    " AND a.action IN ('awaiting', 'live', 'withdrawn')"                       \
    " ORDER BY a.sequence DESC LIMIT 1), 0)"                                   \
    " AND coalesce((SELECT o.state = 2 AND o.kind <> 'withdraw' FROM outbox o" \
    " WHERE o.version = " v ".n ORDER BY o.n DESC LIMIT 1), 1)"                \
    " AND NOT EXISTS (SELECT 1 FROM installed_workflow p"                      \
    " WHERE p.installation = " v ".installation"                               \
    " AND p.workflow = " v ".workflow"                                         \
    " AND " v ".n IN (p.live, p.awaiting, p.releasing)))"

/* A version as version.h describes it. */
#define VERSION_SELECT                                                         \
    "SELECT v.n, v.id, v.base_no, v.fork_no, w.id AS workflow_id,"             \
    " w.key AS workflow_key, w.name AS workflow_name,"                         \
    " i.key AS integration_key,"                                               \
    " " OF_FORK("t.id") " AS installation_id,"                                 \
    " " OF_FORK("t.customer") " AS customer,"                                  \
    " " OF_FORK("u.username") " AS username,"                                  \
    " p.id AS parent_id, p.base_no AS parent_base_no,"                         \
    " p.fork_no AS parent_fork_no, l.id AS live_when_made_id, v.author,"       \
    " v.hash, v.note, v.state, v.revision, v.created_at, v.created_by,"        \
    " v.changed_at, v.released_at, v.released_by, c.live, c.releasing,"        \
    " c.awaiting, v.live_when_made,"                                           \
    " " NEWEST_BASE("v.workflow") " AS newest_base,"                           \
    " " EDITS_OF("v.n") " AS edits,"                                           \
    " (SELECT count(*) FROM (SELECT 1 FROM installed_workflow r"               \
    " JOIN installation ri ON ri.n = r.installation"                           \
    " WHERE r.workflow = v.workflow AND r.live = v.n AND ri.state <> 2"        \
    " AND ri.missing_since IS NULL LIMIT 10001))"                              \
    " AS running, (SELECT o.kind FROM outbox o WHERE o.version = v.n"          \
    " ORDER BY o.n DESC LIMIT 1) AS request_kind,"                             \
    " (SELECT o.state FROM outbox o WHERE o.version = v.n"                     \
    " ORDER BY o.n DESC LIMIT 1) AS request_state,"                            \
    " " BASE_REFUSED("v") " AS refused, " LOST_BY_RUNTIME("v") " AS lost"      \
    " FROM version v JOIN workflow w ON w.n = v.workflow"                      \
    " JOIN integration i ON i.n = w.integration"                               \
    " LEFT JOIN installation t ON t.n = v.installation"                        \
    " LEFT JOIN end_user u ON u.n = t.end_user"                                \
    " LEFT JOIN version p ON p.n = v.parent"                                   \
    " LEFT JOIN version l ON l.n = v.live_when_made"                           \
    " LEFT JOIN installed_workflow c ON c.installation = v.installation"       \
    " AND c.workflow = v.workflow "

/*
 * Whether the filter (as db_filter binds it) lets a row through. As a
 * condition of CASE its terms are looked at one after the other, so that a
 * walk without a filter never leaves its index.
 */
/* clang-format off */
#define INSTALLATION_FITS(filter, all)                                         \
    "CASE WHEN " all " THEN 1"                                                 \
    " ELSE row_fits(" filter ", search, integration, condition) END"

/* A walk along installations by customer or by last change: rows after (or
 * before) the place where the last page ended. */
#define INSTALLATION_WALK(where, compare, order)                               \
    "SELECT n, customer, 0 AS changed_at, " INSTALLATION_FITS("?3", "?4")      \
    " AS fits FROM installation WHERE " where                                  \
    " (customer, n) " compare " (?1, ?2)"                                      \
    " ORDER BY customer " order ", n " order
#define INSTALLATION_WALK_CHANGED(compare, order)                              \
    "SELECT n, '' AS customer, changed_at, " INSTALLATION_FITS("?3", "?4")     \
    " AS fits FROM installation WHERE (changed_at, n) " compare " (?1, ?2)"    \
    " ORDER BY changed_at " order ", n " order

/* Everything that fits, found by the index of one filter (bound as ?3), and
 * how much that index finds at all, up to ?2. */
#define INSTALLATION_HITS(where)                                               \
    "SELECT n, customer, changed_at, "                                         \
    INSTALLATION_FITS("?1", "?2")                                              \
    " AS fits, integration, condition FROM installation WHERE " where
#define INSTALLATION_RAW(what)                                                 \
    "SELECT count(*) FROM (SELECT 1 FROM " what " LIMIT ?2)"
/* Those that run a version of an older base than the newest, one for each such
 * workflow: by the versions that are old, so that it is quick where none is. */
#define INSTALLATIONS_BEHIND                                                   \
    "WITH newest AS MATERIALIZED (SELECT w.n AS workflow, "                    \
    NEWEST_BASE("w.n") " AS base_no FROM workflow w)"                          \
    " SELECT p.installation FROM newest CROSS JOIN version a"                  \
    " ON a.workflow = newest.workflow AND a.base_no < newest.base_no"          \
    " CROSS JOIN installed_workflow p ON p.workflow = a.workflow"              \
    " AND p.live = a.n"
/* clang-format on */

#endif
