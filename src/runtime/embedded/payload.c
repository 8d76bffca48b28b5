/* Payloads of runs in answers, cut where they are long. */
#include "runtime/embedded/payload.h"

#include "base/text.h"

enum { ONE_MAX = 1024 * 1024, HEAD = 2000 };

static struct value *
marker(const struct buf *head, int64_t bytes)
{
    struct value *v = value_object();
    size_t n = head->len ? utf8_valid_prefix(head->data, head->len) : 0;
    value_set_bool(v, "cut", true);
    value_set_int(v, "bytes", bytes);
    value_set(v, "head", value_string_n(n ? head->data : "", n));
    return v;
}

enum err
payload_set(struct db *db, struct payloads *p, const char *table,
            const char *column, int64_t n, struct value *v, const char *key,
            struct error *e)
{
    struct buf text;
    struct value *json = NULL;
    int64_t bytes = -1;
    size_t most = p->left < ONE_MAX ? p->left : ONE_MAX;
    buf_init(&text, ONE_MAX);
    enum err err =
        db_read_text(db, table, column, n, most,
                     p->left < HEAD ? p->left : HEAD, &text, &bytes, e);
    if (err == ERR_OK && bytes > (int64_t)most) {
        value_set(v, key, marker(&text, bytes));
        p->cut++;
    } else if (err == ERR_OK && bytes > 0 &&
               value_read(&json, text.data, text.len, &value_limits_event, key,
                          NULL) == ERR_OK) {
        value_set(v, key, json);
    }
    p->left -= text.len;
    buf_clear(&text);
    return err;
}
