/* Runs of a workflow that its customer or the vendor turned off: what waits
 * stays until the workflow is turned on again. Nothing is lost, and nothing is
 * tried again meanwhile. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"
#include "runtime/runtime.h"

#define OFF                                                                    \
    "the workflow is turned off (the run goes on when it is turned on again)"

static enum err
park(struct core *core, int64_t run, int64_t installed, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_PARK_OFF);
    db_text(q, OFF);
    db_int(q, run);
    enum err code = db_run(q, e);
    executor_forget(core, run);
    core_wake(core, CORE_TOPIC_RUNS);
    return code == ERR_OK ? executor_count_parked(core, installed, e) : code;
}

enum err
run_park_off(struct core *core, int64_t run, bool *parked, struct error *e)
{
    int64_t installed = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_IS_OFF);
    db_int(q, run);
    enum err code = db_run_int(q, &installed, parked, e);
    return code == ERR_OK && *parked ? park(core, run, installed, e) : code;
}

/* The runs of INSTALLED that are in memory, *COUNT of them; the caller frees
 * the list. */
static int64_t *
in_memory(const struct executor *x, int64_t installed, size_t *count)
{
    int64_t *list = mem_array(x->count + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < EXECUTOR_BUCKETS; i++)
        for (const struct run *r = x->runs[i]; r; r = r->next)
            if (r->installed == installed)
                list[(*count)++] = r->n;
    return list;
}

/* Those of them that the journal has parked leave memory. */
static enum err
forget_parked(struct core *core, int64_t installed, struct error *e)
{
    size_t count;
    int64_t due;
    bool open = true;
    enum err code = ERR_OK;
    int64_t *list =
        in_memory(core_runtime(core)->executor, installed, &count);
    for (size_t i = 0; i < count && code == ERR_OK; i++) {
        struct db_stmt *q = db_use(core_db(core), RS_RUN_DUE_AT);
        db_int(q, list[i]);
        code = db_run_int(q, &due, &open, e);
        if (code == ERR_OK && !open)
            executor_forget(core, list[i]);
    }
    free(list);
    return code;
}

/* One write and one count, however many wait. */
enum err
runs_turn_off(struct core *core, int64_t installed, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_PARK_OFF_ALL);
    db_int(q, installed);
    db_int(q, clock_now_ms());
    db_text(q, OFF);
    enum err code = db_run(q, e);
    if (code != ERR_OK || db_changes(core_db(core)) == 0)
        return code;
    core_wake(core, CORE_TOPIC_RUNS);
    code = forget_parked(core, installed, e);
    return code == ERR_OK ? executor_count_parked(core, installed, e) : code;
}
