/* Missing installations: what is queued for them, and their end. */
#include "manager/exchange/lost.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/copy.h"
#include "manager/exchange/restored.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"
#include "store/console.h"
#include "value/value.h"

/* --- what is queued ------------------------------------------------------- */

static void
read_request(const struct cs_lost_request *r, struct pool *pool,
             struct lost_request *out)
{
    char label[VERSION_LABEL_SIZE];
    version_label(label, r->base_no, r->fork_no);
    *out = (struct lost_request){
        .installation = pool_text(pool, r->installation_id),
        .customer = pool_text(pool, r->customer),
        .key = pool_text(pool, r->key),
        .kind = pool_text(pool, r->kind),
        .workflow = pool_text(pool, r->workflow_key),
        .version = r->base_no ? pool_text(pool, label) : NULL,
        .shared = r->shared != 0,
    };
}

static enum err
load(struct manager *m, int statement, int64_t n, struct lost_requests *out,
     struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    struct cs_lost_request r;
    db_int(q, n);
    while (cs_lost_request_next(q, &r)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        read_request(&r, out->pool, &out->rows[out->count++]);
    }
    return db_end(q, e);
}

enum err
manager_lost_requests_of_runtime(struct manager *m, const char *runtime,
                                 struct lost_requests *out, struct error *e)
{
    struct name_ref ref;
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    *out = (struct lost_requests){.pool = pool_new()};
    if (!err)
        err = name_runtime(m, runtime, &ref, e);
    if (!err)
        err = load(m, CS_LOST_REQUESTS_OF_RUNTIME, ref.n, out, e);
    return operation_end(m, err, e);
}

enum err
manager_lost_requests(struct manager *m, const char *installation,
                      struct lost_requests *out, struct error *e)
{
    struct name_ref ref;
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    *out = (struct lost_requests){.pool = pool_new()};
    if (!err)
        err = name_installation(m, installation, &ref, e);
    if (!err)
        err = load(m, CS_LOST_REQUESTS, ref.n, out, e);
    return operation_end(m, err, e);
}

void
lost_requests_clear(struct lost_requests *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct lost_requests){.count = 0};
}

static void
add_request(struct buf *out, const struct lost_request *r, bool of)
{
    buf_addf(out, "%s%s", out->len ? ", " : "", r->kind);
    if (r->workflow)
        buf_addf(out, " %s", r->workflow);
    if (r->version)
        buf_addf(out, " %s", r->version);
    if (of) {
        char *name = text_name_dup(r->customer);
        buf_addf(out, " of %s", name);
        free(name);
    }
}

char *
lost_requests_text(const struct lost_requests *list, bool of, int most)
{
    struct buf text;
    buf_init_any(&text);
    for (size_t i = 0; i < list->count && i < (size_t)most; i++)
        add_request(&text, &list->rows[i], of);
    if (list->count > (size_t)most)
        buf_addf(&text, " and %zu more", list->count - (size_t)most);
    return buf_take(&text);
}

/* --- its end -------------------------------------------------------------- */

/* The installation and where it is said to be. */
struct lost {
    struct name_ref ref;
    char runtime_id[IDENT_SIZE];
};

static enum err
find_lost(struct manager *m, const char *installation, struct lost *out,
          struct error *e)
{
    struct cs_lost_place place;
    bool missing = false;
    enum err err = name_installation(m, installation, &out->ref, e);
    if (err)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_LOST_PLACE);
    db_int(q, out->ref.n);
    if (cs_lost_place_next(q, &place)) {
        missing = place.missing_since != 0 &&
                  place.state != INSTALLATION_UNINSTALLED;
        snprintf(out->runtime_id, IDENT_SIZE, "%s", place.runtime_id);
    }
    err = db_end(q, e);
    if (!err && !missing)
        return error_set(e, ERR_REFUSED,
                         "%s: its runtime knows it, so that only the runtime "
                         "can end it",
                         installation);
    return err;
}

static enum err
end_request(struct manager *m, const struct lost_request *r, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_LOST_REQUEST_ENDS);
    db_int(q, operation_now(m));
    db_text(q, r->key);
    enum err err = db_run(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_LOST_RELEASING_ENDS);
    db_text(q, r->key);
    err = db_run(q, e);
    return err ? err
               : operation_audit(m, "request", r->key, r->installation, NULL,
                                 "{\"outcome\":\"refused\"}", e);
}

static enum err
end_requests(struct manager *m, const struct lost *l, size_t *ended,
             struct error *e)
{
    struct lost_requests list = {.pool = pool_new()};
    enum err err = load(m, CS_LOST_REQUESTS, l->ref.n, &list, e);
    *ended = 0;
    for (size_t i = 0; i < list.count && !err; i++) {
        if (list.rows[i].shared)
            continue;
        err = end_request(m, &list.rows[i], e);
        ++*ended;
    }
    lost_requests_clear(&list);
    return err;
}

/* What restores have undone of it is left to nobody. */
static enum err
uninstall(struct manager *m, const struct lost *l, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_LOST_ENDS);
    db_int(q, operation_now(m));
    db_int(q, l->ref.n);
    enum err err = db_run(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_LOST_UNDONE_ENDS);
    db_text(q, l->ref.id);
    return db_run(q, e);
}

static enum err
audit_end(struct manager *m, const struct lost *l, size_t ended,
          const char *note, struct error *e)
{
    struct value *after = value_object();
    value_set_text(after, "installationId", l->ref.id);
    value_set_bool(after, "missing", true);
    if (note && *note)
        value_set_text(after, "note", note);
    value_set_int(after, "requests", (int64_t)ended);
    char *text = value_to_text(after);
    enum err err = operation_audit(m, "installation", l->ref.id, l->ref.id,
                                   NULL, text, e);
    free(text);
    value_free(after);
    return err;
}

/* The notice counts it no more. */
static enum err
refresh(struct manager *m, const struct lost *l, struct error *e)
{
    struct speaker s;
    enum err err = speaker_load(m, l->runtime_id, &s, e);
    if (!err)
        err = restored_refresh(m, &s, e);
    return err ? err : speaker_end(m, &s, e);
}

static enum err
end_one(struct manager *m, const char *installation, const char *note,
        size_t *ended, struct error *e)
{
    struct lost lost;
    enum err err = find_lost(m, installation, &lost, e);
    if (!err)
        err = end_requests(m, &lost, ended, e);
    if (!err)
        err = uninstall(m, &lost, e);
    if (!err)
        err = audit_end(m, &lost, *ended, note, e);
    return err ? err : refresh(m, &lost, e);
}

enum err
manager_installation_end(struct manager *m, const char *installation,
                         const char *note, size_t *ended, struct error *e)
{
    size_t count = 0;
    enum err err = operation_begin(m, ACTION_INSTALLATION_UNINSTALL, e);
    if (!err)
        err = end_one(m, installation, note, &count, e);
    if (ended)
        *ended = count;
    return operation_end(m, err, e);
}
