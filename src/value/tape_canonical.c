/* The canonical form of what a tape holds. */
#include <stdlib.h>
#include <string.h>

#include "value/tape_key.h"
#include "value/tree.h"

static int
compare_keys(const void *a, const void *b)
{
    const struct tape_key *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = memcmp(x->text, y->text, n);
    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static void
write_object(const struct tape *t, uint32_t i, struct buf *out)
{
    struct buf store;
    const struct tape_node *object = &t->nodes[i];
    struct tape_key *keys =
        tape_list_keys(t, i + 1, object->next, object->length, &store);
    qsort(keys, object->length, sizeof *keys, compare_keys);
    buf_addc(out, '{');
    for (uint32_t k = 0; k < object->length; k++) {
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
