/* Documents, connectors and the catalogue as the console sends them. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "runtime/embedded/embedded.h"
#include "runtime/installed/checking.h"

enum { CHECK_MS = 60000 /* a document is checked by then */ };

static enum err
check_hash(struct route_call *call, struct error *e)
{
    char hash[DIGEST_SIZE];
    digest_hex(hash, call->request->body, call->request->body_len);
    if (strcmp(hash, call->params[0]) != 0)
        return error_set(e, ERR_INVALID, "document %.12s: its SHA-256 is %.12s",
                         call->params[0], hash);
    return ERR_OK;
}

static enum err
has_document(struct route_call *call, bool *found, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_DOCUMENT_HAS);
    db_text(q, call->params[0]);
    *found = db_row(q);
    return db_end(q, e);
}

static enum err
keep_document(struct route_call *call, const char *kind, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_DOCUMENT_PUT);
    db_text(q, call->params[0]);
    db_text(q, kind);
    db_text_n(q, call->request->body, call->request->body_len);
    return db_run(q, e);
}

/* Keeps the document when it is checked; *PARKED until then. */
static enum err
take_document(struct route_call *call, bool *parked, struct error *e)
{
    const struct checked_text text = {.hash = call->params[0],
                                      .text = call->request->body,
                                      .len = call->request->body_len};
    struct checked c;
    enum err err = checking_ask(call->core, &text, &c, e);
    *parked = err == ERR_OK && !c.ready && !call->last;
    if (*parked)
        core_park(call, CORE_TOPIC_DOCUMENTS,
                  call->request->received_ms + CHECK_MS);
    else if (err == ERR_OK && !c.ready)
        err = error_set(e, ERR_BUSY,
                        "document %.12s: it is still being checked (send it "
                        "again)",
                        call->params[0]);
    if (err == ERR_OK && c.ready)
        err = keep_document(call, c.connector ? "connector" : "workflow", e);
    if (err == ERR_OK && c.ready && c.trigger.kind)
        err = trigger_keep(call->db, call->params[0], &c.trigger, e);
    trigger_facts_clear(&c.trigger);
    return err;
}

enum err
manage_document_put(struct route_call *call, struct error *e)
{
    bool found = false, parked = false;
    enum err err = check_hash(call, e);
    if (err == ERR_OK)
        err = has_document(call, &found, e);
    if (err == ERR_OK && !found)
        err = take_document(call, &parked, e);
    if (err != ERR_OK || parked)
        return err;
    struct value *v = value_object();
    value_set_text(v, "hash", call->params[0]);
    api_answer(call, v);
    return ERR_OK;
}

enum err
manage_document_head(struct route_call *call, struct error *e)
{
    bool found = false;
    enum err err = has_document(call, &found, e);
    if (err == ERR_OK && !found)
        err = error_set(e, ERR_NOT_FOUND, "document %.12s: not found",
                        call->params[0]);
    return err;
}

/* The document as it was sent; what is damaged is not given away. */
enum err
manage_document_get(struct route_call *call, struct error *e)
{
    struct value *v = NULL;
    char hash[DIGEST_SIZE];
    enum err err = ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_DOCUMENT_GET);
    db_text(q, call->params[0]);
    if (db_row(q)) {
        size_t n = 0;
        const char *body = db_get_text_n(q, &n);
        digest_hex(hash, body, n);
        err =
            strcmp(hash, call->params[0]) == 0
                ? value_read(&v, body, n, &value_limits_document, "document", e)
                : error_set(e, ERR_DAMAGED,
                            "document %.12s: hash mismatch (restore the "
                            "store from a backup)",
                            call->params[0]);
    }
    enum err ended = db_end(q, err == ERR_OK ? e : NULL);
    if (err == ERR_OK)
        err = ended;
    if (err == ERR_OK && !v)
        err = error_set(e, ERR_NOT_FOUND, "document %.12s: not found",
                        call->params[0]);
    if (err == ERR_OK)
        api_answer(call, v);
    else
        value_free(v);
    return err;
}

/* --- integrations --------------------------------------------------------- */

static enum err
put_entry(struct route_call *call, const struct value *body, struct error *e)
{
    const char *key = value_get_text(body, "key");
    const char *name = value_get_text(body, "name");
    const struct value *connectors = value_get(body, "connectors");
    char *pins = connectors ? value_to_text(connectors) : mem_strdup("{}");
    enum err err = ERR_OK;
    if (!ident_is(call->params[0]) || !key || !name)
        err = error_set(e, ERR_INVALID,
                        "integration: id, key or name is missing");
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(call->db, RS_INTEGRATION_PUT);
        db_text(q, call->params[0]);
        db_text(q, key);
        db_text(q, name);
        db_text(q, value_text_or(value_get(body, "app"), ""));
        db_text(q, value_get_text(body, "icon"));
        db_int(q, value_bool_or(value_get(body, "active"), true));
        db_text(q, pins);
        db_int(q, clock_now_ms());
        err = db_run(q, e);
    }
    free(pins);
    return err;
}

static enum err
integration_row(struct route_call *call, int64_t *out, struct error *e)
{
    struct rs_integration i = {0};
    struct db_stmt *q = db_use(call->db, RS_INTEGRATION_BY_ID);
    db_text(q, call->params[0]);
    rs_integration_next(q, &i);
    *out = i.n;
    return db_end(q, e);
}

static enum err
put_workflow(struct route_call *call, int64_t integration,
             const struct value *w, size_t position, struct error *e)
{
    const char *id = value_get_text(w, "workflowId");
    const char *key = value_get_text(w, "key");
    const char *name = value_get_text(w, "name");
    if (!id || !ident_is(id) || !key || !name)
        return error_set(e, ERR_INVALID,
                         "integration: a workflow lacks id, key or name");
    struct db_stmt *q = db_use(call->db, RS_WORKFLOW_PUT);
    db_text(q, id);
    db_int(q, integration);
    db_text(q, key);
    db_text(q, name);
    db_int(q, (int64_t)position);
    db_int(q, clock_now_ms());
    return db_run(q, e);
}

/* Workflows that the entry no longer names stay: nothing is deleted because
 * it is absent. */
enum err
manage_integration_put(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    int64_t integration = 0;
    enum err err = api_body(call, &body, e);
    if (err == ERR_OK)
        err = put_entry(call, body, e);
    if (err == ERR_OK)
        err = integration_row(call, &integration, e);
    const struct value *workflows = value_get(body, "workflows");
    for (size_t i = 0; i < value_size(workflows) && err == ERR_OK; i++)
        err = put_workflow(call, integration, value_at(workflows, i), i, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set_text(v, "integrationId", call->params[0]);
        api_answer(call, v);
    }
    return err;
}
