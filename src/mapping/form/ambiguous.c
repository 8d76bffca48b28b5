/* Texts that are two dates, or two numbers. */
#include <string.h>

#include "mapping/form/form_private.h"
#include "value/value.h"

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

enum err
refuse_two_dates(const char *s, struct error *e)
{
    const char *at = s;
    int a = take_number(&at, 2);
    char between = *at;
    if (a < 1 || a > 12 || !between || !strchr("/.-", between))
        return ERR_OK;
    at++;
    int b = take_number(&at, 2);
    if (b < 1 || b > 12 || *at != between || a == b)
        return ERR_OK;
    at++;
    size_t digits = strspn(at, DIGITS);
    int year = take_number(&at, 4);
    if (year < 0 || (digits != 2 && digits != 4))
        return ERR_OK;
    year += digits == 2 ? 2000 : 0;
    return error_set(e, ERR_INVALID,
                     "\"%s\" is %04d-%02d-%02d or %04d-%02d-%02d (say which: "
                     "read date \"M/D/YYYY\" or \"D/M/YYYY\")",
                     s, year, a, b, year, b, a);
}

enum err
refuse_two_numbers(const char *s, struct error *e)
{
    size_t sign = *s == '-' || *s == '+';
    size_t whole = strspn(s + sign, DIGITS);
    const char *mark = s + sign + whole;
    if (whole < 1 || whole > 3 || s[sign] == '0' ||
        (*mark != '.' && *mark != ',') || strspn(mark + 1, DIGITS) != 3 ||
        mark[4])
        return ERR_OK;
    int before = (int)(mark - s);
    return error_set(e, ERR_INVALID,
                     "\"%s\" is %.*s.%s or %.*s%s (say which: read number en "
                     "or number de)",
                     s, before, s, mark + 1, before, s, mark + 1);
}

enum err
form_check(enum form_expected expected, const char *json, size_t n,
           struct error *e)
{
    struct value *v = NULL;
    if (expected == EXPECT_ANY || n == 0 || *json != '"')
        return ERR_OK;
    enum err err = value_read(&v, json, n, &value_limits_event, "the value", e);
    if (err != ERR_OK)
        return err;
    const char *s = value_text(v, NULL);
    err = expected == EXPECT_DATE ? refuse_two_dates(s, e)
                                  : refuse_two_numbers(s, e);
    value_free(v);
    return err;
}
