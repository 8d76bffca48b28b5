/* The tape: reading with its limits and messages, and walking it. */
#include "value/tape.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "value/tape_scan.h"
#include "value/tree.h"

const struct value_limits value_limits_document = {
    .bytes = 10u << 20, .depth = 64, .nodes = 1000000};
const struct value_limits value_limits_event = {
    .bytes = 16u << 20, .depth = 256, .nodes = 2000000};

void
tape_init(struct tape *t)
{
    *t = (struct tape){.text = ""};
}

void
tape_clear(struct tape *t)
{
    free(t->nodes);
    free(t->open);
    tape_init(t);
}

/* --- messages ------------------------------------------------------------- */

/* What is found where something else was expected. */
static void
describe_found(struct buf *out, const char *p, const char *end)
{
    if (p == end) {
        buf_adds(out, "the text ends here");
        return;
    }
    uint32_t cp = 0;
    size_t n = utf8_decode(p, (size_t)(end - p), &cp);
    buf_adds(out, "found ");
    if (n == 1 && cp > 0x20 && cp < 0x7f)
        buf_addf(out, "'%c'", *p);
    else if (n > 0)
        buf_addf(out, "U+%04X", (unsigned)cp);
    else
        buf_addf(out, "the byte 0x%02X", (unsigned char)*p);
}

static enum err
describe_limit(const struct scan *s, const struct value_limits *limits,
               const char *name, struct error *e)
{
    if (s->too_deep)
        return error_set(e, ERR_TOO_BIG,
                         "%s: it is nested more than %zu deep (make it "
                         "flatter)",
                         name, s->max_depth);
    return error_set(e, ERR_TOO_BIG,
                     "%s: it has more than %zu values and keys (split it)",
                     name, limits->nodes);
}

static enum err
describe_refusal(const struct scan *s, const char *name, struct error *e)
{
    const char *line_start = s->tape->text;
    size_t line = 1;
    for (const char *p = line_start; p < s->bad; p++) {
        if (*p == '\n') {
            line++;
            line_start = p + 1;
        }
    }
    size_t column = 1 + utf8_length(line_start, (size_t)(s->bad - line_start));
    struct buf b;
    buf_init(&b, 400);
    if (s->key) {
        size_t shown = s->key_len < 40 ? s->key_len : 40;
        while (shown && ((unsigned char)s->key[shown] & 0xc0) == 0x80)
            shown--;
        buf_adds(&b, "\"");
        text_visible(&b, s->key, shown);
        buf_adds(&b, shown < s->key_len ? "…\"; keep one" : "\"; keep one");
    } else {
        describe_found(&b, s->bad, s->end);
    }
    error_set(e, s->code, "%s: line %zu, column %zu: %s (%s)", name, line,
              column, s->why, buf_str(&b));
    buf_clear(&b);
    return s->code;
}

/* --- reading -------------------------------------------------------------- */

static size_t
smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

enum err
tape_read(struct tape *t, const char *text, size_t n,
          const struct value_limits *limits, const char *name, struct error *e)
{
    t->text = text;
    t->text_len = n;
    t->count = 0;
    if (n > smaller(limits->bytes, UINT32_MAX - 1))
        return error_set(e, ERR_TOO_BIG,
                         "%s: it has %zu bytes, and at most %zu are read "
                         "(split it)",
                         name, n, limits->bytes);
    struct scan s = {
        .tape = t,
        .end = text + n,
        .max_nodes = smaller(limits->nodes, UINT32_MAX - 1),
        .max_depth = smaller(limits->depth, VALUE_DEPTH_MAX),
    };
    s.room = smaller(t->capacity, s.max_nodes);
    if (scan_text(&s))
        return ERR_OK;
    t->count = 0;
    return s.code == ERR_TOO_BIG ? describe_limit(&s, limits, name, e)
                                 : describe_refusal(&s, name, e);
}

bool
value_is_number_text(const char *text, size_t n)
{
    const char *bad;
    return n > 0 && scan_number(text, text + n, &bad) == n;
}

/* --- walking -------------------------------------------------------------- */

uint16_t
tape_key_hash(const char *key, size_t n)
{
    return hash_short(key, n);
}

void
tape_string(const struct tape *t, uint32_t i, struct buf *out)
{
    const struct tape_node *node = &t->nodes[i];
    if (node->flags & TAPE_ESCAPED)
        json_unescape(out, t->text + node->start, node->length);
    else
        buf_add(out, t->text + node->start, node->length);
}

bool
tape_string_is(const struct tape *t, uint32_t i, const char *s, size_t n)
{
    const struct tape_node *node = &t->nodes[i];
    if (!(node->flags & TAPE_ESCAPED))
        return node->length == n && memcmp(t->text + node->start, s, n) == 0;
    struct buf b;
    buf_init(&b, node->length);
    tape_string(t, i, &b);
    bool is = b.len == n && memcmp(buf_str(&b), s, n) == 0;
    buf_clear(&b);
    return is;
}

uint32_t
tape_member(const struct tape *t, uint32_t i, const char *key, size_t n)
{
    if (t->nodes[i].type != VALUE_OBJECT)
        return 0;
    uint16_t hash = hash_short(key, n);
    uint32_t end = t->nodes[i].next;
    for (uint32_t k = i + 1; k < end; k = t->nodes[k + 1].next) {
        const struct tape_node *node = &t->nodes[k];
        bool maybe = node->flags || (node->hash == hash && node->length == n);
        if (maybe && tape_string_is(t, k, key, n))
            return k + 1;
    }
    return 0;
}

static void
write_text(const struct tape *t, const struct tape_node *node, struct buf *out)
{
    bool quoted = node->type == VALUE_STRING;
    buf_add(out, t->text + node->start - quoted, node->length + 2 * quoted);
}

static uint32_t
write_node(const struct tape *t, uint32_t i, struct buf *out)
{
    const struct tape_node *node = &t->nodes[i];
    if (node->type < VALUE_ARRAY) {
        write_text(t, node, out);
        return i + 1;
    }
    bool is_object = node->type == VALUE_OBJECT;
    buf_addc(out, is_object ? '{' : '[');
    for (uint32_t k = i + 1; k < node->next;) {
        if (k > i + 1)
            buf_addc(out, ',');
        if (is_object) {
            write_text(t, &t->nodes[k++], out);
            buf_addc(out, ':');
        }
        k = write_node(t, k, out);
    }
    buf_addc(out, is_object ? '}' : ']');
    return node->next;
}

void
tape_write(const struct tape *t, uint32_t i, struct buf *out)
{
    write_node(t, i, out);
}
