/*
 * The one JSON grammar of the program: RFC 8259, strict, without recursion.
 *
 * A scanning function takes the position P and returns the position after
 * what it read, or NULL after scan_refuse.
 */
#include "value/tape_scan.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/mem.h"
#include "base/percent.h"
#include "base/text.h"

const char *
scan_refuse(struct scan *s, const char *p, const char *why)
{
    s->bad = p;
    s->why = why;
    s->code = ERR_INVALID;
    return NULL;
}

/* --- nodes ---------------------------------------------------------------- */

static bool
grow_nodes(struct scan *s)
{
    struct tape *t = s->tape;
    if (t->count >= s->max_nodes) {
        s->code = ERR_TOO_BIG;
        return false;
    }
    if (t->count == t->capacity) {
        t->capacity = t->capacity ? t->capacity * 2 : 64;
        t->nodes = mem_resize(t->nodes, t->capacity, sizeof *t->nodes);
    }
    s->room = t->capacity < s->max_nodes ? t->capacity : s->max_nodes;
    return true;
}

/* Appends a node whose subtree is itself; NULL past the limit. */
static inline struct tape_node *
add_node(struct scan *s, enum value_type type, const char *p, size_t n)
{
    struct tape *t = s->tape;
    if (__builtin_expect(t->count >= s->room, 0) && !grow_nodes(s))
        return NULL;
    struct tape_node *node = &t->nodes[t->count++];
    *node = (struct tape_node){.type = (uint8_t)type,
                               .next = (uint32_t)t->count,
                               .start = (uint32_t)(p - t->text),
                               .length = (uint32_t)n};
    return node;
}

/* --- white space ---------------------------------------------------------- */

static const char *
skip_long_space(const char *p, const char *end)
{
#ifdef __SSE2__
    /* Indentation comes in runs of spaces. */
    while (end - p >= 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        __m128i space = _mm_cmpeq_epi8(v, _mm_set1_epi8(' '));
        unsigned other = 0xffffu & ~(unsigned)_mm_movemask_epi8(space);
        if (other) {
            p += __builtin_ctz(other);
            break;
        }
        p += 16;
    }
#endif
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return p;
}

static inline const char *
skip_space(const char *p, const char *end)
{
    if (__builtin_expect(p < end && (unsigned char)*p > ' ', 1))
        return p;
    while (p < end && (*p == '\n' || *p == '\r' || *p == '\t'))
        p++;
    return skip_long_space(p, end);
}

static inline bool
next_is(const char *p, const char *end, char c)
{
    return p < end && *p == c;
}

/* --- strings -------------------------------------------------------------- */

/* The first byte from P that ends a run of plain ASCII in a string: a quote,
 * a backslash, a control character, or one of a longer UTF-8 sequence. */
static inline const char *
skip_plain(const char *p, const char *end)
{
#ifdef __SSE2__
    while (__builtin_expect(end - p >= 16, 1)) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
        /* As signed bytes, those past ASCII are below the controls. */
        __m128i stop = _mm_cmplt_epi8(v, _mm_set1_epi8(0x20));
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(v, _mm_set1_epi8('"')));
        stop = _mm_or_si128(stop, _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
        unsigned mask = (unsigned)_mm_movemask_epi8(stop);
        if (mask)
            return p + __builtin_ctz(mask);
        p += 16;
    }
#endif
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20 &&
           (unsigned char)*p < 0x80)
        p++;
    return p;
}

/* The code unit of the four digits at P, or -1. */
static int
hex_unit(const char *p, const char *end)
{
    int unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = p + i < end ? hex_digit(p[i]) : -1;
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

/* P is after the backslash. */
static const char *
scan_escape(struct scan *s, const char *p)
{
    if (p < s->end && *p && strchr("\"\\/bfnrt", *p))
        return p + 1;
    if (!next_is(p, s->end, 'u'))
        return scan_refuse(s, p,
                           "expected one of \" \\ / b f n r t u after '\\'");
    int unit = hex_unit(p + 1, s->end);
    if (unit < 0)
        return scan_refuse(s, p + 1, "expected four hexadecimal digits");
    if (unit < 0xd800 || unit > 0xdfff)
        return p + 5;
    const char *second = p + 5;
    int low = second + 1 < s->end && second[0] == '\\' && second[1] == 'u'
                  ? hex_unit(second + 2, s->end)
                  : -1;
    if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff)
        return scan_refuse(s, p - 1, "a surrogate stands alone");
    return second + 6;
}

static const char *
scan_utf8(struct scan *s, const char *p)
{
    while (p < s->end && (unsigned char)*p >= 0x80) {
        uint32_t cp;
        size_t n = utf8_decode(p, (size_t)(s->end - p), &cp);
        if (n == 0)
            return scan_refuse(s, p, "the bytes are not valid UTF-8");
        p += n;
    }
    return p;
}

/* P is after the opening quote; returns the closing one. */
static inline const char *
scan_string(struct scan *s, const char *p, uint8_t *flags)
{
    for (;;) {
        p = skip_plain(p, s->end);
        if (p == s->end)
            return scan_refuse(s, p, "expected '\"' at the end of a string");
        if (__builtin_expect(*p == '"', 1))
            return p;
        if (*p == '\\') {
            *flags = TAPE_ESCAPED;
            p = scan_escape(s, p + 1);
        } else if ((unsigned char)*p >= 0x80) {
            p = scan_utf8(s, p);
        } else {
            return scan_refuse(s, p,
                               "a control character in a string must be "
                               "written as an escape such as \\n or \\u0000");
        }
        if (!p)
            return NULL;
    }
}

/* --- keys ----------------------------------------------------------------- */

/* Compares the key in the last node with those before it. */
static bool
key_is_new(struct scan *s, const struct tape_node *key)
{
    const struct tape *t = s->tape;
    const struct tape_node *k = &t->nodes[s->top->node + 1];
    while (k < key) {
        if (k->hash == key->hash && k->length == key->length &&
            memcmp(t->text + k->start, t->text + key->start, key->length) == 0)
            return false;
        k = &t->nodes[k[1].next];
    }
    return true;
}

static inline const char *
check_key(struct scan *s, struct tape_node *key, const char *text,
          const char *p)
{
    struct tape_open *top = s->top;
    if (key->flags || top->count > TAPE_SORT_FROM) {
        top->sort = true;
        if (key->flags)
            return p;
    }
    key->hash = hash_short(text, key->length);
    uint64_t bit = (uint64_t)1 << (key->hash & 63);
    if (__builtin_expect((top->seen & bit) != 0, 0) && !top->sort &&
        !key_is_new(s, key)) {
        s->key = text;
        s->key_len = key->length;
        return scan_refuse(s, text - 1, "a key occurs twice in one object");
    }
    top->seen |= bit;
    return p;
}

/* P is where a key is due; returns where its value is. */
static inline const char *
scan_key(struct scan *s, const char *p)
{
    p = skip_space(p, s->end);
    if (!next_is(p, s->end, '"'))
        return scan_refuse(s, p, "expected a key in double quotes");
    const char *text = p + 1;
    uint8_t flags = 0;
    p = scan_string(s, text, &flags);
    if (!p)
        return NULL;
    struct tape_node *key = add_node(s, VALUE_STRING, text, (size_t)(p - text));
    if (!key)
        return NULL;
    key->flags = flags;
    s->top->count++;
    p = check_key(s, key, text, p + 1);
    if (!p)
        return NULL;
    p = skip_space(p, s->end);
    if (!next_is(p, s->end, ':'))
        return scan_refuse(s, p, "expected ':' after a key");
    return p + 1;
}

/* --- scalars -------------------------------------------------------------- */

static inline const char *
skip_digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

size_t
scan_number(const char *p, const char *end, const char **bad)
{
    const char *start = p;
    p += next_is(p, end, '-');
    const char *from = p;
    p = next_is(p, end, '0') ? p + 1 : skip_digits(p, end);
    bool whole = p > from;
    if (whole && next_is(p, end, '.')) {
        from = ++p;
        p = skip_digits(p, end);
        whole = p > from;
    }
    if (whole && p < end && (*p | 0x20) == 'e') {
        p++;
        p += p < end && (*p == '+' || *p == '-');
        from = p;
        p = skip_digits(p, end);
        whole = p > from;
    }
    *bad = p;
    return whole ? (size_t)(p - start) : 0;
}

static const char *
scan_word(struct scan *s, const char *p, const char *word, enum value_type type)
{
    size_t n = strlen(word);
    if ((size_t)(s->end - p) < n || memcmp(p, word, n) != 0)
        return scan_refuse(s, p, "expected a value");
    return add_node(s, type, p, n) ? p + n : NULL;
}

static inline const char *
scan_scalar(struct scan *s, const char *p)
{
    if (*p == '"') {
        uint8_t flags = 0;
        const char *text = p + 1;
        p = scan_string(s, text, &flags);
        if (!p)
            return NULL;
        struct tape_node *node =
            add_node(s, VALUE_STRING, text, (size_t)(p - text));
        if (!node)
            return NULL;
        node->flags = flags;
        return p + 1;
    }
    if (*p == '-' || (*p >= '0' && *p <= '9')) {
        const char *bad;
        size_t n = scan_number(p, s->end, &bad);
        if (n == 0)
            return scan_refuse(s, bad, "expected a digit");
        return add_node(s, VALUE_NUMBER, p, n) ? p + n : NULL;
    }
    if (*p == 't')
        return scan_word(s, p, "true", VALUE_TRUE);
    if (*p == 'f')
        return scan_word(s, p, "false", VALUE_FALSE);
    return scan_word(s, p, "null", VALUE_NULL);
}

/* --- containers ----------------------------------------------------------- */

static bool
grow_open(struct scan *s)
{
    struct tape *t = s->tape;
    if (s->depth >= s->max_depth) {
        s->code = ERR_TOO_BIG;
        s->too_deep = true;
        return false;
    }
    if (s->depth == t->open_capacity) {
        t->open_capacity = t->open_capacity ? t->open_capacity * 2 : 16;
        t->open = mem_resize(t->open, t->open_capacity, sizeof *t->open);
    }
    return true;
}

/* P is at the bracket; returns the position after it. */
static inline const char *
open_container(struct scan *s, const char *p)
{
    bool is_object = *p == '{';
    if (!grow_open(s) ||
        !add_node(s, is_object ? VALUE_OBJECT : VALUE_ARRAY, p, 0))
        return NULL;
    s->top = &s->tape->open[s->depth++];
    *s->top = (struct tape_open){.node = (uint32_t)s->tape->count - 1,
                                 .is_object = is_object};
    return p + 1;
}

static inline const char *
close_container(struct scan *s, const char *p)
{
    struct tape_open *top = s->top;
    if (top->sort && !scan_check_keys(s, top, p))
        return NULL;
    struct tape_node *node = &s->tape->nodes[top->node];
    node->length = top->count;
    node->next = (uint32_t)s->tape->count;
    if (--s->depth > 0)
        s->top--;
    return p + 1;
}

/* After a value: closes what ends here. Returns where the next value is due,
 * or the position after the outermost value once nothing is open. */
static inline const char *
scan_after(struct scan *s, const char *p)
{
    while (p && s->depth > 0) {
        p = skip_space(p, s->end);
        bool is_object = s->top->is_object;
        char closing = is_object ? '}' : ']';
        if (next_is(p, s->end, ',')) {
            if (is_object)
                return scan_key(s, p + 1);
            s->top->count++;
            return p + 1;
        }
        if (!next_is(p, s->end, closing))
            return scan_refuse(s, p,
                               is_object ? "expected ',' or '}'"
                                         : "expected ',' or ']'");
        p = close_container(s, p);
    }
    return p;
}

/* One step: a scalar, or the opening of a container up to its first value. */
static inline const char *
scan_step(struct scan *s, const char *p)
{
    p = skip_space(p, s->end);
    if (p == s->end)
        return scan_refuse(s, p, "expected a value");
    if (*p != '{' && *p != '[') {
        p = scan_scalar(s, p);
        return scan_after(s, p);
    }
    p = open_container(s, p);
    if (!p)
        return NULL;
    p = skip_space(p, s->end);
    if (next_is(p, s->end, s->top->is_object ? '}' : ']'))
        return scan_after(s, close_container(s, p));
    if (s->top->is_object)
        return scan_key(s, p);
    s->top->count = 1;
    return p;
}

bool
scan_text(struct scan *s)
{
    const char *p = s->tape->text;
    do
        p = scan_step(s, p);
    while (p && s->depth > 0);
    if (!p)
        return false;
    p = skip_space(p, s->end);
    if (p != s->end)
        scan_refuse(s, p, "expected the end of the text");
    return p == s->end;
}
