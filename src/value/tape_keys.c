/*
 * Duplicate keys of big objects, and of those that write keys with escapes:
 * found by sorting, which no choice of keys can make slow.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "value/tape_scan.h"

struct key {
    const char *text; /* escapes resolved */
    size_t n;
    uint32_t node;
};

static int
compare_keys(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    int order = memcmp(x->text, y->text, x->n);
    if (order == 0)
        order = (x->node > y->node) - (x->node < y->node);
    return order;
}

static bool
equal_keys(const struct key *a, const struct key *b)
{
    return a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
}

/* The keys of the object in their order; those with escapes lie in STORE,
 * which has room for all from the start so that they do not move. */
static struct key *
list_keys(const struct tape *t, const struct tape_open *top, struct buf *store)
{
    struct key *keys = mem_array(top->count, sizeof *keys);
    size_t i = 0;
    for (uint32_t k = top->node + 1; k < t->count; k = t->nodes[k + 1].next) {
        const struct tape_node *node = &t->nodes[k];
        struct key *key = &keys[i++];
        *key = (struct key){t->text + node->start, node->length, k};
        if (node->flags & TAPE_ESCAPED) {
            key->text = store->data + store->len;
            tape_string(t, k, store);
            key->n = (size_t)(store->data + store->len - key->text);
        }
    }
    return keys;
}

static size_t
escaped_bytes(const struct tape *t, const struct tape_open *top)
{
    size_t bytes = 0;
    for (uint32_t k = top->node + 1; k < t->count; k = t->nodes[k + 1].next) {
        if (t->nodes[k].flags & TAPE_ESCAPED)
            bytes += t->nodes[k].length;
    }
    return bytes;
}

const char *
scan_sort_keys(struct scan *s, const struct tape_open *top, const char *p)
{
    const struct tape *t = s->tape;
    struct buf store;
    size_t bytes = escaped_bytes(t, top);
    buf_init(&store, bytes);
    buf_reserve(&store, bytes);
    struct key *keys = list_keys(t, top, &store);
    qsort(keys, top->count, sizeof *keys, compare_keys);
    const struct key *twice = NULL;
    for (size_t i = 1; i < top->count; i++) {
        bool first = !twice || keys[i].node < twice->node;
        if (first && equal_keys(&keys[i - 1], &keys[i]))
            twice = &keys[i];
    }
    if (twice) {
        const struct tape_node *node = &t->nodes[twice->node];
        s->key = t->text + node->start;
        s->key_len = node->length;
        p = scan_refuse(s, s->key - 1, "a key occurs twice in one object");
    }
    free(keys);
    buf_clear(&store);
    return p;
}
