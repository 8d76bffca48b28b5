/* The runs in memory: taking them from the journal, going on with them. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/executor/credential.h"
#include "runtime/executor/executor_private.h"
#include "runtime/runtime.h"

enum {
    BACKOFF_MS = 500,
    TICK_MS = 25 /* of blocks in one tick, so that requests are answered */
};

static struct executor *
of(struct core *core)
{
    return core_runtime(core)->executor;
}

struct executor *
executor_new(void)
{
    struct executor *x = mem_alloc(sizeof *x);
    x->landed = 1;
    x->alarm_ms = INT64_MAX;
    x->all = true;
    x->backoff_ms = BACKOFF_MS;
    account_key_new(x->account_key);
    memory_init(x);
    return x;
}

static void
drop_runs(struct executor *x)
{
    for (size_t i = 0; i < EXECUTOR_BUCKETS; i++)
        while (x->runs[i]) {
            struct run *r = x->runs[i];
            x->runs[i] = r->next;
            run_drop(r);
        }
    x->count = x->waiting = 0;
    memory_clear(x);
    compiling_clear(x);
    lanes_reset(x);
}

void
executor_free(struct executor *x)
{
    if (!x)
        return;
    drop_runs(x);
    memory_free(x);
    gates_free(x);
    lanes_free(x);
    free(x);
}

void
executor_set_backoff(struct executor *x, int64_t ms)
{
    x->backoff_ms = ms;
}

size_t
executor_count(const struct executor *x)
{
    return x->count;
}

int64_t
executor_time_left(struct core *core, struct executor *x)
{
    int64_t now = clock_monotonic_ms();
    if (x->tick != core_tick_number(core)) {
        x->tick = core_tick_number(core);
        x->tick_until = now + TICK_MS;
    }
    return now < x->tick_until ? x->tick_until - now : 0;
}

bool
executor_has_time(struct core *core, struct executor *x)
{
    return executor_time_left(core, x) > 0;
}

enum err
executor_held(struct core *core, bool *held, struct error *e)
{
    enum err err = runtime_held(core_db(core), held, e);
    *held = *held || (of(core) && of(core)->judging);
    return err;
}

/* --- runs in memory ------------------------------------------------------ */

static struct run **
find(struct executor *x, int64_t n)
{
    struct run **at = &x->runs[(uint64_t)n % EXECUTOR_BUCKETS];
    while (*at && (*at)->n != n)
        at = &(*at)->next;
    return at;
}

bool
executor_waits_for_memory(struct executor *x, int64_t n)
{
    return memory_waits(x, n) || compiling_is_crowded(x, n);
}

bool
executor_works_on(struct executor *x, int64_t n)
{
    const struct run *r = *find(x, n);
    return (r && !r->waits) || executor_calls(x, n) || memory_waits(x, n) ||
           compiling_awaited(x, n);
}

void
executor_give(struct executor *x, int64_t n, int64_t step,
              struct output *answer)
{
    struct run *r = *find(x, n);
    if (!r)
        return;
    output_clear(&r->answer);
    r->answer = *answer;
    r->answered = step;
    *answer = (struct output){0};
}

static bool
wake(struct executor *x, struct run *r)
{
    if (!r->waits)
        return false;
    r->waits = false;
    if (r->stays) {
        x->waiting--;
        lane_of(x, r->installation)->waiting--;
    }
    r->stays = false;
    return true;
}

static void
leave_memory(struct core *core, struct executor *x, int64_t run)
{
    struct run **at = find(x, run);
    struct run *r = *at;
    if (!r)
        return;
    *at = r->next;
    x->count--;
    lane_of(x, r->installation)->memory--;
    lane_of(x, r->installation)->large -= r->large;
    wake(x, r);
    if (run == x->trial)
        lanes_look(core, x);
    run_drop(r);
    lanes_move_up(core, x);
}

void
executor_forget(struct core *core, int64_t run)
{
    struct executor *x = of(core);
    if (!x)
        return;
    leave_memory(core, x, run);
    memory_leave(core, x, run);
    compiling_forget(x, run);
}

/* A run whose document or input cannot be used ends; it is not tried for
 * ever. */
static enum err
refuse(struct core *core, int64_t n, const struct error *why, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_END);
    db_int(q, RUN_FAILED);
    db_int(q, PARK_NONE);
    db_null(q);
    db_text(q, why->text);
    db_null(q);
    db_int(q, 0);
    db_int(q, clock_now_ms());
    db_int(q, n);
    log_event(LOG_ERROR, "run cannot begin", "message", why->text, NULL);
    return db_run(q, e);
}

/* What follows from WHY the run N cannot be taken from the journal. */
static enum err
cannot_begin(struct core *core, int64_t n, const struct error *why,
             struct error *e)
{
    switch (why->code) {
    case ERR_NOT_FOUND:
        return ERR_OK;
    case ERR_INVALID:
    case ERR_DAMAGED:
    case ERR_TOO_BIG:
        return refuse(core, n, why, e);
    default:
        *e = *why;
        return why->code;
    }
}

enum err
executor_run(struct core *core, int64_t n, struct run **out, struct error *e)
{
    struct executor *x = of(core);
    struct run **at = find(x, n);
    struct error why = {0};
    bool held = false;
    *out = *at;
    if (*out)
        return ERR_OK;
    enum err err = executor_held(core, &held, e);
    if (err != ERR_OK || held)
        return err; /* a restored runtime runs nothing */
    if (run_load(core, n, out, &why) != ERR_OK)
        return cannot_begin(core, n, &why, e);
    (*out)->next = NULL;
    *at = *out;
    x->count++;
    lane_of(x, (*out)->installation)->memory++;
    compiling_taken(x, *out);
    return ERR_OK;
}

/* What the journal says of a run that waited is over. */
static enum err
go_on_after_wait(struct core *core, struct executor *x, struct run *r,
                 struct error *e)
{
    if (!wake(x, r))
        return ERR_OK;
    r->later_ms = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_GO_ON);
    db_int(q, clock_now_ms());
    db_int(q, r->n);
    return db_run(q, e);
}

/* R leaves memory until there is room for it. A call of it that is made again
 * later must not be made earlier for that. */
static enum err
make_room(struct core *core, struct executor *x, struct run *r, struct error *e)
{
    int64_t n = r->n;
    bool later = r->later_ms > 0;
    enum err err = crash_survived(core, x, r, e);
    if (err == ERR_OK && later)
        err = lane_wait(core, x, r, r->later_ms, NULL,
                        "another attempt of a call follows", NULL, e);
    r->stays = false;
    if (err == ERR_OK && !later)
        leave_memory(core, x, n);
    else
        executor_forget(core, n);
    return err;
}

/* What waits and holds much goes where others need the room. */
static bool
may_stay(struct core *core, struct executor *x, struct run *r)
{
    return r->stays && memory_keeps(core, x, r) && !memory_is_wanted(x) &&
           !compiling_wants(x, r);
}

/* R, which waits, goes on from the journal then. */
void
executor_let_go(struct core *core, struct run *r)
{
    if (r->waits && r->stays)
        executor_forget(core, r->n);
}

static enum err
go_on_here(struct core *core, struct executor *x, struct run *r,
           struct error *e)
{
    bool ended = false;
    int64_t n = r->n;
    enum err err = run_go_on(core, x, r, &ended, e);
    if (err == ERR_OK && (ended || r->waits))
        err = crash_survived(core, x, r, e);
    if (err == ERR_OK && !ended && !r->waits)
        return executor_calls(x, n) || memory_keeps(core, x, r)
                   ? ERR_OK
                   : make_room(core, x, r, e);
    if (err != ERR_OK || ended || !may_stay(core, x, r)) {
        r->stays = false;
        executor_forget(core, n);
    } else {
        x->waiting++;
        lane_of(x, r->installation)->waiting++;
    }
    return err;
}

/* An error of the store takes back what the run did; what is in memory would
 * be ahead of it. */
enum err
executor_go_on(struct core *core, struct run *r, struct error *e)
{
    struct executor *x = of(core);
    enum err err = go_on_after_wait(core, x, r, e);
    if (err != ERR_OK)
        executor_forget(core, r->n);
    else if (memory_waits(x, r->n) || memory_turn_is_over(core, x, r) ||
             compiling_turn_is_over(core, x, r))
        err = make_room(core, x, r, e);
    else
        err = go_on_here(core, x, r, e);
    lanes_move_up(core, x);
    return err;
}

/* --- work of the core ---------------------------------------------------- */

struct going {
    int64_t run, lane;
    bool marked;               /* the journal says that it is worked on */
    bool asked;                /* it counts in its lane */
    struct executor *executor; /* of what counts */
};

static void go_again(struct core *core, const struct going *g);

static enum err
mark(struct core *core, struct going *g, struct error *e)
{
    struct going next = *g;
    next.marked = true;
    g->asked = false;
    go_again(core, &next);
    return crash_mark(core, g->run, e);
}

/* Whether the run N may go on. What asked for it may have been queued before
 * the run began to wait: a run that waits goes on when the journal says so. */
static enum err
is_taken_up(struct core *core, struct executor *x, int64_t n, bool *out,
            struct error *e)
{
    int64_t due = 0, now = clock_now_ms();
    bool open = false, parked = false;
    *out = executor_works_on(x, n);
    if (*out)
        return ERR_OK;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_DUE_AT);
    db_int(q, n);
    enum err err = db_run_int(q, &due, &open, e);
    *out =
        err == ERR_OK && open && due <= (now > x->seen_ms ? now : x->seen_ms);
    if (*out)
        err = run_park_stopped(core, n, &parked, e);
    *out = *out && !parked;
    return err;
}

/* Goes on with the run of G, in memory or when its document is ready. */
static enum err
go_on_when_ready(struct core *core, const struct going *g, struct error *e)
{
    struct executor *x = of(core);
    struct run *r = NULL;
    struct error why = {0};
    bool ready = true;
    if (!*find(x, g->run) &&
        compiling_ready(core, x, g->run, g->lane, &ready, &why) != ERR_OK)
        return cannot_begin(core, g->run, &why, e);
    if (!ready)
        return ERR_OK;
    enum err err = executor_run(core, g->run, &r, e);
    if (err == ERR_OK && r) {
        r->marked |= g->marked;
        return executor_go_on(core, r, e);
    }
    lanes_move_up(core, x);
    return err;
}

/* A run that finds no room stays in the journal, behind those of its lane that
 * came before it. */
static enum err
take_up(struct core *core, struct going *g, struct error *e)
{
    struct executor *x = of(core);
    struct lane *lane = lane_of(x, g->lane);
    int64_t n = g->run;
    bool taken_up = false;
    if (executor_calls(x, n)) /* its answer goes on with it */
        return ERR_OK;
    if (compiling_awaited(x, n)) /* and when its document is ready */
        return ERR_OK;
    if (memory_waits(x, n)) /* it is told when there is room for it */
        return *find(x, n) ? make_room(core, x, *find(x, n), e) : ERR_OK;
    enum err err = is_taken_up(core, x, n, &taken_up, e);
    if (err != ERR_OK || !taken_up) {
        if (!*find(x, n))
            memory_leave(core, x, n);
        lanes_look(core, x); /* it may wait by a clock that was set back */
        return err;
    }
    if (!*find(x, n) && lane_room(x, lane) == 0 && !compiling_has_ended(x, n)) {
        lane_due(x, lane);
        return ERR_OK;
    }
    if (!g->marked && crash_marks(x, n, *find(x, n)))
        return mark(core, g, e);
    return go_on_when_ready(core, g, e);
}

enum err
executor_go_on_with(struct core *core, int64_t n, int64_t lane, struct error *e)
{
    return take_up(core, &(struct going){.run = n, .lane = lane}, e);
}

/* G no longer counts in its lane. */
static void
uncount(struct going *g)
{
    if (!g->asked)
        return;
    struct lane *lane = lane_of(g->executor, g->lane);
    g->asked = false;
    if (lane->asked > 0)
        lane->asked--;
}

static enum err
go_on_with(struct core *core, void *ctx, struct error *e)
{
    struct going *g = ctx;
    struct executor *x = of(core);
    bool asked = g->asked;
    enum err err = take_up(core, g, e);
    compiling_tried(x, g->run);
    uncount(g);
    const struct lane *lane = lane_of(x, g->lane);
    if (asked && lane->due && lane->asked == 0)
        lanes_look(core, x); /* the next ones */
    return err;
}

static void
going_is_over(void *ctx)
{
    uncount(ctx);
    free(ctx);
}

/* A run without time would be taken up for nothing. */
static bool
has_no_time(struct core *core, const void *ctx)
{
    (void)ctx;
    return !executor_has_time(core, of(core));
}

static void
go_again(struct core *core, const struct going *g)
{
    struct going *copy = mem_alloc(sizeof *copy);
    *copy = *g;
    core_at(core, 0,
            (struct core_work){.run = go_on_with,
                               .free = going_is_over,
                               .waits = has_no_time,
                               .ctx = copy});
}

void
executor_ask(struct core *core, int64_t run, struct lane *lane)
{
    lane->asked++;
    go_again(core, &(struct going){.run = run,
                                   .lane = lane->n,
                                   .asked = true,
                                   .executor = of(core)});
}

void
executor_again(struct core *core, int64_t run, int64_t lane)
{
    go_again(core, &(struct going){.run = run, .lane = lane});
}

bool
run_gives_way(struct exec *x)
{
    if (executor_has_time(x->core, x->executor))
        return false;
    executor_again(x->core, x->run->n, x->run->installation);
    return true;
}

/* --- the journal --------------------------------------------------------- */

/* Runs of the lane that came before go first. */
static enum err
start_new(struct core *core, void *ctx, struct error *e)
{
    const struct going *g = ctx;
    struct executor *x = of(core);
    if (lane_of(x, g->lane)->due || core_is_draining(core))
        return ERR_OK;
    return go_on_with(core, ctx, e);
}

void
executor_start(struct core *core, int64_t run, int64_t lane)
{
    if (!of(core))
        return; /* decisions without an executor: a test */
    struct going *g = mem_alloc(sizeof *g);
    *g = (struct going){.run = run, .lane = lane};
    core_at(
        core, 0,
        (struct core_work){
            .run = start_new, .free = free, .waits = has_no_time, .ctx = g});
}

void
executor_look(struct core *core)
{
    struct executor *x = of(core);
    if (!x)
        return;
    x->all = true;
    lanes_look(core, x);
}

enum err
executor_opened(struct core *core, struct error *e)
{
    struct executor *x = of(core);
    drop_runs(x);
    x->alarm_ms = INT64_MAX;
    enum err err = walks_opened(core, x, e);
    if (err == ERR_OK)
        err = restored_opened(core, x, e);
    if (err == ERR_OK)
        err = crashes_opened(core, x, e);
    if (err == ERR_OK)
        err = lanes_opened(core, x, e);
    x->opened_ms = clock_monotonic_ms();
    if (err == ERR_OK)
        err = db_run_int(db_use(core_db(core), RS_RUN_NEWEST),
                         &x->opened_newest, NULL, e);
    executor_look(core);
    run_counts_soon(core, x, 0);
    credentials_opened(core);
    return err;
}
