/* Integrations of the embedded API, and the links that let users install. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/mem.h"
#include "runtime/access/auth.h"
#include "runtime/access/jwt.h"
#include "runtime/embedded/embedded.h"

#define LINK_LIFE_MS (7LL * 24 * 3600 * 1000)

struct rows {
    const struct api_user *user;
    struct value *list;
};

static enum err
add_workflow(struct route_call *call, void *ctx, const struct api_workflow *w,
             struct error *e)
{
    struct rows *rows = ctx;
    struct value *row = NULL;
    if (!w->base)
        return ERR_OK; /* nothing of it was published yet */
    enum err err = api_workflow_row(call, rows->user, w, &row, e);
    if (err == ERR_OK)
        value_append(rows->list, row);
    return err;
}

static enum err
integration_value(struct route_call *call, const struct api_user *user,
                  const struct api_integration *i, struct value **out,
                  struct error *e)
{
    struct rows rows = {.user = user, .list = value_array()};
    struct installation_row installation = {0};
    enum err err = ERR_OK;
    if (user->n)
        err = lookup_installation_of(call->db, user->n, i->n, &installation, e);
    if (err == ERR_OK)
        err = api_each_workflow(call, i->n, add_workflow, &rows, e);
    if (err != ERR_OK) {
        value_free(rows.list);
        return err;
    }
    struct value *v = value_object();
    value_set_text(v, "integrationId", i->id);
    value_set_text(v, "app", i->app);
    value_set_text(v, "name", i->name);
    value_set_text(v, "key", i->key);
    value_set_bool(v, "installed", installation.n && installation.state <= 1);
    if (installation.n && installation.state <= 1)
        value_set_text(v, "installationId", installation.id);
    api_set_icon(v, i->icon);
    value_set(v, "workflows", rows.list);
    *out = v;
    return ERR_OK;
}

/* The user of a listing; a call without one sees what nobody has installed. */
static enum err
listing_user(struct route_call *call, struct api_user *u, struct error *e)
{
    *u = (struct api_user){0};
    if (call->caller.kind != AUTH_USER_TOKEN &&
        !http_request_query(call->request, "userId"))
        return ERR_OK;
    return api_call_user(call, NULL, u, e);
}

static size_t
all_ids(struct route_call *call, char (**out)[IDENT_SIZE], struct error *e)
{
    size_t count = 0;
    *out = NULL;
    struct rs_integration i;
    struct db_stmt *q = db_use(call->db, RS_INTEGRATION_LIST);
    while (rs_integration_next(q, &i)) {
        *out = mem_resize(*out, count + 1, sizeof **out);
        snprintf((*out)[count++], IDENT_SIZE, "%s", i.id);
    }
    return db_end(q, e) == ERR_OK ? count : 0;
}

enum err
integration_list(struct route_call *call, struct error *e)
{
    struct api_user u;
    struct value *list = value_array();
    char(*ids)[IDENT_SIZE] = NULL;
    enum err err = listing_user(call, &u, e);
    size_t count = err == ERR_OK ? all_ids(call, &ids, e) : 0;
    for (size_t i = 0; i < count && err == ERR_OK; i++) {
        struct api_integration it;
        struct value *v = NULL;
        err = api_find_integration(call, ids[i], &it, e);
        if (err == ERR_OK && it.active)
            err = integration_value(call, &u, &it, &v, e);
        if (v)
            value_append(list, v);
        api_integration_clear(&it);
    }
    free(ids);
    api_user_clear(&u);
    api_answer_list(call, list, err);
    return err;
}

enum err
integration_get(struct route_call *call, struct error *e)
{
    struct api_user u;
    struct api_integration i = {0};
    struct value *v = NULL;
    enum err err = listing_user(call, &u, e);
    if (err == ERR_OK)
        err = api_find_integration(call, call->params[0], &i, e);
    if (err == ERR_OK)
        err = api_link_allows(call, i.n, e);
    if (err == ERR_OK)
        err = integration_value(call, &u, &i, &v, e);
    if (err == ERR_OK)
        api_answer_data(call, v);
    api_integration_clear(&i);
    api_user_clear(&u);
    return err;
}

/* --- links ---------------------------------------------------------------- */

static enum err
add_link(struct route_call *call, int64_t user, int64_t integration,
         enum rt_link_purpose purpose, char token[AUTH_TOKEN_SIZE],
         struct error *e)
{
    unsigned char hash[DIGEST_BYTES];
    char id[IDENT_SIZE];
    int64_t now = call->time_ms;
    auth_token_make(token, "tlrl");
    digest_bytes(hash, token, strlen(token));
    ident_new(id);
    struct db_stmt *q = db_use(call->db, RS_LINK_ADD);
    db_text(q, id);
    db_blob(q, hash, sizeof hash);
    db_int(q, user);
    db_int(q, integration);
    db_int(q, purpose);
    db_int(q, now);
    db_int(q, now + LINK_LIFE_MS);
    return db_run(q, e);
}

enum err
integration_install_url(struct route_call *call, struct error *e)
{
    char token[AUTH_TOKEN_SIZE];
    struct api_user u;
    struct api_integration i = {0};
    enum err err = api_call_user_of(call, call->params[0], NULL, &u, e);
    if (err == ERR_OK)
        err = api_find_integration(call, call->params[1], &i, e);
    if (err == ERR_OK && !i.active)
        err = error_set(e, ERR_REFUSED,
                        "integration %s: it is not active (activate it "
                        "first)",
                        i.name);
    if (err == ERR_OK)
        err = add_link(call, u.n, i.n, LINK_INSTALL, token, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        char *url = mem_printf("%s/embedded-install?integrationId=%s&token=%s"
                               "&forgeMode=engaged&alwaysShowCredentials=true",
                               call->runtime->public_url, i.id, token);
        value_set_text(v, "url", url);
        free(url);
        api_answer(call, v);
    }
    api_integration_clear(&i);
    api_user_clear(&u);
    return err;
}

/* The session carries the link's id: what completes the installation marks
 * the link used, and it is dead from then on. */
enum err
link_session(struct route_call *call, struct error *e)
{
    struct jwt_claims claims = {.environment = call->caller.environment};
    struct value *v = value_object();
    struct buf token;
    (void)e;
    buf_init_any(&token);
    memcpy(claims.user_id, call->caller.user_id, IDENT_SIZE);
    memcpy(claims.link_id, call->caller.link_id, IDENT_SIZE);
    claims.issued = call->time_ms / 1000;
    claims.expires = claims.issued + JWT_LIFE_SECONDS;
    jwt_make(&token, &claims, call->runtime->jwt_key);
    value_set_text(v, "token", buf_str(&token));
    value_set_text(v, "userId", claims.user_id);
    api_answer(call, v);
    buf_clear(&token);
    return ERR_OK;
}
