/* Making the JSON Patch that leads from one document to another. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "value/patch.h"
#include "value/pointer.h"
#include "value/tree.h"

/* Past this, lists are compared by position only: matching by id costs up to
 * the square of the elements that moved. */
enum { MATCH_MAX = 20000 };

struct diff {
    struct value *patch;
    struct buf path; /* of what is being compared */
};

static void diff_values(struct diff *d, const struct value *from,
                        const struct value *to);

static struct value *
add_operation(struct diff *d, const char *name, const struct value *item)
{
    struct value *op = value_object();
    value_set_text(op, "op", name);
    value_set(op, "path", value_string_n(buf_str(&d->path), d->path.len));
    if (item)
        value_set(op, "value", value_copy(item));
    value_append(d->patch, op);
    return op;
}

/* --- objects -------------------------------------------------------------- */

static void
diff_member(struct diff *d, const char *key, size_t n, const struct value *from,
            const struct value *to)
{
    size_t mark = d->path.len;
    pointer_add_key(&d->path, key, n);
    if (!to)
        add_operation(d, "remove", NULL);
    else if (!from)
        add_operation(d, "add", to);
    else
        diff_values(d, from, to);
    buf_truncate(&d->path, mark);
}

static void
diff_objects(struct diff *d, const struct value *from, const struct value *to)
{
    size_t n;
    for (size_t i = 0; i < value_size(from); i++) {
        const char *key = value_key(from, i, &n);
        diff_member(d, key, n, value_at(from, i), value_get_n(to, key, n));
    }
    for (size_t i = 0; i < value_size(to); i++) {
        const char *key = value_key(to, i, &n);
        if (!value_get_n(from, key, n))
            diff_member(d, key, n, NULL, value_at(to, i));
    }
}

/* --- lists by position ---------------------------------------------------- */

static void
diff_element(struct diff *d, size_t i, const char *name,
             const struct value *item)
{
    size_t mark = d->path.len;
    pointer_add_index(&d->path, i);
    add_operation(d, name, item);
    buf_truncate(&d->path, mark);
}

static void
diff_pair(struct diff *d, size_t i, const struct value *from,
          const struct value *to)
{
    size_t mark = d->path.len;
    pointer_add_index(&d->path, i);
    diff_values(d, from, to);
    buf_truncate(&d->path, mark);
}

/* Leaves the equal beginning and end alone; between them, element by element,
 * then removes or adds what one side has more. */
static void
diff_positions(struct diff *d, const struct value *from, const struct value *to)
{
    size_t n = value_size(from), m = value_size(to), start = 0;
    while (start < n && start < m &&
           value_same(value_at(from, start), value_at(to, start)))
        start++;
    while (n > start && m > start &&
           value_same(value_at(from, n - 1), value_at(to, m - 1))) {
        n--;
        m--;
    }
    size_t i = start;
    for (; i < n && i < m; i++)
        diff_pair(d, i, value_at(from, i), value_at(to, i));
    for (size_t k = n; k > i; k--)
        diff_element(d, k - 1, "remove", NULL);
    for (; i < m; i++)
        diff_element(d, i, "add", value_at(to, i));
}

/* --- lists by id ---------------------------------------------------------- */

/* An object from id to position; NULL where an element has no id of its own.
 * The caller frees it. */
static struct value *
map_ids(const struct value *list)
{
    struct value *ids = value_object();
    for (size_t i = 0; i < value_size(list); i++) {
        size_t n;
        const struct value *id = value_get(value_at(list, i), "id");
        const char *text = value_text(id, &n);
        if (!value_is(id, VALUE_STRING) || value_get_n(ids, text, n)) {
            value_free(ids);
            return NULL;
        }
        value_set_n(ids, text, n, value_int((int64_t)i));
    }
    return ids;
}

/* The position that IDS gives the element V, or -1. */
static int64_t
position_of(const struct value *ids, const struct value *v)
{
    size_t n;
    const char *text = value_text(value_get(v, "id"), &n);
    return value_int_or(value_get_n(ids, text, n), -1);
}

/* The list as it is while the patch runs: positions in TO of its elements. */
struct order {
    int64_t *at;
    size_t count;
};

static void
order_insert(struct order *o, size_t i, int64_t position)
{
    memmove(o->at + i + 1, o->at + i, (o->count - i) * sizeof *o->at);
    o->at[i] = position;
    o->count++;
}

static void
move_element(struct diff *d, struct order *o, size_t from, size_t to)
{
    int64_t position = o->at[from];
    o->count--;
    memmove(o->at + from, o->at + from + 1, (o->count - from) * sizeof *o->at);
    order_insert(o, to, position);
    size_t mark = d->path.len;
    pointer_add_index(&d->path, from);
    struct value *source = value_string_n(d->path.data, d->path.len);
    buf_truncate(&d->path, mark);
    pointer_add_index(&d->path, to);
    value_set(add_operation(d, "move", NULL), "from", source);
    buf_truncate(&d->path, mark);
}

/* Makes the element of position I in TO be at I; true where it was there
 * already somewhere in the list. */
static bool
place_element(struct diff *d, struct order *o, size_t i)
{
    size_t k = i;
    while (k < o->count && o->at[k] != (int64_t)i)
        k++;
    if (k == o->count)
        return false;
    if (k == i + 1) {
        /* One element is in the way: it is what moved. */
        size_t target = (size_t)o->at[i];
        move_element(d, o, i, target < o->count ? target : o->count - 1);
    } else if (k > i) {
        move_element(d, o, k, i);
    }
    return true;
}

static void
diff_ids(struct diff *d, const struct value *from, const struct value *from_ids,
         const struct value *to, const struct value *to_ids)
{
    size_t n = value_size(from), m = value_size(to);
    struct order o = {.at = mem_array(n + m, sizeof *o.at)};
    for (size_t i = n; i > 0; i--) {
        if (position_of(to_ids, value_at(from, i - 1)) < 0)
            diff_element(d, i - 1, "remove", NULL);
    }
    for (size_t i = 0; i < n; i++) {
        int64_t position = position_of(to_ids, value_at(from, i));
        if (position >= 0)
            o.at[o.count++] = position;
    }
    for (size_t i = 0; i < m; i++) {
        const struct value *item = value_at(to, i);
        if (place_element(d, &o, i)) {
            int64_t was = position_of(from_ids, item);
            diff_pair(d, i, value_at(from, (size_t)was), item);
        } else {
            diff_element(d, i, "add", item);
            order_insert(&o, i, (int64_t)i);
        }
    }
    free(o.at);
}

static void
diff_lists(struct diff *d, const struct value *from, const struct value *to)
{
    bool few = value_size(from) + value_size(to) <= MATCH_MAX;
    struct value *from_ids = few ? map_ids(from) : NULL;
    struct value *to_ids = from_ids ? map_ids(to) : NULL;
    if (to_ids)
        diff_ids(d, from, from_ids, to, to_ids);
    else
        diff_positions(d, from, to);
    value_free(from_ids);
    value_free(to_ids);
}

/* --- all ------------------------------------------------------------------ */

static void
diff_values(struct diff *d, const struct value *from, const struct value *to)
{
    if (value_is(from, VALUE_OBJECT) && value_is(to, VALUE_OBJECT))
        diff_objects(d, from, to);
    else if (value_is(from, VALUE_ARRAY) && value_is(to, VALUE_ARRAY))
        diff_lists(d, from, to);
    else if (!value_same(from, to))
        add_operation(d, "replace", to);
}

struct value *
patch_diff(const struct value *from, const struct value *to)
{
    struct diff d = {.patch = value_array()};
    buf_init_any(&d.path);
    diff_values(&d, from, to);
    buf_clear(&d.path);
    return d.patch;
}
