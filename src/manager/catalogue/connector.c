/* Connectors in the store: documents by hash, the current one of each app. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/catalogue/catalogue_private.h"
#include "value/value.h"

#define CONNECTOR_MAX (10 * 1024 * 1024)

enum err
document_store(struct manager *m, const char *kind, const char *hash,
               const char *text, size_t n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_DOCUMENT_KEEP);
    db_text(q, hash);
    db_text(q, kind);
    db_text_n(q, text, n);
    return db_run(q, e);
}

enum err
connectors_load_all(struct manager *m, struct connector_set *set,
                    struct error *e)
{
    enum err err = ERR_OK;
    struct db_stmt *q = db_use(manager_db(m), CS_CONNECTOR_DOCUMENTS);
    struct cs_connector_document d;
    while (err == ERR_OK && cs_connector_document_next(q, &d)) {
        struct connector *c;
        err = connector_parse(&c, d.body, d.body_length, d.hash, e);
        if (err == ERR_OK && strcmp(connector_hash(c), d.hash) != 0) {
            connector_free(c);
            err = error_set(e, ERR_DAMAGED,
                            "connector %.12s: hash mismatch: the content was "
                            "changed or damaged (run store check)",
                            d.hash);
        } else if (err == ERR_OK) {
            connector_set_add(set, c);
        }
    }
    enum err ended = db_end(q, err == ERR_OK ? e : NULL);
    return err == ERR_OK ? ended : err;
}

enum err
manager_connector_list(struct manager *m, struct connector_list *out,
                       struct error *e)
{
    *out = (struct connector_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_CONNECTOR_LIST, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(manager_db(m), CS_CONNECTOR_ROWS);
        struct cs_connector c;
        while (cs_connector_next(q, &c)) {
            out->rows =
                mem_resize(out->rows, out->count + 1, sizeof *out->rows);
            out->rows[out->count++] = (struct connector_row){
                .app = pool_text(out->pool, c.app),
                .hash = pool_text(out->pool, c.hash),
                .verified = c.verified != 0,
                .added_at = c.added_at,
                .added_by = pool_text(out->pool, c.added_by)};
        }
        err = db_end(q, e);
    }
    return operation_end(m, err, e);
}

void
connector_list_clear(struct connector_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct connector_list){0};
}

/* The hash of APP's current connector into OUT, "" where there is none. */
static enum err
current_hash(struct manager *m, const char *app, char out[DIGEST_SIZE],
             struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_CONNECTOR_OF_APP);
    db_text(q, app);
    snprintf(out, DIGEST_SIZE, "%s", db_row(q) ? db_get_text(q) : "");
    return db_end(q, e);
}

/* Every action was run against the real service. */
static bool
is_verified(const struct connector *c)
{
    for (size_t i = 0; connector_action_at(c, i); i++)
        if (!connector_action_at(c, i)->verified)
            return false;
    return true;
}

static enum err
set_current(struct manager *m, const struct connector *c, const char *before,
            struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_CONNECTOR_SET);
    db_text(q, connector_app(c));
    db_text(q, connector_hash(c));
    db_int(q, is_verified(c));
    db_int(q, operation_now(m));
    db_text(q, manager_actor(m));
    enum err err = db_run(q, e);
    if (err != ERR_OK)
        return err;
    char was[96];
    char is[96];
    snprintf(was, sizeof was, "{\"hash\":\"%s\"}", before);
    snprintf(is, sizeof is, "{\"hash\":\"%s\"}", connector_hash(c));
    return operation_audit(m, "connector", connector_app(c), NULL,
                           *before ? was : NULL, is, e);
}

static enum err
add_connector(struct manager *m, const struct connector *c, struct error *e)
{
    char before[DIGEST_SIZE];
    struct buf body;
    enum err err = current_hash(m, connector_app(c), before, e);
    if (err != ERR_OK || strcmp(before, connector_hash(c)) == 0)
        return err;
    buf_init(&body, CONNECTOR_MAX);
    connector_write(c, &body);
    err = buf_failed(&body)
              ? error_set(e, ERR_TOO_BIG, "connector: larger than %d bytes",
                          CONNECTOR_MAX)
              : document_store(m, "connector", connector_hash(c), body.data,
                               body.len, e);
    if (err == ERR_OK)
        err = set_current(m, c, before, e);
    buf_clear(&body);
    return err;
}

enum err
manager_connector_add(struct manager *m, const char *text, size_t n,
                      const char *name, char hash[65], struct error *e)
{
    struct connector *c = NULL;
    enum err err = connector_parse(&c, text, n, name, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_CONNECTOR_ADD, e);
    if (err == ERR_OK && connector_check_new(c, e) != ERR_OK)
        err = error_prefix(e, "%s", name);
    if (err == ERR_OK)
        err = add_connector(m, c, e);
    snprintf(hash, 65, "%s", connector_hash(c));
    connector_free(c);
    return operation_end(m, err, e);
}

static enum err
read_document(struct manager *m, const char *app, struct buf *out,
              struct error *e)
{
    char hash[DIGEST_SIZE];
    bool found = false;
    enum err err = current_hash(m, app, hash, e);
    if (err != ERR_OK)
        return err;
    if (!*hash)
        snprintf(hash, sizeof hash, "%s", app);
    struct db_stmt *q = db_use(manager_db(m), CS_DOCUMENT_GET);
    db_text(q, hash);
    if (db_row(q)) {
        size_t n;
        char is[DIGEST_SIZE];
        const char *body = db_get_text_n(q, &n);
        found = true;
        digest_hex(is, body, n);
        if (strcmp(is, hash) != 0)
            err = error_set(e, ERR_DAMAGED,
                            "connector %.12s: hash mismatch: the content was "
                            "changed or damaged (run store check)",
                            hash);
        else
            buf_add(out, body, n);
    }
    enum err ended = db_end(q, err == ERR_OK ? e : NULL);
    if (err == ERR_OK && ended == ERR_OK && !found)
        return error_set(e, ERR_NOT_FOUND,
                         "connector '%.64s': not found (see connector "
                         "list)",
                         app);
    return err == ERR_OK ? ended : err;
}

enum err
manager_connector_document(struct manager *m, const char *app, struct buf *out,
                           struct error *e)
{
    enum err err = operation_begin(m, ACTION_CONNECTOR_LIST, e);
    if (err == ERR_OK)
        err = read_document(m, app, out, e);
    return operation_end(m, err, e);
}
