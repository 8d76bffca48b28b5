/* Runs wait in the journal. */
#include "runtime/executor.h"

void
executor_start(struct core *core, int64_t run)
{
    (void)run;
    core_wake(core, CORE_TOPIC_RUNS);
}

void
executor_look(struct core *core)
{
    core_wake(core, CORE_TOPIC_RUNS);
}

void
executor_forget(struct core *core, int64_t run)
{
    (void)core;
    (void)run;
}
