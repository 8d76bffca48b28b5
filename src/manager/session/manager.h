/*
 * The manager: the operations of the state machine over the console's store.
 * Each operation is one transaction together with its audit record; its role
 * is a column of actions.def. One file a noun: version.h,
 * draft.h, … Command line and console call only these.
 *
 * Names: wherever an operation takes a NAME it takes what people type; see
 * names.h. Times are milliseconds since 1970 in UTC.
 */
#ifndef TAILOR_MANAGER_SESSION_MANAGER_H
#define TAILOR_MANAGER_SESSION_MANAGER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct manager;
struct db;

/* The numbers stand in stores, and statements name them. */
enum role {
    ROLE_NONE = 0,
    ROLE_AUDITOR = 1,
    ROLE_ENGINEER = 2,
    ROLE_RELEASER = 3,
    ROLE_ADMIN = 4
};

/* One row of actions.def. ACTION_NAME numbers the rows. */
enum action {
#define A(id, name, role, mutates, help) ACTION_##id,
#include "manager/session/actions.def"
#undef A
    ACTION_COUNT
};

struct action_info {
    const char *name; /* "draft.fork": the word in audit records */
    enum role role;   /* the least role that may */
    bool mutates;
    const char *help;
};

extern const struct action_info action_table[ACTION_COUNT];

/* "auditor" … "admin", "none"; and back, ROLE_NONE where unknown. */
const char *role_word(enum role role);
enum role role_of_word(const char *word);

/* How a session came in; all strings are copied. */
struct manager_session {
    const char *actor;   /* who, as `access list` names them */
    const char *session; /* names the session in the audit, NULL: a new id */
    bool read_only;      /* also set by itself for an auditor */
    bool upgrade;        /* migrate an older store (store upgrade) */
    bool supervisor;     /* writes the records of sessions (session/sessions.h),
                            also of an auditor and of somebody without a role */
};

/* Opens the store at PATH for SESSION. The role is read from the store, here
 * and again in every changing operation. An actor without an entry gets
 * ROLE; errors of db_open (store/db.h) pass through. */
enum err manager_open(struct manager **out, const char *path,
                      const struct manager_session *session, struct error *e);

/* NULL is OK. */
void manager_close(struct manager *m);

const char *manager_actor(const struct manager *m);      /* borrowed */
const char *manager_session_id(const struct manager *m); /* borrowed */
enum role manager_role(const struct manager *m);
bool manager_read_only(const struct manager *m);
struct db *manager_db(struct manager *m);

/* Reads the role, and whether the session's actor may see payloads, from the
 * store again; from a loss on its connection cannot read payloads. Where they
 * cannot be read (E) both stay. Not within an operation. */
enum err manager_look_at_rights(struct manager *m, struct error *e);

/* ERR_OK where this session may do ACTION now, else ROLE or READ_ONLY with
 * the sentence to show beside a greyed key. Reads no disk. */
enum err manager_may(const struct manager *m, enum action action,
                     struct error *e);

/* ERR_OK where the session's actor may see payloads: kept samples, and inputs
 * and outputs of runs. Else ROLE. Reads no disk. */
enum err manager_may_see_payloads(const struct manager *m, struct error *e);

/* Whether the actor may see them now, and only the next session can: this one
 * began without the right, or has lost it. Reads no disk. */
bool manager_payloads_wait(const struct manager *m);

/* Whether they might at any time of this session. */
bool manager_saw_payloads(const struct manager *m);

/* The empty file beside the store (STORE-wake) that is truncated after every
 * commit: an inotify watch on it (IN_MODIFY) wakes sync and other consoles.
 * Borrowed. */
const char *manager_wake_path(const struct manager *m);

/* STALE where another file, or none, has the place of the open store, or where
 * its content lacks what this session has seen: what this session reads is not
 * the store any more. Not within an operation. */
enum err manager_check_place(struct manager *m, struct error *e);

/* True once an operation of this manager has changed the store. */
bool manager_has_changed(const struct manager *m);

/* A number that differs from an earlier answer where any session, this one
 * included, has committed since. */
enum err manager_version_of_data(struct manager *m, int64_t *out,
                                 struct error *e);

/* A list that a choice error (ERR_CHOICE, ERR_AMBIGUOUS) leaves behind: ids
 * of the drafts or things to choose from. Borrowed until the next operation;
 * NULL-terminated, never NULL. */
const char *const *manager_candidates(const struct manager *m);

#endif
