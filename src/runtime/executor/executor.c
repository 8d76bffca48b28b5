/* The runs in memory: taking them from the journal, going on with them. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "runtime/executor/credential.h"
#include "runtime/executor/executor_private.h"
#include "runtime/manage/manage.h"
#include "runtime/runtime.h"

enum {
    RUNS_AT_ONCE = 512,
    DOCUMENTS_KEPT = 256,
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
    compiled_cache_init(&x->cache, DOCUMENTS_KEPT);
    x->max = RUNS_AT_ONCE;
    x->backoff_ms = BACKOFF_MS;
    return x;
}

static void
drop_runs(struct executor *x)
{
    for (size_t i = 0; i < EXECUTOR_BUCKETS; i++)
        while (x->runs[i]) {
            struct run *r = x->runs[i];
            x->runs[i] = r->next;
            run_free(r);
        }
    x->count = 0;
}

void
executor_free(struct executor *x)
{
    if (!x)
        return;
    drop_runs(x);
    compiled_cache_clear(&x->cache);
    while (x->flying)
        executor_land(x, x->flying->step);
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

bool
executor_has_time(struct core *core, struct executor *x)
{
    int64_t now = clock_monotonic_ms();
    if (x->tick != core_tick_number(core)) {
        x->tick = core_tick_number(core);
        x->tick_until = now + TICK_MS;
    }
    return now <= x->tick_until;
}

/* --- calls that are out ----------------------------------------------------
 */

bool
executor_flies(const struct executor *x, int64_t step)
{
    for (const struct flying *f = x->flying; f; f = f->next)
        if (f->step == step)
            return true;
    return false;
}

void
executor_fly(struct executor *x, int64_t step)
{
    struct flying *f = mem_alloc(sizeof *f);
    f->step = step;
    f->next = x->flying;
    x->flying = f;
}

void
executor_land(struct executor *x, int64_t step)
{
    for (struct flying **at = &x->flying; *at; at = &(*at)->next)
        if ((*at)->step == step) {
            struct flying *f = *at;
            *at = f->next;
            free(f);
            return;
        }
}

/* --- runs in memory ---------------------------------------------------------
 */

static struct run **
find(struct executor *x, int64_t n)
{
    struct run **at = &x->runs[(uint64_t)n % EXECUTOR_BUCKETS];
    while (*at && (*at)->n != n)
        at = &(*at)->next;
    return at;
}

void
executor_forget(struct core *core, int64_t run)
{
    struct executor *x = of(core);
    struct run **at = x ? find(x, run) : NULL;
    struct run *r = at ? *at : NULL;
    if (!r)
        return;
    *at = r->next;
    x->count--;
    run_free(r);
    if (x->more)
        executor_look(core);
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
    enum err code = manage_held(core_db(core), &held, e);
    if (code != ERR_OK || held)
        return code; /* a restored runtime runs nothing */
    switch (run_load(core, &x->cache, n, out, &why)) {
    case ERR_OK:
        (*out)->next = NULL;
        *at = *out;
        x->count++;
        return ERR_OK;
    case ERR_NOT_FOUND:
        return ERR_OK;
    case ERR_INVALID:
    case ERR_DAMAGED:
    case ERR_TOO_BIG:
        return refuse(core, n, &why, e);
    default:
        return error_set(e, why.code, "%s", why.text);
    }
}

/* An error of the store takes back what the run did; what is in memory would
 * be ahead of it. */
enum err
executor_go_on(struct core *core, struct run *r, struct error *e)
{
    bool ended = false;
    int64_t n = r->n;
    enum err code = run_go_on(core, of(core), r, &ended, e);
    if (code != ERR_OK || ended)
        executor_forget(core, n);
    return code;
}

/* --- work of the core --------------------------------------------------------
 */

static enum err
go_on_with(struct core *core, void *ctx, struct error *e)
{
    struct executor *x = of(core);
    struct run *r = NULL;
    int64_t n = *(int64_t *)ctx;
    if (!*find(x, n) && x->count >= x->max) {
        x->more = true; /* it stays in the journal until there is room */
        return ERR_OK;
    }
    enum err code = executor_run(core, n, &r, e);
    if (code == ERR_OK && r)
        code = executor_go_on(core, r, e);
    return code;
}

void
executor_again(struct core *core, int64_t run, int64_t at_ms)
{
    int64_t *n = mem_alloc(sizeof *n);
    *n = run;
    core_at(core, at_ms,
            (struct core_work){.run = go_on_with, .free = free, .ctx = n});
}

void
executor_start(struct core *core, int64_t run)
{
    struct executor *x = of(core);
    if (!x)
        return; /* decisions without an executor: a test */
    if (x->count < x->max)
        executor_again(core, run, 0);
    else
        x->more = true;
}

/* --- the journal -------------------------------------------------------------
 */

static void
look_is_over(void *ctx)
{
    struct executor *x = ctx;
    x->look_due = false;
}

/* Takes up what is journaled and not in memory, as far as there is room. A
 * held runtime takes up nothing: what its backup says is under way may have
 * ended since. */
static enum err
look(struct core *core, void *ctx, struct error *e)
{
    struct executor *x = ctx;
    bool held = false;
    enum err code = manage_held(core_db(core), &held, e);
    if (code != ERR_OK || held)
        return code;
    int64_t *list = mem_array(x->max, sizeof *list);
    size_t n = 0, room = x->count < x->max ? x->max - x->count : 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_NEXT);
    db_int(q, 0);
    db_int(q, (int64_t)(x->max + 1));
    x->more = false;
    while (db_row(q)) {
        int64_t run = db_get_int(q, 0);
        if (*find(x, run))
            continue;
        if (n < room)
            list[n++] = run;
        else
            x->more = true;
    }
    code = db_end(q, e);
    for (size_t i = 0; i < n; i++)
        executor_again(core, list[i], 0);
    free(list);
    return code;
}

void
executor_look(struct core *core)
{
    struct executor *x = of(core);
    if (!x || x->look_due)
        return;
    x->look_due = true;
    core_at(core, 0,
            (struct core_work){.run = look, .free = look_is_over, .ctx = x});
}

enum err
executor_oldest_wait(struct core *core, int64_t *ms, struct error *e)
{
    int64_t accepted = 0, now = clock_now_ms();
    bool found = false;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_OLDEST_ACCEPTED);
    enum err code = db_run_int(q, &accepted, &found, e);
    *ms = code == ERR_OK && found && accepted < now ? now - accepted : 0;
    return code;
}

enum err
executor_opened(struct core *core, struct error *e)
{
    struct executor *x = of(core);
    drop_runs(x);
    executor_look(core);
    run_counts_soon(core, x, 0);
    return credentials_opened(core, e);
}
