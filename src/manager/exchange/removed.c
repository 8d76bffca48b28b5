/* Runtimes that were removed: what is still at them, and how they come back. */
#include "manager/exchange/removed.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/exchange/copy.h"
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
    return error_hint(e, HINT_RUNTIME_AGAIN, name, NULL,
                      error_set(e, ERR_REFUSED,
                                "runtime %s: was removed from this store, so "
                                "nothing reaches what is installed there",
                                name));
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

/* --- one that was added again --------------------------------------------- */

/* The removed runtime that another row is. */
struct former {
    int64_t n, installations;
    char id[IDENT_SIZE];
    char added[IDENT_SIZE]; /* the id of the other row */
};

/* OUT->n is 0 where no removed runtime is REMOTE_ID, or N was met before. */
static enum err
find_former(struct manager *m, int64_t n, const char *remote_id,
            struct former *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_FORMER);
    struct cs_former_runtime r;
    char name[128] = "";
    bool meant = true, taken = false;
    *out = (struct former){.n = 0};
    db_int(q, n);
    db_text(q, remote_id);
    if (cs_former_runtime_next(q, &r)) {
        out->n = r.n;
        out->installations = r.installations;
        snprintf(out->id, sizeof out->id, "%s", r.id);
        snprintf(out->added, sizeof out->added, "%s", r.added);
        snprintf(name, sizeof name, "%s", r.name);
        meant = r.meant != 0;
        taken = r.taken != 0;
    }
    enum err err = db_end(q, e);
    if (err || meant)
        return err;
    return error_set(e, ERR_CONFLICT,
                     "the runtime that answers says that it is %s, which was "
                     "removed from this store: nothing was sent to it (if it "
                     "is, rename this one to %s%s)",
                     name, name,
                     taken ? ", after renaming the runtime that is called so "
                             "now"
                           : "");
}

/* What is queued for the row N belongs to another runtime now. */
static enum err
seal_queued(struct manager *m, int64_t n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_KEYS);
    db_int(q, n);
    while (db_row(q))
        operation_seal(m, SEAL_REQUEST, db_get_text(q));
    return db_end(q, e);
}

/* Moves what was made of the row N since it was added. */
static enum err
move_to(struct manager *m, int64_t former, int64_t n, struct error *e)
{
    static const int statements[] = {CS_RUNTIME_TAKE_BACK, CS_OUTBOX_MOVE,
                                     CS_RUNTIME_OFFERS_MOVE};
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_REMOVE);
    db_int(q, operation_now(m));
    db_int(q, n);
    enum err err = db_run(q, e);
    for (size_t i = 0; i < sizeof statements / sizeof *statements && !err;
         i++) {
        q = db_use(manager_db(m), statements[i]);
        db_int(q, former);
        db_int(q, n);
        err = db_run(q, e);
    }
    return err;
}

static enum err
take_back(struct manager *m, int64_t n, const struct former *f,
          const char *remote_id, struct error *e)
{
    struct speaker s = {.n = f->n, .id = f->id};
    enum err err = seal_queued(m, n, e);
    if (!err)
        err = move_to(m, f->n, n, e);
    if (err)
        return err;
    operation_seal(m, SEAL_RUNTIME, f->id);
    operation_seal(m, SEAL_RUNTIME, f->added);
    char *after = mem_printf("{\"runtimeId\":\"%s\",\"addedAs\":\"%s\"}",
                             remote_id, f->added);
    err = copy_audit(m, &s, NULL, REPORTED_CONTACT, "runtime", f->id, NULL,
                     NULL, after, e);
    free(after);
    return err;
}

enum err
manager_runtime_take_back(struct manager *m, int64_t n, const char *remote_id,
                          struct taken_back *out, struct error *e)
{
    struct former f;
    *out = (struct taken_back){.taken = false};
    enum err err = operation_begin(m, ACTION_SYNC, e);
    if (!err)
        err = find_former(m, n, remote_id, &f, e);
    if (!err && f.n)
        err = take_back(m, n, &f, remote_id, e);
    if (!err && !f.n)
        operation_unaudited(m, "nothing is taken back");
    err = operation_end(m, err, e);
    if (!err)
        *out = (struct taken_back){f.n != 0, f.installations};
    return err;
}
