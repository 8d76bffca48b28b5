/* Accepted runs. */
#include "runtime/runs.h"

#include "base/clock.h"
#include "store/runtime.h"

static void
make_execution(char out[RUN_EXECUTION_SIZE])
{
    static const char alphabet[] =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    unsigned char random[RUN_EXECUTION_SIZE - 1];
    random_bytes(random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        out[i] = alphabet[random[i] & 63];
    out[sizeof random] = '\0';
}

enum err
runs_accept(struct core *core, int64_t installed, int64_t version,
            const char *event, const char *input, size_t n, struct run_ids *out,
            struct error *e)
{
    ident_new(out->id);
    make_execution(out->execution);
    struct db_stmt *q = db_use(core_db(core), RS_RUN_ADD);
    db_text(q, out->id);
    db_text(q, out->execution);
    db_int(q, installed);
    db_int(q, version);
    db_text(q, event);
    db_text_n(q, input, n);
    db_int(q, clock_now_ms());
    enum err code = db_run(q, e);
    if (code == ERR_OK)
        core_wake(core, CORE_TOPIC_RUNS);
    return code;
}
