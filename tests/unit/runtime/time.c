/* A wall clock that is set back or jumps ahead: what has expired stays so, and
 * what is young is not deleted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/executor/retention.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

#define HOUR ((time_t)3600)
#define DAY (24 * HOUR)

static struct world w;
static struct place p;

/* Something that changes the store, so that it keeps the time. */
static enum err
change(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    struct db_stmt *q = db_use(core_db(core), RS_META_SET);
    db_text(q, "test");
    db_text(q, "changed");
    return db_run(q, e);
}

/* Sabotage: let core_time_ms() of time.c give the wall clock, or leave
 * `clockHighest` out of list_kept(). */
static void
what_expired_stays_so(void)
{
    int64_t first = core_time_ms(w.core);
    world_clock_off = HOUR;
    CHECK_INT(world_do(&w, change, NULL), ERR_OK);
    int64_t second = core_time_ms(w.core);
    CHECK(second >= first + HOUR * 1000);
    world_clock_off = 0;
    CHECK(core_time_ms(w.core) >= second);
    world_crash(&w);
    CHECK_INT(world_do(&w, change, NULL), ERR_OK);
    CHECK(core_time_ms(w.core) > second - HOUR * 500); /* as it was kept */
}

static enum err
look_for_old(struct core *core, void *ctx, struct error *e)
{
    (void)ctx;
    (void)e;
    retention_start(core);
    return ERR_OK;
}

static struct core_counts
counts_after_looking(void)
{
    struct core_counts c;
    CHECK_INT(world_do(&w, look_for_old, NULL), ERR_OK);
    world_tick(&w);
    world_tick(&w);
    core_get_counts(w.core, &c);
    return c;
}

static bool
has_payload(const char *id)
{
    struct shown s = run_look(&w, id);
    bool has = strstr(s.steps, "66") != NULL;
    free(s.steps);
    return has;
}

/* CTX is the name of the time since when the clock is doubted. */
static enum err
let_three_days_pass(struct core *core, void *ctx, struct error *e)
{
    char since[24] = "";
    const char *name = ctx;
    struct db_stmt *q = db_use(core_db(core), RS_META_GET);
    db_text(q, name);
    if (db_row(q))
        snprintf(since, sizeof since, "%lld",
                 strtoll(db_get_text(q), NULL, 10) - 3LL * DAY * 1000);
    enum err err = db_end(q, e);
    q = db_use(core_db(core), RS_META_SET);
    db_text(q, name);
    db_text(q, since);
    return err == ERR_OK ? db_run(q, e) : err;
}

static enum err
wait_out(const char *name)
{
    char text[24];
    snprintf(text, sizeof text, "%s", name);
    return world_do(&w, let_three_days_pass, text);
}

/* Sabotage: let look() of retention.c not ask core_clock_is_steady(). */
static void
a_jump_deletes_nothing(void)
{
    place_install(
        &w, &p,
        place_workflow(
            &w, "", WORKFLOW("", BLOCK(10, "math", "A", "'formula':'=no*2'"))));
    struct shown s = run_finish(&w, place_event(&w, &p, "{'no':33}"));
    free(s.steps);
    world_clock_off = 8 * DAY;
    struct core_counts c = counts_after_looking();
    CHECK(c.clock_is_ahead && c.clock_leapt);
    CHECK(has_payload(s.id));
    world_crash(&w);
    c = counts_after_looking();
    CHECK(c.clock_is_ahead && !c.clock_leapt);
    CHECK(has_payload(s.id));
    world_clock_off = 0;
    c = counts_after_looking();
    CHECK(!c.clock_is_ahead);
    world_clock_off = 8 * DAY;
    c = counts_after_looking();
    CHECK(c.clock_is_ahead && has_payload(s.id));
    CHECK_INT(wait_out("clockAheadSince"), ERR_OK);
    world_crash(&w);
    c = counts_after_looking();
    CHECK(!c.clock_is_ahead);
    CHECK(!has_payload(s.id));
    world_clock_off = 0;
    c = counts_after_looking();
    CHECK(c.clock_is_behind); /* the one that was believed */
    CHECK_INT(wait_out("clockBehindSince"), ERR_OK);
    world_crash(&w);
    free((char *)(uintptr_t)s.id);
}

/* --- a clock that is far behind ------------------------------------------- */

/* Sabotage: leave is_behind() out of look() of time.c, "clockBehindSince" out
 * of list_kept(), or behind_since out of doubt_ahead(). */
static void
a_clock_far_behind_is_doubted(void)
{
    struct core_counts c = counts_after_looking();
    CHECK(!c.clock_is_behind);
    world_clock_off = -700 * DAY;
    c = counts_after_looking();
    CHECK(c.clock_is_behind && !c.clock_is_ahead);
    world_crash(&w);
    c = counts_after_looking();
    CHECK(c.clock_is_behind);
    world_clock_off = 0;
    c = counts_after_looking();
    CHECK(!c.clock_is_behind && !c.clock_is_ahead);
    world_clock_off = -700 * DAY;
    c = counts_after_looking();
    world_clock_off = 10 * DAY; /* it was off for ten days */
    c = counts_after_looking();
    CHECK(!c.clock_is_behind && c.clock_is_ahead && !c.clock_leapt);
    world_clock_off = -700 * DAY;
    c = counts_after_looking();
    CHECK_INT(wait_out("clockBehindSince"), ERR_OK);
    world_crash(&w);
    c = counts_after_looking();
    CHECK(!c.clock_is_behind);
    world_clock_off = 0;
}

/* A run that waits for this attempt or a later one. */
struct tried {
    char *id;
    long attempt;
    struct shown s;
};

static bool
waits(const struct tried *t)
{
    return strstr(t->s.message, "(another attempt") &&
           t->s.attempts + 1 >= t->attempt;
}

static bool
is_tried(struct world *world, void *ctx)
{
    struct tried *t = ctx;
    if (!waits(t) && t->s.state <= RUN_RUNNING) {
        t->s = run_look(world, t->id);
        free(t->s.steps);
    }
    return waits(t) || t->s.state > RUN_RUNNING;
}

/* A run of a clock that is OFF, which waits for ATTEMPT as WHY says, and is
 * done once the clock is right. */
static void
run_waits(time_t off, long attempt, const char *why)
{
    struct tried t = {.attempt = attempt};
    world_clock_off = off;
    t.id = place_event(&w, &p, "{'no':1}");
    world_until(&w, is_tried, &t);
    CHECK_HAS(t.s.message, why);
    CHECK_INT(t.s.state, RUN_RUNNING);
    world_clock_off = 0;
    struct shown s = run_finish(&w, t.id);
    CHECK_INT(s.state, RUN_DONE);
    CHECK_STR(s.message, "");
    free(s.steps);
    free(t.id);
}

/*
 * Sabotage: let is_of_clock() of call_answer.c be false, or leave it out of
 * try_later(); let is_early() of client_end.c be false.
 */
static void
no_run_fails_for_the_clock(void)
{
    char connector[DIGEST_SIZE];
    place_connector(&w, connector, ",'authentication':[]");
    place_install(
        &w, &p, place_workflow(&w, connector, WORKFLOW("PIN", MAKE(10, "A"))));
    executor_set_backoff(w.runtime.executor, 40);
    run_waits(-2 * HOUR, 2, "not valid yet");
    executor_set_backoff(w.runtime.executor, 1);
    run_waits(-700 * DAY, 7, "not valid yet");
    run_waits(20000 * DAY, 7, "not trusted");
}

void
test_runtime_time(void)
{
    static const struct test tests[] = {
        {"what expired stays so", what_expired_stays_so},
        {"a jump deletes nothing", a_jump_deletes_nothing},
        {"no run fails for the clock", no_run_fails_for_the_clock},
        {"a clock far behind is doubted", a_clock_far_behind_is_doubted},
        {NULL, NULL}};
    world_start(&w);
    test_run("time", tests);
    failed_tests += test_result();
    world_stop(&w);
}
