/* Writing values: compact, canonical, pretty; digits and bytes as they are. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "value/tree.h"
#include "value/value.h"

struct style {
    bool sorted;
    bool pretty;
};

static void
escape_byte(struct buf *out, unsigned char c)
{
    static const char short_forms[0x20] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
    char letter = c < 0x20 ? short_forms[c] : (char)c;
    if (letter) {
        buf_addc(out, '\\');
        buf_addc(out, letter);
    } else {
        buf_addf(out, "\\u%04x", c);
    }
}

void
json_escape(struct buf *out, const char *s, size_t n)
{
    buf_addc(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(out, s + from, i - from);
        escape_byte(out, c);
        from = i + 1;
    }
    buf_add(out, s + from, n - from);
    buf_addc(out, '"');
}

static void
new_line(struct buf *out, const struct style *style, size_t depth)
{
    if (!style->pretty)
        return;
    buf_addc(out, '\n');
    while (depth--)
        buf_adds(out, "  ");
}

static int
compare_members(const void *a, const void *b)
{
    const struct member *x = *(const struct member *const *)a;
    const struct member *y = *(const struct member *const *)b;
    size_t n = x->key_len < y->key_len ? x->key_len : y->key_len;
    int order = memcmp(x->key, y->key, n);
    if (order == 0)
        order = (x->key_len > y->key_len) - (x->key_len < y->key_len);
    return order;
}

/* The members sorted by their keys; the caller frees the list. */
static const struct member **
sort_members(const struct value_map *m)
{
    const struct member **list = mem_array(m->head.size, sizeof *list);
    for (size_t i = 0; i < m->head.size; i++)
        list[i] = &m->members[i];
    qsort(list, m->head.size, sizeof *list, compare_members);
    return list;
}

static void write_value(struct buf *out, const struct value *v,
                        const struct style *style, size_t depth);

static void
write_list(struct buf *out, const struct value_list *l,
           const struct style *style, size_t depth)
{
    buf_addc(out, '[');
    for (size_t i = 0; i < l->head.size; i++) {
        if (i > 0)
            buf_addc(out, ',');
        new_line(out, style, depth + 1);
        write_value(out, l->items[i], style, depth + 1);
    }
    if (l->head.size > 0)
        new_line(out, style, depth);
    buf_addc(out, ']');
}

static void
write_map(struct buf *out, const struct value_map *m, const struct style *style,
          size_t depth)
{
    const struct member **sorted = style->sorted ? sort_members(m) : NULL;
    buf_addc(out, '{');
    for (size_t i = 0; i < m->head.size; i++) {
        if (i > 0)
            buf_addc(out, ',');
        new_line(out, style, depth + 1);
        const struct member *at = sorted ? sorted[i] : &m->members[i];
        json_escape(out, at->key, at->key_len);
        buf_adds(out, style->pretty ? ": " : ":");
        write_value(out, at->item, style, depth + 1);
    }
    if (m->head.size > 0)
        new_line(out, style, depth);
    buf_addc(out, '}');
    free(sorted);
}

static void
write_value(struct buf *out, const struct value *v, const struct style *style,
            size_t depth)
{
    if (buf_failed(out))
        return;
    switch (value_type(v)) {
    case VALUE_NULL:
        buf_adds(out, "null");
        break;
    case VALUE_FALSE:
        buf_adds(out, "false");
        break;
    case VALUE_TRUE:
        buf_adds(out, "true");
        break;
    case VALUE_NUMBER:
        buf_add(out, as_scalar(v)->text, v->size);
        break;
    case VALUE_STRING:
        json_escape(out, as_scalar(v)->text, v->size);
        break;
    case VALUE_ARRAY:
        write_list(out, as_list(v), style, depth);
        break;
    case VALUE_OBJECT:
        write_map(out, as_map(v), style, depth);
        break;
    }
}

void
value_write(struct buf *out, const struct value *v)
{
    static const struct style compact = {.sorted = false};
    write_value(out, v, &compact, 0);
}

void
value_write_canonical(struct buf *out, const struct value *v)
{
    static const struct style canonical = {.sorted = true};
    write_value(out, v, &canonical, 0);
}

void
value_write_pretty(struct buf *out, const struct value *v)
{
    static const struct style pretty = {.pretty = true};
    write_value(out, v, &pretty, 0);
}

char *
value_to_text(const struct value *v)
{
    struct buf b;
    buf_init_any(&b);
    value_write(&b, v);
    return buf_take(&b);
}
