/* Where nothing may start: paused, held, uninstalled, ended; and what is left
 * of runs whose time is over. */
#include "base/clock.h"
#include "base/mem.h"
#include "runtime/decide/receipts.h"
#include "runtime/executor/retention.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/install.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

static struct world w;

static const char failing[] =
    WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no/0'"));
static const char plain[] =
    WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no*2'"));

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
    place_expect(&w, &p, "pause", "paused");
    run_expect(&w, id, "retry", "refused");
    place_expect(&w, &p, "resume", "resumed");
    set_held(true);
    run_expect(&w, id, "retry", "refused");
    set_held(false);
    place_turn(&w, &p, false);
    run_expect(&w, id, "retry", "refused");
    place_turn(&w, &p, true);
    run_expect(&w, id, "retry", "started");
    s = run_finish(&w, id);
    free(s.steps);
    place_expect(&w, &p, "uninstall", "uninstalled");
    run_expect(&w, id, "retry", "refused");
    run_expect_state(&w, id, RUN_FAILED, PARK_NONE);
    free(id);
}

static void
expect_uninstall(const struct place *p, const char *guard, const char *wanted)
{
    world_expect(
        &w, "uninstall",
        mem_printf("[{'installationId':'%s',%s}]", p->installation, guard),
        wanted);
}

struct feed_end {
    int64_t head;
    char hash[DIGEST_SIZE];
};

static enum err
read_feed_end(struct core *core, void *ctx, struct error *e)
{
    struct feed_end *end = ctx;
    int64_t first;
    enum err err = receipts_feed_ends(core_db(core), 0, &first, &end->head, e);
    return err == ERR_OK
               ? feed_hash_at(core_db(core), 0, end->head, end->hash, e)
               : err;
}

/* A restore begins the feed again at a lower number: a number alone would name
 * another record. */
static void
an_uninstall_is_for_the_feed_that_was_seen(void)
{
    static const char *const unreadable[] = {
        "'seen':null", "'seen':-1",   "'seen':'5'", "'seen':0.5",
        "'seen':1e30", "'seen':true", "'seen':[]",  "'seenHash':'00'"};
    struct place p;
    place_install(&w, &p, place_workflow(&w, "", plain));
    for (size_t i = 0; i < sizeof unreadable / sizeof *unreadable; i++)
        expect_uninstall(&p, unreadable[i], "refused");
    expect_uninstall(&p, "'seen':1", "stale");
    expect_uninstall(&p, "'seen':1000000", "stale");
    struct feed_end end;
    CHECK_INT(world_do(&w, read_feed_end, &end), ERR_OK);
    static const char *const no_hash[] = {"7", "null", "true", "[]", "{}"};
    for (size_t i = 0; i < sizeof no_hash / sizeof *no_hash; i++) {
        char *guard = mem_printf("'seen':%lld,'seenHash':%s",
                                 (long long)end.head, no_hash[i]);
        expect_uninstall(&p, guard, "refused");
        free(guard);
    }
    char *other = mem_printf("'seen':%lld,'seenHash':'%064d'",
                             (long long)end.head, 7),
         *same = mem_printf("'seen':%lld,'seenHash':'%s'", (long long)end.head,
                            end.hash);
    expect_uninstall(&p, other, "stale");
    expect_uninstall(&p, same, "uninstalled");
    free(other);
    free(same);
}

/* A condition that cannot be read is not one that was left out. Sabotage:
 * members_check() in decide_item(). */
static void
members_of_another_type_are_refused(void)
{
    static const struct {
        const char *name, *type;
    } members[] = {
#define MEMBER(name, type) {#name, #type},
#include "runtime/access/members.def"
#undef MEMBER
    };
    struct place p;
    place_install(&w, &p, place_workflow(&w, "", plain));
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const char *other = strcmp(members[i].type, "OBJECT") ? "{}" : "[]";
        char *item =
            strcmp(members[i].name, "installationId")
                ? mem_printf("[{'installationId':'%s','%s':%s}]",
                             p.installation, members[i].name, other)
                : mem_printf("[{'installationId':%s}]", other);
        world_expect(&w, "pause", item, "refused");
    }
    char *null = mem_printf("[{'installationId':'%s','workflowId':null}]",
                            p.installation);
    world_expect(&w, "pause", null, "refused");
    place_expect(&w, &p, "pause", "paused");
}

static void
a_pause_outlasts_a_hold(void)
{
    /* Sabotage: leave run_park_stopped() out of is_taken_up() of executor.c. */
    struct place p;
    place_install(&w, &p, place_workflow(&w, "", plain));
    place_expect(&w, &p, "pause", "paused");
    set_held(true);
    char *id = place_event(&w, &p, "{'no':1}");
    run_expect_state(&w, id, RUN_PARKED, PARK_HELD);
    world_accept_restore(&w);
    world_let_time_pass(&w);
    run_expect_state(&w, id, RUN_PARKED, PARK_PAUSED);
    place_expect(&w, &p, "resume", "resumed");
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
    run_expect_state(&w, id, RUN_PARKED, PARK_HELD);
    world_expect(
        &w, "release",
        mem_printf("[{'installationId':'%s','workflowId':'%s','versionId':"
                   "'%s','base':1,'fork':1,'hash':'%s','expectedLive':'%s'}]",
                   p.installation, p.workflow, next,
                   place_workflow(&w, "",
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

/* --- turned off ----------------------------------------------------------- */

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
    db_null(q);
    db_null(q);
    db_int(q, 1);
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
    world_let_time_pass(&w);
    run_expect_state(&w, id, RUN_ACCEPTED, PARK_NONE);
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
    run_expect(&w, id, "cancel", "refused");
    run_expect_state(&w, id, RUN_DONE, PARK_NONE);
    free(id);
    place_expect(&w, &p, "pause", "paused");
    id = place_event(&w, &p, "{'no':1}");
    run_expect(&w, id, "cancel", "cancelled");
    run_expect(&w, id, "cancel", "cancelled");
    free(id);
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

/* --- with a release ------------------------------------------------------- */

static const char asking[] =
    "{'format':1,'formulas':1,'name':'T','trigger':{'id':"
    "'00000000-0000-4000-8000-000000000001','kind':'installation','name':'I'},"
    "'blocks':[" BLOCK(10, "variables", "V",
                       "'values':[{'name':'region','ask':{'label':'Region',"
                       "'required':true}}]") "]}";

static void
what_waits_for_its_customer_says_that_it_was_not_run(void)
{
    /* Sabotage: the message in run_now() of decide/version.c. */
    struct place p;
    char key[IDENT_SIZE], fork[IDENT_SIZE];
    ident_new(key);
    ident_new(fork);
    place_install(&w, &p, place_workflow(&w, "", plain));
    char *items = mem_printf(
        "[{'installationId':'%s','workflowId':'%s','versionId':'%s','base':1,"
        "'fork':1,'hash':'%s','expectedLive':'%s','runNow':true}]",
        p.installation, p.workflow, fork, place_workflow(&w, "", asking),
        p.version);
    struct value *receipt = world_request(&w, key, "release", items);
    const struct value *item = value_at(value_get(receipt, "items"), 0);
    CHECK_STR(value_get_text(item, "outcome"), "awaiting");
    CHECK_HAS(value_get_text(item, "message"), "was not run");
    value_free(receipt);
    free(items);
}

static const char of_installation[] =
    "{'format':1,'formulas':1,'name':'T','trigger':{'id':"
    "'00000000-0000-4000-8000-000000000001','kind':'installation','name':'I'},"
    "'blocks':[" BLOCK(10, "math", "A", "'formula':'=1'") "]}";

/* Else it would run whenever the vendor's app turns it on. */
static void
what_is_turned_off_says_that_it_was_not_run(void)
{
    /* Sabotage: s->installed.active in run_now() of decide/version.c. */
    struct place p;
    char key[IDENT_SIZE], fork[IDENT_SIZE];
    ident_new(key);
    ident_new(fork);
    const char *hash = place_workflow(&w, "", of_installation);
    place_install(&w, &p, hash);
    place_turn(&w, &p, false);
    char *items = mem_printf(
        "[{'installationId':'%s','workflowId':'%s','versionId':'%s','base':1,"
        "'fork':1,'hash':'%s','expectedLive':'%s','runNow':true}]",
        p.installation, p.workflow, fork, hash, p.version);
    struct value *receipt = world_request(&w, key, "release", items);
    const struct value *item = value_at(value_get(receipt, "items"), 0);
    CHECK_STR(value_get_text(item, "outcome"), "live");
    CHECK_HAS(value_get_text(item, "message"), "turned off");
    CHECK_HAS(value_get_text(item, "message"), "was not run");
    value_free(receipt);
    free(items);
}

void
test_runtime_starts(void)
{
    static const struct test tests[] = {
        {"members of another type are refused",
         members_of_another_type_are_refused},
        {"what is turned off says that it was not run",
         what_is_turned_off_says_that_it_was_not_run},
        {"a retry is a start", a_retry_is_a_start},
        {"an uninstall is for the feed that was seen",
         an_uninstall_is_for_the_feed_that_was_seen},
        {"a pause outlasts a hold", a_pause_outlasts_a_hold},
        {"what was held takes the live version",
         what_was_held_takes_the_live_version},
        {"a held runtime takes up nothing", a_held_runtime_takes_up_nothing},
        {"what has ended is not cancelled", what_has_ended_is_not_cancelled},
        {"old runs that were looked at stay bare",
         runs_that_were_looked_at_stay_bare},
        {"what nothing can start is not published",
         what_nothing_can_start_is_not_published},
        {"what waits for its customer says that it was not run",
         what_waits_for_its_customer_says_that_it_was_not_run},
        {NULL, NULL}};
    world_start(&w);
    test_run("starts", tests);
    failed_tests += test_result();
    world_stop(&w);
}
