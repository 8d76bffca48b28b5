/* Constants without quotes: codes, dates and numbers of other countries. */
#include "mapping/row/constant.h"

#include <string.h>

#include "base/text.h"

enum { SHOWN = 60 }; /* bytes of a constant in a message */

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
constant_begins_number(const char *text, size_t n)
{
    size_t at = n > 0 && strchr("-+.", text[0]) != NULL;
    return at < n && is_digit(text[at]);
}

/* How many bytes of TEXT from AT on are digits. */
static size_t
digits(const char *text, size_t n, size_t at)
{
    size_t count = 0;
    while (at + count < n && is_digit(text[at + count]))
        count++;
    return count;
}

/* True for 0017, -007 and 00.50; *SKIP is where the number begins. */
static bool
is_padded(const char *text, size_t n, size_t *skip)
{
    size_t at = text[0] == '-', whole = digits(text, n, at), zeros = 0;
    size_t end = at + whole;
    if (whole < 2 || text[at] != '0')
        return false;
    while (zeros + 1 < whole && text[at + zeros] == '0')
        zeros++;
    *skip = at + zeros;
    if (end < n && text[end] == '.')
        end += 1 + digits(text, n, end + 1);
    return end == n && is_digit(text[n - 1]);
}

/* True where TEXT is groups of digits with "-", "/" or ":" between them, or
 * with two points (10.05.2026), also before a time. */
static bool
is_date(const char *text, size_t n)
{
    size_t at = digits(text, n, 0), points = 0;
    char between = at < n ? text[at] : '\0';
    if (at == 0 || at > 4 || !between || !strchr("-/.:", between))
        return false;
    while (at < n && text[at] == between && digits(text, n, at + 1) > 0) {
        at += 1 + digits(text, n, at + 1);
        points++;
    }
    return points == 2 || (points == 1 && between == ':' && at == n);
}

/* True for digits with commas between them, and points. */
static bool
has_comma(const char *text, size_t n)
{
    size_t commas = 0;
    for (size_t i = text[0] == '-'; i < n; i++) {
        commas += text[i] == ',';
        if (!is_digit(text[i]) && text[i] != ',' && text[i] != '.')
            return false;
    }
    return commas > 0;
}

/* 5% and 5 %; *NUMBER is how long what stands before it is. */
static bool
is_percent(const char *text, size_t n, size_t *number)
{
    if (text[n - 1] != '%')
        return false;
    n--;
    while (n > 0 && text[n - 1] == ' ')
        n--;
    *number = n;
    for (size_t i = text[0] == '-'; i < n; i++)
        if (!is_digit(text[i]) && text[i] != '.')
            return false;
    return n > 0;
}

enum err
constant_refuse_number(const char *text, size_t n, struct error *e)
{
    int shown = (int)(n > SHOWN ? utf8_valid_prefix(text, SHOWN) : n);
    size_t part;
    if (is_padded(text, n, &part))
        return error_set(e, ERR_INVALID,
                         "%.*s begins with 0: write \"%.*s\" for a code (a "
                         "text), %s%.*s for a number",
                         shown, text, shown, text, text[0] == '-' ? "-" : "",
                         shown - (int)part, text + part);
    if (is_date(text, n))
        return error_set(e, ERR_INVALID,
                         "a date or a time is a text: write \"%.*s\"", shown,
                         text);
    if (has_comma(text, n))
        return error_set(e, ERR_INVALID,
                         "%.*s has a comma: a number has a point (1234.5) "
                         "and no sign between thousands, a text stands in "
                         "quotes (\"%.*s\")",
                         shown, text, shown, text);
    if (is_percent(text, n, &part))
        return error_set(e, ERR_INVALID,
                         "%.*s is not a number: write =%.*s%% for a number, "
                         "\"%.*s\" for a text",
                         shown, text, (int)part, text, shown, text);
    return error_set(e, ERR_INVALID,
                     "%.*s is not a number: write \"%.*s\" for a text, = in "
                     "front of a formula",
                     shown, text, shown, text);
}
