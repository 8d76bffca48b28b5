/* Connectors: parsed documents and looking things up in them. */
#include "workflow/connector/connector.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workflow/connector/connector_private.h"

struct connector {
    struct value *root;
    char hash[DIGEST_SIZE];
    struct connector_action *actions;
    size_t action_count;
    size_t shares; /* who frees it, beside the first */
};

static const char *
text_of(const struct connector *c, const char *key)
{
    return value_text_or(value_get(c->root, key), "");
}

static void
read_action(const struct connector *c, struct connector_action *a,
            const char *key, const struct value *v)
{
    const struct value *own = value_get(v, "idempotency");
    *a = (struct connector_action){
        .key = key,
        .name = value_get_text(v, "name"),
        .help = value_text_or(value_get(v, "help"), ""),
        .method = value_get_text(v, "method"),
        .path = value_get_text(v, "path"),
        .verified = value_bool_or(value_get(v, "verified"), false),
        .input = value_get(v, "input"),
        .output = value_get(v, "output"),
        .query = value_get(v, "query"),
        .headers = value_get(v, "headers"),
        .fixed = value_get(v, "fixed"),
        .result = value_get(v, "result"),
        .paging = value_get(v, "paging"),
        .cursor = value_get(v, "cursor"),
        .record = value_text_or(value_get(v, "record"), ""),
        .scopes = value_get(v, "scopes"),
        .exists = value_get(v, "exists"),
        .replaces = value_get(v, "replaces"),
        .idempotency = own ? own : value_get(c->root, "idempotency"),
    };
    a->effect =
        value_bool_or(value_get(v, "effect"), strcmp(a->method, "GET") != 0);
}

enum err
connector_from_value(struct connector **out, struct value *root,
                     struct error *e)
{
    struct buf text;
    *out = NULL;
    enum err err = connector_check(root, e);
    if (err) {
        value_free(root);
        return err;
    }
    struct connector *c = mem_alloc(sizeof *c);
    const struct value *actions = value_get(root, "actions");
    c->root = root;
    buf_init_any(&text);
    connector_write(c, &text);
    digest_hex(c->hash, buf_str(&text), text.len);
    buf_clear(&text);
    c->action_count = value_size(actions);
    c->actions = mem_array(c->action_count, sizeof *c->actions);
    for (size_t i = 0; i < c->action_count; i++)
        read_action(c, &c->actions[i], value_key(actions, i, NULL),
                    value_at(actions, i));
    *out = c;
    return ERR_OK;
}

enum err
connector_parse(struct connector **out, const char *text, size_t n,
                const char *name, struct error *e)
{
    struct value *root;
    *out = NULL;
    if (n > CONNECTOR_MAX_BYTES)
        return error_set(e, ERR_TOO_BIG, "%s: a connector has at most %d bytes",
                         name, CONNECTOR_MAX_BYTES);
    enum err err = value_read(&root, text, n, &value_limits_document, name, e);
    if (err)
        return err;
    err = connector_from_value(out, root, e);
    if (err)
        error_prefix(e, "%s", name);
    return err;
}

void
connector_free(struct connector *c)
{
    if (!c || c->shares-- > 0)
        return;
    value_free(c->root);
    free(c->actions);
    free(c);
}

struct connector *
connector_share(struct connector *c)
{
    c->shares++;
    return c;
}

size_t
connector_bytes(const struct connector *c)
{
    return c ? mem_bytes(c) + value_bytes(c->root) + mem_bytes(c->actions) : 0;
}

void
connector_write(const struct connector *c, struct buf *out)
{
    value_write_canonical(out, c->root);
}

const char *
connector_hash(const struct connector *c)
{
    return c->hash;
}

const char *
connector_app(const struct connector *c)
{
    return text_of(c, "app");
}

const char *
connector_name(const struct connector *c)
{
    return text_of(c, "name");
}

const char *
connector_icon(const struct connector *c)
{
    return text_of(c, "icon");
}

const char *
connector_clears(const struct connector *c)
{
    return strcmp(text_of(c, "clears"), "emptyText") == 0 ? "\"\"" : "null";
}

const char *
connector_base_url(const struct connector *c)
{
    return text_of(c, "baseUrl");
}

const struct value *
connector_hosts(const struct connector *c)
{
    return value_get(c->root, "hosts");
}

const struct value *
connector_authentication(const struct connector *c)
{
    return value_get(c->root, "authentication");
}

const struct value *
connector_authentication_of(const struct connector *c, const char *kind)
{
    const struct value *list = connector_authentication(c);
    for (size_t i = 0; i < value_size(list); i++)
        if (strcmp(value_get_text(value_at(list, i), "kind"), kind) == 0)
            return value_at(list, i);
    return NULL;
}

const char *
connector_key_field(const struct value *authentication)
{
    const struct value *fields = value_get(authentication, "fields");
    const char *only = NULL;
    size_t others = 0;
    for (size_t i = 0; i < value_size(fields); i++) {
        const struct value *f = value_at(fields, i);
        const char *name = value_text_or(value_get(f, "name"), "");
        if (value_bool_or(value_get(f, "secret"), false))
            return name;
        if (strcmp(name, "host") != 0) {
            only = name;
            others++;
        }
    }
    if (value_size(fields) == 0)
        return "apiKey";
    return others == 1 ? only : NULL;
}

bool
connector_needs_credential(const struct connector *c)
{
    return value_size(connector_authentication(c)) > 0;
}

const struct value *
connector_retry(const struct connector *c)
{
    return value_get(c->root, "retry");
}

const char *
connector_key_header(const struct connector *c)
{
    return value_get_text(value_get(c->root, "idempotency"), "header");
}

const struct value *
connector_rate_limit(const struct connector *c)
{
    return value_get(c->root, "rateLimit");
}

const struct value *
connector_errors(const struct connector *c)
{
    return value_get(c->root, "errors");
}

const struct connector_action *
connector_action(const struct connector *c, const char *key)
{
    for (size_t i = 0; i < c->action_count; i++)
        if (strcmp(c->actions[i].key, key) == 0)
            return &c->actions[i];
    return NULL;
}

const struct connector_action *
connector_action_at(const struct connector *c, size_t i)
{
    return i < c->action_count ? &c->actions[i] : NULL;
}

/* --- sets ----------------------------------------------------------------- */
void
connector_set_init(struct connector_set *s)
{
    *s = (struct connector_set){0};
}

void
connector_set_clear(struct connector_set *s)
{
    for (size_t i = 0; i < s->count; i++)
        connector_free(s->items[i]);
    free(s->items);
    *s = (struct connector_set){0};
}

void
connector_set_add(struct connector_set *s, struct connector *c)
{
    if (connector_set_find(s, c->hash)) {
        connector_free(c);
        return;
    }
    s->items = mem_resize(s->items, s->count + 1, sizeof(struct connector *));
    s->items[s->count++] = c;
}

const struct connector *
connector_set_find(const struct connector_set *s, const char *hash)
{
    for (size_t i = 0; hash && i < s->count; i++)
        if (strcmp(s->items[i]->hash, hash) == 0)
            return s->items[i];
    return NULL;
}

const struct connector *
connector_set_app(const struct connector_set *s, const char *app)
{
    for (size_t i = s->count; i > 0; i--)
        if (strcmp(connector_app(s->items[i - 1]), app) == 0)
            return s->items[i - 1];
    return NULL;
}
