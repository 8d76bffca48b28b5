/* Integrations from files and to files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "manager/catalogue/catalogue_private.h"
#include "manager/catalogue/sample_private.h"
#include "manager/draft/parts.h"
#include "manager/release/parts.h"
#include "value/value.h"
#include "workflow/integration/integration_file.h"

/* An addition under way. */
struct addition {
    struct manager *m;
    const struct integration_file *file;
    int64_t integration;
    struct integration_added *out;
};

/* A document's canonical text and hash. */
struct content {
    struct buf body;
    char hash[DIGEST_SIZE];
};

static void
content_of(struct content *c, const struct document *d)
{
    buf_init_any(&c->body);
    document_write(d, &c->body);
    digest_hex(c->hash, buf_str(&c->body), c->body.len);
}

static enum err
record_base(struct manager *m, const char *id, const char *workflow_id,
            const struct content *c, struct error *e)
{
    struct value *v = value_object();
    value_set_text(v, "hash", c->hash);
    value_set_text(v, "label", "v1");
    value_set_text(v, "workflow", workflow_id);
    char *after = value_to_text(v);
    value_free(v);
    enum err err = operation_audit(m, "version", id, NULL, NULL, after, e);
    free(after);
    return err;
}

/* Base version 1 of a workflow that has none: there is nothing that anybody
 * runs yet, so it needs no draft. */
static enum err
insert_first_base(struct addition *a, int64_t workflow, const char *workflow_id,
                  const struct content *c, struct error *e)
{
    char id[IDENT_SIZE];
    struct manager *m = a->m;
    enum err err = document_store(m, "workflow", c->hash, buf_str(&c->body),
                                  c->body.len, e);
    if (err != ERR_OK)
        return err;
    ident_new(id);
    struct db_stmt *q = db_use(manager_db(m), CS_VERSION_ADD);
    db_text(q, id);
    db_int(q, workflow);
    db_null(q);
    db_int(q, 1);
    db_int(q, 0);
    db_null(q);
    db_null(q);
    db_text(q, manager_actor(m));
    db_text(q, c->hash);
    db_text(q, "");
    db_int(q, VERSION_RELEASED);
    db_int(q, operation_now(m));
    db_text(q, manager_actor(m));
    db_int(q, operation_now(m));
    db_int(q, operation_now(m));
    db_text(q, manager_actor(m));
    err = db_run(q, e);
    a->out->released++;
    return err == ERR_OK ? record_base(m, id, workflow_id, c, e) : err;
}

/* True in *FOUND where an open base draft of WORKFLOW has this content. */
static enum err
has_same_draft(struct manager *m, int64_t workflow, const char *hash,
               bool *found, struct error *e)
{
    int64_t n = 0;
    struct db_stmt *q = db_use(manager_db(m), CS_DRAFT_OF_HASH);
    db_int(q, workflow);
    db_text(q, hash);
    return db_run_int(q, &n, found, e);
}

/* A draft of the base version NUMBER, made from PARENT (a row, or 0). */
static enum err
insert_draft(struct addition *a, int64_t workflow, int64_t parent,
             int64_t number, const struct content *c, struct error *e)
{
    char id[IDENT_SIZE];
    struct draft_seed seed = {.workflow = workflow,
                              .base_no = number,
                              .parent = parent,
                              .hash = c->hash,
                              .body = buf_str(&c->body),
                              .body_len = c->body.len};
    a->out->drafts++;
    return draft_insert(a->m, &seed, id, e);
}

/* A workflow that no runtime can start stays a draft: what is released is
 * offered to customers. */
static enum err
insert_waiting(struct addition *a, int64_t workflow, const struct content *c,
               struct error *e)
{
    bool same = false;
    enum err err = has_same_draft(a->m, workflow, c->hash, &same, e);
    if (err == ERR_OK && same)
        a->out->unchanged++;
    a->out->waiting++;
    return err == ERR_OK && !same ? insert_draft(a, workflow, 0, 1, c, e) : err;
}

static enum err
add_to_base(struct addition *a, int64_t workflow, int64_t newest,
            const struct content *c, struct error *e)
{
    struct version base;
    bool same = false;
    struct pool *pool = pool_new();
    enum err err = version_load(a->m, newest, pool, &base, e);
    if (err == ERR_OK)
        same = strcmp(base.hash, c->hash) == 0;
    if (err == ERR_OK && !same)
        err = has_same_draft(a->m, workflow, c->hash, &same, e);
    if (err == ERR_OK && same)
        a->out->unchanged++;
    if (err == ERR_OK && !same)
        err = insert_draft(a, workflow, newest, base.base_no + 1, c, e);
    pool_free(pool);
    return err;
}

/* Finds or makes the workflow KEY. */
static enum err
find_workflow(struct addition *a, const struct integration_workflow *w,
              int64_t *n, char id[IDENT_SIZE], struct error *e)
{
    struct db_stmt *q = db_use(manager_db(a->m), CS_WORKFLOW_OF_KEY);
    db_int(q, a->integration);
    db_text(q, w->key);
    struct cs_ref ref;
    bool found = cs_ref_next(q, &ref);
    if (found) {
        *n = ref.n;
        snprintf(id, IDENT_SIZE, "%s", ref.id);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !found)
        err = workflow_insert(a->m, a->integration, w->key, w->name, n, id, e);
    return err;
}

/* Keeps the samples of the file that fit this workflow's event. */
static enum err
add_samples(struct addition *a, const struct integration_workflow *w,
            int64_t workflow, struct error *e)
{
    const struct block *t = w->document->trigger;
    const char *event = t ? block_text(t, "event") : "";
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && *event && i < a->file->sample_count;
         i++) {
        const struct integration_sample *s = &a->file->samples[i];
        bool fresh = false;
        if (strcmp(s->event, event) == 0)
            err = sample_store(a->m, workflow, s->name, s->body, &fresh, e);
        a->out->samples += fresh;
    }
    return err;
}

static bool
starts(const struct integration_workflow *w)
{
    const struct block *trigger = w->document->trigger;
    return !trigger || trigger->kind->runs;
}

static enum err
add_workflow(struct addition *a, const struct integration_workflow *w,
             struct error *e)
{
    int64_t workflow;
    int64_t newest = 0;
    char id[IDENT_SIZE];
    struct content c;
    content_of(&c, w->document);
    enum err err = find_workflow(a, w, &workflow, id, e);
    if (err == ERR_OK)
        err = newest_base(a->m, workflow, &newest, e);
    if (err == ERR_OK)
        err = newest      ? add_to_base(a, workflow, newest, &c, e)
              : starts(w) ? insert_first_base(a, workflow, id, &c, e)
                          : insert_waiting(a, workflow, &c, e);
    if (err == ERR_OK)
        err = add_samples(a, w, workflow, e);
    buf_clear(&c.body);
    return err;
}

/* {"app":…,"icon":…,"name":…} of an integration. */
static char *
describe(const char *name, const char *app, const char *icon)
{
    struct value *v = value_object();
    value_set_text(v, "app", app);
    value_set_text(v, "icon", icon);
    value_set_text(v, "name", name);
    char *text = value_to_text(v);
    value_free(v);
    return text;
}

/* Brings name, app and icon of an integration to what the file says. */
static enum err
update_integration(struct addition *a, struct error *e)
{
    const struct integration_file *f = a->file;
    char *before = NULL;
    struct db_stmt *q = db_use(manager_db(a->m), CS_INTEGRATION_ROW);
    db_int(q, a->integration);
    struct cs_integration i;
    if (cs_integration_next(q, &i)) {
        before = describe(i.name, i.app, i.icon ? i.icon : "");
        snprintf(a->out->id, IDENT_SIZE, "%s", i.id);
    }
    enum err err = db_end(q, e);
    char *after = describe(f->name, f->app, f->icon);
    if (err == ERR_OK && before && strcmp(before, after) != 0) {
        q = db_use(manager_db(a->m), CS_INTEGRATION_UPDATE);
        db_text(q, f->name);
        db_text(q, f->app);
        db_text(q, *f->icon ? f->icon : NULL);
        db_int(q, a->integration);
        err = db_run(q, e);
        if (err == ERR_OK)
            err = operation_audit(a->m, "integration", a->out->id, NULL, before,
                                  after, e);
    }
    free(before);
    free(after);
    return err;
}

static enum err
add_integration(struct addition *a, struct error *e)
{
    const struct integration_file *f = a->file;
    struct cs_ref ref = {0};
    struct db_stmt *q = db_use(manager_db(a->m), CS_INTEGRATION_BY_KEY);
    db_text(q, f->key);
    bool found = cs_ref_next(q, &ref);
    a->integration = ref.n;
    enum err err = db_end(q, e);
    if (err == ERR_OK && found)
        err = update_integration(a, e);
    else if (err == ERR_OK)
        err = integration_insert(a->m, f->key, f->name, f->app, f->icon,
                                 &a->integration, a->out->id, e);
    a->out->created = !found;
    for (size_t i = 0; err == ERR_OK && i < f->workflow_count; i++)
        err = add_workflow(a, &f->workflows[i], e);
    return err;
}

/* All errors of the file as one. */
static enum err
check_file(const struct integration_file *f, const struct connector_set *set,
           const char *name, struct error *e)
{
    struct problem_list problems;
    enum err err = ERR_OK;
    problem_list_init(&problems);
    integration_file_validate(f, set, &problems);
    if (problems.errors) {
        struct buf text;
        buf_init(&text, 900);
        for (size_t i = 0; i < problems.count; i++) {
            if (problems.items[i].severity != PROBLEM_ERROR)
                continue;
            char *sentence = problem_sentence(&problems.items[i]);
            buf_addf(&text, "%s%s", text.len ? "; " : "", sentence);
            free(sentence);
        }
        err = error_set(e, ERR_INVALID, "%s: %zu problems: %s", name,
                        problems.errors, buf_str(&text));
        buf_clear(&text);
    }
    problem_list_clear(&problems);
    return err;
}

enum err
manager_integration_add(struct manager *m, const char *text, size_t n,
                        const char *name, struct integration_added *out,
                        struct error *e)
{
    struct integration_file *file = NULL;
    struct connector_set set;
    *out = (struct integration_added){0};
    connector_set_init(&set);
    enum err err = operation_begin(m, ACTION_INTEGRATION_ADD, e);
    if (err == ERR_OK)
        err = connectors_load_all(m, &set, e);
    if (err == ERR_OK)
        err = integration_file_parse(&file, text, n, name, &set, e);
    if (err == ERR_OK)
        err = check_file(file, &set, name, e);
    if (err == ERR_OK) {
        struct addition a = {.m = m, .file = file, .out = out};
        err = add_integration(&a, e);
    }
    integration_file_free(file);
    connector_set_clear(&set);
    return operation_end(m, err, e);
}

/* --- export --------------------------------------------------------------- */

/* Appends {"document","key","name"} of a workflow's newest base to LIST. */
static enum err
export_workflow(struct manager *m, const struct workflow_row *row,
                struct value *list, struct error *e)
{
    int64_t newest = 0;
    struct version v;
    struct document *d = NULL;
    struct pool *pool = pool_new();
    enum err err = newest_base(m, row->n, &newest, e);
    if (err == ERR_OK && newest)
        err = version_load(m, newest, pool, &v, e);
    if (err == ERR_OK && newest)
        err = version_document(m, &v, &d, e);
    if (err == ERR_OK && d) {
        struct value *item = value_object();
        value_set_text(item, "key", row->key);
        value_set_text(item, "name", row->name);
        value_set(item, "document", value_copy(d->root));
        value_append(list, item);
    }
    document_free(d);
    pool_free(pool);
    return err;
}

static enum err
export_head(struct manager *m, int64_t n, struct value *root, struct error *e)
{
    struct db_stmt *q = db_use(manager_db(m), CS_INTEGRATION_ROW);
    db_int(q, n);
    struct cs_integration i;
    if (cs_integration_next(q, &i)) {
        value_set_int(root, "format", 1);
        value_set_text(root, "key", i.key);
        value_set_text(root, "name", i.name);
        value_set_text(root, "app", i.app);
        if (i.icon)
            value_set_text(root, "icon", i.icon);
    }
    return db_end(q, e);
}

static enum err
export_integration(struct manager *m, const char *name, struct buf *out,
                   struct error *e)
{
    struct name_ref ref;
    struct workflow_list workflows = {.pool = pool_new()};
    struct value *root = value_object();
    struct value *list = value_array();
    enum err err = name_integration(m, name, &ref, e);
    if (err == ERR_OK)
        err = export_head(m, ref.n, root, e);
    if (err == ERR_OK)
        err = workflows_read(m, ref.n, 0, &workflows, e);
    for (size_t i = 0; err == ERR_OK && i < workflows.count; i++)
        err = export_workflow(m, &workflows.rows[i], list, e);
    value_set(root, "workflows", list);
    if (err == ERR_OK)
        value_write_pretty(out, root);
    value_free(root);
    workflow_list_clear(&workflows);
    return err;
}

enum err
manager_integration_export(struct manager *m, const char *name, struct buf *out,
                           struct error *e)
{
    enum err err = operation_begin(m, ACTION_INTEGRATION_EXPORT, e);
    if (err == ERR_OK)
        err = export_integration(m, name, out, e);
    return operation_end(m, err, e);
}
