/* Exact decimals: the fast form, and decimal128 where it does not suffice. */
#include "mapping/decimal.h"

#include <stdlib.h>
#include <string.h>

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>

#include <bid_functions.h>

typedef unsigned __int128 u128;
typedef __int128 i128;

enum {
    SMALL_DIGITS = 18,
    BIAS = 6176,
    EXPONENT_MAX = 6111,
    PLAIN_MAX = 40,    /* characters of the longest plain number */
    POWER_MAX = 100000 /* integer exponents up to here are multiplied out */
};

#define SMALL_LIMIT INT64_C(1000000000000000000)

/* A decimal taken apart: (-1)^negative * c * 10^e. */
struct parts {
    u128 c;
    int e;
    bool negative;
};

static const int64_t powers[] = {1,
                                 10,
                                 100,
                                 1000,
                                 10000,
                                 100000,
                                 1000000,
                                 10000000,
                                 100000000,
                                 1000000000,
                                 10000000000,
                                 100000000000,
                                 1000000000000,
                                 10000000000000,
                                 100000000000000,
                                 1000000000000000,
                                 10000000000000000,
                                 100000000000000000,
                                 SMALL_LIMIT};

static bool
is_wide(const struct decimal *d)
{
    return d->scale == DECIMAL_WIDE;
}

static struct decimal
small(int64_t coefficient, int scale)
{
    return (struct decimal){.coefficient = coefficient, .scale = (int8_t)scale};
}

static bool
fits_small(i128 c)
{
    return c < SMALL_LIMIT && c > -SMALL_LIMIT;
}

static BID_UINT128
pack(const struct parts *p)
{
    BID_UINT128 x;
    x.w[0] = (uint64_t)p->c;
    x.w[1] = (uint64_t)(p->c >> 64) | (uint64_t)(p->e + BIAS) << 49 |
             (uint64_t)p->negative << 63;
    return x;
}

static BID_UINT128
bits_of(const struct decimal *d)
{
    if (is_wide(d)) {
        BID_UINT128 x;
        x.w[0] = d->wide[0];
        x.w[1] = d->wide[1];
        return x;
    }
    struct parts p = {.negative = d->coefficient < 0, .e = -d->scale};
    p.c = (u128)(p.negative ? -(i128)d->coefficient : d->coefficient);
    return pack(&p);
}

static struct parts
unpack(BID_UINT128 x)
{
    struct parts p;
    p.negative = x.w[1] >> 63;
    p.e = (int)(x.w[1] >> 49 & 0x3fff) - BIAS;
    p.c = (u128)(x.w[1] & ((UINT64_C(1) << 49) - 1)) << 64 | x.w[0];
    return p;
}

static struct parts
parts_of(const struct decimal *d)
{
    return unpack(bits_of(d));
}

static bool
is_special(BID_UINT128 x)
{
    return (x.w[1] & UINT64_C(0x7800000000000000)) ==
           UINT64_C(0x7800000000000000);
}

/* Takes zeros from the end of the coefficient as long as E is below TO. */
static void
strip_zeros(struct parts *p, int to)
{
    while (p->e < to && p->c % 10 == 0) {
        p->c /= 10;
        p->e++;
    }
}

/* The one way into a struct decimal from parts that decimal128 can hold: the
 * small form wherever it fits, so that equal values look alike. */
static struct decimal
from_parts(struct parts p)
{
    if (p.c == 0)
        return small(0, 0);
    strip_zeros(&p, 0);
    if (p.e <= 0 && p.e >= -SMALL_DIGITS && p.c < SMALL_LIMIT)
        return small(p.negative ? -(int64_t)p.c : (int64_t)p.c, -p.e);
    if (p.e > 0 && p.e <= SMALL_DIGITS &&
        p.c < (u128)(SMALL_LIMIT / powers[p.e])) {
        int64_t c = (int64_t)p.c * powers[p.e];
        return small(p.negative ? -c : c, 0);
    }
    BID_UINT128 x = pack(&p);
    struct decimal d = {.scale = DECIMAL_WIDE};
    d.wide[0] = x.w[0];
    d.wide[1] = x.w[1];
    return d;
}

static bool
from_bits(struct decimal *out, BID_UINT128 x)
{
    if (is_special(x))
        return false;
    *out = from_parts(unpack(x));
    return true;
}

struct decimal
decimal_int(int64_t n)
{
    if (fits_small(n))
        return small(n, 0);
    struct parts p = {.negative = n < 0};
    p.c = (u128)(n < 0 ? -(i128)n : n);
    return from_parts(p);
}

struct decimal
decimal_widen(const struct decimal *d)
{
    BID_UINT128 x = bits_of(d);
    struct decimal wide = {.scale = DECIMAL_WIDE};
    wide.wide[0] = x.w[0];
    wide.wide[1] = x.w[1];
    return wide;
}

/* --- reading and writing -------------------------------------------------- */

/* Digits as they are read: the coefficient without leading zeros, zeros at
 * the end kept apart until another digit follows. */
struct digits {
    u128 c;
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
    d->c = d->c * 10 + (u128)digit;
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
fit_exponent(struct parts *p, long e, int count)
{
    if (e > EXPONENT_MAX) {
        if (e - EXPONENT_MAX + count > DECIMAL_DIGITS)
            return false;
        for (; e > EXPONENT_MAX; e--)
            p->c *= 10;
    }
    if (e < -BIAS)
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
    if (n - i > SMALL_DIGITS)
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
    *out = small(negative ? -c : c, scale);
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
    struct parts p = {.c = d.c, .negative = negative};
    if (d.too_long || (p.c != 0 && !fit_exponent(&p, d.e + d.zeros, d.count)))
        return DECIMAL_TOO_LONG;
    *out = from_parts(p);
    return DECIMAL_OK;
}

/* The digits of C, without a NUL; returns how many. */
static int
write_digits(char *out, u128 c)
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
    return len + (size_t)write_digits(out + len, (u128)abs(exponent));
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
    struct parts p = parts_of(d);
    if (p.c == 0)
        p = (struct parts){0};
    strip_zeros(&p, 0);
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

/* --- asking --------------------------------------------------------------- */

bool
decimal_to_int(const struct decimal *d, int64_t *out)
{
    if (!is_wide(d)) {
        *out = d->coefficient / powers[d->scale];
        return true;
    }
    struct parts p = parts_of(d);
    for (; p.e < 0 && p.c > 0; p.e++)
        p.c /= 10;
    for (; p.e > 0 && p.c <= INT64_MAX; p.e--)
        p.c *= 10;
    if (p.c > INT64_MAX)
        return false;
    *out = p.negative ? -(int64_t)p.c : (int64_t)p.c;
    return true;
}

bool
decimal_is_zero(const struct decimal *d)
{
    return is_wide(d) ? parts_of(d).c == 0 : d->coefficient == 0;
}

bool
decimal_is_negative(const struct decimal *d)
{
    if (!is_wide(d))
        return d->coefficient < 0;
    struct parts p = parts_of(d);
    return p.negative && p.c != 0;
}

bool
decimal_is_integer(const struct decimal *d)
{
    if (!is_wide(d))
        return d->coefficient % powers[d->scale] == 0;
    struct parts p = parts_of(d);
    strip_zeros(&p, 0);
    return p.e >= 0 || p.c == 0;
}

/* Both coefficients at the larger of the two scales; both must be small. */
static int
align(const struct decimal *a, const struct decimal *b, i128 *x, i128 *y)
{
    int scale = a->scale > b->scale ? a->scale : b->scale;
    *x = (i128)a->coefficient * powers[scale - a->scale];
    *y = (i128)b->coefficient * powers[scale - b->scale];
    return scale;
}

int
decimal_compare(const struct decimal *a, const struct decimal *b)
{
    if (!is_wide(a) && !is_wide(b)) {
        i128 x, y;
        align(a, b, &x, &y);
        return x < y ? -1 : x > y;
    }
    unsigned flags = 0;
    BID_UINT128 x = bits_of(a), y = bits_of(b);
    if (bid128_quiet_less(x, y, &flags))
        return -1;
    return bid128_quiet_greater(x, y, &flags) != 0;
}

/* --- arithmetic ----------------------------------------------------------- */

struct decimal
decimal_negate(const struct decimal *d)
{
    struct decimal r = *d;
    if (!is_wide(d))
        r.coefficient = -r.coefficient;
    else
        r.wide[1] ^= UINT64_C(1) << 63;
    return r;
}

bool
decimal_add(struct decimal *out, const struct decimal *a,
            const struct decimal *b)
{
    if (!is_wide(a) && !is_wide(b)) {
        i128 x, y;
        int scale = align(a, b, &x, &y);
        if (fits_small(x + y)) {
            *out = small((int64_t)(x + y), scale);
            return true;
        }
    }
    unsigned flags = 0;
    return from_bits(out, bid128_add(bits_of(a), bits_of(b),
                                     BID_ROUNDING_TO_NEAREST, &flags));
}

bool
decimal_subtract(struct decimal *out, const struct decimal *a,
                 const struct decimal *b)
{
    struct decimal negated = decimal_negate(b);
    return decimal_add(out, a, &negated);
}

bool
decimal_multiply(struct decimal *out, const struct decimal *a,
                 const struct decimal *b)
{
    if (!is_wide(a) && !is_wide(b)) {
        i128 c = (i128)a->coefficient * b->coefficient;
        int scale = a->scale + b->scale;
        if (fits_small(c) && scale <= SMALL_DIGITS) {
            *out = small((int64_t)c, scale);
            return true;
        }
    }
    unsigned flags = 0;
    return from_bits(out, bid128_mul(bits_of(a), bits_of(b),
                                     BID_ROUNDING_TO_NEAREST, &flags));
}

/* The quotient where it is exact with few digits, which most of money is. */
static bool
divide_exactly(struct decimal *out, const struct decimal *a,
               const struct decimal *b)
{
    i128 scaled = (i128)a->coefficient * SMALL_LIMIT;
    if (scaled % b->coefficient != 0)
        return false;
    i128 quotient = scaled / b->coefficient;
    struct parts p = {.negative = quotient < 0,
                      .e = b->scale - a->scale - SMALL_DIGITS};
    p.c = (u128)(quotient < 0 ? -quotient : quotient);
    strip_zeros(&p, 0);
    if (p.c >= SMALL_LIMIT || p.e < -SMALL_DIGITS)
        return false;
    *out = from_parts(p);
    return true;
}

bool
decimal_divide(struct decimal *out, const struct decimal *a,
               const struct decimal *b)
{
    if (decimal_is_zero(b))
        return false;
    if (!is_wide(a) && !is_wide(b) && divide_exactly(out, a, b))
        return true;
    unsigned flags = 0;
    return from_bits(out, bid128_div(bits_of(a), bits_of(b),
                                     BID_ROUNDING_TO_NEAREST, &flags));
}

static bool
power_of_integer(struct decimal *out, const struct decimal *base, int64_t n)
{
    struct decimal result = decimal_int(1), square = *base;
    for (uint64_t left = (uint64_t)llabs(n); left > 0; left >>= 1) {
        if (left & 1 && !decimal_multiply(&result, &result, &square))
            return false;
        if (left > 1 && !decimal_multiply(&square, &square, &square))
            return false;
    }
    struct decimal one = decimal_int(1);
    if (n < 0)
        return decimal_divide(out, &one, &result);
    *out = result;
    return true;
}

bool
decimal_power(struct decimal *out, const struct decimal *a,
              const struct decimal *b)
{
    int64_t n;
    if (decimal_is_zero(a) && (decimal_is_zero(b) || decimal_is_negative(b)))
        return false;
    if (decimal_is_integer(b) && decimal_to_int(b, &n) && n <= POWER_MAX &&
        n >= -POWER_MAX)
        return power_of_integer(out, a, n);
    unsigned flags = 0;
    struct decimal half = small(5, 1);
    if (decimal_compare(b, &half) == 0)
        return from_bits(
            out, bid128_sqrt(bits_of(a), BID_ROUNDING_TO_NEAREST, &flags));
    return from_bits(out, bid128_pow(bits_of(a), bits_of(b),
                                     BID_ROUNDING_TO_NEAREST, &flags));
}

bool
decimal_modulo(struct decimal *out, const struct decimal *a,
               const struct decimal *b)
{
    if (decimal_is_zero(b))
        return false;
    bool below = decimal_is_negative(b);
    struct decimal rest;
    if (!is_wide(a) && !is_wide(b)) {
        i128 x, y;
        int scale = align(a, b, &x, &y);
        i128 r = x % y;
        if (r != 0 && (r < 0) != below)
            r += y;
        struct parts p = {.negative = r < 0, .e = -scale};
        p.c = (u128)(r < 0 ? -r : r);
        if (p.c < SMALL_LIMIT) {
            *out = from_parts(p);
            return true;
        }
    }
    unsigned flags = 0;
    if (!from_bits(&rest, bid128_fmod(bits_of(a), bits_of(b), &flags)))
        return false;
    if (!decimal_is_zero(&rest) && decimal_is_negative(&rest) != below)
        return decimal_add(out, &rest, b);
    *out = rest;
    return true;
}

/* --- rounding ------------------------------------------------------------- */

/* C / POWER in MODE, all exact in 64 bits. */
static int64_t
divide_rounding(int64_t c, int64_t power, enum decimal_rounding mode)
{
    int64_t q = c / power, r = c % power;
    if (r == 0)
        return q;
    int64_t away = c < 0 ? -1 : 1;
    switch (mode) {
    case DECIMAL_HALF_AWAY:
        return llabs(r) >= power - llabs(r) ? q + away : q;
    case DECIMAL_FROM_ZERO:
        return q + away;
    case DECIMAL_FLOOR:
        return c < 0 ? q - 1 : q;
    default:
        return q;
    }
}

static unsigned
wide_rounding(enum decimal_rounding mode, bool negative)
{
    switch (mode) {
    case DECIMAL_HALF_AWAY:
        return BID_ROUNDING_TIES_AWAY;
    case DECIMAL_FROM_ZERO:
        return negative ? BID_ROUNDING_DOWN : BID_ROUNDING_UP;
    case DECIMAL_FLOOR:
        return BID_ROUNDING_DOWN;
    default:
        return BID_ROUNDING_TO_ZERO;
    }
}

bool
decimal_round(struct decimal *out, const struct decimal *d, int places,
              enum decimal_rounding mode)
{
    places = places > BIAS ? BIAS : places;
    places = places < -EXPONENT_MAX ? -EXPONENT_MAX : places;
    if (!is_wide(d)) {
        if (places >= d->scale) {
            *out = *d;
            return true;
        }
        if (places >= 0) {
            *out = small(divide_rounding(d->coefficient,
                                         powers[d->scale - places], mode),
                         places);
            return true;
        }
    }
    struct parts p = parts_of(d);
    if (p.c == 0 || p.e >= -places) {
        *out = *d;
        return true;
    }
    struct parts unit = {.c = 1, .e = -places};
    unsigned flags = 0;
    return from_bits(out,
                     bid128_quantize(bits_of(d), pack(&unit),
                                     wide_rounding(mode, p.negative), &flags));
}
