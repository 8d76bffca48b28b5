/* Texts that are two dates, or two numbers. */
#include <stdio.h>
#include <string.h>

#include "mapping/form/form_private.h"

#define DIGITS "0123456789"

/* A number of at most MOST digits at S, which is moved behind it; -1: none. */
static int
take_number(const char **s, size_t most)
{
    size_t n = strspn(*s, DIGITS);
    int value = 0;
    if (n == 0 || n > most)
        return -1;
    for (; n > 0; n--)
        value = value * 10 + (*(*s)++ - '0');
    return value;
}

bool
ambiguous_date(const char *s, struct buf *why)
{
    const char *at = s;
    int a = take_number(&at, 2);
    char between = *at;
    if (a < 1 || a > 12 || !between || !strchr("/.-", between))
        return false;
    at++;
    int b = take_number(&at, 2);
    if (b < 1 || b > 12 || *at != between || a == b)
        return false;
    at++;
    size_t digits = strspn(at, DIGITS);
    int year = take_number(&at, 4);
    if (year < 0 || (digits != 2 && digits != 4))
        return false;
    year += digits == 2 ? 2000 : 0;
    buf_addf(why, "\"%s\" is %04d-%02d-%02d or %04d-%02d-%02d", s, year, a, b,
             year, b, a);
    return true;
}

bool
ambiguous_number(const char *s, struct buf *why)
{
    size_t sign = *s == '-' || *s == '+';
    size_t whole = strspn(s + sign, DIGITS);
    const char *mark = s + sign + whole;
    if (whole < 1 || whole > 3 || s[sign] == '0' ||
        (*mark != '.' && *mark != ',') || strspn(mark + 1, DIGITS) != 3 ||
        mark[4])
        return false;
    int before = (int)(mark - s);
    buf_addf(why, "\"%s\" is %.*s.%s or %.*s%s", s, before, s, mark + 1, before,
             s, mark + 1);
    return true;
}
