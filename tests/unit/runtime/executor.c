/* The executor: every block boundary survives a crash, every effect happens
 * once, what nobody knows is parked. */
#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "runtime/executor/retention.h"
#include "runtime/outbound/vault.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;

/* --- crashes ------------------------------------------------------------- */

enum { BOUNDARIES = 70, CALLS = 4 };

static const char ten_blocks[] = WORKFLOW(
    "PIN",
    BLOCK(10, "math", "A", "'formula':'=1+1'") "," MAKE(11, "M1") "," BLOCK(12, "text", "T", "'formula':'=no&no'") "," MAKE(
        13,
        "M2") "," BLOCK(14, "map", "P",
                        "'mapping':[{'target':'a','source':'T!result'}"
                        "]") "," MAKE(15,
                                      "M3") "," BLOCK(16, "date", "D",
                                                      "'formula':'=NOW("
                                                      ")'") "," MAKE(17,
                                                                     "M"
                                                                     "4") "," BLOCK(18,
                                                                                    "math",
                                                                                    "Z",
                                                                                    "'formu"
                                                                                    "la':'="
                                                                                    "A!"
                                                                                    "result"
                                                                                    "*3'") "," BLOCK(19,
                                                                                                     "find",
                                                                                                     "F",
                                                                                                     "'list':'[1,2,3]','condition':'=@>1'"));

static void
crash_at_every_boundary(void)
{
    /* Sabotage: let send_new() forget add_row(), and there are more keys than
     * calls. */
    char connector[DIGEST_SIZE];
    struct place p;
    place_connector(&w, connector,
                    ",'authentication':[],'idempotency':{'header':"
                    "'Idempotency-Key'}");
    place_install(&w, &p, place_workflow(&w, connector, ten_blocks));
    w.effect_count = 0;
    for (int k = 0; k < BOUNDARIES; k++) {
        char *data = mem_printf("{'no':%d}", k);
        char *id = place_event(&w, &p, data);
        for (int i = 0; i < k; i++)
            world_tick(&w);
        world_crash(&w);
        struct shown s = run_finish(&w, id);
        bool done = s.state == RUN_DONE;
        CHECK_INT(s.state, RUN_DONE);
        CHECK_HAS(s.steps, ":done:{\"result\":6}");
        CHECK_INT(w.effect_count, CALLS * (k + 1));
        free(s.steps);
        free(id);
        free(data);
        if (!done)
            return;
    }
}

/* Equal calls of one block for several items are several effects. Sabotage:
 * leave the place out of key_make() of key.c. */
static void
each_item_has_its_key(void)
{
    char connector[DIGEST_SIZE];
    struct place p;
    place_connector(&w, connector,
                    ",'authentication':[],'idempotency':{'header':"
                    "'Idempotency-Key'}");
    place_install(
        &w, &p,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(10, "math", "A", "'formula':'=1'") "," BLOCK(
                                11, "iterate", "Each",
                                "'list':'lines','blocks':[" MAKE(12,
                                                                 "M1") "]"))));
    w.effect_count = 0;
    struct shown s =
        run_finish(&w, place_event(&w, &p, "{'no':1,'lines':[7,7,7]}"));
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.effect_count, 3);
    free(s.steps);
    free((char *)(uintptr_t)s.id);
}

static bool
run_is_not_parked(struct world *world, void *id)
{
    return run_state(world, id) != RUN_PARKED;
}

/* The store is put back to an older state, which does not know of the calls
 * that were made since: the app knows them by their keys. Sabotage: let
 * key_make() of key.c name anything else than run, block, place and page. */
static void
a_restored_run_has_the_same_keys(void)
{
    char connector[DIGEST_SIZE];
    struct place p;
    struct buf store;
    place_connector(&w, connector,
                    ",'authentication':[],'idempotency':{'header':"
                    "'Idempotency-Key'}");
    place_install(&w, &p, place_workflow(&w, connector, ten_blocks));
    char *item = mem_printf("[{'installationId':'%s'}]", p.installation);
    world_expect(&w, "pause", mem_strdup(item), "paused");
    char *id = place_event(&w, &p, "{'no':1}"); /* it has called nothing yet */
    world_back_up(&w, &store);
    w.effect_count = 0;
    for (int i = 1; i <= 2; i++) {
        world_expect(&w, "resume", mem_strdup(item), "resumed");
        world_until(&w, run_is_not_parked, id);
        struct shown s = run_finish(&w, id);
        CHECK_INT(s.state, RUN_DONE);
        CHECK_INT(w.effect_count, CALLS);
        for (int k = 0; k < CALLS; k++)
            CHECK_INT(w.effects[k].calls, i);
        free(s.steps);
        world_put_back(&w, &store);
    }
    world_expect(&w, "resume", item, "resumed");
    world_until(&w, run_is_not_parked, id);
    world_until(&w, run_has_ended, id);
    buf_clear(&store);
    free(id);
}

/* Waits on a call, and then gives a number of its version. */
#define NUMBERED(number)                                                       \
    WORKFLOW("PIN", BLOCK(10, "math", "A", "'formula':'=1'") "," MAKE(         \
                        11, "M1") "," BLOCK(12, "math", "N",                   \
                                            "'formula':'=" number "'"))

static bool
waits_for_its_next_attempt(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    free(s.steps);
    return strstr(s.message, "HTTP 503") != NULL;
}

/* Invariant 7. Sabotage: let the statement RUN_LOAD join the version that is
 * live (installed.live) in the place of the run's own. */
static void
a_run_finishes_on_its_version(void)
{
    char connector[DIGEST_SIZE], next[IDENT_SIZE];
    struct place p;
    place_connector(&w, connector,
                    ",'authentication':[],'idempotency':{'header':"
                    "'Idempotency-Key'}");
    place_install(&w, &p, place_workflow(&w, connector, NUMBERED("41")));
    w.fail_next = 1; /* the run is under way while the other is released */
    w.retry_after = "3600";
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, waits_for_its_next_attempt, id);
    w.retry_after = NULL;
    ident_new(next);
    world_expect(
        &w, "release",
        mem_printf("[{'installationId':'%s','workflowId':'%s','versionId':"
                   "'%s','base':1,'fork':1,'hash':'%s','expectedLive':'%s',"
                   "'replaceAwaiting':false}]",
                   p.installation, p.workflow, next,
                   place_workflow(&w, connector, NUMBERED("43")), p.version),
        "live");
    struct shown s = run_look(&w, id);
    CHECK_INT(s.state, RUN_RUNNING);
    free(s.steps);
    world_crash(&w);
    run_expect(&w, id, "retry", "started");
    s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "{\"result\":41}");
    free(s.steps);
    free(id);
    id = place_event(&w, &p, "{'no':2}");
    s = run_finish(&w, id);
    CHECK_HAS(s.steps, "{\"result\":43}");
    free(s.steps);
    free(id);
}

static void
unknown_outcomes_are_parked(void)
{
    char connector[DIGEST_SIZE];
    struct place p;
    int parked = 0, done = 0, twice = 0;
    place_connector(&w, connector, ",'authentication':[]");
    place_install(&w, &p, place_workflow(&w, connector, ten_blocks));
    for (int k = 0; k < BOUNDARIES; k++) {
        char *data = mem_printf("{'no':%d}", k);
        char *id = place_event(&w, &p, data);
        free(data);
        for (int i = 0; i < k; i++)
            world_tick(&w);
        world_crash(&w);
        struct shown s = run_finish(&w, id);
        int calls = world_calls_with(&w, k);
        CHECK(s.state == RUN_DONE || s.park == PARK_UNKNOWN);
        parked += s.park == PARK_UNKNOWN;
        done += s.state == RUN_DONE;
        twice += calls > CALLS;
        if (s.park == PARK_UNKNOWN)
            CHECK_HAS(s.message, "nobody knows");
        free(s.steps);
        free(id);
    }
    CHECK(parked > 0 && done > 0);
    CHECK_INT(twice, 0);
}

static void
a_person_settles_an_unknown_outcome(void)
{
    char connector[DIGEST_SIZE];
    struct place p;
    place_connector(&w, connector, ",'authentication':[]");
    place_install(&w, &p, place_workflow(&w, connector, ten_blocks));
    for (int k = 1; k < BOUNDARIES; k++) {
        char *id = place_event(&w, &p, "{'no':1}");
        for (int i = 0; i < k; i++)
            world_tick(&w);
        world_crash(&w);
        struct shown s = run_finish(&w, id);
        bool unknown = s.park == PARK_UNKNOWN;
        free(s.steps);
        if (unknown) {
            world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", id),
                         "started");
            s = run_finish(&w, id);
            CHECK_INT(s.state, RUN_DONE);
            free(s.steps);
            world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", id),
                         "refused");
        }
        free(id);
        if (unknown)
            return;
    }
    CHECK(false);
}

/* --- answers ------------------------------------------------------------- */

static void
calls_are_made_again(void)
{
    char connector[DIGEST_SIZE];
    struct place p;
    place_connector(&w, connector,
                    ",'authentication':[],'idempotency':{'header':"
                    "'Idempotency-Key'}");
    place_install(
        &w, &p,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(10, "math", "A",
                                  "'formula':'=1+1'") "," MAKE(11, "M1"))));
    w.fail_next = 3;
    w.effect_count = 0;
    struct shown s = run_finish(&w, place_event(&w, &p, "{'no':7}"));
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(w.effect_count, 1);
    CHECK_HAS(s.steps, "{\\\"no\\\":7,\\\"x\\\":2}");
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    w.fail_next = 50;
    s = run_finish(&w, place_event(&w, &p, "{'no':8}"));
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "M1: after 5 attempts: HTTP 503");
    w.fail_next = 0;
    world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", s.id), "started");
    free(s.steps);
    s = run_finish(&w, (char *)(uintptr_t)s.id);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    w.status = 400;
    s = run_finish(&w, place_event(&w, &p, "{'no':9}"));
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "M1: HTTP 400");
    w.status = 0;
    free(s.steps);
    free((char *)(uintptr_t)s.id);
}

static void
secrets_stay_inside(void)
{
    /* Sabotage: leave both redact() and redacted() of call_answer.c without
     * secret_redact(), or send_out() of call.c without secret_check_host(). */
    char connector[DIGEST_SIZE];
    struct place p;
    place_connector(
        &w, connector,
        ",'authentication':[{'kind':'bearer','label':'T','fields':[{'name':"
        "'token','label':'T','secret':true,'required':true}]}],"
        "'idempotency':{'header':'Idempotency-Key'}");
    place_install(
        &w, &p,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(10, "math", "A",
                                  "'formula':'=1+1'") "," MAKE(11, "M1"))));
    char *json = mem_printf(
        "{\"token\":\"canary \\\"quoted\\\" 17\",\"host\":\"%s\"}", w.host);
    place_connect(&w, &p, "bearer", json);
    w.echo = true;
    struct shown s = run_finish(&w, place_event(&w, &p, "{'no':1}"));
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "Bearer [redacted]");
    CHECK(!strstr(s.steps, "canary"));
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    w.echo = false;
    place_connect(&w, &p, "bearer",
                  "{\"token\":\"canary2\",\"host\":\"elsewhere.example.com\"}");
    w.effect_count = 0;
    s = run_finish(&w, place_event(&w, &p, "{'no':2}"));
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "may not be sent to");
    CHECK_INT(w.effect_count, 0);
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    free(json);
}

/* --- logic ---------------------------------------------------------------- */

static void
blocks_do_what_they_say(void)
{
    struct place p;
    place_install(
        &w, &p,
        place_workflow(
            &w, "",
            WORKFLOW(
                "",
                BLOCK(10, "filter", "Big", "'list':'items','condition':'=@.n>1'") "," BLOCK(
                    11, "iterate", "Each",
                    "'list':'Big!result','label':'@.id','onError':"
                    "'setAside','blocks':[" BLOCK(
                        12, "if", "Odd",
                        "'condition':'=MOD($.n,2)=1','then':[" BLOCK(13, "math", "Half", "'formula':'=$.n/2'") "],'else':[" BLOCK(
                            14, "math", "Bad",
                            "'formula':'=1/($.n-4)'") "]") "]") "," BLOCK(15,
                                                                          "map",
                                                                          "Sum",
                                                                          "'map"
                                                                          "ping"
                                                                          "':[{"
                                                                          "'tar"
                                                                          "get'"
                                                                          ":'"
                                                                          "all'"
                                                                          ",'"
                                                                          "sour"
                                                                          "ce':"
                                                                          "'Eac"
                                                                          "h!"
                                                                          "coun"
                                                                          "t'},"
                                                                          "{'"
                                                                          "targ"
                                                                          "et':"
                                                                          "'asi"
                                                                          "de',"
                                                                          "'sou"
                                                                          "rce'"
                                                                          ":'"
                                                                          "Each"
                                                                          "!set"
                                                                          "Asid"
                                                                          "e'}"
                                                                          "]") "," BLOCK(16,
                                                                                         "stop",
                                                                                         "Stop",
                                                                                         "'reason':'todo'") "," BLOCK(17,
                                                                                                                      "math",
                                                                                                                      "Never",
                                                                                                                      "'formula':'=1'"))));
    struct shown s = run_finish(
        &w, place_event(
                &w, &p,
                "{'no':'L-1','items':[{'n':1,'id':'a'},{'n':2,'id':'b'},{'n':3,"
                "'id':'c'},{'n':4,'id':'d'}]}"));
    CHECK_INT(s.state, RUN_DONE);
    CHECK_STR(s.message, "to do");
    CHECK_INT(s.aside, 1);
    CHECK_HAS(s.steps, "1:done:{\"result\":-0.5}\n");
    CHECK_HAS(s.steps, "2:done:{\"result\":1.5}\n");
    CHECK_HAS(s.steps, "3:setAside:\n");
    CHECK_HAS(s.steps, ":done:{\"all\":3,\"aside\":1}\n");
    CHECK(!strstr(s.steps, "{\"result\":1}"));
    free(s.steps);
    free((char *)(uintptr_t)s.id);
}

static void
a_pause_parks_and_a_resume_runs(void)
{
    struct place p;
    place_install(
        &w, &p,
        place_workflow(
            &w, "", WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no*2'"))));
    char *item = mem_printf("[{'installationId':'%s'}]", p.installation);
    world_expect(&w, "pause", mem_strdup(item), "paused");
    char *id = place_event(&w, &p, "{'no':21}");
    struct shown s = run_look(&w, id);
    CHECK(s.state == RUN_PARKED && s.park == PARK_PAUSED);
    free(s.steps);
    world_crash(&w);
    s = run_look(&w, id);
    CHECK(s.state == RUN_PARKED && s.park == PARK_PAUSED);
    free(s.steps);
    world_expect(&w, "resume", item, "resumed");
    s = run_look(&w, id);
    world_until(&w, run_has_ended, id);
    free(s.steps);
    s = run_look(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "{\"result\":42}");
    free(s.steps);
    free(id);
}

struct erasing {
    int64_t now;
    bool more;
};

static enum err
erase(struct core *core, void *ctx, struct error *e)
{
    struct erasing *x = ctx;
    return retention_erase(core, x->now, &x->more, e);
}

static void
payloads_have_their_time(void)
{
    struct place p;
    struct erasing x = {clock_now_ms(), true};
    place_install(
        &w, &p,
        place_workflow(
            &w, "", WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no*2'"))));
    struct shown s = run_finish(&w, place_event(&w, &p, "{'no':33}"));
    CHECK_HAS(s.steps, "66");
    free(s.steps);
    CHECK_INT(world_do(&w, erase, &x), ERR_OK);
    CHECK_INT(x.more, false);
    s = run_look(&w, s.id);
    CHECK_HAS(s.steps, "66");
    free(s.steps);
    x.now += 8LL * 24 * 3600 * 1000;
    for (x.more = true; x.more;)
        CHECK_INT(world_do(&w, erase, &x), ERR_OK);
    s = run_look(&w, s.id);
    CHECK(!strstr(s.steps, "66"));
    CHECK_INT(s.state, RUN_DONE);
    world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", s.id), "refused");
    free(s.steps);
    free((char *)(uintptr_t)s.id);
}

static enum err
hold(struct core *core, void *ctx, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_META_SET);
    (void)ctx;
    db_text(q, "held");
    db_text(q, "1");
    return db_run(q, e);
}

static void
a_held_runtime_runs_nothing(void)
{
    /* Sabotage: let action_repeats() of restored.c allow what has a key. */
    struct place p;
    char connector[DIGEST_SIZE];
    place_connector(&w, connector,
                    ",'authentication':[],'idempotency':{'header':"
                    "'Idempotency-Key'}");
    place_install(&w, &p, place_workflow(&w, connector, ten_blocks));
    char *before = place_event(&w, &p, "{'no':1}");
    CHECK_INT(world_do(&w, hold, NULL), ERR_OK);
    world_crash(&w);
    w.effect_count = 0;
    char *after = place_event(&w, &p, "{'no':2}");
    for (int i = 0; i < 50; i++)
        world_tick(&w);
    struct shown s = run_look(&w, after);
    CHECK(s.state == RUN_PARKED && s.park == PARK_HELD);
    CHECK(w.effect_count <= 1); /* one call may have been on its way */
    free(s.steps);
    world_accept_restore(&w);
    s = run_finish(&w, after);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    /* Whether it was cancelled since, only a person knows. */
    s = run_look(&w, before);
    CHECK(s.state == RUN_PARKED && s.park == PARK_RESTORED);
    free(s.steps);
    world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", before),
                 "started");
    s = run_finish(&w, before);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free(before);
    free(after);
}

void
test_runtime_executor(void)
{
    static const struct test tests[] = {
        {"blocks do what they say", blocks_do_what_they_say},
        {"crashes at every boundary: one key an effect",
         crash_at_every_boundary},
        {"each item has its key", each_item_has_its_key},
        {"a restored run has the same keys", a_restored_run_has_the_same_keys},
        {"a run finishes on its version", a_run_finishes_on_its_version},
        {"without keys nothing is sent twice", unknown_outcomes_are_parked},
        {"a person settles an unknown outcome",
         a_person_settles_an_unknown_outcome},
        {"calls are made again by the connector's rules", calls_are_made_again},
        {"secrets go to their host and nowhere else", secrets_stay_inside},
        {"a pause parks, a resume runs", a_pause_parks_and_a_resume_runs},
        {"a held runtime runs nothing", a_held_runtime_runs_nothing},
        {"payloads have their time", payloads_have_their_time},
        {NULL, NULL}};
    world_start(&w);
    test_run("executor", tests);
    failed_tests += test_result();
    world_stop(&w);
}
