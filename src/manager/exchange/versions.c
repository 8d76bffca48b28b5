/* Versions that a runtime has and this store lacks. */
#include "manager/exchange/versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "manager/exchange/outbox.h"
#include "manager/exchange/versions_private.h"
#include "manager/session/names.h"
#include "manager/session/pool.h"
#include "workflow/connector/connector.h"
#include "workflow/document/document.h"

/* --- the list ------------------------------------------------------------- */

static enum err
find_own_installation(struct manager *m, struct speaker *s, const char *id,
                      int64_t *n, struct error *e)
{
    struct copy_installation i;
    bool found = false;
    enum err err = copy_installation_load(m, s, id, &i, &found, e);
    *n = found ? i.n : 0;
    copy_installation_clear(&i);
    return err;
}

/* What is here under the id of an entry; n 0: nothing. */
struct here {
    int64_t n;
    bool released, same; /* the content of it */
};

static enum err
find_here(struct manager *m, const struct version_entry *x, struct here *out,
          struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_FACT_VERSION);
    struct cs_known_version v;
    *out = (struct here){0};
    db_text(q, x->id);
    if (cs_known_version_next(q, &v))
        *out = (struct here){.n = v.n,
                             .released = v.state == VERSION_RELEASED,
                             .same = strcmp(v.hash, x->hash) == 0};
    return db_end(q, e);
}

struct db_stmt *
versions_entry(struct manager *m, int statement, const struct speaker *s,
               const struct version_entry *x, int64_t workflow,
               int64_t installation)
{
    struct db_stmt *q = db_use(manager_db(m), statement);
    db_int(q, s->n);
    db_text(q, x->id);
    db_int(q, workflow);
    db_int_or_null(q, installation);
    db_int(q, x->base_no);
    db_int(q, x->fork_no);
    return q;
}

/* A draft of the id is not the version: its release was lost with a restore
 * of this store. */
static enum err
list_unknown(struct manager *m, const struct speaker *s,
             const struct version_entry *x, int64_t workflow,
             int64_t installation, struct error *e)
{
    struct db_stmt *q = versions_entry(m, CS_UNKNOWN_LIST_ADD, s, x, workflow,
                                       installation);
    db_text(q, x->hash);
    db_int(q, x->released_at);
    db_text(q, x->released_by ? x->released_by : s->name);
    return db_run(q, e);
}

/* What is here, and was named before it came, is wanted: its pointers wait. */
static enum err
find_named(struct manager *m, const struct speaker *s,
           const struct version_entry *x, int64_t workflow,
           int64_t installation, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_UNKNOWN_HAS);
    db_int(q, s->n);
    db_text(q, x->id);
    bool waits = db_row(q);
    enum err err = db_end(q, e);
    if (err || !waits)
        return err;
    err = list_unknown(m, s, x, workflow, installation, e);
    return err ? err : versions_want_same(m, x->id, x->hash, e);
}

/* Another runtime's installations and unknown workflows are passed over. */
static enum err
take_entry(struct manager *m, struct speaker *s, const struct version_entry *x,
           struct error *e)
{
    int64_t workflow = 0, installation = 0;
    struct here here;
    enum err err = find_here(m, x, &here, e);
    if (!err)
        err = copy_workflow(m, x->workflow_id, &workflow, e);
    if (!err && x->installation_id)
        err = find_own_installation(m, s, x->installation_id, &installation, e);
    if (err || !workflow || (x->installation_id && !installation))
        return err;
    if (here.released && here.same)
        return find_named(m, s, x, workflow, installation, e);
    if (here.released)
        return versions_clash(m, s, x, here.n, workflow, installation, e);
    return list_unknown(m, s, x, workflow, installation, e);
}

/* The next list begins at POSITION; what was named and is not listed stays
 * unknown. */
static enum err
end_list(struct manager *m, struct speaker *s, const char *position,
         struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_VERSIONS_SET);
    enum err err;
    db_text(q, position);
    db_int(q, s->n);
    err = db_run(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_UNKNOWN_UNLISTED_END);
    db_int(q, s->n);
    db_text(q, "the runtime does not list it");
    return db_run(q, e);
}

static enum err
apply_versions(struct manager *m, const char *runtime_id,
               const struct version_page *page, struct error *e)
{
    struct speaker s;
    enum err err = speaker_load(m, runtime_id, &s, e);
    for (size_t i = 0; i < page->count && !err; i++)
        err = take_entry(m, &s, &page->entries[i], e);
    if (err)
        return err;
    if (!page->cursor)
        err = end_list(m, &s, page->position, e);
    return err ? err : speaker_end(m, &s, e);
}

enum err
manager_apply_versions(struct manager *m, const char *runtime_id,
                       const struct version_page *page, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    operation_unaudited(m, "what is missing here is not state; an import has "
                           "its record");
    if (!err)
        err = apply_versions(m, runtime_id, page, e);
    return operation_end(m, err, e);
}

/* --- what is due ---------------------------------------------------------- */

static enum err
has_document(struct manager *m, const char *hash, bool *here, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_IMPORT_HAS);
    db_text(q, hash);
    *here = db_row(q);
    return db_end(q, e);
}

/* The first document that the version HASH needs and this store lacks: its
 * own or one of its connectors; "" where all are here. */
static enum err
first_missing(struct manager *m, const char *hash, char out[DIGEST_SIZE],
              struct error *e)
{
    struct value *tree;
    const struct value *pins;
    enum err err = outbox_document(m, hash, &tree, e);
    out[0] = '\0';
    if (!err && !tree)
        snprintf(out, DIGEST_SIZE, "%s", hash);
    pins = value_get(tree, "connectors");
    for (size_t i = 0; i < value_size(pins) && !err && !out[0]; i++) {
        const char *pin = value_text_or(value_at(pins, i), "");
        bool here = false;
        err = has_document(m, pin, &here, e);
        if (!here)
            snprintf(out, DIGEST_SIZE, "%s", pin);
    }
    value_free(tree);
    return err;
}

static enum err
list_is_due(struct manager *m, int64_t runtime, struct versions_due *out,
            struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_RUNTIME_VERSIONS);
    bool unlisted = false, never = true;
    int64_t one;
    enum err err;
    db_int(q, runtime);
    const char *after = db_row(q) ? db_get_text_or_null(q) : NULL;
    if (after) {
        never = false;
        snprintf(out->after, sizeof out->after, "%s", after);
    }
    err = db_end(q, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_UNKNOWN_UNLISTED);
    db_int(q, runtime);
    err = db_run_int(q, &one, &unlisted, e);
    out->list = never || unlisted;
    return err;
}

static enum err
due(struct manager *m, const char *runtime_id, struct versions_due *out,
    struct error *e)
{
    struct speaker s;
    struct wanted w;
    enum err err = speaker_load(m, runtime_id, &s, e);
    if (!err)
        err = list_is_due(m, s.n, out, e);
    if (err || out->list)
        return err;
    err = versions_first_wanted(m, s.n, &w, e);
    if (!err && w.n) {
        err = first_missing(m, w.hash, out->hash, e);
        out->import = !err && !out->hash[0];
    }
    free(w.released_by);
    return err;
}

enum err
manager_versions_due(struct manager *m, const char *runtime_id,
                     struct versions_due *out, struct error *e)
{
    enum err err = operation_begin(m, ACTION_OUTBOX_LIST, e);
    memset(out, 0, sizeof *out);
    if (!err)
        err = due(m, runtime_id, out, e);
    return operation_end(m, err, e);
}

/* --- documents ------------------------------------------------------------ */

/* The canonical text of V, as a workflow or as a connector. */
static enum err
canonical(const struct value *v, const char *hash, const char **kind,
          struct buf *out, struct error *e)
{
    char *text = value_to_text(v);
    size_t n = strlen(text);
    struct document *d = NULL;
    struct connector *c = NULL;
    enum err err;
    *kind = value_get(v, "actions") ? "connector" : "workflow";
    if (value_get(v, "actions")) {
        err = connector_parse(&c, text, n, hash, e);
        if (!err)
            connector_write(c, out);
    } else {
        err = document_parse(&d, text, n, hash, e);
        if (!err)
            document_write(d, out);
    }
    connector_free(c);
    document_free(d);
    free(text);
    return err;
}

static enum err
take_document(struct manager *m, const char *runtime_id, const char *hash,
              const struct value *v, struct error *e)
{
    struct speaker s;
    struct buf text;
    const char *kind = NULL;
    char found[DIGEST_SIZE];
    enum err err = speaker_load(m, runtime_id, &s, e);
    buf_init_any(&text);
    if (!err)
        err = canonical(v, hash, &kind, &text, e);
    if (!err) {
        digest_hex(found, buf_str(&text), text.len);
        if (strcmp(found, hash) != 0)
            err = error_set(e, ERR_INVALID,
                            "document %.12s: hash mismatch: the runtime gave "
                            "other content (%.12s)",
                            hash, found);
    }
    if (!err) {
        struct db_stmt *q = db_use(manager_db(m), CS_DOCUMENT_KEEP);
        db_text(q, hash);
        db_text(q, kind);
        db_text_n(q, buf_str(&text), text.len);
        err = db_run(q, e);
    }
    buf_clear(&text);
    return err ? err : speaker_end(m, &s, e);
}

enum err
manager_take_document(struct manager *m, const char *runtime_id,
                      const char *hash, const struct value *v, struct error *e)
{
    enum err err = operation_begin(m, ACTION_SYNC, e);
    operation_unaudited(m, "a document under its hash changes no state; "
                           "the import that uses it has its record");
    if (!err)
        err = take_document(m, runtime_id, hash, v, e);
    return operation_end(m, err, e);
}

/* --- for people ----------------------------------------------------------- */

static enum err
want(struct manager *m, const char *runtime, int64_t *count, struct error *e)
{
    struct name_ref ref;
    struct db_stmt *q;
    enum err err = name_runtime(m, runtime, &ref, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_UNKNOWN_WANT);
    db_int(q, ref.n);
    err = db_run(q, e);
    *count = db_changes(manager_db(m));
    if (!err && *count == 0)
        return error_hint(e, HINT_RUNTIME_SYNC, runtime, NULL,
                          error_set(e, ERR_NOT_FOUND,
                                    "runtime %s: this store has every version "
                                    "that it lists",
                                    runtime));
    return err ? err
               : operation_audit(m, "runtime", ref.id, NULL, NULL, NULL, e);
}

enum err
manager_versions_want(struct manager *m, const char *runtime, int64_t *count,
                      struct error *e)
{
    enum err err = operation_begin(m, ACTION_RUNTIME_FETCH, e);
    *count = 0;
    if (!err)
        err = want(m, runtime, count, e);
    return operation_end(m, err, e);
}

static void
read_unknown(const struct cs_unknown_version *v, struct pool *pool,
             struct unknown_row *row)
{
    char label[VERSION_LABEL_SIZE] = "v?";
    row->id = pool_text(pool, v->id);
    row->workflow_key = pool_text(pool, v->workflow_key);
    row->customer = pool_text(pool, v->customer);
    if (v->base_no)
        version_label(label, v->base_no, v->fork_no);
    row->label = pool_text(pool, label);
    row->wanted = v->wanted != 0;
    row->why = pool_text(pool, v->why);
    row->integration_key = pool_text(pool, v->integration_key);
}

static enum err
read_unknowns(struct manager *m, const char *runtime, struct unknown_list *out,
              struct error *e)
{
    struct name_ref ref;
    struct db_stmt *q;
    enum err err = name_runtime(m, runtime, &ref, e);
    if (err)
        return err;
    q = db_use(manager_db(m), CS_UNKNOWN_ROWS);
    db_int(q, ref.n);
    struct cs_unknown_version v;
    while (cs_unknown_version_next(q, &v)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        read_unknown(&v, out->pool, &out->rows[out->count++]);
    }
    return db_end(q, e);
}

enum err
manager_unknown_list(struct manager *m, const char *runtime,
                     struct unknown_list *out, struct error *e)
{
    enum err err = operation_begin(m, ACTION_RUNTIME_LIST, e);
    *out = (struct unknown_list){.pool = pool_new()};
    if (!err)
        err = read_unknowns(m, runtime, out, e);
    return operation_end(m, err, e);
}

void
unknown_list_clear(struct unknown_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct unknown_list){0};
}
