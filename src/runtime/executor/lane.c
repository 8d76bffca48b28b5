/* Lanes: every installation with something to do gets its share of the runs in
 * memory, in turn. What waits for a time or a limit stays in the journal. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/runtime.h"

enum {
    WORKING = 128, /* runs in memory that neither wait nor have a call
                      out */
    WORKING_OF_LANE = 8,
    WAITING = 256, /* runs that wait and stay in memory for their end */
    WAITING_OF_LANE = 4,
    EVALUATED = 64,  /* runs that threads evaluate something of */
    LOOK_MS = 60000, /* a look is never further away */
    CLOCK_SLACK_MS = 1000
};

/* --- lanes --------------------------------------------------------------- */

struct lane *
lane_of(struct executor *x, int64_t n)
{
    struct lane **at = &x->lanes[(uint64_t)n % EXECUTOR_BUCKETS];
    while (*at && (*at)->n != n)
        at = &(*at)->next;
    if (!*at) {
        *at = mem_alloc(sizeof **at);
        (*at)->n = n;
    }
    return *at;
}

void
lane_due(struct executor *x, struct lane *lane)
{
    if (lane->due)
        return;
    lane->due = true;
    lane->after = NULL;
    if (x->first_due)
        x->last_due->after = lane;
    else
        x->first_due = lane;
    x->last_due = lane;
}

static struct lane *
take_due(struct executor *x)
{
    struct lane *lane = x->first_due;
    x->first_due = lane->after;
    lane->due = false;
    return lane;
}

static size_t
less(size_t a, size_t b)
{
    return a > b ? a - b : 0;
}

size_t
lane_room(const struct executor *x, const struct lane *lane)
{
    size_t works =
        less(lane->memory, lane->out + lane->waiting) + lane->crowded;
    size_t all = less(x->count, x->out + x->waiting + x->evaluating);
    size_t room = less(WORKING_OF_LANE, works);
    size_t places = less(gate_share(x), lane->out);
    if (all >= WORKING || lane->evaluating > 0 ||
        (lane->slow && x->evaluating >= EVALUATED))
        return 0;
    if (places == 0 && lane->out == 0 && lane->refused != x->landed)
        places = 1; /* it may do something else than call */
    places = less(places, works);
    return room < places ? room : places;
}

void
lanes_reset(struct executor *x)
{
    for (size_t i = 0; i < EXECUTOR_BUCKETS; i++)
        for (struct lane *l = x->lanes[i]; l; l = l->next) {
            l->memory = l->large = l->waiting = l->crowded = l->asked = 0;
            l->due = false;
        }
    x->first_due = NULL;
    x->all = true;
}

void
lanes_free(struct executor *x)
{
    for (size_t i = 0; i < EXECUTOR_BUCKETS; i++)
        while (x->lanes[i]) {
            struct lane *l = x->lanes[i];
            x->lanes[i] = l->next;
            free(l);
        }
}

/* --- what is due --------------------------------------------------------- */

/* Times of the journal are wall clock times: where the clock was set back,
 * they are set back with it. */
static enum err
follow_clock(struct core *core, struct executor *x, int64_t now,
             struct error *e)
{
    if (now >= x->seen_ms - CLOCK_SLACK_MS)
        return ERR_OK;
    struct db_stmt *q = db_use(core_db(core), RS_CREDENTIAL_CLOCK_BACK);
    db_int(q, x->seen_ms - now);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = walk_set_back(core, x, x->seen_ms - now, e);
    log_event(LOG_WARNING, "clock set back", NULL);
    x->seen_ms = now;
    x->all = true;
    return err;
}

enum err
lanes_opened(struct core *core, struct executor *x, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_META_GET);
    db_text(q, "clock");
    if (db_row(q)) {
        int64_t kept = strtoll(db_get_text(q), NULL, 10);
        if (kept > x->seen_ms)
            x->seen_ms = kept;
    }
    enum err err = db_end(q, e);
    return err == ERR_OK ? follow_clock(core, x, clock_now_ms(), e) : err;
}

static enum err
find_due(struct core *core, struct executor *x, int64_t *alarm_ms,
         struct error *e)
{
    int64_t now = clock_now_ms(), next = 0;
    bool found = false;
    enum err err = follow_clock(core, x, now, e);
    if (err != ERR_OK)
        return err;
    if (now < x->seen_ms && !x->all)
        now = x->seen_ms;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_LANES_DUE);
    db_int(q, x->all ? -1 : x->seen_ms);
    db_int(q, now);
    while (db_row(q))
        lane_due(x, lane_of(x, db_get_int(q)));
    err = db_end(q, e);
    if (err != ERR_OK)
        return err;
    x->seen_ms = now;
    x->all = false;
    q = db_use(core_db(core), RS_RUN_NEXT_DUE);
    db_int(q, now);
    err = db_run_int(q, &next, &found, e);
    if (found && next - now < LOOK_MS)
        *alarm_ms = clock_monotonic_ms() + next - now;
    return err;
}

/* Starts up to ROOM runs of the lane that can go on; those that are under way
 * stand among the first. */
static enum err
start_some(struct core *core, struct executor *x, struct lane *lane,
           size_t room, struct error *e)
{
    if (lane->asked > 0) { /* the rows would be those of the last look */
        lane_due(x, lane);
        return ERR_OK;
    }
    size_t most = room + lane->memory + lane->out + lane->crowded + 1, rows = 0;
    bool more = false;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_OF_LANE);
    db_int(q, lane->n);
    db_int(q, x->seen_ms);
    db_int(q, (int64_t)most);
    while (!more && db_row(q)) {
        int64_t n = db_get_int(q);
        more = ++rows == most;
        if (executor_works_on(x, n))
            continue;
        if (room == 0) {
            more = true;
            break;
        }
        room--;
        executor_ask(core, n, lane);
    }
    enum err err = db_end(q, e);
    if (more)
        lane_due(x, lane);
    return err;
}

/* Each lane that is due, once, the next time after the others. */
static enum err
go_round(struct core *core, struct executor *x, struct error *e)
{
    enum err err = ERR_OK;
    struct lane *last = x->last_due;
    for (bool more = x->first_due; more && err == ERR_OK;) {
        struct lane *lane = take_due(x);
        size_t room = lane_room(x, lane);
        more = lane != last && x->first_due;
        if (room)
            err = start_some(core, x, lane, room, e);
        else
            lane_due(x, lane);
    }
    return err;
}

/* --- looking ------------------------------------------------------------- */

struct look {
    struct executor *executor;
    int64_t alarm_ms; /* 0: not by the alarm */
};

static void
look_is_over(void *ctx)
{
    struct look *l = ctx;
    if (!l->alarm_ms)
        l->executor->look_due = false;
    else if (l->executor->alarm_ms == l->alarm_ms)
        l->executor->alarm_ms = INT64_MAX;
    free(l);
}

static enum err look(struct core *core, void *ctx, struct error *e);

static void
look_at(struct core *core, struct executor *x, int64_t at_ms)
{
    struct look *l = mem_alloc(sizeof *l);
    *l = (struct look){x, at_ms};
    core_at(core, at_ms,
            (struct core_work){.run = look, .free = look_is_over, .ctx = l});
}

static void
set_alarm(struct core *core, struct executor *x, int64_t at_ms)
{
    if (at_ms >= x->alarm_ms)
        return;
    x->alarm_ms = at_ms;
    look_at(core, x, at_ms);
}

/* A held runtime takes up nothing: what its backup says is open may have ended
 * since. */
static enum err
look(struct core *core, void *ctx, struct error *e)
{
    struct look *l = ctx;
    struct executor *x = l->executor;
    bool held = false;
    int64_t alarm_ms = clock_monotonic_ms() + LOOK_MS;
    if (l->alarm_ms && x->alarm_ms == l->alarm_ms)
        x->alarm_ms = INT64_MAX;
    if (!l->alarm_ms)
        x->look_due = false; /* what is asked for from here on is not seen */
    if (x->sweeps)
        sweep_soon(core);
    enum err err = executor_held(core, &held, e);
    if (err != ERR_OK || held || core_is_draining(core))
        return err;
    err = find_due(core, x, &alarm_ms, e);
    compiling_move_up(core, x, &alarm_ms);
    if (err == ERR_OK)
        err = gates_open(core, x, &alarm_ms, e);
    if (err == ERR_OK)
        err = crashes_look(core, x, &alarm_ms, e);
    if (err == ERR_OK)
        err = go_round(core, x, e);
    if (err == ERR_OK)
        set_alarm(core, x, alarm_ms);
    else
        x->all = true; /* what it took is taken back */
    return err;
}

void
lanes_look(struct core *core, struct executor *x)
{
    if (x->look_due)
        return;
    x->look_due = true;
    look_at(core, x, 0);
}

void
lanes_move_up(struct core *core, struct executor *x)
{
    struct parsed *discarded =
        parsed_take_discarded(&core_runtime(core)->documents);
    if (discarded)
        core_discard(core, parsed_free_discarded, discarded);
    if (x->first_due || x->gate_waited_for || x->compiling_waits)
        lanes_look(core, x);
}

/* --- waiting ------------------------------------------------------------- */

static void
keep_waiting(struct executor *x, struct run *r, const struct lane *lane)
{
    r->waits = true;
    r->stays = x->waiting < WAITING && lane->waiting < WAITING_OF_LANE &&
               !compiled_is_crowded(r->compiled);
}

void
lane_wait_for_place(struct executor *x, struct run *r)
{
    struct lane *lane = lane_of(x, r->installation);
    keep_waiting(x, r, lane);
    lane_due(x, lane);
}

enum err
lane_wait(struct core *core, struct executor *x, struct run *r, int64_t due_ms,
          const char *turn, const char *message, const char *block,
          struct error *e)
{
    int64_t wait_ms = due_ms - clock_now_ms(), behind = 0;
    enum err err = walk_is_behind(core, x, r->n, &behind, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_WAIT);
    db_int(q, due_ms + behind);
    db_text(q, turn);
    db_text(q, message);
    db_text(q, block);
    db_int(q, r->n);
    err = db_run(q, e);
    if (!turn)
        set_alarm(core, x, clock_monotonic_ms() + (wait_ms > 0 ? wait_ms : 0));
    if (!turn && due_ms < x->seen_ms)
        x->all = true; /* the clock was set back, perhaps not for long */
    keep_waiting(x, r, lane_of(x, r->installation));
    return err;
}
