/*
 * The core's loop. A tick gathers jobs (requests, finished calls, due work,
 * parked calls), does them in one transaction, commits, and then lets out the
 * effects that they asked for.
 */
#include "runtime/core/core.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/core/core_private.h"
#include "store/runtime.h"

enum { TICK_JOBS = 512, IDLE_MS = 60000, DRAIN_MS = 20 };

/* --- making and ending ---------------------------------------------------- */

enum err
core_new(struct core **out, const struct core_options *options, struct error *e)
{
    struct core *core = mem_alloc(sizeof *core);
    core->options = *options;
    core->first = true;
    pthread_mutex_init(&core->lock, NULL);
    pthread_cond_init(&core->done, NULL);
    core_background_init(&core->background);
    enum err err = db_open(&core->db, options->store, &runtime_schema,
                           DB_EXCLUSIVE | DB_UPGRADE, e);
    if (err == ERR_OK)
        err = outbound_new(&core->outbound, options->outbound, e);
    if (err != ERR_OK) {
        core_free(core);
        return err;
    }
    *out = core;
    return ERR_OK;
}

void
core_free(struct core *core)
{
    if (!core)
        return;
    core_background_free(&core->background);
    core_jobs_free(core);
    outbound_free(core->outbound);
    core_orphans_free(core);
    db_close(core->db);
    pthread_cond_destroy(&core->done);
    pthread_mutex_destroy(&core->lock);
    free(core);
}

struct db *
core_db(struct core *core)
{
    return core->db;
}

struct runtime *
core_runtime(struct core *core)
{
    return core->options.runtime;
}

void
core_stop(struct core *core)
{
    atomic_store(&core->stopping, true);
    core_wakeup(core);
}

void
core_drain(struct core *core, int64_t most_ms)
{
    atomic_store(&core->drain_until, clock_monotonic_ms() + most_ms);
    core_wakeup(core);
}

bool
core_is_draining(const struct core *core)
{
    return core->draining;
}

void
core_wakeup(void *core)
{
    outbound_wakeup(((struct core *)core)->outbound);
}

enum err
core_reload_trust(struct core *core, struct error *e)
{
    return outbound_reload(core->outbound, e);
}

uint64_t
core_tick_number(const struct core *core)
{
    return core->counts.ticks;
}

bool
core_answer_waits(const struct core *core, int64_t run)
{
    return outbound_waits(core->outbound, run);
}

void
core_get_counts(const struct core *core, struct core_counts *out)
{
    *out = core->counts;
    out->timers = core->timers.count;
    out->outbound_running = outbound_count(core->outbound);
    out->outbound_judged = outbound_judged(core->outbound);
    out->answers_waiting = outbound_waiting(core->outbound);
    out->clock_is_ahead = core->time.ahead_since != 0;
    out->unplaced = core->unplaced;
    out->clock_leapt = core->time.leapt;
    out->clock_is_behind = core->time.behind_since != 0;
    out->parked = 0;
    for (const struct job *j = core->parked; j; j = j->next)
        out->parked++;
}

/* --- the tick ------------------------------------------------------------- */

static enum err
opened(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    return core->options.opened(core, e);
}

/* What the store's opening begins, once. Where damage keeps it from that, it
 * is tried again later like other work: the rest goes on without it. */
static enum err
begin(struct core *core, struct error *e)
{
    enum err err = db_begin(core->db, e);
    core->changes = err == ERR_OK ? db_total_changes(core->db) : 0;
    if (err != ERR_OK || !core->first)
        return err;
    err = core_time_opened(core, e);
    if (err == ERR_OK && core->options.opened)
        err = core->options.opened(core, e);
    if (err != ERR_DAMAGED)
        return err;
    core_damage_note(core, e);
    core_effects_drop(core, NULL);
    db_rollback(core->db);
    struct job *j = mem_alloc(sizeof *j);
    j->kind = JOB_WORK;
    j->work.run = opened;
    core_damage_later(core, j);
    core->first = false;
    return db_begin(core->db, e);
}

/* Says when a copy of the store is not noticed if it is put back by hand, and
 * when it is again. */
static void
tell_place(struct core *core)
{
    const char *why = db_place_problem(core->db);
    if (core->unplaced == (why != NULL))
        return;
    core->unplaced = why != NULL;
    if (why)
        log_event(LOG_WARNING, "openings not counted", "path",
                  db_path(core->db), "message",
                  "a copy of the database that is put back by hand is not "
                  "noticed until tailord.db-place can be written, which is "
                  "tried at each commit",
                  "error", why, NULL);
    else
        log_event(LOG_INFO, "openings counted", "path", db_path(core->db),
                  "message",
                  "a copy of the database that is put back by hand is "
                  "noticed again",
                  NULL);
}

void
core_empty_log(struct core *core)
{
    core->erased = true;
}

static enum err
commit(struct core *core, struct error *e)
{
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    enum err err = db_commit(core->db, e);
    clock_gettime(CLOCK_MONOTONIC, &b);
    int64_t us =
        (b.tv_sec - a.tv_sec) * 1000000LL + (b.tv_nsec - a.tv_nsec) / 1000;
    core->counts.commits++;
    core->counts.commit_us_total += (uint64_t)us;
    if ((uint64_t)us > core->counts.commit_us_max)
        core->counts.commit_us_max = (uint64_t)us;
    struct error later = {0};
    if (err == ERR_OK && core->erased)
        core->erased = db_empty_log(core->db, &later) != ERR_OK;
    tell_place(core);
    return err;
}

static bool
is_outside(const struct job *j)
{
    return j->kind == JOB_WAITED && j->work.outside;
}

/* Work that may not be in a transaction (copies of the whole store). */
static void
do_outside(struct core *core, struct job *jobs)
{
    for (struct job *j = jobs; j; j = j->next) {
        if (is_outside(j) &&
            j->work.run(core, j->work.ctx, &j->error) != ERR_OK &&
            !core_damage_note(core, &j->error))
            core_log_failure(j, &j->error);
    }
}

static int
wait_ms(struct core *core, int most)
{
    int64_t now = clock_monotonic_ms();
    int64_t due = core_next_due(core);
    if (core->ready || core->first)
        return 0;
    if (due <= now)
        return 0;
    return due - now < most ? (int)(due - now) : most;
}

/* All jobs in one transaction; DAMAGED, and nothing done, where any of them
 * met damage. */
static enum err
do_together(struct core *core, struct job *jobs, struct error *why)
{
    bool damaged = false;
    enum err err = begin(core, why);
    for (struct job *j = jobs; j && err == ERR_OK && !damaged; j = j->next)
        if (!is_outside(j)) {
            core_do_job(core, j);
            damaged |= j->error.code == ERR_DAMAGED;
        }
    if (damaged)
        err = ERR_DAMAGED;
    if (err == ERR_OK)
        err = core_time_keep(core, db_total_changes(core->db) != core->changes,
                             why);
    if (err == ERR_OK)
        err = commit(core, why);
    if (err != ERR_OK) {
        core->time.kept_ms = 0; /* what was kept is rolled back */
        db_rollback(core->db);
    }
    if (damaged)
        core_effects_drop(core, NULL);
    return err;
}

/* J met damage: what asked is told, what the runtime wanted is kept. */
static void
finish_damaged(struct core *core, struct job *j)
{
    core_effects_drop(core, NULL);
    if (j->kind == JOB_WORK || j->kind == JOB_OUTBOUND)
        core_damage_later(core, j);
    else
        core_let_out(core, j);
}

static void
take_damage(struct core *core, struct job *j, const struct error *why)
{
    core_damage_note(core, why);
    j->error = *why;
    if (j->kind == JOB_REQUEST) {
        struct error e = *why;
        core_public_error(core, &e);
        j->parked = false;
        http_answer_error(&j->answer, &e);
    }
}

static enum err
do_alone(struct core *core, struct job *j, struct error *why)
{
    struct job *rest = j->next;
    j->next = NULL;
    enum err err = do_together(core, j, why);
    j->next = rest;
    return err;
}

/* Each job in a transaction of its own. */
static enum err
do_apart(struct core *core, struct job *jobs, struct error *e)
{
    while (jobs) {
        struct job *j = jobs;
        struct error why = {0};
        enum err err = is_outside(j) ? ERR_OK : do_alone(core, j, &why);
        if (err != ERR_OK && err != ERR_DAMAGED)
            return core_fail_tick(core, jobs, &why, e);
        jobs = j->next;
        j->next = NULL;
        if (err == ERR_OK) {
            core->first = false;
            core_let_out(core, j);
        } else {
            if (j->error.code != ERR_DAMAGED)
                take_damage(core, j, &why);
            finish_damaged(core, j);
        }
    }
    return ERR_OK;
}

enum err
core_tick(struct core *core, struct http_server *server, int timeout_ms,
          struct error *e)
{
    struct error why = {0};
    outbound_wait(core->outbound, wait_ms(core, timeout_ms));
    outbound_collect(core->outbound);
    struct job *jobs =
        core_read_bodies(core, core_gather(core, server, TICK_JOBS));
    if (!jobs && !core->first)
        return ERR_OK;
    core->counts.ticks++;
    do_outside(core, jobs);
    enum err err = do_together(core, jobs, &why);
    if (err == ERR_DAMAGED)
        return do_apart(core, jobs, e);
    if (err != ERR_OK)
        return core_fail_tick(core, jobs, &why, e);
    core->first = false;
    core_let_out(core, jobs);
    return ERR_OK;
}

/* Long polls are answered as at their end. */
static void
begin_drain(struct core *core, struct http_server *server)
{
    core->draining = true;
    if (server)
        http_server_drain(server);
    for (struct job *j = core->parked; j; j = j->next)
        j->until_ms = 0;
}

static bool
is_drained(const struct core *core, struct http_server *server)
{
    return clock_monotonic_ms() >= atomic_load(&core->drain_until) ||
           (!core->flights && !core->background.preparing && !core->ready &&
            !core->parked && (!server || http_server_busy(server) == 0));
}

/* The end is in order: the store says so. Where it cannot, the next start
 * takes it for a crash. */
static void
close_store(struct core *core)
{
    struct error e = {0};
    if (core->first || !core->options.closed)
        return;
    enum err err = db_begin(core->db, &e);
    if (err == ERR_OK)
        err = core->options.closed(core, &e);
    if (err == ERR_OK)
        err = db_commit(core->db, &e);
    if (err != ERR_OK) {
        db_rollback(core->db);
        log_event(LOG_ERROR, "commit failed", "error", err_word(err), "message",
                  e.text, NULL);
    }
}

enum err
core_run(struct core *core, struct http_server *server, struct error *e)
{
    enum err err = ERR_OK;
    while (err == ERR_OK && !atomic_load(&core->stopping)) {
        if (!core->draining && atomic_load(&core->drain_until))
            begin_drain(core, server);
        if (core->draining && is_drained(core, server))
            break;
        err = core_tick(core, server, core->draining ? DRAIN_MS : IDLE_MS, e);
    }
    core_background_stop(&core->background); /* it reads requests of SERVER */
    if (err == ERR_OK)
        close_store(core);
    core_commands_close(core);
    return err;
}
