/* Who may come in. */
#include "runtime/access/auth.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"
#include "runtime/access/jwt.h"
#include "runtime/runtime.h"
#include "store/runtime.h"

enum { REFUSED_LOG_MS = 60 * 1000 };

static const char *const prefixes[] = {"tlrk", "tlrm", "tlrr"};

/* --- tokens --------------------------------------------------------------- */

void
auth_token_make(char token[AUTH_TOKEN_SIZE], const char *prefix)
{
    unsigned char secret[32];
    random_bytes(secret, sizeof secret);
    int n = snprintf(token, AUTH_TOKEN_SIZE, "%.4s_", prefix);
    sodium_bin2base64(token + n, (size_t)(AUTH_TOKEN_SIZE - n), secret,
                      sizeof secret, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret, sizeof secret);
}

/* Whether NAME has characters that are not shown as they are. */
static bool
is_hidden(const char *name)
{
    char *shown = text_visible_dup(name);
    bool hidden = strcmp(shown, name) != 0;
    free(shown);
    return hidden;
}

enum err
auth_token_add(struct db *db, enum rt_token_kind kind, const char *name,
               int environment, char token[AUTH_TOKEN_SIZE], struct error *e)
{
    unsigned char hash[DIGEST_BYTES];
    char id[IDENT_SIZE];
    if (!*name || strlen(name) > 60)
        return error_set(e, ERR_INVALID,
                         "key name: it must have 1 to 60 characters");
    if (is_hidden(name))
        return error_set(e, ERR_INVALID,
                         "key name: it has characters that cannot be seen "
                         "(write it without them)");
    auth_token_make(token, prefixes[kind]);
    digest_bytes(hash, token, strlen(token));
    ident_new(id);
    struct db_stmt *q = db_use(db, RS_TOKEN_ADD);
    db_text(q, id);
    db_int(q, kind);
    db_text(q, name);
    db_int(q, environment);
    db_blob(q, hash, sizeof hash);
    db_int(q, clock_now_ms());
    enum err err = db_run(q, e);
    if (err == ERR_CONFLICT)
        error_set(e, ERR_CONFLICT,
                  "key %s: there is one of that name (choose another, or "
                  "remove it first)",
                  name);
    return err;
}

enum err
auth_token_remove(struct db *db, enum rt_token_kind kind, const char *name,
                  struct error *e)
{
    struct db_stmt *q = db_use(db, RS_TOKEN_REVOKE);
    db_int(q, clock_now_ms());
    db_int(q, kind);
    db_text(q, name);
    enum err err = db_run(q, e);
    if (err == ERR_OK && db_changes(db) == 0)
        err = error_set(e, ERR_NOT_FOUND, "key %s: not found", name);
    return err;
}

/* --- checking ------------------------------------------------------------- */

static enum err
unauthorized(struct error *e, const char *why)
{
    return error_set(e, ERR_UNAUTHORIZED, "Unauthorized: %s", why);
}

/* The token after "Bearer " (any case), or NULL. */
static const char *
bearer(const struct http_request *r)
{
    const char *h = http_request_header(r, "authorization");
    if (!h || strncasecmp(h, "bearer ", 7) != 0)
        return NULL;
    for (h += 7; *h == ' '; h++)
        ;
    return *h ? h : NULL;
}

static enum err
find_token(struct route_call *call, const char *token, enum rt_token_kind *kind,
           bool *found, struct error *e)
{
    unsigned char hash[DIGEST_BYTES];
    struct caller *c = &call->caller;
    struct rs_token t;
    *found = false;
    digest_bytes(hash, token, strlen(token));
    struct db_stmt *q = db_use(call->db, RS_TOKEN_BY_HASH);
    db_blob(q, hash, sizeof hash);
    if (rs_token_next(q, &t)) {
        *found = t.hash_length == sizeof hash &&
                 digest_equal(t.hash, hash, sizeof hash);
        *kind = (enum rt_token_kind)t.kind;
        snprintf(c->key_name, sizeof c->key_name, "%s", t.name);
        c->environment = (int)t.environment;
    }
    return db_end(q, e);
}

/* At most one line a minute, with how many there were: somebody tries keys, or
 * a backend has an old one. */
static enum err
refuse_key(struct route_call *call, struct error *e)
{
    struct runtime *r = call->runtime;
    int64_t now = clock_monotonic_ms();
    char count[24];
    r->refused_keys += !call->looks;
    if (now >= r->refused_log_ms && !call->looks) {
        snprintf(count, sizeof count, "%llu",
                 (unsigned long long)r->refused_keys);
        log_event(LOG_WARNING, "key refused", "count", count, "peer",
                  call->request->peer, "path", call->route->pattern, NULL);
        r->refused_keys = 0;
        r->refused_log_ms = now + REFUSED_LOG_MS;
    }
    return unauthorized(e, "the token is unknown or revoked");
}

static enum err
check_bearer(struct route_call *call, enum route_auth wanted, struct error *e)
{
    enum rt_token_kind kind = TOKEN_API_KEY;
    bool found = false;
    const char *token = bearer(call->request);
    if (!token)
        return unauthorized(e, "no token was sent (send \"Authorization: "
                               "Bearer TOKEN\")");
    enum err err = find_token(call, token, &kind, &found, e);
    if (err != ERR_OK)
        return err;
    if (!found)
        return refuse_key(call, e);
    if ((wanted == AUTH_API_KEY) != (kind == TOKEN_API_KEY))
        return unauthorized(e, "a token of this kind is not for this call");
    if (wanted == AUTH_MANAGE && kind == TOKEN_READ)
        return error_set(e, ERR_ROLE,
                         "this token may only read (use the manage token)");
    call->caller.kind = wanted;
    return ERR_OK;
}

/* A session that came from a link dies with it: once it has been used. */
static enum err
check_link_open(struct route_call *call, const char *link, struct error *e)
{
    struct db_stmt *q = db_use(call->db, RS_LINK_IS_OPEN);
    db_text(q, link);
    db_int(q, call->time_ms);
    bool open = db_row(q);
    enum err err = db_end(q, e);
    return err != ERR_OK || open
               ? err
               : unauthorized(e, "this link was used (ask for a new one)");
}

/* The user must still be there: a deleted user's token is worth nothing. */
static enum err
check_user(struct route_call *call, const char *token, struct error *e)
{
    struct jwt_claims claims;
    enum err err = jwt_read(&claims, token, call->runtime->jwt_key,
                            call->time_ms / 1000, e);
    if (err != ERR_OK)
        return err;
    struct db_stmt *q = db_use(call->db, RS_USER_BY_ID);
    db_text(q, claims.user_id);
    db_int(q, claims.environment);
    bool there = db_row(q);
    err = db_end(q, e);
    if (err != ERR_OK)
        return err;
    if (!there)
        return unauthorized(e, "the user of this token was deleted");
    if (claims.link_id[0])
        err = check_link_open(call, claims.link_id, e);
    if (err == ERR_OK && claims.link_id[0] && call->route->auth != AUTH_INSTALL)
        err = error_set(e, ERR_ROLE,
                        "this token is of a link, which only installs an "
                        "integration (ask for a token of the user)");
    if (err != ERR_OK)
        return err;
    struct caller *c = &call->caller;
    c->kind = AUTH_USER_TOKEN;
    c->environment = claims.environment;
    snprintf(c->user_id, sizeof c->user_id, "%s", claims.user_id);
    snprintf(c->link_id, sizeof c->link_id, "%s", claims.link_id);
    return ERR_OK;
}

static enum err
check_link(struct route_call *call, struct error *e)
{
    unsigned char hash[DIGEST_BYTES];
    struct caller *c = &call->caller;
    const char *token = bearer(call->request);
    struct rs_link l;
    bool fine = false;
    if (!token)
        return unauthorized(e, "no link token was sent");
    digest_bytes(hash, token, strlen(token));
    struct db_stmt *q = db_use(call->db, RS_LINK_BY_HASH);
    db_blob(q, hash, sizeof hash);
    db_int(q, call->time_ms);
    if (rs_link_next(q, &l)) {
        fine = l.hash_length == sizeof hash &&
               digest_equal(l.hash, hash, sizeof hash);
        snprintf(c->link_id, sizeof c->link_id, "%s", l.id);
        snprintf(c->user_id, sizeof c->user_id, "%s", l.user_id);
        c->environment = (int)l.environment;
    }
    enum err err = db_end(q, e);
    if (err != ERR_OK)
        return err;
    c->kind = AUTH_LINK;
    return fine ? ERR_OK
                : unauthorized(e, "this link is unknown, used or too old (ask "
                                  "for a new one)");
}

enum err
auth_check(struct route_call *call, struct error *e)
{
    const char *user = http_request_header(call->request, "x-alloy-user-token");
    switch (call->route->auth) {
    case AUTH_NONE:
        return ERR_OK;
    case AUTH_API_KEY:
    case AUTH_MANAGE:
    case AUTH_READ:
        return check_bearer(call, call->route->auth, e);
    case AUTH_API_KEY_OR_USER:
    case AUTH_INSTALL:
        return user ? check_user(call, user, e)
                    : check_bearer(call, AUTH_API_KEY, e);
    case AUTH_USER_TOKEN:
        return user ? check_user(call, user, e)
                    : unauthorized(e, "no x-alloy-user-token was sent");
    case AUTH_LINK:
        return check_link(call, e);
    }
    return unauthorized(e, "nobody may");
}

void
auth_challenge(const struct error *e, struct http_answer *answer)
{
    if (e->code == ERR_UNAUTHORIZED)
        http_answer_header(answer, "WWW-Authenticate",
                           "Bearer realm=\"tailord\"");
}
