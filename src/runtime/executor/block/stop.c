/* Stop Workflow: the run ends, well; "to do" marks the installation. */
#include <string.h>

#include "runtime/executor/run.h"
#include "runtime/installed/live.h"

static enum err
mark_todo(struct exec *x)
{
    struct live_place place;
    enum err err = live_place_of(x->db, x->run->installed, &place, x->e);
    return err == ERR_OK ? live_todo(x->core, &place, true, x->e) : err;
}

enum exec_result
exec_stop(struct exec *x)
{
    bool todo = strcmp(block_text(x->block, "reason"), "todo") == 0;
    enum err err = todo ? mark_todo(x) : ERR_OK;
    if (err == ERR_OK)
        err = run_end(x->core, x->executor, x->run, RUN_DONE, PARK_NONE, NULL,
                      todo ? "to do" : "stopped", x->block->id, x->e);
    return err == ERR_OK ? EXEC_END : EXEC_STORE;
}
