/* Users of the embedded API. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "runtime/access/jwt.h"
#include "runtime/embedded/embedded.h"
#include "runtime/executor/retention.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/install.h"
#include "runtime/installed/name.h"
#include "runtime/installed/user_end.h"

enum { BATCH_MAX = 1000, PAGE = 10000 };

static struct value *
user_value(const struct api_user *u)
{
    return user_value_of(u->id, u->username, u->full_name);
}

static enum err
tell_feed(struct route_call *call, const struct api_user *u, struct error *e)
{
    struct value *fact = user_value(u);
    return feed_add(call->core, call->caller.environment, "user", fact, e);
}

/* A user is asked for by id or by username, and the id comes first: CONFLICT
 * where NAME is the id of a user other than the row N. */
static enum err
check_no_id(struct route_call *call, const char *name, int64_t n,
            struct error *e)
{
    struct rs_user found = {0};
    if (!ident_is(name))
        return ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_USER_BY_ID);
    db_text(q, name);
    db_int(q, call->caller.environment);
    rs_user_next(q, &found);
    enum err err = db_end(q, e);
    if (err == ERR_OK && found.n && found.n != n)
        err = error_set(e, ERR_CONFLICT,
                        "username %s: it is the id of another user", name);
    return err;
}

/* Makes the user that BODY describes; CONFLICT where the username is taken. */
static enum err
add_user(struct route_call *call, const char *username,
         const struct value *body, struct api_user *out, struct error *e)
{
    int64_t now = clock_now_ms();
    const char *full_name;
    *out = (struct api_user){0};
    ident_new(out->id);
    enum err err = name_check_new_user(username, e);
    if (err == ERR_OK)
        err = check_no_id(call, username, 0, e);
    if (err == ERR_OK)
        err = name_read(body, "fullName", &full_name, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(call->db, RS_USER_ADD);
    db_text(q, out->id);
    db_int(q, call->caller.environment);
    db_text(q, username);
    db_text(q, full_name);
    db_int(q, now);
    db_int(q, now);
    err = db_run(q, e);
    if (err == ERR_CONFLICT)
        return error_set(e, ERR_CONFLICT,
                         "username %s: there is a user of that name", username);
    if (err != ERR_OK)
        return err;
    out->n = db_last_id(call->db);
    out->username = mem_strdup(username);
    out->full_name = mem_strdup(full_name);
    return tell_feed(call, out, e);
}

enum err
user_create(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    struct api_user u = {0};
    enum err err = api_body(call, &body, e);
    const char *username = value_get_text(body, "username");
    if (err == ERR_OK && (!username || !*username))
        err = error_set(e, ERR_USAGE, "username is missing");
    if (err == ERR_OK)
        err = add_user(call, username, body, &u, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set_text(v, "userId", u.id);
        api_answer(call, v);
    }
    api_user_clear(&u);
    return err;
}

/* One entry of a batch: made, or handed back among the invalid ones. */
static enum err
add_of_batch(struct route_call *call, const struct value *entry,
             struct value *invalid, size_t *made, struct error *e)
{
    struct api_user u = {0};
    struct error why = {0};
    const char *username = value_get_text(entry, "username");
    enum err err = ERR_INVALID;
    if (username && *username) {
        err = db_savepoint(call->db, e);
        if (err != ERR_OK)
            return err;
        err = add_user(call, username, entry, &u, &why);
        if (err != ERR_OK)
            db_savepoint_rollback(call->db);
        else
            err = db_savepoint_release(call->db, &why);
    }
    api_user_clear(&u);
    if (err == ERR_OK)
        (*made)++;
    else if (err == ERR_CONFLICT || err == ERR_INVALID)
        value_append(invalid, value_copy(entry));
    else {
        *e = why;
        return err;
    }
    return ERR_OK;
}

enum err
user_batch(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    struct value *invalid = value_array();
    size_t made = 0;
    enum err err = api_body(call, &body, e);
    const struct value *users = value_get(body, "users");
    if (err == ERR_OK && value_size(users) > BATCH_MAX)
        err = error_set(e, ERR_USAGE, "users: more than %d at once", BATCH_MAX);
    for (size_t i = 0; err == ERR_OK && i < value_size(users); i++)
        err = add_of_batch(call, value_at(users, i), invalid, &made, e);
    if (err == ERR_OK && made == 0)
        err = error_set(e, ERR_USAGE, "No valid users provided");
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set_text(v, "message", "success");
        value_set(v, "invalidUsers", invalid);
        invalid = NULL;
        api_answer(call, v);
    }
    value_free(invalid);
    return err;
}

/* The row of the user that "after" names: the last one of the page before. It
 * keeps its place in the order when the user is deleted between two pages. */
static enum err
page_start(struct route_call *call, int64_t *after, struct error *e)
{
    const char *id = http_request_query(call->request, "after");
    struct api_user u = {0};
    enum err err = id && *id ? api_find_user(call, id, &u, e) : ERR_OK;
    *after = u.n;
    api_user_clear(&u);
    if (err != ERR_NOT_FOUND)
        return api_page_after(err, e);
    struct rs_known_user known;
    struct db_stmt *q = db_use(call->db, RS_USER_ANYWHERE);
    db_text(q, id);
    if (rs_known_user_next(q, &known) &&
        known.environment == call->caller.environment)
        *after = known.n;
    enum err read = db_end(q, e);
    if (read != ERR_OK)
        return read;
    return api_page_after(*after ? ERR_OK : ERR_NOT_FOUND, e);
}

/* The users after row AFTER; those with WORKFLOW (row; 0: all). */
static enum err
read_users(struct route_call *call, int64_t after, int64_t workflow,
           int64_t limit, struct value *list, struct error *e)
{
    struct db_stmt *q =
        db_use(call->db, workflow ? RS_USER_LIST_OF_WORKFLOW : RS_USER_LIST);
    db_int(q, call->caller.environment);
    db_int(q, after);
    db_int(q, limit);
    if (workflow)
        db_int(q, workflow);
    struct rs_user found;
    while (rs_user_next(q, &found)) {
        value_append(list, api_user_row(&found));
    }
    return db_end(q, e);
}

enum err
user_list(struct route_call *call, struct error *e)
{
    const char *workflow =
        http_request_query(call->request, "parentWorkflowId");
    struct value *list = value_array();
    struct api_workflow w = {0};
    int64_t after = 0, limit;
    enum err err = page_start(call, &after, e);
    if (err == ERR_OK)
        err = api_page_limit(call, PAGE, &limit, e);
    if (err == ERR_OK && workflow && *workflow)
        err = api_find_workflow(call, workflow, 0, &w, e);
    if (err == ERR_OK)
        err = read_users(call, after, w.n, limit, list, e);
    if (err == ERR_OK)
        api_answer_page(call, list, limit, "userId");
    else
        value_free(list);
    api_workflow_clear(&w);
    return err;
}

enum err
user_get(struct route_call *call, struct error *e)
{
    struct api_user u;
    enum err err = api_call_user_of(call, call->params[0], NULL, &u, e);
    if (err == ERR_OK)
        api_answer(call, user_value(&u));
    api_user_clear(&u);
    return err;
}

static enum err
save_user(struct route_call *call, const struct api_user *u, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_USER_UPDATE);
    db_text(q, u->username);
    db_text(q, u->full_name);
    db_int(q, clock_now_ms());
    db_int(q, u->n);
    enum err err = db_run(q, e);
    if (err == ERR_CONFLICT)
        error_set(e, ERR_CONFLICT, "username %s: there is a user of that name",
                  u->username);
    return err == ERR_OK ? tell_feed(call, u, e) : err;
}

enum err
user_update(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    struct api_user u = {0};
    enum err err = api_body(call, &body, e);
    if (err == ERR_OK)
        err = api_call_user_of(call, call->params[0], body, &u, e);
    const char *username = NULL, *full_name = NULL;
    if (err == ERR_OK)
        err = name_read(body, "username", &username, e);
    if (err == ERR_OK && username && *username)
        err = strcmp(username, u.username) == 0
                  ? name_check_user(username, e)
                  : name_check_new_user(username, e);
    if (err == ERR_OK && username && *username)
        err = check_no_id(call, username, u.n, e);
    if (err == ERR_OK && username && *username) {
        free(u.username);
        u.username = mem_strdup(username);
    }
    if (err == ERR_OK)
        err = name_read(body, "fullName", &full_name, e);
    if (err == ERR_OK && value_get(body, "fullName")) {
        free(u.full_name);
        u.full_name = mem_strdup(full_name);
    }
    if (err == ERR_OK)
        err = save_user(call, &u, e);
    if (err == ERR_OK)
        api_answer(call, user_value(&u));
    api_user_clear(&u);
    return err;
}

/* The rows that STATEMENT finds about USER; the caller frees them. */
static enum err
rows_of(struct route_call *call, int statement, int64_t user, int64_t **out,
        size_t *count, struct error *e)
{
    *out = NULL;
    *count = 0;
    struct db_stmt *q = db_use(call->db, statement);
    db_int(q, user);
    while (db_row(q)) {
        *out = mem_resize(*out, *count + 1, sizeof **out);
        (*out)[(*count)++] = db_get_int(q);
    }
    return db_end(q, e);
}

static enum err
deactivate(struct route_call *call, int64_t user, struct error *e)
{
    int64_t *rows;
    size_t n;
    enum err err = rows_of(call, RS_USER_ACTIVE, user, &rows, &n, e);
    for (size_t i = 0; i < n && err == ERR_OK; i++) {
        struct live_place place;
        err = live_place_of(call->db, rows[i], &place, e);
        if (err == ERR_OK)
            err = live_switch(call->core, &place, false, e);
    }
    free(rows);
    return err;
}

static enum err
delete_user(struct route_call *call, const struct api_user *u, struct error *e)
{
    return user_end(call->core, u->n, call->caller.environment, user_value(u),
                    e);
}

enum err
user_delete(struct route_call *call, struct error *e)
{
    struct api_user u;
    enum err err = api_call_user_of(call, call->params[0], NULL, &u, e);
    if (err == ERR_OK)
        err = delete_user(call, &u, e);
    if (err == ERR_OK)
        api_answer_flag(call, "success", true);
    api_user_clear(&u);
    return err;
}

enum err
user_token(struct route_call *call, struct error *e)
{
    struct api_user u;
    enum err err = api_call_user_of(call, call->params[0], NULL, &u, e);
    if (err == ERR_OK) {
        struct jwt_claims claims = {.environment = call->caller.environment};
        struct value *v = value_object();
        struct buf token;
        buf_init_any(&token);
        memcpy(claims.user_id, u.id, sizeof claims.user_id);
        claims.issued = call->time_ms / 1000;
        claims.expires = claims.issued + JWT_LIFE_SECONDS;
        jwt_make(&token, &claims, call->runtime->jwt_key);
        value_set_text(v, "token", buf_str(&token));
        api_answer(call, v);
        buf_clear(&token);
    }
    api_user_clear(&u);
    return err;
}

/* The user whose logs are to be erased. One who was deleted is found by the
 * id alone: another may have the username now. */
static enum err
find_whose_logs(struct route_call *call, int64_t *user, bool *deleted,
                struct error *e)
{
    struct api_user u;
    const char *name = call->params[0];
    enum err err = api_call_user_of(call, name, NULL, &u, e);
    *user = u.n;
    *deleted = false;
    api_user_clear(&u);
    if (err != ERR_NOT_FOUND || !ident_is(name))
        return err;
    struct db_stmt *q = db_use(call->db, RS_USER_DELETED);
    db_text(q, name);
    db_int(q, call->caller.environment);
    enum err looked = db_run_int(q, user, deleted, e);
    return looked == ERR_OK && !*deleted ? err : looked;
}

enum err
user_logs_delete(struct route_call *call, struct error *e)
{
    int64_t user, position = call->position;
    bool deleted, more = false;
    enum err err = find_whose_logs(call, &user, &deleted, e);
    if (err == ERR_OK)
        err = retention_erase_user(call->core, user, &position, e);
    if (err == ERR_OK && deleted && !position)
        err = retention_erase_keys(call->core, user, &more, e);
    if (err == ERR_OK && (position || more))
        core_go_on(call, position ? position : INT64_MAX);
    else if (err == ERR_OK) {
        core_empty_log(call->core);
        api_answer_message(call, "Success");
    }
    return err;
}

enum err
user_deactivate(struct route_call *call, struct error *e)
{
    struct api_user u;
    enum err err = api_call_user_of(call, call->params[0], NULL, &u, e);
    if (err == ERR_OK)
        err = deactivate(call, u.n, e);
    if (err == ERR_OK)
        api_answer_message(call, "Success");
    api_user_clear(&u);
    return err;
}
