/*
 * What sessions read of runtimes themselves: info and runs, with the read
 * token only. Nothing read here is written to the store.
 */
#ifndef TAILOR_REMOTE_READ_H
#define TAILOR_REMOTE_READ_H

#include "manager/session/manager.h"
#include "remote/protocol.h"

/* Asks RUNTIME (by name or id) who it is. Errors: those of the client,
 * UNAUTHORIZED (token), REFUSED (no common protocol), ROLE. */
enum err remote_test(struct manager *m, const char *runtime,
                     struct protocol_info *out, struct error *e);

/* Which runs; NULL and 0: all. */
struct run_query {
    const char *installation; /* name; says the runtime */
    const char *runtime;      /* name, where no installation is given; NULL:
                                 all runtimes */
    const char *find;         /* part of a label */
    const char *state;
    int64_t since, until; /* milliseconds */
    int limit;            /* of each runtime; 0: 100 */
    const char *after;    /* cursor, with one runtime only */
};

/* A RUN of a list as somebody sees it who may not see what customers sent:
 * ids, state, times, block; its message is "not shown". A new value; the
 * caller owns it. */
struct value *run_without_payloads(const struct value *run);

/* Whether M may look for runs by the text FIND (NULL: none), which finds what
 * customers sent; ROLE where not. */
enum err run_may_find(struct manager *m, const char *find, struct error *e);

/* {"data":[RUN…],"cursor"}: the runs, newest first, each with "runtime" (its
 * name) added; the cursor is null with several runtimes. Owned by the
 * caller. */
enum err remote_runs(struct manager *m, const struct run_query *query,
                     struct value **out, struct error *e);

/* The run RUN_ID with block inputs and outputs, redacted; the runtime logs
 * the look with this session's actor. RUNTIME NULL: the one that knows it.
 * NOT_FOUND where none does, ROLE without the right to see payloads. */
enum err remote_run(struct manager *m, const char *runtime, const char *run_id,
                    struct value **out, struct error *e);

#endif
