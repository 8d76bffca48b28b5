/* Loading what a release looks at, with every hash checked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "manager/release/parts.h"
#include "workflow/connector/connector.h"

static void
copy_id(char out[IDENT_SIZE], const char *id)
{
    snprintf(out, IDENT_SIZE, "%s", id ? id : "");
}

enum err
pointer_load(struct manager *m, int64_t installation, int64_t workflow,
             struct pool *pool, struct pointer *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_POINTER);
    bool found = false;
    enum err err;
    memset(out, 0, sizeof *out);
    db_int(q, installation);
    db_int(q, workflow);
    struct cs_pointer p;
    if (cs_pointer_next(q, &p)) {
        found = true;
        out->installation = p.n;
        out->installation_id = pool_text(pool, p.id);
        out->username = pool_text(pool, p.username);
        out->customer =
            pool_text(pool, customer_name(p.customer, out->username));
        out->who = customer_who(pool, out->customer, out->username);
        out->state = (int)p.state;
        out->connected = pool_text(pool, p.connected);
        out->answered = pool_text(pool, p.answered);
        out->runtime = p.runtime;
        out->runtime_id = pool_text(pool, p.runtime_id);
        out->runtime_name = pool_text(pool, p.runtime_name);
        out->environment = pool_text(pool, p.environment);
        out->workflow = workflow;
        out->workflow_id = pool_text(pool, p.workflow_id);
        out->workflow_key = pool_text(pool, p.workflow_key);
        out->workflow_name = pool_text(pool, p.workflow_name);
        out->integration = pool_text(pool, p.integration);
        out->four_eyes = p.four_eyes != 0;
        out->live = p.live;
        out->releasing = p.releasing;
        out->awaiting = p.awaiting;
        out->previous = p.previous;
        out->live_unknown = pool_text(pool, p.live_unknown);
        out->awaiting_unknown = pool_text(pool, p.awaiting_unknown);
        out->active = p.active != 0;
        out->held = p.held != 0;
        out->missing = p.missing_since != 0;
        out->removed = p.removed != 0;
        out->heard_at = p.heard_at;
        out->pending = installation_pending_word(p.pending);
    }
    err = db_end(q, e);
    if (!err && !found)
        return error_set(e, ERR_NOT_FOUND,
                         "workflow: this installation does not run it (see "
                         "installation show)");
    return err;
}

enum err
version_load(struct manager *m, int64_t n, struct pool *pool,
             struct version *out, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_FACTS);
    bool found = false;
    enum err err;
    memset(out, 0, sizeof *out);
    db_int(q, n);
    struct cs_version_facts v;
    if (cs_version_facts_next(q, &v)) {
        found = true;
        out->n = v.n;
        copy_id(out->id, v.id);
        out->workflow = v.workflow;
        out->installation = v.installation;
        out->base_no = v.base_no;
        out->fork_no = v.fork_no;
        out->parent = v.parent;
        out->live_when_made = v.live_when_made;
        out->author = pool_text(pool, v.author);
        out->hash = pool_text(pool, v.hash);
        out->note = pool_text(pool, v.note);
        out->state = (int)v.state;
        out->revision = v.revision;
    }
    err = db_end(q, e);
    if (!err && !found)
        return error_set(e, ERR_DAMAGED,
                         "version %lld: named but not there (run store check)",
                         (long long)n);
    return err;
}

enum err
base_version_load(struct manager *m, int64_t n, struct pool *pool,
                  struct base_version *out, struct error *e)
{
    struct version v;
    *out = (struct base_version){0};
    enum err err = n ? version_load(m, n, pool, &v, e) : ERR_OK;
    if (!err && n)
        *out =
            (struct base_version){n, v.base_no, pool_text(pool, v.id), v.hash};
    return err;
}

enum err
version_is_refused(struct manager *m, int64_t n, bool *refused, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_REFUSED);
    db_int(q, n);
    *refused = db_row(q);
    return db_end(q, e);
}

enum err
version_is_lost(struct manager *m, const struct version *v, bool *lost,
                struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_LOST);
    db_int(q, v->n);
    *lost = db_row(q);
    return db_end(q, e);
}

enum err
version_check_refused(struct manager *m, const struct version *v,
                      const char *name, struct error *e)
{
    bool refused = false;
    enum err err = version_is_refused(m, v->n, &refused, e);
    if (err || !refused)
        return err;
    return error_set(e, v->installation ? ERR_CONFLICT : ERR_REFUSED,
                     "%s: was refused by %s, so it runs nowhere (make its "
                     "change in a new draft)",
                     name, v->installation ? "its runtime" : "every runtime");
}

enum err
version_check_taken(struct manager *m, const struct version *v,
                    const char *name, struct error *e)
{
    return v->installation ? ERR_OK : version_check_refused(m, v, name, e);
}

enum err
version_check_way(struct manager *m, int64_t version, const char *name,
                  struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_ON_WAY);
    struct cs_request_on_way r;
    char runtime[64] = "", since[CLOCK_TEXT_SIZE];
    db_int(q, version);
    if (cs_request_on_way_next(q, &r)) {
        snprintf(runtime, sizeof runtime, "%s", r.runtime);
        clock_format(since, r.created_at);
    }
    enum err err = db_end(q, e);
    if (err || !runtime[0])
        return err;
    error_set(e, ERR_CONFLICT, "%s: is on its way: queued at %s since %s", name,
              runtime, since);
    return error_hint(e, HINT_RUNTIME_ANSWER, runtime, NULL, ERR_CONFLICT);
}

/* The body that statement ID gives for HASH, as a new string. */
static enum err
load_body(struct manager *m, const char *hash, char **out, size_t *len,
          struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_DOCUMENT_GET);
    char found[DIGEST_SIZE];
    enum err err;
    *out = NULL;
    db_text(q, hash);
    if (db_row(q)) {
        const char *body = db_get_text_n(q, len);
        *out = mem_strndup(body, *len);
    }
    err = db_end(q, e);
    if (err || !*out) {
        FREE_NULL(*out);
        return err ? err
                   : error_set(e, ERR_DAMAGED,
                               "document %.12s: not in the store (run store "
                               "check)",
                               hash);
    }
    /* Invariant 3: without this comparison a flipped bit would be released. */
    digest_hex(found, *out, *len);
    if (strcmp(found, hash) != 0) {
        FREE_NULL(*out);
        return error_set(e, ERR_DAMAGED,
                         "document %.12s: its content is %.12s (the store is "
                         "damaged; restore a backup)",
                         hash, found);
    }
    return ERR_OK;
}

enum err
document_load(struct manager *m, const char *hash, struct document **out,
              struct error *e)
{
    char *body;
    size_t n = 0;
    enum err err = load_body(m, hash, &body, &n, e);
    if (err)
        return err;
    err = document_parse(out, body, n, hash, e);
    free(body);
    return err;
}

enum err
version_document(struct manager *m, const struct version *v,
                 struct document **out, struct error *e)
{
    struct db_stmt *q;
    enum err err = ERR_OK, ended;
    bool found = false;
    *out = NULL;
    if (v->state == VERSION_RELEASED)
        return document_load(m, v->hash, out, e);
    q = db_use(manager_db(m), CS_DRAFT_BODY);
    db_int(q, v->n);
    if (db_row(q)) {
        size_t n;
        const char *body = db_get_text_n(q, &n);
        found = true;
        err = document_parse(out, body, n, "draft", e);
    }
    ended = db_end(q, err ? NULL : e);
    if (!err && !ended && !found)
        return error_set(e, ERR_DAMAGED, "draft %s: has no document", v->id);
    return err ? err : ended;
}

enum err
connectors_load(struct manager *m, const struct document *d,
                struct connector_set *set, struct error *e)
{
    const struct value *pins = value_get(d->root, "connectors");
    enum err err = ERR_OK;
    for (size_t i = 0; i < value_size(pins) && !err; i++) {
        const char *hash = value_text_or(value_at(pins, i), "");
        struct connector *c;
        char *body;
        size_t n = 0;
        if (connector_set_find(set, hash))
            continue;
        err = load_body(m, hash, &body, &n, e);
        if (err)
            break;
        err = connector_parse(&c, body, n, hash, e);
        free(body);
        if (!err)
            connector_set_add(set, c);
    }
    return err;
}

struct value *
pointer_facts(const char *connected, const char *answered)
{
    struct value *facts = value_object(), *part;
    if (connected &&
        value_read(&part, connected, strlen(connected), &value_limits_document,
                   "connected", NULL) == ERR_OK)
        value_set(facts, "connected", part);
    if (answered &&
        value_read(&part, answered, strlen(answered), &value_limits_document,
                   "answered", NULL) == ERR_OK)
        value_set(facts, "answers", part);
    return facts;
}

enum err
newest_base(struct manager *m, int64_t workflow, int64_t *n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_NEWEST_BASE);
    *n = 0;
    db_int(q, workflow);
    return db_run_int(q, n, NULL, e);
}

void
change_clear(struct handover *c)
{
    document_free(c->to_document);
    c->to_document = NULL;
}

enum err
offering_runtimes(struct manager *m, int64_t integration, struct pool *pool,
                  struct offering **out, size_t *n, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_RUNTIMES);
    *out = NULL;
    *n = 0;
    db_int(q, integration);
    struct cs_offering_runtime row;
    while (cs_offering_runtime_next(q, &row)) {
        *out = mem_resize(*out, *n + 1, sizeof **out);
        (*out)[(*n)++] = (struct offering){row.n, pool_text(pool, row.name)};
    }
    return db_end(q, e);
}

static enum err
load_workflow(struct manager *m, struct handover *c, struct pool *pool,
              struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_WORKFLOW_ROW);
    db_int(q, c->to.workflow);
    struct cs_workflow w;
    if (cs_workflow_next(q, &w)) {
        c->p.workflow = c->to.workflow;
        c->p.workflow_id = pool_text(pool, w.id);
        c->p.workflow_key = pool_text(pool, w.key);
        c->p.workflow_name = pool_text(pool, w.name);
        c->integration = w.integration;
        c->p.integration = pool_text(pool, w.integration_key);
        c->p.four_eyes = w.four_eyes != 0;
    }
    return db_end(q, e);
}

enum err
handover_load_place(struct manager *m, struct pool *pool, struct handover *c,
                    struct error *e)
{
    enum err err;
    if (c->to.installation) {
        err =
            pointer_load(m, c->to.installation, c->to.workflow, pool, &c->p, e);
        c->expected = c->to.live_when_made;
        c->revives = c->p.awaiting && c->to.parent == c->p.awaiting;
    } else {
        err = load_workflow(m, c, pool, e);
        if (!err)
            err = newest_base(m, c->to.workflow, &c->p.live, e);
        c->expected = c->to.parent;
    }
    return err ? err : version_document(m, &c->to, &c->to_document, e);
}
