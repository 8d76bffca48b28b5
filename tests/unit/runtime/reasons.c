/* What a run says that waits for two reasons: after the one goes, the other. */
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/lookup.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;

static const char bearer[] =
    ",'rateLimit':{'concurrent':1},'authentication':[{'kind':'bearer','label':"
    "'Token','fields':[{'name':'host','label':'Host','required':true},{'name':"
    "'token','label':'Token','required':true,'secret':true}]}]";

/* A customer, and the run that waits. */
struct waiting {
    struct place p;
    char *id;
    char *hung; /* the run whose call is out, or NULL */
};

/* --- reasons ------------------------------------------------------------- */

static void
pause(struct waiting *r)
{
    place_expect(&w, &r->p, "pause", "paused");
}

static void
resume(struct waiting *r)
{
    place_expect(&w, &r->p, "resume", "resumed");
}

static void
turn_off(struct waiting *r)
{
    place_turn(&w, &r->p, false);
}

static void
turn_on(struct waiting *r)
{
    place_turn(&w, &r->p, true);
}

static enum err
hold_runtime(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    return runtime_hold(core_db(core), true, e);
}

static void
hold(struct waiting *r)
{
    (void)r;
    CHECK_INT(world_do(&w, hold_runtime, NULL), ERR_OK);
}

static void
accept_restore(struct waiting *r)
{
    (void)r;
    world_accept_restore(&w);
}

static void
connect_account(struct waiting *r)
{
    char *json = mem_printf("{\"token\":\"t\",\"host\":\"%s\"}", w.host);
    place_connect(&w, &r->p, "bearer", json);
    free(json);
}

static enum err
tell_of_credential(struct core *core, void *ctx, struct error *e)
{
    const struct waiting *r = ctx;
    int64_t user = 0;
    enum err err = lookup_user(core_db(core), 0, r->p.user, &user, e);
    return err == ERR_OK ? runs_resume_credential(core, user, "thing", e) : err;
}

static void
connect_late(struct waiting *r)
{
    connect_account(r);
    CHECK_INT(world_do(&w, tell_of_credential, r), ERR_OK);
}

static void
call_first(struct waiting *r)
{
    size_t before = w.held_count;
    w.silent = "/make";
    r->hung = place_event(&w, &r->p, "{'no':1}");
    for (int i = 0; i < 10000 && w.held_count == before; i++)
        world_tick(&w);
    CHECK_INT(w.held_count, before + 1);
}

static void
answer_first(struct waiting *r)
{
    w.silent = NULL;
    world_let_go(&w);
    struct shown s = run_finish(&w, r->hung);
    CHECK_INT(s.state, RUN_DONE);
    free(s.steps);
}

static enum err
park_restored(struct core *core, void *ctx, struct error *e)
{
    const struct waiting *r = ctx;
    int64_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, r->id);
    enum err err = db_run_int(q, &n, NULL, e);
    q = db_use(core_db(core), RS_RUN_PARK_RESTORED);
    db_text(q, "look in the app");
    db_int(q, n);
    return err == ERR_OK ? db_run(q, e) : err;
}

static void
doubt(struct waiting *r)
{
    CHECK_INT(world_do(&w, park_restored, r), ERR_OK);
}

static void
retry(struct waiting *r)
{
    run_expect(&w, r->id, "retry", "started");
}

/* BEFORE: what comes before the run, SET: what comes after it was accepted. */
static const struct reason {
    void (*before)(struct waiting *r), (*set)(struct waiting *r),
        (*end)(struct waiting *r);
    int park;
    const char *says;
    bool of_run; /* it ends only where nothing else stops the run */
} reasons[] = {
    {NULL, pause, resume, PARK_PAUSED, "paused (", false},
    {NULL, turn_off, turn_on, PARK_PAUSED, "turned off (", false},
    {NULL, hold, accept_restore, PARK_HELD, "the runtime is held", false},
    {NULL, NULL, connect_late, PARK_CREDENTIAL, "must connect", false},
    {call_first, NULL, answer_first, PARK_NONE, "as many calls are out", false},
    {NULL, doubt, retry, PARK_RESTORED, "look in the app", true},
};
enum { REASONS = sizeof reasons / sizeof *reasons };

/* --- runs ---------------------------------------------------------------- */

static void
install(struct waiting *r)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector, bearer);
    place_install(
        &w, &r->p,
        place_workflow(
            &w, connector,
            WORKFLOW("PIN", BLOCK(12, "math", "A",
                                  "'formula':'=1'") "," MAKE(11, "M1"))));
}

/* The pause of the workflow alone keeps the run from going on meanwhile. */
static void
keep(struct waiting *r, bool on)
{
    world_expect(&w, on ? "pause" : "resume",
                 mem_printf("[{'installationId':'%s','workflowId':'%s'}]",
                            r->p.installation, r->p.workflow),
                 on ? "paused" : "resumed");
}

static void
begin(struct waiting *r, const struct reason *a, const struct reason *b)
{
    bool late = a->end == connect_late || b->end == connect_late;
    *r = (struct waiting){.id = NULL};
    install(r);
    if (!late)
        connect_account(r);
    if (a->before)
        a->before(r);
    if (b->before)
        b->before(r);
    keep(r, true);
    r->id = place_event(&w, &r->p, "{'no':2}");
    if (a->set)
        a->set(r);
    if (b->set)
        b->set(r);
}

struct saying {
    const char *id;
    const struct reason *reason;
};

static bool
says(struct world *world, void *ctx)
{
    const struct saying *wanted = ctx;
    const struct reason *b = wanted->reason;
    struct shown s = run_look(world, wanted->id);
    free(s.steps);
    return s.park == b->park && strstr(s.message, b->says) &&
           s.state == (b->park ? RUN_PARKED : RUN_RUNNING);
}

static void
one_goes(const struct reason *a, const struct reason *b)
{
    struct waiting r;
    begin(&r, a, b);
    keep(&r, false);
    a->end(&r);
    printf("# %s, then %s\n", a->says, b->says);
    world_until(&w, says, &(struct saying){r.id, b});
    b->end(&r);
    struct shown s = run_finish(&w, r.id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_INT(s.park, PARK_NONE);
    CHECK_STR(s.message, "");
    free(s.steps);
    free(r.hung);
    free(r.id);
}

/* A call of an account needs the account. */
static bool
go_together(const struct reason *a, const struct reason *b)
{
    bool account = a->end == connect_late || b->end == connect_late;
    bool call = a->before || b->before;
    return a != b && !a->of_run && !(account && call);
}

/* Sabotage: make SWEEP_RESUME void where the workflow is off, in is_void() of
 * sweep.c; let hold() do nothing. */
static void
the_reason_that_is_left_is_said(void)
{
    for (size_t a = 0; a < REASONS; a++)
        for (size_t b = 0; b < REASONS; b++)
            if (go_together(&reasons[a], &reasons[b]))
                one_goes(&reasons[a], &reasons[b]);
}

/* --- ends ---------------------------------------------------------------- */

/* Sabotage: let PARK_OF of runtime_sql.h be what the row has, and RUN_CANCEL
 * leave it there. */
static void
what_has_ended_is_parked_for_nothing(void)
{
    for (size_t i = 0; i < REASONS; i++) {
        struct waiting r;
        const struct reason *a = &reasons[i];
        if (a->before)
            continue;
        begin(&r, a, a);
        keep(&r, false);
        world_until(&w, says, &(struct saying){r.id, a});
        run_expect(&w, r.id, "cancel", "cancelled");
        run_expect_state(&w, r.id, RUN_CANCELLED, PARK_NONE);
        if (a->park == PARK_HELD)
            a->end(&r);
        free(r.id);
    }
}

static void
what_is_uninstalled_is_parked_for_nothing(void)
{
    struct waiting r;
    begin(&r, &reasons[0], &reasons[0]);
    place_expect(&w, &r.p, "uninstall", "uninstalled");
    run_expect_state(&w, r.id, RUN_CANCELLED, PARK_NONE);
    free(r.id);
}

void
test_runtime_reasons(void)
{
    static const struct test tests[] = {
        {"the reason that is left is said", the_reason_that_is_left_is_said},
        {"what has ended is parked for nothing",
         what_has_ended_is_parked_for_nothing},
        {"what is uninstalled is parked for nothing",
         what_is_uninstalled_is_parked_for_nothing},
        {NULL, NULL}};
    world_start(&w);
    test_run("reasons", tests);
    failed_tests += test_result();
    world_stop(&w);
}
