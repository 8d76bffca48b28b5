/* If: one of two lists of blocks. */
#include <string.h>

#include "runtime/executor/run.h"

/* "then" or "else" in x->out. */
static enum exec_result
evaluate(struct exec *x)
{
    bool holds = false;
    struct scope scope = run_scope(x);
    enum exec_result result = run_condition(x, &scope, &holds);
    buf_adds(&x->out, holds ? "then" : "else");
    return result;
}

enum exec_result
exec_if(struct exec *x)
{
    enum exec_result result =
        run_evaluate(x, run_field(x, "condition"), evaluate);
    bool holds = strcmp(buf_str(&x->out), "then") == 0;
    if (result != EXEC_DONE)
        return result;
    if (run_push(x->run, x->index, holds ? "then" : "else", 0))
        return EXEC_PUSHED;
    error_set(x->e, ERR_TOO_BIG, "its blocks are nested too deep");
    return EXEC_FAILED;
}
