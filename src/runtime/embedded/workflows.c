/* Workflows of the embedded API: lists, versions, on and off, upgrade. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/embedded/embedded.h"
#include "runtime/embedded/query.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/live.h"
#include "runtime/installed/reading.h"

enum { USERS_PAGE = 10000 };

/* --- rows ----------------------------------------------------------------- */

enum err
api_blocks(struct route_call *call, const char *hash, struct value **out,
           struct error *e)
{
    const struct parsed *p = NULL;
    enum err err = reading_check(call->core, hash, e);
    if (err == ERR_OK)
        err = parsed_get(&call->runtime->documents, call->db, hash, &p, e);
    if (err != ERR_OK)
        return err;
    *out = value_array();
    for (size_t i = 0; i < p->document->count; i++) {
        const struct block *b = &p->document->blocks[i];
        const char *app = block_text(b, "app");
        const struct connector *c = connector_set_app(&p->connectors, app);
        struct value *v = value_object();
        value_set_text(v, "name", b->name);
        value_set_text(v, "id", b->id);
        value_set_text(v, "type",
                       b->kind->id == KIND_event ? "customEvent"
                       : b->kind->id == KIND_installation
                           ? "onInstallationTrigger"
                       : *app ? app
                              : b->kind->name);
        api_set_icon(v, c ? connector_icon(c) : NULL);
        value_append(*out, v);
    }
    return ERR_OK;
}

/* The workflow as USER has it: nothing where USER has not installed it. */
static enum err
installed_of_user(struct route_call *call, const struct api_user *user,
                  const struct api_workflow *w,
                  struct installation_row *installation,
                  struct installed_row *out, struct error *e)
{
    *installation = (struct installation_row){0};
    *out = (struct installed_row){0};
    if (!user || !user->n)
        return ERR_OK;
    enum err err = lookup_installation_of(call->db, user->n, w->integration,
                                          installation, e);
    if (err == ERR_OK && installation->n)
        err = lookup_installed(call->db, installation->n, w->n, out, e);
    if (installation->state > RT_INSTALLATION_PAUSED || !out->live)
        *out = (struct installed_row){0};
    return err;
}

static void
set_installed(struct value *v, const struct api_workflow *w,
              const struct installed_row *d)
{
    bool update =
        d->awaiting || (!d->fork_no && d->n && d->base_no < w->base_no);
    value_set_bool(v, "installed", d->n != 0);
    value_set_bool(v, "active", d->n && d->active);
    value_set_int(v, "version", w->base_no);
    if (d->n)
        value_set_int(v, "installedVersion", d->base_no);
    else
        value_set(v, "installedVersion", value_null());
    value_set_bool(v, "customVersion", d->fork_no > 0);
    value_set_text(v, "installedVersionId", d->n ? d->live_id : NULL);
    value_set_text(v, "awaitingVersionId", d->awaiting ? d->awaiting_id : NULL);
    value_set_bool(v, "updateAvailable", d->n && update);
}

enum err
api_workflow_row(struct route_call *call, const struct api_user *user,
                 const struct api_workflow *w, struct value **out,
                 struct error *e)
{
    struct installation_row installation;
    struct installed_row d;
    struct value *blocks = NULL;
    enum err err = installed_of_user(call, user, w, &installation, &d, e);
    if (err == ERR_OK)
        err = api_blocks(call, d.n ? d.live_hash : w->hash, &blocks, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set_text(v, "workflowId", w->id);
        value_set_text(v, "integrationId", w->integration_id);
        value_set_text(v, "name", w->name);
        api_set_time(v, "createdAt", w->created_ms);
        api_set_time(v, "updatedAt", w->updated_ms);
        set_installed(v, w, &d);
        value_set(v, "blocks", blocks);
        *out = v;
    }
    return err;
}

/* --- lists ---------------------------------------------------------------- */

struct rows {
    const struct api_user *user;
    struct value *list;
};

static enum err
add_row(struct route_call *call, void *ctx, const struct api_workflow *w,
        struct error *e)
{
    struct rows *rows = ctx;
    struct value *row = NULL;
    if (!w->base)
        return ERR_OK;
    enum err err = api_workflow_row(call, rows->user, w, &row, e);
    if (err == ERR_OK)
        value_append(rows->list, row);
    return err;
}

static size_t
active_integrations(struct route_call *call, int64_t **out, struct error *e)
{
    size_t count = 0;
    *out = NULL;
    struct rs_integration i;
    struct db_stmt *q = db_use(call->db, RS_INTEGRATION_LIST);
    while (rs_integration_next(q, &i)) {
        if (!i.active)
            continue;
        *out = mem_resize(*out, count + 1, sizeof **out);
        (*out)[count++] = i.n;
    }
    return db_end(q, e) == ERR_OK ? count : 0;
}

enum err
workflow_list(struct route_call *call, struct error *e)
{
    struct api_user u;
    int64_t *integrations = NULL;
    struct rows rows = {.user = &u, .list = value_array()};
    enum err err = api_call_user(call, NULL, &u, e);
    size_t count =
        err == ERR_OK ? active_integrations(call, &integrations, e) : 0;
    for (size_t i = 0; i < count && err == ERR_OK; i++)
        err = api_each_workflow(call, integrations[i], add_row, &rows, e);
    free(integrations);
    api_user_clear(&u);
    if (err == ERR_OK)
        api_answer_data(call, rows.list);
    else
        value_free(rows.list);
    return err;
}

enum err
workflow_get(struct route_call *call, struct error *e)
{
    struct api_user u;
    struct api_workflow w = {0};
    struct value *v = NULL;
    enum err err = api_call_user(call, NULL, &u, e);
    if (err == ERR_OK)
        err = api_find_workflow(call, call->params[0], u.n, &w, e);
    if (err == ERR_OK && !w.base)
        err = route_not_found(NOT_FOUND_WORKFLOW, e);
    if (err == ERR_OK)
        err = api_workflow_row(call, &u, &w, &v, e);
    if (err == ERR_OK)
        api_answer_data(call, v);
    api_workflow_clear(&w);
    api_user_clear(&u);
    return err;
}

/* --- versions ------------------------------------------------------------- */

static const char *
version_status(const struct installed_row *d, const struct rs_listed_version *v)
{
    if (d->n && v->n == d->live)
        return "live";
    if (d->n && v->n == d->awaiting)
        return "awaiting-upgrade";
    if (v->was_live)
        return "superseded";
    if (v->withdrawn)
        return "withdrawn";
    /* A version of one's own that neither is nor was live, nor waits or was
     * withdrawn, has been replaced while it waited. */
    return v->installation ? "superseded" : "released";
}

static struct value *
version_value(const struct rs_listed_version *version,
              const struct installed_row *d)
{
    long long base = version->base_no, fork = version->fork_no;
    struct value *v = value_object();
    char *name = fork ? mem_printf("v%lld.%lld", base, fork)
                      : mem_printf("Version %lld", base);
    value_set_text(v, "versionId", version->id);
    value_set_text(v, "versionName", name);
    api_set_time(v, "lastModified", version->released_at);
    value_set_text(v, "status", version_status(d, version));
    value_set_bool(v, "customVersion", version->installation != 0);
    free(name);
    return v;
}

enum err
workflow_versions(struct route_call *call, struct error *e)
{
    struct api_user u = {0};
    struct api_workflow w = {0};
    struct installation_row installation = {0};
    struct installed_row d = {0};
    bool anybody = call->caller.kind == AUTH_API_KEY &&
                   !http_request_query(call->request, "userId");
    enum err err = anybody ? ERR_OK : api_call_user(call, NULL, &u, e);
    if (err == ERR_OK)
        err = api_find_workflow(call, call->params[0], u.n, &w, e);
    if (err == ERR_OK)
        err = installed_of_user(call, &u, &w, &installation, &d, e);
    if (err == ERR_OK) {
        struct value *list = value_array();
        struct db_stmt *q = db_use(call->db, RS_VERSION_LIST);
        db_int(q, w.n);
        db_int(q, installation.n);
        db_int(q, d.n);
        struct rs_listed_version v;
        while (rs_listed_version_next(q, &v))
            value_append(list, version_value(&v, &d));
        err = db_end(q, e);
        if (err == ERR_OK)
            api_answer_data(call, list);
        else
            value_free(list);
    }
    api_workflow_clear(&w);
    api_user_clear(&u);
    return err;
}

static struct value *
user_value(const struct rs_installed_user *u)
{
    struct value *v = value_object();
    value_set_text(v, "username", u->username);
    value_set_text(v, "fullName", u->full_name);
    value_set_text(v, "userId", u->user_id);
    value_set_bool(v, "workflowActive", u->active != 0);
    value_set_int(v, "installedVersion", u->base_no);
    api_set_time(v, "installedAt", u->installed_at);
    return v;
}

/* A page of who has workflow W; *CURSOR: its last row, 0 where it is the last
 * page. */
static enum err
read_users(struct route_call *call, const struct api_workflow *w,
           struct value *list, int64_t *cursor, struct error *e)
{
    int64_t after = 0, limit;
    enum err err = api_page_limit(call, USERS_PAGE, &limit, e);
    if (err == ERR_OK)
        err = query_number(call, "after", 1, INT64_MAX, &after, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(call->db, RS_INSTALLED_USERS);
    db_int(q, w->n);
    db_int(q, call->caller.environment);
    db_int(q, after);
    db_int(q, limit);
    struct rs_installed_user u;
    while (rs_installed_user_next(q, &u)) {
        value_append(list, user_value(&u));
        *cursor = u.n;
    }
    err = db_end(q, e);
    if (err == ERR_OK && after == 0 && value_size(list) == 0)
        return error_set(e, ERR_NOT_FOUND, "No users have installed it");
    if ((int64_t)value_size(list) < limit)
        *cursor = 0;
    return err;
}

enum err
workflow_users(struct route_call *call, struct error *e)
{
    struct api_workflow w;
    struct value *list = value_array();
    int64_t cursor = 0;
    char text[24];
    enum err err = api_find_workflow(call, call->params[0], 0, &w, e);
    if (err == ERR_OK)
        err = read_users(call, &w, list, &cursor, e);
    snprintf(text, sizeof text, "%lld", (long long)cursor);
    if (err == ERR_OK)
        api_answer_page_at(call, list, cursor ? text : NULL);
    else
        value_free(list);
    api_workflow_clear(&w);
    return err;
}

/* --- on and off ----------------------------------------------------------- */

/* The workflow that a body names by id, or by name among the user's. */
static enum err
named_workflow(struct route_call *call, const struct value *body,
               const struct api_user *u, struct api_workflow *w,
               struct error *e)
{
    const char *id = value_get_text(body, "workflowId");
    const char *name = value_get_text(body, "workflowName");
    char found[IDENT_SIZE] = "";
    *w = (struct api_workflow){0};
    if (id)
        return api_find_workflow(call, id, u->n, w, e);
    if (!name)
        return error_set(e, ERR_USAGE, "workflowId is missing");
    struct db_stmt *q = db_use(call->db, RS_WORKFLOW_BY_NAME);
    db_text(q, name);
    db_int(q, u->n);
    if (db_row(q))
        snprintf(found, IDENT_SIZE, "%s", db_get_text(q));
    enum err err = db_end(q, e);
    if (err != ERR_OK)
        return err;
    return found[0] ? api_find_workflow(call, found, u->n, w, e)
                    : route_not_found(NOT_FOUND_WORKFLOW, e);
}

/* What the caller's user installed of the workflow that W names. */
static enum err
installed_by_caller(struct route_call *call, const struct api_user *u,
                    const struct api_workflow *w, struct installed_row *d,
                    struct error *e)
{
    struct installation_row installation;
    enum err err = installed_of_user(call, u, w, &installation, d, e);
    if (err == ERR_OK && !d->n)
        err = error_set(e, ERR_NOT_FOUND,
                        "this user has not installed the workflow");
    return err;
}

/* The same for the workflow that the path names. */
static enum err
path_installed(struct route_call *call, struct api_user *u,
               struct api_workflow *w, struct installed_row *d, struct error *e)
{
    enum err err = api_call_user(call, NULL, u, e);
    if (err == ERR_OK)
        err = api_find_workflow(call, call->params[0], u->n, w, e);
    if (err == ERR_OK)
        err = installed_by_caller(call, u, w, d, e);
    return err;
}

enum err
api_named_installed(struct route_call *call, const struct value *body,
                    struct api_user *u, struct api_workflow *w,
                    struct installed_row *d, struct error *e)
{
    enum err err = api_call_user(call, body, u, e);
    if (err == ERR_OK)
        err = named_workflow(call, body, u, w, e);
    if (err == ERR_OK)
        err = installed_by_caller(call, u, w, d, e);
    return err;
}

static enum err
switch_active(struct route_call *call, bool active, struct error *e)
{
    struct api_user u = {0};
    struct api_workflow w = {0};
    struct installed_row d = {0};
    struct live_place place;
    const struct value *body = NULL;
    enum err err = api_body(call, &body, e);
    if (err == ERR_OK)
        err = api_named_installed(call, body, &u, &w, &d, e);
    if (err == ERR_OK)
        err = live_place_of(call->db, d.n, &place, e);
    if (err == ERR_OK)
        err = live_switch(call->core, &place, active, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set_bool(v, "activated", active);
        if (!active)
            value_set_bool(v, "deactivated", true);
        api_answer(call, v);
    }
    api_workflow_clear(&w);
    api_user_clear(&u);
    return err;
}

enum err
workflow_activate(struct route_call *call, struct error *e)
{
    return switch_active(call, true, e);
}

enum err
workflow_deactivate(struct route_call *call, struct error *e)
{
    return switch_active(call, false, e);
}

enum err
workflow_delete(struct route_call *call, struct error *e)
{
    struct api_user u = {0};
    struct api_workflow w = {0};
    struct installed_row d = {0};
    struct live_place place;
    enum err err = path_installed(call, &u, &w, &d, e);
    if (err == ERR_OK)
        err = live_place_of(call->db, d.n, &place, e);
    if (err == ERR_OK)
        err = runs_cancel_all(call->core, d.n, e);
    if (err == ERR_OK)
        err = live_remove(call->core, &place, e);
    if (err == ERR_OK)
        api_answer_flag(call, "deleted", true);
    api_workflow_clear(&w);
    api_user_clear(&u);
    return err;
}

/* --- upgrade -------------------------------------------------------------- */

/*
 * What an upgrade without a version id means: the awaiting version; else,
 * with no fork live, the newest base; else nothing, so that a page that asks
 * on every visit never wipes a customisation. 0: nothing to do.
 */
static int64_t
upgrade_target(const struct installed_row *d, const struct api_workflow *w)
{
    if (d->awaiting)
        return d->awaiting;
    if (!d->fork_no && w->base && w->base_no > d->base_no)
        return w->base;
    return 0;
}

static void
answer_upgrade(struct route_call *call, bool live, bool asked,
               struct value *needs, const char *message)
{
    struct value *v = value_object();
    value_set_bool(v, "upgraded", live);
    value_set_bool(v, "activated", live);
    if (asked)
        value_set_bool(v, "awaitingUpgrade", true);
    if (needs)
        value_set(v, "needs", needs);
    value_set_text(v, "message", message);
    api_answer(call, v);
}

enum err
workflow_upgrade(struct route_call *call, struct error *e)
{
    struct api_user u = {0};
    struct api_workflow w = {0};
    struct installed_row d = {0};
    struct live_place place;
    struct value *needs = NULL;
    bool live = false;
    enum err err = path_installed(call, &u, &w, &d, e);
    int64_t target = err == ERR_OK ? upgrade_target(&d, &w) : 0;
    if (err == ERR_OK && target) {
        err = live_place_of(call->db, d.n, &place, e);
        if (err == ERR_OK)
            err = live_or_await(call->core, &place, target,
                                d.awaiting ? "accepted" : "upgrade", NULL,
                                &live, e);
    }
    if (err == ERR_OK && target && !live)
        err = lookup_needs(call->db, d.n, &needs, e);
    if (err == ERR_OK)
        answer_upgrade(call, live, target && !live, needs,
                       !target ? "nothing to upgrade to"
                       : live  ? "upgraded"
                               : "the user must connect or answer something "
                                 "first: show the upgrade to the user");
    api_workflow_clear(&w);
    api_user_clear(&u);
    return err;
}
