/* The strict reading of connector documents: tables of members and types. */
#include "workflow/connector/connector_private.h"

#include <stdio.h>
#include <string.h>

#include "workflow/connector/connector.h"

/* A member of an object of a connector. BOOLEAN is written as VALUE_TRUE. */
struct member {
    const char *key; /* NULL ends a table */
    enum value_type type;
    bool required;
};

static const struct member root_members[] = {
    {"format", VALUE_NUMBER, true},
    {"app", VALUE_STRING, true},
    {"name", VALUE_STRING, true},
    {"help", VALUE_STRING, false},
    {"icon", VALUE_STRING, false},
    {"version", VALUE_STRING, false},
    {"baseUrl", VALUE_STRING, false},
    {"hosts", VALUE_ARRAY, false},
    {"authentication", VALUE_ARRAY, true},
    {"scopes", VALUE_OBJECT, false},
    {"rateLimit", VALUE_OBJECT, false},
    {"retry", VALUE_OBJECT, false},
    {"idempotency", VALUE_OBJECT, false},
    {"errors", VALUE_OBJECT, false},
    {"clears", VALUE_STRING, false},
    {"describe", VALUE_OBJECT, false},
    {"actions", VALUE_OBJECT, true},
    {NULL, VALUE_NULL, false}};

static const struct member action_members[] = {
    {"name", VALUE_STRING, true},    {"help", VALUE_STRING, false},
    {"method", VALUE_STRING, true},  {"path", VALUE_STRING, true},
    {"effect", VALUE_TRUE, false},   {"verified", VALUE_TRUE, false},
    {"input", VALUE_OBJECT, false},  {"output", VALUE_OBJECT, false},
    {"query", VALUE_ARRAY, false},   {"headers", VALUE_OBJECT, false},
    {"fixed", VALUE_OBJECT, false},  {"result", VALUE_OBJECT, false},
    {"paging", VALUE_OBJECT, false}, {"cursor", VALUE_OBJECT, false},
    {"scopes", VALUE_ARRAY, false},  {"idempotency", VALUE_OBJECT, false},
    {"record", VALUE_STRING, false}, {"exists", VALUE_OBJECT, false},
    {"replaces", VALUE_OBJECT, false},
    {NULL, VALUE_NULL, false}};

static const struct member replaces_members[] = {
    {"query", VALUE_STRING, false}, {NULL, VALUE_NULL, false}};

static const struct member exists_members[] = {{"action", VALUE_STRING, true},
                                               {"key", VALUE_STRING, true},
                                               {NULL, VALUE_NULL, false}};

static const struct member auth_members[] = {
    {"kind", VALUE_STRING, true},      {"label", VALUE_STRING, true},
    {"help", VALUE_STRING, false},     {"fields", VALUE_ARRAY, true},
    {"scopes", VALUE_ARRAY, false},    {"header", VALUE_STRING, false},
    {"prefix", VALUE_STRING, false},   {"query", VALUE_STRING, false},
    {"realm", VALUE_STRING, false},    {"signature", VALUE_STRING, false},
    {"grant", VALUE_STRING, false},    {"authorizeUrl", VALUE_STRING, false},
    {"tokenUrl", VALUE_STRING, false}, {"refresh", VALUE_TRUE, false},
    {"pkce", VALUE_TRUE, false},       {NULL, VALUE_NULL, false}};

static const struct member auth_field_members[] = {
    {"name", VALUE_STRING, true},    {"label", VALUE_STRING, true},
    {"help", VALUE_STRING, false},   {"secret", VALUE_TRUE, false},
    {"required", VALUE_TRUE, false}, {NULL, VALUE_NULL, false}};

static const struct member paging_members[] = {
    {"style", VALUE_STRING, true},   {"size", VALUE_NUMBER, false},
    {"offset", VALUE_STRING, false}, {"limit", VALUE_STRING, false},
    {"items", VALUE_STRING, true},   {"more", VALUE_STRING, false},
    {"total", VALUE_STRING, false},  {"cursor", VALUE_STRING, false},
    {"next", VALUE_STRING, false},   {"page", VALUE_STRING, false},
    {"first", VALUE_NUMBER, false},  {NULL, VALUE_NULL, false}};

static const struct member cursor_members[] = {
    {"field", VALUE_STRING, true},
    {"parameter", VALUE_STRING, true},
    {"id", VALUE_STRING, true},
    {"fixed", VALUE_OBJECT, false},
    {NULL, VALUE_NULL, false}};

static const struct member retry_members[] = {{"statuses", VALUE_ARRAY, true},
                                              {"attempts", VALUE_NUMBER, true},
                                              {"retryAfter", VALUE_TRUE, false},
                                              {NULL, VALUE_NULL, false}};

static const struct member rate_members[] = {
    {"concurrent", VALUE_NUMBER, false},
    {"perSecond", VALUE_NUMBER, false},
    {NULL, VALUE_NULL, false}};

static bool
has_type(const struct value *v, enum value_type type)
{
    if (type == VALUE_TRUE)
        return value_is(v, VALUE_TRUE) || value_is(v, VALUE_FALSE);
    return value_is(v, type);
}

static const char *
type_word(enum value_type type)
{
    static const char *const words[] = {"null",     "false",    "true or false",
                                        "a number", "a string", "a list",
                                        "an object"};
    return words[type];
}

/* V has all required members of TABLE and no others than those. */
static enum err
check_members(const struct value *v, const struct member *table,
              const char *place, struct error *e)
{
    if (!value_is(v, VALUE_OBJECT))
        return error_set(e, ERR_INVALID, "%s: an object is expected here",
                         place);
    for (const struct member *m = table; m->key; m++) {
        const struct value *item = value_get(v, m->key);
        if (!item && m->required)
            return error_set(e, ERR_INVALID, "%s: \"%s\" is missing", place,
                             m->key);
        if (item && !has_type(item, m->type))
            return error_set(e, ERR_INVALID, "%s: \"%s\" must be %s", place,
                             m->key, type_word(m->type));
    }
    for (size_t i = 0; i < value_size(v); i++) {
        const char *key = value_key(v, i, NULL);
        const struct member *m = table;
        while (m->key && strcmp(m->key, key) != 0)
            m++;
        if (!m->key)
            return error_set(e, ERR_INVALID,
                             "%s: unknown key \"%.60s\" (remove it, or use a "
                             "newer tailor)",
                             place, key);
    }
    return ERR_OK;
}

static enum err
check_texts(const struct value *list, const char *place, struct error *e)
{
    for (size_t i = 0; i < value_size(list); i++)
        if (!value_is(value_at(list, i), VALUE_STRING))
            return error_set(e, ERR_INVALID, "%s: a list of texts is expected",
                             place);
    return ERR_OK;
}

static bool
is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(*words, word) == 0)
            return true;
    return false;
}

/* Outbound calls are HTTPS only. */
static enum err
check_url(const struct value *v, const char *key, const char *place,
          struct error *e)
{
    const char *url = value_get_text(v, key);
    if (url && *url && strncmp(url, "https://", 8) != 0)
        return error_set(e, ERR_INVALID, "%s: \"%s\" must begin with https://",
                         place, key);
    return ERR_OK;
}

static enum err
check_oauth2(const struct value *v, struct error *e)
{
    static const char *const grants[] = {"authorizationCode",
                                         "clientCredentials", NULL};
    const char *grant = value_text_or(value_get(v, "grant"), "");
    if (!is_one_of(grant, grants))
        return error_set(e, ERR_INVALID,
                         "authentication: the \"grant\" of oauth2 is "
                         "authorizationCode or clientCredentials");
    if (!value_get(v, "tokenUrl") ||
        (strcmp(grant, grants[0]) == 0 && !value_get(v, "authorizeUrl")))
        return error_set(e, ERR_INVALID,
                         "authentication: oauth2 needs \"tokenUrl\" and for "
                         "authorizationCode \"authorizeUrl\"");
    return ERR_OK;
}

static enum err
check_authentication(const struct value *v, struct error *e)
{
    static const char *const kinds[] = {"apiKey", "basic",  "bearer", "header",
                                        "oauth1", "oauth2", NULL};
    const struct value *fields = value_get(v, "fields");
    enum err err = check_members(v, auth_members, "authentication", e);
    if (!err && !is_one_of(value_get_text(v, "kind"), kinds))
        err = error_set(e, ERR_INVALID,
                        "authentication: unknown kind \"%.60s\" (apiKey, "
                        "basic, bearer, header, oauth1, oauth2)",
                        value_get_text(v, "kind"));
    if (!err && strcmp(value_get_text(v, "kind"), "oauth2") == 0)
        err = check_oauth2(v, e);
    if (!err)
        err = check_url(v, "authorizeUrl", "authentication", e);
    if (!err)
        err = check_url(v, "tokenUrl", "authentication", e);
    if (!err)
        err = check_texts(value_get(v, "scopes"), "authentication scopes", e);
    for (size_t i = 0; !err && i < value_size(fields); i++)
        err = check_members(value_at(fields, i), auth_field_members,
                            "authentication field", e);
    if (!err && strcmp(value_get_text(v, "kind"), "apiKey") == 0 &&
        !connector_key_field(v))
        err = error_set(e, ERR_INVALID,
                        "authentication: no field of apiKey is the key (mark "
                        "it with \"secret\": true)");
    return err;
}

static enum err
check_paging(const struct value *v, const char *place, struct error *e)
{
    static const char *const styles[] = {"offset", "page", "cursor", "link",
                                         NULL};
    if (!v)
        return ERR_OK;
    enum err err = check_members(v, paging_members, place, e);
    if (!err && !is_one_of(value_get_text(v, "style"), styles))
        err = error_set(e, ERR_INVALID,
                        "%s: the style of paging is offset, page, cursor or "
                        "link",
                        place);
    return err;
}

/* Every {name} of the path is a property of the input. */
static enum err
check_path(const struct value *v, const char *place, struct error *e)
{
    const char *path = value_get_text(v, "path");
    const struct value *properties =
        value_get(value_get(v, "input"), "properties");
    if (*path && *path != '/')
        return error_set(e, ERR_INVALID, "%s: the path must begin with /",
                         place);
    for (const char *p = strchr(path, '{'); p; p = strchr(p + 1, '{')) {
        size_t n = strcspn(p + 1, "}");
        if (!value_get_n(properties, p + 1, n))
            return error_set(e, ERR_INVALID,
                             "%s: {%.*s} of the path is not a property of the "
                             "input",
                             place, (int)n, p + 1);
    }
    return ERR_OK;
}

static enum err
check_action(const struct value *v, const char *key, struct error *e)
{
    static const char *const methods[] = {"GET",   "POST",   "PUT",
                                          "PATCH", "DELETE", NULL};
    char place[128];
    snprintf(place, sizeof place, "action %.100s", key);
    enum err err = check_members(v, action_members, place, e);
    if (!err && !is_one_of(value_get_text(v, "method"), methods))
        err = error_set(e, ERR_INVALID,
                        "%s: the method is GET, POST, PUT, PATCH or DELETE",
                        place);
    if (!err)
        err = check_path(v, place, e);
    if (!err)
        err = check_texts(value_get(v, "query"), place, e);
    if (!err)
        err = check_texts(value_get(v, "scopes"), place, e);
    if (!err)
        err = check_paging(value_get(v, "paging"), place, e);
    if (!err && value_get(v, "cursor"))
        err = check_members(value_get(v, "cursor"), cursor_members, place, e);
    if (!err && value_get(v, "replaces"))
        err =
            check_members(value_get(v, "replaces"), replaces_members, place, e);
    return err;
}

/* How an action learns whether its record is there: another action that only
 * looks, and the input of both that names the record. */
static enum err
check_exists(const struct value *actions, size_t i, struct error *e)
{
    const struct value *exists = value_get(value_at(actions, i), "exists");
    char place[128];
    snprintf(place, sizeof place, "action %.100s exists",
             value_key(actions, i, NULL));
    enum err err =
        exists ? check_members(exists, exists_members, place, e) : ERR_OK;
    if (err || !exists)
        return err;
    const char *key = value_get_text(exists, "key");
    const struct value *other =
        value_get(actions, value_get_text(exists, "action"));
    bool looks =
        strcmp(value_text_or(value_get(other, "method"), ""), "GET") == 0;
    if (!other || value_bool_or(value_get(other, "effect"), !looks))
        return error_set(e, ERR_INVALID,
                         "%s: \"action\" names an action that changes nothing",
                         place);
    if (!value_get(value_get(value_get(other, "input"), "properties"), key))
        return error_set(e, ERR_INVALID,
                         "%s: \"key\" is not among the inputs of that action",
                         place);
    return ERR_OK;
}

static enum err
check_clears(const struct value *root, struct error *e)
{
    static const char *const words[] = {"null", "emptyText", NULL};
    const char *clears = value_get_text(root, "clears");
    if (!clears || is_one_of(clears, words))
        return ERR_OK;
    return error_set(e, ERR_INVALID,
                     "connector: \"clears\" is null or emptyText");
}

static enum err
check_lists(const struct value *root, struct error *e)
{
    const struct value *auth = value_get(root, "authentication");
    const struct value *actions = value_get(root, "actions");
    enum err err = check_texts(value_get(root, "hosts"), "hosts", e);
    if (!err && value_get(root, "retry"))
        err =
            check_members(value_get(root, "retry"), retry_members, "retry", e);
    if (!err && value_get(root, "rateLimit"))
        err = check_members(value_get(root, "rateLimit"), rate_members,
                            "rateLimit", e);
    for (size_t i = 0; !err && i < value_size(auth); i++)
        err = check_authentication(value_at(auth, i), e);
    for (size_t i = 0; !err && i < value_size(actions); i++)
        err =
            check_action(value_at(actions, i), value_key(actions, i, NULL), e);
    for (size_t i = 0; !err && i < value_size(actions); i++)
        err = check_exists(actions, i, e);
    if (!err)
        err = check_clears(root, e);
    return err;
}

enum err
connector_check(const struct value *root, struct error *e)
{
    const char *app;
    if (value_int_or(value_get(root, "format"), 0) > CONNECTOR_FORMAT)
        return error_set(e, ERR_NEWER,
                         "connector: its format is later than %d (use a newer "
                         "tailor)",
                         CONNECTOR_FORMAT);
    enum err err = check_members(root, root_members, "connector", e);
    if (!err)
        err = value_refuse_nul(root, NULL, "connector", e);
    if (err)
        return err;
    if (value_int_or(value_get(root, "format"), 0) != CONNECTOR_FORMAT)
        return error_set(e, ERR_INVALID, "connector: \"format\" must be %d",
                         CONNECTOR_FORMAT);
    app = value_get_text(root, "app");
    if (!*app ||
        strspn(app, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(app))
        return error_set(e, ERR_INVALID,
                         "connector: \"app\" has small letters, digits and - "
                         "only");
    err = check_url(root, "baseUrl", "connector", e);
    return err ? err : check_lists(root, e);
}

/* --- what only new connectors must not have ------------------------------ */

static bool
is_in_query(const struct connector_action *a, const char *name)
{
    for (size_t i = 0; i < value_size(a->query); i++)
        if (strcmp(value_text_or(value_at(a->query, i), ""), name) == 0)
            return true;
    return false;
}

static bool
is_in_path(const struct connector_action *a, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = strchr(a->path, '{'); p; p = strchr(p + 1, '{'))
        if (strcspn(p + 1, "}") == n && strncmp(p + 1, name, n) == 0)
            return true;
    return false;
}

/* Why the parameter NAME of a page does not reach the app, and what is to do
 * about it; NULL where it does. */
static const char *
unsent(const struct connector_action *a, const char *name)
{
    if (is_in_path(a, name))
        return NULL;
    if (value_get(a->fixed, name))
        return "is among \"fixed\", which replaces what a page needs (remove "
               "it there)";
    if (strcmp(a->method, "GET") == 0 && !is_in_query(a, name))
        return "is not sent, so each page would be the first (add it to "
               "\"query\", or in braces to the path)";
    return NULL;
}

/* A style of paging: the parameter that says which page is asked for, and the
 * members that belong to it alone. */
struct style {
    const char *word, *parameter;
    const char *needs[4], *may[4];
};

static const struct style styles[] = {
    {"offset", "offset", {"offset", "limit"}, {NULL}},
    {"page", "page", {"page"}, {"first"}},
    {"cursor", "cursor", {"cursor", "next"}, {NULL}},
    {"link", NULL, {"next"}, {NULL}},
};

static const struct style *
style_of(const struct connector_action *a)
{
    const char *word = value_text_or(value_get(a->paging, "style"), "");
    for (size_t i = 0; i < sizeof styles / sizeof *styles; i++)
        if (strcmp(styles[i].word, word) == 0)
            return &styles[i];
    return &styles[0];
}

static bool
needs(const struct style *s, const char *key)
{
    for (const char *const *need = s->needs; *need; need++)
        if (strcmp(*need, key) == 0)
            return true;
    return false;
}

bool
connector_names_page(const struct connector_action *a)
{
    const struct style *s = style_of(a);
    for (const char *const *need = s->needs; *need; need++)
        if (!value_get_text(a->paging, *need))
            return false;
    return !s->parameter || !unsent(a, value_get_text(a->paging, s->parameter));
}

/* The members of the paging of A are those of its style. */
static enum err
check_style(const struct connector_action *a, struct error *e)
{
    static const char *const own[] = {"offset", "page", "first",
                                      "cursor", "next", NULL};
    const struct style *s = style_of(a);
    for (const char *const *need = s->needs; *need; need++)
        if (!value_get_text(a->paging, *need))
            return error_set(e, ERR_INVALID,
                             "action %.100s: paging: the style %s needs "
                             "\"%s\"",
                             a->key, s->word, *need);
    for (const char *const *key = own; *key; key++)
        if (value_get(a->paging, *key) && !needs(s, *key) &&
            !is_one_of(*key, s->may))
            return error_set(e, ERR_INVALID,
                             "action %.100s: paging: \"%s\" does not belong "
                             "to the style %s (remove it)",
                             a->key, *key, s->word);
    if (needs(s, "offset") && !value_get(a->paging, "more") &&
        !value_get(a->paging, "total"))
        return error_set(e, ERR_INVALID,
                         "action %.100s: paging: nothing says where the search "
                         "ends (add \"more\" or \"total\")",
                         a->key);
    return ERR_OK;
}

static enum err
check_pages(const struct connector_action *a, struct error *e)
{
    static const char *const keys[] = {"offset", "page", "cursor", "limit"};
    enum err err = a->paging ? check_style(a, e) : ERR_OK;
    for (size_t i = 0; !err && i < sizeof keys / sizeof *keys; i++) {
        const char *name = value_get_text(a->paging, keys[i]);
        const char *why = name ? unsent(a, name) : NULL;
        if (why)
            err = error_set(e, ERR_INVALID,
                            "action %.100s: paging: the %s \"%.60s\" %s",
                            a->key, keys[i], name, why);
    }
    return err;
}

enum err
connector_check_new(const struct connector *c, struct error *e)
{
    const struct connector_action *a;
    enum err err = ERR_OK;
    for (size_t i = 0; !err && (a = connector_action_at(c, i)); i++)
        err = check_pages(a, e);
    return err;
}
