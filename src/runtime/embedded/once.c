/* Idempotency keys of callers. */
#include "runtime/embedded/once.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { KEY_MAX = 255 };

static bool
is_key(const char *key)
{
    size_t n = strlen(key);
    for (const char *p = key; *p; p++)
        if (*p <= ' ' || *p > '~')
            return false;
    return n > 0 && n <= KEY_MAX;
}

static enum err
answer_again(struct route_call *call, const struct once *o, bool *repeated,
             struct error *e)
{
    bool other = false;
    struct db_stmt *q = db_use(call->db, RS_ONCE_GET);
    db_int(q, o->user);
    db_text(q, o->key);
    struct rs_once before;
    if (rs_once_next(q, &before)) {
        other = strcmp(before.hash, o->hash) != 0;
        *repeated = !other;
        if (!other)
            buf_add(&call->answer->body, before.answer, before.answer_length);
    }
    enum err err = db_end(q, e);
    if (err == ERR_OK && other)
        err = error_set(e, ERR_CONFLICT,
                        "Idempotency-Key: already used for another request "
                        "of this user (send each request with its own key)");
    return err;
}

enum err
once_begin(struct route_call *call, int64_t user, const struct body *body,
           struct once *out, bool *repeated, struct error *e)
{
    *repeated = false;
    *out = (struct once){
        .key = http_request_header(call->request, "Idempotency-Key"),
        .user = user};
    if (!out->key)
        return ERR_OK;
    if (!is_key(out->key))
        return error_set(e, ERR_INVALID,
                         "Idempotency-Key: must be 1 to %d printable ASCII "
                         "characters without spaces",
                         KEY_MAX);
    snprintf(out->hash, sizeof out->hash, "%s", body->hash);
    enum err err = answer_again(call, out, repeated, e);
    if (err == ERR_OK && *repeated)
        http_answer_header(call->answer, "Idempotency-Replayed", "true");
    return err;
}

enum err
once_end(struct route_call *call, const struct once *o, struct error *e)
{
    if (!o->key)
        return ERR_OK;
    struct db_stmt *q = db_use(call->db, RS_ONCE_ADD);
    db_int(q, o->user);
    db_text(q, o->key);
    db_text(q, o->hash);
    db_text_n(q, call->answer->body.data, call->answer->body.len);
    db_int(q, clock_now_ms());
    return db_run(q, e);
}
