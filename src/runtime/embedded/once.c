/* Idempotency keys of callers. */
#include "runtime/embedded/once.h"

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

/* Of the operation and the body, however its members are ordered. */
static enum err
hash_request(const char *operation, const struct value *body,
             char out[DIGEST_SIZE], struct error *e)
{
    struct buf text;
    buf_init(&text, 64 << 20);
    buf_adds(&text, operation);
    buf_addc(&text, '\n');
    value_write_canonical(&text, body);
    bool fits = !buf_failed(&text);
    if (fits)
        digest_hex(out, text.data, text.len);
    buf_clear(&text);
    return fits ? ERR_OK : error_set(e, ERR_TOO_BIG, "The body is too big");
}

static enum err
answer_again(struct call *call, const struct once *o, bool *repeated,
             struct error *e)
{
    bool other = false;
    struct db_stmt *q = db_use(call->db, RS_ONCE_GET);
    db_int(q, o->user);
    db_text(q, o->key);
    if (db_row(q)) {
        size_t n = 0;
        const char *answer = db_get_text_n(q, 1, &n);
        other = strcmp(db_get_text(q, 0), o->hash) != 0;
        *repeated = !other;
        if (!other)
            buf_add(&call->answer->body, answer, n);
    }
    enum err code = db_end(q, e);
    if (code == ERR_OK && other)
        code = error_set(e, ERR_CONFLICT,
                         "Idempotency-Key: already used for another request "
                         "of this user (send each request with its own key)");
    return code;
}

enum err
once_begin(struct call *call, const char *operation, int64_t user,
           const struct value *body, struct once *out, bool *repeated,
           struct error *e)
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
    enum err code = hash_request(operation, body, out->hash, e);
    if (code == ERR_OK)
        code = answer_again(call, out, repeated, e);
    if (code == ERR_OK && *repeated)
        http_answer_header(call->answer, "Idempotency-Replayed", "true");
    return code;
}

enum err
once_end(struct call *call, const struct once *o, struct error *e)
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
