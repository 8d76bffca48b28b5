/* Large answers: what one customer's app sends keeps nobody else waiting, and
 * is neither lost nor taken twice. */
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "runtime/executor/retention.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum { LARGE = 200 << 10 };

static struct world w;
static char *large; /* {"n":41,"x":"…"} */

#define BEARER                                                                 \
    ",'authentication':[{'kind':'bearer','label':'T','fields':[{'name':"       \
    "'host','label':'H'},{'name':'token','label':'T','secret':true,"           \
    "'required':true}]}]"

static void
install(struct place *p, const char *more)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector, more);
    place_install(&w, p,
                  place_workflow(&w, connector,
                                 WORKFLOW("PIN", MAKE(11, "M1") "," BLOCK(
                                                     12, "math", "B",
                                                     "'formula':'=M1!n+1'"))));
    w.effect_count = 0;
}

static bool
are_held(struct world *world, void *count)
{
    (void)world;
    return world_held_evaluations() == *(int *)count;
}

/* An event of P, whose call gets a large answer that a thread reads until the
 * test releases it: the declared charset is where it is held. */
static char *
send_and_hold(struct place *p, int held)
{
    world_hold_answers(1);
    w.body = large;
    w.type = "application/json; charset=utf-16-held";
    char *id = place_event(&w, p, "{'no':1}");
    world_until(&w, are_held, &held);
    w.body = NULL;
    w.type = NULL;
    return id;
}

static int
state_of(const char *id)
{
    struct shown s = run_look(&w, id);
    free(s.steps);
    return s.state;
}

static void
ends_well(char *id)
{
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, ":done:{\"n\":41,\"x\":\"xxx");
    CHECK_HAS(s.steps, "{\"result\":42}");
    CHECK_INT(w.effects[0].calls, 1);
    free(s.steps);
    free(id);
}

/* Sabotage: leave .prepare out of call_start() of call_answer.c, or let
 * call_ended() of effects.c prepare nothing. */
static void
a_large_answer_gives_way(void)
{
    struct place slow, other;
    install(&slow, ",'authentication':[]");
    char *id = send_and_hold(&slow, 1);
    install(&other, ",'authentication':[]");
    w.body = "{\"n\":1}";
    struct shown s = run_finish(&w, place_event(&w, &other, "{'no':1}"));
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    w.body = NULL;
    CHECK_INT(state_of(id), RUN_RUNNING);
    world_release_evaluations(0);
    ends_well(id);
}

/* An event of P whose call is answered with an error, read on a thread, while
 * another customer is served. The log of the store grows by *WRITTEN. */
static struct shown
fail_large(struct place *p, struct place *other, rlim_t *written)
{
    w.status = 422;
    char *id = send_and_hold(p, 1);
    w.status = 0;
    w.body = "{\"n\":1}";
    struct shown s = run_finish(&w, place_event(&w, other, "{'no':1}"));
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(state_of(id), RUN_RUNNING);
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    w.body = NULL;
    *written = world_log_size(&w);
    world_release_evaluations(0);
    s = run_finish(&w, id);
    *written = world_log_size(&w) - *written;
    return s;
}

/* A large error is read on a thread and not written, a little one is kept.
 * Sabotage: let fail_step() of call_answer.c keep every output, or STEP_ADD
 * take it away. */
static void
a_large_error_gives_way(void)
{
    struct place p, other;
    rlim_t written = 0;
    world_crash(&w); /* so that the log of the store is short */
    install(&p, ",'authentication':[]");
    install(&other, ",'authentication':[]");
    struct shown s = fail_large(&p, &other, &written);
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "HTTP 422: {\"n\":41,\"x\":\"xxx");
    CHECK(strstr(s.steps, ":failed:\n") != NULL);
    CHECK(written < LARGE);
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    w.status = 422;
    w.body = "{\"n\":1}";
    s = run_finish(&w, place_event(&w, &p, "{'no':1}"));
    w.status = 0;
    w.body = NULL;
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.steps, ":failed:{\"n\":1}\n");
    free(s.steps);
    free((char *)(uintptr_t)s.id);
}

static enum err
forget_memory(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    return executor_opened(core, e);
}

/* The journal says "sent" meanwhile, and the call is not made again. Sabotage:
 * let prepare() of call_answer.c call executor_land(). */
static void
memory_is_forgotten_meanwhile(void)
{
    struct place p;
    install(&p, ",'authentication':[]");
    char *id = send_and_hold(&p, 1);
    CHECK_INT(world_do(&w, forget_memory, NULL), ERR_OK);
    for (int i = 0; i < 20; i++)
        world_tick(&w);
    CHECK_INT(state_of(id), RUN_RUNNING);
    world_release_evaluations(0);
    ends_well(id);
}

static uint64_t
failed_commits(void)
{
    struct core_counts counts;
    core_get_counts(w.core, &counts);
    return counts.failed_commits;
}

static bool
a_commit_failed(struct world *world, void *before)
{
    (void)world;
    return failed_commits() > *(uint64_t *)before;
}

/* Only the core knows the answer then. Sabotage: let take_result() of
 * call_answer.c clear the answer once it is journaled. */
static void
an_answer_outlives_a_failed_commit(void)
{
    struct place p;
    struct rlimit old, small;
    world_crash(&w); /* so that the log of the store is short */
    install(&p, ",'authentication':[]");
    char *id = send_and_hold(&p, 1);
    uint64_t before = failed_commits();
    getrlimit(RLIMIT_FSIZE, &old);
    small = (struct rlimit){world_log_size(&w) + LARGE / 2, old.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    world_release_evaluations(0);
    world_until(&w, a_commit_failed, &before);
    setrlimit(RLIMIT_FSIZE, &old);
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

static bool
has_landed(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    bool landed = strstr(s.steps, ":done:") != NULL;
    free(s.steps);
    return landed;
}

/* Sabotage: let call_start() of call_answer.c not hold the document. */
static void
a_run_is_cancelled_meanwhile(void)
{
    struct place p;
    install(&p, ",'authentication':[]");
    char *id = send_and_hold(&p, 1);
    CHECK_INT(world_do(&w, cancel, id), ERR_OK);
    world_release_evaluations(0);
    world_until(&w, has_landed, id);
    struct shown s = run_look(&w, id);
    CHECK_INT(s.state, RUN_CANCELLED);
    CHECK(!strstr(s.steps, "xxx"));
    free(s.steps);
    free(id);
}

static void *
release_soon(void *ctx)
{
    const struct timespec a_moment = {.tv_nsec = 50000000};
    (void)ctx;
    nanosleep(&a_moment, NULL);
    world_release_evaluations(0);
    return NULL;
}

/* What came is journaled before tailord ends. Sabotage: leave `preparing` out
 * of is_drained() of core.c (the outcome is unknown then). */
static void
a_drain_waits_for_it(void)
{
    struct place p;
    struct error e;
    pthread_t thread;
    install(&p, ",'authentication':[]");
    char *id = send_and_hold(&p, 1);
    pthread_create(&thread, NULL, release_soon, NULL);
    core_drain(w.core, 60000);
    CHECK_INT(core_run(w.core, NULL, &e), ERR_OK);
    pthread_join(thread, NULL);
    world_crash(&w);
    ends_well(id);
}

/* Without a key nobody knows whether it was done. Sabotage: let drop() of
 * background.c not free the call (builds with sanitizers see it). */
static void
a_crash_leaves_it_unknown(void)
{
    struct place p;
    install(&p, ",'authentication':[]");
    char *id = send_and_hold(&p, 1);
    world_crash_while_held(&w);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_PARKED);
    CHECK_INT(s.park, PARK_UNKNOWN);
    CHECK_INT(w.effects[0].calls, 1);
    free(s.steps);
    free(id);
}

/* Sabotage: let answer_read() of answer.c leave out secret_redact(). */
static void
secrets_stay_inside(void)
{
    struct place p;
    char *json =
        mem_printf("{\"host\":\"%s\",\"token\":\"canary/17\"}", w.host);
    char *body = mem_printf("{\"n\":1,\"a\":\"canary%%2F17\",\"x\":\"%s",
                            large + strlen("{\"n\":41,\"x\":\""));
    install(&p, BEARER);
    place_connect(&w, &p, "bearer", json);
    w.body = body;
    struct shown s = run_finish(&w, place_event(&w, &p, "{'no':1}"));
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "{\"n\":1,\"a\":\"[redacted]\",\"x\":\"xxx");
    w.body = NULL;
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    free(body);
    free(json);
}

/* --- and goes ------------------------------------------------------------ */

struct erasing {
    int64_t now, user, position;
    bool more;
};

static enum err
erase(struct core *core, void *ctx, struct error *e)
{
    struct erasing *x = ctx;
    return retention_erase(core, x->now, &x->more, e);
}

static enum err
erase_logs(struct core *core, void *ctx, struct error *e)
{
    struct erasing *x = ctx;
    enum err err = retention_erase_user(core, x->user, &x->position, e);
    x->more = x->position != 0;
    return err;
}

static enum err
find_user(struct core *core, void *ctx, struct error *e)
{
    struct place *p = ((void **)ctx)[0];
    struct erasing *x = ((void **)ctx)[1];
    return lookup_user(core_db(core), 0, p->user, &x->user, e);
}

static int
count_large(const char *id)
{
    int count = 0;
    struct shown s = run_look(&w, id);
    for (const char *at = s.steps; (at = strstr(at, "\"x\":\"xx")); at++)
        count++;
    free(s.steps);
    return count;
}

/* Runs three calls whose answers have 2 MB each, and erases them. */
static void
check_pieces(struct place *p, struct erasing *x,
             enum err (*how)(struct core *, void *, struct error *))
{
    enum { BYTES = 2 << 20 };
    char *body = mem_alloc(BYTES + 1);
    int length = snprintf(body, BYTES, "{\"n\":41,\"x\":\"");
    memset(body + length, 'x', BYTES - (size_t)length);
    memcpy(body + BYTES - 2, "\"}", 3);
    w.body = body;
    char *id = place_event(&w, p, "{'no':1}");
    struct shown s = run_finish(&w, id);
    w.body = NULL;
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(count_large(id), 3);
    CHECK_INT(world_do(&w, how, x), ERR_OK);
    CHECK(x->more);
    CHECK_INT(count_large(id), 1);
    CHECK_INT(world_do(&w, how, x), ERR_OK);
    CHECK(!x->more);
    CHECK_INT(count_large(id), 0);
    free(s.steps);
    free(id);
    free(body);
}

/* Sabotage: let count_bytes() of retention.c count nothing, retention_erase()
 * not say that there is more, or retention_erase_user() go on behind a run that
 * is not erased. */
static void
payloads_are_erased_in_pieces(void)
{
    struct place p;
    char connector[DIGEST_SIZE];
    struct erasing x = {.now = clock_now_ms() + 8LL * 24 * 3600 * 1000};
    void *both[] = {&p, &x};
    place_connector(&w, connector, ",'authentication':[]");
    place_install(
        &w, &p,
        place_workflow(&w, connector,
                       WORKFLOW("PIN", MAKE(11, "M1") "," MAKE(
                                           12, "M2") "," MAKE(13, "M3"))));
    while (x.more || !x.user) { /* what other tests left */
        CHECK_INT(world_do(&w, erase, &x), ERR_OK);
        if (!x.more)
            CHECK_INT(world_do(&w, find_user, both), ERR_OK);
    }
    check_pieces(&p, &x, erase);
    check_pieces(&p, &x, erase_logs);
}

static bool
log_is_short(struct world *world, void *ctx)
{
    (void)world;
    struct shown s = run_finish(&w, place_event(&w, ctx, "{'no':1}"));
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    return world_log_size(&w) <= 8 << 20;
}

/* The log of the store was as long as the largest answer since the start, and
 * the disk stayed low. Sabotage: leave journal_size_limit out of db.c. */
static void
the_log_gives_its_room_back(void)
{
    enum { BYTES = 15 << 20 };
    struct place p;
    install(&p, ",'authentication':[]");
    char *body = mem_alloc(BYTES + 1);
    int length = snprintf(body, BYTES, "{\"n\":41,\"x\":\"");
    memset(body + length, 'x', BYTES - (size_t)length);
    memcpy(body + BYTES - 2, "\"}", 3);
    w.body = body;
    struct shown s = run_finish(&w, place_event(&w, &p, "{'no':1}"));
    w.body = NULL;
    CHECK_INT(s.state, RUN_DONE);
    world_until(&w, log_is_short, &p);
    free(s.steps);
    free((char *)(uintptr_t)s.id);
    free(body);
}

/* --- what apps send ------------------------------------------------------ */

static const struct {
    const char *type, *body, *output;
} texts[] = {
    {NULL, "\xEF\xBB\xBF{\"n\":1}", "{\"n\":1}"},
    {NULL, " { \"n\" : 1 , \"a\" : [ 1 , { } ] } ", "{\"n\":1,\"a\":[1,{}]}"},
    {"text/plain; charset=ISO-8859-1", "{\"n\":1,\"a\":\"M\xFCller\"}",
     "{\"n\":1,\"a\":\"M\xC3\xBCller\"}"},
    {"application/json;charset=\"windows-1252\"", "{\"n\":1,\"a\":\"\x80\"}",
     "{\"n\":1,\"a\":\"\xE2\x82\xAC\"}"},
    {"text/html; charset=iso-8859-1", "{\"n\":1,\"a\":\"M\xC3\xBCller\"}",
     "{\"n\":1,\"a\":\"M\xC3\xBCller\"}"},
    {"text/plain; charset=unheard-of", "\xFC", "{\"body\":\"\xEF\xBF\xBD\"}"},
    {"text/xml", "\xFC", "{\"body\":\"\xEF\xBF\xBD\"}"},
    {NULL, "[1,2]", "{\"body\":[1,2]}"},
    {"text/html", "<p>\n", "{\"body\":\"<p>\\n\"}"},
    {NULL, "", "{}"},
};

/* Sabotage: leave decode() of answer.c out, its byte order mark, or convert
 * what is UTF-8 already. */
static void
texts_are_read_as_they_are_meant(void)
{
    struct place p;
    install(&p, ",'authentication':[]");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *wanted = mem_printf(":done:%s\n", texts[i].output);
        w.type = texts[i].type;
        w.body = texts[i].body;
        struct shown s = run_finish(&w, place_event(&w, &p, "{'no':1}"));
        CHECK_HAS(s.steps, wanted);
        free(s.steps);
        free((char *)(uintptr_t)s.id);
        free(wanted);
    }
    w.type = w.body = NULL;
}

void
test_runtime_large(void)
{
    static const struct test tests[] = {
        {"a large answer gives way", a_large_answer_gives_way},
        {"a large error gives way", a_large_error_gives_way},
        {"memory is forgotten meanwhile", memory_is_forgotten_meanwhile},
        {"an answer outlives a failed commit",
         an_answer_outlives_a_failed_commit},
        {"a run is cancelled meanwhile", a_run_is_cancelled_meanwhile},
        {"a drain waits for it", a_drain_waits_for_it},
        {"a crash leaves it unknown", a_crash_leaves_it_unknown},
        {"its secrets stay inside", secrets_stay_inside},
        {"large payloads are erased in pieces", payloads_are_erased_in_pieces},
        {"the log gives its room back", the_log_gives_its_room_back},
        {"texts are read as they are meant", texts_are_read_as_they_are_meant},
        {NULL, NULL}};
    char *xs = mem_alloc(LARGE + 1);
    memset(xs, 'x', LARGE);
    large = mem_printf("{\"n\":41,\"x\":\"%s\"}", xs);
    signal(SIGXFSZ, SIG_IGN);
    world_start(&w);
    test_run("large answers", tests);
    failed_tests += test_result();
    world_stop(&w);
    free(large);
    free(xs);
}
