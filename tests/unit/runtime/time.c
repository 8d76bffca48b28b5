/* A wall clock that is set back or jumps ahead: what has expired stays so, and
 * what is young is not deleted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/executor/retention.h"
#include "store/runtime.h"
#include "tests/unit/runtime/runtime.h"

enum { HOUR = 3600, DAY = 24 * HOUR };

static struct world w;

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

static enum err
let_three_days_pass(struct core *core, void *ctx, struct error *e)
{
    char since[24] = "";
    (void)ctx;
    struct db_stmt *q = db_use(core_db(core), RS_META_GET);
    db_text(q, "clockAheadSince");
    if (db_row(q))
        snprintf(since, sizeof since, "%lld",
                 strtoll(db_get_text(q, 0), NULL, 10) - 3LL * DAY * 1000);
    enum err code = db_end(q, e);
    q = db_use(core_db(core), RS_META_SET);
    db_text(q, "clockAheadSince");
    db_text(q, since);
    return code == ERR_OK ? db_run(q, e) : code;
}

/* Sabotage: let look() of retention.c not ask core_clock_is_steady(). */
static void
a_jump_deletes_nothing(void)
{
    struct place p;
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
    CHECK_INT(world_do(&w, let_three_days_pass, NULL), ERR_OK);
    world_crash(&w);
    c = counts_after_looking();
    CHECK(!c.clock_is_ahead);
    CHECK(!has_payload(s.id));
    world_clock_off = 0;
    free((char *)(uintptr_t)s.id);
}

void
test_runtime_time(void)
{
    static const struct test tests[] = {
        {"what expired stays so", what_expired_stays_so},
        {"a jump deletes nothing", a_jump_deletes_nothing},
        {NULL, NULL}};
    world_start(&w);
    test_run("time", tests);
    failed_tests += test_result();
    world_stop(&w);
}
