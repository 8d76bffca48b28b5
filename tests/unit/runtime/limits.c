/* Limits of an account: it has no more calls out than its connector says. */
#include "base/clock.h"
#include "base/mem.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum { IN_MEMORY = 64 };

static struct world w;

enum { BURST = 40, AT_ONCE = 2, A_SECOND = 20 };

/* Another integration of the customer of P, with a credential of its own: the
 * fields FIELDS besides the host. */
static void
install_beside(struct place *beside, const struct place *p,
               const char *connector, const char *fields)
{
    char *json = mem_printf("{%s,\"host\":\"%s\"}", fields, w.host);
    memmove(beside->user, p->user, sizeof p->user);
    place_install_for(
        &w, beside,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(12, "math", "A",
                                  "'formula':'=1'") "," MAKE(11, "M1"))));
    place_connect(&w, beside, "bearer", json);
    free(json);
}

static bool
every_run_is_done(struct world *world, void *ctx)
{
    const int64_t *done = ctx;
    world_let_go(world);
    return world_runs(&w, RUN_DONE) == *done;
}

/* Sabotage: let room() of gate.c leave out g->concurrent. */
static void
calls_of_an_account_at_once(void)
{
    struct place p, other;
    int64_t done = world_runs(&w, RUN_DONE);
    place_account(&w, &p, "'concurrent':2");
    place_account(&w, &other, "'concurrent':2");
    w.silent = "/make";
    w.held_most = 0;
    place_events(&w, &p, BURST);
    for (int i = 0; i < 100; i++)
        world_tick(&w);
    CHECK_INT(w.held_count, AT_ONCE);
    CHECK_INT(executor_count(w.runtime.executor) <= IN_MEMORY, true);
    place_events(&w, &other, BURST);
    for (int i = 0; i < 100; i++)
        world_tick(&w);
    CHECK_INT(w.held_count, 2 * AT_ONCE);
    world_serves_another(&w);
    done += 3 + 2 * BURST;
    world_until(&w, every_run_is_done, &done);
    CHECK_INT(w.held_most, 2 * AT_ONCE);
    w.silent = NULL;
}

static void
send_burst(const struct place *p)
{
    place_events(&w, p, BURST);
    for (int i = 0; i < 100; i++)
        world_tick(&w);
}

static void
finish_bursts(int64_t done, int bursts)
{
    done += bursts * BURST;
    world_until(&w, every_run_is_done, &done);
    w.silent = NULL;
}

/* Anybody could name another's account: two customers share no limit, which
 * calls_of_an_account_at_once() shows. */
static void
credentials_of_one_account_share_its_limit(void)
{
    struct place p, again, other;
    char connector[DIGEST_SIZE];
    int64_t done = world_runs(&w, RUN_DONE);
    place_account(&w, &p, "'concurrent':2");
    place_connector(&w, connector, BY_TOKEN ",'rateLimit':{'concurrent':2}");
    install_beside(&again, &p, connector, "\"token\":\"t\"");
    install_beside(&other, &p, connector, "\"token\":\"another\"");
    w.silent = "/make";
    w.held_most = 0;
    send_burst(&p);
    send_burst(&again);
    CHECK_INT(w.held_count, AT_ONCE);
    send_burst(&other);
    CHECK_INT(w.held_count, 2 * AT_ONCE);
    finish_bursts(done, 3);
    CHECK_INT(w.held_most, 2 * AT_ONCE);
}

static const char *
account_in_address(void)
{
    return world_document(
        &w, "{'format':1,'app':'thing','name':'Thing','baseUrl':'https://"
            "{account}','rateLimit':{'concurrent':2},'authentication':"
            "[{'kind':'bearer','label':'T','fields':[{'name':'account','label':"
            "'A'},{'name':'token','label':'T','secret':true},{'name':'host',"
            "'label':'H'}]}],'idempotency':{'header':'Idempotency-Key'},"
            "'actions':{'make':{'name':'Make','method':'POST','path':'/make',"
            "'effect':true}}}");
}

static void
tokens_of_one_account_share_its_limit(void)
{
    struct place p, again;
    char *first = mem_printf("\"account\":\"%s\",\"token\":\"one\"", w.host),
         *second = mem_printf("\"account\":\"%s\",\"token\":\"two\"", w.host);
    char connector[DIGEST_SIZE];
    int64_t done = world_runs(&w, RUN_DONE);
    snprintf(connector, sizeof connector, "%s", account_in_address());
    place_account(&w, &p, "'concurrent':2");
    install_beside(&p, &p, connector, first);
    install_beside(&again, &p, connector, second);
    w.silent = "/make";
    w.held_most = 0;
    send_burst(&p);
    send_burst(&again);
    CHECK_INT(w.held_count, AT_ONCE);
    finish_bursts(done, 2);
    CHECK_INT(w.held_most, AT_ONCE);
    free(first);
    free(second);
}

/* --- whose turn it is ----------------------------------------------------- */

enum { FEW = 5 };

static bool
a_few_are_done(struct world *world, void *ctx)
{
    char *const *ids = ctx;
    int done = 0;
    world_let_go(world);
    for (int i = 0; i < FEW; i++)
        done += run_state(world, ids[i]) == RUN_DONE;
    return done == FEW;
}

/* A few runs of P are done before long, whoever else uses the account. */
static void
finish_a_few(const struct place *p)
{
    char *ids[FEW];
    for (int i = 0; i < FEW; i++)
        ids[i] = place_event(&w, p, "{'no':1}");
    world_until(&w, a_few_are_done, ids);
    for (int i = 0; i < FEW; i++)
        free(ids[i]);
}

/* Sabotage: let next_turn() of gate.c begin at 0 each time. */
static void
installations_take_turns_at_an_account(void)
{
    struct place p, beside;
    char connector[DIGEST_SIZE];
    int64_t done = world_runs(&w, RUN_DONE);
    place_account(&w, &p, "'concurrent':2");
    place_connector(&w, connector, BY_TOKEN ",'rateLimit':{'concurrent':2}");
    install_beside(&beside, &p, connector, "\"token\":\"t\"");
    w.silent = "/make";
    w.held_most = 0;
    send_burst(&p);
    send_burst(&p);
    finish_a_few(&beside);
    CHECK(world_runs(&w, RUN_DONE) - done <= 4 * FEW);
    done += FEW;
    finish_bursts(done, 2);
    CHECK_INT(w.held_most, AT_ONCE);
}

/* The customer of BESIDE has an integration whose runs call for each line. */
static void
install_loop(struct place *p, struct place *beside, const char *limit)
{
    char connector[DIGEST_SIZE];
    char *more = mem_printf(BY_TOKEN ",'rateLimit':{%s}", limit);
    char *json = mem_printf("{\"token\":\"t\",\"host\":\"%s\"}", w.host);
    place_connector(&w, connector, more);
    place_account(&w, beside, limit);
    memmove(p->user, beside->user, sizeof p->user);
    place_install_for(
        &w, p,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN",
                     BLOCK(10, "math", "A", "'formula':'=1'") "," BLOCK(
                         11, "iterate", "Each",
                         "'list':'lines','blocks':[" MAKE(12, "M1") "]"))));
    place_connect(&w, p, "bearer", json);
    free(json);
    free(more);
}

static bool
a_call_is_held(struct world *world, void *ctx)
{
    (void)ctx;
    return world->held_count == 1;
}

static bool
it_says_who_is_next(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    free(s.steps);
    return strstr(s.message, "another integration of the customer is next");
}

/* A call of a run that makes one after the other finds its place free each
 * time. Sabotage: leave others_are_next() out of find_shut() of gate.c. */
static void
a_run_of_many_calls_lets_others_of_the_account_call(void)
{
    enum { LINES = 60 };
    struct place p, beside;
    struct buf data;
    install_loop(&p, &beside, "'concurrent':1");
    buf_init(&data, 4096);
    buf_adds(&data, "{'no':1,'lines':[1");
    for (int i = 1; i < LINES; i++)
        buf_addf(&data, ",%d", i);
    buf_adds(&data, "]}");
    w.silent = "/make";
    char *id = place_event(&w, &p, buf_str(&data));
    world_until(&w, a_call_is_held, NULL);
    free(place_event(&w, &beside, "{'no':1}"));
    world_let_time_pass(&w);
    world_let_go(&w);
    world_until(&w, it_says_who_is_next, id);
    w.arrived = 0;
    finish_a_few(&beside);
    CHECK(w.arrived <= 4 * (size_t)FEW);
    CHECK_INT(run_state(&w, id), RUN_RUNNING);
    w.silent = NULL;
    world_let_go(&w);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free(id);
    buf_clear(&data);
}

/* --- after a crash, and in a second --------------------------------------- */

static enum err
count_turns(struct core *core, void *ctx, struct error *e)
{
    int64_t *n = ctx;
    struct rs_waiting waiting = {0};
    struct db_stmt *q = db_use(core_db(core), RS_RUN_WAITING);
    db_int(q, clock_now_ms());
    rs_waiting_next(q, &waiting);
    *n = waiting.turns;
    return db_end(q, e);
}

static bool
the_others_wait(struct world *world, void *ctx)
{
    int64_t n = 0;
    (void)ctx;
    world_do(world, count_turns, &n);
    return n == BURST - AT_ONCE;
}

/* After a crash the runs that waited for their turn go on. Sabotage: leave
 * RUN_TURNS_OVER out of executor_opened(). */
static void
turns_survive_a_crash(void)
{
    struct place p;
    int64_t done = world_runs(&w, RUN_DONE) + BURST;
    place_account(&w, &p, "'concurrent':2");
    w.silent = "/make";
    place_events(&w, &p, BURST);
    world_until(&w, the_others_wait, NULL);
    world_crash(&w);
    world_until(&w, every_run_is_done, &done);
    w.silent = NULL;
}

static bool
more_than_a_second_may_have(struct world *world, void *ctx)
{
    (void)ctx;
    return world->arrived > A_SECOND;
}

/* No call need be out. */
static bool
it_names_the_rate(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    free(s.steps);
    return strstr(s.message, "as many calls started as the rate limit");
}

/* Sabotage: let rate_room() of gate.c give g->rate. */
static void
calls_of_an_account_in_a_second(void)
{
    struct place p;
    int64_t done = world_runs(&w, RUN_DONE) + A_SECOND + 6;
    place_account(&w, &p, "'perSecond':20");
    w.arrived = 0;
    int64_t before = clock_monotonic_ms();
    place_events(&w, &p, A_SECOND + 5);
    char *id = place_event(&w, &p, "{'no':99}");
    world_until(&w, it_names_the_rate, id);
    world_until(&w, more_than_a_second_may_have, NULL);
    CHECK(clock_monotonic_ms() - before >= 1000);
    world_until(&w, every_run_is_done, &done);
    free(id);
}

void
test_runtime_limits(void)
{
    static const struct test tests[] = {
        {"calls of an account at once", calls_of_an_account_at_once},
        {"credentials of one account share its limit",
         credentials_of_one_account_share_its_limit},
        {"tokens of one account share its limit",
         tokens_of_one_account_share_its_limit},
        {"turns survive a crash", turns_survive_a_crash},
        {"calls of an account in a second", calls_of_an_account_in_a_second},
        {"installations take turns at an account",
         installations_take_turns_at_an_account},
        {"a run of many calls lets others of the account call",
         a_run_of_many_calls_lets_others_of_the_account_call},
        {NULL, NULL}};
    world_start(&w);
    test_run("limits", tests);
    failed_tests += test_result();
    world_stop(&w);
}
