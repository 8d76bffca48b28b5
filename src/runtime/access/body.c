/* Request bodies: small members as a tree, payloads as text. */
#include "runtime/access/body.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "runtime/access/members.h"
#include "value/tape.h"

static const char NAME[] = "request body";
/* Members that are payloads, at any depth. */
static const char *const of_event[] = {"data", NULL};
static const char *const of_requests[] = {"data", "input", NULL};

void
body_free(struct body *b)
{
    if (!b)
        return;
    value_free(b->members);
    buf_clear(&b->data);
    free(b);
}

static void
refuse_other(struct body *b)
{
    error_set(&b->why, ERR_INVALID, "%s: not a JSON object", NAME);
}

static void
read_tree(struct body *b, const struct http_request *r, const char *const *data)
{
    if (http_request_json(r, &value_limits_event, data, &b->members, &b->why) ==
            ERR_OK &&
        !value_is(b->members, VALUE_OBJECT))
        refuse_other(b);
    if (b->why.code == ERR_OK)
        members_check(b->members, &b->why);
}

/* --- events and starts ---------------------------------------------------- */

/* Sets the hash of KIND and the body; the order of members does not matter. */
static void
hash_body(struct body *b, enum body_kind kind, const struct tape *t)
{
    struct buf text;
    buf_init(&text, 64 << 20);
    buf_adds(&text, kind == BODY_EVENT ? "event" : "workflow");
    buf_addc(&text, '\n');
    tape_write_canonical(t, 0, &text);
    if (buf_failed(&text))
        error_set(&b->why, ERR_TOO_BIG, "The body is too big");
    else
        digest_hex(b->hash, text.data, text.len);
    buf_clear(&text);
}

static bool
is_container(const struct value *v)
{
    return value_is(v, VALUE_OBJECT) || value_is(v, VALUE_ARRAY);
}

/* Adds the member whose key is node K, unless it is the payload or a
 * container; NUL characters are refused in containers too. */
static enum err
add_member(struct body *b, const struct tape *t, uint32_t k)
{
    struct buf key;
    buf_init(&key, t->nodes[k].length + 1);
    tape_string(t, k, &key);
    struct value *one = value_object();
    struct value *v =
        tape_string_is(t, k, "data", 4) ? value_null() : tape_value(t, k + 1);
    value_set_n(one, buf_str(&key), key.len, v);
    enum err err = value_refuse_nul(one, of_event, NAME, &b->why);
    if (err == ERR_OK)
        err = members_check(one, &b->why);
    if (err == ERR_OK && !is_container(v))
        value_set_n(b->members, buf_str(&key), key.len, value_copy(v));
    value_free(one);
    buf_clear(&key);
    return err;
}

static void
take_data(struct body *b, const struct tape *t)
{
    uint32_t data = tape_member(t, 0, "data", 4);
    b->has_data = data && t->nodes[data].type != VALUE_NULL;
    if (b->has_data)
        tape_write(t, data, &b->data);
    else
        buf_adds(&b->data, "{}");
}

static void
take_members(struct body *b, const struct tape *t)
{
    enum err err = ERR_OK;
    b->members = value_object();
    for (uint32_t k = 1; k < t->nodes[0].next && err == ERR_OK;
         k = t->nodes[k + 1].next)
        err = add_member(b, t, k);
}

static void
read_payload(struct body *b, const struct http_request *r, enum body_kind kind)
{
    struct tape t;
    tape_init(&t);
    if (http_request_tape(r, &value_limits_event, &t, &b->why) == ERR_OK) {
        if (t.nodes[0].type != VALUE_OBJECT)
            refuse_other(b);
        else
            take_members(b, &t);
    }
    if (b->why.code == ERR_OK)
        take_data(b, &t);
    if (b->why.code == ERR_OK && http_request_header(r, "Idempotency-Key"))
        hash_body(b, kind, &t);
    tape_clear(&t);
}

struct body *
body_read(const struct http_request *r, enum body_kind kind)
{
    struct body *b = mem_alloc(sizeof *b);
    buf_init(&b->data, r->body_len + 2);
    switch (kind) {
    case BODY_NONE:
        error_set(&b->why, ERR_INVALID, "%s: this call has none", NAME);
        break;
    case BODY_JSON:
        read_tree(b, r, NULL);
        break;
    case BODY_REQUESTS:
        read_tree(b, r, of_requests);
        break;
    case BODY_EVENT:
    case BODY_START:
        read_payload(b, r, kind);
        break;
    }
    return b;
}
