/* The mapper: a value built by a mapping. */
#include "runtime/executor/run.h"

enum exec_result
exec_map(struct exec *x)
{
    return run_mapping(x, &x->out);
}
