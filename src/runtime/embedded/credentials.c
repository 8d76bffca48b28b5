/* Credentials and apps as the embedded API shows them; never a secret. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "runtime/embedded/embedded.h"
#include "runtime/installed/install.h"
#include "workflow/connector/connector.h"

enum { CONNECTOR_MAX = 10 * 1024 * 1024 };

static struct value *
credential_value(const struct rs_credential *c)
{
    struct value *v = value_object();
    value_set_text(v, "credentialId", c->id);
    value_set_text(v, "type", c->app);
    value_set_text(v, "name", c->name);
    api_set_time(v, "createdAt", c->created_at);
    api_set_time(v, "updatedAt", c->updated_at);
    value_set_text(v, "state", rt_credential_state_word((int)c->state));
    if (c->state == CREDENTIAL_OK)
        return v;
    api_set_time(v, "refusedAt", c->refused_at);
    if (c->state == CREDENTIAL_SUSPECT)
        api_set_time(v, "nextTryAt", c->try_at);
    value_set_text(v, "message", c->message);
    return v;
}

enum err
credential_list(struct route_call *call, struct error *e)
{
    struct api_user u;
    struct value *list = value_array();
    enum err err = api_call_user_of(call, call->params[0], NULL, &u, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(call->db, RS_CREDENTIAL_LIST);
        db_int(q, u.n);
        struct rs_credential c;
        while (rs_credential_next(q, &c))
            value_append(list, credential_value(&c));
        err = db_end(q, e);
    }
    api_answer_list(call, list, err);
    api_user_clear(&u);
    return err;
}

enum err
credential_delete(struct route_call *call, struct error *e)
{
    struct api_user u;
    char *app = NULL;
    int64_t n = 0;
    enum err err = api_call_user_of(call, call->params[0], NULL, &u, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(call->db, RS_CREDENTIAL_BY_ID);
        db_int(q, u.n);
        db_text(q, call->params[1]);
        struct rs_credential c;
        if (rs_credential_next(q, &c)) {
            n = c.n;
            app = mem_strdup(c.app);
        }
        err = db_end(q, e);
    }
    if (err == ERR_OK && !n)
        err = route_not_found(NOT_FOUND_CREDENTIAL, e);
    if (err == ERR_OK)
        err = install_disconnect(call->core, n, app, e);
    if (err == ERR_OK)
        api_answer_flag(call, "success", true);
    free(app);
    api_user_clear(&u);
    return err;
}

/* --- metadata ------------------------------------------------------------- */

/* {"app":"hash"} of every integration, the last one winning. */
static enum err
all_pins(struct route_call *call, struct value *pins, struct error *e)
{
    struct rs_integration integration;
    struct db_stmt *q = db_use(call->db, RS_INTEGRATION_LIST);
    while (rs_integration_next(q, &integration)) {
        struct value *v = NULL;
        const char *text = integration.connectors;
        if (value_read(&v, text, strlen(text), &value_limits_document,
                       "connectors", NULL) != ERR_OK)
            continue;
        for (size_t i = 0; i < value_size(v); i++)
            value_set(pins, value_key(v, i, NULL), value_copy(value_at(v, i)));
        value_free(v);
    }
    return db_end(q, e);
}

static enum err
read_connector(struct route_call *call, const char *hash,
               struct connector **out, struct error *e)
{
    struct buf text;
    buf_init(&text, CONNECTOR_MAX);
    *out = NULL;
    struct db_stmt *q = db_use(call->db, RS_DOCUMENT_GET);
    db_text(q, hash);
    if (db_row(q)) {
        size_t n = 0;
        const char *body = db_get_text_n(q, &n);
        buf_add(&text, body, n);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && text.len)
        err = connector_parse(out, text.data, text.len, hash, e);
    buf_clear(&text);
    return err;
}

static struct value *
properties_of(const struct value *kind)
{
    struct value *list = value_array();
    const struct value *fields = value_get(kind, "fields");
    for (size_t i = 0; i < value_size(fields); i++) {
        const struct value *f = value_at(fields, i);
        struct value *p = value_object();
        value_set_text(p, "name", value_get_text(f, "name"));
        value_set_text(p, "displayName", value_get_text(f, "label"));
        value_append(list, p);
    }
    return list;
}

static struct value *
metadata_value(const struct connector *c)
{
    const struct value *kind = value_at(connector_authentication(c), 0);
    const char *word = value_get_text(kind, "kind");
    struct value *v = value_object();
    value_set_text(v, "name", connector_app(c));
    value_set_text(v, "connector", connector_app(c));
    value_set_text(v, "displayName", connector_name(c));
    api_set_icon(v, connector_icon(c));
    value_set_bool(v, "isOauth", word && strcmp(word, "oauth2") == 0);
    value_set(v, "properties", properties_of(kind));
    return v;
}

static struct value *
app_value(const struct connector *c)
{
    const struct value *kind = value_at(connector_authentication(c), 0);
    const char *word = value_get_text(kind, "kind");
    struct value *v = value_object(), *types = value_array();
    value_append(types, value_string("action"));
    value_set_text(v, "name", connector_app(c));
    api_set_icon(v, connector_icon(c));
    value_set_bool(v, "oauth", word && strcmp(word, "oauth2") == 0);
    value_set(v, "type", types);
    return v;
}

static enum err
list_connectors(struct route_call *call, bool credentials,
                struct value *(*shape)(const struct connector *c),
                struct error *e)
{
    struct value *pins = value_object(), *list = value_array();
    enum err err = all_pins(call, pins, e);
    for (size_t i = 0; i < value_size(pins) && err == ERR_OK; i++) {
        struct connector *c;
        err = read_connector(call, value_text_or(value_at(pins, i), ""), &c, e);
        if (c && (!credentials || connector_needs_credential(c)))
            value_append(list, shape(c));
        connector_free(c);
    }
    value_free(pins);
    api_answer_list(call, list, err);
    return err;
}

enum err
metadata_credential_list(struct route_call *call, struct error *e)
{
    return list_connectors(call, true, metadata_value, e);
}

enum err
metadata_app_list(struct route_call *call, struct error *e)
{
    return list_connectors(call, false, app_value, e);
}

/* The newest connector of APP that is here, whoever uses it. */
static enum err
newest_hash(struct route_call *call, const char *app, char out[DIGEST_SIZE],
            struct error *e)
{
    out[0] = '\0';
    struct db_stmt *q = db_use(call->db, RS_CONNECTOR_OF_APP);
    db_text(q, app);
    if (db_row(q))
        snprintf(out, DIGEST_SIZE, "%s", db_get_text(q));
    return db_end(q, e);
}

enum err
api_connector(struct route_call *call, const char *app, struct connector **out,
              struct error *e)
{
    struct value *pins = value_object();
    char newest[DIGEST_SIZE];
    *out = NULL;
    enum err err = all_pins(call, pins, e);
    const char *hash = value_get_text(pins, app);
    if (err == ERR_OK && !hash) {
        err = newest_hash(call, app, newest, e);
        hash = *newest ? newest : NULL;
    }
    if (err == ERR_OK && hash)
        err = read_connector(call, hash, out, e);
    if (err == ERR_OK && !*out)
        err = error_set(e, ERR_NOT_FOUND, "app %s: not found", app);
    value_free(pins);
    return err;
}

enum err
metadata_credential_get(struct route_call *call, struct error *e)
{
    struct connector *c = NULL;
    enum err err = api_connector(call, call->params[0], &c, e);
    if (err == ERR_OK)
        api_answer_data(call, metadata_value(c));
    connector_free(c);
    return err;
}
