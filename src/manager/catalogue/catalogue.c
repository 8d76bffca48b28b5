/* The catalogue: integrations and workflows as rows, made and switched. */
#include "manager/catalogue/catalogue_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "manager/exchange/outbox.h"
#include "value/value.h"

/* --- integrations --------------------------------------------------------- */

enum err
check_slug(const char *what, const char *key, struct error *e)
{
    size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (n > 0 && n <= 100 && key[n] == 0 && key[0] != '-')
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "%s: its key must be 1 to 100 small letters, digits and -",
                     what);
}

enum err
check_title(const char *what, const char *name, struct error *e)
{
    char *visible = text_visible_dup(name);
    bool fine = *name && strlen(name) <= 200 && strcmp(visible, name) == 0;
    free(visible);
    return fine ? ERR_OK
                : error_set(e, ERR_INVALID,
                            "%s: its name must have 1 to 200 bytes and no "
                            "control characters",
                            what);
}

static enum err
read_integrations(struct manager *m, int64_t n, struct integration_list *out,
                  struct error *e)
{
    struct pool *pool = out->pool;
    struct db_stmt *q = db_use(manager_db(m), CS_INTEGRATION_ROWS);
    db_int(q, n);
    struct cs_listed_integration i;
    while (cs_listed_integration_next(q, &i)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        out->rows[out->count++] =
            (struct integration_row){.n = i.n,
                                     .id = pool_text(pool, i.id),
                                     .key = pool_text(pool, i.key),
                                     .name = pool_text(pool, i.name),
                                     .app = pool_text(pool, i.app),
                                     .icon = pool_text(pool, i.icon),
                                     .active = i.active != 0,
                                     .four_eyes = i.four_eyes != 0,
                                     .created_at = i.created_at,
                                     .workflows = i.workflows,
                                     .installations = i.installations};
    }
    return db_end(q, e);
}

enum err
manager_integration_list(struct manager *m, const char *name,
                         struct integration_list *out, struct error *e)
{
    struct name_ref ref = {0};
    *out = (struct integration_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_INTEGRATION_LIST, e);
    if (err == ERR_OK && name)
        err = name_integration(m, name, &ref, e);
    if (err == ERR_OK)
        err = read_integrations(m, ref.n, out, e);
    return operation_end(m, err, e);
}

void
integration_list_clear(struct integration_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct integration_list){0};
}

/* Records {"key":…} of a new thing. */
static enum err
record_new(struct manager *m, const char *kind, const char *id, const char *key,
           struct error *e)
{
    struct value *v = value_object();
    value_set_text(v, "key", key);
    char *after = value_to_text(v);
    value_free(v);
    enum err err = operation_audit(m, kind, id, NULL, NULL, after, e);
    free(after);
    return err;
}

enum err
integration_insert(struct manager *m, const char *key, const char *name,
                   const char *app, const char *icon, int64_t *n,
                   char id[IDENT_SIZE], struct error *e)
{
    ident_new(id);
    struct db_stmt *q = db_use(manager_db(m), CS_INTEGRATION_ADD);
    db_text(q, id);
    db_text(q, key);
    db_text(q, name);
    db_text(q, app);
    db_text(q, icon && *icon ? icon : NULL);
    db_int(q, operation_now(m));
    enum err err = db_run(q, e);
    *n = err == ERR_OK ? db_last_id(manager_db(m)) : 0;
    if (err == ERR_CONFLICT)
        return error_set(e, ERR_CONFLICT,
                         "integration '%s': exists already (choose another "
                         "key)",
                         key);
    return err == ERR_OK ? record_new(m, "integration", id, key, e) : err;
}

enum err
manager_integration_new(struct manager *m, const char *key, const char *name,
                        const char *app, char id[IDENT_SIZE], struct error *e)
{
    int64_t n;
    enum err err = check_slug("integration", key, e);
    if (err == ERR_OK)
        err = check_slug("integration: app", app, e);
    if (err == ERR_OK && name)
        err = check_title("integration", name, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_INTEGRATION_NEW, e);
    if (err == ERR_OK)
        err =
            integration_insert(m, key, name ? name : key, app, NULL, &n, id, e);
    return operation_end(m, err, e);
}

/* Sets a flag of an integration by STATEMENT and records it as MEMBER. */
static enum err
set_flag(struct manager *m, const char *name, int statement, const char *member,
         bool on, struct error *e)
{
    struct name_ref ref;
    struct integration_list one = {.pool = pool_new()};
    enum err err = name_integration(m, name, &ref, e);
    if (err == ERR_OK)
        err = read_integrations(m, ref.n, &one, e);
    bool was = err == ERR_OK &&
               (statement == CS_INTEGRATION_ACTIVE ? one.rows[0].active
                                                   : one.rows[0].four_eyes);
    if (err == ERR_OK && was != on) {
        char texts[2][64];
        struct db_stmt *q = db_use(manager_db(m), statement);
        db_int(q, on);
        db_int(q, ref.n);
        err = db_run(q, e);
        for (int i = 0; i < 2; i++)
            snprintf(texts[i], sizeof texts[i], "{\"%s\":%s}", member,
                     (i ? on : was) ? "true" : "false");
        if (err == ERR_OK && statement == CS_INTEGRATION_ACTIVE)
            err = outbox_add_entries(m, ref.n, e);
        if (err == ERR_OK)
            err = operation_audit(m, "integration", ref.id, NULL, texts[0],
                                  texts[1], e);
    }
    integration_list_clear(&one);
    return err;
}

enum err
manager_integration_set_active(struct manager *m, const char *name, bool active,
                               struct error *e)
{
    enum err err = operation_begin(m, ACTION_INTEGRATION_CLOSE, e);
    if (err == ERR_OK)
        err = set_flag(m, name, CS_INTEGRATION_ACTIVE, "active", active, e);
    return operation_end(m, err, e);
}

enum err
manager_integration_set_four_eyes(struct manager *m, const char *name, bool on,
                                  struct error *e)
{
    enum err err = operation_begin(m, ACTION_INTEGRATION_FOUR_EYES, e);
    if (err == ERR_OK)
        err = set_flag(m, name, CS_INTEGRATION_FOUR_EYES, "fourEyes", on, e);
    return operation_end(m, err, e);
}

/* --- workflows ------------------------------------------------------------ */

enum err
workflows_read(struct manager *m, int64_t integration, int64_t workflow,
               struct workflow_list *out, struct error *e)
{
    struct pool *pool = out->pool;
    struct db_stmt *q = db_use(manager_db(m), CS_WORKFLOW_ROWS);
    db_int(q, integration);
    db_int(q, workflow);
    struct cs_listed_workflow w;
    while (cs_listed_workflow_next(q, &w)) {
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        out->rows[out->count++] = (struct workflow_row){
            .n = w.n,
            .id = pool_text(pool, w.id),
            .key = pool_text(pool, w.key),
            .name = pool_text(pool, w.name),
            .integration_id = pool_text(pool, w.integration_id),
            .integration_key = pool_text(pool, w.integration_key),
            .created_at = w.created_at,
            .newest_base = w.newest_base,
            .drafts = w.drafts,
            .installed = w.installed,
            .forked = w.forked};
    }
    return db_end(q, e);
}

enum err
manager_workflow_list(struct manager *m, const char *integration,
                      struct workflow_list *out, struct error *e)
{
    struct name_ref ref = {0};
    *out = (struct workflow_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_WORKFLOW_LIST, e);
    if (err == ERR_OK && integration)
        err = name_integration(m, integration, &ref, e);
    if (err == ERR_OK)
        err = workflows_read(m, ref.n, 0, out, e);
    return operation_end(m, err, e);
}

enum err
manager_workflow_show(struct manager *m, const char *name,
                      struct workflow_list *out, struct error *e)
{
    struct name_ref ref;
    *out = (struct workflow_list){.pool = pool_new()};
    enum err err = operation_begin(m, ACTION_WORKFLOW_LIST, e);
    if (err == ERR_OK)
        err = name_workflow(m, name, 0, &ref, e);
    if (err == ERR_OK)
        err = workflows_read(m, 0, ref.n, out, e);
    return operation_end(m, err, e);
}

void
workflow_list_clear(struct workflow_list *list)
{
    free(list->rows);
    pool_free(list->pool);
    *list = (struct workflow_list){0};
}

enum err
workflow_insert(struct manager *m, int64_t integration, const char *key,
                const char *name, int64_t *n, char id[IDENT_SIZE],
                struct error *e)
{
    ident_new(id);
    struct db_stmt *q = db_use(manager_db(m), CS_WORKFLOW_ADD);
    db_text(q, id);
    db_int(q, integration);
    db_text(q, key);
    db_text(q, name);
    db_int(q, operation_now(m));
    enum err err = db_run(q, e);
    *n = err == ERR_OK ? db_last_id(manager_db(m)) : 0;
    if (err == ERR_CONFLICT)
        return error_set(e, ERR_CONFLICT,
                         "workflow '%s': exists already (choose another key)",
                         key);
    return err == ERR_OK ? record_new(m, "workflow", id, key, e) : err;
}

enum err
manager_workflow_new(struct manager *m, const char *integration,
                     const char *key, const char *name, char id[IDENT_SIZE],
                     struct error *e)
{
    struct name_ref ref;
    int64_t n;
    enum err err = check_slug("workflow", key, e);
    if (err == ERR_OK && name)
        err = check_title("workflow", name, e);
    if (err != ERR_OK)
        return err;
    err = operation_begin(m, ACTION_WORKFLOW_NEW, e);
    if (err == ERR_OK)
        err = name_integration(m, integration, &ref, e);
    if (err == ERR_OK)
        err = workflow_insert(m, ref.n, key, name ? name : key, &n, id, e);
    return operation_end(m, err, e);
}
