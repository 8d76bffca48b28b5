/* The canonical form of what a tape holds. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "value/tape.h"
#include "value/tree.h"

struct key {
    const char *text; /* escapes resolved */
    size_t n;
    uint32_t node;
};

static int
compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = memcmp(x->text, y->text, n);
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

/* The keys of the object node I, sorted; those with escapes lie in STORE. */
static struct key *
sort_keys(const struct tape *t, uint32_t i, struct buf *store)
{
    const struct tape_node *object = &t->nodes[i];
    struct key *keys = mem_array(object->length, sizeof *keys);
    size_t count = 0, escaped = 0;
    for (uint32_t k = i + 1; k < object->next; k = t->nodes[k + 1].next)
        if (t->nodes[k].flags & TAPE_ESCAPED)
            escaped += t->nodes[k].length;
    buf_init(store, escaped);
    buf_reserve(store, escaped); /* what lies in it does not move */
    for (uint32_t k = i + 1; k < object->next; k = t->nodes[k + 1].next) {
        const struct tape_node *node = &t->nodes[k];
        struct key *key = &keys[count++];
        *key = (struct key){t->text + node->start, node->length, k};
        if (node->flags & TAPE_ESCAPED) {
            key->text = store->data + store->len;
            tape_string(t, k, store);
            key->n = (size_t)(store->data + store->len - key->text);
        }
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    return keys;
}

static void
write_object(const struct tape *t, uint32_t i, struct buf *out)
{
    struct buf store;
    struct key *keys = sort_keys(t, i, &store);
    buf_addc(out, '{');
    for (uint32_t k = 0; k < t->nodes[i].length; k++) {
        if (k > 0)
            buf_addc(out, ',');
        json_escape(out, keys[k].text, keys[k].n);
        buf_addc(out, ':');
        tape_write_canonical(t, keys[k].node + 1, out);
    }
    buf_addc(out, '}');
    free(keys);
    buf_clear(&store);
}

static void
write_array(const struct tape *t, uint32_t i, struct buf *out)
{
    buf_addc(out, '[');
    for (uint32_t k = i + 1; k < t->nodes[i].next; k = t->nodes[k].next) {
        if (k > i + 1)
            buf_addc(out, ',');
        tape_write_canonical(t, k, out);
    }
    buf_addc(out, ']');
}

static void
write_string(const struct tape *t, uint32_t i, struct buf *out)
{
    struct buf plain;
    if (!(t->nodes[i].flags & TAPE_ESCAPED)) {
        tape_write(t, i, out);
        return;
    }
    buf_init(&plain, t->nodes[i].length);
    tape_string(t, i, &plain);
    json_escape(out, buf_str(&plain), plain.len);
    buf_clear(&plain);
}

void
tape_write_canonical(const struct tape *t, uint32_t i, struct buf *out)
{
    switch (t->nodes[i].type) {
    case VALUE_OBJECT:
        write_object(t, i, out);
        break;
    case VALUE_ARRAY:
        write_array(t, i, out);
        break;
    case VALUE_STRING:
        write_string(t, i, out);
        break;
    default:
        tape_write(t, i, out);
    }
}
