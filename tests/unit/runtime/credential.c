/* Refused credentials: suspect, tried again by one run at a time, freed by one
 * success, refused after many refusals over time. */
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/installed/install.h"
#include "runtime/outbound/vault.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;
static struct place p;
static char *runs[20];
static char document[DIGEST_SIZE]; /* the workflow that P has */

/* Backoffs: one after which nothing is tried again while a test looks, one that
 * passes at once, and one with which a loan ends long after the next look. */
enum { STILL_MS = 60000, SOON_MS = 5, LENT_MS = 200 };

static void
tries_after(int64_t ms)
{
    world_crash(&w); /* what is timed by the one before goes */
    executor_set_backoff(w.runtime.executor, ms);
}

#define OAUTH1                                                                 \
    ",'authentication':[{'kind':'oauth1','label':'T','fields':[{'name':"       \
    "'host','label':'H'},{'name':'consumerKey','label':'K','required':true,"   \
    "'secret':true}]}],'idempotency':{'header':'Idempotency-Key'}"

static void
connect_app(void)
{
    char *json = mem_printf(
        "{\"host\":\"%s\",\"consumerKey\":\"ck\",\"consumerSecret\":\"cs\","
        "\"tokenId\":\"ti\",\"tokenSecret\":\"ts\"}",
        w.host);
    place_connect(&w, &p, "oauth1", json);
    free(json);
}

static void
prepare(void)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector, OAUTH1);
    snprintf(
        document, sizeof document, "%s",
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(10, "math", "A",
                                  "'formula':'=1+1'") "," MAKE(11, "M1"))));
    place_install(&w, &p, document);
    connect_app();
    w.calls = 0;
}

/* --- looking -------------------------------------------------------------- */

static enum err
read_trust(struct core *core, void *ctx, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_TRUST);
    db_int(q, w.credential);
    rs_credential_trust_next(q, ctx);
    return db_end(q, e);
}

static struct rs_credential_trust
trust_of(void)
{
    struct rs_credential_trust t = {.state = -1, .refusals = -1};
    CHECK_INT(world_do(&w, read_trust, &t), ERR_OK);
    return t;
}

/* The state of the credential: enum rt_credential_state. */
static int64_t
trust(void)
{
    return trust_of().state;
}

static int64_t
refusals(void)
{
    return trust_of().refusals;
}

static bool
is_refused(struct world *world, void *ctx)
{
    (void)ctx;
    (void)world;
    return trust() == CREDENTIAL_REFUSED;
}

static bool
is_done(struct world *world, void *id)
{
    (void)world;
    return run_state(&w, id) == RUN_DONE;
}

static bool
is_parked(struct world *world, void *id)
{
    (void)world;
    return run_state(&w, id) == RUN_PARKED;
}

static bool
was_called(struct world *world, void *wanted)
{
    return world->calls >= *(int *)wanted;
}

static void
send_events(int n)
{
    for (int i = 0; i < n; i++)
        runs[i] = place_event(&w, &p, "{'no':1}");
}

static void
all(int n, bool (*done)(struct world *world, void *id))
{
    for (int i = 0; i < n; i++)
        world_until(&w, done, runs[i]);
}

static void
forget(int n)
{
    for (int i = 0; i < n; i++)
        FREE_NULL(runs[i]);
}

static void
retry_credential(const char *wanted)
{
    world_expect(
        &w, "retryCredential",
        mem_printf("[{'installationId':'%s','app':'thing'}]", p.installation),
        wanted);
}

/* --- tests ---------------------------------------------------------------- */

static void
one_refusal_ends_nothing(void)
{
    /* Sabotage: let refused() of credential.c set REFUSALS and REFUSED_AFTER
     * to 1 and 0, or look_at_suspects() release nobody. */
    prepare();
    tries_after(STILL_MS);
    w.status = 401;
    send_events(1);
    all(1, is_parked);
    CHECK_INT(trust(), CREDENTIAL_SUSPECT);
    struct shown s = run_look(&w, runs[0]);
    CHECK_INT(s.park, PARK_CREDENTIAL);
    CHECK_HAS(s.message, "HTTP 401");
    free(s.steps);
    w.status = 0;
    world_crash(&w);
    all(1, is_done);
    CHECK_INT(trust(), CREDENTIAL_OK);
    forget(1);
}

static bool
one_is_out(struct world *world, void *ctx)
{
    (void)ctx;
    return world->held_count > 0;
}

static void
one_at_a_time_tries_it_and_one_success_frees_all(void)
{
    /* Sabotage: let credential_may_call() allow every run, or works() of
     * credential.c release nobody. */
    enum { BURST = 12, TRIES = 3 };
    prepare();
    w.status = 401;
    send_events(1);
    all(1, is_parked);
    char *first = runs[0];
    w.silent = "/make";
    w.held_most = 0;
    send_events(BURST);
    for (int i = 0; i < TRIES; i++) {
        world_let_go(&w);
        world_until(&w, one_is_out, NULL);
        for (int k = 0; k < 20; k++)
            world_tick(&w);
        CHECK_INT(w.held_count, 1);
    }
    CHECK_INT(w.held_most, 1);
    CHECK_INT(trust(), CREDENTIAL_SUSPECT);
    w.status = 0;
    w.silent = NULL;
    world_let_go(&w);
    all(BURST, is_done);
    world_until(&w, is_done, first);
    free(first);
    forget(BURST);
}

static void
a_burst_over_the_limit_disconnects_nobody(void)
{
    /* Ten answers of 401 at one time are one refusal, not ten. Sabotage: let
     * refused() of credential.c count what was not tried in its turn. */
    enum { BURST = 16 };
    prepare();
    tries_after(STILL_MS);
    w.status = 401;
    send_events(BURST);
    all(BURST, is_parked);
    CHECK_INT(refusals(), 1);
    tries_after(SOON_MS);
    w.status = 0;
    retry_credential("started");
    all(BURST, is_done);
    forget(BURST);
}

static enum err
connect_kept(struct core *core, void *ctx, struct error *e)
{
    struct installation_row i;
    struct value *ids = value_array();
    value_append(ids, value_string(ctx));
    enum err err = lookup_installation(core_db(core), 0, p.installation, &i, e);
    if (err == ERR_OK)
        err = install_connect(core, i.user, i.n, ids, e);
    value_free(ids);
    return err;
}

static enum err
read_id(struct core *core, void *ctx, struct error *e)
{
    struct installation_row i;
    enum err err = lookup_installation(core_db(core), 0, p.installation, &i, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_LIST);
    db_int(q, i.user);
    struct rs_credential found;
    while (rs_credential_next(q, &found))
        if (found.n == w.credential)
            snprintf(ctx, IDENT_SIZE, "%s", found.id);
    return db_end(q, e);
}

/* The first of COUNT runs tries it, its call is out; when the loan ends. */
static int64_t
lend_first(int count)
{
    tries_after(STILL_MS);
    w.status = 401;
    send_events(count);
    all(count, is_parked);
    tries_after(LENT_MS);
    w.silent = "/make";
    world_until(&w, one_is_out, NULL);
    CHECK_INT(run_state(&w, runs[0]), RUN_RUNNING);
    return trust_of().try_at;
}

static void
one_that_is_cancelled_keeps_nobody_waiting(void)
{
    /* Sabotage: let is_due() of credential.c not look at is_lent. */
    prepare();
    int64_t lent_until = lend_first(2);
    run_expect(&w, runs[0], "cancel", "cancelled");
    w.status = 0;
    w.silent = NULL;
    world_until(&w, is_done, runs[1]);
    CHECK(clock_now_ms() < lent_until);
    world_let_go(&w);
    CHECK_INT(trust(), CREDENTIAL_OK);
    tries_after(SOON_MS);
    forget(2);
}

static void
ask(const char *kind, const struct place *at, const char *workflow,
    const char *wanted)
{
    world_expect(&w, kind,
                 mem_printf("[{'installationId':'%s'%s%s%s}]", at->installation,
                            *workflow ? ",'workflowId':'" : "", workflow,
                            *workflow ? "'" : ""),
                 wanted);
}

/* The installation of the first two runs is paused, or its WORKFLOW alone. */
static void
check_paused(bool workflow)
{
    char kept[IDENT_SIZE] = "";
    prepare();
    struct place paused = p;
    CHECK_INT(world_do(&w, read_id, kept), ERR_OK);
    int64_t lent_until = lend_first(2);
    place_install_for(&w, &p, document);
    CHECK_INT(world_do(&w, connect_kept, kept), ERR_OK);
    char *other = place_event(&w, &p, "{'no':9}");
    world_until(&w, is_parked, other);
    const char *alone = workflow ? paused.workflow : "";
    ask("pause", &paused, alone, "paused");
    world_let_go(&w);
    world_until(&w, one_is_out, NULL);
    CHECK_INT(run_state(&w, other), RUN_RUNNING);
    CHECK(clock_now_ms() < lent_until);
    run_expect_state(&w, runs[0], RUN_PARKED, PARK_CREDENTIAL);
    w.status = 0;
    w.silent = NULL;
    world_let_go(&w);
    world_until(&w, is_done, other);
    ask("resume", &paused, alone, "resumed");
    all(2, is_done);
    tries_after(SOON_MS);
    free(other);
    forget(2);
}

/* Sabotage: leave the pause of either out of RUN_WAITING_FOR. */
static void
what_is_paused_does_not_try_it(void)
{
    check_paused(false);
    check_paused(true);
}

static void
many_refusals_over_time_are_believed(void)
{
    /* Sabotage: let refused() of credential.c never set CREDENTIAL_REFUSED, or
     * runs_retry() of accept.c leave out retry_credential(). */
    prepare();
    tries_after(1);
    w.status = 401;
    int64_t start = clock_monotonic_ms();
    send_events(1);
    world_until(&w, is_refused, NULL);
    CHECK(clock_monotonic_ms() - start >= 1200 && w.calls >= 8);
    int calls = w.calls;
    for (int i = 0; i < 50; i++)
        world_tick(&w);
    CHECK_INT(w.calls, calls);
    char *later = place_event(&w, &p, "{'no':2}");
    world_until(&w, is_parked, later);
    CHECK_INT(w.calls, calls);
    /* An engineer's retry of the run makes a call … */
    all(1, is_parked);
    tries_after(STILL_MS);
    world_expect(&w, "retry", mem_printf("[{'runId':'%s'}]", runs[0]),
                 "started");
    calls++;
    world_until(&w, was_called, &calls);
    CHECK_INT(trust(), CREDENTIAL_SUSPECT);
    /* … and one of the credential frees every run, once it is taken. */
    tries_after(1);
    world_until(&w, is_refused, NULL);
    w.status = 0;
    retry_credential("started");
    all(1, is_done);
    world_until(&w, is_done, later);
    CHECK_INT(trust(), CREDENTIAL_OK);
    tries_after(SOON_MS);
    free(later);
    forget(1);
}

static void
a_wrong_clock_is_named_and_refuses_nothing(void)
{
    /* Sabotage: leave clock_is_off out of judge_credential() of
     * call_answer.c. */
    char date[64];
    time_t ahead = time(NULL) + 3600;
    struct tm tm;
    prepare();
    tries_after(1);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT",
             gmtime_r(&ahead, &tm));
    w.date = date;
    w.status = 401;
    int64_t start = clock_monotonic_ms();
    send_events(1);
    while (clock_monotonic_ms() - start < 1300)
        world_tick(&w);
    int more = (w.calls > 10 ? w.calls : 10) + 2; /* one would be the last */
    world_until(&w, was_called, &more);
    tries_after(STILL_MS);
    all(1, is_parked);
    CHECK_INT(trust(), CREDENTIAL_SUSPECT);
    struct shown s = run_look(&w, runs[0]);
    CHECK_HAS(s.message, "the clock of this server is ");
    CHECK_HAS(s.message, " minutes behind the app's");
    free(s.steps);
    w.status = 0;
    w.date = NULL;
    tries_after(SOON_MS);
    all(1, is_done);
    forget(1);
}

static void
what_no_key_opened_goes_on_with_the_key(void)
{
    /* Sabotage: leave WALK_CREDENTIALS out of walks_opened(). */
    struct vault *vault = w.runtime.vault;
    prepare();
    w.runtime.vault = NULL;
    send_events(1);
    all(1, is_parked);
    CHECK_INT(w.calls, 0);
    w.runtime.vault = vault;
    world_crash(&w);
    all(1, is_done);
    forget(1);
}

/* --- it is deleted -------------------------------------------------------- */

static enum err
disconnect(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    return install_disconnect(core, w.credential, "thing", e);
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
    return s.state == RUN_PARKED && s.park == PARK_CREDENTIAL &&
           strstr(s.message, wanted->words);
}

/* Waits until the first N runs say that they wait for WORDS. */
static void
all_say(int n, const char *words)
{
    for (int i = 0; i < n; i++)
        world_until(&w, says, &(struct saying){runs[i], words});
}

static void
what_waits_for_a_deleted_one_says_so(void)
{
    /* Sabotage: leave credential_leaves() out of install_disconnect(), or
     * not_connected() of secret.c without its other words. */
    enum { SOME = 3 };
    char other[IDENT_SIZE] = "";
    prepare();
    connect_app(); /* the one before is not connected any more */
    CHECK_INT(world_do(&w, read_id, other), ERR_OK);
    connect_app();
    tries_after(STILL_MS);
    w.status = 401;
    send_events(SOME);
    all_say(SOME, "tailord tries it again by itself");
    CHECK_INT(world_do(&w, disconnect, NULL), ERR_OK);
    all_say(SOME, "thing: not connected (the customer must choose another");
    int calls = w.calls;
    tries_after(SOON_MS);
    retry_credential("refused");
    for (int i = 0; i < 50; i++)
        world_tick(&w);
    CHECK_INT(w.calls, calls);
    w.status = 0;
    CHECK_INT(world_do(&w, connect_kept, other), ERR_OK);
    all(SOME, is_done);
    forget(SOME);
}

static bool
names_an_attempt(struct world *world, void *id)
{
    struct shown s = run_look(world, id);
    free(s.steps);
    return s.state == RUN_RUNNING &&
           strstr(s.message, "another attempt of the call follows");
}

/* Sabotage: leave RUN_RELEASE_ATTEMPTS out of credential_leaves(). */
static void
the_next_attempt_of_a_deleted_one_says_so(void)
{
    enum { SOME = 3, LONG_MS = 600000 };
    prepare();
    w.status = 503;
    executor_set_backoff(w.runtime.executor, LONG_MS);
    send_events(SOME);
    all(SOME, names_an_attempt);
    int calls = w.calls;
    CHECK_INT(world_do(&w, disconnect, NULL), ERR_OK);
    all_say(SOME, "thing: not connected (the customer must");
    CHECK_INT(w.calls, calls);
    w.status = 0;
    connect_app();
    tries_after(SOON_MS);
    all(SOME, is_done);
    forget(SOME);
}

static void
one_deleted_during_its_call_promises_nothing(void)
{
    /* Sabotage: let is_current() of call_answer.c say true. */
    prepare();
    tries_after(STILL_MS);
    w.status = 401;
    w.silent = "/make";
    send_events(1);
    world_until(&w, one_is_out, NULL);
    CHECK_INT(world_do(&w, disconnect, NULL), ERR_OK);
    w.silent = NULL;
    world_let_go(&w);
    all_say(1, "thing: not connected (the customer must connect the app)");
    w.status = 0;
    connect_app();
    tries_after(SOON_MS);
    all(1, is_done);
    forget(1);
}

static void
what_waits_for_a_refused_one_says_so(void)
{
    /* Sabotage: leave sweep_credential() out of state_changed(), or let
     * credential_words() not look at the state. */
    enum { SOME = 3 };
    static const char words[] =
        "thing: the app refused the credential (connect the app again, or "
        "retry the credential): HTTP 401";
    prepare();
    tries_after(STILL_MS);
    w.status = 401;
    send_events(SOME);
    all_say(SOME, "tailord tries it again by itself");
    tries_after(1);
    world_until(&w, is_refused, NULL);
    all_say(SOME, words);
    w.status = 0;
    tries_after(SOON_MS);
    retry_credential("started");
    all(SOME, is_done);
    forget(SOME);
}

void
test_runtime_credential(void)
{
    static const struct test tests[] = {
        {"one refusal ends nothing", one_refusal_ends_nothing},
        {"one run at a time tries it, one success frees all",
         one_at_a_time_tries_it_and_one_success_frees_all},
        {"a burst over the limit disconnects nobody",
         a_burst_over_the_limit_disconnects_nobody},
        {"one that is cancelled keeps nobody waiting",
         one_that_is_cancelled_keeps_nobody_waiting},
        {"what is paused does not try it", what_is_paused_does_not_try_it},
        {"many refusals over time are believed",
         many_refusals_over_time_are_believed},
        {"a wrong clock is named and refuses nothing",
         a_wrong_clock_is_named_and_refuses_nothing},
        {"what no key opened goes on with the key",
         what_no_key_opened_goes_on_with_the_key},
        {"what waits for a deleted one says so",
         what_waits_for_a_deleted_one_says_so},
        {"the next attempt of a deleted one says so",
         the_next_attempt_of_a_deleted_one_says_so},
        {"one deleted during its call promises nothing",
         one_deleted_during_its_call_promises_nothing},
        {"what waits for a refused one says so",
         what_waits_for_a_refused_one_says_so},
        {NULL, NULL}};
    world_start(&w);
    test_run("credential", tests);
    failed_tests += test_result();
    world_stop(&w);
}
