/* Decisions about many runs: they count at once, and are done in parts. */

#include "runtime/executor/accept.h"
#include "store/runtime.h"
#include "tests/unit/runtime/many_runs.h"

/* Each run of a part changes two rows, and an event a few. */
enum { RUNS = 220, CHANGES_OF_A_PART = 250 };

static struct world w;

/* --- without a tick ------------------------------------------------------ */

static int64_t
waiting(void)
{
    return many_runs(w.core, RUN_ACCEPTED) + many_runs(w.core, RUN_RUNNING) +
           many_runs(w.core, RUN_PARKED);
}

/* --- decisions ----------------------------------------------------------- */

static enum err
resume(struct core *core, struct many *d, struct error *e)
{
    enum err err = many_find(core, d, e);
    if (err == ERR_OK)
        err = many_set_state(core, d, RT_INSTALLATION_ACTIVE, e);
    return err == ERR_OK ? runs_resume(core, d->installed, e) : err;
}

/* None that is cancelled may begin or go on, though its row is as it was. */
static void
expect_nothing_begins(struct core *core, int64_t installed)
{
    int64_t run = 0, due = 0;
    bool found = true;
    struct error e;
    struct rs_loaded_run loaded = {0};
    struct db_stmt *q = db_use(core_db(core), RS_SWEEP_RUNS);
    db_int(q, installed);
    db_int(q, 0);
    db_int(q, INT64_MAX);
    db_int(q, true);
    db_int(q, 1);
    CHECK_INT(db_run_int(q, &run, NULL, &e), ERR_OK);
    CHECK(run > 0);
    q = db_use(core_db(core), RS_RUN_DUE_AT);
    db_int(q, run);
    CHECK_INT(db_run_int(q, &due, &found, &e), ERR_OK);
    CHECK(!found);
    q = db_use(core_db(core), RS_RUN_LOAD);
    db_int(q, run);
    CHECK(rs_loaded_run_next(q, &loaded));
    CHECK_INT(loaded.state, RUN_CANCELLED);
    CHECK_INT(db_end(q, &e), ERR_OK);
}

/* The first of them are due, none has begun, when all are cancelled. */
static enum err
resume_and_cancel(struct core *core, void *ctx, struct error *e)
{
    struct many *d = ctx;
    int64_t before = db_total_changes(core_db(core));
    enum err err = resume(core, d, e);
    if (err == ERR_OK)
        err = runs_cancel_all(core, d->installed, e);
    d->changes = db_total_changes(core_db(core)) - before;
    CHECK_INT(waiting(), 0);
    CHECK_INT(many_undone(w.core), 1);
    expect_nothing_begins(core, d->installed);
    return err;
}

static enum err
resume_and_pause(struct core *core, void *ctx, struct error *e)
{
    enum err err = resume(core, ctx, e);
    CHECK_INT(many_runs(w.core, RUN_ACCEPTED), MANY_AT_ONCE);
    return err == ERR_OK ? many_set_state(core, ctx, RT_INSTALLATION_PAUSED, e)
                         : err;
}

/* --- tests --------------------------------------------------------------- */

static void
tick_with_a_part(void)
{
    int64_t before = db_total_changes(core_db(w.core));
    world_tick(&w);
    CHECK(db_total_changes(core_db(w.core)) - before <= CHANGES_OF_A_PART);
}

static void
many_runs_end_in_parts(void)
{
    /* Sabotage: let room() of sweep.c give RUNS_AT_ONCE; take CANCELLING out
     * of RUN_LOAD and RUN_DUE_AT, or of COUNT_PARKED; leave sweep_soon() out
     * of executor_opened(). */
    struct place p;
    struct many d = {.p = &p};
    many_install(&w, &p);
    int64_t cancelled = many_runs(w.core, RUN_CANCELLED) + RUNS;
    place_expect(&w, &p, "pause", "paused");
    place_events(&w, &p, RUNS);
    CHECK_INT(many_runs(w.core, RUN_PARKED), RUNS);
    CHECK_INT(world_do(&w, resume_and_cancel, &d), ERR_OK);
    CHECK(d.changes <= CHANGES_OF_A_PART);
    CHECK_INT(many_runs(w.core, RUN_CANCELLED), cancelled);
    world_crash(&w);
    CHECK(many_undone(w.core) > 0);
    CHECK_INT(world_int(&w, RS_COUNT_PARKED, d.installed), 0);
    for (int i = 0; i < 2 * RUNS / MANY_AT_ONCE && many_undone(w.core); i++)
        tick_with_a_part();
    CHECK_INT(many_undone(w.core), 0);
    CHECK_INT(many_runs(w.core, RUN_CANCELLED), cancelled);
    CHECK_INT(w.calls, 0);
}

static uint64_t most_timers;

static bool
all_are_done(struct world *world, void *ctx)
{
    struct core_counts c;
    core_get_counts(world->core, &c);
    if (c.timers > most_timers)
        most_timers = c.timers;
    return many_runs(w.core, RUN_DONE) == *(int64_t *)ctx &&
           !many_undone(w.core);
}

static bool
all_are_parked(struct world *world, void *ctx)
{
    (void)world;
    (void)ctx;
    return many_runs(w.core, RUN_PARKED) == RUNS && !many_undone(w.core);
}

static void
many_runs_go_on_in_parts(void)
{
    /* Sabotage: leave sweep_soon() out of sweep() and of look(). */
    struct place p;
    struct many d = {.p = &p};
    many_install(&w, &p);
    int64_t done = many_runs(w.core, RUN_DONE) + RUNS;
    place_expect(&w, &p, "pause", "paused");
    place_events(&w, &p, RUNS);
    CHECK_INT(world_do(&w, resume_and_pause, &d), ERR_OK);
    world_until(&w, all_are_parked, NULL);
    CHECK_INT(w.calls, 0);
    place_expect(&w, &p, "resume", "resumed");
    most_timers = 0;
    world_until(&w, all_are_done, &done);
    CHECK_INT(w.calls, RUNS);
    /* Those of the 8 runs that a customer may have at work, the looks and the
     * parts: each look asks for none that was asked for before. Sabotage:
     * lane->asked in start_some(). */
    printf("# at most %llu timers\n", (unsigned long long)most_timers);
    CHECK(most_timers <= 16);
}

void
test_runtime_many(void)
{
    static const struct test tests[] = {
        {"many runs end in parts", many_runs_end_in_parts},
        {"many runs go on in parts", many_runs_go_on_in_parts},
        {NULL, NULL}};
    world_start(&w);
    test_run("many", tests);
    failed_tests += test_result();
    world_stop(&w);
}
