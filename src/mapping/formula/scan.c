/* Where the tokens of a formula end. */
#include <string.h>

#include "base/mem.h"
#include "mapping/formula/ast.h"

static bool
starts_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

size_t
formula_scan_name(const char *s, size_t n, size_t at)
{
    if (at >= n || !starts_name(s[at]))
        return at;
    while (at < n && (starts_name(s[at]) || is_digit(s[at])))
        at++;
    return at;
}

static size_t
scan_digits(const char *s, size_t n, size_t at)
{
    while (at < n && is_digit(s[at]))
        at++;
    return at;
}

size_t
formula_scan_number(const char *s, size_t n, size_t at)
{
    size_t i = scan_digits(s, n, at);
    bool any = i > at;
    if (i < n && s[i] == '.') {
        size_t end = scan_digits(s, n, i + 1);
        any |= end > i + 1;
        i = end;
    }
    if (!any)
        return at;
    if (i < n && (s[i] == 'e' || s[i] == 'E')) {
        size_t exponent = i + 1;
        if (exponent < n && (s[exponent] == '+' || s[exponent] == '-'))
            exponent++;
        size_t end = scan_digits(s, n, exponent);
        if (end > exponent)
            i = end;
    }
    return i;
}

size_t
formula_scan_quoted(const char *s, size_t n, size_t at)
{
    char quote = s[at];
    for (size_t i = at + 1; i < n; i++) {
        if (s[i] != quote)
            continue;
        if (i + 1 < n && s[i + 1] == quote)
            i++;
        else
            return i + 1;
    }
    return 0;
}

char *
formula_unquote(const char *s, size_t from, size_t to, size_t *n)
{
    char quote = s[from];
    char *text = mem_alloc(to - from);
    size_t len = 0;
    for (size_t i = from + 1; i + 1 < to; i++) {
        text[len++] = s[i];
        if (s[i] == quote)
            i++;
    }
    text[len] = '\0';
    *n = len;
    return text;
}

/* The end of a JSONPath string literal, which escapes by backslashes. */
static size_t
scan_path_string(const char *s, size_t n, size_t at)
{
    char quote = s[at];
    for (size_t i = at + 1; i < n; i++) {
        if (s[i] == '\\')
            i++;
        else if (s[i] == quote)
            return i + 1;
    }
    return 0;
}

/* The end of the bracket at AT with all that it holds, or 0. */
static size_t
scan_bracket(const char *s, size_t n, size_t at)
{
    size_t depth = 0;
    for (size_t i = at; i < n; i++) {
        if (s[i] == '"' || s[i] == '\'') {
            i = scan_path_string(s, n, i);
            if (i == 0)
                return 0;
            i--;
        } else if (s[i] == '[' || s[i] == '(') {
            depth++;
        } else if (s[i] == ']' || s[i] == ')') {
            if (--depth == 0)
                return i + 1;
        }
    }
    return 0;
}

/* The end of the segment at AT: AT where there is none, 0 where it has no
 * end. */
static size_t
scan_segment(const char *s, size_t n, size_t at)
{
    size_t i = at;
    if (i >= n)
        return at;
    if (s[i] == '[')
        return scan_bracket(s, n, i);
    if (s[i] != '.')
        return at;
    i++;
    bool descendants = i < n && s[i] == '.';
    i += descendants;
    if (i < n && s[i] == '*')
        return i + 1;
    if (descendants && i < n && s[i] == '[')
        return scan_bracket(s, n, i);
    size_t end = formula_scan_name(s, n, i);
    return end > i ? end : at;
}

bool
formula_scan_path(const char *s, size_t n, size_t at,
                  struct formula_extent *out)
{
    out->start = at;
    out->count = 0;
    size_t i = at;
    if (i < n && s[i] == '@')
        while (i < n && s[i] == '@')
            i++;
    else if (i < n && s[i] == '$')
        i++;
    else if (i < n && s[i] != '[')
        i = formula_scan_name(s, n, i);
    out->end = i;
    if (i == at && (i >= n || s[i] != '['))
        return true;
    for (;;) {
        size_t end = scan_segment(s, n, i);
        if (end == i)
            break;
        if (end == 0 || out->count == REFERENCE_SEGMENTS)
            return false;
        out->segments[out->count++] = i;
        i = end;
    }
    out->end = i;
    return true;
}
