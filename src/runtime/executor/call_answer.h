/* The second half of a call: letting it out, and what its answer means. */
#ifndef TAILOR_RUNTIME_EXECUTOR_CALL_ANSWER_H
#define TAILOR_RUNTIME_EXECUTOR_CALL_ANSWER_H

#include "runtime/executor/call.h"
#include "runtime/outbound/secret.h"

/* A call that goes out. */
struct call_out {
    struct flying flying;
    struct secret secret;                  /* that is sent; n 0: none is */
    struct compiled *compiled;             /* owns the next three */
    const struct connector *connector;     /* as in struct answer_rules */
    const struct connector_action *action; /* the same */
    const struct block *block;
    const char *app;  /* whose credential is sent, or NULL */
    int64_t attempts; /* with this one */
    bool once;
};

/* After COMMIT: sends REQUEST as OUT says; the answer is journaled in a later
 * tick and the run goes on. Takes the secret: the answer is redacted with the
 * credential that was sent, whatever becomes of it meanwhile. */
void call_start(struct core *core, struct executor *executor,
                struct call_out *out, const struct outbound_request *request);

#endif
