/* Shares: what one customer waits for keeps nobody else waiting. */
#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "runtime/executor/executor_private.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum {
    FEW = 700,
    FAR_MS = 600000,
    NEAR_MS = 5,
    IN_MEMORY = 64,
    SHARE = 32,
    CUSTOMERS = 50,
    EVENTS = 8
};

static struct world w;

/* --- what is tried again, and what is not -------------------------------- */

static bool
it_waits(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    bool waits = s.message[0] != '\0';
    free(s.steps);
    return waits;
}

static int64_t
next_due_in(void)
{
    int64_t now = clock_now_ms();
    return world_int(&w, RS_RUN_NEXT_DUE, now) - now;
}

/* Sabotage: let wait_ms() of call_answer.c leave out what was asked for. */
static void
an_app_says_when(void)
{
    static const struct {
        const char *says;
        int64_t least_ms, most_ms;
    } cases[] = {
        {"172800", 172000000, 172800000},
        {"Fri, 01 Jan 2100 00:00:00 GMT", 604000000, 604800000},
        {"99999999999999999999999", 604000000, 604800000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct place p;
        place_calls(&w, &p, "GET", "/later");
        w.dead = "/later";
        w.retry_after = cases[i].says;
        char *id = place_event(&w, &p, "{'no':1}");
        world_until(&w, it_waits, id);
        struct shown s = run_look(&w, id);
        CHECK_HAS(s.message, "HTTP 503");
        CHECK_HAS(s.message, "another attempt");
        CHECK_INT(s.attempts, 1);
        CHECK(next_due_in() > cases[i].least_ms);
        CHECK(next_due_in() <= cases[i].most_ms);
        free(s.steps);
        w.dead = w.retry_after = NULL;
        world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", id),
                     "started");
        s = run_finish(&w, id);
        CHECK_INT(s.state, RUN_DONE);
        CHECK_STR(s.message, "");
        free(s.steps);
        free(id);
    }
}

/* 0.5 s: the wait of the second attempt. Sabotage: obeys_retry_after() of
 * call_answer.c. */
static void
an_app_that_says_when_is_not_heard(void)
{
    struct place p;
    char *text = mem_printf(
        "{'format':1,'app':'thing','name':'Thing','baseUrl':'https://%s',"
        "'retry':{'statuses':[503],'attempts':5,'retryAfter':false},"
        "'authentication':[],'actions':{'make':{'name':'Make','method':'POST',"
        "'path':'/make','effect':true}}}",
        w.host);
    char *connector = mem_strdup(world_document(&w, text));
    executor_set_backoff(w.runtime.executor, 500);
    place_install(
        &w, &p,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(12, "math", "A",
                                  "'formula':'=1'") "," MAKE(11, "M1"))));
    w.dead = "/make";
    w.retry_after = "172800";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, it_waits, id);
    w.dead = w.retry_after = NULL;
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free(id);
    free(connector);
    free(text);
    executor_set_backoff(w.runtime.executor, NEAR_MS);
}

/* Sabotage: leave walk_set_back() out of follow_clock() of lane.c. */
static void
the_clock_is_set_back(void)
{
    struct place p;
    executor_set_backoff(w.runtime.executor, 500);
    place_calls(&w, &p, "GET", "/later");
    w.dead = "/later";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, it_waits, id);
    w.dead = NULL;
    world_clock_off = -3600;
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free(id);
    world_clock_off = 0;
    executor_set_backoff(w.runtime.executor, NEAR_MS);
}

/* Sabotage: leave keep_time() of core.c, or lanes_opened() of lane.c, out. */
static void
the_clock_is_set_back_while_stopped(void)
{
    struct place p;
    world_clock_off = 2 * 86400;
    executor_set_backoff(w.runtime.executor, 500);
    place_calls(&w, &p, "GET", "/later");
    w.dead = "/later";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, it_waits, id);
    w.dead = NULL;
    world_clock_off = 0;
    world_crash(&w);
    executor_set_backoff(w.runtime.executor, NEAR_MS);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free(id);
}

/* Sabotage: leave `permanent` out of take_no_answer() of call_answer.c. */
static void
what_cannot_succeed_fails_at_once(void)
{
    static const struct {
        const char *url, *says;
    } cases[] = {
        {"https://10.0.0.1/", "Call: url: workflows cannot call this address"},
        {"https://", "Call: url: not a valid address"},
        {"https://127.0.0.1:99999/", "Call: url: the port must be a number"},
        {"https://me@127.0.0.1/", "Call: url: must not contain a user name"},
        {"ftp://127.0.0.1/", "Call: url: must begin with https://"},
    };
    executor_set_backoff(w.runtime.executor, FAR_MS);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct place p;
        place_calls(&w, &p, "GET", cases[i].url);
        struct shown s = run_finish(&w, place_event(&w, &p, "{'no':1}"));
        CHECK_INT(s.state, RUN_FAILED);
        CHECK_HAS(s.message, cases[i].says);
        free(s.steps);
        free((char *)(uintptr_t)s.id);
    }
    executor_set_backoff(w.runtime.executor, NEAR_MS);
}

/* --- the time between attempts ------------------------------------------- */

enum { REFUSED = 200, ROUNDS = 4, PAUSE_MS = 40 };

/* A call as the outside sees it. */
struct attempts {
    char key[80];
    int64_t answered_ms; /* the last of them */
    int count;
};

static struct attempts seen[REFUSED];
static int early_attempts;

static struct attempts *
attempts_of(const char *key)
{
    struct attempts *a = seen;
    while (a < seen + REFUSED - 1 && a->count && strcmp(a->key, key) != 0)
        a++;
    snprintf(a->key, sizeof a->key, "%s", key);
    return a;
}

/* The shortest wait is half the pause, doubled with each attempt. */
static void
watch_attempts(const char *key)
{
    struct attempts *a = attempts_of(key);
    int64_t now = clock_now_ms();
    if (strcmp(key, "none") == 0)
        return;
    if (a->count && now - a->answered_ms < (int64_t)PAUSE_MS / 2
                                               << (a->count - 1))
        early_attempts++;
    a->answered_ms = now;
    a->count++;
}

/* The calls to the slow host end together whenever its places are used up, so
 * that the places for calls change hands. */
static bool
each_was_tried(struct world *world, void *ctx)
{
    size_t n = 0;
    (void)ctx;
    while (n < REFUSED && seen[n].count >= ROUNDS)
        n++;
    if (world->held_count >= SHARE)
        world_let_go(world);
    return n == REFUSED;
}

/* One customer's host is slow, another's refuses. */
static void
no_attempt_is_early(void)
{
    struct place slow, refused;
    executor_set_backoff(w.runtime.executor, PAUSE_MS);
    place_calls(&w, &slow, "GET", "/slow");
    place_account(&w, &refused, "");
    w.silent = "/slow";
    w.dead = "/make";
    w.watch = watch_attempts;
    place_events(&w, &slow, FEW);
    place_events(&w, &refused, REFUSED);
    world_until(&w, each_was_tried, NULL);
    CHECK_INT(early_attempts, 0);
    w.watch = NULL;
    executor_set_backoff(w.runtime.executor, NEAR_MS);
    place_cancel_all(&w, &refused);
    place_empty(&w, &slow);
}

/* Asks for the newest run as what was queued before it began to wait does. */
static enum err
ask_for_newest(struct core *core, void *ctx, struct error *e)
{
    int64_t n = 0;
    struct installation_row installation;
    const struct place *p = ctx;
    enum err err = lookup_installation(core_db(core), 0, p->installation,
                                       &installation, e);
    if (err == ERR_OK)
        err = db_run_int(db_use(core_db(core), RS_RUN_NEWEST), &n, NULL, e);
    if (err == ERR_OK)
        executor_again(core, n, installation.n);
    return err;
}

/* Sabotage: `due` of is_taken_up() in executor.c. */
static void
what_was_asked_before_a_wait_does_not_end_it(void)
{
    struct place p;
    executor_set_backoff(w.runtime.executor, FAR_MS);
    place_calls(&w, &p, "GET", "/later");
    w.dead = "/later";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, it_waits, id);
    world_do(&w, ask_for_newest, &p);
    world_let_time_pass(&w);
    struct shown s = run_look(&w, id);
    CHECK_INT(s.attempts, 1);
    free(s.steps);
    free(id);
    w.dead = NULL;
    executor_set_backoff(w.runtime.executor, NEAR_MS);
    place_cancel_all(&w, &p);
}

static bool
calls_are_held(struct world *world, void *count)
{
    return world->held_count >= *(const size_t *)count;
}

/* After a kill each run that was worked on is tried alone: 12 calls of one
 * customer that hang would keep another's waiting for a minute. Sabotage: let
 * RUN_ALONE leave out "lane = ?2", or let try_next() not divide CALL_MS. */
static void
hanging_calls_hold_up_no_other_after_a_kill(void)
{
    enum { HANGING = 12 };
    struct place a, b;
    size_t all = HANGING + 1;
    place_calls(&w, &a, "GET", "/hang");
    place_calls(&w, &b, "GET", "/quick");
    w.silent = "/hang";
    w.silent_too = "/quick";
    for (int i = 0; i < HANGING; i++)
        free(place_event(&w, &a, "{'no':1}"));
    char *id = place_event(&w, &b, "{'no':2}");
    for (int kills = 0; kills < 2; kills++) { /* the first is not counted */
        world_until(&w, calls_are_held, &all);
        world_crash(&w);
        world_let_go(&w);
    }
    w.silent_too = NULL;
    int64_t since = clock_monotonic_ms();
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK(clock_monotonic_ms() - since < 4000 * world_patience());
    free(s.steps);
    free(id);
    w.silent = NULL;
    world_let_go(&w);
    place_empty(&w, &a);
}

/* --- what is left over of a tick ------------------------------------------ */

static bool
none_is_open(struct world *world, void *ctx)
{
    (void)ctx;
    return !world_runs(world, RUN_ACCEPTED) && !world_runs(world, RUN_RUNNING);
}

/* In one transaction, so that all may begin in the same tick. */
static enum err
send_to_all(struct core *core, void *ctx, struct error *e)
{
    static const char data[] = "{\"no\":1}";
    const struct place *p = ctx;
    enum err err = ERR_OK;
    for (int k = 0; k < CUSTOMERS * EVENTS && err == ERR_OK; k++) {
        struct installation_row i;
        err = lookup_installation(core_db(core), 0,
                                  p[k % CUSTOMERS].installation, &i, e);
        if (err == ERR_OK)
            err = runs_event(core, i.user, i.n, "go", data, strlen(data), NULL,
                             e);
    }
    return err;
}

/* A run of 60 blocks takes so long that a tick has time for a few. A savepoint
 * is for what is done: the beginning of a run, what is left of it in another
 * tick, and the looks. Sabotage: leave .waits out of executor_start(). */
static void
what_has_no_time_costs_nothing(void)
{
    static struct place p[CUSTOMERS];
    struct core_counts before, after;
    struct buf blocks;
    buf_init_any(&blocks);
    for (int i = 10; i < 70; i++)
        buf_addf(&blocks,
                 "%s{'id':'00000000-0000-4000-8000-0000000000%d',"
                 "'kind':'math','name':'B%d','formula':'=1'}",
                 i > 10 ? "," : "", i, i);
    char *text = mem_printf(WORKFLOW("", "%s"), buf_str(&blocks));
    for (int i = 0; i < CUSTOMERS; i++)
        place_install(&w, &p[i], world_document(&w, text));
    core_get_counts(w.core, &before);
    CHECK_INT(world_do(&w, send_to_all, p), ERR_OK);
    world_until(&w, none_is_open, NULL);
    core_get_counts(w.core, &after);
    uint64_t ticks = after.ticks - before.ticks;
    uint64_t most = CUSTOMERS * EVENTS + 6 * ticks;
    CHECK(after.savepoints - before.savepoints <= most);
    CHECK_INT(world_runs(&w, RUN_RUNNING), 0);
    buf_clear(&blocks);
    free(text);
}

void
test_runtime_fair(void)
{
    static const struct test tests[] = {
        {"an app says when to call again", an_app_says_when},
        {"an app that says when is not heard",
         an_app_that_says_when_is_not_heard},
        {"the clock is set back", the_clock_is_set_back},
        {"the clock is set back while stopped",
         the_clock_is_set_back_while_stopped},
        {"what cannot succeed fails at once",
         what_cannot_succeed_fails_at_once},
        {"hanging calls hold up no other after a kill",
         hanging_calls_hold_up_no_other_after_a_kill},
        {"no attempt is early", no_attempt_is_early},
        {"what was asked for before a wait does not end it",
         what_was_asked_before_a_wait_does_not_end_it},
        {"what has no time in a tick costs no savepoint",
         what_has_no_time_costs_nothing},
        {NULL, NULL}};
    world_start(&w);
    test_run("shares", tests);
    failed_tests += test_result();
    world_stop(&w);
}
