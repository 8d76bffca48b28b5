/*
 * What the answer to a call holds. A large one takes long to read: nothing
 * here needs the core, so that any thread can do it.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_ANSWER_H
#define TAILOR_RUNTIME_EXECUTOR_ANSWER_H

#include <stdatomic.h>

#include "runtime/executor/run.h"
#include "runtime/outbound/outbound.h"
#include "runtime/outbound/secret.h"
#include "workflow/connector/connector.h"

/* How it is read; all borrowed. */
struct answer_rules {
    const struct connector *connector;     /* NULL: none */
    const struct connector_action *action; /* NULL: an api block called */
    struct secret *secret;                 /* its texts become "[redacted]" */
};

struct answer {
    bool is_read;
    char *message;        /* the sentence of a failure: "HTTP 400: …" */
    char *broken; /* why the body of a success is not the JSON that its type
                     says; NULL: it is, or says something else */
    struct output output; /* what the block gives; not set where it is nested
                             too deep: then later blocks cannot read it */
};

/* Reads RESULT, whose body is BODY (taken), into OUT (all zero), without the
 * secret. Ends early, with nothing read, once *STOPPED (may be NULL) is true.
 * Any thread; answer_clear() frees what OUT holds. */
void answer_read(struct answer *out, const struct answer_rules *rules,
                 const struct outbound_result *result, struct buf *body,
                 const atomic_bool *stopped);
void answer_clear(struct answer *a);

#endif
