/*
 * Accepted runs: an event or a start becomes a row of the journal in the
 * transaction that acknowledges it; the executor (executor.h) takes it from
 * there. What must wait (a pause, a held runtime) is parked, never refused.
 */
#ifndef TAILOR_RUNTIME_EXECUTOR_ACCEPT_H
#define TAILOR_RUNTIME_EXECUTOR_ACCEPT_H

#include "runtime/core/core.h"
#include "value/value.h"

#define RUN_EXECUTION_SIZE 37 /* a UUID */

struct run_ids {
    char id[IDENT_SIZE];
    char execution[RUN_EXECUTION_SIZE];
    const char *waits; /* why it does not begin yet (static), or NULL */
};

/* Journals a run of the installed workflow (row INSTALLED) on VERSION (row)
 * with the N bytes of JSON at INPUT; EVENT names the event, or NULL. Starts
 * it after the commit. */
enum err runs_accept(struct core *core, int64_t installed, int64_t version,
                     const char *event, const char *input, size_t n,
                     struct run_ids *out, struct error *e);

/* Journals a run of the live version, whatever its trigger, with the N bytes
 * at INPUT; a NULL INPUT is the user's facts. CAUSE says why: "install",
 * "release", "start". REFUSED where nothing is live. */
enum err runs_start(struct core *core, int64_t installed, const char *input,
                    size_t n, const char *cause, struct run_ids *out,
                    struct error *e);

/* What a run that runs again goes back to. */
struct run_origin {
    char root[IDENT_SIZE]; /* the id of the run that the event began */
    int key_form;          /* how that one makes the keys of its calls */
};

/* The same for what a run of ORIGIN got: the calls that it, or another run of
 * it, has made are not made again (key.h). NULL: all of them are, as for an
 * event that comes once more. */
enum err runs_again(struct core *core, int64_t installed, const char *input,
                    size_t n, const struct run_origin *origin,
                    struct run_ids *out, struct error *e);

/* Starts each workflow of the installation (row) that begins on installation
 * and has not run yet. */
enum err runs_on_installation(struct core *core, int64_t installation,
                              struct error *e);

/* Sends an event to every live and active workflow of the user (row) that
 * waits for it; INSTALLATION limits it to one (row; 0: all). Appends
 * {"runId","executionId"} of each to RUNS (may be NULL), with "waits" where it
 * does not begin yet. */
enum err runs_event(struct core *core, int64_t user, int64_t installation,
                    const char *event, const char *input, size_t n,
                    struct value *runs, struct error *e);

/* Decisions about many runs count with the transaction that they are made in;
 * the runs' own rows follow in later ticks, also after a restart (sweep.c). */

/* Lets what is parked for a pause of the installed workflow go on, unless it
 * is paused or turned off still; runs that had not begun take the version that
 * is live then. */
enum err runs_resume(struct core *core, int64_t installed, struct error *e);

/* Parks what waits of an installed workflow that was paused or turned off; a
 * run that is calling goes on to its end or until it must wait. runs_resume()
 * once it is resumed or turned on. */
enum err runs_stop(struct core *core, int64_t installed, struct error *e);

/* How many runs of the installation (row), or of one INSTALLED workflow of it
 * (row; 0: all), go on though it is paused or turned off. */
int64_t runs_in_progress(struct core *core, int64_t installation,
                         int64_t installed);

/* Lets what is parked for a held runtime go on, with the version that is live
 * then: nothing of it had begun. What is paused too is parked again. */
void runs_resume_held(struct core *core);

/* Lets what is parked for APP's credential (NULL: any) of the user (row) go
 * on. */
enum err runs_resume_credential(struct core *core, int64_t user,
                                const char *app, struct error *e);

/* Cancels every run of the installed workflow that has not ended: from the
 * commit on none begins or calls, and all are listed as cancelled. */
enum err runs_cancel_all(struct core *core, int64_t installed, struct error *e);

/* What somebody has seen of a parked run. */
struct run_seen {
    int park;      /* enum rt_park */
    int64_t times; /* how often it had been parked; -1: not seen */
};

/* STALE where RUN (row) is not parked as it was SEEN: it went on, it was
 * decided that it goes on, or it was parked again since. */
enum err runs_check_seen(struct core *core, int64_t run,
                         const struct run_seen *seen, struct error *e);

/* Takes up a run (row) that failed or was parked, from the block where it
 * was; one that is done with failed items does those again. An unknown
 * call is sent again with its idempotency key. One that waits for its next
 * attempt makes it now, and *WAITED says so. REFUSED where there is nothing to
 * do again, or its payload is no longer kept. */
enum err runs_retry(struct core *core, int64_t run, bool *waited,
                    struct error *e);

/* Cancels the run (row) unless it has ended. */
enum err runs_cancel(struct core *core, int64_t run, struct error *e);

#endif
