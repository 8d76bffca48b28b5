/* Runs that kill tailord: one whose work ends the process would be taken up
 * again at each start, for ever. After an end without order the journal says
 * of each run that was open then that it is worked on, before it is; a run of
 * which it says so when tailord starts again was worked on when tailord was
 * killed. Such runs are tried alone, so that those that were worked on beside
 * the killer clear themselves; from the third time without a new step between
 * on after a wait, so that all others go on meanwhile and a row of kills from
 * outside parks nobody; after the eighth time a run is parked. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "runtime/executor/executor_private.h"
#include "runtime/runtime.h"

enum {
    CRASHES = 8,
    /* So long the next waits while a call of one is out. Where many wait each
     * waits less, so that the calls of one customer, which may all hang, hold
     * no other up for long. */
    CALL_MS = 5000
};

#define OPENING "opening" /* in meta: the executor that has the store open */
#define ALONE_WHY                                                              \
    "tailord was killed while it worked on this run (such runs go on one at "  \
    "a time, after a wait where it happens often)"
#define CRASHED_WHY                                                            \
    "tailord was killed 8 times while it worked on this run (look into its "   \
    "log, then retry the run or cancel it)"

/* --- opening and closing ------------------------------------------------- */

static enum err
keep_opening(struct core *core, const char *id, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_META_SET);
    db_text(q, OPENING);
    db_text(q, id);
    return db_run(q, e);
}

/* Whether the store was left without order, and whether by X itself: after a
 * failed commit. */
static enum err
find_opening(struct core *core, const struct executor *x, bool *left,
             bool *again, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_META_GET);
    db_text(q, OPENING);
    const char *id = db_row(q) ? db_get_text(q) : "";
    *again = strcmp(id, x->opening) == 0;
    *left = id[0] && !*again;
    return db_end(q, e);
}

static enum err
count_crashes(struct core *core, struct executor *x, struct error *e)
{
    bool found = false;
    char runs[24];
    struct db_stmt *q = db_use(core_db(core), RS_RUN_CRASHED);
    db_int(q, clock_now_ms());
    enum err err = db_run(q, e);
    snprintf(runs, sizeof runs, "%lld", (long long)db_changes(core_db(core)));
    log_event(LOG_WARNING, "ended without order before", "runs", runs,
              "message", "the runs that it worked on go on one at a time",
              NULL);
    return err == ERR_OK ? db_run_int(db_use(core_db(core), RS_RUN_NEWEST),
                                      &x->doubted, &found, e)
                         : err;
}

static enum err
park(struct core *core, int64_t n, const char *id, int64_t installed,
     struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_PARK_CRASHED);
    db_text(q, CRASHED_WHY);
    db_int(q, n);
    log_event(LOG_ERROR, "run parked", "run", id, "message", CRASHED_WHY, NULL);
    enum err err = db_run(q, e);
    return err == ERR_OK ? executor_count_parked(core, installed, e) : err;
}

static enum err
park_killers(struct core *core, struct error *e)
{
    enum err err = ERR_OK;
    bool found = true;
    while (err == ERR_OK && found) {
        int64_t n = 0, installed = 0;
        char id[IDENT_SIZE] = "";
        struct db_stmt *q = db_use(core_db(core), RS_RUN_KILLER);
        db_int(q, CRASHES);
        struct rs_killer killer;
        found = rs_killer_next(q, &killer);
        if (found) {
            n = killer.n;
            snprintf(id, sizeof id, "%s", killer.id);
            installed = killer.installed;
        }
        err = db_end(q, e);
        if (err == ERR_OK && found)
            err = park(core, n, id, installed, e);
    }
    return err;
}

static enum err
set_alone(struct core *core, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_SET_ALONE);
    db_int(q, RUN_DUE_NEVER);
    db_text(q, ALONE_WHY);
    return db_run(q, e);
}

enum err
crashes_opened(struct core *core, struct executor *x, struct error *e)
{
    bool left = false, again = false;
    x->trial = 0;
    x->alone = true;
    if (!x->opening[0])
        ident_new(x->opening);
    enum err err = find_opening(core, x, &left, &again, e);
    if (err == ERR_OK && left)
        err = count_crashes(core, x, e);
    if (err == ERR_OK)
        err = db_run(db_use(core_db(core), RS_RUN_NONE_WORKED_ON), e);
    if (err == ERR_OK)
        err = park_killers(core, e);
    if (err == ERR_OK)
        err = set_alone(core, e);
    if (err != ERR_OK || again)
        return err;
    return keep_opening(core, x->opening, e);
}

enum err
executor_closed(struct core *core, struct error *e)
{
    return keep_opening(core, "", e);
}

/* --- what is worked on --------------------------------------------------- */

bool
crash_marks(const struct executor *x, int64_t n, const struct run *r)
{
    bool doubted = n <= x->doubted || n == x->trial;
    return doubted && !(r && r->marked && !r->waits);
}

enum err
crash_mark(struct core *core, int64_t n, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_WORKED_ON);
    db_int(q, 1);
    db_int(q, n);
    return db_run(q, e);
}

enum err
crash_survived(struct core *core, struct executor *x, struct run *r,
               struct error *e)
{
    if (r->n == x->trial)
        lanes_look(core, x);
    if (!r->marked)
        return ERR_OK;
    r->marked = false;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_WORKED_ON);
    db_int(q, 0);
    db_int(q, r->n);
    return db_run(q, e);
}

/* --- one at a time ------------------------------------------------------- */

/* Whether the run that is tried has ended or waits, or has had its time. */
static enum err
is_over(struct core *core, struct executor *x, bool *over, struct error *e)
{
    int64_t due = 0;
    bool open = false;
    *over = x->trial == 0;
    if (*over)
        return ERR_OK;
    if (executor_works_on(x, x->trial)) {
        *over = lane_of(x, x->trial_lane)->out > 0 &&
                clock_monotonic_ms() >= x->trial_until;
        return ERR_OK;
    }
    struct db_stmt *q = db_use(core_db(core), RS_RUN_DUE_AT);
    db_int(q, x->trial);
    enum err err = db_run_int(q, &due, &open, e);
    *over = !open || due > clock_now_ms();
    return err;
}

static enum err
try_next(struct core *core, struct executor *x, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_ALONE);
    db_int(q, clock_now_ms());
    db_int(q, x->trial_lane);
    struct rs_alone next;
    x->trial = 0;
    x->alone = rs_alone_next(q, &next);
    if (x->alone) {
        x->trial_lane = next.lane;
        x->trial_until = clock_monotonic_ms() + CALL_MS / next.waiting;
        if (next.may_go_on)
            x->trial = next.n;
    }
    enum err err = db_end(q, e);
    if (err != ERR_OK || !x->trial)
        return err;
    q = db_use(core_db(core), RS_RUN_GO_ON);
    db_int(q, clock_now_ms());
    db_int(q, x->trial);
    executor_again(core, x->trial, x->trial_lane);
    return db_run(q, e);
}

enum err
crashes_look(struct core *core, struct executor *x, int64_t *alarm_ms,
             struct error *e)
{
    bool over = false;
    enum err err = x->alone ? is_over(core, x, &over, e) : ERR_OK;
    if (err == ERR_OK && over)
        err = try_next(core, x, e);
    int64_t until = x->trial_until > clock_monotonic_ms()
                        ? x->trial_until
                        : clock_monotonic_ms() + CALL_MS;
    if (x->alone && until < *alarm_ms)
        *alarm_ms = until;
    return err;
}
