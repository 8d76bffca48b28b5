/* What a pause, or an installation that is off, does with what has begun. */
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/install.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;

static const char plain[] =
    WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no*2'"));

enum { EVENTS = 60 }; /* more than may have a call out */

static bool
a_call_is_out(struct world *world, void *ctx)
{
    (void)ctx;
    return world->held_count > 0;
}

static bool
nothing_runs(struct world *world, void *ctx)
{
    (void)ctx;
    world_let_go(world);
    return world_runs(&w, RUN_ACCEPTED) + world_runs(&w, RUN_RUNNING) == 0;
}

static void
what_has_not_begun_waits_for_a_pause(void)
{
    /* Sabotage: leave run_park_stopped() out of is_taken_up() of executor.c. */
    struct place p;
    char *json = mem_printf(
        WORKFLOW("", BLOCK(10, "api", "Call",
                           "'method':'GET','url':'https://%s/silent'")),
        w.host);
    int64_t done = world_runs(&w, RUN_DONE),
            parked = world_runs(&w, RUN_PARKED);
    place_install(&w, &p, world_document(&w, json));
    w.silent = "/silent";
    w.arrived = 0;
    place_events(&w, &p, EVENTS);
    world_until(&w, a_call_is_out, NULL);
    place_expect(&w, &p, "pause", "paused");
    world_until(&w, nothing_runs, NULL);
    CHECK(w.arrived < EVENTS);
    CHECK_INT(world_runs(&w, RUN_DONE) - done, (int64_t)w.arrived);
    CHECK_INT(world_runs(&w, RUN_PARKED) - parked, EVENTS - (int64_t)w.arrived);
    place_expect(&w, &p, "resume", "resumed");
    world_until(&w, nothing_runs, NULL);
    CHECK_INT(world_runs(&w, RUN_DONE) - done, EVENTS);
    w.silent = NULL;
    free(json);
}

struct saying {
    const char *id, *words;
};

static bool
says(struct world *world, void *ctx)
{
    const struct saying *wanted = ctx;
    struct shown s = run_look(world, wanted->id);
    free(s.steps);
    return strstr(s.message, wanted->words);
}

static void
install_calls(struct place *p)
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
what_waits_is_kept_while_it_is_off(void)
{
    /* Sabotage: leave runs_stop() out of live_switch(). */
    enum { STILL_MS = 60000, SOON_MS = 5 };
    struct place p;
    install_calls(&p);
    executor_set_backoff(w.runtime.executor, STILL_MS);
    w.dead = "/make";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, says, &(struct saying){id, "another attempt"});
    place_turn(&w, &p, false);
    run_expect_state(&w, id, RUN_PARKED, PARK_PAUSED);
    CHECK(says(&w, &(struct saying){id, "the workflow is turned off"}));
    run_expect(&w, id, "retry", "refused");
    place_expect(&w, &p, "resume", "resumed");
    world_crash(&w);
    world_let_time_pass(&w);
    run_expect_state(&w, id, RUN_PARKED, PARK_PAUSED);
    CHECK_INT(w.calls, 1);
    place_expect(&w, &p, "pause", "paused");
    place_turn(&w, &p, true);
    run_expect_state(&w, id, RUN_PARKED, PARK_PAUSED);
    CHECK(!says(&w, &(struct saying){id, "turned off"}));
    w.dead = NULL;
    place_expect(&w, &p, "resume", "resumed");
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.calls, 2);
    free(s.steps);
    free(id);
}

enum { MANY = 8 };

/* How many workflows run_count has something to tell of. */
static int64_t
counted(struct core *core)
{
    struct error e;
    int64_t rows = 0;
    struct db_stmt *q = db_use(core_db(core), RS_COUNT_LIST);
    while (db_row(q))
        rows++;
    CHECK_INT(db_end(q, &e), ERR_OK);
    return rows;
}

static enum err
turn_off_many(struct core *core, void *ctx, struct error *err)
{
    int64_t before = counted(core);
    CHECK(executor_count(w.runtime.executor) > 0);
    enum err rc = place_switch(core, ctx, false, err);
    CHECK_INT(counted(core) - before, 1);
    CHECK_INT(executor_count(w.runtime.executor), 0);
    return rc;
}

/* Sabotage: executor_forget in sweep_runs (src/runtime/executor/sweep.c), or
 * leave out what it counts. */
static void
many_that_wait_are_parked_at_once(void)
{
    enum { STILL_MS = 60000, SOON_MS = 5 };
    struct place p;
    install_calls(&p);
    executor_set_backoff(w.runtime.executor, STILL_MS);
    w.dead = "/make";
    int64_t parked = world_runs(&w, RUN_PARKED);
    int64_t done = world_runs(&w, RUN_DONE);
    for (int i = 0; i < MANY; i++) {
        char *id = place_event(&w, &p, "{'no':1}");
        world_until(&w, says, &(struct saying){id, "another attempt"});
        free(id);
    }
    CHECK_INT(world_do(&w, turn_off_many, &p), ERR_OK);
    CHECK_INT(world_runs(&w, RUN_PARKED) - parked, MANY);
    w.dead = NULL;
    executor_set_backoff(w.runtime.executor, SOON_MS);
    place_turn(&w, &p, true);
    world_until(&w, nothing_runs, NULL);
    CHECK_INT(world_runs(&w, RUN_DONE) - done, MANY);
}

static bool
is_held(struct world *world, void *ctx)
{
    return world->held_count >= *(size_t *)ctx;
}

/* Stops the workflow, or lets it go on: by a pause, or turned off and on. */
static void
stop(const struct place *p, bool by_pause, bool stops)
{
    if (!by_pause)
        place_turn(&w, p, !stops);
    else
        place_expect(&w, p, stops ? "pause" : "resume",
                     stops ? "paused" : "resumed");
}

static void
a_call_that_is_out_ends(bool by_pause)
{
    struct place p;
    size_t both = 2;
    install_calls(&p);
    w.silent = "/make";
    char *first = place_event(&w, &p, "{'no':1}");
    char *second = place_event(&w, &p, "{'no':2}");
    world_until(&w, is_held, &both);
    stop(&p, by_pause, true);
    w.silent = NULL;
    w.fail_next = 1;
    world_let_go(&w);
    struct shown a = run_finish(&w, first), b = run_finish(&w, second);
    CHECK_INT(a.state + b.state, RUN_PARKED + RUN_DONE);
    CHECK_INT(a.park + b.park, PARK_PAUSED);
    free(a.steps);
    free(b.steps);
    world_let_time_pass(&w);
    CHECK_INT(w.calls, 2);
    stop(&p, by_pause, false);
    a = run_finish(&w, first);
    b = run_finish(&w, second);
    CHECK(a.state == RUN_DONE && b.state == RUN_DONE);
    CHECK_INT(w.calls, 3);
    free(a.steps);
    free(b.steps);
    free(first);
    free(second);
}

/* Sabotage: leave run_park_stopped() out of is_taken_up() of executor.c. */
static void
a_call_that_is_out_ends_while_it_is_off(void)
{
    a_call_that_is_out_ends(false);
}

static void
a_call_that_is_out_ends_while_it_is_paused(void)
{
    a_call_that_is_out_ends(true);
}

static enum err
forget_memory(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    return executor_opened(core, e);
}

/* The run is not in memory while its call is out: the pause does not park it,
 * and the answer is neither lost nor asked for twice. Sabotage: let
 * executor_works_on() forget the calls that are out. */
static void
an_answer_comes_to_a_run_that_left_memory(void)
{
    struct place p;
    size_t one = 1;
    install_calls(&p);
    w.silent = "/make";
    char *id = place_event(&w, &p, "{'no':77}");
    world_until(&w, is_held, &one);
    stop(&p, true, true);
    CHECK_INT(world_do(&w, forget_memory, NULL), ERR_OK);
    world_let_time_pass(&w);
    CHECK_INT(run_state(&w, id), RUN_RUNNING);
    w.silent = NULL;
    world_let_go(&w);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "got");
    CHECK_INT(w.calls, 1);
    stop(&p, true, false);
    free(s.steps);
    free(id);
}

/* It says nothing of an attempt that will not be made. Sabotage: let MESSAGE_OF
 * of runtime_sql.h be the message. */
static void
what_is_cancelled_waits_for_nothing(void)
{
    enum { STILL_MS = 60000, SOON_MS = 5 };
    struct place p;
    install_calls(&p);
    executor_set_backoff(w.runtime.executor, STILL_MS);
    w.dead = "/make";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, says, &(struct saying){id, "another attempt"});
    run_expect(&w, id, "cancel", "cancelled");
    struct shown s = run_look(&w, id);
    CHECK_INT(s.state, RUN_CANCELLED);
    CHECK_STR(s.message, "");
    w.dead = NULL;
    executor_set_backoff(w.runtime.executor, SOON_MS);
    free(s.steps);
    free(id);
}

static char tried_with[80];

static void
remember_key(const char *key)
{
    snprintf(tried_with, sizeof tried_with, "%s", key);
}

/* A run that waits for another attempt makes none while its installation, or
 * its workflow (with OF_WORKFLOW), is paused; then it makes that attempt, with
 * the same key. */
static void
what_waits_is_parked_by_a_pause_of(bool of_workflow)
{
    enum { STILL_MS = 60000 };
    struct place p;
    install_calls(&p);
    char *item = of_workflow
                     ? mem_printf("[{'installationId':'%s','workflowId':'%s'}]",
                                  p.installation, p.workflow)
                     : mem_printf("[{'installationId':'%s'}]", p.installation);
    executor_set_backoff(w.runtime.executor, STILL_MS);
    w.dead = "/make";
    w.watch = remember_key;
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, says, &(struct saying){id, "another attempt"});
    world_expect(&w, "pause", mem_strdup(item), "paused");
    run_expect_state(&w, id, RUN_PARKED, PARK_PAUSED);
    CHECK(says(&w, &(struct saying){id, "when it is resumed"}));
    run_expect(&w, id, "retry", "refused");
    world_crash(&w);
    world_let_time_pass(&w);
    run_expect_state(&w, id, RUN_PARKED, PARK_PAUSED);
    CHECK_INT(w.calls, 1);
    w.dead = NULL;
    w.watch = NULL;
    world_expect(&w, "resume", item, "resumed");
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.calls, 2);
    CHECK_STR(w.effects[w.effect_count - 1].key, tried_with);
    free(s.steps);
    free(id);
}

static void
what_waits_is_parked_by_a_pause(void)
{
    what_waits_is_parked_by_a_pause_of(false);
    what_waits_is_parked_by_a_pause_of(true);
}

/* Sabotage: tell_in_progress() in decide_pause(). */
static void
a_pause_tells_what_goes_on(void)
{
    enum { STILL_MS = 60000 };
    struct place p;
    size_t one = 1;
    install_calls(&p);
    executor_set_backoff(w.runtime.executor, STILL_MS);
    w.fail_next = 1;
    char *waits = place_event(&w, &p, "{'no':1}");
    world_until(&w, says, &(struct saying){waits, "another attempt"});
    w.silent = "/make";
    char *calls = place_event(&w, &p, "{'no':2}");
    world_until(&w, is_held, &one);
    char *item = mem_printf("[{'installationId':'%s'}]", p.installation);
    struct value *receipt = world_request(&w, NULL, "pause", item);
    CHECK_HAS(
        value_text_or(
            value_get(value_at(value_get(receipt, "items"), 0), "message"), ""),
        "1 run in progress goes on to its end or until it must wait");
    w.silent = NULL;
    world_let_go(&w);
    struct shown s = run_finish(&w, calls);
    CHECK_INT(s.state, RUN_DONE);
    run_expect_state(&w, waits, RUN_PARKED, PARK_PAUSED);
    value_free(receipt);
    free(item);
    free(s.steps);
    free(calls);
    free(waits);
}

static bool
a_run_is_parked(struct world *world, void *ctx)
{
    return run_state(world, ctx) == RUN_PARKED;
}

/* Pauses P while its run ID waits for another attempt. */
static void
pause_between_attempts(struct place *p, char *id)
{
    executor_set_backoff(w.runtime.executor, 60000);
    w.fail_next = 1;
    place_expect(&w, p, "resume", "resumed");
    world_until(&w, says, &(struct saying){id, "another attempt"});
    run_expect_seen(&w, id, "cancel", PARK_PAUSED, 0, "stale");
    run_expect_seen(&w, id, "retry", PARK_PAUSED, 0, "stale");
    place_expect(&w, p, "pause", "paused");
    world_until(&w, a_run_is_parked, id);
}

static void
a_parked_run_is_changed_as_it_was_seen(void)
{
    struct place p;
    install_calls(&p);
    place_expect(&w, &p, "pause", "paused");
    char *id = place_event(&w, &p, "{'no':1}");
    run_expect_seen(&w, id, "cancel", PARK_CREDENTIAL, 0, "stale");
    run_expect_seen(&w, id, "cancel", PARK_NONE, 0, "refused");
    pause_between_attempts(&p, id);
    struct shown s = run_look(&w, id);
    CHECK_INT(s.parked_times, 1);
    free(s.steps);
    run_expect_seen(&w, id, "cancel", PARK_PAUSED, 0, "stale");
    run_expect_seen(&w, id, "retry", PARK_PAUSED, 0, "stale");
    run_expect_state(&w, id, RUN_PARKED, PARK_PAUSED);
    run_expect_seen(&w, id, "cancel", PARK_PAUSED, 1, "cancelled");
    run_expect_seen(&w, id, "cancel", PARK_PAUSED, 1, "stale");
    free(id);
}

static void
what_was_seen_and_cannot_be_read_is_refused(void)
{
    static const char *const guards[] = {
        "'parkedFor':'paused'",
        "'parkedTimes':0",
        "'parkedFor':'paused','parkedTimes':null",
        "'parkedFor':'paused','parkedTimes':'0'",
        "'parkedFor':'paused','parkedTimes':0.5",
        "'parkedFor':'paused','parkedTimes':-1",
        "'parkedFor':'paused','parkedTimes':1e300",
        "'parkedFor':7,'parkedTimes':0",
        "'parkedFor':null,'parkedTimes':0",
    };
    struct place p;
    install_calls(&p);
    place_expect(&w, &p, "pause", "paused");
    char *id = place_event(&w, &p, "{'no':1}");
    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        world_expect(&w, "cancel",
                     mem_printf("[{'runId':'%s',%s}]", id, guards[i]),
                     "refused");
        world_expect(&w, "retry",
                     mem_printf("[{'runId':'%s',%s}]", id, guards[i]),
                     "refused");
    }
    run_expect_state(&w, id, RUN_PARKED, PARK_PAUSED);
    run_expect_seen(&w, id, "cancel", PARK_PAUSED, 0, "cancelled");
    free(id);
}

struct resuming {
    const struct place *p;
    const char *id;
    enum err before, after; /* of comparing the run with what was seen */
};

static enum err
resume_and_compare(struct core *core, void *ctx, struct error *e)
{
    struct resuming *r = ctx;
    struct installation_row i;
    struct installed_row d = {0};
    int64_t n = 0, workflow = 0, integration = 0;
    const struct run_seen seen = {PARK_PAUSED, 0};
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, r->id);
    enum err err = db_run_int(q, &n, NULL, e);
    if (err == ERR_OK)
        err = lookup_installation(core_db(core), 0, r->p->installation, &i, e);
    if (err == ERR_OK)
        err = lookup_workflow(core_db(core), r->p->workflow, &workflow,
                              &integration, e);
    if (err == ERR_OK)
        err = lookup_installed(core_db(core), i.n, workflow, &d, e);
    r->before = runs_check_seen(core, n, &seen, NULL);
    q = db_use(core_db(core), RS_INSTALLATION_STATE);
    db_int(q, RT_INSTALLATION_ACTIVE);
    db_int(q, 1);
    db_int(q, i.n);
    if (err == ERR_OK)
        err = db_run(q, e);
    if (err == ERR_OK)
        err = runs_resume(core, d.n, e);
    r->after = runs_check_seen(core, n, &seen, NULL);
    return err;
}

static void
a_run_that_will_go_on_is_not_as_it_was_seen(void)
{
    struct place p;
    install_calls(&p);
    place_expect(&w, &p, "pause", "paused");
    place_events(&w, &p, 150); /* more than go on in one tick */
    char *id = place_event(&w, &p, "{'no':1}");
    struct resuming r = {.p = &p, .id = id};
    CHECK_INT(world_do(&w, resume_and_compare, &r), ERR_OK);
    CHECK_INT(r.before, ERR_OK);
    CHECK_INT(r.after, ERR_STALE);
    place_cancel_all(&w, &p);
    free(id);
}

struct beginning {
    const struct place *p;
    char id[IDENT_SIZE], user_id[IDENT_SIZE];
};

static enum err
begin_only(struct core *core, void *ctx, struct error *e)
{
    struct beginning *b = ctx;
    int64_t user = 0, n = 0;
    struct rs_integration i = {0};
    enum err err = lookup_user(core_db(core), 0, b->user_id, &user, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(core_db(core), RS_INTEGRATION_BY_ID);
    db_text(q, b->p->integration);
    rs_integration_next(q, &i);
    err = db_end(q, e);
    return err == ERR_OK ? install_begin(core, user, i.n, b->id, &n, e) : err;
}

static void
what_is_not_finished_is_not_paused(void)
{
    /* Sabotage: find_installation() for find_finished() in decide_pause(). */
    struct place p;
    struct beginning b = {.p = &p};
    place_install(&w, &p, place_workflow(&w, "", plain));
    ident_new(b.id);
    ident_new(b.user_id);
    world_expect(
        &w, "user",
        mem_printf("[{'userId':'%s','username':'%s'}]", b.user_id, b.user_id),
        "created");
    CHECK_INT(world_do(&w, begin_only, &b), ERR_OK);
    memcpy(p.installation, b.id, sizeof b.id);
    place_expect(&w, &p, "pause", "refused");
    place_expect(&w, &p, "resume", "refused");
}

void
test_runtime_pauses(void)
{
    static const struct test tests[] = {
        {"what has not begun waits for a pause",
         what_has_not_begun_waits_for_a_pause},
        {"what waits is kept while it is off",
         what_waits_is_kept_while_it_is_off},
        {"many that wait are parked at once",
         many_that_wait_are_parked_at_once},
        {"a call that is out ends while it is off",
         a_call_that_is_out_ends_while_it_is_off},
        {"a call that is out ends while it is paused",
         a_call_that_is_out_ends_while_it_is_paused},
        {"an answer comes to a run that left memory",
         an_answer_comes_to_a_run_that_left_memory},
        {"what is cancelled waits for nothing",
         what_is_cancelled_waits_for_nothing},
        {"what waits is parked by a pause", what_waits_is_parked_by_a_pause},
        {"a pause tells what goes on", a_pause_tells_what_goes_on},
        {"a parked run is changed as it was seen",
         a_parked_run_is_changed_as_it_was_seen},
        {"what was seen and cannot be read is refused",
         what_was_seen_and_cannot_be_read_is_refused},
        {"a run that will go on is not as it was seen",
         a_run_that_will_go_on_is_not_as_it_was_seen},
        {"what is not finished is not paused",
         what_is_not_finished_is_not_paused},
        {NULL, NULL}};
    world_start(&w);
    test_run("pauses", tests);
    failed_tests += test_result();
    world_stop(&w);
}
