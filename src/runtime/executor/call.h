/*
 * A call to the outside as a journaled step: its request is on disk with an
 * idempotency key before it goes out, its answer before anything follows from
 * it. What was sent and not answered is sent again only where that cannot
 * make a second effect; else the run is parked as an unknown outcome.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_CALL_H
#define TAILOR_RUNTIME_EXECUTOR_CALL_H

#include "runtime/executor/executor_private.h"
#include "runtime/outbound/secret.h"

/* What a block wants to call. */
struct call_plan {
    const char *app;                   /* whose credential signs it, or NULL */
    const struct connector *connector; /* its rules, or NULL */
    int64_t page;
    void *ctx;
    /* Makes the request {"method","url","headers","body"?,"once"} for the
     * idempotency KEY; SECRET is NULL without APP. */
    enum exec_result (*build)(struct exec *x, const struct call_plan *plan,
                              const struct secret *secret, const char *key,
                              struct value **request);
};

/* Does the call of PLAN, or says what became of it: DONE with the journaled
 * output in ANSWER, which is empty before; set where it is read already. */
enum exec_result call_do(struct exec *x, const struct call_plan *plan,
                         struct output *answer);

/* The retry rules of an app: statuses, attempts. */
bool call_is_retried(const struct connector *c, int status);
int64_t call_attempts(const struct connector *c);

#endif
