/* Triggers: what a run begins with names it. */
#include "runtime/executor/run.h"

static enum exec_result
begin(struct exec *x)
{
    return run_keep_label(x, x->e) == ERR_OK ? EXEC_DONE : EXEC_STORE;
}

enum exec_result
exec_event(struct exec *x)
{
    return begin(x);
}

enum exec_result
exec_installation(struct exec *x)
{
    return begin(x);
}
