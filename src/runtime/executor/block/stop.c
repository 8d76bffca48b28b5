/* Stop Workflow: the run ends, well; "to do" marks the installation. */
#include <string.h>

#include "runtime/executor/run.h"
#include "runtime/installed/live.h"

static enum err
mark_todo(struct exec *x)
{
    struct live_place place;
    enum err code = live_place_of(x->db, x->run->installed, &place, x->e);
    return code == ERR_OK ? live_todo(x->core, &place, true, x->e) : code;
}

enum exec_result
exec_stop(struct exec *x)
{
    bool todo = strcmp(block_text(x->block, "reason"), "todo") == 0;
    enum err code = todo ? mark_todo(x) : ERR_OK;
    if (code == ERR_OK)
        code = run_end(x->core, x->executor, x->run, RUN_DONE, PARK_NONE, NULL,
                       todo ? "to do" : "stopped", x->block->id, x->e);
    return code == ERR_OK ? EXEC_END : EXEC_STORE;
}
