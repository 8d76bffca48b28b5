/* Fuzzes what reads a request before anybody has shown a key: the pre-filter,
 * the target, the table of routes, browser tokens. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "http/check.h"
#include "runtime/access/jwt.h"
#include "runtime/access/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FIELDS = 32 };

/* Splits TEXT at C, in place; returns what follows, or NULL. */
static char *
cut(char *text, char c)
{
    char *at = text ? strchr(text, c) : NULL;
    if (at)
        *at++ = '\0';
    return at;
}

static void
try_target(const char *uri, const char *method)
{
    struct http_request r = {0};
    struct buf store;
    const char *params[HTTP_MAX_SEGMENTS];
    const struct route *route;
    struct error e;
    buf_init(&store, 4 * strlen(uri) + 1024);
    if (http_check_uri(uri, &r, &store, &e) == 0) {
        r.method = method;
        for (size_t i = 0; i < r.segment_count; i++) {
            size_t n = strlen(r.segments[i]);
            if (n == 0 || utf8_valid_prefix(r.segments[i], n) != n)
                abort();
        }
        if (route_find(&r, &route, params, NULL, &e) == ERR_OK && !route->help)
            abort();
    }
    buf_clear(&store);
}

/* A head that passes must be one whose end nobody can doubt. */
static void
check_passed(const struct http_head *h, size_t length)
{
    size_t hosts = 0;
    for (size_t i = 0; i < h->field_count; i++) {
        hosts += strcasecmp(h->fields[i].name, "host") == 0;
        if (strcasecmp(h->fields[i].name, "transfer-encoding") == 0)
            abort();
    }
    if (hosts != 1 || length > h->max_body)
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char key[JWT_KEY_BYTES] = "fuzz";
    struct http_field fields[FIELDS];
    struct jwt_claims claims;
    struct error e;
    size_t length = 0;
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    struct http_head h = {.fields = fields, .max_body = 1000};
    char *line = text, *rest = cut(line, '\n');
    char *uri = cut(line, ' '), *version = cut(uri, ' ');
    h.method = line;
    h.uri = uri ? uri : "";
    h.version = version ? version : "HTTP/1.1";
    while (rest && h.field_count < FIELDS) {
        char *name = rest;
        rest = cut(name, '\n');
        const char *value = cut(name, ':');
        if (!value)
            value = "";
        value += *value == ' ';
        fields[h.field_count++] =
            (struct http_field){name, strlen(name), value, strlen(value)};
    }
    h.size = strlen(h.method) + strlen(h.uri) + strlen(h.version) + 6;
    for (size_t i = 0; i < h.field_count; i++)
        h.size += fields[i].name_len + fields[i].value_len + 4;
    if (http_check_head(&h, &length, &e) == 0)
        check_passed(&h, length);
    try_target(h.uri, h.method);
    if (jwt_read(&claims, h.uri, key, 1, &e) == ERR_OK)
        abort();
    free(text);
    return 0;
}
