/* I-Regexp: checked and rewritten for PCRE2, run with limits. */
#include "mapping/path/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

#define PATTERN_MAX 65536
#define NESTING_MAX 100
#define HEAP_KIB 1024
#define DEPTH_LIMIT 20000
/* A match is first tried with few steps for a small price; only one that
 * needs more pays for many. So the price bounds the work, and usual patterns
 * stay cheap. */
#define STEPS_FEW 1000
#define STEPS_MANY 100000
#define PRICE_FEW 200

struct regex {
    pcre2_code *code;
    bool whole;
};

struct reader {
    const char *s;
    size_t n, at;
    unsigned depth;
    bool atom; /* what stands before may be repeated */
    struct buf *out;
};

static bool
is_escapable(char c)
{
    return c && strchr("()*+-.?[\\]^nrt{|}", c);
}

/* "\p{Lu}": a category of Unicode, as RFC 9485 lists them. */
static bool
read_category(struct reader *r)
{
    static const char *const minors[] = {"Llmotu", "Mcen",  "Ndlo", "Pcdefios",
                                         "Zlps",   "Sckmo", "Ccfno"};
    const char *s = r->s + r->at;
    size_t left = r->n - r->at;
    if (left < 5 || s[2] != '{')
        return false;
    for (size_t i = 0; i < sizeof minors / sizeof *minors; i++) {
        if (s[3] != minors[i][0])
            continue;
        size_t n = 0;
        if (s[4] == '}')
            n = 5;
        else if (left >= 6 && s[4] && strchr(minors[i] + 1, s[4]) &&
                 s[5] == '}')
            n = 6;
        buf_add(r->out, s, n);
        r->at += n;
        return n > 0;
    }
    return false;
}

/* An escape outside or inside of a class. */
static bool
read_escape(struct reader *r)
{
    if (r->at + 1 >= r->n)
        return false;
    char c = r->s[r->at + 1];
    if (c == 'p' || c == 'P')
        return read_category(r);
    if (!is_escapable(c))
        return false;
    buf_add(r->out, r->s + r->at, 2);
    r->at += 2;
    return true;
}

/* One character of a class; false where there is none that may stand there. */
static bool
read_class_char(struct reader *r)
{
    if (r->at >= r->n)
        return false;
    char c = r->s[r->at];
    if (c == '-' || c == '[' || c == ']')
        return false;
    if (c == '\\')
        return r->at + 1 < r->n && is_escapable(r->s[r->at + 1]) &&
               read_escape(r);
    if ((unsigned char)c < 0x80 && c > ' ' && !strchr("\x7f", c) &&
        strchr("^!\"#$%&'()*+,./:;<=>?@_`{|}~", c))
        buf_addc(r->out, '\\');
    do
        buf_addc(r->out, r->s[r->at++]);
    while (r->at < r->n && ((unsigned char)r->s[r->at] & 0xC0) == 0x80);
    return true;
}

static bool
next_is(const struct reader *r, char c)
{
    return r->at < r->n && r->s[r->at] == c;
}

/* A member of a class: \p{..}, a character, or a range. */
static bool
read_class_member(struct reader *r)
{
    if (next_is(r, '\\') && r->at + 1 < r->n &&
        (r->s[r->at + 1] == 'p' || r->s[r->at + 1] == 'P'))
        return read_escape(r);
    if (!read_class_char(r))
        return false;
    if (!next_is(r, '-') || (r->at + 1 < r->n && r->s[r->at + 1] == ']'))
        return true;
    buf_addc(r->out, '-');
    r->at++;
    return read_class_char(r);
}

static bool
read_class(struct reader *r)
{
    size_t members = 0;
    buf_addc(r->out, '[');
    r->at++;
    if (next_is(r, '^')) {
        buf_addc(r->out, '^');
        r->at++;
    }
    if (next_is(r, '-')) {
        buf_adds(r->out, "\\-");
        r->at++;
        members++;
    }
    while (r->at < r->n && r->s[r->at] != ']') {
        if (next_is(r, '-') && r->at + 1 < r->n && r->s[r->at + 1] == ']') {
            buf_adds(r->out, "\\-");
            r->at++;
        } else if (!read_class_member(r)) {
            return false;
        }
        members++;
    }
    if (r->at >= r->n || members == 0)
        return false;
    r->at++;
    return buf_addc(r->out, ']');
}

/* "{2}", "{2,}", "{2,5}": copied where it is one. */
static bool
read_count(struct reader *r)
{
    size_t at = r->at + 1, digits = 0;
    for (; at < r->n && r->s[at] >= '0' && r->s[at] <= '9'; at++)
        digits++;
    if (digits == 0)
        return false;
    if (at < r->n && r->s[at] == ',')
        for (at++; at < r->n && r->s[at] >= '0' && r->s[at] <= '9'; at++)
            continue;
    if (at >= r->n || r->s[at] != '}')
        return false;
    buf_add(r->out, r->s + r->at, at + 1 - r->at);
    r->at = at + 1;
    return true;
}

static bool
read_group(struct reader *r)
{
    if (r->s[r->at++] == '(') {
        r->atom = false;
        return ++r->depth <= NESTING_MAX && buf_adds(r->out, "(?:");
    }
    r->atom = true;
    return r->depth-- > 0 && buf_addc(r->out, ')');
}

static bool
read_quantifier(struct reader *r)
{
    if (!r->atom)
        return false;
    r->atom = false;
    if (r->s[r->at] == '{')
        return read_count(r);
    return buf_addc(r->out, r->s[r->at++]);
}

static bool
read_piece(struct reader *r)
{
    char c = r->s[r->at];
    switch (c) {
    case '(':
    case ')':
        return read_group(r);
    case '*':
    case '+':
    case '?':
    case '{':
        return read_quantifier(r);
    case '|':
        r->atom = false;
        r->at++;
        return buf_addc(r->out, c);
    case ']':
    case '}':
        return false;
    default:
        break;
    }
    r->atom = true;
    if (c == '[')
        return read_class(r);
    if (c == '\\')
        return read_escape(r);
    r->at++;
    if (c == '.')
        return buf_adds(r->out, "[^\\n\\r]");
    while (buf_addc(r->out, c) && r->at < r->n &&
           ((unsigned char)r->s[r->at] & 0xC0) == 0x80)
        c = r->s[r->at++];
    return true;
}

static bool
translate(struct buf *out, const char *pattern, size_t n)
{
    struct reader r = {.s = pattern, .n = n, .out = out};
    while (r.at < n)
        if (!read_piece(&r))
            return false;
    return r.depth == 0 && !buf_failed(out);
}

struct regex *
regex_compile(const char *pattern, size_t n, bool whole)
{
    struct buf text;
    buf_init(&text, PATTERN_MAX);
    /* A search walks the text in the pattern itself, so that the limit on
     * steps holds for the whole search and not for each place anew. */
    buf_adds(&text, whole ? "(?:" : "(?s:.)*?(?:");
    bool good = translate(&text, pattern, n) && buf_addc(&text, ')');
    pcre2_code *code = NULL;
    if (good) {
        int error;
        PCRE2_SIZE offset;
        uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ANCHORED |
                           PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE |
                           (whole ? PCRE2_ENDANCHORED : 0);
        code = pcre2_compile((PCRE2_SPTR)text.data, text.len, options, &error,
                             &offset, NULL);
    }
    buf_clear(&text);
    if (!code)
        return NULL;
    struct regex *r = mem_alloc(sizeof *r);
    *r = (struct regex){.code = code, .whole = whole};
    return r;
}

void
regex_free(struct regex *r)
{
    if (r)
        pcre2_code_free(r->code);
    free(r);
}

static int
match_with(const struct regex *r, const char *s, size_t n, size_t limit)
{
    pcre2_match_context *context = pcre2_match_context_create(NULL);
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int rc = PCRE2_ERROR_NOMEMORY;
    if (context && data) {
        pcre2_set_match_limit(context, limit < UINT32_MAX ? (uint32_t)limit
                                                          : UINT32_MAX);
        pcre2_set_depth_limit(context, DEPTH_LIMIT);
        pcre2_set_heap_limit(context, HEAP_KIB);
        rc = pcre2_match(r->code, (PCRE2_SPTR)s, n, 0, PCRE2_NO_UTF_CHECK, data,
                         context);
    }
    pcre2_match_data_free(data);
    pcre2_match_context_free(context);
    return rc;
}

enum regex_result
regex_run(const struct regex *r, const char *s, size_t n, size_t *steps)
{
    static const struct {
        size_t limit, price;
    } tries[] = {{STEPS_FEW, PRICE_FEW}, {STEPS_MANY, STEPS_MANY}};
    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
        size_t price = tries[i].price + n;
        if (*steps < price)
            return REGEX_LIMIT;
        *steps -= price;
        /* Going through the text of a search takes two steps a byte. */
        int rc = match_with(r, s, n, tries[i].limit + (r->whole ? n : 2 * n));
        if (rc >= 0)
            return REGEX_YES;
        if (rc == PCRE2_ERROR_NOMATCH)
            return REGEX_NO;
    }
    return REGEX_LIMIT;
}
