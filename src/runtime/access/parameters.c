/* The query parameters of a request: what a handler reads must be what the
 * client meant, so nothing is passed over and nothing is said twice. */
#include "runtime/access/parameters.h"

#include <stdlib.h>
#include <string.h>

static const char USER[] = "userId";

/* Whether NAME is one of the words of LIST. */
static bool
is_word(const char *list, const char *name)
{
    size_t n = strlen(name);
    while (*list) {
        size_t word = strcspn(list, " ");
        if (word == n && strncmp(list, name, n) == 0)
            return true;
        list += word;
        list += *list == ' ';
    }
    return false;
}

static bool
is_known(const struct route *r, const char *name)
{
    return is_word(r->query, name) ||
           (r->space == SPACE_DATED && strcmp(name, USER) == 0);
}

static enum err
check_known(const struct route *r, const char *name, struct error *e)
{
    if (is_known(r, name))
        return ERR_OK;
    if (!*r->query)
        return error_set(e, ERR_USAGE, "%.64s: not a parameter of this call",
                         name);
    return error_set(e, ERR_USAGE,
                     "%.64s: not a parameter of this call (its parameters: %s)",
                     name, r->query);
}

static enum err
contradicts(const char *name, const char *where, struct error *e)
{
    return error_set(e, ERR_USAGE,
                     "%s: the query has another value than the %s (send it "
                     "once)",
                     name, where);
}

/* --- the path ------------------------------------------------------------- */

/* What stands for "{user}" in the path, or NULL. */
static const char *
user_of_path(const struct route_call *call)
{
    size_t n = 0;
    for (const char *at = call->route->pattern; (at = strchr(at, '{')); at++) {
        if (strncmp(at, "{user}", 6) == 0)
            return call->params[n];
        n++;
    }
    return NULL;
}

static enum err
check_path(const struct route_call *call, const struct http_pair *p,
           struct error *e)
{
    const char *user = strcmp(p->name, USER) == 0 ? user_of_path(call) : NULL;
    return user && strcmp(user, p->value) != 0 ? contradicts(USER, "path", e)
                                               : ERR_OK;
}

/* --- the body ------------------------------------------------------------- */

static bool
says(const struct value *member, const char *text)
{
    if (value_is(member, VALUE_STRING))
        return strcmp(value_text_or(member, ""), text) == 0;
    char *json = value_to_text(member);
    bool same = strcmp(json, text) == 0;
    free(json);
    return same;
}

static enum err
check_members(const struct http_request *r, const struct body *b,
              struct error *e)
{
    for (size_t i = 0; i < r->query_count && b->why.code == ERR_OK; i++) {
        const struct value *v = value_get(b->members, r->query[i].name);
        if (v && !value_is(v, VALUE_NULL) && !says(v, r->query[i].value))
            return contradicts(r->query[i].name, "body", e);
    }
    return ERR_OK;
}

static enum err
check_body(const struct route_call *call, struct error *e)
{
    const struct http_request *r = call->request;
    if (call->route->body == BODY_NONE || r->query_count == 0)
        return ERR_OK;
    if (call->body)
        return check_members(r, call->body, e);
    struct body *b = body_read(r, call->route->body);
    enum err err = check_members(r, b, e);
    body_free(b);
    return err;
}

/* --- all of them ---------------------------------------------------------- */

static enum err
check_once(const struct http_request *r, size_t i, struct error *e)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(r->query[k].name, r->query[i].name) == 0)
            return error_set(e, ERR_USAGE, "%s: given twice (send it once)",
                             r->query[i].name);
    return ERR_OK;
}

enum err
parameters_check(const struct route_call *call, struct error *e)
{
    const struct http_request *r = call->request;
    enum err err = ERR_OK;
    for (size_t i = 0; i < r->query_count && err == ERR_OK; i++) {
        err = check_known(call->route, r->query[i].name, e);
        if (err == ERR_OK)
            err = check_once(r, i, e);
        if (err == ERR_OK)
            err = check_path(call, &r->query[i], e);
    }
    return err == ERR_OK ? check_body(call, e) : err;
}
