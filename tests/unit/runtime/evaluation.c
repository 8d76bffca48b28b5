/* Evaluations: what one customer's mapping takes long for keeps nobody else
 * waiting, and is neither lost nor done twice. */
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum { THREADS = 8, SLOW_AT_ONCE = 2 };

static struct world w;

static void
install(struct place *p)
{
    place_install(&w, p,
                  world_document(&w, WORKFLOW("", BLOCK(10, "math", "Sum",
                                                        "'formula':'=no+1'"))));
}

/* An event with BYTES of data. */
static char *
send_much(const struct place *p, int bytes)
{
    struct buf data;
    buf_init(&data, 1 << 20);
    buf_adds(&data, "{'no':1,'more':'");
    for (int i = 0; i < bytes; i++)
        buf_addc(&data, 'x');
    buf_adds(&data, "'}");
    char *id = place_event(&w, p, buf_str(&data));
    buf_clear(&data);
    return id;
}

/* An event with so much data that a thread evaluates what reads it. */
static char *
send_event(const struct place *p)
{
    return send_much(p, 20000);
}

static int
state_of(const char *id)
{
    struct shown s = run_look(&w, id);
    free(s.steps);
    return s.state;
}

static bool
are_held(struct world *world, void *count)
{
    (void)world;
    return world_held_evaluations() == *(int *)count;
}

/* Sends an event to each of COUNT customers, whose evaluations do not end, and
 * waits until HELD of them have begun. */
static void
send_and_hold(struct place *customers, int count, int held, char **ids)
{
    world_hold_evaluations(count);
    for (int i = 0; i < count; i++)
        ids[i] = send_event(&customers[i]);
    world_until(&w, are_held, &held);
}

static void
ends_well(char *id)
{
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "{\"result\":2}");
    free(s.steps);
    free(id);
}

static void
another_is_served(void)
{
    struct place other;
    install(&other);
    for (int i = 0; i < 3; i++)
        ends_well(send_event(&other));
}

/* Sabotage: let wait_for() of background.c wait for the end. */
static void
a_long_evaluation_gives_way(void)
{
    struct place slow;
    char *id;
    install(&slow);
    send_and_hold(&slow, 1, 1, &id);
    another_is_served();
    CHECK_INT(state_of(id), RUN_RUNNING);
    world_release_evaluations(0);
    ends_well(id);
}

/* Nothing is calculated here: what is held is the reading.
 * Sabotage: let read_output() of step.c always call read_unread(). */
static void
much_data_is_read_on_a_thread(void)
{
    struct place slow;
    int held = 1;
    place_install(&w, &slow, world_document(&w, WORKFLOW("", "")));
    world_hold_evaluations(1);
    char *id = send_much(&slow, 300000);
    world_until(&w, are_held, &held);
    another_is_served();
    CHECK_INT(state_of(id), RUN_RUNNING);
    world_release_evaluations(0);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free(id);
}

/* All threads but one may have met something that takes long. Then it is known
 * of these customers, and they do not take the threads of the others.
 * Sabotage: let take() of background.c begin any number of slow pieces. */
static void
many_of_them_give_way(void)
{
    struct place slow[THREADS - 1];
    char *ids[THREADS - 1];
    for (int i = 0; i < THREADS - 1; i++)
        install(&slow[i]);
    for (int round = 0; round < 2; round++) {
        int held = round ? SLOW_AT_ONCE : THREADS - 1;
        send_and_hold(slow, THREADS - 1, held, ids);
        if (round == 0)
            another_is_served();
        for (int i = 0; i < 20; i++)
            world_tick(&w);
        CHECK_INT(world_held_evaluations(), held);
        world_release_evaluations(0);
        for (int i = 0; i < THREADS - 1; i++)
            ends_well(ids[i]);
    }
}

/* Who found no thread in the time that a quick one needs is slow then.
 * Sabotage: let wait_for() of background.c make slow only what runs. */
static void
those_that_waited_are_slow(void)
{
    struct place slow[THREADS + 4];
    char *ids[THREADS + 4];
    int begun = THREADS + SLOW_AT_ONCE;
    for (int i = 0; i < THREADS + 4; i++)
        install(&slow[i]);
    send_and_hold(slow, THREADS + 4, THREADS, ids);
    for (int i = 0; i < 20; i++)
        world_tick(&w);
    world_release_evaluations(THREADS);
    world_until(&w, are_held, &begun);
    for (int i = 0; i < 20; i++)
        world_tick(&w);
    CHECK_INT(world_held_evaluations(), begun);
    world_release_evaluations(0);
    for (int i = 0; i < THREADS + 4; i++)
        ends_well(ids[i]);
}

/* Sabotage: let evaluate_here() of evaluation.c not say how long it took. */
static void
little_data_may_take_long(void)
{
    struct place slow;
    int held = 1;
    install(&slow);
    world_slow_evaluations(true);
    ends_well(place_event(&w, &slow, "{'no':1}"));
    world_slow_evaluations(false);
    world_hold_evaluations(1);
    char *id = place_event(&w, &slow, "{'no':1}");
    world_until(&w, are_held, &held);
    another_is_served();
    CHECK_INT(state_of(id), RUN_RUNNING);
    world_release_evaluations(0);
    ends_well(id);
}

/* Each row compares each number with all others. On the core that is given up
 * after a few steps, and a thread does it anew: nobody waits at the first event
 * of an installation either. Sabotage: let evaluate_here() of evaluation.c have
 * BUDGET_MOST. */
static void
little_data_may_be_much_work(void)
{
    struct place slow;
    struct buf data;
    int held = 1;
    place_install(
        &w, &slow,
        world_document(
            &w, WORKFLOW("", BLOCK(10, "map", "Map",
                                   "'mapping':[{'target':'a','source':'=1'},"
                                   "{'target':'b','source':"
                                   "'l[?count($.l[?@ == 1]) > 1]'}]"))));
    buf_init(&data, 1 << 16);
    for (int i = 0; i < 400; i++)
        buf_addf(&data, "%s%d", i ? "," : "{'no':1,'l':[", i);
    buf_adds(&data, "]}");
    world_hold_evaluations(1);
    char *id = place_event(&w, &slow, buf_str(&data));
    world_until(&w, are_held, &held);
    another_is_served();
    CHECK_INT(state_of(id), RUN_RUNNING);
    world_release_evaluations(0);
    struct shown s = run_finish(&w, id);
    CHECK_STR(s.message, "");
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, ":done:{\"a\":1,\"b\":[]}");
    free(s.steps);
    free(id);
    buf_clear(&data);
}

/* The end of the core waits for the thread, and the journal has the run.
 * Sabotage: let core_background_free() not wait for the threads. */
static void
a_crash_loses_nothing(void)
{
    struct place slow;
    char *id;
    install(&slow);
    send_and_hold(&slow, 1, 1, &id);
    world_crash_while_held(&w);
    ends_well(id);
}

/* The label is a member of the input, and the crash comes before that is read.
 * Sabotage: let load_row() of load.c say of each run that has started that it
 * has its label. */
static void
a_crash_loses_no_label(void)
{
    struct place slow;
    int held = 1;
    place_install(&w, &slow, world_document(&w, WORKFLOW("", "")));
    world_hold_evaluations(1);
    char *id = send_much(&slow, 300000);
    world_until(&w, are_held, &held);
    world_crash_while_held(&w);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_STR(s.label, "1");
    free(s.steps);
    free(id);
}

/* Holds the next COUNT evaluations and waits until HELD of them have begun;
 * after a few ticks more others have not. */
static void
hold_only(int count, int held)
{
    world_hold_evaluations(count);
    world_until(&w, are_held, &held);
    for (int i = 0; i < 20; i++)
        world_tick(&w);
    CHECK_INT(world_held_evaluations(), held);
}

static enum err
retry(struct core *core, void *ctx, struct error *e)
{
    bool waited = false;
    int64_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, ctx);
    enum err err = db_run_int(q, &n, NULL, e);
    return err == ERR_OK ? runs_retry(core, n, &waited, e) : err;
}

/* The run that kills tailord goes on alone, later only after a wait or when a
 * person says so, and is parked in the end; one that was worked on beside it
 * ends. Sabotage: let crash_marks() be false, park_killers() park nothing,
 * set_alone() nothing, or RUN_ALONE forget the wait. */
static void
what_kills_tailord_is_parked(void)
{
    struct place customers[2];
    char *ids[2];
    int one = 1, both = 2;
    install(&customers[0]);
    install(&customers[1]);
    send_and_hold(customers, 2, 2, ids);
    world_crash_while_held(&w); /* nobody has counted this one */
    hold_only(2, 2);
    world_crash_while_held(&w);
    hold_only(2, 1); /* the first alone */
    world_crash_while_held(&w);
    hold_only(2, 1); /* the other alone: tailord was killed less with it */
    CHECK_INT(state_of(ids[1]), RUN_RUNNING);
    world_release_evaluations(1);
    world_until(&w, are_held, &both);
    ends_well(ids[1]);
    world_crash_while_held(&w);
    for (int i = 3; i < 8; i++) {
        hold_only(1, 0); /* it waits */
        world_release_evaluations(0);
        another_is_served();
        world_hold_evaluations(1);
        CHECK_INT(world_do(&w, retry, ids[0]), ERR_OK);
        world_until(&w, are_held, &one);
        world_crash_while_held(&w);
    }
    world_tick(&w);
    struct shown s = run_look(&w, ids[0]);
    CHECK_INT(s.state, RUN_PARKED);
    CHECK_INT(s.park, PARK_CRASHED);
    CHECK_HAS(s.message, "killed 8 times");
    free(s.steps);
    another_is_served();
    CHECK_INT(world_do(&w, retry, ids[0]), ERR_OK);
    ends_well(ids[0]);
}

static enum err
find_killer(struct core *core, void *ctx, struct error *e)
{
    int64_t *n = ctx;
    struct rs_killer k = {.n = 0};
    struct db_stmt *q = db_use(core_db(core), RS_RUN_KILLER);
    db_int(q, *n);
    rs_killer_next(q, &k);
    *n = k.n;
    return db_end(q, e);
}

/* Whether a run was being worked on at TIMES crashes or more. */
static bool
has_crashed(int64_t times)
{
    int64_t n = times;
    CHECK_INT(world_do(&w, find_killer, &n), ERR_OK);
    return n != 0;
}

/* A new step between two crashes: it is not the same work that was cut off.
 * Sabotage: let RUN_CRASHED add 1 whatever steps there are. */
static void
what_makes_progress_is_tried_again(void)
{
    struct place p;
    char *id;
    int both = 2;
    place_install(
        &w, &p,
        world_document(
            &w, WORKFLOW("", BLOCK(10, "math", "One", "'formula':'=no+0'") ","
                                 BLOCK(11, "math", "Sum",
                                       "'formula':'=no+1'"))));
    send_and_hold(&p, 1, 1, &id);
    for (int i = 0; i < 3; i++) {
        world_crash_while_held(&w);
        hold_only(2, 1);
    }
    world_release_evaluations(1);
    world_until(&w, are_held, &both); /* the second block */
    for (int i = 0; i < 2; i++) {
        world_crash_while_held(&w);
        hold_only(1, 1);
    }
    CHECK(!has_crashed(3));
    world_release_evaluations(0);
    ends_well(id);
}

static enum err
forget_memory(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    return executor_opened(core, e);
}

/* A failed commit is no crash. Sabotage: let find_opening() of crash.c not
 * compare whose opening it is. */
static void
a_failed_commit_is_no_crash(void)
{
    struct place p;
    char *id;
    install(&p);
    send_and_hold(&p, 1, 1, &id);
    world_crash_while_held(&w);
    hold_only(1, 1);
    for (int i = 0; i < 4; i++)
        CHECK_INT(world_do(&w, forget_memory, NULL), ERR_OK);
    CHECK(!has_crashed(1));
    CHECK_INT(state_of(id), RUN_RUNNING);
    world_release_evaluations(0);
    ends_well(id);
}

/* After a failed commit memory is forgotten: the journal has the run, and what
 * its thread finds is not used. */
static void
memory_is_forgotten_meanwhile(void)
{
    struct place slow;
    char *id;
    install(&slow);
    send_and_hold(&slow, 1, 1, &id);
    CHECK_INT(world_do(&w, forget_memory, NULL), ERR_OK);
    world_release_evaluations(0);
    ends_well(id);
}

static enum err
cancel(struct core *core, void *ctx, struct error *e)
{
    int64_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, ctx);
    enum err err = db_run_int(q, &n, NULL, e);
    return err == ERR_OK ? runs_cancel(core, n, e) : err;
}

/* A run that ends by other means while a thread reads it stays in memory until
 * that is done with it; builds with sanitizers see it. Sabotage: let run_drop()
 * free every run. */
static void
a_run_is_cancelled_meanwhile(void)
{
    struct place slow;
    char *id;
    install(&slow);
    send_and_hold(&slow, 1, 1, &id);
    CHECK_INT(world_do(&w, cancel, id), ERR_OK);
    CHECK_INT(state_of(id), RUN_CANCELLED);
    world_release_evaluations(0);
    ends_well(send_event(&slow));
    CHECK_INT(state_of(id), RUN_CANCELLED);
    free(id);
}

static enum err
look_at_waits(struct core *core, void *ctx, struct error *e)
{
    return executor_waits(core, 0, ctx, e);
}

/* Sabotage: leave `evaluating` out of executor_waits() (/healthz is 503). */
static void
its_own_runs_wait_for_it(void)
{
    struct place slow;
    struct executor_waits waits;
    char *id;
    install(&slow);
    send_and_hold(&slow, 1, 1, &id);
    char *next = send_event(&slow);
    world_tick(&w);
    CHECK_INT(state_of(next), RUN_ACCEPTED);
    CHECK_INT(world_do(&w, look_at_waits, &waits), ERR_OK);
    CHECK_INT(waits.own, 1);
    CHECK_INT(waits.others, 0);
    world_release_evaluations(0);
    ends_well(id);
    ends_well(next);
}

void
test_runtime_evaluation(void)
{
    static const struct test tests[] = {
        {"much data is read on a thread", much_data_is_read_on_a_thread},
        {"a long evaluation gives way", a_long_evaluation_gives_way},
        {"many of them give way", many_of_them_give_way},
        {"those that waited are slow", those_that_waited_are_slow},
        {"little data may take long", little_data_may_take_long},
        {"little data may be much work", little_data_may_be_much_work},
        {"a crash loses nothing", a_crash_loses_nothing},
        {"a crash loses no label", a_crash_loses_no_label},
        {"what kills tailord is parked", what_kills_tailord_is_parked},
        {"what makes progress is tried again",
         what_makes_progress_is_tried_again},
        {"a failed commit is no crash", a_failed_commit_is_no_crash},
        {"its own runs wait for it", its_own_runs_wait_for_it},
        {"memory is forgotten meanwhile", memory_is_forgotten_meanwhile},
        {"a run is cancelled meanwhile", a_run_is_cancelled_meanwhile},
        {NULL, NULL}};
    world_start(&w);
    test_run("evaluations", tests);
    failed_tests += test_result();
    world_stop(&w);
}
