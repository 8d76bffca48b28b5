/* The mapper: a value built by a mapping. */
#include "runtime/executor/run.h"

static enum exec_result
evaluate(struct exec *x)
{
    return run_mapping(x, &x->out);
}

enum exec_result
exec_map(struct exec *x)
{
    return run_evaluate(x, NULL, evaluate);
}
