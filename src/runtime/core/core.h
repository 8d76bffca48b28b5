/*
 * The core: the one thread that owns tailord's store. It works in ticks: take
 * every queued request, finished outbound call and due timer, do them all in
 * one transaction (a savepoint each), COMMIT, and only then let effects out:
 * answers, outbound calls, timers, wakes of parked calls. Where the commit
 * fails nothing of it gets out and the store is opened again; requests and
 * commands that only read are done again alone and answered.
 *
 * Everything here is called on the core's thread unless it says otherwise.
 * What is asked for inside a savepoint happens only after the COMMIT that
 * holds it, and not at all where the savepoint is rolled back.
 */
#ifndef TAILOR_RUNTIME_CORE_CORE_H
#define TAILOR_RUNTIME_CORE_CORE_H

#include <stdatomic.h>

#include "http/server.h"
#include "runtime/access/route.h"
#include "runtime/outbound/outbound.h"

/* What parked calls wait for. */
enum core_topic {
    CORE_TOPIC_FEED,
    CORE_TOPIC_RUNS,
    CORE_TOPIC_DOCUMENTS,
    CORE_TOPIC_COUNT
};

/* Work of the core: runs inside a savepoint of a tick. CTX should only name
 * what is meant (a run's id): after a failed commit the same work is done
 * again on the store as it was before. An error rolls the savepoint back, is
 * logged, and the work is not repeated; but after DAMAGED it is, later and
 * later, and keeps no other job from being done. */
struct core_work {
    enum err (*run)(struct core *core, void *ctx, struct error *e);
    void (*free)(void *ctx); /* may be NULL; once, when never needed again */
    void *ctx;
    /* Asked in a tick of core_at(), before the savepoint; where true, nothing
     * is done, and it is asked again in the next tick before what comes after
     * it. Changes nothing. NULL: never. */
    bool (*waits)(struct core *core, const void *ctx);
    bool outside; /* runs before the tick's transaction, not in it (core_do) */
    bool once;    /* changes more than the store: not done again (core_do) */
};

enum { CORE_LARGE_ANSWER = 64 << 10 }; /* bytes of a body */

/* What is done when an outbound call has ended; RESULT is borrowed. */
struct core_outbound {
    /* May be NULL. Runs before DONE, once, where the answer is larger than
     * CORE_LARGE_ANSWER: on a thread beside the core, which meanwhile alone
     * uses CTX and RESULT (as in struct core_background). A tick runs DONE of
     * at most one such call. */
    void (*prepare)(void *ctx, struct outbound_result *result,
                    const atomic_bool *stopped);
    int64_t group; /* of its prepare, and of the place of its answer */
    int64_t run;   /* what core_answer_waits is asked about; 0: nothing */
    enum err (*done)(struct core *core, void *ctx,
                     const struct outbound_result *result, struct error *e);
    void (*free)(void *ctx);
    void *ctx;
};

struct core_options {
    struct runtime *runtime; /* borrowed, given to every call */
    const char *store;       /* path of the store's file */
    const struct outbound_options *outbound;
    /* Called on the core's thread inside the first transaction after every
     * opening of the store (start, and after a failed commit): sets timers
     * and takes up journaled runs. After a failed commit all waiting work was
     * dropped, but outbound calls in flight go on and report their end. May be
     * NULL. */
    enum err (*opened)(struct core *core, struct error *e);
    /* Called on the core's thread inside the last transaction, where core_run
     * ends in order. May be NULL. */
    enum err (*closed)(struct core *core, struct error *e);
};

/* Opens the store and makes a core that is not running yet. */
enum err core_new(struct core **out, const struct core_options *options,
                  struct error *e);

/* Stops outbound calls, drops effects, closes the store. NULL is OK. */
void core_free(struct core *core);

/* Serves SERVER's requests (borrowed; NULL: none) until core_stop; returns OK
 * or why the store could not be opened again. */
enum err core_run(struct core *core, struct http_server *server,
                  struct error *e);

/* One tick, waiting at most TIMEOUT_MS for something to do: for tests. */
enum err core_tick(struct core *core, struct http_server *server,
                   int timeout_ms, struct error *e);

/* Ends core_run after its tick / wakes it. Any thread; core_stop also from a
 * signal handler. */
void core_stop(struct core *core);
void core_wakeup(void *core);

/* Lets core_run end once what is in progress has ended: calls that are out and
 * requests that had begun; after MOST_MS in any case. No new work begins
 * meanwhile. Any thread. */
void core_drain(struct core *core, int64_t most_ms);
/* Whether that has begun: nothing that would take long may start. */
bool core_is_draining(const struct core *core);

/* Calls that start later judge the certificates of their hosts again, by the
 * CA file as it is then. Any thread. Errors: that file has no certificates. */
enum err core_reload_trust(struct core *core, struct error *e);

/* Runs WORK inside a tick of its own and waits for its end: how the Unix
 * socket's thread does its commands. Any thread but the core's. */
enum err core_do(struct core *core, struct core_work work, struct error *e);

/* The store, in a transaction while work or a handler runs. */
struct db *core_db(struct core *core);
struct runtime *core_runtime(struct core *core);

/* After COMMIT: starts an outbound call (REQUEST is copied); when it has
 * ended, DONE runs in a later tick. */
void core_start_outbound(struct core *core,
                         const struct outbound_request *request,
                         struct core_outbound done);

/* After COMMIT, and before answers get out: what was erased is no longer in the
 * log of the store either. Where that fails (the disk is full, the store is
 * being copied) each commit after it tries again. It takes as long as writing
 * the log, which is cut to a few MB. */
void core_empty_log(struct core *core);

/* After COMMIT: does WORK in a tick of its own not before the monotonic time
 * AT_MS (0: the next tick). */
void core_at(struct core *core, int64_t at_ms, struct core_work work);

/* Work for a thread beside the core's. RUN may take long; it is given THEN's
 * ctx and may use nothing else that the core changes meanwhile. Once *STOPPED
 * is true the core ends and waits for it: what it leaves is not used. */
struct core_background {
    void (*run)(void *ctx, const atomic_bool *stopped);
    struct core_work then; /* done in a tick of its own when RUN has ended */
    int64_t group;         /* slow work of one group takes turns with others' */
};

/* Begins WORK, at once and whatever becomes of the savepoint. It is slow work,
 * which others go before. Where there can be no thread all of it is done here:
 * RUN, THEN inside the caller's savepoint, and THEN's free. */
void core_begin_background(struct core *core,
                           const struct core_background *work);

/* The same, but waits at most WAIT_MS for it before it is slow (0: it is from
 * the start). True where RUN has ended: THEN is neither done nor freed. */
bool core_try_background(struct core *core, const struct core_background *work,
                         int64_t wait_ms);

/* Runs FREE with WHAT on a thread beside the core, or here: freeing much memory
 * takes a while. */
void core_discard(struct core *core, void (*free)(void *what), void *what);

/* After COMMIT: runs every call parked on TOPIC again. */
void core_wake(struct core *core, enum core_topic topic);

/* Parks CALL instead of answering: its handler runs again, from the start,
 * when TOPIC wakes or at the monotonic time UNTIL_MS, then with call->last. */
void core_park(struct route_call *call, enum core_topic topic,
               int64_t until_ms);

/* Whether a call is being done that may wait: not where it must answer now, and
 * not where the core ends. */
bool core_may_wait(const struct core *core);

/* What the call that is being done needs is not ready: nothing that it did or
 * asked for stays, and its handler runs again, from where it began, when TOPIC
 * wakes, or after MOST_MS since the request came, then with call->last. What
 * the handler returns is not looked at. */
void core_wait(struct core *core, enum core_topic topic, int64_t most_ms);

/* The same CALL, which only reads, goes on from POSITION then. */
void core_wait_at(struct route_call *call, int64_t position);

/* Parks CALL until the next tick: its handler goes on with a long change from
 * POSITION, which call->position then has once this part is committed. The
 * handler of a call whose client has gone away is run to its end too. */
void core_go_on(struct route_call *call, int64_t position);

/* The number of the running tick, for work that shares one tick's time. */
uint64_t core_tick_number(const struct core *core);

/* The wall clock's time for what expires, in milliseconds since 1970. It never
 * goes back, also not over a restart: while the clock is behind, it runs at
 * half the pace until the clock has come up with it. */
int64_t core_time_ms(struct core *core);

/* Whether what is old by the wall clock may be deleted: it is not more than a
 * day ahead of what was kept and has passed since, or was so for three days.
 * Keeps the time with the transaction. */
bool core_clock_is_steady(struct core *core);

/* Whether the wall clock is more than a day ahead of or behind what was kept
 * and has passed since, and was so for less than three days. */
bool core_clock_is_doubted(struct core *core);

/* Figures for /metrics and speed. */
struct core_counts {
    uint64_t ticks, commits, failed_commits, requests, parked, timers;
    uint64_t savepoints; /* one for each job that was done */
    uint64_t damage;     /* how often the store was found damaged */
    uint64_t outbound_running;
    uint64_t outbound_judged; /* connections, as outbound_judged() */
    uint64_t answers_waiting; /* large ones, for a place */
    bool unplaced; /* a copy that is put back by hand is not noticed now */
    bool clock_is_ahead;  /* see core_clock_is_steady() … */
    bool clock_leapt;     /* … and this is certain: it was seen to jump */
    bool clock_is_behind; /* by more than a day, for less than three days */
    uint64_t commit_us_total, commit_us_max;
};
void core_get_counts(const struct core *core, struct core_counts *out);
/* Whether a large answer to RUN waits for a place that other answers hold. */
bool core_answer_waits(const struct core *core, int64_t run);

#endif
