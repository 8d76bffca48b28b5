/* The routes: the table, finding one, calling its handler. */
#include "runtime/access/route.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "runtime/access/auth.h"
#include "runtime/access/cors.h"
#include "runtime/access/handlers.h"
#include "runtime/access/parameters.h"

const struct route routes[] = {
#define R(method, space, pattern, auth, handler, body, help, query)            \
    {method,   pattern,     SPACE_##space, AUTH_##auth, handler,               \
     #handler, BODY_##body, help,          query},
#include "runtime/access/routes.def"
#undef R
};
const size_t routes_count = sizeof routes / sizeof *routes;

static bool
is_month(const char *s)
{
    for (int i = 0; i < 7; i++)
        if (i == 4 ? s[i] != '-' : !isdigit((unsigned char)s[i]))
            return false;
    return s[7] == '\0';
}

/* A HEAD is answered as a GET where it has no route of its own. */
static bool
method_fits(const char *wanted, const char *given)
{
    return strcmp(wanted, given) == 0 ||
           (strcmp(given, "HEAD") == 0 && strcmp(wanted, "GET") == 0);
}

static void
add_allowed(struct buf *allow, const char *method)
{
    if (!allow || strstr(buf_str(allow), method))
        return;
    if (allow->len)
        buf_adds(allow, ", ");
    buf_adds(allow, method);
}

enum err
route_find(const struct http_request *request, const struct route **out,
           const char **params, struct buf *allow, struct error *e)
{
    bool dated = request->segment_count > 0 && is_month(request->segments[0]);
    bool path_known = false;
    for (size_t i = 0; i < routes_count; i++) {
        const struct route *r = &routes[i];
        if (dated && r->space == SPACE_PLAIN)
            continue;
        if (!http_request_match(request, dated ? 1 : 0, r->pattern, params))
            continue;
        if (method_fits(r->method, request->method)) {
            *out = r;
            return ERR_OK;
        }
        path_known = true;
        add_allowed(allow, r->method);
    }
    if (path_known)
        return error_set(e, ERR_USAGE, "%s is not a method of this address",
                         request->method);
    return error_set(e, ERR_NOT_FOUND, "there is nothing at this address");
}

static enum err
refuse_method(struct route_call *call, const struct buf *allow, struct error *e)
{
    http_answer_error(call->answer, e);
    call->answer->status = 405;
    http_answer_header(call->answer, "Allow", buf_str(allow));
    return ERR_OK;
}

/* The media type TYPE begins with, without its parameters, is JSON. */
static bool
is_json_type(const char *type)
{
    static const char json[] = "application/json";
    size_t n = strcspn(type, " \t;");
    return n == strlen(json) && strncasecmp(type, json, n) == 0;
}

/* Whether the body can be read as JSON: the reason in E where not. A body
 * without a declared type counts as JSON. */
static bool
is_readable(const struct http_request *r, struct error *e)
{
    const char *encoding = http_request_header(r, "Content-Encoding");
    const char *type = http_request_header(r, "Content-Type");
    if (r->body_len == 0)
        return true;
    if (encoding && strcasecmp(encoding, "identity") != 0)
        error_set(e, ERR_USAGE,
                  "Content-Encoding: not supported (send the body without "
                  "compression)");
    else if (type && !is_json_type(type))
        error_set(e, ERR_USAGE,
                  "Content-Type: not JSON (send the body as "
                  "application/json)");
    else
        return true;
    return false;
}

static enum err
handle(struct route_call *call, struct error *e)
{
    enum err err = parameters_check(call, e);
    if (err != ERR_OK)
        return err;
    if (is_readable(call->request, e))
        return call->route->handler(call, e);
    http_answer_error(call->answer, e);
    call->answer->status = 415;
    return ERR_OK;
}

bool
route_reads_body(struct route_call *call)
{
    struct error e;
    call->looks = true;
    bool reads = route_find(call->request, &call->route, call->params, NULL,
                            &e) == ERR_OK &&
                 call->route->body != BODY_NONE &&
                 is_readable(call->request, &e) &&
                 auth_check(call, &e) == ERR_OK;
    call->looks = false;
    return reads;
}

enum err
route_dispatch(struct route_call *call, struct error *e)
{
    struct buf allow;
    buf_init(&allow, 256);
    enum err err =
        route_find(call->request, &call->route, call->params, &allow, e);
    if (err == ERR_USAGE && strcmp(call->request->method, "OPTIONS") == 0)
        err = cors_preflight(call);
    else if (err == ERR_USAGE)
        err = refuse_method(call, &allow, e);
    else if (err == ERR_OK)
        err = auth_check(call, e);
    if (err == ERR_OK && call->route)
        err = handle(call, e);
    buf_clear(&allow);
    return err;
}

enum err
route_not_found(enum not_found thing, struct error *e)
{
    static const char *const sentences[] = {
        [NOT_FOUND_USER] = "User not found",
        [NOT_FOUND_WORKFLOW] = "Workflow not found",
        [NOT_FOUND_INSTALLATION] = "Installation not found",
        [NOT_FOUND_INTEGRATION] = "Integration not found",
        [NOT_FOUND_CREDENTIAL] = "Credential not found",
        [NOT_FOUND_LOG] = "Log not found",
        [NOT_FOUND_EXECUTION] = "Execution not found"};
    return error_set(e, ERR_NOT_FOUND, "%s", sentences[thing]);
}
