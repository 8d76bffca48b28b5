/* What is kept of runs. */
#include "runtime/executor/retention.h"

#include <stdlib.h>

#include "base/clock.h"
#include "store/runtime.h"

#define RUN_LIFE_MS (90LL * 24 * 3600 * 1000)

enum { ROWS_AT_ONCE = 100, EVERY_MS = 3600 * 1000 };
enum { CHANGES_AT_ONCE = 2000, BEFORE_THE_FIRST = -1 };
/* SQLite reads all of a text to free its pages. */
enum { BYTES_AT_ONCE = 4 << 20, BYTES_OF_ROW = 1024 };

/* At most ROWS_AT_ONCE rows that STATEMENT finds by KEY. */
static enum err
read_rows(struct db *db, int statement, int64_t key, int64_t *rows, size_t *n,
          struct error *e)
{
    *n = 0;
    struct db_stmt *q = db_use(db, statement);
    db_int(q, key);
    db_int(q, ROWS_AT_ONCE);
    while (db_row(q))
        rows[(*n)++] = db_get_int(q);
    return db_end(q, e);
}

/* Does each of the COUNT statements, which take the run's row. */
static enum err
erase(struct db *db, const int *statements, size_t count, int64_t run,
      struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        struct db_stmt *q = db_use(db, statements[i]);
        db_int(q, run);
        err = db_run(q, e);
    }
    return err;
}

/* Takes the bytes of a text from those that may be erased now. */
static enum err
count_bytes(struct db *db, const char *table, const char *column, int64_t row,
            int64_t *left, struct error *e)
{
    struct buf none;
    int64_t bytes = 0;
    buf_init(&none, 1);
    enum err err = db_read_text(db, table, column, row, 0, 0, &none, &bytes, e);
    buf_clear(&none);
    *left -= bytes > 0 ? bytes : 0;
    return err;
}

static enum err
erase_step(struct db *db, int64_t step, int64_t *left, struct error *e)
{
    static const int payload[] = {RS_EXPIRE_STEP};
    *left -= BYTES_OF_ROW;
    enum err err = count_bytes(db, "step", "request", step, left, e);
    if (err == ERR_OK)
        err = count_bytes(db, "step", "output", step, left, e);
    return err == ERR_OK ? erase(db, payload, 1, step, e) : err;
}

static enum err
erase_steps(struct db *db, int64_t run, int64_t *left, struct error *e)
{
    int64_t steps[ROWS_AT_ONCE];
    size_t n = ROWS_AT_ONCE;
    enum err err = ERR_OK;
    while (n == ROWS_AT_ONCE && *left > 0 && err == ERR_OK) {
        err = read_rows(db, RS_EXPIRED_STEPS, run, steps, &n, e);
        for (size_t i = 0; i<n && * left> 0 && err == ERR_OK; i++)
            err = erase_step(db, steps[i], left, e);
    }
    return err;
}

/* What is left of the payload of RUN where *LEFT bytes do not suffice is erased
 * by a later call; *LEFT is not above 0 then. */
static enum err
erase_payload(struct db *db, int64_t run, int64_t *left, struct error *e)
{
    static const int payload[] = {RS_EXPIRE_INPUT, RS_EXPIRE_RUN};
    enum err err = erase_steps(db, run, left, e);
    if (err != ERR_OK || *left <= 0)
        return err;
    err = count_bytes(db, "run_input", "text", run, left, e);
    if (err == ERR_OK)
        err = erase(db, payload, 2, run, e);
    return err;
}

/* A key is kept as long as the run that it stands for is listed. */
static enum err
erase_keys(struct db *db, int64_t until, bool *more, struct error *e)
{
    struct db_stmt *q = db_use(db, RS_ONCE_OLD);
    db_int(q, until);
    db_int(q, ROWS_AT_ONCE);
    enum err err = db_run(q, e);
    *more = err == ERR_OK && db_changes(db) == ROWS_AT_ONCE;
    return err;
}

enum err
retention_erase(struct core *core, int64_t now_ms, bool *more, struct error *e)
{
    static const int whole[] = {RS_OLD_LABELS, RS_OLD_STEPS, RS_OLD_RUN_BARE,
                                RS_OLD_RUN};
    struct db *db = core_db(core);
    int64_t runs[ROWS_AT_ONCE], left = BYTES_AT_ONCE;
    size_t n = 0, m = 0;
    bool keys = false;
    enum err err = read_rows(db, RS_EXPIRED_RUNS, now_ms, runs, &n, e);
    for (size_t i = 0; i < n && left > 0 && err == ERR_OK; i++)
        err = erase_payload(db, runs[i], &left, e);
    if (err == ERR_OK)
        err = read_rows(db, RS_OLD_RUNS, now_ms - RUN_LIFE_MS, runs, &m, e);
    for (size_t i = 0; i < m && err == ERR_OK; i++)
        err = erase(db, whole, 4, runs[i], e);
    if (err == ERR_OK)
        err = erase_keys(db, now_ms - RUN_LIFE_MS, &keys, e);
    *more = n == ROWS_AT_ONCE || m == ROWS_AT_ONCE || keys || left <= 0;
    return err;
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
    db_int(q, ROWS_AT_ONCE);
    struct rs_user_run r;
    while (rs_user_run_next(q, &r))
        rows[(*n)++] = has_ended(r.state) ? r.n : -r.n;
    return db_end(q, e);
}

static enum err
erase_recorded(struct db *db, int64_t run, int64_t *left, struct error *e)
{
    static const int recorded[] = {RS_STEPS_ERASE, RS_OLD_LABELS, RS_RUN_ERASE};
    enum err err = erase_payload(db, run, left, e);
    if (err == ERR_OK && *left > 0)
        err = erase(db, recorded, 3, run, e);
    return err;
}

enum err
retention_erase_user(struct core *core, int64_t user, int64_t *position,
                     struct error *e)
{
    struct db *db = core_db(core);
    int64_t runs[ROWS_AT_ONCE], before = db_total_changes(db);
    int64_t left = BYTES_AT_ONCE;
    size_t n, i = 0;
    enum err err = next_runs(db, user, *position, runs, &n, e);
    if (!*position)
        *position = BEFORE_THE_FIRST;
    while (i < n && err == ERR_OK && left > 0 &&
           db_total_changes(db) - before < CHANGES_AT_ONCE) {
        if (runs[i] > 0)
            err = erase_recorded(db, runs[i], &left, e);
        if (left > 0)
            *position = llabs(runs[i++]);
    }
    if (i == n && n < ROWS_AT_ONCE)
        *position = 0;
    return err;
}

enum err
retention_erase_keys(struct core *core, int64_t user, bool *more,
                     struct error *e)
{
    struct db *db = core_db(core);
    struct db_stmt *q = db_use(db, RS_ONCE_OF_USER);
    db_int(q, user);
    db_int(q, ROWS_AT_ONCE);
    enum err err = db_run(q, e);
    *more = err == ERR_OK && db_changes(db) == ROWS_AT_ONCE;
    return err;
}

/* --- by age --------------------------------------------------------------- */

static enum err
look(struct core *core, void *ctx, struct error *e)
{
    bool more = false;
    enum err err = ERR_OK;
    (void)ctx;
    if (core_clock_is_steady(core))
        err = retention_erase(core, clock_now_ms(), &more, e);
    if (err == ERR_OK && !more)
        core_empty_log(core);
    core_at(core, clock_monotonic_ms() + (more ? 100 : EVERY_MS),
            (struct core_work){.run = look});
    return err;
}

void
retention_start(struct core *core)
{
    core_at(core, 0, (struct core_work){.run = look});
}
