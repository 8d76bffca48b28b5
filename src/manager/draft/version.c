/* Versions: rows for people, documents, problems, differences. */
#include "manager/draft/version.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/draft/version_rows.h"
#include "manager/release/parts.h"
#include "manager/session/customer.h"
#include "manager/session/names.h"
#include "workflow/validate/validate.h"

/* The word for a released version that no pointer names: what became of the
 * last request about it. */
static const char *
former_status(const char *kind, int64_t state, bool lost)
{
    if (kind && strcmp(kind, "withdraw") == 0 && state == OUTBOX_DONE)
        return "withdrawn";
    if (kind && state == OUTBOX_REFUSED)
        return "refused";
    return lost ? "lost" : "superseded";
}

static const char *
status_of(const struct cs_version *v, const struct version_row *row)
{
    if (row->state != VERSION_RELEASED)
        return version_state_word(row->state);
    if (!row->installation_id)
        return v->refused ? "refused" : "released";
    if (v->live == row->n)
        return "live";
    if (v->releasing == row->n)
        return "releasing";
    if (v->awaiting == row->n)
        return "awaiting";
    return former_status(v->request_kind, v->request_state, v->lost);
}

static bool
is_stale(const struct cs_version *v, const struct version_row *row)
{
    if (row->state == VERSION_RELEASED || row->state == VERSION_DISCARDED)
        return false;
    if (!row->installation_id)
        return row->base_no != v->newest_base + 1;
    return v->live != v->live_when_made;
}

/* NULL where a base version has none. */
static const char *
text_of_fork(struct pool *pool, const char *text)
{
    return *text ? pool_text(pool, text) : NULL;
}

static void
read_row(const struct cs_version *v, struct pool *pool, struct version_row *row)
{
    char label[VERSION_LABEL_SIZE];
    *row = (struct version_row){
        .n = v->n,
        .id = pool_text(pool, v->id),
        .base_no = v->base_no,
        .fork_no = v->fork_no,
        .workflow_id = pool_text(pool, v->workflow_id),
        .workflow_key = pool_text(pool, v->workflow_key),
        .workflow_name = pool_text(pool, v->workflow_name),
        .integration_key = pool_text(pool, v->integration_key),
        .installation_id = text_of_fork(pool, v->installation_id),
        .username = text_of_fork(pool, v->username),
        .parent_id = pool_text(pool, v->parent_id),
        .live_when_made = pool_text(pool, v->live_when_made_id),
        .author = pool_text(pool, v->author),
        .hash = pool_text(pool, v->hash),
        .note = pool_text(pool, v->note),
        .state = (int)v->state,
        .revision = v->revision,
        .created_at = v->created_at,
        .created_by = pool_text(pool, v->created_by),
        .changed_at = v->changed_at,
        .released_at = v->released_at,
        .released_by = pool_text(pool, v->released_by),
        .edits = v->edits,
        .running = v->running};
    if (row->username) {
        row->customer =
            pool_text(pool, customer_name(v->customer, row->username));
        row->who = customer_who(pool, row->customer, row->username);
    }
    version_label(label, row->base_no, row->fork_no);
    row->label = pool_text(pool, label);
    if (row->parent_id) {
        version_label(label, v->parent_base_no, v->parent_fork_no);
        row->parent_label = pool_text(pool, label);
    }
    row->status = status_of(v, row);
    row->stale = is_stale(v, row);
}

enum err
version_rows(struct db_stmt *q, struct version_list *out, struct error *e)
{
    struct cs_version v;
    while (cs_version_next(q, &v)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        read_row(&v, out->pool, &out->rows[out->count++]);
    }
    return db_end(q, e);
}

enum err
version_resolve(struct manager *m, const char *name, const char *workflow,
                const char *installation, struct name_ref *out, struct error *e)
{
    struct name_ref w = {0};
    struct name_ref i = {0};
    enum err err = ERR_OK;
    if (workflow)
        err = name_workflow(m, workflow, 0, &w, e);
    if (err == ERR_OK && installation)
        err = name_installation(m, installation, &i, e);
    return err == ERR_OK ? name_version(m, name, w.n, i.n, out, e) : err;
}

const char *
version_made_from(const struct version_row *v)
{
    return text_equal(v->parent_id, v->id) ? NULL : v->parent_id;
}

static enum err
list(struct manager *m, const char *workflow, const char *installation,
     struct version_list *out, struct error *e)
{
    struct name_ref w;
    struct name_ref i = {0};
    enum err err = name_workflow(m, workflow, 0, &w, e);
    if (err == ERR_OK && installation)
        err = name_installation(m, installation, &i, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_BASES);
    db_int(q, w.n);
    err = version_rows(q, out, e);
    if (err != ERR_OK || !installation)
        return err;
    q = db_use(manager_db(m), CS_VERSION_FORKS);
    db_int(q, w.n);
    db_int(q, i.n);
    return version_rows(q, out, e);
}

enum err
manager_version_list(struct manager *m, const char *workflow,
                     const char *installation, struct version_list *out,
                     struct error *e)
{
    *out = (struct version_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_VERSION_LIST, e);
    if (err == ERR_OK)
        err = list(m, workflow, installation, out, e);
    return operation_end(m, err, e);
}

enum err
manager_version_show(struct manager *m, const char *name, const char *workflow,
                     const char *installation, struct version_list *out,
                     struct error *e)
{
    struct name_ref ref;
    *out = (struct version_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_VERSION_LIST, e);
    if (err == ERR_OK)
        err = version_resolve(m, name, workflow, installation, &ref, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(manager_db(m), CS_VERSION_ROW);
        db_int(q, ref.n);
        err = version_rows(q, out, e);
    }
    return operation_end(m, err, e);
}

void
version_list_clear(struct version_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct version_list){0};
}

/* --- documents ------------------------------------------------------------ */

static enum err
load(struct manager *m, const char *name, struct document **out,
     struct error *e)
{
    struct name_ref ref;
    struct version v;
    struct pool *pool = pool_new();
    *out = NULL;
    enum err err = name_version(m, name, 0, 0, &ref, e);
    if (err == ERR_OK)
        err = version_load(m, ref.n, pool, &v, e);
    if (err == ERR_OK)
        err = version_document(m, &v, out, e);
    pool_free(pool);
    return err;
}

enum err
manager_version_document(struct manager *m, const char *name, struct buf *out,
                         struct error *e)
{
    struct document *d = NULL;
    enum err err = operation_begin(m, ACTION_VERSION_LIST, e);
    if (err == ERR_OK)
        err = load(m, name, &d, e);
    if (err == ERR_OK)
        document_write(d, out);
    document_free(d);
    return operation_end(m, err, e);
}

enum err
manager_version_validate(struct manager *m, const char *name,
                         struct problem_list *out, struct error *e)
{
    struct document *d = NULL;
    struct connector_set set;
    connector_set_init(&set);
    enum err err = operation_begin(m, ACTION_VERSION_LIST, e);
    if (err == ERR_OK)
        err = load(m, name, &d, e);
    if (err == ERR_OK)
        err = connectors_load(m, d, &set, e);
    if (err == ERR_OK)
        validate_document(d, &set, out);
    connector_set_clear(&set);
    document_free(d);
    return operation_end(m, err, e);
}

enum err
manager_version_diff(struct manager *m, const char *from, const char *to,
                     struct change_list *out, struct error *e)
{
    struct document *a = NULL;
    struct document *b = NULL;
    enum err err = operation_begin(m, ACTION_VERSION_LIST, e);
    if (err == ERR_OK)
        err = load(m, from, &a, e);
    if (err == ERR_OK)
        err = load(m, to, &b, e);
    if (err == ERR_OK)
        diff_documents(a, b, out);
    document_free(a);
    document_free(b);
    return operation_end(m, err, e);
}
