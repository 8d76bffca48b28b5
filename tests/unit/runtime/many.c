/* Decisions about many runs: they count at once, and are done in parts. */
#include <stdlib.h>

#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

/* A part deals with 100 runs; each changes two rows, and an event a few. */
enum { RUNS = 220, A_PART = 100, CHANGES_OF_A_PART = 250 };

static struct world w;

static void
install(struct place *p)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector,
                    ",'authentication':[],'idempotency':{'header':"
                    "'Idempotency-Key'}");
    place_install(
        &w, p,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(10, "math", "A",
                                  "'formula':'=1+1'") "," MAKE(11, "M1"))));
    w.calls = 0;
}

static void
on_installation(const struct place *p, const char *kind, const char *wanted)
{
    world_expect(&w, kind,
                 mem_printf("[{'installationId':'%s'}]", p->installation),
                 wanted);
}

/* --- without a tick ------------------------------------------------------ */

/* How many decisions are not done. */
static int
undone(void)
{
    int n = 0;
    struct error e;
    struct rs_sweep s;
    struct db_stmt *q = db_use(core_db(w.core), RS_SWEEP_NEXT);
    db_int(q, SWEEP_COUNT);
    while (rs_sweep_next(q, &s))
        n++;
    CHECK_INT(db_end(q, &e), ERR_OK);
    return n;
}

static int64_t
runs(int state)
{
    struct error e;
    struct rs_run_counts c = {0};
    struct db_stmt *q = db_use(core_db(w.core), RS_RUN_COUNTS);
    CHECK(rs_run_counts_next(q, &c));
    CHECK_INT(db_end(q, &e), ERR_OK);
    return rt_run_count(&c, state);
}

static int64_t
waiting(void)
{
    return runs(RUN_ACCEPTED) + runs(RUN_RUNNING) + runs(RUN_PARKED);
}

/* --- decisions ----------------------------------------------------------- */

struct deciding {
    const struct place *p;
    struct installation_row i;
    int64_t installed, changes;
};

static enum err
find(struct core *core, struct deciding *d, struct error *e)
{
    struct rs_installed found = {0};
    struct db *db = core_db(core);
    enum err code = lookup_installation(db, 0, d->p->installation, &d->i, e);
    if (code != ERR_OK)
        return code;
    struct db_stmt *q = db_use(db, RS_INSTALLED_ALL);
    db_int(q, d->i.n);
    rs_installed_next(q, &found);
    d->installed = found.n;
    return db_end(q, e);
}

static enum err
set_state(struct core *core, const struct deciding *d, int state,
          struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLATION_STATE);
    db_int(q, state);
    db_int(q, 1);
    db_int(q, d->i.n);
    return db_run(q, e);
}

static enum err
resume(struct core *core, struct deciding *d, struct error *e)
{
    enum err code = find(core, d, e);
    if (code == ERR_OK)
        code = set_state(core, d, RT_INSTALLATION_ACTIVE, e);
    return code == ERR_OK ? runs_resume(core, d->installed, e) : code;
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
    struct deciding *d = ctx;
    int64_t before = db_total_changes(core_db(core));
    enum err code = resume(core, d, e);
    if (code == ERR_OK)
        code = runs_cancel_all(core, d->installed, e);
    d->changes = db_total_changes(core_db(core)) - before;
    CHECK_INT(waiting(), 0);
    CHECK_INT(undone(), 1);
    expect_nothing_begins(core, d->installed);
    return code;
}

static enum err
resume_and_pause(struct core *core, void *ctx, struct error *e)
{
    enum err code = resume(core, ctx, e);
    CHECK_INT(runs(RUN_ACCEPTED), A_PART);
    return code == ERR_OK ? set_state(core, ctx, RT_INSTALLATION_PAUSED, e)
                          : code;
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
    struct deciding d = {.p = &p};
    install(&p);
    int64_t cancelled = runs(RUN_CANCELLED) + RUNS;
    on_installation(&p, "pause", "paused");
    place_events(&w, &p, RUNS);
    CHECK_INT(runs(RUN_PARKED), RUNS);
    CHECK_INT(world_do(&w, resume_and_cancel, &d), ERR_OK);
    CHECK(d.changes <= CHANGES_OF_A_PART);
    CHECK_INT(runs(RUN_CANCELLED), cancelled);
    world_crash(&w);
    CHECK(undone() > 0);
    CHECK_INT(world_int(&w, RS_COUNT_PARKED, d.installed), 0);
    for (int i = 0; i < 2 * RUNS / A_PART && undone(); i++)
        tick_with_a_part();
    CHECK_INT(undone(), 0);
    CHECK_INT(runs(RUN_CANCELLED), cancelled);
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
    return runs(RUN_DONE) == *(int64_t *)ctx && !undone();
}

static bool
all_are_parked(struct world *world, void *ctx)
{
    (void)world;
    (void)ctx;
    return runs(RUN_PARKED) == RUNS && !undone();
}

static void
many_runs_go_on_in_parts(void)
{
    /* Sabotage: leave sweep_soon() out of sweep() and of look(). */
    struct place p;
    struct deciding d = {.p = &p};
    install(&p);
    int64_t done = runs(RUN_DONE) + RUNS;
    on_installation(&p, "pause", "paused");
    place_events(&w, &p, RUNS);
    CHECK_INT(world_do(&w, resume_and_pause, &d), ERR_OK);
    world_until(&w, all_are_parked, NULL);
    CHECK_INT(w.calls, 0);
    on_installation(&p, "resume", "resumed");
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
