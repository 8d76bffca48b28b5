/*
 * Accepted runs: an event or a start becomes a row of the journal in the
 * transaction that acknowledges it; the executor takes it from there.
 */
#ifndef TAILOR_RUNTIME_RUNS_H
#define TAILOR_RUNTIME_RUNS_H

#include "runtime/core.h"

#define RUN_EXECUTION_SIZE 22 /* 21 characters, as clients know them */

struct run_ids {
    char id[IDENT_SIZE];
    char execution[RUN_EXECUTION_SIZE];
};

/* Journals a run of the installed workflow (row INSTALLED) on VERSION (row)
 * with the N bytes of JSON at INPUT; EVENT names the event, or NULL. Wakes
 * the executor after the commit. */
enum err runs_accept(struct core *core, int64_t installed, int64_t version,
                     const char *event, const char *input, size_t n,
                     struct run_ids *out, struct error *e);

#endif
