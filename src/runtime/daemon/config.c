/* The configuration of tailord. */
#include "runtime/daemon/config.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"

enum { CONFIG_MAX = 256 * 1024, MIN_FREE_MB = 128, STOP_MS = 10000 };

void
config_init(struct config *c)
{
    *c = (struct config){
        .log_level = LOG_INFO, .stop_ms = STOP_MS, .min_free_mb = MIN_FREE_MB};
    c->allow = mem_array(1, sizeof *c->allow);
}

void
config_clear(struct config *c)
{
    for (char **p = c->allow; p && *p; p++)
        free(*p);
    free(c->allow);
    free(c->state);
    free(c->listen);
    free(c->certificate);
    free(c->key);
    free(c->public_url);
    free(c->ca_file);
    free(c->connector_hosts);
}

void
config_set(char **field, const char *value)
{
    char *copy = mem_strdup(value);
    free(*field);
    *field = copy;
}

void
config_finish(struct config *c)
{
    if (!c->state)
        c->state = mem_strdup("/var/lib/tailord");
    if (!c->listen)
        c->listen = mem_strdup("127.0.0.1:8443");
    if (!c->certificate)
        c->certificate = mem_printf("%s/certificate.pem", c->state);
    if (!c->key)
        c->key = mem_printf("%s/key.pem", c->state);
}

/* Whether AT is HOST:PORT with a port from LEAST on. */
static bool
is_address(const char *at, long least)
{
    const char *colon = strrchr(at, ':');
    size_t n = colon ? strspn(colon + 1, "0123456789") : 0;
    if (n < 1 || n > 5 || colon[1 + n])
        return false;
    long port = strtol(colon + 1, NULL, 10);
    return port >= least && port <= 65535;
}

enum err
config_check(const struct config *c, struct error *e)
{
    static const char scheme[] = "https://";
    const size_t n = sizeof scheme - 1;
    if (!is_address(c->listen, 0))
        return error_set(e, ERR_INVALID,
                         "listen %s: not ADDR:PORT with a port up to 65535 "
                         "(write for example 127.0.0.1:8443)",
                         c->listen);
    if (c->public_url &&
        (strncmp(c->public_url, scheme, n) != 0 || !c->public_url[n]))
        return error_set(e, ERR_INVALID,
                         "publicUrl \"%s\": not an https address (write for "
                         "example https://eu-1.example)",
                         c->public_url);
    for (char **p = c->allow; *p; p++)
        if (!is_address(*p, 1) || **p == ':')
            return error_set(e, ERR_INVALID,
                             "outbound.allow \"%s\": not HOST:PORT with a port "
                             "from 1 to 65535",
                             *p);
    return ERR_OK;
}

/* --- the file ------------------------------------------------------------- */

static bool
take_text(char **field, const json_t *v)
{
    if (!json_is_string(v))
        return false;
    config_set(field, json_string_value(v));
    return true;
}

static bool
take_number(unsigned *field, const json_t *v)
{
    if (!json_is_integer(v) || json_integer_value(v) <= 0 ||
        json_integer_value(v) > 1000000)
        return false;
    *field = (unsigned)json_integer_value(v);
    return true;
}

static bool
take_level(struct config *c, const json_t *v)
{
    static const char *const words[] = {"debug", "info", "warning", "error"};
    for (int i = 0; json_is_string(v) && i < 4; i++)
        if (strcmp(json_string_value(v), words[i]) == 0) {
            c->log_level = (enum log_level)i;
            return true;
        }
    return false;
}

static bool
take_allow(struct config *c, const json_t *v)
{
    size_t n = json_array_size(v);
    if (!json_is_array(v))
        return false;
    for (char **p = c->allow; *p; p++)
        free(*p);
    c->allow = mem_resize(c->allow, n + 1, sizeof *c->allow);
    c->allow[0] = NULL;
    for (size_t i = 0; i < n; i++) {
        const char *text = json_string_value(json_array_get(v, i));
        if (!text)
            return false;
        c->allow[i] = mem_strdup(text);
        c->allow[i + 1] = NULL;
    }
    return true;
}

static bool
take_outbound(struct config *c, json_t *v)
{
    const char *key;
    json_t *item;
    bool fine = json_is_object(v);
    void *at = fine ? json_object_iter(v) : NULL;
    for (; at && fine; at = json_object_iter_next(v, at)) {
        key = json_object_iter_key(at);
        item = json_object_iter_value(at);
        if (strcmp(key, "allow") == 0)
            fine = take_allow(c, item);
        else if (strcmp(key, "caFile") == 0)
            fine = take_text(&c->ca_file, item);
        else if (strcmp(key, "ownCaOnly") == 0)
            c->own_ca_only = json_is_true(item);
        else if (strcmp(key, "allowLoopback") == 0)
            c->allow_loopback = json_is_true(item);
        else
            fine = false;
    }
    return fine;
}

/* An object of https addresses without a path. */
static bool
take_hosts(struct config *c, json_t *v)
{
    if (!json_is_object(v))
        return false;
    for (void *at = json_object_iter(v); at;
         at = json_object_iter_next(v, at)) {
        const char *url = json_string_value(json_object_iter_value(at));
        if (!url || strncmp(url, "https://", 8) != 0 || strchr(url + 8, '/'))
            return false;
    }
    free(c->connector_hosts);
    c->connector_hosts = json_dumps(v, JSON_COMPACT);
    return true;
}

static bool
take(struct config *c, const char *key, json_t *v)
{
    const struct {
        const char *key;
        char **field;
    } texts[] = {{"state", &c->state},
                 {"listen", &c->listen},
                 {"certificate", &c->certificate},
                 {"key", &c->key},
                 {"publicUrl", &c->public_url}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(key, texts[i].key) == 0)
            return take_text(texts[i].field, v);
    if (strcmp(key, "log") == 0)
        return take_level(c, v);
    if (strcmp(key, "outbound") == 0)
        return take_outbound(c, v);
    if (strcmp(key, "connectorHosts") == 0)
        return take_hosts(c, v);
    if (strcmp(key, "maxConnections") == 0)
        return take_number(&c->max_connections, v);
    if (strcmp(key, "requestMs") == 0)
        return take_number(&c->request_ms, v);
    if (strcmp(key, "idleMs") == 0)
        return take_number(&c->idle_ms, v);
    if (strcmp(key, "stopMs") == 0)
        return take_number(&c->stop_ms, v);
    if (strcmp(key, "minFreeMb") == 0)
        return take_number(&c->min_free_mb, v);
    return false;
}

enum err
config_read(struct config *c, const char *file, struct error *e)
{
    struct buf text;
    json_error_t where;
    buf_init(&text, CONFIG_MAX);
    enum err err = file_read(file, &text, e);
    if (err != ERR_OK) {
        buf_clear(&text);
        return err;
    }
    json_t *root =
        json_loadb(buf_str(&text), text.len, JSON_REJECT_DUPLICATES, &where);
    buf_clear(&text);
    if (!json_is_object(root)) {
        json_decref(root);
        return error_set(e, ERR_INVALID, "configuration %s: line %d: %s", file,
                         !root && where.line > 0 ? where.line : 1,
                         root ? "not an object" : where.text);
    }
    for (void *at = json_object_iter(root); at && err == ERR_OK;
         at = json_object_iter_next(root, at)) {
        const char *key = json_object_iter_key(at);
        if (!take(c, key, json_object_iter_value(at)))
            err = error_set(e, ERR_INVALID,
                            "configuration %s: %s is unknown or has a wrong "
                            "value",
                            file, key);
    }
    json_decref(root);
    return err;
}
