/* Runtimes that were removed: what is still at them. */
#include "manager/exchange/removed.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"

enum err
removed_check(struct manager *m, int64_t n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_REMOVED);
    char name[128] = "";
    db_int(q, n);
    if (db_row(q))
        snprintf(name, sizeof name, "%s", db_get_text(q));
    enum err err = db_end(q, e);
    if (err || !name[0])
        return err;
    return error_set(e, ERR_REFUSED,
                     "runtime %s: was removed from this store, so nothing "
                     "reaches what is installed there",
                     name);
}

enum err
manager_removed_list(struct manager *m, struct removed_list *out,
                     struct error *e)
{
    enum err err = operation_begin(m, ACTION_RUNTIME_LIST, e);
    *out = (struct removed_list){.pool = pool_new()};
    if (!err) {
        struct db_stmt *q = db_use(manager_db(m), CS_RUNTIMES_REMOVED);
        struct cs_removed_runtime r;
        while (cs_removed_runtime_next(q, &r)) {
            out->rows =
                mem_resize(out->rows, out->count + 1, sizeof *out->rows);
            out->rows[out->count++] = (struct removed_runtime){
                pool_text(out->pool, r.name), r.installations, r.queued};
        }
        err = db_end(q, e);
    }
    return operation_end(m, err, e);
}

void
removed_list_clear(struct removed_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct removed_list){.rows = NULL};
}
