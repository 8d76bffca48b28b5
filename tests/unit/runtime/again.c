/* Runs that are run again: no effect of an event is made twice, whatever
 * became of the run before. */
#include "base/mem.h"
#include "runtime/executor/accept.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum { BOUNDARIES = 70, CALLS = 4 };

#define KEYED ",'authentication':[],'idempotency':{'header':'Idempotency-Key'}"
#define BARE ",'authentication':[]"

static struct world w;

/* clang-format off */
static const char ten_blocks[] = WORKFLOW("PIN",
    BLOCK(10, "math", "A", "'formula':'=1+1'") "," MAKE(11, "M1") ","
    BLOCK(12, "text", "T", "'formula':'=no&no'") "," MAKE(13, "M2") ","
    BLOCK(14, "map", "P", "'mapping':[{'target':'a','source':'T!result'}]") ","
    MAKE(15, "M3") "," BLOCK(16, "math", "B", "'formula':'=2'") ","
    MAKE(17, "M4") "," BLOCK(18, "math", "Z", "'formula':'=A!result*3'") ","
    BLOCK(19, "find", "F", "'list':'[1,2,3]','condition':'=@>1'"));
/* clang-format on */

static const char one_call[] = WORKFLOW(
    "PIN", BLOCK(10, "math", "A", "'formula':'=1+1'") "," MAKE(11, "M1"));

static void
install(struct place *p, const char *connector_members, const char *workflow)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector, connector_members);
    place_install(&w, p, place_workflow(&w, connector, workflow));
}

static void
ends_as(char *id, int state)
{
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, state);
    free(s.steps);
}

static enum err
cancel(struct core *core, void *id, struct error *e)
{
    int64_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, id);
    enum err err = db_run_int(q, &n, NULL, e);
    return err == ERR_OK ? runs_cancel(core, n, e) : err;
}

/* A crash, after which run ID does nothing more. */
static void
crash_and_cancel(char *id)
{
    w.opened = cancel;
    w.opened_ctx = id;
    world_crash(&w);
    world_tick(&w);
    CHECK(!w.opened);
}

/* A run of event NO that is killed at boundary NO, cancelled and run again, and
 * killed there, too; how that one ends. *WHOLE: the first one had ended. */
static struct shown
killed_and_again(const struct place *p, int no, bool *whole)
{
    char *data = mem_printf("{'no':%d}", no);
    char *first = place_event(&w, p, data);
    for (int i = 0; i < no; i++)
        world_tick(&w);
    *whole = run_state(&w, first) == RUN_DONE;
    crash_and_cancel(first);
    char *second = run_again(&w, first, NULL);
    for (int i = 0; i < no % 9; i++)
        world_tick(&w);
    world_crash(&w);
    struct shown s = run_finish(&w, second);
    free(first);
    free(second);
    free(data);
    return s;
}

/* Sabotage: let key_make() name the run instead of its root. */
static void
no_effect_is_made_twice(void)
{
    struct place p;
    bool whole = false;
    install(&p, KEYED, ten_blocks);
    w.effect_count = 0;
    for (int k = 0; k < BOUNDARIES && !whole; k++) {
        struct shown s = killed_and_again(&p, k, &whole);
        CHECK_INT(s.state, RUN_DONE);
        CHECK_HAS(s.steps, ":done:{\"result\":6}");
        CHECK_INT(w.effect_count, CALLS * (k + 1));
        free(s.steps);
    }
    CHECK(whole);
}

/* Sabotage: let call_heed_others() always say that the call is made. */
static void
without_keys_nothing_is_sent_twice(void)
{
    struct place p;
    bool whole = false;
    int parked = 0;
    install(&p, BARE, ten_blocks);
    w.effect_count = 0;
    for (int k = 0; k < BOUNDARIES && !whole; k++) {
        struct shown s = killed_and_again(&p, k, &whole);
        CHECK(s.state == RUN_DONE || s.park == PARK_UNKNOWN);
        CHECK(world_calls_with(&w, k) <= CALLS);
        parked += s.park == PARK_UNKNOWN;
        free(s.steps);
    }
    CHECK(whole && parked > 0);
}

/* --- same key, other body ------------------------------------------------- */

/* What the first run with the key came to, and what is to happen when the
 * event is run again: calls that arrive, how the run ends. */
static const struct meeting {
    const char *members;
    enum { IS_DONE, IS_UNKNOWN, IS_FAILED } first;
    bool other_body;
    int calls, state;
    const char *says;
} meetings[] = {
    {KEYED, IS_DONE, false, 0, RUN_DONE, "nothing was sent"},
    {KEYED, IS_DONE, true, 0, RUN_DONE, "nothing was sent"},
    {BARE, IS_DONE, false, 0, RUN_DONE, "nothing was sent"},
    {BARE, IS_DONE, true, 0, RUN_DONE, "nothing was sent"},
    {KEYED, IS_UNKNOWN, false, 1, RUN_DONE, NULL},
    {KEYED, IS_UNKNOWN, true, 0, RUN_PARKED, "with another content"},
    {BARE, IS_UNKNOWN, false, 0, RUN_PARKED, "nobody knows"},
    {BARE, IS_UNKNOWN, true, 0, RUN_PARKED, "with another content"},
    {KEYED, IS_FAILED, false, 1, RUN_DONE, NULL},
    {KEYED, IS_FAILED, true, 1, RUN_DONE, NULL},
    {BARE, IS_FAILED, false, 1, RUN_DONE, NULL},
    {BARE, IS_FAILED, true, 1, RUN_DONE, NULL},
};

static bool
one_is_held(struct world *world, void *ctx)
{
    (void)ctx;
    return world->held_count == 1;
}

/* A run of one call that came to what M says. */
static char *
first_run(const struct place *p, const struct meeting *m)
{
    w.status = m->first == IS_FAILED ? 422 : 0;
    w.silent = m->first == IS_UNKNOWN ? "/make" : NULL;
    char *id = place_event(&w, p, "{'no':1}");
    if (m->first == IS_UNKNOWN) {
        world_until(&w, one_is_held, NULL);
        w.silent = NULL;
        crash_and_cancel(id);
        world_let_go(&w);
    }
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, m->first == IS_DONE     ? RUN_DONE
                       : m->first == IS_FAILED ? RUN_FAILED
                                               : RUN_CANCELLED);
    free(s.steps);
    w.status = 0;
    return id;
}

struct said {
    const char *id;
    struct buf text;
};

static enum err
list_messages(struct core *core, void *ctx, struct error *e)
{
    struct said *said = ctx;
    struct rs_listed_step step;
    int64_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, said->id);
    enum err err = db_run_int(q, &n, NULL, e);
    q = db_use(core_db(core), RS_STEPS_OF_RUN);
    db_int(q, n);
    db_int(q, 100);
    while (rs_listed_step_next(q, &step))
        buf_addf(&said->text, "%s\n", step.message ? step.message : "");
    return err == ERR_OK ? db_end(q, e) : err;
}

/* The messages of the steps of run ID, the caller's. */
static char *
step_messages(const char *id)
{
    struct said said = {.id = id};
    buf_init_any(&said.text);
    CHECK_INT(world_do(&w, list_messages, &said), ERR_OK);
    return buf_take(&said.text);
}

/* Sabotage: counts_more(), past_of() and is_same() of key.c. */
static void
what_was_done_decides(void)
{
    for (size_t i = 0; i < sizeof meetings / sizeof *meetings; i++) {
        const struct meeting *m = &meetings[i];
        struct place p;
        install(&p, m->members, one_call);
        char *first = first_run(&p, m);
        w.calls = 0;
        char *second =
            run_again(&w, first, m->other_body ? "{\"no\":2}" : NULL);
        struct shown s = run_finish(&w, second);
        char *said = step_messages(second);
        CHECK_INT(s.state, m->state);
        CHECK_INT(w.calls, m->calls);
        if (m->says)
            CHECK_HAS(m->state == RUN_DONE ? said : s.message, m->says);
        if (m->state == RUN_PARKED) { /* a person says to make it */
            CHECK_INT(s.park, PARK_UNKNOWN);
            free(s.steps);
            run_expect(&w, second, "retry", "started");
            s = run_finish(&w, second);
            CHECK_INT(s.state, RUN_DONE);
            CHECK_INT(w.calls, 1);
        }
        free(s.steps);
        free(said);
        free(first);
        free(second);
    }
}

/* A retry of the first run finds what the second one did, and the third what
 * the first did. */
static void
all_runs_of_an_event_know_each_other(void)
{
    struct place p;
    install(&p, BARE, one_call);
    w.status = 422;
    char *first = place_event(&w, &p, "{'no':1}");
    ends_as(first, RUN_FAILED);
    w.status = 0;
    char *second = run_again(&w, first, NULL);
    ends_as(second, RUN_DONE);
    w.calls = 0;
    run_expect(&w, first, "retry", "started");
    ends_as(first, RUN_DONE);
    char *third = run_again(&w, second, NULL);
    ends_as(third, RUN_DONE);
    CHECK_INT(w.calls, 0);
    free(first);
    free(second);
    free(third);
}

static bool
all_are_held(struct world *world, void *ctx)
{
    return world->held_count == *(size_t *)ctx;
}

static bool
nothing_is_out(struct world *world, void *ctx)
{
    struct core_counts counts;
    (void)ctx;
    core_get_counts(world->core, &counts);
    return counts.outbound_running == 0;
}

struct erasure {
    const char *id;
    int statement;
};

static enum err
erase_of(struct core *core, void *ctx, struct error *e)
{
    const struct erasure *what = ctx;
    int64_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_N);
    db_text(q, what->id);
    enum err err = db_run_int(q, &n, NULL, e);
    q = db_use(core_db(core), what->statement);
    db_int(q, n);
    return err == ERR_OK ? db_run(q, e) : err;
}

static void
erase(const char *id, int statement)
{
    struct erasure what = {id, statement};
    CHECK_INT(world_do(&w, erase_of, &what), ERR_OK);
}

/* The answer to the call of a run that was cancelled meanwhile is there for the
 * next run of the event, unless what the run had was erased. Sabotage:
 * keep_late_answer() of call_answer.c. */
static void
an_answer_that_comes_after_the_cancel(void)
{
    for (int erased = 0; erased < 2; erased++) {
        struct place p;
        size_t held = 1;
        install(&p, BARE, one_call);
        w.silent = "/make";
        char *first = place_event(&w, &p, "{'no':1}");
        world_until(&w, all_are_held, &held);
        w.silent = NULL;
        run_expect(&w, first, "cancel", "cancelled");
        if (erased)
            erase(first, RS_RUN_ERASE);
        world_let_go(&w);
        world_until(&w, nothing_is_out, NULL);
        world_tick(&w);
        struct shown s = run_look(&w, first);
        CHECK((strstr(s.steps, ":done:{\"got\"") == NULL) == erased);
        free(s.steps);
        w.calls = 0;
        char *second = run_again(&w, first, "{\"no\":1}");
        ends_as(second, erased ? RUN_FAILED : RUN_DONE);
        CHECK_INT(w.calls, 0);
        free(first);
        free(second);
    }
}

static void
parks_as_unknown(char *id, const char *why)
{
    struct shown s = run_finish(&w, id);
    CHECK_INT(s.state, RUN_PARKED);
    CHECK_INT(s.park, PARK_UNKNOWN);
    CHECK_HAS(s.message, why);
    free(s.steps);
}

/* Two runs of an event of which nobody knows whether their call took effect:
 * the calls of w are counted from here. */
static void
two_in_doubt(struct place *p, char *ids[2])
{
    install(p, BARE, one_call);
    w.silent = "/make";
    ids[0] = place_event(&w, p, "{'no':1}");
    world_until(&w, one_is_held, NULL);
    w.silent = NULL;
    world_crash(&w);
    world_let_go(&w);
    parks_as_unknown(ids[0], "nobody knows");
    ids[1] = run_again(&w, ids[0], NULL);
    parks_as_unknown(ids[1], "nobody knows");
    w.calls = 0;
}

/* Who looks at the runs that are parked tries each of them: the call is made
 * once. Sabotage: call_heed_again(). */
static void
a_second_retry_of_what_is_done_sends_nothing(void)
{
    for (int first = 0; first < 2; first++) {
        struct place p;
        char *ids[2];
        two_in_doubt(&p, ids);
        run_expect(&w, ids[first], "retry", "started");
        ends_as(ids[first], RUN_DONE);
        run_expect(&w, ids[1 - first], "retry", "started");
        ends_as(ids[1 - first], RUN_DONE);
        CHECK_INT(w.calls, 1);
        char *said = step_messages(ids[1 - first]);
        CHECK_HAS(said, "its answer was taken, nothing was sent");
        free(said);
        free(ids[0]);
        free(ids[1]);
    }
}

/* Sabotage: is_under_way(). */
static void
a_retry_waits_for_the_one_that_is_out(void)
{
    struct place p;
    char *ids[2];
    two_in_doubt(&p, ids);
    w.silent = "/make";
    run_expect(&w, ids[0], "retry", "started");
    world_until(&w, one_is_held, NULL);
    w.silent = NULL;
    run_expect(&w, ids[1], "retry", "started");
    parks_as_unknown(ids[1], "is making this call for the same event");
    world_let_go(&w);
    ends_as(ids[0], RUN_DONE);
    run_expect(&w, ids[1], "retry", "started");
    ends_as(ids[1], RUN_DONE);
    CHECK_INT(w.calls, 1);
    free(ids[0]);
    free(ids[1]);
}

/* The app turned the first run away, which will try again by itself: what is
 * run again meanwhile does not make the call beside it. Sabotage:
 * is_under_way() in past_of(). */
static void
what_will_be_tried_again_is_not_made_beside_it(void)
{
    struct place p;
    install(&p, BARE, one_call);
    w.calls = 0;
    w.fail_next = 1;
    char *first = place_event(&w, &p, "{'no':1}");
    while (w.calls == 0)
        world_tick(&w);
    world_until(&w, nothing_is_out, NULL);
    world_tick(&w);
    char *second = run_again(&w, first, NULL);
    struct shown s = run_finish(&w, second);
    ends_as(first, RUN_DONE);
    if (s.state == RUN_PARKED) { /* else the first was quicker */
        CHECK_HAS(s.message, "sent this call for the same event");
        run_expect(&w, second, "retry", "started");
    }
    ends_as(second, RUN_DONE);
    free(s.steps);
    CHECK_INT(w.calls, 2); /* both of the first run */
    free(first);
    free(second);
}

/* Sabotage: leave the look at what is kept out of take_answer(). */
static void
an_answer_that_is_no_longer_kept(void)
{
    struct place p;
    install(&p, BARE, one_call);
    char *first = place_event(&w, &p, "{'no':1}");
    struct shown s = run_finish(&w, first);
    free(s.steps);
    erase(first, RS_STEPS_ERASE);
    w.calls = 0;
    char *second = run_again(&w, first, NULL);
    s = run_finish(&w, second);
    CHECK_INT(s.state, RUN_FAILED);
    CHECK_HAS(s.message, "no longer kept (nothing was sent)");
    CHECK_INT(w.calls, 0);
    free(s.steps);
    free(first);
    free(second);
}

/* --- a store of the version before ---------------------------------------- */

/* What an older program makes the key of the call of run ID of. */
static void
old_key(const char *id, char out[33])
{
    char hash[DIGEST_SIZE];
    char *name = mem_printf("%s 00000000-0000-4000-8000-000000000011  0", id);
    digest_hex(hash, name, strlen(name));
    snprintf(out, 33, "%.32s", hash);
    free(name);
}

/* Makes the store of the core one of the version before, in which the calls
 * have the keys of then and run UNKNOWN is an unknown outcome. */
static void
make_old(char *const *ids, size_t n, const char *unknown)
{
    struct buf sql;
    buf_init_any(&sql);
    buf_adds(&sql, "DROP INDEX run_of_root; ALTER TABLE run DROP COLUMN root;"
                   " ALTER TABLE run DROP COLUMN key_form;"
                   " ALTER TABLE step DROP COLUMN hash;");
    for (size_t i = 0; i < n; i++) {
        char key[33];
        old_key(ids[i], key);
        buf_addf(&sql,
                 "UPDATE step SET key = '%s', request = replace(request, key,"
                 " '%s') WHERE key IS NOT NULL"
                 " AND run = (SELECT n FROM run WHERE id = '%s');",
                 key, key, ids[i]);
    }
    buf_addf(&sql,
             "UPDATE step SET state = 4 WHERE key IS NOT NULL AND run ="
             " (SELECT n FROM run WHERE id = '%s');"
             "UPDATE run SET state = 4, park = %d WHERE id = '%s';"
             "PRAGMA user_version = %d",
             unknown, PARK_UNKNOWN, unknown, runtime_schema.version - 1);
    world_crash_and_change(&w, buf_str(&sql));
    buf_clear(&sql);
}

static void
expect_old_key(const char *id)
{
    char key[33];
    int found = 0;
    old_key(id, key);
    for (size_t i = 0; i < w.effect_count; i++)
        found += strcmp(w.effects[i].key, key) == 0;
    CHECK_INT(found, 1);
}

/* An open intent, an unknown outcome, a failed step that is tried again, one
 * whose event is run again. Sabotage: let the migration say key_form 1. */
static void
an_older_store_keeps_its_keys(void)
{
    enum { OPEN, UNKNOWN, RETRIED, AGAIN, COUNT };
    struct place p;
    char *ids[COUNT];
    size_t held = 2;
    install(&p, KEYED, one_call);
    w.status = 422;
    for (int i = RETRIED; i < COUNT; i++) {
        ids[i] = place_event(&w, &p, "{'no':1}");
        ends_as(ids[i], RUN_FAILED);
    }
    w.status = 0;
    w.silent = "/make";
    for (int i = OPEN; i < RETRIED; i++)
        ids[i] = place_event(&w, &p, "{'no':1}");
    world_until(&w, all_are_held, &held);
    w.silent = NULL;
    make_old(ids, COUNT, ids[UNKNOWN]);
    world_let_go(&w);
    w.effect_count = 0;
    run_expect(&w, ids[UNKNOWN], "retry", "started");
    run_expect(&w, ids[RETRIED], "retry", "started");
    char *repeat = run_again(&w, ids[AGAIN], NULL);
    for (int i = OPEN; i < AGAIN; i++)
        ends_as(ids[i], RUN_DONE);
    ends_as(repeat, RUN_DONE);
    for (int i = 0; i < COUNT; i++)
        expect_old_key(ids[i]);
    CHECK_INT(w.effect_count, COUNT);
    char *next = place_event(&w, &p, "{'no':1}"); /* of the new program */
    ends_as(next, RUN_DONE);
    CHECK_INT(w.effect_count, COUNT + 1);
    for (int i = 0; i < COUNT; i++)
        free(ids[i]);
    free(repeat);
    free(next);
}

void
test_runtime_again(void)
{
    static const struct test tests[] = {
        {"an event that is run again makes no effect twice",
         no_effect_is_made_twice},
        {"nor where the app knows no keys", without_keys_nothing_is_sent_twice},
        {"what was done with a key decides", what_was_done_decides},
        {"all runs of an event know each other",
         all_runs_of_an_event_know_each_other},
        {"an answer that comes after the cancel is kept",
         an_answer_that_comes_after_the_cancel},
        {"an answer that is no longer kept is not asked for again",
         an_answer_that_is_no_longer_kept},
        {"a second retry of what is done sends nothing",
         a_second_retry_of_what_is_done_sends_nothing},
        {"a retry waits for the one that is out",
         a_retry_waits_for_the_one_that_is_out},
        {"what will be tried again is not made beside it",
         what_will_be_tried_again_is_not_made_beside_it},
        {"an older store keeps its keys", an_older_store_keeps_its_keys},
        {NULL, NULL}};
    world_start(&w);
    test_run("again", tests);
    failed_tests += test_result();
    world_stop(&w);
}
