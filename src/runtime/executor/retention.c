/* What is kept of runs. */
#include "runtime/executor/retention.h"

#include <stdlib.h>

#include "base/clock.h"
#include "store/runtime.h"

#define RUN_LIFE_MS (90LL * 24 * 3600 * 1000)

enum { RUNS_AT_ONCE = 100, EVERY_MS = 3600 * 1000 };
enum { CHANGES_AT_ONCE = 2000 };

static enum err
read_runs(struct db *db, int statement, int64_t until, int64_t *runs, size_t *n,
          struct error *e)
{
    *n = 0;
    struct db_stmt *q = db_use(db, statement);
    db_int(q, until);
    db_int(q, RUNS_AT_ONCE);
    while (db_row(q))
        runs[(*n)++] = db_get_int(q, 0);
    return db_end(q, e);
}

/* Does each of the COUNT statements, which take the run's row. */
static enum err
erase(struct db *db, const int *statements, size_t count, int64_t run,
      struct error *e)
{
    enum err code = ERR_OK;
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        struct db_stmt *q = db_use(db, statements[i]);
        db_int(q, run);
        code = db_run(q, e);
    }
    return code;
}

/* A key is kept as long as the run that it stands for is listed. */
static enum err
erase_keys(struct db *db, int64_t until, bool *more, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_ONCE_OLD);
    db_int(q, until);
    db_int(q, RUNS_AT_ONCE);
    enum err code = db_run(q, e);
    *more = code == ERR_OK && db_changes(db) == RUNS_AT_ONCE;
    return code;
}

enum err
retention_erase(struct core *core, int64_t now_ms, bool *more, struct error *e)
{
    static const int payload[] = {RS_EXPIRE_STEPS, RS_EXPIRE_INPUT,
                                  RS_EXPIRE_RUN};
    static const int whole[] = {RS_OLD_LABELS, RS_OLD_STEPS, RS_OLD_RUN_BARE,
                                RS_OLD_RUN};
    struct db *db = core_db(core);
    int64_t runs[RUNS_AT_ONCE];
    size_t n = 0, m = 0;
    bool keys = false;
    enum err code = read_runs(db, RS_EXPIRED_RUNS, now_ms, runs, &n, e);
    for (size_t i = 0; i < n && code == ERR_OK; i++)
        code = erase(db, payload, 3, runs[i], e);
    if (code == ERR_OK)
        code = read_runs(db, RS_OLD_RUNS, now_ms - RUN_LIFE_MS, runs, &m, e);
    for (size_t i = 0; i < m && code == ERR_OK; i++)
        code = erase(db, whole, 4, runs[i], e);
    if (code == ERR_OK)
        code = erase_keys(db, now_ms - RUN_LIFE_MS, &keys, e);
    *more = n == RUNS_AT_ONCE || m == RUNS_AT_ONCE || keys;
    return code;
}

/* --- what runs of a user recorded ----------------------------------------- */

static bool
has_ended(int64_t state)
{
    return state == RUN_DONE || state == RUN_FAILED || state == RUN_CANCELLED;
}

/* The runs of USER after row AFTER; those that go on as -1 * their row. */
static enum err
next_runs(struct db *db, int64_t user, int64_t after, int64_t *rows, size_t *n,
          struct error *e)
{
    *n = 0;
    struct db_stmt *q = db_use(db, RS_USER_RUNS_AFTER);
    db_int(q, user);
    db_int(q, after);
    db_int(q, RUNS_AT_ONCE);
    while (db_row(q)) {
        int64_t row = db_get_int(q, 0);
        rows[(*n)++] = has_ended(db_get_int(q, 1)) ? row : -row;
    }
    return db_end(q, e);
}

enum err
retention_erase_user(struct core *core, int64_t user, int64_t *position,
                     struct error *e)
{
    static const int recorded[] = {RS_STEPS_ERASE, RS_OLD_LABELS,
                                   RS_EXPIRE_INPUT, RS_RUN_ERASE};
    struct db *db = core_db(core);
    int64_t runs[RUNS_AT_ONCE], before = db_total_changes(db);
    size_t n, i = 0;
    enum err code = next_runs(db, user, *position, runs, &n, e);
    for (; i < n && code == ERR_OK &&
           db_total_changes(db) - before < CHANGES_AT_ONCE;
         i++) {
        *position = llabs(runs[i]);
        if (runs[i] > 0)
            code = erase(db, recorded, 4, runs[i], e);
    }
    if (i == n && n < RUNS_AT_ONCE)
        *position = 0;
    return code;
}

/* --- by age --------------------------------------------------------------- */

static enum err
look(struct core *core, void *ctx, struct error *e)
{
    bool more = false;
    enum err code = ERR_OK;
    (void)ctx;
    if (core_clock_is_steady(core))
        code = retention_erase(core, clock_now_ms(), &more, e);
    core_at(core, clock_monotonic_ms() + (more ? 100 : EVERY_MS),
            (struct core_work){.run = look});
    return code;
}

void
retention_start(struct core *core)
{
    core_at(core, 0, (struct core_work){.run = look});
}
