/* I-Regexp: checked and rewritten for PCRE2, run with limits. */
#include "mapping/path/regex.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "mapping/path/match_meter.h"

#define PATTERN_MAX 65536
#define NESTING_MAX 100
#define HEAP_KIB 1024
#define DEPTH_LIMIT 20000
#define STEPS_PLACE 100000 /* of a match from one place, and two a byte */
#define PRICE 50           /* of a match, and one for each byte */

struct regex {
    pcre2_code *code;
    struct match_weight weight;
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
    buf_adds(&text, "(?:");
    bool good = translate(&text, pattern, n) && buf_addc(&text, ')');
    struct regex *r = good ? mem_alloc(sizeof *r) : NULL;
    if (r) {
        int error;
        size_t at;
        uint32_t options = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY |
                           PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_AUTO_CAPTURE |
                           (whole ? PCRE2_ANCHORED | PCRE2_ENDANCHORED : 0);
        r->code = match_compile(&r->weight, buf_str(&text), text.len, options,
                                false, NULL, &error, &at);
        if (!r->code) {
            free(r);
            r = NULL;
        }
    }
    buf_clear(&text);
    return r;
}

void
regex_free(struct regex *r)
{
    if (r)
        pcre2_code_free(r->code);
    free(r);
}

size_t
regex_bytes(const struct regex *r)
{
    size_t code = 0;
    if (r)
        pcre2_pattern_info(r->code, PCRE2_INFO_SIZE, &code);
    return mem_bytes(r) + code;
}

static int
match_with(const struct regex *r, const char *s, size_t n, size_t *steps)
{
    size_t limit = STEPS_PLACE + 2 * n;
    struct match_call c = {.code = r->code,
                           .weight = &r->weight,
                           .subject = s,
                           .n = n,
                           .options = PCRE2_NO_UTF_CHECK,
                           .limit = limit < UINT32_MAX ? (uint32_t)limit
                                                       : UINT32_MAX,
                           .data = pcre2_match_data_create(1, NULL),
                           .context = pcre2_match_context_create(NULL)};
    int rc = PCRE2_ERROR_NOMEMORY;
    if (c.context && c.data) {
        pcre2_set_depth_limit(c.context, DEPTH_LIMIT);
        pcre2_set_heap_limit(c.context, HEAP_KIB);
        rc = match_metered(&c, steps);
    }
    pcre2_match_data_free(c.data);
    pcre2_match_context_free(c.context);
    return rc;
}

enum regex_result
regex_run(const struct regex *r, const char *s, size_t n, size_t *steps)
{
    size_t price = PRICE + n;
    if (*steps < price)
        return REGEX_LIMIT;
    *steps -= price;
    size_t taken = *steps;
    int rc = match_with(r, s, n, &taken);
    *steps -= taken < *steps ? taken : *steps;
    if (rc >= 0)
        return REGEX_YES;
    return rc == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_LIMIT;
}
