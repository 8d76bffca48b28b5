/* Decisions about many runs: all of a workflow are cancelled, or go on. The
 * decision itself is one row, which counts at once: nothing that it cancelled
 * begins or calls. The runs' own rows follow, some in each tick, so that others
 * are served meanwhile; the decision's row goes with the last of them, so a
 * restart goes on where it was. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/runtime.h"

enum { RUNS_AT_ONCE = 100 }; /* of all decisions, in one tick */

/* What is done in one tick for a decision. */
struct part {
    int64_t kind, installed, upto, at;
    struct standing standing;
    char *app;
    int64_t runs[RUNS_AT_ONCE];
    size_t count, changed;
    bool done; /* with it the decision is */
};

static struct executor *
of(struct core *core)
{
    return core_runtime(core)->executor;
}

/* How many runs this tick may deal with yet. */
static size_t
room(struct core *core)
{
    struct executor *x = of(core);
    if (x->sweep_tick != core_tick_number(core)) {
        x->sweep_tick = core_tick_number(core);
        x->swept = 0;
    }
    return RUNS_AT_ONCE - x->swept;
}

/* Takes the rows that Q, which ends with a limit, finds. */
static enum err
take_runs(struct core *core, struct part *p, struct db_stmt *q, struct error *e)
{
    size_t most = room(core);
    db_int(q, (int64_t)most);
    while (db_row(q))
        p->runs[p->count++] = db_get_int(q);
    p->done = p->count < most;
    of(core)->swept += p->count;
    return db_end(q, e);
}

/* Whether the decision is also about runs that are not parked. */
static bool
takes_open(int64_t kind)
{
    return kind == SWEEP_CANCEL || kind == SWEEP_STOP;
}

static enum err
change(struct core *core, int statement, int64_t a, int64_t b, const char *text,
       struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), statement);
    db_int(q, a);
    db_int(q, b);
    if (text)
        db_text(q, text);
    return db_run(q, e);
}

/* --- runs ---------------------------------------------------------------- */

/* A run that goes on is due when that was decided: before what came in since,
 * also where the clock was set back. */
static int64_t
due(const struct part *p)
{
    int64_t now = clock_now_ms();
    return p->at < now ? p->at : now;
}

static bool
is_stopped(const struct standing *at)
{
    return at->off || at->paused;
}

/* One reason has gone: the run says the one that is left. */
static enum err
still_stopped(struct core *core, const struct part *p, int64_t run,
              struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_STILL_PAUSED);
    db_int(q, run);
    db_text(q, standing_message(&p->standing, PARK_PAUSED));
    return db_run(q, e);
}

/* A held runtime lets nothing go on: a run whose other reason (PARK, APP) goes
 * waits for the restore to be accepted. */
static enum err
hold(struct core *core, const struct part *p, int64_t run, int park,
     struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_HOLD);
    db_int(q, run);
    db_int(q, park);
    db_text(q, p->app);
    db_text(q, standing_message(&p->standing, PARK_HELD));
    return db_run(q, e);
}

/* Changes the row of the run where the decision changes it. */
static enum err
sweep_run(struct core *core, const struct part *p, int64_t run, struct error *e)
{
    struct db_stmt *q;
    switch (p->kind) {
    case SWEEP_CANCEL:
        return change(core, RS_RUN_CANCEL, run, p->at, NULL, e);
    case SWEEP_RESUME:
        if (is_stopped(&p->standing))
            return still_stopped(core, p, run, e);
        if (p->standing.held)
            return hold(core, p, run, PARK_PAUSED, e);
        return change(core, RS_RUN_RELEASE_PAUSED, run, due(p), NULL, e);
    case SWEEP_STOP:
        return change(core, RS_RUN_PARK_WAITING, run, clock_now_ms(),
                      standing_message(&p->standing, PARK_PAUSED), e);
    default:
        if (p->standing.held)
            return hold(core, p, run, PARK_CREDENTIAL, e);
        q = db_use(core_db(core), RS_RUN_RELEASE_CREDENTIAL);
        db_int(q, run);
        db_int(q, due(p));
        db_text(q, p->app);
        return db_run(q, e);
    }
}

static enum err
sweep_runs(struct core *core, struct part *p, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < p->count && err == ERR_OK; i++) {
        err = sweep_run(core, p, p->runs[i], e);
        if (err != ERR_OK || db_changes(core_db(core)) == 0)
            continue;
        p->changed++;
        if (takes_open(p->kind))
            executor_forget(core, p->runs[i]);
    }
    return err;
}

static enum err
list_runs(struct core *core, struct part *p, int64_t after, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_SWEEP_RUNS);
    db_int(q, p->installed);
    db_int(q, after);
    db_int(q, p->upto);
    db_int(q, takes_open(p->kind));
    return take_runs(core, p, q, e);
}

/* --- decisions ----------------------------------------------------------- */

/* What was decided since may make it void: only a cancelling stays. */
static bool
is_void(const struct part *p)
{
    const struct standing *at = &p->standing;
    return (p->kind != SWEEP_CANCEL && at->gone) ||
           (p->kind == SWEEP_STOP && !is_stopped(at));
}

/* The part of the decision that Q finds. */
static enum err
take_part(struct core *core, struct part *p, struct db_stmt *q, bool held,
          bool *found, struct error *e)
{
    int64_t after = 0;
    struct rs_sweep s;
    *found = rs_sweep_next(q, &s);
    if (*found) {
        p->kind = s.kind;
        p->installed = s.installed;
        p->upto = s.upto;
        p->at = s.at;
        p->app = s.app ? mem_strdup(s.app) : NULL;
        after = s.after;
    }
    enum err err = db_end(q, e);
    if (err != ERR_OK || !*found)
        return err;
    err = run_standing(core, p->installed, &p->standing, e);
    p->standing.held |= held;
    p->done = is_void(p);
    return err == ERR_OK && !p->done ? list_runs(core, p, after, e) : err;
}

static enum err
move_on(struct core *core, const struct part *p, struct error *e)
{
    if (!p->done && p->count == 0)
        return ERR_OK;
    struct db_stmt *q =
        db_use(core_db(core), p->done ? RS_SWEEP_DROP : RS_SWEEP_MOVE);
    db_int(q, p->kind);
    db_int(q, p->installed);
    if (!p->done)
        db_int(q, p->runs[p->count - 1]);
    return db_run(q, e);
}

/* Tells others of what a part has changed. */
static enum err
tell(struct core *core, const struct part *p, struct error *e)
{
    struct executor *x = of(core);
    if (p->changed == 0)
        return ERR_OK;
    if (!takes_open(p->kind)) {
        lane_due(x, lane_of(x, p->standing.lane));
        lanes_look(core, x);
    }
    core_wake(core, CORE_TOPIC_RUNS);
    return executor_count_parked(core, p->installed, e);
}

/* --- a held runtime ------------------------------------------------------ */

/* What a held runtime parked goes on when it is not held any more, as late as
 * if it were accepted now. */
static enum err
release_held(struct core *core, struct part *p, struct error *e)
{
    struct executor *x = of(core);
    int64_t now = clock_now_ms(), at = now > x->seen_ms ? now : x->seen_ms + 1;
    enum err err = take_runs(core, p, db_use(core_db(core), RS_SWEEP_HELD), e);
    for (size_t i = 0; i < p->count && err == ERR_OK; i++)
        err = change(core, RS_RUN_RELEASE_HELD, p->runs[i], at, NULL, e);
    if (err == ERR_OK && p->count > 0)
        executor_look(core);
    return err;
}

/* --- work of the core ---------------------------------------------------- */

/* The part of the decision that Q finds; where the runtime is HELD no run goes
 * on by it. */
static enum err
do_part(struct core *core, struct part *p, struct db_stmt *q, bool held,
        bool *found, struct error *e)
{
    enum err err = take_part(core, p, q, held, found, e);
    if (err != ERR_OK || !*found)
        return err;
    err = sweep_runs(core, p, e);
    if (err == ERR_OK)
        err = move_on(core, p, e);
    return err == ERR_OK ? tell(core, p, e) : err;
}

static enum err
do_next(struct core *core, struct part *p, struct error *e)
{
    struct executor *x = of(core);
    bool held = false, found = false, walks = false;
    enum err err = executor_held(core, &held, e);
    if (err == ERR_OK)
        err = walk_on(core, x, held, &walks, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(core_db(core), RS_SWEEP_NEXT);
    db_int(q, SWEEP_CREDENTIAL);
    err = do_part(core, p, q, held, &found, e);
    if (err == ERR_OK && !found && !held)
        err = release_held(core, p, e);
    if (err == ERR_OK)
        x->sweeps = found || walks || p->count > 0;
    return err;
}

/* A part that is on its way. */
struct coming {
    struct executor *executor;
    bool came;
};

static enum err
sweep(struct core *core, void *ctx, struct error *e)
{
    struct coming *c = ctx;
    struct part p = {0};
    c->came = true;
    c->executor->sweep_due = false;
    if (core_is_draining(core))
        return ERR_OK;
    enum err err = do_next(core, &p, e);
    free(p.app);
    if (err == ERR_OK && c->executor->sweeps)
        sweep_soon(core);
    return err;
}

/* One that was taken back with its savepoint does not come. */
static void
sweep_is_over(void *ctx)
{
    struct coming *c = ctx;
    if (!c->came)
        c->executor->sweep_due = false;
    free(c);
}

void
sweep_soon(struct core *core)
{
    struct executor *x = of(core);
    if (!x)
        return; /* decisions without an executor: a test */
    x->sweeps = true;
    if (x->sweep_due)
        return;
    struct coming *c = mem_alloc(sizeof *c);
    *c = (struct coming){x, false};
    x->sweep_due = true;
    core_at(core, 0,
            (struct core_work){.run = sweep, .free = sweep_is_over, .ctx = c});
}

/* --- deciding ------------------------------------------------------------ */

/* Deals with the first runs at once: mostly there are few. */
static enum err
begin(struct core *core, int kind, int64_t installed, struct error *e)
{
    struct part p = {0};
    bool held = false, found = false;
    enum err err = executor_held(core, &held, e);
    if (err != ERR_OK || !of(core))
        return err;
    struct db_stmt *q = db_use(core_db(core), RS_SWEEP_GET);
    db_int(q, kind);
    db_int(q, installed);
    err = do_part(core, &p, q, held, &found, e);
    free(p.app);
    if (found && !p.done)
        sweep_soon(core);
    return err;
}

static enum err
decide(struct core *core, int kind, int64_t installed, const char *app,
       struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_SWEEP_ADD);
    db_int(q, kind);
    db_int(q, installed);
    db_int(q, clock_now_ms());
    db_text(q, app);
    db_int(q, takes_open(kind));
    enum err err = db_run(q, e);
    return err == ERR_OK ? begin(core, kind, installed, e) : err;
}

/* Runs of INSTALLED that are in memory leave it: their calls are not made. */
static void
forget_all(struct core *core, struct executor *x, int64_t installed)
{
    int64_t *list = mem_array(x->count + 1, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < EXECUTOR_BUCKETS; i++)
        for (const struct run *r = x->runs[i]; r; r = r->next)
            if (r->installed == installed)
                list[count++] = r->n;
    while (count > 0)
        executor_forget(core, list[--count]);
    free(list);
}

enum err
runs_cancel_all(struct core *core, int64_t installed, struct error *e)
{
    enum err err = decide(core, SWEEP_CANCEL, installed, NULL, e);
    if (err != ERR_OK || !of(core))
        return err;
    forget_all(core, of(core), installed);
    core_wake(core, CORE_TOPIC_RUNS);
    return executor_count_parked(core, installed, e);
}

enum err
runs_resume(struct core *core, int64_t installed, struct error *e)
{
    return decide(core, SWEEP_RESUME, installed, NULL, e);
}

void
runs_resume_held(struct core *core)
{
    executor_look(core);
    sweep_soon(core);
}

/* Each that STATEMENT finds by KEY and APP. */
static enum err
decide_each(struct core *core, int statement, int64_t key, const char *app,
            struct error *e)
{
    enum err err = ERR_OK;
    struct value *list = value_array();
    struct rs_installed_app found;
    struct db_stmt *q = db_use(core_db(core), statement);
    db_int(q, key);
    if (statement == RS_INSTALLED_OF_USER)
        db_text(q, app);
    while (rs_installed_app_next(q, &found)) {
        struct value *v = value_object();
        value_set_int(v, "installed", found.installed);
        value_set_text(v, "app", found.app);
        value_append(list, v);
    }
    err = db_end(q, e);
    for (size_t i = 0; i < value_size(list) && err == ERR_OK; i++) {
        const struct value *v = value_at(list, i);
        err = decide(core, SWEEP_CREDENTIAL,
                     value_int_or(value_get(v, "installed"), 0),
                     value_get_text(v, "app"), e);
    }
    value_free(list);
    return err;
}

enum err
runs_resume_credential(struct core *core, int64_t user, const char *app,
                       struct error *e)
{
    return decide_each(core, RS_INSTALLED_OF_USER, user, app, e);
}

enum err
sweep_credential(struct core *core, int64_t credential, struct error *e)
{
    return decide_each(core, RS_INSTALLED_OF_CREDENTIAL, credential, NULL, e);
}

/* --- what is paused or turned off ---------------------------------------- */

/* What is tried again, or begins, while its row is not parked yet. */
enum err
run_park_stopped(struct core *core, int64_t run, bool *parked, struct error *e)
{
    int64_t installed = 0;
    struct standing at;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_IS_STOPPED);
    db_int(q, run);
    enum err err = db_run_int(q, &installed, parked, e);
    if (err != ERR_OK || !*parked)
        return err;
    err = run_standing(core, installed, &at, e);
    q = db_use(core_db(core), RS_RUN_PARK_STOPPED);
    db_text(q, standing_message(&at, PARK_PAUSED));
    db_int(q, run);
    if (err == ERR_OK)
        err = db_run(q, e);
    executor_forget(core, run);
    core_wake(core, CORE_TOPIC_RUNS);
    return err == ERR_OK ? executor_count_parked(core, installed, e) : err;
}

/* What waits stays until it is turned on or resumed: nothing is lost, and
 * nothing is tried again meanwhile. */
enum err
runs_stop(struct core *core, int64_t installed, struct error *e)
{
    return decide(core, SWEEP_STOP, installed, NULL, e);
}

int64_t
runs_in_progress(struct core *core, int64_t installation, int64_t installed)
{
    const struct executor *x = of(core);
    int64_t n = 0;
    for (size_t i = 0; x && i < EXECUTOR_BUCKETS; i++)
        for (const struct run *r = x->runs[i]; r; r = r->next)
            n += !r->waits && r->installation == installation &&
                 (!installed || r->installed == installed);
    return n;
}
