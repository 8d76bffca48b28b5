/*
 * The executor: runs journaled runs of live versions. A run is taken from the
 * journal, does bounded work in each tick, journals every step before it acts
 * and with its output after, and can be taken up from the journal at any
 * point. See doc/executor.md.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_EXECUTOR_H
#define TAILOR_RUNTIME_EXECUTOR_EXECUTOR_H

#include "runtime/core/core.h"

struct executor;

/* An executor without runs; it is to be put into struct runtime. */
struct executor *executor_new(void);
void executor_free(struct executor *x);

/* The store was just opened: forgets what was in memory and takes up every
 * journaled run. Goes into core_options.opened. */
enum err executor_opened(struct core *core, struct error *e);

/* The last thing in a store that is closed in order. Goes into
 * core_options.closed. */
enum err executor_closed(struct core *core, struct error *e);

/* After COMMIT: takes up the journaled run (row) of LANE (row of its
 * installation), now or when it is the lane's turn. */
void executor_start(struct core *core, int64_t run, int64_t lane);

/* After COMMIT: looks for journaled runs that nobody has taken up. */
void executor_look(struct core *core);

/* Drops what is in memory of a run that has ended by other means. */
void executor_forget(struct core *core, int64_t run);

/* How long a call waits before its second attempt; 500 ms at first, doubled
 * each time. For tests. */
void executor_set_backoff(struct executor *x, int64_t ms);

/* Runs that hold more than LARGE bytes hold no more than ALL together, and
 * those of an installation a quarter of it (one run may hold more). Where
 * others wait for room, such a run leaves memory after TURN_MS. For tests;
 * before any run is in memory. */
void executor_set_memory(struct executor *x, size_t all, size_t large,
                         int64_t turn_ms);

/* How many runs are in memory, for /metrics. */
size_t executor_count(const struct executor *x);
/* How many bytes the large ones of them hold, and how many runs wait for memory
 * that others hold: for themselves, or for their version. For /metrics. */
size_t executor_memory(const struct executor *x, size_t *waiting);
/* Whether the run N (row) does. */
bool executor_waits_for_memory(struct executor *x, int64_t n);

/* How long the oldest run that was accepted and has not begun has waited, in
 * *MS; 0: none waits. For /healthz. Errors are the store's. */
enum err executor_oldest_wait(struct core *core, int64_t *ms, struct error *e);

/* Installations with an accepted run that could have begun MS ago, but for
 * those that wait for memory or their version; and those that found no place
 * at a host for MS. */
struct executor_waits {
    int64_t own;    /* for their own calls or long evaluations, or for a host */
    int64_t others; /* nothing of their own explains it: tailord is behind */
    size_t full_hosts; /* with as many calls out as may be */
};
/* Errors are the store's. */
enum err executor_waits(struct core *core, int64_t ms,
                        struct executor_waits *out, struct error *e);

/* A run of INSTALLED was parked and is not in memory: the feed will tell soon
 * how many wait now. */
enum err executor_count_parked(struct core *core, int64_t installed,
                               struct error *e);

#endif
