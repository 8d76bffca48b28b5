/* Random trees, patches and changes, from one printed seed. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/value/value.h"
#include "value/patch.h"
#include "value/pointer.h"

static uint64_t state = 1;

void
random_start(unsigned long seed)
{
    state = seed * 2 + 1;
}

unsigned
random_below(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 33) % n;
}

static const char *const numbers[] = {
    "0",     "-0",      "5",   "5.0",   "19.90", "12345678901234567890",
    "1e400", "-1E-400", "0.1", "1.5e+3"};

static const struct {
    const char *s;
    size_t n;
} strings[] = {
    {"", 0},
    {"a", 1},
    {"b", 1},
    {"c/d", 3},
    {"~e", 2},
    {"\0", 1},
    {"x\0y", 3},
    {"M\xc3\xbcller", 7},
    {"\"q\\", 3},
    {"\n\t", 2},
    {"\xf0\x9f\x98\x80", 4},
    {"\x7f\x1f", 2},
    {"id", 2},
    {"0", 1},
    {"-", 1},
    {"a fairly long text that does not fit into sixteen bytes", 55},
};

static struct value *
random_string(void)
{
    unsigned i = random_below(sizeof strings / sizeof strings[0]);
    return value_string_n(strings[i].s, strings[i].n);
}

static struct value *
random_scalar(void)
{
    const char *number;
    switch (random_below(5)) {
    case 0:
        return value_null();
    case 1:
        return value_bool(random_below(2));
    case 2:
    case 3:
        number = numbers[random_below(sizeof numbers / sizeof numbers[0])];
        return value_number(number, strlen(number));
    default:
        return random_string();
    }
}

/* Some lists are of objects with an id of their own, as blocks are. */
static struct value *
random_list(unsigned depth)
{
    struct value *list = value_array();
    unsigned count = random_below(6);
    bool with_ids = random_below(2);
    unsigned first = random_below(1000);
    for (unsigned i = 0; i < count; i++) {
        struct value *item = random_tree(depth - 1);
        if (with_ids) {
            char id[2] = {(char)('A' + (first + i * 7) % 26), '\0'};
            if (!value_is(item, VALUE_OBJECT)) {
                value_free(item);
                item = value_object();
            }
            value_set_text(item, "id", id);
        }
        value_append(list, item);
    }
    return list;
}

struct value *
random_tree(unsigned depth)
{
    if (depth == 0 || random_below(4) == 0)
        return random_scalar();
    if (random_below(2))
        return random_list(depth);
    struct value *object = value_object();
    unsigned count = random_below(random_below(10) ? 6 : 40);
    for (unsigned i = 0; i < count; i++) {
        char key[3] = {(char)('a' + i % 26), (char)('0' + i / 26), '\0'};
        size_t n = 2;
        const char *k = key;
        if (i < sizeof strings / sizeof strings[0] && random_below(2)) {
            k = strings[i].s;
            n = strings[i].n;
        }
        value_set_n(object, k, n, random_tree(depth - 1));
    }
    return object;
}

/* Appends the pointer of a random place in V: mostly one that is there. */
static void
random_pointer(struct buf *out, const struct value *v)
{
    while (value_size(v) > 0 && random_below(4)) {
        unsigned i = random_below((unsigned)value_size(v));
        size_t n;
        const char *key = value_key(v, i, &n);
        if (key)
            pointer_add_key(out, key, n);
        else
            pointer_add_index(out, i);
        v = value_at(v, i);
    }
    if (random_below(3))
        return;
    if (value_is(v, VALUE_ARRAY))
        buf_adds(out, "/-");
    else
        buf_adds(out, random_below(2) ? "/new" : "/a");
}

static struct value *
random_operation(const struct value *root)
{
    static const char *const names[] = {"add",  "add",  "remove", "move",
                                        "move", "copy", "test",   "replace"};
    struct value *op = value_object();
    struct buf path, from;
    buf_init(&path, 1000);
    buf_init(&from, 1000);
    random_pointer(&path, root);
    random_pointer(&from, root);
    value_set_text(op, "op", names[random_below(8)]);
    value_set(op, "path", value_string_n(buf_str(&path), path.len));
    value_set(op, "from", value_string_n(buf_str(&from), from.len));
    value_set(op, "value", random_tree(2));
    buf_clear(&path);
    buf_clear(&from);
    return op;
}

struct value *
random_patch(const struct value *root, unsigned count)
{
    struct value *now = value_copy(root);
    struct value *patch = value_array();
    for (unsigned i = 0; i < count * 4 && value_size(patch) < count; i++) {
        struct value *one = value_array();
        value_append(one, random_operation(now));
        if (patch_apply(&now, one, NULL, NULL) == ERR_OK)
            value_append(patch, value_take_at(one, 0));
        value_free(one);
    }
    value_free(now);
    return patch;
}

struct value *
random_change(const struct value *v)
{
    struct value *changed = value_copy(v);
    struct value *patch = random_patch(v, random_below(6));
    patch_apply(&changed, patch, NULL, NULL);
    value_free(patch);
    return changed;
}
