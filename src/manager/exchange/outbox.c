/* Queueing for runtimes. */
#include "manager/exchange/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "manager/exchange/removed.h"
#include "manager/session/operation.h"
#include "value/value.h"
#include "workflow/document/document.h"

enum err
outbox_add(struct manager *m, const struct outbox_new *row, struct value *item,
           int64_t *n, char key[IDENT_SIZE], struct error *e)
{
    struct db *db = manager_db(m);
    struct db_stmt *q;
    char fresh[IDENT_SIZE];
    char *body;
    enum err err = removed_check(m, row->runtime, e);
    if (err) {
        value_free(item);
        return err;
    }
    body = value_to_text(item);
    ident_new(fresh);
    q = db_use(db, CS_OUTBOX_ADD);
    db_text(q, fresh);
    db_int(q, row->runtime);
    db_text(q, row->kind);
    db_int_or_null(q, row->installation);
    db_int_or_null(q, row->workflow);
    db_int_or_null(q, row->version);
    db_text(q, row->hash);
    db_text(q, body);
    db_int_or_null(q, row->lead);
    db_text(q, manager_actor(m));
    db_int(q, operation_now(m));
    err = db_run(q, e);
    operation_seal(m, SEAL_REQUEST, fresh);
    if (!err && n)
        *n = db_last_id(db);
    if (!err && key)
        memcpy(key, fresh, IDENT_SIZE);
    free(body);
    value_free(item);
    return err;
}

static enum err
add_one(struct manager *m, int64_t runtime, const char *hash, struct error *e)
{
    struct outbox_new row = {
        .runtime = runtime, .kind = "document", .hash = hash};
    return outbox_add(m, &row, value_object(), NULL, NULL, e);
}

static enum err
was_queued(struct manager *m, int64_t runtime, const char *hash, bool *found,
           struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_HAS_DOCUMENT);
    int64_t one;
    db_int(q, runtime);
    db_text(q, hash);
    return db_run_int(q, &one, found, e);
}

enum err
outbox_document(struct manager *m, const char *hash, struct value **out,
                struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_DOCUMENT_GET);
    enum err err = ERR_OK, ended;
    *out = NULL;
    db_text(q, hash);
    if (db_row(q)) {
        size_t n;
        const char *body = db_get_text_n(q, &n);
        err = value_read(out, body, n, &value_limits_document, hash, e);
    }
    ended = db_end(q, err ? NULL : e);
    return err ? err : ended;
}

/* The pins of the document HASH: {"app": "<hash>"}; the caller frees. */
static enum err
read_pins(struct manager *m, const char *hash, struct value **out,
          struct error *e)
{
    struct value *root;
    enum err err = outbox_document(m, hash, &root, e);
    *out = !err && root ? value_detach(root, "connectors") : NULL;
    value_free(root);
    return err;
}

enum err
outbox_add_document(struct manager *m, int64_t runtime, const char *hash,
                    struct error *e)
{
    struct value *pins = NULL;
    bool there = false;
    enum err err = was_queued(m, runtime, hash, &there, e);
    if (err || there)
        return err;
    err = read_pins(m, hash, &pins, e);
    for (size_t i = 0; i < value_size(pins) && !err; i++) {
        const char *pin = value_text_or(value_at(pins, i), "");
        err = was_queued(m, runtime, pin, &there, e);
        if (!err && !there)
            err = add_one(m, runtime, pin, e);
    }
    value_free(pins);
    return err ? err : add_one(m, runtime, hash, e);
}

enum err
outbox_renew(struct manager *m, int64_t runtime, int64_t *n, struct error *e)
{
    static const int statements[] = {CS_OUTBOX_RENEW_DOCUMENTS,
                                     CS_OUTBOX_RENEW_ENTRIES,
                                     CS_OUTBOX_RENEW_BASES};
    enum err err = ERR_OK;
    *n = 0;
    for (int i = 0; i < 3 && !err; i++) {
        struct db_stmt *q = db_use(manager_db(m), statements[i]);
        db_int(q, runtime);
        err = db_run(q, e);
        *n += err ? 0 : db_changes(manager_db(m));
    }
    return err;
}

static enum err
renew_one(struct manager *m, int64_t runtime, const char *hash, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_RENEW_DOCUMENT);
    db_int(q, runtime);
    db_text(q, hash);
    return db_run(q, e);
}

enum err
outbox_renew_document(struct manager *m, int64_t runtime, const char *hash,
                      struct error *e)
{
    struct value *pins = NULL;
    enum err err = read_pins(m, hash, &pins, e);
    for (size_t i = 0; i < value_size(pins) && !err; i++)
        err = renew_one(m, runtime, value_text_or(value_at(pins, i), ""), e);
    value_free(pins);
    return err ? err : renew_one(m, runtime, hash, e);
}
