/*
 * What is kept of runs: payloads until their time, run lists and labels for
 * 90 days, everything that has not ended for as long as it takes.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_RETENTION_H
#define TAILOR_RUNTIME_EXECUTOR_RETENTION_H

#include "runtime/core/core.h"

/* After COMMIT: looks for what is past its time now and then every hour.
 * Called in core_options.opened. */
void retention_start(struct core *core);

/* Erases what is past its time at NOW_MS, a bounded part of it; *MORE says
 * whether there is some left. */
enum err retention_erase(struct core *core, int64_t now_ms, bool *more,
                         struct error *e);

/* Erases payloads, messages and labels of a part of the runs of USER (row) that
 * have ended: of those after run *POSITION, which then is the last one that was
 * looked at, or 0 where no run is left. */
enum err retention_erase_user(struct core *core, int64_t user,
                              int64_t *position, struct error *e);

/* Erases the idempotency keys of USER (row), who was deleted and sends none
 * again, with what was answered to each: a part of them, and *MORE says whether
 * there are others. */
enum err retention_erase_keys(struct core *core, int64_t user, bool *more,
                              struct error *e);

#endif
