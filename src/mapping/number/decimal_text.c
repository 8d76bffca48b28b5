/* Decimals as text: reading without rounding, writing. */
#include <stdlib.h>
#include <string.h>

#include "mapping/number/decimal_parts.h"

/* Characters of the longest fraction that is written plainly. */
enum { PLAIN_MAX = 40 };

/* Digits as they are read: the coefficient without leading zeros, zeros at
 * the end kept apart until another digit follows. */
struct digits {
    decimal_coefficient c;
    int count;
    long e;
    long zeros;
    bool any, too_long;
};

static void
add_digit(struct digits *d, int digit, bool behind_point)
{
    d->any = true;
    if (behind_point)
        d->e--;
    if (digit == 0) {
        d->zeros += d->c != 0;
        return;
    }
    if (d->count + d->zeros + (d->c != 0 || d->count == 0) > DECIMAL_DIGITS) {
        d->too_long = true;
        return;
    }
    for (; d->zeros > 0; d->zeros--, d->count++)
        d->c *= 10;
    d->c = d->c * 10 + (decimal_coefficient)digit;
    d->count++;
}

static bool
read_exponent(const char *s, size_t n, size_t *at, long *e)
{
    size_t i = *at + 1;
    bool negative = false;
    if (i < n && (s[i] == '+' || s[i] == '-'))
        negative = s[i++] == '-';
    if (i >= n || s[i] < '0' || s[i] > '9')
        return false;
    long v = 0;
    for (; i < n && s[i] >= '0' && s[i] <= '9'; i++)
        if (v < 100000000)
            v = v * 10 + (s[i] - '0');
    *e += negative ? -v : v;
    *at = i;
    return true;
}

/* Moves the exponent into the range of decimal128 where zeros allow it. */
static bool
fit_exponent(struct decimal_parts *p, long e, int count)
{
    if (e > DECIMAL_EXPONENT_MAX) {
        if (e - DECIMAL_EXPONENT_MAX + count > DECIMAL_DIGITS)
            return false;
        for (; e > DECIMAL_EXPONENT_MAX; e--)
            p->c *= 10;
    }
    if (e < -DECIMAL_BIAS)
        return false;
    p->e = (int)e;
    return true;
}

/* Numbers of up to 18 characters, which are nearly all: no wide arithmetic. */
static bool
parse_short(struct decimal *out, const char *s, size_t n)
{
    bool negative = n > 0 && *s == '-';
    int64_t c = 0;
    size_t point = n, i = negative;
    if (n - i > DECIMAL_SMALL_DIGITS)
        return false;
    for (; i < n; i++) {
        unsigned digit = (unsigned)(s[i] - '0');
        if (digit > 9) {
            if (s[i] != '.' || point < n)
                return false;
            point = i;
        } else {
            c = c * 10 + digit;
        }
    }
    if (n == negative || point + 1 == n || point == negative)
        return false;
    int scale = point < n ? (int)(n - point - 1) : 0;
    for (; scale > 0 && c % 10 == 0; scale--)
        c /= 10;
    *out = decimal_small(negative ? -c : c, scale);
    return true;
}

enum decimal_parsed
decimal_parse(struct decimal *out, const char *s, size_t n)
{
    if (parse_short(out, s, n))
        return DECIMAL_OK;
    size_t at = 0;
    bool negative = false, point = false;
    if (at < n && (s[at] == '-' || s[at] == '+'))
        negative = s[at++] == '-';
    struct digits d = {0};
    for (; at < n; at++) {
        if (s[at] >= '0' && s[at] <= '9')
            add_digit(&d, s[at] - '0', point);
        else if (s[at] == '.' && !point)
            point = true;
        else
            break;
    }
    if (!d.any)
        return DECIMAL_NOT_A_NUMBER;
    if (at < n && (s[at] == 'e' || s[at] == 'E') &&
        !read_exponent(s, n, &at, &d.e))
        return DECIMAL_NOT_A_NUMBER;
    if (at != n)
        return DECIMAL_NOT_A_NUMBER;
    struct decimal_parts p = {.c = d.c, .negative = negative};
    if (d.too_long || (p.c != 0 && !fit_exponent(&p, d.e + d.zeros, d.count)))
        return DECIMAL_TOO_LONG;
    *out = decimal_of_parts(p);
    return DECIMAL_OK;
}

/* The digits of C, without a NUL; returns how many. */
static int
write_digits(char *out, decimal_coefficient c)
{
    char reversed[40];
    int n = 0;
    while (c > UINT64_MAX) {
        reversed[n++] = (char)('0' + (int)(c % 10));
        c /= 10;
    }
    uint64_t rest = (uint64_t)c;
    do {
        reversed[n++] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest > 0);
    for (int i = 0; i < n; i++)
        out[i] = reversed[n - 1 - i];
    return n;
}

static size_t
write_scientific(char *out, const char *digits, int n, int e)
{
    size_t len = 0;
    out[len++] = digits[0];
    if (n > 1) {
        out[len++] = '.';
        memcpy(out + len, digits + 1, (size_t)n - 1);
        len += (size_t)n - 1;
    }
    int exponent = e + n - 1;
    out[len++] = 'E';
    out[len++] = exponent < 0 ? '-' : '+';
    return len +
           (size_t)write_digits(out + len, (decimal_coefficient)abs(exponent));
}

static size_t
write_plain(char *out, const char *digits, int n, int e)
{
    size_t len = 0;
    int before = n + e; /* digits before the point */
    if (before <= 0)
        out[len++] = '0';
    for (int i = 0; i < before; i++)
        out[len++] = i < n ? digits[i] : '0';
    if (e < 0) {
        out[len++] = '.';
        for (int i = before; i < 0; i++)
            out[len++] = '0';
        int from = before > 0 ? before : 0;
        memcpy(out + len, digits + from, (size_t)(n - from));
        len += (size_t)(n - from);
    }
    return len;
}

size_t
decimal_format(const struct decimal *d, char out[DECIMAL_SIZE])
{
    struct decimal_parts p = decimal_parts_of(d);
    if (p.c == 0)
        p = (struct decimal_parts){0};
    decimal_strip_zeros(&p, 0);
    char digits[40];
    int n = write_digits(digits, p.c);
    bool plain = p.e >= 0 ? n + p.e <= DECIMAL_DIGITS
                          : (n + p.e > 0 ? n + 1 : 2 - p.e) <= PLAIN_MAX;
    size_t len = 0;
    if (p.negative)
        out[len++] = '-';
    if (plain) {
        len += write_plain(out + len, digits, n, p.e);
    } else {
        for (; n > 1 && digits[n - 1] == '0'; n--)
            p.e++;
        len += write_scientific(out + len, digits, n, p.e);
    }
    out[len] = '\0';
    return len;
}
