/*
 * Sync: the only process that talks to runtimes on behalf of a store. It
 * delivers the outbox, long-polls the feeds and writes the copy of the facts;
 * it is woken by the store's wake file, by answers and by the next retry.
 */
#ifndef TAILOR_REMOTE_SYNC_H
#define TAILOR_REMOTE_SYNC_H

#include <stdbool.h>
#include <stddef.h>

#include "manager/session/manager.h"

struct sync_options {
    const char *const *runtimes; /* names; NULL or empty: all */
    size_t runtime_count;
    bool follow;   /* until SIGTERM or SIGINT; else once */
    int idle_exit; /* with follow: end after so many seconds of nothing; 0:
                      never */
    /* A sentence of progress or trouble; may be NULL. */
    void (*say)(void *context, const char *runtime, const char *sentence);
    bool progress; /* say every ten seconds how much was read, too */
    void *context;
};

/* Runs over M's store. Takes the lock (BUSY where another has it). Without
 * follow: delivers what is queued, reads the feeds to their end, and returns
 * the first runtime's error. */
enum err sync_run(struct manager *m, const struct sync_options *options,
                  struct error *e);

/* `sync` as a command without follow: runs once itself, or, where a follower
 * has the lock, waits until that has delivered all. Errors: those of sync_run;
 * UNREACHABLE where the follower does not get on for PATIENCE_MS. */
enum err sync_once(struct manager *m, const struct sync_options *options,
                   int patience_ms, struct error *e);

#endif
