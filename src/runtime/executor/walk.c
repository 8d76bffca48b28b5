/* What is done once with all runs that are open, or wait for a credential: in
 * parts, some in each tick, so that others are served meanwhile. After a start
 * no run waits for the turn that it had before, and those whose credential
 * works go on. A clock that was set back takes the times of the runs with it.
 * The store keeps where each walk is, so that a part that is rolled back is
 * done again. */
#include <stdio.h>

#include "base/clock.h"
#include "runtime/executor/executor_private.h"
#include "runtime/runtime.h"

enum { RUNS_AT_ONCE = 100 };

/* The next runs of a walk. */
struct part {
    int64_t runs[RUNS_AT_ONCE], lanes[RUNS_AT_ONCE];
    size_t count;
};

/* A kind of walk: its statement for the next runs, and that for each. */
struct walking {
    int walk, list, change;
};
static const struct walking kinds[] = {
    {WALK_CLOCK, RS_WALK_OPEN, RS_RUN_CLOCK_BACK},
    {WALK_TURNS, RS_WALK_TURNS, RS_RUN_TURN_OVER},
    {WALK_CREDENTIALS, RS_WALK_CREDENTIALS, RS_RUN_RELEASE_WORKING}};

/* --- beginning ----------------------------------------------------------- */

/* STATEMENT adds a walk up to the newest run: later ones need it not. */
static enum err
add(struct core *core, int statement, int kind, int64_t at, struct error *e)
{
    int64_t upto = 0;
    enum err err =
        db_run_int(db_use(core_db(core), RS_RUN_NEWEST), &upto, NULL, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(core_db(core), statement);
    db_int(q, kind);
    db_int(q, upto);
    db_int(q, at);
    err = db_run(q, e);
    sweep_soon(core);
    return err;
}

enum err
walk_begin(struct core *core, int kind, struct error *e)
{
    return add(core, RS_WALK_ADD, kind, clock_now_ms(), e);
}

enum err
walk_set_back(struct core *core, struct executor *x, int64_t ms,
              struct error *e)
{
    x->behind = true;
    return add(core, RS_WALK_ADD_NEXT, WALK_CLOCK, ms, e);
}

/* Both walks ask for a sweep, which also goes on with what was decided before
 * the restart. */
enum err
walks_opened(struct core *core, struct executor *x, struct error *e)
{
    x->behind = true;
    int64_t now = clock_now_ms();
    struct db_stmt *q = db_use(core_db(core), RS_RUN_ALONE_OVER);
    db_int(q, now);
    enum err err = db_run(q, e);
    if (err == ERR_OK)
        err = walk_begin(core, WALK_TURNS, e);
    return err == ERR_OK ? walk_begin(core, WALK_CREDENTIALS, e) : err;
}

/* --- where a walk is ----------------------------------------------------- */

enum err
walk_get(struct core *core, int kind, struct walk *out, bool *found,
         struct error *e)
{
    struct rs_sweep row;
    struct db_stmt *q = db_use(core_db(core), RS_WALK_GET);
    db_int(q, kind);
    *found = rs_sweep_next(q, &row);
    if (*found) {
        *out = (struct walk){.kind = kind,
                             .number = row.installed,
                             .after = row.after,
                             .upto = row.upto,
                             .at = row.at};
        snprintf(out->turn, sizeof out->turn, "%s", row.app ? row.app : "");
    }
    return db_end(q, e);
}

enum err
walk_keep(struct core *core, const struct walk *w, bool done, struct error *e)
{
    struct db_stmt *q =
        db_use(core_db(core), done ? RS_SWEEP_DROP : RS_WALK_MOVE);
    db_int(q, w->kind);
    db_int(q, w->number);
    if (!done) {
        db_int(q, w->after);
        db_text(q, w->turn);
    }
    return db_run(q, e);
}

enum err
walk_is_behind(struct core *core, const struct executor *x, int64_t run,
               int64_t *ms, struct error *e)
{
    *ms = 0;
    if (!x->behind)
        return ERR_OK;
    struct db_stmt *q = db_use(core_db(core), RS_CLOCK_BACK_AHEAD);
    db_int(q, WALK_CLOCK);
    db_int(q, run);
    return db_run_int(q, ms, NULL, e);
}

/* --- a part -------------------------------------------------------------- */

/* Takes the next runs; W is then at the last of them. */
static enum err
take(struct core *core, const struct walking *k, struct walk *w, struct part *p,
     struct error *e)
{
    struct rs_walked_run found;
    struct db_stmt *q = db_use(core_db(core), k->list);
    db_int(q, w->after);
    db_int(q, w->upto);
    db_int(q, RUNS_AT_ONCE);
    if (w->kind == WALK_TURNS)
        db_text(q, w->turn);
    while (rs_walked_run_next(q, &found)) {
        p->runs[p->count] = found.n;
        p->lanes[p->count++] = found.lane;
        w->after = found.n;
        snprintf(w->turn, sizeof w->turn, "%s", found.turn ? found.turn : "");
    }
    return db_end(q, e);
}

/* What each run of W is changed by. */
static int64_t
value_of(const struct walk *w)
{
    int64_t now = clock_now_ms();
    if (w->kind == WALK_CREDENTIALS)
        return 0;
    return w->kind == WALK_CLOCK || w->at < now ? w->at : now;
}

/* A lane is looked at again where one of its runs may be due now. */
static enum err
change(struct core *core, struct executor *x, int statement,
       const struct part *p, int64_t value, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < p->count && err == ERR_OK; i++) {
        struct db_stmt *q = db_use(core_db(core), statement);
        db_int(q, p->runs[i]);
        db_int(q, value);
        err = db_run(q, e);
        if (err == ERR_OK && db_changes(core_db(core)) > 0)
            lane_due(x, lane_of(x, p->lanes[i]));
    }
    if (p->count > 0)
        lanes_look(core, x);
    return err;
}

static enum err
go_on(struct core *core, struct executor *x, const struct walking *k,
      struct walk *w, struct error *e)
{
    struct part p = {0};
    int64_t value = value_of(w);
    enum err err = take(core, k, w, &p, e);
    if (err == ERR_OK)
        err = change(core, x, k->change, &p, value, e);
    return err == ERR_OK ? walk_keep(core, w, p.count < RUNS_AT_ONCE, e) : err;
}

enum err
walk_on(struct core *core, struct executor *x, bool held, bool *more,
        struct error *e)
{
    struct walk w;
    enum err err = ERR_OK;
    *more = x->judging;
    if (x->judging)
        return restored_go_on(core, x, e);
    for (size_t i = 0;
         i < sizeof kinds / sizeof *kinds && !held && !*more && err == ERR_OK;
         i++) {
        err = walk_get(core, kinds[i].walk, &w, more, e);
        if (kinds[i].walk == WALK_CLOCK)
            x->behind = err != ERR_OK || *more;
        if (err == ERR_OK && *more)
            err = go_on(core, x, &kinds[i], &w, e);
    }
    return err;
}
