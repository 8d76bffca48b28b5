/* Finding what a call of the embedded API means. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "runtime/embedded/embedded.h"
#include "runtime/embedded/query.h"

static void
copy_id(char out[IDENT_SIZE], const char *id)
{
    snprintf(out, IDENT_SIZE, "%s", id ? id : "");
}

void
api_user_clear(struct api_user *u)
{
    FREE_NULL(u->username);
    FREE_NULL(u->full_name);
}

void
api_integration_clear(struct api_integration *i)
{
    FREE_NULL(i->key);
    FREE_NULL(i->name);
    FREE_NULL(i->app);
    FREE_NULL(i->icon);
    FREE_NULL(i->connectors);
}

void
api_workflow_clear(struct api_workflow *w)
{
    FREE_NULL(w->key);
    FREE_NULL(w->name);
}

/* --- users ---------------------------------------------------------------- */

/* Whether an id or a username: an id that is no user's may still be a name. */
static enum err
read_user(struct route_call *call, int statement, const char *name,
          struct api_user *out, struct error *e)
{
    struct db_stmt *q = db_use(call->db, statement);
    db_text(q, name);
    db_int(q, call->caller.environment);
    struct rs_user found;
    if (rs_user_next(q, &found)) {
        out->n = found.n;
        copy_id(out->id, found.id);
        out->username = mem_strdup(found.username);
        out->full_name = mem_strdup(found.full_name);
    }
    return db_end(q, e);
}

enum err
api_find_user(struct route_call *call, const char *name, struct api_user *out,
              struct error *e)
{
    *out = (struct api_user){0};
    if (!name || !*name)
        return error_set(e, ERR_USAGE,
                         "userId is missing (give the user's id or username)");
    enum err err =
        ident_is(name) ? read_user(call, RS_USER_BY_ID, name, out, e) : ERR_OK;
    if (err == ERR_OK && !out->n)
        err = read_user(call, RS_USER_BY_NAME, name, out, e);
    if (err == ERR_OK && !out->n)
        err = route_not_found(NOT_FOUND_USER, e);
    return err;
}

struct value *
api_user_row(const struct rs_user *u)
{
    struct value *v = value_object();
    value_set_text(v, "userId", u->id);
    value_set_text(v, "username", u->username);
    value_set_text(v, "fullName", u->full_name);
    return v;
}

bool
api_names_user(const struct route_call *call, const struct value *body)
{
    const struct value *v = value_get(body, "userId");
    return call->caller.kind == AUTH_USER_TOKEN ||
           http_request_query(call->request, "userId") ||
           (v && !value_is(v, VALUE_NULL));
}

/* Where NAME is given, it must mean the user that OUT has, if any; a user that
 * does not exist and one that is another's are answered alike. */
static enum err
name_user(struct route_call *call, const char *name, struct api_user *out,
          struct error *e)
{
    struct api_user u;
    if (!name || !*name)
        return ERR_OK;
    enum err err = api_find_user(call, name, &u, e);
    if (err == ERR_OK && out->n && u.n != out->n)
        err = route_not_found(NOT_FOUND_USER, e);
    if (err == ERR_OK && !out->n)
        *out = u;
    else
        api_user_clear(&u);
    return err;
}

enum err
api_call_user_of(struct route_call *call, const char *path,
                 const struct value *body, struct api_user *out,
                 struct error *e)
{
    const char *const names[] = {
        call->caller.kind == AUTH_USER_TOKEN ? call->caller.user_id : NULL,
        path, http_request_query(call->request, "userId"),
        value_get_text(body, "userId")};
    enum err err = ERR_OK;
    *out = (struct api_user){0};
    for (size_t i = 0; i < sizeof names / sizeof *names && err == ERR_OK; i++)
        err = name_user(call, names[i], out, e);
    return err == ERR_OK && !out->n ? api_find_user(call, NULL, out, e) : err;
}

enum err
api_call_user(struct route_call *call, const struct value *body,
              struct api_user *out, struct error *e)
{
    return api_call_user_of(call, NULL, body, out, e);
}

/* --- the catalogue -------------------------------------------------------- */

enum err
api_find_integration(struct route_call *call, const char *name,
                     struct api_integration *out, struct error *e)
{
    *out = (struct api_integration){0};
    struct db_stmt *q =
        db_use(call->db,
               ident_is(name) ? RS_INTEGRATION_BY_ID : RS_INTEGRATION_BY_NAME);
    db_text(q, name);
    struct rs_integration i;
    if (rs_integration_next(q, &i)) {
        *out = (struct api_integration){.n = i.n,
                                        .key = mem_strdup(i.key),
                                        .name = mem_strdup(i.name),
                                        .app = mem_strdup(i.app),
                                        .icon = mem_strdup(i.icon),
                                        .active = i.active != 0,
                                        .connectors = mem_strdup(i.connectors)};
        copy_id(out->id, i.id);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && !out->n)
        err = route_not_found(NOT_FOUND_INTEGRATION, e);
    return err;
}

enum err
api_link_allows(struct route_call *call, int64_t integration, struct error *e)
{
    int64_t allowed = 0;
    if (!call->caller.link_id[0])
        return ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_LINK_INTEGRATION);
    db_text(q, call->caller.link_id);
    enum err err = db_run_int(q, &allowed, NULL, e);
    return err != ERR_OK || allowed == integration
               ? err
               : error_set(e, ERR_ROLE,
                           "this link is for another integration (make one "
                           "for this)");
}

static struct api_workflow
workflow_of(const struct rs_workflow *w)
{
    struct api_workflow out = {.n = w->n,
                               .integration = w->integration,
                               .key = mem_strdup(w->key),
                               .name = mem_strdup(w->name),
                               .created_ms = w->created_at,
                               .updated_ms = w->updated_at,
                               .base = w->base,
                               .base_no = w->base_no};
    copy_id(out.id, w->id);
    copy_id(out.integration_id, w->integration_id);
    snprintf(out.hash, sizeof out.hash, "%s", w->base_hash ? w->base_hash : "");
    return out;
}

/* The workflow that the copy ID is of, and whose copy it is; PARENT is empty
 * where the caller may not name it: it is of the other environment, or of
 * another user than a browser token's or USER (row; 0: any). */
static enum err
parent_of_child(struct route_call *call, const char *id, int64_t user,
                char parent[IDENT_SIZE], int64_t *owner, struct error *e)
{
    struct rs_installed_owner o;
    struct db_stmt *q = db_use(call->db, RS_INSTALLED_BY_CHILD);
    db_text(q, id);
    if (rs_installed_owner_next(q, &o) &&
        o.environment == call->caller.environment &&
        (!user || o.user == user) &&
        (call->caller.kind != AUTH_USER_TOKEN ||
         strcmp(o.user_id, call->caller.user_id) == 0)) {
        copy_id(parent, o.workflow_id);
        *owner = o.user;
    }
    return db_end(q, e);
}

static enum err
workflow_by_id(struct route_call *call, const char *id,
               struct api_workflow *out, struct error *e)
{
    struct rs_workflow w;
    struct db_stmt *q = db_use(call->db, RS_WORKFLOW_BY_ID);
    db_text(q, id);
    if (rs_workflow_next(q, &w))
        *out = workflow_of(&w);
    return db_end(q, e);
}

enum err
api_find_workflow(struct route_call *call, const char *id, int64_t user,
                  struct api_workflow *out, struct error *e)
{
    char parent[IDENT_SIZE] = "";
    int64_t owner = 0;
    *out = (struct api_workflow){0};
    if (!id)
        return error_set(e, ERR_USAGE, "workflowId is missing");
    enum err err = workflow_by_id(call, id, out, e);
    if (err == ERR_OK && !out->n)
        err = parent_of_child(call, id, user, parent, &owner, e);
    if (err == ERR_OK && parent[0])
        err = workflow_by_id(call, parent, out, e);
    out->owner = owner;
    if (err == ERR_OK && !out->n)
        err = route_not_found(NOT_FOUND_WORKFLOW, e);
    return err;
}

enum err
api_each_workflow(struct route_call *call, int64_t integration,
                  enum err (*each)(struct route_call *call, void *ctx,
                                   const struct api_workflow *w,
                                   struct error *e),
                  void *ctx, struct error *e)
{
    struct api_workflow *list = NULL;
    size_t count = 0;
    struct db_stmt *q = db_use(call->db, RS_WORKFLOW_LIST);
    db_int(q, integration);
    struct rs_workflow w;
    while (rs_workflow_next(q, &w)) {
        list = mem_resize(list, count + 1, sizeof *list);
        list[count++] = workflow_of(&w);
    }
    enum err err = db_end(q, e);
    for (size_t i = 0; i < count; i++) {
        if (err == ERR_OK)
            err = each(call, ctx, &list[i], e);
        api_workflow_clear(&list[i]);
    }
    free(list);
    return err;
}

bool
api_is_repeated(const struct value *list, size_t i, const char *key,
                const char *other)
{
    const char *one = value_get_text(value_at(list, i), key);
    const char *two = value_get_text(value_at(list, i), other);
    for (size_t k = 0; one && two && k < i; k++) {
        const char *text = value_get_text(value_at(list, k), key);
        const char *rest = value_get_text(value_at(list, k), other);
        if (text && rest && strcmp(text, one) == 0 && strcmp(rest, two) == 0)
            return true;
    }
    return false;
}

/* --- installations -------------------------------------------------------- */

enum err
api_installation_by_id(struct route_call *call, const char *id,
                       struct installation_row *out, struct error *e)
{
    enum err err =
        lookup_installation(call->db, call->caller.environment, id, out, e);
    if (err == ERR_NOT_FOUND || (err == ERR_OK && out->user_is_deleted))
        err = route_not_found(NOT_FOUND_INSTALLATION, e);
    return err;
}

enum err
api_installation_after(struct route_call *call, int64_t *after, struct error *e)
{
    const char *id = http_request_query(call->request, "after");
    struct installation_row i;
    *after = 0;
    if (!id || !*id)
        return ERR_OK;
    enum err err =
        lookup_installation(call->db, call->caller.environment, id, &i, e);
    if (err == ERR_OK)
        *after = i.n;
    return api_page_after(err, e);
}

/* --- answers -------------------------------------------------------------- */

enum err
api_whole_body(struct route_call *call, const struct body **out,
               struct error *e)
{
    if (!call->body)
        call->body = body_read(call->request, call->route->body);
    const struct error *why = &call->body->why;
    *out = call->body;
    if (why->code != ERR_OK)
        *e = *why;
    return why->code;
}

enum err
api_body(struct route_call *call, const struct value **out, struct error *e)
{
    const struct body *body;
    enum err err = api_whole_body(call, &body, e);
    *out = err == ERR_OK ? body->members : NULL;
    return err;
}

void
api_set_time(struct value *v, const char *key, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format(text, ms);
    value_set_text(v, key, ms ? text : NULL);
}

void
api_set_icon(struct value *v, const char *icon)
{
    if (icon && *icon)
        value_set_text(v, "icon", icon);
}

void
api_answer(struct route_call *call, struct value *v)
{
    http_answer_json(call->answer, 200, v);
}

void
api_answer_data(struct route_call *call, struct value *v)
{
    struct value *o = value_object();
    value_set(o, "data", v);
    api_answer(call, o);
}

void
api_answer_list(struct route_call *call, struct value *list, enum err err)
{
    if (err == ERR_OK)
        api_answer_data(call, list);
    else
        value_free(list);
}

enum err
api_page_limit(const struct route_call *call, int64_t most, int64_t *out,
               struct error *e)
{
    *out = most;
    return query_number(call, "limit", 1, most, out, e);
}

enum err
api_page_after(enum err found, struct error *e)
{
    return found == ERR_NOT_FOUND
               ? error_set(e, ERR_INVALID,
                           "after: not valid for this list (omit it to start "
                           "again)")
               : found;
}

void
api_answer_page_at(struct route_call *call, struct value *v, const char *cursor)
{
    struct value *o = value_object();
    if (cursor)
        value_set_text(o, "cursor", cursor);
    value_set(o, "data", v);
    api_answer(call, o);
}

void
api_answer_page(struct route_call *call, struct value *v, int64_t limit,
                const char *id)
{
    size_t n = value_size(v);
    bool more = n > 0 && (int64_t)n == limit;
    api_answer_page_at(call, v,
                       more ? value_get_text(value_at(v, n - 1), id) : NULL);
}

void
api_answer_message(struct route_call *call, const char *message)
{
    struct value *o = value_object();
    value_set_text(o, "message", message);
    api_answer(call, o);
}

void
api_answer_flag(struct route_call *call, const char *key, bool flag)
{
    struct value *o = value_object();
    value_set_bool(o, key, flag);
    api_answer(call, o);
}
