/* What is done once with all runs, in parts: after a start, a restore, or where
 * the clock was set back. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "store/runtime.h"
#include "tests/unit/runtime/many_runs.h"

enum { RUNS = 220, MOST = 900 };

static struct world w;

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
    struct many d;
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
    enum err err = many_find(core, &x->d, e);
    if (err == ERR_OK)
        err = many_set_state(core, &x->d, RT_INSTALLATION_ACTIVE, e);
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
    struct many *d = ctx;
    enum err err = many_find(core, d, e);
    if (err == ERR_OK)
        err = many_set_state(core, d, RT_INSTALLATION_ACTIVE, e);
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
    return many_runs(w.core, RUN_PARKED);
}

/* --- tests --------------------------------------------------------------- */

/* What LEFT counts goes in parts. */
static void
goes_in_parts(int64_t (*left)(int64_t), int64_t key)
{
    int64_t before = left(key);
    for (int i = 0; i < 4 * MOST / MANY_AT_ONCE && before > 0; i++) {
        world_tick(&w);
        CHECK(before - left(key) <= MANY_AT_ONCE);
        before = left(key);
    }
    CHECK_INT(before, 0);
}

static bool
so_many_are_done(struct world *world, void *count)
{
    return many_runs(world->core, RUN_DONE) == *(int64_t *)count &&
           !many_undone(world->core);
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
    many_park(&w, &p, MOST);
    int64_t done = many_runs(w.core, RUN_DONE) + 1;
    CHECK_INT(world_do(&w, restore, NULL), ERR_OK);
    world_crash(&w);
    world_tick(&w);
    CHECK(not_judged(0) >= MOST - 2 * MANY_AT_ONCE);
    CHECK_INT(world_do(&w, accept_and_resume, &x), ERR_OK);
    free(place_event(&w, &p, "{'no':1}")); /* it is not of the backup */
    goes_in_parts(not_judged, 0);
    world_until(&w, so_many_are_done, &done);
    CHECK_INT(w.calls, 1);
    many_end(&w, &x.d);
}

/* Sabotage: let RUNS_AT_ONCE of walk.c be 1000. */
static void
many_turns_end_in_parts(void)
{
    struct place p;
    struct waiting x = {
        .d = {.p = &p}, .turn = "gone", .due_ms = RUN_DUE_NEVER};
    many_park(&w, &p, RUNS);
    CHECK_INT(world_do(&w, all_wait, &x), ERR_OK);
    CHECK_INT(in_turn(0), RUNS);
    world_crash(&w);
    goes_in_parts(in_turn, 0);
    many_end(&w, &x.d);
}

/* Sabotage: leave walk_begin() of WALK_CREDENTIALS out of walks_opened(). */
static void
many_go_on_with_a_credential_in_parts(void)
{
    struct place p;
    struct many d = {.p = &p};
    many_park(&w, &p, RUNS);
    place_connect(&w, &p, "apiKey", "{'key':'k'}");
    CHECK_INT(world_do(&w, all_lack_a_credential, &d), ERR_OK);
    CHECK_INT(many_runs(w.core, RUN_PARKED), RUNS);
    world_crash(&w);
    goes_in_parts(parked, 0);
    many_end(&w, &d);
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
    many_park(&w, &p, MOST);
    CHECK_INT(world_do(&w, all_wait, &x), ERR_OK);
    w.silent = w.dead = "/make";
    free(place_event(&w, &p, "{'no':1}"));
    world_until(&w, a_call_is_out, NULL);
    world_until(&w, many_are_dealt_with, NULL);
    world_clock_off = -3600;
    w.retry_after = "9000";
    CHECK_INT(world_do(&w, look, NULL), ERR_OK);
    world_until(&w, the_clock_was_noticed, NULL);
    world_let_go(&w);
    goes_in_parts(far_away, now + 7 * HOUR_MS / 4);
    world_until(&w, one_is_far_away, &(int64_t){now + 5 * HOUR_MS / 4});
    w.silent = w.dead = w.retry_after = NULL;
    world_clock_off = 0;
    many_end(&w, &x.d);
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
    enum err err = many_find(core, &x->d, e);
    if (err == ERR_OK)
        err = many_set_state(core, &x->d, RT_INSTALLATION_ACTIVE, e);
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
    many_park(&w, &p, 1);
    world_crash(&w);
    CHECK_INT(world_do(&w, wait_by_a_wrong_clock, &x), ERR_REFUSED);
    many_end(&w, &x.d);
}

void
test_runtime_walks(void)
{
    static const struct test tests[] = {
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
    test_run("walks", tests);
    failed_tests += test_result();
    world_stop(&w);
}
