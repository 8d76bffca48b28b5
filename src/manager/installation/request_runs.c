/* Requests about one run; the users that runtimes have told of. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/outbox.h"
#include "manager/exchange/runtime.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"

/* The runtime NAME, or the only one there is. */
static enum err
find_runtime(struct manager *m, const char *name, const char *only,
             struct name_ref *out, struct error *e)
{
    if (name)
        return name_runtime(m, name, out, e);
    if (only)
        return name_runtime(m, only, out, e);
    return error_hint(e, HINT_RUN_RUNTIME, NULL, NULL,
                      error_set(e, ERR_CHOICE,
                                "a run is one runtime's: say which"));
}

static enum err
ask(struct manager *m, const struct run_ref *run, const char *only,
    const char *kind, char key[IDENT_SIZE], struct error *e)
{
    struct name_ref runtime;
    struct outbox_new row = {.kind = kind};
    enum err err = find_runtime(m, run->runtime, only, &runtime, e);
    if (err != ERR_OK)
        return err;
    struct value *item = value_object();
    value_set_text(item, "runId", run->run);
    if (run->parked_for) {
        value_set_text(item, "parkedFor", run->parked_for);
        value_set_int(item, "parkedTimes", run->parked_times);
    }
    char *text = value_to_text(item);
    row.runtime = runtime.n;
    err = outbox_add(m, &row, item, NULL, key, e);
    if (err == ERR_OK)
        err = operation_audit(m, "run", run->run, NULL, NULL, text, e);
    free(text);
    return err;
}

enum err
manager_run_check(const char *run, struct error *e)
{
    return ident_is(run)
               ? ERR_OK
               : error_hint(e, HINT_RUN_LIST, NULL, NULL,
                            error_set(e, ERR_INVALID,
                                      "run %s: not the id of a run", run));
}

static const char *
kind_of(bool cancel)
{
    return cancel ? "cancel" : "retry";
}

static enum err
begin_change(struct manager *m, bool cancel, struct error *e)
{
    return operation_begin(m, cancel ? ACTION_RUN_CANCEL : ACTION_RUN_RETRY, e);
}

enum err
manager_run_change(struct manager *m, const char *run, const char *runtime,
                   bool cancel, char key[IDENT_SIZE], struct error *e)
{
    struct runtime_list list = {.count = 0};
    enum err err = manager_run_check(run, e);
    if (err == ERR_OK)
        err = manager_runtime_list(m, &list, e);
    if (err == ERR_OK) {
        const char *only = list.count == 1 ? list.rows[0].name : NULL;
        err = begin_change(m, cancel, e);
        if (err == ERR_OK)
            err = ask(m, &(struct run_ref){.run = run, .runtime = runtime},
                      only, kind_of(cancel), key, e);
        err = operation_end(m, err, e);
    }
    runtime_list_clear(&list);
    return err;
}

enum err
manager_runs_change(struct manager *m, const struct run_ref *runs, size_t count,
                    bool cancel, char (*keys)[IDENT_SIZE], struct error *e)
{
    if (count > RUNS_MOST)
        return error_set(e, ERR_TOO_BIG,
                         "%zu runs are selected, but the limit is %d", count,
                         RUNS_MOST);
    enum err err = begin_change(m, cancel, e);
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        err = manager_run_check(runs[i].run, e);
        if (err == ERR_OK)
            err = ask(m, &runs[i], NULL, kind_of(cancel), keys[i], e);
    }
    return operation_end(m, err, e);
}

enum err
manager_user_list(struct manager *m, const char *after, int limit,
                  struct user_list *out, struct error *e)
{
    *out = (struct user_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_INSTALLATION_LIST, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(manager_db(m), CS_USERS);
        db_text(q, after ? after : "");
        db_int(q, limit);
        out->rows = mem_array((size_t)limit, sizeof *out->rows);
        struct cs_user u;
        while (cs_user_next(q, &u) && out->count < (size_t)limit) {
            out->rows[out->count++] = (struct user_row){
                .id = pool_text(out->pool, u.id),
                .username = pool_text(out->pool, u.username),
                .full_name = pool_text(out->pool, u.full_name),
                .runtime = pool_text(out->pool, u.runtime),
                .environment = pool_text(out->pool, u.environment),
                .deleted_at = u.deleted_at,
                .missing_since = u.missing_since};
        }
        err = db_end(q, e);
    }
    return operation_end(m, err, e);
}

void
user_list_clear(struct user_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct user_list){.rows = NULL};
}
