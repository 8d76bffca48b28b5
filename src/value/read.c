/* From texts and tapes to value trees, and the escapes of strings. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "value/tape.h"
#include "value/tree.h"
#include "value/value.h"

/* --- escapes -------------------------------------------------------------- */

static uint32_t
read_unit(const char *p)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = p[i];
        unsigned digit =
            c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
        unit = unit * 16 + digit;
    }
    return unit;
}

/* P is at the digits after "\u"; returns the position after the character,
 * whose second half may follow. */
static const char *
unescape_unit(struct buf *out, const char *p)
{
    uint32_t cp = read_unit(p);
    p += 4;
    if (cp >= 0xd800 && cp <= 0xdbff) {
        cp = 0x10000 + ((cp - 0xd800) << 10) + (read_unit(p + 2) - 0xdc00);
        p += 6;
    }
    char utf8[4];
    buf_add(out, utf8, utf8_encode(utf8, cp));
    return p;
}

static char
unescape_letter(char c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

void
json_unescape(struct buf *out, const char *s, size_t n)
{
    const char *end = s + n;
    while (s < end) {
        const char *slash = memchr(s, '\\', (size_t)(end - s));
        if (!slash)
            slash = end;
        buf_add(out, s, (size_t)(slash - s));
        if (slash == end)
            break;
        s = slash + 2;
        if (slash[1] == 'u')
            s = unescape_unit(out, s);
        else
            buf_addc(out, unescape_letter(slash[1]));
    }
}

/* --- trees ---------------------------------------------------------------- */

struct build {
    const struct tape *tape;
    struct buf scratch; /* the string that is being resolved */
};

/* The bytes of the string node I, borrowed until the next call. */
static const char *
resolve(struct build *b, uint32_t i, size_t *n)
{
    const struct tape_node *node = &b->tape->nodes[i];
    *n = node->length;
    if (!(node->flags & TAPE_ESCAPED))
        return b->tape->text + node->start;
    buf_reset(&b->scratch);
    tape_string(b->tape, i, &b->scratch);
    *n = b->scratch.len;
    return buf_str(&b->scratch);
}

static struct value *build_value(struct build *b, uint32_t i);

static struct value *
build_list(struct build *b, uint32_t i)
{
    struct value *v = value_array();
    uint32_t end = b->tape->nodes[i].next;
    for (uint32_t k = i + 1; k < end; k = b->tape->nodes[k].next)
        value_append(v, build_value(b, k));
    return v;
}

static struct value *
build_map(struct build *b, uint32_t i)
{
    struct value *v = value_object();
    struct value_map *m = (struct value_map *)v;
    uint32_t end = b->tape->nodes[i].next;
    map_reserve(m, b->tape->nodes[i].length);
    for (uint32_t k = i + 1; k < end; k = b->tape->nodes[k + 1].next) {
        struct value *item = build_value(b, k + 1);
        size_t n;
        const char *key = resolve(b, k, &n);
        map_append(m, key, n, item);
    }
    return v;
}

static struct value *
build_value(struct build *b, uint32_t i)
{
    const struct tape_node *node = &b->tape->nodes[i];
    size_t n;
    const char *s;
    switch ((enum value_type)node->type) {
    case VALUE_STRING:
        s = resolve(b, i, &n);
        return value_new_scalar(VALUE_STRING, s, n);
    case VALUE_NUMBER:
        return value_new_scalar(VALUE_NUMBER, b->tape->text + node->start,
                                node->length);
    case VALUE_ARRAY:
        return build_list(b, i);
    case VALUE_OBJECT:
        return build_map(b, i);
    case VALUE_TRUE:
    case VALUE_FALSE:
        return value_bool(node->type == VALUE_TRUE);
    default:
        return value_null();
    }
}

struct value *
tape_value(const struct tape *t, uint32_t i)
{
    struct build b = {.tape = t};
    buf_init(&b.scratch, t->text_len);
    struct value *v = build_value(&b, i);
    buf_clear(&b.scratch);
    return v;
}

enum err
value_read(struct value **out, const char *text, size_t n,
           const struct value_limits *limits, const char *name, struct error *e)
{
    struct tape t;
    tape_init(&t);
    *out = NULL;
    enum err err = tape_read(&t, text, n, limits, name, e);
    if (err == ERR_OK)
        *out = tape_value(&t, 0);
    tape_clear(&t);
    return err;
}
