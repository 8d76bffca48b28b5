/* The query parameters of a request: what a handler reads must be what the
 * client meant, so nothing is passed over and nothing is said twice. */
#include "runtime/access/parameters.h"

#include <stdlib.h>
#include <string.h>

#include "base/ident.h"
#include "base/mem.h"
#include "store/runtime.h"

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

/* P is THERE in the part WHERE. */
static enum err
contradicts(const struct http_pair *p, const char *where, const char *there,
            struct error *e)
{
    return error_set(e, ERR_USAGE,
                     "%s: the query has \"%.64s\", the %s \"%.64s\" (send it "
                     "once)",
                     p->name, p->value, where, there);
}

/* --- users ---------------------------------------------------------------- */

static enum err
find_user(const struct route_call *call, int statement, const char *name,
          int64_t *n, struct error *e)
{
    struct db_stmt *q = db_use(call->db, statement);
    db_text(q, name);
    db_int(q, call->caller.environment);
    struct rs_user found;
    if (rs_user_next(q, &found))
        *n = found.n;
    return db_end(q, e);
}

/* The user that NAME means, by id or username; 0: none. */
static enum err
user_of(const struct route_call *call, const char *name, int64_t *n,
        struct error *e)
{
    *n = 0;
    enum err err =
        ident_is(name) ? find_user(call, RS_USER_BY_ID, name, n, e) : ERR_OK;
    return err == ERR_OK && !*n ? find_user(call, RS_USER_BY_NAME, name, n, e)
                                : err;
}

/* Whether P and THERE, of the part WHERE, mean the same user. */
static enum err
check_user(const struct route_call *call, const struct http_pair *p,
           const char *where, const char *there, struct error *e)
{
    int64_t asked = 0, other = 0;
    if (strcmp(p->value, there) == 0)
        return ERR_OK;
    enum err err = user_of(call, p->value, &asked, e);
    if (err == ERR_OK)
        err = user_of(call, there, &other, e);
    return err != ERR_OK || (asked && asked == other)
               ? err
               : contradicts(p, where, there, e);
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
    return user ? check_user(call, p, "path", user, e) : ERR_OK;
}

/* A user who is named is one of this environment, and the one who calls, also
 * where the call does nothing with a user: else an answer that has nothing to
 * do with the user would look like one about the user. Where the path names
 * one, too, check_path() has compared them, and what the handler finds by the
 * path counts: it may be a user who was deleted. */
static enum err
check_known_user(const struct route_call *call, const struct http_pair *p,
                 struct error *e)
{
    int64_t asked = 0, caller = 0;
    const char *own = call->caller.user_id;
    if (call->route->space != SPACE_DATED || strcmp(p->name, USER) != 0 ||
        !*p->value || user_of_path(call))
        return ERR_OK;
    enum err err = user_of(call, p->value, &asked, e);
    if (err == ERR_OK && *own)
        err = user_of(call, own, &caller, e);
    return err != ERR_OK || (asked && (!*own || asked == caller))
               ? err
               : route_not_found(NOT_FOUND_USER, e);
}

/* --- the body ------------------------------------------------------------- */

static enum err
check_member(const struct route_call *call, const struct http_pair *p,
             const struct value *member, struct error *e)
{
    const char *string = value_text_or(member, NULL);
    char *text = string ? mem_strdup(string) : value_to_text(member);
    enum err err = ERR_OK;
    if (string && strcmp(p->name, USER) == 0)
        err = check_user(call, p, "body", text, e);
    else if (strcmp(p->value, text) != 0)
        err = contradicts(p, "body", text, e);
    free(text);
    return err;
}

static enum err
check_members(const struct route_call *call, const struct body *b,
              struct error *e)
{
    const struct http_request *r = call->request;
    enum err err = ERR_OK;
    for (size_t i = 0; i < r->query_count && b->why.code == ERR_OK; i++) {
        const struct value *v = value_get(b->members, r->query[i].name);
        if (err == ERR_OK && v && !value_is(v, VALUE_NULL))
            err = check_member(call, &r->query[i], v, e);
    }
    return err;
}

static enum err
check_body(const struct route_call *call, struct error *e)
{
    const struct http_request *r = call->request;
    if (call->route->body == BODY_NONE || r->query_count == 0)
        return ERR_OK;
    if (call->body)
        return check_members(call, call->body, e);
    struct body *b = body_read(r, call->route->body);
    enum err err = check_members(call, b, e);
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
    if (err == ERR_OK)
        err = check_body(call, e);
    for (size_t i = 0; i < r->query_count && err == ERR_OK; i++)
        err = check_known_user(call, &r->query[i], e);
    return err;
}
