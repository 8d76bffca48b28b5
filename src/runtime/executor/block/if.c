/* If: one of two lists of blocks. */
#include "runtime/executor/run.h"

enum exec_result
exec_if(struct exec *x)
{
    bool holds = false;
    struct scope scope = run_scope(x);
    if (run_condition(x, &scope, &holds) != EXEC_DONE)
        return EXEC_FAILED;
    if (run_push(x->run, x->index, holds ? "then" : "else", 0))
        return EXEC_PUSHED;
    error_set(x->e, ERR_TOO_BIG, "its blocks are nested too deep");
    return EXEC_FAILED;
}
