/* Where nothing may start: paused, held, uninstalled, ended; and what is left
 * of runs whose time is over. */
#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/retention.h"
#include "runtime/installed/install.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;

static const char failing[] =
    WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no/0'"));
static const char plain[] =
    WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no*2'"));

static void
on_installation(const struct place *p, const char *kind, const char *wanted)
{
    world_expect(&w, kind,
                 mem_printf("[{'installationId':'%s'}]", p->installation),
                 wanted);
}

static void
on_run(const char *id, const char *kind, const char *wanted)
{
    world_expect(&w, kind, mem_printf("[{'runId':'%s'}]", id), wanted);
}

static enum err
hold(struct core *core, void *ctx, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_META_SET);
    db_text(q, "held");
    db_text(q, ctx);
    return db_run(q, e);
}

static void
set_held(bool held)
{
    char word[] = {held ? '1' : '0', '\0'};
    CHECK_INT(world_do(&w, hold, word), ERR_OK);
}

static void
expect_state(const char *id, int state, int park)
{
    struct shown s = run_look(&w, id);
    CHECK_INT(s.state, state);
    CHECK_INT(s.park, park);
    free(s.steps);
}

/* Ticks as often as a run of one block needs, many times over. */
static void
let_time_pass(void)
{
    for (int i = 0; i < 20; i++)
        world_tick(&w);
}

struct switching {
    const struct place *p;
    bool on;
};

static enum err
switch_workflow(struct core *core, void *ctx, struct error *e)
{
    const struct switching *s = ctx;
    struct installation_row i;
    struct installed_row d = {0};
    struct live_place place;
    int64_t workflow = 0, integration = 0;
    struct db *db = core_db(core);
    enum err err = lookup_installation(db, 0, s->p->installation, &i, e);
    if (err == ERR_OK)
        err = lookup_workflow(db, s->p->workflow, &workflow, &integration, e);
    if (err == ERR_OK)
        err = lookup_installed(db, i.n, workflow, &d, e);
    if (err == ERR_OK)
        err = live_place_of(db, d.n, &place, e);
    return err == ERR_OK ? live_switch(core, &place, s->on, e) : err;
}

static void
turn(const struct place *p, bool on)
{
    struct switching s = {p, on};
    CHECK_INT(world_do(&w, switch_workflow, &s), ERR_OK);
}

static void
a_retry_is_a_start(void)
{
    /* Sabotage: let runs_retry() of accept.c not ask may_start(), or
     * run_standing() not look whether the workflow is off. */
    struct place p;
    place_install(&w, &p, place_workflow(&w, "", failing));
    char *id = place_event(&w, &p, "{'no':1}");
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_FAILED);
    free(s.steps);
    on_installation(&p, "pause", "paused");
    on_run(id, "retry", "refused");
    on_installation(&p, "resume", "resumed");
    set_held(true);
    on_run(id, "retry", "refused");
    set_held(false);
    turn(&p, false);
    on_run(id, "retry", "refused");
    turn(&p, true);
    on_run(id, "retry", "started");
    s = run_finish(&w, id);
    free(s.steps);
    on_installation(&p, "uninstall", "uninstalled");
    on_run(id, "retry", "refused");
    expect_state(id, RUN_FAILED, PARK_NONE);
    free(id);
}

static void
a_pause_outlasts_a_hold(void)
{
    /* Sabotage: leave run_park_stopped() out of is_taken_up() of executor.c. */
    struct place p;
    place_install(&w, &p, place_workflow(&w, "", plain));
    on_installation(&p, "pause", "paused");
    set_held(true);
    char *id = place_event(&w, &p, "{'no':1}");
    expect_state(id, RUN_PARKED, PARK_HELD);
    world_accept_restore(&w);
    let_time_pass();
    expect_state(id, RUN_PARKED, PARK_PAUSED);
    on_installation(&p, "resume", "resumed");
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free(id);
}

static void
what_was_held_takes_the_live_version(void)
{
    /* Sabotage: let RUN_RELEASE_HELD leave the version as it is. */
    struct place p;
    char next[IDENT_SIZE];
    ident_new(next);
    place_install(&w, &p, place_workflow(&w, "", plain));
    set_held(true);
    char *id = place_event(&w, &p, "{'no':14}");
    expect_state(id, RUN_PARKED, PARK_HELD);
    world_expect(
        &w, "release",
        mem_printf("[{'installationId':'%s','workflowId':'%s','versionId':"
                   "'%s','base':1,'fork':1,'hash':'%s','expectedLive':'%s'}]",
                   p.installation, p.workflow, next,
                   place_workflow(
                       &w, "",
                       WORKFLOW("", BLOCK(10, "math", "A",
                                          "'formula':'=no*3'"))),
                   p.version),
        "live");
    world_accept_restore(&w);
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_HAS(s.steps, "{\"result\":42}");
    free(s.steps);
    free(id);
}

/* --- accepted before a pause ----------------------------------------------- */

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
    int64_t done = world_runs(&w, RUN_DONE), parked = world_runs(&w, RUN_PARKED);
    place_install(&w, &p, world_document(&w, json));
    w.silent = "/silent";
    w.arrived = 0;
    place_events(&w, &p, EVENTS);
    world_until(&w, a_call_is_out, NULL);
    on_installation(&p, "pause", "paused");
    world_until(&w, nothing_runs, NULL);
    CHECK(w.arrived < EVENTS);
    CHECK_INT(world_runs(&w, RUN_DONE) - done, (int64_t)w.arrived);
    CHECK_INT(world_runs(&w, RUN_PARKED) - parked, EVENTS - (int64_t)w.arrived);
    on_installation(&p, "resume", "resumed");
    world_until(&w, nothing_runs, NULL);
    CHECK_INT(world_runs(&w, RUN_DONE) - done, EVENTS);
    w.silent = NULL;
    free(json);
}

/* --- turned off ----------------------------------------------------------- */

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
    world_until(&w, says, &(struct saying){id, "attempt 2"});
    turn(&p, false);
    expect_state(id, RUN_PARKED, PARK_PAUSED);
    CHECK(says(&w, &(struct saying){id, "the workflow is turned off"}));
    on_run(id, "retry", "refused");
    on_installation(&p, "resume", "resumed");
    world_crash(&w);
    let_time_pass();
    expect_state(id, RUN_PARKED, PARK_PAUSED);
    CHECK_INT(w.calls, 1);
    on_installation(&p, "pause", "paused");
    turn(&p, true);
    expect_state(id, RUN_PARKED, PARK_PAUSED);
    CHECK(!says(&w, &(struct saying){id, "turned off"}));
    w.dead = NULL;
    on_installation(&p, "resume", "resumed");
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
    struct switching s = {ctx, false};
    int64_t before = counted(core);
    CHECK(executor_count(w.runtime.executor) > 0);
    enum err rc = switch_workflow(core, &s, err);
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
        world_until(&w, says, &(struct saying){id, "attempt 2"});
        free(id);
    }
    CHECK_INT(world_do(&w, turn_off_many, &p), ERR_OK);
    CHECK_INT(world_runs(&w, RUN_PARKED) - parked, MANY);
    w.dead = NULL;
    executor_set_backoff(w.runtime.executor, SOON_MS);
    turn(&p, true);
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
        turn(p, !stops);
    else
        on_installation(p, stops ? "pause" : "resume",
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
    let_time_pass();
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
    char *item =
        of_workflow
            ? mem_printf("[{'installationId':'%s','workflowId':'%s'}]",
                         p.installation, p.workflow)
            : mem_printf("[{'installationId':'%s'}]", p.installation);
    executor_set_backoff(w.runtime.executor, STILL_MS);
    w.dead = "/make";
    w.watch = remember_key;
    char *id = place_event(&w, &p, "{'no':1}");
    world_until(&w, says, &(struct saying){id, "attempt 2"});
    world_expect(&w, "pause", mem_strdup(item), "paused");
    expect_state(id, RUN_PARKED, PARK_PAUSED);
    CHECK(says(&w, &(struct saying){id, "when it is resumed"}));
    on_run(id, "retry", "refused");
    world_crash(&w);
    let_time_pass();
    expect_state(id, RUN_PARKED, PARK_PAUSED);
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
    world_until(&w, says, &(struct saying){waits, "attempt 2"});
    w.silent = "/make";
    char *calls = place_event(&w, &p, "{'no':2}");
    world_until(&w, is_held, &one);
    char *item = mem_printf("[{'installationId':'%s'}]", p.installation);
    struct value *receipt = world_request(&w, NULL, "pause", item);
    CHECK_HAS(value_text_or(value_get(value_at(value_get(receipt, "items"), 0),
                                      "message"),
                            ""),
              "1 run in progress goes on to its end or until it must wait");
    w.silent = NULL;
    world_let_go(&w);
    struct shown s = run_finish(&w, calls);
    CHECK_INT(s.state, RUN_DONE);
    expect_state(waits, RUN_PARKED, PARK_PAUSED);
    value_free(receipt);
    free(item);
    free(s.steps);
    free(calls);
    free(waits);
}

struct copying {
    const char *from, *to;
};

/* Journals a run like FROM, which no executor hears of, and holds. */
static enum err
accept_and_hold(struct core *core, void *ctx, struct error *e)
{
    static char held[] = "1";
    const struct copying *c = ctx;
    struct db *db = core_db(core);
    int64_t n = 0;
    char execution[UUID_SIZE];
    struct db_stmt *q = db_use(db, RS_RUN_N);
    db_text(q, c->from);
    enum err err = db_run_int(q, &n, NULL, e);
    q = db_use(db, RS_RUN_LOAD);
    db_int(q, n);
    struct rs_loaded_run from = {0};
    if (err == ERR_OK)
        rs_loaded_run_next(q, &from);
    err = db_end(q, e);
    uuid_new(execution);
    q = db_use(db, RS_RUN_ACCEPT);
    db_text(q, c->to);
    db_text(q, execution);
    db_int(q, from.installed);
    db_int(q, from.version);
    db_int(q, RUN_ACCEPTED);
    db_int(q, PARK_NONE);
    db_text(q, "event");
    db_text(q, "go");
    db_null(q);
    db_text(q, "{\"no\":1}");
    db_int(q, clock_now_ms());
    db_int(q, clock_now_ms() + 1000000);
    if (err == ERR_OK)
        err = db_run(q, e);
    return err == ERR_OK ? hold(core, held, e) : err;
}

static void
a_held_runtime_takes_up_nothing(void)
{
    /* Sabotage: let look() of executor.c not ask manage_held(). */
    struct place p;
    char id[IDENT_SIZE];
    ident_new(id);
    place_install(&w, &p, place_workflow(&w, "", plain));
    char *first = place_event(&w, &p, "{'no':1}");
    struct copying c = {first, id};
    struct shown s = run_finish(&w, first);
    free(s.steps);
    CHECK_INT(world_do(&w, accept_and_hold, &c), ERR_OK);
    world_crash(&w);
    let_time_pass();
    expect_state(id, RUN_ACCEPTED, PARK_NONE);
    world_accept_restore(&w);
    s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
    free(first);
}

static void
what_has_ended_is_not_cancelled(void)
{
    struct place p;
    place_install(&w, &p, place_workflow(&w, "", plain));
    char *id = place_event(&w, &p, "{'no':1}");
    struct shown s = run_finish(&w, id);
    free(s.steps);
    on_run(id, "cancel", "refused");
    expect_state(id, RUN_DONE, PARK_NONE);
    free(id);
    on_installation(&p, "pause", "paused");
    id = place_event(&w, &p, "{'no':1}");
    on_run(id, "cancel", "cancelled");
    on_run(id, "cancel", "cancelled");
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
    on_installation(&p, "pause", "refused");
    on_installation(&p, "resume", "refused");
}

/* --- old runs ------------------------------------------------------------- */

static enum err
look_at_all(struct core *core, void *ctx, struct error *e)
{
    int64_t *last = ctx;
    enum err err = ERR_OK;
    for (int64_t n = 1; n <= *last && err == ERR_OK; n++) {
        struct db_stmt *q = db_use(core_db(core), RS_LOOK_ADD);
        db_int(q, 1);
        db_text(q, "alice");
        db_text(q, "token");
        db_int(q, n);
        err = db_run(q, e);
    }
    return err;
}

static enum err
last_run(struct core *core, void *ctx, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, ((char **)ctx)[0]);
    return db_run_int(q, ((int64_t **)ctx)[1], NULL, e);
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
runs_that_were_looked_at_stay_bare(void)
{
    /* Sabotage: take the look out of OLD_RUNS: 120 runs that stay are found
     * again and again, and those behind them never go. */
    struct place p;
    int64_t last = 0, runs = 0;
    struct erasing x = {clock_now_ms() + 91LL * 24 * 3600 * 1000, true};
    place_install(&w, &p, place_workflow(&w, "", plain));
    for (int i = 0; i < 120; i++) {
        char *id = place_event(&w, &p, "{'no':1}");
        if (i == 119) {
            void *both[] = {id, &last};
            struct shown s = run_finish(&w, id);
            free(s.steps);
            CHECK_INT(world_do(&w, last_run, both), ERR_OK);
        }
        free(id);
    }
    CHECK_INT(world_do(&w, look_at_all, &last), ERR_OK);
    char *after = place_event(&w, &p, "{'no':2}");
    struct shown s = run_finish(&w, after);
    free(s.steps);
    for (int i = 0; x.more && i < 20; i++)
        CHECK_INT(world_do(&w, erase, &x), ERR_OK);
    CHECK(!x.more);
    void *both[] = {after, &runs};
    CHECK_INT(world_do(&w, last_run, both), ERR_OK);
    CHECK_INT(runs, 0);
    free(after);
}

/* A document of an older runtime's store. Sabotage: leave the look at the
 * trigger out of check_hash() of version.c. */
static void
what_nothing_can_start_is_not_published(void)
{
    struct place p;
    place_install(
        &w, &p,
        place_workflow(&w, "",
                       WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=1'"))));
    const char *hash = place_workflow(
        &w, "",
        "{'format':1,'formulas':1,'name':'T','trigger':{'id':'00000000-0000-"
        "4000-8000-000000000001','kind':'schedule','name':'S','cron':"
        "'* * * * *'},'blocks':[" BLOCK(10, "math", "A",
                                        "'formula':'=1'") "]}");
    world_expect(
        &w, "publish",
        mem_printf("[{'workflowId':'%s','versionId':'%024x','base':2,'hash':"
                   "'%s','expectedBase':1}]",
                   p.workflow, 7, hash),
        "refused");
}

void
test_runtime_starts(void)
{
    static const struct test tests[] = {
        {"a retry is a start", a_retry_is_a_start},
        {"a pause outlasts a hold", a_pause_outlasts_a_hold},
        {"what was held takes the live version",
         what_was_held_takes_the_live_version},
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
        {"what waits is parked by a pause", what_waits_is_parked_by_a_pause},
        {"a pause tells what goes on", a_pause_tells_what_goes_on},
        {"a held runtime takes up nothing", a_held_runtime_takes_up_nothing},
        {"what has ended is not cancelled", what_has_ended_is_not_cancelled},
        {"what is not finished is not paused",
         what_is_not_finished_is_not_paused},
        {"old runs that were looked at stay bare",
         runs_that_were_looked_at_stay_bare},
        {"what nothing can start is not published",
         what_nothing_can_start_is_not_published},
        {NULL, NULL}};
    world_start(&w);
    test_run("starts", tests);
    failed_tests += test_result();
    world_stop(&w);
}
