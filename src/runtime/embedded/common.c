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

void
api_installed_clear(struct api_installed *d)
{
    FREE_NULL(d->needs);
}

/* --- users ---------------------------------------------------------------- */

/* Whether an id or a username: an id that is no user's may still be a name. */
static enum err
read_user(struct call *call, int statement, const char *name,
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
api_find_user(struct call *call, const char *name, struct api_user *out,
              struct error *e)
{
    *out = (struct api_user){0};
    if (!name || !*name)
        return error_set(e, ERR_USAGE,
                         "userId is missing (give the user's id or username)");
    enum err code =
        ident_is(name) ? read_user(call, RS_USER_BY_ID, name, out, e) : ERR_OK;
    if (code == ERR_OK && !out->n)
        code = read_user(call, RS_USER_BY_NAME, name, out, e);
    if (code == ERR_OK && !out->n)
        code = error_set(e, ERR_NOT_FOUND, "User not found");
    return code;
}

bool
api_names_user(const struct call *call, const struct value *body)
{
    const struct value *v = value_get(body, "userId");
    return call->caller.kind == AUTH_USER_TOKEN ||
           http_request_query(call->request, "userId") ||
           (v && !value_is(v, VALUE_NULL));
}

/* Where NAME is given, it must mean the user that OUT has, if any; a user that
 * does not exist and one that is another's are answered alike. */
static enum err
name_user(struct call *call, const char *name, struct api_user *out,
          struct error *e)
{
    struct api_user u;
    if (!name || !*name)
        return ERR_OK;
    enum err code = api_find_user(call, name, &u, e);
    if (code == ERR_OK && out->n && u.n != out->n)
        code = error_set(e, ERR_NOT_FOUND, "User not found");
    if (code == ERR_OK && !out->n)
        *out = u;
    else
        api_user_clear(&u);
    return code;
}

enum err
api_call_user_of(struct call *call, const char *path, const struct value *body,
                 struct api_user *out, struct error *e)
{
    const char *const names[] = {
        call->caller.kind == AUTH_USER_TOKEN ? call->caller.user_id : NULL,
        path, http_request_query(call->request, "userId"),
        value_get_text(body, "userId")};
    enum err code = ERR_OK;
    *out = (struct api_user){0};
    for (size_t i = 0; i < sizeof names / sizeof *names && code == ERR_OK; i++)
        code = name_user(call, names[i], out, e);
    return code == ERR_OK && !out->n ? api_find_user(call, NULL, out, e) : code;
}

enum err
api_call_user(struct call *call, const struct value *body, struct api_user *out,
              struct error *e)
{
    return api_call_user_of(call, NULL, body, out, e);
}

/* --- the catalogue -------------------------------------------------------- */

enum err
api_find_integration(struct call *call, const char *name,
                     struct api_integration *out, struct error *e)
{
    *out = (struct api_integration){0};
    struct db_stmt *q =
        db_use(call->db,
               ident_is(name) ? RS_INTEGRATION_BY_ID : RS_INTEGRATION_BY_NAME);
    db_text(q, name);
    if (db_row(q)) {
        out->n = db_get_int(q, 0);
        copy_id(out->id, db_get_text(q, 1));
        out->key = mem_strdup(db_get_text(q, 2));
        out->name = mem_strdup(db_get_text(q, 3));
        out->app = mem_strdup(db_get_text(q, 4));
        out->icon = mem_strdup(db_get_text_or_null(q, 5));
        out->active = db_get_int(q, 6) != 0;
        out->connectors = mem_strdup(db_get_text(q, 7));
    }
    enum err code = db_end(q, e);
    if (code == ERR_OK && !out->n)
        code = error_set(e, ERR_NOT_FOUND, "Integration not found");
    return code;
}

enum err
api_link_allows(struct call *call, int64_t integration, struct error *e)
{
    int64_t allowed = 0;
    if (!call->caller.link_id[0])
        return ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_LINK_INTEGRATION);
    db_text(q, call->caller.link_id);
    enum err code = db_run_int(q, &allowed, NULL, e);
    return code != ERR_OK || allowed == integration
               ? code
               : error_set(e, ERR_ROLE,
                           "this link is for another integration (make one "
                           "for this)");
}

static void
read_workflow(struct db_stmt *q, struct api_workflow *out)
{
    out->n = db_get_int(q, 0);
    copy_id(out->id, db_get_text(q, 1));
    copy_id(out->integration_id, db_get_text(q, 2));
    out->key = mem_strdup(db_get_text(q, 3));
    out->name = mem_strdup(db_get_text(q, 4));
    out->created_ms = db_get_int(q, 5);
    out->updated_ms = db_get_int(q, 6);
    out->base = db_get_int(q, 7);
    out->base_no = db_get_int(q, 8);
    const char *hash = db_get_text_or_null(q, 9);
    snprintf(out->hash, sizeof out->hash, "%s", hash ? hash : "");
    out->integration = db_get_int(q, 10);
}

/* The workflow that the copy ID is of, and whose copy it is; PARENT is empty
 * where the caller may not name it: it is of the other environment, or of
 * another user than a browser token's or USER (row; 0: any). */
static enum err
parent_of_child(struct call *call, const char *id, int64_t user,
                char parent[IDENT_SIZE], int64_t *owner, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_INSTALLED_BY_CHILD);
    db_text(q, id);
    if (db_row(q) && db_get_int(q, 3) == call->caller.environment &&
        (!user || db_get_int(q, 1) == user) &&
        (call->caller.kind != AUTH_USER_TOKEN ||
         strcmp(db_get_text(q, 2), call->caller.user_id) == 0)) {
        copy_id(parent, db_get_text(q, 0));
        *owner = db_get_int(q, 1);
    }
    return db_end(q, e);
}

static enum err
workflow_by_id(struct call *call, const char *id, struct api_workflow *out,
               struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_WORKFLOW_BY_ID);
    db_text(q, id);
    if (db_row(q))
        read_workflow(q, out);
    return db_end(q, e);
}

enum err
api_find_workflow(struct call *call, const char *id, int64_t user,
                  struct api_workflow *out, struct error *e)
{
    char parent[IDENT_SIZE] = "";
    int64_t owner = 0;
    *out = (struct api_workflow){0};
    if (!id)
        return error_set(e, ERR_USAGE, "workflowId is missing");
    enum err code = workflow_by_id(call, id, out, e);
    if (code == ERR_OK && !out->n)
        code = parent_of_child(call, id, user, parent, &owner, e);
    if (code == ERR_OK && parent[0])
        code = workflow_by_id(call, parent, out, e);
    out->owner = owner;
    if (code == ERR_OK && !out->n)
        code = error_set(e, ERR_NOT_FOUND, "Workflow not found");
    return code;
}

enum err
api_each_workflow(struct call *call, int64_t integration,
                  enum err (*each)(struct call *call, void *ctx,
                                   const struct api_workflow *w,
                                   struct error *e),
                  void *ctx, struct error *e)
{
    struct api_workflow *list = NULL;
    size_t count = 0;
    struct db_stmt *q = db_use(call->db, RS_WORKFLOW_LIST);
    db_int(q, integration);
    while (db_row(q)) {
        list = mem_resize(list, count + 1, sizeof *list);
        list[count] = (struct api_workflow){0};
        read_workflow(q, &list[count++]);
    }
    enum err code = db_end(q, e);
    for (size_t i = 0; i < count; i++) {
        if (code == ERR_OK)
            code = each(call, ctx, &list[i], e);
        api_workflow_clear(&list[i]);
    }
    free(list);
    return code;
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

static void
read_installation(struct db_stmt *q, struct api_installation *out)
{
    out->n = db_get_int(q, 0);
    copy_id(out->id, db_get_text(q, 1));
    out->user = db_get_int(q, 2);
    copy_id(out->user_id, db_get_text(q, 3));
    out->integration = db_get_int(q, 4);
    copy_id(out->integration_id, db_get_text(q, 5));
    out->state = (int)db_get_int(q, 6);
    out->created_ms = db_get_int(q, 7);
    out->environment = (int)db_get_int(q, 8);
}

enum err
api_find_installation(struct call *call, int64_t user, int64_t integration,
                      struct api_installation *out, struct error *e)
{
    *out = (struct api_installation){0};
    struct db_stmt *q = db_use(call->db, RS_INSTALLATION_OF_USER);
    db_int(q, user);
    db_int(q, integration);
    if (db_row(q))
        read_installation(q, out);
    return db_end(q, e);
}

enum err
api_installation_by_id(struct call *call, const char *id,
                       struct api_installation *out, struct error *e)
{
    *out = (struct api_installation){0};
    struct db_stmt *q = db_use(call->db, RS_INSTALLATION_BY_ID);
    db_text(q, id);
    bool gone = false;
    if (db_row(q)) {
        read_installation(q, out);
        gone = !db_is_null(q, 9);
    }
    enum err code = db_end(q, e);
    if (code == ERR_OK &&
        (!out->n || gone || out->environment != call->caller.environment))
        code = error_set(e, ERR_NOT_FOUND, "Installation not found");
    return code;
}

enum err
api_installation_after(struct call *call, int64_t *after, struct error *e)
{
    const char *id = http_request_query(call->request, "after");
    *after = 0;
    if (!id || !*id)
        return ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_INSTALLATION_BY_ID);
    db_text(q, id);
    if (db_row(q) && db_get_int(q, 8) == call->caller.environment)
        *after = db_get_int(q, 0);
    enum err code = db_end(q, e);
    return code == ERR_OK && !*after ? api_page_after(ERR_NOT_FOUND, e) : code;
}

enum err
api_find_installed(struct call *call, int64_t installation, int64_t workflow,
                   struct api_installed *out, struct error *e)
{
    *out = (struct api_installed){0};
    struct db_stmt *q = db_use(call->db, RS_INSTALLED_GET);
    db_int(q, installation);
    db_int(q, workflow);
    if (db_row(q)) {
        const char *hash = db_get_text_or_null(q, 6),
                   *awaiting = db_get_text_or_null(q, 9);
        out->n = db_get_int(q, 0);
        copy_id(out->id, db_get_text(q, 1));
        out->live = db_get_int(q, 2);
        copy_id(out->live_id, db_get_text_or_null(q, 3));
        out->base_no = db_get_int(q, 4);
        out->fork_no = db_get_int(q, 5);
        snprintf(out->hash, sizeof out->hash, "%s", hash ? hash : "");
        out->awaiting = db_get_int(q, 7);
        copy_id(out->awaiting_id, db_get_text_or_null(q, 8));
        snprintf(out->awaiting_hash, sizeof out->awaiting_hash, "%s",
                 awaiting ? awaiting : "");
        out->needs = mem_strdup(db_get_text_or_null(q, 10));
        out->active = db_get_int(q, 11) != 0;
        out->paused = db_get_int(q, 12) != 0;
        out->todo = db_get_int(q, 13) != 0;
        out->installed_ms = db_get_int(q, 14);
    }
    return db_end(q, e);
}

/* --- answers -------------------------------------------------------------- */

enum err
api_whole_body(struct call *call, const struct body **out, struct error *e)
{
    if (!call->body)
        call->body = body_read(call->request, call->route->body);
    const struct error *why = &call->body->why;
    *out = call->body;
    return why->code == ERR_OK ? ERR_OK
                               : error_set(e, why->code, "%s", why->text);
}

enum err
api_body(struct call *call, const struct value **out, struct error *e)
{
    const struct body *body;
    enum err code = api_whole_body(call, &body, e);
    *out = code == ERR_OK ? body->members : NULL;
    return code;
}

void
api_set_time(struct value *v, const char *key, int64_t ms)
{
    char text[CLOCK_TEXT_SIZE];
    clock_format(text, ms);
    value_set_text(v, key, ms ? text : NULL);
}

void
api_answer(struct call *call, struct value *v)
{
    http_answer_json(call->answer, 200, v);
}

void
api_answer_data(struct call *call, struct value *v)
{
    struct value *o = value_object();
    value_set(o, "data", v);
    api_answer(call, o);
}

enum err
api_page_limit(const struct call *call, int64_t most, int64_t *out,
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
api_answer_page_at(struct call *call, struct value *v, const char *cursor)
{
    struct value *o = value_object();
    if (cursor)
        value_set_text(o, "cursor", cursor);
    value_set(o, "data", v);
    api_answer(call, o);
}

void
api_answer_page(struct call *call, struct value *v, int64_t limit,
                const char *id)
{
    size_t n = value_size(v);
    bool more = n > 0 && (int64_t)n == limit;
    api_answer_page_at(call, v,
                       more ? value_get_text(value_at(v, n - 1), id) : NULL);
}

void
api_answer_message(struct call *call, const char *message)
{
    struct value *o = value_object();
    value_set_text(o, "message", message);
    api_answer(call, o);
}

void
api_answer_flag(struct call *call, const char *key, bool flag)
{
    struct value *o = value_object();
    value_set_bool(o, key, flag);
    api_answer(call, o);
}
