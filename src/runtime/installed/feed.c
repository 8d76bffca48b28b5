/* The feed of facts. */
#include "runtime/installed/feed.h"

#include <stdlib.h>

#include "base/clock.h"
#include "store/runtime.h"

enum err
feed_add(struct core *core, int environment, const char *kind,
         struct value *fact, struct error *e)
{
    char *body = value_to_text(fact);
    value_free(fact);
    struct db_stmt *q = db_use(core_db(core), RS_FEED_ADD);
    db_int(q, environment);
    db_int(q, clock_now_ms());
    db_text(q, kind);
    db_text(q, body);
    enum err code = db_run(q, e);
    free(body);
    if (code == ERR_OK)
        core_wake(core, CORE_TOPIC_FEED);
    return code;
}
