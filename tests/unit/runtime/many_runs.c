/* Many runs of one installation: making, counting and ending them. */
#include "tests/unit/runtime/many_runs.h"

#include "runtime/executor/accept.h"
#include "store/runtime.h"

void
many_install(struct world *w, struct place *p)
{
    char connector[DIGEST_SIZE];
    place_connector(w, connector,
                    ",'authentication':[],'idempotency':{'header':"
                    "'Idempotency-Key'}");
    place_install(
        w, p,
        place_workflow(
            w, connector,
            WORKFLOW("PIN", BLOCK(10, "math", "A",
                                  "'formula':'=1+1'") "," MAKE(11, "M1"))));
    w->calls = 0;
}

int
many_undone(struct core *core)
{
    int n = 0;
    struct error e;
    struct rs_sweep s;
    struct db_stmt *q = db_use(core_db(core), RS_SWEEP_NEXT);
    db_int(q, SWEEP_CREDENTIAL);
    while (rs_sweep_next(q, &s))
        n++;
    CHECK_INT(db_end(q, &e), ERR_OK);
    return n;
}

int64_t
many_runs(struct core *core, int state)
{
    struct error e;
    struct rs_run_counts c = {0};
    struct db_stmt *q = db_use(core_db(core), RS_RUN_COUNTS);
    CHECK(rs_run_counts_next(q, &c));
    CHECK_INT(db_end(q, &e), ERR_OK);
    return rt_run_count(&c, state);
}

enum err
many_find(struct core *core, struct many *d, struct error *e)
{
    struct rs_installed found = {0};
    struct db *db = core_db(core);
    enum err err = lookup_installation(db, 0, d->p->installation, &d->i, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(db, RS_INSTALLED_ALL);
    db_int(q, d->i.n);
    rs_installed_next(q, &found);
    d->installed = found.n;
    return db_end(q, e);
}

enum err
many_set_state(struct core *core, const struct many *d, int state,
               struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_INSTALLATION_STATE);
    db_int(q, state);
    db_int(q, 1);
    db_int(q, d->i.n);
    return db_run(q, e);
}

static enum err
cancel_all(struct core *core, void *ctx, struct error *e)
{
    const struct many *d = ctx;
    return runs_cancel_all(core, d->installed, e);
}

bool
many_are_dealt_with(struct world *world, void *ctx)
{
    (void)ctx;
    return !many_undone(world->core);
}

void
many_park(struct world *w, struct place *p, int count)
{
    many_install(w, p);
    place_expect(w, p, "pause", "paused");
    place_events(w, p, count);
}

void
many_end(struct world *w, struct many *d)
{
    CHECK_INT(world_do(w, cancel_all, d), ERR_OK);
    world_until(w, many_are_dealt_with, NULL);
}
