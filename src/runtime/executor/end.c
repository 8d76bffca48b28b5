/* The end of a run, and what the feed is told of many. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/live.h"
#include "runtime/runtime.h"

enum { COUNT_EVERY_MS = 1000, COUNTS_AT_ONCE = 500 };

/* --- counts for the feed ------------------------------------------------- */

struct count {
    int64_t installed, done, failed;
};

/* Adds how many runs are parked and elements set aside at this time: a retry
 * makes both fewer. */
static enum err
count_open(struct core *core, const struct count *c, struct value *fact,
           struct error *e)
{
    int64_t parked = 0, aside = 0;
    struct db_stmt *q = db_use(core_db(core), RS_COUNT_PARKED);
    db_int(q, c->installed);
    enum err err = db_run_int(q, &parked, NULL, e);
    if (err == ERR_OK) {
        q = db_use(core_db(core), RS_COUNT_SET_ASIDE);
        db_int(q, c->installed);
        db_int(q, clock_now_ms());
        err = db_run_int(q, &aside, NULL, e);
    }
    value_set_int(fact, "parked", parked);
    value_set_int(fact, "setAside", aside);
    return err;
}

/* Done and failed count what ended since the last fact. */
static enum err
tell_count(struct core *core, const struct count *c, struct error *e)
{
    struct live_place place;
    struct value *fact = value_object();
    enum err err = live_place_of(core_db(core), c->installed, &place, e);
    if (err == ERR_OK)
        err = count_open(core, c, fact, e);
    if (err != ERR_OK) {
        value_free(fact);
        return err;
    }
    value_set_text(fact, "installationId", place.installation_id);
    value_set_text(fact, "workflowId", place.workflow_id);
    value_set_int(fact, "done", c->done);
    value_set_int(fact, "failed", c->failed);
    err = feed_add(core, place.environment, "runs", fact, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(core_db(core), RS_COUNT_DROP);
    db_int(q, c->installed);
    return db_run(q, e);
}

/* Turns the counts since the last time into facts. */
static enum err
tell_counts(struct core *core, void *ctx, struct error *e)
{
    struct executor *executor = ctx;
    struct count *list = mem_array(COUNTS_AT_ONCE, sizeof *list);
    size_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_COUNT_LIST);
    struct rs_run_count c;
    while (n < COUNTS_AT_ONCE && rs_run_count_next(q, &c))
        list[n++] = (struct count){c.installed, c.done, c.failed};
    enum err err = db_end(q, e);
    for (size_t i = 0; i < n && err == ERR_OK; i++)
        err = tell_count(core, &list[i], e);
    if (n == COUNTS_AT_ONCE) {
        executor->counts_due = false;
        run_counts_soon(core, executor, 0);
    }
    free(list);
    return err;
}

static void
counts_are_over(void *ctx)
{
    struct executor *executor = ctx;
    executor->counts_due = false;
}

void
run_counts_soon(struct core *core, struct executor *executor, int64_t wait_ms)
{
    if (executor->counts_due)
        return;
    executor->counts_due = true;
    core_at(core, clock_monotonic_ms() + wait_ms,
            (struct core_work){
                .run = tell_counts, .free = counts_are_over, .ctx = executor});
}

static enum err
count_run(struct core *core, struct executor *executor, const struct run *r,
          int state, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_COUNT_ADD);
    db_int(q, r->installed);
    db_int(q, state == RUN_DONE);
    db_int(q, state == RUN_FAILED);
    db_int(q, state == RUN_PARKED);
    enum err err = db_run(q, e);
    run_counts_soon(core, executor, COUNT_EVERY_MS);
    return err;
}

enum err
executor_count_parked(struct core *core, int64_t installed, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_COUNT_ADD);
    db_int(q, installed);
    db_int(q, 0);
    db_int(q, 0);
    db_int(q, 1);
    enum err err = db_run(q, e);
    run_counts_soon(core, core_runtime(core)->executor, COUNT_EVERY_MS);
    return err;
}

/* --- the end ------------------------------------------------------------- */

enum err
run_end(struct core *core, struct executor *executor, struct run *r, int state,
        int park, const char *park_app, const char *message, const char *block,
        struct error *e)
{
    char *aside = NULL;
    if (state == RUN_DONE && r->set_aside)
        aside = mem_printf("done, %lld set aside", (long long)r->set_aside);
    struct db_stmt *q = db_use(core_db(core), RS_RUN_END);
    db_int(q, state);
    db_int(q, park);
    db_text(q, park_app);
    db_text(q, message ? message : aside);
    db_text(q, block);
    db_int(q, r->set_aside);
    if (state == RUN_PARKED)
        db_null(q);
    else
        db_int(q, clock_now_ms());
    db_int(q, r->n);
    enum err err = db_run(q, e);
    free(aside);
    if (err == ERR_OK)
        err = count_run(core, executor, r, state, e);
    if (state != RUN_DONE)
        log_event(LOG_WARNING, "run", "run", r->id, "state",
                  rt_run_state_word(state), "installation", r->installation_id,
                  "workflow", r->workflow_id, NULL);
    core_wake(core, CORE_TOPIC_RUNS);
    return err;
}
