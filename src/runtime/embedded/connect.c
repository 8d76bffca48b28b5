/* Connecting an app: a credential goes into the vault and serves the user's
 * installations at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "runtime/access/members.h"
#include "runtime/embedded/embedded.h"
#include "runtime/executor/accept.h"
#include "runtime/installed/feed.h"
#include "runtime/installed/install.h"
#include "runtime/installed/name.h"
#include "runtime/outbound/address.h"
#include "runtime/outbound/secret.h"
#include "runtime/outbound/vault.h"
#include "workflow/connector/connector.h"

enum { DATA_MAX = 60000, SCOPES_MAX = 100 };

/* --- which kind of credential it is -------------------------------------- */

/* True where DATA has NAME, not blank: a form that is sent empty has all. */
static bool
is_filled(const struct value *data, const char *name)
{
    const char *text = value_get_text(data, name);
    return text && text[strspn(text, " \t\r\n")] != '\0';
}

/* Whether every required field of the kind is in DATA. */
static bool
fits(const struct value *kind, const struct value *data)
{
    const struct value *fields = value_get(kind, "fields");
    const char *word = value_get_text(kind, "kind");
    if (word && strcmp(word, "oauth2") == 0 &&
        !is_filled(data, "accessToken"))
        return false; /* only tokens of one's own come by this call */
    for (size_t i = 0; i < value_size(fields); i++) {
        const struct value *f = value_at(fields, i);
        const char *name = value_get_text(f, "name");
        if (value_bool_or(value_get(f, "required"), false) && name &&
            !is_filled(data, name))
            return false;
    }
    return value_size(fields) > 0;
}

static const struct value *
find_kind(const struct connector *c, const char *wanted,
          const struct value *data)
{
    const struct value *kinds = connector_authentication(c);
    for (size_t i = 0; i < value_size(kinds); i++) {
        const struct value *kind = value_at(kinds, i);
        const char *word = value_get_text(kind, "kind");
        if ((!wanted || (word && strcmp(word, wanted) == 0)) &&
            fits(kind, data))
            return kind;
    }
    return NULL;
}

static enum err
missing_fields(const struct connector *c, struct error *e)
{
    struct buf text;
    const struct value *fields =
        value_get(value_at(connector_authentication(c), 0), "fields");
    buf_init(&text, 500);
    for (size_t i = 0; i < value_size(fields); i++)
        buf_addf(&text, "%s%s", i ? ", " : "",
                 value_text_or(value_get(value_at(fields, i), "name"), ""));
    error_set(e, ERR_INVALID, "credential: data lacks a required field (%s)",
              buf_str(&text));
    buf_clear(&text);
    return ERR_INVALID;
}

/* "netsuite" for "netsuite" and "netsuiteApi"; the generic kinds of the
 * embedded API are all of the app "http". */
static void
app_of_type(const char *type, char out[64])
{
    size_t n = strlen(type);
    if (strncmp(type, "http", 4) == 0) {
        snprintf(out, 64, "http");
        return;
    }
    if (n > 3 && strcmp(type + n - 3, "Api") == 0)
        n -= 3;
    snprintf(out, 64, "%.*s", n < 63 ? (int)n : 63, type);
}

/* --- keeping it ---------------------------------------------------------- */

struct fresh {
    char app[64];
    char id[IDENT_SIZE];
    const char *kind;
    char *name;
    char *scopes; /* JSON list */
    int64_t n;
};

static enum err
seal(struct route_call *call, const struct api_user *u, const struct fresh *f,
     const struct value *data, struct buf *out, struct error *e)
{
    struct buf plain;
    const struct vault_name name = {u->id, f->app, f->id};
    if (!call->runtime->vault)
        return error_set(e, ERR_REFUSED, "the vault is closed");
    buf_init(&plain, DATA_MAX);
    (void)buf_reserve(&plain, DATA_MAX / 2);
    value_write(&plain, data);
    enum err err = buf_failed(&plain)
                       ? error_set(e, ERR_TOO_BIG, "credential: it is too long")
                       : vault_seal(call->runtime->vault, &name, plain.data,
                                    plain.len, out, e);
    vault_wipe(&plain);
    return err;
}

static enum err
store(struct route_call *call, const struct api_user *u, struct fresh *f,
      const struct value *data, struct error *e)
{
    struct buf sealed;
    buf_init_any(&sealed);
    enum err err = seal(call, u, f, data, &sealed, e);
    if (err == ERR_OK) {
        struct db_stmt *q = db_use(call->db, RS_CREDENTIAL_ADD);
        db_text(q, f->id);
        db_int(q, u->n);
        db_text(q, f->app);
        db_text(q, f->name);
        db_text(q, f->kind);
        db_text(q, f->scopes);
        db_blob(q, sealed.data, sealed.len);
        db_int(q, vault_key_no(call->runtime->vault));
        db_int(q, clock_now_ms());
        err = db_run(q, e);
        f->n = db_last_id(call->db);
    }
    buf_clear(&sealed);
    return err;
}

/* --- what it serves ------------------------------------------------------ */

static enum err
connect_one(struct route_call *call, int64_t installation, const char *id,
            const struct fresh *f, struct error *e)
{
    struct value *scopes = NULL;
    struct db_stmt *q = db_use(call->db, RS_CONNECTED_OFFER);
    db_int(q, installation);
    db_text(q, f->app);
    db_int(q, f->n);
    enum err err = db_run(q, e);
    if (err != ERR_OK || db_changes(call->db) == 0)
        return err; /* it stays with the one that was chosen */
    struct value *fact = value_object();
    if (err == ERR_OK)
        err = value_read(&scopes, f->scopes, strlen(f->scopes),
                         &value_limits_document, "scopes", e);
    value_set_text(fact, "installationId", id);
    value_set_text(fact, "app", f->app);
    value_set_text(fact, "credentialId", f->id);
    value_set(fact, "scopes", scopes ? scopes : value_array());
    if (err != ERR_OK) {
        value_free(fact);
        return err;
    }
    err = feed_add(call->core, call->caller.environment, "connected", fact, e);
    return err == ERR_OK ? install_refresh(call->core, installation, e) : err;
}

/* Connects every installation of the user with it, except where another one was
 * chosen that the app has not refused for good; parked runs go on. */
static enum err
connect_all(struct route_call *call, const struct api_user *u,
            const struct fresh *f, struct error *e)
{
    struct value *list = value_array();
    struct db_stmt *q = db_use(call->db, RS_INSTALLATIONS_OF_USER_OPEN);
    db_int(q, u->n);
    struct rs_installation found;
    while (rs_installation_next(q, &found)) {
        struct value *v = value_object();
        value_set_int(v, "n", found.n);
        value_set_text(v, "id", found.id);
        value_append(list, v);
    }
    enum err err = db_end(q, e);
    for (size_t i = 0; i < value_size(list) && err == ERR_OK; i++) {
        const struct value *v = value_at(list, i);
        err = connect_one(call, value_int_or(value_get(v, "n"), 0),
                          value_get_text(v, "id"), f, e);
    }
    value_free(list);
    return err == ERR_OK ? runs_resume_credential(call->core, u->n, f->app, e)
                         : err;
}

/* --- the call ------------------------------------------------------------ */

static void
describe(struct fresh *f, const struct connector *c, const struct value *kind,
         const struct value *credential)
{
    const struct value *asked = value_get(credential, "scopes");
    const struct value *scopes =
        value_is(asked, VALUE_ARRAY) ? asked : value_get(kind, "scopes");
    const char *name = value_get_text(credential, "name");
    ident_new(f->id);
    f->kind = value_get_text(kind, "kind");
    f->name = mem_strdup(name ? name : connector_name(c));
    f->scopes = scopes ? value_to_text(scopes) : mem_strdup("[]");
}

static enum err
check_scopes(const struct value *scopes, struct error *e)
{
    enum err err = ERR_OK;
    if (value_size(scopes) > SCOPES_MAX)
        return error_set(e, ERR_INVALID, "scopes: more than %d texts",
                         SCOPES_MAX);
    for (size_t i = 0; i < value_size(scopes) && err == ERR_OK; i++) {
        const struct value *scope = value_at(scopes, i);
        err = value_is(scope, VALUE_STRING)
                  ? name_check(value_text_or(scope, ""), "scopes", e)
                  : error_set(e, ERR_INVALID, "scopes: not a list of texts");
    }
    return err;
}

/* What the caller gives and is kept as it is. */
static enum err
check_given(const struct value *credential, struct error *e)
{
    const char *name;
    const struct value *scopes = value_get(credential, "scopes");
    enum err err = name_read(credential, "name", &name, e);
    return err == ERR_OK && value_is(scopes, VALUE_ARRAY)
               ? check_scopes(scopes, e)
               : err;
}

static bool
is_host(const char *text)
{
    struct buf host;
    buf_init_any(&host);
    buf_adds(&host, text);
    secret_trim(&host, 0);
    bool is = address_is_host(buf_str(&host));
    buf_clear(&host);
    return is;
}

/* A credential is bound to its host, so that nothing else may be one. */
static enum err
check_host(const struct connector *c, const struct value *data, struct error *e)
{
    const struct value *host = value_get(data, "host");
    if (connector_hosts(c) || !host || value_is(host, VALUE_NULL) ||
        is_host(value_text_or(host, "")))
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "credential: host: not a host name (expected "
                     "\"api.example.com\", without https:// and path)");
}

/* No header takes a line end: what has one could never be sent. */
static enum err
check_lines(const struct value *data, struct error *e)
{
    for (size_t i = 0; i < value_size(data); i++) {
        struct buf text;
        size_t n;
        const char *name = value_key(data, i, &n);
        buf_init_any(&text);
        buf_adds(&text, value_text_or(value_at(data, i), ""));
        secret_trim(&text, 0);
        bool lines = strpbrk(buf_str(&text), "\r\n") != NULL;
        vault_wipe(&text);
        if (lines)
            return error_set(e, ERR_INVALID,
                             "credential: %.100s: has a line end inside (paste "
                             "it as one line)",
                             name);
    }
    return ERR_OK;
}

static enum err
create(struct route_call *call, const struct api_user *u,
       const struct value *credential, struct fresh *f, struct error *e)
{
    struct connector *c = NULL;
    const char *type = value_get_text(credential, "type");
    const struct value *data = value_get(credential, "data");
    if (!type || !value_is(data, VALUE_OBJECT))
        return error_set(e, ERR_USAGE, "credential: type or data is missing");
    app_of_type(type, f->app);
    enum err err = members_check(credential, e);
    if (err == ERR_OK)
        err = check_given(credential, e);
    if (err == ERR_OK)
        err = api_connector(call, f->app, &c, e);
    const struct value *kind =
        c ? find_kind(c, value_get_text(credential, "kind"), data) : NULL;
    if (err == ERR_OK && !kind)
        err = missing_fields(c, e);
    if (err == ERR_OK)
        err = check_host(c, data, e);
    if (err == ERR_OK)
        err = check_lines(data, e);
    if (err == ERR_OK) {
        describe(f, c, kind, credential);
        err = store(call, u, f, data, e);
    }
    if (err == ERR_OK)
        err = connect_all(call, u, f, e);
    connector_free(c);
    return err;
}

enum err
credential_create(struct route_call *call, struct error *e)
{
    const struct value *body = NULL;
    struct api_user u = {0};
    struct fresh f = {.n = 0};
    enum err err = api_body(call, &body, e);
    if (err == ERR_OK)
        err = api_call_user_of(call, call->params[0], body, &u, e);
    if (err == ERR_OK)
        err = create(call, &u, value_get(body, "credential"), &f, e);
    if (err == ERR_OK) {
        struct value *v = value_object();
        value_set_bool(v, "success", true);
        value_set_text(v, "credentialId", f.id);
        api_answer(call, v);
    }
    free(f.name);
    free(f.scopes);
    api_user_clear(&u);
    return err;
}
