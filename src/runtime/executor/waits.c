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

/* An installation counts once, whatever of it waits. */
static void
count_own(struct lane *lane, void *own)
{
    if (!lane->counted)
        *(int64_t *)own += 1;
    lane->counted = true;
}

static void
count_accepted(struct executor *x, int64_t n, struct executor_waits *out)
{
    struct lane *lane = lane_of(x, n);
    if (lane->crowded > 0 || compiling_is_for(x, n))
        return;
    if (lane->out > 0 || lane->evaluating > 0)
        count_own(lane, &out->own);
    else
        out->others++;
}

enum err
executor_waits(struct core *core, int64_t ms, struct executor_waits *out,
               struct error *e)
{
    struct executor *x = of(core);
    *out = (struct executor_waits){.full_hosts = gate_full_hosts(x)};
    for (size_t i = 0; i < EXECUTOR_BUCKETS; i++)
        for (struct lane *l = x->lanes[i]; l; l = l->next)
            l->counted = false;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_LANES_WAITING);
    db_int(q, clock_now_ms() - ms);
    while (db_row(q))
        count_accepted(x, db_get_int(q), out);
    enum err err = db_end(q, e);
    return err == ERR_OK
               ? gate_lanes_waiting(core, x, ms, count_own, &out->own, e)
               : err;
}
