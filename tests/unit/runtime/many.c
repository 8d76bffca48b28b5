/* Decisions about many runs: they count at once, and are done in parts. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

/* A part deals with 100 runs; each changes two rows, and an event a few. */
enum { RUNS = 220, MOST = 900, A_PART = 100, CHANGES_OF_A_PART = 250 };

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

/* --- without a tick ------------------------------------------------------ */

/* How many decisions are not done. */
static int
undone(void)
{
    int n = 0;
    struct error e;
    struct rs_sweep s;
    struct db_stmt *q = db_use(core_db(w.core), RS_SWEEP_NEXT);
    db_int(q, SWEEP_CREDENTIAL);
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
    enum err err = lookup_installation(db, 0, d->p->installation, &d->i, e);
    if (err != ERR_OK)
        return err;
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
    enum err err = find(core, d, e);
    if (err == ERR_OK)
        err = set_state(core, d, RT_INSTALLATION_ACTIVE, e);
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
    struct deciding *d = ctx;
    int64_t before = db_total_changes(core_db(core));
    enum err err = resume(core, d, e);
    if (err == ERR_OK)
        err = runs_cancel_all(core, d->installed, e);
    d->changes = db_total_changes(core_db(core)) - before;
    CHECK_INT(waiting(), 0);
    CHECK_INT(undone(), 1);
    expect_nothing_begins(core, d->installed);
    return err;
}

static enum err
resume_and_pause(struct core *core, void *ctx, struct error *e)
{
    enum err err = resume(core, ctx, e);
    CHECK_INT(runs(RUN_ACCEPTED), A_PART);
    return err == ERR_OK ? set_state(core, ctx, RT_INSTALLATION_PAUSED, e)
                         : err;
}

/* --- runs that wait ------------------------------------------------------ */

/* The runs of INSTALLED that are parked. */
static int
list_parked(struct core *core, int64_t installed, int64_t list[MOST])
{
    int n = 0;
    struct error e;
    struct db_stmt *q = db_use(core_db(core), RS_SWEEP_RUNS);
    db_int(q, installed);
    db_int(q, 0);
    db_int(q, INT64_MAX);
    db_int(q, false);
    db_int(q, MOST);
    while (n < MOST && db_row(q))
        list[n++] = db_get_int(q);
    CHECK_INT(db_end(q, &e), ERR_OK);
    return n;
}

/* All are open and wait: for their turn at a limit, or for a time. */
struct waiting {
    struct deciding d;
    const char *turn;
    int64_t due_ms;
};

/* The newest is the first that is due. */
static void
let_wait(struct core *core, const struct waiting *x, int64_t run)
{
    struct error e;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_RELEASE_PAUSED);
    db_int(q, run);
    db_int(q, x->due_ms - run);
    CHECK_INT(db_run(q, &e), ERR_OK);
    q = db_use(core_db(core), RS_RUN_WAIT);
    db_int(q, x->due_ms - run);
    db_text(q, x->turn);
    db_text(q, "waits");
    db_null(q);
    db_int(q, run);
    CHECK_INT(db_run(q, &e), ERR_OK);
}

static enum err
all_wait(struct core *core, void *ctx, struct error *e)
{
    int64_t list[MOST];
    struct waiting *x = ctx;
    enum err err = find(core, &x->d, e);
    if (err == ERR_OK)
        err = set_state(core, &x->d, RT_INSTALLATION_ACTIVE, e);
    int count = list_parked(core, x->d.installed, list);
    for (int i = 0; i < count; i++)
        let_wait(core, x, list[i]);
    return err;
}

/* All wait for the credential of their app. */
static enum err
all_lack_a_credential(struct core *core, void *ctx, struct error *e)
{
    int64_t list[MOST];
    struct deciding *d = ctx;
    enum err err = find(core, d, e);
    if (err == ERR_OK)
        err = set_state(core, d, RT_INSTALLATION_ACTIVE, e);
    int count = list_parked(core, d->installed, list);
    for (int i = 0; i < count && err == ERR_OK; i++) {
        struct db_stmt *q = db_use(core_db(core), RS_RUN_END);
        db_int(q, RUN_PARKED);
        db_int(q, PARK_CREDENTIAL);
        db_text(q, "thing");
        db_null(q);
        db_null(q);
        db_int(q, 0);
        db_null(q);
        db_int(q, list[i]);
        err = db_run(q, e);
    }
    return err;
}

/* How many wait for a time after AFTER_MS, or for a turn. */
static struct rs_waiting
count_waiting(int64_t after_ms)
{
    struct error e;
    struct rs_waiting found = {0};
    struct db_stmt *q = db_use(core_db(w.core), RS_RUN_WAITING);
    db_int(q, after_ms);
    CHECK(rs_waiting_next(q, &found));
    CHECK_INT(db_end(q, &e), ERR_OK);
    return found;
}

static int64_t
in_turn(int64_t unused)
{
    (void)unused;
    return count_waiting(0).turns;
}

static int64_t
far_away(int64_t after_ms)
{
    return count_waiting(after_ms).runs;
}

static int64_t
parked(int64_t unused)
{
    (void)unused;
    return runs(RUN_PARKED);
}

/* What LEFT counts goes in parts. */
static void
goes_in_parts(int64_t (*left)(int64_t), int64_t key)
{
    int64_t before = left(key);
    for (int i = 0; i < 4 * MOST / A_PART && before > 0; i++) {
        world_tick(&w);
        CHECK(before - left(key) <= A_PART);
        before = left(key);
    }
    CHECK_INT(before, 0);
}

static enum err
cancel_all(struct core *core, void *ctx, struct error *e)
{
    const struct deciding *d = ctx;
    return runs_cancel_all(core, d->installed, e);
}

static bool
nothing_is_undone(struct world *world, void *ctx)
{
    (void)world;
    (void)ctx;
    return !undone();
}

static void
park_many(struct place *p, int count)
{
    install(p);
    place_expect(&w, p, "pause", "paused");
    place_events(&w, p, count);
}

static void
end_many(struct deciding *d)
{
    CHECK_INT(world_do(&w, cancel_all, d), ERR_OK);
    world_until(&w, nothing_is_undone, NULL);
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
    place_expect(&w, &p, "pause", "paused");
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

static enum err
restore(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    return runtime_hold(core_db(core), true, e);
}

static int64_t
not_judged(int64_t unused)
{
    int64_t done = 0;
    struct error e;
    struct db_stmt *q = db_use(core_db(w.core), RS_RUN_COUNT_RESTORED);
    (void)unused;
    db_int(q, ENVIRONMENT_DEVELOPMENT);
    CHECK_INT(db_run_int(q, &done, NULL, &e), ERR_OK);
    return MOST - done;
}

/* The restore is accepted, and the runs are due, before all are judged. */
static enum err
accept_and_resume(struct core *core, void *ctx, struct error *e)
{
    enum err err = all_wait(core, ctx, e);
    if (err == ERR_OK)
        err = runtime_hold(core_db(core), false, e);
    runs_resume_held(core);
    return err;
}

/* Sabotage: let RUNS_AT_ONCE of restored.c be 1000; leave `judging` out of
 * executor_held(); let walk_begin() end at INT64_MAX. */
static void
many_restored_runs_are_parked_in_parts(void)
{
    struct place p;
    struct waiting x = {.d = {.p = &p}, .due_ms = clock_now_ms()};
    park_many(&p, MOST);
    int64_t done = runs(RUN_DONE) + 1;
    CHECK_INT(world_do(&w, restore, NULL), ERR_OK);
    world_crash(&w);
    world_tick(&w);
    CHECK(not_judged(0) >= MOST - 2 * A_PART);
    CHECK_INT(world_do(&w, accept_and_resume, &x), ERR_OK);
    free(place_event(&w, &p, "{'no':1}")); /* it is not of the backup */
    goes_in_parts(not_judged, 0);
    world_until(&w, all_are_done, &done);
    CHECK_INT(w.calls, 1);
    end_many(&x.d);
}

/* Sabotage: let RUNS_AT_ONCE of walk.c be 1000. */
static void
many_turns_end_in_parts(void)
{
    struct place p;
    struct waiting x = {
        .d = {.p = &p}, .turn = "gone", .due_ms = RUN_DUE_NEVER};
    park_many(&p, RUNS);
    CHECK_INT(world_do(&w, all_wait, &x), ERR_OK);
    CHECK_INT(in_turn(0), RUNS);
    world_crash(&w);
    goes_in_parts(in_turn, 0);
    end_many(&x.d);
}

/* Sabotage: leave walk_begin() of WALK_CREDENTIALS out of walks_opened(). */
static void
many_go_on_with_a_credential_in_parts(void)
{
    struct place p;
    struct deciding d = {.p = &p};
    park_many(&p, RUNS);
    place_connect(&w, &p, "apiKey", "{'key':'k'}");
    CHECK_INT(world_do(&w, all_lack_a_credential, &d), ERR_OK);
    CHECK_INT(runs(RUN_PARKED), RUNS);
    world_crash(&w);
    goes_in_parts(parked, 0);
    end_many(&d);
}

static enum err
look(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    (void)e;
    executor_look(core);
    return ERR_OK;
}

static bool
a_call_is_out(struct world *world, void *ctx)
{
    (void)ctx;
    return world->held_count == 1;
}

static int64_t
ask_runs(struct db_stmt *q)
{
    int64_t found = 0;
    struct error e;
    CHECK_INT(db_run_int(q, &found, NULL, &e), ERR_OK);
    return found;
}

static bool
the_clock_was_noticed(struct world *world, void *ctx)
{
    int64_t newest = ask_runs(db_use(core_db(world->core), RS_RUN_NEWEST));
    struct db_stmt *q = db_use(core_db(world->core), RS_CLOCK_BACK_AHEAD);
    (void)ctx;
    db_int(q, WALK_CLOCK);
    db_int(q, newest);
    return ask_runs(q) > 0;
}

static bool
one_is_far_away(struct world *world, void *ctx)
{
    const int64_t *after_ms = ctx;
    (void)world;
    return far_away(*after_ms) == 1;
}

/* The times of all are an hour earlier; not that of the last one, which waits
 * by the clock that was set back. Sabotage: let walk_is_behind() find
 * nothing. */
static void
many_follow_the_clock_in_parts(void)
{
    enum { HOUR_MS = 3600 * 1000 };
    struct place p;
    int64_t now = clock_now_ms();
    struct waiting x = {.d = {.p = &p}, .due_ms = now + 2 * HOUR_MS};
    park_many(&p, MOST);
    CHECK_INT(world_do(&w, all_wait, &x), ERR_OK);
    w.silent = w.dead = "/make";
    free(place_event(&w, &p, "{'no':1}"));
    world_until(&w, a_call_is_out, NULL);
    world_until(&w, nothing_is_undone, NULL);
    world_clock_off = -3600;
    w.retry_after = "9000";
    CHECK_INT(world_do(&w, look, NULL), ERR_OK);
    world_until(&w, the_clock_was_noticed, NULL);
    world_let_go(&w);
    goes_in_parts(far_away, now + 7 * HOUR_MS / 4);
    world_until(&w, one_is_far_away, &(int64_t){now + 5 * HOUR_MS / 4});
    w.silent = w.dead = w.retry_after = NULL;
    world_clock_off = 0;
    end_many(&x.d);
}

/* One run was accepted by a clock that was 400 days behind; the time of another
 * followed such a clock. */
static enum err
wait_by_a_wrong_clock(struct core *core, void *ctx, struct error *e)
{
    enum { DAY = 86400, MINUTE_MS = 60000 };
    int64_t list[MOST], ms = 0;
    struct run_ids ids;
    struct waiting *x = ctx;
    enum err err = find(core, &x->d, e);
    if (err == ERR_OK)
        err = set_state(core, &x->d, RT_INSTALLATION_ACTIVE, e);
    world_clock_off = -400 * DAY;
    if (err == ERR_OK)
        err = runs_start(core, x->d.installed, NULL, 0, "start", &ids, e);
    world_clock_off = 0;
    if (err == ERR_OK)
        err = executor_oldest_wait(core, &ms, e);
    CHECK(ms >= 0 && ms < MINUTE_MS);
    x->due_ms = clock_now_ms() - (int64_t)401 * DAY * 1000;
    CHECK_INT(list_parked(core, x->d.installed, list), 1);
    let_wait(core, x, list[0]);
    if (err == ERR_OK)
        err = executor_oldest_wait(core, &ms, e);
    CHECK(ms > 0 && ms < MINUTE_MS);
    CHECK_INT(err, ERR_OK);
    return error_set(e, ERR_REFUSED, "undone");
}

static void
a_wait_is_not_that_of_a_wrong_clock(void)
{
    struct place p;
    struct waiting x = {.d = {.p = &p}};
    park_many(&p, 1);
    world_crash(&w);
    CHECK_INT(world_do(&w, wait_by_a_wrong_clock, &x), ERR_REFUSED);
    end_many(&x.d);
}

void
test_runtime_many(void)
{
    static const struct test tests[] = {
        {"many runs end in parts", many_runs_end_in_parts},
        {"many runs go on in parts", many_runs_go_on_in_parts},
        {"many restored runs are parked in parts",
         many_restored_runs_are_parked_in_parts},
        {"many turns end in parts", many_turns_end_in_parts},
        {"many go on with a credential in parts",
         many_go_on_with_a_credential_in_parts},
        {"many follow the clock in parts", many_follow_the_clock_in_parts},
        {"a wait is not that of a wrong clock",
         a_wait_is_not_that_of_a_wrong_clock},
        {NULL, NULL}};
    world_start(&w);
    test_run("many", tests);
    failed_tests += test_result();
    world_stop(&w);
}
