/*
 * Duplicate keys of big objects, and of those that write keys with escapes:
 * found by hashing, and where keys are chosen so that their hashes collide, or
 * have escapes, by sorting, which no choice of keys can make slow.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "value/tape_key.h"
#include "value/tape_scan.h"

static int
compare_keys(const void *a, const void *b)
{
    const struct tape_key *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? -1 : 1;
    int order = memcmp(x->text, y->text, x->n);
    if (order == 0)
        order = (x->node > y->node) - (x->node < y->node);
    return order;
}

static bool
equal_keys(const struct tape_key *a, const struct tape_key *b)
{
    return a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
}

static size_t
escaped_bytes(const struct tape *t, uint32_t from, uint32_t to)
{
    size_t bytes = 0;
    for (uint32_t k = from; k < to; k = t->nodes[k + 1].next) {
        if (t->nodes[k].flags & TAPE_ESCAPED)
            bytes += t->nodes[k].length;
    }
    return bytes;
}

struct tape_key *
tape_list_keys(const struct tape *t, uint32_t from, uint32_t to, size_t count,
               struct buf *store)
{
    struct tape_key *keys = mem_array(count, sizeof *keys);
    size_t bytes = escaped_bytes(t, from, to), i = 0;
    buf_init(store, bytes);
    buf_reserve(store, bytes); /* what lies in it does not move */
    for (uint32_t k = from; k < to; k = t->nodes[k + 1].next) {
        const struct tape_node *node = &t->nodes[k];
        struct tape_key *key = &keys[i++];
        *key = (struct tape_key){t->text + node->start, node->length, k};
        if (node->flags & TAPE_ESCAPED) {
            key->text = store->data + store->len;
            tape_string(t, k, store);
            key->n = (size_t)(store->data + store->len - key->text);
        }
    }
    return keys;
}

/* Says that the key at NODE occurs twice; NULL. */
static const char *
refuse_twice(struct scan *s, uint32_t node)
{
    const struct tape_node *key = &s->tape->nodes[node];
    s->key = s->tape->text + key->start;
    s->key_len = key->length;
    return scan_refuse(s, s->key - 1, "a key occurs twice in one object");
}

static const char *
sort_keys(struct scan *s, const struct tape_open *top, const char *p)
{
    const struct tape *t = s->tape;
    struct buf store;
    struct tape_key *keys =
        tape_list_keys(t, top->node + 1, t->count, top->count, &store);
    qsort(keys, top->count, sizeof *keys, compare_keys);
    const struct tape_key *twice = NULL;
    for (size_t i = 1; i < top->count; i++) {
        bool first = !twice || keys[i].node < twice->node;
        if (first && equal_keys(&keys[i - 1], &keys[i]))
            twice = &keys[i];
    }
    if (twice)
        p = refuse_twice(s, twice->node);
    free(keys);
    buf_clear(&store);
    return p;
}

enum look { ALL_NEW, TWICE, UNKNOWN };

/* Whether the keys of TOP are all new; TWICE: *NODE is the first that is not.
 * UNKNOWN where TABLE, of MASK + 1 zeros, has them too close together. */
static enum look
hash_keys(const struct scan *s, const struct tape_open *top, uint32_t *table,
          size_t mask, uint32_t *node)
{
    const struct tape_node *nodes = s->tape->nodes;
    const char *text = s->tape->text;
    size_t steps = 4 * (mask + 1);
    for (uint32_t k = top->node + 1; k < s->tape->count;
         k = nodes[k + 1].next) {
        const struct tape_node *key = &nodes[k];
        if (key->flags & TAPE_ESCAPED)
            return UNKNOWN;
        size_t at = hash_whole(text + key->start, key->length) & mask;
        for (; table[at]; at = (at + 1) & mask) {
            const struct tape_node *other = &nodes[table[at]];
            if (other->hash == key->hash && other->length == key->length &&
                memcmp(text + other->start, text + key->start, key->length) ==
                    0) {
                *node = k;
                return TWICE;
            }
            if (steps-- == 0)
                return UNKNOWN;
        }
        table[at] = k;
    }
    return ALL_NEW;
}

const char *
scan_check_keys(struct scan *s, const struct tape_open *top, const char *p)
{
    size_t room = 2 * TAPE_SORT_FROM;
    uint32_t node = 0;
    while (room < 2 * (size_t)top->count)
        room *= 2;
    uint32_t *table = mem_array(room, sizeof *table);
    enum look found = hash_keys(s, top, table, room - 1, &node);
    free(table);
    if (found == TWICE)
        return refuse_twice(s, node);
    return found == ALL_NEW ? p : sort_keys(s, top, p);
}
