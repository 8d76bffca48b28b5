/* Triggers: what a run begins with names it. */
#include "runtime/executor/run.h"

enum exec_result
exec_event(struct exec *x)
{
    return run_keep_label(x);
}

enum exec_result
exec_installation(struct exec *x)
{
    return run_keep_label(x);
}
