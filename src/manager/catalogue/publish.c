/* Offering an integration at a runtime: its entry, its base versions. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/exchange/outbox.h"
#include "manager/exchange/runtime.h"
#include "manager/release/parts.h"
#include "manager/session/names.h"
#include "manager/session/operation.h"
#include "manager/session/pool.h"
#include "value/value.h"

struct offered {
    int64_t n;
    const char *id, *key;
    struct base_version *bases;
    size_t count;
};

struct offer {
    int64_t runtime, integration;
    const char *integration_id;
    struct offered *workflows;
    size_t count;
    struct value *entry; /* for the catalogue */
    struct pool *pool;
    struct published queued;
};

static enum err
load_integration(struct manager *m, struct offer *o, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_INTEGRATION_ROW);
    o->entry = value_object();
    db_int(q, o->integration);
    struct cs_integration i;
    if (cs_integration_next(q, &i)) {
        o->integration_id = pool_text(o->pool, i.id);
        value_set_text(o->entry, "integrationId", i.id);
        value_set_text(o->entry, "key", i.key);
        value_set_text(o->entry, "name", i.name);
        value_set_text(o->entry, "app", i.app);
        value_set_text(o->entry, "icon", i.icon);
        value_set_bool(o->entry, "active", i.active != 0);
    }
    return db_end(q, e);
}

static enum err
load_workflows(struct manager *m, struct offer *o, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_WORKFLOWS);
    struct value *list = value_array();
    db_int(q, o->integration);
    struct cs_offered_workflow row;
    while (cs_offered_workflow_next(q, &row)) {
        struct value *v = value_object();
        struct offered *w;
        o->workflows =
            mem_resize(o->workflows, o->count + 1, sizeof *o->workflows);
        w = &o->workflows[o->count++];
        memset(w, 0, sizeof *w);
        w->n = row.n;
        w->id = pool_text(o->pool, row.id);
        w->key = pool_text(o->pool, row.key);
        value_set_text(v, "workflowId", w->id);
        value_set_text(v, "key", row.key);
        value_set_text(v, "name", row.name);
        value_append(list, v);
    }
    value_set(o->entry, "workflows", list);
    return db_end(q, e);
}

static enum err
load_bases(struct manager *m, struct offer *o, struct offered *w,
           struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_REL_BASES);
    db_int(q, w->n);
    struct cs_offered_base row;
    while (cs_offered_base_next(q, &row)) {
        struct base_version *b;
        w->bases = mem_resize(w->bases, w->count + 1, sizeof *w->bases);
        b = &w->bases[w->count++];
        b->n = row.n;
        b->id = pool_text(o->pool, row.id);
        b->base_no = row.base_no;
        b->hash = pool_text(o->pool, row.hash);
    }
    return db_end(q, e);
}

/* A newest base version that nothing would start is not offered: a store may
 * have one from before releases refused it. */
static enum err
check_trigger(struct manager *m, const struct offered *w, struct error *e)
{
    struct document *d = NULL;
    if (w->count == 0)
        return ERR_OK;
    const struct base_version *b = &w->bases[w->count - 1];
    enum err err = document_load(m, b->hash, &d, e);
    const struct kind *k = !err && d->trigger ? d->trigger->kind : NULL;
    if (k && !k->runs)
        err = error_set(e, ERR_REFUSED,
                        "workflow %s: v%lld starts by %s, which this version "
                        "does not run yet (release a version with another "
                        "trigger)",
                        w->key, (long long)b->base_no, k->name);
    document_free(d);
    return err;
}

/* The connectors that the newest base versions name. */
static enum err
load_connectors(struct manager *m, struct offer *o, struct error *e)
{
    struct value *all = value_object();
    enum err err = ERR_OK;
    for (size_t i = 0; i < o->count && !err; i++) {
        const struct offered *w = &o->workflows[i];
        struct db_stmt *q;
        if (w->count == 0)
            continue;
        q = db_use(manager_db(m), CS_DOCUMENT_GET);
        db_text(q, w->bases[w->count - 1].hash);
        if (db_row(q)) {
            size_t n;
            const char *body = db_get_text_n(q, &n);
            struct value *root = NULL;
            value_read(&root, body, n, &value_limits_document, "document",
                       NULL);
            for (size_t j = 0; j < value_size(value_get(root, "connectors"));
                 j++) {
                const struct value *pins = value_get(root, "connectors");
                value_set(all, value_key(pins, j, NULL),
                          value_copy(value_at(pins, j)));
            }
            value_free(root);
        }
        err = db_end(q, e);
    }
    value_set(o->entry, "connectors", all);
    return err;
}

/* Room for the key of one more row. */
static char *
offer_key(struct offer *o)
{
    struct published *q = &o->queued;
    q->keys = mem_resize(q->keys, q->count + 1, sizeof *q->keys);
    return q->keys[q->count++];
}

static enum err
queue_documents(struct manager *m, struct offer *o, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < o->count; i++)
        for (size_t j = 0; j < o->workflows[i].count && !err; j++)
            err = outbox_add_document(m, o->runtime,
                                      o->workflows[i].bases[j].hash, e);
    return err;
}

/* Base versions go in order, each expecting the one before it. */
static enum err
queue_bases(struct manager *m, struct offer *o, const struct offered *w,
            struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_OUTBOX_PUBLISHED);
    const struct base_version none = {0}, *before = &none;
    int64_t there = 0;
    enum err err;
    db_int(q, o->runtime);
    db_int(q, w->n);
    err = db_run_int(q, &there, NULL, e);
    for (size_t i = 0; i < w->count && !err; i++) {
        const struct base_version *b = &w->bases[i];
        struct outbox_new row = {.runtime = o->runtime,
                                 .kind = "publish",
                                 .workflow = w->n,
                                 .version = b->n};
        if (b->base_no > there)
            err = outbox_add(m, &row, publish_item(w->id, b, before), NULL,
                             offer_key(o), e);
        before = b;
    }
    return err;
}

static enum err
queue_entry(struct manager *m, struct offer *o, struct error *e)
{
    struct outbox_new row = {.runtime = o->runtime, .kind = "integration"};
    struct db_stmt *q;
    enum err err = outbox_add(m, &row, o->entry, NULL, offer_key(o), e);
    o->entry = NULL;
    if (err)
        return err;
    q = db_use(manager_db(m), CS_RUNTIME_OFFER);
    db_int(q, o->runtime);
    db_int(q, o->integration);
    db_int(q, operation_now(m));
    return db_run(q, e);
}

/* Everything that the entry is made of. */
static enum err
load_offer(struct manager *m, struct offer *o, struct error *e)
{
    enum err err = load_integration(m, o, e);
    if (!err)
        err = load_workflows(m, o, e);
    for (size_t i = 0; i < o->count && !err; i++)
        err = load_bases(m, o, &o->workflows[i], e);
    return err ? err : load_connectors(m, o, e);
}

static void
clear_offer(struct offer *o)
{
    for (size_t i = 0; i < o->count; i++)
        free(o->workflows[i].bases);
    free(o->workflows);
    free(o->queued.keys);
    value_free(o->entry);
    pool_free(o->pool);
}

static enum err
publish(struct manager *m, const struct name_ref *integration,
        const struct name_ref *runtime, struct offer *o, struct error *e)
{
    o->runtime = runtime->n;
    o->integration = integration->n;
    enum err err = load_offer(m, o, e);
    for (size_t i = 0; i < o->count && !err; i++)
        err = check_trigger(m, &o->workflows[i], e);
    if (!err)
        err = queue_documents(m, o, e);
    if (!err)
        err = queue_entry(m, o, e);
    for (size_t i = 0; i < o->count && !err; i++)
        err = queue_bases(m, o, &o->workflows[i], e);
    if (!err) {
        char *after = mem_printf("{\"runtime\":\"%s\"}", runtime->id);
        err = operation_audit(m, "integration", integration->id, NULL, NULL,
                              after, e);
        free(after);
    }
    return err;
}

/* Every name is looked up before anything is queued. Two names of one runtime
 * would offer twice. */
static enum err
name_runtimes(struct manager *m, const char *const *names, size_t count,
              struct name_ref *out, struct error *e)
{
    enum err err = ERR_OK;
    for (size_t i = 0; i < count && !err; i++) {
        err = name_runtime(m, names[i], &out[i], e);
        for (size_t k = 0; k < i && !err; k++)
            if (out[k].n == out[i].n)
                err = error_set(e, ERR_INVALID,
                                "%s and %s: the same runtime (name it once)",
                                names[k], names[i]);
    }
    return err;
}

/* OUT (may be NULL) has COUNT elements, without keys before. */
static enum err
publish_each(struct manager *m, const char *integration,
             const char *const *runtimes, size_t count, struct published *out,
             struct error *e)
{
    struct name_ref g, *at = mem_array(count, sizeof *at);
    enum err err = name_integration(m, integration, &g, e);
    if (!err)
        err = name_runtimes(m, runtimes, count, at, e);
    for (size_t i = 0; i < count && !err; i++) {
        struct offer o = {.pool = pool_new()};
        err = publish(m, &g, &at[i], &o, e);
        if (out) {
            out[i] = o.queued;
            o.queued.keys = NULL;
        }
        clear_offer(&o);
    }
    free(at);
    return err;
}

enum err
manager_publish(struct manager *m, const char *integration,
                const char *const *runtimes, size_t count,
                struct published *out, struct error *e)
{
    for (size_t i = 0; out && i < count; i++)
        out[i] = (struct published){.count = 0};
    enum err err = operation_begin(m, ACTION_INTEGRATION_PUBLISH, e);
    if (!err)
        err = publish_each(m, integration, runtimes, count, out, e);
    return operation_end(m, err, e);
}

/* --- the entry alone ------------------------------------------------------ */

static enum err
queue_entry_for(struct manager *m, int64_t integration, int64_t runtime,
                struct error *e)
{
    struct offer o = {
        .pool = pool_new(), .runtime = runtime, .integration = integration};
    enum err err = load_offer(m, &o, e);
    if (!err)
        err = queue_entry(m, &o, e);
    clear_offer(&o);
    return err;
}

enum err
outbox_add_entries(struct manager *m, int64_t integration, struct error *e)
{
    struct offering *runtimes;
    struct pool *pool = pool_new();
    size_t n;
    enum err err = offering_runtimes(m, integration, pool, &runtimes, &n, e);
    for (size_t i = 0; i < n && !err; i++)
        err = queue_entry_for(m, integration, runtimes[i].n, e);
    free(runtimes);
    pool_free(pool);
    return err;
}
