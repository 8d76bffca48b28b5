/* The parser of paths: RFC 9535's grammar down to the filters. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/percent.h"
#include "base/text.h"
#include "mapping/path/tree.h"

#define TEXT_MAX 65536
#define INTEGER_MAX INT64_C(9007199254740991) /* 2^53 - 1, RFC 7493 */

bool
path_fail(struct path_parser *p, const char *format, ...)
{
    if (p->failed != ERR_OK)
        return false;
    char why[256];
    va_list ap;
    va_start(ap, format);
    vsnprintf(why, sizeof why, format, ap);
    va_end(ap);
    struct buf shown;
    buf_init(&shown, 512);
    text_visible(&shown, p->text, p->n < 120 ? p->n : 120);
    size_t column = utf8_length(p->text, p->at < p->n ? p->at : p->n) + 1;
    p->failed = error_set(p->e, ERR_INVALID, "path %s: column %zu: %s",
                          buf_str(&shown), column, why);
    buf_clear(&shown);
    return false;
}

void
path_skip_space(struct path_parser *p)
{
    while (p->at < p->n && strchr(" \t\n\r", p->text[p->at]) &&
           p->text[p->at] != '\0')
        p->at++;
}

bool
path_next_is(const struct path_parser *p, const char *s)
{
    size_t n = strlen(s);
    return p->n - p->at >= n && memcmp(p->text + p->at, s, n) == 0;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
is_name_first(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* --- strings ------------------------------------------------------------- */

static bool
parse_hex4(struct path_parser *p, uint32_t *cp)
{
    *cp = 0;
    for (int i = 0; i < 4; i++, p->at++) {
        int digit = p->at < p->n ? hex_digit(p->text[p->at]) : -1;
        if (digit < 0)
            return path_fail(p, "\\u needs four hexadecimal digits");
        *cp = *cp * 16 + (uint32_t)digit;
    }
    return true;
}

static bool
parse_unicode_escape(struct path_parser *p, struct buf *out)
{
    uint32_t cp, low;
    if (!parse_hex4(p, &cp))
        return false;
    if (cp >= 0xDC00 && cp <= 0xDFFF)
        return path_fail(p, "a low surrogate stands alone");
    if (cp >= 0xD800 && cp <= 0xDBFF) {
        if (!path_next_is(p, "\\u"))
            return path_fail(p, "a high surrogate stands alone");
        p->at += 2;
        if (!parse_hex4(p, &low))
            return false;
        if (low < 0xDC00 || low > 0xDFFF)
            return path_fail(p, "a high surrogate stands alone");
        cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
    }
    char bytes[4];
    return buf_add(out, bytes, utf8_encode(bytes, cp));
}

static bool
parse_escape(struct path_parser *p, char quote, struct buf *out)
{
    static const char from[] = "bfnrt/\\", to[] = "\b\f\n\r\t/\\";
    p->at++;
    char c = p->at < p->n ? p->text[p->at] : '\0';
    const char *found = c ? strchr(from, c) : NULL;
    if (c == 'u') {
        p->at++;
        return parse_unicode_escape(p, out);
    }
    if (!found && c != quote)
        return path_fail(p, "no such escape (\\b \\f \\n \\r \\t \\/ \\\\ "
                            "\\uXXXX and the quote may follow a \\)");
    p->at++;
    return buf_addc(out, found ? to[found - from] : c);
}

/* A quoted string at the parser's place, unescaped, as a new string; NULL
 * after an error. */
char *
path_parse_string(struct path_parser *p, size_t *n)
{
    char quote = p->text[p->at++];
    struct buf out;
    buf_init_any(&out);
    while (p->failed == ERR_OK) {
        if (p->at >= p->n) {
            path_fail(p, "the text in quotes does not end");
        } else if (p->text[p->at] == quote) {
            p->at++;
            *n = out.len;
            return buf_take(&out);
        } else if (p->text[p->at] == '\\') {
            parse_escape(p, quote, &out);
        } else if ((unsigned char)p->text[p->at] < 0x20) {
            path_fail(p, "a control character must be escaped");
        } else {
            buf_addc(&out, p->text[p->at++]);
        }
    }
    buf_clear(&out);
    return NULL;
}

/* --- selectors ----------------------------------------------------------- */

static bool
at_integer(const struct path_parser *p)
{
    return p->at < p->n && (is_digit(p->text[p->at]) || p->text[p->at] == '-');
}

static bool
parse_integer(struct path_parser *p, int64_t *out)
{
    bool negative = path_next_is(p, "-");
    if (negative)
        p->at++;
    if (p->at >= p->n || !is_digit(p->text[p->at]))
        return path_fail(p, "a number was expected");
    if (p->text[p->at] == '0' &&
        (negative || (p->at + 1 < p->n && is_digit(p->text[p->at + 1]))))
        return path_fail(p, "an index has no leading zero, and there is no -0");
    int64_t n = 0;
    for (; p->at < p->n && is_digit(p->text[p->at]); p->at++) {
        n = n * 10 + (p->text[p->at] - '0');
        if (n > INTEGER_MAX)
            return path_fail(p, "an index is at most 2^53 - 1");
    }
    *out = negative ? -n : n;
    return true;
}

/* What follows a slice's start: ":" [end] [":" [step]]. */
static bool
parse_slice(struct path_parser *p, struct selector *s)
{
    s->kind = SELECT_SLICE;
    s->step = 1;
    p->at++;
    path_skip_space(p);
    if (at_integer(p)) {
        if (!parse_integer(p, &s->end))
            return false;
        s->bounds |= SLICE_END;
        path_skip_space(p);
    }
    if (!path_next_is(p, ":"))
        return true;
    p->at++;
    size_t back = p->at;
    path_skip_space(p);
    if (at_integer(p))
        return parse_integer(p, &s->step);
    p->at = back;
    return true;
}

static bool
parse_index_or_slice(struct path_parser *p, struct selector *s)
{
    s->kind = SELECT_INDEX;
    if (at_integer(p)) {
        if (!parse_integer(p, &s->index))
            return false;
        s->bounds = SLICE_START;
    }
    size_t back = p->at;
    path_skip_space(p);
    if (path_next_is(p, ":"))
        return parse_slice(p, s);
    p->at = back;
    return true;
}

static bool
parse_selector(struct path_parser *p, struct selector *s)
{
    char c = p->at < p->n ? p->text[p->at] : '\0';
    if (c == '\'' || c == '"') {
        s->kind = SELECT_NAME;
        s->name = path_parse_string(p, &s->name_len);
        return s->name != NULL;
    }
    if (c == '*') {
        s->kind = SELECT_WILDCARD;
        p->at++;
        return true;
    }
    if (c == '?') {
        s->kind = SELECT_FILTER;
        p->at++;
        path_skip_space(p);
        s->filter = path_parse_filter(p);
        return s->filter != NULL;
    }
    if (c == ':' || at_integer(p))
        return parse_index_or_slice(p, s);
    if (c == ']')
        return path_fail(p, "[ ] is empty: write [*] for all elements, [0] "
                            "for the first one");
    return path_fail(p, "a name in quotes, a number, *, a slice or ?filter "
                        "was expected within [ ]");
}

static struct selector *
add_selector(struct segment *s)
{
    s->selectors = mem_resize(s->selectors, s->count + 1, sizeof *s->selectors);
    s->selectors[s->count] = (struct selector){.kind = SELECT_WILDCARD};
    return &s->selectors[s->count++];
}

static bool
parse_bracket(struct path_parser *p, struct segment *s)
{
    p->at++;
    for (;;) {
        path_skip_space(p);
        if (!parse_selector(p, add_selector(s)))
            return false;
        path_skip_space(p);
        if (path_next_is(p, "]"))
            break;
        if (!path_next_is(p, ","))
            return path_fail(p, "] or , was expected");
        p->at++;
    }
    p->at++;
    return true;
}

/* Fails at a name that has other characters than letters, digits and _, and
 * shows how it is written. */
static bool
fail_name(struct path_parser *p, const char *what)
{
    size_t from = p->at, to = p->at;
    if (memmem(p->text, p->n, "{{", 2))
        return path_fail(p, "a path stands without {{ }}, such as order.total");
    if (p->n > 5 && memcmp(p->text, "$json", 5) == 0)
        return path_fail(p, "the record is $, so write $%.60s", p->text + 5);
    while (from > 0 && !strchr(".]$@", p->text[from - 1]))
        from--;
    while (to < p->n && !strchr(".[", p->text[to]))
        to++;
    if (from >= to || memchr(p->text + from, '\'', to - from))
        return path_fail(p,
                         "%s (names with other characters are written "
                         "['like this'])",
                         what);
    return path_fail(
        p, "%s (write ['%.*s'])", what,
        (int)utf8_valid_prefix(p->text + from, to - from > 60 ? 60 : to - from),
        p->text + from);
}

/* A name without quotes, after "." or at the beginning of a bare path. */
static bool
parse_shorthand(struct path_parser *p, struct segment *s)
{
    if (path_next_is(p, "*")) {
        add_selector(s);
        p->at++;
        return true;
    }
    if (p->at >= p->n || !is_name_first(p->text[p->at]))
        return fail_name(p, "a name or * was expected");
    size_t start = p->at;
    while (p->at < p->n &&
           (is_name_first(p->text[p->at]) || is_digit(p->text[p->at])))
        p->at++;
    struct selector *name = add_selector(s);
    name->kind = SELECT_NAME;
    name->name_len = p->at - start;
    name->name = mem_strndup(p->text + start, name->name_len);
    return true;
}

/* --- segments ------------------------------------------------------------ */

static struct segment *
add_segment(struct path_parser *p, struct query *q)
{
    q->segments = mem_resize(q->segments, q->count + 1, sizeof *q->segments);
    q->segments[q->count] = (struct segment){.start = p->at};
    return &q->segments[q->count++];
}

static bool
parse_segment(struct path_parser *p, struct query *q)
{
    struct segment *s = add_segment(p, q);
    bool good;
    if (path_next_is(p, "[")) {
        good = parse_bracket(p, s);
    } else {
        s->descendant = path_next_is(p, "..");
        p->at += s->descendant ? 2 : 1;
        good = s->descendant && path_next_is(p, "[") ? parse_bracket(p, s)
                                                     : parse_shorthand(p, s);
    }
    s->end = p->at;
    return good;
}

bool
path_parse_segments(struct path_parser *p, struct query *q)
{
    for (;;) {
        size_t back = p->at;
        path_skip_space(p);
        if (!path_next_is(p, "[") && !path_next_is(p, ".")) {
            p->at = back;
            break;
        }
        if (!parse_segment(p, q))
            return false;
    }
    q->singular = true;
    for (size_t i = 0; i < q->count; i++)
        q->singular &= segment_is_singular(&q->segments[i]);
    return true;
}

/* The first segment of a path without "$.": a name or *. */
static bool
parse_bare_start(struct path_parser *p, struct query *q)
{
    if (path_next_is(p, "[") || path_next_is(p, ".."))
        return true;
    if (path_next_is(p, "."))
        return path_fail(p, "a path does not begin with one dot");
    struct segment *s = add_segment(p, q);
    bool good = parse_shorthand(p, s);
    s->end = p->at;
    return good;
}

static bool
parse_path(struct path_parser *p, struct query *q, unsigned flags)
{
    if (p->n > TEXT_MAX)
        return path_fail(p, "a path has at most %d bytes", TEXT_MAX);
    size_t valid = utf8_valid_prefix(p->text, p->n);
    if (valid < p->n) {
        p->at = valid;
        return path_fail(p, "the text is not valid UTF-8");
    }
    if (p->n == 0)
        return path_fail(p, "the path is empty");
    if (path_next_is(p, "$")) {
        p->at++;
    } else if ((flags & PATH_BARE) && path_next_is(p, "@")) {
        q->relative = true;
        p->at++;
    } else if (!(flags & PATH_BARE)) {
        return path_fail(p, "a path begins with $");
    } else if (!parse_bare_start(p, q)) {
        return false;
    }
    if (!path_parse_segments(p, q))
        return false;
    if (p->at < p->n)
        return fail_name(p, "a segment (.name or [...]) was expected");
    return true;
}

enum err
path_compile(struct path **out, const char *text, size_t n, unsigned flags,
             struct error *e)
{
    *out = NULL;
    struct path *path = mem_alloc(sizeof *path);
    path->text = mem_strndup(text, n);
    path->text_len = n;
    struct path_parser p = {.text = path->text, .n = n, .e = e};
    if (!parse_path(&p, &path->query, flags)) {
        path_free(path);
        return p.failed;
    }
    *out = path;
    return ERR_OK;
}
