/* Runs of a workflow that its customer or the vendor turned off: what waits
 * stays until the workflow is turned on again. Nothing is lost, and nothing is
 * tried again meanwhile. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/executor/executor_private.h"

static enum err
park(struct core *core, int64_t run, int64_t installed, struct error *e)
{
    struct db_stmt *q = db_use(core_db(core), RS_RUN_PARK_OFF);
    db_text(q, "the workflow is turned off (the run goes on when it is turned "
               "on again)");
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

enum err
runs_turn_off(struct core *core, int64_t installed, struct error *e)
{
    int64_t *list = NULL;
    size_t n = 0;
    struct db_stmt *q = db_use(core_db(core), RS_RUN_WAITING_OF);
    db_int(q, installed);
    db_int(q, clock_now_ms());
    while (db_row(q)) {
        list = mem_resize(list, n + 1, sizeof *list);
        list[n++] = db_get_int(q, 0);
    }
    enum err code = db_end(q, e);
    for (size_t i = 0; i < n && code == ERR_OK; i++)
        code = park(core, list[i], installed, e);
    free(list);
    return code;
}
