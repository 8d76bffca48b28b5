/* Exact decimals: the fast form, and decimal128 where it does not suffice. */
#include <stdlib.h>

#include "mapping/number/decimal_parts.h"

#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>

#include <bid_functions.h>

typedef __int128 i128;

/* Integer exponents up to here are multiplied out. */
enum { POWER_MAX = 100000 };

#define SMALL_LIMIT INT64_C(1000000000000000000)

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

static bool
fits_small(i128 c)
{
    return c < SMALL_LIMIT && c > -SMALL_LIMIT;
}

static BID_UINT128
pack(const struct decimal_parts *p)
{
    BID_UINT128 x;
    x.w[0] = (uint64_t)p->c;
    x.w[1] = (uint64_t)(p->c >> 64) | (uint64_t)(p->e + DECIMAL_BIAS) << 49 |
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
    struct decimal_parts p = {.negative = d->coefficient < 0, .e = -d->scale};
    p.c = (decimal_coefficient)(p.negative ? -(i128)d->coefficient
                                           : d->coefficient);
    return pack(&p);
}

static struct decimal_parts
unpack(BID_UINT128 x)
{
    struct decimal_parts p;
    p.negative = x.w[1] >> 63;
    p.e = (int)(x.w[1] >> 49 & 0x3fff) - DECIMAL_BIAS;
    p.c = (decimal_coefficient)(x.w[1] & ((UINT64_C(1) << 49) - 1)) << 64 |
          x.w[0];
    return p;
}

struct decimal_parts
decimal_parts_of(const struct decimal *d)
{
    return unpack(bits_of(d));
}

static bool
is_special(BID_UINT128 x)
{
    return (x.w[1] & UINT64_C(0x7800000000000000)) ==
           UINT64_C(0x7800000000000000);
}

struct decimal
decimal_of_parts(struct decimal_parts p)
{
    if (p.c == 0)
        return decimal_small(0, 0);
    decimal_strip_zeros(&p, 0);
    if (p.e <= 0 && p.e >= -DECIMAL_SMALL_DIGITS && p.c < SMALL_LIMIT)
        return decimal_small(p.negative ? -(int64_t)p.c : (int64_t)p.c, -p.e);
    if (p.e > 0 && p.e <= DECIMAL_SMALL_DIGITS &&
        p.c < (decimal_coefficient)(SMALL_LIMIT / powers[p.e])) {
        int64_t c = (int64_t)p.c * powers[p.e];
        return decimal_small(p.negative ? -c : c, 0);
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
    *out = decimal_of_parts(unpack(x));
    return true;
}

struct decimal
decimal_int(int64_t n)
{
    if (fits_small(n))
        return decimal_small(n, 0);
    struct decimal_parts p = {.negative = n < 0};
    p.c = (decimal_coefficient)(n < 0 ? -(i128)n : n);
    return decimal_of_parts(p);
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

/* --- asking --------------------------------------------------------------- */

bool
decimal_to_int(const struct decimal *d, int64_t *out)
{
    if (!is_wide(d)) {
        *out = d->coefficient / powers[d->scale];
        return true;
    }
    struct decimal_parts p = decimal_parts_of(d);
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
    return is_wide(d) ? decimal_parts_of(d).c == 0 : d->coefficient == 0;
}

bool
decimal_is_negative(const struct decimal *d)
{
    if (!is_wide(d))
        return d->coefficient < 0;
    struct decimal_parts p = decimal_parts_of(d);
    return p.negative && p.c != 0;
}

bool
decimal_is_integer(const struct decimal *d)
{
    if (!is_wide(d))
        return d->coefficient % powers[d->scale] == 0;
    struct decimal_parts p = decimal_parts_of(d);
    decimal_strip_zeros(&p, 0);
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
            *out = decimal_small((int64_t)(x + y), scale);
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
        if (fits_small(c) && scale <= DECIMAL_SMALL_DIGITS) {
            *out = decimal_small((int64_t)c, scale);
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
    struct decimal_parts p = {.negative = quotient < 0,
                              .e = b->scale - a->scale - DECIMAL_SMALL_DIGITS};
    p.c = (decimal_coefficient)(quotient < 0 ? -quotient : quotient);
    decimal_strip_zeros(&p, 0);
    if (p.c >= SMALL_LIMIT || p.e < -DECIMAL_SMALL_DIGITS)
        return false;
    *out = decimal_of_parts(p);
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
    struct decimal half = decimal_small(5, 1);
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
        struct decimal_parts p = {.negative = r < 0, .e = -scale};
        p.c = (decimal_coefficient)(r < 0 ? -r : r);
        if (p.c < SMALL_LIMIT) {
            *out = decimal_of_parts(p);
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
    case DECIMAL_CEILING:
        return c < 0 ? q : q + 1;
    case DECIMAL_HALF_EVEN: {
        int64_t rest = llabs(r), other = power - rest;
        return rest > other || (rest == other && q % 2 != 0) ? q + away : q;
    }
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
    case DECIMAL_CEILING:
        return BID_ROUNDING_UP;
    case DECIMAL_HALF_EVEN:
        return BID_ROUNDING_TO_NEAREST;
    default:
        return BID_ROUNDING_TO_ZERO;
    }
}

bool
decimal_round(struct decimal *out, const struct decimal *d, int places,
              enum decimal_rounding mode)
{
    places = places > DECIMAL_BIAS ? DECIMAL_BIAS : places;
    places = places < -DECIMAL_EXPONENT_MAX ? -DECIMAL_EXPONENT_MAX : places;
    if (!is_wide(d)) {
        if (places >= d->scale) {
            *out = *d;
            return true;
        }
        if (places >= 0) {
            *out =
                decimal_small(divide_rounding(d->coefficient,
                                              powers[d->scale - places], mode),
                              places);
            return true;
        }
    }
    struct decimal_parts p = decimal_parts_of(d);
    if (p.c == 0 || p.e >= -places) {
        *out = *d;
        return true;
    }
    struct decimal_parts unit = {.c = 1, .e = -places};
    unsigned flags = 0;
    return from_bits(out,
                     bid128_quantize(bits_of(d), pack(&unit),
                                     wide_rounding(mode, p.negative), &flags));
}

bool
decimal_round_digits(struct decimal *out, const struct decimal *d, int digits)
{
    struct decimal_parts p = decimal_parts_of(d);
    int have = 0;
    for (decimal_coefficient c = p.c; c > 0; c /= 10)
        have++;
    if (have <= digits) {
        *out = *d;
        return true;
    }
    return decimal_round(out, d, digits - have - p.e, DECIMAL_HALF_AWAY);
}

/* --- logarithms ----------------------------------------------------------- */

static bool
is_above_zero(const struct decimal *d)
{
    return !decimal_is_zero(d) && !decimal_is_negative(d);
}

bool
decimal_log(struct decimal *out, const struct decimal *d,
            const struct decimal *base)
{
    struct decimal ten = decimal_int(10), of_base;
    unsigned flags = 0;
    if (!is_above_zero(d) || !is_above_zero(base) ||
        !from_bits(out,
                   bid128_log10(bits_of(d), BID_ROUNDING_TO_NEAREST, &flags)))
        return false;
    if (decimal_compare(base, &ten) == 0)
        return true;
    return from_bits(&of_base, bid128_log10(bits_of(base),
                                            BID_ROUNDING_TO_NEAREST, &flags)) &&
           decimal_divide(out, out, &of_base);
}
