/* How long runs have waited, for /healthz and /metrics. */
#include "base/clock.h"
#include "runtime/executor/executor_private.h"
#include "runtime/runtime.h"

static struct executor *
of(struct core *core)
{
    return core_runtime(core)->executor;
}

/* How long R has waited. A clock that is set back takes DUE_AT with it, and
 * one that is set right again leaves it in the past; what was accepted
 * meanwhile has both times in the past. So the later time counts, and no run
 * that came after the start has waited longer than since then. */
static int64_t
waited(const struct executor *x, const struct rs_oldest_run *r)
{
    int64_t now = clock_now_ms(), since = r->due_at;
    int64_t up = clock_monotonic_ms() - x->opened_ms;
    if (r->accepted_at > since && r->accepted_at <= now)
        since = r->accepted_at;
    int64_t ms = now > since ? now - since : 0;
    return r->n > x->opened_newest && ms > up ? up : ms;
}

enum err
executor_oldest_wait(struct core *core, int64_t *ms, struct error *e)
{
    struct rs_oldest_run r;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_OLDEST_ACCEPTED);
    *ms = rs_oldest_run_next(q, &r) ? waited(of(core), &r) : 0;
    return db_end(q, e);
}

enum err
executor_waits(struct core *core, int64_t ms, struct executor_waits *out,
               struct error *e)
{
    *out = (struct executor_waits){0};
    struct db_stmt *q = db_use(core_db(core), RS_RUN_LANES_WAITING);
    db_int(q, clock_now_ms() - ms);
    while (db_row(q)) {
        const struct lane *lane = lane_of(of(core), db_get_int(q));
        if (lane->crowded > 0 || compiling_is_for(of(core), lane->n))
            continue;
        bool own = lane->out > 0 || lane->evaluating > 0;
        *(own ? &out->own : &out->others) += 1;
    }
    return db_end(q, e);
}
