/* The parser: constants, names, brackets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "mapping/formula/parser_private.h"

/* --- constants ----------------------------------------------------------- */

/* The end of 2026-05-10 or 10/05/2026 at AT, written as one word; AT where
 * there is none. */
static size_t
scan_date(const char *s, size_t n, size_t at)
{
    static const char *const forms[] = {"dddd-dd-dd", "dd/dd/dddd", "d/dd/dddd",
                                        "dd/d/dddd", "d/d/dddd"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *f = forms[i];
        size_t end = at;
        while (*f && end < n &&
               (*f == 'd' ? s[end] >= '0' && s[end] <= '9' : s[end] == *f)) {
            f++;
            end++;
        }
        if (!*f && !(end < n && s[end] >= '0' && s[end] <= '9'))
            return end;
    }
    return at;
}

static uint32_t
parse_number(struct parser *p)
{
    size_t at = p->at, date = scan_date(p->s, p->n, at);
    if (date > at && language_has(p->f->language, CHANGE_UNQUOTED_DATES))
        return parser_stop(p, at, "a date stands in quotes: \"%.*s\"",
                           (int)(date - at), p->s + at);
    size_t end = formula_scan_number(p->s, p->n, at);
    if (end == at)
        return parser_stop(p, at,
                           "\".\" begins no number: a path begins with a name");
    struct fvalue v = {.kind = F_NUMBER};
    if (decimal_parse(&v.number, p->s + at, end - at) != DECIMAL_OK)
        return parser_stop(p, at,
                           "%.*s is out of range: numbers have at most 34 "
                           "digits; put it in quotes to copy it",
                           (int)(end - at > 40 ? 40 : end - at), p->s + at);
    p->at = end;
    return parser_constant(p, at, v);
}

static uint32_t
parse_text(struct parser *p)
{
    size_t at = p->at, n;
    size_t end = formula_scan_quoted(p->s, p->n, at);
    if (end == 0)
        return parser_stop(p, at,
                           "the text has no end: close it with \" (a quote "
                           "inside is doubled)");
    char *text = formula_unquote(p->s, at, end, &n);
    struct fvalue v;
    fvalue_text(&v, text, n);
    p->at = end;
    uint32_t node = parser_constant(p, at, v);
    p->f->constants[p->f->nodes[node].data].text = text;
    return node;
}

/* #N/A and the like, or # for the position. */
static uint32_t
parse_hash(struct parser *p)
{
    size_t at = p->at;
    for (int e = 0; e < FORMULA_ERRORS; e++) {
        const char *name = formula_error_name((enum formula_error)e);
        size_t n = strlen(name);
        if (p->n - at >= n && memcmp(p->s + at, name, n) == 0) {
            p->at += n;
            struct fvalue v = {.kind = F_ERROR, .error = (uint8_t)e};
            v.text = "written in the formula";
            v.length = (uint32_t)strlen(v.text);
            return parser_constant(p, at, v);
        }
    }
    p->at++;
    return parser_node(p, NODE_POSITION, at, 0);
}

static bool
name_is(const char *s, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (word[i] == '\0' || ((s[i] & ~0x20) != word[i]))
            return false;
    return word[n] == '\0';
}

/* TRUE, FALSE and NULL; false where the name is none of them. */
static bool
parse_word(struct parser *p, size_t end, uint32_t *node)
{
    struct fvalue v = {.kind = F_BOOLEAN};
    if (name_is(p->s + p->at, end - p->at, "TRUE"))
        v.boolean = true;
    else if (name_is(p->s + p->at, end - p->at, "NULL"))
        v.kind = F_NULL;
    else if (!name_is(p->s + p->at, end - p->at, "FALSE"))
        return false;
    size_t at = p->at;
    p->at = end;
    if (parser_take(p, '(') && !parser_take(p, ')')) {
        *node = parser_stop(p, p->at,
                            "%.*s takes no arguments: write it without "
                            "brackets",
                            (int)(end - at), p->s + at);
        return true;
    }
    *node = parser_constant(p, at, v);
    return true;
}

/* --- operands ------------------------------------------------------------ */

/* TODAY and NOW without their brackets, which people forget. */
static bool
is_now(const struct parser *p, size_t at, size_t end)
{
    size_t n = end - at;
    return language_has(p->f->language, CHANGE_BARE_FUNCTION) &&
           ((n == 5 && memcmp(p->s + at, "TODAY", n) == 0) ||
            (n == 3 && memcmp(p->s + at, "NOW", n) == 0));
}

/* WAHR, FAUX and the like at p->at, up to END. */
static bool
is_local_boolean(const struct parser *p, size_t end)
{
    return language_has(p->f->language, CHANGE_LOCAL_BOOLEANS) &&
           language_local_boolean(p->s + p->at, end - p->at);
}

/* A name: a word, a function, a block, a name of LET or a path. */
static uint32_t
parse_name(struct parser *p)
{
    size_t at = p->at, end = formula_scan_name(p->s, p->n, at);
    uint32_t node;
    bool path = end < p->n && (p->s[end] == '.' || p->s[end] == '[');
    if (end < p->n && p->s[end] == '!' &&
        !(end + 1 < p->n && p->s[end + 1] == '='))
        return parse_block(p, end);
    if (!path && parse_word(p, end, &node))
        return node;
    if (!path && !parser_local(p, at, end - at) && is_local_boolean(p, end))
        return parser_stop(p, at,
                           "%.*s is written %s (a field of that name is "
                           "$.%.*s)",
                           (int)(end - at), p->s + at,
                           language_local_boolean(p->s + at, end - at),
                           (int)(end - at), p->s + at);
    p->at = end;
    if (parser_take(p, '('))
        return parse_call(p, at, end);
    const struct local_name *l = path ? NULL : parser_local(p, at, end - at);
    p->at = l ? end : at;
    if (l)
        return parser_node(p, NODE_LOCAL, at, l->slot);
    if (!path && is_now(p, at, end))
        return parser_stop(p, at,
                           "%.*s is a function: write %.*s() (a field of that "
                           "name is $.%.*s)",
                           (int)(end - at), p->s + at, (int)(end - at),
                           p->s + at, (int)(end - at), p->s + at);
    node = parse_path(p, parser_reference(p, at));
    if (!p->stopped && parser_take(p, '('))
        return parser_stop(p, at,
                           "#NAME?: unknown function (none has a \".\" in its "
                           "name): see the list of functions");
    return node;
}

static uint32_t
unexpected(struct parser *p)
{
    char c[16];
    static const char *const curly[] = {"\u201c", "\u201d", "\u201e", "\u2018",
                                        "\u2019"};
    for (size_t i = 0; i < sizeof curly / sizeof *curly; i++)
        if (p->n - p->at >= 3 && memcmp(p->s + p->at, curly[i], 3) == 0)
            return parser_stop(p, p->at,
                               "a curly quote: texts stand in straight "
                               "quotes (\")");
    if (p->at < p->n && p->at > 1 && p->s[p->at] == '=' &&
        p->s[p->at - 1] == '=')
        return parser_stop(p, p->at, "\"==\" is written \"=\" in formulas");
    if (parser_next_is(p, '!'))
        return parser_stop(p, p->at, "\"!\" is written NOT(condition)");
    return parser_stop(p, p->at,
                       "expected a value, a path or a function but found %s",
                       parser_found(p, c));
}

static bool
is_curly(const struct parser *p)
{
    return p->n - p->at >= 3 && (unsigned char)p->s[p->at] == 0xe2 &&
           (unsigned char)p->s[p->at + 1] == 0x80 &&
           (unsigned char)p->s[p->at + 2] >= 0x98 &&
           (unsigned char)p->s[p->at + 2] <= 0x9f;
}

static uint32_t
parse_bracket(struct parser *p)
{
    p->at++;
    if (!parser_enter(p))
        return 0;
    uint32_t node = parse_expression(p, 0);
    char c[16];
    if (!p->stopped && !parser_take(p, ')'))
        return parser_stop(p, p->at,
                           "expected an operator or \")\" but found %s",
                           parser_found(p, c));
    p->depth--;
    return node;
}

uint32_t
parse_operand(struct parser *p)
{
    parser_skip_space(p);
    if (p->stopped || p->at >= p->n || is_curly(p))
        return unexpected(p);
    char c = p->s[p->at];
    switch (c) {
    case '"':
        return parse_text(p);
    case '\'':
        return parse_quoted_block(p);
    case '(':
        return parse_bracket(p);
    case '{':
        return parse_list(p);
    case '#':
        return parse_hash(p);
    case '$':
    case '@':
    case '[':
        return parse_path(p, parser_reference(p, p->at));
    default:
        if ((c >= '0' && c <= '9') || c == '.')
            return parse_number(p);
        if (formula_scan_name(p->s, p->n, p->at) > p->at)
            return parse_name(p);
        return unexpected(p);
    }
}
