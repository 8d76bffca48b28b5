/*
 * The audit records of sessions that come in by SSH. A supervisor writes them
 * (struct manager_session); what the session itself does has records of its
 * own.
 */
#ifndef TAILOR_MANAGER_SESSION_SESSIONS_H
#define TAILOR_MANAGER_SESSION_SESSIONS_H

#include <stdbool.h>

#include "manager/session/manager.h"

enum session_event {
    SESSION_STARTED, /* a console, or a command that may change something */
    SESSION_ENDED,   /* the same session; its exit code */
    SESSION_READ     /* a command that only reads, before it does: the one
                      * record of it, where its exit code is 0 */
};

struct session_facts {
    const char *sandbox; /* what is enforced: "landlock 7, seccomp" */
    const char *command; /* as it was sent; NULL for the console */
    int exit_code;       /* of SESSION_ENDED */
};

/* Writes the record of EVENT. A command is kept to 2,000 bytes, made visible.
 * Errors: those of an operation; without the record of its start a session
 * must not go on. */
enum err manager_session_record(struct manager *m, enum session_event event,
                                const struct session_facts *facts,
                                struct error *e);

/* REFUSED where the session is not one that a supervisor has started for this
 * actor and that goes on: what such a session does could not be traced to its
 * beginning. */
enum err manager_session_check(struct manager *m, struct error *e);

/* Records that the session's actor has no role and was refused: at most one
 * record a minute for each actor, with the number of attempts since the one
 * before. */
enum err manager_session_refused(struct manager *m, struct error *e);

#endif
